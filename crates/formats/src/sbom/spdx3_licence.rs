//! Licences of SPDX 3, which are elements of their own and may be put together of others.

use std::collections::BTreeMap;

use kikimori_core::limits::SBOM_STRING_BYTES_MAX;
use kikimori_core::sbom::LicenceForm;

/// Levels of licences in licences. Real ones have two or three.
const LICENCE_DEPTH_MAX: usize = 16;

/// Licences visited to write one expression. The longest real expressions have about a hundred.
const LICENCE_STEPS_MAX: usize = 4_096;

/// A licence as an element; others are named by the numbers of their references.
#[derive(Debug)]
pub(super) enum Licence {
    /// An expression, an id or a name.
    Text(Box<str>, LicenceForm),
    /// All of them.
    All(Vec<u32>),
    /// One of them.
    Any(Vec<u32>),
    /// A licence with an addition.
    With(Option<u32>, Option<u32>),
    /// A licence or a later version of it.
    OrLater(Option<u32>),
}

/// The licences of a document by the numbers of their references.
#[derive(Default)]
pub(super) struct Licences(BTreeMap<u32, Licence>);

impl Licences {
    /// Adds a licence, unless one of this number is there.
    pub(super) fn add(&mut self, symbol: u32, licence: Licence) {
        self.0.entry(symbol).or_insert(licence);
    }

    /// The licence as one text; `None` where it is none, goes in a circle, or is too deep or too long to be written.
    pub(super) fn written(&self, symbol: u32) -> Option<(String, LicenceForm)> {
        if let Licence::Text(text, form) = self.0.get(&symbol)? {
            return Some((text.to_string(), *form));
        }
        let mut writing = Writing { text: String::new(), n_steps: 0 };
        self.write(symbol, 0, &mut writing).then_some((writing.text, LicenceForm::Expression))
    }

    /// Writes a licence that stands `depth` levels below the first; `false` where it cannot be written.
    fn write(&self, symbol: u32, depth: usize, writing: &mut Writing) -> bool {
        writing.n_steps += 1;
        if depth > LICENCE_DEPTH_MAX
            || writing.n_steps > LICENCE_STEPS_MAX
            || writing.text.len() > SBOM_STRING_BYTES_MAX
        {
            return false;
        }
        match self.0.get(&symbol) {
            None => false,
            Some(Licence::Text(text, LicenceForm::Expression)) if depth > 0 && text.contains(' ') => {
                writing.text.push('(');
                writing.text.push_str(text);
                writing.text.push(')');
                true
            }
            Some(Licence::Text(text, _)) => {
                writing.text.push_str(text);
                true
            }
            Some(Licence::All(members)) => self.write_members(members, " AND ", depth, writing),
            Some(Licence::Any(members)) => self.write_members(members, " OR ", depth, writing),
            Some(Licence::With(licence, addition)) => {
                let (Some(licence), Some(addition)) = (licence, addition) else { return false };
                let is_written = self.write(*licence, depth + 1, writing);
                writing.text.push_str(" WITH ");
                is_written && self.write(*addition, depth + 1, writing)
            }
            Some(Licence::OrLater(licence)) => {
                let is_written = licence.is_some_and(|licence| self.write(licence, depth + 1, writing));
                writing.text.push('+');
                is_written
            }
        }
    }

    /// Writes several licences with a word between them, in brackets where they are part of another.
    fn write_members(&self, members: &[u32], between: &str, depth: usize, writing: &mut Writing) -> bool {
        if depth > 0 {
            writing.text.push('(');
        }
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                writing.text.push_str(between);
            }
            if !self.write(*member, depth + 1, writing) {
                return false;
            }
        }
        if depth > 0 {
            writing.text.push(')');
        }
        !members.is_empty()
    }
}

/// An expression being written.
struct Writing {
    /// What is written so far.
    text: String,
    /// Licences visited so far.
    n_steps: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_is_put_together_and_nothing_that_has_no_end() {
        let mut licences = Licences::default();
        licences.add(0, Licence::Text("MIT".into(), LicenceForm::Id));
        licences.add(1, Licence::Text("Apache-2.0 OR Zlib".into(), LicenceForm::Expression));
        licences.add(2, Licence::All(vec![0, 1]));
        licences.add(3, Licence::Any(vec![2, 0]));
        licences.add(4, Licence::With(Some(5), Some(6)));
        licences.add(5, Licence::OrLater(Some(7)));
        licences.add(6, Licence::Text("Classpath-exception-2.0".into(), LicenceForm::Id));
        licences.add(7, Licence::Text("GPL-2.0".into(), LicenceForm::Id));
        licences.add(8, Licence::All(vec![0, 8]));
        licences.add(9, Licence::Any(vec![]));
        licences.add(10, Licence::All(vec![99]));
        let cases = [
            (0, Some("MIT")),
            (2, Some("MIT AND (Apache-2.0 OR Zlib)")),
            (3, Some("(MIT AND (Apache-2.0 OR Zlib)) OR MIT")),
            (4, Some("GPL-2.0+ WITH Classpath-exception-2.0")),
            (8, None),
            (9, None),
            (10, None),
            (11, None),
        ];
        for (symbol, expected) in cases {
            assert_eq!(licences.written(symbol).map(|(text, _)| text).as_deref(), expected, "{symbol}");
        }
    }

    #[test]
    fn gives_up_what_would_double_at_every_level() {
        let mut licences = Licences::default();
        licences.add(0, Licence::Any(vec![1, 1]));
        for level in 1..15 {
            licences.add(level, Licence::All(vec![level + 1, level + 1]));
        }
        licences.add(15, Licence::Text("MIT".into(), LicenceForm::Id));
        assert_eq!(licences.written(0), None);
    }
}
