//! A site with a library and a list of sources, whose clock the test holds.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::time::Duration;

use kikimori_app::sync_library::clock::Clock;
use kikimori_app::sync_library::fetch::Secret;
use kikimori_app::sync_library::source::{Source, SourceKind};
use kikimori_app::sync_library::state::SyncState;
use kikimori_app::sync_library::{SourceOutcome, SyncOutcome, SyncProgress, SyncRequest, sync_library};
use kikimori_core::message::Message;
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::Library;
use kikimori_net::{HttpClient, HttpSettings};
use tempfile::TempDir;

/// A site.
pub struct Site {
    /// Holds the library; removed at the end.
    pub folder: TempDir,
    /// What the clock shows.
    pub now: Cell<Stamp>,
    /// Time that was waited.
    pub elapsed: Cell<Duration>,
    /// Every wait.
    pub waits: RefCell<Vec<Duration>>,
    /// How connections are made.
    pub settings: HttpSettings,
    /// Accept shrunk feeds.
    pub allow_shrink: bool,
    /// Accept older feeds.
    pub allow_older: bool,
    /// Only these sources.
    pub only: Vec<String>,
}

/// The moment that every test begins at.
pub fn noon() -> Stamp {
    Stamp::parse("2026-11-21T12:00:00Z").unwrap()
}

impl Site {
    /// A site without a library.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            now: Cell::new(noon()),
            elapsed: Cell::default(),
            waits: RefCell::default(),
            settings: HttpSettings {
                https_proxy: None,
                http_proxy: None,
                no_proxy: None,
                ca_bundle: None,
                connect_timeout: Duration::from_secs(5),
                silence_timeout: Duration::from_millis(400),
                body_timeout: Duration::from_secs(5),
                user_agent: "kikimori-test".to_owned(),
                now: noon,
            },
            allow_shrink: false,
            allow_older: false,
            only: Vec::new(),
        }
    }

    /// The library's folder.
    pub fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    /// Synchronises.
    pub fn try_sync(&self, sources: &[Source]) -> Result<SyncOutcome, Message> {
        let client = HttpClient::new(&self.settings)?;
        let clock = Clock {
            now: &|| Stamp(self.now.get().0 + self.elapsed.get().as_millis() as i64),
            elapsed: &|| self.elapsed.get(),
            wait: &|pause| {
                self.waits.borrow_mut().push(pause);
                self.elapsed.set(self.elapsed.get() + pause);
            },
            jitter: &|| 1.0,
        };
        sync_library(&SyncRequest {
            library: &self.library(),
            sources,
            only: &self.only,
            allow_shrink: self.allow_shrink,
            allow_older: self.allow_older,
            n_threads: 1,
            http: &client,
            clock,
            progress: &|_: SyncProgress<'_>| {},
        })
    }

    /// Synchronises one source.
    pub fn sync(&self, source: &Source) -> SourceOutcome {
        let mut outcome = self.try_sync(std::slice::from_ref(source)).unwrap();
        outcome.sources.pop().unwrap()
    }

    /// Synchronises one source, which must succeed.
    pub fn sync_well(&self, source: &Source) -> SourceOutcome {
        let outcome = self.sync(source);
        assert_eq!(outcome.faults, [], "{}", source.id);
        outcome
    }

    /// Synchronises one source, which must fail with this code and leave the library as it was.
    pub fn sync_badly(&self, source: &Source, code: &str) -> SourceOutcome {
        let before = self.snapshot();
        let outcome = self.sync(source);
        let codes: Vec<&str> = outcome.faults.iter().map(|(_, message)| message.code.0).collect();
        assert_eq!(codes, [code], "{:?}", outcome.faults);
        assert_eq!(self.snapshot(), before, "the library changed");
        let state = self.state();
        let faults = &state.sources[&source.id].faults;
        assert_eq!(faults[0].code, code, "the failure is remembered");
        outcome
    }

    /// The library's snapshot; empty when there is none.
    pub fn snapshot(&self) -> String {
        self.open().map(|library| library.snapshot().to_owned()).unwrap_or_default()
    }

    /// The library.
    pub fn open(&self) -> Option<Library> {
        Library::open(&self.library()).unwrap()
    }

    /// What is remembered.
    pub fn state(&self) -> SyncState {
        SyncState::read(&self.library()).unwrap()
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.now.set(Stamp(self.now.get().0 + time.as_millis() as i64));
    }
}

/// A source with this id.
pub fn source(id: &str, kind: SourceKind, base: String) -> Source {
    Source {
        id: id.to_owned(),
        kind,
        base,
        key_variable: None,
        key: None,
        interval_min: Duration::ZERO,
        request_gap: None,
        size_bytes_max: 64 << 20,
        redirect_hosts: Vec::new(),
    }
}

/// A source that is one file.
pub fn file_source(base: String, path: &str) -> Source {
    let addresses = vec![path.to_owned()];
    source("feed", SourceKind::Files { addresses, is_delta: false }, base)
}

/// The same source with a key.
pub fn with_key(source: Source, key: &str) -> Source {
    let key_variable = Some("NVD_API_KEY".to_owned());
    Source { key: Some(Secret::new(key.to_owned())), key_variable, ..source }
}
