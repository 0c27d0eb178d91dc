//! How the door behaves: what it says of itself, whom it obeys, what it asks twice and what not.

use super::*;
use crate::net::loopback::{Fault, Page};

const URL: &str = "https://alpha.test/privacy";
const ROBOTS: &str = "https://alpha.test/robots.txt";

fn obeying(world: &World) -> Options {
    Options { robots: true, ..quick(world) }
}

#[tokio::test]
async fn requests_say_who_asks_and_for_what() {
    let world = World::start().await.unwrap();
    world.page(URL, Page::html("text"));
    let Request::Http { url, accept, access, .. } = Request::page(URL) else { panic!() };
    let german = Request::Http { url, accept, access, language: Some("de".into()) };
    let contact = Some("https://audit.example/about".to_owned());
    fetch(Options { contact, ..quick(&world) }, german).await;
    fetch(quick(&world), Request::page(URL)).await;
    let asked = world.asked();
    let field = |n: usize, name| asked[n].header(name).unwrap_or_default().to_owned();
    let agent = format!("Probity/{} (+https://audit.example/about)", env!("CARGO_PKG_VERSION"));
    assert_eq!(field(0, "user-agent"), agent);
    assert_eq!(field(0, "accept-language"), "de,en;q=0.5,*;q=0.3");
    assert_eq!(field(1, "accept-language"), "en,*;q=0.5");
    assert_eq!(field(1, "accept-encoding"), "gzip, deflate, br");
    assert!(field(1, "accept").starts_with("text/html,"));
    for absent in ["cookie", "referer", "authorization", "if-none-match"] {
        assert_eq!(asked[1].header(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn redirects_are_followed_and_each_hop_is_held() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/", Page::redirect(301, "https://alpha.test/"));
    world.page("https://alpha.test/", Page::redirect(302, "/en#top"));
    world.page("https://alpha.test/en", Page::html("text"));
    let capture = fetch(quick(&world), Request::page("http://alpha.test/")).await;
    let followed = capture.follow("http://alpha.test/");
    assert_eq!(followed.hops, ["http://alpha.test/", "https://alpha.test/", "https://alpha.test/en"]);
    assert!(followed.answer.is_ok());
}

#[tokio::test]
async fn redirects_that_do_not_end_are_gaps() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/a", Page::redirect(302, "/b"));
    world.page("http://alpha.test/b", Page::redirect(302, "/a"));
    let capture = fetch(quick(&world), Request::page("http://alpha.test/a")).await;
    assert_eq!(capture.follow("http://alpha.test/a").answer.unwrap_err().1, "redirect loop");
    assert_eq!(world.asked().len(), 2);

    for n in 0..20 {
        world.page(&format!("http://alpha.test/{n}"), Page::redirect(302, &format!("/{}", n + 1)));
    }
    for limit in [3, 10] {
        let before = world.asked().len();
        let options = Options { max_redirects: limit, ..quick(&world) };
        let capture = fetch(options, Request::page("http://alpha.test/0")).await;
        let (why, detail) = capture.follow("http://alpha.test/0").answer.unwrap_err();
        assert_eq!((why, detail), (Why::Unreachable, format!("more than {limit} redirects")));
        assert_eq!(world.asked().len() - before, limit + 1);
    }
}

#[tokio::test]
async fn robots_txt_is_obeyed_and_read_once() {
    let world = World::start().await.unwrap();
    world.page(ROBOTS, Page::text("User-agent: *\nDisallow: /private"));
    world.page(URL, Page::html("text"));
    world.page("https://alpha.test/private", Page::html("text"));
    world.page("https://alpha.test/moved", Page::redirect(302, "/private"));
    let capture = Capture::live(clock()());
    let net = Net::new(obeying(&world), clock()).unwrap();
    let service = service(URL);
    let visit = Visit::new(&service, &capture, None);
    for path in ["privacy", "private", "moved", "robots.txt"] {
        net.fetch(&visit, &Request::page(format!("https://alpha.test/{path}"))).await.unwrap();
    }
    assert_eq!(held(&capture, URL), Ok((200, "text".into())));
    let told = "https://alpha.test/robots.txt forbids it to Probity: `Disallow: /private` in line 2";
    assert_eq!(held(&capture, "https://alpha.test/private"), gap(Why::Robots, told));
    assert_eq!(capture.follow("https://alpha.test/moved").answer.unwrap_err().0, Why::Robots);
    assert_eq!(world.count("https://alpha.test/private"), 0);
    assert_eq!(world.count(ROBOTS), 1);
    assert!(held(&capture, ROBOTS).is_ok(), "it is evidence like any page");
}

#[tokio::test]
async fn what_it_means_that_there_is_no_robots_txt() {
    let cases: [(&str, Page, Result<(), Why>); 11] = [
        ("none", Page::status(404), Ok(())),
        ("forbidden", Page::status(403), Ok(())),
        ("broken", Page::status(500), Err(Why::Robots)),
        ("busy", Page::status(503), Err(Why::Robots)),
        ("limited", Page::status(429), Err(Why::RateLimited)),
        ("reset", Page::status(200).fault(Fault::Reset), Err(Why::Unreachable)),
        ("silent", Page::status(200).fault(Fault::Hang), Err(Why::Unreachable)),
        ("moved", Page::redirect(301, "https://www.alpha.test/r"), Err(Why::Robots)),
        ("loop", Page::redirect(301, ROBOTS), Ok(())),
        ("inside", Page::redirect(301, "http://user@alpha.test/robots.txt"), Ok(())),
        ("bad coding", Page::text("x").header("Content-Encoding", "gzip"), Err(Why::Robots)),
    ];
    for (case, page_of_robots, expected) in cases {
        let world = World::start().await.unwrap();
        world.page("https://www.alpha.test/r", Page::text("User-agent: *\nDisallow: /"));
        world.page(ROBOTS, page_of_robots);
        world.page(URL, Page::html("text"));
        let got = page(obeying(&world), URL).await.map(drop).map_err(|(why, _)| why);
        assert_eq!(got, expected, "{case}");
        assert_eq!(world.count(URL), usize::from(expected.is_ok()), "{case}");
    }
}

#[tokio::test]
async fn interfaces_are_not_crawled_and_need_no_robots_txt() {
    let world = World::start().await.unwrap();
    let url = "https://api.forge.test/repos/a/b";
    world.page("https://api.forge.test/robots.txt", Page::text("User-agent: *\nDisallow: /"));
    world.page(url, Page::json("{}"));
    let capture = fetch(obeying(&world), Request::api(url)).await;
    assert_eq!(held(&capture, url), Ok((200, "{}".into())));
    assert_eq!(world.count("https://api.forge.test/robots.txt"), 0);
}

#[tokio::test]
async fn a_proxy_is_used_and_names_are_still_looked_at() {
    let world = World::start().await.unwrap();
    for url in [URL, "http://alpha.test/", "http://inside.test/"] {
        world.page(url, Page::html("text"));
    }
    world.record("alpha.test", "A", "93.184.215.14");
    world.record("inside.test", "A", "10.0.0.7");
    let proxy = Some(world.proxy().unwrap());
    let options = Options { test_hosts: Vec::new(), proxy, ..quick(&world) };
    for url in [URL, "http://alpha.test/"] {
        let capture = fetch(options.clone(), Request::page(url)).await;
        let Entry::Http(exchange) = &*capture.get(url).unwrap() else { panic!("{:?}", held(&capture, url)) };
        assert_eq!((exchange.status, exchange.peer), (200, None), "behind a proxy nobody knows who answered");
    }
    assert!(world.asked().iter().all(|asked| asked.proxied) && world.asked().len() == 2);
    for inside in ["http://inside.test/", "http://127.0.0.1/"] {
        assert_eq!(page(options.clone(), inside).await.unwrap_err().0, Why::Refused, "{inside}");
    }
}

#[tokio::test]
async fn two_wishes_for_one_address_are_one_request() {
    let world = World::start().await.unwrap();
    world.page(URL, Page::html("text").delay(Duration::from_millis(30)));
    world.page("https://alpha.test/a", Page::redirect(302, "/privacy"));
    world.page("https://alpha.test/b", Page::redirect(302, "/privacy"));
    let capture = Capture::live(clock()());
    let net = Net::new(obeying(&world), clock()).unwrap();
    let service = service(URL);
    let visit = Visit::new(&service, &capture, None);
    let wishes = ["a", "b", "privacy"].map(|path| Request::page(format!("https://alpha.test/{path}")));
    futures::future::try_join_all(wishes.iter().map(|wish| net.fetch(&visit, wish))).await.unwrap();
    assert_eq!((world.count(URL), world.count(ROBOTS)), (1, 1));
}

#[test]
fn options_that_cannot_be_used_are_said() {
    let wrong = |options| Net::new(options, clock()).err().map(|error| error.to_string());
    let root = wrong(Options { extra_roots: vec![b"rubbish".to_vec()], ..Options::default() });
    let told =
        "extra root certificates, bundle 1: it holds no certificate; give a PEM file with at least one CERTIFICATE";
    assert_eq!(root.as_deref(), Some(told));
    let proxy = wrong(Options { proxy: Some(Url::parse("ftp://u:hunter2@p.test/").unwrap()), ..Options::default() });
    let told = "the proxy ftp://p.test cannot be used: its scheme is none of http, https, socks5, socks5h";
    assert_eq!(proxy.as_deref(), Some(told));
    let contact = wrong(Options { contact: Some("a\nb".into()), ..Options::default() });
    assert!(contact.is_some_and(|told| told.contains("header field")));
    assert_eq!(wrong(Options::default()), None);
}
