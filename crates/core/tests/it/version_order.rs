//! Version orders against public data: `a < b` lines per ecosystem, and the vers specification's own cases.
//!
//! Every line must hold. Lines that contradict the ecosystem's own tool are listed here with the answer
//! given instead and the reason; a listed line that is not in the data, or that starts to hold, fails too.

use std::cmp::Ordering;
use std::fs;
use std::path::Path;

use crate::corpus::corpus;
use kikimori_conformance::{Group, Row};
use kikimori_core::version::{Scheme, compare};

/// Lines of the data that are not answered as they say, for one reason.
struct Class {
    /// The reason.
    reason: &'static str,
    /// The lines.
    exceptions: &'static [Exception],
}

/// A line of the data that is not answered as it says.
struct Exception {
    /// The line as `left sign right`.
    line: &'static str,
    /// What is answered instead; `None` means that one of the texts is no version.
    answer: Option<Ordering>,
}

/// The sign of an answer.
fn sign(ordering: Ordering) -> &'static str {
    match ordering {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    }
}

/// A line that one of the scheme's tools refuses to read.
const fn refused(line: &'static str) -> Exception {
    Exception { line, answer: None }
}

/// A line that the scheme's tool answers otherwise.
const fn answered(line: &'static str, answer: Ordering) -> Exception {
    Exception { line, answer: Some(answer) }
}

/// Holds `left sign right` lines against a scheme; reports the row and returns what went wrong.
fn check_lines(id: &str, title: &str, scheme: Scheme, lines: &[String], classes: &[Class]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut n_held = 0;
    let mut excepted = vec![0; classes.len()];
    for line in lines {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [left, expected, right] = parts[..] else { panic!("{id}: cannot read {line:?}") };
        let answer = compare(scheme, left, right).ok();
        let reverse = compare(scheme, right, left).ok();
        if reverse != answer.map(Ordering::reverse) {
            wrong.push(format!("{id}: {line}: the reverse is answered {reverse:?}"));
        }
        let holds = answer.is_some_and(|answer| match expected {
            "!=" => answer != Ordering::Equal,
            expected => sign(answer) == expected,
        });
        let listed = classes.iter().enumerate().find_map(|(index, class)| {
            Some((index, class.exceptions.iter().find(|exception| exception.line == line)?))
        });
        match listed {
            None if holds => n_held += 1,
            None => wrong.push(format!("{id}: {line}: got {}", answer.map_or("a fault", sign))),
            Some((index, exception)) if exception.answer == answer && !holds => excepted[index] += 1,
            Some(_) => wrong.push(format!("{id}: {line}: the exception is out of date, got {answer:?}")),
        }
    }
    for exception in classes.iter().flat_map(|class| class.exceptions) {
        if !lines.iter().any(|line| line == exception.line) {
            wrong.push(format!("{id}: {}: the exception is not in the data", exception.line));
        }
    }
    if wrong.is_empty() {
        let row = Row::new(Group::Versions, id, title, lines.len(), n_held);
        let counted = classes.iter().zip(excepted);
        counted.fold(row, |row, (class, count)| row.deviation(count, class.reason)).report();
    }
    wrong
}

/// The lines of a file of comparisons, without comments.
fn read_lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//") && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The two-version cases of a file of the vers specification as lines.
fn read_vers_cases(path: &Path, scheme_name: &str) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut lines = Vec::new();
    for case in document["tests"].as_array().unwrap() {
        assert_eq!(case["input"]["input_scheme"], scheme_name);
        let version = |index: usize| case["input"]["versions"][index].as_str().unwrap();
        let (left, right) = (version(0), version(1));
        let line = match case["test_type"].as_str().unwrap() {
            "equality" => {
                let sign = if case["expected_output"] == true { "=" } else { "!=" };
                format!("{left} {sign} {right}")
            }
            "comparison" => {
                // The sorted output may be written in another case than the input.
                let first = case["expected_output"][0].as_str().unwrap();
                let sign = if first.eq_ignore_ascii_case(left) { "<" } else { ">" };
                format!("{left} {sign} {right}")
            }
            other => panic!("unknown kind of case {other}"),
        };
        lines.push(line);
    }
    lines
}

#[test]
fn every_line_of_the_public_orders_holds() {
    let Some(folder) = corpus("version-order") else { return };
    let files: [(&str, &str, Scheme, &[Class]); 12] = [
        ("alpine", "Alpine", Scheme::Apk, ALPINE),
        ("cran", "CRAN", Scheme::Cran, &[]),
        ("debian", "Debian", Scheme::Deb, &[]),
        ("hackage", "Hackage", Scheme::Hackage, &[]),
        ("maven", "Maven", Scheme::Maven, MAVEN),
        ("nuget", "NuGet", Scheme::Nuget, &[]),
        ("packagist", "Packagist", Scheme::Composer, PACKAGIST),
        ("pub", "Pub", Scheme::Pub, &[]),
        ("pypi", "PyPI", Scheme::Pypi, PYPI),
        ("redhat", "Red Hat", Scheme::Rpm, &[]),
        ("rubygems", "RubyGems", Scheme::Gem, &[]),
        ("semver", "SemVer", Scheme::Semver, &[]),
    ];
    let mut wrong = Vec::new();
    for (name, title, scheme, classes) in files {
        let mut lines = Vec::new();
        for suffix in ["-versions.txt", "-versions-generated.txt"] {
            let path = folder.join(format!("{name}{suffix}"));
            if path.exists() {
                lines.extend(read_lines(&path));
            }
        }
        wrong.extend(check_lines(
            &format!("order-{name}"),
            &format!("order of {title}"),
            scheme,
            &lines,
            classes,
        ));
    }
    assert!(wrong.is_empty(), "{} lines:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_comparison_of_the_vers_specification_holds() {
    let Some(folder) = corpus("vers-spec/tests") else { return };
    let files: [(&str, &str, &str, Scheme, &[Class]); 3] = [
        ("alpine", "Alpine", "apk", Scheme::Apk, &[]),
        ("maven", "Maven", "maven", Scheme::Maven, MAVEN_VERS),
        ("nuget", "NuGet", "nuget", Scheme::Nuget, &[]),
    ];
    let mut wrong = Vec::new();
    for (name, title, scheme_name, scheme, classes) in files {
        let lines = read_vers_cases(&folder.join(format!("{name}_version_cmp_test.json")), scheme_name);
        let (id, title) = (format!("vers-order-{name}"), format!("vers specification, order of {title}"));
        wrong.extend(check_lines(&id, &title, scheme, &lines, classes));
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is no Alpine version.
const ALPINE: &[Class] = &[Class {
    reason: "one side is no version (`apk version --check` refuses it), and apk's answer for such texts changed between \
             its releases, as the data's own comments say",
    exceptions: &[
        refused("1-r-1 < 1-r0"),
        refused("0.r1 < 0r2"),
        refused("0...1...0 < 0...1...1"),
        refused("0...1...0.r1 < 0...1...0.r2"),
        refused("0..8 = 0..8"),
        refused("0..8 > 0...8"),
        refused("10.2.24.r0 > 10.2.22.r0"),
        refused("0.8.21.r2 < 0.8.21r2"),
        refused("1.2.0A < 1.2.0d"),
        refused("1.2.0D < 1.2.0d"),
        refused("1-r2 > 1-r-1"),
        refused("1 > 1-ruff"),
        refused("1-ruff2 = 1-ruff1"),
        refused("1-ruff2 = 1--ruff1"),
        refused("1.2 > 1.2_blah"),
        refused("1.2_svn1 > 1.2_csv2"),
        refused("1 > .1"),
        refused("c > b"),
        refused("23_foo > 4_beta"),
        refused("1.0 < 1.0bc"),
    ],
}];

/// Where Maven 3.9 differs from the versions before, and what has no number.
const MAVEN: &[Class] = &[
    Class {
        reason: "the lines follow Maven 3.0 to 3.8; Maven 3.9 takes a qualifier and the number after it as one item (MNG-7644)",
        exceptions: &[
            answered("1-1.foo-bar-1-baz-0.1 = 1-1.foo-bar1baz-.1", Ordering::Greater),
            answered("3.2.0rc2 < 3.2.0-rc.1", Ordering::Greater),
            answered("1.0.0-beta11 < 1.0.0-beta.6", Ordering::Greater),
            answered("v3.7.0rc2 < v3.7.0-rc.3", Ordering::Greater),
            answered("6.1.12.rc5 < 6.1.12rc1", Ordering::Greater),
            answered("3.5.0-CR-2 < 3.5.0.Beta-1", Ordering::Greater),
            answered("1.0.0-gradle-rework-beta3 < 1.0.0.RC7-3", Ordering::Greater),
            answered("1.1.31.sec10 < 1.1.31_noneautotype", Ordering::Greater),
            answered("1.2.8.sec10_noneautotype < 1.2.8_noneautotype", Ordering::Greater),
            answered("1.2.54.sec10 < 1.2.54_noneautotype", Ordering::Greater),
            answered("1-1 = 1-ga-1", Ordering::Greater),
        ],
    },
    Class {
        reason: "no number at all: placeholders such as `unspecified` and `RELEASE` look the same, so these are refused, \
             though Maven would order them",
        exceptions: &[
            refused("client_hc_no_vehicle < 2.0"),
            refused("SNAPHSOT < 1.0-beta-1"),
            refused("client_hc_no_vehicle < feature_1850_01"),
        ],
    },
];

/// Where Maven 3.9 differs from the vers specification's cases.
const MAVEN_VERS: &[Class] = &[Class {
    reason: "Maven 3.9 takes `.x` at the end for `-x` and drops the zeros before it (MNG-7644)",
    exceptions: &[
        answered("2-1 < 2.0.a", Ordering::Greater),
        answered("2-1 < 2.0.0.a", Ordering::Greater),
        answered("2.0.0.a > 2.0.a", Ordering::Equal),
    ],
}];

/// Texts that Composer normalises first or refuses.
const PACKAGIST: &[Class] = &[
    Class {
        reason: "the lines follow PHP's `version_compare`; Composer fills up with zeros (`1.0` is `1.0.0.0`), reads stabilities \
             without case and takes `stable` for the release itself",
        exceptions: &[
            answered("1.0.0 > 1.0", Ordering::Equal),
            answered("v3.4 < v3.4.0-alpha", Ordering::Greater),
            answered("v6.5 < v6.5.0-beta-0", Ordering::Greater),
            answered("v6.6 < v6.6.0-beta", Ordering::Greater),
            answered("v1.9.0-ALPHA.1 = v1.9.0-BETA.1", Ordering::Less),
            answered("5.1.0-stable < 5.1.0-beta2", Ordering::Greater),
        ],
    },
    Class {
        reason: "Composer refuses `#`, which PHP finds equal to every number",
        exceptions: &[
            refused("1.2.3.# = 1.2.3"),
            refused("1.2.3.# = 1.2.3.#"),
            refused("1.2.3.# = 1.2.3.1"),
            refused("1.2.3.#.1 > 1.2.3"),
            refused("1.2.3.#.p3 > 1.2.3"),
            refused("1.2.3.#.beta < 1.2.3"),
        ],
    },
];

/// Legacy versions without any number.
const PYPI: &[Class] = &[Class {
    reason: "no number at all: refused, because placeholders look the same",
    exceptions: &[
        refused("-class.-jw.util.version.version-pre < 1.0"),
        refused("-class.-jw.util.version.version-preview < 1.0"),
        refused("-class.-jw.util.version.version-dev < 1.0"),
        refused("-class.-jw.util.version.Version- < 1.0.dev1"),
    ],
}];
