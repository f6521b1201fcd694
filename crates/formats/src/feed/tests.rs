//! Tables of cases for the feed readers, on records of our own.

mod csaf;
mod jvn;
mod lifecycles;
mod oka;
mod records;
mod sentences;
mod streams;
mod texts;

use kikimori_core::message::Message;
use kikimori_core::statement::{Status, VersionRow, VersionStatements, Versions};
use kikimori_core::vulnerability::{AffectedEntry, AffectedName, Applicability, Record};

use super::{FeedHeader, FeedItem, RawRecord, parse, split};

/// Splits a text.
fn split_text(text: &str) -> Result<(FeedHeader, Vec<RawRecord>), Message> {
    let mut records = Vec::new();
    let header = split(text.as_bytes(), &mut |raw| {
        records.push(raw);
        Ok(())
    })?;
    Ok((header, records))
}

/// The only record of a text, with its notices.
fn record(text: &str) -> (Record, Vec<Message>) {
    let (_, records) = split_text(text).unwrap();
    assert_eq!(records.len(), 1);
    let mut notices = Vec::new();
    match parse(&records[0], &mut notices).unwrap() {
        FeedItem::Record(record) => (record, notices),
        other => panic!("{other:?}"),
    }
}

/// The statements of an entry.
fn statements(entry: &AffectedEntry) -> &VersionStatements {
    match &entry.applicability {
        Applicability::Versions { versions, .. } => versions,
        Applicability::Configurations(_) => panic!("configurations"),
    }
}

/// The names of an entry, shortly.
fn names(entry: &AffectedEntry) -> Vec<String> {
    let Applicability::Versions { names, .. } = &entry.applicability else { panic!("configurations") };
    let show = |name: &AffectedName| match name {
        AffectedName::Package { ecosystem, name } => format!("{ecosystem}/{name}"),
        AffectedName::Cpe(cpe) => cpe.to_string(),
        AffectedName::Product { vendor, product } => format!("{vendor}|{product}"),
        AffectedName::Repository(repository) => repository.clone(),
    };
    names.iter().map(show).collect()
}

/// Versions in interval notation: `[1.0, 2.0)`, `=1.0`, `?text`.
fn show(versions: &Versions) -> String {
    match versions {
        Versions::Exact(version) => format!("={version}"),
        Versions::Unparsed(text) => format!("?{text}"),
        Versions::Interval(low, high) => {
            let low = low.as_ref().map_or("(".to_owned(), |bound| {
                format!("{}{}", if bound.is_included { "[" } else { "(" }, bound.version)
            });
            let high = high.as_ref().map_or(")".to_owned(), |bound| {
                format!("{}{}", bound.version, if bound.is_included { "]" } else { ")" })
            });
            format!("{low}, {high}")
        }
    }
}

/// The rows of an entry in interval notation; `!` marks unaffected and `~` unknown ones.
fn rows(entry: &AffectedEntry) -> Vec<String> {
    rows_of(&statements(entry).rows)
}

/// The same of rows.
fn rows_of(rows: &[VersionRow]) -> Vec<String> {
    let sign = |status| match status {
        Status::Affected => "",
        Status::Unaffected => "!",
        Status::Unknown => "~",
        Status::Investigating => "~~",
    };
    rows.iter().map(|row| format!("{}{}", sign(row.status), show(&row.versions))).collect()
}
