//! RPM package versions: `[epoch:]version[-release]`.
//!
//! Source: `rpmvercmp` and `rpmverCmp` of RPM 4.20, and its manual's page on versions (read 2026-11-21).
//!
//! A version without a release sorts before the same version with any release. RPM's dependency check
//! ignores the release when one side has none; that is no order (`1-1` and `1-2` would both equal `1`), so
//! a caller who wants it compares texts without releases.

use super::Flaw;
use super::key::{Cursor, Key};

/// The character `~`: before everything, even the end.
const TILDE: u8 = 0x01;
/// End of a part.
const END: u8 = 0x02;
/// The character `^`: after the end, before everything else.
const CARET: u8 = 0x03;
/// A run of letters.
const LETTERS: u8 = 0x04;
/// A number; after letters.
const DIGITS: u8 = 0x05;
/// The version has no release.
const NO_RELEASE: u8 = 0x01;
/// A release follows.
const RELEASE: u8 = 0x02;

/// The key of an RPM version. Only digits before the first colon are an epoch.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return Err(Flaw::WhiteSpace);
    }
    let mut key = Key::for_text(text.len());
    let rest = match text.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => {
            key.number(epoch.as_bytes());
            rest
        }
        _ => {
            key.number(b"0");
            text
        }
    };
    match rest.rsplit_once('-') {
        None => {
            part(&mut key, rest.as_bytes());
            key.mark(NO_RELEASE);
        }
        Some((version, release)) => {
            part(&mut key, version.as_bytes());
            key.mark(RELEASE);
            part(&mut key, release.as_bytes());
        }
    }
    Ok(key.finish())
}

/// Writes a version or a release: runs of letters and digits, `~` and `^`. Everything else only separates.
fn part(key: &mut Key, text: &[u8]) {
    let mut cursor = Cursor::new(text);
    while let Some(next) = cursor.peek() {
        if next.is_ascii_digit() {
            key.mark(DIGITS);
            key.number(cursor.digits());
        } else if next.is_ascii_alphabetic() {
            key.mark(LETTERS);
            key.word(cursor.take_while(|byte| byte.is_ascii_alphabetic()));
        } else {
            match cursor.bump() {
                Some(b'~') => key.mark(TILDE),
                Some(b'^') => key.mark(CARET),
                _ => {}
            }
        }
    }
    key.mark(END);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_as_rpmvercmp_does() {
        check(
            Scheme::Rpm,
            &[
                "1.0~rc1 < 1.0",
                "1.0 < 1.0^git1",
                "1.0^git1 < 1.0.1",
                "1.0^git1~pre < 1.0^git1",
                "1.0a > 1.0",
                "1.0a < 1.0.1",
                "1.a < 1.1",
                "1.0A < 1.0a",
                "1_0 = 1.0",
                "1.05 = 1.5",
                "1.0. = 1.0",
                "2:1 > 9",
                "0:1 = 1",
                ":1 = 1",
                "1-1.el8 < 1-1.el9",
                "1-1.el8_10 > 1-1.el8",
                "1 < 1-1",
                "1-1-1 < 1-2-0",
            ],
        );
        check_faults(Scheme::Rpm, &["1 0"]);
    }
}
