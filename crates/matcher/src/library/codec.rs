//! The library's byte encoding: variable-length integers and length-prefixed texts.
//!
//! Writing cannot fail; reading returns `None` on any byte that does not fit, so that a damaged file becomes
//! an error and never a panic.

/// Appends values to a byte buffer.
#[derive(Debug, Default)]
pub struct Writer {
    /// What was written so far.
    pub bytes: Vec<u8>,
}

impl Writer {
    /// One byte.
    pub fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// An unsigned integer, seven bits a byte, least significant first (LEB128).
    pub fn uint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A signed integer, zigzag-coded.
    pub fn int(&mut self, value: i64) {
        self.uint(((value << 1) ^ (value >> 63)) as u64);
    }

    /// A text with its length in bytes before it.
    pub fn text(&mut self, value: &str) {
        self.uint(value.len() as u64);
        self.bytes.extend_from_slice(value.as_bytes());
    }

    /// A text that may be absent: length plus one, zero for absent.
    pub fn optional_text(&mut self, value: Option<&str>) {
        match value {
            None => self.uint(0),
            Some(text) => {
                self.uint(text.len() as u64 + 1);
                self.bytes.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// An integer that may be absent.
    pub fn optional_int(&mut self, value: Option<i64>) {
        match value {
            None => self.byte(0),
            Some(value) => {
                self.byte(1);
                self.int(value);
            }
        }
    }

    /// Texts with their count before them.
    pub fn texts<T: AsRef<str>>(&mut self, values: &[T]) {
        self.uint(values.len() as u64);
        for value in values {
            self.text(value.as_ref());
        }
    }
}

/// Reads values from bytes it borrows.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// What is left to read.
    pub rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader over `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// An unsigned integer; `None` when it is longer than ten bytes.
    pub fn uint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A count or length, which must fit what is left (every item takes at least one byte).
    pub fn count(&mut self) -> Option<usize> {
        let value = usize::try_from(self.uint()?).ok()?;
        (value <= self.rest.len()).then_some(value)
    }

    /// A signed integer.
    pub fn int(&mut self) -> Option<i64> {
        let value = self.uint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// `length` bytes.
    pub fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(head)
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// A text that may be absent.
    pub fn optional_text(&mut self) -> Option<Option<&'a str>> {
        match self.uint()? {
            0 => Some(None),
            length => {
                let length = usize::try_from(length - 1).ok()?;
                Some(Some(std::str::from_utf8(self.bytes(length)?).ok()?))
            }
        }
    }

    /// An integer that may be absent.
    pub fn optional_int(&mut self) -> Option<Option<i64>> {
        match self.byte()? {
            0 => Some(None),
            1 => Some(Some(self.int()?)),
            _ => None,
        }
    }

    /// Texts with their count before them.
    pub fn texts(&mut self) -> Option<Vec<&'a str>> {
        let count = self.count()?;
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            texts.push(self.text()?);
        }
        Some(texts)
    }
}

/// A little-endian `u32` at `offset`.
#[must_use]
pub fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let slice = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_le_bytes(slice.try_into().ok()?))
}

/// A little-endian `u64` at `offset`.
#[must_use]
pub fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    let slice = bytes.get(offset..offset.checked_add(8)?)?;
    Some(u64::from_le_bytes(slice.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_back_what_was_written(unsigned: u64, signed: i64, text: String, absent: Option<String>) {
            let mut writer = Writer::default();
            writer.uint(unsigned);
            writer.int(signed);
            writer.text(&text);
            writer.optional_text(absent.as_deref());
            let mut reader = Reader::new(&writer.bytes);
            prop_assert_eq!(reader.uint(), Some(unsigned));
            prop_assert_eq!(reader.int(), Some(signed));
            prop_assert_eq!(reader.text(), Some(text.as_str()));
            prop_assert_eq!(reader.optional_text(), Some(absent.as_deref()));
            prop_assert!(reader.rest.is_empty());
        }

        #[test]
        fn never_panics_on_any_bytes(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.texts().is_some() && reader.optional_int().is_some() && reader.optional_text().is_some() {}
        }
    }
}
