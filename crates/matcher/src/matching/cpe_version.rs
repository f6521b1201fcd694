//! A component's version against a CPE criteria: its range, its version and its update.

use kikimori_core::cpe::{Attribute, Cpe, CpeValue, Relation, relate};
use kikimori_core::finding::Reason;
use kikimori_core::statement::{BoundRef, RowRef, Status, UnknownReason, VersionsRef, judge};
use kikimori_core::verdict::Tri;
use kikimori_core::version::{Scheme, Version};

use super::evaluate::answer_of;
use super::identity::LazyVersion;

/// Judges the component's version against a CPE criteria with its range.
pub(super) fn cpe_version<'a>(
    criteria: &Cpe,
    lower: Option<BoundRef<'a>>,
    upper: Option<BoundRef<'a>>,
    component: &Cpe,
    version: &LazyVersion,
) -> ((Tri, Option<Reason>), Option<VersionsRef<'a>>) {
    let candidate = version.candidate(Scheme::Generic);
    if lower.is_some() || upper.is_some() {
        let row = RowRef { status: Status::Affected, versions: VersionsRef::Interval(lower, upper) };
        let judgement = judge(Scheme::Generic, Status::Unaffected, std::iter::once(row), &candidate);
        return (answer_of(judgement.answer).unwrap_or((Tri::No, None)), Some(row.versions));
    }
    let is_stated = candidate.text.is_some();
    let missing = (Tri::Unknown, Some(Reason::Version(UnknownReason::VersionMissing)));
    let answer = match criteria.get(Attribute::Version) {
        CpeValue::Any => (Tri::Yes, None),
        CpeValue::Na if component.get(Attribute::Version) == CpeValue::Na => (Tri::Yes, None),
        CpeValue::Na if is_stated => (Tri::No, None),
        CpeValue::Text(_) | CpeValue::Na if !is_stated => missing,
        CpeValue::Na => (Tri::No, None),
        value @ CpeValue::Text(_) if value.has_wildcard() => {
            let stated = candidate.text.unwrap_or_default().to_lowercase();
            match component
                .clone()
                .with(Attribute::Version, CpeValue::Text(&kikimori_core::cpe::quote(&stated)))
            {
                Ok(cpe) => match relate(value, cpe.get(Attribute::Version)) {
                    Relation::Equal | Relation::Superset => (Tri::Yes, None),
                    _ => (Tri::No, None),
                },
                Err(_) => (Tri::Unknown, Some(Reason::Version(UnknownReason::VersionUnparsable))),
            }
        }
        CpeValue::Text(_) => same_version(criteria, component, candidate.text.unwrap_or_default()),
    };
    (answer, None)
}

/// Whether the component's version is the one that the criteria names, update included.
fn same_version(criteria: &Cpe, component: &Cpe, stated: &str) -> (Tri, Option<Reason>) {
    let plain = criteria.get(Attribute::Version).unescaped().into_owned();
    let joined = criteria.joined_version().unwrap_or_else(|| plain.clone());
    if is_equal(&joined, stated) {
        return (Tri::Yes, None);
    }
    let names_update = matches!(criteria.get(Attribute::Update), CpeValue::Text(_));
    let states_update = matches!(component.get(Attribute::Update), CpeValue::Text(_) | CpeValue::Na);
    if names_update && !states_update && is_equal(&plain, stated) {
        return (Tri::Unknown, Some(Reason::AttributeUnstated));
    }
    let component_plain = match component.get(Attribute::Version) {
        value @ CpeValue::Text(_) => value.unescaped().into_owned(),
        CpeValue::Any | CpeValue::Na => stated.to_owned(),
    };
    if criteria.get(Attribute::Update) == CpeValue::Any && is_equal(&plain, &component_plain) {
        return (Tri::Yes, None);
    }
    if Version::parse(Scheme::Generic, stated).is_err() {
        return (Tri::Unknown, Some(Reason::Version(UnknownReason::VersionUnparsable)));
    }
    (Tri::No, None)
}

/// Equal as texts, or equal in the generic order.
fn is_equal(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || kikimori_core::version::compare(Scheme::Generic, left, right).is_ok_and(std::cmp::Ordering::is_eq)
}
