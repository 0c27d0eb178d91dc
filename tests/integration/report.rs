//! Reports of the demo's services, as somebody makes them who has just tried the demo.

use crate::common::{Place, Ran};

/// Sections that only exist once in a page.
const PARTS: [&str; 5] = ["id=\"ranking\"", "id=\"exhibits\"", "id=\"methods\"", "id=\"criteria\"", "id=\"ground\""];

#[test]
fn every_form_is_made_from_the_last_audits_and_is_the_same_twice() {
    let place = Place::new();
    let ran = place.run("report");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    insta::assert_snapshot!("report-nothing-yet", ran.err);
    assert_eq!(place.run("demo").code, 0);

    let page = place.run("report --format html");
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    for part in PARTS {
        assert_eq!(page.out.matches(part).count(), 1, "{part}");
    }
    assert!(page.out.contains("Lindenhof Meet") && page.out.contains("<mark>"));
    assert!(page.out.contains("class=\"around\""), "quotes stand in their surroundings");
    assert!(!page.out.contains("<script") && !page.out.contains(" src="), "nothing runs and nothing is loaded");
    assert_eq!(page.out, place.run("report --format html").out, "the same twice");

    let german = place.run("report --language de gatherly --out bericht.html");
    assert_eq!((german.code, german.out.as_str(), german.err.as_str()), (0, "", ""));
    let german = std::fs::read_to_string(place.path().join("bericht.html")).expect("a file");
    assert!(german.contains("<html lang=\"de\">") && german.contains("Datenschutzprüfung"));
    assert!(!german.contains("id=\"ranking\""), "one service is no ranking");

    let json = place.run("report --format json gatherly").json();
    assert_eq!(json["services"].as_array().map(Vec::len), Some(1));
    assert!(json["ratings"].as_array().is_some_and(|ratings| ratings.iter().all(|one| one["service"] == "gatherly")));

    let csv = place.run("report --format csv --method berlin-short-test").out;
    assert!(csv.starts_with("service,name,category,as_of,method,light,"), "{csv:.200}");
    assert!(csv.lines().count() > 20 && !csv.contains("priva-score-video"));

    let markdown = place.run("report --format markdown");
    assert!(markdown.out.starts_with("# Privacy audit: 6 services\n"), "{:.200}", markdown.out);

    let oscal = place.run("report --format oscal").json();
    assert_eq!(oscal["assessment-results"]["results"].as_array().map(Vec::len), Some(6));
    let broken = oscal["assessment-results"]["results"]
        .as_array()
        .and_then(|all| all.iter().find(|one| one["title"] == "Fernruf"))
        .and_then(|one| one["findings"].as_array())
        .unwrap();
    let states: Vec<_> = broken.iter().map(|finding| &finding["target"]["status"]["state"]).collect();
    assert!(states.iter().all(|state| *state == "satisfied"), "what could not be had is nobody's fault: {states:?}");

    let site = place.run("report --site public");
    assert_eq!((site.code, site.err.as_str()), (0, ""));
    for name in ["index.html", "feed.xml", "findings.csv", "services/salon.html", "services/salon.json"] {
        assert!(place.path().join("public").join(name).exists(), "{name}");
    }
    assert_eq!(place.run("report --site public").code, 0, "over itself");
    let other = place.run("report --site data");
    assert_eq!(other.code, 2, "a folder that holds something else is left alone");
    insta::assert_snapshot!("report-other-folder", other.err);
}

#[test]
fn mistakes_say_what_to_do() {
    let place = Place::new();
    assert_eq!(place.run("demo").code, 0);
    for (name, line) in [("unknown-service", "report zoom"), ("unknown-method", "report --method none")] {
        let ran = place.run(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
        insta::assert_snapshot!(format!("report-{name}"), ran.err);
    }
    let mut none = place.command(["report", "--format", "pdf", "--out", "r.pdf"]);
    none.env("PATH", "/nowhere");
    let ran = Ran::of(none);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("report-no-browser", ran.err);
    let unwritable = place.run("report --out /dev/null/report.html");
    assert_eq!(unwritable.code, 2);
    assert!(unwritable.err.starts_with("error: cannot write /dev/null/report.html"), "{}", unwritable.err);
}

#[test]
fn an_audit_without_its_archive_is_reported_without_surroundings() {
    let place = Place::new();
    assert_eq!(place.run("demo").code, 0);
    let audits = std::fs::read_dir(place.path().join("data/audits")).expect("audits");
    let archive = audits.map(|entry| entry.expect("one").path()).next().expect("one").join("archive.warc.gz");
    std::fs::write(&archive, "no archive").expect("written");
    let ran = place.run("report --format markdown gatherly");
    assert_eq!(ran.code, 0);
    assert!(ran.err.starts_with("warning: quotes are shown without their surroundings:"), "{}", ran.err);
    assert!(ran.out.contains("## Exhibits"));
}

#[test]
fn a_pdf_where_there_is_a_browser() {
    let Ok(browser) = std::env::var("PROBITY_TEST_CHROMIUM") else {
        eprintln!("left out: a PDF is printed by a browser; set PROBITY_TEST_CHROMIUM to its path");
        return;
    };
    let place = Place::new();
    assert_eq!(place.run("demo").code, 0);
    let mut command = place.command(["report", "gatherly", "--out", "r.pdf"]);
    command.env("PROBITY_CHROMIUM", browser);
    let ran = Ran::of(command);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let made = std::fs::read(place.path().join("r.pdf")).expect("a file");
    assert!(made.starts_with(b"%PDF-") && made.len() > 20_000, "{} bytes", made.len());
}
