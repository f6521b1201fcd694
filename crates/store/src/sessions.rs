//! Sessions of browsers, and the one-time link of the first start.

use kikimori_core::id::{OrganisationId, PersonId, SessionId};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    FIND_BY_SECRET = "SELECT id, secret_sha256, person_id, organisation_id, stage, csrf_secret, user_agent, address, created_at, seen_at, expires_at, ended_at FROM sessions WHERE secret_sha256 = $1 AND ended_at IS NULL AND expires_at > $2";
    LIST_OF_PERSON = "SELECT id, secret_sha256, person_id, organisation_id, stage, csrf_secret, user_agent, address, created_at, seen_at, expires_at, ended_at FROM sessions WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY seen_at DESC, id LIMIT $3";
    INSERT = "INSERT INTO sessions (id, secret_sha256, person_id, organisation_id, stage, csrf_secret, user_agent, address, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    NOTE_SEEN = "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1 AND ended_at IS NULL";
    SET_ORGANISATION = "UPDATE sessions SET organisation_id = $2 WHERE id = $1 AND ended_at IS NULL";
    END = "UPDATE sessions SET ended_at = $3 WHERE id = $1 AND person_id = $2 AND ended_at IS NULL";
    END_ALL_OF_PERSON = "UPDATE sessions SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL";
    END_OTHERS_OF_PERSON = "UPDATE sessions SET ended_at = $2 WHERE person_id = $1 AND id <> $3 AND ended_at IS NULL";
    END_ALL_IN_ORGANISATION = "UPDATE sessions SET ended_at = $3 WHERE person_id = $1 AND organisation_id = $2 AND ended_at IS NULL";
    DELETE_ENDED = "DELETE FROM sessions WHERE expires_at < $1 OR ended_at < $1";
    INSERT_LINK = "INSERT INTO setup_links (secret_sha256, created_at, expires_at) VALUES ($1, $2, $3)";
    DELETE_LINKS = "DELETE FROM setup_links WHERE used_at IS NULL";
    FIND_LINK = "SELECT created_at FROM setup_links WHERE secret_sha256 = $1 AND used_at IS NULL AND expires_at > $2";
    USE_LINK = "UPDATE setup_links SET used_at = $2 WHERE secret_sha256 = $1 AND used_at IS NULL AND expires_at > $2";
}

/// A session as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id, which may be shown.
    pub id: SessionId,
    /// The SHA-256 of the secret in the cookie.
    pub secret_sha256: [u8; 32],
    /// Whose it is.
    pub person_id: PersonId,
    /// The organisation the person works in now.
    pub organisation_id: Option<OrganisationId>,
    /// Signing in is complete; otherwise the second factor is missing and nothing else is allowed.
    pub is_complete: bool,
    /// The secret that the tokens in forms are made of.
    pub csrf_secret: Vec<u8>,
    /// What the browser says it is.
    pub user_agent: String,
    /// The network address it came from.
    pub address: String,
    /// When it began.
    pub created_at: Stamp,
    /// When it was last used.
    pub seen_at: Stamp,
    /// When it ends by itself.
    pub expires_at: Stamp,
}

impl std::fmt::Debug for Session {
    /// Without secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Session").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The running session with this hash of its secret.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn find_by_secret(
    transaction: &mut Transaction,
    secret_sha256: [u8; 32],
    now: Stamp,
) -> Result<Option<Session>, StoreError> {
    let values = vec![secret_sha256.into(), now.0.into()];
    transaction.row(&FIND_BY_SECRET, values).await?.map(|row| read(&row)).transpose()
}

/// The first `n_max` running sessions of a person, last used first.
///
/// # Errors
/// What the database says.
pub async fn list_of_person(
    transaction: &mut Transaction,
    person_id: PersonId,
    now: Stamp,
    n_max: u32,
) -> Result<Vec<Session>, StoreError> {
    let values = vec![person_id.id().into(), now.0.into(), n_max.into()];
    transaction.rows(&LIST_OF_PERSON, values).await?.iter().map(read).collect()
}

/// Adds a session.
///
/// # Errors
/// What the database says.
pub async fn insert(transaction: &mut Transaction, session: &Session) -> Result<(), StoreError> {
    let values = vec![
        session.id.id().into(),
        session.secret_sha256.into(),
        session.person_id.id().into(),
        session.organisation_id.map(OrganisationId::id).into(),
        (if session.is_complete { "complete" } else { "second_factor" }).into(),
        session.csrf_secret.clone().into(),
        (&session.user_agent).into(),
        (&session.address).into(),
        session.created_at.0.into(),
        session.seen_at.0.into(),
        session.expires_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Notes that a session was used, and moves its end.
///
/// # Errors
/// What the database says.
pub async fn note_seen(
    transaction: &mut Transaction,
    id: SessionId,
    seen_at: Stamp,
    expires_at: Stamp,
) -> Result<(), StoreError> {
    transaction
        .execute(&NOTE_SEEN, vec![id.id().into(), seen_at.0.into(), expires_at.0.into()])
        .await
        .map(drop)
}

/// Changes the organisation in which the person works.
///
/// # Errors
/// What the database says.
pub async fn set_organisation(
    transaction: &mut Transaction,
    id: SessionId,
    organisation_id: OrganisationId,
) -> Result<(), StoreError> {
    let values = vec![id.id().into(), organisation_id.id().into()];
    transaction.execute(&SET_ORGANISATION, values).await.map(drop)
}

/// Ends a session of a person; whether there was one to end.
///
/// # Errors
/// What the database says.
pub async fn end(
    transaction: &mut Transaction,
    id: SessionId,
    person_id: PersonId,
    at: Stamp,
) -> Result<bool, StoreError> {
    let values = vec![id.id().into(), person_id.id().into(), at.0.into()];
    Ok(transaction.execute(&END, values).await? > 0)
}

/// Ends all sessions of a person and gives their number.
///
/// # Errors
/// What the database says.
pub async fn end_all_of_person(
    transaction: &mut Transaction,
    person_id: PersonId,
    at: Stamp,
) -> Result<u64, StoreError> {
    transaction.execute(&END_ALL_OF_PERSON, vec![person_id.id().into(), at.0.into()]).await
}

/// Ends all sessions of a person but one, and gives their number.
///
/// # Errors
/// What the database says.
pub async fn end_others_of_person(
    transaction: &mut Transaction,
    person_id: PersonId,
    kept: SessionId,
    at: Stamp,
) -> Result<u64, StoreError> {
    let values = vec![person_id.id().into(), at.0.into(), kept.id().into()];
    transaction.execute(&END_OTHERS_OF_PERSON, values).await
}

/// Ends the sessions in which a person works in an organisation, and gives their number.
///
/// # Errors
/// What the database says.
pub async fn end_all_in_organisation(
    transaction: &mut Transaction,
    person_id: PersonId,
    organisation_id: OrganisationId,
    at: Stamp,
) -> Result<u64, StoreError> {
    let values = vec![person_id.id().into(), organisation_id.id().into(), at.0.into()];
    transaction.execute(&END_ALL_IN_ORGANISATION, values).await
}

/// Forgets sessions that ended before `before`.
///
/// # Errors
/// What the database says.
pub async fn delete_ended(transaction: &mut Transaction, before: Stamp) -> Result<u64, StoreError> {
    transaction.execute(&DELETE_ENDED, vec![before.0.into()]).await
}

/// Puts a new setup link in place of any unused one.
///
/// # Errors
/// What the database says.
pub async fn replace_setup_link(
    transaction: &mut Transaction,
    secret_sha256: [u8; 32],
    now: Stamp,
    expires_at: Stamp,
) -> Result<(), StoreError> {
    transaction.execute(&DELETE_LINKS, vec![]).await?;
    let values = vec![secret_sha256.into(), now.0.into(), expires_at.0.into()];
    transaction.execute(&INSERT_LINK, values).await.map(drop)
}

/// Whether a setup link can be used.
///
/// # Errors
/// What the database says.
pub async fn has_setup_link(
    transaction: &mut Transaction,
    secret_sha256: [u8; 32],
    now: Stamp,
) -> Result<bool, StoreError> {
    Ok(transaction.row(&FIND_LINK, vec![secret_sha256.into(), now.0.into()]).await?.is_some())
}

/// Uses a setup link up; whether it could be used.
///
/// # Errors
/// What the database says.
pub async fn use_setup_link(
    transaction: &mut Transaction,
    secret_sha256: [u8; 32],
    now: Stamp,
) -> Result<bool, StoreError> {
    Ok(transaction.execute(&USE_LINK, vec![secret_sha256.into(), now.0.into()]).await? > 0)
}

/// Reads a row.
fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId::new(row.id("id")?),
        secret_sha256: row.sha256("secret_sha256")?,
        person_id: PersonId::new(row.id("person_id")?),
        organisation_id: row.id_if_any("organisation_id")?.map(OrganisationId::new),
        is_complete: row.text("stage")? == "complete",
        csrf_secret: row.bytes("csrf_secret")?,
        user_agent: row.text("user_agent")?,
        address: row.text("address")?,
        created_at: Stamp(row.integer("created_at")?),
        seen_at: Stamp(row.integer("seen_at")?),
        expires_at: Stamp(row.integer("expires_at")?),
    })
}
