//! A product with its releases, SBOMs and documents.

use kikimori_core::access::{Action, Actor, Decision, Target, decide};
use kikimori_core::id::{ProductId, ReleaseId};
use kikimori_core::limits::{PRODUCT_RELEASES_MAX, PRODUCT_SBOMS_MAX};
use kikimori_store::product_documents::{self, StoredDocument};
use kikimori_store::products::StoredProduct;
use kikimori_store::releases::StoredRelease;
use kikimori_store::sboms::StoredSbom;
use kikimori_store::{releases, sboms};

use super::{find_product, find_release};
use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// A product with what hangs on it.
#[derive(Clone, Debug)]
pub struct ProductWithAll {
    /// The product.
    pub product: StoredProduct,
    /// Its releases, the newest first.
    pub releases: Vec<StoredRelease>,
    /// Every revision of its SBOMs, the newest first; empty for who may not see SBOMs.
    pub sboms: Vec<StoredSbom>,
    /// Its documents; empty for who may not see documents.
    pub documents: Vec<StoredDocument>,
}

/// The product of this id.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn get_product(
    installation: &Installation,
    actor: &Actor,
    id: ProductId,
) -> Result<ProductWithAll, AppError> {
    let organisation = require_own(actor, Action::ViewProducts)?;
    let may = |action| decide(actor, action, &Target::of(organisation)) == Decision::Allowed;
    let mut read = installation.read(actor).await?;
    let product = find_product(&mut read, organisation, id).await?;
    let releases = if may(Action::ViewReleases) {
        releases::list_of_product(&mut read, organisation, id, PRODUCT_RELEASES_MAX).await?
    } else {
        Vec::new()
    };
    let sboms = if may(Action::ViewSboms) {
        sboms::list_of_product(&mut read, organisation, id, PRODUCT_SBOMS_MAX).await?
    } else {
        Vec::new()
    };
    let documents = if may(Action::ViewDocuments) {
        product_documents::list_of_product(&mut read, organisation, id, PRODUCT_RELEASES_MAX).await?
    } else {
        Vec::new()
    };
    Ok(ProductWithAll { product, releases, sboms, documents })
}

/// The release of this id with its product.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn get_release(
    installation: &Installation,
    actor: &Actor,
    id: ReleaseId,
) -> Result<(StoredProduct, StoredRelease), AppError> {
    let organisation = require_own(actor, Action::ViewReleases)?;
    let mut read = installation.read(actor).await?;
    let release = find_release(&mut read, organisation, id).await?;
    let product = find_product(&mut read, organisation, release.product_id).await?;
    Ok((product, release))
}
