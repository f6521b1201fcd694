//! Writing a bundle.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;

use kikimori_core::hexadecimal;
use kikimori_matcher::library::SegmentEntry;
use kikimori_matcher::library::segment::Segment;
use sha2::{Digest, Sha256};

use super::{
    BundleManifest, BundlePart, MANIFEST_MEMBER, SIGNATURE_BYTES, SIGNATURE_MEMBER, SIGNER_MEMBER, part_name,
    signed_bytes, tape,
};

/// How hard Zstandard works; its window at this level is 4 MB, below what a reader accepts.
const PACK_LEVEL: i32 = 9;

/// Packed segments, one after another in a file without a name, because the list of contents stands before them.
pub(crate) struct Packed {
    /// The file.
    file: File,
    /// What is in it.
    pub parts: Vec<BundlePart>,
}

/// Packs segments.
///
/// # Errors
/// What the system says.
pub(crate) fn pack(segments: &[(&SegmentEntry, &Segment)]) -> io::Result<Packed> {
    let mut file = tempfile::tempfile()?;
    let mut parts = Vec::with_capacity(segments.len());
    for (entry, segment) in segments {
        let counted = Counted { inner: BufWriter::new(&file), digest: Sha256::new(), n_bytes: 0 };
        let mut encoder = zstd::Encoder::new(counted, PACK_LEVEL)?;
        encoder.set_pledged_src_size(Some(entry.size_bytes))?;
        encoder.write_all(segment.bytes())?;
        let mut counted = encoder.finish()?;
        counted.inner.flush()?;
        parts.push(BundlePart {
            file: part_name(entry),
            size_bytes: counted.n_bytes,
            sha256: hexadecimal::of(&counted.digest.finalize()),
        });
        segment.release();
    }
    file.rewind()?;
    Ok(Packed { file, parts })
}

/// Signs and writes the bundle: beside `path` first, then under its name. Gives its size in bytes.
///
/// # Errors
/// What the system says; a file that had the name is then as it was.
pub(crate) fn write_bundle(
    path: &Path,
    manifest: &BundleManifest,
    packed: Packed,
    signer_pem: &str,
    sign: &dyn Fn(&[u8]) -> [u8; SIGNATURE_BYTES],
) -> io::Result<u64> {
    let mut text = serde_json::to_vec_pretty(manifest)?;
    text.push(b'\n');
    let signature = sign(&signed_bytes(&text));
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    let written = (|| {
        let mut out = BufWriter::new(File::create(beside)?);
        for (name, content) in [
            (SIGNER_MEMBER, signer_pem.as_bytes()),
            (SIGNATURE_MEMBER, signature.as_slice()),
            (MANIFEST_MEMBER, text.as_slice()),
        ] {
            write_member(&mut out, name, content.len() as u64, &mut &*content)?;
        }
        let mut packed_file = packed.file;
        for part in &packed.parts {
            write_member(&mut out, &part.file, part.size_bytes, &mut packed_file)?;
        }
        out.write_all(&[0; tape::END_BYTES])?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        let size_bytes = file.metadata()?.len();
        std::fs::rename(beside, path)?;
        Ok(size_bytes)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(beside);
    }
    written
}

/// Writes header, content and padding of one file.
fn write_member(out: &mut impl Write, name: &str, size_bytes: u64, content: &mut dyn Read) -> io::Result<()> {
    let too_large = || io::Error::new(io::ErrorKind::FileTooLarge, name.to_owned());
    out.write_all(&tape::header(name, size_bytes).ok_or_else(too_large)?)?;
    let n_copied = io::copy(&mut content.take(size_bytes), out)?;
    if n_copied != size_bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let padding = [0; tape::BLOCK_BYTES];
    out.write_all(padding.get(..tape::n_padding(size_bytes)).unwrap_or_default())
}

/// Counts and hashes what passes.
pub(super) struct Counted<W> {
    /// Where it goes.
    pub inner: W,
    /// Hash so far.
    pub digest: Sha256,
    /// Bytes so far.
    pub n_bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..n_written).unwrap_or_default());
        self.n_bytes += n_written as u64;
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
