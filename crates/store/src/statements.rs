//! Every statement, by module, for the test that prepares each on both engines.

use crate::statement::Statement;

/// The modules with their statements.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static [Statement])> {
    vec![
        ("assessments", crate::assessments::ALL),
        ("api_tokens", crate::api_tokens::ALL),
        ("audit_events", crate::audit_events::ALL),
        ("blobs", crate::blobs::ALL),
        ("copy", crate::copy::ALL),
        ("counters", crate::counters::ALL),
        ("findings", crate::findings::ALL),
        ("examination", crate::examination::ALL),
        ("identities", crate::identities::ALL),
        ("identity_rules", crate::identity_rules::ALL),
        ("invitations", crate::invitations::ALL),
        ("jobs", crate::jobs::ALL),
        ("memberships", crate::memberships::ALL),
        ("organisations", crate::organisations::ALL),
        ("people", crate::people::ALL),
        ("product_documents", crate::product_documents::ALL),
        ("products", crate::products::ALL),
        ("releases", crate::releases::ALL),
        ("saved_views", crate::saved_views::ALL),
        ("sbom_checks", crate::sbom_checks::ALL),
        ("sbom_components", crate::sbom_components::ALL),
        ("sboms", crate::sboms::ALL),
        ("second_factors", crate::second_factors::ALL),
        ("sessions", crate::sessions::ALL),
        ("settings", crate::settings::ALL),
        ("transaction", crate::transaction::ALL),
        ("units", crate::units::ALL),
        ("uploads", crate::uploads::ALL),
        ("vulnerabilities", crate::vulnerabilities::ALL),
    ]
}
