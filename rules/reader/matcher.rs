//! Matching: a small backtracking machine over the tokens of one sentence, which goes only where a match can still end.
//!
//! Between the words of a pattern, up to three filler words of the language (articles, possessives) may stand. First the
//! program is run backwards over the whole sentence at once, a bit for each token: that gives, for each step, the tokens
//! from which the rest may match, and mostly that there are none. The work for a program on a sentence is bounded: past
//! the bound it does not match. It knows nothing of negation: `scope` does.

use super::compile::{Op, Program};
use super::token::{QuickMap, before};
use std::ops::Range;

/// Steps that a program may take on one sentence.
const STEPS: u32 = 4_000;
/// Fillers that may stand between two words of a pattern.
pub(super) const FILLERS: u16 = 3;
/// Words of 64 bits that hold most sentences that are longer than 63 tokens, and their ends.
const MEDIUM: usize = 2;
/// Words of 64 bits that hold the longest sentence with its lead-ins and its end.
const WIDE: usize = 5;
/// The most tokens of a sentence with its lead-ins that are looked at.
pub(super) const MOST: usize = WIDE * 64 - 1;

/// What words are in one language. Words that are in the same sets are one class; class 0 is in none.
#[derive(Debug)]
pub(super) struct Classes {
    /// The classes, by the sets that they are in.
    known: QuickMap<Vec<u16>, u32>,
    /// How many sets there are.
    count: usize,
    /// Per class: its sets as a range of `sets`, and what it wakes as one of `woken`.
    ranges: Vec<(Range<usize>, Range<usize>)>,
    sets: Vec<u16>,
    woken: Vec<u32>,
}

impl Classes {
    /// No class but that of words that are in none of so many sets.
    pub(super) fn new(count: usize) -> Self {
        let known = QuickMap::from_iter([(Vec::new(), 0)]);
        Self { known, count, ranges: vec![Default::default()], sets: Vec::new(), woken: Vec::new() }
    }

    /// The class of the words that are in these sets; `filed` says which patterns a set wakes.
    pub(super) fn of(&mut self, sets: &[u16], filed: &[Vec<u32>]) -> u32 {
        if let Some(class) = self.known.get(sets) {
            return *class;
        }
        let class = self.add(sets, filed);
        self.known.insert(sets.to_vec(), class);
        class
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.ranges.len()
    }

    fn add(&mut self, sets: &[u16], filed: &[Vec<u32>]) -> u32 {
        let class = self.ranges.len();
        let mut wakes: Vec<u32> = sets.iter().flat_map(|set| &filed[usize::from(*set)]).copied().collect();
        wakes.sort_unstable();
        wakes.dedup();
        let (set, wake) = (self.sets.len(), self.woken.len());
        self.sets.extend(sets);
        self.woken.extend(wakes);
        self.ranges.push((set..self.sets.len(), wake..self.woken.len()));
        class as u32
    }

    /// The patterns that a class wakes.
    pub(super) fn wakes(&self, class: u32) -> &[u32] {
        &self.woken[self.ranges[class as usize].1.clone()]
    }

    /// Whether the words of a class are in a set.
    pub(super) fn are_in(&self, class: u32, set: u16) -> bool {
        self.sets(class).binary_search(&set).is_ok()
    }

    fn sets(&self, class: u32) -> &[u16] {
        &self.sets[self.ranges[class as usize].0.clone()]
    }
}

/// A token as the machine sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Its word's class.
    pub class: u32,
    /// What stands before it.
    pub before: u8,
}

/// Where in one sentence the words of each set stand, a bit for each token.
#[derive(Debug, Default)]
pub(super) struct Masks {
    /// The sentence's classes, each with its places.
    here: Vec<(u32, [u64; WIDE])>,
    /// Per class: the last sentence in which it was seen, and where in `here`.
    slots: Vec<(u32, u32)>,
    /// The places of each set, `words` for a set.
    bits: Vec<u64>,
    /// Before which tokens a colon stands.
    colons: [u64; WIDE],
    /// How many words of 64 bits the sentence needs.
    words: usize,
    /// The sentence's number.
    stamp: u32,
}

impl Masks {
    /// Room for sets.
    pub(super) fn new(classes: &Classes) -> Self {
        Self { bits: vec![0; classes.count * WIDE], words: 1, ..Self::default() }
    }

    /// How many sentences it looked at.
    pub(super) fn looks(&self) -> u32 {
        self.stamp
    }

    /// Looks at a sentence of at most [`MOST`] tokens.
    pub(super) fn look(&mut self, tokens: &[Seen], classes: &Classes) {
        self.slots.resize(classes.count(), (0, 0));
        self.stamp += 1;
        match self.words {
            1 => self.clear::<1>(classes),
            MEDIUM => self.clear::<MEDIUM>(classes),
            _ => self.clear::<WIDE>(classes),
        }
        self.words = match tokens.len() / 64 {
            0 => 1,
            words if words < MEDIUM => MEDIUM,
            _ => WIDE,
        };
        self.colons = [0; WIDE];
        for (place, token) in tokens.iter().enumerate().take(MOST) {
            if token.before & before::COLON != 0 {
                self.colons[place / 64] |= 1 << (place % 64);
            }
            let class = token.class;
            if class == 0 {
                continue;
            }
            let slot = &mut self.slots[class as usize];
            if slot.0 != self.stamp {
                *slot = (self.stamp, self.here.len() as u32);
                self.here.push((class, [0; WIDE]));
            }
            self.here[slot.1 as usize].1[place / 64] |= 1 << (place % 64);
        }
        match self.words {
            1 => self.spread::<1>(classes),
            MEDIUM => self.spread::<MEDIUM>(classes),
            _ => self.spread::<WIDE>(classes),
        }
    }

    /// Notes the places of the classes as places of their sets.
    fn spread<const W: usize>(&mut self, classes: &Classes) {
        let (bits, _) = self.bits.as_chunks_mut::<W>();
        for (class, places) in &self.here {
            for set in classes.sets(*class) {
                let of = &mut bits[usize::from(*set)];
                *of = std::array::from_fn(|word| of[word] | places[word]);
            }
        }
    }

    /// Takes away what was noted of the last sentence.
    fn clear<const W: usize>(&mut self, classes: &Classes) {
        let (bits, _) = self.bits.as_chunks_mut::<W>();
        for (class, _) in self.here.drain(..) {
            for set in classes.sets(class) {
                bits[usize::from(*set)] = [0; W];
            }
        }
    }

    /// The classes of the sentence's words, each once.
    pub(super) fn classes(&self) -> impl Iterator<Item = u32> {
        self.here.iter().map(|(class, _)| *class)
    }

    /// Whether a word of a set stands in the sentence.
    pub(super) fn holds(&self, set: u16) -> bool {
        let set = usize::from(set);
        match self.words {
            1 => self.bits[set] != 0,
            words => self.bits[set * words..(set + 1) * words].iter().any(|word| *word != 0),
        }
    }

    /// Whether a word of each of these sets does.
    pub(super) fn hold(&self, sets: &[u16]) -> bool {
        sets.iter().all(|set| self.holds(*set))
    }

    /// Whether the token of a place is in a set.
    fn has(&self, place: usize, set: u16) -> bool {
        self.bits[usize::from(set) * self.words + place / 64] >> (place % 64) & 1 == 1
    }

    fn of<const W: usize>(&self, set: u16) -> Bits<W> {
        Bits(self.bits.as_chunks::<W>().0[usize::from(set)])
    }
}

/// How far a gap of so many tokens reaches: fillers are not counted, but there is an end.
pub(super) fn farthest(width: u8) -> u16 {
    2 * u16::from(width) + 4
}

/// A set of places in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bits<const W: usize>([u64; W]);

impl<const W: usize> Bits<W> {
    const NONE: Self = Self([0; W]);

    /// One place.
    fn only(place: usize) -> Self {
        Self::between(place, place + 1)
    }

    /// The places from one up to and without another.
    fn between(from: usize, to: usize) -> Self {
        let below = |place: usize, word: usize| match place.saturating_sub(word * 64) {
            bits @ 0..64 => (1_u64 << bits) - 1,
            _ => u64::MAX,
        };
        Self(std::array::from_fn(|word| below(to, word) & !below(from, word)))
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// The first place and the last.
    fn ends(self) -> Option<(usize, usize)> {
        let first = self.0.iter().position(|word| *word != 0)?;
        let last = self.0.iter().rposition(|word| *word != 0)?;
        let place = |word: usize, bit: u32| word * 64 + bit as usize;
        Some((place(first, self.0[first].trailing_zeros()), place(last, self.0[last].ilog2())))
    }

    fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// The places that stand `by` before those of the set; `by` is 1 to 63.
    fn before(self, by: u32) -> Self {
        let next = |word: usize| if word + 1 < W { self.0[word + 1] << (64 - by) } else { 0 };
        Self(std::array::from_fn(|word| self.0[word] >> by | next(word)))
    }

    /// The places that stand up to `most` before one of the set, the set itself among them.
    fn up_to_before(self, most: u16) -> Self {
        let most = u32::from(most).min(64 * W as u32);
        let (mut reached, mut by) = (self, 0);
        while by < most {
            let step = (by + 1).min(most - by).min(63);
            reached = reached.or(reached.before(step));
            by += step;
        }
        reached
    }
}

impl<const W: usize> Iterator for Bits<W> {
    type Item = usize;

    /// Takes away the first place.
    fn next(&mut self) -> Option<usize> {
        let (at, word) = self.0.iter_mut().enumerate().find(|(_, word)| **word != 0)?;
        let bit = word.trailing_zeros();
        *word &= *word - 1;
        Some(at * 64 + bit as usize)
    }
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

/// For each step of a program: the places from which the rest of it may match. It may name too many, never too few.
fn alive<const W: usize>(program: &[Op], view: View<'_>, alive: &mut Vec<Bits<W>>) {
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
                alive[at] = Bits::NONE;
                match at.checked_sub(1).map(|split| (split, program[split])) {
                    Some((split, Op::Split(other))) => {
                        at = split;
                        alive[usize::from(other)]
                    }
                    _ => Bits::NONE,
                }
            }
            Op::Way { to, .. } => alive[usize::from(to)],
            Op::Start => next.and(Bits::only(0).or(Bits::only(view.own))),
            Op::End => next.and(Bits::only(end)),
            Op::Colon => {
                let mut colons = Bits([0; W]);
                colons.0.copy_from_slice(&view.masks.colons[..W]);
                colons = colons.and(Bits::between(0, end));
                next.and(if view.colon { colons.or(Bits::only(end)) } else { colons })
            }
            Op::Done => Bits::between(view.own + 1, end + 1),
        };
        alive[at] = next;
    }
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
        match view.masks.words {
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
        let program = &program.ops;
        alive(program, view, memory);
        self.steps = STEPS;
        let starts = memory.first().copied().unwrap_or(Bits::NONE);
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
