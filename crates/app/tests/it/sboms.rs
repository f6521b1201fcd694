//! SBOMs from the hand-over to the search.

use std::io::Read as _;
use std::path::PathBuf;

use kikimori_app::app_error::AppError;
use kikimori_app::component_identity::to_component;
use kikimori_app::installation::Installation;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::products::get_product::get_product;
use kikimori_app::products::list_products::list_products;
use kikimori_app::products::withdraw_product::withdraw_product;
use kikimori_app::sboms::check_upload::{ChangeKind, check_upload};
use kikimori_app::sboms::get_sbom::{compare_sboms, get_sbom};
use kikimori_app::sboms::ingest_sbom::{Receipt, confirm_upload, ingest_sbom};
use kikimori_app::sboms::read_original::read_original;
use kikimori_app::sboms::search_components::search_components;
use kikimori_app::sboms::withdraw_sbom::withdraw_sbom;
use kikimori_app::sboms::{HandedIn, MATCH_SBOM, SubjectDraft};
use kikimori_core::access::{Denial, Role};
use kikimori_core::id::{OrganisationId, ReleaseId};
use kikimori_core::message::codes;
use kikimori_core::sbom_revision::{SbomSource, SbomState};
use kikimori_store::products::{ProductFilter, ProductOrder};
use kikimori_store::sbom_components::ComponentFilter;
use kikimori_store::sboms::SbomChanges;
use kikimori_store::{Scope, jobs, sbom_components};

use crate::products::{named, version};
use crate::world::{ALL, actor, demo, id, psirt, trail, world};

/// A file of the demo, handed in.
fn file(name: &str) -> HandedIn {
    HandedIn { path: demo(name), name: format!("C:\\sboms\\{name}") }
}

/// A file with these bytes, handed in.
fn written(installation: &Installation, name: &str, bytes: &[u8]) -> HandedIn {
    let folder = installation.folder().join("sent");
    std::fs::create_dir_all(&folder).unwrap();
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    HandedIn { path, name: name.to_owned() }
}

/// A bill with these components.
fn bill(components: &[(&str, &str)]) -> Vec<u8> {
    let listed: Vec<String> = components
        .iter()
        .map(|(name, version)| {
            format!(r#"{{"type":"library","name":"{name}","version":"{version}","purl":"pkg:npm/{name}@{version}"}}"#)
        })
        .collect();
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}}"#, listed.join(","))
        .into_bytes()
}

/// A product with a release.
async fn release(installation: &Installation) -> ReleaseId {
    let (product, _) = add_product(installation, &psirt(), &named("輸液ポンプ")).await.unwrap();
    add_release(installation, &psirt(), product, &version("4.2.1")).await.unwrap().0
}

/// Hands a file in through the API.
async fn hand_in(
    installation: &Installation,
    release: ReleaseId,
    file: &HandedIn,
) -> Result<Receipt, AppError> {
    ingest_sbom(installation, &psirt(), file, release, &SubjectDraft::default(), SbomSource::Api).await
}

#[tokio::test]
async fn a_file_is_checked_then_confirmed_then_kept() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let release = release(&installation).await;
        let sent = file("infusion-pump-4.2.1.cdx.json");
        let check =
            check_upload(&installation, &psirt(), &sent, release, &SubjectDraft::default()).await.unwrap();
        assert_eq!(
            (check.format, check.file_name.as_str()),
            ("CycloneDX JSON", "infusion-pump-4.2.1.cdx.json")
        );
        assert!(check.matchability.n_total > 10 && check.current.is_none() && !check.is_current);
        let before = get_product(&installation, &psirt(), check.product.id).await.unwrap();
        assert!(before.sboms.is_empty(), "nothing counts before the yes");

        let colleague =
            kikimori_core::access::Actor { person: kikimori_core::id::PersonId::new(id(77)), ..psirt() };
        let refused = confirm_upload(&installation, &colleague, check.upload).await;
        assert!(matches!(refused, Err(AppError::Rule(message)) if message.code == codes::UPLOAD_GONE));
        let receipt = confirm_upload(&installation, &psirt(), check.upload).await.unwrap();
        assert!(!receipt.was_current && receipt.changes.is_none());
        assert_eq!(receipt.sbom.source, SbomSource::Web);
        let again = confirm_upload(&installation, &psirt(), check.upload).await;
        assert!(matches!(again, Err(AppError::Rule(message)) if message.code == codes::UPLOAD_GONE));

        let (_, mut original) = read_original(&installation, &psirt(), receipt.sbom.id).await.unwrap();
        let mut bytes = Vec::new();
        original.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, std::fs::read(&sent.path).unwrap(), "byte for byte");

        let page = get_sbom(&installation, &psirt(), receipt.sbom.id, &ComponentFilter::default(), ALL)
            .await
            .unwrap();
        assert_eq!(page.n_components as usize, check.matchability.n_total + 1, "the subject is listed too");
        let read = kikimori_app::sbom_file::read_sbom(&sent.path).unwrap().sbom;
        for (listed, component) in page.components.iter().zip(&read.components) {
            assert_eq!(listed.component.reference.as_deref(), component.reference.as_deref());
            assert_eq!(listed.component.parent, component.parent.map(i64::from));
            let made = to_component(&listed.identity).unwrap();
            assert_eq!(
                (made.name, made.version, made.purls),
                (component.name.clone(), component.version.clone(), component.purls.clone())
            );
        }
        let order = (ProductOrder::Name, false);
        let (rows, _) =
            list_products(&installation, &psirt(), &ProductFilter::default(), order, ALL).await.unwrap();
        assert_eq!(rows[0].n_components, Some(receipt.sbom.n_components));

        let owner = OrganisationId::new(id(1));
        let mut work = installation.database.begin_read(Scope::Organisation(owner)).await.unwrap();
        let (jobs, _) = jobs::list(&mut work, Some(owner), None, ALL).await.unwrap();
        assert_eq!(
            (jobs.len(), jobs[0].kind.as_str(), jobs[0].argument.clone()),
            (1, MATCH_SBOM, receipt.sbom.id.to_string())
        );
        let actions: Vec<String> = trail(&installation).await.into_iter().map(|event| event.action).collect();
        assert_eq!(actions[2..], ["check_upload", "ingest_sbom", "read_original"]);
    }
}

#[tokio::test]
async fn the_same_content_is_one_revision_and_another_a_new_one() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let release = release(&installation).await;
        let first =
            written(&installation, "a.json", &bill(&[("left", "1.0"), ("right", "1.0"), ("gone", "1.0")]));
        let second = written(
            &installation,
            "b.json",
            &bill(&[("left", "1.1"), ("right", "1.0"), ("new", "1.0"), ("newer", "1.0")]),
        );
        let one = hand_in(&installation, release, &first).await.unwrap();
        let same = hand_in(&installation, release, &first).await.unwrap();
        assert!(same.was_current);
        assert_eq!(same.sbom, one.sbom);
        let check =
            check_upload(&installation, &psirt(), &second, release, &SubjectDraft::default()).await.unwrap();
        let expected = SbomChanges { n_added: 2, n_removed: 1, n_changed: 1 };
        assert_eq!(check.changes, Some(expected));
        let left = check.changed.iter().find(|changed| changed.kind == ChangeKind::Changed).unwrap();
        assert_eq!(
            (left.name.as_str(), left.before.as_deref(), left.after.as_deref()),
            ("left", Some("1.0"), Some("1.1"))
        );
        let two = hand_in(&installation, release, &second).await.unwrap();
        assert_eq!(
            (two.sbom.revision_number, two.changes, two.sbom.follows),
            (2, Some(expected), Some(one.sbom.id))
        );
        let three = hand_in(&installation, release, &first).await.unwrap();
        assert_eq!(
            (three.was_current, three.sbom.revision_number),
            (false, 3),
            "back to what was replaced is said anew"
        );
        let old =
            get_sbom(&installation, &psirt(), one.sbom.id, &ComponentFilter::default(), ALL).await.unwrap();
        assert_eq!((old.sbom.state, old.n_components, old.revisions.len()), (SbomState::Superseded, 3, 2));
        let (before, _, changed) = compare_sboms(&installation, &psirt(), two.sbom.id).await.unwrap();
        assert_eq!((before.id, changed.len()), (one.sbom.id, 4));

        let supplier = SubjectDraft {
            part: " 無線モジュール ".to_owned(),
            platform: "cpe:2.3:o:linux:linux_kernel:5.10:*:*:*:*:*:*:*\n".to_owned(),
        };
        let beside =
            ingest_sbom(&installation, &psirt(), &second, release, &supplier, SbomSource::Web).await.unwrap();
        assert_eq!(
            (beside.sbom.revision_number, beside.sbom.part.as_str(), beside.sbom.platform.len()),
            (1, "無線モジュール", 1)
        );
        let wrong = SubjectDraft { platform: "Windows".to_owned(), ..SubjectDraft::default() };
        let refused = ingest_sbom(&installation, &psirt(), &second, release, &wrong, SbomSource::Web).await;
        assert!(
            matches!(refused, Err(AppError::Fields(fields)) if fields[0].message.code == codes::UPLOAD_PLATFORM)
        );
    }
}

#[tokio::test]
async fn people_who_hand_in_at_once_get_revisions_in_a_row() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let release = release(&installation).await;
        let mut tasks = Vec::new();
        for number in 0..3 {
            let file = written(
                &installation,
                &format!("{number}.json"),
                &bill(&[("left", &format!("1.{number}")), ("both", "1.0")]),
            );
            let installation = installation.clone();
            tasks.push(tokio::spawn(async move { hand_in(&installation, release, &file).await }));
        }
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.push(task.await.unwrap().unwrap().sbom.revision_number);
        }
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3]);
    }
}

#[tokio::test]
async fn what_is_no_sbom_leaves_nothing() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let release = release(&installation).await;
        let torn = written(
            &installation,
            "torn.json",
            br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"#,
        );
        for refused in [
            check_upload(&installation, &psirt(), &torn, release, &SubjectDraft::default()).await.map(drop),
            hand_in(&installation, release, &torn).await.map(drop),
        ] {
            assert!(
                matches!(&refused, Err(AppError::Rule(message)) if message.code == codes::SBOM_MALFORMED),
                "{refused:?}"
            );
        }
        assert!(!installation.folder().join("blobs").exists());
        assert_eq!(trail(&installation).await.len(), 2);
        let reader = actor(1, Role::Reader);
        let sent = file("ventilator-2.7.0.spdx");
        let refused =
            ingest_sbom(&installation, &reader, &sent, release, &SubjectDraft::default(), SbomSource::Api)
                .await;
        assert!(matches!(refused, Err(AppError::Forbidden(Denial::RoleMissing))));
        let other = actor(2, Role::Psirt);
        let refused =
            ingest_sbom(&installation, &other, &sent, release, &SubjectDraft::default(), SbomSource::Api)
                .await;
        assert!(matches!(refused, Err(AppError::NotFound)));
    }
}

#[tokio::test]
async fn finds_where_a_component_is_until_it_is_withdrawn() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let release = release(&installation).await;
        for name in ["infusion-pump-4.2.1.cdx.json", "ventilator-2.7.0.spdx", "image-viewer-3.0.0.spdx.json"]
        {
            let (product, _) = add_product(&installation, &psirt(), &named(name)).await.unwrap();
            let (release, _) = add_release(&installation, &psirt(), product, &version("1")).await.unwrap();
            hand_in(&installation, release, &file(name)).await.unwrap();
        }
        let receipt = hand_in(
            &installation,
            release,
            &written(&installation, "x.json", &bill(&[("left-pad", "1.3.0")])),
        )
        .await
        .unwrap();
        let count = async |words: &str, actor| {
            search_components(&installation, &actor, words, ALL).await.unwrap().counts
        };
        let openssl = count("ＯｐｅｎＳＳＬ", psirt()).await;
        assert!(openssl.n_products >= 2, "{openssl:?}");
        assert_eq!(count("openssl", actor(2, Role::Psirt)).await.n_uses, 0, "another organisation's rows");
        let found = search_components(&installation, &psirt(), "left-pad 1.3", ALL).await.unwrap();
        assert_eq!(
            (
                found.counts.n_uses,
                found.uses[0].trade_name_ja.as_str(),
                found.uses[0].release_version.as_str()
            ),
            (1, "輸液ポンプ", "4.2.1")
        );

        withdraw_sbom(&installation, &psirt(), receipt.sbom.id, "別の機種のもの").await.unwrap();
        assert_eq!(count("left-pad", psirt()).await.n_uses, 0);
        let again = hand_in(
            &installation,
            release,
            &written(&installation, "x.json", &bill(&[("left-pad", "1.3.0")])),
        )
        .await
        .unwrap();
        assert_eq!((again.was_current, again.sbom.revision_number, again.changes), (false, 2, None));
        assert_eq!(count("left-pad", psirt()).await.n_uses, 1);
        withdraw_product(&installation, &psirt(), again.sbom.product_id, 1, "廃止").await.unwrap();
        assert_eq!(count("left-pad", psirt()).await.n_uses, 0);
        let late = hand_in(&installation, release, &file("ventilator-2.7.0.spdx")).await;
        assert!(matches!(late, Err(AppError::Rule(message)) if message.code == codes::PRODUCT_WITHDRAWN));
    }
}

#[tokio::test]
async fn identities_are_shared_between_organisations() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let mut ids = Vec::new();
        for number in [1, 2] {
            let psirt = actor(number, Role::Psirt);
            let (product, _) = add_product(&installation, &psirt, &named("輸液ポンプ")).await.unwrap();
            let (release, _) = add_release(&installation, &psirt, product, &version("1")).await.unwrap();
            let sent = written(&installation, "x.json", &bill(&[("left-pad", "1.3.0")]));
            let receipt =
                ingest_sbom(&installation, &psirt, &sent, release, &SubjectDraft::default(), SbomSource::Api)
                    .await
                    .unwrap();
            let owner = OrganisationId::new(id(number));
            let mut read = installation.database.begin_read(Scope::Organisation(owner)).await.unwrap();
            let components = sbom_components::list_of_sbom(&mut read, owner, receipt.sbom.id).await.unwrap();
            ids.push(components[0].identity_id);
        }
        assert_eq!(ids[0], ids[1], "each is matched once");
    }
}
