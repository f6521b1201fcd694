//! NVD CVE API 2.0 records, and corrections of their configurations.
//!
//! Source: NVD CVE API 2.0 JSON schema (nvd.nist.gov/developers/vulnerabilities, read 2026-11-21).

use kikimori_core::limits;
use kikimori_core::message::Message;
use kikimori_core::vulnerability::{AffectedEntry, Applicability, Authority, Record, RecordState};
use serde::Deserialize;

use super::configurations::{self, WireConfiguration};
use super::record::{self, Notes, push_cwe, push_severity, push_unique};
use super::wire::{self, Rule, Text, is_list, is_object, is_text, or_default};

/// Who asserts NVD's configurations.
const NVD: &str = "nvd@nist.gov";

/// Who asserts the corrections.
const OVERRIDES: &str = "anchore-overrides";

/// An item of a page.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Item<'a> {
    /// The record.
    #[serde(default)]
    cve: Option<Cve<'a>>,
    /// Where a correction says what it corrects.
    #[serde(default, rename = "_annotation")]
    annotation: Option<Annotation<'a>>,
}

/// A record.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Cve<'a> {
    /// The CVE id.
    #[serde(default)]
    id: Text<'a>,
    /// First published.
    #[serde(default)]
    published: Text<'a>,
    /// Last changed.
    #[serde(default)]
    last_modified: Text<'a>,
    /// State of NVD's analysis, or `Rejected`.
    #[serde(default)]
    vuln_status: Text<'a>,
    /// Descriptions by language.
    #[serde(default, deserialize_with = "or_default")]
    descriptions: Vec<Phrase<'a>>,
    /// CVSS by version.
    #[serde(default, deserialize_with = "or_default")]
    metrics: Metrics<'a>,
    /// CWE ids.
    #[serde(default, deserialize_with = "or_default")]
    weaknesses: Vec<Weakness<'a>>,
    /// What is affected.
    #[serde(default, deserialize_with = "or_default")]
    configurations: Vec<WireConfiguration<'a>>,
    /// Further reading.
    #[serde(default, deserialize_with = "or_default")]
    references: Vec<Reference<'a>>,
}

/// A text in a language.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Phrase<'a> {
    /// The language, `en`.
    #[serde(default)]
    lang: Text<'a>,
    /// The text.
    #[serde(default)]
    value: Text<'a>,
}

/// CVSS assertions by version.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Metrics<'a> {
    /// CVSS 2.0.
    #[serde(default, rename = "cvssMetricV2", deserialize_with = "or_default")]
    v2: Vec<Metric<'a>>,
    /// CVSS 3.0.
    #[serde(default, rename = "cvssMetricV30", deserialize_with = "or_default")]
    v30: Vec<Metric<'a>>,
    /// CVSS 3.1.
    #[serde(default, rename = "cvssMetricV31", deserialize_with = "or_default")]
    v31: Vec<Metric<'a>>,
    /// CVSS 4.0.
    #[serde(default, rename = "cvssMetricV40", deserialize_with = "or_default")]
    v40: Vec<Metric<'a>>,
}

/// One CVSS assertion.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Metric<'a> {
    /// Who asserts it.
    #[serde(default)]
    source: Text<'a>,
    /// The vector.
    #[serde(default, deserialize_with = "or_default")]
    cvss_data: CvssData<'a>,
}

/// The vector of an assertion.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct CvssData<'a> {
    /// The vector.
    #[serde(default)]
    vector_string: Text<'a>,
}

/// CWE ids by one source.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Weakness<'a> {
    /// The ids.
    #[serde(default, deserialize_with = "or_default")]
    description: Vec<Phrase<'a>>,
}

/// Further reading.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Reference<'a> {
    /// The address.
    #[serde(default)]
    url: Text<'a>,
}

/// What a correction says about itself.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Annotation<'a> {
    /// The CVE id.
    #[serde(default)]
    cve_id: Text<'a>,
    /// Last changed.
    #[serde(default)]
    modified: Text<'a>,
    /// First published.
    #[serde(default)]
    published: Text<'a>,
}

/// Rules beside those of the configurations.
const RULES: &[Rule<'static>] = &[
    ("cve/descriptions/*", |value| Phrase::deserialize(value).map(drop)),
    ("cve/descriptions", is_list),
    ("cve/metrics/cvssMetricV2/*", |value| Metric::deserialize(value).map(drop)),
    ("cve/metrics/cvssMetricV30/*", |value| Metric::deserialize(value).map(drop)),
    ("cve/metrics/cvssMetricV31/*", |value| Metric::deserialize(value).map(drop)),
    ("cve/metrics/cvssMetricV40/*", |value| Metric::deserialize(value).map(drop)),
    ("cve/metrics/cvssMetricV2", is_list),
    ("cve/metrics/cvssMetricV30", is_list),
    ("cve/metrics/cvssMetricV31", is_list),
    ("cve/metrics/cvssMetricV40", is_list),
    ("cve/metrics", is_object),
    ("cve/weaknesses/*", |value| Weakness::deserialize(value).map(drop)),
    ("cve/weaknesses", is_list),
    ("cve/references/*", |value| Reference::deserialize(value).map(drop)),
    ("cve/references", is_list),
    ("cve/published", is_text),
    ("cve/lastModified", is_text),
    ("cve/vulnStatus", is_text),
    ("_annotation/modified", is_text),
    ("_annotation/published", is_text),
];

/// Reads an NVD record, with or without the `{"cve": …}` around it.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when it has too many matches.
pub(super) fn parse(bytes: &[u8], messages: &mut Vec<Message>) -> Result<Record, Message> {
    let mut notes = Notes::new(messages);
    read(bytes, &mut notes, build)
}

/// Reads a correction.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when it has too many matches.
pub(super) fn parse_override(bytes: &[u8], messages: &mut Vec<Message>) -> Result<Record, Message> {
    let mut notes = Notes::new(messages);
    read(bytes, &mut notes, build_override)
}

/// Reads the item and builds the record from it; an item with a misshapen entry is repaired first.
fn read(
    bytes: &[u8],
    notes: &mut Notes<'_>,
    build: fn(&Item<'_>, &mut Notes<'_>) -> Result<Record, Message>,
) -> Result<Record, Message> {
    match serde_json::from_slice::<Item<'_>>(bytes) {
        Ok(item @ Item { cve: Some(_), .. }) => build(&item, notes),
        Ok(_) => match serde_json::from_slice::<Cve<'_>>(bytes) {
            Ok(cve) => build(&Item { cve: Some(cve), annotation: None }, notes),
            Err(_) => build_repaired(bytes, notes, build),
        },
        Err(_) => build_repaired(bytes, notes, build),
    }
}

/// Takes out what is misshapen and builds the record from the rest.
fn build_repaired(
    bytes: &[u8],
    notes: &mut Notes<'_>,
    build: fn(&Item<'_>, &mut Notes<'_>) -> Result<Record, Message>,
) -> Result<Record, Message> {
    let is_item = serde_json::from_slice::<serde_json::Value>(bytes)
        .map_err(|error| wire::unreadable(&error))?
        .get("cve")
        .is_some_and(serde_json::Value::is_object);
    let rules = configurations::RULES.iter().chain(RULES);
    // A bare record is the same one level up.
    let rules: Vec<Rule<'_>> = if is_item {
        rules.copied().collect()
    } else {
        rules.filter_map(|(path, check)| Some((path.strip_prefix("cve/")?, *check))).collect()
    };
    let value = wire::repair(bytes, &rules, notes)?;
    let item = if is_item {
        Item::deserialize(&value)
    } else {
        Cve::deserialize(&value).map(|cve| Item { cve: Some(cve), annotation: None })
    };
    build(&item.map_err(|error| wire::unreadable(&error))?, notes)
}

/// The domain value of an NVD record.
fn build(item: &Item<'_>, notes: &mut Notes<'_>) -> Result<Record, Message> {
    let empty = Cve::default();
    let cve = item.cve.as_ref().unwrap_or(&empty);
    let mut record = record::begin("nvd".to_owned(), cve.id.trimmed())?;
    notes.set_id(&record.id);
    if cve.vuln_status.trimmed().eq_ignore_ascii_case("rejected") {
        record.state = RecordState::Rejected;
    }
    record.published_at = record::stamp(&cve.published.0);
    record.modified_at = record::stamp(&cve.last_modified.0);
    let english = cve.descriptions.iter().find(|phrase| phrase.lang.trimmed() == "en");
    record.description = english.and_then(|phrase| record::description(&phrase.value.0));
    for (metrics, prefix) in [
        (&cve.metrics.v40, "CVSS:4.0/"),
        (&cve.metrics.v31, "CVSS:3.1/"),
        (&cve.metrics.v30, "CVSS:3.0/"),
        (&cve.metrics.v2, ""),
    ] {
        for metric in metrics {
            let asserter = metric.source.filled().unwrap_or(NVD);
            push_severity(&mut record, asserter, &metric.cvss_data.vector_string.0, prefix);
        }
    }
    for phrase in cve.weaknesses.iter().flat_map(|weakness| &weakness.description) {
        push_cwe(&mut record, &phrase.value.0);
    }
    for reference in &cve.references {
        push_unique(&mut record.references, reference.url.trimmed(), limits::RECORD_REFERENCES_MAX);
    }
    push_configurations(&mut record, cve, NVD, notes)?;
    Ok(record)
}

/// The domain value of a correction.
fn build_override(item: &Item<'_>, notes: &mut Notes<'_>) -> Result<Record, Message> {
    let (empty, nothing) = (Cve::default(), Annotation::default());
    let cve = item.cve.as_ref().unwrap_or(&empty);
    let annotation = item.annotation.as_ref().unwrap_or(&nothing);
    let mut record = record::begin("nvd-override".to_owned(), annotation.cve_id.trimmed())?;
    notes.set_id(&record.id);
    record.modified_at = record::stamp(&annotation.modified.0);
    record.published_at = record::stamp(&annotation.published.0);
    push_configurations(&mut record, cve, OVERRIDES, notes)?;
    Ok(record)
}

/// Adds the entry that holds all configurations: the vulnerable thing is in any of them.
fn push_configurations(
    record: &mut Record,
    cve: &Cve<'_>,
    asserter: &str,
    notes: &mut Notes<'_>,
) -> Result<(), Message> {
    let configurations = configurations::read(&cve.configurations, "/cve/configurations", notes)?;
    if !configurations.is_empty() {
        record.affected.push(AffectedEntry {
            asserter: asserter.to_owned(),
            authority: Authority::Derived,
            place: "/cve/configurations".to_owned(),
            applicability: Applicability::Configurations(configurations),
        });
    }
    Ok(())
}
