//! A judgement for a person at a terminal.

use std::io::{self, Write};

use kikimori_core::sbom_quality::{Fact, FactLevel, Profile, ProfileReport, SourceConfidence, StateCounts};
use kikimori_locale::{count, format, number, text};

use super::Judgement;
use crate::report::labels;
use crate::report::text_table::{Column, write_table};

/// Names shown for each missing fact.
const NAMES_SHOWN: usize = 8;

/// Widest a column of the table gets, in cells.
const COLUMN_CELLS_MAX: usize = 40;

/// Writes the judgement.
pub fn write(judgement: &Judgement<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_head(judgement, out)?;
    write_facts(judgement, out)?;
    write_verdicts(judgement, out)?;
    write_missing(judgement, out)
}

/// What was judged.
fn write_head(judgement: &Judgement<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = judgement.language;
    let subject = judgement
        .subject()
        .map_or_else(|| text(language, "quality.no_subject").to_owned(), labels::name_and_version);
    let levels = judgement.quality.n_levels.to_string();
    let n_components = number(judgement.quality.components.len());
    for (key, value) in [
        ("check.file", judgement.name),
        ("check.format", &judgement.format_name()),
        ("quality.subject", &subject),
        ("quality.components", &n_components),
        ("quality.levels", &levels),
    ] {
        writeln!(out, "  {}: {value}", text(language, key))?;
    }
    writeln!(out)
}

/// Facts down, profiles across.
fn write_facts(judgement: &Judgement<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = judgement.language;
    let words = |key| text(language, key);
    let mut headings =
        vec![words("quality.column.fact"), words("quality.column.met"), words("quality.column.inherited")];
    headings.extend(judgement.profiles.iter().map(|profile| judgement.say(&profile.label)));
    let columns: Vec<Column<'_>> =
        headings.into_iter().map(|heading| Column { heading, width_max: COLUMN_CELLS_MAX }).collect();
    let mut rows = Vec::new();
    for fact in judgement.facts() {
        let counts = judgement.counts(fact);
        let mut row = vec![judgement.fact(fact).to_owned(), met(judgement, fact, counts), inherited(counts)];
        row.extend(judgement.profiles.iter().map(|profile| mark(judgement, profile, fact, counts)));
        rows.push(row);
    }
    write_table(out, &columns, &rows)?;
    writeln!(out, "  {}", words("quality.legend"))?;
    writeln!(out)
}

/// How many have it: `98/123`, or yes and no for a fact of the document.
fn met(judgement: &Judgement<'_>, fact: Fact, counts: StateCounts) -> String {
    let n_all = counts.n_met() + counts.n_unmet();
    match (fact.level(), n_all) {
        (_, 0) => judgement.state(kikimori_core::sbom_quality::FactState::NotJudged).to_owned(),
        (FactLevel::Document, _) => {
            let key = if counts.n_met() > 0 { "quality.document.given" } else { "quality.document.missing" };
            text(judgement.language, key).to_owned()
        }
        (FactLevel::Component, _) => format!("{}/{}", number(counts.n_met()), number(n_all)),
    }
}

/// How many took it over from the document.
fn inherited(counts: StateCounts) -> String {
    if counts.n_inherited == 0 { String::new() } else { number(counts.n_inherited) }
}

/// Whether a profile asks for the fact, and whether it is met.
fn mark(judgement: &Judgement<'_>, profile: &Profile, fact: Fact, counts: StateCounts) -> String {
    if !profile.elements.iter().any(|element| element.fact == fact) {
        return String::new();
    }
    let key = match () {
        () if counts.n_unmet() > 0 => "quality.mark.unmet",
        () if counts.n_met() > 0 => "quality.mark.met",
        () => "quality.mark.not_judged",
    };
    text(judgement.language, key).to_owned()
}

/// Each profile's answer in a line.
fn write_verdicts(judgement: &Judgement<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (profile, report) in judgement.profiles.iter().zip(&judgement.quality.profiles) {
        writeln!(out, "  {}: {}", judgement.say(&profile.label), judgement.verdict(report.verdict))?;
        writeln!(out, "    {}", complete(judgement, report))?;
        if !report.is_deep_enough {
            writeln!(out, "    {}", depth(judgement, profile))?;
        }
        if profile.confidence != SourceConfidence::High {
            writeln!(out, "    {}", text(judgement.language, "quality.confidence_not_high"))?;
        }
    }
    Ok(())
}

/// How many components meet every element.
pub fn complete(judgement: &Judgement<'_>, report: &ProfileReport) -> String {
    let all = number(judgement.quality.components.len());
    count(judgement.language, "quality.complete", report.n_complete, &[("all", &all)])
}

/// That the dependency graph is not deep enough.
pub fn depth(judgement: &Judgement<'_>, profile: &Profile) -> String {
    let (found, wanted) = (judgement.quality.n_levels, profile.levels_min);
    format(judgement.language, "quality.too_flat", &[("found", &found), ("wanted", &wanted)])
}

/// What is missing, how to get it, and where.
fn write_missing(judgement: &Judgement<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = judgement.language;
    let facts: Vec<Fact> =
        judgement.facts().into_iter().filter(|fact| judgement.counts(*fact).n_unmet() > 0).collect();
    if facts.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", text(language, "quality.missing"))?;
    for fact in facts {
        let n_unmet = judgement.counts(fact).n_unmet();
        let of_document = fact.level() == FactLevel::Document;
        let head = if of_document {
            judgement.fact(fact).to_owned()
        } else {
            format!("{}: {}", judgement.fact(fact), number(n_unmet))
        };
        writeln!(out, "  {head}")?;
        writeln!(out, "    → {}", judgement.remedy(fact))?;
        if of_document {
            continue;
        }
        let mut names: Vec<String> = judgement
            .quality
            .components
            .iter()
            .filter(|facts| !facts.state(fact).is_met())
            .take(NAMES_SHOWN)
            .filter_map(|facts| judgement.file.sbom.components.get(facts.component as usize))
            .map(labels::name_and_version)
            .collect();
        if n_unmet > NAMES_SHOWN {
            names.push(count(language, "scan.more", n_unmet - NAMES_SHOWN, &[]));
        }
        writeln!(out, "    {}", names.join(", "))?;
    }
    Ok(())
}
