//! Where in a document something stood.

use std::fmt;

use crate::sheet::column_letters;

/// A top-level list of an SBOM that holds components.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TopList {
    /// `CycloneDX` `components`.
    Components,
    /// SPDX `packages`.
    Packages,
    /// SPDX 3 `@graph`.
    Graph,
}

impl TopList {
    /// The list's name as written in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Components => "components",
            Self::Packages => "packages",
            Self::Graph => "@graph",
        }
    }

    /// The list of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Components, Self::Packages, Self::Graph].into_iter().find(|list| list.name() == name)
    }
}

/// Where in a document something stood.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The document as a whole.
    #[default]
    Document,
    /// A JSON pointer (RFC 6901), for example `/components/12/purl`.
    Pointer(String),
    /// An item of a top-level list, for example `/components/12`; the same as the pointer, without a text of its own.
    Item(TopList, u32),
    /// A line, counted from 1.
    Line(u64),
    /// A line and column, both counted from 1 (the column in bytes).
    LineColumn(u64, u64),
    /// A byte offset from the start of the document.
    Offset(u64),
    /// A row of a sheet, counted from 1.
    Row(u32),
    /// A column of a sheet, counted from 0.
    Column(u32),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => formatter.write_str("/"),
            Self::Pointer(pointer) => formatter.write_str(pointer),
            Self::Item(list, index) => write!(formatter, "/{}/{index}", list.name()),
            Self::Line(line) => write!(formatter, "line {line}"),
            Self::LineColumn(line, column) => write!(formatter, "line {line}, column {column}"),
            Self::Offset(offset) => write!(formatter, "byte {offset}"),
            Self::Row(row) => write!(formatter, "row {row}"),
            Self::Column(column) => write!(formatter, "column {}", column_letters(*column)),
        }
    }
}
