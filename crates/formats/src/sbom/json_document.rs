//! The root of a JSON document, `CycloneDX` or SPDX: which of the two shows only at its end, because fields come
//! in any order.

use std::io::BufReader;

use kikimori_core::message::{Message, Place, codes};
use kikimori_core::sbom::{Role, Sbom, SbomFormat};
use serde::de::{DeserializeSeed, MapAccess};

use super::builder::{Builder, excerpt};
use super::cyclonedx;
use super::cyclonedx_checks::Citation;
use super::cyclonedx_json::{ComponentEntry, Dependency, Metadata, Service, Vulnerability};
use super::detect::unknown;
use super::guard::{Guard, message_from_io};
use super::json::{Each, Fields, Handler, List, Number, Text, Value, skip, value};
use super::spdx;
use super::spdx_json::{CreationInfo, ExtractedLicenceEntry, File, Other, Package, Relationship, describe};
use super::spdx3::Graph;
use super::spdx3_json::{Context, Entries, LinkedRoot};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 128 * 1024;

/// Names of unknown fields repeated when a document is refused.
const UNKNOWN_FIELDS_SHOWN: usize = 6;

/// Known fields of the root of either format, and marks of others.
const ROOT: &[&str] = &[
    "bomFormat",
    "specVersion",
    "$schema",
    "serialNumber",
    "version",
    "metadata",
    "components",
    "dependencies",
    "services",
    "vulnerabilities",
    "citations",
    "spdxVersion",
    "SPDXID",
    "name",
    "documentNamespace",
    "creationInfo",
    "packages",
    "files",
    "snippets",
    "relationships",
    "documentDescribes",
    "hasExtractedLicensingInfos",
    "dataLicense",
    "@context",
    "@graph",
];

/// Reads a JSON document.
///
/// # Errors
/// See [`super::read`].
pub(super) fn read(guard: Guard<'_>, is_whole: bool, is_linked: bool) -> Result<Sbom, Message> {
    let mut builder = Builder::with(is_whole);
    let mut root = Root { is_linked, ..Root::default() };
    let mut deserializer =
        serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER_BYTES, guard));
    let result = Value { builder: &mut builder, handler: &mut root }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    match result {
        Ok(()) => root.decide(builder),
        Err(error) => Err(builder.fatal.take().unwrap_or_else(|| message_from_json(error))),
    }
}

/// The message for a failed read of JSON.
fn message_from_json(error: serde_json::Error) -> Message {
    if error.is_io() {
        return message_from_io(&error.into());
    }
    let place = Place::LineColumn(error.line() as u64, error.column() as u64);
    let text = error.to_string();
    let detail = text.rsplit_once(" at line ").map_or(text.as_str(), |(detail, _)| detail);
    Message::new(codes::SBOM_MALFORMED).at(place).with("detail", detail)
}

/// What the root says about itself.
#[derive(Default)]
struct Root {
    /// `bomFormat`.
    bom_format: Option<String>,
    /// `specVersion`.
    spec_version: Option<String>,
    /// `$schema`.
    schema: Option<String>,
    /// `serialNumber`.
    serial: Option<String>,
    /// `version`.
    revision: Option<String>,
    /// `spdxVersion`.
    spdx_version: Option<String>,
    /// `name`.
    name: Option<String>,
    /// `documentNamespace`.
    namespace: Option<String>,
    /// `@context`, where it is text.
    context: Option<String>,
    /// There is an `@graph`.
    has_graph: bool,
    /// The elements of the graph (SPDX 3).
    graph: Graph,
    /// The first bytes of the document speak of SPDX 3.
    is_linked: bool,
    /// There are `components`.
    has_components: bool,
    /// There is `metadata`.
    has_metadata: bool,
    /// Names of the first fields.
    fields: Vec<String>,
}

impl Handler for Root {
    const EXPECTED: &'static str = "object";

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        if self.is_linked {
            let (graph, context) = (&mut self.graph, &mut self.context);
            return LinkedRoot { graph, context, has_graph: &mut self.has_graph }.object(builder, map);
        }
        let mut fields = Fields::new(ROOT);
        let mut names = Vec::new();
        let mut note = |name: &str| {
            if names.len() < UNKNOWN_FIELDS_SHOWN {
                names.push(excerpt(name));
            }
        };
        while let Some(field) = fields.next_noting(&mut map, builder, Some(&mut note))? {
            self.field(field, &mut map, builder)?;
        }
        self.fields = names;
        Ok(())
    }
}

impl Root {
    /// Reads one field of the root.
    fn field<'de, M: MapAccess<'de>>(
        &mut self,
        field: &str,
        map: &mut M,
        builder: &mut Builder,
    ) -> Result<(), M::Error> {
        match field {
            "bomFormat" => value(map, builder, &mut Text(&mut self.bom_format)),
            "specVersion" => value(map, builder, &mut Text(&mut self.spec_version)),
            "$schema" => value(map, builder, &mut Text(&mut self.schema)),
            "serialNumber" => value(map, builder, &mut Text(&mut self.serial)),
            "version" => value(map, builder, &mut Number(&mut self.revision)),
            "metadata" => {
                self.has_metadata = true;
                value(map, builder, &mut Metadata)
            }
            "components" => {
                self.has_components = true;
                value(map, builder, &mut List(ComponentEntry { parent: None, role: Role::Listed }))
            }
            "dependencies" => value(map, builder, &mut List(Dependency::default())),
            "services" => value(map, builder, &mut List(Service)),
            "vulnerabilities" => value(map, builder, &mut List(Vulnerability)),
            "citations" => {
                builder.unkept_here();
                value(map, builder, &mut List(Citation))
            }
            "spdxVersion" => value(map, builder, &mut Text(&mut self.spdx_version)),
            "SPDXID" => {
                value(map, builder, &mut Each(|builder: &mut Builder, text: &str| builder.define_other(text)))
            }
            "name" => value(map, builder, &mut Text(&mut self.name)),
            "documentNamespace" => value(map, builder, &mut Text(&mut self.namespace)),
            "creationInfo" => value(map, builder, &mut CreationInfo),
            "packages" => value(map, builder, &mut List(Package)),
            "files" => value(map, builder, &mut List(File)),
            "snippets" => value(map, builder, &mut List(Other)),
            "relationships" => value(map, builder, &mut List(Relationship)),
            "documentDescribes" => value(map, builder, &mut List(Each(describe))),
            "hasExtractedLicensingInfos" if builder.is_whole => {
                value(map, builder, &mut List(ExtractedLicenceEntry))
            }
            "dataLicense" if builder.is_whole => value(map, builder, &mut Each(spdx::check_data_licence)),
            "@context" => value(map, builder, &mut Context(&mut self.context)),
            "@graph" => {
                self.has_graph = true;
                value(map, builder, &mut Entries(&mut self.graph))
            }
            _ => skip(map, builder),
        }
    }

    /// Decides what the document is, and finishes or refuses it.
    fn decide(self, builder: Builder) -> Result<Sbom, Message> {
        if let Some(context) = &self.context {
            let context = context.to_ascii_lowercase();
            if context.contains("spdx") {
                return self.graph.finish(builder, &context);
            }
            return Err(unknown(if context.contains("openvex") { "OpenVEX" } else { "JSON-LD" }));
        }
        if self.has_graph {
            return Err(unknown("JSON-LD"));
        }
        if self.spdx_version.is_some() {
            return self.finish_spdx(builder);
        }
        let is_schema = self.schema.as_deref().is_some_and(|schema| schema.contains("cyclonedx"));
        match self.bom_format.as_deref() {
            Some(format) if format.eq_ignore_ascii_case("CycloneDX") => self.finish_cyclonedx(builder),
            Some(format) => Err(unknown(&format!("bomFormat: {}", excerpt(format)))
                .at(Place::Pointer("/bomFormat".to_owned()))),
            None if is_schema
                || (self.has_components && (self.has_metadata || self.spec_version.is_some())) =>
            {
                self.finish_cyclonedx(builder)
            }
            None => Err(self.refuse()),
        }
    }

    /// The refusal of a JSON document of another format.
    fn refuse(&self) -> Message {
        let has = |name: &str| self.fields.iter().any(|field| field == name);
        if has("document") && (has("product_tree") || has("vulnerabilities")) {
            return unknown("CSAF");
        }
        if has("sbom") {
            return unknown("JSON {sbom}");
        }
        unknown(&format!("JSON {{{}}}", self.fields.join(", ")))
    }

    /// Finishes a `CycloneDX` document.
    fn finish_cyclonedx(self, mut builder: Builder) -> Result<Sbom, Message> {
        if self.bom_format.as_deref() != Some("CycloneDX") {
            match &self.bom_format {
                Some(format) => builder.bad_value("bomFormat", format),
                None => builder.missing("bomFormat"),
            }
        }
        let version = match self.spec_version {
            Some(version) => version,
            None => {
                builder.missing("specVersion");
                version_of_schema(self.schema.as_deref().unwrap_or_default()).to_owned()
            }
        };
        if !version.is_empty() && !cyclonedx::JSON_VERSIONS.contains(&version.as_str()) {
            return Err(unsupported("CycloneDX JSON", &version).at(Place::Pointer("/specVersion".to_owned())));
        }
        if let Some(serial) = &self.serial {
            cyclonedx::check_serial(&mut builder, serial);
        }
        if version != "1.7"
            && let Some(place) = builder.mixed_licences.take()
        {
            let message = Message::new(codes::SBOM_FIELD_VALUE)
                .at(place)
                .with("field", "licenses")
                .with("value", "license + expression");
            builder.add_notice(message);
        }
        builder.sbom.format = SbomFormat::CycloneDxJson;
        builder.sbom.spec_version = version;
        builder.sbom.serial = self.serial;
        builder.sbom.revision = self.revision;
        Ok(builder.finish("/dependencies"))
    }

    /// Finishes an SPDX document.
    fn finish_spdx(self, mut builder: Builder) -> Result<Sbom, Message> {
        let version = self.spdx_version.unwrap_or_default();
        if !spdx::is_version_read(&version) {
            return Err(unsupported("SPDX JSON", &version).at(Place::Pointer("/spdxVersion".to_owned())));
        }
        if self.name.is_none() {
            builder.missing("name");
        }
        builder.sbom.format = SbomFormat::SpdxJson;
        builder.sbom.spec_version = version;
        builder.sbom.serial = self.namespace;
        builder.sbom.name = self.name;
        Ok(builder.finish("/relationships"))
    }
}

/// The version in a schema's address, for example `http://cyclonedx.org/schema/bom-1.6.schema.json`; empty when
/// there is none that is read.
fn version_of_schema(schema: &str) -> &str {
    schema
        .split_once("bom-")
        .and_then(|(_, rest)| rest.get(..3))
        .filter(|version| cyclonedx::JSON_VERSIONS.contains(version))
        .unwrap_or_default()
}

/// The refusal of a version of a format.
pub(super) fn unsupported(format: &str, version: &str) -> Message {
    Message::new(codes::SBOM_UNSUPPORTED_VERSION).with("format", format).with("version", excerpt(version))
}
