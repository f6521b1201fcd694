//! What a CSAF document says about each product, as statements about versions.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::statement::{Bound, Status, VersionRow, VersionStatements, Versions};
use kikimori_core::version::Scheme;
use kikimori_core::vulnerability::{
    AffectedEntry, AffectedName, Applicability, Authority, Configuration, CpeMatch, Node, Operator,
};

use super::super::record::{Notes, limit};
use super::super::wire::Text;
use super::Common;
use super::subject::{self, Subject};
use super::tree;
use super::wire::ProductStatus;

/// A status of a product.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// `known_affected`.
    Affected,
    /// `first_affected`.
    FirstAffected,
    /// `last_affected`.
    LastAffected,
    /// `under_investigation`.
    Investigating,
    /// `unknown`.
    Unknown,
    /// `known_not_affected`.
    NotAffected,
    /// `fixed`, `first_fixed`, and `recommended`: all of them hold the fix.
    Fixed,
}

impl Word {
    /// The status that a list's name means.
    fn of(list: &str) -> Self {
        match list {
            "known_affected" => Self::Affected,
            "first_affected" => Self::FirstAffected,
            "last_affected" => Self::LastAffected,
            "under_investigation" => Self::Investigating,
            "known_not_affected" => Self::NotAffected,
            "fixed" | "first_fixed" | "recommended" => Self::Fixed,
            _ => Self::Unknown,
        }
    }

    /// Which statuses agree with each other; `None` for a recommendation, which contradicts nothing.
    fn class(list: &str) -> Option<u8> {
        match (list, Self::of(list)) {
            ("recommended", _) => None,
            (_, Self::Affected | Self::FirstAffected | Self::LastAffected) => Some(0),
            (_, Self::Investigating) => Some(1),
            (_, Self::Unknown) => Some(2),
            (_, Self::NotAffected) => Some(3),
            (_, Self::Fixed) => Some(4),
        }
    }
}

/// What makes products share an entry: the names, the order, how near the publisher stands.
type GroupKey = (Vec<AffectedName>, Scheme, Authority);

/// The statements about the versions of one thing.
#[derive(Default)]
struct Group {
    /// The lists that they stand in.
    lists: BTreeSet<&'static str>,
    /// The rows.
    rows: Vec<VersionRow>,
    /// The rows as texts, so that none stands twice.
    seen: BTreeSet<String>,
    /// The first and last affected versions, with the rows that they give where no range says more.
    ends: Vec<VersionRow>,
    /// What else is said of the products.
    qualifiers: BTreeSet<String>,
}

/// Reads the statements about one vulnerability.
///
/// A product that no list names is not spoken of. Affected comes first: of contradicting statements it stands.
///
/// # Errors
/// FEED-006 when there are too many different products.
pub(super) fn read(
    status: &ProductStatus<'_>,
    index: usize,
    common: &Common<'_>,
    notes: &mut Notes<'_>,
) -> Result<Vec<AffectedEntry>, Message> {
    note_contradictions(status, index, notes);
    let mut groups: BTreeMap<GroupKey, Group> = BTreeMap::new();
    let mut conditioned = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, ids) in status.lists() {
        let word = Word::of(name);
        for (position, id) in ids.iter().enumerate() {
            let Some(id) = id.filled() else { continue };
            let is_affected = matches!(word, Word::Affected | Word::FirstAffected | Word::LastAffected);
            let Some(subject) = subject::of(id, is_affected, &common.products) else {
                continue;
            };
            let authority = common.publisher.authority(&subject);
            if subject.condition.is_some() {
                let place = format!("/vulnerabilities/{index}/product_status/{name}/{position}");
                let entry = conditional(&subject, authority, place, common);
                if seen.insert(format!("{:?}", entry.applicability)) {
                    conditioned.push(entry);
                }
            } else {
                let key = (subject.names.clone(), subject.scheme, authority);
                groups.entry(key).or_default().add(name, &subject, authority);
            }
        }
        if groups.len().saturating_add(conditioned.len()) > limits::RECORD_AFFECTED_MAX {
            return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
        }
    }
    let mut entries: Vec<AffectedEntry> =
        groups.into_iter().map(|(key, group)| group.entry(key, index, common)).collect();
    entries.extend(conditioned);
    Ok(entries)
}

/// Says which products have statuses that contradict each other.
fn note_contradictions(status: &ProductStatus<'_>, index: usize, notes: &mut Notes<'_>) {
    let mut classes: BTreeMap<&str, u8> = BTreeMap::new();
    let mut noted = BTreeSet::new();
    for (name, ids) in status.lists() {
        let Some(class) = Word::class(name) else { continue };
        for id in ids.iter().filter_map(Text::filled) {
            if *classes.entry(id).or_insert(class) != class && noted.insert(id) {
                let place = Place::Pointer(format!("/vulnerabilities/{index}/product_status/{name}"));
                let message = Message::new(codes::FEED_CSAF_CONTRADICTION).at(place);
                notes.add(message, &[("product", &tree::shown(id))]);
            }
        }
    }
}

impl Group {
    /// Adds what is said about a subject.
    fn add(&mut self, list: &'static str, subject: &Subject, authority: Authority) {
        let word = Word::of(list);
        self.lists.insert(list);
        self.qualifiers.extend(subject.qualifiers.iter().cloned());
        for versions in &subject.versions {
            match (word, versions) {
                (Word::Fixed, Versions::Exact(version)) if authority == Authority::Distribution => {
                    // A distribution fixes a package from this build on; what it built before has no fix.
                    let bound = |is_included| Some(Bound { version: version.clone(), is_included });
                    self.push(Status::Affected, Versions::Interval(None, bound(false)));
                    self.push(Status::Unaffected, Versions::Interval(bound(true), None));
                }
                (Word::Fixed | Word::NotAffected, _) => {
                    let status = if subject.is_bounded { Status::Unknown } else { Status::Unaffected };
                    self.push(status, versions.clone());
                }
                (Word::Investigating, _) => self.push(Status::Investigating, versions.clone()),
                (Word::Unknown, _) => self.push(Status::Unknown, versions.clone()),
                (Word::Affected | Word::FirstAffected | Word::LastAffected, _) => {
                    self.push(Status::Affected, versions.clone());
                    self.push_end(word, versions);
                }
            }
        }
    }

    /// Adds a row that is not there yet.
    fn push(&mut self, status: Status, versions: Versions) {
        if self.seen.insert(format!("{status:?} {versions:?}"))
            && self.rows.len() < limits::ENTRY_STATEMENTS_MAX
        {
            self.rows.push(VersionRow { status, versions });
        }
    }

    /// Takes note that affected versions go on from the first, or begin somewhere before the last, one.
    fn push_end(&mut self, word: Word, versions: &Versions) {
        let Versions::Exact(version) = versions else { return };
        let bound = Some(Bound { version: version.clone(), is_included: true });
        let interval = match word {
            Word::FirstAffected => Versions::Interval(bound, None),
            Word::LastAffected => Versions::Interval(None, bound),
            _ => return,
        };
        if self.ends.len() < limits::ENTRY_STATEMENTS_MAX {
            self.ends.push(VersionRow { status: Status::Unknown, versions: interval });
        }
    }

    /// The entry. Between a first and a last affected version nothing is decided, unless a range says more.
    fn entry(self, key: GroupKey, index: usize, common: &Common<'_>) -> AffectedEntry {
        let (names, scheme, authority) = key;
        let place = match self.lists.first() {
            Some(list) if self.lists.len() == 1 => format!("/vulnerabilities/{index}/product_status/{list}"),
            _ => format!("/vulnerabilities/{index}/product_status"),
        };
        let mut rows = self.rows;
        let has_range = rows
            .iter()
            .any(|row| row.status == Status::Affected && matches!(row.versions, Versions::Interval(..)));
        if !has_range {
            rows.extend(self.ends);
        }
        AffectedEntry {
            asserter: common.publisher.asserter.clone(),
            authority,
            place,
            applicability: Applicability::Versions {
                names,
                versions: VersionStatements { scheme, default: Status::Unknown, rows },
                platforms: self.qualifiers.into_iter().take(limits::COMPONENT_IDENTIFIERS_MAX).collect(),
            },
        }
    }
}

/// An affected component that must run on or with something else, both with CPE names.
fn conditional(subject: &Subject, authority: Authority, place: String, common: &Common<'_>) -> AffectedEntry {
    let cpes = |is_own: bool| -> Vec<CpeMatch> {
        let own = subject.names.iter().filter_map(|name| match name {
            AffectedName::Cpe(cpe) if is_own => Some(cpe),
            _ => None,
        });
        let criteria = own.chain(subject.condition.iter().filter(|_| !is_own)).cloned();
        let every = Versions::Interval(None, None);
        let versions = if is_own { subject.versions.as_slice() } else { std::slice::from_ref(&every) };
        criteria
            .flat_map(|cpe| versions.iter().filter_map(move |versions| narrowed(&cpe, versions, is_own)))
            .collect()
    };
    let node = |is_own| Node { operator: Operator::Or, negate: false, matches: cpes(is_own) };
    let configuration =
        Configuration { operator: Operator::And, negate: false, nodes: vec![node(true), node(false)] };
    AffectedEntry {
        asserter: common.publisher.asserter.clone(),
        authority,
        place,
        applicability: Applicability::Configurations(vec![configuration]),
    }
}

/// A CPE match of some versions; `None` for versions that are mere text.
fn narrowed(cpe: &kikimori_core::cpe::Cpe, versions: &Versions, is_vulnerable: bool) -> Option<CpeMatch> {
    let mut found = CpeMatch {
        is_vulnerable,
        criteria: cpe.clone(),
        start_including: None,
        start_excluding: None,
        end_including: None,
        end_excluding: None,
    };
    match versions {
        Versions::Unparsed(_) => return None,
        Versions::Exact(version) => {
            found.start_including = Some(version.clone());
            found.end_including = Some(version.clone());
        }
        Versions::Interval(low, high) => {
            match low {
                Some(low) if low.is_included => found.start_including = Some(low.version.clone()),
                low => found.start_excluding = low.as_ref().map(|low| low.version.clone()),
            }
            match high {
                Some(high) if high.is_included => found.end_including = Some(high.version.clone()),
                high => found.end_excluding = high.as_ref().map(|high| high.version.clone()),
            }
        }
    }
    Some(found)
}
