//! Answers that browsers show and that are against the rules: header lines that are none, an end without an end of TLS, pages that
//! come only to who brings a cookie back. Each is read the same from the archive.

use super::*;
use crate::net::archive::Archive;
use crate::net::archive::recorder::{Info, Recorder};
use crate::net::capture::Source;
use crate::net::loopback::{Fault, Page};

const URL: &str = "https://alpha.test/privacy";

/// Limits that a busy machine meets.
fn patient(world: &World) -> Options {
    let long = Duration::from_secs(20);
    Options { connect_timeout: long, idle_timeout: long, whole_timeout: long, ..quick(world) }
}

fn verbatim(block: impl Into<bytes::Bytes>) -> Page {
    Page::status(200).with_body(block).fault(Fault::Verbatim)
}

/// Fetches with a recorder, gives the capture and the archive.
async fn recorded(options: Options, url: &str) -> (Capture, tempfile::TempDir, Archive, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.warc");
    let info = Info { software: "Probity/test", date: clock()(), fields: &[] };
    let recorder = Recorder::create(&path, &info).unwrap();
    let capture = Capture::live(clock()());
    let net = Net::new(options, clock()).unwrap();
    let service = service("https://alpha.test/");
    net.fetch(&Visit::new(&service, &capture, Some(&recorder)), &Request::page(url)).await.unwrap();
    recorder.finish().unwrap();
    let archive = Archive::open(&[&path]).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let text: Vec<u8> = {
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut flate2::bufread::MultiGzDecoder::new(&bytes[..]), &mut out).unwrap();
        out
    };
    (capture, folder, archive, text.into_iter().map(char::from).collect())
}

#[tokio::test]
async fn header_lines_that_are_none_are_passed_over_and_kept() {
    let heads = [
        "HTTP/1.1 200 OK\r\nPHP Warning:  Undefined variable in /srv/x.php on line 3\r\nContent-Type: text/html\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Folded: one\r\n two\r\n",
        "HTTP/1.1 200 OK\r\nthis is no field\r\nContent-Type: text/html\r\n",
        "HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Type: text/html\r\n",
        "HTTP/1.1 200 OK\r\nX-B: a\x7fb\r\nContent-Type: text/html\r\n",
        "HTTP/1.1 200 OK\r\nX\x7fC: b\r\nContent-Type: text/html\r\n",
        "HTTP/1.1 200 OK\r\nPHP Notice: one\r\n\tand its second line\r\nContent-Type: text/html\r\n",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n: nameless\n",
    ];
    for url in [URL, "http://alpha.test/privacy"] {
        for head in heads {
            for end in [
                "\r\n<p>text</p>",
                "Content-Length: 11\r\n\r\n<p>text</p>",
                "Transfer-Encoding: chunked\r\n\r\n4\r\n<p>t\r\n7\r\next</p>\r\n0\r\n\r\n",
            ] {
                let block = format!("{head}{end}");
                let world = World::start().await.unwrap();
                world.page(url, verbatim(block.clone()));
                let (capture, _folder, archive, text) = recorded(patient(&world), url).await;
                assert_eq!(held(&capture, url), Ok((200, "<p>text</p>".into())), "{block:?}");
                let Some(Entry::Http(live)) = capture.get(url).as_deref().cloned() else { panic!() };
                assert_eq!(live.header("content-type"), Some("text/html"), "{block:?}");
                let Some(Entry::Http(again)) = archive.latest(url, clock()()) else { panic!("{block:?}") };
                assert_eq!(
                    (again.headers, again.body, again.digest),
                    (live.headers, live.body, live.digest),
                    "{block:?}"
                );
                if head.contains("PHP") || head.contains("no field") || head.contains('\x7f') {
                    assert!(text.contains(&block), "letter by letter: {block:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_at_all_is_kept_too() {
    let world = World::start().await.unwrap();
    world.page(URL, verbatim("220 mail.test ESMTP ready\r\n"));
    let (capture, _folder, archive, text) = recorded(patient(&world), URL).await;
    let Err((Why::Malformed, detail)) = held(&capture, URL) else { panic!() };
    assert!(detail.starts_with("the answer cannot be read as HTTP: ") && !detail.contains("://"), "{detail}");
    assert!(text.contains("220 mail.test ESMTP ready"), "{text}");
    assert!(matches!(archive.latest(URL, clock()()), Some(Entry::Gap { why: Why::Malformed, .. })));
}

#[tokio::test]
async fn an_odd_line_in_robots_txt_does_not_cost_the_host() {
    let head = "HTTP/1.1 200 OK\r\nPHP Warning: x\r\nContent-Type: text/plain\r\n\r\n";
    for (rules, expected) in [("User-agent: *\nDisallow: /private\n", true), ("User-agent: *\nDisallow: /\n", false)] {
        let world = World::start().await.unwrap();
        world.page("https://alpha.test/robots.txt", verbatim(format!("{head}{rules}")));
        world.page(URL, Page::html("text"));
        let got = page(Options { robots: true, ..patient(&world) }, URL).await;
        assert_eq!(got.is_ok(), expected, "{got:?}");
    }
    for coding in ["UTF-8", "none", "binary"] {
        let world = World::start().await.unwrap();
        let robots = Page::text("User-agent: *\nDisallow: /private\n").header("Content-Encoding", coding);
        world.page("https://alpha.test/robots.txt", robots);
        world.page(URL, Page::html("text").header("Content-Encoding", coding));
        let capture = fetch(Options { robots: true, ..patient(&world) }, Request::page(URL)).await;
        let Some(Entry::Http(exchange)) = capture.get(URL).as_deref().cloned() else { panic!("{coding}") };
        assert_eq!(exchange.decoded(100).as_deref(), Ok(&b"text"[..]), "{coding}");
    }
}

#[tokio::test]
async fn a_body_to_the_end_of_the_connection_needs_no_end_of_tls() {
    let world = World::start().await.unwrap();
    world.page(URL, Page::html("text").fault(Fault::Abrupt));
    let (capture, _folder, archive, text) = recorded(patient(&world), URL).await;
    assert_eq!(held(&capture, URL), Ok((200, "text".into())));
    assert_eq!(world.count(URL), 1);
    assert!(text.contains("Probity-Note: ") && text.contains("close_notify"), "{text}");
    let Some(Entry::Http(again)) = archive.latest(URL, clock()()) else { panic!() };
    assert!(again.cut.is_none());
    // A length that is told and not held is a gap, in words.
    world.page(URL, Page::html("0123456789").fault(Fault::Half));
    let capture = fetch(patient(&world), Request::page(URL)).await;
    let Some(Entry::Http(half)) = capture.get(URL).as_deref().cloned() else { panic!() };
    let detail = half.cut.unwrap().detail;
    assert_eq!(detail, "the connection was closed before the end; the first 5 bytes are kept");
}

#[tokio::test]
async fn a_page_that_comes_to_who_brings_a_cookie_back() {
    let world = World::start().await.unwrap();
    world.page(URL, Page::redirect(302, URL).header("Set-Cookie", "seen=1; Path=/; Secure"));
    world.then(URL, Page::html("text"));
    let (capture, _folder, archive, text) = recorded(patient(&world), URL).await;
    assert_eq!(held(&capture, URL), Ok((200, "text".into())));
    assert!(capture.follow(URL).answer.is_ok());
    let sent: Vec<_> = world.asked().iter().map(|asked| asked.header("cookie").map(str::to_owned)).collect();
    assert_eq!(sent, [None, Some("seen=1".to_owned())]);
    assert!(
        text.contains("cookie: seen=1") && text.to_lowercase().contains("set-cookie: seen=1; path=/; secure"),
        "{text}"
    );
    assert_eq!(archive.slots(URL).len(), 2);
    assert!(matches!(archive.latest(URL, clock()()), Some(Entry::Http(exchange)) if exchange.status == 200));

    // Over another address and back.
    let world = World::start().await.unwrap();
    world.page(URL, Page::redirect(302, "/check?back=privacy"));
    world.then(URL, Page::html("text"));
    world.page("https://alpha.test/check?back=privacy", Page::redirect(302, URL).header("Set-Cookie", "ok=1; Path=/"));
    assert_eq!(page(patient(&world), URL).await, Ok((200, "text".into())));

    // The jar is thrown away with the wish, and a loop stays a loop.
    world.page("https://alpha.test/other", Page::html("other"));
    let net = Net::new(patient(&world), clock()).unwrap();
    let capture = Capture::live(clock()());
    let service = service("https://alpha.test/");
    let visit = Visit::new(&service, &capture, None);
    net.fetch(&visit, &Request::page("https://alpha.test/check?back=privacy")).await.unwrap();
    net.fetch(&visit, &Request::page("https://alpha.test/other")).await.unwrap();
    assert!(world.asked().last().unwrap().header("cookie").is_none());
    world.page(URL, Page::redirect(302, URL).header("Set-Cookie", "seen=1"));
    let capture = fetch(patient(&world), Request::page(URL)).await;
    assert_eq!(capture.follow(URL).answer.unwrap_err(), (Why::Unreachable, "redirect loop".to_owned()));
}

#[tokio::test]
async fn a_field_refresh_is_a_redirect() {
    let world = World::start().await.unwrap();
    world.page(URL, Page::html("moved").header("Refresh", "0; url=/legal"));
    world.page("https://alpha.test/legal", Page::html("text"));
    let capture = fetch(patient(&world), Request::page(URL)).await;
    assert_eq!(capture.follow(URL).hops, [URL, "https://alpha.test/legal"]);
    assert_eq!(held(&capture, "https://alpha.test/legal"), Ok((200, "text".into())));
    for stays in ["30", "3600; url=/legal", "0; url=/privacy"] {
        world.page(URL, Page::html("text").header("Refresh", stays));
        assert_eq!(fetch(patient(&world), Request::page(URL)).await.follow(URL).hops, [URL], "{stays}");
    }
}
