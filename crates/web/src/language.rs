//! The language switch: it stays on the same address.

use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::choose_language::choose_language;
use kikimori_locale::Language;

use crate::context::{Context, LANGUAGE_COOKIE};
use crate::form::PostedForm;
use crate::refusal::Refusal;

/// Changes the language of a person's pages, or of this browser when nobody is signed in.
pub(crate) async fn switch(context: Context, form: PostedForm) -> Result<Response, Refusal> {
    let language = Language::parse(form.get("language")).ok_or_else(Refusal::bad_request)?;
    if let Some(presence) = &context.presence {
        choose_language(&context.state.installation, presence, language.tag()).await?;
    }
    let cookie = format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{}",
        language.tag(),
        if context.state.site.is_secure() { "; Secure" } else { "" }
    );
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&local(form.get("return")))).into_response())
}

/// A way within this site; anything else leads home.
pub(crate) fn local(path: &str) -> String {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control);
    if is_local { path.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_leads_away() {
        assert_eq!(local("/findings?state=open"), "/findings?state=open");
        for away in ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\r\nb"] {
            assert_eq!(local(away), "/", "{away:?}");
        }
    }
}
