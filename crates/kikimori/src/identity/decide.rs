//! `kikimori identity decide`: a decision written into a file of rules.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kikimori_app::identity_rules::{RulesFault, add_rule, read_rules};
use kikimori_core::identity_rule::{
    Decision, IdentityRule, Named, PatternFault, Subject, SubjectName, TextPattern,
};
use kikimori_core::message::Place;
use kikimori_locale::{Language, format};
use kikimori_matcher::library::sha256_hex;

use crate::config;
use crate::exit::{Exit, Failure};
use crate::report::rules::rule_line;
use crate::scan::write_to;

/// Hexadecimal digits of a made id.
const ID_DIGITS: usize = 8;

/// `kikimori identity decide`.
pub fn decide(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_else(config::rules_file);
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let subject = subject(matches, language)?;
    let decision = decision(matches, language)?;
    let decided_on = config::now().date();
    let before = existing(&path).map_err(|fault| Failure::of_rules(language, &fault))?;
    let organisation = match before.iter().find_map(|rule| rule.organisation.clone()) {
        Some(organisation) => Some(organisation),
        None => text("organisation"),
    };
    let supersedes: Vec<String> =
        before.iter().filter(|rule| rule.subject == subject).map(|rule| rule.id.clone()).collect();
    let author = text("author").unwrap_or_default();
    let reason = text("reason").unwrap_or_default();
    let id = text("id").unwrap_or_else(|| {
        let what = format!("{}\n{decision:?}\n{author}\n{reason}\n{supersedes:?}", subject.shown());
        let digest = sha256_hex(what.as_bytes());
        let digits = digest.get(..ID_DIGITS).unwrap_or_default();
        format!("R-{}-{digits}", decided_on.replace('-', ""))
    });
    let rule = IdentityRule {
        id,
        subject,
        decision,
        author,
        decided_on,
        reason,
        organisation: organisation.clone(),
        supersedes,
        origin: path.display().to_string(),
        place: Place::Document,
    };
    add_rule(&path, &rule, organisation.as_deref()).map_err(|fault| Failure::of_rules(language, &fault))?;
    write_to(None, &mut |out| {
        let args: [(&str, &dyn std::fmt::Display); 2] =
            [("rule", &rule_line(&rule)), ("file", &path.display())];
        writeln!(out, "{}", format(language, "identity.decided", &args))?;
        writeln!(out, "  {} → {}", rule.subject.shown(), words_of(&rule.decision))?;
        if !rule.supersedes.is_empty() {
            let ids = rule.supersedes.join(", ");
            writeln!(out, "  {}", format(language, "identity.supersedes", &[("ids", &ids)]))?;
        }
        Ok(())
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}

/// The rules in force in the file at `path`; none when there is no file.
fn existing(path: &Path) -> Result<Vec<IdentityRule>, RulesFault> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let read = read_rules(&[path.to_owned()])?;
    Ok(read.book.in_force().map(|rule| (**rule).clone()).collect())
}

/// What a decision gives, in the words of the file.
pub fn words_of(decision: &Decision) -> String {
    let named = decision.named();
    let given: Vec<&str> = named
        .into_iter()
        .flat_map(|named| named.purls.iter().chain(&named.cpes))
        .map(String::as_str)
        .collect();
    if given.is_empty() {
        decision.word().to_owned()
    } else {
        format!("{} {}", decision.word(), given.join(", "))
    }
}

/// Which components are meant.
fn subject(matches: &ArgMatches, language: Language) -> Result<Subject, Failure> {
    let wrong = |value: &str, fault: PatternFault| {
        let key = match fault {
            PatternFault::TooBroad => "usage.pattern_broad",
            PatternFault::Purl => "usage.pattern_purl",
            PatternFault::Cpe => "usage.pattern_cpe",
        };
        Failure::of_usage(language, key, &[("value", &value)])
    };
    let pattern = |name: &str| -> Result<Option<TextPattern>, Failure> {
        let Some(value) = matches.get_one::<String>(name) else { return Ok(None) };
        TextPattern::parse(value).map(Some).map_err(|fault| wrong(value, fault))
    };
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let name = if let Some(purl) = text("purl") {
        SubjectName::of_purl(purl).map_err(|fault| wrong(purl, fault))?
    } else if let Some(cpe) = text("cpe") {
        SubjectName::of_cpe(cpe).map_err(|fault| wrong(cpe, fault))?
    } else {
        let name = pattern("name")?.ok_or_else(|| wrong("", PatternFault::TooBroad))?;
        SubjectName::Written { name, group: pattern("group")?, supplier: pattern("supplier")? }
    };
    Ok(Subject { name, version: pattern("version-pattern")? })
}

/// What was decided. Identifiers are checked when the file is read again with the rule in it.
fn decision(matches: &ArgMatches, language: Language) -> Result<Decision, Failure> {
    let list = |name: &str| -> Vec<String> {
        matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
    };
    let named = Named { purls: list("add-purl"), cpes: list("add-cpe") };
    let is_empty = named.purls.is_empty() && named.cpes.is_empty();
    if matches.get_flag("ignore") {
        Ok(Decision::Ignore)
    } else if matches.get_flag("no-public-identity") {
        Ok(Decision::NoPublicIdentity)
    } else if is_empty {
        Err(Failure::of_usage(language, "usage.decision_missing", &[]))
    } else if matches.get_flag("replace") {
        Ok(Decision::Replace(named))
    } else {
        Ok(Decision::Add(named))
    }
}
