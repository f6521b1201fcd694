//! `cargo xtask test`: every test of the workspace.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kikimori_conformance::CORPUS_VARIABLE;

use crate::conformance::Rows;
use crate::{browser, postgres, workspace};

/// Runs every test; true when all pass. With a corpus, the conformance page must say what the suites counted. The last
/// line printed sums up the summaries of all test programs: `312 passed, 0 failed`.
pub fn run(root: &Path, corpus: Option<&Path>) -> bool {
    let Some(corpus) = corpus_of_run(corpus, false) else { return false };
    let outcome = run_tests(root, corpus.as_deref(), &[]);
    let is_page_current = corpus.is_none() || !outcome.is_success || {
        let problems = outcome.rows.check(root);
        problems.iter().for_each(|problem| println!("{problem}"));
        problems.is_empty()
    };
    let is_machine_run = variable("CI").as_deref() == Some("true");
    let has_travelled = outcome.is_success && browser::run(root, &[], is_machine_run);
    println!("\n{} passed, {} failed", outcome.total.n_passed, outcome.total.n_failed);
    outcome.is_success && is_page_current && has_travelled
}

/// Runs the suites and writes the conformance page; true when all pass and it was written.
pub fn write_conformance(root: &Path, corpus: Option<&Path>) -> bool {
    let Some(corpus) = corpus_of_run(corpus, true) else { return false };
    let outcome = run_tests(root, corpus.as_deref(), &["--test", "it"]);
    if !outcome.is_success {
        println!("\nconformance: a suite fails, so the page stays as it is");
        return false;
    }
    let problems = outcome.rows.write(root);
    problems.iter().for_each(|problem| println!("{problem}"));
    problems.is_empty()
}

/// The corpus of a run, `None` after saying why there is no run. A run that must have a corpus is treated as a machine run.
fn corpus_of_run(corpus: Option<&Path>, is_needed: bool) -> Option<Option<PathBuf>> {
    let is_needed = is_needed || variable("CI").as_deref() == Some("true");
    find_corpus(corpus, variable(CORPUS_VARIABLE), is_needed).map_err(|fault| println!("{fault}")).ok()
}

/// What a run of tests gave.
struct Outcome {
    /// Everything passed.
    is_success: bool,
    /// How many.
    total: Total,
    /// The rows that suites reported.
    rows: Rows,
}

/// Runs the tests that `selection` names to cargo, or all, and prints what they print.
fn run_tests(root: &Path, corpus: Option<&Path>, selection: &[&str]) -> Outcome {
    let mut command = workspace::cargo(root);
    command.args(["test", "--workspace", "--all-features", "--no-fail-fast"]).args(selection);
    // What passing tests print is shown too: counts of the corpus suites, and those that say that they did not run.
    command.args(["--", "--show-output"]);
    match corpus {
        Some(corpus) => {
            println!("corpus: {}", corpus.display());
            command.env(CORPUS_VARIABLE, corpus);
        }
        None => println!("corpus: not set; the tests that need it say so and do not run"),
    }
    // It stops when this function returns. Without one, tests say that they ran on SQLite alone; a machine run refuses that.
    let server = match variable(postgres::VARIABLE) {
        Some(_) => None,
        None => postgres::Server::start(&std::env::temp_dir())
            .map_err(|fault| println!("PostgreSQL: {fault}; tests of the database run on SQLite alone"))
            .ok(),
    };
    if let Some(server) = &server {
        println!("{}, for this run", server.version);
        command.env(postgres::VARIABLE, &server.address);
    }
    let (mut total, mut rows) = (Total::default(), Rows::default());
    let is_success = run_lines(&mut command, &mut |line| {
        println!("{line}");
        total.add(line);
        rows.add(line);
    });
    let is_success = is_success && total.n_failed == 0 && total.n_passed > 0;
    Outcome { is_success, total, rows }
}

/// Tests of all test programs together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Total {
    /// Passed.
    n_passed: u64,
    /// Failed.
    n_failed: u64,
}

impl Total {
    /// Adds a line such as `test result: ok. 30 passed; 0 failed; 0 ignored; …`; other lines add nothing.
    fn add(&mut self, line: &str) {
        let Some(summary) = line.strip_prefix("test result: ") else { return };
        let number = |word: &str| {
            summary
                .split(['.', ';'])
                .find_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok())
        };
        self.n_passed += number("passed").unwrap_or(0);
        self.n_failed += number("failed").unwrap_or(0);
    }
}

/// Runs a command and hands on each line of its standard output; true when it exits with 0.
fn run_lines(command: &mut Command, visit: &mut dyn FnMut(&str)) -> bool {
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            println!("{}: {error}", command.get_program().display());
            return false;
        }
    };
    if let Some(output) = child.stdout.take() {
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            visit(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    child.wait().is_ok_and(|status| status.success())
}

/// The corpus that the environment names.
pub fn corpus_of_environment() -> Option<PathBuf> {
    variable(CORPUS_VARIABLE).map(PathBuf::from)
}

/// The directory of the corpus, absolute because tests run in their crate's directory; `None` when nobody named
/// one, which a machine run (`CI=true`) does not accept: there a suite that did not run would look like one that passed.
fn find_corpus(
    argument: Option<&Path>,
    variable: Option<String>,
    is_machine_run: bool,
) -> Result<Option<PathBuf>, String> {
    let named = argument.map(Path::to_path_buf).or_else(|| variable.map(PathBuf::from));
    match named {
        Some(named) => match named.canonicalize() {
            Ok(corpus) if corpus.is_dir() => Ok(Some(corpus)),
            Ok(_) => Err(format!("the corpus {} is not a directory", named.display())),
            Err(error) => Err(format!("the corpus {} cannot be read: {error}", named.display())),
        },
        None if is_machine_run => {
            Err(format!("{CORPUS_VARIABLE} is not set, and this run demands the corpus tests"))
        }
        None => Ok(None),
    }
}

/// An environment variable; `None` when unset or empty.
#[expect(clippy::disallowed_methods, reason = "a chore is configured by its environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_up_test_programs() {
        let mut total = Total::default();
        total.add(
            "test result: ok. 30 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.05s",
        );
        total.add("test a ... ok");
        total.add("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s");
        assert_eq!(total, Total { n_passed: 32, n_failed: 3 });
    }

    #[test]
    fn demands_a_corpus_in_machine_runs_only() {
        assert_eq!(find_corpus(None, None, false), Ok(None));
        assert!(find_corpus(None, None, true).unwrap_err().contains("KIKIMORI_CORPUS is not set"));
    }

    #[test]
    fn prefers_the_argument_and_makes_it_absolute() {
        let found =
            find_corpus(Some(Path::new(".")), Some("/does/not/exist".to_owned()), true).unwrap().unwrap();
        assert!(found.is_absolute());
        assert!(find_corpus(None, Some(".".to_owned()), true).unwrap().unwrap().is_absolute());
    }

    #[test]
    fn refuses_a_corpus_that_is_not_there() {
        for is_machine_run in [false, true] {
            let fault = find_corpus(None, Some("/does/not/exist".to_owned()), is_machine_run).unwrap_err();
            assert!(fault.starts_with("the corpus /does/not/exist cannot be read"), "{fault}");
        }
        let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        assert!(find_corpus(Some(file), None, false).unwrap_err().ends_with("is not a directory"));
    }
}
