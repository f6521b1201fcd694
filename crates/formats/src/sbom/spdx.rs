//! What SPDX 2 documents share, JSON or tag-value: agents, identifiers, purposes, relationships.

use kikimori_core::limits::SBOM_LIST_MAX;
use kikimori_core::limits::{IDENTIFIER_BYTES_MAX, VERSION_BYTES_MAX};
use kikimori_core::message::Message;
use kikimori_core::sbom::{
    Agent, AgentKind, Component, ComponentKind, ExternalReference, ExtractedLicence, LicenceForm,
    LicenceStanding, SourcePackage,
};

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
pub(super) fn agent(text: &str) -> Option<Agent> {
    let text = said(text)?;
    let prefixes = [
        ("Organization:", AgentKind::Organisation),
        ("Person:", AgentKind::Person),
        ("Tool:", AgentKind::Unstated),
    ];
    let found = prefixes.iter().find_map(|(prefix, kind)| Some((text.strip_prefix(prefix)?, *kind)));
    let (name, kind) = found.unwrap_or((text, AgentKind::Unstated));
    Some(Agent { name: said(name)?.to_owned(), kind })
}

/// Adds a creator of the document: a tool, a person or an organisation.
pub(super) fn add_creator(builder: &mut Builder, text: &str) {
    let Some(agent) = agent(text) else { return };
    if text.trim_start().starts_with("Tool:") {
        builder.add_tool(Some(&agent.name), None);
    } else {
        builder.add_author(&agent.name, agent.kind);
    }
}

/// Counts a data licence other than the one that SPDX asks for (SPDX 2.3 clause 6.2).
///
/// # Errors
/// Beginning of a SWID tag's locator; the tag's id follows.
pub(super) const SWID_PREFIX: &str = "swid:";

/// None; the form is that of a reader of JSON texts.
pub(super) fn check_data_licence(builder: &mut Builder, text: &str) -> Result<(), Message> {
    if text != DATA_LICENCE {
        builder.unkept(text);
    }
    Ok(())
}

/// The licence that SPDX asks for on its documents.
pub(super) const DATA_LICENCE: &str = "CC0-1.0";

/// Adds a licence that the document itself defines.
pub(super) fn add_extracted(builder: &mut Builder, id: Option<&str>, name: Option<&str>, text: Option<&str>) {
    let Some(id) = id else {
        builder.unkept("without licenseId");
        return;
    };
    if builder.sbom.extracted_licences.len() >= EXTRACTED_LICENCES_MAX {
        builder.cut("hasExtractedLicensingInfos", EXTRACTED_LICENCES_MAX);
        return;
    }
    let licence = ExtractedLicence {
        id: builder.clip(id),
        name: name.and_then(said).map(|name| builder.clip(name)),
        text: builder.clip(text.unwrap_or_default()),
    };
    builder.sbom.extracted_licences.push(licence);
}

/// Adds what an external reference names (SPDX 2.3 clause 7.21, annex F).
///
/// The category of identifiers is not asked for: documents write `PACKAGE-MANAGER` and `PACKAGE_MANAGER`, or the wrong
/// one, and the type says enough.
pub(super) fn add_external_reference(
    builder: &mut Builder,
    component: &mut Component,
    category: Option<&str>,
    kind: Option<&str>,
    locator: Option<&str>,
    comment: Option<&str>,
) {
    let (Some(kind), Some(locator)) = (kind, locator) else {
        builder.missing(if kind.is_none() { "referenceType" } else { "referenceLocator" });
        builder.unkept("incomplete");
        return;
    };
    let is_identifier = match kind.rsplit_once('/').map_or(kind, |(_, name)| name) {
        "purl" => {
            builder.add_purl(component, locator);
            true
        }
        "cpe22Type" | "cpe23Type" => {
            builder.add_cpe(component, locator);
            true
        }
        "swid" if component.details().swid.is_none() => {
            let tag = locator.strip_prefix(SWID_PREFIX).unwrap_or(locator);
            component.details_mut().swid = Some(builder.clip(tag));
            true
        }
        _ => false,
    };
    if is_identifier {
        if comment.is_some() {
            builder.unkept("comment");
        }
        return;
    }
    let category = category.map(|category| category.replace('_', "-"));
    let (category, kind) = match (category.as_deref(), kind) {
        (Some("SECURITY"), "advisory") => (None, "advisories"),
        (None | Some("OTHER"), kind) => (None, kind),
        (Some(category), kind) => (Some(category), kind),
    };
    add_reference(builder, component, category, kind, locator, comment);
}

/// Keeps a place outside, where the document is read whole.
fn add_reference(
    builder: &mut Builder,
    component: &mut Component,
    category: Option<&str>,
    kind: &str,
    locator: &str,
    comment: Option<&str>,
) {
    let Some(extras) = builder.extras(component) else { return };
    if extras.references.len() >= SBOM_LIST_MAX {
        builder.cut("externalRefs", SBOM_LIST_MAX);
        return;
    }
    extras.references.push(ExternalReference {
        category: category.map(|text| builder.clip(text).into()),
        kind: builder.clip(kind).into(),
        locator: builder.clip(locator).into(),
        comment: comment.map(|text| builder.clip(text).into()),
    });
}

/// Texts of a package that are understood together at its end.
#[derive(Default)]
pub(super) struct PackageTexts {
    /// `supplier`.
    pub(super) supplier: Option<String>,
    /// `originator`.
    pub(super) originator: Option<String>,
    /// `licenseConcluded`.
    pub(super) concluded: Option<String>,
    /// `licenseDeclared`.
    pub(super) declared: Option<String>,
    /// `sourceInfo`.
    pub(super) source_info: Option<String>,
    /// `homepage`.
    pub(super) homepage: Option<String>,
    /// `downloadLocation`.
    pub(super) download: Option<String>,
    /// `copyrightText`.
    pub(super) copyright: Option<String>,
    /// `description`.
    pub(super) description: Option<String>,
}

/// Puts a package's texts in their places.
pub(super) fn settle(builder: &mut Builder, component: &mut Component, texts: PackageTexts) {
    let supplier = texts.supplier.as_deref().and_then(agent);
    let originator = texts.originator.as_deref().and_then(agent);
    let kinds =
        [&supplier, &originator].map(|agent| agent.as_ref().map(|agent| agent.kind).unwrap_or_default());
    let details = component.details_mut();
    details.supplier = supplier.map(|agent| builder.clip(&agent.name));
    details.author = originator.map(|agent| builder.clip(&agent.name));
    set_licences(builder, component, texts.concluded.as_deref(), texts.declared.as_deref());
    component.details_mut().source = texts.source_info.as_deref().and_then(source);
    if !builder.is_whole {
        return;
    }
    let places = [
        ("distribution", "downloadLocation NONE", &texts.download),
        ("website", "homepage NONE", &texts.homepage),
    ];
    for (kind, none, text) in places {
        match text.as_deref().map(str::trim) {
            Some("NONE") => builder.unkept(none),
            Some(text) if said(text).is_some() => add_reference(builder, component, None, kind, text, None),
            _ => {}
        }
    }
    if texts.copyright.as_deref().map(str::trim) == Some("NONE") {
        builder.unkept("copyrightText NONE");
    }
    let is_source_known = component.details().source.is_some();
    let extras = component.details_mut().extras_mut();
    [extras.supplier_kind, extras.author_kind] = kinds;
    extras.copyright = texts.copyright.filter(|text| said(text).is_some()).map(Into::into);
    extras.description = texts.description.filter(|text| !text.trim().is_empty()).map(Into::into);
    extras.source_info =
        texts.source_info.filter(|text| !is_source_known && !text.trim().is_empty()).map(Into::into);
}

/// Keeps the kind that a primary package purpose stands for; `None` where there is none.
pub(super) fn set_kind(builder: &mut Builder, component: &mut Component, purpose: Option<&str>) {
    let Some(purpose) = purpose else {
        if let Some(extras) = builder.extras(component) {
            extras.is_kind_unstated = true;
        }
        return;
    };
    component.kind = kind(builder, purpose);
    let has_own_word = component.kind == ComponentKind::Other && purpose != "OTHER";
    let Some(extras) = builder.extras(component) else { return };
    if has_own_word {
        extras.kind_written = Some(builder.clip(purpose).into());
    }
}

/// The kind that a primary package purpose stands for (SPDX 2.3 clause 7.24).
fn kind(builder: &mut Builder, text: &str) -> ComponentKind {
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

/// Keeps the licences: what was concluded, else what was declared; both where the document is read whole.
fn set_licences(
    builder: &mut Builder,
    component: &mut Component,
    concluded: Option<&str>,
    declared: Option<&str>,
) {
    let texts = [(concluded, LicenceStanding::Concluded), (declared, LicenceStanding::Declared)];
    for (text, standing) in texts {
        if text.map(str::trim) == Some("NONE") {
            builder.unkept(match standing {
                LicenceStanding::Concluded => "licenseConcluded NONE",
                _ => "licenseDeclared NONE",
            });
        }
        if let Some(text) = text.and_then(said) {
            let licences = &mut component.details_mut().licences;
            builder.add_licence(licences, text, LicenceForm::Expression, standing);
            if !builder.is_whole {
                return;
            }
        }
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

/// Whether a relationship's type says no more than the edge that is kept of it.
fn is_kept_exactly(kind: &str) -> bool {
    matches!(
        kind,
        "DESCRIBES" | "DESCRIBED_BY" | "DEPENDS_ON" | "DEPENDENCY_OF" | "CONTAINS" | "CONTAINED_BY"
    )
}

/// Licences that one document may define. A whole distribution defines some thousands.
const EXTRACTED_LICENCES_MAX: usize = 100_000;

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
    if meaning == Meaning::Nothing || !is_kept_exactly(kind) {
        builder.unkept(kind);
    }
    if meaning == Meaning::Nothing {
        return Ok(());
    }
    let is_leaf = kind == "DEPENDS_ON" && second.trim() == "NONE";
    let (Some(first), Some(second)) = (mention(builder, first)?, mention(builder, second)?) else {
        if is_leaf && let Some(first) = mention(builder, first)? {
            return builder.add_leaf(first);
        }
        builder.unkept("NONE, NOASSERTION or another document");
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
            assert_eq!(agent(text).map(|agent| agent.name).as_deref(), expected, "{text}");
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
