//! Workbooks (XLSX and XLSM, ECMA-376): the cells' values as the file carries them. Nothing is computed, no macro is looked at.

mod parts;
mod styles;
mod worksheet;

use std::io::{Cursor, Read};

use kikimori_core::limits::{
    SHEET_PARTS_MAX, SHEET_RATIO_FLOOR_BYTES, SHEET_RATIO_MAX, SHEET_UNPACKED_BYTES_MAX, SHEETS_MAX,
};
use kikimori_core::message::{Message, codes};
use zip::ZipArchive;

use super::super::builder::excerpt;
use super::super::guard::limit;
use super::grid::Grid;

/// A workbook, opened.
pub(super) struct Workbook<'a> {
    /// The archive.
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    budget_bytes: u64,
    /// Its sheets in order.
    pub(super) sheets: Vec<SheetEntry>,
    /// Days are counted from 1904.
    is_1904: bool,
    /// Texts that cells refer to.
    texts: Vec<String>,
    /// For each cell style, whether it shows a number as a date.
    date_styles: Vec<bool>,
}

/// A sheet of a workbook.
pub(super) struct SheetEntry {
    /// Its name.
    pub(super) name: String,
    /// Hidden by the file.
    pub(super) is_hidden: bool,
    /// The part that holds it.
    part: String,
}

/// What an archive that is no workbook of ours is.
fn other_document(archive: &ZipArchive<Cursor<&[u8]>>) -> Option<&'static str> {
    let has = |name: &str| archive.index_for_name(name).is_some();
    match () {
        () if has("xl/workbook.bin") => Some("XLSB"),
        () if has("content.xml") && has("mimetype") => Some("OpenDocument"),
        () if has("word/document.xml") => Some("DOCX"),
        () if has("xl/workbook.xml") => None,
        () => Some("ZIP"),
    }
}

impl<'a> Workbook<'a> {
    /// Opens a workbook.
    ///
    /// # Errors
    /// SHEET-003 for other documents, SHEET-006 for damaged ones, SBOM-003 at a limit.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Message> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
        if archive.len() > SHEET_PARTS_MAX {
            return Err(limit("SHEET_PARTS_MAX", SHEET_PARTS_MAX as u64));
        }
        if let Some(found) = other_document(&archive) {
            return Err(Message::new(codes::SHEET_FORMAT).with("found", found));
        }
        let mut book = Self {
            archive,
            budget_bytes: SHEET_UNPACKED_BYTES_MAX,
            sheets: Vec::new(),
            is_1904: false,
            texts: Vec::new(),
            date_styles: Vec::new(),
        };
        let targets = parts::relations(&book.part("xl/_rels/workbook.xml.rels")?.unwrap_or_default())?;
        let Some(workbook) = book.part("xl/workbook.xml")? else {
            return Err(damaged("xl/workbook.xml"));
        };
        let contents = parts::workbook(&workbook, &targets)?;
        if contents.sheets.len() > SHEETS_MAX {
            return Err(limit("SHEETS_MAX", SHEETS_MAX as u64));
        }
        book.sheets = contents.sheets;
        book.is_1904 = contents.is_1904;
        if let Some(part) = book.part("xl/sharedStrings.xml")? {
            book.texts = parts::shared_texts(&part)?;
        }
        if let Some(part) = book.part("xl/styles.xml")? {
            book.date_styles = styles::date_styles(&part)?;
        }
        Ok(book)
    }

    /// The cells of a sheet.
    ///
    /// # Errors
    /// SHEET-006 when it is damaged, SBOM-003 at a limit.
    pub(super) fn grid(&mut self, index: usize) -> Result<Grid, Message> {
        let Some(name) = self.sheets.get(index).map(|sheet| sheet.part.clone()) else {
            return Ok(Grid::default());
        };
        let part = self.part(&name)?.ok_or_else(|| damaged(&name))?;
        worksheet::grid(&part, &self.texts, &self.date_styles, self.is_1904)
    }

    /// A part as text; `None` when there is none.
    fn part(&mut self, name: &str) -> Result<Option<String>, Message> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let member = self.archive.by_index(index).map_err(|error| damaged(&error.to_string()))?;
        let ratio_max_bytes =
            member.compressed_size().saturating_mul(SHEET_RATIO_MAX).max(SHEET_RATIO_FLOOR_BYTES);
        let max_bytes = ratio_max_bytes.min(self.budget_bytes);
        let mut bytes = Vec::new();
        let n_read = member
            .take(max_bytes.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(&error.to_string()))? as u64;
        if n_read > self.budget_bytes {
            return Err(limit("SHEET_UNPACKED_BYTES_MAX", SHEET_UNPACKED_BYTES_MAX));
        }
        if n_read > max_bytes {
            return Err(limit("SHEET_RATIO_MAX", SHEET_RATIO_MAX));
        }
        self.budget_bytes = self.budget_bytes.saturating_sub(n_read);
        let text = String::from_utf8(bytes).map_err(|_| damaged(&format!("{name}: UTF-8?")))?;
        Ok(Some(text))
    }
}

/// A workbook that cannot be read.
fn damaged(detail: &str) -> Message {
    Message::new(codes::SHEET_MALFORMED).with("detail", excerpt(detail))
}
