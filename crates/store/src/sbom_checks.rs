//! What was matched of each SBOM: its units, what they say, and what could not be checked.

use kikimori_core::id::{Id, IdentityId, OrganisationId, ProductId, ReleaseId, SbomId, VulnerabilityId};
use kikimori_core::stamp::Stamp;

use crate::list::ListQuery;
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    HEAD = "SELECT organisation_id, id, product_id, release_id, platform, state FROM sboms WHERE organisation_id = $1 AND id = $2";
    IDENTITIES = "SELECT ordinal, identity_id, role FROM sbom_components WHERE organisation_id = $1 AND sbom_id = $2 ORDER BY ordinal";
    // One organisation's current SBOMs, or those of all.
    CURRENT_OF = "SELECT organisation_id, id, product_id, release_id, platform, state FROM sboms WHERE organisation_id = $1 AND state = 'current' ORDER BY id";
    CURRENT = "SELECT organisation_id, id, product_id, release_id, platform, state FROM sboms WHERE state = 'current' ORDER BY organisation_id, id";
    UNCHECKED = "SELECT s.organisation_id, s.id, s.product_id, s.release_id, s.platform, s.state FROM sboms s JOIN sbom_checks c ON c.organisation_id = s.organisation_id AND c.sbom_id = s.id WHERE s.state = 'current' AND c.state = 'no_library' ORDER BY s.organisation_id, s.id";
    // SBOMs of a release that are current no more and still have findings.
    OUTDATED = "SELECT organisation_id, id, product_id, release_id, platform, state FROM sboms WHERE organisation_id = $1 AND release_id = $2 AND state <> 'current' AND EXISTS (SELECT 1 FROM finding_occurrences o WHERE o.organisation_id = sboms.organisation_id AND o.sbom_id = sboms.id AND o.state = 'open') ORDER BY id";
    UNITS = "SELECT identity_id, context_id FROM sbom_units WHERE organisation_id = $1 AND sbom_id = $2";
    DELETE_UNITS = "DELETE FROM sbom_units WHERE organisation_id = $1 AND sbom_id = $2";
    SBOMS_OF_UNIT = "SELECT organisation_id, sbom_id FROM sbom_units WHERE identity_id = $1 AND context_id = $2 ORDER BY organisation_id, sbom_id";
    PUT_CHECK = "INSERT INTO sbom_checks (organisation_id, sbom_id, state, snapshot, library_as_of, n_components, n_not_checked, matched_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organisation_id, sbom_id) DO UPDATE SET state = excluded.state, snapshot = excluded.snapshot, library_as_of = excluded.library_as_of, n_components = excluded.n_components, n_not_checked = excluded.n_not_checked, matched_at = excluded.matched_at";
    GET_CHECK = "SELECT organisation_id, sbom_id, state, snapshot, library_as_of, n_components, n_not_checked, matched_at FROM sbom_checks WHERE organisation_id = $1 AND sbom_id = $2";
    NOT_CHECKED = "SELECT c.ordinal, c.identity_id, i.name, i.version, u.not_checked, u.not_checked_detail FROM sbom_components c JOIN sbom_units s ON s.organisation_id = c.organisation_id AND s.sbom_id = c.sbom_id AND s.identity_id = c.identity_id JOIN unit_matches u ON u.identity_id = s.identity_id AND u.context_id = s.context_id JOIN identities i ON i.id = c.identity_id WHERE c.organisation_id = $1 AND c.sbom_id = $2 AND u.not_checked IS NOT NULL AND NOT (c.role = 'subject' AND u.not_checked = 'no_identifier') ORDER BY c.ordinal LIMIT $3";
    COUNT_NOT_CHECKED = "SELECT COUNT(*) AS n FROM sbom_components c JOIN sbom_units s ON s.organisation_id = c.organisation_id AND s.sbom_id = c.sbom_id AND s.identity_id = c.identity_id JOIN unit_matches u ON u.identity_id = s.identity_id AND u.context_id = s.context_id WHERE c.organisation_id = $1 AND c.sbom_id = $2 AND u.not_checked IS NOT NULL AND NOT (c.role = 'subject' AND u.not_checked = 'no_identifier')";
    HOLDERS = "SELECT DISTINCT b.id, b.product_id, p.trade_name_ja, r.version FROM sbom_components c JOIN sboms b ON b.organisation_id = c.organisation_id AND b.id = c.sbom_id JOIN products p ON p.organisation_id = b.organisation_id AND p.id = b.product_id JOIN releases r ON r.organisation_id = b.organisation_id AND r.id = b.release_id WHERE c.organisation_id = $1 AND c.identity_id = $2 AND b.state = 'current' ORDER BY p.trade_name_ja, r.version, b.id LIMIT $3";
}

/// Things asked for in one statement.
const ASKED_MAX: usize = 500;

/// Of an SBOM what matching needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SbomHead {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The SBOM.
    pub id: SbomId,
    /// Its product.
    pub product: ProductId,
    /// Its release.
    pub release: ReleaseId,
    /// CPE names of the platform (JSON list).
    pub platform: String,
    /// `current`, `superseded` or `withdrawn`.
    pub state: String,
}

/// What a check of an SBOM came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SbomCheck {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// The SBOM.
    pub sbom: SbomId,
    /// `matched`, `no_library` or `withdrawn`.
    pub state: String,
    /// The library's snapshot; empty when there was none.
    pub snapshot: String,
    /// As of when it spoke.
    pub library_as_of: Option<Stamp>,
    /// Components, the subject included.
    pub n_components: i64,
    /// Components that could not be checked.
    pub n_not_checked: i64,
    /// When.
    pub matched_at: Stamp,
}

/// What the library says about an identity in an SBOM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The identity.
    pub identity: IdentityId,
    /// Its context.
    pub context: Id,
    /// The vulnerability.
    pub vulnerability: VulnerabilityId,
    /// The verdict's code.
    pub verdict: String,
    /// The confidence's code.
    pub confidence: String,
    /// Over what the statements say.
    pub evidence_sha256: [u8; 32],
    /// What the component is without its version.
    pub component_key: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
}

/// A component that could not be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCheckedRow {
    /// Its place in the document.
    pub ordinal: i64,
    /// Its identity.
    pub identity: IdentityId,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Why: a code.
    pub reason: String,
    /// The identifier or ecosystem in question.
    pub detail: Option<String>,
}

/// An identity that nothing could be looked up for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The identity.
    pub identity: IdentityId,
    /// Why: a code.
    pub reason: String,
    /// Components.
    pub n_components: i64,
    /// Releases.
    pub n_releases: i64,
}

/// The SBOM of this id, as far as matching needs it.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn head(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<Option<SbomHead>, StoreError> {
    let row = transaction.row(&HEAD, vec![organisation.id().into(), sbom.id().into()]).await?;
    row.map(|row| read_head(&row)).transpose()
}

/// The current SBOMs of an organisation, or of all.
///
/// # Errors
/// What the database says.
pub async fn current(
    transaction: &mut Transaction,
    organisation: Option<OrganisationId>,
) -> Result<Vec<SbomHead>, StoreError> {
    let rows = match organisation {
        Some(id) => transaction.rows(&CURRENT_OF, vec![id.id().into()]).await?,
        None => transaction.rows(&CURRENT, vec![]).await?,
    };
    rows.iter().map(read_head).collect()
}

/// The current SBOMs that waited for a library.
///
/// # Errors
/// What the database says.
pub async fn without_library(transaction: &mut Transaction) -> Result<Vec<SbomHead>, StoreError> {
    transaction.rows(&UNCHECKED, vec![]).await?.iter().map(read_head).collect()
}

/// The SBOMs of a release that are current no more and still have open findings.
///
/// # Errors
/// What the database says.
pub async fn outdated(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    release: ReleaseId,
) -> Result<Vec<SbomHead>, StoreError> {
    let values = vec![organisation.id().into(), release.id().into()];
    transaction.rows(&OUTDATED, values).await?.iter().map(read_head).collect()
}

/// The identity of each component in the order of the document, with its role.
///
/// # Errors
/// What the database says.
pub async fn components(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<Vec<(IdentityId, String)>, StoreError> {
    let rows = transaction.rows(&IDENTITIES, vec![organisation.id().into(), sbom.id().into()]).await?;
    rows.iter().map(|row| Ok((IdentityId::new(row.id("identity_id")?), row.text("role")?))).collect()
}

/// In which context each identity of an SBOM was matched.
///
/// # Errors
/// What the database says.
pub async fn units(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<Vec<(IdentityId, Id)>, StoreError> {
    let rows = transaction.rows(&UNITS, vec![organisation.id().into(), sbom.id().into()]).await?;
    rows.iter().map(|row| Ok((IdentityId::new(row.id("identity_id")?), row.id("context_id")?))).collect()
}

/// Writes in which context each identity of an SBOM was matched, in place of what stood there.
///
/// # Errors
/// What the database says.
pub async fn replace_units(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
    units: &[(IdentityId, Id)],
) -> Result<(), StoreError> {
    transaction.execute(&DELETE_UNITS, vec![organisation.id().into(), sbom.id().into()]).await?;
    let row = |(identity, context): &(IdentityId, Id)| {
        [organisation.id().into(), sbom.id().into(), identity.id().into(), Value::from(*context)]
    };
    let values = units.iter().flat_map(row).collect();
    let start = "INSERT INTO sbom_units (organisation_id, sbom_id, identity_id, context_id) VALUES";
    transaction.insert_many(start, "", 4, values).await?;
    Ok(())
}

/// The SBOMs that hold a unit.
///
/// # Errors
/// What the database says.
pub async fn sboms_of_unit(
    transaction: &mut Transaction,
    identity: IdentityId,
    context: Id,
) -> Result<Vec<(OrganisationId, SbomId)>, StoreError> {
    let rows = transaction.rows(&SBOMS_OF_UNIT, vec![identity.id().into(), context.into()]).await?;
    rows.iter()
        .map(|row| Ok((OrganisationId::new(row.id("organisation_id")?), SbomId::new(row.id("sbom_id")?))))
        .collect()
}

/// What the library says about the identities of an SBOM, all or some.
///
/// # Errors
/// What the database says.
pub async fn said(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
    identities: Option<&[IdentityId]>,
) -> Result<Vec<Said>, StoreError> {
    let parts: Vec<Vec<Value>> = match identities {
        None => vec![Vec::new()],
        Some(identities) => {
            identities.chunks(ASKED_MAX).map(|part| part.iter().map(|id| id.id().into()).collect()).collect()
        }
    };
    let mut found = Vec::new();
    for part in parts {
        let mut query = ListQuery::new(
            "SELECT u.identity_id, u.context_id, m.vulnerability_id, m.verdict, m.confidence, m.evidence_sha256, i.component_key, i.name, i.version FROM sbom_units u JOIN matches m ON m.identity_id = u.identity_id AND m.context_id = u.context_id JOIN identities i ON i.id = u.identity_id",
        );
        query.filter("u.organisation_id = ?", [organisation.id().into()]);
        query.filter("u.sbom_id = ?", [sbom.id().into()]);
        if identities.is_some() {
            query.filter_one_of("u.identity_id", part);
        }
        query.push("ORDER BY u.identity_id, m.vulnerability_id", []);
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read_said(&row)?);
        }
    }
    Ok(found)
}

/// Writes what a check came to.
///
/// # Errors
/// What the database says.
pub async fn put(transaction: &mut Transaction, check: &SbomCheck) -> Result<(), StoreError> {
    let values = vec![
        check.organisation.id().into(),
        check.sbom.id().into(),
        (&check.state).into(),
        (&check.snapshot).into(),
        check.library_as_of.map(|at| at.0).into(),
        check.n_components.into(),
        check.n_not_checked.into(),
        check.matched_at.0.into(),
    ];
    transaction.execute(&PUT_CHECK, values).await?;
    Ok(())
}

/// What the last check of an SBOM came to; `None` while it waits for its first.
///
/// # Errors
/// What the database says.
pub async fn get(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<Option<SbomCheck>, StoreError> {
    let row = transaction.row(&GET_CHECK, vec![organisation.id().into(), sbom.id().into()]).await?;
    row.map(|row| {
        Ok(SbomCheck {
            organisation,
            sbom,
            state: row.text("state")?,
            snapshot: row.text("snapshot")?,
            library_as_of: row.integer_if_any("library_as_of")?.map(Stamp),
            n_components: row.integer("n_components")?,
            n_not_checked: row.integer("n_not_checked")?,
            matched_at: Stamp(row.integer("matched_at")?),
        })
    })
    .transpose()
}

/// The first `n_max` components of an SBOM that could not be checked. What the SBOM is about needs no identifier.
///
/// # Errors
/// What the database says.
pub async fn not_checked(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
    n_max: u32,
) -> Result<Vec<NotCheckedRow>, StoreError> {
    let values = vec![organisation.id().into(), sbom.id().into(), n_max.into()];
    let rows = transaction.rows(&NOT_CHECKED, values).await?;
    rows.iter()
        .map(|row| {
            Ok(NotCheckedRow {
                ordinal: row.integer("ordinal")?,
                identity: IdentityId::new(row.id("identity_id")?),
                name: row.text("name")?,
                version: row.text_if_any("version")?,
                reason: row.text("not_checked")?,
                detail: row.text_if_any("not_checked_detail")?,
            })
        })
        .collect()
}

/// How many components of an SBOM could not be checked.
///
/// # Errors
/// What the database says.
pub async fn count_not_checked(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: SbomId,
) -> Result<i64, StoreError> {
    let row = transaction.row(&COUNT_NOT_CHECKED, vec![organisation.id().into(), sbom.id().into()]).await?;
    row.map_or(Ok(0), |row| row.integer("n"))
}

/// Conditions on the identities that nothing could be looked up for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnresolvedFilter {
    /// Part of a name or identifier, in the form that searches compare.
    pub text: Option<String>,
    /// In an SBOM of this product.
    pub product: Option<ProductId>,
    /// This identity.
    pub identity: Option<IdentityId>,
}

/// A page of an organisation's identities that nothing could be looked up for, those of most releases first, and how many there are.
///
/// # Errors
/// What the database says.
pub async fn unresolved(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    filter: &UnresolvedFilter,
    page: crate::list::Page,
) -> Result<(Vec<Unresolved>, i64), StoreError> {
    let mut counted = ListQuery::new("SELECT COUNT(DISTINCT c.identity_id) AS n");
    unresolved_rows(&mut counted, organisation, filter);
    let (text, values) = counted.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let n = rows.first().map_or(Ok(0), |row| row.integer("n"))?;
    let mut query = ListQuery::new(
        "SELECT c.identity_id, MIN(u.not_checked) AS not_checked, COUNT(*) AS n, COUNT(DISTINCT b.release_id) AS n_releases",
    );
    unresolved_rows(&mut query, organisation, filter);
    query.push("GROUP BY c.identity_id ORDER BY n_releases DESC, n DESC, c.identity_id", []);
    query.push("LIMIT ? OFFSET ?", [page.n_rows.into(), page.n_before().into()]);
    let (text, values) = query.finish();
    let rows = transaction.rows_of_text(text, values).await?;
    let found = rows.iter().map(|row| {
        Ok(Unresolved {
            identity: IdentityId::new(row.id("identity_id")?),
            reason: row.text("not_checked")?,
            n_components: row.integer("n")?,
            n_releases: row.integer("n_releases")?,
        })
    });
    Ok((found.collect::<Result<_, StoreError>>()?, n))
}

/// Adds the tables and conditions of the identities that nothing could be looked up for.
fn unresolved_rows(query: &mut ListQuery, organisation: OrganisationId, filter: &UnresolvedFilter) {
    query.push(
        "FROM sboms b JOIN sbom_components c ON c.organisation_id = b.organisation_id AND c.sbom_id = b.id JOIN sbom_units s ON s.organisation_id = c.organisation_id AND s.sbom_id = c.sbom_id AND s.identity_id = c.identity_id JOIN unit_matches u ON u.identity_id = s.identity_id AND u.context_id = s.context_id",
        [],
    );
    query.filter("b.organisation_id = ?", [organisation.id().into()]);
    query.filter("b.state = 'current' AND c.role <> 'subject'", []);
    query.filter(
        "u.not_checked IN ('no_identifier', 'identifier_unreadable', 'type_without_database', 'identifiers_ignored', 'rules_conflict')",
        [],
    );
    if let Some(product) = filter.product {
        query.filter("b.product_id = ?", [product.id().into()]);
    }
    if let Some(identity) = filter.identity {
        query.filter("c.identity_id = ?", [identity.id().into()]);
    }
    if let Some(part) = &filter.text {
        query.filter(
            "c.identity_id IN (SELECT i.id FROM identities i WHERE i.search_text LIKE ? ESCAPE '\\')",
            [crate::finding_lists::contained(part).into()],
        );
    }
}

/// A current SBOM that holds an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The SBOM.
    pub sbom: SbomId,
    /// Its product.
    pub product: ProductId,
    /// The product's name in Japanese.
    pub product_ja: String,
    /// The release's version.
    pub version: String,
}

/// The first `n_max` current SBOMs of an organisation that hold an identity.
///
/// # Errors
/// What the database says.
pub async fn holders(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    identity: IdentityId,
    n_max: u32,
) -> Result<Vec<Holder>, StoreError> {
    let values = vec![organisation.id().into(), identity.id().into(), n_max.into()];
    let rows = transaction.rows(&HOLDERS, values).await?;
    rows.iter()
        .map(|row| {
            Ok(Holder {
                sbom: SbomId::new(row.id("id")?),
                product: ProductId::new(row.id("product_id")?),
                product_ja: row.text("trade_name_ja")?,
                version: row.text("version")?,
            })
        })
        .collect()
}

/// Reads a head.
fn read_head(row: &Row) -> Result<SbomHead, StoreError> {
    Ok(SbomHead {
        organisation: OrganisationId::new(row.id("organisation_id")?),
        id: SbomId::new(row.id("id")?),
        product: ProductId::new(row.id("product_id")?),
        release: ReleaseId::new(row.id("release_id")?),
        platform: row.text("platform")?,
        state: row.text("state")?,
    })
}

/// Reads what the library says.
fn read_said(row: &Row) -> Result<Said, StoreError> {
    Ok(Said {
        identity: IdentityId::new(row.id("identity_id")?),
        context: row.id("context_id")?,
        vulnerability: VulnerabilityId::new(row.id("vulnerability_id")?),
        verdict: row.text("verdict")?,
        confidence: row.text("confidence")?,
        evidence_sha256: row.sha256("evidence_sha256")?,
        component_key: row.text("component_key")?,
        name: row.text("name")?,
        version: row.text_if_any("version")?,
    })
}
