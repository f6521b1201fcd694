//! `kikimori sbom check`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ArgMatches;
use kikimori_app::check_sbom::{GapKind, Matchability, check_sbom};
use kikimori_app::sbom_file::{SbomFile, read_sbom};
use kikimori_core::sbom::SbomFormat;
use kikimori_locale::{Language, count, message, number, text};

use crate::exit::{Exit, Failure};
use crate::report::{check_json, labels};
use crate::scan::write_to;

/// Names shown for each kind of gap, and notices shown.
const LINES_SHOWN: usize = 10;

/// Runs the command that was asked for.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("check", matches)) => check(matches, language),
        Some(("quality", matches)) => crate::quality::run(matches, language),
        Some(("sheet", matches)) => crate::sheet::run(matches, language),
        Some(("template", matches)) => crate::sheet::template::run(matches, language),
        Some(("convert", matches)) => crate::convert::convert(matches, language),
        Some(("diff", matches)) => crate::diff::run(matches, language),
        Some(("merge", matches)) => crate::convert::merge(matches, language),
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
            check_json::write_check(&name, &file, &report, language, out)
        } else {
            write_table(&name, &file, &report, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
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
    let format_name = format_name(sbom.format, &sbom.spec_version);
    let mut line = |key: &str, value: &str| -> io::Result<()> {
        let value = if value.is_empty() { "–" } else { value };
        writeln!(out, "  {}: {value}", text(language, key))
    };
    line("check.file", name)?;
    line("check.format", &format_name)?;
    line("check.sha256", &file.sha256)?;
    line("check.created", sbom.created_written.as_deref().unwrap_or(""))?;
    line("check.authors", &labels::author_names(sbom).join(", "))?;
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
        let percent = (n_components * 100).checked_div(report.n_total).unwrap_or(0);
        writeln!(out, "  {}: {} ({percent} %)", text(language, key), number(n_components))?;
    }
    write_gaps(file, report, language, out)?;
    write_notices(file, language, out)
}

/// A format and its version as people say them; that of a workbook is its ending alone.
pub fn format_name(format: SbomFormat, spec_version: &str) -> String {
    let version = match format {
        SbomFormat::SheetXlsx => "",
        _ => spec_version.trim_start_matches("SPDX-"),
    };
    format!("{} {version}", format.name()).trim_end().to_owned()
}

/// What is missing for matching, with what to do.
fn write_gaps(
    file: &SbomFile,
    report: &Matchability,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut by_kind: BTreeMap<GapKind, (usize, Vec<String>)> = BTreeMap::new();
    for gap in &report.gaps {
        let Some(component) = file.sbom.components.get(gap.component as usize) else { continue };
        let (n_components, names) = by_kind.entry(gap.kind).or_default();
        *n_components += 1;
        if names.len() >= LINES_SHOWN {
            continue;
        }
        let version = component.version.as_deref().unwrap_or("");
        let mut shown = labels::name_and_version(component);
        if let Some(detail) = gap.detail.as_ref().filter(|detail| detail.as_ref() != version) {
            shown.push_str(&format!(" ({detail})"));
        }
        names.push(shown);
    }
    if by_kind.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", text(language, "check.gaps"))?;
    for (kind, (n_components, names)) in by_kind {
        let code = check_json::code_of_gap(kind);
        writeln!(out, "  {}: {}", text(language, &format!("enum.gap.{code}")), number(n_components))?;
        writeln!(out, "    → {}", text(language, &format!("gap.{code}.remedy")))?;
        let mut line = names.join(", ");
        if n_components > names.len() {
            line.push_str(", ");
            line.push_str(&count(language, "scan.more", n_components - names.len(), &[]));
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
