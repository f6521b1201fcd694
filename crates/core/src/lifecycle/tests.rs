use super::*;
use crate::cpe::Cpe;
use proptest::prelude::*;

/// A product with cycles of these names.
fn product(names: &[&str]) -> LifecycleProduct {
    let cycles = names
        .iter()
        .map(|name| ReleaseCycle { name: (*name).to_owned(), ..ReleaseCycle::default() })
        .collect();
    LifecycleProduct { name: "p".to_owned(), label: "P".to_owned(), cycles, ..LifecycleProduct::default() }
}

/// A day.
fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A cycle that ends on a day.
fn ends(name: &str, released: &str, security: &str) -> ReleaseCycle {
    ReleaseCycle {
        name: name.to_owned(),
        released_on: Some(day(released)),
        security: Ending::On(day(security)),
        ..ReleaseCycle::default()
    }
}

/// Names of cycles, a version, and the cycles that it belongs to.
type Case = (&'static [&'static str], &'static str, Result<&'static [&'static str], SupportGap>);

#[test]
fn finds_the_cycle_of_a_version() {
    use SupportGap::*;
    let cases: &[Case] = &[
        (&["3.11", "3.1"], "3.11.2", Ok(&["3.11"])),
        (&["3.11", "3.1"], "3.1.9", Ok(&["3.1"])),
        (&["3.11", "3.1"], "3.110.0", Err(NoCycle)),
        (&["3.11", "3.10"], "3", Err(VersionTooCoarse)),
        (&["3.11", "3.10"], "2.7.18", Err(NoCycle)),
        (&["8", "7"], "8.0.404", Ok(&["8"])),
        (&["8", "7"], "8", Ok(&["8"])),
        (&["22.04", "20.04"], "22.04.3", Ok(&["22.04"])),
        (&["2", "2.12", "2.3"], "2.14.1", Ok(&["2"])),
        (&["2", "2.12", "2.3"], "2.12.4", Ok(&["2.12"])),
        (&["2", "2.12", "2.3"], "2", Err(VersionTooCoarse)),
        (&["1.1.1", "1.1.0", "1.0.2"], "1.0.2k", Ok(&["1.0.2"])),
        (&["1.1.1", "1.1.0", "1.0.2"], "1.1", Err(VersionTooCoarse)),
        (&["1.1.1"], "v1.1.1w", Ok(&["1.1.1"])),
        (&["5.15"], "5.15.158-rt78", Ok(&["5.15"])),
        (&["5.15"], "1:5.15.0-91.101", Ok(&["5.15"])),
        (&["4.2"], "4.2rc1", Ok(&["4.2"])),
        (&["3"], "3f2a9c1", Err(VersionUnreadable)),
        (&["2024"], "2024a", Err(VersionUnreadable)),
        (&["15"], "R0.15", Err(VersionUnreadable)),
        (&["1"], "latest", Err(VersionUnreadable)),
        (&["1"], "", Err(VersionMissing)),
        (&["1"], "99999999999999999999999.1", Err(VersionUnreadable)),
        (&["13.0-sp3", "13.0-sp2", "12.0"], "13.0.5026.0", Ok(&["13.0-sp3", "13.0-sp2"])),
        (&["3.5-sp1", "3.5"], "3.5 SP1", Ok(&["3.5-sp1"])),
        (&["3.5-sp1", "3.5"], "3.5-sp10", Ok(&["3.5-sp1", "3.5"])),
        (&["noetic", "melodic"], "Noetic", Ok(&["noetic"])),
        (&["noetic", "melodic"], "1.16", Err(NoCycle)),
    ];
    for (names, version, expected) in cases {
        let product = product(names);
        let found = cycles_of(&product, version);
        let found: Result<Vec<&str>, _> =
            found.map(|cycles| cycles.iter().map(|cycle| cycle.name.as_str()).collect());
        assert_eq!(found.as_deref(), expected.as_ref().map(|names| *names), "{names:?} {version:?}");
    }
}

#[test]
fn java_counts_its_versions_twice() {
    let mut java = product(&["21", "11", "8", "1.4"]);
    java.is_java = true;
    for (version, expected) in [
        ("1.8.0_212", Ok("8")),
        ("8u212", Ok("8")),
        ("1.8.0 update_212", Ok("8")),
        ("11.0.20", Ok("11")),
        ("1.4.2", Ok("1.4")),
    ] {
        assert_eq!(cycles_of(&java, version).map(|cycles| cycles[0].name.as_str()), expected, "{version}");
    }
    java.is_java = false;
    assert_eq!(cycles_of(&java, "1.8.0_212"), Err(SupportGap::NoCycle));
}

#[test]
fn tells_the_state_on_a_day() {
    let mut cycle = ends("3", "2020-01-01", "2026-07-11");
    for (on, expected) in [
        ("2026-07-10", SupportState::Supported),
        ("2026-07-11", SupportState::Supported),
        ("2026-07-12", SupportState::Ended),
    ] {
        assert_eq!(state_of_cycle(&cycle, day(on)), expected, "{on}");
    }
    cycle.active = Ending::On(day("2024-01-01"));
    cycle.extended = Ending::On(day("2028-06-30"));
    for (on, expected) in [
        ("2024-01-01", SupportState::Supported),
        ("2024-01-02", SupportState::SecurityOnly),
        ("2026-07-12", SupportState::ExtendedOnly),
        ("2028-06-30", SupportState::ExtendedOnly),
        ("2028-07-01", SupportState::Ended),
    ] {
        assert_eq!(state_of_cycle(&cycle, day(on)), expected, "{on}");
    }
    let on = day("2026-01-01");
    for (security, extended, discontinued, expected) in [
        (Ending::Open, Ending::Unstated, Ending::Unstated, SupportState::Supported),
        (Ending::Over, Ending::Unstated, Ending::Unstated, SupportState::Ended),
        (Ending::Over, Ending::Open, Ending::Unstated, SupportState::Ended),
        (Ending::Open, Ending::Unstated, Ending::Over, SupportState::Discontinued),
        (Ending::Over, Ending::Unstated, Ending::Over, SupportState::Ended),
        (Ending::Unstated, Ending::Open, Ending::Over, SupportState::Unknown(SupportGap::EndUnstated)),
    ] {
        let cycle = ReleaseCycle { security, extended, discontinued, ..ReleaseCycle::default() };
        assert_eq!(state_of_cycle(&cycle, on), expected, "{security:?} {extended:?} {discontinued:?}");
    }
}

#[test]
fn editions_that_agree_decide_and_others_do_not() {
    let (short, long) =
        (ends("10-1809-w", "2018-11-13", "2020-11-10"), ends("10-1809-e-lts", "2018-11-13", "2029-01-09"));
    let both = [&short, &long];
    assert_eq!(state_of(&both, day("2020-01-01")), SupportState::Supported);
    assert_eq!(state_of(&both, day("2025-01-01")), SupportState::Unknown(SupportGap::EditionUnstated));
    assert_eq!(state_of(&both, day("2030-01-01")), SupportState::Ended);
    assert_eq!(state_of(&[], day("2030-01-01")), SupportState::Unknown(SupportGap::NoCycle));
}

#[test]
fn names_what_to_move_to() {
    let mut product = product(&[]);
    product.cycles = vec![
        ends("9", "2027-01-01", "2030-01-01"),
        ends("8", "2025-01-01", "2029-01-01"),
        ends("7", "2023-01-01", "2027-01-01"),
        ends("6", "2021-01-01", "2022-01-01"),
        ends("5", "2020-01-01", "2021-01-01"),
    ];
    let names = |cycle: usize, on: &str| {
        let (next, newest) = successors(&product, &product.cycles[cycle], day(on));
        (next.map(|cycle| cycle.name.as_str()), newest.map(|cycle| cycle.name.as_str()))
    };
    assert_eq!(names(4, "2026-11-21"), (Some("7"), Some("8")));
    assert_eq!(names(1, "2026-11-21"), (None, None));
    assert_eq!(names(4, "2027-06-01"), (Some("8"), Some("9")));
    assert_eq!(names(4, "2031-01-01"), (None, None));
}

/// Cycles of Windows as the source names them.
fn windows_product() -> LifecycleProduct {
    let mut product = product(&[
        "11-24h2-iot-lts",
        "11-24h2-e-lts",
        "11-24h2-e",
        "11-24h2-w",
        "10-22h2",
        "10-21h2-iot-lts",
        "10-21h2-e-lts",
        "10-21h2-e",
        "10-21h2-w",
        "10-1809-e-lts",
        "10-1809-e",
        "10-1809-w",
        "10-1507",
        "8.1",
        "7-sp1",
        "6-sp2",
        "5-sp3",
    ]);
    for (cycle, build) in [("10-21h2", "10.0.19044"), ("10-1809", "10.0.17763"), ("10-22h2", "10.0.19045")] {
        for found in product.cycles.iter_mut().filter(|found| found.name.starts_with(cycle)) {
            found.latest = Some(build.to_owned());
        }
    }
    product
}

/// The names of the cycles of a release.
fn cycle_names(release: &SystemRelease, product: &LifecycleProduct) -> Result<Vec<String>, SupportGap> {
    Ok(release.cycles_in(product)?.iter().map(|cycle| cycle.name.clone()).collect())
}

#[test]
fn reads_windows_from_cpe_names() {
    let product = windows_product();
    let all = ["10-1809-e-lts", "10-1809-e", "10-1809-w"].as_slice();
    for (written, name, expected) in [
        ("cpe:2.3:o:microsoft:windows_10_1809:*:*:*:*:*:*:x64:*", "", Ok(all)),
        ("cpe:2.3:o:microsoft:windows_10:1809:*:*:*:*:*:*:*", "", Ok(all)),
        ("cpe:2.3:o:microsoft:windows_10_1809:-:*:*:*:ltsc:*:*:*", "", Ok(&["10-1809-e-lts"][..])),
        ("cpe:2.3:o:microsoft:windows_10_1809:*:*:*:*:*:*:*:*", "Windows 10 Pro", Ok(&["10-1809-w"])),
        ("cpe:2.3:o:microsoft:windows_10:10.0.17763.1:*:*:*:*:*:*:*", "", Ok(all)),
        (
            "cpe:2.3:o:microsoft:windows_10_21h2:10.0.19044.3803:*:*:*:*:*:x64:*",
            "Windows 10 IoT Enterprise LTSC 2021",
            Ok(&["10-21h2-iot-lts"]),
        ),
        (
            "cpe:2.3:o:microsoft:windows_10_21h2:*:*:*:*:*:*:*:*",
            "Windows 10 Enterprise LTSC 2021",
            Ok(&["10-21h2-e-lts"]),
        ),
        ("cpe:2.3:o:microsoft:windows_10:*:*:*:*:*:*:*:*", "", Err(SupportGap::VersionTooCoarse)),
        ("cpe:2.3:o:microsoft:windows_7:-:sp1:*:*:*:*:*:*", "", Ok(&["7-sp1"])),
        ("cpe:2.3:o:microsoft:windows_7:*:*:*:*:*:*:*:*", "", Ok(&["7-sp1"])),
        ("cpe:2.3:o:microsoft:windows_xp:-:sp3:*:*:*:*:*:*", "", Ok(&["5-sp3"])),
        ("cpe:2.3:o:microsoft:windows_8.1:*:*:*:*:*:*:*:*", "", Ok(&["8.1"])),
        ("cpe:2.3:o:microsoft:windows_10_1999:*:*:*:*:*:*:*:*", "", Err(SupportGap::NoCycle)),
    ] {
        let release = windows(&Cpe::parse(written).unwrap(), name).unwrap();
        assert_eq!(release.product, "windows");
        let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(cycle_names(&release, &product), expected, "{written} {name}");
    }
    for (written, product, parts) in [
        ("cpe:2.3:o:microsoft:windows_server_2019:*:*:*:*:*:*:*:*", "windows-server", &["2019"][..]),
        (
            "cpe:2.3:o:microsoft:windows_server_2008:r2:sp1:*:*:*:*:*:*",
            "windows-server",
            &["2008", "r2", "sp1"],
        ),
        ("cpe:2.3:o:microsoft:windows_server_2022_23h2:*:*:*:*:*:*:*:*", "windows-server", &["23h2"]),
        (
            "cpe:2.3:o:microsoft:windows_embedded_compact_2013:*:*:*:*:*:*:*:*",
            "windows-embedded",
            &["compact", "2013"],
        ),
    ] {
        let release = windows(&Cpe::parse(written).unwrap(), "").unwrap();
        assert_eq!(
            (release.product, release.parts),
            (product, parts.iter().map(|part| (*part).to_owned()).collect())
        );
    }
    for written in
        ["cpe:2.3:a:microsoft:windows_10:*:*:*:*:*:*:*:*", "cpe:2.3:o:apple:macos:14:*:*:*:*:*:*:*"]
    {
        assert_eq!(windows(&Cpe::parse(written).unwrap(), ""), None, "{written}");
    }
}

#[test]
fn reads_windows_from_the_name_of_a_system() {
    let product = windows_product();
    for (name, version, expected) in [
        ("Windows 10 1809", None, Some(Ok(&["10-1809-e-lts", "10-1809-e", "10-1809-w"][..]))),
        ("Microsoft Windows 10 IoT Enterprise LTSC 2021", None, Some(Ok(&["10-21h2-iot-lts"]))),
        ("Windows 10 IoT Enterprise 2019 LTSC", Some("10.0.17763"), Some(Ok(&["10-1809-e-lts"]))),
        ("Windows 10", Some("22H2"), Some(Ok(&["10-22h2"]))),
        ("Windows 10 Pro", Some("10.0.19045.1"), Some(Ok(&["10-22h2"]))),
        ("Windows", Some("10"), Some(Err(SupportGap::VersionTooCoarse))),
        ("Windows 10 (64bit)", None, Some(Err(SupportGap::VersionTooCoarse))),
        ("Windows XP SP3", None, Some(Ok(&["5-sp3"]))),
        ("Windows", None, None),
        ("Tool for Windows 10", Some("1809"), None),
        ("Debian", Some("12"), None),
    ] {
        let release = windows_by_name(name, version);
        let found = release.map(|release| cycle_names(&release, &product));
        let expected = expected.map(|cycles| {
            cycles.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>())
        });
        assert_eq!(found, expected, "{name} {version:?}");
    }
    assert_eq!(windows_by_name("Windows Server 2019", None).unwrap().product, "windows-server");
}

#[test]
fn names_distributions_as_lifecycle_data_do() {
    for (base, namespace, expected) in [
        ("Debian", "debian", Some("debian")),
        ("Red Hat", "redhat", Some("rhel")),
        ("Red Hat", "centos", Some("centos")),
        ("Wolfi", "wolfi", None),
    ] {
        assert_eq!(distribution(base, namespace), expected, "{base} {namespace}");
    }
}

proptest! {
    #[test]
    fn never_panics_on_any_version(version in "\\PC{0,40}", names in prop::collection::vec("[0-9.a-z-]{0,8}", 0..6)) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let product = product(&names);
        let _ = cycles_of(&product, &version);
        let _ = windows_by_name(&version, Some(&version));
    }

    #[test]
    fn a_version_belongs_to_the_cycle_that_it_begins_with(
        own in prop::collection::vec(0_u64..40, 1..4),
        others in prop::collection::vec(prop::collection::vec(0_u64..40, 1..4), 0..6),
        patch in 0_u64..1000,
    ) {
        let text = |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        let names: Vec<String> = std::iter::once(&own).chain(&others).map(|numbers| text(numbers)).collect();
        let product = product(&names.iter().map(String::as_str).collect::<Vec<_>>());
        // Enough segments that no cycle is finer than the version.
        let version = format!("{}.{patch}.0.0.0", text(&own));
        let found = cycles_of(&product, &version).unwrap();
        let segments: Vec<&str> = version.split('.').collect();
        for cycle in &found {
            let cycle: Vec<&str> = cycle.name.split('.').collect();
            prop_assert!(segments.starts_with(&cycle), "{cycle:?} {version}");
            prop_assert!(cycle.len() >= own.len());
        }
    }

    #[test]
    fn support_never_comes_back(
        security in 0_i32..3000, extended in prop::option::of(0_i32..3000), active in prop::option::of(0_i32..3000),
        on in 0_i32..3000, later in 0_i32..3000,
    ) {
        let on_day = |days: Option<i32>| days.map_or(Ending::Unstated, |days| Ending::On(Day(days)));
        let cycle = ReleaseCycle {
            security: Ending::On(Day(security)),
            extended: on_day(extended),
            active: on_day(active),
            ..ReleaseCycle::default()
        };
        let (now, then) = (state_of_cycle(&cycle, Day(on)), state_of_cycle(&cycle, Day(on + later)));
        prop_assert!(then <= now, "{now:?} became {then:?}");
    }
}
