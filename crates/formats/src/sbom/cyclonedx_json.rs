//! `CycloneDX` JSON: metadata, components, the dependency graph.

use kikimori_core::limits::SBOM_STRING_BYTES_MAX;
use kikimori_core::message::Message;
use kikimori_core::sbom::{AgentKind, Component, Licence, LicenceForm, LicenceStanding, Role};
use serde::de::{MapAccess, SeqAccess};

use super::builder::{Builder, Edge, Step};
use super::cyclonedx;
use super::cyclonedx_checks::{Attachment, Pedigree, ServiceData, check_range};
use super::json::{Each, Fields, Handler, List, Reference, Text, carry, each, skip, value};

/// Known fields of `metadata`.
const METADATA: &[&str] = &[
    "timestamp",
    "tools",
    "authors",
    "component",
    "supplier",
    "manufacture",
    "manufacturer",
    "licenses",
    "lifecycles",
    "distribution",
];

/// The document's metadata.
pub(super) struct Metadata;

impl Handler for Metadata {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut supplier, mut manufacture, mut manufacturer) = (None, None, None);
        let mut fields = Fields::new(METADATA);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "timestamp" => value(
                    &mut map,
                    builder,
                    &mut Each(|builder: &mut Builder, text: &str| {
                        builder.set_created("timestamp", text);
                        Ok(())
                    }),
                )?,
                "tools" => value(&mut map, builder, &mut Tools)?,
                "authors" => value(&mut map, builder, &mut List(Author))?,
                "component" => {
                    value(&mut map, builder, &mut ComponentEntry { parent: None, role: Role::Subject })?;
                }
                "supplier" => value(&mut map, builder, &mut Organisation(&mut supplier))?,
                "manufacture" => {
                    builder.unkept("(as supplier)");
                    value(&mut map, builder, &mut Organisation(&mut manufacture))?;
                }
                "manufacturer" => value(&mut map, builder, &mut Organisation(&mut manufacturer))?,
                "licenses" => {
                    let mut licences = Vec::new();
                    licence_list(&mut map, builder, &mut licences)?;
                    builder.unkept("licenses");
                }
                "distribution" => {
                    builder.unkept_here();
                    builder.bad_value("metadata", "distribution");
                    skip(&mut map, builder)?;
                }
                _ => value(&mut map, builder, &mut List(Lifecycle))?,
            }
        }
        builder.sbom.supplier = supplier.or(manufacture);
        if let Some(name) = manufacturer {
            builder.add_author(&name, AgentKind::Organisation);
        }
        Ok(())
    }
}

/// A phase of the product's life in which the document was made: one of the format's, or a named one.
struct Lifecycle;

impl Handler for Lifecycle {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut phase, mut name) = (None::<String>, None);
        let mut fields = Fields::new(&["phase", "name"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = if field == "phase" { &mut phase } else { &mut name };
            value(&mut map, builder, &mut Text(text))?;
        }
        if phase.is_some() && name.is_some() {
            builder.unkept("phase + name");
        }
        match phase.or(name) {
            Some(context) => builder.add_generation_context(&context),
            None => builder.missing("phase"),
        }
        Ok(())
    }
}

/// An organisation, of which the name is kept. A plain string in its place is taken as the name.
struct Organisation<'a>(&'a mut Option<String>);

impl Handler for Organisation<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::new(&["name"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut Text(self.0))?;
        }
        Ok(())
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        Text(self.0).text(builder, text)
    }
}

/// A contact, of which the name is kept, or the address where there is no name.
#[derive(Default)]
struct Contact(Option<String>);

impl Handler for Contact {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut name, mut email) = (None, None);
        let mut fields = Fields::new(&["name", "email"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = if field == "name" { &mut name } else { &mut email };
            value(&mut map, builder, &mut Text(text))?;
        }
        if name.is_some() && email.is_some() {
            builder.unkept("email");
        }
        self.0 = name.or(email);
        Ok(())
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        Text(&mut self.0).text(builder, text)
    }
}

/// An author of the document.
struct Author;

impl Handler for Author {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        let mut contact = Contact::default();
        contact.object(builder, map)?;
        if let Some(name) = contact.0 {
            builder.add_author(&name, AgentKind::Person);
        }
        Ok(())
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        builder.add_author(text, AgentKind::Person);
        Ok(())
    }
}

/// The tools that made the document: an array of tools (to 1.4), or an object with components and services (from
/// 1.5).
struct Tools;

impl Handler for Tools {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::new(&["components", "services"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut List(Tool))?;
        }
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, &mut Tool)
    }
}

/// One tool, whatever form it has.
struct Tool;

impl Handler for Tool {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut reference, mut vendor, mut name, mut version) = (None::<String>, None, None, None);
        let mut fields = Fields::new(&["bom-ref", "vendor", "name", "version"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = match field {
                "bom-ref" => &mut reference,
                "vendor" => &mut vendor,
                "name" => &mut name,
                _ => &mut version,
            };
            value(&mut map, builder, &mut Text(text))?;
        }
        if name.is_some() && vendor.is_some() {
            builder.unkept("vendor");
        }
        builder.add_tool(name.or(vendor).as_deref(), version.as_deref());
        let defined = builder.define_other(reference.as_deref().unwrap_or_default());
        carry(builder, defined)
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        builder.add_tool(Some(text), None);
        Ok(())
    }
}

/// Known fields of a component.
const COMPONENT: &[&str] = &[
    "type",
    "bom-ref",
    "name",
    "version",
    "group",
    "purl",
    "cpe",
    "hashes",
    "licenses",
    "properties",
    "supplier",
    "manufacturer",
    "publisher",
    "author",
    "authors",
    "swid",
    "evidence",
    "scope",
    "components",
    "description",
    "copyright",
    "externalReferences",
    "pedigree",
    "versionRange",
    "isExternal",
];

/// A component, in a list or alone.
pub(super) struct ComponentEntry {
    /// Index of the component it is nested in.
    pub(super) parent: Option<u32>,
    /// The part it plays.
    pub(super) role: Role,
}

/// Texts of a component that are weighed against each other when all are known.
#[derive(Default)]
struct Names {
    /// `name`.
    name: Option<String>,
    /// `type`.
    kind: Option<String>,
    /// `scope`.
    scope: Option<String>,
    /// `manufacturer.name`.
    manufacturer: Option<String>,
    /// `publisher`.
    publisher: Option<String>,
    /// Names of `authors`, joined.
    authors: Option<String>,
    /// `versionRange`.
    range: Option<String>,
    /// `isExternal`.
    is_external: bool,
}

impl Handler for ComponentEntry {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let begun = builder.begin_component(self.parent, self.role);
        let index = carry(builder, begun)?;
        let mut component = Component::default();
        let mut names = Names::default();
        let mut fields = Fields::new(COMPONENT);
        while let Some(field) = fields.next(&mut map, builder)? {
            if field == "components" {
                let role = if self.role == Role::Listed { Role::Listed } else { Role::InSubject };
                value(&mut map, builder, &mut List(Self { parent: Some(index), role }))?;
            } else {
                component_field(field, &mut map, builder, &mut component, &mut names)?;
            }
        }
        cyclonedx::set_kind(builder, &mut component, names.kind.as_deref());
        if let Some(scope) = names.scope {
            cyclonedx::set_scope(builder, &mut component, &scope);
        }
        let has_version = component.version.is_some();
        check_range(builder, names.range.as_deref(), has_version, names.is_external);
        match names.name {
            Some(name) => component.name = name.into(),
            None => builder.missing("name"),
        }
        cyclonedx::set_people(builder, &mut component, names.manufacturer, names.publisher, names.authors);
        let ended = builder.end_component(index, component);
        carry(builder, ended)
    }
}

/// Reads one field of a component.
fn component_field<'de, M: MapAccess<'de>>(
    field: &str,
    map: &mut M,
    builder: &mut Builder,
    component: &mut Component,
    names: &mut Names,
) -> Result<(), M::Error> {
    match field {
        "type" => value(map, builder, &mut Text(&mut names.kind)),
        "bom-ref" => value(map, builder, &mut Reference(&mut component.reference)),
        "name" => value(map, builder, &mut Text(&mut names.name)),
        "version" => value(map, builder, &mut Text(&mut component.version)),
        "group" => value(map, builder, &mut Text(&mut component.group)),
        "purl" => value(
            map,
            builder,
            &mut Each(|builder: &mut Builder, text: &str| {
                builder.add_purl(component, text);
                Ok(())
            }),
        ),
        "cpe" => value(
            map,
            builder,
            &mut Each(|builder: &mut Builder, text: &str| {
                builder.add_cpe(component, text);
                Ok(())
            }),
        ),
        "hashes" => value(map, builder, &mut List(HashEntry(component))),
        "licenses" => licence_list(map, builder, &mut component.details_mut().licences),
        "properties" => value(map, builder, &mut List(PropertyEntry(component))),
        "supplier" => value(map, builder, &mut Organisation(&mut component.details_mut().supplier)),
        "manufacturer" => value(map, builder, &mut Organisation(&mut names.manufacturer)),
        "publisher" => value(map, builder, &mut Text(&mut names.publisher)),
        "author" => value(map, builder, &mut Text(&mut component.details_mut().author)),
        "authors" => value(map, builder, &mut List(ComponentAuthor(&mut names.authors))),
        "swid" => value(map, builder, &mut Swid(component)),
        "evidence" => value(map, builder, &mut Evidence(component)),
        "scope" => value(map, builder, &mut Text(&mut names.scope)),
        "pedigree" => {
            builder.unkept_here();
            value(map, builder, &mut Pedigree)
        }
        "versionRange" => {
            builder.unkept_here();
            value(map, builder, &mut Text(&mut names.range))
        }
        "isExternal" => {
            builder.unkept_here();
            value(map, builder, &mut Flag(&mut names.is_external))
        }
        "description" if builder.is_whole => {
            value(map, builder, &mut Text(&mut component.details_mut().extras_mut().description))
        }
        "copyright" if builder.is_whole => {
            value(map, builder, &mut Text(&mut component.details_mut().extras_mut().copyright))
        }
        "externalReferences" if builder.is_whole => value(map, builder, &mut List(ReferenceEntry(component))),
        _ => skip(map, builder),
    }
}

/// A truth value.
struct Flag<'a>(&'a mut bool);

impl Handler for Flag<'_> {
    const EXPECTED: &'static str = "boolean";

    fn boolean(&mut self, _builder: &mut Builder, value: bool) {
        *self.0 = value;
    }
}

/// An author of a component; several are joined with commas.
struct ComponentAuthor<'a>(&'a mut Option<String>);

impl Handler for ComponentAuthor<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        let mut contact = Contact::default();
        contact.object(builder, map)?;
        if let Some(name) = contact.0 {
            join(builder, self.0, &name);
        }
        Ok(())
    }
}

/// Appends a name to names joined with commas, as far as a text may be long.
pub(super) fn join(builder: &mut Builder, names: &mut Option<String>, name: &str) {
    match names {
        None => *names = Some(builder.clip(name)),
        Some(names) if names.len() + name.len() < SBOM_STRING_BYTES_MAX => {
            names.push_str(", ");
            names.push_str(name);
        }
        Some(_) => builder.cut("authors", SBOM_STRING_BYTES_MAX),
    }
}

/// A hash of a component.
struct HashEntry<'a>(&'a mut Component);

impl Handler for HashEntry<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut algorithm, mut content) = (None::<String>, None);
        let mut fields = Fields::new(&["alg", "content"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = if field == "alg" { &mut algorithm } else { &mut content };
            value(&mut map, builder, &mut Text(text))?;
        }
        cyclonedx::add_hash(builder, self.0, algorithm.as_deref(), content.as_deref());
        Ok(())
    }
}

/// Reads `licenses`. Where it mixes licences and expressions is noted: only 1.7 allows that, and the version may come later.
fn licence_list<'de, M: MapAccess<'de>>(
    map: &mut M,
    builder: &mut Builder,
    licences: &mut Vec<Licence>,
) -> Result<(), M::Error> {
    let mut list = List(LicenceEntry { licences, n_licences: 0, n_expressions: 0 });
    value(map, builder, &mut list)?;
    let LicenceEntry { n_licences, n_expressions, .. } = list.0;
    if (n_expressions > 1 || (n_expressions == 1 && n_licences > 0)) && builder.mixed_licences.is_none() {
        builder.path.push(Step::Field("licenses"));
        builder.mixed_licences = Some(builder.here());
        builder.path.pop();
    }
    Ok(())
}

/// An entry of `licenses`: a licence by id or name, or an expression. A plain string is taken as an expression.
struct LicenceEntry<'a> {
    /// The licences.
    licences: &'a mut Vec<Licence>,
    /// Entries that are licences.
    n_licences: usize,
    /// Entries that are expressions.
    n_expressions: usize,
}

impl Handler for LicenceEntry<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut n_choices = 0;
        let (mut expression, mut acknowledgement) = (None::<String>, None::<String>);
        let mut fields = Fields::new(&["license", "expression", "acknowledgement"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "license" => {
                    n_choices += 1;
                    self.n_licences += 1;
                    value(&mut map, builder, &mut LicenceChoice(self.licences))?;
                }
                "expression" => {
                    n_choices += 1;
                    self.n_expressions += 1;
                    value(&mut map, builder, &mut Text(&mut expression))?;
                }
                _ => value(&mut map, builder, &mut Text(&mut acknowledgement))?,
            }
        }
        if let Some(expression) = expression {
            let standing = cyclonedx::standing(builder, acknowledgement.as_deref());
            builder.add_licence(self.licences, &expression, LicenceForm::Expression, standing);
        }
        match n_choices {
            0 => builder.missing("license"),
            1 => {}
            _ => builder.bad_value("licenses", "license + expression"),
        }
        Ok(())
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        builder.add_licence(self.licences, text, LicenceForm::Expression, LicenceStanding::Unstated);
        Ok(())
    }
}

/// A licence by id or name. A plain string is taken as its name.
struct LicenceChoice<'a>(&'a mut Vec<Licence>);

impl Handler for LicenceChoice<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut id, mut name, mut acknowledgement) = (None::<String>, None, None);
        let mut fields = Fields::new(&["id", "name", "acknowledgement", "text"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            if field == "text" {
                builder.unkept_here();
                value(&mut map, builder, &mut Attachment)?;
                continue;
            }
            let text = match field {
                "id" => &mut id,
                "name" => &mut name,
                _ => &mut acknowledgement,
            };
            value(&mut map, builder, &mut Text(text))?;
        }
        let standing = cyclonedx::standing(builder, acknowledgement.as_deref());
        cyclonedx::add_licence(builder, self.0, id.as_deref(), name.as_deref(), standing);
        Ok(())
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        builder.add_licence(self.0, text, LicenceForm::Name, LicenceStanding::Unstated);
        Ok(())
    }
}

/// An external reference of a component.
struct ReferenceEntry<'a>(&'a mut Component);

impl Handler for ReferenceEntry<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut kind, mut locator, mut comment) = (None::<String>, None, None);
        let mut fields = Fields::new(&["type", "url", "comment"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = match field {
                "type" => &mut kind,
                "url" => &mut locator,
                _ => &mut comment,
            };
            value(&mut map, builder, &mut Text(text))?;
        }
        cyclonedx::add_reference(builder, self.0, kind.as_deref(), locator.as_deref(), comment.as_deref());
        Ok(())
    }
}

/// A property of a component; a scan needs only Syft's further CPE names and Trivy's source packages.
struct PropertyEntry<'a>(&'a mut Component);

impl Handler for PropertyEntry<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let is_whole = builder.is_whole;
        let mut kept: Option<Option<String>> = None;
        let mut content = None::<String>;
        let mut fields = Fields::new(&["name", "value"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            if field == "name" {
                value(
                    &mut map,
                    builder,
                    &mut Each(|_: &mut Builder, text: &str| {
                        kept = Some((is_whole || cyclonedx::is_kept(text)).then(|| text.to_owned()));
                        Ok(())
                    }),
                )?;
            } else if kept == Some(None) {
                skip(&mut map, builder)?;
            } else {
                value(&mut map, builder, &mut Text(&mut content))?;
            }
        }
        match (kept, content) {
            (None, _) => {
                builder.missing("name");
                builder.unkept("without name");
            }
            (Some(Some(name)), Some(content)) if cyclonedx::is_kept(&name) => {
                cyclonedx::keep_property(builder, self.0, &name, &content);
            }
            (Some(Some(name)), content) => {
                cyclonedx::add_property(builder, self.0, &name, content.as_deref().unwrap_or_default());
            }
            _ => {}
        }
        Ok(())
    }
}

/// A SWID tag, of which the id is kept.
struct Swid<'a>(&'a mut Component);

impl Handler for Swid<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::new(&["tagId"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut Text(&mut self.0.details_mut().swid))?;
        }
        if self.0.details_mut().swid.is_none() {
            builder.missing("tagId");
        }
        Ok(())
    }
}

/// Evidence for a component, of which concluded CPE names are kept.
struct Evidence<'a>(&'a mut Component);

impl Handler for Evidence<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::new(&["identity"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut Identity(self.0))?;
        }
        Ok(())
    }
}

/// An `identity` of the evidence: an object (1.5) or an array of them (from 1.6).
struct Identity<'a>(&'a mut Component);

impl Handler for Identity<'_> {
    const EXPECTED: &'static str = "array";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut about, mut concluded) = (None::<String>, None);
        let mut fields = Fields::new(&["field", "concludedValue"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = if field == "field" { &mut about } else { &mut concluded };
            value(&mut map, builder, &mut Text(text))?;
        }
        cyclonedx::add_identity(builder, self.0, about.as_deref(), concluded.as_deref());
        Ok(())
    }

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, self)
    }
}

/// A node of the dependency graph.
#[derive(Default)]
pub(super) struct Dependency {
    /// Mentions of what the node depends on, kept between nodes for its memory.
    targets: Vec<u32>,
}

impl Handler for Dependency {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut source = None;
        let mut has_foreign = false;
        self.targets.clear();
        let mut fields = Fields::new(&["ref", "dependsOn"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            if field == "ref" {
                value(
                    &mut map,
                    builder,
                    &mut Each(|builder: &mut Builder, text: &str| {
                        source = mention(builder, text)?;
                        Ok(())
                    }),
                )?;
            } else {
                value(
                    &mut map,
                    builder,
                    &mut List(Each(|builder: &mut Builder, text: &str| {
                        match mention(builder, text)? {
                            Some(target) => self.targets.push(target),
                            None => {
                                has_foreign = true;
                                builder.unkept("(another document)");
                            }
                        }
                        Ok(())
                    })),
                )?;
            }
        }
        let Some(source) = source else {
            builder.missing("ref");
            return Ok(());
        };
        if self.targets.is_empty() && !has_foreign {
            let added = builder.add_leaf(source);
            carry(builder, added)?;
        }
        for target in self.targets.drain(..) {
            let added = builder.add_edge(Edge::Depends, source, target);
            carry(builder, added)?;
        }
        Ok(())
    }
}

/// Notes a mention, unless the reference is empty or leads into another document (BOM-Link).
pub(super) fn mention(builder: &mut Builder, text: &str) -> Result<Option<u32>, Message> {
    if text.is_empty() || text.starts_with("urn:cdx:") {
        return Ok(None);
    }
    builder.mention(text).map(Some)
}

/// A service: counted, its reference known.
pub(super) struct Service;

impl Handler for Service {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        builder.sbom.n_services += 1;
        let mut reference = None;
        let mut fields = Fields::uncounted(&["bom-ref", "services", "data"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "bom-ref" => value(&mut map, builder, &mut Reference(&mut reference))?,
                "data" => value(&mut map, builder, &mut List(ServiceData))?,
                _ => value(&mut map, builder, &mut List(Self))?,
            }
        }
        let defined = builder.define_other(reference.as_deref().unwrap_or_default());
        carry(builder, defined)
    }
}

/// A vulnerability: counted.
pub(super) struct Vulnerability;

impl Handler for Vulnerability {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        builder.sbom.n_vulnerabilities += 1;
        let mut fields = Fields::uncounted(&[]);
        while fields.next(&mut map, builder)?.is_some() {}
        Ok(())
    }
}
