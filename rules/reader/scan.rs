//! The pass over a document: which pattern matches which sentence, and what the sentence then says.
//!
//! It collects evidence; what a claim's evidence adds up to is decided in `decide`.

use super::compile::Program;
use super::file::Negated;
use super::masks::{MOST, Seen};
use super::matcher::{Machine, View};
use super::memo::{self, Hit, Memo};
use super::pattern::{Says, Strength, Where};
use super::scope::{self, Marks, Scope};
use super::table::{Pattern, Table};
use super::token::{QuickMap, Token, before};
use super::units::{Prepared, Unit};
use crate::claim::ClaimId;
use crate::document::{Document, Kind, Language};
use std::ops::Range;
use std::sync::Arc;

/// How many words an insertion has that is worth a second reading.
const INSERTION: usize = 3;
/// With fewer words a passage is a label.
const LABEL: usize = 6;
/// A passage and what belongs to it (the lead-in, what goes on) are cited together within so many bytes.
pub(super) const JOINED: usize = 600;

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
    /// The language that it was read in.
    pub language: Language,
    /// How many words the pattern asked for.
    pub words: usize,
    /// Whether it reads as a sentence: not a few words, not what goes on from another.
    pub whole: bool,
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
    memo: Memo,
    /// Per word of the document: its class, where it was looked at.
    classes: Vec<u32>,
    seen: Vec<Seen>,
    key: Vec<u32>,
    known: QuickMap<(usize, usize), bool>,
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
        let memo = table.pool.take(table);
        let classes = vec![memo::UNKNOWN; prepared.words.list.len()];
        let mut scan = Self {
            table,
            document,
            prepared,
            language,
            kind,
            memo,
            classes,
            seen: Vec::new(),
            key: Vec::new(),
            known: QuickMap::default(),
            found: Vec::new(),
        };
        for unit in 0..prepared.units.len() {
            if prepared.units[unit].language == Some(language) {
                scan.unit(unit);
            }
        }
        table.pool.give(scan.memo);
        scan.found
    }

    fn unit(&mut self, unit: usize) {
        let prepared = self.prepared;
        let of = &prepared.units[unit];
        let [far, near] = prepared.leads(unit);
        let own = far.len() + near.len();
        self.look([far, near, of.tokens.clone()]);
        memo::key(&self.seen, own, of.colon, &mut self.key);
        let hits = match self.memo.hits(&self.key) {
            Some(hits) => Arc::clone(hits),
            None => {
                let mut hits = self.hits(own, of.colon);
                let more = self.without_insertions(own, of.colon, &hits);
                hits.extend(more);
                self.memo.keep(&self.key, hits)
            }
        };
        let from = self.found.len();
        for hit in hits.iter() {
            self.consider(hit, unit, own);
        }
        self.settle(unit, from);
    }

    /// Takes away what a sentence only mentions where it is known to state something else on the same matter: "hosts can
    /// record" leaves nothing open on whether the provider says that it does not record. Where the sentence denies something,
    /// a person reads what.
    fn settle(&mut self, unit: usize, from: usize) {
        let table = self.table;
        let is_settled = |mention: &Evidence, found: &[Evidence]| {
            let says = |other: &Evidence| other.strength == Strength::Strong && other.says == Says::Stated;
            let by = if mention.strength == Strength::Mention { table.settled_by(mention.claim) } else { &[] };
            !by.is_empty() && found.iter().any(|other| says(other) && by.contains(&other.claim))
        };
        if !self.found[from..].iter().any(|mention| is_settled(mention, &self.found[from..])) {
            return;
        }
        self.look([self.prepared.units[unit].tokens.clone()]);
        let classes = &self.memo.classes;
        if self.seen.iter().any(|token| table.grammar.negators().iter().any(|set| classes.are_in(token.class, *set))) {
            return;
        }
        let found = self.found.split_off(from);
        self.found.extend(found.iter().filter(|mention| !is_settled(mention, &found)).cloned());
    }

    /// What the sentence that is looked at says beside `known` without what stands in parentheses: an insertion keeps the
    /// words of a pattern apart.
    fn without_insertions(&mut self, own: usize, colon: bool, known: &[Hit]) -> Vec<Hit> {
        if !self.seen[own..].iter().any(|token| token.before & before::OPEN != 0) {
            return Vec::new();
        }
        let (mut inside, mut places) = (false, Vec::with_capacity(self.seen.len()));
        for (place, token) in self.seen.iter().enumerate() {
            inside = place >= own && (token.before & before::OPEN != 0 || inside && token.before & before::CLOSE == 0);
            if !inside {
                places.push(place as u16);
            }
        }
        if places.len() <= own || places.len() + INSERTION > self.seen.len() {
            return Vec::new();
        }
        let mut at = 0;
        self.seen.retain(|_| {
            at += 1;
            places.binary_search(&(at - 1)).is_ok()
        });
        let mut more = self.hits(own, colon);
        more.retain(|hit| !known.iter().any(|other| other.pattern == hit.pattern));
        for hit in &mut more {
            hit.used = places[usize::from(hit.used.start)]..places[usize::from(hit.used.end) - 1] + 1;
        }
        more
    }

    /// Makes tokens ready for the machine.
    fn look(&mut self, ranges: impl IntoIterator<Item = Range<usize>>) {
        self.seen.clear();
        let Self { seen, classes, memo, prepared, table, .. } = self;
        let of = |token: &Token| {
            let class = &mut classes[token.word as usize];
            if *class == memo::UNKNOWN {
                *class = memo.class(&prepared.words.list[token.word as usize], table);
            }
            Seen { class: *class, before: token.before }
        };
        seen.extend(ranges.into_iter().flat_map(|range| &prepared.tokens[range]).map(of));
    }

    /// What the sentence that is looked at says by itself.
    fn hits(&mut self, own: usize, colon: bool) -> Vec<Hit> {
        let table = self.table;
        let Memo { classes, masks: [masks, _], machines: [machine, around], tried, stamp, .. } = &mut self.memo;
        masks.look(&self.seen, classes);
        *stamp += 1;
        let filler = table.grammar.filler;
        let view = View { tokens: &self.seen, own, colon, masks, filler };
        let (mut hits, mut known): (Vec<Hit>, _) = (Vec::new(), Known::default());
        for number in masks.classes().flat_map(|class| classes.wakes(class)) {
            let tried = &mut tried[*number as usize];
            if *tried != *stamp {
                *tried = *stamp;
                if !masks.hold(table.needs.of(*number)) {
                    continue;
                }
                hits.extend(hit(table, *number, view, self.language, &mut known, [machine, around]));
            }
        }
        // Who began to match far behind a negation, or before its clause, has not seen it: who saw it over the same last words
        // speaks for both.
        let of = |hit: &Hit| &table.patterns[hit.pattern as usize];
        let is_turned = |hit: &Hit| hit.says != of(hit).says;
        let turned: Vec<(ClaimId, Range<u16>)> =
            hits.iter().filter(|hit| is_turned(hit)).map(|hit| (of(hit).claim, hit.used.clone())).collect();
        hits.retain(|hit| {
            let over = |(claim, used): &(ClaimId, Range<u16>)| {
                *claim == of(hit).claim && hit.used.start < used.end && used.end <= hit.used.end
            };
            is_turned(hit) || of(hit).flags.plain || !turned.iter().any(over)
        });
        hits
    }

    /// Looks at where a match stands: what kind of text, under which headings, next to what.
    fn consider(&mut self, hit: &Hit, unit: usize, own: usize) {
        let of = &self.prepared.units[unit];
        let table = self.table;
        let pattern = &table.patterns[hit.pattern as usize];
        let contract = self.kind.is_some_and(Kind::is_contract);
        let fits = (contract || !pattern.claim.is_of_contract())
            && (!of.heading || pattern.flags.heading)
            && (!of.question || pattern.flags.question || of.heading)
            && (pattern.kinds.is_empty() || self.kind.is_none_or(|kind| pattern.kinds.contains(&kind)));
        if !fits {
            return;
        }
        let head = table.claims[pattern.claim.index()].head.as_ref();
        if self.kind == Some(Kind::Terms)
            && pattern.strength != Strength::Mention
            && head.is_some_and(|head| head.matter_in_terms)
            && !self.is_of_matter(unit)
        {
            return;
        }
        let mut end = unit;
        for (place, not, program) in &pattern.conditions {
            let found = self.condition(*place, program, unit);
            if found.is_some() == *not {
                return;
            }
            end = end.max(found.filter(|_| *place == Where::Then).unwrap_or(unit));
        }
        let claim = &table.claims[pattern.claim.index()];
        let mut hold = |veto: &u16| {
            let veto = &claim.vetoes[usize::from(*veto)];
            let of_kind = veto.kinds.is_empty() || self.kind.is_some_and(|kind| veto.kinds.contains(&kind));
            of_kind
                && veto
                    .conditions
                    .iter()
                    .all(|(place, not, program)| self.condition(*place, program, unit).is_some() != *not)
        };
        if hit.vetoes.iter().any(&mut hold) {
            return;
        }
        let used = usize::from(hit.used.start).saturating_sub(own)..usize::from(hit.used.end).saturating_sub(own);
        let span = self.span(unit, end, hit.uses_lead, used);
        let begins_small =
            self.document.text.get(span.clone()).is_some_and(|text| text.starts_with(char::is_lowercase));
        let whole = !is_label(of) && !begins_small;
        let supported = claim.headings.iter().any(|program| self.condition(Where::Under, program, unit).is_some());
        self.found.push(Evidence {
            claim: pattern.claim,
            says: hit.says,
            strength: pattern.strength,
            supported,
            unit,
            line: pattern.line,
            language: self.language,
            words: usize::from(hit.words),
            whole,
            span,
        });
    }

    /// Whether a sentence, its lead-in or a heading above speaks of personal data.
    fn is_of_matter(&mut self, unit: usize) -> bool {
        let program = &self.table.grammar.matter;
        let lead = self.prepared.units[unit].lead;
        self.holds(program, Some(unit))
            || lead.is_some_and(|lead| self.holds(program, Some(lead)))
            || self.condition(Where::Under, program, unit).is_some()
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
        self.look(std::iter::once(tokens.start..tokens.end.min(tokens.start + MOST)));
        // Most sentences lack the words.
        let classes = &self.memo.classes;
        let may = program.gates.iter().all(|gate| self.seen.iter().any(|token| classes.are_in(token.class, gate.set)));
        let found = may && self.tried(program, key.0);
        self.known.insert(key, found);
        found
    }

    /// Whether the program that lies at `place` matches the sentence that is looked at.
    fn tried(&mut self, program: &Program, place: usize) -> bool {
        memo::key(&self.seen, 0, false, &mut self.key);
        self.memo.condition(&self.key, place).unwrap_or_else(|| {
            let Memo { classes, masks: [_, masks], machines: [_, machine], .. } = &mut self.memo;
            masks.look(&self.seen, classes);
            let filler = self.table.grammar.filler;
            let view = View { tokens: &self.seen, own: 0, colon: false, masks, filler };
            let found = machine.find(program, view);
            self.memo.keep_condition(&self.key, place, found);
            found
        })
    }

    /// The citation of a match: its sentence, with the lead-in where it is needed and stands close before, and with what
    /// goes on behind a label, which alone says little: "Right to object", "We share your data with:". Of a sentence of
    /// several lines (a cell, an address) those lines that hold its words, `own` by their places.
    fn span(&self, unit: usize, end: usize, uses_lead: bool, own: Range<usize>) -> Range<usize> {
        let units = &self.prepared.units;
        let of = &units[unit];
        let lines = self.lines(of, own);
        let mut start = lines.start;
        let lead = of.lead.filter(|_| uses_lead || self.is_part(of));
        if uses_lead {
            start = of.span.start;
        }
        if let Some(lead) = lead.filter(|lead| of.span.end - units[*lead].span.start <= JOINED) {
            start = units[lead].span.start;
        }
        let mut stop = if end > unit { units[end].span.end } else { lines.end };
        if let Some(next) = units.get(unit + 1).filter(|next| {
            is_label(of)
                && end == unit
                && !next.heading
                && self.together(unit, unit + 1)
                && next.span.end - start <= JOINED
        }) {
            stop = next.span.end;
        }
        start..stop
    }

    /// Whether a unit is a part of a sentence that begins in its lead-in.
    fn is_part(&self, of: &Unit) -> bool {
        let text = self.document.text.get(of.span.clone()).unwrap_or_default();
        of.tokens.len() < LABEL || text.starts_with(char::is_lowercase) || !text.ends_with(['.', '!', '?', ')'])
    }

    /// The lines of a sentence from its first to its last matched word.
    fn lines(&self, of: &Unit, own: Range<usize>) -> Range<usize> {
        if of.answered {
            return of.span.clone();
        }
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

/// Whether a unit only names what the next one says.
fn is_label(of: &Unit) -> bool {
    of.heading || of.colon || of.tokens.len() < LABEL
}

/// What is known of the sentence that is looked at, for all its patterns.
#[derive(Default)]
struct Known {
    marks: Option<Marks>,
    /// Per claim: the vetoes whose words stand in it and that hang on their place; nothing where one holds in any place.
    vetoes: Vec<(ClaimId, Option<Box<[u16]>>)>,
}

impl Known {
    fn vetoes(
        &mut self,
        vetoes: &[Pattern],
        claim: ClaimId,
        view: View<'_>,
        machine: &mut Machine,
    ) -> Option<Box<[u16]>> {
        if let Some((_, known)) = self.vetoes.iter().find(|(of, _)| *of == claim) {
            return known.clone();
        }
        let mut standing = Some(Vec::new());
        for (veto, number) in vetoes.iter().zip(0..) {
            let stands = veto.all.iter().all(|program| machine.find(program, view))
                && !veto.none.iter().any(|program| machine.find(program, view));
            if stands && veto.conditions.is_empty() && veto.kinds.is_empty() {
                standing = None;
                break;
            }
            if stands && let Some(standing) = &mut standing {
                standing.push(number);
            }
        }
        let standing = standing.map(Vec::into_boxed_slice);
        self.vetoes.push((claim, standing.clone()));
        standing
    }
}

/// A pattern's match in a sentence, if it has one and nothing in the sentence speaks against it.
fn hit(
    table: &Table,
    number: u32,
    view: View<'_>,
    language: Language,
    known: &mut Known,
    [machine, around]: [&mut Machine; 2],
) -> Option<Hit> {
    let pattern = &table.patterns[number as usize];
    let whole = View { own: 0, ..view };
    if !machine.find(pattern.all.first()?, view) {
        return None;
    }
    let mut words = machine.consumed.len();
    let mut used = extent(&machine.consumed, 0..0);
    for more in &pattern.all[1..] {
        if !around.find(more, whole) {
            return None;
        }
        words += around.consumed.len();
        used = extent(&around.consumed, used);
    }
    if pattern.none.iter().any(|none| around.find(none, whole)) {
        return None;
    }
    let both = language == Language::De;
    let marks = known.marks.get_or_insert_with(|| Marks::of(view, &table.grammar, around));
    let scope = scope::around(&machine.consumed, view, &table.grammar, both, marks, around);
    let says = says(table, pattern, scope)?;
    let vetoes = match pattern.strength {
        Strength::Mention => Box::default(),
        _ => known.vetoes(&table.claims[pattern.claim.index()].vetoes, pattern.claim, whole, around)?,
    };
    let uses_lead = machine.consumed.first().is_some_and(|first| usize::from(*first) < view.own);
    Some(Hit { pattern: number, says, words: words as u16, used, uses_lead, vetoes })
}

/// The places of matched words, together with others.
fn extent(words: &[u16], others: Range<u16>) -> Range<u16> {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return others };
    let here = *first..*last + 1;
    if others.is_empty() { here } else { here.start.min(others.start)..here.end.max(others.end) }
}

/// What a match says with what stands around it.
fn says(table: &Table, pattern: &Pattern, scope: Scope) -> Option<Says> {
    if scope.definition && !pattern.flags.definition
        || scope.duty && !pattern.flags.any_actor && !table.any_actor(pattern.claim)
    {
        return None;
    }
    if scope.unreal && pattern.strength != Strength::Mention && !table.counts_unreal(pattern.claim) {
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
