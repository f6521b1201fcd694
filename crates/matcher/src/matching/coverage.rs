//! Which components the library can check at all, and why not.

use std::collections::{BTreeMap, BTreeSet};

use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::finding::NotCheckedReason;

use super::identity::{Identity, SearchName};
use crate::library::Library;

/// Which identities the library can check at all, remembered by ecosystem.
#[derive(Default)]
pub(super) struct Coverage {
    /// Answers by ecosystem and release.
    known: BTreeMap<(String, Option<String>), bool>,
}

impl Coverage {
    /// Why nothing about an identity can be checked; `None` when something can. Counts missing ecosystems.
    pub(super) fn check(
        &mut self,
        library: &Library,
        identity: &Identity,
        n_members: usize,
        missing: &mut BTreeMap<String, usize>,
    ) -> Option<(NotCheckedReason, Option<String>)> {
        if let Some((reason, detail)) = &identity.unsearchable {
            return Some((*reason, detail.clone()));
        }
        let mut is_covered = false;
        let mut absent: BTreeSet<String> = BTreeSet::new();
        let mut detail = None;
        for search in &identity.searches {
            match &search.name {
                SearchName::Package { ecosystem, .. } => {
                    let covers = self.covers(library, ecosystem);
                    is_covered |= covers;
                    if !covers {
                        absent.insert(ecosystem.to_string());
                    }
                }
                SearchName::Cpe { .. } => {
                    is_covered |= library.covers_cpe();
                    detail.get_or_insert_with(|| search.written.clone());
                }
                SearchName::Repository(path) => {
                    is_covered |= !library.manifest().ecosystems.is_empty() || library.covers_cpe();
                    detail.get_or_insert_with(|| path.clone());
                }
            }
        }
        let detail = absent.first().cloned().or(detail);
        for ecosystem in absent {
            *missing.entry(ecosystem).or_default() += n_members;
        }
        (!is_covered).then_some((NotCheckedReason::NoSourceForEcosystem, detail))
    }

    /// The library holds the database of an ecosystem that the identity is a package of.
    pub(super) fn has_database(&mut self, library: &Library, identity: &Identity) -> bool {
        identity.searches.iter().any(|search| match &search.name {
            SearchName::Package { ecosystem, .. } => self.covers(library, ecosystem),
            SearchName::Cpe { .. } | SearchName::Repository(_) => false,
        })
    }

    /// The library holds the database of an ecosystem; asked once each.
    fn covers(&mut self, library: &Library, ecosystem: &Ecosystem) -> bool {
        let known = (ecosystem.base.clone(), ecosystem.release.clone());
        *self
            .known
            .entry(known)
            .or_insert_with(|| library.covers(&ecosystem.base, ecosystem.release.as_deref()))
    }
}
