//! Documents of a product, which stand elsewhere: their numbers, titles and places.

use crate::coded::coded_enum;
use crate::field::{Checked, FieldCheck, FieldError};
use crate::limits::{IDENTIFIER_CHARACTERS_MAX, LOCATION_CHARACTERS_MAX, NAME_CHARACTERS_MAX};

coded_enum! {
    /// What a document of a product is.
    pub enum DocumentKind {
        /// Electronic package insert (電子添文).
        PackageInsert = "package_insert",
        /// Instructions for use (取扱説明書).
        Instructions = "instructions",
        /// Manufacturer Disclosure Statement for Medical Device Security (MDS2).
        Mds2 = "mds2",
        /// Checklist of the service provider's or maker's security disclosure (MDS/SDS).
        MdsSds = "mds_sds",
        /// Security risk management.
        RiskManagement = "risk_management",
        /// Conformity to the essential principles.
        Conformity = "conformity",
        /// Design, test report, specification.
        Design = "design",
        /// Contract or agreement about maintenance and security.
        Agreement = "agreement",
        /// Anything else.
        Other = "other",
    }
}

/// A document as a person gives it: texts, nothing judged yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductDocumentDraft {
    /// The number it is quoted by; required.
    pub number: String,
    /// Title in Japanese; required.
    pub title_ja: String,
    /// Title in English.
    pub title_en: String,
    /// What it is; required.
    pub kind: String,
    /// Which edition.
    pub revision: String,
    /// Where it is: an address, a folder, a shelf.
    pub location: String,
}

/// A document that passed the rules. `None` means: not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductDocument {
    /// The number it is quoted by.
    pub number: String,
    /// Title in Japanese.
    pub title_ja: String,
    /// Title in English.
    pub title_en: Option<String>,
    /// What it is.
    pub kind: DocumentKind,
    /// Which edition.
    pub revision: Option<String>,
    /// Where it is.
    pub location: Option<String>,
}

impl ProductDocumentDraft {
    /// The document.
    ///
    /// # Errors
    /// Everything that is wrong, at most one error a field.
    pub fn check(&self) -> Result<Checked<ProductDocument>, Vec<FieldError>> {
        let mut check = FieldCheck::default();
        let number = check.required_line("number", &self.number, IDENTIFIER_CHARACTERS_MAX);
        let title_ja = check.required_line("title_ja", &self.title_ja, NAME_CHARACTERS_MAX);
        let title_en = check.line("title_en", &self.title_en, NAME_CHARACTERS_MAX);
        let typed = check.required_line("kind", &self.kind, NAME_CHARACTERS_MAX).unwrap_or_default();
        let kind = check.choice("kind", &typed, DocumentKind::of_code);
        let revision = check.line("revision", &self.revision, IDENTIFIER_CHARACTERS_MAX);
        let location = check.line("location", &self.location, LOCATION_CHARACTERS_MAX);
        let document = match (number, title_ja, kind) {
            (Some(number), Some(title_ja), Some(kind)) => {
                Some(ProductDocument { number, title_ja, title_en, kind, revision, location })
            }
            _ => None,
        };
        check.finish(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::codes;

    #[test]
    fn reads_what_people_type() {
        let draft = ProductDocumentDraft {
            number: " SOP－０１２ ".to_owned(),
            title_ja: "取扱説明書".to_owned(),
            kind: "instructions".to_owned(),
            ..ProductDocumentDraft::default()
        };
        let document = draft.check().unwrap().value;
        assert_eq!((document.number.as_str(), document.kind), ("SOP－０１２", DocumentKind::Instructions));
        assert_eq!((document.title_en, document.revision, document.location), (None, None, None));
    }

    #[test]
    fn names_every_error_at_once() {
        let draft = ProductDocumentDraft { kind: "poem".to_owned(), ..ProductDocumentDraft::default() };
        let errors = draft.check().unwrap_err();
        let named: Vec<_> = errors.iter().map(|error| (error.field, error.message.code)).collect();
        let expected = [
            ("number", codes::FIELD_REQUIRED),
            ("title_ja", codes::FIELD_REQUIRED),
            ("kind", codes::FIELD_CHOICE),
        ];
        assert_eq!(named, expected);
    }
}
