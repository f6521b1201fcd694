//! Whether files are what their publisher's list of checksums says.
//!
//! A list (JVN's `checksum.txt`) speaks about the files of its own folder or archive and of folders below it, by their names.
//! Hashes are taken of what is read, so a file may be packed in gzip or Zstandard. Only XML is hashed: that is what the lists
//! that are read here speak about.

use std::collections::BTreeMap;
use std::io::{self, Read};

use kikimori_core::hexadecimal;
use kikimori_core::message::{Message, codes};
use kikimori_formats::feed::FileChecksum;
use sha2::{Digest, Sha256};

/// What lists state and what files are.
#[derive(Default)]
pub(crate) struct Checksums {
    /// What is stated, by the place of the list and the file's name.
    stated: BTreeMap<(String, String), FileChecksum>,
    /// What was read, by the stream's name: size and SHA-256.
    found: BTreeMap<String, (u64, String)>,
}

impl Checksums {
    /// Takes note of a row of the list `list`. Where a list names a file twice, the last row counts.
    pub(crate) fn state(&mut self, list: &str, row: FileChecksum) {
        self.stated.insert((place(list).to_owned(), row.file_name.clone()), row);
    }

    /// Takes note of a stream that was hashed.
    pub(crate) fn found(&mut self, name: &str, hashed: Option<(u64, String)>) {
        self.found.extend(hashed.map(|hashed| (name.to_owned(), hashed)));
    }

    /// How many files are what a list says.
    ///
    /// # Errors
    /// FEED-023 with the stream's name for the first that is not.
    pub(crate) fn verify(&self) -> Result<u64, (String, Message)> {
        let mut n_verified = 0;
        for (name, (size_bytes, sha256)) in &self.found {
            let file = name.get(place(name).len()..).unwrap_or_default();
            let file = [".gz", ".zst"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file);
            let rows =
                self.stated.iter().filter(|((folder, wanted), _)| wanted == file && name.starts_with(folder));
            let mut is_stated = false;
            for (_, row) in rows {
                is_stated = true;
                if (row.size_bytes, &row.sha256) != (*size_bytes, sha256) {
                    let message = Message::new(codes::FEED_CHECKSUM_DIFFERS)
                        .with("file", file)
                        .with("stated_size", row.size_bytes)
                        .with("size", size_bytes)
                        .with("stated_hash", &row.sha256)
                        .with("hash", sha256);
                    return Err((name.clone(), message));
                }
            }
            n_verified += u64::from(is_stated);
        }
        Ok(n_verified)
    }
}

/// The folder or archive part of a stream's name, with its separator.
fn place(name: &str) -> &str {
    let end = name.rfind(['/', '\\', '!']).map_or(0, |index| index + 1);
    name.get(..end).unwrap_or_default()
}

/// A reader that hashes XML as it passes.
pub(crate) struct Hashing<R> {
    /// Where bytes come from.
    inner: R,
    /// The hash; `None` once the stream turned out not to be XML.
    hasher: Option<Sha256>,
    /// Bytes passed.
    size_bytes: u64,
    /// The first byte that tells was seen.
    is_told: bool,
}

impl<R: Read> Hashing<R> {
    /// Nothing read yet.
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, hasher: Some(Sha256::new()), size_bytes: 0, is_told: false }
    }

    /// Reads what is left and gives size and SHA-256 of XML.
    ///
    /// # Errors
    /// FEED-011 when the rest cannot be read.
    pub(crate) fn finish(mut self) -> Result<Option<(u64, String)>, Message> {
        io::copy(&mut self, &mut io::sink())
            .map_err(|error| Message::new(codes::FEED_UNREADABLE).with("detail", error))?;
        Ok(self
            .hasher
            .filter(|_| self.is_told)
            .map(|hasher| (self.size_bytes, hexadecimal::of(&hasher.finalize()))))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        self.size_bytes += count as u64;
        if !self.is_told {
            let is_lead = |byte: &&u8| byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(*byte);
            if let Some(first) = bytes.iter().find(|byte| !is_lead(byte)) {
                self.is_told = true;
                if *first != b'<' {
                    self.hasher = None;
                }
            }
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        Ok(count)
    }
}
