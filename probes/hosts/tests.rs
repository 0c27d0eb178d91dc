//! Answers of name servers as they come, and what may be said of them.

use super::*;
use crate::geoip::Databases;
use crate::net::capture::{DnsRecord, Resolution};
use crate::net::warc::dns;
use jiff::Timestamp;
use probity_rules::service::{Host, Status};

fn at() -> Timestamp {
    "2026-06-02T00:00:00Z".parse().unwrap()
}

fn service(hosts: &[(&str, HostRole)]) -> Service {
    Service {
        id: "meet".into(),
        name: "Meet".into(),
        category: "video-conferencing".into(),
        home: "https://www.meet.example/start".into(),
        status: Status::Active,
        operator: None,
        documents: Vec::new(),
        hosts: hosts.iter().map(|(name, role)| Host { name: (*name).to_owned(), role: *role }).collect(),
        repositories: Vec::new(),
        attestations: Vec::new(),
    }
}

/// An answer of our own resolver, which asks for all five types.
fn answer(name: &str, records: &[(&str, &str, &str)]) -> Resolution {
    let record = |(owner, kind, data): &(&str, &str, &str)| {
        DnsRecord::new((*owner).to_owned(), 300, (*kind).to_owned(), (*data).to_owned())
    };
    Resolution {
        name: name.to_owned(),
        captured: at(),
        no_such_name: false,
        records: records.iter().map(record).collect(),
        failed: Vec::new(),
        asked: ["A", "AAAA", "CNAME", "MX", "NS"].map(str::to_owned).to_vec(),
        digest: String::new(),
    }
}

/// The facts of one media host with this answer.
fn host(resolution: Resolution) -> Facts {
    let service = service(&[("media.meet.example", HostRole::Media)]);
    let capture = Capture::live(at());
    capture.put("dns:media.meet.example".into(), Entry::Dns(resolution.sealed()));
    read(&service, &capture)
}

fn read(service: &Service, capture: &Capture) -> Facts {
    let geo = Databases::embedded();
    Hosts.read(service, capture, &Context { geo: &geo })
}

fn field<'a>(facts: &'a Facts, name: &str) -> &'a Observation<Value> {
    &facts.collections["hosts"].items[0].fields[name]
}

fn why(facts: &Facts, name: &str) -> Option<Why> {
    match field(facts, name) {
        Observation::Unknown { why, .. } => Some(*why),
        _ => None,
    }
}

fn texts(words: &[&str]) -> Value {
    Value::Texts(words.iter().map(|word| (*word).to_owned()).collect())
}

#[test]
fn agreeing_databases_give_a_country_with_the_line_as_evidence() {
    let facts = host(answer("media.meet.example", &[("media.meet.example", "A", "185.88.236.10")]));
    assert_eq!(field(&facts, "countries").value(), Some(&Value::Countries(["CH".to_owned()].into())));
    assert_eq!(field(&facts, "countries").citations()[0].quote, "media.meet.example.\t300\tIN\tA\t185.88.236.10");
    assert_eq!(field(&facts, "resolves").value(), Some(&Value::Flag(true)));
    let said =
        ["185.88.236.10: CH (DB-IP Lite country, 2026-06-01)", "185.88.236.10: CH (RIR delegations, 2026-11-01)"];
    assert_eq!(field(&facts, "testimony").value(), Some(&texts(&said)));
    assert!(matches!(field(&facts, "mail-servers"), Observation::Absent { .. }));
    assert_eq!(why(&facts, "anycast"), Some(Why::NotAsked));
    assert_eq!((facts.gaps, facts.collections["hosts"].incomplete.len()), (Vec::new(), 0));
}

#[test]
fn citations_stand_in_the_archived_block() {
    let full = answer(
        "media.meet.example",
        &[
            ("media.meet.example", "CNAME", "x.your-server.de"),
            ("x.your-server.de", "A", "185.88.236.10"),
            ("media.meet.example", "MX", "10 mail.meet.example"),
        ],
    );
    let empty = answer("media.meet.example", &[]);
    let gone = Resolution { no_such_name: true, ..empty.clone() };
    for (resolution, expected) in [(full, 7), (empty, 1), (gone, 1)] {
        let block = String::from_utf8(dns::block(&resolution)).unwrap();
        let facts = host(resolution.clone());
        let item = &facts.collections["hosts"].items[0];
        let citations: Vec<_> = item.fields.values().flat_map(Observation::citations).collect();
        assert_eq!(citations.len(), expected, "{citations:#?}");
        for citation in citations {
            assert!(block.contains(&citation.quote), "{:?} in {block:?}", citation.quote);
            assert_eq!(citation.record, resolution.clone().sealed().digest);
        }
    }
}

#[test]
fn disagreeing_databases_make_the_country_ambiguous_and_say_so() {
    let facts = host(answer("media.meet.example", &[("media.meet.example", "A", "34.250.160.1")]));
    assert_eq!(why(&facts, "countries"), Some(Why::Ambiguous));
    let [gap] = &facts.gaps[..] else { panic!("{:?}", facts.gaps) };
    assert_eq!((gap.why, gap.target.as_str()), (Why::Ambiguous, "dns:media.meet.example"));
    assert!(gap.detail.contains("IE (DB-IP Lite country, 2026-06-01), US (RIR delegations"), "{}", gap.detail);
}

#[test]
fn one_address_without_a_country_leaves_all_unknown() {
    let facts = host(answer(
        "media.meet.example",
        &[("media.meet.example", "A", "185.88.236.10"), ("media.meet.example", "A", "34.250.160.1")],
    ));
    assert_eq!(why(&facts, "countries"), Some(Why::Ambiguous));
    assert_eq!(field(&facts, "addresses").value(), Some(&texts(&["185.88.236.10", "34.250.160.1"])));
}

#[test]
fn a_delivery_network_behind_an_alias_has_no_country() {
    let facts = host(answer(
        "media.meet.example",
        &[("media.meet.example", "CNAME", "d1.cloudfront.net"), ("d1.cloudfront.net", "A", "185.88.236.10")],
    ));
    assert_eq!(why(&facts, "countries"), Some(Why::Ambiguous));
    assert_eq!(field(&facts, "network").value(), Some(&Value::Text("Amazon CloudFront".into())));
    assert_eq!(field(&facts, "aliases").value(), Some(&texts(&["d1.cloudfront.net"])));
    assert_eq!(
        field(&facts, "network").citations()[0].quote,
        "media.meet.example.\t300\tIN\tCNAME\td1.cloudfront.net."
    );
}

#[test]
fn anycast_is_seen_and_its_country_is_not() {
    let facts = host(answer("media.meet.example", &[("media.meet.example", "A", "162.159.137.232")]));
    assert_eq!(field(&facts, "anycast").value(), Some(&Value::Flag(true)));
    assert_eq!(field(&facts, "network").value(), Some(&Value::Text("Cloudflare".into())));
    assert_eq!(why(&facts, "countries"), Some(Why::Ambiguous));
}

#[test]
fn no_such_name_no_such_record_server_failure_and_silence_are_told_apart() {
    let gone = host(Resolution { no_such_name: true, ..answer("media.meet.example", &[]) });
    assert_eq!(field(&gone, "resolves").value(), Some(&Value::Flag(false)));
    assert_eq!(field(&gone, "resolves").citations()[0].quote, "; no such name");
    assert!(matches!(field(&gone, "addresses"), Observation::Absent { .. }));
    assert_eq!(why(&gone, "countries"), Some(Why::Empty));

    let bare = host(answer("media.meet.example", &[("media.meet.example", "MX", "10 mail.meet.example")]));
    assert_eq!(field(&bare, "resolves").value(), Some(&Value::Flag(false)));
    assert_eq!(field(&bare, "mail-servers").value(), Some(&texts(&["mail.meet.example"])));

    let failed = ["A", "AAAA", "CNAME", "MX", "NS"].map(|kind| (kind.to_owned(), Why::Unreachable)).to_vec();
    let failed = host(Resolution { failed, ..answer("media.meet.example", &[]) });
    for name in answer::FIELDS.into_iter().filter(|name| *name != "anycast") {
        assert_eq!(why(&failed, name), Some(Why::Unreachable), "{name}");
    }
    assert_eq!(failed.gaps.len(), 5);

    let service = service(&[("media.meet.example", HostRole::Media)]);
    let silent = Capture::live(at());
    let (why_silent, detail) = (Why::Unreachable, "no answer in 5 s".to_owned());
    silent.put("dns:media.meet.example".into(), Entry::Gap { why: why_silent, detail, at: at() });
    let silent = read(&service, &silent);
    assert_eq!(why(&silent, "resolves"), Some(Why::Unreachable));
    assert_eq!(silent.gaps[0].detail, "no answer in 5 s");

    let nobody_asked = read(&service, &Capture::live(at()));
    assert_eq!(why(&nobody_asked, "addresses"), Some(Why::NotAsked));
    assert_eq!(nobody_asked.gaps[0].why, Why::NotAsked);
}

#[test]
fn half_an_answer_does_not_make_a_country() {
    let failed = vec![("AAAA".to_owned(), Why::Unreachable)];
    let half = answer("media.meet.example", &[("media.meet.example", "A", "185.88.236.10")]);
    let facts = host(Resolution { failed, ..half });
    assert_eq!(field(&facts, "resolves").value(), Some(&Value::Flag(true)));
    assert_eq!(why(&facts, "countries"), Some(Why::Unreachable));
}

#[test]
fn an_answer_of_another_tool_counts_for_what_it_holds() {
    let foreign = |records| Resolution { asked: Vec::new(), ..answer("media.meet.example", records) };
    let facts = host(foreign(&[("media.meet.example", "A", "185.88.236.10")]));
    assert_eq!(field(&facts, "countries").value(), Some(&Value::Countries(["CH".to_owned()].into())));
    assert_eq!(why(&facts, "mail-servers"), Some(Why::NotAsked));
    assert_eq!(why(&host(foreign(&[])), "resolves"), Some(Why::Empty));
}

#[test]
fn an_address_that_is_not_public_is_refused() {
    let facts = host(answer("media.meet.example", &[("media.meet.example", "A", "10.0.0.7")]));
    assert_eq!(why(&facts, "countries"), Some(Why::Refused));
    assert_eq!(field(&facts, "resolves").value(), Some(&Value::Flag(true)));
}

#[test]
fn without_declared_hosts_only_the_web_site_is_known_and_that_is_said() {
    let service = service(&[]);
    assert_eq!(Hosts.wants(&service, &Capture::live(at())), [Request::dns("www.meet.example")]);
    let facts = read(&service, &Capture::live(at()));
    assert_eq!(field(&facts, "role").value(), Some(&Value::Text("web".into())));
    let [(why, missing)] = &facts.collections["hosts"].incomplete[..] else { panic!() };
    assert_eq!(*why, Why::NotAsked);
    assert!(missing.contains("app, api or media"));
}
