//! SPDX 2 JSON: creation information, packages, relationships; files and snippets are counted or known only.

use kikimori_core::message::Message;
use kikimori_core::sbom::{Component, Role};
use serde::de::MapAccess;

use super::builder::Builder;
use super::json::{Each, Fields, Handler, List, Reference, Text, carry, skip, value};
use super::spdx::{self, PackageTexts};

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
    "description",
    "copyrightText",
    "homepage",
    "downloadLocation",
    "filesAnalyzed",
];

/// A package.
pub(super) struct Package;

impl Handler for Package {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let begun = builder.begin_component(None, Role::Listed);
        let index = carry(builder, begun)?;
        let mut component = Component::default();
        let (mut name, mut version, mut purpose) = (None, None::<Box<str>>, None::<String>);
        let mut texts = PackageTexts::default();
        let mut fields = Fields::new(PACKAGE);
        while let Some(field) = fields.next(&mut map, builder)? {
            match field {
                "SPDXID" => value(&mut map, builder, &mut Reference(&mut component.reference))?,
                "name" => value(&mut map, builder, &mut Text(&mut name))?,
                "versionInfo" => value(&mut map, builder, &mut Text(&mut version))?,
                "externalRefs" => value(&mut map, builder, &mut List(ExternalReference(&mut component)))?,
                "checksums" => value(&mut map, builder, &mut List(Checksum(&mut component)))?,
                "primaryPackagePurpose" => value(&mut map, builder, &mut Text(&mut purpose))?,
                "supplier" => value(&mut map, builder, &mut Text(&mut texts.supplier))?,
                "originator" => value(&mut map, builder, &mut Text(&mut texts.originator))?,
                "licenseConcluded" => value(&mut map, builder, &mut Text(&mut texts.concluded))?,
                "licenseDeclared" => value(&mut map, builder, &mut Text(&mut texts.declared))?,
                "sourceInfo" => value(&mut map, builder, &mut Text(&mut texts.source_info))?,
                "description" if builder.is_whole => {
                    value(&mut map, builder, &mut Text(&mut texts.description))?;
                }
                "copyrightText" if builder.is_whole => {
                    value(&mut map, builder, &mut Text(&mut texts.copyright))?;
                }
                "homepage" if builder.is_whole => value(&mut map, builder, &mut Text(&mut texts.homepage))?,
                "downloadLocation" if builder.is_whole => {
                    value(&mut map, builder, &mut Text(&mut texts.download))?;
                }
                "filesAnalyzed" if builder.is_whole => value(&mut map, builder, &mut FilesAnalyzed)?,
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
        spdx::settle(builder, &mut component, texts);
        spdx::set_kind(builder, &mut component, purpose.as_deref());
        let ended = builder.end_component(index, component);
        carry(builder, ended)
    }
}

/// `filesAnalyzed`: only `true` says something that is not kept.
struct FilesAnalyzed;

impl Handler for FilesAnalyzed {
    const EXPECTED: &'static str = "boolean";

    fn boolean(&mut self, builder: &mut Builder, value: bool) {
        if value {
            builder.unkept("true");
        }
    }
}

/// A licence that the document itself defines.
pub(super) struct ExtractedLicenceEntry;

impl Handler for ExtractedLicenceEntry {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut id, mut name, mut content) = (None::<String>, None, None);
        let mut fields = Fields::new(&["licenseId", "name", "extractedText"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = match field {
                "licenseId" => &mut id,
                "name" => &mut name,
                _ => &mut content,
            };
            value(&mut map, builder, &mut Text(text))?;
        }
        spdx::add_extracted(builder, id.as_deref(), name.as_deref(), content.as_deref());
        Ok(())
    }
}

/// An external reference of a package.
struct ExternalReference<'a>(&'a mut Component);

impl Handler for ExternalReference<'_> {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        let (mut category, mut kind, mut locator, mut comment) = (None::<String>, None::<String>, None, None);
        let mut fields = Fields::new(&["referenceCategory", "referenceType", "referenceLocator", "comment"]);
        while let Some(field) = fields.next(&mut map, builder)? {
            let text = match field {
                "referenceCategory" => &mut category,
                "referenceType" => &mut kind,
                "referenceLocator" => &mut locator,
                _ => &mut comment,
            };
            value(&mut map, builder, &mut Text(text))?;
        }
        let (category, comment) = (category.as_deref(), comment.as_deref());
        spdx::add_external_reference(builder, self.0, category, kind.as_deref(), locator.as_deref(), comment);
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
            (algorithm, _) => {
                builder.missing(if algorithm.is_none() { "algorithm" } else { "checksumValue" });
                builder.unkept("incomplete");
            }
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

/// A snippet: its reference is known, nothing else of it is kept.
pub(super) struct Other;

impl Handler for Other {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        builder.unkept("(whole)");
        known_only(builder, map)
    }
}

/// Makes an element's reference known.
fn known_only<'de, M: MapAccess<'de>>(builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
    let mut fields = Fields::uncounted(&["SPDXID"]);
    while fields.next(&mut map, builder)?.is_some() {
        value(&mut map, builder, &mut Each(|builder: &mut Builder, text: &str| builder.define_other(text)))?;
    }
    Ok(())
}

/// A file: counted.
pub(super) struct File;

impl Handler for File {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        builder.sbom.n_files += 1;
        known_only(builder, map)
    }
}
