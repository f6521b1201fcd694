//! Where the heading of a list stands and what its columns say.

use kikimori_core::limits::SHEET_HEADING_ROWS_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::sheet::{SheetColumn, SheetField, SheetMapping, column_letters, column_of_letters};

use super::fold;
use super::grid::Grid;
use super::headings::{self, TitleField};

/// Rows that a heading may span.
const HEADING_SPAN_MAX: usize = 3;

/// Longest heading, in characters; a longer text is a sentence.
const HEADING_CHARS_MAX: usize = 120;

/// A heading that was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Heading {
    /// First and last row, counted from 1.
    pub(super) rows: (u32, u32),
    /// Columns with a heading or content below it.
    pub(super) columns: Vec<SheetColumn>,
    /// Columns that say what another column says too, and that other column.
    pub(super) doubles: Vec<(u32, u32)>,
    /// Different fields that were recognised.
    pub(super) n_fields: usize,
}

impl Heading {
    /// Columns of a field, from left to right.
    pub(super) fn columns_of(&self, field: SheetField) -> impl Iterator<Item = &SheetColumn> {
        self.columns.iter().filter(move |column| column.field == Some(field))
    }

    /// The heading as a message names it: `B: 版数`.
    pub(super) fn label(&self, column: u32) -> String {
        let heading =
            self.columns.iter().find(|known| known.column == column).map_or("", |known| &known.heading);
        format!("{}: {heading}", column_letters(column))
    }
}

/// Finds the heading: the rows among the first [`SHEET_HEADING_ROWS_MAX`] that name the most fields, a name among them and
/// one more at least. A mapping may say the row, and what columns say.
pub(super) fn heading(grid: &Grid, mapping: &SheetMapping) -> Option<Heading> {
    let n_columns = grid.n_columns();
    let mut best: Option<(Heading, usize)> = None;
    let candidates = grid.rows.iter().enumerate().filter(|(_, row)| match mapping.heading_row {
        Some(number) => row.number == number,
        None => row.number <= SHEET_HEADING_ROWS_MAX,
    });
    for (index, last) in candidates {
        for span in 1..=HEADING_SPAN_MAX {
            let Some(first) = (index + 1).checked_sub(span).and_then(|first| grid.rows.get(first)) else {
                break;
            };
            let is_contiguous = last.number - first.number == span as u32 - 1;
            if !is_contiguous {
                break;
            }
            let found = columns(grid, (first.number, last.number), n_columns, mapping);
            let is_named = found.columns_of(SheetField::Name).next().is_some();
            if !is_named || found.n_fields < 2 && mapping.columns.is_empty() {
                continue;
            }
            let is_better = best.as_ref().is_none_or(|(best, best_span)| {
                found.n_fields > best.n_fields
                    || found.n_fields == best.n_fields && found.rows.1 == best.rows.1 && span < *best_span
            });
            if is_better {
                best = Some((found, span));
            }
        }
    }
    best.map(|(heading, _)| heading)
}

/// The texts of a heading over a column, from the top, each once.
fn parts(grid: &Grid, rows: (u32, u32), column: u32) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    for number in rows.0..=rows.1 {
        let mut text = grid.merged_text(number, column);
        let is_above = number < rows.1;
        if text.is_empty() && is_above && !grid.merged_text(rows.1, column).is_empty() {
            // Where cells are not merged, what stands to the left goes on to the right.
            let left = grid.row(number).and_then(|row| {
                let n_left = row.cells.partition_point(|cell| cell.column < column);
                row.cells.get(..n_left)?.last()
            });
            text =
                left.filter(|cell| !grid.is_merged(number, cell.column)).map_or("", |cell| cell.text.trim());
        }
        if !text.is_empty() && parts.last() != Some(&text) {
            parts.push(text);
        }
    }
    parts
}

/// A column without a text in the last row of a heading belongs to a cell further up only when the two are merged, or when the
/// row further up names a column of names.
fn is_spanned(grid: &Grid, rows: (u32, u32), column: u32, has_name_above: bool) -> bool {
    has_name_above
        || rows.0 == rows.1
        || !grid.row(rows.1).map_or("", |row| row.text(column)).is_empty()
        || grid.is_merged(rows.1, column)
}

/// The row names a column of names. A row may have a thousand columns: asked once for each heading that is tried.
fn has_name(grid: &Grid, row: u32) -> bool {
    let is_heading = |text: &&str| text.chars().nth(HEADING_CHARS_MAX).is_none();
    let is_name = |text: &str| headings::column(&[text]) == Some((SheetField::Name, true));
    grid.row(row)
        .is_some_and(|row| row.cells.iter().map(|cell| cell.text.trim()).filter(is_heading).any(is_name))
}

/// What the columns say, if these rows are the heading.
fn columns(grid: &Grid, rows: (u32, u32), n_columns: u32, mapping: &SheetMapping) -> Heading {
    let mut heading = Heading { rows, ..Heading::default() };
    let mut weak: Vec<(usize, SheetField)> = Vec::new();
    let has_name_above = rows.0 < rows.1 && has_name(grid, rows.0);
    for column in 0..n_columns {
        let parts = if is_spanned(grid, rows, column, has_name_above) {
            parts(grid, rows, column)
        } else {
            Vec::new()
        };
        let parts: Vec<&str> = if parts.iter().any(|part| part.chars().count() > HEADING_CHARS_MAX) {
            Vec::new()
        } else {
            parts
        };
        let text = parts.join(" / ").replace(['\r', '\n'], " ");
        let mapped = mapped(mapping, column, &text, &parts);
        let found = if mapped.is_some() { None } else { headings::column(&parts) };
        if let Some((field, false)) = found {
            weak.push((heading.columns.len(), field));
        }
        let field = mapped.or(found.filter(|(_, is_strong)| *is_strong).map(|(field, _)| field));
        heading.columns.push(SheetColumn {
            column,
            heading: text,
            field,
            is_mapped: mapped.is_some(),
            n_values: 0,
        });
    }
    for (index, field) in weak {
        let is_free = heading.columns_of(field).next().is_none();
        if let Some(column) = heading.columns.get_mut(index).filter(|_| is_free) {
            column.field = Some(field);
        }
    }
    for field in SheetField::ALL {
        let columns: Vec<u32> = heading.columns_of(field).map(|column| column.column).collect();
        let Some((first, further)) = columns.split_first() else { continue };
        heading.n_fields += 1;
        if !field.is_repeatable() {
            heading.doubles.extend(further.iter().map(|column| (*column, *first)));
        }
    }
    heading
}

/// The field that a mapping gives a column, by its letters, its heading, or the last part of its heading.
fn mapped(mapping: &SheetMapping, column: u32, heading: &str, parts: &[&str]) -> Option<SheetField> {
    if mapping.columns.is_empty() {
        return None;
    }
    if let Some(field) = mapping.columns.get(&column_letters(column)) {
        return Some(*field);
    }
    let last = parts.last().copied().unwrap_or_default();
    let names = [heading, last].map(fold::word);
    let mut known = mapping.columns.iter().filter(|(name, _)| !fold::word(name).is_empty());
    known.find(|(name, _)| names.contains(&fold::word(name))).map(|(_, field)| *field)
}

/// Refuses a mapping that names a column that is not there.
///
/// # Errors
/// SHEET-005.
pub(super) fn check_mapping(heading: &Heading, mapping: &SheetMapping) -> Result<(), Message> {
    for name in mapping.columns.keys() {
        let word = fold::word(name);
        let is_there = heading.columns.iter().any(|column| {
            let last = column.heading.rsplit(" / ").next().unwrap_or_default();
            column_of_letters(name) == Some(column.column)
                || !word.is_empty() && [column.heading.as_str(), last].map(fold::word).contains(&word)
        });
        if !is_there {
            return Err(Message::new(codes::SHEET_MAPPING_COLUMN).with("column", name));
        }
    }
    Ok(())
}

/// What the rows above the heading say of the product and of the list, each once: `製品名 | 輸液ポンプ` in two cells, or with a
/// colon in one.
pub(super) fn title_block(grid: &Grid, heading: &Heading) -> Vec<(TitleField, String, u32)> {
    let mut found: Vec<(TitleField, String, u32)> = Vec::new();
    for row in grid.rows.iter().take_while(|row| row.number < heading.rows.0) {
        let mut cells = row.cells.iter().filter(|cell| !cell.text.trim().is_empty()).peekable();
        while let Some(cell) = cells.next() {
            let text = cell.text.trim();
            let in_one = text.split_once([':', '：']).filter(|(_, value)| !value.trim().is_empty());
            let in_one = in_one.and_then(|(label, value)| Some((headings::title(label)?, value.trim())));
            let in_two = || {
                let field = headings::title(text)?;
                let next = cells.peek().filter(|next| headings::title(&next.text).is_none())?;
                Some((field, next.text.trim()))
            };
            if let Some((field, value)) = in_one.or_else(in_two)
                && !found.iter().any(|(known, ..)| *known == field)
            {
                found.push((field, value.to_owned(), row.number));
            }
        }
    }
    found
}
