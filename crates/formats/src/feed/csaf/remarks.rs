//! What a CSAF document says beside the status of products: why one is not affected, what to do, what may happen. It
//! stands in the record's description, in the document's own words.

use std::collections::BTreeSet;

use super::Common;
use super::wire::{Remark, Vulnerability};

/// Remarks of one kind that are kept. Real advisories repeat a few texts for many products.
const REMARKS_MAX: usize = 5;
/// Remarks of one kind that are looked at for different ones.
const REMARKS_LOOKED_AT_MAX: usize = 1_000;
/// Products named with one remark.
const PRODUCTS_SHOWN_MAX: usize = 3;

/// Flags, remediations and threats, a line each: `component_not_present: Product A 1.0`.
pub(super) fn read(vulnerability: &Vulnerability<'_>, common: &Common<'_>) -> String {
    let mut lines = Vec::new();
    for list in [&vulnerability.flags, &vulnerability.remediations, &vulnerability.threats] {
        let mut seen = BTreeSet::new();
        for remark in list.iter().take(REMARKS_LOOKED_AT_MAX) {
            let text = match remark.details.filled() {
                Some(details) => details.to_owned(),
                None => products(remark, common),
            };
            let line = format!("{}: {text}", remark.category.trimmed());
            if seen.len() < REMARKS_MAX && seen.insert(line.clone()) {
                lines.push(line);
            }
        }
    }
    lines.join("\n")
}

/// The first few products that a remark is about, by name.
fn products(remark: &Remark<'_>, common: &Common<'_>) -> String {
    let groups = remark.group_ids.iter().filter_map(|group| common.groups.get(group.trimmed()));
    let of_groups = groups.flat_map(|group| &group.product_ids);
    let mut names = remark.product_ids.iter().chain(of_groups).map(|id| {
        let id = id.trimmed();
        common.products.get(id).map_or(id, |product| product.name.as_str()).to_owned()
    });
    let mut shown: Vec<String> = names.by_ref().take(PRODUCTS_SHOWN_MAX).collect();
    if names.next().is_some() {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
