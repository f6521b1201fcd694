//! `CycloneDX` XML: the same facts as in JSON, element by element.

use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::{AgentKind, Component, Licence, LicenceForm, Role, Sbom, SbomFormat};

use super::builder::{Builder, Edge};
use super::cyclonedx;
use super::cyclonedx_checks::check_range;
use super::cyclonedx_json::{join, mention};
use super::detect::unknown;
use super::guard::Guard;
use super::json_document::unsupported;
use super::xml::{RootElement, Xml};

/// What stands before the version in the namespace of every `CycloneDX` XML document.
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Reads a `CycloneDX` XML document.
///
/// # Errors
/// See [`super::read`].
pub(super) fn read(guard: Guard<'_>, is_whole: bool) -> Result<Sbom, Message> {
    let mut xml = Xml::new(guard);
    let root = xml.root()?;
    let version = version_of(&root)?;
    let mut reader = Reader { xml, builder: Builder::with(is_whole) };
    reader.builder.line = Some(1);
    reader.builder.sbom.format = SbomFormat::CycloneDxXml;
    reader.builder.sbom.spec_version = version;
    reader.document()?;
    Ok(reader.builder.finish(""))
}

/// The version in the root's namespace.
fn version_of(root: &RootElement) -> Result<String, Message> {
    let Some(version) = root.namespace.strip_prefix(NAMESPACE).filter(|_| root.name == "bom") else {
        return Err(match (root.name.as_str(), root.namespace.as_str()) {
            ("RDF", _) => unknown("SPDX RDF/XML"),
            ("SoftwareIdentity", _) => unknown("SWID"),
            (name, "") => unknown(&format!("XML <{name}>")),
            (name, namespace) => {
                unknown(&format!("XML <{name} xmlns=\"{}\">", super::builder::excerpt(namespace)))
            }
        });
    };
    if cyclonedx::XML_VERSIONS.contains(&version) {
        Ok(version.to_owned())
    } else {
        Err(unsupported("CycloneDX XML", version))
    }
}

/// Known elements of a component.
const COMPONENT: &[&str] = &[
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
    "dependencies",
    "description",
    "copyright",
    "externalReferences",
    "pedigree",
    "versionRange",
];

/// The parser and what was read.
pub(super) struct Reader<'r> {
    /// The document.
    pub(super) xml: Xml<'r>,
    /// The bill.
    pub(super) builder: Builder,
}

impl Reader<'_> {
    /// The next child among `known`.
    fn child(&mut self, known: &'static [&'static str]) -> Result<Option<&'static str>, Message> {
        self.xml.child(&mut self.builder, known)
    }

    /// Counts a field of the current element that is not kept.
    fn unkept(&mut self, field: &str) {
        self.builder.unkept(field);
    }

    /// The text of the current element.
    fn text(&mut self) -> Result<Option<String>, Message> {
        self.xml.text(&mut self.builder)
    }

    /// Everything in the root.
    fn document(&mut self) -> Result<(), Message> {
        self.builder.sbom.revision = self.xml.attribute("version").filter(|text| !text.is_empty());
        if let Some(serial) = self.xml.attribute("serialNumber") {
            cyclonedx::check_serial(&mut self.builder, &serial);
            self.builder.sbom.serial = Some(self.builder.clip(&serial));
        }
        let known = &["metadata", "components", "dependencies", "services", "vulnerabilities", "citations"];
        while let Some(name) = self.child(known)? {
            match name {
                "metadata" => self.metadata()?,
                "components" => self.components(None, Role::Listed)?,
                "dependencies" => self.dependencies()?,
                "services" => self.services()?,
                "citations" => {
                    self.unkept("citations");
                    self.citations()?;
                }
                _ => {
                    while self.child(&["vulnerability"])?.is_some() {
                        self.builder.sbom.n_vulnerabilities += 1;
                        self.xml.skip()?;
                    }
                }
            }
        }
        self.xml.end()
    }

    /// `metadata`.
    fn metadata(&mut self) -> Result<(), Message> {
        let (mut supplier, mut manufacture) = (None, None);
        let known = &[
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
        while let Some(name) = self.child(known)? {
            match name {
                "lifecycles" => self.lifecycles()?,
                "distribution" => {
                    self.unkept("metadata/distribution");
                    self.builder.bad_value("metadata", "distribution");
                    self.xml.skip()?;
                }
                "timestamp" => {
                    if let Some(text) = self.text()? {
                        self.builder.set_created("timestamp", &text);
                    }
                }
                "tools" => self.tools()?,
                "authors" => {
                    while self.child(&["author"])?.is_some() {
                        if let Some(author) = self.contact()? {
                            self.builder.add_author(&author, AgentKind::Person);
                        }
                    }
                }
                "component" => self.component(None, Role::Subject)?,
                "supplier" => supplier = self.contact()?,
                "manufacture" => {
                    self.unkept("metadata/manufacture (as supplier)");
                    manufacture = self.contact()?;
                }
                "manufacturer" => {
                    if let Some(author) = self.contact()? {
                        self.builder.add_author(&author, AgentKind::Organisation);
                    }
                }
                _ => {
                    self.unkept("metadata/licenses");
                    self.licences(&mut Vec::new())?;
                }
            }
        }
        self.builder.sbom.supplier = supplier.or(manufacture);
        Ok(())
    }

    /// `lifecycles`: phases of the format, or named ones.
    fn lifecycles(&mut self) -> Result<(), Message> {
        while self.child(&["lifecycle"])?.is_some() {
            let mut context = None;
            while self.child(&["phase", "name"])?.is_some() {
                context = context.or(self.text()?);
            }
            match context {
                Some(context) => self.builder.add_generation_context(&context),
                None => self.builder.missing("phase"),
            }
        }
        Ok(())
    }

    /// The name of an organisation or a person, or the address where there is no name.
    fn contact(&mut self) -> Result<Option<String>, Message> {
        let (mut contact, mut email) = (None, None);
        while let Some(name) = self.child(&["name", "email"])? {
            let text = self.text()?;
            if name == "name" {
                contact = text;
            } else {
                email = text;
            }
        }
        if contact.is_some() && email.is_some() {
            self.unkept("email");
        }
        Ok(contact.or(email))
    }

    /// `tools`: tool elements (to 1.4), or components and services (from 1.5).
    fn tools(&mut self) -> Result<(), Message> {
        while let Some(name) = self.child(&["tool", "components", "services"])? {
            if name == "tool" {
                self.tool()?;
            } else {
                while self.child(&["component", "service"])?.is_some() {
                    self.tool()?;
                }
            }
        }
        Ok(())
    }

    /// One tool, whatever form it has.
    fn tool(&mut self) -> Result<(), Message> {
        if let Some(reference) = self.xml.attribute("bom-ref") {
            self.builder.define_other(&reference)?;
        }
        let (mut vendor, mut tool, mut version) = (None, None, None);
        while let Some(name) = self.child(&["vendor", "name", "version"])? {
            let text = self.text()?;
            match name {
                "vendor" => vendor = text,
                "name" => tool = text,
                _ => version = text,
            }
        }
        if tool.is_some() && vendor.is_some() {
            self.unkept("metadata/tools/vendor");
        }
        self.builder.add_tool(tool.or(vendor).as_deref(), version.as_deref());
        Ok(())
    }

    /// A list of components.
    fn components(&mut self, parent: Option<u32>, role: Role) -> Result<(), Message> {
        while self.child(&["component"])?.is_some() {
            self.component(parent, role)?;
        }
        Ok(())
    }

    /// A component.
    fn component(&mut self, parent: Option<u32>, role: Role) -> Result<(), Message> {
        let index = self.builder.begin_component(parent, role)?;
        let mut component = Component::default();
        let kind = self.xml.attribute("type").filter(|text| !text.is_empty());
        cyclonedx::set_kind(&mut self.builder, &mut component, kind.as_deref());
        if let Some(reference) = self.xml.attribute("bom-ref") {
            if reference.is_empty() {
                self.builder.bad_value("bom-ref", "");
            } else {
                component.reference = Some(self.builder.clip(&reference).into());
            }
        }
        let is_external = self.xml.attribute("isExternal").is_some_and(|text| text == "true" || text == "1");
        let line = self.builder.line;
        let (mut manufacturer, mut publisher, mut authors, mut range) = (None, None, None, None);
        let mut seen: Vec<&str> = Vec::new();
        while let Some(name) = self.child(COMPONENT)? {
            if seen.contains(&name) {
                self.builder.notice(codes::SBOM_FIELD_TWICE, "field", name);
            }
            seen.push(name);
            match name {
                "name" => component.name = self.text()?.unwrap_or_default().into(),
                "components" => {
                    let role = if role == Role::Listed { Role::Listed } else { Role::InSubject };
                    self.components(Some(index), role)?;
                }
                "manufacturer" => manufacturer = self.contact()?,
                "publisher" => publisher = self.text()?,
                "dependencies" => self.own_dependencies(&component)?,
                "versionRange" => {
                    self.unkept("components/component/versionRange");
                    range = self.text()?;
                }
                "authors" => {
                    while self.child(&["author"])?.is_some() {
                        if let Some(author) = self.contact()? {
                            join(&mut self.builder, &mut authors, &author);
                        }
                    }
                }
                _ => self.component_element(name, &mut component)?,
            }
        }
        self.builder.line = line;
        check_range(&mut self.builder, range.as_deref(), component.version.is_some(), is_external);
        if component.name.is_empty() {
            self.builder.missing("name");
        }
        cyclonedx::set_people(&mut self.builder, &mut component, manufacturer, publisher, authors);
        self.builder.end_component(index, component)
    }

    /// `dependencies` in a component, where only the extension for 1.0 and 1.1 has them: what it depends on.
    fn own_dependencies(&mut self, component: &Component) -> Result<(), Message> {
        let source = match &component.reference {
            Some(reference) => Some(self.builder.mention(reference)?),
            None => {
                self.builder.missing("bom-ref");
                None
            }
        };
        self.targets_or_leaf(source)
    }

    /// One element of a component.
    fn component_element(&mut self, name: &str, component: &mut Component) -> Result<(), Message> {
        match name {
            "version" => component.version = self.text()?.map(Into::into),
            "group" => component.group = self.text()?.map(Into::into),
            "author" => component.details_mut().author = self.text()?,
            "supplier" => component.details_mut().supplier = self.contact()?,
            "purl" => {
                if let Some(purl) = self.text()? {
                    self.builder.add_purl(component, &purl);
                }
            }
            "cpe" => {
                if let Some(cpe) = self.text()? {
                    self.builder.add_cpe(component, &cpe);
                }
            }
            "hashes" => self.hashes(component)?,
            "licenses" => self.licences(&mut component.details_mut().licences)?,
            "properties" => self.properties(component)?,
            "swid" => {
                match self.xml.attribute("tagId").filter(|text| !text.is_empty()) {
                    Some(tag) => component.details_mut().swid = Some(self.builder.clip(&tag)),
                    None => self.builder.missing("tagId"),
                }
                while self.child(&[])?.is_some() {}
            }
            "evidence" => self.evidence(component)?,
            "pedigree" => {
                self.unkept("components/component/pedigree");
                self.pedigree()?;
            }
            "scope" => {
                if let Some(scope) = self.text()? {
                    cyclonedx::set_scope(&mut self.builder, component, &scope);
                }
            }
            _ if !self.builder.is_whole => self.xml.skip()?,
            "description" => component.details_mut().extras_mut().description = self.text()?.map(Into::into),
            "copyright" => component.details_mut().extras_mut().copyright = self.text()?.map(Into::into),
            _ => self.references(component)?,
        }
        Ok(())
    }

    /// `externalReferences`.
    fn references(&mut self, component: &mut Component) -> Result<(), Message> {
        while self.child(&["reference"])?.is_some() {
            let kind = self.xml.attribute("type");
            let (mut locator, mut comment) = (None, None);
            while let Some(name) = self.child(&["url", "comment"])? {
                let text = self.text()?;
                if name == "url" {
                    locator = text;
                } else {
                    comment = text;
                }
            }
            let (kind, locator) = (kind.as_deref(), locator.as_deref());
            cyclonedx::add_reference(&mut self.builder, component, kind, locator, comment.as_deref());
        }
        Ok(())
    }

    /// `hashes`.
    fn hashes(&mut self, component: &mut Component) -> Result<(), Message> {
        while self.child(&["hash"])?.is_some() {
            let algorithm = self.xml.attribute("alg");
            let content = self.text()?;
            cyclonedx::add_hash(&mut self.builder, component, algorithm.as_deref(), content.as_deref());
        }
        Ok(())
    }

    /// `licenses`.
    fn licences(&mut self, licences: &mut Vec<Licence>) -> Result<(), Message> {
        let (mut n_licences, mut n_expressions) = (0, 0);
        while let Some(name) = self.child(&["license", "expression"])? {
            let acknowledgement = self.xml.attribute("acknowledgement");
            let standing = cyclonedx::standing(&mut self.builder, acknowledgement.as_deref());
            if name == "expression" {
                n_expressions += 1;
                if let Some(expression) = self.text()? {
                    self.builder.add_licence(licences, &expression, LicenceForm::Expression, standing);
                }
                continue;
            }
            n_licences += 1;
            let (mut id, mut name) = (None, None);
            while let Some(field) = self.child(&["id", "name", "text"])? {
                if field == "text" {
                    self.unkept("licenses/license/text");
                    self.attachment()?;
                    continue;
                }
                let text = self.text()?;
                let slot = if field == "id" { &mut id } else { &mut name };
                if slot.is_some() {
                    self.builder.notice(codes::SBOM_FIELD_TWICE, "field", field);
                }
                *slot = text;
            }
            cyclonedx::add_licence(&mut self.builder, licences, id.as_deref(), name.as_deref(), standing);
        }
        let is_mix_allowed = self.builder.sbom.spec_version == "1.7";
        if !is_mix_allowed && (n_expressions > 1 || (n_expressions == 1 && n_licences > 0)) {
            self.builder.bad_value("licenses", "license + expression");
        }
        Ok(())
    }

    /// `properties`, of which Syft's further CPE names and Trivy's source packages are kept.
    fn properties(&mut self, component: &mut Component) -> Result<(), Message> {
        while self.child(&["property"])?.is_some() {
            match self.xml.attribute("name") {
                Some(name) if cyclonedx::is_kept(&name) => {
                    if let Some(content) = self.text()? {
                        cyclonedx::keep_property(&mut self.builder, component, &name, &content);
                    }
                }
                Some(name) if self.builder.is_whole => {
                    let content = self.text()?.unwrap_or_default();
                    cyclonedx::add_property(&mut self.builder, component, &name, &content);
                }
                Some(_) => self.xml.skip()?,
                None => {
                    self.builder.missing("name");
                    self.unkept("components/component/properties/property without name");
                    self.xml.skip()?;
                }
            }
        }
        Ok(())
    }

    /// `evidence`, of which concluded CPE names are kept.
    fn evidence(&mut self, component: &mut Component) -> Result<(), Message> {
        while self.child(&["identity"])?.is_some() {
            let (mut about, mut concluded) = (None, None);
            while let Some(name) = self.child(&["field", "concludedValue"])? {
                let text = self.text()?;
                if name == "field" {
                    about = text;
                } else {
                    concluded = text;
                }
            }
            cyclonedx::add_identity(&mut self.builder, component, about.as_deref(), concluded.as_deref());
        }
        Ok(())
    }

    /// `services`, counted.
    fn services(&mut self) -> Result<(), Message> {
        while self.xml.child_uncounted(&mut self.builder, &["service"])?.is_some() {
            self.builder.sbom.n_services += 1;
            if let Some(reference) = self.xml.attribute("bom-ref") {
                self.builder.define_other(&reference)?;
            }
            while let Some(name) = self.xml.child_uncounted(&mut self.builder, &["services", "data"])? {
                if name == "data" {
                    self.service_data()?;
                } else {
                    self.services()?;
                }
            }
        }
        Ok(())
    }

    /// `dependencies`: each dependency names its targets in child elements.
    fn dependencies(&mut self) -> Result<(), Message> {
        while self.child(&["dependency"])?.is_some() {
            let source = self.dependency_reference()?;
            self.targets_or_leaf(source)?;
        }
        Ok(())
    }

    /// What `source` depends on, to the end of the current element; that it depends on nothing, where nothing is named.
    fn targets_or_leaf(&mut self, source: Option<u32>) -> Result<(), Message> {
        let has_target = self.targets(source)?;
        match source {
            Some(source) if !has_target => self.builder.add_leaf(source),
            _ => Ok(()),
        }
    }

    /// What `source` depends on, and what that depends on in turn, to the end of the current element; whether something
    /// is named.
    fn targets(&mut self, source: Option<u32>) -> Result<bool, Message> {
        let mut has_target = false;
        while self.child(&["dependency"])?.is_some() {
            has_target = true;
            let target = self.dependency_reference()?;
            match (source, target) {
                (Some(source), Some(target)) => self.builder.add_edge(Edge::Depends, source, target)?,
                _ => self.unkept("dependencies/dependency (another document)"),
            }
            self.targets(target)?;
        }
        Ok(has_target)
    }

    /// The mention in `ref` of the dependency stepped into.
    fn dependency_reference(&mut self) -> Result<Option<u32>, Message> {
        match self.xml.attribute("ref").filter(|text| !text.is_empty()) {
            Some(reference) => mention(&mut self.builder, &reference),
            None => {
                self.builder.missing("ref");
                Ok(None)
            }
        }
    }
}
