//! A software bill of materials as a value, whatever format it came in.
//!
//! Readers keep identifiers **as written**; normalising happens later and never overwrites them. Nested
//! components are flattened in document order, each with its parent.

pub mod diff;
mod extras;
pub mod loss;
pub mod merge;
mod unkept;

use std::ops::Deref;

pub use extras::{
    Agent, AgentKind, ExternalReference, ExtractedLicence, Extras, Licence, LicenceForm, LicenceStanding,
    Property, Scope, SupplierField,
};
pub use unkept::Unkept;

use crate::message::{Message, Place};
use crate::stamp::Stamp;

/// The format an SBOM was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SbomFormat {
    /// `CycloneDX` JSON (ECMA-424), 1.2 to 1.7.
    CycloneDxJson,
    /// `CycloneDX` XML, 1.0 to 1.7.
    CycloneDxXml,
    /// SPDX 2.2 or 2.3 in JSON (ISO/IEC 5962:2021 is 2.2.1).
    SpdxJson,
    /// SPDX 2.2 or 2.3 in tag-value form.
    SpdxTagValue,
    /// A component sheet as text: comma, tab or semicolon between cells.
    SheetCsv,
    /// A component sheet in an Excel workbook.
    SheetXlsx,
    /// SPDX 3.0 in JSON-LD.
    Spdx3Json,
}

impl SbomFormat {
    /// The name shown to people and written to reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CycloneDxJson => "CycloneDX JSON",
            Self::CycloneDxXml => "CycloneDX XML",
            Self::SpdxJson => "SPDX JSON",
            Self::SpdxTagValue => "SPDX tag-value",
            Self::SheetCsv => "CSV",
            Self::SheetXlsx => "XLSX",
            Self::Spdx3Json => "SPDX 3 JSON-LD",
        }
    }
}

/// A bill of materials, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sbom {
    /// The format it was read from.
    pub format: SbomFormat,
    /// The format's version as written, for example `1.6` or `SPDX-2.3`; of a sheet its encoding or standard.
    pub spec_version: String,
    /// The document's own identity as written (`serialNumber`, `documentNamespace`).
    pub serial: Option<String>,
    /// The document's revision as written (`CycloneDX` `version`).
    pub revision: Option<String>,
    /// The document's name as written (SPDX `name`).
    pub name: Option<String>,
    /// When the document says it was made, as written.
    pub created_written: Option<String>,
    /// The same, understood; `None` when absent or not a time.
    pub created_at: Option<Stamp>,
    /// Persons and organisations that made the document.
    pub authors: Vec<Agent>,
    /// Tools that made the document, `name version`.
    pub tools: Vec<String>,
    /// Supplier of the thing described, as written.
    pub supplier: Option<String>,
    /// In which phases of the product's life the document was made, as written (`CycloneDX` `metadata.lifecycles`, SPDX 3
    /// `software_sbomType`).
    pub generation_contexts: Vec<String>,
    /// Every component in document order, nested ones after their parent.
    ///
    /// `CycloneDX`'s `metadata.component` is the first with [`Role::Subject`]; components nested in it follow
    /// with [`Role::InSubject`]. SPDX's described packages are ordinary packages of the list with
    /// [`Role::Described`].
    pub components: Vec<Component>,
    /// Dependency edges between components, as indexes into `components`: the first depends on (or contains)
    /// the second; sorted, each edge once. References that name nothing in the document are counted in
    /// `n_dangling_references`.
    pub dependencies: Vec<(u32, u32)>,
    /// The edges among `dependencies` that say "contains" and not "depends on"; sorted.
    pub containments: Vec<(u32, u32)>,
    /// Components that the document says depend on nothing; sorted. Filled only when a document is read whole.
    pub leaves: Vec<u32>,
    /// Licences that the document itself defines. Filled only when a document is read whole.
    pub extracted_licences: Vec<ExtractedLicence>,
    /// References in the dependency graph that name nothing in the document.
    pub n_dangling_references: usize,
    /// Files listed (SPDX); they are counted, not kept.
    pub n_files: usize,
    /// Services listed (`CycloneDX`); they are counted, not kept.
    pub n_services: usize,
    /// Vulnerabilities listed in the document itself; they are counted, not kept.
    pub n_vulnerabilities: usize,
    /// Fields of the document that are not kept. Filled only when a document is read whole.
    pub unkept: Unkept,
    /// Oddities that did not stop reading.
    pub notices: Vec<Message>,
    /// Notices beyond [`crate::limits::NOTICES_MAX`], counted only.
    pub n_notices_dropped: usize,
}

impl Sbom {
    /// A bill with nothing in it.
    #[must_use]
    pub fn new(format: SbomFormat, spec_version: &str) -> Self {
        Self {
            format,
            spec_version: spec_version.to_owned(),
            serial: None,
            revision: None,
            name: None,
            created_written: None,
            created_at: None,
            authors: Vec::new(),
            tools: Vec::new(),
            supplier: None,
            generation_contexts: Vec::new(),
            components: Vec::new(),
            dependencies: Vec::new(),
            containments: Vec::new(),
            leaves: Vec::new(),
            extracted_licences: Vec::new(),
            n_dangling_references: 0,
            n_files: 0,
            n_services: 0,
            n_vulnerabilities: 0,
            unkept: Unkept::default(),
            notices: Vec::new(),
            n_notices_dropped: 0,
        }
    }

    /// Components listed, nested ones counted, the document's own subject (`CycloneDX` `metadata.component` and
    /// what is nested in it) not.
    #[must_use]
    pub fn n_components(&self) -> usize {
        self.components.iter().filter(|component| component.role.is_listed()).count()
    }
}

/// The part a component plays in its document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// An ordinary listed component.
    #[default]
    Listed,
    /// A listed package that the document says it describes (SPDX `DESCRIBES`).
    Described,
    /// `CycloneDX` `metadata.component`: the thing that the document is about.
    Subject,
    /// Nested in the subject.
    InSubject,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Listed, Self::Described, Self::Subject, Self::InSubject];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Described => "described",
            Self::Subject => "subject",
            Self::InSubject => "in_subject",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Counts as a component of the list.
    #[must_use]
    pub fn is_listed(self) -> bool {
        matches!(self, Self::Listed | Self::Described)
    }
}

/// What kind of thing a component is (`CycloneDX` `type`, SPDX `PrimaryPackagePurpose`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// An application.
    Application,
    /// A library; also the default where a format names no kind.
    #[default]
    Library,
    /// A framework.
    Framework,
    /// A container image.
    Container,
    /// An operating system: a fact for "running on" conditions.
    OperatingSystem,
    /// A hardware device: a fact for "running on" conditions.
    Device,
    /// Firmware.
    Firmware,
    /// A single file.
    File,
    /// A device driver.
    DeviceDriver,
    /// A runtime platform.
    Platform,
    /// Anything else: model, data, cryptographic asset, source, archive…
    Other,
}

impl ComponentKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Application,
        Self::Library,
        Self::Framework,
        Self::Container,
        Self::OperatingSystem,
        Self::Device,
        Self::Firmware,
        Self::File,
        Self::DeviceDriver,
        Self::Platform,
        Self::Other,
    ];

    /// The kind with this name, exactly as [`Self::name`] gives it.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name written in reports; the `CycloneDX` spelling.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Library => "library",
            Self::Framework => "framework",
            Self::Container => "container",
            Self::OperatingSystem => "operating-system",
            Self::Device => "device",
            Self::Firmware => "firmware",
            Self::File => "file",
            Self::DeviceDriver => "device-driver",
            Self::Platform => "platform",
            Self::Other => "other",
        }
    }
}

/// A hash of a component's content, as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash {
    /// The algorithm as written, for example `SHA-256` or `SHA256`.
    pub algorithm: String,
    /// The value as written, hexadecimal.
    pub value: String,
}

impl Hash {
    /// Algorithm and value as one text that does not depend on how a format spells the algorithm and writes the digits.
    #[must_use]
    pub fn canonical(&self) -> String {
        let letters = self.algorithm.chars().filter(|letter| *letter != '-');
        let algorithm: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
        format!("{algorithm}={}", self.value.to_ascii_lowercase())
    }
}

/// Identifiers of a component as written, in document order.
///
/// Reads like a slice. One identifier, the usual case, needs no list: a large document has hundreds of thousands of them.
#[derive(Clone, Default)]
pub struct Identifiers(IdentifierList);

/// How many there are decides how they are kept.
#[derive(Clone, Default)]
enum IdentifierList {
    /// None.
    #[default]
    None,
    /// One.
    One(String),
    /// Two or more.
    Many(Box<[String]>),
}

impl Identifiers {
    /// Adds one at the end.
    pub fn push(&mut self, identifier: String) {
        self.0 = match std::mem::take(&mut self.0) {
            IdentifierList::None => IdentifierList::One(identifier),
            IdentifierList::One(first) => IdentifierList::Many(Box::new([first, identifier])),
            IdentifierList::Many(list) => {
                let mut list = list.into_vec();
                list.push(identifier);
                IdentifierList::Many(list.into_boxed_slice())
            }
        };
    }
}

impl Deref for Identifiers {
    type Target = [String];

    fn deref(&self) -> &[String] {
        match &self.0 {
            IdentifierList::None => &[],
            IdentifierList::One(identifier) => std::slice::from_ref(identifier),
            IdentifierList::Many(list) => list,
        }
    }
}

impl From<Vec<String>> for Identifiers {
    fn from(list: Vec<String>) -> Self {
        list.into_iter().collect()
    }
}

impl FromIterator<String> for Identifiers {
    fn from_iter<I: IntoIterator<Item = String>>(identifiers: I) -> Self {
        let mut list: Vec<String> = identifiers.into_iter().collect();
        Self(match list.len() {
            0 => IdentifierList::None,
            1 => list.pop().map_or(IdentifierList::None, IdentifierList::One),
            _ => IdentifierList::Many(list.into_boxed_slice()),
        })
    }
}

impl PartialEq for Identifiers {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Identifiers {}

impl std::fmt::Debug for Identifiers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// One component, its texts as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// The reference inside the document (`bom-ref`, `SPDXID`, `spdxId`).
    pub reference: Option<Box<str>>,
    /// Index of the component this one is nested in.
    pub parent: Option<u32>,
    /// The part it plays in the document.
    pub role: Role,
    /// What kind of thing it is.
    pub kind: ComponentKind,
    /// Group or namespace (`CycloneDX` `group`).
    pub group: Option<Box<str>>,
    /// Name.
    pub name: Box<str>,
    /// Version; `None` when absent, empty or SPDX `NOASSERTION`/`NONE`.
    pub version: Option<Box<str>>,
    /// Package URLs, in document order, without duplicates.
    pub purls: Identifiers,
    /// CPE names (2.2 URI or 2.3 formatted string), in document order, without duplicates.
    pub cpes: Identifiers,
    /// What only some components have; behind a box, because a large document has hundreds of thousands of components.
    pub details: Option<Box<Details>>,
    /// Where in the document it stood.
    pub place: Place,
}

/// What only some components have, its texts as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Supplier, manufacturer or publisher, the first that is given.
    pub supplier: Option<String>,
    /// Author or originator.
    pub author: Option<String>,
    /// SWID tag id.
    pub swid: Option<String>,
    /// Hashes.
    pub hashes: Vec<Hash>,
    /// Licences.
    pub licences: Vec<Licence>,
    /// The source package that a distribution package was built from, where the document says so outside the package URL.
    pub source: Option<Box<SourcePackage>>,
    /// How far it is supported and who entered it, where the document says so.
    pub upkeep: Option<Box<Upkeep>>,
    /// What only a conversion needs. `None` unless the document was read whole.
    pub extras: Option<Box<Extras>>,
}

/// How far a component is supported, and who entered it into the list when; as written.
///
/// `CycloneDX` and SPDX 2 have no fields for these; SPDX 3 has `supportLevel`, `validUntilTime` and `creationInfo`. Component sheets have columns, `CycloneDX` carries them in properties of the
/// name space `kikimori:component`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// Level of support, for example `actively maintained`, `no longer maintained`, `abandoned`.
    pub support_level: Option<String>,
    /// When support ends or ended.
    pub support_ends_on: Option<String>,
    /// Who entered the component into the list: an organisation or a person, not the component's own author.
    pub entered_by: Option<String>,
    /// When it was entered.
    pub entered_at: Option<String>,
}

/// The details of a component that has none.
const NO_DETAILS: &Details = &Details {
    supplier: None,
    author: None,
    swid: None,
    hashes: Vec::new(),
    licences: Vec::new(),
    source: None,
    upkeep: None,
    extras: None,
};

impl Details {
    /// The extras; empty ones where there are none.
    #[must_use]
    pub fn extras(&self) -> &Extras {
        self.extras.as_deref().unwrap_or(extras::NO_EXTRAS)
    }

    /// The extras, to be written.
    pub fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }
}

/// The source package that a distribution package was built from, as written.
///
/// Distributions' vulnerability records name source packages (`openssl`), SBOMs binary ones (`libssl3`). Syft says the
/// source in the package URL (`upstream`), Trivy in properties of `CycloneDX` and in SPDX's `sourceInfo`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePackage {
    /// Name.
    pub name: String,
    /// Epoch.
    pub epoch: Option<String>,
    /// Version, without epoch and release where the document writes these apart.
    pub version: Option<String>,
    /// Release (the part behind the last dash).
    pub release: Option<String>,
}

impl SourcePackage {
    /// Epoch, version and release as one text: `1:1.1.1n-0+deb11u4`.
    #[must_use]
    pub fn full_version(&self) -> Option<String> {
        let version = self.version.as_ref()?;
        let epoch = self.epoch.iter().filter(|epoch| !epoch.is_empty() && *epoch != "0");
        let release = self.release.iter().filter(|release| !release.is_empty());
        let mut text: String = epoch.map(|epoch| format!("{epoch}:")).collect();
        text.push_str(version);
        text.extend(release.map(|release| format!("-{release}")));
        Some(text)
    }
}

impl Component {
    /// The details; empty ones where the component has none.
    #[must_use]
    pub fn details(&self) -> &Details {
        self.details.as_deref().unwrap_or(NO_DETAILS)
    }

    /// The details, to be written.
    pub fn details_mut(&mut self) -> &mut Details {
        self.details.get_or_insert_default()
    }

    /// `group/name` or `name`: how people call it.
    #[must_use]
    pub fn display_name(&self) -> String {
        match &self.group {
            Some(group) if !group.is_empty() => format!("{group}/{}", self.name),
            _ => self.name.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Component, Identifiers};

    #[test]
    fn keeps_identifiers_in_order_however_many_there_are() {
        let mut pushed = Identifiers::default();
        assert!(pushed.is_empty());
        for (index, text) in ["a", "b", "c"].into_iter().enumerate() {
            pushed.push(text.to_owned());
            assert_eq!(pushed.len(), index + 1);
        }
        assert_eq!(pushed.to_vec(), ["a", "b", "c"]);
        for n in 0..=3 {
            let list: Vec<String> = pushed.iter().take(n).cloned().collect();
            let mut grown = Identifiers::default();
            list.iter().for_each(|text| grown.push(text.clone()));
            assert_eq!(Identifiers::from(list), grown);
        }
        assert_ne!(pushed, Identifiers::default());
    }

    /// Hundreds of thousands of components are in memory at once; a field more is a decision.
    #[test]
    fn a_component_takes_no_more_room_than_measured() {
        assert_eq!(size_of::<Identifiers>(), 24);
        assert!(size_of::<Component>() <= 160, "{}", size_of::<Component>());
    }
}
