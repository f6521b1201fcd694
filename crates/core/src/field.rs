//! Fields that people fill in: one error each, all at once, with what they typed left alone.

use crate::day::Day;
use crate::message::{Message, codes};
use crate::{typed_date, typed_text};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, as drafts and forms call it.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: Message,
}

/// A value that passed, with what the person should look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked<Value> {
    /// The value.
    pub value: Value,
    /// What is unusual and was kept as it is.
    pub notices: Vec<FieldError>,
}

/// Longest value shown in a message, in characters.
const SHOWN_CHARACTERS_MAX: usize = 40;

/// Collects what is wrong with the fields of a draft.
#[derive(Debug, Default)]
pub(crate) struct FieldCheck {
    /// What must be corrected.
    errors: Vec<FieldError>,
    /// What should be looked at.
    notices: Vec<FieldError>,
}

impl FieldCheck {
    /// The field must be corrected.
    pub(crate) fn error(&mut self, field: &'static str, message: Message) {
        self.errors.push(FieldError { field, message });
    }

    /// The field should be looked at.
    pub(crate) fn notice(&mut self, field: &'static str, message: Message) {
        self.notices.push(FieldError { field, message });
    }

    /// The field has no error so far.
    pub(crate) fn is_fine(&self, field: &str) -> bool {
        !self.errors.iter().any(|error| error.field == field)
    }

    /// The value with the notices, or every error.
    pub(crate) fn finish<Value>(self, value: Option<Value>) -> Result<Checked<Value>, Vec<FieldError>> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(Checked { value, notices: self.notices }),
            _ => Err(self.errors),
        }
    }

    /// A text that was kept in one form; none when empty. Too long is an error.
    fn kept(&mut self, field: &'static str, text: String, characters_max: usize) -> Option<String> {
        let characters = text.chars().count();
        if characters > characters_max {
            let message = Message::new(codes::FIELD_TOO_LONG).with("max", characters_max);
            self.error(field, message.with("length", characters));
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// One line of text; none when empty.
    pub(crate) fn line(&mut self, field: &'static str, typed: &str, characters_max: usize) -> Option<String> {
        self.kept(field, typed_text::line(typed), characters_max)
    }

    /// Several lines of text; none when empty.
    pub(crate) fn lines(
        &mut self,
        field: &'static str,
        typed: &str,
        characters_max: usize,
    ) -> Option<String> {
        self.kept(field, typed_text::lines(typed), characters_max)
    }

    /// A code or number; none when empty.
    pub(crate) fn code(&mut self, field: &'static str, typed: &str, characters_max: usize) -> Option<String> {
        self.kept(field, typed_text::code(typed), characters_max)
    }

    /// One line of text that must be there.
    pub(crate) fn required_line(
        &mut self,
        field: &'static str,
        typed: &str,
        characters_max: usize,
    ) -> Option<String> {
        let text = self.line(field, typed, characters_max);
        if text.is_none() && self.is_fine(field) {
            self.error(field, Message::new(codes::FIELD_REQUIRED));
        }
        text
    }

    /// A day; none when empty.
    pub(crate) fn day(&mut self, field: &'static str, typed: &str) -> Option<Day> {
        if typed_text::line(typed).is_empty() {
            return None;
        }
        let day = typed_date::day(typed);
        if day.is_none() {
            self.error(field, Message::new(codes::FIELD_DATE).with("value", shown(typed)));
        }
        day
    }

    /// One of a list of choices, read by `read`; none when empty.
    pub(crate) fn choice<Choice>(
        &mut self,
        field: &'static str,
        typed: &str,
        read: impl Fn(&str) -> Option<Choice>,
    ) -> Option<Choice> {
        let text = typed_text::line(typed);
        if text.is_empty() {
            return None;
        }
        let choice = read(&text);
        if choice.is_none() {
            self.error(field, Message::new(codes::FIELD_CHOICE).with("value", shown(typed)));
        }
        choice
    }
}

/// What was typed, cut to a length that can be shown.
pub(crate) fn shown(typed: &str) -> String {
    let line = typed_text::line(typed);
    let mut kept: String = line.chars().take(SHOWN_CHARACTERS_MAX).collect();
    if kept.len() < line.len() {
        kept.push('…');
    }
    kept
}
