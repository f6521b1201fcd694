//! The server as browsers and programs see it: requests in, pages and problems out.

mod accounts;
mod client;
mod matrix;
mod people;
mod tokens;
mod trail;
