//! Component sheets: lists of components that people keep as a table, and what their columns mean.

use std::collections::BTreeMap;

use crate::sbom_quality::Fact;

/// What a column of a component sheet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetField {
    /// A number or id of the row, which other rows may refer to.
    RowId,
    /// Name of the component.
    Name,
    /// Group or namespace.
    Group,
    /// Version.
    Version,
    /// Supplier.
    Supplier,
    /// What kind of thing it is.
    Kind,
    /// Package URLs, CPE names and SWID tags, told apart by how they begin.
    Identifier,
    /// What includes the component: another row, or the product.
    IncludedIn,
    /// What the component depends on: other rows.
    DependsOn,
    /// Licence.
    Licence,
    /// Licence that the component's authors declare.
    LicenceDeclared,
    /// Licence that the list's authors found.
    LicenceConcluded,
    /// Copyright notice.
    Copyright,
    /// Hash of the content.
    Hash,
    /// Address that it was obtained from.
    Source,
    /// What it is used for.
    Purpose,
    /// Level of support.
    SupportLevel,
    /// End of support.
    SupportEnd,
    /// Who entered the row.
    EnteredBy,
    /// When the row was entered.
    EnteredAt,
    /// Remarks.
    Remarks,
    /// Left out on purpose.
    Ignored,
}

impl SheetField {
    /// Every field, in the order of the template.
    pub const ALL: [Self; 22] = [
        Self::RowId,
        Self::Name,
        Self::Group,
        Self::Version,
        Self::Supplier,
        Self::Kind,
        Self::Identifier,
        Self::IncludedIn,
        Self::DependsOn,
        Self::Licence,
        Self::LicenceDeclared,
        Self::LicenceConcluded,
        Self::Copyright,
        Self::Hash,
        Self::Source,
        Self::Purpose,
        Self::SupportLevel,
        Self::SupportEnd,
        Self::EnteredBy,
        Self::EnteredAt,
        Self::Remarks,
        Self::Ignored,
    ];

    /// The name in mapping files and machine-readable reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RowId => "row_id",
            Self::Name => "name",
            Self::Group => "group",
            Self::Version => "version",
            Self::Supplier => "supplier",
            Self::Kind => "kind",
            Self::Identifier => "identifier",
            Self::IncludedIn => "included_in",
            Self::DependsOn => "depends_on",
            Self::Licence => "licence",
            Self::LicenceDeclared => "licence_declared",
            Self::LicenceConcluded => "licence_concluded",
            Self::Copyright => "copyright",
            Self::Hash => "hash",
            Self::Source => "source",
            Self::Purpose => "purpose",
            Self::SupportLevel => "support_level",
            Self::SupportEnd => "support_end",
            Self::EnteredBy => "entered_by",
            Self::EnteredAt => "entered_at",
            Self::Remarks => "remarks",
            Self::Ignored => "ignore",
        }
    }

    /// The field of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Several columns may say it: their values are joined or all kept.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::Identifier
                | Self::IncludedIn
                | Self::DependsOn
                | Self::Licence
                | Self::LicenceDeclared
                | Self::LicenceConcluded
                | Self::Hash
                | Self::Source
                | Self::Remarks
                | Self::Ignored
        )
    }
}

/// What a person says about a sheet, where its headings do not: from a mapping file and the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetMapping {
    /// Name of the sheet in the workbook.
    pub sheet: Option<String>,
    /// The last row of the heading, counted from 1.
    pub heading_row: Option<u32>,
    /// Name of the product that the list is about.
    pub product: Option<String>,
    /// Its version.
    pub product_version: Option<String>,
    /// Fields by column: a letter (`B`) or a heading as written.
    pub columns: BTreeMap<String, SheetField>,
}

/// How a sheet was read: what was taken as what, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetLayout {
    /// Encoding of a text; `None` for a workbook.
    pub encoding: Option<&'static str>,
    /// What stands between the cells of a text.
    pub separator: Option<char>,
    /// Name of the sheet in the workbook.
    pub sheet: Option<String>,
    /// Names of the sheets that were not read.
    pub other_sheets: Vec<String>,
    /// First and last row of the heading, counted from 1.
    pub heading_rows: (u32, u32),
    /// Columns with a heading or content, from left to right.
    pub columns: Vec<SheetColumn>,
    /// Rows that gave a component.
    pub n_rows_read: usize,
    /// Rows below the heading that have content and gave none, at most [`crate::limits::SHEET_ROWS_NAMED_MAX`].
    pub skipped: Vec<SkippedRow>,
    /// All of them.
    pub n_skipped: usize,
    /// What components lack, with their rows.
    pub gaps: Vec<SheetGap>,
}

/// A column of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetColumn {
    /// Counted from 0.
    pub column: u32,
    /// The heading as written; parts of several rows with ` / ` between.
    pub heading: String,
    /// What it was taken as; `None` when it is not understood.
    pub field: Option<SheetField>,
    /// A mapping says so, not the heading.
    pub is_mapped: bool,
    /// Cells with content below the heading.
    pub n_values: usize,
}

/// A row that gave no component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkippedRow {
    /// Counted from 1.
    pub row: u32,
    /// Why.
    pub reason: SkipReason,
}

/// Why a row gave no component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// It has no name.
    Unnamed,
    /// It gives a total, a heading of a group, or the end of the list.
    Total,
    /// It is marked as an example.
    Example,
    /// It explains the columns.
    Note,
}

impl SkipReason {
    /// The name in machine-readable reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unnamed => "unnamed",
            Self::Total => "total",
            Self::Example => "example",
            Self::Note => "note",
        }
    }
}

/// Something that components of a sheet lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetGap {
    /// What.
    pub fact: Fact,
    /// Their rows, at most [`crate::limits::SHEET_ROWS_NAMED_MAX`].
    pub rows: Vec<u32>,
    /// How many there are.
    pub n_rows: usize,
}

/// The letters of a column counted from 0: `A`, `B`, … `Z`, `AA`.
#[must_use]
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + u8::try_from(rest % 26).unwrap_or_default());
        rest /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// The column of these letters, counted from 0; `None` for anything else.
#[must_use]
pub fn column_of_letters(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut number = 0_u32;
    for letter in letters.bytes() {
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        number = number * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_field_has_a_name_of_its_own() {
        for field in SheetField::ALL {
            assert_eq!(SheetField::of_name(field.name()), Some(field));
        }
    }

    #[test]
    fn letters_are_those_of_spreadsheets() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(column_letters(column), letters);
        }
        for none in ["", "A1", "版", "ABCD", "-"] {
            assert_eq!(column_of_letters(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn letters_read_what_they_write(column in 0_u32..18_000) {
            prop_assert_eq!(column_of_letters(&column_letters(column)), Some(column));
        }

        #[test]
        fn letters_never_panic(text: String, column: u32) {
            let _ = column_of_letters(&text);
            let _ = column_letters(column);
        }
    }
}
