//! Releases of products.

use kikimori_core::day::Day;
use kikimori_core::id::{OrganisationId, ProductId, ReleaseId};
use kikimori_core::market::Gtin;
use kikimori_core::release::Release;
use kikimori_core::stamp::Stamp;

use crate::products::{day_if_any, read_if_any};
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT id, product_id, version, released_on, gtin, supersedes_id, state, created_at, changed_at, revision FROM releases WHERE organisation_id = $1 AND id = $2";
    FIND_BY_VERSION = "SELECT id, product_id, version, released_on, gtin, supersedes_id, state, created_at, changed_at, revision FROM releases WHERE organisation_id = $1 AND product_id = $2 AND version = $3";
    LIST_OF_PRODUCT = "SELECT id, product_id, version, released_on, gtin, supersedes_id, state, created_at, changed_at, revision FROM releases WHERE organisation_id = $1 AND product_id = $2 ORDER BY COALESCE(released_on, '') DESC, created_at DESC, id DESC LIMIT $3";
    LIST_ACTIVE = "SELECT r.id, r.product_id, r.version, r.released_on, r.gtin, r.supersedes_id, r.state, r.created_at, r.changed_at, r.revision, p.trade_name_ja, p.trade_name_en FROM releases r JOIN products p ON p.organisation_id = r.organisation_id AND p.id = r.product_id WHERE r.organisation_id = $1 AND r.state = 'active' AND p.state = 'active' ORDER BY r.created_at DESC, r.id DESC LIMIT $2";
    INSERT = "INSERT INTO releases (organisation_id, id, product_id, version, released_on, gtin, supersedes_id, state, created_at, changed_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $8, 1)";
    UPDATE = "UPDATE releases SET version = $4, released_on = $5, gtin = $6, supersedes_id = $7, changed_at = $8, revision = revision + 1 WHERE organisation_id = $1 AND id = $2 AND product_id = $3 AND revision = $9 AND state = 'active'";
    SET_STATE = "UPDATE releases SET state = $4, changed_at = $5, revision = revision + 1 WHERE organisation_id = $1 AND id = $2 AND revision = $3";
}

/// A release as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRelease {
    /// Its id.
    pub id: ReleaseId,
    /// Its product.
    pub product_id: ProductId,
    /// What people said about it.
    pub release: Release,
    /// It was not withdrawn.
    pub is_active: bool,
    /// When it was added.
    pub created_at: Stamp,
    /// When it was last changed.
    pub changed_at: Stamp,
    /// Counts changes, for optimistic locking.
    pub revision: i64,
}

/// The release of this id.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: ReleaseId,
) -> Result<Option<StoredRelease>, StoreError> {
    let values = vec![organisation.id().into(), id.id().into()];
    transaction.row(&GET, values).await?.map(|row| read(&row)).transpose()
}

/// The release of a product with exactly this version.
///
/// # Errors
/// What the database says.
pub async fn find_by_version(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    version: &str,
) -> Result<Option<StoredRelease>, StoreError> {
    let values = vec![organisation.id().into(), product.id().into(), version.into()];
    transaction.row(&FIND_BY_VERSION, values).await?.map(|row| read(&row)).transpose()
}

/// A product's releases, the newest first, withdrawn ones too; at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn list_of_product(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    n_max: u32,
) -> Result<Vec<StoredRelease>, StoreError> {
    let values = vec![organisation.id().into(), product.id().into(), n_max.into()];
    transaction.rows(&LIST_OF_PRODUCT, values).await?.iter().map(read).collect()
}

/// The newest active releases of active products, with the products' trade names in Japanese and English; at most `n_max`.
///
/// # Errors
/// What the database says.
pub async fn list_active(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    n_max: u32,
) -> Result<Vec<(StoredRelease, String, Option<String>)>, StoreError> {
    let values = vec![organisation.id().into(), n_max.into()];
    let rows = transaction.rows(&LIST_ACTIVE, values).await?;
    rows.iter()
        .map(|row| Ok((read(row)?, row.text("trade_name_ja")?, row.text_if_any("trade_name_en")?)))
        .collect()
}

/// Adds a release.
///
/// # Errors
/// [`StoreError::Unique`] if the product has one of this version.
pub async fn insert(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    product: ProductId,
    id: ReleaseId,
    release: &Release,
    at: Stamp,
) -> Result<(), StoreError> {
    let [version, released_on, gtin, supersedes] = columns(release);
    let owner = organisation.id().into();
    let values =
        vec![owner, id.id().into(), product.id().into(), version, released_on, gtin, supersedes, at.0.into()];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Writes what people say about an active release of a product whose revision is still `revision`.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since, [`StoreError::Unique`] if another has this version.
pub async fn update(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    stored: &StoredRelease,
    release: &Release,
    revision: i64,
    at: Stamp,
) -> Result<(), StoreError> {
    let [version, released_on, gtin, supersedes] = columns(release);
    let (owner, id, product) =
        (organisation.id().into(), stored.id.id().into(), stored.product_id.id().into());
    let values =
        vec![owner, id, product, version, released_on, gtin, supersedes, at.0.into(), revision.into()];
    transaction.change_one(&UPDATE, values).await
}

/// Withdraws a release whose revision is still `revision`, or takes it back.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since.
pub async fn set_active(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: ReleaseId,
    is_active: bool,
    revision: i64,
    at: Stamp,
) -> Result<(), StoreError> {
    let state = if is_active { "active" } else { "withdrawn" };
    let values = vec![organisation.id().into(), id.id().into(), revision.into(), state.into(), at.0.into()];
    transaction.change_one(&SET_STATE, values).await
}

/// Version, day, GTIN and the release before it as values.
fn columns(release: &Release) -> [Value; 4] {
    [
        (&release.version).into(),
        release.released_on.map(|day: Day| day.to_string()).into(),
        release.gtin.as_ref().map(Gtin::as_str).into(),
        release.supersedes.map(ReleaseId::id).into(),
    ]
}

/// Reads a row.
fn read(row: &Row) -> Result<StoredRelease, StoreError> {
    let release = Release {
        version: row.text("version")?,
        released_on: day_if_any(row, "released_on")?,
        gtin: read_if_any(row, "gtin", |text| Gtin::parse(text).ok())?,
        supersedes: row.id_if_any("supersedes_id")?.map(ReleaseId::new),
    };
    Ok(StoredRelease {
        id: ReleaseId::new(row.id("id")?),
        product_id: ProductId::new(row.id("product_id")?),
        release,
        is_active: row.text("state")? == "active",
        created_at: Stamp(row.integer("created_at")?),
        changed_at: Stamp(row.integer("changed_at")?),
        revision: row.integer("revision")?,
    })
}
