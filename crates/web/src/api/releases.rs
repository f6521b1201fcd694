//! `/api/v1/products/{id}/releases` and `/api/v1/releases/{id}`.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use kikimori_app::products::add_release::add_release;
use kikimori_app::products::edit_release::edit_release;
use kikimori_app::products::get_product::{get_product, get_release};
use kikimori_app::products::release_fields;
use kikimori_core::id::{ProductId, ReleaseId};
use kikimori_core::release::ReleaseDraft;
use kikimori_store::releases::StoredRelease;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Sent, precondition, seen, tagged};
use crate::context::SignedIn;
use crate::refusal::Refusal;

/// What is said about a release.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Draft {
    /// The version.
    version: String,
    /// The day of the release.
    released_on: String,
    /// The GTIN.
    gtin: String,
    /// The id of the release before it.
    supersedes: String,
}

impl From<Draft> for ReleaseDraft {
    fn from(draft: Draft) -> Self {
        let Draft { version, released_on, gtin, supersedes } = draft;
        Self { version, released_on, gtin, supersedes }
    }
}

/// A release; what is not stated is null.
fn release(stored: &StoredRelease) -> Value {
    let mut body = serde_json::Map::new();
    body.insert("id".to_owned(), json!(stored.id.to_string()));
    body.insert("product".to_owned(), json!(stored.product_id.to_string()));
    for (name, value) in release_fields(&stored.release) {
        body.insert(name.to_owned(), if value.is_empty() { Value::Null } else { json!(value) });
    }
    body.insert("state".to_owned(), json!(if stored.is_active { "active" } else { "withdrawn" }));
    body.insert("created_at".to_owned(), json!(stored.created_at.to_string()));
    body.insert("changed_at".to_owned(), json!(stored.changed_at.to_string()));
    body.insert("revision".to_owned(), json!(stored.revision));
    Value::Object(body)
}

/// `GET /api/v1/products/{id}/releases`: the newest first.
pub(crate) async fn list(visitor: SignedIn, Path(id): Path<String>) -> Result<Response, Refusal> {
    let id = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    let all = get_product(&visitor.context.state.installation, visitor.actor(), id).await?;
    let items: Vec<Value> = all.releases.iter().map(release).collect();
    Ok(Json(json!({ "total": items.len(), "items": items })).into_response())
}

/// `POST /api/v1/products/{id}/releases`.
pub(crate) async fn add(
    visitor: SignedIn,
    Path(id): Path<String>,
    Sent(draft): Sent<Draft>,
) -> Result<Response, Refusal> {
    let product = ProductId::parse(&id).ok_or_else(Refusal::not_found)?;
    let installation = &visitor.context.state.installation;
    let (id, _) = add_release(installation, visitor.actor(), product, &draft.into()).await?;
    let (_, stored) = get_release(installation, visitor.actor(), id).await?;
    let mut response = tagged(StatusCode::CREATED, stored.revision, release(&stored));
    if let Ok(place) = format!("/api/v1/releases/{id}").parse() {
        response.headers_mut().insert(axum::http::header::LOCATION, place);
    }
    Ok(response)
}

/// `GET /api/v1/releases/{id}`.
pub(crate) async fn get(visitor: SignedIn, Path(id): Path<String>) -> Result<Response, Refusal> {
    let id = ReleaseId::parse(&id).ok_or_else(Refusal::not_found)?;
    let (_, stored) = get_release(&visitor.context.state.installation, visitor.actor(), id).await?;
    Ok(tagged(StatusCode::OK, stored.revision, release(&stored)))
}

/// `PUT /api/v1/releases/{id}`: says everything anew.
pub(crate) async fn put(
    visitor: SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    Sent(draft): Sent<Draft>,
) -> Result<Response, Refusal> {
    let revision = seen(&headers)?;
    let release = ReleaseId::parse(&id).ok_or_else(Refusal::not_found)?;
    let installation = &visitor.context.state.installation;
    edit_release(installation, visitor.actor(), release, &draft.into(), revision)
        .await
        .map_err(precondition)?;
    get(visitor, Path(id)).await
}
