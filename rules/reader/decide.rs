//! From the evidence of a document to one reading a claim: state, confidence, citations.
//!
//! A strong passage is enough; a weak one needs a fitting heading or a second passage. It knows no words.

use super::calibration::Calibration;
use super::pattern::{Says, Strength};
use super::scan::Evidence;
use crate::claim::{ClaimId, Reading, State};
use std::collections::BTreeMap;
use std::ops::Range;

/// The most citations of one reading.
const CITATIONS: usize = 4;
/// How many passages of one strength are looked at: more change nothing, and a page can hold thousands.
const PASSAGES: usize = 32;
/// What makes evidence enough.
const ENOUGH: f32 = 0.6;

/// How strong the evidence for one side is, for calibration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Only weak passages, which support each other.
    Weak,
    /// One strong passage.
    Single,
    /// Several independent passages, one of them strong.
    Several,
}

#[derive(Default)]
struct Side<'a> {
    /// The best evidence of each unit.
    best: Vec<&'a Evidence>,
    score: f32,
}

impl<'a> Side<'a> {
    fn new(evidence: impl Iterator<Item = &'a Evidence>) -> Self {
        let mut side = Self::default();
        let mut lines: Vec<usize> = Vec::new();
        let mut missing = 1.0;
        let mut all: Vec<&Evidence> = evidence.collect();
        all.sort_by(|a, b| rank(b).cmp(&rank(a)).then(a.unit.cmp(&b.unit)).then(a.line.cmp(&b.line)));
        let mut of_strength: BTreeMap<Strength, usize> = BTreeMap::new();
        for found in all {
            let count = of_strength.entry(found.strength).or_default();
            if *count >= PASSAGES
                || side.best.iter().any(|other| overlap(&other.span, &found.span) && !complete(other, found))
            {
                continue;
            }
            *count += 1;
            let worth = match (found.strength, found.supported) {
                (Strength::Strong, _) => 0.9,
                (Strength::Weak, true) => 0.62,
                (Strength::Weak, false) => 0.45,
                (Strength::Half(_) | Strength::Mention, _) => 0.0,
            };
            // the same weak pattern twice is one opinion, not two
            let counted = found.strength == Strength::Strong || !lines.contains(&found.line);
            missing *= if counted { 1.0 - worth } else { 0.97 };
            lines.push(found.line);
            side.best.push(found);
        }
        let half = |which| side.best.iter().position(|found| found.strength == Strength::Half(which));
        if let (Some(one), Some(two)) = (half(1), half(2)) {
            missing *= 0.15;
            // each half is cited before a second passage of either
            let (one, two) = (side.best[one], side.best[two]);
            side.best.sort_by_key(|found| {
                (found.strength != Strength::Strong, !std::ptr::eq(*found, one) && !std::ptr::eq(*found, two))
            });
        } else {
            side.best.retain(|found| !matches!(found.strength, Strength::Half(_) | Strength::Mention));
        }
        side.score = 1.0 - missing;
        side
    }

    fn holds(&self) -> bool {
        self.score >= ENOUGH
    }

    fn grade(&self) -> Grade {
        let strong = self.best.iter().any(|found| found.strength != Strength::Weak);
        match (strong, self.best.len()) {
            (false, _) => Grade::Weak,
            (true, 0 | 1) => Grade::Single,
            (true, _) => Grade::Several,
        }
    }

    fn spans(&self) -> Vec<Range<usize>> {
        let mut spans: Vec<Range<usize>> = Vec::new();
        for found in &self.best {
            // both halves in one sentence are one citation
            if spans.len() < CITATIONS && !spans.iter().any(|span| overlap(span, &found.span)) {
                spans.push(found.span.clone());
            }
        }
        spans
    }
}

/// What makes one passage a better citation than another: strength, support, more of the pattern's words, brevity.
fn rank(found: &Evidence) -> (Strength, bool, usize, std::cmp::Reverse<usize>) {
    (found.strength, found.supported, found.words.min(6), std::cmp::Reverse(found.span.len() / 200))
}

/// Whether two passages are the two halves of a statement, which may stand in one sentence.
fn complete(one: &Evidence, other: &Evidence) -> bool {
    matches!((one.strength, other.strength), (Strength::Half(one), Strength::Half(other)) if one != other)
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// The reading of one claim and the grade of its evidence; `evidence` is that of this claim alone. `known` is whether the
/// document can be read for this claim: enough of it is in languages in which the claim has patterns. `floor` is the precision
/// under which the claim only suggests.
pub(super) fn reading(claim: ClaimId, evidence: &[Evidence], known: bool, floor: f32) -> (Reading, Option<Grade>) {
    let calibration = Calibration::embedded();
    let is_evidence = |found: &&Evidence| found.strength != Strength::Mention;
    let side = |says| Side::new(evidence.iter().filter(is_evidence).filter(|found| found.says == says));
    let (stated, denied) = (side(Says::Stated), side(Says::Denied));
    let (state, chosen, other) = match (stated.holds(), denied.holds()) {
        (true, true) if denied.grade() > stated.grade() => (State::Denied, denied, stated),
        (true, _) => (State::Stated, stated, denied),
        (false, true) => (State::Denied, denied, stated),
        (false, false) => {
            let state = if known { State::Absent } else { State::Unknown };
            let confidence = if known { calibration.of(claim, None) } else { 0.0 };
            let (spans, against, mentioned) = (vec![], vec![], mentioned(evidence));
            let reading = Reading { claim, state, confidence, spans, against, mentioned, only_suggests: false };
            return (reading, None);
        }
    };
    let against = if other.holds() { other.spans() } else { vec![] };
    let grade = chosen.grade();
    let mut confidence = calibration.of(claim, Some(grade));
    if !against.is_empty() {
        confidence *= 0.8;
    }
    let only_suggests = calibration.precision(claim) < floor;
    let (spans, mentioned) = (chosen.spans(), vec![]);
    (Reading { claim, state, confidence, spans, against, mentioned, only_suggests }, Some(grade))
}

/// The passages that only speak of the matter: what is no statement enough comes before bare mentions.
fn mentioned(evidence: &[Evidence]) -> Vec<Range<usize>> {
    let mut all: Vec<&Evidence> = evidence.iter().collect();
    all.sort_by_key(|found| (std::cmp::Reverse(found.strength), found.unit, found.line));
    let mut spans: Vec<Range<usize>> = Vec::new();
    for found in all {
        if spans.len() < CITATIONS && !spans.iter().any(|span| overlap(span, &found.span)) {
            spans.push(found.span.clone());
        }
    }
    spans
}
