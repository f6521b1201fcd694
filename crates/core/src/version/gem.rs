//! Ruby gem versions: `Gem::Version`.
//!
//! Source: RubyGems' documentation of `Gem::Version` (read 2026-11-21).
//!
//! A version is a list of numbers and words; the shorter list goes on with zeros; words are before numbers.
//! Zeros before the first word and at the end have no weight (`1.0.a` is `1.a`).

use super::Flaw;
use super::key::{Cursor, Key, is_zero};

/// Zeros and then a word: before the end. The fewer zeros, the earlier.
const THEN_WORD: u8 = 0x01;
/// End of the version: from here on zeros only.
const END: u8 = 0x02;
/// Zeros and then a number: after the end. The fewer zeros, the later.
const THEN_NUMBER: u8 = 0x03;

/// The key of a gem version. A hyphen begins a pre-release, as `.pre.` does.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return Err(Flaw::NumberFirst);
    }
    let mut key = Key::for_text(text.len());
    let mut cursor = Cursor::new(text.as_bytes());
    let mut zeros_pending = 0_u16;
    let mut has_word = false;
    while let Some(next) = cursor.peek() {
        if next.is_ascii_digit() {
            let digits = cursor.digits();
            if is_zero(digits) {
                zeros_pending = zeros_pending.saturating_add(1);
                continue;
            }
            key.mark(THEN_NUMBER);
            for byte in (u16::MAX - zeros_pending).to_be_bytes() {
                key.mark(byte);
            }
            key.number(digits);
        } else if next.is_ascii_alphabetic() {
            word(&mut key, cursor.take_while(|byte| byte.is_ascii_alphabetic()), zeros_pending, has_word);
            has_word = true;
        } else if matches!(next, b'.' | b'-') {
            cursor.bump();
            if next == b'-' {
                word(&mut key, b"pre", zeros_pending, has_word);
                has_word = true;
                zeros_pending = 0;
            } else if !cursor.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
                return Err(Flaw::WordAfterDot);
            }
            continue;
        } else {
            return Err(Flaw::GemCharacter);
        }
        zeros_pending = 0;
    }
    key.mark(END);
    Ok(key.finish())
}

/// Writes a word and the zeros before it; zeros before the first word have no weight.
fn word(key: &mut Key, word: &[u8], zeros_pending: u16, has_word: bool) {
    key.mark(THEN_WORD);
    for byte in (if has_word { zeros_pending } else { 0 }).to_be_bytes() {
        key.mark(byte);
    }
    key.word(word);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_as_rubygems_does() {
        check(
            Scheme::Gem,
            &[
                "1.0 = 1",
                "1.0.a < 1",
                "1.0.a = 1.a",
                "1.0.b1 > 1.0.a.2",
                "1.0.a10 > 1.0.a9",
                "1.0-1 = 1.0.pre.1",
                "1.0-1 < 1.0",
                "1.10 > 1.9",
                "1.0.0.1 > 1",
                "1.a.0.b < 1.a",
                "1.a.0.1 > 1.a",
                "1.a.0.b > 1.a.b",
                "1.0.B < 1.0.a",
                "1.a < 1.0.0.1",
            ],
        );
        check_faults(Scheme::Gem, &["", "a", "1..2", "1.", "1_2", "1 2", "1+2", "latest"]);
    }
}
