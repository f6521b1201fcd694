//! Taking the audit trail out, as CSV for people and as JSON Lines with the hashes for programs that verify it themselves.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kikimori_core::access::{Action, Actor};
use kikimori_core::audit::{AuditActor, AuditEvent};
use kikimori_core::id::{OrganisationId, PersonId};
use kikimori_store::audit_events::{self};
use kikimori_store::{Scope, Transaction};
use serde_json::json;

use crate::app_error::AppError;
use crate::audit::list_events::names;
use crate::installation::{Deed, Installation, require_own};

/// Events read at once.
const BATCH: u32 = 1_000;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrailForm {
    /// A table: UTF-8 with a byte order mark, lines that end with CR LF.
    Csv,
    /// One object a line.
    JsonLines,
}

/// The head of the table, with the byte order mark by which spreadsheets know UTF-8.
const CSV_HEAD: &str = "\u{feff}number,at,person_id,person,action,target_kind,target_id,details\r\n";

/// The whole trail of the actor's organisation, written with its event first, so that the export holds it.
///
/// # Errors
/// [`AppError::Forbidden`], or a fault of the database.
pub async fn export_trail(
    installation: &Installation,
    actor: &Actor,
    form: TrailForm,
) -> Result<String, AppError> {
    let organisation = require_own(actor, Action::ExportAudit)?;
    let mut work = installation.begin(actor).await?;
    let deed = Deed {
        action: "export_audit",
        target_kind: "audit",
        target_id: String::new(),
        details: vec![("form".to_owned(), format!("{form:?}"))],
    };
    installation.audit(&mut work, actor, deed).await?;
    work.commit().await?;
    let mut read = installation.read(actor).await?;
    let mut text = String::new();
    write_trail(&mut read, Some(organisation), form, &mut |part| text.push_str(part)).await?;
    Ok(text)
}

/// The trail of an organisation or of the installation, part by part, for who has the database in their hands.
///
/// # Errors
/// A fault of the database.
pub async fn export_as_system(
    installation: &Installation,
    organisation: Option<OrganisationId>,
    form: TrailForm,
    write: &mut (dyn FnMut(&str) + Send),
) -> Result<u64, AppError> {
    let mut read = installation.database.begin_read(Scope::System).await?;
    write_trail(&mut read, organisation, form, write).await
}

/// Writes a trail from its first event and gives the number of events.
async fn write_trail(
    read: &mut Transaction,
    organisation: Option<OrganisationId>,
    form: TrailForm,
    write: &mut (dyn FnMut(&str) + Send),
) -> Result<u64, AppError> {
    if form == TrailForm::Csv {
        write(CSV_HEAD);
    }
    let (mut last, mut n_written) = (0, 0);
    loop {
        let batch = audit_events::list_from(read, organisation, last, BATCH).await?;
        let Some((newest, _)) = batch.last() else { return Ok(n_written) };
        last = newest.sequence;
        let names = names(read, batch.iter().map(|(event, _)| event)).await?;
        for (event, hash) in &batch {
            write(&match form {
                TrailForm::Csv => csv_line(event, &names),
                TrailForm::JsonLines => json_line(event, &names, hash),
            });
            n_written += 1;
        }
    }
}

/// Who did it: the id and the name, both empty for Kikimori itself.
fn who(event: &AuditEvent, names: &BTreeMap<PersonId, String>) -> (String, String) {
    match event.actor {
        AuditActor::Person(id) => (id.to_string(), names.get(&id).cloned().unwrap_or_default()),
        AuditActor::System => (String::new(), String::new()),
    }
}

/// An event as a line of the table.
fn csv_line(event: &AuditEvent, names: &BTreeMap<PersonId, String>) -> String {
    let (id, name) = who(event, names);
    let details: Vec<String> = event.details.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let cells = [
        event.sequence.to_string(),
        event.at.to_string(),
        id,
        name,
        event.action.clone(),
        event.target_kind.clone(),
        event.target_id.clone(),
        details.join("; "),
    ];
    let mut line = cells.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A cell: quoted where it must be, and never the beginning of a formula.
fn csv_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// An event as a line of JSON, with the hash that the next event's hash is taken of.
fn json_line(event: &AuditEvent, names: &BTreeMap<PersonId, String>, hash: &[u8; 32]) -> String {
    let (person_id, person) = who(event, names);
    let details: Vec<_> = event.details.iter().map(|(name, value)| json!([name, value])).collect();
    let mut hexadecimal = String::new();
    for byte in hash {
        // Writing to a string does not fail.
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    let line = json!({
        "organisation": event.organisation.map(|id| id.to_string()),
        "number": event.sequence,
        "at": event.at.to_string(),
        "at_ms": event.at.0,
        "person_id": person_id,
        "person": person,
        "action": event.action,
        "target_kind": event.target_kind,
        "target_id": event.target_id,
        "details": details,
        "hash": hexadecimal,
    });
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_no_formula_and_no_broken_line() {
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("a,\"b\"\r\nc"), "\"a,\"\"b\"\"\r\nc\"");
        assert_eq!(csv_cell("輸液ポンプ"), "輸液ポンプ");
    }
}
