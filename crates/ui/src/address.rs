//! The addresses of pages. Every id is percent-encoded.

use std::fmt::Write as _;

/// Percent-encodes everything but unreserved characters (RFC 3986, 2.3).
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// A path with parameters.
pub(crate) fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (index, (name, value)) in query.iter().enumerate() {
        let _ = write!(address, "{}{}={}", if index == 0 { '?' } else { '&' }, encode(name), encode(value));
    }
    address
}

/// `/products/{id}`.
pub fn product(id: &str) -> String {
    format!("/products/{}", encode(id))
}

/// `/sboms/{id}`.
pub fn sbom(id: &str) -> String {
    format!("/sboms/{}", encode(id))
}

/// `/findings/{id}`.
pub fn finding(id: &str) -> String {
    format!("/findings/{}", encode(id))
}

/// `/vulnerabilities/{id}`.
pub fn vulnerability(id: &str) -> String {
    format!("/vulnerabilities/{}", encode(id))
}

/// `/identities/{id}`.
pub fn identity(id: &str) -> String {
    format!("/identities/{}", encode(id))
}

/// An address elsewhere that may be linked: `https` or `http` only.
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_ids_and_queries() {
        assert_eq!(product("a/b c"), "/products/a%2Fb%20c");
        assert_eq!(with_query("/x", &[("q", "é&="), ("p", "1")]), "/x?q=%C3%A9%26%3D&p=1");
        assert_eq!(with_query("/x", &[]), "/x");
    }

    #[test]
    fn links_to_no_other_schemes() {
        assert!(is_web("https://example.org") && is_web("http://example.org"));
        assert!(!is_web("javascript:alert(1)") && !is_web("data:text/html,x") && !is_web("//x"));
    }
}
