//! Answers of forges as they come: found, renamed, gone, hidden, limited, refused, broken.

use super::*;
use crate::geoip::Databases;
use crate::net::capture::{Entry, Exchange};
use bytes::Bytes;
use jiff::Timestamp;
use probity_rules::service::{self, Operator, Status};

/// The header fields of an answer.
type Headers<'a> = &'a [(&'a str, &'a str)];

const API: &str = "https://api.github.com/repos/meet/server";

fn at() -> Timestamp {
    "2026-06-02T00:00:00Z".parse().unwrap()
}

fn service(repositories: &[&str]) -> Service {
    let declared = |url: &&str| service::Repository { url: (*url).to_owned(), role: RepositoryRole::Server };
    Service {
        id: "meet".into(),
        name: "Meet".into(),
        category: "video-conferencing".into(),
        home: "https://www.meet.example/".into(),
        status: Status::Active,
        operator: Some(Operator { name: "Meet Video GmbH".into(), country: Some("DE".into()), parent: None }),
        documents: Vec::new(),
        hosts: Vec::new(),
        repositories: repositories.iter().map(declared).collect(),
        attestations: Vec::new(),
    }
}

fn put(capture: &Capture, url: &str, status: u16, headers: Headers, body: &str) {
    let headers = headers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let exchange = Exchange::new(url.to_owned(), at(), status, headers, Bytes::from(body.to_owned()));
    capture.put(url.to_owned(), Entry::Http(exchange));
}

fn read(service: &Service, capture: &Capture) -> Facts {
    let geo = Databases::none();
    Repositories.read(service, capture, &Context { geo: &geo })
}

/// The facts of one repository at GitHub with this answer.
fn github(status: u16, headers: Headers, body: &str) -> Facts {
    let capture = Capture::live(at());
    put(&capture, API, status, headers, body);
    read(&service(&["https://github.com/meet/server"]), &capture)
}

fn field<'a>(facts: &'a Facts, name: &str) -> &'a Observation<Value> {
    &facts.collections["repositories"].items[0].fields[name]
}

fn why(facts: &Facts, name: &str) -> Option<Why> {
    match field(facts, name) {
        Observation::Unknown { why, .. } => Some(*why),
        _ => None,
    }
}

const SERVER: &str = r#"{
 "full_name": "meet/server", "private": false,
 "pushed_at": "2026-05-20T10:00:00Z",
 "archived": false,
 "license": { "key": "agpl-3.0",  "spdx_id" :  "AGPL-3.0" },
 "parent": { "full_name": "other/server", "archived": true, "license": { "spdx_id": "MIT" } }
}"#;

#[test]
fn a_repository_with_its_licence_and_where_it_stands() {
    let facts = github(200, &[], SERVER);
    let expected = [
        ("exists", Value::Flag(true), r#""full_name": "meet/server""#),
        ("licence", Value::Text("AGPL-3.0".into()), r#""spdx_id" :  "AGPL-3.0""#),
        ("osi", Value::Flag(true), r#""spdx_id" :  "AGPL-3.0""#),
        ("archived", Value::Flag(false), r#""archived": false"#),
        ("last-activity", Value::Date("2026-05-20".parse().unwrap()), r#""pushed_at": "2026-05-20T10:00:00Z""#),
    ];
    for (name, value, quote) in expected {
        assert_eq!(field(&facts, name).value(), Some(&value), "{name}");
        let citation = &field(&facts, name).citations()[0];
        assert_eq!((citation.quote.as_str(), citation.url.as_str()), (quote, API));
        assert!(SERVER.contains(quote));
    }
    assert_eq!((why(&facts, "last-release"), facts.gaps), (Some(Why::NotAsked), Vec::new()));
}

#[test]
fn a_renamed_repository_is_followed() {
    let capture = Capture::live(at());
    let moved = "https://api.github.com/repositories/4711";
    put(&capture, API, 301, &[("Location", moved)], r#"{"message":"Moved Permanently"}"#);
    put(&capture, moved, 200, &[], &SERVER.replace("meet/server", "meet/meet-server"));
    let facts = read(&service(&["https://github.com/meet/server"]), &capture);
    assert_eq!(field(&facts, "exists").value(), Some(&Value::Flag(true)));
    assert_eq!(field(&facts, "exists").citations()[0].url, moved);
    assert_eq!(facts.collections["repositories"].items[0].id, "https://github.com/meet/server");
}

#[test]
fn an_empty_repository_is_no_source_code() {
    let with = |field: &str| SERVER.replace("\"archived\": false,", &format!("\"archived\": false, {field},"));
    for (field, quote) in [
        (r#""size": 0"#, r#""size": 0"#),
        (r#""size": 0, "empty": true"#, r#""empty": true"#),
        (r#""empty_repo":true"#, r#""empty_repo":true"#),
    ] {
        let facts = github(200, &[], &with(field));
        assert_eq!(self::field(&facts, "exists").value(), Some(&Value::Flag(false)), "{field}");
        assert_eq!(self::field(&facts, "exists").citations()[0].quote, quote);
        assert_eq!((why(&facts, "licence"), facts.gaps), (Some(Why::Empty), Vec::new()), "{field}");
    }
    for field in [r#""size": 1"#, r#""size": 0, "empty": false"#, r#""empty": false"#] {
        let facts = github(200, &[], &with(field));
        assert_eq!(self::field(&facts, "exists").value(), Some(&Value::Flag(true)), "{field}");
    }
}

#[test]
fn what_the_forge_does_not_have_does_not_exist() {
    let facts = github(404, &[], r#"{"message":"Not Found","status":"404"}"#);
    assert_eq!(field(&facts, "exists").value(), Some(&Value::Flag(false)));
    assert_eq!(field(&facts, "exists").citations()[0].quote, r#""message":"Not Found""#);
    assert_eq!((why(&facts, "licence"), facts.gaps), (Some(Why::Empty), Vec::new()));
}

#[test]
fn what_only_a_token_can_see_is_not_open_to_all() {
    let facts = github(200, &[], &SERVER.replace(r#""private": false"#, r#""private": true"#));
    assert_eq!(field(&facts, "exists").value(), Some(&Value::Flag(false)));
    assert_eq!(field(&facts, "exists").citations()[0].quote, r#""private": true"#);
}

#[test]
fn errors_are_gaps_and_never_a_missing_repository() {
    let limit = r#"{"message":"API rate limit exceeded for 192.0.2.1."}"#;
    let cases: [(u16, Headers, &str, Why); 11] = [
        (403, &[("X-RateLimit-Remaining", "0")], "{}", Why::RateLimited),
        (403, &[], limit, Why::RateLimited),
        (429, &[("Retry-After", "60")], "", Why::RateLimited),
        (403, &[], r#"{"message":"Forbidden"}"#, Why::Refused),
        (401, &[], r#"{"message":"Bad credentials"}"#, Why::Refused),
        (451, &[], r#"{"message":"Repository access blocked"}"#, Why::Refused),
        (500, &[], "", Why::Unreachable),
        (503, &[], "<html>busy</html>", Why::Unreachable),
        (200, &[], r#"{"full_name": "meet/ser"#, Why::Malformed),
        (200, &[], "[1, 2]", Why::Malformed),
        (200, &[], "<!doctype html><title>Meet</title>", Why::Unsupported),
    ];
    for (status, headers, body, expected) in cases {
        let facts = github(status, headers, body);
        for name in FIELDS.into_iter().filter(|name| *name != "last-release") {
            assert_eq!(why(&facts, name), Some(expected), "{status} {body} {name}");
        }
        assert_eq!((facts.gaps.len(), facts.gaps[0].why), (1, expected), "{status} {body}");
    }
}

#[test]
fn licences_as_forges_write_them() {
    let licence = |json: &str| github(200, &[], &format!(r#"{{"full_name":"meet/server","license":{json}}}"#));
    let osi = |facts: &Facts| field(facts, "osi").value().cloned();
    assert_eq!(osi(&licence(r#"{"spdx_id":"EUPL-1.2"}"#)), Some(Value::Flag(true)));
    assert_eq!(osi(&licence(r#"{"spdx_id":"BUSL-1.1"}"#)), Some(Value::Flag(false)));
    assert_eq!(osi(&licence(r#"{"key":"gpl-3.0"}"#)), Some(Value::Flag(true)));
    let other = licence(r#"{"key":"other","spdx_id":"NOASSERTION"}"#);
    assert_eq!((why(&other, "licence"), why(&other, "osi")), (Some(Why::Unsupported), Some(Why::Unsupported)));
    assert_eq!(field(&other, "exists").value(), Some(&Value::Flag(true)));
    let none = licence("null");
    assert!(matches!(field(&none, "licence"), Observation::Absent { .. }));
    assert_eq!(why(&none, "osi"), Some(Why::Empty));
}

/// Asks until nothing is wanted, answering from a list; gives the facts and what was asked.
fn audit(service: &Service, answers: &[(&str, u16, Headers, &str)]) -> (Facts, Vec<String>) {
    let (capture, mut asked) = (Capture::live(at()), Vec::new());
    for _ in 0..9 {
        let wanted: Vec<_> = Repositories.wants(service, &capture).into_iter().map(|one| one.target()).collect();
        let new: Vec<_> = wanted.into_iter().filter(|url| capture.get(url).is_none()).collect();
        for url in new {
            match answers.iter().find(|(known, ..)| *known == url) {
                Some((_, status, headers, body)) => put(&capture, &url, *status, headers, body),
                None => put(&capture, &url, 404, &[], "no such page"),
            }
            asked.push(url);
        }
    }
    (read(service, &capture), asked)
}

#[test]
fn a_forge_on_a_host_of_its_own_is_recognised_by_its_answer() {
    let gitlab = "https://git.meet.example/api/v4/projects/meet%2Fserver";
    let body = r#"{"path_with_namespace":"meet/server","visibility":"public","archived":true,
        "last_activity_at":"2026-04-01T08:00:00.000Z"}"#;
    let licence = format!("{gitlab}?license=true");
    let release = format!("{gitlab}/releases/permalink/latest");
    let with = body.replace("\"archived\"", "\"license\":{\"key\":\"agpl-3.0\"},\"archived\"");
    let (facts, asked) = audit(
        &service(&["https://git.meet.example/meet/server"]),
        &[
            (gitlab, 200, &[], body),
            (&licence, 200, &[], &with),
            (&release, 200, &[], r#"{"released_at":"2026-03-05T00:00:00Z"}"#),
        ],
    );
    assert_eq!(asked, ["https://git.meet.example/api/v1/repos/meet/server", gitlab, &licence, &release]);
    assert_eq!(field(&facts, "archived").value(), Some(&Value::Flag(true)));
    assert_eq!(field(&facts, "licence").value(), Some(&Value::Text("AGPL-3.0".into())));
    assert_eq!(field(&facts, "last-activity").value(), Some(&Value::Date("2026-04-01".parse().unwrap())));
    assert_eq!(field(&facts, "last-release").value(), Some(&Value::Date("2026-03-05".parse().unwrap())));
    assert_eq!(facts.gaps, []);
}

#[test]
fn forgejo_and_gitea_answer_alike() {
    let api = "https://codeberg.org/api/v1/repos/meet/server";
    let body = r#"{"full_name":"meet/server","private":false,"archived":false,"updated_at":"2026-05-01T00:00:00Z",
        "licenses":["MIT"]}"#;
    let (facts, _) = audit(&service(&["https://codeberg.org/meet/server"]), &[(api, 200, &[], body)]);
    assert_eq!(field(&facts, "licence").citations()[0].quote, r#""licenses":["MIT"]"#);
    assert_eq!(field(&facts, "exists").value(), Some(&Value::Flag(true)));
}

#[test]
fn a_host_that_is_no_forge_is_unknown() {
    let (facts, asked) = audit(&service(&["https://git.meet.example/meet/server"]), &[]);
    assert_eq!(asked.len(), 2);
    assert_eq!(why(&facts, "exists"), Some(Why::Unsupported));
    let (facts, _) = audit(&service(&["https://www.meet.example/"]), &[]);
    assert_eq!(facts.gaps[0].why, Why::Unsupported);
}

#[test]
fn extras_are_asked_only_while_the_forge_has_requests_to_spare() {
    let release = format!("{API}/releases/latest");
    let service = service(&["https://github.com/meet/server"]);
    let body = r#"{"published_at":"2026-02-03T00:00:00Z"}"#;
    for (left, expected) in [("59", true), ("19", false)] {
        let headers = [("x-ratelimit-remaining", left)];
        let (facts, asked) = audit(&service, &[(API, 200, &headers, SERVER), (&release, 200, &[], body)]);
        assert_eq!(asked.contains(&release), expected, "{left}");
        assert_eq!(field(&facts, "last-release").value().is_some(), expected);
    }
    let headers = [("x-ratelimit-remaining", "59")];
    let limited = (release.as_str(), 429, &[][..], "");
    let (facts, _) = audit(&service, &[(API, 200, &headers, SERVER), limited]);
    assert_eq!((why(&facts, "last-release"), facts.gaps.len()), (Some(Why::RateLimited), 0));
    assert_eq!(field(&facts, "licence").value(), Some(&Value::Text("AGPL-3.0".into())));
}

#[test]
fn nothing_declared_and_nothing_read_is_incomplete() {
    let facts = read(&service(&[]), &Capture::live(at()));
    let repositories = &facts.collections["repositories"];
    assert_eq!((repositories.items.len(), repositories.incomplete[0].0), (0, Why::NotAsked));
}

#[test]
fn linked_repositories_count_where_they_bear_the_name() {
    let service = service(&[]);
    for url in ["https://github.com/meet/server", "https://github.com/meetvideo/app", "https://codeberg.org/x/meet-sdk"]
    {
        assert!(bears_name(url, &service), "{url}");
    }
    for url in ["https://github.com/twbs/bootstrap", "https://github.com/video/player"] {
        assert!(!bears_name(url, &service), "{url}");
    }
}
