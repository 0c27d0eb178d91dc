//! What the name servers say, and what becomes of it when they do not.

use super::*;
use crate::net::capture::DnsRecord;
use crate::net::loopback::{Page, Trouble};

async fn look_up(world: &World, name: &str) -> Entry {
    let capture = fetch(quick(world), Request::dns(name)).await;
    capture.get(&format!("dns:{name}")).unwrap().as_ref().clone()
}

async fn answer(world: &World, name: &str) -> Resolution {
    match look_up(world, name).await {
        Entry::Dns(answer) => answer,
        other => panic!("{other:?}"),
    }
}

/// The detail of the gap `unreachable` that a name is.
async fn gap_of(world: &World, name: &str) -> String {
    match look_up(world, name).await {
        Entry::Gap { why: Why::Unreachable, detail, .. } => detail,
        other => panic!("{other:?}"),
    }
}

fn lines(records: &[DnsRecord]) -> Vec<String> {
    records.iter().map(|r| format!("{} {} {}", r.owner, r.kind, r.data)).collect()
}

#[tokio::test]
async fn a_name_with_everything() {
    let world = World::start().await.unwrap();
    world.record("alpha.test", "A", "93.184.215.14");
    world.record("alpha.test", "AAAA", "2606:2800:21f::1");
    world.record("alpha.test", "MX", "10 Mail.Alpha.test");
    world.record("alpha.test", "NS", "ns1.alpha.test");
    let alpha = answer(&world, "alpha.test").await;
    let expected = [
        "alpha.test A 93.184.215.14",
        "alpha.test AAAA 2606:2800:21f::1",
        "alpha.test MX 10 mail.alpha.test",
        "alpha.test NS ns1.alpha.test",
    ];
    assert_eq!(lines(&alpha.records), expected);
    assert_eq!((alpha.no_such_name, alpha.failed.len()), (false, 0));
    assert_eq!(alpha.asked, ["A", "AAAA", "MX", "NS"]);
    assert_eq!(alpha.records[0].ttl, 300);
    assert!(alpha.digest.starts_with("sha256:"));
}

#[tokio::test]
async fn a_chain_of_aliases_is_held_whole() {
    let world = World::start().await.unwrap();
    world.record("www.alpha.test", "CNAME", "edge.cdn.test");
    world.record("edge.cdn.test", "CNAME", "pop.cdn.test");
    world.record("pop.cdn.test", "A", "93.184.215.15");
    let chain =
        ["www.alpha.test CNAME edge.cdn.test", "edge.cdn.test CNAME pop.cdn.test", "pop.cdn.test A 93.184.215.15"];
    assert_eq!(lines(&answer(&world, "www.alpha.test").await.records), chain);
    world.trouble("www.alpha.test", Trouble::OneStep);
    assert_eq!(lines(&answer(&world, "www.alpha.test").await.records), chain, "a server that leaves the rest to us");
}

#[tokio::test]
async fn four_ways_of_having_no_answer() {
    let world = World::start().await.unwrap();
    let gone = answer(&world, "gone.test").await;
    assert_eq!((gone.no_such_name, gone.records.len(), gone.failed.len()), (true, 0, 0));

    world.record("mail.test", "MX", "0 .");
    let nothing = answer(&world, "mail.test").await;
    assert_eq!((nothing.no_such_name, lines(&nothing.records)), (false, vec!["mail.test MX 0 ".to_owned()]));

    world.record("broken.test", "A", "93.184.215.14");
    world.trouble("broken.test", Trouble::ServFail);
    assert_eq!(gap_of(&world, "broken.test").await, "the name server answered Server Failure");

    world.trouble("broken.test", Trouble::Silence);
    assert_eq!(gap_of(&world, "broken.test").await, "no name server answered within 300ms");
}

#[tokio::test]
async fn a_name_that_partly_fails_is_never_called_missing() {
    let world = World::start().await.unwrap();
    world.record("broken.test", "A", "93.184.215.14");
    world.trouble("broken.test", Trouble::ServFailFor("MX"));
    let partly = answer(&world, "broken.test").await;
    assert_eq!(partly.failed, [("MX".to_owned(), Why::Unreachable)]);
    assert_eq!((partly.no_such_name, lines(&partly.records)), (false, vec!["broken.test A 93.184.215.14".to_owned()]));

    world.trouble("half.test", Trouble::ServFailFor("A"));
    let half = answer(&world, "half.test").await;
    assert_eq!(half.failed, [("A".to_owned(), Why::Unreachable)]);
}

#[tokio::test]
async fn aliases_that_lead_nowhere() {
    let world = World::start().await.unwrap();
    world.record("dangling.test", "CNAME", "gone.cdn.test");
    let dangling = answer(&world, "dangling.test").await;
    assert_eq!(lines(&dangling.records), ["dangling.test CNAME gone.cdn.test"]);
    assert!(!dangling.no_such_name, "the name itself exists");
    let told = "dangling.test is an alias of gone.cdn.test, which does not exist";
    assert_eq!(page(by_name(&world), "http://dangling.test/").await, gap(Why::Unreachable, told));

    world.record("round.test", "CNAME", "about.test");
    world.record("about.test", "CNAME", "round.test");
    assert_eq!(gap_of(&world, "round.test").await, "the aliases of round.test go in a circle");

    for n in 0..20 {
        world.record(&format!("a{n}.test"), "CNAME", &format!("a{}.test", n + 1));
    }
    assert_eq!(gap_of(&world, "a0.test").await, "more than 10 aliases in a row");
}

#[tokio::test]
async fn a_cut_answer_is_asked_for_again_over_tcp() {
    let world = World::start().await.unwrap();
    for n in 0..100 {
        world.record("large.test", "A", &format!("93.184.215.{n}"));
    }
    world.trouble("large.test", Trouble::Truncated);
    assert_eq!(answer(&world, "large.test").await.records.len(), 100);
}

/// Options by which names are resolved before they are connected to.
fn by_name(world: &World) -> Options {
    Options { test_hosts: vec![format!("*=:{}", world.web().port()).parse().unwrap()], ..quick(world) }
}

#[tokio::test]
async fn a_page_whose_name_is_not_resolved_is_a_gap() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/", Page::html("text"));
    for (trouble, told) in [
        (Trouble::ServFail, "alpha.test was not resolved: the name server answered Server Failure"),
        (Trouble::Refused, "alpha.test was not resolved: the name server answered Query Refused"),
        (Trouble::Silence, "alpha.test was not resolved: no name server answered within 300ms"),
    ] {
        world.trouble("alpha.test", trouble);
        assert_eq!(page(by_name(&world), "http://alpha.test/").await, gap(Why::Unreachable, told));
    }
    world.forget("alpha.test");
    assert_eq!(page(by_name(&world), "http://alpha.test/").await, Ok((200, "text".into())));
    let told = "gone.test does not exist (NXDOMAIN)";
    assert_eq!(page(by_name(&world), "http://gone.test/").await, gap(Why::Unreachable, told));
    world.record("empty.test", "NS", "ns.empty.test");
    assert_eq!(page(by_name(&world), "http://empty.test/").await, gap(Why::Unreachable, "empty.test has no address"));
}

#[tokio::test]
async fn a_name_is_asked_once_in_a_run() {
    let world = World::start().await.unwrap();
    world.page("http://alpha.test/", Page::html("text"));
    let capture = Capture::live(clock()());
    let net = Net::new(by_name(&world), clock()).unwrap();
    let service = service("http://alpha.test/");
    let visit = Visit::new(&service, &capture, None);
    for request in
        [Request::page("http://alpha.test/"), Request::dns("alpha.test"), Request::page("http://alpha.test/b")]
    {
        net.fetch(&visit, &request).await.unwrap();
    }
    let mut asked = world.questions();
    asked.sort();
    let once = ["A", "AAAA", "MX", "NS"].map(|kind| ("alpha.test".to_owned(), kind.to_owned()));
    assert_eq!(asked, once);
}

#[tokio::test]
async fn names_that_are_none_are_not_asked() {
    let world = World::start().await.unwrap();
    let options = Options { test_hosts: Vec::new(), ..quick(&world) };
    for name in ["localhost", "a.local", "intranet", "a.internal"] {
        let capture = fetch(options.clone(), Request::dns(name)).await;
        let entry = capture.get(&format!("dns:{name}")).unwrap();
        assert!(matches!(&*entry, Entry::Gap { why: Why::Refused, .. }), "{entry:?}");
    }
    let long = format!("{}.test", "a".repeat(64));
    let capture = fetch(options, Request::dns(&long)).await;
    let entry = capture.get(&format!("dns:{long}")).unwrap();
    assert!(matches!(&*entry, Entry::Gap { why: Why::Unreachable, .. }), "{entry:?}");
    assert_eq!(world.questions(), Vec::new());
}
