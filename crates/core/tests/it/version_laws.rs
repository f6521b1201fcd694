//! Laws of every version order: it is total, it never panics, and Debian's agrees with dpkg.

use std::cmp::Ordering;
use std::process::Command;

use kikimori_core::version::{Scheme, Version, compare};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Pieces that versions of all schemes are made of; few and short, so that equal prefixes are frequent.
const PIECES: &[&str] = &[
    "0",
    "0",
    "00",
    "1",
    "1",
    "2",
    "10",
    "01",
    "9",
    "20240101",
    ".",
    ".",
    ".",
    ".",
    "-",
    "-",
    "_",
    "+",
    "~",
    "^",
    ":",
    "!",
    " ",
    "(",
    "a",
    "b",
    "c",
    "m",
    "p",
    "r",
    "v",
    "x",
    "alpha",
    "beta",
    "rc",
    "cr",
    "pre",
    "preview",
    "dev",
    "post",
    "rev",
    "final",
    "ga",
    "release",
    "stable",
    "sp",
    "SP",
    "snapshot",
    "SNAPSHOT",
    "milestone",
    "git",
    "svn",
    "patch",
    "RC",
    "zz",
    "jre8",
    "el9",
    "ubuntu",
    "dev-",
    "-r1",
    "_p1",
    "_alpha",
    ".dev1",
    ".post2",
    "+local",
    "é",
];

/// A text that looks like a version; it begins with a number most of the time.
fn version_like() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(PIECES), 0..7).prop_map(|pieces| pieces.concat());
    (select(&["", "1", "1", "1", "1.0", "1.0", "2"][..]), pieces)
        .prop_map(|(start, rest)| start.to_owned() + &rest)
}

/// A version of the scheme.
fn version(scheme: Scheme) -> impl Strategy<Value = (String, Version)> {
    version_like().prop_filter_map("not a version of the scheme", move |text| {
        Version::parse(scheme, &text).ok().map(|version| (text, version))
    })
}

/// Checks the laws of a total order on three versions.
fn check_laws(scheme: Scheme) {
    let three = (version(scheme), version(scheme), version(scheme));
    let config = ProptestConfig {
        cases: 1_000,
        max_global_rejects: 1_000_000,
        max_local_rejects: 1_000_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&three, |((a_text, a), (b_text, b), (c_text, c))| {
        let texts = format!("{a_text:?} {b_text:?} {c_text:?}");
        prop_assert_eq!(a.compare(&a), Ordering::Equal, "reflexive: {}", texts);
        prop_assert_eq!(a.compare(&b), b.compare(&a).reverse(), "antisymmetric: {}", texts);
        if a.compare(&b) != Ordering::Greater && b.compare(&c) != Ordering::Greater {
            prop_assert_ne!(a.compare(&c), Ordering::Greater, "transitive: {}", texts);
        }
        if a.compare(&b) == Ordering::Equal {
            prop_assert_eq!(a.compare(&c), b.compare(&c), "equal versions compare alike: {}", texts);
        }
        prop_assert_eq!(compare(scheme, &a_text, &b_text), Ok(a.compare(&b)));
        Ok(())
    });
    if let Err(fault) = result {
        panic!("{scheme:?}: {fault}");
    }
}

#[test]
fn every_order_is_total() {
    for scheme in Scheme::ALL {
        check_laws(*scheme);
    }
}

/// Two hundred versions sort to the same sequence from opposite starting orders.
#[test]
fn sorting_does_not_depend_on_the_starting_order() {
    for scheme in Scheme::ALL {
        let mut runner = TestRunner::deterministic();
        let strategy = prop::collection::vec(version(*scheme), 200);
        let mut versions = strategy.new_tree(&mut runner).unwrap().current();
        versions.sort_by(|left, right| left.1.compare(&right.1).then_with(|| left.0.cmp(&right.0)));
        let forward: Vec<String> = versions.iter().map(|(text, _)| text.clone()).collect();
        versions.reverse();
        versions.sort_by(|left, right| left.1.compare(&right.1).then_with(|| left.0.cmp(&right.0)));
        let backward: Vec<String> = versions.into_iter().map(|(text, _)| text).collect();
        assert_eq!(forward, backward, "{scheme:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in any::<String>(), other in version_like(), bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let lossy = String::from_utf8_lossy(&bytes);
        for scheme in Scheme::ALL {
            let _ = Version::parse(*scheme, &text);
            let _ = Version::parse(*scheme, &lossy);
            let _ = Version::parse(*scheme, &(other.clone() + &text));
            let _ = compare(*scheme, &other, &text);
        }
    }
}

/// Pairs held against dpkg; each runs the program once.
const DPKG_PAIRS: usize = 400;

#[test]
fn debian_order_agrees_with_dpkg() {
    if Command::new("dpkg").arg("--version").output().is_err() {
        println!("DPKG NOT FOUND: debian_order_agrees_with_dpkg did not run");
        return;
    }
    let part = prop::collection::vec(
        select(
            &[
                "0", "1", "9", "10", "01", "a", "b", "A", "~", "~", "+", ".", ".", "-", "rc", "dfsg",
                "ubuntu", "deb12u",
            ][..],
        ),
        0..6,
    );
    let text = (select(&["", "", "1:", "0:"][..]), part)
        .prop_map(|(epoch, part)| format!("{epoch}1{}", part.concat()));
    let mut runner = TestRunner::deterministic();
    let mut compared = 0;
    while compared < DPKG_PAIRS {
        let (left, right) = (&text, &text).new_tree(&mut runner).unwrap().current();
        let Ok(answer) = compare(Scheme::Deb, &left, &right) else {
            continue;
        };
        let relation = match answer {
            Ordering::Less => "lt",
            Ordering::Equal => "eq",
            Ordering::Greater => "gt",
        };
        let output =
            Command::new("dpkg").args(["--compare-versions", &left, relation, &right]).output().unwrap();
        assert!(output.status.success(), "dpkg does not find {left} {relation} {right}");
        compared += 1;
    }
    println!("dpkg agrees on {compared} pairs");
}

/// Pairs held against rpm, all in one run of the program.
const RPM_PAIRS: usize = 400;

#[test]
fn rpm_order_agrees_with_rpm() {
    if Command::new("rpm").arg("--version").output().is_err() {
        println!("RPM NOT FOUND: rpm_order_agrees_with_rpm did not run");
        return;
    }
    let part = prop::collection::vec(
        select(
            &["0", "1", "9", "10", "01", "a", "b", "A", "~", "^", "+", ".", ".", "_", "rc", "el9", "git"][..],
        ),
        0..6,
    );
    let text = (select(&["", "", "1:", "0:"][..]), part.clone(), select(&["", "-1", "-2.el9", "-1~a"][..]))
        .prop_map(|(epoch, part, release)| format!("{epoch}1{}{release}", part.concat()));
    let mut runner = TestRunner::deterministic();
    let (mut script, mut answers) = (String::new(), Vec::new());
    while answers.len() < RPM_PAIRS {
        let (left, right) = (&text, &text).new_tree(&mut runner).unwrap().current();
        let Ok(answer) = compare(Scheme::Rpm, &left, &right) else {
            continue;
        };
        script.push_str(&format!("print(rpm.vercmp('{left}','{right}'))print(' ')"));
        answers.push((answer as i8, left, right));
    }
    let output = Command::new("rpm").args(["--eval", &format!("%{{lua:{script}}}")]).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let theirs: Vec<i8> = printed.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(theirs.len(), answers.len(), "{}", String::from_utf8_lossy(&output.stderr));
    for (theirs, (ours, left, right)) in theirs.into_iter().zip(&answers) {
        assert_eq!(theirs, *ours, "{left} {right}");
    }
    println!("rpm agrees on {} pairs", answers.len());
}
