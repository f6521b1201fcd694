//! Lists that people have named.

pub mod delete_view;
pub mod list_views;
pub mod save_view;

/// The pages whose lists can be named.
pub const PAGES: &[&str] = &["products", "findings", "components", "identities", "audit"];
