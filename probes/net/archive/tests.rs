//! The archive as its users see it: written by us, by other tools, by nobody in particular.

use super::recorder::{Info, Recorder};
use super::*;
use crate::net::capture::{DnsRecord, Exchange, Resolution};
use probity_rules::observation::Why;
use std::path::PathBuf;

mod damage;
mod foreign;
mod recording;
mod round_trip;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn late() -> Timestamp {
    time("2200-01-01T00:00:00Z")
}

fn info() -> Info<'static> {
    Info { software: "probity 0.0.0", date: time("2026-06-01T00:00:00Z"), fields: &[("robots", "obey")] }
}

/// A folder that is deleted with the value, and an archive path in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.warc.gz");
    (folder, path)
}

fn page(url: &str, at: &str, body: &'static [u8]) -> Exchange {
    let headers = vec![("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())];
    Exchange::new(url.to_owned(), time(at), 200, headers, Bytes::from_static(body))
}

fn name(at: &str) -> Resolution {
    let record = |owner: &str, kind: &str, data: &str| DnsRecord::new(owner.into(), 300, kind.into(), data.into());
    Resolution {
        name: "meet.example".into(),
        captured: time(at),
        no_such_name: false,
        records: vec![
            record("meet.example", "CNAME", "edge.example"),
            record("edge.example", "A", "192.0.2.7"),
            record("meet.example", "MX", "10 mail.example"),
        ],
        failed: vec![("NS".into(), Why::Unreachable)],
        asked: ["A", "AAAA", "CNAME", "MX", "NS"].map(str::to_owned).into(),
        digest: String::new(),
    }
    .sealed()
}
