//! What was refused, as a page for people and as a problem (RFC 9457) for programs.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use kikimori_app::app_error::AppError;
use kikimori_core::field::FieldError;
use kikimori_core::message::{Message, codes};
use kikimori_locale::Language;
use kikimori_ui::page::fault;
use serde_json::json;

use crate::context::Context;

/// Why there is no answer.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status.
    status: StatusCode,
    /// What the person can read about it.
    message: Option<Message>,
    /// Fields that are wrong.
    fields: Vec<FieldError>,
}

impl Refusal {
    /// There is no such address or thing.
    #[must_use]
    pub fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND)
    }

    /// The request cannot be read, or its form is too old.
    #[must_use]
    pub fn bad_request() -> Self {
        Self::of(StatusCode::BAD_REQUEST)
    }

    /// A refusal of a status that says enough.
    #[must_use]
    pub fn with_status(status: StatusCode) -> Self {
        Self::of(status)
    }

    /// The request must come with a token, or with another one.
    #[must_use]
    pub fn unauthorized() -> Self {
        let message = Some(Message::new(codes::ACCOUNT_TOKEN_REFUSED));
        Self { message, ..Self::of(StatusCode::UNAUTHORIZED) }
    }

    /// Too many attempts came from one address; the next may be made after some seconds.
    #[must_use]
    pub fn too_many_attempts(seconds: i64) -> Self {
        let message = Some(Message::new(codes::ACCOUNT_ATTEMPTS).with("seconds", seconds));
        Self { message, ..Self::of(StatusCode::TOO_MANY_REQUESTS) }
    }

    /// A refusal of this status.
    pub(crate) fn of(status: StatusCode) -> Self {
        Self { status, message: None, fields: Vec::new() }
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Fields(fields) => Self { fields, ..Self::of(StatusCode::UNPROCESSABLE_ENTITY) },
            AppError::Rule(message) => {
                Self { message: Some(message), ..Self::of(StatusCode::UNPROCESSABLE_ENTITY) }
            }
            AppError::NotFound => Self::not_found(),
            AppError::Forbidden(denial) => {
                Self { message: Some(denial.message()), ..Self::of(StatusCode::FORBIDDEN) }
            }
            AppError::Conflict => Self::of(StatusCode::CONFLICT),
            AppError::Busy => Self::of(StatusCode::SERVICE_UNAVAILABLE),
            AppError::Fault(error) => {
                tracing::error!(error = %chain(&*error), "a request failed");
                Self::of(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

/// An error with what caused it.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl IntoResponse for Refusal {
    /// An empty answer that [`dress`] fills, because only it knows the language and who asks.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Fills an empty refusal, ours or the router's, with a page, or with a problem for addresses of the API.
pub(crate) fn dress(context: &Context, response: Response) -> Response {
    let status = response.status();
    let has_body = response.headers().contains_key(CONTENT_TYPE) && status != StatusCode::PAYLOAD_TOO_LARGE;
    let refusal = response.extensions().get::<Refusal>().cloned();
    if !(status.is_client_error() || status.is_server_error()) || (refusal.is_none() && has_body) {
        return response;
    }
    let refusal = refusal.unwrap_or_else(|| Refusal::of(status));
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    let dressed = if context.uri.path().starts_with("/api/") {
        problem(context, &refusal)
    } else {
        (status, Html(fault::page(&context.frame(), &view(context.language, &refusal)))).into_response()
    };
    let mut response = dressed;
    if refusal.status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"kikimori\""));
    }
    response.headers_mut().extend(parts.headers);
    response
}

/// The error page.
fn view(language: Language, refusal: &Refusal) -> fault::View {
    let kind = match refusal.status {
        StatusCode::FORBIDDEN => fault::Kind::Forbidden,
        StatusCode::NOT_FOUND => fault::Kind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => fault::Kind::Method,
        StatusCode::PAYLOAD_TOO_LARGE => fault::Kind::TooLarge,
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT => fault::Kind::Unprocessable,
        StatusCode::TOO_MANY_REQUESTS => fault::Kind::TooMany,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => fault::Kind::Unavailable,
        status if status.is_server_error() => fault::Kind::Fault,
        _ => fault::Kind::BadRequest,
    };
    match message_of(refusal) {
        Some(message) => {
            let words = kikimori_locale::message(language, &message);
            fault::View { kind, code: words.code.to_string(), cause: words.cause, remedy: words.remedy }
        }
        None => fault::View::new(kind),
    }
}

/// The message of a refusal: its own, that of its first field, or that of a conflict.
fn message_of(refusal: &Refusal) -> Option<Message> {
    let of_field = || refusal.fields.first().map(|field| field.message.clone());
    let of_conflict =
        || (refusal.status == StatusCode::CONFLICT).then(|| Message::new(codes::ACCESS_CHANGED));
    refusal.message.clone().or_else(of_field).or_else(of_conflict)
}

/// A problem (RFC 9457): the code of the message, its sentences, and the fields that are wrong.
fn problem(context: &Context, refusal: &Refusal) -> Response {
    let words = |message: &Message| kikimori_locale::message(context.language, message);
    let errors: Vec<_> = refusal
        .fields
        .iter()
        .map(|field| {
            let said = words(&field.message);
            json!({ "field": field.field, "code": said.code.to_string(), "detail": said.cause, "remedy": said.remedy })
        })
        .collect();
    let mut body = json!({
        "type": "about:blank",
        "title": refusal.status.canonical_reason().unwrap_or_default(),
        "status": refusal.status.as_u16(),
        "request_id": context.request_id,
    });
    if let Some(fields) = body.as_object_mut() {
        if let Some(message) = message_of(refusal) {
            let said = words(&message);
            fields.insert("code".to_owned(), json!(said.code.to_string()));
            fields.insert("detail".to_owned(), json!(said.cause));
            fields.insert("remedy".to_owned(), json!(said.remedy));
        }
        if !errors.is_empty() {
            fields.insert("errors".to_owned(), json!(errors));
        }
    }
    let mut response = (refusal.status, Json(body)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// Answers every method and address that no handler takes.
pub(crate) async fn unknown(_method: Method) -> Refusal {
    Refusal::not_found()
}

/// Sentences for a form's fields.
#[must_use]
pub fn field_errors(language: Language, errors: &[FieldError]) -> Vec<kikimori_ui::view::FieldError> {
    errors
        .iter()
        .map(|error| {
            let words = kikimori_locale::message(language, &error.message);
            kikimori_ui::view::FieldError::new(error.field, format!("{}{}", words.cause, words.remedy))
        })
        .collect()
}
