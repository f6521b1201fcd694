//! What a product id of a CSAF document means for an SBOM: names to be found by, and versions.

use kikimori_core::cpe::{Attribute, Cpe, CpeValue, Part};
use kikimori_core::distro;
use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::package_name;
use kikimori_core::purl::Purl;
use kikimori_core::statement::Versions;
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::AffectedName;

use super::super::range_text;
use super::tree::{Product, Products};
use super::versions;

/// Steps from a product to the one that it is a default component of, and from that to the next. Real documents take one
/// or two; more are left to the product's name, so that a long chain is not walked for each of its products.
const STEPS_MAX: usize = 16;

/// What a statement about a product id is about.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    /// The names, each of which a component may be found by.
    pub(super) names: Vec<AffectedName>,
    /// The order of the versions.
    pub(super) scheme: Scheme,
    /// The versions.
    pub(super) versions: Vec<Versions>,
    /// The distribution whose package it is.
    pub(super) distribution: Option<String>,
    /// The vendor of the product, as far as the document says.
    pub(super) vendor: String,
    /// Architecture, model numbers and the like, as written.
    pub(super) qualifiers: Vec<String>,
    /// It cannot be told for which copies a "not affected" holds.
    pub(super) is_bounded: bool,
    /// What the subject must run on or with.
    pub(super) condition: Option<Cpe>,
}

/// The subject of a statement. `is_affected` tells whether it says "affected": then a product that always contains the
/// affected component is affected itself, while "not affected" of a component inside it says nothing about the whole.
///
/// A component in a release of a distribution is that distribution's package. Of a component in any other product only
/// the two together are spoken of: the component alone, in another device, is not. `None` when the id is not defined.
pub(super) fn of(id: &str, is_affected: bool, products: &Products) -> Option<Subject> {
    let mut product = products.get(id)?;
    let first = product;
    for _ in 0..STEPS_MAX {
        let Some(relation) = product.relation.as_ref() else { return Some(plain(product)) };
        if product.cpe.is_some() || !product.purls.is_empty() {
            return Some(plain(product));
        }
        let (Some(component), Some(platform)) =
            (products.get(&relation.component), products.get(&relation.platform))
        else {
            return Some(named_only(first, None));
        };
        if let Some(subject) = of_distribution(component, platform) {
            return Some(subject);
        }
        let is_system = platform.cpe.as_ref().is_some_and(|cpe| cpe.part() == Part::OperatingSystem);
        if !is_affected || component.relation.is_some() || is_release(platform) {
            return Some(named_only(first, Some(platform)));
        }
        match (&component.cpe, &platform.cpe) {
            (Some(_), Some(condition)) if !relation.is_default || is_system => {
                let mut subject = plain(component);
                subject.names.retain(|name| matches!(name, AffectedName::Cpe(_)));
                subject.condition = Some(condition.clone());
                return Some(subject);
            }
            _ if relation.is_default && !is_system => product = platform,
            _ => return Some(named_only(first, Some(platform))),
        }
    }
    Some(named_only(first, None))
}

/// A product by its own names and versions.
fn plain(product: &Product) -> Subject {
    let mut names = Vec::new();
    let mut ecosystem = None;
    for purl in &product.purls {
        if let Some(found) = package(purl, None) {
            ecosystem.get_or_insert_with(|| found.0.clone());
            names.push(AffectedName::Package { ecosystem: found.0, name: found.1 });
        }
        names.extend(package_name::repository_of_purl(purl).map(AffectedName::Repository));
    }
    names.extend(product.cpe.clone().map(|cpe| AffectedName::Cpe(unversioned(cpe))));
    if !product.product.is_empty() && !range_text::is_placeholder(&product.product) {
        let vendor = product.vendor.clone();
        names.push(AffectedName::Product { vendor, product: product.product.clone() });
    }
    if names.is_empty() {
        return named_only(product, None);
    }
    names.dedup();
    let (versions, scheme) = versions_of(product);
    let scheme = match &ecosystem {
        Some(ecosystem) => ecosystem.scheme(),
        None => scheme.unwrap_or(Scheme::Generic),
    };
    let distribution = ecosystem.filter(Ecosystem::is_distribution).map(|ecosystem| ecosystem.base);
    Subject { names, scheme, versions, distribution, ..described(product) }
}

/// What every subject of a product has.
fn described(product: &Product) -> Subject {
    let vendor = match product.cpe.as_ref().map(|cpe| cpe.get(Attribute::Vendor)) {
        Some(vendor @ CpeValue::Text(_)) if product.vendor.is_empty() => vendor.unescaped().into_owned(),
        _ => product.vendor.clone(),
    };
    Subject {
        names: Vec::new(),
        scheme: Scheme::Generic,
        versions: Vec::new(),
        distribution: None,
        vendor,
        qualifiers: product.qualifiers.clone(),
        is_bounded: product.has_serials || product.is_unclear,
        condition: None,
    }
}

/// A product that nothing but its whole name names: kept and shown, but no version can be compared with it.
fn named_only(product: &Product, platform: Option<&Product>) -> Subject {
    let vendor = platform.map_or(&product.vendor, |platform| &platform.vendor).clone();
    let names = vec![AffectedName::Product { vendor: vendor.clone(), product: product.name.clone() }];
    let versions = vec![Versions::Unparsed(product.name.clone())];
    Subject { names, versions, vendor, ..described(product) }
}

/// A package of a distribution in one of its releases.
fn of_distribution(component: &Product, platform: &Product) -> Option<Subject> {
    let release = release_of(platform.cpe.as_ref()?)?;
    let found = component.purls.iter().find_map(|purl| {
        let (ecosystem, name) = package(purl, Some(&release))?;
        Some((ecosystem, name, purl_version(purl)))
    });
    let (ecosystem, name, version) = found?;
    let versions = match version {
        Some(version) => vec![Versions::Exact(version)],
        None => vec![Versions::Interval(None, None)],
    };
    let (scheme, distribution) = (ecosystem.scheme(), Some(ecosystem.base.clone()));
    let names = vec![AffectedName::Package { ecosystem, name }];
    Some(Subject { names, scheme, versions, distribution, ..described(component) })
}

/// Ecosystem and name of a package URL; `release` is put in where the package is one of that distribution's. A package of
/// a module keeps its stream in its name (`nodejs:18/nodejs`): each stream has versions of its own.
fn package(purl: &Purl, release: Option<&Ecosystem>) -> Option<(Ecosystem, String)> {
    if let Some(mut ecosystem) = distro::of_purl(purl) {
        if let Some(release) = release {
            if release.base != ecosystem.base {
                return None;
            }
            ecosystem.release.clone_from(&release.release);
        }
        let module = purl.qualifier("rpmmod").map(|module| {
            let mut parts = module.split(':');
            format!("{}:{}/", parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        });
        return Some((ecosystem, format!("{}{}", module.unwrap_or_default(), purl.name)));
    }
    let (base, name) = package_name::of_purl(purl).filter(|_| release.is_none())?;
    Some((Ecosystem { base: base.to_owned(), release: None }, name))
}

/// The version of a package URL with its epoch.
fn purl_version(purl: &Purl) -> Option<String> {
    let version = purl.version.clone()?;
    match purl.qualifier("epoch").filter(|epoch| !epoch.is_empty() && !version.contains(':')) {
        Some(epoch) => Some(format!("{epoch}:{version}")),
        None => Some(version),
    }
}

/// The platform is one of a distribution's products, although perhaps not one whose release can be compared.
fn is_release(platform: &Product) -> bool {
    let vendor = platform.cpe.as_ref().map(|cpe| cpe.get(Attribute::Vendor).unescaped().into_owned());
    vendor.is_some_and(|vendor| distro::of_namespace(&vendor).is_some())
}

/// The release of a distribution that a CPE names. Products and support streams of Red Hat beside Enterprise Linux itself
/// have builds of their own, which cannot be told from an SBOM.
fn release_of(cpe: &Cpe) -> Option<Ecosystem> {
    let text = |attribute| match cpe.get(attribute) {
        value @ CpeValue::Text(_) => Some(value.unescaped().into_owned()),
        CpeValue::Any | CpeValue::Na => None,
    };
    let (vendor, product, version) =
        (text(Attribute::Vendor)?, text(Attribute::Product)?, text(Attribute::Version)?);
    match vendor.as_str() {
        "redhat" if product == "enterprise_linux" => {
            Some(Ecosystem { base: "Red Hat".to_owned(), release: Some(version) })
        }
        "redhat" => None,
        "suse" => {
            let pack = text(Attribute::Update).map(|pack| format!(" {}", pack.to_uppercase()));
            let release = format!("{version}{}", pack.unwrap_or_default());
            Some(Ecosystem { base: "SUSE".to_owned(), release: Some(release) })
        }
        _ => distro::of_cpe(cpe),
    }
}

/// A CPE without its version, which stands in the rows.
fn unversioned(cpe: Cpe) -> Cpe {
    let open = |cpe: Cpe, attribute| cpe.clone().with(attribute, CpeValue::Any).unwrap_or(cpe);
    if cpe.joined_version().is_none() {
        return cpe;
    }
    open(open(cpe, Attribute::Version), Attribute::Update)
}

/// The versions of a product: its range, or the version of its package URL, CPE or branch.
///
/// A product without any is meant with all its versions, unless its name goes on with something that looks like one.
fn versions_of(product: &Product) -> (Vec<Versions>, Option<Scheme>) {
    let written = product.version.as_deref().filter(|_| !product.is_narrowed);
    if let Some(range) = written.filter(|_| product.is_range) {
        return versions::read(range, true);
    }
    let exact = product.purls.iter().find_map(purl_version);
    let exact = exact.or_else(|| product.cpe.as_ref().and_then(Cpe::joined_version));
    if let Some(version) = exact {
        return (vec![Versions::Exact(version)], None);
    }
    if product.is_narrowed {
        return (vec![Versions::Unparsed(product.name.clone())], None);
    }
    match written {
        Some(version) => versions::read(version, false),
        None if is_versionless(product) => (vec![Versions::Interval(None, None)], None),
        None => (vec![Versions::Unparsed(product.name.clone())], None),
    }
}

/// The name holds no number that the product's own name does not.
fn is_versionless(product: &Product) -> bool {
    let known = product.purls.first().map_or(product.product.as_str(), |purl| purl.name.as_str());
    let rest = if known.is_empty() { product.name.clone() } else { product.name.replacen(known, "", 1) };
    !rest.bytes().any(|byte| byte.is_ascii_digit())
}
