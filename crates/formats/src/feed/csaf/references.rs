//! Whether every product and product group that a CSAF document speaks of is defined in it.

use std::collections::BTreeSet;

use kikimori_core::message::{Message, Place, codes};

use super::super::record::Notes;
use super::super::wire::Text;
use super::tree::{Products, shown};
use super::wire::{Csaf, Vulnerability};

/// The references of a document being looked through.
struct Looking<'d, 'notes, 'messages> {
    /// The products defined.
    products: &'d Products,
    /// The groups defined.
    groups: BTreeSet<&'d str>,
    /// Ids that a notice was written about.
    noted: BTreeSet<&'d str>,
    /// Where notices go.
    notes: &'notes mut Notes<'messages>,
}

/// Writes a notice for every id that is spoken of and not defined, once each, and for groups defined twice. A statement
/// about such a product is about nothing.
pub(super) fn check(csaf: &Csaf<'_>, products: &Products, notes: &mut Notes<'_>) {
    let tree = &csaf.product_tree;
    let mut looking = Looking { products, groups: BTreeSet::new(), noted: BTreeSet::new(), notes };
    for (index, group) in tree.product_groups.iter().enumerate() {
        let place = format!("/product_tree/product_groups/{index}");
        if !looking.groups.insert(group.group_id.trimmed()) {
            let message = Message::new(codes::FEED_CSAF_PRODUCT_TWICE).at(Place::Pointer(place.clone()));
            looking.notes.add(message, &[("product", &shown(group.group_id.trimmed()))]);
        }
        looking.products(&group.product_ids, &place);
    }
    for (index, relationship) in tree.relationships.iter().enumerate() {
        let place = format!("/product_tree/relationships/{index}");
        looking.product(&relationship.product_reference, &place);
        looking.product(&relationship.relates_to_product_reference, &place);
    }
    for (index, path) in tree.product_paths.iter().enumerate() {
        let place = format!("/product_tree/product_paths/{index}");
        looking.product(&path.beginning_product_reference, &place);
        for step in &path.subpaths {
            looking.product(&step.next_product_reference, &place);
        }
    }
    for (index, vulnerability) in csaf.vulnerabilities.iter().enumerate() {
        looking.vulnerability(vulnerability, &format!("/vulnerabilities/{index}"));
    }
}

impl<'d> Looking<'d, '_, '_> {
    /// Looks through a vulnerability.
    fn vulnerability(&mut self, vulnerability: &'d Vulnerability<'_>, place: &str) {
        let status = &vulnerability.product_status;
        for (name, list) in status.lists() {
            self.products(list, &format!("{place}/product_status/{name}"));
        }
        for score in &vulnerability.scores {
            self.products(&score.products, &format!("{place}/scores"));
        }
        for metric in &vulnerability.metrics {
            self.products(&metric.products, &format!("{place}/metrics"));
        }
        let remarks = [
            ("flags", &vulnerability.flags),
            ("remediations", &vulnerability.remediations),
            ("threats", &vulnerability.threats),
        ];
        for (name, list) in remarks {
            let place = format!("{place}/{name}");
            for remark in list {
                self.products(&remark.product_ids, &place);
                for group in remark.group_ids.iter().map(Text::trimmed) {
                    if !self.groups.contains(group) {
                        self.note(group, &place);
                    }
                }
            }
        }
    }

    /// Looks at a list of products.
    fn products(&mut self, ids: &'d [Text<'_>], place: &str) {
        for id in ids {
            self.product(id, place);
        }
    }

    /// Looks at a product.
    fn product(&mut self, id: &'d Text<'_>, place: &str) {
        if !self.products.contains_key(id.trimmed()) {
            self.note(id.trimmed(), place);
        }
    }

    /// Says that an id is not defined.
    fn note(&mut self, id: &'d str, place: &str) {
        if self.noted.insert(id) {
            let place = Place::Pointer(place.to_owned());
            let message = Message::new(codes::FEED_CSAF_PRODUCT_UNDEFINED).at(place);
            self.notes.add(message, &[("product", &shown(id))]);
        }
    }
}
