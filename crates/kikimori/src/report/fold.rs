//! Rows of tables that are wider than the terminal, folded below their last column.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells that the last column must have to be folded in place; with fewer it goes below the row.
const ROOM_MIN: usize = 24;
/// Indent of a last column that goes below its row.
const INDENT: usize = 6;
/// Bytes of a line that is looked at; a longer one is passed on as it is.
const LINE_BYTES_MAX: usize = 65_536;

/// Passes everything on, and folds rows of tables: the lines from a rule (`──  ──`) to the next empty line. Other lines are
/// left whole, so that commands can be copied and JSON stays JSON.
pub struct Fold<'out> {
    /// Where it goes.
    out: &'out mut dyn Write,
    /// Cells of the terminal.
    width: usize,
    /// The line being written.
    line: Vec<u8>,
    /// Where the last column of the table starts.
    last_column: Option<usize>,
}

impl<'out> Fold<'out> {
    /// A writer for a terminal of `width` cells.
    pub fn new(out: &'out mut dyn Write, width: usize) -> Self {
        Self { out, width, line: Vec::new(), last_column: None }
    }

    /// Writes the line that is complete.
    fn end_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let Ok(text) = std::str::from_utf8(&line) else { return self.out.write_all(&line) };
        let text = text.trim_end_matches('\n');
        if let Some(start) = rule(text) {
            self.last_column = Some(start);
            let shown: String = text.chars().take(self.width).collect();
            return writeln!(self.out, "{}", shown.trim_end());
        }
        if text.is_empty() {
            self.last_column = None;
        }
        match self.last_column {
            Some(start) if text.width() > self.width => self.fold(text, start),
            _ => writeln!(self.out, "{text}"),
        }
    }

    /// Writes a row on several lines.
    fn fold(&mut self, row: &str, start: usize) -> io::Result<()> {
        let (head, tail) = row.split_at(byte_of_cell(row, start));
        let is_in_place = start + ROOM_MIN <= self.width;
        if !head.ends_with("  ") || (!is_in_place && tail.width() < ROOM_MIN) {
            // A remark below the table, without columns, or a mark that would say nothing on a line of its own.
            return writeln!(self.out, "{row}");
        }
        let indent = if is_in_place { start } else { INDENT };
        let room = self.width.saturating_sub(indent).max(ROOM_MIN);
        let mut pieces = pieces(tail.trim_start(), room).into_iter();
        if is_in_place {
            writeln!(self.out, "{head}{}", pieces.next().unwrap_or_default())?;
        } else if !head.trim().is_empty() {
            writeln!(self.out, "{}", head.trim_end())?;
        }
        pieces.try_for_each(|piece| writeln!(self.out, "{}{piece}", " ".repeat(indent)))
    }
}

impl Write for Fold<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.end_line()?;
            } else if self.line.len() > LINE_BYTES_MAX {
                self.out.write_all(&std::mem::take(&mut self.line))?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&std::mem::take(&mut self.line))?;
        self.out.flush()
    }
}

/// Where the last column of a rule starts; `None` when the line is no rule of a table.
fn rule(line: &str) -> Option<usize> {
    let is_rule = line.starts_with("  ─") && line.chars().all(|character| matches!(character, '─' | ' '));
    let (before, _) = line.rsplit_once(' ')?;
    is_rule.then(|| before.chars().count() + 1)
}

/// The byte at which a cell of a line starts.
fn byte_of_cell(line: &str, cell: usize) -> usize {
    let mut at = 0;
    for (byte, character) in line.char_indices() {
        if at >= cell {
            return byte;
        }
        at += character.width().unwrap_or(0);
    }
    line.len()
}

/// A text in pieces of at most `room` cells: broken at spaces, at the marks inside a package URL and before wide characters; where there are none within
/// the second half of a piece anywhere.
fn pieces(text: &str, room: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.width() > room {
        let (mut at, mut end, mut good) = (0, 0, 0);
        for (byte, character) in rest.char_indices() {
            let width = character.width().unwrap_or(0);
            if (matches!(character, ' ' | '?' | '&' | '@') || width == 2) && at * 2 > room {
                good = byte;
            }
            if at + width > room {
                break;
            }
            at += width;
            end = byte + character.len_utf8();
        }
        let (piece, after) = rest.split_at(if good > 0 { good } else { end });
        pieces.push(piece.trim_end());
        rest = after.trim_start();
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a terminal of `width` cells shows of a text.
    fn shown(text: &str, width: usize) -> String {
        let mut out = Vec::new();
        let mut fold = Fold::new(&mut out, width);
        // In two parts, to show that lines do not depend on how they are written.
        let (first, second) = text.split_at(text.char_indices().nth(3).map_or(0, |(byte, _)| byte));
        fold.write_all(first.as_bytes()).unwrap();
        fold.write_all(second.as_bytes()).unwrap();
        fold.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    /// A table with a last column of many words.
    const TABLE: &str = "  部品  理由\n  ────  ────────────────────────────────────────────────\n  輸液  one two three four five six seven eight nine ten eleven\n  ab    short\n\nkikimori explain a-file-with-a-long-name.json FND-1 --library folder\n";

    #[test]
    fn rows_are_folded_below_their_last_column() {
        let text = shown(TABLE, 40);
        assert_eq!(
            text,
            "  部品  理由\n  ────  ────────────────────────────────\n  輸液  one two three four five six\n        seven eight nine ten eleven\n  ab    short\n\nkikimori explain a-file-with-a-long-name.json FND-1 --library folder\n"
        );
        assert_eq!(shown(TABLE, 200), TABLE);
    }

    #[test]
    fn a_last_column_without_room_goes_below_its_row() {
        let table = format!("  {}  ──\n  {}  the reason of this finding\n", "─".repeat(30), "x".repeat(30));
        assert_eq!(
            shown(&table, 36),
            format!("  {}  ──\n  {}\n      the reason of this finding\n", "─".repeat(30), "x".repeat(30))
        );
    }

    #[test]
    fn marks_and_remarks_are_left_whole() {
        let table =
            format!("  {}  ──\n  {}  ×\n  {}\n", "─".repeat(30), "x".repeat(30), "a remark ".repeat(6));
        let text = shown(&table, 30);
        assert!(text.contains(&format!("{}  ×", "x".repeat(30))), "{text}");
        assert!(text.contains(&"a remark ".repeat(6)), "{text}");
    }

    #[test]
    fn japanese_and_long_words_are_broken_within_the_width() {
        for tail in
            ["動作環境が不明".repeat(20), "cpe:2.3:a:".repeat(20), "語 a ".repeat(40), "\u{301}".repeat(90)]
        {
            let table = format!("  ──  ──\n  ab  {tail}\n");
            let text = shown(&table, 40);
            assert!(text.lines().all(|line| line.width() <= 40), "{text}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters(&text), letters(&table));
        }
    }

    #[test]
    fn other_lines_and_other_bytes_stay_as_they_are() {
        let json = format!("{{\n  \"text\": \"{}\"\n}}", "long ".repeat(60));
        assert_eq!(shown(&json, 40), json);
        let mut out = Vec::new();
        let mut fold = Fold::new(&mut out, 40);
        let bytes = [b"\xff\xfe\n".as_slice(), &vec![b'x'; LINE_BYTES_MAX + 2]].concat();
        fold.write_all(&bytes).unwrap();
        fold.flush().unwrap();
        assert_eq!(out, bytes);
    }
}
