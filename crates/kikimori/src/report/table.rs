//! What a scan, an explanation and a check look like on a terminal: what must be said first, the counts, then one
//! line for each finding with its evidence beside it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use kikimori_app::explain_finding::Explanation;
use kikimori_app::scan_sbom::{LibraryState, ScanOutcome};
use kikimori_core::finding::{Evidence, Finding, NotChecked, Verdict};
use kikimori_core::purl::Purl;
use kikimori_core::sbom::{Component, Sbom};
use kikimori_core::verdict::Tri;
use kikimori_locale::{Language, count, format, text};

use super::support;
use super::text_table::{Column, write_table};
use super::{labels, rules};

/// Lines of a list shown before "… and n more".
const LINES_SHOWN: usize = 40;

/// How a terminal report is written.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// The library's folder where it is not the default one, for commands that the report proposes.
    pub library: Option<&'a Path>,
    /// The language.
    pub language: Language,
    /// Show every line of every list.
    pub shows_all: bool,
    /// Use bold for headings and warnings.
    pub has_colour: bool,
}

impl Style<'_> {
    /// A heading.
    pub fn heading(self, words: &str) -> String {
        if self.has_colour { format!("\u{1b}[1m{words}\u{1b}[0m") } else { words.to_owned() }
    }

    /// A warning, marked so that it reads without colour too.
    fn warning(self, words: &str) -> String {
        let words = format!("⚠ {words}");
        if self.has_colour { format!("\u{1b}[1;33m{words}\u{1b}[0m") } else { words }
    }

    /// How many lines of a list are shown.
    pub fn limit(self) -> usize {
        if self.shows_all { usize::MAX } else { LINES_SHOWN }
    }
}

/// Writes a scan.
///
/// # Errors
/// What the output says.
pub fn write_scan(
    file_name: &str,
    outcome: &ScanOutcome,
    warnings: &[String],
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = style.language;
    let (sbom, scan) = (&outcome.file.sbom, &outcome.scan);
    for warning in warnings {
        writeln!(out, "{}", style.warning(warning))?;
    }
    if !warnings.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{}", style.heading(&subject_line(file_name, sbom, language)))?;
    writeln!(out, "{}", library_line(&outcome.library, language))?;
    if let Some(line) = rules::summary_line(&outcome.rules, scan, language) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    write_counts(outcome, style, out)?;
    let (affected, unknown): (Vec<&Finding>, Vec<&Finding>) =
        scan.findings.iter().partition(|finding| finding.verdict == Verdict::Affected);
    for (findings, heading) in [(affected, "scan.heading.affected"), (unknown, "scan.heading.unknown")] {
        write_findings(&findings, sbom, text(language, heading), style, out)?;
    }
    let retracted: Vec<&Finding> = scan.retracted.iter().collect();
    write_findings(&retracted, sbom, text(language, "scan.heading.retracted"), style, out)?;
    support::write_section(&scan.support, sbom, style, out)?;
    write_not_checked(&scan.not_checked, sbom, style, out)?;
    if !scan.missing_ecosystems.is_empty() && matches!(outcome.library, LibraryState::Present { .. }) {
        let list: Vec<String> =
            scan.missing_ecosystems.iter().map(|(name, count)| format!("{name} ({count})")).collect();
        writeln!(out)?;
        writeln!(out, "{}", format(language, "scan.missing_ecosystems", &[("list", &list.join(", "))]))?;
    }
    if !scan.findings.is_empty() {
        writeln!(out)?;
        let example = scan.findings.first().map_or("", |finding| finding.id.as_str());
        writeln!(
            out,
            "{}",
            format(
                language,
                "scan.hint_explain",
                &[("file", &file_name), ("id", &example), ("library", &library_option(style.library))]
            )
        )?;
    }
    Ok(())
}

/// The option that names the library, with a space before it.
fn library_option(library: Option<&Path>) -> String {
    library.map(|folder| format!(" --library {}", folder.display())).unwrap_or_default()
}

/// What the SBOM is about, in one line.
fn subject_line(file_name: &str, sbom: &Sbom, language: Language) -> String {
    let subject = sbom.components.iter().find(|component| !component.role.is_listed()).or_else(|| {
        sbom.components.iter().find(|component| component.role == kikimori_core::sbom::Role::Described)
    });
    let name = subject.map(labels::name_and_version);
    let name = name.or_else(|| sbom.name.clone()).unwrap_or_else(|| file_name.to_owned());
    let n_components = sbom.n_components();
    let format_name = crate::sbom::format_name(sbom.format, &sbom.spec_version);
    count(
        language,
        "scan.subject",
        n_components,
        &[("name", &name), ("format", &format_name), ("file", &file_name)],
    )
}

/// What the answer rests on, in one line.
#[must_use]
pub fn library_line(state: &LibraryState, language: Language) -> String {
    match state {
        LibraryState::Missing => text(language, "scan.library_missing").to_owned(),
        LibraryState::Present { manifest, as_of, age_days, .. } => {
            let n_records: u64 = manifest.live.values().sum();
            let as_of =
                as_of.map_or_else(|| text(language, "scan.as_of_unknown").to_owned(), |stamp| stamp.date());
            let snapshot = manifest.snapshot.get(..12).unwrap_or_default();
            let records = kikimori_locale::number(n_records as usize);
            let days = count(language, "scan.days", usize::try_from(age_days.unwrap_or(0)).unwrap_or(0), &[]);
            let line = format(
                language,
                "scan.library",
                &[("snapshot", &snapshot), ("records", &records), ("as_of", &as_of), ("days", &days)],
            );
            let attributions = labels::attributions(manifest, language);
            attributions.fold(line, |line, attribution| format!("{line}  {attribution}"))
        }
    }
}

/// The counts.
fn write_counts(outcome: &ScanOutcome, style: Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (scan, language) = (&outcome.scan, style.language);
    let affected: Vec<&Finding> =
        scan.findings.iter().filter(|finding| finding.verdict == Verdict::Affected).collect();
    let mut by_severity: BTreeMap<&'static str, usize> = BTreeMap::new();
    for finding in &affected {
        *by_severity.entry(labels::code_of_severity(finding.vulnerability.severity())).or_default() += 1;
    }
    let severities: Vec<String> = ["critical", "high", "medium", "low", "none", "unrated"]
        .iter()
        .filter_map(|code| {
            let n_findings = by_severity.get(code)?;
            Some(format!("{} {n_findings}", text(language, &format!("enum.severity.{code}"))))
        })
        .collect();
    let n_known_exploited = affected.iter().filter(|finding| finding.vulnerability.kev.is_some()).count();
    let mut line = format!("{} {}", text(language, "scan.count.affected"), affected.len());
    if !severities.is_empty() {
        line.push_str(&format!(" ({})", severities.join(", ")));
    }
    if n_known_exploited > 0 {
        line.push_str(&format!("  {} {n_known_exploited}", text(language, "scan.count.known_exploited")));
    }
    writeln!(out, "  {}", style.heading(&line))?;
    for (key, number) in [
        ("scan.count.unknown", scan.findings.len() - affected.len()),
        ("scan.count.retracted", scan.retracted.len()),
        ("scan.count.not_checked", scan.not_checked.len()),
        ("scan.count.checked", scan.n_checked),
    ] {
        writeln!(out, "  {} {number}", text(language, key))?;
    }
    if matches!(outcome.library, LibraryState::Present { .. }) {
        writeln!(out, "  {}", support::counts_line(&scan.support, language))?;
    }
    Ok(())
}

/// A table of findings, each with its evidence in one line.
fn write_findings(
    findings: &[&Finding],
    sbom: &Sbom,
    heading: &str,
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let language = style.language;
    writeln!(out)?;
    writeln!(out, "{}", style.heading(heading))?;
    let columns = [
        Column { heading: text(language, "column.severity"), width_max: 16 },
        Column { heading: text(language, "column.vulnerability"), width_max: 24 },
        Column { heading: text(language, "column.component"), width_max: 30 },
        Column { heading: text(language, "column.version"), width_max: 22 },
        Column { heading: text(language, "column.why"), width_max: usize::MAX },
    ];
    let rows: Vec<Vec<String>> = findings
        .iter()
        .take(style.limit())
        .map(|finding| {
            let component = sbom.components.get(finding.component as usize);
            vec![
                severity_cell(finding, language),
                finding.vulnerability.id.clone(),
                component.map(Component::display_name).unwrap_or_default(),
                component.map(shown_version).unwrap_or_default(),
                why(finding, language),
            ]
        })
        .collect();
    write_table(out, &columns, &rows)?;
    let n_more = findings.len().saturating_sub(rows.len());
    if n_more > 0 {
        writeln!(out, "  {}", count(language, "scan.more", n_more, &[]))?;
    }
    Ok(())
}

/// The component's version, or the one in its package URL where it states none itself.
fn shown_version(component: &Component) -> String {
    let of_purl = || component.purls.iter().find_map(|written| Purl::parse(written).ok()?.version);
    component.version.as_deref().map(str::to_owned).or_else(of_purl).unwrap_or_default()
}

/// Severity and score, with a mark for known exploited vulnerabilities: `重大 9.8 ★`.
fn severity_cell(finding: &Finding, language: Language) -> String {
    let vulnerability = &finding.vulnerability;
    let code = labels::code_of_severity(vulnerability.severity());
    let mut cell = text(language, &format!("enum.severity.{code}")).to_owned();
    if let Some(asserted) = vulnerability.top_score() {
        let tenths = asserted.score.score_tenths;
        cell.push_str(&format!(" {}.{}", tenths / 10, tenths % 10));
    }
    if vulnerability.kev.is_some() {
        cell.push_str(" ★");
    }
    cell
}

/// Why, in one line: the reason when undecided, then the evidence that carries the verdict.
fn why(finding: &Finding, language: Language) -> String {
    let mut parts = Vec::new();
    parts.extend(labels::japanese_title(finding, language).map(str::to_owned));
    if let Some(reason) = finding.reason {
        parts.push(text(language, &format!("enum.reason.{}", labels::code_of_reason(reason))).to_owned());
    }
    let carrying = finding
        .evidence
        .iter()
        .find(|evidence| !evidence.is_overruled && evidence.verdict == finding.verdict)
        .or_else(|| finding.evidence.first());
    parts.extend(carrying.map(|evidence| evidence_line(evidence, language)));
    if let Some(rule) = carrying.and_then(|evidence| evidence.rule.as_deref()) {
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("id", &rule.id), ("author", &rule.author), ("on", &rule.decided_on)];
        parts.push(format(language, "scan.by_rule", &args));
    }
    let equivalence = labels::equivalence(finding);
    parts.extend(equivalence.map(|equivalence| labels::equivalence_words(equivalence, language)));
    let n_sources = finding.evidence.len();
    if n_sources > 1 {
        parts.push(count(language, "scan.statements", n_sources, &[]));
    }
    if finding.is_disputed {
        parts.push(text(language, "scan.disputed").to_owned());
    }
    parts.join(" · ")
}

/// Source, record and comparison: `nvd CVE-2022-0778: 1.0.2 ≤ 1.0.2k < 1.0.2zd`.
fn evidence_line(evidence: &Evidence, language: Language) -> String {
    let what = match (&evidence.compared, &evidence.range) {
        (Some(compared), _) => compared.clone(),
        (None, Some(range)) if range == "*" => text(language, "evidence.every_version").to_owned(),
        (None, Some(range)) => range.clone(),
        (None, None) if evidence.verdict == Verdict::Affected && evidence.place.contains("/affected/") => {
            text(language, "evidence.by_default").to_owned()
        }
        (None, None) => evidence.found.clone(),
    };
    format!("{} {}: {what}", evidence.source, evidence.record)
}

/// What was not checked, grouped by reason, with what to do about it.
fn write_not_checked(
    not_checked: &[NotChecked],
    sbom: &Sbom,
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if not_checked.is_empty() {
        return Ok(());
    }
    let language = style.language;
    writeln!(out)?;
    writeln!(out, "{}", style.heading(text(language, "scan.heading.not_checked")))?;
    let mut groups: BTreeMap<&'static str, Vec<&NotChecked>> = BTreeMap::new();
    for item in not_checked {
        groups.entry(labels::code_of_not_checked(item.reason)).or_default().push(item);
    }
    for (code, items) in groups {
        let label = text(language, &format!("enum.not_checked.{code}"));
        writeln!(out, "  {label}: {}", items.len())?;
        writeln!(out, "    → {}", text(language, &format!("reason.{code}.remedy")))?;
        let shown = if style.shows_all { usize::MAX } else { 8 };
        let names: Vec<String> = items
            .iter()
            .take(shown)
            .filter_map(|item| sbom.components.get(item.component as usize).map(labels::name_and_version))
            .collect();
        let mut line = names.join(", ");
        if items.len() > names.len() {
            line.push_str(", ");
            line.push_str(&count(language, "scan.more", items.len() - names.len(), &[]));
        }
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

/// Writes an explanation: each finding with every statement that was weighed.
///
/// # Errors
/// What the output says.
pub fn write_explanation(
    explanation: &Explanation,
    what: &str,
    warnings: &[String],
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = style.language;
    let sbom = &explanation.outcome.file.sbom;
    for warning in warnings {
        writeln!(out, "{}", style.warning(warning))?;
    }
    writeln!(out, "{}", library_line(&explanation.outcome.library, language))?;
    let is_silent = explanation.findings.is_empty() && explanation.not_checked.is_empty();
    if is_silent && explanation.support.is_empty() {
        writeln!(out)?;
        let key = if explanation.records.is_empty() { "explain.nothing" } else { "explain.no_component" };
        let records = explanation.records.join(", ");
        writeln!(out, "{}", format(language, key, &[("what", &what), ("records", &records)]))?;
    }
    for finding in explanation.findings.iter().take(style.limit()) {
        writeln!(out)?;
        write_one(finding, sbom, style, out)?;
    }
    let n_more = explanation.findings.len().saturating_sub(style.limit());
    if n_more > 0 {
        writeln!(out, "\n{}", count(language, "scan.more", n_more, &[]))?;
    }
    for finding in &explanation.support {
        writeln!(out)?;
        support::write_one(finding, &explanation.outcome.scan.support, style, out)?;
    }
    write_not_checked(&explanation.not_checked, sbom, style, out)
}

/// One finding, whole.
fn write_one(finding: &Finding, sbom: &Sbom, style: Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = style.language;
    let vulnerability = &finding.vulnerability;
    let component = sbom.components.get(finding.component as usize);
    let name = component.map(Component::display_name).unwrap_or_default();
    let version = component.and_then(|component| component.version.as_deref()).unwrap_or("–");
    let verdict = text(language, &format!("enum.verdict.{}", labels::code_of_verdict(finding.verdict)));
    writeln!(
        out,
        "{}",
        style.heading(&format!("{}  {name} {version} × {}: {verdict}", finding.id, vulnerability.id))
    )?;
    if let Some(reason) = finding.reason {
        let code = labels::code_of_reason(reason);
        writeln!(out, "  {}", text(language, &format!("enum.reason.{code}")))?;
        writeln!(out, "  → {}", text(language, &format!("reason.{code}.remedy")))?;
    }
    let mut line = |key: &str, value: &str| -> io::Result<()> {
        if value.is_empty() { Ok(()) } else { writeln!(out, "  {}: {value}", text(language, key)) }
    };
    let is_japanese = language == Language::Ja;
    let title = vulnerability.title_for(is_japanese).or(vulnerability.description_for(is_japanese));
    line("explain.title", title.unwrap_or(""))?;
    let aliases: Vec<String> = vulnerability
        .aliases
        .iter()
        .map(|alias| format!("{} ({})", alias.id, alias.asserted_by.join(", ")))
        .collect();
    line("explain.aliases", &aliases.join("; "))?;
    for asserted in &vulnerability.scores {
        let tenths = asserted.score.score_tenths;
        let code = labels::code_of_severity(Some(asserted.score.severity));
        let severity = text(language, &format!("enum.severity.{code}"));
        let value = format!(
            "{}.{} {severity}  {}  ({} / {})",
            tenths / 10,
            tenths % 10,
            asserted.score.vector,
            asserted.source,
            asserted.asserter
        );
        line("explain.score", &value)?;
    }
    line("explain.cwes", &vulnerability.cwes.join(", "))?;
    if let Some(kev) = &vulnerability.kev {
        line(
            "explain.kev",
            &format(language, "explain.kev_dates", &[("added", &kev.added_on), ("due", &kev.due_on)]),
        )?;
    }
    if let Some(epss) = vulnerability.epss {
        let percent = |ppm: u32| format!("{}.{:02} %", ppm / 10_000, ppm % 10_000 / 100);
        let values = [percent(epss.probability_ppm), percent(epss.percentile_ppm)];
        let [probability, percentile] = &values;
        let args: [(&str, &dyn std::fmt::Display); 2] =
            [("probability", probability), ("percentile", percentile)];
        line("explain.epss", &format(language, "explain.epss_values", &args))?;
    }
    line("explain.fixed", &finding.fixed_versions.join(", "))?;
    if let Some(component) = component {
        line("explain.place", &kikimori_locale::place(language, &component.place))?;
    }
    for evidence in &finding.evidence {
        write_evidence(evidence, style, out)?;
    }
    Ok(())
}

/// One statement, whole.
fn write_evidence(evidence: &Evidence, style: Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = style.language;
    let verdict = text(language, &format!("enum.verdict.{}", labels::code_of_verdict(evidence.verdict)));
    let overruled = if evidence.is_overruled { text(language, "explain.overruled") } else { "" };
    let revision = evidence.revision.map_or_else(|| "–".to_owned(), |stamp| stamp.to_string());
    writeln!(
        out,
        "  ┌ {} {} ({revision}) {}: {verdict}{overruled}",
        evidence.source, evidence.record, evidence.place
    )?;
    let authority =
        text(language, &format!("enum.authority.{}", labels::code_of_authority(evidence.authority)));
    let basis = text(language, &format!("enum.basis.{}", labels::code_of_basis(evidence.basis)));
    let confidence =
        text(language, &format!("enum.confidence.{}", labels::code_of_confidence(evidence.confidence)));
    let mut line = |key: &str, value: &str| -> io::Result<()> {
        if value.is_empty() { Ok(()) } else { writeln!(out, "  │ {}: {value}", text(language, key)) }
    };
    let with = |text: &str, remark: &str| {
        format(language, "explain.with_remark", &[("text", &text), ("remark", &remark)])
    };
    line("explain.asserter", &with(&evidence.asserter, authority))?;
    line("explain.searched_by", &with(&evidence.searched_by, basis))?;
    line("explain.rule", &evidence.rule.as_deref().map(rules::rule_line).unwrap_or_default())?;
    if let Some(equivalence) = &evidence.equivalence {
        line("explain.equivalence", &labels::equivalence_words(equivalence, language))?;
    }
    line("explain.found", &evidence.found)?;
    line("explain.range", evidence.range.as_deref().unwrap_or(""))?;
    line(
        "explain.compared",
        &evidence.compared.as_ref().map(|text| format!("{text}  [{}]", evidence.scheme)).unwrap_or_default(),
    )?;
    if let Some(reason) = evidence.reason {
        line("explain.reason", text(language, &format!("enum.reason.{}", labels::code_of_reason(reason))))?;
    }
    for condition in &evidence.conditions {
        let answer = text(language, &format!("enum.tri.{}", labels::code_of_tri(condition.answer)));
        let fact = match (&condition.fact, condition.answer) {
            (Some(fact), Tri::Yes) => format!(" ← {fact}"),
            _ => String::new(),
        };
        line("explain.condition", &format!("{}: {answer}{fact}", condition.criteria))?;
    }
    line("explain.fixed", evidence.fixed.as_deref().unwrap_or(""))?;
    writeln!(out, "  └ {}: {confidence}", text(language, "explain.confidence"))
}
