//! XML in the encodings that Japanese documents declare, as UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS};
use kikimori_core::message::{Message, codes};

/// Bytes in which an XML declaration must end.
const DECLARATION_BYTES_MAX: usize = 256;

/// Bytes decoded at a time.
const BUFFER_BYTES: usize = 32 * 1024;

/// The encoding that an XML declaration states, `None` for UTF-8 or none.
///
/// # Errors
/// FEED-024 when it is one that is not read here.
pub(super) fn declared(start: &[u8]) -> Result<Option<&'static Encoding>, Message> {
    let start = start.get(..start.len().min(DECLARATION_BYTES_MAX)).unwrap_or_default();
    let text = String::from_utf8_lossy(start);
    let Some(declaration) = text.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()) else {
        return Ok(None);
    };
    let Some(rest) = declaration.split("encoding").nth(1) else { return Ok(None) };
    let rest = rest.trim_start().trim_start_matches('=').trim_start();
    let Some(quote) = rest.chars().next().filter(|quote| ['"', '\''].contains(quote)) else {
        return Ok(None);
    };
    let label = rest.split(quote).nth(1).unwrap_or_default();
    if matches!(label.to_ascii_lowercase().as_str(), "" | "utf-8" | "utf8" | "us-ascii") {
        return Ok(None);
    }
    match Encoding::for_label(label.as_bytes()) {
        Some(found) if [SHIFT_JIS, EUC_JP, ISO_2022_JP].contains(&found) => Ok(Some(found)),
        _ => Err(Message::new(codes::FEED_ENCODING).with("encoding", label.escape_debug())),
    }
}

/// A reader that gives the bytes of `input` as UTF-8. What is no character of the encoding becomes U+FFFD.
pub(super) struct Decoding<R> {
    /// Where bytes come from.
    input: R,
    /// The decoder.
    decoder: Decoder,
    /// Bytes read and not decoded yet stand at its start.
    packed: Vec<u8>,
    /// How many.
    n_packed: usize,
    /// Decoded text.
    text: Vec<u8>,
    /// What of it was handed on.
    n_given: usize,
    /// Nothing more will be decoded.
    is_done: bool,
}

impl<R: Read> Decoding<R> {
    /// Nothing read yet.
    pub(super) fn new(input: R, encoding: &'static Encoding) -> Self {
        Self {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            packed: vec![0; BUFFER_BYTES],
            n_packed: 0,
            text: Vec::new(),
            n_given: 0,
            is_done: false,
        }
    }

    /// Decodes the next piece into `text`.
    fn fill(&mut self) -> io::Result<()> {
        let space = self.packed.get_mut(self.n_packed..).unwrap_or_default();
        let count = self.input.read(space)?;
        let is_last = count == 0 && !space.is_empty();
        self.n_packed = self.n_packed.saturating_add(count);
        let input = self.packed.get(..self.n_packed).unwrap_or_default();
        let room = self.decoder.max_utf8_buffer_length(input.len()).unwrap_or(BUFFER_BYTES.saturating_mul(4));
        self.text.resize(room, 0);
        let (result, n_read, n_written, _) = self.decoder.decode_to_utf8(input, &mut self.text, is_last);
        self.text.truncate(n_written);
        self.n_given = 0;
        self.packed.copy_within(n_read..self.n_packed, 0);
        self.n_packed = self.n_packed.saturating_sub(n_read);
        self.is_done = is_last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.n_given >= self.text.len() && !self.is_done {
            self.fill()?;
        }
        let rest = self.text.get(self.n_given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.n_given = self.n_given.saturating_add(count);
        Ok(count)
    }
}
