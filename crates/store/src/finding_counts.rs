//! How many open findings there are: of products, of releases, of components; and which components were not checked.
//!
//! Findings that people assessed as not affecting the product, or as fixed, are not counted as open.

use std::collections::BTreeMap;

use kikimori_core::id::{IdentityId, OrganisationId, ProductId, ReleaseId, SbomId};

use crate::list::ListQuery;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

/// Numbers of findings by severity: not scored, none, low, medium, high, critical.
pub type SeverityTally = [i64; 6];

/// What is known of a component in an SBOM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentState {
    /// It was matched, or it is known why not.
    pub is_looked_at: bool,
    /// Why it could not be checked, and the detail.
    pub not_checked: Option<(String, Option<String>)>,
    /// Open findings.
    pub n_findings: i64,
}

/// Open findings of products by severity; products without any are left out.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn of_products(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    products: &[ProductId],
) -> Result<BTreeMap<ProductId, SeverityTally>, StoreError> {
    let mut query = ListQuery::new("SELECT product_id AS id, severity, COUNT(*) AS n FROM findings");
    query.filter("organisation_id = ?", [organisation.id().into()]);
    query.filter("state = 'open' AND status NOT IN ('not_affected', 'fixed')", []);
    query.filter_one_of("product_id", products.iter().map(|id| Value::from(id.id())).collect());
    query.push("GROUP BY product_id, severity", []);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let mut tallies: BTreeMap<ProductId, SeverityTally> = BTreeMap::new();
    for row in &rows {
        add(tallies.entry(ProductId::new(row.id("id")?)).or_default(), row)?;
    }
    Ok(tallies)
}

/// Open findings of a product's releases by severity; releases without any are left out.
///
/// # Errors
/// What the database says.
pub async fn of_releases(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
) -> Result<BTreeMap<ReleaseId, SeverityTally>, StoreError> {
    let mut query = ListQuery::new(
        "SELECT o.release_id AS id, f.severity, COUNT(DISTINCT f.id) AS n FROM findings f JOIN finding_occurrences o ON o.organisation_id = f.organisation_id AND o.finding_id = f.id",
    );
    query.filter("f.organisation_id = ?", [organisation.id().into()]);
    query.filter("f.product_id = ?", [product.id().into()]);
    query.filter("f.state = 'open' AND f.status NOT IN ('not_affected', 'fixed') AND o.state = 'open'", []);
    query.push("GROUP BY o.release_id, f.severity", []);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let mut tallies: BTreeMap<ReleaseId, SeverityTally> = BTreeMap::new();
    for row in &rows {
        add(tallies.entry(ReleaseId::new(row.id("id")?)).or_default(), row)?;
    }
    Ok(tallies)
}

/// Adds a row to a tally.
fn add(tally: &mut SeverityTally, row: &Row) -> Result<(), StoreError> {
    let severity = usize::try_from(row.integer("severity")?).unwrap_or_default();
    if let Some(count) = tally.get_mut(severity) {
        *count += row.integer("n")?;
    }
    Ok(())
}

/// Open findings of an SBOM.
///
/// # Errors
/// What the database says.
pub async fn of_sbom(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<i64, StoreError> {
    let mut query = ListQuery::new(
        "SELECT COUNT(DISTINCT o.finding_id) AS n FROM finding_occurrences o JOIN findings f ON f.organisation_id = o.organisation_id AND f.id = o.finding_id",
    );
    query.filter("o.organisation_id = ?", [organisation.id().into()]);
    query.filter("o.sbom_id = ?", [sbom.id().into()]);
    query.filter("o.state = 'open' AND f.state = 'open' AND f.status NOT IN ('not_affected', 'fixed')", []);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    rows.first().map_or(Ok(0), |row| row.integer("n"))
}

/// What is known of components, by SBOM and identity; those that nothing is known of are left out.
///
/// # Errors
/// What the database says.
pub async fn of_components(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sboms: &[SbomId],
    identities: &[IdentityId],
) -> Result<BTreeMap<(SbomId, IdentityId), ComponentState>, StoreError> {
    let mut states: BTreeMap<(SbomId, IdentityId), ComponentState> = BTreeMap::new();
    let ids = |row: &Row| -> Result<(SbomId, IdentityId), StoreError> {
        Ok((SbomId::new(row.id("sbom_id")?), IdentityId::new(row.id("identity_id")?)))
    };
    let sboms = || sboms.iter().map(|id| Value::from(id.id())).collect::<Vec<_>>();
    let identities = || identities.iter().map(|id| Value::from(id.id())).collect::<Vec<_>>();
    let mut query = ListQuery::new(
        "SELECT s.sbom_id, s.identity_id, u.not_checked, u.not_checked_detail FROM sbom_units s JOIN unit_matches u ON u.identity_id = s.identity_id AND u.context_id = s.context_id",
    );
    query.filter("s.organisation_id = ?", [organisation.id().into()]);
    query.filter_one_of("s.sbom_id", sboms()).filter_one_of("s.identity_id", identities());
    let (text, values) = query.finish();
    for row in transaction.rows_of_text(text, values).await? {
        let state = states.entry(ids(&row)?).or_default();
        state.is_looked_at = true;
        if let Some(reason) = row.text_if_any("not_checked")? {
            state.not_checked = Some((reason, row.text_if_any("not_checked_detail")?));
        }
    }
    let mut query = ListQuery::new(
        "SELECT o.sbom_id, o.identity_id, COUNT(*) AS n FROM finding_occurrences o JOIN findings f ON f.organisation_id = o.organisation_id AND f.id = o.finding_id",
    );
    query.filter("o.organisation_id = ?", [organisation.id().into()]);
    query.filter("o.state = 'open' AND f.state = 'open' AND f.status NOT IN ('not_affected', 'fixed')", []);
    query.filter_one_of("o.sbom_id", sboms()).filter_one_of("o.identity_id", identities());
    query.push("GROUP BY o.sbom_id, o.identity_id", []);
    let (text, values) = query.finish();
    for row in transaction.rows_of_text(text, values).await? {
        states.entry(ids(&row)?).or_default().n_findings = row.integer("n")?;
    }
    Ok(states)
}
