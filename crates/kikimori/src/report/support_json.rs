//! The support of components in the JSON of a scan (`docs/formats/scan.md`).

use std::collections::BTreeMap;

use kikimori_core::day::Day;
use kikimori_core::lifecycle::{Ending, ReleaseCycle, Support, SupportEvidence, SupportFinding};
use kikimori_core::sbom::Sbom;
use kikimori_locale::Language;
use serde::Serialize;

use super::json::{ComponentView, component_view};
use super::labels::Labelled as _;
use super::support::{STATES, gap_of, remedy_of_gap};

/// The support of the components.
#[derive(Serialize)]
pub struct SupportView<'a> {
    /// The day asked about.
    on: Option<String>,
    /// Products that the library knows; 0 when nothing could be asked.
    products: u64,
    /// As of when the data speak.
    as_of: Option<String>,
    /// Components by state, and those without data.
    components: BTreeMap<&'static str, usize>,
    /// Findings, the most pressing first.
    findings: Vec<FindingView<'a>>,
}

/// One release cycle with its components.
#[derive(Serialize)]
pub struct FindingView<'a> {
    /// Id.
    id: &'a str,
    /// State.
    state: &'static str,
    /// Why it is not decided.
    reason: Option<GapView>,
    /// Source.
    source: &'a str,
    /// The source's name of the product.
    product: &'a str,
    /// How people call it.
    product_label: &'a str,
    /// Where the source describes it.
    link: Option<&'a str>,
    /// The cycle, or the editions in question.
    cycles: Vec<CycleView<'a>>,
    /// The oldest supported cycle that is newer.
    next_supported: Option<&'a str>,
    /// The newest supported cycle.
    newest_supported: Option<&'a str>,
    /// The components.
    components: Vec<ComponentView<'a>>,
    /// How they were recognised.
    evidence: Vec<EvidenceView<'a>>,
}

/// Why a state is not decided.
#[derive(Serialize)]
struct GapView {
    /// Stable code.
    code: &'static str,
    /// Words.
    text: &'static str,
    /// What to do.
    remedy: &'static str,
}

/// A release cycle.
#[derive(Serialize)]
struct CycleView<'a> {
    /// Name.
    name: &'a str,
    /// How people call it.
    label: &'a str,
    /// First release.
    released_on: Option<String>,
    /// Active support.
    active: EndingView,
    /// Security support.
    security: EndingView,
    /// Extended support.
    extended: EndingView,
    /// Sale.
    discontinued: EndingView,
    /// Supported longer than its neighbours.
    is_long_term: bool,
    /// Newest version.
    latest: Option<&'a str>,
    /// Where it is announced.
    link: Option<&'a str>,
}

/// The end of a phase.
#[derive(Serialize)]
struct EndingView {
    /// Over on the day asked about; null when the source says nothing.
    is_over: Option<bool>,
    /// The last day, where it is known.
    last_day: Option<String>,
}

/// How components were recognised.
#[derive(Serialize)]
struct EvidenceView<'a> {
    /// How the identity is known.
    basis: &'static str,
    /// Identifier or name searched by.
    searched_by: &'a str,
    /// Version compared.
    version: Option<&'a str>,
    /// The product's name found.
    found: &'a str,
    /// Components recognised so.
    components: usize,
}

/// Views the support of the components.
pub fn support_view<'a>(support: &'a Support, sbom: &'a Sbom, language: Language) -> SupportView<'a> {
    let mut components: BTreeMap<&'static str, usize> = BTreeMap::new();
    for state in STATES {
        components.insert(state.code(), support.n_components_in(|found| found.code() == state.code()));
    }
    components.insert("without_data", support.n_without_data);
    SupportView {
        on: support.on.map(|day| day.to_string()),
        products: support.n_products,
        as_of: support.as_of.map(|stamp| stamp.to_string()),
        components,
        findings: support
            .findings
            .iter()
            .map(|finding| finding_view(finding, support.on, sbom, language))
            .collect(),
    }
}

/// Views a finding.
pub fn finding_view<'a>(
    finding: &'a SupportFinding,
    on: Option<Day>,
    sbom: &'a Sbom,
    language: Language,
) -> FindingView<'a> {
    FindingView {
        id: &finding.id,
        state: finding.state.code(),
        reason: gap_of(finding).map(|gap| GapView {
            code: gap.code(),
            text: gap.label(language),
            remedy: remedy_of_gap(language, gap),
        }),
        source: finding.source,
        product: &finding.product,
        product_label: &finding.product_label,
        link: finding.link.as_deref(),
        cycles: finding.cycles.iter().map(|cycle| cycle_view(cycle, on)).collect(),
        next_supported: finding.next_supported.as_deref(),
        newest_supported: finding.newest_supported.as_deref(),
        components: finding
            .components
            .iter()
            .filter_map(|index| sbom.components.get(*index as usize))
            .map(component_view)
            .collect(),
        evidence: finding.evidence.iter().map(evidence_view).collect(),
    }
}

/// Views a cycle.
fn cycle_view(cycle: &ReleaseCycle, on: Option<Day>) -> CycleView<'_> {
    let ending = |ending: Ending| EndingView {
        is_over: on.and_then(|on| ending.is_over(on)),
        last_day: ending.day().map(|day| day.to_string()),
    };
    CycleView {
        name: &cycle.name,
        label: cycle.shown(),
        released_on: cycle.released_on.map(|day| day.to_string()),
        active: ending(cycle.active),
        security: ending(cycle.security),
        extended: ending(cycle.extended),
        discontinued: ending(cycle.discontinued),
        is_long_term: cycle.is_long_term,
        latest: cycle.latest.as_deref(),
        link: cycle.link.as_deref(),
    }
}

/// Views the recognition of components.
fn evidence_view(evidence: &SupportEvidence) -> EvidenceView<'_> {
    EvidenceView {
        basis: evidence.basis.code(),
        searched_by: &evidence.searched_by,
        version: evidence.version.as_deref(),
        found: &evidence.found,
        components: evidence.n_components,
    }
}
