//! API tokens: what programs sign in with, found by the hash of their secret.

use kikimori_core::access::TokenScope;
use kikimori_core::id::{OrganisationId, PersonId, TokenId};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    FIND_BY_SECRET = "SELECT id, organisation_id, person_id, name, secret_sha256, scope, created_at, expires_at, used_at FROM api_tokens WHERE secret_sha256 = $1 AND revoked_at IS NULL AND expires_at > $2";
    LIST_OF_PERSON = "SELECT id, organisation_id, person_id, name, secret_sha256, scope, created_at, expires_at, used_at FROM api_tokens WHERE organisation_id = $1 AND person_id = $2 AND revoked_at IS NULL AND expires_at > $3 ORDER BY created_at DESC, id LIMIT $4";
    LIST_OF_ORGANISATION = "SELECT id, organisation_id, person_id, name, secret_sha256, scope, created_at, expires_at, used_at FROM api_tokens WHERE organisation_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id LIMIT $3";
    GET = "SELECT id, organisation_id, person_id, name, secret_sha256, scope, created_at, expires_at, used_at FROM api_tokens WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL";
    INSERT = "INSERT INTO api_tokens (id, organisation_id, person_id, name, secret_sha256, scope, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    NOTE_USED = "UPDATE api_tokens SET used_at = $2 WHERE id = $1";
    REVOKE = "UPDATE api_tokens SET revoked_at = $3 WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL";
    REVOKE_ALL = "UPDATE api_tokens SET revoked_at = $3 WHERE organisation_id = $1 AND person_id = $2 AND revoked_at IS NULL";
}

/// A token as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id, which may be shown.
    pub id: TokenId,
    /// The organisation in which it works.
    pub organisation_id: OrganisationId,
    /// Whose it is.
    pub person_id: PersonId,
    /// What it is for.
    pub name: String,
    /// The SHA-256 of its secret.
    pub secret_sha256: [u8; 32],
    /// What it allows at most.
    pub scope: TokenScope,
    /// When it was made.
    pub created_at: Stamp,
    /// When it ends by itself.
    pub expires_at: Stamp,
    /// When it was last used, to some minutes.
    pub used_at: Option<Stamp>,
}

/// The token with this hash of its secret, unless it was revoked or ran out.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn find_by_secret(
    transaction: &mut Transaction,
    secret_sha256: [u8; 32],
    now: Stamp,
) -> Result<Option<ApiToken>, StoreError> {
    let values = vec![secret_sha256.into(), now.0.into()];
    transaction.row(&FIND_BY_SECRET, values).await?.map(|row| read(&row)).transpose()
}

/// The token of this id, unless it was revoked.
///
/// # Errors
/// What the database says.
pub async fn get(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    id: TokenId,
) -> Result<Option<ApiToken>, StoreError> {
    let values = vec![organisation_id.id().into(), id.id().into()];
    transaction.row(&GET, values).await?.map(|row| read(&row)).transpose()
}

/// The first `n_max` usable tokens of a person in an organisation, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_of_person(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    person_id: PersonId,
    now: Stamp,
    n_max: u32,
) -> Result<Vec<ApiToken>, StoreError> {
    let values = vec![organisation_id.id().into(), person_id.id().into(), now.0.into(), n_max.into()];
    transaction.rows(&LIST_OF_PERSON, values).await?.iter().map(read).collect()
}

/// The first `n_max` usable tokens of an organisation, newest first.
///
/// # Errors
/// What the database says.
pub async fn list_of_organisation(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    now: Stamp,
    n_max: u32,
) -> Result<Vec<ApiToken>, StoreError> {
    let values = vec![organisation_id.id().into(), now.0.into(), n_max.into()];
    transaction.rows(&LIST_OF_ORGANISATION, values).await?.iter().map(read).collect()
}

/// Adds a token.
///
/// # Errors
/// What the database says.
pub async fn insert(transaction: &mut Transaction, token: &ApiToken) -> Result<(), StoreError> {
    let values = vec![
        token.id.id().into(),
        token.organisation_id.id().into(),
        token.person_id.id().into(),
        (&token.name).into(),
        token.secret_sha256.into(),
        token.scope.code().into(),
        token.created_at.0.into(),
        token.expires_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Notes that a token was used.
///
/// # Errors
/// What the database says.
pub async fn note_used(transaction: &mut Transaction, id: TokenId, at: Stamp) -> Result<(), StoreError> {
    transaction.execute(&NOTE_USED, vec![id.id().into(), at.0.into()]).await.map(drop)
}

/// Revokes a token; whether there was one to revoke.
///
/// # Errors
/// What the database says.
pub async fn revoke(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    id: TokenId,
    at: Stamp,
) -> Result<bool, StoreError> {
    let values = vec![organisation_id.id().into(), id.id().into(), at.0.into()];
    Ok(transaction.execute(&REVOKE, values).await? > 0)
}

/// Revokes all tokens of a person in an organisation and gives their number.
///
/// # Errors
/// What the database says.
pub async fn revoke_all_of_person(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    person_id: PersonId,
    at: Stamp,
) -> Result<u64, StoreError> {
    let values = vec![organisation_id.id().into(), person_id.id().into(), at.0.into()];
    transaction.execute(&REVOKE_ALL, values).await
}

/// Reads a row.
fn read(row: &Row) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: TokenId::new(row.id("id")?),
        organisation_id: OrganisationId::new(row.id("organisation_id")?),
        person_id: PersonId::new(row.id("person_id")?),
        name: row.text("name")?,
        secret_sha256: row.sha256("secret_sha256")?,
        scope: row.read("scope", TokenScope::of_code)?,
        created_at: Stamp(row.integer("created_at")?),
        expires_at: Stamp(row.integer("expires_at")?),
        used_at: row.integer_if_any("used_at")?.map(Stamp),
    })
}
