//! The library as JSON: what an import did and what the library holds (`docs/formats/library.md`).

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use kikimori_app::import_library::ImportOutcome;
use kikimori_app::sync_library::state::SyncState;
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, message};
use kikimori_matcher::library::Library;
use serde::Serialize;

use super::sync_json::{LastSyncView, last_syncs};
use super::{json, labels};

/// The document.
#[derive(Serialize)]
struct ImportDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The snapshot after the import.
    snapshot: &'a str,
    /// Records not there before.
    new: u64,
    /// Changed records.
    changed: u64,
    /// Unchanged records.
    unchanged: u64,
    /// Records older than what is there.
    older: u64,
    /// Records that left their feed.
    removed: u64,
    /// Names of vendors and products brought.
    names: u64,
    /// Files that are what their publisher's checksums say.
    verified: u64,
    /// Records that could not be read.
    refused: u64,
    /// Touched keys (delta only).
    touched: Vec<&'a str>,
    /// Streams read.
    inputs: Vec<InputView<'a>>,
    /// Notices.
    notices: Vec<NoticeView<'a>>,
    /// Notices not listed.
    notices_dropped: u64,
}

/// A stream.
#[derive(Serialize)]
struct InputView<'a> {
    /// Name.
    name: &'a str,
    /// Family of its format.
    family: &'a str,
    /// Records.
    records: u64,
}

/// A notice.
#[derive(Serialize)]
struct NoticeView<'a> {
    /// The stream.
    input: &'a str,
    /// Code.
    code: &'a str,
    /// Place.
    place: String,
    /// Words.
    text: String,
}

/// What an import did, for a program.
///
/// # Errors
/// What the output says.
pub fn write_import(outcome: &ImportOutcome, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let report = &outcome.report;
    let document = ImportDocument {
        format: "kikimori-import",
        format_version: "1.0",
        snapshot: &report.snapshot,
        new: report.n_new,
        changed: report.n_changed,
        unchanged: report.n_unchanged,
        older: report.n_older,
        removed: report.n_removed,
        names: report.n_names,
        verified: outcome.n_verified,
        refused: outcome.n_refused,
        touched: report.touched.iter().map(String::as_str).collect(),
        inputs: outcome
            .inputs
            .iter()
            .map(|input| InputView { name: &input.name, family: input.family, records: input.n_records })
            .collect(),
        notices: outcome
            .notices
            .iter()
            .map(|(input, notice)| NoticeView {
                input,
                code: notice.code.0,
                place: notice.place.to_string(),
                text: message(language, notice).cause,
            })
            .collect(),
        notices_dropped: outcome.n_notices_dropped,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// The document.
#[derive(Serialize)]
struct InfoDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The library's folder.
    folder: String,
    /// Snapshot id.
    snapshot: &'a str,
    /// Generation.
    generation: u64,
    /// As of when the vulnerability data speak.
    as_of: Option<String>,
    /// Bytes on disk.
    size_bytes: u64,
    /// Segments.
    segments: usize,
    /// Records in force.
    records: u64,
    /// Sources.
    sources: Vec<json::SourceView<'a>>,
    /// KEV rows.
    kev: u64,
    /// EPSS rows.
    epss: u64,
    /// Names of vendors and products by source.
    names: &'a BTreeMap<String, u64>,
    /// Who must be named.
    attributions: Vec<&'static str>,
    /// Products with lifecycle data.
    products: u64,
    /// Their release cycles.
    cycles: u64,
    /// Feeds.
    feeds: Vec<FeedView<'a>>,
    /// Records of ecosystem databases by ecosystem.
    ecosystems: &'a BTreeMap<String, u64>,
    /// The last syncs of each source.
    syncs: Vec<LastSyncView<'a>>,
    /// The bundle installed last.
    bundle: Option<BundleView<'a>>,
}

/// A bundle that was installed.
#[derive(Serialize)]
struct BundleView<'a> {
    /// Name under which the signer's key was trusted.
    signer: &'a str,
    /// Fingerprint of that key.
    fingerprint: &'a str,
    /// The snapshot that it brought.
    snapshot: &'a str,
    /// Generation where it was built.
    generation: u64,
    /// When it was built there.
    created_at: String,
    /// When it was installed here.
    installed_at: String,
    /// Records were imported on top of it.
    local_records: bool,
}

/// A feed.
#[derive(Serialize)]
struct FeedView<'a> {
    /// Family.
    family: &'a str,
    /// Name.
    name: &'a str,
    /// Records.
    records: u64,
    /// As of when it speaks.
    as_of: Option<String>,
    /// When it was imported.
    imported_at: String,
}

/// What the library holds, for a program.
///
/// # Errors
/// What the output says.
pub fn write_info(
    library: &Library,
    folder: &Path,
    state: &SyncState,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let manifest = library.manifest();
    let document = InfoDocument {
        format: "kikimori-library",
        format_version: "1.1",
        folder: folder.display().to_string(),
        snapshot: &manifest.snapshot,
        generation: manifest.generation,
        as_of: library.as_of().map(|stamp| stamp.to_string()),
        size_bytes: manifest.segments.iter().map(|entry| entry.size_bytes).sum(),
        segments: manifest.segments.len(),
        records: manifest.live.values().sum(),
        sources: json::source_views(manifest),
        kev: manifest.n_kev,
        epss: manifest.n_epss,
        names: &manifest.names,
        attributions: labels::attributions(manifest, language).collect(),
        products: manifest.n_products,
        cycles: manifest.n_cycles,
        feeds: manifest
            .feeds
            .values()
            .map(|feed| FeedView {
                family: &feed.family,
                name: &feed.name,
                records: feed.n_records,
                as_of: feed.as_of().map(|stamp| stamp.to_string()),
                imported_at: Stamp(feed.imported_ms).to_string(),
            })
            .collect(),
        ecosystems: &manifest.ecosystems,
        syncs: last_syncs(state, language),
        bundle: manifest.provenance.as_ref().map(|provenance| BundleView {
            signer: &provenance.signer,
            fingerprint: &provenance.fingerprint,
            snapshot: &provenance.snapshot,
            generation: provenance.generation,
            created_at: Stamp(provenance.created_ms).to_string(),
            installed_at: Stamp(provenance.installed_ms).to_string(),
            local_records: manifest.has_local_records(),
        }),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
