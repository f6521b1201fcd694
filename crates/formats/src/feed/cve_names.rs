//! The names under which a CVE record's `affected` entry can be found.

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::distro;
use kikimori_core::ecosystem::{self, Ecosystem, repository_name};
use kikimori_core::limits;
use kikimori_core::percent;
use kikimori_core::vulnerability::AffectedName;

use super::configurations::read_cpe;
use super::cve::WireAffected;
use super::range_text::is_placeholder;
use super::record::Notes;

/// The CPE name of what the kernel's own CNA calls vendor `Linux`, product `Linux`.
const LINUX_KERNEL: &str = "cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*";

/// The names of an entry, and the ecosystem of its package, if it names one.
pub(super) fn read(
    affected: &WireAffected<'_>,
    pointer: &str,
    notes: &mut Notes<'_>,
) -> (Vec<AffectedName>, Option<Ecosystem>) {
    if let Some(package) = of_red_hat(affected) {
        return match package {
            Some((ecosystem, name)) => {
                (vec![AffectedName::Package { ecosystem: ecosystem.clone(), name }], Some(ecosystem))
            }
            None => (Vec::new(), None),
        };
    }
    let mut names = Vec::new();
    let package = of_purl(affected.package_url.trimmed())
        .or_else(|| of_collection(affected.collection_url.trimmed(), affected.package_name.trimmed()));
    let ecosystem = package.as_ref().map(|(ecosystem, _)| ecosystem.clone());
    if let Some((ecosystem, name)) = package {
        names.push(AffectedName::Package { ecosystem, name });
    }
    for (index, cpe) in affected.cpes.iter().enumerate().take(limits::RECORD_AFFECTED_MAX) {
        let Some(cpe) = cpe.filled() else { continue };
        if let Some(cpe) = read_cpe(cpe, &format!("{pointer}/cpes/{index}"), notes) {
            let name = AffectedName::Cpe(cpe);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let (vendor, product) = (affected.vendor.trimmed(), affected.product.trimmed());
    // Without a product nothing can be found by the name, whoever the vendor is.
    if !is_placeholder(product) {
        if (vendor, product) == ("Linux", "Linux")
            && !names.iter().any(|name| matches!(name, AffectedName::Cpe(_)))
        {
            names.extend(Cpe::parse(LINUX_KERNEL).ok().map(AffectedName::Cpe));
        }
        let vendor = if is_placeholder(vendor) { "" } else { vendor };
        names.push(AffectedName::Product { vendor: vendor.to_owned(), product: product.to_owned() });
    }
    if let Some(repository) = repository_name(affected.repo.trimmed()) {
        names.push(AffectedName::Repository(repository));
    }
    (names, ecosystem)
}

/// A package inside a product of Red Hat, told by the address of its package browser or container catalogue. `None` when
/// the entry is no such thing.
///
/// There the product and its CPE say where the package is built, and the versions are the package's. A package of Red Hat
/// Enterprise Linux itself is one of that distribution's release; of other products and of extended-support streams
/// (`rhel_eus`…), whose builds cannot be told from an SBOM, nothing can be compared, and the inner answer is `None`.
fn of_red_hat(affected: &WireAffected<'_>) -> Option<Option<(Ecosystem, String)>> {
    let collection = affected.collection_url.trimmed();
    let package = affected.package_name.trimmed();
    let is_red_hat = ["https://access.redhat.com/", "https://catalog.redhat.com/"]
        .iter()
        .any(|address| collection.starts_with(address));
    if !is_red_hat || is_placeholder(package) || package.len() > limits::IDENTIFIER_BYTES_MAX {
        return None;
    }
    let release = affected.cpes.iter().find_map(|cpe| {
        let cpe = Cpe::parse(cpe.filled()?).ok()?;
        match (cpe.get(Attribute::Vendor), cpe.get(Attribute::Product), cpe.get(Attribute::Version)) {
            (CpeValue::Text("redhat"), CpeValue::Text("enterprise_linux"), version @ CpeValue::Text(_)) => {
                Some(version.unescaped().into_owned())
            }
            _ => None,
        }
    });
    if release.is_none() && affected.versions.is_empty() {
        // A statement about the product as a whole.
        return None;
    }
    // A modular package keeps its stream in its name (`nodejs:18/nodejs`): each stream has versions of its own.
    let name = package.to_owned();
    Some(release.map(|release| (Ecosystem { base: "Red Hat".to_owned(), release: Some(release) }, name)))
}

/// Ecosystem and name of a package URL; version, qualifiers and subpath do not matter here.
pub(super) fn of_purl(purl: &str) -> Option<(Ecosystem, String)> {
    let rest = purl.strip_prefix("pkg:")?.trim_start_matches('/');
    if rest.len() > limits::IDENTIFIER_BYTES_MAX {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (kind, path) = rest.split_once('/')?;
    let kind = kind.to_ascii_lowercase();
    let last = path.rfind('/').map_or(0, |index| index.saturating_add(1));
    let path = match path.get(last..)?.rfind('@') {
        Some(index) if index > 0 => path.get(..last.saturating_add(index))?,
        _ => path,
    };
    let segments: Vec<String> =
        path.split('/').filter(|segment| !segment.is_empty()).map(percent_decode).collect();
    let (name, namespace) = segments.split_last()?;
    let namespace_text = namespace.join("/");
    let is_of_distribution = matches!(kind.as_str(), "deb" | "rpm" | "apk");
    let base = if is_of_distribution {
        distro::of_namespace(&namespace_text.to_ascii_lowercase())?
    } else {
        ecosystem::of_purl_type(&kind)?
    };
    let name = if namespace.is_empty() || is_of_distribution {
        name.clone()
    } else if kind == "maven" {
        format!("{namespace_text}:{name}")
    } else {
        format!("{namespace_text}/{name}")
    };
    Some((Ecosystem { base: base.to_owned(), release: None }, name))
}

/// Ecosystem and name of a package in a well-known collection.
pub(super) fn of_collection(collection: &str, package: &str) -> Option<(Ecosystem, String)> {
    if is_placeholder(package) || package.len() > limits::IDENTIFIER_BYTES_MAX {
        return None;
    }
    let host = collection.split_once("://").map_or(collection, |(_, rest)| rest);
    let host = host.split(['/', ':', '?']).next()?.to_ascii_lowercase();
    let base = match host.strip_prefix("www.").unwrap_or(&host) {
        "npmjs.com" | "npmjs.org" | "registry.npmjs.org" => "npm",
        "pypi.org" | "pypi.python.org" => "PyPI",
        "repo.maven.apache.org"
        | "repo1.maven.org"
        | "central.sonatype.com"
        | "search.maven.org"
        | "mvnrepository.com" => "Maven",
        "rubygems.org" => "RubyGems",
        "packagist.org" => "Packagist",
        "crates.io" => "crates.io",
        "pkg.go.dev" | "proxy.golang.org" => "Go",
        "nuget.org" | "api.nuget.org" => "NuGet",
        "hex.pm" | "repo.hex.pm" => "Hex",
        "pub.dev" => "Pub",
        "cran.r-project.org" => "CRAN",
        "hackage.haskell.org" => "Hackage",
        _ => return None,
    };
    let name = match base {
        // Without its group, an artifact could be anybody's.
        "Maven" if package.contains(':') => package.to_owned(),
        "Maven" => package.split_once('/').map(|(group, artifact)| format!("{group}:{artifact}"))?,
        _ => package.to_owned(),
    };
    Some((Ecosystem { base: base.to_owned(), release: None }, name))
}

/// Undoes percent-encoding; wrong escapes stay, and bytes that are not UTF-8 are replaced.
fn percent_decode(text: &str) -> String {
    String::from_utf8_lossy(&percent::decoded(text)).into_owned()
}
