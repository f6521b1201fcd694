//! Internationalised references (IRI): texts of people made into what formats accept as addresses.
//!
//! Source: RFC 3987, section 2.2; RFC 3986, section 3.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::Ipv6Addr;

/// Signs that may stand anywhere in an IRI, besides letters, digits and those that separate its parts.
const SIGNS: &str = "-._~!$&'()*+,;=";

/// A text as an IRI reference: what cannot stand where it stands is percent-encoded, all else is kept.
///
/// `https://example.com/${name}` becomes `https://example.com/$%7Bname%7D`.
pub(super) fn reference(text: &str) -> Cow<'_, str> {
    let (rest, fragment) = split(text, '#');
    let (rest, query) = split(rest, '?');
    let (scheme, rest) = match rest.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, rest),
    };
    let mut written = String::with_capacity(text.len() + 16);
    if let Some(scheme) = scheme {
        written.push_str(scheme);
        written.push(':');
    }
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            written.push_str("//");
            push_authority(&mut written, authority);
            path
        }
        // A colon in the first segment would make it a scheme.
        None if scheme.is_none() => {
            let (segment, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            push(&mut written, segment, "@");
            path
        }
        None => rest,
    };
    push(&mut written, path, ":@/");
    for (mark, part) in [('?', query), ('#', fragment)] {
        if let Some(part) = part {
            written.push(mark);
            push(&mut written, part, ":@/?");
        }
    }
    if written == text { text.into() } else { written.into() }
}

/// The text before a mark, and what follows it.
fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Whether a text can be a scheme.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Appends user, host and port.
fn push_authority(written: &mut String, authority: &str) {
    let host = match authority.rsplit_once('@') {
        Some((user, host)) => {
            push(written, user, ":");
            written.push('@');
            host
        }
        None => authority,
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let (host, port) = match host.rsplit_once(':').filter(|(_, port)| is_port(port)) {
        Some((host, port)) => (host, Some(port)),
        None => (host, None),
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()) {
        written.push_str(host);
    } else {
        push(written, host, "");
    }
    if let Some(port) = port {
        written.push(':');
        written.push_str(port);
    }
}

/// Appends a part in which the signs of `further` may stand too.
fn push(written: &mut String, part: &str, further: &str) {
    for (position, character) in part.char_indices() {
        let is_encoded = character == '%'
            && part
                .get(position + 1..position + 3)
                .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let is_kept = character.is_ascii_alphanumeric()
            || SIGNS.contains(character)
            || further.contains(character)
            || is_encoded
            || is_beyond_ascii(character);
        if is_kept {
            written.push(character);
        } else {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(written, "%{byte:02X}");
            }
        }
    }
}

/// Whether a character beyond ASCII may stand in an IRI (`ucschar`): none for private use, none that is no character.
fn is_beyond_ascii(character: char) -> bool {
    match u32::from(character) {
        0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF | 0xE1000..=0xEFFFD => true,
        code @ 0x1_0000..=0xD_FFFF => code & 0xFFFF <= 0xFFFD,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_an_address_and_encodes_what_is_none() {
        for (text, expected) in [
            ("https://example.com/a?b=c&d#e", "https://example.com/a?b=c&d#e"),
            ("https://user:word@[::1]:8080/", "https://user:word@[::1]:8080/"),
            ("https://例え.jp/輸液?量=%E9%87%8F", "https://例え.jp/輸液?量=%E9%87%8F"),
            ("mailto:a@example.com", "mailto:a@example.com"),
            (
                "urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#a%20b",
                "urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#a%20b",
            ),
            ("", ""),
            ("https://example.com/${name}", "https://example.com/$%7Bname%7D"),
            ("https://example.com:${port}/", "https://example.com%3A$%7Bport%7D/"),
            ("https://[::g]/", "https://%5B%3A%3Ag%5D/"),
            ("git@example.com:a/b.git", "git@example.com%3Aa/b.git"),
            ("C:\\files\\a b.txt", "C:%5Cfiles%5Ca%20b.txt"),
            ("100% of a#b#c", "100%25%20of%20a#b%23c"),
            ("\u{e000}\u{fffe}\u{1fffe}", "%EE%80%80%EF%BF%BE%F0%9F%BF%BE"),
        ] {
            assert_eq!(reference(text), expected);
        }
    }
}
