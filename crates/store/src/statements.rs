//! Every statement, by module, for the test that prepares each on both engines.

use crate::statement::Statement;

/// The modules with their statements.
#[must_use]
pub fn all() -> Vec<(&'static str, &'static [Statement])> {
    vec![
        ("audit_events", crate::audit_events::ALL),
        ("blobs", crate::blobs::ALL),
        ("copy", crate::copy::ALL),
        ("counters", crate::counters::ALL),
        ("examination", crate::examination::ALL),
        ("identities", crate::identities::ALL),
        ("jobs", crate::jobs::ALL),
        ("memberships", crate::memberships::ALL),
        ("organisations", crate::organisations::ALL),
        ("people", crate::people::ALL),
        ("product_documents", crate::product_documents::ALL),
        ("products", crate::products::ALL),
        ("releases", crate::releases::ALL),
        ("sbom_components", crate::sbom_components::ALL),
        ("sboms", crate::sboms::ALL),
        ("saved_views", crate::saved_views::ALL),
        ("sessions", crate::sessions::ALL),
        ("transaction", crate::transaction::ALL),
        ("uploads", crate::uploads::ALL),
    ]
}
