//! The door against a small internet that is broken on purpose: what becomes an answer, what becomes a gap, and which.

mod faults;
mod manners;
mod names;
mod odd;
mod refusals;
mod secrets;

use super::*;
use crate::net::capture::Capture;
use crate::net::loopback::World;
use probity_rules::service::{Service, Status};

/// A service that declares nothing but its home page.
pub(crate) fn service(home: &str) -> Service {
    Service {
        id: "alpha".into(),
        name: "Alpha".into(),
        category: "video-conferencing".into(),
        home: home.into(),
        status: Status::Active,
        operator: None,
        documents: Vec::new(),
        hosts: Vec::new(),
        repositories: Vec::new(),
        attestations: Vec::new(),
    }
}

pub(crate) fn clock() -> Clock {
    let now = "2026-06-01T06:00:00Z".parse().unwrap();
    Arc::new(move || now)
}

/// Options for a world, without `robots.txt` and with short limits.
fn quick(world: &World) -> Options {
    Options {
        robots: false,
        connect_timeout: Duration::from_millis(500),
        idle_timeout: Duration::from_millis(300),
        whole_timeout: Duration::from_millis(600),
        dns_timeout: Duration::from_millis(300),
        back_off: Duration::from_millis(1),
        ..world.options()
    }
}

/// Asks for one thing through a fresh door and gives the capture.
async fn fetch(options: Options, request: Request) -> Capture {
    let capture = Capture::live(clock()());
    let net = Net::new(options, clock()).unwrap();
    net.fetch(&Visit::new(&service("https://alpha.test/"), &capture, None), &request).await.unwrap();
    capture
}

/// What a capture holds for an address, in a form for comparing: status and body, or reason and detail.
fn held(capture: &Capture, target: &str) -> Result<(u16, String), (Why, String)> {
    match &*capture.get(target).unwrap_or_else(|| panic!("nothing under {target}")) {
        Entry::Http(exchange) => Ok((exchange.status, String::from_utf8_lossy(&exchange.body).into_owned())),
        Entry::Gap { why, detail, .. } => Err((*why, detail.clone())),
        Entry::Dns(answer) => panic!("a DNS answer under {target}: {answer:?}"),
    }
}

/// Fetches a page and gives what is held for it.
async fn page(options: Options, url: &str) -> Result<(u16, String), (Why, String)> {
    held(&fetch(options, Request::page(url)).await, url)
}

fn gap(why: Why, detail: &str) -> Result<(u16, String), (Why, String)> {
    Err((why, detail.to_owned()))
}
