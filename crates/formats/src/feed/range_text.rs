//! Reads what people write where a version belongs: `>= 1.0, < 1.5`, `prior to 1.2`, `1.0 through 1.5`.
//!
//! What is not understood as a whole is not understood at all: a half-read sentence would assert a range
//! that its author did not. Several ranges that are all open below (`before 1.2.3 and before 1.3.4`) are
//! branches that cannot be told apart here, and are not understood either.

use std::cmp::Ordering;

use kikimori_core::limits;
use kikimori_core::statement::{Bound, Versions};

/// Longest text read, in bytes; longer ones are prose.
const TEXT_BYTES_MAX: usize = 1_000;

/// Most ranges read from one text.
const RANGES_MAX: usize = 200;

/// Reads a text as versions; `None` when it is not understood.
///
/// One word without operators that has a digit is a version, as written, whatever it looks like.
///
/// ```
/// use kikimori_formats::feed::range_text::read;
/// use kikimori_core::statement::{Bound, Versions};
/// let below = Versions::Interval(None, Some(Bound { version: "1.2".to_owned(), is_included: false }));
/// assert_eq!(read("All versions prior to 1.2"), Some(vec![below]));
/// assert_eq!(read("R14A"), Some(vec![Versions::Exact("R14A".to_owned())]));
/// assert_eq!(read("Snapdragon 460 Mobile Platform"), None);
/// ```
#[must_use]
pub fn read(text: &str) -> Option<Vec<Versions>> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let text = normalise(text);
    if is_placeholder(&text) {
        return None;
    }
    if is_everything(&text) {
        return Some(vec![Versions::Interval(None, None)]);
    }
    let ranges = if text.contains(['<', '>', '=']) {
        comparators(&text)?
    } else if !text.contains([' ', ',', ';']) {
        vec![word(&text)?]
    } else {
        sentences(&text)?
    };
    let is_open = |range: &&Versions| matches!(range, Versions::Interval(None, _));
    let is_readable = (1..=RANGES_MAX).contains(&ranges.len()) && ranges.iter().filter(is_open).count() < 2;
    is_readable.then_some(ranges)
}

/// A text that stands where no version is known.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    matches!(
        text.as_str(),
        "" | "-"
            | "?"
            | "n/a"
            | "na"
            | "none"
            | "unspecified"
            | "unknown"
            | "not specified"
            | "undefined"
            | "various"
            | "tbd"
            | "not applicable"
            | "multiple versions"
            | "multiple"
            | "see references"
            | "see advisory"
            | "not available"
            | "null"
    )
}

/// A text that names every version.
#[must_use]
pub fn is_everything(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    matches!(
        text.as_str(),
        "*" | "all"
            | "any"
            | "all versions"
            | "all version"
            | "any version"
            | "all releases"
            | "every version"
            | "all supported versions"
            | "all current versions"
            | "all known versions"
            | "all released versions"
            | "all firmware versions"
            | "all existing versions"
    )
}

/// Compares two versions of plain numbers (`1.10.2`, also `v1.10`); `None` when one is anything else.
#[must_use]
pub fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    let (mut left, mut right) = (numbers(left)?, numbers(right)?);
    let length = left.len().max(right.len());
    left.resize(length, 0);
    right.resize(length, 0);
    Some(left.cmp(&right))
}

/// The numbers of a dotted version.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    if version.len() > limits::VERSION_BYTES_MAX {
        return None;
    }
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// An abbreviated or full commit hash: at least 7 hexadecimal digits, with a letter unless it is 40 long.
#[must_use]
pub fn is_commit(text: &str) -> bool {
    let text = text.trim();
    (7..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (text.len() == 40 || text.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// One spelling for signs, quotes and white space.
fn normalise(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace('≤', "<=")
        .replace('≥', ">=")
        .replace('＜', "<")
        .replace(['–', '—', '−'], "-")
        .replace("=<", "<=")
        .replace("=>", ">=")
        .replace(['"', '“', '”'], "");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_end_matches(['.', ';', ',', ' ']).to_owned()
}

/// A version token: the text without a leading `v`, or a wildcard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// One version.
    Version(String),
    /// The part before `.x` or `.*`.
    Wildcard(String),
}

impl Token {
    /// Reads a word as a version: a digit first (behind an optional `v`, `ver.`, `version`), no commit hash.
    pub(super) fn read(word: &str) -> Option<Self> {
        let word = word.trim_matches([',', ';', ':', '(', ')', '\'']);
        let lower = word.to_ascii_lowercase();
        let prefix = ["version.", "version", "ver.", "ver", "v.", "v"]
            .into_iter()
            .find(|prefix| lower.strip_prefix(prefix).is_some_and(starts_with_digit));
        let version = word.get(prefix.map_or(0, str::len)..)?;
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+~:^*".contains(&byte);
        if !starts_with_digit(version)
            || version.len() > limits::VERSION_BYTES_MAX
            || !version.bytes().all(is_allowed)
            || (is_commit(version) && version.len() >= 12)
            || is_date(version)
        {
            return None;
        }
        let mut stem = version;
        while let Some(shorter) = [".x", ".X", ".*"].iter().find_map(|end| stem.strip_suffix(end)) {
            stem = shorter;
        }
        if stem.contains('*') {
            None
        } else if stem.len() < version.len() {
            Some(Self::Wildcard(stem.to_owned()))
        } else {
            Some(Self::Version(version.to_owned()))
        }
    }

    /// With the words behind it that belong to it.
    pub(super) fn with_suffix(self, words: &[&str]) -> Option<Self> {
        match self {
            _ if words.is_empty() => Some(self),
            Self::Version(version) => {
                Some(Self::Version(format!("{version} {}", words.join(" ").trim_end_matches(','))))
            }
            Self::Wildcard(_) => None,
        }
    }

    /// As the lower end of a range.
    pub(super) fn lower(self, is_included: bool) -> Bound {
        match self {
            Self::Version(version) => Bound { version, is_included },
            Self::Wildcard(stem) => Bound { version: stem, is_included: true },
        }
    }

    /// As the upper end of a range: up to `1.2.x` holds all of 1.2, below `1.2.x` holds nothing of it.
    pub(super) fn upper(self, is_included: bool) -> Bound {
        match self {
            Self::Version(version) => Bound { version, is_included },
            Self::Wildcard(stem) if is_included => Bound { version: format!("{stem}.*"), is_included },
            Self::Wildcard(stem) => Bound { version: stem, is_included },
        }
    }

    /// By itself.
    pub(super) fn alone(self) -> Versions {
        match self {
            Self::Version(version) => Versions::Exact(version),
            Self::Wildcard(stem) => prefix(&stem),
        }
    }
}

/// Words behind a version that belong to it: `SP2`, `HF 4`, `Build 1653`, `Update 7`. Gives how many.
pub(super) fn suffix_words(words: &[&str]) -> usize {
    let mut count = 0_usize;
    while let Some(word) = words.get(count) {
        let word = word.trim_end_matches(',').to_ascii_lowercase();
        let stem = word.trim_start_matches(|first: char| first.is_ascii_alphabetic());
        let kind = word.get(..word.len().saturating_sub(stem.len())).unwrap_or_default();
        let is_kind = matches!(
            kind,
            "sp" | "hf"
                | "upd"
                | "update"
                | "uc"
                | "patch"
                | "build"
                | "hotfix"
                | "rev"
                | "rel"
                | "fix"
                | "fp"
                | "cu"
                | "mr"
                | "su"
        );
        let next = words.get(count.saturating_add(1)).copied().unwrap_or_default();
        if is_kind && stem.trim_start_matches('.').starts_with(|first: char| first.is_ascii_digit()) {
            count = count.saturating_add(1);
        } else if is_kind && stem.is_empty() && starts_with_digit(next) {
            count = count.saturating_add(2);
        } else {
            break;
        }
    }
    count
}

/// A date, `2024-06-21`: no version can be compared with it.
fn is_date(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    text.len() == 10
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if at == 4 || at == 7 { byte == b'-' } else { is_digit(byte) }
            },
        )
}

/// Whether a text starts with a digit.
fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

/// Every version that starts with `stem` and a dot.
fn prefix(stem: &str) -> Versions {
    let bound = |version: String| Some(Bound { version, is_included: true });
    Versions::Interval(bound(stem.to_owned()), bound(format!("{stem}.*")))
}

/// One word: a wildcard, two plain versions of the same branch joined by a hyphen, or a version as written.
fn word(text: &str) -> Option<Versions> {
    if let Some(Token::Wildcard(stem)) = Token::read(text) {
        return Some(prefix(&stem));
    }
    if let Some((low, high)) = text.split_once('-') {
        let is_alike = low.matches('.').count() >= 1
            && low.matches('.').count() == high.matches('.').count()
            && low.split('.').next() == high.split('.').next();
        if is_alike && compare_numbers(low, high) == Some(Ordering::Less) {
            let bound = |version: &str| Some(Bound { version: version.to_owned(), is_included: true });
            return Some(Versions::Interval(bound(low), bound(high)));
        }
    }
    // `SaaS`, `main`: no version that a component could be compared with.
    text.bytes().any(|byte| byte.is_ascii_digit()).then(|| Versions::Exact(text.to_owned()))
}

/// Texts with `<`, `>` or `=`: alternatives of comparators, as GitHub writes them and CNAs imitate.
fn comparators(text: &str) -> Option<Vec<Versions>> {
    let mut ranges = Vec::new();
    for alternative in text.split("||").flat_map(|part| part.split(" or ")).flat_map(|part| part.split(';')) {
        conjunction(alternative, &mut ranges)?;
    }
    Some(ranges)
}

/// A comparison sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `<`, or `<=` when true.
    Below(bool),
    /// `>`, or `>=` when true.
    Above(bool),
    /// `=`.
    Equal,
    /// No sign.
    Bare,
}

/// Comparators that hold together. A lower end behind an upper one starts the next range.
fn conjunction(text: &str, ranges: &mut Vec<Versions>) -> Option<()> {
    let mut terms = Vec::new();
    let mut sign = Sign::Bare;
    let spaced = text.replace("&&", " ").replace(',', " ");
    let spaced = spaced.replace('<', " <").replace('>', " >");
    let pieces: Vec<&str> = spaced.split_whitespace().collect();
    let mut pieces = pieces.as_slice();
    while let Some((piece, after)) = pieces.split_first() {
        pieces = after;
        let rest = piece.trim_start_matches(['<', '>', '=']);
        let written = piece.get(..piece.len().saturating_sub(rest.len())).unwrap_or_default();
        if !written.is_empty() {
            if sign != Sign::Bare {
                return None;
            }
            sign = comparison(written)?;
        }
        if rest.is_empty() || is_decoration(rest) || (rest == "and" && sign == Sign::Bare) {
            continue;
        }
        let n_suffix = suffix_words(pieces);
        terms.push((sign, Token::read(rest)?.with_suffix(pieces.get(..n_suffix)?)?));
        pieces = pieces.get(n_suffix..)?;
        sign = Sign::Bare;
    }
    if sign != Sign::Bare || terms.is_empty() {
        return None;
    }
    combine(terms, ranges)
}

/// The sign that a text of `<`, `>` and `=` stands for.
fn comparison(written: &str) -> Option<Sign> {
    Some(match written {
        "<" => Sign::Below(false),
        "<=" => Sign::Below(true),
        ">" => Sign::Above(false),
        ">=" => Sign::Above(true),
        "=" | "==" => Sign::Equal,
        _ => return None,
    })
}

/// Joins lower and upper ends in the order written.
fn combine(terms: Vec<(Sign, Token)>, ranges: &mut Vec<Versions>) -> Option<()> {
    let mut low: Option<Bound> = None;
    let mut high: Option<Bound> = None;
    let mut terms = terms.into_iter().peekable();
    while let Some((sign, token)) = terms.next() {
        let sign = match (sign, terms.peek()) {
            // `1.0 < 1.5` means from 1.0 to below 1.5.
            (Sign::Bare, Some((Sign::Below(_), _))) if low.is_none() || high.is_some() => Sign::Above(true),
            (Sign::Bare, _) => Sign::Equal,
            _ => sign,
        };
        match sign {
            Sign::Above(is_included) => {
                if let Some(end) = high.take() {
                    let next = token.clone().lower(is_included);
                    // `< 2.0, >= 1.0` is one range written backwards, `< 1.0, >= 2.0` is two.
                    if low.is_none() && compare_numbers(&next.version, &end.version)? == Ordering::Less {
                        ranges.push(Versions::Interval(Some(next), Some(end)));
                        continue;
                    }
                    ranges.push(Versions::Interval(low.take(), Some(end)));
                }
                if low.replace(token.lower(is_included)).is_some() {
                    return None;
                }
            }
            Sign::Below(is_included) => {
                if high.is_some() {
                    let end = high.take();
                    ranges.push(Versions::Interval(low.take(), end));
                }
                high = Some(token.upper(is_included));
            }
            Sign::Equal | Sign::Bare => {
                if low.is_some() || high.is_some() {
                    ranges.push(Versions::Interval(low.take(), high.take()));
                }
                ranges.push(token.alone());
            }
        }
    }
    if low.is_some() || high.is_some() {
        ranges.push(Versions::Interval(low, high));
    }
    Some(())
}

/// Words around a version that say nothing about the range.
fn is_decoration(word: &str) -> bool {
    let word = word.trim_end_matches([':', '.']).to_lowercase();
    matches!(
        word.as_str(),
        "all"
            | "any"
            | "the"
            | "version"
            | "versions"
            | "version(s)"
            | "ver"
            | "vers"
            | "v"
            | "firmware"
            | "software"
            | "releases"
            | "affected"
            | "(inclusive)"
            | "inclusive"
            | "including"
            | "(including)"
    )
}

/// A list of sentences, or one.
fn sentences(text: &str) -> Option<Vec<Versions>> {
    if let Some(range) = sentence(text) {
        return Some(vec![range]);
    }
    if let Some(range) = openssl(text).or_else(|| family(text)) {
        return Some(vec![range]);
    }
    let pieces: Vec<&str> = text
        .split([',', ';'])
        .flat_map(|piece| split_joined(piece.trim().trim_start_matches("and ")))
        .filter(|piece| !piece.is_empty())
        .collect();
    if !(2..=RANGES_MAX).contains(&pieces.len()) {
        return None;
    }
    let ranges: Vec<Versions> = pieces.into_iter().map(sentence).collect::<Option<_>>()?;
    // In `before 1.2.3 and 1.3.4` the second version is no affected one.
    let has_open = ranges.iter().any(|range| matches!(range, Versions::Interval(None, _)));
    let has_exact = ranges.iter().any(|range| matches!(range, Versions::Exact(_)));
    (!(has_open && has_exact)).then_some(ranges)
}

/// The parts of a piece around ` and `, unless the piece is a sentence with its `and`.
fn split_joined(piece: &str) -> Vec<&str> {
    if sentence(piece).is_some() {
        return vec![piece];
    }
    piece.split(" and ").flat_map(|part| part.split(" & ")).map(str::trim).collect()
}

/// `Fixed in OpenSSL 1.0.2y (Affected 1.0.2-1.0.2x)`.
fn openssl(text: &str) -> Option<Versions> {
    let inside = text.strip_prefix("Fixed in ")?.split_once("(Affected ")?.1.strip_suffix(')')?;
    let (low, high) = inside.split_once('-')?;
    Some(Versions::Interval(Some(Token::read(low)?.lower(true)), Some(Token::read(high)?.upper(true))))
}

/// `ArubaOS 10.4.x.x: 10.4.1.0 and below`: a branch, and how far in it.
fn family(text: &str) -> Option<Versions> {
    let (head, tail) = text.split_once(": ")?;
    let stem = Token::read(head.split(' ').next_back()?)?;
    match sentence(tail)? {
        Versions::Interval(None, Some(high)) => Some(Versions::Interval(Some(stem.lower(true)), Some(high))),
        _ => None,
    }
}

/// What the words of a sentence stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// A version.
    Version,
    /// `before`, `prior to`, `earlier than`.
    Before,
    /// `through`, `to`, `up to`, `-`.
    Through,
    /// `and earlier`, `or prior`.
    AndEarlier,
    /// `and later`, `or above`.
    AndLater,
    /// `from`, `since`, `starting with`.
    From,
    /// `after`.
    After,
    /// `between`.
    Between,
    /// `and`, `&`.
    And,
}

/// One sentence about one range.
fn sentence(text: &str) -> Option<Versions> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 16 {
        return None;
    }
    let mut tokens = Vec::new();
    let mut shape = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if is_decoration(first) {
            // `3.1 All` may well be every version of 3.1.
            if shape.last() == Some(&Word::Version) && ["all", "any"].contains(&first.to_lowercase().as_str())
            {
                return None;
            }
            rest = after;
        } else if let Some((word, n_words)) = phrase(rest) {
            shape.push(word);
            rest = rest.get(n_words..)?;
        } else {
            let n_suffix = suffix_words(after);
            tokens.push(Token::read(first)?.with_suffix(after.get(..n_suffix)?)?);
            shape.push(Word::Version);
            rest = after.get(n_suffix..)?;
        }
    }
    if tokens.is_empty() {
        let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.to_lowercase().as_str()));
        let is_all = shape.is_empty() && has(&["all", "any"]) && has(&["versions", "version", "releases"]);
        return is_all.then_some(Versions::Interval(None, None));
    }
    range(&shape, tokens)
}

/// The phrase at the start of the words, and how many words it takes.
fn phrase(words: &[&str]) -> Option<(Word, usize)> {
    let lower = |index: usize| {
        let word = words.get(index).copied().unwrap_or_default().to_lowercase();
        word.trim_matches([',', '(', ')', ':']).to_owned()
    };
    let (first, second, third) = (lower(0), lower(1), lower(2));
    let up_to = |n_words: usize| match (lower(n_words).as_str(), lower(n_words + 1).as_str()) {
        ("and" | "but", "including") => (Word::Through, n_words + 2),
        ("but" | "and", "not") if lower(n_words + 2) == "including" => (Word::Before, n_words + 3),
        ("excluding" | "exclusive", _) => (Word::Before, n_words + 1),
        ("and" | "but", "excluding") => (Word::Before, n_words + 2),
        _ => (Word::Through, n_words),
    };
    let found = match (first.as_str(), second.as_str(), third.as_str()) {
        ("prior", "to", "and") if lower(3) == "including" => (Word::Through, 4),
        ("prior" | "previous", "to", _) => (Word::Before, 2),
        ("earlier" | "older" | "lower" | "less" | "smaller", "than", "or") => return None,
        ("earlier" | "older" | "lower" | "less" | "smaller", "than", _) => (Word::Before, 2),
        ("before" | "below" | "under", ..) => (Word::Before, 1),
        ("up", "to", _) => up_to(2),
        ("up", "through", _) | ("up", "till", _) => (Word::Through, 2),
        ("through" | "thru" | "to" | "-" | "~" | "upto", ..) => (Word::Through, 1),
        ("and" | "or" | "&" | "and/or", ..) => match and_also(&lower) {
            Some(found) => found,
            None => (Word::And, 1),
        },
        ("starting" | "beginning", "from" | "with" | "in" | "at", _) => (Word::From, 2),
        ("from" | "since", ..) => (Word::From, 1),
        ("after", ..) => (Word::After, 1),
        ("between", ..) => (Word::Between, 1),
        ("onwards" | "onward", ..) => (Word::AndLater, 1),
        _ => return None,
    };
    Some(found)
}

/// `and earlier`, `or all previous versions`, `and later`, behind the joining word.
fn and_also(lower: &dyn Fn(usize) -> String) -> Option<(Word, usize)> {
    let mut at = 1;
    while matches!(lower(at).as_str(), "all" | "the" | "any" | "versions" | "version") && at < 4 {
        at += 1;
    }
    let word = match lower(at).as_str() {
        "earlier" | "older" | "lower" | "previous" | "prior" | "below" | "before" | "under" | "down"
        | "lesser" | "ealier" | "earler" => Word::AndEarlier,
        "later" | "newer" | "higher" | "above" | "greater" | "onward" | "onwards" | "up" | "after" => {
            Word::AndLater
        }
        _ => return None,
    };
    at += 1;
    while matches!(lower(at).as_str(), "version" | "versions" | "releases" | "release" | "ones") {
        at += 1;
    }
    // `and before 1.2` opens the next bound instead of closing this one.
    let is_open = words_follow(lower, at);
    if is_open { None } else { Some((word, at)) }
}

/// Whether a version or `to`/`than` follows at a word.
fn words_follow(lower: &dyn Fn(usize) -> String, at: usize) -> bool {
    let word = lower(at);
    matches!(word.as_str(), "to" | "than") || Token::read(&word).is_some()
}

/// The range that a sentence of this shape states.
fn range(shape: &[Word], tokens: Vec<Token>) -> Option<Versions> {
    use Word::{After, And, AndEarlier, AndLater, Before, Between, From, Through, Version};
    let mut tokens = tokens.into_iter();
    let first = tokens.next()?;
    let open = |low, high| Some(Versions::Interval(low, high));
    match shape {
        [Version] => Some(first.alone()),
        [Before, Version] => open(None, Some(first.upper(false))),
        [Through, Version] | [Version, AndEarlier] | [Through, Version, AndEarlier] => {
            open(None, Some(first.upper(true)))
        }
        [Version, AndLater] | [From, Version] | [From, Version, AndLater] => {
            open(Some(first.lower(true)), None)
        }
        [After, Version] => open(Some(first.lower(false)), None),
        [Version, Through, Version]
        | [From, Version, Through, Version]
        | [From, Version, And, Through, Version]
        | [Between, Version, And | Through, Version]
        | [Version, And, Through, Version] => open(Some(first.lower(true)), Some(tokens.next()?.upper(true))),
        [Version, Before, Version]
        | [From, Version, Before, Version]
        | [From, Version, And, Before, Version]
        | [Version, And, Before, Version]
        | [Version, AndLater, And, Before, Version]
        | [Version, AndLater, Before, Version] => {
            open(Some(first.lower(true)), Some(tokens.next()?.upper(false)))
        }
        [After, Version, And, Before, Version] | [After, Version, Before, Version] => {
            open(Some(first.lower(false)), Some(tokens.next()?.upper(false)))
        }
        _ => None,
    }
}
