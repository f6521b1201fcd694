//! Identity rules used together: which are in force, and which one decides about a component.
//!
//! Of the rules that speak about a component the narrowest decides. Where equally narrow rules disagree none of them is
//! applied and the conflict is shown. `ignore` rules are no rivals: each takes away the identifier that it names.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::identity_rule::{Decision, IdentityRule, SubjectName, TextPattern, Written};
use crate::sbom::Component;

/// Rules used together.
#[derive(Clone, Debug, Default)]
pub struct RuleBook {
    /// Every rule, in the order of files and of places in them.
    rules: Vec<Arc<IdentityRule>>,
    /// What became of each.
    standings: Vec<Standing>,
    /// Rules in force with an exact name, by that name.
    exact: BTreeMap<String, Vec<usize>>,
    /// Rules in force whose name ends in `*`.
    open: Vec<usize>,
}

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is applied.
    InForce,
    /// Another rule takes its place, by its position.
    Superseded(usize),
    /// The same rule, from another file, came before, by its position.
    Repeated(usize),
}

/// Two rules with one id and different contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameId {
    /// The first.
    pub first: Arc<IdentityRule>,
    /// The second.
    pub second: Arc<IdentityRule>,
}

/// What the rules say about one component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// The rule that decides what it is.
    pub decided: Option<Arc<IdentityRule>>,
    /// Identifiers that are wrong, as written, each with the rule that says so.
    pub ignored: Vec<(String, Arc<IdentityRule>)>,
    /// Equally narrow rules that disagree; none of them is applied.
    pub conflict: Vec<Arc<IdentityRule>>,
}

impl Resolution {
    /// Every rule that is applied, the deciding one first.
    pub fn applied(&self) -> impl Iterator<Item = &Arc<IdentityRule>> {
        self.decided.iter().chain(self.ignored.iter().map(|(_, rule)| rule))
    }

    /// An identifier of the component, as written, still counts.
    #[must_use]
    pub fn keeps(&self, written: &str) -> bool {
        let decision = self.decided.as_ref().map(|rule| &rule.decision);
        !matches!(decision, Some(Decision::Replace(_) | Decision::NoPublicIdentity))
            && !self.ignored.iter().any(|(ignored, _)| ignored == written)
    }
}

impl RuleBook {
    /// Puts rules together.
    ///
    /// A rule is superseded by one that names its id, and inside one organisation by a later rule about the same
    /// components. The same rule read twice counts once.
    ///
    /// # Errors
    /// [`SameId`] when two different rules bear one id: then "which rule?" has no answer.
    pub fn new(rules: Vec<IdentityRule>) -> Result<Self, Box<SameId>> {
        let rules: Vec<Arc<IdentityRule>> = rules.into_iter().map(Arc::new).collect();
        let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
        let mut standings = vec![Standing::InForce; rules.len()];
        for (number, rule) in rules.iter().enumerate() {
            let Some(first) = by_id.get(rule.id.as_str()).copied() else {
                by_id.insert(&rule.id, number);
                continue;
            };
            match (rules.get(first), standings.get_mut(number)) {
                (Some(before), Some(standing)) if is_same(before, rule) => {
                    *standing = Standing::Repeated(first);
                }
                (Some(before), _) => {
                    let (first, second) = (Arc::clone(before), Arc::clone(rule));
                    return Err(Box::new(SameId { first, second }));
                }
                (None, _) => {}
            }
        }
        supersede_later(&rules, &mut standings);
        for (number, rule) in rules.iter().enumerate() {
            if matches!(standings.get(number), Some(Standing::Repeated(_))) {
                continue;
            }
            for id in &rule.supersedes {
                let old = by_id.get(id.as_str()).and_then(|old| standings.get_mut(*old));
                if let Some(standing) = old.filter(|standing| **standing == Standing::InForce) {
                    *standing = Standing::Superseded(number);
                }
            }
        }
        let mut book = Self { rules, standings, exact: BTreeMap::new(), open: Vec::new() };
        book.index();
        Ok(book)
    }

    /// Indexes the rules in force.
    fn index(&mut self) {
        for (number, (rule, standing)) in self.rules.iter().zip(&self.standings).enumerate() {
            if *standing != Standing::InForce {
                continue;
            }
            match &rule.subject.name {
                SubjectName::Purl(TextPattern::Exact(name))
                | SubjectName::Written { name: TextPattern::Exact(name), .. } => {
                    self.exact.entry(name.clone()).or_default().push(number);
                }
                _ => self.open.push(number),
            }
        }
    }

    /// There is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Every rule with what became of it, in the order read.
    pub fn rules(&self) -> impl Iterator<Item = (&Arc<IdentityRule>, &Standing)> {
        self.rules.iter().zip(&self.standings)
    }

    /// The rule at a position, for [`Standing`].
    #[must_use]
    pub fn rule(&self, position: usize) -> Option<&Arc<IdentityRule>> {
        self.rules.get(position)
    }

    /// Rules in force about exactly the same components that disagree.
    #[must_use]
    pub fn conflicts(&self) -> Vec<(&Arc<IdentityRule>, &Arc<IdentityRule>)> {
        let in_force: Vec<&Arc<IdentityRule>> = self.in_force().collect();
        let mut conflicts = Vec::new();
        let mut by_subject: BTreeMap<String, Vec<&Arc<IdentityRule>>> = BTreeMap::new();
        for rule in in_force.into_iter().filter(|rule| rule.decision != Decision::Ignore) {
            by_subject.entry(rule.subject.shown()).or_default().push(rule);
        }
        for rivals in by_subject.values() {
            let others = rivals.iter().skip(1);
            if let Some((first, other)) = rivals.first().and_then(|first| {
                Some((*first, *others.clone().find(|other| other.decision != first.decision)?))
            }) {
                conflicts.push((first, other));
            }
        }
        conflicts
    }

    /// The rules in force.
    pub fn in_force(&self) -> impl Iterator<Item = &Arc<IdentityRule>> {
        self.rules().filter(|(_, standing)| **standing == Standing::InForce).map(|(rule, _)| rule)
    }

    /// What the rules say about a component; `None` when none speaks about it.
    #[must_use]
    pub fn resolve(&self, component: &Component) -> Option<Resolution> {
        if self.is_empty() {
            return None;
        }
        let written = Written::new(component);
        let names = written.purls.iter().map(|(_, name)| name.as_str()).chain([&*component.name]);
        let mut numbers: Vec<usize> =
            names.filter_map(|name| self.exact.get(name)).flatten().copied().collect();
        numbers.extend(&self.open);
        numbers.sort_unstable();
        numbers.dedup();
        let covering: Vec<&Arc<IdentityRule>> = numbers
            .into_iter()
            .filter_map(|number| self.rules.get(number))
            .filter(|rule| rule.subject.covers(&written))
            .collect();
        if covering.is_empty() {
            return None;
        }
        let mut resolution = Resolution::default();
        for rule in covering.iter().filter(|rule| rule.decision == Decision::Ignore) {
            let named = rule.subject.named_identifiers(&written).into_iter();
            resolution.ignored.extend(named.map(|text| (text.to_owned(), Arc::clone(rule))));
        }
        let deciding = || covering.iter().filter(|rule| rule.decision != Decision::Ignore);
        let narrowest = deciding().map(|rule| rule.subject.narrowness()).max();
        let rivals: Vec<&Arc<IdentityRule>> =
            deciding().filter(|rule| Some(rule.subject.narrowness()) == narrowest).copied().collect();
        match rivals.split_first() {
            Some((first, others)) if others.iter().all(|other| other.decision == first.decision) => {
                resolution.decided = Some(Arc::clone(first));
            }
            _ => resolution.conflict = rivals.into_iter().cloned().collect(),
        }
        Some(resolution)
    }
}

/// The same rule, wherever it was read.
fn is_same(left: &IdentityRule, right: &IdentityRule) -> bool {
    let plain = |rule: &IdentityRule| IdentityRule {
        origin: String::new(),
        place: crate::message::Place::Document,
        ..rule.clone()
    };
    plain(left) == plain(right)
}

/// Inside one organisation a later decision about the same components supersedes the earlier ones.
fn supersede_later(rules: &[Arc<IdentityRule>], standings: &mut [Standing]) {
    let mut latest: BTreeMap<(Option<&str>, String), usize> = BTreeMap::new();
    for (number, rule) in rules.iter().enumerate() {
        if standings.get(number) != Some(&Standing::InForce) {
            continue;
        }
        let last = latest.entry((rule.organisation.as_deref(), rule.subject.shown())).or_insert(number);
        if rules.get(*last).is_some_and(|before| rule.decided_on > before.decided_on) {
            *last = number;
        }
    }
    for (number, rule) in rules.iter().enumerate() {
        let key = (rule.organisation.as_deref(), rule.subject.shown());
        let Some(last) = latest.get(&key) else { continue };
        let is_earlier = rules.get(*last).is_some_and(|last| last.decided_on > rule.decided_on);
        if let Some(standing) = standings.get_mut(number).filter(|standing| **standing == Standing::InForce)
            && is_earlier
        {
            *standing = Standing::Superseded(*last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity_rule::{Named, Subject};
    use crate::message::Place;

    /// A rule of an organisation about components of a name, giving a CPE product.
    fn rule(id: &str, organisation: &str, on: &str, name: &str, product: &str) -> IdentityRule {
        let name = TextPattern::parse(name).unwrap();
        let cpes = vec![format!("cpe:2.3:a:vendor:{product}:*:*:*:*:*:*:*:*")];
        IdentityRule {
            id: id.to_owned(),
            subject: Subject {
                name: SubjectName::Written { name, group: None, supplier: None },
                version: None,
            },
            decision: Decision::Add(Named { purls: Vec::new(), cpes }),
            author: "A. Author".to_owned(),
            decided_on: on.to_owned(),
            reason: "because".to_owned(),
            organisation: Some(organisation.to_owned()),
            supersedes: Vec::new(),
            origin: format!("{organisation}.toml"),
            place: Place::Line(1),
        }
    }

    /// What the rules decide about a component `openssl`: the deciding id, or the conflicting ids.
    fn decides(rules: Vec<IdentityRule>) -> (Option<String>, Vec<String>) {
        let component = Component { name: "openssl".into(), ..Component::default() };
        let resolution = RuleBook::new(rules).unwrap().resolve(&component).unwrap_or_default();
        let ids = resolution.conflict.iter().map(|rule| rule.id.clone()).collect();
        (resolution.decided.map(|rule| rule.id.clone()), ids)
    }

    #[test]
    fn the_narrowest_rule_decides_whatever_the_order() {
        let broad = rule("R-1", "a", "2026-05-01", "open*", "x");
        let narrow = rule("R-2", "b", "2026-01-01", "openssl", "y");
        let expected = (Some("R-2".to_owned()), Vec::new());
        assert_eq!(decides(vec![broad.clone(), narrow.clone()]), expected);
        assert_eq!(decides(vec![narrow, broad]), expected);
    }

    #[test]
    fn equally_narrow_rules_that_disagree_are_not_applied() {
        let ours = rule("R-1", "a", "2026-05-01", "openssl", "x");
        let theirs = rule("R-2", "b", "2026-06-01", "openssl", "y");
        let both = vec!["R-1".to_owned(), "R-2".to_owned()];
        assert_eq!(decides(vec![ours.clone(), theirs.clone()]), (None, both));
        let book = RuleBook::new(vec![ours.clone(), theirs.clone()]).unwrap();
        assert_eq!(book.conflicts().len(), 1);
        let agreeing = IdentityRule { decision: ours.decision.clone(), ..theirs.clone() };
        assert_eq!(decides(vec![ours.clone(), agreeing]), (Some("R-1".to_owned()), Vec::new()));
        let settled = IdentityRule { supersedes: vec!["R-1".to_owned()], ..theirs };
        assert_eq!(decides(vec![ours, settled]), (Some("R-2".to_owned()), Vec::new()));
    }

    #[test]
    fn a_later_decision_of_the_same_organisation_supersedes_the_earlier_one() {
        let earlier = rule("R-1", "a", "2026-05-01", "openssl", "x");
        let later = rule("R-2", "a", "2026-06-01", "openssl", "y");
        for rules in [vec![earlier.clone(), later.clone()], vec![later.clone(), earlier.clone()]] {
            let book = RuleBook::new(rules.clone()).unwrap();
            let at = rules.iter().position(|rule| rule.id == "R-2").unwrap();
            let standing =
                book.rules().find(|(rule, _)| rule.id == "R-1").map(|(_, standing)| standing.clone());
            assert_eq!(standing, Some(Standing::Superseded(at)));
            assert_eq!(decides(rules), (Some("R-2".to_owned()), Vec::new()));
        }
        let same_day = IdentityRule { decided_on: "2026-05-01".to_owned(), ..later };
        assert_eq!(decides(vec![earlier, same_day]).1.len(), 2);
    }

    #[test]
    fn one_rule_in_two_files_counts_once_and_two_rules_with_one_id_are_refused() {
        let first = rule("R-1", "a", "2026-05-01", "openssl", "x");
        let copy = IdentityRule { origin: "copy.toml".to_owned(), place: Place::Line(9), ..first.clone() };
        let book = RuleBook::new(vec![first.clone(), copy]).unwrap();
        assert_eq!(book.in_force().count(), 1);
        let other = IdentityRule { reason: "another".to_owned(), ..first.clone() };
        assert!(RuleBook::new(vec![first, other]).is_err());
    }

    #[test]
    fn an_ignore_rule_takes_away_only_the_identifier_it_names() {
        let mut ignore = rule("R-1", "a", "2026-05-01", "openssl", "x");
        ignore.decision = Decision::Ignore;
        ignore.subject.name = SubjectName::of_cpe("cpe:2.3:a:guessed:openssl").unwrap();
        let add = rule("R-2", "a", "2026-05-01", "openssl", "y");
        let cpes =
            vec!["cpe:2.3:a:guessed:openssl:1.0".to_owned(), "cpe:2.3:a:openssl:openssl:1.0".to_owned()];
        let component =
            Component { name: "openssl".into(), cpes: cpes.clone().into(), ..Component::default() };
        let resolution = RuleBook::new(vec![ignore, add]).unwrap().resolve(&component).unwrap();
        assert_eq!(resolution.decided.as_ref().map(|rule| rule.id.as_str()), Some("R-2"));
        assert_eq!([resolution.keeps(&cpes[0]), resolution.keeps(&cpes[1])], [false, true]);
        assert_eq!(resolution.applied().count(), 2);
    }
}
