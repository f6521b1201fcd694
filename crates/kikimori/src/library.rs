//! `kikimori library …`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kikimori_app::import_bundle::find_bundle;
use kikimori_app::import_library::{ImportOptions, ImportOutcome, import_library};
use kikimori_app::sync_library::state::SyncState;
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, count, format, message, number, text};
use kikimori_matcher::library::import::ImportMode;
use kikimori_matcher::library::{LIFECYCLE_FAMILY, Library, Manifest};

use crate::exit::{Exit, Failure};
use crate::progress::Progress;
use crate::report::sync_json::cause_of;
use crate::report::text_table::{Column, write_table};
use crate::report::{labels, library_json};
use crate::scan::{library_of, write_to};
use crate::{bundle, config};

/// Notices shown after an import on a terminal.
const NOTICES_SHOWN: usize = 12;

/// Failures of a source's last sync shown on a terminal; the JSON has all.
const FAILURES_SHOWN: usize = 3;

/// Runs the command that was asked for.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("import", matches)) => import(matches, language),
        Some(("sync", matches)) => crate::sync::sync(matches, language),
        Some(("export", matches)) => bundle::export(matches, language),
        Some(("info", matches)) => info(matches, language),
        Some(("verify", matches)) => verify(matches, language),
        _ => Err(Failure::of_usage(language, "usage.command_missing", &[])),
    }
}

/// `kikimori library import`.
fn import(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let folder = library_of(matches);
    let paths: Vec<PathBuf> = matches.get_many::<PathBuf>("paths").into_iter().flatten().cloned().collect();
    let found = find_bundle(&paths).map_err(|fault| {
        let name = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
        Failure::of_message(language, &name, &fault)
    })?;
    if let Some(path) = found {
        return bundle::import(matches, &folder, path, language);
    }
    bundle::refuse_options(matches, language)?;
    let mode = if matches.get_flag("delta") {
        ImportMode::Delta
    } else {
        ImportMode::Whole { allow_shrink: matches.get_flag("allow-shrink") }
    };
    let outcome = import_with_progress(&folder, &paths, mode, language)?;
    if let Some(path) = matches.get_one::<PathBuf>("touched") {
        write_to(Some(path), &mut |out| {
            outcome.report.touched.iter().try_for_each(|key| writeln!(out, "{key}"))
        })
        .map_err(|error| Failure::of_output(language, &path.display().to_string(), &error))?;
    }
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    write_to(None, &mut |out| {
        if is_json {
            library_json::write_import(&outcome, language, out)
        } else {
            write_import(&outcome, &folder, mode, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}

/// Imports and tells the progress.
pub fn import_with_progress(
    folder: &Path,
    paths: &[PathBuf],
    mode: ImportMode,
    language: Language,
) -> Result<ImportOutcome, Failure> {
    let progress = Progress::new(language);
    let options = ImportOptions { mode, now: config::now(), n_threads: config::n_threads() };
    let outcome = import_library(folder, paths, options, &|step| progress.tell(&step));
    progress.finish();
    outcome.map_err(|fault| Failure::of_import(language, &fault))
}

/// What an import did, for a person.
fn write_import(
    outcome: &ImportOutcome,
    folder: &Path,
    mode: ImportMode,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = &outcome.report;
    let mut families: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for input in &outcome.inputs {
        let family = families.entry(input.family).or_default();
        family.0 += 1;
        family.1 += input.n_records;
    }
    for (family, (n_inputs, n_records)) in families {
        let inputs = count(language, "import.inputs", n_inputs, &[]);
        let records = number(n_records as usize);
        writeln!(
            out,
            "{}",
            format(
                language,
                "import.family",
                &[("family", &family), ("inputs", &inputs), ("records", &records)]
            )
        )?;
    }
    writeln!(out)?;
    for (key, value) in [
        ("import.new", report.n_new),
        ("import.changed", report.n_changed),
        ("import.unchanged", report.n_unchanged),
        ("import.older", report.n_older),
        ("import.removed", report.n_removed),
        ("import.names", report.n_names),
        ("import.verified", outcome.n_verified),
        ("import.refused", outcome.n_refused),
    ] {
        if value > 0 {
            writeln!(out, "  {} {}", text(language, key), number(value as usize))?;
        }
    }
    if mode == ImportMode::Delta {
        writeln!(out, "  {} {}", text(language, "import.touched"), number(report.touched.len()))?;
    }
    if !outcome.notices.is_empty() {
        writeln!(out)?;
        let total = outcome.notices.len() + outcome.n_notices_dropped as usize;
        writeln!(out, "{}", count(language, "import.notices", total, &[]))?;
        for (name, notice) in outcome.notices.iter().take(NOTICES_SHOWN) {
            let words = message(language, notice);
            writeln!(out, "  [{}] {name}, {}: {}", words.code, words.place, words.cause)?;
        }
        let n_more = total.saturating_sub(NOTICES_SHOWN);
        if n_more > 0 {
            writeln!(out, "  {}", count(language, "scan.more", n_more, &[]))?;
        }
    }
    writeln!(out)?;
    let snapshot = report.snapshot.get(..12).unwrap_or_default();
    let folder = folder.display();
    writeln!(out, "{}", format(language, "import.snapshot", &[("snapshot", &snapshot), ("folder", &folder)]))
}

/// Opens the library or says that there is none.
fn open(folder: &Path, language: Language) -> Result<Library, Failure> {
    match Library::open(folder) {
        Ok(Some(library)) => Ok(library),
        Ok(None) => {
            let words = format(language, "library.none", &[("folder", &folder.display())]);
            Err(Failure { exit: Exit::NoLibrary, words })
        }
        Err(fault) => Err(Failure::of_library(language, &fault)),
    }
}

/// `kikimori library info`.
fn info(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let folder = library_of(matches);
    let library = open(&folder, language)?;
    let state = SyncState::read(&folder).map_err(|fault| Failure {
        exit: Exit::Fault,
        ..Failure::of_message(language, "sync.json", &fault)
    })?;
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    write_to(None, &mut |out| {
        if is_json {
            library_json::write_info(&library, &folder, &state, language, out)
        } else {
            write_info(&library, &folder, language, out)?;
            write_last_syncs(&state, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}

/// What the library holds, for a person.
fn write_info(library: &Library, folder: &Path, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let manifest = library.manifest();
    let now = config::now();
    let size: u64 = manifest.segments.iter().map(|entry| entry.size_bytes).sum();
    let size = bundle::size(size);
    let args: [(&str, &dyn std::fmt::Display); 4] = [
        ("folder", &folder.display()),
        ("snapshot", &manifest.snapshot),
        ("size", &size),
        ("segments", &manifest.segments.len()),
    ];
    writeln!(out, "{}", format(language, "info.head", &args))?;
    bundle::write_provenance(manifest, language, out)?;
    writeln!(out)?;
    write_sources(manifest, language, out)?;
    writeln!(out)?;
    let columns = ["column.feed", "column.records", "column.as_of", "column.age", "column.imported"]
        .map(|key| Column { heading: text(language, key), width_max: 48 });
    let rows: Vec<Vec<String>> = manifest
        .feeds
        .values()
        .map(|feed| {
            let as_of = feed.as_of();
            vec![
                feed.name.clone(),
                number(feed.n_records as usize),
                as_of.map_or_else(|| "–".to_owned(), Stamp::date),
                as_of.map_or_else(
                    || "–".to_owned(),
                    |stamp| {
                        let days = usize::try_from(stamp.days_until(now).max(0)).unwrap_or(0);
                        count(language, "scan.days", days, &[])
                    },
                ),
                Stamp(feed.imported_ms).date(),
            ]
        })
        .collect();
    write_table(out, &columns, &rows)?;
    write_lifecycles(manifest, language, out)?;
    write_ecosystems(manifest, language, out)
}

/// The records of every source, and the names of vendors and products.
fn write_sources(manifest: &Manifest, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let columns = ["column.source", "column.records", "column.retired", "column.newest"]
        .map(|key| Column { heading: text(language, key), width_max: 40 });
    let mut names: Vec<&String> = manifest.live.keys().chain(manifest.retired.keys()).collect();
    names.sort();
    names.dedup();
    let mut rows: Vec<Vec<String>> = names
        .into_iter()
        .map(|source| {
            let of = |table: &BTreeMap<String, u64>| number(table.get(source).copied().unwrap_or(0) as usize);
            let newest =
                manifest.newest_ms.get(source).map_or_else(|| "–".to_owned(), |stamp| Stamp(*stamp).date());
            vec![source.clone(), of(&manifest.live), of(&manifest.retired), newest]
        })
        .collect();
    for (name, n_rows) in
        [("kev", manifest.n_kev), ("epss", manifest.n_epss), (LIFECYCLE_FAMILY, manifest.n_products)]
    {
        if n_rows > 0 {
            let as_of = manifest
                .feeds
                .values()
                .find(|feed| feed.family == name)
                .and_then(kikimori_matcher::library::Feed::as_of);
            let as_of = as_of.map_or_else(|| "–".to_owned(), Stamp::date);
            rows.push(vec![name.to_owned(), number(n_rows as usize), "0".to_owned(), as_of]);
        }
    }
    for (source, n_names) in &manifest.names {
        let name = format(language, "info.names", &[("source", source)]);
        rows.push(vec![name, number(*n_names as usize), "0".to_owned(), "–".to_owned()]);
    }
    write_table(out, &columns, &rows)?;
    for attribution in labels::attributions(manifest, language) {
        writeln!(out, "{attribution}")?;
    }
    Ok(())
}

/// When each source was last synchronised, and why the last attempt failed.
fn write_last_syncs(state: &SyncState, language: Language, out: &mut dyn Write) -> io::Result<()> {
    if state.sources.is_empty() {
        return Ok(());
    }
    let columns = ["column.source", "column.succeeded", "column.attempted", "column.failure"]
        .map(|key| Column { heading: text(language, key), width_max: 40 });
    let time = |stamp: Option<i64>| stamp.map_or_else(|| "–".to_owned(), |stamp| Stamp(stamp).to_string());
    let mut rows = Vec::new();
    for (id, source) in &state.sources {
        let n_more = source.faults.len().saturating_sub(FAILURES_SHOWN);
        let mut failures: Vec<String> = source
            .faults
            .iter()
            .take(FAILURES_SHOWN)
            .map(|fault| format!("[{}] {}: {}", fault.code, fault.name, cause_of(fault, language)))
            .collect();
        failures.extend((n_more > 0).then(|| count(language, "scan.more", n_more, &[])));
        let mut failures = failures.into_iter();
        let first = failures.next().unwrap_or_else(|| "–".to_owned());
        rows.push(vec![id.clone(), time(source.succeeded_ms), time(source.attempted_ms), first]);
        rows.extend(failures.map(|failure| vec![String::new(), String::new(), String::new(), failure]));
    }
    writeln!(out)?;
    write_table(out, &columns, &rows)
}

/// How many products and release cycles the lifecycle data name.
fn write_lifecycles(manifest: &Manifest, language: Language, out: &mut dyn Write) -> io::Result<()> {
    if manifest.n_products == 0 {
        return Ok(());
    }
    let args: [(&str, &dyn std::fmt::Display); 2] = [
        ("products", &number(manifest.n_products as usize)),
        ("cycles", &number(manifest.n_cycles as usize)),
    ];
    writeln!(out)?;
    writeln!(out, "{}", format(language, "info.lifecycles", &args))
}

/// The ecosystems covered, releases of one distribution together.
fn write_ecosystems(manifest: &Manifest, language: Language, out: &mut dyn Write) -> io::Result<()> {
    if manifest.ecosystems.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = manifest
        .ecosystems
        .iter()
        .map(|(name, n_records)| format!("{name} ({})", number(*n_records as usize)))
        .collect();
    writeln!(out)?;
    writeln!(out, "{}", format(language, "info.ecosystems", &[("list", &list.join(", "))]))
}

/// `kikimori library verify`.
fn verify(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let folder = library_of(matches);
    let library = open(&folder, language)?;
    library.verify(&folder).map_err(|fault| Failure::of_library(language, &fault))?;
    write_to(None, &mut |out| {
        writeln!(out, "{}", format(language, "library.verified", &[("snapshot", &library.snapshot())]))
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}
