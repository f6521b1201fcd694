//! Suppliers' SBOMs under one product.

use std::path::PathBuf;

use kikimori_core::limits::{MERGE_SOURCES_MAX, SBOM_COMPONENTS_MAX};
use kikimori_core::message::{Message, codes};
use kikimori_core::sbom::SbomFormat;
use kikimori_core::sbom::merge::{KeptApart, MergeSource, Product, merge};
use kikimori_core::stamp::Stamp;
use kikimori_formats::sbom::write::WriteOptions;

use crate::convert_sbom::{Source, TargetFormat, Written, serial_of, write_and_compare};
use crate::sbom_file::read_whole_sbom;

/// What to merge into what.
#[derive(Clone, Debug)]
pub struct MergeOrder {
    /// What the merged document is about.
    pub product: Product,
    /// The SBOMs, in the order in which they will stand.
    pub paths: Vec<PathBuf>,
    /// Equal components of several SBOMs become one.
    pub is_joined: bool,
    /// The format to write.
    pub target: TargetFormat,
    /// When the merged document is made.
    pub created: Stamp,
    /// The tool that makes it, name and version.
    pub tool: String,
}

/// A merge.
#[derive(Clone, Debug)]
pub struct Merge {
    /// What was read.
    pub sources: Vec<Source>,
    /// What was written.
    pub written: Written,
    /// Components that were joined with an equal one of an earlier source.
    pub n_joined: usize,
    /// Components with the package URL of one of an earlier source that were not joined, because they differ.
    pub kept_apart: Vec<KeptApart>,
}

impl Merge {
    /// Everything that the sources said is said by what was written.
    #[must_use]
    pub fn is_lossless(&self) -> bool {
        self.sources.iter().all(Source::is_whole)
            && self.written.differences.iter().all(|loss| !loss.kind.is_loss())
    }
}

/// Why there is no merge.
#[derive(Debug)]
pub struct MergeFault {
    /// The file.
    pub name: String,
    /// What is wrong with it.
    pub message: Message,
}

/// Merges the SBOMs that `order` names.
///
/// The document's identity follows from the sources and the product: the same order gives the same document but for
/// its time.
///
/// # Errors
/// A message about one of the files, or about the merged document where it passes a limit.
pub fn merge_sboms(order: &MergeOrder) -> Result<Merge, MergeFault> {
    let limit =
        |name: &'static str, max: usize| Message::new(codes::SBOM_LIMIT).with("limit", name).with("max", max);
    if order.paths.len() > MERGE_SOURCES_MAX {
        let message = limit("MERGE_SOURCES_MAX", MERGE_SOURCES_MAX);
        return Err(MergeFault { name: order.product.name.clone(), message });
    }
    let (mut sources, mut bills) = (Vec::new(), Vec::new());
    let mut n_components = 0;
    for path in &order.paths {
        let name = path.display().to_string();
        let file = read_whole_sbom(path).map_err(|message| MergeFault { name: name.clone(), message })?;
        n_components += file.sbom.components.len();
        if n_components > SBOM_COMPONENTS_MAX {
            return Err(MergeFault { name, message: limit("SBOM_COMPONENTS_MAX", SBOM_COMPONENTS_MAX) });
        }
        sources.push(Source::of(path, &file));
        let base = path.file_name().map(|name| name.to_string_lossy().into_owned());
        bills.push(MergeSource { file: base.unwrap_or(name), sha256: file.sha256, sbom: file.sbom });
    }
    let serial = serial(order, &sources);
    let mut merged = merge(&order.product, bills, format_of(order.target), order.is_joined);
    merged.sbom.serial = Some(serial.clone());
    merged.sbom.created_written = Some(order.created.to_string());
    merged.sbom.created_at = Some(order.created);
    merged.sbom.tools.push(order.tool.clone());
    let options = WriteOptions { serial, created: order.created.to_string(), tool: order.tool.clone() };
    let written = write_and_compare(merged.sbom, order.target, &options)
        .map_err(|message| MergeFault { name: order.product.name.clone(), message })?;
    Ok(Merge { sources, written, n_joined: merged.n_joined, kept_apart: merged.kept_apart })
}

/// The merged document's identity.
fn serial(order: &MergeOrder, sources: &[Source]) -> String {
    let product = &order.product;
    let version = product.version.as_deref().unwrap_or_default();
    let supplier = product.supplier.as_deref().unwrap_or_default();
    let joined = if order.is_joined { "joined" } else { "apart" };
    let mut texts = vec!["kikimori sbom merge", &product.name, version, supplier, joined];
    texts.extend([product.kind.name(), order.target.word()]);
    texts.extend(sources.iter().map(|source| source.sha256.as_str()));
    serial_of(&texts)
}

/// The format of a bill that will be written so.
fn format_of(target: TargetFormat) -> SbomFormat {
    match target {
        TargetFormat::CycloneDxJson => SbomFormat::CycloneDxJson,
        TargetFormat::CycloneDxXml => SbomFormat::CycloneDxXml,
        TargetFormat::SpdxJson => SbomFormat::SpdxJson,
        TargetFormat::SpdxTagValue => SbomFormat::SpdxTagValue,
    }
}
