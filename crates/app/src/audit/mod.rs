//! The audit trail: looking at it, verifying its chain, taking it out.

pub mod export_trail;
pub mod list_events;
pub mod verify_trail;
