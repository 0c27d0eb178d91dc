//! What is to be done: jobs, who has claimed which, and the pace of hosts across workers.
//!
//! A job stands here once for each service and due time. Who claims it holds a lease and renews it; a worker that was killed
//! loses it, and another takes the job up. What comes of a job is registered in the transaction that ends it, and only for
//! who still holds it, so that a job may be worked on twice but counts once.

use super::db::{Row, Tx, values};
use super::error::StoreError;
use super::log::{self, Entry};
use super::{Store, of_word, written};
use crate::keep::manifest::Claim;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// So often is a job tried; then a person has to look.
pub(crate) const ATTEMPTS: i64 = 5;
/// The wait after the first failed try; each further one waits four times as long.
const BACK_OFF: SignedDuration = SignedDuration::from_secs(60);
/// A wait that ends later than this from now was written by a clock that went wrong.
const FAR: SignedDuration = SignedDuration::from_hours(62 * 24);
/// A lease is shorter than two of these, or of itself.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The longest wait.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum JobState {
    /// It waits for its time and for a worker.
    Waiting,
    /// A worker has it.
    Running,
    /// It is done.
    Done,
    /// It failed too often.
    Dead,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// `audit/<service>/<due>`.
    pub(crate) id: String,
    /// What is to be done; `audit` is all there is.
    pub(crate) kind: String,
    /// For which service.
    pub(crate) service: String,
    /// When it fell due.
    pub(crate) due_at: Timestamp,
    /// Where it stands.
    pub(crate) state: JobState,
    /// Before this time nobody takes it: jitter, quiet hours, the wait after a failure.
    pub(crate) not_before: Timestamp,
    /// How often it was begun.
    pub(crate) attempts: i64,
    /// Who has it, or had it last.
    pub(crate) worker: Option<String>,
    /// Until when it is theirs.
    pub(crate) leased_until: Option<Timestamp>,
    /// The audit that came of it.
    pub(crate) audit: Option<String>,
    /// What went wrong the last time.
    pub(crate) error: Option<String>,
    /// When it was done or given up.
    pub(crate) ended_at: Option<Timestamp>,
}

impl Job {
    /// The right to work on it, of who has it now.
    pub(crate) fn claim(&self) -> Claim {
        Claim { job: self.id.clone(), worker: self.worker.clone().unwrap_or_default(), attempt: self.attempts }
    }
}

/// The columns of a [`Job`], in order.
macro_rules! columns {
    () => {
        "id, kind, service, due_at, state, not_before, attempts, worker, leased_until, audit, error, ended_at"
    };
}

fn job(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.text(0)?,
        kind: row.text(1)?,
        service: row.text(2)?,
        due_at: row.time(3)?,
        state: of_word(row.text(4)?)?,
        not_before: row.time(5)?,
        attempts: row.int(6)?,
        worker: row.text_or_none(7)?,
        leased_until: row.time_or_none(8)?,
        audit: row.text_or_none(9)?,
        error: row.text_or_none(10)?,
        ended_at: row.time_or_none(11)?,
    })
}

/// Which job is next: one whose time has come, or one whose worker fell silent; none of a service that is at work.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "update job set state = 'running', worker = $1, leased_until = $2, attempts = attempts + 1 where id = \
             (select id from job as one where (state = 'waiting' and not_before <= $3 \
             or state = 'running' and leased_until < $3) and not exists (select 1 from job as other \
             where other.service = one.service and other.state = 'running' and other.id <> one.id) \
             order by not_before, id limit 1 ",
            $lock,
            ") returning ",
            columns!()
        )
    };
}

impl Store {
    /// Puts an audit of a service on the list, unless one of it waits or is at work.
    pub(crate) async fn enqueue(
        &self,
        service: &str,
        due: Timestamp,
        not_before: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.write().await?;
        let sql = "insert into job (id, kind, service, due_at, state, not_before, attempts) \
                   select $1, 'audit', $2, $3, 'waiting', $4, 0 where not exists \
                   (select 1 from job where service = $2 and state in ('waiting', 'running')) on conflict do nothing";
        let id = format!("audit/{service}/{}", written(due));
        let added = tx.run(sql, values![id, service, due, not_before]).await?;
        tx.commit().await?;
        Ok(added > 0)
    }

    /// Takes the next job; without a sign of life for as long as the lease, it is another's.
    pub(crate) async fn claim(
        &self,
        worker: &str,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        self.bury(now).await?;
        self.heal(lease, now).await?;
        let sql = if self.db.is_server() { claim!("for update skip locked") } else { claim!("") };
        // Two workers may choose two jobs of one service at the same moment: the database lets one of them through.
        for _ in 0..8 {
            let mut tx = self.db.begin().await?;
            let claimed = match tx.row(sql, values![worker, now + lease, now]).await {
                Ok(row) => row.as_ref().map(job).transpose()?,
                Err(error) if error.is_taken() => continue,
                Err(error) => return Err(error),
            };
            tx.commit().await?;
            return Ok(claimed);
        }
        Ok(None)
    }

    /// Puts right what a clock that went wrong wrote: a wait that ends in a far future begins now, a lease that ends there is
    /// over.
    async fn heal(&self, lease: SignedDuration, now: Timestamp) -> Result<(), StoreError> {
        let (waits, leased) = (now.saturating_add(FAR), now.saturating_add(lease.max(DAY) * 2));
        let (Ok(waits), Ok(leased)) = (waits, leased) else { return Ok(()) };
        let wrong = "select id from job where state = 'waiting' and not_before > $1 \
                     or state = 'running' and leased_until > $2 limit 1";
        if self.db.row(wrong, values![waits, leased]).await?.is_none() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        let sql = "update job set not_before = $1 where state = 'waiting' and not_before > $2";
        tx.run(sql, values![now, waits]).await?;
        let sql = "update job set leased_until = $1 where state = 'running' and leased_until > $2";
        tx.run(sql, values![now, leased]).await?;
        let detail = serde_json::json!({ "why": "times in a far future" });
        log::add(&mut tx, Entry { at: now, who: "probity", what: "clock-mended", subject: "jobs", detail }).await?;
        tx.commit().await
    }

    /// Gives up what was begun too often and whose worker is silent again.
    async fn bury(&self, now: Timestamp) -> Result<(), StoreError> {
        let lost = "select id from job where state = 'running' and leased_until < $1 and attempts >= $2";
        if self.db.row(lost, values![now, ATTEMPTS]).await?.is_none() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        let sql = "update job set state = 'dead', ended_at = $1, error = 'its worker fell silent' \
                   where state = 'running' and leased_until < $1 and attempts >= $2 returning id";
        for row in tx.rows(sql, values![now, ATTEMPTS]).await? {
            let subject = row.text(0)?;
            let detail = serde_json::json!({ "error": "its worker fell silent" });
            log::add(&mut tx, Entry { at: now, who: "probity", what: "job-dead", subject: &subject, detail }).await?;
        }
        tx.commit().await
    }

    /// Says that a worker is still at it; `false` where the job is another's by now.
    pub(crate) async fn renew(&self, claim: &Claim, lease: SignedDuration, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "update job set leased_until = $4 \
                   where id = $1 and worker = $2 and attempts = $3 and state = 'running'";
        let held = tx.run(sql, values![&claim.job, &claim.worker, claim.attempt, now + lease]).await?;
        tx.commit().await?;
        Ok(held > 0)
    }

    /// Gives a job back, as if it had not been begun: the worker has to stop.
    pub(crate) async fn release(&self, claim: &Claim) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "update job set state = 'waiting', attempts = attempts - 1, leased_until = null \
                   where id = $1 and worker = $2 and attempts = $3 and state = 'running'";
        tx.run(sql, values![&claim.job, &claim.worker, claim.attempt]).await?;
        tx.commit().await
    }

    /// A job could not be done: it is tried again later, or it is dead.
    pub(crate) async fn fail(&self, claim: &Claim, error: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.write().await?;
        let dead = claim.attempt >= ATTEMPTS;
        let sql = "update job set state = $4, not_before = $5, error = $6, ended_at = $7, leased_until = null \
                   where id = $1 and worker = $2 and attempts = $3 and state = 'running'";
        let (state, ended) = if dead { ("dead", Some(now)) } else { ("waiting", None) };
        let again = now + back_off(claim.attempt);
        let values = values![&claim.job, &claim.worker, claim.attempt, state, again, error, ended];
        if tx.run(sql, values).await? > 0 && dead {
            let detail = serde_json::json!({ "error": error });
            log::add(&mut tx, Entry { at: now, who: "probity", what: "job-dead", subject: &claim.job, detail }).await?;
        }
        tx.commit().await
    }

    /// The newest job of each service that was due by now: what the schedule goes on from.
    pub(crate) async fn newest_jobs(&self, now: Timestamp) -> Result<Vec<Job>, StoreError> {
        let sql = concat!(
            "select ",
            columns!(),
            " from job as one where due_at = (select max(due_at) from job as other where other.service = one.service \
             and other.due_at <= $1) order by service, id"
        );
        self.db.rows(sql, values![now]).await?.iter().map(job).collect()
    }

    /// The jobs in a state, those that are next (or ended last) first.
    pub(crate) async fn jobs(&self, state: JobState, limit: u32) -> Result<Vec<Job>, StoreError> {
        let (sql, word) = match state {
            JobState::Waiting => (
                concat!("select ", columns!(), " from job where state = $1 order by not_before, id limit $2"),
                "waiting",
            ),
            JobState::Running => (
                concat!("select ", columns!(), " from job where state = $1 order by not_before, id limit $2"),
                "running",
            ),
            JobState::Done => (
                concat!("select ", columns!(), " from job where state = $1 order by ended_at desc, id limit $2"),
                "done",
            ),
            JobState::Dead => (
                concat!("select ", columns!(), " from job where state = $1 order by ended_at desc, id limit $2"),
                "dead",
            ),
        };
        self.db.rows(sql, values![word, limit]).await?.iter().map(job).collect()
    }

    /// Whether a job is at work, or could be.
    pub(crate) async fn is_busy(&self, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "select id from job where state = 'running' or state = 'waiting' and not_before <= $1 limit 1";
        Ok(self.db.row(sql, values![now]).await?.is_some())
    }

    /// One job.
    pub(crate) async fn job(&self, id: &str) -> Result<Option<Job>, StoreError> {
        let sql = concat!("select ", columns!(), " from job where id = $1");
        self.db.row(sql, values![id]).await?.as_ref().map(job).transpose()
    }

    /// Says that a worker lives.
    pub(crate) async fn greet(&self, worker: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "insert into worker (id, started_at, seen_at) values ($1, $2, $2) \
                   on conflict (id) do update set seen_at = excluded.seen_at";
        tx.run(sql, values![worker, now]).await?;
        tx.commit().await
    }

    /// The workers that were seen since a time, with when they began and were seen last.
    pub(crate) async fn workers(&self, since: Timestamp) -> Result<Vec<(String, Timestamp, Timestamp)>, StoreError> {
        let sql = "select id, started_at, seen_at from worker where seen_at >= $1 order by id";
        let rows = self.db.rows(sql, values![since]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.time(1)?, row.time(2)?))).collect()
    }

    /// Reserves the next turn with a host, for all workers: how long to wait for it.
    pub(crate) async fn turn(&self, host: &str, pace: Duration, now: Timestamp) -> Result<Duration, StoreError> {
        let now = now.as_millisecond();
        let pace = i64::try_from(pace.as_millis()).unwrap_or(i64::MAX / 4);
        // A turn far in the future was reserved by a clock that went wrong: it does not count.
        let far = now.saturating_add(pace.saturating_mul(10_000));
        let sql = "insert into pace (host, next_at) values ($1, $2 + $3) on conflict (host) do update set next_at = \
                   $3 + case when pace.next_at < $2 or pace.next_at > $4 then $2 else pace.next_at end returning next_at";
        let mut tx = self.db.begin().await?;
        let row = tx.row(sql, values![host, now, pace, far]).await?;
        tx.commit().await?;
        let turn = row.map(|row| row.int(0)).transpose()?.map_or(now, |next| next - pace);
        Ok(Duration::from_millis(u64::try_from(turn - now).unwrap_or(0)))
    }
}

/// Ends a job whose audit is being registered; `false` where it is another's by now, or done.
pub(crate) async fn finish(tx: &mut Tx, claim: &Claim, audit: &str, at: Timestamp) -> Result<bool, StoreError> {
    let sql = "update job set state = 'done', audit = $4, ended_at = $5, error = null, leased_until = null \
               where id = $1 and worker = $2 and attempts = $3 and state = 'running'";
    Ok(tx.run(sql, values![&claim.job, &claim.worker, claim.attempt, audit, at]).await? > 0)
}

/// How long to wait after the how many-th try.
fn back_off(attempt: i64) -> SignedDuration {
    let times = 4_i32.saturating_pow(u32::try_from(attempt.clamp(1, 12) - 1).unwrap_or(0));
    BACK_OFF.checked_mul(times).unwrap_or(LONGEST).min(LONGEST)
}
