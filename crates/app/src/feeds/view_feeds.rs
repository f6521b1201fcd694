//! The feeds of the library.

use kikimori_core::access::{Action, Actor, Decision, Target, decide};
use kikimori_core::stamp::Stamp;

use crate::app_error::AppError;
use crate::feeds::{is_stale, read_manifest};
use crate::installation::{Installation, require_own};

/// One feed: what a file, archive or folder brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedState {
    /// Its name.
    pub name: String,
    /// The family of its format, such as `nvd`.
    pub family: String,
    /// As of when its data speak.
    pub as_of: Option<Stamp>,
    /// When it was last imported.
    pub imported_at: Stamp,
    /// Its data are too old.
    pub is_stale: bool,
    /// Distinct records that it brought.
    pub n_records: u64,
}

/// The feeds and the library that they make up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feeds {
    /// The feeds, by name.
    pub feeds: Vec<FeedState>,
    /// The library's snapshot; empty without a library.
    pub snapshot: String,
    /// Records in force.
    pub n_records: u64,
    /// The actor may update the library.
    pub may_update: bool,
}

/// The feeds as they are now.
///
/// # Errors
/// [`AppError::Forbidden`]; a fault if the library cannot be read.
pub async fn view_feeds(installation: &Installation, actor: &Actor) -> Result<Feeds, AppError> {
    if !actor.is_operator {
        require_own(actor, Action::ViewFeeds)?;
    }
    let may_update = decide(actor, Action::UpdateLibrary, &Target::installation()) == Decision::Allowed;
    let Some(manifest) = read_manifest(installation).await? else {
        return Ok(Feeds { may_update, ..Feeds::default() });
    };
    let now = installation.now();
    let mut feeds: Vec<FeedState> = manifest
        .feeds
        .values()
        .map(|feed| {
            let as_of = feed.as_of();
            FeedState {
                name: feed.name.clone(),
                family: feed.family.clone(),
                as_of,
                imported_at: Stamp(feed.imported_ms),
                is_stale: as_of.is_none_or(|as_of| is_stale(as_of, now)),
                n_records: feed.n_records,
            }
        })
        .collect();
    feeds.sort_by(|one, other| (&one.family, &one.name).cmp(&(&other.family, &other.name)));
    let n_records = manifest.live.values().sum();
    Ok(Feeds { feeds, snapshot: manifest.snapshot, n_records, may_update })
}
