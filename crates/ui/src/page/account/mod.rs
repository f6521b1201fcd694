//! The person's own pages: `/setup/{token}`, `/sign-in…`, `/account…`.

pub mod own;
pub mod sign_in;
