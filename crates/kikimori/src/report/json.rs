//! The scan as JSON: a documented, versioned format (`docs/formats/scan.md`).
//!
//! Fields are only ever added within version 1; a reader must pass over fields it does not know.

use std::collections::BTreeMap;
use std::io::{self, Write};

use kikimori_app::scan_sbom::{LibraryState, ScanOutcome};
use kikimori_core::finding::{
    AssertedScore, Condition, Evidence, Finding, NotChecked, Scan, Verdict, VulnerabilitySummary,
};
use kikimori_core::sbom::{Component, Sbom};
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, text};
use kikimori_matcher::library::Manifest;
use serde::{Serialize, Serializer};

use super::labels;
use super::support_json::{self, SupportView, support_view};

/// Name of the scan format.
pub const SCAN_FORMAT: &str = "kikimori-scan";
/// Version of the scan format.
pub const SCAN_FORMAT_VERSION: &str = "1.1";

/// A sequence that is written as it is made, so that a large report needs no copy of itself.
struct Stream<F>(F);

impl<I, T, F> Serialize for Stream<F>
where
    F: Fn() -> I,
    I: Iterator<Item = T>,
    T: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// The document.
#[derive(Serialize)]
struct Document<'a, R: Serialize, T: Serialize, N: Serialize> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// Who wrote it.
    tool: Tool,
    /// When.
    scanned_at: String,
    /// What must be said first: no library, old data.
    warnings: Vec<Warning>,
    /// The SBOM.
    sbom: SbomView<'a>,
    /// The library.
    library: LibraryView<'a>,
    /// Platform facts.
    platform: Vec<FactView<'a>>,
    /// Counts.
    summary: Summary,
    /// Findings, the most pressing first.
    findings: R,
    /// Retracted findings.
    retracted: T,
    /// Components that could not be checked.
    not_checked: N,
    /// Ecosystems without a database in the library, with the number of components.
    missing_ecosystems: &'a BTreeMap<String, usize>,
    /// How long the components are supported.
    support: SupportView<'a>,
}

/// Who wrote the document.
#[derive(Serialize)]
struct Tool {
    /// `kikimori`.
    name: &'static str,
    /// Version.
    version: &'static str,
}

/// Something to be said before anything else.
#[derive(Serialize)]
pub struct Warning {
    /// Stable code.
    pub code: &'static str,
    /// Words in the language of the report.
    pub text: String,
}

/// The SBOM.
#[derive(Serialize)]
pub struct SbomView<'a> {
    /// File as named.
    file: &'a str,
    /// Format.
    format: &'static str,
    /// Version of the format.
    spec_version: &'a str,
    /// Its own identity.
    serial: Option<&'a str>,
    /// Its name.
    name: Option<&'a str>,
    /// When it says it was made.
    created_at: Option<&'a str>,
    /// SHA-256.
    sha256: &'a str,
    /// Bytes.
    size_bytes: u64,
    /// What it describes.
    subject: Option<ComponentView<'a>>,
    /// Components.
    components: Total,
}

/// A count.
#[derive(Serialize)]
struct Total {
    /// Components listed, nested ones counted, the document's own subject not.
    total: usize,
}

/// A component.
#[derive(Serialize)]
pub struct ComponentView<'a> {
    /// Reference in the document.
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    /// Kind.
    kind: &'static str,
    /// Group.
    group: Option<&'a str>,
    /// Name.
    name: &'a str,
    /// Version.
    version: Option<&'a str>,
    /// Supplier.
    supplier: Option<&'a str>,
    /// The first package URL.
    purl: Option<&'a str>,
    /// All package URLs.
    purls: &'a [String],
    /// All CPEs.
    cpes: &'a [String],
    /// Where in the document.
    place: String,
}

/// Views a component.
pub fn component_view(component: &Component) -> ComponentView<'_> {
    ComponentView {
        reference: component.reference.as_deref(),
        kind: component.kind.name(),
        group: component.group.as_deref(),
        name: &component.name,
        version: component.version.as_deref(),
        supplier: component.details().supplier.as_deref(),
        purl: component.purls.first().map(String::as_str),
        purls: &component.purls,
        cpes: &component.cpes,
        place: component.place.to_string(),
    }
}

/// Views an SBOM.
pub fn sbom_view<'a>(file: &'a str, sha256: &'a str, size_bytes: u64, sbom: &'a Sbom) -> SbomView<'a> {
    let subject = sbom
        .components
        .iter()
        .find(|component| component.role == kikimori_core::sbom::Role::Subject)
        .or_else(|| {
            sbom.components.iter().find(|component| component.role == kikimori_core::sbom::Role::Described)
        });
    SbomView {
        file,
        format: sbom.format.name(),
        spec_version: &sbom.spec_version,
        serial: sbom.serial.as_deref(),
        name: sbom.name.as_deref(),
        created_at: sbom.created_written.as_deref(),
        sha256,
        size_bytes,
        subject: subject.map(component_view),
        components: Total { total: sbom.n_components() },
    }
}

/// The library.
#[derive(Serialize)]
pub struct LibraryView<'a> {
    /// There is one.
    present: bool,
    /// Snapshot id.
    snapshot: Option<&'a str>,
    /// As of when the vulnerability data speak.
    as_of: Option<String>,
    /// Days since then.
    age_days: Option<i64>,
    /// Older than accepted.
    is_stale: bool,
    /// Sources.
    sources: Vec<SourceView<'a>>,
    /// Who must be named.
    attributions: Vec<&'static str>,
}

/// One source of the library.
#[derive(Serialize)]
pub struct SourceView<'a> {
    /// Name.
    source: &'a str,
    /// Records in force.
    records: u64,
    /// Rejected and withdrawn records.
    retired: u64,
    /// Newest revision.
    newest: Option<String>,
}

/// The sources of a manifest.
pub fn source_views(manifest: &Manifest) -> Vec<SourceView<'_>> {
    let mut names: Vec<&String> = manifest.live.keys().chain(manifest.retired.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|source| SourceView {
            source,
            records: manifest.live.get(source).copied().unwrap_or(0),
            retired: manifest.retired.get(source).copied().unwrap_or(0),
            newest: manifest.newest_ms.get(source).map(|stamp| Stamp(*stamp).to_string()),
        })
        .collect()
}

/// Views the library.
fn library_view(state: &LibraryState, language: Language) -> LibraryView<'_> {
    match state {
        LibraryState::Missing => LibraryView {
            present: false,
            snapshot: None,
            as_of: None,
            age_days: None,
            is_stale: false,
            sources: Vec::new(),
            attributions: Vec::new(),
        },
        LibraryState::Present { manifest, as_of, age_days, is_stale } => LibraryView {
            present: true,
            snapshot: Some(&manifest.snapshot),
            as_of: as_of.map(|stamp| stamp.to_string()),
            age_days: *age_days,
            is_stale: *is_stale,
            sources: source_views(manifest),
            attributions: labels::attributions(manifest, language).collect(),
        },
    }
}

/// A platform fact.
#[derive(Serialize)]
struct FactView<'a> {
    /// The CPE.
    cpe: &'a str,
    /// Where it is known from.
    origin: &'static str,
}

/// Counts of a scan.
#[derive(Serialize)]
struct Summary {
    /// Affected findings.
    affected: usize,
    /// Undecided findings.
    unknown: usize,
    /// Retracted findings.
    retracted: usize,
    /// Components checked.
    checked: usize,
    /// Components not checked.
    not_checked: usize,
    /// Affected findings with a known exploited vulnerability.
    known_exploited: usize,
    /// Affected findings by severity.
    by_severity: BTreeMap<&'static str, usize>,
}

/// Counts a scan.
fn summary(scan: &Scan) -> Summary {
    let affected = || scan.findings.iter().filter(|finding| finding.verdict == Verdict::Affected);
    let mut by_severity: BTreeMap<&'static str, usize> =
        ["critical", "high", "medium", "low", "none", "unrated"].into_iter().map(|code| (code, 0)).collect();
    for finding in affected() {
        *by_severity.entry(labels::code_of_severity(finding.vulnerability.severity())).or_default() += 1;
    }
    Summary {
        affected: affected().count(),
        unknown: scan.findings.iter().filter(|finding| finding.verdict == Verdict::Unknown).count(),
        retracted: scan.retracted.len(),
        checked: scan.n_checked,
        not_checked: scan.not_checked.len(),
        known_exploited: affected().filter(|finding| finding.vulnerability.kev.is_some()).count(),
        by_severity,
    }
}

/// A finding.
#[derive(Serialize)]
pub struct FindingView<'a> {
    /// Id.
    id: &'a str,
    /// Verdict.
    verdict: &'static str,
    /// Why undecided.
    reason: Option<ReasonView>,
    /// Confidence.
    confidence: &'static str,
    /// Sources disagree.
    is_disputed: bool,
    /// The component.
    component: Option<ComponentView<'a>>,
    /// The vulnerability.
    vulnerability: VulnerabilityView<'a>,
    /// First versions without it.
    fixed_versions: &'a [String],
    /// The evidence.
    evidence: Vec<EvidenceView<'a>>,
}

/// A reason with its words.
#[derive(Serialize)]
struct ReasonView {
    /// Stable code.
    code: &'static str,
    /// Words.
    text: String,
    /// What to do.
    remedy: String,
}

/// Title and description in Japanese.
#[derive(Serialize)]
struct JapaneseView<'a> {
    /// The source.
    source: &'a str,
    /// The record.
    record: &'a str,
    /// Title.
    title: Option<&'a str>,
    /// Description.
    description: Option<&'a str>,
}

/// A vulnerability.
#[derive(Serialize)]
struct VulnerabilityView<'a> {
    /// Id.
    id: &'a str,
    /// Other ids with who asserts them.
    aliases: Vec<AliasView<'a>>,
    /// Title.
    title: Option<&'a str>,
    /// Description.
    description: Option<&'a str>,
    /// Both in Japanese.
    japanese: Option<JapaneseView<'a>>,
    /// First publication.
    published_at: Option<String>,
    /// Severity of the highest score.
    severity: &'static str,
    /// The highest score.
    score: Option<f64>,
    /// All scores.
    scores: Vec<ScoreView<'a>>,
    /// CWE ids.
    cwes: &'a [String],
    /// CISA KEV.
    kev: Option<KevView<'a>>,
    /// EPSS.
    epss: Option<EpssView>,
    /// Addresses.
    references: &'a [String],
}

/// Another id.
#[derive(Serialize)]
struct AliasView<'a> {
    /// The id.
    id: &'a str,
    /// Records that assert it.
    asserted_by: &'a [String],
}

/// A score.
#[derive(Serialize)]
struct ScoreView<'a> {
    /// CVSS version.
    version: String,
    /// Score with all metrics.
    score: f64,
    /// Base score.
    base: f64,
    /// Severity.
    severity: &'static str,
    /// Vector.
    vector: &'a str,
    /// Source.
    source: &'a str,
    /// Who asserts it.
    asserter: &'a str,
}

/// KEV.
#[derive(Serialize)]
struct KevView<'a> {
    /// Date added.
    added_on: &'a str,
    /// Due date for US federal agencies.
    due_on: &'a str,
    /// Known use in ransomware campaigns.
    is_ransomware_known: bool,
}

/// EPSS.
#[derive(Serialize)]
struct EpssView {
    /// Probability.
    probability: f64,
    /// Percentile.
    percentile: f64,
}

/// Evidence.
#[derive(Serialize)]
struct EvidenceView<'a> {
    /// The library snapshot that answered.
    snapshot: &'a str,
    /// Source.
    source: &'a str,
    /// Record.
    record: &'a str,
    /// Revision.
    revision: Option<String>,
    /// Who asserts it.
    asserter: &'a str,
    /// How near they stand.
    authority: &'static str,
    /// Where in the record.
    place: &'a str,
    /// What this statement says.
    verdict: &'static str,
    /// Why undecided.
    reason: Option<&'static str>,
    /// Overruled by a nearer statement.
    is_overruled: bool,
    /// Identifier searched by.
    searched_by: &'a str,
    /// Name found.
    found: &'a str,
    /// Deciding range.
    range: Option<&'a str>,
    /// The comparison.
    compared: Option<&'a str>,
    /// Version order.
    scheme: &'static str,
    /// How the identity is known.
    basis: &'static str,
    /// Confidence.
    confidence: &'static str,
    /// Conditions.
    conditions: Vec<ConditionView<'a>>,
    /// First version without it.
    fixed: Option<&'a str>,
}

/// A condition.
#[derive(Serialize)]
struct ConditionView<'a> {
    /// Criteria.
    criteria: &'a str,
    /// Answer.
    answer: &'static str,
    /// The fact.
    fact: Option<&'a str>,
}

/// A component that was not checked.
#[derive(Serialize)]
pub struct NotCheckedView<'a> {
    /// The component.
    component: Option<ComponentView<'a>>,
    /// Why.
    reason: ReasonView,
    /// The identifier or ecosystem in question.
    detail: Option<&'a str>,
}

/// Views a finding.
pub fn finding_view<'a>(
    finding: &'a Finding,
    sbom: &'a Sbom,
    snapshot: &'a str,
    language: Language,
) -> FindingView<'a> {
    FindingView {
        id: &finding.id,
        verdict: labels::code_of_verdict(finding.verdict),
        reason: finding.reason.map(|reason| {
            let code = labels::code_of_reason(reason);
            reason_view(language, "reason", code)
        }),
        confidence: labels::code_of_confidence(finding.confidence),
        is_disputed: finding.is_disputed,
        component: sbom.components.get(finding.component as usize).map(component_view),
        vulnerability: vulnerability_view(&finding.vulnerability),
        fixed_versions: &finding.fixed_versions,
        evidence: finding.evidence.iter().map(|evidence| evidence_view(evidence, snapshot)).collect(),
    }
}

/// A reason's words: label under `enum.<family>.<code>`, remedy under `reason.<code>.remedy`.
fn reason_view(language: Language, family: &str, code: &'static str) -> ReasonView {
    ReasonView {
        code,
        text: text(language, &format!("enum.{family}.{code}")).to_owned(),
        remedy: text(language, &format!("reason.{code}.remedy")).to_owned(),
    }
}

/// Views a vulnerability.
fn vulnerability_view(summary: &VulnerabilitySummary) -> VulnerabilityView<'_> {
    VulnerabilityView {
        id: &summary.id,
        aliases: summary
            .aliases
            .iter()
            .map(|alias| AliasView { id: &alias.id, asserted_by: &alias.asserted_by })
            .collect(),
        title: summary.title.as_deref(),
        description: summary.description.as_deref(),
        japanese: summary.japanese.as_ref().map(|japanese| JapaneseView {
            source: &japanese.source,
            record: &japanese.record,
            title: japanese.title.as_deref(),
            description: japanese.description.as_deref(),
        }),
        published_at: summary.published_at.map(|stamp| stamp.to_string()),
        severity: labels::code_of_severity(summary.severity()),
        score: summary.top_score().map(|asserted| f64::from(asserted.score.score_tenths) / 10.0),
        scores: summary.scores.iter().map(score_view).collect(),
        cwes: &summary.cwes,
        kev: summary.kev.as_ref().map(|kev| KevView {
            added_on: &kev.added_on,
            due_on: &kev.due_on,
            is_ransomware_known: kev.is_ransomware_known,
        }),
        epss: summary.epss.map(|epss| EpssView {
            probability: f64::from(epss.probability_ppm) / 1e6,
            percentile: f64::from(epss.percentile_ppm) / 1e6,
        }),
        references: &summary.references,
    }
}

/// Views a score.
fn score_view(asserted: &AssertedScore) -> ScoreView<'_> {
    ScoreView {
        version: asserted.score.version.to_string(),
        score: f64::from(asserted.score.score_tenths) / 10.0,
        base: f64::from(asserted.score.base_tenths) / 10.0,
        severity: labels::code_of_severity(Some(asserted.score.severity)),
        vector: &asserted.score.vector,
        source: &asserted.source,
        asserter: &asserted.asserter,
    }
}

/// Views a piece of evidence.
fn evidence_view<'a>(evidence: &'a Evidence, snapshot: &'a str) -> EvidenceView<'a> {
    EvidenceView {
        snapshot,
        source: &evidence.source,
        record: &evidence.record,
        revision: evidence.revision.map(|stamp| stamp.to_string()),
        asserter: &evidence.asserter,
        authority: labels::code_of_authority(evidence.authority),
        place: &evidence.place,
        verdict: labels::code_of_verdict(evidence.verdict),
        reason: evidence.reason.map(labels::code_of_reason),
        is_overruled: evidence.is_overruled,
        searched_by: &evidence.searched_by,
        found: &evidence.found,
        range: evidence.range.as_deref(),
        compared: evidence.compared.as_deref(),
        scheme: evidence.scheme,
        basis: labels::code_of_basis(evidence.basis),
        confidence: labels::code_of_confidence(evidence.confidence),
        conditions: evidence.conditions.iter().map(condition_view).collect(),
        fixed: evidence.fixed.as_deref(),
    }
}

/// Views a condition.
fn condition_view(condition: &Condition) -> ConditionView<'_> {
    ConditionView {
        criteria: &condition.criteria,
        answer: labels::code_of_tri(condition.answer),
        fact: condition.fact.as_deref(),
    }
}

/// Views a component that was not checked.
pub fn not_checked_view<'a>(
    not_checked: &'a NotChecked,
    sbom: &'a Sbom,
    language: Language,
) -> NotCheckedView<'a> {
    NotCheckedView {
        component: sbom.components.get(not_checked.component as usize).map(component_view),
        reason: reason_view(language, "not_checked", labels::code_of_not_checked(not_checked.reason)),
        detail: not_checked.detail.as_deref(),
    }
}

/// Writes a scan.
///
/// # Errors
/// What the output says.
pub fn write(
    file_name: &str,
    outcome: &ScanOutcome,
    warnings: Vec<Warning>,
    scanned_at: Stamp,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (sbom, scan) = (&outcome.file.sbom, &outcome.scan);
    let finding = |finding| finding_view(finding, sbom, &scan.snapshot, language);
    let document = Document {
        format: SCAN_FORMAT,
        format_version: SCAN_FORMAT_VERSION,
        tool: Tool { name: "kikimori", version: env!("CARGO_PKG_VERSION") },
        scanned_at: scanned_at.to_string(),
        warnings,
        sbom: sbom_view(file_name, &outcome.file.sha256, outcome.file.size_bytes, sbom),
        library: library_view(&outcome.library, language),
        platform: scan
            .platform
            .iter()
            .map(|fact| FactView { cpe: &fact.cpe, origin: labels::code_of_origin(fact.origin) })
            .collect(),
        summary: summary(scan),
        findings: Stream(|| scan.findings.iter().map(finding)),
        retracted: Stream(|| scan.retracted.iter().map(finding)),
        not_checked: Stream(|| scan.not_checked.iter().map(|item| not_checked_view(item, sbom, language))),
        missing_ecosystems: &scan.missing_ecosystems,
        support: support_view(&scan.support, sbom, language),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// Writes an explanation: findings in the form of a scan's.
///
/// # Errors
/// What the output says.
pub fn write_explanation(
    explanation: &kikimori_app::explain_finding::Explanation,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    /// The document.
    #[derive(Serialize)]
    struct Document<'a> {
        /// Name of the format.
        format: &'static str,
        /// Its version.
        format_version: &'static str,
        /// Findings asked for.
        findings: Vec<FindingView<'a>>,
        /// Components asked for that were not checked.
        not_checked: Vec<NotCheckedView<'a>>,
        /// The support of the components asked for.
        support: Vec<support_json::FindingView<'a>>,
        /// Records of the id when no finding speaks about it.
        records: &'a [String],
    }
    let sbom = &explanation.outcome.file.sbom;
    let snapshot = &explanation.outcome.scan.snapshot;
    let document = Document {
        format: "kikimori-explanation",
        format_version: SCAN_FORMAT_VERSION,
        findings: explanation
            .findings
            .iter()
            .map(|finding| finding_view(finding, sbom, snapshot, language))
            .collect(),
        not_checked: explanation
            .not_checked
            .iter()
            .map(|item| not_checked_view(item, sbom, language))
            .collect(),
        support: explanation
            .support
            .iter()
            .map(|finding| {
                support_json::finding_view(finding, explanation.outcome.scan.support.on, sbom, language)
            })
            .collect(),
        records: &explanation.records,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
