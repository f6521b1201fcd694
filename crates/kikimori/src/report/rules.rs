//! Identity rules in reports: in one line, in the lines of a finding, and in JSON.

use std::collections::BTreeMap;

use kikimori_app::identity_rules::RulesRead;
use kikimori_core::finding::{Finding, Scan};
use kikimori_core::identity_rule::IdentityRule;
use kikimori_core::sbom::Sbom;
use kikimori_locale::{Language, count, format, number, text};
use serde::Serialize;

use super::labels::name_and_version;

/// A rule in one line: `R-1 (Acme, 山田, 2026-11-21: 製造元に確認)`.
#[must_use]
pub fn rule_line(rule: &IdentityRule) -> String {
    let organisation = rule.organisation.as_ref().map(|name| format!("{name}, ")).unwrap_or_default();
    format!("{} ({organisation}{}, {}: {})", rule.id, rule.author, rule.decided_on, rule.reason)
}

/// The rules that gave the identity to the evidence of a finding, each in one line, without duplicates.
#[must_use]
pub fn rule_lines(finding: &Finding) -> Vec<String> {
    let mut lines: Vec<String> =
        finding.evidence.iter().filter_map(|evidence| evidence.rule.as_deref().map(rule_line)).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// Which rules a scan used and what they did, in one line; `None` when no file of rules was used.
#[must_use]
pub fn summary_line(rules: &RulesRead, scan: &Scan, language: Language) -> Option<String> {
    if rules.files.is_empty() {
        return None;
    }
    let files: Vec<String> = rules
        .files
        .iter()
        .map(|file| match &file.organisation {
            Some(organisation) => {
                format(language, "rules.file", &[("name", &file.name), ("organisation", organisation)])
            }
            None => file.name.clone(),
        })
        .collect();
    let mut components: Vec<u32> = scan.rules_applied.iter().map(|(component, _)| *component).collect();
    components.dedup();
    let n_rules: usize = rules.files.iter().map(|file| file.n_rules).sum();
    let separator = text(language, "rules.separator");
    let applied = number(components.len());
    let args: [(&str, &dyn std::fmt::Display); 2] =
        [("files", &files.join(separator)), ("applied", &applied)];
    Some(count(language, "rules.summary", n_rules, &args))
}

/// Components named in the warning about rules that disagree.
const CONFLICTS_SHOWN: usize = 5;

/// What must be said about rules that disagree; `None` when none do.
#[must_use]
pub fn conflict_words(scan: &Scan, sbom: &Sbom, language: Language) -> Option<String> {
    if scan.rule_conflicts.is_empty() {
        return None;
    }
    let shown: Vec<String> = scan
        .rule_conflicts
        .iter()
        .take(CONFLICTS_SHOWN)
        .filter_map(|conflict| {
            let component = sbom.components.get(conflict.component as usize)?;
            let ids: Vec<&str> = conflict.rules.iter().map(|rule| rule.id.as_str()).collect();
            Some(format!("{} ({})", name_and_version(component), ids.join(" / ")))
        })
        .collect();
    let list = shown.join(text(language, "rules.separator"));
    Some(count(language, "warning.rules_conflict", scan.rule_conflicts.len(), &[("list", &list)]))
}

/// A rule in JSON.
#[derive(Serialize)]
pub struct RuleView<'a> {
    /// Id.
    id: &'a str,
    /// Which components it speaks about.
    component: String,
    /// What was decided.
    action: &'static str,
    /// Package URLs that it gives.
    purls: &'a [String],
    /// CPE names that it gives.
    cpes: &'a [String],
    /// Who decided.
    author: &'a str,
    /// When.
    decided_on: &'a str,
    /// Why.
    reason: &'a str,
    /// The organisation.
    organisation: Option<&'a str>,
    /// The file.
    file: &'a str,
    /// Where in the file.
    place: String,
}

/// Views a rule.
#[must_use]
pub fn rule_view(rule: &IdentityRule) -> RuleView<'_> {
    let named = rule.decision.named();
    RuleView {
        id: &rule.id,
        component: rule.subject.shown(),
        action: rule.decision.word(),
        purls: named.map(|named| named.purls.as_slice()).unwrap_or_default(),
        cpes: named.map(|named| named.cpes.as_slice()).unwrap_or_default(),
        author: &rule.author,
        decided_on: &rule.decided_on,
        reason: &rule.reason,
        organisation: rule.organisation.as_deref(),
        file: &rule.origin,
        place: rule.place.to_string(),
    }
}

/// The rules of a scan in JSON.
#[derive(Serialize)]
pub struct RulesView<'a> {
    /// The files.
    files: Vec<FileView<'a>>,
    /// Rules that were applied, by id.
    applied: Vec<AppliedView<'a>>,
    /// Components about which rules disagree.
    conflicts: Vec<ConflictView<'a>>,
}

/// A file of rules in JSON.
#[derive(Serialize)]
pub struct FileView<'a> {
    /// Name.
    file: &'a str,
    /// SHA-256.
    sha256: &'a str,
    /// Organisation.
    organisation: Option<&'a str>,
    /// Rules in it.
    rules: usize,
}

/// A rule that was applied.
#[derive(Serialize)]
struct AppliedView<'a> {
    /// The rule.
    #[serde(flatten)]
    rule: RuleView<'a>,
    /// Components that it was applied to.
    components: usize,
}

/// A component about which rules disagree.
#[derive(Serialize)]
struct ConflictView<'a> {
    /// The component's name and version.
    component: String,
    /// The rules.
    rules: Vec<RuleView<'a>>,
}

/// Views the files of rules.
#[must_use]
pub fn file_views(rules: &RulesRead) -> Vec<FileView<'_>> {
    rules
        .files
        .iter()
        .map(|file| FileView {
            file: &file.name,
            sha256: &file.sha256,
            organisation: file.organisation.as_deref(),
            rules: file.n_rules,
        })
        .collect()
}

/// Views the rules of a scan.
#[must_use]
pub fn rules_view<'a>(rules: &'a RulesRead, scan: &'a Scan, sbom: &Sbom) -> RulesView<'a> {
    let mut applied: BTreeMap<&str, (&IdentityRule, usize)> = BTreeMap::new();
    for (_, rule) in &scan.rules_applied {
        applied.entry(&rule.id).or_insert((rule, 0)).1 += 1;
    }
    RulesView {
        files: file_views(rules),
        applied: applied
            .into_values()
            .map(|(rule, components)| AppliedView { rule: rule_view(rule), components })
            .collect(),
        conflicts: scan
            .rule_conflicts
            .iter()
            .map(|conflict| ConflictView {
                component: sbom
                    .components
                    .get(conflict.component as usize)
                    .map(name_and_version)
                    .unwrap_or_default(),
                rules: conflict.rules.iter().map(|rule| rule_view(rule)).collect(),
            })
            .collect(),
    }
}
