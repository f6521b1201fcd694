//! `NuGet` versions: `SemVer` with a fourth number and labels compared without case.
//!
//! Source: <https://learn.microsoft.com/nuget/concepts/package-versioning> (read 2026-11-21).
//! `NuGet`'s numbers end at 2,147,483,647; here they may have any length.

use super::Flaw;
use super::key::{Cursor, Key};

/// End of the labels.
const END: u8 = 0x00;
/// A numeric label, before any other.
const NUMERIC: u8 = 0x01;
/// A label with a letter or hyphen.
const ALPHANUMERIC: u8 = 0x02;
/// A pre-release follows.
const PRERELEASE: u8 = 0x01;
/// No pre-release: after all pre-releases.
const RELEASE: u8 = 0x02;
/// Numbers in a version: major, minor, patch, revision.
const NUMBERS_MAX: usize = 4;

/// The key of a `NuGet` version; metadata after `+` has no weight, a leading `v` is skipped.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    let mut key = Key::for_text(text.len());
    let mut cursor = Cursor::new(text.as_bytes());
    cursor.eat_if(|byte| matches!(byte, b'v' | b'V'));
    let mut count = 0_usize;
    loop {
        let digits = cursor.digits();
        if digits.is_empty() {
            return Err(Flaw::NumberMissing);
        }
        count = count.saturating_add(1);
        key.number(digits);
        if !cursor.eat(b'.') {
            break;
        }
    }
    if count > NUMBERS_MAX {
        return Err(Flaw::FourNumbers);
    }
    for _ in count..NUMBERS_MAX {
        key.number(b"0");
    }
    if cursor.eat(b'-') {
        key.mark(PRERELEASE);
        labels(&mut key, cursor.take_while(|byte| byte != b'+'))?;
    } else {
        key.mark(RELEASE);
    }
    if cursor.is_done() || cursor.eat(b'+') { Ok(key.finish()) } else { Err(Flaw::AfterNumbers) }
}

/// Writes the dot-separated pre-release labels.
fn labels(key: &mut Key, list: &[u8]) -> Result<(), Flaw> {
    for label in list.split(|byte| *byte == b'.') {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        if label.is_empty() || !label.iter().all(plain) {
            return Err(Flaw::Label);
        }
        if label.iter().all(u8::is_ascii_digit) {
            key.mark(NUMERIC);
            key.number(label);
        } else {
            key.mark(ALPHANUMERIC);
            key.word_lower(label);
        }
    }
    key.mark(END);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_four_numbers_and_labels_without_case() {
        check(
            Scheme::Nuget,
            &[
                "1 = 1.0.0.0",
                "1.0.0.1 > 1.0.0",
                "1.0.0.1-alpha > 1.0.0",
                "1.0-BETA = 1.0.0-beta",
                "1.0-beta.2 < 1.0-beta.10",
                "1.0-beta2 > 1.0-beta10",
                "1.0-1 < 1.0-a",
                "1.0+abc = 1.0+def",
                "1.01 = 1.1",
            ],
        );
        check_faults(
            Scheme::Nuget,
            &["1.2.3.4.5", "1.0-", "1.0-a..b", "1.0a", "[1.0,2.0)", "1.0 beta", "latest"],
        );
    }
}
