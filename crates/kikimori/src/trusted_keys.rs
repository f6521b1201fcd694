//! The keys that this user trusts, as a list in a text file: one a line, `ed25519:BASE64 NAME`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kikimori_app::bundle::{SIGNATURE_BYTES, SignatureFault, Signer};
use kikimori_core::limits::{KEY_FILE_BYTES_MAX, KEY_NAME_CHARS_MAX, TRUSTED_KEYS_MAX};
use kikimori_core::message::{Message, Place, codes};
use kikimori_locale::Language;
use kikimori_sign::{PrivateKey, PublicKey};

use crate::config;
use crate::exit::Failure;

/// Bytes that a line of the list may take: a key, a name of four bytes a character, and room for a remark.
const LINE_BYTES_MAX: u64 = 1_024;
/// What a new list begins with.
const LIST_START: &str = "# Kikimori: trusted keys. One a line: ed25519:BASE64 NAME\n";

/// A key with the name that it has here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The name.
    pub name: String,
    /// The key.
    pub key: PublicKey,
}

/// The keys that a signature may come from.
#[derive(Debug)]
pub struct TrustedKeys {
    /// The list's file.
    pub path: PathBuf,
    /// The list as it is written.
    text: String,
    /// What is on it.
    pub keys: Vec<TrustedKey>,
}

impl TrustedKeys {
    /// Reads the user's list; one that is not there is empty.
    pub fn read(language: Language) -> Result<Self, Failure> {
        let path = config::trusted_keys_file();
        let name = path.display().to_string();
        let bytes_max = TRUSTED_KEYS_MAX as u64 * LINE_BYTES_MAX;
        let text = match read_text(&path, bytes_max) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => LIST_START.to_owned(),
            Err(error) => return Err(unreadable(language, &name, &error)),
        };
        let keys = parse(&text).map_err(|fault| Failure::of_message(language, &name, &fault))?;
        Ok(Self { path, text, keys })
    }

    /// Adds keys for this run only: files in PEM, or keys on one line.
    pub fn add_given<'a>(
        &mut self,
        given: impl Iterator<Item = &'a String>,
        language: Language,
    ) -> Result<(), Failure> {
        for written in given {
            let key = public_key(written, language)?;
            let stem = Path::new(written).file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let name = stem.filter(|_| PublicKey::from_text(written).is_err());
            let name = name.and_then(|name| checked_name(&name).ok()).unwrap_or_else(|| "--trust".to_owned());
            self.keys.push(TrustedKey { name, key });
        }
        Ok(())
    }

    /// Puts a key on the list.
    pub fn trust(&mut self, key: PublicKey, name: &str) -> Result<(), Message> {
        let name = checked_name(name)?;
        if let Some(held) = self.keys.iter().find(|held| held.key == key || held.name == name) {
            return Err(Message::new(codes::KEY_TRUSTED_ALREADY)
                .with("name", &held.name)
                .with("fingerprint", held.key.fingerprint()));
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.push_str(&format!("{} {name}\n", key.to_text()));
        self.keys = parse(&self.text)?;
        Ok(())
    }

    /// Takes a key off the list, by name or fingerprint, and gives it.
    pub fn distrust(&mut self, what: &str) -> Result<TrustedKey, Message> {
        let is_meant = |key: &TrustedKey| {
            key.name == what || digits(&key.key.fingerprint()) == digits(what) && !digits(what).is_empty()
        };
        let Some(found) = self.keys.iter().find(|key| is_meant(key)).cloned() else {
            return Err(Message::new(codes::KEY_NOT_TRUSTED).with("what", what));
        };
        let written = found.key.to_text();
        let is_kept = |line: &&str| line.split_whitespace().next() != Some(written.as_str());
        self.text = self.text.lines().filter(is_kept).map(|line| format!("{line}\n")).collect();
        self.keys = parse(&self.text)?;
        Ok(found)
    }

    /// Writes the list: beside first, then under its name.
    pub fn write(&self) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(self.text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)
    }

    /// Judges a signature: the key must be on the list and have signed the message.
    pub fn judge(
        &self,
        signer_pem: &str,
        message: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Result<Signer, SignatureFault> {
        let key = PublicKey::from_pem(signer_pem).map_err(|_| SignatureFault::KeyUnreadable)?;
        let fingerprint = key.fingerprint();
        // The bundle must carry the key in the one form that is written, so that no byte of it goes unchecked.
        if key.to_pem() != signer_pem {
            return Err(SignatureFault::KeyUnreadable);
        }
        match self.keys.iter().find(|trusted| trusted.key == key) {
            None => Err(SignatureFault::KeyUnknown { fingerprint }),
            Some(_) if !key.has_signed(message, signature) => Err(SignatureFault::Wrong { fingerprint }),
            Some(trusted) => Ok(Signer { name: trusted.name.clone(), fingerprint }),
        }
    }
}

/// Reads a list; empty lines and remarks after `#` at the start of a line are passed over.
fn parse(text: &str) -> Result<Vec<TrustedKey>, Message> {
    let mut keys = Vec::new();
    for (number, line) in (1_u64..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = || Message::new(codes::KEY_LIST_LINE).at(Place::Line(number));
        let (key, name) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
        let key = PublicKey::from_text(key).map_err(|_| wrong())?;
        let name = checked_name(name).map_err(|_| wrong())?;
        if keys.len() >= TRUSTED_KEYS_MAX {
            return Err(wrong());
        }
        keys.push(TrustedKey { name, key });
    }
    Ok(keys)
}

/// A name that fits a line and holds nothing that a terminal would obey.
fn checked_name(name: &str) -> Result<String, Message> {
    let name = name.trim();
    let is_sound = !name.is_empty()
        && name.chars().count() <= KEY_NAME_CHARS_MAX
        && !name.chars().any(|character| character.is_control() || is_direction(character));
    if is_sound {
        Ok(name.to_owned())
    } else {
        Err(Message::new(codes::KEY_NAME).with("max", KEY_NAME_CHARS_MAX))
    }
}

/// Changes the direction of writing, so that a name could look like another.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The digits of a fingerprint, however it is grouped.
fn digits(text: &str) -> String {
    let is_fingerprint =
        text.chars().all(|character| character.is_ascii_digit() || matches!(character, ' ' | '-'));
    text.chars().filter(|character| is_fingerprint && character.is_ascii_digit()).collect()
}

/// A private key from its file.
pub fn private_key(path: &Path, language: Language) -> Result<PrivateKey, Failure> {
    let name = path.display().to_string();
    let text = read_text(path, KEY_FILE_BYTES_MAX).map_err(|error| unreadable(language, &name, &error))?;
    PrivateKey::from_pem(&text).map_err(|_| no_key(language, &name, "PRIVATE KEY"))
}

/// A public key: on one line, or from a file with a public or a private key.
pub fn public_key(written: &str, language: Language) -> Result<PublicKey, Failure> {
    if let Ok(key) = PublicKey::from_text(written) {
        return Ok(key);
    }
    let path = Path::new(written);
    let text = read_text(path, KEY_FILE_BYTES_MAX).map_err(|error| unreadable(language, written, &error))?;
    PublicKey::from_pem(&text)
        .or_else(|_| PrivateKey::from_pem(&text).map(|key| key.public_key()))
        .map_err(|_| no_key(language, written, "PUBLIC KEY"))
}

/// Reads a short text file.
fn read_text(path: &Path, bytes_max: u64) -> io::Result<String> {
    let mut text = String::new();
    let n_bytes = File::open(path)?.take(bytes_max + 1).read_to_string(&mut text)? as u64;
    if n_bytes > bytes_max { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

/// A file could not be read.
fn unreadable(language: Language, name: &str, error: &io::Error) -> Failure {
    let fault = Message::new(codes::INPUT_UNREADABLE).with("path", name).with("detail", error);
    Failure::of_message(language, name, &fault)
}

/// A file is no key.
fn no_key(language: Language, name: &str, expected: &str) -> Failure {
    let fault = Message::new(codes::KEY_UNREADABLE).with("expected", expected);
    Failure::of_message(language, name, &fault)
}
