//! `kikimori sbom template`: a component sheet to fill in.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{ArgMatches, Command};
use kikimori_core::sheet::SheetField;
use kikimori_documents::form::{self, Form, FormColumn};
use kikimori_documents::workbook::{Cell, Column, Sheet};
use kikimori_locale::{Language, text};

use super::field_words;
use crate::command::output_option;
use crate::config;
use crate::exit::{Exit, Failure};
use crate::scan::write_to;

/// Empty rows of the workbook.
const ROWS: u32 = 100;

/// Labels of the fields above the table.
const TITLE_FIELDS: [&str; 5] = [
    "template.title.product",
    "template.title.version",
    "template.title.supplier",
    "template.title.author",
    "template.title.date",
];

/// Endings of the files that a template can be.
const ENDINGS: [&str; 2] = ["xlsx", "csv"];

/// Whether a column must be filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// An element of Japan's QA#6.
    Element,
    /// An element of QA#6 that the fields above the table may answer for every row.
    ElementAbove,
    /// As one likes.
    Optional,
}

/// Columns of the template: what they say, their width, whether they are needed.
const COLUMNS: [(SheetField, u16, Need); 13] = [
    (SheetField::RowId, 7, Need::Optional),
    (SheetField::Name, 24, Need::Element),
    (SheetField::Version, 12, Need::Element),
    (SheetField::Supplier, 20, Need::Element),
    (SheetField::Identifier, 34, Need::Element),
    (SheetField::IncludedIn, 14, Need::Element),
    (SheetField::Licence, 14, Need::Optional),
    (SheetField::Hash, 20, Need::Optional),
    (SheetField::SupportLevel, 14, Need::Optional),
    (SheetField::SupportEnd, 13, Need::Optional),
    (SheetField::EnteredBy, 12, Need::ElementAbove),
    (SheetField::EnteredAt, 13, Need::ElementAbove),
    (SheetField::Remarks, 24, Need::Optional),
];

/// The command's words.
pub fn command(language: Language) -> Command {
    Command::new("template")
        .about(text(language, "help.sbom_template"))
        .arg(output_option(language, "help.template_output"))
}

/// Runs the command.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let output = matches.get_one::<PathBuf>("output");
    if output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::of_usage(language, "quality.xlsx_needs_output", &[]));
    }
    let ending = output.and_then(|path| path.extension());
    if let (Some(path), Some(ending)) = (output, ending)
        && !ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
    {
        let args: [(&str, &dyn std::fmt::Display); 2] =
            [("file", &path.display()), ("allowed", &ENDINGS.join(", "))];
        return Err(Failure::of_usage(language, "usage.ending_unknown", &args));
    }
    let is_csv =
        output.and_then(|path| path.extension()).is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let shown = output.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    let failure = |error: io::Error| Failure::of_output(language, &shown, &error);
    let bytes = if is_csv { csv(language).into_bytes() } else { workbook(language).map_err(failure)? };
    write_to(output.map(PathBuf::as_path), &mut |out| out.write_all(&bytes)).map_err(failure)?;
    Ok(Exit::Done)
}

/// A column's heading.
fn heading(language: Language, field: SheetField, need: Need) -> String {
    let words = field_words(language, field);
    if need == Need::Optional { words.to_owned() } else { format!("{words} *") }
}

/// The explanation of a column.
fn about(language: Language, field: SheetField) -> &'static str {
    text(language, &format!("template.field.{}.about", field.name()))
}

/// The example of a column.
fn example(language: Language, field: SheetField) -> &'static str {
    text(language, &format!("template.field.{}.example", field.name()))
}

/// The template as a workbook.
fn workbook(language: Language) -> io::Result<Vec<u8>> {
    let words = |key: &str| text(language, key);
    let column = |(field, width_chars, need): (SheetField, u16, Need)| FormColumn {
        heading: heading(language, field, need),
        width_chars,
        is_required: need != Need::Optional,
        prompt: about(language, field).to_owned(),
        choices: match field {
            SheetField::SupportLevel => {
                words("template.support_levels").split('|').map(str::to_owned).collect()
            }
            _ => Vec::new(),
        },
        example: example(language, field).to_owned(),
    };
    let form = Form {
        name: words("template.sheet").to_owned(),
        lines: [words("template.heading"), words("template.line_required"), words("template.line_example")]
            .map(str::to_owned)
            .to_vec(),
        fields: TITLE_FIELDS.iter().map(|key| words(key).to_owned()).collect(),
        columns: COLUMNS.into_iter().map(column).collect(),
        n_rows: ROWS,
    };
    form::write(words("template.heading"), &config::now().date(), &form, &[guide(language)])
        .map_err(io::Error::other)
}

/// The sheet that explains each column.
fn guide(language: Language) -> Sheet {
    let words = |key: &str| text(language, key);
    let column = |key: &str, width_chars| Column { heading: words(key).to_owned(), width_chars };
    let row = |(field, _, need): (SheetField, u16, Need)| {
        let needed = match need {
            Need::Element => "template.need.element",
            Need::ElementAbove => "template.need.element_above",
            Need::Optional => "template.need.optional",
        };
        vec![
            Cell::Text(heading(language, field, need)),
            Cell::Text(words(needed).to_owned()),
            Cell::Text(about(language, field).to_owned()),
            Cell::Text(example(language, field).to_owned()),
        ]
    };
    Sheet {
        name: words("template.guide.sheet").to_owned(),
        lines: [
            words("template.guide.heading"),
            words("template.guide.line_title"),
            words("template.guide.line_read"),
        ]
        .map(str::to_owned)
        .to_vec(),
        columns: vec![
            column("template.guide.column", 20),
            column("template.guide.need", 34),
            column("template.guide.about", 78),
            column("template.guide.example", 44),
        ],
        rows: COLUMNS.into_iter().map(row).collect(),
    }
}

/// The template as a text, with a byte order mark so that spreadsheet programs read it as UTF-8.
fn csv(language: Language) -> String {
    let quoted = |text: &str| {
        if text.contains([',', '"', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let mut content = format!("\u{FEFF}{}\r\n", quoted(text(language, "template.heading")));
    for key in TITLE_FIELDS {
        content.push_str(&format!("{},\r\n", quoted(text(language, key))));
    }
    content.push_str("\r\n");
    let headings = COLUMNS.map(|(field, _, need)| quoted(&heading(language, field, need)));
    let examples = COLUMNS.map(|(field, ..)| quoted(example(language, field)));
    content.push_str(&format!("{}\r\n{}\r\n", headings.join(","), examples.join(",")));
    content
}
