//! Alias groups: which records of which sources speak about the same vulnerability, and who says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kikimori_core::finding::{Alias, AssertedScore, JapaneseText, VulnerabilitySummary};
use kikimori_core::limits::{ALIAS_GROUP_MAX, RECORD_REFERENCES_MAX};
use kikimori_core::severity;
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{RecordLanguage, RecordState};

use crate::library::record_codec::{HeadTexts, HeadView};
use crate::library::{At, Library};

/// Alias groups, found as they are asked for and remembered.
pub struct Groups<'l> {
    /// Where the records are.
    library: &'l Library,
    /// Group number by id.
    by_id: BTreeMap<String, usize>,
    /// Group numbers by record.
    by_record: BTreeMap<At, Vec<usize>>,
    /// The groups.
    groups: Vec<Group>,
}

/// One alias group.
struct Group {
    /// The id it was first asked for by.
    id: String,
    /// Its summary, once asked for.
    summary: Option<Arc<VulnerabilitySummary>>,
    /// Every record that bears, aliases or addresses one of its ids.
    mentioning: Vec<At>,
}

impl<'l> Groups<'l> {
    /// No groups yet.
    #[must_use]
    pub fn new(library: &'l Library) -> Self {
        Self { library, by_id: BTreeMap::new(), by_record: BTreeMap::new(), groups: Vec::new() }
    }

    /// The group's summary. Made when first asked for: most groups of a scan never become a finding.
    pub fn summary(&mut self, group: usize) -> Option<Arc<VulnerabilitySummary>> {
        let library = self.library;
        let group = self.groups.get_mut(group)?;
        let id = &group.id;
        let summary =
            group.summary.get_or_insert_with(|| Arc::new(summarise(library, &collect(library, id))));
        Some(Arc::clone(summary))
    }

    /// Every record that may speak about the group; no other does.
    #[must_use]
    pub fn mentioning(&self, group: usize) -> &[At] {
        self.groups.get(group).map(|group| group.mentioning.as_slice()).unwrap_or_default()
    }

    /// The groups that a record speaks about: its own, or those of every id it addresses.
    pub fn of_record(&mut self, at: At) -> Vec<usize> {
        if let Some(groups) = self.by_record.get(&at) {
            return groups.clone();
        }
        let library = self.library;
        let Some(head) = library.record(at).and_then(|(segment, row)| segment.head(&row)) else {
            return Vec::new();
        };
        let addressed: Vec<&str> = head
            .addresses
            .iter()
            .copied()
            .filter(|id| id.starts_with("CVE-") && !self.is_rejected(id))
            .collect();
        let mut groups: Vec<usize> = if addressed.is_empty() {
            vec![self.of_id(head.id)]
        } else {
            addressed.iter().map(|id| self.of_id(id)).collect()
        };
        groups.sort_unstable();
        groups.dedup();
        self.by_record.insert(at, groups.clone());
        groups
    }

    /// Records bear this id, and all of them are rejected or withdrawn.
    fn is_rejected(&self, id: &str) -> bool {
        let mut states = self.library.mentions(id).into_iter().filter_map(|at| {
            let (segment, row) = self.library.record(at)?;
            let head = segment.head(&row)?;
            (head.id == id).then_some(head.state)
        });
        states.next().is_some_and(|first| first != RecordState::Published)
            && states.all(|state| state != RecordState::Published)
    }

    /// The group of an id.
    pub fn of_id(&mut self, id: &str) -> usize {
        if let Some(group) = self.by_id.get(id) {
            return *group;
        }
        let found = collect(self.library, id);
        let number = self.groups.len();
        for id in found.ids.into_keys() {
            self.by_id.insert(id, number);
        }
        let mentioning = found.mentioning.into_iter().collect();
        self.groups.push(Group { id: id.to_owned(), summary: None, mentioning });
        number
    }
}

/// The ids and records of a group.
#[derive(Default)]
struct Collected<'l> {
    /// Ids, each with who asserts it.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// Records that bear one of the ids, ordered by source and id.
    records: BTreeMap<(&'l str, &'l str), HeadView<'l>>,
    /// Records that address one of the ids (distribution advisories), for their scores.
    addressing: BTreeMap<(&'l str, &'l str), HeadView<'l>>,
    /// Where all of them are, and whatever else shares a hash with an id.
    mentioning: BTreeSet<At>,
}

/// Follows aliases from an id until nothing new comes. A group that grows past [`ALIAS_GROUP_MAX`] comes from wrong
/// aliases: then the id stands alone, whichever of the group was asked for.
fn collect<'l>(library: &'l Library, id: &str) -> Collected<'l> {
    let mut found = Collected::default();
    found.ids.entry(id.to_owned()).or_default();
    let mut waiting: Vec<String> = vec![id.to_owned()];
    while let Some(id) = waiting.pop() {
        visit(library, &id, &mut found, Some(&mut waiting));
        if found.ids.len() > ALIAS_GROUP_MAX {
            found = Collected::default();
            break;
        }
    }
    if found.ids.is_empty() {
        found.ids.entry(id.to_owned()).or_default();
        visit(library, id, &mut found, None);
    }
    found
}

/// Adds the records that bear or address an id. Ids not seen before are put into `waiting`; without it, only records
/// whose own id it is are taken, and no other id.
fn visit<'l>(
    library: &'l Library,
    id: &str,
    found: &mut Collected<'l>,
    mut waiting: Option<&mut Vec<String>>,
) {
    for at in library.mentions(id) {
        found.mentioning.insert(at);
        let Some(head) = library.record(at).and_then(|(segment, row)| segment.head(&row)) else {
            continue;
        };
        if head.state != RecordState::Published {
            continue;
        }
        let asserter = format!("{} {}", head.source, head.id);
        match &mut waiting {
            Some(waiting) if head.id == id || head.aliases.contains(&id) => {
                for other in std::iter::once(&head.id).chain(&head.aliases) {
                    if !found.ids.contains_key(*other) {
                        waiting.push((*other).to_owned());
                    }
                    found.ids.entry((*other).to_owned()).or_default().insert(asserter.clone());
                }
                found.records.insert((head.source, head.id), head);
            }
            None if head.id == id => {
                found.ids.entry(id.to_owned()).or_default().insert(asserter);
                found.records.insert((head.source, head.id), head);
            }
            _ if head.addresses.contains(&id) => {
                found.addressing.insert((head.source, head.id), head);
            }
            _ => {}
        }
    }
}

/// How early an id is preferred as the group's name: CVE first, then GHSA, then the rest; by year and number.
fn id_rank(id: &str) -> (u8, u64, u64, String) {
    let class = match id.split('-').next() {
        Some("CVE") => 0,
        Some("GHSA") => 2,
        Some("JVNDB") => 1,
        _ => 3,
    };
    let mut numbers = id.split('-').skip(1).map(|part| part.parse().unwrap_or(u64::MAX));
    (class, numbers.next().unwrap_or(u64::MAX), numbers.next().unwrap_or(u64::MAX), id.to_owned())
}

/// How early a source is asked for title and description.
fn source_rank(source: &str) -> u8 {
    match source {
        "cve" => 0,
        "nvd" => 1,
        "osv:ghsa" => 2,
        _ if source.starts_with("osv:") => 3,
        _ => 4,
    }
}

/// Title and description of a record in Japanese.
fn japanese(head: &HeadView<'_>, texts: &HeadTexts<'_>) -> JapaneseText {
    JapaneseText {
        source: head.source.to_owned(),
        record: head.id.to_owned(),
        title: texts.title.map(str::to_owned),
        description: texts.description.map(str::to_owned),
    }
}

/// Summarises what the group's records say. Depends on the records only, not on the order they came in.
fn summarise(library: &Library, found: &Collected<'_>) -> VulnerabilitySummary {
    let id = found.ids.keys().min_by_key(|id| id_rank(id)).cloned().unwrap_or_default();
    let mut heads: Vec<&HeadView<'_>> = found.records.values().collect();
    heads.sort_by_key(|head| (source_rank(head.source), head.source.to_owned(), head.id.to_owned()));
    let mut summary = VulnerabilitySummary {
        aliases: found
            .ids
            .iter()
            .filter(|(other, _)| **other != id)
            .map(|(other, by)| Alias { id: other.clone(), asserted_by: by.iter().cloned().collect() })
            .collect(),
        kev: found.ids.keys().find_map(|id| library.kev(id)).cloned(),
        epss: found.ids.keys().find_map(|id| library.epss(id)),
        published_at: heads.iter().filter_map(|head| head.published_ms).min().map(Stamp),
        id,
        title: None,
        description: None,
        japanese: None,
        scores: Vec::new(),
        cwes: Vec::new(),
        references: Vec::new(),
    };
    let mut cwes = BTreeSet::new();
    let mut references = BTreeSet::new();
    for head in heads.iter().copied().chain(found.addressing.values()) {
        let Some(texts) = head.texts() else { continue };
        let is_own = found.records.contains_key(&(head.source, head.id));
        if is_own {
            if texts.language == RecordLanguage::Japanese {
                summary.japanese.get_or_insert_with(|| japanese(head, &texts));
            } else {
                summary.title = summary.title.or_else(|| texts.title.map(str::to_owned));
                summary.description = summary.description.or_else(|| texts.description.map(str::to_owned));
            }
            cwes.extend(texts.cwes.iter().map(|cwe| (*cwe).to_owned()));
            references.extend(texts.references.iter().map(|address| (*address).to_owned()));
        }
        for (asserter, vector) in texts.severities {
            if let Ok(score) = severity::score(vector) {
                let (source, asserter) = (head.source.to_owned(), asserter.to_owned());
                summary.scores.push(AssertedScore { score, source, asserter });
            }
        }
    }
    summary.scores.sort_by(|left, right| {
        (right.score.score_tenths, right.score.version)
            .cmp(&(left.score.score_tenths, left.score.version))
            .then_with(|| {
                (&left.source, &left.asserter, &left.score.vector).cmp(&(
                    &right.source,
                    &right.asserter,
                    &right.score.vector,
                ))
            })
    });
    summary.scores.dedup();
    summary.cwes = cwes.into_iter().collect();
    summary.references = references.into_iter().take(RECORD_REFERENCES_MAX).collect();
    summary
}

/// A record in force bears this id, as its own or as an alias.
#[must_use]
pub fn is_borne(library: &Library, id: &str) -> bool {
    library.mentions(id).into_iter().any(|at| {
        let head = library.record(at).and_then(|(segment, row)| segment.head(&row));
        head.is_some_and(|head| {
            head.state == RecordState::Published && (head.id == id || head.aliases.contains(&id))
        })
    })
}
