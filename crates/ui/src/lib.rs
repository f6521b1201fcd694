//! Kikimori's pages: view data and a language in, HTML out.
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
