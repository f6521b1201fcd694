//! The organisations, people, products and SBOMs of a demo.

use std::path::Path;

use kikimori_core::access::{Actor, Membership, OrganisationKind};
use kikimori_core::account::SetupDraft;
use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_core::product::ProductDraft;
use kikimori_core::release::ReleaseDraft;
use kikimori_core::sbom_revision::SbomSource;
use kikimori_store::organisations::Organisation;
use kikimori_store::people::Person;
use kikimori_store::{Scope, memberships};
use serde::Deserialize;

use crate::accounts::password;
use crate::accounts::set_up::{add, prepare_set_up, set_up};
use crate::app_error::AppError;
use crate::installation::Installation;
use crate::products::add_product::add_product;
use crate::products::add_release::add_release;
use crate::sboms::ingest_sbom::ingest_sbom;
use crate::sboms::{HandedIn, SubjectDraft};

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
    /// Its products.
    #[serde(default)]
    pub product: Vec<DemoProduct>,
}

/// A product of a demo with one release and its SBOM.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DemoProduct {
    /// Its Japanese trade name.
    pub trade_name_ja: String,
    /// Its English trade name.
    pub trade_name_en: String,
    /// The code of its class.
    pub device_class: String,
    /// The version of its release.
    pub version: String,
    /// The day of the release.
    pub released_on: String,
    /// The name of the SBOM's file.
    pub sbom: String,
}

/// Makes organisations with their people, products and SBOMs in an installation where there is nobody yet.
///
/// All people have this password; the first one runs the installation. Gives whether anything was made.
///
/// # Errors
/// [`AppError::Fields`] for a draft that is wrong; a fault of the database.
pub async fn furnish_demo(
    installation: &Installation,
    organisations: &[DemoOrganisation],
    sboms: &Path,
    typed: &str,
    language: &str,
) -> Result<bool, AppError> {
    let Some(link) = prepare_set_up(installation).await? else { return Ok(false) };
    let mut link = Some(link);
    for organisation in organisations {
        let person = match link.take() {
            Some(link) => set_up(installation, &link, &draft(organisation, typed), language).await?,
            None => add_other(installation, organisation, typed, language).await?,
        };
        for product in &organisation.product {
            furnish_product(installation, person, product, sboms).await?;
        }
    }
    Ok(true)
}

/// What a person would have typed to set the first organisation up.
fn draft(first: &DemoOrganisation, typed: &str) -> SetupDraft {
    SetupDraft {
        organisation_kind: first.kind.clone(),
        organisation_name_ja: first.name_ja.clone(),
        organisation_name_en: first.name_en.clone(),
        person_name: first.person.clone(),
        email: first.email.clone(),
        password: typed.to_owned(),
        password_again: typed.to_owned(),
    }
}

/// Adds a product with its release and hands its SBOM in, as the organisation's person would.
async fn furnish_product(
    installation: &Installation,
    person: PersonId,
    product: &DemoProduct,
    sboms: &Path,
) -> Result<(), AppError> {
    let mut read = installation.database.begin_read(Scope::Installation).await?;
    let found = memberships::list_of_person(&mut read, person, 1).await?;
    let found = found.into_iter().next().ok_or(AppError::NotFound)?;
    let organisation = kikimori_store::organisations::get(&mut read, found.organisation_id).await?;
    let kind = organisation.ok_or(AppError::NotFound)?.kind;
    drop(read);
    let membership =
        Membership { organisation: found.organisation_id, kind, roles: found.roles, is_suspended: false };
    let actor = Actor { person, membership: Some(membership), is_operator: false, token: None };
    let draft = ProductDraft {
        trade_name_ja: product.trade_name_ja.clone(),
        trade_name_en: product.trade_name_en.clone(),
        device_class: product.device_class.clone(),
        ..ProductDraft::default()
    };
    let (id, _) = add_product(installation, &actor, &draft).await?;
    let draft = ReleaseDraft {
        version: product.version.clone(),
        released_on: product.released_on.clone(),
        ..ReleaseDraft::default()
    };
    let (release, _) = add_release(installation, &actor, id, &draft).await?;
    let file = HandedIn { path: sboms.join(&product.sbom), name: product.sbom.clone() };
    ingest_sbom(installation, &actor, &file, release, &SubjectDraft::default(), SbomSource::Web).await?;
    Ok(())
}

/// Adds an organisation with a person who does not run the installation.
async fn add_other(
    installation: &Installation,
    other: &DemoOrganisation,
    typed: &str,
    language: &str,
) -> Result<PersonId, AppError> {
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
    work.commit().await?;
    Ok(person.id)
}
