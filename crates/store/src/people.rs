//! People: who can sign in, and with what.

use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT id, email, name, language, password_hash, password_changed_at, is_operator, n_failed, locked_until, state, created_at, revision FROM people WHERE id = $1";
    FIND_BY_EMAIL = "SELECT id, email, name, language, password_hash, password_changed_at, is_operator, n_failed, locked_until, state, created_at, revision FROM people WHERE email = $1";
    LIST_OF_ORGANISATION = "SELECT p.id, p.email, p.name, p.language, p.password_hash, p.password_changed_at, p.is_operator, p.n_failed, p.locked_until, p.state, p.created_at, p.revision FROM people p JOIN memberships m ON m.person_id = p.id WHERE m.organisation_id = $1 ORDER BY p.name, p.id LIMIT $2";
    COUNT = "SELECT COUNT(*) AS n FROM people";
    INSERT = "INSERT INTO people (id, email, name, language, password_hash, password_changed_at, is_operator, n_failed, state, created_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 'active', $8, 1)";
    UPDATE = "UPDATE people SET name = $3, language = $4, is_operator = $5, state = $6, revision = revision + 1 WHERE id = $1 AND revision = $2";
    SET_PASSWORD = "UPDATE people SET password_hash = $2, password_changed_at = $3, n_failed = 0, locked_until = NULL, revision = revision + 1 WHERE id = $1";
    HAS_SHORTCUTS = "SELECT has_shortcuts FROM people WHERE id = $1";
    SET_SHORTCUTS = "UPDATE people SET has_shortcuts = $2 WHERE id = $1";
    SET_LANGUAGE = "UPDATE people SET language = $2 WHERE id = $1";
    NOTE_FAILURE = "UPDATE people SET n_failed = n_failed + 1, locked_until = CASE WHEN n_failed + 1 >= $2 THEN $3 ELSE locked_until END WHERE id = $1";
    NOTE_SUCCESS = "UPDATE people SET n_failed = 0, locked_until = NULL WHERE id = $1";
}

/// A person as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// The address they sign in with, in lower case.
    pub email: String,
    /// Their name as they write it.
    pub name: String,
    /// The language of their pages, `ja` or `en`.
    pub language: String,
    /// The Argon2id hash of the password; none if they sign in elsewhere or have not set one yet.
    pub password_hash: Option<String>,
    /// When the password was set.
    pub password_changed_at: Option<Stamp>,
    /// Runs the installation.
    pub is_operator: bool,
    /// Failed attempts to sign in since the last good one.
    pub n_failed: i64,
    /// Until when signing in is refused.
    pub locked_until: Option<Stamp>,
    /// Whether they can sign in at all.
    pub is_active: bool,
    /// When they were added.
    pub created_at: Stamp,
    /// Counts changes, for optimistic locking.
    pub revision: i64,
}

impl std::fmt::Debug for Person {
    /// Without the hash of the password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The person of this id.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(transaction: &mut Transaction, id: PersonId) -> Result<Option<Person>, StoreError> {
    transaction.row(&GET, vec![id.id().into()]).await?.map(|row| read(&row)).transpose()
}

/// The person who signs in with this address, given in lower case.
///
/// # Errors
/// What the database says.
pub async fn find_by_email(transaction: &mut Transaction, email: &str) -> Result<Option<Person>, StoreError> {
    transaction.row(&FIND_BY_EMAIL, vec![email.into()]).await?.map(|row| read(&row)).transpose()
}

/// The first `n_max` people of an organisation, by name.
///
/// # Errors
/// What the database says.
pub async fn list_of_organisation(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    n_max: u32,
) -> Result<Vec<Person>, StoreError> {
    let values = vec![organisation_id.id().into(), n_max.into()];
    transaction.rows(&LIST_OF_ORGANISATION, values).await?.iter().map(read).collect()
}

/// How many people there are.
///
/// # Errors
/// What the database says.
pub async fn count(transaction: &mut Transaction) -> Result<i64, StoreError> {
    transaction.row(&COUNT, vec![]).await?.map_or(Ok(0), |row| row.integer("n"))
}

/// Adds a person.
///
/// # Errors
/// [`StoreError::Unique`] `uq_people__email` if the address is taken.
pub async fn insert(transaction: &mut Transaction, person: &Person) -> Result<(), StoreError> {
    let values = vec![
        person.id.id().into(),
        (&person.email).into(),
        (&person.name).into(),
        (&person.language).into(),
        person.password_hash.clone().into(),
        person.password_changed_at.map(|at| at.0).into(),
        person.is_operator.into(),
        person.created_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Writes name, language, operator and state of a person whose revision is still `person.revision`.
///
/// # Errors
/// [`StoreError::Conflict`] if they were changed since.
pub async fn update(transaction: &mut Transaction, person: &Person) -> Result<(), StoreError> {
    let values = vec![
        person.id.id().into(),
        person.revision.into(),
        (&person.name).into(),
        (&person.language).into(),
        person.is_operator.into(),
        (if person.is_active { "active" } else { "disabled" }).into(),
    ];
    transaction.change_one(&UPDATE, values).await
}

/// Sets the hash of the password and lets the person in again.
///
/// # Errors
/// What the database says.
pub async fn set_password(
    transaction: &mut Transaction,
    id: PersonId,
    hash: &str,
    at: Stamp,
) -> Result<(), StoreError> {
    transaction.execute(&SET_PASSWORD, vec![id.id().into(), hash.into(), at.0.into()]).await.map(drop)
}

/// Sets the language of a person's pages.
///
/// # Errors
/// What the database says.
pub async fn set_language(
    transaction: &mut Transaction,
    id: PersonId,
    language: &str,
) -> Result<(), StoreError> {
    transaction.execute(&SET_LANGUAGE, vec![id.id().into(), language.into()]).await.map(drop)
}

/// Whether shortcuts of the keyboard are on for a person.
///
/// # Errors
/// What the database says.
pub async fn has_shortcuts(transaction: &mut Transaction, id: PersonId) -> Result<bool, StoreError> {
    let row = transaction.row(&HAS_SHORTCUTS, vec![id.id().into()]).await?;
    row.map_or(Ok(true), |row| row.truth("has_shortcuts"))
}

/// Turns shortcuts of the keyboard on or off.
///
/// # Errors
/// What the database says.
pub async fn set_shortcuts(
    transaction: &mut Transaction,
    id: PersonId,
    has_shortcuts: bool,
) -> Result<(), StoreError> {
    transaction.execute(&SET_SHORTCUTS, vec![id.id().into(), has_shortcuts.into()]).await.map(drop)
}

/// Counts a failed attempt to sign in; the `n_max`-th locks until `locked_until`.
///
/// # Errors
/// What the database says.
pub async fn note_failure(
    transaction: &mut Transaction,
    id: PersonId,
    n_max: i64,
    locked_until: Stamp,
) -> Result<(), StoreError> {
    let values = vec![id.id().into(), n_max.into(), locked_until.0.into()];
    transaction.execute(&NOTE_FAILURE, values).await.map(drop)
}

/// Forgets failed attempts.
///
/// # Errors
/// What the database says.
pub async fn note_success(transaction: &mut Transaction, id: PersonId) -> Result<(), StoreError> {
    transaction.execute(&NOTE_SUCCESS, vec![id.id().into()]).await.map(drop)
}

/// Reads a row.
fn read(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: PersonId::new(row.id("id")?),
        email: row.text("email")?,
        name: row.text("name")?,
        language: row.text("language")?,
        password_hash: row.text_if_any("password_hash")?,
        password_changed_at: row.integer_if_any("password_changed_at")?.map(Stamp),
        is_operator: row.truth("is_operator")?,
        n_failed: row.integer("n_failed")?,
        locked_until: row.integer_if_any("locked_until")?.map(Stamp),
        is_active: row.text("state")? == "active",
        created_at: Stamp(row.integer("created_at")?),
        revision: row.integer("revision")?,
    })
}
