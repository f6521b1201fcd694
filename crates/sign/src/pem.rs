//! PEM blocks (RFC 7468).

use base64ct::{Base64, Encoding};

/// Characters on one line of a block.
const LINE_CHARS: usize = 64;

/// Longest body of a block read, in characters; an Ed25519 key takes 64.
const BODY_CHARS_MAX: usize = 4_096;

/// The content of the first block with the label.
pub fn read(text: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let body: String = body.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    if body.len() > BODY_CHARS_MAX {
        return None;
    }
    Base64::decode_vec(&body).ok()
}

/// A block with the label.
pub fn write(label: &str, content: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (index, character) in Base64::encode_string(content).chars().enumerate() {
        if index > 0 && index % LINE_CHARS == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str(&format!("\n-----END {label}-----\n"));
    text
}
