//! Second factors: authenticators that show codes, and recovery codes for when one is lost.

use kikimori_core::id::PersonId;
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT secret, last_step, confirmed_at FROM second_factors WHERE person_id = $1";
    REPLACE = "INSERT INTO second_factors (person_id, secret, last_step, created_at) VALUES ($1, $2, 0, $3) ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = excluded.created_at WHERE second_factors.confirmed_at IS NULL";
    USE_STEP = "UPDATE second_factors SET last_step = $2, confirmed_at = COALESCE(confirmed_at, $3) WHERE person_id = $1 AND last_step < $2";
    DELETE = "DELETE FROM second_factors WHERE person_id = $1";
    DELETE_CODES = "DELETE FROM recovery_codes WHERE person_id = $1";
    INSERT_CODE = "INSERT INTO recovery_codes (person_id, code_sha256) VALUES ($1, $2)";
    USE_CODE = "UPDATE recovery_codes SET used_at = $3 WHERE person_id = $1 AND code_sha256 = $2 AND used_at IS NULL";
    COUNT_CODES = "SELECT COUNT(*) AS n FROM recovery_codes WHERE person_id = $1 AND used_at IS NULL";
}

/// An authenticator as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret that it shares with us.
    pub secret: Vec<u8>,
    /// The step of the last code that was accepted.
    pub last_step: i64,
    /// When its first code was accepted; none while it is being set up, and then it does not count.
    pub confirmed_at: Option<Stamp>,
}

impl std::fmt::Debug for SecondFactor {
    /// Without the secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SecondFactor")
            .field("confirmed_at", &self.confirmed_at)
            .finish_non_exhaustive()
    }
}

/// The authenticator of a person.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    person_id: PersonId,
) -> Result<Option<SecondFactor>, StoreError> {
    let Some(row) = transaction.row(&GET, vec![person_id.id().into()]).await? else { return Ok(None) };
    Ok(Some(SecondFactor {
        secret: row.bytes("secret")?,
        last_step: row.integer("last_step")?,
        confirmed_at: row.integer_if_any("confirmed_at")?.map(Stamp),
    }))
}

/// Begins to set up an authenticator, in place of one that was never confirmed. One in use stays.
///
/// # Errors
/// What the database says.
pub async fn replace(
    transaction: &mut Transaction,
    person_id: PersonId,
    secret: &[u8],
    at: Stamp,
) -> Result<(), StoreError> {
    transaction.execute(&REPLACE, vec![person_id.id().into(), secret.into(), at.0.into()]).await.map(drop)
}

/// Accepts the code of a step, once: false if that step or a later one was accepted before.
///
/// # Errors
/// What the database says.
pub async fn use_step(
    transaction: &mut Transaction,
    person_id: PersonId,
    step: i64,
    at: Stamp,
) -> Result<bool, StoreError> {
    let values = vec![person_id.id().into(), step.into(), at.0.into()];
    Ok(transaction.execute(&USE_STEP, values).await? > 0)
}

/// Forgets a person's authenticator and recovery codes.
///
/// # Errors
/// What the database says.
pub async fn delete(transaction: &mut Transaction, person_id: PersonId) -> Result<(), StoreError> {
    transaction.execute(&DELETE_CODES, vec![person_id.id().into()]).await?;
    transaction.execute(&DELETE, vec![person_id.id().into()]).await.map(drop)
}

/// Puts new recovery codes, by their hashes, in place of the old ones.
///
/// # Errors
/// What the database says.
pub async fn replace_codes(
    transaction: &mut Transaction,
    person_id: PersonId,
    codes_sha256: &[[u8; 32]],
) -> Result<(), StoreError> {
    transaction.execute(&DELETE_CODES, vec![person_id.id().into()]).await?;
    for code in codes_sha256 {
        transaction.execute(&INSERT_CODE, vec![person_id.id().into(), (*code).into()]).await?;
    }
    Ok(())
}

/// Uses a recovery code up; whether it could be used.
///
/// # Errors
/// What the database says.
pub async fn use_code(
    transaction: &mut Transaction,
    person_id: PersonId,
    code_sha256: [u8; 32],
    at: Stamp,
) -> Result<bool, StoreError> {
    let values = vec![person_id.id().into(), code_sha256.into(), at.0.into()];
    Ok(transaction.execute(&USE_CODE, values).await? > 0)
}

/// How many recovery codes a person has left.
///
/// # Errors
/// What the database says.
pub async fn count_codes(transaction: &mut Transaction, person_id: PersonId) -> Result<i64, StoreError> {
    transaction.row(&COUNT_CODES, vec![person_id.id().into()]).await?.map_or(Ok(0), |row| row.integer("n"))
}
