//! The reader of the translation tables: a strict subset of TOML.
//!
//! A line is empty, a comment that starts with `#`, or `"key" = "text"`. Keys hold ASCII letters, digits, `.`,
//! `_` and `-`. Texts are basic strings whose only escapes are `\"`, `\\` and `\n`. Nothing else is read, so a
//! table needs no TOML library, and a test shows that one reads the same from it.
//!
//! This file is compiled twice: here and in `xtask`, which must build without the domain.

/// One row of a translation table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line it stands on, counted from 1.
    pub line: usize,
    /// The key.
    pub key: String,
    /// The text, escapes resolved.
    pub text: String,
    /// The comment on the line directly above, without `#`; empty when there is none.
    pub comment: String,
}

/// A line that is not of the subset, or repeats a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub detail: String,
}

/// Reads a table: its rows in order, and the lines that could not be read.
#[must_use]
pub fn read(table: &str) -> (Vec<Entry>, Vec<TableFault>) {
    let mut entries = Vec::new();
    let mut faults = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut comment = String::new();
    for (index, row) in table.lines().enumerate() {
        let line = index + 1;
        let row = row.trim();
        if let Some(words) = row.strip_prefix('#') {
            comment = words.trim().to_owned();
            continue;
        }
        let comment_above = std::mem::take(&mut comment);
        if row.is_empty() {
            continue;
        }
        match read_row(row) {
            Ok((key, _)) if !seen.insert(key.clone()) => {
                faults.push(TableFault { line, detail: format!("the key `{key}` stands twice") });
            }
            Ok((key, text)) => entries.push(Entry { line, key, text, comment: comment_above }),
            Err(detail) => faults.push(TableFault { line, detail: detail.to_owned() }),
        }
    }
    (entries, faults)
}

/// Reads `"key" = "text"`.
fn read_row(row: &str) -> Result<(String, String), &'static str> {
    let (key, rest) = read_string(row)?;
    let is_key = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    if key.is_empty() || !key.chars().all(is_key) {
        return Err("a key holds ASCII letters, digits, `.`, `_` and `-`");
    }
    let rest = rest.trim_start().strip_prefix('=').ok_or("`=` expected after the key")?;
    let (text, rest) = read_string(rest.trim_start())?;
    if rest.is_empty() { Ok((key, text)) } else { Err("nothing may follow the text") }
}

/// Reads a basic string at the start of `row`; returns it and what follows.
fn read_string(row: &str) -> Result<(String, &str), &'static str> {
    let mut rest = row.strip_prefix('"').ok_or("`\"` expected")?.chars();
    let mut text = String::new();
    loop {
        match rest.next().ok_or("the closing `\"` is missing")? {
            '"' => return Ok((text, rest.as_str())),
            '\\' => match rest.next() {
                Some(escaped @ ('"' | '\\')) => text.push(escaped),
                Some('n') => text.push('\n'),
                _ => return Err("the escapes are `\\\"`, `\\\\` and `\\n`"),
            },
            control if control.is_control() => return Err("control characters are not written as such"),
            character => text.push(character),
        }
    }
}

/// The names in `{braces}` of a text, in order, repeated ones repeated; `None` when the braces do not pair.
#[must_use]
pub fn placeholders(text: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let is_name = |character: char| character.is_ascii_lowercase() || character == '_';
        if before.contains('}') || name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        names.push(name);
        rest = after;
    }
    if rest.contains('}') { None } else { Some(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(table: &str) -> String {
        let (entries, faults) = read(table);
        assert!(entries.is_empty(), "{entries:?}");
        faults.into_iter().map(|fault| format!("{}: {}", fault.line, fault.detail)).collect()
    }

    #[test]
    fn reads_rows_with_the_comment_above() {
        let (entries, faults) =
            read("# group\n\n# latin: a name\n\"a.b-c_1\" = \"x \\\"y\\\" \\\\ z\\nw\"\n\"d\"=\"\"\n");
        assert_eq!(faults, []);
        let row = |line, key: &str, text: &str, comment: &str| Entry {
            line,
            key: key.to_owned(),
            text: text.to_owned(),
            comment: comment.to_owned(),
        };
        assert_eq!(entries, [row(4, "a.b-c_1", "x \"y\" \\ z\nw", "latin: a name"), row(5, "d", "", "")]);
    }

    #[test]
    fn refuses_what_is_outside_the_subset() {
        assert_eq!(fault("key = \"text\""), "1: `\"` expected");
        assert_eq!(fault("[section]"), "1: `\"` expected");
        assert_eq!(fault("\n\"key\" \"text\""), "2: `=` expected after the key");
        assert_eq!(fault("\"key\" = \"text"), "1: the closing `\"` is missing");
        assert_eq!(fault("\"key\" = \"text\" # why"), "1: nothing may follow the text");
        assert_eq!(fault("\"key\" = \"a\\tb\""), "1: the escapes are `\\\"`, `\\\\` and `\\n`");
        assert_eq!(fault("\"key\" = \"a\tb\""), "1: control characters are not written as such");
        assert_eq!(fault("\"鍵\" = \"text\""), "1: a key holds ASCII letters, digits, `.`, `_` and `-`");
    }

    #[test]
    fn refuses_a_repeated_key_and_keeps_the_first() {
        let (entries, faults) = read("\"a\" = \"1\"\n\"a\" = \"2\"\n");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].text, "1");
        assert_eq!(faults, [TableFault { line: 2, detail: "the key `a` stands twice".to_owned() }]);
    }

    #[test]
    fn names_placeholders_in_order() {
        assert_eq!(placeholders("none"), Some(vec![]));
        assert_eq!(placeholders("{b} and {a_b} and {b}"), Some(vec!["b", "a_b", "b"]));
        for broken in ["{", "}", "{}", "{a", "a}", "{a}}", "{{a}}", "{A}", "{a b}"] {
            assert_eq!(placeholders(broken), None, "{broken}");
        }
    }
}
