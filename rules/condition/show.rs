//! A condition in words, for the trace that `explain` shows.

use super::{Asked, Condition, Items, Moment, Quantifier, Test};
use crate::facts::{Field, SERVICE, Value};
use std::fmt;

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => write!(f, "all {} of", parts.len()),
            Self::Any(parts) => write!(f, "any of {}", parts.len()),
            Self::Not(_) => f.write_str("not"),
            Self::Fact { field, test } => {
                write!(f, "{} {test}", SERVICE[*field].name)
            }
            Self::Claim { claim, asked } => write!(f, "{claim} is {asked}"),
            Self::Items(items) => items.fmt(f),
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stated => "stated",
            Self::Denied => "denied",
            Self::Absent => "absent",
        })
    }
}

impl fmt::Display for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (collection, fields) = self.schema();
        match self.quantifier {
            Quantifier::Every => write!(f, "every one of {collection}")?,
            Quantifier::Some => write!(f, "some of {collection}")?,
            Quantifier::None => write!(f, "none of {collection}")?,
            Quantifier::AtLeast(least) => write!(f, "at least {least} of {collection}")?,
        }
        list(f, " with ", &self.filter, fields)?;
        list(f, " has ", &self.has, fields)
    }
}

fn list(f: &mut fmt::Formatter<'_>, lead: &str, tests: &[(usize, Test)], fields: &[Field]) -> fmt::Result {
    for (place, (field, test)) in tests.iter().enumerate() {
        f.write_str(if place == 0 { lead } else { " and " })?;
        write!(f, "{} {test}", fields[*field].name)?;
    }
    Ok(())
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(value) => write!(f, "is {value}"),
            Self::OneOf(words) => {
                write!(f, "in {}", words.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
            Self::Group(group) => write!(f, "in {}", group.name()),
            Self::AtLeast(number) => write!(f, "at least {number}"),
            Self::Before(moment) => write!(f, "before {moment}"),
            Self::Not(test) => write!(f, "not {test}"),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Day(day) => day.fmt(f),
            Self::Ago { years: 0, months: 0, days } => write!(f, "{days} days before the audit"),
            Self::Ago { years: 0, months, .. } => write!(f, "{months} months before the audit"),
            Self::Ago { years, .. } => write!(f, "{years} years before the audit"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(true) => f.write_str("true"),
            Self::Flag(false) => f.write_str("false"),
            Self::Text(text) => f.write_str(text),
            Self::Texts(texts) | Self::Countries(texts) => {
                f.write_str(&texts.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
            Self::Number(number) => number.fmt(f),
            Self::Date(day) => day.fmt(f),
        }
    }
}
