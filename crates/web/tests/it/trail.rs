//! The audit trail: shown, filtered, verified, taken out; tampering is found.

use axum::http::StatusCode;
use kikimori_app::audit::verify_trail::{Verification, list_trails, verify_as_system};
use kikimori_store::DatabaseAddress;
use kikimori_testbed::TestDatabase;
use sqlx::Connection as _;

use crate::client::Server;

/// Changes a SQLite database behind our back, past the trigger.
async fn tamper(bed: &TestDatabase, change: &'static str) {
    let DatabaseAddress::File(path) = &bed.address else { panic!("SQLite only") };
    let mut raw = sqlx::SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    for name in ["audit_events_are_not_changed", "audit_events_are_not_removed"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER IF EXISTS {name}")))
            .execute(&mut raw)
            .await
            .unwrap();
    }
    assert!(sqlx::query(change).execute(&mut raw).await.unwrap().rows_affected() > 0);
}

#[tokio::test]
async fn shows_filters_and_takes_out_the_trail() {
    for bed in kikimori_testbed::each().await {
        let server = Server::start(&bed).await;
        let mut browser = server.set_up("mah").await;
        let fields = [("organisation_ja", "=東都"), ("organisation_en", "")];
        browser.fill("/admin/organisation", "/admin/organisation", &fields).await;
        let page = browser.get("/admin/audit").await;
        assert!(page.shows("初期設定") && page.shows("山田 花子"), "{}", page.text);
        let filtered =
            browser.get("/admin/audit?event=set_up&from=2026-11-21&to=2026-11-21&colour=red").await;
        assert!(filtered.shows("colour=red"), "what is not understood is shown");
        let none = browser.get("/admin/audit?to=2026-11-20").await;
        assert_eq!(none.status, StatusCode::OK);
        assert!(!none.shows("<td>山田 花子"), "{}", none.text);

        browser.get("/admin/audit").await;
        let csv = browser.post("/admin/audit/export/csv", &[]).await;
        assert!(csv.text.starts_with('\u{feff}') && csv.shows("\r\n"), "{}", csv.text);
        assert!(csv.shows("set_up") && csv.shows("export_audit"), "it holds its own event");
        let lines = browser.post("/admin/audit/export/jsonl", &[]).await;
        let parsed: Vec<serde_json::Value> =
            lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(parsed[0]["number"], 1);
        assert_eq!(parsed[0]["hash"].as_str().unwrap().len(), 64);
        assert_eq!(parsed.last().unwrap()["action"], "export_audit");
        let verified = browser.post("/admin/audit/verify", &[]).await;
        assert_eq!(verified.location(), "/admin/audit?done=trail_good", "{}", verified.text);
    }
}

#[tokio::test]
async fn finds_every_kind_of_tampering() {
    for (change, broken_at) in [
        (
            "UPDATE audit_events SET action = 'sign_out' WHERE sequence = 2 AND organisation_id <> zeroblob(16)",
            2,
        ),
        ("UPDATE audit_events SET at = at + 1 WHERE sequence = 1 AND organisation_id <> zeroblob(16)", 1),
        (
            "UPDATE audit_events SET person_id = NULL WHERE sequence = 3 AND organisation_id <> zeroblob(16)",
            3,
        ),
        ("DELETE FROM audit_events WHERE sequence = 2 AND organisation_id <> zeroblob(16)", 2),
        ("DELETE FROM audit_events WHERE sequence = 4 AND organisation_id <> zeroblob(16)", 4),
        (
            "UPDATE audit_events SET hash = zeroblob(32) WHERE sequence = 4 AND organisation_id <> zeroblob(16)",
            4,
        ),
    ] {
        let bed = kikimori_testbed::sqlite();
        let server = Server::start(&bed).await;
        let mut browser = server.set_up("mah").await;
        for name in ["A", "B"] {
            browser.fill("/account", "/account", &[("person", name), ("language", "ja")]).await;
        }
        let trails = list_trails(&server.installation).await.unwrap();
        let organisation = trails[1].organisation;
        let verified = verify_as_system(&server.installation, organisation).await.unwrap();
        assert_eq!(verified, Verification { n_good: 4, broken_at: None });
        tamper(&bed, change).await;
        let verified = verify_as_system(&server.installation, organisation).await.unwrap();
        assert_eq!(verified, Verification { n_good: broken_at - 1, broken_at: Some(broken_at) }, "{change}");
        browser.get("/admin/audit").await;
        let told = browser.post("/admin/audit/verify", &[]).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.shows("AUDIT-001") && told.shows(&format!("{broken_at}番")), "{}", told.text);
        let own = verify_as_system(&server.installation, None).await.unwrap();
        assert_eq!(own.broken_at, None, "other trails stay good");
    }
}
