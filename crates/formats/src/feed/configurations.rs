//! NVD-style configurations: CPE matches in nodes, under AND and OR.
//!
//! API 2.0 has two levels, configuration and node. Feeds of version 1.1 nest nodes in nodes (`children`);
//! what two levels can say is flattened, the rest is passed over with a notice.

use kikimori_core::cpe::Cpe;
use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::vulnerability::{Configuration, CpeMatch, Node, Operator};
use serde::Deserialize;

use super::record::{Notes, limit};
use super::wire::{Rule, Text, is_list, or_default};

/// `configurations[]`, `cpeApplicability[]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct WireConfiguration<'a> {
    /// How the nodes combine; absent with one node.
    #[serde(default)]
    operator: Text<'a>,
    /// The whole is negated.
    #[serde(default, deserialize_with = "or_default")]
    negate: bool,
    /// The nodes.
    #[serde(default, deserialize_with = "or_default")]
    nodes: Vec<WireNode<'a>>,
}

/// `nodes[]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct WireNode<'a> {
    /// How the matches combine.
    #[serde(default)]
    operator: Text<'a>,
    /// The node is negated.
    #[serde(default, deserialize_with = "or_default")]
    negate: bool,
    /// The matches.
    #[serde(default, rename = "cpeMatch", alias = "cpe_match", deserialize_with = "or_default")]
    matches: Vec<WireMatch<'a>>,
    /// Nested nodes (version 1.1).
    #[serde(default, deserialize_with = "or_default")]
    children: Vec<WireNode<'a>>,
}

/// `cpeMatch[]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
pub(super) struct WireMatch<'a> {
    /// The vulnerable thing, or a condition.
    #[serde(default, deserialize_with = "or_default")]
    vulnerable: bool,
    /// The CPE name.
    #[serde(default, alias = "cpe23Uri")]
    criteria: Text<'a>,
    /// Lowest version, inclusive.
    #[serde(default)]
    version_start_including: Text<'a>,
    /// Lowest version, exclusive.
    #[serde(default)]
    version_start_excluding: Text<'a>,
    /// Highest version, inclusive.
    #[serde(default)]
    version_end_including: Text<'a>,
    /// Highest version, exclusive.
    #[serde(default)]
    version_end_excluding: Text<'a>,
}

/// The rules for configurations at `/cve/configurations`.
pub(super) const RULES: &[Rule<'static>] = &[
    ("cve/configurations/*/nodes/*/cpeMatch/*", |value| WireMatch::deserialize(value).map(drop)),
    ("cve/configurations/*/nodes/*/cpeMatch", is_list),
    ("cve/configurations/*/nodes/*", |value| WireNode::deserialize(value).map(drop)),
    ("cve/configurations/*/nodes", is_list),
    ("cve/configurations/*", |value| WireConfiguration::deserialize(value).map(drop)),
    ("cve/configurations", is_list),
];

/// The check for one configuration, for readers that have theirs elsewhere.
pub(super) fn is_configuration(value: &serde_json::Value) -> Result<(), serde_json::Error> {
    WireConfiguration::deserialize(value).map(drop)
}

/// Configurations as domain values.
///
/// # Errors
/// FEED-006 when there are more than [`limits::RECORD_AFFECTED_MAX`] matches.
pub(super) fn read(
    wires: &[WireConfiguration<'_>],
    pointer: &str,
    notes: &mut Notes<'_>,
) -> Result<Vec<Configuration>, Message> {
    let mut reading = Reading { n_matches: 0, notes };
    let mut configurations = Vec::new();
    for (index, wire) in wires.iter().enumerate() {
        reading.configuration(wire, &format!("{pointer}/{index}"), &mut configurations);
    }
    if reading.n_matches > limits::RECORD_AFFECTED_MAX {
        return Err(limit("RECORD_AFFECTED_MAX", limits::RECORD_AFFECTED_MAX));
    }
    Ok(configurations)
}

/// AND, or OR when nothing or something else is written.
fn operator(text: &Text<'_>) -> Operator {
    if text.trimmed().eq_ignore_ascii_case("AND") { Operator::And } else { Operator::Or }
}

/// One record's configurations being read.
struct Reading<'notes, 'messages> {
    /// Matches seen.
    n_matches: usize,
    /// Where notices go.
    notes: &'notes mut Notes<'messages>,
}

impl Reading<'_, '_> {
    /// One configuration; alternatives among nested nodes become several.
    fn configuration(&mut self, wire: &WireConfiguration<'_>, pointer: &str, out: &mut Vec<Configuration>) {
        if wire.nodes.iter().all(|node| node.children.is_empty()) {
            let nodes = self.nodes(&wire.nodes, pointer);
            self.push(operator(&wire.operator), wire.negate, nodes, out);
            return;
        }
        let is_choice = wire.nodes.len() == 1 || operator(&wire.operator) == Operator::Or;
        if wire.negate || !is_choice {
            self.nested(pointer);
            return;
        }
        for (index, node) in wire.nodes.iter().enumerate() {
            let pointer = format!("{pointer}/nodes/{index}");
            if node.children.is_empty() {
                let nodes = self.nodes(std::slice::from_ref(node), &pointer);
                self.push(Operator::Or, false, nodes, out);
            } else if node.children.iter().any(|child| !child.children.is_empty()) {
                self.nested(&pointer);
            } else {
                let mut nodes = self.nodes(&node.children, &pointer);
                if !node.matches.is_empty() {
                    // Matches beside children combine with them by the node's own operator.
                    let own = WireNode { negate: false, children: Vec::new(), ..node.clone() };
                    nodes.extend(self.nodes(std::slice::from_ref(&own), &pointer));
                }
                self.push(operator(&node.operator), node.negate, nodes, out);
            }
        }
    }

    /// Adds a configuration that has nodes.
    fn push(&self, operator: Operator, negate: bool, nodes: Vec<Node>, out: &mut Vec<Configuration>) {
        if !nodes.is_empty() {
            out.push(Configuration { operator, negate, nodes });
        }
    }

    /// Nodes without children.
    fn nodes(&mut self, wires: &[WireNode<'_>], pointer: &str) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(wires.len());
        for wire in wires {
            self.n_matches = self.n_matches.saturating_add(wire.matches.len());
            if self.n_matches > limits::RECORD_AFFECTED_MAX {
                break;
            }
            let matches = wire.matches.iter().filter_map(|wire| self.cpe_match(wire, pointer)).collect();
            nodes.push(Node { operator: operator(&wire.operator), negate: wire.negate, matches });
        }
        nodes
    }

    /// One match; a malformed name is passed over with a notice.
    fn cpe_match(&mut self, wire: &WireMatch<'_>, pointer: &str) -> Option<CpeMatch> {
        let bound = |text: &Text<'_>| text.filled().map(str::to_owned);
        Some(CpeMatch {
            is_vulnerable: wire.vulnerable,
            criteria: read_cpe(wire.criteria.trimmed(), pointer, self.notes)?,
            start_including: bound(&wire.version_start_including),
            start_excluding: bound(&wire.version_start_excluding),
            end_including: bound(&wire.version_end_including),
            end_excluding: bound(&wire.version_end_excluding),
        })
    }

    /// Says that a configuration nests too deeply.
    fn nested(&mut self, pointer: &str) {
        let message = Message::new(codes::FEED_CONFIGURATION_NESTED);
        self.notes.add(message.at(Place::Pointer(pointer.to_owned())), &[]);
    }
}

/// A CPE name; a malformed one is `None` and a notice.
pub(super) fn read_cpe(text: &str, pointer: &str, notes: &mut Notes<'_>) -> Option<Cpe> {
    match Cpe::parse(text) {
        Ok(cpe) => Some(cpe),
        Err(fault) => {
            let message = Message::new(codes::FEED_CPE_UNREADABLE).at(Place::Pointer(pointer.to_owned()));
            let shown: String = text.chars().take(200).collect();
            notes.add(message, &[("cpe", &shown), ("detail", &fault.to_string())]);
            None
        }
    }
}
