//! Percent-encoding as package URLs use it.

use super::{PurlFault, PurlPart};
use crate::percent;

/// Decodes percent sequences; a `%` that begins none stands for itself.
pub(super) fn decode(text: &str, part: PurlPart) -> Result<String, PurlFault> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    String::from_utf8(percent::decoded(text)).map_err(|_| PurlFault::Encoding { part, text: text.to_owned() })
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
