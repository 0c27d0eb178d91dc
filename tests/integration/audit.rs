//! Audits as users run them, on the archive that the demo leaves: tables, formats, thresholds, determinism, bad input.

use crate::common::{Place, Ran};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The archive of one demo, made once for all tests.
fn archive() -> &'static PathBuf {
    static PLACE: OnceLock<(Place, PathBuf)> = OnceLock::new();
    &PLACE
        .get_or_init(|| {
            let place = Place::new();
            assert_eq!(place.run("demo --format csv").code, 0);
            let audits = fs::read_dir(place.path().join("data/audits")).unwrap();
            let path = audits.map(|entry| entry.unwrap().path()).next().unwrap().join("archive.warc.gz");
            (place, path)
        })
        .1
}

/// The same place, and where its archive lies.
pub(crate) fn place_and_archive() -> (Place, PathBuf) {
    let place = place();
    let archive = place.path().join("world.warc.gz");
    (place, archive)
}

/// A place with the demo's declarations and its archive as `world.warc.gz`.
fn place() -> Place {
    let place = Place::new();
    place.write("world.warc.gz", fs::read(archive()).unwrap());
    for id in ["lindenhof", "gatherly", "auental", "salon", "quickmeet", "fernruf"] {
        let path = format!("{}/src/app/demo/services/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        place.write(&format!("services/{id}.toml"), fs::read(path).unwrap());
    }
    place
}

const REPLAY: &str = "audit --services services --replay world.warc.gz";

#[test]
fn the_table_is_readable_at_80_and_at_160_columns() {
    let place = place();
    for columns in [80, 160] {
        let ran = place.run_wide(REPLAY, columns);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        for line in ran.out.lines() {
            assert!(line.chars().count() <= columns, "{columns}: {line}");
        }
        for word in ["Lindenhof Meet", "Gatherly", "Quickmeet", "■ red", "○ undecided"] {
            assert!(ran.out.contains(word), "{columns}: {word}\n{}", ran.out);
        }
        assert!(!ran.out.contains('\u{1b}'));
    }
}

#[test]
fn two_runs_give_the_same_bytes_in_every_format() {
    let place = place();
    for format in ["json", "csv", "markdown"] {
        let line = format!("{REPLAY} --format {format}");
        let (first, second) = (place.run(&line), place.run(&line));
        assert_eq!(first.code, 0, "{}", first.err);
        assert!(first.out == second.out && !first.out.is_empty(), "{format}");
    }
}

#[test]
fn a_replay_says_what_the_live_audit_said() {
    let place = place();
    let live = fs::read_to_string(archive().with_file_name("result.json")).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&live).unwrap();
    let as_of = parsed["as_of"].as_str().unwrap();
    let replayed = place.run(&format!("{REPLAY} --as-of {as_of} --format json")).out;
    let differs = replayed.lines().zip(live.lines()).position(|(one, other)| one != other);
    assert!(replayed == live, "line {differs:?} differs");
}

#[test]
fn the_result_fits_its_schema_and_its_quotes_stand_in_the_pages() {
    let place = place();
    let result = place.run(&format!("{REPLAY} --format json")).json();
    let schema = fs::read_to_string(format!("{}/docs/audit.schema.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    jsonschema::validate(&schema, &result).unwrap();
    let pages: String = walk(&format!("{}/src/app/demo/pages", env!("CARGO_MANIFEST_DIR")));
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let pages = letters(&pages);
    let mut quotes = 0;
    for finding in
        result["ratings"].as_array().unwrap().iter().flat_map(|rating| rating["findings"].as_array().unwrap())
    {
        for citation in finding["citations"].as_array().unwrap() {
            let (url, quote) = (citation["url"].as_str().unwrap(), citation["quote"].as_str().unwrap());
            if url.starts_with("https://") && !url.contains("/api") {
                quotes += 1;
                assert!(pages.contains(&letters(quote)), "{url}: {quote}");
            }
        }
        assert!(finding["grade"] != "poor" || finding["basis"] != "none", "poor for want of evidence: {finding}");
    }
    assert!(quotes > 20, "{quotes}");
}

/// All files of a folder and the folders in it, markup taken out.
fn walk(folder: &str) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &walk(path.to_str().unwrap());
        } else {
            let page = fs::read_to_string(path).unwrap();
            text.extend(
                page.split('<').filter_map(|part| part.split_once('>').map_or(Some(part), |(_, text)| Some(text))),
            );
        }
    }
    text
}

#[test]
fn services_and_methods_can_be_chosen() {
    let place = place();
    let line =
        "audit salon gatherly --services services --method berlin-short-test --replay world.warc.gz --format json";
    let result = place.run(line).json();
    let rated: Vec<_> =
        result["ratings"].as_array().unwrap().iter().map(|rating| rating["service"].as_str().unwrap()).collect();
    assert_eq!(rated, ["gatherly", "salon"]);
    assert!(result["ratings"].as_array().unwrap().iter().all(|rating| rating["method"] == "berlin-short-test"));
}

#[test]
fn thresholds_become_exit_codes() {
    let place = place();
    let code = |more: &str| place.run(&format!("{REPLAY} --method berlin-short-test {more}")).code;
    assert_eq!(code(""), 0);
    assert_eq!(code("--fail-on red"), 1, "Gatherly keeps data for purposes of its own");
    assert_eq!(code("--fail-on worse"), 0, "nothing has changed since the last audit");
    assert_eq!(code("--fail-on gaps"), 3);
}

#[test]
fn csv_is_harmless_in_a_spreadsheet() {
    let place = place();
    place.write(
        "evil/a.toml",
        "id = \"a\"\nname = \"=HYPERLINK(\\\"https://evil.example\\\", \\\"ok\\\")\"\ncategory = \"video-conferencing\"\nhome = \"https://a.example/\"\n",
    );
    let ran = place.run("audit --services evil --replay world.warc.gz --format csv");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.starts_with("service,name,method,light,points_low,points_high,points_max,coverage,criterion,why\r\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("a,\"'=HYPERLINK(\"\"https://evil.example\"\", \"\"ok\"\")\","), "{}", ran.out);
    let markdown = place.run("audit --services evil --replay world.warc.gz --format markdown").out;
    assert!(markdown.contains("| =HYPERLINK("), "{markdown}");
}

#[test]
fn an_escape_in_a_name_does_not_reach_the_terminal() {
    let place = place();
    place.write(
        "evil/a.toml",
        "id = \"a\"\nname = \"A\\u001b[2J\"\ncategory = \"video-conferencing\"\nhome = \"https://a.example/\"\n",
    );
    let mut command = place.command("audit --services evil --replay world.warc.gz".split(' '));
    command.env("CLICOLOR_FORCE", "1");
    let ran = Ran::of(command);
    assert!(!ran.out.contains("\u{1b}[2J"), "{}{}", ran.out, ran.err);
}

#[test]
fn show_and_explain_give_every_sentence_and_quote() {
    let place = place();
    assert_eq!(place.run(REPLAY).code, 0);
    let shown = place.run("show salon --method priva-score-video");
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    for word in ["Salon Visio", "contradictions", "hébergées exclusivement en France", "rooms.salon-visio.example"] {
        assert!(shown.out.contains(word), "{word}\n{}", shown.out);
    }
    let explained = place.run("explain salon server-location");
    assert_eq!((explained.code, explained.err.as_str()), (0, ""));
    for word in ["location.eu-only is stated", "“Toutes vos données", "How to fix it"] {
        assert!(explained.out.contains(word), "{word}\n{}", explained.out);
    }
    let json = place.run("explain salon server-location --format json").json();
    assert_eq!(json["criterion"], "server-location");
    assert!(!json["trace"].as_array().unwrap().is_empty());
    assert_eq!(place.run("show salon --format json").json()["service"]["service"], "salon");
}

#[test]
fn bad_input_is_told_and_does_no_harm() {
    let place = place();
    place.write("empty.warc.gz", "");
    place.write("page.warc", "<!doctype html><p>This is a page.");
    let whole = fs::read(archive()).unwrap();
    place.write("cut.warc.gz", &whole[..whole.len() - 100]);
    place.write("broken.mmdb", "no database");
    place.write("rules/criteria/server-location.md", "+++\nid = \"server-location\"\ntilte = \"x\"\n+++\n");
    let ours = |name: &str| fs::read_to_string(format!("{}/rules/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let method = ours("methods/gdpr-transparency.toml").replacen("revision = 1", "revision = \"one\"", 1);
    place.write("rules2/methods/gdpr-transparency.toml", method);
    let law = ours("law/eea.toml").replacen("country = \"AT\"", "country = \"ZZ\"", 1);
    place.write("rules3/law/eea.toml", law);
    let audit = "audit --services services";
    for (name, line) in [
        ("unknown-service", "audit lindnhof --services services --replay world.warc.gz".to_owned()),
        ("unknown-method", format!("{REPLAY} --method berlin-shrt-test")),
        ("no-archive", format!("{audit} --replay nowhere.warc.gz")),
        ("empty-archive", format!("{audit} --replay empty.warc.gz")),
        ("no-warc", format!("{audit} --replay page.warc")),
        ("broken-mmdb", format!("{REPLAY} --geoip broken.mmdb")),
        ("criterion-unknown-key", format!("{REPLAY} --rules rules")),
        ("method-wrong-type", format!("{REPLAY} --rules rules2")),
        ("law-unknown-country", format!("{REPLAY} --rules rules3")),
        ("no-rules", format!("{REPLAY} --rules services")),
        ("nothing-kept", "show lindenhof".to_owned()),
        ("unknown-criterion", "explain lindenhof server-loction".to_owned()),
    ] {
        let ran = place.run(&line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}\n{}", ran.err);
        insta::assert_snapshot!(format!("bad-{name}"), ran.err);
    }
    assert!(!place.path().join("data/audits").exists(), "nothing half-written");
    // A cut archive is no reason to stop: what is whole is used, and the rest is said.
    let ran = place.run(&format!("{audit} --replay cut.warc.gz"));
    assert_eq!(ran.code, 0);
    assert!(ran.err.starts_with("warning: "), "{}", ran.err);
}

#[test]
fn a_data_folder_that_cannot_be_written_stops_the_run() {
    let place = place();
    place.write("file", "a file is no folder");
    let mut command = place.command(REPLAY.split(' '));
    command.env("PROBITY_DATA", "file");
    let ran = Ran::of(command);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    insta::assert_snapshot!("bad-data-folder", ran.err);
}
