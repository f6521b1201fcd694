//! Debian and Ubuntu package versions: `[epoch:]upstream[-revision]`.
//!
//! Source: `deb-version(7)` and Debian Policy 5.6.12 (read 2026-11-21).

use super::Flaw;
use super::key::{Cursor, Key};

/// End of a part of non-digits: after `~`, before every other character.
const END: u8 = 0x02;
/// The character `~`: before everything, even the end.
const TILDE: u8 = 0x01;
/// Added to characters that are not letters: they sort after all letters.
const NOT_A_LETTER: u8 = 0x80;

/// The key of a Debian version. An absent epoch is zero, an absent revision equals `0`.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Flaw::WhiteSpaceOrNonAscii);
    }
    let mut key = Key::for_text(text.len());
    let rest = match text.split_once(':') {
        None => {
            key.number(b"0");
            text
        }
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()) => {
            key.number(epoch.as_bytes());
            rest
        }
        Some(_) => return Err(Flaw::Epoch),
    };
    let (upstream, revision) = match rest.rsplit_once('-') {
        Some((_, "")) => return Err(Flaw::AfterHyphen),
        Some(parts) => parts,
        None => (rest, ""),
    };
    if !upstream.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::NoNumber);
    }
    part(&mut key, upstream.as_bytes());
    part(&mut key, revision.as_bytes());
    Ok(key.finish())
}

/// Writes an upstream version or a revision: non-digits and numbers in turns, beginning with non-digits.
fn part(key: &mut Key, text: &[u8]) {
    let mut cursor = Cursor::new(text);
    loop {
        for byte in cursor.take_while(|byte| !byte.is_ascii_digit()) {
            key.mark(match *byte {
                b'~' => TILDE,
                letter if letter.is_ascii_alphabetic() => letter,
                other => other | NOT_A_LETTER,
            });
        }
        key.mark(END);
        key.number(cursor.digits());
        if cursor.is_done() {
            key.mark(END);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_as_dpkg_does() {
        check(
            Scheme::Deb,
            &[
                "1.0~~ < 1.0~~a",
                "1.0~~a < 1.0~",
                "1.0~ < 1.0",
                "1.0 < 1.0a",
                "1.0a < 1.0+",
                "1.0 = 1.0-0",
                "1.0 = 0:1.0",
                "1:0.1 > 9.9",
                "1.0-1 < 1.0-1+b1",
                "1.0-1~bpo1 < 1.0-1",
                "1.0-1-2 > 1.0-1-1",
                "1.0a = 1.0a0",
                "1.010 = 1.10",
                "1.0. > 1.0",
                "1.0.a < 1.0..",
            ],
        );
    }

    #[test]
    fn refuses_what_dpkg_refuses() {
        check_faults(Scheme::Deb, &["a:1", ":1", "1.0-", "1 0", "1:", "unknown", "1.0é", "-1"]);
    }
}
