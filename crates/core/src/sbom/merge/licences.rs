//! Licences that documents define: one id may mean two texts in two documents.

use std::collections::BTreeMap;

use super::super::{ExtractedLicence, Licence, Sbom};

/// Beginning of the id of a licence that a document defines.
const LICENCE_PREFIX: &str = "LicenseRef-";

/// Licences defined so far.
#[derive(Default)]
pub(super) struct Definitions {
    /// In the order in which they came.
    list: Vec<ExtractedLicence>,
    /// Their positions by id.
    positions: BTreeMap<String, usize>,
}

impl Definitions {
    /// Adds those of a source; an id that means something else already is changed, in the source's components too.
    pub(super) fn add(&mut self, number: usize, sbom: &mut Sbom) {
        let mut renamed: BTreeMap<String, String> = BTreeMap::new();
        for mut licence in std::mem::take(&mut sbom.extracted_licences) {
            let own = licence.id.clone();
            let is_same = |position: &usize| {
                let known = self.list.get(*position);
                known.is_some_and(|known| known.text == licence.text && known.name == licence.name)
            };
            match self.positions.get(&own) {
                Some(position) if is_same(position) => continue,
                Some(_) => {
                    licence.id = self.free_id(number, &own);
                    renamed.insert(own, licence.id.clone());
                }
                None => {}
            }
            self.positions.insert(licence.id.clone(), self.list.len());
            self.list.push(licence);
        }
        if renamed.is_empty() {
            return;
        }
        for component in &mut sbom.components {
            let licences = component.details.iter_mut().flat_map(|details| &mut details.licences);
            for licence in licences.filter(|licence| licence.text.contains(LICENCE_PREFIX)) {
                rename(licence, &renamed);
            }
        }
    }

    /// An id that nobody has, made from `own`.
    fn free_id(&self, number: usize, own: &str) -> String {
        let rest = own.strip_prefix(LICENCE_PREFIX).unwrap_or(own);
        let first = format!("{LICENCE_PREFIX}sbom-{number}-{rest}");
        let mut id = first.clone();
        let mut turn = 1;
        // Every turn tries another number, and the taken ones are finite.
        while self.positions.contains_key(&id) {
            turn += 1;
            id = format!("{first}-{turn}");
        }
        id
    }

    /// All of them.
    pub(super) fn into_list(self) -> Vec<ExtractedLicence> {
        self.list
    }
}

/// Changes ids inside a licence's text. An id of another document (`DocumentRef-…:LicenseRef-…`) stays.
fn rename(licence: &mut Licence, renamed: &BTreeMap<String, String>) {
    let is_id = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | ':');
    let mut text = String::with_capacity(licence.text.len() + 16);
    let mut rest = &*licence.text;
    while let Some(character) = rest.chars().next() {
        let end = match rest.find(|next: char| is_id(next) != is_id(character)) {
            Some(end) => end,
            None => rest.len(),
        };
        let (piece, after) = rest.split_at(end);
        text.push_str(renamed.get(piece).map_or(piece, String::as_str));
        rest = after;
    }
    licence.text = text.into();
}
