//! The words of SPDX 3: classes of elements, types of relationships, purposes, kinds of identifiers.

use kikimori_core::sbom::ComponentKind;

use super::builder::Edge;

/// What an element is (SPDX 3.0.1, the model's classes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A package, also of a model or of data.
    Package,
    /// A file.
    File,
    /// A relationship, with or without a scope.
    Relationship,
    /// The document.
    Document,
    /// A collection of elements: a bill.
    Collection,
    /// A person.
    Person,
    /// An organisation.
    Organisation,
    /// An agent of no further kind.
    Agent,
    /// A tool, or software that acts as an agent.
    Tool,
    /// Creation information.
    Creation,
    /// A licence expression.
    LicenceExpression,
    /// A licence or an exception of the SPDX list.
    ListedLicence,
    /// A licence or an addition with a text of its own.
    CustomLicence,
    /// Licences that all apply.
    LicencesAll,
    /// Licences of which one is chosen.
    LicencesAny,
    /// A licence with an exception or addition.
    LicenceWith,
    /// A licence or a later version of it.
    LicenceOrLater,
    /// A vulnerability.
    Vulnerability,
    /// A statement about a vulnerability; the word tells its kind.
    Statement(&'static str),
    /// Of the model, and not kept: snippets, annotations, builds, extensions.
    Unkept,
    /// Not of the model.
    Unknown,
}

/// Classes by their local name.
const CLASSES: &[(&str, Class)] = &[
    ("Package", Class::Package),
    ("File", Class::File),
    ("Relationship", Class::Relationship),
    ("LifecycleScopedRelationship", Class::Relationship),
    ("LicenseExpression", Class::LicenceExpression),
    ("CreationInfo", Class::Creation),
    ("Organization", Class::Organisation),
    ("Person", Class::Person),
    ("Tool", Class::Tool),
    ("SoftwareAgent", Class::Tool),
    ("Agent", Class::Agent),
    ("SpdxDocument", Class::Document),
    ("Sbom", Class::Collection),
    ("Bom", Class::Collection),
    ("Bundle", Class::Collection),
    ("AIPackage", Class::Package),
    ("DatasetPackage", Class::Package),
    ("Dataset", Class::Package),
    ("ListedLicense", Class::ListedLicence),
    ("ListedLicenseException", Class::ListedLicence),
    ("CustomLicense", Class::CustomLicence),
    ("CustomLicenseAddition", Class::CustomLicence),
    ("SimpleLicensingText", Class::CustomLicence),
    ("License", Class::CustomLicence),
    ("ConjunctiveLicenseSet", Class::LicencesAll),
    ("DisjunctiveLicenseSet", Class::LicencesAny),
    ("WithAdditionOperator", Class::LicenceWith),
    ("OrLaterOperator", Class::LicenceOrLater),
    ("Vulnerability", Class::Vulnerability),
    ("VexAffectedVulnAssessmentRelationship", Class::Statement("VEX affected")),
    ("VexNotAffectedVulnAssessmentRelationship", Class::Statement("VEX not affected")),
    ("VexFixedVulnAssessmentRelationship", Class::Statement("VEX fixed")),
    ("VexUnderInvestigationVulnAssessmentRelationship", Class::Statement("VEX under investigation")),
    ("CvssV2VulnAssessmentRelationship", Class::Statement("CVSS 2")),
    ("CvssV3VulnAssessmentRelationship", Class::Statement("CVSS 3")),
    ("CvssV4VulnAssessmentRelationship", Class::Statement("CVSS 4")),
    ("EpssVulnAssessmentRelationship", Class::Statement("EPSS")),
    ("SsvcVulnAssessmentRelationship", Class::Statement("SSVC")),
    ("ExploitCatalogVulnAssessmentRelationship", Class::Statement("exploit catalog")),
    ("Snippet", Class::Unkept),
    ("Annotation", Class::Unkept),
    ("Build", Class::Unkept),
    ("ContentIdentifier", Class::Unkept),
    ("CdxPropertiesExtension", Class::Unkept),
    ("Extension", Class::Unkept),
    ("IndividualElement", Class::Unkept),
    ("IndividualLicensingInfo", Class::Unkept),
    ("NamespaceMap", Class::Unkept),
    ("ExternalMap", Class::Unkept),
    ("Hash", Class::Unkept),
    ("PackageVerificationCode", Class::Unkept),
    ("ExternalIdentifier", Class::Unkept),
    ("ExternalRef", Class::Unkept),
    ("PositiveIntegerRange", Class::Unkept),
    ("DictionaryEntry", Class::Unkept),
    ("EnergyConsumption", Class::Unkept),
    ("EnergyConsumptionDescription", Class::Unkept),
];

/// The class of this local name.
pub(super) fn class(local: &str) -> Class {
    CLASSES.iter().find(|(name, _)| *name == local).map_or(Class::Unknown, |(_, class)| *class)
}

/// What a relationship means for the bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// An edge from `from` to each of `to`.
    Edge(Edge),
    /// Each of `to` is what the document is about.
    Describes,
    /// Each of `to` is a licence that the authors of `from` declare.
    Declares,
    /// Each of `to` is a licence that was found for `from`.
    Concludes,
    /// Something else of the model: files, builds, tests, people.
    Nothing,
    /// No relationship of the model.
    Unknown,
}

/// Types of relationships that mean nothing for a bill (SPDX 3.0.1, `RelationshipType`).
const OTHER_RELATIONSHIPS: &[&str] = &[
    "affects",
    "amendedBy",
    "ancestorOf",
    "availableFrom",
    "configures",
    "coordinatedBy",
    "copiedTo",
    "delegatedTo",
    "descendantOf",
    "doesNotAffect",
    "expandsTo",
    "exploitCreatedBy",
    "fixedBy",
    "fixedIn",
    "foundBy",
    "generates",
    "hasAddedFile",
    "hasAssessmentFor",
    "hasAssociatedVulnerability",
    "hasDataFile",
    "hasDeletedFile",
    "hasDependencyManifest",
    "hasDistributionArtifact",
    "hasDocumentation",
    "hasEvidence",
    "hasExample",
    "hasHost",
    "hasInput",
    "hasMetadata",
    "hasOutput",
    "hasRequirement",
    "hasSpecification",
    "hasTest",
    "hasTestCase",
    "hasVariant",
    "invokedBy",
    "modifiedBy",
    "other",
    "packagedBy",
    "patchedBy",
    "publishedBy",
    "reportedBy",
    "republishedBy",
    "serializedInArtifact",
    "testedOn",
    "trainedOn",
    "underInvestigationFor",
    "usesTool",
];

/// The meaning of a relationship's type, given by its local name.
pub(super) fn meaning(local: &str) -> Meaning {
    match local {
        "dependsOn"
        | "hasStaticLink"
        | "hasDynamicLink"
        | "hasPrerequisite"
        | "hasOptionalDependency"
        | "hasProvidedDependency" => Meaning::Edge(Edge::Depends),
        "contains" | "hasOptionalComponent" => Meaning::Edge(Edge::Contains),
        "describes" => Meaning::Describes,
        "hasDeclaredLicense" => Meaning::Declares,
        "hasConcludedLicense" => Meaning::Concludes,
        _ if OTHER_RELATIONSHIPS.contains(&local) => Meaning::Nothing,
        _ => Meaning::Unknown,
    }
}

/// Whether a relationship's type says no more than what is kept of it.
pub(super) fn is_kept_exactly(local: &str) -> bool {
    matches!(local, "dependsOn" | "contains" | "describes" | "hasDeclaredLicense" | "hasConcludedLicense")
}

/// Purposes without a kind of their own (SPDX 3.0.1, `SoftwarePurpose`).
const OTHER_PURPOSES: &[&str] = &[
    "archive",
    "bom",
    "configuration",
    "data",
    "diskImage",
    "documentation",
    "evidence",
    "executable",
    "filesystemImage",
    "install",
    "manifest",
    "model",
    "module",
    "other",
    "patch",
    "requirement",
    "source",
    "specification",
    "test",
];

/// The kind that a purpose stands for, given by its local name; `None` where it is no purpose of the model.
pub(super) fn kind(local: &str) -> Option<ComponentKind> {
    Some(match local {
        "application" => ComponentKind::Application,
        "framework" => ComponentKind::Framework,
        "library" => ComponentKind::Library,
        "container" => ComponentKind::Container,
        "operatingSystem" => ComponentKind::OperatingSystem,
        "device" => ComponentKind::Device,
        "firmware" => ComponentKind::Firmware,
        "file" => ComponentKind::File,
        "deviceDriver" => ComponentKind::DeviceDriver,
        "platform" => ComponentKind::Platform,
        _ if OTHER_PURPOSES.contains(&local) => ComponentKind::Other,
        _ => return None,
    })
}

/// Types of bills (SPDX 3.0.1, `SbomType`).
pub(super) const SBOM_TYPES: &[&str] = &["analyzed", "build", "deployed", "design", "runtime", "source"];

/// Levels of support (SPDX 3.0.1, `SupportType`) but `noAssertion`.
pub(super) const SUPPORT_LEVELS: &[&str] =
    &["deployed", "development", "endOfSupport", "limitedSupport", "noSupport", "support"];

/// Scopes of a relationship (SPDX 3.0.1, `LifecycleScopeType`).
pub(super) const SCOPES: &[&str] = &["build", "design", "development", "other", "runtime", "test"];

/// How far a relationship names all (SPDX 3.0.1, `RelationshipCompleteness`).
pub(super) const COMPLETENESS: &[&str] = &["complete", "incomplete", "noAssertion"];

/// Types of references outside with the word that `CycloneDX` has for the same.
const REFERENCES: &[(&str, &str)] = &[
    ("altDownloadLocation", "distribution"),
    ("altWebPage", "website"),
    ("binaryArtifact", "distribution"),
    ("buildMeta", "build-meta"),
    ("buildSystem", "build-system"),
    ("chat", "chat"),
    ("documentation", "documentation"),
    ("issueTracker", "issue-tracker"),
    ("license", "license"),
    ("mailingList", "mailing-list"),
    ("releaseNotes", "release-notes"),
    ("securityAdvisory", "advisories"),
    ("socialMedia", "social"),
    ("sourceArtifact", "source-distribution"),
    ("support", "support"),
    ("vcs", "vcs"),
];

/// The word for a type of references outside, given by its local name; the name itself where there is no other.
pub(super) fn reference_kind(local: &str) -> &str {
    REFERENCES.iter().find(|(name, _)| *name == local).map_or(local, |(_, word)| *word)
}
