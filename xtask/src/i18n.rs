//! `cargo xtask i18n`: the translation tables agree with each other and with the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::table::{self, Entry};
use crate::workspace::{self, SourceFile};
use crate::{literals, table::placeholders};

/// The Japanese table, the source of truth.
const JAPANESE: &str = "locales/ja.toml";

/// The English table.
const ENGLISH: &str = "locales/en.toml";

/// Where the codes of messages are declared.
const CODES: &str = "crates/core/src/message.rs";

/// Beginnings of keys that the source computes, and what they are computed from. A key under them counts as
/// used; that each exists is for the test of the crate that computes it. Those of messages are checked here.
const COMPUTED: &[(&str, &str)] = &[
    ("reason.", "the reason why something was not checked"),
    ("enum.", "a variant of an enum"),
    ("flaw.", "what keeps a text from being a version"),
    ("purl_rule.", "a rule of a package type"),
    ("vers_oddity.", "what is odd about a version range"),
    ("gap.", "what a component lacks for matching"),
    ("support_gap.", "the reason why support is not decided"),
    ("library.LIB-", "a fault of the library"),
    ("sheet.field.", "what a column of a component sheet says"),
    ("sheet.separator.", "what stands between the cells of a text"),
    ("sheet.skip.", "why a row of a component sheet gave no component"),
    ("template.field.", "an explanation of a column of the template"),
    ("claim.", "a field that a conversion carries or a comparison looks at"),
    ("joint.", "what joins two components"),
    ("loss.", "what a conversion did to a field"),
    ("diff.version.", "what two versions say about each other"),
    ("quality.fact.", "a fact that an element set asks for"),
    ("quality.remedy.", "what to do about a missing fact"),
    ("quality.state.", "whether a fact is there"),
    ("quality.verdict.", "what an element set says of a document"),
    ("job-kind.", "what a background job does"),
    ("organisation-kind.", "what an organisation is"),
    ("role.", "what a person does in an organisation"),
    ("action.", "something that needs a decision"),
    ("audit-action.", "what the audit trail says was done"),
    ("ui.done.", "what was just done"),
    ("token-scope.", "what an API token allows"),
    ("device-class.", "a class of medical devices"),
    ("procedure.", "how a device came onto the market"),
    ("market-state.", "where a product stands on the market"),
    ("connection-kind.", "how a device exchanges data"),
    ("assessment-status.", "what a vulnerability means for a product"),
    ("justification.", "why a product is not affected"),
    ("assessment-response.", "what a manufacturer does about a vulnerability"),
    ("finding-event.", "what happened to a finding"),
    ("finding-reason.", "why it happened to a finding"),
    ("findings-export.", "a word of the exported list of findings"),
    ("doctor.", "what the doctor looked at, how it came out, what was found, what to do"),
    ("key-basis.", "what a component key was made from"),
    ("ui.choice.", "a value of a field or a condition"),
    ("ui.comparison.", "what sources say of a vulnerability, side by side"),
    ("ui.column.", "a column of a table"),
    ("ui.empty.", "why a list is empty, and what to do"),
    ("ui.fact.", "a name in a list of facts"),
    ("ui.fault.", "what an error page says"),
    ("ui.field.", "a field of a form"),
    ("ui.filter.", "a condition of a list"),
    ("ui.group.", "a heading inside a form"),
    ("ui.help.", "the help of a field"),
    ("ui.help_words.", "what a word of the pages means"),
    ("ui.section.", "a heading of a page"),
    ("ui.severity.", "a severity"),
    ("ui.step.", "a step of a process"),
    ("ui.tone.", "how a banner is meant"),
];

/// The comment above a Japanese row that has no Japanese in it: `# latin: why`.
const LATIN_MARK: &str = "latin:";

/// Endings of file names, which look like keys.
const FILE_ENDINGS: &[&str] = &[
    "css", "csv", "gz", "html", "js", "json", "jsonl", "kklib", "md", "ndjson", "rs", "spdx", "svg", "toml",
    "txt", "xml", "zip", "zst",
];

/// Reads both tables and the source and names what does not agree.
pub fn check(root: &Path) -> Result<Vec<String>, String> {
    Ok(disagreements(&workspace::source_files(root)?))
}

/// Everything that does not agree, in the order of the checks.
fn disagreements(files: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    let japanese = read(files, JAPANESE, &mut problems);
    let english = read(files, ENGLISH, &mut problems);
    same_keys(&japanese, &english, &mut problems);
    same_placeholders(&japanese, &english, &mut problems);
    right_script(&japanese, &english, &mut problems);
    messages(files, &japanese, &mut problems);
    uses(files, &japanese, &mut problems);
    problems
}

/// Reads one table; what cannot be read is a problem.
fn read(files: &[SourceFile], path: &str, problems: &mut Vec<String>) -> BTreeMap<String, Entry> {
    let Some(file) = files.iter().find(|file| file.path == path) else {
        problems.push(format!("{path} is missing"));
        return BTreeMap::new();
    };
    let (entries, faults) = table::read(&file.text);
    problems.extend(faults.into_iter().map(|fault| format!("{path}:{}: {}", fault.line, fault.detail)));
    for entry in &entries {
        if entry.text.trim().is_empty() {
            problems.push(format!("{path}:{}: `{}` is empty", entry.line, entry.key));
        }
    }
    entries.into_iter().map(|entry| (entry.key.clone(), entry)).collect()
}

/// Both tables hold the same keys, but that English has `.one` beside each `.other` of a counted text.
fn same_keys(
    japanese: &BTreeMap<String, Entry>,
    english: &BTreeMap<String, Entry>,
    problems: &mut Vec<String>,
) {
    for (key, entry) in japanese {
        if key.ends_with(".one") {
            problems.push(format!(
                "{JAPANESE}:{}: `{key}`: Japanese has no plural, keep `.other` only",
                entry.line
            ));
        } else if !english.contains_key(key) {
            problems.push(format!("{JAPANESE}:{}: `{key}` is not in {ENGLISH}", entry.line));
        }
        if let Some(stem) = key.strip_suffix(".other")
            && !english.contains_key(&format!("{stem}.one"))
        {
            problems.push(format!("{ENGLISH}: `{stem}.one` is missing beside `{key}`"));
        }
    }
    for (key, entry) in english {
        let counterpart = key.strip_suffix(".one").map_or(key.clone(), |stem| format!("{stem}.other"));
        if !japanese.contains_key(&counterpart) {
            problems.push(format!("{ENGLISH}:{}: `{key}` is not in {JAPANESE}", entry.line));
        }
    }
}

/// Both languages name the same values; `.one` may say "one" instead of `{n}`.
fn same_placeholders(
    japanese: &BTreeMap<String, Entry>,
    english: &BTreeMap<String, Entry>,
    problems: &mut Vec<String>,
) {
    let names = |path: &str, entry: &Entry, problems: &mut Vec<String>| -> Option<BTreeSet<String>> {
        let names = placeholders(&entry.text);
        if names.is_none() {
            problems.push(format!("{path}:{}: `{}`: braces must pair around a name", entry.line, entry.key));
        }
        names.map(|names| names.into_iter().map(str::to_owned).collect())
    };
    let mut known = BTreeMap::new();
    for (key, entry) in japanese {
        if let Some(names) = names(JAPANESE, entry, problems) {
            known.insert(key.clone(), names);
        }
    }
    for (key, entry) in english {
        let is_one = key.ends_with(".one");
        let counterpart = key.strip_suffix(".one").map_or(key.clone(), |stem| format!("{stem}.other"));
        let (Some(mut ours), Some(theirs)) = (names(ENGLISH, entry, problems), known.get(&counterpart))
        else {
            continue;
        };
        if is_one && theirs.contains("n") {
            ours.insert("n".to_owned());
        }
        if ours != *theirs {
            problems.push(format!(
                "{ENGLISH}:{}: `{key}` names {ours:?}, {JAPANESE} names {theirs:?}",
                entry.line
            ));
        }
    }
}

/// No Japanese in English; Japanese in Japanese, unless the row says why not.
fn right_script(
    japanese: &BTreeMap<String, Entry>,
    english: &BTreeMap<String, Entry>,
    problems: &mut Vec<String>,
) {
    for (key, entry) in english {
        if entry.text.chars().any(is_japanese) {
            problems.push(format!("{ENGLISH}:{}: `{key}` holds Japanese", entry.line));
        }
    }
    for (key, entry) in japanese {
        let is_marked = entry.comment.strip_prefix(LATIN_MARK).is_some_and(|why| !why.trim().is_empty());
        if !entry.text.chars().any(is_japanese) && !is_marked {
            problems.push(format!(
                "{JAPANESE}:{}: `{key}` holds no Japanese; if that is meant, say why above: # {LATIN_MARK} why",
                entry.line
            ));
        }
    }
}

/// Kana, kanji, or Japanese punctuation and full-width forms.
fn is_japanese(character: char) -> bool {
    matches!(character, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// Every code has a cause and a remedy that name only values the code's documentation lists, and no others exist.
fn messages(files: &[SourceFile], japanese: &BTreeMap<String, Entry>, problems: &mut Vec<String>) {
    let source = files.iter().find(|file| file.path == CODES).map_or("", |file| file.code());
    let mut expected = BTreeMap::new();
    for (code, args) in codes(source) {
        expected.insert(format!("message.{code}.cause"), args.clone());
        expected.insert(format!("message.{code}.remedy"), args);
    }
    if expected.is_empty() {
        problems.push(format!("{CODES}: no codes found"));
    }
    for (key, args) in &expected {
        let Some(entry) = japanese.get(key) else {
            problems.push(format!("{JAPANESE}: `{key}` is missing"));
            continue;
        };
        for name in placeholders(&entry.text).unwrap_or_default() {
            if !args.iter().any(|arg| arg == name) {
                problems.push(format!(
                    "{JAPANESE}:{}: `{key}` names {{{name}}}, the code has {args:?}",
                    entry.line
                ));
            }
        }
    }
    for (key, entry) in
        japanese.iter().filter(|(key, _)| key.starts_with("message.") && !expected.contains_key(*key))
    {
        problems.push(format!("{JAPANESE}:{}: `{key}` belongs to no code", entry.line));
    }
}

/// The codes that source declares, each with the values that its documentation lists after `Args:`.
fn codes(source: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut documentation = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            documentation.push_str(words);
            continue;
        }
        let code = line.split_once("Code(\"").and_then(|(_, after)| after.split_once('"'));
        if let Some((code, _)) = code.filter(|_| line.starts_with("pub const ")) {
            let args = documentation.split_once("Args:").map_or("", |(_, args)| args);
            // Every second piece between back-quotes is a name.
            found.push((code.to_owned(), args.split('`').skip(1).step_by(2).map(str::to_owned).collect()));
        }
        // A declaration that rustfmt broke over two lines keeps its documentation.
        if !line.ends_with('=') {
            documentation.clear();
        }
    }
    found
}

/// Every key is used in the source, and every key that the source uses exists.
fn uses(files: &[SourceFile], japanese: &BTreeMap<String, Entry>, problems: &mut Vec<String>) {
    let groups: BTreeSet<&str> =
        japanese.keys().filter_map(|key| key.split_once('.')).map(|(group, _)| group).collect();
    let mut used = BTreeSet::new();
    for file in files.iter().filter(|file| file.path.starts_with("crates/") && !file.is_test()) {
        let literals = match file.ending() {
            "rs" => literals::find(file.code()),
            "html" => template_literals(&file.text),
            _ => continue,
        };
        for (line, literal) in literals {
            if !looks_like_a_key(literal, &groups) {
                continue;
            }
            // The beginning of keys whose end is computed is no key itself.
            let family = format!("{literal}.");
            let exists =
                japanese.contains_key(literal) || japanese.keys().any(|key| key.starts_with(&family));
            if !exists {
                problems.push(format!("{}:{line}: the key `{literal}` is in no table", file.path));
            }
            used.insert(literal);
        }
    }
    for (key, entry) in japanese {
        let is_computed =
            key.starts_with("message.") || COMPUTED.iter().any(|(start, _)| key.starts_with(start));
        let is_used =
            used.contains(key.as_str()) || key.strip_suffix(".other").is_some_and(|stem| used.contains(stem));
        if !is_computed && !is_used {
            problems.push(format!("{JAPANESE}:{}: `{key}` is not used", entry.line));
        }
    }
}

/// The string literals in the expressions and tags of a template, each with its line from 1.
fn template_literals(template: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = template;
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let (before, code) = rest.split_at(start);
        line += before.matches('\n').count();
        let end = code.find("}}").into_iter().chain(code.find("%}")).min().unwrap_or(code.len());
        let (code, after) = code.split_at(end);
        found.extend(literals::find(code).into_iter().map(|(offset, literal)| (line + offset - 1, literal)));
        line += code.matches('\n').count();
        rest = after;
    }
    found
}

/// `group.name…` of a group that the tables know; not a file name, not a key with places to fill.
fn looks_like_a_key(literal: &str, groups: &BTreeSet<&str>) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let Some((group, _)) = literal.split_once('.') else {
        return false;
    };
    let ending = literal.rsplit('.').next().unwrap_or_default();
    groups.contains(group) && literal.split('.').all(is_part) && !FILE_ENDINGS.contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES_SOURCE: &str = "/// Too many. Args: `limit` (its name),\n/// `max`.\npub const A: Code = Code(\"SBOM-001\");\npub const ALL: &[Code] = &[A];\n";
    const MESSAGES_JA: &str =
        "\"message.SBOM-001.cause\" = \"上限{limit}\"\n\"message.SBOM-001.remedy\" = \"分割\"\n";
    const MESSAGES_EN: &str =
        "\"message.SBOM-001.cause\" = \"limit {limit}\"\n\"message.SBOM-001.remedy\" = \"split\"\n";

    /// What the check says about these rows (after those of one message) and this source.
    fn problems(japanese: &str, english: &str, source: &str) -> Vec<String> {
        let file = |path: &str, text: String| SourceFile { path: path.to_owned(), text };
        disagreements(&[
            file(CODES, CODES_SOURCE.to_owned()),
            file(JAPANESE, format!("{MESSAGES_JA}{japanese}")),
            file(ENGLISH, format!("{MESSAGES_EN}{english}")),
            file("crates/app/src/a.rs", source.to_owned()),
        ])
    }

    #[test]
    fn accepts_tables_that_agree() {
        let japanese = "\"a.b\" = \"場所{x}\"\n\"a.n.other\" = \"{n}件\"\n# latin: a name\n\"a.c\" = \"CVSS\"\n\"enum.x\" = \"種\"\n";
        let english = "\"a.b\" = \"at {x}\"\n\"a.n.one\" = \"one\"\n\"a.n.other\" = \"{n} things\"\n\"a.c\" = \"CVSS\"\n\"enum.x\" = \"kind\"\n";
        let source = "fn f() { text(\"a.b\"); count(\"a.n\"); text(\"a.c\"); open(\"a.json\"); }";
        assert_eq!(problems(japanese, english, source), [""; 0]);
    }

    #[test]
    fn finds_keys_in_templates() {
        let template =
            "<p title=\"a.b\">it's {{ w.t(\"a.c\") }}\n{%- if x == \"a.d\" %}{{ w.f1(\"a.e\", \"n\", n) }}";
        assert_eq!(template_literals(template), [(1, "a.c"), (2, "a.d"), (2, "a.e"), (2, "n")]);
        assert_eq!(template_literals("{{ \"open"), [(1, "open")]);
    }

    #[test]
    fn refuses_keys_in_one_table_only() {
        let source = "f(\"a.b\", \"a.n\")";
        assert_eq!(
            problems("\"a.b\" = \"場\"", "", "f(\"a.b\")"),
            ["locales/ja.toml:3: `a.b` is not in locales/en.toml"]
        );
        assert_eq!(
            problems("", "\"a.b\" = \"x\"", ""),
            ["locales/en.toml:3: `a.b` is not in locales/ja.toml"]
        );
        let found = problems(
            "\"a.b\" = \"場\"\n\"a.n.other\" = \"件\"",
            "\"a.b\" = \"x\"\n\"a.n.other\" = \"x\"",
            source,
        );
        assert_eq!(found, ["locales/en.toml: `a.n.one` is missing beside `a.n.other`"]);
        let found = problems(
            "\"a.n.one\" = \"件\"\n\"a.n.other\" = \"件\"",
            "\"a.n.one\" = \"x\"\n\"a.n.other\" = \"x\"",
            "f(\"a.n\", \"a.n.one\")",
        );
        assert_eq!(found, ["locales/ja.toml:3: `a.n.one`: Japanese has no plural, keep `.other` only"]);
    }

    #[test]
    fn refuses_different_placeholders() {
        let found = problems("\"a.b\" = \"場{x}\"", "\"a.b\" = \"at {y}\"", "f(\"a.b\")");
        assert_eq!(found, ["locales/en.toml:3: `a.b` names {\"y\"}, locales/ja.toml names {\"x\"}"]);
        let found = problems("\"a.b\" = \"場{x\"", "\"a.b\" = \"at {x}\"", "f(\"a.b\")");
        assert_eq!(found, ["locales/ja.toml:3: `a.b`: braces must pair around a name"]);
    }

    #[test]
    fn refuses_the_wrong_script_and_empty_texts() {
        let found = problems("\"a.b\" = \"place\"", "\"a.b\" = \"場\"", "f(\"a.b\")");
        assert_eq!(
            found,
            [
                "locales/en.toml:3: `a.b` holds Japanese",
                "locales/ja.toml:3: `a.b` holds no Japanese; if that is meant, say why above: # latin: why",
            ]
        );
        let found = problems("\"a.b\" = \"場\"", "\"a.b\" = \" \"", "f(\"a.b\")");
        assert_eq!(found, ["locales/en.toml:3: `a.b` is empty"]);
        assert_eq!(problems("# latin:\n\"a.b\" = \"x\"", "\"a.b\" = \"x\"", "f(\"a.b\")").len(), 1);
    }

    #[test]
    fn refuses_unused_and_unknown_keys() {
        let (japanese, english) = ("\"a.b\" = \"場\"", "\"a.b\" = \"x\"");
        for source in ["", "// \"a.b\"", "#[cfg(test)]\nmod tests {\nf(\"a.b\") }"] {
            let source = format!("fn f() {{}}\n{source}");
            assert_eq!(
                problems(japanese, english, &source),
                ["locales/ja.toml:3: `a.b` is not used"],
                "{source}"
            );
        }
        let found = problems(japanese, english, "f(\"a.b\");\nf(\"a.missing\", \"other.group\", \"a.{x}\")");
        assert_eq!(found, ["crates/app/src/a.rs:2: the key `a.missing` is in no table"]);
    }

    #[test]
    fn refuses_messages_that_do_not_fit_their_code() {
        let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let table = "\"message.SBOM-001.cause\" = \"上限{size}\"\n\"message.SBOM-009.cause\" = \"無\"\n";
        let english =
            "\"message.SBOM-001.cause\" = \"limit {size}\"\n\"message.SBOM-009.cause\" = \"none\"\n";
        let found =
            disagreements(&[file(CODES, CODES_SOURCE), file(JAPANESE, table), file(ENGLISH, english)]);
        assert_eq!(
            found,
            [
                "locales/ja.toml:1: `message.SBOM-001.cause` names {size}, the code has [\"limit\", \"max\"]",
                "locales/ja.toml: `message.SBOM-001.remedy` is missing",
                "locales/ja.toml:2: `message.SBOM-009.cause` belongs to no code",
            ]
        );
    }

    #[test]
    fn refuses_a_project_without_tables() {
        let found = disagreements(&[]);
        assert_eq!(found[..2], ["locales/ja.toml is missing", "locales/en.toml is missing"]);
    }
}
