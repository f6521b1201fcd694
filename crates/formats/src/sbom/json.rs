//! Reading JSON value by value, forgiving every wrong type of a known field, without holding the document.
//!
//! A [`Handler`] says what to do with each type a value may have; what it does not expect becomes a notice with
//! the value's JSON pointer. Unknown fields are skipped without being looked at.

use std::fmt;

use kikimori_core::message::{Message, codes};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::builder::{Builder, Step};
use super::linked_data::local_name;

/// What to do with one value.
pub(super) trait Handler {
    /// The JSON type that the format demands, for notices.
    const EXPECTED: &'static str;

    /// The value is an object.
    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, mut map: M) -> Result<(), M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        builder.wrong_type(Self::EXPECTED, "object");
        Ok(())
    }

    /// The value is an array.
    fn array<'de, S: SeqAccess<'de>>(
        &mut self,
        builder: &mut Builder,
        mut entries: S,
    ) -> Result<(), S::Error> {
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        builder.wrong_type(Self::EXPECTED, "array");
        Ok(())
    }

    /// The value is a string.
    fn text(&mut self, builder: &mut Builder, _text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        Ok(())
    }

    /// The value is a number, as it would be written.
    fn number(&mut self, builder: &mut Builder, _text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "number");
        Ok(())
    }

    /// The value is `true` or `false`.
    fn boolean(&mut self, builder: &mut Builder, _value: bool) {
        builder.wrong_type(Self::EXPECTED, "boolean");
    }
}

/// A value about to be read, and what to do with it. `null` is nothing, like an absent field.
pub(super) struct Value<'a, H> {
    /// Where facts go.
    pub(super) builder: &'a mut Builder,
    /// What to do with the value.
    pub(super) handler: &'a mut H,
}

impl<'de, H: Handler> DeserializeSeed<'de> for Value<'_, H> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, H: Handler> Visitor<'de> for Value<'_, H> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(H::EXPECTED)
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<(), M::Error> {
        self.handler.object(self.builder, map)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, entries: S) -> Result<(), S::Error> {
        self.handler.array(self.builder, entries)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let result = self.handler.text(self.builder, text);
        carry(self.builder, result)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        let result = self.handler.number(self.builder, &number.to_string());
        carry(self.builder, result)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        let result = self.handler.number(self.builder, &number.to_string());
        carry(self.builder, result)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        let result = self.handler.number(self.builder, &number.to_string());
        carry(self.builder, result)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.handler.boolean(self.builder, value);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Passes a [`Message`] on through the parser's own error type, which cannot hold it: the builder does.
pub(super) fn carry<T, E: Error>(builder: &mut Builder, result: Result<T, Message>) -> Result<T, E> {
    result.map_err(|message| {
        builder.fatal = Some(message);
        E::custom("stopped")
    })
}

/// The known fields of an object, and which of them were seen.
pub(super) struct Fields {
    /// Names, at most 64.
    known: &'static [&'static str],
    /// A bit for each name seen.
    seen: u64,
    /// Unknown fields are counted, where the document is read whole.
    is_counted: bool,
    /// Names may be written with another name space (JSON-LD).
    is_linked: bool,
}

impl Fields {
    /// Nothing seen yet.
    pub(super) fn new(known: &'static [&'static str]) -> Self {
        Self { known, seen: 0, is_counted: true, is_linked: false }
    }

    /// Like [`Self::new`], of an object whose names may be written with another name space (JSON-LD).
    pub(super) fn linked(known: &'static [&'static str]) -> Self {
        Self { is_linked: true, ..Self::new(known) }
    }

    /// Like [`Self::new`], of an object that is counted as one: its unknown fields are not.
    pub(super) fn uncounted(known: &'static [&'static str]) -> Self {
        Self { is_counted: false, ..Self::new(known) }
    }

    /// Goes to the next known field and steps into it; unknown ones are skipped.
    pub(super) fn next<'de, M: MapAccess<'de>>(
        &mut self,
        map: &mut M,
        builder: &mut Builder,
    ) -> Result<Option<&'static str>, M::Error> {
        self.next_noting(map, builder, None)
    }

    /// Like [`Self::next`], and tells `note` the names of unknown fields.
    pub(super) fn next_noting<'de, M: MapAccess<'de>>(
        &mut self,
        map: &mut M,
        builder: &mut Builder,
        mut note: Option<&mut dyn FnMut(&str)>,
    ) -> Result<Option<&'static str>, M::Error> {
        let is_counted = self.is_counted && builder.is_whole;
        let mut unknown = String::new();
        loop {
            let kept = (is_counted || note.is_some()).then_some(&mut unknown);
            let index = match map.next_key_seed(Key {
                known: self.known,
                is_linked: self.is_linked,
                unknown: kept,
            })? {
                None => return Ok(None),
                Some(None) => {
                    if is_counted {
                        builder.unkept(&unknown);
                    }
                    if let Some(note) = &mut note {
                        note(&unknown);
                    }
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                Some(Some(index)) => index,
            };
            let name = self.known.get(index).copied().unwrap_or_default();
            let bit = 1_u64.wrapping_shl(u32::try_from(index).unwrap_or_default());
            builder.path.push(Step::Field(name));
            if self.seen & bit != 0 {
                builder.notice(codes::SBOM_FIELD_TWICE, "field", name);
            }
            self.seen |= bit;
            return Ok(Some(name));
        }
    }
}

/// Reads the value of the field stepped into, and steps out of it.
pub(super) fn value<'de, M: MapAccess<'de>, H: Handler>(
    map: &mut M,
    builder: &mut Builder,
    handler: &mut H,
) -> Result<(), M::Error> {
    map.next_value_seed(Value { builder, handler })?;
    builder.path.pop();
    Ok(())
}

/// Skips the value of the field stepped into, and steps out of it.
pub(super) fn skip<'de, M: MapAccess<'de>>(map: &mut M, builder: &mut Builder) -> Result<(), M::Error> {
    map.next_value::<IgnoredAny>()?;
    builder.path.pop();
    Ok(())
}

/// A field's name, looked up among the known ones.
struct Key<'a> {
    /// The known names.
    known: &'static [&'static str],
    /// Names may be written with another name space.
    is_linked: bool,
    /// Receives an unknown name.
    unknown: Option<&'a mut String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let mut index = self.known.iter().position(|known| *known == name);
        if index.is_none() && self.is_linked {
            let local = local_name(name);
            index = self.known.iter().position(|known| local_name(known) == local);
        }
        if let (None, Some(unknown)) = (index, self.unknown) {
            name.clone_into(unknown);
        }
        Ok(index)
    }
}

/// A text field: empty is absent; a number or a truth value is kept as its text, with a notice.
pub(super) struct Text<'a, T>(pub(super) &'a mut Option<T>);

impl<T: From<String>> Handler for Text<'_, T> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        *self.0 = (!text.is_empty()).then(|| builder.clip(text).into());
        Ok(())
    }

    fn number(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "number");
        *self.0 = Some(text.to_owned().into());
        Ok(())
    }

    fn boolean(&mut self, builder: &mut Builder, value: bool) {
        builder.wrong_type(Self::EXPECTED, "boolean");
        *self.0 = Some(value.to_string().into());
    }
}

/// A reference (`bom-ref`, `SPDXID`): must not be empty.
pub(super) struct Reference<'a>(pub(super) &'a mut Option<Box<str>>);

impl Handler for Reference<'_> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        if text.is_empty() {
            builder.bad_value("reference", text);
        }
        Text(self.0).text(builder, text)
    }

    fn number(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        Text(self.0).number(builder, text)
    }
}

/// A whole number field, kept as text.
pub(super) struct Number<'a>(pub(super) &'a mut Option<String>);

impl Handler for Number<'_> {
    const EXPECTED: &'static str = "number";

    fn number(&mut self, _builder: &mut Builder, text: &str) -> Result<(), Message> {
        *self.0 = Some(text.to_owned());
        Ok(())
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        *self.0 = Some(builder.clip(text));
        Ok(())
    }
}

/// Does something with a text.
pub(super) struct Each<F>(pub(super) F);

impl<F: FnMut(&mut Builder, &str) -> Result<(), Message>> Handler for Each<F> {
    const EXPECTED: &'static str = "string";

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        (self.0)(builder, text)
    }
}

/// An array whose entries are handled alike. A single value in place of the array is taken as its only entry,
/// with a notice.
pub(super) struct List<H>(pub(super) H);

impl<H: Handler> Handler for List<H> {
    const EXPECTED: &'static str = "array";

    fn array<'de, S: SeqAccess<'de>>(&mut self, builder: &mut Builder, entries: S) -> Result<(), S::Error> {
        each(builder, entries, &mut self.0)
    }

    fn object<'de, M: MapAccess<'de>>(&mut self, builder: &mut Builder, map: M) -> Result<(), M::Error> {
        builder.wrong_type(Self::EXPECTED, "object");
        self.0.object(builder, map)
    }

    fn text(&mut self, builder: &mut Builder, text: &str) -> Result<(), Message> {
        builder.wrong_type(Self::EXPECTED, "string");
        self.0.text(builder, text)
    }
}

/// Handles every entry of an array.
pub(super) fn each<'de, S: SeqAccess<'de>, H: Handler>(
    builder: &mut Builder,
    mut entries: S,
    handler: &mut H,
) -> Result<(), S::Error> {
    let mut index = 0;
    loop {
        builder.path.push(Step::Entry(index));
        let entry = entries.next_element_seed(Value { builder: &mut *builder, handler: &mut *handler })?;
        builder.path.pop();
        if entry.is_none() {
            return Ok(());
        }
        index += 1;
    }
}
