//! The store on both engines: one story, every statement, equal schemas, and what happens when things go wrong.

mod copy;
mod products;
mod schema;
mod statements;
mod story;
