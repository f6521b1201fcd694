//! The people and organisations of a demo.

use kikimori_core::access::OrganisationKind;
use kikimori_core::account::SetupDraft;
use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_store::Scope;
use kikimori_store::organisations::Organisation;
use kikimori_store::people::Person;
use serde::Deserialize;

use super::password;
use super::set_up::{add, prepare_set_up, set_up};
use crate::app_error::AppError;
use crate::installation::Installation;

/// An organisation of a demo with its person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DemoOrganisation {
    /// The code of its kind.
    pub kind: String,
    /// Its Japanese name.
    pub name_ja: String,
    /// Its English name.
    pub name_en: String,
    /// The name of its person.
    pub person: String,
    /// The address with which the person signs in.
    pub email: String,
}

/// Makes the organisations with their people, who all have this password, in an installation where there is nobody yet. The first
/// person runs the installation. Gives whether it made them.
///
/// # Errors
/// [`AppError::Fields`] for a draft that is wrong; a fault of the database.
pub async fn furnish_demo(
    installation: &Installation,
    organisations: &[DemoOrganisation],
    typed: &str,
    language: &str,
) -> Result<bool, AppError> {
    let Some((first, others)) = organisations.split_first() else { return Ok(false) };
    let Some(link) = prepare_set_up(installation).await? else { return Ok(false) };
    let draft = SetupDraft {
        organisation_kind: first.kind.clone(),
        organisation_name_ja: first.name_ja.clone(),
        organisation_name_en: first.name_en.clone(),
        person_name: first.person.clone(),
        email: first.email.clone(),
        password: typed.to_owned(),
        password_again: typed.to_owned(),
    };
    set_up(installation, &link, &draft, language).await?;
    for other in others {
        add_other(installation, other, typed, language).await?;
    }
    Ok(true)
}

/// Adds an organisation with a person who does not run the installation.
async fn add_other(
    installation: &Installation,
    other: &DemoOrganisation,
    typed: &str,
    language: &str,
) -> Result<(), AppError> {
    let kind = OrganisationKind::of_code(&other.kind).ok_or(AppError::NotFound)?;
    let hash = password::hash(typed.to_owned(), installation.random()).await?;
    let now = installation.now();
    let organisation = Organisation {
        id: OrganisationId::new(installation.new_id()),
        kind,
        name_ja: other.name_ja.clone(),
        name_en: other.name_en.clone(),
        is_active: true,
        created_at: now,
        revision: 1,
    };
    let person = Person {
        id: PersonId::new(installation.new_id()),
        email: other.email.clone(),
        name: other.person.clone(),
        language: language.to_owned(),
        password_hash: Some(hash),
        password_changed_at: Some(now),
        is_operator: false,
        n_failed: 0,
        locked_until: None,
        is_active: true,
        created_at: now,
        revision: 1,
    };
    let mut work = installation.database.begin(Scope::Installation).await?;
    add(&mut work, installation, &organisation, &person).await?;
    Ok(work.commit().await?)
}
