//! The pass over a document: which pattern matches which sentence, and what the sentence then says.
//!
//! It collects evidence; what a claim's evidence adds up to is decided in `decide`.

use super::file::Negated;
use super::matcher::{Classes, Machine, Seen, View};
use super::pattern::{Says, Strength, Where};
use super::scope::{self, Scope};
use super::table::{Pattern, Table};
use super::units::{Prepared, Unit};
use crate::claim::ClaimId;
use crate::document::{Document, Kind, Language};
use std::ops::Range;

/// A passage that says something on a claim.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evidence {
    /// The claim.
    pub claim: ClaimId,
    /// What it says: stated or denied.
    pub says: Says,
    /// How much the pattern alone is worth.
    pub strength: Strength,
    /// Whether a heading of the claim stands over it.
    pub supported: bool,
    /// The unit that it stands in.
    pub unit: usize,
    /// The line of the pattern, to tell patterns of a claim apart.
    pub line: usize,
    /// How many words the pattern asked for.
    pub words: usize,
    /// The citation: a byte range of the document's text.
    pub span: Range<usize>,
}

/// The pass of one language over one document.
pub(super) struct Scan<'a> {
    table: &'a Table,
    document: &'a Document,
    prepared: &'a Prepared,
    language: Language,
    kind: Option<Kind>,
    classes: Classes,
    machine: Machine,
    around: Machine,
    seen: Vec<Seen>,
    stamps: Vec<u32>,
    tried: Vec<u32>,
    found: Vec<Evidence>,
}

impl<'a> Scan<'a> {
    /// Reads all sentences of a language.
    pub(super) fn run(
        table: &'a Table,
        document: &'a Document,
        prepared: &'a Prepared,
        language: Language,
        kind: Option<Kind>,
    ) -> Vec<Evidence> {
        let mut scan = Self {
            table,
            document,
            prepared,
            language,
            kind,
            classes: Classes::default(),
            machine: Machine::default(),
            around: Machine::default(),
            seen: Vec::new(),
            stamps: vec![0; table.sets.count],
            tried: vec![0; table.patterns.len()],
            found: Vec::new(),
        };
        scan.classify();
        for unit in 0..prepared.units.len() {
            if prepared.units[unit].language == Some(language) {
                scan.unit(unit);
            }
        }
        scan.found
    }

    /// Finds the classes of all words of the document.
    fn classify(&mut self) {
        let (mut scratch, mut sets) = (Vec::new(), Vec::new());
        self.classes.of = Vec::with_capacity(self.prepared.words.list.len());
        for word in &self.prepared.words.list {
            self.table.sets.of(word, &mut scratch, &mut sets);
            let from = self.classes.pool.len() as u32;
            self.classes.pool.extend_from_slice(&sets);
            self.classes.of.push(Some((from, self.classes.pool.len() as u32)));
        }
    }

    fn unit(&mut self, unit: usize) {
        let prepared = self.prepared;
        let of = &prepared.units[unit];
        let mut seen = std::mem::take(&mut self.seen);
        seen.clear();
        let [far, near] = prepared.leads(unit);
        for range in [far, near, of.tokens.clone()] {
            seen.extend(prepared.tokens[range].iter().map(|token| Seen { word: token.word, before: token.before }));
        }
        let own = seen.len() - of.tokens.len();
        let stamp = unit as u32 + 1;
        for token in &seen {
            for set in self.classes.sets(token.word) {
                self.stamps[usize::from(*set)] = stamp;
            }
        }
        let table = self.table;
        for token in &seen {
            for index in 0..self.classes.sets(token.word).len() {
                let set = self.classes.sets(token.word)[index];
                for number in &table.filed[usize::from(set)] {
                    let tried = &mut self.tried[*number as usize];
                    if *tried == stamp {
                        continue;
                    }
                    *tried = stamp;
                    let pattern = &table.patterns[*number as usize];
                    if pattern.required.iter().all(|set| self.stamps[usize::from(*set)] == stamp) {
                        self.attempt(pattern, unit, &seen, own);
                    }
                }
            }
        }
        self.seen = seen;
    }

    fn attempt(&mut self, pattern: &'a Pattern, unit: usize, seen: &[Seen], own: usize) {
        let of = &self.prepared.units[unit];
        let fits = (!of.heading || pattern.flags.heading)
            && (!of.question || pattern.flags.question || of.heading)
            && (pattern.kinds.is_empty() || self.kind.is_none_or(|kind| pattern.kinds.contains(&kind)));
        if !fits {
            return;
        }
        let view =
            View { tokens: seen, own, colon: of.colon, classes: &self.classes, filler: self.table.grammar.filler };
        let whole = View { own: 0, ..view };
        let Some(first) = pattern.all.first() else { return };
        if !self.machine.find(first, view) {
            return;
        }
        let mut words = self.machine.consumed.len();
        let mut used = extent(&self.machine.consumed, 0..0);
        for more in &pattern.all[1..] {
            if !self.around.find(more, whole) {
                return;
            }
            words += self.around.consumed.len();
            used = extent(&self.around.consumed, used);
        }
        if pattern.none.iter().any(|none| self.around.find(none, whole)) {
            return;
        }
        let both = self.language == Language::De;
        let scope = scope::around(&self.machine.consumed, view, &self.table.grammar, both, &mut self.around);
        let Some(says) = says(self.table, pattern, scope) else { return };
        let mut end = unit;
        for (place, not, program) in &pattern.conditions {
            let found = self.condition(*place, program, unit);
            if found.is_some() == *not {
                return;
            }
            end = end.max(found.filter(|_| *place == Where::Then).unwrap_or(unit));
        }
        let vetoes = &self.table.claims[pattern.claim.index()].vetoes;
        if vetoes.iter().any(|veto| self.vetoed(veto, unit, seen, own)) {
            return;
        }
        let uses_lead = self.machine.consumed.first().is_some_and(|first| usize::from(*first) < own);
        let own = used.start.saturating_sub(own)..used.end.saturating_sub(own);
        let span = self.span(unit, end, uses_lead, own);
        let supported = self.table.claims[pattern.claim.index()]
            .headings
            .iter()
            .any(|program| self.condition(Where::Under, program, unit).is_some());
        self.found.push(Evidence {
            claim: pattern.claim,
            says,
            strength: pattern.strength,
            supported,
            unit,
            line: pattern.line,
            words,
            span,
        });
    }

    fn vetoed(&mut self, veto: &Pattern, unit: usize, seen: &[Seen], own: usize) -> bool {
        let of = &self.prepared.units[unit];
        let view =
            View { tokens: seen, own, colon: of.colon, classes: &self.classes, filler: self.table.grammar.filler };
        let whole = View { own: 0, ..view };
        veto.all.iter().all(|program| self.around.find(program, whole))
            && !veto.none.iter().any(|program| self.around.find(program, whole))
            && veto
                .conditions
                .iter()
                .all(|(place, not, program)| self.condition(*place, program, unit).is_some() != *not)
    }

    /// The unit at which a condition holds, where it does.
    fn condition(&mut self, place: Where, program: &super::compile::Program, unit: usize) -> Option<usize> {
        let prepared = self.prepared;
        let of = &prepared.units[unit];
        match place {
            Where::Under => {
                let mut heading = self.document.blocks.get(of.block).and_then(|block| block.heading);
                let mut below = of.block;
                while let Some(block) = heading.filter(|block| *block < below) {
                    if prepared.of_block[block].clone().any(|above| self.holds(program, &prepared.units[above])) {
                        return Some(unit);
                    }
                    below = block;
                    heading = self.document.blocks.get(block).and_then(|block| block.heading);
                }
                self.holds_in(program, prepared.title.clone()).then_some(unit)
            }
            Where::Lead => of.lead.filter(|lead| self.holds(program, &prepared.units[*lead])),
            Where::Near => {
                let mut near = unit.saturating_sub(3)..(unit + 4).min(prepared.units.len());
                near.find(|other| {
                    *other != unit && self.together(unit, *other) && self.holds(program, &prepared.units[*other])
                })
            }
            Where::Then => {
                let mut next = unit + 1..(unit + 7).min(prepared.units.len());
                next.find(|other| self.together(unit, *other) && self.holds(program, &prepared.units[*other]))
            }
            Where::Title => {
                let first = prepared.units.iter().find(|unit| unit.heading);
                let found = self.holds_in(program, prepared.title.clone())
                    || first.is_some_and(|first| self.holds(program, first));
                found.then_some(unit)
            }
        }
    }

    /// Whether two units stand under the same heading.
    fn together(&self, one: usize, other: usize) -> bool {
        let heading = |unit: usize| {
            let unit = &self.prepared.units[unit];
            if unit.heading {
                Some(unit.block)
            } else {
                self.document.blocks.get(unit.block).and_then(|block| block.heading)
            }
        };
        heading(one) == heading(other)
    }

    fn holds(&mut self, program: &super::compile::Program, unit: &Unit) -> bool {
        self.holds_in(program, unit.tokens.clone())
    }

    fn holds_in(&mut self, program: &super::compile::Program, tokens: Range<usize>) -> bool {
        let seen: Vec<Seen> =
            self.prepared.tokens[tokens].iter().map(|token| Seen { word: token.word, before: token.before }).collect();
        let view =
            View { tokens: &seen, own: 0, colon: false, classes: &self.classes, filler: self.table.grammar.filler };
        self.around.find(program, view)
    }

    /// The citation of a match: its sentence, with the lead-in where that stands directly before and is needed. Of a
    /// sentence of several lines (a cell, an address) those lines that hold its words, `own` by their places.
    fn span(&self, unit: usize, end: usize, uses_lead: bool, own: Range<usize>) -> Range<usize> {
        let units = &self.prepared.units;
        let of = &units[unit];
        let lines = self.lines(of, own);
        let mut start = lines.start;
        if uses_lead {
            start = of.span.start;
            if let Some(lead) = of.lead
                && self.document.text.get(units[lead].span.end..start).is_some_and(|between| between.trim().is_empty())
            {
                start = units[lead].span.start;
            }
        }
        start..if end > unit { units[end].span.end } else { lines.end }
    }

    /// The lines of a sentence from its first to its last matched word.
    fn lines(&self, of: &Unit, own: Range<usize>) -> Range<usize> {
        let text = self.document.text.get(of.span.clone()).unwrap_or_default();
        let tokens = &self.prepared.tokens[of.tokens.clone()];
        let (Some(first), Some(last)) = (tokens.get(own.start), tokens.get(own.end.saturating_sub(1))) else {
            return of.span.clone();
        };
        let (from, to) = (first.start as usize - of.span.start, last.end as usize - of.span.start);
        let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) else { return of.span.clone() };
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(text.len(), |at| to + at);
        of.span.start + start..of.span.start + end
    }
}

/// The places of matched words, together with others.
fn extent(words: &[u16], others: Range<usize>) -> Range<usize> {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return others };
    let here = usize::from(*first)..usize::from(*last) + 1;
    if others.is_empty() { here } else { here.start.min(others.start)..here.end.max(others.end) }
}

/// What a match says with what stands around it.
fn says(table: &Table, pattern: &Pattern, scope: Scope) -> Option<Says> {
    if scope.definition && !pattern.flags.definition
        || scope.duty && !pattern.flags.any_actor && !table.any_actor(pattern.claim)
    {
        return None;
    }
    if !scope.negated || pattern.flags.plain {
        return Some(pattern.says);
    }
    let head = table.claims[pattern.claim.index()].head.as_ref()?;
    let outcome = if scope.excepted { head.excepted } else { head.negated };
    match (outcome, pattern.says) {
        (Negated::Nothing, _) | (Negated::Denied, Says::Nothing) => None,
        (Negated::Denied, Says::Stated) => Some(Says::Denied),
        (Negated::Denied, Says::Denied) | (Negated::Stated, _) => Some(Says::Stated),
    }
}
