//! SARIF 2.1.0 for code scanning tools: a rule for each vulnerability, a result for each finding.
//!
//! Source: OASIS SARIF 2.1.0 (27 March 2020); the property `security-severity` and the tags are those that
//! GitHub code scanning reads.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use kikimori_core::finding::{Finding, Verdict, VulnerabilitySummary};
use kikimori_core::lifecycle::{SupportFinding, SupportState};
use kikimori_core::message::Place;
use kikimori_core::severity::Severity;
use kikimori_locale::{Language, count, format, text};
use serde::ser::{Serialize, SerializeStruct as _, Serializer};

use super::labels::{
    Groups, Labelled as _, Lazy, PROGRAM, PROGRAM_VERSION, ReportInput, address, doubt, evidence_line,
    name_and_version, remedy_of_reason, score_text,
};
use super::support;

/// The rule of components whose support is over, or not known to go on.
const SUPPORT_RULE: &str = "component-end-of-support";

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let groups = Groups::of(input);
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { input, groups: &groups }],
    };
    serde_json::to_writer_pretty(&mut out, &log)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The log file (3.13).
#[derive(serde::Serialize)]
struct Log<'a> {
    /// The schema's address.
    #[serde(rename = "$schema")]
    schema: &'static str,
    /// The version of SARIF.
    version: &'static str,
    /// The one run.
    runs: [Run<'a>; 1],
}

/// The run (3.14), made while it is written.
struct Run<'a> {
    /// What it is written from.
    input: &'a ReportInput<'a>,
    /// The findings by vulnerability; each is a rule.
    groups: &'a Groups<'a>,
}

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { input, groups } = *self;
        let uri = relative_uri(input.file_name);
        let mut run = serializer.serialize_struct("Run", 7)?;
        run.serialize_field("tool", &Tool { driver: Driver(input, groups) })?;
        run.serialize_field("language", input.language.tag())?;
        run.serialize_field("invocations", &[Invocation::of(input)])?;
        run.serialize_field(
            "artifacts",
            &[Artifact {
                location: ArtifactLocation { uri: &uri, index: 0 },
                roles: ["analysisTarget"],
                hashes: BTreeMap::from([("sha-256", input.sbom_sha256)]),
            }],
        )?;
        run.serialize_field(
            "results",
            &Lazy(|| {
                let findings = input.findings().map(|finding| ResultView::of(input, groups, finding, &uri));
                findings.map(AnyResult::Finding).chain(support_results(input, groups, &uri))
            }),
        )?;
        run.serialize_field("columnKind", "unicodeCodePoints")?;
        run.serialize_field(
            "properties",
            &BTreeMap::from([("library", input.library_line), ("snapshot", &input.scan.snapshot)]),
        )?;
        run.end()
    }
}

/// The file name as a relative URI reference (RFC 3986): every byte but unreserved ones and `/` is encoded.
fn relative_uri(file_name: &str) -> String {
    let mut uri = String::with_capacity(file_name.len());
    for byte in file_name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            // Windows writes its own separator.
            b'\\' => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

/// The tool (3.18).
#[derive(serde::Serialize)]
struct Tool<'a> {
    /// This program.
    driver: Driver<'a>,
}

/// This program (3.19) with a rule for each vulnerability.
struct Driver<'a>(&'a ReportInput<'a>, &'a Groups<'a>);

impl Serialize for Driver<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut driver = serializer.serialize_struct("Driver", 4)?;
        driver.serialize_field("name", PROGRAM)?;
        driver.serialize_field("semanticVersion", PROGRAM_VERSION)?;
        driver.serialize_field("informationUri", env!("CARGO_PKG_REPOSITORY"))?;
        let vulnerabilities = self.1.groups.iter().filter_map(|group| group.first());
        let rules = vulnerabilities.map(|finding| Rule::of(&finding.vulnerability, self.0.language));
        // The rule of support is the last, so that the others keep their places.
        let support = Rule::of_support(self.0);
        driver.serialize_field("rules", &Lazy(|| rules.clone().chain([support.clone()])))?;
        driver.end()
    }
}

/// A text (3.11, 3.12).
#[derive(Clone, serde::Serialize)]
struct Text {
    /// The text.
    text: String,
}

impl Text {
    /// Plain text: what SARIF would read as a link (`[text](target)`) is kept apart.
    fn new(text: &str) -> Self {
        Self { text: text.replace("](", "] (") }
    }
}

/// A rule (3.49): a vulnerability, or the end of support.
#[derive(Clone, serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    /// The vulnerability's id.
    id: &'a str,
    /// The title.
    short_description: Text,
    /// The description.
    full_description: Text,
    /// Where it is described.
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    /// The level of a failure.
    default_configuration: Configuration,
    /// Score and tags.
    properties: RuleProperties<'a>,
}

/// The configuration of a rule (3.50).
#[derive(Clone, serde::Serialize)]
struct Configuration {
    /// The level.
    level: &'static str,
}

/// The property bag of a rule.
#[derive(Clone, serde::Serialize)]
struct RuleProperties<'a> {
    /// The highest score, as text; absent when no source has a vector.
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<String>,
    /// The code of the severity.
    severity: &'static str,
    /// Other ids.
    aliases: Vec<&'a str>,
    /// Tags.
    tags: Vec<String>,
}

impl<'a> Rule<'a> {
    /// The rule of a vulnerability. A vulnerability without a title is called by its id.
    fn of(vulnerability: &'a VulnerabilitySummary, language: Language) -> Self {
        let is_japanese = language == Language::Ja;
        let title = vulnerability.title_for(is_japanese).unwrap_or(&vulnerability.id);
        let cwes = vulnerability.cwes.iter().filter(|cwe| cwe.starts_with("CWE-"));
        let mut tags = vec!["security".to_owned(), "vulnerability".to_owned()];
        tags.extend(vulnerability.kev.iter().map(|_| "known-exploited".to_owned()));
        tags.extend(cwes.map(|cwe| format!("external/cwe/{}", cwe.to_ascii_lowercase())));
        Self {
            id: &vulnerability.id,
            short_description: Text::new(title),
            full_description: Text::new(vulnerability.description_for(is_japanese).unwrap_or(title)),
            help_uri: address(&vulnerability.id),
            default_configuration: Configuration { level: level(vulnerability.severity()) },
            properties: RuleProperties {
                security_severity: vulnerability.top_score().map(|top| score_text(top.score.score_tenths)),
                severity: vulnerability.severity().code(),
                aliases: vulnerability.aliases.iter().map(|alias| alias.id.as_str()).collect(),
                tags,
            },
        }
    }
}

impl Rule<'_> {
    /// The rule of components whose support is over.
    fn of_support(input: &ReportInput<'_>) -> Self {
        Self {
            id: SUPPORT_RULE,
            short_description: Text::new(text(input.language, "report.support")),
            full_description: Text::new(text(input.language, "support.note")),
            help_uri: None,
            default_configuration: Configuration { level: "warning" },
            properties: RuleProperties {
                security_severity: None,
                severity: None::<Severity>.code(),
                aliases: Vec::new(),
                tags: vec!["lifecycle".to_owned()],
            },
        }
    }
}

/// The level of a failure (3.27.10) by severity.
fn level(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Critical | Severity::High) => "error",
        Some(Severity::Medium) => "warning",
        Some(Severity::Low | Severity::None) | None => "note",
    }
}

/// The invocation (3.20).
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    /// The scan ran to its end.
    execution_successful: bool,
    /// When.
    end_time_utc: String,
    /// What a reader must know before the results.
    tool_execution_notifications: Vec<Notification>,
}

/// A notification (3.58).
#[derive(serde::Serialize)]
struct Notification {
    /// What kind it is.
    descriptor: Descriptor,
    /// The level.
    level: &'static str,
    /// The sentence.
    message: Text,
    /// Numbers by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    properties: BTreeMap<&'static str, usize>,
}

/// A reference to a kind of notification (3.52).
#[derive(serde::Serialize)]
struct Descriptor {
    /// Its id.
    id: &'static str,
}

impl Invocation {
    /// The invocation: each warning, then one notification about what was not checked.
    fn of(input: &ReportInput<'_>) -> Self {
        let notification = |id, text: &str, properties| Notification {
            descriptor: Descriptor { id },
            level: "warning",
            message: Text::new(text),
            properties,
        };
        let warnings = input.warnings.iter();
        let mut notifications: Vec<Notification> =
            warnings.map(|warning| notification("warning", warning, BTreeMap::new())).collect();
        let not_checked = &input.scan.not_checked;
        if !not_checked.is_empty() {
            let mut numbers = BTreeMap::new();
            for one in not_checked {
                *numbers.entry(one.reason.code()).or_insert(0) += 1;
            }
            let text = count(input.language, "report.not_checked_notice", not_checked.len(), &[]);
            notifications.push(notification("not-checked", &text, numbers));
        }
        Self {
            execution_successful: true,
            end_time_utc: input.scanned_at.to_string(),
            tool_execution_notifications: notifications,
        }
    }
}

/// An artifact (3.24): the SBOM.
#[derive(serde::Serialize)]
struct Artifact<'a> {
    /// Where it is.
    location: ArtifactLocation<'a>,
    /// What it is to the scan.
    roles: [&'static str; 1],
    /// Its hash.
    hashes: BTreeMap<&'static str, &'a str>,
}

/// Where an artifact is (3.4).
#[derive(serde::Serialize)]
struct ArtifactLocation<'a> {
    /// The relative address.
    uri: &'a str,
    /// Its index among the artifacts.
    index: usize,
}

/// A result (3.27): a finding.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultView<'a> {
    /// The vulnerability's id.
    rule_id: &'a str,
    /// Its index among the rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    /// `fail`, `review` or `pass`.
    kind: &'static str,
    /// The level; `none` unless the kind is `fail`.
    level: &'static str,
    /// The finding in a sentence.
    message: Text,
    /// The component.
    locations: [Location<'a>; 1],
    /// What stays the same from scan to scan.
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    /// The finding in codes.
    properties: ResultProperties<'a>,
}

/// A result of either kind.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum AnyResult<'a> {
    /// A finding.
    Finding(ResultView<'a>),
    /// A release cycle.
    Support(SupportResult<'a>),
}

/// A result (3.27): a release cycle whose support is over or not known to go on.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct SupportResult<'a> {
    /// The rule.
    rule_id: &'static str,
    /// Its index among the rules.
    rule_index: usize,
    /// `fail` or `review`.
    kind: &'static str,
    /// The level; `none` unless the kind is `fail`.
    level: &'static str,
    /// The state in a sentence.
    message: Text,
    /// The first component.
    locations: [Location<'a>; 1],
    /// What stays the same from scan to scan.
    partial_fingerprints: BTreeMap<&'static str, &'a str>,
    /// The state in codes.
    properties: BTreeMap<&'static str, String>,
}

/// The results of support: what is over, and what is left open.
fn support_results<'a>(
    input: &ReportInput<'a>,
    groups: &Groups<'_>,
    uri: &'a str,
) -> impl Iterator<Item = AnyResult<'a>> {
    let rule_index = groups.groups.len();
    input.scan.support.findings.iter().filter_map(move |finding| {
        let (kind, level) = match finding.state {
            SupportState::Ended => ("fail", "warning"),
            SupportState::ExtendedOnly => ("fail", "note"),
            SupportState::Unknown(_) => ("review", "none"),
            SupportState::Discontinued | SupportState::SecurityOnly | SupportState::Supported => return None,
        };
        let first = finding.components.first().copied().unwrap_or(u32::MAX);
        let mut properties = BTreeMap::from([
            ("state", finding.state.code().to_owned()),
            ("cycle", support::product_and_cycle(finding)),
            ("components", finding.components.len().to_string()),
        ]);
        properties.extend(support::gap_of(finding).map(|gap| ("reason", gap.code().to_owned())));
        properties.extend(finding.ends_on().map(|day| ("securityUntil", day.to_string())));
        Some(AnyResult::Support(SupportResult {
            rule_id: SUPPORT_RULE,
            rule_index,
            kind,
            level,
            message: Text::new(&support_sentence(input, finding)),
            locations: [Location::of(input, first, uri)],
            partial_fingerprints: BTreeMap::from([("kikimoriSupportId/v1", finding.id.as_str())]),
            properties,
        }))
    })
}

/// The support of a release cycle in a sentence of the report's language.
fn support_sentence(input: &ReportInput<'_>, finding: &SupportFinding) -> String {
    let language = input.language;
    let components = support::components_text(finding, input.sbom, language);
    let end = support::security_end(finding, language);
    let args: [(&str, &dyn std::fmt::Display); 5] = [
        ("component", &components),
        ("cycle", &support::product_and_cycle(finding)),
        ("state", &input.word(finding.state)),
        ("end", &if end.is_empty() { "–".to_owned() } else { end }),
        ("detail", &support::detail(finding, language)),
    ];
    format(language, "report.sentence.support", &args)
}

/// A location (3.28).
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    /// The SBOM.
    physical_location: PhysicalLocation<'a>,
    /// The component.
    logical_locations: [LogicalLocation<'a>; 1],
}

/// A place in a file (3.29).
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    /// The file.
    artifact_location: ArtifactLocation<'a>,
    /// The line, where the reader knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// A part of a file (3.30).
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    /// The line, counted from 1.
    start_line: u64,
}

/// A component (3.33).
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    /// Its name.
    name: String,
    /// Its place in the SBOM.
    fully_qualified_name: String,
    /// Its kind.
    kind: &'static str,
    /// Its version and identifiers.
    properties: ComponentProperties<'a>,
}

/// The property bag of a component.
#[derive(serde::Serialize)]
struct ComponentProperties<'a> {
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    /// Its first package URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<&'a str>,
    /// Its first CPE name.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe: Option<&'a str>,
}

/// The property bag of a result.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    /// The code of the verdict.
    verdict: &'static str,
    /// The code of the severity.
    severity: &'static str,
    /// The code of the confidence.
    confidence: &'static str,
    /// The code of the reason why it is undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Sources disagree.
    disputed: bool,
    /// First versions without the vulnerability.
    fixed_versions: &'a [String],
    /// The deciding statement in one line.
    evidence: String,
}

impl<'a> ResultView<'a> {
    /// The result of a finding.
    fn of(input: &ReportInput<'a>, groups: &Groups<'_>, finding: &'a Finding, uri: &'a str) -> Self {
        let severity = finding.vulnerability.severity();
        let (kind, level) = match finding.verdict {
            Verdict::Affected => ("fail", level(severity)),
            Verdict::Unknown => ("review", "none"),
            Verdict::NotAffected => ("pass", "none"),
        };
        Self {
            rule_id: &finding.vulnerability.id,
            rule_index: groups.position(finding),
            kind,
            level,
            message: Text::new(&sentence(input, finding)),
            locations: [Location::of(input, finding.component, uri)],
            partial_fingerprints: BTreeMap::from([("kikimoriFindingId/v1", finding.id.as_str())]),
            properties: ResultProperties {
                verdict: finding.verdict.code(),
                severity: severity.code(),
                confidence: finding.confidence.code(),
                reason: finding.reason.map(|reason| reason.code()),
                disputed: finding.is_disputed,
                fixed_versions: &finding.fixed_versions,
                evidence: evidence_line(finding),
            },
        }
    }
}

impl<'a> Location<'a> {
    /// The location of a component.
    fn of(input: &ReportInput<'a>, index: u32, uri: &'a str) -> Self {
        let component = input.component(index);
        let region = match component.place {
            Place::Line(start_line) | Place::LineColumn(start_line, _) if start_line > 0 => {
                Some(Region { start_line })
            }
            _ => None,
        };
        Self {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri, index: 0 },
                region,
            },
            logical_locations: [LogicalLocation {
                name: component.display_name(),
                fully_qualified_name: component.place.to_string(),
                kind: "module",
                properties: ComponentProperties {
                    version: component.version.as_deref(),
                    purl: component.purls.first().map(String::as_str),
                    cpe: component.cpes.first().map(String::as_str),
                },
            }],
        }
    }
}

/// A finding in a sentence of the report's language.
fn sentence(input: &ReportInput<'_>, finding: &Finding) -> String {
    let component = name_and_version(input.component(finding.component));
    let id = &finding.vulnerability.id;
    let evidence = evidence_line(finding);
    let key = match finding.verdict {
        Verdict::Affected => "report.sentence.affected",
        Verdict::NotAffected => "report.sentence.not_affected",
        Verdict::Unknown => {
            let reason = doubt(input.language, finding);
            let remedy =
                finding.reason.map(|reason| remedy_of_reason(input.language, reason)).unwrap_or_default();
            let args: [(&str, &dyn std::fmt::Display); 5] = [
                ("component", &component),
                ("vulnerability", id),
                ("evidence", &evidence),
                ("reason", &reason),
                ("remedy", &remedy),
            ];
            return format(input.language, "report.sentence.unknown", &args);
        }
    };
    format(input.language, key, &[("component", &component), ("vulnerability", id), ("evidence", &evidence)])
}

#[cfg(test)]
mod tests {
    use kikimori_locale::Language;
    use serde_json::{Value, json};

    use super::super::labels::sample::sample;
    use super::*;

    /// The run of the sample's report, parsed.
    fn run(language: Language) -> Value {
        let mut out = Vec::new();
        write(&sample().input(language), &mut out).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(log["version"], "2.1.0");
        log["runs"][0].clone()
    }

    #[test]
    fn writes_a_rule_for_each_vulnerability() {
        let run = run(Language::Ja);
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
        assert_eq!(ids, ["CVE-2026-0001", "CVE-2026-0002", "DSA-3-1", SUPPORT_RULE]);
        assert_eq!(rules[3]["properties"]["tags"], json!(["lifecycle"]));
        assert_eq!(rules[0]["properties"]["security-severity"], "9.8");
        assert_eq!(
            rules[0]["properties"]["tags"],
            json!(["security", "vulnerability", "known-exploited", "external/cwe/cwe-79"])
        );
        assert_eq!(rules[0]["defaultConfiguration"]["level"], "error");
        assert_eq!(rules[0]["helpUri"], "https://nvd.nist.gov/vuln/detail/CVE-2026-0001");
        assert_eq!(rules[1]["shortDescription"]["text"], "CVE-2026-0002");
        assert!(rules[1]["properties"].get("security-severity").is_none());
    }

    #[test]
    fn writes_a_result_for_each_finding() {
        let run = run(Language::Ja);
        let results = run["results"].as_array().unwrap();
        let kinds: Vec<(&str, &str, u64)> = results
            .iter()
            .map(|result| {
                let index = result["ruleIndex"].as_u64().unwrap();
                (result["kind"].as_str().unwrap(), result["level"].as_str().unwrap(), index)
            })
            .collect();
        assert_eq!(
            kinds,
            [
                ("fail", "error", 0),
                ("review", "none", 0),
                ("review", "none", 1),
                ("pass", "none", 2),
                ("pass", "none", 0),
                ("fail", "warning", 3),
                ("fail", "note", 3),
                ("review", "none", 3)
            ]
        );
        assert_eq!(results[5]["partialFingerprints"], json!({"kikimoriSupportId/v1": "SUP-000000000001"}));
        assert_eq!(results[5]["properties"]["securityUntil"], "2025-12-31");
        assert_eq!(results[7]["properties"]["reason"], "edition_unstated");
        let sentence = results[5]["message"]["text"].as_str().unwrap();
        assert!(sentence.contains("「サポート終了」") && sentence.contains("2025-12-31"), "{sentence}");
        let message = results[0]["message"]["text"].as_str().unwrap();
        assert!(message.starts_with("解析|器 1.0は") && message.contains("1.0 < 2.0"), "{message}");
        assert!(results[1]["message"]["text"].as_str().unwrap().contains("--platform"));
        assert!(results[3]["message"]["text"].as_str().unwrap().contains("lib[x] (y)*"));
        assert_eq!(results[0]["partialFingerprints"], json!({"kikimoriFindingId/v1": "FND-000000000001"}));
        let location = &results[0]["locations"][0];
        assert_eq!(
            location["physicalLocation"]["artifactLocation"]["uri"],
            "%E8%BC%B8%E6%B6%B2%E3%83%9D%E3%83%B3%E3%83%97%20sbom.json"
        );
        let logical = &location["logicalLocations"][0];
        assert_eq!(
            (&logical["name"], &logical["fullyQualifiedName"]),
            (&json!("解析|器"), &json!("/components/0"))
        );
        assert_eq!(logical["properties"]["version"], "1.0");
    }

    #[test]
    fn notifies_of_warnings_and_of_what_was_not_checked() {
        let run = run(Language::En);
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], true);
        let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(notifications.len(), 2);
        assert_eq!(notifications[0]["message"]["text"], "情報が古くなっています|7日前");
        assert_eq!(notifications[1]["properties"], json!({"no_identifier": 1}));
        assert!(notifications[1]["message"]["text"].as_str().unwrap().starts_with("One component"));
        assert_eq!(run["language"], "en");
        assert_eq!(run["artifacts"][0]["hashes"]["sha-256"], "00ff");
    }

    #[test]
    fn gives_the_line_where_the_reader_knows_it() {
        let mut sample = sample();
        sample.sbom.components[1].place = Place::LineColumn(12, 3);
        let input = sample.input(Language::Ja);
        let location = Location::of(&input, sample.scan.findings[0].component, "x");
        assert_eq!(location.physical_location.region.unwrap().start_line, 12);
    }

    #[test]
    fn encodes_file_names() {
        for (name, uri) in
            [("a-b_c.json", "a-b_c.json"), ("dir\\a b.json", "dir/a%20b.json"), ("C:x?#%", "C%3Ax%3F%23%25")]
        {
            assert_eq!(relative_uri(name), uri);
        }
    }
}
