//! What became of passages: citations of an older text found again in a newer one, and what stands in their place.
//!
//! A passage is carried where its words stand in the same order of things, moved where they stand elsewhere, reworded where
//! something similar stands near by, else lost. Similar is measured in words in common, which says nothing about meaning:
//! "we do not sell" and "we do sell" are similar, so a reworded passage is shown to a person.

use crate::base::change::{Anchor, Passage};
use probity_rules::observation::Citation;
use probity_rules::text::wording::{self, Line, Text};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeSet;
use std::ops::Range;

/// From this share of words in common on, a passage counts as reworded.
const SIMILAR: f32 = 0.55;

/// How many sentences beside a place are looked at where nothing stands in it.
const NEAR: usize = 2;

/// Two texts laid beside each other, sentence by sentence.
pub struct Alignment<'t> {
    old: &'t Text,
    new: &'t Text,
    ops: Vec<DiffOp>,
}

impl<'t> Alignment<'t> {
    /// Lays two texts beside each other. Linear in their length times what differs.
    pub fn new(old: &'t Text, new: &'t Text) -> Self {
        let hashes = |text: &Text| text.lines.iter().map(|line| line.hash).collect::<Vec<_>>();
        Self { old, new, ops: diff(&hashes(old), &hashes(new)) }
    }

    /// The same, read backwards: what stood where something came.
    pub fn reversed(&self) -> Alignment<'t> {
        Alignment::new(self.new, self.old)
    }

    /// The steps from one to the other.
    pub(super) fn ops(&self) -> &[DiffOp] {
        &self.ops
    }

    /// What became of a quote of the older text, and the sentences that stand in its place or nearest to it.
    pub fn anchor(&self, quote: &Citation) -> (Anchor, Vec<&'t Line>) {
        let norm = wording::quote(quote);
        let Some(at) = find(self.old, &norm, quote.span) else {
            // A quote that is not of this text: it stands in the newer one, or it does not.
            return match find(self.new, &norm, None) {
                Some(at) => (Anchor::Carried, self.new.lines[at].iter().collect()),
                None => (Anchor::Lost, Vec::new()),
            };
        };
        if let Some(there) = self.same_place(&at) {
            return (Anchor::Carried, self.new.lines[there].iter().collect());
        }
        if let Some(there) = find(self.new, &norm, None) {
            return (Anchor::Moved, self.new.lines[there].iter().collect());
        }
        let mut stands: Vec<(f32, &Line)> = self.new.lines[self.place(&at)]
            .iter()
            .filter(|line| !line.heading)
            .map(|line| (similarity(&norm, &line.norm), line))
            .collect();
        stands.sort_by(|one, other| other.0.total_cmp(&one.0));
        match stands.first() {
            Some((share, line)) if *share >= SIMILAR => (Anchor::Reworded, vec![line]),
            _ => (Anchor::Lost, stands.into_iter().take(NEAR).map(|(_, line)| line).collect()),
        }
    }

    /// The place of unchanged sentences in the newer text.
    fn same_place(&self, at: &Range<usize>) -> Option<Range<usize>> {
        self.ops.iter().find_map(|op| match *op {
            DiffOp::Equal { old_index, new_index, len } if old_index <= at.start && at.end <= old_index + len => {
                let start = new_index + (at.start - old_index);
                Some(start..start + at.len())
            }
            _ => None,
        })
    }

    /// The sentences of the newer text that stand where the older ones stood; where there are none, those beside the place.
    fn place(&self, at: &Range<usize>) -> Range<usize> {
        let mut here: Option<Range<usize>> = None;
        for op in self.ops.iter() {
            let old = op.old_range();
            let touches = old.start < at.end && at.start < old.end;
            // What was put in right before or behind a passage that went belongs to it.
            let beside = old.is_empty() && at.start <= old.start && old.start <= at.end;
            if (touches && !matches!(op, DiffOp::Equal { .. })) || beside {
                let new = op.new_range();
                here = Some(here.map_or(new.clone(), |here| here.start.min(new.start)..here.end.max(new.end)));
            }
        }
        let here = here.unwrap_or(0..0);
        if !here.is_empty() {
            return here;
        }
        here.start.saturating_sub(NEAR)..(here.end + NEAR).min(self.new.lines.len())
    }

    /// The passages that differ, in the order of the text, at most so many.
    pub fn passages(&self, most: usize) -> Vec<Passage> {
        self.differences(most).into_iter().map(|(_, _, passage)| passage).collect()
    }

    /// The same with both sides as citations.
    pub(super) fn differences(&self, most: usize) -> Vec<(Option<Citation>, Option<Citation>, Passage)> {
        let url = self.new.pages.first().or(self.old.pages.first()).map_or("", |page| page.url.as_str());
        let known = |text: &Text| text.lines.iter().map(|line| line.hash).collect::<BTreeSet<u64>>();
        let (olds, news) = (known(self.old), known(self.new));
        let mut found = Vec::new();
        for op in self.ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
            let (old, new) = (&self.old.lines[op.old_range()], &self.new.lines[op.new_range()]);
            pair(old, new, |before, after| {
                if found.len() >= most {
                    return;
                }
                let raw = |line: Option<&Line>| line.map(|line| line.raw.clone()).unwrap_or_default();
                let anchor = match (before, after) {
                    (Some(_), Some(_)) => Anchor::Reworded,
                    (Some(before), None) if news.contains(&before.hash) => Anchor::Moved,
                    (None, Some(after)) if olds.contains(&after.hash) => Anchor::Moved,
                    (None, _) => Anchor::New,
                    _ => Anchor::Lost,
                };
                let passage = Passage { url: url.to_owned(), anchor, before: raw(before), after: raw(after) };
                let (before, after) =
                    (before.and_then(|line| self.old.cite(line)), after.and_then(|line| self.new.cite(line)));
                found.push((before, after, passage));
            });
        }
        found
    }
}

/// The difference of two rows of hashes. Where nearly everything differs and there is much of it, the work would grow with the
/// square: then what lies between the common beginning and the common end counts as replaced.
fn diff(old: &[u64], new: &[u64]) -> Vec<DiffOp> {
    const MOST_WORK: usize = 40_000_000;
    let known: BTreeSet<u64> = old.iter().copied().collect();
    let common = new.iter().filter(|hash| known.contains(hash)).count();
    let differ = old.len().saturating_sub(common) + (new.len() - common);
    if differ.saturating_mul(old.len() + new.len()) <= MOST_WORK {
        return capture_diff_slices(Algorithm::Patience, old, new);
    }
    let head = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let ends = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = ends.take_while(|(one, other)| one == other).count();
    let (old_len, new_len) = (old.len() - head - tail, new.len() - head - tail);
    vec![
        DiffOp::Equal { old_index: 0, new_index: 0, len: head },
        DiffOp::Replace { old_index: head, old_len, new_index: head, new_len },
        DiffOp::Equal { old_index: head + old_len, new_index: head + new_len, len: tail },
    ]
}

/// Pairs sentences that were reworded, in order; what has no partner stands alone.
fn pair<'l>(old: &'l [Line], new: &'l [Line], mut each: impl FnMut(Option<&'l Line>, Option<&'l Line>)) {
    let mut from = 0;
    for before in old {
        let window = &new[from..new.len().min(from + 8)];
        let partner = window.iter().position(|after| similarity(&before.norm, &after.norm) >= SIMILAR);
        match partner {
            Some(skipped) => {
                window[..skipped].iter().for_each(|after| each(None, Some(after)));
                each(Some(before), window.get(skipped));
                from += skipped + 1;
            }
            None => each(Some(before), None),
        }
    }
    new[from..].iter().for_each(|after| each(None, Some(after)));
}

/// The sentences that hold a normalised quote together; the one that holds its span first.
fn find(text: &Text, norm: &str, span: Option<[usize; 2]>) -> Option<Range<usize>> {
    if norm.is_empty() {
        return None;
    }
    let holds = |line: &Line| contains(&line.norm, norm);
    let by_span = span.and_then(|[start, end]| {
        text.lines.iter().position(|line| line.span[0] <= start && end <= line.span[1] && holds(line))
    });
    if let Some(at) = by_span.or_else(|| text.lines.iter().position(holds)) {
        return Some(at..at + 1);
    }
    // The quote may reach over several sentences: each of them stands in it, one after the other.
    for start in 0..text.lines.len() {
        if !contains(norm, &text.lines[start].norm) || !norm.starts_with(&first_words(&text.lines[start].norm)) {
            continue;
        }
        let mut joined = String::new();
        for (end, line) in text.lines.iter().enumerate().skip(start).take(12) {
            joined.push_str(if joined.is_empty() { "" } else { " " });
            joined.push_str(&line.norm);
            if contains(&joined, norm) {
                return Some(start..end + 1);
            }
        }
    }
    None
}

fn first_words(norm: &str) -> String {
    norm.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Whether words stand in a text as words.
fn contains(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let end = at + words.len();
        (at == 0 || text.as_bytes()[at - 1] == b' ') && (end == text.len() || text.as_bytes()[end] == b' ')
    })
}

/// The share of words that two texts have in common in the same order, 0 to 1.
pub fn similarity(one: &str, other: &str) -> f32 {
    let (one, other): (Vec<_>, Vec<_>) = (one.split(' ').collect(), other.split(' ').collect());
    similar::diff_ratio(&capture_diff_slices(Algorithm::Myers, &one, &other), one.len(), other.len())
}
