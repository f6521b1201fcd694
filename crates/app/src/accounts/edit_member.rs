//! What an administrator changes about a member: roles, suspension, lock, forgotten password, lost authenticator, sessions.

use kikimori_core::access::{Action, Actor, Role, RoleSet};
use kikimori_core::account::check_roles;
use kikimori_core::id::{InvitationId, OrganisationId, PersonId};
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::invitations::{self, Invitation, Purpose};
use kikimori_store::memberships::{self, Membership};
use kikimori_store::people::{self, Person};
use kikimori_store::{Scope, Transaction, second_factors, sessions};

use crate::accounts::{Secret, roles_text};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// How long a link for a new password can be used.
const RESET_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;

/// Gives a member these roles and takes all others.
///
/// # Errors
/// [`AppError::Rule`] if nobody would be left to run accounts; [`AppError::Conflict`]; [`AppError::Fields`].
pub async fn change_roles(
    installation: &Installation,
    actor: &Actor,
    person: PersonId,
    chosen: &[String],
    revision: i64,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditRoles)?;
    let mut work = installation.begin(actor).await?;
    let member = memberships::get(&mut work, organisation, person).await?.ok_or(AppError::NotFound)?;
    let kind = actor.membership.map(|membership| membership.kind).ok_or(AppError::NotFound)?;
    let roles = check_roles(chosen, kind).map_err(AppError::Fields)?;
    let details =
        vec![("before".to_owned(), roles_text(member.roles)), ("after".to_owned(), roles_text(roles))];
    let changed = Membership { roles, revision, ..member.clone() };
    write(installation, actor, &mut work, (&member, &changed), "edit_roles", details).await?;
    Ok(work.commit().await?)
}

/// Suspends a member and ends their sessions in the organisation, or lets them work again.
///
/// # Errors
/// [`AppError::Rule`] if it is the actor, or nobody would be left to run accounts.
pub async fn suspend_member(
    installation: &Installation,
    actor: &Actor,
    person: PersonId,
    is_active: bool,
    reason: &str,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditPeople)?;
    if person == actor.person && !is_active {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_OWN_SUSPENSION)));
    }
    let mut work = installation.begin(actor).await?;
    let member = memberships::get(&mut work, organisation, person).await?.ok_or(AppError::NotFound)?;
    let changed = Membership { is_active, ..member.clone() };
    let action = if is_active { "resume_person" } else { "suspend_person" };
    let details = vec![("reason".to_owned(), kikimori_core::typed_text::line(reason))];
    write(installation, actor, &mut work, (&member, &changed), action, details).await?;
    if !is_active {
        sessions::end_all_in_organisation(&mut work, person, organisation, installation.now()).await?;
    }
    Ok(work.commit().await?)
}

/// Writes a changed membership with its event, unless it takes the last administrator away.
///
/// The event is written first: it waits for whoever else changes this organisation, so that two administrators who take
/// each other's role at once cannot both pass the count.
async fn write(
    installation: &Installation,
    actor: &Actor,
    work: &mut Transaction,
    (before, after): (&Membership, &Membership),
    action: &str,
    details: Vec<(String, String)>,
) -> Result<(), AppError> {
    let deed = Deed { action, target_kind: "person", target_id: before.person_id.to_string(), details };
    installation.audit(work, actor, deed).await?;
    let runs = |membership: &Membership| membership.is_active && runs_accounts(membership.roles);
    if runs(before) && !runs(after) {
        let n =
            memberships::count_other_administrators(work, before.organisation_id, before.person_id).await?;
        if n == 0 {
            return Err(AppError::Rule(Message::new(codes::ACCOUNT_LAST_ADMINISTRATOR)));
        }
    }
    Ok(memberships::update(work, after).await?)
}

/// Who has these roles can run accounts.
fn runs_accounts(roles: RoleSet) -> bool {
    roles.has(Role::Administrator)
}

/// Lets a member in again who typed wrong passwords too often.
///
/// # Errors
/// [`AppError::NotFound`] if the person is no member.
pub async fn unlock_member(
    installation: &Installation,
    actor: &Actor,
    person: PersonId,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditPeople)?;
    let mut work = installation.begin(actor).await?;
    memberships::get(&mut work, organisation, person).await?.ok_or(AppError::NotFound)?;
    people::note_success(&mut work, person).await?;
    note(installation, actor, &mut work, "unlock_person", person).await?;
    Ok(work.commit().await?)
}

/// Makes a link with which a member sets a new password; its secret is shown once.
///
/// # Errors
/// [`AppError::Rule`] if the account is not this organisation's alone.
pub async fn reset_password(
    installation: &Installation,
    actor: &Actor,
    person: PersonId,
) -> Result<Secret, AppError> {
    let organisation = require_own(actor, Action::EditPeople)?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    let (person, membership) = belonging_only(&mut work, actor, organisation, person).await?;
    let secret = Secret::new(installation.random());
    let now = installation.now();
    let invitation = Invitation {
        id: InvitationId::new(installation.new_id()),
        organisation_id: organisation,
        purpose: Purpose::ResetPassword,
        person_id: Some(person.id),
        email: person.email,
        name: person.name,
        language: person.language,
        roles: membership.roles,
        secret_sha256: secret.sha256(),
        invited_by: actor.person,
        created_at: now,
        expires_at: Stamp(now.0 + RESET_MILLISECONDS),
    };
    invitations::replace(&mut work, &invitation).await?;
    note(installation, actor, &mut work, "reset_password", person.id).await?;
    work.commit().await?;
    Ok(secret)
}

/// Forgets the authenticator of a member who lost it together with the recovery codes.
///
/// # Errors
/// [`AppError::Rule`] if the account is not this organisation's alone.
pub async fn reset_second_factor(
    installation: &Installation,
    actor: &Actor,
    person: PersonId,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditPeople)?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    belonging_only(&mut work, actor, organisation, person).await?;
    second_factors::delete(&mut work, person).await?;
    note(installation, actor, &mut work, "reset_second_factor", person).await?;
    Ok(work.commit().await?)
}

/// A member whose account this organisation may take over: who works in another organisation too, or runs the installation, would
/// otherwise let its administrators in there.
async fn belonging_only(
    work: &mut Transaction,
    actor: &Actor,
    organisation: OrganisationId,
    person: PersonId,
) -> Result<(Person, Membership), AppError> {
    let member = memberships::get(work, organisation, person).await?.ok_or(AppError::NotFound)?;
    let stored = people::get(work, person).await?.ok_or(AppError::NotFound)?;
    let is_elsewhere = memberships::list_of_person(work, person, 2).await?.len() > 1;
    if is_elsewhere || (stored.is_operator && !actor.is_operator) {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_BELONGS_ELSEWHERE)));
    }
    Ok((stored, member))
}

/// Ends the sessions in which a member works in the actor's organisation, and gives their number.
///
/// # Errors
/// [`AppError::NotFound`] if the person is no member.
pub async fn end_sessions_of(
    installation: &Installation,
    actor: &Actor,
    person: PersonId,
) -> Result<u64, AppError> {
    let organisation = require_own(actor, Action::EndSessions)?;
    let mut work = installation.begin(actor).await?;
    memberships::get(&mut work, organisation, person).await?.ok_or(AppError::NotFound)?;
    let n_ended =
        sessions::end_all_in_organisation(&mut work, person, organisation, installation.now()).await?;
    note(installation, actor, &mut work, "end_sessions", person).await?;
    work.commit().await?;
    Ok(n_ended)
}

/// Writes an event about a person.
async fn note(
    installation: &Installation,
    actor: &Actor,
    work: &mut Transaction,
    action: &str,
    person: PersonId,
) -> Result<(), AppError> {
    let deed = Deed { action, target_kind: "person", target_id: person.to_string(), details: Vec::new() };
    installation.audit(work, actor, deed).await
}
