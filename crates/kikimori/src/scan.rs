//! `kikimori scan` and `kikimori explain`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::ArgMatches;
use kikimori_app::explain_finding::explain_finding;
use kikimori_app::scan_sbom::{AGE_WARNING_DAYS, FailOn, LibraryState, ScanOutcome, ScanRequest, scan_sbom};
use kikimori_core::cpe::Cpe;
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, count, text};

use crate::command::{SCAN_FORMATS, refuse_other_ending};
use crate::config;
use crate::exit::{Exit, Failure};
use crate::report::fold::Fold;
use crate::report::json::Warning;
use crate::report::labels::ReportInput;
use crate::report::rules::{conflict_words, summary_line};
use crate::report::table::{self, Style};
use crate::report::{csv, cyclonedx, json, markdown, sarif};
use crate::tool::words;

/// What `scan`, `explain` and `identity propose` have in common.
pub struct Asked {
    /// The SBOM.
    file: PathBuf,
    /// The library's folder.
    library: PathBuf,
    /// Platform facts.
    platform: Vec<Cpe>,
    /// The report's format.
    pub format: String,
    /// Now.
    now: Stamp,
    /// Files of identity rules.
    rules: Vec<PathBuf>,
}

impl Asked {
    /// Reads the common arguments.
    pub fn read(matches: &ArgMatches, language: Language) -> Result<Self, Failure> {
        let mut platform = Vec::new();
        for written in platforms(matches) {
            let cpe = Cpe::parse(written).map_err(|fault| {
                let detail = words::of_cpe(language, &fault);
                Failure::of_usage(language, "usage.platform", &[("value", written), ("detail", &detail)])
            })?;
            platform.push(cpe);
        }
        Ok(Self {
            file: matches.get_one::<PathBuf>("file").cloned().unwrap_or_default(),
            library: library_of(matches),
            platform,
            format: matches.get_one::<String>("format").cloned().unwrap_or_default(),
            now: config::now(),
            rules: rules_of(matches),
        })
    }

    /// The request for the use case.
    pub fn request(&self, max_age_days: Option<u32>) -> ScanRequest<'_> {
        ScanRequest {
            sbom: &self.file,
            library: &self.library,
            platform: self.platform.clone(),
            max_age_days,
            now: self.now,
            include_not_affected: false,
            n_threads: config::n_threads(),
            rules: self.rules.clone(),
        }
    }

    /// The SBOM's name for people.
    pub fn file_name(&self) -> String {
        self.file.display().to_string()
    }
}

/// The platform facts given; a command without the option has none.
fn platforms(matches: &ArgMatches) -> impl Iterator<Item = &String> {
    matches.try_get_many::<String>("platform").ok().flatten().into_iter().flatten()
}

/// The folder that `--library` names, or the default one.
#[must_use]
pub fn library_of(matches: &ArgMatches) -> PathBuf {
    matches.get_one::<PathBuf>("library").cloned().unwrap_or_else(config::library_folder)
}

/// The user's own file of identity rules where there is one, those listed beside it, then those that `--rules` names.
#[must_use]
pub fn rules_of(matches: &ArgMatches) -> Vec<PathBuf> {
    let mut always = config::rules_files().into_iter();
    // The first is made by the first decision; that one of the others is missing must be said.
    let mut files: Vec<PathBuf> = always.next().filter(|file| file.is_file()).into_iter().collect();
    let named = matches.get_many::<PathBuf>("rules").into_iter().flatten().cloned();
    for file in always.chain(named) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// `kikimori scan`.
pub fn scan(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    refuse_other_ending(matches, SCAN_FORMATS, language)?;
    let asked = Asked::read(matches, language)?;
    let max_age_days = match matches.get_one::<String>("max-age") {
        Some(written) => Some(
            days(written)
                .ok_or_else(|| Failure::of_usage(language, "usage.max_age", &[("value", written)]))?,
        ),
        None => None,
    };
    let fail_on: Vec<FailOn> = matches
        .get_many::<String>("fail-on")
        .into_iter()
        .flatten()
        .filter_map(|word| FailOn::parse(word))
        .collect();
    let file_name = asked.file_name();
    let outcome = scan_sbom(&asked.request(max_age_days))
        .map_err(|fault| Failure::of_scan(language, &file_name, &fault))?;
    let output = matches.get_one::<PathBuf>("output");
    let style = Style {
        library: matches.get_one::<PathBuf>("library").map(PathBuf::as_path),
        language,
        shows_all: matches.get_flag("all") || output.is_some(),
        has_colour: output.is_none() && config::wants_colour(),
    };
    let shown = output.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    let started = Instant::now();
    write_to(output.map(PathBuf::as_path), &mut |out| write_scan(&asked, &outcome, &file_name, style, out))
        .map_err(|error| Failure::of_output(language, &shown, &error))?;
    if matches.get_flag("timings") {
        // Whoever asked for timings and cannot be told them still gets the report.
        let _ = writeln!(io::stderr(), "{}", timings_json(&outcome, started.elapsed()));
    }
    Ok(exit_of(&outcome, &fail_on))
}

/// The phases of a scan in milliseconds, as one line of JSON.
fn timings_json(outcome: &ScanOutcome, report: Duration) -> serde_json::Value {
    let ms = |duration: Duration| duration.as_micros() as f64 / 1e3;
    let timings = &outcome.timings;
    serde_json::json!({
        "read_ms": ms(timings.read),
        "open_ms": ms(timings.open),
        "match_ms": ms(timings.matching),
        "report_ms": ms(report),
        "findings": outcome.scan.findings.len(),
    })
}

/// Writes a scan in the format asked for.
fn write_scan(
    asked: &Asked,
    outcome: &ScanOutcome,
    file_name: &str,
    style: Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = style.language;
    let warnings = warnings(outcome, language);
    let sentences: Vec<String> = warnings.iter().map(|warning| warning.text.clone()).collect();
    let rules_line = summary_line(&outcome.rules, &outcome.scan, language);
    let input = ReportInput {
        file_name,
        sbom: &outcome.file.sbom,
        sbom_sha256: &outcome.file.sha256,
        scan: &outcome.scan,
        scanned_at: asked.now,
        warnings: &sentences,
        library_line: &table::library_line(&outcome.library, language),
        rules_line: rules_line.as_deref(),
        language,
    };
    match asked.format.as_str() {
        "json" => json::write(file_name, outcome, warnings, asked.now, language, out),
        "csv" => csv::write(&input, out),
        "cyclonedx" => cyclonedx::write(&input, out),
        "sarif" => sarif::write(&input, out),
        "markdown" => markdown::write(&input, out),
        _ => table::write_scan(file_name, outcome, &sentences, style, out),
    }
}

/// `kikimori explain`.
pub fn explain(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let asked = Asked::read(matches, language)?;
    let what = matches.get_one::<String>("what").cloned().unwrap_or_default();
    let file_name = asked.file_name();
    let explanation = explain_finding(&asked.request(None), &what)
        .map_err(|fault| Failure::of_scan(language, &file_name, &fault))?;
    let style = Style { library: None, language, shows_all: false, has_colour: config::wants_colour() };
    let sentences: Vec<String> =
        warnings(&explanation.outcome, language).into_iter().map(|warning| warning.text).collect();
    write_to(None, &mut |out| match asked.format.as_str() {
        "json" => json::write_explanation(&explanation, language, out),
        _ => table::write_explanation(&explanation, &what, &sentences, style, out),
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(match explanation.outcome.library {
        LibraryState::Missing => Exit::NoLibrary,
        LibraryState::Present { .. } => Exit::Done,
    })
}

/// What must be said before anything else: no library, an empty one, old data.
pub fn warnings(outcome: &ScanOutcome, language: Language) -> Vec<Warning> {
    let mut warnings = Vec::new();
    match &outcome.library {
        LibraryState::Missing => warnings
            .push(Warning { code: "no_library", text: text(language, "warning.no_library").to_owned() }),
        LibraryState::Present { manifest, as_of, age_days, is_stale } => {
            if manifest.live.values().sum::<u64>() == 0 {
                warnings.push(Warning {
                    code: "empty_library",
                    text: text(language, "warning.empty_library").to_owned(),
                });
            }
            let is_old = age_days.is_none_or(|days| days > AGE_WARNING_DAYS);
            if *is_stale || is_old {
                let as_of = as_of
                    .map_or_else(|| text(language, "scan.as_of_unknown").to_owned(), |stamp| stamp.date());
                let days = usize::try_from(age_days.unwrap_or(0)).unwrap_or(0);
                let words = count(language, "warning.old_library", days, &[("as_of", &as_of)]);
                warnings.push(Warning {
                    code: if *is_stale { "stale_library" } else { "old_library" },
                    text: words,
                });
            }
        }
    }
    if let Some(words) = conflict_words(&outcome.scan, &outcome.file.sbom, language) {
        warnings.push(Warning { code: "rules_conflict", text: words });
    }
    if outcome.file.sbom.n_components() == 0 {
        warnings.push(Warning { code: "empty_sbom", text: text(language, "warning.empty_sbom").to_owned() });
    }
    let n_notices = outcome.file.sbom.notices.len() + outcome.file.sbom.n_notices_dropped;
    if n_notices > 0 {
        warnings.push(Warning {
            code: "sbom_notices",
            text: count(language, "warning.sbom_notices", n_notices, &[]),
        });
    }
    warnings
}

/// How a scan ends: no library before an old one, an old one before `--fail-on`.
fn exit_of(outcome: &ScanOutcome, fail_on: &[FailOn]) -> Exit {
    match &outcome.library {
        LibraryState::Missing => Exit::NoLibrary,
        LibraryState::Present { is_stale: true, .. } => Exit::Stale,
        LibraryState::Present { .. } if fail_on.iter().any(|fail_on| fail_on.holds(&outcome.scan)) => {
            Exit::FailOn
        }
        LibraryState::Present { .. } => Exit::Done,
    }
}

/// Reads `7`, `7d`, `2w` as days.
fn days(written: &str) -> Option<u32> {
    let (digits, factor) = match written.strip_suffix('w') {
        Some(digits) => (digits, 7),
        None => (written.strip_suffix('d').unwrap_or(written), 1),
    };
    digits.parse::<u32>().ok()?.checked_mul(factor)
}

/// Bytes gathered before they are handed to the system.
const OUTPUT_BUFFER_BYTES: usize = 1 << 16;

/// Writes to a file or to standard output. A reader of standard output that went away is not an error.
pub fn write_to(
    path: Option<&Path>,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    match path {
        Some(path) => {
            let mut out = BufWriter::with_capacity(OUTPUT_BUFFER_BYTES, File::create(path)?);
            write(&mut out)?;
            out.flush()
        }
        None => {
            let mut out = BufWriter::with_capacity(OUTPUT_BUFFER_BYTES, io::stdout().lock());
            let written = match config::terminal_width() {
                Some(width) => {
                    let mut folded = Fold::new(&mut out, width);
                    write(&mut folded).and_then(|()| folded.flush())
                }
                None => write(&mut out),
            };
            match written.and_then(|()| out.flush()) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ages() {
        for (written, expected) in [
            ("7", Some(7)),
            ("7d", Some(7)),
            ("2w", Some(14)),
            ("0", Some(0)),
            ("week", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(days(written), expected, "{written}");
        }
    }
}
