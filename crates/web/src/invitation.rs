//! 利用の開始 / Using a link that an administrator handed over: `/invitations/{token}`.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::Secret;
use kikimori_app::accounts::accept_link::{Offer, accept_link, find_offer};
use kikimori_app::accounts::sign_in::sign_in;
use kikimori_app::accounts::switch_organisation::switch_organisation;
use kikimori_app::app_error::AppError;
use kikimori_core::message::{Message, codes};
use kikimori_store::invitations::Purpose;
use kikimori_ui::page::account::sign_in::{InvitationView, invitation_page};
use kikimori_ui::view::FormState;

use crate::context::{Context, name_in, to_sign_in};
use crate::form::PostedForm;
use crate::refusal::{Refusal, field_errors};
use crate::sign_in::session_cookie;

/// The form. Whose address has an account signs in first.
pub(crate) async fn form(context: Context, Path(token): Path<String>) -> Result<Response, Refusal> {
    let offer = find_offer(&context.state.installation, &Secret::brought(&token)).await?;
    let email = &offer.invitation.email;
    match &context.presence {
        None if offer.has_account => return Ok(to_sign_in(&context)),
        Some(presence) if offer.has_account && presence.person.email != *email => {
            let message = Message::new(codes::ACCOUNT_SIGN_IN_FIRST).with("email", email);
            return Err(AppError::Rule(message).into());
        }
        _ => {}
    }
    Ok(page(&context, token, &offer, FormState::default()).into_response())
}

/// The page of a link.
fn page(context: &Context, token: String, offer: &Offer, form: FormState) -> Html<String> {
    let view = InvitationView {
        token,
        person: offer.invitation.name.clone(),
        email: offer.invitation.email.clone(),
        is_reset: offer.invitation.purpose == Purpose::ResetPassword,
        has_account: offer.has_account,
        form,
    };
    let mut frame = context.frame();
    frame.organisation = name_in(context.language, &offer.organisation);
    Html(invitation_page(&frame, &view))
}

/// Uses the link up; who set a password is signed in with it.
pub(crate) async fn submit(
    context: Context,
    Path(token): Path<String>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    let installation = &context.state.installation;
    let secret = Secret::brought(&token);
    let offer = find_offer(installation, &secret).await?;
    let typed = (form.get("new_password"), form.get("new_password_again"));
    match accept_link(installation, &secret, typed, context.presence.as_deref()).await {
        Ok(_) => {}
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(context.language, &errors));
            let page = page(&context, token, &offer, state);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error.into()),
    }
    match &context.presence {
        Some(presence) if offer.has_account => {
            switch_organisation(installation, presence, offer.organisation.id).await?;
            Ok(Redirect::to("/?done=joined").into_response())
        }
        _ => {
            let secret = sign_in(installation, &offer.invitation.email, typed.0, &context.origin).await?;
            Ok((session_cookie(&context.state, secret.reveal()), Redirect::to("/")).into_response())
        }
    }
}
