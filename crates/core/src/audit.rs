//! The audit trail: what happened, in a form whose bytes can be chained by hashes.
//!
//! Each organisation has its own chain, and the installation one. An event's hash is the SHA-256 of [`AuditEvent::canonical_bytes`],
//! which hold the hash of the event before it; so nothing can be changed, left out or put between without every later hash changing.

use crate::id::{OrganisationId, PersonId};
use crate::stamp::Stamp;

/// What canonical bytes begin with: the form's name and version. A change of the form is a new version.
const FORM: &[u8] = b"kikimori-audit-1";

/// The hash before the first event of a chain.
pub const FIRST_PREVIOUS_HASH: [u8; 32] = [0; 32];

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditActor {
    /// A person.
    Person(PersonId),
    /// Kikimori itself: a job, a migration, a timer.
    System,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// The organisation whose chain it stands in; none for the installation's own.
    pub organisation: Option<OrganisationId>,
    /// Its place in the chain, from 1, without gaps.
    pub sequence: u64,
    /// When.
    pub at: Stamp,
    /// Who.
    pub actor: AuditActor,
    /// What was done: an [action](crate::access::Action)'s code, or a code of its own such as `sign_in`.
    pub action: String,
    /// What kind of thing it was done to: `product`, `finding`…
    pub target_kind: String,
    /// Which: its id as text, or empty.
    pub target_id: String,
    /// What changed and why: names and values in order. Names may repeat.
    pub details: Vec<(String, String)>,
}

impl AuditEvent {
    /// The bytes that the event's hash is taken of, with the hash of the event before it.
    ///
    /// Every text and list is preceded by its length in eight bytes, every number has eight bytes, the most significant first; what
    /// may be missing is preceded by a byte 0 or 1. Different events therefore never give the same bytes.
    ///
    /// | part | form |
    /// |---|---|
    /// | `kikimori-audit-1` | text |
    /// | hash before | 32 bytes |
    /// | organisation | 0, or 1 and 16 bytes |
    /// | sequence | number |
    /// | at, milliseconds since 1970 | number (two's complement) |
    /// | actor | 0 for the system, or 1 and 16 bytes |
    /// | action, target kind, target id | texts |
    /// | details | number of pairs, then name and value of each as texts |
    #[must_use]
    pub fn canonical_bytes(&self, previous_hash: &[u8; 32]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        put_text(&mut bytes, FORM);
        bytes.extend_from_slice(previous_hash);
        put_id(&mut bytes, self.organisation.map(OrganisationId::bytes));
        bytes.extend_from_slice(&self.sequence.to_be_bytes());
        bytes.extend_from_slice(&self.at.0.to_be_bytes());
        put_id(
            &mut bytes,
            match self.actor {
                AuditActor::Person(person) => Some(person.bytes()),
                AuditActor::System => None,
            },
        );
        for text in [&self.action, &self.target_kind, &self.target_id] {
            put_text(&mut bytes, text.as_bytes());
        }
        put_length(&mut bytes, self.details.len());
        for (name, value) in &self.details {
            put_text(&mut bytes, name.as_bytes());
            put_text(&mut bytes, value.as_bytes());
        }
        bytes
    }
}

/// Appends a length in eight bytes.
fn put_length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend_from_slice(&(length as u64).to_be_bytes());
}

/// Appends a text after its length.
fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    put_length(bytes, text.len());
    bytes.extend_from_slice(text);
}

/// Appends an id that may be missing.
fn put_id(bytes: &mut Vec<u8>, id: Option<[u8; 16]>) {
    bytes.push(u8::from(id.is_some()));
    bytes.extend(id.into_iter().flatten());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use proptest::prelude::*;

    /// Reads canonical bytes back; that this is possible for all of them is what makes them different for different events.
    struct Reader<'a>(&'a [u8]);

    impl Reader<'_> {
        /// The next bytes.
        fn take(&mut self, n: usize) -> Vec<u8> {
            let (taken, rest) = self.0.split_at(n);
            self.0 = rest;
            taken.to_vec()
        }

        /// The next number.
        fn number(&mut self) -> u64 {
            u64::from_be_bytes(self.take(8).try_into().unwrap())
        }

        /// The next text.
        fn text(&mut self) -> String {
            let length = self.number() as usize;
            String::from_utf8(self.take(length)).unwrap()
        }

        /// The next id.
        fn id(&mut self) -> Option<Id> {
            (self.take(1) == [1]).then(|| Id::from_bytes(self.take(16).try_into().unwrap()))
        }

        /// The hash before and the event.
        fn event(&mut self) -> ([u8; 32], AuditEvent) {
            assert_eq!(self.text().as_bytes(), FORM);
            let previous = self.take(32).try_into().unwrap();
            let organisation = self.id().map(OrganisationId::new);
            let sequence = self.number();
            let at = Stamp(self.number() as i64);
            let actor = self.id().map_or(AuditActor::System, |id| AuditActor::Person(PersonId::new(id)));
            let (action, target_kind, target_id) = (self.text(), self.text(), self.text());
            let n_details = self.number();
            let details = (0..n_details).map(|_| (self.text(), self.text())).collect();
            assert!(self.0.is_empty());
            (
                previous,
                AuditEvent { organisation, sequence, at, actor, action, target_kind, target_id, details },
            )
        }
    }

    /// Any event.
    fn any_event() -> impl Strategy<Value = AuditEvent> {
        let who = (any::<Option<[u8; 16]>>(), any::<Option<[u8; 16]>>());
        let details = proptest::collection::vec((".{0,8}", ".{0,8}"), 0..4);
        (who, any::<u64>(), any::<i64>(), ".{0,8}", ".{0,8}", ".{0,8}", details).prop_map(
            |((organisation, person), sequence, at, action, target_kind, target_id, details)| AuditEvent {
                organisation: organisation.map(|bytes| OrganisationId::new(Id::from_bytes(bytes))),
                sequence,
                at: Stamp(at),
                actor: person.map_or(AuditActor::System, |bytes| {
                    AuditActor::Person(PersonId::new(Id::from_bytes(bytes)))
                }),
                action,
                target_kind,
                target_id,
                details,
            },
        )
    }

    #[test]
    fn the_form_is_fixed() {
        let event = AuditEvent {
            organisation: None,
            sequence: 1,
            at: Stamp(2),
            actor: AuditActor::System,
            action: "a".to_owned(),
            target_kind: String::new(),
            target_id: "é".to_owned(),
            details: vec![("n".to_owned(), "v".to_owned())],
        };
        let mut expected = b"\0\0\0\0\0\0\0\x10kikimori-audit-1".to_vec();
        expected.extend([7; 32]);
        expected.extend(b"\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02\0");
        expected.extend(b"\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\xc3\xa9");
        expected.extend(b"\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01n\0\0\0\0\0\0\0\x01v");
        assert_eq!(event.canonical_bytes(&[7; 32]), expected);
    }

    proptest! {
        #[test]
        fn different_events_have_different_bytes(event in any_event(), previous: [u8; 32]) {
            let bytes = event.canonical_bytes(&previous);
            prop_assert_eq!(Reader(&bytes).event(), (previous, event));
        }

        #[test]
        fn moving_a_letter_changes_the_bytes(event in any_event(), text in "[a-z]{2,8}", at in 1_usize..7) {
            let at = at.min(text.len() - 1);
            let split = |at: usize| AuditEvent {
                action: text[..at].to_owned(),
                target_kind: text[at..].to_owned(),
                ..event.clone()
            };
            prop_assert_ne!(
                split(at).canonical_bytes(&FIRST_PREVIOUS_HASH),
                split(at - 1).canonical_bytes(&FIRST_PREVIOUS_HASH)
            );
        }
    }
}
