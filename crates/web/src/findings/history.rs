//! What happened to a finding, in words.

use kikimori_app::findings::get_finding::FindingDetails;
use kikimori_locale::{Language, format, text};
use kikimori_store::findings::FindingEvent;
use kikimori_ui::view::HistoryEntry;

use crate::times::jst;

/// The history, the newest first.
pub(crate) fn entries(language: Language, details: &FindingDetails) -> Vec<HistoryEntry> {
    details.events.iter().map(|event| entry(language, details, event)).collect()
}

/// One event.
fn entry(language: Language, details: &FindingDetails, event: &FindingEvent) -> HistoryEntry {
    let name = event.person.and_then(|person| details.names.get(&person).cloned());
    HistoryEntry {
        at: jst(event.at),
        who: name.unwrap_or_else(|| text(language, "ui.product").to_owned()),
        what: what(language, event),
        why: why(language, event),
    }
}

/// A detail of an event; empty when it has none of that name.
fn detail<'a>(event: &'a FindingEvent, name: &str) -> &'a str {
    event.details.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// What happened.
pub(crate) fn what(language: Language, event: &FindingEvent) -> String {
    let family = match event.kind.as_str() {
        "assessed" => "assessment-status",
        "changed" => "enum.verdict",
        "severity_changed" => "enum.severity",
        _ => "",
    };
    let word = |value: &str| match (family, value) {
        ("", value) => value.to_owned(),
        ("enum.severity", rank) => {
            let rank = rank.parse().unwrap_or(0);
            let code = match rank {
                0 => "unrated",
                rank => kikimori_app::findings::export_findings::severity_code(rank),
            };
            text(language, &format!("enum.severity.{code}")).to_owned()
        }
        (family, code) => text(language, &format!("{family}.{code}")).to_owned(),
    };
    let (from, to) = (word(detail(event, "from")), word(detail(event, "to")));
    let component = detail(event, "component");
    let key = format!("finding-event.{}", event.kind);
    format(language, &key, &[("from", &from), ("to", &to), ("component", &component)])
}

/// Why it happened: what the person wrote, or why Kikimori did it.
fn why(language: Language, event: &FindingEvent) -> String {
    let reason = detail(event, "reason");
    match event.kind.as_str() {
        _ if reason.is_empty() => String::new(),
        "retracted" | "reopened" => text(language, &format!("finding-reason.{reason}")).to_owned(),
        _ => reason.to_owned(),
    }
}

/// Why a finding was opened again; empty when it was not.
pub(crate) fn reopened(language: Language, details: &FindingDetails) -> String {
    if !details.listed.finding.is_reopened {
        return String::new();
    }
    let last = details.events.iter().find(|event| event.kind == "reopened");
    match last {
        Some(event) => {
            let words = [("reason", &why(language, event) as &dyn std::fmt::Display), ("at", &jst(event.at))];
            format(language, "ui.finding_reopened", &words)
        }
        None => text(language, "finding-reason.evidence_changed").to_owned(),
    }
}
