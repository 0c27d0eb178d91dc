//! What a paragraph is by its looks: a heading without markup, a list item behind a bullet, a lead-in.
//!
//! Wording is not understood, only shape: length, last character, first characters, weight of the type.

use super::Piece;
use crate::document::{Region, Role};
use std::ops::Range;

/// The longest heading, in bytes.
const HEADING: usize = 160;

/// Finds headings and list items among the paragraphs. Paragraphs of several bulleted lines become several items.
pub(super) fn refine(buffer: &str, pieces: Vec<Piece>) -> Vec<Piece> {
    let heads_stand_out = bold_is_rare(&pieces);
    let mut refined = Vec::with_capacity(pieces.len());
    let mut lists = pieces.iter().map(|piece| piece.list).max().unwrap_or(0);
    let mut level = 1;
    let mut is_listing = false;
    for (index, mut piece) in pieces.iter().cloned().enumerate() {
        let text = &buffer[piece.span.clone()];
        if let Role::Heading(given) = piece.role {
            level = given;
            is_listing = false;
        } else if piece.role == Role::Paragraph && piece.region == Region::Main {
            if is_listed(text) {
                if !is_listing {
                    lists += 1;
                }
                is_listing = items(text, &piece, lists, &mut refined);
                continue;
            }
            is_listing = false;
            let next = pieces.get(index + 1);
            if (piece.stands_out && heads_stand_out || is_numbered(text) || is_capitals(text))
                && is_heading(text)
                && next.is_some_and(|next| !next.span.is_empty() && next.region == piece.region)
            {
                piece.role = Role::Heading((level + 1).min(6));
            }
        } else {
            is_listing = false;
        }
        refined.push(piece);
    }
    refined
}

/// Whether bold paragraphs are few enough to stand out.
fn bold_is_rare(pieces: &[Piece]) -> bool {
    let (mut bold, mut all) = (0, 0);
    for piece in pieces.iter().filter(|piece| piece.role == Role::Paragraph && piece.region == Region::Main) {
        all += piece.span.len();
        bold += if piece.stands_out { piece.span.len() } else { 0 };
    }
    bold * 3 < all
}

/// Whether a text has the shape of a heading: short, one line, and not a sentence.
fn is_heading(text: &str) -> bool {
    let title = if is_numbered(text) { text.split_once(' ').map_or(text, |(_, title)| title) } else { text };
    text.len() <= HEADING
        && !text.contains('\n')
        && title.chars().any(char::is_alphabetic)
        && !title.ends_with([';', ','])
        && !title.trim_end_matches(['.', '!']).contains(". ")
        && (!title.ends_with(['.', '!']) || title.len() < text.len() && title.split(' ').count() < 10)
}

/// `4. Recipients`, `IV. Recipients`, `§ 4 Recipients`, `Article 4 – Recipients`: a number, then a title.
fn is_numbered(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else { return false };
    let is_number = |word: &str| {
        let digits = word.trim_end_matches(['.', ')', ':']);
        !digits.is_empty()
            && digits.split('.').all(|part| part.len() < 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_roman = |word: &str| {
        word.strip_suffix(['.', ')']).is_some_and(|roman| {
            !roman.is_empty() && roman.len() < 6 && roman.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
        })
    };
    let has_title = |word: Option<&str>| word.is_some_and(|word| word.chars().next().is_some_and(char::is_uppercase));
    match first {
        "§" | "Article" | "Artikel" | "Section" | "Art." | "Chapter" | "Kapitel" | "Annex" | "Anhang" | "Annexe"
        | "Abschnitt" => words.next().is_some_and(is_number) && text.len() < 100 && words.next().is_some(),
        _ if first.ends_with(['.', ')']) || first.contains('.') => {
            (is_number(first) || is_roman(first)) && text.len() < 100 && has_title(words.next())
        }
        _ => false,
    }
}

/// `WHO WE ARE`
fn is_capitals(text: &str) -> bool {
    let mut letters = 0;
    for character in text.chars().filter(|character| character.is_alphabetic()) {
        if character.is_lowercase() {
            return false;
        }
        letters += 1;
    }
    letters > 5 && text.len() < 100
}

/// Whether a paragraph is an item by its bullet, or several by their bullets or numbers.
fn is_listed(text: &str) -> bool {
    bullet(text).is_some()
        || text.contains('\n')
            && (text.lines().filter(|line| bullet(line).is_some()).count() > 1
                || text.lines().filter(|line| number(line).is_some()).count() > 1)
}

/// The mark of a line that is a numbered item: it belongs to the text, so that none of it is cut off.
fn number(line: &str) -> Option<usize> {
    let mark = line.split(' ').next().filter(|mark| mark.len() < line.len() && mark.len() < 6)?;
    let inner = mark.strip_suffix(['.', ')'])?.trim_start_matches('(');
    let is_number = !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_roman = inner.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'));
    (!inner.is_empty() && (is_number || is_letter || is_roman)).then_some(0)
}

/// The length of a bullet at the start of a line, with its space.
fn bullet(line: &str) -> Option<usize> {
    let line_start = line.len() - line.trim_start().len();
    let rest = &line[line_start..];
    let mark = rest.chars().next()?;
    let after = &rest[mark.len_utf8()..];
    let is_glyph = matches!(
        mark,
        '•' | '●'
            | '○'
            | '◦'
            | '▪'
            | '▫'
            | '■'
            | '□'
            | '‣'
            | '⁃'
            | '∙'
            | '·'
            | '➢'
            | '➤'
            | '►'
            | '▶'
            | '✓'
            | '✔'
            | '❖'
            | '◆'
            | '◇'
            | '\u{f0b7}'
            | '\u{f0a7}'
    );
    let is_dash = matches!(mark, '-' | '–' | '—' | '*') && after.starts_with(' ');
    if !is_glyph && !is_dash || after.trim().is_empty() {
        return None;
    }
    Some(line_start + mark.len_utf8() + (after.len() - after.trim_start().len()))
}

/// Cuts a paragraph into its lead-in and its bulleted lines. The answer says whether it ended in an item.
fn items(text: &str, piece: &Piece, list: u32, refined: &mut Vec<Piece>) -> bool {
    let mut parts: Vec<(Range<usize>, bool)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = at..at + line.trim_end().len();
        match bullet(line).or_else(|| number(line)) {
            Some(mark) => parts.push((content.start + mark..content.end, true)),
            None => match parts.last_mut() {
                // A line without a bullet goes on with what is before it, be it an item or the lead-in.
                Some((part, _)) => part.end = content.end,
                None => parts.push((content, false)),
            },
        }
        at += line.len();
    }
    let mut ends_in_item = false;
    for (part, is_item) in parts {
        let span = piece.span.start + part.start..piece.span.start + part.end;
        let role = if is_item { Role::Item(1) } else { Role::Paragraph };
        refined.push(Piece { span, role, list: if is_item { list } else { 0 }, ..piece.clone() });
        ends_in_item = is_item;
    }
    ends_in_item
}

/// Whether a text leads in to the list after it: it ends with a colon, or not like a sentence, or speaks of what follows.
pub(super) fn leads_in(text: &str) -> bool {
    let text = text.trim_end();
    if !text.ends_with(['.', '!', '?']) {
        return !text.is_empty();
    }
    let start = text.len().saturating_sub(160);
    let tail = text.get(text.ceil_char_boundary(start)..).unwrap_or(text);
    let last = tail.trim_end_matches('.').rsplit(". ").next().unwrap_or(tail);
    [
        "follow",
        "below",
        "folgend",
        "nachstehend",
        "suivant",
        "ci-dessous",
        "ci-après",
        "volgende",
        "siguiente",
        "seguent",
    ]
    .iter()
    .any(|word| last.contains(word))
}
