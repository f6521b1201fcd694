//! Component identities as the database keeps them, and the way back to components that say the same to the matcher.
//!
//! An identity holds, as written, everything of a component that can change what a library or an identity rule says about it:
//! name, group, version, package URLs, CPE names, supplier, kind and source package. Hashes, licences and authors cannot. What a
//! component is within its document (reference, parent, role) stands with the document.

use kikimori_core::component_key::ComponentKey;
use kikimori_core::message::Place;
use kikimori_core::sbom::{Component, ComponentKind, Role, SourcePackage};
use kikimori_core::typed_text::searched;
use kikimori_store::StoreError;
use kikimori_store::identities::StoredIdentity;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Longest text that searches compare, in bytes. Names and identifiers of a component are together some hundred bytes; a name of
/// 64 KiB is found by how it begins.
const SEARCH_TEXT_BYTES_MAX: usize = 4 * 1024;

/// What of a component decides, in the order in which its hash is taken.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Whole<'a> {
    /// Group.
    group: Option<&'a str>,
    /// Name.
    name: &'a str,
    /// Version.
    version: Option<&'a str>,
    /// Package URLs.
    purls: &'a [String],
    /// CPE names.
    cpes: &'a [String],
    /// Supplier.
    supplier: Option<&'a str>,
    /// Kind.
    kind: &'a str,
    /// Source package.
    source: Option<Source>,
}

/// What the columns of an identity do not hold.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Attributes {
    /// Group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// Kind, unless it is a library.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// All package URLs, when there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    purls: Vec<String>,
    /// All CPE names, when there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cpes: Vec<String>,
    /// Source package.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    /// Texts with U+0000, which a column cannot hold: name, version, supplier, package URL, CPE name.
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<Box<[Option<String>; 5]>>,
}

/// A source package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Source {
    /// Name.
    name: String,
    /// Epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epoch: Option<String>,
    /// Version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<String>,
}

/// The identity of a component. Equal identities have equal keys.
#[must_use]
pub fn of(component: &Component) -> StoredIdentity {
    let details = component.details();
    let source = details.source.as_deref().map(|source| Source {
        name: source.name.clone(),
        epoch: source.epoch.clone(),
        version: source.version.clone(),
        release: source.release.clone(),
    });
    let whole = Whole {
        group: component.group.as_deref(),
        name: &component.name,
        version: component.version.as_deref(),
        purls: &component.purls,
        cpes: &component.cpes,
        supplier: details.supplier.as_deref(),
        kind: component.kind.name(),
        source: source.clone(),
    };
    let (purl, cpe) = (component.purls.first(), component.cpes.first());
    let texts = [Some(whole.name), whole.version, whole.supplier, first(purl), first(cpe)];
    let has_zero = texts.iter().flatten().any(|text| text.contains('\0'));
    let several = |list: &[String]| if list.len() > 1 { list.to_vec() } else { Vec::new() };
    let attributes = Attributes {
        group: whole.group.map(str::to_owned),
        kind: (component.kind != ComponentKind::Library).then(|| component.kind.name().to_owned()),
        purls: several(&component.purls),
        cpes: several(&component.cpes),
        source,
        exact: has_zero.then(|| Box::new(texts.map(|text| text.map(str::to_owned)))),
    };
    StoredIdentity {
        key_sha256: Sha256::digest(serde_json::to_vec(&whole).unwrap_or_default()).into(),
        name: kept(whole.name),
        version: whole.version.map(kept),
        purl: purl.map(|text| kept(text)),
        cpe: cpe.map(|text| kept(text)),
        supplier: whole.supplier.map(kept),
        attributes: serde_json::to_string(&attributes).unwrap_or_default(),
        component_key: kept(ComponentKey::of(component).as_str()),
        search_text: search_text(component),
    }
}

/// The component that an identity was made of, as far as it decides; it stands nowhere in a document.
///
/// # Errors
/// [`StoreError::Unreadable`] if the attributes are not what [`of`] wrote.
pub fn to_component(identity: &StoredIdentity) -> Result<Component, StoreError> {
    let unreadable = || StoreError::Unreadable { column: "attributes".to_owned() };
    let attributes: Attributes = serde_json::from_str(&identity.attributes).map_err(|_| unreadable())?;
    let columns = || {
        let name = Some(identity.name.clone());
        let (version, supplier) = (identity.version.clone(), identity.supplier.clone());
        [name, version, supplier, identity.purl.clone(), identity.cpe.clone()]
    };
    let [name, version, supplier, purl, cpe] = attributes.exact.map_or_else(columns, |exact| *exact);
    let kind = match attributes.kind {
        Some(name) => ComponentKind::of_name(&name).ok_or_else(unreadable)?,
        None => ComponentKind::Library,
    };
    let listed = |first: Option<String>, all: Vec<String>| {
        if all.is_empty() { first.into_iter().collect() } else { all.into() }
    };
    let mut component = Component {
        reference: None,
        parent: None,
        role: Role::Listed,
        kind,
        group: attributes.group.map(String::into_boxed_str),
        name: name.unwrap_or_default().into_boxed_str(),
        version: version.map(String::into_boxed_str),
        purls: listed(purl, attributes.purls),
        cpes: listed(cpe, attributes.cpes),
        details: None,
        place: Place::Document,
    };
    if supplier.is_some() || attributes.source.is_some() {
        let details = component.details_mut();
        details.supplier = supplier;
        details.source = attributes.source.map(|source| {
            let Source { name, epoch, version, release } = source;
            Box::new(SourcePackage { name, epoch, version, release })
        });
    }
    Ok(component)
}

/// A text of a list's first entry.
fn first(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str)
}

/// A text as a column keeps it: PostgreSQL has no place for U+0000, so its picture stands there.
pub(crate) fn kept(text: &str) -> String {
    text.replace('\0', "\u{2400}")
}

/// Names and identifiers in the form that searches compare, one a line.
fn search_text(component: &Component) -> String {
    let mut text = searched(&component.display_name());
    let supplier = component.details().supplier.as_deref();
    let identifiers = component.purls.iter().chain(component.cpes.iter()).map(String::as_str);
    for part in component.version.as_deref().into_iter().chain(supplier).chain(identifiers) {
        if text.len() >= SEARCH_TEXT_BYTES_MAX {
            break;
        }
        text.push('\n');
        text.push_str(&searched(part));
    }
    let mut end = text.len().min(SEARCH_TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
