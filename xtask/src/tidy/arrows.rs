//! Crate arrows: which of our crates may know which.

use serde_json::Value;

use crate::workspace::{field, packages};

/// Each of our crates and the ones of ours that it may depend on, tests and build included. The siblings
/// `formats`, `matcher` and `locale` never see each other; `core` sees nobody. Besides, tests may see [`OF_TESTS`].
const ALLOWED: &[(&str, &[&str])] = &[
    ("kikimori-conformance", &[]),
    ("kikimori-core", &[]),
    ("kikimori-locale", &["kikimori-core"]),
    ("kikimori-formats", &["kikimori-core"]),
    ("kikimori-matcher", &["kikimori-core"]),
    ("kikimori-forms", &["kikimori-core"]),
    ("kikimori-documents", &["kikimori-core"]),
    ("kikimori-store", &["kikimori-core"]),
    (
        "kikimori-app",
        &[
            "kikimori-core",
            "kikimori-documents",
            "kikimori-formats",
            "kikimori-matcher",
            "kikimori-forms",
            "kikimori-store",
        ],
    ),
    ("kikimori-ui", &["kikimori-core", "kikimori-locale"]),
    ("kikimori-web", &["kikimori-core", "kikimori-locale", "kikimori-app", "kikimori-store", "kikimori-ui"]),
    ("kikimori-testbed", &["kikimori-store"]),
    ("kikimori-net", &["kikimori-core", "kikimori-app", "kikimori-matcher"]),
    ("kikimori-sign", &[]),
    (
        "kikimori",
        &[
            "kikimori-core",
            "kikimori-locale",
            "kikimori-formats",
            "kikimori-matcher",
            "kikimori-forms",
            "kikimori-documents",
            "kikimori-app",
            "kikimori-net",
            "kikimori-sign",
            "kikimori-store",
            "kikimori-web",
        ],
    ),
    ("xtask", &["kikimori-conformance"]),
];

/// The crates that every crate's tests may know and that no crate's code does.
const OF_TESTS: &[&str] = &["kikimori-conformance", "kikimori-testbed"];

/// Names every arrow that is not in [`ALLOWED`], and every crate of ours that it does not know.
pub fn check(metadata: &Value) -> Vec<String> {
    let ours: Vec<&Value> = packages(metadata)
        .iter()
        .filter(|package| package.get("source").is_none_or(Value::is_null))
        .collect();
    let is_ours = |name: &str| ours.iter().any(|package| field(package, "name") == name);
    let mut problems = Vec::new();
    for package in &ours {
        let name = field(package, "name");
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            problems.push(format!("arrows: the crate {name} has no row in xtask/src/tidy/arrows.rs"));
            continue;
        };
        let dependencies =
            package.get("dependencies").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for dependency in dependencies {
            let (kind, dependency) = (field(dependency, "kind"), field(dependency, "name"));
            let is_of_tests = OF_TESTS.contains(&dependency) && kind == "dev";
            if is_ours(dependency) && !allowed.contains(&dependency) && !is_of_tests {
                problems.push(format!("arrows: {name} must not depend on {dependency}"));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A workspace in which `from` depends on `to`; both and `serde` are in it.
    fn workspace(from: &str, to: &str, kind: &str) -> Value {
        json!({ "packages": [
            { "name": from, "source": null, "dependencies": [{ "name": to, "kind": kind }, { "name": "serde" }] },
            { "name": to, "source": null, "dependencies": [] },
            { "name": "serde", "source": "registry", "dependencies": [{ "name": "kikimori-core" }] },
        ] })
    }

    #[test]
    fn accepts_arrows_that_point_down() {
        for (from, to) in [
            ("kikimori-formats", "kikimori-core"),
            ("kikimori-app", "kikimori-matcher"),
            ("kikimori", "kikimori-locale"),
        ] {
            assert_eq!(check(&workspace(from, to, "normal")), [""; 0], "{from} {to}");
        }
    }

    #[test]
    fn refuses_arrows_up_and_between_siblings() {
        for (from, to) in [
            ("kikimori-core", "kikimori-locale"),
            ("kikimori-formats", "kikimori-matcher"),
            ("kikimori-matcher", "kikimori-locale"),
            ("kikimori-app", "kikimori"),
        ] {
            for kind in ["normal", "dev"] {
                let problem = format!("arrows: {from} must not depend on {to}");
                assert_eq!(check(&workspace(from, to, kind)), [problem]);
            }
        }
    }

    #[test]
    fn lets_tests_alone_know_how_suites_report() {
        assert_eq!(check(&workspace("kikimori-core", OF_TESTS[0], "dev")), [""; 0]);
        assert_eq!(
            check(&workspace("kikimori-core", OF_TESTS[0], "normal")),
            ["arrows: kikimori-core must not depend on kikimori-conformance"]
        );
    }

    #[test]
    fn refuses_a_crate_without_a_row() {
        let problems = check(&workspace("kikimori-utils", "kikimori-core", "normal"));
        assert_eq!(problems, ["arrows: the crate kikimori-utils has no row in xtask/src/tidy/arrows.rs"]);
    }
}
