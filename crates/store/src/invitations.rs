//! Links that work once and that an administrator hands over: to join an organisation, or to set a new password.

use kikimori_core::access::RoleSet;
use kikimori_core::id::{InvitationId, OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;

use crate::memberships::{roles_of_text, roles_text};
use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    FIND_BY_SECRET = "SELECT id, organisation_id, purpose, person_id, email, name, language, roles, secret_sha256, invited_by, created_at, expires_at FROM invitations WHERE secret_sha256 = $1 AND closed_at IS NULL AND expires_at > $2";
    LIST = "SELECT id, organisation_id, purpose, person_id, email, name, language, roles, secret_sha256, invited_by, created_at, expires_at FROM invitations WHERE organisation_id = $1 AND purpose = 'join' AND closed_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id LIMIT $3";
    INSERT = "INSERT INTO invitations (id, organisation_id, purpose, person_id, email, name, language, roles, secret_sha256, invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    CLOSE = "UPDATE invitations SET closed_at = $3 WHERE organisation_id = $1 AND id = $2 AND closed_at IS NULL";
    CLOSE_ALL = "UPDATE invitations SET closed_at = $4 WHERE organisation_id = $1 AND email = $2 AND purpose = $3 AND closed_at IS NULL";
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To join an organisation.
    Join,
    /// To set a new password.
    ResetPassword,
}

impl Purpose {
    /// The text that is stored.
    fn code(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// A link as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id, which may be shown.
    pub id: InvitationId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose password is set; none while somebody is only invited.
    pub person_id: Option<PersonId>,
    /// The address of who may use it.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The language of their pages.
    pub language: String,
    /// The roles that they get.
    pub roles: RoleSet,
    /// The SHA-256 of the link's secret.
    pub secret_sha256: [u8; 32],
    /// Who made it.
    pub invited_by: PersonId,
    /// When it was made.
    pub created_at: Stamp,
    /// When it ends by itself.
    pub expires_at: Stamp,
}

/// The usable link with this hash of its secret.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn find_by_secret(
    transaction: &mut Transaction,
    secret_sha256: [u8; 32],
    now: Stamp,
) -> Result<Option<Invitation>, StoreError> {
    let values = vec![secret_sha256.into(), now.0.into()];
    transaction.row(&FIND_BY_SECRET, values).await?.map(|row| read(&row)).transpose()
}

/// The first `n_max` people who were invited to an organisation and have not come, newest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    now: Stamp,
    n_max: u32,
) -> Result<Vec<Invitation>, StoreError> {
    let values = vec![organisation_id.id().into(), now.0.into(), n_max.into()];
    transaction.rows(&LIST, values).await?.iter().map(read).collect()
}

/// Puts a link in place of any other for the same address and purpose in the organisation.
///
/// # Errors
/// What the database says.
pub async fn replace(transaction: &mut Transaction, invitation: &Invitation) -> Result<(), StoreError> {
    let values = vec![
        invitation.organisation_id.id().into(),
        (&invitation.email).into(),
        invitation.purpose.code().into(),
        invitation.created_at.0.into(),
    ];
    transaction.execute(&CLOSE_ALL, values).await?;
    let values = vec![
        invitation.id.id().into(),
        invitation.organisation_id.id().into(),
        invitation.purpose.code().into(),
        invitation.person_id.map(PersonId::id).into(),
        (&invitation.email).into(),
        (&invitation.name).into(),
        (&invitation.language).into(),
        roles_text(invitation.roles).into(),
        invitation.secret_sha256.into(),
        invitation.invited_by.id().into(),
        invitation.created_at.0.into(),
        invitation.expires_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Closes a link, used or withdrawn; whether it was open.
///
/// # Errors
/// What the database says.
pub async fn close(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    id: InvitationId,
    at: Stamp,
) -> Result<bool, StoreError> {
    let values = vec![organisation_id.id().into(), id.id().into(), at.0.into()];
    Ok(transaction.execute(&CLOSE, values).await? > 0)
}

/// Reads a row.
fn read(row: &Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: InvitationId::new(row.id("id")?),
        organisation_id: OrganisationId::new(row.id("organisation_id")?),
        purpose: row.read("purpose", |text| {
            [Purpose::Join, Purpose::ResetPassword].into_iter().find(|purpose| purpose.code() == text)
        })?,
        person_id: row.id_if_any("person_id")?.map(PersonId::new),
        email: row.text("email")?,
        name: row.text("name")?,
        language: row.text("language")?,
        roles: row.read("roles", roles_of_text)?,
        secret_sha256: row.sha256("secret_sha256")?,
        invited_by: PersonId::new(row.id("invited_by")?),
        created_at: Stamp(row.integer("created_at")?),
        expires_at: Stamp(row.integer("expires_at")?),
    })
}
