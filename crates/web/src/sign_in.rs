//! Signing in and out.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::sign_in::{SESSION_MILLISECONDS, sign_in};
use kikimori_app::accounts::sign_out::sign_out;
use kikimori_app::app_error::AppError;
use kikimori_core::field::FieldError;
use kikimori_ui::page::account::sign_in::{View, page, signed_out_page};
use kikimori_ui::view::FormState;
use serde::Deserialize;

use crate::context::{Context, SignedIn, session_cookie_name};
use crate::form::PostedForm;
use crate::language::local;
use crate::refusal::{Refusal, field_errors};
use crate::state::WebState;

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Return {
    /// A way within this site.
    #[serde(rename = "return", default)]
    path: String,
}

/// The form. Who is signed in already goes on.
pub(crate) async fn form(context: Context, Query(query): Query<Return>) -> Response {
    if context.presence.is_some() {
        return Redirect::to(&local(&query.path)).into_response();
    }
    let values = vec![("return".to_owned(), local(&query.path))];
    let view = View { form: FormState { values, ..FormState::default() }, provider: String::new() };
    Html(page(&context.frame(), &view)).into_response()
}

/// Signs somebody in.
pub(crate) async fn submit(context: Context, form: PostedForm) -> Result<Response, Refusal> {
    let done =
        sign_in(&context.state.installation, form.get("email"), form.get("password"), &context.origin).await;
    match done {
        Ok(secret) => {
            let way = Redirect::to(&local(form.get("return")));
            Ok((session_cookie(&context.state, secret.reveal()), way).into_response())
        }
        Err(AppError::Rule(message)) => {
            let errors = field_errors(context.language, &[FieldError { field: "", message }]);
            let view = View { form: form.state(errors), provider: String::new() };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page(&context.frame(), &view))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends the session.
pub(crate) async fn leave(visitor: SignedIn, _form: PostedForm) -> Result<Response, Refusal> {
    let context = &visitor.context;
    sign_out(&context.state.installation, &visitor.presence).await?;
    let name = session_cookie_name(&context.state);
    let cookie = format!("{name}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly{}", secure(&context.state));
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/signed-out")).into_response())
}

/// The page after signing out.
pub(crate) async fn left(context: Context) -> Html<String> {
    Html(signed_out_page(&context.frame()))
}

/// The header that keeps a session's secret in the browser.
pub(crate) fn session_cookie(
    state: &WebState,
    secret: &str,
) -> AppendHeaders<[(axum::http::HeaderName, String); 1]> {
    let name = session_cookie_name(state);
    let seconds = SESSION_MILLISECONDS / 1_000;
    let cookie =
        format!("{name}={secret}; Path=/; Max-Age={seconds}; SameSite=Lax; HttpOnly{}", secure(state));
    AppendHeaders([(SET_COOKIE, cookie)])
}

/// The attribute of cookies that are sent by HTTPS only.
fn secure(state: &WebState) -> &'static str {
    if state.site.is_secure() { "; Secure" } else { "" }
}
