//! Markdown for people: warnings first, then what is affected, undecided, retracted and not checked.
//!
//! GitHub Flavored Markdown tables. Names and texts from documents are escaped, so they cannot become markup.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};

use kikimori_core::finding::{Finding, NotChecked, NotCheckedReason, Reason, Verdict};
use kikimori_core::lifecycle::{SupportGap, SupportState};
use kikimori_core::verdict::Tri;
use kikimori_locale::{count, format, number, text};

use super::labels::{
    PROGRAM_VERSION, ReportInput, deciding_evidence, doubt, equivalence, equivalence_words, evidence_line,
    japanese_title, name_and_version, remedy_of_not_checked, remedy_of_reason, score_text,
};
use super::rules::rule_lines;
use super::support;

/// Names listed for one reason why components were not checked; the rest are counted.
const NAMES_LISTED_MAX: usize = 50;

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    write_head(input, &mut out)?;
    write_summary(input, &mut out)?;
    write_affected(input, &mut out)?;
    write_undecided(input, &mut out)?;
    write_retracted(input, &mut out)?;
    write_support(input, &mut out)?;
    write_not_checked(input, &mut out)?;
    write_platform(input, &mut out)?;
    out.flush()
}

/// Title, warnings, and what was scanned with what.
fn write_head(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = input.language;
    let title = format(language, "report.title", &[("file", &escape(input.file_name))]);
    writeln!(out, "# {title}\n")?;
    if !input.warnings.is_empty() {
        writeln!(out, "> **{}**\n>", text(language, "report.warnings"))?;
        for warning in input.warnings {
            writeln!(out, "> - {}", escape(warning))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}\n", escape(input.library_line))?;
    if let Some(rules) = input.rules_line {
        writeln!(out, "{}\n", escape(rules))?;
    }
    let args: [(&str, &dyn std::fmt::Display); 3] = [
        ("scanned_at", &input.scanned_at),
        ("version", &PROGRAM_VERSION),
        ("sha", &escape(input.sbom_sha256)),
    ];
    writeln!(out, "{}\n", format(language, "report.provenance", &args))
}

/// The table of numbers.
fn write_summary(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = &input.scan.findings;
    let n_of = |verdict: Verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let is_exploited =
        |finding: &&Finding| finding.verdict == Verdict::Affected && finding.vulnerability.kev.is_some();
    heading(input, out, "report.summary")?;
    table_head(input, out, &["report.column.item", "report.column.count"])?;
    for (key, n) in [
        ("report.summary.components", input.sbom.n_components()),
        ("report.summary.checked", input.scan.n_checked),
        ("report.affected", n_of(Verdict::Affected)),
        ("report.summary.exploited", findings.iter().filter(is_exploited).count()),
        ("report.undecided", n_of(Verdict::Unknown)),
        ("report.retracted", input.scan.retracted.len()),
        ("report.summary.not_checked", input.scan.not_checked.len()),
    ] {
        row(out, &[text(input.language, key).to_owned(), number(n)])?;
    }
    writeln!(out)
}

/// The findings that are affected, or a sentence that says what their absence means.
fn write_affected(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    heading(input, out, "report.affected")?;
    let mut findings = with_verdict(input, Verdict::Affected).peekable();
    if findings.peek().is_none() {
        // No finding says nothing about what is undecided or was not checked.
        let is_everything_known = input.scan.findings.is_empty() && input.scan.not_checked.is_empty();
        let key = if is_everything_known { "report.affected.none" } else { "report.affected.none_known" };
        return writeln!(out, "{}\n", text(input.language, key));
    }
    table_head(
        input,
        out,
        &[
            "report.column.severity",
            "report.column.score",
            "report.column.kev",
            "report.column.vulnerability",
            "report.column.component",
            "report.column.version",
            "report.column.fixed_versions",
            "report.column.why",
        ],
    )?;
    for finding in findings {
        let [severity, score, kev, vulnerability, component, version] = common_cells(input, finding);
        let fixed = escape(&finding.fixed_versions.join(", "));
        row(out, &[severity, score, kev, vulnerability, component, version, fixed, why(input, finding)])?;
    }
    writeln!(out)
}

/// The undecided findings, then what can be done about each reason that occurs.
fn write_undecided(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    heading(input, out, "report.undecided")?;
    let mut findings = with_verdict(input, Verdict::Unknown).peekable();
    if findings.peek().is_none() {
        return writeln!(out, "{}\n", text(input.language, "report.undecided.none"));
    }
    table_head(
        input,
        out,
        &[
            "report.column.severity",
            "report.column.score",
            "report.column.kev",
            "report.column.vulnerability",
            "report.column.component",
            "report.column.version",
            "report.column.reason",
            "report.column.why",
        ],
    )?;
    let mut reasons: BTreeSet<Reason> = BTreeSet::new();
    for finding in findings {
        reasons.extend(finding.reason);
        let [severity, score, kev, vulnerability, component, version] = common_cells(input, finding);
        let reason = escape(&doubt(input.language, finding));
        row(out, &[severity, score, kev, vulnerability, component, version, reason, why(input, finding)])?;
    }
    writeln!(out)?;
    if !reasons.is_empty() {
        writeln!(out, "### {}\n", text(input.language, "report.remedies"))?;
    }
    for reason in &reasons {
        writeln!(out, "- **{}** — {}", input.word(*reason), remedy_of_reason(input.language, *reason))?;
    }
    if reasons.is_empty() { Ok(()) } else { writeln!(out) }
}

/// The findings that a nearer record retracted. Nothing when there are none.
fn write_retracted(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    if input.scan.retracted.is_empty() {
        return Ok(());
    }
    heading(input, out, "report.retracted")?;
    writeln!(out, "{}\n", text(input.language, "report.retracted.meaning"))?;
    table_head(
        input,
        out,
        &[
            "report.column.severity",
            "report.column.score",
            "report.column.kev",
            "report.column.vulnerability",
            "report.column.component",
            "report.column.version",
            "report.column.why",
        ],
    )?;
    for finding in &input.scan.retracted {
        let [severity, score, kev, vulnerability, component, version] = common_cells(input, finding);
        row(out, &[severity, score, kev, vulnerability, component, version, why(input, finding)])?;
    }
    writeln!(out)
}

/// How long components are supported: every release cycle that is not plainly supported, then what is not known.
fn write_support(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (language, support) = (input.language, &input.scan.support);
    heading(input, out, "report.support")?;
    writeln!(out, "{}\n", escape(&support::counts_line(support, language)))?;
    let findings: Vec<_> =
        support.findings.iter().filter(|finding| finding.state != SupportState::Supported).collect();
    if findings.is_empty() {
        return Ok(());
    }
    let on = support.on.map(|day| day.to_string()).unwrap_or_default();
    let args: [(&str, &dyn std::fmt::Display); 2] =
        [("on", &on), ("as_of", &support::as_of(support, language))];
    writeln!(out, "{}\n\n{}\n", format(language, "support.heading", &args), text(language, "support.note"))?;
    table_head(
        input,
        out,
        &["column.support", "column.support_end", "column.cycle", "column.component", "column.why"],
    )?;
    let mut gaps: BTreeSet<SupportGap> = BTreeSet::new();
    for finding in findings {
        gaps.extend(support::gap_of(finding));
        let cells = [
            input.word(finding.state).to_owned(),
            support::security_end(finding, language),
            support::product_and_cycle(finding),
            support::components_text(finding, input.sbom, language),
            support::detail(finding, language),
        ];
        row(out, &cells.map(|cell| escape(&cell)))?;
    }
    writeln!(out)?;
    for gap in &gaps {
        writeln!(out, "- **{}** — {}", input.word(*gap), support::remedy_of_gap(language, *gap))?;
    }
    if gaps.is_empty() { Ok(()) } else { writeln!(out) }
}

/// The components that were not checked, by reason, and the ecosystems that the library does not cover.
fn write_not_checked(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut by_reason: BTreeMap<NotCheckedReason, Vec<&NotChecked>> = BTreeMap::new();
    for not_checked in &input.scan.not_checked {
        by_reason.entry(not_checked.reason).or_default().push(not_checked);
    }
    heading(input, out, "report.not_checked")?;
    if by_reason.is_empty() {
        writeln!(out, "{}\n", text(input.language, "report.not_checked.none"))?;
    }
    for (reason, group) in &by_reason {
        writeln!(out, "### {} ({})\n", input.word(*reason), number(group.len()))?;
        writeln!(out, "{}\n", remedy_of_not_checked(input.language, *reason))?;
        for not_checked in group.iter().take(NAMES_LISTED_MAX) {
            let component = input.component(not_checked.component);
            let detail = not_checked.detail.as_deref().map(|detail| format!(" — {}", escape(detail)));
            writeln!(out, "- {}{}", escape(&name_and_version(component)), detail.unwrap_or_default())?;
        }
        let rest = group.len().saturating_sub(NAMES_LISTED_MAX);
        if rest > 0 {
            writeln!(out, "- {}", count(input.language, "report.more", rest, &[]))?;
        }
        writeln!(out)?;
    }
    if input.scan.missing_ecosystems.is_empty() {
        return Ok(());
    }
    writeln!(out, "### {}\n", text(input.language, "report.missing_ecosystems"))?;
    for (ecosystem, n) in &input.scan.missing_ecosystems {
        let args: [(&str, &dyn std::fmt::Display); 1] = [("ecosystem", &escape(ecosystem))];
        writeln!(out, "- {}", count(input.language, "report.missing_ecosystem", *n, &args))?;
    }
    writeln!(out)
}

/// What was taken for known about the platform. Nothing when nothing was.
fn write_platform(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    if input.scan.platform.is_empty() {
        return Ok(());
    }
    heading(input, out, "report.platform")?;
    for fact in &input.scan.platform {
        writeln!(out, "- {} — {}", escape(&fact.cpe), input.word(fact.origin))?;
    }
    writeln!(out)
}

/// The findings of a verdict in the scan's order.
fn with_verdict<'a>(input: &ReportInput<'a>, verdict: Verdict) -> impl Iterator<Item = &'a Finding> {
    input.scan.findings.iter().filter(move |finding| finding.verdict == verdict)
}

/// Severity, score, KEV mark, vulnerability, component and version of a finding.
fn common_cells(input: &ReportInput<'_>, finding: &Finding) -> [String; 6] {
    let vulnerability = &finding.vulnerability;
    let component = input.component(finding.component);
    [
        input.word(vulnerability.severity()).to_owned(),
        vulnerability.top_score().map(|top| score_text(top.score.score_tenths)).unwrap_or_default(),
        vulnerability.kev.as_ref().map(|_| "KEV".to_owned()).unwrap_or_default(),
        match japanese_title(finding, input.language) {
            Some(title) => format!("{}<br>{}", escape(&vulnerability.id), escape(title)),
            None => escape(&vulnerability.id),
        },
        escape(&component.display_name()),
        escape(component.version.as_deref().unwrap_or_default()),
    ]
}

/// The deciding statement, how the component was recognised, who asserts it, and the conditions that nothing
/// answers.
fn why(input: &ReportInput<'_>, finding: &Finding) -> String {
    let Some(evidence) = deciding_evidence(finding) else {
        return String::new();
    };
    let mut parts = vec![
        escape(&evidence_line(finding)),
        input.word(evidence.authority).to_owned(),
        input.word(evidence.basis).to_owned(),
        format(input.language, "report.confidence_is", &[("confidence", &input.word(finding.confidence))]),
    ];
    parts.extend(rule_lines(finding).iter().map(|rule| escape(rule)));
    parts.extend(equivalence(finding).map(|found| escape(&equivalence_words(found, input.language))));
    let unanswered = evidence.conditions.iter().filter(|condition| condition.answer == Tri::Unknown);
    parts.extend(
        unanswered
            .map(|condition| format!("{} = {}", escape(&condition.criteria), input.word(condition.answer))),
    );
    if finding.is_disputed && finding.verdict != Verdict::Unknown {
        parts.push(text(input.language, "report.disputed").to_owned());
    }
    parts.join(" / ")
}

/// Writes a second-level heading.
fn heading(input: &ReportInput<'_>, out: &mut dyn Write, key: &str) -> io::Result<()> {
    writeln!(out, "## {}\n", text(input.language, key))
}

/// Writes the first two rows of a table.
fn table_head(input: &ReportInput<'_>, out: &mut dyn Write, keys: &[&str]) -> io::Result<()> {
    let cells: Vec<String> = keys.iter().map(|key| text(input.language, key).to_owned()).collect();
    row(out, &cells)?;
    writeln!(out, "|{}", " --- |".repeat(keys.len()))
}

/// Writes one row of cells that are escaped already.
fn row(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    out.write_all(b"|")?;
    for cell in cells {
        write!(out, " {cell} |")?;
    }
    writeln!(out)
}

/// Text that stays text: markup characters escaped, line breaks and other controls as blanks.
fn escape(written: &str) -> String {
    let mut escaped = String::with_capacity(written.len());
    for character in written.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            control if control.is_control() || matches!(control, '\u{2028}' | '\u{2029}') => {
                escaped.push(' ');
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use kikimori_locale::Language;

    use super::super::labels::sample::{Sample, sample};
    use super::*;

    /// The report of a sample.
    fn report(sample: &Sample, language: Language) -> String {
        let mut out = Vec::new();
        write(&sample.input(language), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Columns of a table row: the bars that are not escaped.
    fn n_columns(row: &str) -> usize {
        row.replace("\\\\", "").replace("\\|", "").matches('|').count() - 1
    }

    #[test]
    fn says_warnings_first_and_every_section_in_order() {
        let report = report(&sample(), Language::Ja);
        let places: Vec<usize> = [
            "# 脆弱性の照合結果：輸液ポンプ sbom.json",
            "> - 情報が古くなっています\\|7日前",
            "snapshot 0123abcd",
            "## 概要",
            "## 影響あり",
            "## 判定できない",
            "## 影響なし（撤回）",
            "## コンポーネントのサポート",
            "| サポート終了 | 2025-12-31 | 解析\\|器 1 | 解析\\|器 1.0 ほか1件 |",
            "- **エディションの記載なし",
            "## 未照合",
            "## 動作環境",
        ]
        .iter()
        .map(|part| report.find(part).unwrap_or_else(|| panic!("{part} is not in\n{report}")))
        .collect();
        assert!(places.is_sorted(), "{report}");
        assert!(!report.contains('⟦') && !report.contains('{'), "{report}");
    }

    #[test]
    fn writes_findings_as_table_rows() {
        let report = report(&sample(), Language::Ja);
        let row = report.lines().find(|line| line.contains("解析")).unwrap();
        assert!(
            row.starts_with("| 緊急 | 9.8 | KEV | CVE-2026-0001 | 解析\\|器 | 1.0 | 2.0 | nvd CVE-2026-0001: &lt; 2.0; 1.0 &lt; 2.0 / "),
            "{row}"
        );
        assert!(row.contains("CPE名") && row.contains("食い違い"), "{row}");
        assert!(report.contains("| lib\\[x\\](y)\\* | 1 2 |"), "{report}");
        assert!(report.contains("= 決められない"), "{report}");
        assert!(report.contains("- **動作環境が不明** — "), "{report}");
        assert!(
            report.contains("### 識別子の記載なし (1)") && report.contains("- 名前だけの部品 0.1"),
            "{report}"
        );
        let mut columns = None;
        for line in report.lines() {
            if !line.starts_with('|') {
                columns = None;
                continue;
            }
            assert_eq!(*columns.get_or_insert(n_columns(line)), n_columns(line), "{line}");
        }
    }

    #[test]
    fn writes_english_without_japanese_words() {
        let mut sample = sample();
        sample.warnings.clear();
        let report = report(&sample, Language::En);
        assert!(report.contains("## Affected") && report.contains("| Critical | 9.8 | KEV |"), "{report}");
        assert!(report.contains("- Hex: 2 components"), "{report}");
        assert!(!report.contains('⟦') && !report.contains('{') && !report.contains("判定"), "{report}");
    }

    #[test]
    fn does_not_call_a_bill_clean_that_was_not_wholly_checked() {
        let mut sample = sample();
        sample.scan.findings.clear();
        let none_known = text(Language::Ja, "report.affected.none_known");
        let none = text(Language::Ja, "report.affected.none");
        assert!(report(&sample, Language::Ja).contains(none_known));
        sample.scan.not_checked.clear();
        assert!(report(&sample, Language::Ja).contains(none));
        assert!(!report(&sample, Language::Ja).contains(none_known));
    }

    #[test]
    fn counts_unchecked_names_beyond_the_limit() {
        let mut sample = sample();
        sample.scan.not_checked = vec![sample.scan.not_checked[0].clone(); NAMES_LISTED_MAX + 2];
        let report = report(&sample, Language::En);
        assert_eq!(report.matches("- 名前だけの部品 0.1").count(), NAMES_LISTED_MAX);
        assert!(report.contains("- and 2 more"), "{report}");
    }

    #[test]
    fn escapes_markup() {
        assert_eq!(
            escape("a|b\r\n<i>&*x*_y_`z`[t](u)\\~"),
            "a\\|b  &lt;i>&amp;\\*x\\*\\_y\\_\\`z\\`\\[t\\](u)\\\\\\~"
        );
    }

    #[test]
    fn keeps_any_text_in_its_cell() {
        for written in ["", "|", "\\", "\\|", "\\\\|", "a\n|b", "`|`", "\r\n", "\u{2028}|", "<td>|", "日|本"]
        {
            let mut out = Vec::new();
            row(&mut out, &[escape(written), String::new()]).unwrap();
            let row = String::from_utf8(out).unwrap();
            assert_eq!((row.lines().count(), n_columns(&row)), (1, 2), "{row}");
        }
    }
}
