//! A sync as JSON, and what the library's last syncs were (`docs/formats/library.md`).

use std::io::{self, Write};

use kikimori_app::sync_library::SyncOutcome;
use kikimori_app::sync_library::state::{StoredFault, SyncState};
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, format, message};
use serde::Serialize;

use crate::sync::result_of;

/// The document.
#[derive(Serialize)]
struct SyncDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// Sources.
    sources: Vec<SourceView<'a>>,
}

/// A source.
#[derive(Serialize)]
struct SourceView<'a> {
    /// Id.
    id: &'a str,
    /// What became of it.
    result: &'static str,
    /// Left alone until then.
    skipped_until: Option<String>,
    /// Files or pages imported.
    files_updated: u64,
    /// Files that were current.
    files_unchanged: u64,
    /// Records not there before.
    new: u64,
    /// Changed records.
    changed: u64,
    /// Records that left their feed.
    removed: u64,
    /// Records that could not be read.
    refused: u64,
    /// What failed.
    failures: Vec<FailureView>,
    /// Notices.
    notices: Vec<FailureView>,
    /// Notices not listed.
    notices_dropped: u64,
}

/// A failure or a notice.
#[derive(Serialize)]
pub struct FailureView {
    /// The file or source.
    input: String,
    /// Code.
    code: String,
    /// Words.
    text: String,
}

/// What a sync did, for a program.
///
/// # Errors
/// What the output says.
pub fn write_sync(outcome: &SyncOutcome, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let view = |(name, fault): &(String, kikimori_core::message::Message)| FailureView {
        input: name.clone(),
        code: fault.code.0.to_owned(),
        text: message(language, fault).cause,
    };
    let sources = outcome.sources.iter().map(|source| SourceView {
        id: &source.id,
        result: result_of(source),
        skipped_until: source.skipped_until.map(|until| until.to_string()),
        files_updated: source.n_files_updated,
        files_unchanged: source.n_files_unchanged,
        new: source.n_new,
        changed: source.n_changed,
        removed: source.n_removed,
        refused: source.n_refused,
        failures: source.faults.iter().map(view).collect(),
        notices: source.notices.iter().map(view).collect(),
        notices_dropped: source.n_notices_dropped,
    });
    let document =
        SyncDocument { format: "kikimori-sync", format_version: "1.0", sources: sources.collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

/// The last syncs of a source.
#[derive(Serialize)]
pub struct LastSyncView<'a> {
    /// Id.
    source: &'a str,
    /// When it last succeeded.
    succeeded_at: Option<String>,
    /// When it was last tried.
    attempted_at: Option<String>,
    /// Why the last attempt failed.
    failures: Vec<FailureView>,
}

/// The last syncs of every source.
pub fn last_syncs(state: &SyncState, language: Language) -> Vec<LastSyncView<'_>> {
    let time = |stamp: Option<i64>| stamp.map(|stamp| Stamp(stamp).to_string());
    state
        .sources
        .iter()
        .map(|(id, source)| LastSyncView {
            source: id,
            succeeded_at: time(source.succeeded_ms),
            attempted_at: time(source.attempted_ms),
            failures: source
                .faults
                .iter()
                .map(|fault| FailureView {
                    input: fault.name.clone(),
                    code: fault.code.clone(),
                    text: cause_of(fault, language),
                })
                .collect(),
        })
        .collect()
}

/// A remembered fault in words.
pub fn cause_of(fault: &StoredFault, language: Language) -> String {
    let args: Vec<(&str, &dyn std::fmt::Display)> =
        fault.args.iter().map(|(name, value)| (name.as_str(), value as &dyn std::fmt::Display)).collect();
    format(language, &format!("message.{}.cause", fault.code), &args)
}
