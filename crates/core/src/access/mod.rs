//! Who may do what: organisations, roles, actions and the one function that decides.
//!
//! Every use case asks [`decide`] before it reads or writes. Nothing is allowed that no rule allows. An organisation's
//! rows are for its own members only; no rule yet lets one organisation see rows of another.

mod action;
mod role;
mod table;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use role::{OrganisationKind, Role, RoleSet};

use crate::coded::coded_enum;
use crate::id::{OrganisationId, PersonId};
use crate::message::{Code, Message, codes};

/// Who asks: a person, by what right, and through which token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// The membership under which the person acts now; none for an operator who belongs to no organisation.
    pub membership: Option<Membership>,
    /// The person runs the installation: organisations, jobs, backups, the library. It gives no right to read contents.
    pub is_operator: bool,
    /// What the API token allows that the request came with; none in a session of a browser.
    pub token: Option<TokenScope>,
}

/// What a person is in an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its kind.
    pub kind: OrganisationKind,
    /// The person's roles in it. Those that its kind does not know count for nothing.
    pub roles: RoleSet,
    /// The membership or the organisation is suspended.
    pub is_suspended: bool,
}

coded_enum! {
    /// What an API token allows at most; its owner's roles still decide.
    pub enum TokenScope {
        /// Reading.
        Read = "read",
        /// Reading, and changing products, SBOMs, findings and saved views.
        Write = "write",
        /// Uploading SBOMs, and finding the product and release they belong to.
        Ingest = "ingest",
        /// Reading the figures about the installation's own work.
        Metrics = "metrics",
        /// Everything that the owner may do.
        Admin = "admin",
    }
}

impl TokenScope {
    /// The scope lets the action through.
    #[must_use]
    pub fn allows(self, action: Action) -> bool {
        match self {
            Self::Read => !action.is_change() && action != Action::ViewMetrics,
            Self::Write => Self::Read.allows(action) || action.is_daily_change(),
            Self::Ingest => {
                matches!(action, Action::ViewProducts | Action::ViewReleases | Action::UploadSbom)
            }
            Self::Metrics => action == Action::ViewMetrics,
            Self::Admin => true,
        }
    }
}

/// What is asked about: whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The organisation that owns it; none for what belongs to the installation.
    pub owner: Option<OrganisationId>,
    /// The person whose own it is: a token, a session, a private view, a notification.
    pub person: Option<PersonId>,
}

impl Target {
    /// Something of an organisation: a product, a finding, a job, the list of them.
    #[must_use]
    pub const fn of(owner: OrganisationId) -> Self {
        Self { owner: Some(owner), person: None }
    }

    /// Something of one person in an organisation: a token, a session, a view, a notification.
    #[must_use]
    pub const fn own(owner: OrganisationId, person: PersonId) -> Self {
        Self { owner: Some(owner), person: Some(person) }
    }

    /// Something of the installation: the library, the feeds, the list of organisations.
    #[must_use]
    pub const fn installation() -> Self {
        Self { owner: None, person: None }
    }

    /// Something of an operator: a token, a session.
    #[must_use]
    pub const fn own_of_operator(person: PersonId) -> Self {
        Self { owner: None, person: Some(person) }
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go ahead.
    Allowed,
    /// No, and why not.
    Denied(Denial),
}

impl Decision {
    /// Nothing when allowed.
    ///
    /// # Errors
    /// The message for the person, when denied.
    pub fn require(self) -> Result<(), Message> {
        match self {
            Self::Allowed => Ok(()),
            Self::Denied(denial) => Err(denial.message()),
        }
    }
}

coded_enum! {
    /// Why not.
    pub enum Denial {
        /// The person acts for no organisation.
        NoMembership = "no_membership",
        /// The membership or the organisation is suspended.
        Suspended = "suspended",
        /// It belongs to another organisation. People are told that it does not exist.
        OtherOrganisation = "other_organisation",
        /// Only who runs the installation may.
        OperatorOnly = "operator_only",
        /// None of the person's roles allows it.
        RoleMissing = "role_missing",
        /// It is somebody else's own.
        NotOwn = "not_own",
        /// The token's scope does not allow it.
        TokenScope = "token_scope",
    }
}

impl Denial {
    /// The message's code. Another organisation's rows and somebody else's own do not exist for the person who asks.
    const fn message_code(self) -> Code {
        match self {
            Self::NoMembership => codes::ACCESS_NO_MEMBERSHIP,
            Self::Suspended => codes::ACCESS_SUSPENDED,
            Self::OtherOrganisation | Self::NotOwn => codes::ACCESS_NOT_FOUND,
            Self::OperatorOnly => codes::ACCESS_OPERATOR_ONLY,
            Self::RoleMissing => codes::ACCESS_ROLE_MISSING,
            Self::TokenScope => codes::ACCESS_TOKEN_SCOPE,
        }
    }

    /// What the person is told.
    #[must_use]
    pub fn message(self) -> Message {
        Message::new(self.message_code())
    }

    /// The answer must not tell that the thing exists: "not found", not "forbidden".
    #[must_use]
    pub const fn hides_existence(self) -> bool {
        matches!(self, Self::OtherOrganisation | Self::NotOwn)
    }
}

/// Decides whether `actor` may do `action` with `target`. The only place where this is decided.
#[must_use]
pub fn decide(actor: &Actor, action: Action, target: &Target) -> Decision {
    let by_right = if actor.is_operator && may_as_operator(actor.person, action, target) {
        Ok(())
    } else {
        may_as_member(actor, action, target)
    };
    match (by_right, actor.token) {
        (Err(denial), _) => Decision::Denied(denial),
        (Ok(()), Some(scope)) if !scope.allows(action) => Decision::Denied(Denial::TokenScope),
        (Ok(()), _) => Decision::Allowed,
    }
}

/// What running the installation allows: the table's list, and of an organisation's things only its jobs and what it is called.
fn may_as_operator(person: PersonId, action: Action, target: &Target) -> bool {
    if !table::OPERATOR.contains(&action) {
        return false;
    }
    if action.is_personal() {
        return *target == Target::own_of_operator(person);
    }
    target.person.is_none() && (target.owner.is_none() || table::OPERATOR_IN_ORGANISATIONS.contains(&action))
}

/// What membership and roles allow.
fn may_as_member(actor: &Actor, action: Action, target: &Target) -> Result<(), Denial> {
    let membership = actor.membership.ok_or(Denial::NoMembership)?;
    if membership.is_suspended {
        return Err(Denial::Suspended);
    }
    match target.owner {
        Some(owner) if owner != membership.organisation => return Err(Denial::OtherOrganisation),
        None if action != Action::ViewFeeds => return Err(Denial::OperatorOnly),
        _ => {}
    }
    let mut roles = membership.roles.iter().filter(|role| role.is_known_to(membership.kind));
    if !roles.any(|role| table::grants(role, action)) {
        let is_for_operators = !Role::ALL.iter().any(|role| table::grants(*role, action));
        return Err(if is_for_operators { Denial::OperatorOnly } else { Denial::RoleMissing });
    }
    let is_own = target.person == Some(actor.person);
    let is_shared = target.person.is_none() && !action.is_personal();
    if is_own || is_shared || action.reaches_others() { Ok(()) } else { Err(Denial::NotOwn) }
}
