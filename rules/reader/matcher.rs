//! Matching: a small backtracking machine over the tokens of one sentence, which goes only where a match can still end.
//!
//! Between the words of a pattern, up to three filler words of the language (articles, possessives) may stand. First the
//! program is run backwards over the whole sentence at once, a bit for each token: that gives, for each step, the tokens
//! from which the rest may match, and mostly that there are none. The work for a program on a sentence is bounded: past
//! the bound it does not match. It knows nothing of negation: `scope` does.

use super::compile::{FILLERS, Op, Program, farthest};
use super::masks::{Bits, MEDIUM, Masks, Seen, WIDE};
use super::token::before;

/// Steps that a program may take on one sentence.
const STEPS: u32 = 4_000;

/// What a sentence looks like to the machine: its lead-in's tokens, then its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    /// The tokens.
    pub tokens: &'a [Seen],
    /// Where the sentence's own tokens begin.
    pub own: usize,
    /// Whether the sentence ends in a colon.
    pub colon: bool,
    /// Where the words of each set stand in `tokens`, which may also be their beginning only.
    pub masks: &'a Masks,
    /// The set of fillers.
    pub filler: u16,
}

impl View<'_> {
    /// Whether the token of a place is in a set.
    pub(super) fn has(&self, place: usize, set: u16) -> bool {
        place < self.tokens.len() && self.masks.has(place, set)
    }
}

/// Whether the words that every match of a program needs stand in its order, and none too far from the others. It may say so
/// too often, never too seldom.
fn opens<const W: usize>(program: &Program, view: View<'_>) -> bool {
    let (mut from, mut to) = (view.own.saturating_sub(program.tail.into()), view.tokens.len());
    for gate in program.gates.iter().rev() {
        let here = view.masks.of::<W>(gate.set).and(Bits::between(from, to));
        let Some((first, last)) = here.ends() else { return false };
        (from, to) = (first.saturating_sub(gate.within.into()), last);
    }
    true
}

/// Whether a program can match a sentence, or a part of it that begins where the sentence does.
pub(super) fn may_match(program: &Program, view: View<'_>) -> bool {
    match view.masks.words() {
        1 => opens::<1>(program, view),
        MEDIUM => opens::<MEDIUM>(program, view),
        _ => opens::<WIDE>(program, view),
    }
}

/// For each step of a program: the places from which the rest of it may match. It may name too many, never too few. Gives
/// those of the first step; where a part has none, no match has, and the steps before it are not looked at.
fn alive<const W: usize>(program: &Program, view: View<'_>, alive: &mut Vec<Bits<W>>) -> Bits<W> {
    let (mut parts, program) = (program.parts.iter().rev().peekable(), &program.ops);
    if alive.len() < program.len() {
        alive.resize(program.len(), Bits::NONE);
    }
    let alive = &mut alive[..program.len()];
    let (mut next, mut at) = (Bits::NONE, program.len());
    let end = view.tokens.len();
    let filler = view.masks.of(view.filler);
    while let Some(step) = at.checked_sub(1) {
        at = step;
        next = match program[step] {
            // Most sets of most programs are not in the sentence.
            Op::Set(_) | Op::Gap(_) | Op::Start | Op::End | Op::Colon if next == Bits::NONE => Bits::NONE,
            Op::Set(set) => {
                let here = view.masks.of(set).and(next.before(1));
                let (mut reached, mut more) = (here, here);
                for _ in 0..FILLERS {
                    more = filler.and(more.before(1));
                    if more == Bits::NONE {
                        break;
                    }
                    reached = reached.or(more);
                }
                reached
            }
            Op::Gap(width) => next.up_to_before(farthest(width)),
            Op::Split(other) => next.or(alive[usize::from(other)]),
            Op::Jump(to) => alive[usize::from(to)],
            Op::Way { start, set, .. } if view.masks.of(set) == Bits::<W>::NONE => {
                at = usize::from(start);
                Bits::NONE
            }
            Op::Way { to, .. } => alive[usize::from(to)],
            Op::Start => next.and(Bits::only(0).or(Bits::only(view.own))),
            Op::End => next.and(Bits::only(end)),
            Op::Colon => {
                let colons = view.masks.colons().and(Bits::between(0, end));
                next.and(if view.colon { colons.or(Bits::only(end)) } else { colons })
            }
            Op::Done => Bits::between(view.own + 1, end + 1),
        };
        alive[at] = next;
        if parts.next_if(|part| usize::from(**part) >= at).is_some() && next == Bits::NONE {
            return next;
        }
    }
    next
}

/// The machine's memory, reused.
#[derive(Debug, Default)]
pub(super) struct Machine {
    /// The tokens that the last match asked for by name, ascending.
    pub consumed: Vec<u16>,
    steps: u32,
    short: Vec<Bits<1>>,
    medium: Vec<Bits<MEDIUM>>,
    long: Vec<Bits<WIDE>>,
}

impl Machine {
    /// The first match of a program that consumes one of the sentence's own tokens; the tokens stand in `consumed`.
    pub(super) fn find(&mut self, program: &Program, view: View<'_>) -> bool {
        self.find_from(program, view, 0)
    }

    /// The same, beginning at or after a token.
    pub(super) fn find_from(&mut self, program: &Program, view: View<'_>, from: usize) -> bool {
        match view.masks.words() {
            1 => {
                let mut memory = std::mem::take(&mut self.short);
                let found = self.search(program, &mut memory, view, from);
                self.short = memory;
                found
            }
            MEDIUM => {
                let mut memory = std::mem::take(&mut self.medium);
                let found = self.search(program, &mut memory, view, from);
                self.medium = memory;
                found
            }
            _ => {
                let mut memory = std::mem::take(&mut self.long);
                let found = self.search(program, &mut memory, view, from);
                self.long = memory;
                found
            }
        }
    }

    fn search<const W: usize>(
        &mut self,
        program: &Program,
        memory: &mut Vec<Bits<W>>,
        view: View<'_>,
        from: usize,
    ) -> bool {
        if !opens::<W>(program, view) {
            return false;
        }
        let starts = alive(program, view, memory);
        let program = &program.ops;
        self.steps = STEPS;
        for start in starts.and(Bits::between(from, view.tokens.len())) {
            self.consumed.clear();
            if self.run(program, memory, (0, start, 0), view) {
                return true;
            }
            if self.steps == 0 {
                return false;
            }
        }
        false
    }

    /// Runs the program from a step, a token and so many fillers skipped before it.
    fn run<const W: usize>(
        &mut self,
        program: &[Op],
        alive: &[Bits<W>],
        (mut at, mut position, mut skipped): (usize, usize, u8),
        view: View<'_>,
    ) -> bool {
        loop {
            if self.steps == 0 || !alive.get(at).is_some_and(|places| places.has(position)) {
                return false;
            }
            self.steps -= 1;
            let Some(op) = program.get(at) else { return false };
            match *op {
                Op::Set(set) => {
                    let may_skip =
                        u16::from(skipped) < FILLERS && !self.consumed.is_empty() && view.has(position, view.filler);
                    if view.has(position, set) {
                        let depth = self.consumed.len();
                        self.consumed.push(position as u16);
                        if !may_skip {
                            position += 1;
                            skipped = 0;
                            at += 1;
                            continue;
                        }
                        if self.run(program, alive, (at + 1, position + 1, 0), view) {
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
                    let farthest = position + usize::from(farthest(width));
                    let mut wide = 0;
                    loop {
                        if self.run(program, alive, (at + 1, position, FILLERS as u8), view) {
                            return true;
                        }
                        self.consumed.truncate(depth);
                        if position >= view.tokens.len() {
                            return false;
                        }
                        if !view.has(position, view.filler) {
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
                    if self.run(program, alive, (at + 1, position, skipped), view) {
                        return true;
                    }
                    self.consumed.truncate(depth);
                    at = usize::from(other);
                }
                Op::Jump(to) | Op::Way { to, .. } => at = usize::from(to),
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

#[cfg(test)]
mod tests;
