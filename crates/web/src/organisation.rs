//! 管理 / Administration: its first page, the organisation's settings, and about this installation.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use kikimori_app::accounts::edit_organisation::{edit_organisation, find_organisation};
use kikimori_app::app_error::AppError;
use kikimori_core::access::Action;
use kikimori_store::Engine;
use kikimori_ui::page::admin::people::organisation_page;
use kikimori_ui::page::admin::system::{AboutView, PartRow, about_page};
use kikimori_ui::page::admin::{Place, page};
use kikimori_ui::view::FormState;

use crate::context::SignedIn;
use crate::form::PostedForm;
use crate::refusal::{Refusal, field_errors};
use crate::times::jst;

/// The list of every crate in this build, written by cargo.
const LOCK: &str = include_str!("../../../Cargo.lock");

/// The places of the administration that this person may see.
pub(crate) async fn admin(visitor: SignedIn) -> Html<String> {
    let needed = [
        (Place::Jobs, Action::ViewJobs),
        (Place::Users, Action::ViewPeople),
        (Place::Organisation, Action::ViewOrganisation),
        (Place::Tokens, Action::EditTokens),
        (Place::Audit, Action::ViewAudit),
    ];
    let mut places: Vec<Place> =
        needed.into_iter().filter(|(_, action)| visitor.may(*action)).map(|(place, _)| place).collect();
    places.push(Place::About);
    Html(page(&visitor.context.frame(), &places))
}

/// The organisation's settings.
pub(crate) async fn form(visitor: SignedIn) -> Result<Html<String>, Refusal> {
    let organisation = find_organisation(&visitor.context.state.installation, visitor.actor()).await?;
    let form = FormState {
        values: vec![
            ("organisation_ja".to_owned(), organisation.name_ja),
            ("organisation_en".to_owned(), organisation.name_en),
        ],
        errors: Vec::new(),
        revision: Some(organisation.revision.unsigned_abs()),
    };
    let may_edit = visitor.may(Action::EditOrganisation);
    Ok(Html(organisation_page(&visitor.context.frame(), &form, may_edit)))
}

/// Changes the organisation's settings.
pub(crate) async fn submit(visitor: SignedIn, form: PostedForm) -> Result<Response, Refusal> {
    visitor.require(Action::EditOrganisation)?;
    let names = (form.get("organisation_ja"), form.get("organisation_en"));
    let installation = &visitor.context.state.installation;
    match edit_organisation(installation, visitor.actor(), names, form.seen_revision()?).await {
        Ok(()) => Ok(Redirect::to("/admin/organisation?done=organisation").into_response()),
        Err(AppError::Fields(errors)) => {
            let state = form.state(field_errors(visitor.context.language, &errors));
            let page = Html(organisation_page(&visitor.context.frame(), &state, true));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// About this installation.
pub(crate) async fn about(visitor: SignedIn) -> Html<String> {
    let state = &visitor.context.state;
    let database = match state.installation.database.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let view = AboutView {
        version: state.site.version.to_owned(),
        database: database.to_owned(),
        clock: jst(state.installation.now()),
        licence: env!("CARGO_PKG_LICENSE").to_owned(),
        parts: parts(LOCK),
    };
    Html(about_page(&visitor.context.frame(), &view))
}

/// The crates of others that a lock file names, with their versions.
fn parts(lock: &str) -> Vec<PartRow> {
    let packages = lock.split("[[package]]").skip(1);
    packages
        .filter(|package| package.contains("\nsource = "))
        .filter_map(|package| {
            let value = |name: &str| {
                package
                    .lines()
                    .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \"")?.strip_suffix('"'))
            };
            Some(PartRow { name: value("name")?.to_owned(), version: value("version")?.to_owned() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_others_made() {
        let found = parts(LOCK);
        assert!(found.len() > 100 && found.iter().any(|part| part.name == "axum"), "{}", found.len());
        assert!(!found.iter().any(|part| part.name.starts_with("kikimori")));
    }
}
