//! What one service costs to judge and rate, and what the place of an address costs.
//!
//! The facts are those of the demo's services, or of the `facts.jsonl` that `FACTS` names. Python's reader of the same
//! database is measured beside ours where `MAXMINDDB` names a Python that has it (with its C extension) and `MMDB` a file.
//!
//! `cargo bench --bench kernels [-- judge|places]`

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use probity_probes::geoip::Databases;
use probity_rules::catalogue::Rules;
use probity_rules::facts::Facts;
use probity_rules::rating::Rating;
use probity_rules::service::Service;
use serde::Deserialize;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 9;
const ADDRESSES: usize = 200_000;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let asked = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    if asked("judge") {
        judge()?;
    }
    if asked("places") {
        places()?;
    }
    Ok(())
}

/// The median of the rounds, in seconds.
fn rounds(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

/// What was kept of a service.
#[derive(Deserialize)]
struct Line {
    declared: Service,
    facts: Facts,
}

fn lines() -> Result<Vec<Line>, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = match std::env::var_os("FACTS") {
        Some(path) => PathBuf::from(path),
        None => {
            let mut demo = Command::new(env!("CARGO_BIN_EXE_probity"));
            demo.args(["demo", "--format", "csv", "--data"]).arg(folder.path()).output()?;
            let mut audits: Vec<PathBuf> = std::fs::read_dir(folder.path().join("audits"))?
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()?;
            audits.sort();
            audits.pop().ok_or("the demo left no audit")?.join("facts.jsonl")
        }
    };
    std::fs::read_to_string(path)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// All criteria, and a rating by every method.
fn judge() -> Outcome {
    let rules = Rules::embedded().map_err(|errors| format!("{errors:?}"))?;
    let law = rules.law_on(jiff::civil::date(2026, 6, 2));
    let lines = lines()?;
    let time = rounds(|| {
        for Line { declared, facts } in &lines {
            let judgement = rules.judge(facts, &law);
            for method in &rules.methods {
                black_box(Rating::new(declared, facts, &judgement, method));
            }
        }
    });
    println!(
        "judging one of {} services by {} criteria and {} methods   {:.3} ms   (goal 1)",
        lines.len(),
        rules.criteria.len(),
        rules.methods.len(),
        time / lines.len() as f64 * 1e3
    );
    Ok(())
}

/// Addresses by a fixed rule, spread over the whole space.
fn addresses() -> impl Iterator<Item = IpAddr> {
    let spread = |number: u32| number.wrapping_mul(0x9e37_79b9) ^ (number >> 3);
    (1..=ADDRESSES as u32).map(move |number| IpAddr::V4(Ipv4Addr::from_bits(spread(number))))
}

/// P11: places a second.
fn places() -> Outcome {
    let rate = |name: &str, time: f64| println!("{name:<52} {:>9.0} a second", ADDRESSES as f64 / time);
    let both = Databases::embedded();
    let _ = both.place(IpAddr::V4(Ipv4Addr::LOCALHOST));
    rate("place by both embedded witnesses", rounds(|| addresses().for_each(|address| drop(both.place(address)))));
    let Some(path) = std::env::var_os("MMDB").map(PathBuf::from) else {
        println!("P11: left out, MMDB names no database");
        return Ok(());
    };
    let mut one = Databases::none();
    one.add(&path)?;
    let ours = rounds(|| {
        addresses().for_each(|address| {
            black_box(one.country(address));
        })
    });
    rate("country by one database", ours);
    let Some(python) = std::env::var_os("MAXMINDDB") else {
        println!("P11: left out, MAXMINDDB names no Python");
        return Ok(());
    };
    let output = Command::new(python).args(["-c", SCRIPT]).arg(&path).arg(ADDRESSES.to_string()).output()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let theirs: f64 =
        said.parse().map_err(|_| format!("Python said {said} {}", String::from_utf8_lossy(&output.stderr)))?;
    rate("the same by Python's C extension", theirs);
    println!("P11: {:.2} x (goal 1.5)", theirs / ours);
    Ok(())
}

const SCRIPT: &str = "
import maxminddb, statistics, sys, time
reader = maxminddb.open_database(sys.argv[1], maxminddb.MODE_MMAP_EXT)
numbers = [(n * 0x9e3779b9 & 0xffffffff) ^ (n >> 3) for n in range(1, int(sys.argv[2]) + 1)]
names = ['.'.join(str(n >> shift & 255) for shift in (24, 16, 8, 0)) for n in numbers]
times = []
for _ in range(9):
    start = time.perf_counter()
    for name in names: reader.get(name)
    times.append(time.perf_counter() - start)
print(statistics.median(times))
";
