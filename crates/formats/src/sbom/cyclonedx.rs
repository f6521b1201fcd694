//! What `CycloneDX` documents share, JSON or XML: versions, enumerations, formats of values.

use kikimori_core::limits::SBOM_LIST_MAX;
use kikimori_core::sbom::{
    AgentKind, Component, ComponentKind, ExternalReference, Licence, LicenceForm, LicenceStanding, Property,
    Scope, SupplierField,
};

use super::builder::Builder;

/// Versions read from JSON; 1.0 and 1.1 had no JSON form.
pub(super) const JSON_VERSIONS: &[&str] = &["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// Versions read from XML.
pub(super) const XML_VERSIONS: &[&str] = &["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// Property that Syft writes each further CPE guess into.
const CPE_PROPERTY: &str = "syft:cpe23";

/// Property that we write each further package URL into: the format has room for one.
pub(super) const PURL_PROPERTY: &str = "kikimori:purl";

/// Beginning of the properties that say how far a component is supported and who entered it when.
pub(super) const UPKEEP_PROPERTIES: &str = "kikimori:component:";

/// Beginning of the properties in which Trivy says a package's source.
pub(super) const SOURCE_PROPERTIES: &str = "aquasecurity:trivy:Src";

/// A property that is kept: a further CPE name or package URL, a part of the source package, support and entry.
pub(super) fn is_kept(name: &str) -> bool {
    name == CPE_PROPERTY
        || name == PURL_PROPERTY
        || name.starts_with(SOURCE_PROPERTIES)
        || name.starts_with(UPKEEP_PROPERTIES)
}

/// Keeps a property that has no meaning here, where the document is read whole.
pub(super) fn add_property(builder: &mut Builder, component: &mut Component, name: &str, content: &str) {
    let Some(extras) = builder.extras(component) else { return };
    if extras.properties.len() >= SBOM_LIST_MAX {
        builder.cut("properties", SBOM_LIST_MAX);
        return;
    }
    let (name, value) = (builder.clip(name).into(), builder.clip(content).into());
    extras.properties.push(Property { name, value });
}

/// Keeps an external reference, where the document is read whole.
pub(super) fn add_reference(
    builder: &mut Builder,
    component: &mut Component,
    kind: Option<&str>,
    locator: Option<&str>,
    comment: Option<&str>,
) {
    let (Some(kind), Some(locator)) = (kind, locator) else {
        builder.unkept(if kind.is_none() {
            "externalReferences without type"
        } else {
            "externalReferences without url"
        });
        return;
    };
    let Some(extras) = builder.extras(component) else { return };
    if extras.references.len() >= SBOM_LIST_MAX {
        builder.cut("externalReferences", SBOM_LIST_MAX);
        return;
    }
    extras.references.push(ExternalReference {
        category: None,
        kind: builder.clip(kind).into(),
        locator: builder.clip(locator).into(),
        comment: comment.map(|text| builder.clip(text).into()),
    });
}

/// Puts who made a component in their places: the supplier, else the manufacturer, else the publisher supplies.
pub(super) fn set_people(
    builder: &mut Builder,
    component: &mut Component,
    mut manufacturer: Option<String>,
    mut publisher: Option<String>,
    authors: Option<String>,
) {
    let details = component.details_mut();
    let mut field = SupplierField::Supplier;
    if details.supplier.is_none() {
        field = if manufacturer.is_some() { SupplierField::Manufacturer } else { SupplierField::Publisher };
        details.supplier = manufacturer.take().or_else(|| publisher.take());
    }
    if details.author.is_some() && authors.is_some() {
        builder.unkept("author + authors");
    }
    details.author = details.author.take().or(authors);
    let (has_supplier, has_author) = (details.supplier.is_some(), details.author.is_some());
    let Some(extras) = builder.extras(component) else { return };
    if has_supplier {
        extras.supplier_field = field;
        if field != SupplierField::Publisher {
            extras.supplier_kind = AgentKind::Organisation;
        }
    }
    if has_author {
        extras.author_kind = AgentKind::Person;
    }
    extras.manufacturer = manufacturer.map(Into::into);
    extras.publisher = publisher.map(Into::into);
}

/// How the document came to a licence (`acknowledgement`).
pub(super) fn standing(builder: &mut Builder, text: Option<&str>) -> LicenceStanding {
    match text {
        None => LicenceStanding::Unstated,
        Some("declared") => LicenceStanding::Declared,
        Some("concluded") => LicenceStanding::Concluded,
        Some(other) => {
            builder.bad_value("acknowledgement", other);
            builder.unkept("acknowledgement");
            LicenceStanding::Unstated
        }
    }
}

/// Keeps a property's value.
pub(super) fn keep_property(builder: &mut Builder, component: &mut Component, name: &str, content: &str) {
    if name == CPE_PROPERTY {
        builder.add_cpe(component, content);
        return;
    }
    if name == PURL_PROPERTY {
        builder.add_purl(component, content);
        return;
    }
    let content = builder.clip(content.trim());
    if let Some(name) = name.strip_prefix(UPKEEP_PROPERTIES) {
        let upkeep = component.details_mut().upkeep.get_or_insert_default();
        match name {
            "support-level" => upkeep.support_level = Some(content),
            "support-ends-on" => upkeep.support_ends_on = Some(content),
            "entered-by" => upkeep.entered_by = Some(content),
            "entered-at" => upkeep.entered_at = Some(content),
            _ => builder.unkept(name),
        }
        return;
    }
    let source = component.details_mut().source.get_or_insert_default();
    match name.strip_prefix(SOURCE_PROPERTIES) {
        Some("Name") => source.name = content,
        Some("Epoch") => source.epoch = Some(content),
        Some("Version") => source.version = Some(content),
        Some("Release") => source.release = Some(content),
        _ => builder.unkept(name),
    }
}

/// Hash algorithms and the length of their hexadecimal values (`CycloneDX` 1.7, `hash-alg` and `hash-content`).
const HASH_LENGTHS: &[(&str, usize)] = &[
    ("MD5", 32),
    ("SHA-1", 40),
    ("SHA-256", 64),
    ("SHA-384", 96),
    ("SHA-512", 128),
    ("SHA3-256", 64),
    ("SHA3-384", 96),
    ("SHA3-512", 128),
    ("BLAKE2b-256", 64),
    ("BLAKE2b-384", 96),
    ("BLAKE2b-512", 128),
    ("BLAKE3", 64),
    ("Streebog-256", 64),
    ("Streebog-512", 128),
];

/// Lengths of hexadecimal values that the schema allows for any algorithm; `BLAKE3` may have each of them.
const HASH_LENGTHS_ALLOWED: &[usize] = &[32, 40, 64, 96, 128];

/// Keeps the kind written in a component's `type`.
pub(super) fn set_kind(builder: &mut Builder, component: &mut Component, text: Option<&str>) {
    match text {
        Some(text) => {
            component.kind = kind(builder, text);
            if component.kind == ComponentKind::Other
                && let Some(extras) = builder.extras(component)
            {
                extras.kind_written = Some(builder.clip(text).into());
            }
        }
        None => {
            builder.missing("type");
            if let Some(extras) = builder.extras(component) {
                extras.is_kind_unstated = true;
            }
        }
    }
}

/// The kind written as `text` in a component's `type`.
fn kind(builder: &mut Builder, text: &str) -> ComponentKind {
    match text {
        "application" => ComponentKind::Application,
        "library" => ComponentKind::Library,
        "framework" => ComponentKind::Framework,
        "container" => ComponentKind::Container,
        "operating-system" => ComponentKind::OperatingSystem,
        "device" => ComponentKind::Device,
        "firmware" => ComponentKind::Firmware,
        "file" => ComponentKind::File,
        "device-driver" => ComponentKind::DeviceDriver,
        "platform" => ComponentKind::Platform,
        "machine-learning-model" | "data" | "cryptographic-asset" => ComponentKind::Other,
        _ => {
            builder.bad_value("type", text);
            ComponentKind::Other
        }
    }
}

/// Keeps the scope; one outside the enumeration is noticed.
pub(super) fn set_scope(builder: &mut Builder, component: &mut Component, text: &str) {
    let scope = Scope::parse(text);
    if scope.is_none() {
        builder.bad_value("scope", text);
        builder.unkept("scope");
    }
    if let Some(extras) = builder.extras(component) {
        extras.scope = scope;
    }
}

/// Notices a serial number that is no `urn:uuid:` (RFC 4122).
pub(super) fn check_serial(builder: &mut Builder, text: &str) {
    if !is_serial(text) {
        builder.bad_value("serialNumber", text);
    }
}

/// Whether a text is a `urn:uuid:` (RFC 4122).
pub(super) fn is_serial(text: &str) -> bool {
    text.strip_prefix("urn:uuid:").is_some_and(|uuid| {
        uuid.len() == 36
            && uuid.bytes().enumerate().all(|(index, byte)| match index {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    })
}

/// Adds a hash, noticing an unknown algorithm or a value of the wrong shape.
pub(super) fn add_hash(
    builder: &mut Builder,
    component: &mut Component,
    algorithm: Option<&str>,
    value: Option<&str>,
) {
    let (Some(algorithm), Some(value)) = (algorithm, value) else {
        builder.missing(if algorithm.is_none() { "alg" } else { "content" });
        builder.unkept("incomplete");
        return;
    };
    let length = HASH_LENGTHS.iter().find(|(name, _)| *name == algorithm).map(|(_, length)| *length);
    let fits = match length {
        None => {
            builder.bad_value("alg", algorithm);
            true
        }
        Some(_) if algorithm == "BLAKE3" => HASH_LENGTHS_ALLOWED.contains(&value.len()),
        Some(length) => value.len() == length,
    };
    if !fits || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        builder.bad_value("content", value);
    }
    builder.add_hash(component, algorithm, value);
}

/// Adds a licence given by id or by name; both or neither is noticed, and an id that the SPDX list does not have.
pub(super) fn add_licence(
    builder: &mut Builder,
    licences: &mut Vec<Licence>,
    id: Option<&str>,
    name: Option<&str>,
    standing: LicenceStanding,
) {
    match (id, name) {
        (Some(_), Some(name)) => {
            builder.bad_value("license", name);
            builder.unkept("license id + name");
        }
        (None, None) => builder.missing("license"),
        (Some(id), None) if spdx::license_id(id).is_none() && spdx::exception_id(id).is_none() => {
            builder.bad_value("id", id);
        }
        _ => {}
    }
    if let Some(text) = id.or(name) {
        let form = if id.is_some() { LicenceForm::Id } else { LicenceForm::Name };
        builder.add_licence(licences, text, form, standing);
    }
}

/// Adds the CPE that an `identity` of a component's evidence concludes. The weaker guesses among its methods are
/// not taken.
pub(super) fn add_identity(
    builder: &mut Builder,
    component: &mut Component,
    field: Option<&str>,
    concluded: Option<&str>,
) {
    match (field, concluded) {
        (Some("cpe"), Some(cpe)) => builder.add_cpe(component, cpe),
        _ => builder.unkept("identity (not a CPE)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_serial_numbers_that_are_no_uuid() {
        let cases = [
            ("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", true),
            ("urn:uuid:3E671687-395B-41F5-A30F-A58921A69B79", true),
            ("3e671687-395b-41f5-a30f-a58921a69b79", false),
            ("urn:uuid:3e671687", false),
            ("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b7é", false),
        ];
        for (text, good) in cases {
            let mut builder = Builder::new();
            check_serial(&mut builder, text);
            assert_eq!(builder.sbom.notices.is_empty(), good, "{text}");
        }
    }

    #[test]
    fn keeps_every_hash_and_notices_the_odd_ones() {
        let sha1 = "a".repeat(40);
        let cases = [
            (Some("SHA-1"), Some(sha1.as_str()), 1, true),
            (Some("SHA-256"), Some(sha1.as_str()), 1, false),
            (Some("SHA1"), Some(sha1.as_str()), 1, false),
            (Some("BLAKE3"), Some(sha1.as_str()), 1, true),
            (Some("MD5"), Some("zz"), 1, false),
            (Some("MD5"), None, 0, false),
            (None, Some("aa"), 0, false),
        ];
        for (algorithm, value, n_kept, good) in cases {
            let mut builder = Builder::new();
            let mut component = Component::default();
            add_hash(&mut builder, &mut component, algorithm, value);
            assert_eq!(
                (component.details().hashes.len(), builder.sbom.notices.is_empty()),
                (n_kept, good),
                "{algorithm:?}"
            );
        }
    }
}
