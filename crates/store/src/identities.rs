//! Component identities: what components are, shared by all organisations, so that each is matched once.

use std::collections::BTreeMap;

use kikimori_core::id::IdentityId;
use kikimori_core::stamp::Stamp;

use crate::list::ListQuery;
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT id, key_sha256, name, version, purl, cpe, supplier, attributes, component_key, search_text FROM identities WHERE id = $1";
    LIST_AFTER = "SELECT id, key_sha256, name, version, purl, cpe, supplier, attributes, component_key, search_text FROM identities WHERE id > $1 ORDER BY id LIMIT $2";
}

/// Identities asked for in one statement.
const ASKED_MAX: usize = 500;

/// Columns of an inserted row.
const COLUMNS: usize = 11;

/// What a component is, as stored. The use cases make it from a component and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredIdentity {
    /// SHA-256 over everything that the components of this identity have in common.
    pub key_sha256: [u8; 32],
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// The first package URL.
    pub purl: Option<String>,
    /// The first CPE name.
    pub cpe: Option<String>,
    /// Supplier.
    pub supplier: Option<String>,
    /// Everything else (JSON).
    pub attributes: String,
    /// What it is without its version.
    pub component_key: String,
    /// Names and identifiers in the form that searches compare.
    pub search_text: String,
}

/// The ids of the identities with these keys, as far as they are there.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn find_ids(
    transaction: &mut Transaction,
    keys: &[[u8; 32]],
) -> Result<BTreeMap<[u8; 32], IdentityId>, StoreError> {
    let mut found = BTreeMap::new();
    for asked in keys.chunks(ASKED_MAX) {
        let mut query = ListQuery::new("SELECT id, key_sha256 FROM identities");
        query.filter_one_of("key_sha256", asked.iter().map(|key| Value::from(*key)).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.insert(row.sha256("key_sha256")?, IdentityId::new(row.id("id")?));
        }
    }
    Ok(found)
}

/// Adds identities that are not there yet. Give them in the order of their keys, so that two who add at once do not wait for each other.
///
/// # Errors
/// What the database says.
pub async fn insert_missing(
    transaction: &mut Transaction,
    identities: &[(IdentityId, &StoredIdentity)],
    created_at: Stamp,
) -> Result<u64, StoreError> {
    let mut values = Vec::with_capacity(identities.len() * COLUMNS);
    for (id, identity) in identities {
        values.extend([
            id.id().into(),
            identity.key_sha256.into(),
            (&identity.name).into(),
            identity.version.clone().into(),
            identity.purl.clone().into(),
            identity.cpe.clone().into(),
            identity.supplier.clone().into(),
            (&identity.attributes).into(),
            (&identity.component_key).into(),
            (&identity.search_text).into(),
            created_at.0.into(),
        ]);
    }
    let start = "INSERT INTO identities (id, key_sha256, name, version, purl, cpe, supplier, attributes, component_key, search_text, created_at) VALUES";
    transaction.insert_many(start, "ON CONFLICT (key_sha256) DO NOTHING", COLUMNS, values).await
}

/// The identity of this id.
///
/// # Errors
/// What the database says.
pub async fn get(
    transaction: &mut Transaction,
    id: IdentityId,
) -> Result<Option<StoredIdentity>, StoreError> {
    let row = transaction.row(&GET, vec![id.id().into()]).await?;
    Ok(row.map(|row| read(&row)).transpose()?.map(|(_, identity)| identity))
}

/// The identities of these ids, as far as they are there.
///
/// # Errors
/// What the database says.
pub async fn list_of_ids(
    transaction: &mut Transaction,
    ids: &[IdentityId],
) -> Result<BTreeMap<IdentityId, StoredIdentity>, StoreError> {
    let mut found = BTreeMap::new();
    for asked in ids.chunks(ASKED_MAX) {
        let mut query = ListQuery::new(
            "SELECT id, key_sha256, name, version, purl, cpe, supplier, attributes, component_key, search_text FROM identities",
        );
        query.filter_one_of("id", asked.iter().map(|id| Value::from(id.id())).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.extend([read(&row)?]);
        }
    }
    Ok(found)
}

/// The next `n_max` identities of all after an id, in the order of their ids: for going through all of them in steps.
///
/// # Errors
/// What the database says.
pub async fn list_after(
    transaction: &mut Transaction,
    after: Option<IdentityId>,
    n_max: u32,
) -> Result<Vec<(IdentityId, StoredIdentity)>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.bytes().to_vec());
    transaction.rows(&LIST_AFTER, vec![after.into(), n_max.into()]).await?.iter().map(read).collect()
}

/// Reads a row with its id.
pub(crate) fn read(row: &Row) -> Result<(IdentityId, StoredIdentity), StoreError> {
    let identity = StoredIdentity {
        key_sha256: row.sha256("key_sha256")?,
        name: row.text("name")?,
        version: row.text_if_any("version")?,
        purl: row.text_if_any("purl")?,
        cpe: row.text_if_any("cpe")?,
        supplier: row.text_if_any("supplier")?,
        attributes: row.text("attributes")?,
        component_key: row.text("component_key")?,
        search_text: row.text("search_text")?,
    };
    Ok((IdentityId::new(row.id("id")?), identity))
}
