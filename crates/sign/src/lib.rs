//! Ed25519 signatures: keys, their files and the fingerprints that people compare.
//!
//! A leaf: it knows none of our crates, no file, no clock and no source of randomness. Private keys are PKCS#8 and public
//! keys `SubjectPublicKeyInfo` in PEM (RFC 7468, RFC 8410), as `openssl genpkey -algorithm ed25519` writes them.
#![forbid(unsafe_code)]

mod pem;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;

/// What a public key written on one line begins with.
const TEXT_START: &str = "ed25519:";
/// Label of a private key in PEM.
const PRIVATE_LABEL: &str = "PRIVATE KEY";
/// Label of a public key in PEM.
const PUBLIC_LABEL: &str = "PUBLIC KEY";
/// DER of an Ed25519 private key in PKCS#8 version 1 up to its 32 bytes (RFC 8410, section 7).
///
/// Version 2, with the public key, is not read by every tool.
const PRIVATE_START: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// DER of an Ed25519 public key up to its 32 bytes (RFC 8410, section 4).
const PUBLIC_START: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Groups of digits in a fingerprint.
const FINGERPRINT_GROUPS: usize = 6;

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// There is no PEM block with the label, or it is malformed.
    #[error("no PEM block of the expected kind")]
    Pem,
    /// It is a key of another algorithm or form.
    #[error("not an Ed25519 key in its plain form")]
    Algorithm,
    /// The bytes are no point of the curve, or one that makes forging easy.
    #[error("not a usable Ed25519 key")]
    Unusable,
}

/// A private key. Its bytes are wiped when it is dropped.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// The key made of 32 bytes, which the caller takes from the system's source of randomness.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&bytes))
    }

    /// Reads a `PRIVATE KEY` block; text around it is passed over.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let der = pem::read(text, PRIVATE_LABEL).ok_or(KeyFault::Pem)?;
        let bytes: &[u8] = der.strip_prefix(&PRIVATE_START).ok_or(KeyFault::Algorithm)?;
        Ok(Self::from_random(bytes.try_into().map_err(|_| KeyFault::Algorithm)?))
    }

    /// The key as a `PRIVATE KEY` block, not encrypted.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::write(PRIVATE_LABEL, &[PRIVATE_START.as_slice(), self.0.as_bytes()].concat())
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs a message. The same message gives the same signature.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(message).to_bytes()
    }
}

/// A public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key of 32 bytes.
    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyFault> {
        let bytes = bytes.try_into().map_err(|_| KeyFault::Algorithm)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyFault::Unusable)?;
        if key.is_weak() { Err(KeyFault::Unusable) } else { Ok(Self(key)) }
    }

    /// Reads a `PUBLIC KEY` block; text around it is passed over.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        let der = pem::read(text, PUBLIC_LABEL).ok_or(KeyFault::Pem)?;
        Self::from_bytes(der.strip_prefix(&PUBLIC_START).ok_or(KeyFault::Algorithm)?)
    }

    /// The key as a `PUBLIC KEY` block.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::write(PUBLIC_LABEL, &[PUBLIC_START.as_slice(), self.0.as_bytes()].concat())
    }

    /// Reads the form of one line: `ed25519:` and Base64.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn from_text(text: &str) -> Result<Self, KeyFault> {
        let text = text.strip_prefix(TEXT_START).ok_or(KeyFault::Algorithm)?;
        let mut bytes = [0; 32];
        let bytes = Base64::decode(text, &mut bytes).map_err(|_| KeyFault::Algorithm)?;
        Self::from_bytes(bytes)
    }

    /// The key on one line: `ed25519:` and Base64.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{TEXT_START}{}", Base64::encode_string(self.0.as_bytes()))
    }

    /// Thirty digits that people compare on the telephone, in groups of five: each of the first six times five bytes of the
    /// key's SHA-256, as a big-endian number, modulo 100,000.
    ///
    /// Digits sound alike in no language and have no case. A hundred bits keep anybody from making another key with
    /// the same fingerprint.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0.as_bytes());
        let groups: Vec<String> = digest
            .chunks_exact(5)
            .take(FINGERPRINT_GROUPS)
            .map(|bytes| {
                let number = bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
                format!("{:05}", number % 100_000)
            })
            .collect();
        groups.join(" ")
    }

    /// Whether `signature` was made over `message` with this key; forms that several verifiers judge differently are refused.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 8032, section 7.1, test 2: private key, public key, message, signature.
    const VECTOR: [&str; 4] = [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ];

    /// Keys written by `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` from the key above.
    const OPENSSL_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n-----END PUBLIC KEY-----\n";

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    }

    fn key() -> PrivateKey {
        PrivateKey::from_random(bytes(VECTOR[0]).try_into().unwrap())
    }

    #[test]
    fn signs_as_the_standard_says() {
        let signature = key().sign(&bytes(VECTOR[2]));
        assert_eq!(signature.to_vec(), bytes(VECTOR[3]));
        assert_eq!(key().public_key().0.as_bytes().to_vec(), bytes(VECTOR[1]));
        assert!(key().public_key().has_signed(&bytes(VECTOR[2]), &signature));
        assert!(!key().public_key().has_signed(b"other", &signature));
    }

    #[test]
    fn writes_what_openssl_writes() {
        assert_eq!(key().public_key().to_pem(), OPENSSL_PUBLIC);
        let private = key().to_pem();
        let body = "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7";
        assert_eq!(private, format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"));
    }

    #[test]
    fn reads_what_it_writes_with_text_around_it() {
        let public = key().public_key();
        let text = format!("name: somebody\r\n{}rest", public.to_pem().replace('\n', "\r\n"));
        assert_eq!(PublicKey::from_pem(&text), Ok(public));
        assert_eq!(PublicKey::from_text(&public.to_text()), Ok(public));
        assert_eq!(PrivateKey::from_pem(&key().to_pem()).unwrap().public_key(), public);
    }

    #[test]
    fn refuses_what_is_no_key() {
        let private = key().to_pem();
        let public = key().public_key().to_pem();
        assert_eq!(PublicKey::from_pem(&private), Err(KeyFault::Pem));
        assert_eq!(PrivateKey::from_pem(&public).err(), Some(KeyFault::Pem));
        assert_eq!(PublicKey::from_pem(""), Err(KeyFault::Pem));
        assert_eq!(PublicKey::from_pem(&public.replace("MCow", "MCox")), Err(KeyFault::Algorithm));
        assert_eq!(PublicKey::from_pem(&public.replace("Zgw=", "")), Err(KeyFault::Algorithm));
        assert_eq!(PublicKey::from_pem(&public.replace("Zgw=", "Zgw")), Err(KeyFault::Pem));
        // A point of small order: signatures under it can be made up.
        assert_eq!(
            PublicKey::from_text("ed25519:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            Err(KeyFault::Unusable)
        );
        assert_eq!(PublicKey::from_text("ed25519:AQ=="), Err(KeyFault::Algorithm));
        assert_eq!(PublicKey::from_text("rsa:AQ=="), Err(KeyFault::Algorithm));
    }

    #[test]
    fn fingerprints_are_six_groups_of_digits() {
        // sha256sum of the 32 bytes, five bytes at a time, modulo 100000, worked out with shell arithmetic.
        assert_eq!(key().public_key().fingerprint(), "06822 62994 94843 84744 14483 56725");
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,200}") {
            let framed = format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n");
            for text in [&text, &framed] {
                let _ = PublicKey::from_pem(text);
                let _ = PrivateKey::from_pem(text);
                let _ = PublicKey::from_text(text);
            }
        }

        #[test]
        fn a_signature_fits_one_key_and_one_message(seed in any::<[u8; 32]>(), at in 0_usize..64, bit in 0_u8..8) {
            let key = PrivateKey::from_random(seed);
            let mut signature = key.sign(b"message");
            prop_assert!(key.public_key().has_signed(b"message", &signature));
            signature[at] ^= 1 << bit;
            prop_assert!(!key.public_key().has_signed(b"message", &signature));
        }
    }
}
