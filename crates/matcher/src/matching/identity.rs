//! What to look a component up by, and what it is when it is found.

use std::cell::OnceCell;

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::distro;
use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::finding::{Basis, NotCheckedReason};
use kikimori_core::limits::COMPONENT_IDENTIFIERS_MAX;
use kikimori_core::package_name;
use kikimori_core::purl::Purl;
use kikimori_core::sbom::Component;
use kikimori_core::statement::Candidate;
use kikimori_core::version::{Scheme, Version, VersionFault};

use crate::library::key;

/// A version, read once in each order that is asked for.
#[derive(Debug)]
pub struct LazyVersion {
    /// As written; `None` when the component states none.
    pub text: Option<String>,
    /// Read, by position in [`Scheme::ALL`]; made when it is first asked for, because most components meet no entry.
    read: OnceCell<Vec<OnceCell<Result<Version, VersionFault>>>>,
}

impl LazyVersion {
    /// A version not yet read.
    #[must_use]
    pub fn new(text: Option<String>) -> Self {
        Self { text, read: OnceCell::new() }
    }

    /// The version as a candidate in `scheme`'s order.
    pub fn candidate(&self, scheme: Scheme) -> Candidate<'_> {
        let parsed = self.text.as_deref().and_then(|text| {
            let position = Scheme::ALL.iter().position(|candidate| *candidate == scheme)?;
            let cells = self.read.get_or_init(|| vec![OnceCell::new(); Scheme::ALL.len()]);
            let cell = cells.get(position)?;
            Some(cell.get_or_init(|| Version::decisive(scheme, text)).as_ref())
        });
        Candidate { text: self.text.as_deref(), parsed }
    }
}

/// One thing to look up.
#[derive(Debug)]
pub struct Search {
    /// What is looked up.
    pub name: SearchName,
    /// The version in question.
    pub version: LazyVersion,
    /// The identifier as written in the SBOM.
    pub written: String,
    /// How the identity is known.
    pub basis: Basis,
}

/// The name that is looked up.
#[derive(Debug)]
pub enum SearchName {
    /// A package.
    Package {
        /// The ecosystem, with the release where it is known.
        ecosystem: Ecosystem,
        /// The name in canonical spelling.
        name: String,
    },
    /// A CPE, with vendor and product spelled as free text for records without CPE.
    Cpe {
        /// The name.
        cpe: Box<Cpe>,
        /// Vendor and product without escapes.
        vendor: String,
        /// Product without escapes.
        product: String,
        /// `cpe:2.3:a:vendor:product:`, by which criteria are told apart quickly.
        prefix: String,
    },
    /// A repository.
    Repository(String),
}

impl Search {
    /// The keys to look under.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        match &self.name {
            SearchName::Package { ecosystem, name } => vec![key::package(&ecosystem.base, name)],
            SearchName::Cpe { vendor, product, .. } => {
                vec![key::product(vendor, product), key::WILDCARD_KEY.to_owned()]
            }
            SearchName::Repository(path) => vec![key::repository(path)],
        }
    }
}

/// A component as the matcher sees it.
#[derive(Debug)]
pub struct Identity {
    /// What to look up.
    pub searches: Vec<Search>,
    /// The component is a distribution's own build, so upstream ranges do not decide about it.
    pub is_distribution_build: bool,
    /// The target software that the package type implies (`npm` runs on `node.js`).
    pub target_software: Option<&'static [&'static str]>,
    /// Why nothing can be looked up, and the identifier in question.
    pub unsearchable: Option<(NotCheckedReason, Option<String>)>,
}

/// Reads a component's identifiers. `system` is the distribution that the SBOM's operating-system component names,
/// for packages that do not name their release themselves.
#[must_use]
pub fn identify(component: &Component, system: Option<&Ecosystem>) -> Identity {
    let mut identity = Identity {
        searches: Vec::new(),
        is_distribution_build: false,
        target_software: None,
        unsearchable: None,
    };
    let mut unreadable = None;
    let mut without_database = None;
    for written in component.purls.iter().take(COMPONENT_IDENTIFIERS_MAX) {
        match Purl::parse(written) {
            Ok(purl) => {
                if !add_purl(&mut identity, &purl, written, component, system) {
                    without_database.get_or_insert_with(|| format!("pkg:{}", purl.kind));
                }
            }
            Err(_) => {
                unreadable.get_or_insert_with(|| written.clone());
            }
        }
    }
    for written in component.cpes.iter().take(COMPONENT_IDENTIFIERS_MAX) {
        let is_added = Cpe::parse(written).is_ok_and(|cpe| add_cpe(&mut identity, cpe, written, component));
        if !is_added {
            unreadable.get_or_insert_with(|| written.clone());
        }
    }
    if identity.searches.is_empty() {
        identity.unsearchable = Some(match (without_database, unreadable) {
            (Some(kind), _) => (NotCheckedReason::TypeWithoutDatabase, Some(kind)),
            (None, Some(text)) => (NotCheckedReason::IdentifierUnreadable, Some(text)),
            (None, None) => (NotCheckedReason::NoIdentifier, None),
        });
    }
    identity
}

/// Adds what a package URL gives to look up; false when its type has no database.
fn add_purl(
    identity: &mut Identity,
    purl: &Purl,
    written: &str,
    component: &Component,
    system: Option<&Ecosystem>,
) -> bool {
    let stated = purl.version.clone().or_else(|| component.version.as_deref().map(str::to_owned));
    identity.target_software = identity.target_software.or(target_software(&purl.kind));
    identity.is_distribution_build |= matches!(purl.kind.as_str(), "deb" | "rpm" | "apk" | "alpm");
    let mut push = |name, version: Option<String>, basis| {
        let version = LazyVersion::new(version);
        identity.searches.push(Search { name, version, written: written.to_owned(), basis });
    };
    if let Some(mut ecosystem) = distro::of_purl(purl) {
        if ecosystem.release.is_none()
            && let Some(system) = system.filter(|system| system.base == ecosystem.base)
        {
            ecosystem.release.clone_from(&system.release);
        }
        let version = with_epoch(stated, purl);
        let name = package_name::canonical(&ecosystem.base, &purl.name).into_owned();
        let package = SearchName::Package { ecosystem: ecosystem.clone(), name: name.clone() };
        push(package, version.clone(), Basis::Purl);
        let mut sources = package_name::upstreams(purl);
        if sources.is_empty() {
            sources.extend(
                component.details().source.iter().map(|source| (source.name.clone(), source.full_version())),
            );
        }
        for (upstream, upstream_version) in sources.into_iter().filter(|(name, _)| !name.is_empty()) {
            let upstream = package_name::canonical(&ecosystem.base, &upstream).into_owned();
            if upstream != name {
                let package = SearchName::Package { ecosystem: ecosystem.clone(), name: upstream };
                let version =
                    upstream_version.map_or_else(|| version.clone(), |text| with_epoch(Some(text), purl));
                push(package, version, Basis::PurlUpstream);
            }
        }
        return true;
    }
    let mut is_found = false;
    if let Some((base, name)) = package_name::of_purl(purl) {
        let name = package_name::canonical(base, &name).into_owned();
        let ecosystem = Ecosystem { base: base.to_owned(), release: None };
        push(SearchName::Package { ecosystem, name }, stated.clone(), Basis::Purl);
        is_found = true;
    }
    if let Some(repository) = package_name::repository_of_purl(purl) {
        push(SearchName::Repository(repository), stated, Basis::Repository);
        is_found = true;
    }
    is_found
}

/// Puts the `epoch` qualifier before a version that has none.
fn with_epoch(version: Option<String>, purl: &Purl) -> Option<String> {
    let version = version?;
    match purl.qualifier("epoch") {
        Some(epoch) if !version.contains(':') && !epoch.is_empty() => Some(format!("{epoch}:{version}")),
        _ => Some(version),
    }
}

/// Adds a CPE to look up; false when part, vendor or product is open, so that it names nothing.
fn add_cpe(identity: &mut Identity, cpe: Cpe, written: &str, component: &Component) -> bool {
    let (CpeValue::Text(vendor), CpeValue::Text(product), CpeValue::Text(part)) =
        (cpe.get(Attribute::Vendor), cpe.get(Attribute::Product), cpe.get(Attribute::Part))
    else {
        return false;
    };
    if CpeValue::Text(vendor).has_wildcard() || CpeValue::Text(product).has_wildcard() {
        return false;
    }
    let prefix = format!("cpe:2.3:{part}:{vendor}:{product}:");
    let vendor = CpeValue::Text(vendor).unescaped().into_owned();
    let product = CpeValue::Text(product).unescaped().into_owned();
    let (version, basis) = cpe_version(&cpe, component, identity.is_distribution_build);
    identity.searches.push(Search {
        name: SearchName::Cpe { cpe: Box::new(cpe), vendor, product, prefix },
        version: LazyVersion::new(version),
        written: written.to_owned(),
        basis,
    });
    true
}

/// The version that a CPE states, its update appended, or the component's own where the CPE leaves it open. A
/// distribution's epoch and revision are cut: CPE ranges are upstream's.
fn cpe_version(cpe: &Cpe, component: &Component, is_distribution_build: bool) -> (Option<String>, Basis) {
    let (text, basis) = match cpe.get(Attribute::Version) {
        CpeValue::Text(_) => (cpe.joined_version(), Basis::Cpe),
        CpeValue::Na if component.version.is_none() => (None, Basis::Cpe),
        CpeValue::Any | CpeValue::Na => {
            (component.version.as_deref().map(str::to_owned), Basis::CpeWithComponentVersion)
        }
    };
    let text = if is_distribution_build { text.map(|text| upstream_version(&text)) } else { text };
    (text, basis)
}

/// A distribution version without epoch and revision: `1:1.1.1n-0+deb11u5` is `1.1.1n`.
fn upstream_version(text: &str) -> String {
    let text = text.split_once(':').map_or(text, |(_, rest)| rest);
    let text = text.rsplit_once('-').map_or(text, |(version, _)| version);
    text.split(['+', '~']).next().unwrap_or(text).to_owned()
}

/// The target software that a package type implies, in the words that records use for it; the first is NVD's usual.
fn target_software(kind: &str) -> Option<&'static [&'static str]> {
    TARGETS.iter().find(|(name, _)| *name == kind).map(|(_, words)| *words)
}

/// Package types with the words for their target software.
const TARGETS: &[(&str, &[&str])] = &[
    ("npm", &["node.js", "npm"]),
    ("pypi", &["python", "pypi"]),
    ("gem", &["ruby", "rubygems"]),
    ("cargo", &["rust", "cargo"]),
    ("golang", &["go", "golang"]),
    ("nuget", &[".net", "nuget"]),
    ("maven", &["java", "maven"]),
    ("composer", &["php", "composer"]),
    ("cpan", &["perl", "cpan"]),
    ("cran", &["r", "cran"]),
];

/// Whether a word is the target software of some package type: then a package of another type is certainly not meant.
#[must_use]
pub fn is_language_target(word: &str) -> bool {
    TARGETS.iter().any(|(_, words)| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_what_a_distribution_adds() {
        for (written, expected) in [
            ("1:1.1.1n-0+deb11u5", "1.1.1n"),
            ("3.0.9-1", "3.0.9"),
            ("5.4+dfsg-1~bpo12+1", "5.4"),
            ("2.36", "2.36"),
        ] {
            assert_eq!(upstream_version(written), expected);
        }
    }
}
