//! `kikimori doctor`: looks an installation over and says what to do.

use clap::{Arg, ArgAction, ArgMatches, Command};
use kikimori_app::backup::Place;
use kikimori_app::examine_installation::{Check, Outcome, examine_installation};
use kikimori_locale::{Language, format, text};
use serde_json::json;

use crate::backup::wait_for;
use crate::config;
use crate::exit::{Exit, Failure};
use crate::serve::{database_of, place_options};
use crate::write_out;

/// `doctor`.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    place_options(Command::new("doctor").about(words("help.doctor")), language)
        .after_help(words("help.doctor.more"))
        .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help(words("help.doctor.all")))
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help(words("help.doctor.as_json")))
}

/// `kikimori doctor`. It ends with [`Exit::Fault`] if something is wrong; warnings alone do not change the exit code.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let (folder, database) = database_of(matches);
    let place = Place { folder: &folder, database: &database };
    let checks = wait_for(examine_installation(&place, matches.get_flag("all"), config::now()), language)?;
    let is_wrong = checks.iter().any(|check| check.outcome == Outcome::Failure);
    write_out(&if matches.get_flag("json") { as_json(&checks) } else { as_table(&checks, language) });
    Ok(if is_wrong { Exit::Fault } else { Exit::Done })
}

/// The checks for a program; docs/formats/doctor.md says what is what.
fn as_json(checks: &[Check]) -> String {
    let checks: Vec<_> = checks
        .iter()
        .map(|check| {
            let values: serde_json::Map<String, serde_json::Value> =
                check.values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            json!({
                "check": check.subject,
                "outcome": check.outcome.code(),
                "found": check.found,
                "values": values,
            })
        })
        .collect();
    format!("{:#}\n", json!({ "format": "kikimori-doctor", "version": "1.0", "checks": checks }))
}

/// The checks for a person: outcome, what was looked at, what was found, and what to do.
fn as_table(checks: &[Check], language: Language) -> String {
    let mut table = String::new();
    for check in checks {
        let args: Vec<(&str, &dyn std::fmt::Display)> =
            check.values.iter().map(|(name, value)| (*name, value as &dyn std::fmt::Display)).collect();
        let outcome = text(language, &format!("doctor.outcome.{}", check.outcome.code()));
        let subject = text(language, &format!("doctor.subject.{}", check.subject));
        let found = format(language, &format!("doctor.finding.{}", check.found), &args);
        table.push_str(&format!("{} {} {found}\n", padded(outcome, 8), padded(subject, 14)));
        if matches!(check.outcome, Outcome::Warning | Outcome::Failure) {
            let remedy = format(language, &format!("doctor.remedy.{}", check.found), &args);
            table.push_str(&format!("{} → {remedy}\n", padded("", 23)));
        }
    }
    table
}

/// A text that takes at least this many columns of a terminal.
fn padded(text: &str, n_columns: usize) -> String {
    let width = unicode_width::UnicodeWidthStr::width(text);
    format!("{text}{}", " ".repeat(n_columns.saturating_sub(width)))
}
