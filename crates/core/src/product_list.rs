//! A list of products as people keep it in a spreadsheet: which column is what, and the drafts that its rows give.

use std::collections::BTreeMap;

use crate::coded::coded_enum;
use crate::limits::PRODUCTS_MAX;
use crate::message::{Message, codes};
use crate::product::{Product, ProductDraft};
use crate::typed_text;

coded_enum! {
    /// A column of the list.
    pub enum ListColumn {
        /// The product's id; empty for a new one.
        Id = "id",
        /// Trade name in Japanese.
        TradeNameJa = "trade_name_ja",
        /// Trade name in English.
        TradeNameEn = "trade_name_en",
        /// Generic name.
        GenericName = "generic_name",
        /// JMDN code.
        JmdnCode = "jmdn_code",
        /// Class.
        DeviceClass = "device_class",
        /// Approval, certification or notification.
        Procedure = "procedure",
        /// Its number.
        MarketNumber = "market_number",
        /// Connection kinds.
        Connections = "connections",
        /// State on the market.
        MarketState = "market_state",
        /// First day of sale.
        SaleStart = "sale_start",
        /// Last day of sale.
        SaleEnd = "sale_end",
        /// End of life.
        Eol = "eol",
        /// End of support.
        Eos = "eos",
    }
}

/// Rows at the top among which the heading is looked for: a title and conditions may stand above.
const HEADING_ROWS_MAX: usize = 20;

/// Headings by which columns are known besides their codes, without white space, in small letters and half width.
const HEADINGS: &[(ListColumn, &[&str])] = &[
    (ListColumn::Id, &["kikimoriid", "製品id", "productid"]),
    (ListColumn::TradeNameJa, &["販売名", "販売名(日本語)", "製品名", "tradename", "tradename(japanese)"]),
    (ListColumn::TradeNameEn, &["販売名(英語)", "英語名", "tradename(english)"]),
    (ListColumn::GenericName, &["一般的名称", "genericname"]),
    (ListColumn::JmdnCode, &["jmdnコード", "jmdn", "jmdncode"]),
    (ListColumn::DeviceClass, &["クラス", "クラス分類", "class"]),
    (
        ListColumn::Procedure,
        &["承認・認証・届出", "承認・認証・届出の別", "種別", "procedure", "kindofapproval"],
    ),
    (
        ListColumn::MarketNumber,
        &[
            "番号",
            "承認番号",
            "承認等番号",
            "承認・認証・届出番号",
            "number",
            "approvalnumber",
            "approval,certificationornotificationnumber",
        ],
    ),
    (ListColumn::Connections, &["接続", "接続の種類", "接続の方法", "connections", "howitisconnected"]),
    (ListColumn::MarketState, &["販売状況", "販売の状況", "marketstate"]),
    (ListColumn::SaleStart, &["販売開始", "販売開始日", "salebeganon"]),
    (ListColumn::SaleEnd, &["販売終了", "販売終了日", "saleendedon"]),
    (ListColumn::Eol, &["製品寿命終了日(eol)", "eol日", "endoflife(eol)", "endoflife"]),
    (
        ListColumn::Eos,
        &[
            "サポート終了日(eos)",
            "eos日",
            "サポート終了",
            "サポート終了日",
            "endofsupport(eos)",
            "endofsupport",
        ],
    ),
];

impl ListColumn {
    /// The column with this heading: its code, or a word that people use, in any width and case.
    ///
    /// ```
    /// use kikimori_core::product_list::ListColumn;
    /// assert_eq!(ListColumn::of_heading(" 販売名（英語） "), Some(ListColumn::TradeNameEn));
    /// assert_eq!(ListColumn::of_heading("備考"), None);
    /// ```
    #[must_use]
    pub fn of_heading(text: &str) -> Option<Self> {
        let heading: String =
            typed_text::searched(text).chars().filter(|letter| !letter.is_whitespace()).collect();
        let is_known = |words: &[&str]| words.contains(&heading.as_str());
        Self::of_code(&heading)
            .or_else(|| HEADINGS.iter().find(|(_, words)| is_known(words)).map(|(column, _)| *column))
    }
}

/// A row of a list: what it says, by column. A column that the list does not have is not there; an empty cell is an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRow {
    /// Its number in the file, from 1.
    pub number: u32,
    /// What it says.
    cells: BTreeMap<ListColumn, String>,
}

impl ListRow {
    /// The text of a column; empty when there is none.
    #[must_use]
    pub fn text(&self, column: ListColumn) -> &str {
        self.cells.get(&column).map_or("", String::as_str)
    }

    /// The draft of the product: columns that the list has not keep what `before` says.
    #[must_use]
    pub fn draft(&self, before: Option<&Product>) -> ProductDraft {
        let mut draft = before.map(ProductDraft::of).unwrap_or_default();
        for (column, text) in &self.cells {
            let text = text.clone();
            match column {
                ListColumn::Id => {}
                ListColumn::TradeNameJa => draft.trade_name_ja = text,
                ListColumn::TradeNameEn => draft.trade_name_en = text,
                ListColumn::GenericName => draft.generic_name = text,
                ListColumn::JmdnCode => draft.jmdn_code = text,
                ListColumn::DeviceClass => draft.device_class = text,
                ListColumn::Procedure => draft.procedure = text,
                ListColumn::MarketNumber => draft.market_number = text,
                ListColumn::Connections => draft.connections = connections(&text),
                ListColumn::MarketState => draft.market_state = text,
                ListColumn::SaleStart => draft.sale_start = text,
                ListColumn::SaleEnd => draft.sale_end = text,
                ListColumn::Eol => draft.eol = text,
                ListColumn::Eos => draft.eos = text,
            }
        }
        draft
    }
}

/// Connection kinds of one cell: with commas of any kind, or one a line.
fn connections(text: &str) -> Vec<String> {
    let parts = text.split([',', '、', '，', ';', '；', '\n']);
    parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The rows of a list below its heading. Rows without any text, and columns whose heading is none of ours, are left out.
///
/// # Errors
/// LIST-001 without a heading that has a column of trade names, SBOM-003 with more rows than products allowed.
pub fn read(rows: &[(u32, Vec<String>)]) -> Result<Vec<ListRow>, Message> {
    let columns_of = |cells: &[String]| -> Vec<Option<ListColumn>> {
        cells.iter().map(|cell| ListColumn::of_heading(cell)).collect()
    };
    let is_heading = |(_, cells): &(u32, Vec<String>)| {
        columns_of(cells).into_iter().flatten().any(|column| column == ListColumn::TradeNameJa)
    };
    let place = rows.iter().take(HEADING_ROWS_MAX).position(is_heading);
    let Some((place, (_, heading))) = place.and_then(|place| Some((place, rows.get(place)?))) else {
        return Err(Message::new(codes::LIST_NO_HEADING));
    };
    let columns = columns_of(heading);
    let mut listed = Vec::new();
    for (number, cells) in rows.iter().skip(place + 1) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if listed.len() >= PRODUCTS_MAX {
            let message = Message::new(codes::SBOM_LIMIT).with("limit", "PRODUCTS_MAX");
            return Err(message.with("max", PRODUCTS_MAX));
        }
        let mut row = ListRow { number: *number, cells: BTreeMap::new() };
        for (index, column) in columns.iter().enumerate() {
            let Some(column) = column else { continue };
            let text = cells.get(index).map_or("", String::as_str).trim();
            // The first of two columns with one meaning counts, unless it is empty.
            let kept = row.cells.entry(*column).or_default();
            if kept.is_empty() {
                plain(text).clone_into(kept);
            }
        }
        listed.push(row);
    }
    Ok(listed)
}

/// Signs with which a cell would be taken for a formula.
const FORMULA_SIGNS: &[char] = &['=', '+', '-', '@', '\t', '\r'];

/// A text as a cell of a CSV file that no spreadsheet takes for a formula: an apostrophe stands before what begins like one.
///
/// ```
/// use kikimori_core::product_list::{neutral, plain};
/// assert_eq!(neutral("=1+1"), "'=1+1");
/// assert_eq!(plain(&neutral("=1+1")), "=1+1");
/// ```
#[must_use]
pub fn neutral(text: &str) -> String {
    if text.starts_with(FORMULA_SIGNS) { format!("'{text}") } else { text.to_owned() }
}

/// The text of a cell without the apostrophe that [`neutral`] put before it.
#[must_use]
pub fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_SIGNS)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::DeviceClass;

    /// Rows of cells, numbered from 1.
    fn rows(cells: &[&[&str]]) -> Vec<(u32, Vec<String>)> {
        let texts = cells.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
        (1..).zip(texts).collect()
    }

    #[test]
    fn reads_what_stands_below_the_heading() {
        let listed = read(&rows(&[
            &["製品一覧"],
            &["No.", "販売名", "クラス", "備考"],
            &["1", "輸液ポンプ", "Ⅲ", "x"],
            &["", " ", ""],
            &["2", "'=危険", ""],
        ]))
        .unwrap();
        assert_eq!(listed.iter().map(|row| row.number).collect::<Vec<_>>(), [3, 5]);
        let first = listed[0].draft(None).check().unwrap().value;
        assert_eq!(
            (first.trade_name_ja.as_str(), first.device_class),
            ("輸液ポンプ", Some(DeviceClass::Iii))
        );
        assert_eq!(listed[1].text(ListColumn::TradeNameJa), "=危険");
        let kept = listed[1]
            .draft(Some(&Product { generic_name: Some("汎用輸液ポンプ".to_owned()), ..first }));
        assert_eq!((kept.generic_name.as_str(), kept.device_class.as_str()), ("汎用輸液ポンプ", ""));
    }

    #[test]
    fn needs_a_heading() {
        let fault = read(&rows(&[&["a", "b"], &["c", "d"]])).unwrap_err();
        assert_eq!(fault.code, codes::LIST_NO_HEADING);
        let many: Vec<(u32, Vec<String>)> = std::iter::once((1, vec!["販売名".to_owned()]))
            .chain((2..).map(|n| (n, vec!["x".to_owned()])).take(PRODUCTS_MAX + 1))
            .collect();
        assert_eq!(read(&many).unwrap_err().code, codes::SBOM_LIMIT);
    }
}
