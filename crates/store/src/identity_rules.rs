//! What organisations decided about the identity of components.

use kikimori_core::id::{Id, OrganisationId, PersonId};
use kikimori_core::stamp::Stamp;

use crate::statement::statements;
use crate::value::Row;
use crate::{StoreError, Transaction};

statements! {
    INSERT = "INSERT INTO identity_rules (organisation_id, id, rule, subject, person_id, state, created_at) VALUES ($1, $2, $3, $4, $5, 'active', $6)";
    LIST_ACTIVE = "SELECT organisation_id, id, rule, subject, person_id, state, created_at FROM identity_rules WHERE organisation_id = $1 AND state = 'active' ORDER BY created_at, id LIMIT $2";
    REVOKE = "UPDATE identity_rules SET state = 'revoked' WHERE organisation_id = $1 AND id = $2 AND state = 'active'";
}

/// A rule as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRule {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its id.
    pub id: Id,
    /// The rule as a file of rules has it.
    pub rule: String,
    /// The components it speaks about, as shown.
    pub subject: String,
    /// Who decided.
    pub person: PersonId,
    /// When.
    pub created_at: Stamp,
}

/// Adds a rule.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn insert(transaction: &mut Transaction, rule: &StoredRule) -> Result<(), StoreError> {
    let values = vec![
        rule.organisation.id().into(),
        rule.id.into(),
        (&rule.rule).into(),
        (&rule.subject).into(),
        rule.person.id().into(),
        rule.created_at.0.into(),
    ];
    transaction.execute(&INSERT, values).await?;
    Ok(())
}

/// An organisation's first `n_max` rules, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn list(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    n_max: u32,
) -> Result<Vec<StoredRule>, StoreError> {
    let values = vec![organisation.id().into(), n_max.into()];
    transaction.rows(&LIST_ACTIVE, values).await?.iter().map(read).collect()
}

/// Takes a rule back; whether there was one.
///
/// # Errors
/// What the database says.
pub async fn revoke(
    transaction: &mut Transaction,
    organisation: OrganisationId,
    id: Id,
) -> Result<bool, StoreError> {
    Ok(transaction.execute(&REVOKE, vec![organisation.id().into(), id.into()]).await? > 0)
}

/// Reads a row.
fn read(row: &Row) -> Result<StoredRule, StoreError> {
    Ok(StoredRule {
        organisation: OrganisationId::new(row.id("organisation_id")?),
        id: row.id("id")?,
        rule: row.text("rule")?,
        subject: row.text("subject")?,
        person: PersonId::new(row.id("person_id")?),
        created_at: Stamp(row.integer("created_at")?),
    })
}
