//! Who a request comes from: the session behind its cookie.

use kikimori_core::access::{Actor, Membership};
use kikimori_core::id::{OrganisationId, PersonId, SessionId};
use kikimori_core::stamp::Stamp;
use kikimori_store::organisations::Organisation;
use kikimori_store::people::Person;
use kikimori_store::{Scope, Transaction, memberships, organisations, people, sessions};

use crate::accounts::Secret;
use crate::accounts::sign_in::SESSION_MILLISECONDS;
use crate::app_error::AppError;
use crate::installation::Installation;

/// How long a session's last use is not written again, so that pages do not wait for the writer.
const NOTE_EVERY_MILLISECONDS: i64 = 5 * 60 * 1_000;

/// A person at work in a session.
#[derive(Clone, Debug)]
pub struct Presence {
    /// The session; none when a program signs in with an API token.
    pub session_id: Option<SessionId>,
    /// What rules ask about them.
    pub actor: Actor,
    /// The person.
    pub person: Person,
    /// The organisation they work in now.
    pub organisation: Option<Organisation>,
    /// Shortcuts of the keyboard are on.
    pub has_shortcuts: bool,
    /// What the forms of this session carry, as hexadecimal digits.
    pub csrf_token: String,
    /// The second factor is still missing; nothing but giving it is allowed.
    pub needs_second_factor: bool,
}

/// The person behind a session's secret, if the session runs and the person may still work.
///
/// # Errors
/// A fault of the database.
pub async fn resume_session(
    installation: &Installation,
    secret: &Secret,
) -> Result<Option<Presence>, AppError> {
    let now = installation.now();
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let Some(session) = sessions::find_by_secret(&mut read, secret.sha256(), now).await? else {
        return Ok(None);
    };
    let person = people::get(&mut read, session.person_id).await?.filter(|person| person.is_active);
    let Some(person) = person else { return Ok(None) };
    let (organisation, membership) = match session.organisation_id {
        Some(id) => find_membership(&mut read, id, person.id).await?,
        None => (None, None),
    };
    let has_shortcuts = people::has_shortcuts(&mut read, person.id).await?;
    drop(read);
    if session.is_complete && now.0 - session.seen_at.0 > NOTE_EVERY_MILLISECONDS {
        let mut work = installation.database.begin(Scope::Installation).await?;
        let expires_at = Stamp(now.0 + SESSION_MILLISECONDS);
        sessions::note_seen(&mut work, session.id, now, expires_at).await?;
        work.commit().await?;
    }
    let actor = Actor { person: person.id, membership, is_operator: person.is_operator, token: None };
    let csrf_token = session.csrf_secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let needs_second_factor = !session.is_complete;
    Ok(Some(Presence {
        session_id: Some(session.id),
        actor,
        person,
        organisation,
        has_shortcuts,
        csrf_token,
        needs_second_factor,
    }))
}

/// An organisation, and what a person is in it.
pub(crate) async fn find_membership(
    read: &mut Transaction,
    id: OrganisationId,
    person: PersonId,
) -> Result<(Option<Organisation>, Option<Membership>), AppError> {
    let organisation = organisations::get(read, id).await?;
    let stored = memberships::get(read, id, person).await?;
    let membership = stored.zip(organisation.as_ref()).map(|(stored, organisation)| Membership {
        organisation: id,
        kind: organisation.kind,
        roles: stored.roles,
        is_suspended: !stored.is_active || !organisation.is_active,
    });
    Ok((organisation, membership))
}
