//! Causes that lie outside of the service: the law of the day, a database for places, and our rules over evidence that is kept
//! elsewhere.

use super::Watch;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::Value;

const METHOD: &str = "priva-score-video";

/// Hours from now to noon of a day.
#[expect(clippy::disallowed_methods, reason = "the program under test goes by the same clock")]
fn hours_to(day: Date) -> i64 {
    let noon = TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).unwrap();
    noon.duration_since(Timestamp::now()).as_hours()
}

/// What waits on a criterion: one change.
fn raised(watch: &Watch, hours: i64, criterion: &str) -> Value {
    let items = watch.items(hours, "");
    let mut about = items.iter().filter(|item| item["change"]["criterion"] == criterion);
    let change = about.next().unwrap_or_else(|| panic!("nothing on {criterion}: {items:#?}"))["change"].clone();
    assert_eq!(about.next(), None, "once");
    change
}

#[test]
fn the_law_is_the_cause_where_a_country_got_an_adequacy_decision() {
    // Commission Implementing Decision (EU) 2022/254 on the Republic of Korea is in force since 17 December 2021.
    let watch = Watch::declared(
        "operator = { name = \"Meet Ltd\", country = \"KR\" }\nhosts = [ { name = \"media.meet.example\", role = \"media\" } ]\n",
    );
    watch.world.record("media.meet.example", "A", "211.233.0.1");
    let (before, after) = (hours_to(date(2021, 12, 1)), hours_to(date(2021, 12, 20)));
    for hours in [before, before + 30, after, after + 30] {
        watch.audit_by(METHOD, hours, "");
    }
    let change = raised(&watch, after + 31, "server-location");
    assert_eq!((&change["from"], &change["to"]), (&"poor".into(), &"partial".into()), "{change:#}");
    assert_eq!(change["cause"], "law-changed", "{change:#}");
    let shown = watch.at(after + 31, "review show 1");
    assert!(shown.out.contains("the law changed"), "{}", shown.out);
}

#[test]
fn a_database_is_the_cause_where_it_places_the_same_address_elsewhere() {
    let watch = Watch::declared(
        "operator = { name = \"Meet GmbH\", country = \"DE\" }\nhosts = [ { name = \"media.meet.example\", role = \"media\" } ]\n",
    );
    watch.world.record("media.meet.example", "A", "88.198.42.7");
    watch.place.write("brazil.mmdb", everywhere("BR"));
    for (hours, more) in [(0, ""), (30, ""), (60, "--geoip brazil.mmdb"), (90, "--geoip brazil.mmdb")] {
        watch.audit_by(METHOD, hours, more);
    }
    let change = raised(&watch, 91, "server-location");
    // Databases that disagree leave the place open: that is no reason for red.
    assert_eq!((&change["from"], &change["to"]), (&"good".into(), &"inconclusive".into()), "{change:#}");
    assert_eq!(change["cause"], "database-changed", "{change:#}");
}

#[test]
fn changed_rules_are_rehearsed_on_evidence_that_is_kept_elsewhere() {
    let watch = Watch::new();
    let shared = format!("file://{}/shared", watch.place.path().display());
    watch.audit(0, &format!("--evidence {shared}"));
    watch.audit(30, &format!("--evidence {shared}"));
    let policy = include_str!("../../../rules/criteria/retention.md");
    let stricter = "when = { all = [ { claim = \"info.retention-period\" }, { claim = \"dpa.audit\" } ] }";
    watch.place.write(
        "strict/criteria/retention.md",
        policy
            .replacen("when = { claim = \"info.retention-period\" }", stricter, 1)
            .replace("asks = [", "asks = [\"dpa.audit\", "),
    );
    let line = format!("rules rehearse --rules strict --format json --evidence {shared}");
    let flips = watch.at(31, &line);
    assert_eq!(flips.code, 1, "{}", flips.err);
    let flips = flips.json();
    assert_eq!((&flips["judged"], &flips["flips"][0]["criteria"][0]["criterion"]), (&2.into(), &"retention".into()));
    let cached = watch.place.path().join("data/cache").read_dir().unwrap().map(|one| one.unwrap().file_name());
    assert_eq!(cached.collect::<Vec<_>>(), ["notes"], "no copy of evidence is left here");
    // What is altered is said by its name, and the rest works.
    let audits = watch.place.path().join("shared/audits");
    let mut names: Vec<_> = audits.read_dir().unwrap().map(|one| one.unwrap().path()).collect();
    names.sort();
    std::fs::write(names[0].join("grounds.jsonl"), "{}\n").unwrap();
    let rest = watch.at(31, &line);
    assert_eq!(rest.json()["judged"], 1, "{}", rest.err);
    assert!(rest.err.contains("grounds.jsonl") && rest.err.contains("next: "), "{}", rest.err);
}

/// A database in the format of MaxMind that places every IPv4 address in one country.
fn everywhere(country: &str) -> Vec<u8> {
    let word = |text: &str| {
        let length = text.len() as u8;
        [if length < 29 { vec![0x40 + length] } else { vec![0x5d, length - 29] }, text.into()].concat()
    };
    // One node, both ways of which lead to the record behind it.
    let mut file = [[0, 0, 17], [0, 0, 17]].concat();
    file.extend([0; 16]);
    file.extend([vec![0xe1], word("country_code"), word(country)].concat());
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let head: [(&str, Vec<u8>); 9] = [
        ("binary_format_major_version", vec![0xa1, 2]),
        ("binary_format_minor_version", vec![0xa1, 0]),
        ("build_epoch", [&[0x08, 2][..], &1_780_000_000_u64.to_be_bytes()].concat()),
        ("database_type", word("Country")),
        ("description", vec![0xe0]),
        ("ip_version", vec![0xa1, 4]),
        ("languages", vec![0, 4]),
        ("node_count", vec![0xc1, 1]),
        ("record_size", vec![0xa1, 24]),
    ];
    file.push(0xe0 + head.len() as u8);
    head.into_iter().for_each(|(key, value)| file.extend([word(key), value].concat()));
    file
}
