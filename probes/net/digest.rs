//! Digests of evidence: ours are `sha256:` and lower-case hexadecimal, other tools' are read in any usual spelling.
//!
//! A digest whose algorithm we do not know is neither right nor wrong: it is not checked.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The citation digest of a payload: `sha256:` and 64 hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sum::sha256(&[bytes]).to_string()
}

/// A digest as a value, whatever its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sum {
    /// SHA-256, ours.
    Sha256([u8; 32]),
    /// SHA-1, most archiving crawlers'.
    Sha1([u8; 20]),
}

impl Sum {
    /// The SHA-256 of some parts in a row.
    pub fn sha256(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        Self::Sha256(hash.finalize().into())
    }

    /// Reads `algorithm:value`, the value in hexadecimal, base32 or base64 (RFC 4648), as WARC 1.1 (section 5.8) leaves
    /// open. None for an unknown algorithm or a value of the wrong length.
    pub fn parse(text: &str) -> Option<Self> {
        let (algorithm, value) = text.trim().split_once(':')?;
        match algorithm.to_ascii_lowercase().replace('-', "").as_str() {
            "sha256" => Some(Self::Sha256(bytes(value)?)),
            "sha1" => Some(Self::Sha1(bytes(value)?)),
            _ => None,
        }
    }

    /// Whether some parts in a row have this digest.
    pub fn fits(&self, parts: &[&[u8]]) -> bool {
        match self {
            Self::Sha256(_) => *self == Self::sha256(parts),
            Self::Sha1(sum) => {
                let mut hash = Sha1::new();
                parts.iter().for_each(|part| hash.update(part));
                let found: [u8; 20] = hash.finalize().into();
                found == *sum
            }
        }
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, bytes): (&str, &[u8]) = match self {
            Self::Sha256(bytes) => ("sha256:", bytes),
            Self::Sha1(bytes) => ("sha1:", bytes),
        };
        f.write_str(name)?;
        f.write_str(&hex(bytes))
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a digest value, told apart by its length: hexadecimal has 2 signs a byte, base32 1.6, base64 1.33.
fn bytes<const N: usize>(value: &str) -> Option<[u8; N]> {
    use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
    let value = value.trim_end_matches('=');
    let decoded = if value.len() == 2 * N {
        HEXLOWER_PERMISSIVE.decode(value.as_bytes())
    } else if value.len() == (8 * N).div_ceil(5) {
        BASE32_NOPAD.decode(value.to_ascii_uppercase().as_bytes())
    } else if value.contains(['-', '_']) {
        BASE64URL_NOPAD.decode(value.as_bytes())
    } else {
        BASE64_NOPAD.decode(value.as_bytes())
    };
    decoded.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn ours_is_hexadecimal() {
        assert_eq!(sha256(b""), EMPTY);
    }

    #[test]
    fn every_usual_spelling_is_the_same_digest() {
        let ours = Sum::parse(EMPTY);
        assert!(ours.is_some());
        for spelling in [
            "SHA-256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
            "sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====",
            "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "sha-256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        ] {
            assert_eq!(Sum::parse(spelling), ours, "{spelling}");
        }
        assert_eq!(
            Sum::parse("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"),
            Sum::parse("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709")
        );
    }

    #[test]
    fn sha1_is_checked() {
        let sum = Sum::parse("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ").unwrap();
        assert!(sum.fits(&[b"", b""]));
        assert!(!sum.fits(&[b"x"]));
    }

    #[test]
    fn what_cannot_be_checked_is_no_digest() {
        for text in ["md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:abc", "sha1", "", "sha256:é"] {
            assert_eq!(Sum::parse(text), None, "{text}");
        }
    }
}
