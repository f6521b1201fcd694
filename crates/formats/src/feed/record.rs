//! What the readers of records share: notices with the record's id, and texts and lists kept within limits.

use kikimori_core::limits;
use kikimori_core::message::{Message, codes};
use kikimori_core::stamp::Stamp;
use kikimori_core::vulnerability::{Record, RecordLanguage, RecordState, SeverityAssertion};

/// The notices of one record; at most [`limits::NOTICES_MAX`] are kept.
pub(super) struct Notes<'a> {
    /// The record's id, as far as it is known.
    pub(super) id: String,
    /// Notices that were there before this record.
    n_before: usize,
    /// Where notices go.
    messages: &'a mut Vec<Message>,
}

impl<'a> Notes<'a> {
    /// Notices of a record whose id is not known yet.
    pub(super) fn new(messages: &'a mut Vec<Message>) -> Self {
        Self { id: String::new(), n_before: messages.len(), messages }
    }

    /// Adds a notice with the record's id and more values.
    pub(super) fn add(&mut self, message: Message, args: &[(&'static str, &str)]) {
        if self.messages.len().saturating_sub(self.n_before) >= limits::NOTICES_MAX {
            return;
        }
        let message = message.with("id", &self.id);
        let message = args.iter().fold(message, |message, (name, value)| message.with(name, value));
        self.messages.push(message);
    }

    /// Fills in the id in notices that were added before it was known.
    pub(super) fn set_id(&mut self, id: &str) {
        id.clone_into(&mut self.id);
        for message in self.messages.iter_mut().skip(self.n_before) {
            for (name, value) in &mut message.args {
                if *name == "id" && value.is_empty() {
                    id.clone_into(value);
                }
            }
        }
    }
}

/// A record of a source with nothing but its id.
///
/// # Errors
/// FEED-005 when the id is empty or longer than [`limits::IDENTIFIER_BYTES_MAX`].
pub(super) fn begin(source: String, id: &str) -> Result<Record, Message> {
    if id.is_empty() || id.len() > limits::IDENTIFIER_BYTES_MAX {
        return Err(Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", "no usable id"));
    }
    Ok(Record {
        source,
        id: id.to_owned(),
        modified_at: None,
        published_at: None,
        state: RecordState::Published,
        aliases: Vec::new(),
        addresses: Vec::new(),
        title: None,
        description: None,
        severities: Vec::new(),
        cwes: Vec::new(),
        references: Vec::new(),
        affected: Vec::new(),
        language: RecordLanguage::Unstated,
    })
}

/// A point in time after 1970; feeds write year 1 where they know none.
pub(super) fn stamp(text: &str) -> Option<Stamp> {
    Stamp::parse(text).filter(|stamp| stamp.0 > 0)
}

/// A text of at most [`limits::DESCRIPTION_CHARS_MAX`] characters, cut with "…"; `None` when it is empty.
pub(super) fn description(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match text.char_indices().nth(limits::DESCRIPTION_CHARS_MAX) {
        None => Some(text.to_owned()),
        Some(_) => {
            let kept = text.char_indices().nth(limits::DESCRIPTION_CHARS_MAX.saturating_sub(1));
            let end = kept.map_or(text.len(), |(index, _)| index);
            Some(format!("{}…", text.get(..end).unwrap_or_default().trim_end()))
        }
    }
}

/// Adds a value that is not in the list yet, up to `max` values. The answer is false when the list is full.
pub(super) fn push_unique(list: &mut Vec<String>, value: &str, max: usize) -> bool {
    if value.is_empty() || list.iter().any(|known| known == value) {
        return true;
    }
    if list.len() >= max {
        return false;
    }
    list.push(value.to_owned());
    true
}

/// Adds a CVSS vector that is not in the list yet. A version 2 vector may stand in brackets; a version 3 or
/// 4 vector without its prefix is given the one that `prefix` says.
pub(super) fn push_severity(record: &mut Record, asserter: &str, vector: &str, prefix: &str) {
    let vector = vector.trim().trim_start_matches('(').trim_end_matches(')');
    if vector.is_empty() || vector.len() > limits::IDENTIFIER_BYTES_MAX {
        return;
    }
    let vector = if vector.starts_with("CVSS:") { vector.to_owned() } else { format!("{prefix}{vector}") };
    let severity = SeverityAssertion { asserter: asserter.to_owned(), vector };
    if record.severities.len() < limits::RECORD_REFERENCES_MAX && !record.severities.contains(&severity) {
        record.severities.push(severity);
    }
}

/// Adds the CWE id at the start of a text (`CWE-79 Cross-site Scripting`), if there is one. NVD's
/// `NVD-CWE-noinfo` and `NVD-CWE-Other` are none.
pub(super) fn push_cwe(record: &mut Record, text: &str) {
    let text = text.trim();
    let Some(rest) = text.strip_prefix("CWE-").or_else(|| text.strip_prefix("cwe-")) else {
        return;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=6).contains(&digits) {
        let number = rest.get(..digits).unwrap_or_default();
        push_unique(&mut record.cwes, &format!("CWE-{number}"), limits::RECORD_REFERENCES_MAX);
    }
}

/// A limit of a record was reached.
pub(super) fn limit(name: &'static str, max: usize) -> Message {
    Message::new(codes::FEED_LIMIT).with("limit", name).with("max", max)
}
