//! How long a component is supported by those who make it: products, release cycles, and the state on a day.
//!
//! This is the support of a *component* by its publisher. The end of life and end of support of a *medical device*
//! (EOL and EOS in the Japanese guidance) are decisions of the marketing authorisation holder and never follow from it
//! by themselves.

mod cycles;
mod system;

pub use cycles::cycles_of;
pub use system::{SystemRelease, distribution, windows, windows_by_name};

use crate::day::Day;
use crate::stamp::Stamp;

/// A product and its release cycles, as one source published them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LifecycleProduct {
    /// The source's name of it (`python`, `windows-server`).
    pub name: String,
    /// How people call it.
    pub label: String,
    /// Where the source describes it.
    pub link: Option<String>,
    /// Package URLs without version, as written.
    pub purls: Vec<String>,
    /// CPE names without version, as written.
    pub cpes: Vec<String>,
    /// A distribution of Java, whose version 8 also calls itself 1.8.
    pub is_java: bool,
    /// The cycles in the source's order, usually the newest first.
    pub cycles: Vec<ReleaseCycle>,
}

/// A release cycle: the versions that are supported together.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReleaseCycle {
    /// Its name, which its versions begin with (`3.11`, `22.04`), or a word (`10-1809-e-lts`).
    pub name: String,
    /// How people call it, where that differs.
    pub label: Option<String>,
    /// First release.
    pub released_on: Option<Day>,
    /// End of active support: new functions and ordinary corrections.
    pub active: Ending,
    /// End of support with security corrections for everybody.
    pub security: Ending,
    /// End of extended support, often for those who pay for it or by another organisation.
    pub extended: Ending,
    /// End of sale or of the line, mostly of hardware.
    pub discontinued: Ending,
    /// Supported longer than its neighbours.
    pub is_long_term: bool,
    /// The newest version in it.
    pub latest: Option<String>,
    /// Where the end is announced or the release described.
    pub link: Option<String>,
}

impl ReleaseCycle {
    /// How people call it.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// The end of a phase of support.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// The source says nothing about the phase.
    #[default]
    Unstated,
    /// Over, on a day that the source does not give.
    Over,
    /// Not over when the source was written; no day is known.
    Open,
    /// The last day of the phase.
    On(Day),
}

impl Ending {
    /// Whether the phase is over on `on`; `None` when the source says nothing. The last day still belongs to the phase.
    #[must_use]
    pub fn is_over(self, on: Day) -> Option<bool> {
        match self {
            Self::Unstated => None,
            Self::Over => Some(true),
            Self::Open => Some(false),
            Self::On(last) => Some(on > last),
        }
    }

    /// The day, where it is known.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        match self {
            Self::On(day) => Some(day),
            Self::Unstated | Self::Over | Self::Open => None,
        }
    }
}

/// Where a component stands in its life, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupportState {
    /// Security support is over, and no extended support with a known last day goes on.
    Ended,
    /// Security support for everybody is over; extended support goes on for those who have it.
    ExtendedOnly,
    /// What is known does not decide it.
    Unknown(SupportGap),
    /// No longer sold or continued, but security support is not over.
    Discontinued,
    /// Only security corrections are made.
    SecurityOnly,
    /// Actively supported.
    Supported,
}

/// Why the state cannot be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupportGap {
    /// The component states no version.
    VersionMissing,
    /// Its version does not begin with numbers.
    VersionUnreadable,
    /// Its version is shorter than the names of the cycles: `3` where there are `3.10` and `3.11`.
    VersionTooCoarse,
    /// The source names no cycle that the version begins with.
    NoCycle,
    /// Several editions share the version, and their support differs.
    EditionUnstated,
    /// The source gives no end of security support for the cycle.
    EndUnstated,
    /// A distribution's own build: the distribution decides how long it is supported, and its release is not known or
    /// not in the library.
    DistributionBuild,
}

/// The state of a release cycle on a day.
#[must_use]
pub fn state_of_cycle(cycle: &ReleaseCycle, on: Day) -> SupportState {
    match cycle.security.is_over(on) {
        None => SupportState::Unknown(SupportGap::EndUnstated),
        // Sources use "extended: no" both for "not over" and for "not offered": only a last day says that it goes on.
        Some(true) if cycle.extended.day().is_some_and(|last| on <= last) => SupportState::ExtendedOnly,
        Some(true) => SupportState::Ended,
        Some(false) if cycle.discontinued.is_over(on) == Some(true) => SupportState::Discontinued,
        Some(false) if cycle.active.is_over(on) == Some(true) => SupportState::SecurityOnly,
        Some(false) => SupportState::Supported,
    }
}

/// The state that all of these cycles share; several are there when the component does not state its edition.
#[must_use]
pub fn state_of(cycles: &[&ReleaseCycle], on: Day) -> SupportState {
    let mut states = cycles.iter().map(|cycle| state_of_cycle(cycle, on));
    let Some(first) = states.next() else { return SupportState::Unknown(SupportGap::NoCycle) };
    if states.all(|state| state == first) {
        first
    } else {
        SupportState::Unknown(SupportGap::EditionUnstated)
    }
}

/// The oldest supported cycle that is newer than `cycle`, and the newest one, both released by `on`.
///
/// The first is only looked for among cycles that are named by numbers alone: editions have no single successor.
#[must_use]
pub fn successors<'a>(
    product: &'a LifecycleProduct,
    cycle: &ReleaseCycle,
    on: Day,
) -> (Option<&'a ReleaseCycle>, Option<&'a ReleaseCycle>) {
    let newer = |other: &&ReleaseCycle| {
        let is_supported =
            matches!(state_of_cycle(other, on), SupportState::Supported | SupportState::SecurityOnly);
        is_supported
            && other.released_on > cycle.released_on
            && other.released_on.is_some_and(|day| day <= on)
    };
    let is_numbered = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let numbered = |other: &&ReleaseCycle| is_numbered(&cycle.name) && is_numbered(&other.name);
    let candidates = || product.cycles.iter().filter(newer);
    // Of cycles released on one day the first of the source's order counts, for either end.
    let next = candidates().filter(numbered).rev().min_by_key(|other| other.released_on);
    let newest = candidates().rev().max_by_key(|other| other.released_on);
    (next, newest)
}

/// What a scan says about the support of the components.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// Products of which the library holds lifecycle data; 0 means that nothing could be asked.
    pub n_products: u64,
    /// As of when those data speak.
    pub as_of: Option<Stamp>,
    /// The day asked about.
    pub on: Option<Day>,
    /// One for each product and release cycle, the most pressing first.
    pub findings: Vec<SupportFinding>,
    /// Components of which no lifecycle data are there. That is not "supported".
    pub n_without_data: usize,
}

impl Support {
    /// Components with at least one finding in this state, each counted once a state.
    #[must_use]
    pub fn n_components_in(&self, is_wanted: impl Fn(SupportState) -> bool) -> usize {
        let wanted = self.findings.iter().filter(|finding| is_wanted(finding.state));
        let components: std::collections::BTreeSet<u32> =
            wanted.flat_map(|finding| finding.components.iter().copied()).collect();
        components.len()
    }
}

/// One product's release cycle, the components that belong to it, and the state on the day of the scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportFinding {
    /// `SUP-` and twelve hexadecimal digits from product, cycle and reason: the same on every machine.
    pub id: String,
    /// The state.
    pub state: SupportState,
    /// The source (`endoflife.date`).
    pub source: &'static str,
    /// The source's name of the product.
    pub product: String,
    /// How people call it.
    pub product_label: String,
    /// Where the source describes it.
    pub link: Option<String>,
    /// The cycle; several when the component does not state its edition, none when no cycle was found.
    pub cycles: Vec<ReleaseCycle>,
    /// The oldest supported cycle that is newer.
    pub next_supported: Option<String>,
    /// The newest supported cycle.
    pub newest_supported: Option<String>,
    /// Indexes of the components in the SBOM, ascending; never empty.
    pub components: Vec<u32>,
    /// How the components were recognised.
    pub evidence: Vec<SupportEvidence>,
}

impl SupportFinding {
    /// The first day of the earliest end of security support that a cycle states.
    #[must_use]
    pub fn ends_on(&self) -> Option<Day> {
        self.cycles.iter().filter_map(|cycle| cycle.security.day()).min()
    }

    /// The earliest last day of extended support that a cycle states.
    #[must_use]
    pub fn extended_until(&self) -> Option<Day> {
        self.cycles.iter().filter_map(|cycle| cycle.extended.day()).min()
    }

    /// The cycles as people call them, joined.
    #[must_use]
    pub fn cycles_shown(&self) -> String {
        self.cycles.iter().map(ReleaseCycle::shown).collect::<Vec<_>>().join(" | ")
    }
}

/// How components were recognised as a product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SupportEvidence {
    /// How the identity is known.
    pub basis: SupportBasis,
    /// The identifier or name that was searched by, as written.
    pub searched_by: String,
    /// The version compared with the names of cycles.
    pub version: Option<String>,
    /// The name of the product's that it found.
    pub found: String,
    /// How many components it recognises.
    pub n_components: usize,
}

/// How the identity of a product is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SupportBasis {
    /// The component's package URL.
    Purl,
    /// The component's CPE name.
    Cpe,
    /// The distribution release that a package was built for.
    Distribution,
    /// The name of an operating system's component.
    SystemName,
}

#[cfg(test)]
mod tests;
