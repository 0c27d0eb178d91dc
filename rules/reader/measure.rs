//! How well the reader reads: precision, recall, F1, citations and confidences against labelled documents.
//!
//! Pure: it takes documents with their labels and gives figures; loading them is the caller's. It counts as
//! `probity rules test` prints: a pair (document, claim) counts as found where the reader says stated or denied.

use super::absence::Absences;
use crate::claim::{ClaimId, Reading, State};
use crate::document::{Document, Kind, Language};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// What a careful person found on one claim in a document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// Stated, denied or absent.
    pub state: State,
    /// Passages that say so.
    #[serde(default)]
    pub quotes: Vec<String>,
    /// Whether two careful persons could differ; such a pair does not count.
    #[serde(default)]
    pub doubtful: bool,
}

/// A labelled document. Claims without a label are not judged.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// Its name in reports.
    pub name: String,
    /// The document.
    pub document: Document,
    /// What it was declared as.
    pub kind: Option<Kind>,
    /// The labels.
    pub labels: BTreeMap<ClaimId, Label>,
}

/// Right, wrong and missed pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found with the label's state.
    pub right: u32,
    /// Found with another.
    pub wrong: u32,
    /// Labelled stated or denied, and not found so.
    pub missed: u32,
}

impl Tally {
    /// Of the found, the share that is right; 1 where nothing was found.
    pub fn precision(&self) -> f32 {
        share(self.right, self.right + self.wrong)
    }

    /// Of the labelled, the share that was found; 1 where nothing is labelled.
    pub fn recall(&self) -> f32 {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both.
    pub fn f1(&self) -> f32 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.right += more.right;
        self.wrong += more.wrong;
        self.missed += more.missed;
    }
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 1.0 } else { part as f32 / whole as f32 }
}

/// A pair that the reader and the label see differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    /// The document's name.
    pub document: String,
    /// The claim.
    pub claim: ClaimId,
    /// What the label says.
    pub label: State,
    /// What the reader says.
    pub reader: State,
    /// The passages: the reader's where it found something, else the label's, else how the document begins.
    pub passages: Vec<String>,
}

/// How often a confidence was right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reliability {
    /// The sum of the confidences.
    pub said: f32,
    /// How many readings were right.
    pub right: u32,
    /// How many readings there are.
    pub all: u32,
}

/// The figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Over all pairs.
    pub total: Tally,
    /// Per claim with a label.
    pub claims: BTreeMap<ClaimId, Tally>,
    /// Per language of the documents.
    pub languages: BTreeMap<String, Tally>,
    /// Right pairs whose citations share half of their words with a labelled quote, and right pairs in all.
    pub cited: (u32, u32),
    /// Per confidence in twentieths (17 is 0.85 to 0.9), of what was found.
    pub reliability: BTreeMap<u8, Reliability>,
    /// The readings that did not find a claim.
    pub absences: Absences,
    /// What differs.
    pub misses: Vec<Miss>,
}

/// A reading beside its label.
struct Pair<'a> {
    reading: &'a Reading,
    label: &'a Label,
    /// What was found; what is unknown was not found.
    found: State,
}

impl<'a> Pair<'a> {
    /// None for pairs that do not count: doubtful ones, those that differ only between denied and absent, and the duties of
    /// an agreement outside of agreements.
    fn new(labelled: &'a Labelled, reading: &'a Reading) -> Option<Self> {
        let label = labelled.labels.get(&reading.claim)?;
        let of_contract = labelled.kind.is_some_and(Kind::is_contract);
        let found = if reading.state == State::Unknown { State::Absent } else { reading.state };
        let near = matches!((label.state, found), (State::Denied, State::Absent) | (State::Absent, State::Denied));
        let counts = !label.doubtful && !near && (of_contract || !reading.claim.is_of_contract());
        counts.then_some(Self { reading, label, found })
    }

    fn is_right(&self) -> bool {
        self.found == self.label.state
    }
}

/// Reads labelled documents and compares.
pub fn measure<'a>(documents: impl IntoIterator<Item = &'a Labelled>) -> Figures {
    let mut figures = Figures::default();
    for labelled in documents {
        for reading in super::read(&labelled.document, labelled.kind) {
            if let Some(pair) = Pair::new(labelled, &reading) {
                figures.pair(labelled, &pair);
            }
        }
    }
    figures
}

fn rely(bins: &mut BTreeMap<u8, Reliability>, confidence: f32, right: bool) {
    let bin = bins.entry((confidence * 20.0) as u8).or_default();
    bin.said += confidence;
    bin.right += u32::from(right);
    bin.all += 1;
}

impl Figures {
    fn pair(&mut self, labelled: &Labelled, pair: &Pair<'_>) {
        let (reading, label, found, same) = (pair.reading, pair.label, pair.found, pair.is_right());
        let tally = Tally {
            right: u32::from(same && found != State::Absent),
            wrong: u32::from(!same && found != State::Absent),
            missed: u32::from(!same && label.state != State::Absent),
        };
        let language = labelled.document.language.as_ref().map_or("?", Language::code).to_owned();
        self.total += tally;
        *self.claims.entry(reading.claim).or_default() += tally;
        *self.languages.entry(language).or_default() += tally;
        match found {
            State::Absent => self.absences.add(reading.claim, same),
            _ => rely(&mut self.reliability, reading.confidence, same),
        }
        let quote =
            |span: &std::ops::Range<usize>| labelled.document.text.get(span.clone()).unwrap_or_default().to_owned();
        if tally.right == 1 && !label.quotes.is_empty() {
            let cites =
                reading.spans.iter().any(|span| label.quotes.iter().any(|other| overlap(&quote(span), other) >= 0.5));
            self.cited.0 += u32::from(cites);
            self.cited.1 += 1;
        }
        if !same {
            let passages = match (found, label.quotes.is_empty()) {
                (State::Absent, false) => label.quotes.clone(),
                (State::Absent, true) => vec![labelled.document.text.chars().take(700).collect()],
                _ => reading.spans.iter().map(quote).collect(),
            };
            self.misses.push(Miss {
                document: labelled.name.clone(),
                claim: reading.claim,
                label: label.state,
                reader: reading.state,
                passages,
            });
        }
    }

    /// The mean F1 over the claims that have a right, or a missed pair.
    pub fn macro_f1(&self) -> f32 {
        let all: Vec<f32> =
            self.claims.values().filter(|tally| tally.right + tally.missed > 0).map(Tally::f1).collect();
        if all.is_empty() { 0.0 } else { all.iter().sum::<f32>() / all.len() as f32 }
    }
}

/// The share of words that two passages have in common, of the words of the shorter.
pub fn overlap(one: &str, other: &str) -> f32 {
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        text.split(|character: char| !character.is_alphanumeric() && character != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    let least = one.len().min(other.len());
    if least == 0 { 0.0 } else { one.intersection(&other).count() as f32 / least as f32 }
}
