//! How fast: a gate for each host and one for all, so that a large audit is polite to each and bounded as a whole.
//!
//! It counts host names, not machines: two names of one server have a gate each.

use super::files;
use super::options::{Options, Turns};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// The gates.
pub(super) struct Pace {
    all: Arc<Semaphore>,
    hosts: Mutex<HashMap<String, Arc<Gate>>>,
    interval: Duration,
    turns: Option<Turns>,
    per_host: usize,
}

struct Gate {
    slots: Arc<Semaphore>,
    next: Mutex<Instant>,
}

/// The right to one exchange; given back when dropped. None in it would mean a closed gate, and ours are never closed.
pub(super) struct Pass {
    _host: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Pace {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            all: Arc::new(Semaphore::new(files::exchanges(options.concurrency))),
            hosts: Mutex::default(),
            interval: options.pace,
            turns: options.turns.clone(),
            per_host: options.concurrency_per_host.max(1),
        }
    }

    /// Waits for its turn with one host, then for room among all. Who waits for a host's pace takes no room from others.
    pub(super) async fn enter(&self, host: &str) -> Pass {
        let gate = self.gate(host);
        let slot = gate.slots.clone().acquire_owned().await.ok();
        let turn = {
            let mut next = gate.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = (*next).max(Instant::now());
            *next = turn + self.interval;
            turn
        };
        if !self.interval.is_zero() {
            tokio::time::sleep_until(turn).await;
            if let Some(turns) = &self.turns {
                tokio::time::sleep(turns.reserve(host, self.interval).await).await;
            }
        }
        Pass { _host: slot, _all: self.all.clone().acquire_owned().await.ok() }
    }

    fn gate(&self, host: &str) -> Arc<Gate> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = hosts.get(host) {
            return gate.clone();
        }
        let gate = Gate { slots: Arc::new(Semaphore::new(self.per_host)), next: Mutex::new(Instant::now()) };
        hosts.entry(host.to_owned()).or_insert(Arc::new(gate)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn pace(interval: u64, per_host: usize, all: usize) -> Arc<Pace> {
        let pace = Duration::from_millis(interval);
        Arc::new(Pace::new(&Options { pace, concurrency: all, concurrency_per_host: per_host, ..Options::default() }))
    }

    /// Runs exchanges of one second each and gives how many went on at once at most, and how long it all took.
    async fn run(pace: Arc<Pace>, hosts: Vec<String>) -> (usize, Duration) {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let begin = Instant::now();
        futures::future::join_all(hosts.iter().map(|host| {
            let (pace, now, most) = (pace.clone(), now.clone(), most.clone());
            async move {
                let _pass = pace.enter(host).await;
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
                now.fetch_sub(1, Ordering::SeqCst);
            }
        }))
        .await;
        (most.load(Ordering::SeqCst), begin.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn one_host_is_asked_at_its_pace() {
        let (most, took) = run(pace(5000, 8, 8), vec!["a.test".into(); 4]).await;
        assert_eq!((most, took.as_secs()), (1, 3 * 5 + 1));
    }

    #[tokio::test(start_paused = true)]
    async fn one_host_has_few_at_once_and_others_do_not_wait_for_it() {
        let mut hosts = vec!["a.test".to_owned(); 6];
        hosts.extend((0..6).map(|n| format!("b{n}.test")));
        let (most, took) = run(pace(0, 2, 100), hosts).await;
        assert_eq!((most, took.as_secs()), (2 + 6, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn all_together_are_bounded() {
        let (most, took) = run(pace(0, 2, 5), (0..50).map(|n| format!("h{n}.test")).collect()).await;
        assert_eq!((most, took.as_secs()), (5, 10));
    }
}
