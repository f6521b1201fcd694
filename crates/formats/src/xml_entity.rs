//! Entities of XML.

/// The character of one of the five entities that XML itself defines; any other can only come from a document type.
///
/// Source: Extensible Markup Language (XML) 1.0, fifth edition, section 4.6.
pub(crate) fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}
