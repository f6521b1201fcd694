//! Where a revision of an SBOM stands, and how it came in.

use crate::coded::coded_enum;

coded_enum! {
    /// Where a revision of an SBOM stands.
    pub enum SbomState {
        /// It says what the release consists of.
        Current = "current",
        /// A later one took its place.
        Superseded = "superseded",
        /// A person said that it does not count.
        Withdrawn = "withdrawn",
    }
}

coded_enum! {
    /// How an SBOM came in.
    pub enum SbomSource {
        /// Through the pages.
        Web = "web",
        /// Through the API.
        Api = "api",
        /// Through a watched folder.
        Folder = "folder",
    }
}
