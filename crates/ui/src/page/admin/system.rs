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
    /// Its licence.
    pub licence: String,
}

/// About this installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AboutView {
    /// The version and its commit.
    pub version: String,
    /// The database, such as `SQLite 3.50`.
    pub database: String,
    /// Its size.
    pub database_size: String,
    /// The snapshot of the library and its point.
    pub snapshot: String,
    /// When it was last backed up; empty when never.
    pub backup_at: String,
    /// The system's time and zone.
    pub clock: String,
    /// What others made.
    pub parts: Vec<PartRow>,
}

/// The page about this installation. Its own SBOM is at `/admin/about/sbom.json`.
#[must_use]
pub fn about_page(frame: &Frame, view: &AboutView) -> String {
    let w = Words(frame.language);
    let facts = vec![
        Fact::new(w, "kikimori_version", Cell::Copy(view.version.clone())),
        Fact::new(
            w,
            "database",
            Cell::Stack(vec![Cell::text(&view.database), Cell::Quiet(view.database_size.clone())]),
        ),
        Fact::new(w, "snapshot", Cell::code(&view.snapshot)),
        Fact::new(
            w,
            "backup",
            if view.backup_at.is_empty() {
                Cell::Text(w.s("ui.backup_never"))
            } else {
                Cell::text(&view.backup_at)
            },
        ),
        Fact::new(w, "clock", Cell::text(&view.clock)),
    ];
    let rows = view.parts.iter().map(|part| {
        Row::new(vec![Cell::text(&part.name), Cell::code(&part.version), Cell::text(&part.licence)])
    });
    start(w, Place::About)
        .action(Action::link(w.t("ui.action.own_sbom"), "/admin/about/sbom.json"))
        .block(Block::Facts(facts))
        .block(Block::section(
            w,
            "parts",
            vec![Block::Table(
                Table::new(w, w.t("ui.section.parts"), &["part", "version", "licence"]).rows(rows),
            )],
        ))
        .render(frame)
}
