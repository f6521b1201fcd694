//! Exporting and importing a bundle as JSON (`docs/formats/bundle.md`).

use std::io::{self, Write};
use std::path::Path;

use kikimori_app::export_bundle::ExportOutcome;
use kikimori_app::import_bundle::BundleOutcome;
use kikimori_core::stamp::Stamp;
use serde::Serialize;

use crate::bundle::record_changes;

/// The document.
#[derive(Serialize)]
struct ExportDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The bundle's file.
    path: String,
    /// The snapshot in it.
    snapshot: &'a str,
    /// The snapshot that a delta builds on.
    base: Option<&'a str>,
    /// A delta was asked for and a full bundle was written.
    base_gone: bool,
    /// Segments in it.
    parts: usize,
    /// Segments of the library.
    segments: usize,
    /// Size of the file.
    size_bytes: u64,
    /// Size of the segments in it.
    unpacked_bytes: u64,
    /// Fingerprint of the key.
    fingerprint: &'a str,
}

/// What was exported, for a program.
///
/// # Errors
/// What the output says.
pub fn write_export(outcome: &ExportOutcome, path: &Path, out: &mut dyn Write) -> io::Result<()> {
    let document = ExportDocument {
        format: "kikimori-bundle-export",
        format_version: "1.0",
        path: path.display().to_string(),
        snapshot: &outcome.snapshot,
        base: outcome.base.as_deref(),
        base_gone: outcome.is_base_gone,
        parts: outcome.n_parts,
        segments: outcome.n_segments,
        size_bytes: outcome.size_bytes,
        unpacked_bytes: outcome.unpacked_bytes,
        fingerprint: &outcome.fingerprint,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// The document.
#[derive(Serialize)]
struct ImportDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The snapshot after the import.
    snapshot: &'a str,
    /// The snapshot before it.
    snapshot_before: Option<&'a str>,
    /// The snapshot that a delta builds on.
    base: Option<&'a str>,
    /// Nothing was to be done.
    unchanged: bool,
    /// Who signed it.
    signer: SignerView<'a>,
    /// When the library was built.
    created_at: String,
    /// Segments that were not there before.
    unpacked: usize,
    /// Sources whose records in force changed in number.
    records: Vec<RecordsView<'a>>,
}

/// A signer.
#[derive(Serialize)]
struct SignerView<'a> {
    /// Name on the list.
    name: &'a str,
    /// Fingerprint.
    fingerprint: &'a str,
}

/// Records of one source.
#[derive(Serialize)]
struct RecordsView<'a> {
    /// The source.
    source: &'a str,
    /// Before.
    before: u64,
    /// After.
    after: u64,
}

/// What importing a bundle did, for a program.
///
/// # Errors
/// What the output says.
pub fn write_import(outcome: &BundleOutcome, out: &mut dyn Write) -> io::Result<()> {
    let records = record_changes(outcome);
    let document = ImportDocument {
        format: "kikimori-bundle-import",
        format_version: "1.0",
        snapshot: &outcome.after.snapshot,
        snapshot_before: outcome.before.as_ref().map(|before| before.snapshot.as_str()),
        base: outcome.base.as_deref(),
        unchanged: outcome.is_unchanged,
        signer: SignerView { name: &outcome.signer.name, fingerprint: &outcome.signer.fingerprint },
        created_at: Stamp(outcome.after.created_ms).to_string(),
        unpacked: outcome.n_unpacked,
        records: records
            .into_iter()
            .map(|(source, before, after)| RecordsView { source, before, after })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
