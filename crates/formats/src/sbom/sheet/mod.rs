//! Component sheets: lists of components that people keep in a spreadsheet, as CSV or XLSX.
//!
//! | step | module |
//! |---|---|
//! | bytes to cells | `text` (CSV), `xlsx` |
//! | which rows are the heading, which column says what | `layout`, with the words of `headings` |
//! | rows to components | `rows`, with the values of `values`, those of the row above (`above`) and `relations` |
//! | what was odd, with its rows | `oddities` |
//!
//! Formulas are never computed, macros never looked at: the values that the file carries are taken, and counted.

mod above;
mod fold;
mod grid;
mod headings;
mod layout;
mod oddities;
mod relations;
mod rows;
mod text;
mod values;
mod xlsx;

use std::collections::BTreeSet;

use kikimori_core::limits::LIST_COLUMNS_MAX;
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::sbom::{Sbom, SbomFormat};
use kikimori_core::sheet::{SheetLayout, SheetMapping};

use super::builder::excerpt;
use grid::Grid;
use layout::Heading;

/// First bytes of a zip archive.
const ZIP: &[u8] = b"PK\x03\x04";

/// First bytes of a compound file: an old Excel workbook, or an encrypted new one.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Rows whose texts a refusal shows.
const ROWS_SHOWN: usize = 5;

/// First cells of the template's sheet of explanations, as the tables of words have them.
const GUIDE_TITLES: &[&str] = &["コンポーネント表の書き方", "How to fill in a component sheet"];

/// A sheet, read.
#[derive(Clone, Debug)]
pub struct SheetReading {
    /// The bill.
    pub sbom: Sbom,
    /// How it was read.
    pub layout: SheetLayout,
}

/// A sheet whose heading was found.
struct Found {
    /// Its cells.
    grid: Grid,
    /// The heading.
    heading: Heading,
    /// The file's format.
    format: SbomFormat,
    /// What is known of the file so far.
    layout: SheetLayout,
    /// Oddities of the file.
    notices: Vec<Message>,
}

/// Reads a component sheet. `is_whole` keeps what only a conversion needs, see [`super::read_whole`].
///
/// ```
/// let text = "部品名,版数,メーカー\nzlib,1.3.1,zlib.net\n";
/// let reading = kikimori_formats::sbom::sheet::read(text.as_bytes(), &Default::default(), false).unwrap();
/// assert_eq!(reading.sbom.components[0].version.as_deref(), Some("1.3.1"));
/// ```
///
/// # Errors
/// No heading (SHEET-001), no such sheet (SHEET-002), another format (SHEET-003), a mapping that names no column
/// (SHEET-005), a damaged workbook (SHEET-006), a limit (SBOM-003), no text (SBOM-001).
pub fn read(bytes: &[u8], mapping: &SheetMapping, is_whole: bool) -> Result<SheetReading, Message> {
    if bytes.starts_with(COMPOUND) {
        return Err(Message::new(codes::SHEET_FORMAT).with("found", "XLS"));
    }
    let found =
        if is_workbook(bytes) { find_in_workbook(bytes, mapping)? } else { find_in_text(bytes, mapping)? };
    layout::check_mapping(&found.heading, mapping)?;
    rows::read(found, mapping, is_whole)
}

/// The rows of a list that is no component sheet.
///
/// They are those of a text, or of the first sheet of a workbook that is not hidden; each with its number in the file and the texts of its first [`LIST_COLUMNS_MAX`] cells. Blank rows, and those after `n_rows_max`, are left out.
///
/// # Errors
/// SHEET-003 for another format, SHEET-006 for a damaged workbook, SBOM-003 at a limit, SBOM-001 for what is no text.
pub fn plain_rows(bytes: &[u8], n_rows_max: usize) -> Result<Vec<(u32, Vec<String>)>, Message> {
    let grid = if bytes.starts_with(COMPOUND) {
        return Err(Message::new(codes::SHEET_FORMAT).with("found", "XLS"));
    } else if is_workbook(bytes) {
        let mut book = xlsx::Workbook::open(bytes)?;
        let shown = book.sheets.iter().position(|sheet| !sheet.is_hidden).unwrap_or_default();
        book.grid(shown)?
    } else {
        let Some(decoded) = text::decode(bytes) else {
            return Err(Message::new(codes::SBOM_UNKNOWN_FORMAT).with("found", "binary"));
        };
        text::cut(&decoded.text, text::separator(&decoded.text))?.grid
    };
    let n_columns = grid.n_columns().min(LIST_COLUMNS_MAX);
    let rows = grid.rows.iter().filter(|row| !row.is_blank()).take(n_rows_max);
    Ok(rows
        .map(|row| (row.number, (0..n_columns).map(|column| row.text(column).to_owned()).collect()))
        .collect())
}

/// Whether a sheet may begin so: a workbook, or a text that names at least two columns in its first rows.
pub(super) fn may_begin(head: &[u8]) -> bool {
    // A beginning may end in the middle of a character.
    let text = match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => head.get(..error.valid_up_to()).unwrap_or_default(),
        _ => head,
    };
    is_workbook(head) || head.starts_with(COMPOUND) || find_in_text(text, &SheetMapping::default()).is_ok()
}

/// Whether these bytes are a zip archive, as workbooks are.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP)
}

/// The list in a text.
fn find_in_text(bytes: &[u8], mapping: &SheetMapping) -> Result<Found, Message> {
    let Some(decoded) = text::decode(bytes) else {
        return Err(Message::new(codes::SBOM_UNKNOWN_FORMAT).with("found", "binary"));
    };
    let separator = text::separator(&decoded.text);
    let table = text::cut(&decoded.text, separator)?;
    let Some(heading) = layout::heading(&table.grid, mapping) else {
        return Err(no_heading(&table.grid, ""));
    };
    let mut notices = Vec::new();
    if !decoded.is_stated {
        notices.push(Message::new(codes::SHEET_ENCODING).with("encoding", decoded.encoding));
    }
    if decoded.n_replaced > 0 {
        let message = Message::new(codes::SHEET_REPLACED).with("encoding", decoded.encoding);
        notices.push(message.with("count", decoded.n_replaced));
    }
    if let Some(row) = table.open_quote {
        notices.push(Message::new(codes::SHEET_QUOTE_OPEN).at(Place::Row(row)));
    }
    let layout = SheetLayout {
        encoding: Some(decoded.encoding),
        separator: Some(separator),
        ..SheetLayout::default()
    };
    Ok(Found { grid: table.grid, heading, format: SbomFormat::SheetCsv, layout, notices })
}

/// The list in a workbook: in the sheet that was named, else in the one whose heading names the most fields; hidden sheets
/// only where no other has a heading.
fn find_in_workbook(bytes: &[u8], mapping: &SheetMapping) -> Result<Found, Message> {
    let mut book = xlsx::Workbook::open(bytes)?;
    let names: Vec<String> = book.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|index| book.sheets.get(*index).is_some_and(|sheet| sheet.is_hidden));
    if let Some(asked) = &mapping.sheet {
        let index = names.iter().position(|name| name == asked);
        let index = index.or_else(|| names.iter().position(|name| fold::word(name) == fold::word(asked)));
        order = vec![index.ok_or_else(|| {
            Message::new(codes::SHEET_UNKNOWN).with("sheet", asked).with("known", names.join(", "))
        })?];
    }
    let mut best: Option<(usize, Grid, Heading)> = None;
    let mut first: Option<(usize, Grid)> = None;
    let mut idle = BTreeSet::new();
    for index in order {
        let is_hidden = book.sheets.get(index).is_some_and(|sheet| sheet.is_hidden);
        if is_hidden && best.is_some() {
            break;
        }
        let grid = book.grid(index)?;
        if is_idle(&grid) {
            idle.insert(index);
        }
        match layout::heading(&grid, mapping) {
            Some(heading) if best.as_ref().is_none_or(|(.., best)| heading.n_fields > best.n_fields) => {
                best = Some((index, grid, heading));
            }
            None if first.is_none() => first = Some((index, grid)),
            _ => {}
        }
    }
    let Some((index, grid, heading)) = best else {
        let (index, grid) = first.unwrap_or_default();
        return Err(no_heading(&grid, names.get(index).map_or("", String::as_str)));
    };
    let sheet = names.get(index).cloned().unwrap_or_default();
    let other_sheets: Vec<String> =
        names.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, name)| name.clone()).collect();
    let mut notices = Vec::new();
    let is_noticed = |other: &usize| *other != index && !idle.contains(other) && mapping.sheet.is_none();
    let noticed: Vec<&str> = (0..names.len())
        .filter(is_noticed)
        .filter_map(|other| names.get(other))
        .map(String::as_str)
        .collect();
    if !noticed.is_empty() {
        let message = Message::new(codes::SHEET_OTHERS).with("sheet", excerpt(&sheet));
        notices.push(message.with("others", excerpt(&noticed.join(", "))).with("count", noticed.len()));
    }
    if book.sheets.get(index).is_some_and(|found| found.is_hidden) {
        notices.push(Message::new(codes::SHEET_HIDDEN_SHEET).with("sheet", excerpt(&sheet)));
    }
    let layout = SheetLayout { sheet: Some(sheet), other_sheets, ..SheetLayout::default() };
    Ok(Found { grid, heading, format: SbomFormat::SheetXlsx, layout, notices })
}

/// A sheet with nothing in it, or the template's own explanations.
fn is_idle(grid: &Grid) -> bool {
    let first = grid.rows.iter().find(|row| !row.is_blank());
    first.is_none_or(|row| row.cells.first().is_some_and(|cell| GUIDE_TITLES.contains(&cell.text.trim())))
}

/// The refusal of a sheet without a heading.
fn no_heading(grid: &Grid, sheet: &str) -> Message {
    let texts = grid.rows.iter().take(ROWS_SHOWN).flat_map(|row| &row.cells).map(|cell| cell.text.trim());
    let found = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ");
    let place = grid.rows.first().map_or(Place::Document, |row| Place::Row(row.number));
    Message::new(codes::SHEET_NO_HEADING)
        .at(place)
        .with("sheet", if sheet.is_empty() { "CSV".to_owned() } else { excerpt(sheet) })
        .with("found", excerpt(&found))
}
