//! The first start, by a link that works once.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::Secret;
use kikimori_app::accounts::set_up::{can_set_up, set_up};
use kikimori_app::accounts::sign_in::sign_in;
use kikimori_app::app_error::AppError;
use kikimori_core::access::OrganisationKind;
use kikimori_core::account::SetupDraft;
use kikimori_core::message::{Message, codes};
use kikimori_locale::{Language, text};
use kikimori_ui::page::account::sign_in::{SetupView, setup_page};
use kikimori_ui::view::Choice;

use crate::context::Context;
use crate::form::PostedForm;
use crate::refusal::{Refusal, field_errors};
use crate::sign_in::session_cookie;

/// The kinds of organisation, in words.
fn kinds(language: Language) -> Vec<Choice> {
    let word = |kind: &OrganisationKind| text(language, &format!("organisation-kind.{kind}"));
    OrganisationKind::ALL.iter().map(|kind| Choice::new(kind.code(), word(kind))).collect()
}

/// The form.
pub(crate) async fn form(context: Context, Path(token): Path<String>) -> Result<Response, Refusal> {
    if !can_set_up(&context.state.installation, &Secret::brought(&token)).await? {
        return Err(AppError::Rule(Message::new(codes::ACCOUNT_SETUP_LINK)).into());
    }
    Ok(Html(setup_page(
        &context.frame(),
        &SetupView { token, kinds: kinds(context.language), ..SetupView::default() },
    ))
    .into_response())
}

/// Makes the organisation and its first person, and signs them in.
pub(crate) async fn submit(
    context: Context,
    Path(token): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let draft = SetupDraft {
        organisation_kind: form.get("organisation_kind").to_owned(),
        organisation_name_ja: form.get("organisation_ja").to_owned(),
        organisation_name_en: form.get("organisation_en").to_owned(),
        person_name: form.get("person").to_owned(),
        email: form.get("email").to_owned(),
        password: form.get("new_password").to_owned(),
        password_again: form.get("new_password_again").to_owned(),
    };
    let installation = &context.state.installation;
    let done = set_up(installation, &Secret::brought(&token), &draft, context.language.tag()).await;
    match done {
        Ok(_) => {
            let secret = sign_in(installation, &draft.email, &draft.password, &context.origin).await?;
            Ok((session_cookie(&context.state, secret.reveal()), Redirect::to("/")).into_response())
        }
        Err(AppError::Fields(errors)) => {
            let view = SetupView {
                token,
                kinds: kinds(context.language),
                form: form.state(field_errors(context.language, &errors)),
            };
            let page = Html(setup_page(&context.frame(), &view));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
