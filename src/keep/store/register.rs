//! What an audit leaves in the store: itself, its records, its ratings, and what follows from them.
//!
//! The evidence is there before. Everything that one transaction brings is there or is not; an audit of many services comes
//! in several, and one that was interrupted is taken up again: what is there already is left as it is.

use super::db::{Tx, values};
use super::error::StoreError;
use super::log::{self, Entry};
use super::packed::pack;
use super::ratings::KnownCapture;
use super::{Store, decisions, json, of_word, word};
use crate::base::change::Change;
use crate::base::review::{Item, State, Status};
use crate::keep::manifest::{Claim, File};
use jiff::{SignedDuration, Timestamp};
use probity_rules::method::{Light, Method};
use probity_rules::rating::{Audit, Audited, Rating};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An audit that is to be registered.
#[derive(Clone, Debug)]
pub(crate) struct NewAudit {
    /// Its name: that of its folder in the evidence.
    pub(crate) id: String,
    /// The result without ratings and services.
    pub(crate) head: Audit,
    /// The files of its evidence.
    pub(crate) files: Vec<File>,
    /// How many services it holds.
    pub(crate) services: usize,
    /// The records of its archive.
    pub(crate) captures: Vec<KnownCapture>,
    /// The methods, by which a light is judged again where a person has set a grade.
    pub(crate) methods: Arc<[Method]>,
}

/// A service in it.
#[derive(Clone, Debug)]
pub(crate) struct NewService {
    /// What the audit says of the service itself.
    pub(crate) audited: Audited,
    /// One for each method.
    pub(crate) ratings: Vec<Rating>,
    /// The ratings as their column holds them.
    bodies: Vec<String>,
    /// What follows from the comparison with what was known; none where it is not compared (an audit of an earlier time).
    pub(crate) compared: Option<Compared>,
}

impl NewService {
    /// With everything made ready that takes time.
    pub(crate) fn new(
        audited: Audited,
        ratings: Vec<Rating>,
        mut compared: Option<Compared>,
    ) -> Result<Self, StoreError> {
        if let Some(compared) = &mut compared {
            compared.memory = pack(std::mem::take(&mut compared.memory));
        }
        let bodies = ratings.iter().map(|rating| json(rating).map(pack)).collect::<Result<_, _>>()?;
        Ok(Self { audited, ratings, bodies, compared })
    }
}

/// What a comparison brought.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    /// The version of the memory that it started from.
    pub(crate) version: i64,
    /// The memory as it is now (JSON, packed or not).
    pub(crate) memory: String,
    /// What is to be raised.
    pub(crate) changes: Vec<Change>,
    /// How long after the first look a second one has to show a change.
    pub(crate) confirm_after: SignedDuration,
}

/// How a registration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registered {
    /// It is there.
    Done,
    /// The memory of a service changed in between: compare again.
    Again,
    /// The job belongs to somebody else by now: nothing was done.
    Superseded,
}

impl Store {
    /// What is remembered of a service, and the version of that.
    pub(crate) async fn memory(&self, service: &str) -> Result<(i64, Option<String>), StoreError> {
        let sql = "select memory_version, memory from service where id = $1";
        match self.db.row(sql, values![service]).await? {
            Some(row) => Ok((row.int(0)?, row.json_text(1)?)),
            None => Ok((0, None)),
        }
    }

    /// Which of some audits are not registered whole, in order.
    pub(crate) async fn unregistered(&self, names: &[String]) -> Result<Vec<String>, StoreError> {
        let rows = self.db.rows("select id from audit where complete = 1", values![]).await?;
        let known = rows.iter().map(|row| row.text(0)).collect::<Result<std::collections::BTreeSet<_>, _>>()?;
        Ok(names.iter().filter(|name| !known.contains(*name)).cloned().collect())
    }

    /// Registers some services of an audit, and with `last` the audit as a whole.
    pub(crate) async fn register(
        &self,
        audit: &NewAudit,
        services: &[NewService],
        last: bool,
        claim: Option<&Claim>,
        at: Timestamp,
    ) -> Result<Registered, StoreError> {
        let mut tx = self.db.write().await?;
        self::audit(&mut tx, audit, at).await?;
        for service in services {
            if !self::service(&mut tx, audit, service, at).await? {
                return Ok(Registered::Again);
            }
        }
        if last {
            if let Some(claim) = claim
                && !super::jobs::finish(&mut tx, claim, &audit.id, at).await?
            {
                return Ok(Registered::Superseded);
            }
            complete(&mut tx, audit, at).await?;
        }
        tx.commit().await?;
        Ok(Registered::Done)
    }
}

async fn audit(tx: &mut Tx, audit: &NewAudit, at: Timestamp) -> Result<(), StoreError> {
    let sql = "insert into audit (id, as_of, head, files, services, complete, registered_at) \
               values ($1, $2, $3, $4, $5, 0, $6) on conflict (id) do nothing";
    let NewAudit { id, head, files, services, captures, .. } = audit;
    if tx.run(sql, values![id, head.as_of, json(head)?, json(files)?, *services, at]).await? == 0 {
        return Ok(());
    }
    let row = |one: &KnownCapture| values![id, &one.target, one.captured, &one.kind, one.digest.clone()];
    let rows: Vec<_> = captures.iter().map(row).collect();
    tx.insert_many("capture (audit, target, captured, kind, digest)", 5, rows).await
}

async fn complete(tx: &mut Tx, audit: &NewAudit, at: Timestamp) -> Result<(), StoreError> {
    let sql = "update audit set complete = 1 where id = $1 and complete = 0";
    if tx.run(sql, values![&audit.id]).await? == 0 {
        return Ok(());
    }
    let subject = format!("audit/{}", audit.id);
    let detail = serde_json::json!({ "services": audit.services, "files": audit.files });
    log::add(tx, Entry { at, who: "probity", what: "audit-registered", subject: &subject, detail }).await
}

/// Registers a service of an audit; `false` where its memory is another one by now.
async fn service(tx: &mut Tx, audit: &NewAudit, new: &NewService, at: Timestamp) -> Result<bool, StoreError> {
    let (id, as_of) = (&new.audited.service, audit.head.as_of);
    let sql = "insert into service (id, name, category) values ($1, $2, $3) on conflict (id) do nothing";
    tx.run(sql, values![id, &new.audited.name, &new.audited.category]).await?;
    let sql = "insert into audited (service, audit, as_of, body) values ($1, $2, $3, $4) on conflict do nothing";
    if tx.run(sql, values![id, &audit.id, as_of, json(&new.audited)?]).await? == 0 {
        return Ok(true);
    }
    let sql = "update service set name = $2, category = $3, audited_at = $4 \
               where id = $1 and (audited_at is null or audited_at <= $4)";
    tx.run(sql, values![id, &new.audited.name, &new.audited.category, as_of]).await?;
    if let Some(compared) = &new.compared {
        let sql = "update service set memory = $2, memory_version = memory_version + 1 \
                   where id = $1 and memory_version = $3";
        if tx.run(sql, values![id, &compared.memory, compared.version]).await? == 0 {
            return Ok(false);
        }
    }
    let changes = new.compared.as_ref().map_or(&[][..], |compared| &compared.changes);
    for change in changes {
        self::change(tx, &audit.id, change, &new.ratings, at).await?;
    }
    // Of most services nothing was ever raised: then there is nothing to ask for each rating.
    let raised = tx.row("select count(*) from item where service = $1", values![id]).await?;
    let is_quiet = raised.map(|row| row.int(0)).transpose()?.unwrap_or_default() == 0;
    for (rating, body) in new.ratings.iter().zip(&new.bodies) {
        if let Some(compared) = new.compared.as_ref().filter(|_| !is_quiet) {
            decisions::review(tx, rating, as_of, compared.confirm_after, at).await?;
        }
        self::rating(tx, audit, (rating, body), is_quiet).await?;
    }
    Ok(true)
}

async fn rating(
    tx: &mut Tx,
    audit: &NewAudit,
    (rating, body): (&Rating, &str),
    is_quiet: bool,
) -> Result<(), StoreError> {
    let items = if is_quiet { BTreeMap::new() } else { decisions::newest(tx, &rating.service, &rating.method).await? };
    // Where a person has set a grade the column is plain: by that word it is found.
    let set = decisions::applied(&items, rating, &audit.methods, audit.head.as_of);
    let (rating, body) = match &set {
        Some(set) => (set, json(set)?),
        None => (rating, body.to_owned()),
    };
    let Rating { service, method, light, points, coverage, .. } = rating;
    let grades = decisions::grades(rating)?;
    let sql = "select state, light, grades, as_of from rating where service = $1 and method = $2 and latest = 1";
    let before = tx.row(sql, values![service, method]).await?;
    let mut status = Status::Provisional;
    let mut newest = true;
    if let Some(before) = before {
        newest = before.time(3)? <= audit.head.as_of;
        let known: Status = of_word(before.text(0)?)?;
        let same = of_word::<Light>(before.text(1)?)? == *light && before.text(2)? == grades;
        // What a person confirmed stays so as long as it says the same, and so does what was withdrawn or contested.
        let waits = !is_quiet && newest && waits(tx, service, method).await?;
        if newest && same && !waits {
            status = known;
        } else if newest && known == Status::Provisional && !waits {
            status = confirmed(tx, rating, &grades).await?;
        }
        if newest {
            let sql = "update rating set latest = 0 where service = $1 and method = $2 and latest = 1";
            tx.run(sql, values![service, method]).await?;
        }
    }
    let sql = "insert into rating (service, method, as_of, audit, light, low, high, most, coverage, state, grades, latest, \
               body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = values![
        service,
        method,
        audit.head.as_of,
        &audit.id,
        word(light)?,
        points.low,
        points.high,
        points.max,
        *coverage,
        word(&status)?,
        grades,
        newest,
        body,
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// How a rating stands that says the same as the last confirmed one: nothing but a gap lay between.
async fn confirmed(tx: &mut Tx, rating: &Rating, grades: &str) -> Result<Status, StoreError> {
    let sql = "select light, grades from rating where service = $1 and method = $2 and state = 'confirmed' \
               order by as_of desc, audit desc limit 1";
    let Some(row) = tx.row(sql, values![&rating.service, &rating.method]).await? else {
        return Ok(Status::Provisional);
    };
    let same = of_word::<Light>(row.text(0)?)? == rating.light && row.text(1)? == grades;
    Ok(if same { Status::Confirmed } else { Status::Provisional })
}

/// Whether something on a rating waits for a person.
async fn waits(tx: &mut Tx, service: &str, method: &str) -> Result<bool, StoreError> {
    let sql = "select count(*) from item where service = $1 and method = $2 and state <> $3";
    let row = tx.row(sql, values![service, method, word(&State::Decided)?]).await?;
    Ok(row.map(|row| row.int(0)).transpose()?.unwrap_or_default() > 0)
}

/// Raises a change: it is kept, and waits for a person.
async fn change(
    tx: &mut Tx,
    audit: &str,
    change: &Change,
    ratings: &[Rating],
    at: Timestamp,
) -> Result<(), StoreError> {
    let Change { service, method, criterion, raised_at, cause, .. } = change;
    let id = format!("{service}/{method}/{criterion}/{}", super::written(*raised_at));
    let sql = "insert into change (id, service, method, criterion, raised_at, cause, audit, body) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
    let values = values![&id, service, method, criterion, *raised_at, word(cause)?, audit, json(change)?];
    if tx.run(sql, values).await? == 0 {
        return Ok(());
    }
    let row = tx.row("select coalesce(max(id), 0) from item", values![]).await?;
    let mut item = Item::open(change.clone(), at);
    item.id = row.map(|row| row.int(0)).transpose()?.unwrap_or_default() + 1;
    let sql = "insert into item (id, service, method, criterion, state, version, weight, raised_at, due_at, body) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, null, $9)";
    let values = values![
        item.id,
        service,
        method,
        criterion,
        word(&item.state)?,
        i64::try_from(item.version).unwrap_or(i64::MAX),
        weight(change, ratings),
        *raised_at,
        json(&item)?,
    ];
    tx.run(sql, values).await?;
    let subject = format!("item/{}", item.id);
    let detail = serde_json::json!({ "change": id });
    log::add(tx, Entry { at, who: "probity", what: "item-opened", subject: &subject, detail }).await
}

/// How much an item weighs in the queue: another light before all else, then the weight of the criterion.
fn weight(change: &Change, ratings: &[Rating]) -> i64 {
    let rating = ratings.iter().find(|rating| rating.method == change.method);
    let finding = rating.and_then(|rating| rating.findings.iter().find(|one| one.criterion == change.criterion));
    let light = if change.light_from == change.light_to { 0 } else { 1000 };
    light + finding.map_or(0, |finding| i64::from(finding.weight))
}
