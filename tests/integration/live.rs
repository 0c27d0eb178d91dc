//! Live equals replay: what an archive holds, served again through DNS, HTTPS with a root of its own and a proxy, is found to be
//! what the replay of the archive finds.
//!
//! The archive is the one that the demo leaves. `PROBITY_WORLD` names a folder with another one (`services/` and
//! `world.warc.gz`), which is then compared, too.

use crate::common::{Place, Ran};
use probity_probes::net::archive::Archive;
use probity_probes::net::loopback::World;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// How an audit gets to the served world.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Through a proxy, which is asked to connect to whatever address the name server gave.
    Proxy,
    /// Straight to the servers, wherever names lead.
    Straight,
}

#[test]
fn the_demo_served_again_is_found_to_be_what_its_archive_says() {
    let (place, archive) = crate::audit::place_and_archive();
    for way in [Way::Proxy, Way::Straight] {
        compare(&place, &place.path().join("services"), &archive, way);
    }
}

#[test]
fn a_recorded_world_served_again_is_found_to_be_what_it_says() {
    let Some(folder) = std::env::var_os("PROBITY_WORLD").map(PathBuf::from) else {
        eprintln!("left out: PROBITY_WORLD names no folder with services/ and world.warc.gz");
        return;
    };
    let folder = folder.canonicalize().unwrap();
    compare(&Place::new(), &folder.join("services"), &folder.join("world.warc.gz"), Way::Proxy);
}

/// Serves an archive, audits it live and by replay, and compares all that was found.
fn compare(place: &Place, services: &Path, archive: &Path, way: Way) {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::start()).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the program under test goes by the same clock")]
    let now = jiff::Timestamp::now();
    world.fill(&Archive::open(&[archive]).unwrap(), now);
    place.write("root.pem", world.root());
    let audit = |more: &str| {
        let line = format!("audit --format json --services {} {more}", services.display());
        let ran = Ran::of(place.command(line.split_whitespace()));
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.json()
    };
    let route = match way {
        Way::Proxy => format!("--proxy {}", world.proxy().unwrap()),
        Way::Straight => format!("--test-host *={}", world.web()),
    };
    let live = audit(&format!("--name-server {} --root-cert root.pem {route} --pace 0", world.names()));
    let replayed = audit(&format!("--replay {} --as-of {now}", archive.display()));
    let asked = world.asked();
    assert!(asked.iter().any(|asked| asked.url.starts_with("https://")), "nothing came over TLS");
    assert!(asked.iter().all(|asked| asked.proxied == matches!(way, Way::Proxy)), "{way:?}");
    assert!(!world.questions().is_empty(), "no name server was asked");
    let (live, replayed) = (found(&live), found(&replayed));
    assert!(live.len() > 50, "{live:#?}");
    let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        one.difference(other).take(20).map(|line| format!("{line:.400}\n")).collect::<String>()
    };
    assert!(
        live == replayed,
        "{way:?}\nlive alone:\n{}\nreplayed alone:\n{}",
        only(&live, &replayed),
        only(&replayed, &live)
    );
}

/// All that was found, a line each: ratings, findings with their citations, contradictions. Left out is what differs by nature:
/// the time of a capture, which is also part of the record of a DNS answer; and why something is not known, since where an
/// archive holds nothing, a replay says that nobody asked, and the served world gives no answer.
fn found(audit: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for rating in audit["ratings"].as_array().unwrap() {
        let whose = format!("{} {}", rating["service"], rating["method"]);
        lines.insert(format!("{whose}: {} {} {}", rating["light"], rating["points"], rating["coverage"]));
        for finding in rating["findings"].as_array().unwrap() {
            let mut finding = finding.clone();
            timeless(&mut finding);
            if finding["grade"] == "inconclusive" {
                for reason in ["because", "because_de", "missing", "missing_de"] {
                    finding.as_object_mut().unwrap().remove(reason);
                }
            }
            lines.insert(format!("{whose}: {finding}"));
        }
    }
    for service in audit["services"].as_array().unwrap() {
        let mut contradictions = service["contradictions"].clone();
        timeless(&mut contradictions);
        lines.insert(format!("{}: {contradictions}", service["service"]));
    }
    lines
}

/// Takes the times out, wherever they stand.
fn timeless(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("captured");
            if map.get("url").and_then(Value::as_str).is_some_and(|url| url.starts_with("dns:")) {
                map.remove("record");
            }
            map.values_mut().for_each(timeless);
        }
        Value::Array(list) => list.iter_mut().for_each(timeless),
        _ => {}
    }
}
