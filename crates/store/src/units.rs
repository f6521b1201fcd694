//! Units: identities in contexts, what the library said about each, and what makes them need matching again.

use std::collections::BTreeMap;

use kikimori_core::id::{Id, IdentityId, VulnerabilityId};
use kikimori_core::stamp::Stamp;

use crate::list::ListQuery;
use crate::statement::statements;
use crate::value::{Row, Value};
use crate::{StoreError, Transaction};

statements! {
    MARK_ALL_STALE = "UPDATE unit_matches SET is_stale = 1 WHERE is_stale = 0";
    COUNT_STALE = "SELECT COUNT(*) AS n FROM unit_matches WHERE is_stale = 1";
    LIST_STALE = "SELECT identity_id, context_id, needs, snapshot, is_stale, not_checked, not_checked_detail, missing_ecosystems, matched_at FROM unit_matches WHERE is_stale = 1 ORDER BY identity_id, context_id LIMIT $1";
    // Of those that no SBOM has any more.
    DELETE_UNUSED_MATCHES = "DELETE FROM matches WHERE EXISTS (SELECT 1 FROM unit_matches u WHERE u.identity_id = matches.identity_id AND u.context_id = matches.context_id AND u.is_stale = 1) AND NOT EXISTS (SELECT 1 FROM sbom_units s WHERE s.identity_id = matches.identity_id AND s.context_id = matches.context_id)";
    DELETE_UNUSED = "DELETE FROM unit_matches WHERE is_stale = 1 AND NOT EXISTS (SELECT 1 FROM sbom_units s WHERE s.identity_id = unit_matches.identity_id AND s.context_id = unit_matches.context_id)";
    DELETE_UNIT = "DELETE FROM unit_matches WHERE identity_id = $1 AND context_id = $2";
    DELETE_MATCHES = "DELETE FROM matches WHERE identity_id = $1 AND context_id = $2";
    DELETE_MATCH = "DELETE FROM matches WHERE identity_id = $1 AND context_id = $2 AND vulnerability_id = $3";
    GET_MATCH = "SELECT identity_id, context_id, vulnerability_id, verdict, reason, confidence, is_disputed, fixed_versions, evidence, evidence_sha256 FROM matches WHERE identity_id = $1 AND context_id = $2 AND vulnerability_id = $3";
    DELETE_MATCHES_HELD_TWICE = "DELETE FROM matches WHERE vulnerability_id = $1 AND EXISTS (SELECT 1 FROM matches other WHERE other.identity_id = matches.identity_id AND other.context_id = matches.context_id AND other.vulnerability_id = $2)";
    MOVE_MATCHES = "UPDATE matches SET vulnerability_id = $2 WHERE vulnerability_id = $1";
}

/// Things asked for in one statement.
const ASKED_MAX: usize = 500;

/// What of an SBOM beside a component decides about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredContext {
    /// Made of the content.
    pub id: Id,
    /// Distribution, platform and other components, as far as they are needed.
    pub surroundings: String,
    /// Identity rules, as a file of rules.
    pub rules: String,
}

/// An identity in a context, as it was matched last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The identity.
    pub identity: IdentityId,
    /// The context.
    pub context: Id,
    /// What of its surroundings it needs.
    pub needs: String,
    /// The snapshot it was matched with.
    pub snapshot: String,
    /// It must be matched again before it counts.
    pub is_stale: bool,
    /// Why it was not checked: a code.
    pub not_checked: Option<String>,
    /// The identifier or ecosystem in question.
    pub not_checked_detail: Option<String>,
    /// Ecosystems without a database, one a line.
    pub missing_ecosystems: String,
    /// When it was matched.
    pub matched_at: Stamp,
}

/// What the library says about a unit and a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The identity.
    pub identity: IdentityId,
    /// The context.
    pub context: Id,
    /// The vulnerability.
    pub vulnerability: VulnerabilityId,
    /// The verdict's code.
    pub verdict: String,
    /// Why it is undecided: a code.
    pub reason: Option<String>,
    /// The confidence's code.
    pub confidence: String,
    /// Sources disagree.
    pub is_disputed: bool,
    /// First versions without it, one a line.
    pub fixed_versions: String,
    /// Every statement weighed, compressed.
    pub evidence: Vec<u8>,
    /// Over what the statements say.
    pub evidence_sha256: [u8; 32],
}

/// Adds contexts that are not there yet.
///
/// # Errors
/// What the database says; so do all functions of this module.
pub async fn insert_contexts<'a>(
    transaction: &mut Transaction,
    contexts: impl IntoIterator<Item = &'a StoredContext>,
    at: Stamp,
) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::new();
    for context in contexts {
        let texts = [(&context.surroundings).into(), (&context.rules).into()];
        values.push(context.id.into());
        values.extend(texts);
        values.push(at.0.into());
    }
    let start = "INSERT INTO contexts (id, surroundings, rules, created_at) VALUES";
    transaction.insert_many(start, "ON CONFLICT (id) DO NOTHING", 4, values).await?;
    Ok(())
}

/// The contexts of these ids.
///
/// # Errors
/// What the database says.
pub async fn contexts(
    transaction: &mut Transaction,
    ids: &[Id],
) -> Result<BTreeMap<Id, StoredContext>, StoreError> {
    let mut found = BTreeMap::new();
    for asked in ids.chunks(ASKED_MAX) {
        let mut query = ListQuery::new("SELECT id, surroundings, rules FROM contexts");
        query.filter_one_of("id", asked.iter().map(|id| Value::from(*id)).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            let id = row.id("id")?;
            let (surroundings, rules) = (row.text("surroundings")?, row.text("rules")?);
            found.insert(id, StoredContext { id, surroundings, rules });
        }
    }
    Ok(found)
}

/// The units of these identities, in every context.
///
/// # Errors
/// What the database says.
pub async fn of_identities(
    transaction: &mut Transaction,
    identities: &[IdentityId],
) -> Result<Vec<Unit>, StoreError> {
    let mut found = Vec::new();
    for asked in identities.chunks(ASKED_MAX) {
        let mut query = ListQuery::new(
            "SELECT identity_id, context_id, needs, snapshot, is_stale, not_checked, not_checked_detail, missing_ecosystems, matched_at FROM unit_matches",
        );
        query.filter_one_of("identity_id", asked.iter().map(|id| Value::from(id.id())).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read_unit(&row)?);
        }
    }
    Ok(found)
}

/// Writes units, new or matched again.
///
/// # Errors
/// What the database says.
pub async fn put(transaction: &mut Transaction, units: &[Unit]) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(units.len() * 9);
    for unit in units {
        values.extend([
            unit.identity.id().into(),
            unit.context.into(),
            (&unit.needs).into(),
            (&unit.snapshot).into(),
            unit.is_stale.into(),
            unit.not_checked.clone().into(),
            unit.not_checked_detail.clone().into(),
            (&unit.missing_ecosystems).into(),
            unit.matched_at.0.into(),
        ]);
    }
    let start = "INSERT INTO unit_matches (identity_id, context_id, needs, snapshot, is_stale, not_checked, not_checked_detail, missing_ecosystems, matched_at) VALUES";
    let end = "ON CONFLICT (identity_id, context_id) DO UPDATE SET needs = excluded.needs, snapshot = excluded.snapshot, is_stale = excluded.is_stale, not_checked = excluded.not_checked, not_checked_detail = excluded.not_checked_detail, missing_ecosystems = excluded.missing_ecosystems, matched_at = excluded.matched_at";
    transaction.insert_many(start, end, 9, values).await?;
    Ok(())
}

/// Forgets a unit with its matches.
///
/// # Errors
/// What the database says.
pub async fn delete(
    transaction: &mut Transaction,
    identity: IdentityId,
    context: Id,
) -> Result<(), StoreError> {
    let values = || vec![identity.id().into(), context.into()];
    transaction.execute(&DELETE_MATCHES, values()).await?;
    transaction.execute(&DELETE_UNIT, values()).await?;
    Ok(())
}

/// Forgets the units that would have to be matched again and that no SBOM has any more; gives how many.
///
/// # Errors
/// What the database says.
pub async fn delete_unused(transaction: &mut Transaction) -> Result<u64, StoreError> {
    transaction.execute(&DELETE_UNUSED_MATCHES, vec![]).await?;
    transaction.execute(&DELETE_UNUSED, vec![]).await
}

/// Adds keys under which records lie that decide about identities.
///
/// # Errors
/// What the database says.
pub async fn insert_keys(
    transaction: &mut Transaction,
    keys: &[(i64, IdentityId)],
) -> Result<(), StoreError> {
    let values = keys.iter().flat_map(|(key, identity)| [Value::from(*key), identity.id().into()]).collect();
    let start = "INSERT INTO identity_keys (key_hash, identity_id) VALUES";
    transaction.insert_many(start, "ON CONFLICT DO NOTHING", 2, values).await?;
    Ok(())
}

/// Notes that every unit must be matched again, and counts those that did not already.
///
/// # Errors
/// What the database says.
pub async fn mark_all_stale(transaction: &mut Transaction) -> Result<u64, StoreError> {
    transaction.execute(&MARK_ALL_STALE, vec![]).await
}

/// Notes that the units under these keys must be matched again, and counts those that did not already.
///
/// # Errors
/// What the database says.
pub async fn mark_stale(transaction: &mut Transaction, keys: &[i64]) -> Result<u64, StoreError> {
    let mut n_marked = 0;
    for asked in keys.chunks(ASKED_MAX) {
        let mut query = ListQuery::new("UPDATE unit_matches SET is_stale = 1");
        query.filter("is_stale = 0", []);
        query.filter("identity_id IN (SELECT identity_id FROM identity_keys", []);
        query.push("WHERE key_hash IN (", []);
        for (number, key) in asked.iter().enumerate() {
            query.push(if number == 0 { "?" } else { ", ?" }, [Value::from(*key)]);
        }
        query.push("))", []);
        let (text, values) = query.finish();
        n_marked += transaction.execute_text(text, values).await?;
    }
    Ok(n_marked)
}

/// How many units must be matched again.
///
/// # Errors
/// What the database says.
pub async fn count_stale(transaction: &mut Transaction) -> Result<i64, StoreError> {
    transaction.row(&COUNT_STALE, vec![]).await?.map_or(Ok(0), |row| row.integer("n"))
}

/// Some of the units that must be matched again.
///
/// # Errors
/// What the database says.
pub async fn list_stale(transaction: &mut Transaction, n_max: u32) -> Result<Vec<Unit>, StoreError> {
    transaction.rows(&LIST_STALE, vec![n_max.into()]).await?.iter().map(read_unit).collect()
}

/// What the library says about these identities, without the evidence itself.
///
/// # Errors
/// What the database says.
pub async fn matches_of_identities(
    transaction: &mut Transaction,
    identities: &[IdentityId],
) -> Result<Vec<Match>, StoreError> {
    let mut found = Vec::new();
    for asked in identities.chunks(ASKED_MAX) {
        let mut query = ListQuery::new(
            "SELECT identity_id, context_id, vulnerability_id, verdict, reason, confidence, is_disputed, fixed_versions, evidence_sha256 FROM matches",
        );
        query.filter_one_of("identity_id", asked.iter().map(|id| Value::from(id.id())).collect());
        let (text, values) = query.finish();
        for row in transaction.rows_of_text(text, values).await? {
            found.push(read_match(&row, Vec::new())?);
        }
    }
    Ok(found)
}

/// What the library says about a unit and a vulnerability, with the evidence.
///
/// # Errors
/// What the database says.
pub async fn get_match(
    transaction: &mut Transaction,
    identity: IdentityId,
    context: Id,
    vulnerability: VulnerabilityId,
) -> Result<Option<Match>, StoreError> {
    let values = vec![identity.id().into(), context.into(), vulnerability.id().into()];
    let row = transaction.row(&GET_MATCH, values).await?;
    row.map(|row| read_match(&row, row.bytes("evidence")?)).transpose()
}

/// Writes matches, new or changed.
///
/// # Errors
/// What the database says.
pub async fn put_matches(transaction: &mut Transaction, matches: &[Match]) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(matches.len() * 10);
    for one in matches {
        values.extend([
            one.identity.id().into(),
            one.context.into(),
            one.vulnerability.id().into(),
            (&one.verdict).into(),
            one.reason.clone().into(),
            (&one.confidence).into(),
            one.is_disputed.into(),
            (&one.fixed_versions).into(),
            one.evidence.clone().into(),
            one.evidence_sha256.into(),
        ]);
    }
    let start = "INSERT INTO matches (identity_id, context_id, vulnerability_id, verdict, reason, confidence, is_disputed, fixed_versions, evidence, evidence_sha256) VALUES";
    let end = "ON CONFLICT (identity_id, context_id, vulnerability_id) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason, confidence = excluded.confidence, is_disputed = excluded.is_disputed, fixed_versions = excluded.fixed_versions, evidence = excluded.evidence, evidence_sha256 = excluded.evidence_sha256";
    transaction.insert_many(start, end, 10, values).await?;
    Ok(())
}

/// Forgets a match.
///
/// # Errors
/// What the database says.
pub async fn delete_match(
    transaction: &mut Transaction,
    identity: IdentityId,
    context: Id,
    vulnerability: VulnerabilityId,
) -> Result<(), StoreError> {
    let values = vec![identity.id().into(), context.into(), vulnerability.id().into()];
    transaction.execute(&DELETE_MATCH, values).await?;
    Ok(())
}

/// Moves the matches of a vulnerability to another that turned out to be the same; where both have one, the other's stays.
///
/// # Errors
/// What the database says.
pub async fn move_matches(
    transaction: &mut Transaction,
    from: VulnerabilityId,
    to: VulnerabilityId,
) -> Result<(), StoreError> {
    let values = || vec![from.id().into(), to.id().into()];
    transaction.execute(&DELETE_MATCHES_HELD_TWICE, values()).await?;
    transaction.execute(&MOVE_MATCHES, values()).await?;
    Ok(())
}

/// Reads a unit's row.
fn read_unit(row: &Row) -> Result<Unit, StoreError> {
    Ok(Unit {
        identity: IdentityId::new(row.id("identity_id")?),
        context: row.id("context_id")?,
        needs: row.text("needs")?,
        snapshot: row.text("snapshot")?,
        is_stale: row.truth("is_stale")?,
        not_checked: row.text_if_any("not_checked")?,
        not_checked_detail: row.text_if_any("not_checked_detail")?,
        missing_ecosystems: row.text("missing_ecosystems")?,
        matched_at: Stamp(row.integer("matched_at")?),
    })
}

/// Reads a match's row.
fn read_match(row: &Row, evidence: Vec<u8>) -> Result<Match, StoreError> {
    Ok(Match {
        identity: IdentityId::new(row.id("identity_id")?),
        context: row.id("context_id")?,
        vulnerability: VulnerabilityId::new(row.id("vulnerability_id")?),
        verdict: row.text("verdict")?,
        reason: row.text_if_any("reason")?,
        confidence: row.text("confidence")?,
        is_disputed: row.truth("is_disputed")?,
        fixed_versions: row.text("fixed_versions")?,
        evidence,
        evidence_sha256: row.sha256("evidence_sha256")?,
    })
}
