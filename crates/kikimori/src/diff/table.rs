//! What changed, for a person.

use std::io::{self, Write};

use kikimori_core::sbom::diff::{ChangedComponent, VersionChange};
use kikimori_core::sbom::{Component, Sbom};
use kikimori_locale::{count, number, text};

use super::Comparison;
use crate::report::labels;
use crate::report::text_table::{Column, write_table};

/// Cells of a name.
const NAME_CELLS: usize = 48;

/// Writes the comparison.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (language, diff) = (comparison.language, comparison.diff);
    let documents = [
        ("diff.old", comparison.old_name, comparison.old, diff.n_old),
        ("diff.new", comparison.new_name, comparison.new, diff.n_new),
    ];
    for (key, name, file, n_components) in documents {
        let sbom = &file.sbom;
        let components = count(language, "check.components", n_components, &[]);
        let format_name = crate::sbom::format_name(sbom.format, &sbom.spec_version);
        writeln!(out, "  {}: {name} ({format_name}, {components})", text(language, key))?;
    }
    writeln!(out)?;
    for (key, n_components) in counts(comparison) {
        writeln!(out, "  {}: {}", text(language, key), number(n_components))?;
    }
    if diff.is_empty() {
        writeln!(out)?;
        return writeln!(out, "{}", text(language, "diff.nothing"));
    }
    write_list(comparison, "diff.added", &comparison.new.sbom, &diff.added, out)?;
    write_list(comparison, "diff.removed", &comparison.old.sbom, &diff.removed, out)?;
    for (key, is_meant) in SECTIONS {
        write_versions(comparison, key, *is_meant, out)?;
    }
    write_fields(comparison, true, out)?;
    write_fields(comparison, false, out)
}

/// Whether a change of version belongs to a section.
type IsMeant = fn(VersionChange) -> bool;

/// Sections about versions.
const SECTIONS: &[(&str, IsMeant)] = &[
    ("diff.upgraded", |version| version == VersionChange::Upgraded),
    ("diff.downgraded", |version| version == VersionChange::Downgraded),
    ("diff.version_other", |version| matches!(version, VersionChange::Respelled | VersionChange::Undecided)),
];

/// Numbers of each kind of change. A component of another version and another identity counts under both.
fn counts(comparison: &Comparison<'_>) -> Vec<(&'static str, usize)> {
    let diff = comparison.diff;
    let of_version = |is_meant: IsMeant| diff.changed.iter().filter(|pair| is_meant(pair.version)).count();
    let of_fields = |is_identity: bool| {
        let has = |pair: &&ChangedComponent| {
            pair.fields.iter().any(|field| field.field.is_identity() == is_identity)
        };
        diff.changed.iter().filter(has).count()
    };
    let mut counts = vec![("diff.added", diff.added.len()), ("diff.removed", diff.removed.len())];
    counts.extend(SECTIONS.iter().map(|(key, is_meant)| (*key, of_version(*is_meant))));
    counts.extend([
        ("diff.identity", of_fields(true)),
        ("diff.others", of_fields(false)),
        ("diff.unchanged", diff.n_unchanged),
    ]);
    counts
}

/// Components of one bill under a heading.
fn write_list(
    comparison: &Comparison<'_>,
    key: &str,
    sbom: &Sbom,
    indexes: &[u32],
    out: &mut dyn Write,
) -> io::Result<()> {
    if indexes.is_empty() {
        return Ok(());
    }
    let rows: Vec<Vec<String>> = indexes
        .iter()
        .filter_map(|index| sbom.components.get(*index as usize))
        .map(|component| vec![labels::name_and_version(component), identifier(component)])
        .collect();
    section(comparison, key, &["diff.component", "diff.identifier"], &rows, out)
}

/// Components of another version under a heading.
fn write_versions(
    comparison: &Comparison<'_>,
    key: &str,
    is_meant: IsMeant,
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = comparison.language;
    let rows: Vec<Vec<String>> = comparison
        .diff
        .changed
        .iter()
        .filter(|pair| is_meant(pair.version))
        .filter_map(|pair| {
            let (old, new) = both(comparison, pair)?;
            let or_dash = |version: Option<String>| version.unwrap_or_else(|| "–".to_owned());
            let change =
                format!("{} → {}", or_dash(pair.old_version.clone()), or_dash(pair.new_version.clone()));
            let name = new.display_name();
            let mut note = identifier(if new.purls.is_empty() && new.cpes.is_empty() { old } else { new });
            if matches!(pair.version, VersionChange::Respelled | VersionChange::Undecided) {
                note = text(language, &format!("diff.version.{}", pair.version.code())).to_owned();
            }
            Some(vec![name, change, note])
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let last = if key == "diff.version_other" { "diff.note" } else { "diff.identifier" };
    section(comparison, key, &["diff.component", "diff.version_change", last], &rows, out)
}

/// Fields that differ beside the version, under a heading: those that identify, or the others.
fn write_fields(comparison: &Comparison<'_>, is_identity: bool, out: &mut dyn Write) -> io::Result<()> {
    let language = comparison.language;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for pair in &comparison.diff.changed {
        let Some((old, _)) = both(comparison, pair) else { continue };
        for change in pair.fields.iter().filter(|change| change.field.is_identity() == is_identity) {
            let one_line = |text: &str| match text {
                "" => "–".to_owned(),
                text => text.replace('\n', ", "),
            };
            rows.push(vec![
                old.display_name(),
                text(language, &format!("claim.{}", change.field.code())).to_owned(),
                format!("{} → {}", one_line(&change.before), one_line(&change.after)),
            ]);
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let key = if is_identity { "diff.identity" } else { "diff.others" };
    section(comparison, key, &["diff.component", "convert.field", "diff.change"], &rows, out)
}

/// A table under a heading with the number of components; one may have several rows.
fn section(
    comparison: &Comparison<'_>,
    key: &str,
    headings: &[&str],
    rows: &[Vec<String>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let language = comparison.language;
    let n_components = counts(comparison).into_iter().find(|(of, _)| *of == key).map_or(0, |(_, n)| n);
    let columns: Vec<Column<'_>> = headings
        .iter()
        .map(|heading| Column { heading: text(language, heading), width_max: NAME_CELLS })
        .collect();
    writeln!(out)?;
    writeln!(out, "{} ({})", text(language, key), number(n_components))?;
    write_table(out, &columns, rows)
}

/// The two components of a pair.
fn both<'a>(comparison: &Comparison<'a>, pair: &ChangedComponent) -> Option<(&'a Component, &'a Component)> {
    let old = comparison.old.sbom.components.get(pair.old as usize)?;
    Some((old, comparison.new.sbom.components.get(pair.new as usize)?))
}

/// The first identifier of a component.
fn identifier(component: &Component) -> String {
    component.purls.first().or_else(|| component.cpes.first()).cloned().unwrap_or_else(|| "–".to_owned())
}
