//! The first start: a one-time link, then an organisation and the person who runs it.

use kikimori_core::access::{Role, RoleSet};
use kikimori_core::account::SetupDraft;
use kikimori_core::audit::AuditActor;
use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::memberships::{self, Membership};
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::people::{self, Person};
use kikimori_store::{Scope, StoreError, Transaction, sessions};

use crate::accounts::{Secret, password};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// How long the link of the first start can be used.
const LINK_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;

/// Makes a new link for the first start while there is nobody yet; none once somebody is there.
///
/// # Errors
/// A fault of the database.
pub async fn prepare_set_up(installation: &Installation) -> Result<Option<Secret>, AppError> {
    let mut work = installation.database.begin(Scope::Installation).await?;
    if people::count(&mut work).await? > 0 {
        return Ok(None);
    }
    let secret = Secret::new(installation.random());
    let now = installation.now();
    let expires_at = Stamp(now.0 + LINK_MILLISECONDS);
    sessions::replace_setup_link(&mut work, secret.sha256(), now, expires_at).await?;
    work.commit().await?;
    Ok(Some(secret))
}

/// Whether a link can be used.
///
/// # Errors
/// A fault of the database.
pub async fn can_set_up(installation: &Installation, secret: &Secret) -> Result<bool, AppError> {
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    Ok(sessions::has_setup_link(&mut read, secret.sha256(), installation.now()).await?)
}

/// Uses the link up: makes the first organisation, and the person who runs it and the installation.
///
/// # Errors
/// [`AppError::Fields`]; [`AppError::Rule`] if the link cannot be used.
pub async fn set_up(
    installation: &Installation,
    secret: &Secret,
    draft: &SetupDraft,
    language: &str,
) -> Result<PersonId, AppError> {
    if !can_set_up(installation, secret).await? {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_SETUP_LINK)));
    }
    let setup = draft.check().map_err(AppError::Fields)?.value;
    let hash = password::hash(setup.password.clone(), installation.random()).await?;
    let mut work = installation.database.begin(Scope::Installation).await?;
    let now = installation.now();
    if !sessions::use_setup_link(&mut work, secret.sha256(), now).await? {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_SETUP_LINK)));
    }
    let organisation = Organisation {
        id: OrganisationId::new(installation.new_id()),
        kind: setup.organisation_kind,
        name_ja: setup.organisation_name_ja,
        name_en: setup.organisation_name_en.unwrap_or_default(),
        is_active: true,
        created_at: now,
        revision: 1,
    };
    let person = Person {
        id: PersonId::new(installation.new_id()),
        email: setup.email,
        name: setup.person_name,
        language: language.to_owned(),
        password_hash: Some(hash),
        password_changed_at: Some(now),
        is_operator: true,
        n_failed: 0,
        locked_until: None,
        is_active: true,
        created_at: now,
        revision: 1,
    };
    add(&mut work, installation, &organisation, &person).await?;
    work.commit().await?;
    Ok(person.id)
}

/// Adds the organisation, the person with a role for daily work beside that of the administrator, and the event.
pub(crate) async fn add(
    work: &mut Transaction,
    installation: &Installation,
    organisation: &Organisation,
    person: &Person,
) -> Result<(), AppError> {
    organisations::insert(work, organisation).await?;
    people::insert(work, person).await.map_err(|error| match error {
        StoreError::Unique(_) => AppError::field("email", Message::new(codes::ACCOUNT_EMAIL_TAKEN)),
        other => other.into(),
    })?;
    let daily = [Role::Psirt, Role::HospDeviceSafety, Role::SalesMaintenance, Role::Staff];
    let daily = daily.into_iter().filter(|role| role.is_known_to(organisation.kind));
    let roles: RoleSet = daily.chain([Role::Administrator]).collect();
    let membership = Membership {
        organisation_id: organisation.id,
        person_id: person.id,
        roles,
        is_active: true,
        created_at: organisation.created_at,
        revision: 1,
    };
    memberships::insert(work, &membership).await?;
    let deed = Deed {
        action: "set_up",
        target_kind: "organisation",
        target_id: organisation.id.to_string(),
        details: vec![
            ("name".to_owned(), organisation.name_ja.clone()),
            ("email".to_owned(), person.email.clone()),
        ],
    };
    installation.audit_as(work, AuditActor::Person(person.id), Some(organisation.id), deed).await
}
