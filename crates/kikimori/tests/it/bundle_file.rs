//! Takes a bundle apart and puts it together again, signed anew: what a signer could write who means harm.

use std::path::Path;

use kikimori_sign::PrivateKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A bundle in pieces.
#[derive(Clone)]
pub struct BundleFile {
    /// The signer's public key.
    pub signer: Vec<u8>,
    /// The list of contents.
    pub manifest: Value,
    /// Packed segments.
    pub parts: Vec<(String, Vec<u8>)>,
}

impl BundleFile {
    /// Takes the bundle at `path` apart.
    pub fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let mut members = Vec::new();
        let mut at = 0;
        while bytes[at] != 0 {
            let name = String::from_utf8(bytes[at..at + 100].to_vec()).unwrap();
            let name = name.trim_end_matches('\0').strip_prefix("kikimori-bundle/").unwrap().to_owned();
            let size = std::str::from_utf8(&bytes[at + 124..at + 135]).unwrap();
            let size = usize::from_str_radix(size, 8).unwrap();
            members.push((name, bytes[at + 512..at + 512 + size].to_vec()));
            at += 512 + size.next_multiple_of(512);
        }
        assert_eq!(bytes[at..], [0; 1024], "two empty blocks end the archive");
        let mut members = members.into_iter();
        let mut next = |name: &str| {
            let (found, content) = members.next().unwrap();
            assert_eq!(found, name);
            content
        };
        let signer = next("signer.pem");
        assert_eq!(next("manifest.sig").len(), 64);
        let manifest = serde_json::from_slice(&next("manifest.json")).unwrap();
        Self { signer, manifest, parts: members.collect() }
    }

    /// States sizes and hashes of the parts as they are.
    pub fn state_parts(&mut self) {
        let parts = self.parts.iter().map(|(name, content)| {
            let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
            serde_json::json!({ "file": name, "size_bytes": content.len(), "sha256": hash })
        });
        self.manifest["parts"] = parts.collect();
    }

    /// The bundle's bytes, signed.
    pub fn signed(&self, key: &PrivateKey) -> Vec<u8> {
        let manifest = serde_json::to_vec(&self.manifest).unwrap();
        let signature = key.sign(&[b"kikimori-bundle 1\n", manifest.as_slice()].concat());
        let mut bytes = Vec::new();
        put(&mut bytes, "signer.pem", &self.signer);
        put(&mut bytes, "manifest.sig", &signature);
        put(&mut bytes, "manifest.json", &manifest);
        for (name, content) in &self.parts {
            put(&mut bytes, name, content);
        }
        bytes.extend([0; 1024]);
        bytes
    }
}

/// Adds a file to a tar archive, as its standard says.
fn put(bytes: &mut Vec<u8>, name: &str, content: &[u8]) {
    let mut header = vec![0; 512];
    let name = format!("kikimori-bundle/{name}");
    let fields: [(usize, &[u8]); 11] = [
        (0, name.as_bytes()),
        (100, b"0000644\0"),
        (108, b"0000000\0"),
        (116, b"0000000\0"),
        (124, &format!("{:011o}\0", content.len()).into_bytes()),
        (136, b"00000000000\0"),
        (148, b"        "),
        (156, b"0"),
        (257, b"ustar\x0000"),
        (329, b"0000000\0"),
        (337, b"0000000\0"),
    ];
    for (at, field) in fields {
        header[at..at + field.len()].copy_from_slice(field);
    }
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes.extend(header);
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
}
