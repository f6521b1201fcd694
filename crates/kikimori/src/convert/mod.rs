//! `kikimori sbom convert` and `kikimori sbom merge`: an SBOM written, and on standard error what that lost.

mod json;
mod losses;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use kikimori_app::convert_sbom::{Conversion, Source, TargetFormat, Written, convert_sbom};
use kikimori_app::merge_sboms::{Merge, MergeOrder, merge_sboms};
use kikimori_core::sbom::ComponentKind;
use kikimori_core::sbom::merge::Product;
use kikimori_locale::{Language, text};

use crate::command::sbom_argument;
use crate::config;
use crate::exit::{Exit, Failure};
use crate::report::labels::{PROGRAM, PROGRAM_VERSION};
use crate::scan::write_to;

/// Kinds that a product can have.
const PRODUCT_KINDS: [ComponentKind; 4] =
    [ComponentKind::Device, ComponentKind::Application, ComponentKind::Firmware, ComponentKind::Container];

/// Everything that a report of something written shows.
struct Outcome<'a> {
    /// What was read.
    sources: &'a [Source],
    /// What was written.
    written: &'a Written,
    /// The file that was written; `None` for standard output.
    file: Option<&'a Path>,
    /// Nothing was lost.
    is_lossless: bool,
    /// What a merge joined and kept apart.
    merge: Option<&'a Merge>,
    /// The reader's language.
    language: Language,
}

/// The words of `convert`.
pub fn convert_command(language: Language) -> Command {
    Command::new("convert")
        .about(text(language, "help.sbom_convert"))
        .arg(sbom_argument(language))
        .arg(target_option(language).required(true))
        .args(output_options(language))
}

/// The words of `merge`.
pub fn merge_command(language: Language) -> Command {
    let words = |key| text(language, key);
    let value =
        |id: &'static str, name: &'static str, key| Arg::new(id).long(id).value_name(name).help(words(key));
    let kinds = PRODUCT_KINDS.map(ComponentKind::name);
    Command::new("merge")
        .about(words("help.sbom_merge"))
        .arg(
            Arg::new("files")
                .value_name("FILE")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .help(words("help.sbom_file")),
        )
        .arg(
            value("product", "NAME", "help.merge_product")
                .required(true)
                .value_parser(NonEmptyStringValueParser::new()),
        )
        .arg(
            Arg::new("product-version")
                .long("version")
                .value_name("VERSION")
                .help(words("help.merge_version")),
        )
        .arg(value("supplier", "NAME", "help.merge_supplier"))
        .arg(
            value("kind", "KIND", "help.merge_kind")
                .value_name(kinds.join("|"))
                .value_parser(PossibleValuesParser::new(kinds))
                .hide_possible_values(true)
                .default_value(ComponentKind::Device.name())
                .hide_default_value(true),
        )
        .arg(Arg::new("join").long("join").action(ArgAction::SetTrue).help(words("help.merge_join")))
        .arg(
            target_option(language)
                .help(words("help.merge_to"))
                .default_value(TargetFormat::CycloneDxJson.word())
                .hide_default_value(true),
        )
        .args(output_options(language))
}

/// `--to FORMAT`.
fn target_option(language: Language) -> Arg {
    Arg::new("to")
        .long("to")
        .value_name(TargetFormat::WORDS.join("|"))
        .value_parser(PossibleValuesParser::new(TargetFormat::WORDS))
        .hide_possible_values(true)
        .help(text(language, "help.to"))
}

/// `--output FILE` and `--report FILE`.
fn output_options(language: Language) -> [Arg; 2] {
    let file = |id: &'static str, key| {
        Arg::new(id)
            .long(id)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(text(language, key))
    };
    [file("output", "help.output").short('o'), file("report", "help.loss_report")]
}

/// Runs `convert`.
pub fn convert(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let name = path.display().to_string();
    let conversion: Conversion = convert_sbom(&path, target(matches), &tool())
        .map_err(|fault| Failure::of_message(language, &name, &fault))?;
    let file = matches.get_one::<PathBuf>("output").map(PathBuf::as_path);
    let report = matches.get_one::<PathBuf>("report").map(PathBuf::as_path);
    write_conversion(&conversion, file, report, language)
}

/// Writes a conversion to `file` (`None` for standard output), the report that was asked for, and the words about losses.
pub fn write_conversion(
    conversion: &Conversion,
    file: Option<&Path>,
    report: Option<&Path>,
    language: Language,
) -> Result<Exit, Failure> {
    let outcome = Outcome {
        sources: std::slice::from_ref(&conversion.source),
        written: &conversion.written,
        file,
        is_lossless: conversion.is_lossless(),
        merge: None,
        language,
    };
    finish(&outcome, report)
}

/// Runs `merge`.
pub fn merge(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let value = |id: &str| matches.get_one::<String>(id).cloned();
    let kind = value("kind").unwrap_or_default();
    let kind = PRODUCT_KINDS.into_iter().find(|known| known.name() == kind).unwrap_or(ComponentKind::Device);
    let order = MergeOrder {
        product: Product {
            name: value("product").unwrap_or_default(),
            version: value("product-version"),
            kind,
            supplier: value("supplier"),
        },
        paths: matches.get_many::<PathBuf>("files").unwrap_or_default().cloned().collect(),
        is_joined: matches.get_flag("join"),
        target: target(matches),
        created: config::now(),
        tool: tool(),
    };
    let merge =
        merge_sboms(&order).map_err(|fault| Failure::of_message(language, &fault.name, &fault.message))?;
    let outcome = Outcome {
        sources: &merge.sources,
        written: &merge.written,
        file: matches.get_one::<PathBuf>("output").map(PathBuf::as_path),
        is_lossless: merge.is_lossless(),
        merge: Some(&merge),
        language,
    };
    finish(&outcome, matches.get_one::<PathBuf>("report").map(PathBuf::as_path))
}

/// The format that was asked for.
fn target(matches: &ArgMatches) -> TargetFormat {
    let word = matches.get_one::<String>("to").map_or("", String::as_str);
    TargetFormat::parse(word).unwrap_or(TargetFormat::CycloneDxJson)
}

/// This program, as a document names it.
pub fn tool() -> String {
    format!("{PROGRAM} {PROGRAM_VERSION}")
}

/// Writes the document, the report that was asked for, and the words about losses.
fn finish(outcome: &Outcome<'_>, report: Option<&Path>) -> Result<Exit, Failure> {
    let language = outcome.language;
    let write_file = |path: Option<&Path>, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>| {
        let shown = path.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
        write_to(path, write).map_err(|error| Failure::of_output(language, &shown, &error))
    };
    write_file(outcome.file, &mut |out| out.write_all(&outcome.written.bytes))?;
    if let Some(report) = report {
        write_file(Some(report), &mut |out| json::write(outcome, out))?;
    }
    let mut words = Vec::new();
    losses::write(outcome, &mut words)
        .and_then(|()| io::stderr().write_all(&words))
        .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}
