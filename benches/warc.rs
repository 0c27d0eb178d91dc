//! The archive's kernels: how fast evidence is written, walked and read, in MB/s of payload.
//!
//! Bodies are made up by a fixed rule: letters that pack about 5:1 like a page, or bytes that do not pack at all like a body
//! with its content coding on. Files lie in the system's temporary folder, so a slow disk shows.
//!
//! `cargo bench --bench warc`

use bytes::Bytes;
use divan::Bencher;
use divan::counter::BytesCount;
use jiff::Timestamp;
use probity_probes::net::archive::Archive;
use probity_probes::net::archive::recorder::{Info, RecordError, Recorder, Wire};
use probity_probes::net::capture::{Exchange, Source};
use probity_probes::net::warc::member::Packer;
use std::path::Path;
use tempfile::TempDir;

/// Records of one archive.
const COUNT: usize = 1_000;

fn main() {
    divan::main();
}

/// A small generator with a fixed seed (xorshift), so that each run has the same bytes.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// A body of a size that does not get smaller.
fn packed(size: usize, seed: u64) -> Bytes {
    let mut dice = Dice(seed + 1);
    (0..size).map(|_| dice.roll() as u8).collect()
}

/// A page of a size, of words from a small vocabulary.
fn page(size: usize, seed: u64) -> Bytes {
    const WORDS: [&str; 24] = [
        "personal",
        "data",
        "we",
        "process",
        "the",
        "service",
        "controller",
        "and",
        "your",
        "<p>",
        "</p>",
        "for",
        "purposes",
        "retention",
        "recipients",
        "of",
        "rights",
        "may",
        "share",
        "with",
        "partners",
        "consent",
        "law",
        "transfer",
    ];
    let mut dice = Dice(seed + 1);
    let mut text = String::with_capacity(size + 16);
    while text.len() < size {
        text.push_str(WORDS[dice.roll() as usize % WORDS.len()]);
        text.push(if dice.roll().is_multiple_of(12) { '\n' } else { ' ' });
        if dice.roll().is_multiple_of(6) {
            text.push_str(&format!("{:x} ", dice.roll() as u16));
        }
    }
    text.truncate(size);
    text.into()
}

fn exchanges(bodies: impl Fn(u64) -> Bytes, coding: Option<&str>) -> Vec<Exchange> {
    let headers = [("content-type", "text/html; charset=utf-8"), ("server", "bench"), ("cache-control", "no-cache")];
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    headers.extend(coding.map(|coding| ("content-encoding".to_owned(), coding.to_owned())));
    let exchange = |number| {
        let url = format!("https://service-{number:04}.example/privacy");
        let at = Timestamp::UNIX_EPOCH;
        let mut exchange = Exchange::new(url, at, 200, headers.clone(), bodies(number));
        exchange.peer = Some([192, 0, 2, 1].into());
        exchange
    };
    (0..COUNT as u64).map(exchange).collect()
}

fn write(path: &Path, exchanges: &[Exchange]) -> Result<(), RecordError> {
    let info = Info { software: "bench", date: Timestamp::UNIX_EPOCH, fields: &[] };
    let recorder = Recorder::create(path, &info)?;
    let sent =
        [("accept", "text/html"), ("accept-encoding", "gzip, br"), ("user-agent", "bench (+https://bench.example)")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let wire = Wire {
        request: Some(&sent),
        protocol: Some("h2"),
        tls: Some("tls/1.3"),
        cipher: Some("TLS_AES_128_GCM_SHA256"),
        ..Wire::default()
    };
    exchanges.iter().try_for_each(|exchange| recorder.exchange(exchange, &wire))
}

fn total(exchanges: &[Exchange]) -> BytesCount {
    BytesCount::new(exchanges.iter().map(|exchange| exchange.body.len()).sum::<usize>())
}

/// 1,000 bodies of 10 kB with their content coding on, requests included.
#[divan::bench]
fn write_packed(bencher: Bencher<'_, '_>) {
    write_all(bencher, &exchanges(|seed| packed(10_000, seed), Some("gzip")));
}

/// 1,000 pages of 50 kB without content coding.
#[divan::bench(sample_count = 10)]
fn write_pages(bencher: Bencher<'_, '_>) {
    write_all(bencher, &exchanges(|seed| page(50_000, seed), None));
}

fn write_all(bencher: Bencher<'_, '_>, exchanges: &[Exchange]) {
    bencher.counter(total(exchanges)).with_inputs(folder).bench_values(|folder| {
        write(&folder.path().join("a.warc.gz"), exchanges).expect("the temporary folder has room");
        folder
    });
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("there is a temporary folder")
}

/// The index over an archive of 1,000 packed bodies.
#[divan::bench]
fn open_packed(bencher: Bencher<'_, '_>) {
    open_all(bencher, &exchanges(|seed| packed(10_000, seed), Some("gzip")));
}

/// The index over an archive of 1,000 pages.
#[divan::bench(sample_count = 10)]
fn open_pages(bencher: Bencher<'_, '_>) {
    open_all(bencher, &exchanges(|seed| page(50_000, seed), None));
}

fn open_all(bencher: Bencher<'_, '_>, exchanges: &[Exchange]) {
    let folder = folder();
    let path = folder.path().join("a.warc.gz");
    write(&path, exchanges).expect("the temporary folder has room");
    bencher.counter(total(exchanges)).bench(|| Archive::open(&[&path]).expect("it was just written"));
}

/// Each of 1,000 packed bodies once, at random access, digests checked.
#[divan::bench]
fn read_packed(bencher: Bencher<'_, '_>) {
    read_all(bencher, &exchanges(|seed| packed(10_000, seed), Some("gzip")));
}

/// Each of 1,000 pages once, at random access, digests checked.
#[divan::bench(sample_count = 10)]
fn read_pages(bencher: Bencher<'_, '_>) {
    read_all(bencher, &exchanges(|seed| page(50_000, seed), None));
}

fn read_all(bencher: Bencher<'_, '_>, exchanges: &[Exchange]) {
    let folder = folder();
    let path = folder.path().join("a.warc.gz");
    write(&path, exchanges).expect("the temporary folder has room");
    let archive = Archive::open(&[&path]).expect("it was just written");
    bencher.counter(total(exchanges)).bench(|| {
        let found = exchanges.iter().filter(|exchange| archive.latest(&exchange.url, Timestamp::UNIX_EPOCH).is_some());
        assert_eq!(found.count(), COUNT);
    });
}

/// What the levels of deflate cost on a page of 100 kB.
#[divan::bench(args = [1, 2, 3, 4, 6, 9])]
fn pack_page(bencher: Bencher<'_, '_>, level: u32) {
    let page = page(100_000, 7);
    let mut packer = Packer::new(level);
    bencher.counter(BytesCount::new(page.len())).bench_local(|| {
        let mut out = Vec::with_capacity(page.len());
        packer.member(b"", &page, false, &mut out).expect("memory does not fail");
        out
    });
}
