//! 監査証跡 / The audit trail: `/admin/audit…`.

use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::list_people::list_people;
use kikimori_app::app_error::AppError;
use kikimori_app::audit::export_trail::{TrailForm, export_trail};
use kikimori_app::audit::list_events::{Events, list_events};
use kikimori_app::audit::verify_trail::verify_trail;
use kikimori_core::access::Action;
use kikimori_core::audit::{AuditActor, AuditEvent};
use kikimori_core::day::Day;
use kikimori_core::id::PersonId;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_core::typed_date;
use kikimori_locale::{Language, text};
use kikimori_store::audit_events::AuditFilter;
use kikimori_ui::page::admin::data::{AuditRow, AuditView, audit_page};
use kikimori_ui::view::{Choice, Link};

use crate::context::{SignedIn, name_in};
use crate::form::PostedForm;
use crate::list_request::ListRequest;
use crate::refusal::Refusal;
use crate::times::jst;

/// Milliseconds of a day.
const DAY_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;
/// Milliseconds between UTC and Japan Standard Time, whose days people mean.
const JST_MILLISECONDS: i64 = 9 * 60 * 60 * 1_000;

/// What the trail says of accounts, beside the actions that need a right.
const EVENTS: &[&str] = &[
    "set_up",
    "sign_in",
    "sign_out",
    "join",
    "invite_person",
    "withdraw_invitation",
    "suspend_person",
    "resume_person",
    "unlock_person",
    "reset_password",
    "reset_second_factor",
    "set_password_by_link",
    "edit_profile",
    "change_password",
    "end_session",
    "end_other_sessions",
    "switch_organisation",
    "turn_on_second_factor",
    "turn_off_second_factor",
    "replace_recovery_codes",
    "create_token",
    "revoke_token",
];

/// The list.
pub(crate) async fn list(visitor: SignedIn, uri: Uri) -> Result<Html<String>, Refusal> {
    let mut request = ListRequest::read(&uri, &["who", "event", "from", "to"]);
    let filter = filter(&mut request);
    let installation = &visitor.context.state.installation;
    let found = list_events(installation, visitor.actor(), &filter, request.page).await?;
    let language = visitor.context.language;
    let people = list_people(installation, visitor.actor()).await.map(|people| people.members);
    let choice = |code: &&str| Choice::new(*code, action_word(language, code));
    let actions: Vec<&str> =
        Action::ALL.iter().filter(|action| action.is_change()).map(|action| action.code()).collect();
    let view = AuditView {
        listing: request.listing(found.n_fitting, found.n_all, &[]),
        rows: found.events.iter().map(|event| row(language, &found, event)).collect(),
        people: people
            .unwrap_or_default()
            .iter()
            .map(|member| Choice::new(member.person.id.to_string(), &member.person.name))
            .collect(),
        events: EVENTS.iter().chain(&actions).map(choice).collect(),
        may_verify: visitor.may(Action::VerifyAudit),
        may_export: visitor.may(Action::ExportAudit),
    };
    Ok(Html(audit_page(&visitor.context.frame(), &view)))
}

/// The conditions of an address; what cannot be read is shown as ignored.
fn filter(request: &mut ListRequest) -> AuditFilter {
    let person = PersonId::parse(request.get("who"));
    let midnight = |day: Day| Stamp(i64::from(day.0) * DAY_MILLISECONDS - JST_MILLISECONDS);
    let since = typed_date::day(request.get("from")).map(midnight);
    let until = typed_date::day(request.get("to")).map(|day| midnight(Day(day.0.saturating_add(1))));
    let action = Some(request.get("event").to_owned()).filter(|event| !event.is_empty());
    for (name, is_read) in [("who", person.is_some()), ("from", since.is_some()), ("to", until.is_some())] {
        if !is_read {
            request.ignore(name);
        }
    }
    AuditFilter { person, action, since, until, ..AuditFilter::default() }
}

/// What was done, in words; the code itself where there are none.
fn action_word(language: Language, code: &str) -> String {
    let words = ["audit-action", "action"].map(|family| text(language, &format!("{family}.{code}")));
    let known = words.into_iter().find(|word| !word.starts_with('⟦'));
    known.map_or_else(|| code.to_owned(), str::to_owned)
}

/// An event as a row.
fn row(language: Language, found: &Events, event: &AuditEvent) -> AuditRow {
    let details: Vec<String> = event
        .details
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let href = match event.target_kind.as_str() {
        "person" => format!("/admin/users/{}", event.target_id),
        _ => String::new(),
    };
    AuditRow {
        number: event.sequence,
        at: jst(event.at),
        who: match event.actor {
            AuditActor::Person(id) => found.names.get(&id).cloned().unwrap_or_default(),
            AuditActor::System => text(language, "ui.product").to_owned(),
        },
        what: action_word(language, &event.action),
        object: Link::new(format!("{} {}", event.target_kind, event.target_id).trim(), href),
        why: details.join(" / "),
    }
}

/// Verifies the chain and says so on the list; a broken one is told as a rule that failed.
pub(crate) async fn verify(visitor: SignedIn, _form: PostedForm) -> Result<Response, Refusal> {
    let found = verify_trail(&visitor.context.state.installation, visitor.actor()).await?;
    let Some(number) = found.broken_at else {
        return Ok(Redirect::to("/admin/audit?done=trail_good").into_response());
    };
    let organisation = visitor.presence.organisation.as_ref();
    let name = organisation.map(|one| name_in(visitor.context.language, one)).unwrap_or_default();
    let message = Message::new(codes::AUDIT_BROKEN).with("trail", name).with("number", number);
    Err(AppError::Rule(message.with("checked", found.n_good)).into())
}

/// The trail as CSV.
pub(crate) async fn export_csv(visitor: SignedIn, _form: PostedForm) -> Result<Response, Refusal> {
    export(&visitor, TrailForm::Csv, "text/csv; charset=utf-8", "audit.csv").await
}

/// The trail as JSON Lines.
pub(crate) async fn export_json_lines(visitor: SignedIn, _form: PostedForm) -> Result<Response, Refusal> {
    export(&visitor, TrailForm::JsonLines, "application/jsonl", "audit.jsonl").await
}

/// The trail as a file.
async fn export(visitor: &SignedIn, form: TrailForm, kind: &str, name: &str) -> Result<Response, Refusal> {
    let body = export_trail(&visitor.context.state.installation, visitor.actor(), form).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], body).into_response())
}
