//! Cases written as data: records, components, a platform, and what a scan must say.
//!
//! A finding is expected as `CVE-1 affected`, `CVE-1 unknown version-missing` or `CVE-1 retracted`, then optionally
//! `@1` (the component, else the first), `fixed:2.0`, `confidence:low`, `disputed`, `evidence:3` (how many),
//! `basis:purl-upstream`. A component not checked is expected as `0 no-identifier`.

use std::collections::BTreeMap;

use kikimori_conformance::{Group, Row};
use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::finding::{Basis, Confidence, Finding, NotCheckedReason, Reason, Verdict};
use kikimori_core::sbom::{Component, ComponentKind, Role};
use kikimori_core::statement::{UnknownReason, VersionStatements};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedEntry, AffectedName, Applicability, Authority, Configuration, Node, Operator, Record, RecordState,
};
use kikimori_matcher::matching::scan::{ScanOptions, scan};
use serde::Deserialize;

use crate::make::{self, cpe_match, import, open, parse_cpe, row, status_of};

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    why: String,
    /// Reports about other tools, as `owner/repository#number`.
    #[serde(default)]
    issues: Vec<String>,
    #[serde(default)]
    records: Vec<CaseRecord>,
    components: Vec<CaseComponent>,
    #[serde(default)]
    platform: Vec<String>,
    #[serde(default)]
    no_library: bool,
    #[serde(default)]
    expect: Vec<String>,
    #[serde(default)]
    not_checked: Vec<String>,
    #[serde(default)]
    missing: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseRecord {
    id: String,
    #[serde(default = "ghsa")]
    source: String,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    addresses: Vec<String>,
    affected: Vec<CaseEntry>,
}

/// The source of a record that names none.
fn ghsa() -> String {
    "osv:ghsa".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseEntry {
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    cpes: Vec<String>,
    #[serde(default)]
    product: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    scheme: Option<String>,
    #[serde(default)]
    default: Option<String>,
    #[serde(default)]
    rows: Vec<String>,
    #[serde(default)]
    operator: Option<String>,
    #[serde(default)]
    negate: bool,
    #[serde(default)]
    nodes: Vec<CaseNode>,
}

/// A node: a list of matches, of which one must hold, or a table. A match that is a condition begins with `on `.
#[derive(Deserialize)]
#[serde(untagged)]
enum CaseNode {
    Or(Vec<String>),
    Table {
        operator: String,
        #[serde(default)]
        negate: bool,
        matches: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseComponent {
    #[serde(default)]
    name: String,
    #[serde(default)]
    purl: Option<String>,
    #[serde(default)]
    purls: Vec<String>,
    #[serde(default)]
    cpe: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    kind: Option<String>,
}

/// AND or OR by name.
fn operator(text: &str) -> Operator {
    match text {
        "and" => Operator::And,
        "or" => Operator::Or,
        _ => panic!("no operator: {text}"),
    }
}

impl CaseNode {
    fn build(&self) -> Node {
        let (operator_name, negate, matches) = match self {
            Self::Or(matches) => ("or", false, matches),
            Self::Table { operator, negate, matches } => (operator.as_str(), *negate, matches),
        };
        let build = |text: &String| match text.strip_prefix("on ") {
            Some(rest) => cpe_match(rest, false),
            None => cpe_match(text, true),
        };
        Node { operator: operator(operator_name), negate, matches: matches.iter().map(build).collect() }
    }
}

impl CaseEntry {
    fn build(&self, source: &str, index: usize) -> AffectedEntry {
        let mut names: Vec<AffectedName> = self.package.iter().map(|text| make::package(text)).collect();
        names.extend(self.cpes.iter().map(|text| AffectedName::Cpe(parse_cpe(text))));
        names.extend(self.product.iter().map(|text| {
            let (vendor, product) = text.split_once(" / ").expect("vendor / product");
            AffectedName::Product { vendor: vendor.to_owned(), product: product.to_owned() }
        }));
        names.extend(self.repository.iter().cloned().map(AffectedName::Repository));
        let ecosystem = self.package.as_ref().map(|text| Ecosystem::parse(text.split('/').next().unwrap()));
        let authority = match self.by.as_deref() {
            Some("derived") => Authority::Derived,
            Some("supplier") => Authority::Supplier,
            Some(other) => panic!("no authority: {other}"),
            None if source == "nvd" => Authority::Derived,
            None if ecosystem.as_ref().is_some_and(Ecosystem::is_distribution) => Authority::Distribution,
            None => Authority::Supplier,
        };
        let applicability = if self.nodes.is_empty() {
            let scheme = match (&self.scheme, &ecosystem) {
                (Some(name), _) => Scheme::parse_name(name).expect("a scheme"),
                (None, Some(ecosystem)) => ecosystem.scheme(),
                (None, None) => Scheme::Generic,
            };
            let default = status_of(self.default.as_deref().unwrap_or("unaffected"));
            let rows = self.rows.iter().map(|text| row(text)).collect();
            let versions = VersionStatements { scheme, default, rows };
            Applicability::Versions { names, versions, platforms: Vec::new() }
        } else {
            Applicability::Configurations(vec![Configuration {
                operator: operator(self.operator.as_deref().unwrap_or("or")),
                negate: self.negate,
                nodes: self.nodes.iter().map(CaseNode::build).collect(),
            }])
        };
        AffectedEntry {
            asserter: source.to_owned(),
            authority,
            place: format!("/affected/{index}"),
            applicability,
        }
    }
}

impl CaseRecord {
    fn build(&self) -> Record {
        let entries = self.affected.iter().enumerate();
        let affected = entries.map(|(index, entry)| entry.build(&self.source, index)).collect();
        Record {
            aliases: self.aliases.clone(),
            addresses: self.addresses.clone(),
            state: match self.state.as_deref() {
                None => RecordState::Published,
                Some("rejected") => RecordState::Rejected,
                Some("withdrawn") => RecordState::Withdrawn,
                Some(other) => panic!("no state: {other}"),
            },
            ..make::record(&self.source, &self.id, 1_000, affected)
        }
    }
}

impl CaseComponent {
    fn build(&self) -> Component {
        Component {
            role: Role::Listed,
            kind: match self.kind.as_deref() {
                None => ComponentKind::Library,
                Some("os") => ComponentKind::OperatingSystem,
                Some("device") => ComponentKind::Device,
                Some(other) => panic!("no kind: {other}"),
            },
            name: self.name.as_str().into(),
            version: self.version.as_deref().map(Into::into),
            purls: self.purl.iter().chain(&self.purls).cloned().collect(),
            cpes: self.cpe.iter().map(|text| make::cpe(text)).collect(),
            ..Component::default()
        }
    }
}

/// The word for a reason.
fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Version(UnknownReason::VersionMissing) => "version-missing",
        Reason::Version(UnknownReason::VersionUnparsable) => "version-unparsable",
        Reason::Version(UnknownReason::BoundUnparsable) => "bound-unparsable",
        Reason::Version(UnknownReason::RangeUnparsed) => "range-unparsed",
        Reason::Version(UnknownReason::RecordSaysUnknown) => "record-says-unknown",
        Reason::Version(UnknownReason::UnderInvestigation) => "under-investigation",
        Reason::PlatformUnknown => "platform",
        Reason::AttributeUnstated => "attribute",
        Reason::DistributionReleaseUnknown => "release",
        Reason::BackportPossible => "backport",
    }
}

/// The head of a finding as cases write it: `CVE-1 unknown platform @1`.
fn finding_words(finding: &Finding) -> String {
    let verdict = match finding.verdict {
        Verdict::Affected => "affected",
        Verdict::Unknown => "unknown",
        Verdict::NotAffected => "retracted",
    };
    let reason = finding.reason.map(|reason| format!(" {}", reason_word(reason))).unwrap_or_default();
    let component = if finding.component == 0 { String::new() } else { format!(" @{}", finding.component) };
    format!("{} {verdict}{reason}{component}", finding.vulnerability.id)
}

/// Whether a finding has what a case asks beyond the head.
fn detail_holds(finding: &Finding, detail: &str) -> bool {
    match detail.split_once(':') {
        None => detail == "disputed" && finding.is_disputed,
        Some(("fixed", version)) => finding.fixed_versions == [version],
        Some(("evidence", count)) => finding.evidence.len() == count.parse::<usize>().unwrap(),
        Some(("confidence", word)) => {
            finding.confidence
                == match word {
                    "low" => Confidence::Low,
                    "medium" => Confidence::Medium,
                    _ => Confidence::High,
                }
        }
        Some(("basis", word)) => {
            let basis = match word {
                "purl" => Basis::Purl,
                "purl-upstream" => Basis::PurlUpstream,
                "cpe" => Basis::Cpe,
                "component-version" => Basis::CpeWithComponentVersion,
                "vendor-product" => Basis::VendorProduct,
                _ => Basis::Repository,
            };
            finding.evidence.first().is_some_and(|evidence| evidence.basis == basis)
        }
        Some(_) => panic!("no detail: {detail}"),
    }
}

/// The word for why a component was not checked.
fn not_checked_word(reason: NotCheckedReason) -> &'static str {
    match reason {
        NotCheckedReason::NoIdentifier => "no-identifier",
        NotCheckedReason::IdentifierUnreadable => "unreadable",
        NotCheckedReason::TypeWithoutDatabase => "type-without-database",
        NotCheckedReason::NoSourceForEcosystem => "no-source",
        NotCheckedReason::NoLibrary => "no-library",
    }
}

/// Runs one case; what differs comes back as lines.
fn run(case: &Case) -> Vec<String> {
    let mut faults = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    let records: Vec<Record> = case.records.iter().map(CaseRecord::build).collect();
    import(folder.path(), &records, make::WHOLE).unwrap();
    let library = open(folder.path());
    let options = ScanOptions {
        platform: case.platform.iter().map(|text| parse_cpe(text)).collect(),
        ..ScanOptions::default()
    };
    let sbom = make::sbom(case.components.iter().map(CaseComponent::build).collect());
    let found = scan(&sbom, (!case.no_library).then_some(&library), &options);
    let mut wanted: Vec<(String, Vec<&str>)> = case
        .expect
        .iter()
        .map(|text| {
            let is_detail = |word: &&str| word.contains(':') || *word == "disputed";
            let head: Vec<&str> = text.split(' ').filter(|word| !is_detail(word)).collect();
            (head.join(" "), text.split(' ').filter(is_detail).collect())
        })
        .collect();
    for finding in found.findings.iter().chain(&found.retracted) {
        let words = finding_words(finding);
        match wanted.iter().position(|(head, _)| *head == words) {
            None => faults.push(format!("found “{words}”, which is not expected: {:#?}", finding.evidence)),
            Some(position) => {
                let (_, details) = wanted.remove(position);
                for detail in details.into_iter().filter(|detail| !detail_holds(finding, detail)) {
                    faults.push(format!("“{words}” is not {detail}: {finding:#?}"));
                }
            }
        }
    }
    faults.extend(wanted.iter().map(|(head, _)| format!("“{head}” was not found")));
    let not_checked: Vec<String> = found
        .not_checked
        .iter()
        .map(|item| format!("{} {}", item.component, not_checked_word(item.reason)))
        .collect();
    if not_checked != case.not_checked {
        faults.push(format!("not checked: {not_checked:?}, expected {:?}", case.not_checked));
    }
    if found.missing_ecosystems != case.missing {
        faults.push(format!("missing: {:?}, expected {:?}", found.missing_ecosystems, case.missing));
    }
    if found.n_checked + found.not_checked.len() != sbom.components.len() {
        faults.push("a component is neither checked nor not checked".to_owned());
    }
    faults
}

/// Runs the cases of a file and reports every one that differs. Returns how many there are.
fn run_file(text: &str) -> usize {
    run_cases(&toml::from_str(text).unwrap())
}

/// Runs cases and reports every one that differs. Returns how many there are.
fn run_cases(file: &File) -> usize {
    let mut faults = Vec::new();
    for case in &file.case {
        assert!(case.why.ends_with('.'), "{}: why is a sentence", case.name);
        for fault in run(case) {
            faults.push(format!("{}: {fault}\n  why: {}", case.name, case.why));
        }
    }
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
    file.case.len()
}

#[test]
fn every_ecosystem_in_its_own_order() {
    assert!(run_file(include_str!("../cases/ecosystems.toml")) >= 14);
}

#[test]
fn versions_and_ranges() {
    assert!(run_file(include_str!("../cases/versions.toml")) >= 14);
}

#[test]
fn jvn_beside_other_sources() {
    assert!(run_file(include_str!("../cases/jvn.toml")) >= 15);
}

#[test]
fn who_retracts_whom() {
    assert!(run_file(include_str!("../cases/standing.toml")) >= 10);
}

#[test]
fn cpe_names() {
    assert!(run_file(include_str!("../cases/cpe.toml")) >= 20);
}

#[test]
fn conditions_and_platforms() {
    assert!(run_file(include_str!("../cases/platform.toml")) >= 14);
}

#[test]
fn distributions() {
    assert!(run_file(include_str!("../cases/distribution.toml")) >= 14);
}

#[test]
fn identities_and_coverage() {
    assert!(run_file(include_str!("../cases/identity.toml")) >= 14);
}

#[test]
fn mistakes_that_users_of_other_tools_reported() {
    let file: File = toml::from_str(include_str!("../cases/field.toml")).unwrap();
    let n_cases = run_cases(&file);
    let mut issues: Vec<&str> = file.case.iter().flat_map(|case| &case.issues).map(String::as_str).collect();
    let is_issue =
        |issue: &&str| issue.split_once('#').is_some_and(|(_, number)| number.parse::<u32>().is_ok());
    assert!(file.case.iter().all(|case| !case.issues.is_empty()) && issues.iter().all(is_issue));
    issues.sort_unstable();
    issues.dedup();
    let title =
        "regressions: mistakes about CPE names, package URLs and versions that users of other tools reported";
    Row::new(Group::Identifiers, "regressions", title, n_cases, n_cases)
        .fact(format!(
            "{} reports, each with its reason in [field.toml](../crates/matcher/tests/cases/field.toml)",
            issues.len()
        ))
        .report();
}

#[test]
fn csaf_documents() {
    assert!(run_file(include_str!("../cases/csaf.toml")) >= 15);
}
