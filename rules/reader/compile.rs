//! From trees to programs: the tables of one language, built once, and what each word of a text means to them.
//!
//! Every set of atoms that a pattern asks for is numbered; a word's class is the sorted list of the sets that it is in.
//! Each pattern is filed under its rarest necessary set, so that a sentence wakes only the patterns it could match.
//! It matches nothing itself: that is `matcher`.

use super::lists::Lists;
use super::pattern::{Atom, Node};
use super::token::{QuickMap, Word};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::rc::Rc;

/// Fillers that may stand between two words of a pattern.
pub(super) const FILLERS: u16 = 3;

/// How far a gap of so many tokens reaches: fillers are not counted, but there is an end.
pub(super) fn farthest(width: u8) -> u16 {
    2 * u16::from(width) + 4
}

/// One step of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// A token of this set.
    Set(u16),
    /// Up to so many tokens.
    Gap(u8),
    /// Go on here, else there.
    Split(u16),
    /// Go on there.
    Jump(u16),
    /// The end of one of several ways.
    Way {
        /// Where it goes on.
        to: u16,
        /// Where it began.
        start: u16,
        /// No sentence without a word of this set can go it.
        set: u16,
    },
    /// The sentence's or item's first token comes now.
    Start,
    /// The sentence is over.
    End,
    /// A colon stands before the next token.
    Colon,
    /// Matched.
    Done,
}

/// A compiled pattern, condition or class.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    /// Its steps.
    pub ops: Box<[Op]>,
    /// Where its parts begin that follow one another: every match passes them all.
    pub parts: Box<[u16]>,
    /// Sets of which words must stand in a sentence for it to match, in this order.
    pub gates: Box<[Gate]>,
    /// How many tokens the last word of a match may stand behind that of the last gate.
    pub tail: u16,
}

/// A word that every match of a program needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    /// The set that it is in: where a match can take one of several ways, all that these begin to ask for.
    pub set: u16,
    /// How far behind the word of the gate before it may stand at most.
    pub within: u16,
}

/// The numbered sets of a language, while they are collected.
#[derive(Debug, Default)]
pub(super) struct Builder {
    atoms: QuickMap<Atom, u32>,
    sets: QuickMap<Rc<[u32]>, u16>,
    /// Sets that were numbered before, by where their atoms lie: a word class is used many times.
    known: QuickMap<usize, (u16, Rc<[Atom]>)>,
    /// Per set: its atoms, and how many tokens in ten thousand they are guessed to be.
    members: Vec<(Rc<[u32]>, u32)>,
    common: Rc<[Atom]>,
}

impl Builder {
    /// Words that are in nearly every sentence: bad to file patterns under.
    pub(super) fn set_common(&mut self, node: &Node) {
        if let Node::Set(atoms) = node {
            self.common = Rc::clone(atoms);
        }
    }

    /// The number of a set; more than 65,535 different ones share the last.
    pub(super) fn set(&mut self, atoms: &Rc<[Atom]>) -> u16 {
        let key = atoms.as_ptr() as usize;
        if let Some((number, _)) = self.known.get(&key) {
            return *number;
        }
        let number = self.number(atoms);
        // Kept, so that nothing else can come to lie there.
        self.known.insert(key, (number, Rc::clone(atoms)));
        number
    }

    fn number(&mut self, atoms: &[Atom]) -> u16 {
        let mut numbers = Vec::with_capacity(atoms.len());
        for atom in atoms {
            let next = self.atoms.len() as u32;
            numbers.push(match self.atoms.get(atom) {
                Some(number) => *number,
                None => {
                    self.atoms.insert(atom.clone(), next);
                    next
                }
            });
        }
        let cost = atoms.iter().map(|atom| self.cost(atom)).sum();
        self.file(numbers, cost)
    }

    /// The set that holds what several hold.
    fn union(&mut self, sets: &[u16]) -> u16 {
        if let [set] = sets {
            return *set;
        }
        let members = sets.iter().filter_map(|set| self.members.get(usize::from(*set)));
        let (mut atoms, mut cost) = (Vec::new(), 0_u32);
        for (numbers, one) in members {
            atoms.extend_from_slice(numbers);
            cost = cost.saturating_add(*one);
        }
        self.file(atoms, cost)
    }

    fn file(&mut self, mut numbers: Vec<u32>, cost: u32) -> u16 {
        numbers.sort_unstable();
        numbers.dedup();
        if let Some(known) = self.sets.get(&*numbers) {
            return *known;
        }
        let set = u16::try_from(self.sets.len()).unwrap_or(u16::MAX);
        let numbers: Rc<[u32]> = numbers.into();
        self.sets.insert(Rc::clone(&numbers), set);
        self.members.push((numbers, cost));
        set
    }

    /// How many tokens in ten thousand a set is guessed to be.
    fn rarity(&self, set: u16) -> u32 {
        self.members.get(usize::from(set)).map_or(u32::MAX / 2, |(_, cost)| *cost)
    }

    /// How many tokens in ten thousand such an atom is guessed to be.
    fn cost(&self, atom: &Atom) -> u32 {
        let common = self.common.iter().any(|known| match (known, atom) {
            (Atom::Exact(known), Atom::Exact(word)) => known == word,
            (Atom::Exact(known), Atom::Prefix(word)) => known.starts_with(word.as_str()),
            (Atom::Exact(known), Atom::Suffix(word)) => known.ends_with(word.as_str()),
            (Atom::Exact(known), Atom::Infix(word)) => known.contains(word.as_str()),
            _ => false,
        });
        match atom {
            _ if common => 120,
            Atom::Exact(word) | Atom::Raw(word) if word.len() < 4 => 40,
            Atom::Exact(_) | Atom::Raw(_) => 4,
            Atom::Prefix(word) | Atom::Infix(word) if word.len() < 4 => 60,
            Atom::Prefix(_) | Atom::Infix(_) => 8,
            Atom::Suffix(word) if word.len() < 5 => 60,
            Atom::Suffix(_) => 10,
            Atom::Shape(super::token::shape::CAPITAL) => 1500,
            Atom::Shape(super::token::shape::NUMBER | super::token::shape::PROVIDER) => 100,
            Atom::Shape(_) => 10,
        }
    }

    /// The program of a tree.
    pub(super) fn program(&mut self, node: &Node) -> Program {
        let (mut ops, mut begins) = (Vec::new(), Vec::new());
        let parts = if let Node::Seq(parts) = node { parts.as_slice() } else { std::slice::from_ref(node) };
        for part in parts {
            begins.push(ops.len() as u16);
            self.emit(part, &mut ops);
        }
        ops.push(Op::Done);
        let (mut gates, mut since) = (Vec::new(), 0);
        self.gates(node, &mut gates, &mut since);
        Program { ops: ops.into(), parts: begins.into(), gates: gates.into(), tail: since }
    }

    /// The steps of one of several ways, and the step that ends it, where there is one: where it `jumps`, and where it is worth
    /// while to see first whether a sentence can go it.
    fn way(&mut self, node: &Node, jumps: bool, ops: &mut Vec<Op>) -> Option<usize> {
        let start = ops.len();
        self.emit(node, ops);
        let end = ops.len();
        let anchor = self.anchor(node).filter(|_| end > start + 1);
        match anchor.as_ref().map(|(_, sets)| sets.as_slice()) {
            Some([set]) => ops.push(Op::Way { to: 0, start: start as u16, set: *set }),
            _ if jumps => ops.push(Op::Jump(0)),
            _ => return None,
        }
        Some(end)
    }

    /// The sets of which words must stand in a sentence that programs match, the rarest first.
    pub(super) fn needs(&self, programs: &[Program]) -> Vec<u16> {
        let mut needs: Vec<u16> =
            programs.iter().flat_map(|program| program.gates.iter().map(|gate| gate.set)).collect();
        needs.sort_by_key(|set| (self.rarity(*set), *set));
        needs.dedup();
        needs
    }

    fn emit(&mut self, node: &Node, ops: &mut Vec<Op>) {
        match node {
            Node::Set(atoms) => {
                let set = self.set(atoms);
                ops.push(Op::Set(set));
            }
            Node::Seq(parts) => parts.iter().for_each(|part| self.emit(part, ops)),
            Node::Alt(branches) => {
                let mut ends = Vec::new();
                for (place, branch) in branches.iter().enumerate() {
                    let split = ops.len();
                    let is_last = place + 1 == branches.len();
                    if !is_last {
                        ops.push(Op::Split(0));
                    }
                    ends.extend(self.way(branch, !is_last, ops));
                    if !is_last {
                        ops[split] = Op::Split(ops.len() as u16);
                    }
                }
                let end = ops.len() as u16;
                for at in ends {
                    if let Op::Jump(to) | Op::Way { to, .. } = &mut ops[at] {
                        *to = end;
                    }
                }
            }
            Node::Opt(inner) => {
                let split = ops.len();
                ops.push(Op::Split(0));
                let end = self.way(inner, false, ops);
                let behind = ops.len() as u16;
                ops[split] = Op::Split(behind);
                if let Some(Op::Way { to, .. }) = end.map(|at| &mut ops[at]) {
                    *to = behind;
                }
            }
            Node::Gap(width) => ops.push(Op::Gap(*width)),
            Node::Start => ops.push(Op::Start),
            Node::End => ops.push(Op::End),
            Node::Colon => ops.push(Op::Colon),
        }
    }

    /// Adds the gates of a tree; `since` is how many tokens those parts can take that stand from the last gate's on.
    fn gates(&mut self, node: &Node, gates: &mut Vec<Gate>, since: &mut u16) {
        if let Node::Seq(parts) = node {
            parts.iter().for_each(|part| self.gates(part, gates, since));
            return;
        }
        let reach = reach(node);
        *since = since.saturating_add(reach);
        if let Some((_, sets)) = self.anchor(node) {
            gates.push(Gate { set: self.union(&sets), within: *since });
            *since = reach;
        }
    }

    fn anchor(&mut self, node: &Node) -> Option<(u32, Vec<u16>)> {
        match node {
            Node::Set(atoms) => {
                let set = self.set(atoms);
                Some((self.rarity(set), vec![set]))
            }
            Node::Seq(parts) => parts.iter().filter_map(|part| self.anchor(part)).min_by_key(|(cost, _)| *cost),
            Node::Alt(branches) => {
                let mut total = (0_u32, Vec::new());
                for branch in branches {
                    let (cost, anchors) = self.anchor(branch)?;
                    total.0 = total.0.saturating_add(cost);
                    total.1.extend(anchors);
                }
                Some(total)
            }
            _ => None,
        }
    }

    /// Closes the collection.
    pub(super) fn finish(self) -> Sets {
        let mut of_atom = vec![Vec::new(); self.atoms.len()];
        for (set, (numbers, _)) in self.members.iter().enumerate() {
            let set = u16::try_from(set).unwrap_or(u16::MAX);
            numbers.iter().for_each(|number| of_atom[*number as usize].push(set));
        }
        let mut sets = Sets { count: self.members.len(), of_atom: of_atom.into_iter().collect(), ..Sets::default() };
        let mut wild = Vec::new();
        let mut atoms: Vec<(Atom, u32)> = self.atoms.into_iter().collect();
        atoms.sort_unstable_by_key(|(_, number)| *number);
        for (atom, of) in atoms {
            match atom {
                Atom::Exact(word) => drop(sets.exact.insert(word, of)),
                Atom::Raw(word) => drop(sets.raw.insert(word, of)),
                Atom::Shape(bits) => sets.shapes.push((bits, of)),
                Atom::Prefix(word) => sets.file(&mut wild, format!("\u{1}{word}"), of),
                Atom::Suffix(word) => sets.file(&mut wild, format!("{word}\u{2}"), of),
                Atom::Infix(word) => sets.file(&mut wild, word, of),
            }
        }
        sets.automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .prefilter(false)
            .build(wild)
            .ok();
        sets
    }
}

/// How many tokens a part of a pattern can take at most, fillers counted; no fewer than [`super::matcher`] lets it.
fn reach(node: &Node) -> u16 {
    match node {
        Node::Set(_) => 1 + FILLERS,
        Node::Seq(parts) => parts.iter().fold(0, |sum, part| sum.saturating_add(reach(part))),
        Node::Alt(branches) => branches.iter().map(reach).max().unwrap_or_default(),
        Node::Opt(inner) => reach(inner),
        Node::Gap(width) => farthest(*width),
        Node::Start | Node::End | Node::Colon => 0,
    }
}

/// Which sets a word is in.
#[derive(Debug, Default)]
pub(super) struct Sets {
    /// How many sets there are.
    pub count: usize,
    /// Per atom: the sets that it is in.
    of_atom: Lists<u16>,
    exact: QuickMap<String, u32>,
    raw: QuickMap<String, u32>,
    shapes: Vec<(u8, u32)>,
    wild: Vec<u32>,
    automaton: Option<AhoCorasick>,
}

impl Sets {
    fn file(&mut self, wild: &mut Vec<String>, word: String, of: u32) {
        wild.push(word);
        self.wild.push(of);
    }

    /// Writes the sets of a word to `out`, sorted, each once; `scratch` is reused between words.
    pub(super) fn of(&self, word: &Word, scratch: &mut Vec<u8>, out: &mut Vec<u16>) {
        out.clear();
        out.extend(self.exact.get(&*word.folded).into_iter().flat_map(|of| self.of_atom.of(*of)));
        if !self.raw.is_empty() {
            out.extend(self.raw.get(&*word.raw).into_iter().flat_map(|of| self.of_atom.of(*of)));
        }
        for (bits, of) in &self.shapes {
            if word.shape & bits == *bits {
                out.extend(self.of_atom.of(*of));
            }
        }
        if let Some(automaton) = &self.automaton {
            scratch.clear();
            scratch.push(1);
            scratch.extend(word.folded.bytes().take(96));
            scratch.push(2);
            for found in automaton.find_overlapping_iter(&*scratch) {
                out.extend(self.of_atom.of(self.wild[found.pattern().as_usize()]));
            }
        }
        out.sort_unstable();
        out.dedup();
    }
}
