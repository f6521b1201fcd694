//! The readers against real and conformance documents.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

use kikimori_conformance::{Group, Row};
use kikimori_core::message::Message;
use kikimori_core::sbom::Sbom;
use kikimori_formats::sbom;

use crate::corpus::{bytes_of, corpus, files_below};
use crate::sbom_deviations::DEVIATIONS;

/// A row of the manifest.
struct ManifestRow {
    /// File name in the folder.
    file: String,
    /// Format, for example `CycloneDX-JSON`.
    format: String,
    /// Components counted by an independent script.
    n_components: usize,
}

/// The manifest's rows; none of its columns holds a comma in quotes before the counts.
fn manifest(folder: &Path) -> Vec<ManifestRow> {
    let text = String::from_utf8(bytes_of(&folder.join("manifest.csv"))).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let columns: Vec<&str> = line.split(',').collect();
            ManifestRow {
                file: columns[0].to_owned(),
                format: columns[1].to_owned(),
                n_components: columns[3].parse().unwrap(),
            }
        })
        .collect()
}

/// Documents of our formats that are refused, with the code: they are invalid on purpose.
#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("CycloneDX__sbom-utility__test__config__test-cdx-spec-version-invalid.json.zst", "SBOM-004"),
    ("CycloneDX__specification__tools__src__test__resources__1.2__invalid-bomformat-1.2.json.zst", "SBOM-001"),
    ("CycloneDX__specification__tools__src__test__resources__1.3__invalid-bomformat-1.3.json.zst", "SBOM-001"),
    ("CycloneDX__specification__tools__src__test__resources__1.4__invalid-bomformat-1.4.json.zst", "SBOM-001"),
    ("CycloneDX__specification__tools__src__test__resources__1.5__invalid-bomformat-1.5.json.zst", "SBOM-001"),
    ("CycloneDX__specification__tools__src__test__resources__1.6__invalid-bomformat-1.6.json.zst", "SBOM-001"),
    ("CycloneDX__specification__tools__src__test__resources__1.7__invalid-bomformat-1.7.json.zst", "SBOM-001"),
];

#[test]
fn real_documents_read_with_every_component_counted() {
    let Some(corpus) = corpus("sboms") else { return };
    let folder = corpus.join("sboms");
    let mut n_read = BTreeMap::new();
    let mut n_refused = BTreeMap::new();
    let mut surprises = Vec::new();
    for row in manifest(&folder) {
        let result = sbom::read(&bytes_of(&folder.join(&row.file))[..]);
        let is_ours = matches!(
            row.format.as_str(),
            "CycloneDX-JSON" | "CycloneDX-XML" | "SPDX-JSON" | "SPDX-TV" | "SPDX-JSONLD"
        );
        match result {
            Ok(sbom) => {
                check_consistent(&sbom, &row.file);
                let deviation = DEVIATIONS.iter().find(|(file, _, _)| *file == row.file);
                let expected = deviation.map_or(row.n_components, |(_, count, _)| *count);
                if sbom.n_components() != expected || !is_ours {
                    surprises.push(format!(
                        "{} {}: {} components, expected {expected}",
                        row.format,
                        row.file,
                        sbom.n_components()
                    ));
                }
                *n_read.entry(row.format).or_insert(0) += 1;
            }
            Err(message) => {
                let expected =
                    REFUSED.iter().any(|(file, code)| *file == row.file && *code == message.code.0);
                if is_ours && !expected {
                    surprises.push(format!("{} {}: refused: {message}", row.format, row.file));
                }
                *n_refused.entry(format!("{}, refused with {}", row.format, message.code)).or_insert(0) += 1;
            }
        }
    }
    assert!(surprises.is_empty(), "{} surprises:\n{}", surprises.len(), surprises.join("\n"));
    let n_passed = n_read.values().sum::<usize>();
    let n_cases = n_passed + n_refused.values().sum::<usize>();
    let row = Row::new(Group::Sboms, "real", "real and generated SBOMs", n_cases, n_passed)
        .fact(format!("read: {}", in_words(&n_read)))
        .fact(format!(
            "every component is counted; where the count differs from an independent count of `component` elements \
             ({} documents), file and reason are listed in [sbom_deviations.rs](../crates/formats/tests/it/sbom_deviations.rs)",
            DEVIATIONS.len()
        ));
    n_refused.iter().fold(row, |row, (reason, n_cases)| row.deviation(*n_cases, reason)).report();
}

/// Counts as words: `a 1, b 2`.
fn in_words<K: Display>(counts: &BTreeMap<K, usize>) -> String {
    counts.iter().map(|(key, count)| format!("{key} {count}")).collect::<Vec<_>>().join(", ")
}

/// What holds for every bill that was read.
fn check_consistent(sbom: &Sbom, name: &str) {
    let n_components = sbom.components.len();
    for (index, component) in sbom.components.iter().enumerate() {
        assert!(
            component.parent.is_none_or(|parent| (parent as usize) < index),
            "{name}: parents come first"
        );
    }
    for (from, to) in &sbom.dependencies {
        assert!(
            (*from as usize) < n_components && (*to as usize) < n_components,
            "{name}: edges lead to components"
        );
    }
    assert!(sbom.notices.len() <= kikimori_core::limits::NOTICES_MAX, "{name}");
}

#[test]
fn conformance_documents_read_when_valid_and_are_noticed_when_not() {
    let Some(corpus) = corpus("cyclonedx-spec-tests") else {
        return;
    };
    let folder = corpus.join("cyclonedx-spec-tests/tools/src/test/resources");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unnoticed: Vec<String> = Vec::new();
    let mut noticed: BTreeMap<String, usize> = BTreeMap::new();
    let mut surprises = Vec::new();
    for path in files_below(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_ours = name.ends_with(".json") || name.ends_with(".xml");
        let result = sbom::read(&bytes_of(&path)[..]);
        let is_invalid = name.contains("invalid");
        let verdict = match (&result, is_ours, is_invalid) {
            (Err(_), false, _) => "other format, refused",
            (Ok(_), false, _) => "other format, read",
            (Ok(_), _, false) => "valid, read",
            (Err(_), _, false) => "valid, refused",
            (Err(_), _, true) => "invalid, refused",
            (Ok(sbom), _, true) if sbom.notices.is_empty() => "invalid, read without a notice",
            (Ok(_), _, true) => "invalid, read with notices",
        };
        *counts.entry(verdict).or_insert(0) += 1;
        if verdict == "invalid, read without a notice" {
            unnoticed.push(name.clone());
        }
        match result {
            Ok(sbom) => {
                check_consistent(&sbom, &name);
                if !is_invalid && is_ours && !sbom.notices.is_empty() {
                    *noticed.entry(format!("{name}: {}", sbom.notices[0])).or_insert(0) += 1;
                }
                if !is_ours {
                    surprises.push(format!("{name}: read"));
                }
            }
            Err(message) => {
                if is_ours && !is_invalid {
                    surprises.push(format!("{name}: {message}"));
                }
            }
        }
    }
    assert!(unnoticed.is_empty(), "invalid documents read without a notice: {unnoticed:?}");
    println!("valid, read with notices: {noticed:#?}");
    assert!(surprises.is_empty(), "{} surprises:\n{}", surprises.len(), surprises.join("\n"));
    let count = |verdict: &str| counts.get(verdict).copied().unwrap_or_default();
    let n_valid = count("valid, read");
    Row::new(Group::Sboms, "cyclonedx-valid", "CycloneDX specification, valid documents", n_valid, n_valid)
        .report();
    let n_caught = count("invalid, refused") + count("invalid, read with notices");
    let title = "CycloneDX specification, invalid documents refused or noticed";
    Row::new(Group::Sboms, "cyclonedx-invalid", title, n_caught, n_caught)
        .fact(format!(
            "{} refused, {} read with notices",
            count("invalid, refused"),
            count("invalid, read with notices")
        ))
        .report();
    let n_other = count("other format, refused");
    let title = "CycloneDX specification, documents in other formats refused";
    Row::new(Group::Sboms, "cyclonedx-other", title, n_other, n_other).report();
}

#[test]
fn other_collections_are_read_or_refused_with_a_reason() {
    for collection in [
        "cyclonedx-bom-examples",
        "sbom-utility-tests",
        "sbomqs-fixtures",
        "spdx-examples",
        "osv-scanner-fixtures",
        "dependency-track-fixtures",
    ] {
        let Some(corpus) = corpus(collection) else { return };
        let mut n_read = 0;
        let mut n_components = 0;
        let mut refusals: BTreeMap<String, usize> = BTreeMap::new();
        for path in files_below(&corpus.join(collection)) {
            match sbom::read(&bytes_of(&path)[..]) {
                Ok(sbom) => {
                    check_consistent(&sbom, &path.to_string_lossy());
                    n_read += 1;
                    n_components += sbom.n_components();
                }
                Err(message) => *refusals.entry(reason(&message)).or_insert(0) += 1,
            }
        }
        for (reason, count) in &refusals {
            println!("    {count:4} {reason}");
        }
        assert!(n_read > 0, "{collection}");
        let n_refused: usize = refusals.values().sum();
        let title = format!("{collection}: every file of the collection");
        Row::new(Group::Sboms, &format!("other-{collection}"), &title, n_read + n_refused, n_read)
            .fact(format!("{n_components} components"))
            .deviation(n_refused, "refused with a message code: no SBOM, or a format that is not read")
            .report();
    }
}

/// A refusal in a form that can be counted.
fn reason(message: &Message) -> String {
    let first = message.args.first().map(|(_, value)| value.chars().take(70).collect::<String>());
    format!("{} {}", message.code, first.unwrap_or_default())
}
