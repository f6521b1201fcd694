//! The pages of findings, identities and vulnerabilities, and their API, as a client meets them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use kikimori_app::accounts::Secret;
use kikimori_app::import_library::{ImportMode, ImportOptions, import_library};
use kikimori_app::installation::Installation;
use kikimori_app::library_changed::note_library;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::sboms::ingest_sbom::ingest_sbom;
use kikimori_app::sboms::{HandedIn, SubjectDraft};
use kikimori_app::worker::Worker;
use kikimori_core::access::{Actor, Membership, OrganisationKind, Role, RoleSet};
use kikimori_core::id::{Id, OrganisationId, PersonId, SessionId};
use kikimori_core::product::ProductDraft;
use kikimori_core::release::ReleaseDraft;
use kikimori_core::sbom_revision::SbomSource;
use kikimori_core::stamp::Stamp;
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::people::{self, Person};
use kikimori_store::sessions::{self, Session};
use kikimori_store::{Scope, memberships};
use kikimori_testbed::TestDatabase;
use kikimori_web::{Site, WebState, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// When everything happens.
const NOW: Stamp = Stamp(1_795_000_000_000);

/// The id with this number.
fn id(number: u8) -> Id {
    Id::new(Stamp(1_000_000), [number; 10])
}

/// A file of the demo.
fn demo(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo")).join(name)
}

/// The server with the demo's library and one product, somebody of each role signed in.
struct Client {
    /// The server.
    router: Router,
    /// Keeps the database.
    _bed: TestDatabase,
}

/// An answer.
struct Answer {
    /// Its status.
    status: StatusCode,
    /// Its headers.
    headers: axum::http::HeaderMap,
    /// Its body.
    text: String,
}

/// The secret of the session of a role.
fn secret(role: Role) -> Secret {
    Secret::new([role as u8 + 1; 32])
}

impl Client {
    /// The server, matched and ready.
    async fn new() -> Self {
        let bed = kikimori_testbed::sqlite();
        let database = bed.open().await;
        let count = AtomicU64::new(0);
        let randomness = move |bytes: &mut [u8]| {
            let next = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let place = bytes.len().saturating_sub(next.len());
            bytes[place..].copy_from_slice(&next);
        };
        let folder = bed.folder.path().join("data");
        std::fs::create_dir_all(folder.join("library")).unwrap();
        let installation = Installation::new(database, folder, Arc::new(|| NOW), Arc::new(randomness));
        furnish(&installation).await;
        let site = Site { public_address: String::new(), version: "1.2.3", has_tls: false };
        Self { router: router(WebState::new(installation, site)), _bed: bed }
    }

    /// Sends a request of somebody with a role.
    async fn send(&self, role: Role, request: axum::http::request::Builder, body: String) -> Answer {
        let request = request
            .header("cookie", format!("kikimori-session={}; kikimori-language=en", secret(role).reveal()))
            .header("host", "localhost")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 32 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Reads an address.
    async fn get(&self, role: Role, path: &str) -> Answer {
        self.send(role, Request::builder().uri(path), String::new()).await
    }

    /// Sends a form.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf: String = [7_u8; 32].iter().map(|byte| format!("{byte:02x}")).collect();
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", &csrf)
            .extend_pairs(fields)
            .finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(Role::Psirt, request, body).await
    }

    /// Findings of the API that fit.
    async fn found(&self, query: &str) -> Vec<Value> {
        let answer = self.get(Role::Psirt, &format!("/api/v1/findings?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        body["findings"].as_array().unwrap().clone()
    }
}

/// An organisation with people, a product with an SBOM, and its findings.
async fn furnish(installation: &Installation) {
    let organisation = OrganisationId::new(id(1));
    let mut work = installation.database.begin(Scope::System).await.unwrap();
    let maker = Organisation {
        id: organisation,
        kind: OrganisationKind::Mah,
        name_ja: "製造販売業者".to_owned(),
        name_en: String::new(),
        is_active: true,
        created_at: NOW,
        revision: 1,
    };
    organisations::insert(&mut work, &maker).await.unwrap();
    for role in [Role::Psirt, Role::Auditor] {
        let person_id = PersonId::new(id(10 + role as u8));
        let person = Person {
            id: person_id,
            email: format!("{}@example.jp", role.code()),
            name: "髙橋 﨑子".to_owned(),
            language: "en".to_owned(),
            password_hash: None,
            password_changed_at: None,
            is_operator: false,
            n_failed: 0,
            locked_until: None,
            is_active: true,
            created_at: NOW,
            revision: 1,
        };
        people::insert(&mut work, &person).await.unwrap();
        let membership = memberships::Membership {
            organisation_id: organisation,
            person_id,
            roles: RoleSet::EMPTY.with(role),
            is_active: true,
            created_at: NOW,
            revision: 1,
        };
        memberships::insert(&mut work, &membership).await.unwrap();
        let session = Session {
            id: SessionId::new(id(50 + role as u8)),
            secret_sha256: secret(role).sha256(),
            person_id,
            organisation_id: Some(organisation),
            is_complete: true,
            csrf_secret: vec![7; 32],
            user_agent: String::new(),
            address: String::new(),
            created_at: NOW,
            seen_at: NOW,
            expires_at: Stamp(NOW.0 + 3_600_000),
        };
        sessions::insert(&mut work, &session).await.unwrap();
    }
    work.commit().await.unwrap();
    let actor = Actor {
        person: PersonId::new(id(10 + Role::Psirt as u8)),
        membership: Some(Membership {
            organisation,
            kind: OrganisationKind::Mah,
            roles: RoleSet::EMPTY.with(Role::Psirt),
            is_suspended: false,
        }),
        is_operator: false,
        token: None,
    };
    let feeds = ["nvd-2.0-excerpt.json", "cve-records.ndjson", "osv.ndjson", "kev.json", "epss.csv"];
    let paths = feeds.map(|name| demo("feeds").join(name));
    let options = ImportOptions { mode: ImportMode::Whole { allow_shrink: true }, now: NOW, n_threads: 1 };
    import_library(&installation.library_folder(), &paths, options, &|_| {}).unwrap();
    note_library(installation).await.unwrap();
    let draft = ProductDraft { trade_name_ja: "輸液ポンプ".to_owned(), ..ProductDraft::default() };
    let (product, _) = add_product(installation, &actor, &draft).await.unwrap();
    let draft = ReleaseDraft { version: "4.2.1".to_owned(), ..ReleaseDraft::default() };
    let (release, _) = add_release(installation, &actor, product, &draft).await.unwrap();
    let name = "infusion-pump-4.2.1.cdx.json";
    let file = HandedIn { path: demo("sboms").join(name), name: name.to_owned() };
    ingest_sbom(installation, &actor, &file, release, &SubjectDraft::default(), SbomSource::Api)
        .await
        .unwrap();
    let worker = Worker::new(installation.clone());
    while worker.run_once(0).await.unwrap() {}
}

#[tokio::test]
async fn the_list_shows_filters_and_exports() {
    let client = Client::new().await;
    let page = client.get(Role::Auditor, "/findings?severity=critical&colour=red").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("FND-000001") && page.text.contains("輸液ポンプ 4.2.1"));
    assert!(page.text.contains("colour=red"), "what is not understood is shown");
    assert!(!page.text.contains("action=\"/findings/bulk\""), "an auditor changes nothing");
    let csv = client.get(Role::Psirt, "/findings.csv?severity=critical").await;
    assert_eq!(csv.status, StatusCode::OK);
    assert!(csv.text.starts_with("\u{feff}Finding,Product,"), "{}", &csv.text[..80]);
    let n_rows = csv.text.lines().count() - 1;
    assert_eq!(n_rows, client.found("severity=critical").await.len());
    let xlsx = client.get(Role::Psirt, "/findings.xlsx").await;
    assert!(xlsx.text.starts_with("PK"));
    assert!(xlsx.headers["content-disposition"].to_str().unwrap().contains("findings.xlsx"));
    let bare = client.router.clone();
    let stranger = Request::builder().uri("/api/v1/findings").body(Body::empty()).unwrap();
    assert_eq!(bare.oneshot(stranger).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_finding_shows_why_and_takes_an_assessment() {
    let client = Client::new().await;
    let one = client.found("q=CVE-2023-4911").await.pop().unwrap();
    let number = one["number"].as_str().unwrap().to_owned();
    let page = client.get(Role::Psirt, &format!("/findings/{number}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("pkg:deb/debian/libc6"), "what was searched by");
    assert!(page.text.contains("osv:debian") || page.text.contains("debian"), "who says so");
    assert_eq!(client.get(Role::Psirt, "/findings/FND-999999").await.status, StatusCode::NOT_FOUND);

    let path = format!("/findings/{number}/assessment");
    let revision = one["revision"].to_string();
    let wrong =
        client.post(&path, &[("status", "not_affected"), ("revision", &revision), ("impact_en", " ")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("role=\"alert\""));
    let fields = [
        ("status", "not_affected"),
        ("justification", "vulnerable_code_not_present"),
        ("impact_ja", "該当する機能を使っていません。"),
        ("reason", "設計書で確認"),
        ("revision", &revision),
    ];
    let done = client.post(&path, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(done.headers["location"], format!("/findings/{number}"));
    let late = client.post(&path, &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = client.get(Role::Auditor, &format!("/findings/{number}")).await;
    assert!(page.text.contains("髙橋 﨑子") && page.text.contains("設計書で確認"));
    assert!(page.text.contains("該当する機能を使っていません。"));
}

#[tokio::test]
async fn many_are_assessed_after_a_question() {
    let client = Client::new().await;
    let ids: Vec<String> = client
        .found("severity=critical")
        .await
        .iter()
        .map(|one| one["number"].as_str().unwrap().to_owned())
        .collect();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    fields.push(("act", "assess"));
    let asked = client.post("/findings/bulk", &fields).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(ids.iter().all(|id| asked.text.contains(id.as_str())));
    fields.extend([("confirmed", "1"), ("status", "under_investigation")]);
    assert_eq!(client.post("/findings/bulk", &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(client.found("state=under_investigation").await.len(), ids.len());
    assert_eq!(
        client.post("/findings/bulk", &[]).await.status,
        StatusCode::SEE_OTHER,
        "nothing chosen, nothing done"
    );
}

#[tokio::test]
async fn programs_assess_what_they_have_seen() {
    let client = Client::new().await;
    let one = client.found("q=CVE-2023-4911").await.pop().unwrap();
    let path = format!("/api/v1/findings/{}", one["number"].as_str().unwrap());
    let shown = client.get(Role::Auditor, &path).await;
    let tag = shown.headers["etag"].to_str().unwrap().to_owned();
    let body: Value = serde_json::from_str(&shown.text).unwrap();
    assert!(body["occurrences"][0]["evidence"].as_array().unwrap().len() > 1);
    let put = |tag: Option<String>, body: Value| {
        let mut request = Request::builder()
            .method(Method::PUT)
            .uri(format!("{path}/assessment"))
            .header("content-type", "application/json");
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        client.send(Role::Psirt, request, body.to_string())
    };
    let said = json!({ "status": "affected", "responses": ["update"] });
    assert_eq!(put(None, said.clone()).await.status, StatusCode::PRECONDITION_REQUIRED);
    let wrong = put(Some(tag.clone()), json!({ "status": "maybe" })).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.headers["content-type"], "application/problem+json");
    let done = put(Some(tag.clone()), said.clone()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_ne!(done.headers["etag"].to_str().unwrap(), tag);
    assert_eq!(put(Some(tag), said).await.status, StatusCode::PRECONDITION_FAILED);
    let body: Value = serde_json::from_str(&done.text).unwrap();
    assert_eq!(
        (&body["status"], &body["assessments"][0]["responses"][0]),
        (&json!("affected"), &json!("update"))
    );
}

#[tokio::test]
async fn the_queue_of_identities_is_decided_once() {
    let client = Client::new().await;
    let page = client.get(Role::Psirt, "/identities?q=pumpcore").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let start = page.text.find("/identities/").expect("a link to a decision") + "/identities/".len();
    let id: String = page.text[start..].chars().take_while(char::is_ascii_alphanumeric).collect();
    let path = format!("/identities/{id}");
    let form = client.get(Role::Psirt, &path).await;
    assert!(form.text.contains("PumpCore") && form.text.contains("輸液ポンプ 4.2.1"), "{}", form.text);
    let wrong = client.post(&path, &[("candidate", "another"), ("cpe", "openssl"), ("reason", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("candidate", "none"), ("reason", "自社の部品です")];
    assert_eq!(client.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    let forbidden = client.get(Role::Auditor, &path).await;
    assert_eq!(forbidden.status, StatusCode::OK, "looking is allowed");
}

#[tokio::test]
async fn a_vulnerability_shows_its_sources_side_by_side() {
    let client = Client::new().await;
    for language in ["ja", "en"] {
        let path = format!("/vulnerabilities/CVE-2023-4911?{language}");
        let page = client.get(Role::Auditor, &path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("nvd") && page.text.contains("FND-"));
    }
    assert_eq!(client.get(Role::Auditor, "/vulnerabilities/CVE-1-1").await.status, StatusCode::NOT_FOUND);
    let body = client.get(Role::Auditor, "/api/v1/vulnerabilities/cve-2023-4911").await;
    let body: Value = serde_json::from_str(&body.text).unwrap();
    assert!(body["records"].as_array().unwrap().len() > 1);
    assert_eq!(body["findings"].as_array().unwrap().len(), 1);
}
