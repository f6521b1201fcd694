//! One row for each vulnerability under all its names.
//!
//! Names that turn out to mean one vulnerability join their rows: the oldest stays, findings and assessments move to it, and where
//! two assessments differ that is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kikimori_core::assessment::AssessmentStatus;
use kikimori_core::finding::VulnerabilitySummary;
use kikimori_core::id::VulnerabilityId;
use kikimori_matcher::library::Library;
use kikimori_matcher::matching::groups::is_borne;
use kikimori_store::assessments::{self, StoredAssessment};
use kikimori_store::findings::{self, FindingEvent, StoredFinding};
use kikimori_store::vulnerabilities::{self, Vulnerability};
use kikimori_store::{Transaction, units};

use super::codes;
use crate::app_error::AppError;
use crate::installation::Installation;

/// Longest title kept, in characters; records in the wild have one line.
const TITLE_CHARACTERS_MAX: usize = 500;
/// Longest description kept, in characters: what a page shows; the whole stands in the library.
const SUMMARY_CHARACTERS_MAX: usize = 4_000;
/// A probability of exploitation that crosses one of these, in millionths, is an event; every day's small change is not.
const EPSS_STEPS_PPM: [i64; 3] = [10_000, 100_000, 500_000];

/// Vulnerabilities known while a batch is kept.
struct Known {
    /// Which vulnerability bears a name.
    by_name: BTreeMap<String, VulnerabilityId>,
    /// The rows.
    rows: BTreeMap<VulnerabilityId, Vulnerability>,
}

/// Keeps what the library says of vulnerabilities and gives the id of each by the name the summary has.
///
/// # Errors
/// A fault of the database.
pub async fn keep(
    installation: &Installation,
    work: &mut Transaction,
    library: &Library,
    summaries: &BTreeMap<String, Arc<VulnerabilitySummary>>,
) -> Result<BTreeMap<String, VulnerabilityId>, AppError> {
    let names: BTreeSet<String> = summaries.values().flat_map(|summary| names_of(summary)).collect();
    let names: Vec<String> = names.into_iter().collect();
    let by_name = vulnerabilities::find_by_names(work, &names).await?;
    let ids: BTreeSet<VulnerabilityId> = by_name.values().copied().collect();
    let ids: Vec<VulnerabilityId> = ids.into_iter().collect();
    let rows = vulnerabilities::list_of_ids(work, &ids).await?;
    let mut known = Known { by_name, rows };
    let mut kept = BTreeMap::new();
    for (name, summary) in summaries {
        kept.insert(name.clone(), keep_one(installation, work, library, summary, &mut known).await?);
    }
    Ok(kept)
}

/// All names of a vulnerability.
fn names_of(summary: &VulnerabilitySummary) -> Vec<String> {
    std::iter::once(&summary.id).chain(summary.aliases.iter().map(|alias| &alias.id)).cloned().collect()
}

/// Keeps one vulnerability.
async fn keep_one(
    installation: &Installation,
    work: &mut Transaction,
    library: &Library,
    summary: &VulnerabilitySummary,
    known: &mut Known,
) -> Result<VulnerabilityId, AppError> {
    let names = names_of(summary);
    let bearing: BTreeSet<VulnerabilityId> =
        names.iter().filter_map(|name| known.by_name.get(name)).copied().collect();
    let mut bearing: Vec<Vulnerability> =
        bearing.iter().filter_map(|id| known.rows.get(id)).cloned().collect();
    bearing.sort_by_key(|row| (row.created_at, row.id));
    // A row whose own name lives on in another group only lost an alias; one whose name nobody bears any more was renamed.
    bearing.retain(|row| names.contains(&row.name) || !is_borne(library, &row.name));
    let now = installation.now();
    let Some((oldest, others)) = bearing.split_first() else {
        let id = VulnerabilityId::new(installation.new_id());
        let mut row = row_of(id, summary);
        (row.created_at, row.changed_at) = (now, now);
        vulnerabilities::insert(work, &row).await?;
        take_names(work, known, row, &names).await?;
        return Ok(id);
    };
    for other in others {
        merge(installation, work, other, oldest).await?;
        known.rows.remove(&other.id);
        known.by_name.values_mut().filter(|id| **id == other.id).for_each(|id| *id = oldest.id);
    }
    let mut row = Vulnerability {
        created_at: oldest.created_at,
        changed_at: oldest.changed_at,
        ..row_of(oldest.id, summary)
    };
    if row != *oldest {
        row.changed_at = now;
        vulnerabilities::update(work, &row).await?;
    }
    if has_changed_in_lists(oldest, &row) || !others.is_empty() {
        vulnerabilities::copy_to_findings(work, &row).await?;
    }
    note_changes(installation, work, oldest, &row).await?;
    take_names(work, known, row, &names).await?;
    Ok(oldest.id)
}

/// Lists show something else now.
fn has_changed_in_lists(before: &Vulnerability, after: &Vulnerability) -> bool {
    let shown = |row: &Vulnerability| {
        (row.name.clone(), row.severity, row.score_milli, row.kev_added_on.is_some(), row.epss_ppm)
    };
    shown(before) != shown(after)
}

/// Gives names to a vulnerability where they are not its own yet.
async fn take_names(
    work: &mut Transaction,
    known: &mut Known,
    row: Vulnerability,
    names: &[String],
) -> Result<(), AppError> {
    let is_missing = |name: &&String| known.by_name.get(*name) != Some(&row.id);
    let missing: Vec<String> = names.iter().filter(is_missing).cloned().collect();
    vulnerabilities::put_aliases(work, row.id, &missing).await?;
    known.by_name.extend(missing.into_iter().map(|name| (name, row.id)));
    known.rows.insert(row.id, row);
    Ok(())
}

/// The row of a summary; its times are the caller's.
pub(crate) fn row_of(id: VulnerabilityId, summary: &VulnerabilitySummary) -> Vulnerability {
    let top = summary.top_score();
    let japanese = summary.japanese.as_ref();
    let title = |text: Option<&String>| text.map(|text| cut(text, TITLE_CHARACTERS_MAX));
    let long = |text: Option<&String>| text.map(|text| cut(text, SUMMARY_CHARACTERS_MAX));
    Vulnerability {
        id,
        name: summary.id.clone(),
        title_ja: title(japanese.and_then(|text| text.title.as_ref())),
        title_en: title(summary.title.as_ref()),
        summary_ja: long(japanese.and_then(|text| text.description.as_ref())),
        summary_en: long(summary.description.as_ref()),
        severity: codes::severity_rank(summary.severity()),
        score_milli: top.map_or(-1, |top| i64::from(top.score.score_tenths) * 100),
        vector: top.map(|top| top.score.vector.clone()),
        scored_by: top.map(|top| format!("{} {}", top.source, top.asserter)),
        kev_added_on: summary.kev.as_ref().map(|kev| kev.added_on.clone()),
        epss_ppm: summary.epss.map_or(-1, |epss| i64::from(epss.probability_ppm)),
        published_at: summary.published_at,
        created_at: kikimori_core::stamp::Stamp(0),
        changed_at: kikimori_core::stamp::Stamp(0),
    }
}

/// A text cut after so many characters, without what a column cannot hold.
fn cut(text: &str, n_max: usize) -> String {
    text.chars().take(n_max).filter(|letter| *letter != '\0').collect()
}

/// Notes among the events of every finding what changed about its vulnerability: severity, known exploitation, its probability.
pub(crate) async fn note_changes(
    installation: &Installation,
    work: &mut Transaction,
    before: &Vulnerability,
    after: &Vulnerability,
) -> Result<(), AppError> {
    let mut changes: Vec<(&str, String, String)> = Vec::new();
    if before.severity != after.severity {
        changes.push(("severity_changed", before.severity.to_string(), after.severity.to_string()));
    }
    if before.kev_added_on.is_some() != after.kev_added_on.is_some() {
        let shown = |row: &Vulnerability| row.kev_added_on.clone().unwrap_or_default();
        changes.push(("kev_changed", shown(before), shown(after)));
    }
    let step = |row: &Vulnerability| EPSS_STEPS_PPM.iter().filter(|step| row.epss_ppm >= **step).count();
    if step(before) != step(after) {
        changes.push(("epss_changed", before.epss_ppm.to_string(), after.epss_ppm.to_string()));
    }
    if changes.is_empty() {
        return Ok(());
    }
    let mut events = Vec::new();
    for finding in findings::of_vulnerability(work, after.id).await? {
        for (kind, from, to) in &changes {
            let details = vec![("from".to_owned(), from.clone()), ("to".to_owned(), to.clone())];
            events.push(event(installation, &finding, kind, details));
        }
    }
    findings::append_events(work, &events).await?;
    Ok(())
}

/// Something that happened to a finding now, by itself.
pub(crate) fn event(
    installation: &Installation,
    finding: &StoredFinding,
    kind: &str,
    details: Vec<(String, String)>,
) -> FindingEvent {
    FindingEvent {
        organisation: finding.organisation,
        id: installation.new_id(),
        finding: finding.id,
        at: installation.now(),
        kind: kind.to_owned(),
        details,
        person: None,
    }
}

/// Joins two rows that turned out to be one vulnerability.
async fn merge(
    installation: &Installation,
    work: &mut Transaction,
    from: &Vulnerability,
    to: &Vulnerability,
) -> Result<(), AppError> {
    units::move_matches(work, from.id, to.id).await?;
    let kept = findings::of_vulnerability(work, to.id).await?;
    for moving in findings::of_vulnerability(work, from.id).await? {
        let is_same = |other: &&StoredFinding| {
            (other.organisation, other.product, &other.component_key)
                == (moving.organisation, moving.product, &moving.component_key)
        };
        let details = vec![("from".to_owned(), from.name.clone()), ("to".to_owned(), to.name.clone())];
        match kept.iter().find(is_same) {
            None => {
                let moved =
                    StoredFinding { vulnerability: to.id, changed_at: installation.now(), ..moving.clone() };
                findings::update(work, &moved).await?;
                let joined = event(installation, &moving, "alias_merged", details);
                findings::append_events(work, &[joined]).await?;
            }
            Some(kept) => join(installation, work, &moving, kept, details).await?,
        }
    }
    vulnerabilities::absorb(work, from.id, to.id).await?;
    Ok(())
}

/// Puts a finding into another that is about the same component and, as it turned out, the same vulnerability.
async fn join(
    installation: &Installation,
    work: &mut Transaction,
    from: &StoredFinding,
    to: &StoredFinding,
    mut details: Vec<(String, String)>,
) -> Result<(), AppError> {
    let places = findings::occurrences_of(work, to.organisation, &[from.id, to.id]).await?;
    let is_held = |place: &&findings::Occurrence| {
        places.iter().any(|other| {
            other.finding == to.id && (other.sbom, other.identity) == (place.sbom, place.identity)
        })
    };
    let moved: Vec<_> = places
        .iter()
        .filter(|place| place.finding == from.id)
        .filter(|place| !is_held(place))
        .map(|place| findings::Occurrence { finding: to.id, ..place.clone() })
        .collect();
    findings::put_occurrences(work, &moved).await?;
    let said = assessments::of_findings(work, to.organisation, &[from.id, to.id]).await?;
    let n_own = said.iter().filter(|one| one.finding == to.id).map(|one| one.number).max().unwrap_or(0);
    let theirs: Vec<&StoredAssessment> = said.iter().filter(|one| one.finding == from.id).collect();
    for (number, one) in (n_own + 1..).zip(&theirs) {
        let one = StoredAssessment { finding: to.id, number, ..(*one).clone() };
        assessments::append(work, &one).await?;
    }
    let none = AssessmentStatus::NotAssessed.code();
    let is_conflict = from.status != to.status && from.status != none && to.status != none;
    // Where only one was assessed, its status holds for both; where they differ, somebody has to look.
    let status =
        if to.status == none || (is_conflict && !theirs.is_empty()) { &from.status } else { &to.status };
    details.push(("number".to_owned(), from.number.to_string()));
    if is_conflict {
        details.push(("status".to_owned(), to.status.clone()));
        details.push(("other_status".to_owned(), from.status.clone()));
    }
    let joined = StoredFinding {
        status: status.clone(),
        is_reopened: to.is_reopened || from.is_reopened || is_conflict,
        is_open: to.is_open || from.is_open,
        retracted_reason: to.retracted_reason.clone().filter(|_| !from.is_open),
        changed_at: installation.now(),
        ..to.clone()
    };
    findings::update(work, &joined).await?;
    findings::replace_by(work, to.organisation, from.id, to.id).await?;
    let mut events = vec![event(installation, to, "alias_merged", details)];
    if is_conflict {
        let why = vec![("reason".to_owned(), "assessments_differ".to_owned())];
        events.push(event(installation, to, "reopened", why));
    }
    findings::append_events(work, &events).await?;
    Ok(())
}
