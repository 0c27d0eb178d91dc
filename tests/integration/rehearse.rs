//! `probity rehearse` on histories that the tests write: each kind of noise raises nothing, each real change is raised once.

pub(crate) mod history;

use crate::common::Place;
use history::{History, Policy};
use serde_json::Value;

/// The figures of a rehearsal: raw changes, text changes, flickers, gaps, reviews.
fn figures(report: &Value) -> [u64; 5] {
    let number = |name: &str| report[name].as_u64().unwrap();
    let reviews = report["reviews"].as_array().unwrap().len() as u64;
    [number("raw_changes"), number("text_changes"), number("flickers"), number("gaps"), reviews]
}

/// Rehearses a history of a service that declares one English policy.
fn rehearse(history: &History) -> Value {
    let place = Place::new();
    history.write(&place);
    let ran = place.run("rehearse history.warc --services services --method gdpr-transparency --format json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.json()
}

fn raised(report: &Value) -> Vec<(String, String, String, String)> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let reviews = report["reviews"].as_array().unwrap().iter();
    reviews
        .map(|one| (word(&one["criterion"]), word(&one["from"]), word(&one["to"]), word(&one["raised_at"])))
        .collect()
}

#[test]
fn parameters_session_ids_white_space_and_the_date_of_the_day_are_no_change() {
    let mut history = History::new();
    for day in 1..=6 {
        let page = Policy::default().html();
        let page =
            page.replace("href=\"/help\"", &format!("href=\"/help?utm_source=a{day}&sid=9f8e7d6c5b4a392{day}\""));
        let page = page.replace("<p>", if day % 2 == 0 { "<p>\n   " } else { "<p>" });
        let note = format!(
            "<p>Today is 2026-03-{day:02}, 10:{day}5. Your session: 4f3c2b1a0d9e8f7{day}aa55. © {} Example GmbH.</p>",
            2020 + day
        );
        history.capture(&format!("2026-03-{day:02}T06:00:00Z"), &page.replace("</main>", &format!("{note}</main>")));
    }
    assert_eq!(figures(&rehearse(&history)), [5, 0, 0, 0, 0]);
}

#[test]
fn menus_banners_and_the_order_of_parts_are_no_change() {
    let mut history = History::new();
    let page = Policy::default().html();
    history.capture("2026-03-01T06:00:00Z", &page);
    let menu = page.replace(
        "<a href=\"/pricing\">Pricing</a> <a href=\"/help\">Help</a>",
        "<a href=\"/help\">Help</a> <a href=\"/blog\">Blog</a>",
    );
    history.capture("2026-03-03T06:00:00Z", &menu);
    let banner = "<div id=\"cookie-banner\" class=\"cookie-consent\" role=\"dialog\"><p>We use cookies to make this site better. Accept all or reject all.</p><button>Accept all</button></div></body>";
    history.capture("2026-03-05T06:00:00Z", &page.replace("</body>", banner));
    let mut turned = Policy::default();
    turned.parts.swap(3, 5);
    history.capture("2026-03-07T06:00:00Z", &turned.html());
    let report = rehearse(&history);
    assert_eq!(figures(&report), [3, 0, 0, 0, 0], "{report:#}");
}

#[test]
fn two_copies_that_take_turns_raise_nothing() {
    let mut history = History::new();
    let (one, other) = (Policy::default(), Policy::default().without("30 days"));
    for day in 1..=12 {
        let page = if day % 3 == 0 { &other } else { &one };
        history.capture(&format!("2026-03-{day:02}T06:00:00Z"), &page.html());
    }
    let report = rehearse(&history);
    assert_eq!(figures(&report), [7, 7, 6, 0, 0], "{report:#}");
    assert_eq!(report["noticed"][0]["why"], "returned");
}

#[test]
fn errors_walls_halves_and_other_pages_are_gaps_and_change_no_grade() {
    let page = Policy::default().html();
    let shell = |title: &str, text: &str| {
        format!(
            "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
        )
    };
    let short = Policy { parts: Policy::default().parts[..2].to_vec(), ..Policy::default() }.html();
    let half = Policy { parts: Policy::default().parts[..6].to_vec(), ..Policy::default() }.html();
    let terms =
        Policy { title: "Terms of Use".into(), parts: history::TERMS.iter().map(|part| (*part).to_owned()).collect() };
    let bad = [
        ("an error page", shell("Page not found", "Sorry, the page that you are looking for does not exist any more.")),
        (
            "a wall",
            shell(
                "Just a moment...",
                "Checking your browser before you access the site. Enable JavaScript and cookies to continue.",
            ),
        ),
        (
            "a login page",
            shell(
                "Sign in",
                "Please sign in to go on.</p><form><input name=\"user\"><input type=\"password\" name=\"word\"><button>Sign in</button></form><p>",
            ),
        ),
        ("a sixth of the page", short),
        ("half of the page", half),
        ("another document", terms.html()),
        ("another language", history::german()),
        ("an empty page", String::new()),
    ];
    for (name, bad) in bad {
        let mut history = History::new();
        for (day, page) in [(1, &page), (3, &page), (5, &bad), (8, &bad), (12, &bad), (14, &page)] {
            history.capture(&format!("2026-03-{day:02}T06:00:00Z"), page);
        }
        let report = rehearse(&history);
        let [_, text, flickers, gaps, reviews] = figures(&report);
        assert_eq!([text, flickers, gaps, reviews], [0, 0, 3, 0], "{name}: {report:#}");
        assert_eq!(report["notices"].as_array().unwrap().len(), 1, "{name}: a week is told: {report:#}");
    }
}

#[test]
fn statuses_that_are_no_answers_are_gaps() {
    let mut history = History::new();
    history.capture("2026-03-01T06:00:00Z", &Policy::default().html());
    for (day, status) in
        [(3, "404 Not Found"), (4, "503 Service Unavailable"), (5, "403 Forbidden"), (6, "429 Too Many Requests")]
    {
        history.answer(&format!("2026-03-{day:02}T06:00:00Z"), history::POLICY, status, "", "<p>No.</p>");
    }
    history.capture("2026-03-09T06:00:00Z", &Policy::default().html());
    let report = rehearse(&history);
    let [_, text, flickers, gaps, reviews] = figures(&report);
    assert_eq!([text, flickers, gaps, reviews], [0, 0, 4, 0], "{report:#}");
}

#[test]
fn a_first_look_that_was_an_error_is_no_baseline() {
    let mut history = History::new();
    let early = "<!doctype html><html lang=\"en\"><head><title>Privacy</title></head><body><main><h1>Privacy policy</h1><p>Our privacy policy is being prepared and will be shown on this page.</p></main></body></html>";
    history.capture("2026-03-01T06:00:00Z", early);
    history.capture("2026-03-05T06:00:00Z", early);
    for day in [7, 9, 11] {
        history.capture(&format!("2026-03-{day:02}T06:00:00Z"), &Policy::default().html());
    }
    let report = rehearse(&history);
    let [_, text, _, gaps, reviews] = figures(&report);
    assert_eq!([text, gaps, reviews], [0, 2, 0], "{report:#}");
}

#[test]
fn a_page_that_moves_is_the_same_page() {
    let mut history = History::new();
    let page = Policy::default().html();
    history.capture("2026-03-01T06:00:00Z", &page);
    let there = "https://meet.example/legal/privacy";
    for day in [4, 8] {
        let at = format!("2026-03-{day:02}T06:00:00Z");
        history.answer(&at, history::POLICY, "301 Moved Permanently", &format!("Location: {there}\r\n"), "");
        history.answer(&at, there, "200 OK", "", &page);
    }
    let report = rehearse(&history);
    let [_, text, flickers, gaps, reviews] = figures(&report);
    assert_eq!([text, flickers, gaps, reviews], [0, 0, 0, 0], "{report:#}");
}

#[test]
fn a_real_change_is_raised_by_the_second_look_and_shows_both_texts() {
    let mut history = History::new();
    let (before, after) = (Policy::default(), Policy::default().without("30 days"));
    history.capture("2026-03-01T06:00:00Z", &before.html());
    history.capture("2026-03-02T06:00:00Z", &before.html());
    for at in ["2026-03-03T06:00:00Z", "2026-03-03T18:00:00Z", "2026-03-04T18:00:00Z", "2026-03-06T06:00:00Z"] {
        history.capture(at, &after.html());
    }
    let report = rehearse(&history);
    assert_eq!(figures(&report), [1, 1, 0, 0, 1], "{report:#}");
    let review = &report["reviews"][0];
    assert_eq!(
        (&review["criterion"], &review["from"], &review["to"]),
        (&"retention".into(), &"good".into(), &"poor".into())
    );
    assert_eq!(review["first_seen"], "2026-03-03T06:00:00Z");
    assert_eq!(review["raised_at"], "2026-03-04T18:00:00Z");
    assert_eq!(review["cause"], "service-changed");
    let quote = |side: &str| review["citations"][side][0]["quote"].as_str().unwrap().to_owned();
    assert!(before.html().contains(&quote("before")) && quote("before").contains("30 days"), "{review:#}");
    assert!(after.html().contains(&quote("after")), "{review:#}");
}

#[test]
fn a_sentence_in_other_words_is_no_other_grade_and_a_change_elsewhere_neither() {
    let mut history = History::new();
    let page = Policy::default();
    history.capture("2026-03-01T06:00:00Z", &page.html());
    let reworded = page.html().replace(
        "We delete your account data 30 days after you close your account",
        "After you close your account we delete your account data within 30 days",
    );
    history.capture("2026-03-03T06:00:00Z", &reworded);
    let more = reworded.replace(
        "</main>",
        "<h2>Prizes</h2><p>Now and then we give away prizes among the guests of our events.</p></main>",
    );
    history.capture("2026-03-06T06:00:00Z", &more);
    history.capture("2026-03-09T06:00:00Z", &more);
    assert_eq!(figures(&rehearse(&history)), [2, 2, 0, 0, 0]);
}

#[test]
fn the_last_capture_has_no_second_look() {
    let mut history = History::new();
    history.capture("2026-03-01T06:00:00Z", &Policy::default().html());
    history.capture("2026-03-09T06:00:00Z", &Policy::default().without("30 days").html());
    let report = rehearse(&history);
    assert_eq!(figures(&report), [1, 1, 0, 0, 0]);
    let noticed = &report["noticed"][0];
    assert_eq!((&noticed["why"], &noticed["criterion"]), (&"unconfirmed".into(), &"retention".into()));
}

#[test]
fn a_change_that_is_taken_back_after_a_month_is_two_changes() {
    let mut history = History::new();
    let (one, other) = (Policy::default().html(), Policy::default().without("30 days").html());
    for (month, day, page) in
        [(1, 5, &one), (2, 1, &other), (2, 8, &other), (2, 22, &other), (3, 4, &one), (3, 12, &one), (3, 20, &one)]
    {
        history.capture(&format!("2026-{month:02}-{day:02}T06:00:00Z"), page);
    }
    let report = rehearse(&history);
    assert_eq!(figures(&report), [2, 2, 1, 0, 2], "{report:#}");
    let raised = raised(&report);
    assert_eq!((raised[0].3.as_str(), raised[1].3.as_str()), ("2026-02-08T06:00:00Z", "2026-03-12T06:00:00Z"));
}

#[test]
fn an_excursion_of_half_a_day_is_a_flicker() {
    let mut history = History::new();
    let (one, other) = (Policy::default().html(), Policy::default().without("30 days").html());
    for (at, page) in [("01T06", &one), ("02T06", &other), ("02T18", &one), ("05T06", &one), ("09T06", &one)] {
        history.capture(&format!("2026-03-{at}:00:00Z"), page);
    }
    assert_eq!(figures(&rehearse(&history)), [2, 2, 1, 0, 0]);
}

#[test]
fn a_law_that_falls_is_named_as_the_cause() {
    let mut history = History::new();
    let page = Policy::default().html().replace("</main>", "<section lang=\"de\"><h2>Übermittlung</h2><p>Wir übermitteln personenbezogene Daten in die USA. Wir stützen diese Übermittlung auf unsere Zertifizierung nach dem EU-US Privacy Shield.</p></section></main>");
    for at in ["2020-06-01T06:00:00Z", "2020-08-01T06:00:00Z", "2020-09-01T06:00:00Z"] {
        history.capture(at, &page);
    }
    let report = rehearse(&history);
    assert_eq!(figures(&report), [0, 0, 0, 0, 1], "{report:#}");
    let review = &report["reviews"][0];
    assert_eq!(
        (&review["criterion"], &review["to"], &review["cause"]),
        (&"transfers".into(), &"poor".into(), &"law-changed".into())
    );
}

#[test]
fn a_second_rehearsal_gives_the_same_bytes_and_the_table_keeps_its_width() {
    let mut history = History::new();
    let (one, other) = (Policy::default().html(), Policy::default().without("30 days").html());
    for (day, page) in [(1, &one), (2, &other), (3, &one), (7, &other), (12, &other)] {
        history.capture(&format!("2026-03-{day:02}T06:00:00Z"), page);
    }
    let place = Place::new();
    history.write(&place);
    let json = "rehearse history.warc --services services --format json";
    let (first, second) = (place.run(json), place.run(json));
    assert_eq!(first.out, second.out);
    let schema: Value = serde_json::from_str(include_str!("../../docs/rehearse.schema.json")).unwrap();
    let told: Vec<_> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&first.json()).map(|error| error.to_string()).collect();
    assert!(told.is_empty(), "{told:?}");
    for columns in [80, 160] {
        let table = place.run_wide("rehearse history.warc --services services", columns);
        assert!(table.out.lines().all(|line| line.chars().count() <= columns), "{}", table.out);
    }
}

#[test]
fn an_archive_of_another_service_is_refused_with_a_hint() {
    let mut history = History::new();
    history.answer("2026-03-01T06:00:00Z", "https://elsewhere.example/", "200 OK", "", "<p>Hello</p>");
    let place = Place::new();
    history.write(&place);
    let ran = place.run("rehearse history.warc --services services");
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.err, @r"
    error: no address of the declared services was captured in these archives
    next: name the folder of declarations that the archive was recorded for: --services DIR
    ");
}

#[test]
fn the_published_schema_is_that_of_the_program() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rehearse.schema.json");
    let made = format!("{:#}\n", probity::rehearse::schema());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), made, "run this test with UPDATE=1");
}
