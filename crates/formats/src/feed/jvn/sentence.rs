//! Reads what JVN writes about versions: 「7.3.7 より前のバージョン」「2.13.0 から 2.15.0 より前」「すべてのバージョン」.
//!
//! A sentence is understood as a whole or not at all. Every word of it must be known; what is not stays visible as text and
//! decides nothing. In particular, these are never guessed:
//!
//! - words that narrow the product (`core 2.0 以前`, `Windows 版 1.2 以前`), unless they are vendor or product themselves;
//! - a year alone (`2019`) or a service pack or release alone (`SP2`, `R2`): the number is part of the product's name;
//! - 「より以前」, which is written for both "before" and "up to";
//! - several sentences that are all open below (`1.2.3 より前`, `1.3.4 より前`): those are branches, and only what lies below
//!   the lowest of them is certain.
//!
//! 「以前」「以降」「以上」「以下」 include the version, 「より前」「未満」「より後」 do not, and 「A から B」 includes both ends.

use std::cmp::Ordering;

use kikimori_core::statement::{Bound, Status, VersionRow, Versions};

use crate::feed::range_text::{self, Token, compare_numbers, suffix_words};

/// Longest sentence read, in bytes; longer ones are prose.
const TEXT_BYTES_MAX: usize = 1_000;

/// Most words of one sentence.
const WORDS_MAX: usize = 64;

/// The rows that sentences about one product state, in their order. `names` are the vendor and the product.
#[must_use]
pub fn rows(sentences: &[String], names: &[&str]) -> Vec<VersionRow> {
    let affected = |versions| VersionRow { status: Status::Affected, versions };
    let unparsed = |text: &str| affected(Versions::Unparsed(text.to_owned()));
    let mut read_sentences: Vec<(&str, Option<Vec<Versions>>)> = Vec::new();
    for text in sentences.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if !read_sentences.iter().any(|(known, _)| *known == text) {
            read_sentences.push((text, read(text, names)));
        }
    }
    withdraw_ambiguous(&mut read_sentences);
    let mut rows = Vec::new();
    for (text, ranges) in read_sentences {
        match ranges {
            Some(ranges) => rows.extend(ranges.into_iter().map(affected)),
            None => rows.push(unparsed(text)),
        }
    }
    rows
}

/// Takes back what several sentences say only each for its branch.
///
/// Of those that are open below, the lowest stands: what lies below it lies below all. Where one is open below and another
/// open above and they overlap (`5.0 以上`, `6.0 未満`), both are one range written in two pieces, or two; neither stands.
fn withdraw_ambiguous(sentences: &mut [(&str, Option<Vec<Versions>>)]) {
    let upper_of = |ranges: &Option<Vec<Versions>>| match ranges.as_deref() {
        Some([Versions::Interval(None, Some(upper))]) => Some(upper.clone()),
        _ => None,
    };
    let lower_of = |ranges: &Option<Vec<Versions>>| match ranges.as_deref() {
        Some([Versions::Interval(Some(lower), None)]) => Some(lower.clone()),
        _ => None,
    };
    let uppers: Vec<Bound> = sentences.iter().filter_map(|(_, ranges)| upper_of(ranges)).collect();
    let lowers: Vec<Bound> = sentences.iter().filter_map(|(_, ranges)| lower_of(ranges)).collect();
    let is_crossed = lowers.iter().any(|lower| {
        let mut orders = uppers.iter().map(|upper| compare_numbers(&lower.version, &upper.version));
        orders.any(|order| order != Some(Ordering::Greater))
    });
    if is_crossed {
        for (_, ranges) in sentences.iter_mut() {
            if upper_of(ranges).is_some() || lower_of(ranges).is_some() {
                *ranges = None;
            }
        }
        return;
    }
    if uppers.len() < 2 {
        return;
    }
    let is_lowest = |one: &Bound| {
        let orders = uppers.iter().map(|other| compare_numbers(&one.version, &other.version));
        orders.into_iter().all(|order| matches!(order, Some(Ordering::Less | Ordering::Equal)))
    };
    let mut has_lowest = false;
    for (_, ranges) in sentences.iter_mut() {
        if let Some(upper) = upper_of(ranges) {
            if has_lowest || !is_lowest(&upper) {
                *ranges = None;
            } else {
                has_lowest = true;
            }
        }
    }
}

/// Reads a sentence; `None` when it is not understood. `names` are the vendor and the product, which may stand in front.
///
/// ```
/// use kikimori_core::statement::{Bound, Versions};
/// use kikimori_formats::feed::read_sentence;
/// let below = |version: &str| Versions::Interval(None, Some(Bound { version: version.to_owned(), is_included: false }));
/// assert_eq!(read_sentence("Example Server 7.3.7 より前のバージョン", &["Example Server"]), Some(vec![below("7.3.7")]));
/// assert_eq!(read_sentence("Example Server Pro 7.3.7 より前のバージョン", &["Example Server"]), None);
/// ```
#[must_use]
pub fn read(text: &str, names: &[&str]) -> Option<Vec<Versions>> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let text = normalise(text);
    japanese(&text, names).or_else(|| english(&text))
}

/// Reads a sentence by the Japanese words, which may be none: `1.2, 1.3`.
fn japanese(text: &str, names: &[&str]) -> Option<Vec<Versions>> {
    let words = words(text, names)?;
    let mut ranges = Vec::new();
    for piece in pieces(&words) {
        ranges.push(range(&piece)?);
    }
    let is_open =
        |range: &&Versions| matches!(range, Versions::Interval(None, _) | Versions::Interval(_, None));
    let n_open = ranges.iter().filter(is_open).count();
    let has_exact = ranges.iter().any(|range| matches!(range, Versions::Exact(_)));
    // `1.0、1.1、1.2 以前` and `5.0 以降および 6.0 未満` do not say how far each part of them goes.
    let is_certain = ranges.len() == 1 || n_open == 0 || (n_open == 1 && !has_exact);
    (is_certain && !ranges.is_empty()).then_some(ranges)
}

/// Reads an English sentence. A word that does not begin with a digit (`x64`), and a year, is no version here.
fn english(text: &str) -> Option<Vec<Versions>> {
    let is_version = |range: &Versions| match range {
        Versions::Exact(version) => {
            version.starts_with(|first: char| first.is_ascii_digit()) && !is_year(version)
        }
        Versions::Interval(low, high) => low.iter().chain(high).all(|bound| !is_year(&bound.version)),
        Versions::Unparsed(_) => false,
    };
    let ranges = if text.is_ascii() { range_text::read(text)? } else { return None };
    ranges.iter().all(is_version).then_some(ranges)
}

/// One spelling for width, quotes and white space: full-width letters, digits and signs as ASCII, half-width katakana of the
/// words used here as full-width.
fn normalise(text: &str) -> String {
    let mut narrow = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Between versions it means "to"; ASCII's `~` belongs to versions.
            '～' | '〜' | '∼' => narrow.push('〜'),
            '！'..='｝' => narrow.push(char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter)),
            '「' | '」' | '『' | '』' | '"' | '“' | '”' => narrow.push(' '),
            '‐' | '‑' | '–' | '—' | '―' | '−' => narrow.push('-'),
            letter if letter.is_whitespace() => narrow.push(' '),
            letter => narrow.push(letter),
        }
    }
    for (half, full) in [
        ("ﾊﾞｰｼﾞｮﾝ", "バージョン"),
        ("ﾌｧｰﾑｳｪｱ", "ファームウェア"),
        ("ｿﾌﾄｳｪｱ", "ソフトウェア"),
        ("ﾋﾞﾙﾄﾞ", "ビルド"),
        ("ｼﾘｰｽﾞ", "シリーズ"),
    ] {
        narrow = narrow.replace(half, full);
    }
    // A build number belongs to the version in front of it, in either language.
    let narrow = narrow.replace("ビルド", " build ").replace("&lt;", "<").replace("&gt;", ">");
    let mut joined = String::with_capacity(narrow.len());
    for part in narrow.split_whitespace() {
        // 「および それ以前」 is 「およびそれ以前」.
        let is_japanese = |letter: Option<char>| letter.is_some_and(|letter| !letter.is_ascii());
        let is_one_word = is_japanese(joined.chars().next_back()) && is_japanese(part.chars().next());
        if !(joined.is_empty() || is_one_word) {
            joined.push(' ');
        }
        joined.push_str(part);
    }
    joined.trim_end_matches(['。', '.', ' ']).to_owned()
}

/// What a word of a sentence stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    /// A version or a branch (`1.2.x`, `1.2 系`).
    Version(Token),
    /// The vendor or the product.
    Name,
    /// 「より前」「未満」
    Before,
    /// 「以前」「以下」「まで」「およびそれ以前」
    AtMost,
    /// 「以降」「以上」
    AtLeast,
    /// 「より後」「を超える」
    After,
    /// 「から」
    From,
    /// 「〜」
    Through,
    /// 「の」
    Of,
    /// 「のみ」
    Only,
    /// 「系」
    Branch,
    /// 「すべて」
    All,
    /// 「および」「、」
    And,
    /// 「バージョン」, which says nothing more.
    Filler,
}

/// The Japanese words, longest first where one begins with another.
const WORDS: &[(&str, Word)] = &[
    ("およびそれ以前", Word::AtMost),
    ("及びそれ以前", Word::AtMost),
    ("またはそれ以前", Word::AtMost),
    ("又はそれ以前", Word::AtMost),
    ("もしくはそれ以前", Word::AtMost),
    ("とそれ以前", Word::AtMost),
    ("、それ以前", Word::AtMost),
    ("およびこれ以前", Word::AtMost),
    ("およびそれより前", Word::AtMost),
    ("およびそれ以下", Word::AtMost),
    ("および以前", Word::AtMost),
    ("およびそれ以降", Word::AtLeast),
    ("及びそれ以降", Word::AtLeast),
    ("またはそれ以降", Word::AtLeast),
    ("とそれ以降", Word::AtLeast),
    ("およびそれ以上", Word::AtLeast),
    ("および以降", Word::AtLeast),
    ("よりも前", Word::Before),
    ("より前", Word::Before),
    ("よりも古い", Word::Before),
    ("より古い", Word::Before),
    ("未満", Word::Before),
    ("よりも後", Word::After),
    ("より後", Word::After),
    ("よりも新しい", Word::After),
    ("より新しい", Word::After),
    ("を超える", Word::After),
    ("以前", Word::AtMost),
    ("以下", Word::AtMost),
    ("まで", Word::AtMost),
    ("以降", Word::AtLeast),
    ("以後", Word::AtLeast),
    ("以上", Word::AtLeast),
    ("から", Word::From),
    ("〜", Word::Through),
    ("のみ", Word::Only),
    ("だけ", Word::Only),
    ("系列", Word::Branch),
    ("系", Word::Branch),
    ("ブランチ", Word::Branch),
    ("すべて", Word::All),
    ("全て", Word::All),
    ("全", Word::All),
    ("ならびに", Word::And),
    ("並びに", Word::And),
    ("および", Word::And),
    ("及び", Word::And),
    ("または", Word::And),
    ("又は", Word::And),
    ("、", Word::And),
    ("，", Word::And),
    (",", Word::And),
    (";", Word::And),
    ("・", Word::And),
    ("と", Word::And),
    ("の", Word::Of),
    ("各バージョン", Word::Filler),
    ("バージョン", Word::Filler),
    ("ヴァージョン", Word::Filler),
    ("リリース", Word::Filler),
    ("ファームウェア", Word::Filler),
    ("ファームウエア", Word::Filler),
    ("ソフトウェア", Word::Filler),
    ("ソフトウエア", Word::Filler),
    ("版", Word::Filler),
];

/// English words that say nothing more.
const FILLERS: &[&str] =
    &["v", "v.", "ver", "ver.", "version", "versions", "firmware", "software", "f/w", "fw"];

/// The words of a sentence; `None` when one of them is not known.
fn words(text: &str, names: &[&str]) -> Option<Vec<Word>> {
    let names: Vec<String> =
        names.iter().map(|name| normalise(name)).filter(|name| !name.is_empty()).collect();
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == ' ' {
            rest = rest.trim_start();
        } else if let Some(after) = name_at(rest, &names) {
            words.push(Word::Name);
            rest = after;
        } else if let Some((spelling, word)) = WORDS.iter().find(|(spelling, _)| rest.starts_with(spelling)) {
            words.push(word.clone());
            rest = rest.get(spelling.len()..)?;
        } else if let Some(after) = rest.strip_prefix("- ").filter(|_| text.contains(" - ")) {
            words.push(Word::Through);
            rest = after;
        } else if first.is_ascii() {
            let (word, after) = latin(rest)?;
            words.push(word);
            rest = after;
        } else {
            return None;
        }
        if words.len() > WORDS_MAX {
            return None;
        }
    }
    Some(words)
}

/// What stands behind a name at the start of a text: the whole name, or one of its words that has a letter. A name ends where
/// a word ends.
fn name_at<'a>(text: &'a str, names: &[String]) -> Option<&'a str> {
    let parts =
        names.iter().flat_map(|name| name.split(' ').filter(|part| part.chars().any(char::is_alphabetic)));
    let mut wanted: Vec<&str> = names.iter().map(String::as_str).chain(parts).collect();
    wanted.sort_by_key(|name| std::cmp::Reverse(name.len()));
    wanted.into_iter().find_map(|name| {
        let start = text.get(..name.len())?;
        let after = text.get(name.len()..)?;
        let is_end = |next: char| next == ' ' || !next.is_ascii();
        let is_whole =
            after.is_empty() || after.starts_with(is_end) || !name.ends_with(|last: char| last.is_ascii());
        // `1` or `の` as a product's name would swallow what the sentence says.
        let is_telling = name.chars().count() > 1 && name.chars().any(char::is_alphabetic);
        let is_word = WORDS.iter().any(|(spelling, _)| *spelling == name);
        (is_whole && is_telling && !is_word && start.to_lowercase() == name.to_lowercase()).then_some(after)
    })
}

/// A word in Latin letters: a version with what belongs to it, or a filler.
fn latin(text: &str) -> Option<(Word, &str)> {
    let is_end = |letter: char| letter == ' ' || letter == ',' || letter == ';' || !letter.is_ascii();
    let end = text.find(is_end).unwrap_or(text.len());
    let (word, mut rest) = (text.get(..end)?, text.get(end..)?);
    if FILLERS.contains(&word.to_ascii_lowercase().as_str()) {
        return Some((Word::Filler, rest));
    }
    let token = Token::read(word)?;
    let end =
        rest.find(|letter: char| letter == ',' || letter == ';' || !letter.is_ascii()).unwrap_or(rest.len());
    let following: Vec<&str> = rest.get(..end)?.split(' ').filter(|word| !word.is_empty()).collect();
    let suffix = following.get(..suffix_words(&following))?;
    for word in suffix {
        rest = rest.trim_start().strip_prefix(word)?;
    }
    let token = token.with_suffix(suffix)?;
    let is_plain = match &token {
        // `1.0-1.5` may be a range; the English reader knows.
        Token::Version(version) => {
            !is_year(version)
                && !version.contains(':')
                && !matches!(range_text::read(version).as_deref(), Some([Versions::Interval(..)]))
        }
        Token::Wildcard(_) => true,
    };
    is_plain.then_some((Word::Version(token), rest))
}

/// A year, with or without a service pack: part of a product's name (`2012 SP1`), not a version of it.
fn is_year(version: &str) -> bool {
    let first = version.split([' ', '-']).next().unwrap_or_default();
    first.len() == 4 && first.parse().is_ok_and(|year: u32| (1990..2100).contains(&year))
}

/// The pieces around 「および」 and commas, without empty ones.
fn pieces(words: &[Word]) -> Vec<Vec<Word>> {
    words.split(|word| *word == Word::And).filter(|piece| !piece.is_empty()).map(<[Word]>::to_vec).collect()
}

/// The range that one piece states.
fn range(piece: &[Word]) -> Option<Versions> {
    let words = plain(piece)?;
    let tokens: Vec<Token> = words
        .iter()
        .filter_map(|word| match word {
            Word::Version(token) => Some(token.clone()),
            _ => None,
        })
        .collect();
    let shape: String = words.iter().map(letter).collect();
    let mut tokens = tokens.into_iter();
    let first = match (shape.as_str(), tokens.next()) {
        ("a", None) => return Some(Versions::Interval(None, None)),
        (_, first) => first?,
    };
    let second = tokens.next();
    let third = tokens.next();
    between(&shape, first, second, third)
}

/// One letter a word, so that shapes read as texts.
fn letter(word: &Word) -> char {
    match word {
        Word::Version(_) => 'v',
        Word::Name => 'n',
        Word::Before => '<',
        Word::AtMost => '≤',
        Word::AtLeast => '≥',
        Word::After => '>',
        Word::From | Word::Through => '-',
        Word::Of => 'o',
        Word::Only => '!',
        Word::Branch => 'b',
        Word::All => 'a',
        Word::And => '+',
        Word::Filler => '.',
    }
}

/// The words that matter: fillers, names at either end and 「の」 before a filler are dropped, and a version in front of
/// 「系」 becomes a branch.
fn plain(piece: &[Word]) -> Option<Vec<Word>> {
    let mut words: Vec<Word> = Vec::new();
    for word in piece.iter().filter(|word| **word != Word::Filler) {
        if *word == Word::Branch {
            let stem = match words.pop()? {
                Word::Version(Token::Version(stem)) if compare_numbers(&stem, &stem).is_some() => stem,
                Word::Version(Token::Wildcard(stem)) => stem,
                _ => return None,
            };
            words.push(Word::Version(Token::Wildcard(stem)));
        } else {
            words.push(word.clone());
        }
    }
    while words.last().is_some_and(|word| matches!(word, Word::Of | Word::Name)) {
        words.pop();
    }
    let n_names = words.iter().take_while(|word| matches!(word, Word::Name | Word::Of)).count();
    let words = words.split_off(n_names);
    // A name in the middle begins another statement.
    (!words.contains(&Word::Name)).then_some(words)
}

/// The range of a shape. A third version is the branch that the range lies in.
fn between(shape: &str, first: Token, second: Option<Token>, third: Option<Token>) -> Option<Versions> {
    let interval = |low: Option<Bound>, high: Option<Bound>| Some(Versions::Interval(low, high));
    let found = match (shape, second, third) {
        ("v" | "v!", None, None) => Some(first.alone()),
        ("va" | "voa" | "avo" | "aov" | "av", None, None) if matches!(first, Token::Wildcard(_)) => {
            Some(first.alone())
        }
        ("v<", None, None) => interval(None, Some(first.upper(false))),
        ("v≤", None, None) => interval(None, Some(first.upper(true))),
        ("v≥", None, None) => interval(Some(first.lower(true)), None),
        ("v>", None, None) => interval(Some(first.lower(false)), None),
        ("v-v" | "v-v≤" | "v≥v≤" | "v≥-v≤" | "v≥ov≤", Some(second), None) => {
            interval(Some(first.lower(true)), Some(second.upper(true)))
        }
        ("v-v<" | "v≥v<" | "v≥-v<" | "v≥ov<", Some(second), None) => {
            interval(Some(first.lower(true)), Some(second.upper(false)))
        }
        ("v>v≤", Some(second), None) => interval(Some(first.lower(false)), Some(second.upper(true))),
        ("v>v<", Some(second), None) => interval(Some(first.lower(false)), Some(second.upper(false))),
        ("v<ov", Some(branch), None) => in_branch(first, branch, false),
        ("v≤ov", Some(branch), None) => in_branch(first, branch, true),
        ("vov<", Some(version), None) => in_branch(version, first, false),
        ("vov≤", Some(version), None) => in_branch(version, first, true),
        ("v-v≤ov", Some(second), Some(branch)) if is_in(&first, &branch) && is_in(&second, &branch) => {
            interval(Some(first.lower(true)), Some(second.upper(true)))
        }
        ("v-v<ov", Some(second), Some(branch)) if is_in(&first, &branch) => {
            interval(Some(first.lower(true)), Some(second.upper(false)))
        }
        _ => None,
    };
    found.filter(is_forward)
}

/// From the start of a branch to a version in it.
fn in_branch(version: Token, branch: Token, is_included: bool) -> Option<Versions> {
    let is_inside = is_in(&version, &branch);
    (is_inside && matches!(branch, Token::Wildcard(_)))
        .then(|| Versions::Interval(Some(branch.lower(true)), Some(version.upper(is_included))))
}

/// The version begins with the branch's numbers.
fn is_in(version: &Token, branch: &Token) -> bool {
    match (version, branch) {
        (Token::Version(version), Token::Wildcard(stem)) => version
            .strip_prefix(stem.as_str())
            .is_some_and(|rest| !rest.starts_with(|first: char| first.is_ascii_digit())),
        _ => false,
    }
}

/// The range does not end before it begins, as far as plain numbers tell.
fn is_forward(versions: &Versions) -> bool {
    let Versions::Interval(Some(low), Some(high)) = versions else { return true };
    let end = high.version.trim_end_matches(".*");
    match compare_numbers(&low.version, end) {
        Some(Ordering::Greater) => false,
        Some(Ordering::Equal) => (low.is_included && high.is_included) || high.version != end,
        _ => true,
    }
}
