//! SPDX 2 tag-value: one `Tag: value` a line, values over several lines between `<text>` and `</text>`.

use std::io::{BufRead, BufReader};

use kikimori_core::limits::SBOM_STRING_BYTES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::{Component, Role, Sbom, SbomFormat};

use super::builder::Builder;
use super::detect::unknown;
use super::guard::{Guard, message_from_io};
use super::json_document::unsupported;
use super::spdx::{self, PackageTexts};

/// Bytes read at a time.
const BUFFER_BYTES: usize = 64 * 1024;

/// Opens a value over several lines.
const TEXT_START: &str = "<text>";

/// Closes a value over several lines.
const TEXT_END: &str = "</text>";

/// Reads an SPDX tag-value document.
///
/// # Errors
/// See [`super::read`].
pub(super) fn read(guard: Guard<'_>, is_whole: bool) -> Result<Sbom, Message> {
    let mut reader = Reader {
        lines: BufReader::with_capacity(BUFFER_BYTES, guard),
        line: String::new(),
        n_lines: 0,
        builder: Builder::with(is_whole),
        section: Section::Document,
        version: None,
    };
    reader.document()?;
    let mut builder = reader.builder;
    let Some(version) = reader.version else {
        return Err(unknown("SPDX tag-value (SPDXVersion?)"));
    };
    if !spdx::is_version_read(&version) {
        return Err(unsupported("SPDX tag-value", &version));
    }
    builder.sbom.format = SbomFormat::SpdxTagValue;
    builder.sbom.spec_version = version;
    Ok(builder.finish(""))
}

/// What the lines being read are about.
enum Section {
    /// The document.
    Document,
    /// A package, with what its end decides.
    Package(Box<Package>),
    /// A file or a snippet.
    Element,
    /// A licence that the document itself defines.
    Licence {
        /// `LicenseID`.
        id: String,
        /// `LicenseName`.
        name: Option<String>,
        /// `ExtractedText`.
        text: Option<String>,
    },
    /// A review, an annotation…
    Other,
}

/// A package being read.
struct Package {
    /// Its index.
    index: u32,
    /// The line of its name.
    line: u64,
    /// What was read so far.
    component: Component,
    /// Texts that its end decides on.
    texts: PackageTexts,
    /// `PrimaryPackagePurpose` was there.
    has_purpose: bool,
    /// Bits of [`SINGLE_TAGS`] that were there.
    seen: u32,
    /// The last `ExternalRef`, which a comment may follow.
    reference: Option<String>,
}

/// The lines and what was read.
struct Reader<'r> {
    /// The rest of the document.
    lines: BufReader<Guard<'r>>,
    /// The current line.
    line: String,
    /// Lines read.
    n_lines: u64,
    /// The bill.
    builder: Builder,
    /// What the lines are about.
    section: Section,
    /// `SPDXVersion`.
    version: Option<String>,
}

impl Reader<'_> {
    /// All lines.
    fn document(&mut self) -> Result<(), Message> {
        while self.next_line()? {
            let line = self.line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            self.builder.line = Some(self.n_lines);
            let Some((tag, value)) = line.split_once(':').filter(|(tag, _)| is_tag(tag)) else {
                self.builder.notice(codes::SBOM_LINE_UNREAD, "line", line);
                continue;
            };
            let tag = tag.trim().to_owned();
            let value = value.trim().to_owned();
            let value = match value.strip_prefix(TEXT_START) {
                Some(start) => self.long_value(start)?,
                None => value,
            };
            self.tag(&tag, &value)?;
        }
        self.end_section()
    }

    /// Reads the next line; `false` at the end.
    fn next_line(&mut self) -> Result<bool, Message> {
        self.line.clear();
        let n_read = self.lines.read_line(&mut self.line).map_err(|error| message_from_io(&error))?;
        self.n_lines += 1;
        Ok(n_read > 0)
    }

    /// The rest of a value that began with `start` after `<text>`.
    fn long_value(&mut self, start: &str) -> Result<String, Message> {
        let began = self.n_lines;
        let mut value = String::new();
        let mut part = start.to_owned();
        loop {
            if let Some(at) = part.find(TEXT_END) {
                value.push_str(part.get(..at).unwrap_or_default());
                return Ok(value.trim().to_owned());
            }
            if value.len() <= SBOM_STRING_BYTES_MAX {
                value.push_str(&part);
                value.push('\n');
            }
            if !self.next_line()? {
                return Err(Message::new(codes::SBOM_MALFORMED)
                    .at(kikimori_core::message::Place::Line(began))
                    .with("detail", "<text> without </text>"));
            }
            self.line.trim_end_matches(['\r', '\n']).clone_into(&mut part);
        }
    }

    /// One tag with its value.
    fn tag(&mut self, tag: &str, value: &str) -> Result<(), Message> {
        match tag {
            "SPDXVersion" => self.version = Some(self.builder.clip(value)),
            "DocumentName" => self.builder.sbom.name = Some(self.builder.clip(value)),
            "DocumentNamespace" => self.builder.sbom.serial = Some(self.builder.clip(value)),
            "Created" => self.builder.set_created("Created", value),
            "Creator" => spdx::add_creator(&mut self.builder, value),
            "DataLicense" => spdx::check_data_licence(&mut self.builder, value)?,
            "PackageName" => self.begin_package(value)?,
            "FileName" => {
                self.end_section()?;
                self.builder.sbom.n_files += 1;
                self.section = Section::Element;
            }
            "SnippetSPDXID" => {
                self.end_section()?;
                self.builder.unkept("Snippet");
                self.builder.define_other(value)?;
                self.section = Section::Element;
            }
            "LicenseID" => {
                self.end_section()?;
                self.section = Section::Licence { id: value.to_owned(), name: None, text: None };
            }
            "SPDXID" => self.reference(value)?,
            "Relationship" => {
                let mut words = value.split_whitespace();
                let (first, kind, second) = (words.next(), words.next(), words.next());
                spdx::add_relationship(&mut self.builder, first, kind, second)?;
            }
            _ => self.section_tag(tag, value),
        }
        Ok(())
    }

    /// A package begins.
    fn begin_package(&mut self, name: &str) -> Result<(), Message> {
        self.end_section()?;
        self.builder.line = Some(self.n_lines);
        let index = self.builder.begin_component(None, Role::Listed)?;
        let component = Component { name: self.builder.clip(name).into(), ..Component::default() };
        if name.is_empty() {
            self.builder.missing("PackageName");
        }
        let package = Package {
            index,
            line: self.n_lines,
            component,
            texts: PackageTexts::default(),
            has_purpose: false,
            seen: 0,
            reference: None,
        };
        self.section = Section::Package(Box::new(package));
        Ok(())
    }

    /// The package or licence being read ends, if there is one.
    fn end_section(&mut self) -> Result<(), Message> {
        let mut package = match std::mem::replace(&mut self.section, Section::Other) {
            Section::Package(package) => package,
            Section::Licence { id, name, text } => {
                if self.builder.is_whole {
                    spdx::add_extracted(&mut self.builder, Some(&id), name.as_deref(), text.as_deref());
                }
                return Ok(());
            }
            Section::Document | Section::Element | Section::Other => return Ok(()),
        };
        end_reference(&mut self.builder, &mut package, None);
        let Package { index, line, mut component, texts, has_purpose, .. } = *package;
        self.builder.line = Some(line);
        if component.reference.is_none() {
            self.builder.missing("SPDXID");
        }
        spdx::settle(&mut self.builder, &mut component, texts);
        if !has_purpose {
            spdx::set_kind(&mut self.builder, &mut component, None);
        }
        self.builder.end_component(index, component)
    }

    /// `SPDXID` of what the lines are about.
    fn reference(&mut self, value: &str) -> Result<(), Message> {
        match &mut self.section {
            Section::Package(package) if !value.is_empty() => {
                package.component.reference = Some(self.builder.clip(value).into());
                Ok(())
            }
            Section::Package(_) => {
                self.builder.missing("SPDXID");
                Ok(())
            }
            Section::Document | Section::Element | Section::Licence { .. } | Section::Other => {
                self.builder.define_other(value)
            }
        }
    }

    /// A tag of a package or a licence; others, and those of other sections, are passed over.
    fn section_tag(&mut self, tag: &str, value: &str) {
        match &mut self.section {
            Section::Package(package) => package_tag(&mut self.builder, package, tag, value),
            Section::Licence { name, text, .. } => match tag {
                "LicenseName" => *name = Some(value.to_owned()),
                "ExtractedText" => *text = Some(value.to_owned()),
                _ => self.builder.unkept(tag),
            },
            Section::Document | Section::Other => self.builder.unkept(tag),
            // Files and snippets are counted as one each.
            Section::Element => {}
        }
    }
}

/// Tags that a package has once.
const SINGLE_TAGS: &[&str] = &[
    "PackageVersion",
    "PackageSupplier",
    "PackageOriginator",
    "PackageLicenseConcluded",
    "PackageLicenseDeclared",
    "PackageSourceInfo",
    "PackageHomePage",
    "PackageDownloadLocation",
    "PackageCopyrightText",
    "PackageDescription",
    "FilesAnalyzed",
    "PrimaryPackagePurpose",
];

/// A tag of a package; others are passed over.
fn package_tag(builder: &mut Builder, package: &mut Package, tag: &str, value: &str) {
    if let Some(bit) = SINGLE_TAGS.iter().position(|single| *single == tag) {
        let bit = 1_u32.wrapping_shl(u32::try_from(bit).unwrap_or_default());
        if package.seen & bit != 0 {
            builder.notice(codes::SBOM_FIELD_TWICE, "field", tag);
        }
        package.seen |= bit;
    }
    let component = &mut package.component;
    let text = || Some(value.to_owned());
    match tag {
        "PackageVersion" => component.version = spdx::said(value).map(|text| builder.clip(text).into()),
        "PackageSupplier" => package.texts.supplier = text(),
        "PackageOriginator" => package.texts.originator = text(),
        "PackageLicenseConcluded" => package.texts.concluded = text(),
        "PackageLicenseDeclared" => package.texts.declared = text(),
        "PackageSourceInfo" => package.texts.source_info = text(),
        "PackageHomePage" => package.texts.homepage = text(),
        "PackageDownloadLocation" => package.texts.download = text(),
        "PackageCopyrightText" => package.texts.copyright = text(),
        "PackageDescription" => package.texts.description = text(),
        "FilesAnalyzed" => {
            if value.eq_ignore_ascii_case("true") {
                builder.unkept("FilesAnalyzed true");
            }
        }
        "PrimaryPackagePurpose" => {
            package.has_purpose = true;
            spdx::set_kind(builder, component, Some(value));
        }
        "PackageChecksum" => match value.split_once(':') {
            Some((algorithm, content)) => builder.add_hash(component, algorithm.trim(), content.trim()),
            None => {
                builder.bad_value("PackageChecksum", value);
                builder.unkept("PackageChecksum");
            }
        },
        "ExternalRef" => {
            end_reference(builder, package, None);
            package.reference = text();
        }
        "ExternalRefComment" => end_reference(builder, package, Some(value)),
        _ => builder.unkept(tag),
    }
}

/// Adds the external reference that stood last, now that its comment is known.
fn end_reference(builder: &mut Builder, package: &mut Package, comment: Option<&str>) {
    let Some(value) = package.reference.take() else {
        if comment.is_some() {
            builder.unkept("ExternalRefComment");
        }
        return;
    };
    let mut words = value.split_whitespace();
    let (category, kind, locator) = (words.next(), words.next(), words.next());
    if words.next().is_some() {
        builder.unkept("ExternalRef (after the locator)");
    }
    spdx::add_external_reference(builder, &mut package.component, category, kind, locator, comment);
}

/// Whether `text` can be a tag: letters and digits.
fn is_tag(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
