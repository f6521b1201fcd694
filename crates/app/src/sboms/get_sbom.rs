//! A revision of an SBOM with its components, and what changed since the one before.

use std::collections::BTreeMap;

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::{IdentityId, SbomId};
use kikimori_store::finding_counts::{self, ComponentState};
use kikimori_store::list::Page;
use kikimori_store::products::StoredProduct;
use kikimori_store::releases::StoredRelease;
use kikimori_store::sbom_checks::{self, SbomCheck};
use kikimori_store::sbom_components::{self, ComponentFilter, ListedComponent};
use kikimori_store::sboms::{self, StoredSbom};
use kikimori_store::{blobs, people};

use super::beside;
use super::check_upload::{ChangedName, changed_names};
use super::prepared::read_kept;
use crate::app_error::AppError;
use crate::installation::{Installation, require_own};
use crate::products::{find_product, find_release};
use crate::stored_message::StoredMessage;

/// A revision with a page of its components.
#[derive(Clone, Debug)]
pub struct SbomWithComponents {
    /// The revision.
    pub sbom: StoredSbom,
    /// Its product.
    pub product: StoredProduct,
    /// Its release.
    pub release: StoredRelease,
    /// The first oddities.
    pub notices: Vec<StoredMessage>,
    /// Other revisions of the same part, the newest first.
    pub revisions: Vec<StoredSbom>,
    /// The components of the page.
    pub components: Vec<ListedComponent>,
    /// How many components fit.
    pub n_components: i64,
    /// What is known of the components of the page.
    pub states: BTreeMap<(SbomId, IdentityId), ComponentState>,
    /// What matching came to; none while it waits.
    pub check: Option<SbomCheck>,
    /// The size of the original in bytes.
    pub size_bytes: u64,
    /// The name of who handed it in; none for a watched folder.
    pub person: Option<String>,
}

/// The revision of this id with a page of its components.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn get_sbom(
    installation: &Installation,
    actor: &Actor,
    id: SbomId,
    filter: &ComponentFilter,
    page: Page,
) -> Result<SbomWithComponents, AppError> {
    let organisation = require_own(actor, Action::ViewSboms)?;
    let mut read = installation.read(actor).await?;
    let sbom = sboms::get(&mut read, organisation, id).await?.ok_or(AppError::NotFound)?;
    let product = find_product(&mut read, organisation, sbom.product_id).await?;
    let release = find_release(&mut read, organisation, sbom.release_id).await?;
    let n_max = kikimori_core::limits::PRODUCT_SBOMS_MAX;
    let mut revisions = sboms::list_of_product(&mut read, organisation, sbom.product_id, n_max).await?;
    revisions
        .retain(|other| other.release_id == sbom.release_id && other.part == sbom.part && other.id != id);
    let (components, n_components) = sbom_components::list(&mut read, organisation, id, filter, page).await?;
    let identities: Vec<IdentityId> = components.iter().map(|listed| listed.component.identity_id).collect();
    let states = finding_counts::of_components(&mut read, organisation, &[id], &identities).await?;
    let check = sbom_checks::get(&mut read, organisation, id).await?;
    let size_bytes = blobs::size_bytes_of(&mut read, sbom.sha256).await?.unwrap_or_default();
    let person = match sbom.ingested_by {
        Some(person) => people::get(&mut read, person).await?.map(|person| person.name),
        None => None,
    };
    let notices = serde_json::from_str(&sbom.notices).map_err(AppError::fault)?;
    Ok(SbomWithComponents {
        sbom,
        product,
        release,
        notices,
        revisions,
        components,
        n_components,
        states,
        check,
        size_bytes,
        person,
    })
}

/// What changed from the revision before to this one: the first components that came, went or changed.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`] (also for a first revision); a fault of the originals.
pub async fn compare_sboms(
    installation: &Installation,
    actor: &Actor,
    id: SbomId,
) -> Result<(StoredSbom, StoredSbom, Vec<ChangedName>), AppError> {
    let organisation = require_own(actor, Action::ViewSboms)?;
    let mut read = installation.read(actor).await?;
    let sbom = sboms::get(&mut read, organisation, id).await?.ok_or(AppError::NotFound)?;
    let before = sbom.follows.ok_or(AppError::NotFound)?;
    let before = sboms::get(&mut read, organisation, before).await?.ok_or(AppError::NotFound)?;
    drop(read);
    let (store, old, new) = (installation.blobs(), before.sha256, sbom.sha256);
    let changed = beside(move || {
        let (old, new) = (read_kept(&store, &old)?, read_kept(&store, &new)?);
        let diff = kikimori_core::sbom::diff::diff(&old, &new);
        Ok(changed_names(Some(&old), &new, Some(&diff)))
    })
    .await?;
    Ok((before, sbom, changed))
}

/// Open findings of an SBOM.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn count_sbom_findings(
    installation: &Installation,
    actor: &Actor,
    id: SbomId,
) -> Result<i64, AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut read = installation.read(actor).await?;
    Ok(finding_counts::of_sbom(&mut read, organisation, id).await?)
}
