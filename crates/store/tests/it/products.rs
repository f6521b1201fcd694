//! Products, releases and SBOMs on both engines.

use kikimori_core::day::Day;
use kikimori_core::id::{
    DocumentId, Id, IdentityId, OrganisationId, PersonId, ProductId, ReleaseId, SbomId, UploadId,
};
use kikimori_core::product::{Product, ProductDraft};
use kikimori_core::product_document::ProductDocumentDraft;
use kikimori_core::release::ReleaseDraft;
use kikimori_core::sbom::Role;
use kikimori_core::sbom_revision::{SbomSource, SbomState};
use kikimori_core::stamp::Stamp;
use kikimori_store::identities::{self, StoredIdentity};
use kikimori_store::list::Page;
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::products::{self, ProductFilter, ProductOrder, SupportFilter};
use kikimori_store::sbom_components::{self, ComponentFilter, StoredComponent};
use kikimori_store::sboms::{self, SbomChanges, StoredSbom};
use kikimori_store::uploads::{self, Upload};
use kikimori_store::{Database, Engine, Scope, StoreError, blobs, product_documents, releases};

/// The id with this number.
fn id(number: u8) -> Id {
    Id::new(Stamp(1_000_000), [number; 10])
}

/// The organisation with this number.
fn organisation(number: u8) -> OrganisationId {
    OrganisationId::new(id(number))
}

/// Everything on one page.
const ALL: Page = Page { number: 1, n_rows: 100 };

/// Two organisations.
async fn furnished(database: &Database) {
    let mut work = database.begin(Scope::System).await.unwrap();
    for number in [1, 2] {
        let row = Organisation {
            id: organisation(number),
            kind: kikimori_core::access::OrganisationKind::Mah,
            name_ja: format!("製造販売業者{number}"),
            name_en: String::new(),
            is_active: true,
            created_at: Stamp(0),
            revision: 1,
        };
        organisations::insert(&mut work, &row).await.unwrap();
    }
    work.commit().await.unwrap();
}

/// A product with everything said.
fn product(name: &str, eos: &str) -> Product {
    let draft = ProductDraft {
        trade_name_ja: name.to_owned(),
        trade_name_en: "Infusion pump 100%".to_owned(),
        generic_name: "汎用輸液ポンプ".to_owned(),
        jmdn_code: "13215000".to_owned(),
        device_class: "iii".to_owned(),
        procedure: "approval".to_owned(),
        market_number: "30100BZX00012000".to_owned(),
        connections: vec!["removable_media".to_owned(), "wired_network".to_owned()],
        market_state: "on_sale".to_owned(),
        sale_start: "2020-01-01".to_owned(),
        sale_end: String::new(),
        eol: String::new(),
        eos: eos.to_owned(),
    };
    draft.check().unwrap().value
}

/// An identity of a name.
fn identity(name: &str, key: u8) -> StoredIdentity {
    StoredIdentity {
        key_sha256: [key; 32],
        name: name.to_owned(),
        version: Some("1.0".to_owned()),
        purl: Some(format!("pkg:npm/{name}@1.0")),
        cpe: None,
        supplier: None,
        attributes: "{}".to_owned(),
        component_key: format!("pkg:npm/{name}"),
        search_text: format!("{name}\n1.0\npkg:npm/{name}@1.0"),
    }
}

/// A revision of an SBOM of release 1 of product 1.
fn sbom(number: u8, revision_number: i64) -> StoredSbom {
    StoredSbom {
        id: SbomId::new(id(number)),
        product_id: ProductId::new(id(1)),
        release_id: ReleaseId::new(id(1)),
        part: String::new(),
        revision_number,
        sha256: [7; 32],
        file_name: "表.json".to_owned(),
        format: "CycloneDX JSON".to_owned(),
        spec_version: "1.6".to_owned(),
        serial: None,
        n_components: 2,
        n_with_identifier: 2,
        notices: "[]".to_owned(),
        n_notices: 0,
        platform: vec!["cpe:2.3:o:linux:linux_kernel:5.10:*:*:*:*:*:*:*".to_owned()],
        follows: None,
        changes: (revision_number > 1).then_some(SbomChanges { n_added: 1, n_removed: 2, n_changed: 3 }),
        state: SbomState::Current,
        withdrawn_reason: None,
        source: SbomSource::Web,
        ingested_by: Some(PersonId::new(id(9))),
        ingested_at: Stamp(5),
    }
}

#[tokio::test]
async fn keeps_products_as_they_were_said() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let mut work = database.begin(Scope::Organisation(organisation(1))).await.unwrap();
        let (first, second) = (ProductId::new(id(1)), ProductId::new(id(2)));
        products::insert(&mut work, organisation(1), first, &product("輸液ポンプＡ", "2030-03-31"), Stamp(1))
            .await
            .unwrap();
        let bare = ProductDraft { trade_name_ja: "人工呼吸器".to_owned(), ..ProductDraft::default() };
        products::insert(&mut work, organisation(1), second, &bare.check().unwrap().value, Stamp(2))
            .await
            .unwrap();
        let kept = products::get(&mut work, organisation(1), first).await.unwrap().unwrap();
        assert_eq!(kept.product, product("輸液ポンプＡ", "2030-03-31"));
        let bare = products::get(&mut work, organisation(1), second).await.unwrap().unwrap();
        assert_eq!((bare.product.market_number, bare.product.connections.len()), (None, 0));

        let changed = product("輸液ポンプＢ", "2026-01-01");
        products::update(&mut work, organisation(1), first, &changed, 1, Stamp(3)).await.unwrap();
        let late = products::update(&mut work, organisation(1), first, &changed, 1, Stamp(3)).await;
        assert!(matches!(late, Err(StoreError::Conflict)));
        work.commit().await.unwrap();
    }
}

#[tokio::test]
async fn lists_products_by_filter_order_and_page() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let mut work = database.begin(Scope::Organisation(organisation(1))).await.unwrap();
        for (number, name, eos) in
            [(1, "ベッド", "2026-01-01"), (2, "あんま器", ""), (3, "ＡＢＣ", "2030-01-01")]
        {
            let id = ProductId::new(id(number));
            products::insert(&mut work, organisation(1), id, &product(name, eos), Stamp(i64::from(number)))
                .await
                .unwrap();
        }
        let other = ProductId::new(id(4));
        let mut other_work = product("よそ", "");
        other_work.market_number = None;
        drop(work.commit().await);
        let mut work = database.begin(Scope::Organisation(organisation(2))).await.unwrap();
        products::insert(&mut work, organisation(2), other, &other_work, Stamp(1)).await.unwrap();
        work.commit().await.unwrap();

        let mut read = database.begin_read(Scope::Organisation(organisation(1))).await.unwrap();
        let names = async |read: &mut kikimori_store::Transaction, filter: &ProductFilter, order, page| {
            let (rows, n) = products::list(read, organisation(1), filter, order, page).await.unwrap();
            (rows.into_iter().map(|row| row.stored.product.trade_name_ja).collect::<Vec<_>>(), n)
        };
        let by_name = (ProductOrder::Name, false);
        let any = ProductFilter::default();
        assert_eq!(
            names(&mut read, &any, by_name, ALL).await,
            (["あんま器", "ベッド", "ＡＢＣ"].map(String::from).to_vec(), 3)
        );
        let second = Page { number: 2, n_rows: 2 };
        assert_eq!(names(&mut read, &any, by_name, second).await, (vec!["ＡＢＣ".to_owned()], 3));
        let by_eos = (ProductOrder::Eos, false);
        assert_eq!(
            names(&mut read, &any, by_eos, ALL).await.0,
            ["ベッド", "ＡＢＣ", "あんま器"],
            "not stated last"
        );
        let today = Day::parse("2026-11-21").unwrap();
        let supported = ProductFilter { support: SupportFilter::Supported(today), ..any.clone() };
        assert_eq!(names(&mut read, &supported, by_name, ALL).await.0, ["あんま器", "ＡＢＣ"]);
        let ended = ProductFilter { support: SupportFilter::Ended(today), ..any.clone() };
        assert_eq!(names(&mut read, &ended, by_name, ALL).await.0, ["ベッド"]);
        for (words, n) in [
            ("abc", 1),
            ("ＡＢＣ 100%", 1),
            ("pump", 3),
            ("100%", 3),
            ("1%0", 0),
            ("abc ベッド", 0),
            ("13215000", 3),
        ] {
            let filter = ProductFilter { words: words.to_owned(), ..any.clone() };
            assert_eq!(names(&mut read, &filter, by_name, ALL).await.1, n, "{words}");
        }
        let with = ProductFilter { has_sbom: Some(true), ..any.clone() };
        assert_eq!(names(&mut read, &with, by_name, ALL).await.1, 0);
        for order in [
            ProductOrder::DeviceClass,
            ProductOrder::MarketNumber,
            ProductOrder::ChangedAt,
            ProductOrder::Eos,
        ] {
            let up = names(&mut read, &any, (order, false), ALL).await.0;
            assert_eq!(up.len(), 3);
            assert_eq!(names(&mut read, &any, (order, true), ALL).await.0.len(), 3);
        }
        let found = products::find_by_market_number(&mut read, organisation(1), "30100BZX00012000", 10)
            .await
            .unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(products::find_by_name(&mut read, organisation(1), "ベッド", 10).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_part_of_a_release_has_one_current_sbom() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let owner = organisation(1);
        let mut work = database.begin(Scope::Organisation(owner)).await.unwrap();
        let product_id = ProductId::new(id(1));
        products::insert(&mut work, owner, product_id, &product("輸液ポンプ", ""), Stamp(1)).await.unwrap();
        let draft = ReleaseDraft {
            version: "2.4".to_owned(),
            gtin: "4006381333931".to_owned(),
            released_on: "2026-04-01".to_owned(),
            ..ReleaseDraft::default()
        };
        let release = draft.check().unwrap().value;
        let release_id = ReleaseId::new(id(1));
        releases::insert(&mut work, owner, product_id, release_id, &release, Stamp(1)).await.unwrap();
        assert_eq!(releases::get(&mut work, owner, release_id).await.unwrap().unwrap().release, release);
        assert!(releases::find_by_version(&mut work, owner, product_id, "2.4").await.unwrap().is_some());

        blobs::insert(&mut work, [7; 32], 12, Stamp(1)).await.unwrap();
        blobs::insert(&mut work, [7; 32], 12, Stamp(2)).await.unwrap();
        assert_eq!(blobs::size_bytes_of(&mut work, [7; 32]).await.unwrap(), Some(12));
        sboms::insert(&mut work, owner, &sbom(1, 1)).await.unwrap();
        let supplier = StoredSbom { part: "無線モジュール".to_owned(), ..sbom(5, 1) };
        sboms::insert(&mut work, owner, &supplier).await.unwrap();
        work.commit().await.unwrap();

        let mut work = database.begin(Scope::Organisation(owner)).await.unwrap();
        let twice = sboms::insert(&mut work, owner, &sbom(2, 2)).await.unwrap_err();
        assert!(
            matches!(&twice, StoreError::Unique(name) if name == "uq_sboms__organisation_id_release_id_part"),
            "{twice:?}"
        );
        drop(work);

        let mut work = database.begin(Scope::Organisation(owner)).await.unwrap();
        sboms::supersede(&mut work, owner, sbom(1, 1).id).await.unwrap();
        let second = StoredSbom { follows: Some(sbom(1, 1).id), ..sbom(2, 2) };
        sboms::insert(&mut work, owner, &second).await.unwrap();
        assert_eq!(
            sboms::find_current(&mut work, owner, release_id, "").await.unwrap(),
            Some(second.clone())
        );
        sboms::withdraw(&mut work, owner, second.id, "誤った版").await.unwrap();
        let again = sboms::withdraw(&mut work, owner, second.id, "").await;
        assert!(matches!(again, Err(StoreError::Conflict)));
        assert_eq!(sboms::find_current(&mut work, owner, release_id, "").await.unwrap(), None);
        assert_eq!(sboms::list_of_product(&mut work, owner, product_id, 10).await.unwrap().len(), 3);
        let current = sboms::list_current_of_product(&mut work, owner, product_id, 10).await.unwrap();
        assert_eq!(current, std::slice::from_ref(&supplier));
        let after = sboms::list_current_after(&mut work, owner, None, 10).await.unwrap();
        assert_eq!(after.len(), 1);
        assert_eq!(sboms::list_current_after(&mut work, owner, Some(supplier.id), 10).await.unwrap(), []);
        let withdrawn = sboms::get(&mut work, owner, second.id).await.unwrap().unwrap();
        assert_eq!(
            (withdrawn.state, withdrawn.withdrawn_reason.as_deref()),
            (SbomState::Withdrawn, Some("誤った版"))
        );
        assert_eq!(withdrawn.changes, Some(SbomChanges { n_added: 1, n_removed: 2, n_changed: 3 }));
        work.commit().await.unwrap();
    }
}

#[tokio::test]
async fn finds_where_a_component_is() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        for number in [1, 2] {
            let owner = organisation(number);
            let mut work = database.begin(Scope::Organisation(owner)).await.unwrap();
            let product_id = ProductId::new(id(1));
            products::insert(&mut work, owner, product_id, &product("輸液ポンプ", ""), Stamp(1))
                .await
                .unwrap();
            let draft = ReleaseDraft { version: "2.4".to_owned(), ..ReleaseDraft::default() };
            let release_id = ReleaseId::new(id(1));
            releases::insert(
                &mut work,
                owner,
                product_id,
                release_id,
                &draft.check().unwrap().value,
                Stamp(1),
            )
            .await
            .unwrap();
            blobs::insert(&mut work, [7; 32], 12, Stamp(1)).await.unwrap();
            sboms::insert(&mut work, owner, &sbom(1, 1)).await.unwrap();
            let names =
                [identity("log4j-core", 1), identity("left_pad", 2), identity("私用部品", number + 5)];
            let new: Vec<_> = names
                .iter()
                .zip(1..)
                .map(|(identity, n)| (IdentityId::new(id(n * 10 + number)), identity))
                .collect();
            let n = identities::insert_missing(&mut work, &new, Stamp(1)).await.unwrap();
            assert_eq!(n, if number == 1 { 3 } else { 1 }, "identities are shared");
            let keys: Vec<[u8; 32]> = names.iter().map(|identity| identity.key_sha256).collect();
            let ids = identities::find_ids(&mut work, &keys).await.unwrap();
            let components = keys.iter().chain(keys.first()).zip(0..).map(|(key, ordinal)| StoredComponent {
                ordinal,
                identity_id: ids[key],
                reference: Some(format!("ref-{ordinal}")),
                place: format!("/components/{ordinal}"),
                parent: (ordinal == 3).then_some(0),
                depth: i64::from(ordinal == 3),
                role: Role::Listed,
            });
            sbom_components::insert_all(&mut work, owner, sbom(1, 1).id, components.collect()).await.unwrap();
            work.commit().await.unwrap();
        }
        let owner = organisation(1);
        let mut read = database.begin_read(Scope::Organisation(owner)).await.unwrap();
        let (uses, counts) = sbom_components::search(&mut read, owner, "ＬＯＧ４Ｊ", ALL).await.unwrap();
        assert_eq!(
            (uses.len(), counts.n_uses, counts.n_identities, counts.n_products, counts.n_releases),
            (1, 1, 1, 1, 1)
        );
        assert_eq!(
            (uses[0].n_listed, uses[0].release_version.as_str(), uses[0].identity.name.as_str()),
            (2, "2.4", "log4j-core")
        );
        for (words, n) in [
            ("", 0),
            ("left_pad", 1),
            ("left-pad", 0),
            ("pkg:npm/", 3),
            ("core 1.0", 1),
            ("部品", 1),
            ("%", 0),
        ] {
            let found = sbom_components::search(&mut read, owner, words, ALL).await.unwrap();
            assert_eq!((found.0.len() as i64, found.1.n_uses), (n, n), "{words}");
        }
        let sbom_id = sbom(1, 1).id;
        assert_eq!(sbom_components::list_of_sbom(&mut read, owner, sbom_id).await.unwrap().len(), 4);
        let second = Page { number: 2, n_rows: 3 };
        let (rows, n) = sbom_components::list(&mut read, owner, sbom_id, &ComponentFilter::default(), second)
            .await
            .unwrap();
        assert_eq!((rows.len(), n, rows[0].component.parent), (1, 4, Some(0)));
        let gaps = ComponentFilter { is_without_identifier: true, ..ComponentFilter::default() };
        assert_eq!(sbom_components::list(&mut read, owner, sbom_id, &gaps, ALL).await.unwrap().1, 0);
        let log4j = uses[0].identity_id;
        assert_eq!(sbom_components::uses_of_identity(&mut read, owner, log4j, 10).await.unwrap().len(), 2);
        assert_eq!(identities::list_of_ids(&mut read, &[log4j]).await.unwrap()[&log4j], uses[0].identity);
        assert_eq!(identities::get(&mut read, log4j).await.unwrap().as_ref(), Some(&uses[0].identity));
        assert_eq!(identities::list_after(&mut read, None, 10).await.unwrap().len(), 4);
        if bed.engine == Engine::Postgres {
            let unnamed = sbom_components::list_of_sbom(&mut read, organisation(2), sbom_id).await.unwrap();
            assert_eq!(unnamed, [], "row security");
        }
    }
}

#[tokio::test]
async fn keeps_documents_and_what_waits() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let owner = organisation(1);
        let mut work = database.begin(Scope::Organisation(owner)).await.unwrap();
        let product_id = ProductId::new(id(1));
        products::insert(&mut work, owner, product_id, &product("輸液ポンプ", ""), Stamp(1)).await.unwrap();
        let draft = ProductDocumentDraft {
            number: "D-1".to_owned(),
            title_ja: "取扱説明書".to_owned(),
            kind: "instructions".to_owned(),
            ..ProductDocumentDraft::default()
        };
        let document = draft.check().unwrap().value;
        let document_id = DocumentId::new(id(1));
        product_documents::insert(&mut work, owner, product_id, document_id, &document, Stamp(1))
            .await
            .unwrap();
        product_documents::update(&mut work, owner, document_id, &document, 1, Stamp(2)).await.unwrap();
        let kept = product_documents::get(&mut work, owner, document_id).await.unwrap().unwrap();
        assert_eq!((kept.document, kept.revision, kept.changed_at), (document, 2, Stamp(2)));
        assert_eq!(
            product_documents::list_of_product(&mut work, owner, product_id, 9).await.unwrap().len(),
            1
        );
        product_documents::delete(&mut work, owner, document_id, 2).await.unwrap();

        blobs::insert(&mut work, [7; 32], 12, Stamp(1)).await.unwrap();
        let upload = Upload {
            id: UploadId::new(id(1)),
            kind: "sbom".to_owned(),
            sha256: [7; 32],
            file_name: "a.json".to_owned(),
            subject: "{}".to_owned(),
            person_id: PersonId::new(id(9)),
            created_at: Stamp(1),
            expires_at: Stamp(10),
        };
        uploads::insert(&mut work, owner, &upload).await.unwrap();
        let person = upload.person_id;
        assert_eq!(
            uploads::get(&mut work, owner, upload.id, person, Stamp(9)).await.unwrap().as_ref(),
            Some(&upload)
        );
        assert_eq!(uploads::get(&mut work, owner, upload.id, person, Stamp(10)).await.unwrap(), None);
        let other = PersonId::new(id(8));
        assert_eq!(uploads::get(&mut work, owner, upload.id, other, Stamp(9)).await.unwrap(), None);
        assert_eq!(uploads::delete_expired(&mut work, owner, Stamp(9)).await.unwrap(), 0);
        assert!(uploads::delete(&mut work, owner, upload.id).await.unwrap());
        work.commit().await.unwrap();
    }
}
