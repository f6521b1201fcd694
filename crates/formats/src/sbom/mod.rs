//! Readers and writers of software bills of materials.
//!
//! | format | versions read | module | version written | module |
//! |---|---|---|---|---|
//! | `CycloneDX` JSON | 1.2 to 1.7 | `cyclonedx_json` | 1.6 | `write_cyclonedx` |
//! | `CycloneDX` XML | 1.0 to 1.7 | `cyclonedx_xml` | 1.6 | `write_cyclonedx_xml` |
//! | SPDX JSON | 2.2, 2.3 | `spdx_json` | 2.3 | `write_spdx` |
//! | SPDX tag-value | 2.2, 2.3 | `spdx_tag_value` | 2.3 | `write_spdx_tag_value` |
//! | component sheet | CSV, XLSX | `sheet` | – | – |
//! | SPDX JSON-LD | 3.0 | `spdx3_json` | – | – |
//!
//! The format is told from the content (`detect`); every reader streams through `guard` and writes into the
//! same `builder`, so a rule that holds for all formats stands in one place.

mod builder;
mod cyclonedx;
mod cyclonedx_checks;
mod cyclonedx_json;
mod cyclonedx_xml;
mod cyclonedx_xml_checks;
mod detect;
mod guard;
mod iri;
mod json;
mod json_document;
mod linked_data;
mod references;
pub mod sheet;
mod spdx;
mod spdx3;
mod spdx3_element;
mod spdx3_json;
mod spdx3_licence;
mod spdx3_words;
mod spdx_json;
mod spdx_tag_value;
pub mod write;
mod write_cyclonedx;
mod write_cyclonedx_xml;
mod write_spdx;
mod write_spdx_tag_value;
mod xml;

use std::io::Read;

use kikimori_core::limits::SHEET_BYTES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::Sbom;
use kikimori_core::sheet::SheetMapping;

use guard::{Guard, Syntax, message_from_io};

/// Reads a bill of materials of any of the formats above, in one pass.
///
/// Nothing that can be represented is refused: fields of a wrong type, missing names, references that name nothing
/// and the like become [`Sbom::notices`]. Unknown fields are passed over.
///
/// ```
/// let document = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
///     {"type": "library", "name": "zlib", "version": 1.3}
/// ]}"#;
/// let sbom = kikimori_formats::sbom::read(&document[..]).unwrap();
/// assert_eq!(sbom.n_components(), 1);
/// assert_eq!(sbom.components[0].version.as_deref(), Some("1.3"));
/// assert_eq!(sbom.notices[0].to_string(), "SBOM-009 at /components/0/version expected=string found=number");
/// ```
///
/// # Errors
/// One message, with the place where known: another format ([`SBOM-001`], naming what it looks like) or version
/// (`SBOM-004`), malformed syntax (`SBOM-002`), a limit of [`kikimori_core::limits`] (`SBOM-003`), a failed read
/// (`SBOM-005`), bytes that are not UTF-8 (`SBOM-006`), XML entities or document types (`SBOM-007`), nothing at
/// all (`SBOM-008`).
///
/// [`SBOM-001`]: kikimori_core::message::codes::SBOM_UNKNOWN_FORMAT
pub fn read(mut input: impl Read) -> Result<Sbom, Message> {
    read_from(&mut input, false)
}

/// Reads like [`read`] and also keeps what only a conversion needs; fields that the model has no room for are counted
/// in [`Sbom::unkept`]. Memory follows the document's texts.
///
/// # Errors
/// As for [`read`].
pub fn read_whole(mut input: impl Read) -> Result<Sbom, Message> {
    read_from(&mut input, true)
}

/// [`read`] without its type parameter, so that the readers are compiled once.
fn read_from(input: &mut dyn Read, is_whole: bool) -> Result<Sbom, Message> {
    let mut head = Vec::new();
    let head_bytes = detect::HEAD_BYTES;
    input.take(head_bytes as u64).read_to_end(&mut head).map_err(|error| message_from_io(&error))?;
    let syntax = match detect::detect(&head, head.len() < head_bytes) {
        Ok(syntax) => syntax,
        Err(refusal) => return read_sheet(head, input, is_whole, refusal),
    };
    let content = head.get(detect::mark_bytes(&head)..).unwrap_or_default();
    let mut whole = content.chain(input);
    let guard = Guard::new(&mut whole, syntax);
    match syntax {
        Syntax::Json => json_document::read(guard, is_whole, detect::is_linked(&head)),
        Syntax::Xml => cyclonedx_xml::read(guard, is_whole),
        Syntax::TagValue => spdx_tag_value::read(guard, is_whole),
    }
}

/// Reads what is no document as a component sheet, if it is one; else it stays refused.
fn read_sheet(
    mut bytes: Vec<u8>,
    input: &mut dyn Read,
    is_whole: bool,
    refusal: Message,
) -> Result<Sbom, Message> {
    if !sheet::may_begin(&bytes) {
        return Err(refusal);
    }
    let room_bytes = (SHEET_BYTES_MAX + 1).saturating_sub(bytes.len() as u64);
    input.take(room_bytes).read_to_end(&mut bytes).map_err(|error| message_from_io(&error))?;
    if bytes.len() as u64 > SHEET_BYTES_MAX {
        return Err(guard::limit("SHEET_BYTES_MAX", SHEET_BYTES_MAX));
    }
    match sheet::read(&bytes, &SheetMapping::default(), is_whole) {
        Ok(reading) => Ok(reading.sbom),
        Err(fault) if fault.code == codes::SHEET_NO_HEADING && !sheet::is_workbook(&bytes) => Err(refusal),
        Err(fault)
            if fault.code == codes::SHEET_FORMAT && fault.args.iter().any(|(_, found)| found == "ZIP") =>
        {
            Err(refusal)
        }
        Err(fault) => Err(fault),
    }
}
