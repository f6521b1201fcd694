//! The bill of materials while it is being read: what every format's reader writes into.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kikimori_core::limits::{
    COMPONENT_IDENTIFIERS_MAX, IDENTIFIER_BYTES_MAX, NOTICES_MAX, SBOM_COMPONENTS_MAX, SBOM_DEPENDENCIES_MAX,
    SBOM_LIST_MAX, SBOM_STRING_BYTES_MAX,
};
use kikimori_core::message::{Code, Message, Place, TopList, codes};
use kikimori_core::sbom::{
    Agent, AgentKind, Component, Details, Extras, Hash, Identifiers, Licence, LicenceForm, LicenceStanding,
    Role, Sbom, SbomFormat,
};
use kikimori_core::stamp::Stamp;

use super::guard::limit;
use super::references::{References, Target, find_cycle};

/// Characters of a value repeated in a notice.
const EXCERPT_CHARS: usize = 80;

/// What edges are counted as that lead from or to a file, a service, a tool or the document.
const EDGES_OF_OTHERS: &str = "relationships (files, services, tools, document)";

/// A step of the way from the document's root to a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A field of an object.
    Field(&'static str),
    /// An entry of an array.
    Entry(usize),
}

/// What an edge of the graph says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// The first depends on the second.
    Depends,
    /// The first contains the second.
    Contains,
}

/// A bill of materials being read.
pub(super) struct Builder {
    /// What was read so far; its `dependencies` hold symbols until [`Self::finish`].
    pub(super) sbom: Sbom,
    /// The way to the value being read (JSON).
    pub(super) path: Vec<Step>,
    /// The line being read (XML, tag-value); `None` for JSON.
    pub(super) line: Option<u64>,
    /// The row being read (sheets); `None` for documents.
    pub(super) row: Option<u32>,
    /// The message that stopped reading, when a parser's own error type could not carry it.
    pub(super) fatal: Option<Message>,
    /// Everything that the model has room for is kept, and what it has none for is counted.
    pub(super) is_whole: bool,
    /// The first list that mixes licences and expressions, which only `CycloneDX` 1.7 allows.
    pub(super) mixed_licences: Option<Place>,
    /// References seen.
    references: References,
    /// Symbols of elements that depend on nothing.
    leaves: Vec<u32>,
    /// Edges that contain, as symbols.
    contains: Vec<(u32, u32)>,
    /// Symbols that the document says it describes.
    described: Vec<u32>,
    /// Components whose references were not defined yet start here.
    n_defined: usize,
    /// The last field for which entries were left out: one notice for a row of them.
    cut_field: Option<(&'static str, usize)>,
}

impl Builder {
    /// Nothing read yet; what a scan needs will be kept.
    #[cfg(test)]
    pub(super) fn new() -> Self {
        Self::with(false)
    }

    /// Nothing read yet; `is_whole` keeps what a conversion needs too.
    pub(super) fn with(is_whole: bool) -> Self {
        Self {
            sbom: Sbom::new(SbomFormat::CycloneDxJson, ""),
            path: Vec::new(),
            line: None,
            row: None,
            fatal: None,
            is_whole,
            mixed_licences: None,
            references: References::default(),
            leaves: Vec::new(),
            contains: Vec::new(),
            described: Vec::new(),
            n_defined: 0,
            cut_field: None,
        }
    }

    /// The place being read: a JSON pointer or a line.
    pub(super) fn here(&self) -> Place {
        if let Some(line) = self.line {
            return Place::Line(line);
        }
        if let Some(row) = self.row {
            return Place::Row(row);
        }
        if self.path.is_empty() {
            return Place::Document;
        }
        if let [Step::Field(list), Step::Entry(index)] = self.path.as_slice()
            && let (Some(list), Ok(index)) = (TopList::of_name(list), u32::try_from(*index))
        {
            return Place::Item(list, index);
        }
        let mut pointer = String::with_capacity(24);
        for step in &self.path {
            match step {
                Step::Field(name) => {
                    pointer.push('/');
                    pointer.push_str(name);
                }
                Step::Entry(index) => {
                    let _ = write!(pointer, "/{index}");
                }
            }
        }
        pointer.shrink_to_fit();
        Place::Pointer(pointer)
    }

    /// Counts the field being read (JSON), which is looked at and not kept.
    pub(super) fn unkept_here(&mut self) {
        if let Some(Step::Field(name)) = self.path.pop() {
            self.unkept(name);
            self.path.push(Step::Field(name));
        }
    }

    /// Counts a field of the element being read (JSON) or a tag that is not kept.
    pub(super) fn unkept(&mut self, field: &str) {
        if !self.is_whole {
            return;
        }
        let mut key = String::with_capacity(40);
        let mut last = "";
        for step in &self.path {
            if let Step::Field(name) = step
                && *name != last
            {
                key.push_str(name);
                key.push('/');
                last = name;
            }
        }
        key.push_str(&excerpt(field));
        self.sbom.unkept.add(&key, 1);
    }

    /// The component's extras, where they are kept.
    pub(super) fn extras<'a>(&self, component: &'a mut Component) -> Option<&'a mut Extras> {
        self.is_whole.then(|| component.details_mut().extras_mut())
    }

    /// Adds a notice made by `make`, or counts it when there are enough.
    fn push_notice(&mut self, make: impl FnOnce(&Self) -> Message) {
        if self.sbom.notices.len() < NOTICES_MAX {
            let message = make(self);
            self.sbom.notices.push(message);
        } else {
            self.sbom.n_notices_dropped = self.sbom.n_notices_dropped.saturating_add(1);
        }
    }

    /// Adds a notice that says its place itself.
    pub(super) fn add_notice(&mut self, message: Message) {
        self.push_notice(|_| message);
    }

    /// Notices `code` here, with one named value.
    pub(super) fn notice(&mut self, code: Code, name: &'static str, value: &str) {
        self.push_notice(|builder| Message::new(code).at(builder.here()).with(name, excerpt(value)));
    }

    /// Notices that a required field is missing here.
    pub(super) fn missing(&mut self, field: &'static str) {
        self.notice(codes::SBOM_FIELD_MISSING, "field", field);
    }

    /// Notices that `field` holds a value that its format does not allow.
    pub(super) fn bad_value(&mut self, field: &'static str, value: &str) {
        self.push_notice(|builder| {
            Message::new(codes::SBOM_FIELD_VALUE)
                .at(builder.here())
                .with("field", field)
                .with("value", excerpt(value))
        });
    }

    /// Notices that the value here is of another type.
    pub(super) fn wrong_type(&mut self, expected: &'static str, found: &'static str) {
        self.push_notice(|builder| {
            Message::new(codes::SBOM_FIELD_TYPE)
                .at(builder.here())
                .with("expected", expected)
                .with("found", found)
        });
    }

    /// Notices that something was left out at a limit; a row of the same in one component gives one notice.
    pub(super) fn cut(&mut self, field: &'static str, max: usize) {
        if self.is_whole {
            self.sbom.unkept.add(&format!("{field} > {max}"), 1);
        }
        let row = (field, self.sbom.components.len());
        if self.cut_field == Some(row) {
            return;
        }
        self.cut_field = Some(row);
        self.push_notice(|builder| {
            Message::new(codes::SBOM_CUT).at(builder.here()).with("field", field).with("max", max)
        });
    }

    /// `text` as a string no longer than [`SBOM_STRING_BYTES_MAX`].
    pub(super) fn clip(&mut self, text: &str) -> String {
        if text.len() <= SBOM_STRING_BYTES_MAX {
            return text.to_owned();
        }
        self.cut("text", SBOM_STRING_BYTES_MAX);
        text.get(..text.floor_char_boundary(SBOM_STRING_BYTES_MAX)).unwrap_or_default().to_owned()
    }

    /// Adds to a short list of texts; empty ones are nothing.
    pub(super) fn add_text(&mut self, list: &mut Vec<String>, field: &'static str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if list.len() >= SBOM_LIST_MAX {
            self.cut(field, SBOM_LIST_MAX);
            return;
        }
        let text = self.clip(text);
        list.push(text);
    }

    /// Adds a licence; empty ones are nothing.
    pub(super) fn add_licence(
        &mut self,
        list: &mut Vec<Licence>,
        text: &str,
        form: LicenceForm,
        standing: LicenceStanding,
    ) {
        if text.trim().is_empty() {
            return;
        }
        if list.len() >= SBOM_LIST_MAX {
            self.cut("licenses", SBOM_LIST_MAX);
            return;
        }
        if list.is_empty() {
            list.reserve_exact(1);
        }
        list.push(Licence { text: self.clip(text).into(), form, standing });
    }

    /// Adds an author of the document.
    pub(super) fn add_author(&mut self, text: &str, kind: AgentKind) {
        if text.trim().is_empty() {
            return;
        }
        if self.sbom.authors.len() >= SBOM_LIST_MAX {
            self.cut("authors", SBOM_LIST_MAX);
            return;
        }
        let name = self.clip(text);
        self.sbom.authors.push(Agent { name, kind });
    }

    /// Adds a phase in which the document was made.
    pub(super) fn add_generation_context(&mut self, text: &str) {
        let mut contexts = std::mem::take(&mut self.sbom.generation_contexts);
        self.add_text(&mut contexts, "lifecycles", text);
        self.sbom.generation_contexts = contexts;
    }

    /// Adds a tool that made the document.
    pub(super) fn add_tool(&mut self, name: Option<&str>, version: Option<&str>) {
        let text = match (name, version) {
            (Some(name), Some(version)) => format!("{name} {version}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => return,
        };
        let mut tools = std::mem::take(&mut self.sbom.tools);
        self.add_text(&mut tools, "tools", &text);
        self.sbom.tools = tools;
    }

    /// Adds a package URL, as written, unless it is there already.
    pub(super) fn add_purl(&mut self, component: &mut Component, text: &str) {
        let room = COMPONENT_IDENTIFIERS_MAX.saturating_sub(component.cpes.len());
        self.add_identifier(&mut component.purls, room, "purl", text);
    }

    /// Adds a CPE name, as written, unless it is there already.
    pub(super) fn add_cpe(&mut self, component: &mut Component, text: &str) {
        let room = COMPONENT_IDENTIFIERS_MAX.saturating_sub(component.purls.len());
        self.add_identifier(&mut component.cpes, room, "cpe", text);
    }

    /// Adds to a list of identifiers that has `room` entries at most.
    fn add_identifier(&mut self, list: &mut Identifiers, room: usize, field: &'static str, text: &str) {
        if text.trim().is_empty() || list.iter().any(|known| known == text) {
            return;
        }
        if text.len() > IDENTIFIER_BYTES_MAX {
            self.cut(field, IDENTIFIER_BYTES_MAX);
        } else if list.len() >= room {
            self.cut(field, COMPONENT_IDENTIFIERS_MAX);
        } else {
            list.push(text.to_owned());
        }
    }

    /// Adds a hash.
    pub(super) fn add_hash(&mut self, component: &mut Component, algorithm: &str, value: &str) {
        let hashes = &mut component.details_mut().hashes;
        if hashes.len() >= SBOM_LIST_MAX {
            self.cut("hashes", SBOM_LIST_MAX);
            return;
        }
        if hashes.is_empty() {
            hashes.reserve_exact(1);
        }
        hashes.push(Hash { algorithm: self.clip(algorithm), value: self.clip(value) });
    }

    /// Notices what is no date and time.
    pub(super) fn check_created(&mut self, field: &'static str, text: &str) {
        if Stamp::parse(text).is_none() || !text.contains(['T', 't']) {
            self.bad_value(field, text);
        }
    }

    /// Keeps the time at which the document says it was made. A plain date is understood, and noticed: both
    /// standards want a date and a time.
    pub(super) fn set_created(&mut self, field: &'static str, text: &str) {
        self.check_created(field, text);
        self.sbom.created_at = Stamp::parse(text);
        let written = self.clip(text);
        self.sbom.created_written = Some(written);
    }

    /// Makes room for a component that begins here and gives its index.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over [`SBOM_COMPONENTS_MAX`].
    pub(super) fn begin_component(&mut self, parent: Option<u32>, role: Role) -> Result<u32, Message> {
        let n_components = self.sbom.components.len();
        if n_components >= SBOM_COMPONENTS_MAX {
            return Err(limit("SBOM_COMPONENTS_MAX", SBOM_COMPONENTS_MAX as u64).at(self.here()));
        }
        let place = self.here();
        self.sbom.components.push(Component { parent, role, place, ..Component::default() });
        Ok(u32::try_from(n_components).unwrap_or(u32::MAX))
    }

    /// Puts what was read about the component into its room. When it stands on the top level, the references of it
    /// and of all that is nested in it become known, in document order.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over the number of references.
    pub(super) fn end_component(&mut self, index: u32, component: Component) -> Result<(), Message> {
        let mut is_top = false;
        if let Some(room) = self.sbom.components.get_mut(index as usize) {
            is_top = room.parent.is_none();
            let place = std::mem::take(&mut room.place);
            let mut details = component.details;
            if let Some(details) = &mut details {
                details.extras.take_if(|extras| **extras == Extras::default());
            }
            let details = details.filter(|details| **details != Details::default());
            *room = Component { parent: room.parent, role: room.role, place, details, ..component };
        }
        while is_top && self.n_defined < self.sbom.components.len() {
            self.define_component(self.n_defined)?;
            self.n_defined += 1;
        }
        Ok(())
    }

    /// Makes the component's reference known.
    fn define_component(&mut self, index: usize) -> Result<(), Message> {
        let components = &self.sbom.components;
        let Some(component) = components.get(index) else {
            return Ok(());
        };
        let Some(reference) = component.reference.as_deref() else {
            return Ok(());
        };
        let target = Target::Component(u32::try_from(index).unwrap_or(u32::MAX));
        let Some(earlier) = self.references.define(reference, target, components)? else {
            return Ok(());
        };
        let first = self.place_of(earlier);
        let message = Message::new(codes::SBOM_REFERENCE_TWICE)
            .at(component.place.clone())
            .with("reference", excerpt(reference))
            .with("first", first);
        self.push_notice(|_| message);
        Ok(())
    }

    /// Makes known a reference to the document, a file, a service or a tool.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over the number of references.
    pub(super) fn define_other(&mut self, reference: &str) -> Result<(), Message> {
        if reference.is_empty() {
            return Ok(());
        }
        let earlier = self.references.define(reference, Target::Other, &self.sbom.components)?;
        self.notice_twice(reference, earlier);
        Ok(())
    }

    /// Like [`Self::define_other`], of something that is seldom mentioned; only a hash of the reference is kept.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over the number of references.
    pub(super) fn define_hidden(&mut self, reference: &str) -> Result<(), Message> {
        if reference.is_empty() {
            return Ok(());
        }
        let earlier = self.references.define_hidden(reference, &self.sbom.components)?;
        self.notice_twice(reference, earlier);
        Ok(())
    }

    /// The number of a reference that is not mentioned thereby.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over the number of references.
    pub(super) fn symbol(&mut self, reference: &str) -> Result<u32, Message> {
        self.references.intern(reference, &self.sbom.components)
    }

    /// The component that the numbered reference names, once all are known.
    pub(super) fn component_of(&self, symbol: u32) -> Option<u32> {
        match self.references.target(symbol) {
            Target::Component(index) => Some(index),
            Target::Unknown | Target::Other => None,
        }
    }

    /// Takes a component out to change it.
    pub(super) fn take_component(&mut self, index: u32) -> Option<Component> {
        self.sbom.components.get_mut(index as usize).map(std::mem::take)
    }

    /// Puts a changed component back.
    pub(super) fn put_component(&mut self, index: u32, component: Component) {
        if let Some(room) = self.sbom.components.get_mut(index as usize) {
            *room = component;
        }
    }

    /// Settles references known by their hash or by another spelling (`respell`), before [`Self::finish`].
    /// Gives the number that each respelled one stands for.
    pub(super) fn settle_references(
        &mut self,
        respell: impl Fn(&str) -> Option<String>,
    ) -> BTreeMap<u32, u32> {
        self.references.settle(respell, &self.sbom.components)
    }

    /// Notices a reference that named something already.
    fn notice_twice(&mut self, reference: &str, earlier: Option<Target>) {
        let Some(earlier) = earlier else { return };
        let first = self.place_of(earlier);
        self.push_notice(|builder| {
            Message::new(codes::SBOM_REFERENCE_TWICE)
                .at(builder.here())
                .with("reference", excerpt(reference))
                .with("first", first)
        });
    }

    /// The place of what a reference names, for a notice.
    fn place_of(&self, target: Target) -> Place {
        match target {
            Target::Component(index) => self
                .sbom
                .components
                .get(index as usize)
                .map(|component| component.place.clone())
                .unwrap_or_default(),
            Target::Unknown | Target::Other => Place::Document,
        }
    }

    /// Notes a mention of a reference in the dependency graph.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over the number of references.
    pub(super) fn mention(&mut self, reference: &str) -> Result<u32, Message> {
        let place = match self.line {
            Some(line) => line,
            None => self
                .path
                .iter()
                .find_map(|step| match step {
                    Step::Entry(index) => Some(*index as u64),
                    Step::Field(_) => None,
                })
                .unwrap_or_default(),
        };
        self.references.mention(reference, place, &self.sbom.components)
    }

    /// Adds an edge between two mentioned references.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over [`SBOM_DEPENDENCIES_MAX`].
    pub(super) fn add_edge(&mut self, edge: Edge, from: u32, to: u32) -> Result<(), Message> {
        if self.sbom.dependencies.len() >= SBOM_DEPENDENCIES_MAX {
            return Err(limit("SBOM_DEPENDENCIES_MAX", SBOM_DEPENDENCIES_MAX as u64).at(self.here()));
        }
        self.sbom.dependencies.push((from, to));
        if edge == Edge::Contains {
            self.contains.push((from, to));
        }
        Ok(())
    }

    /// Notes that the mentioned element depends on nothing.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over [`SBOM_DEPENDENCIES_MAX`].
    pub(super) fn add_leaf(&mut self, symbol: u32) -> Result<(), Message> {
        if !self.is_whole {
            return Ok(());
        }
        if self.leaves.len() >= SBOM_DEPENDENCIES_MAX {
            return Err(limit("SBOM_DEPENDENCIES_MAX", SBOM_DEPENDENCIES_MAX as u64).at(self.here()));
        }
        self.leaves.push(symbol);
        Ok(())
    }

    /// Notes that the document says it describes the mentioned reference.
    ///
    /// # Errors
    /// [`codes::SBOM_LIMIT`] over [`SBOM_DEPENDENCIES_MAX`].
    pub(super) fn add_described(&mut self, symbol: u32) -> Result<(), Message> {
        if self.described.len() >= SBOM_DEPENDENCIES_MAX {
            return Err(limit("SBOM_DEPENDENCIES_MAX", SBOM_DEPENDENCIES_MAX as u64).at(self.here()));
        }
        self.described.push(symbol);
        Ok(())
    }

    /// The finished bill: references resolved, the subject first. `graph` is the pointer of the list that holds the
    /// dependency graph, for notices.
    pub(super) fn finish(mut self, graph: &'static str) -> Sbom {
        self.resolve();
        self.notice_dangling(graph);
        self.settle_edges();
        self.put_subject_first();
        let sbom = &mut self.sbom;
        sbom.components.shrink_to_fit();
        if sbom.supplier.is_none() {
            sbom.supplier = sbom
                .components
                .iter()
                .filter(|component| matches!(component.role, Role::Subject | Role::Described))
                .find_map(|component| component.details().supplier.clone());
        }
        self.sbom
    }

    /// Turns symbols into indexes of components.
    fn resolve(&mut self) {
        for symbol in std::mem::take(&mut self.described) {
            if let Target::Component(index) = self.references.target(symbol)
                && let Some(component) = self.sbom.components.get_mut(index as usize)
            {
                component.role = Role::Described;
            } else if self.references.target(symbol) == Target::Other {
                self.unkept("documentDescribes");
            }
        }
        let n_others = resolve_edges(&mut self.sbom.dependencies, &self.references);
        resolve_edges(&mut self.contains, &self.references);
        if self.is_whole && n_others > 0 {
            self.sbom.unkept.add(EDGES_OF_OTHERS, n_others);
        }
        for symbol in std::mem::take(&mut self.leaves) {
            match self.references.target(symbol) {
                Target::Component(index) => self.sbom.leaves.push(index),
                Target::Other => self.sbom.unkept.add(EDGES_OF_OTHERS, 1),
                Target::Unknown => {}
            }
        }
        let cycle = find_cycle(&self.contains, self.sbom.components.len());
        let Some(component) = cycle.and_then(|index| self.sbom.components.get(index as usize)) else {
            return;
        };
        let message = Message::new(codes::SBOM_CONTAINMENT_CYCLE)
            .at(component.place.clone())
            .with("reference", excerpt(component.reference.as_deref().unwrap_or_default()));
        self.push_notice(|_| message);
    }

    /// Sorts the edges, each once, and tells those that contain from those that depend.
    fn settle_edges(&mut self) {
        let edges = &mut self.sbom.dependencies;
        let mut contains = std::mem::take(&mut self.contains);
        edges.sort_unstable();
        contains.sort_unstable();
        let n_of = |list: &[(u32, u32)], edge: &(u32, u32)| {
            let first = list.partition_point(|other| other < edge);
            list.iter().skip(first).take_while(|other| *other == edge).count()
        };
        let mut containments = contains.clone();
        containments.dedup();
        let n_contained = containments.len();
        containments.retain(|edge| n_of(edges, edge) == n_of(&contains, edge));
        edges.dedup();
        edges.shrink_to_fit();
        let leaves = &mut self.sbom.leaves;
        leaves.sort_unstable();
        leaves.dedup();
        let n_leaves = leaves.len();
        leaves.retain(|leaf| {
            let first = edges.partition_point(|(from, _)| from < leaf);
            let mut own = edges.iter().skip(first).take_while(|(from, _)| from == leaf);
            own.all(|edge| containments.binary_search(edge).is_ok())
        });
        if self.is_whole {
            let n_both = n_contained.saturating_sub(containments.len());
            for (field, count) in [("CONTAINS + DEPENDS_ON", n_both), ("NONE", n_leaves - leaves.len())] {
                if count > 0 {
                    self.sbom.unkept.add(&format!("relationships/{field}"), count as u64);
                }
            }
        }
        containments.shrink_to_fit();
        self.sbom.containments = containments;
    }

    /// Notices and counts references that name nothing.
    fn notice_dangling(&mut self, graph: &'static str) {
        let references = std::mem::take(&mut self.references);
        let is_lines = self.line.is_some();
        for dangling in references.dangling() {
            self.sbom.n_dangling_references += dangling.n_mentions as usize;
            self.push_notice(|_| {
                let place = if is_lines {
                    Place::Line(u64::from(dangling.first_mention))
                } else {
                    Place::Pointer(format!("{graph}/{}", dangling.first_mention))
                };
                Message::new(codes::SBOM_REFERENCE_DANGLING)
                    .at(place)
                    .with("reference", excerpt(dangling.reference))
                    .with("count", dangling.n_mentions)
            });
        }
    }

    /// Moves the subject and what is nested in it to the front, where documents that write their metadata last
    /// do not have it.
    fn put_subject_first(&mut self) {
        let components = &mut self.sbom.components;
        let Some(start) = components.iter().position(|component| component.role == Role::Subject) else {
            return;
        };
        let n_subject = components
            .iter()
            .skip(start)
            .take_while(|component| matches!(component.role, Role::Subject | Role::InSubject))
            .count();
        if start == 0 {
            return;
        }
        if let Some(front) = components.get_mut(..start + n_subject) {
            front.rotate_left(start);
        }
        let (start, n_subject) =
            (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(n_subject).unwrap_or(u32::MAX));
        let moved = |index: &mut u32| {
            if *index < start {
                *index += n_subject;
            } else if *index - start < n_subject {
                *index -= start;
            }
        };
        for component in components {
            component.parent.iter_mut().for_each(moved);
        }
        for (from, to) in self.sbom.dependencies.iter_mut().chain(&mut self.sbom.containments) {
            moved(from);
            moved(to);
        }
        self.sbom.leaves.iter_mut().for_each(moved);
        self.sbom.dependencies.sort_unstable();
        self.sbom.containments.sort_unstable();
        self.sbom.leaves.sort_unstable();
    }
}

/// Replaces symbols by indexes; edges with an end that is no component go. Gives the number of those that go because
/// an end is something else than a component.
fn resolve_edges(edges: &mut Vec<(u32, u32)>, references: &References) -> u64 {
    let mut n_others = 0;
    edges.retain_mut(|(from, to)| match (references.target(*from), references.target(*to)) {
        (Target::Component(first), Target::Component(second)) => {
            (*from, *to) = (first, second);
            true
        }
        (Target::Unknown, _) | (_, Target::Unknown) => false,
        _ => {
            n_others += 1;
            false
        }
    });
    n_others
}

/// A value short enough for a notice, without control characters.
pub(super) fn excerpt(value: &str) -> String {
    let mut characters = value.chars().map(|char| if char.is_control() { ' ' } else { char });
    let mut excerpt: String = characters.by_ref().take(EXCERPT_CHARS).collect();
    if characters.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}
