//! Decisions are numbered without gaps: `docs/adr/NNNN-verb-noun.md`.

use crate::workspace::SourceFile;

/// Where the decisions are.
const DIRECTORY: &str = "docs/adr/";

/// Names every file that is not named like a decision, and every number that is missing or taken twice.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut numbers = Vec::new();
    for name in files.iter().filter_map(|file| file.path.strip_prefix(DIRECTORY)) {
        match number(name) {
            Some(number) => numbers.push(number),
            None => problems.push(format!("{DIRECTORY}{name}: not named NNNN-verb-noun.md")),
        }
    }
    numbers.sort_unstable();
    let mut expected = 1;
    for number in numbers {
        if number < expected {
            problems.push(format!("{DIRECTORY}: the number {number:04} is taken twice"));
        }
        for missing in expected..number {
            problems.push(format!("{DIRECTORY}: the number {missing:04} is missing"));
        }
        expected = number + 1;
    }
    problems
}

/// The number of a decision's file name: four digits, then two or more words of lower-case letters and digits.
fn number(name: &str) -> Option<u32> {
    let (digits, words) = name.strip_suffix(".md")?.split_once('-')?;
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let is_named = digits.len() == 4 && words.contains('-') && words.split('-').all(is_word);
    if is_named { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn problems(names: &[&str]) -> Vec<String> {
        let files: Vec<_> = names.iter().map(|name| file(&format!("docs/adr/{name}"), "")).collect();
        check(&files)
    }

    #[test]
    fn accepts_numbers_in_a_row() {
        assert_eq!(problems(&["0001-record-decisions.md", "0002-keep-core-free-of-io.md"]), [""; 0]);
        assert_eq!(problems(&[]), [""; 0]);
    }

    #[test]
    fn refuses_gaps_and_duplicates() {
        assert_eq!(
            problems(&["0001-a-b.md", "0003-a-b.md", "0003-c-d.md"]),
            ["docs/adr/: the number 0002 is missing", "docs/adr/: the number 0003 is taken twice"]
        );
        assert_eq!(problems(&["0002-a-b.md"]), ["docs/adr/: the number 0001 is missing"]);
    }

    #[test]
    fn refuses_other_names() {
        for name in [
            "README.md",
            "1-a-b.md",
            "0001-a.md",
            "0001-A-b.md",
            "0001-a--b.md",
            "0001_a-b.md",
            "0001-a-b.txt",
        ] {
            assert_eq!(problems(&[name]), [format!("docs/adr/{name}: not named NNNN-verb-noun.md")]);
        }
    }
}
