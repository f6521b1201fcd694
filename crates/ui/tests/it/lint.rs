//! The structure of every page.

use std::collections::BTreeSet;

use kikimori_ui::Language;

use crate::html::{Tag, read};
use crate::samples::{Samples, VARIANTS, Variant};

/// Every rule that a document breaks.
fn problems(document: &str, language: Language) -> Vec<String> {
    let tags = match read(document) {
        Ok(tags) => tags,
        Err(fault) => return vec![fault],
    };
    let mut problems = Vec::new();
    landmarks(&tags, language, &mut problems);
    ids(&tags, &mut problems);
    scripts(&tags, &mut problems);
    controls(&tags, &mut problems);
    tables_and_links(&tags, &mut problems);
    headings(&tags, &mut problems);
    if document.contains('⟦') {
        let missing = document.split('⟦').skip(1).filter_map(|after| after.split_once('⟧'));
        problems.extend(missing.map(|(key, _)| format!("the key {key} is missing")));
    }
    problems
}

/// One of each landmark, the language, a title.
fn landmarks(tags: &[Tag], language: Language, problems: &mut Vec<String>) {
    let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
    for name in ["h1", "main", "header", "footer", "title"] {
        if count(name) != 1 {
            problems.push(format!("{} of <{name}>", count(name)));
        }
    }
    let named: Vec<&str> = tags
        .iter()
        .filter(|tag| tag.name == "nav")
        .map(|tag| tag.get("aria-label").unwrap_or_default())
        .collect();
    if named.iter().any(|name| name.is_empty()) {
        problems.push("a nav without a name".to_owned());
    }
    if tags.first().and_then(|tag| tag.get("lang")) != Some(language.tag()) {
        problems.push("the language of the document".to_owned());
    }
    let title = tags.iter().find(|tag| tag.name == "title").map_or("", |tag| tag.text.trim());
    if title.starts_with('–') || title.is_empty() {
        problems.push(format!("the title {title:?}"));
    }
}

/// Ids are unique, and what points to one finds it.
fn ids(tags: &[Tag], problems: &mut Vec<String>) {
    let mut known = BTreeSet::new();
    for id in tags.iter().filter_map(|tag| tag.get("id")) {
        if id.is_empty() || id.contains(' ') || !known.insert(id) {
            problems.push(format!("the id {id:?} stands twice or is no id"));
        }
    }
    for tag in tags {
        for name in ["for", "aria-describedby", "aria-labelledby"] {
            for id in tag.get(name).unwrap_or_default().split_whitespace() {
                if !known.contains(id) {
                    problems.push(format!("{name}={id} leads nowhere"));
                }
            }
        }
        if let Some(id) = tag.get("href").and_then(|href| href.strip_prefix('#'))
            && !known.contains(id)
        {
            problems.push(format!("#{id} leads nowhere"));
        }
    }
}

/// No inline script, style or handler; no address that runs.
fn scripts(tags: &[Tag], problems: &mut Vec<String>) {
    for tag in tags {
        if tag.name == "style" || (tag.name == "script" && tag.get("src").is_none()) {
            problems.push(format!("an inline {}", tag.name));
        }
        for (name, value) in &tag.attributes {
            let runs = value.trim_start().to_ascii_lowercase().starts_with("javascript:");
            if name.starts_with("on")
                || name == "style"
                || (runs && matches!(name.as_str(), "href" | "src" | "action"))
            {
                problems.push(format!("<{} {name}={value:?}>", tag.name));
            }
        }
    }
}

/// Every control has a name, every form that posts a token.
fn controls(tags: &[Tag], problems: &mut Vec<String>) {
    for (place, tag) in tags.iter().enumerate() {
        let is_hidden = tag.get("type") == Some("hidden");
        if matches!(tag.name.as_str(), "input" | "select" | "textarea") && !is_hidden {
            let has_label = tag.get("id").is_some_and(|id| {
                tags.iter().any(|other| {
                    other.name == "label" && other.get("for") == Some(id) && !other.text.trim().is_empty()
                })
            });
            let is_inside = tag.parents.iter().any(|parent| tags[*parent].name == "label");
            let is_named = tag.get("aria-label").is_some_and(|label| !label.is_empty());
            if !has_label && !is_inside && !is_named {
                problems.push(format!("no label for {:?}", tag.get("name")));
            }
        }
        if matches!(tag.name.as_str(), "button" | "a" | "summary" | "legend" | "label")
            && tag.text.trim().is_empty()
        {
            problems.push(format!("<{}> without words", tag.name));
        }
        if tag.name == "form" && tag.get("method") == Some("post") {
            let has_token =
                tags.iter().any(|other| other.parents.contains(&place) && other.get("name") == Some("csrf"));
            let is_inside = tag.parents.iter().any(|parent| tags[*parent].name == "form");
            if !has_token || is_inside {
                problems.push(format!("the form {:?} has no token or stands in a form", tag.get("action")));
            }
        }
        if tag.name == "img" && tag.get("alt").is_none() {
            problems.push("an image without alt".to_owned());
        }
    }
}

/// Headers have a scope, tables a caption, links an address.
fn tables_and_links(tags: &[Tag], problems: &mut Vec<String>) {
    for (place, tag) in tags.iter().enumerate() {
        if tag.name == "th" && tag.get("scope").is_none() {
            problems.push("a th without scope".to_owned());
        }
        if tag.name == "a" && tag.get("href").is_none_or(str::is_empty) {
            problems.push(format!("a link without an address: {}", tag.text));
        }
        let captions = |name: &str| {
            tags.iter().filter(|other| other.name == name && other.parents.last() == Some(&place)).count()
        };
        if tag.name == "table" && captions("caption") != 1 {
            problems.push("a table without a caption".to_owned());
        }
        if tag.name == "figure" && captions("figcaption") != 1 {
            problems.push("a figure without a caption".to_owned());
        }
    }
}

/// No heading level is left out on the way down.
fn headings(tags: &[Tag], problems: &mut Vec<String>) {
    let mut last = 1;
    for tag in tags.iter().filter(|tag| matches!(tag.name.as_str(), "h1" | "h2" | "h3" | "h4")) {
        let level = tag.name[1..].parse().unwrap_or(9);
        // The summary of errors stands before the heading of the page.
        if level > last + 1 {
            problems.push(format!("<{}> after <h{last}>: {}", tag.name, tag.text));
        }
        last = level;
    }
}

#[test]
fn every_page_is_well_built() {
    let mut found = Vec::new();
    for language in Language::ALL {
        for variant in VARIANTS {
            let mut names = BTreeSet::new();
            for page in (Samples { language, variant }).pages() {
                assert!(names.insert(page.name), "{} stands twice", page.name);
                for problem in problems(&page.html, language) {
                    found.push(format!("{} {} {variant:?}: {problem}", page.name, language.tag()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} problems\n{}", found.len(), found[..found.len().min(60)].join("\n"));
}

#[test]
fn no_text_becomes_markup() {
    for language in Language::ALL {
        for page in (Samples { language, variant: Variant::Hostile }).pages() {
            let tags = read(&page.html).unwrap();
            assert!(!tags.iter().any(|tag| tag.name == "b" && tag.get("onclick").is_some()), "{}", page.name);
            assert_eq!(tags.iter().filter(|tag| tag.name == "script").count(), 1, "{}", page.name);
            assert!(page.html.contains("alert(1)"), "{} shows no text that it was given", page.name);
        }
    }
}

#[test]
fn errors_stand_in_the_title_the_summary_and_at_the_field() {
    for language in Language::ALL {
        let samples = Samples { language, variant: Variant::Error };
        for name in [
            "product-form",
            "release-form",
            "sign-in",
            "setup",
            "ingest",
            "finding",
            "identity",
            "tokens",
            "organisation",
        ] {
            let page = samples.pages().into_iter().find(|page| page.name == name).unwrap();
            let tags = read(&page.html).unwrap();
            let title = &tags.iter().find(|tag| tag.name == "title").unwrap().text;
            assert!(title.starts_with("エラー：") || title.starts_with("Error: "), "{name}: {title}");
            let summary = tags.iter().find(|tag| tag.get("class") == Some("kk-errors")).unwrap();
            assert_eq!(summary.get("role"), Some("alert"));
            let n_fields = tags.iter().filter(|tag| tag.get("class") == Some("kk-field__error")).count();
            assert!(n_fields > 0, "{name}");
        }
    }
}

#[test]
fn the_lint_finds_faults() {
    let page = |body: &str| {
        format!(
            "<!doctype html><html lang=\"ja\"><title>x</title><header></header><main><h1>x</h1>{body}</main><footer></footer></html>"
        )
    };
    assert_eq!(problems(&page(""), Language::Ja), [""; 0]);
    for bad in [
        "<h1>y</h1>",
        "<h3>y</h3>",
        "<p style=\"x\">y</p>",
        "<p onclick=\"x\">y</p>",
        "<script>x</script>",
        "<a href=\"javascript:x\">y</a>",
        "<input name=\"x\">",
        "<label for=\"x\">y</label>",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<form method=\"post\" action=\"/x\"></form>",
        "<a href=\"#x\">y</a>",
        "<table></table>",
        "<button></button>",
        "⟦ui.x⟧",
        "<nav></nav>",
    ] {
        assert!(!problems(&page(bad), Language::Ja).is_empty(), "{bad}");
    }
    assert!(!problems(&page(""), Language::En).is_empty());
}
