//! Element sets that SBOMs are judged by, from YAML (`catalogs/sbom-profiles`).

use kikimori_core::limits::{PROFILE_BYTES_MAX, PROFILE_ELEMENTS_MAX};
use kikimori_core::message::{Message, Place, codes};
use kikimori_core::sbom_quality::{Bilingual, Element, Fact, Profile, SourceConfidence};
use serde::Deserialize;

/// The files built in, in the order in which they are shown.
const BUILT_IN: [&str; 4] = [
    include_str!("../../../catalogs/sbom-profiles/jp-qa6-2023-07-20.yaml"),
    include_str!("../../../catalogs/sbom-profiles/ntia-2021-07-12.yaml"),
    include_str!("../../../catalogs/sbom-profiles/cisa-2025-draft.yaml"),
    include_str!("../../../catalogs/sbom-profiles/fda-premarket-2026-02-03.yaml"),
];

/// The profiles built in.
///
/// # Errors
/// QUALITY-001 when a file that was built in is malformed; a test demands that none is.
pub fn built_in() -> Result<Vec<Profile>, Message> {
    BUILT_IN.iter().map(|text| parse(text)).collect()
}

/// A file's shape.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    /// Id.
    id: String,
    /// Version.
    version: String,
    /// Short name.
    label: TextFile,
    /// Title.
    title: TextFile,
    /// Source.
    source: String,
    /// How well it is established.
    confidence: ConfidenceFile,
    /// Levels demanded.
    #[serde(default)]
    levels_min: u32,
    /// Elements.
    elements: Vec<ElementFile>,
}

/// A text in both languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextFile {
    /// Japanese.
    ja: String,
    /// English.
    en: String,
}

impl From<TextFile> for Bilingual {
    fn from(text: TextFile) -> Self {
        Self { ja: text.ja, en: text.en }
    }
}

/// A confidence.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ConfidenceFile {
    /// Read in the source.
    High,
    /// Read elsewhere.
    Medium,
    /// To be verified.
    Low,
}

/// An element.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ElementFile {
    /// Name of the fact.
    fact: String,
    /// The set's own name of it.
    label: TextFile,
}

/// Reads one profile.
///
/// # Errors
/// QUALITY-001 with the line: no YAML, an unknown field, a fact of no known name, no elements or too many.
pub fn parse(text: &str) -> Result<Profile, Message> {
    let wrong = |detail: String| Message::new(codes::QUALITY_PROFILE_MALFORMED).with("detail", detail);
    if text.len() > PROFILE_BYTES_MAX {
        return Err(wrong(format!("PROFILE_BYTES_MAX = {PROFILE_BYTES_MAX}")));
    }
    let file: ProfileFile = serde_saphyr::from_str(text).map_err(|error| {
        let message = wrong(error.without_snippet().to_string());
        match error.location() {
            Some(location) => message.at(Place::LineColumn(location.line(), location.column())),
            None => message,
        }
    })?;
    if file.elements.is_empty() || file.elements.len() > PROFILE_ELEMENTS_MAX {
        return Err(wrong(format!("elements: 1 – {PROFILE_ELEMENTS_MAX}")));
    }
    let mut elements = Vec::with_capacity(file.elements.len());
    for element in file.elements {
        let Some(fact) = Fact::of_name(&element.fact) else {
            let known: Vec<&str> = Fact::ALL.iter().map(|fact| fact.name()).collect();
            return Err(wrong(format!("fact: {} ({})", element.fact, known.join(", "))));
        };
        elements.push(Element { label: element.label.into(), fact });
    }
    Ok(Profile {
        id: file.id,
        version: file.version,
        label: file.label.into(),
        title: file.title.into(),
        source: file.source,
        confidence: match file.confidence {
            ConfidenceFile::High => SourceConfidence::High,
            ConfidenceFile::Medium => SourceConfidence::Medium,
            ConfidenceFile::Low => SourceConfidence::Low,
        },
        levels_min: file.levels_min,
        elements,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_are_whole_and_distinct() {
        let profiles = built_in().unwrap();
        let ids: Vec<&str> = profiles.iter().map(|profile| profile.id.as_str()).collect();
        assert_eq!(ids, ["jp-qa6", "ntia-2021", "cisa-2025", "fda-premarket"]);
        let counts: Vec<usize> = profiles.iter().map(|profile| profile.elements.len()).collect();
        assert_eq!(counts, [7, 7, 11, 10]);
        assert_eq!(profiles[0].levels_min, 2);
        for profile in &profiles {
            for text in [&profile.label, &profile.title]
                .into_iter()
                .chain(profile.elements.iter().map(|one| &one.label))
            {
                assert!(!text.ja.is_empty() && !text.en.is_empty(), "{}", profile.id);
            }
        }
    }

    #[test]
    fn says_where_a_file_is_wrong() {
        let good = BUILT_IN[0];
        let line_of = |text: &str| match parse(text).unwrap_err().place {
            Place::LineColumn(line, _) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line_of(&good.replace("version:", "versoin:")), 3);
        assert_eq!(line_of(&good.replace("confidence: high", "confidence: sure")), 9);
        let unknown = parse(&good.replace("fact: supplier", "fact: colour")).unwrap_err();
        assert!(unknown.to_string().contains("colour"), "{unknown}");
        for text in ["", "- a", "id: [", "id: a\nid: b", &"a: ".repeat(100_000)] {
            assert_eq!(parse(text).unwrap_err().code, codes::QUALITY_PROFILE_MALFORMED);
        }
        let none = good.split("elements:").next().unwrap().to_owned() + "elements: []\n";
        assert!(parse(&none).is_err());
    }
}
