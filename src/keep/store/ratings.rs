//! Questions on services, audits, ratings and captures.
//!
//! Lists are read in pages: what comes after the last one that was read. Nothing is written here but the status of a rating.

use super::db::{Row, values};
use super::error::StoreError;
use super::log::{self, Entry};
use super::{Mark, Store, mark, of_word, word};
use crate::base::review::Status;
use crate::keep::manifest::File;
use jiff::Timestamp;
use probity_rules::judge::Grade;
use probity_rules::method::Light;
use probity_rules::rating::{Audit, Audited, Rating};
use probity_rules::score::Points;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A service and how it is rated now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct KnownService {
    /// Its id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    /// The field it is rated in.
    pub(crate) category: String,
    /// The time of its newest audit.
    pub(crate) audited_at: Option<Timestamp>,
    /// The newest rating by each method, sorted by method.
    pub(crate) ratings: Vec<Brief>,
}

/// A rating without its findings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Brief {
    /// The service's id.
    pub(crate) service: String,
    /// The method's id.
    pub(crate) method: String,
    /// The audit that it is of.
    pub(crate) audit: String,
    /// The time of that audit.
    pub(crate) as_of: Timestamp,
    /// The light.
    pub(crate) light: Light,
    /// The points, as far as they are known.
    pub(crate) points: Points,
    /// The share of the weight that could be decided, 0 to 1.
    pub(crate) coverage: f64,
    /// How it stands with people.
    pub(crate) status: Status,
    /// The grades by criterion.
    pub(crate) grades: BTreeMap<String, Grade>,
}

/// An audit that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct KnownAudit {
    /// Its name: that of its folder in the evidence.
    pub(crate) id: String,
    /// Its time.
    pub(crate) as_of: Timestamp,
    /// How many services it holds.
    pub(crate) services: u32,
    /// When it was registered.
    pub(crate) registered_at: Timestamp,
    /// What judged, by which law, with which databases; without ratings and services.
    pub(crate) head: Audit,
    /// The files of its evidence.
    pub(crate) files: Vec<File>,
}

/// One record of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownCapture {
    /// The audit in whose archive it is.
    pub(crate) audit: String,
    /// What was asked: `https://…`, `dns:…`.
    pub(crate) target: String,
    /// When.
    pub(crate) captured: Timestamp,
    /// `http`, `revisit`, `dns`, `gap`, `resource`.
    pub(crate) kind: String,
    /// `sha256:…`, of the payload.
    pub(crate) digest: Option<String>,
}

/// The columns of a [`Brief`], in order.
macro_rules! brief {
    ($rest:literal) => {
        concat!(
            "select service, method, audit, as_of, light, low, high, most, coverage, state, grades from rating ",
            $rest
        )
    };
}

fn brief(row: &Row) -> Result<Brief, StoreError> {
    Ok(Brief {
        service: row.text(0)?,
        method: row.text(1)?,
        audit: row.text(2)?,
        as_of: row.time(3)?,
        light: of_word(row.text(4)?)?,
        points: Points { low: row.count(5)?, high: row.count(6)?, max: row.count(7)? },
        coverage: row.real(8)?,
        status: of_word(row.text(9)?)?,
        grades: row.json(10)?,
    })
}

fn briefs(rows: &[Row]) -> Result<Vec<Brief>, StoreError> {
    rows.iter().map(brief).collect()
}

impl Store {
    /// The service whose newest audit is the latest of all, where that lies behind a time.
    pub(crate) async fn audited_after(&self, time: Timestamp) -> Result<Option<(String, Timestamp)>, StoreError> {
        let sql = "select id, audited_at from service where audited_at > $1 order by audited_at desc, id limit 1";
        self.db.row(sql, values![time]).await?.map(|row| Ok((row.text(0)?, row.time(1)?))).transpose()
    }

    /// The services after an id, sorted by id, each with its newest ratings.
    pub(crate) async fn services(&self, after: Option<&str>, limit: u32) -> Result<Vec<KnownService>, StoreError> {
        let after = after.unwrap_or_default();
        let sql = "select id, name, category, audited_at from service where id > $1 order by id limit $2";
        let rows = self.db.rows(sql, values![after, limit]).await?;
        let last = rows.last().map(|row| row.text(0)).transpose()?.unwrap_or_default();
        let sql = brief!("where latest = 1 and service > $1 and service <= $2 order by service, method");
        let mut ratings = briefs(&self.db.rows(sql, values![after, last]).await?)?.into_iter().peekable();
        let mut services = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut service = service(row)?;
            while let Some(rating) = ratings.next_if(|rating| rating.service <= service.id) {
                service.ratings.push(rating);
            }
            services.push(service);
        }
        Ok(services)
    }

    /// One service with its newest ratings.
    pub(crate) async fn service(&self, id: &str) -> Result<Option<KnownService>, StoreError> {
        let sql = "select id, name, category, audited_at from service where id = $1";
        let Some(row) = self.db.row(sql, values![id]).await? else { return Ok(None) };
        let sql = brief!("where latest = 1 and service = $1 order by method");
        Ok(Some(KnownService { ratings: briefs(&self.db.rows(sql, values![id]).await?)?, ..service(&row)? }))
    }

    /// The newest confirmed rating of each service after an id by each method, unless a newer one was withdrawn: what the public sees. Of each service all
    /// come together, so a page can be longer than the limit.
    pub(crate) async fn published(&self, after: Option<&str>, limit: u32) -> Result<Vec<Brief>, StoreError> {
        let sql = brief!(
            "as one where state = 'confirmed' and service in (select id from service where id > $1 order by id limit $2) \
             and not exists (select 1 from rating as newer where newer.service = one.service \
             and newer.method = one.method and newer.state in ('confirmed', 'withdrawn') \
             and (newer.as_of > one.as_of or newer.as_of = one.as_of and newer.audit > one.audit)) \
             order by service, method"
        );
        briefs(&self.db.rows(sql, values![after.unwrap_or_default(), limit]).await?)
    }

    /// The ratings of a service over time, the newest first.
    pub(crate) async fn history(
        &self,
        service: &str,
        method: Option<&str>,
        before: Option<&Mark>,
        limit: u32,
    ) -> Result<Vec<Brief>, StoreError> {
        let (at, id) = mark(before);
        let sql = brief!(
            "where service = $1 and ($2 is null or method = $2) and (as_of < $3 or as_of = $3 and audit < $4) \
             order by as_of desc, audit desc, method limit $5"
        );
        briefs(&self.db.rows(sql, values![service, method, at, id, limit]).await?)
    }

    /// A rating with all its findings: of the newest audit, or of a named one.
    pub(crate) async fn rating(
        &self,
        service: &str,
        method: &str,
        audit: Option<&str>,
    ) -> Result<Option<(Rating, Status)>, StoreError> {
        let sql = "select body, state from rating where service = $1 and method = $2 \
                   and (audit = $3 or $3 is null and latest = 1)";
        let row = self.db.row(sql, values![service, method, audit]).await?;
        row.map(|row| Ok((row.json(0)?, of_word(row.text(1)?)?))).transpose()
    }

    /// All ratings of a service in its newest audit, or in a named one, sorted by method, with what it says of the service
    /// itself.
    pub(crate) async fn findings(
        &self,
        service: &str,
        audit: Option<&str>,
    ) -> Result<Option<(KnownAudit, Audited, Vec<(Rating, Status)>)>, StoreError> {
        let sql = "select audit, body from audited where service = $1 and (audit = $2 or $2 is null) \
                   order by as_of desc, audit desc limit 1";
        let Some(row) = self.db.row(sql, values![service, audit]).await? else { return Ok(None) };
        let (audit, audited) = (row.text(0)?, row.json(1)?);
        let Some(known) = self.audit(&audit).await? else { return Ok(None) };
        let sql = "select body, state from rating where service = $1 and audit = $2 order by method";
        let rows = self.db.rows(sql, values![service, audit]).await?;
        let ratings = rows.iter().map(|row| Ok((row.json(0)?, of_word(row.text(1)?)?)));
        Ok(Some((known, audited, ratings.collect::<Result<_, StoreError>>()?)))
    }

    /// The audits of a service, or all, the newest first.
    pub(crate) async fn audits(
        &self,
        service: Option<&str>,
        before: Option<&Mark>,
        limit: u32,
    ) -> Result<Vec<KnownAudit>, StoreError> {
        let (at, id) = mark(before);
        let rows = match service {
            None => {
                let sql = "select id, as_of, services, registered_at, head, files from audit \
                           where as_of < $1 or as_of = $1 and id < $2 order by as_of desc, id desc limit $3";
                self.db.rows(sql, values![at, id, limit]).await?
            }
            Some(service) => {
                let sql = "select audit.id, audit.as_of, services, registered_at, head, files from audited \
                           join audit on audit.id = audited.audit where audited.service = $4 \
                           and (audited.as_of < $1 or audited.as_of = $1 and audited.audit < $2) \
                           order by audited.as_of desc, audited.audit desc limit $3";
                self.db.rows(sql, values![at, id, limit, service]).await?
            }
        };
        rows.iter().map(audit).collect()
    }

    /// The audits that hold the newest ratings, of all services or of one, each once: the service and the audit.
    pub(crate) async fn newest(&self, service: Option<&str>) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "select distinct service, audit from rating where latest = 1 and ($1 is null or service = $1) \
                   order by service, audit";
        self.db.rows(sql, values![service]).await?.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }

    /// One audit.
    pub(crate) async fn audit(&self, id: &str) -> Result<Option<KnownAudit>, StoreError> {
        let sql = "select id, as_of, services, registered_at, head, files from audit where id = $1";
        self.db.row(sql, values![id]).await?.as_ref().map(audit).transpose()
    }

    /// The services in an audit, sorted.
    pub(crate) async fn services_of(&self, audit: &str) -> Result<Vec<String>, StoreError> {
        let sql = "select service from audited where audit = $1 order by service";
        self.db.rows(sql, values![audit]).await?.iter().map(|row| row.text(0)).collect()
    }

    /// The records of an audit's archive after a target, sorted by target and time. Of each target all come together.
    pub(crate) async fn captures(
        &self,
        audit: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<KnownCapture>, StoreError> {
        let sql = "select audit, target, captured, kind, digest from capture where audit = $1 and target in \
                   (select distinct target from capture where audit = $1 and target > $2 order by target limit $3) \
                   order by target, captured, kind";
        let rows = self.db.rows(sql, values![audit, after.unwrap_or_default(), limit]).await?;
        rows.iter().map(capture).collect()
    }

    /// Where a payload with a digest was captured, the first time first.
    pub(crate) async fn captures_with(&self, digest: &str, limit: u32) -> Result<Vec<KnownCapture>, StoreError> {
        let sql = "select audit, target, captured, kind, digest from capture where digest = $1 \
                   order by captured, audit, target limit $2";
        self.db.rows(sql, values![digest, limit]).await?.iter().map(capture).collect()
    }

    /// A person says how a rating stands: confirms the newest one, contests or withdraws it.
    ///
    /// # Errors
    /// Where there is no such rating.
    pub(crate) async fn set_status(
        &self,
        rating: &Brief,
        status: Status,
        who: &str,
        text: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.db.write().await?;
        let sql = "update rating set state = $1 where service = $2 and method = $3 and as_of = $4 and audit = $5";
        let values = values![word(&status)?, &rating.service, &rating.method, rating.as_of, &rating.audit];
        if tx.run(sql, values).await? == 0 {
            let Brief { service, method, audit, .. } = rating;
            return Err(StoreError::Unknown(format!("there is no rating of {service} by {method} in audit {audit}")));
        }
        let subject = format!("service/{}", rating.service);
        let detail =
            serde_json::json!({ "method": rating.method, "audit": rating.audit, "status": status, "text": text });
        log::add(&mut tx, Entry { at, who, what: "rating-status", subject: &subject, detail }).await?;
        tx.commit().await
    }
}

fn service(row: &Row) -> Result<KnownService, StoreError> {
    Ok(KnownService {
        id: row.text(0)?,
        name: row.text(1)?,
        category: row.text(2)?,
        audited_at: row.time_or_none(3)?,
        ratings: Vec::new(),
    })
}

fn audit(row: &Row) -> Result<KnownAudit, StoreError> {
    Ok(KnownAudit {
        id: row.text(0)?,
        as_of: row.time(1)?,
        services: row.count(2)?,
        registered_at: row.time(3)?,
        head: row.json(4)?,
        files: row.json(5)?,
    })
}

fn capture(row: &Row) -> Result<KnownCapture, StoreError> {
    Ok(KnownCapture {
        audit: row.text(0)?,
        target: row.text(1)?,
        captured: row.time(2)?,
        kind: row.text(3)?,
        digest: row.text_or_none(4)?,
    })
}
