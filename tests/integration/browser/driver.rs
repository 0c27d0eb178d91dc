//! A headless Chromium, driven by WebDriver through chromedriver of Debian's package chromium-driver, and the servers it visits.
//!
//! It presses, writes and looks like a person. It knows nothing of the pages.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Keys, as WebDriver names them.
pub(super) const TAB: &str = "\u{e004}";
pub(super) const ENTER: &str = "\u{e007}";
pub(super) const DOWN: &str = "\u{e015}";

/// A process that ends with the test.
pub(super) struct Ends(pub(super) Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody listens on.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts the program and waits for the line with its address.
pub(super) fn serve(arguments: &[&str]) -> (Ends, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probity"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).env("NO_COLOR", "1");
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.map(|line| line.unwrap()).find(|line| line.starts_with("http://")).expect("an address");
    let address = address.split_whitespace().next().unwrap().trim_end_matches('/').to_owned();
    (Ends(child), address)
}

/// The demo with its past, in a folder.
pub(super) fn demo(data: &tempfile::TempDir) -> (Ends, String) {
    serve(&["demo", "--serve", "--listen", "127.0.0.1:0", "--data", data.path().to_str().unwrap()])
}

/// One request of plain HTTP, read whole.
fn http(port: u16, method: &str, path: &str, body: &str) -> Value {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(330))).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut text = vec![0; length];
    reader.read_exact(&mut text).unwrap();
    serde_json::from_slice::<Value>(&text).unwrap()["value"].clone()
}

/// A browser.
pub(super) struct Browser {
    port: u16,
    session: String,
    _driver: Ends,
}

impl Browser {
    /// One that speaks English and runs scripts, or does not.
    pub(super) fn start(scripts: bool) -> Self {
        let port = port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let driver = Ends(driver.expect("chromedriver, of Debian's package chromium-driver"));
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "chromedriver does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        let chromium = std::env::var("PROBITY_TEST_CHROMIUM").unwrap_or_default();
        let javascript = if scripts { 1 } else { 2 };
        let wanted = json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": {
            "binary": chromium,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", "--lang=en-GB", "--window-size=1280,1000",
            ],
            "prefs": { "profile.managed_default_content_settings.javascript": javascript, "intl.accept_languages": "en-GB" },
        } } } });
        let session = http(port, "POST", "/session", &wanted.to_string());
        let session = session["sessionId"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        let browser = Self { port, session, _driver: driver };
        // A long page is looked through for longer than half a minute on a machine that does other things, too.
        browser.call("POST", "/timeouts", &json!({ "script": 300_000, "pageLoad": 120_000 }));
        browser
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let value = self.answer(method, path, &body);
        assert!(value.get("error").is_none(), "{path} {body:.200}: {value}");
        value
    }

    /// The same, where an error is an answer, too.
    fn answer(&self, method: &str, path: &str, body: &str) -> Value {
        http(self.port, method, &format!("/session/{}{path}", self.session), body)
    }

    /// What the tools for developers can do.
    pub(super) fn developer(&self, command: &str, parameters: &Value) -> Value {
        self.call("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Opens a page.
    pub(super) fn go(&self, url: &str) {
        self.call("POST", "/url", &json!({ "url": url }));
    }

    /// Where it is.
    pub(super) fn url(&self) -> String {
        self.call("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    /// Something on the page; a page that is not there yet is waited for.
    fn element(&self, css: &str) -> String {
        let wanted = json!({ "using": "css selector", "value": css });
        self.until(css, |browser| browser.count(css) > 0);
        let found = self.call("POST", "/element", &wanted);
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    /// How many there are of something.
    pub(super) fn count(&self, css: &str) -> usize {
        let found = self.call("POST", "/elements", &json!({ "using": "css selector", "value": css }));
        found.as_array().unwrap().len()
    }

    /// Presses something with the mouse.
    pub(super) fn click(&self, css: &str) {
        let element = self.element(css);
        self.call("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Presses something that leads to another page, and waits until the page that it stood on is gone: the answer to a form
    /// takes its time where the machine does other things, and the old page can be read until then.
    pub(super) fn follow(&self, css: &str) {
        let page = self.element("html");
        self.click(css);
        self.until("another page", |browser| {
            browser.answer("GET", &format!("/element/{page}/name"), "").get("error").is_some()
        });
        self.element("body");
    }

    /// Writes into something.
    pub(super) fn write(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.call("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// What can be read there.
    pub(super) fn text(&self, css: &str) -> String {
        let element = self.element(css);
        self.call("GET", &format!("/element/{element}/text"), &Value::Null).as_str().unwrap().to_owned()
    }

    /// Waits until something can be read.
    pub(super) fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < Duration::from_secs(30), "{what}: it did not come about, on {}", self.page());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The address and the words of the page, for a message.
    fn page(&self) -> String {
        let wanted = json!({ "using": "css selector", "value": "body" });
        let body = self.answer("POST", "/element", &wanted.to_string());
        let body = body.as_object().and_then(|body| body.values().next()).and_then(Value::as_str).unwrap_or_default();
        format!("{}: {}", self.url(), self.answer("GET", &format!("/element/{body}/text"), ""))
    }

    /// Chooses from a list.
    pub(super) fn choose(&self, css: &str, value: &str) {
        self.click(&format!("{css} option[value='{value}']"));
    }

    /// Presses keys: what has the focus gets them.
    pub(super) fn press(&self, keys: &str) {
        let each = keys
            .chars()
            .flat_map(|key| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]);
        let each: Vec<Value> = each.collect();
        self.call("POST", "/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": each }] }));
    }

    /// Presses Tab until something has the focus, and sees to it that the focus is always to be seen.
    pub(super) fn tab_to(&self, css: &str) {
        for _ in 0..300 {
            self.press(TAB);
            let script = "const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect(); \
                          return [e.matches(arguments[0]), e.matches(':focus-visible') && s.outlineStyle !== 'none' && r.bottom > 0 \
                          && r.top < innerHeight || e === document.body, e.outerHTML.slice(0, 120)];";
            let found = self.call("POST", "/execute/sync", &json!({ "script": script, "args": [css] }));
            assert!(found[1].as_bool().unwrap(), "the focus is not to be seen on {}", found[2]);
            if found[0].as_bool().unwrap() {
                return;
            }
        }
        panic!("{css} is not to be reached with the keyboard on {}", self.url());
    }

    /// Runs a script in the page.
    pub(super) fn script(&self, script: &str) -> Value {
        self.call("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Sets the width of the window, and whether the page is dark.
    pub(super) fn look(&self, width: u32, height: u32, dark: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.developer("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.developer("Emulation.setEmulatedMedia", &media);
    }

    /// A picture of the page, as PNG: as much of it as the window shows, or all.
    pub(super) fn picture(&self, whole: bool) -> Vec<u8> {
        let made =
            self.developer("Page.captureScreenshot", &json!({ "format": "png", "captureBeyondViewport": whole }));
        data_encoding::BASE64.decode(made["data"].as_str().unwrap().as_bytes()).unwrap()
    }

    /// What axe-core finds wrong on this page by WCAG 2.2 AA and good practice.
    pub(super) fn barriers(&self, axe: &str) -> Vec<String> {
        self.script(&format!("{axe}; return 1;"));
        let found = self.call(
            "POST",
            "/execute/async",
            &json!({ "script": "const done = arguments[0]; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', \
                     'wcag21aa', 'wcag22aa', 'best-practice'] }).then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => \
                     n.html.slice(0, 160) + ' ' + (n.any[0] ? n.any[0].message : '')).slice(0, 3).join(' | '))));", "args": [] }),
        );
        found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        http(self.port, "DELETE", &format!("/session/{}", self.session), "");
    }
}
