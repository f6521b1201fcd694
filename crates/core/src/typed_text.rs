//! Texts as people type them: width of characters, kana, dashes, white space.
//!
//! Names keep their letters as written ([`line()`]); codes and numbers are brought into one form ([`code`]).

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
#[must_use]
pub fn width(text: &str) -> String {
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

/// Marks that nobody sees: of no width, or turning the direction of writing, which can make a text look like another.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// One line of text as it is kept.
///
/// White space at the ends goes, every run of white space and control characters is one space, katakana of half width get
/// full width, marks that nobody sees go. Letters, digits and signs stay as they were typed.
///
/// ```
/// use kikimori_core::typed_text::line;
/// assert_eq!(line("　輸液ﾎﾟﾝﾌﾟ　ＡＢＣ－１\n"), "輸液ポンプ ＡＢＣ－１");
/// ```
#[must_use]
pub fn line(text: &str) -> String {
    let seen = text.chars().filter(|letter| !is_invisible(*letter));
    let spaced: String = seen.map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut kept = String::with_capacity(spaced.len());
    for word in spaced.split_whitespace() {
        if !kept.is_empty() {
            kept.push(' ');
        }
        let mut run = String::new();
        for letter in word.chars() {
            if matches!(letter, '｡'..='ﾟ') {
                run.push(letter);
            } else {
                kept.push_str(&width(&run));
                run.clear();
                kept.push(letter);
            }
        }
        kept.push_str(&width(&run));
    }
    kept
}

/// Several lines as they are kept: each as [`line()`] keeps it, without empty lines at the ends.
#[must_use]
pub fn lines(text: &str) -> String {
    let kept: Vec<String> = text.lines().map(line).collect();
    kept.join("\n").trim_matches('\n').to_owned()
}

/// A code or number in one form: half width, one kind of hyphen, no white space, nothing that nobody sees; case stays.
///
/// ```
/// use kikimori_core::typed_text::code;
/// assert_eq!(code(" １２３‐４５６ー７ "), "123-456-7");
/// ```
#[must_use]
pub fn code(text: &str) -> String {
    width(text)
        .chars()
        .filter(|letter| !letter.is_whitespace() && !letter.is_control() && !is_invisible(*letter))
        .map(|letter| if matches!(letter, '‐'..='―' | '−' | 'ー' | '﹣') { '-' } else { letter })
        .collect()
}

/// A text in the form that searches compare: one width, small letters, one space for white space and what nobody sees.
///
/// ```
/// use kikimori_core::typed_text::searched;
/// assert_eq!(searched("　輸液ﾎﾟﾝﾌﾟ　ＡＢＣ－１"), "輸液ポンプ abc-1");
/// ```
#[must_use]
pub fn searched(text: &str) -> String {
    width(&line(text)).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_width_and_voice() {
        assert_eq!(width("ｶﾞ＝ガ　１"), "ガ=ガ 1");
        assert_eq!(width("ﾋﾟﾝｸﾞ"), "ピング");
    }

    #[test]
    fn keeps_lines_as_typed_but_for_space_and_half_width_kana() {
        assert_eq!(line("  ＡＢＣ\t１\u{0}２ "), "ＡＢＣ １ ２");
        assert_eq!(line("ｶﾞｰｾﾞ"), "ガーゼ");
        assert_eq!(line("\u{feff}AB\u{202e}C\u{200b}"), "ABC");
        assert_eq!(lines("\n 一行目 \n\n二行目\n\n"), "一行目\n\n二行目");
    }

    proptest! {
        #[test]
        fn what_is_kept_stays(text: String) {
            prop_assert_eq!(width(&width(&text)), width(&text));
            prop_assert_eq!(line(&line(&text)), line(&text));
            prop_assert_eq!(lines(&lines(&text)), lines(&text));
            prop_assert_eq!(code(&code(&text)), code(&text));
        }

        #[test]
        fn what_is_kept_has_no_control_characters(text: String) {
            prop_assert!(!line(&text).chars().any(char::is_control));
            prop_assert!(!code(&text).chars().any(|letter| letter.is_control() || letter.is_whitespace()));
        }
    }
}
