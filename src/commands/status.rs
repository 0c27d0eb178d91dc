//! `probity status`: what is due, what failed, what waits for whom, and whether what was kept is still as it was.

use crate::app::network;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::base::pool;
use crate::base::review::State;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, Status};
use crate::keep::declared;
use crate::keep::evidence::{Evidence, Lost};
use crate::keep::store::Mark;
use crate::keep::store::decisions::Unmet;
use crate::keep::store::jobs::{Job, JobState};
use crate::keep::store::ratings::KnownAudit;
use crate::keep::workspace::House;
use crate::present::notify::{Channel, State as Notices};
use crate::present::output::grid::{Column, Grid};
use crate::present::output::{COMMAND, FAINT, HEADING, POOR, Screen, counted};
use jiff::{SignedDuration, Timestamp};
use probity_rules::service::Status as Offered;
use serde::Serialize;
use std::collections::BTreeMap;
use std::future::pending;

/// Workers that were not seen for so long are not shown.
const SILENT: SignedDuration = SignedDuration::from_hours(24);
/// So many audits are checked at once.
const AT_ONCE: usize = 16;
/// So many lines of a kind are shown.
const LINES: usize = 10;

/// What `--format json` prints.
#[derive(Serialize)]
struct Told {
    store: String,
    at: Timestamp,
    services: usize,
    audits: usize,
    next: Vec<Next>,
    waiting: Vec<Job>,
    running: Vec<Job>,
    dead: Vec<Job>,
    review: Vec<Waits>,
    /// Grades that persons set and that count for nothing now.
    unmet: Vec<Unmet>,
    workers: Vec<Hand>,
    /// The newest line of the log: kept elsewhere, it shows later that nothing was cut off.
    log: Option<Newest>,
    /// What each channel of notices was told and how it fared.
    notices: BTreeMap<String, Channel>,
    lost: Option<Vec<Lost>>,
    /// The first line of the log that does not follow from the one before.
    log_broken_at: Option<i64>,
}

#[derive(Serialize)]
struct Next {
    service: String,
    at: Timestamp,
}

#[derive(Serialize)]
struct Waits {
    state: State,
    count: u32,
}

#[derive(Serialize)]
struct Hand {
    worker: String,
    started_at: Timestamp,
    seen_at: Timestamp,
}

#[derive(Serialize)]
struct Newest {
    number: i64,
    digest: String,
}

pub(crate) fn run(command: &Status, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let told = network::runtime()?.block_on(read(command, &config))?;
    let broken = told.log_broken_at.is_some() || told.lost.as_ref().is_some_and(|lost| !lost.is_empty());
    match command.format {
        Format::Json => screen.json(&told)?,
        Format::Table => print(&told, screen)?,
    }
    Ok(if broken { Exit::Threshold } else { Exit::Done })
}

async fn read(command: &Status, config: &Config) -> Result<Told, Failure> {
    let house = House::open(&config.keep).await?;
    let (store, now) = (&house.store, clock::now());
    let declared = declared::all(config.services(&command.folder))?;
    let offered = declared.iter().filter(|one| one.status == Offered::Active);
    let next =
        offered.filter_map(|one| Some(Next { service: one.id.clone(), at: config.schedule.next(&one.id, now)? }));
    let mut next: Vec<_> = next.collect();
    next.sort_by(|one, other| (one.at, &one.service).cmp(&(other.at, &other.service)));
    let mut lost = Vec::new();
    let (mut audits, mut before): (usize, Option<Mark>) = (0, None);
    loop {
        let some = store.audits(None, before.as_ref(), 200).await?;
        let Some(last) = some.last() else { break };
        before = Some(Mark { at: last.as_of, id: last.id.clone() });
        audits += some.len();
        if command.check {
            lost.extend(check(&house.evidence, &some).await?);
        }
    }
    let (mut services, mut after): (usize, Option<String>) = (0, None);
    loop {
        let some = store.services(after.as_deref(), 500).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.id.clone());
        services += some.len();
    }
    let newest = store.log(None, None, 1).await?.into_iter().next();
    Ok(Told {
        store: store.place().shown(),
        at: now,
        services,
        audits,
        next,
        waiting: store.jobs(JobState::Waiting, 1000).await?,
        running: store.jobs(JobState::Running, 1000).await?,
        dead: store.jobs(JobState::Dead, 100).await?,
        review: store.waiting().await?.into_iter().map(|(state, count)| Waits { state, count }).collect(),
        unmet: store.unmet().await?,
        workers: store
            .workers(now - SILENT)
            .await?
            .into_iter()
            .map(|(worker, started_at, seen_at)| Hand { worker, started_at, seen_at })
            .collect(),
        log: newest.map(|line| Newest { number: line.number, digest: line.digest }),
        notices: Notices::load(house.data.root())?.channels,
        lost: command.check.then_some(lost),
        log_broken_at: if command.check { store.check_log().await? } else { None },
    })
}

/// What is wrong with the files of audits, in their order; some audits at once, for a bucket takes its time for each file.
async fn check(evidence: &Evidence, audits: &[KnownAudit]) -> Result<Vec<Lost>, Failure> {
    let mut lost = BTreeMap::new();
    let work = |place: usize| {
        let KnownAudit { id, files, .. } = &audits[place];
        let (evidence, id, files) = (evidence.clone(), id.clone(), files.clone());
        async move { Ok::<_, Failure>(evidence.check(&id, &files).await) }
    };
    let done = |place, some: Result<_, String>| {
        lost.insert(place, some.map_err(|panic| Failure::new(panic).next("please report this"))?);
        Ok(())
    };
    pool::each(audits.len(), AT_ONCE, work, done, pending()).await?;
    Ok(lost.into_values().flatten().collect())
}

fn print(told: &Told, screen: &mut Screen) -> Result<(), Failure> {
    let (services, audits) = (counted(told.services, "service"), counted(told.audits, "audit"));
    screen.line(format_args!("{services}, {audits} {FAINT}· {}{FAINT:#}", plain(&told.store)))?;
    if told.services == 0 && told.next.is_empty() {
        screen.line(format_args!(" next: {COMMAND}probity audit SERVICE{COMMAND:#}"))?;
    }
    jobs("at work", &told.running, told.at, screen)?;
    jobs("on the list", &told.waiting, told.at, screen)?;
    jobs("given up", &told.dead, told.at, screen)?;
    if !told.next.is_empty() {
        screen.line(format_args!("\n{HEADING}due next{HEADING:#}"))?;
        let mut grid = Grid::new(vec![Column::text("service"), Column::words("when")]);
        for next in told.next.iter().take(LINES) {
            grid.row(vec![next.service.as_str().into(), minute(next.at).into()]);
        }
        screen.grid(&grid)?;
        more(told.next.len(), screen)?;
    }
    let waits: Vec<_> = told.review.iter().filter(|waits| waits.state != State::Decided).collect();
    if !waits.is_empty() {
        screen.line(format_args!("\n{HEADING}for review{HEADING:#}"))?;
        for waits in waits {
            screen.line(format_args!(" {:>5}  {}", waits.count, whom(waits.state)))?;
        }
        screen.line(format_args!(" next: {COMMAND}probity review list{COMMAND:#}"))?;
    }
    if !told.unmet.is_empty() {
        screen.line(format_args!("\n{HEADING}decisions that meet nothing{HEADING:#}"))?;
        for one in &told.unmet {
            let (service, criterion) = (plain(&one.service), &one.criterion);
            screen.line(format_args!(" item {}  {service} {criterion} ({}): {}", one.item, one.method, one.why))?;
        }
    }
    if !told.workers.is_empty() {
        screen.line(format_args!("\n{HEADING}workers of the last day{HEADING:#}"))?;
        for hand in told.workers.iter().take(LINES) {
            screen.line(format_args!(" {}  seen {}", plain(&hand.worker), minute(hand.seen_at)))?;
        }
        more(told.workers.len(), screen)?;
    }
    let failing: Vec<_> = told.notices.iter().filter(|(_, channel)| channel.failures > 0).collect();
    if !failing.is_empty() {
        screen.line(format_args!("\n{HEADING}notices that could not be sent{HEADING:#}"))?;
        for (name, channel) in failing {
            let next = channel.next.map(minute).unwrap_or_default();
            let error = channel.error.as_deref().unwrap_or_default();
            screen.line(format_args!(
                " {POOR}{name}{POOR:#}  {} tries, again at {next}: {}",
                channel.failures,
                plain(error)
            ))?;
        }
    }
    if let Some(log) = &told.log {
        let lines = counted(log.number, "line");
        screen.line(format_args!("\n{FAINT}log: {lines}, the last one is {}{FAINT:#}", log.digest))?;
    }
    let Some(lost) = &told.lost else { return Ok(()) };
    for lost in lost {
        screen.line(format_args!(" {POOR}lost{POOR:#}  {}", plain(&lost.to_string())))?;
    }
    if let Some(number) = told.log_broken_at {
        screen.line(format_args!(
            " {POOR}altered{POOR:#}  line {number} of the log does not follow from the one before"
        ))?;
    }
    if lost.is_empty() && told.log_broken_at.is_none() {
        screen.line(" every file and every line is as it was kept")?;
    }
    Ok(())
}

fn jobs(title: &str, jobs: &[Job], now: Timestamp, screen: &mut Screen) -> Result<(), Failure> {
    if jobs.is_empty() {
        return Ok(());
    }
    screen.line(format_args!("\n{HEADING}{title}{HEADING:#}"))?;
    let mut grid = Grid::new(vec![
        Column::text("service"),
        Column::words("when"),
        Column::numbers("try"),
        Column::brief("who, or what went wrong"),
    ]);
    for job in jobs.iter().take(LINES) {
        let when = match job.state {
            JobState::Waiting if job.not_before <= now => "now".to_owned(),
            JobState::Waiting => minute(job.not_before),
            JobState::Running => "now".to_owned(),
            JobState::Done | JobState::Dead => job.ended_at.map(minute).unwrap_or_default(),
        };
        let said = match job.state {
            JobState::Running => job.worker.as_deref(),
            _ => job.error.as_deref(),
        };
        grid.row(vec![
            job.service.as_str().into(),
            when.into(),
            job.attempts.to_string().into(),
            said.unwrap_or_default().into(),
        ]);
    }
    screen.grid(&grid)?;
    more(jobs.len(), screen)
}

fn more(count: usize, screen: &mut Screen) -> Result<(), Failure> {
    match count.saturating_sub(LINES) {
        0 => Ok(()),
        more => screen.line(format_args!(" {FAINT}and {more} more (--format json has all){FAINT:#}")),
    }
}

/// For whom something waits.
fn whom(state: State) -> &'static str {
    match state {
        State::Open => "wait for a reviewer",
        State::WaitingForProvider => "wait for the provider's answer",
        State::WaitingForSigner => "wait for a second signature",
        State::Decided => "are decided",
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
