//! The list of findings.

use std::collections::BTreeMap;

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::{FindingId, OrganisationId, ProductId, ReleaseId};
use kikimori_store::Transaction;
use kikimori_store::finding_lists::{self, FindingFilter, FindingOrder};
use kikimori_store::findings::StoredFinding;
use kikimori_store::list::Page;
use kikimori_store::vulnerabilities;

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// What is asked of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingsAsked {
    /// Conditions.
    pub filter: FindingFilter,
    /// A vulnerability by any of its names; one that touches nobody fits nothing.
    pub vulnerability: Option<String>,
    /// The order.
    pub order: FindingOrder,
    /// The order runs down.
    pub is_descending: bool,
}

/// A finding in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFinding {
    /// The finding.
    pub finding: StoredFinding,
    /// The product's name in Japanese.
    pub product_ja: String,
    /// The product's name in English.
    pub product_en: Option<String>,
    /// The releases it occurs in, by version; of a retracted one those it occurred in.
    pub releases: Vec<(ReleaseId, String)>,
}

/// A page of the findings that fit, and how many fit.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn list_findings(
    installation: &Installation,
    actor: &Actor,
    asked: &FindingsAsked,
    page: Page,
) -> Result<(Vec<ListedFinding>, i64), AppError> {
    let organisation = require_own(actor, Action::ViewFindings)?;
    let mut read = installation.read(actor).await?;
    let Some(filter) = resolved(&mut read, asked).await? else { return Ok((Vec::new(), 0)) };
    let (found, n) =
        finding_lists::list(&mut read, organisation, &filter, asked.order, asked.is_descending, page).await?;
    Ok((furnished(&mut read, organisation, found).await?, n))
}

/// The filter with the vulnerability that its name means; `None` when no such vulnerability touches anybody.
pub(crate) async fn resolved(
    read: &mut Transaction,
    asked: &FindingsAsked,
) -> Result<Option<FindingFilter>, AppError> {
    let mut filter = asked.filter.clone();
    if let Some(name) = &asked.vulnerability {
        let name = name.trim();
        let found = match vulnerabilities::find(read, name).await? {
            Some(found) => Some(found),
            None => vulnerabilities::find(read, &name.to_uppercase()).await?,
        };
        let Some(found) = found else { return Ok(None) };
        filter.vulnerability = Some(found.id);
    }
    Ok(Some(filter))
}

/// Findings with the names of products and releases.
pub(crate) async fn furnished(
    read: &mut Transaction,
    organisation: OrganisationId,
    found: Vec<StoredFinding>,
) -> Result<Vec<ListedFinding>, AppError> {
    let ids: Vec<FindingId> = found.iter().map(|finding| finding.id).collect();
    let mut products: Vec<ProductId> = found.iter().map(|finding| finding.product).collect();
    products.sort_unstable();
    products.dedup();
    let names = finding_lists::product_names(read, organisation, &products).await?;
    let mut releases: BTreeMap<FindingId, Vec<(ReleaseId, String)>> = BTreeMap::new();
    for (finding, release, version) in finding_lists::releases_of(read, organisation, &ids).await? {
        releases.entry(finding).or_default().push((release, version));
    }
    let listed = found.into_iter().map(|finding| {
        let (product_ja, product_en) = names.get(&finding.product).cloned().unwrap_or_default();
        let releases = releases.remove(&finding.id).unwrap_or_default();
        ListedFinding { finding, product_ja, product_en, releases }
    });
    Ok(listed.collect())
}
