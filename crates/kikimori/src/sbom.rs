//! `kikimori sbom check`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ArgMatches;
use kikimori_app::check_sbom::{GapKind, Matchability, check_sbom};
use kikimori_app::sbom_file::{SbomFile, read_sbom};
use kikimori_locale::{Language, count, message, number, text};
use serde::Serialize;

use crate::exit::{Exit, Failure};
use crate::report::json;
use crate::scan::write_to;

/// Names shown for each kind of gap, and notices shown.
const LINES_SHOWN: usize = 10;

/// Runs the command that was asked for.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("check", matches)) => check(matches, language),
        _ => Err(Failure::of_usage(language, "usage.command_missing", &[])),
    }
}

/// `kikimori sbom check`.
fn check(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let name = path.display().to_string();
    let file = read_sbom(&path).map_err(|fault| Failure::of_message(language, &name, &fault))?;
    let report = check_sbom(&file.sbom);
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    write_to(None, &mut |out| {
        if is_json {
            write_json(&name, &file, &report, language, out)
        } else {
            write_table(&name, &file, &report, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}

/// The stable code of a kind of gap; its label stands under `enum.gap.<code>`, the remedy under `gap.<code>.remedy`.
fn code_of_gap(kind: GapKind) -> &'static str {
    match kind {
        GapKind::NoIdentifier => "no_identifier",
        GapKind::PurlUnreadable => "purl_unreadable",
        GapKind::CpeUnreadable => "cpe_unreadable",
        GapKind::TypeWithoutDatabase => "type_without_database",
        GapKind::VersionMissing => "version_missing",
        GapKind::VersionUnparsable => "version_unparsable",
    }
}

/// The check for a person.
fn write_table(
    name: &str,
    file: &SbomFile,
    report: &Matchability,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let sbom = &file.sbom;
    let format_name = format!("{} {}", sbom.format.name(), sbom.spec_version.trim_start_matches("SPDX-"));
    let mut line = |key: &str, value: &str| -> io::Result<()> {
        let value = if value.is_empty() { "–" } else { value };
        writeln!(out, "  {}: {value}", text(language, key))
    };
    line("check.file", name)?;
    line("check.format", &format_name)?;
    line("check.sha256", &file.sha256)?;
    line("check.created", sbom.created_written.as_deref().unwrap_or(""))?;
    line("check.authors", &sbom.authors.join(", "))?;
    line("check.tools", &sbom.tools.join(", "))?;
    line("check.supplier", sbom.supplier.as_deref().unwrap_or(""))?;
    line("check.dependencies", &number(sbom.dependencies.len()))?;
    writeln!(out)?;
    writeln!(out, "{}", count(language, "check.components", report.n_total, &[]))?;
    for (key, n_components) in [
        ("check.with_purl", report.n_with_purl),
        ("check.with_cpe", report.n_with_cpe),
        ("check.with_neither", report.n_with_neither),
        ("check.version_missing", report.n_version_missing),
        ("check.version_unparsable", report.n_version_unparsable),
        ("check.with_supplier", report.n_with_supplier),
        ("check.with_hash", report.n_with_hash),
        ("check.with_licence", report.n_with_licence),
    ] {
        let percent = if report.n_total == 0 { 0 } else { n_components * 100 / report.n_total };
        writeln!(out, "  {}: {} ({percent} %)", text(language, key), number(n_components))?;
    }
    write_gaps(file, report, language, out)?;
    write_notices(file, language, out)
}

/// What is missing for matching, with what to do.
fn write_gaps(
    file: &SbomFile,
    report: &Matchability,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut by_kind: BTreeMap<GapKind, Vec<String>> = BTreeMap::new();
    for gap in &report.gaps {
        let Some(component) = file.sbom.components.get(gap.component as usize) else { continue };
        let version = component.version.as_deref().unwrap_or("");
        let mut shown = format!("{} {version}", component.display_name()).trim_end().to_owned();
        if let Some(detail) = gap.detail.as_ref().filter(|detail| detail.as_str() != version) {
            shown.push_str(&format!(" ({detail})"));
        }
        by_kind.entry(gap.kind).or_default().push(shown);
    }
    if by_kind.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", text(language, "check.gaps"))?;
    for (kind, names) in by_kind {
        let code = code_of_gap(kind);
        writeln!(out, "  {}: {}", text(language, &format!("enum.gap.{code}")), number(names.len()))?;
        writeln!(out, "    → {}", text(language, &format!("gap.{code}.remedy")))?;
        let mut line = names.iter().take(LINES_SHOWN).cloned().collect::<Vec<_>>().join(", ");
        if names.len() > LINES_SHOWN {
            line.push_str(", ");
            line.push_str(&count(language, "scan.more", names.len() - LINES_SHOWN, &[]));
        }
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

/// What was odd about the document.
fn write_notices(file: &SbomFile, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let sbom = &file.sbom;
    let total = sbom.notices.len() + sbom.n_notices_dropped;
    if total == 0 {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", count(language, "check.notices", total, &[]))?;
    for notice in sbom.notices.iter().take(LINES_SHOWN) {
        let words = message(language, notice);
        writeln!(out, "  [{}] {}: {}", words.code, words.place, words.cause)?;
    }
    if total > LINES_SHOWN {
        writeln!(out, "  {}", count(language, "scan.more", total - LINES_SHOWN, &[]))?;
    }
    Ok(())
}

/// The check for a program.
fn write_json(
    name: &str,
    file: &SbomFile,
    report: &Matchability,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    /// The document.
    #[derive(Serialize)]
    struct Document<'a> {
        /// Name of the format.
        format: &'static str,
        /// Its version.
        format_version: &'static str,
        /// The document checked.
        sbom: json::SbomView<'a>,
        /// Persons and organisations that made it.
        authors: &'a [String],
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
        gaps: Vec<GapView<'a>>,
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
    let sbom = &file.sbom;
    let document = Document {
        format: "kikimori-sbom-check",
        format_version: "1.0",
        sbom: json::sbom_view(name, &file.sha256, file.size_bytes, sbom),
        authors: &sbom.authors,
        tools: &sbom.tools,
        supplier: sbom.supplier.as_deref(),
        components: Components {
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
        },
        dependencies: sbom.dependencies.len(),
        dangling_references: sbom.n_dangling_references,
        files: sbom.n_files,
        services: sbom.n_services,
        vulnerabilities: sbom.n_vulnerabilities,
        gaps: report
            .gaps
            .iter()
            .map(|gap| {
                let code = code_of_gap(gap.kind);
                GapView {
                    code,
                    text: text(language, &format!("enum.gap.{code}")),
                    remedy: text(language, &format!("gap.{code}.remedy")),
                    component: sbom.components.get(gap.component as usize).map(json::component_view),
                    detail: gap.detail.as_deref(),
                }
            })
            .collect(),
        notices: sbom
            .notices
            .iter()
            .map(|notice| {
                let words = message(language, notice);
                NoticeView {
                    code: notice.code.0,
                    place: notice.place.to_string(),
                    text: words.cause,
                    remedy: words.remedy,
                }
            })
            .collect(),
        notices_dropped: sbom.n_notices_dropped,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
