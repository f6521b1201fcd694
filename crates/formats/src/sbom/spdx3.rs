//! SPDX 3: what elements mean for a bill, and what ties them together once all of them are known.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::limits::{SBOM_COMPONENTS_MAX, SBOM_DEPENDENCIES_MAX, SBOM_LIST_MAX};
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::{
    Agent, AgentKind, ExtractedLicence, LicenceForm, LicenceStanding, Role, Sbom, SbomFormat,
};
use kikimori_core::stamp::Stamp;

use super::builder::{Builder, Edge, excerpt};
use super::cyclonedx_json::join;
use super::guard::limit;
use super::json_document::unsupported;
use super::linked_data::{SPACE, local_name};
use super::spdx::{DATA_LICENCE, said, source};
use super::spdx3_element::{Element, set_extras, set_kind, set_upkeep};
use super::spdx3_licence::{Licence, Licences};
use super::spdx3_words::{self, Class, Meaning};

/// Versions read.
const VERSIONS: &[&str] = &["3.0", "3.0.0", "3.0.1"];

/// Creation informations kept. A document has one, or one for each of its elements.
const CREATIONS_MAX: usize = 500_000;

/// Short forms of addresses kept. Real documents have about ten.
const NAMESPACES_MAX: usize = 1_000;

/// Who made an element's description when.
#[derive(Default)]
struct Creation {
    /// `created`.
    created: Option<String>,
    /// `specVersion`.
    spec_version: Option<String>,
    /// Numbers of persons and organisations.
    created_by: Vec<u32>,
    /// Numbers of tools.
    created_using: Vec<u32>,
}

/// What the document, or the bill where there is no document, says about itself.
struct Heading {
    /// Its reference.
    id: Option<Box<str>>,
    /// Its name.
    name: Option<String>,
    /// Its creation information.
    creation: Option<u32>,
}

/// What an agent has to do with a component.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// `suppliedBy`.
    Supplier,
    /// `originatedBy`.
    Author,
}

/// What the elements seen so far say that can be understood only when all are known.
#[derive(Default)]
pub(super) struct Graph {
    /// Elements being read, one in another.
    pub(super) depth: usize,
    /// Number of the creation information read last, where it has no reference.
    pub(super) last_creation: Option<u32>,
    /// The document.
    document: Option<Heading>,
    /// The first bill.
    bill: Option<Heading>,
    /// Creation informations, in the order of their numbers.
    creations: Vec<Creation>,
    /// Numbers of creation informations by reference.
    creation_ids: BTreeMap<Box<str>, u32>,
    /// Collections of elements.
    collections: BTreeSet<u32>,
    /// What the document and its bills are about.
    roots: Vec<u32>,
    /// Persons, organisations and tools; tools are marked.
    agents: BTreeMap<u32, (Agent, bool)>,
    /// Licences.
    licences: Licences,
    /// Component, agent, and what it has to do with it.
    people: Vec<(u32, u32, Part)>,
    /// Component, licence, and how the document came to it.
    licence_edges: Vec<(u32, u32, LicenceStanding)>,
    /// Component and creation information.
    component_creations: Vec<(u32, u32)>,
    /// Short forms of addresses.
    namespaces: Vec<(String, String)>,
    /// Elements of other documents.
    n_imports: usize,
    /// The first of them.
    first_import: Option<String>,
    /// Statements about vulnerabilities by kind.
    statements: BTreeMap<&'static str, usize>,
}

impl Graph {
    /// The number of the creation information of this reference, a new one if it is new.
    pub(super) fn creation_of(&mut self, builder: &mut Builder, id: &str) -> Option<u32> {
        if let Some(index) = self.creation_ids.get(id) {
            return Some(*index);
        }
        let index = self.add_creation(builder, Creation::default())?;
        self.creation_ids.insert(id.into(), index);
        Some(index)
    }

    /// Keeps a creation information.
    fn add_creation(&mut self, builder: &mut Builder, creation: Creation) -> Option<u32> {
        if self.creations.len() >= CREATIONS_MAX {
            builder.cut("creationInfo", CREATIONS_MAX);
            return None;
        }
        let index = u32::try_from(self.creations.len()).ok()?;
        self.creations.push(creation);
        Some(index)
    }

    /// Notes an element of another document.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over the number of references.
    pub(super) fn add_import(&mut self, builder: &mut Builder, id: Option<&str>) -> Result<(), Message> {
        let Some(id) = id else {
            builder.missing("externalSpdxId");
            return Ok(());
        };
        self.n_imports += 1;
        self.first_import.get_or_insert_with(|| excerpt(id));
        builder.define_hidden(id)
    }

    /// Notes a short form of addresses.
    pub(super) fn add_namespace(&mut self, builder: &mut Builder, prefix: String, space: String) {
        if self.namespaces.len() >= NAMESPACES_MAX {
            builder.cut("namespaceMap", NAMESPACES_MAX);
            return;
        }
        self.namespaces.push((prefix, space));
    }

    /// Takes an element that was read to its end.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over a limit of components, edges or references.
    pub(super) fn add(&mut self, builder: &mut Builder, element: Element) -> Result<(), Message> {
        let class = match element.class.as_deref() {
            Some(word) => spdx3_words::class(local_name(word)),
            None if element.is_creation => Class::Creation,
            None => {
                builder.missing("type");
                Class::Unkept
            }
        };
        let id = element.id.clone().unwrap_or_default();
        match class {
            Class::Package => self.add_package(builder, element),
            Class::Relationship => self.add_relationship(builder, &element),
            Class::File => {
                builder.sbom.n_files += 1;
                builder.define_hidden(&id)
            }
            Class::Document | Class::Collection => self.add_collection(builder, element, class),
            Class::Person | Class::Organisation | Class::Agent | Class::Tool => {
                self.add_agent(builder, element, class)
            }
            Class::Creation => self.define_creation(builder, element),
            Class::LicenceExpression
            | Class::ListedLicence
            | Class::CustomLicence
            | Class::LicencesAll
            | Class::LicencesAny
            | Class::LicenceWith
            | Class::LicenceOrLater => self.add_licence(builder, element, class),
            Class::Vulnerability => {
                builder.sbom.n_vulnerabilities += 1;
                builder.define_hidden(&id)
            }
            Class::Statement(kind) => {
                *self.statements.entry(kind).or_default() += 1;
                builder.define_hidden(&id)
            }
            Class::Unkept | Class::Unknown => {
                let word = element.class.unwrap_or_default();
                if class == Class::Unknown {
                    builder.bad_value("type", &word);
                }
                builder.unkept(&format!("{word} (whole)"));
                builder.define_hidden(&id)
            }
        }
    }

    /// Takes a package: a component.
    fn add_package(&mut self, builder: &mut Builder, mut element: Element) -> Result<(), Message> {
        let index = builder.begin_component(None, Role::Listed)?;
        let mut component = std::mem::take(&mut element.component);
        match element.name.take() {
            Some(name) => component.name = name.into(),
            None => builder.missing("name"),
        }
        if element.id.is_none() {
            builder.missing("spdxId");
        }
        component.version = element.version.take().filter(|text| said(text).is_some()).map(Into::into);
        set_kind(builder, &mut component, element.purpose.as_deref());
        set_upkeep(builder, &mut component, &mut element);
        component.details_mut().source = element.source_info.as_deref().and_then(source);
        if builder.is_whole {
            set_extras(builder, &mut component, &mut element);
        }
        for (ids, part) in [(&element.supplied_by, Part::Supplier), (&element.originated_by, Part::Author)] {
            for id in ids.iter().take(SBOM_LIST_MAX) {
                if let Some(symbol) = mention(builder, id)? {
                    self.people.push((index, symbol, part));
                }
            }
            if ids.len() > SBOM_LIST_MAX {
                builder.cut("originatedBy", SBOM_LIST_MAX);
            }
        }
        if let Some(creation) = element.creation {
            self.component_creations.push((index, creation));
        }
        component.reference = element.id.take();
        builder.end_component(index, component)
    }

    /// Takes a relationship.
    fn add_relationship(&mut self, builder: &mut Builder, element: &Element) -> Result<(), Message> {
        builder.define_hidden(element.id.as_deref().unwrap_or_default())?;
        let Some(kind) = element.relationship.as_deref().map(local_name) else {
            builder.missing("relationshipType");
            return Ok(());
        };
        let Some(from) = element.from.first() else {
            builder.missing("from");
            return Ok(());
        };
        if element.from.len() > 1 {
            builder.bad_value("from", element.from.get(1).map_or("", |id| id));
        }
        let is_complete = check_qualities(builder, element);
        if !element.has_to || (element.to.is_empty() && !is_complete) {
            builder.missing("to");
        }
        let meaning = spdx3_words::meaning(kind);
        if meaning == Meaning::Unknown {
            builder.bad_value("relationshipType", kind);
        }
        if !spdx3_words::is_kept_exactly(kind) {
            builder.unkept(kind);
        }
        match meaning {
            Meaning::Edge(edge) => {
                add_edges(builder, edge, from, element, kind == "dependsOn" && is_complete)
            }
            Meaning::Describes => {
                mention(builder, from)?;
                self.add_roots(builder, &element.to)
            }
            Meaning::Declares => self.add_licences(builder, from, &element.to, LicenceStanding::Declared),
            Meaning::Concludes => self.add_licences(builder, from, &element.to, LicenceStanding::Concluded),
            Meaning::Nothing | Meaning::Unknown => Ok(()),
        }
    }

    /// Notes what the document or a bill is about.
    fn add_roots(&mut self, builder: &mut Builder, ids: &[Box<str>]) -> Result<(), Message> {
        for id in ids {
            if self.roots.len() >= SBOM_DEPENDENCIES_MAX {
                return Err(limit("SBOM_DEPENDENCIES_MAX", SBOM_DEPENDENCIES_MAX as u64).at(builder.here()));
            }
            self.roots.extend(mention(builder, id)?);
        }
        Ok(())
    }

    /// Notes the licences of an element. Those of the SPDX list need no element of their own.
    fn add_licences(
        &mut self,
        builder: &mut Builder,
        from: &str,
        to: &[Box<str>],
        standing: LicenceStanding,
    ) -> Result<(), Message> {
        let Some(from) = mention(builder, from)? else { return Ok(()) };
        for id in to {
            if self.licence_edges.len() >= SBOM_DEPENDENCIES_MAX {
                return Err(limit("SBOM_DEPENDENCIES_MAX", SBOM_DEPENDENCIES_MAX as u64).at(builder.here()));
            }
            if let Some(symbol) = self.mention_licence(builder, id)? {
                self.licence_edges.push((from, symbol, standing));
            }
        }
        Ok(())
    }

    /// Mentions a licence.
    fn mention_licence(&mut self, builder: &mut Builder, id: &str) -> Result<Option<u32>, Message> {
        let Some(listed) = listed_licence(id) else {
            return mention(builder, id);
        };
        let symbol = builder.symbol(id)?;
        self.licences.add(symbol, Licence::Text(listed.into(), LicenceForm::Id));
        Ok(Some(symbol))
    }

    /// Takes the document or a bill.
    fn add_collection(
        &mut self,
        builder: &mut Builder,
        element: Element,
        class: Class,
    ) -> Result<(), Message> {
        let id = element.id.clone().unwrap_or_default();
        builder.define_other(&id)?;
        if id.is_empty() {
            builder.missing("spdxId");
        } else {
            self.collections.insert(builder.symbol(&id)?);
        }
        for word in &element.sbom_types {
            if !spdx3_words::SBOM_TYPES.contains(&word.as_str()) {
                builder.bad_value("software_sbomType", word);
            }
            builder.add_generation_context(word);
        }
        if let Some(licence) = element.data_licence.as_deref()
            && listed_licence(licence).unwrap_or(licence) != DATA_LICENCE
        {
            builder.unkept("dataLicense");
        }
        self.add_roots(builder, &element.roots)?;
        let heading = Heading { id: element.id, name: element.name, creation: element.creation };
        let place = if class == Class::Document { &mut self.document } else { &mut self.bill };
        if place.is_none() {
            *place = Some(heading);
        } else if class == Class::Document {
            builder.notice(codes::SBOM_FIELD_TWICE, "field", "SpdxDocument");
        }
        Ok(())
    }

    /// Takes a person, an organisation or a tool.
    fn add_agent(&mut self, builder: &mut Builder, element: Element, class: Class) -> Result<(), Message> {
        let id = element.id.unwrap_or_default();
        builder.define_other(&id)?;
        if element.name.is_some() && element.contact.is_some() {
            builder.unkept("externalIdentifier");
        }
        let Some(name) = element.name.or(element.contact) else {
            builder.missing("name");
            return Ok(());
        };
        if id.is_empty() {
            builder.missing("spdxId");
            return Ok(());
        }
        let Some(name) = said(&name) else { return Ok(()) };
        let kind = match class {
            Class::Person => AgentKind::Person,
            Class::Organisation => AgentKind::Organisation,
            _ => AgentKind::Unstated,
        };
        let agent = Agent { name: builder.clip(name), kind };
        self.agents.entry(builder.symbol(&id)?).or_insert((agent, class == Class::Tool));
        Ok(())
    }

    /// Takes a creation information.
    fn define_creation(&mut self, builder: &mut Builder, element: Element) -> Result<(), Message> {
        let mut symbols = [Vec::new(), Vec::new()];
        for (ids, symbols) in [&element.created_by, &element.created_using].into_iter().zip(&mut symbols) {
            for id in ids.iter().take(SBOM_LIST_MAX) {
                symbols.extend(mention(builder, id)?);
            }
            if ids.len() > SBOM_LIST_MAX {
                builder.cut("createdBy", SBOM_LIST_MAX);
            }
        }
        if element.created.is_none() {
            builder.missing("created");
        }
        let [created_by, created_using] = symbols;
        let creation = Creation {
            created: element.created,
            spec_version: element.spec_version,
            created_by,
            created_using,
        };
        match element.id.as_deref().filter(|id| !id.is_empty()) {
            None => self.last_creation = self.add_creation(builder, creation),
            Some(id) => {
                let index = self.creation_of(builder, id);
                if let Some(room) = index.and_then(|index| self.creations.get_mut(index as usize)) {
                    if room.created.is_some() {
                        builder.bad_value("@id", id);
                    } else {
                        *room = creation;
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes a licence.
    fn add_licence(&mut self, builder: &mut Builder, element: Element, class: Class) -> Result<(), Message> {
        let id = element.id.unwrap_or_default();
        if id.is_empty() {
            builder.missing("spdxId");
            return Ok(());
        }
        builder.define_other(&id)?;
        let symbol = builder.symbol(&id)?;
        let licence = match class {
            Class::LicenceExpression => match &element.expression {
                Some(text) => Licence::Text(text.as_str().into(), LicenceForm::Expression),
                None => {
                    builder.missing("simplelicensing_licenseExpression");
                    return Ok(());
                }
            },
            Class::ListedLicence => {
                let last = id.rsplit_once(['/', '#']).map_or(&*id, |(_, last)| last);
                Licence::Text(listed_licence(&id).unwrap_or(last).into(), LicenceForm::Id)
            }
            Class::LicencesAll => Licence::All(self.mention_licences(builder, &element.members)?),
            Class::LicencesAny => Licence::Any(self.mention_licences(builder, &element.members)?),
            Class::LicenceWith => Licence::With(
                self.mention_licences(builder, &element.subject)?.first().copied(),
                self.mention_licences(builder, &element.addition)?.first().copied(),
            ),
            Class::LicenceOrLater => {
                Licence::OrLater(self.mention_licences(builder, &element.subject)?.first().copied())
            }
            _ => own_licence(builder, &id, element.name.as_deref(), element.licence_text.as_deref()),
        };
        self.licences.add(symbol, licence);
        Ok(())
    }

    /// Mentions licences that another is put together of.
    fn mention_licences(&mut self, builder: &mut Builder, ids: &[Box<str>]) -> Result<Vec<u32>, Message> {
        let mut symbols = Vec::new();
        for id in ids.iter().take(SBOM_LIST_MAX) {
            symbols.extend(self.mention_licence(builder, id)?);
        }
        if ids.len() > SBOM_LIST_MAX {
            builder.cut("expandedlicensing_member", SBOM_LIST_MAX);
        }
        Ok(symbols)
    }

    /// The finished bill. `context` is what the document says as its `@context`.
    ///
    /// # Errors
    /// [`codes::SBOM_UNSUPPORTED_VERSION`] for a version that is not SPDX 3.
    pub(super) fn finish(mut self, mut builder: Builder, context: &str) -> Result<Sbom, Message> {
        let heading = match (self.document.take(), self.bill.take()) {
            (Some(document), _) => Some(document),
            (None, bill) => {
                builder.missing("SpdxDocument");
                bill
            }
        };
        let creation = match &heading {
            Some(heading) => heading.creation,
            None => (!self.creations.is_empty()).then_some(0),
        };
        builder.sbom.format = SbomFormat::Spdx3Json;
        builder.sbom.spec_version = self.version(&mut builder, creation, context)?;
        if let Some(heading) = heading {
            builder.sbom.serial = heading.id.map(Into::into);
            builder.sbom.name = heading.name;
        }
        let respell = |text: &str| respelled(&self.namespaces, text);
        let aliases = builder.settle_references(respell);
        let own = |symbol: u32| aliases.get(&symbol).copied().unwrap_or(symbol);
        self.set_creation(&mut builder, creation, own);
        self.set_people(&mut builder, own);
        self.set_licences(&mut builder, own);
        self.set_entries(&mut builder, creation, own);
        for symbol in &self.roots {
            if builder.component_of(*symbol).is_some() {
                builder.add_described(*symbol)?;
            } else if !self.collections.contains(&own(*symbol)) {
                builder.unkept("rootElement");
            }
        }
        self.notice_unused(&mut builder);
        Ok(builder.finish("/@graph"))
    }

    /// The version of SPDX that the document says, else that of its context.
    fn version(&self, builder: &mut Builder, own: Option<u32>, context: &str) -> Result<String, Message> {
        let own = own.and_then(|index| self.creations.get(index as usize));
        let said = own.into_iter().chain(&self.creations).find_map(|creation| creation.spec_version.clone());
        let version = said.unwrap_or_else(|| {
            builder.missing("specVersion");
            let rest = context.split_once("spdx.org/rdf/").map_or("", |(_, rest)| rest);
            rest.split('/').next().unwrap_or_default().to_owned()
        });
        if VERSIONS.contains(&version.as_str()) || version.is_empty() {
            return Ok(version);
        }
        if !version.starts_with("3.") {
            return Err(unsupported("SPDX JSON-LD", &version));
        }
        let message = Message::new(codes::SBOM_VERSION_NEWER)
            .with("format", SbomFormat::Spdx3Json.name())
            .with("version", excerpt(&version));
        builder.add_notice(message);
        Ok(version)
    }

    /// Puts in who made the document when, and with which tools.
    fn set_creation(&self, builder: &mut Builder, own: Option<u32>, resolve: impl Fn(u32) -> u32) {
        let Some(creation) = own.and_then(|index| self.creations.get(index as usize)) else {
            builder.missing("creationInfo");
            return;
        };
        builder.sbom.created_at = creation.created.as_deref().and_then(Stamp::parse);
        builder.sbom.created_written.clone_from(&creation.created);
        for symbol in creation.created_by.iter().chain(&creation.created_using) {
            match self.agents.get(&resolve(*symbol)) {
                Some((agent, true)) => builder.add_tool(Some(&agent.name), None),
                Some((agent, false)) => builder.add_author(&agent.name, agent.kind),
                None => {}
            }
        }
    }

    /// Puts suppliers and originators into their components.
    fn set_people(&self, builder: &mut Builder, resolve: impl Fn(u32) -> u32) {
        for (index, symbol, part) in &self.people {
            let Some((agent, _)) = self.agents.get(&resolve(*symbol)) else { continue };
            let Some(mut component) = builder.take_component(*index) else { continue };
            let details = component.details_mut();
            let names = if *part == Part::Supplier { &mut details.supplier } else { &mut details.author };
            let is_first = names.is_none();
            join(builder, names, &agent.name);
            if is_first && let Some(extras) = builder.extras(&mut component) {
                match part {
                    Part::Supplier => extras.supplier_kind = agent.kind,
                    Part::Author => extras.author_kind = agent.kind,
                }
            }
            builder.put_component(*index, component);
        }
    }

    /// Puts licences into their components: what was concluded, else what was declared; both where the document is read whole.
    fn set_licences(&self, builder: &mut Builder, resolve: impl Fn(u32) -> u32) {
        for standing in [LicenceStanding::Concluded, LicenceStanding::Declared] {
            for (from, to, own) in &self.licence_edges {
                if *own != standing {
                    continue;
                }
                let Some(index) = builder.component_of(*from) else { continue };
                let Some(mut component) = builder.take_component(index) else { continue };
                let has_better =
                    component.details().licences.first().is_some_and(|first| first.standing != standing);
                match self.licences.written(resolve(*to)) {
                    Some((text, form)) if said(&text).is_some() && (builder.is_whole || !has_better) => {
                        let licences = &mut component.details_mut().licences;
                        builder.add_licence(licences, &text, form, standing);
                    }
                    Some(_) => {}
                    None => builder.unkept("license"),
                }
                builder.put_component(index, component);
            }
        }
    }

    /// Puts in who entered a component when, where that is not what the document says of itself.
    fn set_entries(&self, builder: &mut Builder, own: Option<u32>, resolve: impl Fn(u32) -> u32) {
        for (index, creation) in &self.component_creations {
            if Some(*creation) == own {
                continue;
            }
            let Some(creation) = self.creations.get(*creation as usize) else { continue };
            let by = creation.created_by.iter().find_map(|symbol| self.agents.get(&resolve(*symbol)));
            if by.is_none() && creation.created.is_none() {
                continue;
            }
            let Some(mut component) = builder.take_component(*index) else { continue };
            let upkeep = component.details_mut().upkeep.get_or_insert_default();
            upkeep.entered_by = by.map(|(agent, _)| agent.name.clone());
            upkeep.entered_at.clone_from(&creation.created);
            builder.put_component(*index, component);
        }
    }

    /// Notices what the document says that nothing here uses.
    fn notice_unused(&self, builder: &mut Builder) {
        let n_statements: usize = self.statements.values().sum();
        if n_statements > 0 {
            let kinds: Vec<String> =
                self.statements.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
            builder.unkept("security_*VulnAssessmentRelationship");
            builder.add_notice(
                Message::new(codes::SBOM_STATEMENTS_UNUSED)
                    .with("count", n_statements)
                    .with("kinds", kinds.join(", ")),
            );
        }
        if let Some(first) = &self.first_import {
            builder.add_notice(
                Message::new(codes::SBOM_EXTERNAL).with("count", self.n_imports).with("first", first),
            );
        }
    }
}

/// Stops at a list of references that is too long.
///
/// # Errors
/// [`codes::SBOM_LIMIT`] over [`SBOM_COMPONENTS_MAX`].
pub(super) fn check_list(builder: &Builder, n_entries: usize) -> Result<(), Message> {
    if n_entries < SBOM_COMPONENTS_MAX {
        return Ok(());
    }
    Err(limit("SBOM_COMPONENTS_MAX", SBOM_COMPONENTS_MAX as u64).at(builder.here()))
}

/// Adds the edges of a relationship; `is_complete` says that there are no others.
fn add_edges(
    builder: &mut Builder,
    edge: Edge,
    from: &str,
    element: &Element,
    is_complete: bool,
) -> Result<(), Message> {
    let Some(from) = mention(builder, from)? else { return Ok(()) };
    if is_complete && element.to.is_empty() {
        return builder.add_leaf(from);
    }
    for id in &element.to {
        if local_name(id) == "NoneElement" && edge == Edge::Depends {
            builder.add_leaf(from)?;
        } else if let Some(to) = mention(builder, id)? {
            builder.add_edge(edge, from, to)?;
        } else {
            builder.unkept("NONE or NOASSERTION");
        }
    }
    Ok(())
}

/// Checks how a relationship is qualified; whether it says that it names all.
fn check_qualities(builder: &mut Builder, element: &Element) -> bool {
    let scope = element.scope.as_deref().map(local_name);
    if let Some(scope) = scope {
        if !spdx3_words::SCOPES.contains(&scope) {
            builder.bad_value("scope", scope);
        }
        builder.unkept("scope");
    }
    let completeness = element.completeness.as_deref().map(local_name);
    if let Some(word) = completeness {
        if !spdx3_words::COMPLETENESS.contains(&word) {
            builder.bad_value("completeness", word);
        }
        if word != "noAssertion" {
            builder.unkept("completeness");
        }
    }
    completeness == Some("complete")
}

/// Mentions an element, unless it is one of the model that stands for none.
fn mention(builder: &mut Builder, id: &str) -> Result<Option<u32>, Message> {
    let is_of_model = id.contains(SPACE) || id == "https://spdx.org/" || id == "SpdxOrganization";
    let is_none = matches!(
        local_name(id),
        "NoneElement" | "NoAssertionElement" | "NoneLicense" | "NoAssertionLicense" | "NOASSERTION" | "NONE"
    );
    if is_of_model || is_none { Ok(None) } else { builder.mention(id).map(Some) }
}

/// The id of a licence of the SPDX list, from its address.
fn listed_licence(id: &str) -> Option<&str> {
    let rest = id.strip_prefix("https://").or_else(|| id.strip_prefix("http://"))?;
    rest.strip_prefix("spdx.org/licenses/").filter(|id| !id.is_empty())
}

/// A licence with a text of its own, which is kept where the document is read whole.
fn own_licence(builder: &mut Builder, id: &str, name: Option<&str>, text: Option<&str>) -> Licence {
    let reference = id.rfind("LicenseRef-").and_then(|at| id.get(at..));
    if builder.is_whole {
        match (reference, text) {
            (Some(reference), Some(text)) => {
                let licence = ExtractedLicence {
                    id: builder.clip(reference),
                    name: name.map(|name| builder.clip(name)),
                    text: builder.clip(text),
                };
                builder.sbom.extracted_licences.push(licence);
            }
            _ => builder.unkept("licenseText"),
        }
    }
    match (reference, name) {
        (Some(reference), _) => Licence::Text(reference.into(), LicenceForm::Expression),
        (None, name) => Licence::Text(name.unwrap_or(id).into(), LicenceForm::Name),
    }
}

/// Another spelling of a reference: a short form in full, or a full one in short.
fn respelled(namespaces: &[(String, String)], text: &str) -> Option<String> {
    namespaces.iter().find_map(|(prefix, space)| {
        if let Some(rest) = text.strip_prefix(prefix.as_str()).and_then(|rest| rest.strip_prefix(':')) {
            return Some(format!("{space}{rest}"));
        }
        text.strip_prefix(space.as_str()).map(|rest| format!("{prefix}:{rest}"))
    })
}
