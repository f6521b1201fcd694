//! `kikimori identity rules`: which rules there are, what became of each, and which disagree.

use std::io::{self, Write};

use clap::ArgMatches;
use kikimori_app::identity_rules::{RulesRead, read_rules};
use kikimori_core::message::{Message, codes};
use kikimori_core::rule_book::Standing;
use kikimori_locale::{Language, count, format, message, text};
use serde::Serialize;

use super::decide::words_of;
use crate::config;
use crate::exit::{Exit, Failure};
use crate::report::rules::{RuleView, file_views, rule_view};
use crate::report::text_table::{Column, write_table};
use crate::scan::{rules_of, write_to};

/// `kikimori identity rules`.
pub fn rules(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let files = rules_of(matches);
    if files.is_empty() {
        let own = config::rules_file();
        return Err(Failure::of_usage(language, "usage.rules_missing", &[("file", &own.display())]));
    }
    let read = read_rules(&files).map_err(|fault| Failure::of_rules(language, &fault))?;
    let conflicts: Vec<Message> = read
        .book
        .conflicts()
        .into_iter()
        .map(|(first, second)| {
            Message::new(codes::RULE_CONFLICT)
                .at(second.place.clone())
                .with("first", format!("{} ({})", first.id, first.origin))
                .with("second", format!("{} ({})", second.id, second.origin))
                .with("component", second.subject.shown())
        })
        .collect();
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    write_to(None, &mut |out| {
        if is_json {
            write_json(&read, &conflicts, language, out)
        } else {
            write_rules(&read, &conflicts, language, out)
        }
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    let fails = matches.get_flag("check") && !conflicts.is_empty();
    Ok(if fails { Exit::FailOn } else { Exit::Done })
}

/// The rules for a person.
fn write_rules(
    read: &RulesRead,
    conflicts: &[Message],
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    for file in &read.files {
        let organisation = file.organisation.as_deref().unwrap_or("–");
        let args: [(&str, &dyn std::fmt::Display); 2] =
            [("name", &file.name), ("organisation", &organisation)];
        writeln!(out, "{}", count(language, "rules.file_line", file.n_rules, &args))?;
    }
    writeln!(out)?;
    let columns = [
        Column { heading: text(language, "column.rule"), width_max: 24 },
        Column { heading: text(language, "column.rule_component"), width_max: 44 },
        Column { heading: text(language, "column.rule_decision"), width_max: 60 },
        Column { heading: text(language, "column.rule_author"), width_max: 20 },
        Column { heading: text(language, "column.rule_on"), width_max: 10 },
        Column { heading: text(language, "column.rule_reason"), width_max: usize::MAX },
    ];
    let rows: Vec<Vec<String>> = read
        .book
        .rules()
        .map(|(rule, standing)| {
            let standing = standing_words(read, standing, language);
            vec![
                rule.id.clone(),
                rule.subject.shown(),
                words_of(&rule.decision),
                rule.author.clone(),
                rule.decided_on.clone(),
                format!("{}{standing}", rule.reason),
            ]
        })
        .collect();
    write_table(out, &columns, &rows)?;
    for conflict in conflicts {
        let words = message(language, conflict);
        writeln!(out, "\n⚠ [{}] {}\n  {}", words.code, words.cause, words.remedy)?;
    }
    Ok(())
}

/// What became of a rule, to stand behind its reason; empty when it is in force.
fn standing_words(read: &RulesRead, standing: &Standing, language: Language) -> String {
    let (key, position) = match standing {
        Standing::InForce => return String::new(),
        Standing::Superseded(position) => ("rules.superseded", position),
        Standing::Repeated(position) => ("rules.repeated", position),
    };
    let other = read.book.rule(*position);
    let id = other.map(|rule| rule.id.as_str()).unwrap_or_default();
    let file = other.map(|rule| rule.origin.as_str()).unwrap_or_default();
    format(language, key, &[("id", &id), ("file", &file)])
}

/// The rules for a program.
fn write_json(
    read: &RulesRead,
    conflicts: &[Message],
    language: Language,
    out: &mut dyn Write,
) -> io::Result<()> {
    /// A rule with what became of it.
    #[derive(Serialize)]
    struct StandingView<'a> {
        /// The rule.
        #[serde(flatten)]
        rule: RuleView<'a>,
        /// `in_force`, `superseded` or `repeated`.
        standing: &'static str,
        /// The rule that took its place or came before.
        by: Option<&'a str>,
    }
    let rules: Vec<StandingView<'_>> = read
        .book
        .rules()
        .map(|(rule, standing)| {
            let (standing, by) = match standing {
                Standing::InForce => ("in_force", None),
                Standing::Superseded(position) => ("superseded", Some(*position)),
                Standing::Repeated(position) => ("repeated", Some(*position)),
            };
            let by = by.and_then(|position| read.book.rule(position)).map(|rule| rule.id.as_str());
            StandingView { rule: rule_view(rule), standing, by }
        })
        .collect();
    let conflicts: Vec<String> = conflicts.iter().map(|conflict| message(language, conflict).cause).collect();
    let document = serde_json::json!({
        "format": "kikimori-identity-rules-list",
        "format_version": "1.0",
        "files": file_views(read),
        "rules": rules,
        "conflicts": conflicts,
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
