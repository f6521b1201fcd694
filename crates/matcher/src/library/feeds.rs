//! Feeds of an import session: which feed of the library each one brings again, and whether it shrank.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::stamp::Stamp;

use super::import::ImportMode;
use super::manifest::is_beside_records;
use super::segment::RowState;
use super::{At, Feed, Library, LibraryFault, Manifest, OlderFeed, ShrunkFeed};

/// One feed of an import session.
#[derive(Clone, Debug, Default)]
pub(super) struct SessionFeed {
    /// Family and name.
    pub(super) feed: Feed,
    /// Distinct records seen.
    pub(super) n_records: u64,
    /// How many of them the library holds, by the feed they are in there.
    pub(super) overlap: BTreeMap<u16, u64>,
}

/// The feed of the library that a session's feed brings again: the one that holds most of the records that both
/// have, if that is more than half of the session's. A file's name does not matter, unless the feed came empty.
pub(super) fn same_feed(session: &SessionFeed, manifest: &Manifest) -> Option<u16> {
    let first = |is_same: &dyn Fn(&Feed) -> bool| {
        manifest.feeds.iter().find(|(_, feed)| is_same(feed)).map(|(number, _)| *number)
    };
    if is_beside_records(&session.feed.family) {
        return first(&|feed| feed.family == session.feed.family);
    }
    if session.n_records == 0 {
        return first(&|feed| has_same_name(feed, &session.feed));
    }
    let (number, count) =
        session.overlap.iter().max_by_key(|(number, count)| (**count, std::cmp::Reverse(**number)))?;
    (count.saturating_mul(2) > session.n_records).then_some(*number)
}

/// Family and name agree.
fn has_same_name(left: &Feed, right: &Feed) -> bool {
    left.family == right.family && left.name == right.name
}

/// Refuses whole feeds that shrank to less than nine tenths. `totals` are the distinct records of all the session's
/// feeds that are one feed of the library.
///
/// # Errors
/// [`LibraryFault::Shrank`] with every feed that did.
pub(super) fn refuse_shrunk(
    sessions: &[SessionFeed],
    manifest: &Manifest,
    old_feeds: &[Option<u16>],
    totals: &BTreeMap<u16, u64>,
) -> Result<(), LibraryFault> {
    let mut feeds: BTreeMap<u16, ShrunkFeed> = BTreeMap::new();
    for (session, old) in sessions.iter().zip(old_feeds) {
        let Some((old, before)) = old.and_then(|old| Some((old, manifest.feeds.get(&old)?))) else {
            continue;
        };
        let n_now = totals.get(&old).copied().unwrap_or(session.n_records);
        if n_now.saturating_mul(10) < before.n_records.saturating_mul(9) {
            let name = session.feed.name.clone();
            feeds.entry(old).or_insert(ShrunkFeed { name, n_before: before.n_records, n_now });
        }
    }
    if feeds.is_empty() { Ok(()) } else { Err(LibraryFault::Shrank { feeds: feeds.into_values().collect() }) }
}

/// The first feed of the session that speaks as of an earlier time than the feed of the library that it brings again:
/// by the times that both state, else by their newest records.
pub(super) fn older_feed(sessions: &[SessionFeed], manifest: &Manifest) -> Option<OlderFeed> {
    let mut newest: BTreeMap<u16, (&Feed, Option<i64>, Option<i64>)> = BTreeMap::new();
    for session in sessions {
        if let Some(old) = same_feed(session, manifest) {
            let entry = newest.entry(old).or_insert((&session.feed, None, None));
            entry.1 = entry.1.max(session.feed.stated_ms);
            entry.2 = entry.2.max(session.feed.newest_ms);
        }
    }
    newest.into_iter().find_map(|(old, (feed, stated_ms, newest_ms))| {
        let before = manifest.feeds.get(&old)?;
        let stated = before.stated_ms.zip(stated_ms);
        let (held, found) = stated.or_else(|| before.newest_ms.zip(newest_ms))?;
        let name = feed.name.clone();
        (found < held).then_some(OlderFeed { name, held_at: Stamp(held), found_at: Stamp(found) })
    })
}

/// Gives every feed of the session its number in the manifest and brings the manifest's feeds up to date.
///
/// A feed that is new to the library takes the number of one of the same name that holds no records (any more); in a
/// delta, of one of the same name.
///
/// # Errors
/// [`LibraryFault::TooLarge`] when there is no number left.
pub(super) fn number_feeds(
    sessions: &[SessionFeed],
    next: &mut Manifest,
    old_feeds: &[Option<u16>],
    totals: &BTreeMap<u16, u64>,
    before: Option<&Library>,
    mode: ImportMode,
) -> Result<Vec<u16>, LibraryFault> {
    let owners = before.map(owners).unwrap_or_default();
    let mut numbers: Vec<u16> = Vec::with_capacity(sessions.len());
    for (session, old) in sessions.iter().zip(old_feeds) {
        let unused = || {
            let is_unused = |number: &u16, feed: &Feed| {
                has_same_name(feed, &session.feed) && (mode == ImportMode::Delta || !owners.contains(number))
            };
            next.feeds.iter().find(|(number, feed)| is_unused(number, feed)).map(|(number, _)| *number)
        };
        let number = match old.or_else(unused) {
            Some(number) => number,
            None => match next.feeds.keys().next_back() {
                None => 0,
                Some(last) => last.checked_add(1).ok_or(LibraryFault::TooLarge)?,
            },
        };
        let is_known = next.feeds.contains_key(&number);
        let feed = next.feeds.entry(number).or_default();
        let n_records = match mode {
            ImportMode::Delta => feed.n_records.max(session.n_records),
            ImportMode::Whole { .. } => totals.get(&number).copied().unwrap_or(session.n_records),
        };
        if mode != ImportMode::Delta || !is_known {
            feed.family.clone_from(&session.feed.family);
            feed.name.clone_from(&session.feed.name);
        }
        feed.n_records = n_records;
        feed.newest_ms = feed.newest_ms.max(session.feed.newest_ms);
        feed.stated_ms = feed.stated_ms.max(session.feed.stated_ms);
        feed.imported_ms = session.feed.imported_ms;
        numbers.push(number);
    }
    Ok(numbers)
}

/// The feeds that current records are in.
fn owners(library: &Library) -> BTreeSet<u16> {
    let mut owners = BTreeSet::new();
    for (index, segment) in library.segments().iter().enumerate() {
        for number in 0..segment.n_records() {
            let Some(row) = segment.record(number) else { continue };
            let at = At { segment: index as u32, number };
            if row.state != RowState::Removed && !owners.contains(&row.feed) && library.is_current(at, &row) {
                owners.insert(row.feed);
            }
        }
    }
    owners
}
