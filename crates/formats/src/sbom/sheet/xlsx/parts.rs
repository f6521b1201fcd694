//! The parts of a workbook around its sheets: what stands where, and the texts that cells share.

use std::collections::BTreeMap;

use kikimori_core::limits::{NESTING_DEPTH_MAX, SHEET_CELL_BYTES_MAX, SHEET_CELLS_MAX, SHEETS_MAX};
use kikimori_core::message::{Message, codes};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::super::super::guard::limit;
use super::{SheetEntry, damaged};
use crate::xml_entity;

/// What is read next of a part.
pub(super) enum Token {
    /// An element begins: its name without prefix, its attributes without prefix.
    Start(String, Vec<(String, String)>),
    /// An element of this name ends.
    End(String),
    /// Text.
    Text(String),
    /// The part ends.
    Eof,
}

/// A part being read.
pub(super) struct Part<'a> {
    /// The parser.
    reader: Reader<&'a [u8]>,
    /// Elements open.
    depth: usize,
}

impl<'a> Part<'a> {
    /// Nothing read yet.
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0 }
    }

    /// The next token.
    ///
    /// # Errors
    /// SHEET-006 when the XML is malformed or declares a document type, SBOM-003 when it nests too deep.
    pub(super) fn next(&mut self) -> Result<Token, Message> {
        loop {
            let event = self.reader.read_event().map_err(|error| damaged(&error.to_string()))?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > NESTING_DEPTH_MAX {
                        return Err(limit("NESTING_DEPTH_MAX", NESTING_DEPTH_MAX as u64));
                    }
                    Token::Start(start.local_name().into_inner().to_owned(), attributes(&start)?)
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Token::End(end.local_name().into_inner().to_owned())
                }
                Event::Text(text) => Token::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Token::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => Token::Text(resolve(&reference)?.to_string()),
                Event::DocType(_) => return Err(damaged("document type")),
                Event::Eof => Token::Eof,
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
            });
        }
    }
}

/// The attributes, without their prefixes but for `r:id`, which stays apart from `id`.
fn attributes(start: &BytesStart<'_>) -> Result<Vec<(String, String)>, Message> {
    let mut list = Vec::new();
    for attribute in start.attributes().take(64) {
        let attribute = attribute.map_err(|error| damaged(&error.to_string()))?;
        let name: &str = attribute.key.as_ref();
        let name = if name.ends_with(":id") { "r:id" } else { name };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| damaged("entity"))?;
        list.push((name.to_owned(), value.into_owned()));
    }
    Ok(list)
}

/// The character of a character reference, or of one of the five entities of XML itself.
fn resolve(reference: &BytesRef<'_>) -> Result<char, Message> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Ok(character);
    }
    xml_entity::resolve(reference).ok_or_else(|| damaged("entity"))
}

/// The value of an attribute.
pub(super) fn value<'v>(attributes: &'v [(String, String)], name: &str) -> Option<&'v str> {
    attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// XML's way to say yes.
pub(super) fn is_true(text: Option<&str>) -> bool {
    matches!(text, Some("1" | "true"))
}

/// Parts by id of relation.
pub(super) fn relations(text: &str) -> Result<BTreeMap<String, String>, Message> {
    let mut part = Part::new(text);
    let mut targets = BTreeMap::new();
    loop {
        match part.next()? {
            Token::Start(name, attributes) if name == "Relationship" => {
                if let (Some(id), Some(target)) = (value(&attributes, "Id"), value(&attributes, "Target")) {
                    let path = match target.strip_prefix('/') {
                        Some(absolute) => absolute.to_owned(),
                        None => format!("xl/{target}"),
                    };
                    targets.insert(id.to_owned(), path);
                }
            }
            Token::Eof => return Ok(targets),
            _ => {}
        }
    }
}

/// What the workbook says of itself.
pub(super) struct Contents {
    /// Sheets in order.
    pub(super) sheets: Vec<SheetEntry>,
    /// Days are counted from 1904.
    pub(super) is_1904: bool,
}

/// Reads the workbook's list of sheets.
pub(super) fn workbook(text: &str, targets: &BTreeMap<String, String>) -> Result<Contents, Message> {
    let mut part = Part::new(text);
    let mut contents = Contents { sheets: Vec::new(), is_1904: false };
    loop {
        match part.next()? {
            Token::Start(name, attributes) if name == "workbookPr" => {
                contents.is_1904 = is_true(value(&attributes, "date1904"));
            }
            Token::Start(name, attributes) if name == "sheet" && contents.sheets.len() <= SHEETS_MAX => {
                let target = value(&attributes, "r:id").and_then(|id| targets.get(id));
                // A sheet of charts has a part of another kind and no cells.
                let Some(target) = target.filter(|target| target.contains("worksheets/")) else { continue };
                contents.sheets.push(SheetEntry {
                    name: value(&attributes, "name").unwrap_or_default().to_owned(),
                    is_hidden: matches!(value(&attributes, "state"), Some("hidden" | "veryHidden")),
                    part: target.clone(),
                });
            }
            Token::Eof => return Ok(contents),
            _ => {}
        }
    }
}

/// The texts that cells refer to, without the readings (furigana) that Japanese Excel keeps beside them.
pub(super) fn shared_texts(text: &str) -> Result<Vec<String>, Message> {
    let mut part = Part::new(text);
    let mut texts = Vec::new();
    loop {
        match part.next()? {
            Token::Start(name, _) if name == "si" => {
                if texts.len() >= SHEET_CELLS_MAX {
                    return Err(limit("SHEET_CELLS_MAX", SHEET_CELLS_MAX as u64));
                }
                texts.push(rich_text(&mut part, "si")?);
            }
            Token::Eof => return Ok(texts),
            _ => {}
        }
    }
}

/// The text of an element that holds `t` elements, to the end of `outer`.
pub(super) fn rich_text(part: &mut Part<'_>, outer: &str) -> Result<String, Message> {
    let mut text = String::new();
    let (mut is_text, mut is_reading) = (false, false);
    loop {
        match part.next()? {
            Token::Start(name, _) if name == "t" => is_text = true,
            Token::Start(name, _) if name == "rPh" => is_reading = true,
            Token::End(name) if name == "t" => is_text = false,
            Token::End(name) if name == "rPh" => is_reading = false,
            Token::End(name) if name == outer => return Ok(unescape(&text)),
            Token::Text(piece) if is_text && !is_reading => {
                text.push_str(&piece);
                if text.len() > SHEET_CELL_BYTES_MAX {
                    return Err(limit("SHEET_CELL_BYTES_MAX", SHEET_CELL_BYTES_MAX as u64));
                }
            }
            Token::Eof => return Err(Message::new(codes::SHEET_MALFORMED).with("detail", outer)),
            _ => {}
        }
    }
}

/// Resolves `_x000D_` and the like, which stand for characters that XML cannot hold; control characters become spaces.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        let code = after.get(2..6).filter(|_| after.get(6..7) == Some("_"));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some('\r') => rest = after.get(7..).unwrap_or_default(),
            Some(character) => {
                plain.push(if character.is_control() && character != '\n' { ' ' } else { character });
                rest = after.get(7..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = after.get(2..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_no_part_of_a_text() {
        let part = "<sst><si><t>部品</t><rPh sb=\"0\" eb=\"2\"><t>ブヒン</t></rPh></si>\
                    <si><r><t>a</t></r><r><t xml:space=\"preserve\"> &amp;b</t></r></si><si/></sst>";
        assert_eq!(shared_texts(part).unwrap(), ["部品", "a &b", ""]);
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(unescape("a_x000D_\nb_x005F_x_y"), "a\nb_x_y");
        assert_eq!(unescape("_x_x00"), "_x_x00");
        assert_eq!(unescape("日本_x"), "日本_x");
    }

    #[test]
    fn document_types_and_foreign_entities_are_refused() {
        for text in
            ["<!DOCTYPE x [<!ENTITY a 'b'>]><sst><si><t>&a;</t></si></sst>", "<sst><si><t>&a;</t></si></sst>"]
        {
            assert_eq!(shared_texts(text).unwrap_err().code, codes::SHEET_MALFORMED);
        }
    }
}
