//! Laws: the library and a scan depend on the records and nothing else.

use std::collections::BTreeSet;

use kikimori_core::finding::Scan;
use kikimori_core::sbom::Sbom;
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{AffectedName, Applicability, Authority, Record, RecordState};
use kikimori_matcher::library::Library;
use kikimori_matcher::library::import::{ImportMode, record_key};
use kikimori_matcher::library::merge;
use kikimori_matcher::library::segment::RowState;
use kikimori_matcher::matching::scan::{ScanOptions, scan};
use proptest::prelude::*;

use crate::make::{WHOLE, component, cpe, entry, import_as, open, package, parse_cpe, record, sbom};

/// Packages and products of the small world.
const PACKAGES: &[&str] = &["npm/a", "npm/b", "PyPI/a", "Debian:11/a", "Debian:12/a"];

/// A record about one or two of the small world's things; revisions of one id have distinct times.
fn arbitrary_record() -> impl Strategy<Value = Record> {
    let row = (0_u8..3, 0_u8..6, 1_u8..4).prop_map(|(status, low, width)| {
        let status = ["affected", "unaffected", "unknown"][usize::from(status)];
        format!("{status} >={low}.0.0 <{}.0.0", low + width)
    });
    let entry = (0..PACKAGES.len() + 2, prop::collection::vec(row, 0..3), 0_u8..3);
    let heads = (0_u8..3, 0_u8..6, 1_i64..50, 0_u8..8);
    let names = prop::collection::vec(0_u8..6, 0..2);
    (heads, prop::collection::vec(entry, 0..3), names.clone(), names).prop_map(build_record)
}

/// The parts of a generated record.
type Parts = ((u8, u8, i64, u8), Vec<(usize, Vec<String>, u8)>, Vec<u8>, Vec<u8>);

/// A record from its parts.
fn build_record((head, entries, aliases, addresses): Parts) -> Record {
    let (source, id, modified_ms, state) = head;
    let affected = entries.into_iter().enumerate().map(|(index, (thing, rows, authority))| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (name, scheme) = match PACKAGES.get(thing) {
            Some(text) if text.starts_with("Debian") => (package(text), Scheme::Deb),
            Some(text) => (package(text), Scheme::Npm),
            None if thing % 2 == 0 => (AffectedName::Cpe(parse_cpe("a:v:a")), Scheme::Generic),
            None => {
                let product = AffectedName::Product { vendor: "V".to_owned(), product: "A".to_owned() };
                (product, Scheme::Generic)
            }
        };
        let mut entry = entry(vec![name], scheme, &rows);
        entry.place = format!("/affected/{index}");
        entry.authority = match (scheme, authority) {
            (Scheme::Deb, _) => Authority::Distribution,
            (_, 0) => Authority::Derived,
            _ => Authority::Supplier,
        };
        entry
    });
    let id_of = |number: &u8| format!("CVE-2024-{number}");
    let source = ["nvd", "cve", "osv:ghsa"][usize::from(source)];
    let id = if source == "osv:ghsa" { format!("GHSA-{id}") } else { id_of(&id) };
    let affected: Vec<_> = affected.collect();
    // Revisions of one id with one time but another content are told apart by arrival; the laws are about times.
    let salt =
        affected.len() as i64 * 7 + aliases.iter().chain(&addresses).map(|id| i64::from(*id)).sum::<i64>();
    let mut record = record(source, &id, modified_ms * 1_000 + salt, affected);
    record.aliases = aliases.iter().map(id_of).collect();
    record.addresses = addresses.iter().map(id_of).collect();
    record.state = if state == 0 { RecordState::Withdrawn } else { RecordState::Published };
    record
}

/// Records without two contents for one revision.
fn arbitrary_records(count: usize) -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(arbitrary_record(), 1..count).prop_map(|records| {
        let mut seen = BTreeSet::new();
        records
            .into_iter()
            .filter(|record| seen.insert((record.source.clone(), record.id.clone(), record.modified_at)))
            .collect()
    })
}

/// The small world's bill: more than 64 identities, so that several threads are used.
fn bill() -> Sbom {
    let mut components = Vec::new();
    for number in 0..40 {
        let version = format!("{}.{}.0", number % 8, number / 8);
        components.push(component(&format!("pkg:npm/a@{version}")));
        components.push(component(&format!("pkg:npm/b@{version}")));
        components.push(component(&format!("pkg:pypi/a@{version}")));
        let release = ["", "?distro=debian-11", "?distro=bookworm"][number % 3];
        let mut debian = component(&format!("pkg:deb/debian/a@{version}{release}"));
        debian.cpes = vec![cpe(&format!("a:v:a:{version}"))].into();
        components.push(debian);
        let mut product = component(&format!("pkg:generic/a@{version}"));
        product.cpes = vec![cpe(&format!("a:v:a:{version}"))].into();
        components.push(product);
    }
    sbom(components)
}

/// Scans the small world's bill.
fn scanned(library: &Library, n_threads: usize) -> Scan {
    let options = ScanOptions { n_threads, include_not_affected: true, ..ScanOptions::default() };
    scan(&bill(), Some(library), &options)
}

/// Imports parts one after the other, as whole feeds of their own or as deltas.
///
/// Every part is another feed family, so that no whole part takes another for a shrunk revision of itself.
fn import_parts(parts: &[&[Record]], mode: ImportMode) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, part) in parts.iter().enumerate() {
        import_as(folder.path(), "test", &format!("part-{index}"), part, mode).unwrap();
    }
    folder
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_import_does_not_show(
        (records, shuffled) in arbitrary_records(40).prop_flat_map(|records| {
            (Just(records.clone()), Just(records).prop_shuffle())
        }),
        cuts in (0_usize..40, 0_usize..40),
    ) {
        let one = import_parts(&[&records], WHOLE);
        let (low, high) = (cuts.0.min(cuts.1).min(shuffled.len()), cuts.0.max(cuts.1).min(shuffled.len()));
        let parts = [&shuffled[..low], &shuffled[low..high], &shuffled[high..]];
        let several = import_parts(&parts, ImportMode::Delta);
        let whole = open(one.path());
        let expected = scanned(&whole, 1);
        let library = open(several.path());
        prop_assert_eq!(&scanned(&library, 1), &expected);
        prop_assert_eq!(&library.manifest().live, &whole.manifest().live);
        prop_assert_eq!(&library.manifest().ecosystems, &whole.manifest().ecosystems);
        // The same parts as one session of several feeds.
        let session = tempfile::tempdir().unwrap();
        let mut importer =
            kikimori_matcher::library::import::Importer::begin(session.path(), WHOLE, crate::make::NOW).unwrap();
        for part in parts {
            let feed = importer.start_feed("test", "part");
            for record in part {
                importer.add(feed, &kikimori_matcher::library::import::encode(record)).unwrap();
            }
        }
        prop_assert_eq!(&importer.commit().unwrap().snapshot, &expected.snapshot);
        prop_assert_eq!(&scanned(&open(session.path()), 1), &expected);
    }

    #[test]
    fn threads_do_not_show(records in arbitrary_records(40)) {
        let folder = import_parts(&[&records], WHOLE);
        let library = open(folder.path());
        prop_assert_eq!(scanned(&library, 4), scanned(&library, 1));
    }

    #[test]
    fn importing_again_changes_nothing(records in arbitrary_records(40)) {
        let folder = import_parts(&[&records], WHOLE);
        let first = open(folder.path()).snapshot().to_owned();
        for mode in [WHOLE, ImportMode::Delta] {
            let report = import_as(folder.path(), "test", "again", &records, mode).unwrap();
            prop_assert!(report.is_unchanged);
            prop_assert_eq!(&report.snapshot, &first);
            prop_assert!(report.touched.is_empty());
        }
    }

    #[test]
    fn merging_does_not_show(records in arbitrary_records(40), cut in 0_usize..40) {
        let cut = cut.min(records.len());
        let folder = import_parts(&[&records[..cut], &records[cut..]], ImportMode::Delta);
        let before = open(folder.path());
        let expected = scanned(&before, 1);
        let mut manifest = before.manifest().clone();
        merge::merge(folder.path(), &mut manifest).unwrap();
        merge::count(folder.path(), &mut manifest).unwrap();
        manifest.write(folder.path()).unwrap();
        let after = open(folder.path());
        prop_assert_eq!(after.segments().len(), 1);
        prop_assert_eq!(&scanned(&after, 1), &expected);
        prop_assert_eq!(after.manifest().live.clone(), before.manifest().live.clone());
        after.verify(folder.path()).unwrap();
    }

    #[test]
    fn the_newest_revision_counts(records in arbitrary_records(40)) {
        let parts: Vec<&[Record]> = records.chunks(3).collect();
        let folder = import_parts(&parts, ImportMode::Delta);
        let library = open(folder.path());
        for record in &records {
            let newest = records
                .iter()
                .filter(|other| other.source == record.source && other.id == record.id)
                .filter_map(|other| other.modified_at)
                .max();
            let (_, row) = library.find_record(record_key(&record.source, &record.id)).unwrap();
            prop_assert_eq!(Some(row.modified_ms), newest.map(|stamp| stamp.0));
        }
    }

    #[test]
    fn evidence_points_to_records_in_force(records in arbitrary_records(40)) {
        let folder = import_parts(&[&records], WHOLE);
        let library = open(folder.path());
        let found = scanned(&library, 1);
        for finding in found.findings.iter().chain(&found.retracted) {
            prop_assert!(!finding.evidence.is_empty());
            prop_assert!(!finding.vulnerability.id.is_empty());
            for evidence in &finding.evidence {
                let row = library.find_record(record_key(&evidence.source, &evidence.record)).map(|(_, row)| row);
                prop_assert!(row.is_some_and(|row| row.state == RowState::Live));
                let has_place = records.iter().any(|record| {
                    record.id == evidence.record
                        && record.modified_at == evidence.revision
                        && record.affected.iter().any(|entry| {
                            entry.place == evidence.place
                                && matches!(entry.applicability, Applicability::Versions { .. })
                        })
                });
                prop_assert!(has_place);
            }
        }
    }
}
