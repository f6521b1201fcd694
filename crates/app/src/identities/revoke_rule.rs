//! Taking a decision about the identity of components back.

use kikimori_core::access::{Action, Actor};
use kikimori_core::id::Id;
use kikimori_store::identity_rules;

use super::decide_identity::{Decided, match_again, rule_book};
use crate::app_error::AppError;
use crate::installation::{Deed, Installation, require_own};

/// Takes a rule back; what it touched is matched again without it.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`].
pub async fn revoke_rule(installation: &Installation, actor: &Actor, rule: Id) -> Result<Decided, AppError> {
    let organisation = require_own(actor, Action::DecideIdentity)?;
    let mut work = installation.begin(actor).await?;
    let before = rule_book(&mut work, organisation).await?;
    if !identity_rules::revoke(&mut work, organisation, rule).await? {
        return Err(AppError::NotFound);
    }
    let after = rule_book(&mut work, organisation).await?;
    let n_sboms = match_again(installation, &mut work, actor, organisation, &before, &after).await?;
    let target_id = rule.to_string();
    let deed =
        Deed { action: "revoke_identity_rule", target_kind: "identity_rule", target_id, details: Vec::new() };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    Ok(Decided { n_sboms })
}
