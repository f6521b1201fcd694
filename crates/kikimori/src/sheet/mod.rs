//! `kikimori sbom sheet`: a component sheet, how it was read and what is missing.

mod json;
mod mapping;
mod table;
pub mod template;

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};
use kikimori_app::convert_sbom::{TargetFormat, convert_file};
use kikimori_app::sheet_file::{SheetFile, read_mapping, read_sheet};
use kikimori_core::sheet::{SheetField, SheetMapping};
use kikimori_locale::{Language, text};

use crate::command::format_option;
use crate::convert;
use crate::exit::{Exit, Failure};
use crate::scan::write_to;

/// Everything that a report of a sheet shows.
struct View<'a> {
    /// The file as named.
    name: &'a str,
    /// The sheet.
    sheet: &'a SheetFile,
    /// The reader's language.
    language: Language,
}

/// The command's words.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    let path = |name: &'static str, key| {
        Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf)).help(words(key))
    };
    let word = |name: &'static str, value: &'static str, key| {
        Arg::new(name).long(name).value_name(value).help(words(key))
    };
    Command::new("sheet")
        .about(words("help.sbom_sheet"))
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(words("help.sheet_file")),
        )
        .arg(word("sheet", "NAME", "help.sheet_name"))
        .arg(path("mapping", "help.sheet_mapping"))
        .arg(path("write-mapping", "help.write_mapping"))
        .arg(word("product", "NAME", "help.sheet_product"))
        .arg(word("product-version", "VERSION", "help.sheet_product_version"))
        .arg(format_option(language, &["table", "json"]))
        .arg(path("output", "help.sheet_output").short('o'))
}

/// Runs the command.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let name = path.display().to_string();
    let mapping = mapping_of(matches, language)?;
    let sheet = read_sheet(&path, &mapping).map_err(|fault| Failure::of_message(language, &name, &fault))?;
    let view = View { name: &name, sheet: &sheet, language };
    if let Some(target) = matches.get_one::<PathBuf>("write-mapping") {
        write_mapping(&view, &mapping, target)?;
    }
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    write_to(None, &mut |out| if is_json { json::write(&view, out) } else { table::write(&view, out) })
        .map_err(|error| Failure::of_output(language, "-", &error))?;
    let Some(output) = matches.get_one::<PathBuf>("output") else { return Ok(Exit::Done) };
    let manner = format!("{mapping:?}");
    let conversion = convert_file(&path, sheet.file, TargetFormat::CycloneDxJson, &convert::tool(), &manner)
        .map_err(|fault| Failure::of_message(language, &name, &fault))?;
    convert::write_conversion(&conversion, Some(output), None, language)
}

/// What the mapping file and the options say together; options decide.
fn mapping_of(matches: &ArgMatches, language: Language) -> Result<SheetMapping, Failure> {
    let mut mapping = match matches.get_one::<PathBuf>("mapping") {
        Some(path) => read_mapping(path)
            .map_err(|fault| Failure::of_message(language, &path.display().to_string(), &fault))?,
        None => SheetMapping::default(),
    };
    let option = |name: &str| matches.get_one::<String>(name).cloned();
    mapping.sheet = option("sheet").or(mapping.sheet);
    mapping.product = option("product").or(mapping.product);
    mapping.product_version = option("product-version").or(mapping.product_version);
    Ok(mapping)
}

/// Writes the mapping to a file that is not there yet.
fn write_mapping(view: &View<'_>, asked: &SheetMapping, target: &Path) -> Result<(), Failure> {
    let language = view.language;
    let shown = target.display().to_string();
    if target.exists() {
        return Err(Failure::of_usage(language, "sheet.mapping.exists", &[("file", &shown)]));
    }
    let content = mapping::content(view, asked);
    write_to(Some(target), &mut |out| out.write_all(content.as_bytes()))
        .map_err(|error| Failure::of_output(language, &shown, &error))
}

/// A field in words.
fn field_words(language: Language, field: SheetField) -> &'static str {
    text(language, &format!("sheet.field.{}", field.name()))
}

/// What a column was taken as, in words.
fn taken_as(view: &View<'_>, column: &kikimori_core::sheet::SheetColumn) -> String {
    match column.field {
        None => text(view.language, "sheet.column.unknown").to_owned(),
        Some(field) if column.is_mapped => {
            let field = field_words(view.language, field);
            kikimori_locale::format(view.language, "sheet.column.mapped", &[("field", &field)])
        }
        Some(field) => field_words(view.language, field).to_owned(),
    }
}
