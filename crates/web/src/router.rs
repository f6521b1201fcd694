//! Which address is answered by whom, and what every request passes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use axum::{Extension, Router};
use kikimori_core::limits::{PAGE_BODY_BYTES_MAX, REQUEST_SECONDS_MAX, SHEET_BYTES_MAX, UPLOAD_BYTES_MAX};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

use crate::attempts::Attempts;
use crate::state::WebState;
use crate::{
    account, api, api_findings, assets, audit, components, context, feeds, findings, guard, health, home,
    identities, invitation, jobs, language, observe, organisation, people, product_import, products, refusal,
    sboms, search, set_up, sign_in, tokens, views, vulnerabilities,
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
        .route("/search", get(search::search))
        .route("/help", get(search::help))
        .route("/metrics", get(home::metrics))
        .route("/views/new", get(views::form))
        .route("/views", post(views::submit))
        .route("/admin/feeds", get(feeds::page))
        .route("/admin/jobs", get(jobs::list))
        .route("/admin/jobs/cancel", post(jobs::cancel))
        .route("/admin/jobs/retry", post(jobs::retry))
        .merge(product_pages())
        .merge(sbom_pages())
        .merge(api_v1())
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

/// Products, their releases and their lists.
fn product_pages() -> Router<WebState> {
    let upload = DefaultBodyLimit::max(usize::try_from(SHEET_BYTES_MAX).unwrap_or(usize::MAX));
    Router::new()
        .route("/products", get(products::list).post(products::add))
        .route("/products.xlsx", get(products::xlsx))
        .route("/products.csv", get(products::csv))
        .route("/products/new", get(products::new_form))
        .route("/products/import", get(product_import::form).post(product_import::confirm))
        .route("/products/import/check", post(product_import::check).layer(upload))
        .route("/products/import/template.xlsx", get(product_import::template))
        .route("/products/{id}", get(products::overview).post(products::edit))
        .route("/products/{id}/edit", get(products::edit_form))
        .route("/products/{id}/releases", get(products::releases))
        .route("/products/{id}/releases/new", get(products::new_release_form).post(products::add_new_release))
        .route(
            "/products/{id}/releases/{release}",
            get(products::edit_release_form).post(products::edit_old_release),
        )
        .route("/products/{id}/findings", get(products::findings))
        .route("/products/{id}/documents", get(products::documents))
}

/// SBOMs and components.
fn sbom_pages() -> Router<WebState> {
    Router::new()
        .route("/sboms/new", get(sboms::form).post(sboms::confirm))
        .route("/sboms/check", post(sboms::check).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX)))
        .route("/sboms/{id}", get(sboms::page))
        .route("/sboms/{id}/receipt", get(sboms::receipt))
        .route("/sboms/{id}/original", get(sboms::original))
        .route("/sboms/{id}/components.xlsx", get(sboms::xlsx))
        .route("/components", get(components::list))
        .route("/components.xlsx", get(components::xlsx))
}

/// The JSON API.
fn api_v1() -> Router<WebState> {
    let upload = DefaultBodyLimit::max(UPLOAD_BYTES_MAX);
    Router::new()
        .route("/api/v1/products", get(api::products::list).post(api::products::add))
        .route("/api/v1/products/{id}", get(api::products::get).put(api::products::put))
        .route("/api/v1/products/{id}/withdraw", post(api::products::withdraw))
        .route("/api/v1/products/{id}/restore", post(api::products::restore))
        .route("/api/v1/products/{id}/releases", get(api::releases::list).post(api::releases::add))
        .route("/api/v1/releases/{id}", get(api::releases::get).put(api::releases::put))
        .route(
            "/api/v1/releases/{id}/sboms",
            get(api::sboms::list).merge(post(api::sboms::add).layer(upload)),
        )
        .route("/api/v1/sboms/{id}", get(api::sboms::get))
        .route("/api/v1/sboms/{id}/components", get(api::sboms::components))
        .route("/api/v1/sboms/{id}/withdraw", post(api::sboms::withdraw))
        .route("/api/v1/components", get(api::sboms::search))
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
