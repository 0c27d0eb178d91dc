//! The demo, as somebody sees it who has just built the program: the whole way, without network.

use crate::common::{Place, Ran};

#[test]
fn it_ends_with_a_table_and_commands_that_work() {
    let place = Place::new();
    let mut command = place.command(["demo"]);
    command.env_remove("PROBITY_DATA").env("TMPDIR", place.path());
    let ran = Ran::of(command);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for word in ["priva-score-video", "berlin-short-test", "gdpr-transparency", "Lindenhof Meet", "○ undecided"] {
        assert!(ran.out.contains(word), "{word}\n{}", ran.out);
    }
    // What it tells to run is run, as it stands: no variable has to be set.
    for word in [" show ", " explain "] {
        let line = ran.out.lines().find(|line| line.contains(word) && line.contains("--data"));
        let line = line.unwrap_or_else(|| panic!("it says {word}\n{}", ran.out)).trim().trim_start_matches("next:");
        let mut words = line.split_whitespace();
        assert!(words.next().is_some_and(|program| program.ends_with("probity")), "{line}");
        let mut command = place.command(words);
        command.env_remove("PROBITY_DATA");
        let ran = Ran::of(command);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        assert!(ran.out.lines().count() > 5, "{line}\n{}", ran.out);
    }
}

#[test]
fn it_never_mixes_into_audits_of_other_services() {
    let place = Place::new();
    place.write("data/audits/20260101T000000Z/services.txt", "zoom\n");
    for arguments in [["demo", "--data"], ["--data", "demo"]] {
        let folder = place.path().join("data");
        let mut words: Vec<&std::ffi::OsStr> = arguments.iter().map(std::ffi::OsStr::new).collect();
        let at = words.iter().position(|word| *word == "--data").unwrap() + 1;
        words.insert(at, folder.as_os_str());
        let ran = Ran::of(place.command(words));
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.contains("holds audits of other services (`zoom`)"), "{}", ran.err);
    }
    assert_eq!(std::fs::read_dir(place.path().join("data/audits")).unwrap().count(), 1, "nothing was kept");
}

#[test]
fn what_is_broken_on_purpose_is_a_gap_and_no_colour() {
    let place = Place::new();
    let ran = place.run("demo --format json");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let result = ran.json();
    let ratings = result["ratings"].as_array().unwrap();
    let broken: Vec<_> = ratings.iter().filter(|rating| rating["service"] == "fernruf").collect();
    assert_eq!(broken.len(), 3);
    assert!(broken.iter().all(|rating| rating["light"] == "undecided"), "{broken:?}");
    let gaps = broken[0]["gaps"].as_array().unwrap();
    let gap =
        |target: &str| gaps.iter().find(|gap| gap["target"] == target).unwrap_or_else(|| panic!("{target}: {gaps:?}"));
    assert_eq!(gap("https://fernruf.example/privacy")["why"], "refused");
    assert_eq!(gap("dns:turn.fernruf.example")["why"], "unreachable");
    let lies = result["services"].as_array().unwrap().iter().find(|service| service["service"] == "salon").unwrap();
    assert!(!lies["contradictions"].as_array().unwrap().is_empty(), "what Salon says and where its streams go: {lies}");
}
