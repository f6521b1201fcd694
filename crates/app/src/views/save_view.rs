//! Naming a list.

use kikimori_core::access::{Action, Actor, Target};
use kikimori_core::id::ViewId;
use kikimori_core::limits::{NAME_CHARACTERS_MAX, SAVED_VIEWS_MAX, VIEW_QUERY_BYTES_MAX};
use kikimori_core::message::{Message, codes};
use kikimori_core::typed_text;
use kikimori_store::saved_views::{self, SavedView};

use crate::app_error::AppError;
use crate::installation::{Deed, Installation, organisation_of, require};
use crate::views::PAGES;

/// A list to be named.
#[derive(Clone, Debug, Default)]
pub struct ViewDraft {
    /// The page, one of [`PAGES`].
    pub page: String,
    /// The name.
    pub name: String,
    /// The query of the list's address, without `?`.
    pub query: String,
    /// Everybody in the organisation sees it.
    pub is_shared: bool,
    /// The page opens with it.
    pub is_default: bool,
}

/// Names a list.
///
/// # Errors
/// [`AppError::Fields`] for a name or query that cannot be kept, or too many views; [`AppError::Forbidden`].
pub async fn save_view(
    installation: &Installation,
    actor: &Actor,
    draft: &ViewDraft,
) -> Result<ViewId, AppError> {
    let organisation = organisation_of(actor)?;
    if draft.is_shared {
        require(actor, Action::EditSharedViews, &Target::of(organisation))?;
    } else {
        require(actor, Action::EditOwnViews, &Target::own(organisation, actor.person))?;
    }
    let name = typed_text::line(&draft.name);
    if name.is_empty() {
        return Err(AppError::field("name", Message::new(codes::FIELD_REQUIRED)));
    }
    for (field, length, max) in [
        ("name", name.chars().count(), NAME_CHARACTERS_MAX),
        ("query", draft.query.len(), VIEW_QUERY_BYTES_MAX),
    ] {
        if length > max {
            let message = Message::new(codes::FIELD_TOO_LONG).with("max", max).with("length", length);
            return Err(AppError::field(field, message));
        }
    }
    if !PAGES.contains(&draft.page.as_str()) {
        return Err(AppError::field("page", Message::new(codes::FIELD_CHOICE).with("value", &draft.page)));
    }
    let mut work = installation.begin(actor).await?;
    let n_views = saved_views::count(&mut work, organisation, actor.person).await?;
    if n_views >= i64::from(SAVED_VIEWS_MAX) {
        let message =
            Message::new(codes::FIELD_TOO_MANY).with("max", SAVED_VIEWS_MAX).with("count", n_views + 1);
        return Err(AppError::field("name", message));
    }
    let view = SavedView {
        id: ViewId::new(installation.new_id()),
        person_id: (!draft.is_shared).then_some(actor.person),
        page: draft.page.clone(),
        name,
        query: draft.query.clone(),
        is_default: draft.is_default && !draft.is_shared,
        created_at: installation.now(),
    };
    saved_views::insert(&mut work, organisation, &view).await?;
    let action = if draft.is_shared { Action::EditSharedViews } else { Action::EditOwnViews };
    let details = vec![
        ("page".to_owned(), view.page),
        ("name".to_owned(), view.name),
        ("query".to_owned(), view.query),
    ];
    let deed = Deed { action: action.code(), target_kind: "view", target_id: view.id.to_string(), details };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(view.id)
}
