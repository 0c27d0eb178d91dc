//! What is kept: workers that are killed, a disk that fills, a database that goes away, evidence that was altered, and the way
//! out and back in.

use crate::common::{Place, Ran};
use probity_probes::net::loopback::{Page, World};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The variable that names a PostgreSQL server for tests.
const SERVER: &str = "PROBITY_TEST_POSTGRES";

/// A small internet of services that only these tests know, and the flags that lead to it.
pub(crate) struct Net {
    _runtime: tokio::runtime::Runtime,
    _world: World,
    pub(crate) flags: Vec<String>,
    count: usize,
}

impl Net {
    pub(crate) fn new(place: &Place, count: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let world = runtime.block_on(World::start()).unwrap();
        for number in 0..count {
            let (id, host) = (format!("s{number:02}"), format!("s{number:02}.example"));
            let text = "<html lang=en><title>Privacy policy</title><h1>Privacy policy</h1><p>We are Example Ltd, 1 Some Street, \
                        responsible for your data. We delete your account data within 30 days. You can complain to a supervisory \
                        authority. We do not sell your personal data to anybody.</p></html>";
            world.page(&format!("https://{host}/privacy"), Page::html(text.to_owned()));
            world.page(&format!("https://{host}/"), Page::html("<html lang=en><h1>Meetings</h1></html>".to_owned()));
            world.record(&host, "A", "88.198.42.7");
            place.write(
                &format!("services/{id}.toml"),
                format!(
                    "id = \"{id}\"\nname = \"Service {number}\"\ncategory = \"video-conferencing\"\nhome = \"https://{host}/\"\n\
                     documents = [ {{ kind = \"privacy-policy\", url = \"https://{host}/privacy\", language = \"en\" }} ]\n"
                ),
            );
        }
        place.write("root.pem", world.root());
        // Once a year: who was never audited is due now, and then not again.
        place.write("probity.toml", "[schedule]\ndefault = \"0 0 1 1 *\"\n");
        let flags = [
            "--services".to_owned(),
            "services".to_owned(),
            "--name-server".to_owned(),
            world.names().to_string(),
            "--test-host".to_owned(),
            format!("*={}", world.web()),
            "--root-cert".to_owned(),
            "root.pem".to_owned(),
            "--pace".to_owned(),
            "1ms".to_owned(),
        ];
        Self { _runtime: runtime, _world: world, flags: flags.into(), count }
    }

    /// The same as the flags, for `probity.toml`.
    pub(crate) fn config(&self) -> String {
        let [names, host] = [&self.flags[3], &self.flags[5]];
        format!(
            "[network]\nname-servers = [\"{names}\"]\ntest-hosts = [\"{host}\"]\nroot-certs = [\"root.pem\"]\npace = \"1ms\"\n"
        )
    }

    pub(crate) fn worker(&self, place: &Place, more: &[String]) -> Command {
        let mut command = place.command(["worker", "--hands", "2", "--until-idle", "--lease", "1s"]);
        command.args(&self.flags).args(more);
        command
    }
}

/// A store of its own on the server, where there is one.
fn server(name: &str) -> Option<String> {
    let url = std::env::var(SERVER).ok()?;
    let schema = format!("{name}_{:x}", RandomState::new().build_hasher().finish());
    let made = Command::new("psql").args([&url, "-qc", &format!("create schema {schema}")]).status().unwrap();
    assert!(made.success(), "psql makes a schema");
    Some(format!("{url}?options=-csearch_path%3D{schema}"))
}

/// The stores to try: a file, and the server where there is one.
fn stores(name: &str) -> Vec<Vec<String>> {
    let mut stores = vec![Vec::new()];
    match server(name) {
        Some(url) => stores.push(vec!["--store".to_owned(), url]),
        None => eprintln!("left out on PostgreSQL: set {SERVER}=postgres://… to run it there too"),
    }
    stores
}

fn ran(place: &Place, line: &str, more: &[String]) -> Ran {
    let mut command = place.command(line.split_whitespace());
    command.args(more);
    Ran::of(command)
}

/// Every service was audited once, every file is what it was, and no job is left.
fn each_once(place: &Place, net: &Net, more: &[String]) {
    let status = ran(place, "status --check --services services --format json", more);
    assert_eq!(status.code, 0, "{}\n{}", status.out, status.err);
    let status = status.json();
    assert_eq!(status["audits"], net.count, "{status}");
    assert_eq!(status["services"], net.count);
    for left in ["waiting", "running", "dead", "lost"] {
        assert_eq!(status[left].as_array().unwrap().len(), 0, "{left}: {status}");
    }
    assert!(status["log_broken_at"].is_null());
    for number in 0..net.count {
        let history =
            ran(place, &format!("history s{number:02} --method gdpr-transparency --format json"), more).json();
        assert_eq!(history["ratings"].as_array().unwrap().len(), 1, "s{number:02}: once");
    }
}

/// How often workers are killed, on each database: `PROBITY_KILLS` says it.
fn kills() -> usize {
    std::env::var("PROBITY_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(4)
}

#[test]
fn workers_that_are_killed_lose_nothing_and_do_nothing_twice() {
    let mut tally = Vec::new();
    for more in stores("undisturbed") {
        tally.push((undisturbed(&more), 0));
    }
    while tally.iter().any(|(_, done)| *done < kills()) {
        for (more, (whole, done)) in stores("workers").iter().zip(&mut tally) {
            if *done < kills() {
                *done += killed(more, *whole);
            }
        }
    }
    for ((whole, done), store) in tally.iter().zip(["SQLite", "PostgreSQL"]) {
        eprintln!("{done} workers killed at work on {store}, where one that is not killed takes {whole:?}");
    }
}

/// How long a worker takes for six services.
fn undisturbed(more: &[String]) -> Duration {
    let place = Place::new();
    let net = Net::new(&place, 6);
    let started = Instant::now();
    let ran = Ran::of(net.worker(&place, more));
    assert_eq!(ran.code, 0, "{}", ran.err);
    started.elapsed()
}

/// Six services are audited by workers that are killed again and again, at any time of the `whole` that one takes; gives how
/// many were killed at work.
fn killed(more: &[String], whole: Duration) -> usize {
    let place = Place::new();
    let net = Net::new(&place, 6);
    let mut killed = 0;
    for _ in 0..4 {
        let mut child = net.worker(&place, more).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let chance = (RandomState::new().build_hasher().finish() % 1000) as f64 / 1000.0;
        std::thread::sleep(whole.mul_f64(0.1 + 0.9 * chance));
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // Two at once do the rest.
    let mut other = net.worker(&place, more).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let last = Ran::of(net.worker(&place, more));
    other.wait().unwrap();
    assert_eq!(last.code, 0, "{}", last.err);
    each_once(&place, &net, more);
    killed
}

#[test]
fn a_clock_that_jumps_brings_no_storm_and_loses_nothing() {
    for more in stores("clock") {
        let place = Place::new();
        let net = Net::new(&place, 3);
        let worker = |shift: &str| {
            let mut command = net.worker(&place, &more);
            command.env("PROBITY_CLOCK_SHIFT", shift);
            let ran = Ran::of(command);
            assert_eq!(ran.code, 0, "{}", ran.err);
            ran
        };
        assert!(worker("0s").out.starts_with("3 audits registered"));
        // A year and more forward: what was missed is made up for once.
        place.write("probity.toml", "[schedule]\ndefault = \"@daily\"\n");
        let ahead = worker("400d");
        assert!(ahead.out.starts_with("3 audits registered, 0 tries failed"), "{}\n{}", ahead.out, ahead.err);
        // Somebody puts jobs on the list whose time lies in that year, and falls silent.
        let mut silent = net.worker(&place, &more);
        silent.args(["--now"]).env("PROBITY_CLOCK_SHIFT", "500d").stdout(Stdio::null()).stderr(Stdio::null());
        let mut silent = silent.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(400));
        silent.kill().unwrap();
        silent.wait().unwrap();
        // And back: it is said, what waits is done, and nothing is lost.
        let back = worker("1h");
        assert!(back.err.contains("a clock went wrong"), "{}", back.err);
        assert!(back.err.contains("next: set the clock of this machine right"), "{}", back.err);
        let status = ran(&place, "status --check --services services --format json", &more);
        assert_eq!(status.code, 0, "{}\n{}", status.out, status.err);
        let status = status.json();
        assert!(status["audits"].as_u64().unwrap() <= 12, "no storm: {status}");
        for left in ["waiting", "running", "dead", "lost"] {
            assert_eq!(status[left].as_array().unwrap().len(), 0, "{left}: {status}");
        }
        assert!(status["log_broken_at"].is_null());
        let wrong = {
            let mut command = place.command(["status"]);
            command.env("PROBITY_CLOCK_SHIFT", "often");
            Ran::of(command)
        };
        assert!(wrong.code == 2 && wrong.err.contains("PROBITY_CLOCK_SHIFT is `often`"), "{}", wrong.err);
    }
}

#[test]
fn each_service_is_audited_once_by_several_workers_over_shared_evidence() {
    for mut more in stores("shared") {
        let place = Place::new();
        let net = Net::new(&place, 6);
        let shared = format!("file://{}/shared", place.path().display());
        more.extend(["--evidence".to_owned(), shared]);
        let first = Ran::of(net.worker(&place, &more));
        assert_eq!(first.code, 0, "{}", first.err);
        assert!(first.out.starts_with("6 audits registered, 0 tries failed"), "{}\n{}", first.out, first.err);
        each_once(&place, &net, &more);
        assert!(place.path().join("shared/audits").read_dir().unwrap().count() == 6);
        assert_eq!(place.path().join("data/audits").read_dir().unwrap().count(), 0, "nothing is left on this machine");
        // A store that was lost is made anew from the evidence.
        let anew = ran(&place, "status --check --format json --data another --store anew.db", &more[more.len() - 2..]);
        assert_eq!((anew.code, anew.err.as_str()), (0, ""), "{}", anew.out);
        assert_eq!(anew.json()["audits"], 6);
        let shown = ran(&place, "show s03 --method gdpr-transparency", &more);
        assert_eq!(shown.code, 0, "{}", shown.err);
        assert!(shown.out.contains("gdpr-transparency"), "{}", shown.out);
    }
}

#[test]
fn a_database_that_goes_away_and_comes_back() {
    let Some(url) = server("away") else {
        eprintln!("left out: set {SERVER}=postgres://… to run it");
        return;
    };
    let place = Place::new();
    let net = Net::new(&place, 8);
    let (start, rest) = url.split_once('@').unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let wire = Wire::new(address);
    let more = ["--store".to_owned(), format!("{start}@127.0.0.1:{}/{path}", wire.port)];
    let mut child = net.worker(&place, &more).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    // A store that is away at the very beginning is an error: it is cut when the worker is at work.
    let at_work =
        || !place.run(&format!("status --format json --store {url}")).json()["workers"].as_array().unwrap().is_empty();
    while !at_work() {
        std::thread::sleep(Duration::from_millis(100));
    }
    wire.cut(true);
    std::thread::sleep(Duration::from_millis(1500));
    wire.cut(false);
    assert!(child.wait().unwrap().success());
    each_once(&place, &net, &more);
}

/// A wire to a server that can be cut.
struct Wire {
    port: u16,
    is_cut: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Wire {
    fn new(to: &str) -> Self {
        use std::io::{ErrorKind, Read as _, Write as _};
        use std::net::{TcpListener, TcpStream};
        use std::sync::atomic::{AtomicBool, Ordering};
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_cut = std::sync::Arc::new(AtomicBool::new(false));
        let (to, cut) = (to.to_owned(), is_cut.clone());
        std::thread::spawn(move || {
            for one in listener.incoming().flatten() {
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(other) = TcpStream::connect(&to) else { continue };
                for (mut from, mut into) in [(one.try_clone().unwrap(), other.try_clone().unwrap()), (other, one)] {
                    let cut = cut.clone();
                    from.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
                    std::thread::spawn(move || {
                        let mut buffer = [0; 8192];
                        while !cut.load(Ordering::SeqCst) {
                            match from.read(&mut buffer) {
                                Ok(0) => break,
                                Ok(read) if into.write_all(&buffer[..read]).is_ok() => {}
                                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                                _ => break,
                            }
                        }
                        let _ = into.shutdown(std::net::Shutdown::Both);
                    });
                }
            }
        });
        Self { port, is_cut }
    }

    fn cut(&self, cut: bool) {
        self.is_cut.store(cut, std::sync::atomic::Ordering::SeqCst);
    }
}

#[test]
fn everything_goes_out_and_comes_back_in() {
    let place = Place::new();
    assert_eq!(place.run("demo --format json").code, 0);
    let out = place.run("export out");
    assert_eq!((out.code, out.err.as_str()), (0, ""), "{}", out.out);
    let mut stores: Vec<Vec<String>> = vec![vec!["--data".into(), "second".into()]];
    if let Some(url) = server("import") {
        stores.push(vec!["--data".into(), "third".into(), "--store".into(), url]);
    }
    for (at, more) in stores.iter().enumerate() {
        let back = ran(&place, "import out", more);
        assert_eq!((back.code, back.err.as_str()), (0, ""), "{}", back.out);
        let again = format!("again{at}");
        assert_eq!(ran(&place, &format!("export {again}"), more).code, 0);
        same(&place.path().join("out"), &place.path().join(&again));
        assert_eq!(ran(&place, "status --check", more).code, 0);
        let twice = ran(&place, "import out", more);
        assert_eq!(twice.code, 2);
        assert!(twice.err.contains("holds something already"), "{}", twice.err);
    }
    // An export that was altered is not taken, and nothing of it is written.
    let path = place.path().join("out/rating.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("undecided", "green", 1)).unwrap();
    let altered = place.run("import out --data fourth");
    assert_eq!(altered.code, 2);
    assert!(altered.err.contains("rating.jsonl was altered"), "{}", altered.err);
    assert!(!place.path().join("fourth/audits").exists());
}

/// Two folders hold the same files, byte for byte.
fn same(one: &Path, other: &Path) {
    let names = |folder: &Path| {
        let mut names: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(one), names(other));
    for name in names(one) {
        let (one, other) = (one.join(&name), other.join(&name));
        if one.is_dir() {
            same(&one, &other);
        } else {
            assert!(std::fs::read(&one).unwrap() == std::fs::read(&other).unwrap(), "{}", one.display());
        }
    }
}

#[test]
fn evidence_that_was_altered_or_is_missing_is_named_and_the_rest_works() {
    let place = Place::new();
    assert_eq!(place.run("demo --format json").code, 0);
    assert_eq!(place.run("demo --format json").code, 0);
    assert_eq!(place.run("status --check").code, 0);
    let mut audits: Vec<_> =
        place.path().join("data/audits").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    audits.sort();
    let archive = audits[0].join("archive.warc.gz");
    let mut bytes = std::fs::read(&archive).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&archive, bytes).unwrap();
    std::fs::remove_file(audits[0].join("facts.jsonl")).unwrap();
    let status = place.run("status --check");
    assert_eq!(status.code, 1, "{}", status.err);
    let name = audits[0].file_name().unwrap().to_str().unwrap();
    assert!(status.out.contains(&format!("archive.warc.gz of audit {name} was altered")), "{}", status.out);
    assert!(status.out.contains(&format!("facts.jsonl of audit {name} is missing")), "{}", status.out);
    // The rest works, and what is whole goes out.
    assert_eq!(place.run("history lindenhof").code, 0);
    let out = place.run("export out");
    assert_eq!(out.code, 3, "{}", out.err);
    assert!(out.err.contains(&format!("archive.warc.gz of audit {name} was altered")), "{}", out.err);
    assert!(place.path().join("out/audits").join(audits[1].file_name().unwrap()).join("archive.warc.gz").exists());
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full_is_said_and_loses_nothing() {
    let place = Place::new();
    assert_eq!(place.run("demo --format json").code, 0);
    assert_eq!(place.run("status").code, 0);
    assert_eq!(place.run("demo --format json").code, 0);
    // The second audit is kept; there is no room to register it.
    let inside = |line: &str| {
        let program = place.command(["x"]);
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""]).arg(program.get_program());
        command.args(line.split_whitespace()).current_dir(place.path()).env_clear();
        command.env("HOME", place.path()).env("PROBITY_DATA", "data").env("COLUMNS", "80");
        Ran::of(command)
    };
    let full = inside("status");
    assert_eq!(full.code, 2, "{}\n{}", full.out, full.err);
    assert!(full.err.contains("the store failed"), "{}", full.err);
    assert!(full.err.contains("next: make room for the database"), "{}", full.err);
    let after = place.run("status --check --format json");
    assert_eq!(after.code, 0, "{}", after.err);
    assert_eq!(after.json()["audits"], 2, "what was kept is there");
}
