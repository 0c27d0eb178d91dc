//! The pass over a document: which pattern matches which sentence, and what the sentence then says.
//!
//! It collects evidence; what a claim's evidence adds up to is decided in `decide`.

use super::compile::Program;
use super::file::Negated;
use super::matcher::{Classes, MOST, Machine, Masks, Seen, View};
use super::pattern::{Says, Strength, Where};
use super::scope::{self, Scope};
use super::table::{Pattern, Table};
use super::token::QuickMap;
use super::units::{Prepared, Unit};
use crate::claim::ClaimId;
use crate::document::{Document, Kind, Language};
use std::ops::Range;
use std::rc::Rc;

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
    machine: Machine,
    around: Machine,
    seen: Vec<Seen>,
    classes: Rc<Classes>,
    here: Masks,
    there: Masks,
    known: QuickMap<(usize, usize), bool>,
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
        let (words, mut scratch) = (&prepared.words.list, Vec::new());
        let of = |word: usize, sets: &mut Vec<u16>| table.sets.of(&words[word], &mut scratch, sets);
        let classes = Rc::new(Classes::new(words.len(), &table.filed, of));
        let mut scan = Self {
            table,
            document,
            prepared,
            language,
            kind,
            here: Masks::new(&classes),
            there: Masks::new(&classes),
            classes,
            machine: Machine::default(),
            around: Machine::default(),
            seen: Vec::new(),
            known: QuickMap::default(),
            tried: vec![0; table.patterns.len()],
            found: Vec::new(),
        };
        for unit in 0..prepared.units.len() {
            if prepared.units[unit].language == Some(language) {
                scan.unit(unit);
            }
        }
        scan.found
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
        let mut here = std::mem::take(&mut self.here);
        here.look(&seen);
        let table = self.table;
        let filler = table.grammar.filler;
        let contract = self.kind.is_some_and(Kind::is_contract);
        let reads = |claim: ClaimId| contract || !claim.is_of_contract();
        let classes = Rc::clone(&self.classes);
        for number in here.classes().flat_map(|class| classes.wakes(class)) {
            let tried = &mut self.tried[*number as usize];
            if *tried == stamp {
                continue;
            }
            *tried = stamp;
            let pattern = &table.patterns[*number as usize];
            if reads(pattern.claim) && pattern.all.iter().all(|program| here.may(program)) {
                self.attempt(pattern, unit, View { tokens: &seen, own, colon: of.colon, masks: &here, filler });
            }
        }
        self.here = here;
        self.seen = seen;
    }

    fn attempt(&mut self, pattern: &'a Pattern, unit: usize, view: View<'_>) {
        let of = &self.prepared.units[unit];
        let fits = (!of.heading || pattern.flags.heading)
            && (!of.question || pattern.flags.question || of.heading)
            && (pattern.kinds.is_empty() || self.kind.is_none_or(|kind| pattern.kinds.contains(&kind)));
        if !fits {
            return;
        }
        let own = view.own;
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
        if vetoes.iter().any(|veto| self.vetoed(veto, unit, whole)) {
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

    fn vetoed(&mut self, veto: &Pattern, unit: usize, whole: View<'_>) -> bool {
        veto.all.iter().all(|program| self.around.find(program, whole))
            && !veto.none.iter().any(|program| self.around.find(program, whole))
            && veto
                .conditions
                .iter()
                .all(|(place, not, program)| self.condition(*place, program, unit).is_some() != *not)
    }

    /// The unit at which a condition holds, where it does.
    fn condition(&mut self, place: Where, program: &Program, unit: usize) -> Option<usize> {
        let prepared = self.prepared;
        let of = &prepared.units[unit];
        match place {
            Where::Under => {
                let mut heading = self.document.blocks.get(of.block).and_then(|block| block.heading);
                let mut below = of.block;
                while let Some(block) = heading.filter(|block| *block < below) {
                    if prepared.of_block[block].clone().any(|above| self.holds(program, Some(above))) {
                        return Some(unit);
                    }
                    below = block;
                    heading = self.document.blocks.get(block).and_then(|block| block.heading);
                }
                self.holds(program, None).then_some(unit)
            }
            Where::Lead => of.lead.filter(|lead| self.holds(program, Some(*lead))),
            Where::Near => {
                let mut near = unit.saturating_sub(3)..(unit + 4).min(prepared.units.len());
                near.find(|other| *other != unit && self.together(unit, *other) && self.holds(program, Some(*other)))
            }
            Where::Then => {
                let mut next = unit + 1..(unit + 7).min(prepared.units.len());
                next.find(|other| self.together(unit, *other) && self.holds(program, Some(*other)))
            }
            Where::Title => {
                let first = prepared.units.iter().position(|unit| unit.heading);
                let found = self.holds(program, None) || first.is_some_and(|first| self.holds(program, Some(first)));
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

    /// Whether a program matches in another unit, or in the title.
    fn holds(&mut self, program: &Program, unit: Option<usize>) -> bool {
        // A program is known by where it lies.
        let key = (program.ops.as_ptr() as usize, unit.unwrap_or(usize::MAX));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let prepared = self.prepared;
        let tokens = unit.map_or(prepared.title.clone(), |unit| prepared.units[unit].tokens.clone());
        let tokens = prepared.tokens[tokens].iter().take(MOST);
        let seen: Vec<Seen> = tokens.map(|token| Seen { word: token.word, before: token.before }).collect();
        self.there.look(&seen);
        let filler = self.table.grammar.filler;
        let view = View { tokens: &seen, own: 0, colon: false, masks: &self.there, filler };
        let found = self.around.find(program, view);
        self.known.insert(key, found);
        found
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
