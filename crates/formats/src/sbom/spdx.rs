//! What SPDX 2 documents share, JSON or tag-value: agents, identifiers, purposes, relationships.

use kikimori_core::limits::{IDENTIFIER_BYTES_MAX, VERSION_BYTES_MAX};
use kikimori_core::message::Message;
use kikimori_core::sbom::{Component, ComponentKind, SourcePackage};

use super::builder::{Builder, Edge};

/// The source package in Trivy's `sourceInfo`: `built package from: openssl 1.1.1n-0+deb11u4`.
pub(super) fn source(text: &str) -> Option<Box<SourcePackage>> {
    let rest = text.trim().strip_prefix("built package from: ")?;
    let (name, version) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    if name.is_empty() || name.len() > IDENTIFIER_BYTES_MAX || version.len() > VERSION_BYTES_MAX {
        return None;
    }
    let version = Some(version.trim().to_owned()).filter(|version| !version.is_empty());
    Some(Box::new(SourcePackage { name: name.to_owned(), version, ..SourcePackage::default() }))
}

/// Versions read (`SPDX-2.2` also stands for 2.2.1, which is ISO/IEC 5962:2021).
const VERSIONS: &[&str] = &["SPDX-2.2", "SPDX-2.3"];

/// Whether documents of this version are read.
pub(super) fn is_version_read(version: &str) -> bool {
    VERSIONS.iter().any(|read| {
        version.strip_prefix(read).is_some_and(|patch| patch.is_empty() || patch.starts_with('.'))
    })
}

/// A text that says something: not empty, `NOASSERTION` or `NONE`.
pub(super) fn said(text: &str) -> Option<&str> {
    let text = text.trim();
    (!matches!(text, "" | "NOASSERTION" | "NONE")).then_some(text)
}

/// A supplier, originator or creator without `Organization:`, `Person:` or `Tool:` in front; `None` for
/// `NOASSERTION`.
pub(super) fn agent(text: &str) -> Option<&str> {
    let text = said(text)?;
    let name = ["Organization:", "Person:", "Tool:"].iter().find_map(|prefix| text.strip_prefix(prefix));
    said(name.unwrap_or(text))
}

/// Adds a creator of the document: a tool, a person or an organisation.
pub(super) fn add_creator(builder: &mut Builder, text: &str) {
    let Some(name) = agent(text) else { return };
    if text.trim_start().starts_with("Tool:") {
        builder.add_tool(Some(name), None);
    } else {
        builder.add_author(name);
    }
}

/// Adds the identifier of an external reference (SPDX 2.3 clause 7.21, annex F).
///
/// The category is not asked for: documents write `PACKAGE-MANAGER` and `PACKAGE_MANAGER`, or the wrong one, and the
/// type says enough.
pub(super) fn add_external_reference(
    builder: &mut Builder,
    component: &mut Component,
    kind: Option<&str>,
    locator: Option<&str>,
) {
    let (Some(kind), Some(locator)) = (kind, locator) else {
        builder.missing(if kind.is_none() { "referenceType" } else { "referenceLocator" });
        return;
    };
    match kind.rsplit_once('/').map_or(kind, |(_, name)| name) {
        "purl" => builder.add_purl(component, locator),
        "cpe22Type" | "cpe23Type" => builder.add_cpe(component, locator),
        "swid" => component.details_mut().swid = Some(builder.clip(locator)),
        _ => {}
    }
}

/// The kind that a primary package purpose stands for (SPDX 2.3 clause 7.24).
pub(super) fn kind(builder: &mut Builder, text: &str) -> ComponentKind {
    match text {
        "APPLICATION" => ComponentKind::Application,
        "FRAMEWORK" => ComponentKind::Framework,
        "LIBRARY" => ComponentKind::Library,
        "CONTAINER" => ComponentKind::Container,
        "OPERATING_SYSTEM" | "OPERATING-SYSTEM" => ComponentKind::OperatingSystem,
        "DEVICE" => ComponentKind::Device,
        "FIRMWARE" => ComponentKind::Firmware,
        "FILE" => ComponentKind::File,
        "SOURCE" | "ARCHIVE" | "INSTALL" | "OTHER" => ComponentKind::Other,
        _ => {
            builder.bad_value("primaryPackagePurpose", text);
            ComponentKind::Other
        }
    }
}

/// Keeps the licence: what was concluded, else what was declared.
pub(super) fn set_licence(
    builder: &mut Builder,
    component: &mut Component,
    concluded: Option<&str>,
    declared: Option<&str>,
) {
    if let Some(text) = concluded.and_then(said).or_else(|| declared.and_then(said)) {
        builder.add_text(&mut component.details_mut().licences, "licences", text);
    }
}

/// What a relationship means for the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// An edge from the first element to the second.
    Forward(Edge),
    /// An edge from the second element to the first.
    Backward(Edge),
    /// The first element describes the second.
    Describes,
    /// The second element describes the first.
    DescribedBy,
    /// Something about files, builds or licences.
    Nothing,
}

/// The meaning of a relationship type (SPDX 2.3 clause 11.1).
fn meaning(kind: &str) -> Meaning {
    match kind {
        "DESCRIBES" => Meaning::Describes,
        "DESCRIBED_BY" => Meaning::DescribedBy,
        "DEPENDS_ON" | "HAS_PREREQUISITE" | "STATIC_LINK" | "DYNAMIC_LINK" => Meaning::Forward(Edge::Depends),
        "DEPENDENCY_OF"
        | "BUILD_DEPENDENCY_OF"
        | "DEV_DEPENDENCY_OF"
        | "OPTIONAL_DEPENDENCY_OF"
        | "PROVIDED_DEPENDENCY_OF"
        | "RUNTIME_DEPENDENCY_OF"
        | "TEST_DEPENDENCY_OF"
        | "PREREQUISITE_FOR" => Meaning::Backward(Edge::Depends),
        "CONTAINS" => Meaning::Forward(Edge::Contains),
        "CONTAINED_BY" | "PACKAGE_OF" | "OPTIONAL_COMPONENT_OF" => Meaning::Backward(Edge::Contains),
        _ => Meaning::Nothing,
    }
}

/// Adds a relationship; those that are no edge of the graph are passed over.
///
/// # Errors
/// [`kikimori_core::message::codes::SBOM_LIMIT`] over the limits of edges and references.
pub(super) fn add_relationship(
    builder: &mut Builder,
    first: Option<&str>,
    kind: Option<&str>,
    second: Option<&str>,
) -> Result<(), Message> {
    let (Some(first), Some(kind), Some(second)) = (first, kind, second) else {
        builder.missing(match (first, kind) {
            (None, _) => "spdxElementId",
            (_, None) => "relationshipType",
            _ => "relatedSpdxElement",
        });
        return Ok(());
    };
    let meaning = meaning(kind);
    if meaning == Meaning::Nothing {
        return Ok(());
    }
    let (Some(first), Some(second)) = (mention(builder, first)?, mention(builder, second)?) else {
        return Ok(());
    };
    match meaning {
        Meaning::Forward(edge) => builder.add_edge(edge, first, second),
        Meaning::Backward(edge) => builder.add_edge(edge, second, first),
        Meaning::Describes => builder.add_described(second),
        Meaning::DescribedBy => builder.add_described(first),
        Meaning::Nothing => Ok(()),
    }
}

/// Notes a mention of an element, unless it is none or stands in another document.
pub(super) fn mention(builder: &mut Builder, text: &str) -> Result<Option<u32>, Message> {
    match said(text) {
        Some(text) if !text.starts_with("DocumentRef-") => builder.mention(text).map(Some),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_lose_their_prefix_and_nothing_else() {
        let cases = [
            ("Organization: Example Inc. (info@example.com)", Some("Example Inc. (info@example.com)")),
            ("Person: 山田 太郎", Some("山田 太郎")),
            ("Tool: maker-1.0", Some("maker-1.0")),
            ("Example", Some("Example")),
            ("NOASSERTION", None),
            ("Organization: NOASSERTION", None),
            ("Organization:", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(agent(text), expected, "{text}");
        }
    }

    #[test]
    fn reads_2_2_and_2_3_with_or_without_a_patch_number() {
        let cases = [
            ("SPDX-2.2", true),
            ("SPDX-2.2.1", true),
            ("SPDX-2.3", true),
            ("SPDX-2.1", false),
            ("SPDX-2.20", false),
            ("SPDX-3.0.1", false),
            ("2.3", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_version_read(text), expected, "{text}");
        }
    }
}
