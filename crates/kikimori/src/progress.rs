//! Progress of long work: a bar when a terminal is there, plain lines now and then otherwise.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use kikimori_app::import_library::ImportProgress;
use kikimori_locale::{Language, format, number};

/// Time between plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Tells an import's progress on standard error.
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

    /// Tells how far the work is.
    pub fn tell(&self, progress: &ImportProgress<'_>) {
        let words = || {
            let records = number(progress.n_records as usize);
            format(self.language, "progress.import", &[("records", &records), ("input", &progress.input)])
        };
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
