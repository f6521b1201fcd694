//! Reading a bundle: the signature before anything else is believed, every part before it is used.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use kikimori_core::hexadecimal;
use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};
use kikimori_matcher::library::SegmentEntry;
use sha2::{Digest, Sha256};

use super::pack::Counted;
use super::{
    BundleManifest, BundlePart, Judge, MANIFEST_MEMBER, SIGNATURE_BYTES, SIGNATURE_MEMBER, SIGNER_MEMBER,
    SignatureFault, Signer, limit, malformed, signed_bytes, tape,
};

/// Memory that unpacking may take for its window: 8 MB, what the highest usual level asks for.
const WINDOW_LOG_MAX: u32 = 23;
/// Longest public key read, in bytes; one takes 113.
const SIGNER_BYTES_MAX: u64 = 1_024;
/// Bytes copied at once.
const COPY_BYTES: usize = 64 * 1024;

/// Whether a file is a bundle: it begins with the name of a bundle's first file.
#[must_use]
pub fn is_bundle(path: &Path) -> bool {
    let wanted = format!("{}{SIGNER_MEMBER}\0", tape::FOLDER);
    let mut start = vec![0; wanted.len()];
    let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
    is_file
        && File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == wanted.as_bytes()
}

/// Why a part was not taken.
pub(crate) enum PartFault {
    /// A BUNDLE message, or INPUT-001.
    Bundle(Message),
    /// The unpacked bytes could not be written.
    Out(io::Error),
}

impl From<Message> for PartFault {
    fn from(message: Message) -> Self {
        Self::Bundle(message)
    }
}

/// A bundle whose signature was accepted, up to its parts.
pub(crate) struct BundleReader {
    /// The file, where the next part begins.
    tape: TapeReader,
    /// The list of contents.
    pub manifest: BundleManifest,
    /// Who signed it.
    pub signer: Signer,
}

impl BundleReader {
    /// Reads up to the list of contents and has its signature judged before it is parsed.
    ///
    /// # Errors
    /// A BUNDLE message, or INPUT-001.
    pub fn open(path: &Path, judge: &Judge<'_>) -> Result<Self, Message> {
        let mut tape = TapeReader::open(path)?;
        let (signer_pem, signature, text) = tape.read_heads()?;
        let signer_pem = std::str::from_utf8(&signer_pem).map_err(|_| malformed(SIGNER_MEMBER))?;
        let signer = judge(signer_pem, &signed_bytes(&text), &signature).map_err(|fault| match fault {
            SignatureFault::KeyUnreadable => malformed(SIGNER_MEMBER),
            SignatureFault::KeyUnknown { fingerprint } => {
                Message::new(codes::BUNDLE_KEY_UNKNOWN).with("fingerprint", fingerprint)
            }
            SignatureFault::Wrong { fingerprint } => {
                Message::new(codes::BUNDLE_SIGNATURE_WRONG).with("fingerprint", fingerprint)
            }
        })?;
        let manifest = BundleManifest::read(&text)?;
        if manifest.fingerprint != signer.fingerprint {
            return Err(malformed("manifest.json: fingerprint"));
        }
        tape.check_length(&manifest.parts)?;
        Ok(Self { tape, manifest, signer })
    }

    /// Checks the next part, which must be `part`, and unpacks it to `out` if asked.
    ///
    /// The packed bytes are checked against their hash before any of them is unpacked; the unpacked ones against size and hash
    /// of the segment.
    ///
    /// # Errors
    /// [`PartFault`].
    pub fn next_part(
        &mut self,
        part: &BundlePart,
        segment: &SegmentEntry,
        out: Option<&mut File>,
    ) -> Result<(), PartFault> {
        let differs = || PartFault::Bundle(Message::new(codes::BUNDLE_PART_DIFFERS).with("part", &part.file));
        self.tape.expect_header(&part.file, part.size_bytes)?;
        let start = self.tape.offset;
        if self.tape.hash(part.size_bytes)? != part.sha256 {
            return Err(differs());
        }
        if let Some(out) = out {
            self.tape.seek(start)?;
            let mut packed = (&mut self.tape.file).take(part.size_bytes);
            let unpacked = unpack(&mut packed, segment.size_bytes, out);
            let (n_bytes, sha256) = unpacked.map_err(|fault| match fault {
                UnpackFault::Packed => differs(),
                UnpackFault::Out(error) => PartFault::Out(error),
            })?;
            if n_bytes != segment.size_bytes || sha256 != segment.sha256 {
                return Err(differs());
            }
            self.tape.seek(start + part.size_bytes)?;
        }
        Ok(self.tape.expect_zeros(tape::n_padding(part.size_bytes))?)
    }

    /// Checks the end of the file.
    ///
    /// # Errors
    /// BUNDLE-001, BUNDLE-002 or INPUT-001.
    pub fn finish(mut self) -> Result<(), Message> {
        self.tape.expect_zeros(tape::END_BYTES)
    }
}

/// The list of contents of a bundle, its signature not judged: enough to know which segments somebody has.
///
/// # Errors
/// A BUNDLE message, or INPUT-001.
pub(crate) fn read_unverified(path: &Path) -> Result<BundleManifest, Message> {
    let (_, _, text) = TapeReader::open(path)?.read_heads()?;
    BundleManifest::read(&text)
}

/// Why unpacking stopped.
enum UnpackFault {
    /// The packed bytes are no Zstandard, or of a larger window.
    Packed,
    /// The unpacked ones could not be written.
    Out(io::Error),
}

/// Unpacks to `out`, one byte more than `size_bytes` at most. Gives size and SHA-256.
fn unpack(packed: &mut dyn Read, size_bytes: u64, out: &mut File) -> Result<(u64, String), UnpackFault> {
    let mut decoder = zstd::Decoder::new(packed).map_err(|_| UnpackFault::Packed)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| UnpackFault::Packed)?;
    let mut unpacked = decoder.take(size_bytes.saturating_add(1));
    let mut counted = Counted { inner: out, digest: Sha256::new(), n_bytes: 0 };
    let mut buffer = vec![0; COPY_BYTES];
    loop {
        let n_read = unpacked.read(&mut buffer).map_err(|_| UnpackFault::Packed)?;
        let Some(bytes) = buffer.get(..n_read).filter(|bytes| !bytes.is_empty()) else { break };
        io::Write::write_all(&mut counted, bytes).map_err(UnpackFault::Out)?;
    }
    Ok((counted.n_bytes, hexadecimal::of(&counted.digest.finalize())))
}

/// What stands before the parts: the signer's key, the signature, the list of contents.
type Heads = (Vec<u8>, [u8; SIGNATURE_BYTES], Vec<u8>);

/// Reads the tar archive of a bundle.
struct TapeReader {
    /// The file.
    file: File,
    /// Its name, for messages.
    path: String,
    /// Bytes read.
    offset: u64,
}

impl TapeReader {
    /// Opens the file.
    fn open(path: &Path) -> Result<Self, Message> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(Self { file, path: name, offset: 0 }),
            Err(error) => Err(unreadable(&name, &error)),
        }
    }

    /// Reads the files before the parts.
    fn read_heads(&mut self) -> Result<Heads, Message> {
        let signer = self.read_member(SIGNER_MEMBER, SIGNER_BYTES_MAX, "BUNDLE_SIGNER_BYTES_MAX")?;
        let signature = self.read_member(SIGNATURE_MEMBER, SIGNATURE_BYTES as u64, "SIGNATURE_BYTES")?;
        let signature = signature.try_into().map_err(|_| malformed(SIGNATURE_MEMBER))?;
        let manifest_max = limits::BUNDLE_MANIFEST_BYTES_MAX;
        let manifest = self.read_member(MANIFEST_MEMBER, manifest_max, "BUNDLE_MANIFEST_BYTES_MAX")?;
        Ok((signer, signature, manifest))
    }

    /// Reads the next file, which must have this name and at most this size.
    fn read_member(&mut self, name: &str, bytes_max: u64, limit_name: &str) -> Result<Vec<u8>, Message> {
        let at = self.offset;
        let mut header = [0; tape::BLOCK_BYTES];
        self.fill(&mut header)?;
        let size_bytes = tape::stated_size(&header).ok_or_else(|| malformed(name).at(Place::Offset(at)))?;
        if tape::header(name, size_bytes) != Some(header) {
            return Err(malformed(name).at(Place::Offset(at)));
        }
        if size_bytes > bytes_max {
            return Err(limit(limit_name, bytes_max).at(Place::Offset(at)));
        }
        let mut content = Vec::new();
        let n_read = (&mut self.file).take(size_bytes).read_to_end(&mut content);
        let n_read = n_read.map_err(|error| self.unreadable(&error))? as u64;
        self.offset += n_read;
        if n_read != size_bytes {
            return Err(self.cut());
        }
        self.expect_zeros(tape::n_padding(size_bytes))?;
        Ok(content)
    }

    /// The next block must be this header.
    fn expect_header(&mut self, name: &str, size_bytes: u64) -> Result<(), Message> {
        let at = self.offset;
        let mut header = [0; tape::BLOCK_BYTES];
        self.fill(&mut header)?;
        if tape::header(name, size_bytes) == Some(header) {
            Ok(())
        } else {
            Err(malformed(name).at(Place::Offset(at)))
        }
    }

    /// The next bytes must be zeros; there are at most [`tape::END_BYTES`] of them.
    fn expect_zeros(&mut self, n_bytes: usize) -> Result<(), Message> {
        let at = self.offset;
        let mut buffer = [0; tape::END_BYTES];
        let bytes = buffer.get_mut(..n_bytes).unwrap_or_default();
        self.fill(bytes)?;
        if bytes.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(malformed("tar").at(Place::Offset(at))) }
    }

    /// SHA-256 of the next bytes, hexadecimal.
    fn hash(&mut self, size_bytes: u64) -> Result<String, Message> {
        let mut digest = Sha256::new();
        let mut buffer = vec![0; COPY_BYTES];
        let mut left = size_bytes;
        while left > 0 {
            let n_wanted = usize::try_from(left).unwrap_or(COPY_BYTES).min(COPY_BYTES);
            let bytes = buffer.get_mut(..n_wanted).unwrap_or_default();
            self.fill(bytes)?;
            digest.update(&*bytes);
            left -= n_wanted as u64;
        }
        Ok(hexadecimal::of(&digest.finalize()))
    }

    /// The file must be as long as its list of contents says.
    fn check_length(&self, parts: &[BundlePart]) -> Result<(), Message> {
        let parts: u64 = parts.iter().map(|part| tape::n_bytes(part.size_bytes)).sum();
        let expected = self.offset + parts + tape::END_BYTES as u64;
        let found = self.file.metadata().map_err(|error| self.unreadable(&error))?.len();
        match found.cmp(&expected) {
            std::cmp::Ordering::Less => {
                Err(Message::new(codes::BUNDLE_CUT).with("detail", format!("{found} / {expected} bytes")))
            }
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(malformed("tar").at(Place::Offset(expected))),
        }
    }

    /// Fills the buffer from the file.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Message> {
        match self.file.read_exact(buffer) {
            Ok(()) => {
                self.offset += buffer.len() as u64;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(self.cut()),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Goes to an offset.
    fn seek(&mut self, offset: u64) -> Result<(), Message> {
        self.file.seek(SeekFrom::Start(offset)).map_err(|error| self.unreadable(&error))?;
        self.offset = offset;
        Ok(())
    }

    /// The file ends too early.
    fn cut(&self) -> Message {
        let n_bytes = self.file.metadata().map_or(self.offset, |metadata| metadata.len());
        Message::new(codes::BUNDLE_CUT).with("detail", format!("{n_bytes} bytes"))
    }

    /// The system refused to read.
    fn unreadable(&self, error: &io::Error) -> Message {
        unreadable(&self.path, error)
    }
}

/// The system refused to read `path`.
fn unreadable(path: &str, error: &io::Error) -> Message {
    Message::new(codes::INPUT_UNREADABLE).with("path", path).with("detail", error)
}
