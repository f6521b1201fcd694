//! Tokens, links and second factors on both engines.

use kikimori_core::access::{Role, RoleSet, TokenScope};
use kikimori_core::id::{InvitationId, TokenId};
use kikimori_core::stamp::Stamp;
use kikimori_store::api_tokens::{self, ApiToken};
use kikimori_store::invitations::{self, Invitation, Purpose};
use kikimori_store::{Engine, Scope, memberships, people, second_factors};

use crate::story::{furnished, id, organisation, person};

/// A token of person 1 in organisation 1.
fn token(number: u8, expires_at: i64) -> ApiToken {
    ApiToken {
        id: TokenId::new(id(number)),
        organisation_id: organisation(1).id,
        person_id: person(1).id,
        name: "取り込み".to_owned(),
        secret_sha256: [number; 32],
        scope: TokenScope::Ingest,
        created_at: Stamp(1),
        expires_at: Stamp(expires_at),
        used_at: None,
    }
}

/// A link of organisation 1.
fn link(number: u8, purpose: Purpose) -> Invitation {
    Invitation {
        id: InvitationId::new(id(number)),
        organisation_id: organisation(1).id,
        purpose,
        person_id: (purpose == Purpose::ResetPassword).then(|| person(1).id),
        email: "new@example.jp".to_owned(),
        name: "鈴木".to_owned(),
        language: "ja".to_owned(),
        roles: RoleSet::EMPTY.with(Role::Ra),
        secret_sha256: [number; 32],
        invited_by: person(1).id,
        created_at: Stamp(1),
        expires_at: Stamp(100),
    }
}

#[tokio::test]
async fn finds_tokens_while_they_last() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let (one, organisation) = (token(1, 100), organisation(1).id);
        let mut work = database.begin(Scope::Organisation(organisation)).await.unwrap();
        for token in [one.clone(), token(2, 50)] {
            api_tokens::insert(&mut work, &token).await.unwrap();
        }
        work.commit().await.unwrap();
        let mut work = database.begin(Scope::Installation).await.unwrap();
        let found = api_tokens::find_by_secret(&mut work, [1; 32], Stamp(99)).await.unwrap();
        assert_eq!(found.as_ref(), Some(&one));
        assert_eq!(api_tokens::find_by_secret(&mut work, [1; 32], Stamp(100)).await.unwrap(), None);
        api_tokens::note_used(&mut work, one.id, Stamp(60)).await.unwrap();
        let listed = api_tokens::list_of_organisation(&mut work, organisation, Stamp(60), 9).await.unwrap();
        assert_eq!(listed, [ApiToken { used_at: Some(Stamp(60)), ..one.clone() }], "the other ran out");
        assert!(api_tokens::revoke(&mut work, organisation, one.id, Stamp(70)).await.unwrap());
        assert!(!api_tokens::revoke(&mut work, organisation, one.id, Stamp(70)).await.unwrap());
        assert_eq!(api_tokens::find_by_secret(&mut work, [1; 32], Stamp(70)).await.unwrap(), None);
        assert_eq!(api_tokens::get(&mut work, organisation, one.id).await.unwrap(), None);
        let left = api_tokens::list_of_person(&mut work, organisation, person(1).id, Stamp(10), 9).await;
        assert_eq!(left.unwrap().len(), 1);
        let n_revoked =
            api_tokens::revoke_all_of_person(&mut work, organisation, person(1).id, Stamp(71)).await;
        assert_eq!(n_revoked.unwrap(), 1);
    }
}

#[tokio::test]
async fn lets_links_work_once() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let organisation = organisation(1).id;
        let mut work = database.begin(Scope::Installation).await.unwrap();
        for (number, purpose) in [(1, Purpose::Join), (2, Purpose::ResetPassword), (3, Purpose::Join)] {
            invitations::replace(&mut work, &link(number, purpose)).await.unwrap();
        }
        let find = async |work: &mut _, number: u8| {
            invitations::find_by_secret(work, [number; 32], Stamp(99)).await.unwrap()
        };
        assert_eq!(find(&mut work, 1).await, None, "the third link took its place");
        assert_eq!(find(&mut work, 2).await, Some(link(2, Purpose::ResetPassword)));
        let open = invitations::list(&mut work, organisation, Stamp(99), 9).await.unwrap();
        assert_eq!(open, [link(3, Purpose::Join)]);
        assert!(invitations::close(&mut work, organisation, open[0].id, Stamp(5)).await.unwrap());
        assert!(!invitations::close(&mut work, organisation, open[0].id, Stamp(5)).await.unwrap());
        assert_eq!(find(&mut work, 3).await, None);
        work.commit().await.unwrap();
        let mut other =
            database.begin_read(Scope::Organisation(crate::story::organisation(2).id)).await.unwrap();
        let is_walled = bed.engine == Engine::Postgres;
        assert_eq!(find(&mut other, 2).await.is_none(), is_walled, "row security");
    }
}

#[tokio::test]
async fn accepts_each_code_once() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let who = person(1).id;
        let mut work = database.begin(Scope::Installation).await.unwrap();
        assert!(second_factors::get(&mut work, who).await.unwrap().is_none());
        second_factors::replace(&mut work, who, b"first", Stamp(1)).await.unwrap();
        second_factors::replace(&mut work, who, b"secret", Stamp(1)).await.unwrap();
        assert!(second_factors::use_step(&mut work, who, 10, Stamp(2)).await.unwrap());
        assert!(!second_factors::use_step(&mut work, who, 10, Stamp(3)).await.unwrap(), "a replay");
        assert!(second_factors::use_step(&mut work, who, 11, Stamp(4)).await.unwrap());
        second_factors::replace(&mut work, who, b"other", Stamp(5)).await.unwrap();
        let kept = second_factors::get(&mut work, who).await.unwrap().unwrap();
        assert_eq!((kept.secret.as_slice(), kept.confirmed_at), (&b"secret"[..], Some(Stamp(2))));
        second_factors::replace_codes(&mut work, who, &[[1; 32], [2; 32]]).await.unwrap();
        assert!(second_factors::use_code(&mut work, who, [1; 32], Stamp(6)).await.unwrap());
        assert!(!second_factors::use_code(&mut work, who, [1; 32], Stamp(6)).await.unwrap());
        assert_eq!(second_factors::count_codes(&mut work, who).await.unwrap(), 1);
        second_factors::delete(&mut work, who).await.unwrap();
        assert_eq!(second_factors::count_codes(&mut work, who).await.unwrap(), 0);
        assert!(second_factors::get(&mut work, who).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn counts_the_other_administrators() {
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let mut work = database.begin(Scope::Installation).await.unwrap();
        let organisation = organisation(1).id;
        let count = async |work: &mut _, number: u8| {
            memberships::count_other_administrators(work, organisation, person(number).id).await.unwrap()
        };
        assert_eq!((count(&mut work, 1).await, count(&mut work, 2).await), (0, 1));
        assert!(people::has_shortcuts(&mut work, person(1).id).await.unwrap());
        people::set_shortcuts(&mut work, person(1).id, false).await.unwrap();
        assert!(!people::has_shortcuts(&mut work, person(1).id).await.unwrap());
        let disabled = people::Person { is_active: false, ..person(1) };
        people::update(&mut work, &disabled).await.unwrap();
        assert_eq!(count(&mut work, 2).await, 0, "who cannot sign in does not count");
    }
}

/// The trail cannot be changed: SQLite refuses by a trigger, PostgreSQL by having no policy that lets a row be reached.
#[tokio::test]
async fn the_trail_is_only_added_to() {
    use kikimori_store::DatabaseAddress;
    use sqlx::Connection as _;
    for bed in kikimori_testbed::each().await {
        let database = bed.open().await;
        furnished(&database).await;
        let mut work = database.begin(Scope::Installation).await.unwrap();
        kikimori_store::audit_events::append(&mut work, crate::story::event(1, 1)).await.unwrap();
        work.commit().await.unwrap();
        for change in ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"] {
            match &bed.address {
                DatabaseAddress::File(path) => {
                    let mut raw = sqlx::SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
                    let refused = sqlx::query(change).execute(&mut raw).await.unwrap_err().to_string();
                    assert!(refused.contains("audit events are only added"), "{refused}");
                }
                DatabaseAddress::Postgres(address) => {
                    let mut raw = sqlx::PgConnection::connect(address).await.unwrap();
                    sqlx::query("SELECT set_config('kikimori.scope', 'system', false)")
                        .execute(&mut raw)
                        .await
                        .unwrap();
                    let n_changed =
                        sqlx::query(change).execute(&mut raw).await.map(|done| done.rows_affected());
                    assert!(!matches!(n_changed, Ok(1..)), "{change}: {n_changed:?}");
                }
            }
        }
        let mut read = database.begin_read(Scope::System).await.unwrap();
        let kept =
            kikimori_store::audit_events::list_from(&mut read, Some(organisation(1).id), 0, 9).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].0.action, "edit_products");
    }
}
