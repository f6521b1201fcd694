//! アカウント / Account: profile, password, authenticator, sessions, API tokens, notifications.

use kikimori_core::access::TokenScope;

use crate::frame::{Frame, Tone};
use crate::page::admin::system::{DIGESTS, EVENTS};
use crate::part::cell::PostButton;
use crate::part::{
    Action, Banner, Block, Cell, Chip, Empty, Fact, Form, Hue, Page, Row, Shape, Tab, Table, Width,
};
use crate::view::{FormState, Link};
use crate::words::Words;

/// The fields of the profile, posted to `/account`. `shortcuts` is `1` when they are on.
pub const PROFILE_FIELDS: &[&str] = &["person", "language", "shortcuts"];

/// The fields of `/account/password`.
pub const PASSWORD_FIELDS: &[&str] = &["password", "new_password", "new_password_again"];

/// The fields of the person's own notifications.
///
/// `events` may stand several times, its values are [`EVENTS`]; those of `digest` are [`DIGESTS`].
pub const OWN_NOTIFICATION_FIELDS: &[&str] = &["events", "digest"];

/// The fields of a new API token, posted to `/account/tokens/new`. `token_scope` is the code of a
/// [`TokenScope`].
pub const TOKEN_FIELDS: &[&str] = &["token_name", "token_scope", "expires_on"];

/// A tab of the account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Profile.
    Profile,
    /// Password.
    Password,
    /// Authenticator.
    Authenticator,
    /// Notifications.
    Notifications,
    /// Sessions.
    Sessions,
    /// Tokens.
    Tokens,
}

/// A page of the account.
fn start(w: Words, key: &str, place: Place) -> Page {
    let tabs = [
        (Place::Profile, "ui.page.profile", "/account"),
        (Place::Password, "ui.page.password", "/account/password"),
        (Place::Authenticator, "ui.page.authenticator", "/account/authenticator"),
        (Place::Sessions, "ui.page.sessions", "/account/sessions"),
        (Place::Tokens, "ui.page.tokens", "/account/tokens"),
    ]
    .into_iter()
    .map(|(other, key, href)| Tab {
        text: w.s(key),
        href: href.to_owned(),
        n: None,
        is_current: other == place,
    })
    .collect();
    Page::new(w, key).shape(Shape::Reading).tabs(tabs)
}

/// The profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileView {
    /// The address, which is not changed here.
    pub email: String,
    /// The names of their roles, in the page's language.
    pub roles: Vec<String>,
    /// What is typed.
    pub form: FormState,
    /// The organisations in which they can work, when there are several. One is changed to by a post to `/account/organisation` with
    /// `organisation`.
    pub organisations: Vec<OwnOrganisation>,
}

/// An organisation in which the person can work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnOrganisation {
    /// Its id.
    pub id: String,
    /// Its name, in the page's language.
    pub name: String,
    /// It is the one in which they work now.
    pub is_current: bool,
}

/// The page of the profile.
#[must_use]
pub fn profile_page(frame: &Frame, view: &ProfileView) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "profile", "/account", &frame.csrf, &view.form)
        .input("person", "text", "name")
        .required()
        .fixed("email", &view.email)
        .fixed("roles", &view.roles.join(w.t("ui.comma")))
        .radio("language", &["ja", "en"])
        .check("shortcuts")
        .help()
        .guarded();
    let page = start(w, "ui.page.profile", Place::Profile).block(Block::Form(form));
    if view.organisations.len() < 2 {
        return page.render(frame);
    }
    let title = w.of("ui.section", "own_organisations");
    let rows = view.organisations.iter().map(|one| {
        let act = if one.is_current {
            Cell::Chip(Chip::new(Hue::Good, w.t("ui.organisation_this")))
        } else {
            let hidden = ("organisation", one.id.as_str());
            post(frame, "/account/organisation", w.t("ui.action.work_here"), &one.name, hidden)
        };
        Row::new(vec![Cell::text(&one.name), act])
    });
    let table = Table::new(w, title, &["organisation", "act!"]).rows(rows);
    page.block(Block::section(w, "own_organisations", vec![Block::Table(table)])).render(frame)
}

/// The page that changes the password.
#[must_use]
pub fn password_page(frame: &Frame, form: &FormState) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "password", "/account/password", &frame.csrf, form)
        .input("password", "password", "current-password")
        .required()
        .input("new_password", "password", "new-password")
        .required()
        .help()
        .input("new_password_again", "password", "new-password")
        .required()
        .submit(w.t("ui.action.change_password"));
    start(w, "ui.page.password", Place::Password)
        .lead(w.t("ui.lead.password"))
        .block(Block::Form(form))
        .render(frame)
}

/// The page of the person's own notifications. Posts [`OWN_NOTIFICATION_FIELDS`] to `/account/notifications`.
#[must_use]
pub fn notifications_page(frame: &Frame, form: &FormState) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "notifications", "/account/notifications", &frame.csrf, form)
        .checks("events", EVENTS)
        .radio("digest", DIGESTS)
        .guarded();
    start(w, "ui.page.own_notifications", Place::Notifications)
        .lead(w.t("ui.lead.own_notifications"))
        .block(Block::Form(form))
        .render(frame)
}

/// A QR code as its modules, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QrCode {
    /// Modules in a row.
    pub width: usize,
    /// Dark or light, `width * width` of them.
    pub modules: Vec<bool>,
}

/// The authenticator (TOTP).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthenticatorView {
    /// It is being set up: posts `code` to `/account/authenticator`.
    Enrol {
        /// The code to photograph.
        qr: QrCode,
        /// The secret in groups, to type.
        secret: String,
        /// What is typed.
        form: FormState,
    },
    /// It was just set up: the recovery codes, shown once.
    Codes(Vec<String>),
    /// It is in use since then.
    InUse {
        /// Since when.
        since: String,
        /// Recovery codes left.
        n_codes: u64,
        /// What is typed to remove it: posts `password` to `/account/authenticator/remove`.
        form: FormState,
    },
}

/// The page of the authenticator.
#[must_use]
pub fn authenticator_page(frame: &Frame, view: &AuthenticatorView) -> String {
    let w = Words(frame.language);
    let page = start(w, "ui.page.authenticator", Place::Authenticator);
    match view {
        AuthenticatorView::Enrol { qr, secret, form } => {
            let form = Form::new(w, "authenticator", "/account/authenticator", &frame.csrf, form)
                .input("code", "text", "one-time-code")
                .required()
                .help()
                .width(Width::Short)
                .submit(w.t("ui.action.turn_on"));
            page.lead(w.t("ui.lead.authenticator"))
                .block(Block::Html(qr_svg(w, qr)))
                .block(Block::Facts(vec![Fact::new(w, "secret", Cell::Copy(secret.clone()))]))
                .block(Block::Form(form))
        }
        AuthenticatorView::Codes(codes) => page
            .block(Block::Banner(Banner::new(Tone::Warning, w.t("ui.recovery_once"))))
            .block(Block::Verbatim(codes.join("\n")))
            .block(Block::Actions(vec![
                Action::print(w),
                Action::primary(w.t("ui.page.profile"), "/account"),
            ])),
        AuthenticatorView::InUse { since, n_codes, form } => {
            let remove = Form::new(w, "authenticator", "/account/authenticator/remove", &frame.csrf, form)
                .input("password", "password", "current-password")
                .required()
                .submit(w.t("ui.action.turn_off"))
                .danger();
            page.block(Block::Facts(vec![
                Fact::new(w, "since", Cell::text(since)),
                Fact::new(w, "recovery_codes", Cell::number(*n_codes)),
            ]))
            .block(Block::Actions(vec![Action::post(
                w.t("ui.action.new_codes"),
                "/account/authenticator/codes",
                &frame.csrf,
            )]))
            .block(Block::section(w, "turn_off", vec![Block::Form(remove.clone())]))
            .with_errors(&remove)
        }
    }
    .render(frame)
}

/// The picture of a QR code with its quiet zone of four modules. It holds numbers only.
fn qr_svg(w: Words, qr: &QrCode) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for (index, _) in qr.modules.iter().enumerate().filter(|(_, is_dark)| **is_dark) {
        let (row, column) = (index / qr.width.max(1), index % qr.width.max(1));
        // Writing to a string does not fail.
        let _ = write!(path, "M{} {}h1v1h-1z", column + 4, row + 4);
    }
    let size = qr.width + 8;
    let label = w.t("ui.qr");
    format!(
        "<svg class=\"kk-qr\" viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\"><path d=\"{path}\"/></svg>"
    )
}

/// Where somebody is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// The browser, as far as it says.
    pub browser: String,
    /// The address of the network.
    pub address: String,
    /// When it began.
    pub began_at: String,
    /// When it was last used.
    pub used_at: String,
    /// It is this one.
    pub is_current: bool,
}

/// The page of the sessions. Each ends by a post to `/account/sessions/end` with `session`.
#[must_use]
pub fn sessions_page(frame: &Frame, rows: &[SessionRow]) -> String {
    let w = Words(frame.language);
    let table =
        Table::new(w, w.t("ui.page.sessions"), &["browser", "address!", "began_at!", "used_at!", "act!"])
            .rows(rows.iter().map(|row| {
                let act = if row.is_current {
                    Cell::Chip(Chip::new(Hue::Good, w.t("ui.session_this")))
                } else {
                    post(
                        frame,
                        "/account/sessions/end",
                        w.t("ui.action.end"),
                        &row.browser,
                        ("session", &row.id),
                    )
                };
                Row::new(vec![
                    Cell::text(&row.browser),
                    Cell::code(&row.address),
                    Cell::text(&row.began_at),
                    Cell::text(&row.used_at),
                    act,
                ])
            }));
    let mut page =
        start(w, "ui.page.sessions", Place::Sessions).shape(Shape::Wide).block(Block::Table(table));
    if rows.len() > 1 {
        let all = Action::post(w.t("ui.action.end_others"), "/account/sessions/end-others", &frame.csrf);
        page = page.block(Block::Actions(vec![all]));
    }
    page.render(frame)
}

/// A button in a row.
pub(crate) fn post(frame: &Frame, action: &str, text: &str, about: &str, hidden: (&str, &str)) -> Cell {
    Cell::Post(PostButton {
        action: action.to_owned(),
        csrf: frame.csrf.clone(),
        text: text.to_owned(),
        about: about.to_owned(),
        hidden: vec![(hidden.0.to_owned(), hidden.1.to_owned())],
    })
}

/// An API token; its secret is never shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is; shown to administrators.
    pub person: String,
    /// The code of a [`TokenScope`].
    pub scope: String,
    /// When it was made.
    pub made_at: String,
    /// When it was last used; empty when never.
    pub used_at: String,
    /// When it ends; empty when never.
    pub expires_on: String,
}

/// The API tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokensView {
    /// The tokens.
    pub rows: Vec<TokenRow>,
    /// What is typed for a new one.
    pub form: FormState,
    /// A token that was just made, shown once; empty otherwise.
    pub secret: String,
    /// The page can make a token.
    pub may_make: bool,
}

/// The page of the person's API tokens. Each ends by a post to `/account/tokens/revoke` with `token`.
#[must_use]
pub fn tokens_page(frame: &Frame, view: &TokensView) -> String {
    let w = Words(frame.language);
    let page = start(w, "ui.page.tokens", Place::Tokens).shape(Shape::Wide).lead(w.t("ui.lead.tokens"));
    tokens(page, frame, view, "/account/tokens").render(frame)
}

/// A page of tokens under a path.
pub(crate) fn tokens(mut page: Page, frame: &Frame, view: &TokensView, path: &str) -> Page {
    let w = Words(frame.language);
    if !view.secret.is_empty() {
        let mut banner = Banner::new(Tone::Success, w.t("ui.token_once"));
        banner.lines.push(Cell::Copy(view.secret.clone()));
        page = page.block(Block::Banner(banner));
    }
    let list = if view.rows.is_empty() {
        Block::Empty(Empty::new(w, "tokens", Vec::new()))
    } else {
        Block::Table(token_table(w, frame, &view.rows, path))
    };
    page = page.block(list);
    if !view.may_make {
        return page;
    }
    let form = Form::new(w, "token", format!("{path}/new"), &frame.csrf, &view.form)
        .text("token_name")
        .required()
        .help()
        .radio_of("token_scope", w.choices("token-scope", TokenScope::ALL.iter().map(|one| one.code())))
        .required()
        .date("expires_on")
        .required()
        .submit(w.t("ui.action.make_token"));
    page.block(Block::section(w, "token_new", vec![Block::Form(form.clone())])).with_errors(&form)
}

/// The table of tokens.
fn token_table(w: Words, frame: &Frame, rows: &[TokenRow], path: &str) -> Table {
    let has_person = rows.iter().any(|row| !row.person.is_empty());
    let mut keys = vec!["token", "scope", "made_at!", "used_at!", "expires_on!", "act!"];
    if has_person {
        keys.insert(1, "person");
    }
    Table::new(w, w.t("ui.page.tokens"), &keys).rows(rows.iter().map(|row| {
        let mut cells = vec![
            Cell::text(&row.name),
            Cell::Chip(Chip::new(Hue::Plain, w.of("token-scope", &row.scope))),
            Cell::text(&row.made_at),
            if row.used_at.is_empty() { Cell::Quiet(w.s("ui.never_used")) } else { Cell::text(&row.used_at) },
            if row.expires_on.is_empty() {
                Cell::Quiet(w.s("ui.no_end"))
            } else {
                Cell::text(&row.expires_on)
            },
            post(frame, &format!("{path}/revoke"), w.t("ui.action.revoke"), &row.name, ("token", &row.id)),
        ];
        if has_person {
            cells.insert(1, Cell::text(&row.person));
        }
        Row::new(cells)
    }))
}

/// A notification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationRow {
    /// Its id.
    pub id: String,
    /// What happened, in the page's language.
    pub text: String,
    /// What it is about; a path of this site.
    pub href: String,
    /// When.
    pub at: String,
    /// It was not read.
    pub is_unread: bool,
}

/// The inbox: `/inbox`. All are read by a post to `/inbox/read`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxView {
    /// The notifications, newest first.
    pub rows: Vec<NotificationRow>,
    /// The state of the list.
    pub listing: crate::view::Listing,
}

/// The page of the inbox.
#[must_use]
pub fn inbox_page(frame: &Frame, view: &InboxView) -> String {
    let w = Words(frame.language);
    let mut page = Page::new(w, "ui.page.inbox");
    if view.rows.iter().any(|row| row.is_unread) {
        page = page.action(Action::post(w.t("ui.action.read_all"), "/inbox/read", &frame.csrf));
    }
    if view.rows.is_empty() {
        return page.block(Block::Empty(Empty::new(w, "inbox", Vec::new()))).render(frame);
    }
    let rows = view.rows.iter().map(|row| {
        let state = if row.is_unread {
            Cell::Chip(Chip::new(Hue::Low, w.t("ui.unread")))
        } else {
            Cell::Quiet(w.s("ui.read"))
        };
        Row::new(vec![Cell::Link(Link::new(&row.text, &row.href)), state, Cell::text(&row.at)])
    });
    page.block(Block::Table(
        Table::new(w, w.t("ui.page.inbox"), &["notification", "read!", "at!"]).rows(rows),
    ))
    .block(Block::Html(crate::part::pager(w, "/inbox", &view.listing)))
    .render(frame)
}
