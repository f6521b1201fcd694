//! Organisations: makers, hospitals and the others that work here.

use kikimori_core::access::OrganisationKind;
use kikimori_core::id::OrganisationId;
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT id, kind, name_ja, name_en, state, created_at, revision FROM organisations WHERE id = $1";
    LIST = "SELECT id, kind, name_ja, name_en, state, created_at, revision FROM organisations ORDER BY created_at, id LIMIT $1";
    INSERT = "INSERT INTO organisations (id, kind, name_ja, name_en, state, created_at, revision) VALUES ($1, $2, $3, $4, 'active', $5, 1)";
    UPDATE = "UPDATE organisations SET name_ja = $3, name_en = $4, revision = revision + 1 WHERE id = $1 AND revision = $2";
}

/// An organisation as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English; may be empty.
    pub name_en: String,
    /// Whether people can still work in it.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Stamp,
    /// Counts changes, for optimistic locking.
    pub revision: i64,
}

/// The organisation of this id.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    id: OrganisationId,
) -> Result<Option<Organisation>, StoreError> {
    transaction.row(&GET, vec![id.id().into()]).await?.map(|row| read(&row)).transpose()
}

/// The first `n_max` organisations, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list(transaction: &mut Transaction, n_max: u32) -> Result<Vec<Organisation>, StoreError> {
    transaction.rows(&LIST, vec![n_max.into()]).await?.iter().map(read).collect()
}

/// Adds an organisation.
///
/// # Errors
/// What the database says.
pub async fn insert(transaction: &mut Transaction, organisation: &Organisation) -> Result<(), StoreError> {
    let values = vec![
        organisation.id.id().into(),
        organisation.kind.code().into(),
        (&organisation.name_ja).into(),
        (&organisation.name_en).into(),
        organisation.created_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Writes changed names of an organisation whose revision is still `organisation.revision`.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since.
pub async fn update(transaction: &mut Transaction, organisation: &Organisation) -> Result<(), StoreError> {
    let values = vec![
        organisation.id.id().into(),
        organisation.revision.into(),
        (&organisation.name_ja).into(),
        (&organisation.name_en).into(),
    ];
    transaction.change_one(&UPDATE, values).await
}

/// Reads a row.
fn read(row: &Row) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: OrganisationId::new(row.id("id")?),
        kind: row.read("kind", OrganisationKind::of_code)?,
        name_ja: row.text("name_ja")?,
        name_en: row.text("name_en")?,
        is_active: row.text("state")? == "active",
        created_at: Stamp(row.integer("created_at")?),
        revision: row.integer("revision")?,
    })
}
