//! Lists of products: out, changed elsewhere, looked at, and in again.

use std::path::PathBuf;

use kikimori_app::app_error::AppError;
use kikimori_app::installation::Installation;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::edit_product::edit_product;
use kikimori_app::products::export_products::{ListForm, ListWords, empty_list, export_products};
use kikimori_app::products::get_product::get_product;
use kikimori_app::products::import_products::{ImportCounts, RowOutcome, confirm_import, preview_import};
use kikimori_app::sboms::HandedIn;
use kikimori_core::access::Role;
use kikimori_core::message::codes;
use kikimori_core::product::ProductDraft;
use kikimori_formats::sbom::sheet::plain_rows;
use kikimori_store::products::{ProductFilter, ProductOrder};

use crate::products::named;
use crate::world::{actor, psirt, trail, world};

/// The words of files in tests: the codes.
fn words<'a>() -> ListWords<'a> {
    ListWords {
        title: "製品一覧".to_owned(),
        heading: &|column| column.code().to_owned(),
        value: &|_, code| code.to_uppercase(),
        conditions: "条件".to_owned(),
        lines: vec![("時刻".to_owned(), "2026-11-21".to_owned())],
    }
}

/// All products as a file.
async fn exported(installation: &Installation, form: ListForm) -> Vec<u8> {
    let (filter, order) = (ProductFilter::default(), (ProductOrder::Name, false));
    export_products(installation, &psirt(), &filter, order, form, &words()).await.unwrap()
}

/// A file with these bytes.
fn sent(installation: &Installation, name: &str, bytes: &[u8]) -> HandedIn {
    std::fs::create_dir_all(installation.folder()).unwrap();
    let path: PathBuf = installation.folder().join(name);
    std::fs::write(&path, bytes).unwrap();
    HandedIn { path, name: name.to_owned() }
}

/// Counts in the order in which people see them.
fn counts(n_added: u64, n_changed: u64, n_unchanged: u64, n_refused: u64) -> ImportCounts {
    ImportCounts { n_added, n_changed, n_unchanged, n_refused }
}

#[tokio::test]
async fn what_was_exported_changes_nothing_when_imported() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let full = ProductDraft {
            trade_name_en: "Pump, \"A\"".to_owned(),
            device_class: "iii".to_owned(),
            procedure: "approval".to_owned(),
            market_number: "30100BZX00012000".to_owned(),
            connections: vec!["wired_network".to_owned(), "serial".to_owned()],
            market_state: "on_sale".to_owned(),
            eos: "2031-03-31".to_owned(),
            ..named("=輸液ポンプ")
        };
        add_product(&installation, &psirt(), &full).await.unwrap();
        add_product(&installation, &psirt(), &named("人工呼吸器")).await.unwrap();
        for (form, name) in [(ListForm::Xlsx, "list.xlsx"), (ListForm::Csv, "list.csv")] {
            let bytes = exported(&installation, form).await;
            assert_eq!(plain_rows(&bytes, 10).unwrap().len(), 3);
            let preview =
                preview_import(&installation, &psirt(), &sent(&installation, name, &bytes)).await.unwrap();
            assert_eq!(preview.counts, counts(0, 0, 2, 0), "{:?}", preview.rows);
        }
        let csv = String::from_utf8(exported(&installation, ListForm::Csv).await).unwrap();
        assert!(csv.starts_with('\u{feff}') && csv.contains(",'=輸液ポンプ,\"Pump, \"\"A\"\"\","), "{csv}");
        let empty = empty_list(&installation, &words()).unwrap();
        let preview =
            preview_import(&installation, &psirt(), &sent(&installation, "e.xlsx", &empty)).await.unwrap();
        assert_eq!(preview.counts, counts(0, 0, 0, 0));
    }
}

#[tokio::test]
async fn a_list_is_previewed_then_taken_as_it_was_shown() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let numbered = ProductDraft {
            procedure: "承認".to_owned(),
            market_number: "30100BZX00012000".to_owned(),
            generic_name: "汎用輸液ポンプ".to_owned(),
            ..named("輸液ポンプ")
        };
        let (pump, _) = add_product(&installation, &psirt(), &numbered).await.unwrap();
        add_product(&installation, &psirt(), &named("ベッド")).await.unwrap();
        add_product(&installation, &psirt(), &named("ベッド")).await.unwrap();
        let list = "販売名,承認・認証・届出,番号,クラス,備考\r\n\
            輸液ポンプ（改）,承認,３０１００ＢＺＸ０００１２０００,Ⅲ,\r\n\
            新製品,,,Ⅱ,x\r\n\
            ベッド,,,I,\r\n\
            新製品,,,I,\r\n\
            ,,,II,\r\n\
            悪い,,123,V,\r\n";
        let file = sent(&installation, "list.csv", list.as_bytes());
        let preview = preview_import(&installation, &psirt(), &file).await.unwrap();
        assert_eq!(preview.counts, counts(1, 1, 0, 4));
        let refusals: Vec<(u32, Vec<_>)> = preview
            .rows
            .iter()
            .filter_map(|row| match &row.outcome {
                RowOutcome::Refused(errors) => {
                    Some((row.number, errors.iter().map(|error| error.message.code).collect()))
                }
                _ => None,
            })
            .collect();
        let expected = [
            (4, vec![codes::LIST_SEVERAL]),
            (5, vec![codes::LIST_TWICE]),
            (6, vec![codes::FIELD_REQUIRED]),
            (7, vec![codes::FIELD_CHOICE, codes::PRODUCT_PROCEDURE_MISSING]),
        ];
        assert_eq!(refusals, expected);
        let RowOutcome::Changed(fields) = &preview.rows[0].outcome else { panic!("{:?}", preview.rows[0]) };
        let names: Vec<&str> = fields.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, ["trade_name_ja", "device_class"], "columns that are missing change nothing");

        let receipt = confirm_import(&installation, &psirt(), preview.upload).await.unwrap();
        assert_eq!(receipt.counts, preview.counts);
        let product = get_product(&installation, &psirt(), pump).await.unwrap().product;
        assert_eq!((product.product.trade_name_ja.as_str(), product.revision), ("輸液ポンプ（改）", 2));
        assert_eq!(product.product.generic_name.as_deref(), Some("汎用輸液ポンプ"));
        let again = confirm_import(&installation, &psirt(), preview.upload).await;
        assert!(matches!(again, Err(AppError::Rule(message)) if message.code == codes::UPLOAD_GONE));
        let event = trail(&installation).await.pop().unwrap();
        assert_eq!((event.action.as_str(), event.details[2].1.as_str()), ("import_products", "1"));
    }
}

#[tokio::test]
async fn what_was_not_shown_is_not_done() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let (id, _) = add_product(&installation, &psirt(), &named("輸液ポンプ")).await.unwrap();
        let list = format!("id,販売名\r\n{id},輸液ポンプ改\r\n01m7q5cqg0ew3re1r70w3ge1r7,x\r\n");
        let file = sent(&installation, "list.csv", list.as_bytes());
        let preview = preview_import(&installation, &psirt(), &file).await.unwrap();
        assert_eq!(preview.counts, counts(0, 1, 0, 1));
        edit_product(&installation, &psirt(), id, &named("別名"), 1).await.unwrap();
        let late = confirm_import(&installation, &psirt(), preview.upload).await;
        assert!(matches!(late, Err(AppError::Rule(message)) if message.code == codes::LIST_CHANGED));
        let no_list = sent(&installation, "x.csv", b"a,b\r\n1,2\r\n");
        let refused = preview_import(&installation, &psirt(), &no_list).await;
        assert!(matches!(refused, Err(AppError::Rule(message)) if message.code == codes::LIST_NO_HEADING));
        let reader = actor(1, Role::Reader);
        assert!(matches!(preview_import(&installation, &reader, &file).await, Err(AppError::Forbidden(_))));
    }
}
