//! Opens what a person names: files, folders and archives, each as a stream of its own.
//!
//! What a file is, its first bytes decide, never its name. Zip, gzip and Zstandard are unpacked, also inside
//! one another, up to [`ARCHIVE_DEPTH_MAX`]. Every unpacked byte is counted: an archive that unpacks to far
//! more than it is, or to more than a disk holds, is an error in the middle of the stream.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use kikimori_core::limits;
use kikimori_core::message::{Message, codes};

/// Archives in archives: the published CVE list is a zip in a zip.
pub const ARCHIVE_DEPTH_MAX: usize = 3;

/// Parts by which a zip archive is one document, a workbook of Excel or `LibreOffice`, and so one stream; all parts of a row.
const DOCUMENT_PARTS: [&[&str]; 3] =
    [&["xl/workbook.xml"], &["xl/workbook.bin"], &["mimetype", "content.xml"]];

/// Bytes looked at to tell what a stream is.
const START_BYTES: usize = 512;

/// One stream of an input.
pub struct Input<'a> {
    /// The file's path; members of archives stand behind a `!`: `all.zip!CVE-2024-1.json`.
    pub name: String,
    /// Which of the paths it was found under.
    pub argument_index: usize,
    /// Whether it may be a feed, see [`is_plausible`].
    pub is_plausible: bool,
    /// The bytes. An error of an archive is an [`io::Error`] that holds a [`Message`].
    pub reader: Box<dyn Read + 'a>,
}

/// Hands each stream below the paths to `visit`, in the order of the paths; the files of a folder follow in
/// the order of their names, the members of an archive in the archive's order.
///
/// Links to folders inside folders are not followed.
///
/// # Errors
/// INPUT-001 when a path cannot be opened, INPUT-002 when an archive is damaged, cut short or encrypted,
/// INPUT-003 when a limit is reached, and whatever `visit` returns.
pub fn open_each(
    paths: &[PathBuf],
    visit: &mut dyn FnMut(Input<'_>) -> Result<(), Message>,
) -> Result<(), Message> {
    for (argument_index, path) in paths.iter().enumerate() {
        Walk { argument_index, visit }.path(path, 0)?;
    }
    Ok(())
}

/// Whether a stream that starts so may be a feed.
///
/// Its first byte that is no white space opens a JSON value or a comment, it starts with the columns of EPSS, or it is XML that
/// says so or has a root of JVN's. Web pages, READMEs and pictures are none.
#[must_use]
pub fn is_plausible(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let columns = start.get(..4).unwrap_or_default().to_ascii_lowercase();
    let is_xml =
        [&b"<?xml"[..], b"<rdf:RDF", b"<VULDEF", b"<Result"].iter().any(|root| start.starts_with(root));
    is_xml || matches!(start.first(), Some(b'{' | b'[')) || start.starts_with(b"#model") || columns == b"cve,"
}

/// One path being walked.
struct Walk<'visit> {
    /// Its index.
    argument_index: usize,
    /// Where streams go.
    visit: &'visit mut dyn FnMut(Input<'_>) -> Result<(), Message>,
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A zip archive.
    Zip,
    /// A gzip stream.
    Gzip,
    /// A Zstandard stream.
    Zstandard,
    /// Anything else.
    Plain,
}

impl Kind {
    /// Looks at the first bytes.
    fn of(start: &[u8]) -> Self {
        match start {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstandard,
            _ => Self::Plain,
        }
    }
}

impl Walk<'_> {
    /// A file or a folder.
    fn path(&mut self, path: &Path, depth: usize) -> Result<(), Message> {
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if metadata.is_dir() { self.folder(path, depth) } else { self.file(path) }
    }

    /// The files of a folder and of those in it.
    fn folder(&mut self, path: &Path, depth: usize) -> Result<(), Message> {
        let name = path.display().to_string();
        if depth > limits::FOLDER_DEPTH_MAX {
            return Err(limit(&name, "FOLDER_DEPTH_MAX", limits::FOLDER_DEPTH_MAX as u64));
        }
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
            let entry = entry.map_err(|error| unreadable(path, &error))?;
            entries.push(entry.path());
            if entries.len() > limits::ARCHIVE_MEMBERS_MAX {
                return Err(limit(&name, "ARCHIVE_MEMBERS_MAX", limits::ARCHIVE_MEMBERS_MAX as u64));
            }
        }
        entries.sort();
        for entry in entries {
            let is_link = entry.is_symlink();
            if !(is_link && entry.is_dir()) {
                self.path(&entry, depth.saturating_add(1))?;
            }
        }
        Ok(())
    }

    /// A file.
    fn file(&mut self, path: &Path) -> Result<(), Message> {
        let name = path.display().to_string();
        let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let start = start_of(&mut file).map_err(|error| unreadable(path, &error))?;
        let budget = Cell::new(limits::FEED_UNPACKED_BYTES_MAX);
        if Kind::of(&start) == Kind::Zip {
            return self.zip(&name, file, &budget, 0);
        }
        self.stream(name, start, Box::new(file), &budget, 0)
    }

    /// A stream whose first bytes were read already.
    fn stream(
        &mut self,
        name: String,
        start: Vec<u8>,
        rest: Box<dyn Read + '_>,
        budget: &Cell<u64>,
        depth: usize,
    ) -> Result<(), Message> {
        let kind = Kind::of(&start);
        if kind != Kind::Plain && depth > ARCHIVE_DEPTH_MAX {
            return Err(limit(&name, "ARCHIVE_DEPTH_MAX", ARCHIVE_DEPTH_MAX as u64));
        }
        let is_plausible = is_plausible(&start);
        let whole = io::Cursor::new(start).chain(rest);
        let n_packed = Cell::new(0_u64);
        let counted = Counted { inner: whole, n_read: &n_packed };
        let unpacked: Box<dyn Read + '_> = match kind {
            Kind::Plain => {
                let reader = Box::new(counted.inner);
                let argument_index = self.argument_index;
                return (self.visit)(Input { name, argument_index, is_plausible, reader });
            }
            Kind::Zip => return self.spooled_zip(&name, counted.inner, budget, depth),
            Kind::Gzip => Box::new(flate2::read::MultiGzDecoder::new(counted)),
            Kind::Zstandard => {
                Box::new(zstd::Decoder::new(counted).map_err(|error| broken(&name, &error.to_string()))?)
            }
        };
        let packed = Packed::Counted(&n_packed);
        let guarded = Guarded { inner: unpacked, name: name.clone(), packed, n_unpacked: 0, budget };
        self.unpacked(name, guarded, budget, depth)
    }

    /// What came out of an archive: looked at again.
    fn unpacked(
        &mut self,
        name: String,
        mut reader: Guarded<'_>,
        budget: &Cell<u64>,
        depth: usize,
    ) -> Result<(), Message> {
        let mut start = Vec::new();
        if let Err(error) = (&mut reader).take(START_BYTES as u64).read_to_end(&mut start) {
            return Err(message_of(error, &name));
        }
        self.stream(name, start, Box::new(reader), budget, depth.saturating_add(1))
    }

    /// A zip archive inside a stream: its index is at its end, so it is written to a nameless file first.
    fn spooled_zip(
        &mut self,
        name: &str,
        mut reader: impl Read,
        budget: &Cell<u64>,
        depth: usize,
    ) -> Result<(), Message> {
        let mut file = tempfile::tempfile().map_err(|error| unreadable(Path::new(name), &error))?;
        io::copy(&mut reader, &mut file).map_err(|error| message_of(error, name))?;
        file.rewind().map_err(|error| unreadable(Path::new(name), &error))?;
        self.zip(name, file, budget, depth)
    }

    /// The members of a zip archive.
    fn zip(&mut self, name: &str, file: File, budget: &Cell<u64>, depth: usize) -> Result<(), Message> {
        let mut archive = zip::ZipArchive::new(io::BufReader::new(file))
            .map_err(|error| broken(name, &error.to_string()))?;
        if archive.len() > limits::ARCHIVE_MEMBERS_MAX {
            return Err(limit(name, "ARCHIVE_MEMBERS_MAX", limits::ARCHIVE_MEMBERS_MAX as u64));
        }
        let has_all = |parts: &&[&str]| parts.iter().all(|part| archive.index_for_name(part).is_some());
        if DOCUMENT_PARTS.iter().any(has_all) {
            let mut file = archive.into_inner();
            file.rewind().map_err(|error| unreadable(Path::new(name), &error))?;
            let argument_index = self.argument_index;
            let input =
                Input { name: name.to_owned(), argument_index, is_plausible: false, reader: Box::new(file) };
            return (self.visit)(input);
        }
        for index in 0..archive.len() {
            let member = archive.by_index(index).map_err(|error| broken(name, &error.to_string()))?;
            if member.is_dir() {
                continue;
            }
            let member_name = match member.name() {
                Ok(text) => text.into_owned(),
                Err(_) => String::from_utf8_lossy(member.name_raw()).into_owned(),
            };
            let name = format!("{name}!{member_name}");
            let packed = Packed::Known(member.compressed_size());
            let inner = Box::new(member);
            let guarded = Guarded { inner, name: name.clone(), packed, n_unpacked: 0, budget };
            self.unpacked(name, guarded, budget, depth)?;
        }
        Ok(())
    }
}

/// The first bytes of a file, which is wound back.
fn start_of(file: &mut File) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.by_ref().take(START_BYTES as u64).read_to_end(&mut start)?;
    file.seek(io::SeekFrom::Start(start.len() as u64))?;
    if Kind::of(&start) == Kind::Zip {
        file.rewind()?;
    }
    Ok(start)
}

/// Counts what is read.
struct Counted<'a, R> {
    /// Where bytes come from.
    inner: R,
    /// How many came.
    n_read: &'a Cell<u64>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.n_read.set(self.n_read.get().saturating_add(count as u64));
        Ok(count)
    }
}

/// How large the packed form is.
enum Packed<'a> {
    /// The archive's index says it.
    Known(u64),
    /// As much as was read so far.
    Counted(&'a Cell<u64>),
}

/// Unpacked bytes under the limits.
struct Guarded<'a> {
    /// The unpacking reader.
    inner: Box<dyn Read + 'a>,
    /// The stream's name, for messages.
    name: String,
    /// Size of the packed form.
    packed: Packed<'a>,
    /// Bytes unpacked so far.
    n_unpacked: u64,
    /// Bytes that the outermost file may still unpack to.
    budget: &'a Cell<u64>,
}

impl Read for Guarded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.inner.read(buffer) {
            Ok(count) => count as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => return Err(io::Error::other(message_of(error, &self.name))),
        };
        self.n_unpacked = self.n_unpacked.saturating_add(count);
        let packed = match &self.packed {
            Packed::Known(size) => *size,
            Packed::Counted(size) => size.get(),
        };
        let is_bomb = self.n_unpacked > limits::ARCHIVE_RATIO_FLOOR_BYTES
            && self.n_unpacked > packed.saturating_mul(limits::ARCHIVE_RATIO_MAX);
        if is_bomb {
            return Err(io::Error::other(limit(&self.name, "ARCHIVE_RATIO_MAX", limits::ARCHIVE_RATIO_MAX)));
        }
        let Some(left) = self.budget.get().checked_sub(count) else {
            let max = limits::FEED_UNPACKED_BYTES_MAX;
            return Err(io::Error::other(limit(&self.name, "FEED_UNPACKED_BYTES_MAX", max)));
        };
        self.budget.set(left);
        usize::try_from(count).map_err(io::Error::other)
    }
}

/// The message inside an error of a reader, or that the archive is broken.
fn message_of(error: io::Error, name: &str) -> Message {
    let detail = error.to_string();
    match error.into_inner().map(|inner| inner.downcast::<Message>()) {
        Some(Ok(message)) => *message,
        _ => broken(name, &detail),
    }
}

/// A path could not be opened.
fn unreadable(path: &Path, error: &io::Error) -> Message {
    Message::new(codes::INPUT_UNREADABLE).with("path", path.display()).with("detail", error)
}

/// An archive is damaged.
fn broken(name: &str, detail: &str) -> Message {
    Message::new(codes::INPUT_ARCHIVE_BROKEN).with("path", name).with("detail", detail)
}

/// A limit was reached.
fn limit(name: &str, limit: &str, max: u64) -> Message {
    Message::new(codes::INPUT_LIMIT).with("path", name).with("limit", limit).with("max", max)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    /// Opens a path and gives names with contents.
    fn open(path: &Path) -> Result<Vec<(String, String)>, Message> {
        let mut found = Vec::new();
        open_each(&[path.to_owned()], &mut |mut input| {
            let mut text = String::new();
            match input.reader.read_to_string(&mut text) {
                Ok(_) => found.push((input.name, text)),
                Err(error) => return Err(message_of(error, &input.name)),
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Bytes in gzip.
    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Members in a zip archive.
    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn folders_and_archives_become_streams_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("b")).unwrap();
        std::fs::write(at("b/plain.json"), "{}").unwrap();
        std::fs::write(at("a.bin"), gzip(b"[1]")).unwrap();
        std::fs::write(at("c.json"), zstd::encode_all(&b"[2]"[..], 1).unwrap()).unwrap();
        let inner = zip(&[("deep.json", b"[3]")]);
        std::fs::write(
            at("d"),
            zip(&[("x/one.json", b"[4]"), ("two.gz", &gzip(b"[5]")), ("in.zip", &inner)]),
        )
        .unwrap();
        std::fs::write(at("e.json"), "").unwrap();
        let found = open(folder.path()).unwrap();
        let prefix = format!("{}/", folder.path().display());
        let found: Vec<(&str, &str)> =
            found.iter().map(|(name, text)| (name.strip_prefix(&prefix).unwrap(), text.as_str())).collect();
        assert_eq!(
            found,
            [
                ("a.bin", "[1]"),
                ("b/plain.json", "{}"),
                ("c.json", "[2]"),
                ("d!x/one.json", "[4]"),
                ("d!two.gz", "[5]"),
                ("d!in.zip!deep.json", "[3]"),
                ("e.json", ""),
            ]
        );
    }

    #[test]
    fn damaged_archives_are_errors() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[1, 2, 3]".repeat(1_000);
        let noise: Vec<u8> =
            (0..20_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        for (name, bytes) in [
            ("gzip", gzip(&noise)),
            ("zstandard", zstd::encode_all(noise.as_slice(), 1).unwrap()),
            ("zip", zip(&[("one.json", text.as_bytes())])),
            ("zip in gzip", gzip(&zip(&[("one.json", text.as_bytes())]))),
        ] {
            for keep in [bytes.len() - 1, bytes.len() / 2] {
                let path = folder.path().join(name);
                std::fs::write(&path, &bytes[..keep]).unwrap();
                let error = open(&path).unwrap_err();
                assert_eq!(error.code, codes::INPUT_ARCHIVE_BROKEN, "{name} cut to {keep}: {error}");
            }
        }
        let missing = open(&folder.path().join("missing")).unwrap_err();
        assert_eq!(missing.code, codes::INPUT_UNREADABLE);
    }

    #[test]
    fn bombs_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb");
        let zeros = io::repeat(b' ').take(limits::ARCHIVE_RATIO_FLOOR_BYTES * 2);
        std::fs::write(&path, zstd::encode_all(zeros, 1).unwrap()).unwrap();
        let mut outcome = Ok(0);
        open_each(&[path], &mut |mut input| {
            outcome = io::copy(&mut input.reader, &mut io::sink()).map_err(|error| message_of(error, ""));
            Ok(())
        })
        .unwrap();
        assert_eq!(outcome.unwrap_err().code, codes::INPUT_LIMIT);

        let mut nested = b"{}".to_vec();
        for _ in 0..8 {
            nested = gzip(&nested);
        }
        let path = folder.path().join("nested");
        std::fs::write(&path, nested).unwrap();
        assert_eq!(open(&path).unwrap_err().code, codes::INPUT_LIMIT);
    }

    #[test]
    fn feeds_are_told_by_their_first_bytes() {
        for (start, expected) in [
            (&b"  {\"a\""[..], true),
            (b"\xEF\xBB\xBF[", true),
            (b"cve,epss", true),
            (b"#model_version:v2023", true),
            (b"<?xml version=\"1.0\"?>", true),
            (b"<VULDEF-Document", true),
            (b"<!DOCTYPE html><html>", false),
            (b"# README", false),
            (b"\x89PNG", false),
            (b"Copyright", false),
            (b"", false),
        ] {
            assert_eq!(is_plausible(start), expected, "{start:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_panic(kind in 0_usize..4, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let magic: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\x1F\x8B\x08\x00", b"\x28\xB5\x2F\xFD"];
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("input");
            std::fs::write(&path, [magic[kind], &bytes].concat()).unwrap();
            let _ = open_each(&[path], &mut |mut input| {
                let _ = io::copy(&mut input.reader, &mut io::sink());
                Ok(())
            });
        }
    }
}
