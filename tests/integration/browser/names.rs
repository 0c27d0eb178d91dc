//! Names that a provider chooses to break a page with: three hundred letters without a gap, letters that steer, and both at once.
//!
//! The services are those of the demo, judged again from its own archive under such names.

use super::asked_for;
use super::driver::{Browser, demo, serve};
use super::pages::{reports, wrong};
use std::path::Path;
use std::process::{Command, Stdio};

/// Where a name stands.
const PAGES: &[&str] = &[
    "/",
    "/?method=gdpr-transparency",
    "/services/gatherly",
    "/services/salon",
    "/review",
    "/compare?service=gatherly&service=salon",
];

/// The demo's declaration of a service, under another name.
fn declare(folder: &Path, id: &str, name: &str) {
    let path = format!("{}/src/app/demo/services/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let lines = std::fs::read_to_string(path).unwrap();
    let lines = lines.lines().map(|line| match line.starts_with("name = ") {
        true => format!("name = \"{name}\"\n"),
        false => format!("{line}\n"),
    });
    std::fs::write(folder.join(format!("{id}.toml")), lines.collect::<String>()).unwrap();
}

#[test]
fn no_name_breaks_a_page() {
    if !asked_for() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    drop(demo(&data));
    let services = data.path().join("services");
    std::fs::create_dir(&services).unwrap();
    declare(&services, "gatherly", &"W".repeat(300));
    declare(
        &services,
        "salon",
        &format!("\\u202e\\u2066oiSiV\\u0007\\u001b[31m\\u200b{}", "\\u0623\\u0301".repeat(150)),
    );
    let services = services.to_str().unwrap();
    let audits = std::fs::read_dir(data.path().join("audits")).unwrap();
    let newest = audits.map(|entry| entry.unwrap().path()).max().unwrap();
    let archive = newest.join("archive.warc.gz");
    let mut again = Command::new(env!("CARGO_BIN_EXE_probity"));
    again.args(["audit", "--services", services, "--data", folder, "--replay", archive.to_str().unwrap()]);
    assert!(again.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    let (_server, home) =
        serve(&["serve", "--data", folder, "--services", services, "--listen", "127.0.0.1:0", "--hands", "0"]);
    let browser = Browser::start(true);
    let mut all = Vec::new();
    let mut look = |name: &str| {
        let text = browser.text("body");
        assert!(text.contains("WWWWWWWW") || text.contains("\u{623}"), "no such name on {name}: {text:.400}");
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{7}', '\u{1b}']), "letters that steer on {name}");
        all.extend(wrong(&browser, None).into_iter().map(|one| format!("{name}: {one}")));
    };
    let mut reports = reports(data.path());
    let whole = data.path().join("whole.html");
    let mut write = Command::new(env!("CARGO_BIN_EXE_probity"));
    assert!(write.args(["report", "--data", folder, "--out", whole.to_str().unwrap()]).status().unwrap().success());
    reports.push(("report of all", format!("file://{}", whole.display())));
    for width in [360, 1024, 1920] {
        browser.look(width, 900, false);
        for path in PAGES {
            browser.go(&format!("{home}{path}"));
            look(&format!("{path}, {width}"));
        }
        browser.go(&format!("{home}/review"));
        browser.follow(".queue h2 a");
        look(&format!("item, {width}"));
        browser.go(&format!("{home}/services/salon"));
        browser.follow("#documents ~ .scroll a[href*='/document?']");
        look(&format!("document, {width}"));
        for (name, address) in &reports {
            browser.go(address);
            look(&format!("{name}, {width}"));
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}
