//! Several bills under one product, kept apart by where they came from.
//!
//! What each bill is about becomes a component of the product, and holds the bill's other components. References get
//! a prefix, so that equal ones of two bills stay two. What a bill says about itself is noted at its root.

mod join;
mod licences;

use std::collections::BTreeMap;

use super::loss::Claim;
use super::{AgentKind, Component, ComponentKind, Property, Role, Sbom, SbomFormat};
use join::Joiner;

/// Beginning of the names of properties that a merge adds.
pub const MERGE_PROPERTIES: &str = "kikimori:merge:";

/// What the merged bill is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Kind.
    pub kind: ComponentKind,
    /// Supplier.
    pub supplier: Option<String>,
}

/// A bill to merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeSource {
    /// The file's name.
    pub file: String,
    /// SHA-256 of the document, hexadecimal.
    pub sha256: String,
    /// The bill, read whole.
    pub sbom: Sbom,
}

/// Bills under one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The merged bill; its first component is the product.
    pub sbom: Sbom,
    /// The root of each source, by index.
    pub roots: Vec<u32>,
    /// Components that were joined with an equal one of an earlier source.
    pub n_joined: usize,
    /// Components with the same package URL as one of an earlier source that were not joined, because they differ.
    pub kept_apart: Vec<KeptApart>,
}

/// A component that was not joined with one of the same package URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptApart {
    /// The earlier one.
    pub first: u32,
    /// The later one.
    pub second: u32,
    /// The first field in which they contradict each other.
    pub field: Claim,
}

/// Puts `sources` under `product`. With `is_joined`, components of two sources become one where they have the same
/// package URL (version and qualifiers too) and contradict each other in nothing.
///
/// `format` is that of the document to be written: it decides how references look and where provenance stands.
#[must_use]
pub fn merge(product: &Product, sources: Vec<MergeSource>, format: SbomFormat, is_joined: bool) -> Merged {
    let mut merger = Merger::new(product, format, is_joined);
    for (number, source) in (1..).zip(sources) {
        merger.add(number, source);
    }
    merger.finish()
}

/// A merge on its way.
struct Merger {
    /// What there is so far.
    merged: Merged,
    /// References and provenance in SPDX's manner.
    is_spdx: bool,
    /// What later sources may be joined with.
    joiner: Option<Joiner>,
    /// The sources of each joined component.
    sources: BTreeMap<u32, Vec<usize>>,
    /// Licences defined so far.
    licences: licences::Definitions,
}

impl Merger {
    /// Only the product.
    fn new(product: &Product, format: SbomFormat, is_joined: bool) -> Self {
        let is_spdx = matches!(format, SbomFormat::SpdxJson | SbomFormat::SpdxTagValue);
        let mut component = Component {
            reference: Some(reference(is_spdx, "product").into()),
            role: if is_spdx { Role::Described } else { Role::Subject },
            kind: product.kind,
            name: product.name.as_str().into(),
            version: product.version.as_deref().map(Into::into),
            ..Component::default()
        };
        let mut sbom = Sbom::new(format, "");
        if let Some(supplier) = &product.supplier {
            component.details_mut().supplier = Some(supplier.clone());
            component.details_mut().extras_mut().supplier_kind = AgentKind::Organisation;
            sbom.supplier = Some(supplier.clone());
        }
        sbom.components.push(component);
        Self {
            merged: Merged { sbom, roots: Vec::new(), n_joined: 0, kept_apart: Vec::new() },
            is_spdx,
            joiner: is_joined.then(Joiner::default),
            sources: BTreeMap::new(),
            licences: licences::Definitions::default(),
        }
    }

    /// Adds the source with this number.
    fn add(&mut self, number: usize, mut source: MergeSource) {
        let notes = provenance(&source);
        self.licences.add(number, &mut source.sbom);
        let MergeSource { file, mut sbom, .. } = source;
        let own_root = root_of(&sbom);
        let root = self.next_index();
        let component = match own_root.and_then(|index| sbom.components.get_mut(index as usize)) {
            Some(component) => std::mem::take(component),
            None => {
                let name = sbom.name.as_deref().unwrap_or(&file);
                let mut made = Component { name: name.into(), ..Component::default() };
                made.details_mut().extras_mut().is_kind_unstated = true;
                made
            }
        };
        self.push_root(number, component, &notes);
        let has_children = parents(&sbom);
        let graph = join::Graph::of(&sbom);
        let mut places: Vec<u32> = Vec::with_capacity(sbom.components.len());
        for (index, mut component) in (0_u32..).zip(std::mem::take(&mut sbom.components)) {
            if Some(index) == own_root {
                places.push(root);
                continue;
            }
            let parent = component.parent.and_then(|parent| places.get(parent as usize).copied());
            component.parent = Some(parent.unwrap_or(root));
            component.role = Role::Listed;
            component.reference = component.reference.map(|own| self.reference(number, &own).into());
            let may_join = !has_children.contains(&index);
            let side = graph.side(index);
            places.push(self.place(number, component, side, may_join));
        }
        self.add_graph(&sbom, &places);
        self.merged.sbom.dependencies.push((0, root));
        self.merged.roots.push(root);
        let totals = &mut self.merged.sbom;
        totals.n_dangling_references += sbom.n_dangling_references;
        totals.n_files += sbom.n_files;
        totals.n_services += sbom.n_services;
        totals.n_vulnerabilities += sbom.n_vulnerabilities;
        totals.unkept.extend(&sbom.unkept);
    }

    /// The index of the next component.
    fn next_index(&self) -> u32 {
        u32::try_from(self.merged.sbom.components.len()).unwrap_or(u32::MAX)
    }

    /// A reference of the source with this number.
    fn reference(&self, number: usize, own: &str) -> String {
        if self.is_spdx {
            let own = own.strip_prefix("SPDXRef-").unwrap_or(own);
            reference(true, &format!("sbom-{number}-{own}"))
        } else {
            format!("sbom-{number}/{own}")
        }
    }

    /// Adds what a source is about, with what the source says about itself.
    fn push_root(&mut self, number: usize, mut component: Component, notes: &[(&str, String)]) {
        component.reference = Some(match component.reference {
            Some(own) => self.reference(number, &own).into(),
            None => reference(self.is_spdx, &format!("sbom-{number}")).into(),
        });
        component.parent = None;
        component.role = Role::Listed;
        note(&mut component, self.is_spdx, &[("source", format!("sbom-{number}"))]);
        note(&mut component, self.is_spdx, notes);
        self.merged.sbom.components.push(component);
    }

    /// Adds a component, or joins it with an earlier one; gives its index.
    fn place(&mut self, number: usize, component: Component, side: join::Side, may_join: bool) -> u32 {
        let next = self.next_index();
        let Some(joiner) = self.joiner.as_mut().filter(|_| may_join) else {
            self.merged.sbom.components.push(component);
            return next;
        };
        let Some(first) = joiner.find(&component, number, next, side) else {
            self.merged.sbom.components.push(component);
            return next;
        };
        let components = &mut self.merged.sbom.components;
        let own = components.get_mut(first.index as usize);
        let field = match own.as_deref() {
            Some(own) => join::contradiction(own, &component).or(first.contradiction(side)),
            None => Some(Claim::Component),
        };
        if let Some(field) = field {
            self.merged.kept_apart.push(KeptApart { first: first.index, second: next, field });
            components.push(component);
            return next;
        }
        let parents = [own.as_ref().and_then(|own| own.parent), component.parent];
        if let Some(own) = own {
            own.parent = None;
            join::absorb(own, component);
        }
        for parent in parents.into_iter().flatten() {
            self.merged.sbom.dependencies.push((parent, first.index));
            self.merged.sbom.containments.push((parent, first.index));
        }
        joiner.joined(&first, number, side);
        let sources = self.sources.entry(first.index).or_insert_with(|| vec![first.number]);
        sources.push(number);
        self.merged.n_joined += 1;
        first.index
    }

    /// Adds a source's edges.
    fn add_graph(&mut self, sbom: &Sbom, places: &[u32]) {
        let place = |index: u32| places.get(index as usize).copied();
        let edge = |(from, to): &(u32, u32)| Some((place(*from)?, place(*to)?));
        let merged = &mut self.merged.sbom;
        merged.dependencies.extend(sbom.dependencies.iter().filter_map(edge));
        merged.containments.extend(sbom.containments.iter().filter_map(edge));
        merged.leaves.extend(sbom.leaves.iter().filter_map(|leaf| place(*leaf)));
    }

    /// The merged bill, its lists in order.
    fn finish(mut self) -> Merged {
        for (index, sources) in &self.sources {
            let names: Vec<String> = sources.iter().map(|number| format!("sbom-{number}")).collect();
            if let Some(component) = self.merged.sbom.components.get_mut(*index as usize) {
                note(component, self.is_spdx, &[("sources", names.join(", "))]);
            }
        }
        let sbom = &mut self.merged.sbom;
        for edges in [&mut sbom.dependencies, &mut sbom.containments] {
            edges.sort_unstable();
            edges.dedup();
        }
        sbom.leaves.sort_unstable();
        sbom.leaves.dedup();
        sbom.extracted_licences = self.licences.into_list();
        self.merged
    }
}

/// A reference of the merged document itself.
fn reference(is_spdx: bool, name: &str) -> String {
    if is_spdx { format!("SPDXRef-{name}") } else { name.to_owned() }
}

/// What a bill is about, where that is one component.
fn root_of(sbom: &Sbom) -> Option<u32> {
    let find = |role: Role| {
        let of_role = |component: &Component| component.role == role && component.parent.is_none();
        let mut found = (0_u32..).zip(&sbom.components).filter(|(_, component)| of_role(component));
        let first = found.next()?.0;
        found.next().is_none().then_some(first)
    };
    find(Role::Subject).or_else(|| find(Role::Described))
}

/// Components in which others are nested.
fn parents(sbom: &Sbom) -> std::collections::BTreeSet<u32> {
    sbom.components.iter().filter_map(|component| component.parent).collect()
}

/// What a source says about itself, by the last part of a property's name.
fn provenance(source: &MergeSource) -> Vec<(&'static str, String)> {
    let sbom = &source.sbom;
    let format = format!("{} {}", sbom.format.name(), sbom.spec_version.trim_start_matches("SPDX-"));
    let mut notes =
        vec![("file", source.file.clone()), ("sha256", source.sha256.clone()), ("format", format)];
    let fields = [
        ("serial", &sbom.serial),
        ("revision", &sbom.revision),
        ("name", &sbom.name),
        ("created", &sbom.created_written),
        ("supplier", &sbom.supplier),
    ];
    notes.extend(fields.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
    notes.extend(sbom.authors.iter().map(|author| {
        let word = match author.kind {
            AgentKind::Unstated => "",
            AgentKind::Organisation => "Organization: ",
            AgentKind::Person => "Person: ",
        };
        ("author", format!("{word}{}", author.name))
    }));
    notes.extend(sbom.tools.iter().map(|tool| ("tool", tool.clone())));
    notes.extend(sbom.generation_contexts.iter().map(|context| ("lifecycle", context.clone())));
    notes
}

/// Notes something at a component: as properties, or in SPDX, which has none, as lines of `sourceInfo`.
fn note(component: &mut Component, is_spdx: bool, notes: &[(&str, String)]) {
    let extras = component.details_mut().extras_mut();
    if !is_spdx {
        extras.properties.extend(notes.iter().map(|(name, value)| Property {
            name: format!("{MERGE_PROPERTIES}{name}").into(),
            value: value.as_str().into(),
        }));
        return;
    }
    let own = extras.source_info.take().map(String::from);
    let lines = notes.iter().map(|(name, value)| format!("{MERGE_PROPERTIES}{name}: {value}"));
    extras.source_info = Some(own.into_iter().chain(lines).collect::<Vec<_>>().join("\n").into());
}

#[cfg(test)]
mod tests {
    use super::super::{ExtractedLicence, Hash, Licence};
    use super::*;

    /// A component with a reference and perhaps a package URL.
    fn component(name: &str, purl: &str) -> Component {
        Component {
            reference: Some(name.into()),
            name: name.into(),
            purls: Some(purl.to_owned()).into_iter().filter(|purl| !purl.is_empty()).collect(),
            ..Component::default()
        }
    }

    /// A source whose first component is its subject and depends on the others.
    fn source(file: &str, components: Vec<Component>) -> MergeSource {
        let mut sbom = Sbom { components, ..Sbom::new(SbomFormat::CycloneDxJson, "1.6") };
        sbom.components[0].role = Role::Subject;
        sbom.dependencies = (1..sbom.components.len() as u32).map(|index| (0, index)).collect();
        MergeSource { file: file.to_owned(), sha256: String::new(), sbom }
    }

    /// Merges for a `CycloneDX` document.
    fn check(sources: Vec<MergeSource>, is_joined: bool) -> Merged {
        let product =
            Product { name: "p".to_owned(), version: None, kind: ComponentKind::Device, supplier: None };
        merge(&product, sources, SbomFormat::CycloneDxJson, is_joined)
    }

    /// Changes a component.
    type Change = fn(&mut Component);

    /// Two suppliers that both include `x`.
    fn two() -> Vec<MergeSource> {
        vec![
            source("a.json", vec![component("a", ""), component("x", "pkg:npm/x@1")]),
            source("b.json", vec![component("b", ""), component("x", "pkg:npm/x@1"), component("y", "")]),
        ]
    }

    #[test]
    fn sources_stay_apart() {
        let merged = check(two(), false);
        let listed: Vec<_> = merged
            .sbom
            .components
            .iter()
            .map(|component| (component.reference.as_deref().unwrap(), component.parent))
            .collect();
        let expected = [
            ("product", None),
            ("sbom-1/a", None),
            ("sbom-1/x", Some(1)),
            ("sbom-2/b", None),
            ("sbom-2/x", Some(3)),
            ("sbom-2/y", Some(3)),
        ];
        assert_eq!(listed, expected);
        assert_eq!(merged.sbom.dependencies, [(0, 1), (0, 3), (1, 2), (3, 4), (3, 5)]);
        assert_eq!(merged.roots, [1, 3]);
    }

    #[test]
    fn equal_components_are_joined_when_asked() {
        let mut sources = two();
        sources[1].sbom.components[1].details_mut().supplier = Some("X".to_owned());
        let merged = check(sources, true);
        assert_eq!((merged.n_joined, merged.sbom.components.len()), (1, 5));
        let joined = &merged.sbom.components[2];
        assert_eq!(joined.parent, None);
        assert_eq!(joined.details().supplier.as_deref(), Some("X"));
        assert_eq!(&*joined.details().extras().properties[0].value, "sbom-1, sbom-2");
        assert_eq!(merged.sbom.containments, [(1, 2), (3, 2)]);
        assert_eq!(merged.sbom.dependencies, [(0, 1), (0, 3), (1, 2), (3, 2), (3, 4)]);
    }

    #[test]
    fn components_that_contradict_each_other_stay_apart() {
        let changes: [(Change, Claim); 4] = [
            (|component| component.details_mut().supplier = Some("other".to_owned()), Claim::Supplier),
            (|component| component.version = Some("2".into()), Claim::Version),
            (
                |component| {
                    let hash = Hash { algorithm: "SHA1".to_owned(), value: "01".to_owned() };
                    component.details_mut().hashes.push(hash);
                },
                Claim::Hashes,
            ),
            (
                |component| {
                    let licence = Licence { text: "Zlib".into(), ..Licence::default() };
                    component.details_mut().licences.push(licence);
                },
                Claim::Licences,
            ),
        ];
        for (change, field) in changes {
            let mut sources = two();
            let own = &mut sources[0].sbom.components[1];
            own.version = Some("1".into());
            own.details_mut().supplier = Some("own".to_owned());
            own.details_mut().hashes.push(Hash { algorithm: "SHA-1".to_owned(), value: "00".to_owned() });
            own.details_mut().licences.push(Licence { text: "MIT".into(), ..Licence::default() });
            change(&mut sources[1].sbom.components[1]);
            let merged = check(sources, true);
            assert_eq!(merged.kept_apart, [KeptApart { first: 2, second: 4, field }]);
            assert_eq!((merged.n_joined, merged.sbom.components.len()), (0, 6));
        }
    }

    #[test]
    fn a_bill_about_nothing_gets_a_root_of_its_name() {
        let mut sources = two();
        sources[0].sbom.components[0].role = Role::Listed;
        sources[0].sbom.name = Some("supplied".to_owned());
        let merged = check(sources, false);
        let names: Vec<_> = merged.sbom.components.iter().map(|component| &*component.name).collect();
        assert_eq!(names, ["p", "supplied", "a", "x", "b", "x", "y"]);
        assert_eq!(merged.sbom.components[1].reference.as_deref(), Some("sbom-1"));
    }

    #[test]
    fn licences_of_one_id_and_two_texts_become_two() {
        let mut sources = two();
        for (source, text) in sources.iter_mut().zip(["one", "two"]) {
            let id = "LicenseRef-1".to_owned();
            source.sbom.extracted_licences.push(ExtractedLicence { id, name: None, text: text.to_owned() });
            let text = "MIT AND (LicenseRef-1 OR LicenseRef-12)".into();
            let licence = Licence { text, ..Licence::default() };
            source.sbom.components[1].details_mut().licences.push(licence);
        }
        let merged = check(sources, false);
        let ids: Vec<_> = merged.sbom.extracted_licences.iter().map(|licence| &*licence.id).collect();
        assert_eq!(ids, ["LicenseRef-1", "LicenseRef-sbom-2-1"]);
        let licence = |index: usize| &*merged.sbom.components[index].details().licences[0].text;
        assert_eq!(licence(2), "MIT AND (LicenseRef-1 OR LicenseRef-12)");
        assert_eq!(licence(4), "MIT AND (LicenseRef-sbom-2-1 OR LicenseRef-12)");
    }
}
