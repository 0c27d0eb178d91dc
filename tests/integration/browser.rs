//! The pages in a real browser: Debian's headless Chromium, driven by WebDriver. Left out unless PROBITY_TEST_CHROMIUM asks
//! for it; PROBITY_TEST_AXE then names axe.min.js of the npm package axe-core, which looks for what keeps people out.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ends with the test.
struct Ends(Child);

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
fn serve(arguments: &[&str]) -> (Ends, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probity"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).env("NO_COLOR", "1");
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.map(|line| line.unwrap()).find(|line| line.starts_with("http://")).expect("an address");
    let address = address.split_whitespace().next().unwrap().trim_end_matches('/').to_owned();
    (Ends(child), address)
}

/// One request of plain HTTP, read whole.
fn http(port: u16, method: &str, path: &str, body: &str) -> Value {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
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
struct Browser {
    port: u16,
    session: String,
    _driver: Ends,
}

impl Browser {
    fn start(more: &[&str], scripts: bool) -> Self {
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
        let mut arguments = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--window-size=1280,1000",
        ];
        arguments.extend(more);
        let javascript = if scripts { 1 } else { 2 };
        let wanted = json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": {
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": javascript },
        } } } });
        let session = http(port, "POST", "/session", &wanted.to_string());
        let session = session["sessionId"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        Self { port, session, _driver: driver }
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let value = http(self.port, method, &format!("/session/{}{path}", self.session), &body);
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }

    fn go(&self, url: &str) {
        self.call("POST", "/url", &json!({ "url": url }));
    }

    fn url(&self) -> String {
        self.call("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    fn element(&self, css: &str) -> String {
        let found = self.call("POST", "/element", &json!({ "using": "css selector", "value": css }));
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    fn click(&self, css: &str) {
        let element = self.element(css);
        self.call("POST", &format!("/element/{element}/click"), &json!({}));
    }

    fn write(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.call("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    fn text(&self, css: &str) -> String {
        let element = self.element(css);
        self.call("GET", &format!("/element/{element}/text"), &Value::Null).as_str().unwrap().to_owned()
    }

    fn choose(&self, css: &str, value: &str) {
        self.click(&format!("{css} option[value='{value}']"));
    }

    /// Presses keys without an element: what has the focus gets them.
    fn press(&self, keys: &str) {
        let each = keys
            .chars()
            .flat_map(|key| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]);
        let each: Vec<Value> = each.collect();
        self.call("POST", "/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": each }] }));
    }

    fn script(&self, script: &str) -> Value {
        self.call("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What axe-core finds wrong on this page.
    fn barriers(&self, axe: &str) -> Vec<String> {
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

fn asked_for() -> bool {
    let asked = std::env::var_os("PROBITY_TEST_CHROMIUM").is_some();
    if !asked {
        eprintln!(
            "left out: set PROBITY_TEST_CHROMIUM to try the pages in a headless Chromium (chromium, chromium-driver)"
        );
    }
    asked
}

#[test]
fn the_demo_in_a_browser() {
    if !asked_for() {
        return;
    }
    let (_server, home) = serve(&["demo", "--serve", "--listen", "127.0.0.1:0"]);
    let browser = Browser::start(&[], true);

    // Board, filter, service, a quote in its context.
    browser.go(&format!("{home}/"));
    assert!(browser.text("h1").contains("Services and their lights"));
    browser.write("input[name=q]", "lindenhof\u{e007}");
    assert!(browser.url().contains("q=lindenhof"));
    assert!(!browser.text("table.services").contains("Gatherly"));
    browser.click("table.services tbody th a");
    assert!(browser.text("h1").contains("Lindenhof"));
    browser.click(".passage figcaption a");
    assert!(browser.url().contains("#quote") && !browser.text("mark#quote").is_empty());

    // A changed rating is accepted, another one overridden.
    browser.go(&format!("{home}/review"));
    let waiting = browser.script("return document.querySelectorAll('.queue li').length").as_u64().unwrap();
    assert!(waiting >= 1, "nothing waits");
    browser.click(".queue h2 a");
    browser.click("input[value=override]");
    browser.choose("select[name=grade]", "poor");
    browser.choose("select[name=reason]", "misread");
    browser.write("textarea[name=text]", "The sentence is about another product.");
    browser.write("input[name=who]", "Ada");
    browser.click("button.main");
    assert!(browser.text("#log ~ ol").contains("Ada"), "{}", browser.text("main"));
    browser.go(&format!("{home}/review"));
    if waiting > 1 {
        browser.click(".queue h2 a");
        browser.click("input[value=accept]");
        browser.write("input[name=who]", "Ada");
        browser.click("button.main");
        assert!(browser.text(".note.is-green").contains("recorded"));
    }

    // German, and back.
    browser.go(&format!("{home}/"));
    browser.click(".who a[hreflang=de]");
    assert!(browser.text("h1").contains("Dienste und ihre Ampeln"));
    browser.click(".who a[hreflang=en]");

    // The keyboard alone: the skip link first, then the content.
    browser.go(&format!("{home}/"));
    browser.press("\u{e004}\u{e007}");
    assert!(browser.url().ends_with("#content"));
    browser.press("\u{e004}\u{e007}");
    assert!(browser.url().contains("method="), "{}", browser.url());

    // No error in any page, and nothing that keeps people out.
    let axe = std::env::var("PROBITY_TEST_AXE").ok().map(|path| std::fs::read_to_string(path).unwrap());
    if axe.is_none() {
        eprintln!("left out: set PROBITY_TEST_AXE to axe.min.js to look for barriers");
    }
    let pages = [
        "/",
        "/?method=berlin-short-test",
        "/services/salon",
        "/services/gatherly?method=berlin-short-test",
        "/review",
        "/review/1",
        "/compare?service=salon&service=lindenhof",
        "/criteria",
        "/criteria/end-to-end-encryption",
        "/methods",
        "/methods/priva-score-video",
        "/methods/berlin-short-test",
        "/nonsense",
    ];
    for page in pages {
        browser.go(&format!("{home}{page}"));
        let wide = browser.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert!(wide.as_i64().unwrap() <= 0, "{page} is wider than the window");
        if let Some(axe) = &axe {
            let barriers = browser.barriers(axe);
            assert!(barriers.is_empty(), "{page}: {barriers:#?}");
        }
    }
}

#[test]
fn the_demo_without_scripts() {
    if !asked_for() {
        return;
    }
    let (_server, home) = serve(&["demo", "--serve", "--listen", "127.0.0.1:0"]);
    let browser = Browser::start(&["--force-dark-mode"], false);
    browser.go(&format!("{home}/"));
    browser.choose("select[name=light]", "red");
    browser.click("form.filters button");
    assert!(browser.url().contains("light=red"));
    browser.go(&format!("{home}/review"));
    browser.click(".queue h2 a");
    browser.click("input[value=accept]");
    browser.write("input[name=who]", "Ada");
    browser.click("button.main");
    assert!(browser.text(".note.is-green").contains("recorded"));
}

#[test]
fn people_sign_in_and_out_in_a_browser() {
    if !asked_for() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().to_str().unwrap();
    let mut add = Command::new(env!("CARGO_BIN_EXE_probity"))
        .args(["accounts", "add", "Rex", "--role", "reviewer", "--data", folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    add.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    assert!(add.wait().unwrap().success());
    let (_server, home) = serve(&["serve", "--data", folder, "--listen", "0.0.0.0:0"]);
    let home = home.replace("0.0.0.0", "127.0.0.1");
    let browser = Browser::start(&[], true);
    browser.go(&format!("{home}/review"));
    assert!(browser.url().contains("/login?to="));
    browser.write("input[name=name]", "Rex");
    browser.write("input[name=password]", "wrong wrong wrong\u{e007}");
    assert!(browser.text(".note.is-red").contains("wrong"));
    browser.write("input[name=password]", "correct horse battery\u{e007}");
    assert!(browser.url().ends_with("/review"), "{}", browser.url());
    assert!(browser.text("header").contains("Rex"));
    browser.click("header form button");
    assert!(browser.url().ends_with("/login"));
    browser.go(&format!("{home}/review"));
    assert!(browser.url().contains("/login?to="));
}
