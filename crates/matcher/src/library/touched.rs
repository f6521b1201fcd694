//! What a new snapshot of the library may change: the keys under which identities must be matched again.

use std::collections::BTreeSet;

use super::segment::RowState;
use super::{At, Library, key};
use crate::matching::groups::Groups;

/// Keys above which a change counts as a change of everything: naming them one by one would cost more than it saves.
const TOUCHED_KEYS_MAX: usize = 500_000;

/// What a change of the library touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touched {
    /// Everything may have changed.
    Everything,
    /// Only what is looked up under one of these keys (hashes).
    Keys(BTreeSet<u64>),
}

/// What may be judged otherwise by `new` than by `old`.
///
/// The keys of every record that came, changed or went, and of every record that speaks about a vulnerability of one of
/// these, because aliases join what is said under different names.
///
/// Whether a database of an ecosystem is there at all decides about every package of it; such a change touches everything.
/// Catalogue entries (KEV), scores of EPSS and lifecycle data change no verdict and touch nothing.
#[must_use]
pub fn between(old: &Library, new: &Library) -> Touched {
    let is_same_reach = old.manifest().ecosystems.keys().eq(new.manifest().ecosystems.keys())
        && old.covers_cpe() == new.covers_cpe();
    if !is_same_reach {
        return Touched::Everything;
    }
    let mut keys = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (one, other) in [(new, old), (old, new)] {
        for (at, held) in differing(one, other) {
            for (library, at) in std::iter::once((one, at)).chain(held.map(|held| (other, held))) {
                keys.extend(keys_of(library, at));
                let head = library.record(at).and_then(|(segment, row)| segment.head(&row));
                for head in head.iter() {
                    ids.insert(head.id);
                    ids.extend(head.aliases.iter().chain(&head.addresses).copied());
                }
            }
            if keys.len() > TOUCHED_KEYS_MAX {
                return Touched::Everything;
            }
        }
    }
    for library in [old, new] {
        let mut groups = Groups::new(library);
        let mut records: BTreeSet<At> = BTreeSet::new();
        for id in &ids {
            let group = groups.of_id(id);
            records.extend(groups.mentioning(group));
            records.extend(library.mentions(id));
        }
        for at in records {
            keys.extend(keys_of(library, at));
            if keys.len() > TOUCHED_KEYS_MAX {
                return Touched::Everything;
            }
        }
    }
    Touched::Keys(keys)
}

/// The records in segments of `one` alone that `other` does not hold with the same content, each with its place in `other`.
/// A record in a segment that both have can differ only where a segment of one of them alone hides it.
fn differing(one: &Library, other: &Library) -> Vec<(At, Option<At>)> {
    let shared: BTreeSet<&str> =
        other.manifest().segments.iter().map(|segment| segment.sha256.as_str()).collect();
    let mut found = Vec::new();
    // The manifest names the oldest first, the library holds the newest first.
    for (index, entry) in one.manifest().segments.iter().rev().enumerate() {
        let Some(segment) = one.segments().get(index) else { continue };
        if shared.contains(entry.sha256.as_str()) {
            continue;
        }
        for number in 0..segment.n_records() {
            let at = At { segment: index as u32, number };
            let Some(row) = segment.record(number) else { continue };
            if row.state == RowState::Name || !one.is_current(at, &row) {
                continue;
            }
            let held = other.find_record(row.key_hash).filter(|(_, held)| held.state.is_record());
            let is_same = match held {
                Some((_, held)) => held.state == row.state && held.content_hash == row.content_hash,
                None => !row.state.is_record(),
            };
            if !is_same {
                found.push((at, held.map(|(at, _)| at)));
            }
        }
    }
    found
}

/// Hashes of the keys of a record's entries.
fn keys_of(library: &Library, at: At) -> Vec<u64> {
    let entries = library.entries_of(at);
    entries.iter().flat_map(key::of_entry).map(|text| key::hash(&text)).collect()
}
