//! The glossary's rows are complete and name types that exist.

use std::collections::BTreeSet;

use crate::workspace::SourceFile;

/// The glossary.
const PATH: &str = "docs/glossary.md";

/// Japanese, English, type, table and URL, CLI noun.
const N_COLUMNS: usize = 5;

/// The column of the type, from 0.
const TYPE_COLUMN: usize = 2;

/// What stands where a term has no type, table or CLI noun.
const NONE: &str = "–";

/// Names every row with an empty or missing column, every type that no crate declares, every term that stands twice.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let Some(glossary) = files.iter().find(|file| file.path == PATH) else {
        return vec![format!("{PATH} is missing")];
    };
    let declared: BTreeSet<&str> = files
        .iter()
        .filter(|file| file.is_rust() && file.path.starts_with("crates/"))
        .flat_map(|file| file.text.lines().filter_map(declared_type))
        .collect();
    let mut problems = Vec::new();
    let mut terms = BTreeSet::new();
    for (index, line) in glossary.text.lines().enumerate() {
        let place = format!("{PATH}:{}", index + 1);
        let Some(row) = line.trim().strip_prefix('|').and_then(|row| row.strip_suffix('|')) else {
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if cells.iter().all(|cell| cell.bytes().all(|byte| byte == b'-' || byte == b':'))
            && !row.trim().is_empty()
        {
            // The rule under the heading ends the heading; its words are no term.
            terms.clear();
            continue;
        }
        if cells.len() != N_COLUMNS || cells.iter().any(|cell| cell.is_empty()) {
            problems.push(format!("{place}: a row has {N_COLUMNS} columns, none empty ({NONE} for none)"));
            continue;
        }
        let is_heading = glossary.text.lines().nth(index + 1).is_some_and(|next| next.starts_with("|-"));
        let types = cells.get(TYPE_COLUMN).copied().unwrap_or_default();
        for name in types.split(',').map(|name| name.trim().trim_matches('`')) {
            if !is_heading && name != NONE && !declared.contains(name) {
                problems.push(format!("{place}: no crate declares the type `{name}`"));
            }
        }
        for term in cells.iter().take(TYPE_COLUMN) {
            if !is_heading && *term != NONE && !terms.insert(*term) {
                problems.push(format!("{place}: the term `{term}` stands twice"));
            }
        }
    }
    problems
}

/// The name of the struct or enum that a line declares.
fn declared_type(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    let name = line.strip_prefix("struct ").or_else(|| line.strip_prefix("enum "))?;
    let end =
        name.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(name.len());
    name.get(..end)
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    /// What the check says about a glossary with these rows.
    fn problems(rows: &str) -> Vec<String> {
        let source = "pub struct Sbom {\npub(crate) enum Kind<T> {\n    struct Code(u8);\n";
        let glossary = format!(
            "# Terms\n\n| 日本語 | English | Type | Table, URL | CLI |\n|---|---|---|---|---|\n{rows}"
        );
        check(&[file(PATH, &glossary), file("crates/core/src/a.rs", source)])
    }

    #[test]
    fn accepts_complete_rows() {
        let rows = "| 部品表 | bill | `Sbom` | – | `sbom` |\n| 種類 | kind | `Kind`, `Code` | – | – |\n| 他 | – | – | – | – |\n";
        assert_eq!(problems(rows), [""; 0]);
    }

    #[test]
    fn refuses_incomplete_rows() {
        for row in
            ["| a | b | – | – |", "| a | b | – | – | – | – |", "| a |  | – | – | – |", "| a | b | – | – | |"]
        {
            let expected = "docs/glossary.md:5: a row has 5 columns, none empty (– for none)";
            assert_eq!(problems(row), [expected], "{row}");
        }
    }

    #[test]
    fn refuses_types_that_do_not_exist() {
        let rows = "| a | b | `Sbom`, `Ghost` | – | – |\n";
        assert_eq!(problems(rows), ["docs/glossary.md:5: no crate declares the type `Ghost`"]);
    }

    #[test]
    fn refuses_a_term_that_stands_twice() {
        let rows = "| a | b | – | – | – |\n| c | b | – | – | – |\n";
        assert_eq!(problems(rows), ["docs/glossary.md:6: the term `b` stands twice"]);
    }

    #[test]
    fn refuses_a_project_without_a_glossary() {
        assert_eq!(check(&[]), ["docs/glossary.md is missing"]);
    }
}
