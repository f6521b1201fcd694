//! Writing `CycloneDX` 1.6 XML: the same facts as in JSON, in the order of the XSD.

use std::io::{self, Write};

use kikimori_core::sbom::Sbom;

use super::write::{self, WriteOptions};
use super::write_cyclonedx::{ComponentView, Document, LicenceView};

/// Writes the XML form.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(sbom: &Sbom, options: &WriteOptions, out: &mut dyn Write) -> io::Result<Vec<u32>> {
    let document = Document::of(sbom, options);
    let mut xml = XmlWriter { out: io::BufWriter::new(out), depth: 0 };
    write_document(&mut xml, &document)?;
    xml.out.flush()?;
    Ok(document.tree.order)
}

/// Elements, each on a line of its own.
struct XmlWriter<'a> {
    /// Where they go.
    out: io::BufWriter<&'a mut dyn Write>,
    /// Elements open.
    depth: usize,
}

/// Attributes of an element; those without a value are not written.
type Attributes<'a> = &'a [(&'a str, Option<&'a str>)];

impl XmlWriter<'_> {
    /// Begins a line with `<name` and its attributes.
    fn begin(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        write!(self.out, "{:1$}<{name}", "", self.depth * 2)?;
        for (key, value) in attributes {
            if let Some(value) = value {
                write!(self.out, " {key}=\"{}\"", escape(value))?;
            }
        }
        Ok(())
    }

    /// Opens an element that has children.
    fn open(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.begin(name, attributes)?;
        writeln!(self.out, ">")?;
        self.depth += 1;
        Ok(())
    }

    /// Closes an element that has children.
    fn close(&mut self, name: &str) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        writeln!(self.out, "{:1$}</{name}>", "", self.depth * 2)
    }

    /// An element without content.
    fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.begin(name, attributes)?;
        writeln!(self.out, "/>")
    }

    /// An element with a text.
    fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) -> io::Result<()> {
        self.begin(name, attributes)?;
        writeln!(self.out, ">{}</{name}>", escape(text))
    }

    /// An element with a text, where there is one.
    fn text(&mut self, name: &str, text: Option<&str>) -> io::Result<()> {
        match text {
            Some(text) => self.leaf(name, &[], text),
            None => Ok(()),
        }
    }

    /// A person or an organisation, where there is one.
    fn named(&mut self, element: &str, name: Option<&str>) -> io::Result<()> {
        if let Some(name) = name {
            self.open(element, &[])?;
            self.leaf("name", &[], name)?;
            self.close(element)?;
        }
        Ok(())
    }
}

/// A text for an element or an attribute. Characters that XML 1.0 cannot hold become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The whole document.
fn write_document(xml: &mut XmlWriter<'_>, document: &Document<'_>) -> io::Result<()> {
    writeln!(xml.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let version = document.version.to_string();
    let attributes = [
        ("xmlns", Some("http://cyclonedx.org/schema/bom/1.6")),
        ("serialNumber", document.serial),
        ("version", Some(version.as_str())),
    ];
    xml.open("bom", &attributes)?;
    write_metadata(xml, document)?;
    xml.open("components", &[])?;
    for index in &document.tree.roots {
        write_component(xml, document, *index)?;
    }
    xml.close("components")?;
    write_dependencies(xml, document)?;
    xml.close("bom")
}

/// `metadata`.
fn write_metadata(xml: &mut XmlWriter<'_>, document: &Document<'_>) -> io::Result<()> {
    xml.open("metadata", &[])?;
    xml.text("timestamp", document.timestamp.as_deref())?;
    if !document.lifecycles.is_empty() {
        xml.open("lifecycles", &[])?;
        for lifecycle in &document.lifecycles {
            xml.open("lifecycle", &[])?;
            xml.text("phase", lifecycle.phase)?;
            xml.text("name", lifecycle.name)?;
            xml.close("lifecycle")?;
        }
        xml.close("lifecycles")?;
    }
    if !document.tools.is_empty() {
        xml.open("tools", &[])?;
        xml.open("components", &[])?;
        for (name, version) in &document.tools {
            xml.open("component", &[("type", Some("application"))])?;
            xml.leaf("name", &[], name)?;
            xml.text("version", *version)?;
            xml.close("component")?;
        }
        xml.close("components")?;
        xml.close("tools")?;
    }
    if !document.persons.is_empty() {
        xml.open("authors", &[])?;
        for person in &document.persons {
            xml.named("author", Some(person.name))?;
        }
        xml.close("authors")?;
    }
    if let Some(subject) = document.tree.subject {
        write_component(xml, document, subject)?;
    }
    xml.named("manufacturer", document.manufacturer.as_ref().map(|agent| agent.name))?;
    xml.named("supplier", document.supplier.as_ref().map(|agent| agent.name))?;
    xml.close("metadata")
}

/// A component with what is nested in it.
fn write_component(xml: &mut XmlWriter<'_>, document: &Document<'_>, index: u32) -> io::Result<()> {
    let Some(view) = document.component(index) else { return Ok(()) };
    xml.open("component", &[("type", Some(view.kind)), ("bom-ref", view.reference)])?;
    xml.named("supplier", view.supplier.as_ref().map(|agent| agent.name))?;
    xml.named("manufacturer", view.manufacturer.as_ref().map(|agent| agent.name))?;
    if !view.authors.is_empty() {
        xml.open("authors", &[])?;
        for author in &view.authors {
            xml.named("author", Some(author.name))?;
        }
        xml.close("authors")?;
    }
    xml.text("publisher", view.publisher)?;
    xml.text("group", view.group)?;
    xml.leaf("name", &[], view.name)?;
    xml.text("version", view.version)?;
    xml.text("description", view.description)?;
    xml.text("scope", view.scope)?;
    if !view.hashes.is_empty() {
        xml.open("hashes", &[])?;
        for hash in &view.hashes {
            xml.leaf("hash", &[("alg", Some(hash.alg))], hash.content)?;
        }
        xml.close("hashes")?;
    }
    write_licences(xml, &view)?;
    xml.text("copyright", view.copyright)?;
    xml.text("cpe", view.cpe)?;
    xml.text("purl", view.purl)?;
    if let Some(swid) = &view.swid {
        xml.empty("swid", &[("tagId", Some(swid.tag_id)), ("name", Some(swid.name))])?;
    }
    write_extras(xml, &view)?;
    if !view.components.indexes.is_empty() {
        xml.open("components", &[])?;
        for child in view.components.indexes {
            write_component(xml, document, *child)?;
        }
        xml.close("components")?;
    }
    if let Some(evidence) = &view.evidence {
        xml.open("evidence", &[])?;
        for identity in &evidence.identity {
            xml.open("identity", &[])?;
            xml.leaf("field", &[], identity.field)?;
            xml.leaf("concludedValue", &[], identity.concluded)?;
            xml.close("identity")?;
        }
        xml.close("evidence")?;
    }
    xml.close("component")
}

/// `licenses`.
fn write_licences(xml: &mut XmlWriter<'_>, view: &ComponentView<'_>) -> io::Result<()> {
    if view.licenses.is_empty() {
        return Ok(());
    }
    xml.open("licenses", &[])?;
    for licence in &view.licenses {
        match licence {
            LicenceView::Expression { expression, acknowledgement } => {
                xml.leaf("expression", &[("acknowledgement", *acknowledgement)], expression)?;
            }
            LicenceView::Licence { license } => {
                xml.open("license", &[("acknowledgement", license.acknowledgement)])?;
                xml.text("id", license.id)?;
                xml.text("name", license.name)?;
                xml.close("license")?;
            }
        }
    }
    xml.close("licenses")
}

/// `externalReferences` and `properties`.
fn write_extras(xml: &mut XmlWriter<'_>, view: &ComponentView<'_>) -> io::Result<()> {
    if !view.references.is_empty() {
        xml.open("externalReferences", &[])?;
        for reference in &view.references {
            xml.open("reference", &[("type", Some(reference.kind))])?;
            xml.leaf("url", &[], &reference.url)?;
            xml.text("comment", reference.comment)?;
            xml.close("reference")?;
        }
        xml.close("externalReferences")?;
    }
    if !view.properties.is_empty() {
        xml.open("properties", &[])?;
        for property in &view.properties {
            xml.leaf("property", &[("name", Some(&property.name))], property.value)?;
        }
        xml.close("properties")?;
    }
    Ok(())
}

/// `dependencies`.
fn write_dependencies(xml: &mut XmlWriter<'_>, document: &Document<'_>) -> io::Result<()> {
    if document.sbom.dependencies.is_empty() && document.sbom.leaves.is_empty() {
        return Ok(());
    }
    xml.open("dependencies", &[])?;
    for (from, edges) in write::nodes(document.sbom) {
        let Some(reference) = document.reference(from) else { continue };
        let attributes = [("ref", Some(reference))];
        if edges.is_empty() {
            xml.empty("dependency", &attributes)?;
            continue;
        }
        xml.open("dependency", &attributes)?;
        for (_, to) in edges {
            xml.empty("dependency", &[("ref", document.reference(*to))])?;
        }
        xml.close("dependency")?;
    }
    xml.close("dependencies")
}
