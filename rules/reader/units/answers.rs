//! Questions that are answered with yes or no, as lists of frequent questions have them: "Do you sell my data?" "No."
//!
//! Question and answer are read as the statement that they are together ("we do not sell your data"), and cited together.
//! What goes on after the "no" is read as the sentence that it is.

use super::{Prepared, Unit};
use crate::document::{Document, Language};
use crate::reader::token::Token;

/// The words of a language that make a statement of a question.
struct Grammar {
    yes: &'static [&'static str],
    no: &'static [&'static str],
    /// Who asks, as the answer calls them.
    asker: &'static [(&'static str, &'static str)],
    /// Who is asked, as they call themselves.
    asked: &'static [(&'static str, &'static str)],
}

const ENGLISH: Grammar = Grammar {
    yes: &["yes", "yep", "absolutely", "certainly"],
    no: &["no", "never", "nope"],
    asker: &[("my", "your"), ("i", "you"), ("me", "you"), ("mine", "yours")],
    asked: &[("you", "we"), ("your", "our"), ("yours", "ours")],
};
const GERMAN: Grammar = Grammar {
    yes: &["ja"],
    no: &["nein", "nie", "niemals"],
    asker: &[
        ("meine", "ihre"),
        ("meiner", "ihrer"),
        ("meinen", "ihren"),
        ("mein", "ihr"),
        ("ich", "sie"),
        ("mich", "sie"),
        ("mir", "ihnen"),
    ],
    asked: &[("sie", "wir"), ("ihr", "wir"), ("ihre", "unsere"), ("eure", "unsere")],
};
const FRENCH: Grammar = Grammar {
    yes: &["oui"],
    no: &["non", "jamais"],
    asker: &[("mes", "vos"), ("mon", "votre"), ("ma", "votre"), ("je", "vous"), ("me", "vous"), ("moi", "vous")],
    asked: &[("vous", "nous"), ("vos", "nos"), ("votre", "notre")],
};

/// The longest question that is read so.
const LONGEST: usize = 40;

/// Turns answered questions into statements.
pub(super) fn join(prepared: &mut Prepared, document: &Document) {
    for unit in 0..prepared.units.len().saturating_sub(1) {
        let of = &prepared.units[unit];
        let (language, answer) = (of.language, &prepared.units[unit + 1]);
        if !of.question || answer.question || answer.heading || of.tokens.len() > LONGEST {
            continue;
        }
        let grammar = match language {
            Some(Language::En) => &ENGLISH,
            Some(Language::De) => &GERMAN,
            Some(Language::Fr) => &FRENCH,
            _ => continue,
        };
        let Some(is_yes) = is_yes(prepared, document, grammar, answer) else { continue };
        let span = of.span.start..answer.span.end;
        let from = prepared.tokens.len();
        let Some(statement) = statement(prepared, unit, grammar, language, is_yes) else { continue };
        prepared.tokens.extend(statement);
        let to = prepared.tokens.len();
        let of = &mut prepared.units[unit];
        (of.span, of.tokens) = (span, from..to);
        (of.question, of.heading, of.answered) = (false, false, true);
    }
}

/// Whether an answer says yes or no: by its first word, before a mark.
fn is_yes(prepared: &Prepared, document: &Document, grammar: &Grammar, answer: &Unit) -> Option<bool> {
    let tokens = &prepared.tokens[answer.tokens.clone()];
    let first = tokens.first()?;
    let word = &*prepared.words.list[first.word as usize].folded;
    let after = document.text.get(first.end as usize..answer.span.end)?.trim_start();
    if !(after.is_empty() || after.starts_with([',', '.', '!', ';', ':', '-', '–', '—'])) {
        return None;
    }
    match (grammar.yes.contains(&word), grammar.no.contains(&word)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The tokens of the statement: those of the question with the persons changed, the subject before the verb, and a "not".
fn statement(
    prepared: &mut Prepared,
    unit: usize,
    grammar: &Grammar,
    language: Option<Language>,
    is_yes: bool,
) -> Option<Vec<Token>> {
    let question = prepared.tokens[prepared.units[unit].tokens.clone()].to_vec();
    let folded = |prepared: &Prepared, token: &Token| prepared.words.list[token.word as usize].folded.to_string();
    let words: Vec<String> = question.iter().map(|token| folded(prepared, token)).collect();
    let asks_of_us = |pairs: &[(&str, &str)]| words.iter().any(|word| pairs.iter().any(|(from, _)| from == word));
    let is_of_user = asks_of_us(grammar.asker);
    let mut tokens = Vec::with_capacity(question.len() + 3);
    for (token, word) in question.iter().zip(&words) {
        let swap = |pairs: &[(&str, &'static str)]| pairs.iter().find(|(from, _)| from == word).map(|(_, to)| *to);
        // "you" is the provider where the asker speaks of "my data", or is asked first: "do you sell …".
        let new = swap(grammar.asker).or_else(|| {
            let first = tokens.len() <= 1;
            if is_of_user || first { swap(grammar.asked) } else { None }
        });
        tokens.push(new.map_or(*token, |new| prepared.word(new, *token)));
    }
    let (first, second) = (*tokens.first()?, *tokens.get(1)?);
    // the subject of a question stands behind its verb
    tokens[0] = Token { before: 0, ..second };
    tokens[1] = Token { before: 0, ..first };
    if !is_yes {
        match language {
            Some(Language::De) => {
                let last = *tokens.last()?;
                let not = prepared.word("nicht", Token { before: 0, ..last });
                tokens.push(not);
            }
            Some(Language::Fr) => {
                let (ne, pas) = (prepared.word("ne", tokens[1]), prepared.word("pas", tokens[1]));
                tokens.insert(1, ne);
                tokens.insert(3, pas);
            }
            _ => {
                let not = prepared.word("not", tokens[1]);
                tokens.insert(2, not);
            }
        }
    }
    Some(tokens)
}
