//! What a document is, told from its first bytes, never from its name.

use kikimori_core::message::{Message, Place, codes};

use super::guard::Syntax;

/// Bytes looked at before a reader is chosen.
pub(super) const HEAD_BYTES: usize = 64 * 1024;

/// UTF-8 byte order mark.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Characters of unknown text repeated in a message.
const EXCERPT_CHARS: usize = 60;

/// First bytes of formats that hold or hide documents, with the name shown to people.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"%PDF-", "PDF"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"\x0a\x031.", "CycloneDX Protocol Buffers"),
];

/// First bytes of encodings other than UTF-8. UTF-32 stands before UTF-16, whose mark it starts with.
const OTHER_ENCODINGS: &[(&[u8], &str)] = &[
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\xfe\xff", "UTF-16BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\x00{", "UTF-16BE"),
    (b"{\x00", "UTF-16LE"),
    (b"\x00<", "UTF-16BE"),
    (b"<\x00", "UTF-16LE"),
    (b"\x00S\x00P", "UTF-16BE"),
    (b"S\x00P\x00", "UTF-16LE"),
];

/// Tags that a tag-value document may begin with (SPDX 2.3 clause 6: document creation information).
const FIRST_TAGS: &[&str] = &[
    "SPDXVersion",
    "DataLicense",
    "SPDXID",
    "DocumentName",
    "DocumentNamespace",
    "ExternalDocumentRef",
    "LicenseListVersion",
    "Creator",
    "Created",
    "CreatorComment",
    "DocumentComment",
    "PackageName",
    "Relationship",
];

/// Beginnings of lines of text formats that are recognised only to be named.
const OTHER_TEXTS: &[(&str, &str)] = &[
    ("spdxVersion:", "SPDX YAML"),
    ("bomFormat:", "CycloneDX YAML"),
    ("spec_version:", "CycloneDX Protocol Buffers (text)"),
    ("@prefix", "RDF Turtle"),
    ("swagger:", "YAML"),
    ("apiVersion:", "YAML"),
    ("---", "YAML"),
];

/// Bytes of a byte order mark at the start of `head`.
pub(super) fn mark_bytes(head: &[u8]) -> usize {
    if head.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// The syntax of a document that starts with `head`; `is_whole` when nothing follows.
///
/// # Errors
/// [`codes::SBOM_EMPTY`], [`codes::SBOM_NOT_UTF8`] or [`codes::SBOM_UNKNOWN_FORMAT`], naming what it looks like.
pub(super) fn detect(head: &[u8], is_whole: bool) -> Result<Syntax, Message> {
    if let Some((_, name)) = OTHER_ENCODINGS.iter().find(|(start, _)| head.starts_with(start)) {
        return Err(Message::new(codes::SBOM_NOT_UTF8).with("detail", name));
    }
    if let Some((_, name)) = MAGIC.iter().find(|(start, _)| head.starts_with(start)) {
        return Err(unknown(name));
    }
    let content = head.get(mark_bytes(head)..).unwrap_or_default();
    match content.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None if is_whole => Err(Message::new(codes::SBOM_EMPTY)),
        None => Err(unknown("white space")),
        Some(b'{') => Ok(Syntax::Json),
        Some(b'<') => Ok(Syntax::Xml),
        Some(b'[') => Err(unknown("JSON [ ]")),
        Some(_) => detect_text(content),
    }
}

/// Whether the first bytes of a JSON document speak of SPDX 3: its root may then be an element.
pub(super) fn is_linked(head: &[u8]) -> bool {
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    has(b"\"@context\"") && has(b"spdx.org/rdf/3") && !has(b"\"bomFormat\"") && !has(b"\"spdxVersion\"")
}

/// Tells tag-value from other texts.
fn detect_text(content: &[u8]) -> Result<Syntax, Message> {
    if content.contains(&0) {
        return Err(unknown("binary"));
    }
    let text = String::from_utf8_lossy(content);
    let mut first = None;
    for line in text.lines() {
        let line = line.trim_end();
        if line.trim_start().starts_with('#') || line.trim_start().is_empty() {
            continue;
        }
        if line.starts_with("SPDXVersion:") {
            return Ok(Syntax::TagValue);
        }
        if let Some((_, name)) = OTHER_TEXTS.iter().find(|(start, _)| line.starts_with(start)) {
            let name = if *name == "YAML" && text.contains("spdxVersion:") { "SPDX YAML" } else { name };
            return Err(unknown(name));
        }
        first.get_or_insert(line);
    }
    let first = first.unwrap_or_default().trim_start();
    match first.split_once(':') {
        Some((tag, _)) if FIRST_TAGS.contains(&tag.trim_end()) => Ok(Syntax::TagValue),
        _ => {
            let excerpt: String =
                first.chars().filter(|char| !char.is_control()).take(EXCERPT_CHARS).collect();
            Err(unknown(&excerpt).at(Place::Line(1)))
        }
    }
}

/// The refusal of something that looks like `found`.
pub(super) fn unknown(found: &str) -> Message {
    Message::new(codes::SBOM_UNKNOWN_FORMAT).with("found", found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_syntax_or_names_what_it_looks_like() {
        let cases: &[(&[u8], Result<Syntax, &str>)] = &[
            (b"{", Ok(Syntax::Json)),
            (b"\xef\xbb\xbf \n\t{}", Ok(Syntax::Json)),
            (b"<bom/>", Ok(Syntax::Xml)),
            (b"SPDXVersion: SPDX-2.3", Ok(Syntax::TagValue)),
            (b"# made by hand\n\nDataLicense: CC0-1.0\n", Ok(Syntax::TagValue)),
            (b"SPDXID: SPDXRef-DOCUMENT\n", Ok(Syntax::TagValue)),
            (b"SPDXID: \"SPDXRef-DOCUMENT\"\nspdxVersion: \"SPDX-2.3\"\n", Err("SBOM-001 SPDX YAML")),
            (b"---\nspdxVersion: SPDX-2.3\n", Err("SBOM-001 SPDX YAML")),
            (b"spec_version: \"1.6\"", Err("SBOM-001 CycloneDX Protocol Buffers (text)")),
            (b"\x0a\x031.6", Err("SBOM-001 CycloneDX Protocol Buffers")),
            (b"\x1f\x8b\x08", Err("SBOM-001 gzip")),
            (b"PK\x03\x04", Err("SBOM-001 ZIP")),
            (b"[1]", Err("SBOM-001 JSON [ ]")),
            (b"hello world", Err("SBOM-001 hello world")),
            (b"\x01\x00\x02", Err("SBOM-001 binary")),
            (b"{\x00\"\x00", Err("SBOM-006 UTF-16LE")),
            (b"\xfe\xff\x00{", Err("SBOM-006 UTF-16BE")),
            (b"", Err("SBOM-008")),
            (b" \r\n\t ", Err("SBOM-008")),
            (b"\xef\xbb\xbf", Err("SBOM-008")),
        ];
        for (head, expected) in cases {
            let found = detect(head, true).map_err(|message| {
                message
                    .args
                    .iter()
                    .fold(message.code.to_string(), |text, (_, value)| format!("{text} {value}"))
            });
            assert_eq!(found, expected.map_err(str::to_owned), "{}", String::from_utf8_lossy(head));
        }
    }
}
