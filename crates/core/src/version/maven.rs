//! Maven versions: `ComparableVersion` of Maven 3.9.
//!
//! Source: Maven POM reference, "Version Order Specification", and the documentation of
//! `org.apache.maven.artifact.versioning.ComparableVersion` 3.9 (read 2026-11-21).
//!
//! A version is a list of numbers and qualifiers; a hyphen, and the change between letters and digits, opens
//! a list inside the list, always as its last item. The shorter list goes on with empty items.
//!
//! Maven compares item by item and only asks how an item compares to nothing when one list has ended. Its
//! answers then contradict each other: `1.sp.1` < `1-rc` < `1` < `1.sp.1`. Here the rest of each list is
//! first held against nothing (before, equal or after), and only then item against item; this changes
//! Maven's answer only inside such circles. A release qualifier with a number (`1-ga-1`) is after the
//! release, as Maven corrected in 2026.

use super::Flaw;
use super::is_hash;
use super::key::{Cursor, Key, is_zero};

/// The rest of the version is before its absence.
const BEFORE: u8 = 0x01;
/// Nothing with any weight follows.
const END: u8 = 0x02;
/// The rest of the version is after its absence.
const AFTER: u8 = 0x03;
/// A qualifier, with or without number; before lists and numbers.
const QUALIFIER: u8 = 0x01;
/// A list opens.
const LIST: u8 = 0x02;
/// A number.
const NUMBER: u8 = 0x03;
/// Rank of the release qualifiers `ga`, `final` and `release`.
const RELEASE_RANK: u8 = 5;
/// Rank of qualifiers that Maven does not know; among themselves they follow the alphabet.
const OTHER_RANK: u8 = 7;

/// One piece of a version, in the order of the text.
#[derive(Clone, Copy)]
enum Item<'text> {
    /// A number, as digits.
    Number(&'text [u8]),
    /// A qualifier and the digits that follow it, if any.
    Qualifier(&'text [u8], Option<&'text [u8]>),
    /// The rest of the version is a list of its own.
    Open,
}

/// What an item that may be dropped is followed by, inside its own list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The end of the list, a qualifier without number, or a list that begins with a qualifier.
    Drops,
    /// A list that begins with another list or a number, or any other item.
    Keeps,
}

/// The key of a Maven version. Letters outside ASCII keep their case.
pub(super) fn key(text: &str) -> Result<Vec<u8>, Flaw> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::NoNumber);
    }
    if text.bytes().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']')) {
        return Err(Flaw::WhiteSpaceOrRange);
    }
    if is_hash(text) {
        return Err(Flaw::CommitHash);
    }
    let items = normalised(&items(text.as_bytes()));
    let mut signs = Vec::with_capacity(items.len());
    let mut sign = END;
    for item in &items {
        sign = match sign_of(item) {
            END => sign,
            own => own,
        };
        signs.push(sign);
    }
    let mut key = Key::for_text(text.len());
    for (item, sign) in items.iter().zip(signs).rev() {
        key.mark(sign);
        if sign == END {
            return Ok(key.finish());
        }
        write(&mut key, item);
    }
    key.mark(END);
    Ok(key.finish())
}

/// Splits a text into items.
fn items(text: &[u8]) -> Vec<Item<'_>> {
    let mut items = Vec::with_capacity(8);
    let mut cursor = Cursor::new(text);
    let mut list_is_empty = true;
    let open = |items: &mut Vec<Item<'_>>, list_is_empty: &mut bool| {
        if !*list_is_empty {
            items.push(Item::Open);
            *list_is_empty = true;
        }
    };
    while let Some(next) = cursor.peek() {
        if matches!(next, b'.' | b'-') {
            // A separator where an item should be: the item is zero.
            items.push(Item::Number(b""));
            list_is_empty = false;
        } else if next.is_ascii_digit() {
            items.push(Item::Number(cursor.digits()));
            list_is_empty = false;
            if !matches!(cursor.peek(), None | Some(b'.' | b'-')) {
                open(&mut items, &mut list_is_empty);
                continue;
            }
        } else {
            let word = cursor.take_while(|byte| !byte.is_ascii_digit() && !matches!(byte, b'.' | b'-'));
            let mut ahead = cursor;
            ahead.eat(b'-');
            let digits = ahead.digits();
            if !digits.is_empty() {
                // `rc1` and `rc-1` are one item, in a list of its own.
                open(&mut items, &mut list_is_empty);
                items.push(Item::Qualifier(word, Some(digits)));
                list_is_empty = false;
                cursor = ahead;
                if !matches!(cursor.peek(), None | Some(b'.' | b'-')) {
                    open(&mut items, &mut list_is_empty);
                    continue;
                }
            } else {
                if cursor.is_done() {
                    // A qualifier at the end: `.x` means `-x`.
                    open(&mut items, &mut list_is_empty);
                }
                items.push(Item::Qualifier(word, None));
                list_is_empty = false;
            }
        }
        if cursor.bump() == Some(b'-') {
            open(&mut items, &mut list_is_empty);
        }
    }
    items
}

/// Drops zeros and lists without weight: at the end of a list, before a qualifier, and before a list that
/// begins with a qualifier. The result is in reverse.
fn normalised<'text>(items: &[Item<'text>]) -> Vec<Item<'text>> {
    let mut kept: Vec<Item<'text>> = Vec::with_capacity(items.len());
    let mut next = Next::Drops;
    let mut list_is_empty = true;
    let mut begins_with_qualifier = false;
    for item in items.iter().rev() {
        match item {
            Item::Number(digits) if is_zero(digits) && next == Next::Drops => continue,
            Item::Open if list_is_empty => continue,
            Item::Number(_) => {
                next = Next::Keeps;
                begins_with_qualifier = false;
            }
            Item::Qualifier(_, digits) => {
                next = if digits.is_some() { Next::Keeps } else { Next::Drops };
                begins_with_qualifier = true;
            }
            Item::Open => {
                next = if begins_with_qualifier { Next::Drops } else { Next::Keeps };
                begins_with_qualifier = false;
            }
        }
        list_is_empty = false;
        kept.push(*item);
    }
    kept
}

/// How an item alone compares to nothing; [`END`] means equal.
fn sign_of(item: &Item<'_>) -> u8 {
    match item {
        Item::Open => END,
        Item::Number(digits) => {
            if is_zero(digits) {
                END
            } else {
                AFTER
            }
        }
        Item::Qualifier(word, digits) => match qualifier_rank(word, digits.is_some()) {
            RELEASE_RANK if digits.is_none_or(is_zero) => END,
            rank if rank < RELEASE_RANK => BEFORE,
            _ => AFTER,
        },
    }
}

/// Writes one item.
fn write(key: &mut Key, item: &Item<'_>) {
    match item {
        Item::Open => key.mark(LIST),
        Item::Number(digits) => {
            key.mark(NUMBER);
            key.number(digits);
        }
        Item::Qualifier(word, digits) => {
            let rank = qualifier_rank(word, digits.is_some());
            key.mark(QUALIFIER);
            key.mark(rank);
            if rank == OTHER_RANK {
                key.word_lower(word);
            }
            match digits {
                None => key.mark(0),
                Some(digits) => {
                    key.mark(1);
                    key.number(digits);
                }
            }
        }
    }
}

/// The rank of a qualifier. `a`, `b` and `m` are alpha, beta and milestone only before a number.
fn qualifier_rank(word: &[u8], has_number: bool) -> u8 {
    let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
    match () {
        () if is("alpha") || has_number && is("a") => 0,
        () if is("beta") || has_number && is("b") => 1,
        () if is("milestone") || has_number && is("m") => 2,
        () if is("rc") || is("cr") => 3,
        () if is("snapshot") => 4,
        () if is("ga") || is("final") || is("release") => RELEASE_RANK,
        () if is("sp") => 6,
        () => OTHER_RANK,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_faults};
    use crate::version::Scheme;

    #[test]
    fn orders_qualifiers_in_both_spellings() {
        let qualifiers = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp", "abc", "xyz", "1", "2"];
        for (index, left) in qualifiers.iter().enumerate() {
            for right in &qualifiers[index + 1..] {
                let left = format!("1-{left}");
                check(Scheme::Maven, &[&format!("{} < 1-{right}", left.trim_end_matches('-'))]);
            }
        }
        check(
            Scheme::Maven,
            &[
                "1-cr2 = 1-rc2",
                "1a1 = 1-alpha-1",
                "1-b2 = 1-beta2",
                "1-m3 = 1-MILESTONE-3",
                "1.Final = 1",
                "1-a > 1",
            ],
        );
    }

    #[test]
    fn zeros_and_separators_have_no_weight_at_the_end() {
        check(
            Scheme::Maven,
            &[
                "1 = 1.0.0",
                "1 = 1-0",
                "1 = 1.",
                "1-x = 1.0.0-x.0.0",
                "1.0.RC1 = 1-rc1",
                "1.x = 1-x",
                "01 = 1",
            ],
        );
    }

    #[test]
    fn hyphens_weigh_less_than_dots() {
        check(
            Scheme::Maven,
            &[
                "1-1 < 1.1",
                "1 < 1-1",
                "1.0.0.RC1 < 1.0.0-RC2",
                "2.0.1-xyz < 2.0.1-123",
                "1.0-alpha-1-SNAPSHOT < 1.0-alpha-1",
                "4.1.0.Final < 4.1.0.SP1",
                "4.1.0.CR1 < 4.1.0.Final",
                "31.0-android < 31.0-jre",
                "31.0-jre < 31.1-android",
                "20041012.141944 > 4.2",
            ],
        );
    }

    #[test]
    fn answers_without_circles() {
        check(Scheme::Maven, &["1-rc < 1", "1 < 1.sp.1", "1-rc < 1.sp.1", "1 < 1-ga-1", "1-ga-1 < 1-ga-2"]);
        check_faults(Scheme::Maven, &["latest", "RELEASE", "[1.0,2.0)", "1.0 2.0"]);
    }
}
