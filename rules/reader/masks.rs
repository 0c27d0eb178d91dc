//! Where in a sentence the words of each set stand, a bit for each token, and what words are: classes, by the sets they are in.
//!
//! A sentence is looked at once, for all patterns that are tried on it. It knows no pattern.

use super::lists::Lists;
use super::token::{QuickMap, before};

/// Words of 64 bits that hold most sentences that are longer than 63 tokens, and their ends.
pub(super) const MEDIUM: usize = 2;
/// Words of 64 bits that hold the longest sentence with its lead-ins and its end.
pub(super) const WIDE: usize = 5;
/// The most tokens of a sentence with its lead-ins that are looked at.
pub(super) const MOST: usize = WIDE * 64 - 1;

/// What words are in one language. Words that are in the same sets are one class; class 0 is in none.
#[derive(Debug)]
pub(super) struct Classes {
    /// The classes, by the sets that they are in.
    known: QuickMap<Vec<u16>, u32>,
    /// Per class: its sets.
    sets: Lists<u16>,
    /// Per class: the patterns that it wakes.
    woken: Lists<u32>,
}

impl Classes {
    /// No class but that of words that are in none.
    pub(super) fn new() -> Self {
        let known = QuickMap::from_iter([(Vec::new(), 0)]);
        Self { known, sets: Lists::from_iter([[]]), woken: Lists::from_iter([[]]) }
    }

    /// The class of the words that are in these sets; `filed` says which patterns a set wakes.
    pub(super) fn of(&mut self, sets: &[u16], filed: &Lists<u32>) -> u32 {
        if let Some(class) = self.known.get(sets) {
            return *class;
        }
        let class = self.add(sets, filed);
        self.known.insert(sets.to_vec(), class);
        class
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.sets.len()
    }

    fn add(&mut self, sets: &[u16], filed: &Lists<u32>) -> u32 {
        let mut wakes: Vec<u32> = sets.iter().flat_map(|set| filed.of(u32::from(*set))).copied().collect();
        wakes.sort_unstable();
        wakes.dedup();
        self.woken.push(wakes);
        self.sets.push(sets.iter().copied())
    }

    /// The patterns that a class wakes.
    pub(super) fn wakes(&self, class: u32) -> &[u32] {
        self.woken.of(class)
    }

    /// Whether the words of a class are in a set.
    pub(super) fn are_in(&self, class: u32, set: u16) -> bool {
        self.sets(class).binary_search(&set).is_ok()
    }

    fn sets(&self, class: u32) -> &[u16] {
        self.sets.of(class)
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
    /// Room for so many sets.
    pub(super) fn new(sets: usize) -> Self {
        Self { bits: vec![0; sets * WIDE], words: 1, ..Self::default() }
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
    pub(super) fn has(&self, place: usize, set: u16) -> bool {
        self.bits[usize::from(set) * self.words + place / 64] >> (place % 64) & 1 == 1
    }

    /// The places of a set; `W` is what [`Self::words`] says.
    pub(super) fn of<const W: usize>(&self, set: u16) -> Bits<W> {
        Bits(self.bits.as_chunks::<W>().0[usize::from(set)])
    }

    /// Before which tokens a colon stands.
    pub(super) fn colons<const W: usize>(&self) -> Bits<W> {
        Bits(std::array::from_fn(|word| self.colons[word]))
    }

    /// How many words of 64 bits the sentence needs: 1, [`MEDIUM`] or [`WIDE`].
    pub(super) fn words(&self) -> usize {
        self.words
    }
}

/// A set of places in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits<const W: usize>([u64; W]);

impl<const W: usize> Bits<W> {
    /// No place.
    pub(super) const NONE: Self = Self([0; W]);

    /// One place.
    pub(super) fn only(place: usize) -> Self {
        Self::between(place, place + 1)
    }

    /// The places from one up to and without another.
    pub(super) fn between(from: usize, to: usize) -> Self {
        let below = |place: usize, word: usize| match place.saturating_sub(word * 64) {
            bits @ 0..64 => (1_u64 << bits) - 1,
            _ => u64::MAX,
        };
        Self(std::array::from_fn(|word| below(to, word) & !below(from, word)))
    }

    /// Whether a place is among them.
    pub(super) fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// The first place and the last.
    pub(super) fn ends(self) -> Option<(usize, usize)> {
        let first = self.0.iter().position(|word| *word != 0)?;
        let last = self.0.iter().rposition(|word| *word != 0)?;
        let place = |word: usize, bit: u32| word * 64 + bit as usize;
        Some((place(first, self.0[first].trailing_zeros()), place(last, self.0[last].ilog2())))
    }

    /// The places that are in both.
    pub(super) fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// The places of either.
    pub(super) fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// The places that stand `by` before those of the set; `by` is 1 to 63.
    pub(super) fn before(self, by: u32) -> Self {
        let next = |word: usize| if word + 1 < W { self.0[word + 1] << (64 - by) } else { 0 };
        Self(std::array::from_fn(|word| self.0[word] >> by | next(word)))
    }

    /// The places that stand up to `most` before one of the set, the set itself among them.
    pub(super) fn up_to_before(self, most: u16) -> Self {
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
