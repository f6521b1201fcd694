//! Parts of `CycloneDX` documents that are not kept, and whose faults are named all the same: patches, issues, data of services,
//! attachments, citations, ranges of versions.

use kikimori_core::message::Message;
use serde::de::MapAccess;

use super::builder::Builder;
use super::json::{Each, Fields, Handler, List, Text, skip, value};

/// Kinds of patches.
const PATCH_TYPES: &[&str] = &["unofficial", "monkey", "backport", "cherry-pick"];

/// Kinds of issues.
const ISSUE_TYPES: &[&str] = &["defect", "enhancement", "security"];

/// Ways of data to and from a service.
const DATA_FLOWS: &[&str] = &["inbound", "outbound", "bi-directional", "unknown"];

/// How the text of an attachment may be encoded.
const ENCODINGS: &[&str] = &["base64"];

/// Notices a patch of another kind.
pub(super) fn check_patch_type(builder: &mut Builder, text: &str) {
    check_word(builder, "type", PATCH_TYPES, text);
}

/// Notices an issue of another kind.
pub(super) fn check_issue_type(builder: &mut Builder, text: &str) {
    check_word(builder, "type", ISSUE_TYPES, text);
}

/// Notices another way of data.
pub(super) fn check_flow(builder: &mut Builder, text: &str) {
    check_word(builder, "flow", DATA_FLOWS, text);
}

/// Notices an unknown encoding.
pub(super) fn check_encoding(builder: &mut Builder, text: &str) {
    check_word(builder, "encoding", ENCODINGS, text);
}

/// Notices a text that is none of `words`.
fn check_word(builder: &mut Builder, field: &'static str, words: &[&str], text: &str) {
    if !words.contains(&text) {
        builder.bad_value(field, text);
    }
}

/// Notices a range of versions beside a version, or of a component that is part of the product (1.7).
pub(super) fn check_range(builder: &mut Builder, range: Option<&str>, has_version: bool, is_external: bool) {
    if let Some(range) = range
        && (has_version || !is_external)
    {
        builder.bad_value("versionRange", range);
    }
}

/// What a citation says, as far as the format has rules about it (1.7).
#[derive(Default)]
pub(super) struct CitationParts {
    /// Times that `attributedTo` stands there.
    pub(super) n_attributions: usize,
    /// Times that `process` stands there.
    pub(super) n_processes: usize,
    /// There are `pointers`.
    pub(super) has_pointers: bool,
    /// There are `expressions`.
    pub(super) has_expressions: bool,
}

impl CitationParts {
    /// Notices what the format does not allow.
    pub(super) fn check(&self, builder: &mut Builder) {
        if self.n_attributions + self.n_processes == 0 {
            builder.missing("attributedTo");
        }
        if self.n_attributions > 1 {
            builder.bad_value("attributedTo", "2");
        }
        if self.n_processes > 1 {
            builder.bad_value("process", "2");
        }
        match (self.has_pointers, self.has_expressions) {
            (true, true) => builder.bad_value("expressions", "pointers + expressions"),
            (false, false) => builder.missing("pointers"),
            _ => {}
        }
    }
}

/// A citation.
pub(super) struct Citation;

impl Handler for Citation {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut parts = CitationParts::default();
        let mut fields = Fields::uncounted(&["attributedTo", "process", "pointers", "expressions"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "attributedTo" => parts.n_attributions += 1,
                "process" => parts.n_processes += 1,
                "pointers" => parts.has_pointers = true,
                _ => parts.has_expressions = true,
            }
            skip(&mut map, builder)?;
        }
        parts.check(builder);
        Ok(())
    }
}

/// Where a component comes from: its patches are looked at.
pub(super) struct Pedigree;

impl Handler for Pedigree {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::uncounted(&["patches"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut List(Patch))?;
        }
        Ok(())
    }
}

/// A patch.
struct Patch;

impl Handler for Patch {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut kind = None::<String>;
        let mut fields = Fields::uncounted(&["type", "diff", "resolves"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "type" => value(&mut map, builder, &mut Text(&mut kind))?,
                "diff" => value(&mut map, builder, &mut Diff)?,
                _ => value(&mut map, builder, &mut List(Issue))?,
            }
        }
        match kind {
            Some(kind) => check_patch_type(builder, &kind),
            None => builder.missing("type"),
        }
        Ok(())
    }
}

/// What a patch changes.
struct Diff;

impl Handler for Diff {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::uncounted(&["text"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut Attachment)?;
        }
        Ok(())
    }
}

/// What a patch resolves.
struct Issue;

impl Handler for Issue {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut kind = None::<String>;
        let mut fields = Fields::uncounted(&["type"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut Text(&mut kind))?;
        }
        match kind {
            Some(kind) => check_issue_type(builder, &kind),
            None => builder.missing("type"),
        }
        Ok(())
    }
}

/// A text with its type and encoding.
pub(super) struct Attachment;

impl Handler for Attachment {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::uncounted(&["encoding"]);
        while fields.next(&mut map, builder)?.is_some() {
            let mut check = Each(|builder: &mut Builder, text: &str| {
                check_encoding(builder, text);
                Ok(())
            });
            value(&mut map, builder, &mut check)?;
        }
        Ok(())
    }

    fn text(&mut self, builder: &mut Builder, _text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        Ok(())
    }
}

/// Data that goes to or comes from a service.
pub(super) struct ServiceData;

impl Handler for ServiceData {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut flow = None::<String>;
        let mut fields = Fields::uncounted(&["flow"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(&mut map, builder, &mut Text(&mut flow))?;
        }
        match flow {
            Some(flow) => check_flow(builder, &flow),
            None => builder.missing("flow"),
        }
        Ok(())
    }
}
