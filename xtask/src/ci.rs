//! `cargo xtask ci`: everything that must hold before a change is merged, cheapest first.

use std::path::Path;
use std::process::Command;

use crate::{i18n, licences, report, suite, tidy, workspace};

/// Runs every piece and stops at the first that fails. The tests come last, so that their summary is the last
/// thing printed.
pub fn run(root: &Path, corpus: Option<&Path>) -> bool {
    let format = ["fmt", "--all", "--check", "--", "--color", "never"];
    let lints = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    step("formatting", || succeeds(workspace::cargo(root).args(format)))
        && step("tidy", || report("tidy", tidy::check(root)))
        && step("licences", || report("licences", licences::check(root)))
        && step("i18n", || report("i18n", i18n::check(root)))
        && step("lints", || succeeds(workspace::cargo(root).args(lints)))
        && step("tests", || suite::run(root, corpus))
}

/// Prints a heading and does one piece.
fn step(name: &str, work: impl FnOnce() -> bool) -> bool {
    println!("\n== {name} ==");
    work()
}

/// Runs a command on this terminal; true when it exits with 0. Says so when it cannot be started.
pub fn succeeds(command: &mut Command) -> bool {
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => {
            println!("{}: {error}", command.get_program().display());
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_success_from_failure() {
        let cargo = || workspace::cargo(&workspace::root());
        assert!(succeeds(cargo().arg("--version").stdout(std::process::Stdio::null())));
        assert!(!succeeds(cargo().arg("no-such-chore").stderr(std::process::Stdio::null())));
        assert!(!succeeds(&mut Command::new("/does/not/exist")));
    }
}
