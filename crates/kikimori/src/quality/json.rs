//! A judgement as JSON (`docs/formats/sbom-quality.md`).

use std::collections::BTreeMap;
use std::io::{self, Write};

use kikimori_core::sbom_quality::{
    Bilingual, ComponentFacts, FactLevel, Profile, SourceConfidence, StateCounts,
};
use serde::Serialize;

use super::Judgement;
use crate::report::json::{self, SbomView};

/// The document.
#[derive(Serialize)]
struct QualityDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The document judged.
    sbom: SbomView<'a>,
    /// Components judged: all but the subject.
    n_judged: usize,
    /// Levels of the dependency graph.
    levels: u32,
    /// Facts of the document.
    document: BTreeMap<&'static str, &'static str>,
    /// Profiles with their answers.
    profiles: Vec<ProfileView<'a>>,
    /// What to do about a missing fact, by fact.
    remedies: BTreeMap<&'static str, &'static str>,
    /// Components with their facts.
    components: Vec<FactsView<'a>>,
}

/// A text in both languages.
#[derive(Serialize)]
struct TextView<'a> {
    /// Japanese.
    ja: &'a str,
    /// English.
    en: &'a str,
}

impl<'a> From<&'a Bilingual> for TextView<'a> {
    fn from(text: &'a Bilingual) -> Self {
        Self { ja: &text.ja, en: &text.en }
    }
}

/// A profile with its answer.
#[derive(Serialize)]
struct ProfileView<'a> {
    /// Id.
    id: &'a str,
    /// Version.
    version: &'a str,
    /// Title.
    title: TextView<'a>,
    /// Where it comes from.
    source: &'a str,
    /// How well that is established.
    confidence: &'static str,
    /// The answer.
    verdict: &'static str,
    /// Components that meet every element.
    complete: usize,
    /// Levels demanded.
    levels_min: u32,
    /// There are enough.
    deep_enough: bool,
    /// Elements.
    elements: Vec<ElementView<'a>>,
}

/// An element with its counts.
#[derive(Serialize)]
struct ElementView<'a> {
    /// The fact.
    fact: &'static str,
    /// `component` or `document`.
    level: &'static str,
    /// The set's own name.
    label: TextView<'a>,
    /// Counts.
    #[serde(flatten)]
    counts: CountsView,
}

/// Counts by state.
#[derive(Serialize)]
struct CountsView {
    /// Given.
    given: usize,
    /// Inherited.
    inherited: usize,
    /// Unreadable.
    unreadable: usize,
    /// Missing.
    missing: usize,
    /// Not judged.
    not_judged: usize,
}

impl From<StateCounts> for CountsView {
    fn from(counts: StateCounts) -> Self {
        Self {
            given: counts.n_given,
            inherited: counts.n_inherited,
            unreadable: counts.n_unreadable,
            missing: counts.n_missing,
            not_judged: counts.n_not_judged,
        }
    }
}

/// A component with its facts.
#[derive(Serialize)]
struct FactsView<'a> {
    /// The component.
    component: json::ComponentView<'a>,
    /// States by fact.
    facts: BTreeMap<&'static str, &'static str>,
    /// Facts missing, by profile; profiles without a gap are left out.
    unmet: BTreeMap<&'a str, Vec<&'static str>>,
}

/// Writes the judgement.
pub fn write(judgement: &Judgement<'_>, out: &mut dyn Write) -> io::Result<()> {
    let file = judgement.file;
    let facts = judgement.facts();
    let document = facts
        .iter()
        .filter(|fact| fact.level() == FactLevel::Document)
        .map(|fact| (fact.name(), judgement.quality.document_state(*fact).name()))
        .collect();
    let view = QualityDocument {
        format: "kikimori-sbom-quality",
        format_version: "1.0",
        sbom: json::sbom_view(judgement.name, &file.sha256, file.size_bytes, &file.sbom),
        n_judged: judgement.quality.components.len(),
        levels: judgement.quality.n_levels,
        document,
        profiles: profiles(judgement),
        remedies: facts.iter().map(|fact| (fact.name(), judgement.remedy(*fact))).collect(),
        components: judgement
            .quality
            .components
            .iter()
            .filter_map(|facts| component(judgement, facts))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &view)?;
    writeln!(out)
}

/// Views the profiles.
fn profiles<'a>(judgement: &Judgement<'a>) -> Vec<ProfileView<'a>> {
    let elements = |profile: &'a Profile, counts: &[StateCounts]| {
        profile
            .elements
            .iter()
            .zip(counts)
            .map(|(element, counts)| ElementView {
                fact: element.fact.name(),
                level: match element.fact.level() {
                    FactLevel::Component => "component",
                    FactLevel::Document => "document",
                },
                label: (&element.label).into(),
                counts: (*counts).into(),
            })
            .collect()
    };
    judgement
        .profiles
        .iter()
        .zip(&judgement.quality.profiles)
        .map(|(profile, report)| ProfileView {
            id: &profile.id,
            version: &profile.version,
            title: (&profile.title).into(),
            source: &profile.source,
            confidence: match profile.confidence {
                SourceConfidence::High => "high",
                SourceConfidence::Medium => "medium",
                SourceConfidence::Low => "low",
            },
            verdict: report.verdict.name(),
            complete: report.n_complete,
            levels_min: profile.levels_min,
            deep_enough: report.is_deep_enough,
            elements: elements(profile, &report.elements),
        })
        .collect()
}

/// Views a component.
fn component<'a>(judgement: &Judgement<'a>, facts: &ComponentFacts) -> Option<FactsView<'a>> {
    let component = judgement.file.sbom.components.get(facts.component as usize)?;
    let asked = judgement.facts();
    let of_component = asked.iter().filter(|fact| fact.level() == FactLevel::Component);
    let unmet = judgement.profiles.iter().filter_map(|profile| {
        let names: Vec<_> = facts.unmet(profile).map(|element| element.fact.name()).collect();
        (!names.is_empty()).then_some((profile.id.as_str(), names))
    });
    Some(FactsView {
        component: json::component_view(component),
        facts: of_component.map(|fact| (fact.name(), facts.state(*fact).name())).collect(),
        unmet: unmet.collect(),
    })
}
