//! Numbers that people quote, counted for each organisation.

use kikimori_core::id::Id;

use crate::statement::statements;
use crate::{StoreError, Transaction};

statements! {
    TAKE = "INSERT INTO counters (organisation_id, name, value) VALUES ($1, $2, $3) ON CONFLICT (organisation_id, name) DO UPDATE SET value = counters.value + excluded.value RETURNING value";
    LAST = "SELECT value FROM counters WHERE organisation_id = $1 AND name = $2";
}

/// The id under which the installation's own rows stand.
pub const INSTALLATION: Id = Id::from_bytes([0; 16]);

/// Takes the next `n` numbers of a series and gives the first. The series is held until the transaction ends.
///
/// # Errors
/// What the database says.
pub async fn take(transaction: &mut Transaction, owner: Id, name: &str, n: u32) -> Result<i64, StoreError> {
    let row = transaction.row(&TAKE, vec![owner.into(), name.into(), n.into()]).await?;
    let last = row.map_or(Ok(0), |row| row.integer("value"))?;
    Ok(last - i64::from(n) + 1)
}

/// The last number of a series that was taken; 0 when none was.
///
/// # Errors
/// What the database says.
pub async fn last(transaction: &mut Transaction, owner: Id, name: &str) -> Result<i64, StoreError> {
    let row = transaction.row(&LAST, vec![owner.into(), name.into()]).await?;
    row.map_or(Ok(0), |row| row.integer("value"))
}
