//! What an OSV record's `affected` entry says about versions.
//!
//! Source: OSV schema 1.7, `affected[].ranges[]` (ossf.github.io/osv-schema, read 2026-11-21).

use std::cmp::Ordering;

use kikimori_core::statement::{Bound, Versions};

use super::osv::WireEvent;
use super::range_text::{self, compare_numbers};

/// A point at which a vulnerability enters or leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event<'a> {
    /// From here on; `0` is before every version.
    Introduced(&'a str),
    /// No longer from here on (`fixed`, `limit`).
    Fixed(&'a str),
    /// Still here, no longer beyond.
    LastAffected(&'a str),
}

impl<'a> Event<'a> {
    /// The version of the event.
    fn version(self) -> &'a str {
        match self {
            Self::Introduced(version) | Self::Fixed(version) | Self::LastAffected(version) => version,
        }
    }

    /// Whether a range starts here.
    fn is_start(self) -> bool {
        matches!(self, Self::Introduced(_))
    }

    /// As the upper end of a range.
    fn upper(self) -> Bound {
        Bound { version: self.version().to_owned(), is_included: matches!(self, Self::LastAffected(_)) }
    }
}

/// The intervals between the events of a range.
///
/// Events are put in order where all are plain numbers. Otherwise the order written counts: when starts and
/// ends alternate each start goes with the end behind it; when they do not, the first start goes with the
/// first end, the second with the second. Starts without an end stay open, ends without a start are dropped
/// unless there is no start at all.
pub(super) fn intervals(events: &[WireEvent<'_>]) -> Vec<Versions> {
    let mut events: Vec<Event<'_>> = events.iter().flat_map(read).collect();
    let is_plain = events.iter().all(|event| compare_numbers(event.version(), "0").is_some());
    if is_plain {
        // An end at the version where another range starts comes first; `last_affected` comes after.
        let rank = |event: &Event<'_>| match event {
            Event::Fixed(_) => 0,
            Event::Introduced(_) => 1,
            Event::LastAffected(_) => 2,
        };
        events.sort_by(|left, right| {
            let order = compare_numbers(left.version(), right.version()).unwrap_or(Ordering::Equal);
            order.then_with(|| rank(left).cmp(&rank(right)))
        });
        events.dedup_by(|second, first| second.is_start() && first.is_start());
        // A second end behind the first changes nothing.
        events.dedup_by(|second, first| !second.is_start() && !first.is_start());
        if events.len() > 1 && events.first().is_some_and(|first| !first.is_start()) {
            events.remove(0);
        }
    }
    pair(&events)
}

/// Pairs starts with ends.
fn pair(events: &[Event<'_>]) -> Vec<Versions> {
    let starts: Vec<Event<'_>> = events.iter().copied().filter(|event| event.is_start()).collect();
    let mut ends = events.iter().copied().filter(|event| !event.is_start());
    if starts.is_empty() {
        return ends.next().map(|end| Versions::Interval(None, Some(end.upper()))).into_iter().collect();
    }
    let lower = |start: Event<'_>| {
        let version = start.version();
        (version != "0").then(|| Bound { version: version.to_owned(), is_included: true })
    };
    starts.into_iter().map(|start| Versions::Interval(lower(start), ends.next().map(Event::upper))).collect()
}

/// The events of one element; the schema allows one, some databases write two in one object.
fn read<'a>(event: &'a WireEvent<'_>) -> impl Iterator<Item = Event<'a>> {
    [
        event.introduced.filled().map(Event::Introduced),
        event.fixed.filled().map(Event::Fixed),
        event.last_affected.filled().map(Event::LastAffected),
        // `*` is no limit.
        event.limit.filled().filter(|limit| *limit != "*").map(Event::Fixed),
    ]
    .into_iter()
    .flatten()
}

/// Closes an interval that is open above with a text such as `<= 1.2.3` (GitHub's
/// `last_known_affected_version_range`).
pub(super) fn close(interval: Versions, last_known: &str) -> Versions {
    let Versions::Interval(low, None) = interval else {
        return interval;
    };
    match range_text::read(last_known).as_deref() {
        Some([Versions::Interval(None, Some(high))]) => Versions::Interval(low, Some(high.clone())),
        Some([Versions::Exact(version)]) => {
            Versions::Interval(low, Some(Bound { version: version.clone(), is_included: true }))
        }
        _ => Versions::Interval(low, None),
    }
}

/// A range of commits as visible text.
pub(super) fn commits(events: &[WireEvent<'_>]) -> Vec<String> {
    pair(&events.iter().flat_map(read).collect::<Vec<_>>())
        .into_iter()
        .map(|interval| match interval {
            Versions::Interval(low, high) => {
                let low = low.map_or_else(|| "0".to_owned(), |bound| bound.version);
                high.map_or_else(|| format!("git {low}"), |bound| format!("git {low} to {}", bound.version))
            }
            Versions::Exact(text) | Versions::Unparsed(text) => format!("git {text}"),
        })
        .collect()
}
