//! Starts the mini-internet, writes declarations for its services, and measures processes from outside.
//!
//! Linux only: CPU time and peak memory are read from `/proc`.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running mini-internet; ends with its value.
pub(crate) struct Minet {
    child: Child,
    /// The port of plain HTTP on loopback.
    pub(crate) port: u16,
    /// The port of DNS on loopback, with the services' public addresses.
    pub(crate) dns: u16,
}

impl Minet {
    /// Starts one and waits until it answers.
    pub(crate) fn serve(program: &Path, services: usize, more: &[&str]) -> io::Result<Self> {
        let (port, dns) = (free_port()?, free_port()?);
        let child = Command::new(program)
            .args(["serve", "--services", &services.to_string(), "--prerender", "--base", "http://"])
            .args(["--http", &format!("127.0.0.1:{port}"), "--dns-geo", &format!("127.0.0.1:{dns}")])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let minet = Self { child, port, dns };
        for _ in 0..600 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(minet);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(io::Error::other("the mini-internet does not answer within a minute"))
    }
}

impl Drop for Minet {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The declarations and the GeoIP database of a world.
pub(crate) struct World {
    folder_guard: tempfile::TempDir,
    /// A scratch folder, removed with this value.
    pub(crate) folder: PathBuf,
    /// The folder of declarations.
    pub(crate) services: PathBuf,
    /// The GeoIP database that knows every service.
    pub(crate) geoip: PathBuf,
}

impl World {
    /// Writes them for the first `count` services of seed 1.
    pub(crate) fn new(program: &Path, count: usize) -> Result<Self, Box<dyn std::error::Error>> {
        let folder_guard = tempfile::tempdir()?;
        let folder = folder_guard.path().to_owned();
        let world = Self { services: folder.join("services"), geoip: folder.join("geo.mmdb"), folder, folder_guard };
        std::fs::create_dir(&world.services)?;
        let count = count.to_string();
        for line in output(Command::new(program).args(["truth", "--services", &count]))?.lines() {
            let truth: serde_json::Value = serde_json::from_str(line)?;
            let text = |key: &str| truth[key].as_str().unwrap_or_default().to_owned();
            let (id, host) = (text("host").replace(".test", ""), text("host"));
            let page = |kind: &str, key: &str| {
                format!("  {{ kind = \"{kind}\", url = \"http://{host}{}\", language = \"en\" }},\n", text(key))
            };
            let declaration = format!(
                "id = \"{id}\"\nname = \"{}\"\ncategory = \"video-conferencing\"\nhome = \"http://{host}/\"\nstatus = \"active\"\n\
                 documents = [\n{}{}{}]\nhosts = [ {{ name = \"{host}\", role = \"web\" }} ]\nrepositories = [{}]\n",
                text("name"),
                page("privacy-policy", "policy"),
                page("terms", "terms"),
                page("subprocessors", "subprocessors_page"),
                repository(&truth["repo"]),
            );
            std::fs::write(world.services.join(format!("{id}.toml")), declaration)?;
        }
        output(Command::new(program).args(["mmdb", "--services", &count, "--out"]).arg(&world.geoip))?;
        Ok(world)
    }

    /// Keeps the folder after the run, for looking at it.
    #[expect(dead_code, reason = "used by hand when a bench surprises")]
    pub(crate) fn keep(self) -> PathBuf {
        self.folder_guard.keep()
    }
}

/// What a declaration says of a repository, where the service has one.
fn repository(truth: &serde_json::Value) -> String {
    match [&truth["forge"], &truth["owner"], &truth["name"]].map(serde_json::Value::as_str) {
        [Some(forge), Some(owner), Some(name)] => {
            format!("{{ url = \"http://{forge}.test/{owner}/{name}\", role = \"client\" }}")
        }
        _ => String::new(),
    }
}

/// The addresses of a world's pages, one a line.
pub(crate) fn urls(
    program: &Path,
    count: usize,
    kind: &str,
    tld: &str,
    port: u16,
) -> Result<String, Box<dyn std::error::Error>> {
    let base = format!("http://:{port}");
    let count = count.to_string();
    output(Command::new(program).args(["urls", "--services", &count, "--kind", kind, "--tld", tld, "--base", &base]))
}

fn output(command: &mut Command) -> Result<String, Box<dyn std::error::Error>> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What a process took.
pub(crate) struct Run {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of CPU, user and system.
    pub(crate) cpu: f64,
    /// The largest resident set, in MiB.
    pub(crate) peak_mib: f64,
}

/// Runs a command with its output in a file, and measures it. Its exit code does not matter here: gaps are no failure.
pub(crate) fn measure(mut command: Command, out: &Path) -> Result<Run, Box<dyn std::error::Error>> {
    let log = std::fs::File::create(out.with_extension("log"))?;
    command.stdin(Stdio::null()).stdout(std::fs::File::create(out)?).stderr(log);
    let start = Instant::now();
    let mut child = command.spawn()?;
    let proc = PathBuf::from(format!("/proc/{}", child.id()));
    let mut peak_kib = 0.0_f64;
    let cpu = loop {
        let stat = std::fs::read_to_string(proc.join("stat"))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        if fields.first() == Some(&"Z") {
            // Fields 14 and 15 of proc(5), in hundredths of a second on Linux.
            break fields[11..13].iter().filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0;
        }
        let status = std::fs::read_to_string(proc.join("status")).unwrap_or_default();
        let high =
            status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak_kib = peak_kib.max(high.unwrap_or_default());
        std::thread::sleep(Duration::from_millis(1));
    };
    let wall = start.elapsed().as_secs_f64();
    child.wait()?;
    Ok(Run { wall, cpu, peak_mib: peak_kib / 1024.0 })
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What an audit's JSON says, by service.
pub(crate) struct AuditResult {
    /// The light of each method.
    pub(crate) lights: BTreeMap<String, Vec<String>>,
    /// The reasons of the gaps.
    pub(crate) gaps: BTreeMap<String, Vec<String>>,
    /// The grades, criterion by criterion.
    pub(crate) findings: BTreeMap<String, Vec<String>>,
}

/// Reads it from a file.
pub(crate) fn audit_result(path: &Path) -> Result<AuditResult, Box<dyn std::error::Error>> {
    let audit: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let mut result = AuditResult { lights: BTreeMap::new(), gaps: BTreeMap::new(), findings: BTreeMap::new() };
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    for rating in audit["ratings"].as_array().into_iter().flatten() {
        let service = text(&rating["service"]);
        result.lights.entry(service.clone()).or_default().push(text(&rating["light"]));
        let findings = result.findings.entry(service).or_default();
        for finding in rating["findings"].as_array().into_iter().flatten() {
            findings.push(format!("{}: {}", text(&finding["criterion"]), text(&finding["grade"])));
        }
    }
    for service in audit["services"].as_array().into_iter().flatten() {
        for gap in service["gaps"].as_array().into_iter().flatten() {
            // Databases that disagree are no fault of the world.
            if gap["why"] != "ambiguous" {
                result.gaps.entry(text(&service["service"])).or_default().push(text(&gap["why"]));
            }
        }
    }
    Ok(result)
}
