//! Working in another of one's organisations.

use kikimori_core::audit::AuditActor;
use kikimori_core::id::OrganisationId;
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::{Scope, memberships, sessions};

use crate::accounts::resume_session::Presence;
use crate::app_error::AppError;
use crate::installation::{Deed, Installation};

/// Most organisations of a person that are looked at.
const MEMBERSHIPS_MAX: u32 = 100;

/// The organisations in which who is signed in can work, oldest membership first.
///
/// # Errors
/// A fault of the database.
pub async fn list_own_organisations(
    installation: &Installation,
    presence: &Presence,
) -> Result<Vec<Organisation>, AppError> {
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let mut found = Vec::new();
    for membership in memberships::list_of_person(&mut read, presence.person.id, MEMBERSHIPS_MAX).await? {
        let organisation = organisations::get(&mut read, membership.organisation_id).await?;
        found.extend(organisation.filter(|organisation| organisation.is_active && membership.is_active));
    }
    Ok(found)
}

/// Lets this session work in another organisation of the person's.
///
/// # Errors
/// [`AppError::NotFound`] if they do not work there, whether it exists or not.
pub async fn switch_organisation(
    installation: &Installation,
    presence: &Presence,
    organisation: OrganisationId,
) -> Result<(), AppError> {
    let session = presence.session_id.ok_or(AppError::NotFound)?;
    let known = list_own_organisations(installation, presence).await?;
    if !known.iter().any(|one| one.id == organisation) {
        return Err(AppError::NotFound);
    }
    let mut work = installation.database.begin(Scope::Installation).await?;
    sessions::set_organisation(&mut work, session, organisation).await?;
    let deed = Deed {
        action: "switch_organisation",
        target_kind: "session",
        target_id: session.to_string(),
        details: Vec::new(),
    };
    let actor = AuditActor::Person(presence.person.id);
    installation.audit_as(&mut work, actor, Some(organisation), deed).await?;
    Ok(work.commit().await?)
}
