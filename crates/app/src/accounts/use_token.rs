//! Who a program's request comes from: the person behind its API token.

use kikimori_core::access::Actor;
use kikimori_store::{Scope, api_tokens, people};

use crate::accounts::Secret;
use crate::accounts::resume_session::{Presence, find_membership};
use crate::app_error::AppError;
use crate::installation::Installation;

/// How long a token's last use is not written again, so that requests do not wait for the writer.
const NOTE_EVERY_MILLISECONDS: i64 = 5 * 60 * 1_000;

/// The person behind a token, if it can still be used. The database finds it by the hash of its secret, so that no comparison
/// tells how much of a guess is right.
///
/// # Errors
/// A fault of the database.
pub async fn use_token(installation: &Installation, secret: &Secret) -> Result<Option<Presence>, AppError> {
    let now = installation.now();
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let Some(token) = api_tokens::find_by_secret(&mut read, secret.sha256(), now).await? else {
        return Ok(None);
    };
    let person = people::get(&mut read, token.person_id).await?.filter(|person| person.is_active);
    let Some(person) = person else { return Ok(None) };
    let (organisation, membership) = find_membership(&mut read, token.organisation_id, person.id).await?;
    drop(read);
    if token.used_at.is_none_or(|used_at| now.0 - used_at.0 > NOTE_EVERY_MILLISECONDS) {
        let mut work = installation.database.begin(Scope::Installation).await?;
        api_tokens::note_used(&mut work, token.id, now).await?;
        work.commit().await?;
    }
    let actor =
        Actor { person: person.id, membership, is_operator: person.is_operator, token: Some(token.scope) };
    Ok(Some(Presence {
        session_id: None,
        actor,
        person,
        organisation,
        has_shortcuts: false,
        csrf_token: String::new(),
        needs_second_factor: false,
    }))
}
