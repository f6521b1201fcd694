//! Rules as text for a file of rules.

use kikimori_core::identity_rule::{CpePattern, IdentityRule, SubjectName};

use super::{FORMAT, FORMAT_VERSION};

/// The head of a new file.
#[must_use]
pub fn file_head(organisation: Option<&str>) -> String {
    let mut text = format!("format = {}\nformat_version = {}\n", quoted(FORMAT), quoted(FORMAT_VERSION));
    if let Some(organisation) = organisation {
        text.push_str(&format!("organisation = {}\n", quoted(organisation)));
    }
    text
}

/// A rule as a `[[rule]]` table, with an empty line before it, to be put at the end of a file.
///
/// The organisation is the file's and not written.
#[must_use]
pub fn rule_text(rule: &IdentityRule) -> String {
    let mut component = match &rule.subject.name {
        SubjectName::Purl(pattern) => vec![("purl", pattern.to_string())],
        SubjectName::Cpe(CpePattern { part, vendor, product }) => {
            vec![("cpe", format!("cpe:2.3:{part}:{vendor}:{product}"))]
        }
        SubjectName::Written { name, group, supplier } => {
            let mut fields = vec![("name", name.to_string())];
            fields.extend(group.iter().map(|group| ("group", group.to_string())));
            fields.extend(supplier.iter().map(|supplier| ("supplier", supplier.to_string())));
            fields
        }
    };
    component.extend(rule.subject.version.iter().map(|version| ("version", version.to_string())));
    let component: Vec<String> =
        component.iter().map(|(key, value)| format!("{key} = {}", quoted(value))).collect();
    let mut text = format!(
        "\n[[rule]]\nid = {}\ncomponent = {{ {} }}\naction = {}\n",
        quoted(&rule.id),
        component.join(", "),
        quoted(rule.decision.word())
    );
    let named = rule.decision.named();
    let lists = [
        ("purls", named.map(|named| named.purls.as_slice()).unwrap_or_default()),
        ("cpes", named.map(|named| named.cpes.as_slice()).unwrap_or_default()),
        ("supersedes", rule.supersedes.as_slice()),
    ];
    for (key, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        let items: Vec<String> = list.iter().map(|item| quoted(item)).collect();
        text.push_str(&format!("{key} = [{}]\n", items.join(", ")));
    }
    let facts = [("author", &rule.author), ("decided_on", &rule.decided_on), ("reason", &rule.reason)];
    for (key, value) in facts {
        text.push_str(&format!("{key} = {}\n", quoted(value)));
    }
    text
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
