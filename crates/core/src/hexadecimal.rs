//! Bytes as hexadecimal digits, the way digests are written.

/// The bytes in lower-case hexadecimal digits, two a byte.
///
/// ```
/// # use kikimori_core::hexadecimal;
/// assert_eq!(hexadecimal::of(&[0, 10, 255]), "000aff");
/// ```
#[must_use]
pub fn of(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect()
}
