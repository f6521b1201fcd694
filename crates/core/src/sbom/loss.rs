//! What differs between a bill and the bill that was read from what was written of it.
//!
//! Every field that a conversion claims to carry stands in [`Claim`]. Comparing finds each difference, whatever a
//! writer promised: a loss that nobody thought of is found like any other.

use std::collections::{BTreeMap, BTreeSet};

use super::{AgentKind, Component, ComponentKind, LicenceForm, LicenceStanding, Role, Sbom, SupplierField};

/// A field that conversions claim to carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// The document's identity.
    Serial,
    /// The document's revision.
    Revision,
    /// The document's name.
    DocumentName,
    /// When the document was made.
    Created,
    /// Who made the document.
    DocumentAuthors,
    /// What made the document.
    Tools,
    /// Who supplies the thing described.
    DocumentSupplier,
    /// In which phases of the product's life the document was made.
    GenerationContexts,
    /// Licences that the document defines.
    ExtractedLicences,
    /// A component as a whole.
    Component,
    /// What the document is about.
    Subject,
    /// References inside the document.
    Reference,
    /// What depends on what.
    Dependency,
    /// What contains what.
    Containment,
    /// What is nested in what.
    Nesting,
    /// What depends on nothing.
    Leaf,
    /// References that name nothing.
    DanglingReference,
    /// Kind.
    Kind,
    /// Group.
    Group,
    /// Name.
    Name,
    /// Version.
    Version,
    /// Package URLs.
    Purls,
    /// CPE names.
    Cpes,
    /// SWID tag id.
    Swid,
    /// Supplier.
    Supplier,
    /// The field that the supplier stands in.
    SupplierField,
    /// Whether the supplier is a person or an organisation.
    SupplierKind,
    /// Author.
    Author,
    /// Whether the author is a person or an organisation.
    AuthorKind,
    /// Manufacturer beside the supplier.
    Manufacturer,
    /// Publisher beside the supplier.
    Publisher,
    /// Hashes.
    Hashes,
    /// Licences.
    Licences,
    /// Copyright notices.
    Copyright,
    /// Description.
    Description,
    /// Source package.
    SourcePackage,
    /// Where the facts come from.
    SourceInfo,
    /// Scope.
    Scope,
    /// External references.
    ExternalReferences,
    /// How far it is supported, who entered it when.
    Upkeep,
    /// Properties.
    Properties,
}

impl Claim {
    /// The fields of a component, in the order of reports.
    const OF_COMPONENTS: &[Self] = &[
        Self::Subject,
        Self::Kind,
        Self::Group,
        Self::Name,
        Self::Version,
        Self::Purls,
        Self::Cpes,
        Self::Swid,
        Self::Supplier,
        Self::SupplierField,
        Self::SupplierKind,
        Self::Author,
        Self::AuthorKind,
        Self::Manufacturer,
        Self::Publisher,
        Self::Hashes,
        Self::Licences,
        Self::Copyright,
        Self::Description,
        Self::SourcePackage,
        Self::SourceInfo,
        Self::Scope,
        Self::ExternalReferences,
        Self::Upkeep,
        Self::Properties,
    ];

    /// The stable code in reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Revision => "revision",
            Self::DocumentName => "document_name",
            Self::Created => "created",
            Self::DocumentAuthors => "document_authors",
            Self::Tools => "tools",
            Self::DocumentSupplier => "document_supplier",
            Self::GenerationContexts => "generation_contexts",
            Self::ExtractedLicences => "extracted_licences",
            Self::Component => "component",
            Self::Subject => "subject",
            Self::Reference => "reference",
            Self::Dependency => "dependency",
            Self::Containment => "containment",
            Self::Nesting => "nesting",
            Self::Leaf => "leaf",
            Self::DanglingReference => "dangling_reference",
            Self::Kind => "kind",
            Self::Group => "group",
            Self::Name => "name",
            Self::Version => "version",
            Self::Purls => "purls",
            Self::Cpes => "cpes",
            Self::Swid => "swid",
            Self::Supplier => "supplier",
            Self::SupplierField => "supplier_field",
            Self::SupplierKind => "supplier_kind",
            Self::Author => "author",
            Self::AuthorKind => "author_kind",
            Self::Manufacturer => "manufacturer",
            Self::Publisher => "publisher",
            Self::Hashes => "hashes",
            Self::Licences => "licences",
            Self::Copyright => "copyright",
            Self::Description => "description",
            Self::SourcePackage => "source_package",
            Self::SourceInfo => "source_info",
            Self::Scope => "scope",
            Self::ExternalReferences => "external_references",
            Self::Upkeep => "upkeep",
            Self::Properties => "properties",
        }
    }
}

/// What happened to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LossKind {
    /// It is missing from what was written.
    Lost,
    /// It says something else.
    Changed,
    /// It was not there before: the format demands it.
    Added,
    /// A reference has another name; what it joins is the same.
    Renamed,
}

impl LossKind {
    /// The stable code in reports.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Renamed => "renamed",
        }
    }

    /// Something that the first document said is not said any more.
    #[must_use]
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Lost | Self::Changed)
    }
}

/// A difference, counted over the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The field.
    pub claim: Claim,
    /// What happened to it.
    pub kind: LossKind,
    /// How often: components, edges, or entries of the document.
    pub n_times: u64,
    /// The first component, by its index in the first bill.
    pub component: Option<u32>,
    /// The component at the other end, of something that joins two.
    pub other: Option<u32>,
    /// What the first said; of what joins two, one of [`JOINTS`].
    pub before: String,
    /// What is said now.
    pub after: String,
}

/// What joins two components, the first with the second: it holds it nested, contains it, depends on it.
pub const JOINTS: [&str; 3] = ["nested", "contains", "depends_on"];

/// Differences by field and kind.
#[derive(Default)]
struct Differences(BTreeMap<(Claim, LossKind), Loss>);

impl Differences {
    /// Counts one; the first is the example.
    fn add(&mut self, claim: Claim, kind: LossKind, component: Option<u32>, before: &str, after: &str) {
        let first = || Loss {
            claim,
            kind,
            n_times: 0,
            component,
            other: None,
            before: before.to_owned(),
            after: after.to_owned(),
        };
        self.0.entry((claim, kind)).or_insert_with(first).n_times += 1;
    }

    /// Counts one about what joins two components.
    fn add_joint(&mut self, claim: Claim, edge: (u32, u32), before: &str, after: &str) {
        let kind = match (before, after) {
            (_, "") => LossKind::Lost,
            ("", _) => LossKind::Added,
            _ => LossKind::Changed,
        };
        self.add(claim, kind, Some(edge.0), before, after);
        if let Some(loss) = self.0.get_mut(&(claim, kind)).filter(|loss| loss.n_times == 1) {
            loss.other = Some(edge.1);
        }
    }

    /// Counts the difference between two lists in which order says nothing.
    fn add_lists(&mut self, claim: Claim, component: Option<u32>, before: Vec<String>, after: Vec<String>) {
        let (gone, new) = difference(before, after);
        let first = |list: &[String]| list.first().cloned().unwrap_or_default();
        let kind = match (gone.is_empty(), new.is_empty()) {
            (true, true) => return,
            (false, true) => LossKind::Lost,
            (true, false) => LossKind::Added,
            (false, false) => LossKind::Changed,
        };
        self.add(claim, kind, component, &first(&gone), &first(&new));
    }
}

/// What only the first list has, and what only the second has; entries count as often as they stand there.
fn difference(mut before: Vec<String>, mut after: Vec<String>) -> (Vec<String>, Vec<String>) {
    before.sort_unstable();
    after.sort_unstable();
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
    loop {
        match (before.peek(), after.peek()) {
            (None, None) => return (gone, new),
            (Some(old), Some(own)) if old == own => {
                before.next();
                after.next();
            }
            (Some(old), own) if own.is_none_or(|own| old < own) => gone.extend(before.next()),
            _ => new.extend(after.next()),
        }
    }
}

/// Every difference between `before` and `after`. `order` gives for each component of `after` its index in `before`.
#[must_use]
pub fn compare(before: &Sbom, after: &Sbom, order: &[u32]) -> Vec<Loss> {
    let mut found = Differences::default();
    compare_documents(&mut found, before, after);
    let paired = order.iter().zip(&after.components);
    for (index, now) in paired {
        let Some(was) = before.components.get(*index as usize) else { continue };
        compare_references(&mut found, *index, was, now);
        if !is_plainly_equal(was, now) {
            for claim in Claim::OF_COMPONENTS {
                found.add_lists(*claim, Some(*index), values(was, *claim), values(now, *claim));
            }
        }
    }
    let written: BTreeSet<u32> = order.iter().take(after.components.len()).copied().collect();
    for (index, component) in before.components.iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        if !written.contains(&index) {
            found.add(Claim::Component, LossKind::Lost, Some(index), &component.display_name(), "");
        }
    }
    for component in after.components.iter().skip(order.len()) {
        found.add(Claim::Component, LossKind::Added, None, "", &component.display_name());
    }
    compare_graphs(&mut found, before, after, order);
    found.0.into_values().collect()
}

/// The documents' own fields.
fn compare_documents(found: &mut Differences, before: &Sbom, after: &Sbom) {
    let one = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    let created = |sbom: &Sbom| match sbom.created_at {
        Some(stamp) => vec![stamp.to_string()],
        None => one(&sbom.created_written),
    };
    let authors = |sbom: &Sbom| {
        let named = |author: &super::Agent| format!("{}{}", agent_word(author.kind), author.name);
        sbom.authors.iter().map(named).collect::<Vec<_>>()
    };
    let extracted = |sbom: &Sbom| {
        let named = |licence: &super::ExtractedLicence| {
            let name = licence.name.as_deref().unwrap_or_default();
            format!("{} {name}: {}", licence.id, licence.text.trim())
        };
        sbom.extracted_licences.iter().map(named).collect::<Vec<_>>()
    };
    let lists = [
        (Claim::Serial, one(&before.serial), one(&after.serial)),
        (Claim::Revision, one(&before.revision), one(&after.revision)),
        (Claim::DocumentName, one(&before.name), one(&after.name)),
        (Claim::Created, created(before), created(after)),
        (Claim::DocumentAuthors, authors(before), authors(after)),
        (Claim::Tools, before.tools.clone(), after.tools.clone()),
        (Claim::DocumentSupplier, one(&before.supplier), one(&after.supplier)),
        (Claim::GenerationContexts, before.generation_contexts.clone(), after.generation_contexts.clone()),
        (Claim::ExtractedLicences, extracted(before), extracted(after)),
    ];
    for (claim, was, now) in lists {
        found.add_lists(claim, None, was, now);
    }
    for _ in after.n_dangling_references..before.n_dangling_references {
        found.add(Claim::DanglingReference, LossKind::Lost, None, "", "");
    }
}

/// The components' references.
fn compare_references(found: &mut Differences, index: u32, was: &Component, now: &Component) {
    let (old, new) = (was.reference.as_deref(), now.reference.as_deref());
    if old != new {
        let kind = match (old, new) {
            (_, None) => LossKind::Lost,
            (None, _) => LossKind::Added,
            _ => LossKind::Renamed,
        };
        found.add(Claim::Reference, kind, Some(index), old.unwrap_or_default(), new.unwrap_or_default());
    }
}

/// Every field but the reference, the place and what it is nested in is the same: the usual case, told fast.
fn is_plainly_equal(was: &Component, now: &Component) -> bool {
    is_about(was) == is_about(now)
        && was.kind == now.kind
        && was.group == now.group
        && was.name == now.name
        && was.version == now.version
        && was.purls == now.purls
        && was.cpes == now.cpes
        && was.details == now.details
}

/// The document is about this component.
fn is_about(component: &Component) -> bool {
    matches!(component.role, Role::Subject | Role::Described)
}

/// What stands in front of an agent's name.
fn agent_word(kind: AgentKind) -> &'static str {
    match kind {
        AgentKind::Unstated => "",
        AgentKind::Organisation => "Organization: ",
        AgentKind::Person => "Person: ",
    }
}

/// A field of a component as texts that are equal when they say the same.
pub(super) fn values(component: &Component, claim: Claim) -> Vec<String> {
    let details = component.details();
    let extras = details.extras();
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect();
    match claim {
        Claim::Subject => one(is_about(component).then_some("subject")),
        Claim::Kind if extras.is_kind_unstated => Vec::new(),
        Claim::Kind if component.kind == ComponentKind::Other => {
            one(Some(extras.kind_written.as_deref().unwrap_or(ComponentKind::Other.name())))
        }
        Claim::Kind => one(Some(component.kind.name())),
        Claim::Group => one(component.group.as_deref()),
        Claim::Name => one(Some(&component.name)),
        Claim::Version => one(component.version.as_deref()),
        Claim::Purls => component.purls.to_vec(),
        Claim::Cpes => component.cpes.to_vec(),
        Claim::Swid => one(details.swid.as_deref()),
        Claim::Supplier => one(details.supplier.as_deref()),
        Claim::SupplierField => one(details.supplier.is_some().then_some(match extras.supplier_field {
            SupplierField::Supplier => "supplier",
            SupplierField::Manufacturer => "manufacturer",
            SupplierField::Publisher => "publisher",
        })),
        Claim::SupplierKind => {
            one(Some(agent_word(extras.supplier_kind).trim()).filter(|text| !text.is_empty()))
        }
        Claim::Author => one(details.author.as_deref()),
        Claim::AuthorKind => one(Some(agent_word(extras.author_kind).trim()).filter(|text| !text.is_empty())),
        Claim::Manufacturer => one(extras.manufacturer.as_deref()),
        Claim::Publisher => one(extras.publisher.as_deref()),
        Claim::Hashes => details.hashes.iter().map(super::Hash::canonical).collect(),
        Claim::Licences => details.licences.iter().map(licence_text).collect(),
        Claim::Copyright => one(extras.copyright.as_deref()),
        Claim::Description => one(extras.description.as_deref()),
        Claim::SourcePackage => details
            .source
            .iter()
            .map(|source| format!("{} {}", source.name, source.full_version().unwrap_or_default()))
            .collect(),
        Claim::SourceInfo => one(extras.source_info.as_deref()),
        Claim::Scope => one(extras.scope.map(super::Scope::name)),
        Claim::ExternalReferences => extras.references.iter().map(reference_text).collect(),
        Claim::Upkeep => details
            .upkeep
            .iter()
            .flat_map(|upkeep| {
                [
                    ("support-level", &upkeep.support_level),
                    ("support-ends-on", &upkeep.support_ends_on),
                    ("entered-by", &upkeep.entered_by),
                    ("entered-at", &upkeep.entered_at),
                ]
            })
            .filter_map(|(word, text)| Some(format!("{word}: {}", text.as_ref()?)))
            .collect(),
        Claim::Properties => {
            extras.properties.iter().map(|property| format!("{}={}", property.name, property.value)).collect()
        }
        _ => Vec::new(),
    }
}

/// A licence as a text. An id and an expression of the same word say the same.
fn licence_text(licence: &super::Licence) -> String {
    let standing = match licence.standing {
        LicenceStanding::Unstated => "",
        LicenceStanding::Declared => "declared: ",
        LicenceStanding::Concluded => "concluded: ",
    };
    match licence.form {
        LicenceForm::Name => format!("{standing}\"{}\"", licence.text),
        LicenceForm::Id | LicenceForm::Expression => format!("{standing}{}", licence.text),
    }
}

/// An external reference as a text.
fn reference_text(reference: &super::ExternalReference) -> String {
    let category = reference.category.as_ref().map(|category| format!("{category} ")).unwrap_or_default();
    let comment = reference.comment.as_ref().map(|comment| format!(" ({comment})")).unwrap_or_default();
    format!("{category}{} {}{comment}", reference.kind, reference.locator)
}

/// The edges of a bill, by what they say.
struct Graph {
    /// The first depends on the second.
    depends: BTreeSet<(u32, u32)>,
    /// The first contains the second.
    contains: BTreeSet<(u32, u32)>,
    /// The second is nested in the first.
    nests: BTreeSet<(u32, u32)>,
    /// Components that depend on nothing.
    leaves: BTreeSet<u32>,
}

impl Graph {
    /// The graph of `sbom`, its indexes passed through `index`.
    fn of(sbom: &Sbom, index: &dyn Fn(u32) -> u32) -> Self {
        let edge = |(from, to): &(u32, u32)| (index(*from), index(*to));
        let contains: BTreeSet<_> = sbom.containments.iter().map(edge).collect();
        let depends = sbom.dependencies.iter().map(edge).filter(|edge| !contains.contains(edge)).collect();
        let nests = sbom
            .components
            .iter()
            .zip(0_u32..)
            .filter_map(|(component, child)| Some((index(component.parent?), index(child))));
        let nests = nests.collect();
        Self { depends, contains, nests, leaves: sbom.leaves.iter().map(|leaf| index(*leaf)).collect() }
    }

    /// What it says about an edge, and the word for it.
    fn says(&self, edge: (u32, u32)) -> Option<&'static str> {
        let sets = [&self.nests, &self.contains, &self.depends];
        sets.into_iter().zip(JOINTS).find_map(|(edges, word)| edges.contains(&edge).then_some(word))
    }
}

/// What joins components.
fn compare_graphs(found: &mut Differences, before: &Sbom, after: &Sbom, order: &[u32]) {
    let was = Graph::of(before, &|index| index);
    let now = Graph::of(after, &|index| order.get(index as usize).copied().unwrap_or(u32::MAX));
    let sets = [
        (Claim::Nesting, &was.nests, &now.nests),
        (Claim::Containment, &was.contains, &now.contains),
        (Claim::Dependency, &was.depends, &now.depends),
    ];
    for ((claim, old, new), word) in sets.into_iter().zip(JOINTS) {
        for edge in old.difference(new) {
            found.add_joint(claim, *edge, word, now.says(*edge).unwrap_or_default());
        }
        for edge in new.difference(old) {
            // An edge that the first bill has under another word is counted there.
            if was.says(*edge).is_none() {
                found.add_joint(claim, *edge, "", word);
            }
        }
    }
    for leaf in was.leaves.difference(&now.leaves) {
        found.add(Claim::Leaf, LossKind::Lost, Some(*leaf), "", "");
    }
    for leaf in now.leaves.difference(&was.leaves) {
        found.add(Claim::Leaf, LossKind::Added, Some(*leaf), "", "");
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Hash, SbomFormat};
    use super::*;

    /// A bill of components that depend on each other in a row.
    fn bill(names: &[&str]) -> Sbom {
        let component = |name: &&str| Component { name: (*name).into(), ..Component::default() };
        let components = names.iter().map(component).collect();
        Sbom { components, dependencies: vec![(0, 1)], ..Sbom::new(SbomFormat::SpdxJson, "SPDX-2.3") }
    }

    #[test]
    fn equal_bills_differ_in_nothing_whatever_their_order() {
        let before = bill(&["a", "b"]);
        assert_eq!(compare(&before, &before, &[0, 1]), []);
        let after = Sbom { dependencies: vec![(1, 0)], ..bill(&["b", "a"]) };
        assert_eq!(compare(&before, &after, &[1, 0]), []);
    }

    #[test]
    fn what_joins_two_is_told_with_both_ends() {
        let before = bill(&["a", "b"]);
        let after = Sbom { dependencies: Vec::new(), ..bill(&["a", "b"]) };
        let found = compare(&before, &after, &[0, 1]);
        assert_eq!(
            (found[0].claim, found[0].component, found[0].other),
            (Claim::Dependency, Some(0), Some(1))
        );
        assert_eq!((found[0].before.as_str(), found[0].after.as_str()), ("depends_on", ""));
    }

    #[test]
    fn every_difference_is_counted_with_its_first_place() {
        let mut before = bill(&["a", "b", "c"]);
        for (component, alg) in before.components.iter_mut().zip(["SHA-1", "SHA256", "MD2"]) {
            let hash = Hash { algorithm: alg.to_owned(), value: "00".to_owned() };
            component.details_mut().hashes.push(hash);
        }
        let mut after = before.clone();
        after.components[0].details_mut().hashes[0].algorithm = "SHA1".to_owned();
        after.components[2].details = None;
        after.components[2].version = Some("1".into());
        after.containments = vec![(0, 1)];
        let found: Vec<_> = compare(&before, &after, &[0, 1, 2])
            .into_iter()
            .map(|loss| (loss.claim, loss.kind, loss.n_times, loss.component))
            .collect();
        assert_eq!(
            found,
            [
                (Claim::Dependency, LossKind::Changed, 1, Some(0)),
                (Claim::Version, LossKind::Added, 1, Some(2)),
                (Claim::Hashes, LossKind::Lost, 1, Some(2)),
            ]
        );
        after.components.pop();
        let found = compare(&before, &after, &[0, 1, 2]);
        assert!(found.iter().any(|loss| loss.claim == Claim::Component && loss.kind == LossKind::Lost));
    }
}
