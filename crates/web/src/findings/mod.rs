//! 検出 / Findings: the list, one finding with its assessment, many at once, and their export.

pub(crate) mod assess;
pub(crate) mod detail;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod list;

use kikimori_app::findings::export_findings::{probability, score};
use kikimori_app::findings::list_findings::ListedFinding;
use kikimori_locale::Language;
use kikimori_ui::page::findings::FindingRow;
use kikimori_ui::view::{FindingState, Score, Severity};

/// The number of a finding as people say it.
pub(crate) fn number_text(number: i64) -> String {
    format!("FND-{number:06}")
}

/// A finding in a list.
pub(crate) fn row(language: Language, listed: &ListedFinding) -> FindingRow {
    let finding = &listed.finding;
    let versions: Vec<&str> = listed.releases.iter().map(|(_, version)| version.as_str()).collect();
    FindingRow {
        id: number_text(finding.number),
        vulnerability: finding.vulnerability_name.clone(),
        product: format!("{} {}", product_name(language, listed), versions.join(", ")),
        product_id: finding.product.to_string(),
        component: finding.component_label.clone(),
        score: score_of(finding.severity, finding.score_milli),
        is_kev: finding.is_kev,
        epss: probability(finding.epss_ppm),
        due: String::new(),
        owner: String::new(),
        state: state(&finding.status, finding.is_open),
        is_disputed: false,
    }
}

/// The product's name in the page's language, in Japanese if it has no English one.
pub(crate) fn product_name(language: Language, listed: &ListedFinding) -> String {
    match (language, &listed.product_en) {
        (Language::En, Some(name)) => name.clone(),
        _ => listed.product_ja.clone(),
    }
}

/// A severity and its number.
pub(crate) fn score_of(rank: i64, milli: i64) -> Score {
    let severity = match rank {
        1 => Severity::None,
        2 => Severity::Low,
        3 => Severity::Medium,
        4 => Severity::High,
        5 => Severity::Critical,
        _ => Severity::Unrated,
    };
    Score { severity, score: score(milli) }
}

/// What was decided; what occurs nowhere any more is retracted, whatever was decided before.
pub(crate) fn state(status: &str, is_open: bool) -> FindingState {
    match status {
        _ if !is_open => FindingState::Retracted,
        "under_investigation" => FindingState::UnderInvestigation,
        "affected" => FindingState::Affected,
        "not_affected" => FindingState::NotAffected,
        "fixed" => FindingState::Fixed,
        _ => FindingState::Unassessed,
    }
}
