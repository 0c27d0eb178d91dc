//! What persons decided, in the ratings: grades that were set, lights that follow from them, decisions that count no longer.
//!
//! A decision is tied to the evidence that it was made on. On other evidence it does not count, and when a second look shows
//! other evidence still, its item waits again. Which decision is allowed is `review`'s.

use super::db::{Tx, values};
use super::error::StoreError;
use super::log::{self, Entry};
use super::{Store, json, word};
use crate::base::change::evidence_of;
use crate::base::review::{Item, Lapsed, State, Status};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use probity_rules::judge::Grade;
use probity_rules::method::Method;
use probity_rules::rating::{Rated, Rating};
use serde::Serialize;
use std::collections::BTreeMap;

/// A decision that sets a grade and meets nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unmet {
    /// The item.
    pub(crate) item: i64,
    /// The service's id.
    pub(crate) service: String,
    /// The method's id.
    pub(crate) method: String,
    /// The criterion's id.
    pub(crate) criterion: String,
    /// Why it counts for nothing.
    pub(crate) why: &'static str,
}

/// The day of a time.
fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// The newest item of each criterion of a rating: what was raised later takes the place of what was before.
pub(super) async fn newest(tx: &mut Tx, service: &str, method: &str) -> Result<BTreeMap<String, Item>, StoreError> {
    // There may be thousands: only the newest of each criterion is read.
    let sql = "select body from (select body, row_number() over (partition by criterion order by raised_at desc, id desc) \
               as place from item where service = $1 and method = $2) ranked where place = 1";
    let mut items = BTreeMap::new();
    for row in tx.rows(sql, values![service, method]).await? {
        let item: Item = row.json(0)?;
        items.insert(item.change.criterion.clone(), item);
    }
    Ok(items)
}

fn finding<'r>(rating: &'r Rating, criterion: &str) -> Option<&'r Rated> {
    rating.findings.iter().find(|one| one.criterion == criterion)
}

/// A rating with what persons decided on the same evidence by its newest items, and without what counts no longer; none where it
/// stays as it is.
pub(super) fn applied(
    items: &BTreeMap<String, Item>,
    rating: &Rating,
    methods: &[Method],
    as_of: Timestamp,
) -> Option<Rating> {
    let counting: Vec<_> = items
        .iter()
        .filter_map(|(criterion, item)| {
            let (grade, decided) = item.set()?;
            let counts = decided.expires.is_none_or(|last| day(as_of) <= last)
                && finding(rating, criterion).is_some_and(|one| evidence_of(one) == item.change.evidence);
            counts.then_some((criterion, grade, decided))
        })
        .collect();
    if counting.is_empty() && rating.findings.iter().all(|one| one.decided.is_none()) {
        return None;
    }
    let mut rating = rating.clone();
    rating.unset();
    for (criterion, grade, decided) in counting {
        rating.set(criterion, grade, decided);
    }
    rating.rescore(methods.iter().find(|method| method.id == rating.method));
    Some(rating)
}

/// Looks whether the decisions on a new rating still rest on what it rests on.
pub(super) async fn review(
    tx: &mut Tx,
    rating: &Rating,
    as_of: Timestamp,
    confirm_after: SignedDuration,
    at: Timestamp,
) -> Result<(), StoreError> {
    for (criterion, mut item) in newest(tx, &rating.service, &rating.method).await? {
        let (Some((grade, decided)), Some(found)) = (item.set(), finding(rating, &criterion)) else { continue };
        if decided.expires.is_some_and(|last| day(as_of) > last) {
            lapse(tx, &item, Lapsed::Expired, Some((found, rating)), at).await?;
            continue;
        }
        // What could not be had changes nothing; and where the machine agrees by now there is nothing to decide.
        if found.grade == Grade::Inconclusive || found.grade == grade {
            continue;
        }
        let same = evidence_of(found) == item.change.evidence;
        match item.lapsing {
            None if same => continue,
            Some(_) if same => item.lapsing = None,
            None => item.lapsing = Some(as_of),
            Some(since) if as_of.duration_since(since) < confirm_after || as_of <= since => continue,
            Some(_) => {
                lapse(tx, &item, Lapsed::EvidenceChanged, Some((found, rating)), at).await?;
                continue;
            }
        }
        tx.run("update item set body = $2 where id = $1", values![item.id, json(&item)?]).await?;
    }
    Ok(())
}

/// Opens an item again whose decision counts no longer, with what is found now.
async fn lapse(
    tx: &mut Tx,
    item: &Item,
    why: Lapsed,
    now: Option<(&Rated, &Rating)>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut next = item.lapse(why, at);
    if let Some((found, rating)) = now {
        let change = &mut next.change;
        (change.to, change.light_to) = (found.grade, rating.light);
        change.because_to.en.clone_from(&found.because);
        change.because_to.de.clone_from(&found.because_de);
        change.citations.after.clone_from(&found.citations);
        change.evidence = evidence_of(found);
    }
    let version = i64::try_from(next.version).unwrap_or(i64::MAX);
    let sql = "update item set state = $2, version = $3, due_at = null, body = $4 where id = $1 and version < $3";
    tx.run(sql, values![next.id, word(&next.state)?, version, json(&next)?]).await?;
    let Some(step) = next.log.last() else { return Ok(()) };
    let sql = "insert into decision (item, version, at, who, body) values ($1, $2, $3, $4, $5)";
    tx.run(sql, values![next.id, version, at, &step.by, json(&step.decision)?]).await?;
    let subject = format!("item/{}", next.id);
    let detail = serde_json::to_value(&step.decision).map_err(StoreError::broken)?;
    log::add(tx, Entry { at, who: "probity", what: "item-lapsed", subject: &subject, detail }).await
}

/// Makes the newest rating say what was decided: grades, light, and how it stands.
pub(super) async fn settle(
    tx: &mut Tx,
    service: &str,
    method: &str,
    status: Option<Status>,
    methods: &[Method],
) -> Result<(), StoreError> {
    let sql = "select body, as_of from rating where service = $1 and method = $2 and latest = 1";
    let Some(row) = tx.row(sql, values![service, method]).await? else { return Ok(()) };
    let (rating, as_of): (Rating, Timestamp) = (row.json(0)?, row.time(1)?);
    let rating = applied(&newest(tx, service, method).await?, &rating, methods, as_of).unwrap_or(rating);
    let status = status.unwrap_or_default();
    let sql = "update rating set state = case when state = 'withdrawn' then state else $3 end, light = $4, low = $5, \
               high = $6, most = $7, coverage = $8, grades = $9, body = $10 \
               where service = $1 and method = $2 and latest = 1";
    let Rating { light, points, coverage, .. } = &rating;
    let values = values![
        service,
        method,
        word(&status)?,
        word(light)?,
        points.low,
        points.high,
        points.max,
        *coverage,
        grades(&rating)?,
        json(&rating)?,
    ];
    tx.run(sql, values).await?;
    Ok(())
}

/// The grades of a rating by criterion, as a column holds them.
pub(super) fn grades(rating: &Rating) -> Result<String, StoreError> {
    json(&rating.findings.iter().map(|one| (one.criterion.as_str(), one.grade)).collect::<BTreeMap<_, _>>())
}

impl Store {
    /// Opens again what was decided for a time that is over; gives the count.
    pub(crate) async fn expire(&self, methods: &[Method], now: Timestamp) -> Result<usize, StoreError> {
        let mut tx = self.db.write().await?;
        let sql = "select body from item where state = 'decided' and due_at is not null and due_at < $1";
        let rows = tx.rows(sql, values![now]).await?;
        let items: Vec<Item> = rows.iter().map(|row| row.json(0)).collect::<Result<_, _>>()?;
        for item in &items {
            lapse(&mut tx, item, Lapsed::Expired, None, now).await?;
            let change = &item.change;
            settle(&mut tx, &change.service, &change.method, Some(Status::Provisional), methods).await?;
        }
        tx.commit().await?;
        Ok(items.len())
    }

    /// Whether something was decided for a time that is over.
    pub(crate) async fn has_expired(&self, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "select id from item where state = 'decided' and due_at is not null and due_at < $1 limit 1";
        Ok(self.db.row(sql, values![now]).await?.is_some())
    }

    /// The ratings that are shown and in which a person has set a grade, each with its audit: only these are never packed.
    pub(crate) async fn decided(&self) -> Result<Vec<(String, Rating)>, StoreError> {
        let sql = "select audit, body from rating where (latest = 1 or state = 'confirmed') and body like '%\"decided\":{%' \
                   order by service, method, as_of, audit";
        self.db.rows(sql, values![]).await?.iter().map(|row| Ok((row.text(0)?, row.json(1)?))).collect()
    }

    /// The decisions that set a grade and meet nothing in the newest ratings.
    pub(crate) async fn unmet(&self) -> Result<Vec<Unmet>, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "select distinct service, method from item where state = 'decided' order by service, method";
        let mut unmet = Vec::new();
        for row in tx.rows(sql, values![]).await? {
            let (service, method) = (row.text(0)?, row.text(1)?);
            let sql = "select body from rating where service = $1 and method = $2 and latest = 1";
            let rating: Option<Rating> =
                tx.row(sql, values![&service, &method]).await?.map(|row| row.json(0)).transpose()?;
            for (criterion, item) in newest(&mut tx, &service, &method).await? {
                if item.state != State::Decided || item.set().is_none() {
                    continue;
                }
                let found = rating.as_ref().and_then(|rating| finding(rating, &criterion));
                let why = match found {
                    None => "the criterion is not rated any more",
                    Some(found) if evidence_of(found) != item.change.evidence => "it rests on other evidence",
                    Some(_) => continue,
                };
                let (service, method) = (service.clone(), method.clone());
                unmet.push(Unmet { item: item.id, service, method, criterion, why });
            }
        }
        Ok(unmet)
    }
}
