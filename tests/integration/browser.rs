//! The pages in a real browser: Debian's headless Chromium, driven by WebDriver. Left out unless PROBITY_TEST_CHROMIUM names
//! it; PROBITY_TEST_AXE then names axe.min.js of the npm package axe-core, which looks for what keeps people out, and
//! PROBITY_TEST_PICTURES a folder that pictures of all pages are put into.

mod driver;
mod names;
mod pages;
mod pictures;
mod terminal;

use driver::{Browser, DOWN, ENTER, demo};

fn asked_for() -> bool {
    let asked = std::env::var_os("PROBITY_TEST_CHROMIUM").is_some();
    if !asked {
        eprintln!(
            "left out: set PROBITY_TEST_CHROMIUM to try the pages in a headless Chromium (chromium, chromium-driver)"
        );
    }
    asked
}

/// Opens an item that waits, from the queue.
fn first_waiting(browser: &Browser, home: &str) {
    browser.go(&format!("{home}/review"));
    browser.follow(".queue h2 a");
    assert!(browser.url().contains("/review/"), "{}", browser.url());
}

#[test]
fn the_demo_from_the_board_to_a_decision() {
    if !asked_for() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let (_server, home) = demo(&data);
    let browser = Browser::start(true);

    // The board; it is filtered while somebody writes, and by Enter.
    browser.go(&format!("{home}/"));
    assert!(browser.text("h1").contains("Services and their lights"));
    let all = browser.count("table.services tbody tr");
    browser.write("input[name=q]", "lindenhof");
    browser.until("filtered", |browser| browser.count("table.services tbody tr") == 1);
    assert!(browser.url().contains("q=lindenhof"), "{}", browser.url());
    browser.write("input[name=q]", ENTER);
    assert!(browser.text("table.services tbody").contains("Lindenhof"));
    assert!(!browser.text("table.services tbody").contains("Gatherly"));
    browser.follow("#reset a");
    assert_eq!(browser.count("table.services tbody tr"), all);
    browser.choose("select[name=light]", "green");
    browser.until("green only", |browser| {
        (1..all).contains(&browser.count("table.services tbody tr")) && browser.url().contains("light=green")
    });

    // A service, its plot with changes, a quote in its context, a difference of two versions.
    browser.go(&format!("{home}/services/salon?method=priva-score-video"));
    assert!(browser.text("h1").contains("Salon Visio"));
    assert!(browser.count(".plot .dot") >= 5 && browser.count(".plot .change") >= 1);
    browser.follow(".passage figcaption a");
    assert!(browser.url().contains("#quote") && !browser.text("mark#quote").is_empty());
    let top = browser.script("return document.querySelector('mark#quote').getBoundingClientRect().top");
    let height = browser.script("return innerHeight");
    assert!((0.0..height.as_f64().unwrap()).contains(&top.as_f64().unwrap()), "the quote is out of sight");
    browser.go(&format!("{home}/services/salon"));
    browser.follow("#documents ~ .scroll a[href*='/document?']");
    assert!(browser.count(".difference del") > 0 && browser.count(".difference ins") > 0);

    // A changed rating is overridden, another one accepted.
    browser.go(&format!("{home}/review"));
    let waiting = browser.count(".queue li");
    assert!(waiting >= 2, "{waiting} changes wait");
    first_waiting(&browser, &home);
    browser.click("input[value=override]");
    browser.choose("select[name=grade]", "poor");
    browser.choose("select[name=reason]", "misread");
    browser.write("textarea[name=text]", "The sentence is about another product.");
    browser.write("input[name=who]", "Ada");
    browser.follow("button.main");
    assert!(browser.text(".note.is-green").contains("recorded"));
    assert!(browser.text("#log ~ ol").contains("Ada"), "{}", browser.text("main"));
    first_waiting(&browser, &home);
    browser.click("input[value=accept]");
    browser.write("input[name=who]", "Ada");
    browser.follow("button.main");
    assert!(browser.text(".note.is-green").contains("recorded"));
    browser.go(&format!("{home}/review"));
    assert_eq!(browser.count(".queue li"), waiting - 2);

    // German, which stays, and back.
    browser.go(&format!("{home}/"));
    browser.follow(".who a[hreflang=de]");
    assert!(browser.text("h1").contains("Dienste und ihre Ampeln"));
    browser.go(&format!("{home}/services/salon"));
    assert_eq!(browser.script("return document.documentElement.lang"), "de");
    browser.follow(".who a[hreflang=en]");
    browser.go(&format!("{home}/"));
    assert!(browser.text("h1").contains("Services and their lights"));
}

#[test]
fn the_demo_with_the_keyboard_alone() {
    if !asked_for() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let (_server, home) = demo(&data);
    let browser = Browser::start(true);

    // The first stop leads past the frame.
    browser.go(&format!("{home}/"));
    browser.tab_to("a.skip");
    browser.press(ENTER);
    assert!(browser.url().ends_with("#content"));
    // A filter by arrows does not take the focus away.
    browser.tab_to("select[name=light]");
    browser.press(DOWN);
    browser.until("filtered", |browser| browser.url().contains("light="));
    assert_eq!(browser.script("return document.activeElement.name"), "light");
    browser.tab_to("#reset a");
    browser.press(ENTER);
    browser.tab_to("input[name=q]");
    browser.press(&format!("gatherly{ENTER}"));
    browser.until("found", |browser| browser.count("table.services tbody tr") == 1);
    browser.tab_to("table.services tbody th a");
    browser.press(ENTER);
    browser.until("the service", |browser| browser.text("h1").contains("Gatherly"));
    browser.tab_to(".finding .passage figcaption a");
    browser.press(ENTER);
    browser.until("the quote", |browser| browser.url().contains("#quote"));

    // A decision.
    browser.go(&format!("{home}/review"));
    browser.tab_to(".queue h2 a");
    browser.press(ENTER);
    browser.until("the item", |browser| browser.count("form.decision") == 1);
    browser.tab_to("input[name=decision]");
    browser.press(" ");
    browser.tab_to("textarea[name=text]");
    browser.press("Read twice.");
    browser.tab_to("input[name=who]");
    browser.press("Grace");
    browser.tab_to("form.decision button");
    browser.press(ENTER);
    browser.until("recorded", |browser| browser.count(".note.is-green") == 1);
    assert!(browser.text("#log ~ ol").contains("Grace"));
}

#[test]
fn the_demo_without_scripts() {
    if !asked_for() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let (_server, home) = demo(&data);
    let browser = Browser::start(false);
    browser.go(&format!("{home}/"));
    browser.choose("select[name=light]", "green");
    browser.follow("form.filters button");
    assert!(browser.url().contains("light=green"));
    browser.follow("table.services tbody th a");
    browser.follow(".passage figcaption a");
    assert!(!browser.text("mark#quote").is_empty());
    first_waiting(&browser, &home);
    browser.click("input[value=accept]");
    browser.write("input[name=who]", "Ada");
    browser.follow("button.main");
    assert!(browser.text(".note.is-green").contains("recorded"));
    first_waiting(&browser, &home);
    browser.click("input[value=override]");
    browser.write("input[name=who]", "Ada");
    browser.follow("button.main");
    assert!(browser.text(".note.is-red").contains("Grade"), "what is missing is told");
    browser.choose("select[name=grade]", "good");
    browser.choose("select[name=reason]", "legal-assessment");
    browser.write("textarea[name=text]", "Asked and shown.");
    browser.follow("button.main");
    assert!(browser.text(".note.is-green").contains("recorded"));
    browser.follow(".who a[hreflang=de]");
    assert_eq!(browser.text("#log"), "Protokoll");
}

#[test]
fn people_sign_in_and_out_in_a_browser() {
    if !asked_for() {
        return;
    }
    let (_server, home) = pages::closed("reviewer");
    let browser = Browser::start(true);
    browser.go(&format!("{home}/review"));
    assert!(browser.url().contains("/login?to="));
    browser.write("input[name=name]", "Rex");
    browser.write("input[name=password]", &format!("wrong wrong wrong{ENTER}"));
    assert!(browser.text(".note.is-red").contains("wrong"));
    browser.write("input[name=password]", &format!("correct horse battery{ENTER}"));
    browser.until("signed in", |browser| browser.url().ends_with("/review"));
    assert!(browser.text("header").contains("Rex"));
    browser.follow("header form button");
    assert!(browser.url().ends_with("/login"));
    browser.go(&format!("{home}/review"));
    assert!(browser.url().contains("/login?to="));
}
