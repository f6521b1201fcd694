//! An SBOM from a file: opened, unpacked if it is compressed, read, and its content hash taken on the way.

use std::io::{self, BufReader, Read};
use std::path::Path;

use kikimori_core::hexadecimal;
use kikimori_core::limits::SBOM_SIZE_BYTES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::Sbom;
use sha2::{Digest, Sha256};

use crate::inputs;

/// An SBOM and what identifies the document it was read from.
#[derive(Clone, Debug)]
pub struct SbomFile {
    /// The bill.
    pub sbom: Sbom,
    /// SHA-256 of the document (unpacked), hexadecimal.
    pub sha256: String,
    /// Size of the document (unpacked) in bytes.
    pub size_bytes: u64,
}

/// Reads the SBOM at `path`; `-` is standard input.
///
/// A document packed with gzip, Zstandard or zip is unpacked on the way. Of an archive the first member counts, and a
/// second one is an error, because it would be left out silently.
///
/// # Errors
/// A message with the place: unreadable file, no SBOM, malformed, too large.
pub fn read_sbom(path: &Path) -> Result<SbomFile, Message> {
    read_with(path, |input| kikimori_formats::sbom::read(input))
}

/// Reads like [`read_sbom`], with everything that a conversion needs.
///
/// # Errors
/// As for [`read_sbom`].
pub fn read_whole_sbom(path: &Path) -> Result<SbomFile, Message> {
    read_with(path, |input| kikimori_formats::sbom::read_whole(input))
}

/// Reads a document's content.
type ReadContent = fn(&mut dyn Read) -> Result<Sbom, Message>;

/// Opens the file at `path` and reads it with `read`.
fn read_with(path: &Path, read: ReadContent) -> Result<SbomFile, Message> {
    if path == Path::new("-") {
        return read_stream(io::stdin().lock(), read);
    }
    if path.is_dir() {
        let detail = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(Message::new(codes::SBOM_UNREADABLE).with("detail", detail));
    }
    let mut found: Option<SbomFile> = None;
    inputs::open_each(&[path.to_owned()], &mut |input| {
        if found.is_some() {
            return Err(Message::new(codes::SBOM_SEVERAL).with("name", &input.name));
        }
        found = Some(read_stream(input.reader, read)?);
        Ok(())
    })?;
    found.ok_or_else(|| Message::new(codes::SBOM_EMPTY))
}

/// Reads one stream to its end.
fn read_stream(input: impl Read, read: ReadContent) -> Result<SbomFile, Message> {
    let input = BufReader::with_capacity(1 << 18, input);
    let mut tee = Tee { input, hash: Sha256::new(), size_bytes: 0 };
    let sbom = read(&mut tee)?;
    io::copy(&mut tee, &mut io::sink())
        .map_err(|error| Message::new(codes::SBOM_UNREADABLE).with("detail", error))?;
    let sha256 = hexadecimal::of(&tee.hash.finalize());
    Ok(SbomFile { sbom, sha256, size_bytes: tee.size_bytes })
}

/// A reader that hashes and counts what passes, and stops past the size limit.
struct Tee<R> {
    /// Where bytes come from.
    input: R,
    /// Their hash.
    hash: Sha256,
    /// Their number.
    size_bytes: u64,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        self.size_bytes += count as u64;
        if self.size_bytes > SBOM_SIZE_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "SBOM size limit reached"));
        }
        Ok(count)
    }
}
