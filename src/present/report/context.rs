//! The surroundings of quotes: what stands before and after a passage in the text that it was read from.
//!
//! It opens the archive of an audit and reads each page that is cited once. A quote that does not stand in the record is
//! left without surroundings: nothing is made up.

use crate::present::text;
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::{Entry, Source};
use probity_rules::document::{Document, Role};
use probity_rules::observation::Citation;
use probity_rules::text::{self as reader, Hints};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Letters that are shown on each side.
const AROUND: usize = 260;

/// The greatest page that is read for the surroundings of a quote.
const LIMIT: usize = 16 << 20;

/// What stands around a passage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// The text before it, begun at a word.
    pub(crate) before: String,
    /// The text after it, ended at a word.
    pub(crate) after: String,
    /// The heading over it.
    pub(crate) heading: Option<String>,
}

/// Surroundings by citation.
pub(crate) type Contexts = BTreeMap<Citation, Context>;

/// The surroundings of those citations that are of documents in this archive.
pub(crate) fn contexts(archive: &Archive, citations: &BTreeSet<&Citation>) -> Contexts {
    let mut pages: BTreeMap<(&str, &str), Vec<&Citation>> = BTreeMap::new();
    for citation in citations.iter().filter(|citation| citation.span.is_some()) {
        pages.entry((&citation.url, &citation.record)).or_default().push(citation);
    }
    let mut found = Contexts::new();
    for ((url, record), cited) in pages {
        let Some(document) = document(archive, url, record, cited[0]) else { continue };
        for citation in cited {
            if let Some(context) = span(&document, citation).and_then(|span| around(&document, &span)) {
                found.insert(citation.clone(), context);
            }
        }
    }
    found
}

/// The text of the record with this digest.
fn document(archive: &Archive, url: &str, record: &str, citation: &Citation) -> Option<Document> {
    let Entry::Http(exchange) = archive.latest(url, citation.captured)? else { return None };
    if exchange.digest != record {
        return None;
    }
    let body = exchange.decoded(LIMIT).ok()?;
    let hints = Hints { media_type: exchange.header("content-type"), url: Some(url), language: None, kind: None };
    Some(reader::read(&body, &hints).ok()?.document)
}

/// Where the quote stands: at its own place, else at the first place that holds it.
fn span(document: &Document, citation: &Citation) -> Option<Range<usize>> {
    if citation.quote.is_empty() {
        return None;
    }
    let told = citation.span.map(|[start, end]| start..end);
    let here = told.filter(|span| document.text.get(span.clone()) == Some(citation.quote.as_str()));
    here.or_else(|| {
        let start = document.text.find(&citation.quote)?;
        Some(start..start + citation.quote.len())
    })
}

fn around(document: &Document, span: &Range<usize>) -> Option<Context> {
    let holds = |block: &Range<usize>, place: usize| block.start <= place && place <= block.end;
    let first = document.blocks.iter().position(|block| holds(&block.span, span.start))?;
    let last = document.blocks.iter().rposition(|block| holds(&block.span, span.end)).unwrap_or(first).max(first);
    // Of the neighbours the nearest that is running text: a short clause is read with what it follows.
    let near = |place: Option<usize>| {
        let block = document.blocks.get(place?)?;
        (!matches!(block.role, Role::Heading(_)) && block.region == document.blocks[first].region).then_some(block)
    };
    let mut start = document.blocks[first].span.start;
    let mut end = document.blocks[last].span.end;
    if span.start - start < AROUND / 2 {
        start = near(first.checked_sub(1)).map_or(start, |block| block.span.start);
    }
    if end - span.end.min(end) < AROUND / 2 {
        end = near(Some(last + 1)).map_or(end, |block| block.span.end);
    }
    let (before, more_before) = text::bounded_end(document.text.get(start..span.start)?, AROUND);
    let (after, more_after) = text::bounded(document.text.get(span.end..end.max(span.end))?, AROUND);
    let heading = document.blocks[first].heading.and_then(|place| document.blocks.get(place));
    let heading = heading.and_then(|block| document.text.get(block.span.clone()));
    Some(Context {
        before: if more_before { format!("… {}", from_word(before)) } else { before.to_owned() },
        after: if more_after { format!("{} …", to_word(after)) } else { after.to_owned() },
        heading: heading.map(|heading| text::brief(heading, text::NAME)).filter(|heading| !heading.is_empty()),
    })
}

/// Without the word that was cut at the front.
fn from_word(text: &str) -> &str {
    text.split_once(char::is_whitespace).map_or(text, |(_, rest)| rest.trim_start())
}

/// Without the word that was cut at the end.
fn to_word(text: &str) -> &str {
    text.rsplit_once(char::is_whitespace).map_or(text, |(rest, _)| rest.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><body><main><h1>Privacy</h1><p>We are a small firm.</p><h2>Who gets your data</h2>\
        <p>We do not sell your data. We share it with our hosting company. Nobody else gets it.</p></main></body></html>";

    fn read() -> Document {
        let hints = Hints { media_type: Some("text/html; charset=utf-8"), ..Hints::default() };
        reader::read(PAGE.as_bytes(), &hints).expect("a page").document
    }

    fn cite(quote: &str, span: Option<[usize; 2]>) -> Citation {
        Citation {
            record: "sha256:00".to_owned(),
            url: "https://a.example/".to_owned(),
            captured: jiff::Timestamp::UNIX_EPOCH,
            quote: quote.to_owned(),
            span,
        }
    }

    #[test]
    fn a_quote_is_shown_with_what_stands_around_it() {
        let document = read();
        let quote = cite("We share it with our hosting company.", Some([0, 4]));
        let span = span(&document, &quote).expect("it stands there");
        let context = around(&document, &span).expect("surroundings");
        assert_eq!(context.heading.as_deref(), Some("Who gets your data"));
        assert_eq!(context.before.trim(), "We do not sell your data.");
        assert_eq!(context.after.trim(), "Nobody else gets it.");
    }

    #[test]
    fn what_does_not_stand_there_has_no_surroundings() {
        let document = read();
        assert_eq!(span(&document, &cite("We sell your data.", Some([3, 9]))), None);
        assert_eq!(span(&document, &cite("", Some([3, 3]))), None);
        assert_eq!(span(&document, &cite("We sell your data.", Some([usize::MAX, 3]))), None);
    }
}
