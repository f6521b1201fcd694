//! `kikimori library export`, and `kikimori library import` of a bundle.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kikimori_app::export_bundle::{ExportOutcome, SigningKey, export_bundle};
use kikimori_app::import_bundle::{BundleOptions, BundleOutcome, import_bundle};
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, format, number, text};
use kikimori_matcher::library::{LIFECYCLE_FAMILY, Manifest};

use crate::config;
use crate::exit::{Exit, Failure};
use crate::report::bundle_json;
use crate::scan::{library_of, write_to};
use crate::trusted_keys::{TrustedKeys, private_key};

/// Options of `library import` that only a bundle takes.
const BUNDLE_FLAGS: &[&str] = &["allow-older", "replace"];
/// Options of `library import` that only feeds take.
const FEED_FLAGS: &[&str] = &["delta", "allow-shrink"];

/// `kikimori library export`.
pub fn export(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let folder = library_of(matches);
    let output = matches.get_one::<PathBuf>("output").cloned().unwrap_or_default();
    let key_path = matches.get_one::<PathBuf>("key").cloned().unwrap_or_default();
    let since = matches.get_one::<String>("since").map(String::as_str);
    let key = private_key(&key_path, language)?;
    let sign = |message: &[u8]| key.sign(message);
    let public = key.public_key();
    let signing = SigningKey { public_pem: public.to_pem(), fingerprint: public.fingerprint(), sign: &sign };
    let outcome = export_bundle(&folder, &output, since, config::now(), &signing)
        .map_err(|fault| Failure::of_export(language, &folder, &output, &fault))?;
    write_to(None, &mut |out| {
        if is_json(matches) {
            bundle_json::write_export(&outcome, &output, out)
        } else {
            write_export(&outcome, &output, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}

/// What was exported, for a person.
fn write_export(
    outcome: &ExportOutcome,
    output: &Path,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let key = match (&outcome.base, outcome.is_base_gone) {
        (Some(_), _) => "bundle.exported_delta",
        (None, true) => "bundle.exported_instead",
        (None, false) => "bundle.exported",
    };
    let args: [(&str, &dyn std::fmt::Display); 8] = [
        ("path", &output.display()),
        ("snapshot", &short(&outcome.snapshot)),
        ("base", &outcome.base.as_deref().map(short).unwrap_or_default()),
        ("parts", &outcome.n_parts),
        ("segments", &outcome.n_segments),
        ("size", &size(outcome.size_bytes)),
        ("unpacked", &size(outcome.unpacked_bytes)),
        ("fingerprint", &outcome.fingerprint),
    ];
    writeln!(out, "{}", format(language, key, &args))
}

/// Imports a bundle.
pub fn import(matches: &ArgMatches, folder: &Path, path: &Path, language: Language) -> Result<Exit, Failure> {
    let touched = matches.contains_id("touched").then_some("touched");
    if let Some(option) = FEED_FLAGS.iter().find(|flag| matches.get_flag(flag)).copied().or(touched) {
        return Err(Failure::of_usage(language, "usage.feed_option", &[("option", &option)]));
    }
    let mut trusted = TrustedKeys::read(language)?;
    trusted.add_given(matches.get_many::<String>("trust").into_iter().flatten(), language)?;
    let options = BundleOptions {
        now: config::now(),
        is_older_allowed: matches.get_flag("allow-older"),
        is_replacing: matches.get_flag("replace"),
    };
    let outcome = import_bundle(folder, path, options, &|key, message, signature| {
        trusted.judge(key, message, signature)
    })
    .map_err(|fault| Failure::of_import(language, &fault))?;
    write_to(None, &mut |out| {
        if is_json(matches) {
            bundle_json::write_import(&outcome, out)
        } else {
            write_import(&outcome, folder, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}

/// Refuses options that only a bundle takes.
pub fn refuse_options(matches: &ArgMatches, language: Language) -> Result<(), Failure> {
    let trust = matches.contains_id("trust").then_some("trust");
    match BUNDLE_FLAGS.iter().find(|flag| matches.get_flag(flag)).copied().or(trust) {
        None => Ok(()),
        Some(option) => Err(Failure::of_usage(language, "usage.bundle_option", &[("option", &option)])),
    }
}

/// What importing a bundle did, for a person.
fn write_import(
    outcome: &BundleOutcome,
    folder: &Path,
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    let signer = [
        ("name", &outcome.signer.name as &dyn std::fmt::Display),
        ("fingerprint", &outcome.signer.fingerprint),
    ];
    writeln!(out, "{}", format(language, "bundle.signed_by", &signer))?;
    if outcome.is_unchanged {
        writeln!(out, "{}", text(language, "bundle.unchanged"))?;
    }
    let changes = record_changes(outcome);
    if !changes.is_empty() {
        writeln!(out)?;
    }
    for (source, n_before, n_after) in changes {
        let (n_before, n_after) = (number(n_before as usize), number(n_after as usize));
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("source", &source), ("before", &n_before), ("after", &n_after)];
        writeln!(out, "  {}", format(language, "bundle.records", &args))?;
    }
    writeln!(out)?;
    let snapshot = short(&outcome.after.snapshot);
    let args: [(&str, &dyn std::fmt::Display); 2] = [("snapshot", &snapshot), ("folder", &folder.display())];
    writeln!(out, "{}", format(language, "import.snapshot", &args))
}

/// Records in force before and after, of every source in which they changed; with KEV, EPSS and lifecycle data.
pub fn record_changes(outcome: &BundleOutcome) -> Vec<(&str, u64, u64)> {
    let after = &outcome.after;
    let before = outcome.before.as_ref();
    let held = before.into_iter().flat_map(|before| before.live.keys());
    let mut sources: Vec<&str> = held.chain(after.live.keys()).map(String::as_str).collect();
    sources.sort_unstable();
    sources.dedup();
    let of = |manifest: &Manifest, source: &str| manifest.live.get(source).copied().unwrap_or(0);
    let mut changes: Vec<(&str, u64, u64)> = sources
        .into_iter()
        .map(|source| (source, before.map_or(0, |before| of(before, source)), of(after, source)))
        .collect();
    changes.push(("kev", before.map_or(0, |before| before.n_kev), after.n_kev));
    changes.push(("epss", before.map_or(0, |before| before.n_epss), after.n_epss));
    changes.push((LIFECYCLE_FAMILY, before.map_or(0, |before| before.n_products), after.n_products));
    changes.retain(|(_, n_before, n_after)| n_before != n_after);
    changes
}

/// Where the library comes from, for `library info`.
pub fn write_provenance(manifest: &Manifest, language: Language, out: &mut dyn Write) -> io::Result<()> {
    let Some(provenance) = &manifest.provenance else { return Ok(()) };
    let args: [(&str, &dyn std::fmt::Display); 5] = [
        ("name", &provenance.signer),
        ("fingerprint", &provenance.fingerprint),
        ("snapshot", &short(&provenance.snapshot)),
        ("created", &Stamp(provenance.created_ms)),
        ("installed", &Stamp(provenance.installed_ms)),
    ];
    writeln!(out, "  {}", format(language, "info.provenance", &args))?;
    if manifest.has_local_records() {
        writeln!(out, "  {}", text(language, "info.local_records"))?;
    }
    Ok(())
}

/// JSON was asked for.
fn is_json(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("format").is_some_and(|format| format == "json")
}

/// The first digits of a snapshot, as people compare them.
fn short(snapshot: &str) -> &str {
    snapshot.get(..12).unwrap_or(snapshot)
}

/// A size for people.
pub fn size(n_bytes: u64) -> String {
    if n_bytes < 1_000_000 {
        format!("{:.1} kB", n_bytes as f64 / 1e3)
    } else {
        format!("{:.1} MB", n_bytes as f64 / 1e6)
    }
}
