//! Forms that people send.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use kikimori_ui::view::FormState;

use crate::context::Context;
use crate::refusal::Refusal;

/// Most fields of a form; the largest of ours has some dozens.
const FIELDS_MAX: usize = 2_000;

/// The field with the session's token.
pub(crate) const CSRF_FIELD: &str = "csrf";

/// The fields of a form, in order. Its token was checked.
#[derive(Clone, Debug, Default)]
pub struct PostedForm {
    /// Names and texts.
    values: Vec<(String, String)>,
}

impl PostedForm {
    /// The first text of a name; empty when it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Every text of a name.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.values.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// The revision that the person saw, for the editing of what exists.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.get("revision").parse().ok()
    }

    /// The revision that the person saw, where there must be one.
    ///
    /// # Errors
    /// A form without it is none of ours.
    pub fn seen_revision(&self) -> Result<i64, Refusal> {
        let revision = self.revision().and_then(|revision| i64::try_from(revision).ok());
        revision.ok_or_else(Refusal::bad_request)
    }

    /// What the page shows again after a mistake: everything but secrets.
    #[must_use]
    pub fn state(&self, errors: Vec<kikimori_ui::view::FieldError>) -> FormState {
        let is_shown = |name: &str| name != CSRF_FIELD && name != "revision" && !name.contains("password");
        let values = self.values.iter().filter(|(name, _)| is_shown(name)).cloned().collect();
        FormState { values, errors, revision: self.revision() }
    }
}

impl<S: Send + Sync> FromRequest<S> for PostedForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let context = request.extensions().get::<Context>().cloned();
        let media_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !media_type.starts_with("application/x-www-form-urlencoded") {
            return Err(Refusal::bad_request().into_response());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| error.into_response())?;
        let values: Vec<(String, String)> = form_urlencoded::parse(&bytes)
            .take(FIELDS_MAX)
            .map(|(n, v)| (n.into_owned(), v.into_owned()))
            .collect();
        let form = Self { values };
        let Some(context) = context else { return Err(Refusal::not_found().into_response()) };
        match &context.presence {
            Some(presence) if !is_same(form.get(CSRF_FIELD), &presence.csrf_token) => {
                Err(Refusal::bad_request().into_response())
            }
            _ => Ok(form),
        }
    }
}

/// Whether two tokens are the same, in a time that does not tell where they differ.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_again_what_was_typed_but_for_secrets() {
        let values = [("csrf", "x"), ("email", "a@b.jp"), ("password", "y"), ("new_password_again", "z")];
        let form = PostedForm { values: values.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec() };
        assert_eq!(form.state(Vec::new()).values, [("email".to_owned(), "a@b.jp".to_owned())]);
        assert!(is_same("abc", "abc") && !is_same("abc", "abd") && !is_same("abc", "ab"));
    }
}
