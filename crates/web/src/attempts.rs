//! Failed attempts to sign in, counted for each network address, so that passwords and tokens cannot be tried out.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

use kikimori_core::stamp::Stamp;

/// Failures that an address may have at once: a ward's worth of people behind one address, each mistyping.
const FAILURES_MAX: i64 = 30;
/// Milliseconds after which one failure is forgotten.
const FORGET_MILLISECONDS: i64 = 4_000;
/// Addresses remembered, so that memory stays within two megabytes; more attackers than that share what is left.
const ADDRESSES_MAX: usize = 10_000;

/// The failures of every address. An address is let in again as failures are forgotten.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// For each address, when its last failure will be forgotten.
    until: Mutex<BTreeMap<String, Stamp>>,
}

impl Attempts {
    /// Seconds to wait before the next attempt; none when it may be made now.
    pub(crate) fn wait_seconds(&self, address: &str, now: Stamp) -> Option<i64> {
        let until = self.until.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let over = until.get(&group(address))?.0 - now.0 - (FAILURES_MAX - 1) * FORGET_MILLISECONDS;
        (over > 0).then_some(over.div_euclid(1_000) + 1)
    }

    /// Counts a failure.
    pub(crate) fn note_failure(&self, address: &str, now: Stamp) {
        let mut until = self.until.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if until.len() >= ADDRESSES_MAX {
            until.retain(|_, until| *until > now);
        }
        let mut key = group(address);
        if until.len() >= ADDRESSES_MAX && !until.contains_key(&key) {
            key = String::new();
        }
        let known = until.entry(key).or_insert(now);
        known.0 = known.0.max(now.0).saturating_add(FORGET_MILLISECONDS);
    }
}

/// What counts as one address: of IPv6 the network of 64 bits, because a host has all of it.
fn group(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_an_address_wait_after_many_failures_and_no_other() {
        let attempts = Attempts::default();
        let now = Stamp(1_000_000);
        for _ in 0..FAILURES_MAX {
            assert_eq!(attempts.wait_seconds("192.0.2.1", now), None);
            attempts.note_failure("192.0.2.1", now);
        }
        assert_eq!(attempts.wait_seconds("192.0.2.1", now), Some(5));
        assert_eq!(attempts.wait_seconds("192.0.2.2", now), None);
        assert_eq!(attempts.wait_seconds("192.0.2.1", Stamp(now.0 + FORGET_MILLISECONDS)), None);
        assert_eq!(group("2001:db8:1:2:3::1"), group("2001:db8:1:2:ffff::9"));
    }

    #[test]
    fn remembers_no_more_addresses_than_it_may() {
        let attempts = Attempts::default();
        for number in 0..ADDRESSES_MAX + 500 {
            attempts.note_failure(&number.to_string(), Stamp(1));
        }
        assert!(attempts.until.lock().unwrap().len() <= ADDRESSES_MAX + 1);
        assert!(attempts.wait_seconds("", Stamp(1)).is_some(), "what is too many shares one count");
        attempts.note_failure("late", Stamp(10_000_000));
        assert_eq!(attempts.until.lock().unwrap().len(), 1, "what is forgotten goes");
    }
}
