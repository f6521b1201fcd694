//! JVN iPedia and MyJVN API: vulnerability records, vendor names and product names of IPA and JPCERT/CC.
//!
//! Two kinds of records bear the same ids (`JVNDB-2024-000123`) and stay apart as two sources: `jvn` is the detail
//! (VULDEF, or the JSON of MyJVN API 4.0), which says which versions are affected; `jvn:rss` is the overview (JVNRSS), which
//! names products without versions. Were they one source, the weekly overview would replace last week's detail and take its
//! versions with it. Records that are written in English have sources of their own for the same reason.
//!
//! Every statement of JVN has [`Authority::Derived`]. JVN iPedia restates what suppliers and NVD published, and even where a
//! supplier answered through the partnership (`JVN#…`), IPA and JPCERT/CC wrote the sentence and may not have followed the
//! supplier's later corrections. It therefore never overrules a supplier's own "not affected", and it still counts beside NVD.
//!
//! Source: `https://jvndb.jvn.jp/apis/` (VULDEF 3.2, JVNRSS 2.0 and 3.2, MyJVN API 3.2 and 4.0), read 2026-11-21.

use kikimori_core::limits;
use kikimori_core::statement::{Status, VersionRow, VersionStatements};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedEntry, AffectedName, Applicability, Authority, Record, RecordLanguage, RecordState,
};

use super::configurations::read_cpe;
use super::record::{self, Notes, push_unique};

mod checksum;
mod cut;
mod decode;
mod element;
mod names;
mod oka;
mod overview;
mod sentence;
mod vuldef;

pub(super) use checksum::parse as parse_checksum;
pub(super) use cut::cut;
pub(super) use names::parse as parse_names;
pub(super) use overview::parse as parse_overview;
pub use sentence::{read as read_sentence, rows};
pub(super) use vuldef::parse as parse_detail;

/// Who asserts what JVN's records say, named as the terms of use ask.
pub(super) const JVN: &str = "JVN iPedia";

/// A record of the detail or the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// With versions.
    Detail,
    /// Without.
    Overview,
}

/// Settles source, language and state once the texts are known.
///
/// A text with Japanese letters is Japanese. Records that NVD rejected are kept by JVN under a title or overview that begins
/// with `** 削除 **`.
pub(super) fn settle(record: &mut Record, kind: Kind) {
    let texts = || record.title.iter().chain(&record.description);
    let is_japanese = texts().any(|text| text.chars().any(is_japanese_letter));
    let is_deleted = texts().any(|text| text.trim_start().starts_with("** 削除 **"));
    if is_japanese {
        record.language = RecordLanguage::Japanese;
    }
    record.source = match (kind, is_japanese) {
        (Kind::Detail, true) => "jvn",
        (Kind::Detail, false) => "jvn:en",
        (Kind::Overview, true) => "jvn:rss",
        (Kind::Overview, false) => "jvn:rss-en",
    }
    .to_owned();
    if is_deleted {
        record.state = RecordState::Withdrawn;
    }
}

/// Hiragana, katakana or a Chinese character.
fn is_japanese_letter(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF66}'..='\u{FF9D}')
}

/// Puts the ids that a record names where they belong.
///
/// One CVE id is the same vulnerability. Several are several vulnerabilities in one record, which addresses them. A number of
/// JVN's advisories (`JVN#…`, `JVNVU#…`, `JVNTA#…`) is only ever addressed: one advisory stands behind many records, each
/// about another vulnerability, and an alias would join them all.
pub(super) fn settle_ids(record: &mut Record, ids: &[String]) -> bool {
    let mut cves = Vec::new();
    let mut is_whole = true;
    for id in ids.iter().map(|id| id.trim()) {
        if is_cve(id) {
            is_whole &= push_unique(&mut cves, id, limits::RECORD_ALIASES_MAX);
        } else if is_advisory(id) {
            is_whole &= push_unique(&mut record.addresses, id, limits::RECORD_ALIASES_MAX);
        }
    }
    match cves.as_slice() {
        [_] => record.aliases = cves,
        _ => record.addresses.splice(0..0, cves).for_each(drop),
    }
    is_whole
}

/// Who must be named beside an id for it to be this vulnerability's: the CVE list, NVD, JVN. An id beside any other name is the
/// number of a document.
pub(super) fn is_id_source(name: &str) -> bool {
    name.contains("CVE") || name.contains("NVD") || name.starts_with("JVN")
}

/// A CVE id: `CVE-`, four digits of the year, four or more of the number.
fn is_cve(id: &str) -> bool {
    let mut parts = id.split('-');
    let is_number = |part: Option<&str>, least: usize| {
        part.is_some_and(|part| part.len() >= least && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    parts.next() == Some("CVE")
        && is_number(parts.next(), 4)
        && is_number(parts.next(), 4)
        && parts.next().is_none()
}

/// The number of an advisory on JVN: `JVN#12345678`, `JVNVU#…`, `JVNTA#…`.
fn is_advisory(id: &str) -> bool {
    id.starts_with("JVN") && id.contains('#') && id.len() <= limits::IDENTIFIER_BYTES_MAX
}

/// What one affected product of a record is called.
#[derive(Debug, Default)]
pub(super) struct ProductText {
    /// The vendor as written.
    pub(super) vendor: String,
    /// The product as written.
    pub(super) product: String,
    /// CPE names as written, 2.2 or 2.3.
    pub(super) cpes: Vec<String>,
    /// Sentences about versions.
    pub(super) sentences: Vec<String>,
    /// Versions that were given in fields of their own.
    pub(super) rows: Vec<VersionRow>,
}

/// The entry about one product; `None` when nothing is named that a component could be found by.
///
/// Versions that no sentence covers are not affected, as JVN lists what is. Without a sentence nothing is known of them.
pub(super) fn entry(text: &ProductText, place: String, notes: &mut Notes<'_>) -> Option<AffectedEntry> {
    let mut names = Vec::new();
    for cpe in text.cpes.iter().map(|cpe| cpe.trim()).filter(|cpe| !cpe.is_empty()) {
        let name = read_cpe(cpe, &place, notes).map(AffectedName::Cpe);
        names.extend(name.filter(|name| !names.contains(name)));
    }
    let (vendor, product) = (text.vendor.trim(), text.product.trim());
    // `(複数の製品)` stands for products that the supplier lists elsewhere.
    if !product.is_empty() && !product.starts_with(['(', '（']) {
        names.push(AffectedName::Product { vendor: vendor.to_owned(), product: product.to_owned() });
    }
    if names.is_empty() {
        return None;
    }
    let mut rows = rows(&text.sentences, &[vendor, product]);
    rows.splice(0..0, text.rows.iter().cloned()).for_each(drop);
    let default = if rows.is_empty() { Status::Unknown } else { Status::Unaffected };
    Some(AffectedEntry {
        asserter: JVN.to_owned(),
        authority: Authority::Derived,
        place,
        applicability: Applicability::Versions {
            names,
            versions: VersionStatements { scheme: Scheme::Generic, default, rows },
            platforms: Vec::new(),
        },
    })
}

/// The prefix that a CVSS vector of this version has, where it was left out.
pub(super) fn vector_prefix(version: &str) -> &'static str {
    match version.trim() {
        "3.0" | "3" => "CVSS:3.0/",
        "3.1" => "CVSS:3.1/",
        "4.0" | "4" => "CVSS:4.0/",
        _ => "",
    }
}

/// Adds an address of further reading.
pub(super) fn push_reference(record: &mut Record, address: &str) {
    let address = address.trim();
    if address.starts_with("http") && address.len() <= limits::IDENTIFIER_BYTES_MAX {
        push_unique(&mut record.references, address, limits::RECORD_REFERENCES_MAX);
    }
}

/// Tags that JVN's texts hold for its own pages. Others stay: a text about scripts may well speak of `<script>`.
const TAGS: &[&str] =
    &["<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<p>", "</p>", "<br>", "<br/>", "<br />"];

/// Title or description of a record: tags of lists and line ends become spaces.
pub(super) fn prose(text: &str) -> Option<String> {
    let text = TAGS.iter().fold(text.to_owned(), |text, tag| text.replace(tag, " "));
    record::description(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
