//! `cargo xtask test`: every test of the workspace.

use std::path::{Path, PathBuf};

use crate::workspace;

/// The environment variable that names the directory of the corpus tests' data.
const CORPUS_VARIABLE: &str = "KIKIMORI_CORPUS";

/// Runs every test; true when all pass. Prints nothing after cargo's own summary.
pub fn run(root: &Path, corpus: Option<&Path>) -> bool {
    let corpus =
        match find_corpus(corpus, variable(CORPUS_VARIABLE), variable("CI").as_deref() == Some("true")) {
            Ok(corpus) => corpus,
            Err(fault) => {
                println!("{fault}");
                return false;
            }
        };
    let mut command = workspace::cargo(root);
    command.args(["test", "--workspace", "--all-features", "--no-fail-fast"]);
    match corpus {
        Some(corpus) => {
            println!("corpus: {}", corpus.display());
            command.env(CORPUS_VARIABLE, corpus);
        }
        None => println!("corpus: not set; the tests that need it say so and do not run"),
    }
    crate::ci::succeeds(&mut command)
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
            Err(format!("{CORPUS_VARIABLE} is not set, and CI=true demands the corpus tests"))
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
