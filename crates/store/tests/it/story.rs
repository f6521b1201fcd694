//! One story, told on both engines: people, a trail, numbers, and work in the background.

use kikimori_core::access::{OrganisationKind, Role, RoleSet};
use kikimori_core::audit::{AuditActor, FIRST_PREVIOUS_HASH};
use kikimori_core::id::{Id, JobId, OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;
use kikimori_store::audit_events::{self, AuditFilter, NewEvent};
use kikimori_store::jobs::{self, JobState, NewJob, Renewal};
use kikimori_store::list::Page;
use kikimori_store::memberships::{self, Membership};
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::people::{self, Person};
use kikimori_store::{Database, Scope, StoreError, counters};

/// The id with this number.
pub(crate) fn id(number: u8) -> Id {
    Id::new(Stamp(1_000_000), [number; 10])
}

/// An organisation with this number.
pub(crate) fn organisation(number: u8) -> Organisation {
    Organisation {
        id: OrganisationId::new(id(number)),
        kind: OrganisationKind::Mah,
        name_ja: format!("製造販売業者{number}"),
        name_en: String::new(),
        is_active: true,
        created_at: Stamp(i64::from(number)),
        revision: 1,
    }
}

/// A person with this number.
pub(crate) fn person(number: u8) -> Person {
    Person {
        id: PersonId::new(id(number)),
        email: format!("person{number}@example.jp"),
        name: "髙橋 﨑子".to_owned(),
        language: "ja".to_owned(),
        password_hash: None,
        password_changed_at: None,
        is_operator: false,
        n_failed: 0,
        locked_until: None,
        is_active: true,
        created_at: Stamp(1),
        revision: 1,
    }
}

/// An event of an organisation.
pub(crate) fn event(number: u8, at: i64) -> NewEvent {
    NewEvent {
        organisation: Some(organisation(number).id),
        at: Stamp(at),
        actor: AuditActor::Person(person(1).id),
        action: "edit_products".to_owned(),
        target_kind: "product".to_owned(),
        target_id: "x".to_owned(),
        details: vec![("名称".to_owned(), "輸液ポンプ".to_owned())],
    }
}

/// Two organisations and a person in the first.
pub(crate) async fn furnished(database: &Database) {
    let mut work = database.begin(Scope::Installation).await.unwrap();
    for number in [1, 2] {
        organisations::insert(&mut work, &organisation(number)).await.unwrap();
    }
    people::insert(&mut work, &person(1)).await.unwrap();
    let membership = Membership {
        organisation_id: organisation(1).id,
        person_id: person(1).id,
        roles: RoleSet::EMPTY.with(Role::Psirt).with(Role::Administrator),
        is_active: true,
        created_at: Stamp(1),
        revision: 1,
    };
    memberships::insert(&mut work, &membership).await.unwrap();
    work.commit().await.unwrap();
}

#[tokio::test]
async fn keeps_what_is_written_and_refuses_what_clashes() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let mut read = database.begin_read(Scope::Installation).await.unwrap();
        assert_eq!(people::find_by_email(&mut read, "person1@example.jp").await.unwrap(), Some(person(1)));
        let found = memberships::list_of_person(&mut read, person(1).id, 10).await.unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].roles.has(Role::Psirt) && !found[0].roles.has(Role::Ra));
        drop(read);

        let mut work = database.begin(Scope::Installation).await.unwrap();
        let twin = Person { id: PersonId::new(id(9)), ..person(1) };
        let refused = people::insert(&mut work, &twin).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Unique(name) if name == "uq_people__email"), "{refused:?}");
        drop(work);

        let mut work = database.begin(Scope::Installation).await.unwrap();
        let renamed = Organisation { name_ja: "新".to_owned(), ..organisation(1) };
        organisations::update(&mut work, &renamed).await.unwrap();
        let late = organisations::update(&mut work, &renamed).await.unwrap_err();
        assert!(matches!(late, StoreError::Conflict));
        drop(work);
        let mut read = database.begin_read(Scope::Installation).await.unwrap();
        let kept = organisations::get(&mut read, organisation(1).id).await.unwrap().unwrap();
        assert_eq!(kept.name_ja, "製造販売業者1", "what was not committed is not there");
    }
}

#[tokio::test]
async fn chains_the_trail_of_each_organisation() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        for at in 0..5 {
            for number in [1, 2] {
                let mut work = database.begin(Scope::Organisation(organisation(number).id)).await.unwrap();
                audit_events::append(&mut work, event(number, at)).await.unwrap();
                work.commit().await.unwrap();
            }
        }
        let mut read = database.begin_read(Scope::Organisation(organisation(1).id)).await.unwrap();
        let events = audit_events::list_from(&mut read, Some(organisation(1).id), 0, 100).await.unwrap();
        let mut previous = FIRST_PREVIOUS_HASH;
        for (number, (event, hash)) in events.iter().enumerate() {
            assert_eq!(event.sequence, number as u64 + 1);
            assert_eq!(audit_events::hash(event, &previous), *hash);
            previous = *hash;
        }
        assert_eq!(events.len(), 5);
        let filter = AuditFilter { since: Some(Stamp(3)), ..AuditFilter::default() };
        let page = Page { number: 1, n_rows: 1 };
        let (page, n) = audit_events::list(&mut read, Some(organisation(1).id), &filter, page).await.unwrap();
        assert_eq!((page.len(), n, page[0].at), (1, 2, Stamp(4)));
    }
}

#[tokio::test]
async fn gives_every_number_once() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        let mut tasks = Vec::new();
        for _ in 0..20 {
            let database = database.clone();
            tasks.push(tokio::spawn(async move {
                let mut work = database.begin(Scope::Organisation(organisation(1).id)).await.unwrap();
                let first = counters::take(&mut work, id(1), "finding", 3).await.unwrap();
                work.commit().await.unwrap();
                first
            }));
        }
        let mut firsts = Vec::new();
        for task in tasks {
            firsts.push(task.await.unwrap());
        }
        firsts.sort_unstable();
        assert_eq!(firsts, (0..20).map(|number| number * 3 + 1).collect::<Vec<i64>>());
    }
}

/// A job with this number.
fn job(number: u8, priority: i64, unique_key: Option<&str>) -> NewJob {
    NewJob {
        id: JobId::new(id(number)),
        organisation_id: None,
        kind: "match",
        argument: String::new(),
        unique_key: unique_key.map(str::to_owned),
        priority,
        run_at: Stamp(10),
        person_id: None,
        created_at: Stamp(10),
    }
}

#[tokio::test]
async fn hands_out_each_job_once_and_again_when_a_worker_dies() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        let mut work = database.begin(Scope::System).await.unwrap();
        assert!(jobs::insert(&mut work, &job(1, jobs::PRIORITY_BULK, Some("a"))).await.unwrap());
        assert!(
            !jobs::insert(&mut work, &job(2, jobs::PRIORITY_BULK, Some("a"))).await.unwrap(),
            "it waits already"
        );
        assert!(jobs::insert(&mut work, &job(3, jobs::PRIORITY_INTERACTIVE, None)).await.unwrap());
        work.commit().await.unwrap();

        let lease = async |worker: &str, now: i64| {
            let mut work = database.begin(Scope::System).await.unwrap();
            let job = jobs::lease(&mut work, worker, Stamp(now), Stamp(now + 100), 0).await.unwrap();
            work.commit().await.unwrap();
            job
        };
        assert!(lease("early", 9).await.is_none(), "not before its time");
        let first = lease("a", 10).await.unwrap();
        assert_eq!(first.id, JobId::new(id(3)), "what people wait for goes first");
        let second = lease("b", 10).await.unwrap();
        assert_eq!(second.id, JobId::new(id(1)));
        assert!(lease("c", 10).await.is_none());

        let again = lease("c", 111).await.unwrap();
        assert_eq!((again.id, again.n_attempts), (first.id, 2), "a lease that ran out");
        let mut work = database.begin(Scope::System).await.unwrap();
        let late = jobs::renew(&mut work, first.id, "a", Stamp(300), 1, None).await.unwrap();
        assert_eq!(late, Renewal::Lost);
        assert!(!jobs::finish(&mut work, first.id, "a", JobState::Done, "", Stamp(112)).await.unwrap());
        assert_eq!(
            jobs::renew(&mut work, first.id, "c", Stamp(300), 1, Some(2)).await.unwrap(),
            Renewal::Held
        );
        assert!(jobs::cancel(&mut work, first.id, Stamp(112)).await.unwrap());
        let asked = jobs::renew(&mut work, first.id, "c", Stamp(300), 1, Some(2)).await.unwrap();
        assert_eq!(asked, Renewal::CancelAsked);
        assert!(jobs::finish(&mut work, first.id, "c", JobState::Cancelled, "", Stamp(113)).await.unwrap());
        work.commit().await.unwrap();
        let mut read = database.begin_read(Scope::System).await.unwrap();
        assert_eq!(jobs::count_open(&mut read).await.unwrap(), 1);
    }
}

/// PostgreSQL's second wall: even a statement that names no organisation sees the own rows only, and the trail cannot be changed.
#[tokio::test]
async fn row_security_hides_other_organisations() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let mut work = database.begin(Scope::Organisation(organisation(1).id)).await.unwrap();
        audit_events::append(&mut work, event(1, 1)).await.unwrap();
        work.commit().await.unwrap();
        let mut other = database.begin_read(Scope::Organisation(organisation(2).id)).await.unwrap();
        let seen = audit_events::list_from(&mut other, Some(organisation(1).id), 0, 10).await.unwrap();
        let members = memberships::list_of_organisation(&mut other, organisation(1).id, 10).await.unwrap();
        if bed.engine == kikimori_store::Engine::Postgres {
            assert!(seen.is_empty() && members.is_empty(), "the wall stands below the statements");
        } else {
            assert_eq!((seen.len(), members.len()), (1, 1), "SQLite has the first wall alone: decide()");
        }
    }
}
