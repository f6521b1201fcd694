//! What the database keeps of a component is enough: the matcher says the same about components made from it.

use std::path::{Path, PathBuf};

use kikimori_app::component_identity::{of, to_component};
use kikimori_app::import_library::{ImportOptions, import_library};
use kikimori_app::sbom_file::read_sbom;
use kikimori_core::day::Day;
use kikimori_core::message::Place;
use kikimori_core::sbom::{Component, ComponentKind, Hash, Role, Sbom, SourcePackage};
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::Library;
use kikimori_matcher::library::import::ImportMode;
use kikimori_matcher::matching::scan::{ScanOptions, scan};
use proptest::prelude::*;

/// The folder of the demo.
const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo");

/// A library of the demo's feeds.
fn library(folder: &Path) -> Library {
    let mode = ImportMode::Whole { allow_shrink: false };
    let options = ImportOptions { mode, now: Stamp(1_795_000_000_000), n_threads: 2 };
    import_library(folder, &[PathBuf::from(DEMO).join("feeds")], options, &|_| {}).unwrap();
    Library::open(folder).unwrap().unwrap()
}

/// The bill with its components made anew from what a database would keep of them.
fn rebuilt(sbom: &Sbom) -> Sbom {
    let components = sbom.components.iter().map(|component| {
        let identity = of(component);
        for text in [
            Some(&identity.name),
            identity.version.as_ref(),
            identity.purl.as_ref(),
            Some(&identity.attributes),
        ] {
            assert!(!text.is_some_and(|text| text.contains('\0')));
        }
        let made = to_component(&identity).unwrap();
        assert_eq!(of(&made), identity, "{component:?}");
        Component {
            reference: component.reference.clone(),
            parent: component.parent,
            role: component.role,
            ..made
        }
    });
    Sbom { components: components.collect(), ..sbom.clone() }
}

/// Scans both and compares everything.
fn holds(sbom: &Sbom, library: &Library) -> usize {
    let options =
        ScanOptions { include_not_affected: true, on: Day::parse("2026-11-21"), ..ScanOptions::default() };
    let original = scan(sbom, Some(library), &options);
    assert_eq!(scan(&rebuilt(sbom), Some(library), &options), original);
    original.findings.len()
}

#[test]
fn the_matcher_says_the_same_about_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    let mut n_findings = 0;
    for file in std::fs::read_dir(PathBuf::from(DEMO).join("sboms")).unwrap() {
        let sbom = read_sbom(&file.unwrap().path()).unwrap().sbom;
        n_findings += holds(&sbom, &library);
    }
    assert!(n_findings > 20, "{n_findings}");
}

#[test]
fn the_matcher_says_the_same_about_public_boms() {
    let Some(corpus) = kikimori_conformance::corpus("component identities") else { return };
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    let mut n_components = 0;
    let mut folders = vec![corpus.join("cyclonedx-bom-examples"), corpus.join("sboms")];
    while let Some(folder) = folders.pop() {
        let Ok(files) = std::fs::read_dir(folder) else { continue };
        for path in files.map(|file| file.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(file) = read_sbom(&path) {
                n_components += file.sbom.components.len();
                holds(&file.sbom, &library);
            }
        }
    }
    assert!(n_components > 1_000, "{n_components}");
}

#[test]
fn what_decides_nothing_makes_no_other_identity() {
    let plain = Component { name: "parser".into(), version: Some("1.0".into()), ..Component::default() };
    let mut other = Component { reference: Some("a".into()), role: Role::Described, ..plain.clone() };
    other.details_mut().hashes = vec![Hash { algorithm: "SHA-256".to_owned(), value: "00".to_owned() }];
    other.place = Place::Line(3);
    assert_eq!(of(&other), of(&plain));
    for changed in [
        Component { name: "Parser".into(), ..plain.clone() },
        Component { version: None, ..plain.clone() },
        Component { group: Some("org".into()), ..plain.clone() },
        Component { kind: ComponentKind::OperatingSystem, ..plain.clone() },
        Component { purls: vec!["pkg:npm/parser@1.0".to_owned()].into(), ..plain.clone() },
        Component { cpes: vec!["cpe:/a:x:parser".to_owned()].into(), ..plain.clone() },
    ] {
        assert_ne!(of(&changed).key_sha256, of(&plain).key_sha256, "{changed:?}");
    }
}

proptest! {
    #[test]
    fn comes_back_as_it_was(
        names in prop::array::uniform3("\\PC{0,9}\0?"),
        group: Option<String>,
        version: Option<String>,
        supplier: Option<String>,
        purls in prop::collection::vec("[a-z\0@:/]{0,9}", 0..4),
        cpes in prop::collection::vec("[a-z\0:*]{0,9}", 0..4),
        kind in 0_usize..11,
        has_source: bool,
    ) {
        let mut component = Component {
            kind: ComponentKind::ALL[kind],
            group: group.map(String::into_boxed_str),
            name: names[0].as_str().into(),
            version: version.map(String::into_boxed_str),
            purls: purls.into(),
            cpes: cpes.into(),
            ..Component::default()
        };
        if supplier.is_some() || has_source {
            component.details_mut().supplier = supplier;
        }
        if has_source {
            let source = SourcePackage { name: names[1].clone(), release: Some(names[2].clone()), ..SourcePackage::default() };
            component.details_mut().source = Some(Box::new(source));
        }
        let identity = of(&component);
        prop_assert_eq!(to_component(&identity).unwrap(), component);
        for text in [&identity.name, &identity.attributes, &identity.component_key, &identity.search_text] {
            prop_assert!(!text.contains('\0'));
        }
    }
}
