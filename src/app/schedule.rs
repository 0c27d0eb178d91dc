//! When services are audited again: cron expressions in a time zone, spread by jitter, none in quiet hours.
//!
//! A missed time is made up for once, however many were missed, and spread again: after a long sleep there is no storm. It
//! only puts jobs on the list; `queue` works on them. It has no clock: every function is told what time it is.

mod cron;

use crate::base::clock;
use crate::keep::store::Store;
use crate::keep::store::error::StoreError;
use cron::Expression;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often the schedule is looked at.
const LOOK: Duration = Duration::from_secs(30);

/// When which service is audited.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    /// For services that have none of their own.
    default: Option<Expression>,
    /// By service.
    services: BTreeMap<String, Option<Expression>>,
    /// The zone whose clock counts.
    zone: TimeZone,
    /// By up to this time an audit begins later, each service by another one.
    jitter: SignedDuration,
    /// From when to when nothing begins; over midnight where the end comes first.
    quiet: Option<(Time, Time)>,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            default: None,
            services: BTreeMap::new(),
            zone: TimeZone::UTC,
            jitter: SignedDuration::ZERO,
            quiet: None,
        }
    }
}

/// What is not understood in a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScheduleError {
    /// No cron expression.
    #[error(
        "`{0}` is no cron expression ({1}); expected five fields such as `30 4 * * mon` or one of none, @daily, @weekly, @monthly"
    )]
    Cron(String, String),
    /// No time zone.
    #[error("`{0}` is no time zone; expected one such as Europe/Berlin or UTC")]
    Zone(String),
    /// No span of the day.
    #[error("`{0}` is no span of the day; expected one such as 08:00-18:00")]
    Quiet(String),
}

/// An audit that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// The time that the expression names.
    pub(crate) at: Timestamp,
    /// When it may begin.
    pub(crate) not_before: Timestamp,
}

impl Schedule {
    /// Sets the expression for all services that have none of their own.
    pub(crate) fn set_default(&mut self, expression: &str) -> Result<(), ScheduleError> {
        self.default = Expression::parse(expression)?;
        Ok(())
    }

    /// Sets the expression of a service; `none` takes it out of the schedule.
    pub(crate) fn set_service(&mut self, service: &str, expression: &str) -> Result<(), ScheduleError> {
        self.services.insert(service.to_owned(), Expression::parse(expression)?);
        Ok(())
    }

    /// Sets the zone whose clock counts.
    pub(crate) fn set_zone(&mut self, name: &str) -> Result<(), ScheduleError> {
        self.zone = TimeZone::get(name).map_err(|_| ScheduleError::Zone(name.to_owned()))?;
        Ok(())
    }

    /// Sets by how much audits are spread.
    pub(crate) fn set_jitter(&mut self, jitter: Duration) {
        self.jitter = SignedDuration::try_from(jitter).unwrap_or(SignedDuration::ZERO);
    }

    /// Sets when nothing begins: `08:00-18:00`.
    pub(crate) fn set_quiet(&mut self, span: &str) -> Result<(), ScheduleError> {
        let wrong = || ScheduleError::Quiet(span.to_owned());
        let (from, to) = span.split_once('-').ok_or_else(wrong)?;
        let read = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| wrong());
        let (from, to) = (read(from)?, read(to)?);
        if from == to {
            return Err(wrong());
        }
        self.quiet = Some((from, to));
        Ok(())
    }

    /// Whether anything is scheduled at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.default.is_none() && self.services.values().all(Option::is_none)
    }

    /// The services that have a schedule of their own, sorted.
    pub(crate) fn named(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    fn of(&self, service: &str) -> Option<&Expression> {
        match self.services.get(service) {
            Some(own) => own.as_ref(),
            None => self.default.as_ref(),
        }
    }

    /// What is due for a service that was looked after last at a time: the newest time that the expression names, if that was
    /// not looked after yet. A last time that is still to come was written by a clock that went wrong, and does not count.
    pub(crate) fn due(&self, service: &str, last: Option<Timestamp>, now: Timestamp) -> Option<Due> {
        let at = self.of(service)?.before(now, &self.zone)?;
        if last.is_some_and(|last| last <= now && last >= at) {
            return None;
        }
        let spread = self.spread(service, at);
        // What was missed is spread from now on, else all of it would begin at once.
        let begin = if now.duration_since(at) > self.jitter + SignedDuration::from_mins(5) { now } else { at };
        Some(Due { at, not_before: self.after_quiet(begin + spread) })
    }

    /// When a service is due next.
    pub(crate) fn next(&self, service: &str, now: Timestamp) -> Option<Timestamp> {
        let at = self.of(service)?.after(now, &self.zone)?;
        Some(self.after_quiet(at + self.spread(service, at)))
    }

    /// The share of the jitter of a service at a time: always the same, and another one for each.
    fn spread(&self, service: &str, at: Timestamp) -> SignedDuration {
        let digest = Sha256::digest(format!("{service}\n{at}"));
        let share = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        SignedDuration::try_from_secs_f64(self.jitter.as_secs_f64() * f64::from(share) / f64::from(u32::MAX))
            .unwrap_or(SignedDuration::ZERO)
    }

    /// Whether nothing may begin now.
    pub(crate) fn is_quiet(&self, now: Timestamp) -> bool {
        let Some((from, to)) = self.quiet else { return false };
        let time = self.zone.to_datetime(now).time();
        if from < to { from <= time && time < to } else { time >= from || time < to }
    }

    /// A time, or the end of the quiet hours in which it lies.
    pub(crate) fn after_quiet(&self, at: Timestamp) -> Timestamp {
        let Some((_, to)) = self.quiet.filter(|_| self.is_quiet(at)) else { return at };
        let local = self.zone.to_datetime(at);
        let day = if local.time() < to { Ok(local.date()) } else { local.date().tomorrow() };
        let end = day.and_then(|day| self.zone.to_timestamp(day.to_datetime(to)));
        end.unwrap_or(at)
    }
}

/// Puts on the list what is due now, and says how many jobs that were.
pub(crate) async fn look(
    store: &Store,
    schedule: &Schedule,
    services: &[String],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let last = looked_after(store, now).await?;
    let mut added = 0;
    for service in services {
        let Some(due) = schedule.due(service, last.get(service).copied(), now) else { continue };
        added += usize::from(store.enqueue(service, due.at, due.not_before).await?);
    }
    Ok(added)
}

/// When each service was looked after last: by a job, or by an audit that somebody began.
async fn looked_after(store: &Store, now: Timestamp) -> Result<BTreeMap<String, Timestamp>, StoreError> {
    let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
    let mut note = |service: String, at: Timestamp| {
        if at <= now {
            let known = last.entry(service).or_insert(at);
            *known = at.max(*known);
        }
    };
    for job in store.newest_jobs(now).await? {
        note(job.service, job.due_at);
    }
    let mut after: Option<String> = None;
    loop {
        let some = store.services(after.as_deref(), 500).await?;
        let Some(newest) = some.last() else { return Ok(last) };
        after = Some(newest.id.clone());
        for service in some {
            if let Some(at) = service.audited_at {
                note(service.id, at);
            }
        }
    }
}

/// Looks at the schedule again and again, for as long as it is awaited. A store that is away for a while is said once, and
/// waited for.
pub(crate) async fn run(store: Store, schedule: Schedule, services: Vec<String>) {
    let mut away = false;
    loop {
        match look(&store, &schedule, &services, clock::now()).await {
            Ok(_) => away = false,
            Err(error) if away => drop(error),
            Err(error) => {
                crate::base::failure::Failure::from(error).warn();
                away = true;
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests;
