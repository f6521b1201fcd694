//! Views of every page for tests and the gallery: typical, empty, with errors, huge, and with markup in every text.

mod people;
mod products;
mod vulnerabilities;

use kikimori_ui::view::{FieldError, FormState, HistoryEntry, Listing, SavedView};
use kikimori_ui::{Flash, Frame, Language, Person, Section, StaleData, Tone};

/// What a view is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// As on most days.
    Typical,
    /// Nothing there yet.
    Empty,
    /// Something went wrong.
    Error,
    /// Many rows with texts of their usual length.
    Many,
    /// Long texts and many rows.
    Huge,
    /// Markup in every text.
    Hostile,
}

/// All variants.
pub const VARIANTS: [Variant; 6] =
    [Variant::Typical, Variant::Empty, Variant::Error, Variant::Many, Variant::Huge, Variant::Hostile];

/// The markup of hostile texts.
pub const MARKUP: &str = "<script>alert(1)</script>\"'&><b onclick=x>";

/// Makes views.
#[derive(Clone, Copy, Debug)]
pub struct Samples {
    /// The language.
    pub language: Language,
    /// What they are like.
    pub variant: Variant,
}

/// A page that was rendered.
pub struct Rendered {
    /// Its name, unique among the pages.
    pub name: &'static str,
    /// Its document.
    pub html: String,
}

impl Samples {
    /// A text in the language, as the variant makes it.
    pub fn s(&self, ja: &str, en: &str) -> String {
        self.c(if self.language == Language::Ja { ja } else { en })
    }

    /// A text that is the same in both languages.
    pub fn c(&self, text: &str) -> String {
        match self.variant {
            Variant::Hostile => format!("{text}{MARKUP}"),
            Variant::Huge => format!("{text} {}", text.repeat(3)),
            _ => text.to_owned(),
        }
    }

    /// How many rows a list has.
    pub fn n(&self, typical: usize) -> usize {
        match self.variant {
            Variant::Empty => 0,
            Variant::Many | Variant::Huge => 50,
            _ => typical,
        }
    }

    /// Nothing there yet.
    pub fn is_empty(&self) -> bool {
        self.variant == Variant::Empty
    }

    /// The state of a list with conditions.
    pub fn listing(&self, query: &[(&str, &str)]) -> Listing {
        let is_huge = self.variant == Variant::Huge;
        let n_total = match self.variant {
            Variant::Empty => 0,
            Variant::Huge => 1_234_567,
            Variant::Error => 12,
            _ => 128,
        };
        Listing {
            query: if self.is_empty() {
                Vec::new()
            } else {
                query.iter().map(|(name, value)| ((*name).to_owned(), self.q(value))).collect()
            },
            page: if is_huge { 4_000 } else { 1 },
            per_page: 50,
            n_total,
            n_unfiltered: 0,
            ignored: if self.variant == Variant::Error {
                vec!["colour".to_owned(), "x".to_owned()]
            } else {
                Vec::new()
            },
            saved_views: if self.is_empty() {
                Vec::new()
            } else {
                vec![
                    SavedView {
                        name: self.s("自分の担当", "Mine"),
                        query: "owner=me".to_owned(),
                        is_current: false,
                    },
                    SavedView {
                        name: self.s("未判定・KEV", "Unassessed, KEV"),
                        query: "state=not_assessed&kev=1".to_owned(),
                        is_current: true,
                    },
                ]
            },
        }
    }

    /// The value of a condition: choices stay what they are.
    fn q(&self, value: &str) -> String {
        if self.variant == Variant::Hostile { format!("{value}{MARKUP}") } else { value.to_owned() }
    }

    /// What is typed in a form; with errors of these fields in the variant of errors.
    pub fn form(&self, values: &[(&str, &str)], wrong: &[&str]) -> FormState {
        let errors = match self.variant {
            Variant::Error => wrong
                .iter()
                .map(|name| {
                    FieldError::new(
                        *name,
                        self.s(
                            "値を確認してください。例のように入力します。",
                            "Check this value; the example shows how.",
                        ),
                    )
                })
                .collect(),
            Variant::Hostile => wrong.iter().map(|name| FieldError::new(*name, self.c("x"))).collect(),
            _ => Vec::new(),
        };
        FormState {
            values: if self.is_empty() {
                Vec::new()
            } else {
                values.iter().map(|(name, value)| ((*name).to_owned(), self.q(value))).collect()
            },
            errors,
            revision: Some(3),
        }
    }

    /// A history.
    pub fn history(&self) -> Vec<HistoryEntry> {
        (0..self.n(3))
            .map(|index| HistoryEntry {
                at: format!("2026-11-{:02} 10:15 JST", 20 - index % 15),
                who: self.s("山田 花子", "Hanako Yamada"),
                what: self.s("判定を「調査中」にしました", "Set the assessment to \"under investigation\""),
                why: if index == 0 {
                    self.s("供給者に確認中のため。", "The supplier was asked.")
                } else {
                    String::new()
                },
            })
            .collect()
    }

    /// What surrounds a page.
    pub fn frame(&self, path: &str) -> Frame {
        use Section::{Admin, Findings, Home, Products};
        Frame {
            language: self.language,
            path: self.c(path),
            organisation: self.s("東都メディカル株式会社", "Toto Medical K.K."),
            person: Some(Person {
                name: self.s("山田 花子", "Hanako Yamada"),
                email: self.c("h.yamada@example.jp"),
                n_unread: 3,
            }),
            sections: vec![Home, Products, Findings, Admin],
            csrf: self.c("0123456789abcdef"),
            flashes: match self.variant {
                Variant::Typical => Vec::new(),
                Variant::Error => vec![Flash {
                    tone: Tone::Error,
                    text: self.s("メールを送れませんでした。", "The mail could not be sent."),
                }],
                _ => vec![Flash { tone: Tone::Success, text: self.s("保存しました。", "Saved.") }],
            },
            stale: (self.variant == Variant::Error || self.variant == Variant::Hostile).then(|| StaleData {
                text: self.s(
                    "脆弱性情報は3日前（2026-11-18 06:00 JST）のものです。",
                    "They are of 3 days ago (2026-11-18 06:00 JST).",
                ),
            }),
            request_id: self.c("01JDF3M8Q2"),
            version: self.c("0.1.0"),
            data_at: self.c("2026-11-21 06:00 JST"),
            now: self.c("2026-11-21 10:15 JST"),
            has_shortcuts: true,
        }
    }

    /// What surrounds a page for those who are not signed in.
    pub fn outside(&self, path: &str) -> Frame {
        let mut frame = self.frame(path);
        frame.person = None;
        frame.sections.clear();
        frame.stale = None;
        frame.flashes.clear();
        frame.data_at.clear();
        frame
    }

    /// Every page.
    pub fn pages(&self) -> Vec<Rendered> {
        let mut pages = self.vulnerability_pages();
        pages.extend(self.product_pages());
        pages.extend(self.people_pages());
        pages
    }
}

/// A page under its name.
pub fn rendered(name: &'static str, html: String) -> Rendered {
    Rendered { name, html }
}
