//! Where the door does not go, and how a page could try to lead it there.

use super::*;
use crate::net::loopback::{Page, Trouble};

/// Options that lead to a world by its name server only: nothing is allowed that is not allowed on the internet.
fn strict(world: &World) -> Options {
    Options { test_hosts: Vec::new(), ..quick(world) }
}

#[tokio::test]
async fn what_is_not_public_is_refused_and_not_asked() {
    let world = World::start().await.unwrap();
    let port = world.web().port();
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://localhost:{port}/"),
        "http://169.254.169.254/latest/meta-data/".into(),
        "https://printer.local/".into(),
        "https://user:secret@alpha.test/".into(),
        "https://alpha.test:8443/".into(),
        "ftp://alpha.test/".into(),
        "not an address".into(),
    ] {
        let Err((Why::Refused, detail)) = page(strict(&world), &url).await else { panic!("{url}") };
        assert!(!detail.is_empty() && !detail.contains("secret"), "{detail}");
    }
    assert_eq!((world.asked(), world.questions()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused() {
    let world = World::start().await.unwrap();
    world.record("inside.test", "A", "10.0.0.7");
    world.record("inside.test", "AAAA", "fd00::7");
    world.record("alias.test", "CNAME", "inside.test");
    for host in ["inside.test", "alias.test"] {
        let told = "fd00::7 is not a public address (private)";
        assert_eq!(page(strict(&world), &format!("http://{host}/")).await, gap(Why::Refused, told));
    }
}

#[tokio::test]
async fn of_mixed_addresses_only_the_public_ones_are_connected_to() {
    let world = World::start().await.unwrap();
    world.record("mixed.test", "A", "127.0.0.1");
    world.record("mixed.test", "A", "93.184.215.14");
    let options = strict(&world);
    let dns = Dns::new(&options);
    let found = connectable(&dns, &options, "mixed.test", false).await.unwrap();
    assert_eq!(found, ["93.184.215.14:0".parse().unwrap()]);
}

#[tokio::test]
async fn a_name_that_turns_inwards_later_keeps_its_first_address() {
    let world = World::start().await.unwrap();
    world.record("turning.test", "A", "93.184.215.14");
    world.trouble("turning.test", Trouble::Rebinding([127, 0, 0, 1].into()));
    let options = strict(&world);
    let dns = Dns::new(&options);
    for _ in 0..3 {
        let found = connectable(&dns, &options, "turning.test", false).await.unwrap();
        assert_eq!(found, ["93.184.215.14:0".parse().unwrap()]);
    }
    let asked = world.questions().iter().filter(|(_, kind)| kind == "A").count();
    assert_eq!(asked, 1, "the guard and the connection use one answer");
}

#[tokio::test]
async fn a_redirect_inside_is_refused_at_its_hop() {
    let world = World::start().await.unwrap();
    world.record("inside.test", "A", "192.168.0.1");
    let options = Options { test_hosts: vec![format!("alpha.test={}", world.web()).parse().unwrap()], ..quick(&world) };
    for inside in
        ["http://10.0.0.7/admin", "http://127.0.0.1/", "http://[::1]/", "http://inside.test/", "http://a.local/"]
    {
        world.page("http://alpha.test/", Page::redirect(302, inside));
        let capture = fetch(options.clone(), Request::page("http://alpha.test/")).await;
        assert_eq!(held(&capture, "http://alpha.test/"), Ok((302, String::new())));
        assert_eq!(held(&capture, inside).unwrap_err().0, Why::Refused, "{inside}");
        assert_eq!(capture.follow("http://alpha.test/").answer.unwrap_err().0, Why::Refused, "{inside}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_scheme_ends_there() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/", Page::redirect(307, "file:///etc/passwd"));
    let capture = fetch(quick(&world), Request::page("http://alpha.test/")).await;
    assert_eq!(held(&capture, "http://alpha.test/"), Ok((307, String::new())));
    assert!(capture.get("file:///etc/passwd").is_none());
}

#[tokio::test]
async fn only_the_named_hosts_may_lead_to_loopback() {
    let world = World::start().await.unwrap();
    world.page("http://good.test/", Page::html("text"));
    world.page("http://other.test/", Page::html("text"));
    // By address, and by the name server with a port alone.
    for rule in [format!("good.test={}", world.web()), format!("good.test=:{}", world.web().port())] {
        let options = Options { test_hosts: vec![rule.parse().unwrap()], ..quick(&world) };
        assert_eq!(page(options.clone(), "http://good.test/").await, Ok((200, "text".into())));
        let told = "127.0.0.1 is not a public address (loopback)";
        assert_eq!(page(options, "http://other.test/").await, gap(Why::Refused, told));
    }
}

#[tokio::test]
async fn a_declared_port_is_let_through() {
    let world = World::start().await.unwrap();
    world.record("alpha.test", "A", "127.0.0.1");
    let capture = Capture::live(clock()());
    let net = Net::new(strict(&world), clock()).unwrap();
    let service = service("https://alpha.test:8443/");
    let visit = Visit::new(&service, &capture, None);
    net.fetch(&visit, &Request::page("https://alpha.test:8443/x")).await.unwrap();
    net.fetch(&visit, &Request::page("https://alpha.test:8444/x")).await.unwrap();
    let reason = |url| held(&capture, url).unwrap_err().1;
    assert_eq!(reason("https://alpha.test:8443/x"), "127.0.0.1 is not a public address (loopback)");
    assert_eq!(reason("https://alpha.test:8444/x"), "port 8444 is not declared by the service");
}
