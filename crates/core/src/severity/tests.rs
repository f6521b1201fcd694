//! Vectors with scores from the specifications, and what publishers write.

use super::*;
use proptest::prelude::*;

/// Checks score and base score, in tenths, and the canonical vector.
fn check(vector: &str, score_tenths: u8, base_tenths: u8, canonical: &str) {
    let found = score(vector).unwrap_or_else(|fault| panic!("{vector}: {fault}"));
    assert_eq!((found.score_tenths, found.base_tenths), (score_tenths, base_tenths), "{vector}");
    assert_eq!(found.vector, canonical, "{vector}");
}

#[test]
fn computes_published_examples() {
    // CVSS 2.0 guide, 3.3.1 to 3.3.3: base, temporal, environmental.
    let guide = "AV:N/AC:L/Au:N/C:N/I:N/A:C";
    check(guide, 78, 78, guide);
    check(&format!("{guide}/E:F/RL:OF/RC:C"), 64, 78, &format!("{guide}/E:F/RL:OF/RC:C"));
    let full = format!("{guide}/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H");
    check(&full, 92, 78, &full);
    // Changed scope, base only: the environmental equation of 3.1 would give another score.
    let scope = "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H";
    check(scope, 96, 96, scope);
    check(&format!("{scope}/CR:X/MAV:X"), 96, 96, scope);
    check(&format!("{scope}/CR:M"), 97, 96, &format!("{scope}/CR:M"));
    let four = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
    check(four, 93, 93, four);
    check(&format!("{four}/E:U"), 81, 93, &format!("{four}/E:U"));
    check(&format!("{four}/U:red/E:X"), 93, 93, &format!("{four}/U:Red"));
}

#[test]
fn accepts_what_has_one_meaning() {
    let canonical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    for written in [
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
        " cvss:3.1/av:n/ac:l/pr:n/ui:n/s:u/c:h/i:h/a:h ",
        "CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/AV:N",
        "CVSS:3.1 / AV: N / AC:L // PR:N/UI:N/S:U/C:H/I:H/A:H",
        "9.8/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "(CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H)",
    ] {
        check(written, 98, 98, canonical);
    }
    let two = "AV:N/AC:L/Au:N/C:P/I:P/A:P";
    for written in
        ["(AV:N/AC:L/Au:N/C:P/I:P/A:P)", "AV:N/AC:L/AU:N/C:P/I:P/A:P", "CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P"]
    {
        check(written, 75, 75, two);
    }
}

#[test]
fn names_what_cannot_be_scored() {
    let version = CvssVersion::V31;
    for (written, expected) in [
        ("", CvssFault::Empty),
        ("()", CvssFault::Empty),
        ("CVSS:3.1", CvssFault::Empty),
        ("CVSS:5.0/AV:N", CvssFault::Version { version: "5.0".to_owned() }),
        ("HIGH", CvssFault::Component { component: "HIGH".to_owned() }),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", CvssFault::PrefixMissing { metric: "PR".to_owned() }),
        ("CVSS:3.1/AV:N/Au:N", CvssFault::Metric { version, metric: "Au".to_owned() }),
        ("CVSS:3.1/AV:Q", CvssFault::Value { version, metric: "AV", value: "Q".to_owned() }),
        ("CVSS:3.1/AV:N/AV:L", CvssFault::Conflict { metric: "AV" }),
        ("CVSS:3.1/AV:N/PR:N/UI:N/S:U/C:H/I:H/A:H", CvssFault::Missing { version, metric: "AC" }),
    ] {
        assert_eq!(score(written), Err(expected), "{written}");
    }
    assert_eq!(score(&"A".repeat(2_000)), Err(CvssFault::TooLong { bytes: 2_000 }));
}

#[test]
fn severity_follows_the_scale_of_the_version() {
    let words = |version| [0, 1, 39, 40, 69, 70, 89, 90, 100].map(|tenths| Severity::of(version, tenths));
    use Severity::{Critical, High, Low, Medium, None};
    assert_eq!(words(CvssVersion::V31), [None, Low, Low, Medium, Medium, High, High, Critical, Critical]);
    assert_eq!(words(CvssVersion::V2), [Low, Low, Low, Medium, Medium, High, High, High, High]);
}

/// The 3.1 specification rounds up at 5 decimals; floating point must agree with whole numbers for every base
/// score and every temporal factor.
#[test]
fn temporal_rounding_agrees_with_whole_numbers() {
    let bases = [
        "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
        "AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
        "AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
        "AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
        "AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:L/A:L",
        "AV:A/AC:H/PR:L/UI:N/S:U/C:H/I:L/A:N",
        "AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
        "AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N",
        "AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N",
    ];
    for base in bases {
        for (exploit, exploit_hundredths) in [("H", 100), ("F", 97), ("P", 94), ("U", 91)] {
            for (fix, fix_hundredths) in [("U", 100), ("W", 97), ("T", 96), ("O", 95)] {
                for (report, report_hundredths) in [("C", 100), ("R", 96), ("U", 92)] {
                    let vector = format!("CVSS:3.1/{base}/E:{exploit}/RL:{fix}/RC:{report}");
                    let found = score(&vector).unwrap();
                    let product = u64::from(found.base_tenths)
                        * exploit_hundredths
                        * fix_hundredths
                        * report_hundredths;
                    let rounded = (product + 50) / 100;
                    assert_eq!(u64::from(found.score_tenths), rounded.div_ceil(10_000), "{vector}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_scores_or_faults(text in "(CVSS:[234]\\.[01]/)?\\PC{0,80}") {
        let _ = score(&text);
    }

    #[test]
    fn metric_like_text_scores_or_faults(
        version in "(CVSS:3.0/|CVSS:3.1/|CVSS:4.0/|)",
        metrics in proptest::collection::vec("(M?[AIC]|M?A[VCT]|M?PR|M?UI|M?S|[MVS]{1,2}[CIA]|Au|E|RL|RC|[CIA]R|TD|CDP|U):[A-Z]{1,3}", 0..30),
    ) {
        if let Ok(found) = score(&format!("{version}{}", metrics.join("/"))) {
            prop_assert_eq!(score(&found.vector), Ok(found));
        }
    }

    #[test]
    fn order_and_case_change_nothing(seed in any::<u64>()) {
        let mut parts = vec!["av:n", "AC:L", "pr:L", "UI:R", "S:C", "C:h", "I:L", "A:N", "E:P", "MAC:H"];
        let canonical = score(&format!("CVSS:3.1/{}", parts.join("/"))).unwrap();
        let mut state = seed;
        for at in (1..parts.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            parts.swap(at, (state >> 33) as usize % (at + 1));
        }
        prop_assert_eq!(score(&format!("CVSS:3.1/{}", parts.join("/"))), Ok(canonical));
    }
}
