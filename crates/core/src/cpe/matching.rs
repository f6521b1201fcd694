//! Comparing attribute values (NIST IR 7696, 6.1.3 and 7.3).

use std::fmt::{Display, Formatter};

use super::{Attribute, Cpe, CpeValue};

/// How a source value relates to a target value (NIST IR 7696, Table 6-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The same set.
    Equal,
    /// The source is within the target.
    Subset,
    /// The target is within the source.
    Superset,
    /// Nothing in common.
    Disjoint,
    /// The target has wildcards, which the standard does not define.
    Undefined,
}

impl Relation {
    /// The relation's stable word in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Subset => "subset",
            Self::Superset => "superset",
            Self::Disjoint => "disjoint",
            Self::Undefined => "undefined",
        }
    }
}

impl Display for Relation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// How a whole name relates to another (NIST IR 7696, 6.2 and table 6-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameRelation {
    /// Every attribute is equal.
    Equal,
    /// Every attribute is equal or a subset.
    Subset,
    /// Every attribute is equal or a superset.
    Superset,
    /// An attribute is disjoint.
    Disjoint,
    /// Some attributes are subsets and some supersets: the names overlap, and the standard has no word for it.
    Mixed,
    /// An attribute of the target has wildcards, which the standard does not define, and none is disjoint.
    Undefined,
}

impl NameRelation {
    /// The relation's stable word in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Subset => "subset",
            Self::Superset => "superset",
            Self::Disjoint => "disjoint",
            Self::Mixed => "mixed",
            Self::Undefined => "undefined",
        }
    }
}

/// Relates two names by the relations of their attributes.
#[must_use]
pub fn relate_names(attributes: &[Relation; 11]) -> NameRelation {
    let has = |relation| attributes.contains(&relation);
    if has(Relation::Disjoint) {
        NameRelation::Disjoint
    } else if has(Relation::Undefined) {
        NameRelation::Undefined
    } else {
        match (has(Relation::Subset), has(Relation::Superset)) {
            (false, false) => NameRelation::Equal,
            (true, false) => NameRelation::Subset,
            (false, true) => NameRelation::Superset,
            (true, true) => NameRelation::Mixed,
        }
    }
}

/// Relates the value of a record (source) to the value of an inventoried component (target).
///
/// Asymmetric where wildcards are concerned: a source may have them, a target with them is UNDEFINED even
/// against ANY or an equal text. NA and text are DISJOINT: a record about version `-` says nothing about
/// version `1.0`.
///
/// Source: NIST IR 7696, Table 6-2.
#[must_use]
pub fn relate(source: CpeValue<'_>, target: CpeValue<'_>) -> Relation {
    if target.has_wildcard() {
        return Relation::Undefined;
    }
    match (source, target) {
        (CpeValue::Any, CpeValue::Any) | (CpeValue::Na, CpeValue::Na) => Relation::Equal,
        (CpeValue::Any, _) => Relation::Superset,
        (_, CpeValue::Any) => Relation::Subset,
        (CpeValue::Na, CpeValue::Text(_)) | (CpeValue::Text(_), CpeValue::Na) => Relation::Disjoint,
        (CpeValue::Text(source), CpeValue::Text(target)) if source == target => Relation::Equal,
        (CpeValue::Text(source), CpeValue::Text(target)) => {
            if has_wildcard(source) && covers(source, target) {
                Relation::Superset
            } else {
                Relation::Disjoint
            }
        }
    }
}

/// Relates all eleven attributes, in the order of [`Attribute::ALL`].
#[must_use]
pub fn compare(source: &Cpe, target: &Cpe) -> [Relation; 11] {
    Attribute::ALL.map(|attribute| relate(source.get(attribute), target.get(attribute)))
}

/// True for canonical text with an unquoted `*` or `?`, which can only stand at an end.
pub(super) fn has_wildcard(text: &str) -> bool {
    if text.starts_with(['*', '?']) {
        return true;
    }
    text.strip_suffix(['*', '?']).is_some_and(|rest| !ends_quoting(rest))
}

/// True when the text ends in a backslash that quotes what follows.
fn ends_quoting(text: &str) -> bool {
    text.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1
}

/// How many characters an end of a pattern stands for, at most; `count` wildcards of `kind` stand there, and
/// none when `kind` is a quoted character.
fn span(kind: Option<char>, count: usize) -> usize {
    match kind {
        Some('*') if count > 0 => usize::MAX,
        _ => count,
    }
}

/// True when canonical `pattern` with wildcards covers canonical `target` without.
///
/// `*` stands for any number of characters, each `?` for one or none (NIST IR 7696, 7.3, `compareStrings`).
fn covers(pattern: &str, target: &str) -> bool {
    let core = pattern.trim_start_matches(['*', '?']);
    let lead = span(pattern.chars().next(), pattern.len() - core.len());
    let mut middle = core;
    while let Some(shorter) = middle.strip_suffix(['*', '?']).filter(|rest| !ends_quoting(rest)) {
        middle = shorter;
    }
    let tail = span(core.chars().next_back(), core.len() - middle.len());
    let total = units(target).count();
    let own = units(middle).count();
    units(target).map(|(at, _)| at).chain([target.len()]).enumerate().any(|(before, at)| {
        before <= lead
            && target.get(at..).is_some_and(|rest| rest.starts_with(middle))
            && total.saturating_sub(before + own) <= tail
    })
}

/// The characters of canonical text with their byte positions; a quoted character is one.
fn units(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quoted = false;
    text.char_indices().filter(move |&(_, character)| {
        let first = !quoted;
        quoted = first && character == '\\';
        first
    })
}
