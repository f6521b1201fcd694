//! `unsafe` is forbidden everywhere but where the library file is mapped into memory.

use std::collections::BTreeSet;

use crate::workspace::SourceFile;

/// The crate that may hold `unsafe`, with its own reasons beside it.
const EXEMPT: &str = "crates/matcher";

/// The line that forbids it for a whole crate.
const FORBID: &str = "#![forbid(unsafe_code)]";

/// Names every crate root without the line, and every crate without a root.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    let crates: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.path.strip_suffix("/Cargo.toml"))
        .filter(|path| *path == "xtask" || (path.starts_with("crates/") && path.matches('/').count() == 1))
        .collect();
    for path in crates.into_iter().filter(|path| *path != EXEMPT) {
        let is_root = |file: &&SourceFile| {
            let inside = file.path.strip_prefix(path).and_then(|inside| inside.strip_prefix("/src/"));
            inside.is_some_and(|inside| {
                matches!(inside, "lib.rs" | "main.rs")
                    || (inside.starts_with("bin/") && inside.ends_with(".rs"))
            })
        };
        let roots: Vec<&SourceFile> = files.iter().filter(is_root).collect();
        if roots.is_empty() {
            problems.push(format!("{path}: no src/lib.rs or src/main.rs"));
        }
        for root in roots.iter().filter(|root| !root.text.lines().any(|line| line == FORBID)) {
            problems.push(format!("{}: `{FORBID}` is missing", root.path));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn demands_the_line_in_every_root() {
        let with = "//! Text.\n#![forbid(unsafe_code)]\n";
        let good = [
            file("Cargo.toml", ""),
            file("crates/core/Cargo.toml", ""),
            file("crates/core/src/lib.rs", with),
            file("crates/core/src/purl.rs", ""),
            file("crates/matcher/Cargo.toml", ""),
            file("crates/matcher/src/lib.rs", ""),
            file("xtask/Cargo.toml", ""),
            file("xtask/src/main.rs", with),
        ];
        assert_eq!(check(&good), [""; 0]);
        let bad = [
            file("crates/core/Cargo.toml", ""),
            file("crates/core/src/lib.rs", "// #![forbid(unsafe_code)]\n"),
            file("crates/core/src/bin/tool.rs", ""),
            file("xtask/Cargo.toml", ""),
        ];
        assert_eq!(
            check(&bad),
            [
                "crates/core/src/lib.rs: `#![forbid(unsafe_code)]` is missing",
                "crates/core/src/bin/tool.rs: `#![forbid(unsafe_code)]` is missing",
                "xtask: no src/lib.rs or src/main.rs",
            ]
        );
    }
}
