//! A process that is killed at a random moment, again and again: what it had reported as kept is there, and nothing by half.
//!
//! The victim is this test binary itself, started with a variable that says at what it is killed. `PROBITY_KILLS` says how often.

use super::*;
use crate::base::review::{Decision, State};
use crate::keep::store::changes::Which;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

const TASK: &str = "PROBITY_VICTIM";
const PLACE: &str = "PROBITY_VICTIM_STORE";
/// So often, where nothing else is said.
const KILLS: u64 = 4;

fn kills() -> u64 {
    std::env::var("PROBITY_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS)
}

fn say(what: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "kept {what}").and_then(|()| out.flush()).expect("somebody listens");
}

/// Registers so many audits of the service `a`, each with a change.
async fn register(store: &Store, times: usize) {
    for _ in 0..times {
        let id = format!("{:016x}", crate::app::worker::chance());
        let (version, _) = store.memory("a").await.expect("a memory");
        let raised = format!("2026-06-{:02}T{:02}:{:02}:00Z", 1 + version % 28, version / 28 % 24, version / 672 % 60);
        let changes = vec![change("a", &raised)];
        let one = compared(service("a", Light::Green, Grade::Good), version, &format!("{version}"), changes);
        let two = service("b", Light::Red, Grade::Poor);
        put(store, &audit(&id, "2026-06-01T00:00:00Z", 2), &[one, two]).await;
        say(&id);
    }
}

/// Decides whatever waits.
async fn review(store: &Store) {
    while let Some(item) = store.queue(&Which::default(), 0, 1).await.expect("a queue").pop() {
        let accept = Decision::Accept { text: String::new() };
        let at = time("2026-07-01T00:00:00Z");
        store.decide(item.id, accept, "Ada", at, item.version, &[]).await.expect("the store").expect("decided");
        say(item.id);
    }
}

/// The work at which the tests below kill it, started by them with a task; without one it comes to its end.
#[test]
fn victim() {
    let task = std::env::var(TASK);
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let own = || folder.path().join("whole.db").display().to_string();
        say("begun");
        let place = std::env::var(PLACE).unwrap_or_else(|_| own());
        let store = Store::open(Place::parse(&place)).await.expect("a store");
        say("opened");
        match task.as_deref() {
            Ok("register") => register(&store, usize::MAX).await,
            Ok("review") => review(&store).await,
            Ok(_) => {}
            Err(_) => {
                register(&store, 3).await;
                sound(&store).await;
                review(&store).await;
                sound(&store).await;
                assert_eq!(store.audits(None, None, 9).await.expect("audits").len(), 3);
                assert!(store.queue(&Which::default(), 0, 9).await.expect("a queue").is_empty());
                return store.close().await;
            }
        }
        std::future::pending::<()>().await;
    });
}

/// Starts a victim, kills it after a while, and gives what it reported.
fn kill(task: &str, place: &str, least: usize) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", "keep::store::tests::kills::victim", "--nocapture"]);
    command.env(TASK, task).env(PLACE, place).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("a victim");
    let mut out = BufReader::new(child.stdout.take().expect("its output"));
    let mut said = Vec::new();
    while said.len() < least {
        let mut line = String::new();
        if out.read_line(&mut line).expect("a line") == 0 {
            break;
        }
        said.extend(line.split_once("kept ").map(|(_, what)| what.trim().to_owned()));
    }
    std::thread::sleep(Duration::from_micros(crate::app::worker::chance() % 60_000));
    child.kill().expect("killed");
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("the rest");
    child.wait().expect("ended");
    // A line that was cut off was not reported.
    let whole = rest.rfind('\n').map_or("", |end| &rest[..end]);
    said.extend(whole.lines().filter_map(|line| line.split_once("kept ")).map(|(_, what)| what.trim().to_owned()));
    said
}

/// The stores to try, with what the victim is to be told.
async fn stores(folder: &tempfile::TempDir, name: &str) -> Vec<String> {
    let mut stores = vec![folder.path().join(format!("{name}.db")).display().to_string()];
    if let Some(Place::Server(url)) = server(name).await {
        stores.push(url);
    }
    stores
}

/// What holds whatever happened.
async fn sound(store: &Store) {
    assert_eq!(store.check_log().await.expect("a log"), None);
    for audit in store.audits(None, None, 100_000).await.expect("audits") {
        let services = store.services_of(&audit.id).await.expect("services");
        assert_eq!(services.len(), 2, "{}: all of it or nothing", audit.id);
    }
    let all = Which { decided: true, ..Which::default() };
    for item in store.queue(&all, 0, 100_000).await.expect("a queue") {
        let lines = store.log(Some(&format!("item/{}", item.id)), None, 100).await.expect("a log");
        assert_eq!(item.version, 1 + item.log.len() as u64);
        assert_eq!(lines.len(), 1 + item.log.len(), "each step with its line, each line with its step");
        assert_eq!(item.state == State::Decided, item.log.len() == 1);
    }
}

#[test]
fn killed_while_it_registers_audits() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        for place in stores(&folder, "register").await {
            let mut kept = Vec::new();
            for _ in 0..kills() {
                kept.extend(kill("register", &place, 3).into_iter().skip(2));
                let store = Store::open(Place::parse(&place)).await.expect("a store");
                sound(&store).await;
                let mut names = kept.clone();
                names.sort();
                assert_eq!(store.unregistered(&names).await.expect("asked"), Vec::<String>::new(), "reported and lost");
                let (version, memory) = store.memory("a").await.expect("a memory");
                assert_eq!(memory, Some((version - 1).to_string()), "memory and audits belong together");
                assert_eq!(
                    store.changes(None, None, 100_000).await.expect("changes").len() as i64,
                    version.min(28 * 24 * 60)
                );
                store.close().await;
            }
            println!("{} kills while registering, {} audits reported and kept", kills(), kept.len());
        }
    });
}

#[test]
fn killed_while_a_person_decides() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        for place in stores(&folder, "review").await {
            let mut decided = Vec::new();
            for round in 0..kills() {
                let store = Store::open(Place::parse(&place)).await.expect("a store");
                let (version, _) = store.memory("a").await.expect("a memory");
                let changes = (0..40).map(|minute| {
                    change("a", &format!("2026-06-{:02}T{:02}:{minute:02}:00Z", 1 + round % 28, round / 28))
                });
                let one = compared(service("a", Light::Green, Grade::Good), version, "{}", changes.collect());
                let two = service("b", Light::Red, Grade::Poor);
                put(&store, &audit(&format!("{round}"), "2026-06-01T00:00:00Z", 2), &[one, two]).await;
                store.close().await;
                decided.extend(kill("review", &place, 3).into_iter().skip(2));
                let store = Store::open(Place::parse(&place)).await.expect("a store");
                // What was left by half stays so: the whole is looked at now and then, and at the end.
                if round % 10 == 9 || round + 1 == kills() {
                    sound(&store).await;
                }
                for id in &decided {
                    let item = store.item(id.parse().expect("a number")).await.expect("asked").expect("an item");
                    assert_eq!(item.state, State::Decided, "{id} was reported as decided");
                }
                store.close().await;
            }
            println!("{} kills while deciding, {} decisions reported and kept", kills(), decided.len());
        }
    });
}

#[test]
fn killed_while_it_brings_a_store_to_its_form() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let mut halfway = 0;
        for round in 0..kills() {
            for place in stores(&folder, &format!("form{round}")).await {
                let said = kill("open", &place, 1);
                halfway += usize::from(!said.contains(&"opened".to_owned()));
                // Whatever was done of it, the next one finishes it.
                let store = Store::open(Place::parse(&place)).await.expect("a store");
                put(&store, &audit("1", "2026-06-01T00:00:00Z", 0), &[]).await;
                assert_eq!(store.check_log().await.expect("a log"), None);
                store.close().await;
            }
        }
        println!("{} kills while opening, {halfway} of them before it was open", kills());
    });
}
