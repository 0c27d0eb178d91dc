//! Sentences of a document: the unit that claims are read in and quotes are cut to.
//!
//! A sentence never reaches over a block. The rules are of shape and of known abbreviations in English, German and
//! French; they know nothing of grammar, and where in doubt keep a sentence whole.

mod abbreviations;

use crate::document::{Document, Role};
use std::ops::Range;

/// The longest sentence in bytes; what is longer is cut at a space, so that no page can make one without bounds.
const LONGEST: usize = 8192;
/// How many bytes around a stop are looked at. It bounds the work on words without end.
const NEAR: usize = 96;

/// A sentence, or a list item, heading or table cell that is none but stands for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Byte range in [`Document::text`], without white space at its ends.
    pub span: Range<usize>,
    /// The index of its block.
    pub block: usize,
}

/// The sentences of all blocks, in order. Together they cover all of a block but the white space between them.
pub fn split(document: &Document) -> Vec<Sentence> {
    let mut sentences = Vec::with_capacity(document.blocks.len() * 2);
    for (block, entry) in document.blocks.iter().enumerate() {
        let Some(text) = document.text.get(entry.span.clone()) else { continue };
        cut(text, entry.role == Role::Row, |part| {
            let span = entry.span.start + part.start..entry.span.start + part.end;
            sentences.push(Sentence { span, block });
        });
    }
    sentences
}

/// The bytes at which a sentence can end, but for spaces behind a very long one.
static ENDS: [bool; 256] = {
    let (mut ends, marks) = ([false; 256], [b'.', b'!', b'?', b'\t', b'\n', b';', 0xe2, 0xe3, 0xef]);
    let mut at = 0;
    while at < marks.len() {
        ends[marks[at] as usize] = true;
        at += 1;
    }
    ends
};

/// Calls `keep` with each sentence of a block. A line of a table's cell is an item or a paragraph in it, and stands for itself.
fn cut(text: &str, is_row: bool, mut keep: impl FnMut(Range<usize>)) {
    let bytes = text.as_bytes();
    let mut start = skip_space(text, 0);
    let mut at = start;
    while at < bytes.len() {
        let long = bytes.len().min(start + LONGEST);
        if at < long {
            at += bytes[at..long].iter().position(|byte| ENDS[usize::from(*byte)]).unwrap_or(long - at);
            if at == bytes.len() {
                break;
            }
        }
        let end = match bytes[at] {
            b'.' | b'!' | b'?' => stop(text, start, at, at + 1),
            b'\t' => Some(at),
            b'\n' if is_row => (!text[at..].trim_start().starts_with(char::is_lowercase)).then_some(at),
            b'\n' => line_end(text, start, at).then_some(at),
            b';' => semicolon(text, at).then_some(at + 1),
            // U+3002, the full stop of Chinese and Japanese, and U+2026, the ellipsis.
            0xe3 if bytes[at..].starts_with("。".as_bytes()) => Some(at + 3),
            // U+FF0E, the full stop of full width.
            0xef if bytes[at..].starts_with("．".as_bytes()) => stop(text, start, at, at + 3),
            0xe2 if bytes[at..].starts_with("…".as_bytes()) => stop(text, start, at, at + 3),
            b' ' if at - start >= LONGEST => Some(at),
            _ => None,
        };
        let Some(end) = end else {
            at += 1;
            continue;
        };
        let part = start..start + text[start..end].trim_end().len();
        if !part.is_empty() {
            keep(part);
        }
        start = skip_space(text, end);
        at = start;
    }
    if let Some(rest) = text.get(start..).map(str::trim_end).filter(|rest| !rest.is_empty()) {
        keep(start..start + rest.len());
    }
}

fn skip_space(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start().len()
}

/// Whether a full stop, exclamation or question mark from `at` to `end` ends the sentence that began at `start`; where it
/// ends, with the quotes and brackets that close after it.
fn stop(text: &str, start: usize, at: usize, mut end: usize) -> Option<usize> {
    for character in text[end..].chars().take(8) {
        match character {
            '.' | '!' | '?' | ')' | ']' | '"' | '\'' | '”' | '“' | '’' | '»' | '…' => {
                end += character.len_utf8()
            }
            _ => break,
        }
    }
    let rest = &text[end..];
    let Some(next) = rest.chars().next() else { return Some(end) };
    let is_full_stop = text.as_bytes()[at] == b'.' && end == at + 1;
    if !next.is_whitespace() {
        let is_end = matches!(text.as_bytes()[at], b'.' | b'!' | b'?');
        return (is_end && is_glued(last(&text[start..end]), first(rest), is_full_stop)).then_some(end);
    }
    let mut after = rest.trim_start();
    if rest.starts_with(['\n', '\t']) && !after.starts_with(char::is_lowercase) {
        // A line that ends with a full stop ends the sentence, whatever stands before the stop.
        return Some(end);
    }
    after = after.trim_start_matches(['"', '\'', '“', '„', '«', '(', '[', '‘', '–', '-', ' ']);
    let letter = after.chars().next()?;
    if letter.is_lowercase() {
        return None;
    }
    let before = &text[start..at];
    let is_whole = before.len() <= NEAR;
    if is_full_stop && abbreviations::goes_on(last(before), is_whole, first(after)) {
        return None;
    }
    Some(end)
}

/// The end of a text, as far as it can matter.
fn last(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(NEAR))..]
}

/// The start of a text, as far as it can matter.
fn first(text: &str) -> &str {
    &text[..text.floor_char_boundary(NEAR)]
}

/// `… your data.We use …`: a space was forgotten behind the stop that `before` ends with. Not so in names of hosts and files.
fn is_glued(before: &str, after: &str, is_full_stop: bool) -> bool {
    let before = before.rsplit(char::is_whitespace).next().unwrap_or(before);
    let word = before.trim_end_matches(['.', '!', '?', ')', ']', '"', '”', '’', '»']);
    let next = after.split(char::is_whitespace).next().unwrap_or(after);
    if after.len() == next.len() || word.contains(['/', '@', '.', '=']) {
        return false;
    }
    let next = next.trim_end_matches([',', ':', ';', '.']);
    if abbreviations::starts(next) {
        return word.chars().count() > 1 || word.len() < before.len() - 1;
    }
    let is_word = |word: &str| word.chars().all(|letter| letter.is_lowercase() || matches!(letter, '-' | '’' | '\''));
    let is_capital = next.starts_with(char::is_uppercase) && is_word(next.trim_start_matches(char::is_uppercase));
    is_full_stop && is_capital && word.len() > 2 && word.chars().all(char::is_lowercase)
}

/// Whether a line break within a block ends the sentence. Lines of an address stay together, and so do lines that were
/// wrapped.
fn line_end(text: &str, start: usize, at: usize) -> bool {
    let line = text[start..at].rsplit('\n').next().unwrap_or_default().trim_end();
    let rest = text[at..].trim_start();
    let next = rest.split('\n').next().unwrap_or_default();
    if line.ends_with([';', '!', '?']) {
        return true;
    }
    let goes_on = rest.starts_with(char::is_lowercase);
    if goes_on && !line.ends_with(':') && line.chars().count() > 30 {
        return false;
    }
    let is_label = line.ends_with(':');
    let is_short = |line: &str| line.len() < 64 && !line.ends_with('.');
    !((is_label || is_short(line)) && is_short(next) && at - start < 300)
}

/// Whether a semicolon ends an item of a list within the line: a mark of the next item follows.
fn semicolon(text: &str, at: usize) -> bool {
    let rest = first(text[at + 1..].trim_start());
    let rest = ["and ", "or ", "und ", "oder ", "sowie ", "et ", "ou "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    let mark = rest.split(char::is_whitespace).next().unwrap_or_default();
    let inner = mark.trim_start_matches('(').trim_end_matches([')', '.']);
    mark.len() > inner.len()
        && mark.ends_with([')', '.'])
        && !inner.is_empty()
        && (inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphanumeric())
            || inner.len() < 5 && inner.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
            || inner.len() == 2 && inner.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
