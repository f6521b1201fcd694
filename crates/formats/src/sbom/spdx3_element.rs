//! An element of SPDX 3 as it was written, and what of it a component keeps.

use kikimori_core::limits::SBOM_LIST_MAX;
use kikimori_core::message::Place;
use kikimori_core::sbom::{Component, ComponentKind, ExternalReference};

use super::builder::Builder;
use super::cyclonedx_json::join;
use super::linked_data::local_name;
use super::spdx::said;
use super::spdx3_words;

/// An element of any class as it was written.
#[derive(Default)]
pub(super) struct Element {
    /// `type`.
    pub(super) class: Option<String>,
    /// `spdxId`.
    pub(super) id: Option<Box<str>>,
    /// `name`.
    pub(super) name: Option<String>,
    /// Number of the creation information.
    pub(super) creation: Option<u32>,
    /// Identifiers, hashes and places outside.
    pub(super) component: Component,
    /// The first identifier that is an address of a person or an organisation.
    pub(super) contact: Option<String>,
    /// `software_packageVersion`.
    pub(super) version: Option<String>,
    /// `software_downloadLocation`.
    pub(super) download: Option<String>,
    /// `software_homePage`.
    pub(super) homepage: Option<String>,
    /// `software_copyrightText`.
    pub(super) copyright: Option<String>,
    /// `software_sourceInfo`.
    pub(super) source_info: Option<String>,
    /// `software_primaryPurpose`.
    pub(super) purpose: Option<String>,
    /// `description`.
    pub(super) description: Option<String>,
    /// `suppliedBy`.
    pub(super) supplied_by: Vec<Box<str>>,
    /// `originatedBy`.
    pub(super) originated_by: Vec<Box<str>>,
    /// `supportLevel`.
    pub(super) support_levels: Vec<String>,
    /// `validUntilTime`.
    pub(super) valid_until: Option<String>,
    /// `from`.
    pub(super) from: Vec<Box<str>>,
    /// `to`.
    pub(super) to: Vec<Box<str>>,
    /// There is a `to`, though it may be empty.
    pub(super) has_to: bool,
    /// `relationshipType`.
    pub(super) relationship: Option<String>,
    /// `completeness`.
    pub(super) completeness: Option<String>,
    /// `scope`.
    pub(super) scope: Option<String>,
    /// `simplelicensing_licenseExpression`.
    pub(super) expression: Option<String>,
    /// `simplelicensing_licenseText`.
    pub(super) licence_text: Option<String>,
    /// Licences that this one is put together of.
    pub(super) members: Vec<Box<str>>,
    /// The licence that an operator changes.
    pub(super) subject: Vec<Box<str>>,
    /// The addition to a licence.
    pub(super) addition: Vec<Box<str>>,
    /// `created`.
    pub(super) created: Option<String>,
    /// Where `created` stood.
    pub(super) created_place: Place,
    /// `createdBy`.
    pub(super) created_by: Vec<Box<str>>,
    /// `createdUsing`.
    pub(super) created_using: Vec<Box<str>>,
    /// `specVersion`.
    pub(super) spec_version: Option<String>,
    /// It has fields that only a creation information has.
    pub(super) is_creation: bool,
    /// `rootElement`.
    pub(super) roots: Vec<Box<str>>,
    /// `dataLicense`.
    pub(super) data_licence: Option<String>,
    /// `software_sbomType`.
    pub(super) sbom_types: Vec<String>,
}

impl Element {
    /// Keeps an identifier; its kind is given by the local name.
    pub(super) fn add_identifier(&mut self, builder: &mut Builder, kind: &str, content: &str) {
        match kind {
            "packageUrl" | "packageURL" | "purl" => builder.add_purl(&mut self.component, content),
            "cpe22" | "cpe23" => builder.add_cpe(&mut self.component, content),
            "swid" if self.component.details().swid.is_none() => {
                self.component.details_mut().swid = Some(builder.clip(content));
            }
            "swhid" => self.add_reference(builder, Some("PERSISTENT-ID"), "swh", content, None),
            "gitoid" => self.add_reference(builder, Some("PERSISTENT-ID"), "gitoid", content, None),
            "email" | "urlScheme" => {
                let contact = builder.clip(content);
                self.contact.get_or_insert(contact);
            }
            "cve" | "securityOther" | "swid" | "other" => {
                self.add_reference(builder, None, kind, content, None);
            }
            _ => {
                builder.bad_value("externalIdentifierType", kind);
                self.add_reference(builder, None, kind, content, None);
            }
        }
    }

    /// Keeps a place outside, where the document is read whole.
    pub(super) fn add_reference(
        &mut self,
        builder: &mut Builder,
        category: Option<&str>,
        kind: &str,
        locator: &str,
        comment: Option<&str>,
    ) {
        let Some(extras) = builder.extras(&mut self.component) else { return };
        if extras.references.len() >= SBOM_LIST_MAX {
            builder.cut("externalRef", SBOM_LIST_MAX);
            return;
        }
        extras.references.push(ExternalReference {
            category: category.map(Into::into),
            kind: builder.clip(kind).into(),
            locator: builder.clip(locator).into(),
            comment: comment.map(|text| builder.clip(text).into()),
        });
    }
}

/// Keeps the kind that a package's purpose stands for. Models and data are packages of their own classes.
pub(super) fn set_kind(builder: &mut Builder, component: &mut Component, purpose: Option<&str>) {
    let Some(purpose) = purpose.map(local_name) else {
        if let Some(extras) = builder.extras(component) {
            extras.is_kind_unstated = true;
        }
        return;
    };
    component.kind = spdx3_words::kind(purpose).unwrap_or_else(|| {
        builder.bad_value("software_primaryPurpose", purpose);
        ComponentKind::Other
    });
    if component.kind == ComponentKind::Other
        && purpose != "other"
        && let Some(extras) = builder.extras(component)
    {
        extras.kind_written = Some(builder.clip(purpose).into());
    }
}

/// Keeps how far a package is supported.
pub(super) fn set_upkeep(builder: &mut Builder, component: &mut Component, element: &mut Element) {
    let mut levels = None;
    for word in &element.support_levels {
        if word == "noAssertion" {
            continue;
        }
        if !spdx3_words::SUPPORT_LEVELS.contains(&word.as_str()) {
            builder.bad_value("supportLevel", word);
        }
        join(builder, &mut levels, word);
    }
    let until = element.valid_until.take();
    if levels.is_some() || until.is_some() {
        let upkeep = component.details_mut().upkeep.get_or_insert_default();
        upkeep.support_level = levels;
        upkeep.support_ends_on = until;
    }
}

/// Keeps what a conversion needs of a package.
pub(super) fn set_extras(builder: &mut Builder, component: &mut Component, element: &mut Element) {
    let is_source_known = component.details().source.is_some();
    let extras = component.details_mut().extras_mut();
    extras.copyright = element.copyright.take().filter(|text| said(text).is_some()).map(Into::into);
    extras.description = element.description.take().filter(|text| !text.trim().is_empty()).map(Into::into);
    extras.source_info =
        element.source_info.take().filter(|text| !is_source_known && !text.trim().is_empty()).map(Into::into);
    element.component.details = component.details.take();
    for (kind, text) in [("distribution", element.download.take()), ("website", element.homepage.take())] {
        if let Some(text) = text.as_deref().and_then(said) {
            element.add_reference(builder, None, kind, text, None);
        }
    }
    component.details = element.component.details.take();
}
