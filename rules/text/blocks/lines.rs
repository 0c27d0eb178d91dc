//! Lines that a narrow page has cut: joined to the paragraphs that they were.
//!
//! Texts that went through a printer's margins (mail, PDF, old editors) come with a line break after some seventy
//! characters, sometimes with each line as a paragraph of its own. Only breaks are undone; no word is touched.

use super::Piece;
use crate::document::{Region, Role};

/// Joins wrapped lines, in place: a line break becomes a space.
pub(super) fn join(buffer: &mut [u8], pieces: &mut Vec<Piece>) {
    for piece in pieces.iter().filter(|piece| piece.keeps_lines && piece.role == Role::Paragraph) {
        unwrap(&mut buffer[piece.span.clone()]);
    }
    join_paragraphs(buffer, pieces);
}

/// Undoes the breaks between the lines of one paragraph, if its lines look wrapped.
fn unwrap(text: &mut [u8]) {
    let lines: Vec<usize> = text.split(|&byte| byte == b'\n').map(<[u8]>::len).collect();
    let Some(widest) = lines.iter().copied().max().filter(|&widest| lines.len() > 1 && widest >= 40) else { return };
    let mut end = 0;
    for (index, length) in lines.iter().enumerate() {
        end += length;
        if index + 1 < lines.len() {
            let next = &text[end + 1..];
            let first_word = next.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(next.len());
            // It was cut because the next word did not fit.
            if length + 1 + first_word > widest.saturating_sub(2) && !begins_item(next) {
                text[end] = b' ';
            }
        }
        end += 1;
    }
}

fn begins_item(line: &[u8]) -> bool {
    line.starts_with(b"- ") || line.starts_with(b"* ") || line.starts_with("•".as_bytes())
}

/// Joins paragraphs that are lines of one: the first stops in the midst of a sentence, the next goes on.
fn join_paragraphs(buffer: &mut [u8], pieces: &mut Vec<Piece>) {
    let is_wrapped = looks_wrapped(buffer, pieces);
    let mut kept: usize = 0;
    let mut last_line = pieces.first().map_or(0, |piece| piece.span.len());
    for index in 1..pieces.len() {
        let (before, after) = (&pieces[kept], &pieces[index]);
        let width = is_wrapped.map(|wide| (wide, last_line));
        last_line = after.span.len();
        let is_pair = [before, after].iter().all(|piece| {
            piece.role == Role::Paragraph && piece.region == Region::Main && !piece.stands_out && piece.item == 0
        }) && before.span.end + 1 == after.span.start;
        if is_pair && goes_on(&buffer[before.span.clone()], &buffer[after.span.clone()], width) {
            buffer[before.span.end] = b' ';
            pieces[kept].span.end = pieces[index].span.end;
        } else {
            kept += 1;
            pieces.swap(kept, index);
        }
    }
    pieces.truncate(kept + 1);
}

/// Whether the page as a whole consists of lines of one width that do not end where sentences end.
fn looks_wrapped(buffer: &[u8], pieces: &[Piece]) -> Option<usize> {
    let mut lengths: Vec<usize> = Vec::new();
    let mut open = 0;
    for piece in pieces.iter().filter(|piece| piece.role == Role::Paragraph && piece.region == Region::Main) {
        let text = &buffer[piece.span.clone()];
        if text.len() >= 40 {
            lengths.push(text.len());
            open += usize::from(!ends_sentence(text));
        }
    }
    if lengths.len() < 8 || open * 2 < lengths.len() {
        return None;
    }
    lengths.sort_unstable();
    let wide = lengths[lengths.len() * 9 / 10];
    (wide <= 200).then_some(wide)
}

fn ends_sentence(text: &[u8]) -> bool {
    let end = text.iter().rposition(|byte| !matches!(byte, b'"' | b')' | b'\'' | b'*')).map_or(0, |at| at + 1);
    let text = &text[..end];
    matches!(text.last(), Some(b'.' | b'!' | b'?' | b':' | b';'))
        || ["”", "“", "»", "…"].iter().any(|mark| text.ends_with(mark.as_bytes()))
}

/// Whether a sentence runs on from one paragraph to the next; on a wrapped page with its width and the last line's.
fn goes_on(before: &[u8], after: &[u8], wrapped: Option<(usize, usize)>) -> bool {
    if ends_sentence(before) || begins_item(after) {
        return false;
    }
    let begins_small =
        std::str::from_utf8(after).ok().and_then(|text| text.chars().next()).is_some_and(|first| first.is_lowercase());
    match wrapped {
        Some((width, last_line)) => begins_small || last_line * 4 > width * 3,
        None => {
            begins_small
                && before.len() >= 60
                && before.last().is_some_and(u8::is_ascii_lowercase)
                && ends_sentence(after)
        }
    }
}
