//! The project as the chores see it: its root, its text files, its crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Directories that hold nothing written by us.
const DIRECTORIES_SKIPPED: &[&str] = &[".git", "target", "node_modules"];

/// Directories that fuzzing fills, by path.
const PATHS_SKIPPED: &[&str] = &["fuzz/corpus", "fuzz/artifacts"];

/// Endings of the text files that people write.
const ENDINGS_READ: &[&str] = &[
    "rs", "toml", "md", "sh", "yml", "yaml", "css", "html", "js", "json", "xml", "csv", "txt", "spdx",
    "ndjson",
];

/// Files without an ending that are read too.
const NAMES_READ: &[&str] = &["run", ".gitignore"];

/// Larger files are data, not writing, and are left out.
const FILE_SIZE_BYTES_MAX: u64 = 1 << 20;

/// Directory depth followed.
const DEPTH_MAX: usize = 24;

/// A text file of the project.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl SourceFile {
    /// The ending of its name, without the dot; empty when there is none.
    pub fn ending(&self) -> &str {
        self.path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, ending)| ending)
    }

    /// Rust source.
    pub fn is_rust(&self) -> bool {
        self.ending() == "rs"
    }

    /// Data for tests or the demo: its form belongs to the situation that it shows.
    pub fn is_data(&self) -> bool {
        let is_source =
            matches!(self.ending(), "rs" | "toml" | "md" | "sh" | "yml" | "yaml" | "css" | "html" | "js")
                || self.ending().is_empty();
        !is_source || self.path.split('/').any(|part| matches!(part, "fixtures" | "cases"))
    }

    /// Rust source that holds tests only.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs") || self.path.contains("/benches/")
    }

    /// The text before the tests that stand beside the code.
    pub fn code(&self) -> &str {
        self.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default()
    }
}

/// The root of the project.
#[expect(clippy::disallowed_methods, reason = "cargo tells a program that it runs where the program lives")]
pub fn root() -> PathBuf {
    let crate_directory =
        std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let crate_directory = PathBuf::from(crate_directory);
    crate_directory.parent().map_or(crate_directory.clone(), Path::to_path_buf)
}

/// The cargo that runs this chore.
#[expect(clippy::disallowed_methods, reason = "cargo names itself to the programs that it runs")]
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(root);
    command
}

/// The folder in which cargo builds, found from the program that runs: cargo marks it with `CACHEDIR.TAG`.
pub fn target() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    target.map(Path::to_path_buf).ok_or_else(|| format!("{} is in no target folder", program.display()))
}

/// Every text file of the project, ordered by path.
pub fn source_files(root: &Path) -> Result<Vec<SourceFile>, String> {
    let mut files = Vec::new();
    collect(root, "", DEPTH_MAX, &mut files)?;
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

/// Adds the text files below `directory`; links are not followed.
fn collect(root: &Path, directory: &str, depth: usize, files: &mut Vec<SourceFile>) -> Result<(), String> {
    if depth == 0 {
        return Err(format!("{directory}: more than {DEPTH_MAX} directories deep"));
    }
    let describe = |error: std::io::Error| format!("reading {directory}: {error}");
    for entry in std::fs::read_dir(root.join(directory)).map_err(describe)? {
        let entry = entry.map_err(describe)?;
        let kind = entry.file_type().map_err(describe)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if directory.is_empty() { name.clone() } else { format!("{directory}/{name}") };
        let is_skipped =
            DIRECTORIES_SKIPPED.contains(&name.as_str()) || PATHS_SKIPPED.contains(&path.as_str());
        if kind.is_dir() && !is_skipped {
            collect(root, &path, depth - 1, files)?;
        }
        let is_read = NAMES_READ.contains(&name.as_str())
            || name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS_READ.contains(&ending));
        if kind.is_file() && is_read && entry.metadata().map_err(describe)?.len() <= FILE_SIZE_BYTES_MAX {
            // A file that is not UTF-8 is data for a test.
            if let Ok(text) = String::from_utf8(std::fs::read(entry.path()).map_err(describe)?) {
                files.push(SourceFile { path, text });
            }
        }
    }
    Ok(())
}

/// What `cargo metadata` says about the workspace and everything it depends on.
pub fn metadata(root: &Path) -> Result<Value, String> {
    let output = cargo(root)
        .args(["metadata", "--format-version", "1", "--all-features"])
        .output()
        .map_err(|error| format!("running cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

/// The packages of `cargo metadata`.
pub fn packages(metadata: &Value) -> &[Value] {
    metadata.get("packages").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A text field of a JSON object; empty when absent or no text.
pub fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_files_of_this_project() {
        let files = source_files(&root()).unwrap();
        for path in ["Cargo.toml", "xtask/src/workspace.rs", "crates/core/src/lib.rs", "locales/ja.toml"] {
            assert!(files.iter().any(|file| file.path == path), "{path}");
        }
        assert!(files.iter().all(|file| !file.path.starts_with("target/")));
    }

    #[test]
    fn knows_code_from_tests_and_data() {
        let file = |path: &str| SourceFile { path: path.to_owned(), text: String::new() };
        assert!(file("fixtures/a/SOURCE.md").is_data() && file("demo/sbom.json").is_data());
        assert!(!file("docs/glossary.md").is_data() && !file(".ci/run").is_data());
        assert!(file("crates/core/tests/it/main.rs").is_test() && !file("crates/core/src/lib.rs").is_test());
        let source = SourceFile {
            path: "a.rs".to_owned(),
            text: "fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n".to_owned(),
        };
        assert_eq!(source.code(), "fn a() {}\n");
    }
}
