//! `cargo xtask errors`: writes `docs/errors.md` from the locale tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::table;
use crate::workspace::{self, SourceFile};

/// The page.
const PAGE: &str = "docs/errors.md";

/// What stands above the codes.
const HEAD: &str = "\
# 知らせのコード / Message codes

このページは `cargo xtask errors` が `locales/` から作ります。直接は書き換えません。コードの意味は変わらず、別の意味に
使い直すこともありません。`{名前}` は、実際の値に置き換わります。

This page is written from `locales/` by `cargo xtask errors`; do not edit it. A code keeps its meaning and is never used
again for another. `{name}` stands for a value.
";

/// Writes the page; true when it was written.
pub fn write(root: &Path) -> bool {
    let written = workspace::source_files(root).and_then(|files| {
        std::fs::write(root.join(PAGE), page(&files)).map_err(|error| format!("{PAGE}: {error}"))
    });
    match written {
        Ok(()) => println!("errors: wrote {PAGE}"),
        Err(ref fault) => println!("errors: {fault}"),
    }
    written.is_ok()
}

/// Says when the page is not what the tables give.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let is_current = files.iter().any(|file| file.path == PAGE && file.text == page(files));
    if is_current { Vec::new() } else { vec![format!("{PAGE} is out of date: run cargo xtask errors")] }
}

/// The page: every code in order, cause and remedy in both languages.
fn page(files: &[SourceFile]) -> String {
    let (japanese, english) = (texts(files, "locales/ja.toml"), texts(files, "locales/en.toml"));
    let mut page = HEAD.to_owned();
    for key in japanese.keys() {
        let Some((stem, code)) = key.strip_suffix(".cause").and_then(code_of) else { continue };
        let remedy = format!("{stem}.remedy");
        let text = |table: &BTreeMap<String, String>, key: &str| {
            table.get(key).map_or_else(String::new, |text| shown(text))
        };
        let _ = write!(
            page,
            "\n## {code}\n\n- 原因：{}\n- 対処：{}\n- Cause: {}\n- Remedy: {}\n",
            text(&japanese, key),
            text(&japanese, &remedy),
            text(&english, key),
            text(&english, &remedy),
        );
    }
    page
}

/// A key's stem and its code; `None` when the key belongs to no code.
fn code_of(stem: &str) -> Option<(&str, &str)> {
    let code = stem.strip_prefix("message.").or_else(|| stem.strip_prefix("library."))?;
    Some((stem, code))
}

/// A text on one line, its angle brackets safe in Markdown.
fn shown(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('<', "&lt;").replace('>', "&gt;")
}

/// A table as key and text; empty when the file is missing, which `cargo xtask i18n` says.
fn texts(files: &[SourceFile], path: &str) -> BTreeMap<String, String> {
    let text = files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    table::read(text).0.into_iter().map(|entry| (entry.key, entry.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both tables with one code each, and the page if there is one.
    fn files(page: Option<&str>) -> Vec<SourceFile> {
        let row = |text: &str| {
            format!(
                "\"place.line\" = \"x\"\n\"message.A-001.cause\" = \"{text}\\n  <b>\"\n\"message.A-001.remedy\" = \"r\"\n"
            )
        };
        let mut files = vec![
            SourceFile { path: "locales/ja.toml".to_owned(), text: row("原") },
            SourceFile { path: "locales/en.toml".to_owned(), text: row("why") },
        ];
        files.extend(page.map(|text| SourceFile { path: PAGE.to_owned(), text: text.to_owned() }));
        files
    }

    #[test]
    fn writes_each_code_in_both_languages() {
        let expected = "\n## A-001\n\n- 原因：原 &lt;b&gt;\n- 対処：r\n- Cause: why &lt;b&gt;\n- Remedy: r\n";
        assert_eq!(page(&files(None)), format!("{HEAD}{expected}"));
    }

    #[test]
    fn refuses_a_page_that_is_missing_or_old() {
        let current = page(&files(None));
        assert_eq!(check(&files(Some(&current))), [""; 0]);
        for old in [None, Some("old\n")] {
            assert_eq!(check(&files(old)), ["docs/errors.md is out of date: run cargo xtask errors"]);
        }
    }
}
