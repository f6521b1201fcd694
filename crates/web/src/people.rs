//! 利用者と役割 / The people of an organisation: `/admin/users…`.

use axum::extract::Path;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::edit_member::{
    change_roles, end_sessions_of, reset_password, reset_second_factor, suspend_member, unlock_member,
};
use kikimori_app::accounts::invite_person::{invite_person, withdraw_invitation};
use kikimori_app::accounts::list_people::{Member, find_member, list_people};
use kikimori_app::app_error::AppError;
use kikimori_core::access::{Action, Role, RoleSet};
use kikimori_core::account::InvitationDraft;
use kikimori_core::id::{InvitationId, PersonId};
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_locale::{Language, text};
use kikimori_store::invitations::Invitation;
use kikimori_ui::page::admin::data::{ConfirmView, confirm_page};
use kikimori_ui::page::admin::people::{
    InviteView, UserRow, UserState, UserView, UsersView, invite_page, user_page, users_page,
};
use kikimori_ui::view::{Choice, FormState};

use crate::context::SignedIn;
use crate::form::PostedForm;
use crate::list_request::ListRequest;
use crate::refusal::{Refusal, field_errors};
use crate::times::jst;

/// Longest reason for a suspension that is read, in characters.
const REASON_CHARACTERS_MAX: usize = 1_000;

/// The list of people and invitations.
pub(crate) async fn list(visitor: SignedIn, uri: Uri) -> Result<Html<String>, Refusal> {
    list_view(&visitor, &uri, String::new()).await
}

/// The page of the list; a new invitation's link is shown once.
async fn list_view(visitor: &SignedIn, uri: &Uri, link: String) -> Result<Html<String>, Refusal> {
    let request = ListRequest::read(uri, &["q", "role", "user_state"]);
    let installation = &visitor.context.state.installation;
    let people = list_people(installation, visitor.actor()).await?;
    let (language, now) = (visitor.context.language, installation.now());
    let invited = people.invitations.iter().map(|one| (one.roles, invitation_row(language, one)));
    let members = people.members.iter().map(|one| (one.membership.roles, member_row(language, one, now)));
    let all: Vec<(RoleSet, UserRow)> = invited.chain(members).collect();
    let n_all = all.len();
    let fitting: Vec<UserRow> =
        all.into_iter().filter(|(roles, row)| fits(&request, *roles, row)).map(|(_, row)| row).collect();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let listing = request.listing(count(fitting.len()), count(n_all), &[]);
    let n_before = usize::try_from(request.page.n_before()).unwrap_or(usize::MAX);
    let n_rows = usize::try_from(request.page.n_rows).unwrap_or(usize::MAX);
    let view = UsersView {
        listing,
        rows: fitting.into_iter().skip(n_before).take(n_rows).collect(),
        roles: role_choices(visitor),
        invitation_link: link,
        may_edit: visitor.may(Action::EditPeople),
    };
    Ok(Html(users_page(&visitor.context.frame(), &view)))
}

/// Whether a row meets the conditions of the list.
fn fits(request: &ListRequest, roles: RoleSet, row: &UserRow) -> bool {
    let searched = request.get("q").to_lowercase();
    let is_found =
        row.name.to_lowercase().contains(&searched) || row.email.to_lowercase().contains(&searched);
    let has_role = Role::of_code(request.get("role")).is_none_or(|role| roles.has(role));
    let is_in_state = match request.get("user_state") {
        "active" => row.state == UserState::Active,
        "locked" => row.state == UserState::Locked,
        "invited" => row.state == UserState::Invited,
        "disabled" => row.state == UserState::Disabled,
        _ => true,
    };
    is_found && has_role && is_in_state
}

/// The names of roles.
fn role_names(language: Language, roles: RoleSet) -> Vec<String> {
    roles.iter().map(|role| text(language, &format!("role.{role}")).to_owned()).collect()
}

/// A member as a row.
fn member_row(language: Language, member: &Member, now: Stamp) -> UserRow {
    UserRow {
        id: member.person.id.to_string(),
        name: member.person.name.clone(),
        email: member.person.email.clone(),
        roles: role_names(language, member.membership.roles),
        state: state_of(member, now),
        since: jst(member.membership.created_at),
    }
}

/// An invitation as a row.
fn invitation_row(language: Language, invitation: &Invitation) -> UserRow {
    UserRow {
        id: invitation.id.to_string(),
        name: invitation.name.clone(),
        email: invitation.email.clone(),
        roles: role_names(language, invitation.roles),
        state: UserState::Invited,
        since: jst(invitation.expires_at),
    }
}

/// How a member's account is.
fn state_of(member: &Member, now: Stamp) -> UserState {
    if !member.membership.is_active || !member.person.is_active {
        UserState::Disabled
    } else if member.person.locked_until.is_some_and(|until| until > now) {
        UserState::Locked
    } else {
        UserState::Active
    }
}

/// The roles that the organisation can give.
fn role_choices(visitor: &SignedIn) -> Vec<Choice> {
    let Some(membership) = visitor.actor().membership else { return Vec::new() };
    Role::known_to(membership.kind)
        .map(|role| Choice::new(role.code(), text(visitor.context.language, &format!("role.{role}"))))
        .collect()
}

/// The form that invites.
pub(crate) async fn invite_form(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    visitor.require(Action::EditPeople)?;
    let values = vec![("language".to_owned(), visitor.context.language.tag().to_owned())];
    let view =
        InviteView { roles: role_choices(&visitor), form: FormState { values, ..FormState::default() } };
    Ok(Html(invite_page(&visitor.context.frame(), &view)))
}

/// Invites a person and shows the link, once.
pub(crate) async fn invite(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let draft = InvitationDraft {
        person_name: form.get("person").to_owned(),
        email: form.get("email").to_owned(),
        roles: form.all("roles"),
        language: form.get("language").to_owned(),
    };
    match invite_person(&visitor.context.state.installation, visitor.actor(), &draft).await {
        Ok(secret) => {
            let link = format!("{}/invitations/{}", visitor.context.site_address(), secret.reveal());
            let page = list_view(&visitor, &Uri::from_static("/admin/users"), link).await?;
            Ok(page.into_response())
        }
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let view = InviteView { roles: role_choices(&visitor), form: state };
            let page = Html(invite_page(&visitor.context.frame(), &view));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Withdraws an invitation.
pub(crate) async fn withdraw(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let id = InvitationId::parse(form.get("user")).ok_or_else(Refusal::not_found)?;
    withdraw_invitation(&visitor.context.state.installation, visitor.actor(), id).await?;
    Ok(Redirect::to("/admin/users?done=withdrawn").into_response())
}

/// The person that an address names.
fn person_of(id: &str) -> Result<PersonId, Refusal> {
    PersonId::parse(id).ok_or_else(Refusal::not_found)
}

/// A person's page.
pub(crate) async fn user(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    user_view(&visitor, person_of(&id)?, None, String::new()).await
}

/// A person's page, with what was typed or a link that is shown once.
async fn user_view(
    visitor: &SignedIn,
    person: PersonId,
    typed: Option<FormState>,
    link: String,
) -> Result<Html<String>, Refusal> {
    let installation = &visitor.context.state.installation;
    let (member, has_authenticator) = find_member(installation, visitor.actor(), person).await?;
    let of_role = |role: Role| ("roles".to_owned(), role.code().to_owned());
    let stored = FormState {
        values: member.membership.roles.iter().map(of_role).collect(),
        errors: Vec::new(),
        revision: Some(member.membership.revision.unsigned_abs()),
    };
    let view = UserView {
        id: person.to_string(),
        name: member.person.name.clone(),
        email: member.person.email.clone(),
        state: state_of(&member, installation.now()),
        roles: role_choices(visitor),
        form: typed.unwrap_or(stored),
        is_self: person == visitor.actor().person,
        has_authenticator,
        link,
        may_edit: visitor.may(Action::EditPeople),
    };
    Ok(Html(user_page(&visitor.context.frame(), &view)))
}

/// Changes a person's roles.
pub(crate) async fn save_roles(
    visitor: SignedIn,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let person = person_of(&id)?;
    visitor.require(Action::EditRoles)?;
    let (installation, revision) = (&visitor.context.state.installation, form.seen_revision()?);
    let errors = match change_roles(installation, visitor.actor(), person, &form.all("roles"), revision).await
    {
        Ok(()) => return Ok(Redirect::to(&format!("/admin/users/{id}?done=roles")).into_response()),
        Err(AppError::Fields(errors)) => errors,
        Err(AppError::Rule(message)) => vec![kikimori_core::field::FieldError { field: "roles", message }],
        Err(error) => return Err(error.into()),
    };
    let state = form.state(field_errors(visitor.context.language, &errors));
    let page = user_view(&visitor, person, Some(state), String::new()).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The page that asks before a person is suspended.
pub(crate) async fn disable_form(visitor: SignedIn, Path(id): Path<String>) -> Result<Html<String>, Refusal> {
    disable_view(&visitor, person_of(&id)?, FormState::default()).await
}

/// The page that asks before a person is suspended, with what was typed.
async fn disable_view(
    visitor: &SignedIn,
    person: PersonId,
    form: FormState,
) -> Result<Html<String>, Refusal> {
    visitor.require(Action::EditPeople)?;
    let (member, _) = find_member(&visitor.context.state.installation, visitor.actor(), person).await?;
    let words = |key| text(visitor.context.language, key).to_owned();
    let view = ConfirmView {
        title: words("ui.suspend.title"),
        object: member.person.name,
        consequence: words("ui.suspend.consequence"),
        action: format!("/admin/users/{person}/disable"),
        hidden: Vec::new(),
        submit: words("ui.action.disable"),
        cancel_href: format!("/admin/users/{person}"),
        needs_reason: true,
        form,
    };
    Ok(Html(confirm_page(&visitor.context.frame(), &view)))
}

/// Suspends a person.
pub(crate) async fn disable(
    visitor: SignedIn,
    Path(id): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let person = person_of(&id)?;
    visitor.require(Action::EditPeople)?;
    let reason: String = form.get("reason").chars().take(REASON_CHARACTERS_MAX).collect();
    if reason.trim().is_empty() {
        let message = Message::new(codes::FIELD_REQUIRED);
        let errors = [kikimori_core::field::FieldError { field: "reason", message }];
        let state = form.state(field_errors(visitor.context.language, &errors));
        let page = disable_view(&visitor, person, state).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    suspend_member(&visitor.context.state.installation, visitor.actor(), person, false, &reason).await?;
    Ok(Redirect::to(&format!("/admin/users/{id}?done=suspended")).into_response())
}

/// Lets a suspended person work again.
pub(crate) async fn enable(
    visitor: SignedIn,
    Path(id): Path<String>,
    _form: PostedForm,
) -> Result<Response, Refusal> {
    suspend_member(&visitor.context.state.installation, visitor.actor(), person_of(&id)?, true, "").await?;
    Ok(Redirect::to(&format!("/admin/users/{id}?done=resumed")).into_response())
}

/// Lets a locked person in again.
pub(crate) async fn unlock(
    visitor: SignedIn,
    Path(id): Path<String>,
    _form: PostedForm,
) -> Result<Response, Refusal> {
    unlock_member(&visitor.context.state.installation, visitor.actor(), person_of(&id)?).await?;
    Ok(Redirect::to(&format!("/admin/users/{id}?done=unlocked")).into_response())
}

/// Makes a link for a new password and shows it, once.
pub(crate) async fn reset(
    visitor: SignedIn,
    Path(id): Path<String>,
    _form: PostedForm,
) -> Result<Html<String>, Refusal> {
    let person = person_of(&id)?;
    let secret = reset_password(&visitor.context.state.installation, visitor.actor(), person).await?;
    let link = format!("{}/invitations/{}", visitor.context.site_address(), secret.reveal());
    user_view(&visitor, person, None, link).await
}

/// Forgets a person's authenticator.
pub(crate) async fn reset_authenticator(
    visitor: SignedIn,
    Path(id): Path<String>,
    _form: PostedForm,
) -> Result<Response, Refusal> {
    reset_second_factor(&visitor.context.state.installation, visitor.actor(), person_of(&id)?).await?;
    Ok(Redirect::to(&format!("/admin/users/{id}?done=authenticator_reset")).into_response())
}

/// Signs a person out of the organisation.
pub(crate) async fn end_sessions(
    visitor: SignedIn,
    Path(id): Path<String>,
    _form: PostedForm,
) -> Result<Response, Refusal> {
    end_sessions_of(&visitor.context.state.installation, visitor.actor(), person_of(&id)?).await?;
    Ok(Redirect::to(&format!("/admin/users/{id}?done=session_ended")).into_response())
}
