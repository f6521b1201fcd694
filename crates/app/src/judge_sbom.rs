//! Judging an SBOM by element sets: the built-in ones, or those that a person brings.

use std::path::Path;

use kikimori_core::limits::PROFILE_BYTES_MAX;
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom_quality::Profile;
use kikimori_forms::sbom_profile;

/// Why there are no profiles to judge by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileFault {
    /// No built-in profile has this id, and no file this name.
    Unknown {
        /// What was asked for.
        asked: String,
        /// Ids of the built-in ones.
        known: Vec<String>,
    },
    /// A file is malformed or unreadable.
    File {
        /// Its path.
        path: String,
        /// What is wrong.
        message: Message,
    },
}

/// The profiles asked for, in the order asked; all the built-in ones when none is asked for.
///
/// What ends in `.yaml` or `.yml` is a file, anything else the id of a built-in profile.
///
/// # Errors
/// [`ProfileFault`] for the first that is unknown or malformed.
pub fn profiles(asked: &[String]) -> Result<Vec<Profile>, ProfileFault> {
    let built_in = sbom_profile::built_in()
        .map_err(|message| ProfileFault::File { path: "catalogs/sbom-profiles".to_owned(), message })?;
    if asked.is_empty() {
        return Ok(built_in);
    }
    asked
        .iter()
        .map(|asked| {
            if asked.ends_with(".yaml") || asked.ends_with(".yml") {
                return read(Path::new(asked))
                    .map_err(|message| ProfileFault::File { path: asked.clone(), message });
            }
            built_in.iter().find(|profile| profile.id == *asked).cloned().ok_or_else(|| {
                ProfileFault::Unknown {
                    asked: asked.clone(),
                    known: built_in.iter().map(|profile| profile.id.clone()).collect(),
                }
            })
        })
        .collect()
}

/// Reads a profile from a file.
fn read(path: &Path) -> Result<Profile, Message> {
    let unreadable = |error: std::io::Error| {
        Message::new(codes::INPUT_UNREADABLE).with("path", path.display()).with("detail", error)
    };
    let size_bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    if size_bytes > PROFILE_BYTES_MAX as u64 {
        let detail = format!("PROFILE_BYTES_MAX = {PROFILE_BYTES_MAX}");
        return Err(Message::new(codes::QUALITY_PROFILE_MALFORMED).with("detail", detail));
    }
    sbom_profile::parse(&std::fs::read_to_string(path).map_err(unreadable)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_profiles_by_id_in_the_order_asked() {
        let asked = ["fda-premarket".to_owned(), "jp-qa6".to_owned()];
        let ids: Vec<String> = profiles(&asked).unwrap().into_iter().map(|profile| profile.id).collect();
        assert_eq!(ids, asked);
        assert_eq!(profiles(&[]).unwrap().len(), 4);
        let fault = profiles(&["jp-qa7".to_owned()]).unwrap_err();
        assert!(matches!(fault, ProfileFault::Unknown { known, .. } if known.len() == 4));
    }

    #[test]
    fn reads_a_profile_that_somebody_brings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ours.yaml");
        let text = "id: ours\nversion: '1'\nlabel: {ja: 社内, en: Ours}\ntitle: {ja: 社内, en: Ours}\nsource: us\n\
                    confidence: low\nelements:\n  - {fact: hash, label: {ja: ハッシュ, en: Hash}}\n";
        std::fs::write(&path, text).unwrap();
        let asked = [path.display().to_string()];
        assert_eq!(profiles(&asked).unwrap()[0].id, "ours");
        std::fs::write(&path, "x".repeat(PROFILE_BYTES_MAX + 1)).unwrap();
        assert!(matches!(profiles(&asked), Err(ProfileFault::File { .. })));
        let missing = folder.path().join("none.yml").display().to_string();
        assert!(matches!(profiles(&[missing]), Err(ProfileFault::File { .. })));
    }
}
