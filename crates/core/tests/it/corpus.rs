//! Where the public test data lies.

use std::io::BufRead;
use std::path::{Path, PathBuf};

/// A folder or file of the public test data; `None`, loudly, when nobody named the corpus.
pub(crate) fn corpus(suite: &str) -> Option<PathBuf> {
    Some(kikimori_conformance::corpus(suite)?.join(suite))
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
