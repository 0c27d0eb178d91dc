//! `docs/formats.md` holds what the code holds: its example is read, its lists of words are those of the types.
//!
//! It cannot see whether a meaning is well described.

use crate::common::Place;
use probity_rules::document::Kind;
use probity_rules::observation::Why;
use probity_rules::rating::{SCHEMA, schema};
use probity_rules::service::{HostRole, RepositoryRole, Service};
use std::collections::BTreeSet;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md")).unwrap()
}

/// The words in backticks of a text.
fn words(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The first column of the table whose head begins so.
fn column<'a>(page: &'a str, head: &str) -> BTreeSet<&'a str> {
    let rows = page.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    rows.take_while(|line| line.starts_with('|')).filter_map(|row| row.split('`').nth(1)).collect()
}

/// The part of the page that begins with a word and ends with a full stop.
fn sentence<'a>(page: &'a str, start: &str) -> &'a str {
    let from = page.find(start).unwrap_or_else(|| panic!("`{start}` stands in the page"));
    page[from..].split(". ").next().unwrap_or_default().split(".\n").next().unwrap_or_default()
}

/// The names of a type that is one word of several: reading an unknown word names them all.
fn names<T: serde::de::DeserializeOwned + std::fmt::Debug>() -> BTreeSet<String> {
    let refusal = serde_json::from_value::<T>("?".into()).unwrap_err().to_string();
    words(&refusal).into_iter().filter(|word| *word != "?").map(str::to_owned).collect()
}

#[test]
fn its_example_of_a_service_is_read_and_shows_every_key() {
    let page = page();
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let service = Service::parse("example-meet.toml", example).unwrap_or_else(|error| panic!("{error}"));
    assert!(!service.documents.is_empty() && !service.hosts.is_empty());
    assert!(!service.repositories.is_empty() && !service.attestations.is_empty());
    let told = column(&page, "| key |");
    let shown: BTreeSet<_> = example
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .collect();
    assert_eq!(told, shown);
}

#[test]
fn its_configuration_is_read_and_shows_every_key() {
    let page = page();
    let example = page.split("```toml probity.toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let place = Place::new();
    for folder in ["services", "rules", "geo", "roots"] {
        place.write(&format!("{folder}/.keep"), "");
    }
    place.write("probity.toml", example);
    // It is read, and then the folder that it names is looked into.
    let ran = place.run("services list");
    assert!(ran.err.starts_with("error: services holds no declaration"), "{}", ran.err);
    let shown: BTreeSet<_> = example.lines().filter_map(|line| line.split_once(" = ").map(|(key, _)| key)).collect();
    for part in ["", "[geoip]\n", "[network]\n", "[second-reader]\n", "[schedule]\n", "[openid-connect]\n"] {
        place.write("probity.toml", format!("{part}unknown-key = 1\n"));
        let told = place.run("services list").err;
        let known: Vec<_> =
            words(told.lines().next().unwrap()).into_iter().filter(|key| *key != "unknown-key").collect();
        assert!(known.len() > 1, "{told}");
        let tables = ["geoip", "network", "notify", "openid-connect", "roles", "schedule", "second-reader", "services"];
        assert!(known.iter().all(|key| shown.contains(key) || tables.contains(key)), "{known:?}, shown: {shown:?}");
    }
}

#[test]
fn its_words_are_those_of_the_declarations() {
    let page = page();
    let kinds: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words(sentence(&page, "Kinds of documents:")), kinds);
    let owned = |words: BTreeSet<&str>| words.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(owned(words(sentence(&page, "Roles of hosts:"))), names::<HostRole>());
    assert_eq!(owned(words(sentence(&page, "Roles of repositories:"))), names::<RepositoryRole>());
}

#[test]
fn its_reasons_of_gaps_are_all_there_are() {
    let page = page();
    let told: BTreeSet<_> = column(&page, "| `why` |").into_iter().map(str::to_owned).collect();
    assert_eq!(told, names::<Why>());
}

/// Every field and every word of the published schema stands in the page.
#[test]
fn its_audit_is_that_of_the_schema() {
    let page = page();
    let part = page
        .split("## `probity audit --format json`")
        .nth(1)
        .and_then(|rest| rest.split("## Exit codes").next())
        .unwrap();
    let mut told = words(part);
    told.extend(words(sentence(&page, "Kinds of documents:")));
    let schema = schema();
    let types = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    for one in types {
        let fields = one["properties"].as_object().into_iter().flat_map(|fields| fields.keys().map(String::as_str));
        let words = one["oneOf"].as_array().into_iter().flatten().filter_map(|word| word["const"].as_str());
        for name in fields.chain(words) {
            assert!(told.contains(name), "`{name}` is not explained ({})", one["description"]);
        }
    }
    assert!(told.contains(SCHEMA));
}

#[test]
fn its_exit_codes_are_those_of_the_help() {
    let help = Place::new().run("--help").out.split_whitespace().collect::<Vec<_>>().join(" ");
    let codes = help.split("Exit codes: ").nth(1).and_then(|rest| rest.split("Configuration:").next()).unwrap();
    let page = page();
    let told: Vec<_> = page
        .lines()
        .skip_while(|line| *line != "## Exit codes")
        .filter_map(|row| row.strip_prefix("| ")?.split(' ').next()?.parse::<u8>().ok())
        .collect();
    assert_eq!(told, [0, 1, 2, 3, 130]);
    for code in &told {
        assert!(codes.split("; ").any(|part| part.starts_with(&format!("{code} "))), "{code} in: {codes}");
    }
}
