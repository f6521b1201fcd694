//! Writing `CycloneDX` 1.6: what is said about each component, and the JSON form of it.
//!
//! Source: `CycloneDX` 1.6 JSON schema and XSD (ECMA-424, first edition).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use kikimori_core::sbom::{
    AgentKind, Component, ComponentKind, Details, Licence, LicenceForm, LicenceStanding, Property, Sbom,
    SupplierField,
};
use kikimori_core::stamp::Stamp;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::cyclonedx::{PURL_PROPERTY, SOURCE_PROPERTIES, UPKEEP_PROPERTIES, is_serial};
use super::iri;
use super::write::{self, Tree, WriteOptions, has_n_hexadecimal_digits, is_licence_id};

/// Kinds that only `CycloneDX` knows.
const OWN_KINDS: &[&str] = &["machine-learning-model", "data", "cryptographic-asset"];

/// Hash algorithms of version 1.6.
const HASH_ALGORITHMS: &[&str] = &[
    "MD5",
    "SHA-1",
    "SHA-256",
    "SHA-384",
    "SHA-512",
    "SHA3-256",
    "SHA3-384",
    "SHA3-512",
    "BLAKE2b-256",
    "BLAKE2b-384",
    "BLAKE2b-512",
    "BLAKE3",
];

/// Numbers of hexadecimal digits that the schema allows for a hash, whatever its algorithm.
const HASH_DIGITS: &[usize] = &[32, 40, 64, 96, 128];

/// Types of external references of version 1.6.
const REFERENCE_KINDS: &[&str] = &[
    "vcs",
    "issue-tracker",
    "website",
    "advisories",
    "bom",
    "mailing-list",
    "social",
    "chat",
    "documentation",
    "support",
    "source-distribution",
    "distribution",
    "distribution-intake",
    "license",
    "build-meta",
    "build-system",
    "release-notes",
    "security-contact",
    "model-card",
    "log",
    "configuration",
    "evidence",
    "formulation",
    "attestation",
    "threat-model",
    "adversary-model",
    "risk-assessment",
    "vulnerability-assertion",
    "exploitability-statement",
    "pentest-report",
    "static-analysis-report",
    "dynamic-analysis-report",
    "runtime-analysis-report",
    "component-analysis-report",
    "maturity-report",
    "certification-report",
    "codified-infrastructure",
    "quality-metrics",
    "poam",
    "electronic-signature",
    "digital-signature",
    "rfc-9116",
    "other",
];

/// Phases of a product's life.
const PHASES: &[&str] =
    &["design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"];

/// Writes the JSON form.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write_json(sbom: &Sbom, options: &WriteOptions, out: &mut dyn Write) -> io::Result<Vec<u32>> {
    let document = Document::of(sbom, options);
    write::json_document(&document, out)?;
    Ok(document.tree.order)
}

/// A bill as `CycloneDX` says it.
pub(super) struct Document<'a> {
    /// The bill.
    pub(super) sbom: &'a Sbom,
    /// What is nested in what.
    pub(super) tree: Tree,
    /// References by index.
    pub(super) references: Vec<Option<Cow<'a, str>>>,
    /// `serialNumber`.
    pub(super) serial: Option<&'a str>,
    /// `version`.
    pub(super) version: u64,
    /// `timestamp`.
    pub(super) timestamp: Option<String>,
    /// The phases in which the document was made.
    pub(super) lifecycles: Vec<LifecycleView<'a>>,
    /// The tools, name and version.
    pub(super) tools: Vec<(&'a str, Option<&'a str>)>,
    /// The persons that made the document.
    pub(super) persons: Vec<Named<'a>>,
    /// The organisation that made the document.
    pub(super) manufacturer: Option<Named<'a>>,
    /// The supplier, where it is not the subject's.
    pub(super) supplier: Option<Named<'a>>,
}

impl<'a> Document<'a> {
    /// The document of `sbom`.
    pub(super) fn of(sbom: &'a Sbom, options: &'a WriteOptions) -> Self {
        let fits = |own: &str| !own.is_empty() && !own.starts_with("urn:cdx:");
        let tree = Tree::of(sbom);
        let organisation = sbom.authors.iter().position(|author| author.kind == AgentKind::Organisation);
        let persons = sbom.authors.iter().enumerate().filter(|(index, _)| Some(*index) != organisation);
        let subject = tree.subject.and_then(|index| sbom.components.get(index as usize));
        let own_supplier = subject.and_then(|subject| subject.details().supplier.as_ref());
        Self {
            sbom,
            references: write::references(sbom, &fits, &|index, _| format!("component-{index}"), false),
            serial: match &sbom.serial {
                Some(serial) if is_serial(serial) => Some(serial),
                Some(_) => Some(&options.serial),
                None => None,
            },
            version: sbom
                .revision
                .as_ref()
                .and_then(|text| text.parse().ok())
                .filter(|n| *n > 0)
                .unwrap_or(1),
            timestamp: timestamp(sbom),
            lifecycles: sbom.generation_contexts.iter().map(|context| lifecycle(context)).collect(),
            tools: distinct_tools(sbom),
            persons: persons.map(|(_, author)| Named { name: &author.name }).collect(),
            manufacturer: organisation
                .and_then(|index| sbom.authors.get(index))
                .map(|author| Named { name: &author.name }),
            supplier: sbom
                .supplier
                .as_ref()
                .filter(|supplier| Some(*supplier) != own_supplier)
                .map(|name| Named { name }),
            tree,
        }
    }

    /// The reference of a component.
    pub(super) fn reference(&self, index: u32) -> Option<&str> {
        self.references.get(index as usize).and_then(Option::as_deref)
    }

    /// A component as it is written.
    pub(super) fn component(&self, index: u32) -> Option<ComponentView<'_>> {
        Some(ComponentView::of(self, index, self.sbom.components.get(index as usize)?))
    }
}

/// The time of the document, in a form that the schema takes.
fn timestamp(sbom: &Sbom) -> Option<String> {
    let written = sbom.created_written.as_deref()?.trim();
    let has_zone = written.get(19..).is_some_and(|rest| {
        rest.ends_with('Z') || rest.rsplit_once(['+', '-']).is_some_and(|(_, zone)| zone.len() == 5)
    });
    if has_zone && Stamp::parse(written).is_some() {
        return Some(written.to_owned());
    }
    sbom.created_at.map(|stamp| stamp.to_string())
}

/// A phase of the format, or one with a name of its own.
#[derive(serde::Serialize)]
pub(super) struct LifecycleView<'a> {
    /// One of [`PHASES`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phase: Option<&'a str>,
    /// Any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
}

/// The phase `context` in the schema's words.
fn lifecycle(context: &str) -> LifecycleView<'_> {
    let is_phase = PHASES.contains(&context);
    LifecycleView { phase: is_phase.then_some(context), name: (!is_phase).then_some(context) }
}

/// The tools, each once: the schema wants no entry of the list twice.
fn distinct_tools(sbom: &Sbom) -> Vec<(&str, Option<&str>)> {
    let mut seen = BTreeSet::new();
    sbom.tools.iter().filter(|tool| seen.insert(tool.as_str())).map(|tool| split_tool(tool)).collect()
}

/// A tool's name and version: the last word is a version where it begins with a digit and one space stands before it,
/// because readers put one space there.
fn split_tool(tool: &str) -> (&str, Option<&str>) {
    match tool.rsplit_once(' ') {
        Some((name, version))
            if !name.is_empty()
                && !name.ends_with(char::is_whitespace)
                && version.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit()) =>
        {
            (name, Some(version))
        }
        _ => (tool, None),
    }
}

/// A person or an organisation.
#[derive(serde::Serialize)]
pub(super) struct Named<'a> {
    /// Name.
    pub(super) name: &'a str,
}

/// A hash.
#[derive(serde::Serialize)]
pub(super) struct HashView<'a> {
    /// Algorithm in the schema's spelling.
    pub(super) alg: &'static str,
    /// Value.
    pub(super) content: &'a str,
}

/// An entry of `licenses`.
#[derive(serde::Serialize)]
#[serde(untagged)]
pub(super) enum LicenceView<'a> {
    /// A licence by id or name.
    Licence {
        /// The licence.
        license: LicenceChoice<'a>,
    },
    /// An expression.
    Expression {
        /// The expression.
        expression: &'a str,
        /// How the document came to it.
        #[serde(skip_serializing_if = "Option::is_none")]
        acknowledgement: Option<&'static str>,
    },
}

/// A licence by id or name.
#[derive(serde::Serialize)]
pub(super) struct LicenceChoice<'a> {
    /// Id of SPDX's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    /// How the document came to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acknowledgement: Option<&'static str>,
}

/// A SWID tag.
#[derive(serde::Serialize)]
pub(super) struct SwidView<'a> {
    /// Tag id.
    #[serde(rename = "tagId")]
    pub(super) tag_id: &'a str,
    /// Name of the software.
    pub(super) name: &'a str,
}

/// An external reference.
#[derive(serde::Serialize)]
pub(super) struct ReferenceView<'a> {
    /// Type.
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    /// Address.
    pub(super) url: Cow<'a, str>,
    /// Comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<&'a str>,
}

/// A property.
#[derive(serde::Serialize)]
pub(super) struct PropertyView<'a> {
    /// Name.
    pub(super) name: Cow<'a, str>,
    /// Value.
    pub(super) value: &'a str,
}

/// A CPE name for which there is no room in `cpe`.
#[derive(serde::Serialize)]
pub(super) struct IdentityView<'a> {
    /// `cpe`.
    pub(super) field: &'static str,
    /// The name.
    #[serde(rename = "concludedValue")]
    pub(super) concluded: &'a str,
}

/// `evidence`.
#[derive(serde::Serialize)]
pub(super) struct EvidenceView<'a> {
    /// Further identities.
    pub(super) identity: Vec<IdentityView<'a>>,
}

/// A component in the schema's words, its fields in the order that the XML form demands.
#[derive(serde::Serialize)]
pub(super) struct ComponentView<'a> {
    /// `type`.
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    /// `bom-ref`.
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    /// `supplier`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) supplier: Option<Named<'a>>,
    /// `manufacturer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) manufacturer: Option<Named<'a>>,
    /// `authors`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) authors: Vec<Named<'a>>,
    /// `publisher`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publisher: Option<&'a str>,
    /// `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<&'a str>,
    /// `name`.
    pub(super) name: &'a str,
    /// `version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<&'a str>,
    /// `description`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    /// `scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<&'static str>,
    /// `hashes`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) hashes: Vec<HashView<'a>>,
    /// `licenses`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) licenses: Vec<LicenceView<'a>>,
    /// `copyright`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) copyright: Option<&'a str>,
    /// `cpe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpe: Option<&'a str>,
    /// `purl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) purl: Option<&'a str>,
    /// `swid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) swid: Option<SwidView<'a>>,
    /// `externalReferences`.
    #[serde(rename = "externalReferences", skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<ReferenceView<'a>>,
    /// `properties`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) properties: Vec<PropertyView<'a>>,
    /// `components`.
    #[serde(skip_serializing_if = "Components::is_empty")]
    pub(super) components: Components<'a>,
    /// `evidence`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<EvidenceView<'a>>,
}

impl<'a> ComponentView<'a> {
    /// The component of `document` with this index.
    fn of(document: &'a Document<'a>, index: u32, component: &'a Component) -> Self {
        let details = component.details();
        let extras = details.extras();
        let named = |name: &'a str| Named { name };
        let supplier = |field| details.supplier.as_deref().filter(|_| extras.supplier_field == field);
        let further: Vec<IdentityView<'a>> =
            component.cpes.iter().skip(1).map(|cpe| IdentityView { field: "cpe", concluded: cpe }).collect();
        Self {
            kind: kind(component),
            reference: document.reference(index),
            supplier: supplier(SupplierField::Supplier).map(named),
            manufacturer: supplier(SupplierField::Manufacturer).or(extras.manufacturer.as_deref()).map(named),
            authors: details.author.as_deref().map(named).into_iter().collect(),
            publisher: supplier(SupplierField::Publisher).or(extras.publisher.as_deref()),
            group: component.group.as_deref(),
            name: &component.name,
            version: component.version.as_deref(),
            description: extras.description.as_deref(),
            scope: extras.scope.map(|scope| scope.name()),
            hashes: hashes(details),
            licenses: licences(&details.licences),
            copyright: extras.copyright.as_deref(),
            cpe: component.cpes.first().map(String::as_str),
            purl: component.purls.first().map(String::as_str),
            swid: details.swid.as_deref().map(|tag_id| SwidView { tag_id, name: &component.name }),
            references: references(details),
            properties: properties(component),
            components: Components { document, indexes: document.tree.children_of(index) },
            evidence: (!further.is_empty()).then_some(EvidenceView { identity: further }),
        }
    }
}

/// The kind in the schema's words; `library` stands for what it has no word for.
fn kind(component: &Component) -> &str {
    if component.kind != ComponentKind::Other {
        return component.kind.name();
    }
    let written = component.details().extras().kind_written.as_deref();
    written.filter(|word| OWN_KINDS.contains(word)).unwrap_or(ComponentKind::Library.name())
}

/// Hashes of algorithms that the schema knows, whose values it allows.
fn hashes(details: &Details) -> Vec<HashView<'_>> {
    let plain = |text: &str| text.replace('-', "").to_ascii_uppercase();
    let view = |hash: &'_ kikimori_core::sbom::Hash| {
        let algorithm = plain(&hash.algorithm);
        let known = HASH_ALGORITHMS.iter().find(|known| plain(known) == algorithm).copied();
        known.filter(|_| has_n_hexadecimal_digits(&hash.value, HASH_DIGITS))
    };
    details
        .hashes
        .iter()
        .filter_map(|hash| Some(HashView { alg: view(hash)?, content: &hash.value }))
        .collect()
}

/// Licences as the schema takes them: any number by id or name, or one expression.
fn licences(licences: &[Licence]) -> Vec<LicenceView<'_>> {
    let is_expression =
        |licence: &Licence| licence.form == LicenceForm::Expression && !is_licence_id(&licence.text);
    if let Some(first) = licences.first().filter(|first| is_expression(first))
        && licences.iter().all(|other| other.text == first.text && is_expression(other))
    {
        let acknowledgement = acknowledgement(first.standing);
        return vec![LicenceView::Expression { expression: &first.text, acknowledgement }];
    }
    licences
        .iter()
        .map(|licence| {
            let text = Some(&*licence.text);
            let is_id = licence.form != LicenceForm::Name && is_licence_id(&licence.text);
            let (id, name) = if is_id { (text, None) } else { (None, text) };
            let acknowledgement = acknowledgement(licence.standing);
            LicenceView::Licence { license: LicenceChoice { id, name, acknowledgement } }
        })
        .collect()
}

/// How the document came to a licence.
fn acknowledgement(standing: LicenceStanding) -> Option<&'static str> {
    match standing {
        LicenceStanding::Unstated => None,
        LicenceStanding::Declared => Some("declared"),
        LicenceStanding::Concluded => Some("concluded"),
    }
}

/// External references; `other` stands for a type that the schema does not know.
fn references(details: &Details) -> Vec<ReferenceView<'_>> {
    let view = |reference: &'_ kikimori_core::sbom::ExternalReference| {
        REFERENCE_KINDS.iter().find(|kind| **kind == &*reference.kind).copied().unwrap_or("other")
    };
    details
        .extras()
        .references
        .iter()
        .map(|reference| ReferenceView {
            kind: view(reference),
            url: iri::reference(&reference.locator),
            comment: reference.comment.as_deref(),
        })
        .collect()
}

/// Properties: those that were read, and those that stand for what the format has no field for.
fn properties(component: &Component) -> Vec<PropertyView<'_>> {
    let details = component.details();
    let mut list: Vec<PropertyView<'_>> = details
        .extras()
        .properties
        .iter()
        .map(|property: &Property| PropertyView { name: (&*property.name).into(), value: &property.value })
        .collect();
    list.extend(
        component.purls.iter().skip(1).map(|purl| PropertyView { name: PURL_PROPERTY.into(), value: purl }),
    );
    if let Some(upkeep) = details.upkeep.as_deref() {
        let parts = [
            ("support-level", &upkeep.support_level),
            ("support-ends-on", &upkeep.support_ends_on),
            ("entered-by", &upkeep.entered_by),
            ("entered-at", &upkeep.entered_at),
        ];
        list.extend(parts.into_iter().filter_map(|(part, value)| {
            Some(PropertyView { name: format!("{UPKEEP_PROPERTIES}{part}").into(), value: value.as_ref()? })
        }));
    }
    if let Some(source) = details.source.as_deref() {
        let parts = [
            ("Name", Some(&source.name)),
            ("Epoch", source.epoch.as_ref()),
            ("Version", source.version.as_ref()),
            ("Release", source.release.as_ref()),
        ];
        list.extend(parts.into_iter().filter_map(|(part, value)| {
            Some(PropertyView { name: format!("{SOURCE_PROPERTIES}{part}").into(), value: value? })
        }));
    }
    list
}

/// A list of components, made while it is written.
pub(super) struct Components<'a> {
    /// The document.
    document: &'a Document<'a>,
    /// The components' indexes.
    pub(super) indexes: &'a [u32],
}

impl Components<'_> {
    /// There are none.
    fn is_empty(&self) -> bool {
        self.indexes.is_empty()
    }
}

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.indexes.iter().filter_map(|index| self.document.component(*index)))
    }
}

/// A tool.
#[derive(serde::Serialize)]
struct ToolView<'a> {
    /// Its kind.
    r#type: &'static str,
    /// Its name.
    name: &'a str,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// The tools of a document.
#[derive(serde::Serialize)]
struct Tools<'a> {
    /// The tools.
    components: Vec<ToolView<'a>>,
}

/// `metadata`.
#[derive(serde::Serialize)]
struct Metadata<'a> {
    /// When the document was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<&'a str>,
    /// In which phases.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    lifecycles: &'a [LifecycleView<'a>],
    /// What made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<Tools<'a>>,
    /// Persons that made it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authors: &'a [Named<'a>],
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<ComponentView<'a>>,
    /// The organisation that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    manufacturer: Option<&'a Named<'a>>,
    /// Who supplies the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    supplier: Option<&'a Named<'a>>,
}

/// A node of the dependency graph.
#[derive(serde::Serialize)]
struct Node<'a> {
    /// The component.
    r#ref: &'a str,
    /// What it depends on.
    #[serde(rename = "dependsOn", skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<&'a str>,
}

/// The dependency graph, made while it is written.
struct Nodes<'a>(&'a Document<'a>);

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(write::nodes(self.0.sbom).filter_map(|(from, edges)| {
            let depends_on = edges.iter().filter_map(|(_, to)| self.0.reference(*to)).collect();
            Some(Node { r#ref: self.0.reference(from)?, depends_on })
        }))
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tools = self.tools.iter();
        let tools = tools.map(|(name, version)| ToolView { r#type: "application", name, version: *version });
        let metadata = Metadata {
            timestamp: self.timestamp.as_deref(),
            lifecycles: &self.lifecycles,
            tools: (!self.tools.is_empty()).then(|| Tools { components: tools.collect() }),
            authors: &self.persons,
            component: self.tree.subject.and_then(|index| self.component(index)),
            manufacturer: self.manufacturer.as_ref(),
            supplier: self.supplier.as_ref(),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")?;
        map.serialize_entry("bomFormat", "CycloneDX")?;
        map.serialize_entry("specVersion", "1.6")?;
        if let Some(serial) = self.serial {
            map.serialize_entry("serialNumber", serial)?;
        }
        map.serialize_entry("version", &self.version)?;
        map.serialize_entry("metadata", &metadata)?;
        map.serialize_entry("components", &Components { document: self, indexes: &self.tree.roots })?;
        if !self.sbom.dependencies.is_empty() || !self.sbom.leaves.is_empty() {
            map.serialize_entry("dependencies", &Nodes(self))?;
        }
        map.end()
    }
}
