//! How many open findings products and releases have, for who may see findings.

use std::collections::BTreeMap;

use kikimori_core::access::{Action, Actor, Decision, Target, decide};
use kikimori_core::id::{OrganisationId, ProductId, ReleaseId};
use kikimori_store::finding_counts::{self, SeverityTally};

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// Open findings of products by severity; nothing for who may not see findings.
///
/// # Errors
/// [`AppError::Forbidden`] for who may not see products.
pub async fn count_product_findings(
    installation: &Installation,
    actor: &Actor,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, SeverityTally>, AppError> {
    let organisation = require_own(actor, Action::ViewProducts)?;
    if !may_view_findings(actor, organisation) {
        return Ok(BTreeMap::new());
    }
    let mut read = installation.read(actor).await?;
    Ok(finding_counts::of_products(&mut read, organisation, products).await?)
}

/// Open findings of a product's releases by severity; nothing for who may not see findings.
///
/// # Errors
/// [`AppError::Forbidden`] for who may not see releases.
pub async fn count_release_findings(
    installation: &Installation,
    actor: &Actor,
    product: ProductId,
) -> Result<BTreeMap<ReleaseId, SeverityTally>, AppError> {
    let organisation = require_own(actor, Action::ViewReleases)?;
    if !may_view_findings(actor, organisation) {
        return Ok(BTreeMap::new());
    }
    let mut read = installation.read(actor).await?;
    Ok(finding_counts::of_releases(&mut read, organisation, product).await?)
}

/// The actor may see findings.
fn may_view_findings(actor: &Actor, organisation: OrganisationId) -> bool {
    decide(actor, Action::ViewFindings, &Target::of(organisation)) == Decision::Allowed
}
