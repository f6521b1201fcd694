//! Small CSAF documents written for this project, each with what the reader must make of it.

use std::fmt::Write as _;

use kikimori_core::statement::{RowRef, Status};
use kikimori_core::vulnerability::{AffectedEntry, AffectedName, Applicability, Record};
use kikimori_formats::feed::{self, FeedItem};

/// A document and what is expected of it, by name.
macro_rules! fixture {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!("fixtures/csaf/", $name, ".json")).as_slice(),
            include_str!(concat!("fixtures/csaf/", $name, ".expected")),
        )
    };
}

/// Name, bytes and expectation of every fixture.
const FIXTURES: &[(&str, &[u8], &str)] = &[
    fixture!("vendor-vex"),
    fixture!("coordinator-without-identifiers"),
    fixture!("lenient-2.1"),
    fixture!("distribution"),
    fixture!("withdrawn-2.1"),
];

/// A row in a word and a range.
fn row(row: RowRef<'_>) -> String {
    let status = match row.status {
        Status::Affected => "affected",
        Status::Unaffected => "unaffected",
        Status::Unknown => "unknown",
        Status::Investigating => "investigating",
    };
    format!("{status} {}", row.versions)
}

/// An entry, in lines.
fn entry(text: &mut String, entry: &AffectedEntry) {
    writeln!(text, "  {:?} of {:?} at {}", entry.authority, entry.asserter, entry.place).unwrap();
    match &entry.applicability {
        Applicability::Versions { names, versions, platforms } => {
            for name in names {
                let name = match name {
                    AffectedName::Package { ecosystem, name } => format!("package {ecosystem} {name}"),
                    AffectedName::Cpe(cpe) => format!("cpe {cpe}"),
                    AffectedName::Product { vendor, product } => format!("product {vendor:?} {product:?}"),
                    AffectedName::Repository(path) => format!("repository {path}"),
                };
                writeln!(text, "    {name}").unwrap();
            }
            for statement in &versions.rows {
                writeln!(text, "    {} {}", versions.scheme.name(), row(statement.as_ref())).unwrap();
            }
            for platform in platforms {
                writeln!(text, "    with {platform:?}").unwrap();
            }
        }
        Applicability::Configurations(configurations) => {
            for node in configurations.iter().flat_map(|configuration| &configuration.nodes) {
                for cpe_match in &node.matches {
                    let kind = if cpe_match.is_vulnerable { "affected" } else { "on" };
                    let bounds = [
                        ("≥", &cpe_match.start_including),
                        (">", &cpe_match.start_excluding),
                        ("≤", &cpe_match.end_including),
                        ("<", &cpe_match.end_excluding),
                    ];
                    let bounds: Vec<String> = bounds
                        .iter()
                        .filter_map(|(sign, bound)| bound.as_ref().map(|bound| format!("{sign} {bound}")))
                        .collect();
                    writeln!(text, "    {kind} {} {bounds:?}", cpe_match.criteria).unwrap();
                }
            }
        }
    }
}

/// Everything in records, in lines for people.
fn describe(records: &[Record], notices: &[String]) -> String {
    let mut text = String::new();
    for record in records {
        writeln!(text, "{} {} {:?}", record.source, record.id, record.state).unwrap();
        writeln!(
            text,
            "  modified {:?}, published {:?}",
            record.modified_at.map(|stamp| stamp.to_string()),
            record.published_at.map(|stamp| stamp.to_string())
        )
        .unwrap();
        writeln!(text, "  aliases {:?}, addresses {:?}", record.aliases, record.addresses).unwrap();
        writeln!(text, "  title {:?}", record.title).unwrap();
        writeln!(text, "  description {:?}", record.description).unwrap();
        for severity in &record.severities {
            writeln!(text, "  severity {} {}", severity.asserter, severity.vector).unwrap();
        }
        writeln!(text, "  cwes {:?}, references {:?}", record.cwes, record.references).unwrap();
        record.affected.iter().for_each(|affected| entry(&mut text, affected));
    }
    for notice in notices {
        writeln!(text, "{notice}").unwrap();
    }
    text
}

/// Reads a document.
fn read(bytes: &[u8]) -> String {
    let mut found = Vec::new();
    let mut notices = Vec::new();
    feed::split(bytes, &mut |raw| {
        match feed::parse(&raw, &mut notices)? {
            FeedItem::Advisory(records) => found.extend(records),
            other => panic!("{other:?}"),
        }
        Ok(())
    })
    .unwrap();
    let notices: Vec<String> = notices.iter().map(ToString::to_string).collect();
    describe(&found, &notices)
}

#[test]
fn documents_give_what_is_expected() {
    let mut differing = String::new();
    for (name, bytes, expected) in FIXTURES {
        let found = read(bytes);
        if found != *expected {
            writeln!(differing, "=== {name} gives\n{found}").unwrap();
        }
    }
    assert!(differing.is_empty(), "{differing}");
}
