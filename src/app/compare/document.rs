//! What became of a document since it was last looked at: the same, another text, a known text again, or a gap.
//!
//! A gap is a look that shows something else than the document: an error, a wall, half of it, another page, another language.
//! It is told by comparison with what is established, so that no page can pass an error off as its policy. What lasts long
//! enough is taken for the document at last, save where the declaration says otherwise (the language) or the page itself does.
//! It decides nothing about grades.

use super::memory::{Lasting, Tracked, Version};
use jiff::{SignedDuration, Timestamp};
use probity_rules::document::Kind;
use probity_rules::observation::Why;
use probity_rules::text::wording::{Text, Trace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A text with less of the established words is not the document, until it lasts.
const SHRUNK: f64 = 0.4;
/// A text with less of the established words that breaks off is half of the document.
const BROKEN_OFF: f64 = 0.8;
/// A text so many times longer than what was established shows that the established one was none.
const OUTGROWN: f64 = 5.0;
/// The same where what was established was seen once only and stands in the longer text.
const OUTGROWN_HALF: f64 = 2.0;
/// Fewer words are no policy, terms or agreement.
const LEAST_WORDS: usize = 100;
/// From so many established words on a shorter text is suspicious.
const WORTH: usize = 200;
/// For so long, and so many looks, something else has to stand until it counts as the document.
const LASTS: SignedDuration = SignedDuration::from_hours(30 * 24);
const LASTS_LOOKS: u32 = 3;
/// Versions of a document that are remembered.
const VERSIONS: usize = 512;

/// One look at a document. With the facts of an audit it is kept without the words, which the archive has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// The address that was asked for, under which it is remembered.
    pub asked: String,
    /// What it is for.
    pub kind: Kind,
    /// The language that is declared, as an ISO 639 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When it was captured; none where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured: Option<Timestamp>,
    /// The digest of the payload, whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// What is remembered of its text, or why there is none.
    #[serde(flatten, with = "Written")]
    pub trace: Result<Trace, (Why, String)>,
    /// The text itself, where it is at hand.
    #[serde(skip)]
    pub text: Option<Arc<Text>>,
}

/// How a trace, or why there is none, is kept.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Result")]
enum Written<T, E> {
    #[serde(rename = "text")]
    Ok(T),
    #[serde(rename = "gap")]
    Err(E),
}

/// What a look at a document came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum What {
    /// It was captured for the first time.
    First,
    /// The same bytes, or others that say the same.
    Same,
    /// Another text than before.
    Changed,
    /// A text that was known already: one that stood before.
    Returned {
        /// When it was seen last.
        #[schemars(with = "String")]
        last: Timestamp,
    },
    /// Something else than the document.
    Gap {
        /// Why it does not count.
        why: Why,
        /// For a person.
        detail: String,
    },
    /// The text that was established before was none: this one takes its place, and nothing is concluded from the difference.
    Replaced {
        /// For a person.
        detail: String,
    },
}

/// One look at one document, as it is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TextEvent {
    /// The service's id.
    pub service: String,
    /// The address of the document.
    pub url: String,
    /// When it was captured.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Whether the bytes differ from those of the capture before.
    pub raw: bool,
    /// What it came to.
    pub event: What,
}

impl Tracked {
    /// Takes in a look; none where the capture is known already.
    pub(super) fn look(&mut self, service: &str, seen: &Seen) -> Option<TextEvent> {
        let at = seen.captured.filter(|at| self.captured.is_none_or(|last| last < *at))?;
        let raw = self.captured.is_some() && seen.record != self.record;
        let unchanged = self.captured.is_some() && !raw && seen.record.is_some();
        self.captured = Some(at);
        self.record.clone_from(&seen.record);
        self.kind = Some(seen.kind);
        let event = match &seen.trace {
            Err((why, detail)) => What::Gap { why: *why, detail: detail.clone() },
            // A gap that stands is a gap again; a text that stands is the same.
            Ok(text) => self.judge(seen, text, at, unchanged),
        };
        match &event {
            What::Gap { why, detail } => {
                self.gap.get_or_insert_with(|| Lasting::new(at, *why)).again(*why, detail);
            }
            _ => (self.gap, self.suspect) = (None, None),
        }
        Some(TextEvent { service: service.to_owned(), url: seen.asked.clone(), at, raw, event })
    }

    fn judge(&mut self, seen: &Seen, text: &Trace, at: Timestamp, unchanged: bool) -> What {
        if let (true, Some(version)) = (unchanged && self.gap.is_none(), self.versions.get_mut(self.standing)) {
            (version.last, version.seen) = (at, version.seen + 1);
            return What::Same;
        }
        if let Some((why, detail)) = strange(seen, text) {
            return What::Gap { why, detail };
        }
        if self.versions.is_empty() {
            self.establish(text, at);
            return What::First;
        }
        let known = self.versions.iter().position(|version| version.is(text));
        match known {
            Some(place) if place == self.standing => {
                let version = &mut self.versions[place];
                (version.last, version.seen) = (at, version.seen + 1);
                return What::Same;
            }
            Some(place) => {
                let last = self.versions[place].last;
                self.stand(place, text, at);
                return What::Returned { last };
            }
            None => {}
        }
        if let Some(detail) = self.outgrown(text) {
            self.versions.clear();
            self.establish(text, at);
            return What::Replaced { detail };
        }
        if let Some((why, detail)) = self.suspicious(text) {
            let suspect = self.suspect.get_or_insert_with(|| Lasting::new(at, why));
            suspect.again(why, &detail);
            if suspect.looks < LASTS_LOOKS || at.duration_since(suspect.since) < LASTS {
                return What::Gap { why, detail };
            }
        }
        self.establish(text, at);
        What::Changed
    }

    /// Adds a version and lets it stand.
    fn establish(&mut self, text: &Trace, at: Timestamp) {
        if self.versions.len() >= VERSIONS {
            self.versions.remove(0);
        }
        let (set, flow) = (text.set.clone(), text.flow.clone());
        self.versions.push(Version { set, flow, first: at, last: at, seen: 0 });
        self.stand(self.versions.len() - 1, text, at);
    }

    fn stand(&mut self, place: usize, text: &Trace, at: Timestamp) {
        self.standing = place;
        if let Some(version) = self.versions.get_mut(place) {
            (version.last, version.seen) = (at, version.seen + 1);
        }
        self.lines.clone_from(&text.lines);
        self.words = text.words;
        self.language.clone_from(&text.language);
        self.names.clone_from(&text.names);
    }

    /// Why what is established was not the document: a longer text holds it, or is many times longer.
    fn outgrown(&self, text: &Trace) -> Option<String> {
        let ratio = text.words as f64 / self.words.max(1) as f64;
        let once = self.versions.len() == 1 && self.versions.iter().all(|version| version.seen <= 1);
        let half = once && ratio >= OUTGROWN_HALF && held(&self.lines, text) >= 0.6;
        (half || ratio >= OUTGROWN && self.words < 2 * WORTH).then(|| {
            format!(
                "the text before had {} words and was none, or half of one: this one has {}",
                self.words, text.words
            )
        })
    }

    /// Why a text does not look like the established document.
    fn suspicious(&self, text: &Trace) -> Option<(Why, String)> {
        if self.words >= WORTH {
            let ratio = text.words as f64 / self.words as f64;
            if ratio < SHRUNK {
                let share = ratio * 100.0;
                return Some((Why::Malformed, format!("the page shrank to {share:.0} % of its {} words", self.words)));
            }
            if ratio < BROKEN_OFF && self.breaks_off(text) {
                let share = ratio * 100.0;
                return Some((
                    Why::Malformed,
                    format!("half of the page: it ends after {share:.0} % of the known text"),
                ));
            }
        }
        if text.language != self.language && self.language.is_some() {
            let code = |language: &Option<String>| language.clone().unwrap_or_else(|| "an unknown language".to_owned());
            let (now, before) = (code(&text.language), code(&self.language));
            return Some((Why::Unsupported, format!("another language version: {now} instead of {before}")));
        }
        if let Some(kind) = self.kind
            && self.names.contains(&kind)
            && !text.names.is_empty()
            && !text.names.contains(&kind)
        {
            let named: Vec<_> = text.names.iter().map(|kind| kind.as_str()).collect();
            return Some((Why::Empty, format!("another document: it calls itself {}, not {kind}", named.join(", "))));
        }
        None
    }

    /// Whether a text is the beginning of the established one and nothing else.
    fn breaks_off(&self, text: &Trace) -> bool {
        let here: BTreeSet<&u64> = text.lines.iter().collect();
        let Some(last) = self.lines.iter().rposition(|line| here.contains(line)) else { return false };
        let head = &self.lines[..=last];
        let kept = head.iter().filter(|line| here.contains(line)).count();
        let old: BTreeSet<&u64> = self.lines.iter().collect();
        let strange = text.lines.iter().filter(|line| !old.contains(line)).count();
        // The sentence in which it breaks off is new.
        (last + 1) * 10 < self.lines.len() * 9 && kept * 20 >= head.len() * 19 && strange <= 1 + text.lines.len() / 50
    }
}

/// Why a look shows no document at all, whatever was there before.
fn strange(seen: &Seen, text: &Trace) -> Option<(Why, String)> {
    if let Some(declared) = &seen.language
        && text.words >= LEAST_WORDS
        && text.language.as_ref() != Some(declared)
    {
        let found = text.language.as_deref().unwrap_or("an unknown language");
        return Some((Why::Unsupported, format!("in another language than declared: {found} instead of {declared}")));
    }
    let long = matches!(seen.kind, Kind::PrivacyPolicy | Kind::Terms | Kind::ProcessingAgreement);
    (long && text.words < LEAST_WORDS)
        .then(|| (Why::Empty, format!("{} words are no {}", text.words, seen.kind.as_str().replace('-', " "))))
}

/// The share of lines that stand in a text, 0 to 1.
fn held(lines: &[u64], text: &Trace) -> f64 {
    let here: BTreeSet<&u64> = text.lines.iter().collect();
    let kept = lines.iter().filter(|line| here.contains(line)).count();
    kept as f64 / lines.len().max(1) as f64
}

impl Version {
    /// Whether a text says the same.
    fn is(&self, text: &Trace) -> bool {
        self.set == text.set || self.flow == text.flow
    }
}
