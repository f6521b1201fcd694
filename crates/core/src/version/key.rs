//! Sort keys: byte strings whose byte order is the order of the versions they were made from.
//!
//! A scheme writes marks (one byte, the rank of what follows), numbers and words. Every piece is
//! self-delimiting, so a key never runs into the next piece of another key.

/// Longest digit string, in digits, whose length fits the one-byte prefix of [`Key::number`].
const SHORT_DIGITS_MAX: usize = 0xfe;

/// A sort key under construction.
pub(super) struct Key(Vec<u8>);

impl Key {
    /// An empty key with room for a text of `text_bytes` bytes, so that most keys need one allocation.
    pub(super) fn for_text(text_bytes: usize) -> Self {
        Self(Vec::with_capacity(text_bytes.saturating_mul(2).saturating_add(16)))
    }

    /// Writes one byte: the rank of the piece that follows, or an end.
    pub(super) fn mark(&mut self, rank: u8) {
        self.0.push(rank);
    }

    /// Writes a decimal number of any length: leading zeros go, then the length, then the digits.
    ///
    /// No digits at all count as zero.
    pub(super) fn number(&mut self, digits: &[u8]) {
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let significant = digits.get(zeros..).unwrap_or_default();
        match u8::try_from(significant.len()) {
            Ok(length) if significant.len() <= SHORT_DIGITS_MAX => self.0.push(length),
            _ => {
                self.0.push(0xff);
                let length = u32::try_from(significant.len()).unwrap_or(u32::MAX);
                self.0.extend_from_slice(&length.to_be_bytes());
            }
        }
        self.0.extend_from_slice(significant);
    }

    /// Writes text that holds no zero byte, and a zero byte: a prefix sorts before its extensions.
    pub(super) fn word(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        self.0.push(0);
    }

    /// Like [`Key::word`], with ASCII letters in lower case.
    pub(super) fn word_lower(&mut self, bytes: &[u8]) {
        self.0.extend(bytes.iter().map(u8::to_ascii_lowercase));
        self.0.push(0);
    }

    /// The finished key.
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// The bytes of a version text that are still to be read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'text> {
    /// What is left.
    rest: &'text [u8],
}

impl<'text> Cursor<'text> {
    /// Starts at the beginning of `bytes`.
    pub(super) fn new(bytes: &'text [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'text [u8] {
        self.rest
    }

    /// True when everything was read.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next byte, not consumed.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Consumes and returns the next byte.
    pub(super) fn bump(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Consumes the next byte when it is `wanted`.
    pub(super) fn eat(&mut self, wanted: u8) -> bool {
        self.eat_if(|byte| byte == wanted).is_some()
    }

    /// Consumes the next byte when `accepts` says so.
    pub(super) fn eat_if(&mut self, accepts: impl Fn(u8) -> bool) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        if !accepts(*first) {
            return None;
        }
        self.rest = rest;
        Some(*first)
    }

    /// Consumes `word`, compared without case, when it comes next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        match self.rest.split_at_checked(word.len()) {
            Some((head, tail)) if head.eq_ignore_ascii_case(word.as_bytes()) => {
                self.rest = tail;
                true
            }
            _ => false,
        }
    }

    /// Consumes bytes while `accepts` says so.
    pub(super) fn take_while(&mut self, accepts: impl Fn(u8) -> bool) -> &'text [u8] {
        let length = self.rest.iter().position(|byte| !accepts(*byte)).unwrap_or(self.rest.len());
        let (head, tail) = self.rest.split_at(length);
        self.rest = tail;
        head
    }

    /// Consumes decimal digits; empty when none come next.
    pub(super) fn digits(&mut self) -> &'text [u8] {
        self.take_while(|byte| byte.is_ascii_digit())
    }
}

/// True for a number written with zeros only, or with nothing.
pub(super) fn is_zero(digits: &[u8]) -> bool {
    digits.iter().all(|digit| *digit == b'0')
}
