//! One component matched by itself, in what of its surroundings it needs: the unit that is matched once for everybody.
//!
//! A scan of a whole SBOM gives what its units give, put together; a property test holds the two against each other.

use std::collections::BTreeSet;

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::finding::{Finding, NotCheckedReason};
use kikimori_core::rule_book::Resolution;
use kikimori_core::sbom::Component;
use kikimori_core::verdict::Tri;
use kikimori_core::vulnerability::Operator;

use super::combine::{Surroundings, combine};
use super::context::Context;
use super::coverage::Coverage;
use super::equivalence::{add_equivalents, drop_weaker, keys_asked};
use super::groups::Groups;
use super::identity::{Identity, SearchName, identify};
use super::scan::{Hit, ScanOptions, all_hits};
use crate::library::record_codec::{Body, ConfigurationView, configurations, matches, nodes};
use crate::library::{Library, key};

/// Names of other components that are listed one by one; a match that asks for more is taken to need all.
const NEEDED_NAMES_MAX: usize = 256;

/// What of its surroundings a match needs. It depends on component, rules and library only, never on the surroundings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Distributions whose release the component leaves open.
    pub systems: BTreeSet<String>,
    /// Operating system and hardware.
    pub is_platform: bool,
    /// Other components, by the key of their CPE.
    pub names: BTreeSet<String>,
}

impl Needs {
    /// Every other component with a CPE is needed.
    #[must_use]
    pub fn has_every_name(&self) -> bool {
        self.names.contains(key::WILDCARD_KEY)
    }

    /// Nothing is needed that `other` does not need.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.systems.is_subset(&other.systems)
            && (other.is_platform || !self.is_platform)
            && (other.has_every_name() || self.names.is_subset(&other.names))
    }

    /// The needs as text, which [`Needs::read`] reads.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(&(&self.systems, self.is_platform, &self.names)).unwrap_or_default()
    }

    /// Reads what [`Needs::text`] wrote; `None` for any other text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (systems, is_platform, names) = serde_json::from_str(text).ok()?;
        Some(Self { systems, is_platform, names })
    }
}

/// What the library says about one component.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitMatch {
    /// Findings, also retracted ones, by vulnerability; each about component 0.
    pub findings: Vec<Finding>,
    /// Why it was not checked, with the identifier or ecosystem in question; `None` when it was.
    pub not_checked: Option<(NotCheckedReason, Option<String>)>,
    /// Ecosystems of its package URLs that the library holds no database for.
    pub missing_ecosystems: BTreeSet<String>,
    /// What of the surroundings decided.
    pub needs: Needs,
    /// Hashes of the keys under which records lie that decide: a change under none of them changes nothing.
    pub keys: BTreeSet<u64>,
}

/// Matches components one by one and remembers what they share. Made for a batch: it grows with what it meets.
pub struct UnitMatcher<'l> {
    /// Where the records are.
    library: &'l Library,
    /// Which ecosystems the library covers.
    coverage: Coverage,
    /// Alias groups met so far.
    groups: Groups<'l>,
}

impl<'l> UnitMatcher<'l> {
    /// A matcher that has met nothing yet.
    #[must_use]
    pub fn new(library: &'l Library) -> Self {
        Self { library, coverage: Coverage::default(), groups: Groups::new(library) }
    }

    /// Matches a component in its surroundings, whole or narrowed to what it needs.
    pub fn match_unit(
        &mut self,
        component: &Component,
        resolution: Option<&Resolution>,
        context: &Context,
    ) -> UnitMatch {
        let library = self.library;
        let mut needs = Needs { systems: open_systems(component, resolution), ..Needs::default() };
        let mut identity = identify(component, resolution, context.system.as_ref());
        let mut missing = std::collections::BTreeMap::new();
        let not_checked = self.coverage.check(library, &identity, 1, &mut missing);
        let has_database = self.coverage.has_database(library, &identity);
        let mut keys = keys_asked(&identity, library);
        add_equivalents(&mut identity, library);
        for search in &identity.searches {
            keys.extend(search.keys().iter().map(|text| key::hash(text)));
        }
        let mut hits = all_hits(&identity, library, context);
        self.add_conditions(&mut needs, &hits, &identity);
        drop_weaker(&mut hits, &identity);
        let is_found = hits.iter().any(|hit| hit.answer != Tri::No);
        let mut findings = if is_found {
            let options = ScanOptions::default();
            let surroundings = Surroundings { library, context, options: &options };
            combine(0, hits, &identity, &surroundings, &mut self.groups, has_database)
        } else {
            Vec::new()
        };
        // Groups are numbered as they are met, which depends on what was matched before.
        findings.sort_by(|left, right| left.vulnerability.id.cmp(&right.vulnerability.id));
        UnitMatch {
            findings,
            not_checked: not_checked.filter(|_| !is_found),
            missing_ecosystems: missing.into_keys().collect(),
            needs,
            keys,
        }
    }

    /// Adds what the conditions of records ask for that can come into a finding: those of every vulnerability about which
    /// some entry says more than "not affected" wherever the component runs.
    fn add_conditions(&mut self, needs: &mut Needs, hits: &[Hit], identity: &Identity) {
        if !hits.iter().any(|hit| has_conditions(self.library, hit)) {
            return;
        }
        let mut in_question = BTreeSet::new();
        for hit in all_hits(identity, self.library, &Context::default()) {
            if hit.answer != Tri::No {
                for group in self.groups.of_record(hit.record) {
                    in_question.extend(self.groups.mentioning(group).iter().copied());
                }
            }
        }
        for hit in hits.iter().filter(|hit| in_question.contains(&hit.record)) {
            for configuration in configurations_of(self.library, hit) {
                add_criteria(needs, &configuration);
            }
        }
        if needs.names.len() > NEEDED_NAMES_MAX {
            needs.names = BTreeSet::from([key::WILDCARD_KEY.to_owned()]);
        }
    }
}

/// The distributions whose release a component leaves open.
fn open_systems(component: &Component, resolution: Option<&Resolution>) -> BTreeSet<String> {
    let identity = identify(component, resolution, None);
    let open = identity.searches.into_iter().filter_map(|search| match search.name {
        SearchName::Package { ecosystem, .. } => {
            (ecosystem.is_distribution() && ecosystem.release.is_none()).then_some(ecosystem.base)
        }
        SearchName::Cpe { .. } | SearchName::Repository(_) => None,
    });
    open.collect()
}

/// The configurations of a hit's entry.
fn configurations_of<'l>(library: &'l Library, hit: &Hit) -> Vec<ConfigurationView<'l>> {
    let entry = library
        .segments()
        .get(hit.entry.segment as usize)
        .and_then(|segment| segment.entry(hit.entry.number));
    match entry.map(|entry| entry.body) {
        Some(Body::Configurations(list)) => configurations(list).filter(asks_for_more).collect(),
        Some(Body::Versions { .. }) | None => Vec::new(),
    }
}

/// The hit's entry asks for more than the component.
fn has_conditions(library: &Library, hit: &Hit) -> bool {
    !configurations_of(library, hit).is_empty()
}

/// A configuration asks for something beside one of its matches.
fn asks_for_more(configuration: &ConfigurationView<'_>) -> bool {
    let n_nodes = nodes(configuration.nodes).count();
    (configuration.operator == Operator::And && n_nodes > 1)
        || nodes(configuration.nodes).any(|node| node.operator == Operator::And)
}

/// Adds what the criteria of a configuration are held against.
fn add_criteria(needs: &mut Needs, configuration: &ConfigurationView<'_>) {
    for node in nodes(configuration.nodes) {
        for cpe_match in matches(node.matches) {
            let Ok(criteria) = Cpe::parse(cpe_match.criteria) else { continue };
            if matches!(criteria.get(Attribute::Part), CpeValue::Text("o" | "h")) {
                needs.is_platform = true;
            } else {
                needs.names.insert(key::cpe(&criteria));
            }
        }
    }
}
