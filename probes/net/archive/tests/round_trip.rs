//! What is written comes back equal, whatever it is.

use super::*;
use crate::net::archive::recorder::Wire;
use crate::net::capture::{Cut, CutReason};
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn an_answer_a_name_and_a_gap_come_back_as_they_went_in() {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let at = "2026-06-01T06:00:00.123456789Z";
    let mut page = page("https://meet.example/privacy?x=1", at, b"<p>We keep nothing.</p>");
    page.peer = Some("2001:db8::7".parse().unwrap());
    page.headers.push(("transfer-encoding".into(), "chunked".into()));
    recorder.exchange(&page, &Wire::default()).unwrap();
    recorder.resolution(&name(at)).unwrap();
    recorder.gap("https://meet.example/terms", Why::Refused, "403 Forbidden", time(at)).unwrap();
    recorder.finish().unwrap();

    let archive = Archive::open(&[&path]).unwrap();
    assert_eq!(archive.damages(), []);
    assert_eq!(archive.latest("https://meet.example/privacy?x=1", late()), Some(Entry::Http(page)));
    assert_eq!(archive.latest("dns:meet.example", late()), Some(Entry::Dns(name(at))));
    let gap = Entry::Gap { why: Why::Refused, detail: "403 Forbidden".into(), at: time(at) };
    assert_eq!(archive.latest("https://meet.example/terms", late()), Some(gap.clone()));
    assert_eq!(archive.gaps().collect::<Vec<_>>(), [("https://meet.example/terms", gap)]);
    assert_eq!(archive.latest("https://meet.example/", late()), None);
}

#[test]
fn the_latest_capture_at_or_before_a_time_is_given() {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let url = "https://meet.example/privacy";
    let (first, last) = (page(url, "2026-03-01T00:00:00Z", b"first"), page(url, "2026-05-01T00:00:00Z", b"last"));
    recorder.exchange(&last, &Wire::default()).unwrap();
    recorder.exchange(&first, &Wire::default()).unwrap();
    recorder.gap(url, Why::Unreachable, "time-out", time("2026-06-01T00:00:00Z")).unwrap();
    let archive = Archive::open(&[&path]).unwrap();
    let at = |text: &str| archive.latest(url, time(text));
    assert_eq!(at("2026-02-28T23:59:59Z"), None);
    assert_eq!(at("2026-03-01T00:00:00Z"), Some(Entry::Http(first.clone())));
    assert_eq!(at("2026-04-30T00:00:00Z"), Some(Entry::Http(first)));
    assert_eq!(at("2026-05-31T00:00:00Z"), Some(Entry::Http(last)));
    assert!(matches!(at("2026-06-01T00:00:00Z"), Some(Entry::Gap { why: Why::Unreachable, .. })));
    let days: Vec<_> = archive.slots(url).iter().map(|slot| slot.captured.to_string()).collect();
    assert_eq!(days, ["2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"]);
    assert_eq!(archive.times().len(), 3);
}

#[test]
fn an_unchanged_page_is_its_first_capture_seen_again() {
    let (folder, path) = place();
    let old = Recorder::create(&path, &info()).unwrap();
    let url = "https://meet.example/privacy";
    let first = page(url, "2026-03-01T00:00:00.5Z", b"the policy");
    old.exchange(&first, &Wire::default()).unwrap();

    let next = folder.path().join("b.warc.gz");
    let new = Recorder::create(&next, &info()).unwrap();
    let at = time("2026-04-01T00:00:00Z");
    let not_modified = Exchange::new(url.into(), at, 304, vec![("etag".into(), "\"1\"".into())], Bytes::new());
    new.revisit(&not_modified, &first, &Wire::default()).unwrap();
    let confirmed = first.confirmed(at, None);
    let same = page(url, "2026-05-01T00:00:00Z", b"the policy");
    new.revisit(&same, &confirmed, &Wire::default()).unwrap();
    let other = page(url, "2026-06-01T00:00:00Z", b"another policy");
    new.revisit(&other, &confirmed, &Wire::default()).unwrap();

    let archive = Archive::open(&[&path, &next]).unwrap();
    assert_eq!(archive.latest(url, at), Some(Entry::Http(confirmed)));
    let same = Exchange { payload_of: Some(first.captured), ..same };
    assert_eq!(archive.latest(url, same.captured), Some(Entry::Http(same)));
    assert_eq!(archive.latest(url, late()), Some(Entry::Http(other)));

    let alone = Archive::open(&[&next]).unwrap();
    let Some(Entry::Gap { why: Why::NotAsked, detail, .. }) = alone.latest(url, at) else { panic!("no gap") };
    assert!(
        detail.contains("refers to the capture of 2026-03-01T00:00:00.5Z of https://meet.example/privacy"),
        "{detail}"
    );
}

#[test]
fn the_connection_is_kept_and_each_certificate_once() {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let chain = [Bytes::from_static(b"leaf"), Bytes::from_static(b"root")];
    let wire = Wire {
        protocol: Some("h2"),
        tls: Some("tls/1.3"),
        cipher: Some("TLS_AES_128_GCM_SHA256"),
        certificates: &chain,
        ..Wire::default()
    };
    for url in ["https://meet.example/a", "https://meet.example/b"] {
        recorder.exchange(&page(url, "2026-06-01T00:00:00Z", b"x"), &wire).unwrap();
    }
    let archive = Archive::open(&[&path]).unwrap();
    let connection = archive.connection(&archive.slots("https://meet.example/b")[0]).unwrap();
    assert_eq!(connection.tls.as_deref(), Some("tls/1.3"));
    assert_eq!(connection.cipher.as_deref(), Some("TLS_AES_128_GCM_SHA256"));
    let bytes: Vec<_> = connection.certificates.iter().filter_map(|digest| archive.certificate(digest)).collect();
    assert_eq!(bytes, chain);
    assert_eq!(archive.targets().filter(|target| target.starts_with("urn:sha256:")).count(), 2);
    let written = archive.slots(&format!("urn:{}", connection.certificates[0]));
    assert_eq!((written.len(), written[0].kind), (1, Kind::Resource));
    assert_eq!(archive.latest(&format!("urn:{}", connection.certificates[0]), late()), None);
}

prop_compose! {
    fn headers()(fields in vec(("[A-Za-z][A-Za-z0-9-]{0,12}", "([!-~äß€](.{0,30}[!-~ä])?)?"), 0..6)) -> Vec<(String, String)> {
        let clean = |value: String| value.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        fields.into_iter().map(|(name, value): (String, String)| (name, clean(value))).collect()
    }
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        // Beyond one stored block, and beyond what is packed in memory.
        (any::<u8>(), 65_000..66_000_usize).prop_map(|(byte, size)| vec![byte; size]),
        (any::<u8>(), 250_000..400_000_usize).prop_map(|(byte, size)| vec![byte; size]),
        Just(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff".repeat(3)),
    ]
}

fn cut() -> impl Strategy<Value = Option<Cut>> {
    let reason =
        prop::sample::select(vec![CutReason::Length, CutReason::Time, CutReason::Disconnect, CutReason::Unspecified]);
    prop::option::of((reason, "([a-z]{1,8}( [a-z]{1,8}){0,3})?").prop_map(|(reason, detail)| Cut { reason, detail }))
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let at = (0_i64..4_000_000_000, 0..1_000_000_000).prop_map(|(s, n)| Timestamp::new(s, n).unwrap());
    let packed = prop::option::of(prop::sample::select(vec!["gzip", "br"]));
    let peer = prop::option::of(any::<std::net::IpAddr>());
    let status = (100_u16..1000).prop_filter("a 304 is the capture before it", |status| *status != 304);
    ("[a-z]{1,3}", at, status, headers(), body(), packed, peer, cut()).prop_map(
        |(path, at, status, mut headers, body, packed, peer, cut)| {
            // These change how the record is written; the test wants to say when.
            headers.retain(|(name, _)| !["content-encoding", "content-type"].contains(&&*name.to_ascii_lowercase()));
            headers.extend(packed.map(|coding| ("Content-Encoding".to_owned(), coding.to_owned())));
            let url = format!("https://meet.example/{path}");
            Exchange { peer, cut, ..Exchange::new(url, at, status, headers, body.into()) }
        },
    )
}

fn entry() -> impl Strategy<Value = (String, Entry)> {
    let gap = ("[a-z]{1,3}", ".{0,40}", 0_i64..4_000_000_000).prop_map(|(path, detail, second)| {
        let at = Timestamp::from_second(second).unwrap();
        (format!("https://gap.example/{path}"), Entry::Gap { why: Why::Malformed, detail, at })
    });
    let record = ("[a-z]{1,5}(\\.[a-z]{1,5}){0,2}", any::<u32>(), "[a-z]{2,9}").prop_flat_map(|(owner, ttl, name)| {
        let any = prop::sample::select(vec![
            ("A", "192.0.2.1".to_owned()),
            ("CNAME", name.clone()),
            ("MX", format!("5 {name}")),
        ]);
        any.prop_map(move |(kind, data)| DnsRecord::new(owner.clone(), ttl, kind.into(), data))
    });
    let dns = ("[a-z]{1,3}\\.example", 0_i64..4_000_000_000, any::<bool>(), vec(record, 0..5), vec("[A-Z]{1,4}", 0..3))
        .prop_map(|(name, second, no_such_name, records, kinds)| {
            let captured = Timestamp::from_second(second).unwrap();
            let failed = kinds.iter().map(|kind| (kind.clone(), Why::Unreachable)).collect();
            let target = format!("dns:{name}");
            let answer =
                Resolution { name, captured, no_such_name, records, failed, asked: kinds, digest: String::new() };
            (target, Entry::Dns(answer.sealed()))
        });
    prop_oneof![exchange().prop_map(|exchange| (exchange.url.clone(), Entry::Http(exchange))), gap, dns]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_is_written_is_read(entries in vec(entry(), 1..12)) {
        let (_folder, path) = place();
        let recorder = Recorder::create(&path, &info()).unwrap();
        let mut last = BTreeMap::new();
        for (target, entry) in &entries {
            recorder.put(target, entry).unwrap();
            let at = match entry {
                Entry::Http(exchange) => exchange.captured,
                Entry::Dns(answer) => answer.captured,
                Entry::Gap { at, .. } => *at,
            };
            last.insert((target.clone(), at), entry);
        }
        let archive = Archive::open(&[&path]).unwrap();
        prop_assert_eq!(archive.damages(), []);
        for ((target, at), entry) in last {
            let read = archive.latest(&target, at);
            prop_assert_eq!(read.as_ref(), Some(entry));
        }
    }
}
