//! One process is enough: `serve` answers pages, audits what the schedule says is due, and tells of it.

use crate::common::Place;
use crate::keep::Net;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A server that ends with the test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(place: &Place, more: &[&str]) -> Self {
        let mut command = place.command(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.args(more).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.map(|line| line.unwrap()).find(|line| line.starts_with("http://")).expect("an address");
        let address = line.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Waits until a page says something.
    fn until(&self, path: &str, words: &str) {
        let begun = Instant::now();
        while !self.get(path).contains(words) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{path} never says {words}\n{}", self.get(path));
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn one_process_answers_pages_and_audits_what_is_due() {
    let place = Place::new();
    let net = Net::new(&place, 3);
    place.write("probity.toml", format!("{}\n[schedule]\ndefault = \"0 0 1 1 *\"\n", net.config()));
    let server = Server::start(&place, &["--services", "services"]);
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    for name in ["Service 0", "Service 1", "Service 2"] {
        server.until("/", name);
    }
    server.until("/services/s00", "Documents");
    drop(server);
    // Once, and not again.
    let status = place.run("status --services services --format json").json();
    assert_eq!((&status["audits"], &status["services"]), (&3.into(), &3.into()), "{status}");
    let quiet = Server::start(&place, &["--services", "services", "--hands", "0"]);
    assert!(quiet.get("/").contains("Service 1"));
}

#[test]
fn pages_and_reports_show_evidence_that_lies_elsewhere() {
    let place = Place::new();
    let net = Net::new(&place, 1);
    let far = format!("file://{}/shared", place.path().display());
    let mut worker = net.worker(&place, &["--evidence".to_owned(), far.clone()]);
    assert!(worker.stdout(Stdio::null()).status().unwrap().success());
    assert!(
        !std::fs::read_dir(place.path().join("data/audits")).is_ok_and(|all| all.count() > 0),
        "nothing stayed here"
    );
    let server = Server::start(&place, &["--services", "services", "--hands", "0", "--evidence", &far]);
    let page = server.get("/services/s00?method=gdpr-transparency");
    assert!(page.contains("We do not sell") || page.contains("within 30 days"), "{page}");
    let link = page.split("href=\"/archive/").nth(1).unwrap().split('"').next().unwrap();
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    let link = format!("/archive/{}", link.split('#').next().unwrap());
    assert!(server.get(&link).contains("<mark id=\"quote\">"), "{link}");
    drop(server);
    let report = place.run(&format!("report --evidence {far}"));
    assert_eq!(report.code, 0, "{}", report.err);
    assert!(report.out.contains("class=\"around\"") && report.out.contains("state is-provisional"));
    let none = place.run(&format!("report --confirmed --evidence {far}"));
    assert_eq!(none.code, 2);
    assert!(none.err.contains("no rating of these services has been confirmed"), "{}", none.err);
}
