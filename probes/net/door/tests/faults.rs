//! Every way in which a server can fail, and the gap or answer that it becomes.

use super::*;
use crate::net::exchange::KEPT;
use crate::net::loopback::{Certificate, Fault, Page};

const URL: &str = "https://alpha.test/privacy";

async fn world(page: Page) -> World {
    let world = World::start().await.unwrap();
    world.page(URL, page);
    world
}

#[tokio::test]
async fn a_page_is_an_answer_whatever_its_status() {
    for status in [200, 401, 403, 404, 410, 451, 500] {
        let world = world(Page::html("text").with_status(status)).await;
        assert_eq!(page(quick(&world), URL).await, Ok((status, "text".into())));
        assert_eq!(world.count(URL), 1, "{status} is not asked for twice");
    }
}

#[tokio::test]
async fn an_answer_keeps_what_was_seen() {
    let world = world(Page::html("text").header("X-Two", "a").header("X-Two", "b\u{fc}")).await;
    let capture = fetch(quick(&world), Request::page(URL)).await;
    let Entry::Http(exchange) = &*capture.get(URL).unwrap() else { panic!() };
    assert_eq!(exchange.header("content-type"), Some("text/html; charset=utf-8"));
    let twice = exchange.headers.iter().filter(|(name, _)| name == "x-two");
    assert_eq!(twice.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["a", "b\u{fc}"]);
    assert_eq!(exchange.peer, Some([127, 0, 0, 1].into()));
    assert_eq!(exchange.cut, None);
}

#[tokio::test]
async fn faults_of_the_line_are_gaps() {
    let cases = [
        (Fault::Reset, gap(Why::Unreachable, "the connection was reset"), 3),
        (Fault::Close, gap(Why::Unreachable, "the connection was closed before the answer"), 3),
        (Fault::Hang, gap(Why::Unreachable, "no answer within 600ms"), 1),
    ];
    for (fault, expected, times) in cases {
        for url in [URL, "http://alpha.test/privacy"] {
            let world = World::start().await.unwrap();
            world.page(url, Page::html("text").fault(fault));
            assert_eq!(page(quick(&world), url).await, expected, "{fault:?} {url}");
            assert_eq!(world.count(url), times, "{fault:?} {url}");
        }
    }
    let garbage = world(Page::html("").fault(Fault::Garbage)).await;
    let Err((Why::Malformed, detail)) = page(quick(&garbage), URL).await else { panic!() };
    assert!(detail.starts_with("the answer cannot be read as HTTP: "), "{detail}");
    let long = world(Page::html("").fault(Fault::Headers(1 << 20))).await;
    let Err((Why::Malformed, detail)) = page(quick(&long), URL).await else { panic!() };
    assert!(detail.contains("too large"), "{detail}");
}

/// What is held of a payload that is not whole: its length, why, in words, and how often it was asked for.
async fn cut(page: Page, options: impl Fn(Options) -> Options) -> (usize, CutReason, String, usize) {
    let world = world(page).await;
    let capture = fetch(options(quick(&world)), Request::page(URL)).await;
    let Entry::Http(exchange) = &*capture.get(URL).unwrap() else { panic!() };
    let cut = exchange.cut.clone().expect("the payload is not whole");
    (exchange.body.len(), cut.reason, cut.detail, world.count(URL))
}

#[tokio::test]
async fn a_payload_that_is_not_whole_is_kept_and_marked() {
    let text = Page::html("0123456789".repeat(10));
    let (length, reason, detail, times) = cut(text.clone().fault(Fault::Half), |options| options).await;
    assert_eq!((length, reason, times), (50, CutReason::Disconnect, 3));
    assert!(detail.ends_with("; the first 50 bytes are kept"), "{detail}");

    let stalled = cut(text.clone().fault(Fault::Stall), |options| options).await;
    assert_eq!(stalled, (50, CutReason::Time, "no byte for 300ms; the first 50 bytes are kept".to_owned(), 1));

    let drip = text.clone().fault(Fault::Drip(Duration::from_millis(50)));
    let (length, reason, detail, times) = cut(drip, |options| options).await;
    assert!((2..=13).contains(&length), "{length}");
    assert_eq!((reason, times), (CutReason::Time, 1));
    assert!(detail.starts_with("not at its end after 600ms"), "{detail}");

    let small = |options: Options| Options { max_bytes: 1_000_000, whole_timeout: Duration::from_secs(10), ..options };
    let told = format!("longer than the limit of 1000000 bytes; the first {KEPT} bytes are kept");
    let endless = cut(text.fault(Fault::Endless), small).await;
    assert_eq!(endless, (KEPT, CutReason::Length, told.clone(), 1));
    let announced = cut(Page::html("a".repeat(1_000_001)), small).await;
    assert_eq!(announced, (KEPT, CutReason::Length, told, 1));
}

/// More endless pages at once than large payloads are read at once.
#[tokio::test]
async fn many_large_payloads_wait_for_each_other() {
    let world = World::start().await.unwrap();
    let net = Net::new(Options { whole_timeout: Duration::from_secs(20), ..quick(&world) }, clock()).unwrap();
    let capture = Capture::live(clock()());
    let service = service(URL);
    let visit = Visit::new(&service, &capture, None);
    let urls: Vec<String> = (0..40).map(|n| format!("http://h{n}.test/")).collect();
    let large = Page::html("a".repeat(600 << 10));
    urls.iter().for_each(|url| world.page(url, large.clone()));
    let wishes: Vec<_> = urls.iter().map(Request::page).collect();
    futures::future::try_join_all(wishes.iter().map(|wish| net.fetch(&visit, wish))).await.unwrap();
    assert!(urls.iter().all(|url| matches!(held(&capture, url), Ok((200, text)) if text.len() == 600 << 10)));
}

#[tokio::test]
async fn a_payload_of_exactly_the_limit_is_whole() {
    let world = world(Page::html("0123456789")).await;
    assert_eq!(page(Options { max_bytes: 10, ..quick(&world) }, URL).await, Ok((200, "0123456789".into())));
}

#[tokio::test]
async fn a_bomb_stays_packed() {
    let world = world(Page::bomb(32).unwrap()).await;
    let capture = fetch(Options { whole_timeout: Duration::from_secs(5), ..quick(&world) }, Request::page(URL)).await;
    let Entry::Http(exchange) = &*capture.get(URL).unwrap() else { panic!() };
    assert!(exchange.cut.is_none() && exchange.body.len() < 1 << 20, "{}", exchange.body.len());
    assert_eq!(exchange.decoded(1 << 20).unwrap_err().0, Why::Malformed);
}

#[tokio::test]
async fn a_fault_that_passes_is_no_gap() {
    let world = world(Page::html("").fault(Fault::Reset)).await;
    world.then(URL, Page::status(503));
    world.then(URL, Page::html("text"));
    assert_eq!(page(quick(&world), URL).await, Ok((200, "text".into())));
    assert_eq!(world.count(URL), 3);
}

#[tokio::test]
async fn a_server_that_stays_busy_is_asked_so_often_and_no_more() {
    let world = world(Page::status(503)).await;
    assert_eq!(page(Options { retries: 4, ..quick(&world) }, URL).await, Ok((503, String::new())));
    assert_eq!(world.count(URL), 5);
}

#[tokio::test]
async fn too_many_requests_is_a_gap_unless_it_passes() {
    let world = world(Page::status(429).header("Retry-After", "3600")).await;
    let told = "the server answered 429 (too many requests) and asked to wait 3600s";
    assert_eq!(page(quick(&world), URL).await, gap(Why::RateLimited, told));
    assert_eq!(world.count(URL), 1, "a wait beyond our bound is a no");

    world.page(URL, Page::status(429).header("Retry-After", "0"));
    world.then(URL, Page::html("text"));
    assert_eq!(page(quick(&world), URL).await, Ok((200, "text".into())));

    world.page(URL, Page::status(429));
    assert_eq!(page(quick(&world), URL).await, gap(Why::RateLimited, "the server answered 429 (too many requests)"));
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let world = world(Page::status(503).header("Retry-After", "1")).await;
    world.then(URL, Page::html("text"));
    let begin = std::time::Instant::now();
    assert!(page(quick(&world), URL).await.is_ok());
    assert!(begin.elapsed() >= Duration::from_secs(1));
    world.page(URL, Page::status(503).header("Retry-After", "1"));
    let impatient = Options { max_wait: Duration::from_millis(900), ..quick(&world) };
    assert_eq!(page(impatient, URL).await, Ok((503, String::new())));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let world = World::start().await.unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = Options { test_hosts: vec![format!("*={closed}").parse().unwrap()], ..quick(&world) };
    assert_eq!(page(options, URL).await, gap(Why::Unreachable, "the connection was refused"));
}

#[tokio::test]
async fn a_bad_certificate_is_not_believed() {
    for (certificate, told) in [
        (Certificate::WrongName, "not valid for name"),
        (Certificate::Expired, "expired"),
        (Certificate::SelfSigned, "UnknownIssuer"),
    ] {
        let world = world(Page::html("text")).await;
        world.certificate("alpha.test", certificate);
        let Err((Why::Unreachable, detail)) = page(quick(&world), URL).await else { panic!("{certificate:?}") };
        assert!(detail.starts_with("the certificate is not to be trusted: ") && detail.contains(told), "{detail}");
        assert_eq!(world.count(URL), 0);
    }
}

#[tokio::test]
async fn a_root_that_was_not_given_is_not_trusted() {
    let world = world(Page::html("text")).await;
    let unknown = Options { extra_roots: Vec::new(), ..quick(&world) };
    let Err((Why::Unreachable, detail)) = page(unknown, URL).await else { panic!() };
    assert!(detail.contains("UnknownIssuer"), "{detail}");
}

#[tokio::test]
async fn a_silent_host_is_given_up() {
    let world = World::start().await.unwrap();
    let capture = Capture::live(clock()());
    let options = Options { whole_timeout: Duration::from_millis(50), concurrency_per_host: 1, ..quick(&world) };
    let net = Net::new(options, clock()).unwrap();
    let service = service(URL);
    let visit = Visit::new(&service, &capture, None);
    let urls: Vec<String> = (0..6).map(|n| format!("https://alpha.test/{n}")).collect();
    for url in &urls {
        world.page(url, Page::html("").fault(Fault::Hang));
        net.fetch(&visit, &Request::page(url)).await.unwrap();
    }
    assert!(urls[3..].iter().all(|url| world.count(url) == 0));
    let told = "alpha.test did not answer 3 requests in time and was not asked again";
    assert_eq!(held(&capture, &urls[5]), gap(Why::Unreachable, told));
}
