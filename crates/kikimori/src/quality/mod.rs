//! `kikimori sbom quality`: an SBOM judged by element sets, side by side.

mod json;
mod sheets;
mod table;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};
use kikimori_app::judge_sbom::{self, ProfileFault};
use kikimori_app::sbom_file::{SbomFile, read_sbom};
use kikimori_core::sbom::{Component, Role};
use kikimori_core::sbom_quality::{
    Bilingual, Fact, FactState, Profile, ProfileVerdict, Quality, StateCounts, judge,
};
use kikimori_locale::{Language, text};

use crate::command::{format_option, output_option, refuse_other_ending, sbom_argument};
use crate::exit::{Exit, Failure};
use crate::scan::write_to;

/// Everything that a report of a judgement shows.
struct Judgement<'a> {
    /// The file as named.
    name: &'a str,
    /// The document.
    file: &'a SbomFile,
    /// The profiles asked.
    profiles: &'a [Profile],
    /// What was found.
    quality: &'a Quality,
    /// The reader's language.
    language: Language,
}

/// Formats of the report.
const FORMATS: &[&str] = &["table", "json", "xlsx"];

/// The command's words.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    Command::new("quality")
        .about(words("help.sbom_quality"))
        .arg(sbom_argument(language))
        .arg(
            Arg::new("profile")
                .long("profile")
                .value_name("ID|FILE")
                .action(ArgAction::Append)
                .value_delimiter(',')
                .help(words("help.profile")),
        )
        .arg(format_option(language, FORMATS))
        .arg(output_option(language, "help.output"))
}

/// Runs the command.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    refuse_other_ending(matches, FORMATS, language)?;
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let name = path.display().to_string();
    let asked: Vec<String> = matches.get_many::<String>("profile").unwrap_or_default().cloned().collect();
    let profiles = judge_sbom::profiles(&asked).map_err(|fault| failure(&fault, language))?;
    let output = matches.get_one::<PathBuf>("output");
    let format = matches.get_one::<String>("format").map_or("table", String::as_str);
    if format == "xlsx" && output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::of_usage(language, "quality.xlsx_needs_output", &[]));
    }
    let file = read_sbom(&path).map_err(|fault| Failure::of_message(language, &name, &fault))?;
    let quality = judge(&file.sbom, &profiles);
    let judgement = Judgement { name: &name, file: &file, profiles: &profiles, quality: &quality, language };
    let shown = output.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    write_to(output.map(PathBuf::as_path), &mut |out| write(&judgement, format, out))
        .map_err(|error| Failure::of_output(language, &shown, &error))?;
    Ok(Exit::Done)
}

/// Writes the judgement in a format.
fn write(judgement: &Judgement<'_>, format: &str, out: &mut dyn Write) -> io::Result<()> {
    match format {
        "json" => json::write(judgement, out),
        "xlsx" => out.write_all(&sheets::write(judgement).map_err(io::Error::other)?),
        _ => table::write(judgement, out),
    }
}

/// Why there is nothing to judge by.
fn failure(fault: &ProfileFault, language: Language) -> Failure {
    match fault {
        ProfileFault::Unknown { asked, known } => {
            let known = known.join(", ");
            Failure::of_usage(language, "quality.profile_unknown", &[("asked", asked), ("known", &known)])
        }
        ProfileFault::File { path, message } => Failure::of_message(language, path, message),
    }
}

impl Judgement<'_> {
    /// A text of a catalog in the reader's language.
    fn say<'a>(&self, text: &'a Bilingual) -> &'a str {
        match self.language {
            Language::Ja => &text.ja,
            Language::En => &text.en,
        }
    }

    /// A fact in words.
    fn fact(&self, fact: Fact) -> &'static str {
        text(self.language, &format!("quality.fact.{}", fact.name()))
    }

    /// What to do about a missing fact.
    fn remedy(&self, fact: Fact) -> &'static str {
        text(self.language, &format!("quality.remedy.{}", fact.name()))
    }

    /// A verdict in words.
    fn verdict(&self, verdict: ProfileVerdict) -> &'static str {
        text(self.language, &format!("quality.verdict.{}", verdict.name()))
    }

    /// A state in words.
    fn state(&self, state: FactState) -> &'static str {
        text(self.language, &format!("quality.state.{}", state.name()))
    }

    /// The facts that some profile asks for, in the order of reading.
    fn facts(&self) -> Vec<Fact> {
        let is_asked = |fact: &Fact| {
            self.profiles.iter().any(|profile| profile.elements.iter().any(|element| element.fact == *fact))
        };
        Fact::ALL.into_iter().filter(is_asked).collect()
    }

    /// The counts of a fact, if a profile asks for it: they are the same in every profile that does.
    fn counts(&self, fact: Fact) -> StateCounts {
        let of_profile = |(position, profile): (usize, &Profile)| {
            let element = profile.elements.iter().position(|element| element.fact == fact)?;
            self.quality.profiles.get(position)?.elements.get(element).copied()
        };
        self.profiles.iter().enumerate().find_map(of_profile).unwrap_or_default()
    }

    /// What the document describes.
    fn subject(&self) -> Option<&Component> {
        let of_role =
            |role: Role| self.file.sbom.components.iter().find(move |component| component.role == role);
        of_role(Role::Subject).or_else(|| of_role(Role::Described))
    }

    /// Format and version of the document.
    fn format_name(&self) -> String {
        let sbom = &self.file.sbom;
        crate::sbom::format_name(sbom.format, &sbom.spec_version)
    }
}
