//! The check of an SBOM as JSON (`docs/formats/sbom-check.md`).

use std::io::{self, Write};

use kikimori_app::check_sbom::{Gap, GapKind, Matchability};
use kikimori_app::sbom_file::SbomFile;
use kikimori_core::message::Message;
use kikimori_core::sbom::Sbom;
use kikimori_locale::{Language, message, text};
use serde::{Serialize, Serializer};

use super::{json, labels};

/// The stable code of a kind of gap; its label stands under `enum.gap.<code>`, the remedy under `gap.<code>.remedy`.
#[must_use]
pub fn code_of_gap(kind: GapKind) -> &'static str {
    match kind {
        GapKind::NoIdentifier => "no_identifier",
        GapKind::PurlUnreadable => "purl_unreadable",
        GapKind::CpeUnreadable => "cpe_unreadable",
        GapKind::TypeWithoutDatabase => "type_without_database",
        GapKind::VersionMissing => "version_missing",
        GapKind::VersionUnparsable => "version_unparsable",
    }
}

/// The document.
#[derive(Serialize)]
struct CheckDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The document checked.
    sbom: json::SbomView<'a>,
    /// Persons and organisations that made it.
    authors: Vec<&'a str>,
    /// Tools that made it.
    tools: &'a [String],
    /// Supplier of the thing described.
    supplier: Option<&'a str>,
    /// Counts.
    components: Components,
    /// Dependency edges.
    dependencies: usize,
    /// References that name nothing.
    dangling_references: usize,
    /// Files listed.
    files: usize,
    /// Services listed.
    services: usize,
    /// Vulnerabilities listed in the document itself.
    vulnerabilities: usize,
    /// What is missing for matching.
    gaps: Gaps<'a>,
    /// Oddities.
    notices: Vec<NoticeView>,
    /// Oddities not listed.
    notices_dropped: usize,
}

/// Counts of components.
#[derive(Serialize)]
struct Components {
    /// Listed, nested ones counted, the document's own subject not.
    total: usize,
    /// With a package URL.
    with_purl: usize,
    /// With a CPE.
    with_cpe: usize,
    /// With both.
    with_both: usize,
    /// With neither.
    with_neither: usize,
    /// With an unreadable package URL.
    purl_unreadable: usize,
    /// With an unreadable CPE.
    cpe_unreadable: usize,
    /// With a package URL of a type without a database, and no CPE.
    type_without_database: usize,
    /// Without a version.
    version_missing: usize,
    /// With a version that cannot be read.
    version_unparsable: usize,
    /// With a supplier.
    with_supplier: usize,
    /// With a hash.
    with_hash: usize,
    /// With a licence.
    with_licence: usize,
}

/// Gaps, viewed one at a time: a document may have two for each of its components.
struct Gaps<'a> {
    /// All of them.
    gaps: &'a [Gap],
    /// The document.
    sbom: &'a Sbom,
    /// The language of their words.
    language: Language,
}

impl Serialize for Gaps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.gaps.iter().map(|gap| gap_view(gap, self.sbom, self.language)))
    }
}

/// A gap.
#[derive(Serialize)]
struct GapView<'a> {
    /// Stable code.
    code: &'static str,
    /// Words.
    text: &'static str,
    /// What to do.
    remedy: &'static str,
    /// The component.
    component: Option<json::ComponentView<'a>>,
    /// The identifier or version in question.
    detail: Option<&'a str>,
}

/// A notice.
#[derive(Serialize)]
struct NoticeView {
    /// Code.
    code: &'static str,
    /// Place.
    place: String,
    /// Cause.
    text: String,
    /// Remedy.
    remedy: String,
}

/// The check for a program.
///
/// # Errors
/// What the output says.
pub fn write_check(
    name: &str,
    file: &SbomFile,
    report: &Matchability,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sbom = &file.sbom;
    let document = CheckDocument {
        format: "kikimori-sbom-check",
        format_version: "1.0",
        sbom: json::sbom_view(name, &file.sha256, file.size_bytes, sbom),
        authors: labels::author_names(sbom),
        tools: &sbom.tools,
        supplier: sbom.supplier.as_deref(),
        components: components(report),
        dependencies: sbom.dependencies.len(),
        dangling_references: sbom.n_dangling_references,
        files: sbom.n_files,
        services: sbom.n_services,
        vulnerabilities: sbom.n_vulnerabilities,
        gaps: Gaps { gaps: &report.gaps, sbom, language },
        notices: sbom.notices.iter().map(|notice| notice_view(notice, language)).collect(),
        notices_dropped: sbom.n_notices_dropped,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// Counts components.
fn components(report: &Matchability) -> Components {
    Components {
        total: report.n_total,
        with_purl: report.n_with_purl,
        with_cpe: report.n_with_cpe,
        with_both: report.n_with_both,
        with_neither: report.n_with_neither,
        purl_unreadable: report.n_purl_unreadable,
        cpe_unreadable: report.n_cpe_unreadable,
        type_without_database: report.n_type_without_database,
        version_missing: report.n_version_missing,
        version_unparsable: report.n_version_unparsable,
        with_supplier: report.n_with_supplier,
        with_hash: report.n_with_hash,
        with_licence: report.n_with_licence,
    }
}

/// Views a gap.
fn gap_view<'a>(gap: &'a Gap, sbom: &'a Sbom, language: Language) -> GapView<'a> {
    let code = code_of_gap(gap.kind);
    GapView {
        code,
        text: text(language, &format!("enum.gap.{code}")),
        remedy: text(language, &format!("gap.{code}.remedy")),
        component: sbom.components.get(gap.component as usize).map(json::component_view),
        detail: gap.detail.as_deref(),
    }
}

/// Views a notice.
fn notice_view(notice: &Message, language: Language) -> NoticeView {
    let words = message(language, notice);
    NoticeView {
        code: notice.code.0,
        place: notice.place.to_string(),
        text: words.cause,
        remedy: words.remedy,
    }
}
