//! Why a use case did not do what was asked.

use kikimori_core::access::Denial;
use kikimori_core::field::FieldError;
use kikimori_core::message::Message;
use kikimori_store::StoreError;

/// Why a use case did not do what was asked. Nothing of it took effect.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Fields that the person can correct, all at once.
    #[error("fields are wrong")]
    Fields(Vec<FieldError>),
    /// A rule that the person can act on.
    #[error("a rule refused it: {0:?}")]
    Rule(Message),
    /// There is no such thing, or the person may not know of it.
    #[error("not found")]
    NotFound,
    /// The person may not do that.
    #[error("forbidden: {0}")]
    Forbidden(Denial),
    /// Somebody changed it meanwhile.
    #[error("changed meanwhile")]
    Conflict,
    /// Too much is going on; trying again can succeed.
    #[error("busy")]
    Busy,
    /// Our fault, with what is known of it.
    #[error("a fault: {0}")]
    Fault(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// A fault of ours.
    pub fn fault(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Fault(Box::new(error))
    }

    /// One field that is wrong.
    #[must_use]
    pub fn field(field: &'static str, message: Message) -> Self {
        Self::Fields(vec![FieldError { field, message }])
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            StoreError::Busy => Self::Busy,
            other => Self::fault(other),
        }
    }
}

impl From<Denial> for AppError {
    /// A denial that would reveal that something exists is told as "not found".
    fn from(denial: Denial) -> Self {
        if denial.hides_existence() { Self::NotFound } else { Self::Forbidden(denial) }
    }
}

impl From<std::io::Error> for AppError {
    fn from(error: std::io::Error) -> Self {
        Self::fault(error)
    }
}
