//! Findings: the hits of one component put together by vulnerability.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::finding::{Confidence, Evidence, Finding, Verdict, VulnerabilitySummary};
use kikimori_core::verdict::Tri;

use super::context::Context;
use super::describe::describe;
use super::groups::Groups;
use super::identity::Identity;
use super::scan::{Hit, ScanOptions};
use super::weigh::weigh;
use crate::library::{Library, sha256_hex};

/// Puts the hits of one component together by vulnerability.
pub(super) fn combine(
    component: u32,
    hits: Vec<Hit>,
    identity: &Identity,
    library: &Library,
    context: &Context,
    groups: &mut Groups<'_>,
    options: &ScanOptions,
) -> Vec<Finding> {
    let mut by_group: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
    for hit in hits {
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
        let carrying = |evidence: &&Evidence| !evidence.is_overruled && evidence.verdict == verdict;
        let fixed: BTreeSet<String> =
            evidence.iter().filter(carrying).filter_map(|item| item.fixed.clone()).collect();
        findings.push(Finding {
            id: finding_id(identity, &summary),
            component,
            vulnerability: summary,
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
