//! Distribution releases: what a package URL says about them and how OSV writes them.

use crate::cpe::{Attribute, Cpe, CpeValue};
use crate::ecosystem::Ecosystem;
use crate::purl::Purl;
use crate::verdict::Tri;

/// The distribution (OSV ecosystem base) that a package URL of type `deb`, `rpm` or `apk` belongs to, and its
/// release where the `distro` qualifier states one.
///
/// ```
/// use kikimori_core::{distro, purl::Purl};
/// let purl = Purl::parse("pkg:deb/debian/openssl@3.0.9-1?distro=bookworm").unwrap();
/// assert_eq!(distro::of_purl(&purl).unwrap().to_string(), "Debian:12");
/// ```
#[must_use]
pub fn of_purl(purl: &Purl) -> Option<Ecosystem> {
    if !matches!(purl.kind.as_str(), "deb" | "rpm" | "apk" | "alpm") {
        return None;
    }
    let namespace = purl.namespace.as_deref().unwrap_or_default().to_lowercase();
    let distro = purl.qualifier("distro").map(str::to_lowercase);
    let (named, release) = match &distro {
        Some(text) => split_distro(text),
        None => (None, None),
    };
    let base = of_namespace(&namespace).or_else(|| named.and_then(of_namespace))?;
    let release = release.map(str::to_owned).or_else(|| {
        let text = distro.as_deref()?;
        codename(text).map(str::to_owned)
    });
    Some(Ecosystem { base: base.to_owned(), release: release.map(|release| normal_release(base, &release)) })
}

/// An operating system named and versioned by a component, as an ecosystem (`debian` `12` is `Debian:12`).
#[must_use]
pub fn of_system(name: &str, version: &str) -> Option<Ecosystem> {
    let name = name.to_lowercase();
    let base = of_namespace(&name).or_else(|| of_namespace(name.split([' ', '-']).next()?))?;
    let version = codename(&version.to_lowercase()).map_or_else(|| version.to_lowercase(), str::to_owned);
    let starts = version.trim_start_matches('v').starts_with(|character: char| character.is_ascii_digit());
    starts.then(|| Ecosystem { base: base.to_owned(), release: Some(normal_release(base, &version)) })
}

/// A distribution named by the CPE of an operating system (`debian:debian_linux:12` is `Debian:12`).
///
/// ```
/// use kikimori_core::{cpe::Cpe, distro};
/// let cpe = Cpe::parse("cpe:2.3:o:canonical:ubuntu_linux:22.04:*:*:*:lts:*:*:*").unwrap();
/// assert_eq!(distro::of_cpe(&cpe).unwrap().to_string(), "Ubuntu:22.04");
/// ```
#[must_use]
pub fn of_cpe(cpe: &Cpe) -> Option<Ecosystem> {
    let (CpeValue::Text("o"), CpeValue::Text(product), version @ CpeValue::Text(_)) =
        (cpe.get(Attribute::Part), cpe.get(Attribute::Product), cpe.get(Attribute::Version))
    else {
        return None;
    };
    let name = match product {
        "enterprise_linux" => "rhel",
        _ => product.strip_suffix("_linux").unwrap_or(product),
    };
    of_system(name, &version.unescaped())
}

/// Splits `debian-12`, `alpine-3.18.4`, `opensuse-leap-15.5` before the first part that starts with a digit.
fn split_distro(text: &str) -> (Option<&str>, Option<&str>) {
    for (index, _) in text.match_indices('-') {
        let rest = text.get(index + 1..).unwrap_or_default();
        if rest.trim_start_matches('v').starts_with(|character: char| character.is_ascii_digit()) {
            return (text.get(..index), Some(rest));
        }
    }
    let is_version = text.trim_start_matches('v').starts_with(|character: char| character.is_ascii_digit());
    if is_version { (None, Some(text)) } else { (text.split('-').next(), codename(text)) }
}

/// OSV's base name of a distribution, from a purl namespace or an `os-release` id in lower case.
#[must_use]
pub fn of_namespace(name: &str) -> Option<&'static str> {
    Some(match name {
        "debian" => "Debian",
        "ubuntu" => "Ubuntu",
        "alpine" => "Alpine",
        "wolfi" => "Wolfi",
        "chainguard" => "Chainguard",
        "almalinux" | "alma" => "AlmaLinux",
        "rocky" | "rockylinux" | "rocky-linux" => "Rocky Linux",
        "redhat" | "rhel" | "red hat" | "centos" => "Red Hat",
        "fedora" => "Fedora",
        "suse" | "sles" => "SUSE",
        "opensuse" | "opensuse-leap" | "opensuse-tumbleweed" => "openSUSE",
        "openeuler" => "openEuler",
        "mageia" => "Mageia",
        "oracle" | "ol" | "oraclelinux" => "Oracle Linux",
        "amzn" | "amazon" | "amazonlinux" => "Amazon Linux",
        "photon" => "Photon OS",
        "azurelinux" | "mariner" | "azl" => "Azure Linux",
        _ => return None,
    })
}

/// Releases by code name. Source: the distributions' own release pages (read 2026-11-21).
fn codename(text: &str) -> Option<&'static str> {
    let word = text.rsplit(['-', ' ', '/']).next().unwrap_or(text);
    Some(match word {
        "jessie" => "8",
        "stretch" => "9",
        "buster" => "10",
        "bullseye" => "11",
        "bookworm" => "12",
        "trixie" => "13",
        "forky" => "14",
        "trusty" => "14.04",
        "xenial" => "16.04",
        "bionic" => "18.04",
        "focal" => "20.04",
        "jammy" => "22.04",
        "noble" => "24.04",
        _ => return None,
    })
}

/// The release in the form compared: Debian and the RPM rebuilds by major, Alpine and Ubuntu by two parts.
fn normal_release(base: &str, release: &str) -> String {
    let release = release.trim().trim_start_matches(['v', 'V']);
    let parts = match base {
        "Debian" | "AlmaLinux" | "Rocky Linux" | "Fedora" | "Oracle Linux" | "Mageia" | "Red Hat" => 1,
        "Alpine" | "Ubuntu" => 2,
        _ => return release.to_owned(),
    };
    release.split('.').take(parts).collect::<Vec<_>>().join(".")
}

/// Whether an entry for `entry_release` of `base` speaks about `release`.
///
/// OSV writes releases as `12`, `v3.18`, `22.04:LTS`, `Pro:18.04:LTS`, `rhel_eus:9.2::baseos`,
/// `enterprise_linux:9::appstream`, `Linux Enterprise Server 15 SP4`. `Unknown` when one side is absent.
#[must_use]
pub fn speaks_about(base: &str, entry_release: Option<&str>, release: Option<&str>) -> Tri {
    let (Some(entry), Some(release)) = (entry_release, release) else {
        return Tri::Unknown;
    };
    // A layered product (`openshift:4.15::el9`) counts its own releases; the system's is behind `el`.
    let layered = entry.rsplit_once("::el").map(|(_, number)| number).filter(|_| base == "Red Hat");
    let entry = layered.unwrap_or(entry);
    let mut parts = entry.split([':', ' ']).map(|part| part.trim_start_matches('v'));
    let is_number = |part: &&str| part.starts_with(|character: char| character.is_ascii_digit());
    let Some(number) = parts.find(is_number) else { return Tri::Unknown };
    if base == "SUSE" {
        return same_service_pack(number, parts.next(), release);
    }
    Tri::from(normal_release(base, number) == normal_release(base, release))
}

/// Compares SUSE's `15 SP4` with a release such as `15.4`. Without a service pack on one side only the major counts,
/// and then for no more than `Unknown`.
fn same_service_pack(major: &str, pack: Option<&str>, release: &str) -> Tri {
    let entry = match pack.and_then(|pack| pack.strip_prefix("SP")) {
        Some(pack) => format!("{major}.{pack}"),
        None => major.to_owned(),
    };
    let release = release.replace("-sp", ".").replace("-SP", ".");
    let major_of = |text: &str| text.split('.').next().unwrap_or_default().to_owned();
    if entry == release {
        Tri::Yes
    } else if major_of(&entry) == major_of(&release) && entry.contains('.') != release.contains('.') {
        Tri::Unknown
    } else {
        Tri::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ecosystem of a purl, as text.
    fn of(purl: &str) -> Option<String> {
        of_purl(&Purl::parse(purl).unwrap()).map(|ecosystem| ecosystem.to_string())
    }

    #[test]
    fn namespaces_name_distributions() {
        assert_eq!(of_namespace("debian"), Some("Debian"));
        assert_eq!(of_namespace("elsewhere"), None);
    }

    #[test]
    fn reads_the_distro_qualifier() {
        for (purl, expected) in [
            ("pkg:deb/debian/openssl@1?distro=debian-12", Some("Debian:12")),
            ("pkg:deb/debian/openssl@1?distro=debian-12.5", Some("Debian:12")),
            ("pkg:deb/debian/openssl@1?distro=bookworm", Some("Debian:12")),
            ("pkg:deb/debian/openssl@1", Some("Debian")),
            ("pkg:deb/ubuntu/openssl@1?distro=ubuntu-22.04", Some("Ubuntu:22.04")),
            ("pkg:deb/ubuntu/openssl@1?distro=jammy", Some("Ubuntu:22.04")),
            ("pkg:apk/alpine/openssl@1?distro=alpine-3.18.4", Some("Alpine:3.18")),
            ("pkg:apk/alpine/openssl@1?distro=3.18.4", Some("Alpine:3.18")),
            ("pkg:rpm/almalinux/openssl@1?distro=almalinux-9.3", Some("AlmaLinux:9")),
            ("pkg:rpm/rocky/openssl@1?distro=rocky-8.9", Some("Rocky Linux:8")),
            ("pkg:rpm/opensuse/openssl@1?distro=opensuse-leap-15.5", Some("openSUSE:15.5")),
            ("pkg:npm/lodash@1", None),
        ] {
            assert_eq!(of(purl).as_deref(), expected, "{purl}");
        }
    }

    #[test]
    fn names_the_system_of_a_component() {
        for (name, version, expected) in [
            ("debian", "12", Some("Debian:12")),
            ("Debian GNU/Linux", "12.5", Some("Debian:12")),
            ("Alpine Linux", "3.18.4", Some("Alpine:3.18")),
            ("Ubuntu", "jammy", Some("Ubuntu:22.04")),
            ("Windows", "10", None),
            ("debian", "unknown", None),
        ] {
            assert_eq!(
                of_system(name, version).map(|found| found.to_string()).as_deref(),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn compares_releases_as_osv_writes_them() {
        for (base, entry, release, expected) in [
            ("Debian", Some("12"), Some("12"), Tri::Yes),
            ("Debian", Some("11"), Some("12"), Tri::No),
            ("Debian", None, Some("12"), Tri::Unknown),
            ("Debian", Some("12"), None, Tri::Unknown),
            ("Alpine", Some("v3.18"), Some("3.18"), Tri::Yes),
            ("Alpine", Some("v3.18"), Some("3.19"), Tri::No),
            ("Ubuntu", Some("22.04:LTS"), Some("22.04"), Tri::Yes),
            ("Ubuntu", Some("Pro:18.04:LTS"), Some("18.04"), Tri::Yes),
            ("Red Hat", Some("enterprise_linux:9::appstream"), Some("9"), Tri::Yes),
            ("Red Hat", Some("rhel_eus:9.2::baseos"), Some("9"), Tri::Yes),
            ("Red Hat", Some("jboss_enterprise_application_platform:8.0::el9"), Some("8"), Tri::No),
            ("Red Hat", Some("openshift:4.15::el9"), Some("9"), Tri::Yes),
            ("AlmaLinux", Some("9"), Some("8"), Tri::No),
            ("SUSE", Some("Linux Enterprise Server 15 SP4"), Some("15.4"), Tri::Yes),
            ("SUSE", Some("Linux Enterprise Server 15 SP4"), Some("15.5"), Tri::No),
            ("SUSE", Some("Linux Enterprise Server 15 SP4"), Some("15"), Tri::Unknown),
            ("SUSE", Some("Linux Enterprise Server 12 SP5"), Some("15.5"), Tri::No),
            ("openSUSE", Some("Leap 15.5"), Some("15.5"), Tri::Yes),
        ] {
            assert_eq!(speaks_about(base, entry, release), expected, "{base} {entry:?} {release:?}");
        }
    }
}
