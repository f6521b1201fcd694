//! Kikimori (機器守り): what in a medical device's SBOM is known to be vulnerable, and why we think so.
#![forbid(unsafe_code)]

mod audit;
mod backup;
mod bundle;
mod command;
mod config;
mod convert;
mod demo;
mod diff;
mod doctor;
mod exit;
mod identity;
mod key;
mod library;
mod progress;
mod quality;
mod report;
mod sbom;
mod scan;
mod serve;
mod sheet;
mod sync;
mod sync_config;
mod tool;
mod trusted_keys;

use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::ErrorKind;
use exit::{Exit, Failure};
use kikimori_locale::Language;

fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let language = language_of(&arguments).unwrap_or_else(config::language);
    if let Some(value) = config::wrong_now() {
        let failure = Failure::of_usage(language, "usage.now", &[("value", &value)]);
        let _ = writeln!(std::io::stderr(), "{}", failure.words);
        return failure.exit.into();
    }
    let result = match command::build(language).try_get_matches_from(&arguments) {
        Ok(matches) => run(&matches, language),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            write_out(&error.to_string());
            return Exit::Done.into();
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            write_out(&error.to_string());
            return Exit::Usage.into();
        }
        Err(error) => Err(command::failure(language, &error)),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "{}", failure.words);
            failure.exit.into()
        }
    }
}

/// Writes to standard output; a reader that went away is not an error.
pub(crate) fn write_out(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// The language that `--lang` names, found before the command line is parsed so that errors speak it too.
fn language_of(arguments: &[std::ffi::OsString]) -> Option<Language> {
    let mut words = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "--lang" {
            return words.next().and_then(|value| Language::parse(&value));
        }
        if let Some(value) = word.strip_prefix("--lang=") {
            return Language::parse(value);
        }
    }
    None
}

/// Runs the command that was asked for.
fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("scan", matches)) => scan::scan(matches, language),
        Some(("explain", matches)) => scan::explain(matches, language),
        Some(("library", matches)) => library::run(matches, language),
        Some(("identity", matches)) => identity::run(matches, language),
        Some(("sbom", matches)) => sbom::run(matches, language),
        Some(("tool", matches)) => tool::run(matches, language),
        Some(("key", matches)) => key::run(matches, language),
        Some(("audit", matches)) => audit::run(matches, language),
        Some(("serve", matches)) => serve::run(matches, language),
        Some(("backup", matches)) => backup::backup(matches, language),
        Some(("restore", matches)) => backup::restore(matches, language),
        Some(("doctor", matches)) => doctor::run(matches, language),
        Some(("demo", matches)) => demo::run(matches, language),
        _ => Err(Failure::of_usage(language, "usage.command_missing", &[])),
    }
}
