//! What surrounds a page: who looks at it, where they may go, and what they must know first.

use kikimori_locale::Language;

use crate::view::Link;

/// A place of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// ホーム.
    Home,
    /// 製品.
    Products,
    /// 検出.
    Findings,
    /// 案件.
    Cases,
    /// アドバイザリ.
    Advisories,
    /// 文書.
    Documents,
    /// 管理.
    Admin,
}

impl Section {
    /// Where it leads.
    pub fn href(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Products => "/products",
            Self::Findings => "/findings",
            Self::Cases => "/cases",
            Self::Advisories => "/advisories",
            Self::Documents => "/documents",
            Self::Admin => "/admin",
        }
    }

    /// The key of its label.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Home => "ui.nav.home",
            Self::Products => "ui.nav.products",
            Self::Findings => "ui.nav.findings",
            Self::Cases => "ui.nav.cases",
            Self::Advisories => "ui.nav.advisories",
            Self::Documents => "ui.nav.documents",
            Self::Admin => "ui.nav.admin",
        }
    }
}

/// How a sentence is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    #[default]
    Info,
    /// Something was done.
    Success,
    /// Something needs attention.
    Warning,
    /// Something failed.
    Error,
}

impl Tone {
    /// Its name in `data-tone` and at the end of its key.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A sentence about what was just done, shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence, in the page's language.
    pub text: String,
}

/// Vulnerability data that are too old to rely on, or missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleData {
    /// The sentence, such as 「脆弱性情報は3日前（11/18 06:00 JST）のものです」.
    pub text: String,
}

/// Who looks at the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name shown.
    pub name: String,
    /// The address that they sign in with.
    pub email: String,
    /// Notifications that they have not read.
    pub n_unread: u64,
}

/// What surrounds a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language of the page.
    pub language: Language,
    /// This page's address with its query; the language switch returns here.
    pub path: String,
    /// The organisation's name; empty before it is set up.
    pub organisation: String,
    /// Who looks at it; `None` when nobody is signed in.
    pub person: Option<Person>,
    /// Where this person may go, in order.
    pub sections: Vec<Section>,
    /// The token of every form.
    pub csrf: String,
    /// What was just done.
    pub flashes: Vec<Flash>,
    /// Set when the vulnerability data are too old or missing.
    pub stale: Option<StaleData>,
    /// The id of this request, for support.
    pub request_id: String,
    /// The version of Kikimori.
    pub version: String,
    /// The point of the vulnerability data, `2026-11-21 06:00 JST`; empty when there are none.
    pub data_at: String,
    /// Now, for printed pages: `2026-11-21 10:15 JST`.
    pub now: String,
    /// The shortcuts `/` and `?` are on.
    pub has_shortcuts: bool,
}

/// The last part of a breadcrumb is the page itself and no link.
pub(crate) type Crumbs = Vec<Link>;

impl Frame {
    /// What surrounds a page for somebody who is not signed in; the rest can be filled in.
    #[must_use]
    pub fn new(language: Language, path: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            language,
            path: path.into(),
            organisation: String::new(),
            person: None,
            sections: Vec::new(),
            csrf: String::new(),
            flashes: Vec::new(),
            stale: None,
            request_id: request_id.into(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_at: String::new(),
            now: String::new(),
            has_shortcuts: true,
        }
    }
}
