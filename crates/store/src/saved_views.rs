//! Lists that people have named.

use kikimori_core::id::{OrganisationId, PersonId, ViewId};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    GET = "SELECT id, person_id, page, name, query, is_default, created_at FROM saved_views WHERE organisation_id = $1 AND id = $2";
    LIST = "SELECT id, person_id, page, name, query, is_default, created_at FROM saved_views WHERE organisation_id = $1 AND page = $2 AND (person_id IS NULL OR person_id = $3) ORDER BY name, id LIMIT $4";
    COUNT = "SELECT COUNT(*) AS n FROM saved_views WHERE organisation_id = $1 AND (person_id IS NULL OR person_id = $2)";
    INSERT = "INSERT INTO saved_views (organisation_id, id, person_id, page, name, query, is_default, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CLEAR_DEFAULT = "UPDATE saved_views SET is_default = 0 WHERE organisation_id = $1 AND page = $2 AND person_id = $3 AND is_default = 1";
    DELETE = "DELETE FROM saved_views WHERE organisation_id = $1 AND id = $2";
}

/// A saved view as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// Whose it is; without one the whole organisation sees it.
    pub person_id: Option<PersonId>,
    /// The page it belongs to, such as `findings`.
    pub page: String,
    /// Its name.
    pub name: String,
    /// Its query, without `?`.
    pub query: String,
    /// The page opens with it for its person.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Stamp,
}

/// The view of this id.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn get(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    id: ViewId,
) -> Result<Option<SavedView>, StoreError> {
    let values = vec![organisation_id.id().into(), id.id().into()];
    transaction.row(&GET, values).await?.map(|row| read(&row)).transpose()
}

/// The views of a page that a person sees, by name: their own and the shared ones.
///
/// # Errors
/// What the database says.
pub async fn list(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    page: &str,
    person_id: PersonId,
    n_max: u32,
) -> Result<Vec<SavedView>, StoreError> {
    let values = vec![organisation_id.id().into(), page.into(), person_id.id().into(), n_max.into()];
    transaction.rows(&LIST, values).await?.iter().map(read).collect()
}

/// How many views a person sees on all pages.
///
/// # Errors
/// What the database says.
pub async fn count(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    person_id: PersonId,
) -> Result<i64, StoreError> {
    let values = vec![organisation_id.id().into(), person_id.id().into()];
    transaction.row(&COUNT, values).await?.map_or(Ok(0), |row| row.integer("n"))
}

/// Adds a view. A default takes the place of the person's former one on its page.
///
/// # Errors
/// What the database says.
pub async fn insert(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    view: &SavedView,
) -> Result<(), StoreError> {
    if view.is_default {
        let person = view.person_id.map(PersonId::id);
        let values = vec![organisation_id.id().into(), (&view.page).into(), person.into()];
        transaction.execute(&CLEAR_DEFAULT, values).await?;
    }
    let values = vec![
        organisation_id.id().into(),
        view.id.id().into(),
        view.person_id.map(PersonId::id).into(),
        (&view.page).into(),
        (&view.name).into(),
        (&view.query).into(),
        view.is_default.into(),
        view.created_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await.map(drop)
}

/// Removes a view; whether it was there.
///
/// # Errors
/// What the database says.
pub async fn delete(
    transaction: &mut Transaction,
    organisation_id: OrganisationId,
    id: ViewId,
) -> Result<bool, StoreError> {
    let values = vec![organisation_id.id().into(), id.id().into()];
    Ok(transaction.execute(&DELETE, values).await? > 0)
}

/// Reads a row.
fn read(row: &Row) -> Result<SavedView, StoreError> {
    Ok(SavedView {
        id: ViewId::new(row.id("id")?),
        person_id: row.id_if_any("person_id")?.map(PersonId::new),
        page: row.text("page")?,
        name: row.text("name")?,
        query: row.text("query")?,
        is_default: row.truth("is_default")?,
        created_at: Stamp(row.integer("created_at")?),
    })
}
