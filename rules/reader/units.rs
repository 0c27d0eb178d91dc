//! A document, made ready for patterns: its sentences as tokens, each with its lead-in and its headings.
//!
//! Only what stands in the main region is read. It judges nothing.

use super::token::{Token, Words, shape};
use crate::document::{Document, Language, Region, Role};
use crate::text::sentence;
use std::collections::BTreeMap;
use std::ops::Range;

mod answers;

/// The longest run of tokens that is read as one sentence; a longer one is cut at a comma or there.
const LONGEST: usize = 240;
/// How many tokens of a lead-in an item is read with.
const LEAD: usize = 40;

/// A sentence, list item, table row or heading.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// Byte range in the document's text.
    pub span: Range<usize>,
    /// Range in [`Prepared::tokens`].
    pub tokens: Range<usize>,
    /// The index of its block.
    pub block: usize,
    /// The unit it hangs on.
    pub lead: Option<usize>,
    /// The language it is read in.
    pub language: Option<Language>,
    /// Whether it is a heading.
    pub heading: bool,
    /// Whether it ends in a colon.
    pub colon: bool,
    /// Whether it is a question.
    pub question: bool,
    /// Whether it is a question with its answer, which is cited whole.
    pub answered: bool,
}

/// What English streets are called, behind their number and name.
const STREETS: [&str; 19] = [
    "avenue",
    "ave",
    "blvd",
    "boulevard",
    "close",
    "court",
    "crescent",
    "drive",
    "gardens",
    "lane",
    "parkway",
    "quay",
    "rd",
    "road",
    "square",
    "st",
    "street",
    "terrace",
    "way",
];

/// Whether a paragraph is a title that is no heading in the page: "11 - Transfers outside the Union". A statement ends
/// in a full stop, and what goes on after a number ("12 months after …") begins in lower case.
fn is_numbered_title(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let title = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ')' | '°'));
    let number = text.len() - rest.len();
    let is_street = |word: &str| STREETS.contains(&word.trim_matches([',', '.']).to_lowercase().as_str());
    // "3 Hill Lane" is a line of an address
    let is_address = title.len() + 1 == rest.len() && title.split_whitespace().skip(1).any(is_street);
    (1..=6).contains(&number)
        && !is_address
        && title.len() < rest.len()
        && title.starts_with(char::is_uppercase)
        && !title.ends_with(['.', ':', ';', '!', '»', '"', '|'])
        && (2..=14).contains(&title.split_whitespace().count())
}

/// A document, made ready.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// The distinct words.
    pub words: Words,
    /// The tokens of all units; those of the title come last.
    pub tokens: Vec<Token>,
    /// The units, in order.
    pub units: Vec<Unit>,
    /// Per block: its units.
    pub of_block: Vec<Range<usize>>,
    /// The tokens of the title.
    pub title: Range<usize>,
}

impl Prepared {
    /// Makes a document ready.
    pub(super) fn new(document: &Document) -> Self {
        let mut prepared = Self { of_block: vec![0..0; document.blocks.len()], ..Self::default() };
        for part in sentence::split(document) {
            let Some(block) = document.blocks.get(part.block) else { continue };
            if block.region != Region::Main || part.span.is_empty() {
                continue;
            }
            let Some(text) = document.text.get(part.span.clone()) else { continue };
            let from = prepared.tokens.len();
            prepared.words.cut(text, part.span.start, &mut prepared.tokens);
            let unit = Unit {
                span: part.span.clone(),
                tokens: from..prepared.tokens.len(),
                block: part.block,
                lead: None,
                language: block.language.or(document.language),
                heading: matches!(block.role, Role::Heading(_))
                    || block.role == Role::Paragraph && is_numbered_title(text),
                colon: text.ends_with(':'),
                question: text.ends_with('?'),
                answered: false,
            };
            let first = prepared.units.len();
            prepared.cut(unit);
            let range = &mut prepared.of_block[part.block];
            let start = if range.start == range.end { first } else { range.start };
            *range = start..prepared.units.len();
        }
        prepared.hang(document);
        answers::join(&mut prepared, document);
        let from = prepared.tokens.len();
        if let Some(title) = &document.title {
            prepared.words.cut(title, 0, &mut prepared.tokens);
        }
        prepared.title = from..prepared.tokens.len();
        prepared.name_provider();
        prepared
    }

    /// A token with another word in the place of one of the text.
    fn word(&mut self, word: &str, place: Token) -> Token {
        let mut cut = Vec::new();
        self.words.cut(word, 0, &mut cut);
        Token { word: cut.first().map_or(place.word, |token| token.word), ..place }
    }

    /// Adds a unit, in several where it is too long.
    fn cut(&mut self, unit: Unit) {
        let mut from = unit.tokens.start;
        while unit.tokens.end - from > LONGEST {
            let limit = from + LONGEST;
            let to = (from + LONGEST / 2..limit).rev().find(|at| self.tokens[*at].before != 0).unwrap_or(limit);
            let span = self.tokens[from].start as usize..self.tokens[to - 1].end as usize;
            self.units.push(Unit { span, tokens: from..to, colon: false, question: false, ..unit.clone() });
            from = to;
        }
        let start = if from == unit.tokens.start { unit.span.start } else { self.tokens[from].start as usize };
        self.units.push(Unit { span: start..unit.span.end, tokens: from..unit.tokens.end, ..unit });
    }

    /// Says which unit each unit hangs on.
    fn hang(&mut self, document: &Document) {
        for (index, block) in document.blocks.iter().enumerate() {
            let Some(lead) = block.lead.filter(|lead| *lead < index) else { continue };
            let Some(last) = self.of_block[lead].clone().last() else { continue };
            let all = matches!(block.role, Role::Row | Role::Definition);
            for unit in self.of_block[index].clone().take(if all { usize::MAX } else { 1 }) {
                self.units[unit].lead = Some(last);
            }
        }
        self.hang_inline(document);
    }

    /// Hangs the items of an enumeration within a line ("you may: (a) see your data; (b) delete them") on its first
    /// sentence, which holds the lead-in.
    fn hang_inline(&mut self, document: &Document) {
        for range in &self.of_block {
            let mut root = range.start;
            for unit in range.clone().skip(1) {
                let text = |unit: usize| document.text.get(self.units[unit].span.clone()).unwrap_or_default();
                if !text(unit - 1).trim_end().ends_with(';') {
                    root = unit;
                } else if self.units[unit].lead.is_none() && text(root).contains(':') {
                    self.units[unit].lead = Some(root);
                }
            }
        }
    }

    /// The token ranges that a unit is read after: its lead-in's lead-in, then its lead-in, both cut to their ends.
    pub(super) fn leads(&self, unit: usize) -> [Range<usize>; 2] {
        let near = self.units[unit].lead;
        let far = near.and_then(|lead| self.units[lead].lead);
        let tail = |unit: Option<usize>, most: usize| match unit {
            Some(unit) => {
                let tokens = &self.units[unit].tokens;
                tokens.end.saturating_sub(most).max(tokens.start)..tokens.end
            }
            None => 0..0,
        };
        [tail(far, LEAD / 2), tail(near, LEAD)]
    }

    /// Marks the name of the provider: the capitalised word that stands before a legal form or in the title, and that
    /// the text uses most.
    fn name_provider(&mut self) {
        const FORMS: &[&str] = &[
            "gmbh",
            "inc",
            "ltd",
            "llc",
            "limited",
            "sas",
            "s.a.s",
            "sarl",
            "s.a.r.l",
            "ag",
            "bv",
            "b.v",
            "se",
            "corporation",
            "corp",
            "plc",
            "ug",
            "sa",
            "s.a",
            "kg",
            "oy",
            "ab",
            "e.v",
        ];
        const GENERIC: &[&str] = &[
            "privacy",
            "policy",
            "statement",
            "notice",
            "terms",
            "service",
            "services",
            "use",
            "conditions",
            "data",
            "protection",
            "agreement",
            "processing",
            "security",
            "help",
            "legal",
            "centre",
            "center",
            "cookie",
            "cookies",
            "the",
            "datenschutz",
            "datenschutzerklaerung",
            "nutzungsbedingungen",
            "agb",
            "politique",
            "confidentialite",
            "donnees",
            "conditions",
            "protection",
            "your",
            "our",
            "and",
            "of",
            "for",
            "imprint",
            "impressum",
            "mentions",
            "site",
            "website",
            "company",
            "group",
            "international",
            "europe",
            "germany",
            "deutschland",
            "france",
            "ireland",
        ];
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        let is_name = |word: u32| {
            let word = &self.words.list[word as usize];
            word.shape & shape::CAPITAL != 0 && word.folded.len() > 2 && !GENERIC.contains(&&*word.folded)
        };
        let forms: Vec<bool> = self.words.list.iter().map(|word| FORMS.contains(&&*word.folded)).collect();
        for pair in self.tokens.windows(2) {
            if forms[pair[1].word as usize] && is_name(pair[0].word) {
                names.insert(&self.words.list[pair[0].word as usize].folded, 0);
            }
        }
        for token in self.tokens[self.title.clone()].iter().take(12) {
            if is_name(token.word) {
                names.insert(&self.words.list[token.word as usize].folded, 0);
            }
        }
        if names.is_empty() {
            return;
        }
        let mut uses = vec![0_usize; self.words.list.len()];
        for token in &self.tokens {
            uses[token.word as usize] += 1;
        }
        for (word, count) in self.words.list.iter().zip(uses) {
            if word.shape & shape::CAPITAL != 0
                && let Some(sum) = names.get_mut(&*word.folded)
            {
                *sum += count;
            }
        }
        let best = names.iter().max_by_key(|(name, count)| (**count, std::cmp::Reverse(**name)));
        if let Some((name, _)) = best.filter(|(_, count)| **count >= 3) {
            let name = (*name).to_owned();
            for word in &mut self.words.list {
                if word.shape & shape::CAPITAL != 0 && *word.folded == *name {
                    word.shape |= shape::PROVIDER;
                }
            }
        }
    }
}
