//! Version orders, one per scheme.
//!
//! Each scheme turns a version text into a sort key once; comparing two versions compares bytes. So every
//! order is total by construction: where a tool's own comparison contradicts itself (Maven, PHP), the
//! scheme's module says which side was taken.

mod apk;
mod composer;
mod deb;
mod flaw;
mod gem;
mod generic;
mod key;
mod maven;
mod nuget;
mod numeric;
mod pypi;
mod rpm;
mod semver;

use std::cmp::Ordering;

pub use flaw::Flaw;

use crate::limits::VERSION_BYTES_MAX;

/// Shortest text that may be a commit hash, in characters: what Git shows by default.
const HASH_CHARS_MIN: usize = 7;
/// From this length in characters on (MD5), hexadecimal text with a letter is always a hash.
const LONG_HASH_CHARS_MIN: usize = 32;

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

impl Scheme {
    /// Every scheme, in the order of declaration.
    pub const ALL: &[Self] = &[
        Self::Semver,
        Self::Npm,
        Self::Pypi,
        Self::Maven,
        Self::Nuget,
        Self::Gem,
        Self::Composer,
        Self::Golang,
        Self::Cargo,
        Self::Hex,
        Self::Pub,
        Self::Deb,
        Self::Rpm,
        Self::Apk,
        Self::Cran,
        Self::Hackage,
        Self::Generic,
    ];

    /// The scheme's name in lower case, as a purl type where there is one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Semver => "semver",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Maven => "maven",
            Self::Nuget => "nuget",
            Self::Gem => "gem",
            Self::Composer => "composer",
            Self::Golang => "golang",
            Self::Cargo => "cargo",
            Self::Hex => "hex",
            Self::Pub => "pub",
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
            Self::Cran => "cran",
            Self::Hackage => "hackage",
            Self::Generic => "generic",
        }
    }

    /// The scheme of a name that [`Scheme::name`] gives; names are exact.
    #[must_use]
    pub fn parse_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scheme| scheme.name() == name)
    }
}

/// Why a text has no place in a scheme's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionFault {
    /// The text is empty or white space.
    #[error("the version is empty")]
    Empty,
    /// The text is longer than [`VERSION_BYTES_MAX`] bytes.
    #[error("the version is longer than {VERSION_BYTES_MAX} bytes")]
    TooLong,
    /// The scheme's own tool would not take the text as a version.
    #[error("not a version of scheme {}: {reason}", .scheme.name())]
    NotAVersion {
        /// The scheme that was asked.
        scheme: Scheme,
        /// What is missing or wrong, as the end of a sentence.
        reason: Flaw,
    },
}

/// A version with its place in the order of one scheme.
///
/// Only the sort key is kept, not the text: `1.0` and `1.0.0` of [`Scheme::Pypi`] give equal values.
///
/// ```
/// use std::cmp::Ordering;
/// use kikimori_core::version::{Scheme, Version};
/// let ubuntu = Version::parse(Scheme::Deb, "1:2.4~rc1-1").unwrap();
/// let debian = Version::parse(Scheme::Deb, "1:2.4-1").unwrap();
/// assert_eq!(ubuntu.compare(&debian), Ordering::Less);
/// ```
#[derive(Clone, Debug)]
pub struct Version {
    /// The scheme whose order the key follows.
    scheme: Scheme,
    /// Bytes that sort as the versions do; see [`key`].
    key: Vec<u8>,
}

impl Version {
    /// Reads a version text; white space around it is ignored.
    ///
    /// # Errors
    /// [`VersionFault`] when the text is empty, too long, a placeholder (`${version}`, `*`) or nothing that
    /// the scheme orders.
    pub fn parse(scheme: Scheme, text: &str) -> Result<Self, VersionFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(VersionFault::Empty);
        }
        if text.len() > VERSION_BYTES_MAX {
            return Err(VersionFault::TooLong);
        }
        let key = match placeholder(text) {
            Some(reason) => Err(reason),
            None => key_of(scheme, text),
        };
        match key {
            Ok(key) => Ok(Self { scheme, key }),
            Err(reason) => Err(VersionFault::NotAVersion { scheme, reason }),
        }
    }

    /// Reads a version text that a verdict may rest on: like [`Version::parse`], but a text that has its place in the
    /// order only for history's sake is refused. These are the `PyPI` versions from before PEP 440, which no
    /// installer accepts any more, and Composer's branches (`dev-main`), whose commits may be of any release. Their
    /// order (all before every real version) would decide by accident.
    ///
    /// # Errors
    /// [`VersionFault`] as of [`Version::parse`], and for such texts.
    ///
    /// ```
    /// use kikimori_core::version::{Scheme, Version};
    /// assert!(Version::parse(Scheme::Pypi, "2.2.x-custom").is_ok());
    /// assert!(Version::decisive(Scheme::Pypi, "2.2.x-custom").is_err());
    /// ```
    pub fn decisive(scheme: Scheme, text: &str) -> Result<Self, VersionFault> {
        let version = Self::parse(scheme, text)?;
        if scheme == Scheme::Pypi && pypi::is_legacy(&version.key) {
            return Err(VersionFault::NotAVersion { scheme, reason: Flaw::Pep440 });
        }
        if scheme == Scheme::Composer && composer::is_branch(&version.key) {
            return Err(VersionFault::NotAVersion { scheme, reason: Flaw::Branch });
        }
        Ok(version)
    }

    /// The scheme whose order this version has its place in.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Compares within one scheme; a total order.
    ///
    /// Versions of different schemes have no common order. Asking is a mistake of the caller: debug builds
    /// stop, release builds answer with the order of the schemes' declaration, which is at least stable.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        debug_assert_eq!(self.scheme, other.scheme, "versions of two schemes were compared");
        self.scheme.cmp(&other.scheme).then_with(|| self.key.cmp(&other.key))
    }
}

/// Compares two version texts of one scheme.
///
/// # Errors
/// [`VersionFault`] of the first text that is not a version.
///
/// ```
/// use std::cmp::Ordering;
/// use kikimori_core::version::{Scheme, compare};
/// assert_eq!(compare(Scheme::Npm, "1.10.0", "1.9.0"), Ok(Ordering::Greater));
/// assert!(compare(Scheme::Npm, "latest", "1.9.0").is_err());
/// ```
pub fn compare(scheme: Scheme, left: &str, right: &str) -> Result<Ordering, VersionFault> {
    Ok(Version::parse(scheme, left)?.compare(&Version::parse(scheme, right)?))
}

/// Why the text cannot be a version in any scheme: build-file variables, wildcards, control characters.
fn placeholder(text: &str) -> Option<Flaw> {
    text.bytes().find_map(|byte| match byte {
        b'$' | b'{' | b'}' => Some(Flaw::Variable),
        b'*' => Some(Flaw::Wildcard),
        0..=0x1f | 0x7f => Some(Flaw::Control),
        _ => None,
    })
}

/// True for hexadecimal text that looks like a commit hash and not like a version.
///
/// Versions are numbers with one letter (`1234567a`, `20230101b2`, `B1234567`); shorter text is too, and so
/// is text without any letter or without any digit.
fn is_hash(text: &str) -> bool {
    let text = text.as_bytes();
    if text.len() < HASH_CHARS_MIN || !text.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 || letters == text.len() {
        return false;
    }
    text.len() >= LONG_HASH_CHARS_MIN || letters > 1
}

/// The sort key of a trimmed, non-empty text within the size limit.
fn key_of(scheme: Scheme, text: &str) -> Result<Vec<u8>, Flaw> {
    match scheme {
        Scheme::Semver | Scheme::Npm | Scheme::Cargo | Scheme::Hex => semver::key(text),
        Scheme::Golang => semver::golang_key(text),
        Scheme::Pub => semver::pub_key(text),
        Scheme::Pypi => pypi::key(text),
        Scheme::Maven => maven::key(text),
        Scheme::Nuget => nuget::key(text),
        Scheme::Gem => gem::key(text),
        Scheme::Composer => composer::key(text),
        Scheme::Deb => deb::key(text),
        Scheme::Rpm => rpm::key(text),
        Scheme::Apk => apk::key(text),
        Scheme::Cran => numeric::cran_key(text),
        Scheme::Hackage => numeric::hackage_key(text),
        Scheme::Generic => generic::key(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts `left sign right` lines of one scheme, in both directions.
    pub(super) fn check(scheme: Scheme, lines: &[&str]) {
        for line in lines {
            let (left, sign, right) = [" < ", " = ", " > "]
                .iter()
                .find_map(|sign| line.split_once(sign).map(|(left, right)| (left, *sign, right)))
                .unwrap_or_else(|| panic!("no sign in {line}"));
            let expected = match sign {
                " < " => Ordering::Less,
                " = " => Ordering::Equal,
                _ => Ordering::Greater,
            };
            assert_eq!(compare(scheme, left, right), Ok(expected), "{scheme:?}: {line}");
            assert_eq!(compare(scheme, right, left), Ok(expected.reverse()), "{scheme:?}: {line}, reversed");
        }
    }

    /// Asserts that none of the texts is a version of the scheme.
    pub(super) fn check_faults(scheme: Scheme, texts: &[&str]) {
        for text in texts {
            assert!(Version::parse(scheme, text).is_err(), "{scheme:?} took {text:?}");
        }
    }

    #[test]
    fn names_of_all_schemes_are_read_back() {
        for scheme in Scheme::ALL {
            assert_eq!(Scheme::parse_name(scheme.name()), Some(*scheme));
        }
        assert_eq!(Scheme::parse_name("SemVer"), None);
        assert_eq!(Scheme::ALL.len(), 17);
    }

    #[test]
    fn no_scheme_takes_a_placeholder() {
        for scheme in Scheme::ALL {
            check_faults(
                *scheme,
                &["", "  ", "*", "1.*", "${project.version}", "@VERSION@ ${x}", "1.0\u{0}"],
            );
        }
    }

    #[test]
    fn commit_hashes_have_no_order() {
        for scheme in
            [Scheme::Generic, Scheme::Maven, Scheme::Pypi, Scheme::Composer, Scheme::Apk, Scheme::Nuget]
        {
            check_faults(scheme, &["9fceb02", "da39a3ee5e6b4b0d3255bfef95601890afd80709"]);
        }
        check(Scheme::Pypi, &["20230101b2 < 20230101"]);
    }

    #[test]
    fn no_verdict_rests_on_a_branch() {
        for text in ["dev-main", "dev-master", "master", "dev-1.0"] {
            assert!(Version::parse(Scheme::Composer, text).is_ok(), "{text}");
            assert!(Version::decisive(Scheme::Composer, text).is_err(), "{text}");
        }
        for text in ["1.0-dev", "2.x-dev", "1.0.0"] {
            assert!(Version::decisive(Scheme::Composer, text).is_ok(), "{text}");
        }
    }

    #[test]
    fn refuses_text_over_the_size_limit() {
        for scheme in Scheme::ALL {
            let digits = "9".repeat(VERSION_BYTES_MAX);
            assert!(Version::parse(*scheme, &digits).is_ok(), "{scheme:?}");
            let fault = Version::parse(*scheme, &format!("{digits}9")).unwrap_err();
            assert_eq!(fault, VersionFault::TooLong);
            assert_eq!(fault.to_string(), "the version is longer than 512 bytes");
        }
    }

    #[test]
    fn long_numbers_do_not_overflow() {
        for scheme in Scheme::ALL {
            for length in [9, 10, 19, 20, 40, 254, 255, 256, 300] {
                let nines = "9".repeat(length);
                let next = format!("1{}", "0".repeat(length));
                assert_eq!(
                    compare(*scheme, &nines, &next),
                    Ok(Ordering::Less),
                    "{scheme:?}, {length} digits"
                );
            }
        }
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "versions of two schemes were compared")]
    fn debug_builds_stop_at_versions_of_two_schemes() {
        let [npm, deb] = [Scheme::Npm, Scheme::Deb].map(|scheme| Version::parse(scheme, "1.0").unwrap());
        let _ = npm.compare(&deb);
    }

    #[test]
    fn faults_say_what_is_wrong() {
        let fault = Version::parse(Scheme::Semver, "latest").unwrap_err();
        assert_eq!(fault.to_string(), "not a version of scheme semver: it does not start with a number");
    }
}
