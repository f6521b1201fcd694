//! Inviting a person by a link that works once, and withdrawing it.

use kikimori_core::access::{Action, Actor};
use kikimori_core::account::InvitationDraft;
use kikimori_core::id::InvitationId;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::invitations::{self, Invitation, Purpose};
use kikimori_store::{memberships, people};

use crate::accounts::{Secret, roles_text};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// How long an invitation can be used.
const INVITATION_MILLISECONDS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Invites a person to the actor's organisation and gives the secret of the link, which is shown once.
///
/// # Errors
/// [`AppError::Fields`]; [`AppError::Forbidden`].
pub async fn invite_person(
    installation: &Installation,
    actor: &Actor,
    draft: &InvitationDraft,
) -> Result<Secret, AppError> {
    let organisation = require_own(actor, Action::EditPeople)?;
    require_own(actor, Action::EditRoles)?;
    let kind = actor.membership.map(|membership| membership.kind).ok_or(AppError::NotFound)?;
    let new = draft.check(kind).map_err(AppError::Fields)?;
    let mut work = installation.begin(actor).await?;
    if let Some(person) = people::find_by_email(&mut work, &new.email).await?
        && memberships::get(&mut work, organisation, person.id).await?.is_some()
    {
        return Err(AppError::field("email", Message::new(codes::ACCOUNT_MEMBER_ALREADY)));
    }
    let secret = Secret::new(installation.random());
    let now = installation.now();
    let invitation = Invitation {
        id: InvitationId::new(installation.new_id()),
        organisation_id: organisation,
        purpose: Purpose::Join,
        person_id: None,
        email: new.email,
        name: new.person_name,
        language: new.language,
        roles: new.roles,
        secret_sha256: secret.sha256(),
        invited_by: actor.person,
        created_at: now,
        expires_at: Stamp(now.0 + INVITATION_MILLISECONDS),
    };
    invitations::replace(&mut work, &invitation).await?;
    let details = vec![
        ("email".to_owned(), invitation.email.clone()),
        ("roles".to_owned(), roles_text(invitation.roles)),
    ];
    let deed = Deed {
        action: "invite_person",
        target_kind: "invitation",
        target_id: invitation.id.to_string(),
        details,
    };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(secret)
}

/// Withdraws an invitation of the actor's organisation.
///
/// # Errors
/// [`AppError::NotFound`] if it is not open.
pub async fn withdraw_invitation(
    installation: &Installation,
    actor: &Actor,
    id: InvitationId,
) -> Result<(), AppError> {
    let organisation = require_own(actor, Action::EditPeople)?;
    let mut work = installation.begin(actor).await?;
    if !invitations::close(&mut work, organisation, id, installation.now()).await? {
        return Err(AppError::NotFound);
    }
    let deed = Deed {
        action: "withdraw_invitation",
        target_kind: "invitation",
        target_id: id.to_string(),
        details: Vec::new(),
    };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}
