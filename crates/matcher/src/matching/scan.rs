//! A scan: every component against the library, findings with their evidence, and what could not be checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kikimori_core::cpe::Cpe;
use kikimori_core::day::Day;
use kikimori_core::finding::{
    Confidence, Finding, NotChecked, NotCheckedReason, Reason, RuleConflict, Scan, Verdict,
};
use kikimori_core::lifecycle::Support;
use kikimori_core::limits::SCAN_FINDINGS_MAX;
use kikimori_core::rule_book::{Resolution, RuleBook};
use kikimori_core::sbom::{Component, Role, Sbom, SourcePackage};
use kikimori_core::verdict::Tri;
use kikimori_core::vulnerability::Authority;

use super::combine::{Surroundings, combine};
use super::context::Context;
use super::coverage::Coverage;
use super::equivalence::{add_equivalents, drop_weaker};
use super::evaluate::evaluate;
use super::groups::Groups;
use super::identity::{Identity, identify};
use super::support::Supports;
use crate::library::segment::RowState;
use crate::library::{At, Library, key};

/// Parts of the match after which pages of the library are let go of: about a sixteenth of the whole.
const PARTS_BETWEEN_RELEASES: usize = 2;
/// Components with hits after which pages of the library are let go of, while findings are put together.
const COMPONENTS_BETWEEN_RELEASES: usize = 32;

/// What is asked of a scan beyond the SBOM.
#[derive(Clone, Debug, Default)]
pub struct ScanOptions {
    /// What is known about the platform.
    pub platform: Vec<Cpe>,
    /// Also give findings that say "not affected", with their evidence (for `explain`).
    pub include_not_affected: bool,
    /// The day on which support is asked about; `None` leaves it out.
    pub on: Option<Day>,
    /// Threads to match with; 0 or 1 is the calling thread alone.
    pub n_threads: usize,
    /// What people decided about identities.
    pub rules: RuleBook,
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
    let resolutions = resolutions(sbom, &options.rules);
    let context = Context::new(sbom, &resolutions, &options.platform);
    let mut result = Scan {
        snapshot: library.map(|library| library.snapshot().to_owned()).unwrap_or_default(),
        findings: Vec::new(),
        retracted: Vec::new(),
        not_checked: Vec::new(),
        platform: context.platform.shown(),
        n_checked: 0,
        missing_ecosystems: BTreeMap::new(),
        rules_applied: Vec::new(),
        rule_conflicts: Vec::new(),
        support: Support::default(),
    };
    note_rules(&mut result, &resolutions);
    let Some(library) = library else {
        result.not_checked = all_without_library(sbom);
        return result;
    };
    let distinct = distinct_identities(sbom, &resolutions);
    let firsts: Vec<u32> = distinct.iter().filter_map(|members| members.first().copied()).collect();
    let identity_of = |number: u32| {
        let component = sbom.components.get(number as usize)?;
        let resolution = resolutions.get(number as usize).and_then(Option::as_ref);
        Some(identify(component, resolution, context.system.as_ref()))
    };
    let matched = match_all(&firsts, &identity_of, library, &context, options);
    let surroundings = Surroundings { library, context: &context, options };
    let mut coverage = Coverage::default();
    let mut groups = Groups::new(library);
    let mut supports = Supports::new(library, options.on);
    let mut found: BTreeMap<u32, Vec<Finding>> = BTreeMap::new();
    let mut n_combined = 0_usize;
    library.release();
    for ((first, hits), members) in firsts.iter().zip(matched).zip(distinct) {
        let Some(mut identity) = identity_of(*first) else { continue };
        let not_checked = coverage.check(library, &identity, members.len(), &mut result.missing_ecosystems);
        if let Some(supports) = &mut supports {
            supports.add(sbom, &identity, &members);
        }
        let is_found = hits.iter().any(|hit| hit.answer != Tri::No);
        note_checked(&mut result, sbom, &members, not_checked.as_ref().filter(|_| !is_found));
        if !hits.is_empty() {
            let has_database = coverage.has_database(library, &identity);
            add_equivalents(&mut identity, library);
            n_combined += 1;
            if n_combined.is_multiple_of(COMPONENTS_BETWEEN_RELEASES) {
                library.release();
            }
            let findings = combine(*first, hits, &identity, &surroundings, &mut groups, has_database);
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
    result.support = supports.map(|supports| supports.finish(library)).unwrap_or_default();
    sort(&mut result.findings);
    sort(&mut result.retracted);
    result.not_checked.sort_by_key(|not_checked| not_checked.component);
    result
}

/// Every listed component as not checked, because there is no library.
fn all_without_library(sbom: &Sbom) -> Vec<NotChecked> {
    let listed = (0_u32..).zip(&sbom.components).filter(|(_, component)| component.role.is_listed());
    let reason = NotCheckedReason::NoLibrary;
    listed.map(|(component, _)| NotChecked { component, reason, detail: None }).collect()
}

/// Counts components as checked, or lists them with the reason why not. What the document is about needs no identifier
/// of its own.
fn note_checked(
    result: &mut Scan,
    sbom: &Sbom,
    members: &[u32],
    not_checked: Option<&(NotCheckedReason, Option<String>)>,
) {
    for member in members {
        let role = sbom.components.get(*member as usize).map(|component| component.role);
        match not_checked {
            None => result.n_checked += 1,
            Some((NotCheckedReason::NoIdentifier, _)) if role == Some(Role::Subject) => {}
            Some((reason, detail)) => {
                let (reason, detail) = (*reason, detail.clone());
                result.not_checked.push(NotChecked { component: *member, reason, detail });
            }
        }
    }
}

/// What the rules say about each component; empty when there are no rules.
fn resolutions(sbom: &Sbom, rules: &RuleBook) -> Vec<Option<Resolution>> {
    if rules.is_empty() {
        return Vec::new();
    }
    sbom.components.iter().map(|component| rules.resolve(component)).collect()
}

/// Notes which rules were applied and which disagree.
fn note_rules(result: &mut Scan, resolutions: &[Option<Resolution>]) {
    for (number, resolution) in resolutions.iter().enumerate() {
        let Some(resolution) = resolution else { continue };
        let component = number as u32;
        let mut applied: Vec<_> = resolution.applied().map(|rule| (component, Arc::clone(rule))).collect();
        applied.dedup();
        result.rules_applied.extend(applied);
        if !resolution.conflict.is_empty() {
            result.rule_conflicts.push(RuleConflict { component, rules: resolution.conflict.clone() });
        }
    }
}

/// What decides whether two components are one identity: package URLs, CPEs, version, source package, and the ids of
/// the rules about it.
type IdentityKey<'a> = (&'a [String], &'a [String], Option<&'a str>, Option<&'a SourcePackage>, Vec<&'a str>);

/// The key of a component.
fn identity_key<'a>(component: &'a Component, resolution: Option<&'a Resolution>) -> IdentityKey<'a> {
    let rules = resolution.into_iter().flat_map(|found| found.applied().chain(&found.conflict));
    (
        &component.purls,
        &component.cpes,
        component.version.as_deref(),
        component.details().source.as_deref(),
        rules.map(|rule| rule.id.as_str()).collect(),
    )
}

/// Components by identity, so that each is matched once: the indexes of those that share one, in document order.
fn distinct_identities(sbom: &Sbom, resolutions: &[Option<Resolution>]) -> Vec<Vec<u32>> {
    #[expect(clippy::disallowed_types, reason = "look-ups only; the order is the document's")]
    let mut known = std::collections::HashMap::with_capacity(sbom.components.len());
    let mut distinct: Vec<Vec<u32>> = Vec::new();
    for (index, component) in sbom.components.iter().enumerate() {
        let resolution = resolutions.get(index).and_then(Option::as_ref);
        let number = *known.entry(identity_key(component, resolution)).or_insert(distinct.len());
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
    identity_of: &(dyn Fn(u32) -> Option<Identity> + Sync),
    library: &Library,
    context: &Context,
    options: &ScanOptions,
) -> Vec<Vec<Hit>> {
    let run = |part: &[u32]| -> Vec<Vec<Hit>> {
        part.iter()
            .map(|index| {
                let Some(mut identity) = identity_of(*index) else { return Vec::new() };
                add_equivalents(&mut identity, library);
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
                    if (number + 1).is_multiple_of(PARTS_BETWEEN_RELEASES) {
                        library.release();
                    }
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
    let mut hits = all_hits(identity, library, context);
    drop_weaker(&mut hits, identity);
    hits
}

/// The hits of [`match_identity`] before those of equivalent names that add nothing are dropped. Which entries they are
/// does not depend on the context, only what these say.
pub(super) fn all_hits(identity: &Identity, library: &Library, context: &Context) -> Vec<Hit> {
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
        confidence: if search.equivalence.is_some() { Confidence::Low } else { outcome.confidence },
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
    drop_weaker(&mut hits, identity);
    hits
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
