//! The static files, compiled in. An address holds a hash of the content, so it may be kept for ever.

use std::sync::OnceLock;

/// A static file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its name, such as `app.css`.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
    /// The address held the hash of this very content: it may be cached without end (`immutable`).
    pub is_immutable: bool,
}

/// Where the files are served.
pub const PREFIX: &str = "/assets/";

/// A file of `static/`.
macro_rules! file {
    ($name:literal, $content_type:literal) => {
        Asset {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../static/", $name)),
            is_immutable: false,
        }
    };
}

/// Every file.
pub const ALL: &[Asset] = &[
    file!("tokens.css", "text/css; charset=utf-8"),
    file!("app.css", "text/css; charset=utf-8"),
    file!("app.js", "text/javascript; charset=utf-8"),
    file!("logo.svg", "image/svg+xml"),
    file!("icon.svg", "image/svg+xml"),
];

/// The address of a file: `/assets/{hash}/{name}`. A name that is not in [`ALL`] gives an address that is not found.
///
/// ```
/// let url = kikimori_ui::assets::url("app.css");
/// assert!(url.starts_with("/assets/") && url.ends_with("/app.css"));
/// assert!(kikimori_ui::assets::find(url.trim_start_matches("/assets/")).unwrap().is_immutable);
/// ```
#[must_use]
pub fn url(name: &str) -> String {
    format!("{PREFIX}{:016x}/{name}", hash_of(name))
}

/// The file at the part of a path after [`PREFIX`]: `{hash}/{name}` or `{name}`.
///
/// With the hash of another content the file of today is given, not to be cached: a page of yesterday still works.
#[must_use]
pub fn find(path: &str) -> Option<Asset> {
    let (given, name) = path.split_once('/').map_or((None, path), |(given, name)| (Some(given), name));
    let asset = ALL.iter().find(|asset| asset.name == name)?;
    let is_immutable = given.is_some_and(|given| given == format!("{:016x}", hash_of(name)));
    Some(Asset { is_immutable, ..*asset })
}

/// The hash of a file, worked out once; 0 for a name that is not in [`ALL`].
fn hash_of(name: &str) -> u64 {
    static HASHES: OnceLock<Vec<u64>> = OnceLock::new();
    let hashes = HASHES.get_or_init(|| ALL.iter().map(|asset| hash(asset.bytes)).collect());
    ALL.iter().zip(hashes).find(|(asset, _)| asset.name == name).map_or(0, |(_, hash)| *hash)
}

/// FNV-1a, 64 bits: enough to tell versions of our own files apart.
///
/// Source: Fowler, Noll, Vo; offset basis and prime of the 64-bit variant.
const fn hash(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = bytes {
        // A `u8` widens without loss; `From` is not const.
        hash = (hash ^ *first as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_published() {
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn finds_by_hash_and_by_name() {
        for asset in ALL {
            let found = find(url(asset.name).trim_start_matches(PREFIX)).unwrap();
            assert!(found.is_immutable && found.bytes == asset.bytes);
            assert!(!find(asset.name).unwrap().is_immutable);
            assert!(!find(&format!("0/{}", asset.name)).unwrap().is_immutable);
        }
        assert_eq!(find("other.css"), None);
        assert_eq!(find("../Cargo.toml"), None);
    }
}
