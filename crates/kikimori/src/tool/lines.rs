//! Lines of standard input, one after the other, with a limit on each.

use std::io::{self, BufRead, BufReader, Read};

/// Longest line that is answered, in bytes: a version range may have a quarter of that, and nothing asked here is longer.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// What Windows programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Its text.
    Text(String),
    /// It is not UTF-8.
    NotUtf8,
    /// It has more than [`LINE_BYTES_MAX`] bytes, which were passed over.
    TooLong,
}

/// The lines of a stream. `\n` and `\r\n` end a line; a byte order mark before the first is left out.
pub struct Lines<'a> {
    /// The stream.
    input: BufReader<&'a mut dyn Read>,
    /// No line was read yet.
    is_first: bool,
}

impl<'a> Lines<'a> {
    /// The lines of `input`.
    pub fn new(input: &'a mut dyn Read) -> Self {
        Self { input: BufReader::new(input), is_first: true }
    }

    /// True when the next line has to be waited for: what was written so far should be handed on first.
    pub fn must_wait(&self) -> bool {
        !self.input.buffer().contains(&b'\n')
    }

    /// The next line; `None` at the end.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.input).take(LINE_BYTES_MAX as u64 + 2);
        limited.read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let is_ended = bytes.ends_with(b"\n");
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let text = if self.is_first { text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text) } else { text };
        self.is_first = false;
        if text.len() > LINE_BYTES_MAX {
            if !is_ended {
                self.skip_line()?;
            }
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(std::str::from_utf8(text).map_or(Line::NotUtf8, |text| Line::Text(text.to_owned()))))
    }

    /// Passes over the rest of a line.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (count, is_done) =
                (end.map_or(buffer.len(), |end| end + 1), end.is_some() || buffer.is_empty());
            self.input.consume(count);
            if is_done {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of some bytes.
    fn lines(bytes: &[u8]) -> Vec<Line> {
        let mut input = bytes;
        let mut lines = Lines::new(&mut input);
        std::iter::from_fn(|| lines.next_line().unwrap()).collect()
    }

    /// A line of text.
    fn text(text: &str) -> Line {
        Line::Text(text.to_owned())
    }

    #[test]
    fn reads_every_way_to_end_a_line() {
        assert_eq!(lines(b""), []);
        assert_eq!(lines(b"a\nb\r\n\nc"), [text("a"), text("b"), text(""), text("c")]);
        assert_eq!(lines(b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n"), [text("a"), text("\u{feff}b")]);
        assert_eq!(lines(b"\xff\na"), [Line::NotUtf8, text("a")]);
    }

    #[test]
    fn passes_over_long_lines_and_goes_on() {
        for extra in [0, 1, 2, 3, 70_000] {
            for end in ["\n", "\r\n"] {
                let bytes = format!("{}{end}b", "a".repeat(LINE_BYTES_MAX + extra));
                let read = lines(bytes.as_bytes());
                assert_eq!(read.len(), 2, "{extra}");
                assert_eq!(read[0] == Line::TooLong, extra > 0, "{extra}");
                assert_eq!(read[1], text("b"), "{extra}");
            }
        }
        assert_eq!(lines("a".repeat(LINE_BYTES_MAX + 9).as_bytes()), [Line::TooLong]);
    }
}
