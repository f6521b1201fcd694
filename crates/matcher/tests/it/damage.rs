//! Damaged files: an error or fewer results, never a panic.

use std::path::{Path, PathBuf};

use kikimori_core::day::Day;
use kikimori_core::statement::{Status, VersionStatements};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedName, Applicability, Configuration, Epss, KevEntry, Node, Operator, Record, SeverityAssertion,
};
use kikimori_matcher::library::import::{Importer, encode};
use kikimori_matcher::library::{Library, LibraryFault};
use kikimori_matcher::matching::scan::{ScanOptions, scan};
use proptest::prelude::*;

use crate::make::{
    NOW, WHOLE, component, cpe, cpe_match, entry, import, import_as, npm, parse_cpe, row, sbom,
};
use crate::supports::products;

/// A record that has something of everything.
fn rich(id: &str) -> Record {
    let mut record = npm(id, 5, "lodash", "4.0.0");
    record.aliases = vec!["CVE-2024-1".to_owned()];
    record.addresses = vec!["CVE-2024-2".to_owned()];
    record.title = Some("題名 title".to_owned());
    record.description = Some("text".to_owned());
    record.cwes = vec!["CWE-79".to_owned()];
    record.references = vec!["https://example.org".to_owned()];
    record.severities = vec![SeverityAssertion {
        asserter: "x".to_owned(),
        vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned(),
    }];
    let names = vec![
        AffectedName::Cpe(parse_cpe("a:v:p")),
        AffectedName::Product { vendor: "v".to_owned(), product: "p".to_owned() },
        AffectedName::Repository("github.com/a/b".to_owned()),
    ];
    let mut named = entry(names.clone(), Scheme::Generic, &["affected >=1.0 <=2.*", "unaffected =1.5"]);
    named.applicability = Applicability::Versions {
        names,
        platforms: vec!["Windows".to_owned()],
        versions: VersionStatements {
            scheme: Scheme::Generic,
            default: Status::Unknown,
            rows: vec![row("affected >=1.0 <=2.*"), row("unaffected =1.5"), row("unknown ?words")],
        },
    };
    let mut configured = entry(Vec::new(), Scheme::Generic, &[]);
    configured.applicability = Applicability::Configurations(vec![Configuration {
        operator: Operator::And,
        negate: false,
        nodes: vec![
            Node {
                operator: Operator::Or,
                negate: false,
                matches: vec![cpe_match("a:v:p >=1.0 <3.0", true)],
            },
            Node { operator: Operator::And, negate: true, matches: vec![cpe_match("o:v:w", false)] },
        ],
    }]);
    record.affected.extend([named, configured]);
    record
}

/// A small library with something of everything, and its segment file.
fn library(folder: &Path) -> PathBuf {
    let mut importer = Importer::begin(folder, WHOLE, NOW).unwrap();
    let feed = importer.start_feed("osv", "all.zip");
    for id in ["GHSA-1", "GHSA-2", "GHSA-3"] {
        importer.add(feed, &encode(&rich(id))).unwrap();
    }
    let kev = importer.start_feed("kev", "kev.json");
    importer.add_kev(
        kev,
        KevEntry {
            cve: "CVE-2024-1".to_owned(),
            added_on: "2024-01-01".to_owned(),
            due_on: String::new(),
            is_ransomware_known: true,
            name: "n".to_owned(),
        },
    );
    importer.add_epss(kev, "CVE-2024-1", Epss { probability_ppm: 1, percentile_ppm: 2 });
    let lifecycle = importer.start_feed("endoflife", "endoflife.json");
    for product in products().into_iter().take(3) {
        importer.add_lifecycle(lifecycle, product).unwrap();
    }
    importer.commit().unwrap();
    folder.join("segment-000001.kklib")
}

/// Reads all that can be read.
fn read_everything(folder: &Path) -> Option<usize> {
    let library = match Library::open(folder) {
        Ok(library) => library?,
        Err(LibraryFault::Damaged { .. } | LibraryFault::OtherLayout { .. } | LibraryFault::Io { .. }) => {
            return None;
        }
        Err(fault) => panic!("{fault}"),
    };
    let mut both = component("pkg:npm/lodash@3.0.0");
    both.cpes = vec![cpe("a:v:p:1.2")].into();
    let bill = sbom(vec![both, component("pkg:github/a/b@1.0"), component("pkg:generic/python@3.8")]);
    let options = ScanOptions { include_not_affected: true, on: Some(Day(20_000)), ..ScanOptions::default() };
    let found = scan(&bill, Some(&library), &options);
    let _ = library.verify(folder);
    for segment in library.segments() {
        let _ = (segment.keys().count(), segment.all_mentions().count(), segment.all_epss().count());
        for number in 0..segment.n_records().min(100) {
            let Some(row) = segment.record(number) else { continue };
            let _ = segment.payload(&row);
            let _ = segment.head(&row).and_then(|head| head.texts().map(|texts| texts.references.len()));
        }
    }
    Some(found.findings.len() + found.retracted.len())
}

#[test]
fn every_truncation_of_a_segment() {
    let folder = tempfile::tempdir().unwrap();
    let segment = library(folder.path());
    let whole = std::fs::read(&segment).unwrap();
    assert_eq!(read_everything(folder.path()), Some(2));
    for length in 0..whole.len() {
        std::fs::write(&segment, &whole[..length]).unwrap();
        assert_eq!(read_everything(folder.path()), None, "{length} bytes");
    }
}

#[test]
fn every_byte_of_a_segment_changed() {
    let folder = tempfile::tempdir().unwrap();
    let segment = library(folder.path());
    let whole = std::fs::read(&segment).unwrap();
    for position in 0..whole.len() {
        for change in [0xff, 0x80, 0x01] {
            let mut bytes = whole.clone();
            bytes[position] ^= change;
            std::fs::write(&segment, &bytes).unwrap();
            read_everything(folder.path());
            if let Ok(Some(library)) = Library::open(folder.path()) {
                assert!(library.verify(folder.path()).is_err(), "byte {position} is not noticed");
            }
        }
    }
}

#[test]
fn a_damaged_segment_does_not_break_an_import() {
    let folder = tempfile::tempdir().unwrap();
    let segment = library(folder.path());
    let whole = std::fs::read(&segment).unwrap();
    let manifest = std::fs::read(folder.path().join("library.json")).unwrap();
    for position in (0..whole.len()).step_by(7) {
        for name in std::fs::read_dir(folder.path()).unwrap() {
            std::fs::remove_file(name.unwrap().path()).unwrap();
        }
        let mut bytes = whole.clone();
        bytes[position] ^= 0xff;
        std::fs::write(&segment, &bytes).unwrap();
        std::fs::write(folder.path().join("library.json"), &manifest).unwrap();
        let _ = import(folder.path(), &[rich("GHSA-1"), rich("GHSA-9")], WHOLE);
        read_everything(folder.path());
    }
}

#[test]
fn every_truncation_of_a_manifest() {
    let folder = tempfile::tempdir().unwrap();
    library(folder.path());
    let path = folder.path().join("library.json");
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(Library::open(folder.path()), Err(LibraryFault::Damaged { .. })), "{length}");
    }
}

#[test]
fn a_manifest_that_names_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let segment = library(folder.path());
    std::fs::remove_file(&segment).unwrap();
    assert!(matches!(Library::open(folder.path()), Err(LibraryFault::Io { .. })));
    assert!(matches!(import(folder.path(), &[rich("GHSA-1")], WHOLE), Err(LibraryFault::Io { .. })));
}

#[test]
fn a_manifest_that_points_outside_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("library");
    std::fs::create_dir(&inside).unwrap();
    library(&inside);
    let path = inside.join("library.json");
    let text = std::fs::read_to_string(&path).unwrap();
    for name in
        ["../segment-000001.kklib", "/etc/passwd", "library.json", "segment-../x.kklib", "segment-a/b.kklib"]
    {
        std::fs::write(&path, text.replace("segment-000001.kklib", name)).unwrap();
        assert!(matches!(Library::open(&inside), Err(LibraryFault::Damaged { .. })), "{name}");
    }
}

#[test]
fn numbers_at_their_ends_in_a_manifest() {
    let folder = tempfile::tempdir().unwrap();
    library(folder.path());
    let path = folder.path().join("library.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    manifest["generation"] = u64::MAX.into();
    manifest["feeds"]["0"]["n_records"] = u64::MAX.into();
    manifest["feeds"]["65535"] = manifest["feeds"]["0"].clone();
    manifest["ecosystems"]["npm"] = 0.into();
    std::fs::write(&path, manifest.to_string()).unwrap();
    assert!(matches!(import(folder.path(), &[rich("GHSA-1")], WHOLE), Err(LibraryFault::Shrank { .. })));
    let disjoint = [npm("GHSA-70", 1, "other", "2.0.0")];
    let report = import_as(folder.path(), "osv", "new.zip", &disjoint, WHOLE);
    assert!(matches!(report, Err(LibraryFault::TooLarge)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Several bytes at once, with the header's checksum left wrong or the header untouched.
    #[test]
    fn any_bytes_changed(changes in prop::collection::vec((0_usize..100_000, any::<u8>()), 1..12), in_header: bool) {
        thread_local! {
            static WHOLE_FILE: (tempfile::TempDir, PathBuf, Vec<u8>) = {
                let folder = tempfile::tempdir().unwrap();
                let segment = library(folder.path());
                let bytes = std::fs::read(&segment).unwrap();
                (folder, segment, bytes)
            };
        }
        WHOLE_FILE.with(|(folder, segment, whole)| {
            let mut bytes = whole.clone();
            let first = if in_header { 0 } else { 152 };
            for (position, value) in changes {
                let position = first + position % (bytes.len() - first);
                bytes[position] = value;
            }
            std::fs::write(segment, &bytes).unwrap();
            read_everything(folder.path());
        });
    }

    /// Any text as a manifest.
    #[test]
    fn any_manifest(position in 0_usize..100_000, value: u8) {
        thread_local! {
            static MANIFEST: (tempfile::TempDir, Vec<u8>) = {
                let folder = tempfile::tempdir().unwrap();
                library(folder.path());
                let bytes = std::fs::read(folder.path().join("library.json")).unwrap();
                (folder, bytes)
            };
        }
        MANIFEST.with(|(folder, whole)| {
            let mut bytes = whole.clone();
            let position = position % bytes.len();
            bytes[position] = value;
            std::fs::write(folder.path().join("library.json"), &bytes).unwrap();
            read_everything(folder.path());
        });
    }
}
