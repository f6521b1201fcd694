//! Progress of long work: a bar when a terminal is there, plain lines now and then otherwise.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use kikimori_app::import_library::ImportProgress;
use kikimori_app::sync_library::SyncProgress;
use kikimori_locale::{Language, format, message, number};

/// Time between plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Tells the progress of an import or a sync on standard error.
pub struct Progress {
    /// The language.
    language: Language,
    /// The bar, on a terminal.
    bar: Option<ProgressBar>,
    /// When the last plain line was written.
    last: Mutex<Instant>,
}

impl Progress {
    /// A progress that suits standard error.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { language, bar, last: Mutex::new(Instant::now()) }
    }

    /// Tells how far an import is.
    pub fn tell(&self, progress: &ImportProgress<'_>) {
        self.say_sometimes(&|| {
            let records = number(progress.n_records as usize);
            format(self.language, "progress.import", &[("records", &records), ("input", &progress.input)])
        });
    }

    /// Tells how far a sync is.
    pub fn tell_sync(&self, progress: &SyncProgress<'_>) {
        match progress {
            SyncProgress::Source(source) => {
                self.say(&format(self.language, "progress.source", &[("source", source)]));
            }
            SyncProgress::Downloading { address, n_bytes, total_bytes } => self.say_sometimes(&|| {
                let mega = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
                let total = total_bytes.map_or_else(|| "–".to_owned(), mega);
                let args: [(&str, &dyn std::fmt::Display); 3] =
                    [("address", address), ("size", &mega(*n_bytes)), ("total", &total)];
                format(self.language, "progress.download", &args)
            }),
            SyncProgress::Waiting { fault, pause } => {
                let words = message(self.language, fault);
                let seconds = number(pause.as_secs_f64().ceil() as usize);
                let args: [(&str, &dyn std::fmt::Display); 3] =
                    [("code", &words.code), ("cause", &words.cause), ("seconds", &seconds)];
                self.say(&format(self.language, "progress.waiting", &args));
            }
            SyncProgress::Importing(progress) => self.tell(progress),
        }
    }

    /// Says something that must be seen.
    fn say(&self, words: &str) {
        match &self.bar {
            Some(bar) => bar.println(words),
            None => {
                let _ = writeln!(std::io::stderr(), "{words}");
            }
        }
    }

    /// Shows how far the work is: at once in the bar, now and then as a plain line.
    fn say_sometimes(&self, words: &dyn Fn() -> String) {
        match &self.bar {
            Some(bar) => bar.set_message(words()),
            None => {
                if let Ok(mut last) = self.last.lock()
                    && last.elapsed() >= LINE_EVERY
                {
                    *last = Instant::now();
                    let _ = writeln!(std::io::stderr(), "{}", words());
                }
            }
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
