//! What a conversion or a merge lost, as JSON (`docs/formats/sbom-convert.md`).

use std::io::{self, Write};

use kikimori_app::convert_sbom::Source;
use kikimori_core::sbom::loss::Loss;
use kikimori_core::sbom::merge::KeptApart;
use kikimori_locale::text;
use serde::Serialize;

use super::Outcome;
use crate::report::json::{ComponentView, component_view};

/// The document.
#[derive(Serialize)]
struct LossDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// What was read.
    sources: Vec<SourceView<'a>>,
    /// What was written.
    target: TargetView<'a>,
    /// Nothing was lost.
    lossless: bool,
    /// What was written says otherwise than what was read.
    differences: Vec<DifferenceView<'a>>,
    /// What a merge joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    merge: Option<MergeView<'a>>,
}

/// A document that was read.
#[derive(Serialize)]
struct SourceView<'a> {
    /// The file as named.
    file: &'a str,
    /// Format.
    format: &'static str,
    /// The format's version as written.
    spec_version: &'a str,
    /// Identity as written.
    serial: Option<&'a str>,
    /// SHA-256.
    sha256: &'a str,
    /// Size in bytes.
    size_bytes: u64,
    /// Components, what the document is about too.
    components: usize,
    /// Files; not carried over.
    files: usize,
    /// Services; not carried over.
    services: usize,
    /// Vulnerabilities; not carried over.
    vulnerabilities: usize,
    /// Fields that were not carried over.
    unkept: Vec<UnkeptView<'a>>,
    /// Times that fields beyond the list stood there.
    unkept_further: u64,
    /// Oddities met while it was read; `sbom check` shows them.
    notices: usize,
}

impl<'a> From<&'a Source> for SourceView<'a> {
    fn from(source: &'a Source) -> Self {
        Self {
            file: &source.name,
            format: source.format.name(),
            spec_version: &source.spec_version,
            serial: source.serial.as_deref(),
            sha256: &source.sha256,
            size_bytes: source.size_bytes,
            components: source.n_components,
            files: source.n_files,
            services: source.n_services,
            vulnerabilities: source.n_vulnerabilities,
            unkept: source.unkept.fields().map(|(field, count)| UnkeptView { field, count }).collect(),
            unkept_further: source.unkept.n_further(),
            notices: source.n_notices,
        }
    }
}

/// A field that was not carried over.
#[derive(Serialize)]
struct UnkeptView<'a> {
    /// The field.
    field: &'a str,
    /// How often it stood there.
    count: u64,
}

/// The document that was written.
#[derive(Serialize)]
struct TargetView<'a> {
    /// The file; `null` for standard output.
    file: Option<String>,
    /// The word of the format on the command line.
    format: &'static str,
    /// Format and version.
    name: &'static str,
    /// SHA-256.
    sha256: &'a str,
    /// Size in bytes.
    size_bytes: usize,
    /// Components, what the document is about too.
    components: usize,
}

/// A difference.
#[derive(Serialize)]
struct DifferenceView<'a> {
    /// The field.
    field: &'static str,
    /// The field in words.
    text: &'static str,
    /// What happened to it.
    kind: &'static str,
    /// Something that was said is not said any more.
    is_loss: bool,
    /// How often.
    count: u64,
    /// The first place.
    example: ExampleView<'a>,
}

/// The first place of a difference.
#[derive(Serialize)]
struct ExampleView<'a> {
    /// The component as it was read.
    component: Option<ComponentView<'a>>,
    /// The component at the other end, of something that joins two.
    other: Option<ComponentView<'a>>,
    /// What was read.
    before: &'a str,
    /// What was written.
    after: &'a str,
}

/// What a merge joined and kept apart.
#[derive(Serialize)]
struct MergeView<'a> {
    /// Components that were joined with an equal one of an earlier source.
    joined: usize,
    /// Components of equal package URL that were not.
    kept_apart: Vec<KeptApartView<'a>>,
}

/// Two components that were not joined.
#[derive(Serialize)]
struct KeptApartView<'a> {
    /// The first field in which they contradict each other.
    field: &'static str,
    /// The field in words.
    text: &'static str,
    /// The earlier one.
    first: Option<ComponentView<'a>>,
    /// The later one.
    second: Option<ComponentView<'a>>,
}

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let written = outcome.written;
    let component = |index: u32| written.sbom.components.get(index as usize).map(component_view);
    let words = |code: &str| text(outcome.language, &format!("claim.{code}"));
    let apart = |apart: &KeptApart| KeptApartView {
        field: apart.field.code(),
        text: words(apart.field.code()),
        first: component(apart.first),
        second: component(apart.second),
    };
    let document = LossDocument {
        format: if outcome.merge.is_some() { "kikimori-sbom-merge" } else { "kikimori-sbom-convert" },
        format_version: "1.0",
        sources: outcome.sources.iter().map(SourceView::from).collect(),
        target: TargetView {
            file: outcome.file.map(|path| path.display().to_string()),
            format: written.format.word(),
            name: written.format.name(),
            sha256: &written.sha256,
            size_bytes: written.bytes.len(),
            components: written.n_components,
        },
        lossless: outcome.is_lossless,
        differences: written.differences.iter().map(|loss| difference(outcome, loss)).collect(),
        merge: outcome.merge.map(|merge| MergeView {
            joined: merge.n_joined,
            kept_apart: merge.kept_apart.iter().map(apart).collect(),
        }),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// A difference with its first place.
fn difference<'a>(outcome: &Outcome<'a>, loss: &'a Loss) -> DifferenceView<'a> {
    let components = &outcome.written.sbom.components;
    let component = loss.component.and_then(|index| components.get(index as usize));
    let other = loss.other.and_then(|index| components.get(index as usize));
    DifferenceView {
        field: loss.claim.code(),
        text: text(outcome.language, &format!("claim.{}", loss.claim.code())),
        kind: loss.kind.code(),
        is_loss: loss.kind.is_loss(),
        count: loss.n_times,
        example: ExampleView {
            component: component.map(component_view),
            other: other.map(component_view),
            before: &loss.before,
            after: &loss.after,
        },
    }
}
