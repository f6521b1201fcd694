//! Component keys: what stays the same of a component from one version and one SBOM to the next.
//!
//! An assessment is kept for (vulnerability, component key, product), so that it survives re-uploads, new releases and new
//! tools. The key says what a component is, never which version.

use crate::coded::coded_enum;
use crate::cpe::{Attribute, Cpe, CpeValue};
use crate::folded_name::FoldedName;
use crate::identity_rule::purl_name;
use crate::limits::IDENTIFIER_BYTES_MAX;
use crate::purl::Purl;
use crate::sbom::Component;
use crate::typed_text;

coded_enum! {
    /// What a component key was made from, the surest first.
    pub enum KeyBasis {
        /// A package URL without version, qualifiers and subpath: `pkg:maven/org.example/parser`.
        Purl = "purl",
        /// Part, vendor and product of a CPE name: `cpe:a:example:parser`.
        Cpe = "cpe",
        /// Supplier (or group) and name, folded: `name:example/parser`.
        Name = "name",
    }
}

impl KeyBasis {
    /// How texts of keys with this basis begin.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Purl => "pkg:",
            Self::Cpe => "cpe:",
            Self::Name => "name:",
        }
    }
}

/// What a component is, as canonical text with its basis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentKey {
    /// What it was made from; the text begins accordingly.
    basis: KeyBasis,
    /// The canonical text.
    text: String,
}

impl ComponentKey {
    /// The key of a component: from its package URLs, else its CPE names, else supplier and name as written.
    ///
    /// Of several identifiers that can be read, the first in byte order counts, so that their order in the document does not.
    #[must_use]
    pub fn of(component: &Component) -> Self {
        let purls = component.purls.iter().filter_map(|text| Purl::parse(text).ok());
        if let Some(text) = purls.map(|purl| purl_name(&purl)).min() {
            return Self { basis: KeyBasis::Purl, text };
        }
        let cpes = component.cpes.iter().filter_map(|text| cpe_text(&Cpe::parse(text).ok()?));
        if let Some(text) = cpes.min() {
            return Self { basis: KeyBasis::Cpe, text };
        }
        let supplier = component.details.as_ref().and_then(|details| details.supplier.as_deref());
        let owner = supplier.or(component.group.as_deref()).map(folded).unwrap_or_default();
        Self { basis: KeyBasis::Name, text: format!("name:{owner}/{}", folded(&component.name)) }
    }

    /// The key with this text, as [`Self::as_str`] gave it and a database kept it.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let basis = KeyBasis::ALL.iter().copied().find(|basis| text.starts_with(basis.prefix()))?;
        Some(Self { basis, text: text.to_owned() })
    }

    /// What it was made from.
    #[must_use]
    pub fn basis(&self) -> KeyBasis {
        self.basis
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for ComponentKey {
    /// The canonical text.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Part, vendor and product, where all three are stated.
fn cpe_text(cpe: &Cpe) -> Option<String> {
    let value = |attribute| match cpe.get(attribute) {
        CpeValue::Text(text) if !cpe.get(attribute).has_wildcard() => Some(text),
        _ => None,
    };
    let (part, vendor) = (value(Attribute::Part)?, value(Attribute::Vendor)?);
    Some(format!("cpe:{part}:{vendor}:{}", value(Attribute::Product)?))
}

/// A name folded, without anything between its words; a name of signs only as written, without what divides keys.
fn folded(name: &str) -> String {
    let mut end = name.len().min(IDENTIFIER_BYTES_MAX);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let name = name.get(..end).unwrap_or_default();
    let compact = FoldedName::new(name).compact();
    if compact.is_empty() { typed_text::line(name).to_lowercase().replace('/', "%2f") } else { compact }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Place;
    use crate::sbom::{ComponentKind, Details, Role};
    use proptest::prelude::*;

    /// A component with name, supplier and identifiers.
    fn component(name: &str, supplier: Option<&str>, purls: &[&str], cpes: &[&str]) -> Component {
        let details = Details { supplier: supplier.map(str::to_owned), ..Details::default() };
        Component {
            reference: None,
            parent: None,
            role: Role::Listed,
            kind: ComponentKind::Library,
            group: None,
            name: name.into(),
            version: Some("1.0".into()),
            purls: purls.iter().map(|text| (*text).to_owned()).collect(),
            cpes: cpes.iter().map(|text| (*text).to_owned()).collect(),
            details: Some(Box::new(details)),
            place: Place::Document,
        }
    }

    #[test]
    fn is_the_same_for_every_version_and_spelling() {
        let log4j = ["pkg:maven/org.example/parser@1.0?type=jar#x", "PKG:maven/org.example/parser@2.17"];
        for purl in log4j {
            let key = ComponentKey::of(&component("x", None, &[purl], &["cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"]));
            assert_eq!((key.as_str(), key.basis()), ("pkg:maven/org.example/parser", KeyBasis::Purl));
        }
        for cpe in ["cpe:2.3:a:example:parser:1.0:*:*:*:*:*:*:*", "cpe:/a:Example:Parser:2.0"] {
            let key = ComponentKey::of(&component("x", None, &["pkg:broken"], &[cpe]));
            assert_eq!((key.as_str(), key.basis()), ("cpe:a:example:parser", KeyBasis::Cpe));
        }
        for (name, supplier) in
            [("Open SSL", "Example Inc."), ("ｏｐｅｎｓｓｌ", "EXAMPLE"), ("OpenSSL®", "example, Ltd.")]
        {
            let key = ComponentKey::of(&component(
                name,
                Some(supplier),
                &[],
                &["cpe:2.3:a:*:parser:1:*:*:*:*:*:*:*"],
            ));
            assert_eq!((key.as_str(), key.basis()), ("name:example/openssl", KeyBasis::Name));
        }
    }

    #[test]
    fn does_not_depend_on_the_order_of_identifiers() {
        let (first, second) = ("pkg:npm/a@1", "pkg:npm/b@1");
        assert_eq!(
            ComponentKey::of(&component("x", None, &[first, second], &[])),
            ComponentKey::of(&component("y", None, &[second, first], &[]))
        );
    }

    #[test]
    fn keeps_names_of_signs_apart() {
        let keys = ["++", "--", "/", "%2f "].map(|name| ComponentKey::of(&component(name, None, &[], &[])));
        assert_ne!(keys[0], keys[1]);
        assert_eq!(keys[2].as_str(), "name:/%2f");
    }

    proptest! {
        #[test]
        fn comes_back_from_its_text(name: String, supplier: Option<String>) {
            let key = ComponentKey::of(&component(&name, supplier.as_deref(), &[], &[]));
            prop_assert_eq!(ComponentKey::from_text(key.as_str()), Some(key.clone()));
            prop_assert_eq!(key.as_str().matches('/').count(), 1);
        }
    }
}
