//! Python package versions: PEP 440, and the older free-form versions before it.
//!
//! Source: <https://packaging.python.org/specifications/version-specifiers/> (read 2026-11-21).
//!
//! Texts outside PEP 440 ("legacy versions") keep the order that setuptools and `packaging` gave them until
//! 2022 and that OSV's `PyPI` ranges are computed with: among themselves part by part, and all of them
//! before every PEP 440 version.

use super::Flaw;
use super::is_hash;
use super::key::{Cursor, Key, is_zero};

/// A legacy version, before all others.
const LEGACY: u8 = 0x00;
/// A PEP 440 version.
const PEP440: u8 = 0x01;
/// End of a list; an absent post-release or local version.
const END: u8 = 0x00;
/// A number of the release, or a post-release.
const SOME: u8 = 0x01;
/// A development release that is neither a pre- nor a post-release: before alpha.
const BEFORE_PRERELEASES: u8 = 0x01;
/// No pre-release: after `rc`.
const AFTER_PRERELEASES: u8 = 0x05;
/// A development release.
const DEVELOPMENT: u8 = 0x00;
/// No development release: after all of them.
const NO_DEVELOPMENT: u8 = 0x01;
/// A local version segment with a letter, before numeric ones.
const LOCAL_WORD: u8 = 0x01;
/// A numeric local version segment.
const LOCAL_NUMBER: u8 = 0x02;
/// Spellings of pre-releases with their rank; longer spellings first.
const PRERELEASES: [(&str, u8); 8] = [
    ("alpha", 0x02),
    ("a", 0x02),
    ("beta", 0x03),
    ("b", 0x03),
    ("preview", 0x04),
    ("pre", 0x04),
    ("rc", 0x04),
    ("c", 0x04),
];
/// Spellings of post-releases; longer spellings first.
const POSTRELEASES: [&str; 3] = ["post", "rev", "r"];

/// The key of a Python version.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    let mut key = Key::for_text(text.len());
    if pep440(&mut key, text.as_bytes()).is_some() {
        return Ok(key.finish());
    }
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::NoNumber);
    }
    if text.bytes().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'<' | b'>' | b'=')) {
        return Err(Flaw::WhiteSpaceOrComparison);
    }
    if is_hash(text) {
        return Err(Flaw::CommitHash);
    }
    Ok(legacy(text))
}

/// Writes a PEP 440 version; `None` when the text is none, whatever was written is then of no use.
fn pep440(key: &mut Key, text: &[u8]) -> Option<()> {
    let mut cursor = Cursor::new(text);
    cursor.eat_word("v");
    key.mark(PEP440);
    let mut first = some_digits(&mut cursor)?;
    if cursor.eat(b'!') {
        key.number(first);
        first = some_digits(&mut cursor)?;
    } else {
        key.number(b"0");
    }
    release(key, &mut cursor, first);
    let prerelease = prerelease(&mut cursor);
    let postrelease = postrelease(&mut cursor);
    let development = labelled(&mut cursor, |cursor| cursor.eat_word("dev").then_some(()));
    match (prerelease, postrelease, development) {
        (Some((rank, number)), _, _) => {
            key.mark(rank);
            key.number(number);
        }
        (None, None, Some(_)) => key.mark(BEFORE_PRERELEASES),
        (None, _, _) => key.mark(AFTER_PRERELEASES),
    }
    match postrelease {
        Some(number) => {
            key.mark(SOME);
            key.number(number);
        }
        None => key.mark(END),
    }
    match development {
        Some(((), number)) => {
            key.mark(DEVELOPMENT);
            key.number(number);
        }
        None => key.mark(NO_DEVELOPMENT),
    }
    local(key, &mut cursor)?;
    cursor.is_done().then_some(())
}

/// Digits that must be there.
fn some_digits<'text>(cursor: &mut Cursor<'text>) -> Option<&'text [u8]> {
    let digits = cursor.digits();
    (!digits.is_empty()).then_some(digits)
}

/// Writes the release numbers without trailing zeros. A dot that no digit follows is left for what comes next.
fn release(key: &mut Key, cursor: &mut Cursor<'_>, first: &[u8]) {
    let mut zeros_pending = 0_usize;
    let mut digits = first;
    loop {
        if is_zero(digits) {
            zeros_pending = zeros_pending.saturating_add(1);
        } else {
            for _ in 0..zeros_pending {
                key.mark(SOME);
                key.number(b"0");
            }
            zeros_pending = 0;
            key.mark(SOME);
            key.number(digits);
        }
        let mut ahead = *cursor;
        if !ahead.eat(b'.') {
            break;
        }
        digits = ahead.digits();
        if digits.is_empty() {
            break;
        }
        *cursor = ahead;
    }
    key.mark(END);
}

/// Reads `[separator] label [separator] [digits]`, or nothing at all.
fn labelled<'text, Label>(
    cursor: &mut Cursor<'text>,
    label: impl Fn(&mut Cursor<'text>) -> Option<Label>,
) -> Option<(Label, &'text [u8])> {
    let is_separator = |byte: u8| matches!(byte, b'-' | b'_' | b'.');
    let mut ahead = *cursor;
    ahead.eat_if(is_separator);
    let label = label(&mut ahead)?;
    ahead.eat_if(is_separator);
    let number = ahead.digits();
    *cursor = ahead;
    Some((label, number))
}

/// Reads a pre-release: its rank and number.
fn prerelease<'text>(cursor: &mut Cursor<'text>) -> Option<(u8, &'text [u8])> {
    labelled(cursor, |cursor| {
        PRERELEASES.iter().find_map(|(spelling, rank)| cursor.eat_word(spelling).then_some(*rank))
    })
}

/// Reads a post-release: its number. `1.0-1` is one too.
fn postrelease<'text>(cursor: &mut Cursor<'text>) -> Option<&'text [u8]> {
    let mut ahead = *cursor;
    if ahead.eat(b'-') {
        let number = ahead.digits();
        if !number.is_empty() {
            *cursor = ahead;
            return Some(number);
        }
    }
    let spelled = |cursor: &mut Cursor<'text>| {
        POSTRELEASES.iter().find_map(|spelling| cursor.eat_word(spelling).then_some(()))
    };
    labelled(cursor, spelled).map(|((), number)| number)
}

/// Writes the local version (`+ubuntu.1`), if there is one.
fn local(key: &mut Key, cursor: &mut Cursor<'_>) -> Option<()> {
    if !cursor.eat(b'+') {
        key.mark(END);
        return Some(());
    }
    key.mark(SOME);
    loop {
        let segment = cursor.take_while(|byte| byte.is_ascii_alphanumeric());
        if segment.is_empty() {
            return None;
        }
        if segment.iter().all(u8::is_ascii_digit) {
            key.mark(LOCAL_NUMBER);
            key.number(segment);
        } else {
            key.mark(LOCAL_WORD);
            key.word_lower(segment);
        }
        if cursor.eat_if(|byte| matches!(byte, b'-' | b'_' | b'.')).is_none() {
            key.mark(END);
            return Some(());
        }
    }
}

/// Digits to which legacy numbers are filled up with zeros before they are compared as text.
const LEGACY_DIGITS: usize = 8;

/// The key is that of a legacy version.
pub(super) fn is_legacy(key: &[u8]) -> bool {
    key.first() == Some(&LEGACY)
}

/// The key of a legacy version: parts compared as text, numbers filled up with zeros, words marked with `*`.
fn legacy(text: &str) -> Vec<u8> {
    let lower = text.to_lowercase();
    let mut cursor = Cursor::new(lower.as_bytes());
    let mut parts: Vec<Vec<u8>> = Vec::new();
    while let Some(next) = cursor.peek() {
        let part: Vec<u8> = if next.is_ascii_digit() {
            let digits = cursor.digits();
            let fill = LEGACY_DIGITS.saturating_sub(digits.len());
            std::iter::repeat_n(b'0', fill).chain(digits.iter().copied()).collect()
        } else if next == b'.' {
            cursor.bump();
            continue;
        } else if next == b'-' {
            cursor.bump();
            b"*final-".to_vec()
        } else if next.is_ascii_lowercase() {
            legacy_word(cursor.take_while(|byte| byte.is_ascii_lowercase()))
        } else {
            let is_other = |byte: u8| {
                !byte.is_ascii_digit() && !byte.is_ascii_lowercase() && !matches!(byte, b'.' | b'-')
            };
            marked(cursor.take_while(is_other))
        };
        legacy_push(&mut parts, part);
    }
    legacy_push(&mut parts, b"*final".to_vec());
    let mut key = Key::for_text(text.len());
    key.mark(LEGACY);
    for part in &parts {
        key.word(part);
    }
    key.mark(END);
    key.finish()
}

/// A word of a legacy version, with the words for release candidates and development folded.
fn legacy_word(word: &[u8]) -> Vec<u8> {
    match word {
        b"pre" | b"preview" | b"rc" => b"*c".to_vec(),
        b"dev" => b"*@".to_vec(),
        other => marked(other),
    }
}

/// The word behind a `*`.
fn marked(word: &[u8]) -> Vec<u8> {
    std::iter::once(b'*').chain(word.iter().copied()).collect()
}

/// Adds a part; words drop the hyphens (before pre-releases) and zeros in front of them.
fn legacy_push(parts: &mut Vec<Vec<u8>>, part: Vec<u8>) {
    if part.first() == Some(&b'*') {
        if part.as_slice() < b"*final".as_slice() {
            while parts.last().is_some_and(|last| last == b"*final-") {
                parts.pop();
            }
        }
        while parts.last().is_some_and(|last| last == b"00000000") {
            parts.pop();
        }
    }
    parts.push(part);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_as_pep_440_says() {
        let ascending = [
            "legacy1",
            "0.9",
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ];
        for (index, left) in ascending.iter().enumerate() {
            for right in &ascending[index + 1..] {
                check(Scheme::Pypi, &[&format!("{left} < {right}")]);
            }
        }
    }

    #[test]
    fn normalises_spellings() {
        check(
            Scheme::Pypi,
            &[
                "1.0 = 1",
                "v1.0 = 1.0.0",
                "1.0ALPHA1 = 1.0a1",
                "1.0-c.1 = 1.0rc1",
                "1.0_preview-2 = 1.0rc2",
                "1.0a = 1.0a0",
                "1.0-1 = 1.0.post1",
                "1.0.rev2 = 1.0-r2",
                "1.0.post = 1.0.post0",
                "1.0dev = 1.0.dev0",
                "1.0a-1 = 1.0a1",
                "1.0a- = 1.0a0",
                "1.0a--1 = 1.0a0.post1",
                "1.0rc..post2 = 1.0rc0.post2",
                "1.0+Ubuntu-1 = 1.0+ubuntu.1",
                "01.02 = 1.2",
                "0!1 = 1",
            ],
        );
    }

    #[test]
    fn legacy_versions_come_before_all_others() {
        check(
            Scheme::Pypi,
            &["2013-01-21T20:33:09 < 0.0.dev0", "1.0-x1 < 1.0-x2", "0.3m1 < 0.3m2", "4.11-final < 5.0-final"],
        );
        check_faults(Scheme::Pypi, &["latest", "unknown", ">=1.0", "1.0, 2.0", "1.0 or later"]);
    }
}
