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

#[cfg(test)]
mod tests {
    use kikimori_core::cpe::Cpe;
    use kikimori_core::sbom::{Component, Sbom, SbomFormat};
    use kikimori_core::stamp::Stamp;
    use kikimori_core::verdict::Tri;
    use kikimori_core::vulnerability::{
        AffectedEntry, Applicability, Authority, Configuration, CpeMatch, Node, Operator, Record, RecordState,
    };

    use super::*;
    use crate::library::import::{ImportMode, Importer, encode};
    use crate::matching::identity::identify;
    use crate::matching::scan::match_identity;

    /// A record that says that `vendor:product` below `fixed` is affected.
    fn record(source: &str, id: &str, aliases: &[&str], product: &str, fixed: &str) -> Record {
        let cpe_match = CpeMatch {
            is_vulnerable: true,
            criteria: Cpe::parse(&format!("cpe:2.3:a:vendor:{product}:*:*:*:*:*:*:*:*")).unwrap(),
            start_including: None,
            start_excluding: None,
            end_including: None,
            end_excluding: Some(fixed.to_owned()),
        };
        let node = Node { operator: Operator::Or, negate: false, matches: vec![cpe_match] };
        let configuration = Configuration { operator: Operator::Or, negate: false, nodes: vec![node] };
        Record {
            source: source.to_owned(),
            id: id.to_owned(),
            modified_at: Some(Stamp(1)),
            published_at: None,
            language: kikimori_core::vulnerability::RecordLanguage::Unstated,
            state: RecordState::Published,
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            addresses: Vec::new(),
            title: None,
            description: None,
            severities: Vec::new(),
            cwes: Vec::new(),
            references: Vec::new(),
            affected: vec![AffectedEntry {
                asserter: source.to_owned(),
                authority: Authority::Derived,
                place: String::new(),
                applicability: Applicability::Configurations(vec![configuration]),
            }],
        }
    }

    /// A library of the records in a folder that lives as long as the first value.
    fn library(records: &[Record]) -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        let mode = ImportMode::Whole { allow_shrink: false };
        let mut importer = Importer::begin(folder.path(), mode, Stamp(2)).unwrap();
        let feed = importer.start_feed("nvd", "test");
        for record in records {
            importer.add(feed, &encode(record)).unwrap();
        }
        importer.commit().unwrap();
        let library = Library::open(folder.path()).unwrap().unwrap();
        (folder, library)
    }

    /// The identity of a product and version.
    fn identity(product: &str, version: &str) -> Identity {
        let cpes = vec![format!("cpe:2.3:a:vendor:{product}:{version}:*:*:*:*:*:*:*")].into();
        identify(&Component { cpes, ..Component::default() }, None)
    }

    /// No surroundings.
    fn context() -> Context {
        let sbom = Sbom::new(SbomFormat::CycloneDxJson, "");
        Context::new(&sbom, &[])
    }

    #[test]
    fn finds_the_identities_of_keys() {
        let products = ["one", "two", "one", "three"];
        let numbered = products.iter().zip(0..).map(|(product, number)| (number, identity(product, "1.0")));
        let index = IdentityIndex::new(numbered);
        let hash = |product: &str| key::hash(&key::product("vendor", product));
        for (products, expected) in [
            (&["one"][..], &[0, 2][..]),
            (&["three", "one", "one"], &[0, 2, 3]),
            (&["four"], &[]),
            (&[], &[]),
        ] {
            let keys: Vec<u64> = products.iter().map(|product| hash(product)).collect();
            assert_eq!(index.touched(&keys), expected, "{products:?}");
        }
        // Every CPE search also looks under the wildcard key.
        assert_eq!(index.touched(&[key::hash(key::WILDCARD_KEY)]), [0, 1, 2, 3]);
        assert_eq!(index.len(), 8);
        assert!(IdentityIndex::new([]).is_empty());
    }

    #[test]
    fn rematches_only_what_a_change_touches() {
        let (_folder, library) = library(&[
            record("nvd", "CVE-2026-1", &[], "one", "2.0"),
            record("osv:ghsa", "GHSA-1", &["CVE-2026-1"], "two", "3.0"),
            record("nvd", "CVE-2026-2", &[], "one", "9.0"),
        ]);
        let identities = [("one", "1.0"), ("one", "2.5"), ("two", "2.5"), ("three", "1.0")];
        let of = |number: u32| {
            identities.get(number as usize).map(|(product, version)| identity(product, version))
        };
        let index = IdentityIndex::new((0..4).filter_map(|number| Some((number, of(number)?))));
        let change = Change::of_vulnerability(&library, "CVE-2026-1");
        assert_eq!((change.records.len(), change.keys.len()), (2, 2));
        let matched = rematch(&index, &change, &library, &context(), of);
        let answers: Vec<(u32, Vec<Tri>)> = matched
            .iter()
            .map(|(number, hits)| (*number, hits.iter().map(|hit| hit.answer).collect()))
            .collect();
        assert_eq!(answers, [(0, vec![Tri::Yes]), (1, vec![Tri::No]), (2, vec![Tri::Yes])]);
        // The same as a whole match, of which only these records count.
        for (number, hits) in &matched {
            let whole = match_identity(&of(*number).unwrap(), &library, &context());
            let of_records: Vec<_> = whole
                .iter()
                .filter(|hit| change.records.contains(&hit.record))
                .map(|hit| (hit.entry, hit.answer, hit.search))
                .collect();
            assert_eq!(
                hits.iter().map(|hit| (hit.entry, hit.answer, hit.search)).collect::<Vec<_>>(),
                of_records
            );
        }
    }

    #[test]
    fn an_unknown_vulnerability_touches_nothing() {
        let (_folder, library) = library(&[record("nvd", "CVE-2026-1", &[], "one", "2.0")]);
        assert_eq!(Change::of_vulnerability(&library, "CVE-1999-9"), Change::default());
    }
}
