//! 利用者、組織、APIトークン / People, organisation, API tokens.

use super::{Place, start};
use crate::address;
use crate::frame::{Frame, Section, Tone};
use crate::page::account::own::{TokensView, post, tokens};
use crate::part::{
    Action, Banner, Block, Cell, Chip, Condition, Empty, Fact, Filter, Form, Hue, Page, Row, Shape, Table,
    results,
};
use crate::view::{Choice, FormState, Link, Listing};
use crate::words::Words;

/// The fields of an invitation, posted to `/admin/users/invite`. `roles` may stand several times.
pub const INVITE_FIELDS: &[&str] = &["person", "email", "roles", "language"];

/// The fields of a person's form, posted to `/admin/users/{id}`. `roles` may stand several times.
pub const USER_FIELDS: &[&str] = &["roles"];

/// The fields of the organisation, posted to `/admin/organisation`.
pub const ORGANISATION_FIELDS: &[&str] = &["organisation_ja", "organisation_en"];

/// How an account is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserState {
    /// Invited; the link was not used.
    Invited,
    /// In use.
    #[default]
    Active,
    /// Locked for a while after wrong passwords.
    Locked,
    /// Disabled.
    Disabled,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRow {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The names of their roles, in the page's language.
    pub roles: Vec<String>,
    /// How the account is.
    pub state: UserState,
    /// Since when; for an invitation, until when.
    pub since: String,
}

/// The conditions of the people: parameters of its address.
pub const USER_CONDITIONS: &[&str] = &["q", "role", "user_state"];

/// The people. An invitation is withdrawn by a post to `/admin/users/withdraw` with `user`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersView {
    /// Its state. Parameters: `q`, `role`, `user_state`.
    pub listing: Listing,
    /// The people of this page.
    pub rows: Vec<UserRow>,
    /// The roles.
    pub roles: Vec<Choice>,
    /// The link of an invitation that was just made, shown once to hand over; empty otherwise.
    pub invitation_link: String,
    /// The person may invite and change people.
    pub may_edit: bool,
}

/// The page of the people.
#[must_use]
pub fn users_page(frame: &Frame, view: &UsersView) -> String {
    let w = Words(frame.language);
    let rows = view.rows.iter().map(|row| {
        let (hue, key) = match row.state {
            UserState::Invited => (Hue::Medium, "ui.choice.user_state.invited"),
            UserState::Active => (Hue::Good, "ui.choice.user_state.active"),
            UserState::Locked => (Hue::Medium, "ui.choice.user_state.locked"),
            UserState::Disabled => (Hue::Quiet, "ui.choice.user_state.disabled"),
        };
        let roles = row.roles.iter().map(|role| Cell::Chip(Chip::new(Hue::Plain, role.clone()))).collect();
        let act = if row.state == UserState::Invited && view.may_edit {
            post(frame, "/admin/users/withdraw", w.t("ui.action.withdraw"), &row.name, ("user", &row.id))
        } else {
            Cell::Missing("ui.nothing_to_do")
        };
        let name = if row.state == UserState::Invited {
            Cell::text(&row.name)
        } else {
            Cell::Link(Link::new(&row.name, format!("/admin/users/{}", address::encode(&row.id))))
        };
        Row::new(vec![
            name,
            Cell::text(&row.email),
            Cell::Inline(roles),
            Cell::Chip(Chip::new(hue, w.t(key))),
            Cell::text(&row.since),
            act,
        ])
    });
    let keys = ["person", "email", "roles", "state!", "since!", "act!"];
    let filter = Filter {
        w,
        path: "/admin/users",
        listing: &view.listing,
        conditions: vec![
            Condition::text("q"),
            Condition::select_of("role", view.roles.clone()),
            Condition::select(w, "user_state", &["active", "locked", "invited", "disabled"]),
        ],
    };
    let mut page = start(w, Place::Users);
    if view.may_edit {
        page = page.action(Action::primary(w.t("ui.page.invite"), "/admin/users/invite"));
    }
    if !view.invitation_link.is_empty() {
        let mut banner = Banner::new(Tone::Success, w.t("ui.invitation_once"));
        banner.lines.push(Cell::Copy(view.invitation_link.clone()));
        page = page.block(Block::Banner(banner));
    }
    let table = Table::new(w, w.t("ui.page.users"), &keys).rows(rows);
    page.block(results(&filter, &table, Empty::new(w, "users", Vec::new()))).render(frame)
}

/// The form that invites.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InviteView {
    /// The roles.
    pub roles: Vec<Choice>,
    /// What is typed.
    pub form: FormState,
}

/// The page that invites.
#[must_use]
pub fn invite_page(frame: &Frame, view: &InviteView) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "invite", "/admin/users/invite", &frame.csrf, &view.form)
        .text("person")
        .required()
        .input("email", "email", "off")
        .required()
        .checks_of("roles", view.roles.clone())
        .required()
        .help()
        .radio("language", &["ja", "en"])
        .submit(w.t("ui.action.invite"))
        .cancel("/admin/users");
    under_users(w, Page::new(w, "ui.page.invite")).block(Block::Form(form)).render(frame)
}

/// A person's form. What else is done to them posts to `/admin/users/{id}/…`: `disable` (which asks with a page), `enable`, `unlock`,
/// `reset-password`, `reset-authenticator`, `end-sessions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserView {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// How the account is.
    pub state: UserState,
    /// The roles.
    pub roles: Vec<Choice>,
    /// What is typed.
    pub form: FormState,
    /// It is the person who looks at it; they cannot disable themselves.
    pub is_self: bool,
    /// An authenticator is in use.
    pub has_authenticator: bool,
    /// A link for a new password that was just made, shown once to hand over; empty otherwise.
    pub link: String,
    /// Whoever looks may change people; otherwise there is nothing to press.
    pub may_edit: bool,
}

/// The page of a person.
#[must_use]
pub fn user_page(frame: &Frame, view: &UserView) -> String {
    let w = Words(frame.language);
    let path = format!("/admin/users/{}", address::encode(&view.id));
    let mut page = under_users(w, Page::titled(view.name.clone()));
    if !view.may_edit {
        let of = |role: &&Choice| view.form.has("roles", &role.value);
        let roles: Vec<&str> = view.roles.iter().filter(of).map(|role| role.label.as_str()).collect();
        let facts = vec![
            Fact::new(w, "email", Cell::text(&view.email)),
            Fact::new(w, "roles", Cell::text(&roles.join(w.t("ui.comma")))),
        ];
        return page.block(Block::Facts(facts)).render(frame);
    }
    if !view.link.is_empty() {
        let mut banner = Banner::new(Tone::Success, w.t("ui.reset_once"));
        banner.lines.push(Cell::Copy(view.link.clone()));
        page = page.block(Block::Banner(banner));
    }
    let form = Form::new(w, "user", path.clone(), &frame.csrf, &view.form)
        .fixed("email", &view.email)
        .checks_of("roles", view.roles.clone())
        .help()
        .cancel("/admin/users")
        .guarded();
    let posting = |key: &str, end: &str| Action::post(w.t(key), format!("{path}/{end}"), &frame.csrf);
    let mut actions = vec![posting("ui.action.end_sessions", "end-sessions")];
    if view.state == UserState::Locked {
        actions.insert(0, posting("ui.action.unlock", "unlock"));
    }
    if !view.is_self {
        actions.push(posting("ui.action.reset_password", "reset-password"));
        if view.has_authenticator {
            actions.push(posting("ui.action.reset_authenticator", "reset-authenticator"));
        }
        actions.push(match view.state {
            UserState::Disabled => posting("ui.action.enable", "enable"),
            _ => Action::link(w.t("ui.action.disable"), format!("{path}/disable")),
        });
    }
    page.block(Block::Form(form))
        .block(Block::section(w, "user_access", vec![Block::Actions(actions)]))
        .render(frame)
}

/// A page under the people.
fn under_users(w: Words, page: Page) -> Page {
    page.under(w, Section::Admin).crumb(w.t("ui.page.users"), "/admin/users").shape(Shape::Reading)
}

/// The page of the organisation. Who may not change it sees its names.
#[must_use]
pub fn organisation_page(frame: &Frame, form: &FormState, may_edit: bool) -> String {
    let w = Words(frame.language);
    if !may_edit {
        let names = [form.get("organisation_ja"), form.get("organisation_en")];
        let cells = names.iter().filter(|name| !name.is_empty()).map(|name| Cell::text(name)).collect();
        let facts = vec![Fact::new(w, "organisation", Cell::Stack(cells))];
        return start(w, Place::Organisation).shape(Shape::Reading).block(Block::Facts(facts)).render(frame);
    }
    let form = Form::new(w, "organisation", "/admin/organisation", &frame.csrf, form)
        .pair("organisation", 0, true)
        .guarded();
    start(w, Place::Organisation).shape(Shape::Reading).block(Block::Form(form)).render(frame)
}

/// The page of all API tokens. Each ends by a post to `/admin/tokens/revoke` with `token`.
#[must_use]
pub fn tokens_page(frame: &Frame, view: &TokensView) -> String {
    let w = Words(frame.language);
    tokens(start(w, Place::Tokens), frame, view, "/admin/tokens").render(frame)
}
