//! The prose of a criterion: fixed headings in a fixed order, and the fenced cases under the last one.

use crate::head::{RuleError, Source, list};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The headings, in their order. All must be there, none may be empty, no others may stand between.
pub const HEADINGS: [&str; 6] =
    ["Why it matters", "What we look at", "What we cannot see", "How to fix it", "References", "Cases"];

/// One part of the prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: &'static str,
    /// Its text, as Markdown.
    pub text: String,
    /// The byte ranges of the fenced TOML in it, in the whole file.
    pub(super) blocks: Vec<Range<usize>>,
}

/// Cuts the body of a document at its headings.
pub(super) fn sections(file: &str, whole: &str, body: Range<usize>) -> Result<Vec<Section>, RuleError> {
    let source = Source::whole(file, whole);
    let markdown = &whole[body.clone()];
    let mut headings: Vec<(String, Range<usize>)> = Vec::new();
    let mut blocks: Vec<(usize, Range<usize>)> = Vec::new();
    let (mut in_heading, mut fence) = (false, None);
    for (event, range) in Parser::new_ext(markdown, Options::empty()).into_offset_iter() {
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
            Event::End(TagEnd::CodeBlock) => {
                blocks.extend(fence.take().map(|range| (headings.len(), inside(whole, range))));
            }
            _ => {}
        }
    }
    let mut sections = Vec::with_capacity(HEADINGS.len());
    for (place, wanted) in HEADINGS.iter().enumerate() {
        let Some((heading, range)) = headings.get(place) else {
            let what = format!("the heading `## {wanted}` is missing");
            return Err(source.error(whole.len()..whole.len(), what, order()));
        };
        if heading != wanted {
            return Err(source.error(
                range.clone(),
                format!("the heading `{heading}` stands here"),
                format!("`## {wanted}`; {}", order()),
            ));
        }
        let end = headings.get(place + 1).map_or(whole.len(), |(_, next)| next.start);
        let text = whole[range.end..end].trim().to_owned();
        if text.is_empty() {
            return Err(source.error(range.clone(), format!("nothing stands under `{heading}`"), "a text".to_owned()));
        }
        let mine = blocks.iter().filter(|(section, _)| *section == place + 1);
        sections.push(Section { heading: wanted, text, blocks: mine.map(|(_, range)| range.clone()).collect() });
    }
    match headings.get(HEADINGS.len()) {
        Some((heading, range)) => {
            Err(source.error(range.clone(), format!("the heading `{heading}` is one too many"), order()))
        }
        None => Ok(sections),
    }
}

fn order() -> String {
    format!("the headings {} in this order", list(HEADINGS))
}

/// The lines between a fence and its end.
fn inside(whole: &str, block: Range<usize>) -> Range<usize> {
    let text = &whole[block.clone()];
    let start = text.find('\n').map_or(text.len(), |newline| newline + 1);
    let end = text.trim_end().rfind('\n').map_or(text.len(), |newline| newline + 1);
    block.start + start..block.start + end.max(start)
}
