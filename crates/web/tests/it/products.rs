//! Products, SBOMs and components as a browser meets them.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::browser::{Answer, Browser};

/// A file of the demo.
fn demo(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../demo/sboms/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The value of a hidden field.
fn hidden(answer: &Answer, name: &str) -> String {
    let text = answer.text();
    let after =
        text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{name}: {text}"));
    after.split('"').next().unwrap().to_owned()
}

/// The last part of an address.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Adds a product with a release; gives both ids.
async fn furnished(browser: &Browser) -> (String, String) {
    let fields = [
        ("trade_name_ja", "輸液ポンプ"),
        ("trade_name_en", "Infusion pump"),
        ("device_class", "iii"),
        ("connections", "wired_network"),
        ("connections", "serial"),
    ];
    let added = browser.post("/products", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let product = last(&added.location()).to_owned();
    let path = format!("/products/{product}/releases/new");
    let added = browser.post(&path, &[("version", "4.2.1"), ("released_on", "令和8年4月1日")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let ingest = browser.get(&format!("/sboms/new?product={product}")).await.text();
    let option = ingest.split("<option value=\"").find(|part| part.contains("4.2.1")).unwrap();
    (product, option.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_product_is_added_shown_and_changed() {
    for bed in kikimori_testbed::each().await {
        let browser = Browser::open(&bed).await;
        assert!(browser.get("/products").await.text().contains("製品"));
        let refused = browser.post("/products", &[("trade_name_ja", ""), ("eos", "いつか")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text();
        assert!(text.contains("エラー") && text.contains("いつか"), "what was typed is kept");
        let (product, _) = furnished(&browser).await;
        let list = browser.get("/products?q=%E8%BC%B8%E6%B6%B2&colour=red").await.text();
        assert!(list.contains("輸液ポンプ") && list.contains("colour=red"), "{list}");
        let page = browser.get(&format!("/products/{product}")).await;
        assert!(page.text().contains("Infusion pump"));
        let form = browser.get(&format!("/products/{product}/edit")).await;
        let revision = hidden(&form, "revision");
        let changed = [("trade_name_ja", "輸液ポンプ改"), ("revision", revision.as_str())];
        let path = format!("/products/{product}");
        assert_eq!(browser.post(&path, &changed).await.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.post(&path, &changed).await.status, StatusCode::CONFLICT);
        for tab in ["releases", "documents"] {
            assert_eq!(browser.get(&format!("{path}/{tab}")).await.status, StatusCode::OK);
        }
        let missing = browser.get("/products/01m7q5cqg0ew3re1r70w3ge1r7").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        let releases = browser.get(&format!("{path}/releases")).await.text();
        assert!(releases.contains("2026-04-01"), "the day is shown back as it was understood");
    }
}

#[tokio::test]
async fn a_file_is_checked_confirmed_and_found_again() {
    for bed in kikimori_testbed::each().await {
        let browser = Browser::open(&bed).await;
        let (product, release) = furnished(&browser).await;
        let refused = browser.post_file("/sboms/check", &[("release", &release)], "x.json", b"{").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("SBOM-00"), "{}", refused.text());
        let none = browser.post_file("/sboms/check", &[("release", &release)], "", b"").await;
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text().contains("SBOM"));

        let original = demo("infusion-pump-4.2.1.cdx.json");
        let check = browser.post_file("/sboms/check", &[("release", &release)], "輸液.json", &original).await;
        assert_eq!(check.status, StatusCode::OK, "{}", check.text());
        assert!(check.text().contains("CycloneDX") && check.text().contains("輸液.json"));
        let token = hidden(&check, "token");
        let done = browser.post("/sboms/new", &[("token", &token), ("release", &release)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let receipt = browser.get(&done.location()).await;
        assert_eq!(receipt.status, StatusCode::OK);
        let again = browser.post("/sboms/new", &[("token", &token), ("release", &release)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);

        let sbom = done.location().trim_end_matches("/receipt").to_owned();
        let page = browser.get(&sbom).await;
        assert!(page.status == StatusCode::OK && page.text().contains("openssl"), "{}", page.text());
        let kept = browser.get(&format!("{sbom}/original")).await;
        assert_eq!(kept.bytes, original, "byte for byte");
        assert!(
            kept.headers[CONTENT_DISPOSITION]
                .to_str()
                .unwrap()
                .starts_with("attachment; filename=\"__.json\"")
        );
        let sheet = browser.get(&format!("{sbom}/components.xlsx")).await;
        assert!(sheet.bytes.starts_with(b"PK"));
        let found = browser.get("/components?q=openssl").await.text();
        assert!(
            found.contains("輸液ポンプ 4.2.1") && found.contains(&format!("/products/{product}")),
            "{found}"
        );
        assert!(browser.get("/components.xlsx?q=openssl").await.bytes.starts_with(b"PK"));
        let releases = browser.get(&format!("/products/{product}/releases")).await.text();
        assert!(releases.contains(&sbom));
    }
}

#[tokio::test]
async fn a_list_goes_out_and_comes_back() {
    for bed in kikimori_testbed::each().await {
        let browser = Browser::open(&bed).await;
        furnished(&browser).await;
        for (path, kind) in [("/products.xlsx", "spreadsheetml"), ("/products.csv", "text/csv")] {
            let list = browser.get(path).await;
            assert!(list.headers[CONTENT_TYPE].to_str().unwrap().contains(kind));
            let preview = browser.post_file("/products/import/check", &[], last(path), &list.bytes).await;
            assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
            assert!(!preview.text().contains("name=\"token\""), "nothing would change: {}", preview.text());
        }
        let template = browser.get("/products/import/template.xlsx").await;
        assert!(template.bytes.starts_with(b"PK"));
        let list = "販売名,クラス分類\r\n人工呼吸器,Ⅲ\r\n,Ⅱ\r\n";
        let preview = browser.post_file("/products/import/check", &[], "new.csv", list.as_bytes()).await;
        let token = hidden(&preview, "token");
        let done = browser.post("/products/import", &[("token", &token)]).await;
        assert!(done.status == StatusCode::OK && done.text().contains("new.csv"), "{}", done.text());
        assert!(browser.get("/products").await.text().contains("人工呼吸器"));
        let no_list = browser.post_file("/products/import/check", &[], "x.csv", b"a,b\r\n1,2\r\n").await;
        assert_eq!(no_list.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_form_with_a_file_needs_its_token() {
    let bed = kikimori_testbed::sqlite();
    let browser = Browser::open(&bed).await;
    let body = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{}\r\n--X--\r\n";
    for path in ["/sboms/check", "/products/import/check"] {
        let request = axum::http::Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=X");
        assert_eq!(browser.send(request, body).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let left = std::fs::read_dir(browser.installation.folder().join("incoming")).unwrap().count();
    assert_eq!(left, 0, "nothing is left of what was refused");
}
