//! A small browser: it keeps cookies, sends forms with the token of the page, and follows nothing by itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use kikimori_app::accounts::set_up::prepare_set_up;
use kikimori_app::installation::Installation;
use kikimori_core::stamp::Stamp;
use kikimori_testbed::TestDatabase;
use kikimori_web::{Site, WebState, router};
use tower::ServiceExt as _;

/// The password of everybody here.
pub const PASSWORD: &str = "いろはにほへとちりぬるを";

/// A server of one test, with a clock that the test moves.
pub struct Server {
    /// Its installation.
    pub installation: Installation,
    /// Milliseconds since 1970.
    clock: Arc<AtomicI64>,
    /// Its addresses.
    router: axum::Router,
}

impl Server {
    /// A server on a fresh database.
    pub async fn start(bed: &TestDatabase) -> Self {
        let clock = Arc::new(AtomicI64::new(Stamp::parse("2026-11-21T01:00:00Z").unwrap().0));
        let seed = AtomicU64::new(1);
        // Nobody guesses here: different bytes each time are enough.
        let randomness = move |bytes: &mut [u8]| {
            for byte in bytes {
                let number = seed.fetch_add(1, Ordering::Relaxed);
                let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                *byte = (mixed >> 56) as u8;
            }
        };
        let told = Arc::clone(&clock);
        let installation = Installation::new(
            bed.open().await,
            bed.folder.path().to_owned(),
            Arc::new(move || Stamp(told.fetch_add(1, Ordering::Relaxed))),
            Arc::new(randomness),
        );
        let site = Site { public_address: String::new(), version: "0.0.0", has_tls: false };
        let router = router(WebState::new(installation.clone(), site));
        Self { installation, clock, router }
    }

    /// Lets time pass.
    pub fn wait(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// The time.
    pub fn now(&self) -> Stamp {
        Stamp(self.clock.load(Ordering::Relaxed))
    }

    /// A browser that nobody is signed in with.
    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new(), csrf: String::new() }
    }

    /// Sets the installation up with an organisation of a kind; its administrator's browser.
    pub async fn set_up(&self, kind: &str) -> Browser {
        let secret = prepare_set_up(&self.installation).await.unwrap().unwrap();
        let mut browser = self.browser();
        let fields = [
            ("organisation_kind", kind),
            ("organisation_ja", "東都メディカル株式会社"),
            ("organisation_en", "Toto Medical"),
            ("person", "山田 花子"),
            ("email", "yamada@example.jp"),
            ("new_password", PASSWORD),
            ("new_password_again", PASSWORD),
        ];
        let done = browser.post(&format!("/setup/{}", secret.reveal()), &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        browser
    }

    /// Signs in with the password of everybody.
    pub async fn sign_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let done = browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        browser
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands between two texts for the first time.
    pub fn between(&self, start: &str, end: &str) -> String {
        let (_, rest) = self.text.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.text));
        rest.split_once(end).unwrap().0.to_owned()
    }

    /// It shows this.
    pub fn shows(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    /// The server.
    router: axum::Router,
    /// Its cookies.
    cookies: BTreeMap<String, String>,
    /// The token of the last page's forms.
    csrf: String,
}

impl Browser {
    /// A browser that brings only the secret of a session.
    pub fn with_session(&self, secret: &str) -> Self {
        let cookies = [("kikimori-session".to_owned(), secret.to_owned())].into();
        Self { router: self.router.clone(), cookies, csrf: String::new() }
    }

    /// Asks for an address.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::builder().method(Method::GET).uri(path), Body::empty()).await
    }

    /// Sends a form with the token of the last page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &csrf).extend_pairs(fields);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form.finish())).await
    }

    /// Opens a page and sends its form.
    pub async fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.text);
        let revision = shown.text.split_once("name=\"revision\" value=\"").map(|(_, rest)| rest);
        let revision = revision.map(|rest| rest.split('"').next().unwrap().to_owned());
        let mut fields = fields.to_vec();
        if let Some(revision) = &revision {
            fields.push(("revision", revision));
        }
        self.post(action, &fields).await
    }

    /// Sends a request with the cookies, and keeps what comes back.
    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.header(HOST, "kikimori.test").header("accept-language", "ja");
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((_, rest)) = text.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        assert!(!text.contains('⟦'), "a key without words: {text}");
        Answer { status: parts.status, headers: parts.headers, text }
    }
}
