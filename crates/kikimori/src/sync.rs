//! `kikimori library sync`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::ArgMatches;
use kikimori_app::sync_library::clock::Clock;
use kikimori_app::sync_library::{SourceOutcome, SyncOutcome, SyncRequest, sync_library};
use kikimori_core::message::{Message, codes};
use kikimori_locale::{Language, count, format, message, number, text};
use kikimori_net::HttpClient;

use crate::config;
use crate::exit::{Exit, Failure};
use crate::progress::Progress;
use crate::report::sync_json;
use crate::report::text_table::{Column, write_table};
use crate::scan::{library_of, write_to};
use crate::sync_config::{CONFIG_FILE, SyncConfig, default_text, read};

/// Failures of one code that are told in full; the others of a source are named together.
const ALIKE_SHOWN: usize = 2;
/// Notices shown after a sync, of each source.
const NOTICES_SHOWN: usize = 5;

/// Runs the command.
pub fn sync(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    if matches.get_flag("print-config") {
        write_to(None, &mut |out| out.write_all(default_text(language).as_bytes()))
            .map_err(|error| Failure::of_output(language, "-", &error))?;
        return Ok(Exit::Done);
    }
    let library = library_of(matches);
    let path = matches.get_one::<PathBuf>("config").cloned().unwrap_or_else(|| library.join(CONFIG_FILE));
    let name = path.display().to_string();
    let wrong = |fault: Message| Failure::of_message(language, &name, &fault);
    let SyncConfig { sources, http } = read(&path).map_err(wrong)?;
    let only: Vec<String> = matches.get_many::<String>("source").into_iter().flatten().cloned().collect();
    if let Some(unknown) = only.iter().find(|id| !sources.iter().any(|source| source.id == **id)) {
        let known: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        let known = known.join(", ");
        return Err(Failure::of_usage(language, "usage.source", &[("value", unknown), ("allowed", &known)]));
    }
    let client = HttpClient::new(&http).map_err(wrong)?;
    let progress = Progress::new(language);
    let began = Instant::now();
    let request = SyncRequest {
        library: &library,
        sources: &sources,
        only: &only,
        allow_shrink: matches.get_flag("allow-shrink"),
        allow_older: matches.get_flag("allow-older"),
        n_threads: config::n_threads(),
        http: &client,
        clock: Clock {
            now: &config::now,
            elapsed: &|| began.elapsed(),
            wait: &config::wait,
            jitter: &config::jitter,
        },
        progress: &|step| progress.tell_sync(&step),
    };
    let outcome = sync_library(&request);
    progress.finish();
    let outcome = outcome.map_err(|fault| {
        let name = library.display().to_string();
        Failure { exit: Exit::Fault, ..Failure::of_message(language, &name, &fault) }
    })?;
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    write_to(None, &mut |out| {
        if is_json {
            sync_json::write_sync(&outcome, language, out)
        } else {
            write_sync(&outcome, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(exit_of(&outcome))
}

/// How a sync ends: well, with feeds refused, or with a source that failed.
fn exit_of(outcome: &SyncOutcome) -> Exit {
    let failed: Vec<&SourceOutcome> =
        outcome.sources.iter().filter(|source| !source.faults.is_empty()).collect();
    if failed.is_empty() {
        Exit::Done
    } else if failed.into_iter().all(SourceOutcome::is_refusal) {
        Exit::Refused
    } else {
        Exit::SourceFailed
    }
}

/// What became of a source, in a word; also a code in JSON.
pub fn result_of(source: &SourceOutcome) -> &'static str {
    if source.skipped_until.is_some() {
        "skipped"
    } else if !source.faults.is_empty() && source.n_files_updated + source.n_files_unchanged > 0 {
        "partly_failed"
    } else if !source.faults.is_empty() {
        "failed"
    } else if source.n_files_updated > 0 {
        "updated"
    } else {
        "unchanged"
    }
}

/// What a sync did, for a person: a table, then every failure with its remedy.
fn write_sync(outcome: &SyncOutcome, language: Language, out: &mut dyn Write) -> io::Result<()> {
    if outcome.sources.is_empty() {
        return writeln!(out, "{}", text(language, "sync.nothing"));
    }
    let keys = [
        "column.source",
        "column.result",
        "column.files",
        "column.files_current",
        "import.new",
        "import.changed",
        "column.removed",
        "column.unreadable",
    ];
    let columns = keys.map(|key| Column { heading: text(language, key), width_max: 40 });
    let rows: Vec<Vec<String>> = outcome
        .sources
        .iter()
        .map(|source| {
            let mut row = vec![
                source.id.clone(),
                text(language, &format!("enum.sync.{}", result_of(source))).to_owned(),
            ];
            let counts = [
                source.n_files_updated,
                source.n_files_unchanged,
                source.n_new,
                source.n_changed,
                source.n_removed,
                source.n_refused,
            ];
            row.extend(counts.map(|count| number(count as usize)));
            row
        })
        .collect();
    write_table(out, &columns, &rows)?;
    for source in &outcome.sources {
        write_source(source, language, out)?;
    }
    Ok(())
}

/// What there is to say about a source: until when it is left alone, what failed, what was noticed.
fn write_source(source: &SourceOutcome, language: Language, out: &mut dyn Write) -> io::Result<()> {
    if let Some(until) = source.skipped_until {
        let args: [(&str, &dyn std::fmt::Display); 2] = [("source", &source.id), ("until", &until)];
        writeln!(out, "\n{}", format(language, "sync.skipped", &args))?;
    }
    for (position, (name, fault)) in source.faults.iter().enumerate() {
        let alike = source.faults.iter().enumerate().filter(|(_, (_, other))| other.code == fault.code);
        let (alike_before, alike_after): (Vec<_>, Vec<_>) =
            alike.filter(|(other, _)| *other != position).partition(|(other, _)| *other < position);
        if alike_before.len() >= ALIKE_SHOWN {
            continue;
        }
        let failure = Failure::of_message(language, name, fault);
        writeln!(out, "\n{}", failure.words)?;
        if fault.code != codes::SYNC_LIBRARY {
            writeln!(out, "  {}", text(language, "sync.kept"))?;
        }
        if alike_before.len() + 1 == ALIKE_SHOWN && !alike_after.is_empty() {
            let names: Vec<&str> = alike_after.iter().map(|(_, (name, _))| name.as_str()).collect();
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("code", &fault.code), ("names", &names.join(", "))];
            writeln!(out, "\n{}", count(language, "sync.alike", names.len(), &args))?;
        }
    }
    let n_notices = source.notices.len() + source.n_notices_dropped as usize;
    if n_notices > 0 {
        writeln!(out, "\n{}: {}", source.id, count(language, "import.notices", n_notices, &[]))?;
        for (name, notice) in source.notices.iter().take(NOTICES_SHOWN) {
            let words = message(language, notice);
            writeln!(out, "  [{}] {name}, {}: {}", words.code, words.place, words.cause)?;
        }
        let n_more = n_notices.saturating_sub(NOTICES_SHOWN);
        if n_more > 0 {
            writeln!(out, "  {}", count(language, "scan.more", n_more, &[]))?;
        }
    }
    Ok(())
}
