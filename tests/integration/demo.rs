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
    // What it tells to run is run, as it stands.
    let printed = |start: &str| {
        let line = ran.out.lines().filter_map(|line| line.split_once(start)).map(|(_, rest)| rest).next();
        line.unwrap_or_else(|| panic!("it says {start}\n{}", ran.out)).trim().to_owned()
    };
    let data = printed("export PROBITY_DATA=");
    for start in ["probity show ", "probity explain "] {
        let line = format!("{start}{}", printed(start));
        let mut command = place.command(line.split_whitespace().skip(1));
        command.env("PROBITY_DATA", &data);
        let ran = Ran::of(command);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        assert!(ran.out.lines().count() > 5, "{line}\n{}", ran.out);
    }
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
