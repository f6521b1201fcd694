//! `CycloneDX` XML: parts that are not kept, and whose faults are named all the same.

use kikimori_core::message::Message;

use super::cyclonedx_checks::{
    CitationParts, check_encoding, check_flow, check_issue_type, check_patch_type,
};
use super::cyclonedx_xml::Reader;

impl Reader<'_> {
    /// The next child among `known`, in an element that is counted as one.
    fn inner(&mut self, known: &'static [&'static str]) -> Result<Option<&'static str>, Message> {
        self.xml.child_uncounted(&mut self.builder, known)
    }

    /// `pedigree`: its patches are looked at.
    pub(super) fn pedigree(&mut self) -> Result<(), Message> {
        while self.inner(&["patches"])?.is_some() {
            while self.inner(&["patch"])?.is_some() {
                match self.xml.attribute("type") {
                    Some(kind) => check_patch_type(&mut self.builder, &kind),
                    None => self.builder.missing("type"),
                }
                while let Some(name) = self.inner(&["diff", "resolves"])? {
                    match name {
                        "diff" => {
                            while self.inner(&["text"])?.is_some() {
                                self.attachment()?;
                            }
                        }
                        _ => self.issues()?,
                    }
                }
            }
        }
        Ok(())
    }

    /// `resolves`: issues.
    fn issues(&mut self) -> Result<(), Message> {
        while self.inner(&["issue"])?.is_some() {
            match self.xml.attribute("type") {
                Some(kind) => check_issue_type(&mut self.builder, &kind),
                None => self.builder.missing("type"),
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    /// A text with its type and encoding.
    pub(super) fn attachment(&mut self) -> Result<(), Message> {
        if let Some(encoding) = self.xml.attribute("encoding") {
            check_encoding(&mut self.builder, &encoding);
        }
        self.xml.skip()
    }

    /// `data` of a service (to 1.4 with `classification` elements, from 1.5 with `dataflow` elements too).
    pub(super) fn service_data(&mut self) -> Result<(), Message> {
        while let Some(name) = self.inner(&["classification", "dataflow"])? {
            if name == "classification" {
                match self.xml.attribute("flow") {
                    Some(flow) => check_flow(&mut self.builder, &flow),
                    None => self.builder.missing("flow"),
                }
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    /// `citations`.
    pub(super) fn citations(&mut self) -> Result<(), Message> {
        while self.inner(&["citation"])?.is_some() {
            let mut parts = CitationParts::default();
            while let Some(name) = self.inner(&["attributedTo", "process", "pointers", "expressions"])? {
                match name {
                    "attributedTo" => parts.n_attributions += 1,
                    "process" => parts.n_processes += 1,
                    "pointers" => parts.has_pointers = true,
                    _ => parts.has_expressions = true,
                }
                self.xml.skip()?;
            }
            parts.check(&mut self.builder);
        }
        Ok(())
    }
}
