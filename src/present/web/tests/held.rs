//! A queue without a store: it ends with the test.

use crate::base::review::{Decision, Item, Refusal, State};
use crate::present::web::queue::{Later, Order, Queue};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::future::ready;
use std::sync::{Mutex, PoisonError};

/// Items that are held in memory.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<Vec<Item>>);

impl Held {
    /// A queue of these items.
    pub(super) fn new(items: Vec<Item>) -> Self {
        Self(Mutex::new(items))
    }
}

impl Queue for Held {
    fn list(&self, decided: bool, order: Order) -> Later<'_, Vec<Item>> {
        let mut items = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        items.retain(|item| decided || item.state != State::Decided);
        items.sort_by_key(|item| {
            let steady = order == Order::Weight && item.change.light_from == item.change.light_to;
            (item.state == State::Decided, steady, item.change.raised_at, Reverse(item.id))
        });
        Box::pin(ready(Ok(items)))
    }

    fn item(&self, id: i64) -> Later<'_, Option<Item>> {
        let items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(ready(Ok(items.iter().find(|item| item.id == id).cloned())))
    }

    fn decide<'a>(
        &'a self,
        id: i64,
        decision: Decision,
        by: &'a str,
        at: Timestamp,
        read: u64,
    ) -> Later<'a, Option<Result<Item, Refusal>>> {
        let mut items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let today = jiff::tz::Offset::UTC.to_datetime(at).date();
        let decided = items.iter_mut().find(|item| item.id == id).map(|item| {
            let next = item.on(today).decide(decision, by, at, read)?;
            *item = next.clone();
            Ok(next)
        });
        Box::pin(ready(Ok(decided)))
    }
}
