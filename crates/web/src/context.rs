//! Who asks, in which language, about which address.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE, HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use kikimori_app::accounts::Secret;
use kikimori_app::accounts::resume_session::{Presence, resume_session};
use kikimori_app::accounts::sign_in::Origin;
use kikimori_app::accounts::use_token::use_token;
use kikimori_app::feeds::{DataState, data_state};
use kikimori_app::installation::require_own;
use kikimori_core::access::{Action, Actor, Decision, Target, decide};
use kikimori_locale::{Language, format, text};
use kikimori_store::organisations::Organisation;
use kikimori_ui::{Flash, Frame, Person, Section, StaleData, Tone};

use crate::attempts::Attempts;
use crate::feeds::age;
use crate::refusal::{Refusal, dress};
use crate::state::WebState;
use crate::times::jst;

/// The cookie with a session's secret. With HTTPS its name forbids other hosts to set it.
pub(crate) const SESSION_COOKIE: &str = "kikimori-session";
/// The cookie with the language of somebody who is not signed in.
pub(crate) const LANGUAGE_COOKIE: &str = "kikimori-language";

/// What is known of a request before its handler runs.
#[derive(Clone)]
pub struct Context {
    /// What handlers may use.
    pub state: WebState,
    /// Who is signed in.
    pub presence: Option<Arc<Presence>>,
    /// Who gave the right password and not yet the code of their authenticator.
    pub pending: Option<Arc<Presence>>,
    /// The host that the browser asked.
    host: String,
    /// How far the vulnerability data can be relied on; only for who is signed in.
    pub data: Option<DataState>,
    /// The language of the page.
    pub language: Language,
    /// The address with its query.
    pub uri: Uri,
    /// The id of the request, for support and logs.
    pub request_id: String,
    /// Where the request comes from.
    pub origin: Origin,
}

/// The request of somebody who is signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// What is known of the request.
    pub context: Context,
    /// Who it is.
    pub presence: Arc<Presence>,
}

impl SignedIn {
    /// What rules ask about the person.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.presence.actor
    }

    /// Whether the person may do something in their organisation.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.context.may(action)
    }

    /// Asks that the person may do something in their organisation, before a page is shown that offers it.
    ///
    /// # Errors
    /// The refusal.
    pub fn require(&self, action: Action) -> Result<(), Refusal> {
        require_own(self.actor(), action).map(drop).map_err(Refusal::from)
    }
}

/// What was just done, as an address may say it; anything else is not shown.
const DONE: &[&str] = &[
    "profile",
    "password",
    "authenticator_off",
    "session_ended",
    "token_revoked",
    "organisation",
    "switched",
    "roles",
    "suspended",
    "resumed",
    "unlocked",
    "authenticator_reset",
    "withdrawn",
    "joined",
    "trail_good",
];

impl Context {
    /// What surrounds a page.
    #[must_use]
    pub fn frame(&self) -> Frame {
        let person = self.presence.as_ref().map(|presence| Person {
            name: presence.person.name.clone(),
            email: presence.person.email.clone(),
            n_unread: 0,
        });
        Frame {
            language: self.language,
            path: self.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            organisation: self.organisation_name(),
            person,
            sections: self.sections(),
            csrf: self.presence.as_ref().map(|presence| presence.csrf_token.clone()).unwrap_or_default(),
            flashes: self.flashes(),
            stale: self.stale(),
            request_id: self.request_id.clone(),
            version: self.state.site.version.to_owned(),
            data_at: match self.data {
                Some(DataState::Fresh(at) | DataState::Stale(at)) => jst(at),
                Some(DataState::Missing) | None => String::new(),
            },
            now: jst(self.state.installation.now()),
            has_shortcuts: self.presence.as_ref().is_none_or(|presence| presence.has_shortcuts),
        }
    }

    /// What must be said first about data that are missing or too old.
    fn stale(&self) -> Option<StaleData> {
        let text = match self.data? {
            DataState::Missing => text(self.language, "ui.data_missing").to_owned(),
            DataState::Stale(at) => {
                let age = age(self.language, at, self.state.installation.now());
                format(self.language, "ui.data_stale", &[("age", &age), ("at", &jst(at))])
            }
            DataState::Fresh(_) => return None,
        };
        Some(StaleData { text })
    }

    /// The organisation's name in the page's language, in Japanese if it has no English one.
    fn organisation_name(&self) -> String {
        let organisation = self.presence.as_ref().and_then(|presence| presence.organisation.as_ref());
        organisation.map_or_else(String::new, |organisation| name_in(self.language, organisation))
    }

    /// What was just done, as the address says.
    fn flashes(&self) -> Vec<Flash> {
        let query = self.uri.query().unwrap_or_default();
        let done = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "done");
        let known = done.filter(|(_, code)| DONE.contains(&code.as_ref()));
        let flash = |code: &str| Flash {
            tone: Tone::Success,
            text: text(self.language, &format!("ui.done.{code}")).to_owned(),
        };
        known.map(|(_, code)| flash(&code)).into_iter().collect()
    }

    /// The address of this site as people type it, for links that are handed over.
    #[must_use]
    pub fn site_address(&self) -> String {
        let public = &self.state.site.public_address;
        let scheme = if self.state.site.is_secure() { "https" } else { "http" };
        if public.is_empty() { format!("{scheme}://{}", self.host) } else { public.clone() }
    }

    /// Whether who asks may do something in their organisation.
    fn may(&self, action: Action) -> bool {
        let Some(presence) = &self.presence else { return false };
        presence.actor.membership.is_some_and(|membership| {
            decide(&presence.actor, action, &Target::of(membership.organisation)) == Decision::Allowed
        })
    }

    /// The places this person may go.
    fn sections(&self) -> Vec<Section> {
        let Some(presence) = &self.presence else { return Vec::new() };
        let may = |action| self.may(action);
        let mut sections = vec![Section::Home];
        if may(Action::ViewProducts) {
            sections.push(Section::Products);
        }
        if may(Action::ViewFindings) {
            sections.push(Section::Findings);
        }
        if may(Action::ViewFeeds) || presence.actor.is_operator {
            sections.push(Section::Admin);
        }
        sections
    }
}

/// An organisation's name in a language, in Japanese if it has no English one.
pub(crate) fn name_in(language: Language, organisation: &Organisation) -> String {
    match language {
        Language::En if !organisation.name_en.is_empty() => organisation.name_en.clone(),
        _ => organisation.name_ja.clone(),
    }
}

/// Finds out who asks, lets the request through, and gives what was refused a page or a problem.
pub(crate) async fn attach(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let mut context = bare(&state, &request);
    let found = if is_of_api(&context.uri) && request.headers().contains_key(AUTHORIZATION) {
        let attempts = request.extensions().get::<Arc<Attempts>>().cloned().unwrap_or_default();
        by_token(&context, request.headers(), &attempts).await.map(Some)
    } else if let Some(secret) = session_secret(&state, request.headers()) {
        resume_session(&state.installation, &secret).await.map_err(Refusal::from)
    } else {
        Ok(None)
    };
    match found {
        Ok(presence) => note_presence(&mut context, presence),
        Err(refusal) => return dress(&context, refusal.into_response()),
    }
    if context.presence.is_some() {
        match data_state(&state.installation).await {
            Ok(data) => context.data = Some(data),
            Err(error) => return dress(&context, Refusal::from(error).into_response()),
        }
    }
    request.extensions_mut().insert(context.clone());
    let response = next.run(request).await;
    dress(&context, response)
}

/// An address for programs.
fn is_of_api(uri: &Uri) -> bool {
    uri.path().starts_with("/api/")
}

/// Who a program's token stands for. Nobody else is looked for: a wrong token is never helped out by a cookie.
async fn by_token(context: &Context, headers: &HeaderMap, attempts: &Attempts) -> Result<Presence, Refusal> {
    let installation = &context.state.installation;
    let (address, now) = (&context.origin.address, installation.now());
    if let Some(seconds) = attempts.wait_seconds(address, now) {
        return Err(Refusal::too_many_attempts(seconds));
    }
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, secret) = value.trim().split_once(' ').unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer")
        && let Some(presence) = use_token(installation, &Secret::brought(secret.trim())).await?
    {
        return Ok(presence);
    }
    attempts.note_failure(address, now);
    Err(Refusal::unauthorized())
}

/// What is known without asking the database.
fn bare(state: &WebState, request: &Request) -> Context {
    let headers = request.headers();
    let language = cookie(headers, LANGUAGE_COOKIE).and_then(|code| Language::parse(&code));
    let header =
        |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let address = request.extensions().get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
    Context {
        state: state.clone(),
        presence: None,
        pending: None,
        host: header(HOST),
        data: None,
        language: language.unwrap_or_else(|| preferred(&header(ACCEPT_LANGUAGE))),
        uri: request.uri().clone(),
        request_id: headers
            .get("x-request-id")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
        origin: Origin {
            user_agent: header(USER_AGENT),
            address: address.map(|address| address.0.ip().to_string()).unwrap_or_default(),
        },
    }
}

/// Adds who is signed in. A session whose second factor is missing is nobody's yet.
fn note_presence(context: &mut Context, presence: Option<Presence>) {
    let Some(presence) = presence else { return };
    // Whoever has given the right password already reads their own language.
    context.language = Language::parse(&presence.person.language).unwrap_or(context.language);
    if presence.needs_second_factor {
        context.pending = Some(Arc::new(presence));
    } else {
        context.presence = Some(Arc::new(presence));
    }
}

/// The secret of the session's cookie.
fn session_secret(state: &WebState, headers: &HeaderMap) -> Option<Secret> {
    cookie(headers, &session_cookie_name(state)).map(|text| Secret::brought(&text))
}

/// The name of the session's cookie.
pub(crate) fn session_cookie_name(state: &WebState) -> String {
    if state.site.is_secure() { format!("__Host-{SESSION_COOKIE}") } else { SESSION_COOKIE.to_owned() }
}

/// The value of a cookie.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// The first of our languages that a browser asks for; Japanese when it asks for none.
fn preferred(accepted: &str) -> Language {
    let mut codes = accepted.split(',').filter_map(|part| part.trim().get(..2));
    codes.find_map(Language::parse).unwrap_or(Language::Ja)
}

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Refusal::not_found)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let context = Context::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        match context.presence.clone() {
            Some(presence) => Ok(Self { context, presence }),
            None if is_of_api(&context.uri) => Err(Refusal::unauthorized().into_response()),
            None => Err(to_sign_in(&context)),
        }
    }
}

/// The way to the page to sign in, and back here afterwards.
pub(crate) fn to_sign_in(context: &Context) -> Response {
    if context.pending.is_some() {
        return Redirect::to("/sign-in/code").into_response();
    }
    let here = context.uri.path_and_query().map_or("/", |path| path.as_str());
    if context.uri.path() == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("return", here).finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_language_that_is_ours() {
        assert_eq!(preferred("fr-FR,fr;q=0.9,en;q=0.8"), Language::En);
        assert_eq!(preferred("ja,en-US;q=0.9"), Language::Ja);
        assert_eq!(preferred(""), Language::Ja);
        assert_eq!(preferred("あ,é"), Language::Ja);
    }
}
