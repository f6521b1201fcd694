//! Version orders against public data: `a < b` lines per ecosystem, and the vers specification's own cases.
//!
//! Every line must hold. Lines that contradict the ecosystem's own tool are listed here with the answer
//! given instead and the reason; a listed line that is not in the data, or that starts to hold, fails too.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kikimori_core::version::{Scheme, compare};

/// A line of the data that is not answered as it says.
struct Exception {
    /// The line as `left sign right`.
    line: &'static str,
    /// What is answered instead; `None` means that one of the texts is no version.
    answer: Option<Ordering>,
}

/// The folder of reference data, or `None` with a loud line when the machine has none.
fn corpus(suite: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the reference data lies outside the repository")]
    let folder = std::env::var("KIKIMORI_CORPUS").ok();
    if folder.is_none() {
        println!("CORPUS NOT SET: {suite} did not run");
    }
    folder.map(PathBuf::from)
}

/// The sign of an answer.
fn sign(ordering: Ordering) -> &'static str {
    match ordering {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    }
}

/// Holds `left sign right` lines against a scheme; prints the count and returns what went wrong.
fn check_lines(name: &str, scheme: Scheme, lines: &[String], exceptions: &[Exception]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut held, mut excepted) = (0, 0);
    for line in lines {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [left, expected, right] = parts[..] else { panic!("{name}: cannot read {line:?}") };
        let answer = compare(scheme, left, right).ok();
        let reverse = compare(scheme, right, left).ok();
        if reverse != answer.map(Ordering::reverse) {
            wrong.push(format!("{name}: {line}: the reverse is answered {reverse:?}"));
        }
        let holds = answer.is_some_and(|answer| sign(answer) == expected);
        match exceptions.iter().find(|exception| exception.line == line) {
            None if holds => held += 1,
            None => wrong.push(format!("{name}: {line}: got {}", answer.map_or("a fault", sign))),
            Some(exception) if exception.answer == answer && !holds => {
                seen.insert(exception.line);
                excepted += 1;
            }
            Some(_) => wrong.push(format!("{name}: {line}: the exception is out of date, got {answer:?}")),
        }
    }
    for exception in exceptions {
        if !seen.contains(exception.line) && exceptions_apply(exception, lines) {
            wrong.push(format!("{name}: exception {:?} did not apply", exception.line));
        }
    }
    println!("version-order {name} {held}/{} ({excepted} listed exceptions)", lines.len());
    wrong
}

/// True when the exception's line is in the data at all.
fn exceptions_apply(exception: &Exception, lines: &[String]) -> bool {
    lines.iter().any(|line| line == exception.line)
}
