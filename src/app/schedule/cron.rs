//! Cron expressions over the times of `jiff`: the library asks for wall clock times, and here they get their zone.
//!
//! A time that the clock skips in spring and one that it shows twice in autumn come as the library says: never lost, never
//! twice.

use super::ScheduleError;
use croner::parser::CronParser;
use croner::{CivilDateTime, Cron, CronDateTime, Resolution, Weekday, errors::CronError};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ZonedDateTime, civil};
use std::cmp::Ordering;

/// An expression that was understood.
#[derive(Clone, Debug)]
pub(super) struct Expression(Cron);

impl Expression {
    /// Reads an expression of five fields, or a word such as `@daily`; `none` is none.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, ScheduleError> {
        if text.trim() == "none" {
            return Ok(None);
        }
        let wrong = |why: String| ScheduleError::Cron(text.to_owned(), why);
        if !text.trim_start().starts_with('@') && text.split_whitespace().count() != 5 {
            return Err(wrong("it has not five fields".to_owned()));
        }
        let cron = CronParser::new().parse(text).map_err(|error| wrong(error.to_string()))?;
        let expression = Self(cron);
        // The library looks for thousands of years: what it does not find there never comes.
        if expression.after(Timestamp::UNIX_EPOCH, &TimeZone::UTC).is_none() {
            return Err(wrong("that day never comes, so nothing would ever be audited".to_owned()));
        }
        Ok(Some(expression))
    }

    /// The last time at or before a time.
    pub(super) fn before(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let now = Local(now.to_zoned_datetime(zone.clone()));
        self.0.find_previous_occurrence(&now, true).ok().map(|found| found.0.timestamp())
    }

    /// The first time after a time.
    pub(super) fn after(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let now = Local(now.to_zoned_datetime(zone.clone()));
        self.0.find_next_occurrence(&now, false).ok().map(|found| found.0.timestamp())
    }
}

/// A time with its zone, as the library wants it.
#[derive(Clone)]
struct Local(ZonedDateTime);

impl CronDateTime for Local {
    fn to_civil(&self) -> CivilDateTime {
        let [month, day, hour, minute, second] =
            [self.0.month(), self.0.day(), self.0.hour(), self.0.minute(), self.0.second()]
                .map(|part| part.unsigned_abs().into());
        let midnight = CivilDateTime::from_ymd_hms_opt(1970, 1, 1, 0, 0, 0);
        let time = CivilDateTime::from_ymd_hms_opt(self.0.year().into(), month, day, hour, minute, second);
        // Every time of one library is one of the other; the other branches are never taken.
        time.or(midnight).unwrap_or_else(|| self.to_civil())
    }

    fn civil_weekday(&self) -> Weekday {
        Weekday::from_days_from_sunday(self.0.weekday().to_sunday_zero_offset().unsigned_abs().into())
    }

    fn resolve_civil(&self, time: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let time = civil(time).ok_or(CronError::InvalidDate)?;
        let found = self.0.time_zone().to_ambiguous_zoned_datetime(time);
        let taken = |zoned: Result<ZonedDateTime, jiff::Error>| zoned.map(Self).map_err(|_| CronError::InvalidTime);
        Ok(match found.offset() {
            AmbiguousOffset::Unambiguous { .. } => Resolution::Single(taken(found.unambiguous())?),
            AmbiguousOffset::Fold { .. } => {
                Resolution::Ambiguous(taken(found.clone().earlier())?, taken(found.later())?)
            }
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

fn civil(time: CivilDateTime) -> Option<civil::DateTime> {
    let part = |number: u32| i8::try_from(number).ok();
    civil::DateTime::new(
        i16::try_from(time.year()).ok()?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
        0,
    )
    .ok()
}
