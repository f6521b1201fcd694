//! One row of the conformance page.

use serde_json::{Value, json};

/// What a reported line starts with.
const MARK: &str = "conformance-row: ";

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Package URLs and CPE names.
    Identifiers,
    /// Version orders and version ranges.
    Versions,
    /// CVSS.
    Severity,
    /// Bills of materials.
    Sboms,
    /// Vulnerability records.
    Feeds,
    /// CSAF, VEX.
    Advisories,
    /// Support and end of life.
    Lifecycle,
    /// Documents made to do harm.
    Hostile,
}

impl Group {
    /// All, in the page's order.
    pub const ALL: [Self; 8] = [
        Self::Identifiers,
        Self::Versions,
        Self::Severity,
        Self::Sboms,
        Self::Feeds,
        Self::Advisories,
        Self::Lifecycle,
        Self::Hostile,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Identifiers => "Identifiers",
            Self::Versions => "Version orders and ranges",
            Self::Severity => "Severity",
            Self::Sboms => "SBOM documents",
            Self::Feeds => "Feeds",
            Self::Advisories => "Advisories and VEX",
            Self::Lifecycle => "Support and end of life",
            Self::Hostile => "Hostile input",
        }
    }

    /// What a reader must know before the table.
    pub fn introduction(self) -> &'static str {
        match self {
            Self::Identifiers => "Names are read, written canonically and read again.",
            Self::Versions => {
                "Lines `a < b` of public collections, each also asked the other way round, and the cases of the vers \
                 specification. Property tests hold every order to be total and every text to be read without a \
                 panic. Where `dpkg` and `rpm` are installed, random pairs are held against them too."
            }
            Self::Severity => "Every published vector is computed and held against the published score.",
            Self::Sboms => {
                "A valid document must be read, an invalid one refused or read with a notice. A count of components \
                 must equal an independent count."
            }
            Self::Feeds => {
                "A case is a record, or a file where the row says so; it passes when it is read. Version texts that \
                 could not be understood stay text and decide nothing."
            }
            Self::Advisories => "A case is a document.",
            Self::Lifecycle => "A case is a release cycle of a product, unless the row says otherwise.",
            Self::Hostile => {
                "A case passes when the reader ends in bounded time and memory with an answer or a reason, and never \
                 with a panic."
            }
        }
    }

    /// The group's name in a reported line.
    fn key(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// Cases that are answered otherwise on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// How many.
    pub n_cases: usize,
    /// Why.
    pub reason: String,
}

/// What one suite counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where on the page.
    pub group: Group,
    /// The suite's own id; the rows of a group are ordered by it.
    pub id: String,
    /// The words that the page shows, in Markdown.
    pub title: String,
    /// Cases.
    pub n_cases: usize,
    /// Cases answered as the data say.
    pub n_passed: usize,
    /// The others, with reasons.
    pub deviations: Vec<Deviation>,
    /// More that was counted, one sentence each, in Markdown.
    pub facts: Vec<String>,
}

impl Row {
    /// A row without deviations.
    pub fn new(group: Group, id: &str, title: &str, n_cases: usize, n_passed: usize) -> Self {
        let (id, title) = (id.to_owned(), title.to_owned());
        Self { group, id, title, n_cases, n_passed, deviations: Vec::new(), facts: Vec::new() }
    }

    /// Adds cases that are answered otherwise on purpose; none adds nothing.
    #[must_use]
    pub fn deviation(mut self, n_cases: usize, reason: &str) -> Self {
        if n_cases > 0 {
            self.deviations.push(Deviation { n_cases, reason: reason.to_owned() });
        }
        self
    }

    /// Adds a sentence.
    #[must_use]
    pub fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    /// Prints the row for the page. To be called once a suite, after its own assertions.
    ///
    /// # Panics
    ///
    /// When a case neither passed nor has a reason: such a suite fails.
    #[expect(clippy::print_stdout, reason = "the test harness hands on what a test prints")]
    pub fn report(&self) {
        let n_explained: usize = self.deviations.iter().map(|deviation| deviation.n_cases).sum();
        assert_eq!(self.n_cases, self.n_passed + n_explained, "{}: cases without a reason", self.id);
        println!("{}", self.to_line());
    }

    /// The reported line.
    fn to_line(&self) -> String {
        let deviations: Vec<Value> =
            self.deviations.iter().map(|deviation| json!([deviation.n_cases, deviation.reason])).collect();
        let row = json!({
            "group": self.group.key(),
            "id": self.id,
            "title": self.title,
            "cases": self.n_cases,
            "passed": self.n_passed,
            "deviations": deviations,
            "facts": self.facts,
        });
        format!("{MARK}{row}")
    }

    /// Reads a line of a test's output; `None` when it is no report.
    ///
    /// # Errors
    ///
    /// A line that starts as a report and is none.
    pub fn from_line(line: &str) -> Option<Result<Self, String>> {
        let text = line.trim().strip_prefix(MARK)?;
        let row = serde_json::from_str(text).ok().as_ref().and_then(Self::from_json);
        Some(row.ok_or_else(|| format!("a reported row cannot be read: {text}")))
    }

    /// The row of a JSON value.
    fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let number = |key: &str| usize::try_from(value.get(key)?.as_u64()?).ok();
        let key = text("group")?;
        let deviations = value.get("deviations")?.as_array()?.iter().map(|deviation| {
            let n_cases = usize::try_from(deviation.get(0)?.as_u64()?).ok()?;
            Some(Deviation { n_cases, reason: deviation.get(1)?.as_str()?.to_owned() })
        });
        let facts = value.get("facts")?.as_array()?.iter().map(|fact| Some(fact.as_str()?.to_owned()));
        Some(Self {
            group: Group::ALL.into_iter().find(|group| group.key() == key)?,
            id: text("id")?,
            title: text("title")?,
            n_cases: number("cases")?,
            n_passed: number("passed")?,
            deviations: deviations.collect::<Option<_>>()?,
            facts: facts.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back_as_its_row() {
        let row = Row::new(Group::Feeds, "kev", "CISA \"KEV\"\n", 3, 1).deviation(2, "a\tb").fact("c");
        assert_eq!(Row::from_line(&row.to_line()), Some(Ok(row)));
    }

    #[test]
    fn other_lines_are_no_rows_and_broken_rows_are_faults() {
        assert_eq!(Row::from_line("test result: ok"), None);
        for text in ["conformance-row: {", "conformance-row: {}", r#"conformance-row: {"group":"none"}"#] {
            assert!(Row::from_line(text).is_some_and(|row| row.is_err()), "{text}");
        }
    }

    #[test]
    #[should_panic(expected = "cases without a reason")]
    fn refuses_cases_without_a_reason() {
        Row::new(Group::Feeds, "kev", "KEV", 3, 1).deviation(1, "reason").deviation(0, "none").report();
    }
}
