//! Every statement, by module, for the test that prepares each on both engines.

use crate::statement::Statement;

/// The modules with their statements.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static [Statement])> {
    vec![
        ("assessments", crate::assessments::ALL),
        ("audit_events", crate::audit_events::ALL),
        ("counters", crate::counters::ALL),
        ("findings", crate::findings::ALL),
        ("identities", crate::identities::ALL),
        ("identity_rules", crate::identity_rules::ALL),
        ("jobs", crate::jobs::ALL),
        ("memberships", crate::memberships::ALL),
        ("organisations", crate::organisations::ALL),
        ("people", crate::people::ALL),
        ("sbom_checks", crate::sbom_checks::ALL),
        ("sessions", crate::sessions::ALL),
        ("settings", crate::settings::ALL),
        ("transaction", crate::transaction::ALL),
        ("units", crate::units::ALL),
        ("vulnerabilities", crate::vulnerabilities::ALL),
    ]
}
