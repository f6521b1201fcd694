//! A byte scanner that cuts JSON values out of a stream without holding more than one of them.

use std::io::{ErrorKind, Read};

use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};

/// Bytes read from the stream at a time.
const BUFFER_BYTES: usize = 128 * 1024;

/// Longest object key looked at, in bytes; longer keys belong to no format.
const KEY_BYTES_MAX: usize = 4 * 1024;

/// A stream with one buffer, a byte offset and a line number.
pub(super) struct Scanner<R> {
    /// Where the bytes come from.
    reader: R,
    /// Bytes read; those in `start..end` are not consumed yet.
    buffer: Vec<u8>,
    /// First unconsumed byte of the buffer.
    start: usize,
    /// End of the bytes read into the buffer.
    end: usize,
    /// Bytes consumed since the start of the stream.
    offset: u64,
    /// Line of the next byte, counted from 1.
    line: u64,
}

impl<R: Read> Scanner<R> {
    /// A scanner at the start of a stream; a UTF-8 byte order mark is passed over.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub(super) fn new(reader: R) -> Result<Self, Message> {
        let mut scanner =
            Self { reader, buffer: vec![0; BUFFER_BYTES], start: 0, end: 0, offset: 0, line: 1 };
        while scanner.end < 3 {
            let before = scanner.end;
            scanner.read_more()?;
            if scanner.end == before {
                break;
            }
        }
        if scanner.rest().starts_with(b"\xEF\xBB\xBF") {
            scanner.consume(3);
        }
        Ok(scanner)
    }

    /// The line of the next byte, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The unconsumed bytes of the buffer.
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The next byte, without consuming it; `None` at the end of the stream.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Message> {
        if self.start >= self.end {
            self.start = 0;
            self.end = 0;
            self.read_more()?;
        }
        Ok(self.rest().first().copied())
    }

    /// Consumes `count` bytes of the buffer.
    pub(super) fn consume(&mut self, count: usize) {
        let count = count.min(self.end.saturating_sub(self.start));
        let consumed = self.buffer.get(self.start..self.start.saturating_add(count)).unwrap_or_default();
        let lines = consumed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(lines as u64);
        self.offset = self.offset.saturating_add(count as u64);
        self.start = self.start.saturating_add(count);
    }

    /// Passes over white space and gives the next byte without consuming it.
    pub(super) fn skip_space(&mut self) -> Result<Option<u8>, Message> {
        loop {
            let Some(first) = self.peek()? else {
                return Ok(None);
            };
            if !first.is_ascii_whitespace() {
                return Ok(Some(first));
            }
            let count = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.consume(count);
        }
    }

    /// What is not consumed yet, as a stream.
    pub(super) fn into_rest(mut self) -> impl Read {
        self.buffer.truncate(self.end);
        self.buffer.drain(..self.start);
        std::io::Cursor::new(self.buffer).chain(self.reader)
    }

    /// Copies the JSON string at the scanner, quotes included, to the end of `out`.
    pub(super) fn key_into(&mut self, out: &mut Vec<u8>) -> Result<(), Message> {
        let start = out.len();
        self.string_into(out)?;
        if out.len().saturating_sub(start) > KEY_BYTES_MAX {
            return Err(self.malformed("object key too long"));
        }
        Ok(())
    }

    /// Copies the JSON value at the scanner to the end of `out`. Brackets are matched and strings respected;
    /// the grammar inside is left to the record's reader.
    ///
    /// # Errors
    /// When the stream ends inside the value, brackets do not match, or a limit is reached.
    pub(super) fn value_into(&mut self, out: &mut Vec<u8>) -> Result<(), Message> {
        match self.peek()? {
            None => Err(self.cut()),
            Some(b'"') => self.string_into(out),
            Some(b'{' | b'[') => self.container_into(out),
            Some(_) => self.scalar_into(out),
        }
    }

    /// Copies a line without its end to `out`; the answer is false when the stream ended without a line feed.
    pub(super) fn line_into(&mut self, out: &mut Vec<u8>, max: usize) -> Result<bool, Message> {
        loop {
            if self.peek()?.is_none() {
                return Ok(false);
            }
            let rest = self.rest();
            let found = rest.iter().position(|byte| *byte == b'\n');
            let count = found.unwrap_or(rest.len());
            out.extend_from_slice(rest.get(..count).unwrap_or_default());
            if out.len() > max {
                return Err(self.malformed("line too long"));
            }
            self.consume(count.saturating_add(usize::from(found.is_some())));
            if found.is_some() {
                if out.last() == Some(&b'\r') {
                    out.pop();
                }
                return Ok(true);
            }
        }
    }

    /// The stream ended too early.
    pub(super) fn cut(&self) -> Message {
        Message::new(codes::FEED_CUT).at(Place::Line(self.line)).with("offset", self.offset)
    }

    /// The stream is malformed here.
    pub(super) fn malformed(&self, detail: &str) -> Message {
        Message::new(codes::FEED_MALFORMED).at(Place::Line(self.line)).with("detail", detail)
    }

    /// Reads more bytes behind those in the buffer; at the end of the stream nothing changes.
    fn read_more(&mut self) -> Result<(), Message> {
        let Some(space) = self.buffer.get_mut(self.end..) else {
            return Ok(());
        };
        loop {
            match self.reader.read(space) {
                Ok(count) => {
                    self.end = self.end.saturating_add(count).min(BUFFER_BYTES);
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.unreadable(error)),
            }
        }
    }

    /// What a failed read means: a message that the opener of the input wrapped, an early end, or a fault.
    fn unreadable(&self, error: std::io::Error) -> Message {
        if error.kind() == ErrorKind::UnexpectedEof {
            return self.cut();
        }
        let detail = error.to_string();
        match error.into_inner().map(|inner| inner.downcast::<Message>()) {
            Some(Ok(message)) => *message,
            _ => Message::new(codes::FEED_UNREADABLE).at(Place::Offset(self.offset)).with("detail", detail),
        }
    }

    /// Copies a string, quotes included.
    fn string_into(&mut self, out: &mut Vec<u8>) -> Result<(), Message> {
        let mut state = Strings { is_inside: false, is_escaped: false };
        self.copy_while(out, |byte| {
            let was_inside = state.is_inside;
            state.step(byte)?;
            Ok(was_inside && !state.is_inside)
        })
    }

    /// Copies an object or array.
    fn container_into(&mut self, out: &mut Vec<u8>) -> Result<(), Message> {
        let mut state = Strings { is_inside: false, is_escaped: false };
        let mut depth = 0_usize;
        // One bit a level: set for an object. NESTING_DEPTH_MAX is below the width.
        let mut kinds = 0_u128;
        self.copy_while(out, |byte| {
            if state.is_inside {
                state.step(byte)?;
                return Ok(false);
            }
            match byte {
                b'"' => state.is_inside = true,
                b'{' | b'[' => {
                    depth = depth.saturating_add(1);
                    if depth > limits::NESTING_DEPTH_MAX {
                        return Err("nested too deeply");
                    }
                    kinds = (kinds << 1) | u128::from(byte == b'{');
                }
                b'}' | b']' => {
                    if (kinds & 1 == 1) != (byte == b'}') {
                        return Err("brackets do not match");
                    }
                    kinds >>= 1;
                    depth = depth.saturating_sub(1);
                    return Ok(depth == 0);
                }
                _ => {}
            }
            Ok(false)
        })
    }

    /// Copies a number or a literal.
    fn scalar_into(&mut self, out: &mut Vec<u8>) -> Result<(), Message> {
        let start = out.len();
        while let Some(byte) = self.peek()? {
            if byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b':' | b'"' | b'{' | b'[') {
                break;
            }
            out.push(byte);
            self.consume(1);
            if out.len().saturating_sub(start) > KEY_BYTES_MAX {
                return Err(self.malformed("literal too long"));
            }
        }
        if out.len() == start { Err(self.malformed("value expected")) } else { Ok(()) }
    }

    /// Copies bytes until `is_last` says that the byte just seen is the last one.
    fn copy_while(
        &mut self,
        out: &mut Vec<u8>,
        mut is_last: impl FnMut(u8) -> Result<bool, &'static str>,
    ) -> Result<(), Message> {
        loop {
            if self.peek()?.is_none() {
                return Err(self.cut());
            }
            let mut count = 0_usize;
            let mut outcome = Ok(false);
            for byte in self.rest() {
                count = count.saturating_add(1);
                outcome = is_last(*byte);
                if outcome != Ok(false) {
                    break;
                }
            }
            out.extend_from_slice(self.rest().get(..count).unwrap_or_default());
            self.consume(count);
            if out.len() > limits::RECORD_BYTES_MAX {
                return Err(Message::new(codes::FEED_LIMIT)
                    .at(Place::Line(self.line))
                    .with("limit", "RECORD_BYTES_MAX")
                    .with("max", limits::RECORD_BYTES_MAX));
            }
            match outcome {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(detail) => return Err(self.malformed(detail)),
            }
        }
    }
}

/// Where a scan stands with respect to strings.
struct Strings {
    /// Between the quotes.
    is_inside: bool,
    /// Behind a backslash.
    is_escaped: bool,
}

impl Strings {
    /// Takes one byte of a string or its quotes.
    fn step(&mut self, byte: u8) -> Result<(), &'static str> {
        if self.is_escaped {
            self.is_escaped = false;
        } else {
            match byte {
                b'"' => self.is_inside = !self.is_inside,
                b'\\' => self.is_escaped = true,
                // A cut NDJSON line shows here: its open string runs into the line feed.
                0..0x20 => return Err("control character in a string"),
                _ => {}
            }
        }
        Ok(())
    }
}
