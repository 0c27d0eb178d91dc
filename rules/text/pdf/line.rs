//! From letters with their places to lines of text, in the order in which the file shows them.
//!
//! Writers put text down as it is read, column by column and cell by cell, so that order is kept; a page that is put
//! down row by row across two columns is put in order here.

use super::letters::Shown;

/// A line of text, or the part of one that a wide gap sets apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) text: String,
    /// All of it is bold.
    pub(super) is_bold: bool,
    /// The tagged block that it belongs to.
    pub(super) block: Option<u32>,
    /// Where the text begins after a bullet or number.
    pub(super) inner: f64,
}

/// The widest gap between two words of a line, in sizes.
const GAP: f64 = 1.5;
/// The narrowest gap that is a space.
const SPACE: f64 = 0.13;

/// A line while it grows.
#[derive(Default)]
struct Growing {
    line: Line,
    letters: usize,
    bold: usize,
    space: bool,
    /// The size that most letters have, and how many.
    sizes: Vec<(f64, usize)>,
}

impl Growing {
    fn finish(mut self) -> Option<Line> {
        if self.letters == 0 {
            return None;
        }
        let size = self.sizes.iter().max_by_key(|(_, count)| *count).map_or(self.line.size, |(size, _)| *size);
        self.line.size = size;
        self.line.is_bold = self.bold * 20 >= self.letters * 19;
        self.line.inner = self.line.from;
        Some(self.line)
    }
}

/// The lines of a page; `block` tells the tagged block of marked content.
pub(super) fn lines(shown: &Shown, block: impl Fn(u32) -> Option<u32>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut growing = Growing::default();
    let mut last: Option<(f64, f64, &str)> = None;
    for glyph in &shown.glyphs {
        let letters = shown.text.get(glyph.start as usize..glyph.end as usize).unwrap_or_default();
        if letters.chars().all(|letter| letter.is_whitespace() || letter == '\u{200b}') {
            growing.space = true;
            continue;
        }
        // Letters that are drawn twice, a little apart, are meant to look bold.
        if last.is_some_and(|(from, base, before)| {
            before == letters
                && (glyph.from - from).abs() < glyph.size * 0.1
                && (glyph.base - base).abs() < glyph.size * 0.1
        }) {
            continue;
        }
        last = Some((glyph.from, glyph.base, letters));
        let block = glyph.mark.and_then(&block);
        let line = &growing.line;
        let size = line.size.max(glyph.size);
        let gap = glyph.from - line.to;
        // Raised and lowered letters stay in their line.
        let is_near = (glyph.base - line.base).abs() < size * 0.2
            || glyph.size < line.size * 0.85 && (glyph.base - line.base).abs() < line.size * 0.6
            || line.size < glyph.size * 0.85
                && line.text.len() < 4
                && (glyph.base - line.base).abs() < glyph.size * 0.6;
        let goes_on = growing.letters > 0 && line.block == block && is_near && gap > -0.6 * size && gap < GAP * size;
        if !goes_on {
            lines.extend(std::mem::take(&mut growing).finish());
            growing.line = Line { from: glyph.from, base: glyph.base, size: glyph.size, block, ..Line::default() };
        } else if growing.space || gap > SPACE * size {
            growing.line.text.push(' ');
        }
        growing.space = false;
        if glyph.size > growing.line.size * 1.15 {
            (growing.line.base, growing.line.size) = (glyph.base, glyph.size);
        }
        push(&mut growing.line.text, letters);
        growing.line.to = glyph.to.max(growing.line.to).max(glyph.from);
        growing.letters += 1;
        growing.bold += usize::from(glyph.is_bold);
        match growing.sizes.iter().position(|(size, _)| (size - glyph.size).abs() < 0.05 * size) {
            Some(at) => growing.sizes[at].1 += 1,
            None if growing.sizes.len() < 8 => growing.sizes.push((glyph.size, 1)),
            None => {}
        }
    }
    lines.extend(growing.finish());
    columns(marked(rejoined(lines)))
}

/// Adds letters, ligatures taken apart.
fn push(text: &mut String, letters: &str) {
    for letter in letters.chars() {
        match letter {
            'ﬀ' => text.push_str("ff"),
            'ﬁ' => text.push_str("fi"),
            'ﬂ' => text.push_str("fl"),
            'ﬃ' => text.push_str("ffi"),
            'ﬄ' => text.push_str("ffl"),
            'ﬅ' | 'ﬆ' => text.push_str("st"),
            _ => text.push(letter),
        }
    }
}

/// Joins parts that follow each other on one base line with no more than a word's space between them: a letter of
/// another font between them may have gone back a little.
fn rejoined(lines: Vec<Line>) -> Vec<Line> {
    let mut joined: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        match joined.last_mut() {
            Some(before)
                if before.block == line.block
                    && (before.base - line.base).abs() < before.size * 0.1
                    && line.from >= before.from
                    && line.from - before.to < before.size * 0.9
                    && line.from - before.to > before.size * -0.6 =>
            {
                if line.from - before.to > before.size * SPACE {
                    before.text.push(' ');
                }
                before.text.push_str(&line.text);
                before.to = before.to.max(line.to);
                before.is_bold &= line.is_bold;
            }
            _ => joined.push(line),
        }
    }
    joined
}

/// A bullet, or a number as lists and headings have it.
pub(super) fn is_mark(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next();
    if letters.next().is_none() {
        return first
            .is_some_and(|sign| !sign.is_alphanumeric() && !matches!(sign, '.' | ',' | '"' | '(' | ')' | '“' | '”'));
    }
    let inner = text.trim_start_matches('(').trim_end_matches([')', '.', ':']);
    let parts: Vec<&str> = inner.split('.').collect();
    let is_number =
        parts.iter().all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_roman = inner.len() < 6 && inner.bytes().all(|byte| matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x'));
    let is_letter = inner.len() == 1 && inner.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_closed = text.len() > inner.len();
    !inner.is_empty() && (is_number && (is_closed || parts.len() > 1) || (is_roman || is_letter) && is_closed)
}

/// Puts bullets and numbers that a wide gap sets apart before the text that they belong to.
fn marked(lines: Vec<Line>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        match out.last_mut() {
            Some(mark)
                if mark.block == line.block
                    && (mark.base - line.base).abs() < line.size * 0.4
                    && line.from > mark.from
                    && line.from - mark.to < line.size * 6.0
                    && is_mark(&mark.text) =>
            {
                let text = format!("{} {}", mark.text, line.text);
                *mark = Line { from: mark.from, inner: line.from, text, ..line };
            }
            _ => out.push(line),
        }
    }
    out
}

/// Puts two columns in order that were put down row by row.
fn columns(lines: Vec<Line>) -> Vec<Line> {
    // Pairs on one base line: the right part follows the left one.
    let pairs: Vec<usize> = (1..lines.len())
        .filter(|&at| {
            let (left, right) = (&lines[at - 1], &lines[at]);
            left.block.is_none() && (left.base - right.base).abs() < left.size * 0.3 && right.from > left.to
        })
        .collect();
    if pairs.len() < 8 || pairs.len() * 10 < lines.len() * 3 {
        return lines;
    }
    let gutter_left = pairs.iter().map(|&at| lines[at - 1].to).fold(f64::MIN, f64::max);
    let gutter_right = pairs.iter().map(|&at| lines[at].from).fold(f64::MAX, f64::min);
    let long = pairs.iter().filter(|&&at| lines[at - 1].text.len() > 24 && lines[at].text.len() > 24).count();
    // The lines of prose follow each other closely, on both sides; the rows of a table do not.
    let close = pairs.windows(2).filter(|pair| {
        let (above, below) = (&lines[pair[0]], &lines[pair[1]]);
        (above.base - below.base) < above.size * 1.7
    });
    let open = pairs.iter().filter(|&&at| !lines[at - 1].text.ends_with(['.', ':', ';', '!', '?'])).count();
    let is_prose = long * 10 > pairs.len() * 7 && close.count() * 10 > pairs.len() * 6 && open * 10 > pairs.len() * 6;
    if !is_prose || gutter_right - gutter_left < lines[pairs[0]].size * 0.6 {
        return lines;
    }
    let middle = (gutter_left + gutter_right) / 2.0;
    let mut out = Vec::with_capacity(lines.len());
    let mut right = Vec::new();
    for line in lines {
        if line.from > middle {
            right.push(line);
        } else if line.to < middle {
            out.push(line);
        } else {
            // A line over both columns: what stands above it is read before it.
            out.append(&mut right);
            out.push(line);
        }
    }
    out.append(&mut right);
    out
}
