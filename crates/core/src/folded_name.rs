//! Names folded for proposals: what people and sources spell differently without meaning something else.
//!
//! Only proposals use this; nothing is matched by a folded name.

use crate::typed_text::width;

/// What a company's legal form is called at the end or beginning of its name.
const LEGAL_FORMS: &[&str] = &[
    "inc",
    "incorporated",
    "ltd",
    "limited",
    "llc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "kk",
    "plc",
    "sa",
    "bv",
    "株式会社",
    "有限会社",
    "合同会社",
    "㈱",
    "㈲",
];

/// Words too common to say whose a name is.
const COMMON_WORDS: &[&str] = &[
    "org",
    "com",
    "net",
    "io",
    "dev",
    "github",
    "gitlab",
    "project",
    "foundation",
    "software",
    "the",
    "team",
    "group",
    "technologies",
    "systems",
];

/// A name folded: words in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldedName {
    /// The words in order, at least one character each.
    pub words: Vec<String>,
}

impl FoldedName {
    /// Folds a name.
    ///
    /// Full-width letters and half-width katakana change their width, hiragana becomes katakana, signs such as ® and
    /// legal forms go, everything that is no letter or digit divides words.
    ///
    /// ```
    /// use kikimori_core::folded_name::FoldedName;
    /// assert_eq!(FoldedName::new("Ｏｐｅｎ-SSL(R)").words, ["open", "ssl"]);
    /// assert_eq!(FoldedName::new("ﾋﾟﾝｸﾞ株式会社").words, ["ピング"]);
    /// assert_eq!(FoldedName::new("Acme Co., Ltd.").words, ["acme"]);
    /// ```
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut text = widened(name).to_lowercase();
        for sign in ["(r)", "(tm)", "(c)", "®", "™", "©", "(株)", "(有)"] {
            text = text.replace(sign, " ");
        }
        for form in LEGAL_FORMS.iter().filter(|form| !form.is_ascii()) {
            text = text.replace(form, " ");
        }
        let divided = text.split(|letter: char| !letter.is_alphanumeric() && letter != 'ー');
        let words: Vec<String> = divided.filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let named: Vec<String> =
            words.iter().filter(|word| !LEGAL_FORMS.contains(&word.as_str())).cloned().collect();
        Self { words: if named.is_empty() { words } else { named } }
    }

    /// The words without anything between them: `open ssl` and `openssl` are one.
    #[must_use]
    pub fn compact(&self) -> String {
        self.words.concat()
    }

    /// The compact form without a leading `lib`; `None` when there is none or little is left.
    #[must_use]
    pub fn without_lib(&self) -> Option<String> {
        let compact = self.compact();
        compact.strip_prefix("lib").filter(|rest| rest.chars().count() >= 3).map(str::to_owned)
    }

    /// The words that say whose it is: those that are not common to many.
    pub fn telling_words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str).filter(|word| !COMMON_WORDS.contains(word))
    }
}

/// The text with full-width letters as ASCII, half-width katakana in full width, and hiragana as katakana.
fn widened(text: &str) -> String {
    let katakana = |letter| match letter {
        'ぁ'..='ゖ' => char::from_u32(u32::from(letter) + 0x60).unwrap_or(letter),
        other => other,
    };
    width(text).chars().map(katakana).collect()
}

/// The edit distance of two texts with neighbours that changed places counted once (optimal string alignment); `None`
/// when it is more than `max`.
///
/// ```
/// use kikimori_core::folded_name::edit_distance;
/// assert_eq!(edit_distance("openssl", "opnessl", 2), Some(1));
/// assert_eq!(edit_distance("openssl", "libressl", 2), None);
/// ```
#[must_use]
pub fn edit_distance(left: &str, right: &str, max: usize) -> Option<usize> {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    if left.len().abs_diff(right.len()) > max {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut next = Vec::with_capacity(right.len() + 1);
        next.push(row + 1);
        for (column, other) in right.iter().enumerate() {
            let at = |list: &[usize], index: usize| list.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column + 1) + 1)
                .min(at(&next, column) + 1)
                .min(at(&last, column) + usize::from(letter != other));
            let is_swapped = row > 0
                && column > 0
                && left.get(row - 1) == Some(other)
                && right.get(column - 1) == Some(letter);
            if is_swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            next.push(best);
        }
        if next.iter().min().is_some_and(|least| *least > max) {
            return None;
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().filter(|distance| *distance <= max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_what_is_spelled_differently() {
        for (one, other) in [
            ("Apache Log4j™", "apache-log4j"),
            ("ウェブ・サーバ", "ｳｪﾌﾞ ｻｰﾊﾞ"),
            ("うぇぶさーば", "ウェブサーバ"),
            ("㈱テスト", "株式会社テスト"),
            ("ＡＢＣ　１２", "abc_12"),
            ("ヴィーナス", "ｳﾞｨｰﾅｽ"),
        ] {
            assert_eq!(FoldedName::new(one).compact(), FoldedName::new(other).compact(), "{one} {other}");
        }
        assert_eq!(FoldedName::new("Co").compact(), "co");
        assert_eq!(FoldedName::new("libcurl").without_lib().as_deref(), Some("curl"));
        assert_eq!(FoldedName::new("libc").without_lib(), None);
        assert_eq!(FoldedName::new("Acme Software Group").telling_words().collect::<Vec<_>>(), ["acme"]);
    }

    #[test]
    fn measures_short_distances() {
        for (left, right, expected) in [
            ("zlib", "zlib", Some(0)),
            ("zlib", "zllib", Some(1)),
            ("curl", "cur", Some(1)),
            ("ab", "ba", Some(1)),
            ("log4net", "log4j", None),
            ("", "abc", None),
        ] {
            assert_eq!(edit_distance(left, right, 2), expected, "{left} {right}");
        }
    }

    proptest! {
        #[test]
        fn distance_is_symmetric(left in "[abc]{0,8}", right in "[abc]{0,8}") {
            prop_assert_eq!(edit_distance(&left, &right, 3), edit_distance(&right, &left, 3));
        }

        #[test]
        fn folding_never_panics(text in "\\PC{0,60}") {
            let _ = FoldedName::new(&text).compact();
        }
    }
}
