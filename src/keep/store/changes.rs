//! Changes, the queue of items that wait for a person, and the decisions on them.
//!
//! Which decision is allowed when is `review`'s; here it is made sure that two persons never decide on the same version, and
//! that a decision, its log line and the status of the rating come together or not at all.

use super::db::{Row, values};
use super::error::StoreError;
use super::log::{self, Entry};
use super::{Mark, Store, decisions, json, mark, word};
use crate::base::change::Change;
use crate::base::review::{Decision, Item, Refusal, State, Status};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use probity_rules::method::Method;
use serde::{Deserialize, Serialize};

/// A change that was raised, and the audit that confirmed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct KnownChange {
    /// Its id.
    pub(crate) id: String,
    /// The audit in which it was seen again.
    pub(crate) audit: String,
    /// What changed.
    pub(crate) change: Change,
}

/// In which order the queue is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// What waits longest first.
    #[default]
    Age,
    /// What weighs most first: another light, then the weight of the criterion.
    Weight,
}

/// Which items are meant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    /// Of a service.
    pub(crate) service: Option<String>,
    /// Decided ones too.
    pub(crate) decided: bool,
    /// In which order.
    pub(crate) order: Order,
}

impl Store {
    /// The changes that were raised, of a service or of all, the newest first.
    pub(crate) async fn changes(
        &self,
        service: Option<&str>,
        before: Option<&Mark>,
        limit: u32,
    ) -> Result<Vec<KnownChange>, StoreError> {
        let (at, id) = mark(before);
        let sql = "select id, audit, body from change where ($1 is null or service = $1) \
                   and (raised_at < $2 or raised_at = $2 and id < $3) order by raised_at desc, id desc limit $4";
        let rows = self.db.rows(sql, values![service, at, id, limit]).await?;
        rows.iter().map(|row| Ok(KnownChange { id: row.text(0)?, audit: row.text(1)?, change: row.json(2)? })).collect()
    }

    /// The queue: what comes after the first `skip` of the items that are meant.
    pub(crate) async fn queue(&self, which: &Which, skip: u32, limit: u32) -> Result<Vec<Item>, StoreError> {
        let sql = match which.order {
            Order::Age => {
                "select body from item where ($1 is null or service = $1) and ($2 = 1 or state <> 'decided') \
                 order by raised_at, id limit $3 offset $4"
            }
            Order::Weight => {
                "select body from item where ($1 is null or service = $1) and ($2 = 1 or state <> 'decided') \
                 order by weight desc, raised_at, id limit $3 offset $4"
            }
        };
        let rows = self.db.rows(sql, values![which.service.as_deref(), which.decided, limit, skip]).await?;
        rows.iter().map(item).collect()
    }

    /// How many items wait, by state, in the order of the queue.
    pub(crate) async fn waiting(&self) -> Result<Vec<(State, u32)>, StoreError> {
        let rows = self.db.rows("select state, count(*) from item group by state", values![]).await?;
        let mut found = Vec::new();
        for state in State::ALL {
            for row in &rows {
                if row.text(0)? == state.as_str() {
                    found.push((state, row.count(1)?));
                }
            }
        }
        Ok(found)
    }

    /// One item.
    pub(crate) async fn item(&self, id: i64) -> Result<Option<Item>, StoreError> {
        self.db.row("select body from item where id = $1", values![id]).await?.as_ref().map(item).transpose()
    }

    /// A person decides on an item; `read` is the version that the person saw. The inner error says why it is not allowed,
    /// also that somebody else was faster; then nothing is written. By `methods` the light is judged again where a person sets a
    /// grade.
    ///
    /// # Errors
    /// Where there is no such item, or the store fails.
    pub(crate) async fn decide(
        &self,
        id: i64,
        decision: Decision,
        who: &str,
        at: Timestamp,
        read: u64,
        methods: &[Method],
    ) -> Result<Result<Item, Refusal>, StoreError> {
        let mut tx = self.db.write().await?;
        let Some(row) = tx.row("select body from item where id = $1", values![id]).await? else {
            return Err(StoreError::Unknown(format!("there is no item {id}")));
        };
        let today = TimeZone::UTC.to_datetime(at).date();
        let next = match item(&row)?.on(today).decide(decision.clone(), who, at, read) {
            Ok(next) => next,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let version = i64::try_from(next.version).unwrap_or(i64::MAX);
        let expires = next.set().and_then(|(_, decided)| decided.expires);
        let due = next.deadline.or(expires).map(|day| format!("{day}T23:59:59.000000Z"));
        let sql = "update item set state = $2, version = $3, due_at = $4, body = $5 where id = $1 and version < $3";
        let values = values![id, word(&next.state)?, version, due, json(&next)?];
        if tx.run(sql, values).await? == 0 {
            return Err(StoreError::broken(format!("item {id} has versions that do not count up")));
        }
        let sql = "insert into decision (item, version, at, who, body) values ($1, $2, $3, $4, $5)";
        tx.run(sql, values![id, version, at, who, json(&decision)?]).await?;
        self.follow(&mut tx, &next, methods).await?;
        let subject = format!("item/{id}");
        let detail = serde_json::to_value(&decision).map_err(StoreError::broken)?;
        log::add(&mut tx, Entry { at, who, what: "item-decided", subject: &subject, detail }).await?;
        tx.commit().await?;
        Ok(Ok(next))
    }

    /// What a decision means for the newest rating: it is confirmed when nothing on it waits any more, contested while a
    /// provider is asked; and it has the grade that was decided.
    async fn follow(&self, tx: &mut super::db::Tx, item: &Item, methods: &[Method]) -> Result<(), StoreError> {
        let Change { service, method, .. } = &item.change;
        let sql = "select body from item where service = $1 and method = $2 and state <> 'decided'";
        let open = tx.rows(sql, values![service, method]).await?;
        let mut status = item.status();
        for row in &open {
            let other = self::item(row)?.status();
            status = match (status, other) {
                (Status::Contested, _) | (_, Status::Contested) => Status::Contested,
                _ => other,
            };
        }
        decisions::settle(tx, service, method, Some(status), methods).await
    }
}

fn item(row: &Row) -> Result<Item, StoreError> {
    row.json(0)
}
