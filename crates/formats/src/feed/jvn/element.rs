//! One record's XML as a tree, read from bytes that were cut out of their document.

use kikimori_core::limits::NESTING_DEPTH_MAX;
use kikimori_core::message::{Message, codes};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::feed::record::limit;
use crate::xml_entity;

/// Elements in one record; real ones have a few hundred, and a tree of this many stays under 200 MB.
const ELEMENTS_MAX: usize = 500_000;

/// Attributes looked at in one element; the known elements have fewer than ten, a status up to fifteen.
const ATTRIBUTES_MAX: usize = 64;

/// An element. Names are without prefix: the feeds and the API bind the same prefixes to different versions of a namespace.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// The name.
    pub(super) name: String,
    /// Attributes.
    attributes: Vec<(String, String)>,
    /// The text directly in it.
    text: String,
    /// Elements directly in it.
    children: Vec<Element>,
}

impl Element {
    /// Reads one element.
    ///
    /// # Errors
    /// FEED-005 when the bytes are no XML element, FEED-006 at a limit, FEED-021 when an entity is used that XML itself does
    /// not define.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Message> {
        let text = std::str::from_utf8(bytes).map_err(|error| unreadable(&error.to_string()))?;
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut open: Vec<Self> = vec![Self::default()];
        let mut count = 0_usize;
        loop {
            match reader.read_event().map_err(|error| unreadable(&error.to_string()))? {
                Event::Start(start) => {
                    count = count.saturating_add(1);
                    if count > ELEMENTS_MAX {
                        return Err(limit("ELEMENTS_MAX", ELEMENTS_MAX));
                    }
                    if open.len() > NESTING_DEPTH_MAX {
                        return Err(limit("NESTING_DEPTH_MAX", NESTING_DEPTH_MAX));
                    }
                    open.push(Self::begin(&start)?);
                }
                Event::End(_) => {
                    if let (Some(done), Some(outer)) = (open.pop(), open.last_mut()) {
                        outer.children.push(done);
                    }
                }
                Event::Text(text) => push(&mut open, &text.xml10_content()),
                Event::CData(text) => push(&mut open, &text.xml10_content()),
                Event::GeneralRef(reference) => push(&mut open, &resolve(&reference)?.to_string()),
                Event::DocType(_) => return Err(Message::new(codes::FEED_XML_ENTITY)),
                Event::Eof => break,
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            }
        }
        let root = open.pop().and_then(|mut outer| outer.children.pop());
        root.ok_or_else(|| unreadable("no element"))
    }

    /// An element that begins.
    fn begin(start: &BytesStart<'_>) -> Result<Self, Message> {
        let mut attributes = Vec::new();
        for attribute in start.attributes().take(ATTRIBUTES_MAX) {
            let attribute = attribute.map_err(|error| unreadable(&error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| Message::new(codes::FEED_XML_ENTITY))?;
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
        let name = start.local_name().as_ref().to_owned();
        Ok(Self { name, attributes, ..Self::default() })
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of this name.
    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The elements at a path of names.
    pub(super) fn at<'a>(&'a self, path: &[&'a str]) -> Vec<&'a Self> {
        path.iter().fold(vec![self], |found, name| {
            found.into_iter().flat_map(|element| element.children(name)).collect()
        })
    }

    /// The text, trimmed.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The text of the first child of this name; empty when there is none.
    pub(super) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", Self::text)
    }

    /// An attribute; empty when it is absent.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }
}

/// Adds text to the innermost open element.
fn push(open: &mut [Element], text: &str) {
    if let Some(innermost) = open.last_mut() {
        innermost.text.push_str(text);
    }
}

/// The record is no XML.
fn unreadable(detail: &str) -> Message {
    let detail: String = detail.chars().take(200).collect();
    Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", detail)
}

/// The character of a character reference or of one of the five entities that XML itself defines; another entity could only
/// come from a document type and is refused.
fn resolve(reference: &BytesRef<'_>) -> Result<char, Message> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| unreadable(&error.to_string()))? {
        return Ok(character);
    }
    xml_entity::resolve(reference).ok_or_else(|| Message::new(codes::FEED_XML_ENTITY))
}
