//! Where the public test data lies.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

/// A folder or file of the public test data; None, loudly, when `KIKIMORI_CORPUS` is not set.
#[expect(clippy::disallowed_methods, reason = "only the tests read where their data lies")]
pub(crate) fn corpus(suite: &str) -> Option<PathBuf> {
    let root = std::env::var("KIKIMORI_CORPUS").ok();
    if root.is_none() {
        // Past the test harness, which would swallow it because the test passes.
        let _ = writeln!(std::io::stderr(), "CORPUS NOT SET: {suite} did not run");
    }
    Some(PathBuf::from(root?).join(suite))
}

/// Every record of a compressed file with one JSON value a line.
pub(crate) fn records(path: &Path, mut take: impl FnMut(serde_json::Value)) -> usize {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut count = 0;
    for line in std::io::BufReader::new(zstd::Decoder::new(file).unwrap()).lines() {
        take(serde_json::from_str(&line.unwrap()).unwrap());
        count += 1;
    }
    count
}
