//! Package names: how an ecosystem spells them, and what a package URL calls them.

use std::borrow::Cow;

use crate::distro;
use crate::ecosystem;
use crate::purl::Purl;
use crate::version::Scheme;

/// A package name in the spelling that decides identity in its ecosystem.
///
/// `PyPI` ignores case and takes `-`, `_` and `.` as one (PEP 503); npm, Packagist, `NuGet`, Hex, Pub and the
/// distributions ignore case in practice; Maven, Go and `RubyGems` do not.
///
/// ```
/// use kikimori_core::package_name::canonical;
/// assert_eq!(canonical("PyPI", "Flask_Login"), "flask-login");
/// assert_eq!(canonical("Maven", "org.Foo:bar"), "org.Foo:bar");
/// ```
#[must_use]
pub fn canonical<'a>(base: &str, name: &'a str) -> Cow<'a, str> {
    let name = name.trim();
    match base {
        "PyPI" => {
            let mut text = String::with_capacity(name.len());
            let mut is_dash_before = false;
            for character in name.chars() {
                let is_dash = matches!(character, '-' | '_' | '.');
                if !is_dash {
                    text.extend(character.to_lowercase());
                } else if !is_dash_before {
                    text.push('-');
                }
                is_dash_before = is_dash;
            }
            Cow::Owned(text)
        }
        "Maven" | "RubyGems" | "Go" | "CRAN" | "Hackage" => Cow::Borrowed(name),
        "crates.io" => Cow::Owned(name.to_lowercase().replace('_', "-")),
        _ if name.chars().any(char::is_uppercase) => Cow::Owned(name.to_lowercase()),
        _ => Cow::Borrowed(name),
    }
}

/// The ecosystem base and the name by which a package URL's package is found, for types that need no distribution.
///
/// `None` for types without an ecosystem (`generic`, `oci`, `docker`…) and for `deb`, `rpm`, `apk`,
/// whose ecosystem is their distribution ([`crate::distro::of_purl`]).
///
/// ```
/// use kikimori_core::{package_name, purl::Purl};
/// let purl = Purl::parse("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1").unwrap();
/// let (base, name) = package_name::of_purl(&purl).unwrap();
/// assert_eq!((base, name.as_str()), ("Maven", "org.apache.logging.log4j:log4j-core"));
/// ```
#[must_use]
pub fn of_purl(purl: &Purl) -> Option<(&'static str, String)> {
    let base = ecosystem::of_purl_type(&purl.kind)?;
    if base == "Go" && purl.namespace.is_none() && purl.name == "std" {
        // cyclonedx-gomod's name of the standard library; Go's own database says `stdlib`.
        return Some((base, "stdlib".to_owned()));
    }
    let separator = if base == "Maven" { ':' } else { '/' };
    Some((base, joined(purl, separator)))
}

/// Namespace and name with a separator between them.
fn joined(purl: &Purl, separator: char) -> String {
    match purl.namespace.as_deref() {
        Some(namespace) if !namespace.is_empty() => format!("{namespace}{separator}{}", purl.name),
        _ => purl.name.clone(),
    }
}

/// The repository that a package URL of a code-hosting type names, as `host/path` in lower case.
#[must_use]
pub fn repository_of_purl(purl: &Purl) -> Option<String> {
    let host = match purl.kind.as_str() {
        "github" => "github.com",
        "gitlab" => "gitlab.com",
        "bitbucket" => "bitbucket.org",
        _ => {
            let address = purl.qualifier("vcs_url")?;
            return ecosystem::repository_name(address.split('@').next().unwrap_or(address))
                .or_else(|| ecosystem::repository_name(address));
        }
    };
    Some(format!("{host}/{}", joined(purl, '/')).to_lowercase())
}

/// The version order of a package URL's ecosystem; `None` for a type that no vulnerability database covers.
///
/// A distribution counts before the type: its own builds have its own order.
///
/// ```
/// use kikimori_core::{package_name::scheme_of_purl, purl::Purl, version::Scheme};
/// let scheme = |text| scheme_of_purl(&Purl::parse(text).unwrap());
/// assert_eq!(scheme("pkg:deb/debian/openssl@3.0.11-1"), Some(Scheme::Deb));
/// assert_eq!(scheme("pkg:generic/openssl@3.0.11"), None);
/// ```
#[must_use]
pub fn scheme_of_purl(purl: &Purl) -> Option<Scheme> {
    if let Some(distribution) = distro::of_purl(purl) {
        return Some(distribution.scheme());
    }
    if let Some((base, _)) = of_purl(purl) {
        return Some(ecosystem::scheme_of(base));
    }
    repository_of_purl(purl).map(|_| Scheme::Generic)
}

/// Source packages that a distribution package URL names in its `upstream` qualifier, each with its version.
///
/// The forms are `openssl`, `openssl@1.1.1`, or a source RPM `openssl-1.1.1k-7.el8.src.rpm`. Several are separated
/// by commas.
///
/// Source: purl type definitions `deb` and `rpm`; the qualifier's forms as syft writes them.
#[must_use]
pub fn upstreams(purl: &Purl) -> Vec<(String, Option<String>)> {
    let Some(text) = purl.qualifier("upstream") else { return Vec::new() };
    text.split(',')
        .take(16)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            if let Some(stem) = part.strip_suffix(".src.rpm") {
                let mut pieces = stem.rsplitn(3, '-');
                let release = pieces.next();
                let version = pieces.next();
                return match (pieces.next(), version, release) {
                    (Some(name), Some(version), Some(release)) => {
                        (name.to_owned(), Some(format!("{version}-{release}")))
                    }
                    _ => (stem.to_owned(), None),
                };
            }
            match part.split_once('@') {
                Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
                None => (part.to_owned(), None),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_names_as_each_ecosystem_does() {
        for (base, written, expected) in [
            ("PyPI", "Zope.Interface", "zope-interface"),
            ("PyPI", "ruamel__yaml", "ruamel-yaml"),
            ("npm", "@Angular/Core", "@angular/core"),
            ("NuGet", "Newtonsoft.Json", "newtonsoft.json"),
            ("Go", "github.com/Azure/azure-sdk", "github.com/Azure/azure-sdk"),
            ("crates.io", "serde_json", "serde-json"),
            ("Debian", "OpenSSL", "openssl"),
        ] {
            assert_eq!(canonical(base, written), expected, "{base} {written}");
        }
    }

    #[test]
    fn the_standard_library_of_go_has_two_names() {
        for (written, expected) in [
            ("pkg:golang/std@v1.20.1", "stdlib"),
            ("pkg:golang/stdlib@1.20.1", "stdlib"),
            ("pkg:golang/example.org/std@v1.0.0", "example.org/std"),
        ] {
            let found = of_purl(&Purl::parse(written).unwrap());
            assert_eq!(found, Some(("Go", expected.to_owned())), "{written}");
        }
    }

    #[test]
    fn reads_upstream_qualifiers() {
        let of = |purl: &str| upstreams(&Purl::parse(purl).unwrap());
        assert_eq!(
            of("pkg:deb/debian/libssl3@3.0.9-1?upstream=openssl%403.0.9"),
            vec![("openssl".to_owned(), Some("3.0.9".to_owned()))]
        );
        assert_eq!(
            of("pkg:rpm/rocky/openssl-libs@1.1.1k-7.el8?upstream=openssl-1.1.1k-7.el8.src.rpm"),
            vec![("openssl".to_owned(), Some("1.1.1k-7.el8".to_owned()))]
        );
        assert!(of("pkg:deb/debian/libssl3@3.0.9-1").is_empty());
    }

    #[test]
    fn names_repositories() {
        let purl = Purl::parse("pkg:github/wolfSSL/wolfssl@v5.6.0-stable").unwrap();
        assert_eq!(repository_of_purl(&purl).as_deref(), Some("github.com/wolfssl/wolfssl"));
        let purl =
            Purl::parse("pkg:generic/zlib@1.2.11?vcs_url=git%2Bhttps://github.com/madler/zlib.git%40abc")
                .unwrap();
        assert_eq!(repository_of_purl(&purl).as_deref(), Some("github.com/madler/zlib"));
    }
}
