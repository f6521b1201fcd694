//! What the environment says: the only place that reads it, and the only one that reads the clock.

use std::path::PathBuf;

use kikimori_core::stamp::Stamp;
use kikimori_locale::Language;

/// Cells of the narrowest terminal that tables are folded for; a narrower one, or one that says 0, breaks lines itself.
const TERMINAL_CELLS_MIN: usize = 40;

/// An environment variable; `None` when unset, empty or not Unicode.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the binary is where configuration is read")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The language of the locale: `KIKIMORI_LANG`, else `LC_ALL`, `LC_MESSAGES`, `LANG` as POSIX orders them.
#[must_use]
pub fn language() -> Language {
    if let Some(language) = variable("KIKIMORI_LANG").and_then(|text| Language::parse(&text)) {
        return language;
    }
    let (all, messages, lang) = (variable("LC_ALL"), variable("LC_MESSAGES"), variable("LANG"));
    Language::from_posix_locale(all.as_deref(), messages.as_deref(), lang.as_deref())
}

/// The library's folder when none is given: `KIKIMORI_LIBRARY`, else the user's data folder.
#[must_use]
pub fn library_folder() -> PathBuf {
    match variable("KIKIMORI_LIBRARY") {
        Some(folder) => PathBuf::from(folder),
        None => data_folder().join("library"),
    }
}

/// Where the demo lays its files out.
#[must_use]
pub fn demo_folder() -> PathBuf {
    data_folder().join("demo")
}

/// The files of identity rules that are always used, the one that decisions are written to first: those that
/// `KIKIMORI_RULES` lists (as the system lists paths), else the user's own.
#[must_use]
pub fn rules_files() -> Vec<PathBuf> {
    let listed: Vec<PathBuf> = variable("KIKIMORI_RULES")
        .map(|list| std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect())
        .unwrap_or_default();
    if listed.is_empty() { vec![data_folder().join("identity-rules.toml")] } else { listed }
}

/// The file of identity rules that decisions are written to when none is named.
#[must_use]
pub fn rules_file() -> PathBuf {
    rules_files().into_iter().next().unwrap_or_default()
}

/// The server's folder when none is given: `KIKIMORI_DATA`, else a folder of the user.
#[must_use]
pub fn server_folder() -> PathBuf {
    variable("KIKIMORI_DATA").map_or_else(|| data_folder().join("server"), PathBuf::from)
}

/// The server's database as `KIKIMORI_DATABASE` names it: an address may hold a password, which a command line would show to all.
#[must_use]
pub fn database() -> Option<String> {
    variable("KIKIMORI_DATABASE")
}

/// The user's data folder for Kikimori.
fn data_folder() -> PathBuf {
    let data = variable("XDG_DATA_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local").join("share")));
    data.unwrap_or_else(|| PathBuf::from(".")).join("kikimori")
}

/// The list of trusted keys: `KIKIMORI_TRUSTED_KEYS`, else in the user's configuration folder.
#[must_use]
pub fn trusted_keys_file() -> PathBuf {
    if let Some(file) = variable("KIKIMORI_TRUSTED_KEYS") {
        return PathBuf::from(file);
    }
    let configuration = variable("XDG_CONFIG_HOME")
        .or_else(|| variable("APPDATA"))
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")));
    configuration.unwrap_or_else(|| PathBuf::from(".")).join("kikimori").join("trusted-keys")
}

/// Thirty-two bytes from the system's source of randomness.
///
/// # Errors
/// What the system says.
pub fn random_bytes() -> std::io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// Fills bytes from the system's source of randomness. A system without one cannot keep secrets, and the process ends.
pub fn fill_random(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        #[expect(clippy::panic, reason = "secrets that can be guessed are worse than no server")]
        {
            panic!("the system gives no random numbers: {error}");
        }
    }
}

/// Now; `KIKIMORI_NOW` (RFC 3339) replaces it, so that a report can be made again exactly.
#[must_use]
pub fn now() -> Stamp {
    if let Some(stamp) = variable("KIKIMORI_NOW").and_then(|text| Stamp::parse(&text)) {
        return stamp;
    }
    #[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
    Stamp(jiff::Timestamp::now().as_millisecond())
}

/// The value of `KIKIMORI_NOW` when it is no point in time: a report made with the clock instead would look like another.
#[must_use]
pub fn wrong_now() -> Option<String> {
    variable("KIKIMORI_NOW").filter(|text| Stamp::parse(text).is_none())
}

/// Proxies as the environment names them.
pub struct ProxyVariables {
    /// For `https` addresses.
    pub https: Option<String>,
    /// For `http` addresses.
    pub http: Option<String>,
    /// Hosts reached without one.
    pub exceptions: Option<String>,
}

/// `HTTPS_PROXY`, `http_proxy`, `ALL_PROXY` and `NO_PROXY`. `HTTP_PROXY` in capitals does not count: a web server
/// lets its clients set it.
#[must_use]
pub fn proxies() -> ProxyVariables {
    let any = |names: [&str; 2]| names.into_iter().find_map(variable);
    let all = any(["ALL_PROXY", "all_proxy"]);
    ProxyVariables {
        https: any(["HTTPS_PROXY", "https_proxy"]).or_else(|| all.clone()),
        http: variable("http_proxy").or(all),
        exceptions: any(["NO_PROXY", "no_proxy"]),
    }
}

/// Waits.
pub fn wait(pause: std::time::Duration) {
    #[expect(clippy::disallowed_methods, reason = "a sync's pauses have nothing to wait for but the clock")]
    std::thread::sleep(pause);
}

/// A number from 0 to below 1 that nobody can foresee.
#[must_use]
pub fn jitter() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

/// Threads to work with: one for each processor, at most eight.
#[must_use]
pub fn n_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8)
}

/// Cells in a line of the terminal that standard output is; `None` when it is none.
#[must_use]
pub fn terminal_width() -> Option<usize> {
    use std::io::IsTerminal;
    let (_, width) = std::io::stdout().is_terminal().then(|| console::Term::stdout().size_checked())??;
    Some(usize::from(width)).filter(|width| *width >= TERMINAL_CELLS_MIN)
}

/// Colours are wanted: a terminal, and `NO_COLOR` unset.
#[must_use]
pub fn wants_colour() -> bool {
    use std::io::IsTerminal;
    variable("NO_COLOR").is_none() && std::io::stdout().is_terminal()
}
