//! Cells that say "the same as above" (同上, 〃, ditto): whose values they take over.
//!
//! "Above" is the nearest row above that gave a component; rows that were passed over are no such row.

use std::collections::BTreeMap;

use kikimori_core::message::codes;
use kikimori_core::sheet::SheetField;

use super::grid::{Cell, CellKind, Grid};
use super::layout::Heading;
use super::oddities::Oddities;
use super::values;

/// What the rows read so far said.
#[derive(Default)]
pub(super) struct Above {
    /// The row whose value counts for the next one, by column; without a row where the last component says nothing.
    said: BTreeMap<u32, u32>,
    /// The row whose value is taken over, by the row and column of the cell that says so.
    taken: BTreeMap<(u32, u32), u32>,
}

impl Above {
    /// The cell of a row, or the one that it says it is the same as.
    pub(super) fn cell<'g>(&self, grid: &'g Grid, row: u32, column: u32) -> Option<&'g Cell> {
        let row = self.taken.get(&(row, column)).copied().unwrap_or(row);
        grid.merged_cell(row, column)
    }

    /// Looks whose values the cells of a row take over. Rows come in their order.
    pub(super) fn look(&mut self, grid: &Grid, heading: &Heading, row: u32) {
        for column in columns(heading) {
            let is_same = grid.merged_cell(row, column).is_some_and(is_same);
            if let Some(source) = self.said.get(&column).filter(|_| is_same) {
                self.taken.insert((row, column), *source);
            }
        }
    }

    /// The row looked at last gave a component: what it says counts for the next, and what it took over is noticed.
    pub(super) fn keep(&mut self, grid: &Grid, heading: &Heading, row: u32, oddities: &mut Oddities) {
        for column in columns(heading) {
            let cell = self.cell(grid, row, column);
            let value = cell.filter(|cell| is_value(cell));
            if self.taken.contains_key(&(row, column)) {
                let text = value.map_or("", |cell| cell.text.trim());
                oddities.cell(codes::SHEET_SAME_AS_ABOVE, column, row, text);
            } else if value.is_some() {
                self.said.insert(column, row);
            } else {
                self.said.remove(&column);
            }
        }
    }
}

/// The columns in which a cell may say so: those with a field, without the rows' own numbers.
fn columns(heading: &Heading) -> impl Iterator<Item = u32> {
    heading
        .columns
        .iter()
        .filter(|column| column.field.is_some_and(|field| field != SheetField::RowId))
        .map(|column| column.column)
}

/// The cell says that it is the same as above.
fn is_same(cell: &Cell) -> bool {
    values::is_same_as_above(&cell.text)
}

/// The cell says something that a row below can take over.
fn is_value(cell: &Cell) -> bool {
    cell.kind != CellKind::Fault && !values::is_placeholder(&cell.text)
}
