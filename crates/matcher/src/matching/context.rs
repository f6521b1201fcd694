//! What "running on/with" conditions are evaluated against: the platform and the other components.

use std::collections::BTreeMap;

use kikimori_core::cpe::Cpe;
use kikimori_core::distro;
use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::platform::Platform;
use kikimori_core::sbom::{ComponentKind, Sbom};

use super::identity::LazyVersion;
use crate::library::key;

/// The surroundings of every component of one SBOM.
pub struct Context {
    /// Operating system and hardware.
    pub platform: Platform,
    /// The distribution that was given, or that the SBOM's operating-system component names.
    pub system: Option<Ecosystem>,
    /// Components by the key of their CPE, with versions.
    named: BTreeMap<String, Vec<(Cpe, Option<String>)>>,
}

impl Context {
    /// Collects the surroundings from the SBOM and what was given about the platform.
    #[must_use]
    pub fn new(sbom: &Sbom, given: &[Cpe]) -> Self {
        let mut named: BTreeMap<String, Vec<(Cpe, Option<String>)>> = BTreeMap::new();
        for component in &sbom.components {
            for cpe in component.cpes.iter().filter_map(|written| Cpe::parse(written).ok()) {
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

    /// Components that a criteria may mean.
    pub fn components_named(&self, criteria: &Cpe) -> impl Iterator<Item = (&Cpe, LazyVersion)> {
        let wanted = key::cpe(criteria);
        let is_open = wanted == key::WILDCARD_KEY;
        let by_key = self.named.get(&wanted).filter(|_| !is_open);
        let all = self.named.values().filter(move |_| is_open);
        by_key.into_iter().chain(all).flatten().map(|(cpe, version)| (cpe, LazyVersion::new(version.clone())))
    }
}
