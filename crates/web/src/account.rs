//! アカウント / One's own account: `/account…`.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::change_password::{PasswordChange, change_password};
use kikimori_app::accounts::edit_profile::edit_profile;
use kikimori_app::accounts::list_sessions::{end_other_sessions, end_session, list_sessions};
use kikimori_app::accounts::second_factor::{
    SecondFactorState, confirm_second_factor, find_or_begin, remove_second_factor, replace_recovery_codes,
};
use kikimori_app::accounts::switch_organisation::{list_own_organisations, switch_organisation};
use kikimori_app::app_error::AppError;
use kikimori_core::account::ProfileDraft;
use kikimori_core::id::{OrganisationId, SessionId};
use kikimori_locale::text;
use kikimori_store::organisations::Organisation;
use kikimori_ui::page::account::own::{
    AuthenticatorView, OwnOrganisation, ProfileView, QrCode, SessionRow, authenticator_page, password_page,
    profile_page, sessions_page,
};
use kikimori_ui::view::FormState;

use crate::context::{SignedIn, name_in};
use crate::form::PostedForm;
use crate::refusal::{Refusal, field_errors};
use crate::times::jst;

/// The profile.
pub(crate) async fn profile(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    let presence = &visitor.presence;
    let mut values = vec![
        ("person".to_owned(), presence.person.name.clone()),
        ("language".to_owned(), presence.person.language.clone()),
    ];
    if presence.has_shortcuts {
        values.push(("shortcuts".to_owned(), "1".to_owned()));
    }
    let revision = Some(presence.person.revision.unsigned_abs());
    profile_view(&visitor, FormState { values, errors: Vec::new(), revision }).await
}

/// The page of the profile.
async fn profile_view(visitor: &SignedIn, form: FormState) -> Result<Html<String>, Refusal> {
    let (presence, language) = (&visitor.presence, visitor.context.language);
    let organisations = list_own_organisations(&visitor.context.state.installation, presence).await?;
    let current = presence.organisation.as_ref().map(|organisation| organisation.id);
    let one = |organisation: &Organisation| OwnOrganisation {
        id: organisation.id.to_string(),
        name: name_in(language, organisation),
        is_current: Some(organisation.id) == current,
    };
    let roles = presence.actor.membership.map(|membership| membership.roles).unwrap_or_default();
    let view = ProfileView {
        email: presence.person.email.clone(),
        roles: roles.iter().map(|role| text(language, &format!("role.{role}")).to_owned()).collect(),
        form,
        organisations: organisations.iter().map(one).collect(),
    };
    Ok(Html(profile_page(&visitor.context.frame(), &view)))
}

/// Changes the profile.
pub(crate) async fn save_profile(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let draft = ProfileDraft {
        person_name: form.get("person").to_owned(),
        language: form.get("language").to_owned(),
        has_shortcuts: form.get("shortcuts") == "1",
    };
    let revision = form.seen_revision()?;
    match edit_profile(&visitor.context.state.installation, &visitor.presence, &draft, revision).await {
        Ok(()) => Ok(Redirect::to("/account?done=profile").into_response()),
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = profile_view(&visitor, state).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The form that changes the password.
pub(crate) async fn password(visitor: SignedIn) -> Html<String> {
    Html(password_page(&visitor.context.frame(), &FormState::default()))
}

/// Changes the password.
pub(crate) async fn save_password(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let change = PasswordChange {
        present: form.get("password").to_owned(),
        new: form.get("new_password").to_owned(),
        again: form.get("new_password_again").to_owned(),
    };
    match change_password(&visitor.context.state.installation, &visitor.presence, &change).await {
        Ok(()) => Ok(Redirect::to("/account/password?done=password").into_response()),
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = Html(password_page(&visitor.context.frame(), &state));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The authenticator: its QR code while there is none, its state when one is in use.
pub(crate) async fn authenticator(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    authenticator_view(&visitor, FormState::default()).await
}

/// The page of the authenticator.
async fn authenticator_view(visitor: &SignedIn, form: FormState) -> Result<Html<String>, Refusal> {
    let state = find_or_begin(&visitor.context.state.installation, &visitor.presence).await?;
    let view = match state {
        SecondFactorState::Enrol { uri, secret } => {
            let letters: Vec<char> = secret.chars().collect();
            let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
            AuthenticatorView::Enrol { qr: qr_code(&uri), secret: groups.join(" "), form }
        }
        SecondFactorState::InUse { since, n_codes } => {
            AuthenticatorView::InUse { since: jst(since), n_codes: n_codes.unsigned_abs(), form }
        }
    };
    Ok(Html(authenticator_page(&visitor.context.frame(), &view)))
}

/// A QR code of a text. The address of an authenticator always fits; without a picture, the secret stands beside it.
fn qr_code(text: &str) -> QrCode {
    let Ok(code) = qrcode::QrCode::new(text.as_bytes()) else { return QrCode::default() };
    let modules = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
    QrCode { width: code.width(), modules }
}

/// Takes the authenticator into use and shows the recovery codes, once.
pub(crate) async fn save_authenticator(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let installation = &visitor.context.state.installation;
    match confirm_second_factor(installation, &visitor.presence, form.get("code")).await {
        Ok(codes) => {
            let view = AuthenticatorView::Codes(codes);
            Ok(Html(authenticator_page(&visitor.context.frame(), &view)).into_response())
        }
        Err(AppError::Fields(errors)) => {
            let errors = field_errors(visitor.context.language, &errors);
            let page = authenticator_view(&visitor, FormState { errors, ..FormState::default() }).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes new recovery codes and shows them, once.
pub(crate) async fn new_codes(visitor: SignedIn, _form: PostedForm) -> Result<Html<String>, Refusal> {
    let codes = replace_recovery_codes(&visitor.context.state.installation, &visitor.presence).await?;
    Ok(Html(authenticator_page(&visitor.context.frame(), &AuthenticatorView::Codes(codes))))
}

/// Gives up the authenticator.
pub(crate) async fn remove_authenticator(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let installation = &visitor.context.state.installation;
    match remove_second_factor(installation, &visitor.presence, form.get("password")).await {
        Ok(()) => Ok(Redirect::to("/account/authenticator?done=authenticator_off").into_response()),
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = authenticator_view(&visitor, state).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The sessions.
pub(crate) async fn sessions(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    let found = list_sessions(&visitor.context.state.installation, &visitor.presence).await?;
    let rows: Vec<SessionRow> = found
        .iter()
        .map(|session| SessionRow {
            id: session.id.to_string(),
            browser: session.user_agent.clone(),
            address: session.address.clone(),
            began_at: jst(session.created_at),
            used_at: jst(session.seen_at),
            is_current: Some(session.id) == visitor.presence.session_id,
        })
        .collect();
    Ok(Html(sessions_page(&visitor.context.frame(), &rows)))
}

/// Ends one session.
pub(crate) async fn end_one(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let id = SessionId::parse(form.get("session")).ok_or_else(Refusal::not_found)?;
    end_session(&visitor.context.state.installation, &visitor.presence, id).await?;
    Ok(Redirect::to("/account/sessions?done=session_ended").into_response())
}

/// Ends all other sessions.
pub(crate) async fn end_others(visitor: SignedIn, _form: PostedForm) -> Result<Response, Refusal> {
    end_other_sessions(&visitor.context.state.installation, &visitor.presence).await?;
    Ok(Redirect::to("/account/sessions?done=session_ended").into_response())
}

/// Lets this session work in another organisation.
pub(crate) async fn switch(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let id = OrganisationId::parse(form.get("organisation")).ok_or_else(Refusal::not_found)?;
    switch_organisation(&visitor.context.state.installation, &visitor.presence, id).await?;
    Ok(Redirect::to("/?done=switched").into_response())
}
