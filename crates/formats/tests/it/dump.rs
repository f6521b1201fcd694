//! What a feed gives, in lines for people and for comparison.

use std::fmt::Write as _;

use kikimori_core::statement::{RowRef, Status};
use kikimori_core::vulnerability::{AffectedEntry, AffectedName, Applicability, Record};
use kikimori_formats::feed::FeedItem;

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

/// Everything in a record.
pub fn record(text: &mut String, record: &Record) {
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
    record.affected.iter().for_each(|affected| entry(text, affected));
}

/// Everything in an item.
pub fn item(text: &mut String, item: &FeedItem) {
    match item {
        FeedItem::Record(found) => record(text, found),
        FeedItem::Advisory(records) => records.iter().for_each(|found| record(text, found)),
        other => writeln!(text, "{other:?}").unwrap(),
    }
}
