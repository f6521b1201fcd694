//! What includes what: cells that name other rows, or the product.

use std::collections::BTreeMap;

use kikimori_core::typed_text::width;

use super::super::references::on_or_behind_circles;
use super::fold::WordSet;

/// Words for the product that the list is about.
static PRODUCT_WORDS: WordSet = WordSet::new(&[
    "製品",
    "本製品",
    "製品本体",
    "本体",
    "対象製品",
    "トップ",
    "最上位",
    "ルート",
    "直接",
    "直下",
    "機器",
    "医療機器",
    "product",
    "the product",
    "root",
    "top",
    "device",
    "direct",
    "top level",
]);

/// Words by which a row says that it is the product itself.
static SELF_WORDS: WordSet = WordSet::new(&[
    "primary",
    "self",
    "自身",
    "自己",
    "主コンポーネント",
    "プライマリ",
    "製品自身",
    "本製品自身",
]);

/// What a cell of a relation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The product.
    Product,
    /// A component, by index.
    Component(u32),
    /// No row, or more than one.
    Unclear,
}

/// The row says that it is the product itself.
pub(super) fn is_self(text: &str) -> bool {
    SELF_WORDS.has(text)
}

/// A name as it is compared: one width, small letters, no white space.
fn exact(text: &str) -> String {
    width(text).to_lowercase().split_whitespace().collect()
}

/// Names of rows.
#[derive(Default)]
pub(super) struct Names {
    /// Components by the number or id of their row, by name, and by name with version; `None` where several have it.
    rows: BTreeMap<String, Option<u32>>,
    /// The product's name.
    product: Option<String>,
}

impl Names {
    /// The product's name.
    pub(super) fn set_product(&mut self, name: &str) {
        self.product = Some(exact(name));
    }

    /// A component.
    pub(super) fn add(&mut self, index: u32, row_id: &str, name: &str, version: Option<&str>) {
        let mut keys = vec![exact(name)];
        if !row_id.is_empty() {
            keys.push(format!("#{}", exact(row_id)));
        }
        if let Some(version) = version {
            keys.push(exact(&format!("{name}@{version}")));
            keys.push(exact(&format!("{name}{version}")));
        }
        keys.dedup();
        for key in keys {
            self.rows
                .entry(key)
                .and_modify(|known| *known = known.filter(|known| *known == index))
                .or_insert(Some(index));
        }
    }

    /// What a text names: a number first, then a name, then the product.
    pub(super) fn find(&self, text: &str) -> Target {
        let word = exact(text);
        let number = word.strip_prefix("no").unwrap_or(&word).trim_start_matches(['.', '#']);
        if let Some(Some(index)) = self.rows.get(&format!("#{number}")) {
            return Target::Component(*index);
        }
        if self.product.as_ref() == Some(&word) {
            return Target::Product;
        }
        match self.rows.get(&word) {
            Some(Some(index)) => Target::Component(*index),
            Some(None) => Target::Unclear,
            None if PRODUCT_WORDS.has(text) => Target::Product,
            None => Target::Unclear,
        }
    }

    /// What a cell names: itself, or each of its parts.
    pub(super) fn find_all<'t>(&self, text: &'t str) -> Vec<(&'t str, Target)> {
        let whole = self.find(text);
        if whole != Target::Unclear {
            return vec![(text, whole)];
        }
        let parts = text.split([',', '、', '，', ';', '；', '\n']).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(|part| (part, self.find(part))).collect()
    }
}

/// Components that include themselves by way of others, in their order: those that lie on circles of `edges`, or
/// between two.
pub(super) fn on_circles(edges: &[(u32, u32)], n_components: usize) -> Vec<u32> {
    let reversed: Vec<(u32, u32)> = edges.iter().map(|(from, to)| (*to, *from)).collect();
    let before = on_or_behind_circles(&reversed, n_components);
    let mut nodes = on_or_behind_circles(edges, n_components);
    nodes.retain(|node| before.binary_search(node).is_ok());
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_a_circle_or_comes_behind_it_is_not_on_it() {
        let edges = [(0, 1), (1, 2), (2, 3), (3, 1), (3, 4), (5, 6), (6, 5), (7, 8)];
        assert_eq!(on_circles(&edges, 9), [1, 2, 3, 5, 6]);
        assert_eq!(on_circles(&[(0, 1), (0, 2), (1, 2)], 3), [0; 0]);
    }

    #[test]
    fn finds_rows_by_number_name_and_version() {
        let mut names = Names::default();
        names.set_product("輸液ポンプ");
        names.add(0, "1", "OpenSSL", Some("3.0.1"));
        names.add(1, "2", "zlib", Some("1.2"));
        names.add(2, "3", "zlib", Some("1.3"));
        for (text, target) in [
            ("1", Target::Component(0)),
            ("No.2", Target::Component(1)),
            ("ｏｐｅｎｓｓｌ", Target::Component(0)),
            ("zlib", Target::Unclear),
            ("zlib 1.3", Target::Component(2)),
            ("zlib@1.2", Target::Component(1)),
            ("輸液ポンプ", Target::Product),
            ("製品", Target::Product),
            ("9", Target::Unclear),
            ("", Target::Unclear),
        ] {
            assert_eq!(names.find(text), target, "{text}");
        }
        let found: Vec<Target> = names.find_all("1、3\n製品").into_iter().map(|(_, target)| target).collect();
        assert_eq!(found, [Target::Component(0), Target::Component(2), Target::Product]);
    }
}
