//! The hands: workers that take jobs from the store, audit one service each, and register what came of it.
//!
//! A worker can be killed at any moment. Evidence that it kept is taken up by whoever gets the job next; evidence that it did
//! not keep is no audit. What is registered is registered once. When to audit is `schedule`'s.

use crate::app::audit::{Audit, Basis, Evidence, recorder, run};
use crate::app::register::Trouble;
use crate::app::schedule::Schedule;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::keep::store::error::StoreError;
use crate::keep::store::jobs::{ATTEMPTS, Job, JobState};
use crate::keep::store::register::Registered;
use crate::keep::workspace::House;
use jiff::SignedDuration;
use probity_probes::net::door::Net;
use probity_rules::service::Service;
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long hands rest when there is nothing to do.
const REST: Duration = Duration::from_secs(2);
/// How long hands rest where they are to end when there is nothing to do.
const SHORT_REST: Duration = Duration::from_millis(200);
/// So often within a lease a worker says that it is still at its job.
const PULSES: u32 = 5;
/// How long hands wait for a store that is away before they ask again.
const PATIENCE: Duration = Duration::from_secs(5);

/// What all hands of a process share.
#[derive(Clone)]
pub(crate) struct Shop {
    /// Where things are kept.
    pub(crate) house: House,
    /// The door to the network.
    pub(crate) net: Arc<Net>,
    /// By what audits judge.
    pub(crate) basis: Basis,
    /// What is declared, by id.
    pub(crate) services: Arc<BTreeMap<String, Arc<Service>>>,
    /// When nothing begins.
    pub(crate) schedule: Schedule,
    /// The name of this process among all.
    pub(crate) worker: String,
    /// How long a worker may be silent before its job is another's.
    pub(crate) lease: Duration,
    /// Whether hands stop when there is nothing to do, in place of waiting.
    pub(crate) until_idle: bool,
}

/// What the hands of a process did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Audits that were registered.
    pub(crate) done: AtomicUsize,
    /// Tries that failed.
    pub(crate) failed: AtomicUsize,
    /// Jobs that had become another's.
    pub(crate) lost: AtomicUsize,
}

/// How a try ended.
enum Tried {
    Done,
    Failed(String),
    Lost,
    Stopped,
}

/// A name that no other process has: the machine, the process, and a number by chance.
pub(crate) fn name() -> String {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let host = Some(host.trim()).filter(|host| !host.is_empty()).unwrap_or("here");
    format!("{host}-{}-{:04x}", std::process::id(), chance() & 0xffff)
}

/// A number by chance; for names, not for secrets.
pub(crate) fn chance() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

/// Works with so many hands until `stop` says so (or, where that was asked, until there is nothing to do). Jobs that are not
/// finished then are given back.
///
/// # Errors
/// Where the store is of no use at the very beginning. Later it is waited for.
pub(crate) async fn work(shop: Shop, hands: usize, stop: watch::Receiver<bool>) -> Result<Arc<Tally>, Failure> {
    shop.house.store.greet(&shop.worker, clock::now()).await?;
    let tally = Arc::new(Tally::default());
    let mut running = JoinSet::new();
    for _ in 0..hands.max(1) {
        running.spawn(hand(shop.clone(), Arc::clone(&tally), stop.clone()));
    }
    while let Some(ended) = running.join_next().await {
        if let Err(panic) = ended {
            Failure::new(format_args!("a hand of this worker broke: {}", crate::base::pool::said(panic)))
                .next("please report this; its job will be taken up again")
                .warn();
        }
    }
    Ok(tally)
}

/// Takes one job after the other.
async fn hand(shop: Shop, tally: Arc<Tally>, mut stop: watch::Receiver<bool>) {
    let mut away = false;
    while !*stop.borrow() {
        match turn(&shop, &tally, &stop).await {
            Ok(true) => away = false,
            Ok(false) => {
                away = false;
                // What others are at may come back: only when they are done is there nothing to do.
                if shop.until_idle && matches!(shop.house.store.is_busy(clock::now()).await, Ok(false)) {
                    return;
                }
                rest(if shop.until_idle { SHORT_REST } else { REST }, &mut stop).await;
            }
            Err(error) => {
                // Said once; what was kept is kept, and the job comes back.
                if !away {
                    Failure::from(error).warn();
                }
                away = true;
                rest(PATIENCE, &mut stop).await;
            }
        }
    }
}

async fn rest(time: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        _ = stop.changed() => {}
    }
}

/// Takes a job and works on it; `false` where there is none.
async fn turn(shop: &Shop, tally: &Tally, stop: &watch::Receiver<bool>) -> Result<bool, StoreError> {
    let store = shop.house.store.clone();
    let now = clock::now();
    store.greet(&shop.worker, now).await?;
    if shop.schedule.is_quiet(now) {
        return Ok(false);
    }
    let Some(job) = store.claim(&shop.worker, lease(shop), now).await? else { return Ok(false) };
    let claim = job.claim();
    let mut stopped = stop.clone();
    let tried = tokio::select! {
        tried = attempt(shop, &job) => tried?,
        () = pulse(shop, &job) => Tried::Lost,
        _ = stopped.wait_for(|stop| *stop) => Tried::Stopped,
    };
    match tried {
        Tried::Done => {
            tally.done.fetch_add(1, Ordering::Relaxed);
        }
        Tried::Lost => {
            tally.lost.fetch_add(1, Ordering::Relaxed);
        }
        Tried::Stopped => store.release(&claim).await?,
        Tried::Failed(why) => {
            tally.failed.fetch_add(1, Ordering::Relaxed);
            Failure::new(format_args!("{} (try {} of {ATTEMPTS}): {why}", job.service, job.attempts)).warn();
            store.fail(&claim, &why, clock::now()).await?;
        }
    }
    Ok(true)
}

fn lease(shop: &Shop) -> SignedDuration {
    SignedDuration::try_from(shop.lease).unwrap_or(SignedDuration::MAX)
}

/// Renews the lease for as long as it is ours. A store that is away is no reason to stop: the lease may outlast it.
async fn pulse(shop: &Shop, job: &Job) {
    let (store, claim) = (shop.house.store.clone(), job.claim());
    loop {
        tokio::time::sleep(shop.lease / PULSES).await;
        if let Ok(false) = store.renew(&claim, lease(shop), clock::now()).await {
            return;
        }
    }
}

/// One try: takes up what an earlier one kept, or audits; then registers it.
async fn attempt(shop: &Shop, job: &Job) -> Result<Tried, StoreError> {
    let Some(service) = shop.services.get(&job.service) else {
        return Ok(Tried::Failed(format!("no service `{}` is declared here", job.service)));
    };
    if let Some(kept) = earlier(shop, job).await? {
        return registered(shop, job, &kept).await;
    }
    match audit(shop, service, job).await {
        Ok(name) => registered(shop, job, &name).await,
        Err(failure) => Ok(Tried::Failed(failure.to_string())),
    }
}

/// The name of the audit that comes of the how many-th try of a job.
fn audit_name(job: &Job, attempt: i64) -> String {
    let stamp = job.due_at.strftime("%Y%m%dT%H%M%SZ");
    let again = if attempt > 1 { format!("-try-{attempt}") } else { String::new() };
    format!("{stamp}-{}{again}", job.service)
}

/// What an earlier try kept without coming to register it.
async fn earlier(shop: &Shop, job: &Job) -> Result<Option<String>, StoreError> {
    for attempt in 1..job.attempts {
        let name = audit_name(job, attempt);
        if shop.house.evidence.has(&name).await? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

async fn registered(shop: &Shop, job: &Job, name: &str) -> Result<Tried, StoreError> {
    match shop.house.register(name, Some(&job.claim())).await {
        Ok(Registered::Superseded) => {
            // As long as the job is not done, who has it now may take up this very evidence.
            let now = shop.house.store.job(&job.id).await?;
            if now.is_some_and(|now| now.state == JobState::Done && now.audit.as_deref() != Some(name)) {
                shop.house.evidence.discard(name).await;
            }
            Ok(Tried::Lost)
        }
        Ok(_) => {
            shop.house.evidence.tidy(name);
            Ok(Tried::Done)
        }
        Err(Trouble::Evidence(failure)) => Ok(Tried::Failed(failure.to_string())),
        Err(Trouble::Store(error)) => Err(error),
    }
}

/// Audits a service and keeps what came of it.
async fn audit(shop: &Shop, service: &Arc<Service>, job: &Job) -> Result<String, Failure> {
    let started = clock::now();
    let mut draft = shop.house.data.begin_as(&audit_name(job, job.attempts))?;
    draft.is_for(job.claim());
    let recorder = recorder(&draft, started, &shop.net.options().user_agent())?;
    let earlier = shop.house.earlier(std::slice::from_ref(&service.id)).await;
    let evidence = Evidence::Live(Arc::clone(&shop.net), recorder, earlier);
    let audit = Arc::new(Audit::new(evidence, started, shop.basis.clone(), Some(&shop.house.data)));
    let service = Arc::new(shop.house.attested(service).await?);
    let folder = run::one(audit, service, draft, job.attempts >= ATTEMPTS).await?;
    let folder = folder.ok_or_else(|| Failure::new("nothing of it could be had: is the network there?"))?;
    Ok(folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}
