//! What was found in sentences that were read before, so that the same sentence is tried once and not on every page.
//!
//! Texts repeat: the frame of a site, the policy of last week, the text that a hundred providers took from one template. What
//! patterns find within a sentence hangs on nothing but the classes of its words and its marks, and that is the key. What
//! hangs on the place (headings, neighbours, the document's kind) is not kept here. It changes no reading.

use super::masks::{Classes, Masks, Seen};
use super::matcher::Machine;
use super::pattern::Says;
use super::table::Table;
use super::token::{QuickMap, Word};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How many tokens of sentences are kept, some 4 MiB; past them all are forgotten.
const TOKENS: usize = 600_000;
/// How many spellings are kept.
const WORDS: usize = 40_000;
/// No class yet.
pub(super) const UNKNOWN: u32 = u32::MAX;
/// How many shapes of words there are: seven bits.
const SHAPES: usize = 128;
/// How many classes of words are kept: more than natural texts have.
const CLASSES: usize = 8_192;

/// A pattern that matches a sentence, as far as the sentence alone tells.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// The pattern, by its number in the table.
    pub pattern: u32,
    /// What it says there, negation and exceptions seen.
    pub says: Says,
    /// How many words it asked for.
    pub words: u16,
    /// From the first to behind the last matched token, lead-ins counted.
    pub used: Range<u16>,
    /// Whether the first token is one of the lead-in.
    pub uses_lead: bool,
    /// The claim's vetoes whose words stand in the sentence too, and that hang on their place.
    pub vetoes: Box<[u16]>,
}

/// What reading needs beside the text, kept from one document to the next.
#[derive(Debug)]
pub(super) struct Memo {
    /// The classes of all words so far.
    pub classes: Classes,
    /// Room for the sentence that is read, and for one that a condition asks for.
    pub masks: [Masks; 2],
    /// The machines' memory, the same.
    pub machines: [Machine; 2],
    /// Per pattern: the last sentence that it was tried on.
    pub tried: Vec<u32>,
    /// How many sentences were tried.
    pub stamp: u32,
    /// Per shape: the classes of words, by their spelling.
    words: Box<[QuickMap<Box<str>, u32>; SHAPES]>,
    /// Room for the sets of a word.
    scratch: (Vec<u8>, Vec<u16>),
    sentences: QuickMap<Box<[u32]>, Arc<[Hit]>>,
    /// Whether the program that lies there matches a sentence.
    conditions: QuickMap<Box<[u32]>, QuickMap<usize, bool>>,
    kept: usize,
}

impl Memo {
    fn new(table: &Table) -> Self {
        Self {
            masks: [(); 2].map(|()| Masks::new(table.filed.len())),
            classes: Classes::new(),
            machines: Default::default(),
            tried: vec![0; table.patterns.len()],
            stamp: 0,
            words: Box::new(std::array::from_fn(|_| QuickMap::default())),
            scratch: Default::default(),
            sentences: QuickMap::default(),
            conditions: QuickMap::default(),
            kept: 0,
        }
    }

    /// Whether it holds as much as it may, or a counter could come round.
    fn is_full(&self) -> bool {
        let counted = self.masks.iter().map(Masks::looks).chain([self.stamp]).max().unwrap_or_default();
        self.words.iter().map(QuickMap::len).sum::<usize>() > WORDS
            || self.classes.count() > CLASSES
            || counted > u32::MAX / 2
    }

    /// The class of a word.
    pub(super) fn class(&mut self, word: &Word, table: &Table) -> u32 {
        let words = &mut self.words[usize::from(word.shape) % SHAPES];
        if let Some(class) = words.get(&*word.raw) {
            return *class;
        }
        let (bytes, sets) = &mut self.scratch;
        table.sets.of(word, bytes, sets);
        let class = self.classes.of(sets, &table.filed);
        words.insert(Box::from(&*word.raw), class);
        class
    }

    /// What is kept of a sentence.
    pub(super) fn hits(&self, key: &[u32]) -> Option<&Arc<[Hit]>> {
        self.sentences.get(key)
    }

    /// Keeps what was found in a sentence.
    pub(super) fn keep(&mut self, key: &[u32], hits: Vec<Hit>) -> Arc<[Hit]> {
        let hits: Arc<[Hit]> = Arc::from(hits);
        self.make_room(key.len() + 8 * hits.len());
        self.sentences.insert(key.into(), Arc::clone(&hits));
        hits
    }

    /// Whether the program that lies at `place` matches a sentence, where it is known.
    pub(super) fn condition(&self, key: &[u32], place: usize) -> Option<bool> {
        self.conditions.get(key)?.get(&place).copied()
    }

    /// Keeps whether the program that lies at `place` matches a sentence.
    pub(super) fn keep_condition(&mut self, key: &[u32], place: usize, found: bool) {
        self.make_room(4);
        if let Some(known) = self.conditions.get_mut(key) {
            known.insert(place, found);
        } else {
            self.make_room(key.len() + 16);
            self.conditions.insert(key.into(), QuickMap::from_iter([(place, found)]));
        }
    }

    fn make_room(&mut self, more: usize) {
        self.kept += more;
        if self.kept > TOKENS {
            self.sentences.clear();
            self.conditions.clear();
            self.kept = more;
        }
    }
}

/// What a sentence is known by: where its own words begin, whether it ends in a colon, and of each token the class and the
/// marks before it.
pub(super) fn key(tokens: &[Seen], own: usize, colon: bool, key: &mut Vec<u32>) {
    key.clear();
    key.push((own as u32) << 1 | u32::from(colon));
    key.extend(tokens.iter().map(|token| token.class << 8 | u32::from(token.before)));
}

/// The memos of a table that nobody uses at the moment: as many as ever read at one time.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Memo>>);

impl Pool {
    /// Lends a memo.
    pub(super) fn take(&self, table: &Table) -> Memo {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.filter(|memo| !memo.is_full()).unwrap_or_else(|| Memo::new(table))
    }

    /// Takes a memo back.
    pub(super) fn give(&self, memo: Memo) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(memo);
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
