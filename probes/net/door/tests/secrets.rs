//! What the door keeps: all evidence in the archive, and every token to itself.

use super::*;
use crate::net::archive::recorder::{Info, Recorder};
use crate::net::archive::{Archive, Kind};
use crate::net::capture::Source;
use crate::net::loopback::Page;
use crate::net::options::Secret;
use std::path::Path;

const URL: &str = "https://alpha.test/privacy";

fn with_token(world: &World) -> Options {
    let authorization = [("api.forge.test".to_owned(), Secret::new("hunter2"))].into();
    Options { authorization, ..quick(world) }
}

fn recorder(path: &Path) -> Recorder {
    Recorder::create(path, &Info { software: "Probity/test", date: clock()(), fields: &[] }).unwrap()
}

#[tokio::test]
async fn a_token_goes_to_its_host_alone() {
    let world = World::start().await.unwrap();
    for url in ["https://api.forge.test/a", "https://api.forge.test.evil.test/a", "https://forge.test/a"] {
        world.page(url, Page::json("{}"));
        fetch(with_token(&world), Request::api(url)).await;
    }
    fetch(with_token(&world), Request::page("https://api.forge.test/a")).await;
    let sent: Vec<_> = world.asked().iter().map(|asked| asked.header("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, [Some("Bearer hunter2".to_owned()), None, None, None]);
}

#[tokio::test]
async fn a_token_does_not_survive_a_redirect_to_another_host_and_back() {
    let world = World::start().await.unwrap();
    world.page("https://api.forge.test/a", Page::redirect(301, "/b"));
    world.page("https://api.forge.test/b", Page::redirect(301, "https://evil.test/c"));
    world.page("https://evil.test/c", Page::redirect(301, "https://api.forge.test/d"));
    world.page("https://api.forge.test/d", Page::json("{}"));
    fetch(with_token(&world), Request::api("https://api.forge.test/a")).await;
    // A stranger cannot send us there with it either.
    fetch(with_token(&world), Request::api("https://evil.test/c")).await;
    let sent: Vec<_> = world.asked().iter().map(|asked| asked.header("authorization").is_some()).collect();
    assert_eq!(sent, [true, true, false, false, false, false]);
}

#[tokio::test]
async fn a_token_is_not_sent_in_the_clear() {
    let world = World::start().await.unwrap();
    let net = Net::new(Options { test_hosts: Vec::new(), ..with_token(&world) }, clock()).unwrap();
    let manner =
        Manner { accept: "*/*", language: None, access: Access::Api, at_home: true, cookies: None, again: false };
    for (url, expected) in [
        ("https://api.forge.test/a", true),
        ("http://api.forge.test/a", false),
        ("https://api.forge.test:8443/a", false),
    ] {
        let (fields, shown) = net.fields(&Url::parse(url).unwrap(), "api.forge.test", &manner, None);
        assert_eq!(fields.contains_key("authorization"), expected, "{url}");
        assert!(!format!("{fields:?} {shown:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn everything_is_archived_and_nothing_secret() {
    let world = World::start().await.unwrap();
    world.page("https://api.forge.test/a", Page::json("{}"));
    world.page("https://alpha.test/moved", Page::redirect(302, "/gone"));
    world.record("alpha.test", "A", "93.184.215.14");
    world.record("alpha.test", "MX", "0 .");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.warc.gz");
    let recorder = recorder(&path);
    let capture = Capture::live(clock()());
    let net = Net::new(with_token(&world), clock()).unwrap();
    let service = service(URL);
    let visit = Visit::new(&service, &capture, Some(&recorder));
    let wishes = [
        Request::api("https://api.forge.test/a"),
        Request::dns("alpha.test"),
        Request::dns("gone.test"),
        Request::page("https://alpha.test/moved"),
        Request::page("https://alpha.test/gone"),
        Request::page("ftp://alpha.test/"),
    ];
    for wish in &wishes {
        net.fetch(&visit, wish).await.unwrap();
    }
    recorder.finish().unwrap();
    let archive = Archive::open(&[&path]).unwrap();
    assert_eq!(archive.damages(), []);
    for wish in &wishes {
        let target = wish.target();
        let live = capture.get(&target).unwrap();
        assert_eq!(archive.latest(&target, clock()()).as_ref(), Some(&*live), "{target}");
    }
    let certificates = archive.targets().filter(|target| target.starts_with("urn:sha256:")).count();
    assert_eq!(certificates, 2, "one for each of the two hosts");
    let packed = std::fs::File::open(&path).unwrap();
    let mut text = Vec::new();
    std::io::copy(&mut flate2::read::MultiGzDecoder::new(packed), &mut text).unwrap();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("authorization: [not archived]") && !text.contains("hunter2"));
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let world = World::start().await.unwrap();
    world.page(URL, Page::html("text").header("ETag", "\"v1\""));
    let folder = tempfile::tempdir().unwrap();
    let [first, second, third] = ["1", "2", "3"].map(|name| folder.path().join(format!("{name}.warc.gz")));
    let service = service(URL);
    let run = async |path: &Path, earlier: Option<&Archive>| {
        let recorder = recorder(path);
        let capture = Capture::live(clock()());
        let net = Net::new(quick(&world), clock()).unwrap();
        let visit = Visit::new(&service, &capture, Some(&recorder));
        let visit = match earlier {
            Some(earlier) => visit.since(earlier),
            None => visit,
        };
        net.fetch(&visit, &Request::page(URL)).await.unwrap();
        recorder.finish().unwrap();
        held(&capture, URL)
    };
    let page = Ok((200, "text".to_owned()));
    assert_eq!(run(&first, None).await, page);
    let archive = Archive::open(&[&first]).unwrap();
    assert_eq!(run(&second, Some(&archive)).await, page);
    assert_eq!(world.asked()[1].header("if-none-match"), Some("\"v1\""));
    let both = Archive::open(&[&first, &second]).unwrap();
    let kinds: Vec<_> = both.slots(URL).iter().map(|slot| slot.kind).collect();
    assert_eq!(kinds, [Kind::Http, Kind::Revisit], "the copy in the second file is no third capture");
    let alone = Archive::open(&[&second]).unwrap();
    let slots: Vec<_> = alone.slots(URL).iter().map(|slot| (slot.kind, slot.captured)).collect();
    assert_eq!(slots, both.slots(URL).iter().map(|slot| (slot.kind, slot.captured)).collect::<Vec<_>>());
    let Some(Entry::Http(confirmed)) = alone.latest(URL, slots[1].1) else { panic!("it stands alone") };
    assert_eq!((&confirmed.body[..], confirmed.payload_of), (&b"text"[..], Some(slots[0].1)));

    world.page(URL, Page::html("new").header("ETag", "\"v2\""));
    assert_eq!(run(&third, Some(&both)).await, Ok((200, "new".to_owned())));
    assert_eq!(world.asked()[2].header("if-none-match"), Some("\"v1\""), "a confirmed page is an earlier one too");
}
