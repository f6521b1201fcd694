//! What "running on/with" conditions are evaluated against: the platform and the other components.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::cpe::Cpe;
use kikimori_core::distro;
use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::finding::FactOrigin;
use kikimori_core::platform::{Fact, Platform};
use kikimori_core::rule_book::Resolution;
use kikimori_core::sbom::{ComponentKind, Sbom};

use serde::{Deserialize, Serialize};

use super::identity::LazyVersion;
use super::unit::Needs;
use crate::library::key;

/// The surroundings of every component of one SBOM.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Operating system and hardware.
    pub platform: Platform,
    /// The distribution that was given, or that the SBOM's operating-system component names.
    pub system: Option<Ecosystem>,
    /// Components by the key of their CPE, with versions.
    named: BTreeMap<String, Vec<(Cpe, Option<String>)>>,
}

impl Context {
    /// Collects the surroundings from the SBOM, what rules say about its components, and what was given about the
    /// platform. `resolutions` has an entry for each component, or none at all.
    #[must_use]
    pub fn new(sbom: &Sbom, resolutions: &[Option<Resolution>], given: &[Cpe]) -> Self {
        let mut named: BTreeMap<String, Vec<(Cpe, Option<String>)>> = BTreeMap::new();
        for (number, component) in sbom.components.iter().enumerate() {
            let resolution = resolutions.get(number).and_then(Option::as_ref);
            let own = component.cpes.iter().filter(|cpe| resolution.is_none_or(|found| found.keeps(cpe)));
            let rule = resolution.and_then(|resolution| resolution.decided.as_ref());
            let decided = rule.and_then(|rule| rule.decision.named()).map(|named| &named.cpes);
            let written = own.chain(decided.into_iter().flatten());
            for cpe in written.filter_map(|written| Cpe::parse(written).ok()) {
                let version =
                    cpe.joined_version().or_else(|| component.version.as_deref().map(str::to_owned));
                named.entry(key::cpe(&cpe)).or_default().push((cpe, version));
            }
        }
        for cpe in given {
            named.entry(key::cpe(cpe)).or_default().push((cpe.clone(), cpe.joined_version()));
        }
        let system = given.iter().find_map(distro::of_cpe).or_else(|| {
            let mut systems =
                sbom.components.iter().filter(|component| component.kind == ComponentKind::OperatingSystem);
            systems.find_map(|component| {
                let by_name = component
                    .version
                    .as_deref()
                    .and_then(|version| distro::of_system(&component.name, version));
                let mut cpes = component.cpes.iter().filter_map(|written| Cpe::parse(written).ok());
                by_name.or_else(|| cpes.find_map(|cpe| distro::of_cpe(&cpe)))
            })
        });
        Self { platform: Platform::new(given, sbom), system, named }
    }

    /// What of the surroundings a match needs, and nothing else: many SBOMs share it.
    #[must_use]
    pub fn narrowed(&self, needs: &Needs) -> Self {
        let system = self.system.as_ref().filter(|system| needs.systems.contains(&system.base));
        let mut platform = Platform::default();
        if needs.is_platform {
            let mut seen = BTreeSet::new();
            let facts = self.platform.facts.iter();
            platform.facts = facts.filter(|fact| seen.insert(fact_key(fact))).cloned().collect();
        }
        let is_needed = |key: &String| needs.has_every_name() || needs.names.contains(key);
        let mut named = BTreeMap::new();
        for (key, components) in self.named.iter().filter(|(key, _)| is_needed(key)) {
            let mut seen = BTreeSet::new();
            let mut kept = components.clone();
            kept.retain(|(cpe, version)| seen.insert((cpe.to_string(), version.clone())));
            named.insert(key.clone(), kept);
        }
        Self { platform, system: system.cloned(), named }
    }

    /// The surroundings as text, which [`Context::read`] reads: the same surroundings give the same text.
    #[must_use]
    pub fn text(&self) -> String {
        let named = self.named.values().flatten();
        let stored = StoredContext {
            system: self.system.as_ref().map(ToString::to_string),
            platform: self.platform.facts.iter().map(StoredFact::of).collect(),
            named: named.map(|(cpe, version)| (cpe.to_string(), version.clone())).collect(),
        };
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what [`Context::text`] wrote; `None` for any other text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let stored: StoredContext = serde_json::from_str(text).ok()?;
        let mut named: BTreeMap<String, Vec<(Cpe, Option<String>)>> = BTreeMap::new();
        for (written, version) in stored.named {
            let cpe = Cpe::parse(&written).ok()?;
            named.entry(key::cpe(&cpe)).or_default().push((cpe, version));
        }
        let facts = stored.platform.iter().map(StoredFact::fact).collect::<Option<_>>()?;
        let system = stored.system.map(|text| Ecosystem::parse(&text));
        Some(Self { platform: Platform { facts }, system, named })
    }

    /// Components that a criteria may mean.
    pub fn components_named(&self, criteria: &Cpe) -> impl Iterator<Item = (&Cpe, LazyVersion)> {
        let wanted = key::cpe(criteria);
        let is_open = wanted == key::WILDCARD_KEY;
        let by_key = self.named.get(&wanted).filter(|_| !is_open);
        let all = self.named.values().filter(move |_| is_open);
        by_key.into_iter().chain(all).flatten().map(|(cpe, version)| (cpe, LazyVersion::new(version.clone())))
    }
}

/// What makes two facts one.
fn fact_key(fact: &Fact) -> (String, FactOrigin, bool) {
    (fact.cpe.to_string(), fact.origin, fact.is_operating_system)
}

/// Surroundings as they are stored.
#[derive(Serialize, Deserialize)]
struct StoredContext {
    /// The distribution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    /// Operating system and hardware.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    platform: Vec<StoredFact>,
    /// Other components: CPE and version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    named: Vec<(String, Option<String>)>,
}

/// A platform fact as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredFact {
    /// The CPE name.
    cpe: String,
    /// `given`, `component` or `inferred`.
    origin: String,
    /// It names the operating system itself.
    is_operating_system: bool,
}

impl StoredFact {
    /// Where facts are known from, by the words stored.
    const ORIGINS: [(&'static str, FactOrigin); 3] = [
        ("given", FactOrigin::Given),
        ("component", FactOrigin::Component),
        ("inferred", FactOrigin::Inferred),
    ];

    /// A fact, to be stored.
    fn of(fact: &Fact) -> Self {
        let origin = Self::ORIGINS.iter().find(|(_, origin)| *origin == fact.origin);
        Self {
            cpe: fact.cpe.to_string(),
            origin: origin.map(|(word, _)| (*word).to_owned()).unwrap_or_default(),
            is_operating_system: fact.is_operating_system,
        }
    }

    /// The fact; `None` when it is not readable.
    fn fact(&self) -> Option<Fact> {
        let (_, origin) = Self::ORIGINS.iter().find(|(word, _)| *word == self.origin)?;
        let cpe = Cpe::parse(&self.cpe).ok()?;
        Some(Fact { cpe, origin: *origin, is_operating_system: self.is_operating_system })
    }
}
