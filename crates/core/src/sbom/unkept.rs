//! Fields of a document that were read over: their names and how often each stood there.

use std::collections::BTreeMap;

use crate::limits::UNKEPT_FIELDS_MAX;

/// Fields that a document had and the bill does not keep. Filled only when a document is read whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unkept {
    /// Times by field, for example `components/pedigree`; at most [`UNKEPT_FIELDS_MAX`] fields.
    fields: BTreeMap<String, u64>,
    /// Times that further fields stood there.
    n_further: u64,
}

impl Unkept {
    /// Counts `field` `n_times`.
    pub fn add(&mut self, field: &str, n_times: u64) {
        if let Some(count) = self.fields.get_mut(field) {
            *count = count.saturating_add(n_times);
        } else if self.fields.len() < UNKEPT_FIELDS_MAX {
            self.fields.insert(field.to_owned(), n_times);
        } else {
            self.n_further = self.n_further.saturating_add(n_times);
        }
    }

    /// Adds what another document counted.
    pub fn extend(&mut self, other: &Self) {
        for (field, count) in other.fields() {
            self.add(field, count);
        }
        self.n_further = self.n_further.saturating_add(other.n_further);
    }

    /// Fields by name, each with the times it stood there.
    pub fn fields(&self) -> impl Iterator<Item = (&str, u64)> {
        self.fields.iter().map(|(field, count)| (field.as_str(), *count))
    }

    /// Times that fields beyond the limit stood there.
    #[must_use]
    pub fn n_further(&self) -> u64 {
        self.n_further
    }

    /// Nothing was read over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.n_further == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_field_and_names_a_limited_number() {
        let mut unkept = Unkept::default();
        assert!(unkept.is_empty());
        for index in 0..UNKEPT_FIELDS_MAX + 3 {
            unkept.add(&format!("field-{index}"), 1);
        }
        unkept.add("field-0", 2);
        assert_eq!(unkept.fields().count(), UNKEPT_FIELDS_MAX);
        assert_eq!(unkept.fields().find(|(field, _)| *field == "field-0"), Some(("field-0", 3)));
        assert_eq!(unkept.n_further(), 3);
    }
}
