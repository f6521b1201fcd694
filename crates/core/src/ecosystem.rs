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
