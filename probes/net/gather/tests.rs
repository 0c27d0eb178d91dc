//! The loop of probes: rounds that follow from answers, bounds, gaps, and many services at once.

use super::*;
use crate::net::capture::{Capture, Entry};
use crate::net::door::tests::{clock, service};
use crate::net::loopback::{Fault, Page, World};
use crate::net::options::Options;
use crate::{Context, Meta};
use probity_rules::facts::Facts;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A probe made of what it wants.
struct Wants<F>(F);

impl<F: Fn(&Service, &Capture) -> Vec<Request> + Sync> Probe for Wants<F> {
    fn meta(&self) -> &'static Meta {
        &Meta { id: "wants", summary: "for tests", facts: &[], revision: 1 }
    }

    fn wants(&self, service: &Service, capture: &Capture) -> Vec<Request> {
        self.0(service, capture)
    }

    fn read(&self, _: &Service, _: &Capture, _: &Context) -> Facts {
        Facts::default()
    }
}

/// The page after those that are there: 0, 1, 2, … for ever.
fn endless(service: &Service, capture: &Capture) -> Vec<Request> {
    let mut wants = Vec::new();
    for n in 0.. {
        let request = Request::page(format!("{}{n}", service.home));
        let there = capture.has(&request);
        wants.push(request);
        if !there {
            return wants;
        }
    }
    wants
}

async fn run(probes: &[&dyn Probe], options: Options) -> (Capture, Gathered) {
    let capture = Capture::live(clock()());
    let net = Net::new(Options { robots: false, ..options }, clock()).unwrap();
    let service = service("http://alpha.test/");
    let done = gather(probes, &service, &net, &Visit::new(&service, &capture, None)).await.unwrap();
    (capture, done)
}

fn why(capture: &Capture, target: &str) -> Option<(Why, String)> {
    match &*capture.get(target)? {
        Entry::Gap { why, detail, .. } => Some((*why, detail.clone())),
        _ => None,
    }
}

#[tokio::test]
async fn wishes_that_follow_from_answers_are_met_in_rounds() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/", Page::html("/privacy"));
    world.page("http://alpha.test/privacy", Page::html("text"));
    let home = Wants(|service: &Service, capture: &Capture| {
        let mut wants = vec![Request::page(&service.home)];
        if let Some(Entry::Http(exchange)) = capture.get(&service.home).as_deref() {
            wants.push(Request::page(format!("http://alpha.test{}", String::from_utf8_lossy(&exchange.body))));
        }
        wants
    });
    let names = Wants(|_: &Service, _: &Capture| vec![Request::dns("alpha.test"), Request::page("http://alpha.test/")]);
    let (capture, done) = run(&[&home, &names], world.options()).await;
    assert_eq!(done, Gathered { rounds: 2, requests: 3, beyond: 0 });
    assert!(capture.get("http://alpha.test/privacy").is_some() && capture.get("dns:alpha.test").is_some());
    assert_eq!(world.count("http://alpha.test/"), 1, "two probes want it");
}

#[tokio::test]
async fn a_round_is_asked_all_at_once() {
    let world = World::start().await.unwrap();
    let urls: Vec<String> = (0..20).map(|n| format!("http://h{n}.test/")).collect();
    for url in &urls {
        world.page(url, Page::html("text").delay(Duration::from_millis(200)));
    }
    let all = Wants(|_: &Service, _: &Capture| urls.iter().map(Request::page).collect());
    let begin = std::time::Instant::now();
    let (_, done) = run(&[&all], world.options()).await;
    assert_eq!((done.rounds, done.requests), (1, 20));
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn services_are_gathered_by_tasks_of_their_own() {
    let world = World::start().await.unwrap();
    let net = std::sync::Arc::new(Net::new(world.options(), clock()).unwrap());
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let net = net.clone();
            world.page(&format!("http://s{n}.test/"), Page::html("text"));
            tokio::spawn(async move {
                let home = Wants(|service: &Service, _: &Capture| vec![Request::page(&service.home)]);
                let service = service(&format!("http://s{n}.test/"));
                let capture = Capture::live(clock()());
                gather(&[&home], &service, &net, &Visit::new(&service, &capture, None)).await.unwrap();
                matches!(capture.get(&service.home).as_deref(), Some(Entry::Http(exchange)) if exchange.status == 200)
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
}

#[tokio::test]
async fn rounds_are_bounded_and_what_is_beyond_is_a_gap() {
    let world = World::start().await.unwrap();
    let (capture, done) = run(&[&Wants(endless)], Options { max_rounds: 3, ..world.options() }).await;
    assert_eq!(done, Gathered { rounds: 3, requests: 3, beyond: 3 });
    let told = "over the bound of 3 rounds of requests for one service".to_owned();
    assert_eq!(why(&capture, "http://alpha.test/3"), Some((Why::NotAsked, told)));
    assert_eq!(world.asked().len(), 3);
}

#[tokio::test]
async fn requests_are_bounded_and_what_is_beyond_is_a_gap() {
    let world = World::start().await.unwrap();
    let many =
        Wants(|_: &Service, _: &Capture| (0..9).map(|n| Request::page(format!("http://alpha.test/{n}"))).collect());
    let (capture, done) = run(&[&many], Options { max_requests: 5, ..world.options() }).await;
    assert_eq!(done, Gathered { rounds: 1, requests: 5, beyond: 4 });
    let told = "over the bound of 5 requests for one service".to_owned();
    assert_eq!(why(&capture, "http://alpha.test/8"), Some((Why::NotAsked, told)));
    assert_eq!(why(&capture, "http://alpha.test/0"), None);
    assert_eq!(world.asked().len(), 5);
}

#[tokio::test]
async fn time_is_bounded_and_what_is_beyond_is_a_gap() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/0", Page::html("text"));
    world.page("http://alpha.test/1", Page::redirect(302, "http://alpha.test/moved"));
    world.page("http://alpha.test/moved", Page::html("").fault(Fault::Hang));
    let options = Options { service_timeout: Duration::from_millis(500), ..world.options() };
    let begin = std::time::Instant::now();
    let (capture, done) = run(&[&Wants(endless)], options).await;
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert_eq!((done.requests, done.beyond > 0), (2, true));
    let told = "no answer within the bound of 500ms for one service".to_owned();
    assert_eq!(why(&capture, "http://alpha.test/0"), None);
    assert_eq!(why(&capture, "http://alpha.test/moved"), Some((Why::Unreachable, told)), "where it stands");
    let told = "over the bound of 500ms for one service".to_owned();
    assert_eq!(why(&capture, "http://alpha.test/2"), Some((Why::NotAsked, told)));
}

#[tokio::test]
async fn what_has_a_gap_is_not_asked_twice() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/0", Page::html("").fault(Fault::Garbage));
    let asked = AtomicUsize::new(0);
    let same = Wants(|_: &Service, _: &Capture| {
        asked.fetch_add(1, Ordering::SeqCst);
        vec![Request::page("http://alpha.test/0")]
    });
    let (capture, done) = run(&[&same], world.options()).await;
    // What is no HTTP is asked for once more, letter by letter, and that is all.
    assert_eq!((done.rounds, done.requests, world.asked().len()), (1, 1, 2));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(why(&capture, "http://alpha.test/0").map(|(why, _)| why), Some(Why::Malformed));
}

#[tokio::test]
async fn a_machine_without_name_servers_ends_with_gaps_that_say_so() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/", Page::html("text"));
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = Options {
        name_servers: vec![nobody],
        test_hosts: Vec::new(),
        dns_timeout: Duration::from_millis(100),
        ..world.options()
    };
    let both = Wants(|_: &Service, _: &Capture| vec![Request::page("http://alpha.test/"), Request::dns("alpha.test")]);
    let (capture, _) = run(&[&both], options).await;
    for target in ["http://alpha.test/", "dns:alpha.test"] {
        let (why, _) = why(&capture, target).unwrap();
        assert_eq!(why, Why::Unreachable, "{target}");
    }
}

#[tokio::test]
async fn evidence_that_cannot_be_kept_stops_the_run() {
    use crate::net::archive::recorder::{Info, Recorder, Sink};
    use std::io::{self, Write};

    /// A disk that is full after the first record.
    struct Full(bool);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(bytes.len()) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Sink for Full {
        fn cut_back(&mut self, _: u64) -> io::Result<()> {
            Ok(())
        }
        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/0", Page::html("text"));
    let info = Info { software: "Probity/test", date: clock()(), fields: &[] };
    let recorder = Recorder::on(Box::new(Full(false)), std::path::Path::new("full.warc.gz"), &info).unwrap();
    let capture = Capture::live(clock()());
    let net = Net::new(world.options(), clock()).unwrap();
    let service = service("http://alpha.test/");
    let visit = Visit::new(&service, &capture, Some(&recorder));
    let error = gather(&[&Wants(endless)], &service, &net, &visit).await.unwrap_err();
    assert!(error.to_string().starts_with("full.warc.gz: evidence cannot be written"), "{error}");
}
