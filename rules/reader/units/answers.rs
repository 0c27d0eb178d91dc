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
    /// What stands behind a verb: after "some sell your data" no noun is left out.
    things: &'static [&'static str],
    /// What a sentence on others begins with.
    others: &'static [&'static str],
    /// What says after it that "we" are not among them.
    apart: &'static [&'static str],
    /// What "we" do not do, with the words before and after it.
    denied: (&'static [&'static str], &'static [&'static str]),
}

const ENGLISH: Grammar = Grammar {
    yes: &["yes", "yep", "absolutely", "certainly"],
    no: &["no", "never", "nope"],
    asker: &[("my", "your"), ("i", "you"), ("me", "you"), ("mine", "yours")],
    asked: &[("you", "we"), ("your", "our"), ("yours", "ours")],
    things: &["your", "their", "the", "personal", "user", "customer", "data"],
    others: &["others", "some", "many", "most", "other", "certain", "several", "few"],
    apart: &[
        "not us",
        "we are not",
        "we are not among them",
        "we are not one of them",
        "we are not one of those",
        "we are not like that",
        "we do not",
        "we do not do it",
        "we do not do so",
        "we do not do that",
        "we do not do this",
        "we never do",
        "we never do it",
        "we never do so",
        "we never do that",
        "we never do this",
    ],
    denied: (&["we", "do", "not"], &[]),
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
    things: &["ihre", "deine", "die", "das", "personenbezogene", "nutzerdaten", "kundendaten", "daten"],
    others: &["manche", "viele", "einige", "andere", "meisten", "etliche", "gewisse", "die"],
    apart: &[
        "bei uns nicht",
        "das machen wir nicht",
        "das tun wir nicht",
        "das tun wir nie",
        "nicht bei uns",
        "nicht wir",
        "nicht so wir",
        "so etwas machen wir nicht",
        "so etwas tun wir nicht",
        "wir gehoeren nicht dazu",
        "wir machen das nicht",
        "wir nicht",
        "wir tun das nicht",
        "wir tun dies nicht",
        "wir zaehlen nicht dazu",
    ],
    denied: (&["wir"], &["nicht"]),
};
const FRENCH: Grammar = Grammar {
    yes: &["oui"],
    no: &["non", "jamais"],
    asker: &[("mes", "vos"), ("mon", "votre"), ("ma", "votre"), ("je", "vous"), ("me", "vous"), ("moi", "vous")],
    asked: &[("vous", "nous"), ("vos", "nos"), ("votre", "notre")],
    things: &["vos", "tes", "les", "des", "leurs", "votre", "l"],
    others: &["certains", "certaines", "d", "autres", "beaucoup", "plusieurs", "quelques"],
    apart: &[
        "ce n est pas notre cas",
        "nous n en faisons pas partie",
        "nous ne le faisons jamais",
        "nous ne le faisons pas",
        "nous ne sommes pas de ceux la",
        "nous non",
        "nous pas",
        "pas chez nous",
        "pas nous",
    ],
    denied: (&["nous", "ne", "pas"], &[]),
};

/// The longest question that is read so.
const LONGEST: usize = 40;

/// The most words of a sentence that says only that "we" are not among others.
const APART: usize = 6;

/// Turns answered questions into statements, and what others do into what "we" do not where the next sentence says so.
pub(super) fn join(prepared: &mut Prepared, document: &Document) {
    for unit in 0..prepared.units.len().saturating_sub(1) {
        let of = &prepared.units[unit];
        let (language, answer) = (of.language, &prepared.units[unit + 1]);
        if answer.question || answer.heading || of.tokens.len() > LONGEST || !of.question && of.heading {
            continue;
        }
        let grammar = match language {
            Some(Language::En) => &ENGLISH,
            Some(Language::De) => &GERMAN,
            Some(Language::Fr) => &FRENCH,
            _ => continue,
        };
        let span = of.span.start..answer.span.end;
        let from = prepared.tokens.len();
        let statement = if of.question {
            is_yes(prepared, document, grammar, answer)
                .and_then(|is_yes| statement(prepared, unit, grammar, language, is_yes))
        } else {
            of_others(prepared, unit, grammar)
        };
        let Some(statement) = statement else { continue };
        prepared.tokens.extend(statement);
        let to = prepared.tokens.len();
        let of = &mut prepared.units[unit];
        (of.span, of.tokens) = (span, from..to);
        (of.question, of.heading, of.answered) = (false, false, true);
    }
}

/// What "we" do not do: "Some companies sell your data." "We are not one of them."
fn of_others(prepared: &mut Prepared, unit: usize, grammar: &Grammar) -> Option<Vec<Token>> {
    let answer = prepared.units[unit + 1].tokens.clone();
    if answer.len() > APART {
        return None;
    }
    let folded = |token: &Token| &*prepared.words.list[token.word as usize].folded;
    let statement = prepared.tokens[prepared.units[unit].tokens.clone()].to_vec();
    let others = statement.iter().take_while(|token| grammar.others.contains(&folded(token))).count();
    let words: Vec<&str> = prepared.tokens[answer].iter().map(folded).collect();
    if others == 0 || !grammar.apart.contains(&&*words.join(" ")) {
        return None;
    }
    // "companies" goes with its "some"
    let has_noun = !grammar.things.contains(&folded(statement.get(others + 1)?));
    let rest = &statement[others + usize::from(has_noun)..];
    let (first, last) = (*rest.first()?, *rest.last()?);
    let word = |prepared: &mut Prepared, word: &str, place| prepared.word(word, Token { before: 0, ..place });
    let (before, after) = grammar.denied;
    let mut tokens: Vec<Token> = before.iter().map(|of| word(prepared, of, first)).collect();
    tokens.extend(rest);
    tokens.extend(after.iter().map(|of| word(prepared, of, last)));
    Some(tokens)
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
