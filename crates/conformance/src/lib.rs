//! How suites over public data find the data and report what they counted.
//!
//! A suite prints one line a row ([`Row::report`]). `cargo xtask test` reads these lines on the way and refuses a
//! `docs/conformance.md` that says something else; `cargo xtask conformance` writes the page. For tests and chores
//! only: no crate that ships depends on this one.
#![forbid(unsafe_code)]

mod row;

pub use row::{Deviation, Group, Row};

use std::io::Write as _;
use std::path::PathBuf;

/// The environment variable that names the folder of the public data.
pub const CORPUS_VARIABLE: &str = "KIKIMORI_CORPUS";

/// The folder of the public data; `None`, loudly, when nobody named one.
#[expect(clippy::disallowed_methods, reason = "suites find their data through the environment")]
pub fn corpus(suite: &str) -> Option<PathBuf> {
    let root = std::env::var(CORPUS_VARIABLE).ok().filter(|root| !root.is_empty());
    if root.is_none() {
        // Past the test harness, which would swallow it because the test passes.
        let _ = writeln!(std::io::stderr(), "CORPUS NOT SET: {suite} did not run");
    }
    root.map(PathBuf::from)
}
