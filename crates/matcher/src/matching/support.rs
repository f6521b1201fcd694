//! How long each component is supported: which product and release cycle it belongs to, and the state on a day.
//!
//! A distribution's own build is supported by the distribution, so its release decides and not the upstream project's
//! cycle: a Debian package of an old `OpenSSL` is supported as long as Debian supports it.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::cpe::Cpe;
use kikimori_core::day::Day;
use kikimori_core::distro;
use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::finding::Basis;
use kikimori_core::lifecycle::{
    self, LifecycleProduct, ReleaseCycle, Support, SupportBasis, SupportEvidence, SupportFinding, SupportGap,
    SupportState, SystemRelease,
};
use kikimori_core::purl::Purl;
use kikimori_core::sbom::{Component, ComponentKind, Role, Sbom};

use super::identity::{Identity, Search, SearchName};
use crate::library::lifecycles::{Lifecycles, keys_of_purl, name_key, purl_key};
use crate::library::{Library, key, sha256_hex};

/// The source of lifecycle data.
const SOURCE: &str = "endoflife.date";

/// Looks components up in the lifecycle data and gathers what belongs to one cycle.
pub(super) struct Supports<'a> {
    /// The data.
    lifecycles: Lifecycles<'a>,
    /// The day asked about.
    on: Day,
    /// Products read so far, by number.
    products: BTreeMap<u32, LifecycleProduct>,
    /// Releases of distributions looked up so far.
    releases: BTreeMap<(&'static str, Option<String>), Option<Release>>,
    /// What was found so far.
    gathered: BTreeMap<CycleKey, Gathered>,
    /// Components without lifecycle data.
    n_without_data: usize,
}

/// What makes one finding: the product, its cycles, and why no cycle is known.
type CycleKey = (u32, Vec<usize>, Option<SupportGap>);

/// A distribution's product with the cycle of one release, or why there is none.
type Release = (u32, Result<Vec<usize>, SupportGap>);

/// The components of one finding.
#[derive(Default)]
struct Gathered {
    /// Indexes in the SBOM.
    components: BTreeSet<u32>,
    /// How they were recognised, each with how many components it recognises.
    evidence: BTreeMap<(SupportBasis, String, Option<String>, String), usize>,
}

/// A product that a component was recognised as.
struct Recognised {
    /// The product's number.
    product: u32,
    /// Positions of its cycles.
    cycles: Result<Vec<usize>, SupportGap>,
    /// How it is known.
    basis: SupportBasis,
    /// The identifier or name as written.
    searched_by: String,
    /// The version compared.
    version: Option<String>,
    /// The product's name that was found.
    found: String,
}

impl<'a> Supports<'a> {
    /// Nothing looked up yet; `None` when there are no data or no day was asked about.
    pub(super) fn new(library: &'a Library, on: Option<Day>) -> Option<Self> {
        let (lifecycles, on) = (library.lifecycles()?, on?);
        let (products, releases, gathered) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Some(Self { lifecycles, on, products, releases, gathered, n_without_data: 0 })
    }

    /// Looks up an identity and everything that shares it.
    pub(super) fn add(&mut self, sbom: &Sbom, identity: &Identity, members: &[u32]) {
        // Operating systems go by their names too, so that each is asked for itself.
        let (systems, others): (Vec<u32>, Vec<u32>) = members.iter().partition(|member| {
            let component = sbom.components.get(**member as usize);
            component.is_some_and(|component| component.kind == ComponentKind::OperatingSystem)
        });
        let first = others.first().and_then(|member| sbom.components.get(*member as usize));
        if let Some(component) = first {
            let recognised = self.recognise(component, identity);
            self.gather(sbom, &others, recognised);
        }
        for member in systems {
            let Some(component) = sbom.components.get(member as usize) else { continue };
            let mut recognised = self.recognise(component, identity);
            if recognised.iter().all(|found| found.cycles.is_err()) {
                recognised = self.by_system_name(component).map_or(recognised, |found| vec![found]);
            }
            self.gather(sbom, &[member], recognised);
        }
    }

    /// Everything that a component is recognised as.
    fn recognise(&mut self, component: &Component, identity: &Identity) -> Vec<Recognised> {
        let mut found = Vec::new();
        for search in &identity.searches {
            match &search.name {
                SearchName::Package { ecosystem, name } => {
                    if ecosystem.is_distribution() && search.basis == Basis::Purl {
                        found.extend(self.by_distribution(search, ecosystem));
                    }
                    let key = key::package(&ecosystem.base, name);
                    self.by_key(&key, search, SupportBasis::Purl, None, &mut found);
                }
                SearchName::Repository(path) => {
                    self.by_key(&key::repository(path), search, SupportBasis::Purl, None, &mut found);
                }
                SearchName::Cpe { cpe, vendor, product, .. } => {
                    if let Some(release) = lifecycle::windows(cpe, &component.name) {
                        found.extend(self.by_system(&release, &search.written, SupportBasis::Cpe));
                    } else {
                        let key = key::product(vendor, product);
                        self.by_key(&key, search, SupportBasis::Cpe, Some(cpe), &mut found);
                    }
                }
            }
        }
        self.by_plain_purls(component, identity, &mut found);
        settle(found, identity.is_distribution_build)
    }

    /// Package URLs of types that no ecosystem answers to (`generic`, `docker`, `oci`…) are no searches of the match.
    fn by_plain_purls(&mut self, component: &Component, identity: &Identity, found: &mut Vec<Recognised>) {
        let is_searched =
            |written: &String| identity.searches.iter().any(|search| search.written == *written);
        for written in component.purls.iter().filter(|written| !is_searched(written)) {
            let Ok(purl) = Purl::parse(written) else { continue };
            let version = purl.version.clone().or_else(|| component.version.as_deref().map(str::to_owned));
            let numbers: Vec<u32> = self.lifecycles.find(&purl_key(&purl)).collect();
            for number in numbers {
                let Some(product) = self.product(number) else { continue };
                let own =
                    product.purls.iter().find(|own| Purl::parse(own).is_ok_and(|own| means(&own, &purl)));
                let Some(own) = own.cloned() else { continue };
                let cycles = cycles_of(product, version.as_deref());
                found.push(Recognised {
                    product: number,
                    cycles,
                    basis: SupportBasis::Purl,
                    searched_by: written.clone(),
                    version: version.clone(),
                    found: own,
                });
            }
        }
    }

    /// Products under a key that really bear the name searched.
    fn by_key(
        &mut self,
        key: &str,
        search: &Search,
        basis: SupportBasis,
        cpe: Option<&Cpe>,
        found: &mut Vec<Recognised>,
    ) {
        let numbers: Vec<u32> = self.lifecycles.find(key).collect();
        for number in numbers {
            let Some(product) = self.product(number) else { continue };
            let own = match cpe {
                Some(cpe) => product.cpes.iter().find(|own| {
                    Cpe::parse(own).is_ok_and(|own| key::cpe(&own) == key && own.part() == cpe.part())
                }),
                None => product.purls.iter().find(|own| {
                    Purl::parse(own).is_ok_and(|own| keys_of_purl(&own).iter().any(|own| own == key))
                }),
            };
            let Some(own) = own.cloned() else { continue };
            let version = search.version.text.clone();
            let cycles = cycles_of(product, version.as_deref());
            let searched_by = search.written.clone();
            found.push(Recognised { product: number, cycles, basis, searched_by, version, found: own });
        }
    }

    /// The distribution release that a package was built for.
    fn by_distribution(&mut self, search: &Search, ecosystem: &Ecosystem) -> Option<Recognised> {
        // What decides is the distribution that the package URL names: CentOS is no Red Hat here.
        let path = search.written.split('@').next().unwrap_or_default();
        let name = lifecycle::distribution(&ecosystem.base, path)?;
        let asked = (name, ecosystem.release.clone());
        let (product, cycles) = match self.releases.get(&asked) {
            Some(known) => known.clone()?,
            None => {
                let found = self.release(name, ecosystem.release.as_deref());
                self.releases.insert(asked, found.clone());
                found?
            }
        };
        Some(Recognised {
            product,
            cycles,
            basis: SupportBasis::Distribution,
            searched_by: ecosystem.to_string(),
            version: ecosystem.release.clone(),
            found: name.to_owned(),
        })
    }

    /// The product of a distribution and the cycle of its release; asked once each, because a bill has thousands of
    /// packages of one release.
    fn release(&mut self, name: &str, release: Option<&str>) -> Option<Release> {
        let number = self.number_of(name)?;
        let product = self.product(number)?;
        // SUSE's `15-sp4` is the cycle 15.4.
        let version = release.map(|release| release.replace("-sp", "."));
        let cycles = cycles_of(product, version.as_deref()).map_err(|gap| match gap {
            SupportGap::VersionMissing => SupportGap::DistributionBuild,
            other => other,
        });
        Some((number, cycles))
    }

    /// A release of Windows.
    fn by_system(
        &mut self,
        release: &SystemRelease,
        written: &str,
        basis: SupportBasis,
    ) -> Option<Recognised> {
        let number = self.number_of(release.product)?;
        let product = self.product(number)?;
        let cycles = release.cycles_in(product).map(|cycles| positions(product, &cycles));
        let version =
            if release.parts.is_empty() { release.build.clone() } else { Some(release.parts.join("-")) };
        let (searched_by, found) = (written.to_owned(), release.product.to_owned());
        Some(Recognised { product: number, cycles, basis, searched_by, version, found })
    }

    /// An operating system by the name and version of its component.
    fn by_system_name(&mut self, component: &Component) -> Option<Recognised> {
        let written = component.display_name();
        let version = component.version.as_deref();
        if let Some(release) = lifecycle::windows_by_name(&component.name, version) {
            return self.by_system(&release, &written, SupportBasis::SystemName);
        }
        let ecosystem = distro::of_system(&component.name, version?)?;
        let name = lifecycle::distribution(&ecosystem.base, &component.name)?;
        let number = self.number_of(name)?;
        let product = self.product(number)?;
        let cycles = cycles_of(product, ecosystem.release.as_deref());
        Some(Recognised {
            product: number,
            cycles,
            basis: SupportBasis::SystemName,
            searched_by: written,
            version: ecosystem.release,
            found: name.to_owned(),
        })
    }

    /// The number of the product with this name.
    fn number_of(&mut self, name: &str) -> Option<u32> {
        let numbers: Vec<u32> = self.lifecycles.find(&name_key(name)).collect();
        numbers.into_iter().find(|number| self.product(*number).is_some_and(|product| product.name == name))
    }

    /// A product, read once.
    fn product(&mut self, number: u32) -> Option<&LifecycleProduct> {
        if !self.products.contains_key(&number) {
            self.products.insert(number, self.lifecycles.product(number)?);
        }
        self.products.get(&number)
    }

    /// Notes what components were recognised as. The thing that the document is about needs no lifecycle data.
    fn gather(&mut self, sbom: &Sbom, members: &[u32], recognised: Vec<Recognised>) {
        if recognised.is_empty() {
            let is_subject = |member: &&u32| {
                sbom.components
                    .get(**member as usize)
                    .is_some_and(|component| component.role == Role::Subject)
            };
            self.n_without_data += members.len() - members.iter().filter(is_subject).count();
        }
        for found in recognised {
            let (cycles, gap) = match found.cycles {
                Ok(cycles) => (cycles, None),
                Err(gap) => (Vec::new(), Some(gap)),
            };
            let gathered = self.gathered.entry((found.product, cycles, gap)).or_default();
            gathered.components.extend(members);
            let evidence = (found.basis, found.searched_by, found.version, found.found);
            *gathered.evidence.entry(evidence).or_default() += members.len();
        }
    }

    /// The findings, the most pressing first.
    pub(super) fn finish(self, library: &Library) -> Support {
        let mut findings: Vec<SupportFinding> = self
            .gathered
            .into_iter()
            .filter_map(|(key, gathered)| {
                let product = self.products.get(&key.0)?;
                Some(finding(product, &key, gathered, self.on))
            })
            .collect();
        findings.sort_by(|left, right| {
            let rank = |finding: &SupportFinding| (finding.state, finding.ends_on());
            rank(left)
                .cmp(&rank(right))
                .then_with(|| left.product.cmp(&right.product))
                .then_with(|| left.id.cmp(&right.id))
        });
        Support {
            n_products: u64::from(self.lifecycles.n_products()),
            as_of: library.lifecycles_as_of(),
            on: Some(self.on),
            findings,
            n_without_data: self.n_without_data,
        }
    }
}

/// Puts a finding together.
fn finding(product: &LifecycleProduct, key: &CycleKey, gathered: Gathered, on: Day) -> SupportFinding {
    let (_, positions, gap) = key;
    let cycles: Vec<&ReleaseCycle> =
        positions.iter().filter_map(|position| product.cycles.get(*position)).collect();
    let state = gap.map_or_else(|| lifecycle::state_of(&cycles, on), SupportState::Unknown);
    let (next, newest) =
        cycles.first().map_or((None, None), |cycle| lifecycle::successors(product, cycle, on));
    let names: Vec<&str> = cycles.iter().map(|cycle| cycle.name.as_str()).collect();
    let digest = sha256_hex(format!("{SOURCE}\n{}\n{}\n{gap:?}", product.name, names.join("\n")).as_bytes());
    SupportFinding {
        id: format!("SUP-{}", digest.get(..12).unwrap_or_default()),
        state,
        source: SOURCE,
        product: product.name.clone(),
        product_label: product.label.clone(),
        link: product.link.clone(),
        next_supported: next.map(|cycle| cycle.shown().to_owned()),
        newest_supported: newest.map(|cycle| cycle.shown().to_owned()),
        cycles: cycles.into_iter().cloned().collect(),
        components: gathered.components.into_iter().collect(),
        evidence: gathered
            .evidence
            .into_iter()
            .map(|((basis, searched_by, version, found), n_components)| SupportEvidence {
                basis,
                searched_by,
                version,
                found,
                n_components,
            })
            .collect(),
    }
}

/// The positions of the cycles that a version belongs to.
fn cycles_of(product: &LifecycleProduct, version: Option<&str>) -> Result<Vec<usize>, SupportGap> {
    let cycles = lifecycle::cycles_of(product, version.unwrap_or_default())?;
    Ok(positions(product, &cycles))
}

/// The positions of cycles in their product.
fn positions(product: &LifecycleProduct, cycles: &[&ReleaseCycle]) -> Vec<usize> {
    let is_meant = |own: &ReleaseCycle| cycles.iter().any(|cycle| std::ptr::eq(*cycle, own));
    product.cycles.iter().enumerate().filter(|(_, own)| is_meant(own)).map(|(position, _)| position).collect()
}

/// The product's package URL names the component: type, namespace and name agree, and every qualifier of the product's
/// is the component's too (a registry's address names another image of the same name).
fn means(own: &Purl, purl: &Purl) -> bool {
    purl_key(own) == purl_key(purl)
        && own.qualifiers.iter().all(|(name, value)| purl.qualifier(name) == Some(value.as_str()))
}

/// Keeps what says most. The distribution decides about its own builds; of one product, a cycle that was found stands
/// before a reason why none was; where an identifier leads to several products, those with a cycle stand alone.
fn settle(found: Vec<Recognised>, is_distribution_build: bool) -> Vec<Recognised> {
    let mut found = found;
    if is_distribution_build {
        if found.iter().any(|one| one.basis == SupportBasis::Distribution) {
            found.retain(|one| one.basis == SupportBasis::Distribution);
        }
        for one in found.iter_mut().filter(|one| one.basis != SupportBasis::Distribution) {
            one.cycles = Err(SupportGap::DistributionBuild);
        }
    }
    if found.iter().any(|one| one.cycles.is_ok()) {
        found.retain(|one| one.cycles.is_ok());
    }
    let mut seen = BTreeSet::new();
    found.retain(|one| seen.insert((one.product, one.cycles.clone())));
    found
}
