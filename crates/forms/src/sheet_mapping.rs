//! What a person says about the columns of a component sheet, from YAML.

use std::collections::BTreeMap;

use kikimori_core::limits::{SHEET_COLUMNS_MAX, SHEET_MAPPING_BYTES_MAX};
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::sheet::{SheetField, SheetMapping};
use serde::Deserialize;

/// A file's shape.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    /// Name of the sheet.
    sheet: Option<String>,
    /// Last row of the heading.
    heading_row: Option<u32>,
    /// The product.
    product: Option<ProductFile>,
    /// Fields by column.
    #[serde(default)]
    columns: BTreeMap<String, String>,
}

/// The product that a list is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductFile {
    /// Its name.
    name: String,
    /// Its version.
    version: Option<String>,
}

/// Reads a mapping.
///
/// ```
/// let mapping = kikimori_forms::sheet_mapping::parse("heading_row: 4\ncolumns:\n  B: name\n  版: version\n").unwrap();
/// assert_eq!(mapping.columns.len(), 2);
/// ```
///
/// # Errors
/// SHEET-004 with the line: no YAML, an unknown key, a field of no known name, too long.
pub fn parse(text: &str) -> Result<SheetMapping, Message> {
    let wrong = |detail: String| Message::new(codes::SHEET_MAPPING_MALFORMED).with("detail", detail);
    if text.len() > SHEET_MAPPING_BYTES_MAX {
        return Err(wrong(format!("SHEET_MAPPING_BYTES_MAX = {SHEET_MAPPING_BYTES_MAX}")));
    }
    let file: MappingFile = serde_saphyr::from_str(text).map_err(|error| {
        let message = wrong(error.without_snippet().to_string());
        match error.location() {
            Some(location) => message.at(Place::LineColumn(location.line(), location.column())),
            None => message,
        }
    })?;
    if file.columns.len() > SHEET_COLUMNS_MAX as usize {
        return Err(wrong(format!("SHEET_COLUMNS_MAX = {SHEET_COLUMNS_MAX}")));
    }
    let field = |(column, name): (String, String)| match SheetField::of_name(&name) {
        Some(field) => Ok((column, field)),
        None => {
            let known: Vec<&str> = SheetField::ALL.into_iter().map(SheetField::name).collect();
            Err(wrong(format!("{column}: {name}? ({})", known.join(", "))))
        }
    };
    let columns = file.columns.into_iter().map(field).collect::<Result<_, _>>()?;
    let (product, product_version) =
        file.product.map_or((None, None), |product| (Some(product.name), product.version));
    Ok(SheetMapping { sheet: file.sheet, heading_row: file.heading_row, product, product_version, columns })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_mapping() {
        for text in [
            "columns: [",
            "columns: {B: nonsense}",
            "unknown: 1",
            "columns: {B: name, B: version}",
            "product: {version: '1'}",
        ] {
            assert_eq!(parse(text).unwrap_err().code, codes::SHEET_MAPPING_MALFORMED, "{text}");
        }
        assert!(parse(&"#".repeat(SHEET_MAPPING_BYTES_MAX + 1)).is_err());
    }
}
