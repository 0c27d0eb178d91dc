//! Input that somebody got wrong: each time a message with the place and what was expected, exit code 2, and nothing written.

use crate::common::{Place, Ran};
use std::fs;

/// A file of the project's rules with one line changed.
fn changed(name: &str, from: &str, to: &str) -> String {
    let text = fs::read_to_string(format!("{}/rules/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert!(text.contains(from), "{name} holds {from}");
    text.replacen(from, to, 1)
}

/// A declaration, whole but for what is added.
fn declared(id: &str, more: &str) -> String {
    format!("id = \"{id}\"\nname = \"A\"\ncategory = \"video-conferencing\"\nhome = \"https://a.example/\"\n{more}")
}

fn refused(place: &Place, name: &str, line: &str) {
    let ran = place.run(line);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}\n{}", ran.err);
    insta::assert_snapshot!(name, ran.err);
}

#[test]
fn a_declaration_that_is_wrong_stops_the_audit() {
    let place = Place::new();
    for (name, file, text) in [
        ("service-unknown-key", "a.toml", declared("a", "operater = { name = \"A GmbH\" }\n")),
        ("service-wrong-type", "a.toml", declared("a", "hosts = \"a.example\"\n")),
        ("service-key-twice", "a.toml", declared("a", "name = \"B\"\n")),
        ("service-unknown-claim", "a.toml", {
            declared(
                "a",
                "attestations = [ { claim = \"e2ee.optionl\", state = \"stated\", by = \"B\", date = 2026-01-01 } ]\n",
            )
        }),
        ("service-no-toml", "a.toml", "a privacy policy".to_owned()),
    ] {
        place.write(&format!("{name}/{file}"), text);
        refused(&place, name, &format!("audit --services {name} --name-server 127.0.0.1:9"));
    }
    place.write("twice/a.toml", declared("a", ""));
    place.write("twice/b.toml", declared("a", ""));
    refused(&place, "service-id-twice", "audit --services twice --name-server 127.0.0.1:9");
    assert!(!place.path().join("data").exists(), "nothing is written");
}

#[test]
fn a_rule_that_is_wrong_stops_the_audit() {
    let place = Place::new();
    place.write("services/a.toml", declared("a", ""));
    let criterion = |from: &str, to: &str| changed("criteria/server-location.md", from, to);
    let method = |from: &str, to: &str| changed("methods/gdpr-transparency.toml", from, to);
    let law = |from: &str, to: &str| changed("law/eea.toml", from, to);
    let weighed = "[[weigh]]\ncriterion = \"server-location\"\n";
    for (name, file, text) in [
        ("criterion-wrong-type", "criteria/server-location.md", criterion("revision = 3", "revision = \"one\"")),
        ("criterion-id-twice", "criteria/where-servers-are.md", criterion("+++\n", "+++\n")),
        ("criterion-unknown-fact", "criteria/server-location.md", criterion("hosts.countries", "hosts.contries")),
        ("method-unknown-key", "methods/gdpr-transparency.toml", method("revision = 1", "revison = 1")),
        ("method-unknown-criterion", "methods/priva-score-video.toml", {
            changed(
                "methods/priva-score-video.toml",
                "criterion = \"server-location\"",
                "criterion = \"server-locaton\"",
            )
        }),
        ("method-weighs-twice", "methods/priva-score-video.toml", {
            changed("methods/priva-score-video.toml", weighed, &format!("{weighed}weight = 1\n\n{weighed}"))
        }),
        ("law-unknown-key", "law/eea.toml", law("country = \"AT\"", "contry = \"AT\"")),
        ("law-wrong-type", "law/eea.toml", law("country = \"AT\"", "country = 43")),
    ] {
        place.write(&format!("{name}/{file}"), text);
        refused(&place, name, &format!("audit --services services --rules {name} --name-server 127.0.0.1:9"));
    }
    assert!(!place.path().join("data").exists(), "nothing is written");
}

#[test]
fn a_configuration_of_the_wrong_type_points_at_the_line() {
    let place = Place::new();
    place.write("probity.toml", "[network]\ntimeout = 30\n");
    refused(&place, "config-wrong-type", "audit");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let place = Place::new();
    place.write("services/a.toml", declared("a", ""));
    place.write("root.pem", "no certificate");
    for (name, line) in [
        ("not-there-geoip", "audit --services services --geoip nowhere.mmdb"),
        ("not-there-root", "audit --services services --root-cert nowhere.pem"),
        ("no-root", "audit --services services --root-cert root.pem"),
    ] {
        refused(&place, name, line);
    }
    let ran = place.run("read nowhere.html");
    assert_ne!(ran.code, 0);
    insta::assert_snapshot!("not-there-document", ran.err);
    assert!(!place.path().join("data/audits").exists(), "nothing is written");
}

/// The evidence of an audit that was kept is gone or damaged.
#[test]
fn a_kept_audit_that_was_damaged_is_told() {
    let place = Place::new();
    assert_eq!(place.run("demo --format csv").code, 0);
    let audits = place.path().join("data/audits");
    let folder = fs::read_dir(&audits).unwrap().next().unwrap().unwrap().path();
    let shown = |name: &str, line: &str| {
        let ran = place.run(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}\n{}", ran.err);
        insta::assert_snapshot!(name, ran.err.replace(folder.file_name().unwrap().to_str().unwrap(), "STAMP"));
    };
    fs::remove_file(folder.join("facts.jsonl")).unwrap();
    shown("damaged-facts-gone", "explain gatherly server-location");
    fs::write(folder.join("result.json"), "{\"schema\": ").unwrap();
    shown("damaged-result", "show gatherly");
    fs::remove_file(folder.join("archive.warc.gz")).unwrap();
    shown(
        "damaged-archive-gone",
        &format!("audit --replay {}", folder.join("archive.warc.gz").strip_prefix(place.path()).unwrap().display()),
    );
}

/// A disk that is full while evidence is archived: here, a limit on the size of files.
#[cfg(unix)]
#[test]
fn a_full_disk_stops_the_run_and_nothing_half_written_stays() {
    let place = Place::new();
    let mut command = std::process::Command::new("sh");
    // Blocks of 512 bytes; without the trap the system would end the process instead of giving an error.
    command.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" demo", env!("CARGO_BIN_EXE_probity")]);
    command.current_dir(place.path()).env_clear().env("HOME", place.path()).env("PROBITY_DATA", "data");
    let ran = Ran::of(command);
    assert_eq!((ran.code, ran.out.lines().count() < 3), (2, true), "{}\n{}", ran.out, ran.err);
    assert!(ran.err.contains("evidence cannot be written") && ran.err.contains("free some space"), "{}", ran.err);
    assert_eq!(fs::read_dir(place.path().join("data/audits")).unwrap().count(), 0, "nothing half-written");
}
