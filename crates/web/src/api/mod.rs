//! The JSON API under `/api/v1`: the same use cases as the pages, with problems (RFC 9457) and entity tags.

pub(crate) mod products;
pub(crate) mod releases;
pub(crate) mod sboms;

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::http::header::{ETAG, HeaderValue, IF_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use kikimori_core::limits::PAGE_ROWS_MAX;
use kikimori_store::list::Page;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::refusal::Refusal;

/// A page of a list as the address asks for it.
#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct Paging {
    /// The page, from 1.
    page: u32,
    /// Rows on it.
    per_page: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Self { page: 1, per_page: 50 }
    }
}

impl Paging {
    /// The page, within limits.
    pub(crate) fn page(&self) -> Page {
        Page { number: self.page.max(1), n_rows: self.per_page.clamp(1, PAGE_ROWS_MAX) }
    }
}

/// A page of a list as an answer.
pub(crate) fn list(items: &[Value], n_total: i64, page: Page) -> Response {
    Json(serde_json::json!({
        "items": items,
        "total": n_total,
        "page": page.number,
        "per_page": page.n_rows,
    }))
    .into_response()
}

/// One thing as an answer, with the entity tag of its revision.
pub(crate) fn tagged(status: StatusCode, revision: i64, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{revision}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

/// The revision that a program saw, from `If-Match`.
///
/// # Errors
/// 428 without the header, 412 with one that names no revision of ours.
pub(crate) fn seen(headers: &HeaderMap) -> Result<i64, Refusal> {
    let Some(tag) = headers.get(IF_MATCH) else {
        return Err(Refusal::with_status(StatusCode::PRECONDITION_REQUIRED));
    };
    let text = tag.to_str().unwrap_or_default().trim().trim_matches('"');
    text.parse().map_err(|_| Refusal::with_status(StatusCode::PRECONDITION_FAILED))
}

/// A conflict of revisions is, for a program that sent `If-Match`, a precondition that failed.
pub(crate) fn precondition(error: kikimori_app::app_error::AppError) -> Refusal {
    match error {
        kikimori_app::app_error::AppError::Conflict => Refusal::with_status(StatusCode::PRECONDITION_FAILED),
        other => other.into(),
    }
}

/// A JSON body. Fields that we do not know are refused, so that a misspelt one is not lost.
pub(crate) struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(Refusal::with_status(rejection.status()).into_response()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_revision_that_was_seen() {
        let headers = |tag: &'static str| HeaderMap::from_iter([(IF_MATCH, HeaderValue::from_static(tag))]);
        assert_eq!(seen(&headers("\"12\"")).ok(), Some(12));
        assert!(seen(&headers("*")).is_err() && seen(&headers("W/\"1\"")).is_err());
        assert!(seen(&HeaderMap::new()).is_err());
    }
}
