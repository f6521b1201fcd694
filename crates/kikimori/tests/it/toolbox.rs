//! `kikimori tool …` as a script meets it: one line for each line, symbols that stay, an exit code that tells.

use std::io::{BufRead, BufReader, Read, Write};

use serde_json::Value;

use crate::program::Home;

/// Asserts the answers of a tool and its exit code, in both languages. A line that ends in `?` is any fault.
fn check(tool: &[&str], lines: &[(&str, &str)], exit: i32) {
    let home = Home::new();
    let input: String = lines.iter().map(|(line, _)| format!("{line}\n")).collect();
    for language in ["ja", "en"] {
        let arguments: Vec<&str> = ["--lang", language, "tool"].iter().chain(tool).copied().collect();
        let run = home.run_with(&arguments, input.as_bytes());
        assert_eq!(run.exit, exit, "{arguments:?}\n{}\n{}", run.out, run.err);
        assert_eq!(run.err.is_empty(), exit == 0, "{}", run.err);
        assert_eq!(run.out.lines().count(), lines.len(), "{}", run.out);
        for (found, (line, expected)) in run.out.lines().zip(lines) {
            match *expected {
                "?" => assert!(found.starts_with("?\t") && found.len() > 2, "{line}: {found}"),
                expected => assert_eq!(found, expected, "{line}"),
            }
        }
    }
}

#[test]
fn versions_are_compared() {
    for (scheme, line, sign) in [
        ("semver", "1.0.0-rc.1\t1.0.0", "<"),
        ("npm", "1.10.0\t1.9.0", ">"),
        ("pypi", "1.0\t1.0.0", "="),
        ("maven", "1.0-ga\t1.0", "="),
        ("nuget", "1.0.0.1\t1.0.0", ">"),
        ("gem", "1.0.a\t1.0", "<"),
        ("composer", "1.0\t1.0.0.0", "="),
        ("golang", "v1.0.0-20200101000000-aaaaaaaaaaaa\tv1.0.0", "<"),
        ("cargo", "0.9.1\t0.10.0", "<"),
        ("hex", "1.0.0\t1.0.1", "<"),
        ("pub", "1.0.0+1\t1.0.0", ">"),
        ("deb", "1:0.9\t2.0", ">"),
        ("rpm", "1.0~rc1-1\t1.0-1", "<"),
        ("apk", "1.2.3-r10\t1.2.3-r9", ">"),
        ("cran", "1.2\t1.10", "<"),
        ("hackage", "1.0\t1.0.0", "<"),
        ("generic", "1.0.2k\t1.0.2zd", "<"),
    ] {
        check(&["version-compare", "--scheme", scheme], &[(line, sign)], 0);
    }
    let lines =
        [("1.0.0\tlatest", "?"), ("1.0.0", "?"), ("1.0.0\t1\t2", "?"), ("", "?"), ("1.0.0\t1.0.0", "=")];
    check(&["version-compare", "--scheme", "npm"], &lines, 2);
    let run = Home::new().run(&["tool", "version-compare", "--scheme", "SemVer"]);
    assert_eq!((run.exit, run.out.as_str()), (2, ""));
}

#[test]
fn ranges_are_answered() {
    let clear = [
        ("vers:npm/>=1.0.0|<2.0.0\t1.5.0", "yes"),
        ("vers:npm/>=1.0.0|<2.0.0\t2.0.0", "no"),
        ("vers:pypi/!=5\t5.0", "no"),
        ("vers:deb/*\t1:2", "yes"),
    ];
    check(&["in-range"], &clear, 0);
    let unclear = [
        ("vers:conan/<2\t1", "?"),
        ("vers:npm/>=1|<1\t1.0.0", "?"),
        ("vers:npm/>=1.0| <2.0\t1.0.0", "?"),
        ("vers:npm/<2.0.0\tlatest", "?"),
        ("npm/<2.0.0\t1.0.0", "?"),
    ];
    check(&["in-range"], &unclear, 2);
    // What the specification forbids and is clear all the same is answered with a remark.
    let run = Home::new().run_with(&["tool", "in-range"], b"vers:npm/<2.0.0|>=1.0.0\t1.5.0\n");
    assert_eq!((run.exit, run.out.split('\t').next()), (0, Some("yes")));
    assert!(run.out.contains("sorted"), "{}", run.out);
}

#[test]
fn package_urls_get_their_canonical_form() {
    let lines = [
        ("pkg:PyPI/Django_Filter@2.0", "pkg:pypi/django-filter@2.0"),
        ("pkg:npm/@angular/core@1?b=2&a=1", "pkg:npm/%40angular/core@1?a=1&b=2"),
    ];
    check(&["purl"], &lines, 0);
    check(
        &["purl"],
        &[("npm/a", "?"), ("pkg:npm", "?"), ("pkg:npm/a?1=2", "?"), ("pkg:npm/a", "pkg:npm/a")],
        2,
    );
}

#[test]
fn names_are_related_as_a_whole_and_by_attribute() {
    let home = Home::new();
    let relation = |source: &str, target: &str| {
        let run = home.run_with(&["tool", "cpe-match"], format!("{source}\t{target}\n").as_bytes());
        assert_eq!(run.exit, 0, "{}", run.out);
        run.out.trim_end().split('\t').map(str::to_owned).collect::<Vec<_>>()
    };
    let all = relation("cpe:2.3:a:v:p:*", "cpe:/a:v:p:1.0");
    let attributes =
        "part vendor product version update edition language sw_edition target_sw target_hw other";
    let names: Vec<&str> = all[1..].iter().map(|column| column.split_once('=').unwrap().0).collect();
    assert_eq!(
        (all[0].as_str(), names.join(" ").as_str(), all[4].as_str()),
        ("superset", attributes, "version=superset")
    );
    for (source, target, expected) in [
        ("a:v:p:1.0", "a:v:p:1.0", "equal"),
        ("a:v:p:1.0", "a:v:p", "subset"),
        ("a:v:p:1.0", "a:v:p:2.0", "disjoint"),
        ("a:v:*:1.0", "a:*:p:1.0", "mixed"),
        ("a:v:p:1.0", "a:v:p:1*", "undefined"),
        ("o:v:p:1.0", "a:v:p:1*", "disjoint"),
    ] {
        let found = relation(&format!("cpe:2.3:{source}"), &format!("cpe:2.3:{target}"));
        assert_eq!(found[0], expected, "{source} {target}");
    }
    check(&["cpe-match"], &[("cpe:2.3:a:v:p:1*2\tcpe:2.3:a:v:p", "?"), ("cpe:2.3:a:v:p", "?")], 2);
}

#[test]
fn vectors_get_their_scores() {
    let input = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\n\
                 AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H\n\
                 CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U/S:P\n\
                 CVSS:3.1/AV:N\n";
    let run = Home::new().run_with(&["tool", "cvss"], input.as_bytes());
    assert_eq!(run.exit, 2, "{}", run.err);
    let objects: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let field = |index: usize, key: &str| objects[index][key].to_string();
    for (index, key, expected) in [
        (0, "version", "\"3.1\""),
        (0, "base", "9.8"),
        (0, "severity", "\"critical\""),
        (0, "temporal", "null"),
        (1, "version", "\"2.0\""),
        (1, "base", "7.8"),
        (1, "temporal", "6.4"),
        (1, "environmental", "9.2"),
        (1, "score", "9.2"),
        (2, "base", "9.3"),
        (2, "threat", "8.1"),
        (2, "threat_severity", "\"high\""),
        (2, "severity", "\"critical\""),
        (2, "nomenclature", "\"CVSS-BT\""),
        (3, "base", "null"),
    ] {
        assert_eq!(field(index, key), expected, "{index} {key}");
    }
    assert_eq!(objects[2]["metrics"]["S"], "P");
    assert!(objects[3]["error"].as_str().unwrap().contains("AC"));
}

#[test]
fn any_bytes_give_a_line_each() {
    let input = b"\xef\xbb\xbf1\t2\r\n\xff\xfe\n\n\x1b[2J\t1\n2\t1";
    let run = Home::new().run_with(&["tool", "version-compare", "--scheme", "generic"], input);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!((run.exit, lines.len(), lines[0], lines[4]), (2, 5, "<", ">"), "{}", run.out);
    assert!(lines[1].contains("UTF-8") && lines[2..4].iter().all(|line| line.starts_with("?\t")));
    assert!(!run.out.contains('\u{1b}') && run.err.starts_with("3 of 5"), "{}", run.err);
}

#[test]
fn a_program_may_ask_and_read_in_turn() {
    let home = Home::new();
    let mut child = home.talk(&["tool", "version-compare", "--scheme", "npm"]);
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for (question, expected) in [("1.0.0\t2.0.0\n", "<\n"), ("2.0.0\t1.0.0\n", ">\n")] {
        input.write_all(question.as_bytes()).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert_eq!(answer, expected);
    }
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("", Some(0)));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::new();
    let mut child = home.talk(&["tool", "version-compare", "--scheme", "npm"]);
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    // The program may end before everything is written.
    for _ in 0..20_000 {
        if input.write_all(b"1.0.0\t2.0.0\n").is_err() {
            break;
        }
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
