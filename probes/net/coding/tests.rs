use super::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use std::io::Write as _;

const TEXT: &[u8] = b"We keep what we must, and we keep it short. We keep what we must, and we keep it short.\n";

/// `TEXT` as other programs pack it (`brotli -c`, `zstd -c`).
const BROTLI: &str = "G1cAGJwHdoyYjO7CO/qcGuQqjGzeraWlghtdl6HB0YUNOHAvXHjBXe4MI27l8mJGOyJF12F6Bxl2Aw==";
const ZSTD: &str = "KLUv/SRYhQEARAJXZSBrZWVwIHdoYXQgd2UgbXVzdCwgYW5kaXQgc2hvcnQuIAoDADxlsKeAIJhjcBRwYA==";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

fn bare(text: &[u8]) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::default());
    out.write_all(text).unwrap();
    out.finish().unwrap()
}

fn base64(text: &str) -> Vec<u8> {
    data_encoding::BASE64.decode(text.as_bytes()).unwrap()
}

fn all() -> [(&'static str, Vec<u8>); 6] {
    [
        ("gzip", gzip(TEXT)),
        ("X-GZip", gzip(TEXT)),
        ("deflate", zlib(TEXT)),
        ("deflate", bare(TEXT)),
        ("br", base64(BROTLI)),
        ("zstd", base64(ZSTD)),
    ]
}

#[test]
fn every_coding_is_taken_off() {
    for (name, body) in all() {
        assert_eq!(decode(&body, [name].into_iter(), 1_000).as_deref(), Ok(TEXT), "{name}");
        // The limit is what may come out, to the byte.
        assert!(decode(&body, [name].into_iter(), TEXT.len()).is_ok(), "{name}");
        let (why, detail) = decode(&body, [name].into_iter(), TEXT.len() - 1).unwrap_err();
        assert_eq!(why, Why::Malformed);
        assert!(detail.contains("more than the limit of"), "{detail}");
    }
}

#[test]
fn a_payload_without_coding_is_handed_on() {
    let names = ["identity", "UTF-8", "none", "binary", "text/html", "8bit", "utf8, identity"];
    for fields in [&[][..], &["", " , "]].into_iter().chain(names.iter().map(std::slice::from_ref)) {
        assert!(matches!(decode(TEXT, fields.iter().copied(), 1_000), Ok(Cow::Borrowed(TEXT))), "{fields:?}");
    }
    assert!(decode(TEXT, std::iter::empty(), 10).is_err());
    assert_eq!(decode(b"", ["gzip"].into_iter(), 10).as_deref(), Ok(&b""[..]));
}

#[test]
fn several_codings_are_taken_off_from_the_last() {
    let body = base64(BROTLI);
    let twice = gzip(&body);
    assert_eq!(decode(&twice, ["br, gzip"].into_iter(), 1_000).as_deref(), Ok(TEXT));
    assert_eq!(decode(&twice, ["br", "gzip"].into_iter(), 1_000).as_deref(), Ok(TEXT));
    assert_eq!(decode(TEXT, ["gzip, gzip, gzip, gzip, gzip"].into_iter(), 1_000).unwrap_err().0, Why::Unsupported);
}

#[test]
fn an_unknown_coding_is_unsupported() {
    let (why, detail) = decode(TEXT, ["compress"].into_iter(), 1_000).unwrap_err();
    assert_eq!((why, &*detail), (Why::Unsupported, "content coding \"compress\""));
}

#[test]
fn members_in_a_row_are_one_payload_and_what_follows_is_left_out() {
    let two = [gzip(b"one "), gzip(b"two"), b"\0\0\0".to_vec()].concat();
    assert_eq!(decode(&two, ["gzip"].into_iter(), 100).as_deref(), Ok(&b"one two"[..]));
    let frames = [base64(ZSTD), b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), base64(ZSTD)].concat();
    assert_eq!(decode(&frames, ["zstd"].into_iter(), 1_000).as_deref(), Ok(&TEXT.repeat(2)[..]));
}

#[test]
fn a_payload_that_is_not_what_its_header_says_is_malformed() {
    for (name, body) in all() {
        let (why, detail) = decode(b"<!doctype html><p>not packed", [name].into_iter(), 1_000).unwrap_err();
        assert_eq!(why, Why::Malformed);
        assert!(
            detail.starts_with(&format!("the payload is not {} as its header says", name.to_lowercase())),
            "{detail}"
        );
        for end in 1..body.len() {
            let half = decode(&body[..end], [name].into_iter(), 1_000);
            assert_eq!(half.map_err(|(why, _)| why), Err(Why::Malformed), "{name} cut to {end}");
        }
    }
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let zeros = vec![0; 64 << 20];
    for (name, body) in [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("gzip, gzip", gzip(&gzip(&zeros)))] {
        let (why, detail) = decode(&body, [name].into_iter(), 100_000).unwrap_err();
        assert_eq!((why, &*detail), (Why::Malformed, "the payload decodes to more than the limit of 100000 bytes"));
    }
    // A frame that asks for a window of 2 GiB.
    let wide = b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0";
    assert_eq!(decode(wide, ["zstd"].into_iter(), 100_000).unwrap_err().0, Why::Malformed);
}

proptest! {
    #[test]
    fn no_payload_harms(body: Vec<u8>, start in 0..6_usize, name in "gzip|deflate|br|zstd|br, gzip") {
        let (_, whole) = &all()[start];
        for body in [body.clone(), [&whole[..whole.len() / 2], &body].concat(), [&whole[..], &body].concat()] {
            if let Ok(out) = decode(&body, [name.as_str()].into_iter(), 10_000) {
                prop_assert!(out.len() <= 10_000);
            }
        }
    }
}
