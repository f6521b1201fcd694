//! Version ranges as `vers` texts: `vers:npm/>=1.0.0|<2.0.0`.
//!
//! Source: VERS specification (Ecma TC54 draft), clause 5, and "How to parse and validate VERS" (read 2026-11-21).
//!
//! The text must be exact: no white space, no empty constraint, no `=`. What has one meaning although the standard
//! forbids it (constraints out of order, repeated, without effect) is read and can be asked for ([`VersRange::oddity`]).

use std::cmp::Ordering;
use std::fmt::{Display, Formatter};

use crate::limits::{VERS_BYTES_MAX, VERS_CONSTRAINTS_MAX};
use crate::version::{Scheme, Version, VersionFault};

/// How a constraint compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparator {
    /// A bare version.
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparator {
    /// The comparator with which a constraint begins, and the rest.
    fn split(text: &str) -> (Self, &str) {
        let marks = [
            (">=", Self::GreaterOrEqual),
            ("<=", Self::LessOrEqual),
            ("!=", Self::NotEqual),
            ("<", Self::Less),
            (">", Self::Greater),
        ];
        marks
            .into_iter()
            .find_map(|(mark, comparator)| Some((comparator, text.strip_prefix(mark)?)))
            .unwrap_or((Self::Equal, text))
    }

    /// The comparator as written; `=` for a bare version.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// `<` or `<=`.
    const fn is_upper(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual)
    }

    /// `>` or `>=`.
    const fn is_lower(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual)
    }

    /// The constraint's own version satisfies it.
    const fn takes_equal(self) -> bool {
        matches!(self, Self::Equal | Self::LessOrEqual | Self::GreaterOrEqual)
    }
}

/// A comparator and a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// The comparator.
    pub comparator: Comparator,
    /// The version, decoded.
    pub version: String,
}

/// Why a text is no version range, or why it gives no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersFault {
    /// Longer than [`VERS_BYTES_MAX`].
    #[error("{bytes} bytes are more than the {VERS_BYTES_MAX} a version range may have")]
    TooLong {
        /// Length found, in bytes.
        bytes: usize,
    },
    /// More constraints than [`VERS_CONSTRAINTS_MAX`].
    #[error("more than {VERS_CONSTRAINTS_MAX} constraints")]
    TooMany,
    /// The text does not begin with `vers:`.
    #[error("a version range begins with \"vers:\"")]
    Scheme,
    /// The type is not a lower-case letter followed by lower-case letters, digits, `.` and `-`, or no `/` follows.
    #[error("{text:?} is no type: a lower-case letter, then letters, digits, '.' and '-', then '/'")]
    Type {
        /// The type as written.
        text: String,
    },
    /// No version order is known for the type.
    #[error("no version order is known for the type {text:?}")]
    UnknownType {
        /// The type.
        text: String,
    },
    /// A white space or another character that is not printable ASCII.
    #[error("position {at}: a character that is not printable ASCII")]
    Character {
        /// Where it stands, in bytes from the beginning.
        at: usize,
    },
    /// No constraint: nothing after the slash, or nothing between two pipes or at an end.
    #[error("a constraint is empty")]
    EmptyConstraint,
    /// A comparator without a version.
    #[error("no version follows {comparator}")]
    EmptyVersion {
        /// The comparator as written.
        comparator: &'static str,
    },
    /// A constraint begins with `=`.
    #[error("equality is a bare version, without \"=\"")]
    EqualSign,
    /// `*` beside another constraint or a version.
    #[error("\"*\" stands alone or not at all")]
    Asterisk,
    /// A character that must be percent-encoded stands in a version.
    #[error("{character:?} in a version must be percent-encoded: {version:?}")]
    Unencoded {
        /// The character.
        character: char,
        /// The version as written.
        version: String,
    },
    /// A percent sign without two hexadecimal digits, or one that encodes no printable ASCII.
    #[error("a percent sequence that cannot be decoded: {version:?}")]
    Percent {
        /// The version as written.
        version: String,
    },
    /// One version stands in two constraints that do not say the same.
    #[error("the version {version:?} stands twice with different comparators")]
    Twice {
        /// The version.
        version: String,
    },
    /// A version of a constraint has no place in the order.
    #[error("the version {version:?} of the range: {fault}")]
    Version {
        /// The version.
        version: String,
        /// What is wrong with it.
        fault: VersionFault,
    },
    /// The version that was asked about has no place in the order.
    #[error("the version: {fault}")]
    Asked {
        /// What is wrong with it.
        fault: VersionFault,
    },
}

/// What the standard forbids in a range that has one meaning all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersOddity {
    /// A percent sequence is in lower case or encodes what needs no encoding.
    Encoding,
    /// The constraints are not in the order of their versions.
    Unsorted,
    /// A constraint stands twice.
    Repeated,
    /// A constraint changes nothing.
    Redundant,
}

impl VersOddity {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Encoding, Self::Unsorted, Self::Repeated, Self::Redundant];

    /// The oddity's stable name, under which the words for people are found.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Encoding => "encoding",
            Self::Unsorted => "unsorted",
            Self::Repeated => "repeated",
            Self::Redundant => "redundant",
        }
    }
}

/// Which versions a range is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Order {
    /// Versions of one order.
    Scheme(Scheme),
    /// `vers:all/*`: every version of anything.
    All,
    /// `vers:none/*`: no version.
    None,
    /// A type whose order is not known.
    Unknown,
}

/// A version range. Displays in canonical form, its constraints in the order given.
///
/// ```
/// use kikimori_core::vers::VersRange;
/// let range = VersRange::parse("vers:npm/1.2.3|>=2.0.0|!=2.3.0|<5.0.0").unwrap();
/// assert_eq!(range.contains("2.2.0"), Ok(true));
/// assert_eq!(range.contains("2.3.0"), Ok(false));
/// assert!(range.contains("latest").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersRange {
    /// The type as written.
    kind: String,
    /// Which versions it is about.
    order: Order,
    /// The constraints as written; empty for `*`.
    constraints: Vec<Constraint>,
    /// A version was encoded otherwise than the canonical form does.
    is_encoded_oddly: bool,
}

/// A constraint with its version's place in the order.
struct Placed<'a> {
    /// The constraint.
    constraint: &'a Constraint,
    /// The place.
    version: Version,
}

impl VersRange {
    /// Reads a range.
    ///
    /// # Errors
    /// [`VersFault`] about the text. Versions are not looked at before a version is asked about.
    pub fn parse(text: &str) -> Result<Self, VersFault> {
        if text.len() > VERS_BYTES_MAX {
            return Err(VersFault::TooLong { bytes: text.len() });
        }
        if let Some((at, _)) = text.char_indices().find(|(_, character)| !character.is_ascii_graphic()) {
            return Err(VersFault::Character { at });
        }
        let rest = text.strip_prefix("vers:").ok_or(VersFault::Scheme)?;
        let (kind, list) = rest.split_once('/').ok_or_else(|| VersFault::Type { text: rest.to_owned() })?;
        let order = order_of(kind)?;
        let mut range =
            Self { kind: kind.to_owned(), order, constraints: Vec::new(), is_encoded_oddly: false };
        if list == "*" {
            return Ok(range);
        }
        for part in list.split('|') {
            if range.constraints.len() == VERS_CONSTRAINTS_MAX {
                return Err(VersFault::TooMany);
            }
            let constraint = read_constraint(part)?;
            let (_, written) = Comparator::split(part);
            range.is_encoded_oddly |= encoded(&constraint.version) != written;
            range.constraints.push(constraint);
        }
        if matches!(range.order, Order::All | Order::None) {
            return Err(VersFault::Asterisk);
        }
        Ok(range)
    }

    /// The type: `npm`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The constraints as written; none for `*`.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// What the standard forbids here although the range has one meaning; `None` for a canonical range.
    ///
    /// # Errors
    /// [`VersFault`] when a version cannot be placed in the order, or stands twice with different comparators. A range of
    /// one constraint has no order to be wrong, so its version is not looked at.
    pub fn oddity(&self) -> Result<Option<VersOddity>, VersFault> {
        if self.is_encoded_oddly {
            return Ok(Some(VersOddity::Encoding));
        }
        if self.constraints.len() < 2 {
            return Ok(None);
        }
        let mut placed = self.placed()?;
        if placed.is_sorted_by(|left, right| left.version.compare(&right.version) != Ordering::Greater) {
            let n_written = placed.len();
            sort(&mut placed)?;
            if placed.len() < n_written {
                return Ok(Some(VersOddity::Repeated));
            }
        } else {
            sort(&mut placed)?;
            return Ok(Some(VersOddity::Unsorted));
        }
        placed.retain(|item| item.constraint.comparator != Comparator::NotEqual);
        let n_effective = simplified(&placed).len();
        Ok((n_effective < placed.len()).then_some(VersOddity::Redundant))
    }

    /// True when the range holds the version.
    ///
    /// Constraints are sorted, repeated ones count once and ones without effect are left out first. `!=` takes a version
    /// out; a range of nothing but `!=` holds every other version.
    ///
    /// # Errors
    /// [`VersFault`] when the type's order is unknown, a version has no place in it, or one version stands twice with
    /// different comparators.
    pub fn contains(&self, version: &str) -> Result<bool, VersFault> {
        match self.order {
            Order::All => return Ok(true),
            Order::None => return Ok(false),
            Order::Scheme(_) | Order::Unknown => {}
        }
        let scheme = self.scheme()?;
        if self.constraints.is_empty() {
            return Ok(true);
        }
        let mut placed = self.placed()?;
        sort(&mut placed)?;
        let asked = Version::decisive(scheme, version).map_err(|fault| VersFault::Asked { fault })?;
        if let Some(same) = placed.iter().find(|item| item.version.compare(&asked) == Ordering::Equal) {
            match same.constraint.comparator {
                comparator if comparator.takes_equal() => return Ok(true),
                Comparator::NotEqual => return Ok(false),
                // `<` and `>` leave their own version to the intervals around.
                _ => {}
            }
        }
        let is_exclusion = placed.iter().all(|item| item.constraint.comparator == Comparator::NotEqual);
        if is_exclusion {
            return Ok(true);
        }
        placed.retain(|item| item.constraint.comparator != Comparator::NotEqual);
        let bounds: Vec<&Placed<'_>> = simplified(&placed)
            .into_iter()
            .filter(|item| item.constraint.comparator != Comparator::Equal)
            .collect();
        Ok(lies_within(&bounds, &asked))
    }

    /// The order of the type.
    fn scheme(&self) -> Result<Scheme, VersFault> {
        match self.order {
            Order::Scheme(scheme) => Ok(scheme),
            _ => Err(VersFault::UnknownType { text: self.kind.clone() }),
        }
    }

    /// The constraints with their versions' places, as written.
    fn placed(&self) -> Result<Vec<Placed<'_>>, VersFault> {
        let scheme = self.scheme()?;
        self.constraints
            .iter()
            .map(|constraint| match Version::decisive(scheme, &constraint.version) {
                Ok(version) => Ok(Placed { constraint, version }),
                Err(fault) => Err(VersFault::Version { version: constraint.version.clone(), fault }),
            })
            .collect()
    }
}

impl Display for VersRange {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "vers:{}/", self.kind)?;
        if self.constraints.is_empty() {
            return formatter.write_str("*");
        }
        for (index, constraint) in self.constraints.iter().enumerate() {
            let comparator = match constraint.comparator {
                Comparator::Equal => "",
                other => other.mark(),
            };
            let separator = if index == 0 { "" } else { "|" };
            write!(formatter, "{separator}{comparator}{}", encoded(&constraint.version))?;
        }
        Ok(())
    }
}

/// The order of a type. The names are those of the version schemes, which are purl types where there is one; `alpine`
/// is an older name of `apk`.
fn order_of(kind: &str) -> Result<Order, VersFault> {
    let mut bytes = kind.bytes();
    let is_type = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
    match kind {
        // The standard reserves `invalid`: no range of it is one.
        "invalid" => Err(VersFault::Type { text: kind.to_owned() }),
        _ if !is_type => Err(VersFault::Type { text: kind.to_owned() }),
        "all" => Ok(Order::All),
        "none" => Ok(Order::None),
        "alpine" => Ok(Order::Scheme(Scheme::Apk)),
        _ => Ok(Scheme::parse_name(kind).map_or(Order::Unknown, Order::Scheme)),
    }
}

/// Reads one constraint.
fn read_constraint(text: &str) -> Result<Constraint, VersFault> {
    if text.is_empty() {
        return Err(VersFault::EmptyConstraint);
    }
    if text.starts_with('=') {
        return Err(VersFault::EqualSign);
    }
    if text.starts_with('*') {
        return Err(VersFault::Asterisk);
    }
    let (comparator, written) = Comparator::split(text);
    if written.is_empty() {
        return Err(VersFault::EmptyVersion { comparator: comparator.mark() });
    }
    if let Some(character) = written.chars().find(|character| "><=!*".contains(*character)) {
        return Err(VersFault::Unencoded { character, version: written.to_owned() });
    }
    Ok(Constraint { comparator, version: decoded(written)? })
}

/// The version behind percent sequences, decoded once. Only printable ASCII and the blank may come out.
fn decoded(written: &str) -> Result<String, VersFault> {
    let fault = || VersFault::Percent { version: written.to_owned() };
    let mut version = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            version.push(character);
            continue;
        }
        let mut digit = || characters.next().and_then(|digit| digit.to_digit(16));
        let (high, low) = (digit().ok_or_else(fault)?, digit().ok_or_else(fault)?);
        let decoded = char::from_u32(high * 16 + low).filter(|character| (' '..='~').contains(character));
        version.push(decoded.ok_or_else(fault)?);
    }
    Ok(version)
}

/// The version with what must be percent-encoded encoded, in upper case.
fn encoded(version: &str) -> String {
    let mut text = String::with_capacity(version.len());
    for character in version.chars() {
        if "><=!*|% ".contains(character) {
            text.push_str(&format!("%{:02X}", u32::from(character)));
        } else {
            text.push(character);
        }
    }
    text
}

/// Sorts by version and keeps one of equal constraints.
fn sort(placed: &mut Vec<Placed<'_>>) -> Result<(), VersFault> {
    placed.sort_by(|left, right| left.version.compare(&right.version));
    let is_same =
        |left: &Placed<'_>, right: &Placed<'_>| left.version.compare(&right.version) == Ordering::Equal;
    let is_contradiction = |left: &Placed<'_>, right: &Placed<'_>| {
        is_same(left, right) && left.constraint.comparator != right.constraint.comparator
    };
    for (left, right) in placed.iter().zip(placed.iter().skip(1)) {
        if is_contradiction(left, right) {
            return Err(VersFault::Twice { version: right.constraint.version.clone() });
        }
    }
    placed.dedup_by(|right, left| is_same(left, right));
    Ok(())
}

/// The sorted constraints, without `!=`, that change something: `>=1|>=2|<3` is `>=1|<3`, and `1|<2` is `<2`.
fn simplified<'a, 'b>(sorted: &'a [Placed<'b>]) -> Vec<&'a Placed<'b>> {
    let mut kept: Vec<&Placed<'_>> = Vec::with_capacity(sorted.len());
    for item in sorted {
        let comparator = item.constraint.comparator;
        if comparator.is_upper() {
            while kept.last().is_some_and(|last| !last.constraint.comparator.is_lower()) {
                kept.pop();
            }
            kept.push(item);
        } else if !kept.last().is_some_and(|last| last.constraint.comparator.is_lower()) {
            kept.push(item);
        }
    }
    kept
}

/// True when the version lies between alternating bounds.
fn lies_within(bounds: &[&Placed<'_>], asked: &Version) -> bool {
    let mut is_open = bounds.first().is_some_and(|first| first.constraint.comparator.is_upper());
    for bound in bounds {
        let comparator = bound.constraint.comparator;
        if comparator.is_upper() {
            if is_open && asked.compare(&bound.version) == Ordering::Less {
                return true;
            }
            is_open = false;
        } else {
            is_open = asked.compare(&bound.version) == Ordering::Greater;
        }
    }
    is_open
}

#[cfg(test)]
mod tests;
