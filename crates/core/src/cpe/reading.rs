//! Reading both bindings into canonical form (NIST IR 7695, 6.1.3 and 6.2.3).

use super::{Attribute, Cpe, CpeFault, PREFIX};
use crate::limits::IDENTIFIER_BYTES_MAX;

/// Attributes of a formatted string.
const ATTRIBUTES: usize = Attribute::ALL.len();

/// Components of a CPE 2.2 URI: the attributes up to the language.
const URI_COMPONENTS: usize = 7;

/// Attributes packed into the edition of a URI, in order: `~edition~sw_edition~target_sw~target_hw~other`.
const PACKED: [Attribute; 5] =
    [Attribute::Edition, Attribute::SwEdition, Attribute::TargetSw, Attribute::TargetHw, Attribute::Other];

/// Reads either binding.
pub(super) fn read(text: &str) -> Result<Cpe, CpeFault> {
    let trimmed = text.trim();
    let offset = text.len() - text.trim_start().len();
    if trimmed.len() > IDENTIFIER_BYTES_MAX {
        return Err(CpeFault::TooLong { bytes: trimmed.len() });
    }
    if let Some(cpe) = read_canonical(trimmed) {
        return Ok(cpe);
    }
    if let Some((prefix, rest)) = trimmed.split_at_checked(PREFIX.len())
        && prefix.eq_ignore_ascii_case(PREFIX)
    {
        return read_formatted(rest, offset + PREFIX.len());
    }
    match trimmed.split_at_checked(5) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("cpe:/") => read_uri(rest, offset + 5),
        _ => Err(CpeFault::Prefix),
    }
}

/// Takes a complete name that is in canonical form already, as nearly all published ones are; None for all
/// others, and for rare canonical ones (wildcards inside text, non-ASCII), which the full reader takes.
///
/// Three times faster than the full reader: one look at each byte, one allocation.
fn read_canonical(text: &str) -> Option<Cpe> {
    let rest = text.strip_prefix(PREFIX)?.as_bytes();
    if !matches!(rest, [b'a' | b'o' | b'h' | b'*' | b'-', b':', ..]) {
        return None;
    }
    let mut ends = [0; ATTRIBUTES];
    let mut slots = ends.iter_mut();
    let mut start = true;
    let mut bytes = rest.iter().enumerate();
    while let Some((at, &byte)) = bytes.next() {
        match byte {
            b':' if start => return None,
            b':' => *slots.next()? = u16::try_from(PREFIX.len() + at).ok()?,
            b'*' if start && matches!(rest.get(at + 1), None | Some(b':')) => {}
            b'\\' => {
                let (_, quoted) = bytes.next()?;
                if !quoted.is_ascii_punctuation() || is_plain(*quoted) {
                    return None;
                }
            }
            byte if is_plain(byte) => {}
            _ => return None,
        }
        start = byte == b':';
    }
    *slots.next()? = u16::try_from(text.len()).ok()?;
    (!start && slots.next().is_none()).then(|| Cpe { text: text.into(), ends })
}

/// Reads the attributes of a formatted string; `offset` is where `rest` begins in the whole text.
fn read_formatted(rest: &str, offset: usize) -> Result<Cpe, CpeFault> {
    if rest.trim_matches([':', ' ']).is_empty() {
        return Err(CpeFault::Empty);
    }
    let mut writer = Writer::new(rest.len());
    let mut at = 0;
    let mut values = Attribute::ALL.iter();
    loop {
        let tail = rest.get(at..).unwrap_or_default();
        let Some(&attribute) = values.next() else {
            return match tail.bytes().all(|byte| byte == b':') {
                true => writer.finish(),
                false => Err(CpeFault::TooMany { at: offset + at, limit: ATTRIBUTES }),
            };
        };
        let length = unquoted_colon(tail);
        writer.push(attribute, tail.get(..length).unwrap_or(tail), offset + at)?;
        at += length + 1;
        if at > rest.len() {
            return writer.finish();
        }
    }
}

/// Where the first unquoted colon stands, or the length of the text.
fn unquoted_colon(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if quoted => quoted = false,
            b'\\' => quoted = true,
            b':' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Reads the components of a CPE 2.2 URI; `offset` is where `rest` begins in the whole text.
fn read_uri(rest: &str, offset: usize) -> Result<Cpe, CpeFault> {
    if rest.trim_matches([':', ' ']).is_empty() {
        return Err(CpeFault::Empty);
    }
    let mut values: [(String, usize); ATTRIBUTES] = std::array::from_fn(|_| (String::new(), offset));
    let mut set = |attribute: Attribute, text: &str, at: usize| -> Result<(), CpeFault> {
        let value = formatted_value(text).ok_or(CpeFault::Percent { at, attribute })?;
        if let Some(slot) = values.get_mut(attribute as usize) {
            *slot = (value, at);
        }
        Ok(())
    };
    let mut at = offset;
    for (position, component) in rest.split(':').enumerate() {
        match Attribute::ALL.get(position).filter(|_| position < URI_COMPONENTS) {
            None if component.is_empty() => {}
            None => {
                return Err(CpeFault::TooMany { at, limit: URI_COMPONENTS });
            }
            Some(Attribute::Edition) if component.starts_with('~') => {
                let mut packed = PACKED.iter();
                for text in component.split('~').skip(1) {
                    let &attribute = packed.next().ok_or(CpeFault::TooMany { at, limit: PACKED.len() })?;
                    set(attribute, text, at)?;
                }
            }
            Some(&attribute) => set(attribute, component, at)?,
        }
        at += component.len() + 1;
    }
    let mut writer = Writer::new(rest.len());
    for (attribute, (value, at)) in Attribute::ALL.iter().zip(&values) {
        writer.push(*attribute, value, *at)?;
    }
    writer.finish()
}

/// A URI component as formatted-string value: `%01` is `?`, `%02` is `*`, other sequences are quoted
/// characters. None when a sequence cannot be decoded.
fn formatted_value(component: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(component.len() + 4);
    let mut rest = component.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        match u8::try_from(digit()? << 4 | digit()?).ok()? {
            1 => bytes.push(b'?'),
            2 => bytes.push(b'*'),
            byte if byte.is_ascii() => bytes.extend([b'\\', byte]),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// The name with one attribute replaced.
pub(super) fn replace(cpe: &Cpe, attribute: Attribute, value: &str) -> Result<Cpe, CpeFault> {
    if value.len() > IDENTIFIER_BYTES_MAX {
        return Err(CpeFault::TooLong { bytes: value.len() });
    }
    let mut writer = Writer::new(cpe.text.len() + value.len());
    for own in Attribute::ALL {
        let value = if own == attribute { value } else { cpe.get(own).as_str() };
        writer.push(own, value, 0)?;
    }
    writer.finish()
}

/// Quotes plain text for a formatted string, so that `*`, `?`, `\`, `:` and a lone `-` stand for themselves.
///
/// ```
/// # use kikimori_core::cpe::quote;
/// assert_eq!(quote("1.0+b:2*"), r"1.0\+b\:2\*");
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_ascii_punctuation() && !matches!(character, '.' | '-' | '_') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    if quoted == "-" { r"\-".to_owned() } else { quoted }
}

/// Collects canonical values.
struct Writer {
    /// The formatted string so far.
    text: String,
    /// Ends of the attributes so far.
    ends: [u16; ATTRIBUTES],
    /// Attributes written.
    count: usize,
}

impl Writer {
    /// Begins a name whose written form has about `length` bytes.
    fn new(length: usize) -> Self {
        let mut text = String::with_capacity(PREFIX.len() + length + 24);
        text.push_str(PREFIX);
        Self { text, ends: [0; ATTRIBUTES], count: 0 }
    }

    /// Appends one value in canonical form; `at` is where it stands in the whole text.
    fn push(&mut self, attribute: Attribute, value: &str, at: usize) -> Result<(), CpeFault> {
        if self.count > 0 {
            self.text.push(':');
        }
        let start = self.text.len();
        push_value(&mut self.text, attribute, value, at)?;
        let written = self.text.get(start..).unwrap_or_default();
        if attribute == Attribute::Part && !matches!(written, "a" | "o" | "h" | "*" | "-") {
            return Err(CpeFault::Part { at, text: value.to_owned() });
        }
        let bytes = self.text.len();
        let end = u16::try_from(bytes).map_err(|_| CpeFault::TooLong { bytes })?;
        if let Some(slot) = self.ends.get_mut(self.count) {
            *slot = end;
        }
        self.count += 1;
        Ok(())
    }

    /// Fills the missing attributes with ANY.
    fn finish(mut self) -> Result<Cpe, CpeFault> {
        for attribute in Attribute::ALL.iter().skip(self.count) {
            self.push(*attribute, "*", 0)?;
        }
        Ok(Cpe { text: self.text.into_boxed_str(), ends: self.ends })
    }
}

/// A character that stands unquoted in canonical form, already lower case.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_')
}

/// Appends `value` in canonical form.
fn push_value(out: &mut String, attribute: Attribute, value: &str, at: usize) -> Result<(), CpeFault> {
    if value.is_empty() {
        out.push('*');
        return Ok(());
    }
    if value == "*" || value.bytes().all(is_plain) {
        out.push_str(value);
        return Ok(());
    }
    let trimmed = value.trim();
    if trimmed.len() < value.len() {
        return push_value(out, attribute, trimmed, at);
    }
    let start = out.len();
    let mut wildcards = Wildcards::default();
    let mut characters = value.char_indices();
    while let Some((offset, character)) = characters.next() {
        let at = at + offset;
        let character = match character {
            '*' | '?' => {
                if wildcards.meet(character).ok_or(CpeFault::WildcardMixed { at, attribute })? {
                    out.push(character);
                }
                continue;
            }
            '\\' => match characters.next() {
                Some((_, quoted)) => quoted,
                None => return Err(CpeFault::Backslash { at, attribute }),
            },
            character => character,
        };
        if wildcards.tail.is_some() {
            return Err(CpeFault::WildcardInside { at: at.saturating_sub(1), attribute });
        }
        wildcards.text = true;
        match character {
            _ if character.is_whitespace() => out.push('_'),
            _ if character.is_control() => return Err(CpeFault::Control { at, attribute }),
            '.' | '-' | '_' => out.push(character),
            _ if character.is_ascii_alphanumeric() => out.push(character.to_ascii_lowercase()),
            _ if character.is_ascii() => out.extend(['\\', character]),
            _ => out.extend(character.to_lowercase()),
        }
    }
    // A lone quoted hyphen is text; unquoted it would be NA.
    if out.get(start..) == Some("-") {
        out.insert(start, '\\');
    }
    Ok(())
}

/// The unquoted `*` and `?` met in one value.
#[derive(Default)]
struct Wildcards {
    /// The kind at the beginning.
    lead: Option<char>,
    /// Ordinary text has been met.
    text: bool,
    /// The kind after ordinary text.
    tail: Option<char>,
}

impl Wildcards {
    /// Takes the next one; true when it is to be written (a repeated `*` is not), None when kinds mix.
    fn meet(&mut self, character: char) -> Option<bool> {
        let kind = if self.text { &mut self.tail } else { &mut self.lead };
        match *kind {
            None => {
                *kind = Some(character);
                Some(true)
            }
            Some(own) if own == character => Some(character == '?'),
            Some(_) => None,
        }
    }
}
