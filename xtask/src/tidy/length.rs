//! Lengths of Rust files and functions.

use crate::workspace::SourceFile;

/// Lines in one Rust file, tests included.
const FILE_LINES_MAX: usize = 800;

/// Lines from `fn` to the closing brace: a screen.
const FUNCTION_LINES_MAX: usize = 70;

/// The first line of a file that is a table and may be longer.
const TABLE_MARK: &str = "// tidy: table";

/// Names every file and function over its limit. Functions in tests may be long tables of cases.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && file.text.lines().next() != Some(TABLE_MARK)) {
        let n_lines = file.text.lines().count();
        if n_lines > FILE_LINES_MAX {
            problems.push(format!("{}: {n_lines} lines, the wall is {FILE_LINES_MAX}", file.path));
        }
        if file.is_test() {
            continue;
        }
        for (line, n_lines) in functions(file.code()) {
            if n_lines > FUNCTION_LINES_MAX {
                let path = &file.path;
                problems.push(format!(
                    "{path}:{line}: a function of {n_lines} lines, the wall is {FUNCTION_LINES_MAX}"
                ));
            }
        }
    }
    problems
}

/// The functions of formatted source: line of `fn`, from 1, and lines up to the brace at the same indent.
fn functions(code: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let words = line.trim_start();
        if !starts_function(words) || words.ends_with('}') || words.ends_with(';') {
            continue;
        }
        let indent = line.len() - words.len();
        let closes = |line: &&str| {
            let words = line.trim_start();
            line.len() - words.len() == indent && (words == "}" || words.ends_with(';'))
        };
        let after = lines.get(index + 1..).unwrap_or_default();
        if let Some(offset) = after.iter().position(closes) {
            found.push((index + 1, offset + 2));
        }
    }
    found
}

/// A line that declares a function: `fn` with nothing but qualifiers before it.
fn starts_function(words: &str) -> bool {
    let is_qualifier = |word: &str| {
        word.starts_with("pub") || matches!(word, "const" | "async" | "unsafe" | "extern" | "\"C\"")
    };
    words.starts_with("fn ")
        || words.split_once(" fn ").is_some_and(|(before, _)| before.split(' ').all(is_qualifier))
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    /// A function of `n_lines` lines.
    fn function(n_lines: usize) -> String {
        format!(
            "    pub(crate) const fn long() -> u8 {{\n{}    }}\n",
            "        step();\n".repeat(n_lines - 2)
        )
    }

    #[test]
    fn refuses_a_file_over_the_wall() {
        let lines = |n: usize| "//\n".repeat(n);
        assert_eq!(check(&[file("a.rs", &lines(800))]), [""; 0]);
        assert_eq!(check(&[file("a.rs", &lines(801))]), ["a.rs: 801 lines, the wall is 800"]);
        assert_eq!(check(&[file("a.rs", &format!("// tidy: table\n{}", lines(900)))]), [""; 0]);
        assert_eq!(check(&[file("a.md", &lines(900))]), [""; 0]);
    }

    #[test]
    fn refuses_a_function_over_the_wall() {
        assert_eq!(check(&[file("a.rs", &function(70))]), [""; 0]);
        let long = format!("/// fn in a comment\nfn short() {{}}\n{}", function(71));
        assert_eq!(check(&[file("a.rs", &long)]), ["a.rs:3: a function of 71 lines, the wall is 70"]);
    }

    #[test]
    fn lets_tests_hold_long_tables() {
        let text = format!("fn a() {{}}\n\n#[cfg(test)]\nmod tests {{\n{}}}\n", function(200));
        assert_eq!(check(&[file("a.rs", &text)]), [""; 0]);
        assert_eq!(check(&[file("crates/core/tests/it/main.rs", &function(200))]), [""; 0]);
    }

    #[test]
    fn finds_where_functions_end() {
        let code = "trait T {\n    fn a(\n        b: u8,\n    );\n    fn c(&self);\n}\nfn d(\n    e: u8,\n) {\n    f();\n}\n";
        assert_eq!(functions(code), [(2, 3), (7, 5)]);
    }
}
