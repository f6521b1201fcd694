//! A sheet as rows of cells, whatever file it came from.

use std::collections::BTreeMap;

use kikimori_core::limits::{SHEET_COLUMNS_MAX, SHEET_MERGED_CELLS_MAX};
use kikimori_core::message::Message;

use super::super::guard::limit;

/// What a cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CellKind {
    /// A text.
    #[default]
    Text,
    /// A number; the text is its shortest form.
    Number,
    /// A number that is shown as a date; the text is `YYYY-MM-DD`.
    Date,
    /// True or false.
    Boolean,
    /// An error of the spreadsheet: `#N/A`.
    Fault,
    /// A formula without a value; the text is empty.
    Unvalued,
}

/// A cell with content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Column, counted from 0.
    pub(super) column: u32,
    /// What it shows, as written.
    pub(super) text: String,
    /// What it holds.
    pub(super) kind: CellKind,
    /// The value is what a formula gave when the file was saved.
    pub(super) is_formula: bool,
}

/// A row with content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Counted from 1.
    pub(super) number: u32,
    /// Hidden by the file.
    pub(super) is_hidden: bool,
    /// Cells with content, by column.
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// The cell in a column.
    pub(super) fn cell(&self, column: u32) -> Option<&Cell> {
        let index = self.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        self.cells.get(index)
    }

    /// The trimmed text in a column; empty where there is none.
    pub(super) fn text(&self, column: u32) -> &str {
        self.cell(column).map_or("", |cell| cell.text.trim())
    }

    /// Nothing but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty() && cell.kind != CellKind::Unvalued)
    }
}

/// A sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grid {
    /// Rows with content, by number.
    pub(super) rows: Vec<Row>,
    /// The first cell (row, column) of the area that a merged cell belongs to.
    merged: BTreeMap<(u32, u32), (u32, u32)>,
    /// Hidden columns: first and last, counted from 0.
    pub(super) hidden_columns: Vec<(u32, u32)>,
}

impl Grid {
    /// The row of a number.
    pub(super) fn row(&self, number: u32) -> Option<&Row> {
        let index = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get(index)
    }

    /// Merges cells, once the rows are known: first and last row, first and last column. What lies below the last row is left out.
    ///
    /// # Errors
    /// SBOM-003 over [`SHEET_MERGED_CELLS_MAX`].
    pub(super) fn merge(&mut self, rows: (u32, u32), columns: (u32, u32)) -> Result<(), Message> {
        let last_row = self.rows.last().map_or(0, |row| row.number).min(rows.1);
        for row in rows.0..=last_row {
            for column in columns.0..=columns.1.min(SHEET_COLUMNS_MAX) {
                if self.merged.len() >= SHEET_MERGED_CELLS_MAX {
                    return Err(limit("SHEET_MERGED_CELLS_MAX", SHEET_MERGED_CELLS_MAX as u64));
                }
                self.merged.insert((row, column), (rows.0, columns.0));
            }
        }
        Ok(())
    }

    /// The cell is merged with others.
    pub(super) fn is_merged(&self, row: u32, column: u32) -> bool {
        self.merged.contains_key(&(row, column))
    }

    /// The cell is merged with one beside it.
    pub(super) fn is_merged_across(&self, row: u32, column: u32) -> bool {
        let area = self.merged.get(&(row, column));
        let beside = [column.checked_sub(1), column.checked_add(1)];
        area.is_some() && beside.into_iter().flatten().any(|beside| self.merged.get(&(row, beside)) == area)
    }

    /// The cell, or the first one of those that it is merged with, where it has a text.
    pub(super) fn merged_cell(&self, row: u32, column: u32) -> Option<&Cell> {
        let of = |row: u32, column: u32| self.row(row).and_then(|row| row.cell(column));
        of(row, column).filter(|cell| !cell.text.trim().is_empty()).or_else(|| {
            let (first_row, first_column) = self.merged.get(&(row, column))?;
            of(*first_row, *first_column)
        })
    }

    /// The trimmed text of [`Self::merged_cell`].
    pub(super) fn merged_text(&self, row: u32, column: u32) -> &str {
        self.merged_cell(row, column).map_or("", |cell| cell.text.trim())
    }

    /// One past the last column with content in some row up to `last_row`.
    pub(super) fn n_columns(&self) -> u32 {
        self.rows
            .iter()
            .filter_map(|row| row.cells.last())
            .map(|cell| cell.column + 1)
            .max()
            .unwrap_or_default()
    }

    /// A column is hidden by the file.
    pub(super) fn is_hidden(&self, column: u32) -> bool {
        self.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }
}
