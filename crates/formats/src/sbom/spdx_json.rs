//! SPDX 2 JSON: creation information, packages, relationships; files and snippets are counted or known only.

use kikimori_core::message::Message;
use kikimori_core::sbom::{Component, Role};
use serde::de::MapAccess;

use super::builder::Builder;
use super::json::{Each, Fields, Handler, List, Reference, Text, carry, skip, value};
use super::spdx;

/// The document's creation information.
pub(super) struct CreationInfo;

impl Handler for CreationInfo {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::new(&["created", "creators"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            if field == "created" {
                value(
                    &mut map,
                    builder,
                    &mut Each(|builder: &mut Builder, text: &str| {
                        builder.set_created("created", text);
                        Ok(())
                    }),
                )?;
            } else {
                value(
                    &mut map,
                    builder,
                    &mut List(Each(|builder: &mut Builder, text: &str| {
                        spdx::add_creator(builder, text);
                        Ok(())
                    })),
                )?;
            }
        }
        Ok(())
    }
}

/// Known fields of a package.
const PACKAGE: &[&str] = &[
    "SPDXID",
    "name",
    "versionInfo",
    "supplier",
    "originator",
    "externalRefs",
    "checksums",
    "licenseConcluded",
    "licenseDeclared",
    "primaryPackagePurpose",
    "sourceInfo",
];

/// A package.
pub(super) struct Package;

impl Handler for Package {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let begun = builder.begin_component(None, Role::Listed);
        let index = carry(builder, begun)?;
        let mut component = Component::default();
        let (mut name, mut version) = (None, None::<Box<str>>);
        let (mut supplier, mut originator) = (None::<String>, None::<String>);
        let (mut concluded, mut declared, mut purpose) = (None::<String>, None::<String>, None::<String>);
        let mut source_info = None::<String>;
        let mut fields = Fields::new(PACKAGE);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "SPDXID" => value(&mut map, builder, &mut Reference(&mut component.reference))?,
                "name" => value(&mut map, builder, &mut Text(&mut name))?,
                "versionInfo" => value(&mut map, builder, &mut Text(&mut version))?,
                "supplier" => value(&mut map, builder, &mut Text(&mut supplier))?,
                "originator" => value(&mut map, builder, &mut Text(&mut originator))?,
                "externalRefs" => value(&mut map, builder, &mut List(ExternalReference(&mut component)))?,
                "checksums" => value(&mut map, builder, &mut List(Checksum(&mut component)))?,
                "licenseConcluded" => value(&mut map, builder, &mut Text(&mut concluded))?,
                "licenseDeclared" => value(&mut map, builder, &mut Text(&mut declared))?,
                "primaryPackagePurpose" => value(&mut map, builder, &mut Text(&mut purpose))?,
                "sourceInfo" => value(&mut map, builder, &mut Text(&mut source_info))?,
                _ => skip(&mut map, builder)?,
            }
        }
        match name {
            Some(name) => component.name = name,
            None => builder.missing("name"),
        }
        if component.reference.is_none() {
            builder.missing("SPDXID");
        }
        component.version = version.filter(|version| spdx::said(version).is_some());
        component.details_mut().supplier = supplier.as_deref().and_then(spdx::agent).map(str::to_owned);
        component.details_mut().author = originator.as_deref().and_then(spdx::agent).map(str::to_owned);
        spdx::set_licence(builder, &mut component, concluded.as_deref(), declared.as_deref());
        component.details_mut().source = source_info.as_deref().and_then(spdx::source);
        if let Some(purpose) = purpose {
            component.kind = spdx::kind(builder, &purpose);
        }
        let ended = builder.end_component(index, component);
        carry(builder, ended)
    }
}

/// An external reference of a package.
struct ExternalReference<'a>(&'a mut Component);

impl Handler for ExternalReference<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut kind, mut locator) = (None::<String>, None);
        let mut fields = Fields::new(&["referenceType", "referenceLocator"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = if field == "referenceType" { &mut kind } else { &mut locator };
            value(&mut map, builder, &mut Text(text))?;
        }
        spdx::add_external_reference(builder, self.0, kind.as_deref(), locator.as_deref());
        Ok(())
    }
}

/// A checksum of a package.
struct Checksum<'a>(&'a mut Component);

impl Handler for Checksum<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut algorithm, mut content) = (None::<String>, None::<String>);
        let mut fields = Fields::new(&["algorithm", "checksumValue"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = if field == "algorithm" { &mut algorithm } else { &mut content };
            value(&mut map, builder, &mut Text(text))?;
        }
        match (algorithm, content) {
            (Some(algorithm), Some(content)) => builder.add_hash(self.0, &algorithm, &content),
            (None, _) => builder.missing("algorithm"),
            _ => builder.missing("checksumValue"),
        }
        Ok(())
    }
}

/// A relationship between two elements.
pub(super) struct Relationship;

impl Handler for Relationship {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut first, mut kind, mut second) = (None::<String>, None, None);
        let mut fields = Fields::new(&["spdxElementId", "relationshipType", "relatedSpdxElement"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = match field {
                "spdxElementId" => &mut first,
                "relationshipType" => &mut kind,
                _ => &mut second,
            };
            value(&mut map, builder, &mut Text(text))?;
        }
        let added = spdx::add_relationship(builder, first.as_deref(), kind.as_deref(), second.as_deref());
        carry(builder, added)
    }
}

/// An entry of `documentDescribes`.
pub(super) fn describe(builder: &mut Builder, text: &str) -> Result<(), Message> {
    match spdx::mention(builder, text)? {
        Some(symbol) => builder.add_described(symbol),
        None => Ok(()),
    }
}

/// A file or a snippet: its reference is known, nothing else of it is kept.
pub(super) struct Other;

impl Handler for Other {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let mut fields = Fields::new(&["SPDXID"]);
        while fields.next(&mut map, builder)?.is_some() {
            value(
                &mut map,
                builder,
                &mut Each(|builder: &mut Builder, text: &str| builder.define_other(text)),
            )?;
        }
        Ok(())
    }
}

/// A file: counted.
pub(super) struct File;

impl Handler for File {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        builder.sbom.n_files += 1;
        Other.object(builder, map)
    }
}
