//! The web server: addresses, forms, sessions. It holds no rule; every state change is a POST followed by a redirect, and everything
//! works without JavaScript.
//!
//! A request passes, from outside in: a request id, the strict headers, limits of time and size, the check of its origin
//! ([`guard`]), who asks ([`context`]), then one handler. A handler turns strings into a draft, calls one use case of `app`, and renders
//! a page of `ui`. What a use case refuses becomes a page or a problem (RFC 9457) in one place ([`refusal`]).
#![forbid(unsafe_code)]

mod account;
mod api;
mod api_findings;
mod assets;
mod attempts;
mod audit;
mod components;
pub mod context;
mod download;
mod feeds;
mod findings;
mod form;
mod guard;
mod health;
mod home;
mod identities;
mod invitation;
mod jobs;
mod language;
pub mod list_request;
mod metrics;
mod observe;
mod organisation;
mod people;
mod product_import;
mod products;
mod refusal;
mod router;
mod sboms;
mod search;
mod server;
mod set_up;
mod shown;
mod sign_in;
mod state;
mod times;
mod tls;
mod tokens;
mod upload;
mod views;
mod vulnerabilities;

pub use metrics::metrics_router;
pub use router::router;
pub use server::{Serving, serve};
pub use state::{Site, WebState};
pub use tls::{TlsFault, read_tls};
