//! API tokens: made, used, revoked; refused as problems.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{Method, Request, StatusCode};

use crate::client::{Answer, Browser, Server};
use crate::people::join;

/// Makes a token and gives its secret.
async fn make(browser: &mut Browser, scope: &str) -> String {
    let fields = [("token_name", "ビルド"), ("token_scope", scope), ("expires_on", "2027-11-01")];
    let done = browser.fill("/account/tokens", "/account/tokens/new", &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    format!("kkm_{}", &done.between("kkm_", "<")[..64])
}

/// Asks who one is, with a token.
async fn whoami(server: &Server, header: &str) -> Answer {
    let request = Request::builder().method(Method::GET).uri("/api/v1/whoami").header(AUTHORIZATION, header);
    server.browser().send(request, Body::empty()).await
}

#[tokio::test]
async fn lets_programs_in_with_a_token() {
    for bed in kikimori_testbed::each().await {
        let server = Server::start(&bed).await;
        let mut browser = server.set_up("mah").await;
        let secret = make(&mut browser, "ingest").await;
        assert!(!browser.get("/account/tokens").await.shows(&secret), "it is shown once");
        let me = whoami(&server, &format!("Bearer {secret}")).await;
        assert_eq!(me.status, StatusCode::OK);
        let me = me.json();
        assert_eq!(me["person"]["email"], "yamada@example.jp");
        assert_eq!(me["organisation"]["name_en"], "Toto Medical");
        assert_eq!(me["token_scope"], "ingest");
        assert_eq!(browser.get("/api/v1/whoami").await.json()["token_scope"], serde_json::Value::Null);

        let refusals = [String::from("Bearer"), "Bearer kkm_00".to_owned(), format!("Basic {secret}")];
        for wrong in refusals.iter().map(String::as_str).chain([""]) {
            let refused = whoami(&server, wrong).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{wrong}");
            assert_eq!(refused.headers[WWW_AUTHENTICATE], "Bearer realm=\"kikimori\"");
            assert_eq!(refused.headers[CONTENT_TYPE], "application/problem+json");
            assert_eq!(refused.json()["code"], "ACCOUNT-018");
        }
        let nobody = server.browser().get("/api/v1/whoami").await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "programs are not led to a page");

        let page = Request::builder().uri("/admin/users").header(AUTHORIZATION, format!("Bearer {secret}"));
        let page = server.browser().send(page, Body::empty()).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "pages take no tokens");

        let list = browser.get("/account/tokens").await;
        let id = list.between("name=\"token\" value=\"", "\"");
        let done = browser.post("/account/tokens/revoke", &[("token", &id)]).await;
        assert_eq!(done.location(), "/account/tokens?done=token_revoked");
        assert_eq!(whoami(&server, &format!("Bearer {secret}")).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn ends_tokens_with_their_day_and_with_their_owner() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut yamada = server.set_up("mah").await;
    let mut sato = join(&server, &mut yamada, "佐藤 次郎", "sato@example.jp", &["ra"]).await;
    let secret = format!("Bearer {}", make(&mut sato, "admin").await);
    let list = yamada.get("/admin/tokens").await;
    assert!(list.shows("佐藤 次郎") && list.shows("2027-11-01"), "{}", list.text);
    assert_eq!(
        sato.get("/admin/tokens").await.status,
        StatusCode::FORBIDDEN,
        "a token narrows, roles decide"
    );
    server.wait(1_000_000);
    assert_eq!(whoami(&server, &secret).await.status, StatusCode::OK);
    assert!(!yamada.get("/admin/tokens").await.shows("未使用"), "its use was noted");
    let id = list.between("name=\"token\" value=\"", "\"");
    let strange = sato.fill("/account/tokens", "/account/tokens/revoke", &[("token", "x")]).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    server.wait(346 * 24 * 60 * 60 * 1_000);
    assert_eq!(whoami(&server, &secret).await.status, StatusCode::UNAUTHORIZED, "after its last day");
    let mut yamada = server.sign_in("yamada@example.jp").await;
    yamada.get("/account").await;
    let gone = yamada.post("/admin/tokens/revoke", &[("token", &id)]).await;
    assert_eq!(gone.location(), "/admin/tokens?done=token_revoked");
}

#[tokio::test]
async fn judges_what_is_typed() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let mut browser = server.set_up("mah").await;
    for (field, value) in [("token_name", ""), ("token_scope", "all"), ("expires_on", "2028-01-01")] {
        let mut fields = vec![("token_name", "CI"), ("token_scope", "read"), ("expires_on", "2027-01-01")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let refused = browser.fill("/account/tokens", "/account/tokens/new", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(refused.shows("role=\"alert\""), "{}", refused.text);
    }
}
