//! 管理 / Administration: `/admin/…`.

pub mod data;
pub mod people;
pub mod system;

use crate::frame::{Frame, Section};
use crate::part::{Block, Cell, Fact, Page};
use crate::words::Words;

/// A place of the administration that this person may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// 情報源.
    Feeds,
    /// 監査証跡.
    Audit,
    /// 利用者と役割.
    Users,
    /// 組織.
    Organisation,
    /// 同定の規則.
    Rules,
    /// 通知.
    Notifications,
    /// APIトークン.
    Tokens,
    /// ジョブ.
    Jobs,
    /// このシステムについて.
    About,
}

impl Place {
    /// All, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Feeds,
        Self::Jobs,
        Self::Users,
        Self::Organisation,
        Self::Rules,
        Self::Notifications,
        Self::Tokens,
        Self::Audit,
        Self::About,
    ];

    /// Its title, sentence and address.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Feeds => ("ui.page.feeds", "ui.lead.feeds", "/admin/feeds"),
            Self::Audit => ("ui.page.audit", "ui.lead.audit", "/admin/audit"),
            Self::Users => ("ui.page.users", "ui.lead.users", "/admin/users"),
            Self::Organisation => ("ui.page.organisation", "ui.lead.organisation", "/admin/organisation"),
            Self::Rules => ("ui.page.rules", "ui.lead.rules", "/admin/rules"),
            Self::Notifications => ("ui.page.notifications", "ui.lead.notifications", "/admin/notifications"),
            Self::Tokens => ("ui.page.tokens", "ui.lead.admin_tokens", "/admin/tokens"),
            Self::Jobs => ("ui.page.jobs", "ui.lead.jobs", "/admin/jobs"),
            Self::About => ("ui.page.about", "ui.lead.about", "/admin/about"),
        }
    }
}

/// The page of the administration: the places that this person may see.
#[must_use]
pub fn page(frame: &Frame, places: &[Place]) -> String {
    let w = Words(frame.language);
    let facts = places
        .iter()
        .map(|place| {
            let (title, lead, href) = place.words();
            Fact {
                name: w.s(title),
                cell: Cell::Stack(vec![Cell::link(w.t(title), href), Cell::Quiet(w.s(lead))]),
            }
        })
        .map(|fact| Block::List(vec![fact.cell]))
        .collect();
    Page::new(w, "ui.page.admin").under(w, Section::Admin).block(Block::Grid(facts)).render(frame)
}

/// A page of one place.
pub(crate) fn start(w: Words, place: Place) -> Page {
    let (title, lead, _) = place.words();
    Page::new(w, title).under(w, Section::Admin).lead(w.t(lead))
}
