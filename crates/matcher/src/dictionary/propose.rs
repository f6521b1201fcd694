//! Candidates for a component that nothing was found by, each with why it is one. A person decides.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::finding::Confidence;
use kikimori_core::folded_name::{FoldedName, edit_distance};
use kikimori_core::purl::Purl;
use kikimori_core::sbom::Component;

use super::{Dictionary, Known, KnownName, ListedName, letters_of};

/// Names under one word beyond which the word tells nothing (`server`, `plugin`).
const WORD_NAMES_MAX: usize = 2_000;
/// Shortest name, in characters, of which one slip is taken for a slip.
const ONE_SLIP_CHARS_MIN: usize = 5;
/// Shortest name, in characters, of which two slips are taken for slips.
const TWO_SLIPS_CHARS_MIN: usize = 9;
/// Shortest product, in characters, that is recognised as one word of a longer name.
const WORD_CHARS_MIN: usize = 4;

/// Why a name is a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateBasis {
    /// The names agree, and so does whose it is.
    NameAndOwner,
    /// Records use the component's name beside this one.
    Alias {
        /// One of the records.
        record: String,
        /// Vulnerabilities whose records do.
        n_vulnerabilities: usize,
    },
    /// The names agree; whose it is differs or is not stated.
    Name,
    /// The names agree but for a leading `lib`.
    WithoutLib,
    /// The words of one are among the words of the other.
    Words,
    /// The names differ by slips of the pen.
    Slips {
        /// Letters that differ (edit distance).
        n_slips: usize,
        /// Letters of the component's name.
        n_chars: usize,
    },
}

impl CandidateBasis {
    /// Place among the reasons, the strongest first: one slip tells more than common words, two slips less.
    fn rank(&self) -> u8 {
        match self {
            Self::NameAndOwner => 0,
            Self::Alias { .. } => 1,
            Self::Name => 2,
            Self::WithoutLib => 3,
            Self::Slips { n_slips: 0 | 1, .. } => 4,
            Self::Words => 5,
            Self::Slips { .. } => 6,
        }
    }
}

/// A name that may be the component's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The identifier that a rule would give.
    pub identifier: String,
    /// The name as records have it.
    pub known: KnownName,
    /// What a source's list calls it, where that is what agrees.
    pub listed: Option<ListedName>,
    /// Why it is a candidate.
    pub basis: CandidateBasis,
    /// The component's words say whose it is, too.
    pub is_owner_agreed: bool,
    /// Vulnerabilities known under the name.
    pub n_vulnerabilities: usize,
}

impl Candidate {
    /// How likely the candidate is; never enough to match by.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        match self.basis {
            CandidateBasis::NameAndOwner => Confidence::High,
            CandidateBasis::Alias { .. } | CandidateBasis::Name => Confidence::Medium,
            CandidateBasis::WithoutLib | CandidateBasis::Slips { .. } if self.is_owner_agreed => {
                Confidence::Medium
            }
            CandidateBasis::WithoutLib | CandidateBasis::Words | CandidateBasis::Slips { .. } => {
                Confidence::Low
            }
        }
    }
}

/// What a component says about its name.
struct Asked {
    /// Its names, folded, without duplicates.
    names: Vec<FoldedName>,
    /// Every word, also of group, supplier and namespace.
    words: BTreeSet<String>,
    /// The words that say whose it is.
    owner: BTreeSet<String>,
}

impl Asked {
    /// Reads a component: name, supplier, group, and the names in identifiers that found nothing.
    fn new(component: &Component) -> Self {
        let mut names = vec![FoldedName::new(&component.name)];
        let supplier = component.details().supplier.clone().unwrap_or_default();
        let mut owners = vec![component.group.as_deref().unwrap_or_default().to_owned(), supplier];
        for purl in component.purls.iter().filter_map(|written| Purl::parse(written).ok()) {
            names.push(FoldedName::new(&purl.name));
            owners.extend(purl.namespace);
        }
        for cpe in component.cpes.iter().filter_map(|written| Cpe::parse(written).ok()) {
            let text = |attribute| match cpe.get(attribute) {
                CpeValue::Text(text) => CpeValue::Text(text).unescaped().into_owned(),
                CpeValue::Any | CpeValue::Na => String::new(),
            };
            names.push(FoldedName::new(&text(Attribute::Product)));
            owners.push(text(Attribute::Vendor));
        }
        names.retain(|name| !name.words.is_empty());
        names.dedup();
        let owner: BTreeSet<String> = owners
            .iter()
            .flat_map(|owner| FoldedName::new(owner).telling_words().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let words = names.iter().flat_map(|name| name.words.clone()).chain(owner.iter().cloned()).collect();
        Self { names, words, owner }
    }

    /// The words of a known owner are among the component's. An owner called like the product tells nothing.
    fn agrees_about_owner(&self, known: &Known) -> bool {
        known.owner.iter().any(|word| {
            self.owner.contains(word) || (self.words.contains(word) && !known.words.contains(word))
        })
    }
}

impl Dictionary {
    /// The candidates for a component, the likeliest first, at most `max`.
    #[must_use]
    pub fn propose(&self, component: &Component, max: usize) -> Vec<Candidate> {
        let asked = Asked::new(component);
        let mut found: BTreeMap<u32, CandidateBasis> = BTreeMap::new();
        for name in &asked.names {
            let compact = name.compact();
            for position in self.spelled(&compact) {
                let is_owner = self.at(*position).is_some_and(|known| asked.agrees_about_owner(known));
                note(
                    &mut found,
                    *position,
                    if is_owner { CandidateBasis::NameAndOwner } else { CandidateBasis::Name },
                );
                for (other, assertion) in self.beside(*position) {
                    note(
                        &mut found,
                        other,
                        CandidateBasis::Alias {
                            record: assertion.record.clone(),
                            n_vulnerabilities: assertion.vulnerabilities.len(),
                        },
                    );
                }
            }
            let with_lib = format!("lib{compact}");
            for other in name.without_lib().iter().chain([&with_lib]) {
                for position in self.spelled(other) {
                    note(&mut found, *position, CandidateBasis::WithoutLib);
                }
            }
        }
        for position in self.by_words(&asked) {
            note(&mut found, position, CandidateBasis::Words);
        }
        if found.values().all(|basis| basis.rank() > CandidateBasis::WithoutLib.rank()) {
            for (position, basis) in self.by_distance(&asked) {
                note(&mut found, position, basis);
            }
        }
        self.ranked(found, &asked, max)
    }

    /// Names whose words are all among the component's, or the other way round.
    fn by_words(&self, asked: &Asked) -> Vec<u32> {
        let mut positions = BTreeSet::new();
        for word in &asked.words {
            let under = self.by_word.get(word).map(Vec::as_slice).unwrap_or_default();
            if under.len() > WORD_NAMES_MAX {
                continue;
            }
            for position in under {
                let Some(known) = self.at(*position) else { continue };
                let n_chars: usize = known.words.iter().map(|word| word.chars().count()).sum();
                let is_inside = n_chars >= WORD_CHARS_MIN
                    && known.words.iter().all(|word| asked.words.contains(word))
                    && asked
                        .names
                        .iter()
                        .any(|name| known.words.iter().any(|word| name.words.contains(word)));
                let is_around = asked.names.iter().any(|name| {
                    name.words.len() > 1
                        && known.words.len() <= name.words.len() + 2
                        && name
                            .words
                            .iter()
                            .all(|word| known.words.contains(word) || known.owner.contains(word))
                });
                if is_inside || is_around {
                    positions.insert(*position);
                }
            }
        }
        positions.into_iter().collect()
    }

    /// Names that differ by a slip or two; short names have none, because every other short name is near.
    fn by_distance(&self, asked: &Asked) -> BTreeMap<u32, CandidateBasis> {
        let mut found: BTreeMap<u32, CandidateBasis> = BTreeMap::new();
        for name in &asked.names {
            let compact = name.compact();
            let n_chars = compact.chars().count();
            let max = match n_chars {
                TWO_SLIPS_CHARS_MIN.. => 2,
                ONE_SLIP_CHARS_MIN.. => 1,
                _ => continue,
            };
            let letters = letters_of(&compact);
            for (other, spelling) in &self.by_compact {
                // Each slip changes at most two letters of the set.
                let is_far = (letters ^ spelling.letters).count_ones() as usize > 2 * max
                    || spelling.n_chars.abs_diff(n_chars) > max;
                if is_far || spelling.n_chars < ONE_SLIP_CHARS_MIN {
                    continue;
                }
                let Some(n_slips) = edit_distance(&compact, other, max) else { continue };
                for position in &spelling.positions {
                    note(&mut found, *position, CandidateBasis::Slips { n_slips, n_chars });
                }
            }
        }
        found
    }

    /// Candidates in order: the basis, whose it is, how much is known, the identifier.
    fn ranked(&self, found: BTreeMap<u32, CandidateBasis>, asked: &Asked, max: usize) -> Vec<Candidate> {
        let mut by_identifier: BTreeMap<String, Candidate> = BTreeMap::new();
        for (position, basis) in found {
            let Some(known) = self.at(position) else { continue };
            let Some(identifier) = known.name.identifier() else { continue };
            let candidate = Candidate {
                identifier: identifier.clone(),
                known: known.name.clone(),
                listed: known.listed.clone(),
                basis,
                is_owner_agreed: asked.agrees_about_owner(known),
                n_vulnerabilities: known.vulnerabilities.len(),
            };
            let best = by_identifier.entry(identifier).or_insert_with(|| candidate.clone());
            if order(&candidate) < order(best) {
                *best = candidate;
            }
        }
        let mut candidates: Vec<Candidate> = by_identifier.into_values().collect();
        candidates.sort_by(|left, right| order(left).cmp(&order(right)));
        candidates.truncate(max);
        candidates
    }
}

/// Notes why a position is a candidate; the strongest reason stays.
fn note(found: &mut BTreeMap<u32, CandidateBasis>, position: u32, basis: CandidateBasis) {
    let best = found.entry(position).or_insert_with(|| basis.clone());
    if basis.rank() < best.rank() {
        *best = basis;
    }
}

/// What candidates are ordered by.
fn order(candidate: &Candidate) -> (u8, bool, std::cmp::Reverse<usize>, &str, &KnownName) {
    let n_vulnerabilities = std::cmp::Reverse(candidate.n_vulnerabilities);
    (
        candidate.basis.rank(),
        !candidate.is_owner_agreed,
        n_vulnerabilities,
        &candidate.identifier,
        &candidate.known,
    )
}
