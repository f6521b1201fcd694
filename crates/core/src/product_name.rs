//! Names of vendors and products as a source's list gives them, beside the CPE name: what people call a thing and how records
//! call it.

/// One vendor or one product of a source's list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProductName {
    /// The source, `jvn`.
    pub source: String,
    /// The vendor's number in that source.
    pub vendor_id: String,
    /// The vendor as written, often in Japanese.
    pub vendor: String,
    /// The product's number in that source; `None` for the vendor itself.
    pub product_id: Option<String>,
    /// The product as written; `None` for the vendor itself.
    pub product: Option<String>,
    /// The CPE name as written: `cpe:/a:vendor:product`, for a vendor `cpe:/:vendor`.
    pub cpe: Option<String>,
}

/// A name in the form that look-ups compare: full-width letters and digits as ASCII, small letters, and one space for every run
/// of white space, hyphens and underscores.
///
/// ```
/// use kikimori_core::product_name::normal;
/// assert_eq!(normal("Ｅｘａｍｐｌｅ　Web-Server"), "example web server");
/// assert_eq!(normal(" サーバ  管理 "), "サーバ 管理");
/// ```
#[must_use]
pub fn normal(name: &str) -> String {
    let narrow: String = name
        .chars()
        .map(|letter| match letter {
            '！'..='～' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
            '-' | '_' => ' ',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        })
        .flat_map(char::to_lowercase)
        .map(|letter| if matches!(letter, '-' | '_') { ' ' } else { letter })
        .collect();
    narrow.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
