//! `kikimori identity …`: what people decide about the identity of components.

mod accept;
mod command;
mod decide;
mod propose;
mod rules;

use clap::ArgMatches;
use kikimori_locale::Language;

pub use command::identity;

use crate::exit::{Exit, Failure};

/// Runs the command that was asked for.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("decide", matches)) => decide::decide(matches, language),
        Some(("propose", matches)) => propose::propose(matches, language),
        Some(("rules", matches)) => rules::rules(matches, language),
        _ => Err(Failure::of_usage(language, "usage.command_missing", &[])),
    }
}
