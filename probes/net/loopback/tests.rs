//! The small internet itself, where the tests of the door do not already show that it works.

use super::*;
use crate::net::archive::Archive;
use crate::net::archive::recorder::{Info, Recorder};
use crate::net::capture::{Capture, Entry, Request};
use crate::net::door::Net;
use crate::net::door::tests::{clock, service};
use crate::net::visit::Visit;
use std::path::Path;

const WISHES: [&str; 4] =
    ["https://alpha.test/", "https://alpha.test/packed", "https://beta.test/moved", "https://beta.test/gone"];

/// Asks for everything through a door and gives what was held, times and machines left out.
async fn visit(options: Options, archive: Option<&Path>) -> Vec<String> {
    let info = Info { software: "Probity/test", date: clock()(), fields: &[] };
    let recorder = archive.map(|path| Recorder::create(path, &info).unwrap());
    let capture = Capture::live(clock()());
    let net = Net::new(options, clock()).unwrap();
    let service = service("https://alpha.test/");
    let visit = Visit::new(&service, &capture, recorder.as_ref());
    let wishes =
        WISHES.map(Request::page).into_iter().chain(["alpha.test", "beta.test", "gone.test"].map(Request::dns));
    let mut held = Vec::new();
    for wish in wishes {
        net.fetch(&visit, &wish).await.unwrap();
        held.push(match capture.get(&wish.target()).as_deref() {
            Some(Entry::Http(exchange)) => {
                format!(
                    "{} {} {:?} {}",
                    exchange.url,
                    exchange.status,
                    exchange.header("content-type"),
                    exchange.digest
                )
            }
            Some(Entry::Dns(answer)) => format!("{answer:?}"),
            other => format!("{other:?}"),
        });
    }
    held
}

#[tokio::test]
async fn a_recorded_world_is_served_again_also_through_a_proxy() {
    let first = World::start().await.unwrap();
    first.page("https://alpha.test/", Page::html("text").header("ETag", "\"v1\""));
    first.page("https://alpha.test/packed", Page::bomb(1).unwrap());
    first.page("https://beta.test/moved", Page::redirect(301, "https://alpha.test/"));
    first.record("alpha.test", "A", "93.184.215.14");
    first.record("beta.test", "CNAME", "alpha.test");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.warc.gz");
    let live = visit(first.options(), Some(&path)).await;
    drop(first);

    let again = World::start().await.unwrap();
    again.fill(&Archive::open(&[&path]).unwrap(), clock()());
    assert_eq!(visit(again.options(), None).await, live);
    let proxied = Options { test_hosts: Vec::new(), proxy: again.proxy().ok(), ..again.options() };
    assert_eq!(visit(proxied, None).await, live);
    assert!(again.asked().iter().any(|asked| asked.proxied));
}

#[tokio::test]
async fn pages_are_found_with_and_without_their_query() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/a", Page::text("any"));
    world.page("http://alpha.test/a?x=1", Page::text("one"));
    let body = |url| String::from_utf8(world.shared.find(url).body.to_vec()).unwrap();
    assert_eq!(
        [body("http://alpha.test/a"), body("http://alpha.test/a?x=2"), body("http://alpha.test/a?x=1")],
        ["any", "any", "one"]
    );
    world.remove("http://alpha.test/a");
    assert_eq!(world.shared.find("http://alpha.test/a").status, 404);
}
