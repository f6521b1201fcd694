//! CPE configurations: the component's own match and the "running on/with" conditions beside it.

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::finding::{Condition, Confidence, Reason};
use kikimori_core::statement::VersionsRef;
use kikimori_core::verdict::Tri;
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::Operator;

use super::context::Context;
use super::cpe_version::cpe_version;
use super::evaluate::{Found, Outcome, and, attributes, has_wildcard_name};
use super::identity::{Identity, LazyVersion, Search, SearchName};
use crate::library::record_codec::{ConfigurationView, MatchView, NodeView, matches, nodes};

/// Evaluates one configuration: a vulnerable match for the component, and what else must hold.
pub(super) fn evaluate_configuration<'a>(
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
    // NVD writes `windows:-` for "running on Windows": a condition's version `-` asks for no version.
    let is_versionless = criteria.get(Attribute::Version) == CpeValue::Na
        && cpe_match.lower.is_none()
        && cpe_match.upper.is_none();
    let in_range = |fact: &Cpe, version: &LazyVersion| {
        if is_versionless {
            return Tri::Yes;
        }
        cpe_version(&criteria, cpe_match.lower, cpe_match.upper, fact, version).0.0
    };
    if matches!(criteria.get(Attribute::Part), CpeValue::Text("o" | "h")) {
        let (answer, fact) = context
            .platform
            .answer(&criteria, |fact| in_range(fact, &LazyVersion::new(fact.joined_version())));
        return (answer, fact.map(|fact| fact.cpe.to_string()));
    }
    // Of several copies in the SBOM one may be the right one; a copy for another platform or edition is no copy.
    let mut best: Option<(Tri, Option<String>)> = None;
    for (component, version) in context.components_named(&criteria) {
        let by_name = kikimori_core::platform::agrees(&criteria, component);
        if by_name == Tri::No {
            continue;
        }
        let answer = by_name.and(in_range(component, &version));
        if best.as_ref().is_none_or(|(kept, _)| answer > *kept) {
            best = Some((answer, Some(component.to_string())));
        }
    }
    best.unwrap_or((Tri::Unknown, None))
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
