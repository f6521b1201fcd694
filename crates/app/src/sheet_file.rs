//! A component sheet from a file, read with what a person says about its columns.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kikimori_core::limits::{SHEET_BYTES_MAX, SHEET_MAPPING_BYTES_MAX};
use kikimori_core::message::{Message, codes};
use kikimori_core::sheet::{SheetLayout, SheetMapping};
use kikimori_formats::sbom::sheet;
use kikimori_matcher::library::sha256_hex;

use crate::sbom_file::SbomFile;

/// A component sheet and how it was read.
#[derive(Clone, Debug)]
pub struct SheetFile {
    /// The bill, with what identifies the file.
    pub file: SbomFile,
    /// How it was read.
    pub layout: SheetLayout,
}

/// Reads the sheet at `path`, whole; `-` is standard input.
///
/// # Errors
/// A message with the place: unreadable file, no sheet, too large; see [`sheet::read`].
pub fn read_sheet(path: &Path, mapping: &SheetMapping) -> Result<SheetFile, Message> {
    let unreadable = |error: io::Error| Message::new(codes::SBOM_UNREADABLE).with("detail", error);
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(|error| {
            Message::new(codes::INPUT_UNREADABLE).with("path", path.display()).with("detail", error)
        })?)
    };
    let mut bytes = Vec::new();
    input.by_ref().take(SHEET_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > SHEET_BYTES_MAX {
        return Err(Message::new(codes::SBOM_LIMIT)
            .with("limit", "SHEET_BYTES_MAX")
            .with("max", SHEET_BYTES_MAX));
    }
    let reading = sheet::read(&bytes, mapping, true)?;
    let sha256 = sha256_hex(&bytes);
    let file = SbomFile { sbom: reading.sbom, sha256, size_bytes: bytes.len() as u64 };
    Ok(SheetFile { file, layout: reading.layout })
}

/// Reads a mapping from a file.
///
/// # Errors
/// INPUT-001 when it cannot be opened, SHEET-004 when it is malformed.
pub fn read_mapping(path: &Path) -> Result<SheetMapping, Message> {
    let unreadable = |error: io::Error| {
        Message::new(codes::INPUT_UNREADABLE).with("path", path.display()).with("detail", error)
    };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(SHEET_MAPPING_BYTES_MAX as u64 + 1).read_to_string(&mut text).map_err(unreadable)?;
    kikimori_forms::sheet_mapping::parse(&text)
}
