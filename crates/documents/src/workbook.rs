//! Spreadsheets (XLSX, ECMA-376) with one table a sheet, ready to be filtered and printed on A4.
//!
//! Texts are written as texts: nothing is ever a formula, whatever character it starts with.

use std::fmt;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

/// Rows of a sheet, heading included (Excel's own limit).
pub const SHEET_ROWS_MAX: usize = 1_048_576;

/// Characters of a cell (Excel's own limit); longer texts end with an ellipsis.
pub const CELL_CHARS_MAX: usize = 32_767;

/// Height of a line in points.
pub(crate) const LINE_POINTS: u32 = 14;

/// Highest row (Excel's own limit is 409.5).
const ROW_POINTS_MAX: u32 = 409;

/// Characters across that stay readable on A4; wider sheets are set for A3.
const A4_WIDTH_CHARS_MAX: u32 = 200;

/// Number of the paper A3 in the format.
const PAPER_A3: u8 = 8;

/// Number of the paper A4 in the format.
pub(crate) const PAPER_A4: u8 = 9;

/// Typeface: installed with every Japanese Windows and Office.
pub(crate) const FONT: &str = "Yu Gothic";

/// A sheet: lines above, then a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Name on the tab, at most 31 characters, without `[]:*?/\`.
    pub name: String,
    /// Lines above the table, the first one as title.
    pub lines: Vec<String>,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Heading.
    pub heading: String,
    /// Width in characters of the standard typeface; a Japanese character takes two.
    pub width_chars: u16,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A count.
    Count(u64),
    /// A text that stands out.
    Marked(Mark, String),
}

/// How a cell stands out. The text says it too: colour alone says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// To be looked at.
    Caution,
    /// Missing or wrong.
    Bad,
    /// Of no weight.
    Muted,
}

/// Why there is no workbook.
#[derive(Debug)]
pub enum WorkbookFault {
    /// A sheet has more rows than a sheet can have.
    TooManyRows {
        /// Rows wanted, heading included.
        n_rows: usize,
    },
    /// The writer refused, for example a sheet's name.
    Refused(XlsxError),
}

impl fmt::Display for WorkbookFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRows { n_rows } => write!(formatter, "{n_rows} > {SHEET_ROWS_MAX}"),
            Self::Refused(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for WorkbookFault {}

impl From<XlsxError> for WorkbookFault {
    fn from(error: XlsxError) -> Self {
        Self::Refused(error)
    }
}

/// Formats of the cells.
pub(crate) struct Formats {
    /// The title.
    pub(crate) title: Format,
    /// Lines below it.
    pub(crate) line: Format,
    /// Headings.
    heading: Format,
    /// Plain cells.
    plain: Format,
    /// Numbers, in the middle so that they do not touch a text beside them.
    centred: Format,
    /// Marked cells, by [`Mark`].
    marked: [Format; 4],
}

impl Formats {
    /// All of them.
    pub(crate) fn new() -> Self {
        let base = || Format::new().set_font_name(FONT).set_font_size(10);
        let cell = || {
            base()
                .set_align(FormatAlign::Top)
                .set_text_wrap()
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0x00D9_D9D9))
        };
        let marked = |ink: u32, paper: u32| {
            cell().set_font_color(Color::RGB(ink)).set_background_color(Color::RGB(paper))
        };
        Self {
            title: base().set_font_size(14).set_bold(),
            line: base().set_font_color(Color::RGB(0x0059_5959)),
            heading: cell().set_bold().set_background_color(Color::RGB(0x00E8_EDF3)),
            plain: cell(),
            centred: cell().set_align(FormatAlign::Center),
            marked: [
                marked(0x0019_5A2E, 0x00E9_F5EC),
                marked(0x006B_4A00, 0x00FD_F3D8),
                marked(0x0096_1E1E, 0x00FB_E6E6),
                marked(0x0073_7373, 0x00FF_FFFF),
            ],
        }
    }
}

/// Writes the workbook. `made_on` is the date in its properties, `YYYY-MM-DD`.
///
/// # Errors
/// [`WorkbookFault`] when a sheet is too long or its name is none.
pub fn write(title: &str, made_on: &str, sheets: &[Sheet]) -> Result<Vec<u8>, WorkbookFault> {
    let mut workbook = begin(title, made_on);
    let formats = Formats::new();
    for sheet in sheets {
        let n_rows = sheet.rows.len() + sheet.lines.len() + 2;
        if n_rows > SHEET_ROWS_MAX {
            return Err(WorkbookFault::TooManyRows { n_rows });
        }
        write_sheet(workbook.add_worksheet(), sheet, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// An empty workbook with its properties; without a creation date where `made_on` is none.
pub(crate) fn begin(title: &str, made_on: &str) -> Workbook {
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new().set_title(title).set_author("Kikimori");
    if let Ok(date) = ExcelDateTime::parse_from_str(made_on) {
        properties = properties.set_creation_datetime(&date);
    }
    workbook.set_properties(&properties);
    workbook
}

/// Writes one sheet.
pub(crate) fn write_sheet(
    page: &mut Worksheet,
    sheet: &Sheet,
    formats: &Formats,
) -> Result<(), WorkbookFault> {
    page.set_name(&sheet.name)?;
    let mut row = 0_u32;
    for (index, line) in sheet.lines.iter().enumerate() {
        let format = if index == 0 { &formats.title } else { &formats.line };
        page.write_string_with_format(row, 0, cut(line), format)?;
        row += 1;
    }
    if !sheet.lines.is_empty() {
        row += 1;
    }
    let heading = row;
    let headings: Vec<Cell> = sheet.columns.iter().map(|about| Cell::Text(about.heading.clone())).collect();
    page.set_row_height(row, f64::from(height_points(&sheet.columns, &headings)))?;
    for (column, about) in (0_u16..).zip(&sheet.columns) {
        page.set_column_width(column, about.width_chars)?;
        page.write_string_with_format(row, column, cut(&about.heading), &formats.heading)?;
    }
    for cells in &sheet.rows {
        row += 1;
        page.set_row_height(row, f64::from(height_points(&sheet.columns, cells)))?;
        for (column, cell) in (0_u16..).zip(cells) {
            write_cell(page, row, column, cell, formats)?;
        }
    }
    if let Some(last) = u16::try_from(sheet.columns.len()).ok().and_then(|n_columns| n_columns.checked_sub(1))
    {
        if row > heading {
            page.autofilter(heading, 0, row, last)?;
        }
        page.set_repeat_rows(heading, heading)?;
    }
    page.set_freeze_panes(heading + 1, 0)?;
    page.set_landscape();
    let width_chars: u32 = sheet.columns.iter().map(|column| u32::from(column.width_chars)).sum();
    page.set_paper_size(if width_chars > A4_WIDTH_CHARS_MAX { PAPER_A3 } else { PAPER_A4 });
    page.set_print_fit_to_pages(1, 0);
    page.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    page.set_footer("&L&8&A&R&8&P / &N");
    Ok(())
}

/// Height of a row in points: as many lines as its fullest cell needs. Programs that only show a workbook do not work it out.
fn height_points(columns: &[Column], cells: &[Cell]) -> u32 {
    let lines_of = |(column, cell): (&Column, &Cell)| match cell {
        Cell::Text(text) | Cell::Marked(_, text) => {
            let width = usize::from(column.width_chars).max(1);
            text.lines().map(|line| line.width().div_ceil(width).max(1)).sum::<usize>()
        }
        Cell::Empty | Cell::Count(_) => 1,
    };
    let n_lines = columns.iter().zip(cells).map(lines_of).max().unwrap_or(1).max(1);
    let wanted = u32::try_from(n_lines).unwrap_or(u32::MAX).saturating_mul(LINE_POINTS).saturating_add(3);
    wanted.min(ROW_POINTS_MAX)
}

/// Writes one cell.
fn write_cell(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), WorkbookFault> {
    match cell {
        Cell::Empty => page.write_blank(row, column, &formats.plain)?,
        Cell::Text(text) => page.write_string_with_format(row, column, cut(text), &formats.plain)?,
        Cell::Count(count) => page.write_number_with_format(row, column, *count as f64, &formats.centred)?,
        Cell::Marked(mark, text) => {
            let format = formats.marked.get(*mark as usize).unwrap_or(&formats.plain);
            page.write_string_with_format(row, column, cut(text), format)?
        }
    };
    Ok(())
}

/// A text that fits into a cell.
fn cut(text: &str) -> String {
    if text.chars().count() <= CELL_CHARS_MAX {
        return text.to_owned();
    }
    text.chars().take(CELL_CHARS_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    /// A sheet with one row.
    fn sheet(cell: Cell) -> Sheet {
        Sheet {
            name: "部品".to_owned(),
            lines: vec!["題".to_owned(), "説明".to_owned()],
            columns: vec![Column { heading: "名前".to_owned(), width_chars: 20 }],
            rows: vec![vec![cell]],
        }
    }

    /// What a reader sees in the only cell of the only row.
    fn seen(cell: Cell) -> Data {
        let bytes = write("題", "2026-04-01", &[sheet(cell)]).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("部品").unwrap();
        assert_eq!(range.get_value((0, 0)), Some(&Data::String("題".to_owned())));
        assert_eq!(range.get_value((3, 0)), Some(&Data::String("名前".to_owned())));
        assert!(book.worksheet_formula("部品").unwrap().is_empty());
        range.get_value((4, 0)).cloned().unwrap_or_default()
    }

    #[test]
    fn texts_stay_texts() {
        for text in ["=1+1", "+SUM(A1)", "@x", "-1", "0012", "1E5", "日本語\n二行目"] {
            assert_eq!(seen(Cell::Text(text.to_owned())), Data::String(text.to_owned()));
            assert_eq!(seen(Cell::Marked(Mark::Bad, text.to_owned())), Data::String(text.to_owned()));
        }
        assert_eq!(seen(Cell::Count(12)), Data::Float(12.0));
        assert_eq!(seen(Cell::Empty), Data::Empty);
    }

    #[test]
    fn a_row_is_as_high_as_its_fullest_cell() {
        let columns = [("a", 10), ("b", 20)]
            .map(|(heading, width_chars)| Column { heading: heading.to_owned(), width_chars });
        let height = |left: &str, right: &str| {
            height_points(
                &columns,
                &[Cell::Text(left.to_owned()), Cell::Marked(Mark::Good, right.to_owned())],
            )
        };
        let one = height("", "");
        assert_eq!(height("short", "short"), one);
        assert_eq!(height("0123456789", "日本語日本語日本語日"), one);
        assert_eq!(height("01234567890", ""), one + LINE_POINTS);
        assert_eq!(height("", "a\nb\nc"), one + 2 * LINE_POINTS);
        assert_eq!(height(&"長".repeat(40_000), ""), ROW_POINTS_MAX);
    }

    #[test]
    fn a_long_text_is_cut_visibly() {
        let Data::String(text) = seen(Cell::Text("長".repeat(40_000))) else { panic!("no text") };
        assert_eq!(text.chars().count(), CELL_CHARS_MAX);
        assert!(text.ends_with('…'));
    }

    #[test]
    fn the_same_input_gives_the_same_bytes() {
        let make = || write("題", "2026-04-01", &[sheet(Cell::Count(1))]).unwrap();
        assert_eq!(make(), make());
    }

    #[test]
    fn refuses_what_no_sheet_can_hold() {
        let mut long = sheet(Cell::Empty);
        long.rows = vec![Vec::new(); SHEET_ROWS_MAX];
        assert!(matches!(write("題", "", &[long]), Err(WorkbookFault::TooManyRows { .. })));
        let mut unnamed = sheet(Cell::Empty);
        unnamed.name = "a/b".to_owned();
        assert!(matches!(write("題", "", &[unnamed]), Err(WorkbookFault::Refused(_))));
    }
}
