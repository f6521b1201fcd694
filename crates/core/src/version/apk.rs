//! Alpine package versions: `number{.number}{letter{number}}{_suffix{number}}{~hash}{-rnumber}`.
//!
//! Source: `apk-package(5)` of apk-tools 3 (read 2026-11-21). Versions that `apk version --check` refuses are
//! refused here too; apk's comparison of such texts changed between its releases.

use super::Flaw;
use super::key::{Cursor, Key};

/// Suffixes of versions before the release, in order. Their ranks are below [`END`].
const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
/// Suffixes of versions after the release, in order.
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];
/// Rank of the first suffix in [`BEFORE`].
const BEFORE_RANK: u8 = 0x01;
/// End of the version.
const END: u8 = 0x10;
/// A package revision (`-r1`).
const REVISION: u8 = 0x11;
/// A commit hash.
const HASH: u8 = 0x12;
/// Rank of the first suffix in [`AFTER`].
const AFTER_RANK: u8 = 0x20;
/// The number of a suffix.
const SUFFIX_NUMBER: u8 = 0x30;
/// A letter after the numbers.
const LETTER: u8 = 0x31;
/// A further number with a leading zero: compared as text, before all numbers without.
const NUMBER_AS_TEXT: u8 = 0x32;
/// A further number.
const NUMBER: u8 = 0x33;

/// The key of an Alpine version.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    let mut key = Key::for_text(text.len());
    let mut cursor = Cursor::new(text.as_bytes());
    numbers(&mut key, &mut cursor)?;
    while cursor.eat(b'_') {
        key.mark(suffix_rank(cursor.take_while(|byte| byte.is_ascii_lowercase()))?);
        let digits = cursor.digits();
        if !digits.is_empty() {
            key.mark(SUFFIX_NUMBER);
            key.number(digits);
        }
    }
    if cursor.eat(b'~') {
        let hash = cursor.take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if hash.is_empty() {
            return Err(Flaw::AlpineHash);
        }
        key.mark(HASH);
        key.word(hash);
    }
    if cursor.eat(b'-') {
        if !cursor.eat(b'r') {
            return Err(Flaw::AlpineRelease);
        }
        key.mark(REVISION);
        key.number(some_digits(&mut cursor)?);
    }
    if cursor.is_done() {
        key.mark(END);
        Ok(key.finish())
    } else {
        Err(Flaw::AlpineParts)
    }
}

/// Writes the numbers and letters at the beginning.
///
/// apk-tools 3 lets a single letter stand at the end of the numbers only. apk-tools 2, which built most
/// published packages, lets numbers follow it (`6.6.2p1`); both are taken.
fn numbers(key: &mut Key, cursor: &mut Cursor<'_>) -> Result<(), Flaw> {
    key.number(some_digits(cursor)?);
    loop {
        if cursor.eat(b'.') {
            let digits = some_digits(cursor)?;
            if digits.first() == Some(&b'0') {
                key.mark(NUMBER_AS_TEXT);
                key.word(digits);
            } else {
                key.mark(NUMBER);
                key.number(digits);
            }
        } else if let Some(letter) = cursor.eat_if(|byte| byte.is_ascii_lowercase()) {
            key.mark(LETTER);
            key.mark(letter);
            let digits = cursor.digits();
            if digits.is_empty() {
                return Ok(());
            }
            key.mark(NUMBER);
            key.number(digits);
        } else {
            return Ok(());
        }
    }
}

/// Digits that must be there.
fn some_digits<'text>(cursor: &mut Cursor<'text>) -> Result<&'text [u8], Flaw> {
    match cursor.digits() {
        [] => Err(Flaw::NumberMissing),
        digits => Ok(digits),
    }
}

/// The rank of a suffix.
fn suffix_rank(suffix: &[u8]) -> Result<u8, Flaw> {
    let rank_in = |known: &[&str], first: u8| {
        (first..).zip(known).find_map(|(rank, name)| (name.as_bytes() == suffix).then_some(rank))
    };
    rank_in(&BEFORE, BEFORE_RANK).or_else(|| rank_in(&AFTER, AFTER_RANK)).ok_or(Flaw::AlpineSuffix)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_as_apk_does() {
        check(
            Scheme::Apk,
            &[
                "1.0_alpha < 1.0_beta",
                "1.0_rc1 < 1.0",
                "1.0 < 1.0-r0",
                "1.0-r0 < 1.0_p1",
                "1.0_p1 < 1.0_p1-r1",
                "1.0_git20200101 < 1.0_p1",
                "1.0_p < 1.0_p0",
                "1.0_alpha_pre2 < 1.0_alpha",
                "1.0_p1 < 1.0a",
                "1.0a < 1.0.1",
                "1.0p1 < 1.0p2",
                "1.0p9 < 1.0p10-r0",
                "1.0p > 1.0_p1",
                "1.0p1 > 1.0p-r1",
                "1.0-r9 < 1.0-r10",
                "1.06 < 1.1",
                "1.09 < 1.10",
                "1.10 > 1.9",
                "1.0 < 1.00",
                "010 = 10",
                "1.0~abc > 1.0-r1",
                "1-r1 = 1-r01",
            ],
        );
        let texts =
            ["a", "1.", "1..2", "1A", "1ab", "1_foo", "1-1", "1-r", "1-r1-r2", "1~", "1-r1_p1", ".1", "1 0"];
        check_faults(Scheme::Apk, &texts);
    }
}
