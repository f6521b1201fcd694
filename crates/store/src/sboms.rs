//! Revisions of SBOMs.

use kikimori_core::id::{OrganisationId, PersonId, ProductId, ReleaseId, SbomId};
use kikimori_core::sbom_revision::{SbomSource, SbomState};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT id, product_id, release_id, part, revision_number, sha256, file_name, format, spec_version, serial, n_components, n_with_identifier, notices, n_notices, platform, follows_id, n_added, n_removed, n_changed, state, withdrawn_reason, source, ingested_by, ingested_at FROM sboms WHERE organisation_id = $1 AND id = $2";
    FIND_CURRENT = "SELECT id, product_id, release_id, part, revision_number, sha256, file_name, format, spec_version, serial, n_components, n_with_identifier, notices, n_notices, platform, follows_id, n_added, n_removed, n_changed, state, withdrawn_reason, source, ingested_by, ingested_at FROM sboms WHERE organisation_id = $1 AND release_id = $2 AND part = $3 AND state = 'current'";
    LIST_OF_PRODUCT = "SELECT id, product_id, release_id, part, revision_number, sha256, file_name, format, spec_version, serial, n_components, n_with_identifier, notices, n_notices, platform, follows_id, n_added, n_removed, n_changed, state, withdrawn_reason, source, ingested_by, ingested_at FROM sboms WHERE organisation_id = $1 AND product_id = $2 ORDER BY ingested_at DESC, id DESC LIMIT $3";
    LIST_CURRENT_OF_PRODUCT = "SELECT id, product_id, release_id, part, revision_number, sha256, file_name, format, spec_version, serial, n_components, n_with_identifier, notices, n_notices, platform, follows_id, n_added, n_removed, n_changed, state, withdrawn_reason, source, ingested_by, ingested_at FROM sboms WHERE organisation_id = $1 AND product_id = $2 AND state = 'current' ORDER BY id LIMIT $3";
    LIST_CURRENT_AFTER = "SELECT id, product_id, release_id, part, revision_number, sha256, file_name, format, spec_version, serial, n_components, n_with_identifier, notices, n_notices, platform, follows_id, n_added, n_removed, n_changed, state, withdrawn_reason, source, ingested_by, ingested_at FROM sboms WHERE organisation_id = $1 AND id > $2 AND state = 'current' ORDER BY id LIMIT $3";
    INSERT = "INSERT INTO sboms (organisation_id, id, product_id, release_id, part, revision_number, sha256, file_name, format, spec_version, serial, n_components, n_with_identifier, notices, n_notices, platform, follows_id, n_added, n_removed, n_changed, state, source, ingested_by, ingested_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 'current', $21, $22, $23)";
    SUPERSEDE = "UPDATE sboms SET state = 'superseded' WHERE organisation_id = $1 AND id = $2 AND state = 'current'";
    WITHDRAW = "UPDATE sboms SET state = 'withdrawn', withdrawn_reason = $3 WHERE organisation_id = $1 AND id = $2 AND state <> 'withdrawn'";
}

/// A revision as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSbom {
    /// Its id.
    pub id: SbomId,
    /// The product.
    pub product_id: ProductId,
    /// The release.
    pub release_id: ReleaseId,
    /// Which part of the release it is about; empty for the release itself.
    pub part: String,
    /// Counts from 1 within release and part.
    pub revision_number: i64,
    /// SHA-256 of the original file.
    pub sha256: [u8; 32],
    /// The file's name.
    pub file_name: String,
    /// The format's name.
    pub format: String,
    /// The format's version.
    pub spec_version: String,
    /// The document's own identity.
    pub serial: Option<String>,
    /// Listed components.
    pub n_components: i64,
    /// Listed components with a package URL or CPE name.
    pub n_with_identifier: i64,
    /// The first oddities, as the use case writes them.
    pub notices: String,
    /// How many oddities there were.
    pub n_notices: i64,
    /// Platform facts given beside the SBOM: CPE names.
    pub platform: Vec<String>,
    /// The revision that was current before.
    pub follows: Option<SbomId>,
    /// What changed from it to this one.
    pub changes: Option<SbomChanges>,
    /// Where it stands.
    pub state: SbomState,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
    /// How it came in.
    pub source: SbomSource,
    /// Who handed it in; nobody for a watched folder.
    pub ingested_by: Option<PersonId>,
    /// When.
    pub ingested_at: Stamp,
}

/// How much changed between two revisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SbomChanges {
    /// Components only in the later.
    pub n_added: i64,
    /// Components only in the earlier.
    pub n_removed: i64,
    /// Components in both that differ.
    pub n_changed: i64,
}

/// The revision of this id.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: SbomId,
) -> Result<Option<StoredSbom>, StoreError> {
    let values = vec![organisation.id().into(), id.id().into()];
    transaction.row(&GET, values).await?.map(|row| read(&row)).transpose()
}

/// The current revision of a part of a release.
///
/// # Errors
/// What the database says.
pub async fn find_current(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    release: ReleaseId,
    part: &str,
) -> Result<Option<StoredSbom>, StoreError> {
    let values = vec![organisation.id().into(), release.id().into(), part.into()];
    transaction.row(&FIND_CURRENT, values).await?.map(|row| read(&row)).transpose()
}

/// All revisions of a product's SBOMs, the newest first, at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn list_of_product(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    n_max: u32,
) -> Result<Vec<StoredSbom>, StoreError> {
    let values = vec![organisation.id().into(), product.id().into(), n_max.into()];
    transaction.rows(&LIST_OF_PRODUCT, values).await?.iter().map(read).collect()
}

/// The current revisions of a product's SBOMs, at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn list_current_of_product(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    n_max: u32,
) -> Result<Vec<StoredSbom>, StoreError> {
    let values = vec![organisation.id().into(), product.id().into(), n_max.into()];
    transaction.rows(&LIST_CURRENT_OF_PRODUCT, values).await?.iter().map(read).collect()
}

/// The next `n_max` current revisions of an organisation after an id: for going through all of them in steps.
///
/// # Errors
/// What the database says.
pub async fn list_current_after(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    after: Option<SbomId>,
    n_max: u32,
) -> Result<Vec<StoredSbom>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.bytes().to_vec());
    let values = vec![organisation.id().into(), after.into(), n_max.into()];
    transaction.rows(&LIST_CURRENT_AFTER, values).await?.iter().map(read).collect()
}

/// Adds a revision as the current one.
///
/// # Errors
/// [`StoreError::Unique`] if somebody else added one meanwhile.
pub async fn insert(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    sbom: &StoredSbom,
) -> Result<(), StoreError> {
    let changes = sbom.changes;
    let values = vec![
        organisation.id().into(),
        sbom.id.id().into(),
        sbom.product_id.id().into(),
        sbom.release_id.id().into(),
        (&sbom.part).into(),
        sbom.revision_number.into(),
        sbom.sha256.into(),
        (&sbom.file_name).into(),
        (&sbom.format).into(),
        (&sbom.spec_version).into(),
        sbom.serial.clone().into(),
        sbom.n_components.into(),
        sbom.n_with_identifier.into(),
        (&sbom.notices).into(),
        sbom.n_notices.into(),
        serde_json::to_string(&sbom.platform).unwrap_or_default().into(),
        sbom.follows.map(SbomId::id).into(),
        changes.map(|changes| changes.n_added).into(),
        changes.map(|changes| changes.n_removed).into(),
        changes.map(|changes| changes.n_changed).into(),
        sbom.source.code().into(),
        sbom.ingested_by.map(PersonId::id).into(),
        sbom.ingested_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Makes the current revision an old one.
///
/// # Errors
/// [`StoreError::Conflict`] if it is not current any more.
pub async fn supersede(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: SbomId,
) -> Result<(), StoreError> {
    transaction.change_one(&SUPERSEDE, vec![organisation.id().into(), id.id().into()]).await
}

/// Withdraws a revision.
///
/// # Errors
/// [`StoreError::Conflict`] if it was withdrawn before.
pub async fn withdraw(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: SbomId,
    reason: &str,
) -> Result<(), StoreError> {
    transaction.change_one(&WITHDRAW, vec![organisation.id().into(), id.id().into(), reason.into()]).await
}

/// Reads a row.
fn read(row: &Row) -> Result<StoredSbom, StoreError> {
    let changes = match (row.integer_if_any("n_added")?, row.integer_if_any("n_removed")?) {
        (Some(n_added), Some(n_removed)) => {
            let n_changed = row.integer_if_any("n_changed")?.unwrap_or_default();
            Some(SbomChanges { n_added, n_removed, n_changed })
        }
        _ => None,
    };
    Ok(StoredSbom {
        id: SbomId::new(row.id("id")?),
        product_id: ProductId::new(row.id("product_id")?),
        release_id: ReleaseId::new(row.id("release_id")?),
        part: row.text("part")?,
        revision_number: row.integer("revision_number")?,
        sha256: row.sha256("sha256")?,
        file_name: row.text("file_name")?,
        format: row.text("format")?,
        spec_version: row.text("spec_version")?,
        serial: row.text_if_any("serial")?,
        n_components: row.integer("n_components")?,
        n_with_identifier: row.integer("n_with_identifier")?,
        notices: row.text("notices")?,
        n_notices: row.integer("n_notices")?,
        platform: row.read("platform", |text| serde_json::from_str(text).ok())?,
        follows: row.id_if_any("follows_id")?.map(SbomId::new),
        changes,
        state: row.read("state", SbomState::of_code)?,
        withdrawn_reason: row.text_if_any("withdrawn_reason")?,
        source: row.read("source", SbomSource::of_code)?,
        ingested_by: row.id_if_any("ingested_by")?.map(PersonId::new),
        ingested_at: Stamp(row.integer("ingested_at")?),
    })
}
