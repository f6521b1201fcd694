//! An installation at work: the database, the folder with its files, the clock and the source of randomness.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kikimori_core::access::{Action, Actor, Decision, Target, decide};
use kikimori_core::audit::AuditActor;
use kikimori_core::id::{Id, OrganisationId};
use kikimori_core::stamp::Stamp;
use kikimori_store::audit_events::{self, NewEvent};
use kikimori_store::{Database, Scope, Transaction};

use crate::app_error::AppError;
use crate::current_library::CurrentLibrary;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Stamp + Send + Sync>;

/// Fills bytes with what nobody can guess.
pub type Randomness = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What every use case of the server works on. Clones share everything.
#[derive(Clone)]
pub struct Installation {
    /// The database.
    pub database: Database,
    /// The folder with original documents, the library and what waits to be confirmed.
    folder: Arc<PathBuf>,
    /// The library of vulnerabilities.
    library: CurrentLibrary,
    /// The clock.
    clock: Clock,
    /// The source of randomness.
    randomness: Randomness,
}

impl Installation {
    /// An installation on an open database whose schema is current.
    #[must_use]
    pub fn new(database: Database, folder: PathBuf, clock: Clock, randomness: Randomness) -> Self {
        let library = CurrentLibrary::new(folder.join("library"));
        Self { database, folder: Arc::new(folder), library, clock, randomness }
    }

    /// The folder with its files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the vulnerability library.
    #[must_use]
    pub fn library_folder(&self) -> PathBuf {
        self.folder.join("library")
    }

    /// The library of vulnerabilities, opened once and swapped when it changes.
    #[must_use]
    pub fn library(&self) -> &CurrentLibrary {
        &self.library
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Stamp {
        (self.clock)()
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Id {
        Id::new(self.now(), self.random())
    }

    /// Bytes that nobody can guess.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.randomness)(&mut bytes);
        bytes
    }

    /// Begins work that may write, on the rows of the actor's organisation.
    ///
    /// # Errors
    /// [`AppError::Busy`], or a fault.
    pub async fn begin(&self, actor: &Actor) -> Result<Transaction, AppError> {
        Ok(self.database.begin(scope(actor)).await?)
    }

    /// Begins work that only reads, on the rows of the actor's organisation.
    ///
    /// # Errors
    /// [`AppError::Busy`], or a fault.
    pub async fn read(&self, actor: &Actor) -> Result<Transaction, AppError> {
        Ok(self.database.begin_read(scope(actor)).await?)
    }
}

/// The organisation for which an actor acts.
///
/// # Errors
/// [`AppError::Forbidden`] if there is none.
pub fn organisation_of(actor: &Actor) -> Result<OrganisationId, AppError> {
    let membership = actor.membership.ok_or(kikimori_core::access::Denial::NoMembership)?;
    Ok(membership.organisation)
}

/// Asks the one function that decides.
///
/// # Errors
/// [`AppError::Forbidden`], or [`AppError::NotFound`] where even that would tell too much.
pub fn require(actor: &Actor, action: Action, target: &Target) -> Result<(), AppError> {
    match decide(actor, action, target) {
        Decision::Allowed => Ok(()),
        Decision::Denied(denial) => Err(denial.into()),
    }
}

/// Asks whether an actor may do something in their own organisation, and gives that organisation.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn require_own(actor: &Actor, action: Action) -> Result<OrganisationId, AppError> {
    let organisation = organisation_of(actor)?;
    require(actor, action, &Target::of(organisation))?;
    Ok(organisation)
}

/// What was done to what, for the audit trail.
#[derive(Clone, Debug)]
pub struct Deed<'a> {
    /// What was done: an action's code or a code of its own.
    pub action: &'a str,
    /// What kind of thing it was done to.
    pub target_kind: &'a str,
    /// Which.
    pub target_id: String,
    /// What changed and why.
    pub details: Vec<(String, String)>,
}

impl Installation {
    /// Adds what an actor did to the trail of their organisation, or of the installation if they act for none.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn audit(&self, work: &mut Transaction, actor: &Actor, deed: Deed<'_>) -> Result<(), AppError> {
        let organisation = actor.membership.map(|membership| membership.organisation);
        let mut deed = deed;
        if let Some(token) = actor.token {
            deed.details.push(("token_scope".to_owned(), token.code().to_owned()));
        }
        self.audit_as(work, AuditActor::Person(actor.person), organisation, deed).await
    }

    /// Adds what somebody, or the system, did to the trail of an organisation or of the installation.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn audit_as(
        &self,
        work: &mut Transaction,
        actor: AuditActor,
        organisation: Option<OrganisationId>,
        deed: Deed<'_>,
    ) -> Result<(), AppError> {
        let event = NewEvent {
            organisation,
            at: self.now(),
            actor,
            action: deed.action.to_owned(),
            target_kind: deed.target_kind.to_owned(),
            target_id: deed.target_id,
            details: deed.details,
        };
        audit_events::append(work, event).await?;
        Ok(())
    }
}

/// Whose rows an actor's work may touch.
fn scope(actor: &Actor) -> Scope {
    match actor.membership {
        Some(membership) => Scope::Organisation(membership.organisation),
        None => Scope::Installation,
    }
}
