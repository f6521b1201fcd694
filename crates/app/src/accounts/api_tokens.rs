//! API tokens: making, listing and revoking them.

use kikimori_core::access::{Action, Actor};
use kikimori_core::account::TokenDraft;
use kikimori_core::day::Day;
use kikimori_core::id::TokenId;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_store::Transaction;
use kikimori_store::api_tokens::{self, ApiToken};

use crate::accounts::{Secret, own};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, organisation_of, require, require_own};

/// Tokens that a person may have in an organisation: some for each system that calls us.
const TOKENS_MAX: u32 = 50;
/// Most tokens of an organisation that are listed.
const LISTED_MAX: u32 = 5_000;
/// Milliseconds between UTC and Japan Standard Time, whose days people mean.
const JST_MILLISECONDS: i64 = 9 * 60 * 60 * 1_000;
/// Milliseconds of a day.
const DAY_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;

/// Makes a token of the actor's and gives its secret, which is shown once.
///
/// # Errors
/// [`AppError::Fields`]; [`AppError::Rule`] if they have as many as they may; [`AppError::Forbidden`].
pub async fn create_token(
    installation: &Installation,
    actor: &Actor,
    draft: &TokenDraft,
) -> Result<Secret, AppError> {
    require(actor, Action::EditOwnTokens, &own(actor))?;
    let organisation = organisation_of(actor)?;
    let now = installation.now();
    let today = Day::of(Stamp(now.0 + JST_MILLISECONDS));
    let new = draft.check(today).map_err(AppError::Fields)?;
    let mut work = installation.begin(actor).await?;
    let held = api_tokens::list_of_person(&mut work, organisation, actor.person, now, TOKENS_MAX).await?;
    if u32::try_from(held.len()).unwrap_or(u32::MAX) >= TOKENS_MAX {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_TOKENS_MANY).with("max", TOKENS_MAX)));
    }
    let secret = Secret::of_token(installation.random());
    let end = (i64::from(new.expires_on.0) + 1) * DAY_MILLISECONDS - JST_MILLISECONDS;
    let token = ApiToken {
        id: TokenId::new(installation.new_id()),
        organisation_id: organisation,
        person_id: actor.person,
        name: new.name,
        secret_sha256: secret.sha256(),
        scope: new.scope,
        created_at: now,
        expires_at: Stamp(end),
        used_at: None,
    };
    api_tokens::insert(&mut work, &token).await?;
    let details = vec![
        ("name".to_owned(), token.name.clone()),
        ("scope".to_owned(), token.scope.code().to_owned()),
        ("expires_on".to_owned(), new.expires_on.to_string()),
    ];
    note(installation, actor, &mut work, ("create_token", token.id), details).await?;
    work.commit().await?;
    Ok(secret)
}

/// The actor's own tokens in their organisation, newest first.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn list_own_tokens(installation: &Installation, actor: &Actor) -> Result<Vec<ApiToken>, AppError> {
    require(actor, Action::EditOwnTokens, &own(actor))?;
    let organisation = organisation_of(actor)?;
    let mut read = installation.read(actor).await?;
    let now = installation.now();
    Ok(api_tokens::list_of_person(&mut read, organisation, actor.person, now, LISTED_MAX).await?)
}

/// All tokens of the actor's organisation, newest first.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn list_tokens(installation: &Installation, actor: &Actor) -> Result<Vec<ApiToken>, AppError> {
    let organisation = require_own(actor, Action::EditTokens)?;
    let mut read = installation.read(actor).await?;
    Ok(api_tokens::list_of_organisation(&mut read, organisation, installation.now(), LISTED_MAX).await?)
}

/// Revokes a token: one's own, or anybody's in the organisation with the right to.
///
/// # Errors
/// [`AppError::NotFound`] if there is none, or it is somebody else's and the actor has no right to know of it.
pub async fn revoke_token(installation: &Installation, actor: &Actor, id: TokenId) -> Result<(), AppError> {
    let organisation = organisation_of(actor)?;
    let may_all = require_own(actor, Action::EditTokens).is_ok();
    if !may_all {
        require(actor, Action::EditOwnTokens, &own(actor))?;
    }
    let mut work = installation.begin(actor).await?;
    let token = api_tokens::get(&mut work, organisation, id).await?.ok_or(AppError::NotFound)?;
    if token.person_id != actor.person && !may_all {
        return Err(AppError::NotFound);
    }
    if !api_tokens::revoke(&mut work, organisation, id, installation.now()).await? {
        return Err(AppError::NotFound);
    }
    let details = vec![("name".to_owned(), token.name)];
    note(installation, actor, &mut work, ("revoke_token", id), details).await?;
    Ok(work.commit().await?)
}

/// Writes an event about a token.
async fn note(
    installation: &Installation,
    actor: &Actor,
    work: &mut Transaction,
    (action, id): (&str, TokenId),
    details: Vec<(String, String)>,
) -> Result<(), AppError> {
    let deed = Deed { action, target_kind: "token", target_id: id.to_string(), details };
    installation.audit(work, actor, deed).await
}
