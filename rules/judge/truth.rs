//! Whether a condition is true, false or unknown of a service: Kleene's logic, and nothing of why (that is `trace`).
//!
//! What nobody knows is never false. Silence is false only where it is proven; a collection that may be incomplete
//! cannot say `every` or `none` for sure.

use super::view::{Kinds, Stance, Thing, View};
use crate::condition::{Asked, Condition, Items, Quantifier, Test};
use crate::facts::Value;
use crate::law::LawOn;
use crate::observation::Observation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::mem::discriminant;

/// Three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// It is so.
    True,
    /// It is not so.
    False,
    /// Nobody knows.
    Unknown,
}

impl Truth {
    /// True or false.
    pub fn of(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    /// The opposite; of unknown it is unknown.
    pub fn opposite(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Both: the worse of the two, in the order false, unknown, true.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// One of them: the better of the two.
    pub fn or(self, other: Self) -> Self {
        self.opposite().and(other.opposite()).opposite()
    }
}

/// What a condition asks, and of which documents the silence counts.
#[derive(Clone, Copy, Debug)]
pub struct Court<'v, 'f> {
    /// The facts.
    pub view: &'v View<'f>,
    /// The kinds of documents whose silence counts for this criterion.
    pub reads: Kinds,
}

impl Court<'_, '_> {
    /// The truth of a condition.
    pub fn truth(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::All(parts) => {
                let mut all = Truth::True;
                for part in parts {
                    all = all.and(self.truth(part));
                    if all == Truth::False {
                        break;
                    }
                }
                all
            }
            Condition::Any(parts) => {
                let mut any = Truth::False;
                for part in parts {
                    any = any.or(self.truth(part));
                    if any == Truth::True {
                        break;
                    }
                }
                any
            }
            Condition::Not(part) => self.truth(part).opposite(),
            Condition::Fact { field, test } => self.fact(*field, test),
            Condition::Claim { claim, asked } => self.claim(self.view.said(*claim, self.reads).stance, *asked),
            Condition::Items(items) => self.items(items),
        }
    }

    /// The truth of a test of a fact about the service.
    pub fn fact(&self, field: usize, test: &Test) -> Truth {
        if crate::facts::SERVICE[field].name == "day" {
            return passes(test, &Value::Date(self.view.law.day()), self.view.law);
        }
        observed(test, self.view.service[field], self.view.law)
    }

    /// The truth of a question on a claim.
    pub fn claim(&self, stance: Stance, asked: Asked) -> Truth {
        match stance {
            Stance::Stated => Truth::of(asked == Asked::Stated),
            Stance::Denied => Truth::of(asked == Asked::Denied),
            Stance::Silent => Truth::of(asked == Asked::Absent),
            Stance::Absent(searched) if self.view.proves_absence(searched, self.reads) => {
                Truth::of(asked == Asked::Absent)
            }
            Stance::Absent(_) | Stance::Unknown(_) => Truth::Unknown,
        }
    }

    /// The truth of a question on a collection.
    pub fn items(&self, items: &Items) -> Truth {
        let things = &self.view.collections[items.collection];
        let whole = things.asked && things.incomplete.is_empty();
        let (mut pass, mut fail, mut open, mut perhaps) = (0_usize, 0_usize, 0_usize, 0_usize);
        for thing in &things.items {
            match self.counts(items, thing) {
                Count::Out => {}
                Count::Pass => pass += 1,
                Count::Fail => fail += 1,
                Count::Open => open += 1,
                Count::Perhaps => perhaps += 1,
            }
        }
        let some = |least: usize| match () {
            () if pass >= least => Truth::True,
            () if !whole || pass + open >= least => Truth::Unknown,
            () => Truth::False,
        };
        match items.quantifier {
            Quantifier::Some => some(1),
            Quantifier::None => some(1).opposite(),
            Quantifier::AtLeast(least) => some(least),
            Quantifier::Every if fail > 0 => Truth::False,
            Quantifier::Every if open > 0 || !whole => Truth::Unknown,
            Quantifier::Every if pass > 0 => Truth::True,
            Quantifier::Every if perhaps > 0 => Truth::Unknown,
            Quantifier::Every => Truth::False,
        }
    }

    /// What a thing counts for.
    pub fn counts(&self, items: &Items, thing: &Thing) -> Count {
        let all = |tests: &[(usize, Test)]| {
            tests
                .iter()
                .fold(Truth::True, |all, (field, test)| all.and(observed(test, thing.fields[*field], self.view.law)))
        };
        let meant = all(&items.filter);
        if meant == Truth::False {
            return Count::Out;
        }
        match (items.quantifier, meant, all(&items.has)) {
            (Quantifier::Every, Truth::Unknown, Truth::True) => Count::Perhaps,
            (Quantifier::Every, Truth::Unknown, _) => Count::Open,
            (_, meant, has) => match meant.and(has) {
                Truth::True => Count::Pass,
                Truth::False => Count::Fail,
                Truth::Unknown => Count::Open,
            },
        }
    }
}

/// What one thing counts for in a question on its collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// It is not meant.
    Out,
    /// It is meant and passes.
    Pass,
    /// It is meant and does not pass.
    Fail,
    /// Nobody knows whether it passes.
    Open,
    /// It would pass, but nobody knows whether it is meant: no harm to `every`, and no proof that there is one.
    Perhaps,
}

/// Whether what was observed passes a test. What is proven absent passes none; what nobody asked for is unknown.
pub(super) fn observed(test: &Test, value: Option<&Observation<Value>>, law: &LawOn) -> Truth {
    match (test, value) {
        (Test::Not(test), value) => observed(test, value, law).opposite(),
        (_, Some(Observation::Seen { value, .. })) => passes(test, value, law),
        (_, Some(Observation::Absent { .. })) => Truth::False,
        (_, Some(Observation::Unknown { .. }) | None) => Truth::Unknown,
    }
}

fn passes(test: &Test, value: &Value, law: &LawOn) -> Truth {
    match (test, value) {
        (Test::Not(test), value) => passes(test, value, law).opposite(),
        (Test::Group(group), Value::Countries(countries)) => countries
            .iter()
            .map(|code| law.contains(*group, code).map_or(Truth::Unknown, Truth::of))
            .reduce(Truth::and)
            .unwrap_or(Truth::Unknown),
        (Test::OneOf(_) | Test::Is(_), Value::Countries(countries)) if countries.is_empty() => Truth::Unknown,
        (Test::OneOf(words), Value::Texts(set) | Value::Countries(set)) => Truth::of(set.is_subset(words)),
        (Test::OneOf(words), Value::Text(word)) => Truth::of(words.contains(word)),
        (Test::AtLeast(least), Value::Number(number)) => Truth::of(number >= least),
        (Test::Before(moment), Value::Date(day)) => Truth::of(*day < moment.on(law.day())),
        (Test::Is(wanted), value) if discriminant(wanted) == discriminant(value) => Truth::of(wanted == value),
        // A probe put in a value of another type than the schema has: our fault, so nobody knows.
        (Test::Is(_) | Test::Group(_) | Test::OneOf(_) | Test::AtLeast(_) | Test::Before(_), _) => Truth::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    #[test]
    fn kleene() {
        for (a, b, and, or) in [
            (True, True, True, True),
            (True, False, False, True),
            (True, Unknown, Unknown, True),
            (False, False, False, False),
            (False, Unknown, False, Unknown),
            (Unknown, Unknown, Unknown, Unknown),
        ] {
            assert_eq!((a.and(b), b.and(a)), (and, and), "{a:?} and {b:?}");
            assert_eq!((a.or(b), b.or(a)), (or, or), "{a:?} or {b:?}");
        }
        assert_eq!(Truth::Unknown.opposite(), Unknown);
    }
}
