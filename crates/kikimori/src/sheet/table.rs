//! How a sheet was read, for a person.

use std::io::{self, Write};

use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::Role;
use kikimori_core::sheet::column_letters;
use kikimori_locale::{count, format, message, number, text};

use super::{View, taken_as};
use crate::report::labels;
use crate::report::text_table::{Column, write_table};

/// Notices, rows and gaps shown.
const LINES_SHOWN: usize = 30;

/// Writes everything.
pub fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_head(view, out)?;
    write_columns(view, out)?;
    write_skipped(view, out)?;
    write_gaps(view, out)?;
    write_notices(view, out)?;
    writeln!(out)?;
    writeln!(out, "{}", format(view.language, "sheet.next", &[("file", &view.name)]))
}

/// What was read.
fn write_head(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (layout, sbom) = (&view.sheet.layout, &view.sheet.file.sbom);
    let words = |key: &str| text(view.language, key);
    let mut line = |key: &str, value: &str| writeln!(out, "  {}: {value}", words(key));
    line("check.file", view.name)?;
    line("check.format", sbom.format.name())?;
    if let Some(encoding) = layout.encoding {
        line("sheet.encoding", encoding)?;
    }
    if let Some(separator) = layout.separator {
        line("sheet.separator", words(&format!("sheet.separator.{}", separator_name(separator))))?;
    }
    if let Some(sheet) = &layout.sheet {
        line("sheet.sheet", sheet)?;
    }
    if !layout.other_sheets.is_empty() {
        line("sheet.others", &layout.other_sheets.join(", "))?;
    }
    let (first, last) = layout.heading_rows;
    line("sheet.heading", &if first == last { first.to_string() } else { format!("{first}–{last}") })?;
    let product = sbom.components.iter().find(|component| component.role == Role::Subject);
    line(
        "sheet.product",
        &product.map_or_else(|| words("sheet.product_none").to_owned(), labels::name_and_version),
    )?;
    let components = count(view.language, "check.components", layout.n_rows_read, &[]);
    writeln!(out, "\n{components}")
}

/// The stable name of a separator.
pub fn separator_name(separator: char) -> &'static str {
    match separator {
        '\t' => "tab",
        ';' => "semicolon",
        _ => "comma",
    }
}

/// What the columns were taken as.
fn write_columns(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let words = |key: &str| text(view.language, key);
    writeln!(out, "\n{}", words("sheet.columns"))?;
    let columns = [
        Column { heading: words("sheet.column.letter"), width_max: 6 },
        Column { heading: words("sheet.column.heading"), width_max: 44 },
        Column { heading: words("sheet.column.field"), width_max: 34 },
        Column { heading: words("sheet.column.values"), width_max: 12 },
    ];
    let row = |column: &kikimori_core::sheet::SheetColumn| {
        let letters = column_letters(column.column);
        vec![letters, column.heading.clone(), taken_as(view, column), number(column.n_values)]
    };
    let rows: Vec<Vec<String>> = view.sheet.layout.columns.iter().map(row).collect();
    write_table(out, &columns, &rows)
}

/// Rows that gave no component.
fn write_skipped(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let layout = &view.sheet.layout;
    if layout.n_skipped == 0 {
        return Ok(());
    }
    writeln!(out, "\n{}: {}", text(view.language, "sheet.skipped"), number(layout.n_skipped))?;
    for skipped in layout.skipped.iter().take(LINES_SHOWN) {
        let row = format(view.language, "place.row", &[("row", &skipped.row)]);
        let reason = text(view.language, &format!("sheet.skip.{}", skipped.reason.name()));
        writeln!(out, "  {row}: {reason}")?;
    }
    more(view, layout.n_skipped, out)
}

/// What components lack, with what to do.
fn write_gaps(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if view.sheet.layout.n_rows_read == 0 {
        return Ok(());
    }
    let notices: Vec<&Message> =
        view.sheet.file.sbom.notices.iter().filter(|notice| is_gap(notice)).collect();
    if notices.is_empty() {
        return writeln!(out, "\n{}", text(view.language, "sheet.no_gaps"));
    }
    writeln!(out, "\n{}", text(view.language, "sheet.gaps"))?;
    notices.into_iter().try_for_each(|notice| write_notice(view, notice, out))
}

/// The notice names what components lack.
fn is_gap(notice: &Message) -> bool {
    (codes::SHEET_VERSION_MISSING..=codes::SHEET_ENTRY_TIME_MISSING).contains(&notice.code)
}

/// What else was odd.
fn write_notices(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let sbom = &view.sheet.file.sbom;
    let notices: Vec<&Message> = sbom.notices.iter().filter(|notice| !is_gap(notice)).collect();
    let total = notices.len() + sbom.n_notices_dropped;
    if total == 0 {
        return Ok(());
    }
    writeln!(out, "\n{}", count(view.language, "check.notices", total, &[]))?;
    notices.into_iter().take(LINES_SHOWN).try_for_each(|notice| write_notice(view, notice, out))?;
    more(view, total, out)
}

/// A notice with what to do.
fn write_notice(view: &View<'_>, notice: &Message, out: &mut dyn Write) -> io::Result<()> {
    let words = message(view.language, notice);
    writeln!(out, "  [{}] {}: {}", words.code, words.place, words.cause)?;
    writeln!(out, "    → {}", words.remedy)
}

/// How many are not shown.
fn more(view: &View<'_>, total: usize, out: &mut dyn Write) -> io::Result<()> {
    if total > LINES_SHOWN {
        writeln!(out, "  {}", count(view.language, "scan.more", total - LINES_SHOWN, &[]))?;
    }
    Ok(())
}
