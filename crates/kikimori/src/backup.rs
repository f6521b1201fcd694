//! `kikimori backup` and `kikimori restore`.

use std::future::Future;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use kikimori_app::backup::{BackupFault, Extent, Place, back_up, check, restore as bring_back};
use kikimori_core::message::{Message, codes};
use kikimori_locale::{Language, format, number, text};

use crate::config;
use crate::exit::{Exit, Failure};
use crate::serve::{database_failure, database_of, place_options};
use crate::write_out;

/// `backup`.
pub fn backup_command(language: Language) -> Command {
    let words = |key| text(language, key);
    place_options(Command::new("backup").about(words("help.backup")), language)
        .after_help(words("help.backup.more"))
        .arg(
            Arg::new("output")
                .long("output")
                .short('o')
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(words("help.backup.output")),
        )
}

/// `restore`.
pub fn restore_command(language: Language) -> Command {
    let words = |key| text(language, key);
    place_options(Command::new("restore").about(words("help.restore")), language)
        .after_help(words("help.restore.more"))
        .arg(
            Arg::new("input")
                .long("input")
                .short('i')
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(words("help.restore.input")),
        )
        .arg(Arg::new("check").long("check").action(ArgAction::SetTrue).help(words("help.restore.check")))
}

/// `kikimori backup`.
pub fn backup(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let (folder, database) = database_of(matches);
    let output = matches.get_one::<PathBuf>("output").cloned().unwrap_or_default();
    let place = Place { folder: &folder, database: &database };
    let done = back_up(&place, &output, env!("CARGO_PKG_VERSION"), config::now());
    let extent = wait_for(done, language)?.map_err(|fault| failure(language, &folder, &fault))?;
    tell(language, "backup.made", &output.display(), &extent);
    Ok(Exit::Done)
}

/// `kikimori restore`.
pub fn restore(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let (folder, database) = database_of(matches);
    let input = matches.get_one::<PathBuf>("input").cloned().unwrap_or_default();
    if matches.get_flag("check") {
        let manifest = check(&input).map_err(|fault| failure(language, &folder, &fault))?;
        tell(language, "backup.checked", &manifest.made_at, &manifest.extent());
        return Ok(Exit::Done);
    }
    let place = Place { folder: &folder, database: &database };
    let done = bring_back(&input, &place);
    let extent = wait_for(done, language)?.map_err(|fault| failure(language, &folder, &fault))?;
    tell(language, "backup.restored", &folder.display(), &extent);
    Ok(Exit::Done)
}

/// Runs work of the server's crates to its end.
pub fn wait_for<T>(work: impl Future<Output = T>, language: Language) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::of_output(language, "tokio", &error))?;
    Ok(runtime.block_on(work))
}

/// Says what was done and how much it was.
fn tell(language: Language, key: &str, name: &dyn std::fmt::Display, extent: &Extent) {
    let count = |n: u64| number(usize::try_from(n).unwrap_or(usize::MAX));
    let args: [(&str, &dyn std::fmt::Display); 6] = [
        ("name", name),
        ("tables", &number(extent.n_tables)),
        ("rows", &count(extent.n_rows)),
        ("files", &number(extent.n_files)),
        ("bytes", &count(extent.files_bytes)),
        ("left_out", &number(extent.n_left_out)),
    ];
    write_out(&format!("{}\n", format(language, key, &args)));
}

/// Why there is no backup, in words.
fn failure(language: Language, folder: &std::path::Path, fault: &BackupFault) -> Failure {
    match fault {
        BackupFault::Rule(message) => {
            let failure = Failure::of_message(language, "kikimori", message);
            let is_refused = message.code == codes::BACKUP_NOT_EMPTY || message.code == codes::BACKUP_EXISTS;
            Failure { exit: if is_refused { Exit::Refused } else { Exit::Usage }, ..failure }
        }
        BackupFault::Store(error) => {
            Failure { exit: Exit::Fault, ..database_failure(language, folder, error) }
        }
        BackupFault::File { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
            let message = Message::new(codes::BACKUP_UNREADABLE);
            let detail = format!("{}: {source}", path.display());
            Failure::of_message(language, "kikimori", &message.with("detail", detail))
        }
        BackupFault::File { path, source } => {
            Failure::of_output(language, &path.display().to_string(), source)
        }
    }
}
