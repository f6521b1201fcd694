//! Bringing the findings of an SBOM in line with what the library says about its units.
//!
//! Findings appear, change and are retracted, each with its reason, and what people said about them stays.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::assessment::AssessmentStatus;
use kikimori_core::id::{FindingId, IdentityId, VulnerabilityId};
use kikimori_store::findings::{self, FindingEvent, Occurrence, StoredFinding};
use kikimori_store::sbom_checks::{self, Said, SbomHead};
use kikimori_store::vulnerabilities::{self, Vulnerability};
use kikimori_store::{Transaction, counters};

use super::names::event;
use super::{NUMBERS, codes};
use crate::app_error::AppError;
use crate::installation::Installation;

/// How often findings came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Findings that appeared.
    pub n_appeared: usize,
    /// Findings that changed.
    pub n_changed: usize,
    /// Findings that were retracted.
    pub n_retracted: usize,
}

/// A component's key and a vulnerability: what a finding of a product is about.
type About = (String, VulnerabilityId);

/// What is being brought in line.
struct Work<'a> {
    /// The SBOM.
    head: &'a SbomHead,
    /// Findings by what they are about, those of the product that may be touched.
    findings: BTreeMap<About, StoredFinding>,
    /// Findings that are not in the database yet.
    new: BTreeSet<FindingId>,
    /// Occurrences to be written.
    written: Vec<Occurrence>,
    /// Vulnerabilities of what is said.
    vulnerabilities: BTreeMap<VulnerabilityId, Vulnerability>,
}

/// Brings the findings of an SBOM in line, as far as all or some of its identities go. An SBOM that is not current has none.
///
/// # Errors
/// [`AppError::Conflict`] if a person changed a finding meanwhile, or a fault of the database.
pub async fn sbom(
    installation: &Installation,
    work: &mut Transaction,
    head: &SbomHead,
    identities: Option<&[IdentityId]>,
) -> Result<Changes, AppError> {
    let said = if head.state == "current" {
        sbom_checks::said(work, head.organisation, head.id, identities).await?
    } else {
        Vec::new()
    };
    let held = findings::occurrences_in(work, head.organisation, head.id, identities).await?;
    let mut state = gather(installation, work, head, &said, &held).await?;
    place(installation, &mut state, &said, &held);
    let touched: BTreeSet<FindingId> = state.written.iter().map(|place| place.finding).collect();
    let old: Vec<FindingId> = touched.iter().filter(|id| !state.new.contains(id)).copied().collect();
    let before = findings::occurrences_of(work, head.organisation, &old).await?;
    let mut places: BTreeMap<FindingId, Vec<Occurrence>> = BTreeMap::new();
    for place in before {
        places.entry(place.finding).or_default().push(place);
    }
    let mut written: BTreeMap<FindingId, Vec<&Occurrence>> = BTreeMap::new();
    for place in &state.written {
        written.entry(place.finding).or_default().push(place);
    }
    let mut changes = Changes::default();
    let mut inserted = Vec::new();
    let mut events = Vec::new();
    for finding in state.findings.values().filter(|finding| touched.contains(&finding.id)) {
        let before = places.remove(&finding.id).unwrap_or_default();
        let written = written.remove(&finding.id).unwrap_or_default();
        let is_new = state.new.contains(&finding.id);
        let (after, happened) = rolled_up(installation, finding, &before, &written, is_new);
        changes.n_appeared += usize::from(is_new && after.is_open);
        changes.n_retracted += usize::from(!after.is_open && (finding.is_open || is_new));
        if is_new {
            inserted.push(after);
        } else if after != *finding || !happened.is_empty() {
            changes.n_changed += usize::from(after.is_open);
            findings::update(work, &after).await?;
        }
        events.extend(happened);
    }
    number(work, head, &mut inserted).await?;
    findings::insert(work, &inserted).await?;
    findings::put_occurrences(work, &state.written).await?;
    findings::append_events(work, &events).await?;
    Ok(changes)
}

/// Gathers the findings that may be touched.
async fn gather<'a>(
    installation: &Installation,
    work: &mut Transaction,
    head: &'a SbomHead,
    said: &[Said],
    held: &[Occurrence],
) -> Result<Work<'a>, AppError> {
    let ids: BTreeSet<VulnerabilityId> = said.iter().map(|one| one.vulnerability).collect();
    let ids: Vec<VulnerabilityId> = ids.into_iter().collect();
    let mut known = findings::of_product(work, head.organisation, head.product, &ids).await?;
    let missing: BTreeSet<FindingId> = held.iter().map(|place| place.finding).collect();
    let missing: Vec<FindingId> =
        missing.into_iter().filter(|id| !known.iter().any(|finding| finding.id == *id)).collect();
    known.extend(findings::of_ids(work, head.organisation, &missing).await?);
    let vulnerabilities = vulnerabilities::list_of_ids(work, &ids).await?;
    let about = |finding: StoredFinding| ((finding.component_key.clone(), finding.vulnerability), finding);
    let mut state = Work {
        head,
        findings: known.into_iter().map(about).collect(),
        new: BTreeSet::new(),
        written: Vec::new(),
        vulnerabilities,
    };
    for one in said {
        let about = (one.component_key.clone(), one.vulnerability);
        let Some(vulnerability) = state.vulnerabilities.get(&one.vulnerability) else { continue };
        state.findings.entry(about).or_insert_with(|| {
            let finding = new_finding(installation, head, one, vulnerability);
            state.new.insert(finding.id);
            finding
        });
    }
    Ok(state)
}

/// A finding that was not there; its number comes later.
fn new_finding(
    installation: &Installation,
    head: &SbomHead,
    said: &Said,
    vulnerability: &Vulnerability,
) -> StoredFinding {
    let now = installation.now();
    StoredFinding {
        organisation: head.organisation,
        id: FindingId::new(installation.new_id()),
        number: 0,
        product: head.product,
        component_key: said.component_key.clone(),
        vulnerability: said.vulnerability,
        component_label: label(said),
        vulnerability_name: vulnerability.name.clone(),
        verdict: said.verdict.clone(),
        confidence: said.confidence.clone(),
        severity: vulnerability.severity,
        score_milli: vulnerability.score_milli,
        is_kev: vulnerability.kev_added_on.is_some(),
        epss_ppm: vulnerability.epss_ppm,
        status: AssessmentStatus::NotAssessed.code().to_owned(),
        is_reopened: false,
        is_open: false,
        retracted_reason: None,
        first_seen_at: now,
        changed_at: now,
        revision: 1,
    }
}

/// Name and version of a component.
fn label(said: &Said) -> String {
    match &said.version {
        Some(version) => format!("{} {version}", said.name),
        None => said.name.clone(),
    }
}

/// Places what is said, and retracts what is said no more.
fn place(installation: &Installation, state: &mut Work<'_>, said: &[Said], held: &[Occurrence]) {
    let now = installation.now();
    let mut left: BTreeMap<(FindingId, IdentityId), &Occurrence> =
        held.iter().map(|place| ((place.finding, place.identity), place)).collect();
    for one in said {
        let about = (one.component_key.clone(), one.vulnerability);
        let Some(finding) = state.findings.get(&about) else { continue };
        let is_open = one.verdict != "not_affected";
        let held = left.remove(&(finding.id, one.identity));
        let place = Occurrence {
            organisation: state.head.organisation,
            finding: finding.id,
            sbom: state.head.id,
            identity: one.identity,
            release: state.head.release,
            context: one.context,
            label: label(one),
            verdict: one.verdict.clone(),
            confidence: one.confidence.clone(),
            evidence_sha256: one.evidence_sha256,
            is_open,
            retracted_reason: (!is_open).then(|| "overruled".to_owned()),
            first_seen_at: held.map_or(now, |held| held.first_seen_at),
            changed_at: held.map_or(now, |held| held.changed_at),
        };
        if held != Some(&place) {
            state.written.push(Occurrence { changed_at: now, ..place });
        }
    }
    let reason = match state.head.state.as_str() {
        "withdrawn" => "sbom_withdrawn",
        "superseded" => "sbom_superseded",
        _ => "no_longer_matched",
    };
    for held in left.into_values().filter(|held| held.is_open) {
        let retracted_reason = Some(reason.to_owned());
        state.written.push(Occurrence { is_open: false, retracted_reason, changed_at: now, ..held.clone() });
    }
}

/// What a finding comes to with its occurrences as they are now, and what happened to it.
fn rolled_up(
    installation: &Installation,
    finding: &StoredFinding,
    before: &[Occurrence],
    written: &[&Occurrence],
    is_new: bool,
) -> (StoredFinding, Vec<FindingEvent>) {
    let key = |place: &Occurrence| (place.sbom, place.identity);
    let kept = before.iter().filter(|place| !written.iter().any(|other| key(other) == key(place)));
    let places: Vec<&Occurrence> = kept.chain(written.iter().copied()).collect();
    let mut after = finding.clone();
    let open: Vec<&&Occurrence> = places.iter().filter(|place| place.is_open).collect();
    let rank = |place: &Occurrence| {
        (place.verdict == "affected", codes::confidence_rank(&place.confidence), place.first_seen_at)
    };
    if let Some(strongest) = open.iter().max_by_key(|place| rank(place)) {
        after.is_open = true;
        after.retracted_reason = None;
        after.verdict.clone_from(&strongest.verdict);
        after.confidence.clone_from(&strongest.confidence);
        after.component_label.clone_from(&strongest.label);
    } else if let Some(last) = places.iter().max_by_key(|place| place.changed_at) {
        after.is_open = false;
        after.retracted_reason.clone_from(&last.retracted_reason);
        if last.retracted_reason.as_deref() == Some("overruled") {
            after.verdict.clone_from(&last.verdict);
        }
    }
    let mut happened: Vec<(&str, Vec<(String, String)>)> = Vec::new();
    let detail = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let reason = after.retracted_reason.clone().unwrap_or_default();
    match (is_new, finding.is_open, after.is_open) {
        (true, _, true) => happened.push(("appeared", vec![detail("component", &after.component_label)])),
        (_, true, false) | (true, _, false) => happened.push(("retracted", vec![detail("reason", &reason)])),
        (false, false, true) => {
            happened.push(("reappeared", vec![detail("component", &after.component_label)]));
        }
        (false, true, true) if after.verdict != finding.verdict => {
            happened.push(("changed", vec![detail("from", &finding.verdict), detail("to", &after.verdict)]));
        }
        (false, ..) => {}
    }
    let changed = before.iter().any(|old| {
        written
            .iter()
            .any(|new| key(new) == key(old) && new.is_open && new.evidence_sha256 != old.evidence_sha256)
    });
    if changed && after.is_open && after.verdict == finding.verdict {
        happened.push(("evidence_changed", Vec::new()));
    }
    let is_assessed = finding.status != AssessmentStatus::NotAssessed.code();
    if is_assessed && changed && after.is_open && !finding.is_reopened {
        after.is_reopened = true;
        happened.push(("reopened", vec![detail("reason", "evidence_changed")]));
    }
    if !happened.is_empty() {
        after.changed_at = installation.now();
    }
    let events = happened.into_iter().map(|(kind, details)| event(installation, finding, kind, details));
    (after, events.collect())
}

/// Gives new findings their numbers, the most pressing first.
async fn number(
    work: &mut Transaction,
    head: &SbomHead,
    inserted: &mut [StoredFinding],
) -> Result<(), AppError> {
    if inserted.is_empty() {
        return Ok(());
    }
    inserted.sort_by(|left, right| {
        let rank = |finding: &StoredFinding| {
            (!finding.is_open, std::cmp::Reverse((finding.severity, finding.score_milli)))
        };
        rank(left)
            .cmp(&rank(right))
            .then_with(|| left.vulnerability_name.cmp(&right.vulnerability_name))
            .then_with(|| left.component_key.cmp(&right.component_key))
    });
    let n = u32::try_from(inserted.len()).unwrap_or(u32::MAX);
    let first = counters::take(work, head.organisation.id(), NUMBERS, n).await?;
    for (number, finding) in (first..).zip(inserted.iter_mut()) {
        finding.number = number;
    }
    Ok(())
}
