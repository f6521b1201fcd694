//! Components that nothing could be looked up for, and what people decide about them.

pub mod decide_identity;
pub mod list_unresolved;
pub mod revoke_rule;
