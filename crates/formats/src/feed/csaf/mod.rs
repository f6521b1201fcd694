//! CSAF documents: security advisories and VEX of suppliers and coordinators. One document gives one record for each
//! vulnerability that it speaks of.
//!
//! Source: Common Security Advisory Framework 2.0 with errata 01, and 2.1 CSD03 leniently (oasis-tcs/csaf, read
//! 2026-11-21).

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::limits;
use kikimori_core::message::{Message, codes};
use kikimori_core::vulnerability::{Record, RecordState};
use serde::Deserialize;

use super::record::{self, Notes, limit, push_cwe, push_severity, push_unique};
use super::wire as shared;

mod publisher;
mod references;
mod remarks;
mod statements;
mod subject;
mod tree;
mod versions;
mod wire;

use publisher::Publisher;
use tree::Products;
use wire::{Csaf, Note, ProductGroup, Vulnerability};

/// Reads a document: a record for each vulnerability, or one without statements when there is none.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when branches nest too deeply or a list in it is too long.
pub(super) fn parse(bytes: &[u8], messages: &mut Vec<Message>) -> Result<Vec<Record>, Message> {
    let mut notes = Notes::new(messages);
    if let Ok(document) = serde_json::from_slice::<Csaf<'_>>(bytes) {
        return build(&document, &mut notes);
    }
    let mut value = shared::repair(bytes, wire::RULES, &mut notes)?;
    if let Some(branches) = value.pointer_mut("/product_tree/branches") {
        wire::repair_branches(branches, "/product_tree/branches", &mut notes);
    }
    build(&Csaf::deserialize(&value).map_err(|error| shared::unreadable(&error))?, &mut notes)
}

/// What the records of a document have in common.
struct Common<'d> {
    /// The document.
    csaf: &'d Csaf<'d>,
    /// Its products.
    products: Products,
    /// Its product groups by id.
    groups: BTreeMap<&'d str, &'d ProductGroup<'d>>,
    /// Who publishes it.
    publisher: Publisher,
}

/// The records of a document.
fn build(csaf: &Csaf<'_>, notes: &mut Notes<'_>) -> Result<Vec<Record>, Message> {
    let tracking = &csaf.document.tracking;
    let id = tracking.id.trimmed();
    notes.set_id(id);
    let publisher = Publisher::read(&csaf.document);
    let mut whole = record::begin(publisher.source.clone(), id)?;
    whole.modified_at = record::stamp(&tracking.current_release_date.0);
    whole.published_at = record::stamp(&tracking.initial_release_date.0);
    whole.title = record::description(&csaf.document.title.0);
    let is_recalled = ["withdrawn", "superseded"]
        .iter()
        .any(|word| csaf.document.category.trimmed().to_ascii_lowercase().ends_with(word));
    if is_recalled {
        whole.state = RecordState::Withdrawn;
    }
    note_standing(csaf, notes);
    if csaf.vulnerabilities.len() > limits::CSAF_VULNERABILITIES_MAX {
        return Err(limit("CSAF_VULNERABILITIES_MAX", limits::CSAF_VULNERABILITIES_MAX));
    }
    let products = tree::read(&csaf.product_tree, notes)?;
    references::check(csaf, &products, notes);
    let groups = csaf.product_tree.product_groups.iter();
    let groups = groups.map(|group| (group.group_id.trimmed(), group)).collect();
    let common = Common { csaf, products, groups, publisher };
    if csaf.vulnerabilities.is_empty() {
        whole.description = record::description(text_of(&csaf.document.notes).unwrap_or_default());
        push_references(&mut whole, &common, None);
        push_advisory_ids(&mut whole, &common);
        return Ok(vec![whole]);
    }
    let mut records = Vec::with_capacity(csaf.vulnerabilities.len());
    let mut ids = BTreeSet::new();
    for (index, vulnerability) in csaf.vulnerabilities.iter().enumerate() {
        let mut record = Record { id: record_id(id, vulnerability, index, &ids), ..whole.clone() };
        ids.insert(record.id.clone());
        notes.id.clone_from(&record.id);
        fill(&mut record, vulnerability, index, &common, notes)?;
        records.push(record);
    }
    Ok(records)
}

/// Says that a document is no final one, or of a version that is not known here.
fn note_standing(csaf: &Csaf<'_>, notes: &mut Notes<'_>) {
    let version = csaf.document.csaf_version.trimmed();
    if !matches!(version, "2.0" | "2.1") {
        notes.add(Message::new(codes::FEED_CSAF_VERSION), &[("version", &tree::shown(version))]);
    }
    let status = csaf.document.tracking.status.trimmed();
    if matches!(status, "draft" | "interim") {
        notes.add(Message::new(codes::FEED_CSAF_NOT_FINAL), &[("status", status)]);
    }
}

/// The id of a vulnerability's record: the advisory's and behind a slash the CVE id, else the first other id, else its
/// number in the document, counted from 1. An advisory that bears the id of its vulnerability is called by it alone. A
/// second record of one id gets its number too.
fn record_id(
    advisory: &str,
    vulnerability: &Vulnerability<'_>,
    index: usize,
    used: &BTreeSet<String>,
) -> String {
    let number = index.saturating_add(1);
    let other = vulnerability.ids.iter().find_map(|id| id.text.filled());
    let is_usable = |text: &&str| text.len() <= 64 && !text.contains(char::is_whitespace);
    let own = match vulnerability.cve.filled().or(other).filter(is_usable) {
        Some(own) if own == advisory => own.to_owned(),
        Some(own) => format!("{advisory}/{own}"),
        None => format!("{advisory}/{number}"),
    };
    if used.contains(&own) { format!("{own}/{number}") } else { own }
}

/// Fills in what a document says about one vulnerability.
fn fill(
    record: &mut Record,
    vulnerability: &Vulnerability<'_>,
    index: usize,
    common: &Common<'_>,
    notes: &mut Notes<'_>,
) -> Result<(), Message> {
    push_vulnerability_ids(record, vulnerability, notes);
    push_advisory_ids(record, common);
    record.title = record::description(&vulnerability.title.0).or_else(|| record.title.take());
    let published = vulnerability.release_date.filled().or_else(|| vulnerability.disclosure_date.filled());
    record.published_at = published.and_then(record::stamp).or(record.published_at);
    let text = text_of(&vulnerability.notes).unwrap_or_default();
    let remarks = remarks::read(vulnerability, common);
    record.description = record::description(&format!("{text}\n\n{remarks}"));
    for cwe in std::iter::once(&vulnerability.cwe).chain(&vulnerability.cwes) {
        push_cwe(record, &cwe.id.0);
    }
    let asserter = &common.publisher.asserter;
    let contents = vulnerability.metrics.iter().map(|metric| &metric.content);
    for metric in vulnerability.scores.iter().chain(contents) {
        push_severity(record, asserter, &metric.cvss_v2.vector.0, "");
        push_severity(record, asserter, &metric.cvss_v3.vector.0, "CVSS:3.1/");
        push_severity(record, asserter, &metric.cvss_v4.vector.0, "CVSS:4.0/");
    }
    push_references(record, common, Some(vulnerability));
    record.affected = statements::read(&vulnerability.product_status, index, common, notes)?;
    Ok(())
}

/// Whether an id of a document's own list means the same in every document: those of the well-known databases.
fn is_global(id: &str) -> bool {
    ["CVE-", "GHSA-", "JVNDB-", "JVNVU", "EUVD-", "VU#"].iter().any(|start| id.starts_with(start))
}

/// Takes over the ids of a vulnerability: well-known ones as other names of the same thing, the rest (numbers of bug
/// trackers) as mentioned.
fn push_vulnerability_ids(record: &mut Record, vulnerability: &Vulnerability<'_>, notes: &mut Notes<'_>) {
    let ids = vulnerability.ids.iter().filter_map(|id| id.text.filled());
    let mut is_whole = true;
    for id in vulnerability.cve.filled().into_iter().chain(ids) {
        if id.len() > limits::IDENTIFIER_BYTES_MAX {
            continue;
        }
        let list = if is_global(id) { &mut record.aliases } else { &mut record.addresses };
        is_whole &= push_unique(list, id, limits::RECORD_ALIASES_MAX);
    }
    record.aliases.retain(|alias| *alias != record.id);
    if !is_whole {
        let max = limits::RECORD_ALIASES_MAX.to_string();
        notes.add(Message::new(codes::FEED_LIST_CUT), &[("limit", "RECORD_ALIASES_MAX"), ("max", &max)]);
    }
}

/// Lets a record be found by the ids of its advisory.
fn push_advisory_ids(record: &mut Record, common: &Common<'_>) {
    let tracking = &common.csaf.document.tracking;
    let aliases = tracking.aliases.iter().filter_map(|alias| alias.filled());
    for id in tracking.id.filled().into_iter().chain(aliases) {
        // An advisory that names a CVE id as its own covers that CVE and perhaps others.
        if *id != record.id && !record.aliases.iter().any(|alias| alias == id) && !id.starts_with("CVE-") {
            push_unique(&mut record.addresses, id, limits::RECORD_ALIASES_MAX);
        }
    }
}

/// Takes over further reading: of the document, of the vulnerability, and where fixes are.
fn push_references(record: &mut Record, common: &Common<'_>, vulnerability: Option<&Vulnerability<'_>>) {
    let mut addresses: Vec<&str> =
        common.csaf.document.references.iter().filter_map(|reference| reference.url.filled()).collect();
    if let Some(vulnerability) = vulnerability {
        addresses.extend(vulnerability.references.iter().filter_map(|reference| reference.url.filled()));
        addresses.extend(vulnerability.remediations.iter().filter_map(|remark| remark.url.filled()));
    }
    for address in addresses {
        push_unique(&mut record.references, address, limits::RECORD_REFERENCES_MAX);
    }
}

/// The text that describes best: a description, else a summary, else whatever comes first.
fn text_of<'t>(notes: &'t [Note<'_>]) -> Option<&'t str> {
    let of = |category: &str| {
        notes.iter().find(|note| note.category.trimmed() == category).and_then(|note| note.text.filled())
    };
    ["description", "summary", "details", "general"].into_iter().find_map(of)
}
