//! One-time codes of authenticators: TOTP (RFC 6238) with SHA-1, six digits, steps of 30 seconds, as every authenticator knows them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use kikimori_core::stamp::Stamp;
use sha1::Sha1;

/// Milliseconds of a step.
const STEP_MILLISECONDS: i64 = 30_000;

/// Digits of a code.
const DIGITS: usize = 6;

/// The letters of Base32 (RFC 4648, 6).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step at a point in time.
#[must_use]
pub fn step_at(at: Stamp) -> i64 {
    at.0.div_euclid(STEP_MILLISECONDS)
}

/// The code of a step.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    // A key of any length is taken; an empty code fits nothing.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // RFC 4226, 5.3: four bytes from the place that the last half byte names, without the sign.
    let offset = usize::from(digest.last().copied().unwrap_or_default() & 0x0f);
    let bytes = digest.get(offset..offset + 4).unwrap_or_default();
    let number = bytes.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The step whose code this is: the present one, the one before or the one after, because clocks differ.
#[must_use]
pub fn step_of(secret: &[u8], typed: &str, now: Stamp) -> Option<i64> {
    let typed: String = kikimori_core::typed_text::code(typed).chars().filter(char::is_ascii_digit).collect();
    if typed.len() != DIGITS {
        return None;
    }
    let present = step_at(now);
    let mut steps = [present, present - 1, present + 1].into_iter();
    steps.find(|step| is_same(&code(secret, *step), &typed))
}

/// Whether two codes are the same, in a time that does not tell where they differ.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Bytes as Base32 without padding, as authenticators take secrets.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(5) {
        let mut bits = group.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        bits <<= 8 * (5 - group.len());
        let n_letters = (group.len() * 8).div_ceil(5);
        for letter in 0..n_letters {
            let index = usize::try_from((bits >> (35 - 5 * letter)) & 31).unwrap_or_default();
            text.push(char::from(BASE32.get(index).copied().unwrap_or_default()));
        }
    }
    text
}

/// The address that an authenticator takes from a QR code (the "Key URI Format" of Google Authenticator, read 2026-11-21).
#[must_use]
pub fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    let (issuer, account) = (encoded(issuer), encoded(account));
    let secret = base32(secret);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    )
}

/// A text with everything but unreserved characters percent-encoded.
fn encoded(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1, to six digits.
    #[test]
    fn gives_the_codes_of_the_standard() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(b"12345678901234567890", step_at(Stamp(seconds * 1_000))), expected, "{seconds}");
        }
    }

    #[test]
    fn accepts_one_step_to_either_side() {
        let secret = b"12345678901234567890";
        let now = Stamp(1_111_111_109_000);
        let present = step_at(now);
        for step in [present - 1, present, present + 1] {
            assert_eq!(step_of(secret, &code(secret, step), now), Some(step));
        }
        for step in [present - 2, present + 2] {
            assert_eq!(step_of(secret, &code(secret, step), now), None);
        }
        assert_eq!(step_of(secret, "０８１ ８０４", now), Some(present), "as people type it");
        assert_eq!(step_of(secret, "81804", now), None);
        assert_eq!(step_of(secret, "", now), None);
    }

    /// RFC 4648, 10, without padding.
    #[test]
    fn writes_base32() {
        for (bytes, expected) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), expected);
        }
        assert_eq!(
            uri(b"foobar", "Kikimori 例", "a@b.jp"),
            "otpauth://totp/Kikimori%20%E4%BE%8B:a%40b.jp?secret=MZXW6YTBOI&issuer=Kikimori%20%E4%BE%8B&algorithm=SHA1&digits=6&period=30"
        );
    }
}
