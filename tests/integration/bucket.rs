//! Evidence in an S3-compatible bucket: kept and read back, altered objects found by their digest, a bucket that is gone.
//!
//! Left out unless `PROBITY_TEST_S3` names the program of an S3 server (`s3s-fs`), which is started here on loopback.

use crate::common::{Place, Ran};
use crate::keep::Net;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The variable that names the server's program.
const SERVER: &str = "PROBITY_TEST_S3";

/// A server with one bucket, a folder.
struct Bucket {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Bucket {
    fn new(place: &Place) -> Option<Self> {
        let Ok(program) = std::env::var(SERVER) else {
            eprintln!("left out: set {SERVER}=/path/to/s3s-fs to run it");
            return None;
        };
        let folder = place.path().join("s3/audits");
        std::fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Self::start(&program, port, place);
        Some(Self { child, port, folder })
    }

    fn start(program: &str, port: u16, place: &Place) -> Child {
        let mut command = Command::new(program);
        command.args([
            "--host",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--access-key",
            "key",
            "--secret-key",
            "secret",
        ]);
        let mut child =
            command.arg(place.path().join("s3")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return child;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        child.kill().and_then(|()| child.wait()).unwrap();
        panic!("the S3 server does not answer");
    }

    fn flags(&self) -> Vec<String> {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        ["--evidence", "s3://audits/watch", "--evidence-endpoint", &endpoint].map(str::to_owned).into()
    }

    fn run(&self, mut command: Command) -> Ran {
        command.args(self.flags());
        command.env("AWS_ACCESS_KEY_ID", "key").env("AWS_SECRET_ACCESS_KEY", "secret").env("AWS_REGION", "us-east-1");
        Ran::of(command)
    }

    fn file(&self, name: &str) -> PathBuf {
        let audits = self.folder.join("watch/audits");
        let mut names: Vec<_> = audits.read_dir().unwrap().map(|one| one.unwrap().path()).collect();
        names.sort();
        names[0].join(name)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn evidence_is_kept_in_a_bucket_and_read_back() {
    let place = Place::new();
    let Some(bucket) = Bucket::new(&place) else { return };
    let net = Net::new(&place, 3);
    let first = bucket.run(net.worker(&place, &[]));
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.starts_with("3 audits registered, 0 tries failed"), "{}\n{}", first.out, first.err);
    assert_eq!(place.path().join("data/audits").read_dir().unwrap().count(), 0, "nothing is left on this machine");
    // Another machine, with a store that was lost: everything comes back out of the bucket.
    let command = |line: &str| place.command(line.split_whitespace());
    let anew = bucket.run(command("status --check --format json --services services --data another"));
    assert_eq!((anew.code, anew.err.as_str()), (0, ""), "{}", anew.out);
    assert_eq!(anew.json()["audits"], 3);
    let shown = bucket.run(command("show s01 --method gdpr-transparency --data another"));
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("gdpr-transparency"));
    // An object that was altered is found by its digest and said by its name; the rest works.
    let path = bucket.file("archive.warc.gz");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    std::fs::remove_dir_all(place.path().join("another/cache")).unwrap();
    let altered = bucket.run(command("status --check --format json --services services --data another"));
    assert_eq!(altered.code, 1, "{}", altered.err);
    let lost = altered.json()["lost"].as_array().unwrap().clone();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(lost[0]["Altered"]["file"] == "archive.warc.gz", "{lost:?}");
    assert_eq!(bucket.run(command("history s01 --data another")).code, 0);
    // An object that is gone.
    std::fs::remove_file(bucket.file("facts.jsonl")).unwrap();
    std::fs::remove_dir_all(place.path().join("another/cache")).unwrap();
    let missing = bucket.run(command("status --check --services services --data another"));
    assert_eq!(missing.code, 1, "{}", missing.err);
    assert!(missing.out.contains("facts.jsonl of audit") && missing.out.contains("is missing"), "{}", missing.out);
}

#[test]
fn a_bucket_that_is_gone_is_said_and_what_was_audited_waits_for_it() {
    let place = Place::new();
    let Some(mut bucket) = Bucket::new(&place) else { return };
    let net = Net::new(&place, 1);
    bucket.child.kill().unwrap();
    bucket.child.wait().unwrap();
    let mut audit = place.command(["audit", "s00", "--method", "gdpr-transparency"]);
    audit.args(&net.flags);
    let gone = bucket.run(audit);
    assert_eq!(gone.code, 2, "{}\n{}", gone.out, gone.err);
    assert!(gone.err.contains("s3://audits/watch"), "{}", gone.err);
    assert!(gone.err.contains("the audit itself is kept in"), "{}", gone.err);
    assert!(gone.err.contains("next: check the folder or the bucket"), "{}", gone.err);
    // It comes back, and the next command brings there what was kept.
    bucket.child = Bucket::start(&std::env::var(SERVER).unwrap(), bucket.port, &place);
    let back = bucket.run(place.command(["status", "--check", "--format", "json", "--services", "services"]));
    assert_eq!(back.code, 0, "{}", back.err);
    assert_eq!(back.json()["audits"], 1);
    assert!(bucket.file("manifest.json").exists());
}
