//! Live equals replay: what an archive holds, served again through DNS, HTTPS with a root of its own and a proxy, is found to be
//! what the replay of the archive finds.
//!
//! The archive is the one that the demo leaves. `PROBITY_WORLD` names a folder with another one (`services/` and
//! `world.warc.gz`), which is then compared, too.

use crate::common::{Place, Ran};
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::{Entry, Exchange, Source};
use probity_probes::net::loopback::{Page, World};
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

/// The pages that a world serves, each with a tag by which it can be confirmed.
fn tagged(world: &World, archive: &Archive, now: jiff::Timestamp) -> usize {
    let targets: Vec<&str> = archive.targets().filter(|target| target.starts_with("http")).collect();
    let pages = targets.into_iter().filter_map(|target| match archive.latest(target, now)? {
        Entry::Http(page) if page.status == 200 && page.header("content-type")?.starts_with("text/html") => Some(page),
        _ => None,
    });
    let put = |page: Exchange| {
        let text = String::from_utf8(page.decoded(1 << 20).unwrap().into_owned()).unwrap();
        world.page(&page.url, Page::html(&text).header("ETag", &format!("\"{}\"", &page.digest[7..20])));
    };
    pages.map(put).count()
}

#[test]
fn a_page_that_a_server_confirms_is_not_sent_again_and_the_archive_stands_alone() {
    let (place, recorded) = crate::audit::place_and_archive();
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::start()).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the program under test goes by the same clock")]
    let now = jiff::Timestamp::now();
    let archive = Archive::open(&[&recorded]).unwrap();
    world.fill(&archive, now);
    let pages = tagged(&world, &archive, now);
    assert!(pages > 5, "{pages} pages");
    place.write("root.pem", world.root());
    let audit = |more: &str| {
        let asked = world.asked().len();
        let line = format!(
            "audit --format json --services services --name-server {} --root-cert root.pem --test-host *={} --pace 0 {more}",
            world.names(),
            world.web()
        );
        let ran = Ran::of(place.command(line.split_whitespace()));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let conditional = world.asked()[asked..].iter().filter(|asked| asked.header("if-none-match").is_some()).count();
        (found(&ran.json()), conditional)
    };
    let (first, none) = audit("");
    assert_eq!(none, 0, "nothing was captured before");
    let (second, conditional) = audit("");
    assert!(conditional >= pages, "{conditional} of {pages}");
    assert_eq!(first, second);
    // A third audit refers to what the first one got, through the second.
    assert_eq!(audit(""), (first.clone(), conditional));
    let newest = std::fs::read_dir(place.path().join("data/audits")).unwrap().map(|entry| entry.unwrap().path()).max();
    let alone = Place::new();
    let services = place.path().join("services");
    let line = format!(
        "audit --format json --services {} --replay {}",
        services.display(),
        newest.unwrap().join("archive.warc.gz").display()
    );
    let ran = Ran::of(alone.command(line.split_whitespace()));
    assert_eq!((found(&ran.json()), ran.err), (first.clone(), String::new()));
    assert_eq!(audit("--no-conditional"), (first, 0));
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
