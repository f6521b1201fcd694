//! Files of identity rules: TOML that people write, read whole or refused with every place that is wrong.
//!
//! Documented in `docs/formats/identity-rules.md`. A file with one wrong rule is refused as a whole: a rule left out
//! would change findings without anybody noticing.

mod fields;
mod write;

use std::collections::BTreeMap;

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::identity_rule::{
    Decision, IdentityRule, Named, PatternFault, Subject, SubjectName, TextPattern, is_civil_date,
};
use kikimori_core::limits::{RULE_MESSAGES_MAX, RULES_FILE_BYTES_MAX, RULES_MAX};
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::purl::Purl;
use toml::de::{DeTable, DeValue};

use fields::{Fields, Lines};
pub use write::{file_head, rule_text};

/// What the file's `format` says.
pub const FORMAT: &str = "kikimori-identity-rules";
/// What the file's `format_version` says.
pub const FORMAT_VERSION: &str = "1";

/// Reads a file of rules; `origin` is the file's name for people.
///
/// # Errors
/// Every message about the file, in the order of its lines, at most [`RULE_MESSAGES_MAX`].
pub fn read(bytes: &[u8], origin: &str) -> Result<Vec<IdentityRule>, Vec<Message>> {
    if bytes.len() as u64 > RULES_FILE_BYTES_MAX {
        return Err(vec![limit("bytes", RULES_FILE_BYTES_MAX)]);
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| vec![Message::new(codes::RULE_MALFORMED).with("detail", error)])?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(Place::Document, |span| lines.place(span.start));
        vec![Message::new(codes::RULE_MALFORMED).at(place).with("detail", error.message())]
    })?;
    let mut messages = Vec::new();
    let rules = read_document(table.get_ref(), origin, &lines, &mut messages);
    if messages.is_empty() {
        return Ok(rules);
    }
    messages.sort_by(|left, right| left.place.cmp(&right.place));
    messages.truncate(RULE_MESSAGES_MAX);
    Err(messages)
}

/// A limit that was reached.
fn limit(name: &str, max: impl std::fmt::Display) -> Message {
    Message::new(codes::RULE_LIMIT).with("limit", name).with("max", max)
}

/// Reads the document: the head, then each rule.
fn read_document(
    table: &DeTable<'_>,
    origin: &str,
    lines: &Lines<'_>,
    messages: &mut Vec<Message>,
) -> Vec<IdentityRule> {
    let mut head = Fields::new(table, lines, Place::Line(1), messages);
    for (field, expected) in [("format", FORMAT), ("format_version", FORMAT_VERSION)] {
        match head.text(field) {
            Some((found, _)) if found == expected => {}
            Some((found, place)) => {
                let message = Message::new(codes::RULE_FORMAT).at(place);
                head.say(message.with("field", field).with("found", found).with("expected", expected));
            }
            None => head.missing(field),
        }
    }
    let organisation = head.text("organisation").map(|(text, _)| text);
    let tables = head.tables("rule");
    head.refuse_others(&["format", "format_version", "organisation", "rule"]);
    if tables.len() > RULES_MAX {
        messages.push(limit("rule", RULES_MAX));
        return Vec::new();
    }
    let mut rules = Vec::new();
    let mut ids: BTreeMap<String, Place> = BTreeMap::new();
    for (table, place) in tables {
        let before = messages.len();
        let mut fields = Fields::new(table, lines, place.clone(), messages);
        let rule = read_rule(&mut fields, organisation.clone(), origin);
        let Some(rule) = rule.filter(|_| messages.len() == before) else { continue };
        if let Some(first) = ids.insert(rule.id.clone(), place.clone()) {
            let message = Message::new(codes::RULE_ID_TWICE).at(place);
            messages.push(message.with("id", &rule.id).with("first", first));
        }
        rules.push(rule);
    }
    rules
}

/// Reads one rule; `None` when something is missing or wrong, which was said.
fn read_rule(
    fields: &mut Fields<'_, '_>,
    organisation: Option<String>,
    origin: &str,
) -> Option<IdentityRule> {
    let id = fields.required("id");
    let author = fields.required("author");
    let reason = fields.required("reason");
    let decided_on = fields.required("decided_on").filter(|(text, place)| {
        let is_date = is_civil_date(text);
        if !is_date {
            fields.wrong("decided_on", text, "YYYY-MM-DD", place.clone());
        }
        is_date
    });
    let subject = read_subject(fields);
    let decision = read_decision(fields, subject.as_ref());
    let supersedes = fields.texts("supersedes").into_iter().map(|(text, _)| text).collect();
    fields.refuse_others(&[
        "id",
        "author",
        "reason",
        "decided_on",
        "component",
        "action",
        "purls",
        "cpes",
        "supersedes",
    ]);
    Some(IdentityRule {
        id: id?.0,
        subject: subject?,
        decision: decision?,
        author: author?.0,
        decided_on: decided_on?.0,
        reason: reason?.0,
        organisation,
        supersedes,
        origin: origin.to_owned(),
        place: fields.place(),
    })
}

/// Reads which components a rule speaks about.
fn read_subject(fields: &mut Fields<'_, '_>) -> Option<Subject> {
    let Some((table, place)) = fields.table("component") else {
        fields.missing("component");
        return None;
    };
    let (lines, messages) = fields.parts();
    let mut fields = Fields::new(table, lines, place, messages);
    let by: Vec<(&str, String, Place)> = ["purl", "cpe", "name"]
        .into_iter()
        .filter_map(|key| fields.text(key).map(|(text, place)| (key, text, place)))
        .collect();
    let version = fields.pattern("version");
    let group = fields.pattern("group");
    let supplier = fields.pattern("supplier");
    fields.refuse_others(&["purl", "cpe", "name", "group", "supplier", "version"]);
    let [(key, text, place)] = by.as_slice() else {
        fields.say(Message::new(codes::RULE_SUBJECT).at(fields.place()));
        return None;
    };
    let name = match *key {
        "purl" => SubjectName::of_purl(text),
        "cpe" => SubjectName::of_cpe(text),
        _ => TextPattern::parse(text).map(|name| SubjectName::Written {
            name,
            group: group.clone().flatten(),
            supplier: supplier.clone().flatten(),
        }),
    };
    if *key != "name" && (group != Some(None) || supplier != Some(None)) {
        fields.say(Message::new(codes::RULE_SUBJECT).at(fields.place()));
        return None;
    }
    match name {
        Ok(name) => Some(Subject { name, version: version? }),
        Err(PatternFault::TooBroad) => {
            fields.say(Message::new(codes::RULE_TOO_BROAD).at(place.clone()).with("value", text));
            None
        }
        Err(PatternFault::Purl | PatternFault::Cpe) => {
            let expected =
                if *key == "purl" { "pkg:type/namespace/name" } else { "cpe:2.3:part:vendor:product" };
            fields.wrong(key, text, expected, place.clone());
            None
        }
    }
}

/// Reads what was decided.
fn read_decision(fields: &mut Fields<'_, '_>, subject: Option<&Subject>) -> Option<Decision> {
    let (word, place) = fields.required("action")?;
    let has_version = subject.is_some_and(|subject| matches!(subject.version, Some(TextPattern::Exact(_))));
    let before = fields.n_messages();
    let purls = fields.texts("purls");
    let cpes = fields.texts("cpes");
    for (text, place) in &purls {
        check_purl(fields, text, place, has_version);
    }
    for (text, place) in &cpes {
        check_cpe(fields, text, place, has_version);
    }
    if fields.n_messages() > before {
        return None;
    }
    let is_empty = purls.is_empty() && cpes.is_empty();
    let plain = |list: Vec<(String, Place)>| list.into_iter().map(|(text, _)| text).collect();
    let named = Named { purls: plain(purls), cpes: plain(cpes) };
    let names_identifier =
        subject.is_some_and(|subject| !matches!(subject.name, SubjectName::Written { .. }));
    let decision = match word.as_str() {
        "add" if !is_empty => Decision::Add(named),
        "replace" if !is_empty => Decision::Replace(named),
        "ignore" if is_empty && (names_identifier || subject.is_none()) => Decision::Ignore,
        "no-public-identity" if is_empty => Decision::NoPublicIdentity,
        word if Decision::WORDS.contains(&word) => {
            fields.say(Message::new(codes::RULE_ACTION).at(place).with("action", word));
            return None;
        }
        word => {
            fields.wrong("action", word, &Decision::WORDS.join(", "), place);
            return None;
        }
    };
    Some(decision)
}

/// Says what is wrong with a package URL that a rule gives.
fn check_purl(fields: &mut Fields<'_, '_>, text: &str, place: &Place, has_version: bool) {
    match Purl::parse(text) {
        Err(fault) => {
            let message = Message::new(codes::RULE_IDENTIFIER).at(place.clone());
            fields.say(message.with("value", text).with("detail", fault));
        }
        Ok(purl) if purl.version.is_some() && !has_version => {
            fields.say(Message::new(codes::RULE_VERSION).at(place.clone()).with("value", text));
        }
        Ok(_) => {}
    }
}

/// Says what is wrong with a CPE name that a rule gives.
fn check_cpe(fields: &mut Fields<'_, '_>, text: &str, place: &Place, has_version: bool) {
    let message = |code| Message::new(code).at(place.clone()).with("value", text);
    match Cpe::parse(text) {
        Err(fault) => fields.say(message(codes::RULE_IDENTIFIER).with("detail", fault)),
        Ok(cpe) => {
            let is_open = |attribute: &Attribute| {
                let value = cpe.get(*attribute);
                !matches!(value, CpeValue::Text(_)) || value.has_wildcard()
            };
            if [Attribute::Part, Attribute::Vendor, Attribute::Product].iter().any(is_open) {
                fields.wrong("cpes", text, "cpe:2.3:part:vendor:product", place.clone());
            } else if matches!(cpe.get(Attribute::Version), CpeValue::Text(_)) && !has_version {
                fields.say(message(codes::RULE_VERSION));
            }
        }
    }
}

/// What a TOML value is, for messages.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) | DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "table",
    }
}

#[cfg(test)]
mod tests;
