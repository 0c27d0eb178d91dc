//! The quotes of a change: what was said before and what is said now, from both texts, letter by letter.
//!
//! A grade may rest on the absence of a statement. Then what stood there, or stands there now, is quoted instead, so that a
//! person always sees both. It can only quote what the library still holds.

use super::anchor::Alignment;
use super::document::Seen;
use super::memory::Standing;
use crate::base::change::{Anchor, Cited, Passage};
use probity_rules::observation::Citation;
use probity_rules::text::wording::{Line, Text};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most quotes of one side.
const QUOTES: usize = 6;

/// Where the texts of this audit and of earlier ones are found again.
pub trait Library {
    /// The text of a document (by the address that is asked for) whose payload has this digest.
    fn text(&self, asked: &str, record: &str) -> Option<Arc<Text>>;
}

/// No text is held: changes are told without what stood in the place of an absence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Library for Nothing {
    fn text(&self, _: &str, _: &str) -> Option<Arc<Text>> {
        None
    }
}

/// The texts of two looks, document by document.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pairs: Vec<(Arc<Text>, Arc<Text>)>,
}

/// How the quotes of two grades stand to the two texts.
#[derive(Debug, Default)]
pub(super) struct Anchored {
    /// The quotes of the older grade, with what became of them and what stands there now.
    before: Vec<(Citation, Anchor, Vec<Citation>)>,
    /// The quotes of the newer grade, with what they were and what stood there.
    after: Vec<(Citation, Anchor, Vec<Citation>)>,
    /// Whether texts were there to compare.
    compared: bool,
    /// What differs at all, for grades without quotes.
    passages: Vec<(Option<Citation>, Option<Citation>, Passage)>,
}

impl Pairs {
    /// The texts of the documents that differ between the payloads of an earlier look and this one.
    pub(super) fn new(records: &BTreeMap<String, String>, seen: &[Seen], library: &dyn Library) -> Self {
        let mut pairs = Vec::new();
        for one in seen {
            let Ok(trace) = &one.trace else { continue };
            let Some(record) = records.get(&one.asked) else { continue };
            let new = one.text.clone().or_else(|| library.text(&one.asked, &trace.record));
            let old = if *record == trace.record { new.clone() } else { library.text(&one.asked, record) };
            pairs.extend(old.zip(new));
        }
        Self { pairs }
    }

    /// Whether every document says what it said.
    pub(super) fn same(&self) -> bool {
        self.pairs.iter().all(|(old, new)| old.trace.same(&new.trace))
    }

    /// Finds the quotes of two grades again.
    pub(super) fn anchor(&self, before: &[Citation], after: &[Citation]) -> Anchored {
        let mut anchored = Anchored { compared: !self.pairs.is_empty(), ..Anchored::default() };
        let holds = |text: &Text, url: &str| text.pages.iter().any(|page| page.url == url);
        let lines = |text: &Text, lines: Vec<&Line>| lines.into_iter().filter_map(|line| text.cite(line)).collect();
        let mut rest: Vec<&Citation> = before.iter().collect();
        let mut gained: Vec<&Citation> = after.iter().collect();
        for (old, new) in &self.pairs {
            let there = Alignment::new(old, new);
            let back = there.reversed();
            let (of_old, others) = rest.into_iter().partition(|quote| holds(old, &quote.url));
            rest = others;
            let of_old: Vec<&Citation> = of_old;
            for quote in of_old {
                let (anchor, stand) = there.anchor(quote);
                anchored.before.push((quote.clone(), anchor, lines(new, stand)));
            }
            let (of_new, others) = gained.into_iter().partition(|quote| holds(new, &quote.url));
            gained = others;
            let of_new: Vec<&Citation> = of_new;
            for quote in of_new {
                let (anchor, stood) = back.anchor(quote);
                anchored.after.push((quote.clone(), anchor, lines(old, stood)));
            }
            if before.is_empty() && after.is_empty() {
                anchored.passages.extend(there.differences(2 * QUOTES));
            }
        }
        // Quotes of what is no text (DNS answers, forge answers), or of a document that went: nothing to find them in.
        anchored.before.extend(rest.into_iter().map(|quote| (quote.clone(), Anchor::Lost, Vec::new())));
        anchored.after.extend(gained.into_iter().map(|quote| (quote.clone(), Anchor::Lost, Vec::new())));
        anchored
    }
}

impl Anchored {
    /// Whether all that both grades rest on stands in both texts: nothing was said differently.
    pub(super) fn same_words(&self) -> bool {
        let stands =
            |(_, anchor, _): &(Citation, Anchor, Vec<Citation>)| matches!(anchor, Anchor::Carried | Anchor::Moved);
        let any = !self.before.is_empty() || !self.after.is_empty();
        self.compared && any && self.before.iter().all(stands) && self.after.iter().all(stands)
    }

    /// Whether nothing that the older grade rested on can be found again, not even reworded.
    pub(super) fn all_lost(&self) -> bool {
        self.compared && !self.before.is_empty() && self.before.iter().all(|(_, anchor, _)| *anchor == Anchor::Lost)
    }

    /// The quotes to show: those that changed, else those that there are, else what stands in the place of the others.
    pub(super) fn cited(&self) -> Cited {
        let side = |mine: &[(Citation, Anchor, Vec<Citation>)], others: &[(Citation, Anchor, Vec<Citation>)]| {
            let changed =
                |(_, anchor, _): &&(Citation, Anchor, Vec<Citation>)| matches!(anchor, Anchor::Lost | Anchor::Reworded);
            let mut quotes: Vec<Citation> = mine.iter().filter(changed).map(|(quote, _, _)| quote.clone()).collect();
            if quotes.is_empty() {
                quotes = others.iter().filter(changed).flat_map(|(_, _, stands)| stands.clone()).collect();
            }
            if quotes.is_empty() {
                quotes = mine.iter().map(|(quote, _, _)| quote.clone()).collect();
            }
            quotes.dedup();
            quotes.truncate(QUOTES);
            quotes
        };
        let mut cited = Cited { before: side(&self.before, &self.after), after: side(&self.after, &self.before) };
        if cited.before.is_empty() && cited.after.is_empty() {
            let shown = || self.passages.iter().filter(|(_, _, passage)| passage.anchor != Anchor::Moved).take(QUOTES);
            cited.before = shown().filter_map(|(before, _, _)| before.clone()).collect();
            cited.after = shown().filter_map(|(_, after, _)| after.clone()).collect();
        }
        cited
    }

    /// The passages that changed, as a person reads them.
    pub(super) fn passages(&self) -> Vec<Passage> {
        let words =
            |quotes: &[Citation]| quotes.iter().map(|quote| quote.quote.as_str()).collect::<Vec<_>>().join("\n");
        let mut passages: Vec<Passage> = Vec::new();
        for (quote, anchor, stands) in &self.before {
            let (url, before, after) = (quote.url.clone(), quote.quote.clone(), words(stands));
            passages.push(Passage { url, anchor: *anchor, before, after });
        }
        for (quote, anchor, stood) in &self.after {
            let (url, before, after) = (quote.url.clone(), words(stood), quote.quote.clone());
            let anchor = if *anchor == Anchor::Lost { Anchor::New } else { *anchor };
            let passage = Passage { url, anchor, before, after };
            let told = passages.iter().any(|one| one.after.contains(&passage.after));
            if !told {
                passages.push(passage);
            }
        }
        passages.extend(self.passages.iter().map(|(_, _, passage)| passage.clone()));
        passages.retain(|passage| passage.anchor != Anchor::Carried);
        passages.truncate(2 * QUOTES);
        passages
    }
}

impl Standing {
    /// The payloads of the documents of a look.
    pub(super) fn records_of(seen: &[Seen]) -> BTreeMap<String, String> {
        let read = seen.iter().filter_map(|one| Some((one.asked.clone(), one.trace.as_ref().ok()?.record.clone())));
        read.collect()
    }
}
