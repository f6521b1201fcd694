//! Sheets as text: the encoding told by which one fits, cells as RFC 4180 writes them.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use kikimori_core::limits::{SHEET_CELL_BYTES_MAX, SHEET_CELLS_MAX, SHEET_COLUMNS_MAX, SHEET_ROWS_MAX};
use kikimori_core::message::{Message, Place};

use super::super::guard::limit;
use super::grid::{Cell, Grid, Row};

/// Separators tried, the usual one first.
const SEPARATORS: [char; 3] = [',', '\t', ';'];

/// Lines that the separator is told from.
const SEPARATOR_LINES: usize = 60;

/// A text and how its bytes were read.
pub(super) struct Decoded {
    /// The text.
    pub(super) text: String,
    /// The encoding's name.
    pub(super) encoding: &'static str,
    /// The bytes said it (a byte order mark, or they are UTF-8).
    pub(super) is_stated: bool,
    /// Characters that are none.
    pub(super) n_replaced: usize,
}

/// Decodes bytes: a byte order mark decides, then what is UTF-8, then Shift JIS as Windows has it (CP932). `None` for
/// what is no text.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded> {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark_bytes..).unwrap_or_default();
        return Some(decoded(encoding, rest, true));
    }
    if bytes.contains(&0) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let text = text.to_owned();
        return Some(Decoded { text, encoding: UTF_8.name(), is_stated: true, n_replaced: 0 });
    }
    Some(decoded(SHIFT_JIS, bytes, false))
}

/// Decodes with an encoding.
fn decoded(encoding: &'static Encoding, bytes: &[u8], is_stated: bool) -> Decoded {
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    let n_replaced = if has_errors { text.matches('\u{FFFD}').count() } else { 0 };
    let encoding = match encoding {
        known if known == UTF_16LE || known == UTF_16BE || known == UTF_8 => known.name(),
        _ => "Shift_JIS (CP932)",
    };
    Decoded { text: text.into_owned(), encoding, is_stated, n_replaced }
}

/// The separator that splits most of the first lines into the most cells.
pub(super) fn separator(text: &str) -> char {
    let score = |separator: char| {
        let mut counts = [0_usize; SEPARATOR_LINES];
        let mut is_quoted = false;
        let mut line = 0;
        for character in text.chars().take(SEPARATOR_LINES * 4_096) {
            match character {
                '"' => is_quoted = !is_quoted,
                '\n' if !is_quoted => line += 1,
                _ if character == separator && !is_quoted => {
                    if let Some(count) = counts.get_mut(line) {
                        *count += 1;
                    }
                }
                _ => {}
            }
            if line >= SEPARATOR_LINES {
                break;
            }
        }
        counts.iter().sum::<usize>()
    };
    let mut best = (',', 0);
    for separator in SEPARATORS {
        let found = score(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

/// A text cut into cells.
pub(super) struct Table {
    /// The cells.
    pub(super) grid: Grid,
    /// The record in which a quotation mark was opened that nothing closes.
    pub(super) open_quote: Option<u32>,
}

/// Cuts a text into cells. Rows are records: a line break in quotation marks does not begin a row, as in a spreadsheet.
///
/// # Errors
/// SBOM-003 at a limit.
pub(super) fn cut(text: &str, separator: char) -> Result<Table, Message> {
    let mut cutter = Cutter::default();
    let mut characters = text.chars().peekable();
    let mut quote_row = None;
    let mut is_quoted = false;
    let mut is_start = true;
    while let Some(character) = characters.next() {
        if is_quoted {
            match character {
                '"' if characters.peek() == Some(&'"') => {
                    characters.next();
                    cutter.push('"')?;
                }
                '"' => is_quoted = false,
                '\r' if characters.peek() == Some(&'\n') => {}
                _ => cutter.push(character)?,
            }
            continue;
        }
        match character {
            '"' if is_start => {
                is_quoted = true;
                quote_row = Some(cutter.row_number());
                is_start = false;
            }
            _ if character == separator => {
                cutter.end_cell()?;
                is_start = true;
            }
            '\r' | '\n' => {
                if character == '\r' && characters.peek() == Some(&'\n') {
                    characters.next();
                }
                cutter.end_row()?;
                is_start = true;
            }
            _ => {
                // White space before a quotation mark belongs to nothing.
                is_start &= character == ' ';
                cutter.push(character)?;
            }
        }
    }
    cutter.end_row()?;
    Ok(Table { grid: cutter.grid, open_quote: quote_row.filter(|_| is_quoted) })
}

/// Cells being cut.
#[derive(Default)]
struct Cutter {
    /// Rows so far.
    grid: Grid,
    /// Rows ended, blank ones too.
    n_rows: u32,
    /// Cells kept.
    n_cells: usize,
    /// The column being read.
    column: u32,
    /// The row being read.
    cells: Vec<Cell>,
    /// The cell being read.
    text: String,
}

impl Cutter {
    /// The number of the row being read.
    fn row_number(&self) -> u32 {
        self.n_rows.saturating_add(1)
    }

    /// One more character.
    fn push(&mut self, character: char) -> Result<(), Message> {
        self.text.push(character);
        if self.text.len() > SHEET_CELL_BYTES_MAX {
            let place = Place::Row(self.row_number());
            return Err(limit("SHEET_CELL_BYTES_MAX", SHEET_CELL_BYTES_MAX as u64).at(place));
        }
        Ok(())
    }

    /// The cell ends.
    fn end_cell(&mut self) -> Result<(), Message> {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            if self.column >= SHEET_COLUMNS_MAX {
                let place = Place::Row(self.row_number());
                return Err(limit("SHEET_COLUMNS_MAX", u64::from(SHEET_COLUMNS_MAX)).at(place));
            }
            self.n_cells += 1;
            if self.n_cells > SHEET_CELLS_MAX {
                return Err(
                    limit("SHEET_CELLS_MAX", SHEET_CELLS_MAX as u64).at(Place::Row(self.row_number()))
                );
            }
            self.cells.push(Cell { column: self.column, text, ..Cell::default() });
        }
        self.column = self.column.saturating_add(1);
        Ok(())
    }

    /// The row ends.
    fn end_row(&mut self) -> Result<(), Message> {
        self.end_cell()?;
        self.column = 0;
        let number = self.row_number();
        self.n_rows = number;
        if self.cells.is_empty() {
            return Ok(());
        }
        if self.grid.rows.len() >= SHEET_ROWS_MAX {
            return Err(limit("SHEET_ROWS_MAX", SHEET_ROWS_MAX as u64).at(Place::Row(number)));
        }
        let cells = std::mem::take(&mut self.cells);
        self.grid.rows.push(Row { number, is_hidden: false, cells });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `number: cells`.
    fn shown(text: &str, separator: char) -> Vec<String> {
        let table = cut(text, separator).unwrap();
        let row = |row: &Row| {
            let cells: Vec<String> =
                row.cells.iter().map(|cell| format!("{}={}", cell.column, cell.text)).collect();
            format!("{}: {}", row.number, cells.join("|"))
        };
        table.grid.rows.iter().map(row).collect()
    }

    #[test]
    fn cuts_as_spreadsheets_do() {
        let cases: &[(&str, char, &[&str])] = &[
            ("a,b\r\nc,d", ',', &["1: 0=a|1=b", "2: 0=c|1=d"]),
            ("a,,c\n\n,e\n", ',', &["1: 0=a|2=c", "3: 1=e"]),
            ("\"a,1\",\"b \"\"x\"\"\"\n", ',', &["1: 0=a,1|1=b \"x\""]),
            ("\"two\r\nlines\",b\nc", ',', &["1: 0=two\nlines|1=b", "2: 0=c"]),
            ("a\tb,c", '\t', &["1: 0=a|1=b,c"]),
            ("a\rb", ',', &["1: 0=a", "2: 0=b"]),
            ("5\" disk,x", ',', &["1: 0=5\" disk|1=x"]),
            ("", ',', &[]),
        ];
        for (text, separator, expected) in cases {
            assert_eq!(shown(text, *separator), *expected, "{text:?}");
        }
        assert_eq!(cut("a,\"b\nc", ',').unwrap().open_quote, Some(1));
    }

    #[test]
    fn tells_separator_and_encoding() {
        assert_eq!(separator("名前,版\n\"a;b;c;d\",1"), ',');
        assert_eq!(separator("名前\t版\na\t1"), '\t');
        assert_eq!(separator("名前;版\na;1,5"), ';');
        let (bytes, _, _) = SHIFT_JIS.encode("部品名,版数①");
        let found = decode(&bytes).unwrap();
        assert_eq!(
            (found.text.as_str(), found.encoding, found.is_stated),
            ("部品名,版数①", "Shift_JIS (CP932)", false)
        );
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("部品名".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&wide).unwrap().text, "部品名");
        assert_eq!(decode("\u{FEFF}部".as_bytes()).unwrap().text, "部");
        assert!(decode(b"a\0b").is_none());
        assert_eq!(decode(b"\x82\xA0\xFF\xFF").unwrap().n_replaced, 2);
    }

    #[test]
    fn stops_at_limits() {
        for (text, name) in [
            ("x".repeat(SHEET_CELL_BYTES_MAX + 1), "SHEET_CELL_BYTES_MAX"),
            ("a\n".repeat(SHEET_ROWS_MAX + 1), "SHEET_ROWS_MAX"),
            (format!("{}a", ",".repeat(SHEET_COLUMNS_MAX as usize)), "SHEET_COLUMNS_MAX"),
        ] {
            let fault = cut(&text, ',').err().unwrap();
            assert!(fault.to_string().contains(name), "{fault}");
        }
    }
}
