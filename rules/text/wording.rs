//! A document's text made ready to be compared: its sentences, and what of them counts.
//!
//! What changes from fetch to fetch without meaning anything is taken out: capitals, punctuation, white space, queries of
//! addresses, session ids, the date of the day, the year beside a copyright mark. Menus, banners and footers are left out. It
//! does not know what the text claims.

use super::{Page, sentence};
use crate::document::{Document, Kind, Region, Role};
use crate::observation::Citation;
use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The page that it stands on, by its place in [`Text::pages`].
    pub page: usize,
    /// Where it stands in that page's extracted text, in bytes.
    pub span: [usize; 2],
    /// Letter by letter.
    pub raw: String,
    /// What of it is compared.
    pub norm: String,
    /// A stable hash of that.
    pub hash: u64,
    /// Whether it is a heading.
    pub heading: bool,
}

/// Where a page of the text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its address.
    pub url: String,
    /// `sha256:` and the hexadecimal digest of its payload.
    pub record: String,
    /// When it was captured.
    pub captured: Timestamp,
}

/// A text, ready to be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The pages that it is made of; several where the document is split.
    pub pages: Vec<Place>,
    /// The sentences of the main text, in order.
    pub lines: Vec<Line>,
    /// What is remembered of it.
    pub trace: Trace,
}

/// The digest of what texts say: the same for as long as no sentence changes, whatever links, white space and session ids do.
pub fn text_digest<'t>(texts: impl IntoIterator<Item = &'t Trace>) -> String {
    let mut hasher = Sha256::new();
    for trace in texts {
        hasher.update(&trace.flow);
    }
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&hasher.finalize()))
}

/// What is remembered of a text: enough to tell whether another one says the same, and how much of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The digest of the payloads that it is made of.
    pub record: String,
    /// Words of the main text.
    pub words: usize,
    /// The language of the greater part, as an ISO 639 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What its title and first heading say it is, where they name a kind of document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Kind>,
    /// The same for two texts that say the same in another order.
    pub set: String,
    /// The same for two texts whose sentences are cut differently.
    pub flow: String,
    /// Its sentences as hashes, in order.
    pub lines: Vec<u64>,
}

impl Text {
    /// Takes in the pages of a document, in order.
    pub fn new<'p>(pages: impl IntoIterator<Item = (Place, &'p Page)>) -> Self {
        let mut text = Self::default();
        for (place, page) in pages {
            text.take(place, page);
        }
        let Self { pages, lines, trace } = &mut text;
        trace.names.sort_unstable();
        trace.names.dedup();
        trace.lines = lines.iter().map(|line| line.hash).collect();
        let flow: Vec<&str> = lines.iter().map(|line| line.norm.as_str()).collect();
        let mut set = flow.clone();
        set.sort_unstable();
        set.dedup();
        trace.set = digest(set, "\n");
        trace.flow = digest(flow, " ");
        trace.record = match pages.as_slice() {
            [one] => one.record.clone(),
            pages => format!("sha256:{}", digest(pages.iter().map(|page| page.record.as_str()).collect(), "\n")),
        };
        text
    }

    fn take(&mut self, place: Place, page: &Page) {
        let document = &page.document;
        let number = self.pages.len();
        let days = Days::around(place.captured);
        if number == 0 {
            self.trace.language = document.language.map(|language| language.code().to_owned());
            self.trace.names = names(document, page.meta.title.as_deref());
        }
        for sentence in sentence::split(document) {
            let Some(block) = document.blocks.get(sentence.block).filter(|block| block.region == Region::Main) else {
                continue;
            };
            let raw = document.text.get(sentence.span.clone()).unwrap_or_default();
            let norm = normalise(raw, &days);
            if norm.is_empty() {
                continue;
            }
            self.trace.words += words(raw);
            let (hash, heading) = (hash(&norm), matches!(block.role, Role::Heading(_)));
            let span = [sentence.span.start, sentence.span.end];
            self.lines.push(Line { page: number, span, raw: raw.to_owned(), norm, hash, heading });
        }
        self.pages.push(place);
    }

    /// A sentence as a citation.
    pub fn cite(&self, line: &Line) -> Option<Citation> {
        let place = self.pages.get(line.page)?;
        Some(Citation {
            record: place.record.clone(),
            url: place.url.clone(),
            captured: place.captured,
            quote: line.raw.clone(),
            span: Some(line.span),
        })
    }
}

impl Trace {
    /// Whether another text says the same.
    pub fn same(&self, other: &Self) -> bool {
        self.set == other.set || self.flow == other.flow
    }
}

/// What of a quote is compared. The date of the day is that of its capture.
pub fn quote(citation: &Citation) -> String {
    normalise(&citation.quote, &Days::around(citation.captured))
}

/// SHA-256 of parts with something between them, in hexadecimal.
pub fn digest(parts: Vec<&str>, between: &str) -> String {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part.as_bytes());
        sum.update(between.as_bytes());
    }
    data_encoding::HEXLOWER.encode(&sum.finalize())
}

/// How many words stand between white space.
pub fn words(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let space = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
    let mut before = b' ';
    text.bytes().filter(|byte| space(std::mem::replace(&mut before, *byte)) && !space(*byte)).count()
}

/// FNV-1a: short, and the same on every machine and in every release.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// How the days around a capture are written.
#[derive(Debug)]
struct Days {
    year: String,
    written: Vec<String>,
}

const MONTHS: [[&str; 3]; 12] = [
    ["january", "januar", "janvier"],
    ["february", "februar", "février"],
    ["march", "märz", "mars"],
    ["april", "april", "avril"],
    ["may", "mai", "mai"],
    ["june", "juni", "juin"],
    ["july", "juli", "juillet"],
    ["august", "august", "août"],
    ["september", "september", "septembre"],
    ["october", "oktober", "octobre"],
    ["november", "november", "novembre"],
    ["december", "dezember", "décembre"],
];

impl Days {
    fn around(captured: Timestamp) -> Self {
        let today = Offset::UTC.to_datetime(captured).date();
        // A server may live in another time zone.
        let days = [today.yesterday().unwrap_or(today), today, today.tomorrow().unwrap_or(today)];
        let mut written = Vec::new();
        for date in days {
            let (year, month, day) = (date.year(), date.month(), date.day());
            for (first, second, third) in [(year, i16::from(month), i16::from(day))]
                .into_iter()
                .flat_map(|(year, month, day)| [(year, month, day), (day, month, year), (month, day, year)])
            {
                written.push(format!(" {first} {second} {third} "));
                written.push(format!(" {first:02} {second:02} {third:02} "));
            }
            let names = usize::try_from(month - 1).ok().and_then(|month| MONTHS.get(month)).into_iter().flatten();
            for name in names.flat_map(|name| [*name, name.get(..3).unwrap_or(name)]) {
                for day in [day.to_string(), format!("{day:02}"), format!("{day}th"), format!("{day}st")] {
                    written.push(format!(" {name} {day} {year} "));
                    written.push(format!(" {day} {name} {year} "));
                }
            }
        }
        // The longer form first, so that nothing of a date is left over.
        written.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        written.dedup();
        Self { year: today.year().to_string(), written }
    }
}

/// Words beside which a date says which version it is, not which day.
const OF_A_VERSION: [&str; 14] = [
    "updated",
    "update",
    "effective",
    "modified",
    "revised",
    "version",
    "revision",
    "stand",
    "aktualisiert",
    "gültig",
    "jour",
    "vigueur",
    "dated",
    "since",
];

fn normalise(raw: &str, days: &Days) -> String {
    let mut norm = String::with_capacity(raw.len() + 2);
    let mut is_copyright = raw.contains('©');
    for word in raw.split_whitespace() {
        if is_token(word) {
            continue;
        }
        // Of most words a colon tells that they are no address.
        let is_address = word.contains(':') && word.contains("://") || word.starts_with("www.");
        let word = if is_address { address(word) } else { word };
        let mut open = false;
        for letter in word.chars() {
            // Soft hyphens and zero-width marks stand within words.
            if matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}') {
                continue;
            }
            if letter.is_alphanumeric() {
                if !open && !norm.is_empty() {
                    norm.push(' ');
                }
                open = true;
                if letter.is_ascii() {
                    norm.push(letter.to_ascii_lowercase());
                } else {
                    norm.extend(letter.to_lowercase());
                }
            } else {
                open = false;
            }
        }
    }
    is_copyright |= norm.contains("copyright");
    if is_copyright || norm.contains(days.year.as_str()) {
        norm = undated(&norm, days, is_copyright);
    }
    norm
}

/// Without the date of the day, and without years beside a copyright mark.
fn undated(norm: &str, days: &Days, is_copyright: bool) -> String {
    let year =
        |word: &&str| word.len() == 4 && word.starts_with(['1', '2']) && word.bytes().all(|b| b.is_ascii_digit());
    if is_copyright && norm.len() < 200 {
        return norm.split(' ').filter(|word| !year(word)).collect::<Vec<_>>().join(" ");
    }
    if norm.split(' ').any(|word| OF_A_VERSION.contains(&word)) {
        return norm.to_owned();
    }
    let padded = format!(" {norm} ");
    match days.written.iter().find(|written| padded.contains(written.as_str())) {
        None => norm.to_owned(),
        // With the day goes the time of the day.
        Some(written) => {
            let rest = padded.replace(written.as_str(), " ");
            let is_time = |word: &&str| word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
            rest.split_whitespace().filter(|word| !is_time(word)).collect::<Vec<_>>().join(" ")
        }
    }
}

/// An address without query and fragment.
fn address(word: &str) -> &str {
    word.split(['?', '#']).next().unwrap_or(word)
}

/// Session ids, request ids, hashes: long, with letters and digits mixed, no word of any language.
fn is_token(word: &str) -> bool {
    if word.len() < 16 {
        return false;
    }
    let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    if word.len() < 16 || !word.is_ascii() || word.contains("://") || word.contains('@') {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let plain =
        word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'+' | b'/'));
    plain && digits >= 4 && letters + digits >= 14 && (letters >= 2 || digits >= 16)
}

/// The kinds that the title and the first heading name.
fn names(document: &Document, title: Option<&str>) -> Vec<Kind> {
    const WORDS: [(&str, Kind); 16] = [
        ("privacy", Kind::PrivacyPolicy),
        ("data protection", Kind::PrivacyPolicy),
        ("datenschutz", Kind::PrivacyPolicy),
        ("confidentialité", Kind::PrivacyPolicy),
        ("vie privée", Kind::PrivacyPolicy),
        ("données personnelles", Kind::PrivacyPolicy),
        ("terms", Kind::Terms),
        ("conditions", Kind::Terms),
        ("nutzungsbedingungen", Kind::Terms),
        ("geschäftsbedingungen", Kind::Terms),
        ("agreement", Kind::Terms),
        ("cookie", Kind::CookiePolicy),
        ("imprint", Kind::Imprint),
        ("impressum", Kind::Imprint),
        ("mentions légales", Kind::Imprint),
        ("legal notice", Kind::Imprint),
    ];
    let main = document.blocks.iter().filter(|block| block.region == Region::Main);
    let heading = main.filter(|block| matches!(block.role, Role::Heading(_))).find_map(|block| {
        let heading = document.text.get(block.span.clone())?;
        (heading.len() < 120).then(|| heading.to_lowercase())
    });
    let title = title.or(document.title.as_deref()).filter(|title| title.len() < 160).map(str::to_lowercase);
    let said = [heading, title];
    let named = WORDS.iter().filter(|(word, _)| said.iter().flatten().any(|said| said.contains(word)));
    named.map(|(_, kind)| *kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_what_stands_between_white_space(text in "[a-z \t\r\n\u{b}\u{1c}.]{0,40}[ü\u{a0}\u{2003}]?[a-z ]{0,8}") {
            prop_assert_eq!(words(&text), text.split_whitespace().count());
        }
    }
}
