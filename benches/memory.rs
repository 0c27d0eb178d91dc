//! What the memory costs: re-audits where nothing changed, evidence judged again, rehearsals, workers over one store.
//!
//! It starts processes and compares wall time, CPU time and peak memory. Programs that are not part of this project come by
//! environment variables, and what needs them is left out without them: `MINET` (the mini-internet), `URLWATCH` (a watcher of
//! pages), `OTA` (a tracker of terms: a folder with its engine and collection), `PROBITY_TEST_POSTGRES` (a server),
//! `PROBITY_TEST_S3` (the program of an S3 server), and `SERVICES` (how many services the workers audit).
//!
//! `cargo bench --bench memory [-- rejudge|rehearse|again|track|workers …]`

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[expect(dead_code, reason = "the bench beside this one asks for what results say")]
mod minet;

use minet::{Minet, Run, World, measure, median};
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program under test, as this bench was built with.
const PROBITY: &str = env!("CARGO_BIN_EXE_probity");

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    type Part = (&'static str, fn() -> Outcome);
    let parts: [Part; 5] =
        [("rejudge", rejudge), ("rehearse", rehearse), ("again", again), ("track", track), ("workers", workers)];
    for (name, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("\n## {name}");
            part()?;
        }
    }
    Ok(())
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

fn left_out(name: &str) -> Outcome {
    println!("left out: {name} is not set");
    Ok(())
}

fn report(label: &str, run: &Run) {
    println!("{label:<46} wall {:>7.2} s   CPU {:>6.2} s   peak {:>6.0} MiB", run.wall, run.cpu, run.peak_mib);
}

fn probity(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROBITY);
    command.args(arguments).arg("--data").arg(data);
    command
}

/// P8: stored grounds judged again by changed rules, from the disk to the lights; memory must not grow with the count.
fn rejudge() -> Outcome {
    let folder = tempfile::tempdir()?;
    let small = folder.path().join("small");
    let out = folder.path().join("out.json");
    measure(probity(&small, &["demo", "--format", "json"]), &out)?;
    let audits = small.join("audits");
    let audit = std::fs::read_dir(&audits)?.next().ok_or("the demo kept nothing")??.path();
    let rules = folder.path().join("rules");
    std::fs::create_dir_all(rules.join("criteria"))?;
    let retention = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/criteria/retention.md"))?;
    let retention = retention.replacen("info.retention-period\" }", "info.retention-criteria\" }", 1);
    std::fs::write(rules.join("criteria/retention.md"), retention)?;
    // Audits of earlier versions have no grounds: then the facts are read whole.
    for (kept, count) in [("facts.jsonl", 10_000), ("grounds.jsonl", 10_000), ("grounds.jsonl", 100_000)] {
        let lines = std::fs::read_to_string(audit.join(kept))?;
        let lines: Vec<&str> = lines.lines().collect();
        let data = folder.path().join(format!("data-{count}"));
        let to = data.join("audits/20260601T000000Z");
        std::fs::create_dir_all(&to)?;
        for name in ["result.json", "services.txt"] {
            std::fs::copy(audit.join(name), to.join(name))?;
        }
        let mut file = BufWriter::new(std::fs::File::create(to.join(kept))?);
        for number in 0..count {
            writeln!(file, "{}", lines[number % lines.len()])?;
        }
        file.into_inner()?.sync_all()?;
        let bytes = std::fs::metadata(to.join(kept))?.len();
        let rules = rules.display().to_string();
        let run = measure(probity(&data, &["rules", "rehearse", "--rules", &rules, "--format", "json"]), &out)?;
        let label = format!("{count} sets, {} MB of {kept}", bytes / 1_000_000);
        report(&format!("{label}, old and new rules"), &run);
        std::fs::remove_dir_all(&data)?;
    }
    println!("goal: 1.0 s for 100,000 sets of 40 criteria on two cores, 100 MiB at most");
    Ok(())
}

/// 500 captures of a policy of 100 kB, each a little different.
fn rehearse() -> Outcome {
    let folder = tempfile::tempdir()?;
    let services = folder.path().join("services");
    std::fs::create_dir(&services)?;
    std::fs::write(
        services.join("meet.toml"),
        "id = \"meet\"\nname = \"Meet Example\"\ncategory = \"video-conferencing\"\nhome = \"https://meet.example/\"\n\
         documents = [ { kind = \"privacy-policy\", url = \"https://meet.example/privacy\", language = \"en\" } ]\n",
    )?;
    let mut warc = Vec::new();
    for number in 0..500_usize {
        let html = policy(number);
        let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
        write!(
            warc,
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://meet.example/privacy\r\nWARC-Date: 2025-{:02}-{:02}T{:02}:00:00Z\r\n\
             WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
            1 + number / 56,
            1 + number / 2 % 28,
            number % 2 * 12,
            http.len()
        )?;
    }
    let history = folder.path().join("history.warc");
    println!("500 captures, {} MB", warc.len() / 1_000_000);
    std::fs::write(&history, warc)?;
    let (history, services) = (history.display().to_string(), services.display().to_string());
    let out = folder.path().join("out.json");
    for count in 1..=2 {
        let arguments = ["rehearse", &history, "--services", &services, "--format", "json"];
        let run = measure(probity(&folder.path().join("data"), &arguments), &out)?;
        report(&format!("rehearsal, run {count}"), &run);
    }
    let told: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&out)?)?;
    println!(
        "audits {}, text changes {}, reviews {}",
        told["audits"],
        told["text_changes"],
        told["reviews"].as_array().map_or(0, Vec::len)
    );
    Ok(())
}

/// A policy of about 100 kB that says something else in each version.
fn policy(version: usize) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><head><title>Privacy Policy</title></head><body><main><h1>Privacy Policy</h1>",
    );
    let sentences = [
        "We process your name and your address in order to provide the meetings that you ask for.",
        "Your personal data are disclosed to companies that work on our behalf and follow our instructions.",
        "You have the right to obtain access to the personal data that we hold about you.",
        "You have the right to lodge a complaint with a supervisory authority.",
        "Technical data of your connection are needed to keep the service secure and to mend faults.",
        "Our partners in other countries are bound by standard contractual clauses of the European Commission.",
    ];
    let mut number = 0;
    while html.len() < 100_000 {
        let days = if number == 7 { 30 + version / 50 } else { 30 };
        let _ = write!(html, "<h2>Part {number}</h2>");
        for place in 0..6 {
            let _ = write!(
                html,
                "<p>{} This is said in part {number} for group {place}.</p>",
                sentences[(number + place) % 6]
            );
        }
        let _ = write!(html, "<p>We delete the data of part {number} {days} days after you close your account.</p>");
        number += 1;
    }
    let _ = write!(html, "<p>Version {version} of this page was written for you.</p></main></body></html>");
    html
}

fn network(command: &mut Command, world: &World, server: &Minet) {
    command.arg("--services").arg(&world.services).arg("--geoip").arg(&world.geoip);
    command.args(["--test-host", &format!("*.test=127.0.0.1:{}", server.port)]);
    command.args(["--name-server", &format!("127.0.0.1:{}", server.dns), "--pace", "0", "--host-concurrency", "1000"]);
}

/// P4: 200 services of two pages where nothing changed, against a watcher of the same pages.
fn again() -> Outcome {
    let Some(program) = variable("MINET") else { return left_out("MINET") };
    let world = World::new(&program, 200)?;
    let server = Minet::serve(&program, 200, &[])?;
    let data = world.folder.join("data");
    let out = world.folder.join("out.json");
    let audit = || {
        let mut command = probity(&data, &["audit", "--format", "json"]);
        network(&mut command, &world, &server);
        command
    };
    report("probity, first audit of 200 services", &measure(audit(), &out)?);
    let watcher = variable("URLWATCH");
    let lists = watcher.as_ref().map(|_| watched(&program, &world, server.port)).transpose()?;
    let watch = |lists: &(PathBuf, PathBuf), program: &Path| {
        let mut command = Command::new(program);
        command
            .arg("--urls")
            .arg(&lists.0)
            .arg("--config")
            .arg(&lists.1)
            .arg("--cache")
            .arg(world.folder.join("cache.db"));
        command
    };
    if let (Some(watcher), Some(lists)) = (&watcher, &lists) {
        report("urlwatch, first run of 400 pages", &measure(watch(lists, watcher), &world.folder.join("first.txt"))?);
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..3 {
        ours.push(measure(audit(), &out)?);
        report("probity, nothing changed", &ours[round]);
        if let (Some(watcher), Some(lists)) = (&watcher, &lists) {
            theirs.push(measure(watch(lists, watcher), &world.folder.join("again.txt"))?);
            report("urlwatch, nothing changed", &theirs[round]);
        }
    }
    if theirs.is_empty() {
        return left_out("URLWATCH");
    }
    let ratio = |of: fn(&Run) -> f64| median(ours.iter().zip(&theirs).map(|(a, b)| of(a) / of(b)).collect());
    println!("ratio: wall {:.2} (goal 0.25), CPU {:.2} (goal 0.20)", ratio(|run| run.wall), ratio(|run| run.cpu));
    println!(
        "ours asks five pages, names and forges of each service, reads and judges; theirs asks two pages and compares"
    );
    Ok(())
}

/// The job list and the settings of the watcher.
fn watched(program: &Path, world: &World, port: u16) -> Result<(PathBuf, PathBuf), Box<dyn std::error::Error>> {
    let urls = minet::urls(program, 200, "docs", "test", port)?;
    let mut list = String::new();
    for (number, url) in urls.lines().enumerate() {
        let between = if number == 0 { "" } else { "---\n" };
        // Names are not its concern here: it asks loopback and says the name.
        let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap_or((url, ""));
        let host = host.split(':').next().unwrap_or(host);
        let _ = write!(
            list,
            "{between}name: doc{number}\nurl: http://127.0.0.1:{port}/{path}?{number}\nheaders:\n  Host: {host}\nfilter:\n  - element-by-tag: main\n  - html2text: re\n"
        );
    }
    let (jobs, settings) = (world.folder.join("jobs.yaml"), world.folder.join("urlwatch.yaml"));
    std::fs::write(&jobs, list)?;
    std::fs::write(&settings, "report:\n  stdout:\n    enabled: true\n")?;
    Ok((jobs, settings))
}

/// P3: 200 services tracked with history, first run and a run where nothing changed; against a tracker, where there is one.
fn track() -> Outcome {
    let Some(program) = variable("MINET") else { return left_out("MINET") };
    let world = World::new(&program, 200)?;
    let server = Minet::serve(&program, 200, &[])?;
    let data = world.folder.join("data");
    let out = world.folder.join("out.txt");
    for label in ["first run", "nothing changed"] {
        let mut command = probity(&data, &["worker", "--now", "--until-idle", "--hands", "8"]);
        network(&mut command, &world, &server);
        report(&format!("probity worker, 200 services, {label}"), &measure(command, &out)?);
    }
    let Some(ota) = variable("OTA") else { return left_out("OTA") };
    let mut command = Command::new(ota.join("node_modules/.bin/ota"));
    command.arg("track").current_dir(ota.join("collection"));
    report("tracker, 200 services of two pages", &measure(command, &world.folder.join("ota.txt"))?);
    Ok(())
}

/// Where several workers put their evidence: a bucket, where `PROBITY_TEST_S3` names the program of an S3 server (`s3s-fs`), else
/// a shared folder.
struct Shared {
    server: Option<(Child, String)>,
    folder: PathBuf,
}

impl Shared {
    fn new(folder: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let folder = folder.join("evidence");
        std::fs::create_dir_all(folder.join("audits"))?;
        let Some(program) = variable("PROBITY_TEST_S3") else { return Ok(Self { server: None, folder }) };
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        command.args(["--access-key", "key", "--secret-key", "secret"]).arg(&folder);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let waited = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if waited.elapsed() > Duration::from_secs(10) {
                return Err("the S3 server does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { server: Some((child, format!("http://127.0.0.1:{port}"))), folder })
    }

    /// Tells a command of it.
    fn tell(&self, command: &mut Command, part: &str) {
        match &self.server {
            None => {
                command.arg("--evidence").arg(format!("file://{}", self.folder.join(part).display()));
            }
            Some((_, endpoint)) => {
                command.args(["--evidence", &format!("s3://audits/{part}"), "--evidence-endpoint", endpoint]);
                command.env("AWS_ACCESS_KEY_ID", "key").env("AWS_SECRET_ACCESS_KEY", "secret");
                command.env("AWS_REGION", "us-east-1");
            }
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.server {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Four workers over one PostgreSQL and one shared folder against one worker; two of the four are killed in the middle.
fn workers() -> Outcome {
    let Some(program) = variable("MINET") else { return left_out("MINET") };
    let Ok(server) = std::env::var("PROBITY_TEST_POSTGRES") else { return left_out("PROBITY_TEST_POSTGRES") };
    let count: usize = std::env::var("SERVICES").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    let world = World::new(&program, count)?;
    let net = Minet::serve(&program, count, &["--latency", "20"])?;
    std::fs::write(world.folder.join("probity.toml"), "[schedule]\ndefault = \"0 0 1 1 *\"\n")?;
    let shared = Shared::new(&world.folder)?;
    let mut walls = Vec::new();
    for (label, workers, kills) in [("one worker", 1, 0), ("four workers", 4, 0), ("four workers, two killed", 4, 2)] {
        let schema = format!("bench_{}_{workers}_{kills}", std::process::id());
        let made = Command::new("psql").args([&server, "-qc", &format!("create schema {schema}")]).status()?;
        if !made.success() {
            return Err("psql cannot make a schema".into());
        }
        let store = format!("{server}?options=-csearch_path%3D{schema}");
        let command = |number: usize| {
            let data = world.folder.join(format!("{schema}-{number}"));
            let mut command = probity(&data, &["worker", "--until-idle", "--hands", "4", "--lease", "5s"]);
            command.args(["--store", &store]).current_dir(&world.folder);
            shared.tell(&mut command, &schema);
            network(&mut command, &world, &net);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let start = Instant::now();
        let mut running: Vec<Child> = (0..workers).map(|number| command(number).spawn()).collect::<Result<_, _>>()?;
        for child in running.iter_mut().take(kills) {
            // In the middle, as far as can be told beforehand: a third of what one worker took.
            let third = walls.first().map_or(Duration::from_secs(3), |wall: &f64| Duration::from_secs_f64(wall / 6.0));
            std::thread::sleep(third);
            let _ = child.kill();
        }
        for mut child in running {
            child.wait()?;
        }
        let wall = start.elapsed().as_secs_f64();
        walls.push(wall);
        let mut status = probity(&world.folder.join("status"), &["status", "--check", "--format", "json"]);
        status.args(["--store", &store]).arg("--services").arg(&world.services);
        shared.tell(&mut status, &schema);
        let status = status.current_dir(&world.folder).output()?;
        let told: serde_json::Value = serde_json::from_slice(&status.stdout)?;
        let left = |name: &str| told[name].as_array().map_or(0, Vec::len);
        let audits = told["audits"].as_u64().unwrap_or_default();
        println!(
            "{label:<26} wall {wall:>7.2} s   {:.1} services a second   audits {audits}, waiting {}, dead {}, lost {}",
            count as f64 / wall,
            left("waiting") + left("running"),
            left("dead"),
            left("lost")
        );
        if usize::try_from(audits)? != count || left("dead") + left("lost") + left("waiting") + left("running") > 0 {
            return Err(format!("{count} services were to be audited once each").into());
        }
    }
    println!(
        "four workers against one: {:.2} times as fast; they share this machine's cores with the database",
        walls[0] / walls[1]
    );
    Ok(())
}
