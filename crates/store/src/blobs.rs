//! Which original files are in the folder of originals.

use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::{StoreError, Transaction};

statements! {
    INSERT = "INSERT INTO blobs (sha256, size_bytes, created_at) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING";
    SIZE_OF = "SELECT size_bytes FROM blobs WHERE sha256 = $1";
}

/// Notes that a file is in the folder. It must be there, on the disk, before.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn insert(
    transaction: &mut Transaction,
    sha256: [u8; 32],
    size_bytes: u64,
    at: Stamp,
) -> Result<(), StoreError> {
    let size_bytes = i64::try_from(size_bytes).unwrap_or(i64::MAX);
    transaction.execute(&INSERT, vec![sha256.into(), size_bytes.into(), at.0.into()]).await.map(drop)
}

/// The size of a file in bytes, if it is known.
///
/// # Errors
/// What the database says.
pub async fn size_bytes_of(
    transaction: &mut Transaction,
    sha256: [u8; 32],
) -> Result<Option<u64>, StoreError> {
    let row = transaction.row(&SIZE_OF, vec![sha256.into()]).await?;
    row.map(|row| Ok(row.integer("size_bytes")?.unsigned_abs())).transpose()
}
