//! Archives as other tools write them, in their own styles; each is made here by hand.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write as _;

/// A record with fields as given; the length is added.
fn record(version: &str, fields: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut out = format!("WARC/{version}\r\n").into_bytes();
    for (name, value) in fields {
        out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", block.len()).as_bytes());
    out.extend_from_slice(block);
    out.extend_from_slice(b"\r\n\r\n");
    out
}

/// An HTTP answer in the style of a recording proxy.
fn answer(url: &str, date: &str, more: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut fields = vec![
        ("WARC-Date", date),
        ("WARC-Type", "response"),
        ("WARC-Record-ID", "<urn:uuid:5c3b2a10-0000-4000-8000-000000000001>"),
        ("WARC-Target-URI", url),
        ("Content-Type", "application/http; msgtype=response"),
    ];
    fields.splice(0..0, more.iter().copied());
    record("1.1", &fields, block)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn open(bytes: &[u8]) -> (tempfile::TempDir, Archive) {
    let (folder, path) = place();
    fs::write(&path, bytes).unwrap();
    let archive = Archive::open(&[&path]).unwrap();
    (folder, archive)
}

fn body(archive: &Archive, url: &str) -> String {
    match archive.latest(url, late()) {
        Some(Entry::Http(exchange)) => String::from_utf8(exchange.body.to_vec()).unwrap(),
        other => panic!("{url} is {other:?}; {:?}", archive.damages()),
    }
}

fn gap(archive: &Archive, url: &str) -> (Why, String) {
    match archive.latest(url, late()) {
        Some(Entry::Gap { why, detail, .. }) => (why, detail),
        other => panic!("{url} is {other:?}"),
    }
}

const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page</p>";

/// A small world: page, name, redirect, with the digests that such tools write.
fn world() -> Vec<Vec<u8>> {
    let dns = b"20260601060000\nmeet.example.\t300\tIN\tCNAME\tEdge.Example.\nedge.example.\t300\tIN\tA\t192.0.2.7\n";
    vec![
        record(
            "1.1",
            &[("WARC-Type", "warcinfo"), ("Content-Type", "application/warc-fields")],
            b"software: made by hand\r\n",
        ),
        record(
            "1.1",
            &[
                ("WARC-Date", "2026-06-01T06:00:00Z"),
                ("WARC-Type", "response"),
                ("WARC-Target-URI", "dns:Meet.Example."),
                ("Content-Type", "text/dns"),
            ],
            dns,
        ),
        answer("https://meet.example/", "2026-06-01T06:00:00Z", &[], b"HTTP/1.1 301 Moved\r\nLocation: /de/\r\n\r\n"),
        answer(
            "https://meet.example/de/",
            "2026-06-01T06:00:01Z",
            &[("WARC-Payload-Digest", "sha1:OJQJQSEKZOHO5M4PQDPEPD5GALM7526D")],
            PAGE,
        ),
    ]
}

fn check_world(archive: &Archive) {
    assert_eq!(archive.damages(), []);
    assert_eq!(body(archive, "https://meet.example/de/"), "<p>page</p>");
    let Some(Entry::Http(redirect)) = archive.latest("https://MEET.example:443/#top", late()) else {
        panic!("no redirect")
    };
    assert_eq!(redirect.redirect().as_deref(), Some("https://meet.example/de/"));
    let Some(Entry::Dns(answer)) = archive.latest("dns:meet.example", late()) else { panic!("no DNS answer") };
    let records: Vec<_> = answer.records.iter().map(|record| (&*record.owner, &*record.kind, &*record.data)).collect();
    assert_eq!(records, [("meet.example", "CNAME", "edge.example"), ("edge.example", "A", "192.0.2.7")]);
    assert_eq!((answer.asked.len(), answer.no_such_name), (0, false));
}

#[test]
fn a_member_for_each_record_no_compression_and_one_member_for_all_are_the_same_world() {
    let records = world();
    check_world(&open(&records.iter().flat_map(|record| gzip(record)).collect::<Vec<_>>()).1);
    check_world(&open(&records.concat()).1);
    check_world(&open(&gzip(&records.concat())).1);
    let two = [gzip(&records[..1].concat()), gzip(&records[1..3].concat()), gzip(&records[3])].concat();
    check_world(&open(&two).1);
}

#[test]
fn old_records_with_brackets_folded_lines_and_other_cases_are_read() {
    let old = b"WARC/1.0\nwarc-type: Response\nWARC-TARGET-URI: <https://meet.example/old>\nwarc-date: 2014-03-02T10:11:12Z\n\
        X-Note: one\n two\ncontent-type: application/http;\n\tmsgtype=response\nCONTENT-LENGTH: 59\n\n";
    let block = b"HTTP/1.0 200\nX-Folded: a\n b\ncontent-TYPE: text/plain\n\nold\r\n";
    let (_folder, archive) = open(&[&old[..], block, b"\n\n"].concat());
    assert_eq!(body(&archive, "https://meet.example/old"), "old\r\n");
    let Some(Entry::Http(exchange)) = archive.latest("https://meet.example/old", late()) else { panic!() };
    assert_eq!(exchange.header("x-folded"), Some("a b"));
    assert_eq!(exchange.captured, time("2014-03-02T10:11:12Z"));
}

#[test]
fn bodies_are_taken_out_of_their_chunks() {
    let page =
        |name: &str, block: &[u8]| answer(&format!("https://meet.example/{name}"), "2026-06-01T00:00:00Z", &[], block);
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let records = [
        page("whole", format!("{head}4;x=1\r\nWiki\r\n6\r\npedia \r\n0\r\nTrailer: x\r\n\r\n").as_bytes()),
        page("cut", format!("{head}4\r\nWiki\r\nff\r\npe").as_bytes()),
        page("taken-off", format!("{head}<p>no chunk here").as_bytes()),
        page("wrong-length", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nlonger than three"),
        page("missing-length", b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\nshorter"),
    ];
    let (_folder, archive) = open(&records.concat());
    assert_eq!(body(&archive, "https://meet.example/whole"), "Wikipedia ");
    assert_eq!(body(&archive, "https://meet.example/cut"), "Wikipe");
    assert_eq!(body(&archive, "https://meet.example/taken-off"), "<p>no chunk here");
    assert_eq!(body(&archive, "https://meet.example/wrong-length"), "longer than three");
    assert_eq!(body(&archive, "https://meet.example/missing-length"), "shorter");
    let Some(Entry::Http(cut)) = archive.latest("https://meet.example/cut", late()) else { panic!() };
    assert_eq!(cut.cut.unwrap().to_string(), "cut off when the connection broke: the last chunk is missing");
}

#[test]
fn a_packed_body_in_chunks_is_decoded() {
    let packed = gzip(b"<p>packed</p>");
    let mut block = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    block.extend_from_slice(format!("{:x}\r\n", packed.len()).as_bytes());
    block.extend_from_slice(&packed);
    block.extend_from_slice(b"\r\n0\r\n\r\n");
    // This tool's payload digest is that of the chunks.
    let sum = Sum::sha256(&[&block[block.len() - packed.len() - 11..]]).to_string();
    let (_folder, archive) =
        open(&answer("https://meet.example/", "2026-06-01T00:00:00Z", &[("WARC-Payload-Digest", &sum)], &block));
    let Some(Entry::Http(exchange)) = archive.latest("https://meet.example/", late()) else {
        panic!("{:?}", archive.latest("https://meet.example/", late()))
    };
    assert_eq!(exchange.body, packed);
    assert_eq!(exchange.digest, crate::net::digest::sha256(&packed));
    assert_eq!(&*exchange.decoded(100).unwrap(), b"<p>packed</p>");
}

#[test]
fn a_wrong_digest_is_a_broken_record() {
    let fields = [("WARC-Payload-Digest", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
    let (_folder, archive) = open(&answer("https://meet.example/", "2026-06-01T00:00:00Z", &fields, PAGE));
    let (why, detail) = gap(&archive, "https://meet.example/");
    assert_eq!(why, Why::Malformed);
    assert_eq!(
        detail,
        "a.warc.gz, record at byte 0: the record is not the one that was written: its payload digest is wrong"
    );
    let fields = [("WARC-Block-Digest", "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
    let (_folder, archive) = open(&answer("https://meet.example/", "2026-06-01T00:00:00Z", &fields, PAGE));
    assert!(gap(&archive, "https://meet.example/").1.ends_with("its block digest is wrong"));
    let unknown = [("WARC-Payload-Digest", "blake9:AAAA")];
    let (_folder, archive) = open(&answer("https://meet.example/", "2026-06-01T00:00:00Z", &unknown, PAGE));
    assert_eq!(body(&archive, "https://meet.example/"), "<p>page</p>");
}

/// A revisit of `url` with fields as given.
fn revisit(url: &str, date: &str, more: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut fields = vec![("WARC-Type", "revisit"), ("WARC-Target-URI", url), ("WARC-Date", date)];
    fields.push(("Content-Type", "application/http; msgtype=response"));
    fields.extend_from_slice(more);
    record("1.0", &fields, block)
}

#[test]
fn revisits_of_every_style_lead_to_the_payload() {
    let page = "https://meet.example/page";
    let digest = ("WARC-Payload-Digest", "sha1:OJQJQSEKZOHO5M4PQDPEPD5GALM7526D");
    let same = ("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest");
    let unmodified = ("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/server-not-modified");
    let not_modified = b"HTTP/1.1 304 Not Modified\r\nServer: x\r\n\r\n";
    let nothing = ("WARC-Payload-Digest", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
    let styles: [(&str, Vec<u8>); 7] = [
        (
            "by address and time",
            revisit(
                "https://meet.example/1",
                "2026-07-01T00:00:00Z",
                &[same, ("WARC-Refers-To-Target-URI", page), ("WARC-Refers-To-Date", "2026-06-01T00:00:00Z")],
                b"HTTP/1.1 200 OK\r\nX-New: 1\r\n\r\n",
            ),
        ),
        (
            "by digest",
            revisit("https://meet.example/2", "2026-07-01T00:00:00Z", &[same, digest], b"HTTP/1.1 200 OK\r\n\r\n"),
        ),
        (
            "by identifier",
            revisit(
                "https://meet.example/3",
                "2026-07-01T00:00:00Z",
                &[same, ("WARC-Refers-To", "<urn:uuid:5c3b2a10-0000-4000-8000-000000000001>")],
                b"",
            ),
        ),
        ("not modified", revisit(page, "2026-07-01T00:00:00Z", &[unmodified], not_modified)),
        (
            "not modified, with the digest of nothing",
            revisit(page, "2026-07-02T00:00:00Z", &[unmodified, nothing], not_modified),
        ),
        ("an answer 304", answer(page, "2026-07-03T00:00:00Z", &[nothing], not_modified)),
        (
            "a revisit of a revisit",
            revisit(
                page,
                "2026-07-04T00:00:00Z",
                &[unmodified, ("WARC-Refers-To-Target-URI", page), ("WARC-Refers-To-Date", "2026-07-01T00:00:00Z")],
                not_modified,
            ),
        ),
    ];
    let all: Vec<u8> = styles.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    let (_folder, archive) = open(&[answer(page, "2026-06-01T00:00:00.250Z", &[digest], PAGE), all].concat());
    assert_eq!(archive.damages(), []);
    for url in ["https://meet.example/1", "https://meet.example/2", "https://meet.example/3"] {
        assert_eq!(body(&archive, url), "<p>page</p>", "{url}");
    }
    let slots = archive.slots(page);
    assert_eq!(slots.len(), 5);
    for slot in slots {
        let Some(Entry::Http(exchange)) = archive.entry(page, slot) else { panic!("{:?}", archive.entry(page, slot)) };
        assert_eq!((exchange.status, &exchange.body[..], exchange.captured), (200, &b"<p>page</p>"[..], slot.captured));
        assert_eq!(
            exchange.payload_of,
            (slot.kind == Kind::Revisit || exchange.captured > time("2026-07-01T00:00:00Z"))
                .then(|| time("2026-06-01T00:00:00.250Z"))
        );
    }
    let Some(Entry::Http(new)) = archive.latest("https://meet.example/1", late()) else { panic!() };
    assert_eq!(new.header("x-new"), Some("1"));
}

#[test]
fn a_revisit_of_nothing_or_of_itself_is_a_gap() {
    let url = "https://meet.example/";
    let to = |date| [("WARC-Refers-To-Target-URI", url), ("WARC-Refers-To-Date", date)];
    let (_folder, archive) = open(&revisit(url, "2026-07-01T00:00:00Z", &to("2026-01-01T00:00:00Z"), b""));
    let (why, detail) = gap(&archive, url);
    assert_eq!(why, Why::NotAsked);
    assert!(
        detail.ends_with("the capture of 2026-01-01T00:00:00Z of https://meet.example/, which is in none of the files"),
        "{detail}"
    );
    let one = revisit(url, "2026-07-01T00:00:00Z", &to("2026-07-02T00:00:00Z"), b"");
    let two = revisit(url, "2026-07-02T00:00:00Z", &to("2026-07-01T00:00:00Z"), b"");
    let (_folder, archive) = open(&[one, two].concat());
    let (why, detail) = gap(&archive, url);
    assert_eq!(why, Why::Malformed);
    assert!(detail.ends_with("revisits refer to one another"), "{detail}");
}

#[test]
fn what_is_no_answer_to_a_get_is_passed_over() {
    let post = record(
        "1.1",
        &[
            ("WARC-Type", "request"),
            ("WARC-Target-URI", "https://meet.example/form"),
            ("WARC-Concurrent-To", "<urn:uuid:5c3b2a10-0000-4000-8000-000000000001>"),
            ("Content-Type", "application/http; msgtype=request"),
        ],
        b"POST /form HTTP/1.1\r\n\r\nname=x",
    );
    let unknown = record("1.1", &[("WARC-Type", "dream"), ("WARC-Target-URI", "https://meet.example/")], b"?");
    let note = record(
        "1.1",
        &[
            ("WARC-Type", "metadata"),
            ("WARC-Target-URI", "https://meet.example/"),
            ("Content-Type", "application/warc-fields"),
        ],
        b"via: x\r\n",
    );
    let shot = record(
        "1.1",
        &[
            ("WARC-Type", "resource"),
            ("WARC-Target-URI", "https://meet.example/"),
            ("WARC-Date", "2026-06-01T00:00:00Z"),
            ("Content-Type", "image/png"),
        ],
        b"\x89PNG",
    );
    let (_folder, archive) = open(
        &[post, answer("https://meet.example/form", "2026-06-01T00:00:00Z", &[], PAGE), unknown, note, shot].concat(),
    );
    assert_eq!(archive.damages(), []);
    assert_eq!(archive.targets().collect::<Vec<_>>(), ["https://meet.example/"]);
    assert_eq!(archive.latest("https://meet.example/", late()), None);
    assert_eq!(
        archive.resource(&archive.slots("https://meet.example/")[0]).unwrap(),
        ("image/png".to_owned(), Bytes::from_static(b"\x89PNG"))
    );
}

#[test]
fn what_cannot_be_used_is_said() {
    let records = [
        answer("https://meet.example/day", "2026-06", &[], PAGE),
        answer("https://meet.example/undated", "yesterday", &[], PAGE),
        record(
            "1.1",
            &[
                ("WARC-Type", "continuation"),
                ("WARC-Target-URI", "https://meet.example/film"),
                ("WARC-Segment-Number", "2"),
            ],
            b"...",
        ),
        record(
            "1.1",
            &[("WARC-Type", "response"), ("WARC-Target-URI", "ftp://meet.example/x"), ("Content-Type", "text/plain")],
            b"...",
        ),
    ];
    let (_folder, archive) = open(&records.concat());
    assert_eq!(archive.slots("https://meet.example/day")[0].captured, time("2026-06-01T00:00:00Z"));
    let said: Vec<_> = archive.damages().iter().map(|damage| damage.what.as_str()).collect();
    assert_eq!(
        said,
        [
            "the record of https://meet.example/undated has no valid WARC-Date and is not used",
            "a further segment of https://meet.example/film is not joined to its first",
            "an answer of media type \"text/plain\" for ftp://meet.example/x is not read",
        ]
    );
}

#[test]
fn an_answer_that_is_none_is_malformed() {
    let page =
        |name: &str, block: &[u8]| answer(&format!("https://meet.example/{name}"), "2026-06-01T00:00:00Z", &[], block);
    let dns = record(
        "1.1",
        &[
            ("WARC-Date", "2026-06-01T06:00:00Z"),
            ("WARC-Type", "response"),
            ("WARC-Target-URI", "dns:meet.example"),
            ("Content-Type", "text/dns"),
        ],
        b"20260601060000\nnonsense\n",
    );
    let (_folder, archive) =
        open(&[page("html", b"<html>"), page("empty", b""), page("status", b"HTTP/1.1 20x OK\r\n\r\n"), dns].concat());
    for name in ["html", "empty", "status"] {
        let (why, detail) = gap(&archive, &format!("https://meet.example/{name}"));
        assert_eq!(why, Why::Malformed);
        assert!(detail.contains("expected the status line of an HTTP answer"), "{detail}");
    }
    let (why, detail) = gap(&archive, "dns:meet.example");
    assert!(
        why == Why::Malformed && detail.contains("line 2 of the DNS answer is no record: \"nonsense\""),
        "{detail}"
    );
}

#[test]
fn a_cut_of_another_tool_is_known() {
    let fields = [("WARC-Truncated", "length"), ("WARC-Payload-Digest", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
    let (_folder, archive) = open(&answer("https://meet.example/", "2026-06-01T00:00:00Z", &fields, PAGE));
    let Some(Entry::Http(exchange)) = archive.latest("https://meet.example/", late()) else { panic!() };
    assert_eq!(exchange.cut.unwrap().to_string(), "cut off at a limit on bytes");
}

#[test]
fn a_coding_that_was_taken_off_and_not_its_field() {
    for (coding, text) in [
        ("gzip", "<p>page</p>"),
        ("br", "<!doctype html><p>a page of some length</p>"),
        ("deflate", "<p>page"),
        ("x-gzip", "%PDF-1.7 "),
    ] {
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\n\r\n{text}");
        let (_folder, archive) = open(&answer("https://meet.example/", "2026-06-01T00:00:00Z", &[], block.as_bytes()));
        let Some(Entry::Http(exchange)) = archive.latest("https://meet.example/", late()) else { panic!() };
        assert_eq!(exchange.decoded(1_000).as_deref(), Ok(text.as_bytes()), "{coding}");
    }
    // What is neither packed nor text is as wrong as ever.
    let block = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00broken";
    let (_folder, archive) = open(&answer("https://meet.example/", "2026-06-01T00:00:00Z", &[], block));
    let Some(Entry::Http(exchange)) = archive.latest("https://meet.example/", late()) else { panic!() };
    assert_eq!(exchange.decoded(1_000).unwrap_err().0, Why::Malformed);
}

#[test]
fn one_address_in_two_spellings_is_one() {
    for (written, asked) in [
        ("https://meet.example/%c3%a4", "https://meet.example/%C3%A4"),
        ("https://meet.example/privac%79?a=%7e", "https://meet.example/privacy?a=~"),
        ("https://meet.example/privacy", "https://MEET.example/%70rivac%79"),
        ("https://meet.example/a/%2e%2E/b", "https://meet.example/b"),
        ("https://meet.example/a%2fb", "https://meet.example/a%2Fb"),
    ] {
        let (_folder, archive) = open(&answer(written, "2026-06-01T00:00:00Z", &[], PAGE));
        assert_eq!(body(&archive, asked), "<p>page</p>", "{written}");
        assert_eq!(body(&archive, written), "<p>page</p>", "{written}");
        // Whoever asks cites the address as it was asked for.
        let Some(Entry::Http(exchange)) = archive.latest(asked, late()) else { panic!() };
        assert_eq!(exchange.url, url::Url::parse(asked).unwrap().as_str());
    }
    let (_folder, archive) = open(&answer("https://meet.example/a%2Fb", "2026-06-01T00:00:00Z", &[], PAGE));
    assert!(archive.latest("https://meet.example/a/b", late()).is_none());
}
