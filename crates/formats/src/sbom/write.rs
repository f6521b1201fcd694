//! Writing bills of materials: what all formats share.
//!
//! The same bill and options give the same bytes. A writer never fails on a bill; what a format has no place for is
//! left out, and [`kikimori_core::sbom::loss::compare`] tells what that was.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use kikimori_core::sbom::{Role, Sbom, SbomFormat};
use serde::Serialize;

use super::{write_cyclonedx, write_cyclonedx_xml, write_spdx, write_spdx_tag_value};

/// Components nested in each other; deeper ones are written beside. Every level takes two of a reader's
/// [`kikimori_core::limits::NESTING_DEPTH_MAX`].
const NESTED_COMPONENTS_MAX: usize = 50;

/// A format that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetFormat {
    /// `CycloneDX` 1.6 JSON.
    CycloneDxJson,
    /// `CycloneDX` 1.6 XML.
    CycloneDxXml,
    /// SPDX 2.3 JSON.
    SpdxJson,
    /// SPDX 2.3 tag-value.
    SpdxTagValue,
}

impl TargetFormat {
    /// Every format, in the order of declaration.
    pub const ALL: &[Self] = &[Self::CycloneDxJson, Self::CycloneDxXml, Self::SpdxJson, Self::SpdxTagValue];

    /// The words on a command line.
    pub const WORDS: &[&'static str] = &["cyclonedx-json", "cyclonedx-xml", "spdx-json", "spdx-tag-value"];

    /// The word on a command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CycloneDxJson => "cyclonedx-json",
            Self::CycloneDxXml => "cyclonedx-xml",
            Self::SpdxJson => "spdx-json",
            Self::SpdxTagValue => "spdx-tag-value",
        }
    }

    /// The format of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.word() == word)
    }

    /// The name and version shown to people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CycloneDxJson => "CycloneDX JSON 1.6",
            Self::CycloneDxXml => "CycloneDX XML 1.6",
            Self::SpdxJson => "SPDX JSON 2.3",
            Self::SpdxTagValue => "SPDX tag-value 2.3",
        }
    }

    /// The format that a bill was read from, where it is written here too.
    #[must_use]
    pub fn of(format: SbomFormat) -> Option<Self> {
        match format {
            SbomFormat::CycloneDxJson => Some(Self::CycloneDxJson),
            SbomFormat::CycloneDxXml => Some(Self::CycloneDxXml),
            SbomFormat::SpdxJson => Some(Self::SpdxJson),
            SbomFormat::SpdxTagValue => Some(Self::SpdxTagValue),
            SbomFormat::SheetCsv | SbomFormat::SheetXlsx | SbomFormat::Spdx3Json => None,
        }
    }
}

/// What a format demands and a bill may lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// The document's identity, a `urn:uuid:`.
    pub serial: String,
    /// When the document was made: RFC 3339 in UTC, to the second.
    pub created: String,
    /// The tool that makes it, `name version`.
    pub tool: String,
}

/// Writes a bill; gives the index of every component in the order in which they were written.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    sbom: &Sbom,
    format: TargetFormat,
    options: &WriteOptions,
    out: &mut dyn io::Write,
) -> io::Result<Vec<u32>> {
    match format {
        TargetFormat::CycloneDxJson => write_cyclonedx::write_json(sbom, options, out),
        TargetFormat::CycloneDxXml => write_cyclonedx_xml::write(sbom, options, out),
        TargetFormat::SpdxJson => write_spdx::write_json(sbom, options, out),
        TargetFormat::SpdxTagValue => write_spdx_tag_value::write(sbom, options, out),
    }
}

/// What is nested in what, as it will be written.
pub(super) struct Tree {
    /// The component that the document is about.
    pub(super) subject: Option<u32>,
    /// Components that are nested in none, without the subject.
    pub(super) roots: Vec<u32>,
    /// Components nested in a component.
    children: BTreeMap<u32, Vec<u32>>,
    /// All components, the subject first, each before what is nested in it.
    pub(super) order: Vec<u32>,
}

impl Tree {
    /// The tree of `sbom`. A single described component becomes the subject; of several, none.
    pub(super) fn of(sbom: &Sbom) -> Self {
        let mut depths: Vec<usize> = Vec::with_capacity(sbom.components.len());
        let (mut roots, mut children) = (Vec::new(), BTreeMap::<u32, Vec<u32>>::new());
        for (component, index) in sbom.components.iter().zip(0_u32..) {
            let mut parent = component.parent.filter(|parent| *parent < index);
            let mut depth = 0;
            if let Some(above) = parent.and_then(|parent| depths.get(parent as usize)) {
                depth = above + 1;
                if depth >= NESTED_COMPONENTS_MAX {
                    parent = sbom
                        .components
                        .get(parent.unwrap_or_default() as usize)
                        .and_then(|above| above.parent);
                    depth -= 1;
                }
            }
            depths.push(depth);
            match parent {
                Some(parent) => children.entry(parent).or_default().push(index),
                None => roots.push(index),
            }
        }
        let subject = subject_of(sbom, &roots);
        roots.retain(|root| Some(*root) != subject);
        let mut order = Vec::with_capacity(sbom.components.len());
        let mut open: Vec<u32> = roots.iter().rev().copied().chain(subject).collect();
        while let Some(index) = open.pop() {
            order.push(index);
            open.extend(children.get(&index).into_iter().flatten().rev());
        }
        Self { subject, roots, children, order }
    }

    /// What is nested in a component.
    pub(super) fn children_of(&self, index: u32) -> &[u32] {
        self.children.get(&index).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The component on the top level that the document is about, where it is one.
fn subject_of(sbom: &Sbom, roots: &[u32]) -> Option<u32> {
    let role = |index: u32| sbom.components.get(index as usize).map(|component| component.role);
    let mut found = roots.iter().copied().filter(|root| role(*root) == Some(Role::Subject));
    if let Some(subject) = found.next() {
        return Some(subject);
    }
    let mut described = roots.iter().copied().filter(|root| role(*root) == Some(Role::Described));
    let first = described.next()?;
    described.next().is_none().then_some(first)
}

/// A reference for every component that has or needs one: its own where `fits` takes it and none before has it, else
/// one that `make` makes from it and that nobody has.
pub(super) fn references<'a>(
    sbom: &'a Sbom,
    fits: &dyn Fn(&str) -> bool,
    make: &dyn Fn(u32, &str) -> String,
    is_needed_by_all: bool,
) -> Vec<Option<Cow<'a, str>>> {
    let mut taken: BTreeSet<Cow<'a, str>> = BTreeSet::new();
    let mut names: Vec<Option<Cow<'a, str>>> = Vec::with_capacity(sbom.components.len());
    for component in &sbom.components {
        let own = component.reference.as_deref().filter(|own| fits(own)).map(Cow::Borrowed);
        names.push(own.filter(|own| taken.insert(own.clone())));
    }
    let joined: BTreeSet<u32> = if is_needed_by_all {
        BTreeSet::new()
    } else {
        let edges = sbom.dependencies.iter().flat_map(|(from, to)| [*from, *to]);
        let ends = edges.chain(sbom.leaves.iter().copied()).filter(|end| !has_reference(sbom, *end));
        ends.chain(twins(sbom)).collect()
    };
    for ((component, name), index) in sbom.components.iter().zip(&mut names).zip(0_u32..) {
        let is_needed = is_needed_by_all || component.reference.is_some() || joined.contains(&index);
        if name.is_some() || !is_needed {
            continue;
        }
        let first = make(index, component.reference.as_deref().unwrap_or_default());
        let mut made = first.clone();
        let mut number = 1;
        // Every turn tries another number, and the taken ones are finite.
        while taken.contains(made.as_str()) {
            number += 1;
            made = format!("{first}-{number}");
        }
        taken.insert(Cow::Owned(made.clone()));
        *name = Some(Cow::Owned(made));
    }
    names
}

/// Components without reference that may say the same as one before: only a reference keeps two entries of a list apart.
fn twins(sbom: &Sbom) -> impl Iterator<Item = u32> {
    let mut seen = BTreeSet::new();
    let alone = sbom.components.iter().zip(0_u32..).filter(|(component, _)| component.reference.is_none());
    alone
        .filter(move |(one, _)| {
            !seen.insert((one.parent, one.group.as_deref(), &*one.name, one.version.as_deref()))
        })
        .map(|(_, index)| index)
}

/// The component has a reference of its own.
fn has_reference(sbom: &Sbom, index: u32) -> bool {
    sbom.components.get(index as usize).is_some_and(|component| component.reference.is_some())
}

/// What each component depends on or contains, those that depend on nothing with an empty list, by index.
pub(super) fn nodes(sbom: &Sbom) -> impl Iterator<Item = (u32, &[(u32, u32)])> {
    let mut froms: Vec<u32> = sbom.dependencies.iter().map(|(from, _)| *from).collect();
    froms.extend(&sbom.leaves);
    froms.sort_unstable();
    froms.dedup();
    froms.into_iter().map(|from| {
        let first = sbom.dependencies.partition_point(|edge| edge.0 < from);
        let rest = sbom.dependencies.get(first..).unwrap_or_default();
        let n_own = rest.partition_point(|edge| edge.0 == from);
        (from, rest.get(..n_own).unwrap_or_default())
    })
}

/// Ids of SPDX's licence list with a plus; everywhere else the plus is an operator.
const LICENCE_IDS_WITH_PLUS: &[&str] =
    &["GPL-1.0+", "GPL-2.0+", "GPL-3.0+", "LGPL-2.0+", "LGPL-2.1+", "LGPL-3.0+"];

/// Words that stand where SPDX expects a licence and name none.
const NO_LICENCES: [&str; 2] = ["NOASSERTION", "NONE"];

/// Whether a text is an id of SPDX's licence list.
pub(super) fn is_licence_id(text: &str) -> bool {
    LICENCE_IDS_WITH_PLUS.contains(&text)
        || spdx::license_id(text)
            .is_some_and(|licence| licence.name == text && !NO_LICENCES.contains(&licence.name))
}

/// What an expression of SPDX 2.3 may hold: ids that later lists call deprecated are still ids.
const EXPRESSION_MODE: spdx::ParseMode = spdx::ParseMode {
    allow_slash_as_or_operator: false,
    allow_imprecise_license_names: false,
    allow_postfix_plus_on_gpl: true,
    allow_deprecated: true,
    allow_unknown: false,
};

/// Whether a text may stand where SPDX expects a licence expression.
pub(super) fn is_licence_expression(text: &str) -> bool {
    NO_LICENCES.contains(&text)
        || is_licence_id(text)
        || spdx::Expression::parse_mode(text, EXPRESSION_MODE).is_ok()
}

/// Writes a document as JSON with a line feed behind it.
pub(super) fn json_document(document: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, document)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Whether a text is one of so many hexadecimal digits.
pub(super) fn has_n_hexadecimal_digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
