//! Which release cycle a version belongs to.

use super::{LifecycleProduct, ReleaseCycle, SupportGap};
use crate::limits::VERSION_BYTES_MAX;

/// The cycles that a version belongs to: one, or several where editions share their numbers.
///
/// Numbers are compared segment by segment, so `3.1` is no cycle of `3.11.2`. The cycle with the most segments wins:
/// of `2` and `2.12`, version `2.12.4` belongs to the second. A version that names fewer segments than a cycle
/// that begins with it belongs to none for certain.
///
/// # Errors
/// [`SupportGap`]: why no cycle can be named.
///
/// ```
/// # use kikimori_core::lifecycle::{LifecycleProduct, ReleaseCycle, SupportGap, cycles_of};
/// let cycle = |name: &str| ReleaseCycle { name: name.to_owned(), ..ReleaseCycle::default() };
/// let python = LifecycleProduct { cycles: vec![cycle("3.11"), cycle("3.1")], ..Default::default() };
/// assert_eq!(cycles_of(&python, "3.11.2").unwrap()[0].name, "3.11");
/// assert_eq!(cycles_of(&python, "3.12.0"), Err(SupportGap::NoCycle));
/// assert_eq!(cycles_of(&python, "3"), Err(SupportGap::VersionTooCoarse));
/// ```
pub fn cycles_of<'a>(
    product: &'a LifecycleProduct,
    version: &str,
) -> Result<Vec<&'a ReleaseCycle>, SupportGap> {
    let version = version.trim();
    if version.is_empty() {
        return Err(SupportGap::VersionMissing);
    }
    let named = |cycle: &&ReleaseCycle| cycle.name.eq_ignore_ascii_case(version);
    if let Some(cycle) = product.cycles.iter().find(named).filter(|cycle| !is_numbered(&cycle.name)) {
        return Ok(vec![cycle]);
    }
    let mut numbers = numbers_of_version(version).ok_or(SupportGap::VersionUnreadable)?;
    if let (true, [1, (5..), ..]) = (product.is_java, numbers.as_slice()) {
        numbers.remove(0);
    }
    let cycles = || product.cycles.iter().map(|cycle| (leading_numbers(&cycle.name).0, cycle));
    if cycles().any(|(own, _)| own.len() > numbers.len() && own.starts_with(&numbers)) {
        return Err(SupportGap::VersionTooCoarse);
    }
    let agreeing = || cycles().filter(|(own, _)| !own.is_empty() && numbers.starts_with(own));
    let longest = agreeing().map(|(own, _)| own.len()).max().ok_or(SupportGap::NoCycle)?;
    let found: Vec<&ReleaseCycle> =
        agreeing().filter(|(own, _)| own.len() == longest).map(|(_, cycle)| cycle).collect();
    let spelled = version.to_lowercase().replace([' ', '_'], "-");
    let exact = found.iter().filter(|cycle| !is_numbered(&cycle.name) && begins_with(&spelled, &cycle.name));
    match exact.max_by_key(|cycle| cycle.name.len()) {
        Some(cycle) => Ok(vec![cycle]),
        None => Ok(found),
    }
}

/// The name is made of numbers and dots alone.
fn is_numbered(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `text` begins with `name`, and the next character does not continue a word.
fn begins_with(text: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let rest = text.strip_prefix(name.as_str());
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
}

/// The numbers that a version begins with, without `v` and without a distribution's epoch.
///
/// `None` when it begins with something else, or when a single number runs into letters (`3f2a9c`, `2024a`), which may
/// as well be a commit; `8u212` is Java's own way.
fn numbers_of_version(text: &str) -> Option<Vec<u64>> {
    if text.len() > VERSION_BYTES_MAX {
        return None;
    }
    let text = match text.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => text,
    };
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (numbers, rest) = leading_numbers(text);
    let is_word = rest.starts_with(|next: char| next.is_alphanumeric());
    let is_java_update =
        rest.strip_prefix('u').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    if numbers.is_empty() || (numbers.len() == 1 && is_word && !is_java_update) {
        return None;
    }
    Some(numbers)
}

/// Numbers separated by dots, and what follows them. Empty when one does not fit, so that nothing is compared by half.
fn leading_numbers(text: &str) -> (Vec<u64>, &str) {
    let mut numbers = Vec::new();
    let mut rest = text;
    loop {
        let after_dot = if numbers.is_empty() { Some(rest) } else { rest.strip_prefix('.') };
        let Some(segment) = after_dot else { break };
        let length = segment.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, behind) = segment.split_at_checked(length).unwrap_or(("", segment));
        if digits.is_empty() {
            break;
        }
        let Ok(number) = digits.parse() else { return (Vec::new(), text) };
        numbers.push(number);
        rest = behind;
    }
    (numbers, rest)
}
