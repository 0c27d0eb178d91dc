//! Many services at once, within bounds: so many in flight, results as they come, one that panics harms no other, and
//! an interrupt ends it with what is done.

use std::collections::BTreeMap;
use std::future::Future;
use std::thread::ScopedJoinHandle;
use tokio::task::{Id, JoinError, JoinSet};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything was worked on.
    Whole,
    /// The user interrupted it.
    Interrupted,
}

/// Works on `count` things, at most `at_once` at a time. `done` gets each result with its place in the order, in the order in
/// which they end; a panic comes as what it said. An error of the work or of `done` ends the run.
pub(crate) async fn each<T, E, W>(
    count: usize,
    at_once: usize,
    work: impl Fn(usize) -> W,
    mut done: impl FnMut(usize, Result<T, String>) -> Result<(), E>,
    interrupt: impl Future<Output = ()>,
) -> Result<Ended, E>
where
    T: Send + 'static,
    E: Send + 'static,
    W: Future<Output = Result<T, E>> + Send + 'static,
{
    let mut waiting = 0..count;
    let mut running = JoinSet::new();
    let mut places: BTreeMap<Id, usize> = BTreeMap::new();
    let mut interrupt = std::pin::pin!(interrupt);
    loop {
        while running.len() < at_once.max(1)
            && let Some(place) = waiting.next()
        {
            places.insert(running.spawn(work(place)).id(), place);
        }
        let ended = tokio::select! {
            ended = running.join_next_with_id() => ended,
            () = &mut interrupt => return Ok(Ended::Interrupted),
        };
        let Some(ended) = ended else { return Ok(Ended::Whole) };
        let (id, result) = match ended {
            Ok((id, result)) => (id, Ok(result?)),
            Err(error) => (error.id(), Err(said(error))),
        };
        if let Some(place) = places.remove(&id) {
            done(place, result)?;
        }
    }
}

/// The cores that may read and judge.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What a thread brought; its panic goes on here.
pub(crate) fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// What a panic said.
pub(crate) fn said(error: JoinError) -> String {
    if !error.is_panic() {
        return error.to_string();
    }
    let panic = error.into_panic();
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without words".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn run<F: Future>(future: F) -> F::Output {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
        runtime.block_on(future)
    }

    #[test]
    fn never_more_than_allowed_and_nothing_lost() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = |place: usize| {
            let (now, most) = (now.clone(), most.clone());
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                now.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, ()>(place * 2)
            }
        };
        let mut got = Vec::new();
        let done = |place, result| {
            got.push((place, result));
            Ok(())
        };
        assert_eq!(run(each(50, 3, work, done, pending())), Ok(Ended::Whole));
        got.sort();
        assert_eq!(got, (0..50).map(|place| (place, Ok(place * 2))).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= 3);
    }

    #[test]
    fn a_panic_harms_no_other_and_says_what_it_said() {
        let work = |place: usize| async move {
            assert!(place != 1, "the second one breaks");
            Ok::<_, ()>(place)
        };
        let mut got = BTreeMap::new();
        let done = |place, result| {
            got.insert(place, result);
            Ok(())
        };
        assert_eq!(run(each(3, 2, work, done, pending())), Ok(Ended::Whole));
        assert_eq!(got[&0], Ok(0));
        assert_eq!(got[&1], Err("the second one breaks".to_owned()));
        assert_eq!(got[&2], Ok(2));
    }

    #[test]
    fn an_error_and_an_interrupt_end_the_run() {
        let fails = |place: usize| ready(if place == 5 { Err("disk full") } else { Ok(place) });
        assert_eq!(run(each(100, 1, fails, |_, _| Ok(()), pending())), Err("disk full"));
        let waits = |_: usize| pending::<Result<(), ()>>();
        assert_eq!(run(each(4, 2, waits, |_, _| Ok(()), ready(()))), Ok(Ended::Interrupted));
    }
}
