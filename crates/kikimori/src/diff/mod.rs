//! `kikimori sbom diff`: what changed from one SBOM to the next.

mod json;
mod table;

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use kikimori_app::sbom_file::{SbomFile, read_sbom};
use kikimori_core::sbom::diff::{SbomDiff, diff};
use kikimori_locale::{Language, text};

use crate::command::{format_option, output_option, refuse_other_ending};
use crate::exit::{Exit, Failure};
use crate::scan::write_to;

/// Everything that a report of a comparison shows.
struct Comparison<'a> {
    /// The old file as named.
    old_name: &'a str,
    /// The old document.
    old: &'a SbomFile,
    /// The new file as named.
    new_name: &'a str,
    /// The new document.
    new: &'a SbomFile,
    /// What changed.
    diff: &'a SbomDiff,
    /// The reader's language.
    language: Language,
}

/// Formats of the report.
const FORMATS: &[&str] = &["table", "json"];

/// The command's words.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    let file = |id: &'static str, name: &'static str, key| {
        Arg::new(id).value_name(name).required(true).value_parser(value_parser!(PathBuf)).help(words(key))
    };
    Command::new("diff")
        .about(words("help.sbom_diff"))
        .arg(file("old", "OLD", "help.diff_old").display_order(0))
        .arg(file("new", "NEW", "help.diff_new").display_order(1))
        .arg(format_option(language, FORMATS))
        .arg(output_option(language, "help.output"))
}

/// Runs the command.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    refuse_other_ending(matches, FORMATS, language)?;
    let read = |id: &str| {
        let path = matches.get_one::<PathBuf>(id).cloned().unwrap_or_default();
        let name = path.display().to_string();
        match read_sbom(&path) {
            Ok(file) => Ok((name, file)),
            Err(fault) => Err(Failure::of_message(language, &name, &fault)),
        }
    };
    let ((old_name, old), (new_name, new)) = (read("old")?, read("new")?);
    let diff = diff(&old.sbom, &new.sbom);
    let comparison =
        Comparison { old_name: &old_name, old: &old, new_name: &new_name, new: &new, diff: &diff, language };
    let output = matches.get_one::<PathBuf>("output");
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    let shown = output.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    write_to(output.map(PathBuf::as_path), &mut |out| {
        if is_json { json::write(&comparison, out) } else { table::write(&comparison, out) }
    })
    .map_err(|error| Failure::of_output(language, &shown, &error))?;
    Ok(Exit::Done)
}
