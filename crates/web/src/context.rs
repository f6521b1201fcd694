//! Who asks, in which language, about which address.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use kikimori_app::accounts::Secret;
use kikimori_app::accounts::resume_session::{Presence, resume_session};
use kikimori_app::accounts::sign_in::Origin;
use kikimori_app::feeds::{DataState, data_state};
use kikimori_core::access::{Action, Actor, Decision, Target, decide};
use kikimori_locale::{Language, format, text};
use kikimori_ui::{Frame, Person, Section, StaleData};

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
}

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
            flashes: Vec::new(),
            stale: self.stale(),
            request_id: self.request_id.clone(),
            version: self.state.site.version.to_owned(),
            data_at: match self.data {
                Some(DataState::Fresh(at) | DataState::Stale(at)) => jst(at),
                Some(DataState::Missing) | None => String::new(),
            },
            now: jst(self.state.installation.now()),
            has_shortcuts: true,
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
        organisation.map_or_else(String::new, |organisation| match self.language {
            Language::En if !organisation.name_en.is_empty() => organisation.name_en.clone(),
            _ => organisation.name_ja.clone(),
        })
    }

    /// The places this person may go.
    fn sections(&self) -> Vec<Section> {
        let Some(presence) = &self.presence else { return Vec::new() };
        let may = |action| {
            presence.actor.membership.is_some_and(|membership| {
                decide(&presence.actor, action, &Target::of(membership.organisation)) == Decision::Allowed
            })
        };
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

/// Finds out who asks, lets the request through, and gives what was refused a page or a problem.
pub(crate) async fn attach(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let mut context = bare(&state, &request);
    if let Some(secret) = session_secret(&state, request.headers()) {
        match resume_session(&state.installation, &secret).await {
            Ok(presence) => note_presence(&mut context, presence),
            Err(error) => return dress(&context, Refusal::from(error).into_response()),
        }
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
    if let Some(presence) = presence.filter(|presence| !presence.needs_second_factor) {
        context.language = Language::parse(&presence.person.language).unwrap_or(context.language);
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
            // A program is told so; only people are led to the page.
            None if context.uri.path().starts_with("/api/") => {
                Err(Refusal::of(axum::http::StatusCode::UNAUTHORIZED).into_response())
            }
            None => Err(to_sign_in(&context)),
        }
    }
}

/// The way to the page to sign in, and back here afterwards.
fn to_sign_in(context: &Context) -> Response {
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
