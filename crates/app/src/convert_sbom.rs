//! An SBOM written in another format, with everything that the way there lost.
//!
//! What was written is read again and compared with what was to be written, so that a loss that no writer foresaw
//! is found like any other.

use std::io;
use std::path::Path;

use kikimori_core::hexadecimal;
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::loss::{Loss, compare};
use kikimori_core::sbom::{Sbom, SbomFormat, Unkept};
use kikimori_formats::sbom::read_whole;
use kikimori_formats::sbom::write::{WriteOptions, write};
use kikimori_matcher::library::sha256_hex;
use sha2::{Digest, Sha256};

use crate::sbom_file::{SbomFile, read_whole_sbom};

pub use kikimori_formats::sbom::write::TargetFormat;

/// The time of an SPDX document whose source states none: SPDX demands one, and the same input must give the same bytes.
pub const UNSTATED_TIME: &str = "1970-01-01T00:00:00Z";

/// A document that was read, as a report names it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file as named.
    pub name: String,
    /// SHA-256 of the document, hexadecimal.
    pub sha256: String,
    /// Size of the document in bytes.
    pub size_bytes: u64,
    /// Its format.
    pub format: SbomFormat,
    /// The format's version as written.
    pub spec_version: String,
    /// Its identity as written.
    pub serial: Option<String>,
    /// Components, what the document is about too.
    pub n_components: usize,
    /// Files, which are not carried over.
    pub n_files: usize,
    /// Services, which are not carried over.
    pub n_services: usize,
    /// Vulnerabilities, which are not carried over.
    pub n_vulnerabilities: usize,
    /// Fields that were not kept.
    pub unkept: Unkept,
    /// Oddities met while it was read.
    pub n_notices: usize,
}

impl Source {
    /// The source at `path`, read.
    pub(crate) fn of(path: &Path, file: &SbomFile) -> Self {
        let sbom = &file.sbom;
        Self {
            name: path.display().to_string(),
            sha256: file.sha256.clone(),
            size_bytes: file.size_bytes,
            format: sbom.format,
            spec_version: sbom.spec_version.clone(),
            serial: sbom.serial.clone(),
            n_components: sbom.components.len(),
            n_files: sbom.n_files,
            n_services: sbom.n_services,
            n_vulnerabilities: sbom.n_vulnerabilities,
            unkept: sbom.unkept.clone(),
            n_notices: sbom.notices.len() + sbom.n_notices_dropped,
        }
    }

    /// Everything that the document said was kept.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unkept.is_empty() && self.n_files + self.n_services + self.n_vulnerabilities == 0
    }
}

/// A document that was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The bill that was to be written.
    pub sbom: Sbom,
    /// The format.
    pub format: TargetFormat,
    /// The document.
    pub bytes: Vec<u8>,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Components that were read again from it.
    pub n_components: usize,
    /// How what was read again differs.
    pub differences: Vec<Loss>,
}

/// A conversion.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// What was read.
    pub source: Source,
    /// What was written.
    pub written: Written,
}

impl Conversion {
    /// Everything that the source said is said by what was written.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        self.source.is_whole() && self.written.differences.iter().all(|loss| !loss.kind.is_loss())
    }
}

/// Converts the SBOM at `path`; `tool` (name and version) is added to the tools that made the document.
///
/// # Errors
/// A message about the source: see [`read_whole_sbom`].
pub fn convert_sbom(path: &Path, target: TargetFormat, tool: &str) -> Result<Conversion, Message> {
    convert_file(path, read_whole_sbom(path)?, target, tool, "")
}

/// Converts a document that was read whole from `path`. `manner` says how it was read where that is not always the same.
///
/// # Errors
/// A message when what was written cannot be read again, because a limit is passed.
pub fn convert_file(
    path: &Path,
    file: SbomFile,
    target: TargetFormat,
    tool: &str,
    manner: &str,
) -> Result<Conversion, Message> {
    let source = Source::of(path, &file);
    let mut texts = vec!["kikimori sbom convert", target.word(), &source.sha256];
    texts.extend(Some(manner).filter(|manner| !manner.is_empty()));
    let serial = serial_of(&texts);
    let options = WriteOptions { serial, created: UNSTATED_TIME.to_owned(), tool: tool.to_owned() };
    let written = write_and_compare(file.sbom, target, &options)?;
    Ok(Conversion { source, written })
}

/// Writes a bill, with `options.tool` among its tools, reads it again and compares.
///
/// # Errors
/// A message when what was written cannot be read again, because a limit is passed.
pub(crate) fn write_and_compare(
    mut sbom: Sbom,
    format: TargetFormat,
    options: &WriteOptions,
) -> Result<Written, Message> {
    let is_new = !sbom.tools.contains(&options.tool);
    if is_new {
        sbom.tools.push(options.tool.clone());
    }
    let mut bytes = Vec::new();
    let unwritable = |error: io::Error| Message::new(codes::SBOM_UNREADABLE).with("detail", error);
    let order = write(&sbom, format, options, &mut bytes).map_err(unwritable)?;
    if is_new {
        sbom.tools.pop();
    }
    let again = read_whole(bytes.as_slice())?;
    let differences = compare(&sbom, &again, &order);
    let sha256 = sha256_hex(&bytes);
    Ok(Written { n_components: again.components.len(), sbom, format, bytes, sha256, differences })
}

/// A UUID (version 8, RFC 9562) that follows from these texts, as a URN.
pub(crate) fn serial_of(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    let mut digits: Vec<char> = hexadecimal::of(&hash.finalize()).chars().take(32).collect();
    // The version and the variant stand at fixed digits.
    for (position, digit) in [(12, '8'), (16, '8')] {
        if let Some(place) = digits.get_mut(position) {
            *place = digit;
        }
    }
    let groups: Vec<String> = [0..8, 8..12, 12..16, 16..20, 20..32]
        .into_iter()
        .map(|range| digits.get(range).unwrap_or_default().iter().collect())
        .collect();
    format!("urn:uuid:{}", groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::serial_of;

    #[test]
    fn a_serial_follows_from_its_texts() {
        let serial = serial_of(&["a", "b"]);
        assert_eq!(serial, serial_of(&["a", "b"]));
        assert_ne!(serial, serial_of(&["ab", ""]));
        assert_eq!(serial.len(), "urn:uuid:".len() + 36);
        assert_eq!(serial.split('-').nth(2).map(|group| &group[..1]), Some("8"));
    }
}
