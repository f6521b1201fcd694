//! Writing SPDX 2.3: what is said about each package, and the JSON form of it.
//!
//! Source: SPDX 2.3, clauses 6 to 11 and its JSON schema.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use kikimori_core::sbom::{
    AgentKind, Component, ComponentKind, Details, ExternalReference, Licence, LicenceForm, LicenceStanding,
    Role, Sbom, SbomFormat,
};
use kikimori_core::stamp::Stamp;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::spdx::{DATA_LICENCE, SWID_PREFIX};
use super::write::{self, WriteOptions, has_n_hexadecimal_digits, is_licence_expression, is_licence_id};

/// The document's own reference.
pub(super) const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// Beginning of every reference.
const REFERENCE_PREFIX: &str = "SPDXRef-";

/// Beginning of the id of a licence that the document defines.
const LICENCE_PREFIX: &str = "LicenseRef-";

/// The text of a licence that a bill of another format names and does not define; SPDX demands one.
const UNSTATED_TEXT: &str = "NOASSERTION";

/// Characters of a reference or id made from a text.
const MADE_CHARS_MAX: usize = 120;

/// Checksum algorithms of SPDX 2.3, with the number of hexadecimal digits of their values.
const HASH_ALGORITHMS: &[(&str, &[usize])] = &[
    ("SHA1", &[40]),
    ("SHA224", &[56]),
    ("SHA256", &[64]),
    ("SHA384", &[96]),
    ("SHA512", &[128]),
    ("MD2", &[32]),
    ("MD4", &[32]),
    ("MD5", &[32]),
    // Its length is chosen by whoever makes it; SPDX 2.3 names no length.
    ("MD6", &[32, 40, 56, 64, 96, 128]),
    ("SHA3-256", &[64]),
    ("SHA3-384", &[96]),
    ("SHA3-512", &[128]),
    ("BLAKE2b-256", &[64]),
    ("BLAKE2b-384", &[96]),
    ("BLAKE2b-512", &[128]),
    ("BLAKE3", &[64]),
    ("ADLER32", &[8]),
];

/// Purposes that only SPDX knows.
const OWN_PURPOSES: &[&str] = &["SOURCE", "ARCHIVE", "INSTALL"];

/// Writes the JSON form.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write_json(sbom: &Sbom, options: &WriteOptions, out: &mut dyn Write) -> io::Result<Vec<u32>> {
    write::json_document(&Document::of(sbom, options), out)?;
    Ok(order(sbom))
}

/// Packages are written in the bill's order.
pub(super) fn order(sbom: &Sbom) -> Vec<u32> {
    (0_u32..).zip(&sbom.components).map(|(index, _)| index).collect()
}

/// A bill as SPDX says it.
pub(super) struct Document<'a> {
    /// The bill.
    pub(super) sbom: &'a Sbom,
    /// References by index.
    references: Vec<Option<Cow<'a, str>>>,
    /// `name`.
    pub(super) name: Cow<'a, str>,
    /// `documentNamespace`.
    pub(super) namespace: &'a str,
    /// `created`.
    pub(super) created: String,
    /// `creators`.
    pub(super) creators: Vec<String>,
    /// Licences that the document defines.
    pub(super) extracted: Vec<ExtractedView<'a>>,
    /// Ids of licences that have only a name.
    ids_of_names: BTreeMap<&'a str, String>,
}

impl<'a> Document<'a> {
    /// The document of `sbom`.
    pub(super) fn of(sbom: &'a Sbom, options: &'a WriteOptions) -> Self {
        let fits = |own: &str| {
            own != DOCUMENT
                && own.strip_prefix(REFERENCE_PREFIX).is_some_and(|rest| !rest.is_empty() && is_id(rest))
        };
        let make = |index: u32, own: &str| match made_id(own.strip_prefix(REFERENCE_PREFIX).unwrap_or(own)) {
            made if made.is_empty() || made == "DOCUMENT" => format!("{REFERENCE_PREFIX}Package-{index}"),
            made => format!("{REFERENCE_PREFIX}{made}"),
        };
        let (extracted, ids_of_names) = extracted(sbom);
        Self {
            sbom,
            references: write::references(sbom, &fits, &make, true),
            name: document_name(sbom),
            namespace: namespace(sbom).unwrap_or(&options.serial),
            created: sbom
                .created_at
                .map_or_else(|| options.created.clone(), |stamp: Stamp| stamp.to_string()),
            creators: creators(sbom, options),
            extracted,
            ids_of_names,
        }
    }

    /// The reference of a component.
    pub(super) fn reference(&self, index: u32) -> &str {
        self.references.get(index as usize).and_then(Option::as_deref).unwrap_or(DOCUMENT)
    }

    /// A component as a package.
    pub(super) fn package(&self, index: u32) -> Option<PackageView<'_>> {
        Some(PackageView::of(self, index, self.sbom.components.get(index as usize)?))
    }

    /// Every relationship, in the order in which they are written.
    pub(super) fn relationships(&self) -> impl Iterator<Item = (&str, &'static str, &str)> {
        let described = described(self.sbom).map(|index| (DOCUMENT, "DESCRIBES", self.reference(index)));
        let nested = (0_u32..).zip(&self.sbom.components).filter_map(|(child, component)| {
            let parent = component.parent?;
            let is_edge = self.sbom.containments.binary_search(&(parent, child)).is_ok();
            (!is_edge).then(|| (self.reference(parent), "CONTAINS", self.reference(child)))
        });
        let nodes = write::nodes(self.sbom).flat_map(move |(from, edges)| {
            let is_leaf = self.sbom.leaves.binary_search(&from).is_ok();
            let none = is_leaf.then(|| (self.reference(from), "DEPENDS_ON", "NONE"));
            let own = edges.iter().map(move |edge| {
                let is_containment = self.sbom.containments.binary_search(edge).is_ok();
                let word = if is_containment { "CONTAINS" } else { "DEPENDS_ON" };
                (self.reference(edge.0), word, self.reference(edge.1))
            });
            own.chain(none)
        });
        // SPDX demands that a document without packages says what it describes too.
        let nothing = self.sbom.components.is_empty().then_some((DOCUMENT, "DESCRIBES", "NOASSERTION"));
        described.chain(nothing).chain(nested).chain(nodes)
    }
}

/// Components that the document describes: those that it is about. SPDX demands one of several packages, so that a
/// bill of another format that is about nothing describes what is nested in nothing.
fn described(sbom: &Sbom) -> impl Iterator<Item = u32> {
    let is_about = |component: &Component| matches!(component.role, Role::Subject | Role::Described);
    let is_spdx = matches!(sbom.format, SbomFormat::SpdxJson | SbomFormat::SpdxTagValue);
    let is_any = is_spdx || sbom.components.iter().any(is_about);
    (0_u32..).zip(&sbom.components).filter_map(move |(index, component)| {
        let is_described = if is_any { is_about(component) } else { component.parent.is_none() };
        is_described.then_some(index)
    })
}

/// Letters, digits, dots and dashes only.
fn is_id(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// An id made of a text: every row of other characters becomes a dash.
fn made_id(text: &str) -> String {
    let mut made = String::with_capacity(text.len().min(MADE_CHARS_MAX));
    for character in text.chars() {
        if made.len() >= MADE_CHARS_MAX {
            break;
        }
        if character.is_ascii_alphanumeric() || character == '.' {
            made.push(character);
        } else if !made.ends_with('-') {
            made.push('-');
        }
    }
    made.trim_matches('-').to_owned()
}

/// The document's name: its own, else that of what it is about.
fn document_name(sbom: &Sbom) -> Cow<'_, str> {
    if let Some(name) = &sbom.name {
        return name.into();
    }
    let about =
        sbom.components.iter().find(|component| matches!(component.role, Role::Subject | Role::Described));
    match about {
        Some(component) => {
            let version = component.version.as_ref().map(|version| format!("-{version}")).unwrap_or_default();
            format!("{}{version}", component.name).into()
        }
        None => "SBOM".into(),
    }
}

/// The document's namespace: its own where it is an address. A `CycloneDX` serial number with a revision above 1 is
/// shared by several documents and stands for none.
fn namespace(sbom: &Sbom) -> Option<&str> {
    let serial = sbom.serial.as_deref()?;
    let is_first = sbom.revision.as_deref().is_none_or(|revision| revision == "1");
    let is_address = serial.contains(':') && !serial.contains(['#', ' ', '\n']);
    (is_first && is_address).then_some(serial)
}

/// The persons, organisations and tools that made the document; SPDX demands one.
fn creators(sbom: &Sbom, options: &WriteOptions) -> Vec<String> {
    let agents = sbom.authors.iter().map(|author| agent(author.kind, &author.name));
    let tools = sbom.tools.iter().map(|tool| format!("Tool: {tool}"));
    let mut creators: Vec<String> = agents.chain(tools).collect();
    if creators.is_empty() {
        creators.push(format!("Tool: {}", options.tool));
    }
    creators
}

/// An agent with what it is; an organisation where the bill does not say.
fn agent(kind: AgentKind, name: &str) -> String {
    match kind {
        AgentKind::Person => format!("Person: {name}"),
        AgentKind::Organisation | AgentKind::Unstated => format!("Organization: {name}"),
    }
}

/// Licences that the document defines: its own, those that it names without a definition, and one for each that has
/// only a name.
fn extracted(sbom: &Sbom) -> (Vec<ExtractedView<'_>>, BTreeMap<&str, String>) {
    let mut list: Vec<ExtractedView<'_>> = sbom
        .extracted_licences
        .iter()
        .map(|licence| ExtractedView {
            id: (&*licence.id).into(),
            text: &licence.text,
            name: licence.name.as_deref(),
        })
        .collect();
    let mut taken: BTreeSet<String> = list.iter().map(|licence| licence.id.to_string()).collect();
    let mut ids: BTreeMap<&str, String> = BTreeMap::new();
    let licences = || sbom.components.iter().flat_map(|component| &component.details().licences);
    for id in licences().filter(|licence| !needs_definition(licence)).flat_map(own_ids) {
        if taken.insert(id.to_owned()) {
            list.push(ExtractedView { id: id.into(), text: UNSTATED_TEXT, name: None });
        }
    }
    for licence in licences().filter(|licence| needs_definition(licence)) {
        if ids.contains_key(&*licence.text) {
            continue;
        }
        let first = format!("{LICENCE_PREFIX}{}", made_id(&licence.text));
        let mut id = first.clone();
        let mut number = 1;
        // Every turn tries another number, and the taken ones are finite.
        while id == LICENCE_PREFIX || taken.contains(&id) {
            number += 1;
            id = format!("{first}-{number}");
        }
        taken.insert(id.clone());
        list.push(ExtractedView { id: id.clone().into(), text: &licence.text, name: Some(&licence.text) });
        ids.insert(&licence.text, id);
    }
    (list, ids)
}

/// Ids in an expression that the document itself must define.
fn own_ids(licence: &Licence) -> impl Iterator<Item = &str> {
    let is_id = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | ':');
    licence.text.split(move |character| !is_id(character)).filter(|word| word.starts_with(LICENCE_PREFIX))
}

/// A licence that is no word of SPDX and must be defined by the document.
fn needs_definition(licence: &Licence) -> bool {
    match licence.form {
        LicenceForm::Expression => !is_licence_expression(&licence.text),
        LicenceForm::Name => true,
        LicenceForm::Id => !is_licence_id(&licence.text),
    }
}

/// A licence that the document defines.
#[derive(serde::Serialize)]
pub(super) struct ExtractedView<'a> {
    /// Id.
    #[serde(rename = "licenseId")]
    pub(super) id: Cow<'a, str>,
    /// Text.
    #[serde(rename = "extractedText")]
    pub(super) text: &'a str,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
}

/// A checksum.
#[derive(serde::Serialize)]
pub(super) struct ChecksumView<'a> {
    /// Algorithm in SPDX's spelling.
    pub(super) algorithm: &'static str,
    /// Value.
    #[serde(rename = "checksumValue")]
    pub(super) value: Cow<'a, str>,
}

/// An external reference.
#[derive(serde::Serialize)]
pub(super) struct ReferenceView<'a> {
    /// Category.
    #[serde(rename = "referenceCategory")]
    pub(super) category: &'a str,
    /// Type.
    #[serde(rename = "referenceType")]
    pub(super) kind: &'a str,
    /// Locator.
    #[serde(rename = "referenceLocator")]
    pub(super) locator: Cow<'a, str>,
    /// Comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<&'a str>,
}

/// A package in SPDX's words.
#[derive(serde::Serialize)]
pub(super) struct PackageView<'a> {
    /// Name.
    pub(super) name: &'a str,
    /// Reference.
    #[serde(rename = "SPDXID")]
    pub(super) reference: &'a str,
    /// Version.
    #[serde(rename = "versionInfo", skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<&'a str>,
    /// Supplier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) supplier: Option<String>,
    /// Originator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) originator: Option<String>,
    /// Download location.
    #[serde(rename = "downloadLocation")]
    pub(super) download: &'a str,
    /// Whether its files were looked at; never.
    #[serde(rename = "filesAnalyzed")]
    pub(super) is_files_analyzed: bool,
    /// Checksums.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) checksums: Vec<ChecksumView<'a>>,
    /// Home page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) homepage: Option<&'a str>,
    /// Where the facts come from.
    #[serde(rename = "sourceInfo", skip_serializing_if = "Option::is_none")]
    pub(super) source_info: Option<Cow<'a, str>>,
    /// Concluded licence.
    #[serde(rename = "licenseConcluded", skip_serializing_if = "Option::is_none")]
    pub(super) concluded: Option<String>,
    /// Declared licence.
    #[serde(rename = "licenseDeclared", skip_serializing_if = "Option::is_none")]
    pub(super) declared: Option<String>,
    /// Copyright.
    #[serde(rename = "copyrightText", skip_serializing_if = "Option::is_none")]
    pub(super) copyright: Option<&'a str>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    /// External references.
    #[serde(rename = "externalRefs", skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<ReferenceView<'a>>,
    /// Purpose.
    #[serde(rename = "primaryPackagePurpose", skip_serializing_if = "Option::is_none")]
    pub(super) purpose: Option<&'a str>,
}

impl<'a> PackageView<'a> {
    /// The component of `document` with this index.
    fn of(document: &'a Document<'a>, index: u32, component: &'a Component) -> Self {
        let details = component.details();
        let extras = details.extras();
        let place = |kind: &str| {
            let mut found = extras.references.iter();
            found.find(|reference| is_place(reference) && &*reference.kind == kind)
        };
        let (website, distribution) = (place("website"), place("distribution"));
        let stands_elsewhere = |reference: &ExternalReference| {
            [website, distribution].into_iter().flatten().any(|place| std::ptr::eq(place, reference))
        };
        let mut references = identifiers(component);
        references.extend(
            extras.references.iter().filter(|reference| !stands_elsewhere(reference)).map(reference_view),
        );
        let source = details.source.as_deref().map(|source| {
            let version = source.full_version().map(|version| format!(" {version}")).unwrap_or_default();
            Cow::Owned(format!("built package from: {}{version}", source.name))
        });
        Self {
            name: &component.name,
            reference: document.reference(index),
            version: component.version.as_deref(),
            supplier: details.supplier.as_deref().map(|name| agent(extras.supplier_kind, name)),
            originator: details.author.as_deref().map(|name| agent(extras.author_kind, name)),
            download: distribution.map_or("NOASSERTION", |reference| &reference.locator),
            is_files_analyzed: false,
            checksums: checksums(details),
            homepage: website.map(|reference| &*reference.locator),
            source_info: source.or(extras.source_info.as_deref().map(Cow::Borrowed)),
            concluded: document.licence(details, |standing| standing == LicenceStanding::Concluded),
            declared: document.licence(details, |standing| standing != LicenceStanding::Concluded),
            copyright: extras.copyright.as_deref(),
            description: extras.description.as_deref(),
            references,
            purpose: purpose(component),
        }
    }
}

impl Document<'_> {
    /// The expression of the licences that `is_meant`.
    fn licence(&self, details: &Details, is_meant: impl Fn(LicenceStanding) -> bool) -> Option<String> {
        let mut texts = details.licences.iter().filter(|licence| is_meant(licence.standing)).map(|licence| {
            match self.ids_of_names.get(&*licence.text) {
                Some(id) if needs_definition(licence) => id.as_str(),
                _ => &*licence.text,
            }
        });
        let first = texts.next()?;
        let rest: Vec<&str> = texts.collect();
        if rest.is_empty() {
            return Some(first.to_owned());
        }
        let bracketed = |text: &str| {
            if text.contains(' ') { format!("({text})") } else { text.to_owned() }
        };
        let all: Vec<String> = std::iter::once(first).chain(rest).map(bracketed).collect();
        Some(all.join(" AND "))
    }
}

/// An external reference that SPDX may have a field for: fields take addresses only; other texts become references.
fn is_place(reference: &ExternalReference) -> bool {
    reference.category.is_none() && reference.comment.is_none() && is_address(&reference.locator)
}

/// Whether a text is an absolute address: a scheme, `://`, and only what a URI may hold.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let is_uri_byte = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`')
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(is_scheme_byte)
        && !rest.is_empty()
        && rest.bytes().all(is_uri_byte)
}

/// A locator, which SPDX wants without white space: white space becomes what a URI writes for it.
fn locator(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_whitespace) {
        return text.into();
    }
    let mut written = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if character.is_whitespace() {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(written, "%{byte:02X}");
            }
        } else {
            written.push(character);
        }
    }
    written.into()
}

/// An external reference in SPDX's words.
fn reference_view(reference: &ExternalReference) -> ReferenceView<'_> {
    let (category, kind) = match (reference.category.as_deref(), &*reference.kind) {
        (None, "advisories") => ("SECURITY", "advisory"),
        (None, kind) => ("OTHER", kind),
        (Some(category), kind) => (category, kind),
    };
    let locator = locator(&reference.locator);
    ReferenceView { category, kind, locator, comment: reference.comment.as_deref() }
}

/// Package URLs, CPE names and the SWID tag as external references.
fn identifiers(component: &Component) -> Vec<ReferenceView<'_>> {
    fn view<'a>(category: &'a str, kind: &'a str, locator: Cow<'a, str>) -> ReferenceView<'a> {
        ReferenceView { category, kind, locator, comment: None }
    }
    let purls = component.purls.iter().map(|purl| view("PACKAGE-MANAGER", "purl", purl.into()));
    let cpes = component.cpes.iter().map(|cpe| {
        let kind = if cpe.starts_with("cpe:2.3:") { "cpe23Type" } else { "cpe22Type" };
        view("SECURITY", kind, cpe.into())
    });
    let swid = component.details().swid.as_deref();
    let swid = swid.map(|swid| view("SECURITY", "swid", format!("{SWID_PREFIX}{swid}").into()));
    purls.chain(cpes).chain(swid).collect()
}

/// Hashes of algorithms that SPDX knows, whose values are values of them. Others would make the document unreadable for
/// other tools.
fn checksums(details: &Details) -> Vec<ChecksumView<'_>> {
    let plain = |text: &str| text.replace('-', "").to_ascii_uppercase();
    let view = |hash: &'_ kikimori_core::sbom::Hash| {
        let written = plain(&hash.algorithm);
        let (algorithm, lengths) =
            HASH_ALGORITHMS.iter().find(|(known, _)| plain(known) == written).copied()?;
        has_n_hexadecimal_digits(&hash.value, lengths).then_some(algorithm)
    };
    let rows = details.hashes.iter();
    rows.filter_map(|hash| Some(ChecksumView { algorithm: view(hash)?, value: small(&hash.value) })).collect()
}

/// A text in small letters, which SPDX demands of hashes.
fn small(text: &str) -> Cow<'_, str> {
    match text.contains(|letter: char| letter.is_ascii_uppercase()) {
        true => Cow::Owned(text.to_ascii_lowercase()),
        false => Cow::Borrowed(text),
    }
}

/// The purpose; `OTHER` stands for what SPDX has no word for.
fn purpose(component: &Component) -> Option<&str> {
    let extras = component.details().extras();
    if extras.is_kind_unstated {
        return None;
    }
    Some(match component.kind {
        ComponentKind::Application => "APPLICATION",
        ComponentKind::Library => "LIBRARY",
        ComponentKind::Framework => "FRAMEWORK",
        ComponentKind::Container => "CONTAINER",
        ComponentKind::OperatingSystem => "OPERATING_SYSTEM",
        ComponentKind::Device => "DEVICE",
        ComponentKind::Firmware => "FIRMWARE",
        ComponentKind::File => "FILE",
        ComponentKind::DeviceDriver | ComponentKind::Platform => "OTHER",
        ComponentKind::Other => {
            extras.kind_written.as_deref().filter(|word| OWN_PURPOSES.contains(word)).unwrap_or("OTHER")
        }
    })
}

/// Creation information.
#[derive(serde::Serialize)]
struct CreationInfo<'a> {
    /// When the document was made.
    created: &'a str,
    /// Who and what made it.
    creators: &'a [String],
}

/// A relationship.
#[derive(serde::Serialize)]
struct RelationshipView<'a> {
    /// The first element.
    #[serde(rename = "spdxElementId")]
    first: &'a str,
    /// What it has to do with the second.
    #[serde(rename = "relationshipType")]
    kind: &'static str,
    /// The second element.
    #[serde(rename = "relatedSpdxElement")]
    second: &'a str,
}

/// The packages, made while they are written.
struct Packages<'a>(&'a Document<'a>);

impl Serialize for Packages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(order(self.0.sbom).into_iter().filter_map(|index| self.0.package(index)))
    }
}

/// The relationships, made while they are written.
struct Relationships<'a>(&'a Document<'a>);

impl Serialize for Relationships<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let views = self.0.relationships();
        serializer.collect_seq(views.map(|(first, kind, second)| RelationshipView { first, kind, second }))
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("spdxVersion", "SPDX-2.3")?;
        map.serialize_entry("dataLicense", DATA_LICENCE)?;
        map.serialize_entry("SPDXID", DOCUMENT)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("documentNamespace", self.namespace)?;
        let info = CreationInfo { created: &self.created, creators: &self.creators };
        map.serialize_entry("creationInfo", &info)?;
        map.serialize_entry("packages", &Packages(self))?;
        map.serialize_entry("relationships", &Relationships(self))?;
        if !self.extracted.is_empty() {
            map.serialize_entry("hasExtractedLicensingInfos", &self.extracted)?;
        }
        map.end()
    }
}
