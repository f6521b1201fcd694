//! Exit codes, and errors that end a command.

use std::path::Path;
use std::process::ExitCode;

use kikimori_app::export_bundle::ExportFault;
use kikimori_app::identity_rules::RulesFault;
use kikimori_app::import_library::ImportFault;
use kikimori_app::scan_sbom::ScanFault;
use kikimori_core::message::{Message, Place, codes};
use kikimori_locale::{Language, count, format, message, system_reason, text};
use kikimori_matcher::library::LibraryFault;

/// How a command ended. The numbers are documented in the manual and never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Done = 0,
    /// `--fail-on` holds.
    FailOn = 1,
    /// The command line or an input is wrong.
    Usage = 2,
    /// There is no library: nothing was checked.
    NoLibrary = 3,
    /// The library is older than `--max-age`.
    Stale = 4,
    /// The system refused, or a file of ours is damaged.
    Fault = 5,
    /// An import would give something up (a feed shrank, a feed or bundle is older, local records would go) and was refused.
    Refused = 6,
    /// A source could not be synchronised; others were.
    SourceFailed = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Messages shown about one file of identity rules.
const RULE_MESSAGES_SHOWN: usize = 20;

/// An error in words, with the code to end with.
#[derive(Debug)]
pub struct Failure {
    /// How to end.
    pub exit: Exit,
    /// What happened and what to do, in the user's language; several lines.
    pub words: String,
}

impl Failure {
    /// A failure from a message about the file `name`.
    #[must_use]
    pub fn of_message(language: Language, name: &str, fault: &Message) -> Self {
        let words = message(language, fault);
        let place = match fault.place {
            Place::Document => name.to_owned(),
            _ => format(language, "error.place", &[("name", &name), ("place", &words.place)]),
        };
        let words = format!("[{}] {place}\n  {}\n  {}", words.code, words.cause, words.remedy);
        let is_refused = fault.code == codes::BUNDLE_OLDER || fault.code == codes::BUNDLE_LOCAL_RECORDS;
        Self { exit: if is_refused { Exit::Refused } else { Exit::Usage }, words }
    }

    /// A failure of the library.
    #[must_use]
    pub fn of_library(language: Language, fault: &LibraryFault) -> Self {
        let (exit, key, args): (_, _, Vec<(&str, String)>) = match fault {
            LibraryFault::Io { path, source } => (
                Exit::Fault,
                "LIB-001",
                vec![("path", path.display().to_string()), ("detail", system_reason(language, source))],
            ),
            LibraryFault::Damaged { path } => {
                (Exit::Fault, "LIB-002", vec![("path", path.display().to_string())])
            }
            LibraryFault::Locked { path } => {
                (Exit::Fault, "LIB-003", vec![("path", path.display().to_string())])
            }
            LibraryFault::Shrank { feeds } => {
                let lines: Vec<String> = feeds
                    .iter()
                    .map(|feed| {
                        let args: [(&str, &dyn std::fmt::Display); 3] =
                            [("name", &feed.name), ("before", &feed.n_before), ("now", &feed.n_now)];
                        format(language, "library.shrank", &args)
                    })
                    .collect();
                (Exit::Refused, "LIB-004", vec![("feeds", lines.join("\n  "))])
            }
            LibraryFault::OtherLayout { path, found } => (
                Exit::Fault,
                "LIB-006",
                vec![("path", path.display().to_string()), ("found", found.to_string())],
            ),
            LibraryFault::TooLarge => (Exit::Fault, "LIB-005", Vec::new()),
        };
        let shown: Vec<(&str, &dyn std::fmt::Display)> =
            args.iter().map(|(name, value)| (*name, value as &dyn std::fmt::Display)).collect();
        let cause = format(language, &format!("library.{key}.cause"), &shown);
        let remedy = format(language, &format!("library.{key}.remedy"), &shown);
        Self { exit, words: format!("[{key}] {cause}\n  {remedy}") }
    }

    /// A failure of a scan of the file `name`.
    #[must_use]
    pub fn of_scan(language: Language, name: &str, fault: &ScanFault) -> Self {
        match fault {
            ScanFault::Sbom(message) => Self::of_message(language, name, message),
            ScanFault::Library(fault) => Self::of_library(language, fault),
            ScanFault::Rules(fault) => Self::of_rules(language, fault),
        }
    }

    /// Files of identity rules that cannot be used.
    #[must_use]
    pub fn of_rules(language: Language, fault: &RulesFault) -> Self {
        let shown = fault.messages.iter().take(RULE_MESSAGES_SHOWN);
        let mut words: Vec<String> =
            shown.map(|message| Self::of_message(language, &fault.name, message).words).collect();
        let n_more = fault.messages.len().saturating_sub(words.len());
        if n_more > 0 {
            words.push(count(language, "scan.more", n_more, &[]));
        }
        Self { exit: Exit::Usage, words: words.join("\n") }
    }

    /// A failure of an import.
    #[must_use]
    pub fn of_import(language: Language, fault: &ImportFault) -> Self {
        match fault {
            ImportFault::Input { name, message } => {
                // Of several paths, the one that cannot be opened.
                let path = message.args.iter().find(|_| message.code == codes::INPUT_UNREADABLE);
                let name = path.filter(|(key, _)| *key == "path").map_or(name, |(_, path)| path);
                let failure = Self::of_message(language, name, message);
                let unchanged = text(language, "library.unchanged");
                Self { words: format!("{}\n  {unchanged}", failure.words), ..failure }
            }
            ImportFault::Older { name, held_at, found_at } => {
                let message = Message::new(codes::SYNC_OLDER).with("name", name);
                let message = message.with("held", held_at).with("found", found_at);
                Self { exit: Exit::Refused, ..Self::of_message(language, name, &message) }
            }
            ImportFault::Library(fault) => Self::of_library(language, fault),
        }
    }

    /// A failure of an export.
    #[must_use]
    pub fn of_export(language: Language, folder: &Path, output: &Path, fault: &ExportFault) -> Self {
        match fault {
            ExportFault::NoLibrary => {
                let words = format(language, "library.none", &[("folder", &folder.display())]);
                Self { exit: Exit::NoLibrary, words }
            }
            ExportFault::Since(message) => Self::of_message(language, "--since", message),
            ExportFault::Library(fault) => Self::of_library(language, fault),
            ExportFault::Output(error) => Self::of_output(language, &output.display().to_string(), error),
        }
    }

    /// A failure to write a result.
    #[must_use]
    pub fn of_output(language: Language, name: &str, error: &std::io::Error) -> Self {
        let detail = system_reason(language, error);
        let words = format(language, "error.output", &[("name", &name), ("detail", &detail)]);
        Self { exit: Exit::Fault, words }
    }

    /// A wrong value on the command line.
    #[must_use]
    pub fn of_usage(language: Language, key: &str, args: &[(&str, &dyn std::fmt::Display)]) -> Self {
        Self { exit: Exit::Usage, words: format(language, key, args) }
    }
}
