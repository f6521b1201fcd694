//! Package ecosystems: their names in the OSV schema, the purl types they answer to, the version order and
//! the canonical spelling of package names.

use crate::version::Scheme;

/// An ecosystem as OSV writes it, with its release: `Debian:12` is base `Debian`, release `12`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ecosystem {
    /// The base name as OSV spells it (`npm`, `PyPI`, `Debian`, `AlmaLinux`, `Red Hat`…).
    pub base: String,
    /// The release after the first colon, as written (`12`, `v3.18`, `22.04:LTS`).
    pub release: Option<String>,
}

impl Ecosystem {
    /// Splits OSV's `ecosystem` text at the first colon.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.split_once(':') {
            Some((base, release)) if !release.is_empty() => {
                Self { base: base.to_owned(), release: Some(release.to_owned()) }
            }
            Some((base, _)) => Self { base: base.to_owned(), release: None },
            None => Self { base: text.to_owned(), release: None },
        }
    }

    /// The order of this ecosystem's versions.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        scheme_of(&self.base)
    }

    /// A Linux distribution: its own records decide about its own builds.
    #[must_use]
    pub fn is_distribution(&self) -> bool {
        matches!(self.scheme(), Scheme::Deb | Scheme::Rpm | Scheme::Apk)
    }
}

impl std::fmt::Display for Ecosystem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.base)?;
        match &self.release {
            Some(release) => write!(formatter, ":{release}"),
            None => Ok(()),
        }
    }
}

/// The version order of an OSV ecosystem base name. Unknown names get [`Scheme::Generic`].
///
/// Source: OSV schema 1.7, "affected[].package" ecosystem table (read 2026-11-21).
#[must_use]
pub fn scheme_of(base: &str) -> Scheme {
    match base {
        "npm" => Scheme::Npm,
        "PyPI" => Scheme::Pypi,
        "Maven" => Scheme::Maven,
        "NuGet" => Scheme::Nuget,
        "RubyGems" => Scheme::Gem,
        "Packagist" => Scheme::Composer,
        "Go" => Scheme::Golang,
        "crates.io" => Scheme::Cargo,
        "Hex" => Scheme::Hex,
        "Pub" => Scheme::Pub,
        "CRAN" | "Bioconductor" => Scheme::Cran,
        "Hackage" | "GHC" => Scheme::Hackage,
        "SwiftURL" | "GitHub Actions" | "Bitnami" | "Julia" | "ConanCenter" | "VSCode" => Scheme::Semver,
        "Debian" | "Ubuntu" | "Echo" => Scheme::Deb,
        "AlmaLinux" | "Rocky Linux" | "Red Hat" | "SUSE" | "openSUSE" | "Mageia" | "openEuler" | "Fedora"
        | "Oracle Linux" | "Amazon Linux" | "Photon OS" | "Azure Linux" => Scheme::Rpm,
        "Alpine" | "Wolfi" | "Chainguard" | "MinimOS" | "Alpaquita" | "BellSoft Hardened Containers" => {
            Scheme::Apk
        }
        _ => Scheme::Generic,
    }
}

/// The OSV ecosystem base name that a purl type answers to; `None` for types that need their namespace
/// (`deb`, `rpm`, `apk`, see [`crate::distro::of_namespace`]) or have no ecosystem.
///
/// Source: OSV schema 1.7 ecosystem table and the purl type definitions (read 2026-11-21).
#[must_use]
pub fn of_purl_type(kind: &str) -> Option<&'static str> {
    PURL_TYPES.iter().find(|(name, _)| *name == kind).map(|(_, base)| *base)
}

/// Purl types with the OSV ecosystem that each answers to.
pub const PURL_TYPES: &[(&str, &str)] = &[
    ("npm", "npm"),
    ("pypi", "PyPI"),
    ("maven", "Maven"),
    ("nuget", "NuGet"),
    ("gem", "RubyGems"),
    ("composer", "Packagist"),
    ("golang", "Go"),
    ("cargo", "crates.io"),
    ("hex", "Hex"),
    ("pub", "Pub"),
    ("cran", "CRAN"),
    ("bioconductor", "Bioconductor"),
    ("hackage", "Hackage"),
    ("swift", "SwiftURL"),
    ("githubactions", "GitHub Actions"),
    ("bitnami", "Bitnami"),
    ("conan", "ConanCenter"),
    ("julia", "Julia"),
    ("vscode-extension", "VSCode"),
];

/// The name of a source repository as `host/path` in lower case.
///
/// Scheme, user, port, `.git`, query and fragment are left out; for github.com only owner and repository
/// remain. `None` when the text is no repository address.
///
/// ```
/// use kikimori_core::ecosystem::repository_name;
/// let name = Some("github.com/madler/zlib".to_owned());
/// assert_eq!(repository_name("git+https://github.com/Madler/zlib.git"), name);
/// assert_eq!(repository_name("git@github.com:madler/zlib.git"), name);
/// assert_eq!(repository_name("https://github.com/madler/zlib/tree/master#readme"), name);
/// assert_eq!(repository_name("zlib"), None);
/// ```
#[must_use]
pub fn repository_name(address: &str) -> Option<String> {
    let address = address.trim();
    if address.len() > crate::limits::IDENTIFIER_BYTES_MAX {
        return None;
    }
    let has_scheme = address.contains("://");
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['?', '#', ' ']).next().unwrap_or_default();
    let (authority, path) = match rest.split_once('/') {
        // `git@host:owner/name`: the colon separates the path, as in scp.
        Some((before, after)) if !has_scheme && before.contains(':') => {
            let (host, first) = before.split_once(':')?;
            (host, format!("{first}/{after}"))
        }
        Some((host, path)) => (host, path.to_owned()),
        None => return None,
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if !host.contains('.') || !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    {
        return None;
    }
    let path = path.to_lowercase();
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if host == "github.com" {
        if segments.len() < 2 {
            return None;
        }
        segments.truncate(2);
    }
    let path = segments.join("/");
    let path = path.strip_suffix(".git").unwrap_or(&path);
    if path.is_empty() { None } else { Some(format!("{host}/{path}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purl_types_answer_to_ecosystems() {
        for (kind, base) in [("npm", "npm"), ("pypi", "PyPI"), ("golang", "Go"), ("cargo", "crates.io")] {
            assert_eq!(of_purl_type(kind), Some(base));
        }
        assert_eq!(of_purl_type("deb"), None);
    }

    #[test]
    fn repositories_are_named_by_host_and_path() {
        for (address, name) in [
            ("https://gitlab.com/Group/Sub/Project.git/", Some("gitlab.com/group/sub/project")),
            ("https://user:secret@git.example.org:8443/a.git", Some("git.example.org/a")),
            ("git://git.kernel.org/pub/scm/linux.git", Some("git.kernel.org/pub/scm/linux")),
            ("ssh://git@github.com/a/b", Some("github.com/a/b")),
            ("github.com/a/b", Some("github.com/a/b")),
            ("https://www.github.com/a/b", Some("github.com/a/b")),
            ("https://github.com/a", None),
            ("https://example.org/", None),
            ("https://example.org", None),
            ("", None),
            ("not a repository/at all", None),
        ] {
            assert_eq!(repository_name(address).as_deref(), name, "{address}");
        }
    }
}
