//! Version orders, one per scheme.

/// The order in which versions are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `SemVer` 2.0.0.
    Semver,
    /// npm's `SemVer`.
    Npm,
    /// PEP 440.
    Pypi,
    /// Maven `ComparableVersion`.
    Maven,
    /// `NuGet` versions (four parts).
    Nuget,
    /// `RubyGems` `Gem::Version`.
    Gem,
    /// Composer (Packagist).
    Composer,
    /// Go modules.
    Golang,
    /// Cargo.
    Cargo,
    /// Hex.
    Hex,
    /// Dart pub.
    Pub,
    /// Debian and Ubuntu (`deb-version(7)`).
    Deb,
    /// RPM (`rpmvercmp` with epoch and release).
    Rpm,
    /// Alpine `apk`.
    Apk,
    /// R `package_version`.
    Cran,
    /// Haskell PVP.
    Hackage,
    /// Vendor versions of no known order: numbers, letters, patch levels.
    Generic,
}
