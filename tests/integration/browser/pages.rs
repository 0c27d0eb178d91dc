//! Every kind of page: nothing on it keeps people out, nothing is wider than the window, nothing is asked of anybody else.

use super::asked_for;
use super::driver::{Browser, Ends, demo, serve};
use std::path::Path;
use std::process::Command;

/// Where the demo's pages are, one of each kind, with a name for pictures.
pub(super) const PAGES: &[(&str, &str)] = &[
    ("board", "/"),
    ("board-short-test", "/?method=berlin-short-test"),
    ("board-nothing-found", "/?q=nothing-of-this-name"),
    ("service", "/services/salon?method=priva-score-video"),
    ("service-poor", "/services/gatherly?method=berlin-short-test"),
    ("service-broken", "/services/fernruf"),
    ("queue", "/review"),
    ("queue-decided", "/review?decided=1"),
    ("compare-choose", "/compare"),
    ("compare", "/compare?service=salon&service=lindenhof&service=gatherly"),
    ("criteria", "/criteria"),
    ("criterion", "/criteria/end-to-end-encryption"),
    ("methods", "/methods"),
    ("method-weighted", "/methods/priva-score-video"),
    ("method-gated", "/methods/berlin-short-test"),
    ("no-such-page", "/nonsense"),
];

/// The pages that are found by following links: a name, the page with the link, the link.
pub(super) const BEHIND: &[(&str, &str, &str)] = &[
    ("archive", "/services/salon", ".passage figcaption a"),
    ("document", "/services/salon", "#documents ~ .scroll a[href*='/document?']"),
    ("item", "/review", ".queue h2 a"),
    ("item-decided", "/review?decided=1", ".queue .is-decided h2 a"),
];

/// The demo's data as a report and as a site, beside it; what a browser opens of them.
pub(super) fn reports(data: &Path) -> Vec<(&'static str, String)> {
    let run = |arguments: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_probity")).args(arguments).env("PROBITY_DATA", data).status();
        assert!(ran.unwrap().success(), "{arguments:?}");
    };
    let (file, site) = (data.join("report.html"), data.join("site"));
    let (file, site) = (file.to_str().unwrap(), site.to_str().unwrap());
    run(&["report", "salon", "gatherly", "--out", file]);
    run(&["report", "--site", site]);
    vec![
        ("report", format!("file://{file}")),
        ("site", format!("file://{site}/index.html")),
        ("site-service", format!("file://{site}/services/salon.html")),
    ]
}

/// What is wrong with the page that is open.
pub(super) fn wrong(browser: &Browser, axe: Option<&str>) -> Vec<String> {
    let mut found = axe.map(|axe| browser.barriers(axe)).unwrap_or_default();
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let wide = browser.script(wide).as_i64().unwrap();
    if wide > 0 {
        found.push(format!("the page is {wide} pixels wider than the window"));
    }
    let asked =
        "return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin))";
    let asked = browser.script(asked);
    if asked.as_array().is_some_and(|asked| !asked.is_empty()) {
        found.push(format!("somebody else is asked: {asked}"));
    }
    found
}

#[test]
fn nothing_on_any_page_keeps_people_out() {
    if !asked_for() {
        return;
    }
    let axe = std::env::var("PROBITY_TEST_AXE").ok().map(|path| std::fs::read_to_string(path).unwrap());
    if axe.is_none() {
        eprintln!("left out: set PROBITY_TEST_AXE to axe.min.js to look for what keeps people out");
    }
    let axe = axe.as_deref();
    let data = tempfile::tempdir().unwrap();
    let (_server, home) = demo(&data);
    let browser = Browser::start(true);
    let mut all = Vec::new();
    let mut look = |name: &str| {
        let found = wrong(&browser, axe);
        all.extend(found.into_iter().map(|one| format!("{name}: {one}")));
    };
    for (width, dark, language) in [(1280, false, "en"), (360, true, "de")] {
        browser.look(width, 1000, dark);
        browser.go(&format!("{home}/?lang={language}"));
        for (name, path) in PAGES {
            browser.go(&format!("{home}{path}"));
            look(&format!("{name}, {width}"));
        }
        for (name, path, link) in BEHIND {
            browser.go(&format!("{home}{path}"));
            browser.follow(link);
            look(&format!("{name}, {width}"));
        }
        for (name, address) in reports(data.path()) {
            browser.go(&address);
            look(&format!("{name}, {width}"));
        }
    }
    // The door: nobody is there yet, and nothing to see.
    let (_door, door) = closed("reader");
    for path in ["/login", "/"] {
        browser.go(&format!("{door}{path}"));
        look(path);
    }
    let (_empty, empty) =
        serve(&["serve", "--data", data.path().join("none").to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    browser.go(&format!("{empty}/"));
    look("nothing yet");
    assert!(all.is_empty(), "{all:#?}");
}

/// A server that wants everybody to sign in, and knows Rex.
pub(super) fn closed(role: &str) -> (Ends, String) {
    use std::io::Write;
    use std::process::Stdio;
    let data = tempfile::tempdir().unwrap().keep();
    let folder = data.to_str().unwrap();
    let mut add = Command::new(env!("CARGO_BIN_EXE_probity"))
        .args(["accounts", "add", "Rex", "--role", role, "--data", folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    add.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    assert!(add.wait().unwrap().success());
    let (server, home) = serve(&["serve", "--data", folder, "--listen", "0.0.0.0:0"]);
    (server, home.replace("0.0.0.0", "127.0.0.1"))
}
