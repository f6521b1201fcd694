//! Which address is answered by whom, and what every request passes.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use kikimori_core::limits::{PAGE_BODY_BYTES_MAX, REQUEST_SECONDS_MAX};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::state::WebState;
use crate::{
    api_findings, assets, context, feeds, findings, guard, health, home, identities, jobs, language, refusal,
    set_up, sign_in, views, vulnerabilities,
};

/// The header with a request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// All addresses.
pub fn router(state: WebState) -> Router {
    let pages = Router::new()
        .route("/", get(home::page))
        .route("/setup/{token}", get(set_up::form).post(set_up::submit))
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-out", post(sign_in::leave))
        .route("/signed-out", get(sign_in::left))
        .route("/language", post(language::switch))
        .route("/findings", get(findings::list::show))
        .route("/findings.xlsx", get(findings::export::xlsx))
        .route("/findings.csv", get(findings::export::csv))
        .route("/findings/bulk", post(findings::assess::many))
        .route("/findings/{id}", get(findings::detail::show))
        .route("/findings/{id}/assessment", post(findings::assess::one))
        .route("/vulnerabilities/{id}", get(vulnerabilities::show))
        .route("/identities", get(identities::list))
        .route("/identities/{id}", get(identities::form).post(identities::submit))
        .route("/api/v1/findings", get(api_findings::list))
        .route("/api/v1/findings/{number}", get(api_findings::show))
        .route("/api/v1/findings/{number}/assessment", put(api_findings::assess))
        .route("/api/v1/vulnerabilities/{name}", get(api_findings::vulnerability))
        .route("/views/new", get(views::form))
        .route("/views", post(views::submit))
        .route("/admin/feeds", get(feeds::page))
        .route("/admin/jobs", get(jobs::list))
        .route("/admin/jobs/cancel", post(jobs::cancel))
        .route("/admin/jobs/retry", post(jobs::retry))
        .fallback(refusal::unknown)
        .layer(DefaultBodyLimit::max(PAGE_BODY_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), guard::same_origin))
        .layer(from_fn_with_state(state.clone(), context::attach));
    Router::new()
        .route("/assets/{*path}", get(assets::asset))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(pages)
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), guard::strict_headers))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(REQUEST_SECONDS_MAX),
        ))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .with_state(state)
}
