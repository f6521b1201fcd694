//! The product tree: every product id with what the document says about the product.

use std::collections::BTreeMap;

use kikimori_core::cpe::Cpe;
use kikimori_core::limits;
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::purl::Purl;

use super::super::configurations::read_cpe;
use super::super::record::{Notes, limit};
use super::super::wire::Text;
use super::wire::{Branch, FullProductName, Helper, ProductTree};

/// The products of a document by their ids.
pub(super) type Products = BTreeMap<String, Product>;

/// A product.
#[derive(Clone, Debug, Default)]
pub(super) struct Product {
    /// The name as people read it.
    pub(super) name: String,
    /// The vendor's branch.
    pub(super) vendor: String,
    /// The branch of the product, or of its family where there is none.
    pub(super) product: String,
    /// The branch of the version or version range, as written.
    pub(super) version: Option<String>,
    /// The branch says that it is a range.
    pub(super) is_range: bool,
    /// A branch narrows the version (patch level, service pack).
    pub(super) is_narrowed: bool,
    /// What else the branches and identifiers say: architecture, language, model and serial numbers.
    pub(super) qualifiers: Vec<String>,
    /// The identifiers bind the statement to some copies of the product (serial numbers).
    pub(super) has_serials: bool,
    /// Its CPE name.
    pub(super) cpe: Option<Cpe>,
    /// Its package URLs.
    pub(super) purls: Vec<Purl>,
    /// The id has several definitions, or one that leads back to itself: nobody can tell what is meant.
    pub(super) is_unclear: bool,
    /// It is made of two others.
    pub(super) relation: Option<Relation>,
}

/// A component inside something else.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// It is a component by default (`default_component_of`).
    pub(super) is_default: bool,
    /// The component's id.
    pub(super) component: String,
    /// The id of what it is in; empty when it is in several things one inside the other.
    pub(super) platform: String,
}

/// The path of branches to a product.
#[derive(Clone, Default)]
struct Path<'t> {
    /// `vendor`.
    vendor: &'t str,
    /// `product_family`.
    family: &'t str,
    /// `product_name`.
    product: &'t str,
    /// `product_version` or `product_version_range`.
    version: Option<&'t str>,
    /// The version is a range.
    is_range: bool,
    /// `patch_level` or `service_pack`.
    is_narrowed: bool,
    /// Other categories.
    qualifiers: Vec<String>,
}

/// The tree being read.
struct Reading<'notes, 'messages> {
    /// What was found.
    products: Products,
    /// Definitions, also those of ids seen before.
    n_definitions: usize,
    /// Where notices go.
    notes: &'notes mut Notes<'messages>,
}

/// Reads the tree.
///
/// # Errors
/// FEED-006 when branches nest too deeply or there are too many products.
pub(super) fn read(tree: &ProductTree<'_>, notes: &mut Notes<'_>) -> Result<Products, Message> {
    let mut reading = Reading { products: Products::new(), n_definitions: 0, notes };
    reading.branches(&tree.branches, &Path::default(), 1, "/product_tree/branches")?;
    for (index, full) in tree.full_product_names.iter().enumerate() {
        let pointer = format!("/product_tree/full_product_names/{index}");
        reading.define(full, &Path::default(), None, &pointer)?;
    }
    for (index, relationship) in tree.relationships.iter().enumerate() {
        let relation = Relation {
            is_default: is_default(&relationship.category),
            component: relationship.product_reference.trimmed().to_owned(),
            platform: relationship.relates_to_product_reference.trimmed().to_owned(),
        };
        let pointer = format!("/product_tree/relationships/{index}");
        reading.define(&relationship.full_product_name, &Path::default(), Some(relation), &pointer)?;
    }
    for (index, path) in tree.product_paths.iter().enumerate() {
        let (is_default, platform) = match path.subpaths.as_slice() {
            [only] => (is_default(&only.category), only.next_product_reference.trimmed()),
            _ => (false, ""),
        };
        let component = path.beginning_product_reference.trimmed().to_owned();
        let relation = Relation { is_default, component, platform: platform.to_owned() };
        let pointer = format!("/product_tree/product_paths/{index}");
        reading.define(&path.full_product_name, &Path::default(), Some(relation), &pointer)?;
    }
    reading.check_relations();
    Ok(reading.products)
}

/// The category says that the component always comes with the platform.
fn is_default(category: &Text<'_>) -> bool {
    category.trimmed().eq_ignore_ascii_case("default_component_of")
}

impl Reading<'_, '_> {
    /// Reads branches and what stands below them.
    fn branches<'t>(
        &mut self,
        branches: &'t [Branch<'_>],
        above: &Path<'t>,
        depth: usize,
        pointer: &str,
    ) -> Result<(), Message> {
        if depth > limits::CSAF_BRANCH_DEPTH_MAX && !branches.is_empty() {
            return Err(limit("CSAF_BRANCH_DEPTH_MAX", limits::CSAF_BRANCH_DEPTH_MAX));
        }
        for (index, branch) in branches.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            let path = above.with(branch);
            if let Some(product) = &branch.product {
                self.define(product, &path, None, &format!("{pointer}/product"))?;
            }
            self.branches(&branch.branches, &path, depth.saturating_add(1), &format!("{pointer}/branches"))?;
        }
        Ok(())
    }

    /// Takes a product in. The first definition of an id counts; from the second on the id is unclear.
    fn define(
        &mut self,
        full: &FullProductName<'_>,
        path: &Path<'_>,
        relation: Option<Relation>,
        pointer: &str,
    ) -> Result<(), Message> {
        self.n_definitions = self.n_definitions.saturating_add(1);
        if self.n_definitions > limits::CSAF_PRODUCTS_MAX {
            return Err(limit("CSAF_PRODUCTS_MAX", limits::CSAF_PRODUCTS_MAX));
        }
        let id = full.product_id.trimmed();
        if let Some(known) = self.products.get_mut(id) {
            known.is_unclear = true;
            let message = Message::new(codes::FEED_CSAF_PRODUCT_TWICE).at(Place::Pointer(pointer.to_owned()));
            self.notes.add(message, &[("product", &shown(id))]);
            return Ok(());
        }
        let mut product = Product {
            name: full.name.trimmed().to_owned(),
            vendor: path.vendor.to_owned(),
            product: if path.product.is_empty() { path.family } else { path.product }.to_owned(),
            version: path.version.map(str::to_owned),
            is_range: path.is_range,
            is_narrowed: path.is_narrowed,
            qualifiers: path.qualifiers.clone(),
            relation,
            ..Product::default()
        };
        self.identify(&mut product, &full.product_identification_helper, pointer);
        self.products.insert(id.to_owned(), product);
        Ok(())
    }

    /// Reads a product's identifiers.
    fn identify(&mut self, product: &mut Product, helper: &Helper<'_>, pointer: &str) {
        let pointer = format!("{pointer}/product_identification_helper");
        if let Some(cpe) = helper.cpe.filled() {
            product.cpe = read_cpe(cpe, &format!("{pointer}/cpe"), self.notes);
        }
        let purls = helper.purl.filled().into_iter().chain(helper.purls.iter().filter_map(Text::filled));
        for text in purls.take(limits::COMPONENT_IDENTIFIERS_MAX) {
            match Purl::parse(text) {
                Ok(purl) => product.purls.push(purl),
                Err(fault) => {
                    let message = Message::new(codes::FEED_CSAF_PURL_UNREADABLE);
                    let message = message.at(Place::Pointer(pointer.clone()));
                    self.notes.add(message, &[("purl", &shown(text)), ("detail", &fault.to_string())]);
                }
            }
        }
        product.has_serials = helper.serial_numbers.iter().any(|number| number.filled().is_some());
        let numbers = [
            ("model_number", &helper.model_numbers),
            ("serial_number", &helper.serial_numbers),
            ("sku", &helper.skus),
        ];
        for (kind, list) in numbers {
            let filled = list.iter().filter_map(Text::filled).take(limits::COMPONENT_IDENTIFIERS_MAX);
            product.qualifiers.extend(filled.map(|number| format!("{kind}: {}", shown(number))));
        }
    }

    /// Marks products whose definition leads back to itself.
    fn check_relations(&mut self) {
        let mut open: BTreeMap<&str, usize> = BTreeMap::new();
        let mut dependents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut settled: Vec<&str> = Vec::new();
        for (id, product) in &self.products {
            let mut count = 0_usize;
            if let Some(relation) = &product.relation {
                for other in [&relation.component, &relation.platform] {
                    if self.products.contains_key(other) {
                        dependents.entry(other).or_default().push(id);
                        count = count.saturating_add(1);
                    }
                }
            }
            if count == 0 {
                settled.push(id);
            }
            open.insert(id, count);
        }
        while let Some(id) = settled.pop() {
            for dependent in dependents.get(id).into_iter().flatten() {
                if let Some(count) = open.get_mut(dependent) {
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        settled.push(dependent);
                    }
                }
            }
        }
        let circular: Vec<String> =
            open.into_iter().filter(|(_, count)| *count > 0).map(|(id, _)| id.to_owned()).collect();
        for id in circular {
            self.notes.add(Message::new(codes::FEED_CSAF_CIRCULAR), &[("product", &shown(&id))]);
            if let Some(product) = self.products.get_mut(&id) {
                product.is_unclear = true;
                product.relation = None;
            }
        }
    }
}

/// Whether the name of a patch level repeats the version that it belongs to: Cisco writes `3.3.1XO` below `3.3XO`.
fn is_whole(name: &str, version: &str) -> bool {
    let number =
        |text: &str| text.split(|character: char| !character.is_ascii_digit()).next().map(str::to_owned);
    let is_one_word = !name.contains(char::is_whitespace) && name.contains('.');
    is_one_word && number(name).is_some_and(|first| !first.is_empty() && number(version) == Some(first))
}

/// A text short enough for a message.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(200).collect()
}

impl<'t> Path<'t> {
    /// The path one branch further.
    fn with(&self, branch: &'t Branch<'_>) -> Self {
        let mut path = self.clone();
        let name = branch.name.trimmed();
        match branch.category.trimmed() {
            "vendor" => path.vendor = name,
            "product_family" => path.family = name,
            "product_name" => path.product = name,
            "product_version" => (path.version, path.is_range) = (Some(name), false),
            "product_version_range" => (path.version, path.is_range) = (Some(name), true),
            "patch_level" | "service_pack" if path.version.is_some_and(|version| is_whole(name, version)) => {
                (path.version, path.is_range) = (Some(name), false);
            }
            "patch_level" | "service_pack" => {
                path.is_narrowed = true;
                path.qualifiers.push(format!("{}: {}", branch.category.trimmed(), shown(name)));
            }
            "" => {}
            other => path.qualifiers.push(format!("{}: {}", shown(other), shown(name))),
        }
        path
    }
}
