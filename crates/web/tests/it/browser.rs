//! A browser for tests: it keeps its cookie, sends forms with their token, and says where it comes from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use kikimori_app::accounts::set_up::{prepare_set_up, set_up};
use kikimori_app::installation::Installation;
use kikimori_core::account::SetupDraft;
use kikimori_core::stamp::Stamp;
use kikimori_testbed::TestDatabase;
use kikimori_web::{Site, WebState, router};
use tower::ServiceExt as _;

/// The person's password.
const PASSWORD: &str = "correct horse battery staple 7";

/// A browser on an installation with one maker and its first person.
pub struct Browser {
    /// The server.
    pub router: Router,
    /// What the server works on.
    pub installation: Installation,
    /// The cookie.
    cookie: String,
    /// The token of forms.
    csrf: String,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// Where it leads.
    pub fn location(&self) -> String {
        self.headers[LOCATION].to_str().unwrap().to_owned()
    }
}

impl Browser {
    /// A browser whose person is signed in.
    pub async fn open(bed: &TestDatabase) -> Self {
        let database = bed.open().await;
        let count = AtomicU64::new(1);
        let randomness = move |bytes: &mut [u8]| {
            let next = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let place = bytes.len().saturating_sub(next.len());
            bytes[place..].copy_from_slice(&next);
        };
        let clock = Arc::new(|| Stamp(1_795_000_000_000));
        let installation = Installation::new(database, bed.folder.path().into(), clock, Arc::new(randomness));
        let secret = prepare_set_up(&installation).await.unwrap().unwrap();
        let draft = SetupDraft {
            organisation_kind: "mah".to_owned(),
            organisation_name_ja: "製造販売業者".to_owned(),
            organisation_name_en: String::new(),
            person_name: "髙橋 﨑子".to_owned(),
            email: "takahashi@example.jp".to_owned(),
            password: PASSWORD.to_owned(),
            password_again: PASSWORD.to_owned(),
        };
        set_up(&installation, &secret, &draft, "ja").await.unwrap();
        let site = Site { public_address: String::new(), version: "1.2.3", has_tls: false };
        let router = router(WebState::new(installation.clone(), site));
        let mut browser = Self { router, installation, cookie: String::new(), csrf: String::new() };
        let signed_in = browser.post("/sign-in", &[("email", &draft.email), ("password", PASSWORD)]).await;
        assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text());
        let cookie = signed_in.headers[SET_COOKIE].to_str().unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        let home = browser.get("/products/new").await.text();
        let token = home.split("name=\"csrf\" value=\"").nth(1).unwrap();
        browser.csrf = token.split('"').next().unwrap().to_owned();
        browser
    }

    /// Sends a request.
    pub async fn send(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> Answer {
        let request = request
            .header(COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .body(body.into())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Opens an address.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf).extend_pairs(fields);
        let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, form.finish()).await
    }

    /// Sends a form with a file.
    pub async fn post_file(&self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Answer {
        let mut body = Vec::new();
        let csrf = ("csrf", self.csrf.as_str());
        for (name, value) in fields.iter().chain([&csrf]) {
            body.extend(
                format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(b"\r\n--X--\r\n".iter().copied()));
        let request = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=X");
        self.send(request, body).await
    }

    /// Sends JSON.
    pub async fn json(&self, request: axum::http::request::Builder, body: &serde_json::Value) -> Answer {
        self.send(request.header(CONTENT_TYPE, "application/json"), body.to_string()).await
    }
}
