//! `kikimori key …`: signing keys, and the keys that are trusted.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kikimori_core::message::{Message, codes};
use kikimori_locale::{Language, format, text};
use kikimori_sign::{PrivateKey, PublicKey};

use crate::config;
use crate::exit::{Exit, Failure};
use crate::report::text_table::{Column, write_table};
use crate::scan::write_to;
use crate::trusted_keys::{TrustedKeys, private_key, public_key};

/// What the name of a public key's file ends with.
const PUBLIC_ENDING: &str = "pub.pem";

/// Runs the command that was asked for.
pub fn run(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("create", matches)) => create(matches, language),
        Some(("show", matches)) => show(matches, language),
        Some(("trust", matches)) => trust(matches, language),
        Some(("list", _)) => list(language),
        Some(("distrust", matches)) => distrust(matches, language),
        _ => Err(Failure::of_usage(language, "usage.command_missing", &[])),
    }
}

/// `kikimori key create`: a private key that only its owner reads, and beside it the public one.
fn create(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let path = matches.get_one::<PathBuf>("output").cloned().unwrap_or_default();
    let public_path = path.with_extension(PUBLIC_ENDING);
    let random = config::random_bytes().map_err(|error| Failure::of_output(language, "-", &error))?;
    let key = PrivateKey::from_random(random);
    write_new(&path, &key.to_pem(), true, language)?;
    write_new(&public_path, &key.public_key().to_pem(), false, language)?;
    let args: [(&str, &dyn std::fmt::Display); 3] = [
        ("private", &path.display()),
        ("public", &public_path.display()),
        ("fingerprint", &key.public_key().fingerprint()),
    ];
    say(&format(language, "key.created", &args), language)
}

/// Writes a file that must not be there yet.
fn write_new(path: &Path, content: &str, is_private: bool, language: Language) -> Result<(), Failure> {
    let name = path.display().to_string();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    let written = options.open(path).and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::of_message(language, &name, &Message::new(codes::KEY_FILE_EXISTS))
        }
        _ => Failure::of_output(language, &name, &error),
    })
}

/// `kikimori key show`.
fn show(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let key = given_key(matches, language)?;
    let args: [(&str, &dyn std::fmt::Display); 3] =
        [("fingerprint", &key.fingerprint()), ("key", &key.to_text()), ("pem", &key.to_pem())];
    say(&format(language, "key.shown", &args), language)
}

/// `kikimori key trust`.
fn trust(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let key = given_key(matches, language)?;
    let name = matches.get_one::<String>("name").map(String::as_str).unwrap_or_default();
    let mut trusted = TrustedKeys::read(language)?;
    let list = trusted.path.display().to_string();
    trusted.trust(key, name).map_err(|fault| Failure::of_message(language, &list, &fault))?;
    trusted.write().map_err(|error| Failure::of_output(language, &list, &error))?;
    let written = matches.get_one::<String>("key").map(String::as_str).unwrap_or_default();
    if is_private_key(written, language) {
        let _ = writeln!(io::stderr(), "{}", text(language, "key.private_given"));
    }
    let args: [(&str, &dyn std::fmt::Display); 3] =
        [("name", &name.trim()), ("fingerprint", &key.fingerprint()), ("list", &list)];
    say(&format(language, "key.trusted", &args), language)
}

/// `kikimori key distrust`.
fn distrust(matches: &ArgMatches, language: Language) -> Result<Exit, Failure> {
    let what = matches.get_one::<String>("what").map(String::as_str).unwrap_or_default();
    let mut trusted = TrustedKeys::read(language)?;
    let list = trusted.path.display().to_string();
    let key = trusted.distrust(what).map_err(|fault| Failure::of_message(language, &list, &fault))?;
    trusted.write().map_err(|error| Failure::of_output(language, &list, &error))?;
    let args: [(&str, &dyn std::fmt::Display); 3] =
        [("name", &key.name), ("fingerprint", &key.key.fingerprint()), ("list", &list)];
    say(&format(language, "key.distrusted", &args), language)
}

/// `kikimori key list`.
fn list(language: Language) -> Result<Exit, Failure> {
    let trusted = TrustedKeys::read(language)?;
    let list = trusted.path.display().to_string();
    if trusted.keys.is_empty() {
        return say(&format(language, "key.none_trusted", &[("list", &list)]), language);
    }
    let columns = ["column.key_name", "column.fingerprint"]
        .map(|key| Column { heading: text(language, key), width_max: 80 });
    let rows: Vec<Vec<String>> =
        trusted.keys.iter().map(|key| vec![key.name.clone(), key.key.fingerprint()]).collect();
    write_to(None, &mut |out| {
        writeln!(out, "{list}\n")?;
        write_table(out, &columns, &rows)
    })
    .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}

/// What the command line names as a public key is the file of a private one.
fn is_private_key(written: &str, language: Language) -> bool {
    !written.starts_with("ed25519:") && private_key(Path::new(written), language).is_ok()
}

/// The key that the command line names.
fn given_key(matches: &ArgMatches, language: Language) -> Result<PublicKey, Failure> {
    public_key(matches.get_one::<String>("key").map(String::as_str).unwrap_or_default(), language)
}

/// Writes a text for a person.
fn say(words: &str, language: Language) -> Result<Exit, Failure> {
    write_to(None, &mut |out| writeln!(out, "{words}"))
        .map_err(|error| Failure::of_output(language, "-", &error))?;
    Ok(Exit::Done)
}
