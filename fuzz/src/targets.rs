//! What each target does with its bytes.

use std::cmp::Ordering;

use kikimori_core::cpe::{Cpe, compare as compare_names, relate_names};
use kikimori_core::purl::Purl;
use kikimori_core::vers::VersRange;
use kikimori_core::version::{Scheme, compare};
use kikimori_core::{day, severity, stamp};
use kikimori_formats::sbom::write::{TargetFormat, WriteOptions, write};
use kikimori_formats::{feed, rules, sbom};

use crate::lines::{Line, Lines};
use crate::stored;

/// Targets by name. `cargo xtask fuzz` knows the same names; a test of it compares the two.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("sbom-json", read_sbom),
    ("sbom-xml", read_sbom),
    ("sbom-tag-value", read_sbom),
    ("sbom-spdx3", read_sbom),
    ("sheet-text", read_sheet),
    ("sheet-workbook", read_sheet),
    ("convert", convert),
    ("feed-json", read_feed),
    ("feed-csaf", read_feed),
    ("feed-jvn-xml", read_feed),
    ("feed-jvn-json", read_feed),
    ("feed-lifecycle", read_feed),
    ("range-text", read_range_text),
    ("version", compare_versions),
    ("purl", read_purl),
    ("cpe", read_cpe),
    ("vers", read_vers),
    ("cvss", read_cvss),
    ("catalog", read_catalog),
    ("rules", read_rules),
    ("table", read_table),
    ("lines", read_lines),
    ("inputs", stored::open_inputs),
    ("bundle", stored::open_bundle),
    ("manifest", stored::open_manifest),
    ("segment", stored::open_segment),
];

/// Reads a bill twice; edges must lead to components and both readings must find the same.
fn read_sbom(data: &[u8]) {
    let (Ok(bill), Ok(whole)) = (sbom::read(data), sbom::read_whole(data)) else { return };
    let n_components = bill.components.len();
    for (from, to) in &bill.dependencies {
        assert!((*from as usize) < n_components && (*to as usize) < n_components);
    }
    for (index, component) in bill.components.iter().enumerate() {
        assert!(component.parent.is_none_or(|parent| (parent as usize) < index));
    }
    assert_eq!((n_components, &bill.dependencies), (whole.components.len(), &whole.dependencies));
}

/// Reads a component sheet.
fn read_sheet(data: &[u8]) {
    if let Ok(reading) = sbom::sheet::read(data, &Default::default(), true) {
        let n_components = reading.sbom.components.len();
        for (from, to) in &reading.sbom.dependencies {
            assert!((*from as usize) < n_components && (*to as usize) < n_components);
        }
    }
}

/// Writes a bill in every format, and reads what was written: it must be a bill that lost no component.
fn convert(data: &[u8]) {
    let Ok(bill) = sbom::read_whole(data) else { return };
    let options = WriteOptions {
        serial: "urn:uuid:00000000-0000-8000-8000-000000000000".to_owned(),
        created: "1970-01-01T00:00:00Z".to_owned(),
        tool: "kikimori 0".to_owned(),
    };
    for format in TargetFormat::ALL {
        let mut bytes = Vec::new();
        let order = write(&bill, *format, &options, &mut bytes).expect("memory takes what is written");
        let again = sbom::read_whole(bytes.as_slice());
        let again = again.unwrap_or_else(|message| panic!("{}: {message:?}", format.word()));
        assert_eq!(order.len(), bill.components.len(), "{}", format.word());
        assert!(again.components.len() >= bill.components.len(), "{}: components are lost", format.word());
        let _ = kikimori_core::sbom::loss::compare(&bill, &again, &order);
    }
}

/// Cuts a feed and reads each of its records.
fn read_feed(data: &[u8]) {
    let mut notices = Vec::new();
    let _ = feed::split(data, &mut |raw| {
        let _ = feed::parse(&raw, &mut notices);
        notices.clear();
        Ok(())
    });
}

/// Reads a range written in words.
fn read_range_text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = feed::range_text::read(text);
    let _ = feed::range_text::is_placeholder(text);
    let _ = feed::read_sentences(&[text.to_owned()], &["OpenSSL"]);
}

/// Compares two versions in every order: turning the question round turns the answer round.
fn compare_versions(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (left, right) = text.split_once('\n').unwrap_or((text, text));
    for scheme in Scheme::ALL {
        let (there, back) = (compare(*scheme, left, right), compare(*scheme, right, left));
        if let (Ok(there), Ok(back)) = (there, back) {
            assert_eq!(there, back.reverse(), "{scheme:?} {left} {right}");
            assert_eq!(compare(*scheme, left, left).ok(), Some(Ordering::Equal));
        }
    }
}

/// Reads a package URL; what it is written as must read as the same.
fn read_purl(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(purl) = Purl::parse(text) {
        assert_eq!(Purl::parse(&purl.to_string()).as_ref(), Ok(&purl), "{text}");
    }
}

/// Reads a CPE name; what it is written as must read as the same.
fn read_cpe(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(cpe) = Cpe::parse(text) {
        assert_eq!(Cpe::parse(cpe.as_str()).as_ref().map(Cpe::as_str), Ok(cpe.as_str()), "{text}");
    }
}

/// Reads a version range, and asks it about a version.
fn read_vers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (range, version) = text.split_once('\n').unwrap_or((text, "1.0"));
    if let Ok(range) = VersRange::parse(range) {
        let _ = range.contains(version);
        let _ = range.oddity();
    }
}

/// Reads a CVSS vector, a time and a day.
fn read_cvss(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = severity::scores(text);
    let _ = stamp::Stamp::parse(text);
    let _ = day::Day::parse(text);
}

/// Reads what people write in YAML: an element set, and what they say about a sheet's columns.
fn read_catalog(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = kikimori_forms::sbom_profile::parse(text);
    let _ = kikimori_forms::sheet_mapping::parse(text);
}

/// Reads identity rules; what one is written as must read as the same.
fn read_rules(data: &[u8]) {
    let Ok(found) = rules::read(data, "rules.toml") else { return };
    for rule in &found {
        let mut text = rules::file_head(None);
        text.push_str(&rules::rule_text(rule));
        assert!(rules::read(text.as_bytes(), "rules.toml").is_ok_and(|again| again.len() == 1), "{text}");
    }
}

/// Reads a table of words.
fn read_table(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (entries, _) = kikimori_locale::table::read(text);
    for entry in entries {
        let _ = kikimori_locale::table::placeholders(&entry.text);
    }
}

/// Reads lines as `kikimori tool` does, and asks every rule about each.
fn read_lines(data: &[u8]) {
    let mut input = data;
    let mut lines = Lines::new(&mut input);
    while let Ok(Some(line)) = lines.next_line() {
        let _ = lines.must_wait();
        let Line::Text(text) = line else { continue };
        [read_purl, read_cpe, read_cvss].iter().for_each(|read| read(text.as_bytes()));
        let Some((left, right)) = text.split_once('\t') else { continue };
        let _ = compare(Scheme::Generic, left, right);
        let _ = VersRange::parse(left).map(|range| range.contains(right));
        if let (Ok(left), Ok(right)) = (Cpe::parse(left), Cpe::parse(right)) {
            let _ = relate_names(&compare_names(&left, &right));
        }
    }
}
