//! Percent-encoding as package URLs use it.

use super::{PurlFault, PurlPart};

/// Decodes percent sequences; a `%` that begins none stands for itself.
pub(super) fn decode(text: &str, part: PurlPart) -> Result<String, PurlFault> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = (byte == b'%').then(|| (ahead.next(), ahead.next()));
        match digits {
            Some((Some(high), Some(low))) => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = ahead;
                }
                _ => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| PurlFault::Encoding { part, text: text.to_owned() })
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Appends `text` with everything percent-encoded but letters, digits, `.`, `-`, `_`, `~` and `:`
/// (ECMA-427, character encoding).
pub(super) fn push_encoded(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
}

/// Appends `text` encoded, with its `/` kept.
pub(super) fn push_encoded_path(out: &mut String, text: &str) {
    for (position, segment) in text.split('/').enumerate() {
        if position > 0 {
            out.push('/');
        }
        push_encoded(out, segment);
    }
}
