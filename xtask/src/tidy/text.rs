//! What every written file keeps to: no loose ends, no stray spaces, a last newline.

use crate::workspace::SourceFile;

/// Marks of unfinished work. Written apart, because this file is checked too.
const MARKS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Names every mark without an issue number, trailing space and missing last newline. Test data is left alone.
pub fn check(files: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| !file.is_data()) {
        for (index, line) in file.text.lines().enumerate() {
            let place = format!("{}:{}", file.path, index + 1);
            if line.trim_end() != line {
                problems.push(format!("{place}: trailing space"));
            }
            if let Some(mark) = MARKS.iter().find(|mark| is_unnumbered(line, mark)) {
                problems.push(format!("{place}: {mark} without an issue number, write {mark}(#123)"));
            }
        }
        if !file.text.is_empty() && !file.text.ends_with('\n') {
            problems.push(format!("{}: the last line has no newline", file.path));
        }
        if file.text.contains('\r') {
            problems.push(format!("{}: carriage returns", file.path));
        }
    }
    problems
}

/// The mark stands in the line as a word and no `(#123)` follows it.
fn is_unnumbered(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + mark.len()..).unwrap_or_default();
        let is_word_part = |character: char| character.is_alphanumeric() || character == '_';
        let is_word = !before.is_some_and(is_word_part) && !after.starts_with(is_word_part);
        let number =
            after.strip_prefix("(#").and_then(|after| after.split_once(')')).map(|(number, _)| number);
        is_word
            && !number
                .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn refuses_marks_without_a_number() {
        let mark = MARKS[0];
        for line in
            [format!("// {mark}: later"), format!("// {mark}(#) x"), format!("{mark}(#12a)"), mark.to_owned()]
        {
            let problems = check(&[file("a.rs", &format!("{line}\n"))]);
            assert_eq!(
                problems,
                [format!("a.rs:1: {mark} without an issue number, write {mark}(#123)")],
                "{line}"
            );
        }
        for line in [
            format!("// {mark}(#12): later"),
            format!("MAS{mark}N"),
            format!("{mark}_LIST"),
            "todo".to_owned(),
        ] {
            assert_eq!(check(&[file("a.rs", &format!("{line}\n"))]), [""; 0], "{line}");
        }
    }

    #[test]
    fn refuses_stray_spaces_and_a_missing_newline() {
        assert_eq!(
            check(&[file("a.md", "a \nb\t\nc\n")]),
            ["a.md:1: trailing space", "a.md:2: trailing space"]
        );
        assert_eq!(check(&[file("a.toml", "a")]), ["a.toml: the last line has no newline"]);
        assert_eq!(check(&[file("a.sh", "a\r\n")]), ["a.sh: carriage returns"]);
        assert_eq!(check(&[file("a.sh", ""), file("a.sh", "a\n")]), [""; 0]);
    }

    #[test]
    fn leaves_test_data_alone() {
        assert_eq!(check(&[file("fixtures/x/a.md", "a "), file("demo/sbom.json", "{} ")]), [""; 0]);
    }
}
