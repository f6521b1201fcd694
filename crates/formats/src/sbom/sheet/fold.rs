//! Writing one word in one way: width of characters, kana, dashes, case.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use kikimori_core::typed_text::width;

/// Words that are compared as [`word`] writes them, folded once.
pub(super) struct WordSet {
    /// The words as people write them.
    words: &'static [&'static str],
    /// The same, folded.
    folded: OnceLock<BTreeSet<String>>,
}

impl WordSet {
    /// These words.
    pub(super) const fn new(words: &'static [&'static str]) -> Self {
        Self { words, folded: OnceLock::new() }
    }

    /// The text is one of them.
    pub(super) fn has(&self, text: &str) -> bool {
        self.folded.get_or_init(|| self.words.iter().map(|text| word(text)).collect()).contains(&word(text))
    }
}

/// A word as it is compared: one width, katakana for hiragana, small letters, no spaces, dashes, stops and brackets.
pub(super) fn word(text: &str) -> String {
    let folded: String = width(text)
        .chars()
        .filter_map(|character| match character {
            'ぁ'..='ゖ' => char::from_u32(u32::from(character) + 0x60),
            'ー' | '-' | '‐'..='―' | '−' | '〜' | '~' | '_' => None,
            '.' | '。' | ',' | '、' | ':' | ';' | '・' | '*' | '※' | '"' | '\'' | '/' | '!' => None,
            '(' | ')' | '[' | ']' | '【' | '】' | '「' | '」' | '〔' | '〕' | '<' | '>' => None,
            _ if character.is_whitespace() || character.is_control() => None,
            _ => Some(character),
        })
        .collect();
    folded.to_lowercase().replace("ヴェ", "ベ").replace("ヴァ", "バ")
}

/// The text without what stands in brackets.
pub(super) fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    width(text)
        .chars()
        .filter(|character| match character {
            '(' | '[' | '【' | '〔' => {
                depth += 1;
                false
            }
            ')' | ']' | '】' | '〕' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_word_is_written_in_one_way() {
        for words in [
            &["サプライヤー", "サプライヤ", "ｻﾌﾟﾗｲﾔｰ", "さぷらいや", "サプライヤ ー"][..],
            &["ベンダー", "ﾍﾞﾝﾀﾞ", "ヴェンダ", "べんだー"],
            &["SHA-256", "ＳＨＡ２５６", "sha 256", "SHA‐256"],
            &["Ver.", "ＶＥＲ．", "ver"],
            &["バージョン", "ﾊﾞｰｼﾞｮﾝ", "バ\nージョン"],
        ] {
            for other in words {
                assert_eq!(word(other), word(words[0]), "{other}");
            }
        }
        assert_eq!(without_brackets("版数（例：1.2.3）"), "版数");
    }

    proptest! {
        #[test]
        fn never_panics(text: String) {
            let _ = word(&text);
            let _ = without_brackets(&text);
        }
    }
}
