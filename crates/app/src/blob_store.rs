//! Original documents, byte for byte, found by their SHA-256.
//!
//! A file lies in `blobs/ab/abcdef…` under the installation's folder. It is written beside, brought to the disk, given its name, and the
//! folder is brought to the disk too, before the database says that it is there: what the database knows, the folder has.

use std::fs::{self, File};
use std::io::{self, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Where originals are kept.
#[derive(Clone, Debug)]
pub enum BlobStore {
    /// A folder on a disk.
    Folder(PathBuf),
}

/// A file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// Its size in bytes.
    pub size_bytes: u64,
}

impl BlobStore {
    /// The originals of the installation in `folder`.
    #[must_use]
    pub fn of_installation(folder: &Path) -> Self {
        Self::Folder(folder.join("blobs"))
    }

    /// Keeps what `input` gives, unless it is kept already. When this returns, it is on the disk.
    ///
    /// # Errors
    /// What the disk says; nothing was kept then.
    pub fn put(&self, input: &mut dyn Read) -> io::Result<Blob> {
        let Self::Folder(folder) = self;
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix("incoming-").tempfile_in(folder)?;
        let mut hash = Sha256::new();
        let mut size_bytes = 0_u64;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let count = input.read(&mut buffer)?;
            let part = buffer.get(..count).unwrap_or_default();
            if part.is_empty() {
                break;
            }
            hash.update(part);
            file.write_all(part)?;
            size_bytes += part.len() as u64;
        }
        let blob = Blob { sha256: hash.finalize().into(), size_bytes };
        let path = self.path(&blob.sha256);
        if path.metadata().is_ok_and(|found| found.len() == size_bytes) {
            return Ok(blob);
        }
        file.as_file().sync_all()?;
        let shelf = path.parent().unwrap_or(folder);
        if !shelf.is_dir() {
            fs::create_dir_all(shelf)?;
            sync_folder(folder)?;
        }
        file.persist(&path).map_err(|error| error.error)?;
        sync_folder(shelf)?;
        Ok(blob)
    }

    /// Opens a file after making sure that its bytes are still those that were kept.
    ///
    /// # Errors
    /// What the disk says; [`io::ErrorKind::InvalidData`] if the bytes are others.
    pub fn open(&self, sha256: &[u8; 32]) -> io::Result<File> {
        let mut file = File::open(self.path(sha256))?;
        let mut hash = Sha256::new();
        io::copy(&mut file, &mut hash)?;
        if <[u8; 32]>::from(hash.finalize()) != *sha256 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "an original was changed on the disk"));
        }
        file.rewind()?;
        Ok(file)
    }

    /// Where a file lies.
    #[must_use]
    pub fn path(&self, sha256: &[u8; 32]) -> PathBuf {
        let Self::Folder(folder) = self;
        let name = hexadecimal(sha256);
        folder.join(name.get(..2).unwrap_or_default()).join(&name)
    }
}

/// Brings the names in a folder to the disk.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A hash as small hexadecimal digits.
#[must_use]
pub fn hexadecimal(sha256: &[u8; 32]) -> String {
    sha256.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_bytes_once_and_notices_changes() {
        let folder = tempfile::tempdir().unwrap();
        let store = BlobStore::of_installation(folder.path());
        let bytes = b"{\"bomFormat\":\"CycloneDX\"}\r\n\xff";
        let blob = store.put(&mut &bytes[..]).unwrap();
        assert_eq!(store.put(&mut &bytes[..]).unwrap(), blob);
        assert_eq!(blob.size_bytes, bytes.len() as u64);
        let mut read = Vec::new();
        store.open(&blob.sha256).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        let path = store.path(&blob.sha256);
        let name = hexadecimal(&blob.sha256);
        assert!(path.ends_with(format!("blobs/{}/{name}", &name[..2])));
        let left: Vec<_> = fs::read_dir(folder.path().join("blobs")).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing half written is left");

        fs::write(&path, "other bytes").unwrap();
        assert_eq!(store.open(&blob.sha256).unwrap_err().kind(), io::ErrorKind::InvalidData);
        store.put(&mut &bytes[..]).unwrap();
        assert!(
            store.open(&blob.sha256).is_ok(),
            "a damaged file of another size is mended by the next upload"
        );
        assert_eq!(store.open(&[0; 32]).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    /// Gives some bytes and then fails.
    struct Torn(bool);

    impl Read for Torn {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::Error::other("torn"));
            }
            buffer[0] = 1;
            Ok(1)
        }
    }

    #[test]
    fn a_torn_upload_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = BlobStore::of_installation(folder.path());
        assert!(store.put(&mut Torn(false)).is_err());
        assert_eq!(fs::read_dir(folder.path().join("blobs")).unwrap().count(), 0);
    }
}
