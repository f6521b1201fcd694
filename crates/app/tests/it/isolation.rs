//! Random worlds: nothing that anybody can read holds a word of another organisation, and nothing of it can be touched by its id.

use std::fmt::Debug;

use kikimori_app::accounts::api_tokens::{create_token, list_own_tokens, list_tokens, revoke_token};
use kikimori_app::accounts::edit_member::{change_roles, reset_password, suspend_member, unlock_member};
use kikimori_app::accounts::edit_organisation::find_organisation;
use kikimori_app::accounts::invite_person::{invite_person, withdraw_invitation};
use kikimori_app::accounts::list_people::{find_member, list_people};
use kikimori_app::app_error::AppError;
use kikimori_app::audit::export_trail::{TrailForm, export_trail};
use kikimori_app::audit::list_events::list_events;
use kikimori_app::findings::list_findings::{FindingsAsked, list_findings};
use kikimori_app::identities::list_unresolved::{list_rules, list_unresolved};
use kikimori_app::installation::Installation;
use kikimori_app::jobs::list_jobs::list_jobs;
use kikimori_app::products::add_product::add_product;
use kikimori_app::products::add_release::add_release;
use kikimori_app::products::get_product::{get_product, get_release};
use kikimori_app::products::list_products::list_products;
use kikimori_app::sboms::get_sbom::get_sbom;
use kikimori_app::sboms::ingest_sbom::ingest_sbom;
use kikimori_app::sboms::read_original::read_original;
use kikimori_app::sboms::search_components::search_components;
use kikimori_app::sboms::{HandedIn, SubjectDraft};
use kikimori_app::views::list_views::list_views;
use kikimori_app::views::save_view::{ViewDraft, save_view};
use kikimori_core::access::{Actor, Membership, OrganisationKind, Role, RoleSet};
use kikimori_core::account::{InvitationDraft, TokenDraft};
use kikimori_core::id::{OrganisationId, PersonId, ProductId, ReleaseId, SbomId};
use kikimori_core::product::ProductDraft;
use kikimori_core::release::ReleaseDraft;
use kikimori_core::sbom_revision::SbomSource;
use kikimori_store::audit_events::AuditFilter;
use kikimori_store::memberships::{self, Membership as StoredMembership};
use kikimori_store::organisations::{self, Organisation};
use kikimori_store::people::{self, Person};
use kikimori_store::products::{ProductFilter, ProductOrder};
use kikimori_store::sbom_checks::UnresolvedFilter;
use kikimori_store::sbom_components::ComponentFilter;
use kikimori_store::{Scope, api_tokens, invitations};
use kikimori_testbed::TestDatabase;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::world::{ALL, NOW, world};

/// What one organisation of a world holds.
#[derive(Clone, Debug)]
struct Plan {
    /// Its kind.
    kind: OrganisationKind,
    /// Which of its kind's roles its people have, one each; the last person has all of them.
    roles: Vec<usize>,
    /// Products, each with a release and an SBOM.
    n_products: usize,
}

/// An organisation as it was furnished.
struct Furnished {
    /// A word that stands in everything of it and in nothing else.
    mark: String,
    /// Its id.
    id: OrganisationId,
    /// Its people, the last with every role.
    actors: Vec<Actor>,
    /// Its products with a release and an SBOM each.
    products: Vec<(ProductId, ReleaseId, SbomId)>,
}

/// Any organisation.
fn plan() -> impl Strategy<Value = Plan> {
    let kind = proptest::sample::select(OrganisationKind::ALL);
    let roles = proptest::collection::vec(0_usize..9, 0..3);
    (kind, roles, 0_usize..3).prop_map(|(kind, roles, n_products)| Plan { kind, roles, n_products })
}

/// Adds an organisation with its people.
async fn add_people(installation: &Installation, plan: &Plan, mark: &str) -> (OrganisationId, Vec<Actor>) {
    let id = OrganisationId::new(installation.new_id());
    let row = Organisation {
        id,
        kind: plan.kind,
        name_ja: format!("{mark}社"),
        name_en: mark.to_owned(),
        is_active: true,
        created_at: NOW,
        revision: 1,
    };
    let mut work = installation.database.begin(Scope::System).await.unwrap();
    organisations::insert(&mut work, &row).await.unwrap();
    let known: Vec<Role> = Role::known_to(plan.kind).collect();
    let single = plan.roles.iter().map(|index| RoleSet::EMPTY.with(known[index % known.len()]));
    let mut actors = Vec::new();
    for roles in single.chain([known.iter().copied().collect()]) {
        let person = PersonId::new(installation.new_id());
        let row = Person {
            id: person,
            email: format!("{person}@{mark}.example"),
            name: format!("{mark}の人"),
            language: "ja".to_owned(),
            password_hash: None,
            password_changed_at: None,
            is_operator: false,
            n_failed: 0,
            locked_until: None,
            is_active: true,
            created_at: NOW,
            revision: 1,
        };
        people::insert(&mut work, &row).await.unwrap();
        let row = StoredMembership {
            organisation_id: id,
            person_id: person,
            roles,
            is_active: true,
            created_at: NOW,
            revision: 1,
        };
        memberships::insert(&mut work, &row).await.unwrap();
        let membership = Membership { organisation: id, kind: plan.kind, roles, is_suspended: false };
        actors.push(Actor { person, membership: Some(membership), is_operator: false, token: None });
    }
    work.commit().await.unwrap();
    (id, actors)
}

/// Adds an organisation with people and everything that they can make.
async fn furnish(installation: &Installation, bed: &TestDatabase, plan: &Plan, number: usize) -> Furnished {
    let mark = format!("mark{number}q");
    let (id, actors) = add_people(installation, plan, &mark).await;
    let all = *actors.last().unwrap();
    let draft = InvitationDraft {
        person_name: format!("{mark}に招かれた人"),
        email: format!("new@{mark}.example"),
        roles: vec!["reader".to_owned()],
        language: "ja".to_owned(),
    };
    invite_person(installation, &all, &draft).await.unwrap();
    let draft = TokenDraft {
        name: format!("{mark}の鍵"),
        scope: "read".to_owned(),
        expires_on: "2027-01-01".to_owned(),
    };
    create_token(installation, &all, &draft).await.unwrap();
    let draft = ViewDraft {
        page: "findings".to_owned(),
        name: format!("{mark}の表示"),
        query: "status=open".to_owned(),
        is_shared: true,
        is_default: false,
    };
    save_view(installation, &all, &draft).await.unwrap();
    let mut products = Vec::new();
    for index in 0..plan.n_products {
        // Only who keeps products can add them; the all-round person of a kind that has no such role makes none.
        let draft = ProductDraft { trade_name_ja: format!("{mark}製品{index}"), ..ProductDraft::default() };
        let Ok((product, _)) = add_product(installation, &all, &draft).await else { break };
        let draft = ReleaseDraft { version: format!("{index}.{mark}"), ..ReleaseDraft::default() };
        let release = add_release(installation, &all, product, &draft).await.unwrap().0;
        let bill = format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{{"type":"library","name":"{mark}-part{index}","version":"1.0","purl":"pkg:npm/{mark}-part{index}@1.0"}},{{"type":"library","name":"{mark}-nameless","version":"2"}}]}}"#
        );
        let path = bed.folder.path().join(format!("{mark}-{index}.cdx.json"));
        std::fs::write(&path, bill).unwrap();
        let file = HandedIn { name: format!("{mark}-{index}.cdx.json"), path };
        let source = SbomSource::Web;
        let receipt =
            ingest_sbom(installation, &all, &file, release, &SubjectDraft::default(), source).await.unwrap();
        products.push((product, release, receipt.sbom.id));
    }
    Furnished { mark, id, actors, products }
}

/// What was read holds no word of another organisation.
fn holds_own_only<T: Debug>(
    what: &str,
    read: Result<T, AppError>,
    own: &Furnished,
    all: &[Furnished],
) -> usize {
    match read {
        Ok(read) => {
            let text = format!("{read:?}");
            for other in all.iter().filter(|other| other.id != own.id) {
                assert!(!text.contains(&other.mark), "{what} of {} shows {}: {text}", own.mark, other.mark);
                assert!(!text.contains(&other.id.to_string()), "{what} of {} names {}", own.mark, other.mark);
            }
            1
        }
        Err(AppError::Forbidden(_)) => 0,
        Err(error) => panic!("{what}: {error:?}"),
    }
}

/// What belongs to another organisation does not exist.
fn is_hidden<T>(what: &str, answer: Result<T, AppError>) {
    match answer {
        Err(AppError::NotFound | AppError::Forbidden(_)) => {}
        Err(error) => panic!("{what}: {error:?}"),
        Ok(_) => panic!("{what} was allowed"),
    }
}

/// Reads every list as one person; how many could be read.
async fn read_lists(installation: &Installation, actor: &Actor, own: &Furnished, all: &[Furnished]) -> usize {
    let (filter, order) = (ProductFilter::default(), (ProductOrder::default(), false));
    let products = list_products(installation, actor, &filter, order, ALL);
    let mut n = holds_own_only("products", products.await, own, all);
    let asked = FindingsAsked::default();
    n += holds_own_only("findings", list_findings(installation, actor, &asked, ALL).await, own, all);
    for words in ["mark", "part", "nameless"] {
        let found = search_components(installation, actor, words, ALL).await;
        n += holds_own_only("components", found, own, all);
    }
    let unresolved = list_unresolved(installation, actor, &UnresolvedFilter::default(), ALL).await;
    n += holds_own_only("unresolved", unresolved, own, all);
    n += holds_own_only("rules", list_rules(installation, actor).await, own, all);
    n += holds_own_only("views", list_views(installation, actor, "findings").await, own, all);
    n += holds_own_only("jobs", list_jobs(installation, actor, None, ALL).await, own, all);
    n += holds_own_only("people", list_people(installation, actor).await, own, all);
    n += holds_own_only("organisation", find_organisation(installation, actor).await, own, all);
    n += holds_own_only("own tokens", list_own_tokens(installation, actor).await, own, all);
    n += holds_own_only("tokens", list_tokens(installation, actor).await, own, all);
    let events = list_events(installation, actor, &AuditFilter::default(), ALL).await;
    n += holds_own_only("events", events, own, all);
    n + holds_own_only("trail", export_trail(installation, actor, TrailForm::JsonLines).await, own, all)
}

/// Reaches for everything of another organisation by its ids.
async fn reach_for(installation: &Installation, actor: &Actor, other: &Furnished) {
    for (product, release, sbom) in &other.products {
        is_hidden("a product", get_product(installation, actor, *product).await);
        is_hidden("a release", get_release(installation, actor, *release).await);
        let filter = ComponentFilter::default();
        is_hidden("an SBOM", get_sbom(installation, actor, *sbom, &filter, ALL).await);
        is_hidden("an original", read_original(installation, actor, *sbom).await);
    }
    for person in &other.actors {
        let id = person.person;
        is_hidden("a person", find_member(installation, actor, id).await);
        is_hidden("roles", change_roles(installation, actor, id, &["reader".to_owned()], 1).await);
        is_hidden("a suspension", suspend_member(installation, actor, id, false, "x").await);
        is_hidden("a lock", unlock_member(installation, actor, id).await);
        is_hidden("a password", reset_password(installation, actor, id).await);
    }
    let mut read = installation.database.begin_read(Scope::System).await.unwrap();
    let tokens = api_tokens::list_of_organisation(&mut read, other.id, NOW, 100).await.unwrap();
    let links = invitations::list(&mut read, other.id, NOW, 100).await.unwrap();
    drop(read);
    assert!(!tokens.is_empty() && !links.is_empty());
    for token in tokens {
        is_hidden("a token", revoke_token(installation, actor, token.id).await);
    }
    for link in links {
        is_hidden("an invitation", withdraw_invitation(installation, actor, link.id).await);
    }
}

/// Furnishes a world and lets everybody look around.
async fn holds(bed: &TestDatabase, plans: &[Plan]) {
    let installation = world(bed).await;
    let mut all = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        all.push(furnish(&installation, bed, plan, number).await);
    }
    let mut n_read = 0;
    for own in &all {
        for actor in &own.actors {
            n_read += read_lists(&installation, actor, own, &all).await;
            for other in all.iter().filter(|other| other.id != own.id) {
                reach_for(&installation, actor, other).await;
            }
        }
    }
    assert!(n_read >= 10 * all.len(), "somebody of each organisation can read: {n_read}");
}

#[test]
fn no_organisation_reads_or_touches_what_is_anothers() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 8, max_shrink_iters: 8, ..ProptestConfig::default() };
    let worlds = proptest::collection::vec(plan(), 2..5);
    let run = |plans: Vec<Plan>| {
        runtime.block_on(async {
            for bed in kikimori_testbed::each().await {
                holds(&bed, &plans).await;
            }
        });
        Ok(())
    };
    TestRunner::new(config).run(&worlds, run).unwrap();
}
