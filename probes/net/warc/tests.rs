//! The parsers on what nobody would send, and on what everybody does.

use super::head::{Head, HeadError};
use super::member::Packer;
use super::unpack::{Counted, Unpack};
use super::*;
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::{Cursor, Read as _};

fn head(text: &str) -> Result<Option<Head>, HeadError> {
    Head::read(&mut text.as_bytes(), 1_000)
}

#[test]
fn a_head_is_read_to_its_blank_line() {
    let head = head("\r\n\r\nWARC/1.1\r\nwarc-TYPE: Response\r\nX: a\r\n\tb\r\nEmpty:\r\n\r\nrest").unwrap().unwrap();
    assert_eq!((head.kind(), head.get("x"), head.get("empty")), ("response".to_owned(), Some("a b"), Some("")));
    assert!(super::tests::head("\r\n\n").unwrap().is_none());
}

#[test]
fn a_head_that_is_none_is_told_apart_from_one_that_is_cut() {
    for cut in ["W", "WARC/1.", "WARC/1.1", "WARC/1.1\r\n", "WARC/1.1\r\nA: b", "WARC/1.1\r\nA: b\r\n"] {
        assert!(matches!(head(cut), Err(HeadError::Cut)), "{cut:?}");
    }
    for broken in
        ["HTTP/1.1 200 OK\r\n\r\n", "WARC/1.1\r\nno field\r\n\r\n", "WARC/11\r\n\r\n", "WARC/1.1\r\n: x\r\n\r\n"]
    {
        assert!(matches!(head(broken), Err(HeadError::Broken(_))), "{broken:?}");
    }
    let long = format!("WARC/1.1\r\nA: {}\r\n\r\n", "x".repeat(2_000));
    assert!(matches!(head(&long), Err(HeadError::Broken(what)) if what.contains("longer than 1000 bytes")));
}

#[test]
fn times_are_read_whole_and_shortened() {
    let time =
        |text: &str| head(&format!("WARC/1.1\r\nD: {text}\r\n\r\n")).unwrap().unwrap().time("d").map(|t| t.to_string());
    assert_eq!(time("2026-06-01T06:00:00.123456789Z").as_deref(), Some("2026-06-01T06:00:00.123456789Z"));
    assert_eq!(time("2026-06-01T06:00:00Z").as_deref(), Some("2026-06-01T06:00:00Z"));
    assert_eq!(time("2026-06-15").as_deref(), Some("2026-06-15T00:00:00Z"));
    assert_eq!(time("2026-06").as_deref(), Some("2026-06-01T00:00:00Z"));
    assert_eq!(time("2026").as_deref(), Some("2026-01-01T00:00:00Z"));
    for wrong in ["", "soon", "2026-13-01", "20260601060000"] {
        assert_eq!(time(wrong), None, "{wrong}");
    }
}

#[test]
fn dns_lines_are_read_in_every_usual_order() {
    let at = jiff::Timestamp::UNIX_EPOCH;
    let block = b"20260601060000\n; a comment\na.example. 300 IN A 192.0.2.1\nb.example.\tIN\t60\tAAAA\t2001:db8::1\n\
        c.example IN MX 5 Mail.Example.\nd.example. 1 in txt \"v=spf1 -all\"\n";
    let answer = dns::read("a.example", at, block, String::new()).unwrap();
    let records: Vec<_> = answer.records.iter().map(|r| (&*r.owner, r.ttl, &*r.kind, &*r.data)).collect();
    assert_eq!(
        records,
        [
            ("a.example", 300, "A", "192.0.2.1"),
            ("b.example", 60, "AAAA", "2001:db8::1"),
            ("c.example", 0, "MX", "5 mail.example"),
            ("d.example", 1, "TXT", "\"v=spf1 -all\""),
        ]
    );
    assert_eq!(answer.records[2].line, "c.example IN MX 5 Mail.Example.");
    assert_eq!((answer.asked.len(), answer.failed.len(), answer.no_such_name), (0, 0, false));
}

#[test]
fn a_member_packs_and_unpacks_what_it_holds() {
    let mut packer = Packer::new(2);
    for size in [0, 1, 100, 65_534, 65_535, 65_536, 200_000] {
        let body: Vec<u8> = (0..size).map(|number| (number * 7 % 251) as u8).collect();
        for packed in [false, true] {
            let mut out = Vec::new();
            packer.member(b"head", &body, packed, &mut out).unwrap();
            let mut back = Vec::new();
            let mut member = Unpack::new(Counted::new(Cursor::new(&out)));
            member.start().unwrap();
            member.read_to_end(&mut back).unwrap();
            assert_eq!(back, [b"head", &body[..], b"\r\n\r\n"].concat());
            assert_eq!(member.input().place(), out.len() as u64);
            // Another decoder agrees.
            back.clear();
            flate2::read::GzDecoder::new(&out[..]).read_to_end(&mut back).unwrap();
            assert_eq!(back.len(), size + 8);
        }
    }
}

#[test]
fn the_method_of_a_request_is_its_first_word() {
    assert_eq!(http::method(b"get /x HTTP/1.1\r\n").as_deref(), Some("GET"));
    assert_eq!(http::method(b"\xff\xfe"), None);
    assert_eq!(http::method(b""), None);
}

proptest! {
    #[test]
    fn no_head_harms(bytes: Vec<u8>, text in "(WARC/1\\.[01])?([A-Za-z-]{0,9}[: \r\n\t]{0,3}){0,9}") {
        for input in [&bytes[..], text.as_bytes()] {
            let _ = Head::read(&mut &input[..], 100);
        }
    }

    #[test]
    fn no_answer_harms(bytes: Vec<u8>, chunks in vec("[0-9a-f]{0,3}(;x)?\r?\n[a-z\r\n]{0,9}", 0..5)) {
        let block = Bytes::from([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks.concat().as_bytes(), &bytes].concat());
        let answer = http::read(&block).unwrap();
        prop_assert!(answer.body.len() <= block.len());
        let _ = http::read(&bytes.into());
    }

    #[test]
    fn chunks_are_put_together(parts in vec(vec(any::<u8>(), 1..50), 0..6)) {
        let mut block = b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\n".to_vec();
        for part in &parts {
            block.extend_from_slice(format!("{:X}\r\n", part.len()).as_bytes());
            block.extend_from_slice(part);
            block.extend_from_slice(b"\r\n");
        }
        block.extend_from_slice(b"0\r\n\r\n");
        let answer = http::read(&block.into()).unwrap();
        prop_assert_eq!((&answer.body[..], answer.cut), (&parts.concat()[..], false));
    }

    #[test]
    fn no_dns_block_harms(text in "([0-9]{14}\n)?([a-z.;]{0,9}[ \t\n]{0,2}(IN|A|MX|; failed |; asked )?[ \t]?[0-9]{0,9}){0,9}") {
        let _ = dns::read("a.example", jiff::Timestamp::UNIX_EPOCH, text.as_bytes(), String::new());
    }
}
