//! How long components are supported: what every report says about it, and the terminal's table.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};

use kikimori_core::lifecycle::{
    Ending, Support, SupportBasis, SupportFinding, SupportGap, SupportState, state_of_cycle,
};
use kikimori_core::sbom::Sbom;
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, count, format, number, text};

use super::labels::{self, Labelled};
use super::table::Style;
use super::text_table::{Column, write_table};

/// Every state by its code, in the order in which counts are shown.
pub const STATES: [SupportState; 6] = [
    SupportState::Ended,
    SupportState::ExtendedOnly,
    SupportState::Unknown(SupportGap::NoCycle),
    SupportState::Discontinued,
    SupportState::SecurityOnly,
    SupportState::Supported,
];

/// Cycles listed in one line where the edition is not stated; the rest are counted.
const CYCLES_LISTED_MAX: usize = 6;

impl Labelled for SupportState {
    const GROUP: &'static str = "support";

    fn code(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::ExtendedOnly => "extended_only",
            Self::Unknown(_) => "unknown",
            Self::Discontinued => "discontinued",
            Self::SecurityOnly => "security_only",
            Self::Supported => "supported",
        }
    }
}

impl Labelled for SupportGap {
    const GROUP: &'static str = "support_gap";

    fn code(self) -> &'static str {
        match self {
            Self::VersionMissing => "version_missing",
            Self::VersionUnreadable => "version_unreadable",
            Self::VersionTooCoarse => "version_too_coarse",
            Self::NoCycle => "no_cycle",
            Self::EditionUnstated => "edition_unstated",
            Self::EndUnstated => "end_unstated",
            Self::DistributionBuild => "distribution_build",
        }
    }
}

impl Labelled for SupportBasis {
    const GROUP: &'static str = "support_basis";

    fn code(self) -> &'static str {
        match self {
            Self::Purl => "purl",
            Self::Cpe => "cpe",
            Self::Distribution => "distribution",
            Self::SystemName => "system_name",
        }
    }
}

/// The reason of a finding whose state is not decided.
#[must_use]
pub fn gap_of(finding: &SupportFinding) -> Option<SupportGap> {
    match finding.state {
        SupportState::Unknown(gap) => Some(gap),
        _ => None,
    }
}

/// What a person can do about an undecided state, a sentence.
#[must_use]
pub fn remedy_of_gap(language: Language, gap: SupportGap) -> &'static str {
    text(language, &format!("support_gap.{}.remedy", gap.code()))
}

/// Product and cycle as people call them: `OpenSSL 1.0.2`.
#[must_use]
pub fn product_and_cycle(finding: &SupportFinding) -> String {
    let label = &finding.product_label;
    match finding.cycles.as_slice() {
        [] => label.clone(),
        // Some labels of cycles hold the product's name already.
        [cycle] if cycle.shown().starts_with(label.as_str()) => cycle.shown().to_owned(),
        [cycle] => format!("{label} {}", cycle.shown()),
        _ => format!("{label} ({})", finding.cycles.len()),
    }
}

/// The last day of security support, in words where no day is known; empty when nothing is known.
fn end_text(ending: Ending, language: Language) -> String {
    match ending {
        Ending::On(day) => day.to_string(),
        Ending::Over => text(language, "support.end.over").to_owned(),
        Ending::Open => text(language, "support.end.open").to_owned(),
        Ending::Unstated => String::new(),
    }
}

/// The last day of security support of a finding; from the earliest to the latest where editions differ.
#[must_use]
pub fn security_end(finding: &SupportFinding, language: Language) -> String {
    let mut endings: Vec<Ending> = finding.cycles.iter().map(|cycle| cycle.security).collect();
    endings.sort_by_key(|ending| (ending.day().is_none(), *ending));
    endings.dedup();
    match endings.as_slice() {
        [] => String::new(),
        [only] => end_text(*only, language),
        [first, .., last] => format!("{} – {}", end_text(*first, language), end_text(*last, language)),
    }
}

/// Every edition in question with its last day; nothing where they agree.
fn editions(finding: &SupportFinding, language: Language) -> Option<String> {
    let first = finding.cycles.first()?;
    if finding.cycles.iter().all(|cycle| cycle.security == first.security) {
        return None;
    }
    let shown = finding.cycles.iter().take(CYCLES_LISTED_MAX);
    let mut list: Vec<String> =
        shown.map(|cycle| format!("{}: {}", cycle.shown(), end_text(cycle.security, language))).collect();
    let n_more = finding.cycles.len().saturating_sub(CYCLES_LISTED_MAX);
    if n_more > 0 {
        list.push(count(language, "scan.more", n_more, &[]));
    }
    Some(list.join(", "))
}

/// Why a finding stands as it does, in one line: the reason, extended support, what to move to, and how it was found.
#[must_use]
pub fn detail(finding: &SupportFinding, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(gap_of(finding).map(|gap| gap.label(language).to_owned()));
    parts.extend(editions(finding, language));
    let mut say = |key: &str, value: Option<&dyn Display>| {
        parts.extend(value.map(|value| format(language, key, &[("value", value)])));
    };
    let extended = finding.extended_until();
    say("support.extended_until", extended.as_ref().map(|day| day as &dyn Display));
    if finding.state != SupportState::Supported {
        say("support.next", finding.next_supported.as_ref().map(|next| next as &dyn Display));
        let newest = finding
            .newest_supported
            .as_ref()
            .filter(|newest| Some(*newest) != finding.next_supported.as_ref());
        say("support.newest", newest.map(|newest| newest as &dyn Display));
    }
    let searched = finding.evidence.first();
    parts.extend(
        searched.map(|evidence| format!("{} {}: {}", finding.source, finding.product, evidence.searched_by)),
    );
    parts.join(" · ")
}

/// The first component with its version, and how many more there are.
#[must_use]
pub fn components_text(finding: &SupportFinding, sbom: &Sbom, language: Language) -> String {
    let first = finding.components.first().and_then(|index| sbom.components.get(*index as usize));
    let name = first.map(labels::name_and_version).unwrap_or_default();
    match finding.components.len().saturating_sub(1) {
        0 => name,
        n_more => format!("{name} {}", count(language, "support.more", n_more, &[])),
    }
}

/// How many components are in each state, in one line; says when nothing could be asked.
#[must_use]
pub fn counts_line(support: &Support, language: Language) -> String {
    if support.n_products == 0 {
        return text(language, "support.not_asked").to_owned();
    }
    let mut list: Vec<String> = Vec::new();
    for state in STATES {
        let n_components = support.n_components_in(|found| found.code() == state.code());
        if n_components > 0 {
            list.push(format!("{} {}", state.label(language), number(n_components)));
        }
    }
    list.push(count(language, "support.without_data", support.n_without_data, &[]));
    format(language, "support.counts", &[("list", &list.join(text(language, "support.comma")))])
}

/// As of when the data speak, or that it is not known.
#[must_use]
pub fn as_of(support: &Support, language: Language) -> String {
    support.as_of.map_or_else(|| text(language, "scan.as_of_unknown").to_owned(), Stamp::date)
}

/// The section of a terminal's report: every cycle that is not plainly supported, or all of them when asked.
///
/// # Errors
/// What the output says.
pub fn write_section(
    support: &Support,
    sbom: &Sbom,
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = style.language;
    let is_shown = |finding: &&SupportFinding| style.shows_all || finding.state != SupportState::Supported;
    let findings: Vec<&SupportFinding> = support.findings.iter().filter(is_shown).collect();
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let on = support.on.map(|day| day.to_string()).unwrap_or_default();
    let args: [(&str, &dyn Display); 2] = [("on", &on), ("as_of", &as_of(support, language))];
    writeln!(out, "{}", style.heading(&format(language, "support.heading", &args)))?;
    writeln!(out, "  {}", text(language, "support.note"))?;
    let columns = [
        Column { heading: text(language, "column.support"), width_max: 26 },
        Column { heading: text(language, "column.support_end"), width_max: 40 },
        Column { heading: text(language, "column.cycle"), width_max: 34 },
        Column { heading: text(language, "column.component"), width_max: 40 },
        Column { heading: text(language, "column.why"), width_max: usize::MAX },
    ];
    let rows: Vec<Vec<String>> = findings
        .iter()
        .take(style.limit())
        .map(|finding| {
            vec![
                finding.state.label(language).to_owned(),
                security_end(finding, language),
                product_and_cycle(finding),
                components_text(finding, sbom, language),
                detail(finding, language),
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

/// One finding, whole, for an explanation.
///
/// # Errors
/// What the output says.
pub fn write_one(
    finding: &SupportFinding,
    support: &Support,
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = style.language;
    let state = finding.state.label(language);
    writeln!(out, "{}", style.heading(&format!("{}  {}: {state}", finding.id, product_and_cycle(finding))))?;
    if let Some(gap) = gap_of(finding) {
        writeln!(out, "  {}", gap.label(language))?;
        writeln!(out, "  → {}", remedy_of_gap(language, gap))?;
    }
    let mut line = |indent: &str, key: &str, value: &str| -> io::Result<()> {
        if value.is_empty() { Ok(()) } else { writeln!(out, "  {indent}{}: {value}", text(language, key)) }
    };
    for cycle in &finding.cycles {
        let state = support.on.map(|on| state_of_cycle(cycle, on).label(language)).unwrap_or_default();
        line("", "explain.cycle", &format!("{} ({state})", cycle.shown()))?;
        line("  ", "explain.released", &cycle.released_on.map(|day| day.to_string()).unwrap_or_default())?;
        for (key, ending) in [
            ("explain.active_until", cycle.active),
            ("explain.security_until", cycle.security),
            ("explain.extended_until", cycle.extended),
            ("explain.discontinued", cycle.discontinued),
        ] {
            line("  ", key, &end_text(ending, language))?;
        }
        line("  ", "explain.latest", cycle.latest.as_deref().unwrap_or(""))?;
    }
    line("", "explain.next_supported", finding.next_supported.as_deref().unwrap_or(""))?;
    line("", "explain.newest_supported", finding.newest_supported.as_deref().unwrap_or(""))?;
    let source = format!("{} {} ({})", finding.source, finding.product, as_of(support, language));
    line("", "explain.support_source", &source)?;
    line("", "explain.support_link", finding.link.as_deref().unwrap_or(""))?;
    for evidence in &finding.evidence {
        let version = evidence.version.as_deref().map(|version| format!(" [{version}]")).unwrap_or_default();
        let components = count(language, "support.components", evidence.n_components, &[]);
        let value = format!(
            "{}{version} → {} ({}, {components})",
            evidence.searched_by,
            evidence.found,
            evidence.basis.label(language)
        );
        line("", "explain.searched_by", &value)?;
    }
    Ok(())
}

/// The findings of every component, by its index in the SBOM.
#[must_use]
pub fn by_component(support: &Support) -> BTreeMap<u32, Vec<&SupportFinding>> {
    let mut by_component: BTreeMap<u32, Vec<&SupportFinding>> = BTreeMap::new();
    for finding in support.findings.iter().filter(|finding| finding.state != SupportState::Supported) {
        for component in &finding.components {
            by_component.entry(*component).or_default().push(finding);
        }
    }
    by_component
}

/// A finding in each state that a report treats in its own way, for the reports' tests.
#[cfg(test)]
pub fn sample() -> Support {
    use kikimori_core::day::Day;
    use kikimori_core::lifecycle::{ReleaseCycle, SupportEvidence};

    let day = |text: &str| Day::parse(text).unwrap();
    let finding = |id: &str, state, components: &[u32], cycles: Vec<ReleaseCycle>| SupportFinding {
        id: id.to_owned(),
        state,
        source: "endoflife.date",
        product: "kaiseki".to_owned(),
        product_label: "解析|器".to_owned(),
        link: Some("https://endoflife.date/kaiseki".to_owned()),
        cycles,
        next_supported: Some("3".to_owned()),
        newest_supported: Some("4".to_owned()),
        components: components.to_vec(),
        evidence: vec![SupportEvidence {
            basis: SupportBasis::Cpe,
            searched_by: "cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*".to_owned(),
            version: Some("1.0".to_owned()),
            found: "cpe:2.3:a:v:p".to_owned(),
            n_components: components.len(),
        }],
    };
    let cycle = |name: &str, last: &str, extended: Ending| ReleaseCycle {
        name: name.to_owned(),
        security: Ending::On(day(last)),
        extended,
        ..ReleaseCycle::default()
    };
    let extended = Ending::On(day("2028-06-30"));
    let editions =
        vec![cycle("2-e", "2030-01-01", Ending::Unstated), cycle("2-w", "2025-01-01", Ending::Unstated)];
    Support {
        n_products: 3,
        as_of: Stamp::parse("2026-08-22"),
        on: Some(day("2026-11-21")),
        findings: vec![
            finding(
                "SUP-000000000001",
                SupportState::Ended,
                &[1, 2],
                vec![cycle("1", "2025-12-31", Ending::Unstated)],
            ),
            finding(
                "SUP-000000000002",
                SupportState::ExtendedOnly,
                &[4],
                vec![cycle("1.5", "2026-07-11", extended)],
            ),
            finding("SUP-000000000003", SupportState::Unknown(SupportGap::EditionUnstated), &[4], editions),
            finding(
                "SUP-000000000004",
                SupportState::Supported,
                &[2],
                vec![cycle("3", "2029-01-01", Ending::Unstated)],
            ),
        ],
        n_without_data: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_words_in_both_languages() {
        const GAPS: [SupportGap; 7] = [
            SupportGap::VersionMissing,
            SupportGap::VersionUnreadable,
            SupportGap::VersionTooCoarse,
            SupportGap::NoCycle,
            SupportGap::EditionUnstated,
            SupportGap::EndUnstated,
            SupportGap::DistributionBuild,
        ];
        const BASES: [SupportBasis; 4] =
            [SupportBasis::Purl, SupportBasis::Cpe, SupportBasis::Distribution, SupportBasis::SystemName];
        for language in Language::ALL {
            let labels = STATES
                .map(|state| state.label(language))
                .into_iter()
                .chain(GAPS.map(|gap| gap.label(language)))
                .chain(BASES.map(|basis| basis.label(language)))
                .chain(GAPS.map(|gap| remedy_of_gap(language, gap)));
            for words in labels {
                assert!(!words.is_empty() && !words.contains('⟦'), "{language:?} {words}");
            }
        }
        let codes: std::collections::BTreeSet<&str> = STATES.iter().map(|state| state.code()).collect();
        assert_eq!(codes.len(), STATES.len());
    }

    #[test]
    fn says_products_days_and_successors() {
        let support = sample();
        let of = |index: usize| &support.findings[index];
        assert_eq!(product_and_cycle(of(0)), "解析|器 1");
        assert_eq!(product_and_cycle(of(2)), "解析|器 (2)");
        assert_eq!(security_end(of(0), Language::Ja), "2025-12-31");
        assert_eq!(security_end(of(2), Language::En), "2025-01-01 – 2030-01-01");
        assert!(detail(of(2), Language::En).contains("2-e: 2030-01-01, 2-w: 2025-01-01"));
        assert_eq!(
            detail(of(1), Language::En),
            "extended support until 2028-06-30 · next supported 3 · newest 4 · endoflife.date kaiseki: cpe:2.3:a:v:p:1.0:*:*:*:*:*:*:*"
        );
        assert_eq!(
            counts_line(&support, Language::Ja),
            "コンポーネントのサポート: サポート終了 2、延長サポートのみ 1、サポート状況を判定できない 1、サポート中 1、情報なし 1"
        );
        assert!(counts_line(&Support::default(), Language::En).contains("not asked"));
    }
}
