//! Findings: the hits of one component put together by vulnerability.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::finding::{Confidence, Evidence, Finding, Verdict, VulnerabilitySummary};
use kikimori_core::verdict::Tri;
use kikimori_core::vulnerability::Authority;

use super::context::Context;
use super::describe::describe;
use super::groups::Groups;
use super::identity::{Identity, Search, SearchName};
use super::scan::{Hit, ScanOptions};
use super::weigh::weigh;
use crate::library::{At, Library, sha256_hex};

/// What is the same for every component of a scan.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    /// Where the records are.
    pub library: &'a Library,
    /// Platform and other components.
    pub context: &'a Context,
    /// What was asked.
    pub options: &'a ScanOptions,
}

/// Puts the hits of one component together by vulnerability. `has_database` when the library holds the database of the
/// component's ecosystem.
pub(super) fn combine(
    component: u32,
    hits: Vec<Hit>,
    identity: &Identity,
    surroundings: &Surroundings<'_>,
    groups: &mut Groups<'_>,
    has_database: bool,
) -> Vec<Finding> {
    let Surroundings { library, context, options } = *surroundings;
    let by_group = grouped(hits, groups, options);
    let mut findings = Vec::new();
    for (group, mut hits) in by_group {
        if !options.include_not_affected {
            drop_answered(&mut hits);
        }
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
        let carrying = |evidence: &&Evidence| !evidence.is_overruled && evidence.verdict == verdict;
        let fixed: BTreeSet<String> =
            evidence.iter().filter(carrying).filter_map(|item| item.fixed.clone()).collect();
        findings.push(Finding {
            id: finding_id(identity, &summary),
            component,
            vulnerability: summary,
            verdict,
            reason,
            is_disputed: verdict == Verdict::Affected && is_disputed(&hits),
            fixed_versions: fixed.into_iter().collect(),
            confidence: confidence(&evidence, verdict, &hits, identity, has_database),
            evidence,
        });
    }
    findings
}

/// The hits by group.
fn grouped(hits: Vec<Hit>, groups: &mut Groups<'_>, options: &ScanOptions) -> BTreeMap<usize, Vec<Hit>> {
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
    by_group
}

/// Both hits come from the same asserter's part of the same record.
fn is_same_statement(left: &Hit, right: &Hit) -> bool {
    (left.record, left.authority) == (right.record, right.authority)
}

/// Drops what an asserter says of other branches of the versions when the same asserter says in the same record that
/// this version is affected: one record, one answer. Releases of a distribution that is not known stay apart.
fn drop_answered(hits: &mut Vec<Hit>) {
    let affected: BTreeSet<(At, Authority)> =
        hits.iter().filter(|hit| hit.answer == Tri::Yes).map(|hit| (hit.record, hit.authority)).collect();
    hits.retain(|hit| {
        hit.is_release_open || hit.answer != Tri::No || !affected.contains(&(hit.record, hit.authority))
    });
}

/// Another asserter, well identified, says "not affected".
fn is_disputed(hits: &[Hit]) -> bool {
    hits.iter().any(|hit| {
        !hit.is_overruled
            && hit.answer == Tri::No
            && hit.confidence > Confidence::Low
            && !hits.iter().any(|other| is_same_statement(hit, other) && other.answer == Tri::Yes)
    })
}

/// The strongest confidence among the statements that carry the verdict.
///
/// Low when the component is a package of an ecosystem whose database the library holds and that database says
/// nothing of this vulnerability: then only a CPE or a product name agrees, and other software may bear the same. A name
/// that a person decided on is not doubted.
fn confidence(
    evidence: &[Evidence],
    verdict: Verdict,
    hits: &[Hit],
    identity: &Identity,
    has_database: bool,
) -> Confidence {
    let is_by_package = hits.iter().any(|hit| {
        let search = identity.searches.get(usize::from(hit.search));
        search.is_some_and(|search| {
            matches!(search.name, SearchName::Package { .. }) && search.equivalence.is_none()
                || search.rule.is_some()
        })
    });
    if has_database && !is_by_package {
        return Confidence::Low;
    }
    let carrying = evidence.iter().filter(|item| !item.is_overruled && item.verdict == verdict);
    carrying.map(|item| item.confidence).max().unwrap_or(Confidence::Low)
}

/// The finding's id: the same component identity and vulnerability give the same id everywhere. What a rule or
/// an equivalent name adds to the component's own identifiers leaves the id as it was.
fn finding_id(identity: &Identity, summary: &VulnerabilitySummary) -> String {
    let is_own = |search: &&Search| search.rule.is_none() && search.equivalence.is_none();
    let has_own = identity.searches.iter().any(|search| is_own(&search));
    let mut parts: Vec<String> = identity
        .searches
        .iter()
        .filter(|search| search.equivalence.is_none() && (!has_own || is_own(search)))
        .map(|search| format!("{} {}", search.written, search.version.text.as_deref().unwrap_or("-")))
        .collect();
    parts.sort();
    parts.push(summary.id.clone());
    let digest = sha256_hex(parts.join("\n").as_bytes());
    format!("FND-{}", digest.get(..12).unwrap_or_default())
}
