//! Relative links in Markdown lead somewhere.

use crate::workspace::SourceFile;

/// Names every relative link whose target does not exist. `exists` answers for a path from the root.
pub fn check(files: &[SourceFile], exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| file.ending() == "md") {
        let directory = file.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        for (line, target) in links(&file.text) {
            let place = format!("{}:{line}", file.path);
            match resolve(directory, target) {
                Some(path) if exists(&path) => {}
                Some(_) => problems.push(format!("{place}: the link `{target}` leads nowhere")),
                None => problems.push(format!("{place}: the link `{target}` leaves the project")),
            }
        }
    }
    problems
}

/// The relative targets of inline links outside code, without fragment and title, each with its line from 1.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        // Every second piece between back-quotes is code.
        for piece in line.split('`').step_by(2) {
            let targets = piece.split("](").skip(1).filter_map(|after| after.split_once(')'));
            for (target, _) in targets {
                let target = target.split([' ', '#']).next().unwrap_or_default();
                let is_elsewhere =
                    target.contains("://") || target.starts_with("mailto:") || target.is_empty();
                if !is_elsewhere {
                    found.push((index + 1, target));
                }
            }
        }
    }
    found
}

/// The path from the root of a target written in `directory`; `None` when it leaves the root.
fn resolve(directory: &str, target: &str) -> Option<String> {
    let start = if target.starts_with('/') { "" } else { directory };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn refuses_links_that_lead_nowhere() {
        let exists = |path: &str| matches!(path, "README.md" | "docs/adr" | "docs/glossary.md");
        let text = "[a](../README.md) [b](adr \"title\") [c](glossary.md#term)\n[d](https://x.y) [e](#here) [f](/README.md)\n";
        assert_eq!(check(&[file("docs/a.md", text)], &exists), [""; 0]);
        let text = "see\n[a](README.md) and [b](../../other)\n";
        assert_eq!(
            check(&[file("docs/a.md", text)], &exists),
            [
                "docs/a.md:2: the link `README.md` leads nowhere",
                "docs/a.md:2: the link `../../other` leaves the project",
            ]
        );
    }

    #[test]
    fn leaves_code_alone() {
        let text = "`[a](b)` [c](d)\n```\n[e](f)\n```\n[`g`](h)\n";
        assert_eq!(links(text), [(1, "d"), (5, "h")]);
    }
}
