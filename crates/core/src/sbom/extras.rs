//! What a conversion must carry over and a scan does not need. Kept only when a document is read whole.

/// A person or an organisation, as written without what the format puts in front.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Agent {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: AgentKind,
}

/// What an agent is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgentKind {
    /// The document does not say.
    #[default]
    Unstated,
    /// An organisation.
    Organisation,
    /// A person.
    Person,
}

/// A licence of a component, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Licence {
    /// An id, a name or an expression.
    pub text: Box<str>,
    /// Which of these the text is.
    pub form: LicenceForm,
    /// How the document came to it.
    pub standing: LicenceStanding,
}

/// What a licence's text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LicenceForm {
    /// An SPDX licence expression; also the one word that SPDX documents write.
    #[default]
    Expression,
    /// An SPDX licence id (`CycloneDX` `license.id`).
    Id,
    /// A name that is no SPDX id (`CycloneDX` `license.name`).
    Name,
}

/// How a document came to a licence (`CycloneDX` `acknowledgement`; SPDX has a field for each).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LicenceStanding {
    /// It does not say.
    #[default]
    Unstated,
    /// What the component's authors say.
    Declared,
    /// What the document's authors found.
    Concluded,
}

/// The field that [`super::Details::supplier`] was taken from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupplierField {
    /// The supplier's own.
    #[default]
    Supplier,
    /// `CycloneDX` `manufacturer`.
    Manufacturer,
    /// `CycloneDX` `publisher`.
    Publisher,
}

/// Whether a component is needed for the thing to work (`CycloneDX` `scope`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Needed at run time.
    Required,
    /// Not needed at run time.
    Optional,
    /// Only used to make or test it.
    Excluded,
}

impl Scope {
    /// The `CycloneDX` spelling.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Excluded => "excluded",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Required, Self::Optional, Self::Excluded].into_iter().find(|scope| scope.name() == name)
    }
}

/// A place outside the document that a component refers to, as written.
///
/// SPDX's `homepage` and `downloadLocation` are references of kind `website` and `distribution`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalReference {
    /// SPDX category other than `OTHER`.
    pub category: Option<Box<str>>,
    /// `CycloneDX` `type`, SPDX `referenceType`.
    pub kind: Box<str>,
    /// The address.
    pub locator: Box<str>,
    /// A comment.
    pub comment: Option<Box<str>>,
}

/// A name and a value that the format has no field for (`CycloneDX` `properties`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Property {
    /// Name.
    pub name: Box<str>,
    /// Value; may be empty.
    pub value: Box<str>,
}

/// A licence that the document itself defines (SPDX `hasExtractedLicensingInfos`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtractedLicence {
    /// Its id, `LicenseRef-…`.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its text.
    pub text: String,
}

/// What only a conversion needs of a component, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// The kind's own word where [`super::ComponentKind::Other`] stands for it.
    pub kind_written: Option<Box<str>>,
    /// The document does not say the kind.
    pub is_kind_unstated: bool,
    /// The field that the supplier was taken from.
    pub supplier_field: SupplierField,
    /// What the supplier is.
    pub supplier_kind: AgentKind,
    /// What the author is.
    pub author_kind: AgentKind,
    /// Manufacturer, where it is not the one taken as the supplier.
    pub manufacturer: Option<Box<str>>,
    /// Publisher, where it is not the one taken as the supplier.
    pub publisher: Option<Box<str>>,
    /// Description.
    pub description: Option<Box<str>>,
    /// Copyright notices.
    pub copyright: Option<Box<str>>,
    /// Where the component's facts come from, in words (SPDX `sourceInfo`).
    pub source_info: Option<Box<str>>,
    /// Whether it is needed.
    pub scope: Option<Scope>,
    /// Places outside.
    pub references: Vec<ExternalReference>,
    /// Names and values without a field.
    pub properties: Vec<Property>,
}

/// The extras of a component that has none.
pub(super) const NO_EXTRAS: &Extras = &Extras {
    kind_written: None,
    is_kind_unstated: false,
    supplier_field: SupplierField::Supplier,
    supplier_kind: AgentKind::Unstated,
    author_kind: AgentKind::Unstated,
    manufacturer: None,
    publisher: None,
    description: None,
    copyright: None,
    source_info: None,
    scope: None,
    references: Vec::new(),
    properties: Vec::new(),
};
