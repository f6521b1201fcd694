//! The people of an organisation, and who was invited.

use std::collections::BTreeMap;

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::PersonId;
use kikimori_store::invitations::{self, Invitation};
use kikimori_store::memberships::{self, Membership};
use kikimori_store::people::{self, Person};
use kikimori_store::second_factors;

use crate::app_error::AppError;
use crate::installation::{Installation, require_own};

/// Most people of an organisation that are listed; larger ones than a manufacturer's whole quality and security staff do not occur.
const PEOPLE_MAX: u32 = 5_000;

/// A person in an organisation.
#[derive(Clone, Debug)]
pub struct Member {
    /// The person.
    pub person: Person,
    /// What they are in the organisation.
    pub membership: Membership,
}

/// The people of an organisation.
#[derive(Clone, Debug)]
pub struct People {
    /// Its members, by name.
    pub members: Vec<Member>,
    /// Who was invited and has not come yet.
    pub invitations: Vec<Invitation>,
}

/// The people of the actor's organisation.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn list_people(installation: &Installation, actor: &Actor) -> Result<People, AppError> {
    let organisation = require_own(actor, Action::ViewPeople)?;
    let mut read = installation.read(actor).await?;
    let memberships = memberships::list_of_organisation(&mut read, organisation, PEOPLE_MAX).await?;
    let mut memberships: BTreeMap<PersonId, Membership> =
        memberships.into_iter().map(|membership| (membership.person_id, membership)).collect();
    let people = people::list_of_organisation(&mut read, organisation, PEOPLE_MAX).await?;
    let members = people
        .into_iter()
        .filter_map(|person| Some(Member { membership: memberships.remove(&person.id)?, person }))
        .collect();
    let invitations = invitations::list(&mut read, organisation, installation.now(), PEOPLE_MAX).await?;
    Ok(People { members, invitations })
}

/// A member of the actor's organisation, and whether they have an authenticator.
///
/// # Errors
/// [`AppError::NotFound`] if the person is none.
pub async fn find_member(
    installation: &Installation,
    actor: &Actor,
    person: PersonId,
) -> Result<(Member, bool), AppError> {
    let organisation = require_own(actor, Action::ViewPeople)?;
    let mut read = installation.read(actor).await?;
    let membership = memberships::get(&mut read, organisation, person).await?.ok_or(AppError::NotFound)?;
    let stored = people::get(&mut read, person).await?.ok_or(AppError::NotFound)?;
    let factor = second_factors::get(&mut read, person).await?;
    let has_factor = factor.is_some_and(|factor| factor.confirmed_at.is_some());
    Ok((Member { person: stored, membership }, has_factor))
}
