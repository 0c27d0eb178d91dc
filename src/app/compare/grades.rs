//! The one step from an audit to what a person is asked: documents first, then grades, then what waits for its second look.
//!
//! A gap never changes a grade. A grade that goes and comes back has to stand the longer the more often it did so. What was only
//! read differently, and nowhere said differently, is noticed and not raised.

use super::cause::{Before, Now, cause};
use super::document::{Seen, TextEvent, What};
use super::memory::{Lasting, Memory, Noticed, Pending, Quiet, Reference, Standing, Swings};
use super::passages::{Anchored, Library, Pairs};
use crate::base::change::{Cause, Change, Kind, evidence};
use jiff::{SignedDuration, Timestamp};
use probity_rules::catalogue::Rules;
use probity_rules::facts::Facts;
use probity_rules::judge::{Finding, Grade, Judgement, Kinds, Outlook};
use probity_rules::law::LawOn;
use probity_rules::method::{Light, Method};
use probity_rules::observation::Why;
use probity_rules::score::score_outlooks;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// After so long without swinging a grade is taken for steady again.
const STEADY: SignedDuration = SignedDuration::from_hours(180 * 24);
/// The longest time that a swinging grade has to stand.
const LONGEST: SignedDuration = SignedDuration::from_hours(60 * 24);
/// A document that is not there for so long, in so many looks, is told to a person.
const TELL: SignedDuration = SignedDuration::from_hours(7 * 24);
const TELL_LOOKS: u32 = 3;

/// The terms on which changes are raised.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long after the first look a second one has to show a change.
    pub confirm_after: SignedDuration,
}

impl Default for Terms {
    fn default() -> Self {
        Self { confirm_after: SignedDuration::from_hours(26) }
    }
}

/// One audit of a service.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The service's id.
    pub service: &'a str,
    /// The time of the audit.
    pub at: Timestamp,
    /// Its documents.
    pub seen: &'a [Seen],
    /// Its facts. The claims among them are asked only to find the cause of a grade that differs from what stands.
    pub facts: &'a Facts,
    /// The findings on them, in the order of the catalogue.
    pub judgement: &'a Judgement,
    /// What judged.
    pub rules: &'a Rules,
    /// The law of the day.
    pub law: &'a LawOn,
    /// The methods by which it is rated.
    pub methods: &'a [&'a Method],
}

/// A document that could not be had for long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// The service's id.
    pub service: String,
    /// The address of the document.
    pub url: String,
    /// Since when.
    #[schemars(with = "String")]
    pub since: Timestamp,
    /// When this was told.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Why it could not be had.
    pub why: Why,
    /// For a person.
    pub detail: String,
}

/// What came of an audit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// What became of the documents that were captured anew.
    pub texts: Vec<TextEvent>,
    /// Changes that a second look confirmed.
    pub raised: Vec<Change>,
    /// Changes that were seen and are not raised, or not yet.
    pub noticed: Vec<Noticed>,
    /// Documents that cannot be had for long.
    pub notices: Vec<Notice>,
    /// Whether later audits are to be compared with this one: its facts are to be kept at hand.
    pub is_reference: bool,
}

/// What is known of all documents of a look together.
struct Around<'a> {
    look: Look<'a>,
    before: Option<&'a Before<'a>>,
    texts: &'a dyn Library,
    terms: Terms,
    /// The kinds of documents that are gaps now.
    gaps: Kinds,
    /// The kinds of documents that cannot be had now, whether they ever could or not.
    unread: Kinds,
    /// The payloads of the documents that are gaps now, as they were.
    gone: BTreeSet<String>,
    /// The kinds of documents whose established text was none.
    replaced: Kinds,
    /// Something could not be had that could be had before.
    lost: bool,
    /// Something can be had that could not be had before.
    gained: bool,
    records: BTreeMap<String, String>,
}

/// What becomes of a grade.
enum Fate {
    Stays,
    Quiet(Grade, Timestamp, Quiet, String),
    Raised(Box<Rise>),
}

/// A change that is raised.
struct Rise {
    from: Standing,
    pending: Pending,
    kind: Kind,
    anchored: Anchored,
}

impl Memory {
    /// Takes in an audit. `before` is the audit that [`Memory::reference`] names.
    pub fn take(&mut self, look: &Look, before: Option<&Before>, library: &dyn Library, terms: Terms) -> Events {
        let mut events = Events::default();
        let mut replaced = Vec::new();
        for seen in look.seen {
            let tracked = self.documents.entry(seen.asked.clone()).or_default();
            let Some(event) = tracked.look(look.service, seen) else { continue };
            if matches!(event.event, What::Replaced { .. }) {
                replaced.push(seen.kind);
            }
            if let Some(gap) = &mut tracked.gap {
                events.notices.extend(tell(gap, look, &seen.asked));
            }
            events.texts.push(event);
        }
        let around = self.around(look, before, library, terms, Kinds::of(replaced));
        let lights: Vec<Light> = look.methods.iter().map(|method| self.light(look.rules, method)).collect();
        let mut raised = Vec::new();
        for finding in &look.judgement.findings {
            if !look.methods.iter().any(|method| method.entries.iter().any(|entry| entry.id == finding.criterion)) {
                continue;
            }
            let Some(standing) = self.grades.get_mut(&finding.criterion) else {
                self.grades.insert(finding.criterion.clone(), Standing::new(finding, &around));
                continue;
            };
            let from = standing.grade;
            match standing.meet(finding, &around) {
                Fate::Stays => {}
                Fate::Quiet(to, first_seen, why, detail) => {
                    let (service, criterion) = (look.service.to_owned(), finding.criterion.clone());
                    events.noticed.push(Noticed { service, criterion, from, to, first_seen, at: look.at, why, detail });
                }
                Fate::Raised(rise) => {
                    let Rise { from, pending, kind, anchored } = *rise;
                    raised.push((finding, from, pending, kind, anchored));
                }
            }
        }
        for (finding, from, pending, kind, anchored) in raised {
            for (method, light_from) in look.methods.iter().zip(&lights) {
                if !method.entries.iter().any(|entry| entry.id == finding.criterion) {
                    continue;
                }
                let light_to = self.light(look.rules, method);
                events.raised.push(Change {
                    service: look.service.to_owned(),
                    method: method.id.clone(),
                    criterion: finding.criterion.clone(),
                    kind,
                    from: from.grade,
                    to: finding.grade,
                    light_from: *light_from,
                    light_to,
                    first_seen: pending.first_seen,
                    raised_at: look.at,
                    cause: pending.cause,
                    also: pending.also.clone(),
                    because_from: from.because.clone(),
                    because_to: finding.because.clone(),
                    citations: anchored.cited(),
                    passages: anchored.passages(),
                    evidence: evidence(finding),
                });
            }
        }
        events.is_reference = around.gaps.is_empty() && !around.lost;
        if events.is_reference {
            self.reference = Some(Reference { at: look.at, rules: look.rules.revision.clone() });
        }
        events
    }

    fn around<'a>(
        &mut self,
        look: &Look<'a>,
        before: Option<&'a Before<'a>>,
        library: &'a dyn Library,
        terms: Terms,
        replaced: Kinds,
    ) -> Around<'a> {
        // What never could be had is no gap that came up: nothing rests on it.
        let is_gap = |seen: &&Seen| {
            let tracked = self.documents.get(&seen.asked).filter(|tracked| !tracked.versions.is_empty());
            tracked.is_some_and(|tracked| seen.trace.is_err() || tracked.gap.is_some())
        };
        let gapped: Vec<&Seen> = look.seen.iter().filter(is_gap).collect();
        let unread = look.seen.iter().filter(|seen| {
            seen.trace.is_err() || self.documents.get(&seen.asked).is_none_or(|tracked| tracked.gap.is_some())
        });
        let unread = Kinds::of(unread.map(|seen| seen.kind));
        let (mut there, mut had) = (BTreeSet::new(), BTreeSet::new());
        for seen in look.seen {
            there.insert(seen.asked.clone());
            let is_gap = self.documents.get(&seen.asked).is_none_or(|tracked| tracked.gap.is_some());
            if seen.trace.is_ok() && !is_gap {
                had.insert(seen.asked.clone());
            }
        }
        for item in ["hosts", "repositories"].iter().filter_map(|name| look.facts.collections.get(*name)) {
            for item in &item.items {
                there.insert(item.id.clone());
                if item.fields.values().any(|field| !field.citations().is_empty()) {
                    had.insert(item.id.clone());
                }
            }
        }
        let lost = self.known.iter().any(|name| there.contains(name) && !had.contains(name));
        let gained = self.reference.is_some() && had.difference(&self.had).next().is_some();
        let gone = self.grades.values().flat_map(|standing| &standing.records);
        let gone = gone.filter(|(asked, _)| gapped.iter().any(|seen| seen.asked == **asked));
        let gone = gone.map(|(_, record)| record.clone()).collect();
        let around = Around {
            look: *look,
            before,
            texts: library,
            terms,
            gaps: Kinds::of(gapped.iter().map(|seen| seen.kind)),
            unread,
            gone,
            replaced,
            lost,
            gained,
            records: Standing::records_of(look.seen),
        };
        self.known.extend(had.iter().cloned());
        self.had = had;
        around
    }

    /// The light of a method by the established grades.
    pub fn light(&self, rules: &Rules, method: &Method) -> Light {
        let outlooks: Vec<Outlook> = rules
            .criteria
            .iter()
            .map(|criterion| self.grades.get(&criterion.id).map_or(Outlook::OPEN, Standing::outlook))
            .collect();
        score_outlooks(method, &outlooks).light
    }
}

/// Tells of a gap once, when it has lasted.
fn tell(gap: &mut Lasting, look: &Look, asked: &str) -> Option<Notice> {
    let lasts = gap.looks >= TELL_LOOKS && look.at.duration_since(gap.since) >= TELL;
    if gap.told || !lasts {
        return None;
    }
    gap.told = true;
    Some(Notice {
        service: look.service.to_owned(),
        url: asked.to_owned(),
        since: gap.since,
        at: look.at,
        why: gap.why,
        detail: gap.detail.clone(),
    })
}

impl Standing {
    fn new(finding: &Finding, around: &Around) -> Self {
        Self {
            grade: finding.grade,
            between: finding.between.clone(),
            because: finding.because.clone(),
            citations: finding.citations.clone(),
            records: around.records.clone(),
            blind: around.is_gap(finding, None),
            since: around.look.at,
            last: around.look.at,
            pending: None,
            lost: None,
            previous: None,
            swings: None,
        }
    }

    /// The same grade again: it rests on what is cited now.
    fn renew(&mut self, finding: &Finding, around: &Around) {
        let Self { since, previous, swings, .. } = self.clone();
        *self = Self { since, previous, swings, ..Self::new(finding, around) };
    }

    fn meet(&mut self, finding: &Finding, around: &Around) -> Fate {
        let at = around.look.at;
        let to = finding.grade;
        if around.is_gap(finding, Some(self)) {
            return match to == self.grade {
                true => Fate::Stays,
                false => Fate::Quiet(to, at, Quiet::Gap, String::new()),
            };
        }
        let became_known = self.blind && around.gained;
        if to != self.grade && (became_known || around.is_replaced(&finding.criterion)) {
            *self = Self::new(finding, around);
            return Fate::Quiet(to, at, Quiet::FirstKnown, String::new());
        }
        if to == self.grade {
            return self.stays(finding, around);
        }
        let pairs = Pairs::new(&self.records, around.look.seen, around.texts);
        let anchored = pairs.anchor(&self.citations, &finding.citations);
        let pending = match self.pending.take().filter(|pending| pending.to == to) {
            Some(pending) => pending,
            None => {
                let (cause, also) = around.cause(&finding.criterion, self.grade, to, pairs.same());
                Pending { to, first_seen: at, cause, also }
            }
        };
        let first_seen = pending.first_seen;
        if pending.cause == Cause::ServiceChanged && anchored.same_words() {
            self.pending = Some(pending);
            return Fate::Quiet(to, first_seen, Quiet::SameWords, String::new());
        }
        if at.duration_since(first_seen) < self.patience(to, at, around.terms) || at == first_seen {
            self.pending = Some(pending);
            return Fate::Quiet(to, first_seen, Quiet::Unconfirmed, String::new());
        }
        let from = self.clone();
        *self = Self::new(finding, around);
        self.previous = Some(from.grade);
        self.swings = from.swings.clone();
        if from.previous == Some(to) {
            self.swing(at, SignedDuration::ZERO);
        }
        Fate::Raised(Box::new(Rise { from, pending, kind: Kind::Grade, anchored }))
    }

    /// The established grade is found again.
    fn stays(&mut self, finding: &Finding, around: &Around) -> Fate {
        let at = around.look.at;
        if let Some(pending) = self.pending.take() {
            self.swing(at, at.duration_since(pending.first_seen));
            self.renew(finding, around);
            return Fate::Quiet(pending.to, pending.first_seen, Quiet::Returned, String::new());
        }
        if self.citations.is_empty() || !finding.citations.is_empty() || self.grade == Grade::Inconclusive {
            self.renew(finding, around);
            return Fate::Stays;
        }
        let pairs = Pairs::new(&self.records, around.look.seen, around.texts);
        let anchored = pairs.anchor(&self.citations, &[]);
        if !anchored.all_lost() {
            self.last = at;
            return Fate::Stays;
        }
        let first_seen = *self.lost.get_or_insert(at);
        if at.duration_since(first_seen) < around.terms.confirm_after || at == first_seen {
            return Fate::Quiet(self.grade, first_seen, Quiet::Unconfirmed, "what it rested on is gone".to_owned());
        }
        let from = self.clone();
        self.renew(finding, around);
        let pending = Pending { to: self.grade, first_seen, cause: Cause::ServiceChanged, also: Vec::new() };
        Fate::Raised(Box::new(Rise { from, pending, kind: Kind::LostCitation, anchored }))
    }

    /// How long another grade has to stand before it is raised.
    fn patience(&self, to: Grade, at: Timestamp, terms: Terms) -> SignedDuration {
        let returns = u32::from(self.previous == Some(to));
        let swings = self.swings.as_ref().filter(|swings| at.duration_since(swings.last) < STEADY);
        let Some(swings) = swings else { return terms.confirm_after };
        let doubled = terms.confirm_after * (1 << (swings.count + returns).min(6));
        let outlasts = SignedDuration::from_secs(swings.longest.saturating_mul(2));
        doubled.max(outlasts).min(LONGEST).max(terms.confirm_after)
    }

    fn swing(&mut self, at: Timestamp, stood: SignedDuration) {
        let steady = self.swings.as_ref().is_none_or(|swings| at.duration_since(swings.last) >= STEADY);
        let Swings { count, longest, .. } =
            if steady { Swings::default() } else { self.swings.clone().unwrap_or_default() };
        self.swings = Some(Swings { count: count + 1, last: at, longest: longest.max(stood.as_secs()) });
    }
}

impl Around<'_> {
    /// Whether a document on which a grade rests, or would rest, cannot be had now.
    fn is_gap(&self, finding: &Finding, standing: Option<&Standing>) -> bool {
        let reads = self.look.rules.criterion(&finding.criterion).map_or(Kinds::NONE, |criterion| criterion.reads);
        let cites = standing.is_some_and(|one| one.citations.iter().any(|quote| self.gone.contains(&quote.record)));
        let open = finding.grade == Grade::Inconclusive
            && (self.lost || standing.is_none() && !self.look.facts.gaps.is_empty());
        let never = standing.is_none() && self.unread.meets(reads);
        self.gaps.meets(reads) || cites || open || never
    }

    fn is_replaced(&self, criterion: &str) -> bool {
        self.look.rules.criterion(criterion).is_some_and(|criterion| self.replaced.meets(criterion.reads))
    }

    fn cause(&self, criterion: &str, from: Grade, to: Grade, same_texts: bool) -> (Cause, Vec<Cause>) {
        let Some(before) = self.before else { return (Cause::ServiceChanged, Vec::new()) };
        let now = Now { facts: self.look.facts, rules: self.look.rules, law: self.look.law };
        let (first, also) = cause(criterion, from, to, before, &now);
        let other_rules = before.rules.is_some_and(|rules| rules.revision != self.look.rules.revision);
        // The texts say what they said, and are read differently: that is our reader.
        match first {
            Cause::ServiceChanged if same_texts && other_rules && is_of_texts(before.facts, self.look.facts) => {
                (Cause::RulesChanged, also)
            }
            first => (first, also),
        }
    }
}

/// Whether two sets of facts differ in what texts state and in nothing else.
fn is_of_texts(before: &Facts, now: &Facts) -> bool {
    let others = |facts: &Facts| {
        let mut others = facts.collections.clone();
        others.remove("documents");
        others
    };
    before.claims != now.claims && others(before) == others(now)
}
