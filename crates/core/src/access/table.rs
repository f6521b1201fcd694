//! The table of rights: which role may do what.

use super::Action::{self, *};
use super::Role;

/// What everybody has who belongs to an organisation.
const SELF: &[Action] = &[ViewNotifications, EndOwnSessions];

/// What everybody has who does more than looking on.
const WORKPLACE: &[Action] = &[EditOwnViews, EditOwnRules, EditOwnTokens];

/// Reading what the organisation works on.
const READ: &[Action] = &[
    ViewProducts,
    ViewReleases,
    ViewDocuments,
    ViewSboms,
    ViewFindings,
    ViewViews,
    ViewPeople,
    ViewOrganisation,
    ViewFeeds,
    ViewJobs,
];

/// The list of products, releases and documents.
const REGISTER: &[Action] = &[EditProducts, EditReleases, EditDocuments];

/// SBOMs in and out.
const SBOMS: &[Action] = &[UploadSbom, WithdrawSbom];

/// Saying what a finding means for the product and what a component is.
const TRIAGE: &[Action] = &[AssessFinding, DecideIdentity];

/// What the organisation shares and is told of.
const SHARED: &[Action] = &[EditSharedViews, EditRules];

/// Starting and cancelling the organisation's jobs.
const JOBS: &[Action] = &[RunJobs, CancelJobs];

/// The audit trail.
const AUDIT: &[Action] = &[ViewAudit, VerifyAudit, ExportAudit];

/// Accounts and settings of the organisation.
const ACCOUNTS: &[Action] = &[
    EditPeople,
    EditRoles,
    EditOrganisation,
    EditTokens,
    EndSessions,
    EditWebhooks,
    EditRules,
    EditSharedViews,
];

/// The table. What a role does not list it may not do.
const TABLE: &[(Role, &[&[Action]])] = &[
    (Role::Administrator, &[SELF, WORKPLACE, READ, ACCOUNTS, JOBS, AUDIT]),
    (Role::GeneralManager, &[SELF, WORKPLACE, READ, SHARED, AUDIT]),
    (Role::SafetyManager, &[SELF, WORKPLACE, READ, TRIAGE, SHARED, AUDIT]),
    (Role::QualityManager, &[SELF, WORKPLACE, READ, REGISTER, SHARED, AUDIT]),
    (Role::Psirt, &[SELF, WORKPLACE, READ, REGISTER, SBOMS, TRIAGE, SHARED, JOBS]),
    (Role::Ra, &[SELF, WORKPLACE, READ, REGISTER, SHARED]),
    (Role::Auditor, &[SELF, READ, AUDIT]),
    (Role::HospitalAdmin, &[SELF, WORKPLACE, READ, SHARED, AUDIT]),
    (Role::HospDeviceSafety, &[SELF, WORKPLACE, READ, REGISTER, SBOMS, TRIAGE, SHARED, JOBS]),
    (Role::HospIt, &[SELF, WORKPLACE, READ, REGISTER, SBOMS, TRIAGE, SHARED, JOBS]),
    (Role::HospPurchase, &[SELF, WORKPLACE, READ, REGISTER]),
    (Role::HospClinical, &[SELF, WORKPLACE, READ]),
    (Role::SalesMaintenance, &[SELF, WORKPLACE, READ, REGISTER, SBOMS, TRIAGE, SHARED, JOBS]),
    (Role::Staff, &[SELF, WORKPLACE, READ, REGISTER, SBOMS, TRIAGE, SHARED, JOBS]),
    (Role::Reader, &[SELF, READ]),
];

/// What running the installation allows, on what belongs to the installation.
pub(super) const OPERATOR: &[Action] = &[
    ViewOrganisations,
    EditOrganisations,
    EditInstallation,
    ViewFeeds,
    UpdateLibrary,
    ViewJobs,
    RunJobs,
    CancelJobs,
    ViewMetrics,
    BackUp,
    ViewAudit,
    VerifyAudit,
    ExportAudit,
    EditOwnTokens,
    EndOwnSessions,
];

/// Which of these also hold for what belongs to an organisation: its existence and its jobs, never its contents.
pub(super) const OPERATOR_IN_ORGANISATIONS: &[Action] =
    &[ViewOrganisations, EditOrganisations, ViewJobs, RunJobs, CancelJobs];

/// The table grants the action to the role.
pub(super) fn grants(role: Role, action: Action) -> bool {
    let mut rows = TABLE.iter().filter(|(of, _)| *of == role);
    rows.any(|(_, groups)| groups.iter().any(|group| group.contains(&action)))
}
