//! Using a link that an administrator handed over: joining an organisation, or setting a new password.

use kikimori_core::account::check_password;
use kikimori_core::audit::AuditActor;
use kikimori_core::id::PersonId;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::invitations::{self, Invitation, Purpose};
use kikimori_store::memberships::{self, Membership};
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::people::{self, Person};
use kikimori_store::{Scope, StoreError, Transaction, sessions};

use crate::accounts::resume_session::Presence;
use crate::accounts::{Secret, password, roles_text};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// What a link offers.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The link.
    pub invitation: Invitation,
    /// Its organisation.
    pub organisation: Organisation,
    /// The address has an account already, so that no password is asked for: its owner signs in.
    pub has_account: bool,
}

/// What a link offers to who holds it.
///
/// # Errors
/// [`AppError::Rule`] if it cannot be used.
pub async fn find_offer(installation: &Installation, secret: &Secret) -> Result<Offer, AppError> {
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let found = invitations::find_by_secret(&mut read, secret.sha256(), installation.now()).await?;
    let invitation = found.ok_or_else(unusable)?;
    let organisation = organisations::get(&mut read, invitation.organisation_id)
        .await?
        .filter(|organisation| organisation.is_active)
        .ok_or_else(unusable)?;
    let is_known = people::find_by_email(&mut read, &invitation.email).await?.is_some();
    let has_account = is_known && invitation.purpose == Purpose::Join;
    Ok(Offer { invitation, organisation, has_account })
}

/// Uses a link up: who is new gets an account with this password, who has one joins with it, who forgot theirs gets a new password
/// and is signed out everywhere. Gives the person.
///
/// # Errors
/// [`AppError::Rule`] if the link cannot be used or its owner must sign in first; [`AppError::Fields`] for the password.
pub async fn accept_link(
    installation: &Installation,
    secret: &Secret,
    typed: (&str, &str),
    presence: Option<&Presence>,
) -> Result<PersonId, AppError> {
    let offer = find_offer(installation, secret).await?;
    let is_owner = presence.is_some_and(|presence| presence.person.email == offer.invitation.email);
    let hash = if offer.has_account {
        if !is_owner {
            let message = Message::new(codes::ACCOUNT_SIGN_IN_FIRST).with("email", &offer.invitation.email);
            return Err(AppError::Rule(message));
        }
        None
    } else {
        let new = check_password(typed.0, typed.1, &offer.invitation.email).map_err(AppError::Fields)?;
        Some(password::hash(new, installation.random()).await?)
    };
    let mut work = installation.database.begin(Scope::Installation).await?;
    let now = installation.now();
    let invitation = &offer.invitation;
    if !invitations::close(&mut work, invitation.organisation_id, invitation.id, now).await? {
        return Err(unusable());
    }
    let person = match (invitation.purpose, hash) {
        (Purpose::ResetPassword, Some(hash)) => reset(&mut work, invitation, &hash, now).await?,
        (_, hash) => join(&mut work, installation, invitation, hash, now).await?,
    };
    let details = vec![
        ("email".to_owned(), invitation.email.clone()),
        ("roles".to_owned(), roles_text(invitation.roles)),
    ];
    let deed = Deed {
        action: if invitation.purpose == Purpose::Join { "join" } else { "set_password_by_link" },
        target_kind: "person",
        target_id: person.to_string(),
        details,
    };
    let organisation = Some(invitation.organisation_id);
    installation.audit_as(&mut work, AuditActor::Person(person), organisation, deed).await?;
    work.commit().await?;
    Ok(person)
}

/// Sets a new password and ends every session.
async fn reset(
    work: &mut Transaction,
    invitation: &Invitation,
    hash: &str,
    now: Stamp,
) -> Result<PersonId, AppError> {
    let person = invitation.person_id.ok_or_else(unusable)?;
    people::set_password(work, person, hash, now).await?;
    sessions::end_all_of_person(work, person, now).await?;
    Ok(person)
}

/// Adds the membership, and before it the account of who has none.
async fn join(
    work: &mut Transaction,
    installation: &Installation,
    invitation: &Invitation,
    hash: Option<String>,
    now: Stamp,
) -> Result<PersonId, AppError> {
    let known = people::find_by_email(work, &invitation.email).await?;
    let person_id = match known {
        Some(person) => person.id,
        None => {
            let person = Person {
                id: PersonId::new(installation.new_id()),
                email: invitation.email.clone(),
                name: invitation.name.clone(),
                language: invitation.language.clone(),
                password_hash: hash,
                password_changed_at: Some(now),
                is_operator: false,
                n_failed: 0,
                locked_until: None,
                is_active: true,
                created_at: now,
                revision: 1,
            };
            people::insert(work, &person).await?;
            person.id
        }
    };
    let membership = Membership {
        organisation_id: invitation.organisation_id,
        person_id,
        roles: invitation.roles,
        is_active: true,
        created_at: now,
        revision: 1,
    };
    memberships::insert(work, &membership).await.map_err(|error| match error {
        StoreError::Unique(_) => AppError::Rule(Message::new(codes::ACCOUNT_MEMBER_ALREADY)),
        other => other.into(),
    })?;
    Ok(person_id)
}

/// The link was used, withdrawn, ran out, or is none.
fn unusable() -> AppError {
    AppError::Rule(Message::new(codes::ACCOUNT_LINK))
}
