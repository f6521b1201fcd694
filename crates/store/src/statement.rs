//! SQL texts as values.
//!
//! A module declares its statements with [`statements!`]; `statements.rs` lists the modules, and a test prepares every statement on
//! both engines. Both engines understand `$1`, `ON CONFLICT`, `RETURNING`, common table expressions and window functions;
//! where they differ, a statement has two texts.

/// A statement's text for each engine.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Its name in its module.
    pub name: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

/// Declares a module's statements as constants and their list `ALL`.
///
/// `NAME = "…";` is a text for both engines, `NAME = sqlite "…", postgres "…";` one for each.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $($kind:ident)? $first:literal $(, $other:ident $second:literal)?;)+) => {
        $($(#[$doc])*
        const $name: $crate::statement::Statement = statements!(@one $name $($kind)? $first $(, $other $second)?);)+
        /// Every statement of this module.
        pub(crate) const ALL: &[$crate::statement::Statement] = &[$($name),+];
    };
    (@one $name:ident $text:literal) => {
        $crate::statement::Statement { name: stringify!($name), sqlite: $text, postgres: $text }
    };
    (@one $name:ident sqlite $first:literal, postgres $second:literal) => {
        $crate::statement::Statement { name: stringify!($name), sqlite: $first, postgres: $second }
    };
}
pub(crate) use statements;
