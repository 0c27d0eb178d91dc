//! Entries that stand in one line: `Name – purpose, country`, and labelled values: `Location: Ireland`.

use super::Entry;
use super::columns::{Column, Columns};
use crate::country::spoken::{self, plain};
use std::collections::BTreeSet;
use std::ops::Range;

/// The most words of a name without a legal form.
const NAME_WORDS: usize = 8;

/// The most words of a line of a list.
const LINE_WORDS: usize = 40;

/// Legal forms as the word of a name; those that are also words of a language count in capitals alone.
const FORMS: &[&str] = &[
    "inc",
    "llc",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "gmbh",
    "mbh",
    "kg",
    "kgaa",
    "sas",
    "sarl",
    "bv",
    "nv",
    "oy",
    "oyj",
    "aps",
    "plc",
    "pte",
    "pty",
    "srl",
    "ug",
    "lp",
    "llp",
    "incorporated",
];
const FORMS_IN_CAPITALS: &[&str] = &["AG", "SE", "SA", "AB", "AS", "BV", "NV", "KG", "OHG", "SpA", "ApS"];

/// What stands before a colon and is no name.
const NO_NAMES: &[&str] = &[
    "contact",
    "kontakt",
    "note",
    "notes",
    "hinweis",
    "remarque",
    "last updated",
    "updated",
    "stand",
    "version",
    "date",
    "datum",
    "mise a jour",
    "email",
    "e mail",
    "phone",
    "telefon",
    "telephone",
    "effective",
    "effective date",
    "example",
    "beispiel",
    "exemple",
    "important",
    "none",
    "n a",
    "keine",
    "aucun",
    "tbd",
];

/// Separators of the parts of a line, longest first.
const SEPARATORS: &[&str] = &[" – ", " — ", " - ", " | ", ": ", "; ", ", ", " (", "\t"];

/// The parts of a range between separators, without white space around, none of them empty.
pub(super) fn pieces(text: &str, range: &Range<usize>, at: &[char]) -> Vec<Range<usize>> {
    split(text, range, at).into_iter().filter(|piece| !piece.is_empty()).collect()
}

/// The same with the empty ones.
pub(super) fn pieces_kept(text: &str, range: &Range<usize>, at: char) -> Vec<Range<usize>> {
    split(text, range, &[at])
}

fn split(text: &str, range: &Range<usize>, at: &[char]) -> Vec<Range<usize>> {
    let base = range.start;
    let mut start = 0;
    let inside = &text[range.clone()];
    let mut out = Vec::new();
    for (place, found) in inside.match_indices(at) {
        out.push(trimmed(text, base + start..base + place));
        start = place + found.len();
    }
    out.push(trimmed(text, base + start..range.end));
    out
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let start = range.start + (inside.len() - inside.trim_start().len());
    start..(start + inside.trim().len())
}

/// Whether a cell holds anything.
pub(super) fn says(text: &str) -> bool {
    let folded = plain(text);
    !folded.is_empty()
        && !matches!(
            folded.as_str(),
            "n a"
                | "none"
                | "keine"
                | "keiner"
                | "aucun"
                | "aucune"
                | "tbd"
                | "na"
                | "yes"
                | "no"
                | "ja"
                | "nein"
                | "oui"
                | "non"
        )
}

/// The place behind the first legal form of a text, where there is one in it.
fn form_end(text: &str) -> Option<usize> {
    let mut start = 0;
    let mut is_first = true;
    for word in text.split_inclusive(|letter: char| letter.is_whitespace() || letter == ',' || letter == '(') {
        let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let joined: String = bare.chars().filter(|letter| *letter != '.').collect();
        let known = FORMS.contains(&joined.to_lowercase().as_str()) && joined.starts_with(char::is_uppercase)
            || matches!(joined.as_str(), "eV" | "GmbH" | "mbH")
            || FORMS_IN_CAPITALS.contains(&joined.as_str());
        if known && !is_first {
            let end = start
                + word.trim_end_matches(|letter: char| letter.is_whitespace() || letter == ',' || letter == '(').len();
            return Some(end);
        }
        is_first = false;
        start += word.len();
    }
    None
}

/// Whether a legal form stands in a text.
pub(super) fn has_form(text: &str) -> bool {
    form_end(text).is_some()
}

/// Whether a text can be the name of a company.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.trim();
    let words = text.split_whitespace().count();
    let form = form_end(text);
    let folded = plain(text);
    let ends = text.ends_with(['.', ':', '?', '!', ';']) && form.is_none_or(|end| end < text.len().saturating_sub(1));
    (1..=NAME_WORDS).contains(&words)
        && text.len() <= 120
        && !ends
        && text.starts_with(|letter: char| letter.is_uppercase() || letter.is_ascii_digit())
        && text.chars().any(char::is_alphabetic)
        && !NO_NAMES.contains(&folded.as_str())
        && Column::of(text).is_none_or(|_| form.is_some())
        && !spoken::is_countries(text)
}

/// A labelled value: the label and where the value stands.
pub(super) fn labelled(text: &str, range: &Range<usize>) -> Option<(Column, Range<usize>)> {
    let (label, value) = text[range.clone()].split_once(':')?;
    if label.split_whitespace().count() > 5 || value.starts_with("//") {
        return None;
    }
    let value = trimmed(text, range.end - value.len()..range.end);
    Some((Column::of(label)?, value)).filter(|(_, value)| !value.is_empty())
}

/// The entry of a line; items may be a name alone where it has a legal form.
pub(super) fn entry(text: &str, range: &Range<usize>, is_item: bool) -> Option<Entry> {
    let line = &text[range.clone()];
    if line.split_whitespace().count() > LINE_WORDS {
        return None;
    }
    let form = form_end(line);
    let cut = match form {
        // The form may stand late in the line, in another name.
        Some(end) if line[..end].split_whitespace().count() <= NAME_WORDS && first_cut(&line[..end]).is_none() => end,
        _ if is_item => first_cut(line)?,
        _ => return None,
    };
    let name = trimmed(text, range.start..range.start + cut);
    let rest = trimmed(text, range.start + cut..range.end);
    if !is_name(&text[name.clone()]) {
        return None;
    }
    let mut entry =
        Entry { name, row: range.clone(), place: None, countries: BTreeSet::new(), purpose: None, url: None };
    tell_of(text, &rest, &mut entry, form.is_some());
    let ends_as_sentence = line.ends_with(['.', ':', '?', '!']) && !rest.is_empty();
    let counts = match (is_item, form.is_some()) {
        (true, true) => true,
        (true, false) => !entry.countries.is_empty(),
        (false, _) => !entry.countries.is_empty() && !ends_as_sentence,
    };
    counts.then_some(entry)
}

/// Where the name of a line ends: at the first separator that no legal form follows.
fn first_cut(line: &str) -> Option<usize> {
    let mut cuts: Vec<usize> =
        SEPARATORS.iter().flat_map(|separator| line.match_indices(separator).map(|(place, _)| place)).collect();
    cuts.sort_unstable();
    cuts.into_iter().find(|cut| {
        let rest = line[*cut..].trim_start_matches([',', ' ']);
        let next = rest.split(|letter: char| letter.is_whitespace() || letter == ',').next().unwrap_or_default();
        // "Acme, Inc.": the form is of the name.
        form_end(&format!("X {next}")).is_none()
    })
}

/// What the rest of a line says: countries, and what is none is the purpose.
pub(super) fn tell(text: &str, range: &Range<usize>, entry: &mut Entry) {
    tell_of(text, range, entry, false);
}

/// The same; behind a legal form the country may stand at the end without a separator.
fn tell_of(text: &str, range: &Range<usize>, entry: &mut Entry, has_form: bool) {
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        let separator =
            SEPARATORS.iter().copied().chain(["(", ")", ". "]).find(|separator| rest.starts_with(separator));
        match separator {
            Some(separator) => {
                parts.push(trimmed(text, start..at));
                at += separator.len();
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push(trimmed(text, start.min(range.end)..range.end));
    let bare = |part: &Range<usize>| {
        let edge = |letter: char| !letter.is_alphanumeric();
        let inside = &text[part.clone()];
        let start = part.start + (inside.len() - inside.trim_start_matches(edge).len());
        start..start + inside.trim_matches(edge).len()
    };
    let parts: Vec<Range<usize>> = parts.iter().map(bare).filter(|part| !part.is_empty()).collect();
    let whole = |part: &&Range<usize>| spoken::is_countries(&text[(*part).clone()]);
    let short = |part: &&Range<usize>| {
        let inside = &text[(*part).clone()];
        inside.split_whitespace().count() <= 4 && !spoken::named_in(inside).is_empty()
    };
    let mut places: Vec<&Range<usize>> = parts.iter().filter(whole).collect();
    // A line without separators: "Acme Inc. Hosting United States".
    let last = parts.last().filter(|_| has_form && places.is_empty()).and_then(|part| country_at_end(text, part));
    if places.is_empty() && last.is_none() {
        places = parts.iter().filter(short).collect();
    }
    for place in places.iter().copied().chain(&last) {
        entry.countries.extend(spoken::of_cell(&text[place.clone()]));
        entry.place.get_or_insert(place.clone());
    }
    let purpose = parts.iter().find(|part| {
        !places.contains(part) && Column::of(&text[(*part).clone()]).is_none_or(|_| !is_label(text, part))
    });
    entry.purpose = purpose.map(|part| match &last {
        Some(last) if part.end == last.end => trimmed(text, part.start..last.start),
        _ => part.clone(),
    });
    entry.purpose = entry.purpose.take().filter(|purpose| !purpose.is_empty());
}

/// Whether a colon follows: a label, and not what is labelled.
fn is_label(text: &str, part: &Range<usize>) -> bool {
    text[part.end..].starts_with(':')
}

/// The country with which a part ends.
fn country_at_end(text: &str, part: &Range<usize>) -> Option<Range<usize>> {
    let inside = &text[part.clone()];
    let starts = inside
        .char_indices()
        .filter(|(place, _)| *place > 0 && inside[..*place].ends_with(' '))
        .map(|(place, _)| place);
    let tail =
        starts.map(|place| part.start + place..part.end).find(|range| spoken::is_countries(&text[range.clone()]));
    tail.filter(|_| Columns::of(&[inside]).is_none())
}
