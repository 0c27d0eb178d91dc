//! Pictures of every page, to be looked at by a person: narrow, usual and wide, in the light and in the dark. And those that the
//! README shows.

use super::asked_for;
use super::driver::{Browser, demo};
use super::pages::{BEHIND, PAGES, reports};
use super::terminal;
use std::path::Path;
use std::process::Command;

#[test]
fn pictures_of_every_page() {
    let Some(folder) = std::env::var_os("PROBITY_TEST_PICTURES").filter(|_| asked_for()) else {
        eprintln!("left out: set PROBITY_TEST_PICTURES to a folder for pictures of all pages");
        return;
    };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder.join("readme")).unwrap();
    let data = tempfile::tempdir().unwrap();
    let (_server, home) = demo(&data);
    let browser = Browser::start(true);
    let reports = reports(data.path());
    for_the_readme(&browser, &home, &reports[0].1, data.path(), &folder.join("readme"));
    for (width, dark) in [(360, false), (1024, false), (1920, false), (360, true), (1024, true), (1920, true)] {
        let kind = format!("{width}-{}", if dark { "dark" } else { "light" });
        browser.look(width, if width < 500 { 740 } else { 900 }, dark);
        let take = |name: &str| {
            // Very long pages are cut: a picture has its bounds.
            let whole = browser.script("return document.documentElement.scrollHeight").as_u64().unwrap() < 9_000;
            std::fs::write(folder.join(format!("{name}-{kind}.png")), browser.picture(whole)).unwrap();
        };
        for (name, path) in PAGES {
            browser.go(&format!("{home}{path}"));
            take(name);
        }
        for (name, path, link) in BEHIND {
            browser.go(&format!("{home}{path}"));
            browser.follow(link);
            take(name);
        }
        for (name, address) in &reports {
            browser.go(address);
            take(name);
        }
    }
}

/// The pictures of `docs/pictures`, under their names.
fn for_the_readme(browser: &Browser, home: &str, report: &str, data: &Path, folder: &Path) {
    let take = |name: &str| std::fs::write(folder.join(name), browser.picture(false)).unwrap();
    browser.look(1280, 1090, false);
    browser.go(&format!("{home}/"));
    take("board.png");
    browser.look(1280, 860, false);
    browser.go(&format!("{home}/services/gatherly?method=priva-score-video"));
    take("service.png");
    browser.go(&format!("{home}/review"));
    browser.follow(".queue h2 a");
    take("review.png");
    browser.go(report);
    take("report.png");
    for (name, arguments, columns) in
        [("demo.png", &["demo"][..], 120), ("explain.png", &["explain", "gatherly", "agreement-own-purposes"][..], 110)]
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_probity"));
        command.args(arguments).current_dir(data).env("PROBITY_DATA", "kept");
        command.env("COLUMNS", columns.to_string()).env("CLICOLOR_FORCE", "1");
        let written = String::from_utf8(command.output().unwrap().stdout).unwrap();
        let page = folder.join("terminal.html");
        std::fs::write(&page, terminal::page(&format!("probity {}", arguments.join(" ")), &written)).unwrap();
        browser.go(&format!("file://{}", std::fs::canonicalize(&page).unwrap().display()));
        let size = browser
            .script("const r = document.querySelector('pre').getBoundingClientRect(); return [r.width, r.height]");
        let (width, height) = (size[0].as_f64().unwrap(), size[1].as_f64().unwrap());
        browser.look(width.ceil() as u32, height.ceil() as u32, true);
        take(name);
        std::fs::remove_file(page).unwrap();
    }
}
