//! Findings: a component, a vulnerability, a verdict, and the evidence for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::severity::{Score, Severity};
use crate::stamp::Stamp;
use crate::statement::UnknownReason;
use crate::vulnerability::{Authority, Epss, KevEntry};

/// What a scan of one SBOM against one library snapshot says.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// The library snapshot that answered; empty when there was no library.
    pub snapshot: String,
    /// Findings, the most pressing first, in an order that depends on nothing but the inputs.
    pub findings: Vec<Finding>,
    /// Findings that a nearer record retracted: shown, never counted as affected.
    pub retracted: Vec<Finding>,
    /// Components that could not be checked, with the reason.
    pub not_checked: Vec<NotChecked>,
    /// Platform facts that "running on" conditions were evaluated against.
    pub platform: Vec<PlatformFact>,
    /// Components checked against at least one source.
    pub n_checked: usize,
    /// Ecosystems of the SBOM that the library holds no database for, with the number of components whose package
    /// URL could therefore not be checked (they may have been checked by CPE).
    pub missing_ecosystems: BTreeMap<String, usize>,
    /// How long the components are supported by those who make them.
    pub support: crate::lifecycle::Support,
}

/// One component and one vulnerability, with the verdict and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// `FND-` and twelve hexadecimal digits from the component's identity and the vulnerability's id; the same
    /// component and vulnerability give the same id on every machine.
    pub id: String,
    /// Index of the component in the SBOM.
    pub component: u32,
    /// The vulnerability; shared by every finding of it.
    pub vulnerability: Arc<VulnerabilitySummary>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is not decided; only with [`Verdict::Unknown`].
    pub reason: Option<Reason>,
    /// Sources disagree: one says affected, another of the same standing says not.
    pub is_disputed: bool,
    /// First versions without the vulnerability, as the sources name them, without duplicates.
    pub fixed_versions: Vec<String>,
    /// The strongest confidence among the evidence that carries the verdict.
    pub confidence: Confidence,
    /// Every statement that was weighed, those that carry the verdict first.
    pub evidence: Vec<Evidence>,
}

/// The verdict of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// A record covers this version of this component.
    Affected,
    /// What is known does not decide it.
    Unknown,
    /// A nearer record says that this build is not affected.
    NotAffected,
}

/// How sure the identification is. Not how bad the vulnerability is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Names agree only as texts (vendor and product), or an attribute is not stated.
    Low,
    /// CPE names agree; the version order is the generic one.
    Medium,
    /// The ecosystem's own package name and version order, or the distribution's own record.
    High,
}

/// Why a finding is undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The versions cannot be compared.
    Version(UnknownReason),
    /// A "running on/with" condition is not known to hold.
    PlatformUnknown,
    /// The record names an attribute (edition, target software…) that the component does not state.
    AttributeUnstated,
    /// The distribution's release is not known and its releases differ.
    DistributionReleaseUnknown,
    /// The upstream range covers the version, but the distribution may have fixed its own build and says nothing.
    BackportPossible,
}

/// One statement of one record about one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The source (`nvd`, `cve`, `osv:ghsa`…).
    pub source: String,
    /// The record's id in that source.
    pub record: String,
    /// The record's revision: when the source last changed it.
    pub revision: Option<Stamp>,
    /// Who asserts it.
    pub asserter: String,
    /// How near the asserter stands.
    pub authority: Authority,
    /// Where in the record.
    pub place: String,
    /// What this statement alone says.
    pub verdict: Verdict,
    /// Why it is undecided.
    pub reason: Option<Reason>,
    /// This statement was overruled by a nearer one.
    pub is_overruled: bool,
    /// The identifier of the component that was searched by, as written.
    pub searched_by: String,
    /// The name in the record that it found.
    pub found: String,
    /// The range that decided, as text.
    pub range: Option<String>,
    /// The comparison, for example `1.0.2k < 1.0.2zb`.
    pub compared: Option<String>,
    /// The version order used.
    pub scheme: &'static str,
    /// How the component's identity was known.
    pub basis: Basis,
    /// How sure the identification is.
    pub confidence: Confidence,
    /// Conditions evaluated ("running on"), each with its answer.
    pub conditions: Vec<Condition>,
    /// The first version without the vulnerability, as the record names it.
    pub fixed: Option<String>,
}

/// How the identity that was searched by is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The component's package URL.
    Purl,
    /// The source package that the package URL's `upstream` qualifier names.
    PurlUpstream,
    /// The component's CPE.
    Cpe,
    /// The component's CPE, its version taken from the component because the CPE states none.
    CpeWithComponentVersion,
    /// The component's CPE, compared as vendor and product with a record that has no CPE.
    VendorProduct,
    /// The source repository that the package URL names.
    Repository,
}

/// A "running on/with" condition and its answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// The criteria, as a CPE name with its range.
    pub criteria: String,
    /// Whether it holds.
    pub answer: crate::verdict::Tri,
    /// The fact that answered it, if one did.
    pub fact: Option<String>,
}

/// Something known about the platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlatformFact {
    /// The CPE name.
    pub cpe: String,
    /// Where it is known from.
    pub origin: FactOrigin,
}

/// Where a platform fact is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactOrigin {
    /// Given by the person who asked.
    Given,
    /// A component of the SBOM.
    Component,
    /// Follows from the packages of a distribution in the SBOM.
    Inferred,
}

/// What is known about a vulnerability, from every source that has a record in its alias group.
#[derive(Clone, Debug, PartialEq)]
pub struct VulnerabilitySummary {
    /// The id people use: the CVE id where there is one.
    pub id: String,
    /// Every other id of the alias group, sorted by id.
    pub aliases: Vec<Alias>,
    /// Title.
    pub title: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// The same in Japanese, where a source of the alias group writes Japanese.
    pub japanese: Option<JapaneseText>,
    /// First publication.
    pub published_at: Option<Stamp>,
    /// Scores computed from every source's vector, the highest first.
    pub scores: Vec<AssertedScore>,
    /// CWE ids.
    pub cwes: Vec<String>,
    /// References.
    pub references: Vec<String>,
    /// CISA's Known Exploited Vulnerabilities entry.
    pub kev: Option<KevEntry>,
    /// FIRST's exploit prediction.
    pub epss: Option<Epss>,
}

/// Title and description in Japanese, with the record they come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JapaneseText {
    /// The source.
    pub source: String,
    /// The record's id in that source.
    pub record: String,
    /// Title.
    pub title: Option<String>,
    /// Description.
    pub description: Option<String>,
}

impl VulnerabilitySummary {
    /// The title for a reader: in Japanese where that is wanted or nothing else is known, else the other.
    #[must_use]
    pub fn title_for(&self, wants_japanese: bool) -> Option<&str> {
        let japanese = self.japanese.as_ref().and_then(|text| text.title.as_deref());
        let other = self.title.as_deref();
        if wants_japanese { japanese.or(other) } else { other.or(japanese) }
    }

    /// The description for a reader, chosen as [`VulnerabilitySummary::title_for`] does.
    #[must_use]
    pub fn description_for(&self, wants_japanese: bool) -> Option<&str> {
        let japanese = self.japanese.as_ref().and_then(|text| text.description.as_deref());
        let other = self.description.as_deref();
        if wants_japanese { japanese.or(other) } else { other.or(japanese) }
    }

    /// The highest score of any source.
    #[must_use]
    pub fn top_score(&self) -> Option<&AssertedScore> {
        self.scores.first()
    }

    /// The severity of the highest score; `None` when no source has a vector.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.top_score().map(|asserted| asserted.score.severity)
    }
}

/// Another id of the same vulnerability and who says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// The id.
    pub id: String,
    /// Records that bear this id or assert it, as `source record`, sorted.
    pub asserted_by: Vec<String>,
}

/// A score and who asserts its vector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssertedScore {
    /// The score, computed.
    pub score: Score,
    /// The source whose record holds the vector.
    pub source: String,
    /// Who asserts it.
    pub asserter: String,
}

/// A component that could not be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotChecked {
    /// Index of the component in the SBOM.
    pub component: u32,
    /// Why.
    pub reason: NotCheckedReason,
    /// The identifier or ecosystem in question.
    pub detail: Option<String>,
}

/// Why a component could not be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotCheckedReason {
    /// It has neither a package URL nor a CPE.
    NoIdentifier,
    /// Its identifiers cannot be read.
    IdentifierUnreadable,
    /// Its package URL is of a type that no vulnerability database covers (`generic`, `oci`…), and it has no CPE.
    TypeWithoutDatabase,
    /// The library holds no data for its ecosystem.
    NoSourceForEcosystem,
    /// There is no library.
    NoLibrary,
}
