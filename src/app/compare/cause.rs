//! Why a grade changed: the judgement is made again with one thing at a time as it was.
//!
//! Four things can change: the service, the databases that place its addresses, our rules, the law of the day. Old evidence is
//! judged by new rules and new evidence by old ones, as far as the old ones are at hand. It cannot tell apart two changes that
//! only together make the difference; then all that were needed are named.

use crate::base::change::Cause;
use probity_rules::catalogue::Rules;
use probity_rules::facts::{Facts, Item};
use probity_rules::judge::{Grade, outlooks};
use probity_rules::law::LawOn;
use std::slice::from_ref;

/// What an earlier audit was judged on.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// Its facts.
    pub facts: &'a Facts,
    /// Its evidence as today's reader reads it, where that was done.
    pub reread: Option<&'a Facts>,
    /// Its rules, where they are at hand and others.
    pub rules: Option<&'a Rules>,
    /// The law of its day.
    pub law: &'a LawOn,
}

/// What this audit is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Now<'a> {
    /// Its facts.
    pub facts: &'a Facts,
    /// The rules.
    pub rules: &'a Rules,
    /// The law of the day.
    pub law: &'a LawOn,
}

/// Which of the four things are as they are now; the others are as they were.
#[derive(Clone, Copy, Default)]
struct Mix {
    service: bool,
    database: bool,
    rules: bool,
    law: bool,
}

impl Mix {
    /// The order in which one cause is preferred where several would do: what the service did first.
    const ORDER: [Cause; 4] = [Cause::ServiceChanged, Cause::LawChanged, Cause::DatabaseChanged, Cause::RulesChanged];

    fn all() -> Self {
        Self { service: true, database: true, rules: true, law: true }
    }

    fn with(mut self, cause: Cause, new: bool) -> Self {
        match cause {
            Cause::ServiceChanged => self.service = new,
            Cause::DatabaseChanged => self.database = new,
            Cause::RulesChanged => self.rules = new,
            Cause::LawChanged => self.law = new,
            Cause::Reachability => {}
        }
        self
    }
}

/// The cause of a change of a criterion's grade, and what would have changed it too or was needed beside it.
pub fn cause(criterion: &str, from: Grade, to: Grade, before: &Before, now: &Now) -> (Cause, Vec<Cause>) {
    let grade = |mix| grade(criterion, mix, before, now);
    let alone = |cause: &Cause| grade(Mix::default().with(*cause, true)) == Some(to);
    let needed = |cause: &Cause| grade(Mix::all().with(*cause, false)) == Some(from);
    let mut causes: Vec<Cause> = Mix::ORDER.into_iter().filter(|cause| alone(cause)).collect();
    if causes.is_empty() {
        causes = Mix::ORDER.into_iter().filter(|cause| needed(cause)).collect();
    }
    if causes.is_empty() {
        // Nothing at hand explains it: what differs is named.
        let rules = before.rules.is_some_and(|rules| rules.revision != now.rules.revision);
        let same = before.facts == now.facts;
        causes.push(if rules && same { Cause::RulesChanged } else { Cause::ServiceChanged });
    }
    (causes.remove(0), causes)
}

/// The grade of a criterion under a mix of old and new.
fn grade(criterion: &str, mix: Mix, before: &Before, now: &Now) -> Option<Grade> {
    let rules = if mix.rules { now.rules } else { before.rules.unwrap_or(now.rules) };
    let law = if mix.law { now.law } else { before.law };
    let old = if mix.rules { before.reread.unwrap_or(before.facts) } else { before.facts };
    let placed;
    let facts = match (mix.service, mix.database) {
        (true, true) => now.facts,
        (false, false) => old,
        (true, false) => {
            placed = placed_as(now.facts, old);
            &placed
        }
        (false, true) => {
            placed = placed_as(old, now.facts);
            &placed
        }
    };
    let criterion = rules.criterion(criterion)?;
    outlooks(facts, from_ref(criterion), &rules.opposites, law).first().map(|outlook| outlook.grade())
}

/// Facts whose hosts stand where other facts place the same addresses.
fn placed_as(facts: &Facts, places: &Facts) -> Facts {
    const TESTIMONY: [&str; 4] = ["countries", "anycast", "network", "testimony"];
    let mut facts = facts.clone();
    let Some(there) = places.collections.get("hosts") else { return facts };
    let Some(hosts) = facts.collections.get_mut("hosts") else { return facts };
    let addresses = |item: &Item| item.fields.get("addresses").and_then(|seen| seen.value()).cloned();
    for host in &mut hosts.items {
        let same = |other: &&Item| other.id == host.id && addresses(other) == addresses(host);
        let Some(other) = there.items.iter().find(same) else { continue };
        for field in TESTIMONY {
            match other.fields.get(field) {
                Some(value) => host.fields.insert(field.to_owned(), value.clone()),
                None => host.fields.remove(field),
            };
        }
    }
    facts
}
