//! Golden dumps of every sample file of the public collections: what each gives, to the last field.
//!
//! `goldens/feeds.txt` holds a line a file: the first 16 digits of the dump's SHA-256, records, notices (or the code of the
//! refusal) and the path. The dumps themselves stay out of the repository, because they hold other people's sentences. Where one
//! differs the test writes it below `target` and names it; `KIKIMORI_WRITE_GOLDENS=1` writes the lines anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use kikimori_conformance::{Group, Row};
use kikimori_core::message::Message;
use kikimori_formats::feed;
use sha2::{Digest, Sha256};

use crate::corpus::{bytes_of, corpus, files_below};
use crate::dump;

/// The folders whose files are dumped.
const FOLDERS: [&str; 6] = [
    "csaf-icsma",
    "dependency-track-fixtures",
    "feeds-samples",
    "grype-db-transformer-fixtures",
    "jvn",
    "osv-scanner-fixtures",
];

/// Digits of a hash kept.
const HASH_DIGITS: usize = 16;

/// Dumps that differ which are written.
const WRITTEN_MAX: usize = 8;

/// What a file gives.
#[derive(Default)]
struct Dump {
    /// Its lines.
    text: String,
    /// Records.
    n_records: usize,
    /// Notices, of records and of the stream.
    n_notices: usize,
}

/// Dumps a stream.
fn dump(input: impl Read) -> Result<Dump, Message> {
    let mut dump = Dump::default();
    let header = feed::split(input, &mut |raw| {
        dump.n_records += 1;
        let mut notices = Vec::new();
        match feed::parse(&raw, &mut notices) {
            Ok(item) => dump::item(&mut dump.text, &item),
            Err(refusal) => writeln!(dump.text, "refused {refusal}").unwrap(),
        }
        for notice in notices {
            dump.n_notices += 1;
            writeln!(dump.text, "notice {notice}").unwrap();
        }
        Ok(())
    })?;
    for notice in &header.notices {
        dump.n_notices += 1;
        writeln!(dump.text, "notice {notice}").unwrap();
    }
    writeln!(dump.text, "{:?} {:?}", header.stated_at, header.stated_total).unwrap();
    Ok(dump)
}

/// The dump of a file, unpacked where it is packed.
fn dump_file(path: &Path) -> Result<Dump, Message> {
    match path.extension().and_then(|end| end.to_str()) {
        Some("zip") => {
            let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
            let mut whole = Dump::default();
            for index in 0..archive.len() {
                let member = archive.by_index(index).unwrap();
                if member.is_file() {
                    let part = dump(member)?;
                    whole.text.push_str(&part.text);
                    whole.n_records += part.n_records;
                    whole.n_notices += part.n_notices;
                }
            }
            Ok(whole)
        }
        Some("gz") => dump(flate2::read::MultiGzDecoder::new(File::open(path).unwrap())),
        _ => dump(bytes_of(path).as_slice()),
    }
}

/// The line of a file without its path, and its dump.
fn line_of(path: &Path) -> (String, String) {
    match dump_file(path) {
        Ok(dump) => {
            let digest = Sha256::digest(dump.text.as_bytes());
            let mut line = String::new();
            digest.iter().for_each(|byte| write!(line, "{byte:02x}").unwrap());
            line.truncate(HASH_DIGITS);
            write!(line, " {} records {} notices", dump.n_records, dump.n_notices).unwrap();
            (line, dump.text)
        }
        Err(refusal) => (format!("refused {}", refusal.code), refusal.to_string()),
    }
}

#[test]
fn every_sample_gives_what_it_gave() {
    let Some(corpus) = corpus("golden dumps of feeds") else {
        return;
    };
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/goldens/feeds.txt");
    let mut found = BTreeMap::new();
    for path in FOLDERS.iter().flat_map(|folder| files_below(&corpus.join(folder))) {
        let name = path.strip_prefix(&corpus).unwrap().display().to_string();
        found.insert(name, line_of(&path));
    }
    if std::env::var_os("KIKIMORI_WRITE_GOLDENS").is_some() {
        let lines: String = found.iter().map(|(name, (line, _))| format!("{line} {name}\n")).collect();
        std::fs::write(&goldens, lines).unwrap();
    }
    let expected = std::fs::read_to_string(&goldens).unwrap();
    let expected: BTreeMap<&str, &str> = expected
        .lines()
        .map(|line| {
            let n_words = if line.starts_with("refused") { 2 } else { 5 };
            let (at, _) = line.match_indices(' ').nth(n_words - 1).unwrap();
            (&line[at + 1..], &line[..at])
        })
        .collect();
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("goldens");
    let mut differing = Vec::new();
    for (name, (line, text)) in &found {
        if expected.get(name.as_str()) != Some(&line.as_str()) {
            if differing.len() < WRITTEN_MAX {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(name.replace('/', "_")), text).unwrap();
            }
            differing.push(format!("{name}: {:?}, was {:?}", line, expected.get(name.as_str())));
        }
    }
    let missing: Vec<&&str> = expected.keys().filter(|name| !found.contains_key(**name)).collect();
    assert!(differing.is_empty(), "see {}: {}", folder.display(), differing.join("\n"));
    assert_eq!(missing, Vec::<&&str>::new());
    let n_refused = found.values().filter(|(line, _)| line.starts_with("refused")).count();
    Row::new(Group::Feeds, "goldens", "golden dumps of sample files, every field", found.len(), found.len())
        .fact(format!(
            "{n_refused} of them are no feeds that are read here; their refusal is what is compared"
        ))
        .report();
}
