//! Forgetting a named list.

use kikimori_core::access::{Action, Actor, Target};
use kikimori_core::id::ViewId;
use kikimori_store::saved_views;

use crate::app_error::AppError;
use crate::installation::{Deed, Installation, organisation_of, require};

/// Removes a view: one's own, or a shared one with the right to it.
///
/// # Errors
/// [`AppError::NotFound`] if it is not there or somebody else's; [`AppError::Forbidden`].
pub async fn delete_view(installation: &Installation, actor: &Actor, id: ViewId) -> Result<(), AppError> {
    let organisation = organisation_of(actor)?;
    let mut work = installation.begin(actor).await?;
    let view = saved_views::get(&mut work, organisation, id).await?.ok_or(AppError::NotFound)?;
    let action = match view.person_id {
        Some(person) => {
            require(actor, Action::EditOwnViews, &Target::own(organisation, person))?;
            Action::EditOwnViews
        }
        None => {
            require(actor, Action::EditSharedViews, &Target::of(organisation))?;
            Action::EditSharedViews
        }
    };
    saved_views::delete(&mut work, organisation, id).await?;
    let details = vec![
        ("page".to_owned(), view.page),
        ("name".to_owned(), view.name),
        ("query".to_owned(), view.query),
    ];
    let deed = Deed { action: action.code(), target_kind: "view", target_id: id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    Ok(work.commit().await?)
}
