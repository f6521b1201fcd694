//! What a conversion or a merge lost, in words. Nothing is left out: every kind of loss has a line.

use std::collections::BTreeMap;
use std::io::{self, Write};

use kikimori_app::convert_sbom::Source;
use kikimori_app::merge_sboms::Merge;
use kikimori_core::sbom::loss::{Loss, LossKind};
use kikimori_locale::{count, format, number, text};

use super::Outcome;
use crate::report::labels;
use crate::report::text_table::{Column, cut, plain, write_table};

/// Cells of one side of an example.
const EXAMPLE_CELLS: usize = 60;

/// Writes the words.
pub fn write(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = outcome.language;
    let written = outcome.written;
    for source in outcome.sources {
        let format_name = crate::sbom::format_name(source.format, &source.spec_version);
        let components = number(source.n_components);
        let args: [(&str, &dyn std::fmt::Display); 3] =
            [("name", &source.name), ("format", &format_name), ("components", &components)];
        writeln!(out, "{}", format(language, "convert.read", &args))?;
        if source.n_notices > 0 {
            writeln!(out, "  {}", count(language, "warning.sbom_notices", source.n_notices, &[]))?;
        }
    }
    let file = outcome.file.map(|path| path.display().to_string());
    let file = file.unwrap_or_else(|| text(language, "convert.standard_output").to_owned());
    let components = number(written.n_components);
    let args: [(&str, &dyn std::fmt::Display); 3] =
        [("name", &file), ("format", &written.format.name()), ("components", &components)];
    writeln!(out, "{}", format(language, "convert.written", &args))?;
    if let Some(merge) = outcome.merge {
        write_joins(outcome, merge, out)?;
    }
    if outcome.is_lossless {
        writeln!(out, "{}", text(language, "convert.lossless"))?;
    }
    let (losses, others): (Vec<&Loss>, Vec<&Loss>) =
        written.differences.iter().partition(|difference| difference.kind.is_loss());
    write_differences(outcome, "convert.losses", &losses, out)?;
    write_unkept(outcome, out)?;
    write_differences(outcome, "convert.others", &others, out)
}

/// What a merge joined and kept apart.
fn write_joins(outcome: &Outcome<'_>, merge: &Merge, out: &mut dyn Write) -> io::Result<()> {
    let language = outcome.language;
    if merge.n_joined > 0 {
        writeln!(out, "{}", count(language, "convert.joined", merge.n_joined, &[]))?;
    }
    if merge.kept_apart.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", count(language, "convert.kept_apart", merge.kept_apart.len(), &[]))?;
    let mut by_field: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
    for apart in &merge.kept_apart {
        by_field.entry(apart.field.code()).or_insert((0, apart.first)).0 += 1;
    }
    for (code, (n_times, first)) in by_field {
        let field = text(language, &format!("claim.{code}"));
        writeln!(out, "  {field}: {}  {}", number(n_times), name(outcome, Some(first)))?;
    }
    Ok(())
}

/// Differences under a heading, one a line with its first example.
fn write_differences(
    outcome: &Outcome<'_>,
    heading: &str,
    differences: &[&Loss],
    out: &mut dyn Write,
) -> io::Result<()> {
    if differences.is_empty() {
        return Ok(());
    }
    let language = outcome.language;
    writeln!(out)?;
    writeln!(out, "{}", text(language, heading))?;
    let rows: Vec<Vec<String>> = differences
        .iter()
        .map(|difference| {
            vec![
                text(language, &format!("claim.{}", difference.claim.code())).to_owned(),
                text(language, &format!("loss.{}", difference.kind.code())).to_owned(),
                number(usize::try_from(difference.n_times).unwrap_or(usize::MAX)),
                example(outcome, difference),
            ]
        })
        .collect();
    let column = |key, width_max| Column { heading: text(language, key), width_max };
    let columns = [
        column("convert.field", 40),
        column("convert.what", 20),
        column("convert.times", 12),
        column("convert.example", EXAMPLE_CELLS),
    ];
    write_table(out, &columns, &rows)
}

/// The first place of a difference: the component, and what it says before and after.
fn example(outcome: &Outcome<'_>, difference: &Loss) -> String {
    let one_line = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        cut(&words.join(" "), EXAMPLE_CELLS)
    };
    let joint = |code: &str| match code {
        "" => String::new(),
        code => text(outcome.language, &format!("joint.{code}")).to_owned(),
    };
    let (before, after) = match difference.other {
        Some(_) => (joint(&difference.before), joint(&difference.after)),
        None => (one_line(&difference.before), one_line(&difference.after)),
    };
    let said = match difference.kind {
        LossKind::Lost => before,
        LossKind::Added => after,
        LossKind::Changed | LossKind::Renamed => format!("{before} → {after}"),
    };
    let mut name_shown = name(outcome, difference.component);
    if difference.other.is_some() {
        name_shown = format!("{name_shown} – {}", name(outcome, difference.other));
    }
    match (name_shown.as_str(), said.as_str()) {
        ("", _) => said,
        (_, "") => name_shown,
        _ => format!("{name_shown}: {said}"),
    }
}

/// A component's name with its version, to be shown on a line.
fn name(outcome: &Outcome<'_>, component: Option<u32>) -> String {
    let component = component.and_then(|index| outcome.written.sbom.components.get(index as usize));
    let shown = |component| cut(&plain(&labels::name_and_version(component)), EXAMPLE_CELLS);
    component.map(shown).unwrap_or_default()
}

/// Fields of the sources that were read over.
fn write_unkept(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let language = outcome.language;
    for source in outcome.sources.iter().filter(|source| !source.is_whole()) {
        writeln!(out)?;
        writeln!(out, "{}", format(language, "convert.unkept", &[("name", &source.name)]))?;
        let further = usize::try_from(source.unkept.n_further()).unwrap_or(usize::MAX);
        let counts = listed(source).into_iter().chain([("convert.further", further)]);
        for (key, n_times) in counts.filter(|(_, n_times)| *n_times > 0) {
            writeln!(out, "  {}: {}", text(language, key), number(n_times))?;
        }
        for (field, n_times) in source.unkept.fields() {
            writeln!(out, "  {field}: {}", number(usize::try_from(n_times).unwrap_or(usize::MAX)))?;
        }
    }
    Ok(())
}

/// Things of a source that are only counted, by the key of their word.
fn listed(source: &Source) -> [(&'static str, usize); 3] {
    [
        ("convert.files", source.n_files),
        ("convert.services", source.n_services),
        ("convert.vulnerabilities", source.n_vulnerabilities),
    ]
}
