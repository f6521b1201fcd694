//! 通知、このシステムについて / Notifications, about.

use super::{Place, start};
use crate::frame::Frame;
use crate::part::{Action, Block, Cell, Fact, Form, Row, Shape, Table};
use crate::view::FormState;
use crate::words::Words;

/// The fields of the notifications, posted to `/admin/notifications`. `events` may stand several times.
pub const NOTIFICATION_FIELDS: &[&str] = &["mail_from", "mail_server", "events", "digest"];

/// The values of `events`.
pub const EVENTS: &[&str] = &["new_kev", "new_critical", "reopened", "feed_failed", "due_soon"];

/// The values of `digest`.
pub const DIGESTS: &[&str] = &["at_once", "daily", "weekly"];

/// The page of the notifications. A test mail is asked for by a post to `/admin/notifications/test`.
#[must_use]
pub fn notifications_page(frame: &Frame, form: &FormState) -> String {
    let w = Words(frame.language);
    let form = Form::new(w, "notifications", "/admin/notifications", &frame.csrf, form)
        .text("mail_server")
        .help()
        .input("mail_from", "email", "off")
        .checks("events", EVENTS)
        .radio("digest", DIGESTS)
        .guarded();
    start(w, Place::Notifications)
        .shape(Shape::Reading)
        .action(Action::post(w.t("ui.action.test_mail"), "/admin/notifications/test", &frame.csrf))
        .block(Block::Form(form))
        .render(frame)
}

/// A part of Kikimori that others made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartRow {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// About this installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AboutView {
    /// The version and its commit.
    pub version: String,
    /// The database, such as `SQLite`.
    pub database: String,
    /// The system's time and zone.
    pub clock: String,
    /// The licence of Kikimori.
    pub licence: String,
    /// What others made.
    pub parts: Vec<PartRow>,
}

/// The page about this installation.
#[must_use]
pub fn about_page(frame: &Frame, view: &AboutView) -> String {
    let w = Words(frame.language);
    let facts = vec![
        Fact::new(w, "kikimori_version", Cell::Copy(view.version.clone())),
        Fact::new(w, "licence", Cell::text(&view.licence)),
        Fact::new(w, "database", Cell::text(&view.database)),
        Fact::new(w, "clock", Cell::text(&view.clock)),
    ];
    let rows =
        view.parts.iter().map(|part| Row::new(vec![Cell::text(&part.name), Cell::code(&part.version)]));
    start(w, Place::About)
        .block(Block::Facts(facts))
        .block(Block::section(
            w,
            "parts",
            vec![Block::Table(Table::new(w, w.t("ui.section.parts"), &["part", "version"]).rows(rows))],
        ))
        .render(frame)
}
