//! Which address is answered by whom, and what every request passes.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use kikimori_core::limits::{PAGE_BODY_BYTES_MAX, REQUEST_SECONDS_MAX};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

use crate::state::WebState;
use crate::{
    assets, context, feeds, guard, health, home, jobs, language, observe, refusal, set_up, sign_in, views,
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
        .layer(from_fn_with_state(state.clone(), observe::note))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .with_state(state)
}
