//! Matching: a small backtracking machine over the tokens of one sentence.
//!
//! Between the words of a pattern, up to three filler words of the language (articles, possessives) may stand. The work
//! for a program on a sentence is bounded: past the bound it does not match. It knows nothing of negation: `scope` does.

use super::compile::{Op, Program};
use super::token::before;

/// Steps that a program may take on one sentence.
const STEPS: u32 = 4_000;

/// The classes of a document's words in one language.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Per word: where its sets lie in `pool`, none while it was not asked for.
    pub of: Vec<Option<(u32, u32)>>,
    /// Sorted runs of sets.
    pub pool: Vec<u16>,
}

impl Classes {
    /// The sets of a word, sorted.
    pub(super) fn sets(&self, word: u32) -> &[u16] {
        match self.of.get(word as usize) {
            Some(Some((from, to))) => &self.pool[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// Whether a word is in a set.
    pub(super) fn has(&self, word: u32, set: u16) -> bool {
        self.sets(word).binary_search(&set).is_ok()
    }
}

/// A token as the machine sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Its word.
    pub word: u32,
    /// What stands before it.
    pub before: u8,
}

/// What a sentence looks like to the machine: its lead-in's tokens, then its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    /// The tokens.
    pub tokens: &'a [Seen],
    /// Where the sentence's own tokens begin.
    pub own: usize,
    /// Whether the sentence ends in a colon.
    pub colon: bool,
    /// The classes of the words.
    pub classes: &'a Classes,
    /// The set of fillers.
    pub filler: u16,
}

/// The machine's memory, reused.
#[derive(Debug, Default)]
pub(super) struct Machine {
    /// The tokens that the last match asked for by name, ascending.
    pub consumed: Vec<u16>,
    steps: u32,
}

impl Machine {
    /// The first match of a program that consumes one of the sentence's own tokens; the tokens stand in `consumed`.
    pub(super) fn find(&mut self, program: &Program, view: View<'_>) -> bool {
        self.find_from(program, view, 0)
    }

    /// The same, beginning at or after a token.
    pub(super) fn find_from(&mut self, program: &Program, view: View<'_>, from: usize) -> bool {
        self.steps = STEPS;
        for start in from..view.tokens.len() {
            if let Some(Op::Set(set)) = program.first()
                && !view.classes.has(view.tokens[start].word, *set)
            {
                continue;
            }
            self.consumed.clear();
            if self.run(program, 0, start, 0, view) {
                return true;
            }
            if self.steps == 0 {
                return false;
            }
        }
        false
    }

    fn run(&mut self, program: &[Op], mut at: usize, mut position: usize, mut skipped: u8, view: View<'_>) -> bool {
        loop {
            if self.steps == 0 {
                return false;
            }
            self.steps -= 1;
            let Some(op) = program.get(at) else { return false };
            match *op {
                Op::Set(set) => {
                    let Some(token) = view.tokens.get(position) else { return false };
                    let may_skip =
                        skipped < 3 && !self.consumed.is_empty() && view.classes.has(token.word, view.filler);
                    if view.classes.has(token.word, set) {
                        let depth = self.consumed.len();
                        self.consumed.push(position as u16);
                        if !may_skip {
                            position += 1;
                            skipped = 0;
                            at += 1;
                            continue;
                        }
                        if self.run(program, at + 1, position + 1, 0, view) {
                            return true;
                        }
                        self.consumed.truncate(depth);
                    } else if !may_skip {
                        return false;
                    }
                    position += 1;
                    skipped += 1;
                }
                Op::Gap(width) => {
                    let depth = self.consumed.len();
                    let farthest = position + 2 * usize::from(width) + 4;
                    let mut wide = 0;
                    loop {
                        if self.run(program, at + 1, position, 3, view) {
                            return true;
                        }
                        self.consumed.truncate(depth);
                        let Some(token) = view.tokens.get(position) else { return false };
                        if !view.classes.has(token.word, view.filler) {
                            wide += 1;
                        }
                        position += 1;
                        if wide > width || position > farthest {
                            return false;
                        }
                    }
                }
                Op::Split(other) => {
                    let depth = self.consumed.len();
                    if self.run(program, at + 1, position, skipped, view) {
                        return true;
                    }
                    self.consumed.truncate(depth);
                    at = usize::from(other);
                }
                Op::Jump(to) => at = usize::from(to),
                Op::Start if position == 0 || position == view.own => at += 1,
                Op::End if position == view.tokens.len() => at += 1,
                Op::Colon => {
                    let here = match view.tokens.get(position) {
                        Some(token) => token.before & before::COLON != 0,
                        None => view.colon,
                    };
                    if !here {
                        return false;
                    }
                    at += 1;
                }
                Op::Done => return self.consumed.last().is_some_and(|last| usize::from(*last) >= view.own),
                Op::Start | Op::End => return false,
            }
        }
    }
}
