//! CVE Records 5.x, and additional containers that are published beside them.
//!
//! Source: CVE Record Format 5.1.1 (github.com/CVEProject/cve-schema, read 2026-11-21).

use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::limits;
use kikimori_core::message::Message;
use kikimori_core::vulnerability::{AffectedEntry, Applicability, Authority, Record, RecordState};
use serde::Deserialize;

use super::configurations::{self, WireConfiguration};
use super::cve_names;
use super::cve_versions::{self, CommitRows};
use super::record::{self, Notes, limit, push_cwe, push_severity, push_unique};
use super::wire::{self, Rule, Text, is_list, is_object, is_text, or_default};

/// A record.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct CveRecord<'a> {
    /// Id, state and dates.
    #[serde(default, deserialize_with = "or_default")]
    cve_metadata: Metadata<'a>,
    /// Who says what.
    #[serde(default, deserialize_with = "or_default")]
    containers: Containers<'a>,
}

/// Id, state and dates.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Metadata<'a> {
    /// The CVE id.
    #[serde(default)]
    cve_id: Text<'a>,
    /// `PUBLISHED` or `REJECTED`.
    #[serde(default)]
    state: Text<'a>,
    /// The CNA, if its container does not say.
    #[serde(default)]
    assigner_short_name: Text<'a>,
    /// First published.
    #[serde(default)]
    date_published: Text<'a>,
    /// Last changed.
    #[serde(default)]
    date_updated: Text<'a>,
}

/// The CNA's container and those of others.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Containers<'a> {
    /// The CNA's.
    #[serde(default, deserialize_with = "or_default")]
    cna: Container<'a>,
    /// Authorised data publishers'.
    #[serde(default, deserialize_with = "or_default")]
    adp: Vec<Container<'a>>,
}

/// What one publisher says.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Container<'a> {
    /// Who it is.
    #[serde(default, deserialize_with = "or_default")]
    provider_metadata: Provider<'a>,
    /// A title.
    #[serde(default)]
    title: Text<'a>,
    /// Descriptions by language.
    #[serde(default, deserialize_with = "or_default")]
    descriptions: Vec<Phrase<'a>>,
    /// Why it was rejected, by language.
    #[serde(default, deserialize_with = "or_default")]
    rejected_reasons: Vec<Phrase<'a>>,
    /// What is affected.
    #[serde(default, deserialize_with = "or_default")]
    affected: Vec<WireAffected<'a>>,
    /// What is affected, in NVD's manner.
    #[serde(default, deserialize_with = "or_default")]
    cpe_applicability: Vec<WireConfiguration<'a>>,
    /// CVSS.
    #[serde(default, deserialize_with = "or_default")]
    metrics: Vec<Metric<'a>>,
    /// CWE.
    #[serde(default, deserialize_with = "or_default")]
    problem_types: Vec<ProblemType<'a>>,
    /// Further reading.
    #[serde(default, deserialize_with = "or_default")]
    references: Vec<Reference<'a>>,
}

/// A publisher.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Provider<'a> {
    /// Its short name.
    #[serde(default)]
    short_name: Text<'a>,
}

/// A text in a language.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Phrase<'a> {
    /// The language, `en`, `en-US`.
    #[serde(default)]
    lang: Text<'a>,
    /// The text.
    #[serde(default)]
    value: Text<'a>,
}

/// CVSS of several versions.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Metric<'a> {
    /// CVSS 2.0.
    #[serde(default, rename = "cvssV2_0", deserialize_with = "or_default")]
    v2: Cvss<'a>,
    /// CVSS 3.0.
    #[serde(default, rename = "cvssV3_0", deserialize_with = "or_default")]
    v30: Cvss<'a>,
    /// CVSS 3.1.
    #[serde(default, rename = "cvssV3_1", deserialize_with = "or_default")]
    v31: Cvss<'a>,
    /// CVSS 4.0.
    #[serde(default, rename = "cvssV4_0", deserialize_with = "or_default")]
    v40: Cvss<'a>,
}

/// A vector.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Cvss<'a> {
    /// The vector.
    #[serde(default)]
    vector_string: Text<'a>,
}

/// CWE ids.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct ProblemType<'a> {
    /// The ids or texts.
    #[serde(default, deserialize_with = "or_default")]
    descriptions: Vec<Problem<'a>>,
}

/// A CWE id or a text that may start with one.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Problem<'a> {
    /// The id.
    #[serde(default)]
    cwe_id: Text<'a>,
    /// The text.
    #[serde(default)]
    description: Text<'a>,
}

/// Further reading.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Reference<'a> {
    /// The address.
    #[serde(default)]
    url: Text<'a>,
}

/// `affected[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
pub(super) struct WireAffected<'a> {
    /// The vendor.
    #[serde(default)]
    pub(super) vendor: Text<'a>,
    /// The product.
    #[serde(default)]
    pub(super) product: Text<'a>,
    /// A package URL.
    #[serde(default, rename = "packageURL")]
    pub(super) package_url: Text<'a>,
    /// Where the package is collected.
    #[serde(default, rename = "collectionURL")]
    pub(super) collection_url: Text<'a>,
    /// Its name there.
    #[serde(default)]
    pub(super) package_name: Text<'a>,
    /// The source repository.
    #[serde(default)]
    pub(super) repo: Text<'a>,
    /// CPE names.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cpes: Vec<Text<'a>>,
    /// Platforms as free text.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) platforms: Vec<Text<'a>>,
    /// What holds where no row does.
    #[serde(default)]
    pub(super) default_status: Text<'a>,
    /// The rows.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) versions: Vec<WireVersion<'a>>,
}

/// `versions[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
pub(super) struct WireVersion<'a> {
    /// A version or the lower end of a range.
    #[serde(default)]
    pub(super) version: Text<'a>,
    /// `affected`, `unaffected`, `unknown`.
    #[serde(default)]
    pub(super) status: Text<'a>,
    /// The order of versions.
    #[serde(default)]
    pub(super) version_type: Text<'a>,
    /// Upper end, exclusive.
    #[serde(default)]
    pub(super) less_than: Text<'a>,
    /// Upper end, inclusive.
    #[serde(default)]
    pub(super) less_than_or_equal: Text<'a>,
    /// Changes of status inside the range.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) changes: Vec<WireChange<'a>>,
}

/// `changes[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct WireChange<'a> {
    /// The first version with the new status.
    #[serde(default)]
    pub(super) at: Text<'a>,
    /// The new status.
    #[serde(default)]
    pub(super) status: Text<'a>,
}

/// An additional container beside its record.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct AdpFile<'a> {
    /// The CVE id.
    #[serde(default, deserialize_with = "or_default")]
    additional_metadata: AdditionalMetadata<'a>,
    /// The container.
    #[serde(default, deserialize_with = "or_default")]
    adp: Container<'a>,
}

/// What the additional container belongs to.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct AdditionalMetadata<'a> {
    /// The CVE id.
    #[serde(default)]
    cve_id: Text<'a>,
}

/// The rules of a container, relative to it; inner values first.
const CONTAINER_RULES: &[Rule<'static>] = &[
    ("affected/*/versions/*/changes/*", |value| WireChange::deserialize(value).map(drop)),
    ("affected/*/versions/*/changes", is_list),
    ("affected/*/versions/*", |value| WireVersion::deserialize(value).map(drop)),
    ("affected/*/versions", is_list),
    ("affected/*/cpes/*", is_text),
    ("affected/*/cpes", is_list),
    ("affected/*/platforms/*", is_text),
    ("affected/*/platforms", is_list),
    ("affected/*/packageURL", is_text),
    ("affected/*/collectionURL", is_text),
    ("affected/*/packageName", is_text),
    ("affected/*/repo", is_text),
    ("affected/*", |value| WireAffected::deserialize(value).map(drop)),
    ("affected", is_list),
    ("cpeApplicability/*", configurations::is_configuration),
    ("cpeApplicability", is_list),
    ("metrics/*", |value| Metric::deserialize(value).map(drop)),
    ("metrics", is_list),
    ("problemTypes/*", |value| ProblemType::deserialize(value).map(drop)),
    ("problemTypes", is_list),
    ("references/*", |value| Reference::deserialize(value).map(drop)),
    ("references", is_list),
    ("descriptions/*", |value| Phrase::deserialize(value).map(drop)),
    ("descriptions", is_list),
    ("rejectedReasons/*", |value| Phrase::deserialize(value).map(drop)),
    ("rejectedReasons", is_list),
    ("title", is_text),
    ("providerMetadata", |value| Option::<Provider>::deserialize(value).map(drop)),
];

/// The rules of the rest of a record.
const RECORD_RULES: &[Rule<'static>] = &[
    ("containers/adp/*", |value| Container::deserialize(value).map(drop)),
    ("containers/adp", is_list),
    ("containers/cna", is_object),
    ("containers", is_object),
    ("cveMetadata/state", is_text),
    ("cveMetadata/assignerShortName", is_text),
    ("cveMetadata/datePublished", is_text),
    ("cveMetadata/dateUpdated", is_text),
];

/// Reads a CVE record.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when a list in it is too long.
pub(super) fn parse(bytes: &[u8], messages: &mut Vec<Message>) -> Result<Record, Message> {
    let mut notes = Notes::new(messages);
    if let Ok(wire) = serde_json::from_slice::<CveRecord<'_>>(bytes) {
        return build(&wire, &mut notes);
    }
    let value = repair(bytes, &["containers/cna/", "containers/adp/*/"], RECORD_RULES, &mut notes)?;
    build(&CveRecord::deserialize(&value).map_err(|error| wire::unreadable(&error))?, &mut notes)
}

/// Reads an additional container.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when a list in it is too long.
pub(super) fn parse_adp(bytes: &[u8], messages: &mut Vec<Message>) -> Result<Record, Message> {
    let mut notes = Notes::new(messages);
    if let Ok(wire) = serde_json::from_slice::<AdpFile<'_>>(bytes) {
        return build_adp(&wire, &mut notes);
    }
    let value = repair(bytes, &["adp/"], &[], &mut notes)?;
    build_adp(&AdpFile::deserialize(&value).map_err(|error| wire::unreadable(&error))?, &mut notes)
}

/// Takes out what is misshapen in the containers at `prefixes` and in the rest.
fn repair(
    bytes: &[u8],
    prefixes: &[&str],
    rest: &[Rule<'_>],
    notes: &mut Notes<'_>,
) -> Result<serde_json::Value, Message> {
    let paths: Vec<(String, wire::Check)> = prefixes
        .iter()
        .flat_map(|prefix| {
            CONTAINER_RULES.iter().map(move |(path, check)| (format!("{prefix}{path}"), *check))
        })
        .collect();
    let mut rules: Vec<Rule<'_>> = paths.iter().map(|(path, check)| (path.as_str(), *check)).collect();
    rules.extend_from_slice(rest);
    wire::repair(bytes, &rules, notes)
}

/// The domain value of a record.
fn build(wire: &CveRecord<'_>, notes: &mut Notes<'_>) -> Result<Record, Message> {
    let metadata = &wire.cve_metadata;
    let mut record = record::begin("cve".to_owned(), metadata.cve_id.trimmed())?;
    notes.set_id(&record.id);
    record.published_at = record::stamp(&metadata.date_published.0);
    record.modified_at = record::stamp(&metadata.date_updated.0);
    let cna = &wire.containers.cna;
    if metadata.state.trimmed().eq_ignore_ascii_case("rejected") {
        record.state = RecordState::Rejected;
        record.description = english(&cna.rejected_reasons);
    }
    record.title = record::description(&cna.title.0);
    record.description = english(&cna.descriptions).or(record.description);
    let assigner = metadata.assigner_short_name.filled().unwrap_or("cna");
    push_container(&mut record, cna, assigner, Authority::Supplier, "/containers/cna", notes)?;
    for (index, adp) in wire.containers.adp.iter().enumerate() {
        let pointer = format!("/containers/adp/{index}");
        push_container(&mut record, adp, "adp", Authority::Derived, &pointer, notes)?;
    }
    Ok(record)
}

/// The domain value of an additional container.
fn build_adp(wire: &AdpFile<'_>, notes: &mut Notes<'_>) -> Result<Record, Message> {
    let id = wire.additional_metadata.cve_id.trimmed();
    let mut record = record::begin("anchore-adp".to_owned(), id)?;
    notes.set_id(&record.id);
    record.title = record::description(&wire.adp.title.0);
    record.description = english(&wire.adp.descriptions);
    push_container(&mut record, &wire.adp, "anchoreadp", Authority::Derived, "/adp", notes)?;
    Ok(record)
}

/// The first English text.
fn english(phrases: &[Phrase<'_>]) -> Option<String> {
    let is_english = |phrase: &&Phrase<'_>| {
        let language = phrase.lang.trimmed().to_ascii_lowercase();
        language == "en" || language.starts_with("en-") || language.starts_with("en_") || language == "eng"
    };
    phrases.iter().find(is_english).and_then(|phrase| record::description(&phrase.value.0))
}

/// Adds what one publisher says.
fn push_container(
    record: &mut Record,
    container: &Container<'_>,
    nameless: &str,
    authority: Authority,
    pointer: &str,
    notes: &mut Notes<'_>,
) -> Result<(), Message> {
    let asserter = container.provider_metadata.short_name.filled().unwrap_or(nameless);
    for metric in &container.metrics {
        push_severity(record, asserter, &metric.v40.vector_string.0, "CVSS:4.0/");
        push_severity(record, asserter, &metric.v31.vector_string.0, "CVSS:3.1/");
        push_severity(record, asserter, &metric.v30.vector_string.0, "CVSS:3.0/");
        push_severity(record, asserter, &metric.v2.vector_string.0, "");
    }
    for problem in container.problem_types.iter().flat_map(|kind| &kind.descriptions) {
        push_cwe(record, problem.cwe_id.filled().unwrap_or(&problem.description.0));
    }
    for reference in &container.references {
        push_unique(&mut record.references, reference.url.trimmed(), limits::RECORD_REFERENCES_MAX);
    }
    push_affected(record, container, (asserter, authority), pointer, notes)?;
    let place = format!("{pointer}/cpeApplicability");
    let read = configurations::read(&container.cpe_applicability, &place, notes)?;
    if !read.is_empty() {
        record.affected.push(AffectedEntry {
            asserter: asserter.to_owned(),
            authority,
            place,
            applicability: Applicability::Configurations(read),
        });
    }
    Ok(())
}

/// Adds the entries of a container's `affected`.
fn push_affected(
    record: &mut Record,
    container: &Container<'_>,
    (asserter, authority): (&str, Authority),
    pointer: &str,
    notes: &mut Notes<'_>,
) -> Result<(), Message> {
    if record.affected.len().saturating_add(container.affected.len()) > limits::RECORD_AFFECTED_MAX {
        return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
    }
    for (index, affected) in container.affected.iter().enumerate() {
        let place = format!("{pointer}/affected/{index}");
        let commits =
            if is_said_elsewhere(container, affected) { CommitRows::Drop } else { CommitRows::Show };
        let (names, ecosystem) = cve_names::read(affected, &place, notes);
        let Some(versions) = cve_versions::read(affected, ecosystem.as_ref(), commits)? else {
            continue;
        };
        if names.is_empty() {
            // `n/a` by `n/a`: nothing could be found by it.
            continue;
        }
        let is_distribution = ecosystem.as_ref().is_some_and(Ecosystem::is_distribution);
        let authority = match authority {
            Authority::Supplier if is_distribution => Authority::Distribution,
            authority => authority,
        };
        let platforms =
            affected.platforms.iter().filter_map(|text| text.filled().map(str::to_owned)).collect();
        record.affected.push(AffectedEntry {
            asserter: asserter.to_owned(),
            authority,
            place,
            applicability: Applicability::Versions { names, versions, platforms },
        });
    }
    Ok(())
}

/// Whether another entry of the container speaks about versions of the same product (the Linux kernel's
/// records have one entry for commits and one for versions).
fn is_said_elsewhere(container: &Container<'_>, affected: &WireAffected<'_>) -> bool {
    container.affected.iter().any(|other| {
        !std::ptr::eq(other, affected)
            && other.product.trimmed() == affected.product.trimmed()
            && other.vendor.trimmed() == affected.vendor.trimmed()
            && cve_versions::has_versions(other)
    })
}
