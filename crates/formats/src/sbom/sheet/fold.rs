//! Writing one word in one way: width of characters, kana, dashes, case.

use std::collections::BTreeSet;
use std::sync::OnceLock;

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

/// Katakana of half width from U+FF61 on, in full width.
const HALF_WIDTH: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

/// Kana that a following mark of voice changes, and what they become.
const VOICED: (&str, &str) =
    ("カキクケコサシスセソタチツテトハヒフヘホウ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ");

/// Kana that a following half-voiced mark changes, and what they become.
const HALF_VOICED: (&str, &str) = ("ハヒフヘホ", "パピプペポ");

/// The character at the same position of the second text.
fn paired(pair: (&str, &str), character: char) -> Option<char> {
    let position = pair.0.chars().position(|known| known == character)?;
    pair.1.chars().nth(position)
}

/// Letters, digits and signs of full width in half width, katakana of half width in full width; all else as it is.
pub(super) fn width(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        let code = u32::from(character);
        let plain = match code {
            0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(character),
            0x3000 | 0x00A0 => ' ',
            0xFF61..=0xFF9D => HALF_WIDTH.chars().nth((code - 0xFF61) as usize).unwrap_or(character),
            0xFF9E | 0x3099 => match folded.chars().last().and_then(|last| paired(VOICED, last)) {
                Some(voiced) => {
                    folded.pop();
                    voiced
                }
                None => '゛',
            },
            0xFF9F | 0x309A => match folded.chars().last().and_then(|last| paired(HALF_VOICED, last)) {
                Some(voiced) => {
                    folded.pop();
                    voiced
                }
                None => '゜',
            },
            _ => character,
        };
        folded.push(plain);
    }
    folded
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
        assert_eq!(width("ｶﾞ＝ガ　１"), "ガ=ガ 1");
    }

    proptest! {
        #[test]
        fn a_folded_word_stays(text: String) {
            let once = width(&text);
            prop_assert_eq!(width(&once), once);
            let _ = word(&text);
            let _ = without_brackets(&text);
        }
    }
}
