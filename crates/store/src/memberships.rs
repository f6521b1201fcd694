//! Memberships: who works in which organisation, with which roles.

use kikimori_core::access::{Role, RoleSet};
use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT organisation_id, person_id, roles, state, created_at, revision FROM memberships WHERE organisation_id = $1 AND person_id = $2";
    LIST_OF_PERSON = "SELECT organisation_id, person_id, roles, state, created_at, revision FROM memberships WHERE person_id = $1 ORDER BY created_at, organisation_id LIMIT $2";
    LIST_OF_ORGANISATION = "SELECT organisation_id, person_id, roles, state, created_at, revision FROM memberships WHERE organisation_id = $1 ORDER BY created_at, person_id LIMIT $2";
    INSERT = "INSERT INTO memberships (organisation_id, person_id, roles, state, created_at, revision) VALUES ($1, $2, $3, 'active', $4, 1)";
    COUNT_ADMINISTRATORS = "SELECT COUNT(*) AS n FROM memberships m JOIN people p ON p.id = m.person_id WHERE m.organisation_id = $1 AND m.person_id <> $2 AND m.state = 'active' AND p.state = 'active' AND ',' || m.roles || ',' LIKE '%,administrator,%'";
    UPDATE = "UPDATE memberships SET roles = $4, state = $5, revision = revision + 1 WHERE organisation_id = $1 AND person_id = $2 AND revision = $3";
}

/// A membership as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The person.
    pub person_id: PersonId,
    /// What they may do there.
    pub roles: RoleSet,
    /// Whether it counts.
    pub is_active: bool,
    /// Since when.
    pub created_at: Stamp,
    /// Counts changes, for optimistic locking.
    pub revision: i64,
}

/// The membership of a person in an organisation.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    person_id: PersonId,
) -> Result<Option<Membership>, StoreError> {
    let values = vec![organisation_id.id().into(), person_id.id().into()];
    transaction.row(&GET, values).await?.map(|row| read(&row)).transpose()
}

/// The first `n_max` memberships of a person, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_of_person(
    transaction: &mut Transaction,
    person_id: PersonId,
    n_max: u32,
) -> Result<Vec<Membership>, StoreError> {
    transaction
        .rows(&LIST_OF_PERSON, vec![person_id.id().into(), n_max.into()])
        .await?
        .iter()
        .map(read)
        .collect()
}

/// The first `n_max` memberships in an organisation, oldest first.
///
/// # Errors
/// What the database says.
pub async fn list_of_organisation(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    n_max: u32,
) -> Result<Vec<Membership>, StoreError> {
    let values = vec![organisation_id.id().into(), n_max.into()];
    transaction.rows(&LIST_OF_ORGANISATION, values).await?.iter().map(read).collect()
}

/// How many administrators an organisation has that can work, without `person_id`.
///
/// # Errors
/// What the database says.
pub async fn count_other_administrators(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    person_id: PersonId,
) -> Result<i64, StoreError> {
    let values = vec![organisation_id.id().into(), person_id.id().into()];
    transaction.row(&COUNT_ADMINISTRATORS, values).await?.map_or(Ok(0), |row| row.integer("n"))
}

/// Adds a person to an organisation.
///
/// # Errors
/// [`StoreError::Unique`] if they are in it already.
pub async fn insert(transaction: &mut Transaction, membership: &Membership) -> Result<(), StoreError> {
    let values = vec![
        membership.organisation_id.id().into(),
        membership.person_id.id().into(),
        roles_text(membership.roles).into(),
        membership.created_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Writes roles and state of a membership whose revision is still `membership.revision`.
///
/// # Errors
/// [`StoreError::Conflict`] if it was changed since.
pub async fn update(transaction: &mut Transaction, membership: &Membership) -> Result<(), StoreError> {
    let values = vec![
        membership.organisation_id.id().into(),
        membership.person_id.id().into(),
        membership.revision.into(),
        roles_text(membership.roles).into(),
        (if membership.is_active { "active" } else { "suspended" }).into(),
    ];
    transaction.change_one(&UPDATE, values).await
}

/// Reads a row.
fn read(row: &Row) -> Result<Membership, StoreError> {
    Ok(Membership {
        organisation_id: OrganisationId::new(row.id("organisation_id")?),
        person_id: PersonId::new(row.id("person_id")?),
        roles: row.read("roles", roles_of_text)?,
        is_active: row.text("state")? == "active",
        created_at: Stamp(row.integer("created_at")?),
        revision: row.integer("revision")?,
    })
}

/// Roles as their codes with commas between.
pub(crate) fn roles_text(roles: RoleSet) -> String {
    roles.iter().map(Role::code).collect::<Vec<_>>().join(",")
}

/// The roles of a text that [`roles_text`] made.
pub(crate) fn roles_of_text(text: &str) -> Option<RoleSet> {
    text.split(',').filter(|code| !code.is_empty()).map(Role::of_code).collect()
}
