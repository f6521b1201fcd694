//! Every address × every role of every kind of organisation × signed out × another organisation's things, against one table.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use kikimori_app::accounts::Secret;
use kikimori_app::accounts::invite_person::invite_person;
use kikimori_app::accounts::resume_session::resume_session;
use kikimori_app::accounts::sign_in::{Origin, begin_session};
use kikimori_core::access::{Actor, Membership as Standing, OrganisationKind, Role, RoleSet};
use kikimori_core::account::InvitationDraft;
use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_store::Scope;
use kikimori_store::memberships::{self, Membership};
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::people::{self, Person};

use crate::client::Server;

/// The table of what is expected.
const TABLE: &str = include_str!("routes.txt");

/// An organisation that somebody else works in.
pub struct OtherOrganisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its administrator.
    pub person: PersonId,
}

impl OtherOrganisation {
    /// Its administrator invites somebody; the way of the link.
    pub async fn invite(&self, server: &Server, email: &str) -> String {
        let standing = Standing {
            organisation: self.id,
            kind: OrganisationKind::Hospital,
            roles: RoleSet::EMPTY.with(Role::Administrator),
            is_suspended: false,
        };
        let actor =
            Actor { person: self.person, membership: Some(standing), is_operator: false, token: None };
        let draft = InvitationDraft {
            person_name: "佐藤".to_owned(),
            email: email.to_owned(),
            roles: vec!["reader".to_owned()],
            language: "ja".to_owned(),
        };
        let secret = invite_person(&server.installation, &actor, &draft).await.unwrap();
        format!("/invitations/{}", secret.reveal())
    }
}

/// A person with one role in a new organisation of a kind.
async fn furnish(
    server: &Server,
    kind: OrganisationKind,
    name: &str,
    role: Role,
) -> (OrganisationId, Person) {
    let now = server.now();
    let organisation = Organisation {
        id: OrganisationId::new(server.installation.new_id()),
        kind,
        name_ja: name.to_owned(),
        name_en: String::new(),
        is_active: true,
        created_at: now,
        revision: 1,
    };
    let id = PersonId::new(server.installation.new_id());
    let person = Person {
        id,
        email: format!("{id}@example.jp"),
        name: "名".to_owned(),
        language: "ja".to_owned(),
        password_hash: None,
        password_changed_at: None,
        is_operator: false,
        n_failed: 0,
        locked_until: None,
        is_active: true,
        created_at: now,
        revision: 1,
    };
    let membership = Membership {
        organisation_id: organisation.id,
        person_id: id,
        roles: RoleSet::EMPTY.with(role),
        is_active: true,
        created_at: now,
        revision: 1,
    };
    let mut work = server.installation.database.begin(Scope::Installation).await.unwrap();
    organisations::insert(&mut work, &organisation).await.unwrap();
    people::insert(&mut work, &person).await.unwrap();
    memberships::insert(&mut work, &membership).await.unwrap();
    work.commit().await.unwrap();
    (organisation.id, person)
}

/// A hospital with an administrator, that nobody else here belongs to.
pub async fn other_organisation(server: &Server) -> OtherOrganisation {
    let (id, person) = furnish(server, OrganisationKind::Hospital, "西都病院", Role::Administrator).await;
    OtherOrganisation { id, person: person.id }
}

/// Methods and paths of every route in the source.
fn routes() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap() {
        let path = file.unwrap().path();
        // The figures have a socket of their own, which serving.rs tries.
        let is_other = path.ends_with("metrics.rs");
        let Some(text) = std::fs::read_to_string(path).ok().filter(|_| !is_other) else { continue };
        for part in text.split(".route(").skip(1) {
            let Some(path) = part.split('"').nth(1).filter(|path| path.starts_with('/')) else { continue };
            for (method, words) in
                [("GET", "get("), ("POST", "post("), ("PUT", "put("), ("DELETE", "delete(")]
            {
                let is_word = |(index, _): (usize, &str)| {
                    !part[..index].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
                };
                if part.match_indices(words).any(is_word) {
                    found.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
    }
    found
}

/// A row of the table: signed out, who may, what they get, what others get.
struct Expected {
    /// The status without a session.
    signed_out: String,
    /// The roles that may; empty for everybody.
    roles: BTreeSet<String>,
    /// The status that these get.
    granted: String,
    /// The status that others get.
    denied: String,
}

/// The table by method and path.
fn table() -> BTreeMap<(String, String), Expected> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let roles: BTreeSet<String> = cells[5..].iter().map(|role| (*role).to_owned()).collect();
            let expected = Expected {
                signed_out: cells[2].to_owned(),
                granted: cells[3].to_owned(),
                denied: cells[4].to_owned(),
                roles: if roles.contains("everybody") { BTreeSet::new() } else { roles },
            };
            ((cells[0].to_owned(), cells[1].to_owned()), expected)
        })
        .collect()
}

/// A path whose places hold the other organisation's ids, or nothing that exists.
fn filled(path: &str, other: &OtherOrganisation) -> String {
    path.split('/')
        .map(|part| match part {
            "{token}" => "0".repeat(64),
            _ if part.starts_with('{') => other.person.to_string(),
            _ => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Sends a request about the other organisation's things and nothing else, with or without a session of a person.
async fn status(
    server: &Server,
    person: Option<&Person>,
    (method, path): (&str, &str),
    other: &OtherOrganisation,
) -> StatusCode {
    let mut browser = server.browser();
    let mut csrf = String::new();
    if let Some(person) = person {
        let secret = begin_session(&server.installation, person, &Origin::default()).await.unwrap();
        browser = browser.with_session(secret.reveal());
        let presence = resume_session(&server.installation, &Secret::brought(secret.reveal())).await.unwrap();
        csrf = presence.unwrap().csrf_token;
    }
    let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
    if method == "GET" {
        return browser.send(request, Body::empty()).await.status;
    }
    let request = request.header("sec-fetch-site", "same-origin");
    if path.starts_with("/api/") {
        let request = request.header(CONTENT_TYPE, "application/json").header("if-match", "\"1\"");
        return browser.send(request, Body::from("{}")).await.status;
    }
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (strange, organisation) = (other.person, other.id);
    let fields = format!(
        "csrf={csrf}&revision=1&user={strange}&token={strange}&session={strange}&job={strange}&organisation={organisation}"
    );
    browser.send(request, Body::from(fields)).await.status
}

#[tokio::test]
async fn every_route_answers_every_role_as_the_table_says() {
    let bed = kikimori_testbed::sqlite();
    let server = Server::start(&bed).await;
    let other = other_organisation(&server).await;
    let mut people = Vec::new();
    for kind in OrganisationKind::ALL {
        for role in Role::known_to(*kind) {
            people.push((*kind, role, furnish(&server, *kind, "組織", role).await.1));
        }
    }
    let (table, routes) = (table(), routes());
    assert!(routes.len() > 40, "{}", routes.len());
    let mut problems = Vec::new();
    for key in table.keys().filter(|key| !routes.contains(*key)) {
        problems.push(format!("{key:?} stands in the table and in no router"));
    }
    for (method, path) in &routes {
        let target = filled(path, &other);
        let signed_out = status(&server, None, (method, &target), &other).await;
        let mut by_status: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let row = table.get(&(method.clone(), path.clone()));
        let mut wrong = row.is_none_or(|row| row.signed_out != signed_out.as_str());
        for (kind, role, person) in &people {
            let got = status(&server, Some(person), (method, &target), &other).await;
            by_status.entry(got.as_str().to_owned()).or_default().insert(role.to_string());
            let expected = row.map(|row| {
                let may = row.roles.is_empty() || row.roles.contains(role.code());
                if may { &row.granted } else { &row.denied }
            });
            if expected.is_some_and(|expected| expected != got.as_str()) {
                wrong = true;
                problems.push(format!("{method} {path}: {role} of {kind} got {got}"));
            }
        }
        if wrong {
            problems
                .push(format!("{method} {path} answers {} signed out, {by_status:?}", signed_out.as_str()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
