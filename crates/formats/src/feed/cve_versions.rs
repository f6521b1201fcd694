//! What a CVE record's `affected` entry says about versions.
//!
//! Source: CVE Record Format 5.1, `product.versions` (github.com/CVEProject/cve-schema, read 2026-11-21).

use std::cmp::Ordering;

use kikimori_core::ecosystem::Ecosystem;
use kikimori_core::limits;
use kikimori_core::message::Message;
use kikimori_core::statement::{Bound, Status, VersionRow, VersionStatements, Versions};
use kikimori_core::version::Scheme;

use super::cve::{WireAffected, WireVersion};
use super::range_text::{self, compare_numbers, is_commit, is_everything, is_placeholder};
use super::record::limit;
use super::wire::Text;

/// Whether rows of commits are the only thing said: then they stay visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommitRows {
    /// Another entry speaks about versions of the same product.
    Drop,
    /// Nothing else is said.
    Show,
}

/// The statements of an entry. `None` when only commits were said and those are dropped.
///
/// # Errors
/// FEED-006 when there are more than [`limits::ENTRY_STATEMENTS_MAX`] rows.
pub(super) fn read(
    affected: &WireAffected<'_>,
    ecosystem: Option<&Ecosystem>,
    commits: CommitRows,
) -> Result<Option<VersionStatements>, Message> {
    let default = status(&affected.default_status);
    let mut rows = Vec::new();
    for version in affected.versions.iter().filter(|version| !is_commit_row(version)) {
        push_rows(version, &mut rows);
        if rows.len() > limits::ENTRY_STATEMENTS_MAX {
            return Err(limit("ENTRY_STATEMENTS_MAX", limits::ENTRY_STATEMENTS_MAX));
        }
    }
    let has_commits = affected.versions.iter().any(is_commit_row);
    let mut statements = VersionStatements { scheme: scheme(affected, ecosystem), default, rows };
    if has_commits && statements.rows.is_empty() {
        if commits == CommitRows::Drop {
            return Ok(None);
        }
        // The default is meant for commits that no row covers, not for versions.
        statements.default = Status::Unknown;
        statements.rows = affected.versions.iter().filter(|row| is_commit_row(row)).map(commit_row).collect();
    }
    Ok(Some(statements))
}

/// Whether an entry says anything about versions rather than commits.
pub(super) fn has_versions(affected: &WireAffected<'_>) -> bool {
    affected.versions.iter().any(|version| !is_commit_row(version))
}

/// A status; absent means unknown (schema default).
fn status(text: &Text<'_>) -> Status {
    match text.trimmed().to_ascii_lowercase().as_str() {
        "affected" => Status::Affected,
        "unaffected" => Status::Unaffected,
        _ => Status::Unknown,
    }
}

/// The scheme of the package's ecosystem, or the one that all typed rows agree on.
fn scheme(affected: &WireAffected<'_>, ecosystem: Option<&Ecosystem>) -> Scheme {
    if let Some(ecosystem) = ecosystem {
        return ecosystem.scheme();
    }
    let mut found = None;
    for version in &affected.versions {
        let kind = version.version_type.trimmed().to_ascii_lowercase();
        let scheme = match kind.as_str() {
            // These say nothing about the order of the row's version.
            "" | "git" | "original_commit_for_fix" => continue,
            "semver" => Scheme::Semver,
            "rpm" => Scheme::Rpm,
            "maven" => Scheme::Maven,
            "python" | "pep440" | "pypi" => Scheme::Pypi,
            "deb" | "dpkg" => Scheme::Deb,
            "apk" => Scheme::Apk,
            "npm" => Scheme::Npm,
            _ => Scheme::Generic,
        };
        if found.is_some_and(|found| found != scheme) {
            return Scheme::Generic;
        }
        found = Some(scheme);
    }
    found.unwrap_or(Scheme::Generic)
}

/// A row about commits: the type says so and one of its ends is a hash. Some CNAs write `git` for the
/// versions of a product that is kept in git.
fn is_commit_row(version: &WireVersion<'_>) -> bool {
    version.version_type.trimmed().eq_ignore_ascii_case("git")
        && [&version.version, &version.less_than, &version.less_than_or_equal]
            .iter()
            .any(|text| is_commit(&text.0))
}

/// A row of commits as visible text.
fn commit_row(version: &WireVersion<'_>) -> VersionRow {
    let upper = version.less_than.filled().or(version.less_than_or_equal.filled());
    let low = version.version.trimmed();
    let text = match upper {
        Some(high) => format!("git {low} to {high}"),
        None => format!("git {low}"),
    };
    VersionRow { status: status(&version.status), versions: Versions::Unparsed(text) }
}

/// The rows that one element of `versions` states.
fn push_rows(version: &WireVersion<'_>, rows: &mut Vec<VersionRow>) {
    let row_status = status(&version.status);
    let mut push = |versions: Versions| {
        rows.push(VersionRow { status: row_status, versions });
    };
    let upper = version
        .less_than
        .filled()
        .map(|text| (text, false))
        .or_else(|| version.less_than_or_equal.filled().map(|text| (text, true)));
    let text = version.version.trimmed();
    let Some((upper_text, is_included)) = upper else {
        match range_text::read(text) {
            Some(ranges) => ranges.into_iter().for_each(push),
            None => push(Versions::Unparsed(text.to_owned())),
        }
        return;
    };
    match (lower_bound(text), upper_bound(upper_text, is_included)) {
        // Nothing is specified at either end: that is no statement about every version.
        (Some(None), Some(None)) if is_placeholder(text) || is_placeholder(upper_text) => {
            push(Versions::Unparsed(format!("{text} < {upper_text}").trim().to_owned()));
        }
        (Some(low), Some(high)) => push_changes(version, row_status, low, high, rows),
        _ => {
            let sign = if is_included { "<=" } else { "<" };
            push(Versions::Unparsed(format!("{text} {sign} {upper_text}").trim().to_owned()));
        }
    }
}

/// The lower end of a row that has an upper one. `None` when the text is not understood, `Some(None)` when
/// there is no lower end.
#[expect(clippy::option_option, reason = "not understood and not bounded are different answers")]
fn lower_bound(text: &str) -> Option<Option<Bound>> {
    let lower = text.to_lowercase();
    let is_word = matches!(
        lower.as_str(),
        "0" | "earlier"
            | "earlier versions"
            | "early versions"
            | "previous"
            | "previous versions"
            | "prior"
            | "prior versions"
            | "all previous versions"
            | "all prior versions"
            | "before"
            | "initial"
            | "any"
    );
    if is_word || is_placeholder(text) || is_everything(text) {
        return Some(None);
    }
    if let Some(version) = lower.strip_prefix("next of ").and(text.get("next of ".len()..)) {
        return Some(Some(Bound { version: version.trim().to_owned(), is_included: false }));
    }
    if let Some(version) = version_like(text) {
        return Some(Some(Bound { version, is_included: true }));
    }
    match range_text::read(text)?.as_slice() {
        [Versions::Interval(low, _)] => Some(low.clone()),
        [Versions::Exact(version)] if has_digit(version) => {
            Some(Some(Bound { version: version.clone(), is_included: true }))
        }
        _ => None,
    }
}

/// The upper end of a row. `None` when the text is not understood, `Some(None)` when there is no upper end.
#[expect(clippy::option_option, reason = "not understood and not bounded are different answers")]
fn upper_bound(text: &str, is_included: bool) -> Option<Option<Bound>> {
    if text == "*" || is_everything(text) {
        return Some(None);
    }
    // Converted version 4 records write `>= 1.2` as 1.2 below `unspecified`.
    if text.eq_ignore_ascii_case("unspecified") {
        return Some(None);
    }
    if is_placeholder(text) {
        return None;
    }
    let bound = |version: String, is_included: bool| Some(Some(Bound { version, is_included }));
    if let Some(stem) = [".x", ".X", ".*"].iter().find_map(|end| text.strip_suffix(end))
        && version_like(stem).is_some()
    {
        // The schema lets `*` stand for infinity: below 5.4.* is still all of 5.4.
        return bound(format!("{}.*", stem.trim_end_matches(".x").trim_end_matches(".*")), true);
    }
    if let Some(version) = version_like(text) {
        return bound(version, is_included);
    }
    match range_text::read(text)?.as_slice() {
        [Versions::Interval(None, high @ Some(_))] => Some(high.clone()),
        [Versions::Exact(version)] if has_digit(version) => bound(version.clone(), is_included),
        _ => None,
    }
}

/// A version as written in a field for versions: it starts with a digit (behind an optional `v`) and has no
/// operator, list or sentence. Words may follow (`3.2 SP1`, `5.1.6.2722 build 20240402`).
fn version_like(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let is_plain = digits.starts_with(|first: char| first.is_ascii_digit())
        && text.len() <= limits::VERSION_BYTES_MAX
        && !text.contains(['<', '>', '=', ',', ';', '*']);
    let words = text.to_lowercase();
    let mut words = words.split_whitespace().skip(1);
    let is_sentence = words.any(|word| {
        matches!(
            word,
            "and" | "or" | "to" | "through" | "before" | "prior" | "-" | "–" | "earlier" | "later" | "below"
        )
    });
    (is_plain && !is_sentence && !text.ends_with(".x")).then(|| text.to_owned())
}

/// Whether a text has a digit; `SocketServer` is a part of a product, not a version.
fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Splits a range at its `changes`: from each `at` on, the status is that of the last change listed at or
/// below the version (schema algorithm). Changes are put in order where their versions are plain numbers.
fn push_changes(
    version: &WireVersion<'_>,
    first_status: Status,
    low: Option<Bound>,
    high: Option<Bound>,
    rows: &mut Vec<VersionRow>,
) {
    let mut changes = Vec::new();
    for change in &version.changes {
        let at = change.at.trimmed();
        match version_like(at).filter(|at| !is_commit(at) && !at.contains(' ')) {
            Some(at) => changes.push((at, status(&change.status))),
            // A patch's name or a commit: where it lies among the versions is not known.
            None => rows.push(VersionRow {
                status: status(&change.status),
                versions: Versions::Unparsed(format!("from {at}")),
            }),
        }
    }
    changes.sort_by(|left, right| compare_numbers(&left.0, &right.0).unwrap_or(Ordering::Equal));
    let mut low = low;
    let mut row_status = first_status;
    for (at, next_status) in changes {
        let order = high.as_ref().and_then(|high| compare_numbers(&at, &high.version));
        let is_beyond = order == Some(Ordering::Greater)
            || high.as_ref().is_some_and(|high| high.version == at && !high.is_included);
        if is_beyond || next_status == row_status {
            continue;
        }
        let end = Bound { version: at.clone(), is_included: false };
        rows.push(VersionRow { status: row_status, versions: Versions::Interval(low, Some(end)) });
        low = Some(Bound { version: at, is_included: true });
        row_status = next_status;
    }
    rows.push(VersionRow { status: row_status, versions: Versions::Interval(low, high) });
}
