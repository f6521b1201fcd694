//! Files that lie beside published documents: checksums, signatures and lists. Checksums are held against the document;
//! the rest is passed over and counted.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use kikimori_core::hexadecimal;
use kikimori_core::message::{Message, codes};
use sha2::{Digest, Sha256, Sha512};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes of a checksum file that are looked at; real ones have one line.
const CHECKSUM_BYTES_MAX: u64 = 16 * 1024;

/// Endings of files that belong to the file before the ending.
const ENDINGS: [&str; 4] = [".sha256", ".sha512", ".asc", ".sig"];
/// Files of a folder in which CSAF documents are published (CSAF 2.0, section 7.1).
const LISTS: [&str; 5] =
    ["index.txt", "changes.csv", "provider-metadata.json", "security.txt", "openpgp.asc"];

/// Whether a file only accompanies published documents, by its name.
#[must_use]
pub fn is_companion(name: &str) -> bool {
    let name = name.rsplit(['/', '\\', '!']).next().unwrap_or(name).to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending)) || LISTS.contains(&name.as_str())
}

/// Holds a file against the checksums beside it (`<file>.sha256`, `<file>.sha512`). A notice where one cannot be read.
///
/// # Errors
/// FEED-038 when a checksum is another than that of the file, INPUT-001 when the file cannot be read.
pub fn verify(path: &Path) -> Result<Option<Message>, Message> {
    let mut notice = None;
    for (ending, n_digits) in [(".sha256", 64), (".sha512", 128)] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        let beside = PathBuf::from(beside);
        if !beside.is_file() {
            continue;
        }
        let Some(stated) = stated(&beside, n_digits) else {
            let name = beside.display();
            notice = Some(Message::new(codes::FEED_CHECKSUM_UNREADABLE).with("checksum", name));
            continue;
        };
        let found = if n_digits == 64 { digest::<Sha256>(path)? } else { digest::<Sha512>(path)? };
        if found != stated {
            return Err(Message::new(codes::FEED_CHECKSUM_MISMATCH).with("checksum", beside.display()));
        }
    }
    Ok(notice)
}

/// The hexadecimal digits of a checksum file, in lower case.
fn stated(path: &Path, n_digits: usize) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(CHECKSUM_BYTES_MAX).read_to_string(&mut text).ok()?;
    let is_checksum =
        |word: &&str| word.len() == n_digits && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_whitespace().find(is_checksum).map(str::to_ascii_lowercase)
}

/// The digest of a file, in hexadecimal digits.
fn digest<D: Digest>(path: &Path) -> Result<String, Message> {
    let unreadable = |error: std::io::Error| {
        Message::new(codes::INPUT_UNREADABLE).with("path", path.display()).with("detail", error)
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hash = D::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let count = file.read(&mut chunk).map_err(unreadable)?;
        if count == 0 {
            break;
        }
        hash.update(chunk.get(..count).unwrap_or_default());
    }
    Ok(hexadecimal::of(&hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companions_are_told_by_their_names() {
        for (name, expected) in [
            ("white/2024/a.json.sha512", true),
            ("a.json.SHA256", true),
            ("a.zip!x/a.json.asc", true),
            ("white/index.txt", true),
            ("changes.csv", true),
            ("provider-metadata.json", true),
            ("a.json", false),
            ("my-index.txt", false),
            ("epss.csv", false),
        ] {
            assert_eq!(is_companion(name), expected, "{name}");
        }
    }

    #[test]
    fn checksums_must_be_those_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, "abc").unwrap();
        let beside =
            |ending: &str, text: &str| std::fs::write(folder.path().join(format!("a.json{ending}")), text);
        assert_eq!(verify(&path), Ok(None));
        // FIPS 180-2, appendix B.1: the digest of "abc".
        let right = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        beside(".sha256", &format!("{right}  a.json\n")).unwrap();
        assert_eq!(verify(&path), Ok(None));
        beside(".sha512", "no checksum").unwrap();
        assert_eq!(verify(&path).unwrap().unwrap().code, codes::FEED_CHECKSUM_UNREADABLE);
        beside(".sha512", &"0".repeat(128)).unwrap();
        assert_eq!(verify(&path).unwrap_err().code, codes::FEED_CHECKSUM_MISMATCH);
        beside(".sha512", "").unwrap();
        beside(".sha256", &format!("{}  a.json", right.replace('B', "C"))).unwrap();
        assert_eq!(verify(&path).unwrap_err().code, codes::FEED_CHECKSUM_MISMATCH);
    }
}
