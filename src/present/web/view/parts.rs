//! The small pieces that many pages show: lights, grades, bars, quotes, prose. Text from outside is made harmless here.
//!
//! What is printed into HTML is escaped by the templates; here only what escaping leaves is dealt with: letters that
//! steer, addresses that are no web addresses, lengths that nobody reads.

use crate::base::plain::plain;
use crate::base::review::Status;
use crate::present::web::words::Words;
use jiff::Timestamp;
use probity_rules::catalogue::Rules;
use probity_rules::judge::Grade;
use probity_rules::method::{Light, Limits, Method};
use probity_rules::observation::Citation;
use probity_rules::score::Points;
use std::fmt::Write as _;
use std::ops::Range;

/// The longest name that is shown whole.
const NAME: usize = 120;
/// The longest quote that is shown whole on a page with many.
const QUOTE: usize = 700;

/// A shape with its colour and its word: a light, a grade, a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The id of the shape.
    pub(crate) id: &'static str,
    /// The class of its colour.
    pub(crate) tone: &'static str,
    /// The word.
    pub(crate) word: &'static str,
}

/// The mark of a light.
pub(crate) fn light(light: Light, t: &Words) -> Mark {
    Mark { id: light.as_str(), tone: light.as_str(), word: t.light(light) }
}

/// The mark of a grade.
pub(crate) fn grade(grade: Grade, t: &Words) -> Mark {
    let tone = match grade {
        Grade::Good => "green",
        Grade::Partial => "yellow",
        Grade::Poor => "red",
        Grade::Inconclusive => "undecided",
        Grade::NotApplicable => "not-applicable",
    };
    Mark { id: grade.as_str(), tone, word: t.grade(grade) }
}

/// The word of a state, and what it means.
pub(crate) fn standing(standing: Status, t: &Words) -> (Mark, &'static str) {
    let (id, tone, word, says) = match standing {
        Status::Provisional => ("provisional", "undecided", t.provisional, t.provisional_says),
        Status::Confirmed => ("confirmed", "green", t.confirmed, t.confirmed_says),
        Status::Contested => ("contested", "yellow", t.contested, t.contested_says),
        Status::Withdrawn => ("withdrawn", "red", t.withdrawn, t.withdrawn_says),
    };
    (Mark { id, tone, word }, says)
}

/// Points as a bar of a hundred units: what is sure, what is possible, where the lights begin.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// The points in words: `196` or `54–140`.
    pub(crate) words: String,
    /// The most points.
    pub(crate) max: u32,
    /// Where the sure points end.
    pub(crate) low: f64,
    /// How wide the possible points are.
    pub(crate) open: f64,
    /// Where lights begin.
    pub(crate) limits: Vec<f64>,
}

impl Bar {
    /// The bar of points.
    pub(crate) fn new(points: Points, limits: Option<Limits>) -> Self {
        let share = |part: u32| tenth(f64::from(part.min(points.max)) * 100.0 / f64::from(points.max.max(1)));
        let limits = limits.map_or_else(Vec::new, |limits| vec![share(limits.yellow), share(limits.green)]);
        let (low, high) = (share(points.low), share(points.high));
        Self { words: span(points), max: points.max, low, open: tenth((high - low).max(0.0)), limits }
    }
}

/// Rounded to a tenth, so that pages stay small and the same on every machine.
pub(crate) fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// Points as an interval, or as one number where they are known.
pub(crate) fn span(points: Points) -> String {
    if points.low == points.high { points.low.to_string() } else { format!("{}–{}", points.low, points.high) }
}

/// A share as a percentage; what is not all is never shown as 100, what is something never as 0.
pub(crate) fn percent(share: f64) -> u32 {
    let rounded = (share * 100.0).round();
    let rounded = if share < 1.0 { rounded.min(99.0) } else { rounded };
    let rounded = if share > 0.0 { rounded.max(1.0) } else { rounded };
    // Between 0 and 100 by now.
    rounded.clamp(0.0, 100.0) as u32
}

/// A text from outside, in one line of bearable length.
pub(crate) fn name(text: &str) -> String {
    short(text, NAME)
}

/// A text from outside, cut to so many letters.
pub(crate) fn short(text: &str, letters: usize) -> String {
    let text = plain(text);
    match text.char_indices().nth(letters) {
        None => text.into_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// A sentence of the judge, cut to so many letters and without the marks of code, which only a terminal needs.
pub(crate) fn sentence(text: &str, letters: usize) -> String {
    short(&text.replace('`', ""), letters)
}

/// Whether an address may be a link: only web addresses are.
pub(crate) fn is_web(url: &str) -> bool {
    let scheme = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    scheme("https://") || scheme("http://")
}

/// A value in the query of an address.
pub(crate) fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// A quote as pages show it.
#[derive(Clone, Debug)]
pub(crate) struct Quote {
    /// The words.
    pub(crate) text: String,
    /// The address, to be read.
    pub(crate) place: String,
    /// The address, to be followed, where it is a web address.
    pub(crate) original: Option<String>,
    /// When it was captured.
    pub(crate) day: String,
    /// The same for programs.
    pub(crate) captured: Timestamp,
    /// The digest, shortened, and whole.
    pub(crate) digest: (String, String),
    /// The archived page, with the quote marked.
    pub(crate) link: String,
}

impl Quote {
    /// A citation of an audit.
    pub(crate) fn new(citation: &Citation, audit: &str, t: &Words) -> Self {
        let digest = citation.record.clone();
        let bare = digest.strip_prefix("sha256:").unwrap_or(&digest);
        Self {
            text: short(&citation.quote, QUOTE),
            place: short(citation.url.strip_prefix("https://").unwrap_or(&citation.url), NAME),
            original: is_web(&citation.url).then(|| citation.url.clone()),
            day: t.day(citation.captured),
            captured: citation.captured,
            digest: (bare.chars().take(10).collect(), digest.clone()),
            link: capture_link(audit, &citation.url, &digest, Cited::of(citation)),
        }
    }
}

/// Longer quotes are not looked for by their words.
const SOUGHT: usize = 500;

/// What is to be marked in a capture.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cited<'a> {
    /// Nothing.
    None,
    /// A byte range of the extracted text.
    Span([usize; 2]),
    /// What is quoted of an answer that has no such text: name servers' records, the answers of a forge.
    Quote(&'a str),
}

impl<'a> Cited<'a> {
    /// Where it stands in a text.
    pub(crate) fn range(self, text: &str) -> Option<Range<usize>> {
        match self {
            Self::None => None,
            Self::Span([from, to]) => Some(from..to),
            Self::Quote(quote) => text.find(quote).map(|from| from..from + quote.len()),
        }
    }

    fn of(citation: &'a Citation) -> Self {
        match citation.span {
            Some(span) => Self::Span(span),
            None if (1..SOUGHT).contains(&citation.quote.len()) => Self::Quote(&citation.quote),
            None => Self::None,
        }
    }
}

/// The address of an archived page, with a passage marked.
pub(crate) fn capture_link(audit: &str, target: &str, record: &str, cited: Cited<'_>) -> String {
    let marked = match cited {
        Cited::None => String::new(),
        Cited::Span([start, end]) => format!("&from={start}&to={end}#quote"),
        Cited::Quote(quote) => format!("&quote={}#quote", encoded(quote)),
    };
    format!("/archive/{}?target={}&record={}{marked}", encoded(audit), encoded(target), encoded(record))
}

/// A piece of prose: a paragraph, or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Prose {
    /// Running text.
    Paragraph(String),
    /// Items.
    List(Vec<String>),
}

/// The prose of a section, as far as criteria use it: paragraphs and lists.
pub(crate) fn prose(text: &str) -> Vec<Prose> {
    let mut pieces: Vec<Prose> = Vec::new();
    for part in text.split("\n\n").filter(|part| !part.trim().is_empty()) {
        let mut items: Vec<String> = Vec::new();
        let mut words = String::new();
        for line in part.lines() {
            match line.strip_prefix("- ") {
                Some(item) => items.push(item.trim().to_owned()),
                None => {
                    let open = items.last_mut().unwrap_or(&mut words);
                    if !open.is_empty() {
                        open.push(' ');
                    }
                    open.push_str(line.trim());
                }
            }
        }
        if !words.is_empty() {
            pieces.push(Prose::Paragraph(words.replace('`', "")));
        }
        if !items.is_empty() {
            pieces.push(Prose::List(items.iter().map(|item| item.replace('`', "")).collect()));
        }
    }
    pieces
}

/// The title of a criterion; its id where the rules at hand do not have it.
pub(crate) fn criterion_title<'r>(rules: &'r Rules, id: &'r str, t: &Words) -> &'r str {
    rules.criteria.iter().find(|one| one.id == id).map_or(id, |one| one.title.in_lang(t.lang))
}

/// The title of a method; its id where the rules at hand do not have it.
pub(crate) fn method_title<'r>(rules: &'r Rules, id: &'r str, t: &Words) -> &'r str {
    method(rules, id).map_or(id, |one| one.title.in_lang(t.lang))
}

/// A method of the rules at hand.
pub(crate) fn method<'r>(rules: &'r Rules, id: &str) -> Option<&'r Method> {
    rules.methods.iter().find(|one| one.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_links() {
        assert!(is_web("https://a.example/") && is_web("HTTP://a.example"));
        for other in ["javascript:alert(1)", "data:text/html,x", "dns:a.example", "//a.example", "é", ""] {
            assert!(!is_web(other), "{other}");
        }
    }

    #[test]
    fn a_name_of_three_hundred_letters_is_cut_between_letters() {
        let cut = name(&"ä\u{202e}".repeat(150));
        assert_eq!(cut.chars().count(), NAME + 1);
        assert!(cut.ends_with('…') && !cut.contains('\u{202e}'));
    }

    #[test]
    fn a_share_that_is_not_all_is_not_shown_as_all() {
        assert_eq!([0.0, 0.001, 0.5, 0.999, 1.0].map(percent), [0, 1, 50, 99, 100]);
    }

    #[test]
    fn prose_has_paragraphs_and_lists() {
        let read = prose("One\ntwo `three`.\n\n- a\n  b\n- c\n");
        assert_eq!(read, [Prose::Paragraph("One two three.".into()), Prose::List(vec!["a b".into(), "c".into()])]);
    }

    #[test]
    fn what_stands_in_an_address_is_encoded() {
        assert_eq!(encoded("https://a.example/ä?b=c&d"), "https%3A%2F%2Fa.example%2F%C3%A4%3Fb%3Dc%26d");
    }
}
