//! From a changed vulnerability back to the identities that it may touch, so that a change in a feed costs what it
//! touches and not what everybody has.

use std::collections::BTreeSet;

use super::context::Context;
use super::identity::Identity;
use super::scan::{Hit, match_records};
use crate::library::{At, Library, key};

/// Look-up keys of many identities, backwards: key to identities. Twelve bytes a key and identity.
#[derive(Clone, Debug, Default)]
pub struct IdentityIndex {
    /// Hashes of keys, ascending.
    hashes: Vec<u64>,
    /// The identity that bears each, ascending under one hash.
    identities: Vec<u32>,
}

impl IdentityIndex {
    /// Indexes identities under the numbers that come with them. They are dropped as they pass.
    #[must_use]
    pub fn new(identities: impl IntoIterator<Item = (u32, Identity)>) -> Self {
        let mut rows: Vec<(u64, u32)> = Vec::new();
        for (number, identity) in identities {
            for search in &identity.searches {
                rows.extend(search.keys().iter().map(|text| (key::hash(text), number)));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        let (hashes, identities) = rows.into_iter().unzip();
        Self { hashes, identities }
    }

    /// Pairs of key and identity.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// No identity has anything to look up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The identities that are looked up under any of these keys (hashes), ascending, each once.
    #[must_use]
    pub fn touched(&self, keys: &[u64]) -> Vec<u32> {
        let mut touched = Vec::new();
        for hash in keys {
            let start = self.hashes.partition_point(|known| known < hash);
            let count = self.hashes.iter().skip(start).take_while(|known| *known == hash).count();
            touched.extend_from_slice(self.identities.get(start..start + count).unwrap_or_default());
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}

/// What changed: one vulnerability's records, and the keys under which they are looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Records that bear, alias or address the id.
    pub records: Vec<At>,
    /// Hashes of the keys of their entries, ascending.
    pub keys: Vec<u64>,
}

impl Change {
    /// The records of a vulnerability and of every id that they take for the same, as the library has them now. Keys of
    /// an earlier revision come from the import's report.
    #[must_use]
    pub fn of_vulnerability(library: &Library, id: &str) -> Self {
        let mut records = BTreeSet::new();
        let mut keys = BTreeSet::new();
        let mut ids = vec![id.to_owned()];
        let mut seen: BTreeSet<String> = ids.iter().cloned().collect();
        while let Some(id) = ids.pop() {
            for at in library.mentions(&id) {
                let Some((segment, row)) = library.record(at) else { continue };
                if !records.insert(at) || records.len() > kikimori_core::limits::ALIAS_GROUP_MAX {
                    continue;
                }
                for entry in row.first_entry..row.first_entry.saturating_add(row.n_entries) {
                    let texts = segment.entry(entry).map(|view| key::of_entry(&view)).unwrap_or_default();
                    keys.extend(texts.iter().map(|text| key::hash(text)));
                }
                let others = segment.head(&row).map(|head| head.aliases).unwrap_or_default();
                ids.extend(others.into_iter().map(str::to_owned).filter(|other| seen.insert(other.clone())));
            }
        }
        Self { records: records.into_iter().collect(), keys: keys.into_iter().collect() }
    }
}

/// Matches again what a change touches: the identities under its keys, and of the library only the changed records.
///
/// `identity_of` reads an identity by its number; the result has the touched identities in ascending order, also those
/// without a hit, whose earlier findings end.
pub fn rematch(
    index: &IdentityIndex,
    change: &Change,
    library: &Library,
    context: &Context,
    identity_of: impl Fn(u32) -> Option<Identity>,
) -> Vec<(u32, Vec<Hit>)> {
    let touched = index.touched(&change.keys);
    let matched = touched.into_iter().filter_map(|number| {
        let identity = identity_of(number)?;
        Some((number, match_records(&identity, &change.records, library, context)))
    });
    matched.collect()
}
