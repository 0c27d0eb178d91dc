//! The sentence behind a grade: the criterion's own, with what was seen filled in.
//!
//! A sentence may name what decided: `{hosts}` how many things, `{hosts.countries}` their values, `{operator.country}` a
//! fact about the service, `{searched}` what was read in vain. Nothing else can be filled in, and nothing is computed.

use super::missing::Missing;
use super::truth::{Count, Court};
use super::view::Thing;
use crate::condition::{Condition, Items};
use crate::country;
use crate::facts::{COLLECTIONS, SERVICE, Value};
use crate::observation::{Observation, Searched};
use crate::sentence::{Lang, Sentence};
use std::collections::BTreeSet;

/// What a placeholder names.
enum Named {
    Searched,
    Service(usize),
    Things(usize),
    Field(usize, usize),
}

fn named(name: &str) -> Option<Named> {
    if name == "searched" {
        return Some(Named::Searched);
    }
    if let Some(place) = SERVICE.iter().position(|field| field.name == name) {
        return Some(Named::Service(place));
    }
    let (collection, field) = name.split_once('.').map_or((name, None), |(name, field)| (name, Some(field)));
    let place = COLLECTIONS.iter().position(|(known, _)| *known == collection)?;
    match field {
        None => Some(Named::Things(place)),
        Some(field) => {
            let field = COLLECTIONS[place].1.iter().position(|known| known.name == field)?;
            Some(Named::Field(place, field))
        }
    }
}

/// The first placeholder of a sentence that names nothing.
pub(crate) fn unknown_placeholder(text: &str) -> Option<&str> {
    pieces(text).find_map(|piece| match piece {
        Piece::Name(name) if named(name).is_none() => Some(name),
        _ => None,
    })
}

enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

/// The sentence cut at its braces; a brace that does not close is text.
fn pieces(mut text: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let open = text.find('{').unwrap_or(text.len());
        if open > 0 {
            let (before, rest) = text.split_at(open);
            text = rest;
            return Some(Piece::Text(before));
        }
        match text.find('}') {
            Some(close) => {
                let name = &text[1..close];
                text = &text[close + 1..];
                Some(Piece::Name(name))
            }
            None => Some(Piece::Text(std::mem::take(&mut text))),
        }
    })
}

/// Fills a sentence with what decided.
pub(super) fn fill(sentence: &Sentence, when: &Condition, court: &Court, searched: Option<&Searched>) -> Sentence {
    let in_lang = |lang: Lang| {
        let mut out = String::with_capacity(sentence.in_lang(lang).len() + 32);
        for piece in pieces(sentence.in_lang(lang)) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Name(name) => out.push_str(&value(name, when, court, searched, lang)),
            }
        }
        out
    };
    Sentence::new(in_lang(Lang::En), in_lang(Lang::De))
}

fn value(name: &str, when: &Condition, court: &Court, searched: Option<&Searched>, lang: Lang) -> String {
    let unknown = || match lang {
        Lang::En => "unknown".to_owned(),
        Lang::De => "unbekannt".to_owned(),
    };
    match named(name) {
        None => unknown(),
        Some(Named::Searched) => searched.map_or_else(unknown, |searched| search(searched, lang)),
        Some(Named::Service(place)) if SERVICE[place].name == "day" => court.view.law.day().to_string(),
        Some(Named::Service(place)) => court.view.service[place]
            .and_then(Observation::value)
            .map_or_else(unknown, |value| words(value, lang).into_iter().collect::<Vec<_>>().join(", ")),
        Some(Named::Things(place)) => decided(when, court, place).len().to_string(),
        Some(Named::Field(place, field)) => {
            let values: BTreeSet<_> = decided(when, court, place)
                .into_iter()
                .filter_map(|thing| thing.fields[field]?.value())
                .flat_map(|value| words(value, lang))
                .collect();
            if values.is_empty() { unknown() } else { values.into_iter().collect::<Vec<_>>().join(", ") }
        }
    }
}

fn words(value: &Value, lang: Lang) -> Vec<String> {
    match value {
        Value::Countries(codes) => codes.iter().map(|code| country::name(code, lang).to_owned()).collect(),
        Value::Texts(texts) => texts.iter().cloned().collect(),
        other => vec![other.to_string()],
    }
}

/// What was read in vain, so that a reader can judge the silence: how much, of what, in which language.
fn search(searched: &Searched, lang: Lang) -> String {
    let (count, words, languages) = (searched.places.len(), searched.words, searched.languages.join(", "));
    match (lang, count) {
        (Lang::En, 1) => format!("1 document, {words} words, {languages}"),
        (Lang::En, _) => format!("{count} documents, {words} words, {languages}"),
        (Lang::De, 1) => format!("1 Dokument, {words} Wörter, {languages}"),
        (Lang::De, _) => format!("{count} Dokumente, {words} Wörter, {languages}"),
    }
}

/// The things of a collection that passed in a question of the condition; all that were meant where none had to pass.
fn decided<'v, 'f>(when: &Condition, court: &'v Court<'_, 'f>, collection: usize) -> Vec<&'v Thing<'f>> {
    let mut questions = Vec::new();
    gather(when, collection, &mut questions);
    let things = &court.view.collections[collection].items;
    let passing = |count: Count| -> Vec<&Thing> {
        let passes = |thing: &&Thing| questions.iter().any(|items| court.counts(items, thing) == count);
        things.iter().filter(passes).collect()
    };
    let passed = passing(Count::Pass);
    if passed.is_empty() { passing(Count::Fail) } else { passed }
}

fn gather<'c>(when: &'c Condition, collection: usize, questions: &mut Vec<&'c Items>) {
    match when {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().for_each(|part| gather(part, collection, questions));
        }
        Condition::Not(part) => gather(part, collection, questions),
        Condition::Items(items) if items.collection == collection => questions.push(items),
        Condition::Items(_) | Condition::Fact { .. } | Condition::Claim { .. } => {}
    }
}

/// The sentence of an inconclusive finding: the first thing that is missing, and how many more.
pub(super) fn undecided(missing: &[Missing]) -> Sentence {
    let Some(first) = missing.first() else { return Sentence::new("Not decided.", "Nicht entschieden.") };
    // What is missing can be a whole sentence, with its full stop.
    let (en, de) = (first.text.en.trim_end_matches('.'), first.text.de.trim_end_matches('.'));
    match missing.len() - 1 {
        0 => Sentence::new(format!("Not decided: {en}."), format!("Nicht entschieden: {de}.")),
        more => Sentence::new(
            format!("Not decided: {en}; and {more} more."),
            format!("Nicht entschieden: {de}; und {more} weitere."),
        ),
    }
}
