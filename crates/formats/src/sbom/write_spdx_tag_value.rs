//! Writing SPDX 2.3 tag-value: the same facts as in JSON, one tag a line.

use std::io::{self, Write};

use kikimori_core::sbom::Sbom;

use super::spdx::DATA_LICENCE;
use super::write::WriteOptions;
use super::write_spdx::{DOCUMENT, Document, PackageView, order};

/// Writes the tag-value form.
///
/// # Errors
/// When `out` cannot be written.
pub(super) fn write(sbom: &Sbom, options: &WriteOptions, out: &mut dyn Write) -> io::Result<Vec<u32>> {
    let mut text = Vec::new();
    let order = write_text(sbom, options, &mut text)?;
    // A text with U+0000 would be taken for no text; it becomes U+FFFD, as in XML.
    for (index, piece) in text.split(|byte| *byte == 0).enumerate() {
        if index > 0 {
            out.write_all("\u{fffd}".as_bytes())?;
        }
        out.write_all(piece)?;
    }
    out.flush()?;
    Ok(order)
}

/// Writes the tags as they are; gives what [`write`] gives.
fn write_text(sbom: &Sbom, options: &WriteOptions, mut out: &mut impl Write) -> io::Result<Vec<u32>> {
    let document = Document::of(sbom, options);
    write_document(&document, &mut out)?;
    let order = order(sbom);
    for package in order.iter().filter_map(|index| document.package(*index)) {
        write_package(&package, &mut out)?;
    }
    writeln!(out)?;
    for (first, kind, second) in document.relationships() {
        writeln!(out, "Relationship: {first} {kind} {second}")?;
    }
    for licence in &document.extracted {
        writeln!(out)?;
        tag(&mut out, "LicenseID", Some(&licence.id))?;
        writeln!(out, "ExtractedText: <text>{}</text>", licence.text)?;
        tag(&mut out, "LicenseName", licence.name)?;
    }
    Ok(order)
}

/// A tag, where it has a value; a value over several lines stands in `<text>`.
fn tag(out: &mut impl Write, name: &str, value: Option<&str>) -> io::Result<()> {
    match value {
        None => Ok(()),
        Some(value) if value.contains(['\n', '\r']) || value.starts_with("<text>") => {
            writeln!(out, "{name}: <text>{value}</text>")
        }
        Some(value) => writeln!(out, "{name}: {value}"),
    }
}

/// The document's own tags.
fn write_document(document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    tag(out, "SPDXVersion", Some("SPDX-2.3"))?;
    tag(out, "DataLicense", Some(DATA_LICENCE))?;
    tag(out, "SPDXID", Some(DOCUMENT))?;
    tag(out, "DocumentName", Some(&document.name))?;
    tag(out, "DocumentNamespace", Some(document.namespace))?;
    for creator in &document.creators {
        tag(out, "Creator", Some(creator))?;
    }
    tag(out, "Created", Some(&document.created))
}

/// A package.
fn write_package(package: &PackageView<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out)?;
    tag(out, "PackageName", Some(package.name))?;
    tag(out, "SPDXID", Some(package.reference))?;
    tag(out, "PackageVersion", package.version)?;
    tag(out, "PackageSupplier", package.supplier.as_deref())?;
    tag(out, "PackageOriginator", package.originator.as_deref())?;
    tag(out, "PackageDownloadLocation", Some(package.download))?;
    tag(out, "FilesAnalyzed", Some("false"))?;
    for checksum in &package.checksums {
        tag(out, "PackageChecksum", Some(&format!("{}: {}", checksum.algorithm, checksum.value)))?;
    }
    tag(out, "PackageHomePage", package.homepage)?;
    tag(out, "PackageSourceInfo", package.source_info.as_deref())?;
    tag(out, "PackageLicenseConcluded", package.concluded.as_deref())?;
    tag(out, "PackageLicenseDeclared", package.declared.as_deref())?;
    tag(out, "PackageCopyrightText", package.copyright)?;
    tag(out, "PackageDescription", package.description)?;
    for reference in &package.references {
        let value = format!("{} {} {}", reference.category, reference.kind, reference.locator);
        tag(out, "ExternalRef", Some(&value))?;
        tag(out, "ExternalRefComment", reference.comment)?;
    }
    tag(out, "PrimaryPackagePurpose", package.purpose)
}
