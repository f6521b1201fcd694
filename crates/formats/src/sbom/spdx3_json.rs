//! SPDX 3 in JSON-LD: elements in any order, alone or in a graph, each referring to others by their addresses.
//!
//! What the standard writes as one value may be a list and the other way round; names may be compact or in full
//! (`linked_data`); an element may stand where it is referred to. What an element is shows only at its end, so that all its
//! fields are read first and understood then (`spdx3`).

use kikimori_core::message::Message;
use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::builder::Builder;
use super::json::{Each, Fields, Handler, Text, carry, each, skip, value};
use super::linked_data::local_name;
use super::spdx3::{Graph, check_list};
use super::spdx3_element::Element;
use super::spdx3_words;

/// Levels of elements that stand where they are referred to. Real documents have one.
const INLINE_DEPTH_MAX: usize = 8;

/// Known fields of elements of all classes, the frequent ones first.
const ELEMENT: &[&str] = &[
    "type",
    "spdxId",
    "creationInfo",
    "from",
    "to",
    "relationshipType",
    "completeness",
    "scope",
    "name",
    "verifiedUsing",
    "externalIdentifier",
    "externalRef",
    "software_packageVersion",
    "software_packageUrl",
    "software_downloadLocation",
    "software_homePage",
    "software_sourceInfo",
    "software_copyrightText",
    "software_primaryPurpose",
    "suppliedBy",
    "originatedBy",
    "description",
    "supportLevel",
    "validUntilTime",
    "simplelicensing_licenseExpression",
    "simplelicensing_licenseText",
    "expandedlicensing_member",
    "expandedlicensing_subjectLicense",
    "expandedlicensing_subjectExtendableLicense",
    "expandedlicensing_subjectAddition",
    "created",
    "createdBy",
    "createdUsing",
    "specVersion",
    "rootElement",
    "element",
    "import",
    "namespaceMap",
    "dataLicense",
    "software_sbomType",
    "@type",
    "@id",
    "externalIdentifiers",
    "@context",
    "@graph",
];

/// The root of a document whose first bytes speak of SPDX 3: a graph, or an element by itself.
pub(super) struct LinkedRoot<'a> {
    /// Where elements go.
    pub(super) graph: &'a mut Graph,
    /// `@context`, where it is text.
    pub(super) context: &'a mut Option<String>,
    /// There is an `@graph`.
    pub(super) has_graph: &'a mut bool,
}

impl Handler for LinkedRoot<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut element = Box::new(Element::default());
        let mut fields = Fields::linked(ELEMENT);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "@context" => value(&mut map, builder, &mut Context(self.context))?,
                "@graph" => {
                    *self.has_graph = true;
                    value(&mut map, builder, &mut Entries(self.graph))?;
                }
                _ => element_field(field, &mut map, builder, &mut element, self.graph)?,
            }
        }
        if element.class.is_some() || (element.id.is_some() && !*self.has_graph) {
            let added = self.graph.add(builder, *element);
            carry(builder, added)?;
        }
        Ok(())
    }
}

/// `@context`: a text, or the first text of a list. Terms of a document's own are counted, not applied.
pub(super) struct Context<'a>(pub(super) &'a mut Option<String>);

impl Handler for Context<'_> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        if self.0.as_deref().is_none_or(str::is_empty) {
            *self.0 = Some(builder.clip(text));
        }
        Ok(())
    }

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        builder.unkept("(own terms)");
        self.0.get_or_insert_default();
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// The elements of a graph, or one.
pub(super) struct Entries<'a>(pub(super) &'a mut Graph);

impl Handler for Entries<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        read_element(builder, map, self.0).map(drop)
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Reads an element and hands it over; gives its reference. An object with nothing but a reference only refers.
fn read_element<'de, M: MapAccess<'de>>(
    builder: &mut Builder,
    mut map: M,
    graph: &mut Graph,
) -> Result<Option<Box<str>>, M::Error> {
    if graph.depth >= INLINE_DEPTH_MAX {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        builder.cut("@graph", INLINE_DEPTH_MAX);
        return Ok(None);
    }
    graph.depth += 1;
    let mut element = Box::new(Element::default());
    let mut n_fields = 0_usize;
    let mut fields = Fields::linked(ELEMENT);
    while let Some(field) = fields.next(&mut map, builder)? {
        n_fields += 1;
        element_field(field, &mut map, builder, &mut element, graph)?;
    }
    graph.depth -= 1;
    let id = element.id.clone();
    if graph.depth > 0 && id.is_some() && n_fields == 1 {
        return Ok(id);
    }
    let added = graph.add(builder, *element);
    carry(builder, added)?;
    Ok(id)
}

/// Reads one field of an element.
fn element_field<'de, M: MapAccess<'de>>(
    field: &str,
    map: &mut M,
    builder: &mut Builder,
    element: &mut Element,
    graph: &mut Graph,
) -> Result<(), M::Error> {
    match field {
        "type" | "@type" => value(map, builder, &mut One(&mut element.class)),
        "spdxId" | "@id" => {
            let mut id = None;
            value(map, builder, &mut One(&mut id))?;
            element.id = id.map(Into::into);
            Ok(())
        }
        "name" => value(map, builder, &mut One(&mut element.name)),
        "creationInfo" => {
            let mut ids = Vec::new();
            value(map, builder, &mut Referred { graph, ids: &mut ids })?;
            let creation = ids.first().map(|id| graph.creation_of(builder, id));
            element.creation = creation.flatten().or(graph.last_creation.take());
            Ok(())
        }
        "from" => value(map, builder, &mut Referred { graph, ids: &mut element.from }),
        "to" => {
            element.has_to = true;
            value(map, builder, &mut Referred { graph, ids: &mut element.to })
        }
        "relationshipType" => value(map, builder, &mut One(&mut element.relationship)),
        "completeness" => value(map, builder, &mut One(&mut element.completeness)),
        "scope" => value(map, builder, &mut One(&mut element.scope)),
        "suppliedBy" => value(map, builder, &mut Referred { graph, ids: &mut element.supplied_by }),
        "originatedBy" => value(map, builder, &mut Referred { graph, ids: &mut element.originated_by }),
        "createdBy" => value(map, builder, &mut Referred { graph, ids: &mut element.created_by }),
        "createdUsing" => value(map, builder, &mut Referred { graph, ids: &mut element.created_using }),
        "rootElement" => value(map, builder, &mut Referred { graph, ids: &mut element.roots }),
        "element" => value(map, builder, &mut Members(graph)),
        "import" => value(map, builder, &mut Imports(graph)),
        "namespaceMap" => value(map, builder, &mut Namespaces(graph)),
        "expandedlicensing_member" => value(map, builder, &mut Referred { graph, ids: &mut element.members }),
        "expandedlicensing_subjectLicense" | "expandedlicensing_subjectExtendableLicense" => {
            value(map, builder, &mut Referred { graph, ids: &mut element.subject })
        }
        "expandedlicensing_subjectAddition" => {
            value(map, builder, &mut Referred { graph, ids: &mut element.addition })
        }
        "@context" | "@graph" => skip(map, builder),
        _ => text_field(field, map, builder, element),
    }
}

/// Reads one field of an element that refers to no other.
fn text_field<'de, M: MapAccess<'de>>(
    field: &str,
    map: &mut M,
    builder: &mut Builder,
    element: &mut Element,
) -> Result<(), M::Error> {
    match field {
        "verifiedUsing" => value(map, builder, &mut Hashes(element)),
        "externalIdentifier" | "externalIdentifiers" => {
            value(map, builder, &mut ExternalIdentifiers(element))
        }
        "externalRef" if builder.is_whole => value(map, builder, &mut ExternalReferences(element)),
        "software_packageVersion" => value(map, builder, &mut One(&mut element.version)),
        "software_packageUrl" => {
            let mut purl = None::<String>;
            value(map, builder, &mut One(&mut purl))?;
            builder.add_purl(&mut element.component, purl.as_deref().unwrap_or_default());
            Ok(())
        }
        "software_downloadLocation" if builder.is_whole => {
            value(map, builder, &mut One(&mut element.download))
        }
        "software_homePage" if builder.is_whole => value(map, builder, &mut One(&mut element.homepage)),
        "software_copyrightText" if builder.is_whole => value(map, builder, &mut One(&mut element.copyright)),
        "description" if builder.is_whole => value(map, builder, &mut One(&mut element.description)),
        "software_sourceInfo" => value(map, builder, &mut One(&mut element.source_info)),
        "software_primaryPurpose" => value(map, builder, &mut One(&mut element.purpose)),
        "supportLevel" => value(map, builder, &mut Words(&mut element.support_levels)),
        "validUntilTime" => value(map, builder, &mut One(&mut element.valid_until)),
        "simplelicensing_licenseExpression" => value(map, builder, &mut One(&mut element.expression)),
        "simplelicensing_licenseText" => value(map, builder, &mut One(&mut element.licence_text)),
        "created" => {
            element.is_creation = true;
            element.created_place = builder.here();
            value(
                map,
                builder,
                &mut Each(|builder: &mut Builder, text: &str| {
                    builder.check_created("created", text);
                    element.created = Some(builder.clip(text));
                    Ok(())
                }),
            )
        }
        "specVersion" => {
            element.is_creation = true;
            value(map, builder, &mut One(&mut element.spec_version))
        }
        "dataLicense" => value(map, builder, &mut One(&mut element.data_licence)),
        "software_sbomType" => value(map, builder, &mut Words(&mut element.sbom_types)),
        _ => skip(map, builder),
    }
}

/// One text, also as the only entry of a list or as an object with `@value` or `@id`. Of several the first counts.
struct One<'a>(&'a mut Option<String>);

impl Handler for One<'_> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        if self.0.is_some() {
            builder.bad_value("(list)", text);
            return Ok(());
        }
        Text(self.0).text(builder, text)
    }

    fn number(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        Text(self.0).number(builder, text)
    }

    fn boolean(&mut self, builder: &mut Builder, value: bool) {
        Text(self.0).boolean(builder, value);
    }

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::new(&["@value", "@id"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut Text(self.0))?;
        }
        if self.0.is_none() {
            builder.wrong_type(Self::EXPECTED, "object");
        }
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Words of an enumeration, one or several, by their local names.
struct Words<'a>(&'a mut Vec<String>);

impl Handler for Words<'_> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.add_text(self.0, "(list)", local_name(text));
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// References to elements, one or several, or the elements themselves.
struct Referred<'a> {
    /// Where elements go.
    graph: &'a mut Graph,
    /// The references.
    ids: &'a mut Vec<Box<str>>,
}

impl Handler for Referred<'_> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        if text.is_empty() {
            builder.bad_value("reference", text);
            return Ok(());
        }
        check_list(builder, self.ids.len())?;
        self.ids.push(builder.clip(text).into());
        Ok(())
    }

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        let id = read_element(builder, map, self.graph)?;
        let checked = check_list(builder, self.ids.len());
        carry(builder, checked)?;
        self.ids.extend(id);
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Elements of a collection. References say nothing that the elements do not.
struct Members<'a>(&'a mut Graph);

impl Handler for Members<'_> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, _builder: &mut Builder, _text: &str) -> Result<(), Message> {
        Ok(())
    }

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        read_element(builder, map, self.0).map(drop)
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Elements of other documents that the document refers to.
struct Imports<'a>(&'a mut Graph);

impl Handler for Imports<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut id = None;
        let mut fields = Fields::linked(&["externalSpdxId", "type", "@type"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "externalSpdxId" => value(&mut map, builder, &mut One(&mut id))?,
                _ => skip(&mut map, builder)?,
            }
        }
        let added = self.0.add_import(builder, id.as_deref());
        carry(builder, added)
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Short forms of addresses.
struct Namespaces<'a>(&'a mut Graph);

impl Handler for Namespaces<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut prefix, mut space, mut has_prefix) = (None, None, false);
        let mut fields = Fields::linked(&["prefix", "namespace", "type"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "prefix" => {
                    has_prefix = true;
                    value(&mut map, builder, &mut One(&mut prefix))?;
                }
                "namespace" => value(&mut map, builder, &mut One(&mut space))?,
                _ => skip(&mut map, builder)?,
            }
        }
        match (prefix, space) {
            (Some(prefix), Some(space)) => self.0.add_namespace(builder, prefix, space),
            (None, Some(_)) if has_prefix => {}
            (_, space) => builder.missing(if space.is_none() { "namespace" } else { "prefix" }),
        }
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Hashes of an element. Other ways to verify it are counted.
struct Hashes<'a>(&'a mut Element);

impl Handler for Hashes<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut class, mut algorithm, mut content) = (None::<String>, None::<String>, None::<String>);
        let mut fields = Fields::linked(&["type", "@type", "algorithm", "hashValue"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "algorithm" => value(&mut map, builder, &mut One(&mut algorithm))?,
                "hashValue" => value(&mut map, builder, &mut One(&mut content))?,
                _ => value(&mut map, builder, &mut One(&mut class))?,
            }
        }
        if class.as_deref().is_some_and(|class| local_name(class) != "Hash") {
            builder.unkept("(no hash)");
            return Ok(());
        }
        match (algorithm, content) {
            (Some(algorithm), Some(content)) => {
                builder.add_hash(&mut self.0.component, local_name(&algorithm), &content);
            }
            (algorithm, _) => {
                builder.missing(if algorithm.is_none() { "algorithm" } else { "hashValue" });
                builder.unkept("incomplete");
            }
        }
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Identifiers of an element.
struct ExternalIdentifiers<'a>(&'a mut Element);

impl Handler for ExternalIdentifiers<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut kind, mut content) = (None::<String>, None::<String>);
        let mut fields = Fields::linked(&["type", "@type", "externalIdentifierType", "identifier"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "externalIdentifierType" => value(&mut map, builder, &mut One(&mut kind))?,
                "identifier" => value(&mut map, builder, &mut One(&mut content))?,
                _ => skip(&mut map, builder)?,
            }
        }
        match (kind, content) {
            (Some(kind), Some(content)) => self.0.add_identifier(builder, local_name(&kind), &content),
            (kind, _) => {
                builder.missing(if kind.is_none() { "externalIdentifierType" } else { "identifier" });
                builder.unkept("incomplete");
            }
        }
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Places outside that an element refers to.
struct ExternalReferences<'a>(&'a mut Element);

impl Handler for ExternalReferences<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut kind, mut locators, mut comment) = (None::<String>, Vec::new(), None::<String>);
        let mut fields = Fields::linked(&["type", "@type", "externalRefType", "locator", "comment"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "externalRefType" => value(&mut map, builder, &mut One(&mut kind))?,
                "locator" => value(&mut map, builder, &mut Locators(&mut locators))?,
                "comment" => value(&mut map, builder, &mut One(&mut comment))?,
                _ => skip(&mut map, builder)?,
            }
        }
        if locators.is_empty() {
            builder.missing("locator");
            builder.unkept("incomplete");
        }
        let kind = spdx3_words::reference_kind(local_name(kind.as_deref().unwrap_or("other")));
        for locator in &locators {
            self.0.add_reference(builder, None, kind, locator, comment.as_deref());
        }
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// Addresses, one or several.
struct Locators<'a>(&'a mut Vec<String>);

impl Handler for Locators<'_> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.add_text(self.0, "locator", text);
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}
