//! `probity notify`: tells each channel what is new to it, once; and the same again and again beside a worker.

use crate::app::network;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::base::review;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::notify::Notify;
use crate::cli::{Format, Global, Network};
use crate::keep::store::Store;
use crate::keep::store::changes::{Order, Which};
use crate::keep::store::error::StoreError;
use crate::keep::store::jobs::JobState;
use crate::keep::workspace::House;
use crate::present::notify::{Failed, News, Outcome, Secrets, Settings, State, Told, run as tell};
use crate::present::output::{FAINT, GOOD, PARTIAL, POOR, Screen};
use probity_probes::net::door::Net;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// Items that are read at once.
const AT_ONCE: u32 = 500;

/// Failures that are told at most.
const FAILURES: u32 = 100;

/// How often a worker looks whether there is something to tell.
const EVERY: Duration = Duration::from_secs(60);

/// What became of one channel, as `--format json` prints it.
#[derive(Serialize)]
struct Line {
    channel: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

pub(crate) fn run(command: &Notify, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let settings = config.notify.clone().filter(|settings| !settings.channels().is_empty()).ok_or_else(|| {
        Failure::new("no channel is set up").next("`probity notify --help` shows what to write into probity.toml")
    })?;
    network::runtime()?.block_on(async {
        let house = House::open(&config.keep).await?;
        let all = news(&house.store).await?;
        if command.dry_run {
            match command.format {
                Format::Json => screen.json(&all)?,
                Format::Table => screen.line(plain_lines(&all.text(settings.link.as_deref(), settings.lang())))?,
            }
            return Ok(Exit::Done);
        }
        let net = network::door(&config.network(&Network::default()))?;
        let folder = house.data.root().to_owned();
        let mut state = State::load(&folder)?;
        if command.now {
            state.channels.values_mut().for_each(|channel| channel.next = None);
        }
        let outcomes = tell(&settings, &Secrets::from_environment(), &net, &all, &mut state, clock::now()).await;
        state.save(&folder)?;
        let lines: Vec<_> = outcomes.iter().map(|(channel, outcome)| line(channel, outcome)).collect();
        match command.format {
            Format::Json => screen.json(&lines)?,
            Format::Table => lines.iter().try_for_each(|line| print(line, screen))?,
        }
        let failed = outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Failed(_) | Outcome::Waits(_)));
        Ok(if failed { Exit::Threshold } else { Exit::Done })
    })
}

/// Tells the channels whenever there is something new, as long as it is let. What goes wrong is kept with the channel and
/// said once; it never ends the work beside it.
pub(crate) async fn keep(store: Store, folder: PathBuf, settings: Settings, net: Net) {
    let secrets = Secrets::from_environment();
    loop {
        let told = async {
            let all = news(&store).await?;
            let mut state = State::load(&folder)?;
            let before = state.clone();
            for (channel, outcome) in tell(&settings, &secrets, &net, &all, &mut state, clock::now()).await {
                if let Outcome::Failed(why) = outcome {
                    Failure::new(format_args!("the channel {channel} could not be told: {why}"))
                        .next("it is tried again by itself; `probity status` shows it")
                        .warn();
                }
            }
            if state == before { Ok(()) } else { state.save(&folder) }
        };
        if let Err::<(), Failure>(failure) = told.await {
            failure.warn();
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// All that the store holds to tell of, the newest first.
async fn news(store: &Store) -> Result<News, StoreError> {
    let which = Which { service: None, decided: true, order: Order::Age };
    let mut changes = Vec::new();
    let mut waiting = 0;
    for skip in (0..).step_by(AT_ONCE as usize) {
        let some = store.queue(&which, skip, AT_ONCE).await?;
        let count = some.len();
        for item in some {
            let waits = item.state != review::State::Decided;
            waiting += usize::from(waits);
            changes.push(Told {
                id: item.id,
                service: item.change.service,
                method: item.change.method,
                criterion: item.change.criterion,
                from: item.change.from,
                to: item.change.to,
                light_from: item.change.light_from,
                light_to: item.change.light_to,
                raised_at: item.change.raised_at,
                cause: item.change.cause.as_str().to_owned(),
                waits,
            });
        }
        if count < AT_ONCE as usize {
            break;
        }
    }
    changes.sort_by_key(|change| std::cmp::Reverse((change.raised_at, change.id)));
    let dead = store.jobs(JobState::Dead, FAILURES).await?;
    let failures = dead.into_iter().map(|job| Failed {
        what: job.service,
        why: job.error.unwrap_or_default(),
        at: job.ended_at.unwrap_or(job.due_at),
    });
    Ok(News { changes, waiting, failures: failures.collect() })
}

fn line(channel: &'static str, outcome: &Outcome) -> Line {
    let (outcome, detail) = match outcome {
        Outcome::Sent => ("sent", String::new()),
        Outcome::Nothing => ("nothing-new", String::new()),
        Outcome::Waits(until) => ("waits", until.to_string()),
        Outcome::Failed(why) => ("failed", why.clone()),
    };
    Line { channel, outcome, detail }
}

fn print(line: &Line, screen: &mut Screen) -> Result<(), Failure> {
    let (style, words) = match line.outcome {
        "sent" => (GOOD, "told".to_owned()),
        "nothing-new" => (FAINT, "nothing new".to_owned()),
        "waits" => (PARTIAL, format!("failed before, is tried again at {}", line.detail)),
        _ => (POOR, format!("failed: {}", line.detail)),
    };
    screen.line(format_args!(" {:<8} {style}{}{style:#}", line.channel, plain(&words)))
}

/// Text of several lines, made harmless for a terminal.
fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}
