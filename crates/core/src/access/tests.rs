//! Tests of the decision: the table whole, and laws over random worlds.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::id::Id;

/// The table as a person reads it.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/access/rights.txt");

/// The organisation with this number.
fn organisation(n: u8) -> OrganisationId {
    OrganisationId::new(Id::from_bytes([n; 16]))
}

/// The person with this number.
fn person(n: u8) -> PersonId {
    PersonId::new(Id::from_bytes([n; 16]))
}

/// A kind of organisation that knows the role.
fn kind_of(role: Role) -> OrganisationKind {
    *OrganisationKind::ALL.iter().find(|kind| role.is_known_to(**kind)).unwrap()
}

/// Person 1 in organisation 1 with these roles.
fn member(kind: OrganisationKind, roles: RoleSet) -> Actor {
    let membership = Membership { organisation: organisation(1), kind, roles, is_suspended: false };
    Actor { person: person(1), membership: Some(membership), is_operator: false, token: None }
}

/// Person 1 who runs the installation and belongs nowhere.
fn operator() -> Actor {
    Actor { person: person(1), membership: None, is_operator: true, token: None }
}

/// The thing of organisation 1, or of person 1 in it, that the action is about.
fn own_target(action: Action) -> Target {
    if action.is_personal() { Target::own(organisation(1), person(1)) } else { Target::of(organisation(1)) }
}

/// The action is allowed.
fn is_allowed(actor: &Actor, action: Action, target: &Target) -> bool {
    decide(actor, action, target) == Decision::Allowed
}

/// One line of the table: the action and a mark for each column.
fn row(action: Action, marks: impl Iterator<Item = bool>) -> String {
    let marks: Vec<&str> = marks.map(|mark| if mark { " x" } else { " ." }).collect();
    format!("{:<20}{}\n", action.code(), marks.join(" "))
}

/// The whole table as text.
fn table_text() -> String {
    let letters: Vec<String> = ('A'..='Z').map(|letter| letter.to_string()).collect();
    let mut text =
        "Which role may do what with things of its own organisation (x: may, .: may not).\n\n".to_owned();
    for (letter, role) in letters.iter().zip(Role::ALL) {
        let kinds = OrganisationKind::ALL.iter().filter(|kind| role.is_known_to(**kind));
        let kinds: Vec<&str> = kinds.map(|kind| kind.code()).collect();
        text.push_str(&format!("{letter}  {:<20}({})\n", role.code(), kinds.join(", ")));
    }
    let heads: Vec<String> =
        letters.iter().take(Role::ALL.len()).map(|letter| format!(" {letter}")).collect();
    text.push_str(&format!("\n{:<20}{}\n", "", heads.join(" ")));
    for action in Action::ALL {
        let marks = Role::ALL.iter().map(|role| {
            let actor = member(kind_of(*role), RoleSet::EMPTY.with(*role));
            is_allowed(&actor, *action, &own_target(*action))
        });
        text.push_str(&row(*action, marks));
    }
    text.push_str("\nWhat running the installation allows: I on what belongs to the installation (or is the operator's own),\n");
    text.push_str("O on what belongs to an organisation.\n\n");
    text.push_str(&format!("{:<20} I  O\n", ""));
    for action in Action::ALL {
        let own = Target::own_of_operator(person(1));
        let installation = if action.is_personal() { own } else { Target::installation() };
        let targets = [installation, own_target(*action)];
        text.push_str(&row(*action, targets.iter().map(|target| is_allowed(&operator(), *action, target))));
    }
    text.push_str("\nWhat the scope of a token lets through of its owner's rights.\n\n");
    for (letter, scope) in letters.iter().zip(TokenScope::ALL) {
        text.push_str(&format!("{letter}  {}\n", scope.code()));
    }
    let heads: Vec<String> =
        letters.iter().take(TokenScope::ALL.len()).map(|letter| format!(" {letter}")).collect();
    text.push_str(&format!("\n{:<20}{}\n", "", heads.join(" ")));
    for action in Action::ALL {
        text.push_str(&row(*action, TokenScope::ALL.iter().map(|scope| scope.allows(*action))));
    }
    text
}

#[test]
fn every_role_and_every_action_is_as_written_down() {
    let found = table_text();
    if std::env::var_os("KIKIMORI_WRITE_GOLDENS").is_some() {
        std::fs::write(GOLDEN, &found).unwrap();
    }
    let expected = std::fs::read_to_string(GOLDEN).unwrap();
    assert_eq!(
        found, expected,
        "rights changed; if meant, write the table anew with KIKIMORI_WRITE_GOLDENS=1"
    );
}

#[test]
fn every_action_is_granted_to_somebody_and_every_role_may_do_something() {
    for action in Action::ALL {
        let is_granted = Role::ALL.iter().any(|role| table::grants(*role, *action));
        assert!(is_granted || table::OPERATOR.contains(action), "{action}");
    }
    for role in Role::ALL {
        assert!(Action::ALL.iter().any(|action| table::grants(*role, *action)), "{role}");
    }
    for kind in OrganisationKind::ALL {
        let does_work = |action: Action| Role::known_to(*kind).any(|role| table::grants(role, action));
        assert!(does_work(Action::EditPeople) && does_work(Action::AssessFinding), "{kind}");
    }
}

#[test]
fn auditors_read_everything_and_change_nothing() {
    let auditor = member(OrganisationKind::Mah, RoleSet::EMPTY.with(Role::Auditor));
    for action in Action::ALL {
        let is_for_members = Role::ALL.iter().any(|role| table::grants(*role, *action));
        let expected = is_for_members && (!action.is_change() || *action == Action::EndOwnSessions);
        assert_eq!(is_allowed(&auditor, *action, &own_target(*action)), expected, "{action}");
    }
}

#[test]
fn names_the_reason() {
    let reader = member(OrganisationKind::Mah, RoleSet::EMPTY.with(Role::Reader));
    let psirt = member(OrganisationKind::Mah, RoleSet::EMPTY.with(Role::Psirt));
    let suspended = |actor: Actor| Actor {
        membership: actor.membership.map(|membership| Membership { is_suspended: true, ..membership }),
        ..actor
    };
    let nobody = Actor { is_operator: false, ..operator() };
    let own = Target::of(organisation(1));
    let cases = [
        (nobody, Action::ViewProducts, own, Denial::NoMembership),
        (operator(), Action::ViewProducts, own, Denial::NoMembership),
        (suspended(psirt), Action::ViewProducts, own, Denial::Suspended),
        (psirt, Action::ViewProducts, Target::of(organisation(2)), Denial::OtherOrganisation),
        (psirt, Action::UpdateLibrary, Target::installation(), Denial::OperatorOnly),
        (psirt, Action::BackUp, own, Denial::OperatorOnly),
        (reader, Action::AssessFinding, own, Denial::RoleMissing),
        (psirt, Action::EditOwnTokens, Target::own(organisation(1), person(2)), Denial::NotOwn),
        (psirt, Action::EditOwnTokens, own, Denial::NotOwn),
        (psirt, Action::ViewViews, Target::own(organisation(1), person(2)), Denial::NotOwn),
        (Actor { token: Some(TokenScope::Read), ..psirt }, Action::UploadSbom, own, Denial::TokenScope),
    ];
    for (actor, action, target, denial) in cases {
        assert_eq!(decide(&actor, action, &target), Decision::Denied(denial), "{action} {target:?}");
        assert_eq!(decide(&actor, action, &target).require().unwrap_err(), denial.message());
    }
    assert_eq!(decide(&psirt, Action::ViewFeeds, &Target::installation()).require(), Ok(()));
    assert!(Denial::OtherOrganisation.hides_existence() && !Denial::RoleMissing.hides_existence());
    assert_eq!(Denial::OtherOrganisation.message(), Denial::NotOwn.message());
}

#[test]
fn a_role_counts_only_where_it_is_known() {
    for role in Role::ALL {
        for kind in OrganisationKind::ALL.iter().filter(|kind| !role.is_known_to(**kind)) {
            let actor = member(*kind, RoleSet::EMPTY.with(*role));
            for action in Action::ALL {
                assert!(!is_allowed(&actor, *action, &own_target(*action)), "{role} {kind} {action}");
            }
        }
    }
}

#[test]
fn sets_hold_what_was_put_in() {
    let all: RoleSet = Role::ALL.iter().copied().collect();
    assert_eq!(all.iter().collect::<Vec<_>>(), Role::ALL);
    for role in Role::ALL {
        assert!(all.has(*role) && !all.without(*role).has(*role) && RoleSet::EMPTY.with(*role).has(*role));
        assert_eq!(Role::of_code(role.code()), Some(*role));
    }
    assert!(RoleSet::EMPTY.is_empty() && RoleSet::EMPTY.iter().next().is_none());
}

/// Any set of roles.
fn any_roles() -> impl Strategy<Value = RoleSet> {
    proptest::collection::vec(select(Role::ALL), 0..6).prop_map(|roles| roles.into_iter().collect())
}

/// Any person, in one of three organisations or none.
fn any_actor() -> impl Strategy<Value = Actor> {
    let membership = (1_u8..4, select(OrganisationKind::ALL), any_roles(), any::<bool>());
    let membership = membership.prop_map(|(n, kind, roles, is_suspended)| Membership {
        organisation: organisation(n),
        kind,
        roles,
        is_suspended,
    });
    let token = proptest::option::of(select(TokenScope::ALL));
    (1_u8..4, proptest::option::of(membership), any::<bool>(), token).prop_map(
        |(n, membership, is_operator, token)| Actor { person: person(n), membership, is_operator, token },
    )
}

/// Anything that belongs to one of three organisations or to the installation.
fn any_target() -> impl Strategy<Value = Target> {
    (proptest::option::of(1_u8..4), proptest::option::of(1_u8..4))
        .prop_map(|(owner, own)| Target { owner: owner.map(organisation), person: own.map(person) })
}

proptest! {
    #[test]
    fn never_across_organisations(actor in any_actor(), action in select(Action::ALL), target in any_target()) {
        let home = actor.membership.map(|membership| membership.organisation);
        if is_allowed(&actor, action, &target) && target.owner.is_some() && target.owner != home {
            prop_assert!(actor.is_operator);
            prop_assert!(table::OPERATOR_IN_ORGANISATIONS.contains(&action));
        }
    }

    #[test]
    fn only_operators_change_what_belongs_to_the_installation(
        actor in any_actor(),
        action in select(Action::ALL),
        target in any_target(),
    ) {
        if target.owner.is_none() && is_allowed(&actor, action, &target) {
            prop_assert!(actor.is_operator || action == Action::ViewFeeds);
        }
    }

    #[test]
    fn a_token_only_narrows(actor in any_actor(), action in select(Action::ALL), target in any_target()) {
        let whole = Actor { token: None, ..actor };
        if is_allowed(&actor, action, &target) {
            prop_assert!(is_allowed(&whole, action, &target));
        }
        let order = [TokenScope::Ingest, TokenScope::Write, TokenScope::Admin];
        for pair in order.windows(2).chain([&[TokenScope::Read, TokenScope::Write][..]]) {
            let narrow = Actor { token: Some(pair[0]), ..actor };
            let wide = Actor { token: Some(pair[1]), ..actor };
            prop_assert!(!is_allowed(&narrow, action, &target) || is_allowed(&wide, action, &target));
        }
        let admin = Actor { token: Some(TokenScope::Admin), ..actor };
        prop_assert_eq!(is_allowed(&admin, action, &target), is_allowed(&whole, action, &target));
    }

    #[test]
    fn roles_only_widen(actor in any_actor(), role in select(Role::ALL), action in select(Action::ALL), target in any_target()) {
        let more = Actor {
            membership: actor.membership.map(|own| Membership { roles: own.roles.with(role), ..own }),
            ..actor
        };
        prop_assert!(!is_allowed(&actor, action, &target) || is_allowed(&more, action, &target));
    }

    #[test]
    fn without_rights_nothing_is_allowed(actor in any_actor(), action in select(Action::ALL), target in any_target()) {
        let without_roles = Actor {
            membership: actor.membership.map(|own| Membership { roles: RoleSet::EMPTY, ..own }),
            is_operator: false,
            ..actor
        };
        let suspended = Actor {
            membership: actor.membership.map(|own| Membership { is_suspended: true, ..own }),
            is_operator: false,
            ..actor
        };
        prop_assert!(!is_allowed(&without_roles, action, &target));
        prop_assert!(!is_allowed(&suspended, action, &target));
    }

    #[test]
    fn what_is_somebodys_own_is_nobody_elses(actor in any_actor(), action in select(Action::ALL), target in any_target()) {
        if is_allowed(&actor, action, &target) && target.person != Some(actor.person) {
            prop_assert!(!action.is_personal());
            prop_assert!(target.person.is_none() || action.reaches_others());
        }
    }
}
