//! What every request passes: strict headers, and for what changes something, that it comes from our own pages.

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::refusal::Refusal;
use crate::state::{Site, WebState};

/// Nothing from elsewhere, nothing inline, no frames, forms to ourselves only.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// Adds the headers that every answer carries.
pub(crate) async fn strict_headers(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if state.site.is_secure() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    // On shared machines the way back after signing out must not show what was there.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses what changes something and does not come from our own pages. A request with a token of its own needs no page.
pub(crate) async fn same_origin(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_reading || request.headers().contains_key(AUTHORIZATION) || is_ours(request.headers(), &state.site)
    {
        return next.run(request).await;
    }
    Refusal::bad_request().into_response()
}

/// Whether the browser says that the request comes from our own pages. A request that says nothing about it does not.
fn is_ours(headers: &HeaderMap, site: &Site) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(fetch_site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(fetch_site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN) else { return false };
    if !site.public_address.is_empty() {
        return origin == site.public_address;
    }
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers of these names and values.
    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn believes_only_what_the_browser_says() {
        let open = Site { public_address: String::new(), version: "1", has_tls: false };
        let fixed = Site { public_address: "https://k.example".to_owned(), version: "1", has_tls: false };
        assert!(is_ours(&headers(&[("sec-fetch-site", "same-origin")]), &open));
        assert!(!is_ours(
            &headers(&[("sec-fetch-site", "same-site"), ("origin", "http://a"), ("host", "a")]),
            &open
        ));
        assert!(is_ours(&headers(&[("origin", "http://a:1"), ("host", "a:1")]), &open));
        assert!(!is_ours(&headers(&[("origin", "http://b"), ("host", "a")]), &open));
        assert!(!is_ours(&headers(&[("origin", "null"), ("host", "a")]), &open));
        assert!(!is_ours(&headers(&[("host", "a")]), &open));
        assert!(!is_ours(&headers(&[("origin", "http://a"), ("host", "a")]), &fixed));
        assert!(is_ours(&headers(&[("origin", "https://k.example")]), &fixed));
    }
}
