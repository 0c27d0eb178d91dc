//! The whole program against the mini-internet and, in the same run and in turn, against the peers it is measured by.
//!
//! Not a kernel bench: it starts processes and compares wall time, CPU time and peak memory as ratios. It needs programs
//! that are not part of this project, by environment variables, and says which part it leaves out without them:
//! `MINET` (the mini-internet), `LYCHEE` (a link checker, the floor for "a Rust program asks 5,000 pages"; the names that
//! `minet hosts` prints have to stand in /etc/hosts for it).
//!
//! `cargo bench --bench spine [-- audit|memory|start|bad-day|faults …]`

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod minet;

use minet::{Minet, Run, World, measure, median};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program under test, as this bench was built with.
const PROBITY: &str = env!("CARGO_BIN_EXE_probity");

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let Some(minet) = std::env::var_os("MINET").map(PathBuf::from) else {
        println!("spine: left out, MINET does not name the mini-internet's binary");
        return Ok(());
    };
    let lychee = std::env::var_os("LYCHEE").map(PathBuf::from);
    type Part<'a> = (&'a str, Box<dyn Fn() -> Outcome + 'a>);
    let parts: [Part<'_>; 5] = [
        ("faults", Box::new(|| faults(&minet))),
        ("start", Box::new(|| start(&minet))),
        ("memory", Box::new(|| memory(&minet))),
        ("bad-day", Box::new(|| bad_day(&minet))),
        ("audit", Box::new(|| audit(&minet, lychee.as_deref()))),
    ];
    for (name, part) in &parts {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            println!("\n## {name}");
            part()?;
        }
    }
    Ok(())
}

/// The arguments of an audit of every service of a world.
fn audit_command(world: &World, port: u16, dns: u16, data: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(PROBITY);
    command.arg("audit").arg("--services").arg(&world.services);
    command.args(["--test-host", &format!("*.test=127.0.0.1:{port}"), "--name-server", &format!("127.0.0.1:{dns}")]);
    // The mini-internet is ours: nobody has to be spared, and the link checker spares nobody either.
    command.args(["--pace", "0", "--host-concurrency", "1000"]);
    command.arg("--geoip").arg(&world.geoip).arg("--data").arg(data).args(["--format", "json"]).args(more);
    command
}

fn report(label: &str, run: &Run) {
    println!("{label:<38} wall {:>7.2} s   CPU {:>6.2} s   peak {:>6.0} MiB", run.wall, run.cpu, run.peak_mib);
}

/// P1 and P2: 1,000 services of five pages at 50 ms, against the link checker on the same pages.
fn audit(minet: &Path, lychee: Option<&Path>) -> Outcome {
    let world = World::new(minet, 1000)?;
    let server = Minet::serve(minet, 1000, &["--latency", "50"])?;
    let list = world.folder.join("pages.txt");
    std::fs::write(&list, minet::urls(minet, 1000, "all", "internal", server.port)?)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..3 {
        let data = world.folder.join(format!("data-{round}"));
        ours.push(measure(
            audit_command(&world, server.port, server.dns, &data, &[]),
            &world.folder.join("audit.json"),
        )?);
        report("probity audit", &ours[round]);
        if let Some(lychee) = lychee {
            let mut command = Command::new(lychee);
            command.args(["--no-progress", "--max-concurrency", "1000", "--host-request-interval", "0ms"]).arg(&list);
            theirs.push(measure(command, &world.folder.join("lychee.txt"))?);
            report("tuned lychee, 5,000 pages", &theirs[round]);
        }
    }
    if !theirs.is_empty() {
        let ratio = |of: fn(&Run) -> f64| median(ours.iter().zip(&theirs).map(|(a, b)| of(a) / of(b)).collect());
        println!(
            "ratio, median of pairs: wall {:.2} (goal 2.0), CPU {:.2} (goal 2.5), peak {:.2} (goal 1.0)",
            ratio(|run| run.wall),
            ratio(|run| run.cpu),
            ratio(|run| run.peak_mib)
        );
    }
    Ok(())
}

/// P9: memory for each service in flight, clean and with endless bodies and bombs.
fn memory(minet: &Path) -> Outcome {
    let world = World::new(minet, 1000)?;
    for (label, faults) in [
        ("clean", &[][..]),
        ("5 % endless and bombs", &["--fault", "endless=4%", "--fault", "gzip-bomb=1%", "--fault-time", "20"][..]),
    ] {
        let server = Minet::serve(minet, 1000, &[&["--latency", "50"][..], faults].concat())?;
        let mut peaks = Vec::new();
        for flight in [32, 256, 1000] {
            let data = world.folder.join(format!("memory-{label}-{flight}").replace([' ', '%'], ""));
            let flag = flight.to_string();
            let more = ["--concurrency", &flag, "--timeout", "5"];
            let run =
                measure(audit_command(&world, server.port, server.dns, &data, &more), &world.folder.join("m.json"))?;
            report(&format!("{label}, {flight} services in flight"), &run);
            peaks.push((f64::from(flight), run.peak_mib));
        }
        let slope = (peaks[2].1 - peaks[0].1) / (peaks[2].0 - peaks[0].0);
        println!(
            "{label}: {slope:.3} MiB a service in flight (goal 0.15), {:.0} MiB at 32 (goal 30 + 4.8)",
            peaks[0].1
        );
    }
    Ok(())
}

/// P10: cold start of `--version`, of reading one small text, of an audit of one service.
fn start(minet: &Path) -> Outcome {
    let world = World::new(minet, 1)?;
    let server = Minet::serve(minet, 1, &[])?;
    let text = world.folder.join("short.txt");
    std::fs::write(&text, "Privacy Policy\n\nYou have the right to have your personal data erased.\n")?;
    let out = world.folder.join("out");
    let times = |make: &dyn Fn() -> Command| -> Result<(f64, f64), Box<dyn std::error::Error>> {
        let runs = (0..11).map(|_| measure(make(), &out)).collect::<Result<Vec<_>, _>>()?;
        Ok((
            median(runs.iter().map(|run| run.wall * 1000.0).collect()),
            median(runs.iter().map(|run| run.peak_mib).collect()),
        ))
    };
    let version = times(&|| {
        let mut command = Command::new(PROBITY);
        command.arg("--version");
        command
    })?;
    let read = times(&|| {
        let mut command = Command::new(PROBITY);
        command.arg("read").arg(&text).args(["--kind", "privacy-policy", "--format", "json"]);
        command
    })?;
    let data = world.folder.join("start");
    let one = times(&|| audit_command(&world, server.port, server.dns, &data, &[]))?;
    println!("--version      {:>6.1} ms (goal 10)   {:>5.1} MiB (goal 15)", version.0, version.1);
    println!("read one text  {:>6.1} ms (goal 60)   {:>5.1} MiB", read.0, read.1);
    println!("audit of one   {:>6.1} ms (goal 80)   {:>5.1} MiB", one.0, one.1);
    Ok(())
}

/// P12: a day on which one service in ten is faulty: how much longer, and are the others' findings the same?
fn bad_day(minet: &Path) -> Outcome {
    let world = World::new(minet, 300)?;
    let faults = ["rst=2%", "hang=2%", "slow=2%", "endless=2%", "gzip-bomb=1%", "redirect-loop=1%"];
    let faults: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", fault]).collect();
    let timeout = 5.0;
    let more = ["--timeout", "5"];
    let mut results = Vec::new();
    for (label, faults) in [("clean", &[][..]), ("bad day", &faults)] {
        let server = Minet::serve(minet, 300, &[&["--latency", "50"][..], faults].concat())?;
        let out = world.folder.join(format!("{label}.json").replace(' ', "-"));
        let data = world.folder.join(format!("data {label}"));
        let run = measure(audit_command(&world, server.port, server.dns, &data, &more), &out)?;
        report(label, &run);
        results.push((run, minet::audit_result(&out)?));
    }
    let (clean, bad) = (&results[0], &results[1]);
    let limit = clean.0.wall * 1.1 + timeout;
    println!("wall {:.1} s, goal {limit:.1} s (clean run + 10 % + the time-out of {timeout} s)", bad.0.wall);
    let changed = clean.1.findings.iter().filter(|(service, findings)| {
        bad.1.gaps.get(*service) == clean.1.gaps.get(*service) && bad.1.findings.get(*service) != Some(findings)
    });
    println!("services with the gaps of the clean run whose findings differ: {} (goal 0)", changed.count());
    // Databases that disagree are a gap on every day: only further ones count.
    let hit = bad.1.gaps.iter().filter(|(service, gaps)| clean.1.gaps.get(*service) != Some(gaps));
    println!("services with other gaps than in the clean run: {} (about 30 are faulty)", hit.count());
    Ok(())
}

/// Must-show 4: every fault is a gap with the right reason, and no fault makes a colour.
fn faults(minet: &Path) -> Outcome {
    let kinds: [(&str, &[&str]); 22] = [
        ("rst", &["unreachable"]),
        ("drop", &["unreachable"]),
        ("hang", &["unreachable"]),
        ("slow", &["unreachable", "malformed"]),
        ("stall", &["unreachable", "malformed"]),
        ("endless", &["unreachable", "malformed"]),
        ("truncated", &["malformed", "unreachable"]),
        ("huge-headers", &["malformed", "unreachable"]),
        ("redirect-loop", &["unreachable"]),
        ("redirect-private", &["refused"]),
        ("gzip-bomb", &["malformed"]),
        ("bad-gzip", &["malformed"]),
        ("bad-charset", &[]),
        ("utf16", &[]),
        ("deep", &[]),
        ("binary", &["unsupported", "malformed"]),
        ("empty", &["empty"]),
        ("500", &["unreachable"]),
        ("503", &["unreachable"]),
        ("403", &["refused"]),
        ("429", &["rate-limited"]),
        ("dns-servfail", &["unreachable"]),
    ];
    let world = World::new(minet, 200)?;
    // The first fault that names a service is the one that it gets: the named ones stand before the shares.
    let named = kinds.iter().enumerate().map(|(at, (kind, _))| format!("{kind}={}", faulty(at)));
    let shares = ["rst=2%", "endless=1%"].map(String::from);
    let mut flags: Vec<String> = named.chain(shares).flat_map(|fault| ["--fault".into(), fault]).collect();
    flags.extend(["--fault-time", "8"].map(String::from));
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let mut results = Vec::new();
    for (label, flags) in [("200 services, clean", &[][..]), ("200 services, faulty", &flags)] {
        let server = Minet::serve(minet, 200, flags)?;
        let out = world.folder.join("faults.json");
        let data = world.folder.join(label.replace([' ', ','], "-"));
        let run = measure(audit_command(&world, server.port, server.dns, &data, &["--timeout", "4"]), &out)?;
        report(label, &run);
        results.push(minet::audit_result(&out)?);
    }
    let [clean, result] = &results[..] else { return Err("two runs give two results".into()) };
    println!("{:<18} {:<26} {:<30} lights (of the clean run)", "fault", "expected", "gaps that the clean run has not");
    let mut wrong = 0;
    for (at, (kind, expected)) in kinds.iter().enumerate() {
        let id = faulty(at);
        let mut seen = BTreeMap::<&str, usize>::new();
        for why in result.gaps.get(&id).into_iter().flatten() {
            *seen.entry(why.as_str()).or_default() += 1;
        }
        for why in clean.gaps.get(&id).into_iter().flatten() {
            seen.entry(why.as_str()).and_modify(|count| *count = count.saturating_sub(1));
        }
        seen.retain(|_, count| *count > 0);
        let (lights, before) = (&result.lights[&id], &clean.lights[&id]);
        // What is missing may leave a rating undecided. It may not give it a colour that it had not. A page that can be read
        // all the same may: the mini-internet answers every address of a faulty service, also those that it has not.
        let coloured =
            !expected.is_empty() && lights.iter().zip(before).any(|(now, then)| now != "undecided" && now != then);
        let right = !coloured
            && if expected.is_empty() {
                seen.is_empty()
            } else {
                expected.iter().any(|why| seen.contains_key(why))
                    && seen.keys().all(|why| expected.contains(why) || *why == "not-asked")
            };
        wrong += usize::from(!right);
        let seen: Vec<_> = seen.iter().map(|(why, count)| format!("{why} x{count}")).collect();
        println!(
            "{kind:<18} {:<26} {:<30} {} ({}){}",
            expected.join(" or "),
            seen.join(", "),
            lights.join(" "),
            before.join(" "),
            if right { "" } else { "   <- WRONG" }
        );
    }
    println!("{wrong} of {} faults have a wrong reason or a colour (goal 0)", kinds.len());
    if wrong > 0 { Err("faults without the right gap".into()) } else { Ok(()) }
}

/// The service that gets the fault of this place in the list.
fn faulty(at: usize) -> String {
    format!("svc{:04}", at + 100)
}
