//! Which cell styles show a number as a date.

use std::collections::BTreeMap;

use kikimori_core::message::Message;

use super::parts::{Part, Token, value};

/// Styles of cells at most; more are not dates. Excel itself allows about 65,000.
const STYLES_MAX: usize = 65_536;

/// For each cell style, whether it shows a number as a date.
///
/// # Errors
/// SHEET-006 when the part is malformed.
pub(super) fn date_styles(text: &str) -> Result<Vec<bool>, Message> {
    let mut part = Part::new(text);
    let mut custom = BTreeMap::new();
    let mut styles = Vec::new();
    let mut is_cell_styles = false;
    loop {
        match part.next()? {
            Token::Start(name, attributes) => match name.as_str() {
                "numFmt" if custom.len() < STYLES_MAX => {
                    let id = value(&attributes, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                    if let (Some(id), Some(code)) = (id, value(&attributes, "formatCode")) {
                        custom.insert(id, is_date_code(code));
                    }
                }
                "cellXfs" => is_cell_styles = true,
                "xf" if is_cell_styles && styles.len() < STYLES_MAX => {
                    let id =
                        value(&attributes, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or_default();
                    styles.push(custom.get(&id).copied().unwrap_or_else(|| is_date_id(id)));
                }
                _ => {}
            },
            Token::End(name) if name == "cellXfs" => is_cell_styles = false,
            Token::Eof => return Ok(styles),
            _ => {}
        }
    }
}

/// The formats built in that show dates; 27 to 36 and 50 to 58 are those of East Asian versions.
///
/// Source: ECMA-376 part 1, 18.8.30.
fn is_date_id(id: u32) -> bool {
    matches!(id, 14..=17 | 22 | 27..=31 | 34..=36 | 50..=58)
}

/// Whether a format's code shows a day, a month or a year.
fn is_date_code(code: &str) -> bool {
    let mut characters = code.chars();
    let mut is_minutes = false;
    while let Some(character) = characters.next() {
        match character {
            '"' => while characters.next().is_some_and(|next| next != '"') {},
            '[' => while characters.next().is_some_and(|next| next != ']') {},
            '\\' | '_' | '*' => {
                characters.next();
            }
            'G' if code.contains("General") => return false,
            'y' | 'd' | 'g' | 'e' | 'Y' | 'D' => return true,
            'm' | 'M' => is_minutes = true,
            _ => {}
        }
    }
    is_minutes && !code.contains(['h', 's', 'H', 'S'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_dates_from_numbers() {
        for date in ["yyyy/m/d", "[$-411]ggge\"年\"m\"月\"d\"日\";@", "m/d", "[$-F800]dddd", "mmm\\-yy"] {
            assert!(is_date_code(date), "{date}");
        }
        for number in ["General", "0.00", "0.00E+00", "#,##0\"days\"", "h:mm:ss", "@", "[Red]0", "\"年\"0"] {
            assert!(!is_date_code(number), "{number}");
        }
    }
}
