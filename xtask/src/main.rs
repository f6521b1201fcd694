//! The project's own chores: `cargo xtask <chore>`.
//!
//! Needs the toolchain and nothing else; depends on `serde_json`, `wait4` and the small crate of the conformance rows
//! only, so that it builds in seconds.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what a chore makes is what it prints")]

mod bench;
mod browser;
mod ci;
mod conformance;
mod errors;
mod fuzz;
mod i18n;
mod licences;
mod literals;
mod postgres;
mod suite;
#[path = "../../crates/locale/src/table.rs"]
mod table;
mod tidy;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `cargo xtask` prints when it is not told which chore to do.
const USAGE: &str = "\
usage: cargo xtask <chore>

  test [--corpus DIR]  run every test of the workspace on SQLite and on a PostgreSQL started for it, if it is
                       installed, and the journeys in a browser, if there is one; DIR holds the data of the corpus tests
                       (the same as the environment variable KIKIMORI_CORPUS)
  conformance [--corpus DIR]
                       run the suites and write docs/conformance.md from what they count
  tidy                 check the shape of the project: crate arrows, lengths, links, words, glossary
  licences             check the licence of every dependency
  i18n                 check the translation tables against each other and against the source
  errors               write docs/errors.md from the translation tables
  bench [--quick] [--corpus DIR]
                       measure what the project promises about speed and memory, print one table;
                       --quick shows in seconds that measuring works, without the corpus
  browser [JOURNEY...] run the journeys of browser/journeys in Chromium against the real server, all or those named
  fuzz [--seconds N] [TARGET...]
                       run the fuzz targets, all or those named, for N seconds each (60); --list names them
  postgres             start a PostgreSQL for tests, print its address, stop it when the input ends
  ci [--corpus DIR]    formatting, lints, tidy, licences, i18n, then test; stops at the first failure";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let root = workspace::root();
    let is_done = match args.as_slice() {
        ["test"] => suite::run(&root, None),
        ["test", "--corpus", corpus] => suite::run(&root, Some(Path::new(corpus))),
        ["conformance"] => suite::write_conformance(&root, None),
        ["conformance", "--corpus", corpus] => suite::write_conformance(&root, Some(Path::new(corpus))),
        ["tidy"] => report("tidy", tidy::check(&root)),
        ["licences"] => report("licences", licences::check(&root)),
        ["i18n"] => report("i18n", i18n::check(&root)),
        ["errors"] => errors::write(&root),
        ["postgres"] => postgres::hold(),
        ["bench", args @ ..] => match bench_options(args) {
            Some((corpus, is_quick)) => bench::run(&root, corpus.as_deref(), is_quick),
            None => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        },
        ["fuzz", args @ ..] => match fuzz::request(args) {
            Some(request) => fuzz::run(&root, &request),
            None => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        },
        ["browser", journeys @ ..] => browser::build_and_run(&root, journeys),
        ["ci"] => ci::run(&root, None),
        ["ci", "--corpus", corpus] => ci::run(&root, Some(Path::new(corpus))),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    if is_done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The options of `bench`: the corpus, and whether the run is quick. The environment's corpus counts when none is named.
fn bench_options(mut args: &[&str]) -> Option<(Option<PathBuf>, bool)> {
    let (mut corpus, mut is_quick) = (suite::corpus_of_environment(), false);
    loop {
        args = match args {
            [] => return Some((corpus, is_quick)),
            ["--quick", rest @ ..] => {
                is_quick = true;
                rest
            }
            ["--corpus", folder, rest @ ..] => {
                corpus = Some(PathBuf::from(folder));
                rest
            }
            _ => return None,
        };
    }
}

/// Prints what a check found; true when it found nothing.
fn report(chore: &str, problems: Result<Vec<String>, String>) -> bool {
    match problems {
        Ok(problems) if problems.is_empty() => {
            println!("{chore}: ok");
            true
        }
        Ok(problems) => {
            for problem in &problems {
                println!("{problem}");
            }
            println!("{chore}: {} problem(s)", problems.len());
            false
        }
        Err(fault) => {
            println!("{chore}: could not check: {fault}");
            false
        }
    }
}
