//! The difference of two audits of a service: grades with their causes, claims, texts in context, measurements.
//!
//! Pure, and the same for any two audits, next to each other or not. Unlike [`super::Memory`] it raises nothing and waits for no
//! second look: it says what differs.

use super::anchor::Alignment;
use super::cause::{Before, Now, cause};
use super::document::Seen;
use super::passages::{Library, Pairs};
use crate::base::change::{Cause, Cited, Passage};
use jiff::Timestamp;
use jiff::civil::Date;
use probity_rules::claim::{ClaimId, State};
use probity_rules::document::Kind;
use probity_rules::facts::{Facts, Item, Stand};
use probity_rules::judge::{Finding, Grade};
use probity_rules::method::Light;
use probity_rules::observation::{Citation, Observation};
use probity_rules::rating::Rating;
use probity_rules::sentence::Sentence;
use probity_rules::text::wording::{self, Line, Text};
use schemars::JsonSchema;
use serde::Serialize;
use similar::DiffOp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The version of the format.
pub const SCHEMA: &str = "probity-difference-1";

/// Unchanged sentences that are shown around a change.
const AROUND: usize = 1;
/// The most passages of one document that are listed.
const HUNKS: usize = 200;
/// The longest value of a measurement, in letters.
const VALUE: usize = 400;

/// One of the two audits.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What it was.
    pub point: &'a Point,
    /// The ratings of the service.
    pub ratings: &'a [Rating],
    /// The findings behind them, each criterion once.
    pub findings: &'a [Finding],
    /// The facts.
    pub facts: &'a Facts,
    /// The documents.
    pub seen: &'a [Seen],
}

/// An audit, and what it was judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Point {
    /// Its name.
    pub audit: String,
    /// Its time.
    #[schemars(with = "String")]
    pub as_of: Timestamp,
    /// The version of the program.
    pub version: String,
    /// The revision of the rules.
    pub rules: String,
    /// The day whose law was applied.
    #[schemars(with = "String")]
    pub law: Date,
    /// The databases that placed addresses, each with its day.
    pub databases: Vec<String>,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// The version of the format.
    pub schema: String,
    /// The service's id.
    pub service: String,
    /// The older audit.
    pub from: Point,
    /// The newer one.
    pub to: Point,
    /// The light of each method that both have, or one of them.
    pub lights: Vec<Lights>,
    /// The grades that differ.
    pub grades: Vec<Graded>,
    /// The claims that are stated otherwise, or in other words.
    pub claims: Vec<Claimed>,
    /// The documents, in the order of the newer audit.
    pub documents: Vec<Document>,
    /// What else was found otherwise: hosts, repositories, the declaration.
    pub measured: Vec<Measured>,
}

/// The lights of a method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lights {
    /// The method's id.
    pub method: String,
    /// Before; none where it was not rated by it.
    pub from: Option<Light>,
    /// Now.
    pub to: Option<Light>,
}

/// A grade that differs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Graded {
    /// The criterion's id.
    pub criterion: String,
    /// The grade before.
    pub from: Grade,
    /// The grade now.
    pub to: Grade,
    /// Why.
    pub cause: Cause,
    /// What would have changed it too, or was needed beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Cause>,
    /// The sentence behind the grade before.
    pub because_from: Sentence,
    /// The sentence behind the grade now.
    pub because_to: Sentence,
    /// What it rested on and rests on.
    pub citations: Cited,
    /// How the passages that it rests on changed.
    pub passages: Vec<Passage>,
}

/// A claim that is stated otherwise; where both states are the same, in other words.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Claimed {
    /// The claim's id.
    #[schemars(with = "String")]
    pub claim: ClaimId,
    /// Before.
    pub from: State,
    /// Now.
    pub to: State,
    /// The passages before.
    pub before: Vec<Citation>,
    /// The passages now.
    pub after: Vec<Citation>,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Became {
    /// It says the same.
    Same,
    /// It says something else.
    Changed,
    /// It was not there, or not known.
    New,
    /// It is not there, or not known any more.
    Gone,
    /// In one of the two audits it could not be read: nothing is concluded.
    Unread,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Document {
    /// Its address.
    pub url: String,
    /// What it is for.
    pub kind: Kind,
    /// What became of it.
    pub became: Became,
    /// Why it could not be read, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The places that differ, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Hunk>,
}

/// A place of a text that differs, with the sentences around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hunk {
    /// The heading that it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The sentences.
    pub lines: Vec<Marked>,
}

/// A sentence of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Marked {
    /// In which text it stands.
    pub mark: Mark,
    /// The sentence, letter by letter.
    pub text: String,
}

/// In which of two texts a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// In both.
    Both,
    /// Only in the older.
    Before,
    /// Only in the newer.
    After,
}

/// A measurement that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Measured {
    /// What kind of thing: `hosts`, `repositories`, `subprocessors`, `service`.
    pub of: String,
    /// Which one.
    pub item: String,
    /// The fact.
    pub fact: String,
    /// Before.
    pub from: String,
    /// Now.
    pub to: String,
}

/// Texts by document and payload.
struct Texts<'a>(&'a [Seen]);

impl Library for Texts<'_> {
    fn text(&self, asked: &str, record: &str) -> Option<Arc<Text>> {
        let mut read = self.0.iter().filter(|seen| seen.asked == asked).filter_map(|seen| seen.text.as_ref());
        read.find(|text| text.trace.record == record).cloned()
    }
}

/// The difference of two audits. `before` and `now` say what each was judged on, to find the causes.
pub fn difference(service: &str, from: Side, to: Side, before: &Before, now: &Now) -> Difference {
    let mut methods: Vec<&str> = from.ratings.iter().chain(to.ratings).map(|one| one.method.as_str()).collect();
    methods.sort_unstable();
    methods.dedup();
    let light = |side: &[Rating], method: &str| side.iter().find(|one| one.method == method).map(|one| one.light);
    let lights = methods.into_iter().map(|method| Lights {
        method: method.to_owned(),
        from: light(from.ratings, method),
        to: light(to.ratings, method),
    });
    Difference {
        schema: SCHEMA.to_owned(),
        service: service.to_owned(),
        from: from.point.clone(),
        to: to.point.clone(),
        lights: lights.collect(),
        grades: grades(from, to, before, now),
        claims: claims(from.facts, to.facts),
        documents: documents(from.seen, to.seen),
        measured: measured(from.facts, to.facts),
    }
}

fn grades(from: Side, to: Side, before: &Before, now: &Now) -> Vec<Graded> {
    let records = super::memory::Standing::records_of(from.seen);
    let pairs = Pairs::new(&records, to.seen, &Texts(from.seen));
    let mut grades = Vec::new();
    for finding in to.findings {
        let Some(old) = from.findings.iter().find(|old| old.criterion == finding.criterion) else { continue };
        if old.grade == finding.grade {
            continue;
        }
        let (mut first, also) = cause(&finding.criterion, old.grade, finding.grade, before, now);
        let open = old.grade == Grade::Inconclusive || finding.grade == Grade::Inconclusive;
        if first == Cause::ServiceChanged && open && from.facts.gaps != to.facts.gaps {
            first = Cause::Reachability;
        }
        let anchored = pairs.anchor(&old.citations, &finding.citations);
        grades.push(Graded {
            criterion: finding.criterion.clone(),
            from: old.grade,
            to: finding.grade,
            cause: first,
            also,
            because_from: old.because.clone(),
            because_to: finding.because.clone(),
            citations: anchored.cited(),
            passages: anchored.passages(),
        });
    }
    grades
}

fn claims(from: &Facts, to: &Facts) -> Vec<Claimed> {
    let asked: BTreeSet<ClaimId> = from.claims.keys().chain(to.claims.keys()).copied().collect();
    let mut claims = Vec::new();
    for claim in asked {
        let ((was, before), (is, after)) = (stand(from.claims.get(&claim)), stand(to.claims.get(&claim)));
        let words = |quotes: &[Citation]| quotes.iter().map(wording::quote).collect::<BTreeSet<_>>();
        if was != is || words(&before) != words(&after) {
            claims.push(Claimed { claim, from: was, to: is, before, after });
        }
    }
    claims
}

/// How a claim stands, and the passages.
fn stand(seen: Option<&Observation<Stand>>) -> (State, Vec<Citation>) {
    match seen {
        None | Some(Observation::Unknown { .. }) => (State::Unknown, Vec::new()),
        Some(Observation::Absent { .. }) => (State::Absent, Vec::new()),
        Some(Observation::Seen { value, .. }) if value.stated.is_empty() => (State::Denied, value.denied.clone()),
        Some(Observation::Seen { value, .. }) => (State::Stated, value.stated.clone()),
    }
}

fn documents(from: &[Seen], to: &[Seen]) -> Vec<Document> {
    let new = to.iter().map(|now| pair(from.iter().find(|old| old.asked == now.asked), Some(now)));
    let gone = from.iter().filter(|old| to.iter().all(|now| now.asked != old.asked)).map(|old| pair(Some(old), None));
    new.chain(gone).flatten().collect()
}

fn pair(old: Option<&Seen>, new: Option<&Seen>) -> Option<Document> {
    let one = new.or(old)?;
    let why = |seen: Option<&Seen>, when: &str| {
        let (why, detail) = seen?.trace.as_ref().err()?;
        Some(format!("{when} {why}: {detail}"))
    };
    let said = [why(old, "before"), why(new, "now")].into_iter().flatten().collect::<Vec<_>>();
    let texts = old.and_then(|seen| seen.text.as_ref()).zip(new.and_then(|seen| seen.text.as_ref()));
    let (became, places) = match (old.map(|seen| &seen.trace), new.map(|seen| &seen.trace)) {
        (Some(Ok(old)), Some(Ok(new))) if old.same(new) => (Became::Same, Vec::new()),
        (Some(Ok(_)), Some(Ok(_))) => (Became::Changed, texts.map(|(old, new)| hunks(old, new)).unwrap_or_default()),
        // What could be read in neither does not differ.
        (Some(Err(_)), Some(Err(_))) => return None,
        (None, Some(Ok(_))) => (Became::New, Vec::new()),
        (Some(Ok(_)), None) => (Became::Gone, Vec::new()),
        _ => (Became::Unread, Vec::new()),
    };
    let why = (!said.is_empty()).then(|| said.join("; "));
    Some(Document { url: one.asked.clone(), kind: one.kind, became, why, places })
}

/// The places in which two texts differ.
pub fn hunks(old: &Text, new: &Text) -> Vec<Hunk> {
    let alignment = Alignment::new(old, new);
    let ops = alignment.ops();
    let mut hunks: Vec<Hunk> = Vec::new();
    // The sentence behind the last place, where the next one may begin.
    let mut end = None;
    for (at, op) in ops.iter().enumerate() {
        if matches!(op, DiffOp::Equal { .. }) || hunks.len() >= HUNKS {
            continue;
        }
        let (gone, come) = (op.old_range(), op.new_range());
        let marked = |lines: &[Line], mark| {
            lines.iter().map(move |line| Marked { mark, text: line.raw.clone() }).collect::<Vec<_>>()
        };
        let before = come.start.saturating_sub(AROUND)..come.start;
        let joined = end.is_some_and(|end| end >= before.start);
        if !joined {
            let heading = new.lines[..come.start].iter().rev().find(|line| line.heading);
            let shown = marked(&new.lines[before], Mark::Both);
            hunks.push(Hunk { heading: heading.map(|line| line.raw.clone()), lines: shown });
        }
        let Some(hunk) = hunks.last_mut() else { continue };
        if joined && let Some(end) = end {
            hunk.lines.extend(marked(&new.lines[end..come.start], Mark::Both));
        }
        hunk.lines.extend(marked(&old.lines[gone], Mark::Before));
        hunk.lines.extend(marked(&new.lines[come.clone()], Mark::After));
        let same = match ops.get(at + 1) {
            Some(DiffOp::Equal { len, .. }) => *len,
            _ => 0,
        };
        let behind = come.end..come.end + same.min(AROUND);
        end = Some(behind.end);
        hunk.lines.extend(marked(&new.lines[behind], Mark::Both));
    }
    hunks
}

fn measured(from: &Facts, to: &Facts) -> Vec<Measured> {
    let mut found = Vec::new();
    let mut differ = |of: &str, item: &str, before: &Fields, after: &Fields| {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for fact in names {
            let (was, is) = (said(before.get(fact)), said(after.get(fact)));
            if was != is {
                let (of, item) = (of.to_owned(), item.to_owned());
                found.push(Measured { of, item, fact: fact.clone(), from: was, to: is });
            }
        }
    };
    differ("service", "", &from.service, &to.service);
    for of in ["hosts", "repositories", "subprocessors"] {
        let items = |facts: &Facts| facts.collections.get(of).map(|all| all.items.clone()).unwrap_or_default();
        let (before, after) = (items(from), items(to));
        let names: BTreeSet<&str> = before.iter().chain(&after).map(|item| item.id.as_str()).collect();
        for name in names {
            let fields = |items: &[Item]| {
                let mut all = items.iter().filter(|item| item.id == name);
                all.next().map(|item| item.fields.clone()).unwrap_or_default()
            };
            differ(of, name, &fields(&before), &fields(&after));
        }
    }
    found
}

type Fields = BTreeMap<String, Observation<probity_rules::facts::Value>>;

/// A fact in words.
fn said(seen: Option<&Observation<probity_rules::facts::Value>>) -> String {
    let text = match seen {
        None => "not asked".to_owned(),
        Some(Observation::Seen { value, .. }) => value.to_string(),
        Some(Observation::Absent { .. }) => "absent".to_owned(),
        Some(Observation::Unknown { why, .. }) => format!("unknown ({why})"),
    };
    match text.char_indices().nth(VALUE) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}
