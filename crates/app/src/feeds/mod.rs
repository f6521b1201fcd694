//! Where vulnerability data come from, and how old they are.

pub mod view_feeds;

use kikimori_core::limits::LIBRARY_AGE_DAYS_MAX;
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::manifest::Manifest;

use crate::app_error::AppError;
use crate::installation::Installation;

/// How far the installation's vulnerability data can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataState {
    /// There are none: nothing was checked.
    Missing,
    /// Too old; as of this time.
    Stale(Stamp),
    /// As of this time.
    Fresh(Stamp),
}

/// The state of the vulnerability data now. It reads one small file.
///
/// # Errors
/// A fault, if the file cannot be read.
pub async fn data_state(installation: &Installation) -> Result<DataState, AppError> {
    let manifest = read_manifest(installation).await?;
    let now = installation.now();
    Ok(match manifest.and_then(|manifest| manifest.as_of()) {
        None => DataState::Missing,
        Some(as_of) if is_stale(as_of, now) => DataState::Stale(as_of),
        Some(as_of) => DataState::Fresh(as_of),
    })
}

/// Whether data of this time are too old.
fn is_stale(as_of: Stamp, now: Stamp) -> bool {
    as_of.days_until(now) > LIBRARY_AGE_DAYS_MAX
}

/// The library's manifest; none without a library.
async fn read_manifest(installation: &Installation) -> Result<Option<Manifest>, AppError> {
    let folder = installation.library_folder();
    let read = move || Manifest::read(&folder);
    tokio::task::spawn_blocking(read).await.map_err(AppError::fault)?.map_err(AppError::fault)
}
