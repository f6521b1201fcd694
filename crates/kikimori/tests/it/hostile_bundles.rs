//! Bundles that are damaged, tampered with, or signed by somebody who means harm: refused, and the library stays as it was.

use std::io::Write;
use std::path::Path;

use kikimori_app::bundle::{SIGNATURE_BYTES, SignatureFault, Signer};
use kikimori_app::import_bundle::{BundleOptions, import_bundle};
use kikimori_app::import_library::ImportFault;
use kikimori_core::stamp::Stamp;
use kikimori_matcher::library::LibraryFault;
use kikimori_sign::{PrivateKey, PublicKey};
use serde_json::{Value, json};

use crate::bundle_file::BundleFile;
use crate::bundles::{content, done, export, prepared};
use crate::program::Home;

/// A judge that trusts one key, as the program does.
fn judge(
    trusted: PublicKey,
) -> impl Fn(&str, &[u8], &[u8; SIGNATURE_BYTES]) -> Result<Signer, SignatureFault> {
    move |pem, message, signature| {
        let key = PublicKey::from_pem(pem).map_err(|_| SignatureFault::KeyUnreadable)?;
        let fingerprint = key.fingerprint();
        match key == trusted {
            false => Err(SignatureFault::KeyUnknown { fingerprint }),
            true if !key.has_signed(message, signature) => Err(SignatureFault::Wrong { fingerprint }),
            true => Ok(Signer { name: "Body".to_owned(), fingerprint }),
        }
    }
}

/// Imports without starting the program; `None` when it worked, else the code.
fn code_of(folder: &Path, bundle: &Path, key: &PrivateKey) -> Option<&'static str> {
    let now = Stamp::parse("2026-11-21T00:00:00Z").unwrap();
    let options = BundleOptions { now, is_older_allowed: false, is_replacing: false };
    // Tests beside this one start programs, and until such a program runs it holds this process's lock as well.
    for _ in 0..10_000 {
        match import_bundle(folder, bundle, options, &judge(key.public_key())) {
            Ok(_) => return None,
            Err(ImportFault::Input { message, .. }) => return Some(message.code.0),
            Err(ImportFault::Library(LibraryFault::Locked { .. })) => std::thread::yield_now(),
            Err(other) => panic!("{other:?}"),
        }
    }
    panic!("the library stays locked");
}

/// A home with a bundle, its key, and a receiver's library that is one change behind.
fn with_bundle() -> (Home, BundleFile, PrivateKey) {
    let home = prepared();
    export(&home, "old.kkbundle", &[]);
    done(&home.run(&["library", "import", "old.kkbundle", "--library", "ward"]));
    let change = r#"{"id":"GHSA-0000-0000-0001","modified":"2026-11-12T00:00:00Z","summary":"changed",
        "affected":[{"package":{"ecosystem":"npm","name":"package-1"},"versions":["1.0.0"]}]}"#;
    home.file("change.json", change);
    let arguments = ["library", "import", "--delta", "change.json", "--library", "maker"];
    done(&home.run_at("2026-11-13T00:00:00Z", &arguments));
    export(&home, "new.kkbundle", &[]);
    let key = PrivateKey::from_pem(&std::fs::read_to_string(home.path("sign.pem")).unwrap()).unwrap();
    let bundle = BundleFile::read(&home.path("new.kkbundle"));
    (home, bundle, key)
}

#[test]
fn no_byte_can_be_changed() {
    let (home, _, key) = with_bundle();
    let before = content(&home, "ward");
    let good = std::fs::read(home.path("new.kkbundle")).unwrap();
    let bad = home.path("bad.kkbundle");
    let ward = home.path("ward");
    for at in 0..good.len() {
        // Bytes of the signer's key that a reader of PEM would pass over are for the program itself, below.
        if (512..625).contains(&at) {
            continue;
        }
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&bad, &bytes).unwrap();
        let code = code_of(&ward, &bad, &key).unwrap_or_else(|| panic!("byte {at} was changed"));
        assert!(code.starts_with("BUNDLE-"), "byte {at}: {code}");
    }
    assert_eq!(content(&home, "ward"), before);
    for at in (0..good.len()).filter(|at| (512..625).contains(at) || at % 211 == 0) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x20;
        std::fs::write(&bad, &bytes).unwrap();
        let run = home.run(&["library", "import", "bad.kkbundle", "--library", "ward"]);
        assert_eq!(run.exit, 2, "byte {at}\n{}\n{}", run.out, run.err);
    }
    assert_eq!(content(&home, "ward"), before);
    done(&home.run(&["library", "import", "new.kkbundle", "--library", "ward"]));
}

#[test]
fn no_end_can_be_cut_or_added() {
    let (home, _, key) = with_bundle();
    let before = content(&home, "ward");
    let good = std::fs::read(home.path("new.kkbundle")).unwrap();
    let bad = home.path("bad.kkbundle");
    for n_bytes in (0..good.len()).filter(|at| at % 37 == 0 || good.len() - at < 40) {
        std::fs::write(&bad, &good[..n_bytes]).unwrap();
        assert_eq!(code_of(&home.path("ward"), &bad, &key), Some("BUNDLE-001"), "{n_bytes} bytes");
    }
    std::fs::write(&bad, [good.as_slice(), &[0; 512]].concat()).unwrap();
    assert_eq!(code_of(&home.path("ward"), &bad, &key), Some("BUNDLE-002"));
    assert_eq!(content(&home, "ward"), before);
}

#[test]
fn a_signature_of_another_key_does_not_fit() {
    let (home, bundle, _) = with_bundle();
    let other = PrivateKey::from_random([7; 32]);
    // Signed by somebody else under the trusted key's name, then under the own one.
    std::fs::write(home.path("bad.kkbundle"), bundle.signed(&other)).unwrap();
    let run = home.run(&["library", "import", "bad.kkbundle", "--library", "ward"]);
    assert!(run.err.contains("[BUNDLE-004]") && run.exit == 2, "{}", run.err);
    let own = BundleFile { signer: other.public_key().to_pem().into_bytes(), ..bundle };
    std::fs::write(home.path("bad.kkbundle"), own.signed(&other)).unwrap();
    let run = home.run(&["library", "import", "bad.kkbundle", "--library", "ward"]);
    assert!(run.err.contains("[BUNDLE-003]") && run.exit == 2, "{}", run.err);
}

/// A change to a bundle that its signer then signs.
type Harm = fn(&mut BundleFile);

/// What a signer could do, and the code that refuses it.
const HARMS: &[(&str, &str, Harm)] = &[
    ("another format", "BUNDLE-002", |bundle| bundle.manifest["format"] = json!("other")),
    ("a later version", "BUNDLE-005", |bundle| bundle.manifest["format_version"] = json!(2)),
    ("another layout", "BUNDLE-005", |bundle| bundle.manifest["layout"] = json!(999)),
    ("another manifest layout", "BUNDLE-002", |bundle| bundle.manifest["library"]["format"] = json!(9)),
    ("another fingerprint", "BUNDLE-002", |bundle| bundle.manifest["fingerprint"] = json!("00000")),
    ("no date", "BUNDLE-002", |bundle| bundle.manifest["created_at"] = json!("today")),
    ("a bundle of the future", "BUNDLE-012", |bundle| {
        bundle.manifest["created_at"] = json!("2026-11-23T00:00:00Z");
    }),
    ("a library of the future", "BUNDLE-012", |bundle| {
        bundle.manifest["library"]["created_ms"] = json!(4_000_000_000_000_i64);
    }),
    ("a path upwards", "BUNDLE-002", |bundle| rename(bundle, "../../segment-000009")),
    ("an absolute path", "BUNDLE-002", |bundle| rename(bundle, "/tmp/segment-000009")),
    ("a path that looks like a segment", "BUNDLE-002", |bundle| rename(bundle, "segment-../../x")),
    ("a hash that is a path", "BUNDLE-002", |bundle| {
        bundle.manifest["library"]["segments"][1]["sha256"] = json!("../".repeat(20) + "abcd");
    }),
    ("a name too long for the archive", "BUNDLE-002", |bundle| {
        let name = "9".repeat(90);
        rename(bundle, &format!("segment-{name}"));
        bundle.parts[1].0 = "x".to_owned();
    }),
    ("a part that is no segment", "BUNDLE-002", |bundle| {
        bundle.manifest["parts"][1]["file"] = json!("library.json");
        bundle.parts[1].0 = "library.json".to_owned();
    }),
    ("a segment without its part", "BUNDLE-002", |bundle| {
        bundle.parts.pop();
        bundle.state_parts();
    }),
    ("a delta without a base", "BUNDLE-009", |bundle| {
        bundle.parts.pop();
        bundle.state_parts();
        bundle.manifest["base"] = json!("0123");
    }),
    ("parts in another order", "BUNDLE-002", |bundle| {
        bundle.parts.swap(0, 1);
        bundle.state_parts();
    }),
    ("too many parts", "BUNDLE-007", |bundle| {
        bundle.manifest["parts"] = vec![bundle.manifest["parts"][0].clone(); 1_025].into();
    }),
    ("too many segments", "BUNDLE-002", |bundle| {
        let segment = bundle.manifest["library"]["segments"][0].clone();
        bundle.manifest["library"]["segments"] = vec![segment; 1_025].into();
    }),
    ("a part too large", "BUNDLE-007", |bundle| {
        bundle.manifest["parts"][1]["size_bytes"] = json!(8_u64 << 30);
    }),
    ("a segment too large", "BUNDLE-007", |bundle| {
        bundle.manifest["library"]["segments"][1]["size_bytes"] = json!(u64::MAX);
    }),
    ("a part that ends early", "BUNDLE-001", |bundle| {
        bundle.manifest["parts"][1]["size_bytes"] = json!(1_000_000);
    }),
    ("another snapshot", "BUNDLE-013", |bundle| {
        bundle.manifest["library"]["snapshot"] = json!("0".repeat(32));
    }),
    ("text for the terminal", "BUNDLE-002", |bundle| {
        bundle.manifest["library"]["feeds"]["0"]["name"] = json!("feed\u{1b}[2J");
    }),
    ("no part of Zstandard", "BUNDLE-006", |bundle| pack(bundle, b"not packed")),
    ("a part that unpacks to other bytes", "BUNDLE-006", |bundle| {
        let other = zstd::encode_all(&b"other"[..], 3).unwrap();
        pack(bundle, &other);
    }),
    ("a part that unpacks without end", "BUNDLE-006", |bundle| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
        for _ in 0..4_096 {
            encoder.write_all(&[0; 1 << 18]).unwrap();
        }
        pack(bundle, &encoder.finish().unwrap());
    }),
    ("a part that asks for much memory", "BUNDLE-006", |bundle| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(&[0; 1 << 18]).unwrap();
        pack(bundle, &encoder.finish().unwrap());
    }),
];

/// Gives the second segment another name, in the list and in the archive.
fn rename(bundle: &mut BundleFile, name: &str) {
    bundle.manifest["library"]["segments"][1]["file"] = json!(format!("{name}.kklib"));
    bundle.manifest["parts"][1]["file"] = json!(format!("{name}.kklib.zst"));
    if name.len() < 40 {
        bundle.parts[1].0 = format!("{name}.kklib.zst");
    }
}

/// Replaces the second part.
fn pack(bundle: &mut BundleFile, content: &[u8]) {
    bundle.parts[1].1 = content.to_vec();
    bundle.state_parts();
}

#[test]
fn a_trusted_signer_cannot_do_harm_either() {
    let (home, bundle, key) = with_bundle();
    let before = content(&home, "ward");
    let bad = home.path("bad.kkbundle");
    for (what, code, harm) in HARMS {
        let mut bundle = bundle.clone();
        harm(&mut bundle);
        std::fs::write(&bad, bundle.signed(&key)).unwrap();
        assert_eq!(code_of(&home.path("ward"), &bad, &key), Some(*code), "{what}");
        assert_eq!(content(&home, "ward"), before, "{what}");
    }
    // The way of making them is sound: without harm it is accepted.
    std::fs::write(&bad, bundle.signed(&key)).unwrap();
    assert_eq!(code_of(&home.path("ward"), &bad, &key), None);
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(home.path("ward/library.json")).unwrap()).unwrap();
    assert_eq!(manifest["snapshot"], bundle.manifest["library"]["snapshot"]);
}

#[test]
fn a_reader_that_has_the_old_library_open_keeps_it() {
    let (home, _, key) = with_bundle();
    let ward = home.path("ward");
    let old = kikimori_matcher::library::Library::open(&ward).unwrap().unwrap();
    assert_eq!(code_of(&ward, &home.path("new.kkbundle"), &key), None);
    let new = kikimori_matcher::library::Library::open(&ward).unwrap().unwrap();
    assert_ne!(old.snapshot(), new.snapshot());
    old.verify(&ward).unwrap();
    new.verify(&ward).unwrap();
    assert_eq!(old.mentions("GHSA-0000-0000-0001").len(), 1);
}
