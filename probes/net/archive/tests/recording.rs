//! What is written, letter by letter; and what happens when it cannot be written.

use super::*;
use crate::net::archive::recorder::{RecordError, Sink, Wire};
use crate::net::capture::{Cut, CutReason};
use crate::net::digest::sha256;
use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// What a tool sees that unpacks the file.
fn text(path: &Path) -> String {
    let packed = fs::read(path).unwrap();
    let mut text = Vec::new();
    io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&packed[..]), &mut text).unwrap();
    String::from_utf8_lossy(&text).replace("\r\n", "\n")
}

fn everything(path: &Path) -> Recorder {
    let recorder = Recorder::create(path, &info()).unwrap();
    let at = "2026-06-01T06:00:00.5Z";
    let sent =
        [("user-agent", "probity"), ("authorization", "Bearer hunter2")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    let wire = Wire {
        request: Some(&sent),
        protocol: Some("h2"),
        tls: Some("tls/1.3"),
        cipher: Some("TLS_AES_128_GCM_SHA256"),
        certificates: &[Bytes::from_static(b"certificate")],
        ..Wire::default()
    };
    let mut page = page("https://meet.example:8443/privacy?a=b", at, b"<p>half a pa");
    page.peer = Some("192.0.2.7".parse().unwrap());
    page.headers.push(("Transfer-Encoding".into(), "chunked".into()));
    page.cut = Some(Cut { reason: CutReason::Length, detail: "more than 12 bytes".into() });
    recorder.exchange(&page, &wire).unwrap();
    let unchanged = Exchange::new(page.url.clone(), time("2026-06-02T06:00:00Z"), 304, vec![], Bytes::new());
    recorder.revisit(&unchanged, &page, &Wire::default()).unwrap();
    recorder.resolution(&name("2026-06-01T06:00:00Z")).unwrap();
    recorder.gap("https://meet.example/terms", Why::RateLimited, "429 Too Many Requests", time(at)).unwrap();
    recorder.resource("urn:screenshot:https://meet.example/", "image/png", b"\x89PNG", time(at)).unwrap();
    recorder.finish().unwrap();
    recorder
}

#[test]
fn the_file_reads_so() {
    let (_folder, path) = place();
    everything(&path);
    insta::assert_snapshot!(text(&path));
}

#[test]
fn the_same_audit_writes_the_same_bytes() {
    let (folder, path) = place();
    everything(&path);
    let again = folder.path().join("again").join("a.warc.gz");
    fs::create_dir(again.parent().unwrap()).unwrap();
    everything(&again);
    assert_eq!(fs::read(&path).unwrap(), fs::read(&again).unwrap());
    // Of this version of the deflate library; a new one may pack the same records otherwise.
    insta::assert_snapshot!(sha256(&fs::read(&path).unwrap()));
}

#[test]
fn an_existing_file_is_never_touched() {
    let (_folder, path) = place();
    fs::write(&path, "evidence").unwrap();
    let error = Recorder::create(&path, &info()).err().unwrap().to_string();
    assert!(error.contains("a.warc.gz: the archive cannot be created") && error.contains("give a folder"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"evidence");
    let nowhere = path.join("no").join("folder");
    assert!(matches!(Recorder::create(&nowhere, &info()), Err(RecordError::Create { .. })));
}

#[test]
fn a_header_of_the_server_cannot_write_a_record() {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let mut page = page("https://evil.example/", "2026-06-01T00:00:00Z", b"x");
    let trap = "x\r\n\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://meet.example/\r\n\r\n";
    page.headers = vec![("X-Trap".into(), trap.into()), ("X\r\nY".into(), "1".into())];
    page.cut = Some(Cut { reason: CutReason::Time, detail: trap.into() });
    recorder.exchange(&page, &Wire { reason: Some(trap), protocol: Some(trap), ..Wire::default() }).unwrap();
    recorder.gap("https://gap.example/\r\nWARC-Type: x", Why::Bug, trap, page.captured).unwrap();
    let lines = text(&path);
    assert_eq!(lines.lines().filter(|line| line.starts_with("WARC/1.1")).count(), 3, "{lines}");
    assert_eq!(lines.lines().filter(|line| line.starts_with("WARC-Type: ")).count(), 3, "{lines}");
    assert_eq!(Archive::open(&[&path]).unwrap().damages(), []);
}

#[test]
fn many_tasks_write_whole_records() {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let body = |task: usize, number: usize| vec![b'a' + (task + number) as u8 % 26; number * 9_000].into();
    let page = |task: usize, number: usize| {
        let url = format!("https://task-{task}.example/{number}");
        Exchange::new(url, time("2026-06-01T00:00:00Z"), 200, vec![], body(task, number))
    };
    std::thread::scope(|scope| {
        for task in 0..8 {
            let (recorder, page) = (&recorder, &page);
            scope.spawn(move || {
                (0..40).for_each(|number| recorder.exchange(&page(task, number), &Wire::default()).unwrap())
            });
        }
    });
    recorder.finish().unwrap();
    let archive = Archive::open(&[&path]).unwrap();
    assert_eq!(archive.damages(), []);
    for (task, number) in (0..8).flat_map(|task| (0..40).map(move |number| (task, number))) {
        let page = page(task, number);
        assert_eq!(archive.latest(&page.url, late()), Some(Entry::Http(page)));
    }
}

/// A disk with room for so many bytes.
struct Disk {
    room: usize,
    held: Arc<Mutex<Vec<u8>>>,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.room);
        if count == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.room -= count;
        self.held.lock().unwrap().extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Disk {
    fn cut_back(&mut self, length: u64) -> io::Result<()> {
        self.held.lock().unwrap().truncate(length as usize);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error_and_leaves_whole_records() {
    let entries = [
        Entry::Http(page("https://meet.example/privacy", "2026-06-01T00:00:00Z", b"<p>Privacy</p>")),
        Entry::Dns(name("2026-06-01T00:00:00Z")),
        // Larger than what is packed in memory first.
        Entry::Http(page("https://meet.example/large", "2026-06-01T00:00:00Z", &[b'x'; 300_000])),
    ];
    let targets = ["https://meet.example/privacy", "dns:meet.example", "https://meet.example/large"];
    let (_folder, path) = place();
    for room in (0..3_000).step_by(7) {
        let held = Arc::<Mutex<Vec<u8>>>::default();
        let disk = Disk { room, held: held.clone() };
        let Ok(recorder) = Recorder::on(Box::new(disk), &path, &info()) else {
            assert!(held.lock().unwrap().is_empty());
            continue;
        };
        let written =
            targets.iter().zip(&entries).take_while(|(target, entry)| recorder.put(target, entry).is_ok()).count();
        if written < entries.len() {
            for _ in 0..2 {
                let error = recorder.put(targets[0], &entries[0]).unwrap_err().to_string();
                assert!(
                    error.contains("a.warc.gz: evidence cannot be written") && error.contains("free some space"),
                    "{error}"
                );
            }
            assert!(recorder.finish().is_err());
        }
        fs::write(&path, &*held.lock().unwrap()).unwrap();
        let archive = Archive::open(&[&path]).unwrap();
        assert_eq!(archive.damages(), []);
        assert_eq!(archive.targets().count(), written);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_device_without_room_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = Recorder::on(Box::new(full), Path::new("/dev/full"), &info()).err().unwrap().to_string();
    assert!(error.starts_with("/dev/full: evidence cannot be written (No space left on device"), "{error}");
}

#[test]
fn what_is_packed_already_is_laid_in_as_it_is() {
    let (_folder, path) = place();
    let recorder = Recorder::create(&path, &info()).unwrap();
    let body = b"these letters could be packed, but their header says that they are".repeat(3_000);
    let mut page = page("https://meet.example/", "2026-06-01T00:00:00Z", b"");
    page.headers.push(("content-encoding".into(), "br".into()));
    let page = Exchange::new(page.url, page.captured, 200, page.headers, body.clone().into());
    recorder.exchange(&page, &Wire::default()).unwrap();
    let file = fs::read(&path).unwrap();
    assert!(file.len() > body.len() && file.len() < body.len() + 2_000, "{}", file.len());
    assert_eq!(Archive::open(&[&path]).unwrap().latest(&page.url, late()), Some(Entry::Http(page)));
}
