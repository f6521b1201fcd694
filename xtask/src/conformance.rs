//! `cargo xtask conformance`: writes `docs/conformance.md` from the rows that the suites report.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use kikimori_conformance::{Group, Row};

/// The page.
const PAGE: &str = "docs/conformance.md";

/// What stands above the groups.
const HEAD: &str = "\
# Conformance

How Kikimori answers public test sets and published data. This page is written by `cargo xtask conformance` from what the suites
count; do not edit it. `cargo xtask ci` refuses it when a suite counts something else.

Every case either passes or is listed with a reason. A listed deviation that is not in the data any more, or that starts to hold,
fails its suite as well. The data are not part of the repository.
";

/// The rows of a run of the suites, by group and id.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows.
    rows: BTreeMap<(Group, String), Row>,
    /// Lines that could not be read, and ids that two suites use.
    faults: Vec<String>,
}

impl Rows {
    /// Adds a line of a test's output; other lines add nothing.
    pub fn add(&mut self, line: &str) {
        match Row::from_line(line) {
            Some(Ok(row)) => {
                let id = row.id.clone();
                if self.rows.insert((row.group, id.clone()), row).is_some() {
                    self.faults.push(format!("conformance: two suites report the row {id}"));
                }
            }
            Some(Err(fault)) => self.faults.push(format!("conformance: {fault}")),
            None => {}
        }
    }

    /// The page.
    fn page(&self) -> String {
        let mut page = HEAD.to_owned();
        for group in Group::ALL {
            let rows: Vec<&Row> = self.rows.values().filter(|row| row.group == group).collect();
            if !rows.is_empty() {
                write_group(&mut page, group, &rows);
            }
        }
        page
    }

    /// Says what is wrong with the page of the project.
    pub fn check(&self, root: &Path) -> Vec<String> {
        let mut problems = self.faults.clone();
        if std::fs::read_to_string(root.join(PAGE)).ok() != Some(self.page()) {
            problems
                .push(format!("{PAGE} does not say what the suites counted: run cargo xtask conformance"));
        }
        problems
    }

    /// Writes the page of the project.
    pub fn write(&self, root: &Path) -> Vec<String> {
        let mut problems = self.faults.clone();
        match std::fs::write(root.join(PAGE), self.page()) {
            Ok(()) => println!("conformance: wrote {PAGE}, {} rows", self.rows.len()),
            Err(error) => problems.push(format!("{PAGE}: {error}")),
        }
        problems
    }
}

/// Writes a heading, a table and what explains its rows.
fn write_group(page: &mut String, group: Group, rows: &[&Row]) {
    let _ = write!(page, "\n## {}\n\n{}\n\n", group.title(), group.introduction());
    page.push_str("| suite | cases | passed | deviations |\n|---|--:|--:|--:|\n");
    for row in rows {
        let n_deviations: usize = row.deviations.iter().map(|deviation| deviation.n_cases).sum();
        let n_deviations = if n_deviations == 0 { "–".to_owned() } else { grouped(n_deviations) };
        let (n_cases, n_passed) = (grouped(row.n_cases), grouped(row.n_passed));
        let _ = writeln!(page, "| {} | {n_cases} | {n_passed} | {n_deviations} |", row.title);
    }
    let explained: Vec<&&Row> =
        rows.iter().filter(|row| !row.deviations.is_empty() || !row.facts.is_empty()).collect();
    for row in explained {
        let _ = write!(page, "\n**{}**\n\n", row.title);
        for fact in &row.facts {
            let _ = writeln!(page, "- {fact}");
        }
        for deviation in &row.deviations {
            let cases = if deviation.n_cases == 1 { "case" } else { "cases" };
            let n_cases = grouped(deviation.n_cases);
            let _ = writeln!(page, "- Deviation, {n_cases} {cases}: {}", deviation.reason);
        }
    }
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of lines.
    fn rows(lines: &[&str]) -> Rows {
        let mut rows = Rows::default();
        lines.iter().for_each(|line| rows.add(line));
        rows
    }

    /// A reported line.
    const LINE: &str = r#"conformance-row: {"group":"feeds","id":"b","title":"B","cases":1002,"passed":1000,"deviations":[[2,"why"]],"facts":["fact"]}"#;

    #[test]
    fn writes_groups_rows_and_reasons() {
        let other = LINE.replace(r#""b","title":"B""#, r#""a","title":"A""#).replace(r#"[[2,"why"]]"#, "[]");
        let page = rows(&[LINE, "test a ... ok", &other.replace(r#"["fact"]"#, "[]")]).page();
        let introduction = Group::Feeds.introduction();
        let expected = format!(
            "{HEAD}\n## Feeds\n\n{introduction}\n\n| suite | cases | passed | deviations |\n|---|--:|--:|--:|\n\
             | A | 1,002 | 1,000 | – |\n| B | 1,002 | 1,000 | 2 |\n\n**B**\n\n- fact\n- Deviation, 2 cases: why\n"
        );
        assert_eq!(page, expected);
    }

    #[test]
    fn refuses_rows_that_are_broken_or_reported_twice() {
        assert_eq!(rows(&[LINE]).faults, [""; 0]);
        assert_eq!(rows(&[LINE, LINE]).faults, ["conformance: two suites report the row b"]);
        assert!(rows(&["conformance-row: {"]).faults[0].contains("cannot be read"));
    }

    #[test]
    fn groups_digits() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
