//! Kikimori's pages: view data and a language in, HTML out.
//!
//! A page is a function of its [`Frame`] and its view: no database, no clock, no request. Whoever serves pages fills the
//! view of a module of [`page`], calls its function and sends the document; a form that comes back with errors is the
//! same page again with the same texts in [`view::FormState`] (422). Each module names the address of its page, the
//! addresses that its forms post to, and the names of their fields as constants.
//!
//! ```
//! use kikimori_ui::page::fault::{self, Kind, View};
//! use kikimori_ui::{Frame, Language};
//!
//! let frame = Frame::new(Language::Ja, "/products/9", "01JDF3M8Q2");
//! let document = fault::page(&frame, &View::new(Kind::NotFound));
//! assert!(document.contains("<html lang=\"ja\">") && document.contains("01JDF3M8Q2"));
//! ```
//!
//! - Texts in views are plain: every template escapes them. Enumerations choose words; whatever is not one of ours (causes,
//!   names, dates with their zone) comes in words, in the page's language.
//! - Ids make addresses through [`address`]; they are percent-encoded here.
//! - Lists take a [`view::Listing`]: the parameters of the address as they were understood, the page and the totals. Links that
//!   sort, filter and page are made from it. Form fields and parameters are read as [`view::FormState`] and [`view::Listing`] say.
//! - Every form posts the hidden field `csrf`, an edit form `revision` too. The language switch posts `language` and `return`
//!   to `/language`, signing out posts to `/sign-out`, the search gets `/search?q=`.
//! - [`assets`] holds the static files; their addresses carry a hash of their content.
//! - Dates and numbers in forms are texts as typed; the page shows them again as they are.
#![forbid(unsafe_code)]

pub mod address;
pub mod assets;
pub mod chart;
pub mod frame;
pub mod page;
mod part;
pub mod view;
mod words;

pub use frame::{Flash, Frame, Person, Section, StaleData, Tone};
pub use kikimori_locale::Language;
