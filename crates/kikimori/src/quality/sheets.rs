//! A judgement as a workbook: the answers, the elements, and the list of components to be filled in.

use kikimori_core::sbom::Component;
use kikimori_core::sbom_quality::{
    ComponentFacts, Fact, FactLevel, FactState, ProfileVerdict, SourceConfidence,
};
use kikimori_documents::workbook::{self, Cell, Column, Mark, Sheet, WorkbookFault};
use kikimori_locale::{number, text};

use super::{Judgement, table};
use crate::report::labels;

/// Names of including components that one cell lists.
const PARENTS_SHOWN: usize = 5;

/// Makes the workbook.
pub fn write(judgement: &Judgement<'_>) -> Result<Vec<u8>, WorkbookFault> {
    let sheets = [verdicts(judgement), elements(judgement), components(judgement)];
    let title = text(judgement.language, "quality.title");
    let made_on = judgement.file.sbom.created_at.map(|stamp| stamp.date()).unwrap_or_default();
    workbook::write(title, &made_on, &sheets)
}

/// Columns from keys and widths.
fn columns(judgement: &Judgement<'_>, about: &[(&str, u16)]) -> Vec<Column> {
    about
        .iter()
        .map(|(key, width_chars)| Column {
            heading: text(judgement.language, key).to_owned(),
            width_chars: *width_chars,
        })
        .collect()
}

/// A text cell.
fn plain(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

/// The answers of the profiles.
fn verdicts(judgement: &Judgement<'_>) -> Sheet {
    let language = judgement.language;
    let words = |key| text(language, key);
    let subject =
        judgement.subject().map_or_else(|| words("quality.no_subject").to_owned(), labels::name_and_version);
    let created = judgement.file.sbom.created_written.clone().unwrap_or_else(|| "–".to_owned());
    let lines = vec![
        words("quality.title").to_owned(),
        format!("{}: {subject}", words("quality.subject")),
        format!(
            "{}: {}　{}: {}",
            words("check.file"),
            judgement.name,
            words("check.format"),
            judgement.format_name()
        ),
        format!(
            "{}: {created}　{}: {}",
            words("check.created"),
            words("check.sha256"),
            judgement.file.sha256
        ),
        format!(
            "{}: {}　{}: {}",
            words("quality.components"),
            number(judgement.quality.components.len()),
            words("quality.levels"),
            judgement.quality.n_levels
        ),
    ];
    let rows = judgement.profiles.iter().zip(&judgement.quality.profiles).map(|(profile, report)| {
        let mark = match report.verdict {
            ProfileVerdict::Met => Mark::Good,
            ProfileVerdict::MetAsFarAsJudged => Mark::Caution,
            ProfileVerdict::NotMet | ProfileVerdict::NothingToJudge => Mark::Bad,
        };
        let mut remarks = vec![table::complete(judgement, report)];
        if !report.is_deep_enough {
            remarks.push(table::depth(judgement, profile));
        }
        if profile.confidence != SourceConfidence::High {
            remarks.push(words("quality.confidence_not_high").to_owned());
        }
        vec![
            plain(judgement.say(&profile.title)),
            plain(profile.version.as_str()),
            Cell::Marked(mark, judgement.verdict(report.verdict).to_owned()),
            plain(remarks.join("\n")),
            plain(profile.source.as_str()),
        ]
    });
    Sheet {
        name: words("quality.sheet.verdicts").to_owned(),
        lines,
        columns: columns(
            judgement,
            &[
                ("quality.column.profile", 44),
                ("quality.column.version", 14),
                ("quality.column.verdict", 20),
                ("quality.column.remarks", 46),
                ("quality.column.source", 46),
            ],
        ),
        rows: rows.collect(),
    }
}

/// The elements, with what to do.
fn elements(judgement: &Judgement<'_>) -> Sheet {
    let language = judgement.language;
    let words = |key| text(language, key);
    let mut columns = columns(
        judgement,
        &[
            ("quality.column.fact", 26),
            ("quality.state.given", 10),
            ("quality.state.inherited", 18),
            ("quality.state.unreadable", 13),
            ("quality.state.missing", 10),
        ],
    );
    columns.extend(
        judgement
            .profiles
            .iter()
            .map(|profile| Column { heading: judgement.say(&profile.label).to_owned(), width_chars: 15 }),
    );
    columns.push(Column { heading: words("quality.column.remedy").to_owned(), width_chars: 60 });
    let rows = judgement.facts().into_iter().map(|fact| {
        let counts = judgement.counts(fact);
        let has_gap = counts.n_unmet() > 0;
        let mut row = vec![plain(judgement.fact(fact))];
        let numbers = [counts.n_given, counts.n_inherited, counts.n_unreadable, counts.n_missing];
        row.extend(numbers.map(|n| if counts.n_not_judged > 0 { plain("–") } else { Cell::Count(n as u64) }));
        for profile in judgement.profiles {
            row.push(match () {
                () if !profile.elements.iter().any(|element| element.fact == fact) => Cell::Empty,
                () if has_gap => Cell::Marked(Mark::Bad, words("quality.mark.unmet").to_owned()),
                () if counts.n_met() > 0 => Cell::Marked(Mark::Good, words("quality.mark.met").to_owned()),
                () => Cell::Marked(Mark::Caution, words("quality.mark.not_judged").to_owned()),
            });
        }
        row.push(if has_gap || counts.n_not_judged > 0 {
            plain(judgement.remedy(fact))
        } else {
            Cell::Empty
        });
        row
    });
    Sheet {
        name: words("quality.sheet.elements").to_owned(),
        lines: vec![words("quality.sheet.elements").to_owned(), words("quality.legend").to_owned()],
        columns,
        rows: rows.collect(),
    }
}

/// The list of components: what is there, what was taken over, what is missing.
fn components(judgement: &Judgement<'_>) -> Sheet {
    let language = judgement.language;
    let words = |key| text(language, key);
    let facts: Vec<Fact> =
        judgement.facts().into_iter().filter(|fact| fact.level() == FactLevel::Component).collect();
    let mut columns = vec![Column { heading: words("quality.column.number").to_owned(), width_chars: 6 }];
    columns.extend(
        facts
            .iter()
            .map(|fact| Column { heading: judgement.fact(*fact).to_owned(), width_chars: width(*fact) }),
    );
    columns.extend(
        judgement
            .profiles
            .iter()
            .map(|profile| Column { heading: judgement.say(&profile.label).to_owned(), width_chars: 15 }),
    );
    let parents = parents(judgement);
    let rows = (1_u64..).zip(&judgement.quality.components).filter_map(|(position, of_component)| {
        let index = of_component.component as usize;
        let component = judgement.file.sbom.components.get(index)?;
        let above = parents.get(index).map(String::as_str).unwrap_or_default();
        let mut row = vec![Cell::Count(position)];
        row.extend(facts.iter().map(|fact| value(judgement, of_component, component, *fact, above)));
        row.extend(judgement.profiles.iter().map(|profile| {
            let (mark, key) = match of_component.unmet(profile).next() {
                None => (Mark::Good, "quality.mark.met"),
                Some(_) => (Mark::Bad, "quality.mark.unmet"),
            };
            Cell::Marked(mark, words(key).to_owned())
        }));
        Some(row)
    });
    Sheet {
        name: words("quality.sheet.components").to_owned(),
        lines: vec![
            words("quality.sheet.components").to_owned(),
            words("quality.components_note").to_owned(),
        ],
        columns,
        rows: rows.collect(),
    }
}

/// Width of a fact's column, in characters.
fn width(fact: Fact) -> u16 {
    match fact {
        Fact::Identifier => 40,
        Fact::Name | Fact::Supplier | Fact::Relationship => 26,
        Fact::Hash => 30,
        Fact::EntryAuthor => 28,
        Fact::EntryTime => 27,
        Fact::Licence => 18,
        _ => 14,
    }
}

/// What stands in the cell of a fact: its value, that it was taken over, or that it is missing.
fn value(
    judgement: &Judgement<'_>,
    of_component: &ComponentFacts,
    component: &Component,
    fact: Fact,
    above: &str,
) -> Cell {
    let state = of_component.state(fact);
    let sbom = &judgement.file.sbom;
    let details = component.details();
    let upkeep = details.upkeep.as_deref();
    let of_upkeep = |text: Option<&String>| text.cloned().unwrap_or_default();
    let written = match fact {
        Fact::Supplier => details.supplier.clone().unwrap_or_default(),
        Fact::Name => component.display_name(),
        Fact::Version => component.version.as_deref().unwrap_or_default().to_owned(),
        Fact::Identifier => {
            let identifiers = component.purls.iter().chain(component.cpes.iter()).chain(&details.swid);
            identifiers.cloned().collect::<Vec<_>>().join("\n")
        }
        Fact::Relationship => above.to_owned(),
        Fact::EntryAuthor if state == FactState::Inherited => {
            sbom.authors.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>().join(", ")
        }
        Fact::EntryAuthor => of_upkeep(upkeep.and_then(|upkeep| upkeep.entered_by.as_ref())),
        Fact::EntryTime if state == FactState::Inherited => sbom.created_written.clone().unwrap_or_default(),
        Fact::EntryTime => of_upkeep(upkeep.and_then(|upkeep| upkeep.entered_at.as_ref())),
        Fact::Hash => {
            let hashes = details.hashes.iter().map(|hash| format!("{} {}", hash.algorithm, hash.value));
            hashes.collect::<Vec<_>>().join("\n")
        }
        Fact::Licence => details.licences.iter().map(|licence| &*licence.text).collect::<Vec<_>>().join("\n"),
        Fact::SupportLevel => of_upkeep(upkeep.and_then(|upkeep| upkeep.support_level.as_ref())),
        Fact::SupportEnd => of_upkeep(upkeep.and_then(|upkeep| upkeep.support_ends_on.as_ref())),
        _ => String::new(),
    };
    let said = judgement.state(state);
    match state {
        FactState::Given => plain(written),
        FactState::Inherited => Cell::Marked(Mark::Caution, format!("{written}\n{said}")),
        FactState::Unreadable => Cell::Marked(Mark::Bad, format!("{written}\n{said}")),
        FactState::Missing => Cell::Marked(Mark::Bad, said.to_owned()),
        FactState::NotJudged => Cell::Marked(Mark::Muted, said.to_owned()),
    }
}

/// For each component, the names of those that include it.
fn parents(judgement: &Judgement<'_>) -> Vec<String> {
    let sbom = &judgement.file.sbom;
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); sbom.components.len()];
    let nested = sbom
        .components
        .iter()
        .enumerate()
        .filter_map(|(index, component)| Some((component.parent?, index as u32)));
    for (from, to) in nested.chain(sbom.dependencies.iter().copied()) {
        if let Some(list) = lists.get_mut(to as usize)
            && !list.contains(&from)
            && list.len() <= PARENTS_SHOWN
        {
            list.push(from);
        }
    }
    let name = |index: &u32| sbom.components.get(*index as usize).map(labels::name_and_version);
    lists
        .iter()
        .map(|list| {
            let mut names: Vec<String> = list.iter().take(PARENTS_SHOWN).filter_map(name).collect();
            if list.len() > PARENTS_SHOWN {
                names.push("…".to_owned());
            }
            names.join("\n")
        })
        .collect()
}
