//! Which address is answered by whom, and what every request passes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use axum::{Extension, Router};
use kikimori_core::limits::{PAGE_BODY_BYTES_MAX, REQUEST_SECONDS_MAX};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

use crate::attempts::Attempts;
use crate::state::WebState;
use crate::{
    account, api_findings, assets, audit, context, feeds, findings, guard, health, home, identities,
    invitation, jobs, language, observe, organisation, people, refusal, set_up, sign_in, tokens, views,
    vulnerabilities,
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
        .route("/sign-in/code", get(sign_in::code_form).post(sign_in::submit_code))
        .route("/sign-in/recovery", get(sign_in::recovery_form).post(sign_in::submit_recovery))
        .route("/invitations/{token}", get(invitation::form).post(invitation::submit))
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
        .merge(accounts())
        .fallback(refusal::unknown)
        .layer(DefaultBodyLimit::max(PAGE_BODY_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), guard::same_origin))
        .layer(from_fn_with_state(state.clone(), context::attach))
        .layer(Extension(Arc::new(Attempts::default())));
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

/// The addresses of accounts and of the administration.
fn accounts() -> Router<WebState> {
    Router::new()
        .route("/account", get(account::profile).post(account::save_profile))
        .route("/account/password", get(account::password).post(account::save_password))
        .route("/account/authenticator", get(account::authenticator).post(account::save_authenticator))
        .route("/account/authenticator/codes", post(account::new_codes))
        .route("/account/authenticator/remove", post(account::remove_authenticator))
        .route("/account/sessions", get(account::sessions))
        .route("/account/sessions/end", post(account::end_one))
        .route("/account/sessions/end-others", post(account::end_others))
        .route("/account/organisation", post(account::switch))
        .route("/account/tokens", get(tokens::own_list))
        .route("/account/tokens/new", post(tokens::create))
        .route("/account/tokens/revoke", post(tokens::revoke_own))
        .route("/admin", get(organisation::admin))
        .route("/admin/organisation", get(organisation::form).post(organisation::submit))
        .route("/admin/about", get(organisation::about))
        .route("/admin/tokens", get(tokens::list))
        .route("/admin/tokens/revoke", post(tokens::revoke_any))
        .route("/admin/users", get(people::list))
        .route("/admin/users/invite", get(people::invite_form).post(people::invite))
        .route("/admin/users/withdraw", post(people::withdraw))
        .route("/admin/users/{id}", get(people::user).post(people::save_roles))
        .route("/admin/users/{id}/disable", get(people::disable_form).post(people::disable))
        .route("/admin/users/{id}/enable", post(people::enable))
        .route("/admin/users/{id}/unlock", post(people::unlock))
        .route("/admin/users/{id}/reset-password", post(people::reset))
        .route("/admin/users/{id}/reset-authenticator", post(people::reset_authenticator))
        .route("/admin/users/{id}/end-sessions", post(people::end_sessions))
        .route("/admin/audit", get(audit::list))
        .route("/admin/audit/verify", post(audit::verify))
        .route("/admin/audit/export/csv", post(audit::export_csv))
        .route("/admin/audit/export/jsonl", post(audit::export_json_lines))
        .route("/api/v1/whoami", get(tokens::whoami))
}
