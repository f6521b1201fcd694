//! Access to the corpus of real documents, which is not part of this repository.

use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes that one compressed file may unpack to.
const UNPACKED_BYTES_MAX: u64 = 256 << 20;

/// Depth of folders followed.
const FOLDER_DEPTH_MAX: usize = 24;

pub use kikimori_conformance::corpus;

/// The bytes of a file, unpacked when its name ends in `.zst`.
pub fn bytes_of(path: &Path) -> Vec<u8> {
    let file = std::fs::File::open(path).unwrap();
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|extension| extension == "zst") {
        let unpacked = zstd::stream::read::Decoder::new(file).unwrap();
        unpacked.take(UNPACKED_BYTES_MAX).read_to_end(&mut bytes).unwrap();
    } else {
        file.take(UNPACKED_BYTES_MAX).read_to_end(&mut bytes).unwrap();
    }
    bytes
}

/// All files below a folder, in order of their paths.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && depth < FOLDER_DEPTH_MAX {
                folders.push((path, depth + 1));
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
