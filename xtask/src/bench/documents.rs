//! Bills of materials of the generated world.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::catalog::{Product, product_of_component, version};
use super::random::Random;

/// How much a generated document says about each component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `CycloneDX` JSON with hashes, licences, supplier and a dependency graph: some 900 bytes a component.
    CycloneDx,
    /// `CycloneDX` JSON with name, version and package URL only: some 180 bytes a component.
    CycloneDxDense,
    /// SPDX JSON with external references, checksums and relationships: some 900 bytes a package.
    Spdx,
}

/// Where a document ends.
#[derive(Clone, Copy, Debug)]
pub enum Extent {
    /// After this many components.
    Components(u64),
    /// After the component with which this many bytes are reached.
    Bytes(u64),
}

/// One component.
struct Component {
    /// Its number in the document.
    number: u64,
    /// Name.
    name: String,
    /// Supplier.
    vendor: String,
    /// Version.
    version: String,
    /// Package URL.
    purl: Option<String>,
    /// CPE.
    cpe: Option<String>,
    /// SHA-256.
    hash: String,
}

impl Component {
    /// The component of a number: half are known to some feed, a quarter have a CPE beside the package URL. The first
    /// is the product with the most records.
    fn draw(number: u64, random: &mut Random) -> Self {
        let product = if number == 0 {
            Product::of_rank(0)
        } else if random.is_in(50) {
            Product::of_rank(product_of_component(random))
        } else {
            Product::unheard_of(random)
        };
        let version = version(random);
        let purl = product.purl(&version);
        let cpe = (purl.is_none() || random.is_in(25)).then(|| product.cpe(&version));
        let hash = (0..4).map(|_| format!("{:016x}", random.next())).collect();
        Self { number, name: product.name, vendor: product.vendor, version, purl, cpe, hash }
    }

    /// As a `CycloneDX` component.
    fn cyclonedx(&self, is_dense: bool) -> Value {
        let mut value = json!({
            "type": "library", "bom-ref": format!("ref-{}", self.number), "name": self.name, "version": self.version,
        });
        let Some(object) = value.as_object_mut() else { return value };
        for (key, text) in [("purl", &self.purl), ("cpe", &self.cpe)] {
            object.extend(text.iter().map(|text| (key.to_owned(), json!(text))));
        }
        if !is_dense {
            let path = format!("usr/lib/{}/{}", self.vendor, self.name);
            object.insert("supplier".to_owned(), json!({ "name": self.vendor }));
            object.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": self.hash }]));
            object.insert("licenses".to_owned(), json!([{ "license": { "id": "Apache-2.0" } }]));
            object.insert("properties".to_owned(), json!([
                { "name": "location:path", "value": path }, { "name": "found:by", "value": "package-database" },
                { "name": "package:type", "value": "archive" }, { "name": "package:language", "value": "unknown" },
            ]));
        }
        value
    }

    /// As an SPDX package.
    fn spdx(&self) -> Value {
        let mut references = Vec::new();
        if let Some(purl) = &self.purl {
            references.push(json!({
                "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl,
            }));
        }
        if let Some(cpe) = &self.cpe {
            references.push(json!({
                "referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": cpe,
            }));
        }
        json!({
            "SPDXID": format!("SPDXRef-{}", self.number), "name": self.name, "versionInfo": self.version,
            "supplier": format!("Organization: {}", self.vendor), "downloadLocation": "NOASSERTION",
            "filesAnalyzed": false, "licenseConcluded": "NOASSERTION", "licenseDeclared": "Apache-2.0",
            "copyrightText": "NOASSERTION", "externalRefs": references,
            "checksums": [{ "algorithm": "SHA256", "checksumValue": self.hash }],
        })
    }
}

/// A writer that counts.
struct Counted<W> {
    /// Where bytes go.
    out: W,
    /// Their number.
    n_bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.n_bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a document and returns how many components it has.
pub fn write_document(path: &Path, shape: Shape, extent: Extent) -> io::Result<u64> {
    let mut out = Counted { out: BufWriter::with_capacity(1 << 18, File::create(path)?), n_bytes: 0 };
    let mut random = Random::new(3);
    match shape {
        Shape::Spdx => write!(
            out,
            "{{\"spdxVersion\":\"SPDX-2.3\",\"dataLicense\":\"CC0-1.0\",\"SPDXID\":\"SPDXRef-DOCUMENT\",\
             \"name\":\"generated\",\"documentNamespace\":\"https://example.org/generated\",\
             \"creationInfo\":{{\"created\":\"2026-01-01T00:00:00Z\",\"creators\":[\"Tool: bench\"]}},\"packages\":["
        )?,
        Shape::CycloneDx | Shape::CycloneDxDense => write!(
            out,
            "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\
             \"metadata\":{{\"timestamp\":\"2026-01-01T00:00:00Z\"}},\"components\":["
        )?,
    }
    let mut n_components = 0;
    while match extent {
        Extent::Components(count) => n_components < count,
        // The graph at the end takes about an eighth.
        Extent::Bytes(bytes) => {
            out.n_bytes < if shape == Shape::CycloneDxDense { bytes } else { bytes / 8 * 7 }
        }
    } {
        if n_components > 0 {
            out.write_all(b",\n")?;
        }
        let component = Component::draw(n_components, &mut random);
        let value = match shape {
            Shape::Spdx => component.spdx(),
            Shape::CycloneDx => component.cyclonedx(false),
            Shape::CycloneDxDense => component.cyclonedx(true),
        };
        serde_json::to_writer(&mut out, &value)?;
        n_components += 1;
    }
    write_graph(&mut out, shape, n_components, &mut random)?;
    out.flush()?;
    Ok(n_components)
}

/// Closes the list of components and writes the dependency graph.
fn write_graph(out: &mut impl Write, shape: Shape, n_components: u64, random: &mut Random) -> io::Result<()> {
    match shape {
        Shape::CycloneDxDense => return out.write_all(b"]}\n"),
        Shape::CycloneDx => out.write_all(b"],\"dependencies\":[")?,
        Shape::Spdx => out.write_all(
            b"],\"relationships\":[{\"spdxElementId\":\"SPDXRef-DOCUMENT\",\"relationshipType\":\"DESCRIBES\",\
              \"relatedSpdxElement\":\"SPDXRef-0\"}",
        )?,
    }
    for number in 1..n_components {
        let parent = random.below(number);
        let separator = if number > 1 || shape == Shape::Spdx { "," } else { "" };
        if shape == Shape::Spdx {
            write!(
                out,
                "{separator}{{\"spdxElementId\":\"SPDXRef-{parent}\",\"relationshipType\":\"DEPENDS_ON\",\
                 \"relatedSpdxElement\":\"SPDXRef-{number}\"}}"
            )?;
        } else {
            write!(out, "{separator}{{\"ref\":\"ref-{number}\",\"dependsOn\":[\"ref-{parent}\"]}}")?;
        }
    }
    out.write_all(b"]}\n")
}

/// Writes identities, one a line: package URL, CPE and version, separated by tabs, empty where there is none. One in two
/// thousand is a version of the product with the most records.
pub fn write_identities(path: &Path, n_identities: u64) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 18, File::create(path)?);
    let mut random = Random::new(4);
    for number in 0..n_identities {
        let component = Component::draw(u64::from(number % 2_000 != 0), &mut random);
        let (purl, cpe) = (component.purl.unwrap_or_default(), component.cpe.unwrap_or_default());
        writeln!(out, "{purl}\t{cpe}\t{}", component.version)?;
    }
    out.flush()
}
