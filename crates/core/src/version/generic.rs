//! Vendor versions of no known order: firmware, appliances, CPE names.
//!
//! The order is ours and follows what vendors mean most often. Texts are split into numbers and words;
//! everything else separates. Place by place:
//!
//! words before a release (`beta`, `rc`…) < the end < other words (`a`, `p`, `SP`, `r`…) < numbers.
//!
//! So `2.0rc1` < `2.0` < `2.0a` < `2.0 SP1` < `2.0.1`. Zeros at the end of a run of numbers have no weight
//! (`1.0` is `1.0.0`), case has none, and a single letter after a number is a patch letter, never alpha or
//! beta. Full-width characters, as Japanese documents write them, count as their ASCII forms.

use super::Flaw;
use super::is_hash;
use super::key::{Cursor, Key, is_zero};

/// Words before a release, in order; the ranks begin at 1. A snapshot is taken on the way to the release
/// that it names, after its candidates, as Maven has it.
const BEFORE: [&[&str]; 7] = [
    &["dev", "devel", "nightly"],
    &["alpha"],
    &["beta"],
    &["milestone"],
    &["pre", "preview", "prerelease"],
    &["rc", "cr", "candidate"],
    &["snapshot"],
];
/// Words that say no more than that this is the release; dropped unless a number follows.
const RELEASE: [&str; 5] = ["final", "ga", "release", "stable", "lts"];
/// Words in front of the first number that are no part of the version.
const LABELS: [&str; 3] = ["version", "ver", "v"];
/// End of the version.
const END: u8 = 0x40;
/// Any other word.
const WORD: u8 = 0x50;
/// A number.
const NUMBER: u8 = 0x60;

/// The key of a vendor version.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    let narrowed;
    let text = if text.is_ascii() {
        text
    } else {
        narrowed = text.chars().map(narrow).collect::<String>();
        narrowed.trim()
    };
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::NoNumber);
    }
    let text = text.strip_prefix('=').unwrap_or(text);
    if text.bytes().any(|byte| matches!(byte, b'<' | b'>' | b'=' | b',' | b';' | b'|' | b'*')) {
        return Err(Flaw::Range);
    }
    if is_hash(text) || is_labelled_hash(text) {
        return Err(Flaw::CommitHash);
    }
    let mut key = Key::for_text(text.len());
    let mut cursor = Cursor::new(after_label(text.as_bytes()));
    pieces(&mut key, &mut cursor)?;
    key.mark(END);
    Ok(key.finish())
}

/// True for a commit hash behind words (`git-9fceb02`), where no number comes before it.
fn is_labelled_hash(text: &str) -> bool {
    text.rsplit_once(['-', '_', '.', '+', ' '])
        .is_some_and(|(label, rest)| is_hash(rest) && !label.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Writes numbers and words until nothing is left.
fn pieces(key: &mut Key, cursor: &mut Cursor<'_>) -> Result<(), Flaw> {
    let mut zeros_pending = 0_usize;
    let mut separator = None;
    while let Some(next) = cursor.peek() {
        if next.is_ascii_digit() {
            let digits = cursor.digits();
            if is_zero(digits) {
                zeros_pending = zeros_pending.saturating_add(1);
                continue;
            }
            for _ in 0..zeros_pending {
                key.mark(NUMBER);
                key.number(b"0");
            }
            zeros_pending = 0;
            key.mark(NUMBER);
            key.number(digits);
        } else if is_word_byte(next) {
            let word = cursor.take_while(is_word_byte);
            if word.eq_ignore_ascii_case(b"x") && separator == Some(b'.') {
                return Err(Flaw::Wildcard);
            }
            zeros_pending = 0;
            write_word(key, word, has_number_next(*cursor));
        } else {
            separator = cursor.bump();
            continue;
        }
        separator = None;
    }
    Ok(())
}

/// Writes a word with its rank.
fn write_word(key: &mut Key, word: &[u8], has_number_next: bool) {
    let is_one_of = |known: &[&str]| known.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    if let Some(rank) = (1_u8..).zip(BEFORE).find_map(|(rank, known)| is_one_of(known).then_some(rank)) {
        key.mark(rank);
    } else if has_number_next || !is_one_of(&RELEASE) {
        key.mark(WORD);
        key.word_lower(word);
    }
}

/// True when the next piece, separators aside, is a number.
fn has_number_next(mut cursor: Cursor<'_>) -> bool {
    cursor.take_while(|byte| !byte.is_ascii_digit() && !is_word_byte(byte));
    cursor.peek().is_some_and(|byte| byte.is_ascii_digit())
}

/// The text without a label in front of its first number (`V4.1`, `Version 4.1`, `ver.4.1`).
fn after_label(text: &[u8]) -> &[u8] {
    let mut cursor = Cursor::new(text);
    let label = cursor.take_while(is_word_byte);
    let is_label = LABELS.iter().any(|known| label.eq_ignore_ascii_case(known.as_bytes()));
    if is_label && has_number_next(cursor) { cursor.rest() } else { text }
}

/// Letters, and all characters outside ASCII.
fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

/// The ASCII form of a full-width character or ideographic space; other characters as they are.
fn narrow(character: char) -> char {
    match u32::from(character) {
        0x3000 => ' ',
        wide @ 0xff01..=0xff5e => char::from_u32(wide.saturating_sub(0xfee0)).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_vendor_versions() {
        check(
            Scheme::Generic,
            &[
                "1.0.2k < 1.0.2zb",
                "1.1.1k < 1.1.1n",
                "1.0.2z < 1.0.2za",
                "9.0.1 < 10.0",
                "7.4p1 < 7.9p1",
                "2.0rc1 < 2.0",
                "2.0-beta2 < 2.0",
                "2.0-beta2 < 2.0-beta10",
                "2.0 alpha < 2.0 beta",
                "2.0-SNAPSHOT < 2.0",
                "1.0 = 1.0.0",
                "4.1.0-r2 > 4.1.0",
                "V4.1.4 = 4.1.4",
                "Ver. 4.1.4 = 4.1.4",
                "12.2(33)SXI < 12.2(58)SE",
                "2.4.6 SP2 > 2.4.6",
                "2.4.6 SP2 < 2.4.6 SP10",
                "R2 > R1",
                "2021.10 < 2022.1",
                "1.2.3a > 1.2.3",
                "1.2.3a < 1.2.4",
                "1.2.3A = 1.2.3a",
                "1.0.0-beta = 1.0-beta",
                "8.0 Release 2 < 8.1",
                "8.0 Release 2 > 8.0",
                "8.0 final = 8.0",
                "10_2 = 10.2",
                "０１．２ = 1.2",
                "2023-01-15 < 2023-02-01",
            ],
        );
    }

    #[test]
    fn refuses_what_has_no_order() {
        check_faults(
            Scheme::Generic,
            &[
                "unknown",
                "latest",
                "n/a",
                "-",
                "1.x",
                "<2.0",
                "1.0, 1.1",
                "9fceb02",
                "a1b2c3d",
                "git-9fceb02",
                "main-da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "${log4j2.version}",
            ],
        );
        check(
            Scheme::Generic,
            &["20230101b2 > 20230101", "1234567a > 1234567", "B1234567 < B1234568", "1.2-9fceb02 < 1.3"],
        );
    }
}
