//! `cargo xtask tidy`: the shape of the project, one check a file.

mod adr;
mod arrows;
mod glossary;
mod length;
mod links;
mod text;
mod unsafe_code;
mod words;

use std::path::Path;

use crate::{errors, workspace};

/// Runs every check and returns what they found, in the order of the checks.
pub fn check(root: &Path) -> Result<Vec<String>, String> {
    let files = workspace::source_files(root)?;
    let metadata = workspace::metadata(root)?;
    let mut problems = arrows::check(&metadata);
    problems.extend(length::check(&files));
    problems.extend(text::check(&files));
    problems.extend(unsafe_code::check(&files));
    problems.extend(links::check(&files, &|path| root.join(path).exists()));
    problems.extend(adr::check(&files));
    problems.extend(words::check(&files));
    problems.extend(glossary::check(&files));
    problems.extend(errors::check(&files));
    Ok(problems)
}

/// A file for the checks' own tests.
#[cfg(test)]
fn file(path: &str, text: &str) -> workspace::SourceFile {
    workspace::SourceFile { path: path.to_owned(), text: text.to_owned() }
}
