//! 脆弱性 / Vulnerability: `/vulnerabilities/{id}`, the sources side by side.

use std::collections::BTreeSet;

use axum::extract::Path;
use axum::response::Html;
use kikimori_app::findings::export_findings::probability;
use kikimori_app::findings::get_vulnerability::{SourceRecord, VulnerabilityDetails, get_vulnerability};
use kikimori_app::keep_findings::codes::severity_rank;
use kikimori_core::severity;
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, text};
use kikimori_ui::page::vulnerability::{ComparisonRow, Description, Source, SourceValue, View, page};

use crate::context::SignedIn;
use crate::findings::{row, score_of};
use crate::refusal::Refusal;

/// Sources set side by side; more do not fit a screen.
const SOURCES_MAX: usize = 8;

/// The page.
pub(crate) async fn show(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    let details = get_vulnerability(&visitor.context.state.installation, visitor.actor(), &id).await?;
    let view = view(visitor.context.language, &id, &details);
    Ok(Html(page(&visitor.context.frame(), &view)))
}

/// What the page shows.
fn view(language: Language, id: &str, details: &VulnerabilityDetails) -> View {
    let summary = details.summary.as_deref();
    let is_japanese = language == Language::Ja;
    let top = summary.and_then(|summary| summary.top_score());
    let milli = top.map_or(-1, |top| i64::from(top.score.score_tenths) * 100);
    let own: Vec<&SourceRecord> =
        details.records.iter().filter(|record| !record.is_advisory).take(SOURCES_MAX).collect();
    let is_retired = !own.is_empty() && own.iter().all(|record| !record.is_in_force);
    let kev = summary.and_then(|summary| summary.kev.as_ref());
    let mut descriptions: Vec<Description> = Vec::new();
    let japanese = summary.and_then(|summary| summary.japanese.as_ref());
    for record in &own {
        let Some(text) = record.description.clone() else { continue };
        let is_own_japanese =
            japanese.is_some_and(|one| (&one.source, &one.record) == (&record.source, &record.record));
        let description = Description {
            source: format!("{} {}", record.source, record.record),
            language: if is_own_japanese { "ja" } else { "en" },
            text,
        };
        if is_own_japanese == is_japanese {
            descriptions.insert(0, description);
        } else {
            descriptions.push(description);
        }
    }
    View {
        id: summary.map_or_else(|| id.to_owned(), |summary| summary.id.clone()),
        title: summary.and_then(|summary| summary.title_for(is_japanese)).unwrap_or_default().to_owned(),
        aliases: summary.iter().flat_map(|summary| &summary.aliases).map(|alias| alias.id.clone()).collect(),
        score: score_of(severity_rank(top.map(|top| top.score.severity)), milli),
        kev: kev.map(|kev| format!("{} → {}", kev.added_on, kev.due_on)).unwrap_or_default(),
        epss: summary
            .and_then(|summary| summary.epss)
            .map(|epss| probability(i64::from(epss.probability_ppm)))
            .unwrap_or_default(),
        epss_chart: None,
        weaknesses: summary.map(|summary| summary.cwes.clone()).unwrap_or_default(),
        retired: if is_retired {
            text(language, "ui.vulnerability_retired").to_owned()
        } else {
            String::new()
        },
        comparison: comparison(language, &own),
        sources: own
            .iter()
            .map(|record| Source {
                name: record.source.clone(),
                record: record.record.clone(),
                url: String::new(),
                state: match record.is_in_force {
                    true => String::new(),
                    false => text(language, "ui.record_retired").to_owned(),
                },
            })
            .collect(),
        descriptions,
        findings: details.findings.iter().map(|listed| row(language, listed)).collect(),
        references: summary.map(|summary| summary.references.clone()).unwrap_or_default(),
    }
}

/// What the sources say, side by side.
fn comparison(language: Language, records: &[&SourceRecord]) -> Vec<ComparisonRow> {
    let label = |key: &str| text(language, &format!("ui.comparison.{key}")).to_owned();
    let scores = records.iter().map(|record| {
        let mut scores: Vec<String> = record
            .severities
            .iter()
            .filter_map(|(_, vector)| severity::score(vector).ok())
            .map(|score| format!("{}.{} {}", score.score_tenths / 10, score.score_tenths % 10, score.vector))
            .collect();
        scores.sort();
        scores.dedup();
        scores.join("\n")
    });
    let changed =
        records.iter().map(|record| record.modified_ms.map(|at| Stamp(at).date()).unwrap_or_default());
    let titles = records.iter().map(|record| record.title.clone().unwrap_or_default());
    vec![
        compared(label("title"), titles.collect(), false),
        compared(label("score"), scores.collect(), true),
        compared(label("changed"), changed.collect(), false),
    ]
}

/// A row; where sources that say something differ, that is marked.
fn compared(label: String, texts: Vec<String>, is_marked: bool) -> ComparisonRow {
    let said: BTreeSet<&String> = texts.iter().filter(|text| !text.is_empty()).collect();
    let is_different = is_marked && said.len() > 1;
    let values = texts.into_iter().map(|text| SourceValue { text, is_different }).collect();
    ComparisonRow { label, values }
}
