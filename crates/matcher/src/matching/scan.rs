//! A scan: every component against the library, findings with their evidence, and what could not be checked.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::cpe::Cpe;
use kikimori_core::finding::{
    Confidence, Finding, NotChecked, NotCheckedReason, Reason, Scan, Verdict, VulnerabilitySummary,
};
use kikimori_core::limits::SCAN_FINDINGS_MAX;
use kikimori_core::sbom::{Component, Role, Sbom};
use kikimori_core::statement::UnknownReason;
use kikimori_core::verdict::Tri;
use kikimori_core::vulnerability::Authority;

use super::context::Context;
use super::describe::describe;
use super::evaluate::evaluate;
use super::groups::Groups;
use super::identity::{Identity, SearchName, identify};
use crate::library::segment::RowState;
use crate::library::{At, Library, key, sha256_hex};

/// What is asked of a scan beyond the SBOM.
#[derive(Clone, Debug, Default)]
pub struct ScanOptions {
    /// What is known about the platform.
    pub platform: Vec<Cpe>,
    /// Also give findings that say "not affected", with their evidence (for `explain`).
    pub include_not_affected: bool,
    /// Threads to match with; 0 or 1 is the calling thread alone.
    pub n_threads: usize,
}

/// One entry that spoke about a component.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The entry.
    pub entry: At,
    /// Its record.
    pub record: At,
    /// The search that found it.
    pub search: u16,
    /// What it says.
    pub answer: Tri,
    /// Why it is undecided.
    pub reason: Option<Reason>,
    /// A row says explicitly that this version is not affected.
    pub is_explicit: bool,
    /// It may speak about another release of the distribution.
    pub is_release_open: bool,
    /// How near its asserter stands.
    pub authority: Authority,
    /// How sure the identification is.
    pub confidence: Confidence,
    /// A nearer statement overrules it.
    pub is_overruled: bool,
}

/// Scans an SBOM against a library, or without one (then nothing is checked, and says so).
#[must_use]
pub fn scan(sbom: &Sbom, library: Option<&Library>, options: &ScanOptions) -> Scan {
    let context = Context::new(sbom, &options.platform);
    let mut result = Scan {
        snapshot: library.map(|library| library.snapshot().to_owned()).unwrap_or_default(),
        findings: Vec::new(),
        retracted: Vec::new(),
        not_checked: Vec::new(),
        platform: context.platform.shown(),
        n_checked: 0,
        missing_ecosystems: BTreeMap::new(),
    };
    let Some(library) = library else {
        result.not_checked = (0..sbom.components.len())
            .map(|component| NotChecked {
                component: component as u32,
                reason: NotCheckedReason::NoLibrary,
                detail: None,
            })
            .collect();
        return result;
    };
    let distinct = distinct_identities(sbom);
    let firsts: Vec<u32> = distinct.iter().filter_map(|members| members.first().copied()).collect();
    let matched = match_all(&firsts, sbom, library, &context, options);
    let mut coverage = Coverage::default();
    let mut groups = Groups::new(library);
    let mut found: BTreeMap<u32, Vec<Finding>> = BTreeMap::new();
    for ((first, hits), members) in firsts.iter().zip(matched).zip(distinct) {
        let Some(component) = sbom.components.get(*first as usize) else { continue };
        let identity = identify(component, context.system.as_ref());
        let not_checked = coverage.check(library, &identity, members.len(), &mut result.missing_ecosystems);
        let is_found = hits.iter().any(|hit| hit.answer != Tri::No);
        for member in &members {
            let role = sbom.components.get(*member as usize).map(|component| component.role);
            match &not_checked {
                // What the document is about needs no identifier of its own, and a finding is an answer.
                Some((NotCheckedReason::NoIdentifier, _)) if role == Some(Role::Subject) => {}
                Some((reason, detail)) if !is_found => {
                    result.not_checked.push(NotChecked {
                        component: *member,
                        reason: *reason,
                        detail: detail.clone(),
                    });
                }
                _ => result.n_checked += 1,
            }
        }
        if !hits.is_empty() {
            let findings = combine(*first, hits, &identity, library, &context, &mut groups, options);
            for member in members {
                let copies = findings.iter().cloned().map(|finding| Finding { component: member, ..finding });
                found.entry(member).or_default().extend(copies);
            }
        }
    }
    for finding in found.into_values().flatten().take(SCAN_FINDINGS_MAX) {
        if finding.verdict == Verdict::NotAffected {
            result.retracted.push(finding);
        } else {
            result.findings.push(finding);
        }
    }
    sort(&mut result.findings);
    sort(&mut result.retracted);
    result.not_checked.sort_by_key(|not_checked| not_checked.component);
    result
}

/// What decides whether two components are one identity: their identifiers and version.
fn identity_key(component: &Component) -> (&[String], &[String], Option<&str>) {
    (&component.purls, &component.cpes, component.version.as_deref())
}

/// Components by identity, so that each is matched once: the indexes of those that share one, in document order.
fn distinct_identities(sbom: &Sbom) -> Vec<Vec<u32>> {
    #[expect(clippy::disallowed_types, reason = "look-ups only; the order is the document's")]
    let mut known = std::collections::HashMap::with_capacity(sbom.components.len());
    let mut distinct: Vec<Vec<u32>> = Vec::new();
    for (index, component) in sbom.components.iter().enumerate() {
        let number = *known.entry(identity_key(component)).or_insert(distinct.len());
        match distinct.get_mut(number) {
            Some(members) => members.push(index as u32),
            None => distinct.push(vec![index as u32]),
        }
    }
    distinct
}

/// Matches every listed component, on several threads when asked. The result has the order of `firsts`.
fn match_all(
    firsts: &[u32],
    sbom: &Sbom,
    library: &Library,
    context: &Context,
    options: &ScanOptions,
) -> Vec<Vec<Hit>> {
    let run = |part: &[u32]| -> Vec<Vec<Hit>> {
        part.iter()
            .map(|index| {
                let Some(component) = sbom.components.get(*index as usize) else { return Vec::new() };
                let identity = identify(component, context.system.as_ref());
                let hits = match_identity(&identity, library, context);
                let is_wanted = options.include_not_affected || hits.iter().any(|hit| hit.answer != Tri::No);
                if is_wanted { hits } else { Vec::new() }
            })
            .collect()
    };
    let n_threads = options.n_threads.clamp(1, 64);
    if n_threads == 1 || firsts.len() < 64 {
        return run(firsts);
    }
    // Small parts, dealt in turn, keep the threads even when one product has thousands of entries.
    let parts: Vec<&[u32]> = firsts.chunks(firsts.len().div_ceil(n_threads * 16).max(1)).collect();
    let mut results: Vec<Vec<Vec<Hit>>> = Vec::with_capacity(parts.len());
    let next = std::sync::atomic::AtomicUsize::new(0);
    let done = std::sync::Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(part) = parts.get(number) else { break };
                    let hits = run(part);
                    if let Ok(mut done) = done.lock() {
                        done.insert(number, hits);
                    }
                }
            });
        }
    });
    results.extend(done.into_inner().unwrap_or_default().into_values());
    results.into_iter().flatten().collect()
}

/// Every entry that speaks about an identity, with what it says; ordered by record so that the order of import does
/// not show.
#[must_use]
pub fn match_identity(identity: &Identity, library: &Library, context: &Context) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut seen = BTreeSet::new();
    for (number, search) in identity.searches.iter().enumerate() {
        for text in search.keys() {
            library.entries(key::hash(&text), |entry_at, record| {
                if !seen.insert((number, entry_at)) {
                    return;
                }
                let record_at = At { segment: entry_at.segment, number: record };
                hits.extend(hit(identity, number, entry_at, record_at, library, context));
            });
        }
    }
    settle_open_releases(&mut hits);
    hits
}

/// What an entry says about an identity, looked up by its search `number`.
fn hit(
    identity: &Identity,
    number: usize,
    entry_at: At,
    record_at: At,
    library: &Library,
    context: &Context,
) -> Option<Hit> {
    let search = identity.searches.get(number)?;
    let entry = library.segments().get(entry_at.segment as usize)?.entry(entry_at.number)?;
    let outcome = evaluate(&entry, search, identity, context)?;
    Some(Hit {
        entry: entry_at,
        record: record_at,
        search: number as u16,
        answer: outcome.answer,
        reason: outcome.reason,
        is_explicit: outcome.is_explicit,
        is_release_open: outcome.is_release_open,
        authority: entry.authority,
        confidence: outcome.confidence,
        is_overruled: false,
    })
}

/// What the given records say about an identity: the hits of [`match_identity`] that belong to them.
#[must_use]
pub fn match_records(identity: &Identity, records: &[At], library: &Library, context: &Context) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for number in 0..identity.searches.len() {
        for record_at in records {
            let Some((_, row)) = library.record(*record_at) else { continue };
            if row.state != RowState::Live {
                continue;
            }
            for entry in row.first_entry..row.first_entry.saturating_add(row.n_entries) {
                let entry_at = At { segment: record_at.segment, number: entry };
                hits.extend(hit(identity, number, entry_at, *record_at, library, context));
            }
        }
    }
    settle_open_releases(&mut hits);
    hits
}

/// Where the distribution's release is not known and its releases answer differently within one record, nothing is
/// decided; where they all agree, their answer stands.
fn settle_open_releases(hits: &mut [Hit]) {
    let mut answers: BTreeMap<At, BTreeSet<Tri>> = BTreeMap::new();
    for hit in hits.iter().filter(|hit| hit.is_release_open) {
        answers.entry(hit.record).or_default().insert(hit.answer);
    }
    for hit in hits.iter_mut().filter(|hit| hit.is_release_open) {
        if answers.get(&hit.record).is_some_and(|answers| answers.len() > 1) {
            hit.answer = Tri::Unknown;
            hit.reason = Some(Reason::DistributionReleaseUnknown);
        }
    }
}

/// Which identities the library can check at all, remembered by ecosystem.
#[derive(Default)]
struct Coverage {
    /// Answers by ecosystem and release.
    known: BTreeMap<(String, Option<String>), bool>,
}

impl Coverage {
    /// Why nothing about an identity can be checked; `None` when something can. Counts missing ecosystems.
    fn check(
        &mut self,
        library: &Library,
        identity: &Identity,
        n_members: usize,
        missing: &mut BTreeMap<String, usize>,
    ) -> Option<(NotCheckedReason, Option<String>)> {
        if let Some((reason, detail)) = &identity.unsearchable {
            return Some((*reason, detail.clone()));
        }
        let mut is_covered = false;
        let mut absent: Option<String> = None;
        for search in &identity.searches {
            match &search.name {
                SearchName::Package { ecosystem, .. } => {
                    let known = (ecosystem.base.clone(), ecosystem.release.clone());
                    let covers = *self
                        .known
                        .entry(known)
                        .or_insert_with(|| library.covers(&ecosystem.base, ecosystem.release.as_deref()));
                    is_covered |= covers;
                    if !covers {
                        absent = Some(ecosystem.to_string());
                    }
                }
                SearchName::Cpe { .. } => is_covered |= library.covers_cpe(),
                SearchName::Repository(path) => {
                    absent.get_or_insert_with(|| path.clone());
                    is_covered |= !library.manifest().ecosystems.is_empty() || library.covers_cpe();
                }
            }
        }
        if let Some(absent) = &absent {
            let is_ecosystem =
                identity.searches.iter().any(|search| matches!(&search.name, SearchName::Package { .. }));
            if is_ecosystem {
                *missing.entry(absent.clone()).or_default() += n_members;
            }
        }
        (!is_covered).then_some((NotCheckedReason::NoSourceForEcosystem, absent))
    }
}

/// Puts the hits of one component together by vulnerability.
fn combine(
    component: u32,
    hits: Vec<Hit>,
    identity: &Identity,
    library: &Library,
    context: &Context,
    groups: &mut Groups<'_>,
    options: &ScanOptions,
) -> Vec<Finding> {
    // Most entries say that a version is not affected. Unless those are asked for, only the ones that speak about a
    // vulnerability in question are weighed, and only their records are read.
    let mut in_question: BTreeSet<At> = BTreeSet::new();
    for hit in hits.iter().filter(|hit| hit.answer != Tri::No) {
        for group in groups.of_record(hit.record) {
            in_question.extend(groups.mentioning(group));
        }
    }
    let is_weighed = |hit: &Hit| options.include_not_affected || in_question.contains(&hit.record);
    let mut by_group: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
    for hit in hits.into_iter().filter(is_weighed) {
        for group in groups.of_record(hit.record) {
            by_group.entry(group).or_default().push(hit.clone());
        }
    }
    let mut findings = Vec::new();
    for (group, mut hits) in by_group {
        let Some((verdict, reason)) = weigh(&mut hits, identity, options.include_not_affected) else {
            continue;
        };
        let Some(summary) = groups.summary(group) else { continue };
        let mut evidence: Vec<_> =
            hits.iter().filter_map(|hit| describe(library, hit, identity, context)).collect();
        evidence.sort_by(|left, right| {
            (left.is_overruled, left.verdict != verdict, left.verdict, std::cmp::Reverse(left.confidence))
                .cmp(&(
                    right.is_overruled,
                    right.verdict != verdict,
                    right.verdict,
                    std::cmp::Reverse(right.confidence),
                ))
                .then_with(|| {
                    (&left.source, &left.record, &left.asserter, &left.place, &left.searched_by).cmp(&(
                        &right.source,
                        &right.record,
                        &right.asserter,
                        &right.place,
                        &right.searched_by,
                    ))
                })
        });
        evidence.dedup();
        let carrying = |evidence: &&kikimori_core::finding::Evidence| {
            !evidence.is_overruled && evidence.verdict == verdict
        };
        let fixed: BTreeSet<String> =
            evidence.iter().filter(carrying).filter_map(|item| item.fixed.clone()).collect();
        findings.push(Finding {
            id: finding_id(identity, summary),
            component,
            vulnerability: summary.clone(),
            verdict,
            reason,
            is_disputed: verdict == Verdict::Affected
                && hits.iter().any(|hit| {
                    !hit.is_overruled && hit.answer == Tri::No && hit.confidence > Confidence::Low
                }),
            fixed_versions: fixed.into_iter().collect(),
            confidence: evidence
                .iter()
                .filter(carrying)
                .map(|item| item.confidence)
                .max()
                .unwrap_or(Confidence::Low),
            evidence,
        });
    }
    findings
}

/// Both hits come from the same asserter's part of the same record.
fn is_same_statement(left: &Hit, right: &Hit) -> bool {
    (left.record, left.authority) == (right.record, right.authority)
}

/// Drops what an asserter says of other branches of the versions when the same asserter says in the same record that
/// this version is affected: one record, one answer.
fn drop_answered(hits: &mut Vec<Hit>) {
    let affected: BTreeSet<(At, Authority)> =
        hits.iter().filter(|hit| hit.answer == Tri::Yes).map(|hit| (hit.record, hit.authority)).collect();
    hits.retain(|hit| hit.answer != Tri::No || !affected.contains(&(hit.record, hit.authority)));
}

/// Weighs what the records of one vulnerability say about one component.
///
/// A distribution decides about its own builds: its answer overrules upstream ranges. An explicit "not affected" of
/// the supplier overrules what others derived. Text that could not be read never outweighs a record that decides.
/// `None` when there is nothing to report.
fn weigh(
    hits: &mut [Hit],
    identity: &Identity,
    include_not_affected: bool,
) -> Option<(Verdict, Option<Reason>)> {
    let of_distribution = hits
        .iter()
        .filter(|hit| hit.authority == Authority::Distribution && hit.answer != Tri::Unknown)
        .map(|hit| hit.answer)
        .max();
    if of_distribution.is_some() {
        for hit in hits.iter_mut().filter(|hit| hit.authority != Authority::Distribution) {
            hit.is_overruled = Some(hit.answer) != of_distribution;
        }
    } else if identity.is_distribution_build {
        for hit in
            hits.iter_mut().filter(|hit| hit.authority != Authority::Distribution && hit.answer == Tri::Yes)
        {
            hit.answer = Tri::Unknown;
            hit.reason = Some(Reason::BackportPossible);
        }
    }
    let supplier_denies = hits
        .iter()
        .any(|hit| hit.is_explicit && hit.answer == Tri::No && hit.authority == Authority::Supplier);
    if supplier_denies {
        for hit in hits.iter_mut().filter(|hit| hit.authority == Authority::Derived && hit.answer != Tri::No)
        {
            hit.is_overruled = true;
        }
    }
    let is_decided = hits.iter().any(|hit| !hit.is_overruled && hit.answer == Tri::No);
    let standing = || hits.iter().filter(|hit| !hit.is_overruled);
    if standing().any(|hit| hit.answer == Tri::Yes) {
        return Some((Verdict::Affected, None));
    }
    let open = standing()
        .filter(|hit| hit.answer == Tri::Unknown)
        .filter(|hit| !(is_decided && is_mere_text(hit.reason)))
        .min_by_key(|hit| hit.reason);
    if let Some(hit) = open {
        return Some((Verdict::Unknown, hit.reason));
    }
    let was_affected = hits.iter().any(|hit| hit.is_overruled && hit.answer == Tri::Yes);
    (was_affected || include_not_affected).then_some((Verdict::NotAffected, None))
}

/// Undecided only because a record's words could not be read, or because it says that it does not know.
fn is_mere_text(reason: Option<Reason>) -> bool {
    matches!(
        reason,
        Some(Reason::Version(
            UnknownReason::RangeUnparsed | UnknownReason::BoundUnparsable | UnknownReason::RecordSaysUnknown
        ))
    )
}

/// The finding's id: the same component identity and vulnerability give the same id everywhere.
fn finding_id(identity: &Identity, summary: &VulnerabilitySummary) -> String {
    let mut parts: Vec<String> = identity
        .searches
        .iter()
        .map(|search| format!("{} {}", search.written, search.version.text.as_deref().unwrap_or("-")))
        .collect();
    parts.sort();
    parts.push(summary.id.clone());
    let digest = sha256_hex(parts.join("\n").as_bytes());
    format!("FND-{}", digest.get(..12).unwrap_or_default())
}

/// The most pressing first: affected before undecided, known exploited first, then score, then EPSS; the rest of the
/// order only makes it the same every time.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        let rank = |finding: &Finding| {
            let vulnerability = &finding.vulnerability;
            (
                finding.verdict,
                vulnerability.kev.is_none(),
                std::cmp::Reverse(vulnerability.top_score().map(|asserted| asserted.score.score_tenths)),
                std::cmp::Reverse(vulnerability.epss.map(|epss| epss.probability_ppm)),
                std::cmp::Reverse(finding.confidence),
            )
        };
        rank(left)
            .cmp(&rank(right))
            .then_with(|| left.vulnerability.id.cmp(&right.vulnerability.id))
            .then_with(|| left.component.cmp(&right.component))
            .then_with(|| left.id.cmp(&right.id))
    });
}
