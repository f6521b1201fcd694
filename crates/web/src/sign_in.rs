//! Signing in and out.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::sign_in::{SESSION_MILLISECONDS, sign_in};
use kikimori_app::accounts::sign_out::sign_out;
use kikimori_app::accounts::verify_second_factor::{SecondStep, verify_second_factor};
use kikimori_app::app_error::AppError;
use kikimori_core::field::FieldError;
use kikimori_ui::page::account::sign_in::{View, code_page, page, recovery_page, signed_out_page};
use kikimori_ui::view::FormState;
use serde::Deserialize;

use crate::attempts::Attempts;
use crate::context::{Context, SignedIn, session_cookie_name};
use crate::form::PostedForm;
use crate::language::local;
use crate::refusal::{Refusal, field_errors};
use crate::state::WebState;

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Return {
    /// A way within this site.
    #[serde(rename = "return", default)]
    path: String,
}

/// The form. Who is signed in already goes on.
pub(crate) async fn form(context: Context, Query(query): Query<Return>) -> Response {
    if context.presence.is_some() {
        return Redirect::to(&local(&query.path)).into_response();
    }
    let values = vec![("return".to_owned(), local(&query.path))];
    let view = View { form: FormState { values, ..FormState::default() }, provider: String::new() };
    Html(page(&context.frame(), &view)).into_response()
}

/// Signs somebody in.
pub(crate) async fn submit(
    context: Context,
    Extension(attempts): Extension<Arc<Attempts>>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    require_attempt(&context, &attempts)?;
    let done =
        sign_in(&context.state.installation, form.get("email"), form.get("password"), &context.origin).await;
    match done {
        Ok(secret) => {
            // Without the code of an authenticator that they have, the way leads by the page that asks for it.
            let way = Redirect::to(&local(form.get("return")));
            Ok((session_cookie(&context.state, secret.reveal()), way).into_response())
        }
        Err(AppError::Rule(message)) => {
            attempts.note_failure(&context.origin.address, context.state.installation.now());
            let errors = field_errors(context.language, &[FieldError { field: "", message }]);
            let view = View { form: form.state(errors), provider: String::new() };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page(&context.frame(), &view))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Refuses an attempt while too many failed from its address.
fn require_attempt(context: &Context, attempts: &Attempts) -> Result<(), Refusal> {
    let wait = attempts.wait_seconds(&context.origin.address, context.state.installation.now());
    wait.map_or(Ok(()), |seconds| Err(Refusal::too_many_attempts(seconds)))
}

/// The form that asks for the code of an authenticator.
pub(crate) async fn code_form(context: Context) -> Response {
    match context.pending {
        Some(_) => Html(code_page(&context.frame(), &FormState::default())).into_response(),
        None => Redirect::to("/sign-in").into_response(),
    }
}

/// The form that asks for a recovery code.
pub(crate) async fn recovery_form(context: Context) -> Response {
    match context.pending {
        Some(_) => Html(recovery_page(&context.frame(), &FormState::default())).into_response(),
        None => Redirect::to("/sign-in").into_response(),
    }
}

/// Completes signing in with the code of an authenticator.
pub(crate) async fn submit_code(
    context: Context,
    Extension(attempts): Extension<Arc<Attempts>>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    second_step(&context, &attempts, SecondStep::Code(form.get("code"))).await
}

/// Completes signing in with a recovery code.
pub(crate) async fn submit_recovery(
    context: Context,
    Extension(attempts): Extension<Arc<Attempts>>,
    form: PostedForm,
) -> Result<Response, Refusal> {
    second_step(&context, &attempts, SecondStep::RecoveryCode(form.get("recovery_code"))).await
}

/// The second step, by either code.
async fn second_step(
    context: &Context,
    attempts: &Attempts,
    step: SecondStep<'_>,
) -> Result<Response, Refusal> {
    let Some(pending) = &context.pending else { return Ok(Redirect::to("/sign-in").into_response()) };
    require_attempt(context, attempts)?;
    let installation = &context.state.installation;
    let errors = match verify_second_factor(installation, pending, step, &context.origin).await {
        Ok(secret) => {
            return Ok((session_cookie(&context.state, secret.reveal()), Redirect::to("/")).into_response());
        }
        Err(AppError::Fields(errors)) => errors,
        Err(AppError::Rule(message)) => vec![FieldError { field: "", message }],
        Err(error) => return Err(error.into()),
    };
    attempts.note_failure(&context.origin.address, installation.now());
    let form = FormState { errors: field_errors(context.language, &errors), ..FormState::default() };
    let page = match step {
        SecondStep::Code(_) => code_page(&context.frame(), &form),
        SecondStep::RecoveryCode(_) => recovery_page(&context.frame(), &form),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

/// Ends the session.
pub(crate) async fn leave(visitor: SignedIn, _form: PostedForm) -> Result<Response, Refusal> {
    let context = &visitor.context;
    sign_out(&context.state.installation, &visitor.presence).await?;
    let name = session_cookie_name(&context.state);
    let cookie = format!("{name}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly{}", secure(&context.state));
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/signed-out")).into_response())
}

/// The page after signing out.
pub(crate) async fn left(context: Context) -> Html<String> {
    Html(signed_out_page(&context.frame()))
}

/// The header that keeps a session's secret in the browser.
pub(crate) fn session_cookie(
    state: &WebState,
    secret: &str,
) -> AppendHeaders<[(axum::http::HeaderName, String); 1]> {
    let name = session_cookie_name(state);
    let seconds = SESSION_MILLISECONDS / 1_000;
    let cookie =
        format!("{name}={secret}; Path=/; Max-Age={seconds}; SameSite=Lax; HttpOnly{}", secure(state));
    AppendHeaders([(SET_COOKIE, cookie)])
}

/// The attribute of cookies that are sent by HTTPS only.
fn secure(state: &WebState) -> &'static str {
    if state.site.is_secure() { "; Secure" } else { "" }
}
