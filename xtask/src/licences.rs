//! `cargo xtask licences`: every dependency's licence is one that we accept.

use std::path::Path;

use serde_json::Value;

use crate::workspace::{self, field};

/// The licences accepted, as SPDX writes them. None of them asks more than notice.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Depth of parentheses followed in an expression.
const DEPTH_MAX: usize = 16;

/// Reads `cargo metadata` and names every package whose licence is refused.
pub fn check(root: &Path) -> Result<Vec<String>, String> {
    Ok(refused(&workspace::metadata(root)?))
}

/// The packages whose expression cannot be met with accepted licences, each with the expression.
fn refused(metadata: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for package in workspace::packages(metadata) {
        let expression = field(package, "license");
        let name = format!("{} {}", field(package, "name"), field(package, "version"));
        if expression.is_empty() {
            problems.push(format!("{name}: names no licence expression"));
            continue;
        }
        match is_accepted(expression) {
            Ok(true) => {}
            Ok(false) => problems.push(format!("{name}: licence refused: {expression}")),
            Err(fault) => problems.push(format!("{name}: licence not understood ({fault}): {expression}")),
        }
    }
    problems
}

/// Whether accepted licences can meet an SPDX expression: one side of each `OR`, both sides of each `AND`.
///
/// `/` is `OR`, as crates wrote it before 2018. Source: SPDX 2.3, annex D.
fn is_accepted(expression: &str) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut reader = Reader { tokens: spaced.split_whitespace().peekable() };
    let answer = reader.any_of(DEPTH_MAX)?;
    match reader.tokens.next() {
        None => Ok(answer),
        Some(token) => Err(format!("`{token}` is not expected")),
    }
}

/// Reads an expression, token by token.
struct Reader<'a> {
    /// The tokens that are left.
    tokens: std::iter::Peekable<std::str::SplitWhitespace<'a>>,
}

impl Reader<'_> {
    /// One or more parts joined by `OR`.
    fn any_of(&mut self, depth: usize) -> Result<bool, String> {
        let mut answer = self.all_of(depth)?;
        while self.tokens.next_if_eq(&"OR").is_some() {
            answer |= self.all_of(depth)?;
        }
        Ok(answer)
    }

    /// One or more parts joined by `AND`, which binds tighter than `OR`.
    fn all_of(&mut self, depth: usize) -> Result<bool, String> {
        let mut answer = self.part(depth)?;
        while self.tokens.next_if_eq(&"AND").is_some() {
            answer &= self.part(depth)?;
        }
        Ok(answer)
    }

    /// An expression in parentheses, or a licence with an optional exception.
    fn part(&mut self, depth: usize) -> Result<bool, String> {
        let depth = depth.checked_sub(1).ok_or("too many parentheses")?;
        match self.tokens.next() {
            Some("(") => {
                let answer = self.any_of(depth)?;
                match self.tokens.next() {
                    Some(")") => Ok(answer),
                    _ => Err("`)` is missing".to_owned()),
                }
            }
            Some(token @ (")" | "OR" | "AND" | "WITH")) => Err(format!("`{token}` is not expected")),
            Some(licence) if self.tokens.next_if_eq(&"WITH").is_some() => {
                let exception = self.tokens.next().ok_or("an exception is missing")?;
                Ok(ACCEPTED.contains(&format!("{licence} WITH {exception}").as_str()))
            }
            Some(licence) => Ok(ACCEPTED.contains(&licence)),
            None => Err("a licence is missing".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decides_expressions() {
        for (expression, accepted) in [
            ("MIT", true),
            ("MPL-2.0", false),
            ("GPL-3.0-or-later", false),
            ("MIT OR GPL-2.0-only", true),
            ("MIT AND GPL-2.0-only", false),
            ("MIT/Apache-2.0", true),
            ("GPL-2.0/MPL-2.0", false),
            ("MIT OR Apache-2.0 OR LGPL-2.1-or-later", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND (MPL-2.0 OR GPL-3.0-only)", false),
            ("MPL-2.0 AND MIT OR Zlib", true),
            ("Zlib OR MPL-2.0 AND MIT", true),
            ("MPL-2.0 AND (MIT OR Zlib)", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true),
            ("Apache-2.0 WITH Other-exception", false),
            ("GPL-2.0-only WITH Classpath-exception-2.0", false),
            ("mit", false),
        ] {
            assert_eq!(is_accepted(expression), Ok(accepted), "{expression}");
        }
    }

    #[test]
    fn refuses_what_is_no_expression() {
        for expression in ["", "MIT OR", "AND MIT", "(MIT", "MIT)", "MIT Zlib", "MIT WITH", "()"] {
            assert!(is_accepted(expression).is_err(), "{expression}");
        }
        assert!(is_accepted(&format!("{}MIT{}", "(".repeat(100), ")".repeat(100))).is_err());
    }

    #[test]
    fn names_the_refused_package_and_its_expression() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "good", "version": "1.0.0", "license": "MIT" },
            { "name": "bad", "version": "2.0.0", "license": "MPL-2.0" },
            { "name": "silent", "version": "3.0.0", "license": null },
            { "name": "broken", "version": "4.0.0", "license": "MIT OR" },
        ] });
        assert_eq!(
            refused(&metadata),
            [
                "bad 2.0.0: licence refused: MPL-2.0",
                "silent 3.0.0: names no licence expression",
                "broken 4.0.0: licence not understood (a licence is missing): MIT OR",
            ]
        );
    }
}
