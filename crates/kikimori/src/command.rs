//! The command line: its words come from the locale tables, so that help and errors speak the user's language.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use kikimori_app::scan_sbom::FailOn;
use kikimori_locale::{Language, format, text};

use crate::exit::Failure;

/// Formats of a scan's report.
pub const SCAN_FORMATS: &[&str] = &["table", "json", "csv", "cyclonedx", "sarif", "markdown"];

/// Where the options that every command takes stand in a help text: after the command's own.
const LAST_OPTIONS: usize = 900;

/// The whole command tree.
#[must_use]
pub fn build(language: Language) -> Command {
    let words = |key| text(language, key);
    let root = Command::new("kikimori")
        .version(env!("CARGO_PKG_VERSION"))
        .about(words("help.about"))
        .after_help(words("help.exit_codes"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("lang")
                .long("lang")
                .global(true)
                .display_order(LAST_OPTIONS)
                .value_name("ja|en")
                .value_parser(PossibleValuesParser::new(["ja", "en"]))
                .hide_possible_values(true)
                .help(words("help.lang")),
        )
        .subcommand(scan(language))
        .subcommand(explain(language))
        .subcommand(library(language))
        .subcommand(sbom(language))
        .subcommand(crate::identity::identity(language))
        .subcommand(crate::tool::command(language))
        .subcommand(key(language))
        .subcommand(crate::serve::command(language))
        .subcommand(crate::audit::command(language))
        .subcommand(crate::backup::backup_command(language))
        .subcommand(crate::backup::restore_command(language))
        .subcommand(crate::doctor::command(language))
        .subcommand(crate::demo::command(language));
    localise(root, language)
}

/// Puts the headings of help texts into the language, in every command of the tree.
fn localise(mut command: Command, language: Language) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |sub| localise(sub, language));
    }
    let words = |key| text(language, key);
    let ids: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in ids {
        command = command.mut_arg(id, |arg| {
            let heading = if arg.is_positional() { "help.heading.arguments" } else { "help.heading.options" };
            arg.help_heading(words(heading))
        });
    }
    let is_root = command.get_name() == "kikimori";
    command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_help_heading(words("help.heading.commands"))
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .display_order(LAST_OPTIONS + 1)
                .help(words("help.help"))
                .help_heading(words("help.heading.options")),
        )
        .help_template(format!(
            "{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}",
            words("help.heading.usage")
        ));
    if is_root {
        command = command.arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .display_order(LAST_OPTIONS + 2)
                .help(words("help.version"))
                .help_heading(words("help.heading.options")),
        );
    }
    command
}

/// `--library DIR`.
pub fn library_option(language: Language) -> Arg {
    Arg::new("library")
        .long("library")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help(text(language, "help.library_option"))
}

/// `--platform CPE`.
fn platform_option(language: Language) -> Arg {
    Arg::new("platform")
        .long("platform")
        .value_name("CPE")
        .action(ArgAction::Append)
        .help(text(language, "help.platform"))
}

/// `--rules FILE`.
pub fn rules_option(language: Language) -> Arg {
    Arg::new("rules")
        .long("rules")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .action(ArgAction::Append)
        .help(text(language, "help.rules"))
}

/// `--output`, explained by the text of `key`.
pub fn output_option(language: Language, key: &str) -> Arg {
    Arg::new("output")
        .long("output")
        .short('o')
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help(text(language, key))
}

/// `--format F` with these choices.
pub fn format_option(language: Language, formats: &'static [&'static str]) -> Arg {
    Arg::new("format")
        .long("format")
        .short('f')
        .value_name(formats.join("|"))
        .value_parser(PossibleValuesParser::new(formats))
        .hide_possible_values(true)
        .default_value("table")
        .hide_default_value(true)
        .help(text(language, "help.format"))
}

/// Refuses to write the words for a terminal into a file whose ending names another format, unless that is said
/// (`--format table`): `-o elements.xlsx` alone would give a file that no program opens.
pub fn refuse_other_ending(
    matches: &ArgMatches,
    formats: &[&str],
    language: Language,
) -> Result<(), Failure> {
    let is_said = matches.value_source("format") != Some(ValueSource::DefaultValue);
    let Some(output) = matches.get_one::<PathBuf>("output").filter(|_| !is_said) else { return Ok(()) };
    let ending = output.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let format = match ending.as_deref() {
        Some("md") => "markdown",
        Some(ending @ ("json" | "csv" | "xlsx" | "sarif")) => ending,
        _ => return Ok(()),
    };
    let file = output.display().to_string();
    Err(if formats.contains(&format) {
        Failure::of_usage(language, "usage.ending", &[("file", &file), ("format", &format)])
    } else {
        let allowed = formats.join(", ");
        Failure::of_usage(language, "usage.ending_unknown", &[("file", &file), ("allowed", &allowed)])
    })
}

/// `FILE`.
pub fn sbom_argument(language: Language) -> Arg {
    Arg::new("file")
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help(text(language, "help.sbom_file"))
}

/// `scan`.
fn scan(language: Language) -> Command {
    let words = |key| text(language, key);
    Command::new("scan")
        .about(words("help.scan"))
        .arg(sbom_argument(language))
        .arg(library_option(language))
        .arg(platform_option(language))
        .arg(rules_option(language))
        .arg(format_option(language, SCAN_FORMATS))
        .arg(output_option(language, "help.output"))
        .arg(
            Arg::new("fail-on")
                .long("fail-on")
                .value_name(FailOn::WORDS.join("|"))
                .value_parser(PossibleValuesParser::new(FailOn::WORDS))
                .hide_possible_values(true)
                .action(ArgAction::Append)
                .value_delimiter(',')
                .help(words("help.fail_on")),
        )
        .arg(Arg::new("max-age").long("max-age").value_name("DAYS").help(words("help.max_age")))
        .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help(words("help.all")))
        .arg(
            Arg::new("timings")
                .long("timings")
                .action(ArgAction::SetTrue)
                .hide(true)
                .help(words("help.timings")),
        )
}

/// `explain`.
fn explain(language: Language) -> Command {
    Command::new("explain")
        .about(text(language, "help.explain"))
        .arg(sbom_argument(language))
        .arg(
            Arg::new("what")
                .value_name("WHAT")
                .required(true)
                .value_parser(NonEmptyStringValueParser::new())
                .help(text(language, "help.what")),
        )
        .arg(library_option(language))
        .arg(platform_option(language))
        .arg(rules_option(language))
        .arg(format_option(language, &["table", "json"]))
}

/// `library …`.
fn library(language: Language) -> Command {
    let words = |key| text(language, key);
    Command::new("library")
        .about(words("help.library"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("import")
                .about(words("help.library_import"))
                .arg(
                    Arg::new("paths")
                        .value_name("PATH")
                        .required(true)
                        .num_args(1..)
                        .value_parser(value_parser!(PathBuf))
                        .help(words("help.feed_paths")),
                )
                .arg(library_option(language))
                .arg(Arg::new("delta").long("delta").action(ArgAction::SetTrue).help(words("help.delta")))
                .arg(
                    Arg::new("allow-shrink")
                        .long("allow-shrink")
                        .action(ArgAction::SetTrue)
                        .conflicts_with("delta")
                        .help(words("help.allow_shrink")),
                )
                .arg(
                    Arg::new("touched")
                        .long("touched")
                        .value_name("FILE")
                        .requires("delta")
                        .value_parser(value_parser!(PathBuf))
                        .help(words("help.touched")),
                )
                .args(bundle_options(language))
                .arg(format_option(language, &["table", "json"])),
        )
        .subcommand(library_sync(language))
        .subcommand(export(language))
        .subcommand(
            Command::new("info")
                .about(words("help.library_info"))
                .arg(library_option(language))
                .arg(format_option(language, &["table", "json"])),
        )
        .subcommand(Command::new("verify").about(words("help.library_verify")).arg(library_option(language)))
}

/// `library sync`.
fn library_sync(language: Language) -> Command {
    let words = |key| text(language, key);
    let flag =
        |name: &'static str, key| Arg::new(name).long(name).action(ArgAction::SetTrue).help(words(key));
    Command::new("sync")
        .about(words("help.library_sync"))
        .arg(library_option(language))
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help(words("help.sync_config")),
        )
        .arg(
            Arg::new("source")
                .long("source")
                .value_name("ID")
                .action(ArgAction::Append)
                .help(words("help.sync_source")),
        )
        .arg(flag("allow-shrink", "help.allow_shrink"))
        .arg(flag("allow-older", "help.allow_older"))
        .arg(flag("print-config", "help.print_config"))
        .arg(format_option(language, &["table", "json"]))
}

/// What `library import` takes for a bundle.
fn bundle_options(language: Language) -> [Arg; 3] {
    let words = |key| text(language, key);
    [
        Arg::new("trust")
            .long("trust")
            .value_name("FILE|KEY")
            .action(ArgAction::Append)
            .help(words("help.trust")),
        Arg::new("allow-older")
            .long("allow-older")
            .action(ArgAction::SetTrue)
            .help(words("help.allow_older_bundle")),
        Arg::new("replace").long("replace").action(ArgAction::SetTrue).help(words("help.replace")),
    ]
}

/// `library export`.
fn export(language: Language) -> Command {
    let words = |key| text(language, key);
    Command::new("export")
        .about(words("help.library_export"))
        .arg(output_option(language, "help.export_output").required(true))
        .arg(
            Arg::new("key")
                .long("key")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(words("help.export_key")),
        )
        .arg(Arg::new("since").long("since").value_name("BUNDLE|DIR|SNAPSHOT").help(words("help.since")))
        .arg(library_option(language))
        .arg(format_option(language, &["table", "json"]))
}

/// `key …`.
fn key(language: Language) -> Command {
    let words = |key| text(language, key);
    Command::new("key")
        .about(words("help.key"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("create")
                .about(words("help.key_create"))
                .arg(output_option(language, "help.key_output").required(true)),
        )
        .subcommand(
            Command::new("show")
                .about(words("help.key_show"))
                .arg(Arg::new("key").value_name("FILE|KEY").required(true).help(words("help.key_argument"))),
        )
        .subcommand(
            Command::new("trust")
                .about(words("help.key_trust"))
                .arg(Arg::new("key").value_name("FILE|KEY").required(true).help(words("help.key_argument")))
                .arg(
                    Arg::new("name")
                        .long("name")
                        .value_name("NAME")
                        .required(true)
                        .help(words("help.key_name")),
                ),
        )
        .subcommand(Command::new("list").about(words("help.key_list")))
        .subcommand(
            Command::new("distrust").about(words("help.key_distrust")).arg(
                Arg::new("what").value_name("NAME|FINGERPRINT").required(true).help(words("help.key_what")),
            ),
        )
}

/// `sbom …`.
fn sbom(language: Language) -> Command {
    Command::new("sbom")
        .about(text(language, "help.sbom"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("check")
                .about(text(language, "help.sbom_check"))
                .arg(sbom_argument(language))
                .arg(format_option(language, &["table", "json"])),
        )
        .subcommand(crate::quality::command(language))
        .subcommand(crate::sheet::command(language))
        .subcommand(crate::sheet::template::command(language))
        .subcommand(crate::convert::convert_command(language))
        .subcommand(crate::diff::command(language))
        .subcommand(crate::convert::merge_command(language))
}

/// A parsing error in the user's language.
#[must_use]
pub fn failure(language: Language, error: &clap::Error) -> Failure {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let allowed = context(ContextKind::ValidValue);
    let suggested =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
            .into_iter()
            .map(context)
            .find(|text| !text.is_empty());
    let command = context(ContextKind::InvalidSubcommand);
    let other = context(ContextKind::PriorArg);
    let key = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => "usage.value_missing",
        ErrorKind::InvalidValue if !allowed.is_empty() => "usage.value_not_allowed",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage.value_wrong",
        ErrorKind::UnknownArgument => "usage.argument_unknown",
        ErrorKind::InvalidSubcommand => "usage.command_unknown",
        ErrorKind::MissingRequiredArgument => "usage.argument_missing",
        ErrorKind::MissingSubcommand => "usage.command_missing",
        ErrorKind::ArgumentConflict if other.is_empty() => "usage.conflict_unknown",
        ErrorKind::ArgumentConflict if other == argument => "usage.twice",
        ErrorKind::ArgumentConflict => "usage.conflict",
        _ => "usage.wrong",
    };
    let mut words = format(
        language,
        key,
        &[
            ("argument", &argument),
            ("value", &value),
            ("allowed", &allowed),
            ("command", &command),
            ("other", &other),
        ],
    );
    if let Some(suggested) = suggested {
        words.push_str("\n  ");
        words.push_str(&format(language, "usage.suggestion", &[("suggestion", &suggested)]));
    }
    if error.kind() != ErrorKind::MissingSubcommand {
        words.push_str("\n  ");
        words.push_str(text(language, "usage.help"));
    }
    Failure { exit: crate::exit::Exit::Usage, words }
}
