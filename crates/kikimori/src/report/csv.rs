//! CSV for spreadsheets: a row for each finding, each component that was not checked, and each release cycle whose support
//! is not plainly going on.
//!
//! UTF-8 with a byte order mark and CRLF, because spreadsheets otherwise read Japanese in a legacy encoding.
//! Quoting as in RFC 4180. Cells that a spreadsheet would evaluate get a leading apostrophe.

use std::io::{self, BufWriter, Write};

use kikimori_core::finding::{Finding, NotChecked, Verdict};
use kikimori_core::lifecycle::{SupportFinding, SupportState};
use kikimori_core::sbom::Component;
use kikimori_locale::{Language, count, place, text};

use super::labels::{Labelled as _, ReportInput, doubt, evidence_line, probability_text, score_text};
use super::support;

/// Columns of a row.
const COLUMNS_COUNT: usize = 23;

/// The locale keys of the header row.
const HEADER: [&str; COLUMNS_COUNT] = [
    "report.column.verdict",
    "report.column.severity",
    "report.column.score",
    "report.column.cvss_version",
    "report.column.vulnerability",
    "report.column.aliases",
    "report.column.component",
    "report.column.version",
    "report.column.purl",
    "report.column.cpe",
    "report.column.place",
    "report.column.fixed_versions",
    "report.column.kev_added",
    "report.column.kev_due",
    "report.column.epss",
    "report.column.confidence",
    "report.column.reason",
    "report.column.evidence",
    "report.column.finding_id",
    "report.column.title",
    "report.column.verdict_code",
    "report.column.reason_code",
    "report.column.support_end",
];

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(input: &ReportInput<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    out.write_all("\u{feff}".as_bytes())?;
    write_row(&mut out, &HEADER.map(|key| text(input.language, key).to_owned()))?;
    for finding in input.findings() {
        write_row(&mut out, &finding_row(input, finding))?;
    }
    for not_checked in &input.scan.not_checked {
        write_row(&mut out, &not_checked_row(input, not_checked))?;
    }
    let support = &input.scan.support.findings;
    for finding in support.iter().filter(|finding| finding.state != SupportState::Supported) {
        write_row(&mut out, &support_row(input, finding))?;
    }
    out.flush()
}

/// The cells of a finding, in the order of [`HEADER`].
fn finding_row(input: &ReportInput<'_>, finding: &Finding) -> [String; COLUMNS_COUNT] {
    let vulnerability = &finding.vulnerability;
    let component = input.component(finding.component);
    let [name, version, purl, cpe, place] = component_cells(input, component);
    let score = vulnerability.top_score().map(|asserted| &asserted.score);
    let kev = vulnerability.kev.as_ref();
    let aliases: Vec<&str> = vulnerability.aliases.iter().map(|alias| alias.id.as_str()).collect();
    [
        verdict_word(input, finding.verdict).to_owned(),
        input.word(vulnerability.severity()).to_owned(),
        score.map(|score| score_text(score.score_tenths)).unwrap_or_default(),
        score.map(|score| score.version.to_string()).unwrap_or_default(),
        vulnerability.id.clone(),
        aliases.join(" "),
        name,
        version,
        purl,
        cpe,
        place,
        finding.fixed_versions.join(" "),
        kev.map(|kev| kev.added_on.clone()).unwrap_or_default(),
        kev.map(|kev| kev.due_on.clone()).unwrap_or_default(),
        vulnerability.epss.map(probability_text).unwrap_or_default(),
        input.word(finding.confidence).to_owned(),
        doubt(input.language, finding),
        evidence_line(finding),
        finding.id.clone(),
        vulnerability.title_for(input.language == Language::Ja).unwrap_or_default().to_owned(),
        finding.verdict.code().to_owned(),
        finding.reason.map(|reason| reason.code().to_owned()).unwrap_or_default(),
        String::new(),
    ]
}

/// The word for a finding's verdict; a finding that is not affected is one that was retracted.
fn verdict_word(input: &ReportInput<'_>, verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotAffected => text(input.language, "report.retracted"),
        Verdict::Affected | Verdict::Unknown => input.word(verdict),
    }
}

/// The cells of a component that was not checked; what belongs to a vulnerability is empty.
fn not_checked_row(input: &ReportInput<'_>, not_checked: &NotChecked) -> [String; COLUMNS_COUNT] {
    let component = input.component(not_checked.component);
    let [name, version, purl, cpe, place] = component_cells(input, component);
    let mut row = [const { String::new() }; COLUMNS_COUNT];
    let cells = [
        ("report.column.verdict", text(input.language, "report.not_checked").to_owned()),
        ("report.column.component", name),
        ("report.column.version", version),
        ("report.column.purl", purl),
        ("report.column.cpe", cpe),
        ("report.column.place", place),
        ("report.column.reason", input.word(not_checked.reason).to_owned()),
        ("report.column.evidence", not_checked.detail.clone().unwrap_or_default()),
        ("report.column.verdict_code", "not_checked".to_owned()),
        ("report.column.reason_code", not_checked.reason.code().to_owned()),
    ];
    fill(&mut row, cells);
    row
}

/// The cells of a release cycle; its first component stands for all of them.
fn support_row(input: &ReportInput<'_>, finding: &SupportFinding) -> [String; COLUMNS_COUNT] {
    let language = input.language;
    let component = input.component(finding.components.first().copied().unwrap_or(u32::MAX));
    let [name, version, purl, cpe, place] = component_cells(input, component);
    let name = match finding.components.len().saturating_sub(1) {
        0 => name,
        n_more => format!("{name} {}", count(language, "support.more", n_more, &[])),
    };
    let gap = support::gap_of(finding);
    let mut row = [const { String::new() }; COLUMNS_COUNT];
    fill(
        &mut row,
        [
            ("report.column.verdict", input.word(finding.state).to_owned()),
            ("report.column.component", name),
            ("report.column.version", version),
            ("report.column.purl", purl),
            ("report.column.cpe", cpe),
            ("report.column.place", place),
            ("report.column.reason", gap.map(|gap| input.word(gap).to_owned()).unwrap_or_default()),
            ("report.column.evidence", support::detail(finding, language)),
            ("report.column.finding_id", finding.id.clone()),
            ("report.column.title", support::product_and_cycle(finding)),
            ("report.column.verdict_code", format!("support_{}", finding.state.code())),
            ("report.column.reason_code", gap.map(|gap| gap.code().to_owned()).unwrap_or_default()),
            ("report.column.support_end", support::security_end(finding, language)),
        ],
    );
    row
}

/// Puts cells into the columns that their keys name.
fn fill<const N: usize>(row: &mut [String; COLUMNS_COUNT], cells: [(&str, String); N]) {
    for (key, cell) in cells {
        if let Some(slot) = HEADER.iter().position(|column| *column == key).and_then(|at| row.get_mut(at)) {
            *slot = cell;
        }
    }
}

/// Name, version, package URLs, CPE names and place of a component.
fn component_cells(input: &ReportInput<'_>, component: &Component) -> [String; 5] {
    [
        component.display_name(),
        component.version.as_deref().unwrap_or_default().to_owned(),
        component.purls.join(" "),
        component.cpes.join(" "),
        place(input.language, &component.place),
    ]
}

/// Writes one row.
fn write_row(out: &mut dyn Write, cells: &[String; COLUMNS_COUNT]) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        write_cell(out, cell)?;
    }
    out.write_all(b"\r\n")
}

/// Writes one cell: an apostrophe before what a spreadsheet would evaluate, quotes where RFC 4180 asks for them.
fn write_cell(out: &mut dyn Write, cell: &str) -> io::Result<()> {
    let apostrophe = if is_formula(cell) { "'" } else { "" };
    if cell.contains(['"', ',', ';', '\r', '\n', '\t']) {
        write!(out, "\"{apostrophe}{}\"", cell.replace('"', "\"\""))
    } else {
        write!(out, "{apostrophe}{cell}")
    }
}

/// A spreadsheet would read the cell as a formula or a command.
///
/// Full-width signs count: a spreadsheet set to Japanese takes them for the plain ones.
/// Source: OWASP, CSV Injection.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use kikimori_locale::Language;

    use super::super::labels::sample::sample;
    use super::*;

    /// The report as text.
    fn report(language: Language) -> String {
        let mut out = Vec::new();
        write(&sample().input(language), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Reads RFC 4180 back.
    fn read(csv: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        let mut is_quoted = false;
        let mut rest = csv.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '"' if is_quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
                '\r' if !is_quoted => {
                    assert_eq!(rest.next(), Some('\n'));
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                other => cell.push(other),
            }
        }
        assert!(cell.is_empty() && row.is_empty() && !is_quoted);
        rows
    }

    #[test]
    fn writes_a_row_for_each_finding_and_each_unchecked_component() {
        let csv = report(Language::Ja);
        let rows = read(csv.strip_prefix('\u{feff}').unwrap());
        assert_eq!(rows.len(), 1 + 3 + 2 + 1 + 3);
        assert!(rows.iter().all(|row| row.len() == COLUMNS_COUNT));
        assert_eq!(rows[0][0..3], ["判定", "深刻度", "スコア"]);
        let first = &rows[1];
        assert_eq!(first[0..5], ["影響あり", "緊急", "9.8", "3.1", "CVE-2026-0001"]);
        assert_eq!(first[5..8], ["GHSA-aaaa-bbbb-cccc", "解析|器", "1.0"]);
        assert_eq!(first[9], "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:* cpe:/a:v:p:1.0");
        assert_eq!(first[11..15], ["2.0", "2026-02-01", "2026-02-22", "0.012340"]);
        assert_eq!(first[17..19], ["nvd CVE-2026-0001: < 2.0; 1.0 < 2.0", "FND-000000000001"]);
        assert_eq!(first[19], "'=cmd|' /C calc'!A0 \"引用\"\n二行目");
        assert_eq!(rows[2][6..8], ["'+SUM(A1)", ""]);
        assert_eq!(rows[2][20..22], ["unknown", "platform_unknown"]);
        assert_eq!(rows[3][1..3], ["評価なし", ""]);
        assert_eq!((rows[4][0].as_str(), rows[4][20].as_str()), ("影響なし（撤回）", "not_affected"));
        let last = &rows[6];
        assert_eq!(last[0], "未照合");
        assert_eq!((last[6].as_str(), last[16].as_str()), ("名前だけの部品", "識別子の記載なし"));
        assert_eq!(last[20..22], ["not_checked", "no_identifier"]);
        let ended = &rows[7];
        assert_eq!(
            (ended[0].as_str(), ended[6].as_str(), ended[7].as_str()),
            ("サポート終了", "解析|器 ほか1件", "1.0")
        );
        assert_eq!(ended[18..], ["SUP-000000000001", "解析|器 1", "support_ended", "", "2025-12-31"]);
        assert_eq!(rows[9][20..22], ["support_unknown", "edition_unstated"]);
    }

    #[test]
    fn writes_words_in_english() {
        let rows = read(report(Language::En).strip_prefix('\u{feff}').unwrap());
        assert_eq!(rows[1][0..2], ["Affected", "Critical"]);
        assert!(rows[0].iter().all(|cell| cell.is_ascii() && !cell.is_empty()), "{:?}", rows[0]);
    }

    #[test]
    fn neutralises_formulas_and_doubles_quotes() {
        for (cell, written) in [
            ("plain 日本語|x", "plain 日本語|x"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("＝1", "'＝1"),
            ("a\"b", "\"a\"\"b\""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
            ("a\nb", "\"a\nb\""),
            ("", ""),
            ("a=b", "a=b"),
        ] {
            let mut out = Vec::new();
            write_cell(&mut out, cell).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), written, "{cell:?}");
        }
    }
}
