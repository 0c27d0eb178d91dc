//! Why a condition is true, false or unknown of a service: the tree that `explain` shows, and what follows from it, the
//! evidence that decided and the knowledge that is missing.
//!
//! It decides nothing; the truths in it are those of `truth`.

use super::Basis;
use super::missing::{self, Missing};
use super::truth::{Count, Court, Truth, observed};
use super::view::{Doubt, Said, Stance};
use crate::condition::{Condition, Items, Quantifier, Test};
use crate::facts::{Attested, SERVICE};
use crate::observation::{Citation, Observation, Searched};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One condition, what was seen, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// How it is made.
    pub is: Shape,
    /// What was asked, in words.
    pub asked: String,
    /// Whether it is so.
    pub truth: Truth,
    /// What was seen, in words; empty where the parts say it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seen: String,
    /// How that came to be known; none for what the declaration says and for what nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Where the same is said in documents that do not count for the criterion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Citation>,
    /// The proof of an absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searched: Option<Searched>,
    /// Who vouches for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<Attested>,
    /// What would have to be known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// The conditions that it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

/// How a condition is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// All of its parts.
    All,
    /// Any of its parts.
    Any,
    /// The opposite of its part.
    Not,
    /// A question to the facts.
    Question,
}

/// What a truth rests on.
#[derive(Clone, Debug, Default)]
pub struct Support {
    /// Where it stands, each place once, in the order of the condition.
    pub citations: Vec<Citation>,
    /// What was searched in vain, all searches as one.
    pub searched: Option<Searched>,
    /// Who vouches.
    pub attested: Vec<Attested>,
    /// The weakest link of what was needed, the strongest of what was enough.
    pub basis: Option<Basis>,
}

impl Support {
    fn add(&mut self, other: Self, basis: impl Fn(Basis, Basis) -> Basis) {
        for citation in other.citations {
            if !self.citations.contains(&citation) {
                self.citations.push(citation);
            }
        }
        for attested in other.attested {
            if !self.attested.contains(&attested) {
                self.attested.push(attested);
            }
        }
        self.searched = match (self.searched.take(), other.searched) {
            (Some(mine), Some(theirs)) => Some(union(mine, theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.basis = match (self.basis, other.basis) {
            (Some(mine), Some(theirs)) => Some(basis(mine, theirs)),
            (mine, theirs) => mine.or(theirs),
        };
    }
}

/// Two searches as one. Words that both read are counted once, so the greater count is what is sure.
fn union(mut mine: Searched, theirs: Searched) -> Searched {
    fn both<T: Ord>(mine: &mut Vec<T>, theirs: Vec<T>) {
        mine.extend(theirs);
        mine.sort();
        mine.dedup();
    }
    both(&mut mine.places, theirs.places);
    both(&mut mine.kinds, theirs.kinds);
    both(&mut mine.languages, theirs.languages);
    both(&mut mine.mentions, theirs.mentions);
    mine.words = mine.words.max(theirs.words);
    mine.revision = mine.revision.max(theirs.revision);
    mine
}

impl Trace {
    /// What the truth rests on: of what had to hold together everything, of what was enough the parts that held.
    pub fn support(&self) -> Support {
        let needed = |basis: Basis, other: Basis| basis.min(other);
        let enough = |basis: Basis, other: Basis| basis.max(other);
        let mut support = Support {
            citations: self.citations.clone(),
            searched: self.searched.clone(),
            attested: self.attested.iter().cloned().collect(),
            basis: self.basis,
        };
        for part in &self.parts {
            match (self.is, self.truth) {
                (Shape::All, Truth::False) if part.truth == Truth::False => support.add(part.support(), enough),
                (Shape::Any, Truth::True) if part.truth == Truth::True => support.add(part.support(), enough),
                (Shape::All, Truth::False) | (Shape::Any, Truth::True) => {}
                _ if part.truth == Truth::Unknown => {}
                _ => support.add(part.support(), needed),
            }
        }
        support
    }

    /// Where what was asked is said in documents that do not count, each place once.
    pub fn elsewhere(&self) -> Vec<Citation> {
        let mut all = self.elsewhere.clone();
        for citation in self.parts.iter().flat_map(Self::elsewhere) {
            if !all.contains(&citation) {
                all.push(citation);
            }
        }
        all
    }

    /// What would have to be known for an unknown to become true or false; nothing where it is known.
    pub fn missing(&self) -> Vec<Missing> {
        let mut missing = self.missing.clone();
        for part in self.parts.iter().filter(|part| self.truth == Truth::Unknown && part.truth == Truth::Unknown) {
            for one in part.missing() {
                if !missing.contains(&one) {
                    missing.push(one);
                }
            }
        }
        missing
    }
}

impl Court<'_, '_> {
    /// The tree of a condition.
    pub fn trace(&self, condition: &Condition) -> Trace {
        let mut trace = Trace {
            is: match condition {
                Condition::All(_) => Shape::All,
                Condition::Any(_) => Shape::Any,
                Condition::Not(_) => Shape::Not,
                Condition::Fact { .. } | Condition::Claim { .. } | Condition::Items(_) => Shape::Question,
            },
            asked: condition.to_string(),
            truth: self.truth(condition),
            seen: String::new(),
            basis: None,
            citations: Vec::new(),
            elsewhere: Vec::new(),
            searched: None,
            attested: None,
            missing: Vec::new(),
            parts: Vec::new(),
        };
        match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                trace.parts = parts.iter().map(|part| self.trace(part)).collect();
            }
            Condition::Not(part) => trace.parts.push(self.trace(part)),
            Condition::Fact { field, .. } => self.trace_fact(*field, &mut trace),
            Condition::Claim { claim, .. } => {
                let said = self.view.said(*claim, self.reads);
                trace_claim(&said, &mut trace);
                if trace.truth == Truth::Unknown {
                    trace.missing.push(missing::of_claim(*claim, &said, self.reads, self.view));
                }
            }
            Condition::Items(items) => self.trace_items(items, &mut trace),
        }
        trace
    }

    fn trace_fact(&self, field: usize, trace: &mut Trace) {
        let name = SERVICE[field].name;
        if name == "day" {
            trace.seen = self.view.law.day().to_string();
            return;
        }
        match self.view.service[field] {
            Some(Observation::Seen { value, citations }) => {
                trace.seen = value.to_string();
                trace.citations.clone_from(citations);
            }
            Some(Observation::Absent { searched }) => trace.searched = Some(searched.clone()),
            Some(Observation::Unknown { .. }) | None => {}
        }
        if trace.truth == Truth::Unknown {
            trace.missing.push(missing::of_fact(name, self.view.service[field]));
        }
    }

    fn trace_items(&self, items: &Items, trace: &mut Trace) {
        let (name, fields) = items.schema();
        let things = &self.view.collections[items.collection];
        let mut groups: [Vec<&str>; 3] = Default::default();
        let mut open = Vec::new();
        for thing in &things.items {
            let count = self.counts(items, thing);
            let decides = match (items.quantifier, trace.truth, count) {
                (_, _, Count::Out) => continue,
                (_, Truth::Unknown, _) | (_, _, Count::Open | Count::Perhaps) => count == Count::Pass,
                (Quantifier::Every, Truth::False, count) => count == Count::Fail,
                (Quantifier::Some | Quantifier::AtLeast(_), Truth::True, count) => count == Count::Pass,
                (Quantifier::None, Truth::False, count) => count == Count::Pass,
                _ => true,
            };
            let group = match count {
                Count::Pass => 0,
                Count::Fail => 1,
                _ => 2,
            };
            groups[group].push(thing.id);
            let asked = || items.filter.iter().chain(&items.has);
            if decides {
                trace.basis = Some(Basis::Measured);
                // A question on the collection alone is about the thing itself: all that shows it.
                let all = items.filter.is_empty() && items.has.is_empty();
                let whole = thing.fields.iter().flatten().filter(|_| all);
                let fields = asked().filter_map(|(field, _)| thing.fields[*field]);
                for citation in fields.chain(whole.copied()).flat_map(Observation::citations) {
                    if !trace.citations.contains(citation) {
                        trace.citations.push(citation.clone());
                    }
                }
            }
            if group == 2 {
                let unknown = |(field, test): &&(usize, Test)| {
                    observed(test, thing.fields[*field], self.view.law) == Truth::Unknown
                };
                open.extend(
                    asked()
                        .filter(unknown)
                        .map(|(field, _)| missing::of_field(name, thing.id, fields[*field].name, thing.fields[*field])),
                );
            }
        }
        let words = [("pass", &groups[0]), ("do not", &groups[1]), ("unknown", &groups[2])];
        let told = words.iter().filter(|(_, group)| !group.is_empty());
        trace.seen = told.map(|(word, group)| format!("{word}: {}", group.join(", "))).collect::<Vec<_>>().join("; ");
        if things.asked && trace.seen.is_empty() {
            trace.seen = format!("no {name}");
        }
        if trace.truth == Truth::Unknown {
            trace.basis = None;
            open.extend(missing::of_collection(name, things));
            trace.missing = open;
        }
    }
}

fn trace_claim(said: &Said, trace: &mut Trace) {
    let [stated, denied] = said.passages().map(|side| side.into_iter().cloned().collect::<Vec<_>>());
    trace.attested = said.attested.cloned();
    let by_text = |trace: &mut Trace, word: &str, citations: Vec<Citation>| {
        trace.seen = format!("{word} in {} passages", citations.len());
        trace.basis = Some(if citations.is_empty() { Basis::Attested } else { Basis::Stated });
        if let (true, Some(attested)) = (citations.is_empty(), said.attested) {
            trace.seen = format!("{word}, says {}, {}", attested.by, attested.date);
        }
        trace.citations = citations;
    };
    match said.stance {
        Stance::Stated => by_text(trace, "stated", stated),
        Stance::Denied => by_text(trace, "denied", denied),
        Stance::Silent => by_text(trace, "absent", Vec::new()),
        Stance::Absent(_) => {
            let Some(searched) = said.searched() else { return };
            trace.seen = format!("absent from {} documents, {} words", searched.places.len(), searched.words);
            trace.basis = (trace.truth != Truth::Unknown).then_some(Basis::Measured);
            trace.searched = Some(searched.clone());
        }
        Stance::Unknown(Doubt::Mentioned) => {
            trace.citations = said.mentions().cloned().collect();
            trace.seen = format!("spoken of in {} passages", trace.citations.len());
        }
        Stance::Unknown(doubt) => {
            trace.seen = match doubt {
                Doubt::Gap(why) => why.to_string(),
                Doubt::Both => "stated and denied".to_owned(),
                Doubt::Suggested => "a passage suggests it".to_owned(),
                Doubt::Mentioned => "spoken of".to_owned(),
                Doubt::Second => "the second reader suggests it".to_owned(),
                Doubt::Disputed => "disputed".to_owned(),
            };
            trace.citations = stated;
            trace.citations.extend(denied);
        }
    }
    trace.elsewhere = said.elsewhere().into_iter().cloned().collect();
    if let Some(expired) = said.expired {
        trace.seen += &format!(" (what {} said on {} has expired)", expired.by, expired.date);
    }
}
