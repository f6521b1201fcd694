//! One line of log and one count for each request. Addresses are told by their route, never as asked for, because some hold secrets.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::state::WebState;

/// The route of addresses that nobody answers.
const NO_ROUTE: &str = "-";

/// Routes that programs ask for all the time; they are counted, and logged only when much is logged.
const QUIET: &[&str] = &["/healthz", "/readyz", "/assets/{*path}"];

/// Notes a request and its answer.
pub(crate) async fn note(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let id = request.headers().get("x-request-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let span = tracing::info_span!("request", id, %method, route);
    let response = next.run(request).instrument(span.clone()).await;
    let (status, taken) = (response.status().as_u16(), begun.elapsed());
    state.metrics.note(&method, &route, status, taken);
    let latency_ms = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        if QUIET.contains(&route.as_str()) {
            tracing::debug!(status, latency_ms, "answered");
        } else {
            tracing::info!(status, latency_ms, "answered");
        }
    });
    response
}
