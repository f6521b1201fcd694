//! Does this entry speak about this component, and what does it say?

use kikimori_core::cpe::{Attribute, Cpe, CpeValue, Relation, relate};
use kikimori_core::distro;
use kikimori_core::finding::{Condition, Confidence, Reason};
use kikimori_core::package_name;
use kikimori_core::statement::{Answer, BoundRef, RowRef, Status, UnknownReason, VersionsRef, judge};
use kikimori_core::verdict::Tri;
use kikimori_core::version::{Scheme, Version};
use kikimori_core::vulnerability::{Authority, Operator};

use super::context::Context;
use super::identity::{Identity, LANGUAGE_TARGETS, LazyVersion, Search, SearchName, joined_version};
use crate::library::key;
use crate::library::record_codec::{
    Body, ConfigurationView, EntryView, List, MatchView, NameView, NodeView, configurations, matches, names,
    nodes, rows,
};

/// What one entry says about one component.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// Affected, not affected, or undecided.
    pub answer: Tri,
    /// Why it is undecided.
    pub reason: Option<Reason>,
    /// A row says explicitly that this version is not affected.
    pub is_explicit: bool,
    /// The entry may speak about another release of the distribution than the component's, which is not known.
    pub is_release_open: bool,
    /// How sure the identification is.
    pub confidence: Confidence,
    /// The name or criteria that was found.
    pub found: Found<'a>,
    /// The deciding range.
    pub range: Option<VersionsRef<'a>>,
    /// The order used.
    pub scheme: Scheme,
}

/// The name or criteria in the record that was found.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// A name.
    Name(NameView<'a>),
    /// A CPE match inside a configuration.
    Match(ConfigurationView<'a>, usize, MatchView<'a>),
}

/// Evaluates an entry for one search. `None` when the entry does not speak about what was searched.
pub fn evaluate<'a>(
    entry: &EntryView<'a>,
    search: &Search,
    identity: &Identity,
    context: &Context,
) -> Option<Outcome<'a>> {
    match entry.body {
        Body::Versions { names: list, scheme, default, rows: row_list, .. } => names(list)
            .filter_map(|name| evaluate_name(name, entry, scheme, default, row_list, search, identity))
            .max_by_key(|outcome| (outcome.answer, outcome.confidence)),
        Body::Configurations(list) => {
            let SearchName::Cpe { .. } = &search.name else { return None };
            configurations(list)
                .filter_map(|configuration| evaluate_configuration(configuration, search, identity, context))
                .max_by_key(|outcome| (outcome.answer, outcome.confidence))
        }
    }
}

/// Evaluates one name of an entry with version statements.
fn evaluate_name<'a>(
    name: NameView<'a>,
    entry: &EntryView<'a>,
    scheme: Scheme,
    default: Status,
    row_list: List<'a>,
    search: &Search,
    identity: &Identity,
) -> Option<Outcome<'a>> {
    let agreement = agreement(&name, search, identity)?;
    let judgement = judge(scheme, default, rows(row_list), &search.version.candidate(scheme));
    let (mut answer, mut reason) = answer_of(judgement.answer)?;
    if let Some(narrowed) = agreement.version {
        (answer, reason) = and((answer, reason), narrowed);
    }
    if answer == Tri::Yes && agreement.is_open {
        (answer, reason) = (Tri::Unknown, Some(Reason::AttributeUnstated));
    }
    if agreement.confidence == Confidence::Low
        && reason.is_some_and(|reason| matches!(reason, Reason::Version(UnknownReason::RangeUnparsed)))
        && entry.authority == Authority::Derived
    {
        return None;
    }
    Some(Outcome {
        answer,
        reason,
        is_explicit: judgement.answer == (Answer::Unaffected { is_explicit: true }),
        is_release_open: agreement.is_release_open,
        confidence: if agreement.is_open { Confidence::Low } else { agreement.confidence },
        found: Found::Name(name),
        range: judgement.row.map(|row| row.versions),
        scheme,
    })
}

/// A statement's answer as three-valued logic; `None` for silence.
fn answer_of(answer: Answer) -> Option<(Tri, Option<Reason>)> {
    Some(match answer {
        Answer::Affected => (Tri::Yes, None),
        Answer::Unaffected { .. } => (Tri::No, None),
        Answer::Silent => return None,
        Answer::Unknown(reason) => (Tri::Unknown, Some(Reason::Version(reason))),
    })
}

/// Both answers, with the reason of the one that leaves it open.
fn and(left: (Tri, Option<Reason>), right: (Tri, Option<Reason>)) -> (Tri, Option<Reason>) {
    match left.0.and(right.0) {
        Tri::Unknown => (Tri::Unknown, left.1.or(right.1)),
        answer => (answer, None),
    }
}

/// How a record's name agrees with what was searched.
struct Agreement {
    /// How sure the identification is.
    confidence: Confidence,
    /// The record names an attribute that the component leaves open.
    is_open: bool,
    /// The distribution's release is not known on one side.
    is_release_open: bool,
    /// The CPE name narrows the version beyond the statements.
    version: Option<(Tri, Option<Reason>)>,
}

/// Compares a record's name with what was searched; `None` when they differ.
fn agreement(name: &NameView<'_>, search: &Search, identity: &Identity) -> Option<Agreement> {
    let plain = |confidence| Agreement { confidence, is_open: false, is_release_open: false, version: None };
    match (name, &search.name) {
        (NameView::Package { base, release, name }, SearchName::Package { ecosystem, name: wanted }) => {
            if !base.eq_ignore_ascii_case(&ecosystem.base) || package_name::canonical(base, name) != *wanted {
                return None;
            }
            if !ecosystem.is_distribution() {
                return Some(plain(Confidence::High));
            }
            match distro::speaks_about(base, *release, ecosystem.release.as_deref()) {
                Tri::No => None,
                Tri::Yes => Some(plain(Confidence::High)),
                Tri::Unknown => Some(Agreement { is_release_open: true, ..plain(Confidence::Medium) }),
            }
        }
        (NameView::Cpe(text), SearchName::Cpe { cpe, prefix, .. }) => {
            if !text.starts_with(prefix.as_str()) && !has_wildcard_name(text) {
                return None;
            }
            let criteria = Cpe::parse(text).ok()?;
            let is_open = match attributes(&criteria, cpe, identity) {
                Tri::No => return None,
                Tri::Unknown => true,
                Tri::Yes => false,
            };
            let version = match criteria.get(Attribute::Version) {
                CpeValue::Any | CpeValue::Na => None,
                CpeValue::Text(_) => Some(cpe_version(&criteria, None, None, cpe, &search.version).0),
            };
            Some(Agreement { is_open, version, ..plain(Confidence::Medium) })
        }
        (
            NameView::Product { vendor, product },
            SearchName::Cpe { vendor: searched, product: wanted, .. },
        ) => {
            let is_same = key::normal_product(vendor) == *searched && key::normal_product(product) == *wanted;
            is_same.then(|| plain(Confidence::Low))
        }
        (NameView::Repository(path), SearchName::Repository(wanted)) => {
            path.eq_ignore_ascii_case(wanted).then(|| plain(Confidence::Medium))
        }
        _ => None,
    }
}

/// Vendor or product of a criteria holds a wildcard, so the quick comparison by prefix does not apply.
fn has_wildcard_name(text: &str) -> bool {
    let Ok(cpe) = Cpe::parse(text) else { return false };
    [Attribute::Vendor, Attribute::Product].iter().any(|attribute| {
        !matches!(cpe.get(*attribute), CpeValue::Text(_)) || cpe.get(*attribute).has_wildcard()
    })
}

/// Compares all attributes but version and update (NISTIR 7696, table 6-2): `No` when one is disjoint, `Unknown` when
/// the record names one that the component leaves open.
fn attributes(criteria: &Cpe, component: &Cpe, identity: &Identity) -> Tri {
    let mut answer = Tri::Yes;
    for attribute in Attribute::ALL {
        if matches!(attribute, Attribute::Version | Attribute::Update) {
            continue;
        }
        let relation = relate(criteria.get(attribute), component.get(attribute));
        answer = answer.and(match relation {
            Relation::Equal | Relation::Superset => Tri::Yes,
            Relation::Disjoint => Tri::No,
            Relation::Subset | Relation::Undefined => open_attribute(criteria, attribute, identity),
        });
    }
    answer
}

/// An attribute that the component leaves open: its package type may answer for the target software, and `-` in the
/// record asks for nothing.
fn open_attribute(criteria: &Cpe, attribute: Attribute, identity: &Identity) -> Tri {
    match (criteria.get(attribute), attribute, identity.target_software) {
        (CpeValue::Na, _, _) => Tri::Yes,
        (CpeValue::Text(wanted), Attribute::TargetSw, Some(implied)) => {
            let wanted = CpeValue::Text(wanted).unescaped();
            if wanted == implied {
                Tri::Yes
            } else if LANGUAGE_TARGETS.contains(&wanted.as_ref()) {
                Tri::No
            } else {
                Tri::Unknown
            }
        }
        _ => Tri::Unknown,
    }
}

/// Judges the component's version against a CPE criteria with its range.
fn cpe_version<'a>(
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
    let joined = joined_version(criteria).unwrap_or_else(|| plain.clone());
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

/// Evaluates one configuration: a vulnerable match for the component, and what else must hold.
fn evaluate_configuration<'a>(
    configuration: ConfigurationView<'a>,
    search: &Search,
    identity: &Identity,
    context: &Context,
) -> Option<Outcome<'a>> {
    let SearchName::Cpe { cpe, prefix, .. } = &search.name else { return None };
    let mut best: Option<Outcome<'a>> = None;
    for (position, node) in nodes(configuration.nodes).enumerate() {
        for cpe_match in matches(node.matches).filter(|cpe_match| cpe_match.is_vulnerable) {
            if !cpe_match.criteria.starts_with(prefix.as_str()) && !has_wildcard_name(cpe_match.criteria) {
                continue;
            }
            let Ok(criteria) = Cpe::parse(cpe_match.criteria) else { continue };
            let by_name = attributes(&criteria, cpe, identity);
            if by_name == Tri::No {
                continue;
            }
            let (by_version, range) =
                cpe_version(&criteria, cpe_match.lower, cpe_match.upper, cpe, &search.version);
            let mut outcome = by_version;
            if outcome.0 != Tri::No && by_name == Tri::Unknown {
                outcome = and(outcome, (Tri::Unknown, Some(Reason::AttributeUnstated)));
            }
            if outcome.0 != Tri::No {
                let is_negated = configuration.negate || node.negate;
                let others = others_hold(&configuration, position, &node, &cpe_match, context);
                let others = if is_negated { Tri::Unknown } else { others };
                outcome = and(outcome, (others, Some(Reason::PlatformUnknown)));
            }
            let candidate = Outcome {
                answer: outcome.0,
                reason: outcome.1,
                is_explicit: false,
                is_release_open: false,
                confidence: if by_name == Tri::Unknown { Confidence::Low } else { Confidence::Medium },
                found: Found::Match(configuration, position, cpe_match),
                range,
                scheme: Scheme::Generic,
            };
            let is_better = best
                .as_ref()
                .is_none_or(|kept| (candidate.answer, candidate.confidence) > (kept.answer, kept.confidence));
            if is_better {
                best = Some(candidate);
            }
        }
    }
    best
}

/// Whether everything beside the component's own match holds: the other matches of an AND node, and the other nodes
/// of an AND configuration.
fn others_hold(
    configuration: &ConfigurationView<'_>,
    position: usize,
    node: &NodeView<'_>,
    own: &MatchView<'_>,
    context: &Context,
) -> Tri {
    let mut answer = Tri::Yes;
    if node.operator == Operator::And {
        for other in matches(node.matches).filter(|other| other.criteria != own.criteria) {
            answer = answer.and(match_holds(&other, context).0);
        }
    }
    if configuration.operator == Operator::And {
        for (other_position, other) in nodes(configuration.nodes).enumerate() {
            if other_position != position {
                answer = answer.and(node_holds(&other, context));
            }
        }
    }
    answer
}

/// Whether a node holds on the platform.
fn node_holds(node: &NodeView<'_>, context: &Context) -> Tri {
    let start = if node.operator == Operator::And { Tri::Yes } else { Tri::No };
    let answer = matches(node.matches).fold(start, |answer, cpe_match| {
        let holds = match_holds(&cpe_match, context).0;
        if node.operator == Operator::And { answer.and(holds) } else { answer.or(holds) }
    });
    if node.negate { !answer } else { answer }
}

/// Whether a CPE match holds on the platform or among the other components, and the fact that answered it.
fn match_holds(cpe_match: &MatchView<'_>, context: &Context) -> (Tri, Option<String>) {
    let Ok(criteria) = Cpe::parse(cpe_match.criteria) else { return (Tri::Unknown, None) };
    let in_range = |fact: &Cpe, version: &LazyVersion| {
        cpe_version(&criteria, cpe_match.lower, cpe_match.upper, fact, version).0.0
    };
    if matches!(criteria.get(Attribute::Part), CpeValue::Text("o" | "h")) {
        let (answer, fact) = context
            .platform
            .answer(&criteria, |fact| in_range(fact, &LazyVersion::new(joined_version(fact))));
        return (answer, fact.map(|fact| fact.cpe.to_string()));
    }
    let mut best = (Tri::Unknown, None);
    for (component, version) in context.components_named(&criteria) {
        let version = &version;
        let by_name = kikimori_core::platform::agrees(&criteria, component);
        let answer = if by_name == Tri::No { Tri::No } else { by_name.and(in_range(component, version)) };
        if answer == Tri::Yes {
            return (Tri::Yes, Some(component.to_string()));
        }
        // The SBOM lists the condition's software in another version; another copy may still be the right one.
        if best.1.is_none() {
            best = (answer, Some(component.to_string()));
        }
    }
    best
}

/// The conditions of a configuration beside the component's own match, each with its answer: at most `limit`, those
/// that hold first.
#[must_use]
pub fn conditions(
    configuration: &ConfigurationView<'_>,
    position: usize,
    own: &MatchView<'_>,
    context: &Context,
    limit: usize,
) -> Vec<Condition> {
    let mut found = Vec::new();
    for (other_position, node) in nodes(configuration.nodes).enumerate() {
        let is_own = other_position == position;
        if (is_own && node.operator == Operator::Or) || (!is_own && configuration.operator == Operator::Or) {
            continue;
        }
        for cpe_match in matches(node.matches) {
            if is_own && cpe_match.criteria == own.criteria {
                continue;
            }
            let (answer, fact) = match_holds(&cpe_match, context);
            found.push(Condition { criteria: criteria_text(&cpe_match), answer, fact });
        }
    }
    found.sort_by(|left, right| {
        right.answer.cmp(&left.answer).then_with(|| left.criteria.cmp(&right.criteria))
    });
    found.truncate(limit);
    found
}

/// A CPE match as text: the criteria and its range.
#[must_use]
pub fn criteria_text(cpe_match: &MatchView<'_>) -> String {
    if cpe_match.lower.is_none() && cpe_match.upper.is_none() {
        return cpe_match.criteria.to_owned();
    }
    format!("{} {}", cpe_match.criteria, VersionsRef::Interval(cpe_match.lower, cpe_match.upper))
}
