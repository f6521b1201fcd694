//! Names of JSON-LD as SPDX 3 uses them: compact (`software_packageVersion`), prefixed or as whole addresses.

/// Profiles of SPDX 3, which stand in front of compact names.
const PROFILES: &[&str] =
    &["software", "security", "simplelicensing", "expandedlicensing", "ai", "dataset", "build", "extension"];

/// What all names of SPDX 3 begin with when written in full.
pub(super) const SPACE: &str = "spdx.org/rdf/3";

/// The name without the space that it is in: `software_packageVersion`, `spdx:Software/packageVersion` and
/// `https://spdx.org/rdf/3.0.1/terms/Software/packageVersion` are `packageVersion`. Names of other spaces stay whole.
pub(super) fn local_name(name: &str) -> &str {
    if name.contains(SPACE) || name.starts_with("spdx:") {
        let local = name.rsplit_once(['/', '#']).map_or(name, |(_, local)| local);
        return local.strip_prefix("spdx:").unwrap_or(local);
    }
    match name.split_once('_') {
        Some((profile, local)) if PROFILES.contains(&profile) => local,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::local_name;

    #[test]
    fn takes_off_the_space_of_names_of_spdx() {
        let cases = [
            ("name", "name"),
            ("@id", "@id"),
            ("software_packageVersion", "packageVersion"),
            ("spdx:Software/packageVersion", "packageVersion"),
            ("https://spdx.org/rdf/3.0.1/terms/Software/packageVersion", "packageVersion"),
            ("https://spdx.org/rdf/3.0.0/terms/Core/RelationshipType/dependsOn", "dependsOn"),
            ("https://example.jp/terms/name", "https://example.jp/terms/name"),
            ("example:name", "example:name"),
            ("sha3_256", "sha3_256"),
        ];
        for (name, expected) in cases {
            assert_eq!(local_name(name), expected, "{name}");
        }
    }
}
