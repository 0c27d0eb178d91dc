//! What stands around a match in its sentence: negation, exception, whose duty it is, definition.
//!
//! Clauses are told apart by commas with what follows them, by conjunctions and by semicolons; there is no parser. Which
//! words do what stands in the lexicon of the language.

use super::compile::Program;
use super::matcher::{Machine, View, may_match};
use super::table::Grammar;
use super::token::before;
use std::ops::RangeInclusive;

/// How far before a match "without" still negates it.
const NEAR: usize = 4;
/// How far before a match any negator still negates it.
const FAR: usize = 24;

/// What was found around a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// A negation that the pattern did not ask for covers the match.
    pub negated: bool,
    /// It is negated, with an exception.
    pub excepted: bool,
    /// It is what users or customers must do.
    pub duty: bool,
    /// The sentence defines a word.
    pub definition: bool,
    /// What it says is supposed or planned.
    pub unreal: bool,
}

/// What a sentence holds whatever is matched in it: found once for all its matches.
#[derive(Debug)]
pub(super) struct Marks {
    /// Whether it has a negator.
    negators: bool,
    /// "refrain from".
    refusals: Vec<RangeInclusive<usize>>,
    /// "not only".
    not_negations: Vec<RangeInclusive<usize>>,
    /// "unless".
    exceptions: Vec<RangeInclusive<usize>>,
    /// "if", "as long as".
    conditions: Vec<RangeInclusive<usize>>,
    /// Where what takes back all before it begins: ": we have none".
    taken_back: Option<usize>,
    /// "were we to".
    unreal: Vec<RangeInclusive<usize>>,
    /// Whether it can speak of a duty.
    duty: bool,
    /// Whether it can define a word.
    definition: bool,
}

impl Marks {
    /// Looks at a sentence.
    pub(super) fn of(view: View<'_>, grammar: &Grammar, machine: &mut Machine) -> Self {
        let whole = View { own: 0, ..view };
        let negators = grammar.negators().iter().any(|set| view.masks.holds(*set));
        let refusals = covered(&grammar.refusal, whole, machine);
        let of = |is_asked: bool, program, machine: &mut Machine| {
            if is_asked { covered(program, whole, machine) } else { Vec::new() }
        };
        let conditions = of(negators || !refusals.is_empty(), &grammar.condition, machine);
        let taken_back = of(negators, &grammar.taken_back, machine).first().map(|range| *range.start());
        Self {
            conditions,
            taken_back,
            not_negations: of(negators, &grammar.not_negation, machine),
            exceptions: of(negators || !refusals.is_empty(), &grammar.exception, machine),
            unreal: covered(&grammar.unreal, whole, machine),
            duty: may_match(&grammar.duty, whole),
            definition: may_match(&grammar.definition, whole),
            negators,
            refusals,
        }
    }
}

/// Looks around a match, whose tokens are `consumed`. `both` where the language negates after the verb, too.
pub(super) fn around(
    consumed: &[u16],
    view: View<'_>,
    grammar: &Grammar,
    both: bool,
    marks: &Marks,
    machine: &mut Machine,
) -> Scope {
    let (Some(&first), Some(&last)) = (consumed.first(), consumed.last()) else { return Scope::default() };
    let (first, last) = (usize::from(first), usize::from(last));
    let mut scope = Scope::default();
    let negating = [grammar.negator, grammar.negator_near, grammar.negator_after, grammar.negator_part];
    let negates = |place: usize| negating.iter().any(|set| view.has(place, *set));
    // a pattern that asks for the negation has said what the sentence means
    let asked = consumed.iter().any(|place| negates(usize::from(*place)));
    let refusals = &marks.refusals;
    let asked = asked || refusals.iter().any(|range| range.clone().any(|place| consumed.contains(&(place as u16))));
    for range in refusals.iter().filter(|_| !asked) {
        let place = *range.start();
        let covers = if place < last {
            !breaks(view, grammar, place.min(first) + 1, place.max(first))
                && first.saturating_sub(place) <= FAR
                && !ends_before(view, grammar, marks, place, last)
                && !opens_anew(view, grammar, first + 1, last)
        } else {
            both && !breaks(view, grammar, last + 1, place)
        };
        scope.negated |= covers;
    }
    let some = !asked && marks.negators;
    for place in 0..if some { view.tokens.len() } else { 0 } {
        let has = |set| view.has(place, set);
        let near = has(grammar.negator_near);
        let after = has(grammar.negator_after);
        if !(near || after || has(grammar.negator))
            || consumed.contains(&(place as u16))
            || marks.not_negations.iter().any(|range| range.contains(&place))
        {
            continue;
        }
        let covers = if place < first {
            first - place <= if near { NEAR } else { FAR }
                && !breaks(view, grammar, place + 1, first)
                && !ends_before(view, grammar, marks, place, last)
                && !opens_anew(view, grammar, first + 1, last)
        } else if place < last {
            // "changes its sub-processors without notice": the word of the match behind "without" is negated by it
            let denies_next = near && consumed.iter().any(|at| (place + 1..place + 3).contains(&usize::from(*at)));
            let of_another = both && is_of_another(view, grammar, consumed, place, last);
            (!near || denies_next)
                && !of_another
                && !breaks(view, grammar, first + 1, place)
                && !ends_before(view, grammar, marks, place, last)
        } else {
            // "without any setting": what stands after "without" is negated by it, not the match
            let without = || (last + 1..place).any(|at| view.has(at, grammar.negator_near));
            let forward = both && faces_forward(view, grammar, last + 1, place);
            (both || after) && !near && !forward && !without() && !breaks(view, grammar, last + 1, place)
        };
        if covers {
            scope.negated = !scope.negated || !near;
        }
    }
    scope.negated |= !asked && marks.taken_back.is_some_and(|from| last < from);
    let is_beside = |range: &RangeInclusive<usize>| range.clone().any(|place| !consumed.contains(&(place as u16)));
    scope.excepted = scope.negated && marks.exceptions.iter().any(is_beside);
    let before_match = View { tokens: &view.tokens[..first], own: 0, ..view };
    scope.duty = marks.duty
        && machine.find(&grammar.duty, before_match)
        && machine.consumed.last().is_some_and(|end| {
            let behind = usize::from(*end) + 1;
            !breaks(view, grammar, behind, first) && !states_anew(view, grammar, behind, first)
        });
    let up_to_last = View { tokens: &view.tokens[..last], own: 0, ..view };
    scope.definition = marks.definition && machine.find(&grammar.definition, up_to_last);
    scope.unreal = marks.unreal.iter().any(|range| {
        let (from, to) = (last.min(*range.end()), first.max(*range.start()));
        !(from + 1..=to).any(|place| view.tokens[place].before & before::BREAK != 0)
    });
    scope
}

/// Whether a negation stands in a condition ("if you do not …,") that ends before the last word of the match.
fn ends_before(view: View<'_>, grammar: &Grammar, marks: &Marks, place: usize, last: usize) -> bool {
    let of = |at: usize| view.tokens[at].before;
    let marked = |at: usize| of(at) & (before::COMMA | before::BREAK) != 0;
    let begin = (0..=place).rev().find(|at| marked(*at)).unwrap_or(0);
    let mut ends = (place + 1..view.tokens.len().min(last + 1)).filter(|at| marked(*at));
    let is_condition = marks.conditions.iter().any(|range| (begin..place).contains(range.start()));
    if is_condition && ends.clone().next().is_some() {
        return true;
    }
    // "Wählen Sie keine Region, speichern wir …": a verb stands first, and first again behind the comma.
    let begins = |at: &usize| of(*at) & (before::BREAK | before::COLON) != 0 || *at == view.own;
    let begin = (0..=place).rev().find(begins).unwrap_or(0);
    let is_one = |at: usize, sets: &[u16]| sets.iter().any(|set| view.has(at, *set));
    let is_inverted = |at: usize, subjects: &[u16]| {
        let no_verb = [grammar.filler, grammar.breaker, grammar.conjunction, grammar.preposition];
        is_one(at + 1, subjects)
            && !marked(at + 1)
            && !is_one(at, &no_verb)
            && !is_one(at, &[grammar.negator, grammar.subject])
    };
    begin < place
        && is_inverted(begin, &[grammar.subject, grammar.negator])
        && ends.any(|at| is_inverted(at, &[grammar.subject]))
}

/// Whether a negator denies what follows it and not what stands before: ", nicht aber …", "und nicht in …".
/// `from` is where the words before it begin that it could deny.
fn faces_forward(view: View<'_>, grammar: &Grammar, from: usize, place: usize) -> bool {
    let comma = |at: usize| view.tokens[at].before & before::COMMA != 0;
    let is_near = view.tokens.get(place + 1).is_some_and(|token| token.before & (before::COMMA | before::BREAK) == 0);
    let next = |sets: &[u16]| is_near && sets.iter().any(|set| view.has(place + 1, *set));
    // "keine" stands before its thing
    let of_thing = is_near && view.has(place, grammar.filler) || next(&[grammar.filler, grammar.preposition]);
    let joined = place > 0 && !comma(place) && view.has(place - 1, grammar.conjunction);
    // of two commas the second ends an insertion: "verkaufen wir, anders als andere, nicht an Dritte"
    let contrasts = comma(place) && !(from..place).any(comma);
    contrasts && of_thing || comma(place) && next(&[grammar.adversative]) || joined && of_thing
}

/// Whether a negator within a match denies only a thing beside it: "wird in Bonn und nicht in Bern gespeichert".
fn is_of_another(view: View<'_>, grammar: &Grammar, consumed: &[u16], place: usize, last: usize) -> bool {
    let behind = consumed.iter().filter(|at| usize::from(**at) > place).count();
    let is_small = |at: usize| view.has(at, grammar.filler) || view.has(at, grammar.preposition);
    let is_end = view.tokens.get(last + 1).is_none_or(|token| token.before & (before::COMMA | before::BREAK) != 0);
    let from = consumed.iter().map(|at| usize::from(*at)).rfind(|at| *at < place).unwrap_or(place) + 1;
    behind == 1 && is_end && faces_forward(view, grammar, from, place) && (place + 1..last).any(|at| !is_small(at))
}

/// Whether a colon at one of the tokens `from..=to` stands before a statement with a verb of its own, which a duty before it
/// does not reach; what the duty only introduces is a part of it.
fn states_anew(view: View<'_>, grammar: &Grammar, from: usize, to: usize) -> bool {
    let marked = |at: usize| view.tokens[at].before & (before::COMMA | before::BREAK) != 0;
    let is_verb = |at: &usize| view.has(*at, grammar.auxiliary);
    (from + 1..=to).filter(|at| view.tokens[*at].before & before::COLON != 0).any(|at| {
        let mut clause = (at..view.tokens.len().min(at + 8)).take_while(|next| *next == at || !marked(*next));
        !view.has(at - 1, grammar.announcement) && clause.any(|next| is_verb(&next))
    })
}

/// Whether a colon or a mark that ends a clause opens a new one at one of the tokens `from..=to`: what stands behind it is
/// another statement, which a negation before the first does not reach.
fn opens_anew(view: View<'_>, grammar: &Grammar, from: usize, to: usize) -> bool {
    (from..=to.min(view.tokens.len().saturating_sub(1))).any(|place| {
        let before = view.tokens[place].before;
        before & before::COLON != 0 && view.has(place, grammar.clause_start)
    })
}

/// Whether a clause begins at one of the tokens `from..=to`.
fn breaks(view: View<'_>, grammar: &Grammar, from: usize, to: usize) -> bool {
    (from..=to.min(view.tokens.len().saturating_sub(1))).any(|place| {
        let token = view.tokens[place];
        let has = |set| view.has(place, set);
        let next_starts = || view.has(place + 1, grammar.clause_start);
        token.before & before::BREAK != 0
            || has(grammar.breaker)
            || token.before & before::COLON != 0 && has(grammar.clause_start)
            || token.before & before::COMMA != 0
                && (has(grammar.clause_start) || has(grammar.conjunction) && next_starts())
    })
}

/// The runs of tokens that a program matches, one after another.
fn covered(program: &Program, view: View<'_>, machine: &mut Machine) -> Vec<RangeInclusive<usize>> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while ranges.len() < 8 && machine.find_from(program, view, from) {
        let (Some(&first), Some(&last)) = (machine.consumed.first(), machine.consumed.last()) else { break };
        ranges.push(usize::from(first)..=usize::from(last));
        from = usize::from(last) + 1;
    }
    ranges
}
