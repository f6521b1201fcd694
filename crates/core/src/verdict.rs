//! Three-valued logic: yes, no, and "cannot be decided", which is never shown as either.

/// The answer to a question about a component. Kleene's strong three-valued logic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    /// It is not so, and something says that it is not.
    No,
    /// What is known does not decide it.
    Unknown,
    /// It is so.
    Yes,
}

impl Tri {
    /// Both: `No` wins, then `Unknown`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Either: `Yes` wins, then `Unknown`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl std::ops::Not for Tri {
    type Output = Self;

    /// The opposite; `Unknown` stays unknown.
    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}
