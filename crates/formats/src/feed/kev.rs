//! Rows of CISA's Known Exploited Vulnerabilities.

use kikimori_core::message::{Message, codes};
use kikimori_core::vulnerability::KevEntry;
use serde::Deserialize;

use super::wire::{self, Text};

/// A row.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"), rename_all = "camelCase")]
struct Row<'a> {
    /// The CVE id.
    #[serde(default, rename = "cveID")]
    cve_id: Text<'a>,
    /// Short name.
    #[serde(default)]
    vulnerability_name: Text<'a>,
    /// Date added.
    #[serde(default)]
    date_added: Text<'a>,
    /// Date by which to act.
    #[serde(default)]
    due_date: Text<'a>,
    /// `Known` or `Unknown`.
    #[serde(default)]
    known_ransomware_campaign_use: Text<'a>,
}

/// Reads a row.
///
/// # Errors
/// FEED-005 when it is no JSON or has no CVE id.
pub(super) fn parse(bytes: &[u8]) -> Result<KevEntry, Message> {
    let row: Row<'_> = serde_json::from_slice(bytes).map_err(|error| wire::unreadable(&error))?;
    let Some(cve) = row.cve_id.filled() else {
        return Err(Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", "no usable id"));
    };
    Ok(KevEntry {
        cve: cve.to_owned(),
        added_on: row.date_added.trimmed().to_owned(),
        due_on: row.due_date.trimmed().to_owned(),
        is_ransomware_known: row.known_ransomware_campaign_use.trimmed().eq_ignore_ascii_case("known"),
        name: row.vulnerability_name.trimmed().to_owned(),
    })
}
