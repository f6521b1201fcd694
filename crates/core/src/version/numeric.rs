//! Orders of plain number lists: R's `package_version` and Haskell's package versioning policy.

use super::Flaw;
use super::key::{Cursor, Key};

/// End of the list: a prefix sorts before its extensions, so `1.0` is before `1.0.0`.
const END: u8 = 0x00;
/// A number follows.
const NUMBER: u8 = 0x01;

/// The key of R versions: numbers between dots and hyphens, which mean the same.
///
/// Source: R manual, `numeric_version` (read 2026-11-21).
pub(super) fn cran_key(text: &str) -> Result<Vec<u8>, Flaw> {
    key(text, |byte| matches!(byte, b'.' | b'-'))
}

/// The key of Haskell versions: numbers between dots. The deprecated tags (`-foo`) are refused.
///
/// Source: <https://pvp.haskell.org/>, "Version numbers" (read 2026-11-21).
pub(super) fn hackage_key(text: &str) -> Result<Vec<u8>, Flaw> {
    key(text, |byte| byte == b'.')
}

/// Writes numbers between single separators.
fn key(text: &str, is_separator: impl Fn(u8) -> bool) -> Result<Vec<u8>, Flaw> {
    let mut key = Key::for_text(text.len());
    let mut cursor = Cursor::new(text.as_bytes());
    loop {
        let digits = cursor.digits();
        if digits.is_empty() {
            return Err(Flaw::NumberMissing);
        }
        key.mark(NUMBER);
        key.number(digits);
        if cursor.is_done() {
            key.mark(END);
            return Ok(key.finish());
        }
        if cursor.eat_if(&is_separator).is_none() {
            return Err(Flaw::NumbersOnly);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn cran_reads_dots_and_hyphens_alike() {
        check(Scheme::Cran, &["1.0-1 = 1.0.1", "1.0 < 1.0-0", "0.75 > 0.9", "0.01 = 0.1", "1.2.10 > 1.2.9"]);
        check_faults(Scheme::Cran, &["1.0a", "1..0", ".1", "1.", "unknown"]);
    }

    #[test]
    fn hackage_longer_is_later() {
        check(Scheme::Hackage, &["1.0 < 1.0.0", "1.0.0 < 1.1", "0.1.26.0 > 0"]);
        check_faults(Scheme::Hackage, &["1.0-foo", "1-0", "1.0."]);
    }
}
