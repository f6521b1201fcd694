//! Files that people write for the program, damaged: rules, profiles, mappings of sheets, lists of sources, and what a sync
//! remembers. Each is refused with its code, or says what it says without the damage.

use crate::program::Home;

/// A kind of file: its name, a sound one with `TEXT` in a text, how it is read, and the code that refuses it.
struct Setting {
    /// Its name.
    name: &'static str,
    /// The file's path.
    path: &'static str,
    /// A sound one.
    text: &'static str,
    /// The command that reads it.
    arguments: &'static [&'static str],
    /// A key that is there, and the same key twice.
    twice: (&'static str, &'static str),
    /// A number, and a huge one.
    number: (&'static str, &'static str),
    /// The code of a refusal.
    code: &'static str,
}

/// Every kind of file.
const SETTINGS: &[Setting] = &[
    Setting {
        name: "identity rules",
        path: "rules.toml",
        text: "format = \"kikimori-identity-rules\"\nformat_version = \"1\"\n[[rule]]\nid = \"R-1\"\nauthor = \"TEXT\"\n\
               decided_on = 2026-11-21\nreason = \"r\"\ncomponent = { name = \"x\" }\naction = \"add\"\npurls = [\"pkg:npm/x\"]\n",
        arguments: &["identity", "rules", "--rules", "rules.toml"],
        twice: ("id = \"R-1\"\n", "id = \"R-1\"\nid = \"R-2\"\n"),
        number: ("2026-11-21", "99999999999999999999999999"),
        code: "RULE-",
    },
    Setting {
        name: "profile",
        path: "profile.yaml",
        text: "id: own\nversion: \"1\"\nlabel: {ja: TEXT, en: own}\ntitle: {ja: 自社, en: own}\nsource: s\nconfidence: low\nlevels_min: 0\n\
               elements:\n  - {fact: name, label: {ja: 名前, en: name}}\n",
        arguments: &["sbom", "quality", "a.cdx.json", "--profile", "profile.yaml"],
        twice: ("id: own\n", "id: own\nid: other\n"),
        number: ("levels_min: 0", "levels_min: 99999999999999999999999999"),
        code: "QUALITY-001",
    },
    Setting {
        name: "mapping",
        path: "mapping.yaml",
        text: "heading_row: 1\nsheet: TEXT\ncolumns:\n  A: name\n  B: version\n",
        arguments: &["sbom", "sheet", "a.csv", "--mapping", "mapping.yaml"],
        twice: ("heading_row: 1\n", "heading_row: 1\nheading_row: 2\n"),
        number: ("heading_row: 1", "heading_row: 99999999999999999999999999"),
        code: "SHEET-004",
    },
    Setting {
        name: "list of sources",
        path: "lib/sync.toml",
        text: "[[source]]\nid = \"kev\"\nkind = \"kev\"\nbase = \"TEXT\"\nmin_interval_minutes = 60\nenabled = false\n",
        arguments: &["library", "sync", "--library", "lib"],
        twice: ("kind = \"kev\"\n", "kind = \"kev\"\nkind = \"epss\"\n"),
        number: ("= 60", "= 99999999999999999999999999"),
        code: "SYNC-001",
    },
];

/// A bomb of aliases in YAML.
fn aliases() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let list = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    text
}

/// The damages of a file: names and bytes.
fn damages(setting: &Setting) -> Vec<(&'static str, Vec<u8>)> {
    let sound = setting.text.replace("TEXT", "t");
    let with_text = |bytes: &[u8]| {
        let (before, after) = setting.text.split_once("TEXT").unwrap();
        [before.as_bytes(), bytes, after.as_bytes()].concat()
    };
    let replaced = |(from, to): (&str, &str)| {
        assert!(sound.contains(from), "{} {from}", setting.name);
        sound.replacen(from, to, 1).into_bytes()
    };
    let utf16: Vec<u8> = format!("\u{feff}{sound}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("bad UTF-8", with_text(b"caf\xe9 \xff")),
        ("UTF-16", utf16),
        ("key twice", replaced(setting.twice)),
        ("huge number", replaced(setting.number)),
        ("NUL in a text", with_text(b"a\0b")),
        ("NUL bytes", vec![0; 64]),
        (
            "depth",
            format!(
                "{sound}x{}{}{}\n",
                if setting.path.ends_with("yaml") { ": " } else { " = " },
                "[".repeat(20_000),
                "]".repeat(20_000)
            )
            .into_bytes(),
        ),
        ("aliases", [sound.as_bytes(), aliases().as_bytes()].concat()),
        ("too long", [sound.as_bytes(), "#".repeat(17 << 20).as_bytes()].concat()),
        (
            "unknown key",
            format!("unheard{} 1\n{sound}", if setting.path.ends_with("yaml") { ":" } else { " =" })
                .into_bytes(),
        ),
        ("truncated", sound.as_bytes()[..sound.trim_end().len() - 3].to_vec()),
    ]
}

#[test]
fn every_damage_of_every_file_of_settings_is_refused() {
    let home = Home::new();
    home.file(
        "a.cdx.json",
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x"}]}"#,
    );
    home.file("a.csv", "名前,版数\nzlib,1.3\n");
    std::fs::create_dir_all(home.path("lib")).unwrap();
    let mut found = Vec::new();
    for setting in SETTINGS {
        for (damage, bytes) in damages(setting) {
            std::fs::write(home.path(setting.path), bytes).unwrap();
            let run = home.run(setting.arguments);
            // What is no text at all is refused before anybody asks what it says.
            let is_text = !matches!(damage, "bad UTF-8" | "UTF-16");
            let is_told = run.err.starts_with(&format!("[{}", setting.code))
                || (!is_text && run.err.starts_with("[INPUT-001]"));
            let is_refused = run.exit == 2 && is_told;
            if !is_refused {
                found.push(format!(
                    "{}, {damage}: exit {}\n{:.300}{:.300}",
                    setting.name, run.exit, run.out, run.err
                ));
            }
        }
        let sound = setting.text.replace("TEXT", "t");
        for (damage, text) in [("sound", sound.clone()), ("UTF-8 BOM", format!("\u{feff}{sound}"))] {
            home.file(setting.path, &text);
            let run = home.run(setting.arguments);
            if run.exit != 0 {
                found.push(format!(
                    "{}, {damage}: exit {}\n{:.300}{:.300}",
                    setting.name, run.exit, run.out, run.err
                ));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
