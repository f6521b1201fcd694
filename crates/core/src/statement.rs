//! What a record says about versions.

use crate::version::Scheme;

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
