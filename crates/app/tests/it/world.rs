//! A world for scenarios: two organisations with people of several roles, a clock that stands still, chance that repeats.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kikimori_app::installation::Installation;
use kikimori_core::access::{Actor, Membership, OrganisationKind, Role, RoleSet};
use kikimori_core::audit::AuditEvent;
use kikimori_core::id::{Id, OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;
use kikimori_store::list::Page;
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::{Scope, audit_events};
use kikimori_testbed::TestDatabase;

/// The moment at which the clock stands.
pub const NOW: Stamp = Stamp(1_795_000_000_000);

/// Everything on one page.
pub const ALL: Page = Page { number: 1, n_rows: 200 };

/// The id with this number.
pub fn id(number: u8) -> Id {
    Id::new(Stamp(1_000_000), [number; 10])
}

/// An installation with two makers.
pub async fn world(bed: &TestDatabase) -> Installation {
    let database = bed.open().await;
    let mut work = database.begin(Scope::System).await.unwrap();
    for number in [1, 2] {
        let row = Organisation {
            id: OrganisationId::new(id(number)),
            kind: OrganisationKind::Mah,
            name_ja: format!("製造販売業者{number}"),
            name_en: String::new(),
            is_active: true,
            created_at: NOW,
            revision: 1,
        };
        organisations::insert(&mut work, &row).await.unwrap();
    }
    work.commit().await.unwrap();
    let count = AtomicU64::new(0);
    let randomness = move |bytes: &mut [u8]| {
        let next = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let place = bytes.len().saturating_sub(next.len());
        bytes[place..].copy_from_slice(&next);
    };
    let folder = bed.folder.path().join("data");
    Installation::new(database, folder, Arc::new(|| NOW), Arc::new(randomness))
}

/// A person of a role in the organisation with this number.
pub fn actor(organisation: u8, role: Role) -> Actor {
    let membership = Membership {
        organisation: OrganisationId::new(id(organisation)),
        kind: OrganisationKind::Mah,
        roles: RoleSet::EMPTY.with(role),
        is_suspended: false,
    };
    let person = PersonId::new(id(100 + organisation));
    Actor { person, membership: Some(membership), is_operator: false, token: None }
}

/// Who may do everything with products and SBOMs in the first organisation.
pub fn psirt() -> Actor {
    actor(1, Role::Psirt)
}

/// The trail of the first organisation, oldest first.
pub async fn trail(installation: &Installation) -> Vec<AuditEvent> {
    let organisation = OrganisationId::new(id(1));
    let mut read = installation.database.begin_read(Scope::Organisation(organisation)).await.unwrap();
    let events = audit_events::list_from(&mut read, Some(organisation), 0, 1_000).await.unwrap();
    events.into_iter().map(|(event, _)| event).collect()
}

/// A file of the demo.
pub fn demo(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/sboms")).join(name)
}
