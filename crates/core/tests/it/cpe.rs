//! CPE names: the standard's relation table, regressions, and every name in the vulnerability data.

use std::collections::BTreeMap;

use crate::corpus::{corpus, records};
use kikimori_conformance::{Group, Row};
use kikimori_core::cpe::Attribute::{
    Edition, Language, Other, Product, SwEdition, TargetHw, TargetSw, Update, Vendor, Version,
};
use kikimori_core::cpe::Relation::{Disjoint, Equal, Subset, Superset, Undefined};
use kikimori_core::cpe::{Attribute, Cpe, CpeFault, CpeValue, Part, Relation, compare, relate};
use serde_json::Value;

/// The name, which must be readable.
fn cpe(text: &str) -> Cpe {
    Cpe::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
}

#[test]
fn agrees_with_the_relation_table_of_nistir_7696() {
    let Some(path) = corpus("cpe-nistir7696/attribute-relations.json") else {
        return;
    };
    let table: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let rows = table["tests"].as_array().unwrap();
    let mut matches = 0;
    for row in rows {
        let (source, target) = (cpe(row["source"].as_str().unwrap()), cpe(row["target"].as_str().unwrap()));
        let attribute = Attribute::ALL.iter().find(|own| row["attribute"] == own.name()).unwrap();
        let expected = match row["relation"].as_str().unwrap() {
            "EQUAL" => Equal,
            "SUBSET" => Subset,
            "SUPERSET" => Superset,
            "DISJOINT" => Disjoint,
            "UNDEFINED" => Undefined,
            other => panic!("{other}"),
        };
        let all = compare(&source, &target);
        assert_eq!(all[*attribute as usize], expected, "{row}");
        assert_eq!(relate(source.get(*attribute), target.get(*attribute)), expected, "{row}");
        let others = Attribute::ALL.iter().filter(|own| *own != attribute);
        assert!(others.clone().all(|own| all[*own as usize] == Equal), "{row}");
        if let Some(name_match) = row["name_match"].as_bool() {
            matches += 1;
            assert_eq!(!all.contains(&Disjoint), name_match, "{row}");
        }
    }
    assert_eq!(rows.len(), 190);
    Row::new(Group::Identifiers, "cpe-relations", "CPE attribute relations, NISTIR 7696 table 6-2", 190, 190)
        .fact(format!("{matches} of them decide whether the names match"))
        .report();
}

#[test]
fn reads_both_bindings_into_one_form() {
    for (text, canonical) in [
        ("cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*", "cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*"),
        ("cpe:2.3:a:vendor:product:1.0", "cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*"),
        ("CPE:2.3:A:Vendor:Product:1.0RC1", "cpe:2.3:a:vendor:product:1.0rc1:*:*:*:*:*:*:*"),
        ("  cpe:2.3:a:vendor:product:1.0  ", "cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*"),
        ("cpe:2.3:a:vendor:product:1.0:::::::", "cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*"),
        ("cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*:", "cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*"),
        ("cpe:2.3:a:Vendor Inc:My Product:1", "cpe:2.3:a:vendor_inc:my_product:1:*:*:*:*:*:*:*"),
        // Unquoted specials are quoted; needless quoting is taken away.
        ("cpe:2.3:a:notepad++:notepad++:8.5", r"cpe:2.3:a:notepad\+\+:notepad\+\+:8.5:*:*:*:*:*:*:*"),
        (r"cpe:2.3:a:v:p\-q\_r:1\.0\+b\:2", r"cpe:2.3:a:v:p-q_r:1.0\+b\:2:*:*:*:*:*:*:*"),
        ("cpe:2.3:a:@angular/core:x(y):1~2", r"cpe:2.3:a:\@angular\/core:x\(y\):1\~2:*:*:*:*:*:*:*"),
        // A quoted hyphen alone is text, an unquoted one is NA.
        (r"cpe:2.3:a:v:p:\-:-", r"cpe:2.3:a:v:p:\-:-:*:*:*:*:*:*"),
        (r"cpe:2.3:a:v:p:\*:\?", r"cpe:2.3:a:v:p:\*:\?:*:*:*:*:*:*"),
        ("cpe:2.3:a:v:**:??1*", "cpe:2.3:a:v:*:??1*:*:*:*:*:*:*:*"),
        // CPE 2.2.
        ("cpe:/a:vendor:product:1.0", "cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*"),
        ("cpe:/", "fault"),
        ("cpe:/o", "cpe:2.3:o:*:*:*:*:*:*:*:*:*:*"),
        ("cpe:/a:redhat:build_keycloak:22::el9", "cpe:2.3:a:redhat:build_keycloak:22:*:el9:*:*:*:*:*"),
        ("cpe:/a:v:p:1.0:-:~-~lite~android~x64~", "cpe:2.3:a:v:p:1.0:-:-:*:lite:android:x64:*"),
        (
            "cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~",
            "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*",
        ),
        ("cpe:/a:hp:insight_diagnostics:8.%02:sp%01", "cpe:2.3:a:hp:insight_diagnostics:8.*:sp?:*:*:*:*:*:*"),
        (
            "cpe:/a:foo%5cbar:big%24money:2010:::en-us",
            r"cpe:2.3:a:foo\\bar:big\$money:2010:*:*:en-us:*:*:*:*",
        ),
        ("cpe:/a:v:tool%2b%2B:%2d", r"cpe:2.3:a:v:tool\+\+:\-:*:*:*:*:*:*:*"),
        ("cpe:/a:v:p~q", r"cpe:2.3:a:v:p\~q:*:*:*:*:*:*:*:*"),
    ] {
        match Cpe::parse(text) {
            Ok(name) => {
                assert_eq!(name.to_string(), canonical, "{text}");
                assert_eq!(cpe(canonical), name, "{text}");
            }
            Err(fault) => assert_eq!((canonical, fault), ("fault", CpeFault::Empty), "{text}"),
        }
    }
}

#[test]
fn says_where_and_why_a_name_is_hopeless() {
    for (text, expected) in [
        ("", CpeFault::Prefix),
        ("vendor:product", CpeFault::Prefix),
        ("cpe:2.2:a:v:p", CpeFault::Prefix),
        ("cpe:2.3:", CpeFault::Empty),
        ("cpe:2.3:a:ibm:connect:direct:6.1:*:*:*:*:windows:*:*", CpeFault::TooMany { at: 51, limit: 11 }),
        ("cpe:/a:v:p:1:u:e:l:x", CpeFault::TooMany { at: 19, limit: 7 }),
        ("cpe:/a:v:p:1:u:~a~b~c~d~e~f", CpeFault::TooMany { at: 15, limit: 5 }),
        ("cpe:2.3:x:v:p", CpeFault::Part { at: 8, text: "x".to_owned() }),
        ("cpe:2.3:a:v:p:1.*.2", CpeFault::WildcardInside { at: 16, attribute: Version }),
        ("cpe:2.3:a:v:*?p", CpeFault::WildcardMixed { at: 13, attribute: Product }),
        ("cpe:2.3:a:v:p\\", CpeFault::Backslash { at: 13, attribute: Product }),
        ("cpe:2.3:a:v\u{1}:p", CpeFault::Control { at: 11, attribute: Vendor }),
        ("cpe:/a:v:p%2", CpeFault::Percent { at: 9, attribute: Product }),
        ("cpe:/a:v:%ff", CpeFault::Percent { at: 9, attribute: Product }),
    ] {
        assert_eq!(Cpe::parse(text), Err(expected), "{text}");
    }
    assert!(matches!(Cpe::parse(&format!("cpe:2.3:a:{}", "x".repeat(9_000))), Err(CpeFault::TooLong { .. })));
}

#[test]
fn gives_and_replaces_attributes() {
    let name = cpe(r"cpe:2.3:o:v:p:1\:2:-:ed:en:se:ts:th:x\+y");
    assert_eq!(name.part(), Part::OperatingSystem);
    let expected = [
        (Vendor, "v"),
        (Product, "p"),
        (Version, "1:2"),
        (Update, "-"),
        (Edition, "ed"),
        (Language, "en"),
        (SwEdition, "se"),
        (TargetSw, "ts"),
        (TargetHw, "th"),
        (Other, "x+y"),
    ];
    for (attribute, text) in expected {
        assert_eq!(name.get(attribute).unescaped(), text);
    }
    let changed =
        name.clone().with(Version, CpeValue::Any).unwrap().with(Vendor, CpeValue::Text("W+")).unwrap();
    assert_eq!(changed.as_str(), r"cpe:2.3:o:w\+:p:*:-:ed:en:se:ts:th:x\+y");
    assert_eq!(
        name.with(Version, CpeValue::Text("1*2")),
        Err(CpeFault::WildcardInside { at: 1, attribute: Version })
    );
}

/// Relates two product values.
fn products(source: &str, target: &str) -> Relation {
    let (source, target) = (cpe(&format!("cpe:2.3:a:v:{source}")), cpe(&format!("cpe:2.3:a:v:{target}")));
    relate(source.get(Product), target.get(Product))
}

#[test]
fn relates_values_where_others_went_wrong() {
    for (source, target, expected) in [
        // NA is no wildcard: a record about "no version" does not cover every version.
        ("-", "p", Disjoint),
        ("p", "-", Disjoint),
        ("-", "*", Subset),
        ("*", "-", Superset),
        (r"\-", "-", Disjoint),
        ("-", r"\-", Disjoint),
        // An absent attribute is ANY, not a value of its own.
        ("*", "", Equal),
        ("", "p", Superset),
        // Wildcards in the record are evaluated, at either end, not compared as text.
        ("pro*", "product", Superset),
        ("*duct", "product", Superset),
        ("*od*", "product", Superset),
        ("*product*", "product", Superset),
        ("pro*", "pr", Disjoint),
        ("productx*", "product", Disjoint),
        // A question mark is one character or none (compareStrings).
        ("produc?", "product", Superset),
        ("product?", "product", Superset),
        ("produ??", "product", Superset),
        ("prod?", "product", Disjoint),
        ("?roduct", "product", Superset),
        ("??duct", "product", Disjoint),
        ("???", "abc", Superset),
        ("???", "abcd", Disjoint),
        // The first place where the middle stands need not be the right one.
        ("?ab", "aab", Superset),
        ("ab?", "abab", Disjoint),
        ("*ab", "abab", Superset),
        ("?aba", "ababa", Disjoint),
        // Quoted specials are ordinary and count as one character.
        (r"pro\*", "product", Disjoint),
        (r"pro\*", r"pro\*", Equal),
        (r"?b", r"\+b", Superset),
        (r"b?", r"b\+", Superset),
        (r"\\*", r"\\\+", Superset),
        (r"*\+", r"\\\+", Superset),
        (r"a\\*", r"a\\b", Superset),
        (r"a\\\*", r"a\\b", Disjoint),
        (r"*\*", r"\*a", Disjoint),
        // Wildcards in the target are undefined, even for equal texts.
        ("*", "pro*", Undefined),
        ("-", "pro*", Undefined),
        ("pro*", "pro*", Undefined),
        ("pro*", "*", Subset),
        ("pro*", "-", Disjoint),
        // No case, no prefix, no name similarity.
        ("Product", "product", Equal),
        ("product", "product2", Disjoint),
        ("open_ssl", "openssl", Disjoint),
    ] {
        assert_eq!(products(source, target), expected, "{source} {target}");
    }
}

#[test]
fn keeps_mixed_relations_apart() {
    // Vendor SUBSET with product SUPERSET is one name over another in neither direction; all is reported.
    let relations = compare(&cpe("cpe:2.3:a:vendor:*:1"), &cpe("cpe:2.3:a:*:product:1"));
    assert_eq!(relations[1..4], [Subset, Superset, Equal]);
    // An application and an operating system are disjoint whatever their names.
    assert_eq!(
        compare(&cpe("cpe:2.3:a:linux:linux_kernel"), &cpe("cpe:2.3:o:linux:linux_kernel"))[0],
        Disjoint
    );
}

/// Every text in the value that looks like a CPE name.
fn collect(value: &Value, found: &mut BTreeMap<String, usize>) {
    match value {
        Value::String(text) if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("cpe:")) => {
            *found.entry(text.clone()).or_default() += 1;
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[test]
fn reads_every_name_in_the_vulnerability_data() {
    let Some(folder) = corpus("vulns") else { return };
    // Nine distinct names of one publisher have an unquoted colon inside the product.
    for (id, title, file, faults_expected) in [
        ("cpe-names-nvd", "CPE names in NVD override data", "nvd-overrides-cpe.ndjson.zst", 0),
        ("cpe-names-cve", "CPE names in CVE records with CISA ADP", "cve5-vulnrichment.ndjson.zst", 9),
    ] {
        let mut found = BTreeMap::new();
        let count = records(&folder.join(file), |record| collect(&record, &mut found));
        let (mut uris, mut changed, mut faults) = (0, 0, Vec::new());
        for text in found.keys() {
            match Cpe::parse(text) {
                Ok(name) => {
                    uris += usize::from(text.starts_with("cpe:/"));
                    changed += usize::from(text.starts_with("cpe:2.3:") && name.as_str() != text);
                    assert_eq!(cpe(&name.to_string()), name, "{text}");
                }
                Err(fault) => faults.push(format!("{text}: {fault}")),
            }
        }
        for fault in &faults {
            println!("  {fault}");
        }
        assert_eq!(faults.len(), faults_expected, "{faults:#?}");
        let n_names: usize = found.values().sum();
        Row::new(Group::Identifiers, id, title, found.len(), found.len() - faults.len())
            .fact(format!(
                "distinct names, {n_names} in all in {count} records; {uris} are CPE 2.2, {changed} are written otherwise when \
                 written again (quoting, case, trailing fields)"
            ))
            .deviation(faults.len(), "malformed: one publisher's unquoted colon inside the product, refused")
            .report();
    }
}
