//! APIトークン / API tokens: `/account/tokens…`, `/admin/tokens…`; and what a token is good for: `/api/v1/whoami`.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::api_tokens::{create_token, list_own_tokens, list_tokens, revoke_token};
use kikimori_app::accounts::list_people::list_people;
use kikimori_app::app_error::AppError;
use kikimori_core::account::TokenDraft;
use kikimori_core::id::{PersonId, TokenId};
use kikimori_core::stamp::Stamp;
use kikimori_store::api_tokens::ApiToken;
use kikimori_ui::page::account::own::{self, TokenRow, TokensView};
use kikimori_ui::page::admin::people;
use kikimori_ui::view::FormState;
use serde_json::{Value, json};

use crate::context::SignedIn;
use crate::form::PostedForm;
use crate::refusal::{Refusal, field_errors};
use crate::times::jst;

/// The person's own tokens.
pub(crate) async fn own_list(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    own_view(&visitor, FormState::default(), String::new()).await
}

/// The page of the person's own tokens.
async fn own_view(visitor: &SignedIn, form: FormState, secret: String) -> Result<Html<String>, Refusal> {
    let tokens = list_own_tokens(&visitor.context.state.installation, visitor.actor()).await?;
    let rows = tokens.iter().map(|token| row(token, String::new())).collect();
    let view = TokensView { rows, form, secret, may_make: true };
    Ok(Html(own::tokens_page(&visitor.context.frame(), &view)))
}

/// A token as a row.
fn row(token: &ApiToken, person: String) -> TokenRow {
    TokenRow {
        id: token.id.to_string(),
        name: token.name.clone(),
        person,
        scope: token.scope.code().to_owned(),
        made_at: jst(token.created_at),
        used_at: token.used_at.map(jst).unwrap_or_default(),
        // A token ends at midnight; people mean the day before.
        expires_on: jst(Stamp(token.expires_at.0 - 1)).chars().take(10).collect(),
    }
}

/// Makes a token and shows its secret, once.
pub(crate) async fn create(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let draft = TokenDraft {
        name: form.get("token_name").to_owned(),
        scope: form.get("token_scope").to_owned(),
        expires_on: form.get("expires_on").to_owned(),
    };
    match create_token(&visitor.context.state.installation, visitor.actor(), &draft).await {
        Ok(secret) => {
            let page = own_view(&visitor, FormState::default(), secret.reveal().to_owned()).await?;
            Ok(page.into_response())
        }
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = own_view(&visitor, state, String::new()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Revokes a token of one's own.
pub(crate) async fn revoke_own(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    revoke(&visitor, &form).await?;
    Ok(Redirect::to("/account/tokens?done=token_revoked").into_response())
}

/// All tokens of the organisation.
pub(crate) async fn list(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    let installation = &visitor.context.state.installation;
    let tokens = list_tokens(installation, visitor.actor()).await?;
    let members = list_people(installation, visitor.actor()).await?.members;
    let names: BTreeMap<PersonId, String> =
        members.into_iter().map(|member| (member.person.id, member.person.name)).collect();
    let rows = tokens
        .iter()
        .map(|token| row(token, names.get(&token.person_id).cloned().unwrap_or_default()))
        .collect();
    let view = TokensView { rows, ..TokensView::default() };
    Ok(Html(people::tokens_page(&visitor.context.frame(), &view)))
}

/// Revokes anybody's token in the organisation.
pub(crate) async fn revoke_any(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    revoke(&visitor, &form).await?;
    Ok(Redirect::to("/admin/tokens?done=token_revoked").into_response())
}

/// Revokes the token of a form.
async fn revoke(visitor: &SignedIn, form: &PostedForm) -> Result<(), Refusal> {
    let id = TokenId::parse(form.get("token")).ok_or_else(Refusal::not_found)?;
    Ok(revoke_token(&visitor.context.state.installation, visitor.actor(), id).await?)
}

/// Who a request comes from and what it may do: `GET /api/v1/whoami`.
pub(crate) async fn whoami(visitor: SignedIn) -> Json<Value> {
    let presence = &visitor.presence;
    let roles = presence.actor.membership.map(|membership| membership.roles).unwrap_or_default();
    let organisation = presence.organisation.as_ref().map(|organisation| {
        json!({
            "id": organisation.id.to_string(),
            "kind": organisation.kind.code(),
            "name_ja": organisation.name_ja,
            "name_en": organisation.name_en,
        })
    });
    Json(json!({
        "person": {
            "id": presence.person.id.to_string(),
            "name": presence.person.name,
            "email": presence.person.email,
        },
        "organisation": organisation,
        "roles": roles.iter().map(|role| role.code()).collect::<Vec<_>>(),
        "is_operator": presence.actor.is_operator,
        "token_scope": presence.actor.token.map(|scope| scope.code()),
    }))
}
