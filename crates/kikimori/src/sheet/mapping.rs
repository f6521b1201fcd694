//! How a sheet was read, as a mapping file that a person edits and gives back.

use std::fmt::Write as _;

use kikimori_core::sheet::{SheetField, SheetMapping, column_letters};
use kikimori_locale::text;

use super::{View, field_words};

/// The file's content. Texts are quoted as JSON has them, which YAML reads too.
pub fn content(view: &View<'_>, asked: &SheetMapping) -> String {
    let layout = &view.sheet.layout;
    let words = |key| text(view.language, key);
    let mut content = String::new();
    let _ = writeln!(content, "# {}", words("sheet.mapping.head"));
    for field in SheetField::ALL {
        let _ = writeln!(content, "#   {}: {}", field.name(), field_words(view.language, field));
    }
    let _ = writeln!(content, "# {}", words("sheet.mapping.use"));
    if let Some(sheet) = &layout.sheet {
        let _ = writeln!(content, "sheet: {}", quoted(sheet));
    }
    let _ = writeln!(content, "heading_row: {}", layout.heading_rows.1);
    if let Some(product) = &asked.product {
        let _ = writeln!(content, "product:\n  name: {}", quoted(product));
        if let Some(version) = &asked.product_version {
            let _ = writeln!(content, "  version: {}", quoted(version));
        }
    }
    content.push_str("columns:\n");
    for column in &layout.columns {
        let field = column.field.unwrap_or(SheetField::Ignored).name();
        let mark = if column.field.is_none() { words("sheet.column.unknown") } else { "" };
        let heading: String = column.heading.chars().filter(|character| !character.is_control()).collect();
        let _ =
            writeln!(content, "  {}: {field}  # {heading} {mark}", quoted(&column_letters(column.column)));
    }
    content
}

/// A text in quotation marks.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
