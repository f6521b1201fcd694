//! What the records of one vulnerability say together about one component.

use std::collections::BTreeSet;

use kikimori_core::finding::{Reason, Verdict};
use kikimori_core::statement::UnknownReason;
use kikimori_core::verdict::Tri;
use kikimori_core::vulnerability::Authority;

use super::identity::Identity;
use super::scan::Hit;

/// Weighs what the records of one vulnerability say about one component.
///
/// A distribution decides about its own builds: its answer overrules upstream ranges. An explicit "not affected" of
/// the supplier overrules what others derived. Text that could not be read never outweighs a record that decides.
/// `None` when there is nothing to report.
pub(super) fn weigh(
    hits: &mut [Hit],
    identity: &Identity,
    include_not_affected: bool,
) -> Option<(Verdict, Option<Reason>)> {
    settle_open_releases(hits);
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

/// Where the distribution's release is not known and its releases answer differently, nothing is decided; where they
/// all agree, their answer stands.
fn settle_open_releases(hits: &mut [Hit]) {
    let open = hits.iter().filter(|hit| hit.is_release_open);
    let answers: BTreeSet<Tri> = open.map(|hit| hit.answer).collect();
    if answers.len() < 2 {
        return;
    }
    for hit in hits.iter_mut().filter(|hit| hit.is_release_open) {
        hit.answer = Tri::Unknown;
        hit.reason = Some(Reason::DistributionReleaseUnknown);
    }
}
