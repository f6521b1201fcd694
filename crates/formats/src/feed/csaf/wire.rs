//! The JSON of a CSAF document, 2.0 and 2.1, as far as it is read.

use serde::Deserialize;
use serde_json::Value;

use super::super::record::Notes;
use super::super::wire::{Check, Rule, Text, is_list, is_object, is_text, or_default};
use kikimori_core::message::{Message, Place, codes};

/// A document.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Csaf<'a> {
    /// Who says it, under which id, when.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) document: Document<'a>,
    /// The products spoken of.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_tree: ProductTree<'a>,
    /// What is said.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) vulnerabilities: Vec<Vulnerability<'a>>,
}

/// `document`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Document<'a> {
    /// The profile (`csaf_vex`, `csaf_withdrawn`…).
    #[serde(default)]
    pub(super) category: Text<'a>,
    /// `2.0` or `2.1`.
    #[serde(default)]
    pub(super) csaf_version: Text<'a>,
    /// One line.
    #[serde(default)]
    pub(super) title: Text<'a>,
    /// Who publishes it.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) publisher: Publisher<'a>,
    /// Id, dates, state.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tracking: Tracking<'a>,
    /// Texts.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) notes: Vec<Note<'a>>,
    /// Further reading.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) references: Vec<Reference<'a>>,
}

/// `document.publisher`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Publisher<'a> {
    /// `vendor`, `coordinator`, `discoverer`, `translator`, `user`, `other`.
    #[serde(default)]
    pub(super) category: Text<'a>,
    /// The name.
    #[serde(default)]
    pub(super) name: Text<'a>,
    /// An address that the publisher controls.
    #[serde(default)]
    pub(super) namespace: Text<'a>,
}

/// `document.tracking`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Tracking<'a> {
    /// The advisory's id.
    #[serde(default)]
    pub(super) id: Text<'a>,
    /// Other ids of the advisory.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) aliases: Vec<Text<'a>>,
    /// When it was first published.
    #[serde(default)]
    pub(super) initial_release_date: Text<'a>,
    /// When this revision was published.
    #[serde(default)]
    pub(super) current_release_date: Text<'a>,
    /// `draft`, `interim` or `final`.
    #[serde(default)]
    pub(super) status: Text<'a>,
}

/// `notes[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Note<'a> {
    /// `description`, `summary`, `details`, `general`…
    #[serde(default)]
    pub(super) category: Text<'a>,
    /// The text.
    #[serde(default)]
    pub(super) text: Text<'a>,
}

/// `references[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Reference<'a> {
    /// The address.
    #[serde(default)]
    pub(super) url: Text<'a>,
}

/// `product_tree`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct ProductTree<'a> {
    /// Vendors, products, versions, one inside the other.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) branches: Vec<Branch<'a>>,
    /// Products outside the branches.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) full_product_names: Vec<FullProductName<'a>>,
    /// Products made of two others (2.0).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) relationships: Vec<Relationship<'a>>,
    /// Products made of several others (2.1).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_paths: Vec<ProductPath<'a>>,
    /// Products that other parts of the document name together.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_groups: Vec<ProductGroup<'a>>,
}

/// `branches[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Branch<'a> {
    /// `vendor`, `product_name`, `product_version`, `product_version_range`…
    #[serde(default)]
    pub(super) category: Text<'a>,
    /// The name, version or range.
    #[serde(default)]
    pub(super) name: Text<'a>,
    /// The product that the path to here names.
    #[serde(default)]
    pub(super) product: Option<FullProductName<'a>>,
    /// Branches below.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) branches: Vec<Branch<'a>>,
}

/// `full_product_name_t`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct FullProductName<'a> {
    /// The name as people read it.
    #[serde(default)]
    pub(super) name: Text<'a>,
    /// The id within the document.
    #[serde(default)]
    pub(super) product_id: Text<'a>,
    /// Identifiers.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_identification_helper: Helper<'a>,
}

/// `product_identification_helper`, as far as an SBOM can state the same.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Helper<'a> {
    /// CPE name.
    #[serde(default)]
    pub(super) cpe: Text<'a>,
    /// Package URL (2.0).
    #[serde(default)]
    pub(super) purl: Text<'a>,
    /// Package URLs (2.1).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) purls: Vec<Text<'a>>,
    /// Model numbers.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) model_numbers: Vec<Text<'a>>,
    /// Serial numbers, with `?` and `*`.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) serial_numbers: Vec<Text<'a>>,
    /// Stock keeping units.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) skus: Vec<Text<'a>>,
}

/// `relationships[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Relationship<'a> {
    /// `default_component_of`, `installed_on`…
    #[serde(default)]
    pub(super) category: Text<'a>,
    /// The product that this makes.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) full_product_name: FullProductName<'a>,
    /// The component.
    #[serde(default)]
    pub(super) product_reference: Text<'a>,
    /// What it is a component of.
    #[serde(default)]
    pub(super) relates_to_product_reference: Text<'a>,
}

/// `product_paths[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct ProductPath<'a> {
    /// The component.
    #[serde(default)]
    pub(super) beginning_product_reference: Text<'a>,
    /// The product that this makes.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) full_product_name: FullProductName<'a>,
    /// What it is a component of, and that of what.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) subpaths: Vec<SubPath<'a>>,
}

/// `subpaths[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct SubPath<'a> {
    /// `default_component_of`, `installed_on`…
    #[serde(default)]
    pub(super) category: Text<'a>,
    /// The next product on the path.
    #[serde(default)]
    pub(super) next_product_reference: Text<'a>,
}

/// `product_groups[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct ProductGroup<'a> {
    /// The id within the document.
    #[serde(default)]
    pub(super) group_id: Text<'a>,
    /// Its products.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_ids: Vec<Text<'a>>,
}

/// `vulnerabilities[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Vulnerability<'a> {
    /// CVE id.
    #[serde(default)]
    pub(super) cve: Text<'a>,
    /// Other ids.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) ids: Vec<OtherId<'a>>,
    /// One line.
    #[serde(default)]
    pub(super) title: Text<'a>,
    /// CWE (2.0).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cwe: Cwe<'a>,
    /// CWEs (2.1).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cwes: Vec<Cwe<'a>>,
    /// Texts.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) notes: Vec<Note<'a>>,
    /// Further reading.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) references: Vec<Reference<'a>>,
    /// First publication of the vulnerability (2.0).
    #[serde(default)]
    pub(super) release_date: Text<'a>,
    /// First publication of the vulnerability (2.1).
    #[serde(default)]
    pub(super) disclosure_date: Text<'a>,
    /// Which products have which status.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_status: ProductStatus<'a>,
    /// Scores (2.0).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) scores: Vec<Metric<'a>>,
    /// Scores (2.1).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) metrics: Vec<MetricContent<'a>>,
    /// Why products are not affected.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) flags: Vec<Remark<'a>>,
    /// What to do.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) remediations: Vec<Remark<'a>>,
    /// What it does to products.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) threats: Vec<Remark<'a>>,
}

/// `ids[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct OtherId<'a> {
    /// The id.
    #[serde(default)]
    pub(super) text: Text<'a>,
}

/// `cwe`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Cwe<'a> {
    /// `CWE-79`.
    #[serde(default)]
    pub(super) id: Text<'a>,
}

/// `product_status`: product ids by status.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct ProductStatus<'a> {
    /// Affected.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) known_affected: Vec<Text<'a>>,
    /// The first affected versions of their releases.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) first_affected: Vec<Text<'a>>,
    /// The last affected versions of their releases.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) last_affected: Vec<Text<'a>>,
    /// Not affected.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) known_not_affected: Vec<Text<'a>>,
    /// With a fix.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) fixed: Vec<Text<'a>>,
    /// The first with a fix.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) first_fixed: Vec<Text<'a>>,
    /// Recommended for fixing the vulnerability.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) recommended: Vec<Text<'a>>,
    /// Being looked into.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) under_investigation: Vec<Text<'a>>,
    /// Not known (2.1).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) unknown: Vec<Text<'a>>,
}

impl<'a> ProductStatus<'a> {
    /// The lists with their names, affected ones first.
    pub(super) fn lists(&self) -> [(&'static str, &[Text<'a>]); 9] {
        [
            ("known_affected", &self.known_affected),
            ("first_affected", &self.first_affected),
            ("last_affected", &self.last_affected),
            ("under_investigation", &self.under_investigation),
            ("unknown", &self.unknown),
            ("known_not_affected", &self.known_not_affected),
            ("fixed", &self.fixed),
            ("first_fixed", &self.first_fixed),
            ("recommended", &self.recommended),
        ]
    }
}

/// `scores[]`, `metrics[].content`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Metric<'a> {
    /// CVSS 2.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cvss_v2: Cvss<'a>,
    /// CVSS 3.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cvss_v3: Cvss<'a>,
    /// CVSS 4.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) cvss_v4: Cvss<'a>,
    /// The products that it is for (2.0).
    #[serde(default, deserialize_with = "or_default")]
    pub(super) products: Vec<Text<'a>>,
}

/// `metrics[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct MetricContent<'a> {
    /// The scores.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) content: Metric<'a>,
    /// The products that they are for.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) products: Vec<Text<'a>>,
}

/// A CVSS object.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Cvss<'a> {
    /// The vector.
    #[serde(default, rename = "vectorString")]
    pub(super) vector: Text<'a>,
}

/// `flags[]`, `remediations[]`, `threats[]`: a word, a text, and the products meant.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Remark<'a> {
    /// The word: `vendor_fix`, `impact`; for flags the justification.
    #[serde(default, alias = "label")]
    pub(super) category: Text<'a>,
    /// The text.
    #[serde(default)]
    pub(super) details: Text<'a>,
    /// Further reading.
    #[serde(default)]
    pub(super) url: Text<'a>,
    /// Products.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_ids: Vec<Text<'a>>,
    /// Groups of products.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) group_ids: Vec<Text<'a>>,
}

/// The check for a product outside the branches.
const IS_FULL_PRODUCT_NAME: Check = |value| FullProductName::deserialize(value).map(drop);
/// The check for a flag, a remediation or a threat.
const IS_REMARK: Check = |value| Remark::deserialize(value).map(drop);
/// The check for a text in a list of texts with a category.
const IS_NOTE: Check = |value| Note::deserialize(value).map(drop);
/// The check for further reading.
const IS_REFERENCE: Check = |value| Reference::deserialize(value).map(drop);

/// The shape of a document but for its branches; inner values first.
pub(super) const RULES: &[Rule<'static>] = &[
    ("document/category", is_text),
    ("document/csaf_version", is_text),
    ("document/title", is_text),
    ("document/tracking/aliases/*", is_text),
    ("document/tracking/aliases", is_list),
    ("document/tracking/initial_release_date", is_text),
    ("document/tracking/current_release_date", is_text),
    ("document/tracking/status", is_text),
    ("document/publisher", |value| Option::<Publisher>::deserialize(value).map(drop)),
    ("document/notes/*", IS_NOTE),
    ("document/notes", is_list),
    ("document/references/*", IS_REFERENCE),
    ("document/references", is_list),
    ("product_tree/branches", is_list),
    ("product_tree/full_product_names/*", IS_FULL_PRODUCT_NAME),
    ("product_tree/full_product_names", is_list),
    ("product_tree/relationships/*", |value| Relationship::deserialize(value).map(drop)),
    ("product_tree/relationships", is_list),
    ("product_tree/product_paths/*", |value| ProductPath::deserialize(value).map(drop)),
    ("product_tree/product_paths", is_list),
    ("product_tree/product_groups/*", |value| ProductGroup::deserialize(value).map(drop)),
    ("product_tree/product_groups", is_list),
    ("product_tree", is_object),
    ("vulnerabilities/*/product_status/known_affected/*", is_text),
    ("vulnerabilities/*/product_status/known_affected", is_list),
    ("vulnerabilities/*/product_status/first_affected", is_list),
    ("vulnerabilities/*/product_status/last_affected", is_list),
    ("vulnerabilities/*/product_status/known_not_affected/*", is_text),
    ("vulnerabilities/*/product_status/known_not_affected", is_list),
    ("vulnerabilities/*/product_status/fixed/*", is_text),
    ("vulnerabilities/*/product_status/fixed", is_list),
    ("vulnerabilities/*/product_status/first_fixed", is_list),
    ("vulnerabilities/*/product_status/recommended", is_list),
    ("vulnerabilities/*/product_status/under_investigation/*", is_text),
    ("vulnerabilities/*/product_status/under_investigation", is_list),
    ("vulnerabilities/*/product_status/unknown", is_list),
    ("vulnerabilities/*/product_status", |value| Option::<ProductStatus>::deserialize(value).map(drop)),
    ("vulnerabilities/*/ids/*", |value| OtherId::deserialize(value).map(drop)),
    ("vulnerabilities/*/ids", is_list),
    ("vulnerabilities/*/cwe", |value| Option::<Cwe>::deserialize(value).map(drop)),
    ("vulnerabilities/*/cwes/*", |value| Cwe::deserialize(value).map(drop)),
    ("vulnerabilities/*/cwes", is_list),
    ("vulnerabilities/*/notes/*", IS_NOTE),
    ("vulnerabilities/*/notes", is_list),
    ("vulnerabilities/*/references/*", IS_REFERENCE),
    ("vulnerabilities/*/references", is_list),
    ("vulnerabilities/*/scores/*", |value| Metric::deserialize(value).map(drop)),
    ("vulnerabilities/*/scores", is_list),
    ("vulnerabilities/*/metrics/*", |value| MetricContent::deserialize(value).map(drop)),
    ("vulnerabilities/*/metrics", is_list),
    ("vulnerabilities/*/flags/*", IS_REMARK),
    ("vulnerabilities/*/flags", is_list),
    ("vulnerabilities/*/remediations/*", IS_REMARK),
    ("vulnerabilities/*/remediations", is_list),
    ("vulnerabilities/*/threats/*", IS_REMARK),
    ("vulnerabilities/*/threats", is_list),
    ("vulnerabilities/*/title", is_text),
    ("vulnerabilities/*/release_date", is_text),
    ("vulnerabilities/*/disclosure_date", is_text),
    ("vulnerabilities/*", |value| Vulnerability::deserialize(value).map(drop)),
    ("vulnerabilities", is_list),
];

/// Takes out branches of a wrong shape, each with a notice. A branch keeps what stands below it: of the branch itself
/// only the member that is wrong goes.
///
/// The nesting of `branches` is that of the JSON, which the stream's reader bounds.
pub(super) fn repair_branches(branches: &mut Value, pointer: &str, notes: &mut Notes<'_>) {
    let Value::Array(elements) = branches else { return };
    let mut index = 0_usize;
    elements.retain_mut(|element| {
        let pointer = format!("{pointer}/{index}");
        index = index.saturating_add(1);
        if let Value::Object(members) = element {
            if let Some(below) = members.get_mut("branches") {
                if !below.is_array() {
                    unshaped(notes, &format!("{pointer}/branches"), "a list was expected");
                    *below = Value::Null;
                }
                repair_branches(below, &format!("{pointer}/branches"), notes);
            }
            if let Some(product) = members.get_mut("product")
                && let Err(error) = Option::<FullProductName<'_>>::deserialize(&*product)
            {
                unshaped(notes, &format!("{pointer}/product"), &error.to_string());
                *product = Value::Null;
            }
            for key in ["category", "name"] {
                if let Some(text) = members.get_mut(key)
                    && let Err(error) = is_text(text)
                {
                    unshaped(notes, &format!("{pointer}/{key}"), &error.to_string());
                    *text = Value::Null;
                }
            }
            return true;
        }
        unshaped(notes, &pointer, "an object was expected");
        false
    });
}

/// Says that a part of the tree has the wrong shape.
fn unshaped(notes: &mut Notes<'_>, pointer: &str, detail: &str) {
    let message = Message::new(codes::FEED_ENTRY_UNREADABLE).at(Place::Pointer(pointer.to_owned()));
    notes.add(message, &[("detail", detail)]);
}
