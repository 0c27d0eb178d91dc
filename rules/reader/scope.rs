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
        Self {
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
                && !ends_before(view, grammar, place, last)
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
                && !ends_before(view, grammar, place, last)
                && !opens_anew(view, grammar, first + 1, last)
        } else if place < last {
            // "changes its sub-processors without notice": the word of the match behind "without" is negated by it
            let denies_next = near && consumed.iter().any(|at| (place + 1..place + 3).contains(&usize::from(*at)));
            (!near || denies_next)
                && !breaks(view, grammar, first + 1, place)
                && !ends_before(view, grammar, place, last)
        } else {
            // "without any setting": what stands after "without" is negated by it, not the match
            let without = || (last + 1..place).any(|at| view.has(at, grammar.negator_near));
            (both || after) && !near && !without() && !breaks(view, grammar, last + 1, place)
        };
        if covers {
            scope.negated = !scope.negated || !near;
        }
    }
    let is_beside = |range: &RangeInclusive<usize>| range.clone().any(|place| !consumed.contains(&(place as u16)));
    scope.excepted = scope.negated && marks.exceptions.iter().any(is_beside);
    let before_match = View { tokens: &view.tokens[..first], own: 0, ..view };
    scope.duty = marks.duty
        && machine.find(&grammar.duty, before_match)
        && machine.consumed.last().is_some_and(|end| !breaks(view, grammar, usize::from(*end) + 1, first));
    let up_to_last = View { tokens: &view.tokens[..last], own: 0, ..view };
    scope.definition = marks.definition && machine.find(&grammar.definition, up_to_last);
    scope.unreal = marks.unreal.iter().any(|range| {
        let (from, to) = (last.min(*range.end()), first.max(*range.start()));
        !(from + 1..=to).any(|place| view.tokens[place].before & before::BREAK != 0)
    });
    scope
}

/// Whether a negation stands in a condition ("if you do not …,") that ends before the last word of the match.
fn ends_before(view: View<'_>, grammar: &Grammar, place: usize, last: usize) -> bool {
    let marked = |at: usize| view.tokens[at].before & (before::COMMA | before::BREAK) != 0;
    let begin = (0..=place).rev().find(|at| marked(*at)).unwrap_or(0);
    (begin..place).any(|at| view.has(at, grammar.condition))
        && (place + 1..view.tokens.len()).find(|at| marked(*at)).is_some_and(|end| end <= last)
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
