//! From trees to programs: the tables of one language, built once, and what each word of a text means to them.
//!
//! Every set of atoms that a pattern asks for is numbered; a word's class is the sorted list of the sets that it is in.
//! Each pattern is filed under its rarest necessary sets, so that a sentence wakes only the patterns it could match.
//! It matches nothing itself: that is `matcher`.

use super::pattern::{Atom, Node};
use super::token::{QuickMap, Word};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::BTreeMap;
use std::rc::Rc;

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
    /// What a sentence must hold for it to match: one set of each group, the rarest group first. Of each group its length,
    /// then its sets.
    pub needs: Box<[u16]>,
}

/// The numbered sets of a language, while they are collected.
#[derive(Debug, Default)]
pub(super) struct Builder {
    atoms: BTreeMap<Atom, u32>,
    sets: BTreeMap<Vec<u32>, u16>,
    /// Sets that were numbered before, by where their atoms lie: a word class is used many times.
    known: QuickMap<usize, (u16, Rc<[Atom]>)>,
    costs: Vec<u32>,
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
        numbers.sort_unstable();
        if let Some(known) = self.sets.get(&numbers) {
            return *known;
        }
        let set = u16::try_from(self.sets.len()).unwrap_or(u16::MAX);
        self.sets.insert(numbers, set);
        self.costs.push(atoms.iter().map(|atom| self.cost(atom)).sum());
        set
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
        let mut ops = Vec::new();
        self.emit(node, &mut ops);
        ops.push(Op::Done);
        let mut needs = Vec::new();
        self.require(node, &mut needs);
        needs.sort();
        needs.dedup();
        // A group that is too long to be counted is not asked for: the machine finds out.
        let counted = needs.into_iter().filter_map(|(_, group)| Some((u16::try_from(group.len()).ok()?, group)));
        let needs = counted.flat_map(|(length, group)| std::iter::once(length).chain(group)).collect();
        Program { ops: ops.into(), needs }
    }

    fn emit(&mut self, node: &Node, ops: &mut Vec<Op>) {
        match node {
            Node::Set(atoms) => {
                let set = self.set(atoms);
                ops.push(Op::Set(set));
            }
            Node::Seq(parts) => parts.iter().for_each(|part| self.emit(part, ops)),
            Node::Alt(branches) => {
                let mut jumps = Vec::new();
                for (place, branch) in branches.iter().enumerate() {
                    let split = ops.len();
                    if place + 1 < branches.len() {
                        ops.push(Op::Split(0));
                    }
                    self.emit(branch, ops);
                    if place + 1 < branches.len() {
                        jumps.push(ops.len());
                        ops.push(Op::Jump(0));
                        ops[split] = Op::Split(ops.len() as u16);
                    }
                }
                let end = ops.len() as u16;
                jumps.into_iter().for_each(|jump| ops[jump] = Op::Jump(end));
            }
            Node::Opt(inner) => {
                let split = ops.len();
                ops.push(Op::Split(0));
                self.emit(inner, ops);
                ops[split] = Op::Split(ops.len() as u16);
            }
            Node::Gap(width) => ops.push(Op::Gap(*width)),
            Node::Start => ops.push(Op::Start),
            Node::End => ops.push(Op::End),
            Node::Colon => ops.push(Op::Colon),
        }
    }

    /// The sets of which one must be in the sentence if all trees match, as few and rare as possible.
    pub(super) fn anchors(&mut self, nodes: &[Node]) -> Vec<u16> {
        let mut best = nodes.iter().filter_map(|node| self.anchor(node)).min_by_key(|(cost, _)| *cost);
        let mut anchors = best.take().map(|(_, anchors)| anchors).unwrap_or_default();
        anchors.sort_unstable();
        anchors.dedup();
        anchors
    }

    fn require(&mut self, node: &Node, out: &mut Vec<(u32, Vec<u16>)>) {
        match node {
            Node::Seq(parts) => parts.iter().for_each(|part| self.require(part, out)),
            _ => out.extend(self.anchor(node)),
        }
    }

    fn anchor(&mut self, node: &Node) -> Option<(u32, Vec<u16>)> {
        match node {
            Node::Set(atoms) => {
                let set = self.set(atoms);
                Some((self.costs.get(usize::from(set)).copied().unwrap_or(u32::MAX / 2), vec![set]))
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
        for (numbers, set) in &self.sets {
            for number in numbers {
                of_atom[*number as usize].push(*set);
            }
        }
        let mut sets = Sets { count: self.costs.len(), ..Sets::default() };
        let mut wild = Vec::new();
        for (atom, number) in self.atoms {
            let of = std::mem::take(&mut of_atom[number as usize]);
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

/// Which sets a word is in.
#[derive(Debug, Default)]
pub(super) struct Sets {
    /// How many sets there are.
    pub count: usize,
    exact: QuickMap<String, Vec<u16>>,
    raw: QuickMap<String, Vec<u16>>,
    shapes: Vec<(u8, Vec<u16>)>,
    wild: Vec<Vec<u16>>,
    automaton: Option<AhoCorasick>,
}

impl Sets {
    fn file(&mut self, wild: &mut Vec<String>, word: String, of: Vec<u16>) {
        wild.push(word);
        self.wild.push(of);
    }

    /// Writes the sets of a word to `out`, sorted, each once; `scratch` is reused between words.
    pub(super) fn of(&self, word: &Word, scratch: &mut Vec<u8>, out: &mut Vec<u16>) {
        out.clear();
        out.extend(self.exact.get(&*word.folded).into_iter().flatten());
        if !self.raw.is_empty() {
            out.extend(self.raw.get(&*word.raw).into_iter().flatten());
        }
        for (bits, of) in &self.shapes {
            if word.shape & bits == *bits {
                out.extend(of);
            }
        }
        if let Some(automaton) = &self.automaton {
            scratch.clear();
            scratch.push(1);
            scratch.extend(word.folded.bytes().take(96));
            scratch.push(2);
            for found in automaton.find_overlapping_iter(&*scratch) {
                out.extend(&self.wild[found.pattern().as_usize()]);
            }
        }
        out.sort_unstable();
        out.dedup();
    }
}
