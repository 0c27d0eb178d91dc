//! Archives broken on purpose: what is whole is used, what is lost is said, nothing wrong is believed.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};

/// A small archive: its bytes, where each record begins (and the end), and what it holds.
fn small() -> (Vec<u8>, Vec<usize>, Vec<(String, Entry)>) {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let at = "2026-06-01T06:00:00Z";
    let mut packed = page("https://meet.example/packed", at, b"\x1f\x8b\x08 these bytes do not get smaller");
    packed.headers.push(("content-encoding".into(), "gzip".into()));
    let entries = [
        Entry::Http(page("https://meet.example/privacy", at, b"<p>We keep what we must, and we keep it short.</p>")),
        Entry::Dns(name(at)),
        Entry::Http(packed),
        Entry::Gap { why: Why::Robots, detail: "robots.txt forbids it".into(), at: time(at) },
        Entry::Http(page("https://meet.example/terms", at, b"<p>Terms</p>")),
    ];
    let targets = ["https://meet.example/privacy", "dns:meet.example", "https://meet.example/packed"];
    let targets = targets.into_iter().chain(["https://meet.example/closed", "https://meet.example/terms"]);
    let entries: Vec<_> = targets.map(str::to_owned).zip(entries).collect();
    let mut borders = vec![0, fs::read(&path).unwrap().len()];
    for (target, entry) in &entries {
        recorder.put(target, entry).unwrap();
        borders.push(fs::read(&path).unwrap().len());
    }
    (fs::read(&path).unwrap(), borders, entries)
}

/// The same archive without compression, with the borders of its records.
fn unpacked() -> (Vec<u8>, Vec<usize>, Vec<(String, Entry)>) {
    let (bytes, borders, entries) = small();
    let mut all = Vec::new();
    let mut places = vec![0];
    for range in borders.windows(2) {
        let mut member = flate2::read::GzDecoder::new(&bytes[range[0]..range[1]]);
        std::io::Read::read_to_end(&mut member, &mut all).unwrap();
        places.push(all.len());
    }
    (all, places, entries)
}

fn open(bytes: &[u8]) -> Result<(tempfile::TempDir, Archive), ArchiveError> {
    let (folder, path) = place();
    fs::write(&path, bytes).unwrap();
    Archive::open(&[&path]).map(|archive| (folder, archive))
}

/// A file that is changed in place: writing thousands of files takes its time.
struct Changed {
    _folder: tempfile::TempDir,
    path: PathBuf,
    file: fs::File,
}

impl Changed {
    fn new(bytes: &[u8]) -> Self {
        let (folder, path) = place();
        fs::write(&path, bytes).unwrap();
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        Self { _folder: folder, path, file }
    }

    fn put(&mut self, place: usize, byte: u8) {
        self.file.seek(SeekFrom::Start(place as u64)).unwrap();
        self.file.write_all(&[byte]).unwrap();
    }
}

#[test]
fn an_archive_cut_anywhere_gives_its_whole_records_and_says_what_is_cut() {
    for (bytes, borders, entries) in [small(), unpacked()] {
        let changed = Changed::new(&bytes);
        for end in (0..bytes.len()).rev() {
            changed.file.set_len(end as u64).unwrap();
            let Ok(archive) = Archive::open(&[&changed.path]) else {
                assert!(end <= 1, "not recognised with {end} bytes");
                continue;
            };
            for (number, (target, entry)) in entries.iter().enumerate() {
                // The blank lines that end an unpacked record hold nothing.
                let slack = if bytes.starts_with(b"WARC") { 4 } else { 0 };
                let whole = borders[number + 2] - slack <= end;
                assert_eq!(archive.latest(target, late()).as_ref(), whole.then_some(entry), "{target} at {end}");
            }
            let near = |border: &usize| (border.saturating_sub(4)..border + 5).contains(&end);
            let at_border = borders.contains(&end) || bytes.starts_with(b"WARC") && borders.iter().any(near);
            assert!(at_border || archive.damages().len() == 1, "{:?} at {end}", archive.damages());
            for damage in archive.damages() {
                assert!(damage.what.starts_with("the last record is cut off after"), "{damage}");
                assert!(borders.contains(&(damage.place as usize)), "{damage}");
            }
        }
    }
}

#[test]
fn a_flipped_byte_harms_one_record_and_is_noticed() {
    let (bytes, borders, entries) = small();
    let mut changed = Changed::new(&bytes);
    for (place, byte) in bytes.iter().enumerate() {
        for flip in [0x01, 0x80, 0xff] {
            changed.put(place, byte ^ flip);
            let archive = Archive::open(&[&changed.path]).unwrap();
            for (number, (target, entry)) in entries.iter().enumerate() {
                let found = archive.latest(target, late());
                let hit = (borders[number + 1]..borders[number + 2]).contains(&place);
                match found {
                    Some(found) if found == *entry => {}
                    None if hit && !archive.damages().is_empty() => {}
                    Some(Entry::Gap { why: Why::Malformed, .. }) if hit => {}
                    found => panic!("byte {place} ^ {flip:#x}: {target} is {found:?}; {:?}", archive.damages()),
                }
            }
            changed.put(place, *byte);
        }
    }
}

#[test]
fn a_flipped_byte_of_an_unpacked_archive_leaves_the_other_records() {
    let (bytes, borders, entries) = unpacked();
    let mut changed = Changed::new(&bytes);
    for (place, byte) in bytes.iter().enumerate() {
        changed.put(place, byte ^ 0x10);
        let archive = Archive::open(&[&changed.path]).unwrap();
        let lengths_to_the_end = archive.damages().iter().any(|damage| damage.what.starts_with("the last record"));
        for (number, (target, entry)) in entries.iter().enumerate() {
            if (borders[number + 1]..borders[number + 2]).contains(&place) || lengths_to_the_end {
                continue;
            }
            assert_eq!(archive.latest(target, late()).as_ref(), Some(entry), "byte {place}: {:?}", archive.damages());
        }
        // A body that is not what was written is never handed out.
        for (target, entry) in &entries {
            if let (Some(Entry::Http(found)), Entry::Http(written)) = (archive.latest(target, late()), entry) {
                assert_eq!((found.body, found.status), (written.body.clone(), written.status), "byte {place}");
            }
        }
        changed.put(place, *byte);
    }
}

#[test]
fn rubbish_between_records_is_passed_over_and_said() {
    for (bytes, borders, entries) in [small(), unpacked()] {
        for rubbish in [
            &b"\0\0\0\0"[..],
            b"<html>an error page</html>\n",
            &[0x1f, 0x8b, 8, 0, 1, 2, 3],
            b"\nWARC/1.0\r\nno field\r\n",
        ] {
            let mut broken = bytes[..borders[3]].to_vec();
            broken.extend_from_slice(rubbish);
            broken.extend_from_slice(&bytes[borders[3]..]);
            let (_folder, archive) = open(&broken).unwrap();
            let found: BTreeSet<_> = archive.targets().collect();
            let all: BTreeSet<_> = entries.iter().map(|(target, _)| target.as_str()).collect();
            assert_eq!(found, all, "{rubbish:?} {:?}", archive.damages());
            assert_eq!(archive.damages().len(), 1, "{rubbish:?} {:?}", archive.damages());
            assert!(archive.damages()[0].what.ends_with("bytes are not used"), "{}", archive.damages()[0]);
        }
    }
}

#[test]
fn a_record_inside_a_cut_record_is_not_believed() {
    let (bytes, _, entries) = small();
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let mut trap = page("https://evil.example/", "2026-06-01T06:00:00Z", b"");
    trap.body = [&bytes[..], &vec![7; 5_000]].concat().into();
    trap.headers.push(("content-encoding".into(), "gzip".into()));
    recorder
        .exchange(&Exchange::new(trap.url, trap.captured, 200, trap.headers, trap.body), &Default::default())
        .unwrap();
    let whole = fs::read(&path).unwrap();
    let (_folder, archive) = open(&whole[..whole.len() - 1_000]).unwrap();
    assert_eq!(archive.latest(&entries[0].0, late()), None);
    assert_eq!(archive.targets().count(), 0);
    assert_eq!(archive.damages().len(), 1);
}

#[test]
fn what_is_no_warc_file_is_named() {
    let gzip = |text: &[u8]| {
        let mut out = Vec::new();
        crate::net::warc::member::Packer::new(1).member(text, b"", false, &mut out).unwrap();
        out
    };
    for (bytes, said) in [
        (b"".to_vec(), "it is empty"),
        (b"<!doctype html><title>404</title>".to_vec(), "it begins with \"<!doctype html><title>40\""),
        (b"PK\x03\x04".to_vec(), "it is a zip file; if it is a WACZ, unpack it"),
        (b"\x28\xb5\x2f\xfd\x00".to_vec(), "it is packed with zstd"),
        (gzip(b"a,b,c\n1,2,3\n"), "it is a gzip file without WARC records"),
    ] {
        let error = open(&bytes).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("a.warc.gz") && error.contains("give a .warc"), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let error = Archive::open(&[folder.path()]).unwrap_err().to_string();
    assert!(error.contains("no regular file"), "{error}");
    let error = Archive::open(&[folder.path().join("no.warc")]).unwrap_err().to_string();
    assert!(error.contains("no.warc: cannot be read") && error.contains("check the path"), "{error}");
}

#[test]
fn a_record_over_the_limit_is_left_out_and_said() {
    for (unpack, said) in [(false, "over the limit of 100000"), (true, "over the limit of 100000")] {
        let (_folder, path) = place();
        let recorder = Recorder::create(&path, &info()).unwrap();
        let at = "2026-06-01T06:00:00Z";
        let big = Exchange { body: vec![b'x'; 300_000].into(), ..page("https://meet.example/big", at, b"") };
        recorder.exchange(&big, &Default::default()).unwrap();
        recorder.exchange(&page("https://meet.example/small", at, b"x"), &Default::default()).unwrap();
        if unpack {
            let mut all = Vec::new();
            let packed = fs::read(&path).unwrap();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&packed[..]), &mut all).unwrap();
            fs::write(&path, all).unwrap();
        }
        let limits = Limits { block: 100_000, ..Limits::default() };
        let archive = Archive::open_within(&[&path], limits).unwrap();
        assert_eq!(archive.targets().collect::<Vec<_>>(), ["https://meet.example/small"]);
        assert_eq!(archive.damages().len(), 1);
        assert!(archive.damages()[0].what.contains(said), "{}", archive.damages()[0]);
    }
}

#[test]
fn a_whole_file_that_unpacks_to_too_much_is_refused() {
    let (bytes, _, _) = unpacked();
    let mut out = Vec::new();
    crate::net::warc::member::Packer::new(1).member(&bytes, b"", false, &mut out).unwrap();
    let (_folder, path) = place();
    fs::write(&path, out).unwrap();
    let limits = Limits { spool: 500, ..Limits::default() };
    let error = Archive::open_within(&[&path], limits).unwrap_err().to_string();
    assert!(error.contains("unpacks to more than the limit of 500 bytes"), "{error}");
}

/// Pieces that a hostile file is made of.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let (packed, _, _) = small();
    let (plain, _, _) = unpacked();
    let slice = |bytes: Vec<u8>| {
        (0..bytes.len(), 0..800_usize)
            .prop_map(move |(start, length)| bytes[start..(start + length).min(bytes.len())].to_vec())
    };
    let member = "(WARC/1.1\r\n)?[A-Za-z: \r\n]{0,40}".prop_map(|text| {
        let mut out = Vec::new();
        crate::net::warc::member::Packer::new(1).member(text.as_bytes(), b"", false, &mut out).unwrap();
        out
    });
    let length = any::<u64>().prop_map(|length| {
        let head = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Length";
        format!("{head}: {length}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n").into_bytes()
    });
    let magic = prop::sample::select(vec![&b"\x1f\x8b\x08"[..], b"WARC/1.1\r\n", b"\nWARC/1.0\r\n\r\n", b"\r\n\r\n"]);
    prop_oneof![
        slice(packed),
        slice(plain),
        member,
        length,
        (magic, 1..40_usize).prop_map(|(magic, times)| magic.repeat(times)),
        prop::collection::vec(any::<u8>(), 0..100),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_file_harms(pieces in prop::collection::vec(piece(), 1..8)) {
        let (_folder, path) = place();
        fs::write(&path, pieces.concat()).unwrap();
        if let Ok(archive) = Archive::open(&[&path]) {
            for target in archive.targets() {
                for slot in archive.slots(target) {
                    let _ = archive.entry(target, slot);
                }
            }
            prop_assert!(archive.gaps().count() <= 8);
        }
    }
}
