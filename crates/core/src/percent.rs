//! Percent-encoding undone.

/// The bytes behind percent sequences; a `%` that begins none stands for itself.
///
/// ```
/// # use kikimori_core::percent;
/// assert_eq!(percent::decoded("a%2Fb"), b"a/b");
/// assert_eq!(percent::decoded("100%, 5%+1"), b"100%, 5%+1");
/// ```
#[must_use]
pub fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.split_at_checked(2).filter(|_| *first == b'%');
        match digits.and_then(|(pair, behind)| Some((byte_of(pair)?, behind))) {
            Some((byte, behind)) => {
                bytes.push(byte);
                rest = behind;
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// The byte that hexadecimal digits write.
fn byte_of(pair: &[u8]) -> Option<u8> {
    pair.iter().try_fold(0_u8, |byte, digit| {
        let value = u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
        Some(byte << 4 | value)
    })
}
