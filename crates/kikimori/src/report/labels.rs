//! What every report shares: its input, the codes and words of the enums, and evidence in one line.
//!
//! A code is the last part of its locale key (`enum.verdict.affected` has the code `affected`). Codes stand in
//! JSON, CSV and SARIF and never change; the words may.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kikimori_core::finding::{
    Basis, Confidence, Evidence, FactOrigin, Finding, NotCheckedReason, Reason, Scan, Verdict,
};
use kikimori_core::sbom::{Component, Sbom};
use kikimori_core::severity::Severity;
use kikimori_core::stamp::Stamp;
use kikimori_core::statement::UnknownReason;
use kikimori_core::verdict::Tri;
use kikimori_core::vulnerability::{Authority, Epss};
use kikimori_locale::{Language, text};
use kikimori_matcher::library::Manifest;
use serde::{Serialize, Serializer};

/// The name that reports give to the program.
pub const PROGRAM: &str = "kikimori";

/// The program's version.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that a report is written from. The same input gives the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// Name of the SBOM file as given.
    pub file_name: &'a str,
    /// The SBOM.
    pub sbom: &'a Sbom,
    /// SHA-256 of the SBOM file, lower-case hexadecimal.
    pub sbom_sha256: &'a str,
    /// What the scan says.
    pub scan: &'a Scan,
    /// When it was scanned.
    pub scanned_at: Stamp,
    /// Sentences in the language that must be read first: no library, stale data…
    pub warnings: &'a [String],
    /// The library's snapshot and freshness, one line in the language.
    pub library_line: &'a str,
    /// The language of every word that is not a name or a code.
    pub language: Language,
}

impl<'a> ReportInput<'a> {
    /// The component at an index of the SBOM; a nameless one when the index names none.
    #[must_use]
    pub fn component(&self, index: u32) -> &'a Component {
        static NAMELESS: LazyLock<Component> = LazyLock::new(Component::default);
        let found = usize::try_from(index).ok().and_then(|index| self.sbom.components.get(index));
        found.unwrap_or(&NAMELESS)
    }

    /// Every finding: affected and undecided ones in the scan's order, then retracted ones.
    pub fn findings(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        self.scan.findings.iter().chain(&self.scan.retracted)
    }

    /// The word for something in the input's language.
    #[must_use]
    pub fn word(&self, labelled: impl Labelled) -> &'static str {
        labelled.label(self.language)
    }
}

/// An enum with a stable code and a word in both languages.
pub trait Labelled: Copy {
    /// The part of the locale key between `enum.` and the code.
    const GROUP: &'static str;

    /// The stable code, `snake_case`.
    fn code(self) -> &'static str;

    /// The word, a noun phrase.
    fn label(self, language: Language) -> &'static str {
        text(language, &format!("enum.{}.{}", Self::GROUP, self.code()))
    }
}

impl Labelled for Verdict {
    const GROUP: &'static str = "verdict";

    fn code(self) -> &'static str {
        code_of_verdict(self)
    }
}

impl Labelled for Option<Severity> {
    const GROUP: &'static str = "severity";

    fn code(self) -> &'static str {
        code_of_severity(self)
    }
}

impl Labelled for Confidence {
    const GROUP: &'static str = "confidence";

    fn code(self) -> &'static str {
        code_of_confidence(self)
    }
}

impl Labelled for Basis {
    const GROUP: &'static str = "basis";

    fn code(self) -> &'static str {
        code_of_basis(self)
    }
}

impl Labelled for Authority {
    const GROUP: &'static str = "authority";

    fn code(self) -> &'static str {
        code_of_authority(self)
    }
}

impl Labelled for Reason {
    const GROUP: &'static str = "reason";

    fn code(self) -> &'static str {
        code_of_reason(self)
    }
}

impl Labelled for NotCheckedReason {
    const GROUP: &'static str = "not_checked";

    fn code(self) -> &'static str {
        code_of_not_checked(self)
    }
}

impl Labelled for Tri {
    const GROUP: &'static str = "tri";

    fn code(self) -> &'static str {
        code_of_tri(self)
    }
}

impl Labelled for FactOrigin {
    const GROUP: &'static str = "origin";

    fn code(self) -> &'static str {
        code_of_origin(self)
    }
}

/// Code of a verdict.
#[must_use]
pub const fn code_of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Affected => "affected",
        Verdict::Unknown => "unknown",
        Verdict::NotAffected => "not_affected",
    }
}

/// Code of a severity; `unrated` when no source has a vector, which is not the same as no impact.
#[must_use]
pub const fn code_of_severity(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "unrated",
        Some(Severity::None) => "none",
        Some(Severity::Low) => "low",
        Some(Severity::Medium) => "medium",
        Some(Severity::High) => "high",
        Some(Severity::Critical) => "critical",
    }
}

/// Code of a confidence.
#[must_use]
pub const fn code_of_confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

/// Code of a basis.
#[must_use]
pub const fn code_of_basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Purl => "purl",
        Basis::PurlUpstream => "purl_upstream",
        Basis::Cpe => "cpe",
        Basis::CpeWithComponentVersion => "cpe_with_component_version",
        Basis::VendorProduct => "vendor_product",
        Basis::Repository => "repository",
    }
}

/// Code of an authority.
#[must_use]
pub const fn code_of_authority(authority: Authority) -> &'static str {
    match authority {
        Authority::Derived => "derived",
        Authority::Supplier => "supplier",
        Authority::Distribution => "distribution",
    }
}

/// Code of the reason why a finding is undecided.
#[must_use]
pub const fn code_of_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Version(UnknownReason::VersionMissing) => "version_missing",
        Reason::Version(UnknownReason::VersionUnparsable) => "version_unparsable",
        Reason::Version(UnknownReason::BoundUnparsable) => "bound_unparsable",
        Reason::Version(UnknownReason::RangeUnparsed) => "range_unparsed",
        Reason::Version(UnknownReason::RecordSaysUnknown) => "record_says_unknown",
        Reason::Version(UnknownReason::UnderInvestigation) => "under_investigation",
        Reason::PlatformUnknown => "platform_unknown",
        Reason::AttributeUnstated => "attribute_unstated",
        Reason::DistributionReleaseUnknown => "distribution_release_unknown",
        Reason::BackportPossible => "backport_possible",
    }
}

/// Code of the reason why a component was not checked.
#[must_use]
pub const fn code_of_not_checked(reason: NotCheckedReason) -> &'static str {
    match reason {
        NotCheckedReason::NoIdentifier => "no_identifier",
        NotCheckedReason::IdentifierUnreadable => "identifier_unreadable",
        NotCheckedReason::TypeWithoutDatabase => "type_without_database",
        NotCheckedReason::NoSourceForEcosystem => "no_source_for_ecosystem",
        NotCheckedReason::NoLibrary => "no_library",
    }
}

/// Code of a condition's answer.
#[must_use]
pub const fn code_of_tri(answer: Tri) -> &'static str {
    match answer {
        Tri::No => "no",
        Tri::Unknown => "unknown",
        Tri::Yes => "yes",
    }
}

/// Code of a platform fact's origin.
#[must_use]
pub const fn code_of_origin(origin: FactOrigin) -> &'static str {
    match origin {
        FactOrigin::Given => "given",
        FactOrigin::Component => "component",
        FactOrigin::Inferred => "inferred",
    }
}

/// What a person can do about an undecided finding, a sentence.
#[must_use]
pub fn remedy_of_reason(language: Language, reason: Reason) -> &'static str {
    text(language, &format!("reason.{}.remedy", code_of_reason(reason)))
}

/// What a person can do about a component that was not checked, a sentence.
#[must_use]
pub fn remedy_of_not_checked(language: Language, reason: NotCheckedReason) -> &'static str {
    text(language, &format!("reason.{}.remedy", code_of_not_checked(reason)))
}

/// The statement that carries the verdict: the first, because the scan puts those that carry it first.
#[must_use]
pub fn deciding_evidence(finding: &Finding) -> Option<&Evidence> {
    finding.evidence.first()
}

/// The deciding statement in one line of names and numbers, the same in every language:
/// `nvd CVE-2017-3735: < 1.0.2zb; 1.0.2k < 1.0.2zb`. The name found stands where there is no range.
#[must_use]
pub fn evidence_line(finding: &Finding) -> String {
    let Some(evidence) = deciding_evidence(finding) else {
        return String::new();
    };
    let what = evidence.range.as_deref().unwrap_or(&evidence.found);
    let compared = evidence.compared.as_ref().map(|compared| format!("; {compared}")).unwrap_or_default();
    format!("{} {}: {what}{compared}", evidence.source, evidence.record)
}

/// The names of those who made a document.
#[must_use]
pub fn author_names(sbom: &Sbom) -> Vec<&str> {
    sbom.authors.iter().map(|author| author.name.as_str()).collect()
}

/// A component's name with its version, if it has one.
#[must_use]
pub fn name_and_version(component: &Component) -> String {
    match &component.version {
        Some(version) => format!("{} {version}", component.display_name()),
        None => component.display_name(),
    }
}

/// Why a finding is undecided and whether sources disagree, in words; empty when it is neither.
#[must_use]
pub fn doubt(language: Language, finding: &Finding) -> String {
    let reason = finding.reason.map(|reason| reason.label(language));
    let dispute = finding.is_disputed.then(|| text(language, "report.disputed"));
    match (reason, dispute) {
        (Some(reason), Some(dispute)) => format!("{reason} / {dispute}"),
        (only, None) | (None, only) => only.unwrap_or_default().to_owned(),
    }
}

/// A score in tenths as people write it: 75 is `7.5`.
#[must_use]
pub fn score_text(tenths: u8) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The probability of an EPSS row as a fraction of one: `0.012340`.
#[must_use]
pub fn probability_text(epss: Epss) -> String {
    format!("{}.{:06}", epss.probability_ppm / 1_000_000, epss.probability_ppm % 1_000_000)
}

/// Where a vulnerability is described for everybody: NVD for CVE, GitHub for GHSA, OSV for other ids.
///
/// `None` when the id has characters that would change the meaning of an address.
#[must_use]
pub fn address(id: &str) -> Option<String> {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | ':' | '_');
    if id.is_empty() || !id.chars().all(is_plain) {
        return None;
    }
    if let Some(year) = id.strip_prefix("JVNDB-").and_then(|rest| rest.split('-').next()) {
        return Some(format!("https://jvndb.jvn.jp/ja/contents/{year}/{id}.html"));
    }
    let start = if id.starts_with("CVE-") {
        "https://nvd.nist.gov/vuln/detail/"
    } else if id.starts_with("GHSA-") {
        "https://github.com/advisories/"
    } else {
        "https://osv.dev/vulnerability/"
    };
    Some(format!("{start}{id}"))
}

/// The sentences by which sources of a library ask to be named.
pub fn attributions(manifest: &Manifest, language: Language) -> impl Iterator<Item = &'static str> {
    let is_jvn = |source: &String| source.split(':').next() == Some("jvn");
    let has_jvn =
        manifest.live.keys().chain(manifest.retired.keys()).chain(manifest.names.keys()).any(is_jvn);
    has_jvn.then(|| text(language, "attribution.jvn")).into_iter()
}

/// The title in Japanese, for a report in Japanese.
pub fn japanese_title(finding: &Finding, language: Language) -> Option<&str> {
    let japanese = finding.vulnerability.japanese.as_ref().filter(|_| language == Language::Ja)?;
    japanese.title.as_deref()
}

/// Every finding grouped by vulnerability, in the order in which each vulnerability first appears.
#[derive(Debug, Default)]
pub struct Groups<'a> {
    /// The findings of each vulnerability, never empty.
    pub groups: Vec<Vec<&'a Finding>>,
    /// Index into `groups` by vulnerability id.
    index: BTreeMap<&'a str, usize>,
}

impl<'a> Groups<'a> {
    /// Groups the findings of a scan.
    #[must_use]
    pub fn of(input: &ReportInput<'a>) -> Self {
        let mut grouped = Self::default();
        for finding in input.findings() {
            let next = grouped.groups.len();
            let position = *grouped.index.entry(&finding.vulnerability.id).or_insert(next);
            match grouped.groups.get_mut(position) {
                Some(group) => group.push(finding),
                None => grouped.groups.push(vec![finding]),
            }
        }
        grouped
    }

    /// Position of a finding's group.
    #[must_use]
    pub fn position(&self, finding: &Finding) -> Option<usize> {
        self.index.get(finding.vulnerability.id.as_str()).copied()
    }
}

/// A JSON list whose items are made one at a time while it is written.
pub struct Lazy<F>(pub F);

impl<F, I> Serialize for Lazy<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[cfg(test)]
pub mod sample {
    //! A small scan by hand: Japanese names, pipes, quotes, formulas, every verdict.

    use std::sync::Arc;

    use kikimori_core::finding::{
        Alias, AssertedScore, Condition, NotChecked, PlatformFact, VulnerabilitySummary,
    };
    use kikimori_core::message::Place;
    use kikimori_core::sbom::{Role, SbomFormat};
    use kikimori_core::severity::score;
    use kikimori_core::vulnerability::KevEntry;

    use super::*;

    /// An SBOM, its scan and the rest of an input.
    pub struct Sample {
        /// The SBOM.
        pub sbom: Sbom,
        /// The scan.
        pub scan: Scan,
        /// The warnings.
        pub warnings: Vec<String>,
    }

    impl Sample {
        /// The input in a language.
        pub fn input(&self, language: Language) -> ReportInput<'_> {
            ReportInput {
                file_name: "輸液ポンプ sbom.json",
                sbom: &self.sbom,
                sbom_sha256: "00ff",
                scan: &self.scan,
                scanned_at: Stamp::parse("2026-11-21T01:02:03Z").unwrap(),
                warnings: &self.warnings,
                library_line: "snapshot 0123abcd",
                language,
            }
        }
    }

    /// A component at a JSON pointer.
    fn component(index: usize, reference: Option<&str>, name: &str, version: Option<&str>) -> Component {
        Component {
            reference: reference.map(Into::into),
            name: name.into(),
            version: version.map(Into::into),
            place: Place::Pointer(format!("/components/{index}")),
            ..Component::default()
        }
    }

    /// The vulnerability that is known to be exploited, with a title full of special characters.
    fn exploited() -> VulnerabilitySummary {
        let asserted = |vector: &str, source: &str| AssertedScore {
            score: score(vector).unwrap(),
            source: source.to_owned(),
            asserter: format!("{source}@example"),
        };
        VulnerabilitySummary {
            id: "CVE-2026-0001".to_owned(),
            aliases: vec![Alias {
                id: "GHSA-aaaa-bbbb-cccc".to_owned(),
                asserted_by: vec!["osv:ghsa GHSA-aaaa-bbbb-cccc".to_owned()],
            }],
            title: Some("=cmd|' /C calc'!A0 \"引用\"\n二行目".to_owned()),
            description: Some("説明 <b>| 詳細".to_owned()),
            japanese: None,
            published_at: Stamp::parse("2026-01-02"),
            scores: vec![
                asserted("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "nvd"),
                asserted("AV:N/AC:L/Au:N/C:P/I:P/A:P", "cve"),
            ],
            cwes: vec!["CWE-79".to_owned(), "NVD-CWE-noinfo".to_owned()],
            references: vec!["https://example.com/a".to_owned(), "no address".to_owned()],
            kev: Some(KevEntry {
                cve: "CVE-2026-0001".to_owned(),
                added_on: "2026-02-01".to_owned(),
                due_on: "2026-02-22".to_owned(),
                is_ransomware_known: true,
                name: "x".to_owned(),
            }),
            epss: Some(Epss { probability_ppm: 12_340, percentile_ppm: 900_000 }),
        }
    }

    /// A vulnerability about which little is known.
    fn bare(id: &str) -> VulnerabilitySummary {
        VulnerabilitySummary {
            id: id.to_owned(),
            aliases: Vec::new(),
            title: None,
            description: None,
            japanese: None,
            published_at: None,
            scores: Vec::new(),
            cwes: Vec::new(),
            references: Vec::new(),
            kev: None,
            epss: None,
        }
    }

    /// A finding with one statement.
    fn finding(
        id: &str,
        component: u32,
        vulnerability: &Arc<VulnerabilitySummary>,
        verdict: Verdict,
    ) -> Finding {
        let reason = (verdict == Verdict::Unknown).then_some(Reason::PlatformUnknown);
        let condition = Condition {
            criteria: "cpe:2.3:o:vendor:os:*:*:*:*:*:*:*:*".to_owned(),
            answer: Tri::Unknown,
            fact: None,
        };
        Finding {
            id: id.to_owned(),
            component,
            vulnerability: Arc::clone(vulnerability),
            verdict,
            reason,
            is_disputed: component == 1,
            fixed_versions: vec!["2.0".to_owned()],
            confidence: Confidence::Medium,
            evidence: vec![Evidence {
                source: "nvd".to_owned(),
                record: vulnerability.id.clone(),
                revision: None,
                asserter: "nvd@nist.gov".to_owned(),
                authority: Authority::Distribution,
                place: "/configurations/0".to_owned(),
                verdict,
                reason,
                is_overruled: false,
                searched_by: "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*".to_owned(),
                found: "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*".to_owned(),
                range: Some("< 2.0".to_owned()),
                compared: Some("1.0 < 2.0".to_owned()),
                scheme: "generic",
                basis: Basis::Cpe,
                confidence: Confidence::Medium,
                conditions: if reason.is_some() { vec![condition] } else { Vec::new() },
                fixed: Some("2.0".to_owned()),
            }],
        }
    }

    /// The sample.
    pub fn sample() -> Sample {
        let (exploited, undecided, retracted) =
            (Arc::new(exploited()), Arc::new(bare("CVE-2026-0002")), Arc::new(bare("DSA-3-1")));
        let mut subject = component(9, Some("dup"), "輸液ポンプ制御ソフト", Some("3.1"));
        subject.role = Role::Subject;
        let mut first = component(0, Some("dup"), "解析|器", Some("1.0"));
        first.purls = vec!["pkg:generic/%E5%99%A8@1.0".to_owned()].into();
        first.cpes = vec!["cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*".to_owned(), "cpe:/a:v:p:1.0".to_owned()].into();
        let components = vec![
            subject,
            first,
            component(1, None, "+SUM(A1)", None),
            component(2, Some("c"), "名前だけの部品", Some("0.1")),
            component(3, None, "lib[x](y)*", Some("1\n2")),
        ];
        let sbom = Sbom { components, ..Sbom::new(SbomFormat::CycloneDxJson, "1.6") };
        let scan = Scan {
            snapshot: "0123abcd".to_owned(),
            findings: vec![
                finding("FND-000000000001", 1, &exploited, Verdict::Affected),
                finding("FND-000000000002", 2, &exploited, Verdict::Unknown),
                finding("FND-000000000003", 2, &undecided, Verdict::Unknown),
            ],
            retracted: vec![
                finding("FND-000000000004", 4, &retracted, Verdict::NotAffected),
                finding("FND-000000000005", 4, &exploited, Verdict::NotAffected),
            ],
            not_checked: vec![NotChecked {
                component: 3,
                reason: NotCheckedReason::NoIdentifier,
                detail: None,
            }],
            platform: vec![PlatformFact {
                cpe: "cpe:2.3:o:v:os:1:*:*:*:*:*:*:*".to_owned(),
                origin: FactOrigin::Given,
            }],
            n_checked: 3,
            missing_ecosystems: BTreeMap::from([("Hex".to_owned(), 2)]),
            support: super::super::support::sample(),
        };
        Sample { sbom, scan, warnings: vec!["情報が古くなっています|7日前".to_owned()] }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every reason, undecided ones.
    const REASONS: [Reason; 10] = [
        Reason::Version(UnknownReason::VersionMissing),
        Reason::Version(UnknownReason::VersionUnparsable),
        Reason::Version(UnknownReason::BoundUnparsable),
        Reason::Version(UnknownReason::RangeUnparsed),
        Reason::Version(UnknownReason::RecordSaysUnknown),
        Reason::Version(UnknownReason::UnderInvestigation),
        Reason::PlatformUnknown,
        Reason::AttributeUnstated,
        Reason::DistributionReleaseUnknown,
        Reason::BackportPossible,
    ];

    /// Every reason why a component was not checked.
    const NOT_CHECKED: [NotCheckedReason; 5] = [
        NotCheckedReason::NoIdentifier,
        NotCheckedReason::IdentifierUnreadable,
        NotCheckedReason::TypeWithoutDatabase,
        NotCheckedReason::NoSourceForEcosystem,
        NotCheckedReason::NoLibrary,
    ];

    /// The keys of some variants; checks that each has a word in both languages.
    fn keys<L: Labelled>(variants: &[L]) -> BTreeSet<String> {
        for language in Language::ALL {
            for variant in variants {
                let label = variant.label(language);
                assert!(!label.is_empty() && !label.contains('⟦'), "{language:?} {label}");
            }
        }
        variants.iter().map(|variant| format!("enum.{}.{}", L::GROUP, variant.code())).collect()
    }

    #[test]
    fn every_code_has_its_texts_in_both_languages_and_no_text_is_without_code() {
        let severities =
            [Severity::None, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let mut expected = keys(&[Verdict::Affected, Verdict::Unknown, Verdict::NotAffected]);
        expected.extend(keys(&severities.map(Some)));
        expected.extend(keys(&[None::<Severity>]));
        expected.extend(keys(&[Confidence::Low, Confidence::Medium, Confidence::High]));
        expected.extend(keys(&[
            Basis::Purl,
            Basis::PurlUpstream,
            Basis::Cpe,
            Basis::CpeWithComponentVersion,
            Basis::VendorProduct,
            Basis::Repository,
        ]));
        expected.extend(keys(&[Authority::Derived, Authority::Supplier, Authority::Distribution]));
        expected.extend(keys(&REASONS));
        expected.extend(keys(&NOT_CHECKED));
        expected.extend(keys(&[Tri::No, Tri::Unknown, Tri::Yes]));
        expected.extend(keys(&[FactOrigin::Given, FactOrigin::Component, FactOrigin::Inferred]));
        expected.extend(REASONS.map(|reason| format!("reason.{}.remedy", reason.code())));
        expected.extend(NOT_CHECKED.map(|reason| format!("reason.{}.remedy", reason.code())));
        let groups = [
            "verdict",
            "severity",
            "confidence",
            "basis",
            "authority",
            "reason",
            "not_checked",
            "tri",
            "origin",
        ];
        let is_ours = |key: &str| {
            key.starts_with("reason.")
                || groups.iter().any(|group| key.starts_with(&format!("enum.{group}.")))
        };
        for table in
            [include_str!("../../../../locales/ja.toml"), include_str!("../../../../locales/en.toml")]
        {
            let (entries, faults) = kikimori_locale::table::read(table);
            assert_eq!(faults, []);
            let held: BTreeSet<String> =
                entries.into_iter().map(|entry| entry.key).filter(|key| is_ours(key)).collect();
            assert_eq!(held, expected);
        }
    }

    #[test]
    fn remedies_are_sentences() {
        for reason in REASONS {
            assert!(remedy_of_reason(Language::Ja, reason).ends_with('。'), "{reason:?}");
            assert!(remedy_of_reason(Language::En, reason).ends_with('.'), "{reason:?}");
        }
        for reason in NOT_CHECKED {
            assert!(remedy_of_not_checked(Language::Ja, reason).ends_with('。'), "{reason:?}");
            assert!(remedy_of_not_checked(Language::En, reason).ends_with('.'), "{reason:?}");
        }
    }

    #[test]
    fn writes_numbers_and_addresses() {
        for (tenths, shown) in [(0, "0.0"), (75, "7.5"), (100, "10.0")] {
            assert_eq!(score_text(tenths), shown);
        }
        let epss = |probability_ppm| Epss { probability_ppm, percentile_ppm: 0 };
        assert_eq!(probability_text(epss(12)), "0.000012");
        assert_eq!(probability_text(epss(1_000_000)), "1.000000");
        assert_eq!(address("CVE-2026-1").unwrap(), "https://nvd.nist.gov/vuln/detail/CVE-2026-1");
        assert_eq!(address("GHSA-x").unwrap(), "https://github.com/advisories/GHSA-x");
        assert_eq!(address("USN-1-1").unwrap(), "https://osv.dev/vulnerability/USN-1-1");
        for strange in ["", "CVE 1", "CVE-1?x=1", "../x", "脆弱性"] {
            assert_eq!(address(strange), None, "{strange}");
        }
    }

    #[test]
    fn says_the_evidence_in_one_line() {
        let sample = sample::sample();
        let finding = &sample.scan.findings[0];
        assert_eq!(evidence_line(finding), "nvd CVE-2026-0001: < 2.0; 1.0 < 2.0");
        let mut without_range = finding.clone();
        without_range.evidence[0].range = None;
        without_range.evidence[0].compared = None;
        assert_eq!(evidence_line(&without_range), "nvd CVE-2026-0001: cpe:2.3:a:v:p:*:*:*:*:*:*:*:*");
        without_range.evidence.clear();
        assert_eq!(evidence_line(&without_range), "");
    }

    #[test]
    fn names_a_component_that_is_not_there_by_nothing() {
        let sample = sample::sample();
        assert_eq!(sample.input(Language::Ja).component(99).name.as_ref(), "");
    }

    #[test]
    fn groups_findings_by_vulnerability_in_order() {
        let sample = sample::sample();
        let input = sample.input(Language::Ja);
        let grouped = Groups::of(&input);
        let ids: Vec<Vec<&str>> = grouped
            .groups
            .iter()
            .map(|group| group.iter().map(|finding| &finding.id[13..]).collect())
            .collect();
        assert_eq!(ids, [vec!["001", "002", "005"], vec!["003"], vec!["004"]]);
        assert_eq!(grouped.position(&sample.scan.retracted[1]), Some(0));
    }
}
