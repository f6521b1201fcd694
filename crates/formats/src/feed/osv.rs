//! OSV records: language ecosystems' advisories and those of distributions.
//!
//! Source: OSV schema 1.7 (ossf.github.io/osv-schema, read 2026-11-21).

use std::collections::BTreeSet;

use kikimori_core::ecosystem::{Ecosystem, repository_name};
use kikimori_core::limits;
use kikimori_core::message::{Message, codes};
use kikimori_core::statement::{Status, VersionRow, VersionStatements, Versions};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedEntry, AffectedName, Applicability, Authority, Record, RecordState,
};
use serde::Deserialize;

use super::osv_ranges;
use super::record::{self, Notes, limit, push_cwe, push_severity, push_unique};
use super::wire::{self, Rule, Text, is_list, is_text, or_default};

/// A record.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Osv<'a> {
    /// The id.
    #[serde(default)]
    id: Text<'a>,
    /// Last changed.
    #[serde(default)]
    modified: Text<'a>,
    /// First published.
    #[serde(default)]
    published: Text<'a>,
    /// When it was withdrawn.
    #[serde(default)]
    withdrawn: Text<'a>,
    /// Ids of the same vulnerability.
    #[serde(default, deserialize_with = "or_default")]
    aliases: Vec<Text<'a>>,
    /// Ids of vulnerabilities that have to do with it.
    #[serde(default, deserialize_with = "or_default")]
    related: Vec<Text<'a>>,
    /// Ids of vulnerabilities in what this is built from.
    #[serde(default, deserialize_with = "or_default")]
    upstream: Vec<Text<'a>>,
    /// One line.
    #[serde(default)]
    summary: Text<'a>,
    /// Description.
    #[serde(default)]
    details: Text<'a>,
    /// CVSS for all that is affected.
    #[serde(default, deserialize_with = "or_default")]
    severity: Vec<Severity<'a>>,
    /// What is affected.
    #[serde(default, deserialize_with = "or_default")]
    affected: Vec<Affected<'a>>,
    /// Further reading.
    #[serde(default, deserialize_with = "or_default")]
    references: Vec<Reference<'a>>,
    /// The database's own members.
    #[serde(default, deserialize_with = "or_default")]
    database_specific: RecordSpecific<'a>,
}

/// A vector of a kind.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Severity<'a> {
    /// `CVSS_V3`…
    #[serde(default, rename = "type")]
    kind: Text<'a>,
    /// The vector.
    #[serde(default)]
    score: Text<'a>,
}

/// Further reading.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Reference<'a> {
    /// The address.
    #[serde(default)]
    url: Text<'a>,
}

/// Members that some databases add to a record.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct RecordSpecific<'a> {
    /// CWE ids (GitHub).
    #[serde(default, deserialize_with = "or_default")]
    cwe_ids: Vec<Text<'a>>,
}

/// `affected[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Affected<'a> {
    /// The package.
    #[serde(default, deserialize_with = "or_default")]
    package: Package<'a>,
    /// CVSS for this package.
    #[serde(default, deserialize_with = "or_default")]
    severity: Vec<Severity<'a>>,
    /// Ranges.
    #[serde(default, deserialize_with = "or_default")]
    ranges: Vec<Range<'a>>,
    /// Versions one by one.
    #[serde(default, deserialize_with = "or_default")]
    versions: Vec<Text<'a>>,
    /// The database's own members.
    #[serde(default, deserialize_with = "or_default")]
    database_specific: AffectedSpecific<'a>,
}

/// A package.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Package<'a> {
    /// The ecosystem, with its release.
    #[serde(default)]
    ecosystem: Text<'a>,
    /// The name there.
    #[serde(default)]
    name: Text<'a>,
}

/// `ranges[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Range<'a> {
    /// `SEMVER`, `ECOSYSTEM` or `GIT`.
    #[serde(default, rename = "type")]
    kind: Text<'a>,
    /// The source repository.
    #[serde(default)]
    repo: Text<'a>,
    /// Events.
    #[serde(default, deserialize_with = "or_default")]
    events: Vec<WireEvent<'a>>,
}

/// `events[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct WireEvent<'a> {
    /// Affected from here on.
    #[serde(default)]
    pub(super) introduced: Text<'a>,
    /// No longer from here on.
    #[serde(default)]
    pub(super) fixed: Text<'a>,
    /// Affected up to here.
    #[serde(default)]
    pub(super) last_affected: Text<'a>,
    /// Nothing is said from here on.
    #[serde(default)]
    pub(super) limit: Text<'a>,
}

/// Members that some databases add to an entry.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct AffectedSpecific<'a> {
    /// `<= 1.2.3` (GitHub), when no version with a fix is known.
    #[serde(default)]
    last_known_affected_version_range: Text<'a>,
}

/// The shape of a record; inner values first.
const RULES: &[Rule<'static>] = &[
    ("affected/*/ranges/*/events/*", |value| WireEvent::deserialize(value).map(drop)),
    ("affected/*/ranges/*/events", is_list),
    ("affected/*/ranges/*", |value| Range::deserialize(value).map(drop)),
    ("affected/*/ranges", is_list),
    ("affected/*/versions/*", is_text),
    ("affected/*/versions", is_list),
    ("affected/*/severity/*", |value| Severity::deserialize(value).map(drop)),
    ("affected/*/severity", is_list),
    ("affected/*/database_specific", |value| Option::<AffectedSpecific>::deserialize(value).map(drop)),
    ("affected/*", |value| Affected::deserialize(value).map(drop)),
    ("affected", is_list),
    ("severity/*", |value| Severity::deserialize(value).map(drop)),
    ("severity", is_list),
    ("references/*", |value| Reference::deserialize(value).map(drop)),
    ("references", is_list),
    ("aliases/*", is_text),
    ("aliases", is_list),
    ("related/*", is_text),
    ("related", is_list),
    ("upstream/*", is_text),
    ("upstream", is_list),
    ("database_specific", |value| Option::<RecordSpecific>::deserialize(value).map(drop)),
    ("modified", is_text),
    ("published", is_text),
    ("withdrawn", is_text),
    ("summary", is_text),
    ("details", is_text),
];

/// Reads an OSV record.
///
/// # Errors
/// FEED-005 when it is no JSON or has no id, FEED-006 when a list in it is too long.
pub(super) fn parse(bytes: &[u8], messages: &mut Vec<Message>) -> Result<Record, Message> {
    let mut notes = Notes::new(messages);
    if let Ok(wire) = serde_json::from_slice::<Osv<'_>>(bytes) {
        return build(&wire, &mut notes);
    }
    let value = wire::repair(bytes, RULES, &mut notes)?;
    build(&Osv::deserialize(&value).map_err(|error| wire::unreadable(&error))?, &mut notes)
}

/// The source of a record: `osv:` and the part of its id before the first hyphen. The converted records of
/// Debian and Ubuntu are `DEBIAN-CVE-…` and `UBUNTU-CVE-…`.
fn source(id: &str) -> String {
    let prefix = id.split('-').next().unwrap_or_default().to_lowercase();
    format!("osv:{prefix}")
}

/// The domain value of a record.
fn build(wire: &Osv<'_>, notes: &mut Notes<'_>) -> Result<Record, Message> {
    let id = wire.id.trimmed();
    let mut record = record::begin(source(id), id)?;
    notes.set_id(id);
    record.modified_at = record::stamp(&wire.modified.0);
    record.published_at = record::stamp(&wire.published.0);
    if wire.withdrawn.filled().is_some() {
        record.state = RecordState::Withdrawn;
    }
    record.title = record::description(&wire.summary.0);
    record.description = record::description(&wire.details.0);
    let asserter = record.source.clone();
    for severity in wire.severity.iter().chain(wire.affected.iter().flat_map(|entry| &entry.severity)) {
        let prefix = match severity.kind.trimmed() {
            "CVSS_V2" => "",
            "CVSS_V3" => "CVSS:3.1/",
            "CVSS_V4" => "CVSS:4.0/",
            _ => continue,
        };
        push_severity(&mut record, &asserter, &severity.score.0, prefix);
    }
    for cwe in &wire.database_specific.cwe_ids {
        push_cwe(&mut record, &cwe.0);
    }
    for reference in &wire.references {
        push_unique(&mut record.references, reference.url.trimmed(), limits::RECORD_REFERENCES_MAX);
    }
    let ecosystems = wire.affected.iter().map(|entry| Ecosystem::parse(&entry.package.ecosystem.0));
    let is_distribution = ecosystems.into_iter().any(|ecosystem| ecosystem.is_distribution());
    push_ids(&mut record, wire, is_distribution, notes);
    if wire.affected.len() > limits::RECORD_AFFECTED_MAX {
        return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
    }
    for (index, entry) in wire.affected.iter().enumerate() {
        push_entry(&mut record, entry, &format!("/affected/{index}"))?;
    }
    Ok(record)
}

/// Sorts the ids of other records into aliases and addressed ones.
///
/// A record with several CVE ids among its aliases is an advisory that covers them all, and the same thing
/// as none of them. `upstream` names what the thing is built from; `related` is used for advisories of
/// distributions only, which list their CVEs there.
fn push_ids(record: &mut Record, wire: &Osv<'_>, is_distribution: bool, notes: &mut Notes<'_>) {
    let is_cve = |id: &&str| id.starts_with("CVE-");
    let aliases: BTreeSet<&str> = wire.aliases.iter().filter_map(Text::filled).collect();
    let n_cves = aliases.iter().filter(|id| is_cve(id)).count();
    let mut is_whole = true;
    let max = limits::RECORD_ALIASES_MAX;
    for alias in wire.aliases.iter().filter_map(Text::filled) {
        let list = if n_cves > 1 && is_cve(&alias) { &mut record.addresses } else { &mut record.aliases };
        is_whole &= push_unique(list, alias, max);
    }
    for id in wire.upstream.iter().filter_map(Text::filled) {
        is_whole &= push_unique(&mut record.addresses, id, max);
    }
    if is_distribution {
        for id in wire.related.iter().filter_map(Text::filled).filter(is_cve) {
            is_whole &= push_unique(&mut record.addresses, id, max);
        }
    }
    record.aliases.retain(|alias| *alias != record.id);
    record.addresses.retain(|id| *id != record.id && !record.aliases.contains(id));
    if !is_whole {
        let message = Message::new(codes::FEED_LIST_CUT);
        notes.add(message, &[("limit", "RECORD_ALIASES_MAX"), ("max", &max.to_string())]);
    }
}

/// Adds the entries of one element of `affected`: one for the package, one for source repositories.
fn push_entry(record: &mut Record, wire: &Affected<'_>, place: &str) -> Result<(), Message> {
    let n_events: usize = wire.ranges.iter().map(|range| range.events.len()).sum();
    if n_events.saturating_add(wire.versions.len()) > limits::ENTRY_STATEMENTS_MAX {
        return Err(limit("ENTRY_STATEMENTS_MAX", limits::ENTRY_STATEMENTS_MAX));
    }
    let is_git = |range: &&Range<'_>| range.kind.trimmed().eq_ignore_ascii_case("GIT");
    let has_package_ranges = wire.ranges.iter().any(|range| !is_git(&range));
    let exact = || -> Vec<Versions> {
        wire.versions
            .iter()
            .filter_map(|text| text.filled().map(|text| Versions::Exact(text.to_owned())))
            .collect()
    };
    let commits = || -> Vec<Versions> {
        let ranges = wire.ranges.iter().filter(is_git);
        ranges.flat_map(|range| osv_ranges::commits(&range.events)).map(Versions::Unparsed).collect()
    };
    if let Some(name) = wire.package.name.filled() {
        let ecosystem = Ecosystem::parse(&wire.package.ecosystem.0);
        let authority =
            if ecosystem.is_distribution() { Authority::Distribution } else { Authority::Supplier };
        let last_known = wire.database_specific.last_known_affected_version_range.trimmed();
        let ranges = wire.ranges.iter().filter(|range| !is_git(range));
        let mut versions: Vec<Versions> = ranges
            .flat_map(|range| osv_ranges::intervals(&range.events))
            .map(|interval| osv_ranges::close(interval, last_known))
            .collect();
        versions.extend(exact());
        if versions.is_empty() {
            versions = commits();
        }
        let scheme = ecosystem.scheme();
        let names = vec![AffectedName::Package { ecosystem, name: name.to_owned() }];
        push_statements(record, names, scheme, versions, authority, place);
    }
    let mut repositories: Vec<AffectedName> = wire
        .ranges
        .iter()
        .filter(is_git)
        .filter_map(|range| repository_name(&range.repo.0))
        .map(AffectedName::Repository)
        .collect();
    repositories.sort();
    repositories.dedup();
    if !repositories.is_empty() {
        // Beside ranges of the package, `versions` are the package's and not the repository's tags.
        let tags = if has_package_ranges { Vec::new() } else { exact() };
        let versions = if tags.is_empty() { commits() } else { tags };
        push_statements(record, repositories, Scheme::Generic, versions, Authority::Supplier, place);
    }
    Ok(())
}

/// Adds an entry. In OSV a version that nothing covers is not affected; where no version was understood,
/// nothing is known of any.
fn push_statements(
    record: &mut Record,
    names: Vec<AffectedName>,
    scheme: Scheme,
    versions: Vec<Versions>,
    authority: Authority,
    place: &str,
) {
    let is_understood = versions.iter().any(|versions| !matches!(versions, Versions::Unparsed(_)));
    let default = if is_understood { Status::Unaffected } else { Status::Unknown };
    let rows =
        versions.into_iter().map(|versions| VersionRow { status: Status::Affected, versions }).collect();
    record.affected.push(AffectedEntry {
        asserter: record.source.clone(),
        authority,
        place: place.to_owned(),
        applicability: Applicability::Versions {
            names,
            versions: VersionStatements { scheme, default, rows },
            platforms: Vec::new(),
        },
    });
}
