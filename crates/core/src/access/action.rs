//! What people can do here.

use crate::coded::coded_enum;

coded_enum! {
    /// Something that somebody wants to do; each needs a decision.
    pub enum Action {
        /// See products.
        ViewProducts = "view_products",
        /// Add, change, import and delete products.
        EditProducts = "edit_products",
        /// See releases.
        ViewReleases = "view_releases",
        /// Add, change and delete releases.
        EditReleases = "edit_releases",
        /// See the register of documents.
        ViewDocuments = "view_documents",
        /// Add, change and delete documents of the register.
        EditDocuments = "edit_documents",
        /// See SBOMs and their components, and take out the originals.
        ViewSboms = "view_sboms",
        /// Upload an SBOM, also as a new revision.
        UploadSbom = "upload_sbom",
        /// Withdraw a revision of an SBOM.
        WithdrawSbom = "withdraw_sbom",
        /// See findings with their evidence and assessments, and export them.
        ViewFindings = "view_findings",
        /// Assess a finding.
        AssessFinding = "assess_finding",
        /// Decide the identity of components.
        DecideIdentity = "decide_identity",
        /// See saved views that are shared, and one's own.
        ViewViews = "view_views",
        /// Make, change and delete one's own saved views.
        EditOwnViews = "edit_own_views",
        /// Make, change and delete saved views that everybody in the organisation sees.
        EditSharedViews = "edit_shared_views",
        /// See one's own notifications and mark them as read.
        ViewNotifications = "view_notifications",
        /// Choose what one is told of, and how.
        EditOwnRules = "edit_own_rules",
        /// Change the organisation's notification rules.
        EditRules = "edit_rules",
        /// Change the organisation's webhooks and see their deliveries.
        EditWebhooks = "edit_webhooks",
        /// See who belongs to the organisation, with their roles.
        ViewPeople = "view_people",
        /// Invite, suspend and remove people.
        EditPeople = "edit_people",
        /// Give and take roles.
        EditRoles = "edit_roles",
        /// See the organisation's settings.
        ViewOrganisation = "view_organisation",
        /// Change the organisation's settings.
        EditOrganisation = "edit_organisation",
        /// Make, see and revoke one's own API tokens.
        EditOwnTokens = "edit_own_tokens",
        /// See and revoke anybody's API tokens in the organisation.
        EditTokens = "edit_tokens",
        /// See and end one's own sessions.
        EndOwnSessions = "end_own_sessions",
        /// See and end anybody's sessions in the organisation.
        EndSessions = "end_sessions",
        /// See the audit trail.
        ViewAudit = "view_audit",
        /// Verify the chain of the audit trail.
        VerifyAudit = "verify_audit",
        /// Export the audit trail.
        ExportAudit = "export_audit",
        /// See the state of the library and its feeds.
        ViewFeeds = "view_feeds",
        /// Update the library.
        UpdateLibrary = "update_library",
        /// See background jobs.
        ViewJobs = "view_jobs",
        /// Start background jobs.
        RunJobs = "run_jobs",
        /// Cancel background jobs.
        CancelJobs = "cancel_jobs",
        /// Read the figures about the installation's own work.
        ViewMetrics = "view_metrics",
        /// Back up and check the installation.
        BackUp = "back_up",
        /// See which organisations there are, without their contents.
        ViewOrganisations = "view_organisations",
        /// Add, rename and suspend organisations, and invite their first administrators.
        EditOrganisations = "edit_organisations",
        /// Change the installation's settings and its operators.
        EditInstallation = "edit_installation",
    }
}

impl Action {
    /// It changes something. Marking one's own notifications as read does not count.
    #[must_use]
    pub const fn is_change(self) -> bool {
        !matches!(
            self,
            Self::ViewProducts
                | Self::ViewReleases
                | Self::ViewDocuments
                | Self::ViewSboms
                | Self::ViewFindings
                | Self::ViewViews
                | Self::ViewNotifications
                | Self::ViewPeople
                | Self::ViewOrganisation
                | Self::ViewAudit
                | Self::VerifyAudit
                | Self::ExportAudit
                | Self::ViewFeeds
                | Self::ViewJobs
                | Self::ViewMetrics
                | Self::ViewOrganisations
        )
    }

    /// It changes what people work on, not accounts, settings or the installation.
    #[must_use]
    pub const fn is_daily_change(self) -> bool {
        matches!(
            self,
            Self::EditProducts
                | Self::EditReleases
                | Self::EditDocuments
                | Self::UploadSbom
                | Self::WithdrawSbom
                | Self::AssessFinding
                | Self::DecideIdentity
                | Self::EditOwnViews
                | Self::EditSharedViews
                | Self::RunJobs
                | Self::CancelJobs
        )
    }

    /// It concerns what one person has: the target names the person, and it must be who asks.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::EditOwnViews
                | Self::ViewNotifications
                | Self::EditOwnRules
                | Self::EditOwnTokens
                | Self::EndOwnSessions
        )
    }

    /// It reaches what other people have: their tokens, sessions and memberships. All else that is somebody's own stays theirs.
    #[must_use]
    pub const fn reaches_others(self) -> bool {
        matches!(
            self,
            Self::ViewPeople | Self::EditPeople | Self::EditRoles | Self::EditTokens | Self::EndSessions
        )
    }
}
