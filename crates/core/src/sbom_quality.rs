//! How complete an SBOM is, judged by element sets ("minimum elements") that authorities and industry name.
//!
//! A [`Profile`] is data: which facts a set demands of each component and of the document. [`judge`] looks each fact up once and
//! answers every profile from it, so that profiles stand side by side. A fact that was taken over from the document is
//! [`FactState::Inherited`], never silently given; one that no SBOM can answer is [`FactState::NotJudged`], never passed.

use std::collections::VecDeque;

use crate::cpe::Cpe;
use crate::purl::Purl;
use crate::sbom::{Component, Role, Sbom};
use crate::stamp::Stamp;

/// Something that a profile may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// Supplier of the component.
    Supplier,
    /// Name of the component.
    Name,
    /// Version of the component.
    Version,
    /// An identifier that can be read: package URL, CPE or SWID tag.
    Identifier,
    /// What includes the component: an edge of the dependency graph that leads to it, or nesting.
    Relationship,
    /// Who entered the component; inherited from the document's author.
    EntryAuthor,
    /// When the component was entered; inherited from the document's time.
    EntryTime,
    /// A hash of the component.
    Hash,
    /// A licence of the component.
    Licence,
    /// Level of support of the component.
    SupportLevel,
    /// End of support of the component.
    SupportEnd,
    /// Author of the document.
    DocumentAuthor,
    /// Time of the document.
    DocumentTime,
    /// Tool that made the document.
    DocumentTool,
    /// Phase of the product's life in which the document was made.
    GenerationContext,
    /// Something that an SBOM does not hold and another part of the work answers.
    OutsideSbom,
}

/// Where a fact belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactLevel {
    /// Each component has it or lacks it.
    Component,
    /// The document has it or lacks it.
    Document,
}

impl Fact {
    /// Every fact, in the order in which people read them.
    pub const ALL: [Self; 16] = [
        Self::Supplier,
        Self::Name,
        Self::Version,
        Self::Identifier,
        Self::Relationship,
        Self::EntryAuthor,
        Self::EntryTime,
        Self::Hash,
        Self::Licence,
        Self::SupportLevel,
        Self::SupportEnd,
        Self::DocumentAuthor,
        Self::DocumentTime,
        Self::DocumentTool,
        Self::GenerationContext,
        Self::OutsideSbom,
    ];

    /// The name in catalogs and machine-readable reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Supplier => "supplier",
            Self::Name => "name",
            Self::Version => "version",
            Self::Identifier => "identifier",
            Self::Relationship => "relationship",
            Self::EntryAuthor => "entry_author",
            Self::EntryTime => "entry_time",
            Self::Hash => "hash",
            Self::Licence => "licence",
            Self::SupportLevel => "support_level",
            Self::SupportEnd => "support_end",
            Self::DocumentAuthor => "document_author",
            Self::DocumentTime => "document_time",
            Self::DocumentTool => "document_tool",
            Self::GenerationContext => "generation_context",
            Self::OutsideSbom => "outside_sbom",
        }
    }

    /// The fact of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.name() == name)
    }

    /// Where it belongs.
    #[must_use]
    pub fn level(self) -> FactLevel {
        match self {
            Self::DocumentAuthor
            | Self::DocumentTime
            | Self::DocumentTool
            | Self::GenerationContext
            | Self::OutsideSbom => FactLevel::Document,
            _ => FactLevel::Component,
        }
    }
}

/// Whether a fact is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactState {
    /// It is there.
    Given,
    /// It is not there for the component and was taken over from the document.
    Inherited,
    /// It is there and cannot be read: a malformed identifier, a time that is none.
    Unreadable,
    /// It is not there. `NOASSERTION` is not there either.
    #[default]
    Missing,
    /// An SBOM cannot answer it.
    NotJudged,
}

impl FactState {
    /// The name in machine-readable reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Inherited => "inherited",
            Self::Unreadable => "unreadable",
            Self::Missing => "missing",
            Self::NotJudged => "not_judged",
        }
    }

    /// The element that asks for it is met.
    #[must_use]
    pub fn is_met(self) -> bool {
        matches!(self, Self::Given | Self::Inherited)
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// How well the source of a catalog entry is established.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceConfidence {
    /// Read in the source itself.
    High,
    /// Read in a secondary or older source.
    Medium,
    /// To be verified before use.
    Low,
}

/// A set of elements, one version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Stable id, for example `jp-qa6`.
    pub id: String,
    /// Version of the set: its date.
    pub version: String,
    /// Short name for columns.
    pub label: Bilingual,
    /// Full title.
    pub title: Bilingual,
    /// Where it comes from.
    pub source: String,
    /// How well that is established.
    pub confidence: SourceConfidence,
    /// Levels that the dependency graph must have, the product itself counted; 0 where the set names no depth.
    pub levels_min: u32,
    /// What it asks for, in its own order.
    pub elements: Vec<Element>,
}

/// One element of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The set's own name of it.
    pub label: Bilingual,
    /// The fact that answers it.
    pub fact: Fact,
}

/// The facts of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentFacts {
    /// Index of the component in the SBOM.
    pub component: u32,
    /// States, by position in [`Fact::ALL`].
    states: [FactState; Fact::ALL.len()],
}

impl ComponentFacts {
    /// The state of a fact; facts of the document are [`FactState::NotJudged`] here.
    #[must_use]
    pub fn state(&self, fact: Fact) -> FactState {
        self.states.get(fact as usize).copied().unwrap_or_default()
    }

    /// The elements of a profile that this component does not meet.
    pub fn unmet<'a>(&'a self, profile: &'a Profile) -> impl Iterator<Item = &'a Element> {
        profile.elements.iter().filter(|element| {
            element.fact.level() == FactLevel::Component && !self.state(element.fact).is_met()
        })
    }
}

/// Components by state of one fact; for a fact of the document one of them is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// Given.
    pub n_given: usize,
    /// Inherited.
    pub n_inherited: usize,
    /// Unreadable.
    pub n_unreadable: usize,
    /// Missing.
    pub n_missing: usize,
    /// Not judged.
    pub n_not_judged: usize,
}

impl StateCounts {
    /// Counts one.
    fn add(&mut self, state: FactState) {
        let slot = match state {
            FactState::Given => &mut self.n_given,
            FactState::Inherited => &mut self.n_inherited,
            FactState::Unreadable => &mut self.n_unreadable,
            FactState::Missing => &mut self.n_missing,
            FactState::NotJudged => &mut self.n_not_judged,
        };
        *slot += 1;
    }

    /// Given or inherited.
    #[must_use]
    pub fn n_met(&self) -> usize {
        self.n_given + self.n_inherited
    }

    /// Missing or unreadable.
    #[must_use]
    pub fn n_unmet(&self) -> usize {
        self.n_missing + self.n_unreadable
    }
}

/// What a profile says of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileVerdict {
    /// Everything it asks for is there.
    Met,
    /// Everything that an SBOM can answer is there; the rest was not judged.
    MetAsFarAsJudged,
    /// Something is missing.
    NotMet,
    /// The document lists no component, so that there is nothing to judge.
    NothingToJudge,
}

impl ProfileVerdict {
    /// The name in machine-readable reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::MetAsFarAsJudged => "met_as_far_as_judged",
            Self::NotMet => "not_met",
            Self::NothingToJudge => "nothing_to_judge",
        }
    }
}

/// One profile's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileReport {
    /// The answer.
    pub verdict: ProfileVerdict,
    /// Counts for each element, in the profile's order.
    pub elements: Vec<StateCounts>,
    /// Components that meet every element asked of components.
    pub n_complete: usize,
    /// The dependency graph is deep enough, or the profile names no depth.
    pub is_deep_enough: bool,
}

/// What was found in a document, and what each profile says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// The facts of every component judged, in document order: all but the product itself.
    pub components: Vec<ComponentFacts>,
    /// The facts of the document, by position in [`Fact::ALL`].
    document: [FactState; Fact::ALL.len()],
    /// Levels that the dependency graph has below and with the product: 1 is the product alone, 2 the product and what it
    /// includes directly. 0 when the document does not say what it describes.
    pub n_levels: u32,
    /// Answers, in the order of the profiles asked.
    pub profiles: Vec<ProfileReport>,
}

impl Quality {
    /// The state of a fact of the document.
    #[must_use]
    pub fn document_state(&self, fact: Fact) -> FactState {
        self.document.get(fact as usize).copied().unwrap_or_default()
    }
}

/// Looks up every fact of the document and of each component, and answers the profiles.
#[must_use]
pub fn judge(sbom: &Sbom, profiles: &[Profile]) -> Quality {
    let levels = levels(sbom);
    let document = document_facts(sbom);
    let is_included = included(sbom);
    let has_one_described =
        sbom.components.iter().filter(|component| component.role == Role::Described).take(2).count() == 1;
    let mut components = Vec::new();
    for (index, component) in sbom.components.iter().enumerate() {
        let is_product =
            component.role == Role::Subject || (has_one_described && component.role == Role::Described);
        if !is_product {
            let is_included = is_included.get(index).copied().unwrap_or_default();
            components.push(component_facts(index as u32, component, is_included, &document));
        }
    }
    let n_levels = levels.iter().copied().max().unwrap_or_default();
    let profiles = profiles.iter().map(|profile| answer(profile, &components, &document, n_levels)).collect();
    Quality { components, document, n_levels, profiles }
}

/// One profile's answer.
fn answer(
    profile: &Profile,
    components: &[ComponentFacts],
    document: &[FactState; Fact::ALL.len()],
    n_levels: u32,
) -> ProfileReport {
    let counts = |element: &Element| {
        let mut counts = StateCounts::default();
        match element.fact.level() {
            FactLevel::Component => components.iter().for_each(|facts| counts.add(facts.state(element.fact))),
            FactLevel::Document => {
                counts.add(document.get(element.fact as usize).copied().unwrap_or_default());
            }
        }
        counts
    };
    let elements: Vec<StateCounts> = profile.elements.iter().map(counts).collect();
    let n_complete = components.iter().filter(|facts| facts.unmet(profile).next().is_none()).count();
    let is_deep_enough = n_levels >= profile.levels_min;
    let has_gap = elements.iter().any(|counts| counts.n_unmet() > 0);
    let has_unjudged = elements.iter().any(|counts| counts.n_not_judged > 0);
    let verdict = match () {
        () if components.is_empty() => ProfileVerdict::NothingToJudge,
        () if has_gap || !is_deep_enough => ProfileVerdict::NotMet,
        () if has_unjudged => ProfileVerdict::MetAsFarAsJudged,
        () => ProfileVerdict::Met,
    };
    ProfileReport { verdict, elements, n_complete, is_deep_enough }
}

/// Given when there is a text.
fn of_text(text: Option<&str>) -> FactState {
    if text.is_some_and(|text| !text.trim().is_empty()) { FactState::Given } else { FactState::Missing }
}

/// Given when the text is a time, a date at least.
fn of_time(text: Option<&str>) -> FactState {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => FactState::Missing,
        Some(text) if Stamp::parse(text).is_some() => FactState::Given,
        Some(_) => FactState::Unreadable,
    }
}

/// The fact, or where it is missing the document's.
fn or_inherited(own: FactState, of_document: FactState) -> FactState {
    if own == FactState::Missing && of_document == FactState::Given { FactState::Inherited } else { own }
}

/// The facts of the document; those of components are not judged here.
fn document_facts(sbom: &Sbom) -> [FactState; Fact::ALL.len()] {
    Fact::ALL.map(|fact| match fact {
        Fact::DocumentAuthor => {
            if sbom.authors.is_empty() {
                FactState::Missing
            } else {
                FactState::Given
            }
        }
        Fact::DocumentTime => of_time(sbom.created_written.as_deref()),
        Fact::DocumentTool => {
            if sbom.tools.is_empty() {
                FactState::Missing
            } else {
                FactState::Given
            }
        }
        Fact::GenerationContext => {
            if sbom.generation_contexts.is_empty() {
                FactState::Missing
            } else {
                FactState::Given
            }
        }
        _ => FactState::NotJudged,
    })
}

/// The facts of a component; those of the document are not judged here.
fn component_facts(
    index: u32,
    component: &Component,
    is_included: bool,
    document: &[FactState; Fact::ALL.len()],
) -> ComponentFacts {
    let details = component.details();
    let upkeep = details.upkeep.as_deref();
    let of_document = |fact: Fact| document.get(fact as usize).copied().unwrap_or_default();
    let states = Fact::ALL.map(|fact| match fact {
        Fact::Supplier => of_text(details.supplier.as_deref()),
        Fact::Name => of_text(Some(&component.name)),
        Fact::Version => of_text(component.version.as_deref()),
        Fact::Identifier => identifier(component),
        Fact::Relationship if is_included => FactState::Given,
        Fact::Relationship => FactState::Missing,
        Fact::EntryAuthor => {
            let own = of_text(upkeep.and_then(|upkeep| upkeep.entered_by.as_deref()));
            or_inherited(own, of_document(Fact::DocumentAuthor))
        }
        Fact::EntryTime => {
            let own = of_time(upkeep.and_then(|upkeep| upkeep.entered_at.as_deref()));
            or_inherited(own, of_document(Fact::DocumentTime))
        }
        Fact::Hash if details.hashes.is_empty() => FactState::Missing,
        Fact::Hash => FactState::Given,
        Fact::Licence if details.licences.is_empty() => FactState::Missing,
        Fact::Licence => FactState::Given,
        Fact::SupportLevel => of_text(upkeep.and_then(|upkeep| upkeep.support_level.as_deref())),
        Fact::SupportEnd => of_time(upkeep.and_then(|upkeep| upkeep.support_ends_on.as_deref())),
        _ => FactState::NotJudged,
    });
    ComponentFacts { component: index, states }
}

/// Whether one of the component's identifiers can be read.
fn identifier(component: &Component) -> FactState {
    let is_readable = component.purls.iter().any(|written| Purl::parse(written).is_ok())
        || component.cpes.iter().any(|written| Cpe::parse(written).is_ok())
        || component.details().swid.is_some();
    match () {
        () if is_readable => FactState::Given,
        () if component.purls.is_empty() && component.cpes.is_empty() => FactState::Missing,
        () => FactState::Unreadable,
    }
}

/// For each component, whether the document says what includes it.
///
/// An edge that leads to it, nesting in another component, or being what the document describes. In a document that does not
/// say what it describes, what includes others and is included by none is a top of its own.
fn included(sbom: &Sbom) -> Vec<bool> {
    let mut is_included: Vec<bool> = sbom
        .components
        .iter()
        .map(|component| {
            component.parent.is_some() || matches!(component.role, Role::Subject | Role::Described)
        })
        .collect();
    let has_subject =
        sbom.components.iter().any(|component| matches!(component.role, Role::Subject | Role::Described));
    for (from, to) in &sbom.dependencies {
        let ends = [(*to, true), (*from, !has_subject)];
        for (end, says) in ends {
            if let Some(slot) = is_included.get_mut(end as usize) {
                *slot |= says;
            }
        }
    }
    is_included
}

/// For each component, its level below what the document describes, counted from 1; 0 where it is not reached.
fn levels(sbom: &Sbom) -> Vec<u32> {
    let mut below: Vec<Vec<u32>> = vec![Vec::new(); sbom.components.len()];
    let nested = sbom
        .components
        .iter()
        .enumerate()
        .filter_map(|(index, component)| Some((component.parent?, index as u32)));
    for (from, to) in sbom.dependencies.iter().copied().chain(nested) {
        if let Some(list) = below.get_mut(from as usize) {
            list.push(to);
        }
    }
    let mut levels = vec![0_u32; sbom.components.len()];
    let mut queue = VecDeque::new();
    for (index, component) in sbom.components.iter().enumerate() {
        if matches!(component.role, Role::Subject | Role::Described)
            && let Some(level) = levels.get_mut(index)
        {
            *level = 1;
            queue.push_back((index as u32, 1));
        }
    }
    while let Some((index, level)) = queue.pop_front() {
        for next in below.get(index as usize).into_iter().flatten() {
            if let Some(slot) = levels.get_mut(*next as usize).filter(|slot| **slot == 0) {
                *slot = level + 1;
                queue.push_back((*next, level + 1));
            }
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sbom::{Agent, Hash, Licence, SbomFormat, Upkeep};

    /// A profile of these facts.
    fn profile(levels_min: u32, facts: &[Fact]) -> Profile {
        Profile {
            id: "test".to_owned(),
            version: "1".to_owned(),
            label: Bilingual::default(),
            title: Bilingual::default(),
            source: String::new(),
            confidence: SourceConfidence::High,
            levels_min,
            elements: facts.iter().map(|fact| Element { label: Bilingual::default(), fact: *fact }).collect(),
        }
    }

    /// A component of this name and role.
    fn component(name: &str, role: Role) -> Component {
        Component { name: name.into(), role, ..Component::default() }
    }

    /// A product that includes `a`, which includes `b`; `c` stands alone.
    fn bill() -> Sbom {
        let mut a = component("a", Role::Listed);
        a.version = Some("1".into());
        a.purls.push("pkg:npm/a@1".to_owned());
        let mut b = component("b", Role::Listed);
        b.purls.push("pkg:".to_owned());
        Sbom {
            components: vec![component("product", Role::Subject), a, b, component("c", Role::Listed)],
            dependencies: vec![(0, 1), (1, 2)],
            ..Sbom::new(SbomFormat::CycloneDxJson, "1.6")
        }
    }

    #[test]
    fn names_lead_back_to_their_facts() {
        for (position, fact) in Fact::ALL.into_iter().enumerate() {
            assert_eq!(fact as usize, position);
            assert_eq!(Fact::of_name(fact.name()), Some(fact));
        }
        assert_eq!(Fact::of_name("colour"), None);
    }

    #[test]
    fn looks_up_each_fact_of_a_component() {
        let quality = judge(&bill(), &[]);
        let states = |fact| quality.components.iter().map(|facts| facts.state(fact)).collect::<Vec<_>>();
        use FactState::{Given, Missing, Unreadable};
        assert_eq!(states(Fact::Name), [Given, Given, Given]);
        assert_eq!(states(Fact::Version), [Given, Missing, Missing]);
        assert_eq!(states(Fact::Identifier), [Given, Unreadable, Missing]);
        assert_eq!(states(Fact::Relationship), [Given, Given, Missing]);
        assert_eq!(states(Fact::EntryAuthor), [Missing, Missing, Missing]);
        assert_eq!(quality.n_levels, 3);
    }

    #[test]
    fn inherits_author_and_time_from_the_document_and_says_so() {
        let mut bill = bill();
        bill.authors = vec![Agent { name: "品質保証部".to_owned(), ..Agent::default() }];
        bill.created_written = Some("2026-04-01T09:00:00+09:00".to_owned());
        let details = bill.components[1].details_mut();
        details.upkeep = Some(Box::new(Upkeep {
            entered_by: Some("開発部".to_owned()),
            entered_at: Some("そのうち".to_owned()),
            support_ends_on: Some("2027-03-31".to_owned()),
            ..Upkeep::default()
        }));
        let quality = judge(&bill, &[]);
        let state = |index: usize, fact| quality.components[index].state(fact);
        assert_eq!(state(0, Fact::EntryAuthor), FactState::Given);
        assert_eq!(state(1, Fact::EntryAuthor), FactState::Inherited);
        assert_eq!(state(0, Fact::EntryTime), FactState::Unreadable);
        assert_eq!(state(1, Fact::EntryTime), FactState::Inherited);
        assert_eq!(state(0, Fact::SupportEnd), FactState::Given);
        assert_eq!(state(0, Fact::SupportLevel), FactState::Missing);
    }

    #[test]
    fn a_profile_is_met_only_when_every_component_has_every_element() {
        let mut bill = bill();
        let asked =
            [profile(0, &[Fact::Name]), profile(0, &[Fact::Name, Fact::Version]), profile(4, &[Fact::Name])];
        let verdicts =
            |bill: &Sbom| judge(bill, &asked).profiles.iter().map(|one| one.verdict).collect::<Vec<_>>();
        use ProfileVerdict::{Met, NotMet, NothingToJudge};
        assert_eq!(verdicts(&bill), [Met, NotMet, NotMet]);
        let quality = judge(&bill, &asked);
        assert_eq!(quality.profiles[1].n_complete, 1);
        assert_eq!(
            (quality.profiles[1].elements[1].n_met(), quality.profiles[1].elements[1].n_unmet()),
            (1, 2)
        );
        bill.components.iter_mut().for_each(|component| component.version = Some("1".into()));
        assert_eq!(verdicts(&bill), [Met, Met, NotMet]);
        bill.components.truncate(1);
        assert_eq!(verdicts(&bill), [NothingToJudge, NothingToJudge, NothingToJudge]);
    }

    #[test]
    fn what_an_sbom_cannot_answer_is_never_met() {
        let asked = [profile(0, &[Fact::Name, Fact::OutsideSbom])];
        assert_eq!(judge(&bill(), &asked).profiles[0].verdict, ProfileVerdict::MetAsFarAsJudged);
    }

    #[test]
    fn facts_of_the_document_count_once() {
        let mut bill = bill();
        let asked = [profile(0, &[Fact::DocumentTool, Fact::GenerationContext, Fact::DocumentTime])];
        let report = &judge(&bill, &asked).profiles[0];
        assert_eq!(report.elements.iter().map(|counts| counts.n_missing).collect::<Vec<_>>(), [1, 1, 1]);
        bill.tools = vec!["maker 1".to_owned()];
        bill.generation_contexts = vec!["build".to_owned()];
        bill.created_written = Some("yesterday".to_owned());
        let report = &judge(&bill, &asked).profiles[0];
        assert_eq!(report.elements.iter().map(|counts| counts.n_given).collect::<Vec<_>>(), [1, 1, 0]);
        assert_eq!(report.elements[2].n_unreadable, 1);
    }

    #[test]
    fn the_product_itself_is_not_judged_in_any_format() {
        let mut bill = bill();
        assert_eq!(judge(&bill, &[]).components[0].component, 1);
        bill.components[0].role = Role::Described;
        assert_eq!(judge(&bill, &[]).components.len(), 3);
        // Some tools describe every package: then none of them is the product.
        bill.components[1].role = Role::Described;
        assert_eq!(judge(&bill, &[]).components.len(), 4);
    }

    #[test]
    fn a_circle_has_an_end() {
        let mut bill = bill();
        bill.dependencies = vec![(0, 1), (1, 2), (2, 1), (2, 0), (3, 3)];
        assert_eq!(judge(&bill, &[]).n_levels, 3);
    }

    #[test]
    fn a_document_without_a_subject_has_tops_of_its_own() {
        let mut bill = bill();
        bill.components[0].role = Role::Listed;
        let quality = judge(&bill, &[]);
        let states: Vec<_> = quality.components.iter().map(|facts| facts.state(Fact::Relationship)).collect();
        assert_eq!(states, [FactState::Given, FactState::Given, FactState::Given, FactState::Missing]);
        assert_eq!(quality.n_levels, 0);
    }

    #[test]
    fn a_hash_and_a_licence_are_counted_when_there() {
        let mut bill = bill();
        let details = bill.components[1].details_mut();
        details.hashes.push(Hash { algorithm: "SHA-256".to_owned(), value: "00".to_owned() });
        details.licences.push(Licence { text: "MIT".into(), ..Licence::default() });
        details.supplier = Some(" ".to_owned());
        let facts = &judge(&bill, &[]).components[0];
        assert_eq!(facts.state(Fact::Hash), FactState::Given);
        assert_eq!(facts.state(Fact::Licence), FactState::Given);
        assert_eq!(facts.state(Fact::Supplier), FactState::Missing);
    }
}
