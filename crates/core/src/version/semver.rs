//! `SemVer` 2.0.0 and the schemes built on it: npm, Cargo, Hex, Go modules and Dart pub.
//!
//! Source: <https://semver.org/spec/v2.0.0.html>, clause 11 (read 2026-11-21). Real records are written more
//! loosely than the specification allows, so three liberties are taken, none of which changes the order of
//! valid versions: a leading `v` or `=` is skipped, missing numbers are zero (`1.2` is `1.2.0`), further
//! numbers are compared as numbers (`1.2.3.4` is after `1.2.3`), and a pre-release may follow without a
//! hyphen (`1.2.3beta`, npm's loose mode).

use super::Flaw;
use super::key::{Cursor, Key, is_zero};

/// End of a list of numbers or identifiers; nothing sorts before it.
const END: u8 = 0x00;
/// A numeric identifier, before any other identifier.
const NUMERIC: u8 = 0x01;
/// An identifier with a letter or hyphen.
const ALPHANUMERIC: u8 = 0x02;
/// A pre-release follows.
const PRERELEASE: u8 = 0x01;
/// No pre-release: after all pre-releases.
const RELEASE: u8 = 0x02;
/// Build metadata follows (pub only); without it the key has [`END`] here.
const BUILD: u8 = 0x01;

/// The key of `SemVer`, npm, Cargo and Hex versions; build metadata has no weight.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    let mut key = Key::for_text(text.len());
    precedence(&mut key, text)?;
    Ok(key.finish())
}

/// The key of Go module versions: `SemVer` with `v`; pseudo-versions are pre-releases and `+incompatible` is
/// build metadata. Go's own releases (`go1.21.3`, `go1.20rc1`) are taken too.
///
/// Source: `golang.org/x/mod/semver`, and <https://go.dev/ref/mod#versions> (read 2026-11-21).
pub(super) fn golang_key(text: &str) -> Result<Vec<u8>, Flaw> {
    match text.strip_prefix("go") {
        Some(release) if release.starts_with(|first: char| first.is_ascii_digit()) => key(release),
        _ => key(text),
    }
}

/// The key of Dart versions: as `SemVer`, but build metadata is ordered as well, after its absence.
///
/// Source: `pub_semver` README, "Semantics" (read 2026-11-21).
pub(super) fn pub_key(text: &str) -> Result<Vec<u8>, Flaw> {
    let mut key = Key::for_text(text.len());
    let build = precedence(&mut key, text)?;
    match build {
        None => key.mark(END),
        Some(build) => {
            key.mark(BUILD);
            identifiers(&mut key, build)?;
        }
    }
    Ok(key.finish())
}

/// Writes what `SemVer` orders by and returns the build metadata.
fn precedence<'text>(key: &mut Key, text: &'text str) -> Result<Option<&'text [u8]>, Flaw> {
    let mut cursor = Cursor::new(text.as_bytes());
    cursor.eat(b'=');
    cursor.eat_if(|byte| matches!(byte, b'v' | b'V'));
    numbers(key, &mut cursor)?;
    let hyphen = cursor.eat(b'-');
    let prerelease = cursor.take_while(|byte| byte != b'+');
    let build = if cursor.eat(b'+') { Some(cursor.rest()) } else { None };
    if hyphen || !prerelease.is_empty() {
        key.mark(PRERELEASE);
        identifiers(key, prerelease)?;
    } else {
        key.mark(RELEASE);
    }
    if let Some(build) = build {
        check_identifiers(build)?;
    }
    Ok(build)
}

/// Writes the dotted numbers: three always, further ones up to the last that is not zero.
fn numbers(key: &mut Key, cursor: &mut Cursor<'_>) -> Result<(), Flaw> {
    let mut zeros_pending = 0_usize;
    let mut count = 0_usize;
    loop {
        let digits = cursor.digits();
        if digits.is_empty() {
            return Err(if count == 0 { Flaw::NumberFirst } else { Flaw::NumberAfterDot });
        }
        count = count.saturating_add(1);
        if count <= 3 {
            key.number(digits);
        } else if is_zero(digits) {
            zeros_pending = zeros_pending.saturating_add(1);
        } else {
            for _ in 0..zeros_pending {
                key.mark(NUMERIC);
                key.number(b"0");
            }
            zeros_pending = 0;
            key.mark(NUMERIC);
            key.number(digits);
        }
        if !cursor.eat(b'.') {
            break;
        }
    }
    for _ in count..3 {
        key.number(b"0");
    }
    key.mark(END);
    Ok(())
}

/// Writes dot-separated identifiers: numbers before words, fewer before more.
fn identifiers(key: &mut Key, list: &[u8]) -> Result<(), Flaw> {
    for identifier in list.split(|byte| *byte == b'.') {
        check_identifier(identifier)?;
        if identifier.iter().all(u8::is_ascii_digit) {
            key.mark(NUMERIC);
            key.number(identifier);
        } else {
            key.mark(ALPHANUMERIC);
            key.word(identifier);
        }
    }
    key.mark(END);
    Ok(())
}

/// Refuses what no identifier may hold, in a list that is not written to the key.
fn check_identifiers(list: &[u8]) -> Result<(), Flaw> {
    list.split(|byte| *byte == b'.').try_for_each(check_identifier)
}

/// Refuses an empty identifier and characters other than letters, digits, `-` and (found in records) `_`.
fn check_identifier(identifier: &[u8]) -> Result<(), Flaw> {
    if identifier.is_empty() {
        return Err(Flaw::EmptyIdentifier);
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(*byte, b'-' | b'_');
    if identifier.iter().all(plain) { Ok(()) } else { Err(Flaw::IdentifierCharacter) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_as_the_specification_says() {
        let lines = [
            "1.0.0-alpha < 1.0.0-alpha.1",
            "1.0.0-alpha.1 < 1.0.0-alpha.beta",
            "1.0.0-beta.2 < 1.0.0-beta.11",
            "1.0.0-rc.1 < 1.0.0",
            "1.0.0-0 < 1.0.0-rc.1",
            "1.0.0-a-b > 1.0.0-a",
            "1.0.0-A < 1.0.0-a",
            "1.0.0+a = 1.0.0+b",
            "9.10.0 > 9.9.0",
        ];
        for scheme in [Scheme::Semver, Scheme::Npm, Scheme::Cargo, Scheme::Hex, Scheme::Golang] {
            check(scheme, &lines);
        }
    }

    #[test]
    fn takes_what_records_write() {
        check(
            Scheme::Semver,
            &[
                "v1.2.3 = 1.2.3",
                "=1.2.3 = 1.2.3",
                "=v1.2.3 = V1.2.3",
                "1 = 1.0.0",
                "1.2-rc1 = 1.2.0-rc1",
                "1.2.3beta < 1.2.3",
                "1.2.3.0 = 1.2.3",
                "1.2.3.1 > 1.2.3",
                "1.2.3.0.1 > 1.2.3",
                "1.2.3.0.1 < 1.2.3.1",
                "1.2.3.1-rc1 > 1.2.3",
                "1.2.3-01 = 1.2.3-1",
                "0 < 0.0.1",
                "0 > 0.0.0-0",
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_version() {
        let texts = [
            "latest",
            "1.x",
            "1..2",
            "1.",
            "-1",
            "1.0.0-",
            "1.0.0-a..b",
            "1.0.0+",
            "1.0 - 2.0",
            ">=1.0",
            "(devel)",
        ];
        for scheme in [Scheme::Semver, Scheme::Npm, Scheme::Golang, Scheme::Pub] {
            check_faults(scheme, &texts);
        }
    }

    #[test]
    fn go_pseudo_versions_are_before_the_next_release() {
        check(
            Scheme::Golang,
            &[
                "v0.0.0-20190101000000-abcdefabcdef < v0.0.0-20200101000000-000000000000",
                "v1.2.4-0.20191109021931-daa7c04131f5 < v1.2.4",
                "v1.2.4-0.20191109021931-daa7c04131f5 > v1.2.3",
                "v1.2.4-pre.0.20191109021931-daa7c04131f5 > v1.2.4-pre",
                "v2.0.0+incompatible = v2.0.0",
                "go1.21.3 = 1.21.3",
                "go1.20rc1 < go1.20",
            ],
        );
        check_faults(Scheme::Golang, &["go", "gopher1"]);
    }

    #[test]
    fn pub_orders_build_metadata() {
        check(
            Scheme::Pub,
            &[
                "1.0.0 < 1.0.0+1",
                "1.0.0+2 < 1.0.0+10",
                "1.0.0+9 < 1.0.0+a",
                "1.0.0+a < 1.0.0+a.b",
                "1.0.0-a+9 < 1.0.0",
            ],
        );
    }
}
