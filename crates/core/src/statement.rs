//! What a record says about versions, and what that means for one version.
//!
//! The answer is never a guess: a version or a bound that cannot be read gives [`Answer::Unknown`] with the
//! reason, unless another statement decides without it.

use std::cmp::Ordering;

use crate::version::{Scheme, Version, VersionFault};

/// Statements about the versions of one named thing, as one source makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionStatements {
    /// The order in which the bounds are meant.
    pub scheme: Scheme,
    /// What holds for a version that no row covers.
    pub default: Status,
    /// The rows, in the source's order.
    pub rows: Vec<VersionRow>,
}

/// What is said of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The vulnerability is in it.
    Affected,
    /// The vulnerability is not in it.
    Unaffected,
    /// The source does not know.
    Unknown,
    /// The source is looking into it and has not answered yet (CSAF `under_investigation`).
    Investigating,
}

/// One statement: these versions have this status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// The status of the versions covered.
    pub status: Status,
    /// The versions covered.
    pub versions: Versions,
}

/// A set of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// One version, as written.
    Exact(String),
    /// Everything between two bounds; `None` is unbounded. `Interval(None, None)` is every version.
    Interval(Option<Bound>, Option<Bound>),
    /// Text that could not be understood as versions. It stays visible and decides nothing.
    Unparsed(String),
}

/// One end of an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The version, as written. An upper bound may end in `.*` (`5.4.*`: every version that starts so).
    pub version: String,
    /// The bound itself belongs to the interval.
    pub is_included: bool,
}

impl Bound {
    /// The bound with its text borrowed.
    #[must_use]
    pub fn as_ref(&self) -> BoundRef<'_> {
        BoundRef { version: &self.version, is_included: self.is_included }
    }
}

/// [`VersionRow`] with its texts borrowed, as the library file holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRef<'a> {
    /// The status of the versions covered.
    pub status: Status,
    /// The versions covered.
    pub versions: VersionsRef<'a>,
}

/// [`Versions`] with its texts borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionsRef<'a> {
    /// One version, as written.
    Exact(&'a str),
    /// Everything between two bounds.
    Interval(Option<BoundRef<'a>>, Option<BoundRef<'a>>),
    /// Text that could not be understood.
    Unparsed(&'a str),
}

/// [`Bound`] with its text borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundRef<'a> {
    /// The version, as written.
    pub version: &'a str,
    /// The bound itself belongs to the interval.
    pub is_included: bool,
}

impl VersionRow {
    /// The row with its texts borrowed.
    #[must_use]
    pub fn as_ref(&self) -> RowRef<'_> {
        let versions = match &self.versions {
            Versions::Exact(version) => VersionsRef::Exact(version),
            Versions::Interval(lower, upper) => {
                VersionsRef::Interval(lower.as_ref().map(Bound::as_ref), upper.as_ref().map(Bound::as_ref))
            }
            Versions::Unparsed(text) => VersionsRef::Unparsed(text),
        };
        RowRef { status: self.status, versions }
    }
}

impl std::fmt::Display for VersionsRef<'_> {
    /// The range as mathematics writes it: `≥ 1.0, < 1.5`; `= 1.2`; `*` for every version.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(version) => write!(formatter, "= {version}"),
            Self::Interval(None, None) => formatter.write_str("*"),
            Self::Interval(lower, upper) => {
                if let Some(lower) = lower {
                    write!(formatter, "{} {}", if lower.is_included { "≥" } else { ">" }, lower.version)?;
                }
                if lower.is_some() && upper.is_some() {
                    formatter.write_str(", ")?;
                }
                if let Some(upper) = upper {
                    write!(formatter, "{} {}", if upper.is_included { "≤" } else { "<" }, upper.version)?;
                }
                Ok(())
            }
            Self::Unparsed(text) => write!(formatter, "“{text}”"),
        }
    }
}

/// The version in question.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// As written; `None` when the component states none.
    pub text: Option<&'a str>,
    /// The same, read in the scheme of the statements.
    pub parsed: Option<Result<&'a Version, &'a VersionFault>>,
}

/// What statements say about one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is affected.
    Affected,
    /// It is not affected. `is_explicit` when a row says so, not merely the default or an absent range.
    Unaffected {
        /// A row names this version as not affected.
        is_explicit: bool,
    },
    /// The record makes no statement about this version.
    Silent,
    /// It cannot be decided.
    Unknown(UnknownReason),
}

/// Why a version could not be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnknownReason {
    /// The component states no version.
    VersionMissing,
    /// The component's version cannot be read in the order needed.
    VersionUnparsable,
    /// A bound of the record cannot be read in the order needed.
    BoundUnparsable,
    /// The record states versions in words that are not understood.
    RangeUnparsed,
    /// The record itself says that it does not know.
    RecordSaysUnknown,
    /// The source is still looking into it.
    UnderInvestigation,
}

/// An answer and the row that decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement<'a> {
    /// The answer.
    pub answer: Answer,
    /// The deciding row; `None` when the default decided.
    pub row: Option<RowRef<'a>>,
}

impl<'a> Judgement<'a> {
    /// The first version without the vulnerability, when the deciding interval names one.
    #[must_use]
    pub fn fixed(&self) -> Option<&'a str> {
        match self.row?.versions {
            VersionsRef::Interval(_, Some(upper))
                if !upper.is_included && self.answer == Answer::Affected =>
            {
                Some(upper.version)
            }
            _ => None,
        }
    }
}

/// Whether a set of versions covers the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cover {
    /// It does.
    Inside,
    /// It does not.
    Outside,
    /// It cannot be said.
    Undecided(UnknownReason),
}

/// Judges one version by `rows` in `scheme`'s order; `default` holds where no row covers it.
///
/// An exact row beats an interval. Where intervals of different status overlap, the one that starts later
/// (the narrower statement) decides, and `Affected` decides a tie. An undecidable row matters only when it
/// could change the answer, and never where a row says `Affected` for certain. A record that names the thing and
/// says nothing at all about its versions does not know.
#[must_use]
pub fn judge<'a>(
    scheme: Scheme,
    default: Status,
    rows: impl Iterator<Item = RowRef<'a>>,
    candidate: &Candidate<'_>,
) -> Judgement<'a> {
    let mut exact: Option<RowRef<'a>> = None;
    let mut decided: Option<(RowRef<'a>, Option<BoundRef<'a>>)> = None;
    let mut may_affect: Option<(RowRef<'a>, UnknownReason)> = None;
    let mut may_exempt: Option<(RowRef<'a>, UnknownReason)> = None;
    let mut has_rows = false;
    for row in rows {
        has_rows = true;
        match (cover(scheme, row.versions, candidate), row.versions) {
            (Cover::Outside, _) => {}
            (Cover::Undecided(reason), _) => {
                if row.status != Status::Unaffected {
                    may_affect.get_or_insert((row, reason));
                }
                if row.status != Status::Affected {
                    may_exempt.get_or_insert((row, reason));
                }
            }
            (Cover::Inside, VersionsRef::Exact(_)) => {
                if row.status == Status::Affected {
                    return Judgement { answer: Answer::Affected, row: Some(row) };
                }
                exact.get_or_insert(row);
            }
            (Cover::Inside, versions) => {
                let lower = if let VersionsRef::Interval(lower, _) = versions { lower } else { None };
                let wins = match &decided {
                    None => true,
                    Some((kept, kept_lower)) => is_narrower(scheme, row, lower, *kept, *kept_lower),
                };
                if wins {
                    decided = Some((row, lower));
                }
            }
        }
    }
    if let Some(row) = exact {
        return Judgement { answer: answer_of(row.status), row: Some(row) };
    }
    let undecided = match decided {
        Some((row, _)) if row.status == Status::Affected => None,
        None if default == Status::Affected => may_exempt,
        _ => may_affect,
    };
    match (decided, undecided) {
        (_, Some((row, reason))) => Judgement { answer: Answer::Unknown(reason), row: Some(row) },
        (Some((row, _)), None) => Judgement { answer: answer_of(row.status), row: Some(row) },
        (None, None) if !has_rows && default == Status::Unknown => {
            Judgement { answer: Answer::Unknown(UnknownReason::RecordSaysUnknown), row: None }
        }
        (None, None) => Judgement { answer: default_answer(default), row: None },
    }
}

/// Whether `row` is the narrower statement than `kept`.
fn is_narrower(
    scheme: Scheme,
    row: RowRef<'_>,
    lower: Option<BoundRef<'_>>,
    kept: RowRef<'_>,
    kept_lower: Option<BoundRef<'_>>,
) -> bool {
    let order = match (lower, kept_lower) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(left), Some(right)) => {
            crate::version::compare(scheme, left.version, right.version).unwrap_or(Ordering::Equal)
        }
    };
    order == Ordering::Greater
        || (order == Ordering::Equal && row.status == Status::Affected && kept.status != Status::Affected)
}

/// The answer that a covering row's status means.
fn answer_of(status: Status) -> Answer {
    match status {
        Status::Affected => Answer::Affected,
        Status::Unaffected => Answer::Unaffected { is_explicit: true },
        Status::Unknown => Answer::Unknown(UnknownReason::RecordSaysUnknown),
        Status::Investigating => Answer::Unknown(UnknownReason::UnderInvestigation),
    }
}

/// The answer where no row covers the version and none that could is undecided.
fn default_answer(default: Status) -> Answer {
    match default {
        Status::Affected => Answer::Affected,
        Status::Unaffected => Answer::Unaffected { is_explicit: false },
        Status::Unknown => Answer::Silent,
        Status::Investigating => Answer::Unknown(UnknownReason::UnderInvestigation),
    }
}

/// Whether `versions` covers the candidate.
fn cover(scheme: Scheme, versions: VersionsRef<'_>, candidate: &Candidate<'_>) -> Cover {
    match versions {
        VersionsRef::Unparsed(_) => Cover::Undecided(UnknownReason::RangeUnparsed),
        VersionsRef::Interval(None, None) => Cover::Inside,
        VersionsRef::Exact(version) => cover_exact(scheme, version, candidate),
        VersionsRef::Interval(lower, upper) => {
            let (text, parsed) = match (candidate.text, candidate.parsed) {
                (Some(text), Some(Ok(parsed))) => (text, parsed),
                (None, _) | (_, None) => return Cover::Undecided(UnknownReason::VersionMissing),
                (Some(_), Some(Err(_))) => return Cover::Undecided(UnknownReason::VersionUnparsable),
            };
            let above = lower.map_or(Cover::Inside, |bound| is_above(scheme, bound, parsed));
            if above == Cover::Outside {
                return Cover::Outside;
            }
            let below = upper.map_or(Cover::Inside, |bound| is_below(scheme, bound, text, parsed));
            match (above, below) {
                (_, Cover::Outside) => Cover::Outside,
                (Cover::Undecided(reason), _) | (_, Cover::Undecided(reason)) => Cover::Undecided(reason),
                _ => Cover::Inside,
            }
        }
    }
}

/// Whether the candidate is the one version named. Equal texts are equal even when they cannot be read.
fn cover_exact(scheme: Scheme, version: &str, candidate: &Candidate<'_>) -> Cover {
    let Some(text) = candidate.text else {
        return Cover::Undecided(UnknownReason::VersionMissing);
    };
    if text == version {
        return Cover::Inside;
    }
    match candidate.parsed {
        Some(Ok(parsed)) => match Version::decisive(scheme, version) {
            Ok(named) if parsed.compare(&named) == Ordering::Equal => Cover::Inside,
            _ => Cover::Outside,
        },
        _ => Cover::Undecided(UnknownReason::VersionUnparsable),
    }
}

/// Whether `parsed` lies above a lower bound.
fn is_above(scheme: Scheme, bound: BoundRef<'_>, parsed: &Version) -> Cover {
    let Ok(limit) = Version::decisive(scheme, bound.version) else {
        return Cover::Undecided(UnknownReason::BoundUnparsable);
    };
    match parsed.compare(&limit) {
        Ordering::Greater => Cover::Inside,
        Ordering::Equal if bound.is_included => Cover::Inside,
        _ => Cover::Outside,
    }
}

/// Whether `parsed` lies below an upper bound, which may be a prefix such as `5.4.*`.
fn is_below(scheme: Scheme, bound: BoundRef<'_>, text: &str, parsed: &Version) -> Cover {
    let prefix = bound.version.strip_suffix(".*").or_else(|| bound.version.strip_suffix(".x"));
    let limit_text = prefix.unwrap_or(bound.version);
    if let Some(prefix) = prefix
        && let Some(rest) = text.trim_start_matches(['v', 'V']).strip_prefix(prefix)
        && !rest.starts_with(|character: char| character.is_ascii_digit())
    {
        return if bound.is_included { Cover::Inside } else { Cover::Outside };
    }
    let Ok(limit) = Version::decisive(scheme, limit_text) else {
        return Cover::Undecided(UnknownReason::BoundUnparsable);
    };
    match parsed.compare(&limit) {
        Ordering::Less => Cover::Inside,
        Ordering::Equal if bound.is_included => Cover::Inside,
        _ => Cover::Outside,
    }
}
