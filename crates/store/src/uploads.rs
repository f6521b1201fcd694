//! Files that were handed in and wait for a person's yes.

use kikimori_core::id::{OrganisationId, PersonId, UploadId};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::{StoreError, Transaction};

statements! {
    INSERT = "INSERT INTO uploads (organisation_id, id, kind, sha256, file_name, subject, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    GET = "SELECT id, kind, sha256, file_name, subject, person_id, created_at, expires_at FROM uploads WHERE organisation_id = $1 AND id = $2 AND person_id = $3 AND expires_at > $4";
    DELETE = "DELETE FROM uploads WHERE organisation_id = $1 AND id = $2";
    DELETE_EXPIRED = "DELETE FROM uploads WHERE organisation_id = $1 AND expires_at <= $2";
}

/// A file that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// What it was handed in as.
    pub kind: String,
    /// The file's SHA-256.
    pub sha256: [u8; 32],
    /// The file's name.
    pub file_name: String,
    /// What it was handed in for, as its kind writes it.
    pub subject: String,
    /// Who handed it in; nobody else may confirm it.
    pub person_id: PersonId,
    /// When.
    pub created_at: Stamp,
    /// Until when it waits.
    pub expires_at: Stamp,
}

/// Adds a file that waits.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn insert(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    upload: &Upload,
) -> Result<(), StoreError> {
    let values = vec![
        organisation.id().into(),
        upload.id.id().into(),
        (&upload.kind).into(),
        upload.sha256.into(),
        (&upload.file_name).into(),
        (&upload.subject).into(),
        upload.person_id.id().into(),
        upload.created_at.0.into(),
        upload.expires_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// The file of this id that this person handed in, while it waits.
///
/// # Errors
/// What the database says.
pub async fn get(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: UploadId,
    person: PersonId,
    now: Stamp,
) -> Result<Option<Upload>, StoreError> {
    let values = vec![organisation.id().into(), id.id().into(), person.id().into(), now.0.into()];
    let Some(row) = transaction.row(&GET, values).await? else { return Ok(None) };
    Ok(Some(Upload {
        id: UploadId::new(row.id("id")?),
        kind: row.text("kind")?,
        sha256: row.sha256("sha256")?,
        file_name: row.text("file_name")?,
        subject: row.text("subject")?,
        person_id: PersonId::new(row.id("person_id")?),
        created_at: Stamp(row.integer("created_at")?),
        expires_at: Stamp(row.integer("expires_at")?),
    }))
}

/// Forgets a file that waited; whether it was there.
///
/// # Errors
/// What the database says.
pub async fn delete(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: UploadId,
) -> Result<bool, StoreError> {
    Ok(transaction.execute(&DELETE, vec![organisation.id().into(), id.id().into()]).await? > 0)
}

/// Forgets an organisation's files that waited too long.
///
/// # Errors
/// What the database says.
pub async fn delete_expired(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    now: Stamp,
) -> Result<u64, StoreError> {
    transaction.execute(&DELETE_EXPIRED, vec![organisation.id().into(), now.0.into()]).await
}
