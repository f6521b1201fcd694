//! What changed, as JSON (`docs/formats/sbom-diff.md`).

use std::io::{self, Write};

use kikimori_core::sbom::Sbom;
use kikimori_core::sbom::diff::{ChangedComponent, VersionChange};
use kikimori_locale::text;
use serde::Serialize;

use super::Comparison;
use crate::report::json::{ComponentView, SbomView, component_view, sbom_view};

/// The document.
#[derive(Serialize)]
struct DiffDocument<'a> {
    /// Name of the format.
    format: &'static str,
    /// Its version.
    format_version: &'static str,
    /// The old document.
    old: SbomView<'a>,
    /// The new document.
    new: SbomView<'a>,
    /// Numbers.
    counts: Counts,
    /// Components of the new document only.
    added: Vec<ComponentView<'a>>,
    /// Components of the old document only.
    removed: Vec<ComponentView<'a>>,
    /// Components of both that differ.
    changed: Vec<ChangedView<'a>>,
}

/// Numbers of components, the subjects counted.
#[derive(Serialize)]
struct Counts {
    /// In the old document.
    old: usize,
    /// In the new document.
    new: usize,
    /// In the new document only.
    added: usize,
    /// In the old document only.
    removed: usize,
    /// Of a later version.
    upgraded: usize,
    /// Of an earlier version.
    downgraded: usize,
    /// Of another version of the same place in the order.
    respelled: usize,
    /// Of another version whose place is not known.
    undecided: usize,
    /// Identified in another way.
    identity_changed: usize,
    /// With another supplier, licence, kind or hash.
    other_changed: usize,
    /// Without a difference.
    unchanged: usize,
}

/// A component of both documents.
#[derive(Serialize)]
struct ChangedView<'a> {
    /// By what the two are the same.
    basis: &'static str,
    /// What the versions say.
    version: VersionView<'a>,
    /// What is identified in another way.
    identity_changed: bool,
    /// Fields that differ.
    fields: Vec<FieldView<'a>>,
    /// In the old document.
    old: Option<ComponentView<'a>>,
    /// In the new document.
    new: Option<ComponentView<'a>>,
}

/// What two versions say.
#[derive(Serialize)]
struct VersionView<'a> {
    /// `same`, `upgraded`, `downgraded`, `respelled`, `undecided`.
    change: &'static str,
    /// The same in words.
    text: &'static str,
    /// Version in the old document.
    old: Option<&'a str>,
    /// Version in the new document.
    new: Option<&'a str>,
}

/// A field that differs.
#[derive(Serialize)]
struct FieldView<'a> {
    /// The field.
    field: &'static str,
    /// The field in words.
    text: &'static str,
    /// Entries in the old document.
    old: Vec<&'a str>,
    /// Entries in the new document.
    new: Vec<&'a str>,
}

/// Writes the comparison.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(comparison: &Comparison<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diff = comparison.diff;
    let (old, new) = (&comparison.old.sbom, &comparison.new.sbom);
    let document = DiffDocument {
        format: "kikimori-sbom-diff",
        format_version: "1.0",
        old: sbom_view(comparison.old_name, &comparison.old.sha256, comparison.old.size_bytes, old),
        new: sbom_view(comparison.new_name, &comparison.new.sha256, comparison.new.size_bytes, new),
        counts: counts(comparison),
        added: diff.added.iter().filter_map(|index| view(new, *index)).collect(),
        removed: diff.removed.iter().filter_map(|index| view(old, *index)).collect(),
        changed: diff.changed.iter().map(|pair| changed(comparison, pair)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// A component of a bill.
fn view(sbom: &Sbom, index: u32) -> Option<ComponentView<'_>> {
    sbom.components.get(index as usize).map(component_view)
}

/// The numbers.
fn counts(comparison: &Comparison<'_>) -> Counts {
    let diff = comparison.diff;
    let of = |change| diff.changed.iter().filter(|pair| pair.version == change).count();
    let with = |is_identity| {
        let has = |pair: &&ChangedComponent| {
            pair.fields.iter().any(|field| field.field.is_identity() == is_identity)
        };
        diff.changed.iter().filter(has).count()
    };
    Counts {
        old: diff.n_old,
        new: diff.n_new,
        added: diff.added.len(),
        removed: diff.removed.len(),
        upgraded: of(VersionChange::Upgraded),
        downgraded: of(VersionChange::Downgraded),
        respelled: of(VersionChange::Respelled),
        undecided: of(VersionChange::Undecided),
        identity_changed: with(true),
        other_changed: with(false),
        unchanged: diff.n_unchanged,
    }
}

/// A component of both documents.
fn changed<'a>(comparison: &Comparison<'a>, pair: &'a ChangedComponent) -> ChangedView<'a> {
    let words = |key: String| text(comparison.language, &key);
    let entries = |text: &'a str| text.lines().collect();
    ChangedView {
        basis: pair.basis.code(),
        version: VersionView {
            change: pair.version.code(),
            text: words(format!("diff.version.{}", pair.version.code())),
            old: pair.old_version.as_deref(),
            new: pair.new_version.as_deref(),
        },
        identity_changed: pair.fields.iter().any(|field| field.field.is_identity()),
        fields: pair
            .fields
            .iter()
            .map(|change| FieldView {
                field: change.field.code(),
                text: words(format!("claim.{}", change.field.code())),
                old: entries(&change.before),
                new: entries(&change.after),
            })
            .collect(),
        old: view(&comparison.old.sbom, pair.old),
        new: view(&comparison.new.sbom, pair.new),
    }
}
