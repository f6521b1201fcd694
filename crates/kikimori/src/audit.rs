//! `kikimori audit`: verifies the trail and takes it out, with the database in hand.

use std::path::Path;

use clap::{Arg, ArgMatches, Command};
use kikimori_app::app_error::AppError;
use kikimori_app::audit::export_trail::{TrailForm, export_as_system};
use kikimori_app::audit::verify_trail::{Trail, list_trails, verify_as_system};
use kikimori_app::installation::Installation;
use kikimori_core::id::OrganisationId;
use kikimori_core::message::{Message, codes};
use kikimori_locale::{Language, count, message, text};
use kikimori_store::{Database, DatabaseAddress};

use crate::backup::wait_for;
use crate::exit::{Exit, Failure};
use crate::serve::{database_failure, database_of, place_options};
use crate::{config, write_out};

/// `audit …`.
pub fn command(language: Language) -> Command {
    let words = |key| text(language, key);
    let organisation = Arg::new("organisation").long("organisation").value_name("ID");
    let format = Arg::new("format").long("format").value_parser(["jsonl", "csv"]).default_value("jsonl");
    Command::new("audit")
        .about(words("help.audit"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(place_options(Command::new("verify").about(words("help.audit.verify")), language))
        .subcommand(
            place_options(Command::new("export").about(words("help.audit.export")), language)
                .arg(organisation.help(words("help.audit.organisation")))
                .arg(format.help(words("help.audit.format"))),
        )
}

/// `kikimori audit`.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("verify", matches)) => wait_for(verify(matches, language), language)?,
        Some(("export", matches)) => wait_for(export(matches, language), language)?,
        _ => Err(Failure::of_usage(language, "usage.command_missing", &[])),
    }
}

/// Opens an installation that is there, without changing it.
async fn open(matches: &ArgMatches, language: Language) -> Result<Installation, Failure> {
    let (folder, address) = database_of(matches);
    if let DatabaseAddress::File(path) = &address
        && let Err(error) = std::fs::metadata(path)
    {
        return Err(fault(language, &path.display().to_string(), error.to_string()));
    }
    let opened = Database::open(&address).await;
    let database = opened.map_err(|error| database_failure(language, &folder, &error))?;
    let randomness = |bytes: &mut [u8]| config::fill_random(bytes);
    let clock = std::sync::Arc::new(config::now);
    Ok(Installation::new(database, folder, clock, std::sync::Arc::new(randomness)))
}

/// The database failed.
fn fault(language: Language, folder: &str, detail: String) -> Failure {
    let message = Message::new(codes::SERVER_DATABASE).with("detail", detail).with("folder", folder);
    Failure::of_message(language, "kikimori audit", &message)
}

/// A use case failed.
fn app_failure(language: Language, folder: &Path, error: &AppError) -> Failure {
    fault(language, &folder.display().to_string(), error.to_string())
}

/// What a trail is called: the organisation's name and id, or the installation.
fn name(trail: &Trail, language: Language) -> String {
    match trail.organisation {
        Some(id) => format!("{} ({id})", trail.name),
        None => text(language, "audit.installation").to_owned(),
    }
}

/// Verifies every trail. It ends with [`Exit::FailOn`] if one does not hold.
async fn verify(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let installation = open(matches, language).await?;
    let failure = |error: AppError| app_failure(language, installation.folder(), &error);
    let mut exit = Exit::Done;
    for trail in list_trails(&installation).await.map_err(failure)? {
        let found = verify_as_system(&installation, trail.organisation).await.map_err(failure)?;
        let trail = name(&trail, language);
        let line = match found.broken_at {
            None => {
                let n = usize::try_from(found.n_good).unwrap_or(usize::MAX);
                count(language, "audit.good", n, &[("trail", &trail)])
            }
            Some(number) => {
                exit = Exit::FailOn;
                let broken = Message::new(codes::AUDIT_BROKEN).with("trail", &trail).with("number", number);
                let words = message(language, &broken.with("checked", found.n_good));
                format!("[{}] {}\n  {}", words.code, words.cause, words.remedy)
            }
        };
        write_out(&format!("{line}\n"));
    }
    Ok(exit)
}

/// Writes one trail to standard output.
async fn export(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let installation = open(matches, language).await?;
    let failure = |error: AppError| app_failure(language, installation.folder(), &error);
    let asked = matches.get_one::<String>("organisation");
    let organisation = match asked {
        Some(text) => Some(known(&installation, text, language).await?),
        None => None,
    };
    let is_csv = matches.get_one::<String>("format").is_some_and(|form| form == "csv");
    let form = if is_csv { TrailForm::Csv } else { TrailForm::JsonLines };
    export_as_system(&installation, organisation, form, &mut |part| write_out(part))
        .await
        .map_err(failure)?;
    Ok(Exit::Done)
}

/// The organisation of an id, if there is one.
async fn known(
    installation: &Installation,
    typed: &str,
    language: Language,
) -> Result<OrganisationId, Failure> {
    let trails = list_trails(installation).await;
    let trails = trails.map_err(|error| app_failure(language, installation.folder(), &error))?;
    let asked = OrganisationId::parse(typed);
    if let Some(id) = asked.filter(|id| trails.iter().any(|trail| trail.organisation == Some(*id))) {
        return Ok(id);
    }
    let message = Message::new(codes::AUDIT_NO_TRAIL).with("organisation", typed);
    Err(Failure::of_message(language, "--organisation", &message))
}
