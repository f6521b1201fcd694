//! A sheet as rows of cells, whatever file it came from.

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

/// Merged cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    /// First and last row, counted from 1.
    pub(super) rows: (u32, u32),
    /// First and last column, counted from 0.
    pub(super) columns: (u32, u32),
}

impl Area {
    /// Whether a cell lies in it.
    pub(super) fn contains(&self, row: u32, column: u32) -> bool {
        (self.rows.0..=self.rows.1).contains(&row) && (self.columns.0..=self.columns.1).contains(&column)
    }
}

/// A sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grid {
    /// Rows with content, by number.
    pub(super) rows: Vec<Row>,
    /// Merged cells.
    pub(super) merges: Vec<Area>,
    /// Hidden columns: first and last, counted from 0.
    pub(super) hidden_columns: Vec<(u32, u32)>,
}

impl Grid {
    /// The row of a number.
    pub(super) fn row(&self, number: u32) -> Option<&Row> {
        let index = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get(index)
    }

    /// The trimmed text of a cell, or that of the merged cells that it belongs to.
    pub(super) fn merged_text(&self, row: u32, column: u32) -> &str {
        let own = self.row(row).map_or("", |row| row.text(column));
        if !own.is_empty() {
            return own;
        }
        let area = self.merges.iter().find(|area| area.contains(row, column));
        area.and_then(|area| self.row(area.rows.0).map(|row| row.text(area.columns.0))).unwrap_or("")
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
