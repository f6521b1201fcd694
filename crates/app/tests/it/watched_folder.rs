//! A watched folder: what is put there is taken in, and a receipt says what became of it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::products::get_product::get_product;
use kikimori_app::sboms::sweep_folder::{Sweep, sweep_folder};
use kikimori_core::id::OrganisationId;
use kikimori_core::product::ProductDraft;
use kikimori_core::sbom_revision::SbomSource;

use crate::products::{named, version};
use crate::world::{NOW, demo, id, psirt, trail, world};

/// Puts bytes under a path, last changed so many seconds ago.
fn put(folder: &Path, path: &str, bytes: &[u8], seconds_ago: u64) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    let changed = UNIX_EPOCH + Duration::from_millis(NOW.0.unsigned_abs()) - Duration::from_secs(seconds_ago);
    File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
}

/// The files below a folder, by path.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn takes_in_what_is_put_there_and_says_what_became_of_it() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let draft = ProductDraft {
            procedure: "承認".to_owned(),
            market_number: "30100BZX00012000".to_owned(),
            ..named("輸液ポンプ")
        };
        let (product, _) = add_product(&installation, &psirt(), &draft).await.unwrap();
        let (release, _) = add_release(&installation, &psirt(), product, &version("4.2.1")).await.unwrap();
        let folder = bed.folder.path().join("watched");
        let (pump, ventilator) = (
            fs::read(demo("infusion-pump-4.2.1.cdx.json")).unwrap(),
            fs::read(demo("ventilator-2.7.0.spdx")).unwrap(),
        );
        put(&folder, "30100bzx00012000/4.2.1/pump.json", &pump, 60);
        put(&folder, "輸液ポンプ/4.2.1/無線モジュール/module.spdx", &ventilator, 60);
        put(&folder, "anywhere.spdx", &ventilator, 60);
        let note = format!(
            r#"{{"release":"{release}","part":"電源","platform":["cpe:2.3:o:linux:linux_kernel:5.10:*:*:*:*:*:*:*"]}}"#
        );
        put(&folder, "anywhere.spdx.kikimori.json", note.as_bytes(), 60);
        put(&folder, "輸液ポンプ/9.9/x.json", &pump, 60);
        put(&folder, "知らない製品/1/x.json", &pump, 60);
        put(&folder, "輸液ポンプ/4.2.1/torn.json", b"{", 60);
        put(&folder, "輸液ポンプ/4.2.1/arriving.json", &pump, 2);
        put(&folder, "輸液ポンプ/4.2.1/arriving.json.part", &pump, 60);
        let owner = OrganisationId::new(id(1));
        let sweep = sweep_folder(&installation, owner, &folder).await.unwrap();
        assert_eq!(sweep, Sweep { n_done: 3, n_refused: 3, n_left: 2 });

        let all = get_product(&installation, &psirt(), product).await.unwrap();
        let mut parts: Vec<&str> = all.sboms.iter().map(|sbom| sbom.part.as_str()).collect();
        parts.sort_unstable();
        assert_eq!(parts, ["", "無線モジュール", "電源"]);
        assert!(all.sboms.iter().all(|sbom| sbom.source == SbomSource::Folder && sbom.ingested_by.is_none()));
        let left = files(&folder);
        let kept: Vec<&String> =
            left.iter().filter(|path| !path.starts_with("done/") && !path.starts_with("refused/")).collect();
        assert_eq!(kept, ["輸液ポンプ/4.2.1/arriving.json", "輸液ポンプ/4.2.1/arriving.json.part"]);
        assert_eq!(left.iter().filter(|path| path.starts_with("done/")).count(), 7, "{left:?}");
        let receipt_of = |name: &str| -> serde_json::Value {
            let path = left.iter().find(|path| path.ends_with(name)).unwrap();
            serde_json::from_slice(&fs::read(folder.join(path)).unwrap()).unwrap()
        };
        let receipt = receipt_of("pump.json.receipt.json");
        assert_eq!((receipt["outcome"].as_str(), receipt["revision"].as_i64()), (Some("done"), Some(1)));
        let receipt = receipt_of("torn.json.receipt.json");
        assert_eq!(receipt["reasons"][0]["code"], "SBOM-002");
        let codes: Vec<String> = left
            .iter()
            .filter(|path| path.ends_with("x.json.receipt.json"))
            .map(|path| {
                serde_json::from_slice::<serde_json::Value>(&fs::read(folder.join(path)).unwrap()).unwrap()
            })
            .map(|receipt| receipt["reasons"][0]["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(codes.len(), 2);
        assert!(
            codes.contains(&"UPLOAD-003".to_owned()) && codes.contains(&"UPLOAD-005".to_owned()),
            "{codes:?}"
        );
        let again = sweep_folder(&installation, owner, &folder).await.unwrap();
        assert_eq!(again, Sweep { n_done: 0, n_refused: 0, n_left: 2 });
        let ingests = trail(&installation).await.into_iter().filter(|event| event.action == "ingest_sbom");
        assert_eq!(ingests.count(), 3);
    }
}

#[tokio::test]
async fn another_organisations_release_is_not_found() {
    for bed in kikimori_testbed::each().await {
        let installation = world(&bed).await;
        let (product, _) = add_product(&installation, &psirt(), &named("輸液ポンプ")).await.unwrap();
        let (release, _) = add_release(&installation, &psirt(), product, &version("1")).await.unwrap();
        let folder = bed.folder.path().join("watched");
        put(&folder, "a.json", &fs::read(demo("infusion-pump-4.2.1.cdx.json")).unwrap(), 60);
        put(&folder, "a.json.kikimori.json", format!(r#"{{"release":"{release}"}}"#).as_bytes(), 60);
        put(&folder, "b.json", b"{}", 60);
        put(&folder, "b.json.kikimori.json", b"release = 1", 60);
        let other = OrganisationId::new(id(2));
        let sweep = sweep_folder(&installation, other, &folder).await.unwrap();
        assert_eq!(sweep, Sweep { n_done: 0, n_refused: 2, n_left: 0 });
        let receipts = files(&folder).into_iter().filter(|path| path.ends_with(".receipt.json"));
        let codes: Vec<String> = receipts
            .map(|path| {
                serde_json::from_slice::<serde_json::Value>(&fs::read(folder.join(path)).unwrap()).unwrap()
            })
            .map(|receipt| receipt["reasons"][0]["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(codes, ["ACCESS-001", "UPLOAD-006"]);
    }
}
