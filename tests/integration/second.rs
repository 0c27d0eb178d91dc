//! A language model as a second reader: what it finds is shown as a suggestion, decides nothing, and a replay needs no model.

use crate::common::{Place, Ran};
use probity_probes::net::loopback::{Page, World};
use serde_json::{Value, json};
use std::fs;
use tokio::runtime::Runtime;

const POLICY: &str = "\
Privacy policy of Meet

Meet Video GmbH, Musterweg 1, 10115 Berlin, privacy@meet.test, is the controller of the processing that is described here. You can reach our \
data protection officer at dpo@meet.test.

Whoever holds the link of a room walks right in.

You have the right to obtain access to the personal data that we hold about you, and to have them erased. You may lodge a complaint with a \
supervisory authority at any time. We keep server logs for seven days and delete them afterwards.
";

const SERVICE: &str = r#"
id = "meet"
name = "Meet"
category = "video-conferencing"
home = "https://meet.test/"
documents = [ { kind = "privacy-policy", url = "https://meet.test/privacy", language = "en" } ]
"#;

/// The finding on taking part without a name.
fn finding(audit: &Value) -> &Value {
    let ratings = audit["ratings"].as_array().unwrap();
    let mut findings = ratings.iter().flat_map(|rating| rating["findings"].as_array().unwrap());
    findings.find(|finding| finding["criterion"] == "anonymous-participation").unwrap()
}

#[test]
fn a_suggestion_is_shown_and_replayed_without_the_model() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::start()).unwrap();
    world.page("https://meet.test/", Page::html("<html lang=en><main><p>Meet is for video calls.</p></main></html>"));
    world.page("https://meet.test/privacy", Page::text(POLICY));
    let said = json!({ "claims": [
        { "claim": "access.guest", "state": "stated", "quote": "Whoever holds the link of a room walks right in." },
        { "claim": "e2ee.default", "state": "stated", "quote": "All calls are encrypted from end to end." },
    ]});
    let answer = json!({ "choices": [{ "message": { "content": said.to_string() } }] });
    world.page("https://model.test/v1/chat/completions", Page::json(answer.to_string()));
    let place = Place::new();
    place.write("root.pem", world.root());
    place.write("services/meet.toml", SERVICE);
    let ways = format!("--name-server {} --root-cert root.pem --test-host *={} --pace 0", world.names(), world.web());
    let audit = format!("audit --format json --services services {ways}");
    let run = |line: &str, key: Option<&str>| {
        let mut command = place.command(line.split_whitespace());
        command.envs(key.map(|key| ("PROBITY_SECOND_READER_KEY", key)));
        let ran = Ran::of(command);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran
    };

    let alone = run(&audit, None).json();
    assert_eq!(finding(&alone)["grade"], "inconclusive");
    assert!(!finding(&alone).to_string().contains("second reader"));
    assert!(world.asked().iter().all(|asked| asked.body.is_empty()), "nobody was to be asked");

    place.write(
        "probity.toml",
        "[second-reader]\nurl = \"https://model.test/v1\"\nmodel = \"small\"\ntimeout = \"20s\"\n",
    );
    let with = run(&audit, Some("s3cret")).json();
    let found = finding(&with);
    assert_eq!(found["grade"], "inconclusive", "a model decides nothing: {found}");
    assert!(found.to_string().contains("only the second reader (a language model) found it"), "{found}");
    let gaps = with["services"][0]["gaps"].as_array().unwrap();
    let gap = gaps.iter().find(|gap| gap["probe"] == "second-reader").unwrap();
    assert!(gap["detail"].as_str().unwrap().contains("does not stand in the text"), "{gap}");
    let lights = |audit: &Value| {
        let ratings = audit["ratings"].as_array().unwrap().iter();
        ratings.map(|rating| (rating["method"].clone(), rating["light"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(lights(&with), lights(&alone));
    let explained = run("explain meet anonymous-participation", None).out;
    assert!(explained.contains("the second reader suggests it") && explained.contains("walks right in"), "{explained}");

    let mut audits: Vec<_> =
        fs::read_dir(place.path().join("data/audits")).unwrap().map(|it| it.unwrap().path()).collect();
    audits.sort();
    fs::remove_file(place.path().join("probity.toml")).unwrap();
    let before = world.asked().len();
    let archive = audits.pop().unwrap().join("archive.warc.gz");
    let replayed = run(&format!("audit --format json --services services --replay {}", archive.display()), None).json();
    assert_eq!(replayed["ratings"], with["ratings"]);
    assert_eq!(replayed["services"], with["services"]);
    assert_eq!(world.asked().len(), before, "a replay asks nobody");
}

#[test]
fn half_a_second_reader_is_said_with_the_next_step() {
    let place = Place::new();
    for (line, what) in [
        ("audit --second-reader http://localhost:1/v1", "has an address and no model"),
        ("audit --second-reader-model small", "has a model and no address"),
        ("audit --second-reader localhost --second-reader-model small", "expected an address such as"),
    ] {
        let ran = place.run(line);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(what) && ran.err.contains("next:"), "{}", ran.err);
    }
    place.write("probity.toml", "[second-reader]\nurl = \"https://model.test/v1\"\nkey = \"s3cret\"\n");
    let ran = place.run("audit");
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("probity.toml:3:1: unknown key `key`"), "{}", ran.err);
}
