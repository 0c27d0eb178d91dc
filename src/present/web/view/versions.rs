//! The documents of a service over all its audits, and the readable difference of two versions.
//!
//! Versions are told apart by the digest of what was captured. The difference is of the extracted texts, block by block,
//! and within a changed block word by word.

use super::captured;
use super::parts::{Cited, capture_link, is_web, name};
use super::{Known, Library, Snapshot, Word};
use crate::app::audit::results::Judged;
use crate::base::plain::plain;
use crate::keep::manifest::FACTS;
use crate::present::web::words::Words;
use jiff::Timestamp;
use probity_probes::net::capture::Entry;
use probity_rules::document::Region;
use probity_rules::facts::{Item, Value};
use probity_rules::observation::Observation;
use similar::{ChangeTag, DiffOp, TextDiff, capture_diff_slices_deadline};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Audits that are searched for versions: the newest.
const AUDITS: usize = 60;
/// The longest text that is compared, in blocks.
const BLOCKS: usize = 6_000;
/// How long a comparison may take before it becomes coarser.
const PATIENCE: Duration = Duration::from_millis(700);
/// Unchanged blocks that are shown around a change.
const AROUND: usize = 1;

/// A version of a document.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    /// The audit that saw it first, of those that were searched.
    pub(crate) audit: Word,
    /// When it was captured.
    pub(crate) captured: Timestamp,
    /// The day.
    pub(crate) day: String,
    /// The digest.
    pub(crate) record: String,
    /// The address that answered.
    pub(crate) url: String,
    /// Its words.
    pub(crate) words: Option<String>,
    /// The archived page.
    pub(crate) link: String,
}

/// A document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// What it is for.
    pub(crate) kind: String,
    /// The address that was asked.
    pub(crate) url: String,
    /// The address, to be read.
    pub(crate) place: String,
    /// The address, to be followed.
    pub(crate) original: Option<String>,
    /// Its title.
    pub(crate) title: Option<String>,
    /// Its language, as a tag.
    pub(crate) language: Option<String>,
    /// The day that the text states.
    pub(crate) dated: Option<String>,
    /// Why it could not be read.
    pub(crate) gap: Option<String>,
    /// Its versions, the newest first.
    pub(crate) versions: Vec<Version>,
}

/// The documents of a service. Blocks.
pub(crate) fn documents(library: &Library, snapshot: &Snapshot, known: &Known, t: &Words) -> Vec<Document> {
    let service = &known.about.service;
    let holding = snapshot.audits.values().rev().filter(|head| head.services.binary_search(service).is_ok());
    let mut documents: Vec<Document> = Vec::new();
    for (place, head) in holding.take(AUDITS).enumerate() {
        let Some(items) = library.items(&head.id, service) else { continue };
        for item in items.iter() {
            let read = document(item, &head.id, t);
            match documents.iter_mut().find(|one| one.url == read.url && one.kind == read.kind) {
                Some(before) => {
                    for version in read.versions {
                        match before.versions.last_mut().filter(|last| last.record == version.record) {
                            Some(same) => *same = version,
                            None => before.versions.push(version),
                        }
                    }
                }
                None if place == 0 => documents.push(read),
                None => {}
            }
        }
    }
    documents
}

fn document(item: &Item, audit: &Word, t: &Words) -> Document {
    let field = |name: &str| item.fields.get(name);
    let text = |name: &str| field(name).and_then(Observation::value).map(ToString::to_string);
    let words = match field("words").and_then(Observation::value) {
        Some(Value::Number(number)) => u64::try_from(*number).ok(),
        _ => None,
    };
    let head = ["title", "language", "words"].iter().find_map(|name| field(name)?.citations().first());
    let version = head.map(|citation| Version {
        audit: audit.clone(),
        captured: citation.captured,
        day: t.day(citation.captured),
        record: citation.record.clone(),
        url: citation.url.clone(),
        words: words.map(|words| t.number(words)),
        link: capture_link(audit, &citation.url, &citation.record, Cited::None),
    });
    let gap = match field("words") {
        Some(Observation::Unknown { why, .. }) => Some(t.why(*why)),
        _ => None,
    };
    Document {
        kind: text("kind").unwrap_or_default(),
        url: item.id.clone(),
        place: name(item.id.strip_prefix("https://").unwrap_or(&item.id)),
        original: is_web(&item.id).then(|| item.id.clone()),
        title: text("title").map(|title| name(&title)),
        language: text("language"),
        dated: text("date"),
        gap,
        versions: version.into_iter().collect(),
    }
}

impl Library {
    /// The documents of a service as one audit saw them. Blocks.
    fn items(&self, audit: &str, service: &str) -> Option<Arc<Vec<Item>>> {
        let key = format!("{audit} {service}");
        if let Some(found) = self.items.lock().ok()?.get(&key) {
            return Some(Arc::clone(found));
        }
        let facts = self.facts(audit, service)?;
        let items = facts.collections.get("documents").map(|collection| collection.items.clone()).unwrap_or_default();
        let items = Arc::new(items);
        let mut kept = self.items.lock().ok()?;
        if kept.len() > 4_000 {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&items));
        Some(items)
    }

    /// The facts of a service in one audit. Blocks.
    pub(crate) fn facts(&self, audit: &str, service: &str) -> Option<probity_rules::facts::Facts> {
        use std::io::{BufRead, BufReader};
        let file = std::fs::File::open(self.file(audit, FACTS)?).ok()?;
        let start = format!("{{\"service\":\"{service}\",");
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let mut line = String::new();
        while reader.read_line(&mut line).ok()? > 0 {
            if line.starts_with(&start) {
                return serde_json::from_str::<Judged>(&line).ok().map(|judged| judged.facts);
            }
            line.clear();
        }
        None
    }
}

/// A piece of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// In both.
    Same,
    /// Only in the older.
    Removed,
    /// Only in the newer.
    Added,
}

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// So many unchanged blocks were left out.
    Left(usize),
    /// A block, in pieces.
    Block(Vec<(Tag, String)>),
}

/// The difference of two versions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Difference {
    /// The lines.
    pub(crate) lines: Vec<Line>,
    /// Whether the texts were too long to be compared whole.
    pub(crate) cut: bool,
}

/// The main text of a captured document, block by block. Blocks.
pub(crate) fn blocks(library: &Library, version: &Version) -> Option<Vec<String>> {
    let archive = library.archive(&version.audit)?;
    let (_, entry) = captured::record(&archive, &version.url, Some(&version.record))?;
    let Entry::Http(answer) = entry else { return None };
    let page = captured::read(&answer).ok()?;
    let main = page.document.blocks.iter().filter(|block| block.region == Region::Main);
    let text = |span: std::ops::Range<usize>| page.document.text.get(span).map(|text| plain(text).into_owned());
    Some(main.filter_map(|block| text(block.span.clone())).collect())
}

/// The difference of two texts in blocks.
pub(crate) fn difference(older: &[String], newer: &[String]) -> Difference {
    let cut = older.len() > BLOCKS || newer.len() > BLOCKS;
    let (older, newer) = (&older[..older.len().min(BLOCKS)], &newer[..newer.len().min(BLOCKS)]);
    let deadline = Instant::now() + PATIENCE;
    let mut lines: Vec<Line> = Vec::new();
    let ops = capture_diff_slices_deadline(similar::Algorithm::Patience, older, newer, Some(deadline));
    for op in ops {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                let same = &older[old_index..old_index + len];
                unchanged(same, lines.is_empty(), old_index + len == older.len(), &mut lines);
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                lines.extend(older[old_index..old_index + old_len].iter().map(|text| whole(Tag::Removed, text)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                lines.extend(newer[new_index..new_index + new_len].iter().map(|text| whole(Tag::Added, text)));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let (gone, come) = (&older[old_index..old_index + old_len], &newer[new_index..new_index + new_len]);
                for place in 0..gone.len().max(come.len()) {
                    match (gone.get(place), come.get(place)) {
                        (Some(gone), Some(come)) => lines.extend(reworded(gone, come)),
                        (Some(gone), None) => lines.push(whole(Tag::Removed, gone)),
                        (None, Some(come)) => lines.push(whole(Tag::Added, come)),
                        (None, None) => {}
                    }
                }
            }
        }
    }
    if lines.iter().all(|line| matches!(line, Line::Left(_)) || *line == Line::Block(Vec::new())) {
        lines.clear();
    }
    Difference { lines, cut }
}

fn whole(tag: Tag, text: &str) -> Line {
    Line::Block(vec![(tag, text.to_owned())])
}

/// Unchanged blocks: those next to a change are shown, the others counted.
fn unchanged(same: &[String], is_start: bool, is_end: bool, lines: &mut Vec<Line>) {
    if is_start && is_end {
        return;
    }
    let (head, tail) = (if is_start { 0 } else { AROUND }, if is_end { 0 } else { AROUND });
    if same.len() <= head + tail {
        lines.extend(same.iter().map(|text| whole(Tag::Same, text)));
        return;
    }
    lines.extend(same[..head].iter().map(|text| whole(Tag::Same, text)));
    lines.push(Line::Left(same.len() - head - tail));
    lines.extend(same[same.len() - tail..].iter().map(|text| whole(Tag::Same, text)));
}

/// A block that was changed: word by word where much of it stayed, else the one and then the other.
fn reworded(gone: &str, come: &str) -> Vec<Line> {
    let pieces = words(gone, come);
    if pieces.iter().all(|(tag, _)| *tag != Tag::Same) {
        return pieces.into_iter().map(|piece| Line::Block(vec![piece])).collect();
    }
    vec![Line::Block(pieces)]
}

/// The difference of two passages, word by word; where little of it stayed, the one and then the other.
pub(crate) fn words(gone: &str, come: &str) -> Vec<(Tag, String)> {
    let (gone, come) = (&*plain(gone), &*plain(come));
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(gone, come);
    if diff.ratio() < 0.4 {
        let both = [(Tag::Removed, gone), (Tag::Added, come)];
        return both
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(tag, text)| (tag, text.to_owned()))
            .collect();
    }
    let mut pieces: Vec<(Tag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        let tag = match change.tag() {
            ChangeTag::Equal => Tag::Same,
            ChangeTag::Delete => Tag::Removed,
            ChangeTag::Insert => Tag::Added,
        };
        match pieces.last_mut().filter(|(last, _)| *last == tag) {
            Some((_, text)) => text.push_str(change.value()),
            None => pieces.push((tag, change.value().to_owned())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_word_is_marked_and_the_rest_left_out() {
        let older = texts(&["a", "b", "c", "We keep logs for 7 days and then delete them.", "d", "e"]);
        let newer = texts(&["a", "b", "c", "We keep logs for 90 days and then delete them.", "d", "e"]);
        let lines = difference(&older, &newer).lines;
        let Line::Block(pieces) = &lines[2] else { panic!("{lines:?}") };
        assert_eq!(lines[0], Line::Left(2));
        assert_eq!(
            pieces.iter().filter(|piece| piece.0 == Tag::Added).map(|piece| piece.1.trim()).collect::<Vec<_>>(),
            ["90"]
        );
        assert_eq!(lines.last(), Some(&Line::Left(1)));
    }

    #[test]
    fn the_same_text_has_no_difference() {
        let text = texts(&["a", "b"]);
        assert!(difference(&text, &text).lines.is_empty());
        assert!(difference(&[], &[]).lines.is_empty());
    }

    #[test]
    fn another_sentence_is_shown_whole_on_both_sides() {
        let lines =
            difference(&texts(&["We never sell data."]), &texts(&["Partners receive identifiers of guests."])).lines;
        assert_eq!(
            lines,
            [whole(Tag::Removed, "We never sell data."), whole(Tag::Added, "Partners receive identifiers of guests.")]
        );
    }
}
