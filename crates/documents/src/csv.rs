//! Tables as CSV that every spreadsheet opens: UTF-8 with a byte order mark, CRLF, no cell that is taken for a formula.

use kikimori_core::product_list::neutral;

/// The byte order mark, without which Excel takes Japanese for another encoding.
const MARK: &str = "\u{feff}";

/// Writes a heading and rows.
///
/// ```
/// let bytes = kikimori_documents::csv::write(&["名称".to_owned()], &[vec!["=a,\"b\"".to_owned()]]);
/// assert_eq!(bytes, "\u{feff}名称\r\n\"'=a,\"\"b\"\"\"\r\n".as_bytes());
/// ```
#[must_use]
pub fn write(headings: &[String], rows: &[Vec<String>]) -> Vec<u8> {
    let mut text = String::from(MARK);
    for cells in std::iter::once(headings).chain(rows.iter().map(Vec::as_slice)) {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            push_cell(&mut text, cell);
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Adds a cell, in quotation marks where it holds signs that mean something.
fn push_cell(text: &mut String, cell: &str) {
    let cell = neutral(cell);
    if cell.contains([',', '"', '\r', '\n']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&cell);
    }
}
