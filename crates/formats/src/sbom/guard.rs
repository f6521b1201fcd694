//! The watch over the bytes of a document: size, UTF-8, nesting and token length, checked as they stream.

use std::io::{self, BufRead, Read};

use kikimori_core::limits::{NESTING_DEPTH_MAX, SBOM_SIZE_BYTES_MAX, SBOM_TOKEN_BYTES_MAX};
use kikimori_core::message::{Message, Place, codes};

/// The syntax whose tokens are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// JSON: strings are tokens, objects and arrays nest.
    Json,
    /// XML: what stands between two `<` is a token; nesting is watched by the reader of elements.
    Xml,
    /// Lines are tokens.
    TagValue,
}

/// A reader that passes bytes through and stops with a [`Message`] inside an [`io::Error`] at the first
/// byte that no reader should see.
pub(super) struct Guard<'r> {
    /// Where the bytes come from.
    input: &'r mut dyn Read,
    /// Which tokens are watched.
    syntax: Syntax,
    /// Bytes passed so far.
    n_bytes: u64,
    /// Bytes allowed in total.
    n_bytes_max: u64,
    /// Line feeds passed so far.
    n_lines: u64,
    /// Bytes passed since the last line feed.
    n_column: u64,
    /// First bytes of a character whose rest comes with the next read.
    partial: [u8; 4],
    /// How many bytes of `partial` are in use.
    n_partial: usize,
    /// JSON objects and arrays open.
    depth: usize,
    /// Inside a JSON string.
    in_string: bool,
    /// After a backslash in a JSON string.
    escaped: bool,
    /// Bytes of the current token.
    token_bytes: usize,
}

impl<'r> Guard<'r> {
    /// A watch over `input`, nothing read yet.
    pub(super) fn new(input: &'r mut dyn Read, syntax: Syntax) -> Self {
        Self {
            input,
            syntax,
            n_bytes: 0,
            n_bytes_max: SBOM_SIZE_BYTES_MAX,
            n_lines: 0,
            n_column: 0,
            partial: [0; 4],
            n_partial: 0,
            depth: 0,
            in_string: false,
            escaped: false,
            token_bytes: 0,
        }
    }

    /// Checks the bytes just read and moves the position past them.
    fn check(&mut self, bytes: &[u8]) -> Result<(), Message> {
        self.n_bytes = self.n_bytes.saturating_add(bytes.len() as u64);
        if self.n_bytes > self.n_bytes_max {
            return Err(limit("SBOM_SIZE_BYTES_MAX", self.n_bytes_max).at(Place::Offset(self.n_bytes_max)));
        }
        self.check_utf8(bytes)?;
        match self.syntax {
            Syntax::Json => self.check_json(bytes)?,
            Syntax::Xml => self.check_runs(bytes, b'<')?,
            Syntax::TagValue => self.check_runs(bytes, b'\n')?,
        }
        self.n_lines += count_lines(bytes);
        match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => self.n_column = (bytes.len() - at - 1) as u64,
            None => self.n_column += bytes.len() as u64,
        }
        Ok(())
    }

    /// Line and column of the byte at `index` of `bytes`, which were read last.
    fn place(&self, bytes: &[u8], index: usize) -> Place {
        let before = bytes.get(..index).unwrap_or(bytes);
        match before.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => Place::LineColumn(self.n_lines + count_lines(before) + 1, (before.len() - at) as u64),
            None => Place::LineColumn(self.n_lines + 1, self.n_column + before.len() as u64 + 1),
        }
    }

    /// Checks UTF-8 across the borders of reads.
    fn check_utf8(&mut self, bytes: &[u8]) -> Result<(), Message> {
        let mut rest = bytes;
        while self.n_partial > 0 {
            let Some((byte, after)) = rest.split_first() else {
                return Ok(());
            };
            if let Some(slot) = self.partial.get_mut(self.n_partial) {
                *slot = *byte;
            }
            self.n_partial += 1;
            rest = after;
            let known = self.partial.get(..self.n_partial).unwrap_or_default();
            match std::str::from_utf8(known) {
                Ok(_) => self.n_partial = 0,
                Err(error) if error.error_len().is_none() && self.n_partial < 4 => {}
                Err(_) => return Err(self.not_utf8(bytes, bytes.len() - rest.len(), *byte)),
            }
        }
        let Err(error) = std::str::from_utf8(rest) else {
            return Ok(());
        };
        let tail = rest.get(error.valid_up_to()..).unwrap_or_default();
        if error.error_len().is_some() || tail.len() > 3 {
            let index = bytes.len() - tail.len();
            return Err(self.not_utf8(bytes, index, tail.first().copied().unwrap_or_default()));
        }
        self.n_partial = tail.len();
        for (slot, byte) in self.partial.iter_mut().zip(tail) {
            *slot = *byte;
        }
        Ok(())
    }

    /// The error for a byte that is no part of UTF-8.
    fn not_utf8(&self, bytes: &[u8], index: usize, byte: u8) -> Message {
        Message::new(codes::SBOM_NOT_UTF8)
            .at(self.place(bytes, index))
            .with("detail", format_args!("0x{byte:02X}"))
    }

    /// Watches the nesting of JSON and the length of its strings.
    fn check_json(&mut self, bytes: &[u8]) -> Result<(), Message> {
        for (index, byte) in bytes.iter().enumerate() {
            if self.in_string {
                self.token_bytes += 1;
                if self.escaped {
                    self.escaped = false;
                } else if *byte == b'"' {
                    self.in_string = false;
                } else if *byte == b'\\' {
                    self.escaped = true;
                }
                continue;
            }
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.token_bytes = 0;
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > NESTING_DEPTH_MAX {
                        let place = self.place(bytes, index);
                        return Err(limit("NESTING_DEPTH_MAX", NESTING_DEPTH_MAX as u64).at(place));
                    }
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.check_token(bytes)
    }

    /// Watches how many bytes pass between two `border` bytes.
    fn check_runs(&mut self, bytes: &[u8], border: u8) -> Result<(), Message> {
        match bytes.iter().rposition(|byte| *byte == border) {
            Some(at) => self.token_bytes = bytes.len() - at,
            None => self.token_bytes += bytes.len(),
        }
        self.check_token(bytes)
    }

    /// Stops when the current token is too long.
    fn check_token(&self, bytes: &[u8]) -> Result<(), Message> {
        if self.token_bytes <= SBOM_TOKEN_BYTES_MAX {
            return Ok(());
        }
        Err(limit("SBOM_TOKEN_BYTES_MAX", SBOM_TOKEN_BYTES_MAX as u64).at(self.place(bytes, bytes.len())))
    }
}

impl Read for Guard<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.input.read(buffer)?;
        let bytes = buffer.get(..n_read).unwrap_or_default();
        if bytes.is_empty() && !buffer.is_empty() && self.n_partial > 0 {
            let first = self.partial.first().copied().unwrap_or_default();
            return Err(io::Error::other(self.not_utf8(&[], 0, first)));
        }
        self.check(bytes).map_err(io::Error::other)?;
        Ok(n_read)
    }
}

/// The error for a limit that was reached.
pub(super) fn limit(name: &'static str, max: u64) -> Message {
    Message::new(codes::SBOM_LIMIT).with("limit", name).with("max", max)
}

/// The message for a failed read: the guard's own, or [`codes::SBOM_UNREADABLE`].
pub(super) fn message_from_io(error: &io::Error) -> Message {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Message>()) {
        Some(message) => message.clone(),
        None => Message::new(codes::SBOM_UNREADABLE).with("detail", error),
    }
}

/// Line feeds in `bytes`.
fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// A buffered reader that knows the line and column of the next byte to be consumed.
pub(super) struct Lines<B> {
    /// The buffered bytes.
    inner: B,
    /// Line of the next byte, counted from 1.
    line: u64,
    /// Column of the next byte in bytes, counted from 1.
    column: u64,
}

impl<B: BufRead> Lines<B> {
    /// Starts at line 1, column 1.
    pub(super) fn new(inner: B) -> Self {
        Self { inner, line: 1, column: 1 }
    }

    /// Line of the next byte, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Line and column of the next byte.
    pub(super) fn place(&self) -> Place {
        Place::LineColumn(self.line, self.column)
    }
}

impl<B: BufRead> Read for Lines<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n_read = available.len().min(buffer.len());
        for (slot, byte) in buffer.iter_mut().zip(available) {
            *slot = *byte;
        }
        self.consume(n_read);
        Ok(n_read)
    }
}

impl<B: BufRead> BufRead for Lines<B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n_bytes: usize) {
        if n_bytes == 0 {
            return;
        }
        if let Ok(available) = self.inner.fill_buf() {
            let consumed = available.get(..n_bytes).unwrap_or(available);
            match consumed.iter().rposition(|byte| *byte == b'\n') {
                Some(at) => {
                    self.line += count_lines(consumed);
                    self.column = (consumed.len() - at) as u64;
                }
                None => self.column += consumed.len() as u64,
            }
        }
        self.inner.consume(n_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives one byte at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match (self.0.split_first(), buffer.first_mut()) {
                (Some((byte, rest)), Some(slot)) => {
                    *slot = *byte;
                    self.0 = rest;
                    Ok(1)
                }
                _ => Ok(0),
            }
        }
    }

    fn pass(bytes: &[u8], syntax: Syntax) -> Result<Vec<u8>, Message> {
        let mut whole = bytes;
        let mut out = Vec::new();
        let at_once =
            Guard::new(&mut whole, syntax).read_to_end(&mut out).map_err(|error| message_from_io(&error));
        let mut drip = Drip(bytes);
        let mut dripped = Vec::new();
        let slowly =
            Guard::new(&mut drip, syntax).read_to_end(&mut dripped).map_err(|error| message_from_io(&error));
        assert_eq!(at_once.is_ok(), slowly.is_ok(), "the size of reads must not matter");
        at_once?;
        assert_eq!(out, dripped);
        Ok(out)
    }

    #[test]
    fn passes_utf8_of_every_width() {
        let text = "a é 機 🔧".as_bytes();
        assert_eq!(pass(text, Syntax::TagValue).unwrap(), text);
    }

    #[test]
    fn refuses_latin1_and_cut_characters_with_their_place() {
        let message = pass(b"one\ntwo \xe9 three", Syntax::TagValue).unwrap_err();
        assert_eq!((message.code, message.place), (codes::SBOM_NOT_UTF8, Place::LineColumn(2, 5)));
        assert_eq!(pass(b"abc\xe6\xa9", Syntax::Json).unwrap_err().code, codes::SBOM_NOT_UTF8);
    }

    #[test]
    fn refuses_json_nested_over_the_limit_even_where_nobody_looks() {
        let deep = "[".repeat(NESTING_DEPTH_MAX + 1);
        let message = pass(deep.as_bytes(), Syntax::Json).unwrap_err();
        assert_eq!(message.code, codes::SBOM_LIMIT);
        assert_eq!(message.place, Place::LineColumn(1, NESTING_DEPTH_MAX as u64 + 1));
        let text = format!("\"{}\\\"{}\"", "[".repeat(500), "{".repeat(500));
        assert!(pass(text.as_bytes(), Syntax::Json).is_ok(), "brackets inside strings do not nest");
    }

    #[test]
    fn refuses_documents_over_the_size_limit() {
        let mut input = io::repeat(b' ');
        let mut guard = Guard::new(&mut input, Syntax::Json);
        guard.n_bytes_max = 100_000;
        let error = io::copy(&mut guard, &mut io::sink()).unwrap_err();
        assert_eq!(message_from_io(&error).code, codes::SBOM_LIMIT);
    }

    #[test]
    fn knows_the_line_of_the_next_byte() {
        let mut lines = Lines::new(&b"ab\ncd\nef"[..]);
        let mut buffer = [0; 4];
        lines.read_exact(&mut buffer).unwrap();
        assert_eq!((lines.line(), lines.place()), (2, Place::LineColumn(2, 2)));
    }
}
