//! How a sheet was read, as JSON (`docs/formats/sheet.md`).

use std::io::{self, Write};

use kikimori_core::sheet::column_letters;
use kikimori_locale::message;
use serde::Serialize;

use super::View;
use super::table::separator_name;
use crate::report::json;

/// The document.
#[derive(Serialize)]
struct SheetDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The bill.
    sbom: json::SbomView<'a>,
    /// Encoding of a text.
    encoding: Option<&'static str>,
    /// Separator of a text.
    separator: Option<&'static str>,
    /// Name of the sheet.
    sheet: Option<&'a str>,
    /// Sheets that were not read.
    other_sheets: &'a [String],
    /// First and last row of the heading.
    heading_rows: [u32; 2],
    /// Columns.
    columns: Vec<ColumnView<'a>>,
    /// Rows that gave a component.
    rows_read: usize,
    /// Rows that gave none, all of them.
    rows_skipped: usize,
    /// The first of them.
    skipped: Vec<SkippedView>,
    /// What components lack.
    gaps: Vec<GapView<'a>>,
    /// Oddities.
    notices: Vec<NoticeView>,
    /// Oddities not listed.
    notices_dropped: usize,
}

/// A column.
#[derive(Serialize)]
struct ColumnView<'a> {
    /// Letters.
    column: String,
    /// Heading.
    heading: &'a str,
    /// Field; null when it is not understood.
    field: Option<&'static str>,
    /// A mapping says so.
    mapped: bool,
    /// Cells with content.
    values: usize,
}

/// A row that gave no component.
#[derive(Serialize)]
struct SkippedView {
    /// Row.
    row: u32,
    /// Why.
    reason: &'static str,
}

/// A gap.
#[derive(Serialize)]
struct GapView<'a> {
    /// What is missing.
    fact: &'static str,
    /// How many components lack it.
    count: usize,
    /// The first of their rows.
    rows: &'a [u32],
}

/// A notice.
#[derive(Serialize)]
struct NoticeView {
    /// Code.
    code: &'static str,
    /// Place.
    place: String,
    /// Cause.
    text: String,
    /// Remedy.
    remedy: String,
}

/// Writes everything.
pub fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (file, layout) = (&view.sheet.file, &view.sheet.layout);
    let document = SheetDocument {
        format: "kikimori-sheet",
        format_version: "1.0",
        sbom: json::sbom_view(view.name, &file.sha256, file.size_bytes, &file.sbom),
        encoding: layout.encoding,
        separator: layout.separator.map(separator_name),
        sheet: layout.sheet.as_deref(),
        other_sheets: &layout.other_sheets,
        heading_rows: [layout.heading_rows.0, layout.heading_rows.1],
        columns: layout
            .columns
            .iter()
            .map(|column| ColumnView {
                column: column_letters(column.column),
                heading: &column.heading,
                field: column.field.map(kikimori_core::sheet::SheetField::name),
                mapped: column.is_mapped,
                values: column.n_values,
            })
            .collect(),
        rows_read: layout.n_rows_read,
        rows_skipped: layout.n_skipped,
        skipped: layout
            .skipped
            .iter()
            .map(|skipped| SkippedView { row: skipped.row, reason: skipped.reason.name() })
            .collect(),
        gaps: layout
            .gaps
            .iter()
            .map(|gap| GapView { fact: gap.fact.name(), count: gap.n_rows, rows: &gap.rows })
            .collect(),
        notices: file
            .sbom
            .notices
            .iter()
            .map(|notice| {
                let words = message(view.language, notice);
                let place = notice.place.to_string();
                NoticeView { code: notice.code.0, place, text: words.cause, remedy: words.remedy }
            })
            .collect(),
        notices_dropped: file.sbom.n_notices_dropped,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
