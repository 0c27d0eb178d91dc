//! The language of a document and of the parts that differ from it.
//!
//! Function words tell the nine languages that matter most, at the cost of one pass over the words; the trigram model
//! is asked only about what they leave open, and only for enough text. A few words tell nothing: then the hint, the
//! markup or the text around them does.

mod words;

use crate::document::{Block, Document, Language, Region};
use words::{LANGUAGES, Profile};

/// The least characters that the trigram model is asked about; below it guesses wildly.
const ENOUGH: usize = 100;
/// The most bytes of one passage that it is given.
const SAMPLE: usize = 1500;
/// How often it may be asked about parts of one document.
const QUESTIONS: usize = 24;

/// Sets the language of the document and of the blocks that differ. `stated` is what the markup says of the whole page
/// and `hint` what the caller knows; both count only where the text does not say otherwise.
pub(super) fn mark(document: &mut Document, stated: Option<Language>, hint: Option<Language>) {
    let profiles: Vec<Profile> = document
        .blocks
        .iter()
        .map(|block| {
            if block.region == Region::Main {
                Profile::of(&document.text[block.span.clone()])
            } else {
                Profile::default()
            }
        })
        .collect();
    let mut whole = Profile::default();
    for profile in &profiles {
        whole.add(profile);
    }
    let seen = whole.clear(12).or_else(|| greater_part(&profiles, whole.words)).or_else(|| {
        let sample = sample(document, |_, block| block.region == Region::Main);
        by_trigrams(&sample)
    });
    let main = seen.or(hint).or(stated).or_else(|| whole.best());
    document.language = main;
    let Some(main) = main else { return };
    let mut languages: Vec<Option<Language>> =
        document.blocks.iter().zip(&profiles).map(|(block, profile)| of_block(block, profile, main)).collect();
    strangers(document, &profiles, &mut languages, main);
    fill(document, &profiles, &mut languages);
    for (block, language) in document.blocks.iter_mut().zip(languages) {
        block.language = language.filter(|language| *language != main);
    }
}

/// On a page of several languages that each are clear: that of the most words.
fn greater_part(profiles: &[Profile], words: u32) -> Option<Language> {
    let mut votes = [0; LANGUAGES.len()];
    for profile in profiles {
        if let Some(index) = profile.clear(4).and_then(|language| LANGUAGES.iter().position(|known| *known == language))
        {
            votes[index] += profile.words;
        }
    }
    let total: u32 = votes.iter().sum();
    let best = (0..votes.len()).max_by_key(|&index| (votes[index], std::cmp::Reverse(index)))?;
    (total * 2 > words).then(|| LANGUAGES[best])
}

/// The language of a block, where its words or its markup tell. Markup is not believed against the words.
fn of_block(block: &Block, profile: &Profile, main: Language) -> Option<Language> {
    if block.region != Region::Main {
        return block.language;
    }
    if let Some(language) = profile.clear(3)
        && (language == main || profile.score(language) >= profile.score(main) * 3 + 2)
    {
        return Some(language);
    }
    block.language.filter(|_| profile.score(main) < 3)
}

/// Asks the trigram model about runs of text in which the document's language hardly shows.
fn strangers(document: &Document, profiles: &[Profile], languages: &mut [Option<Language>], main: Language) {
    let is_strange = |index: usize| {
        let (block, profile) = (&document.blocks[index], &profiles[index]);
        block.region == Region::Main
            && languages_open(block.language, main)
            && profile.words >= 10
            && profile.running * 2 > profile.words
            && profile.score(main) * 14 < profile.words
    };
    let mut questions = 0;
    let mut at = 0;
    while at < profiles.len() && questions < QUESTIONS {
        if languages[at].is_some() || !is_strange(at) {
            at += 1;
            continue;
        }
        let from = at;
        while at < profiles.len() && languages[at].is_none() && is_strange(at) {
            at += 1;
        }
        questions += 1;
        let sample = sample(document, |index, _| (from..at).contains(&index));
        if let Some(language) = by_trigrams(&sample).filter(|language| *language != main) {
            languages[from..at].fill(Some(language));
        }
    }
}

fn languages_open(given: Option<Language>, main: Language) -> bool {
    given.is_none_or(|given| given == main)
}

/// Blocks that tell nothing (headings, short items) take the language of what surrounds them.
fn fill(document: &Document, profiles: &[Profile], languages: &mut [Option<Language>]) {
    let main: Vec<usize> =
        (0..languages.len()).filter(|&index| document.blocks[index].region == Region::Main).collect();
    let mut at = 0;
    let mut before: Option<Language> = None;
    while at < main.len() {
        if let Some(language) = languages[main[at]] {
            before = Some(language);
            at += 1;
            continue;
        }
        let from = at;
        while at < main.len() && languages[main[at]].is_none() {
            at += 1;
        }
        let after = main.get(at).and_then(|&index| languages[index]);
        // Between two passages of one language, or a heading over a passage; else it counts to the document.
        for &index in &main[from..at] {
            if before == after || (index == main[at - 1] && profiles[index].words < 12) {
                languages[index] = after;
            }
        }
    }
}

/// The first passages that count, cut to a sample.
fn sample(document: &Document, counts: impl Fn(usize, &Block) -> bool) -> String {
    let mut sample = String::new();
    for (_, block) in document.blocks.iter().enumerate().filter(|(index, block)| counts(*index, block)) {
        let text = &document.text[block.span.clone()];
        let room = text.floor_char_boundary(SAMPLE.saturating_sub(sample.len()));
        sample.push_str(&text[..room]);
        sample.push(' ');
        if sample.len() >= SAMPLE {
            break;
        }
    }
    sample
}

fn by_trigrams(text: &str) -> Option<Language> {
    if text.chars().take(ENOUGH).count() < ENOUGH {
        return None;
    }
    let info = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    let code = info.lang().code();
    let short = SHORT_CODES.iter().find(|(long, _)| *long == code).map_or(code, |(_, short)| *short);
    Language::from_tag(short)
}

/// ISO 639-3 codes of the trigram model and their ISO 639-1 codes, as markup writes them.
const SHORT_CODES: &[(&str, &str)] = &[
    ("afr", "af"),
    ("ara", "ar"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kat", "ka"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mkd", "mk"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tha", "th"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("vie", "vi"),
];

impl Profile {
    /// The language that leads clearly, with at least `least` hits.
    fn clear(&self, least: u32) -> Option<Language> {
        let (best, second) = self.leaders();
        let hits = self.hits[best];
        (hits >= least && hits * 6 >= self.words && hits * 2 >= self.hits[second] * 3).then(|| LANGUAGES[best])
    }

    /// The language with the most hits, if there is any.
    fn best(&self) -> Option<Language> {
        let (best, _) = self.leaders();
        (self.hits[best] > 0).then(|| LANGUAGES[best])
    }

    fn score(&self, language: Language) -> u32 {
        LANGUAGES.iter().position(|known| *known == language).map_or(0, |index| self.hits[index])
    }
}

#[cfg(test)]
mod tests;
