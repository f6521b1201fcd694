//! Files of identity rules: read and put together, and a decision added to one.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kikimori_core::identity_rule::IdentityRule;
use kikimori_core::limits::RULES_FILE_BYTES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::rule_book::{RuleBook, SameId};
use kikimori_formats::rules;
use kikimori_matcher::library::sha256_hex;

/// Rules that are used together, and the files they come from.
#[derive(Clone, Debug, Default)]
pub struct RulesRead {
    /// The files, in the order given.
    pub files: Vec<RulesFile>,
    /// Their rules.
    pub book: RuleBook,
}

/// One file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesFile {
    /// Its name, as given.
    pub name: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// The organisation that its rules name.
    pub organisation: Option<String>,
    /// Rules in it.
    pub n_rules: usize,
}

/// Why rules cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesFault {
    /// The file.
    pub name: String,
    /// What is wrong, in the order of its lines.
    pub messages: Vec<Message>,
}

impl RulesFault {
    /// One message about the file at `path`.
    fn new(path: &Path, message: Message) -> Self {
        Self { name: path.display().to_string(), messages: vec![message] }
    }

    /// The system refused to read or write the file at `path`.
    fn io(path: &Path, error: &io::Error) -> Self {
        Self::new(path, Message::new(codes::RULE_UNREADABLE).with("detail", error))
    }
}

/// Reads files of rules and puts them together.
///
/// # Errors
/// [`RulesFault`] about the first file that cannot be used: no rule is applied then.
pub fn read_rules(paths: &[PathBuf]) -> Result<RulesRead, RulesFault> {
    let mut files = Vec::new();
    let mut all: Vec<IdentityRule> = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let bytes = read_bytes(path)?;
        let rules =
            rules::read(&bytes, &name).map_err(|messages| RulesFault { name: name.clone(), messages })?;
        files.push(RulesFile {
            name,
            sha256: sha256_hex(&bytes),
            organisation: rules.first().and_then(|rule| rule.organisation.clone()),
            n_rules: rules.len(),
        });
        all.extend(rules);
    }
    let book = RuleBook::new(all).map_err(|same| {
        let SameId { first, second } = *same;
        let message = Message::new(codes::RULE_ID_DIFFERS).at(second.place.clone()).with("id", &second.id);
        let message = message.with("first", &first.origin).with("second", &second.origin);
        RulesFault { name: second.origin.clone(), messages: vec![message] }
    })?;
    Ok(RulesRead { files, book })
}

/// The bytes of a file of rules, up to one more than its limit.
fn read_bytes(path: &Path) -> Result<Vec<u8>, RulesFault> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(RULES_FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| RulesFault::io(path, &error))?;
    Ok(bytes)
}

/// Adds a rule at the end of the file at `path`; makes the file when it is not there.
///
/// What stands in the file stays as it is, comments included. The whole is read again before it takes the old file's
/// place, by renaming, so that a rule that cannot be read or a crash leaves the old file.
///
/// # Errors
/// [`RulesFault`] when the file cannot be read or written, or the rule does not fit it (an id that is taken).
pub fn add_rule(path: &Path, rule: &IdentityRule, organisation: Option<&str>) -> Result<(), RulesFault> {
    let mut text = match std::fs::read(path) {
        Ok(bytes) => {
            let name = path.display().to_string();
            rules::read(&bytes, &name).map_err(|messages| RulesFault { name, messages })?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => rules::file_head(organisation),
        Err(error) => return Err(RulesFault::io(path, &error)),
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&rules::rule_text(rule));
    let name = path.display().to_string();
    rules::read(text.as_bytes(), &name).map_err(|messages| RulesFault { name, messages })?;
    write_whole(path, text.as_bytes()).map_err(|error| RulesFault::io(path, &error))
}

/// Writes a file beside and renames it.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    if let Ok(before) = std::fs::metadata(path) {
        beside.as_file().set_permissions(before.permissions())?;
    }
    beside.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use kikimori_core::identity_rule::{Decision, Subject, SubjectName};
    use kikimori_core::message::Place;

    use super::*;

    /// A rule about a package URL.
    fn rule(id: &str) -> IdentityRule {
        IdentityRule {
            id: id.to_owned(),
            subject: Subject { name: SubjectName::of_purl("pkg:generic/x").unwrap(), version: None },
            decision: Decision::NoPublicIdentity,
            author: "A".to_owned(),
            decided_on: "2026-11-21".to_owned(),
            reason: "ours".to_owned(),
            organisation: None,
            supersedes: Vec::new(),
            origin: String::new(),
            place: Place::Document,
        }
    }

    #[test]
    fn adds_a_rule_and_keeps_comments_and_other_rules() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("rules.toml");
        add_rule(&path, &rule("R-1"), Some("医療機器")).unwrap();
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("\n# 社内で確認中");
        std::fs::write(&path, &text).unwrap();
        add_rule(&path, &rule("R-2"), None).unwrap();
        let now = std::fs::read_to_string(&path).unwrap();
        assert!(now.starts_with(&text));
        let read = read_rules(std::slice::from_ref(&path)).unwrap();
        assert_eq!(read.files[0].n_rules, 2);
        assert_eq!(read.files[0].organisation.as_deref(), Some("医療機器"));
        // The second takes nobody's place: the same decision of the same day.
        assert_eq!(read.book.in_force().count(), 2);
        let taken = add_rule(&path, &rule("R-2"), None).unwrap_err();
        assert_eq!(taken.messages[0].code, codes::RULE_ID_TWICE);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), now);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn leaves_a_file_that_cannot_be_read_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rules.toml");
        std::fs::write(&path, "format = 1").unwrap();
        assert!(add_rule(&path, &rule("R-1"), None).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "format = 1");
        let missing = read_rules(&[folder.path().join("none.toml")]).unwrap_err();
        assert_eq!(missing.messages[0].code, codes::RULE_UNREADABLE);
    }

    #[test]
    fn refuses_two_files_that_differ_about_one_id() {
        let folder = tempfile::tempdir().unwrap();
        let [ours, theirs] = ["a.toml", "b.toml"].map(|name| folder.path().join(name));
        add_rule(&ours, &rule("R-1"), None).unwrap();
        add_rule(&theirs, &IdentityRule { reason: "other".to_owned(), ..rule("R-1") }, None).unwrap();
        let fault = read_rules(&[ours, theirs]).unwrap_err();
        assert_eq!(fault.messages[0].code, codes::RULE_ID_DIFFERS);
    }
}
