//! 表示の保存 / Naming a list: `/views/new`, `/views`.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::app_error::AppError;
use kikimori_app::views::save_view::{ViewDraft, save_view};
use kikimori_core::access::{Action, Decision, Target, decide};
use kikimori_core::field::FieldError;
use kikimori_ui::page::saved_view::{View, page};
use kikimori_ui::view::FormState;
use serde::Deserialize;

use crate::context::SignedIn;
use crate::form::PostedForm;
use crate::language::local;
use crate::refusal::{Refusal, field_errors};

/// The list to be named.
#[derive(Deserialize)]
pub(crate) struct Named {
    /// Its path.
    #[serde(default)]
    path: String,
    /// Its query.
    #[serde(default)]
    query: String,
}

/// The form.
pub(crate) async fn form(visitor: SignedIn, Query(named): Query<Named>) -> Html<String> {
    let values = vec![("path".to_owned(), local(&named.path)), ("query".to_owned(), named.query)];
    Html(page(&visitor.context.frame(), &view(&visitor, FormState { values, ..FormState::default() })))
}

/// The page's view.
fn view(visitor: &SignedIn, form: FormState) -> View {
    let may_share = visitor.actor().membership.is_some_and(|membership| {
        let target = Target::of(membership.organisation);
        decide(visitor.actor(), Action::EditSharedViews, &target) == Decision::Allowed
    });
    let query = form.get("query").to_owned();
    let conditions =
        form_urlencoded::parse(query.as_bytes()).map(|(name, value)| format!("{name}={value}")).collect();
    View { form, conditions, may_share }
}

/// Names the list and goes back to it.
pub(crate) async fn submit(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    let path = local(form.get("path"));
    let draft = ViewDraft {
        page: path.trim_start_matches('/').trim_start_matches("admin/").to_owned(),
        name: form.get("view_name").to_owned(),
        query: form.get("query").to_owned(),
        is_shared: form.get("shared") == "1",
        is_default: form.get("is_default") == "1",
    };
    match save_view(&visitor.context.state.installation, visitor.actor(), &draft).await {
        Ok(_) => Ok(Redirect::to(&format!("{path}?{}", draft.query)).into_response()),
        Err(AppError::Fields(errors)) => {
            let of_form = |error: FieldError| match error.field {
                "name" => FieldError { field: "view_name", ..error },
                _ => error,
            };
            let errors: Vec<FieldError> = errors.into_iter().map(of_form).collect();
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = Html(page(&visitor.context.frame(), &view(&visitor, state)));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
