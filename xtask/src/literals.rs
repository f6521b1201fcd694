//! The string literals of Rust source, found without a parser.

/// The string literals of `source` outside comments, as written between the quotes, each with its line from 1.
///
/// Escapes are not resolved. Good for source that compiles; on anything else it still ends.
pub fn find(source: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = source;
    let mut is_after_name = false;
    while let Some(first) = rest.chars().next() {
        let (length, literal) = token(rest, is_after_name);
        let (token, after) = rest.split_at(length.clamp(first.len_utf8(), rest.len()));
        if let Some(literal) = literal {
            found.push((line, literal));
        }
        line += token.matches('\n').count();
        is_after_name = first.is_alphanumeric() || first == '_';
        rest = after;
    }
    found
}

/// The bytes of the comment, literal or character at the start of `rest`, and the text of a string literal.
fn token(rest: &str, is_after_name: bool) -> (usize, Option<&str>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (rest.find("*/").map_or(rest.len(), |at| at + 2), None);
    }
    if let Some(body) = rest.strip_prefix('"') {
        let end = string_end(body);
        return (end + 2, body.get(..end));
    }
    if rest.starts_with('r') && !is_after_name {
        let hashes = rest.bytes().skip(1).take_while(|byte| *byte == b'#').count();
        if let Some(body) = rest.get(1 + hashes..).and_then(|body| body.strip_prefix('"')) {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = body.find(&close).unwrap_or(body.len());
            return (2 + hashes + end + close.len(), body.get(..end));
        }
    }
    // A character literal may hold a quote; a lifetime is no literal.
    for quoted in ["'\"'", "'\\\"'", "'\\''", "'\\\\'"] {
        if rest.starts_with(quoted) {
            return (quoted.len(), None);
        }
    }
    (1, None)
}

/// The bytes of a string literal's body before its closing quote.
fn string_end(body: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            b'"' if !is_escaped => return at,
            b'\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_literals_and_skips_comments() {
        let source = "a(\"one\", 'x', '\"'); // \"no\"\n/* \"no\" */ b(\"t\\\"wo\\\\\");\nr#\"th\"ree\"#;\nvar\"four\"\n'\\'' \"f\nive\" \"六\"\n";
        assert_eq!(
            find(source),
            [(1, "one"), (2, "t\\\"wo\\\\"), (3, "th\"ree"), (4, "four"), (5, "f\nive"), (6, "六")]
        );
    }

    #[test]
    fn ends_on_broken_source() {
        for source in ["\"", "r#\"", "r##", "/*", "\"\\", "'", "r\"é", "é\"é"] {
            let _ = find(source);
        }
    }
}
