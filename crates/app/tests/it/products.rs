//! Products, releases and documents from the first word to the withdrawal.

use kikimori_app::app_error::AppError;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::products::edit_documents::{add_document, edit_document, remove_document};
use kikimori_app::products::edit_product::edit_product;
use kikimori_app::products::edit_release::edit_release;
use kikimori_app::products::get_product::get_product;
use kikimori_app::products::list_products::list_products;
use kikimori_app::products::withdraw_product::{restore_product, withdraw_product};
use kikimori_app::products::withdraw_release::set_release_active;
use kikimori_core::access::{Denial, Role};
use kikimori_core::message::{Code, codes};
use kikimori_core::product::ProductDraft;
use kikimori_core::product_document::ProductDocumentDraft;
use kikimori_core::release::ReleaseDraft;
use kikimori_store::products::{ProductFilter, ProductOrder};

use crate::world::{ALL, actor, psirt, trail, world};

/// A product of a name.
pub fn named(name: &str) -> ProductDraft {
    ProductDraft { trade_name_ja: name.to_owned(), ..ProductDraft::default() }
}

/// A release of a version.
pub fn version(version: &str) -> ReleaseDraft {
    ReleaseDraft { version: version.to_owned(), ..ReleaseDraft::default() }
}

/// The code of a refusal by a rule or of its first field.
fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> Code {
    match result.unwrap_err() {
        AppError::Rule(message) => message.code,
        AppError::Fields(fields) => fields[0].message.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_product_lives_and_is_withdrawn() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let psirt = psirt();
        assert_eq!(code(add_product(&installation, &psirt, &named(" ")).await), codes::FIELD_REQUIRED);
        let (id, _) = add_product(&installation, &psirt, &named("輸液ポンプ")).await.unwrap();
        let draft = ProductDraft { eos: "2031-03-31".to_owned(), ..named("輸液ポンプＡ") };
        edit_product(&installation, &psirt, id, &draft, 1).await.unwrap();
        let stale = edit_product(&installation, &psirt, id, &draft, 1).await;
        assert!(matches!(stale, Err(AppError::Conflict)), "somebody else changed it");
        let reader = actor(1, Role::Reader);
        let refused = edit_product(&installation, &reader, id, &draft, 2).await;
        assert!(matches!(refused, Err(AppError::Forbidden(Denial::RoleMissing))));
        let other = actor(2, Role::Psirt);
        assert!(matches!(get_product(&installation, &other, id).await, Err(AppError::NotFound)));
        assert!(matches!(edit_product(&installation, &other, id, &draft, 2).await, Err(AppError::NotFound)));

        assert_eq!(code(withdraw_product(&installation, &psirt, id, 2, " ").await), codes::FIELD_REQUIRED);
        withdraw_product(&installation, &psirt, id, 2, "承認を返上した").await.unwrap();
        assert_eq!(code(edit_product(&installation, &psirt, id, &draft, 3).await), codes::PRODUCT_WITHDRAWN);
        let count = async |filter: ProductFilter| {
            let order = (ProductOrder::Name, false);
            list_products(&installation, &reader, &filter, order, ALL).await.unwrap().1
        };
        assert_eq!(count(ProductFilter::default()).await, 0);
        assert_eq!(count(ProductFilter { is_withdrawn: true, ..ProductFilter::default() }).await, 1);
        restore_product(&installation, &psirt, id, 3, "取り消し").await.unwrap();
        assert_eq!(count(ProductFilter::default()).await, 1);

        let events = trail(&installation).await;
        let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(actions, ["add_product", "edit_product", "withdraw_product", "restore_product"]);
        assert_eq!(
            events[1].details[0],
            ("trade_name_ja".to_owned(), "輸液ポンプ → 輸液ポンプＡ".to_owned())
        );
    }
}

#[tokio::test]
async fn releases_follow_one_another_without_circles() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let psirt = psirt();
        let (product, _) = add_product(&installation, &psirt, &named("輸液ポンプ")).await.unwrap();
        let (other, _) = add_product(&installation, &psirt, &named("人工呼吸器")).await.unwrap();
        let (first, _) = add_release(&installation, &psirt, product, &version("1.0")).await.unwrap();
        let taken = add_release(&installation, &psirt, product, &version("1.0")).await;
        assert_eq!(code(taken), codes::RELEASE_VERSION_TAKEN);
        let follows =
            |id: kikimori_core::id::ReleaseId| ReleaseDraft { supersedes: id.to_string(), ..version("2.0") };
        let foreign = add_release(&installation, &psirt, other, &follows(first)).await;
        assert_eq!(code(foreign), codes::RELEASE_SUPERSEDES_OTHER);
        let (second, _) = add_release(&installation, &psirt, product, &follows(first)).await.unwrap();
        let circle = ReleaseDraft { supersedes: second.to_string(), ..version("1.0") };
        let refused = edit_release(&installation, &psirt, first, &circle, 1).await;
        assert_eq!(code(refused), codes::RELEASE_SUPERSEDES_OTHER);
        let renamed = edit_release(&installation, &psirt, first, &version("2.0"), 1).await;
        assert_eq!(code(renamed), codes::RELEASE_VERSION_TAKEN);
        edit_release(&installation, &psirt, first, &version("1.0a"), 1).await.unwrap();

        set_release_active(&installation, &psirt, first, false, 2, "出荷していない").await.unwrap();
        let late = edit_release(&installation, &psirt, first, &version("1.0b"), 3).await;
        assert_eq!(code(late), codes::RELEASE_WITHDRAWN);
        let all = get_product(&installation, &psirt, product).await.unwrap();
        let versions: Vec<(&str, bool)> = all
            .releases
            .iter()
            .map(|release| (release.release.version.as_str(), release.is_active))
            .collect();
        assert_eq!(versions, [("2.0", true), ("1.0a", false)]);
    }
}

#[tokio::test]
async fn documents_are_known_by_their_numbers() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let psirt = psirt();
        let (product, _) = add_product(&installation, &psirt, &named("輸液ポンプ")).await.unwrap();
        let draft = ProductDocumentDraft {
            number: "MDS2-01".to_owned(),
            title_ja: "MDS2".to_owned(),
            kind: "mds2".to_owned(),
            ..ProductDocumentDraft::default()
        };
        let id = add_document(&installation, &psirt, product, &draft).await.unwrap();
        let twice = add_document(&installation, &psirt, product, &draft).await;
        assert_eq!(code(twice), codes::DOCUMENT_NUMBER_TAKEN);
        let moved = ProductDocumentDraft { location: "https://files.example.jp/mds2".to_owned(), ..draft };
        edit_document(&installation, &psirt, id, &moved, 1).await.unwrap();
        assert!(matches!(remove_document(&installation, &psirt, id, 1).await, Err(AppError::Conflict)));
        remove_document(&installation, &psirt, id, 2).await.unwrap();
        let all = get_product(&installation, &psirt, product).await.unwrap();
        assert!(all.documents.is_empty());
    }
}
