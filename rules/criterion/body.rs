//! The body of a criterion: prose under fixed headings in a fixed order, first in English, then in German; references;
//! and the fenced cases.
//!
//! It sees that everything is there in both languages, not that both say the same.

use crate::head::{RuleError, Source, list, nearest};
use crate::sentence::{Lang, Sentence};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The headings in their order, those of [`Prose`] in each language. All must be there, none may be empty, no others
/// may stand between.
const HEADINGS: [&str; 10] = [
    "Why it matters",
    "What we look at",
    "What we cannot see",
    "How to fix it",
    "Warum es wichtig ist",
    "Was wir prüfen",
    "Was wir nicht sehen können",
    "Wie es sich beheben lässt",
    "References",
    "Cases",
];

/// What reports and pages say of a criterion, as Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// Why it matters.
    pub why: Sentence,
    /// What is looked at.
    pub looks: Sentence,
    /// What cannot be seen.
    pub unseen: Sentence,
    /// How a provider can mend it.
    pub fix: Sentence,
}

impl Prose {
    /// Its parts in one language, in order, each behind its heading.
    pub fn in_lang(&self, lang: Lang) -> [(&'static str, &str); 4] {
        let first = match lang {
            Lang::En => 0,
            Lang::De => 4,
        };
        let parts = [&self.why, &self.looks, &self.unseen, &self.fix];
        std::array::from_fn(|place| (HEADINGS[first + place], parts[place].in_lang(lang)))
    }
}

/// A body, cut into its parts.
pub(super) struct Body {
    pub prose: Prose,
    /// The references, as Markdown; they are the same in every language.
    pub references: String,
    /// The byte ranges of the fenced TOML, in the whole file.
    pub cases: Vec<Range<usize>>,
}

impl Body {
    /// Cuts the body of a document at its headings.
    pub(super) fn parse(file: &str, whole: &str, body: Range<usize>) -> Result<Self, RuleError> {
        let source = Source::whole(file, whole);
        let (headings, cases) = scan(whole, body);
        check_order(&source, whole, &headings)?;
        let mut texts = Vec::with_capacity(HEADINGS.len());
        for (place, (heading, range)) in headings.iter().enumerate() {
            let end = headings.get(place + 1).map_or(whole.len(), |(_, next)| next.start);
            let text = whole[range.end..end].trim();
            if text.is_empty() {
                return Err(source.error(
                    range.clone(),
                    format!("nothing stands under `{heading}`"),
                    "a text".to_owned(),
                ));
            }
            texts.push(text);
        }
        let text = |place: usize| texts.get(place).copied().unwrap_or_default();
        let both = |place: usize| Sentence::new(text(place), text(place + 4));
        let prose = Prose { why: both(0), looks: both(1), unseen: both(2), fix: both(3) };
        Ok(Self { prose, references: text(8).to_owned(), cases })
    }
}

/// A heading and its place.
type Heading = (String, Range<usize>);

/// The headings with their places, and the places of the fenced TOML.
fn scan(whole: &str, body: Range<usize>) -> (Vec<Heading>, Vec<Range<usize>>) {
    let mut headings: Vec<Heading> = Vec::new();
    let mut blocks = Vec::new();
    let (mut in_heading, mut fence) = (false, None);
    for (event, range) in Parser::new_ext(&whole[body.clone()], Options::empty()).into_offset_iter() {
        let range = body.start + range.start..body.start + range.end;
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. }) => {
                in_heading = true;
                headings.push((String::new(), range));
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(text) if in_heading => {
                if let Some((heading, _)) = headings.last_mut() {
                    heading.push_str(&text);
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                fence = (language.as_ref() == "toml").then_some(range);
            }
            Event::End(TagEnd::CodeBlock) => blocks.extend(fence.take().map(|range| inside(whole, range))),
            _ => {}
        }
    }
    (headings, blocks)
}

/// Holds the headings of a file against [`HEADINGS`].
fn check_order(source: &Source<'_>, whole: &str, headings: &[Heading]) -> Result<(), RuleError> {
    let order = || format!("the headings {} in this order", list(HEADINGS));
    for (place, (heading, range)) in headings.iter().enumerate() {
        let what = if !HEADINGS.contains(&heading.as_str()) {
            format!("unknown heading `{}`", heading.escape_debug())
        } else if headings[..place].iter().any(|(above, _)| above == heading) {
            format!("the heading `{heading}` stands here a second time")
        } else {
            continue;
        };
        let near = nearest(heading, HEADINGS).filter(|near| near != heading);
        return Err(source.error(range.clone(), what, near.map_or_else(order, |near| format!("`## {near}`"))));
    }
    for (place, wanted) in HEADINGS.iter().enumerate() {
        let found = headings.get(place);
        if found.is_some_and(|(heading, _)| heading == wanted) {
            continue;
        }
        let at = found.map_or(whole.len()..whole.len(), |(_, range)| range.clone());
        let what = match headings.iter().any(|(heading, _)| heading == wanted) {
            true => format!("the heading `## {wanted}` stands further down"),
            false => format!("the heading `## {wanted}` is missing"),
        };
        return Err(source.error(at, what, format!("it here; {}", order())));
    }
    Ok(())
}

/// The lines between a fence and its end.
fn inside(whole: &str, block: Range<usize>) -> Range<usize> {
    let text = &whole[block.clone()];
    let start = text.find('\n').map_or(text.len(), |newline| newline + 1);
    let end = text.trim_end().rfind('\n').map_or(text.len(), |newline| newline + 1);
    block.start + start..block.start + end.max(start)
}
