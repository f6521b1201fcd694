//! References (`bom-ref`, `SPDXID`) as small numbers, whichever comes first: the mention or the element.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};

use kikimori_core::limits::SBOM_REFERENCES_MAX;
use kikimori_core::message::Message;
use kikimori_core::sbom::Component;

use super::guard::limit;

/// No symbol: the end of a chain.
const NONE: u32 = u32::MAX;

/// What a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Nothing so far.
    Unknown,
    /// A component, by its index.
    Component(u32),
    /// The document, a file, a service or a tool: known, but no node of the graph.
    Other,
}

/// One reference.
#[derive(Clone, Copy, Debug)]
struct Symbol {
    /// What it names.
    target: Target,
    /// Start of its text in the arena; [`NONE`] when the text is its component's own `reference`.
    start: u32,
    /// Length of its text in the arena, in bytes.
    len: u32,
    /// The next symbol with the same hash.
    next: u32,
    /// Mentions in the dependency graph.
    n_mentions: u32,
    /// Where it was mentioned first: an entry's index, or a line.
    first_mention: u32,
}

/// A reference that names nothing in the document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dangling<'a> {
    /// The reference as written.
    pub(super) reference: &'a str,
    /// Mentions in the dependency graph.
    pub(super) n_mentions: u32,
    /// Where it was mentioned first: an entry's index, or a line.
    pub(super) first_mention: u32,
}

/// All references of a document.
#[derive(Default)]
pub(super) struct References {
    /// The texts of references that were mentioned before their element came, end to end.
    arena: String,
    /// The references, numbered by position.
    symbols: Vec<Symbol>,
    /// Hashes of references that were defined and are neither components nor mentioned so far: files and relationships, of
    /// which a document has more than of anything else. 64 bits: two of ten million texts share one by a chance of one to
    /// three hundred thousand.
    hidden: BTreeSet<u64>,
    /// Hash of the text to the first symbol that has it. 32 bits keep it small; equal hashes are chained.
    #[expect(clippy::disallowed_types, reason = "only look-ups; its order reaches nothing")]
    table: std::collections::HashMap<u32, u32>,
    /// The hash function, keyed anew for each document so that no document can aim at collisions.
    hasher: RandomState,
}

impl References {
    /// Notes a mention of `text` in the dependency graph and gives its number. `place` is the index of the
    /// entry or the line.
    ///
    /// # Errors
    /// [`kikimori_core::message::codes::SBOM_LIMIT`] over [`SBOM_REFERENCES_MAX`].
    pub(super) fn mention(
        &mut self,
        text: &str,
        place: u64,
        components: &[Component],
    ) -> Result<u32, Message> {
        let symbol = self.intern(text, components)?;
        if let Some(entry) = self.symbols.get_mut(symbol as usize) {
            if entry.n_mentions == 0 {
                entry.first_mention = u32::try_from(place).unwrap_or(u32::MAX);
            }
            entry.n_mentions = entry.n_mentions.saturating_add(1);
        }
        Ok(symbol)
    }

    /// Makes `text` name `target`, unless it names something already: then gives that.
    ///
    /// # Errors
    /// [`kikimori_core::message::codes::SBOM_LIMIT`] over [`SBOM_REFERENCES_MAX`].
    pub(super) fn define(
        &mut self,
        text: &str,
        target: Target,
        components: &[Component],
    ) -> Result<Option<Target>, Message> {
        if !self.hidden.is_empty() && self.hidden.contains(&self.hasher.hash_one(text)) {
            return Ok(Some(Target::Other));
        }
        let hash = self.hash(text);
        let symbol = match (self.find(hash, text, components), target) {
            (Some(symbol), _) => symbol,
            (None, Target::Component(_)) => {
                self.add(
                    hash,
                    Symbol { target, start: NONE, len: 0, next: NONE, n_mentions: 0, first_mention: 0 },
                )?;
                return Ok(None);
            }
            (None, _) => self.intern(text, components)?,
        };
        let Some(entry) = self.symbols.get_mut(symbol as usize) else {
            return Ok(None);
        };
        if entry.target != Target::Unknown {
            return Ok(Some(entry.target));
        }
        entry.target = target;
        Ok(None)
    }

    /// Makes `text` known as the name of something that is no component, keeping its hash only. Gives what it named before.
    ///
    /// # Errors
    /// [`kikimori_core::message::codes::SBOM_LIMIT`] over [`SBOM_REFERENCES_MAX`].
    pub(super) fn define_hidden(
        &mut self,
        text: &str,
        components: &[Component],
    ) -> Result<Option<Target>, Message> {
        let known = self.find(self.hash(text), text, components);
        if let Some(entry) = known.and_then(|symbol| self.symbols.get_mut(symbol as usize)) {
            let earlier = entry.target;
            entry.target = if earlier == Target::Unknown { Target::Other } else { earlier };
            return Ok((earlier != Target::Unknown).then_some(earlier));
        }
        if self.symbols.len() + self.hidden.len() >= SBOM_REFERENCES_MAX {
            return Err(limit("SBOM_REFERENCES_MAX", SBOM_REFERENCES_MAX as u64));
        }
        let is_new = self.hidden.insert(self.hasher.hash_one(text));
        Ok((!is_new).then_some(Target::Other))
    }

    /// Finds out what mentioned texts name that name nothing by themselves: something known by its hash, or something whose
    /// text is another spelling (`respell`) of the same. Gives the symbol that each respelled one stands for.
    pub(super) fn settle(
        &mut self,
        respell: impl Fn(&str) -> Option<String>,
        components: &[Component],
    ) -> BTreeMap<u32, u32> {
        let mut aliases = BTreeMap::new();
        for index in 0..self.symbols.len() {
            let Some(symbol) = self.symbols.get(index).copied().filter(|one| one.target == Target::Unknown)
            else {
                continue;
            };
            let text = self.arena_text(&symbol);
            let is_hidden = |text: &str| self.hidden.contains(&self.hasher.hash_one(text));
            let target = if is_hidden(text) {
                Target::Other
            } else if let Some(other) = respell(text) {
                match self.find(self.hash(&other), &other, components) {
                    Some(found) => {
                        aliases.insert(u32::try_from(index).unwrap_or(NONE), found);
                        self.target(found)
                    }
                    None if is_hidden(&other) => Target::Other,
                    None => Target::Unknown,
                }
            } else {
                Target::Unknown
            };
            if let Some(entry) = self.symbols.get_mut(index) {
                entry.target = target;
            }
        }
        aliases
    }

    /// What the symbol names.
    pub(super) fn target(&self, symbol: u32) -> Target {
        self.symbols.get(symbol as usize).map_or(Target::Unknown, |entry| entry.target)
    }

    /// Mentioned references that name nothing, in the order of their first mention.
    pub(super) fn dangling(&self) -> impl Iterator<Item = Dangling<'_>> {
        self.symbols.iter().filter(|symbol| symbol.target == Target::Unknown && symbol.n_mentions > 0).map(
            |symbol| Dangling {
                reference: self.arena_text(symbol),
                n_mentions: symbol.n_mentions,
                first_mention: symbol.first_mention,
            },
        )
    }

    /// The lower half of the text's hash.
    fn hash(&self, text: &str) -> u32 {
        (self.hasher.hash_one(text) & u64::from(u32::MAX)) as u32
    }

    /// The number of `text`, a new one if it is new.
    pub(super) fn intern(&mut self, text: &str, components: &[Component]) -> Result<u32, Message> {
        let hash = self.hash(text);
        if let Some(symbol) = self.find(hash, text, components) {
            return Ok(symbol);
        }
        let start = u32::try_from(self.arena.len()).unwrap_or(NONE);
        let len = u32::try_from(text.len()).unwrap_or(NONE);
        self.arena.push_str(text);
        self.add(
            hash,
            Symbol { target: Target::Unknown, start, len, next: NONE, n_mentions: 0, first_mention: 0 },
        )
    }

    /// The symbol whose text is `text`.
    fn find(&self, hash: u32, text: &str, components: &[Component]) -> Option<u32> {
        let mut next = self.table.get(&hash).copied()?;
        loop {
            let symbol = self.symbols.get(next as usize)?;
            let known = match symbol.target {
                Target::Component(index) if symbol.start == NONE => {
                    components.get(index as usize).and_then(|component| component.reference.as_deref())
                }
                _ => Some(self.arena_text(symbol)),
            };
            if known == Some(text) {
                return Some(next);
            }
            next = symbol.next;
        }
    }

    /// Adds a symbol in front of those with the same hash.
    fn add(&mut self, hash: u32, mut symbol: Symbol) -> Result<u32, Message> {
        if self.symbols.len() + self.hidden.len() >= SBOM_REFERENCES_MAX {
            return Err(limit("SBOM_REFERENCES_MAX", SBOM_REFERENCES_MAX as u64));
        }
        let number = u32::try_from(self.symbols.len()).unwrap_or(NONE);
        symbol.next = self.table.insert(hash, number).unwrap_or(NONE);
        self.symbols.push(symbol);
        Ok(number)
    }

    /// The symbol's text in the arena.
    fn arena_text(&self, symbol: &Symbol) -> &str {
        let start = symbol.start as usize;
        self.arena.get(start..start.saturating_add(symbol.len as usize)).unwrap_or_default()
    }
}

/// A node on or behind a circle of `edges` (indexes below `n_nodes`), if there is one.
pub(super) fn find_cycle(edges: &[(u32, u32)], n_nodes: usize) -> Option<u32> {
    on_or_behind_circles(edges, n_nodes).first().copied()
}

/// Every node that lies on a circle of `edges` (indexes below `n_nodes`) or can be reached from one, in order.
///
/// Nodes that nothing points to are taken away until none is left (Kahn); these remain.
pub(super) fn on_or_behind_circles(edges: &[(u32, u32)], n_nodes: usize) -> Vec<u32> {
    let mut n_incoming = vec![0_u32; n_nodes];
    for (_, to) in edges {
        if let Some(n) = n_incoming.get_mut(*to as usize) {
            *n += 1;
        }
    }
    let mut sorted = edges.to_vec();
    sorted.sort_unstable();
    let mut free: Vec<u32> =
        (0_u32..).zip(&n_incoming).filter(|(_, n)| **n == 0).map(|(node, _)| node).collect();
    while let Some(node) = free.pop() {
        let first = sorted.partition_point(|(from, _)| *from < node);
        for (_, to) in sorted.iter().skip(first).take_while(|(from, _)| *from == node) {
            let Some(n) = n_incoming.get_mut(*to as usize) else { continue };
            *n -= 1;
            if *n == 0 {
                free.push(*to);
            }
        }
    }
    (0_u32..).zip(&n_incoming).filter(|(_, n)| **n > 0).map(|(node, _)| node).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(reference: &str) -> Component {
        Component { reference: Some(reference.into()), ..Component::default() }
    }

    #[test]
    fn a_mention_may_come_before_or_after_its_component() {
        let mut references = References::default();
        let early = references.mention("a", 7, &[]).unwrap();
        let components = [named("a"), named("b")];
        assert_eq!(references.define("a", Target::Component(0), &components).unwrap(), None);
        assert_eq!(references.define("b", Target::Component(1), &components).unwrap(), None);
        let late = references.mention("b", 8, &components).unwrap();
        assert_eq!(references.target(early), Target::Component(0));
        assert_eq!(references.target(late), Target::Component(1));
        assert_eq!(references.define("a", Target::Other, &components).unwrap(), Some(Target::Component(0)));
        references.mention("nobody", 9, &components).unwrap();
        references.mention("nobody", 10, &components).unwrap();
        let dangling: Vec<_> = references.dangling().collect();
        assert_eq!(dangling, [Dangling { reference: "nobody", n_mentions: 2, first_mention: 9 }]);
    }

    #[test]
    fn finds_circles_and_only_circles() {
        let cases: &[(&[(u32, u32)], bool)] = &[
            (&[], false),
            (&[(0, 1), (1, 2), (0, 2)], false),
            (&[(0, 1), (1, 0)], true),
            (&[(2, 2)], true),
            (&[(0, 1), (1, 2), (2, 3), (3, 1)], true),
            (&[(0, 1), (0, 1)], false),
        ];
        for (edges, expected) in cases {
            assert_eq!(find_cycle(edges, 4).is_some(), *expected, "{edges:?}");
        }
    }
}
