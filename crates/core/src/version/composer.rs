//! Composer (Packagist) versions: Composer's normalisation, then PHP's `version_compare`.
//!
//! Source: <https://getcomposer.org/doc/articles/versions.md> and the PHP manual, `version_compare`
//! (read 2026-11-21).
//!
//! Normalisation fills versions up to four numbers, so `1.0` is `1.0.0`. Texts that Composer does not
//! normalise are compared as PHP would, unfilled. PHP lets `#` equal every number, which is no order (`1`
//! and `2` would both equal `#`): texts with `#` are refused, as Composer refuses them.

use super::Flaw;
use super::is_hash;
use super::key::{Cursor, Key};

/// End of the version: after the words for pre-releases, before numbers.
const END: u8 = 0x06;
/// A number.
const NUMBER: u8 = 0x07;
/// A patch word (`p`, `pl`, `patch`…): after everything.
const PATCH: u8 = 0x08;
/// Numbers of a normalised version.
const NUMBERS: usize = 4;
/// Digits of the first number up to which Composer fills up; longer ones are dates or not normalised.
const MAJOR_DIGITS_MAX: usize = 5;
/// What Composer puts in place of `x` in `1.x-dev`.
const BRANCH_NUMBER: &[u8] = b"9999999";
/// Words for stabilities that may have a number, longer spellings first.
const STABILITIES: [&str; 9] = ["stable", "beta", "b", "rc", "alpha", "a", "patch", "pl", "p"];
/// Rank of the word `dev`.
const DEV: u8 = 0x02;

/// The key of a Composer version.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    let text = without_flags(text);
    if matches!(text, "master" | "trunk" | "default") {
        return Ok(branch_key(text));
    }
    let mut cursor = Cursor::new(text.as_bytes());
    if cursor.eat_word("dev-") {
        return Ok(branch_key(text.get(4..).unwrap_or_default()));
    }
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':')) {
        return Err(Flaw::ComposerCharacter);
    }
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::NoNumber);
    }
    let mut cursor = Cursor::new(text.as_bytes());
    cursor.eat_word("v");
    let mut key = Key::for_text(text.len());
    if !classical(&mut key, &mut cursor)? {
        if is_hash(text) {
            return Err(Flaw::CommitHash);
        }
        key = Key::for_text(text.len());
        let bare = text.strip_prefix(['v', 'V']).unwrap_or(text);
        php_tokens(&mut key, bare.as_bytes())?;
    }
    key.mark(END);
    Ok(key.finish())
}

/// The text without an alias (`1.0 as 1.1`) and without a stability flag (`1.0@dev`).
fn without_flags(text: &str) -> &str {
    let text = text.split_once(" as ").map_or(text, |(version, _)| version.trim_end());
    match text.rsplit_once('@') {
        Some((version, flag))
            if ["stable", "rc", "beta", "alpha", "dev"]
                .iter()
                .any(|known| flag.eq_ignore_ascii_case(known)) =>
        {
            version
        }
        _ => text,
    }
}

/// The key of a branch. Branches are before all numbered versions; PHP finds most of them equal to each
/// other, here they follow their names, so that two branches never pass for the same version.
fn branch_key(name: &str) -> Vec<u8> {
    let mut key = Key::for_text(name.len());
    key.mark(DEV);
    key.word(name.as_bytes());
    key.mark(END);
    key.finish()
}

/// True for the key of a branch without a number: which release its commits belong to is not known.
pub(super) fn is_branch(key: &[u8]) -> bool {
    key.first() == Some(&DEV)
}

/// Writes `1.2.3.4-beta2-dev` and its shorter forms, filled up to four numbers; false when the text is not
/// of this form.
fn classical(key: &mut Key, cursor: &mut Cursor<'_>) -> Result<bool, Flaw> {
    let mut count = 0_usize;
    let mut is_branch = false;
    while count < NUMBERS {
        let mut ahead = *cursor;
        if count > 0 && !ahead.eat(b'.') {
            break;
        }
        let digits = ahead.digits();
        if digits.is_empty() {
            if count == 0 || !ahead.eat_word("x") {
                break;
            }
            is_branch = true;
        }
        if count == 0 && digits.len() > MAJOR_DIGITS_MAX {
            return Ok(false);
        }
        key.mark(NUMBER);
        key.number(if digits.is_empty() { BRANCH_NUMBER } else { digits });
        *cursor = ahead;
        count = count.saturating_add(1);
    }
    if count == 0 {
        return Ok(false);
    }
    for _ in count..NUMBERS {
        key.mark(NUMBER);
        key.number(if is_branch { BRANCH_NUMBER } else { b"0" });
    }
    if is_branch {
        cursor.eat_if(|byte| matches!(byte, b'-' | b'.'));
        if !cursor.eat_word("dev") || !cursor.is_done() {
            return Err(Flaw::Wildcard);
        }
        key.mark(DEV);
        key.word(b"");
        return Ok(true);
    }
    modifiers(key, *cursor)
}

/// Writes a stability with its numbers and `-dev`; false when something else follows.
fn modifiers(key: &mut Key, mut cursor: Cursor<'_>) -> Result<bool, Flaw> {
    if cursor.is_done() {
        return Ok(true);
    }
    let mut ahead = cursor;
    ahead.eat_if(|byte| matches!(byte, b'.' | b'_' | b'-'));
    if let Some(stability) = STABILITIES.iter().find(|known| ahead.eat_word(known)) {
        let is_stable = *stability == "stable";
        if !is_stable {
            key.mark(word_rank(stability.as_bytes()));
            key.word(b"");
        }
        loop {
            let mut numbered = ahead;
            numbered.eat_if(|byte| matches!(byte, b'.' | b'-'));
            let digits = numbered.digits();
            if digits.is_empty() {
                break;
            }
            ahead = numbered;
            if !is_stable {
                key.mark(NUMBER);
                key.number(digits);
            }
        }
        cursor = ahead;
        cursor.eat_if(|byte| matches!(byte, b'.' | b'-'));
        if cursor.eat_word("dev") && cursor.is_done() {
            if !is_stable {
                key.mark(DEV);
                key.word(b"");
            }
            return Ok(true);
        }
        return Ok(ahead.is_done());
    }
    ahead.eat_if(|byte| matches!(byte, b'.' | b'-'));
    if ahead.eat_word("dev") && ahead.is_done() {
        key.mark(DEV);
        key.word(b"");
        return Ok(true);
    }
    Ok(false)
}

/// Writes numbers and words as `version_compare` splits them.
fn php_tokens(key: &mut Key, text: &[u8]) -> Result<(), Flaw> {
    let mut cursor = Cursor::new(text);
    while let Some(next) = cursor.peek() {
        if next.is_ascii_digit() {
            key.mark(NUMBER);
            key.number(cursor.digits());
        } else if next.is_ascii_alphabetic() {
            let word = cursor.take_while(|byte| byte.is_ascii_alphabetic());
            if is_word(word, "x") {
                return Err(Flaw::Wildcard);
            }
            if is_word(word, "stable") {
                continue;
            }
            let is_known = is_word(word, "dev") || STABILITIES.iter().any(|known| is_word(word, known));
            key.mark(word_rank(word));
            key.word_lower(if is_known { b"" } else { word });
        } else {
            cursor.bump();
        }
    }
    Ok(())
}

/// True when the word is `known`, without case.
fn is_word(word: &[u8], known: &str) -> bool {
    word.eq_ignore_ascii_case(known.as_bytes())
}

/// The rank of a word, by its beginning as in PHP. Case has no weight, because Composer writes the words it
/// knows in one case. PHP finds all words of one rank equal; here those that Composer does not know follow
/// the alphabet, so that two texts do not pass for one version.
fn word_rank(word: &[u8]) -> u8 {
    let starts = |prefix: &str| {
        word.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    match () {
        () if starts("dev") => DEV,
        () if starts("a") => 0x03,
        () if starts("b") => 0x04,
        () if starts("rc") => 0x05,
        () if starts("p") => PATCH,
        () => 0x01,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn fills_up_to_four_numbers() {
        check(
            Scheme::Composer,
            &[
                "1 = 1.0.0.0",
                "v1.0 = 1.0.0",
                "1.0-beta = 1.0.0.0b",
                "1.0.0.1 > 1.0",
                "1.0+abc = 1.0",
                "1.0@dev = 1.0",
            ],
        );
    }

    #[test]
    fn orders_stabilities() {
        check(
            Scheme::Composer,
            &[
                "1.0-dev < 1.0-alpha",
                "1.0a1 < 1.0-b1",
                "1.0-beta.2 < 1.0-BETA10",
                "1.0-RC1 < 1.0",
                "1.0 < 1.0-p1",
                "1.0-p1 = 1.0-patch1",
                "1.0-pl2 > 1.0-p1",
                "1.0-stable = 1.0",
                "1.0-rc1-dev < 1.0-rc1",
                "1.0-p1 < 1.0.1",
            ],
        );
    }

    #[test]
    fn branches_are_before_numbers_and_open_branches_after() {
        check(
            Scheme::Composer,
            &[
                "dev-main < 0.0.1",
                "dev-a < dev-b",
                "master = dev-master",
                "1.x-dev > 1.99",
                "1.x-dev < 2.0",
                "1.2.x-dev < 1.x-dev",
                "20200101 < 20200102",
                "2010.01.02 < 2010.1.3",
            ],
        );
        check_faults(Scheme::Composer, &["1.x", "1.2.#", "latest", "^1.0", "1.0 || 2.0", ">=1.0"]);
    }
}
