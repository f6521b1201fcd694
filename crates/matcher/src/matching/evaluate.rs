//! Does this entry speak about this component, and what does it say?

use kikimori_core::cpe::{Attribute, Cpe, CpeValue, Relation, relate};
use kikimori_core::distro;
use kikimori_core::finding::{Confidence, Reason};
use kikimori_core::package_name;
use kikimori_core::statement::{Answer, UnknownReason, VersionsRef, judge};
use kikimori_core::verdict::Tri;
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::Authority;

use super::configuration::evaluate_configuration;
use super::context::Context;
use super::cpe_version::cpe_version;
use super::identity::{Identity, Search, SearchName, TargetSoftware, is_language_target};
use crate::library::key;
use crate::library::record_codec::{
    Body, ConfigurationView, EntryView, MatchView, NameView, configurations, names, rows,
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
        Body::Versions { names: list, .. } => {
            let is_named = names(list).any(|name| is_named_by_cpe(&name, search));
            names(list)
                .filter(|name| !(is_named && matches!(name, NameView::Product { .. })))
                .filter_map(|name| evaluate_name(name, entry, search, identity))
                .max_by_key(|outcome| (outcome.answer, outcome.confidence))
        }
        Body::Configurations(list) => {
            let SearchName::Cpe { .. } = &search.name else { return None };
            configurations(list)
                .filter_map(|configuration| evaluate_configuration(configuration, search, identity, context))
                .max_by_key(|outcome| (outcome.answer, outcome.confidence))
        }
    }
}

/// The entry names the searched product by a CPE of its own, beside which vendor and product as text say nothing more.
fn is_named_by_cpe(name: &NameView<'_>, search: &Search) -> bool {
    match (name, &search.name) {
        (NameView::Cpe(text), SearchName::Cpe { prefix, .. }) => text.starts_with(prefix.as_str()),
        _ => false,
    }
}

/// Evaluates one name of an entry with version statements.
fn evaluate_name<'a>(
    name: NameView<'a>,
    entry: &EntryView<'a>,
    search: &Search,
    identity: &Identity,
) -> Option<Outcome<'a>> {
    let Body::Versions { scheme, default, rows: list, .. } = entry.body else { return None };
    let agreement = agreement(&name, search, identity)?;
    let judgement = judge(scheme, default, rows(list), &search.version.candidate(scheme));
    let (mut answer, mut reason) = answer_of(judgement.answer)?;
    // Where there are rows they say which versions; some suppliers write the first fixed version into the CPE.
    if let (Some(narrowed), 0) = (agreement.version, list.count) {
        (answer, reason) = and((answer, reason), narrowed);
    }
    if answer == Tri::Yes && agreement.is_open {
        (answer, reason) = (Tri::Unknown, Some(Reason::AttributeUnstated));
    }
    if agreement.confidence == Confidence::Low
        && reason == Some(Reason::Version(UnknownReason::RangeUnparsed))
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
pub(super) fn answer_of(answer: Answer) -> Option<(Tri, Option<Reason>)> {
    Some(match answer {
        Answer::Affected => (Tri::Yes, None),
        Answer::Unaffected { .. } => (Tri::No, None),
        Answer::Silent => return None,
        Answer::Unknown(reason) => (Tri::Unknown, Some(Reason::Version(reason))),
    })
}

/// Both answers, with the reason of the one that leaves it open.
pub(super) fn and(left: (Tri, Option<Reason>), right: (Tri, Option<Reason>)) -> (Tri, Option<Reason>) {
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
            let is_open = match attributes(&criteria, cpe, search.target_software(identity)) {
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
pub(super) fn has_wildcard_name(text: &str) -> bool {
    let Ok(cpe) = Cpe::parse(text) else { return false };
    [Attribute::Vendor, Attribute::Product].iter().any(|attribute| {
        !matches!(cpe.get(*attribute), CpeValue::Text(_)) || cpe.get(*attribute).has_wildcard()
    })
}

/// Compares all attributes but version and update (NISTIR 7696, table 6-2): `No` when one is disjoint, `Unknown` when
/// the record names one that the component leaves open.
pub(super) fn attributes(criteria: &Cpe, component: &Cpe, target: Option<TargetSoftware>) -> Tri {
    let mut answer = Tri::Yes;
    for attribute in Attribute::ALL {
        if matches!(attribute, Attribute::Version | Attribute::Update) {
            continue;
        }
        let relation = relate(criteria.get(attribute), component.get(attribute));
        answer = answer.and(match relation {
            Relation::Equal | Relation::Superset => Tri::Yes,
            Relation::Disjoint => Tri::No,
            Relation::Subset | Relation::Undefined => open_attribute(criteria, attribute, target),
        });
    }
    answer
}

/// An attribute that the component leaves open: its package type may answer for the target software, and `-` in the
/// record asks for nothing.
fn open_attribute(criteria: &Cpe, attribute: Attribute, target: Option<TargetSoftware>) -> Tri {
    match (criteria.get(attribute), attribute, target) {
        (CpeValue::Na, _, _) => Tri::Yes,
        (CpeValue::Text(wanted), Attribute::TargetSw, Some(implied)) => {
            let wanted = CpeValue::Text(wanted).unescaped();
            if implied.contains(&wanted.as_ref()) {
                Tri::Yes
            } else if is_language_target(&wanted) {
                Tri::No
            } else {
                Tri::Unknown
            }
        }
        _ => Tri::Unknown,
    }
}
