//! Reading XML element by element: namespaces resolved, entities never expanded, nesting limited.

use std::io::BufReader;

use kikimori_core::limits::{NESTING_DEPTH_MAX, SBOM_STRING_BYTES_MAX};
use kikimori_core::message::{Message, codes};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::builder::{Builder, excerpt};
use super::guard::{Guard, Lines, limit, message_from_io};
use crate::xml_entity;

/// Bytes read at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// Attributes looked at in one element; the known elements have fewer than ten.
const ATTRIBUTES_MAX: usize = 64;

/// The namespace of the extension by which documents of 1.0 and 1.1 say what depends on what. Its two elements are named
/// and built like those of `CycloneDX` 1.2 and read as such.
const DEPENDENCY_GRAPH: &str = "http://cyclonedx.org/schema/ext/dependency-graph/1.0";

/// The parser over watched bytes.
type Parser<'r> = NsReader<Lines<BufReader<Guard<'r>>>>;

/// The first element of a document.
pub(super) struct RootElement {
    /// Its name without prefix.
    pub(super) name: String,
    /// Its namespace; empty when it has none.
    pub(super) namespace: String,
}

/// A document being read.
pub(super) struct Xml<'r> {
    /// The parser.
    reader: Parser<'r>,
    /// Bytes of the current event.
    buffer: Vec<u8>,
    /// Elements open.
    depth: usize,
    /// The namespace whose elements are read, besides [`DEPENDENCY_GRAPH`]; others are skipped.
    namespace: String,
    /// Attributes of the last element stepped into that were not asked for, without those of other namespaces.
    attributes: Vec<(String, String)>,
    /// The text of the last [`Token::Text`], or the name of the last [`Token::Foreign`].
    text: String,
    /// Names of the elements open.
    open: Vec<&'static str>,
}

impl<'r> Xml<'r> {
    /// Nothing read yet.
    pub(super) fn new(guard: Guard<'r>) -> Self {
        let lines = Lines::new(BufReader::with_capacity(BUFFER_BYTES, guard));
        let mut reader = NsReader::from_reader(lines);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
            namespace: String::new(),
            attributes: Vec::new(),
            text: String::new(),
            open: Vec::new(),
        }
    }

    /// Steps into the root; its namespace becomes the one that is read.
    pub(super) fn root(&mut self) -> Result<RootElement, Message> {
        loop {
            match self.next_event(&[], true)? {
                Token::Start(_) => break,
                Token::EndOfDocument => return Err(self.malformed("no root element")),
                Token::End | Token::Text | Token::Foreign | Token::Nothing => {}
            }
        }
        let name = std::mem::take(&mut self.text);
        self.open.push("bom");
        Ok(RootElement { name, namespace: self.namespace.clone() })
    }

    /// Steps into the next child among `known`, skipping all others; `None` at the end of the current element.
    pub(super) fn child(
        &mut self,
        builder: &mut Builder,
        known: &'static [&'static str],
    ) -> Result<Option<&'static str>, Message> {
        self.next_child(builder, known, true)
    }

    /// Like [`Self::child`], in an element that is counted as one: what is not known in it is not.
    pub(super) fn child_uncounted(
        &mut self,
        builder: &mut Builder,
        known: &'static [&'static str],
    ) -> Result<Option<&'static str>, Message> {
        self.next_child(builder, known, false)
    }

    /// Steps into the next child among `known`.
    fn next_child(
        &mut self,
        builder: &mut Builder,
        known: &'static [&'static str],
        is_counted: bool,
    ) -> Result<Option<&'static str>, Message> {
        let is_counted = is_counted && builder.is_whole;
        self.pass_attributes(builder, is_counted);
        loop {
            let line = self.reader.get_ref().line();
            match self.next_event(known, false)? {
                Token::Start(name) => {
                    builder.line = Some(line);
                    self.open.truncate(self.depth.saturating_sub(1));
                    self.open.push(name);
                    return Ok(Some(name));
                }
                Token::Foreign => {
                    if is_counted {
                        self.open.truncate(self.depth.saturating_sub(1));
                        let key = self.key_of(&self.text);
                        builder.sbom.unkept.add(&key, 1);
                    }
                    self.skip()?;
                }
                Token::End => return Ok(None),
                Token::EndOfDocument => return Err(self.malformed("unexpected end of document")),
                Token::Text | Token::Nothing => {}
            }
        }
    }

    /// Counts the attributes of the element stepped into that nobody asked for.
    fn pass_attributes(&mut self, builder: &mut Builder, is_counted: bool) {
        if is_counted {
            self.open.truncate(self.depth);
            for (name, _) in &self.attributes {
                builder.sbom.unkept.add(&self.key_of(&format!("@{name}")), 1);
            }
        }
        self.attributes.clear();
    }

    /// A field's name behind the names of the elements open; components in components are not told apart.
    fn key_of(&self, name: &str) -> String {
        let mut key: Vec<&str> = Vec::with_capacity(self.open.len());
        for name in self.open.iter().skip(1) {
            key.push(name);
            if let [.., "components", "component", "components", "component"] = key.as_slice() {
                key.truncate(key.len() - 2);
            }
        }
        let name = excerpt(name);
        key.push(&name);
        key.join("/")
    }

    /// Reads to the end of the current element, whatever is in it.
    pub(super) fn skip(&mut self) -> Result<(), Message> {
        self.attributes.clear();
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if let Token::EndOfDocument = self.next_event(&[], false)? {
                return Err(self.malformed("unexpected end of document"));
            }
        }
        Ok(())
    }

    /// The text of the current element, trimmed, to its end; `None` when there is none. Elements in it are skipped.
    pub(super) fn text(&mut self, builder: &mut Builder) -> Result<Option<String>, Message> {
        self.pass_attributes(builder, builder.is_whole);
        let mut text = String::new();
        loop {
            match self.next_event(&[], false)? {
                Token::Text => {
                    if text.len() <= SBOM_STRING_BYTES_MAX {
                        text.push_str(&self.text);
                    }
                }
                Token::Start(_) | Token::Foreign => self.skip()?,
                Token::End => break,
                Token::EndOfDocument => return Err(self.malformed("unexpected end of document")),
                Token::Nothing => {}
            }
        }
        let trimmed = text.trim();
        Ok((!trimmed.is_empty()).then(|| builder.clip(trimmed)))
    }

    /// Reads to the end of the document, after the root's.
    pub(super) fn end(&mut self) -> Result<(), Message> {
        loop {
            match self.next_event(&[], false)? {
                Token::EndOfDocument => return Ok(()),
                Token::Text if self.text.trim().is_empty() => {}
                Token::Nothing => {}
                _ => return Err(self.malformed("content after the root element")),
            }
        }
    }

    /// An attribute of the element stepped into last.
    pub(super) fn attribute(&mut self, name: &str) -> Option<String> {
        let index = self.attributes.iter().position(|(known, _)| known == name)?;
        Some(self.attributes.swap_remove(index).1)
    }

    /// An error of syntax here.
    fn malformed(&self, detail: &str) -> Message {
        malformed(&self.reader, detail)
    }

    /// The next event, as little of it as is needed. Texts and foreign names are left in `text`, attributes in
    /// `attributes`.
    fn next_event(&mut self, known: &'static [&'static str], is_root: bool) -> Result<Token, Message> {
        self.buffer.clear();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => return Err(message_from_io(&error)),
            Err(error) => return Err(malformed(&self.reader, &error.to_string())),
        };
        let text = match event {
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > NESTING_DEPTH_MAX {
                    let place = self.reader.get_ref().place();
                    return Err(limit("NESTING_DEPTH_MAX", NESTING_DEPTH_MAX as u64).at(place));
                }
                self.attributes.clear();
                if is_root {
                    let (name, namespace) = name_of(&self.reader, &start)?;
                    self.namespace = namespace.to_owned();
                    read_attributes(&self.reader, &start, &mut self.attributes)?;
                    self.text = excerpt(name);
                    return Ok(Token::Start(""));
                }
                let (name, namespace) = name_of(&self.reader, &start)?;
                let found = known.iter().find(|known| **known == name).copied();
                let is_own = namespace == self.namespace || namespace == DEPENDENCY_GRAPH;
                let Some(name) = found.filter(|_| is_own) else {
                    self.text.clear();
                    self.text.push_str(if is_own { "" } else { "{other namespace}" });
                    self.text.push_str(name);
                    return Ok(Token::Foreign);
                };
                read_attributes(&self.reader, &start, &mut self.attributes)?;
                return Ok(Token::Start(name));
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                return Ok(Token::End);
            }
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) => return Ok(Token::Nothing),
            Event::Decl(declaration) => {
                check_encoding(&self.reader, &declaration)?;
                return Ok(Token::Nothing);
            }
            Event::DocType(_) => {
                let place = self.reader.get_ref().place();
                return Err(Message::new(codes::SBOM_XML_ENTITY).at(place));
            }
            Event::Eof if self.depth > 0 => {
                return Err(malformed(&self.reader, "unexpected end of document"));
            }
            Event::Eof => return Ok(Token::EndOfDocument),
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => resolve(&self.reader, &reference)?.to_string(),
        };
        self.text = text;
        Ok(Token::Text)
    }
}

/// An event.
enum Token {
    /// A known element begins.
    Start(&'static str),
    /// An unknown element, or one of another namespace, begins.
    Foreign,
    /// An element ends.
    End,
    /// Text, CDATA or a character reference.
    Text,
    /// The document ends.
    EndOfDocument,
    /// Comments and the like.
    Nothing,
}

/// An error of syntax where `reader` stands.
fn malformed(reader: &Parser<'_>, detail: &str) -> Message {
    Message::new(codes::SBOM_MALFORMED).at(reader.get_ref().place()).with("detail", excerpt(detail))
}

/// An element's name without prefix, and its namespace; empty when it has none.
fn name_of<'a>(reader: &'a Parser<'_>, start: &'a BytesStart<'_>) -> Result<(&'a str, &'a str), Message> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    match namespace {
        ResolveResult::Bound(namespace) => Ok((name.into_inner(), namespace.0)),
        ResolveResult::Unbound => Ok((name.into_inner(), "")),
        ResolveResult::Unknown(prefix) => {
            Err(malformed(reader, &format!("unknown prefix {}", excerpt(&prefix))))
        }
    }
}

/// Refuses a declared encoding other than UTF-8 or its part ASCII.
fn check_encoding(reader: &Parser<'_>, declaration: &BytesDecl<'_>) -> Result<(), Message> {
    let encoding = declaration.encoding().and_then(Result::ok).unwrap_or_default();
    if matches!(encoding.to_ascii_lowercase().as_str(), "" | "utf-8" | "utf8" | "us-ascii") {
        return Ok(());
    }
    let place = reader.get_ref().place();
    Err(Message::new(codes::SBOM_NOT_UTF8).at(place).with("detail", excerpt(&encoding)))
}

/// The character of a character reference or of one of the five entities that XML itself defines; any other entity
/// is refused, because it can only come from a document type.
fn resolve(reader: &Parser<'_>, reference: &BytesRef<'_>) -> Result<char, Message> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => return Ok(character),
        Ok(None) => {}
        Err(error) => return Err(malformed(reader, &error.to_string())),
    }
    xml_entity::resolve(reference)
        .ok_or_else(|| Message::new(codes::SBOM_XML_ENTITY).at(reader.get_ref().place()))
}

/// Collects the attributes that are in no other namespace.
fn read_attributes(
    reader: &Parser<'_>,
    start: &BytesStart<'_>,
    attributes: &mut Vec<(String, String)>,
) -> Result<(), Message> {
    for attribute in start.attributes().take(ATTRIBUTES_MAX) {
        let attribute = attribute.map_err(|error| malformed(reader, &error.to_string()))?;
        let name = attribute.key;
        if name.prefix().is_some() || name.as_ref() == "xmlns" {
            continue;
        }
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| Message::new(codes::SBOM_XML_ENTITY).at(reader.get_ref().place()))?;
        attributes.push((name.as_ref().to_owned(), value.into_owned()));
    }
    Ok(())
}
