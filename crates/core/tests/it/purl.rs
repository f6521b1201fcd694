//! The test suite of the purl specification.

use crate::corpus::corpus;
use kikimori_conformance::{Group, Row};
use kikimori_core::purl::Purl;
use serde_json::Value;

/// Cases where we differ on purpose: test type, input, reason.
const DEVIATIONS: [(&str, &str, &str); 3] = [
    (
        "parse",
        "pkg:gem/jruby-launcher@1.1.2?Platform=java",
        "refused by the suite for its upper-case qualifier key, which the suite's own maven case demands to be lowered",
    ),
    ("parse", "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25", "the same contradiction"),
    (
        "validate",
        "pkg:git/github/Package-url/purl-Spec@244fd47e07d1004f0aed9c",
        "a git path is case-sensitive by the type's own definition; the recommended case lowers it",
    ),
];

/// A component of a case, empty when null.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Builds from a case's components.
fn build(input: &Value) -> Result<Purl, String> {
    let pairs: Vec<(&str, &str)> = input["qualifiers"]
        .as_object()
        .map(|map| {
            map.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default())).collect()
        })
        .unwrap_or_default();
    let optional = |key| Some(text(input, key));
    Purl::new(
        text(input, "type"),
        optional("namespace"),
        text(input, "name"),
        optional("version"),
        &pairs,
        optional("subpath"),
    )
    .map_err(|fault| fault.to_string())
}

/// The components of a package URL equal those of a case.
fn same(purl: &Purl, expected: &Value) -> bool {
    let mut pairs: Vec<(String, String)> = expected["qualifiers"]
        .as_object()
        .map(|map| {
            map.iter()
                .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect()
        })
        .unwrap_or_default();
    pairs.sort();
    purl.kind == text(expected, "type")
        && purl.namespace.as_deref().unwrap_or_default() == text(expected, "namespace")
        && purl.name == text(expected, "name")
        && purl.version.as_deref().unwrap_or_default() == text(expected, "version")
        && purl.subpath.as_deref().unwrap_or_default() == text(expected, "subpath")
        && purl.qualifiers == pairs
}

/// Runs one case; the words tell what came instead.
fn run(case: &Value) -> Result<(), String> {
    let (input, expected) = (&case["input"], &case["expected_output"]);
    let kind = text(case, "test_type");
    let found = match kind {
        "build" => build(input),
        _ => Purl::parse(input.as_str().unwrap_or_default()).map_err(|fault| fault.to_string()),
    };
    if case["expected_failure"] == true {
        return found.map_or(Ok(()), |purl| Err(format!("read as {purl}")));
    }
    let purl = found?;
    let good = match kind {
        "parse" => same(&purl, expected),
        _ => Some(purl.to_string().as_str()) == expected.as_str(),
    };
    if !good {
        return Err(format!("{purl:?} = {purl}, expected {expected}"));
    }
    let again = Purl::parse(&purl.to_string()).map_err(|fault| fault.to_string())?;
    if again == purl { Ok(()) } else { Err(format!("does not come back: {again:?}")) }
}

#[test]
fn passes_the_purl_specification_suite() {
    let Some(root) = corpus("purl-spec") else { return };
    let (mut count, mut required, mut failures, mut deviations) = (0, 0, Vec::new(), Vec::new());
    let mut files: Vec<_> = ["tests/spec", "tests/types"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in &files {
        let suite: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        for case in suite["tests"].as_array().unwrap() {
            count += 1;
            required += usize::from(case["test_group"] == "required");
            if let Err(reason) = run(case) {
                let known = DEVIATIONS
                    .iter()
                    .find(|(kind, input, _)| text(case, "test_type") == *kind && case["input"] == **input);
                match known {
                    Some(deviation) => deviations.push(deviation),
                    None => failures.push(format!(
                        "{} {} {} {}: {reason}",
                        file.file_name().unwrap().display(),
                        case["test_group"],
                        case["test_type"],
                        case["input"]
                    )),
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(deviations.len(), DEVIATIONS.len(), "a deviation is no longer one");
    assert!(count >= 586, "{count}");
    let title = "purl specification, test files of the types and the specification";
    let row = Row::new(Group::Identifiers, "purl-spec", title, count, count - deviations.len())
        .fact(format!("{required} of the cases are required by the specification, the others recommended"));
    let list = |row: Row, (kind, input, reason): &(&str, &str, &str)| {
        row.deviation(1, &format!("{kind} `{input}`: {reason}"))
    };
    deviations.into_iter().fold(row, list).report();
}

/// Rules of type definitions that are not kept on purpose: the rule, the types, the reason.
const RULE_DEVIATIONS: &[(&str, &[&str], &str)] = &[(
    "namespace required",
    &[
        "alpm",
        "apk",
        "bitbucket",
        "composer",
        "deb",
        "git",
        "github",
        "golang",
        "huggingface",
        "maven",
        "qpkg",
        "rpm",
    ],
    "a package URL without it is read, as the specification's own test cases demand nothing else and real bills hold such \
     names, often with a `distro` qualifier",
)];

/// A type's definition as rules: each with its name and whether it is kept.
fn rules(definition: &Value) -> Vec<(&'static str, bool)> {
    let kind = text(definition, "type");
    let example = definition["examples"][0].as_str().unwrap();
    let example = Purl::parse(example).unwrap_or_else(|fault| panic!("{example}: {fault}"));
    let with = |namespace: Option<&str>, name: &str, version: Option<&str>, has_qualifiers: bool| {
        let pairs: Vec<(&str, &str)> =
            example.qualifiers.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let pairs = if has_qualifiers { &pairs[..] } else { &[] };
        Purl::new(kind, namespace, name, version, pairs, None)
    };
    let (namespace, name) = (example.namespace.as_deref(), example.name.as_str());
    let version = example.version.as_deref();
    let mut rules = Vec::new();
    match text(&definition["namespace_definition"], "requirement") {
        "prohibited" => rules.push(("namespace prohibited", with(Some("x"), name, version, true).is_err())),
        "required" => rules.push(("namespace required", with(None, name, version, true).is_err())),
        _ => {}
    }
    let qualifiers = definition["qualifiers_definition"].as_array();
    if qualifiers.is_some_and(|list| list.iter().any(|own| own["requirement"] == "required")) {
        rules.push(("qualifier required", with(namespace, name, version, false).is_err()));
    }
    let is_kept = |is_sensitive: bool, upper: Result<Purl, _>, lower: Result<Purl, _>| {
        upper.is_ok() && lower.is_ok() && (upper != lower) == is_sensitive
    };
    let (upper, lower) = (name.to_uppercase(), name.to_lowercase());
    if let Some(is_sensitive) = definition["name_definition"]["case_sensitive"].as_bool() {
        let names = [&upper, &lower].map(|name| with(namespace, name, version, true));
        let [upper, lower] = names;
        rules.push(("case of the name", is_kept(is_sensitive, upper, lower)));
    }
    if let (Some(is_sensitive), Some(namespace)) =
        (definition["namespace_definition"]["case_sensitive"].as_bool(), namespace)
    {
        let (upper, lower) = (namespace.to_uppercase(), namespace.to_lowercase());
        let [upper, lower] = [upper, lower].map(|namespace| with(Some(&namespace), name, version, true));
        rules.push(("case of the namespace", is_kept(is_sensitive, upper, lower)));
    }
    if let (Some(is_sensitive), Some(version)) =
        (definition["version_definition"]["case_sensitive"].as_bool(), version)
    {
        let (upper, lower) = (format!("{version}A"), format!("{version}a"));
        let [upper, lower] = [upper, lower].map(|version| with(namespace, name, Some(&version), true));
        rules.push(("case of the version", is_kept(is_sensitive, upper, lower)));
    }
    rules
}

#[test]
fn keeps_the_rules_of_every_type_definition() {
    let Some(folder) = corpus("purl-spec/types") else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files.sort();
    let (mut n_types, mut n_examples, mut n_rules) = (0, 0, 0);
    let mut broken: Vec<(&str, String)> = Vec::new();
    for file in files {
        let definition: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let kind = text(&definition, "type").to_owned();
        n_types += 1;
        for example in definition["examples"].as_array().unwrap() {
            let example = example.as_str().unwrap();
            let purl = Purl::parse(example).unwrap_or_else(|fault| panic!("{example}: {fault}"));
            assert_eq!(Purl::parse(&purl.to_string()), Ok(purl), "{example}");
            n_examples += 1;
        }
        for (rule, is_kept) in rules(&definition) {
            n_rules += 1;
            if !is_kept {
                broken.push((rule, kind.clone()));
            }
        }
    }
    let expected: Vec<(&str, String)> = RULE_DEVIATIONS
        .iter()
        .flat_map(|(rule, kinds, _)| kinds.iter().map(|kind| (*rule, (*kind).to_owned())))
        .collect();
    let sorted = |mut list: Vec<(&'static str, String)>| {
        list.sort();
        list
    };
    let n_broken = broken.len();
    assert_eq!(sorted(broken), sorted(expected));
    let title = "purl specification, rules of the type definitions (namespace, case, qualifiers)";
    let row = Row::new(Group::Identifiers, "purl-types", title, n_rules, n_rules - n_broken).fact(format!(
        "{n_types} types; their {n_examples} examples are read, written and read again as the same"
    ));
    let list = |row: Row, (rule, kinds, reason): &(&str, &[&str], &str)| {
        row.deviation(kinds.len(), &format!("{rule} ({}): {reason}", kinds.join(", ")))
    };
    RULE_DEVIATIONS.iter().fold(row, list).report();
}
