//! Revisions of rows: who saves must have seen what is there.

use crate::message::{Message, codes};

/// How often a row was saved, from 1. A page or a client gives back the revision that it showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub u32);

impl Revision {
    /// The revision of a row that was just made.
    pub const FIRST: Self = Self(1);

    /// The revision after saving once more.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Nobody saved since `seen` was shown.
    ///
    /// # Errors
    /// The message for the person who would overwrite another's work.
    pub fn require(self, seen: Self) -> Result<(), Message> {
        if self == seen {
            return Ok(());
        }
        let message = Message::new(codes::FIELD_CHANGED_MEANWHILE);
        Err(message.with("seen", seen.0).with("current", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_to_overwrite_what_was_not_seen() {
        let second = Revision::FIRST.next();
        assert_eq!(second.require(second), Ok(()));
        let fault = second.require(Revision::FIRST).unwrap_err();
        assert_eq!(fault.args, [("seen", "1".to_owned()), ("current", "2".to_owned())]);
    }
}
