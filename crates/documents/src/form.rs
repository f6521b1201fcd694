//! A workbook to be filled in: a sheet with a block of fields and an empty table, and sheets of explanations.

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Worksheet,
};

use crate::workbook::{FONT, Formats, LINE_POINTS, PAPER_A4, Sheet, WorkbookFault, begin, write_sheet};

/// Longest prompt that Excel shows beside a cell, in characters.
const PROMPT_CHARS_MAX: usize = 255;

/// Longest title of a prompt, in characters.
const PROMPT_TITLE_CHARS_MAX: usize = 32;

/// Columns that the label of a field above the table spans, and those that its value spans.
const FIELD_COLUMNS: (u16, u16) = (2, 3);

/// A sheet to be filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Name on the tab.
    pub name: String,
    /// Lines above, the first one as title.
    pub lines: Vec<String>,
    /// Labels of the fields above the table.
    pub fields: Vec<String>,
    /// Columns of the table.
    pub columns: Vec<FormColumn>,
    /// Empty rows.
    pub n_rows: u32,
}

/// A column to be filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormColumn {
    /// Heading.
    pub heading: String,
    /// Width in characters; a Japanese character takes two.
    pub width_chars: u16,
    /// It must be filled in.
    pub is_required: bool,
    /// What is shown beside a cell that is being filled in.
    pub prompt: String,
    /// Values offered; others are allowed.
    pub choices: Vec<String>,
    /// The value in the row of the example.
    pub example: String,
}

/// Formats of a form.
struct FormFormats {
    /// Label of a field.
    label: Format,
    /// Empty cell: a text, so that a spreadsheet does not make numbers and dates of versions.
    empty: Format,
    /// Heading of a column that must be filled in.
    required: Format,
    /// Heading of a column that may be filled in.
    optional: Format,
    /// The example.
    example: Format,
}

impl FormFormats {
    /// All of them.
    fn new() -> Self {
        let cell = || {
            Format::new()
                .set_font_name(FONT)
                .set_font_size(10)
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0x00BF_BFBF))
        };
        let heading = |paper: u32, ink: u32| {
            cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(paper))
                .set_font_color(Color::RGB(ink))
        };
        Self {
            label: cell().set_bold().set_background_color(Color::RGB(0x00E8_EDF3)),
            empty: cell().set_text_wrap().set_num_format("@"),
            required: heading(0x001F_4E79, 0x00FF_FFFF),
            optional: heading(0x00E8_EDF3, 0x0026_2626),
            example: cell()
                .set_text_wrap()
                .set_num_format("@")
                .set_italic()
                .set_font_color(Color::RGB(0x0080_8080))
                .set_background_color(Color::RGB(0x00F7_F7F7)),
        }
    }
}

/// Writes the workbook: the form, then the explanations.
///
/// # Errors
/// [`WorkbookFault`] when a name is none.
pub fn write(title: &str, made_on: &str, form: &Form, sheets: &[Sheet]) -> Result<Vec<u8>, WorkbookFault> {
    let mut workbook = begin(title, made_on);
    let formats = Formats::new();
    write_form(workbook.add_worksheet(), form, &formats)?;
    for sheet in sheets {
        write_sheet(workbook.add_worksheet(), sheet, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// Writes the sheet to be filled in.
fn write_form(page: &mut Worksheet, form: &Form, base: &Formats) -> Result<(), WorkbookFault> {
    let formats = FormFormats::new();
    page.set_name(&form.name)?;
    let mut row = 0_u32;
    for (index, line) in form.lines.iter().enumerate() {
        let format = if index == 0 { &base.title } else { &base.line };
        page.write_string_with_format(row, 0, line, format)?;
        row += 1;
    }
    row += 1;
    let (label_columns, value_columns) = FIELD_COLUMNS;
    for label in &form.fields {
        page.merge_range(row, 0, row, label_columns - 1, label, &formats.label)?;
        let last = label_columns + value_columns - 1;
        page.merge_range(row, label_columns, row, last, "", &formats.empty)?;
        page.set_row_height(row, LINE_POINTS + 4)?;
        row += 1;
    }
    row += 1;
    write_table(page, form, row, &formats)?;
    page.set_landscape();
    page.set_paper_size(PAPER_A4);
    page.set_print_fit_to_pages(1, 0);
    page.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    page.set_footer("&L&8&F　&A&R&8&P / &N");
    Ok(())
}

/// Writes the table, its heading in `heading`.
fn write_table(
    page: &mut Worksheet,
    form: &Form,
    heading: u32,
    formats: &FormFormats,
) -> Result<(), WorkbookFault> {
    page.set_row_height(heading, LINE_POINTS * 2 + 6)?;
    page.set_row_height(heading + 1, LINE_POINTS * 2 + 4)?;
    let last = heading + 1 + form.n_rows;
    for (column, about) in (0_u16..).zip(&form.columns) {
        page.set_column_width(column, about.width_chars)?;
        let format = if about.is_required { &formats.required } else { &formats.optional };
        page.write_string_with_format(heading, column, &about.heading, format)?;
        page.write_string_with_format(heading + 1, column, &about.example, &formats.example)?;
        for row in heading + 2..=last {
            page.set_row_height(row, LINE_POINTS + 6)?;
            page.write_blank(row, column, &formats.empty)?;
        }
        page.add_data_validation(heading + 1, column, last, column, &validation(about)?)?;
    }
    let last_column = u16::try_from(form.columns.len().saturating_sub(1)).unwrap_or_default();
    page.set_repeat_rows(heading, heading)?;
    page.set_freeze_panes(heading + 1, 2)?;
    page.set_print_area(0, 0, last, last_column)?;
    Ok(())
}

/// The prompt of a column, and the values that it offers.
fn validation(column: &FormColumn) -> Result<DataValidation, WorkbookFault> {
    let validation = DataValidation::new().ignore_blank(true);
    let validation = if column.choices.is_empty() {
        validation.allow_any_value()
    } else {
        validation
            .allow_list_strings(&column.choices)?
            .show_error_message(false)
            .set_error_style(DataValidationErrorStyle::Information)
    };
    let title: String = column.heading.chars().take(PROMPT_TITLE_CHARS_MAX).collect();
    let prompt: String = column.prompt.chars().take(PROMPT_CHARS_MAX).collect();
    Ok(validation.set_input_title(title)?.set_input_message(prompt)?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Reader, Xlsx};

    use super::*;

    #[test]
    fn a_form_has_fields_heading_and_example() {
        let column = FormColumn {
            heading: "名前 *".to_owned(),
            width_chars: 20,
            is_required: true,
            prompt: "長い説明".repeat(100),
            choices: vec!["a".to_owned()],
            example: "=例".to_owned(),
        };
        let form = Form {
            name: "部品".to_owned(),
            lines: vec!["題".to_owned()],
            fields: vec!["製品名".to_owned()],
            columns: vec![column.clone(), column],
            n_rows: 3,
        };
        let make = || write("題", "2026-04-01", &form, &[]).unwrap();
        assert_eq!(make(), make());
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(make())).unwrap();
        let range = book.worksheet_range("部品").unwrap();
        let text = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
        assert_eq!((text(2, 0), text(4, 0), text(5, 1)), ("製品名".into(), "名前 *".into(), "=例".into()));
        assert!(book.worksheet_formula("部品").unwrap().is_empty());
    }
}
