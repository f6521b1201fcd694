//! Scanning an SBOM against the library, and saying first how far the answer can be trusted.

use std::path::Path;
use std::time::{Duration, Instant};

use kikimori_core::cpe::Cpe;
use kikimori_core::day::Day;
use kikimori_core::finding::{Scan, Verdict};
use kikimori_core::lifecycle::SupportState;
use kikimori_core::message::Message;
use kikimori_core::severity::Severity;
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::{Library, LibraryFault, Manifest};
use kikimori_matcher::matching::scan::{ScanOptions, scan};

use crate::sbom_file::{SbomFile, read_sbom};

/// What is asked.
#[derive(Clone, Debug)]
pub struct ScanRequest<'a> {
    /// The SBOM; `-` is standard input.
    pub sbom: &'a Path,
    /// The library's folder.
    pub library: &'a Path,
    /// What is known about the platform.
    pub platform: Vec<Cpe>,
    /// Oldest data accepted, in days.
    pub max_age_days: Option<u32>,
    /// Now.
    pub now: Stamp,
    /// Also give what is not affected, with the evidence.
    pub include_not_affected: bool,
    /// Threads to match with.
    pub n_threads: usize,
}

/// The answer.
#[derive(Debug)]
pub struct ScanOutcome {
    /// The SBOM.
    pub file: SbomFile,
    /// Findings and what was not checked.
    pub scan: Scan,
    /// What the answer rests on.
    pub library: LibraryState,
    /// How long each phase took.
    pub timings: ScanTimings,
}

/// How long the phases of a scan took, wall-clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScanTimings {
    /// Reading the SBOM.
    pub read: Duration,
    /// Opening the library.
    pub open: Duration,
    /// Matching, evidence included.
    pub matching: Duration,
}

/// What an answer rests on.
#[derive(Clone, Debug)]
pub enum LibraryState {
    /// There is no library: nothing was checked.
    Missing,
    /// There is one.
    Present {
        /// The manifest.
        manifest: Box<Manifest>,
        /// The newest moment as of which a vulnerability feed speaks.
        as_of: Option<Stamp>,
        /// Whole days since then.
        age_days: Option<i64>,
        /// Older than what was accepted, or of unknown age when a limit was given.
        is_stale: bool,
    },
}

/// Why there is no answer.
#[derive(Debug)]
pub enum ScanFault {
    /// The SBOM could not be read.
    Sbom(Message),
    /// The library could not be read.
    Library(LibraryFault),
}

/// Days after which data are called old even when no limit was given: a warning, not a failure.
pub const AGE_WARNING_DAYS: i64 = 30;

/// Scans.
///
/// # Errors
/// [`ScanFault`] when the SBOM or the library cannot be read. A missing library is an answer, not an error.
pub fn scan_sbom(request: &ScanRequest<'_>) -> Result<ScanOutcome, ScanFault> {
    let started = Instant::now();
    let file = read_sbom(request.sbom).map_err(ScanFault::Sbom)?;
    let read = started.elapsed();
    let started = Instant::now();
    let library = Library::open(request.library).map_err(ScanFault::Library)?;
    let open = started.elapsed();
    let options = ScanOptions {
        platform: request.platform.clone(),
        include_not_affected: request.include_not_affected,
        on: Some(Day::of(request.now)),
        n_threads: request.n_threads,
    };
    let started = Instant::now();
    let scan = scan(&file.sbom, library.as_ref(), &options);
    let timings = ScanTimings { read, open, matching: started.elapsed() };
    let library = state_of(library.as_ref(), request.max_age_days, request.now);
    Ok(ScanOutcome { file, scan, library, timings })
}

/// How old the library is and whether that is accepted.
#[must_use]
pub fn state_of(library: Option<&Library>, max_age_days: Option<u32>, now: Stamp) -> LibraryState {
    let Some(library) = library else { return LibraryState::Missing };
    let as_of = library.as_of();
    let age_days = as_of.map(|stamp| stamp.days_until(now).max(0));
    let is_stale = max_age_days.is_some_and(|max| {
        as_of.is_none_or(|stamp| now.0.saturating_sub(stamp.0) > i64::from(max) * 86_400_000)
    });
    LibraryState::Present { manifest: Box::new(library.manifest().clone()), as_of, age_days, is_stale }
}

/// What makes a scan fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// An affected component, whatever the severity.
    Any,
    /// An affected component of this severity or a higher one.
    Severity(Severity),
    /// An affected component with a known exploited vulnerability.
    KnownExploited,
    /// An undecided finding.
    Unknown,
    /// A component that could not be checked.
    NotChecked,
    /// A component whose security support is over, extended support included.
    EndOfSupport,
}

impl FailOn {
    /// The words accepted, in the order in which the help lists them.
    pub const WORDS: &[&str] =
        &["any", "low", "medium", "high", "critical", "kev", "unknown", "not-checked", "end-of-support"];

    /// Reads one of [`FailOn::WORDS`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "any" => Self::Any,
            "low" => Self::Severity(Severity::Low),
            "medium" => Self::Severity(Severity::Medium),
            "high" => Self::Severity(Severity::High),
            "critical" => Self::Severity(Severity::Critical),
            "kev" => Self::KnownExploited,
            "unknown" => Self::Unknown,
            "not-checked" => Self::NotChecked,
            "end-of-support" => Self::EndOfSupport,
            _ => return None,
        })
    }

    /// Whether the scan fails by this.
    #[must_use]
    pub fn holds(self, scan: &Scan) -> bool {
        let mut affected = scan.findings.iter().filter(|finding| finding.verdict == Verdict::Affected);
        match self {
            Self::Any => affected.next().is_some(),
            Self::Severity(least) => affected
                .any(|finding| finding.vulnerability.severity().is_some_and(|severity| severity >= least)),
            Self::KnownExploited => affected.any(|finding| finding.vulnerability.kev.is_some()),
            Self::Unknown => scan.findings.iter().any(|finding| finding.verdict == Verdict::Unknown),
            Self::NotChecked => !scan.not_checked.is_empty(),
            Self::EndOfSupport => {
                scan.support.findings.iter().any(|finding| finding.state == SupportState::Ended)
            }
        }
    }
}
