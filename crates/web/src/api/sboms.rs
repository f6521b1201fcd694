//! `/api/v1/releases/{id}/sboms` and `/api/v1/sboms/{id}`.

use axum::Json;
use axum::extract::{Path, Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kikimori_app::blob_store::hexadecimal;
use kikimori_app::products::get_product::{get_product, get_release};
use kikimori_app::sboms::SubjectDraft;
use kikimori_app::sboms::get_sbom::get_sbom;
use kikimori_app::sboms::ingest_sbom::{Receipt, ingest_sbom};
use kikimori_app::sboms::search_components::search_components;
use kikimori_app::sboms::withdraw_sbom::withdraw_sbom;
use kikimori_core::access::Action;
use kikimori_core::id::{ReleaseId, SbomId};
use kikimori_core::sbom_revision::SbomSource;
use kikimori_store::identities::StoredIdentity;
use kikimori_store::list::Page;
use kikimori_store::sbom_components::ComponentFilter;
use kikimori_store::sboms::StoredSbom;
use serde::Deserialize;
use serde_json::{Value, json};

use super::products::Reason;
use super::{Paging, Sent, list as page_of};
use crate::context::SignedIn;
use crate::refusal::Refusal;
use crate::upload;

/// What an SBOM is handed in for, in the address when the file is the body.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Subject {
    /// The file's name.
    name: String,
    /// Which part of the release; empty for the release itself.
    part: String,
    /// CPE names of the platform, separated by white space.
    platform: String,
}

/// Words of a search.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Searched {
    /// The words.
    q: String,
}

/// A revision.
fn sbom(stored: &StoredSbom) -> Value {
    json!({
        "id": stored.id.to_string(),
        "product": stored.product_id.to_string(),
        "release": stored.release_id.to_string(),
        "part": stored.part,
        "revision_number": stored.revision_number,
        "state": stored.state.code(),
        "sha256": hexadecimal(&stored.sha256),
        "file": stored.file_name,
        "format": stored.format,
        "spec_version": stored.spec_version,
        "components": stored.n_components,
        "components_with_identifier": stored.n_with_identifier,
        "notices": stored.n_notices,
        "platform": stored.platform,
        "follows": stored.follows.map(|id| id.to_string()),
        "changes": stored.changes.map(|changes| json!({
            "added": changes.n_added, "removed": changes.n_removed, "changed": changes.n_changed,
        })),
        "source": stored.source.code(),
        "ingested_at": stored.ingested_at.to_string(),
    })
}

/// What a component is.
fn component(identity: &StoredIdentity) -> Value {
    let made = kikimori_app::component_identity::to_component(identity).unwrap_or_default();
    json!({
        "name": made.name,
        "group": made.group,
        "version": made.version,
        "supplier": made.details().supplier,
        "purls": made.purls.to_vec(),
        "cpes": made.cpes.to_vec(),
        "kind": made.kind.name(),
    })
}

/// `POST /api/v1/releases/{id}/sboms`: the file as the body, or in a form as `file` with `part` and `platform` beside it.
///
/// 201 for a new revision, 200 when the file is the current one already.
pub(crate) async fn add(
    visitor: SignedIn,
    Path(id): Path<String>,
    Query(subject): Query<Subject>,
    request: Request,
) -> Result<Response, Refusal> {
    let release = ReleaseId::parse(&id).ok_or_else(Refusal::not_found)?;
    // Who may not hand in does not fill the disk either.
    kikimori_app::installation::require_own(visitor.actor(), Action::UploadSbom)?;
    let sent = match upload::of_program(&visitor.context, request, &subject.name).await {
        Ok(sent) => sent,
        Err(refused) => return Ok(refused),
    };
    let or = |sent: &str, asked: &str| if sent.is_empty() { asked.to_owned() } else { sent.to_owned() };
    let platform = or(sent.get("platform"), &subject.platform);
    let draft = SubjectDraft {
        part: or(sent.get("part"), &subject.part),
        platform: platform.split_whitespace().collect::<Vec<_>>().join("\n"),
    };
    let (installation, actor) = (&visitor.context.state.installation, visitor.actor());
    let file = sent.file()?;
    let receipt: Receipt = ingest_sbom(installation, actor, &file, release, &draft, SbomSource::Api).await?;
    let status = if receipt.was_current { StatusCode::OK } else { StatusCode::CREATED };
    let mut response = (status, Json(sbom(&receipt.sbom))).into_response();
    if let Ok(place) = format!("/api/v1/sboms/{}", receipt.sbom.id).parse() {
        response.headers_mut().insert(axum::http::header::LOCATION, place);
    }
    Ok(response)
}

/// `GET /api/v1/releases/{id}/sboms`: every revision, the newest first.
pub(crate) async fn list(visitor: SignedIn, Path(id): Path<String>) -> Result<Response, Refusal> {
    let release = ReleaseId::parse(&id).ok_or_else(Refusal::not_found)?;
    let (installation, actor) = (&visitor.context.state.installation, visitor.actor());
    let (product, _) = get_release(installation, actor, release).await?;
    let all = get_product(installation, actor, product.id).await?;
    let of_release = all.sboms.iter().filter(|stored| stored.release_id == release);
    let items: Vec<Value> = of_release.map(sbom).collect();
    Ok(Json(json!({ "total": items.len(), "items": items })).into_response())
}

/// `GET /api/v1/sboms/{id}`.
pub(crate) async fn get(visitor: SignedIn, Path(id): Path<String>) -> Result<Response, Refusal> {
    let id = SbomId::parse(&id).ok_or_else(Refusal::not_found)?;
    let one = Page { number: 1, n_rows: 1 };
    let installation = &visitor.context.state.installation;
    let all = get_sbom(installation, visitor.actor(), id, &ComponentFilter::default(), one).await?;
    Ok(Json(sbom(&all.sbom)).into_response())
}

/// `GET /api/v1/sboms/{id}/components`.
pub(crate) async fn components(
    visitor: SignedIn,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
    Query(searched): Query<Searched>,
) -> Result<Response, Refusal> {
    let id = SbomId::parse(&id).ok_or_else(Refusal::not_found)?;
    let filter = ComponentFilter { words: searched.q, ..ComponentFilter::default() };
    let installation = &visitor.context.state.installation;
    let all = get_sbom(installation, visitor.actor(), id, &filter, paging.page()).await?;
    let items = all.components.iter().map(|listed| {
        let mut item = component(&listed.identity);
        if let Some(fields) = item.as_object_mut() {
            fields.insert("ordinal".to_owned(), json!(listed.component.ordinal));
            fields.insert("reference".to_owned(), json!(listed.component.reference));
            fields.insert("parent".to_owned(), json!(listed.component.parent));
        }
        item
    });
    Ok(page_of(&items.collect::<Vec<_>>(), all.n_components, paging.page()))
}

/// `POST /api/v1/sboms/{id}/withdraw`.
pub(crate) async fn withdraw(
    visitor: SignedIn,
    Path(id): Path<String>,
    Sent(body): Sent<Reason>,
) -> Result<Response, Refusal> {
    let sbom_id = SbomId::parse(&id).ok_or_else(Refusal::not_found)?;
    withdraw_sbom(&visitor.context.state.installation, visitor.actor(), sbom_id, &body.reason).await?;
    get(visitor, Path(id)).await
}

/// `GET /api/v1/components?q=`: where components are.
pub(crate) async fn search(
    visitor: SignedIn,
    Query(paging): Query<Paging>,
    Query(searched): Query<Searched>,
) -> Result<Response, Refusal> {
    let installation = &visitor.context.state.installation;
    let found = search_components(installation, visitor.actor(), &searched.q, paging.page()).await?;
    let items = found.uses.iter().map(|used| {
        json!({
            "component": component(&used.identity),
            "product": used.product_id.to_string(),
            "trade_name_ja": used.trade_name_ja,
            "release": used.release_id.to_string(),
            "version": used.release_version,
            "part": used.part,
            "sbom": used.sbom_id.to_string(),
        })
    });
    Ok(page_of(&items.collect::<Vec<_>>(), found.counts.n_uses, paging.page()))
}
