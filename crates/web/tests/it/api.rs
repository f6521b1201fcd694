//! Products, releases and SBOMs as a program meets them.

use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use axum::http::{Request, StatusCode};
use serde_json::json;

use crate::browser::Browser;

#[tokio::test]
async fn products_carry_entity_tags() {
    for bed in kikimori_testbed::each().await {
        let browser = Browser::open(&bed).await;
        let refused = browser
            .json(Request::post("/api/v1/products"), &json!({ "trade_name_ja": "", "eos": "x" }))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.headers[CONTENT_TYPE], "application/problem+json");
        let fields: Vec<String> = refused.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["field"].to_string())
            .collect();
        assert_eq!(fields, ["\"trade_name_ja\"", "\"eos\""]);
        let misspelt = browser.json(Request::post("/api/v1/products"), &json!({ "tradename": "x" })).await;
        assert_eq!(misspelt.status, StatusCode::UNPROCESSABLE_ENTITY);

        let body = json!({ "trade_name_ja": "輸液ポンプ", "connections": ["serial"] });
        let added = browser.json(Request::post("/api/v1/products"), &body).await;
        assert_eq!((added.status, added.headers[ETAG].to_str().unwrap()), (StatusCode::CREATED, "\"1\""));
        let path = added.location();
        assert_eq!(browser.get(&path).await.json()["connections"], json!(["serial"]));
        let anew = json!({ "trade_name_ja": "輸液ポンプ改" });
        let unseen = browser.json(Request::put(&path), &anew).await;
        assert_eq!(unseen.status, StatusCode::PRECONDITION_REQUIRED);
        let put = async |tag: &str| browser.json(Request::put(&path).header(IF_MATCH, tag), &anew).await;
        let changed = put("\"1\"").await;
        assert_eq!((changed.status, changed.json()["revision"].as_i64()), (StatusCode::OK, Some(2)));
        assert_eq!(put("\"1\"").await.status, StatusCode::PRECONDITION_FAILED);
        let list = browser.get("/api/v1/products?q=%E6%94%B9&per_page=1").await.json();
        assert_eq!(
            (list["total"].as_i64(), list["items"][0]["trade_name_ja"].as_str()),
            (Some(1), Some("輸液ポンプ改"))
        );
        let reason = json!({ "reason": "廃止" });
        let path = format!("{path}/withdraw");
        let withdrawn = browser.json(Request::post(&path).header(IF_MATCH, "\"2\""), &reason).await;
        assert_eq!(withdrawn.json()["state"], "withdrawn");
    }
}

#[tokio::test]
async fn sboms_come_in_once() {
    for bed in kikimori_testbed::each().await {
        let browser = Browser::open(&bed).await;
        let added =
            browser.json(Request::post("/api/v1/products"), &json!({ "trade_name_ja": "ポンプ" })).await;
        let path = format!("{}/releases", added.location());
        let release = browser.json(Request::post(&path), &json!({ "version": "1.0" })).await;
        assert_eq!(release.status, StatusCode::CREATED, "{}", release.text());
        let path = format!("{}/sboms", release.location());
        let bill = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"left-pad","version":"1.3.0","purl":"pkg:npm/left-pad@1.3.0"}]}"#;
        let send = async |path: &str, bytes: &[u8]| {
            browser.send(Request::post(path).header(CONTENT_TYPE, "application/json"), bytes.to_vec()).await
        };
        let first = send(&format!("{path}?name=bom.json"), bill).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
        assert_eq!(
            (first.json()["components"].as_i64(), first.json()["file"].as_str()),
            (Some(1), Some("bom.json"))
        );
        let again = send(&path, bill).await;
        assert_eq!((again.status, &again.json()["id"]), (StatusCode::OK, &first.json()["id"]));
        let part = browser.post_file(&path, &[("part", "無線")], "m.json", bill).await;
        assert_eq!((part.status, part.json()["part"].as_str()), (StatusCode::CREATED, Some("無線")));
        let list = browser.get(&path).await.json();
        assert_eq!(list["total"], 2);
        let sbom = first.location();
        let components = browser.get(&format!("{sbom}/components?q=pad")).await.json();
        assert_eq!(components["items"][0]["purls"], json!(["pkg:npm/left-pad@1.3.0"]));
        let found = browser.get("/api/v1/components?q=left-pad").await.json();
        assert_eq!(found["total"], 2);
        let withdrawn =
            browser.json(Request::post(format!("{sbom}/withdraw")), &json!({ "reason": "誤り" })).await;
        assert_eq!(withdrawn.json()["state"], "withdrawn");
        let torn = send(&path, b"{").await;
        assert_eq!(
            (torn.status, torn.json()["code"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("SBOM-002"))
        );
        assert_eq!(send(&path, b"").await.json()["errors"][0]["code"], "UPLOAD-007");
    }
}

#[tokio::test]
async fn nobody_is_told_to_sign_in_on_a_page() {
    let bed = kikimori_testbed::sqlite();
    let browser = Browser::open(&bed).await;
    let request = Request::get("/api/v1/products").body(axum::body::Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(browser.router.clone(), request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}
