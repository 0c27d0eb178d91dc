//! Conditions: what a rung of a criterion's ladder asks of the facts, in a closed set of words.
//!
//! A condition is typed against the schema of the facts when it is read ([`Condition::parse`]), so that nothing can go
//! wrong when it is asked. It knows no grades; what is true of the facts of a service is `judge`'s business.

mod parse;
mod show;

pub(crate) use parse::claim_id;

use crate::claim::ClaimId;
use crate::facts::{COLLECTIONS, Field, SERVICE, Value};
use crate::law::Group;
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use std::collections::BTreeSet;

/// Something that is true, false or unknown of a service.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Each of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// The opposite.
    Not(Box<Self>),
    /// A fact about the service itself passes a test.
    Fact {
        /// Its place in [`SERVICE`].
        field: usize,
        /// The test.
        test: Test,
    },
    /// The documents, or a person who vouches, say something on a claim.
    Claim {
        /// The claim.
        claim: ClaimId,
        /// What they say.
        asked: Asked,
    },
    /// Things of a collection pass tests.
    Items(Items),
}

/// What is asked of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Somebody states it, nobody denies it.
    Stated,
    /// Somebody denies it, nobody states it.
    Denied,
    /// The documents that matter were read whole and say nothing on it.
    Absent,
}

/// A question on the things of a collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Items {
    /// How many must pass.
    pub quantifier: Quantifier,
    /// The collection's place in [`COLLECTIONS`].
    pub collection: usize,
    /// Which things are meant: all of these tests, each with the place of its field.
    pub filter: Vec<(usize, Test)>,
    /// What they must be: all of these tests.
    pub has: Vec<(usize, Test)>,
}

/// How many things must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// All of them, and there is at least one.
    Every,
    /// At least one.
    Some,
    /// Not one.
    None,
    /// This many or more.
    AtLeast(usize),
}

/// A test of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It is this; a set of countries is this one alone.
    Is(Value),
    /// It is one of these; each of a set is.
    OneOf(BTreeSet<String>),
    /// Each country belongs to the group, by the law of the day.
    Group(Group),
    /// It is this number or more.
    AtLeast(i64),
    /// It is a day before that moment.
    Before(Moment),
    /// The opposite.
    Not(Box<Self>),
}

/// A moment that may depend on the day of the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day of the calendar.
    Day(Date),
    /// So long before the day of the audit.
    Ago {
        /// Years.
        years: i32,
        /// Months.
        months: i32,
        /// Days.
        days: i32,
    },
}

impl Moment {
    /// The day that is meant in an audit as of `day`.
    pub fn on(self, day: Date) -> Date {
        match self {
            Self::Day(date) => date,
            Self::Ago { years, months, days } => {
                let span: Span = years.years().months(months).days(days);
                day.checked_sub(span).unwrap_or(Date::MIN)
            }
        }
    }
}

impl Items {
    /// The collection's name and fields.
    pub fn schema(&self) -> (&'static str, &'static [Field]) {
        COLLECTIONS[self.collection]
    }
}

impl Condition {
    /// The facts that it asks, as heads of criteria list them: claims by id, facts by name, fields of things as
    /// `hosts.countries`, a collection alone where no field of it is asked.
    pub fn asks(&self, asks: &mut BTreeSet<String>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.asks(asks)),
            Self::Not(part) => part.asks(asks),
            Self::Fact { field, .. } => _ = asks.insert(SERVICE[*field].name.to_owned()),
            Self::Claim { claim, .. } => _ = asks.insert(claim.to_string()),
            Self::Items(items) => {
                let (collection, fields) = items.schema();
                let asked = items.filter.iter().chain(&items.has);
                let before = asks.len();
                asks.extend(asked.map(|(field, _)| format!("{collection}.{}", fields[*field].name)));
                if asks.len() == before && items.filter.is_empty() && items.has.is_empty() {
                    asks.insert(collection.to_owned());
                }
            }
        }
    }

    /// Whether testimony alone (the country of an address) could make it true, or false.
    pub fn rests_on_testimony(&self) -> (bool, bool) {
        match self {
            Self::All(parts) => parts.iter().fold((true, false), |(yes, no), part| {
                let part = part.rests_on_testimony();
                (yes && part.0, no || part.1)
            }),
            Self::Any(parts) => parts.iter().fold((false, true), |(yes, no), part| {
                let part = part.rests_on_testimony();
                (yes || part.0, no && part.1)
            }),
            Self::Not(part) => {
                let (yes, no) = part.rests_on_testimony();
                (no, yes)
            }
            Self::Fact { .. } | Self::Claim { .. } => (false, false),
            Self::Items(items) => {
                let (_, fields) = items.schema();
                let any = items.filter.iter().chain(&items.has).any(|(field, _)| fields[*field].testimony);
                (any, any)
            }
        }
    }
}

#[cfg(test)]
mod tests;
