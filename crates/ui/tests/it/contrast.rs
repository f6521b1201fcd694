//! Contrast of the colour pairs that the components use, computed from `tokens.css` (WCAG 2.2, 1.4.3 and 1.4.11).

use std::collections::BTreeMap;

use kikimori_ui::assets;

/// Text and background with the least contrast.
const PAIRS: &[(&str, &str, f64)] = &[
    ("kk-text", "kk-surface", 7.0),
    ("kk-text", "kk-surface-quiet", 7.0),
    ("kk-text", "kk-surface-raised", 7.0),
    ("kk-text-quiet", "kk-surface", 4.5),
    ("kk-text-quiet", "kk-surface-quiet", 4.5),
    ("kk-text-quiet", "kk-surface-raised", 4.5),
    ("kk-link", "kk-surface", 4.5),
    ("kk-link", "kk-primary-pale", 4.5),
    ("kk-link-hover", "kk-surface", 4.5),
    ("kk-primary-text", "kk-primary", 4.5),
    ("kk-primary-text", "kk-primary-hover", 4.5),
    ("kk-primary-text", "kk-error", 4.5),
    ("kk-primary-text", "kk-error-text", 4.5),
    ("kk-severity-critical-text", "kk-severity-critical-bg", 4.5),
    ("kk-severity-high-text", "kk-severity-high-bg", 4.5),
    ("kk-severity-medium-text", "kk-severity-medium-bg", 4.5),
    ("kk-severity-low-text", "kk-severity-low-bg", 4.5),
    ("kk-severity-none-text", "kk-severity-none-bg", 4.5),
    ("kk-success-text", "kk-success-bg", 4.5),
    ("kk-warning-text", "kk-warning-bg", 4.5),
    ("kk-error-text", "kk-error-bg", 4.5),
    ("kk-error-text", "kk-surface", 4.5),
    ("kk-error", "kk-surface", 4.5),
    ("kk-control-line", "kk-surface", 3.0),
    ("kk-line", "kk-surface", 3.0),
    ("kk-focus", "kk-surface", 3.0),
    ("kk-success", "kk-surface", 3.0),
    ("kk-chart-1", "kk-surface", 3.0),
    ("kk-chart-2", "kk-surface", 3.0),
    ("kk-chart-3", "kk-surface", 3.0),
    ("kk-chart-4", "kk-surface", 3.0),
    ("kk-chart-5", "kk-surface", 3.0),
];

/// The variables of `tokens.css`.
fn variables() -> BTreeMap<String, String> {
    let css = String::from_utf8(assets::find("tokens.css").unwrap().bytes.to_vec()).unwrap();
    css.lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The colour of a variable, through `var()`.
fn colour(variables: &BTreeMap<String, String>, name: &str) -> [f64; 3] {
    let value = variables.get(name).unwrap_or_else(|| panic!("--{name} is not in tokens.css"));
    if let Some(other) = value.strip_prefix("var(--") {
        return colour(variables, other.trim_end_matches(')'));
    }
    let hex = value.strip_prefix('#').unwrap();
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

/// Relative luminance (WCAG 2.2).
fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] =
        colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Contrast ratio (WCAG 2.2).
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn pairs_can_be_read() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    let variables = variables();
    for (text, ground, least) in PAIRS {
        let ratio = contrast(colour(&variables, text), colour(&variables, ground));
        assert!(ratio >= *least, "--{text} on --{ground}: {ratio:.2}, at least {least}");
    }
}

#[test]
fn every_variable_that_is_used_exists() {
    let variables = variables();
    let css = String::from_utf8(assets::find("app.css").unwrap().bytes.to_vec()).unwrap();
    for after in css.split("var(--").skip(1) {
        let name = after.split(')').next().unwrap();
        assert!(variables.contains_key(name), "--{name}");
    }
    for name in variables.keys().filter(|name| name.starts_with("kk-")) {
        let own = String::from_utf8(assets::find("tokens.css").unwrap().bytes.to_vec()).unwrap();
        assert!(
            css.contains(&format!("var(--{name})")) || own.contains(&format!("var(--{name})")),
            "--{name} is not used"
        );
    }
}
