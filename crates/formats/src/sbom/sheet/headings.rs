//! Words that columns and title blocks are headed with, Japanese and English.
//!
//! A word is compared as [`super::fold::word`] writes it, so that widths, kana, dashes and case need no row of their own.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kikimori_core::sheet::SheetField;

use super::fold;

/// Words for columns. A column with a word of the second list counts only where no column has one of the first.
const COLUMNS: &[(SheetField, &[&str], &[&str])] = &[
    (
        SheetField::RowId,
        &[
            "No",
            "№",
            "#",
            "番号",
            "項番",
            "連番",
            "通番",
            "項目番号",
            "部品番号",
            "コンポーネント番号",
            "管理番号",
            "行番号",
            "Row",
            "Item No",
        ],
        &["ID", "識別番号", "コンポーネントID", "部品ID", "Component ID", "番", "Item"],
    ),
    (
        SheetField::Name,
        &[
            "名前",
            "名称",
            "コンポーネント名",
            "コンポーネント名称",
            "コンポーネントの名前",
            "コンポーネント",
            "部品名",
            "部品名称",
            "構成部品名",
            "構成品名",
            "構成要素名",
            "ソフトウェア名",
            "ソフトウエア名",
            "ソフトウェア名称",
            "ソフトウエア名称",
            "ソフトウェアの名称",
            "ソフト名",
            "OSS名",
            "OSS名称",
            "オープンソース名",
            "ライブラリ名",
            "ライブラリ名称",
            "パッケージ名",
            "モジュール名",
            "SOUP名",
            "OTS名",
            "SOUP名称",
            "OTSソフトウェア名",
            "品名",
            "Name",
            "Component",
            "Component name",
            "Software name",
            "Package name",
            "Library name",
            "Module name",
            "SOUP name",
            "OSS name",
            "Name of component",
            "Part name",
            "Title",
        ],
        &[
            "製品名",
            "製品名称",
            "製品",
            "ソフトウェア",
            "ソフトウエア",
            "ソフト",
            "OSS",
            "SOUP",
            "ライブラリ",
            "パッケージ",
            "モジュール",
            "部品",
            "構成部品",
            "構成要素",
            "アプリケーション名",
            "Product",
            "Product name",
            "Software",
            "Package",
            "Library",
            "Module",
            "Part",
            "件名",
        ],
    ),
    (
        SheetField::Group,
        &["グループ", "名前空間", "グループID", "Group", "Group ID", "Namespace", "スコープ名"],
        &[],
    ),
    (
        SheetField::Version,
        &[
            "バージョン",
            "バージョン番号",
            "コンポーネントのバージョン",
            "版",
            "版数",
            "版番号",
            "バージョン情報",
            "ソフトウェアバージョン",
            "使用バージョン",
            "利用バージョン",
            "採用バージョン",
            "適用バージョン",
            "現行バージョン",
            "Ver",
            "Version",
            "Version number",
            "Component version",
            "Software version",
            "Rev",
            "Revision",
            "リビジョン",
            "リリース",
            "Release",
            "版名",
            "バージョン文字列",
            "Version string",
        ],
        &["V", "改訂", "最新バージョン", "ビルド", "Build"],
    ),
    (
        SheetField::Supplier,
        &[
            "サプライヤ",
            "サプライヤ名",
            "サプライヤの名前",
            "供給者",
            "供給者名",
            "供給元",
            "提供元",
            "提供者",
            "開発元",
            "開発者",
            "開発会社",
            "開発団体",
            "ベンダ",
            "ベンダ名",
            "メーカ",
            "メーカ名",
            "製造元",
            "製造者",
            "製造業者",
            "発行元",
            "配布元",
            "作者",
            "著作者",
            "Supplier",
            "Supplier name",
            "Vendor",
            "Vendor name",
            "Manufacturer",
            "Developer",
            "Publisher",
            "Provider",
            "Producer",
            "Component supplier",
            "Author",
        ],
        &[
            "会社名",
            "会社",
            "企業名",
            "団体",
            "コミュニティ",
            "Company",
            "Maker",
            "購入先",
            "仕入先",
            "Organization",
            "Organisation",
        ],
    ),
    (
        SheetField::Kind,
        &[
            "種類",
            "種別",
            "部品種別",
            "コンポーネント種別",
            "コンポーネントの種類",
            "区分",
            "タイプ",
            "分類",
            "Type",
            "Component type",
            "Kind",
            "Category",
        ],
        &[],
    ),
    (
        SheetField::Identifier,
        &[
            "識別子",
            "固有識別子",
            "一意な識別子",
            "一意識別子",
            "その他の一意な識別子",
            "ユニーク識別子",
            "PURL",
            "Package URL",
            "パッケージURL",
            "CPE",
            "CPE名",
            "CPE2.3",
            "CPE 2.2",
            "CPE ID",
            "SWID",
            "SWIDタグ",
            "SWID tag",
            "SWID tag ID",
            "Identifier",
            "Identifiers",
            "Unique identifier",
            "Unique identifiers",
            "Other unique identifiers",
            "Unique ID",
            "purl/CPE",
            "CPE/purl",
            "識別子 purl CPE",
            "識別情報",
        ],
        &[],
    ),
    (
        SheetField::IncludedIn,
        &[
            "親",
            "親部品",
            "親コンポーネント",
            "親番号",
            "親部品番号",
            "上位",
            "上位部品",
            "上位コンポーネント",
            "上流",
            "上流コンポーネント",
            "上流との関係",
            "上流のコンポーネントとの関係",
            "上流コンポーネントとの関係",
            "組込先",
            "組み込み先",
            "含まれる先",
            "含む部品",
            "含有元",
            "何に含まれるか",
            "使用元",
            "利用元",
            "関係",
            "関係性",
            "依存関係",
            "コンポーネント間の関係",
            "Parent",
            "Parent component",
            "Included in",
            "Used by",
            "Relationship",
            "Relation",
            "Upstream",
            "Dependency relationship",
            "Relationship to the upstream component",
            "Part of",
        ],
        &[],
    ),
    (
        SheetField::DependsOn,
        &[
            "依存先",
            "依存先部品",
            "依存コンポーネント",
            "依存ライブラリ",
            "依存",
            "下位部品",
            "使用部品",
            "必要な部品",
            "Depends on",
            "Dependencies",
            "Dependency",
            "Requires",
        ],
        &[],
    ),
    (
        SheetField::Licence,
        &[
            "ライセンス",
            "ライセンス名",
            "ライセンス種別",
            "ライセンス情報",
            "使用許諾",
            "利用許諾",
            "適用ライセンス",
            "OSSライセンス",
            "License",
            "Licence",
            "License name",
            "Licenses",
            "Licences",
            "SPDX license",
            "License ID",
        ],
        &[],
    ),
    (
        SheetField::LicenceDeclared,
        &[
            "ライセンス宣言",
            "宣言ライセンス",
            "ライセンス宣言値",
            "ライセンス原文",
            "ライセンス表記",
            "License declared",
            "Licence declared",
            "Declared license",
            "Declared licence",
        ],
        &[],
    ),
    (
        SheetField::LicenceConcluded,
        &[
            "ライセンス確認",
            "確認ライセンス",
            "ライセンス確認結果",
            "ライセンス判定",
            "ライセンス結論",
            "ライセンス確認済",
            "License concluded",
            "Licence concluded",
            "Concluded license",
            "Concluded licence",
        ],
        &[],
    ),
    (
        SheetField::Copyright,
        &["著作権", "著作権表示", "著作権者", "コピーライト", "Copyright", "Copyright notice"],
        &[],
    ),
    (
        SheetField::Hash,
        &[
            "ハッシュ",
            "ハッシュ値",
            "コンポーネントのハッシュ値",
            "チェックサム",
            "SHA1",
            "SHA-256",
            "SHA256値",
            "SHA-256ハッシュ",
            "SHA-384",
            "SHA-512",
            "MD5",
            "Hash",
            "Hash value",
            "Checksum",
            "Component hash",
            "ハッシュ SHA-256",
            "Digest",
        ],
        &[],
    ),
    (
        SheetField::Source,
        &[
            "入手元",
            "入手先",
            "入手元URL",
            "入手先URL",
            "取得元",
            "取得元URL",
            "取得先",
            "配布URL",
            "配布元URL",
            "ダウンロードURL",
            "ダウンロード元",
            "ダウンロード先",
            "URL",
            "サイト",
            "ホームページ",
            "公式サイト",
            "サイトURL",
            "Webサイト",
            "リポジトリ",
            "Source",
            "Source URL",
            "Download URL",
            "Download location",
            "Homepage",
            "Website",
            "Web site",
            "Repository",
            "Obtained from",
            "Link",
            "リンク",
        ],
        &[],
    ),
    (
        SheetField::Purpose,
        &[
            "用途",
            "使用目的",
            "利用目的",
            "目的",
            "機能",
            "説明",
            "概要",
            "使用箇所",
            "利用箇所",
            "Purpose",
            "Description",
            "Use",
            "Usage",
            "Function",
            "Intended use",
        ],
        &[],
    ),
    (
        SheetField::SupportLevel,
        &[
            "サポートレベル",
            "サポート水準",
            "サポートの水準",
            "サポート状況",
            "サポート状態",
            "保守状況",
            "保守レベル",
            "サポート",
            "Support level",
            "Level of support",
            "Support status",
            "Maintenance status",
            "Support",
        ],
        &[],
    ),
    (
        SheetField::SupportEnd,
        &[
            "サポート終了日",
            "サポート終了",
            "サポート終了予定日",
            "サポート終了予定",
            "サポート終了時期",
            "サポート期限",
            "サポート期間",
            "保守終了日",
            "保守期限",
            "保守終了予定日",
            "EOS",
            "EOL",
            "EoS日",
            "EOL日",
            "EOL/EOS",
            "EOS/EOL",
            "EOSL",
            "End of support",
            "End-of-support date",
            "End of life",
            "Support end",
            "Support end date",
            "Support ends on",
            "EOL date",
            "EOS date",
            "Supported until",
        ],
        &[],
    ),
    (
        SheetField::EnteredBy,
        &[
            "作成者",
            "作成者名",
            "記入者",
            "記入者名",
            "登録者",
            "登録者名",
            "記載者",
            "記載者名",
            "入力者",
            "記載した人",
            "SBOM作成者",
            "更新者",
            "Entered by",
            "Author of the entry",
            "Author of SBOM data",
            "SBOM author",
            "Recorded by",
            "Created by",
            "Author name",
            "Entry author",
        ],
        &["担当", "担当者", "Owner"],
    ),
    (
        SheetField::EnteredAt,
        &[
            "作成日",
            "作成日時",
            "記入日",
            "記入日時",
            "登録日",
            "登録日時",
            "記載日",
            "記載した日",
            "記載日時",
            "入力日",
            "更新日",
            "更新日時",
            "最終更新日",
            "タイムスタンプ",
            "日時",
            "日付",
            "Entered at",
            "Entered on",
            "Timestamp",
            "Timestamp of the entry",
            "Date",
            "Created",
            "Created at",
            "Created on",
            "Updated",
            "Updated on",
            "Date entered",
            "Last updated",
        ],
        &[],
    ),
    (
        SheetField::Remarks,
        &[
            "備考",
            "備考欄",
            "注記",
            "コメント",
            "メモ",
            "特記事項",
            "補足",
            "摘要",
            "Remarks",
            "Remark",
            "Notes",
            "Note",
            "Comment",
            "Comments",
        ],
        &[],
    ),
];

/// What a title block above the list may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TitleField {
    /// Name of the product.
    Product,
    /// Its version.
    ProductVersion,
    /// Who places it on the market or makes it.
    ProductSupplier,
    /// Who made the list.
    Author,
    /// When the list was made.
    Created,
}

/// Words of title blocks.
const TITLES: &[(TitleField, &[&str])] = &[
    (
        TitleField::Product,
        &[
            "製品名",
            "製品名称",
            "医療機器名",
            "医療機器の名称",
            "販売名",
            "一般的名称及び販売名",
            "機器名",
            "機器名称",
            "装置名",
            "対象製品",
            "対象機器",
            "対象",
            "システム名",
            "品目名",
            "Product",
            "Product name",
            "Device",
            "Device name",
            "Name of product",
        ],
    ),
    (
        TitleField::ProductVersion,
        &[
            "製品バージョン",
            "製品の版",
            "製品版数",
            "製品のバージョン",
            "ソフトウェア版数",
            "ソフトウェアバージョン",
            "バージョン",
            "版数",
            "版",
            "型番",
            "型式",
            "Version",
            "Product version",
            "Software version",
            "Device version",
            "Model",
        ],
    ),
    (
        TitleField::ProductSupplier,
        &[
            "製造販売業者",
            "製造販売業者名",
            "製造販売元",
            "製造業者",
            "製造元",
            "会社名",
            "社名",
            "Manufacturer",
            "Company",
            "Marketing authorisation holder",
            "Supplier",
            "サプライヤ",
        ],
    ),
    (
        TitleField::Author,
        &[
            "作成者",
            "作成者名",
            "作成",
            "作成部門",
            "作成部署",
            "作成担当",
            "記入者",
            "SBOM作成者",
            "Author",
            "Created by",
            "Prepared by",
            "SBOM author",
            "List author",
        ],
    ),
    (
        TitleField::Created,
        &[
            "作成日",
            "作成日時",
            "更新日",
            "最終更新日",
            "発行日",
            "改訂日",
            "日付",
            "作成年月日",
            "Date",
            "Created",
            "Created on",
            "Updated",
            "Date of issue",
            "List date",
        ],
    ),
];

/// Words by what they stand for.
struct Words {
    /// Columns; `true` for words that count anywhere.
    columns: BTreeMap<String, (SheetField, bool)>,
    /// Title blocks.
    titles: BTreeMap<String, TitleField>,
}

/// The words, folded once.
fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut columns = BTreeMap::new();
        for (field, strong, weak) in COLUMNS {
            columns.extend(strong.iter().map(|text| (fold::word(text), (*field, true))));
            columns.extend(weak.iter().map(|text| (fold::word(text), (*field, false))));
        }
        let titles = TITLES
            .iter()
            .flat_map(|(field, texts)| texts.iter().map(|text| (fold::word(text), *field)))
            .collect();
        Words { columns, titles }
    })
}

/// What a heading says: the field, and whether the word counts anywhere. `parts` are its rows from the top.
pub(super) fn column(parts: &[&str]) -> Option<(SheetField, bool)> {
    let words = &words().columns;
    let of = |text: &str| words.get(&fold::word(text)).copied();
    let last = parts.last()?;
    if parts.len() > 1
        && let Some(found) = of(&parts.concat()).or_else(|| of(&fold::without_brackets(&parts.concat())))
    {
        return Some(found);
    }
    let found = of(last).or_else(|| of(&fold::without_brackets(last)));
    found.or_else(|| {
        let width = kikimori_core::typed_text::width(last);
        width.split(['/', '\n', '|', '(', ')']).filter(|piece| !piece.trim().is_empty()).find_map(of)
    })
}

/// What a label of a title block says.
pub(super) fn title(label: &str) -> Option<TitleField> {
    let words = &words().titles;
    words.get(&fold::word(label)).or_else(|| words.get(&fold::word(&fold::without_brackets(label)))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_one_thing() {
        let mut seen: BTreeMap<String, (SheetField, bool)> = BTreeMap::new();
        for (field, strong, weak) in COLUMNS {
            for (text, is_strong) in
                strong.iter().map(|text| (text, true)).chain(weak.iter().map(|text| (text, false)))
            {
                let earlier = seen.insert(fold::word(text), (*field, is_strong));
                assert!(earlier.is_none_or(|earlier| earlier == (*field, is_strong)), "{text}: {earlier:?}");
            }
        }
        for field in SheetField::ALL {
            let is_named = COLUMNS.iter().any(|(known, ..)| *known == field);
            assert!(is_named || field == SheetField::Ignored, "{field:?}");
        }
    }

    #[test]
    fn headings_are_known_however_they_are_written() {
        use SheetField as F;
        for (heading, field) in [
            ("ｺﾝﾎﾟｰﾈﾝﾄ名", F::Name),
            ("部品名 / Component name", F::Name),
            ("ソフトウエア\n名称", F::Name),
            ("Ｖｅｒ．", F::Version),
            ("版数（例：1.2.3）", F::Version),
            ("開発元（ベンダー）", F::Supplier),
            ("さぷらいやー", F::Supplier),
            ("パッケージＵＲＬ", F::Identifier),
            ("SHA‐256", F::Hash),
            ("ハッシュ（SHA-256）", F::Hash),
            ("※サポート終了日", F::SupportEnd),
            ("EOS／EOL", F::SupportEnd),
            ("License(s)", F::Licence),
            ("上流のコンポーネントとの関係", F::IncludedIn),
            ("No.", F::RowId),
        ] {
            assert_eq!(column(&[heading]).map(|(field, _)| field), Some(field), "{heading}");
        }
        assert_eq!(column(&["ライセンス", "宣言"]), Some((F::LicenceDeclared, true)));
        assert_eq!(column(&["部品情報", "名称"]), Some((F::Name, true)));
        assert_eq!(column(&["社内承認番号"]), None);
        assert_eq!(column(&[]), None);
        assert_eq!(title("製品名："), Some(TitleField::Product));
    }
}
