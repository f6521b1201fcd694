//! A message and its code.

use std::fmt;

use super::Place;

/// A stable message code such as `SBOM-003`. Codes are never reused for another meaning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// A notice or an error: what happened (code and arguments) and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The stable code; the locale tables hold its sentences.
    pub code: Code,
    /// Where in the input it happened.
    pub place: Place,
    /// Named values for the sentences, in the order given.
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    /// A message about the whole document, without arguments.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, place: Place::Document, args: Vec::new() }
    }

    /// The same message at `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// The same message with one more named value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {}", self.code, self.place)?;
        for (name, value) in &self.args {
            write!(formatter, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Message {}
