//! Tables for a terminal: columns aligned by display width (Japanese characters take two cells).

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

/// A column: its heading and the widest it may get.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// Heading.
    pub heading: &'a str,
    /// Cells beyond which a text is cut with `…`; the last column is never cut.
    pub width_max: usize,
}

/// Writes rows under headings, two spaces between columns, a rule below the headings; control characters of a document
/// do not reach the terminal.
///
/// # Errors
/// What the output says.
pub fn write_table(out: &mut dyn Write, columns: &[Column<'_>], rows: &[Vec<String>]) -> io::Result<()> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let mut widths: Vec<usize> = columns.iter().map(|column| column.heading.width()).collect();
    for row in &rows {
        for ((cell, width), column) in row.iter().zip(widths.iter_mut()).zip(columns) {
            *width = (*width).max(cell.width().min(column.width_max));
        }
    }
    let headings: Vec<String> = columns.iter().map(|column| column.heading.to_owned()).collect();
    write_row(out, &headings, &widths)?;
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    write_row(out, &rule, &widths)?;
    for row in &rows {
        write_row(out, row, &widths)?;
    }
    Ok(())
}

/// A text on one line: line breaks and other control characters become `U+FFFD`.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character })
        .collect()
}

/// Writes one row.
fn write_row(out: &mut dyn Write, row: &[String], widths: &[usize]) -> io::Result<()> {
    let mut line = String::from("  ");
    for (position, (cell, width)) in row.iter().zip(widths).enumerate() {
        if position + 1 == widths.len() {
            line.push_str(cell);
        } else {
            let shown = cut(cell, *width);
            line.push_str(&shown);
            line.push_str(&" ".repeat(width.saturating_sub(shown.width()) + 2));
        }
    }
    writeln!(out, "{}", line.trim_end())
}

/// A text cut to a number of cells, with `…` when something is missing.
#[must_use]
pub fn cut(text: &str, width_max: usize) -> String {
    if text.width() <= width_max {
        return text.to_owned();
    }
    let mut shown = String::new();
    for character in text.chars() {
        let mut next = shown.clone();
        next.push(character);
        if next.width() + 1 > width_max {
            break;
        }
        shown = next;
    }
    shown.push('…');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_display_width() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("人工呼吸器", 6), "人工…");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let columns = [Column { heading: "a", width_max: 20 }, Column { heading: "b", width_max: 10 }];
        let mut out = Vec::new();
        write_table(&mut out, &columns, &[vec!["\u{1b}[2Jx".to_owned(), "y\nz".to_owned()]]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("\u{fffd}[2Jx") && text.contains("y\u{fffd}z"), "{text}");
    }

    #[test]
    fn aligns_japanese_columns() {
        let columns = [Column { heading: "部品", width_max: 20 }, Column { heading: "版", width_max: 10 }];
        let rows = vec![vec!["輸液".to_owned(), "1".to_owned()], vec!["ab".to_owned(), "2".to_owned()]];
        let mut out = Vec::new();
        write_table(&mut out, &columns, &rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "  部品  版\n  ────  ──\n  輸液  1\n  ab    2\n");
    }
}
