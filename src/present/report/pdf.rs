//! The report as PDF: a headless Chromium prints the HTML form, where there is one.
//!
//! The page that it prints has no script, and its policy lets it run and load nothing. What Chromium writes into a PDF holds the time of printing:
//! of all forms only this one is not the same twice.

use crate::base::failure::Failure;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names under which Chromium is installed.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// The longest that printing may take; a report of a thousand services takes a minute.
const LONGEST: Duration = Duration::from_mins(5);

/// Prints an HTML text.
pub(crate) fn pdf(html: &str, browser: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let browser = find(browser)?;
    let folder = Folder::new()?;
    let page = folder.0.join("report.html");
    let made = folder.0.join("report.pdf");
    fs::write(&page, html).map_err(|error| crate::keep::data::unwritable(&page, &error))?;
    // Its own sandbox is tried first; in a container, or as root, it often cannot be had.
    let mut said = String::new();
    for sandbox in [true, false] {
        match print(&browser, &page, &made, &folder.0, sandbox)? {
            Ok(()) if made.exists() => {
                return fs::read(&made).map_err(|error| crate::keep::data::unreadable(&made, &error));
            }
            Ok(()) => said = "it wrote no file".to_owned(),
            Err(error) => said = error,
        }
    }
    Err(Failure::new(format_args!("{} could not print the report: {said}", browser.display()))
        .next("give the report as HTML and print it from a browser: --format html --out report.html"))
}

/// The browser that was named, or the first of the usual ones.
fn find(named: Option<&Path>) -> Result<PathBuf, Failure> {
    let next = "install chromium, name it with PROBITY_CHROMIUM, or print the HTML form from a browser";
    if let Some(named) = named {
        let there =
            if named.components().count() > 1 { named.is_file().then(|| named.to_owned()) } else { on_path(named) };
        return there.ok_or_else(|| {
            Failure::new(format_args!("PROBITY_CHROMIUM names {}, which is not there", named.display())).next(next)
        });
    }
    let found = NAMES.iter().find_map(|name| on_path(Path::new(name)));
    found.ok_or_else(|| Failure::new("a PDF needs a Chromium, and none is on this machine").next(next))
}

fn on_path(name: &Path) -> Option<PathBuf> {
    let paths: OsString = env::var_os("PATH")?;
    env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Lets the browser print. The inner failure is the browser's own.
fn print(
    browser: &Path,
    page: &Path,
    made: &Path,
    folder: &Path,
    sandbox: bool,
) -> Result<Result<(), String>, Failure> {
    let mut flag = OsString::from("--print-to-pdf=");
    flag.push(made);
    let mut profile = OsString::from("--user-data-dir=");
    profile.push(folder.join("profile"));
    let log = folder.join("log");
    let errors = fs::File::create(&log).map_err(|error| crate::keep::data::unwritable(&log, &error))?;
    let mut command = Command::new(browser);
    command.args(["--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync"]);
    command.args(["--disable-background-networking", "--disable-component-update", "--no-pdf-header-footer"]);
    command.arg("--host-resolver-rules=MAP * ~NOTFOUND");
    command.args([&profile, &flag]);
    if !sandbox {
        command.arg("--no-sandbox");
    }
    command.arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
    let started = Instant::now();
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let outcome = loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break Ok(()),
            Ok(Some(status)) => break Err(format!("{status}: {}", last_line(&log))),
            Ok(None) if started.elapsed() < LONGEST => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                break Err(format!("not done after {} seconds", LONGEST.as_secs()));
            }
            Err(error) => break Err(error.to_string()),
        }
    };
    Ok(outcome)
}

fn last_line(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    crate::present::text::brief(
        text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing"),
        200,
    )
}

/// A folder of our own that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let base = env::temp_dir();
        for count in 0..1_000 {
            let path = base.join(format!("probity-pdf-{}-{count}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(crate::keep::data::unwritable(&path, &error)),
            }
        }
        Err(Failure::new(format_args!("no free name in {}", base.display())).next("remove its folders probity-pdf-*"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}
