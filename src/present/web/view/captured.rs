//! A capture of the archive as a page shows it: its text with a passage marked, its header fields, its connection.
//!
//! What is shown is the extracted text in our own elements. No tag, style or address of the page itself gets through, and
//! nothing of it is executed. Long texts come in parts.

use super::Library;
use super::parts::{Cited, is_web, short};
use crate::base::plain::plain;
use jiff::Timestamp;
use probity_probes::net::archive::{Archive, Connection, Slot};
use probity_probes::net::capture::{Entry, Exchange};
use probity_rules::document::{Block, Document, Region, Role};
use probity_rules::observation::Why;
use probity_rules::text::{self, Hints};
use std::ops::Range;

/// The longest body that is unpacked to be shown.
const MAX_BODY: usize = 32 << 20;
/// Letters of text in one part.
const PART: usize = 120_000;
/// Header fields that are shown, and letters of each.
const FIELDS: (usize, usize) = (80, 2_000);

/// A passage of text, cut where the mark begins and ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The words.
    pub(crate) text: String,
    /// Whether they are marked.
    pub(crate) marked: bool,
    /// Whether this is the first marked piece, where a link leads.
    pub(crate) first: bool,
}

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A heading.
    Heading,
    /// Running text.
    Paragraph,
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
}

/// A passage.
#[derive(Clone, Debug)]
pub(crate) struct Passage {
    /// What it is.
    pub(crate) shape: Shape,
    /// Whether it stands beside the text itself: a menu, a footer.
    pub(crate) aside: bool,
    /// Its pieces.
    pub(crate) pieces: Vec<Piece>,
}

/// A capture.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captured {
    /// The address.
    pub(crate) target: String,
    /// The address as a link, where it is a web address.
    pub(crate) original: Option<String>,
    /// When it was captured.
    pub(crate) captured: Timestamp,
    /// Since when it is unchanged, where it only confirmed an earlier capture.
    pub(crate) payload_of: Option<Timestamp>,
    /// The digest.
    pub(crate) digest: String,
    /// The status, of an HTTP answer.
    pub(crate) status: Option<u16>,
    /// Where it redirects to.
    pub(crate) redirect: Option<String>,
    /// The machine that answered.
    pub(crate) machine: Option<String>,
    /// What is wrong with the recording.
    pub(crate) cut: Option<String>,
    /// The header fields.
    pub(crate) headers: Vec<(String, String)>,
    /// What is known of the connection.
    pub(crate) connection: Connection,
    /// The title of the page.
    pub(crate) title: Option<String>,
    /// The language of the text, as a tag.
    pub(crate) language: Option<String>,
    /// The text.
    pub(crate) passages: Vec<Passage>,
    /// Which part this is and how many there are.
    pub(crate) part: (usize, usize),
    /// Whether something is marked in this part.
    pub(crate) marked: bool,
    /// Why there is no text.
    pub(crate) no_text: Option<(Why, String)>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// The audit.
    pub(crate) audit: &'a str,
    /// The address.
    pub(crate) target: &'a str,
    /// The digest; none for the newest.
    pub(crate) record: Option<&'a str>,
    /// What to mark.
    pub(crate) cited: Cited<'a>,
    /// The part; none for the one with the mark.
    pub(crate) part: Option<usize>,
}

/// A record of an archive, with what it holds. Blocks.
pub(crate) fn record(archive: &Archive, target: &str, digest: Option<&str>) -> Option<(Slot, Entry)> {
    let slots = archive.slots(target).iter().rev();
    slots.filter_map(|slot| Some((slot.clone(), archive.entry(target, slot)?))).find(|(_, entry)| match entry {
        Entry::Http(answer) => digest.is_none_or(|digest| answer.digest == digest),
        Entry::Dns(answer) => digest.is_none_or(|digest| answer.digest == digest),
        Entry::Gap { .. } => digest.is_none(),
    })
}

/// Reads a capture. Blocks.
pub(crate) fn captured(library: &Library, wanted: &Wanted<'_>) -> Option<Captured> {
    let archive = library.archive(wanted.audit)?;
    let (slot, entry) = record(&archive, wanted.target, wanted.record)?;
    let mut shown = Captured {
        target: short(wanted.target, 400),
        original: is_web(wanted.target).then(|| wanted.target.to_owned()),
        captured: slot.captured,
        part: (1, 1),
        ..Captured::default()
    };
    match entry {
        Entry::Http(answer) => {
            shown.connection = archive.connection(&slot).unwrap_or_default();
            shown.http(&answer, wanted);
        }
        Entry::Dns(answer) => {
            shown.digest.clone_from(&answer.digest);
            let lines: Vec<&str> = answer.records.iter().map(|record| record.line.as_str()).collect();
            shown.plain_text(&lines.join("\n"), wanted, Shape::Row);
        }
        Entry::Gap { why, detail, .. } => shown.no_text = Some((why, detail)),
    }
    Some(shown)
}

/// The text of an answer. Blocks.
pub(crate) fn read(answer: &Exchange) -> Result<text::Page, (Why, String)> {
    let body = answer.decoded(MAX_BODY)?;
    let hints = Hints { media_type: answer.header("content-type"), url: Some(&answer.url), ..Hints::default() };
    text::read(&body, &hints).map_err(|error| (error.why, error.detail))
}

impl Captured {
    fn http(&mut self, answer: &Exchange, wanted: &Wanted<'_>) {
        self.digest.clone_from(&answer.digest);
        self.status = Some(answer.status);
        self.redirect = answer.redirect();
        self.machine = answer.peer.map(|peer| peer.to_string());
        self.cut = answer.cut.as_ref().map(ToString::to_string);
        self.payload_of = answer.payload_of;
        let fields = answer.headers.iter().take(FIELDS.0);
        self.headers = fields.map(|(name, value)| (short(name, 120), short(value, FIELDS.1))).collect();
        let media = answer.header("content-type").unwrap_or_default();
        if media.starts_with("application/json") || media.contains("+json") {
            match answer.decoded(MAX_BODY) {
                Ok(body) => self.plain_text(&pretty(&body), wanted, Shape::Paragraph),
                Err(gap) => self.no_text = Some(gap),
            }
            return;
        }
        match read(answer) {
            Ok(page) => {
                self.title = page.document.title.as_deref().map(|title| short(title, 300));
                self.language = page.document.language.map(|language| language.code().to_owned());
                self.document(&page.document, wanted.cited.range(&page.document.text), wanted.part);
            }
            Err(gap) => self.no_text = Some(gap),
        }
    }

    /// A text of lines, with what is quoted marked where it first stands.
    fn plain_text(&mut self, text: &str, wanted: &Wanted<'_>, shape: Shape) {
        // Places are those of a page's text; lines are found by their words.
        let mark = Some(wanted.cited).filter(|cited| matches!(cited, Cited::Quote(_)));
        let mark = mark.and_then(|cited| cited.range(text));
        let role = if shape == Shape::Row { Role::Row } else { Role::Paragraph };
        let mut blocks = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let span = start..start + line.trim_end_matches('\n').len();
            start += line.len();
            blocks.push(Block { span, role, region: Region::Main, language: None, heading: None, lead: None });
        }
        self.document(&Document { text: text.to_owned(), blocks, ..Document::default() }, mark, wanted.part);
    }

    fn document(&mut self, document: &Document, mark: Option<Range<usize>>, part: Option<usize>) {
        let parts = cut(document);
        let touches = |range: &Range<usize>| {
            let blocks = document.blocks.get(range.clone()).unwrap_or_default();
            mark.as_ref().is_some_and(|mark| blocks.iter().any(|block| meets(&block.span, mark)))
        };
        let with_mark = parts.iter().position(touches).map_or(1, |place| place + 1);
        let here = part.unwrap_or(with_mark).clamp(1, parts.len().max(1));
        self.part = (here, parts.len().max(1));
        let blocks = parts.get(here - 1).and_then(|range| document.blocks.get(range.clone())).unwrap_or_default();
        let mut is_first = true;
        for block in blocks {
            let pieces = pieces(&document.text, &block.span, mark.as_ref(), &mut is_first);
            if !pieces.is_empty() {
                let shape = match block.role {
                    Role::Heading(_) | Role::Term => Shape::Heading,
                    Role::Item(_) => Shape::Item,
                    Role::Row => Shape::Row,
                    Role::Paragraph | Role::Definition => Shape::Paragraph,
                };
                self.passages.push(Passage { shape, aside: block.region != Region::Main, pieces });
            }
        }
        self.marked = !is_first;
    }
}

/// Blocks in parts of bearable length.
fn cut(document: &Document) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut letters) = (0, 0);
    for (place, block) in document.blocks.iter().enumerate() {
        // A block costs something however short it is: pages of empty cells are cut too.
        letters += block.span.len().min(PART) + 60;
        if letters >= PART {
            parts.push(start..place + 1);
            (start, letters) = (place + 1, 0);
        }
    }
    if start < document.blocks.len() {
        parts.push(start..document.blocks.len());
    }
    parts
}

fn meets(span: &Range<usize>, mark: &Range<usize>) -> bool {
    span.start < mark.end && mark.start < span.end
}

/// A block cut at the edges of the mark. Edges that lie within a letter are moved out of it.
fn pieces(text: &str, span: &Range<usize>, mark: Option<&Range<usize>>, is_first: &mut bool) -> Vec<Piece> {
    let end = text.floor_char_boundary(span.end.min(span.start.saturating_add(PART)));
    let span = text.ceil_char_boundary(span.start).min(end)..end;
    let inside = mark.filter(|mark| meets(&span, mark)).map(|mark| {
        let from = text.floor_char_boundary(mark.start.clamp(span.start, span.end));
        from..text.ceil_char_boundary(mark.end.clamp(from, span.end)).min(span.end)
    });
    let edges = inside.clone().unwrap_or(span.end..span.end);
    let mut pieces = Vec::new();
    for (range, marked) in [(span.start..edges.start, false), (edges.clone(), true), (edges.end..span.end, false)] {
        let Some(words) = text.get(range).filter(|words| !words.is_empty()) else { continue };
        let first = marked && std::mem::take(is_first);
        pieces.push(Piece { text: plain(words).into_owned(), marked, first });
    }
    pieces
}

/// JSON in lines, where it is JSON.
fn pretty(body: &[u8]) -> String {
    let value = serde_json::from_slice::<serde_json::Value>(body);
    let lines = value.ok().and_then(|value| serde_json::to_string_pretty(&value).ok());
    lines.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(lines: &[&str]) -> Document {
        let mut document = Document::default();
        for line in lines {
            let start = document.text.len();
            document.text.push_str(line);
            let span = start..document.text.len();
            document.text.push('\n');
            document.blocks.push(Block {
                span,
                role: Role::Paragraph,
                region: Region::Main,
                language: None,
                heading: None,
                lead: None,
            });
        }
        document
    }

    #[test]
    fn a_mark_goes_over_blocks_and_begins_once() {
        let document = document(&["We keep logs.", "For ever."]);
        let mut shown = Captured::default();
        shown.document(&document, Some(3..17), None);
        let pieces: Vec<_> = shown.passages.iter().flat_map(|passage| &passage.pieces).collect();
        let marked: Vec<_> = pieces.iter().filter(|piece| piece.marked).map(|piece| piece.text.as_str()).collect();
        assert_eq!(marked, ["keep logs.", "For"]);
        assert_eq!(pieces.iter().filter(|piece| piece.first).count(), 1);
    }

    #[test]
    fn no_place_breaks_a_letter_or_the_page() {
        let document = document(&["äöü", "é"]);
        for from in 0..12 {
            for to in 0..12 {
                let mut shown = Captured::default();
                shown.document(&document, Some(from..to), Some(99));
                assert_eq!(shown.part, (1, 1));
            }
        }
    }

    #[test]
    fn long_texts_come_in_parts_and_the_mark_finds_its_own() {
        let line = "word ".repeat(200);
        let lines: Vec<&str> = std::iter::repeat_n(line.as_str(), 500).collect();
        let document = document(&lines);
        let mut shown = Captured::default();
        let last = document.text.len() - 5;
        shown.document(&document, Some(last..last + 3), None);
        assert!(shown.part.1 > 3 && shown.part.0 == shown.part.1, "{:?}", shown.part);
        assert!(shown.marked);
    }
}
