//! What the JSON readers share: tolerant scalars and lists, and repair of records with a misshapen entry.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use kikimori_core::message::{Message, Place, codes};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::record::Notes;

/// A text that borrows from the input where it can. Numbers and booleans are taken as written in JSON and
/// `null` as the empty text: feeds write versions as numbers now and then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl Text<'_> {
    /// The text without white space around it.
    pub(super) fn trimmed(&self) -> &str {
        self.0.trim()
    }

    /// The text, trimmed, unless nothing is left.
    pub(super) fn filled(&self) -> Option<&str> {
        Some(self.trimmed()).filter(|text| !text.is_empty())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor).map(Text)
    }
}

/// Accepts any scalar.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }
}

/// A field that may be `null`, which is the same as absent.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Whether a JSON value has the shape that a place asks for.
pub(super) type Check = fn(&Value) -> Result<(), serde_json::Error>;

/// The shape of the values at a path. Segments are separated by `/`; `*` stands for every element of a list.
/// Rules are applied in order, so those for inner values come first.
pub(super) type Rule<'a> = (&'a str, Check);

/// The check for a list: what is in it has rules of its own.
pub(super) fn is_list(value: &Value) -> Result<(), serde_json::Error> {
    if value.is_array() || value.is_null() { Ok(()) } else { Err(Error::custom("a list was expected")) }
}

/// The check for an object: what is in it has rules of its own.
pub(super) fn is_object(value: &Value) -> Result<(), serde_json::Error> {
    if value.is_object() || value.is_null() { Ok(()) } else { Err(Error::custom("an object was expected")) }
}

/// The check for a scalar.
pub(super) fn is_text(value: &Value) -> Result<(), serde_json::Error> {
    Text::deserialize(value).map(drop)
}

/// Reads the JSON again as a free value and takes out what breaks a rule, each with a notice.
///
/// Used when the typed reading failed: one bad entry must not lose the record.
///
/// # Errors
/// FEED-005 when the bytes are no JSON.
pub(super) fn repair(bytes: &[u8], rules: &[Rule<'_>], notes: &mut Notes<'_>) -> Result<Value, Message> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    note_twice(bytes, notes);
    for (path, check) in rules {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        repair_at(&mut value, &segments, *check, &mut String::new(), notes);
    }
    Ok(value)
}

/// Tells of keys that stand twice in one object, of which the last one counts.
pub(super) fn note_twice(bytes: &[u8], notes: &mut Notes<'_>) {
    for key in twice(bytes) {
        note_one_twice(&key, notes);
    }
}

/// Tells of one name that stands twice and once counts.
pub(super) fn note_one_twice(name: &str, notes: &mut Notes<'_>) {
    let detail = format!("`{name}` ×2");
    notes.add(Message::new(codes::FEED_ENTRY_UNREADABLE), &[("detail", &detail)]);
}

/// Keys that stand twice in one object; the last one counts, and the others are lost.
fn twice(bytes: &[u8]) -> Vec<String> {
    let keys = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let _ = TwiceSeed(&keys).deserialize(&mut deserializer);
    keys.into_inner()
}

/// Keys named at most: a record with more is seldom meant.
const TWICE_MAX: usize = 16;

/// Reads any value and keeps the keys that stand twice.
#[derive(Clone, Copy)]
struct TwiceSeed<'k>(&'k RefCell<Vec<String>>);

impl<'de> DeserializeSeed<'de> for TwiceSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TwiceSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while sequence.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            map.next_value_seed(self)?;
            let mut keys = self.0.borrow_mut();
            if seen.contains(&key) && keys.len() < TWICE_MAX {
                keys.push(key.clone());
            }
            seen.insert(key);
        }
        Ok(())
    }
}

/// Applies one rule below `value`, which stands at `pointer`. The answer is false when `value` itself breaks it.
fn repair_at(
    value: &mut Value,
    segments: &[&str],
    check: Check,
    pointer: &mut String,
    notes: &mut Notes<'_>,
) -> bool {
    let Some((segment, rest)) = segments.split_first() else {
        return match check(value) {
            Ok(()) => true,
            Err(error) => {
                let message = Message::new(codes::FEED_ENTRY_UNREADABLE);
                notes.add(message.at(Place::Pointer(pointer.clone())), &[("detail", &error.to_string())]);
                false
            }
        };
    };
    let length = pointer.len();
    match value {
        Value::Array(elements) if *segment == "*" => {
            let mut index = 0_usize;
            elements.retain_mut(|element| {
                pointer.push_str(&format!("/{index}"));
                index = index.saturating_add(1);
                let stands = repair_at(element, rest, check, pointer, notes);
                pointer.truncate(length);
                stands
            });
        }
        Value::Object(members) => {
            if let Some(member) = members.get_mut(*segment) {
                pointer.push('/');
                pointer.push_str(segment);
                if !repair_at(member, rest, check, pointer, notes) {
                    *member = Value::Null;
                }
                pointer.truncate(length);
            }
        }
        _ => {}
    }
    true
}

/// The record is no JSON, or not of its format's shape.
pub(super) fn unreadable(error: &serde_json::Error) -> Message {
    Message::new(codes::FEED_RECORD_UNREADABLE).with("detail", error)
}
