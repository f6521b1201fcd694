//! Fields of a TOML table with the lines they stand on; what is missing or wrong is said where it stands.

use kikimori_core::identity_rule::TextPattern;
use kikimori_core::limits::{RULE_LIST_MAX, RULE_TEXT_BYTES_MAX};
use kikimori_core::message::{Message, Place, codes};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{kind, limit};

/// Where lines begin.
pub(super) struct Lines<'t> {
    /// The text.
    text: &'t str,
    /// Positions of line ends, ascending.
    ends: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Counts the lines of a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, ends: text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    /// The line of a byte.
    pub(super) fn place(&self, at: usize) -> Place {
        let before = self.ends.partition_point(|end| *end < at.min(self.text.len()));
        Place::Line(before as u64 + 1)
    }
}

/// A table that is being read.
pub(super) struct Fields<'a, 'm> {
    /// The table.
    table: &'a DeTable<'a>,
    /// Lines of the file.
    lines: &'a Lines<'a>,
    /// Where the table stands.
    place: Place,
    /// What is wrong.
    messages: &'m mut Vec<Message>,
}

impl<'a, 'm> Fields<'a, 'm> {
    /// A table at a place.
    pub(super) fn new(
        table: &'a DeTable<'a>,
        lines: &'a Lines<'a>,
        place: Place,
        messages: &'m mut Vec<Message>,
    ) -> Self {
        Self { table, lines, place, messages }
    }

    /// Where the table stands.
    pub(super) fn place(&self) -> Place {
        self.place.clone()
    }

    /// The lines and the messages, for a table inside.
    pub(super) fn parts(&mut self) -> (&'a Lines<'a>, &mut Vec<Message>) {
        (self.lines, self.messages)
    }

    /// Notes a message.
    pub(super) fn say(&mut self, message: Message) {
        self.messages.push(message);
    }

    /// Messages so far.
    pub(super) fn n_messages(&self) -> usize {
        self.messages.len()
    }

    /// Says that a field is missing.
    pub(super) fn missing(&mut self, field: &str) {
        self.say(Message::new(codes::RULE_FIELD_MISSING).at(self.place()).with("field", field));
    }

    /// Says that a field has a wrong value.
    pub(super) fn wrong(&mut self, field: &str, value: &str, expected: &str, place: Place) {
        let message = Message::new(codes::RULE_FIELD_VALUE).at(place);
        self.say(message.with("field", field).with("value", value).with("expected", expected));
    }

    /// Says that a field is of a wrong kind.
    fn wrong_kind(&mut self, field: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let place = self.lines.place(value.span().start);
        self.wrong(field, kind(value.get_ref()), expected, place);
    }

    /// The value of a field.
    fn value(&self, field: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(field)
    }

    /// A text, trimmed; `None` when it is absent, empty, or not a text (which is said).
    pub(super) fn text(&mut self, field: &str) -> Option<(String, Place)> {
        let value = self.value(field)?;
        self.text_of(field, value)
    }

    /// The text of a value. A date counts as its text.
    fn text_of(&mut self, field: &str, value: &Spanned<DeValue<'_>>) -> Option<(String, Place)> {
        let place = self.lines.place(value.span().start);
        let text = match value.get_ref() {
            DeValue::String(text) => text.trim().to_owned(),
            DeValue::Datetime(date) => date.to_string(),
            _ => {
                self.wrong_kind(field, value, "string");
                return None;
            }
        };
        if text.len() > RULE_TEXT_BYTES_MAX {
            self.say(limit(field, RULE_TEXT_BYTES_MAX).at(place));
            return None;
        }
        (!text.is_empty()).then_some((text, place))
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, field: &str) -> Option<(String, Place)> {
        let before = self.messages.len();
        let text = self.text(field);
        if text.is_none() && self.messages.len() == before {
            self.missing(field);
        }
        text
    }

    /// A pattern: `Some(None)` when absent, `None` when it is wrong (which is said).
    pub(super) fn pattern(&mut self, field: &str) -> Option<Option<TextPattern>> {
        if self.value(field).is_none() {
            return Some(None);
        }
        let (text, place) = self.required(field)?;
        match TextPattern::parse(&text) {
            Ok(pattern) => Some(Some(pattern)),
            Err(_) => {
                self.say(Message::new(codes::RULE_TOO_BROAD).at(place).with("value", text));
                None
            }
        }
    }

    /// A list of texts; empty when absent.
    pub(super) fn texts(&mut self, field: &str) -> Vec<(String, Place)> {
        let Some(value) = self.value(field) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_kind(field, value, "array");
            return Vec::new();
        };
        if items.len() > RULE_LIST_MAX {
            let place = self.lines.place(value.span().start);
            self.say(limit(field, RULE_LIST_MAX).at(place));
            return Vec::new();
        }
        items.iter().filter_map(|item| self.text_of(field, item)).collect()
    }

    /// A table inside this one.
    pub(super) fn table(&mut self, field: &str) -> Option<(&'a DeTable<'a>, Place)> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Table(table) => Some((table, self.lines.place(value.span().start))),
            _ => {
                self.wrong_kind(field, value, "table");
                None
            }
        }
    }

    /// A list of tables; empty when absent.
    pub(super) fn tables(&mut self, field: &str) -> Vec<(&'a DeTable<'a>, Place)> {
        let Some(value) = self.value(field) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_kind(field, value, "[[rule]]");
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(items.len());
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => tables.push((table, self.lines.place(item.span().start))),
                _ => self.wrong_kind(field, item, "table"),
            }
        }
        tables
    }

    /// Says which fields nobody knows: a slip of the pen would otherwise be a decision without effect.
    pub(super) fn refuse_others(&mut self, known: &[&str]) {
        let table = self.table;
        for (name, _) in table.iter().filter(|(name, _)| !known.contains(&name.get_ref().as_ref())) {
            let place = self.lines.place(name.span().start);
            let message = Message::new(codes::RULE_FIELD_UNKNOWN).at(place);
            self.say(message.with("field", name.get_ref()).with("known", known.join(", ")));
        }
    }
}
