//! `CycloneDX` 1.6 JSON: a vulnerability disclosure report (VDR) of the components that have findings.
//!
//! Nothing here is an assessment by a person. Undecided vulnerabilities are `in_triage`; `not_affected` stands
//! only where a nearer record says so, and the analysis names that record.
//! Source: `CycloneDX` 1.6 JSON schema (ECMA-424, first edition).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

use kikimori_core::finding::{Alias, AssertedScore, Finding, Verdict, VulnerabilitySummary};
use kikimori_core::lifecycle::SupportFinding;
use kikimori_core::sbom::{Component, ComponentKind, Role};
use kikimori_core::severity::{CvssVersion, Severity};
use kikimori_locale::{Language, format};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::labels::{
    Groups, Labelled as _, Lazy, PROGRAM, PROGRAM_VERSION, ReportInput, address, deciding_evidence,
    evidence_line,
};
use super::support;

/// Components that were not checked and are listed by name; their number is always given.
const NOT_CHECKED_LISTED_MAX: usize = 1_000;

/// Longest version that the schema allows, in characters.
const VERSION_CHARS_MAX: usize = 1_024;

/// The range that stands for a component without a usable version: every version (Package URL `vers`).
const EVERY_VERSION: &str = "vers:generic/*";

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let document = Document::of(input);
    serde_json::to_writer_pretty(&mut out, &document)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The whole document, made while it is written.
struct Document<'a> {
    /// What it is written from.
    input: &'a ReportInput<'a>,
    /// The references of the components in it.
    references: References,
    /// The findings by vulnerability.
    groups: Groups<'a>,
    /// What is not plainly supported, by component.
    supports: BTreeMap<u32, Vec<&'a SupportFinding>>,
}

impl<'a> Document<'a> {
    /// The document of a report.
    fn of(input: &'a ReportInput<'a>) -> Self {
        let supports = support::by_component(&input.scan.support);
        Self { input, references: References::of(input), groups: Groups::of(input), supports }
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let subject = self.references.subject;
        let components = self
            .references
            .names
            .iter()
            .filter(|(component, _)| subject != Some(**component))
            .map(|(component, reference)| ComponentView::of(self, *component, reference));
        let mut document = serializer.serialize_struct("Document", 7)?;
        document.serialize_field("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")?;
        document.serialize_field("bomFormat", "CycloneDX")?;
        document.serialize_field("specVersion", "1.6")?;
        document.serialize_field("version", &1)?;
        document.serialize_field("metadata", &Metadata(self))?;
        document.serialize_field("components", &Lazy(|| components.clone()))?;
        document.serialize_field(
            "vulnerabilities",
            &Lazy(|| self.groups.groups.iter().filter_map(|group| VulnerabilityView::of(self, group))),
        )?;
        document.end()
    }
}

/// The unique reference of each component that the document holds.
struct References {
    /// Reference by the component's index in the SBOM.
    names: BTreeMap<u32, String>,
    /// The component that the SBOM is about.
    subject: Option<u32>,
}

impl References {
    /// Keeps each component's own reference, the first of equal ones; makes one from the index where there is
    /// none or it is taken.
    fn of(input: &ReportInput<'_>) -> Self {
        let subject = input.sbom.components.iter().position(|component| component.role == Role::Subject);
        let subject = subject.and_then(|index| u32::try_from(index).ok());
        let mut indexes: BTreeSet<u32> = input.findings().map(|finding| finding.component).collect();
        indexes.extend(subject);
        indexes.extend(support::by_component(&input.scan.support).into_keys());
        let own = |index: u32| input.component(index).reference.as_deref().filter(|own| !own.is_empty());
        let written: BTreeSet<&str> = indexes.iter().filter_map(|index| own(*index)).collect();
        let mut taken = BTreeSet::new();
        let mut names = BTreeMap::new();
        for index in indexes {
            let name = match own(index).filter(|own| taken.insert(*own)) {
                Some(own) => own.to_owned(),
                None => {
                    let mut made = format!("{PROGRAM}:component-{index}");
                    // Each turn makes it longer than one more reference of the document, so it ends.
                    while written.contains(made.as_str()) {
                        made.push('-');
                    }
                    made
                }
            };
            names.insert(index, name);
        }
        Self { names, subject }
    }
}

/// `metadata`.
struct Metadata<'a>(&'a Document<'a>);

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document { input, references, .. } = self.0;
        let mut metadata = serializer.serialize_struct("Metadata", 4)?;
        metadata.serialize_field("timestamp", &input.scanned_at.to_string())?;
        metadata.serialize_field("tools", &Tools { components: [ToolView::OURS] })?;
        let subject = references.subject.and_then(|index| Some((index, references.names.get(&index)?)));
        if let Some((index, reference)) = subject {
            metadata.serialize_field("component", &ComponentView::of(self.0, index, reference))?;
        }
        metadata.serialize_field("properties", &Lazy(|| metadata_properties(input)))?;
        metadata.end()
    }
}

/// What is said about the whole scan: its inputs, warnings, and what was not checked.
fn metadata_properties<'a>(input: &'a ReportInput<'a>) -> impl Iterator<Item = Property> + 'a {
    let fixed = [
        Property::new("sbom-file", input.file_name),
        Property::new("sbom-sha256", input.sbom_sha256),
        Property::new("snapshot", &input.scan.snapshot),
        Property::new("library", input.library_line),
        Property::new("support", &support::counts_line(&input.scan.support, input.language)),
    ];
    let warnings = input.warnings.iter().map(|warning| Property::new("warning", warning));
    let n_not_checked = Property::new("not-checked-count", &input.scan.not_checked.len().to_string());
    let not_checked = input.scan.not_checked.iter().take(NOT_CHECKED_LISTED_MAX).map(|not_checked| {
        let component = input.component(not_checked.component);
        let version = component.version.as_ref().map(|version| format!("@{version}")).unwrap_or_default();
        let name = component.display_name();
        Property::new("not-checked", &format!("{} {name}{version}", not_checked.reason.code()))
    });
    fixed.into_iter().chain(warnings).chain([n_not_checked]).chain(not_checked)
}

/// `metadata.tools`.
#[derive(serde::Serialize)]
struct Tools {
    /// The tools.
    components: [ToolView; 1],
}

/// A tool.
#[derive(serde::Serialize)]
struct ToolView {
    /// Its kind.
    r#type: &'static str,
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

impl ToolView {
    /// This program.
    const OURS: Self = Self { r#type: "application", name: PROGRAM, version: PROGRAM_VERSION };
}

/// A name and a value that `CycloneDX` has no field for.
#[derive(serde::Serialize)]
struct Property {
    /// `kikimori:` and a name.
    name: String,
    /// The value.
    value: String,
}

impl Property {
    /// A property under our prefix.
    fn new(name: &str, value: &str) -> Self {
        Self { name: format!("{PROGRAM}:{name}"), value: value.to_owned() }
    }
}

/// A component.
#[derive(serde::Serialize)]
struct ComponentView<'a> {
    /// Its kind in the schema's words.
    r#type: &'static str,
    /// Its reference, unique in this document.
    #[serde(rename = "bom-ref")]
    reference: &'a str,
    /// Its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    /// Its name.
    name: &'a str,
    /// Its version, if the schema allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    /// Its first CPE name.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe: Option<&'a str>,
    /// Its first package URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<&'a str>,
    /// Further identifiers and the place in the SBOM.
    properties: Vec<Property>,
}

impl<'a> ComponentView<'a> {
    /// The view of a component.
    fn of(document: &Document<'a>, index: u32, reference: &'a str) -> Self {
        let component = document.input.component(index);
        let mut properties = vec![Property::new("place", &component.place.to_string())];
        properties.extend(component.purls.iter().skip(1).map(|purl| Property::new("purl", purl)));
        properties.extend(component.cpes.iter().skip(1).map(|cpe| Property::new("cpe", cpe)));
        let supports = document.supports.get(&index).into_iter().flatten();
        properties.extend(supports.flat_map(|finding| support_properties(finding, document.input.language)));
        Self {
            // The schema: `application` when nothing more specific is known.
            r#type: match component.kind {
                ComponentKind::Other => ComponentKind::Application.name(),
                kind => kind.name(),
            },
            reference,
            group: component.group.as_deref(),
            name: &component.name,
            version: usable_version(component),
            cpe: component.cpes.first().map(String::as_str),
            purl: component.purls.first().map(String::as_str),
            properties,
        }
    }
}

/// What is said about the support of a component.
fn support_properties(finding: &SupportFinding, language: Language) -> Vec<Property> {
    let mut properties = vec![
        Property::new("support-state", finding.state.code()),
        Property::new("support-cycle", &support::product_and_cycle(finding)),
        Property::new("support-source", &format!("{} {}", finding.source, finding.product)),
    ];
    let end = support::security_end(finding, language);
    properties.extend((!end.is_empty()).then(|| Property::new("support-security-until", &end)));
    let extended = finding.extended_until();
    properties.extend(extended.map(|day| Property::new("support-extended-until", &day.to_string())));
    properties.extend(support::gap_of(finding).map(|gap| Property::new("support-reason", gap.code())));
    properties
}

/// A component's version, unless it is longer than the schema allows.
fn usable_version(component: &Component) -> Option<&str> {
    component.version.as_deref().filter(|version| version.chars().count() <= VERSION_CHARS_MAX)
}

/// A name and an address.
#[derive(serde::Serialize)]
struct SourceView<'a> {
    /// The name.
    name: &'a str,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// Another id of the vulnerability.
#[derive(serde::Serialize)]
struct ReferenceView<'a> {
    /// The id.
    id: &'a str,
    /// Who says so.
    source: SourceView<'a>,
}

impl<'a> ReferenceView<'a> {
    /// The view of an alias; its source is the first that asserts it.
    fn of(alias: &'a Alias) -> Self {
        let asserted_by = alias.asserted_by.first().and_then(|record| record.split(' ').next());
        let source = asserted_by.unwrap_or(database(&alias.id));
        Self { id: &alias.id, source: SourceView { name: source, url: address(&alias.id) } }
    }
}

/// The database that an id names before its first hyphen: `CVE`, `GHSA`, `PYSEC`…
fn database(id: &str) -> &str {
    id.split_once('-').map_or(id, |(database, _)| database)
}

/// A score.
#[derive(serde::Serialize)]
struct RatingView<'a> {
    /// Who asserts the vector.
    source: SourceView<'a>,
    /// The score, 0.0 to 10.0.
    score: f64,
    /// Its severity.
    severity: &'static str,
    /// The version of CVSS in the schema's words.
    method: &'static str,
    /// The vector.
    vector: &'a str,
}

impl<'a> RatingView<'a> {
    /// The view of a score.
    fn of(asserted: &'a AssertedScore) -> Self {
        let score = &asserted.score;
        let name = if asserted.asserter.is_empty() { &asserted.source } else { &asserted.asserter };
        Self {
            source: SourceView { name, url: None },
            score: f64::from(score.score_tenths) / 10.0,
            severity: match score.severity {
                Severity::None => "none",
                Severity::Low => "low",
                Severity::Medium => "medium",
                Severity::High => "high",
                Severity::Critical => "critical",
            },
            method: match score.version {
                CvssVersion::V2 => "CVSSv2",
                CvssVersion::V30 => "CVSSv3",
                CvssVersion::V31 => "CVSSv31",
                CvssVersion::V40 => "CVSSv4",
            },
            vector: &score.vector,
        }
    }
}

/// An address of further reading.
#[derive(serde::Serialize)]
struct AdvisoryView<'a> {
    /// The address.
    url: &'a str,
}

/// What is known about the impact.
#[derive(serde::Serialize)]
struct AnalysisView {
    /// `in_triage` or `not_affected`.
    state: &'static str,
    /// Why, in the report's language.
    detail: String,
}

impl AnalysisView {
    /// The analysis of a vulnerability, where there is something to say for all its components together: none
    /// when one is affected, `in_triage` when one is undecided, `not_affected` when every finding was retracted.
    fn of(input: &ReportInput<'_>, findings: &[&Finding]) -> Option<Self> {
        let is_any = |verdict: Verdict| findings.iter().any(|finding| finding.verdict == verdict);
        if is_any(Verdict::Affected) {
            return None;
        }
        if is_any(Verdict::Unknown) {
            let reasons: BTreeSet<&str> = findings
                .iter()
                .filter_map(|finding| finding.reason)
                .map(|reason| input.word(reason))
                .collect();
            let reasons = reasons.into_iter().collect::<Vec<_>>().join(" / ");
            let detail = format(input.language, "report.in_triage", &[("reasons", &reasons)]);
            return Some(Self { state: "in_triage", detail });
        }
        let records: BTreeSet<String> = findings
            .iter()
            .filter_map(|finding| deciding_evidence(finding))
            .map(|evidence| format!("{} {}", evidence.source, evidence.record))
            .collect();
        if records.is_empty() {
            return None;
        }
        let records = records.into_iter().collect::<Vec<_>>().join(", ");
        let detail = format(input.language, "report.not_affected_by_record", &[("records", &records)]);
        Some(Self { state: "not_affected", detail })
    }
}

/// A component that the vulnerability is about.
#[derive(serde::Serialize)]
struct AffectsView<'a> {
    /// The component's reference.
    r#ref: &'a str,
    /// Its version with the status.
    versions: [VersionView<'a>; 1],
}

/// A version, or every version, with the status.
#[derive(serde::Serialize)]
struct VersionView<'a> {
    /// The component's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    /// Every version, when the component states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<&'static str>,
    /// The verdict in the schema's words.
    status: &'static str,
}

impl<'a> AffectsView<'a> {
    /// The view of a finding.
    fn of(input: &ReportInput<'a>, finding: &Finding, reference: &'a str) -> Self {
        let version =
            usable_version(input.component(finding.component)).filter(|version| !version.is_empty());
        let range = version.is_none().then_some(EVERY_VERSION);
        let status = match finding.verdict {
            Verdict::Affected => "affected",
            Verdict::Unknown => "unknown",
            Verdict::NotAffected => "unaffected",
        };
        Self { r#ref: reference, versions: [VersionView { version, range, status }] }
    }
}

/// A vulnerability with every component that it is about.
#[derive(serde::Serialize)]
struct VulnerabilityView<'a> {
    /// Its id.
    id: &'a str,
    /// The database of the id.
    source: SourceView<'a>,
    /// Its other ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<ReferenceView<'a>>,
    /// Its scores, the highest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratings: Vec<RatingView<'a>>,
    /// Its weaknesses, the numbers of CWE.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cwes: Vec<u32>,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    /// Further reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advisories: Vec<AdvisoryView<'a>>,
    /// First publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    /// What is known about the impact.
    #[serde(skip_serializing_if = "Option::is_none")]
    analysis: Option<AnalysisView>,
    /// The components.
    affects: Vec<AffectsView<'a>>,
    /// Findings and evidence.
    properties: Vec<Property>,
}

impl<'a> VulnerabilityView<'a> {
    /// The view of one vulnerability's findings; `None` only for an empty group.
    fn of(document: &'a Document<'a>, findings: &[&'a Finding]) -> Option<Self> {
        let input = document.input;
        let vulnerability: &'a VulnerabilitySummary = &findings.first()?.vulnerability;
        let is_japanese = input.language == Language::Ja;
        let mut seen = BTreeSet::new();
        let affects = findings
            .iter()
            .filter(|finding| seen.insert(finding.component))
            .filter_map(|finding| {
                let reference = document.references.names.get(&finding.component)?;
                Some(AffectsView::of(input, finding, reference))
            })
            .collect();
        let cwe = |written: &String| written.strip_prefix("CWE-")?.parse().ok().filter(|number| *number > 0);
        Some(Self {
            id: &vulnerability.id,
            source: SourceView { name: database(&vulnerability.id), url: address(&vulnerability.id) },
            references: vulnerability.aliases.iter().map(ReferenceView::of).collect(),
            ratings: vulnerability.scores.iter().map(RatingView::of).collect(),
            cwes: vulnerability.cwes.iter().filter_map(cwe).collect(),
            description: vulnerability.description_for(is_japanese).or(vulnerability.title_for(is_japanese)),
            advisories: advisories(vulnerability),
            published: vulnerability.published_at.map(|published_at| published_at.to_string()),
            analysis: AnalysisView::of(input, findings),
            affects,
            properties: properties(input, findings),
        })
    }
}

/// The references of a vulnerability that are addresses of the web.
fn advisories(vulnerability: &VulnerabilitySummary) -> Vec<AdvisoryView<'_>> {
    let is_address = |url: &str| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(|character: char| {
                character.is_whitespace() || character.is_control() || "<>\"{}|\\^`".contains(character)
            })
    };
    let urls = vulnerability.references.iter().map(String::as_str).filter(|url| is_address(url));
    urls.map(|url| AdvisoryView { url }).collect()
}

/// The properties of a vulnerability: for each finding its id, then what belongs to it, with the id before it.
fn properties(input: &ReportInput<'_>, findings: &[&Finding]) -> Vec<Property> {
    let mut properties = vec![Property::new("snapshot", &input.scan.snapshot)];
    if let Some(kev) = findings.first().and_then(|finding| finding.vulnerability.kev.as_ref()) {
        properties.push(Property::new("kev-added", &kev.added_on));
        properties.push(Property::new("kev-due", &kev.due_on));
    }
    for finding in findings {
        let id = &finding.id;
        properties.push(Property::new("finding-id", id));
        properties.push(Property::new("evidence", &format!("{id} {}", evidence_line(finding))));
        properties.push(Property::new("confidence", &format!("{id} {}", finding.confidence.code())));
        if let Some(reason) = finding.reason {
            properties.push(Property::new("reason", &format!("{id} {}", reason.code())));
        }
        if finding.is_disputed {
            properties.push(Property::new("disputed", id));
        }
        for version in &finding.fixed_versions {
            properties.push(Property::new("fixed-version", &format!("{id} {version}")));
        }
    }
    properties
}

#[cfg(test)]
mod tests {
    use kikimori_locale::Language;
    use serde_json::{Value, json};

    use super::super::labels::sample::sample;
    use super::*;

    /// The report of the sample, parsed.
    fn report(language: Language) -> Value {
        let mut out = Vec::new();
        write(&sample().input(language), &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn keeps_references_and_makes_them_unique() {
        let report = report(Language::Ja);
        assert_eq!(report["specVersion"], "1.6");
        assert_eq!(report["metadata"]["component"]["bom-ref"], "dup");
        assert_eq!(report["metadata"]["component"]["name"], "輸液ポンプ制御ソフト");
        let components = report["components"].as_array().unwrap();
        let references: Vec<&str> =
            components.iter().map(|component| component["bom-ref"].as_str().unwrap()).collect();
        assert_eq!(references, ["kikimori:component-1", "kikimori:component-2", "kikimori:component-4"]);
        assert_eq!(components[0]["purl"], "pkg:generic/%E5%99%A8@1.0");
        assert_eq!(
            components[0]["properties"][1],
            json!({"name": "kikimori:cpe", "value": "cpe:/a:v:p:1.0"})
        );
        assert_eq!(components[1]["name"], "+SUM(A1)");
        assert!(components[1].get("version").is_none());
    }

    #[test]
    fn writes_each_vulnerability_once_with_its_statuses() {
        let report = report(Language::Ja);
        let vulnerabilities = report["vulnerabilities"].as_array().unwrap();
        let ids: Vec<&Value> = vulnerabilities.iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, ["CVE-2026-0001", "CVE-2026-0002", "DSA-3-1"]);
        let first = &vulnerabilities[0];
        assert_eq!(first["cwes"], json!([79]));
        assert_eq!(first["advisories"], json!([{"url": "https://example.com/a"}]));
        assert_eq!(first["published"], "2026-01-02T00:00:00Z");
        assert_eq!(first["references"][0]["source"]["name"], "osv:ghsa");
        assert_eq!(
            first["ratings"][0],
            json!({
                "source": {"name": "nvd@example"},
                "score": 9.8,
                "severity": "critical",
                "method": "CVSSv31",
                "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
            })
        );
        assert_eq!(first["ratings"][1]["method"], "CVSSv2");
        assert!(first.get("analysis").is_none());
        assert_eq!(
            first["affects"],
            json!([
                {"ref": "kikimori:component-1", "versions": [{"version": "1.0", "status": "affected"}]},
                {"ref": "kikimori:component-2", "versions": [{"range": "vers:generic/*", "status": "unknown"}]},
                {"ref": "kikimori:component-4", "versions": [{"version": "1\n2", "status": "unaffected"}]},
            ])
        );
        assert_eq!(vulnerabilities[1]["analysis"]["state"], "in_triage");
        assert_eq!(vulnerabilities[2]["analysis"]["state"], "not_affected");
        assert!(vulnerabilities[2]["analysis"]["detail"].as_str().unwrap().contains("nvd DSA-3-1"));
    }

    #[test]
    fn carries_finding_ids_evidence_and_what_was_not_checked() {
        let report = report(Language::En);
        let values = |properties: &Value, name: &str| -> Vec<String> {
            let properties = properties.as_array().unwrap().iter();
            let named = properties.filter(|property| property["name"] == name);
            named.map(|property| property["value"].as_str().unwrap().to_owned()).collect()
        };
        let first = &report["vulnerabilities"][0]["properties"];
        assert_eq!(
            values(first, "kikimori:finding-id"),
            ["FND-000000000001", "FND-000000000002", "FND-000000000005"]
        );
        assert_eq!(
            values(first, "kikimori:evidence")[0],
            "FND-000000000001 nvd CVE-2026-0001: < 2.0; 1.0 < 2.0"
        );
        assert_eq!(values(first, "kikimori:snapshot"), ["0123abcd"]);
        let metadata = &report["metadata"]["properties"];
        assert_eq!(values(metadata, "kikimori:not-checked-count"), ["1"]);
        assert_eq!(values(metadata, "kikimori:not-checked"), ["no_identifier 名前だけの部品@0.1"]);
        assert_eq!(values(metadata, "kikimori:warning").len(), 1);
    }

    #[test]
    fn carries_the_support_of_components() {
        let report = report(Language::En);
        let of = |name: &str| -> Vec<(String, String)> {
            let components = report["components"].as_array().unwrap();
            let component = components.iter().find(|component| component["name"] == name).unwrap();
            let properties = component["properties"].as_array().unwrap().iter();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let named = properties.map(|property| (text(&property["name"]), text(&property["value"])));
            named
                .filter_map(|(name, value)| Some((name.strip_prefix("kikimori:support-")?.to_owned(), value)))
                .collect()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            of("+SUM(A1)"),
            [
                pair("state", "ended"),
                pair("cycle", "解析|器 1"),
                pair("source", "endoflife.date kaiseki"),
                pair("security-until", "2025-12-31"),
            ]
        );
        let both = of("lib[x](y)*");
        assert!(both.contains(&pair("extended-until", "2028-06-30")), "{both:?}");
        assert!(both.contains(&pair("reason", "edition_unstated")), "{both:?}");
    }

    #[test]
    fn never_calls_an_undecided_vulnerability_not_affected() {
        let mut sample = sample();
        let mut retracted = sample.scan.findings[2].clone();
        retracted.component = 4;
        retracted.verdict = Verdict::NotAffected;
        retracted.reason = None;
        sample.scan.retracted = vec![retracted];
        let input = sample.input(Language::Ja);
        let document = Document::of(&input);
        let analysis = AnalysisView::of(&input, &document.groups.groups[1]).unwrap();
        assert_eq!(analysis.state, "in_triage");
    }

    #[test]
    fn makes_a_reference_that_no_component_bears() {
        let mut sample = sample();
        sample.sbom.components[1].reference = Some("kikimori:component-2".into());
        let references = References::of(&sample.input(Language::Ja));
        assert_eq!(references.names[&1], "kikimori:component-2");
        assert_eq!(references.names[&2], "kikimori:component-2-");
    }

    #[test]
    fn lists_unchecked_components_up_to_the_limit() {
        let mut sample = sample();
        let one = sample.scan.not_checked[0].clone();
        sample.scan.not_checked = vec![one; NOT_CHECKED_LISTED_MAX + 1];
        let input = sample.input(Language::Ja);
        let properties: Vec<Property> = metadata_properties(&input).collect();
        let listed = properties.iter().filter(|property| property.name == "kikimori:not-checked").count();
        assert_eq!(listed, NOT_CHECKED_LISTED_MAX);
        assert!(properties.iter().any(|property| property.value == (NOT_CHECKED_LISTED_MAX + 1).to_string()));
    }
}
