//! Settings of the installation that it keeps for itself, such as the snapshot of the library that findings rest on.

use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT value FROM settings WHERE name = $1";
    // Whoever else holds it waits until this transaction ends. SQLite has one writer anyway.
    HOLD =
        sqlite "SELECT value FROM settings WHERE name = $1",
        postgres "SELECT value FROM settings WHERE name = $1 FOR UPDATE";
    ADD = "INSERT INTO settings (name, value, changed_at) VALUES ($1, '', $2) ON CONFLICT (name) DO NOTHING";
    SET = "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at";
}

/// The value of a setting.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(transaction: &mut Transaction, name: &str) -> Result<Option<String>, StoreError> {
    transaction.row(&GET, vec![name.into()]).await?.map(|row| row.text("value")).transpose()
}

/// The value of a setting, empty if there was none. Others who hold it wait until this transaction ends.
///
/// # Errors
/// What the database says.
pub async fn hold(transaction: &mut Transaction, name: &str, at: Stamp) -> Result<String, StoreError> {
    transaction.execute(&ADD, vec![name.into(), at.0.into()]).await?;
    transaction.row(&HOLD, vec![name.into()]).await?.map_or(Ok(String::new()), |row| row.text("value"))
}

/// Changes a setting.
///
/// # Errors
/// What the database says.
pub async fn set(
    transaction: &mut Transaction,
    name: &str,
    value: &str,
    at: Stamp,
) -> Result<(), StoreError> {
    transaction.execute(&SET, vec![name.into(), value.into(), at.0.into()]).await?;
    Ok(())
}
