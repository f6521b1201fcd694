//! The cells of one sheet.

use kikimori_core::day::Day;
use kikimori_core::limits::{
    SHEET_CELL_BYTES_MAX, SHEET_CELLS_MAX, SHEET_COLUMNS_MAX, SHEET_MERGES_MAX, SHEET_ROWS_MAX,
};
use kikimori_core::message::{Message, Place};
use kikimori_core::sheet::column_of_letters;

use super::super::super::guard::limit;
use super::super::grid::{Cell, CellKind, Grid, Row};
use super::damaged;
use super::parts::{Part, Token, is_true, rich_text, value};

/// Days from 1899-12-30, which Excel counts from, to 1970-01-01.
const DAYS_TO_1970: f64 = 25_569.0;

/// Days from 1904-01-01, which old Macintosh files count from, to 1970-01-01.
const DAYS_FROM_1904_TO_1970: f64 = 24_107.0;

/// Reads a sheet.
///
/// # Errors
/// SHEET-006 when it is malformed, SBOM-003 at a limit.
pub(super) fn grid(
    text: &str,
    texts: &[String],
    date_styles: &[bool],
    is_1904: bool,
) -> Result<Grid, Message> {
    let mut reader = Worksheet {
        part: Part::new(text),
        texts,
        date_styles,
        is_1904,
        grid: Grid::default(),
        row: Row::default(),
        next_column: 0,
        n_cells: 0,
        merges: Vec::new(),
    };
    reader.read()?;
    reader.grid.rows.sort_by_key(|row| row.number);
    for (rows, columns) in std::mem::take(&mut reader.merges) {
        reader.grid.merge(rows, columns)?;
    }
    Ok(reader.grid)
}

/// A sheet being read.
struct Worksheet<'a> {
    /// The part.
    part: Part<'a>,
    /// Texts that cells refer to.
    texts: &'a [String],
    /// Styles that show dates.
    date_styles: &'a [bool],
    /// Days are counted from 1904.
    is_1904: bool,
    /// What was read.
    grid: Grid,
    /// The row being read.
    row: Row,
    /// The column of the next cell, where it does not say so itself.
    next_column: u32,
    /// Cells kept.
    n_cells: usize,
    /// Merged cells: first and last row, first and last column.
    merges: Vec<((u32, u32), (u32, u32))>,
}

impl Worksheet<'_> {
    /// The whole part.
    fn read(&mut self) -> Result<(), Message> {
        loop {
            match self.part.next()? {
                Token::Start(name, attributes) => match name.as_str() {
                    "row" => {
                        let number = value(&attributes, "r").and_then(|number| number.parse().ok());
                        let number = number.unwrap_or_else(|| self.row.number.saturating_add(1));
                        let is_hidden = is_true(value(&attributes, "hidden"));
                        self.row = Row { number, is_hidden, cells: Vec::new() };
                        self.next_column = 0;
                    }
                    "c" => self.cell(&attributes)?,
                    "col" if is_true(value(&attributes, "hidden")) => self.hidden_columns(&attributes)?,
                    "mergeCell" => self.merged(value(&attributes, "ref").unwrap_or_default())?,
                    _ => {}
                },
                Token::End(name) if name == "row" => self.end_row()?,
                Token::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// The row ends.
    fn end_row(&mut self) -> Result<(), Message> {
        let number = self.row.number;
        let mut row = std::mem::replace(&mut self.row, Row { number, ..Row::default() });
        if row.cells.is_empty() {
            return Ok(());
        }
        if self.grid.rows.len() >= SHEET_ROWS_MAX {
            return Err(limit("SHEET_ROWS_MAX", SHEET_ROWS_MAX as u64).at(Place::Row(number)));
        }
        row.cells.sort_by_key(|cell| cell.column);
        self.grid.rows.push(row);
        Ok(())
    }

    /// Columns are hidden.
    fn hidden_columns(&mut self, attributes: &[(String, String)]) -> Result<(), Message> {
        let number = |name| value(attributes, name).and_then(|text| text.parse::<u32>().ok());
        if let (Some(first), Some(last)) = (number("min"), number("max"))
            && first > 0
        {
            if self.grid.hidden_columns.len() >= SHEET_COLUMNS_MAX as usize {
                return Err(limit("SHEET_COLUMNS_MAX", u64::from(SHEET_COLUMNS_MAX)));
            }
            self.grid.hidden_columns.push((first - 1, last.saturating_sub(1)));
        }
        Ok(())
    }

    /// Cells are merged: `A1:B2`.
    fn merged(&mut self, text: &str) -> Result<(), Message> {
        if self.merges.len() >= SHEET_MERGES_MAX {
            return Err(limit("SHEET_MERGES_MAX", SHEET_MERGES_MAX as u64));
        }
        let corners = text.split_once(':').and_then(|(first, last)| Some((place(first)?, place(last)?)));
        if let Some((first, last)) = corners {
            self.merges.push(((first.1, last.1), (first.0, last.0)));
        }
        Ok(())
    }

    /// A cell, to its end.
    fn cell(&mut self, attributes: &[(String, String)]) -> Result<(), Message> {
        let column = value(attributes, "r").and_then(place).map_or(self.next_column, |(column, _)| column);
        self.next_column = column.saturating_add(1);
        let kind = value(attributes, "t").unwrap_or("n").to_owned();
        let style: usize = value(attributes, "s").and_then(|text| text.parse().ok()).unwrap_or_default();
        let (mut raw, mut has_formula, mut is_value, mut inline) = (String::new(), false, false, None);
        loop {
            match self.part.next()? {
                Token::Start(name, _) => match name.as_str() {
                    "f" => has_formula = true,
                    "v" => is_value = true,
                    "is" => inline = Some(rich_text(&mut self.part, "is")?),
                    _ => {}
                },
                Token::End(name) if name == "v" => is_value = false,
                Token::End(name) if name == "c" => break,
                Token::Text(text) if is_value => {
                    raw.push_str(&text);
                    if raw.len() > SHEET_CELL_BYTES_MAX {
                        let place = Place::Row(self.row.number);
                        return Err(limit("SHEET_CELL_BYTES_MAX", SHEET_CELL_BYTES_MAX as u64).at(place));
                    }
                }
                Token::Eof => return Err(damaged("c")),
                _ => {}
            }
        }
        let (text, kind) = match (inline, kind.as_str()) {
            (Some(text), _) => (text, CellKind::Text),
            (None, "n") if has_formula && raw.is_empty() => (String::new(), CellKind::Unvalued),
            (None, kind) => self.valued(kind, &raw, style)?,
        };
        if text.trim().is_empty() && kind != CellKind::Unvalued {
            return Ok(());
        }
        self.keep(Cell { column, text, kind, is_formula: has_formula })
    }

    /// The text and kind of a value.
    fn valued(&self, kind: &str, raw: &str, style: usize) -> Result<(String, CellKind), Message> {
        Ok(match kind {
            "s" => {
                let index: usize = raw.trim().parse().map_err(|_| damaged("shared text"))?;
                let text = self.texts.get(index).ok_or_else(|| damaged("shared text"))?;
                (text.clone(), CellKind::Text)
            }
            "b" => (if raw.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(), CellKind::Boolean),
            "e" => (raw.to_owned(), CellKind::Fault),
            "n" => {
                let Ok(number) = raw.trim().parse::<f64>() else {
                    return Ok((raw.to_owned(), CellKind::Text));
                };
                let is_date = self.date_styles.get(style).copied().unwrap_or_default();
                match day_of_serial(number, self.is_1904).filter(|_| is_date) {
                    Some(day) => (day.to_string(), CellKind::Date),
                    None => (number.to_string(), CellKind::Number),
                }
            }
            "d" => (raw.split('T').next().unwrap_or_default().to_owned(), CellKind::Date),
            _ => (raw.to_owned(), CellKind::Text),
        })
    }

    /// Keeps a cell.
    fn keep(&mut self, cell: Cell) -> Result<(), Message> {
        let place = Place::Row(self.row.number);
        if cell.column >= SHEET_COLUMNS_MAX {
            return Err(limit("SHEET_COLUMNS_MAX", u64::from(SHEET_COLUMNS_MAX)).at(place));
        }
        self.n_cells += 1;
        if self.n_cells > SHEET_CELLS_MAX {
            return Err(limit("SHEET_CELLS_MAX", SHEET_CELLS_MAX as u64).at(place));
        }
        self.row.cells.push(cell);
        Ok(())
    }
}

/// The day that a number stands for; `None` where a spreadsheet could not show it as a date.
///
/// Numbers below 61 are left out: Excel counts a 29 February 1900 that never was.
fn day_of_serial(number: f64, is_1904: bool) -> Option<Day> {
    if !(61.0..2_958_466.0).contains(&number) {
        return None;
    }
    let since = if is_1904 { DAYS_FROM_1904_TO_1970 } else { DAYS_TO_1970 };
    Some(Day((number.floor() - since) as i32))
}

/// Column, counted from 0, and row, counted from 1, of `B12`.
fn place(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    let digits = text.find(|character: char| character.is_ascii_digit())?;
    let (letters, number) = text.split_at_checked(digits)?;
    Some((column_of_letters(letters)?, number.parse().ok()?))
}
