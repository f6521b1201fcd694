//! The command that makes a candidate a rule, for a person to complete with author and reason.

use kikimori_core::cpe::{Attribute, Cpe, CpeValue};
use kikimori_core::identity_rule::{SubjectName, purl_name};
use kikimori_core::purl::Purl;
use kikimori_core::sbom::Component;

/// The arguments after `kikimori` that accept an identifier for a component. Author and reason are left empty, which
/// `identity decide` refuses: nobody decides by copying a line.
pub fn arguments(component: &Component, identifier: &str) -> Vec<String> {
    let mut list = vec!["identity".to_owned(), "decide".to_owned()];
    list.extend(subject(component));
    let option = if identifier.starts_with("pkg:") { "--add-purl" } else { "--add-cpe" };
    list.extend([option, identifier, "--author", "", "--reason", ""].map(str::to_owned));
    list
}

/// The same as one line for a shell.
pub fn command_line(component: &Component, identifier: &str) -> String {
    let arguments = arguments(component, identifier);
    let quoted: Vec<String> = arguments.iter().map(|argument| quote(argument)).collect();
    format!("kikimori {}", quoted.join(" "))
}

/// By what the component is recognised: its package URL, else its CPE, else name, group and supplier as written.
fn subject(component: &Component) -> Vec<String> {
    let purls = component.purls.iter().filter_map(|text| Purl::parse(text).ok());
    let by_purl = purls.map(|purl| purl_name(&purl)).find(|name| SubjectName::of_purl(name).is_ok());
    if let Some(name) = by_purl {
        return vec!["--purl".to_owned(), name];
    }
    let by_cpe = component.cpes.iter().find_map(|text| product_of(text));
    if let Some(name) = by_cpe {
        return vec!["--cpe".to_owned(), name];
    }
    let mut list = vec!["--name".to_owned(), component.name.to_string()];
    let group = component.group.as_deref().filter(|group| !group.is_empty());
    list.extend(group.into_iter().flat_map(|group| ["--group".to_owned(), group.to_owned()]));
    let supplier = component.details().supplier.as_deref().filter(|supplier| !supplier.trim().is_empty());
    list.extend(supplier.into_iter().flat_map(|supplier| ["--supplier".to_owned(), supplier.to_owned()]));
    list
}

/// Part, vendor and product of a CPE name; `None` when one of them is open.
fn product_of(text: &str) -> Option<String> {
    let cpe = Cpe::parse(text).ok()?;
    let text = |attribute| match cpe.get(attribute) {
        CpeValue::Text(text) => Some(text),
        CpeValue::Any | CpeValue::Na => None,
    };
    let (vendor, product) = (text(Attribute::Vendor)?, text(Attribute::Product)?);
    let name = format!("cpe:2.3:{}:{vendor}:{product}", text(Attribute::Part)?);
    SubjectName::of_cpe(&name).is_ok().then_some(name)
}

/// An argument as a POSIX shell reads it.
fn quote(argument: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@+=%".contains(letter);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    let text: String =
        argument.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_a_component_by_its_strongest_identifier() {
        let mut component = Component { name: "it's a *".into(), ..Component::default() };
        let line = |component: &Component| command_line(component, "cpe:2.3:a:v:p");
        assert_eq!(
            line(&component),
            "kikimori identity decide --name 'it'\\''s a *' --add-cpe cpe:2.3:a:v:p --author '' --reason ''"
        );
        component.cpes = vec!["cpe:/a:vendor:product:1.0".to_owned()].into();
        assert!(
            line(&component).contains(" --cpe cpe:2.3:a:vendor:product --add-cpe "),
            "{}",
            line(&component)
        );
        component.purls = vec!["pkg:generic/x@1?arch=a".to_owned()].into();
        assert!(line(&component).contains(" --purl pkg:generic/x --add-cpe "), "{}", line(&component));
        assert_eq!(arguments(&component, "pkg:npm/x")[4], "--add-purl");
    }
}
