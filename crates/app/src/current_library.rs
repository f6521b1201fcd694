//! The library as it is now: opened once, swapped when another snapshot lies in its folder, while work on the old one ends in peace.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kikimori_matcher::dictionary::Dictionary;
use kikimori_matcher::library::{Library, LibraryFault, Manifest};

/// The library that work of this process uses. Clones share it.
#[derive(Clone, Debug)]
pub struct CurrentLibrary {
    /// Its folder.
    folder: Arc<PathBuf>,
    /// What is open.
    open: Arc<Mutex<Open>>,
}

/// What is open.
#[derive(Debug, Default)]
struct Open {
    /// The library that is used.
    current: Option<Arc<Library>>,
    /// The one before it, by which a change is measured.
    previous: Option<Arc<Library>>,
    /// The dictionary of an edition, once somebody asked for it.
    dictionary: Option<(String, Arc<Dictionary>)>,
}

impl CurrentLibrary {
    /// The library in `folder`, not yet opened.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder: Arc::new(folder), open: Arc::default() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The library as it lies in its folder now; `None` when there is none. Reads files: call it where that may wait.
    ///
    /// # Errors
    /// [`LibraryFault`] when a file cannot be read or is damaged.
    pub fn get(&self) -> Result<Option<Arc<Library>>, LibraryFault> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let manifest = Manifest::read(&self.folder)?;
        let is_current = match (&open.current, &manifest) {
            (Some(library), Some(manifest)) => library.manifest() == manifest,
            (None, None) => true,
            _ => false,
        };
        if !is_current {
            let found = Library::open(&self.folder)?.map(Arc::new);
            open.previous = std::mem::replace(&mut open.current, found);
        }
        Ok(open.current.clone())
    }

    /// The dictionary of the library, built when it is first asked for; `None` without a library. It takes a while.
    ///
    /// # Errors
    /// [`LibraryFault`] when a file cannot be read or is damaged.
    pub fn dictionary(&self) -> Result<Option<Arc<Dictionary>>, LibraryFault> {
        let Some(library) = self.get()? else { return Ok(None) };
        let edition = edition(&library);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, dictionary)) = &open.dictionary
            && *of == edition
        {
            return Ok(Some(Arc::clone(dictionary)));
        }
        let dictionary = Arc::new(Dictionary::of(&library));
        open.dictionary = Some((edition, Arc::clone(&dictionary)));
        Ok(Some(dictionary))
    }

    /// A library that was open before or is open now and has this edition; it may have been closed meanwhile.
    #[must_use]
    pub fn of_edition(&self, wanted: &str) -> Option<Arc<Library>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let known = [&open.current, &open.previous];
        known.into_iter().flatten().find(|library| edition(library) == wanted).cloned()
    }
}

/// Which edition a library is: its time, its generation and its snapshot. Later editions have larger texts.
#[must_use]
pub fn edition(library: &Library) -> String {
    let manifest = library.manifest();
    format!("{:016}-{:08}-{}", manifest.created_ms.max(0), manifest.generation, manifest.snapshot)
}
