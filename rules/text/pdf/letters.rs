//! The letters of a page in the making: where each stands, and which are left when all is painted.
//!
//! What stands slanted is a stamp, what marks call an artifact is none of the text. It runs no operators.

use super::file::Leaf;
use super::matrix::Matrix;
use super::paint::{Ink, Sheet};

/// How much longer than what is shown the text may be that stands for it: an abbreviation is written out, a sign named.
const TIMES: usize = 4;
const FEW: usize = 16;

/// A code that is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    /// Where it begins and ends on its line.
    pub(super) from: f64,
    pub(super) to: f64,
    /// The height of its line, rising from the foot of the page.
    pub(super) base: f64,
    pub(super) size: f64,
    /// Byte range in [`Shown::text`].
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) is_bold: bool,
    /// The marked content that it is in.
    pub(super) mark: Option<u32>,
}

/// What one page shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) glyphs: Vec<Glyph>,
    /// Foot and head of the page.
    pub(super) foot: f64,
    pub(super) head: f64,
    /// Letters that nobody knows.
    pub(super) unknown: usize,
    /// Its letters were recognised in a picture: they are not shown themselves.
    pub(super) is_recognised: bool,
    /// Something of the page could not be decoded.
    pub(super) is_damaged: bool,
}

/// One page in the making.
#[derive(Default)]
pub(super) struct Page {
    pub(super) shown: Shown,
    /// Glyphs by direction: the baseline as it stands, and turned by one, two, three quarters.
    turned: [Vec<Glyph>; 4],
    /// The same for letters that are not painted: those that were recognised in a scan.
    unpainted: [Vec<Glyph>; 4],
    /// For each of `turned`: its middle, and what was painted before it.
    places: [Vec<(f32, f32, u32)>; 4],
    pub(super) sheet: Sheet,
    /// What is smaller than this is seen by nobody.
    pub(super) least: f64,
    /// Open marks: whether an artifact, the number, and the text that stands for all of it.
    pub(super) marks: Vec<Mark>,
}

/// Marked content.
#[derive(Clone, Default)]
pub(super) struct Mark {
    pub(super) is_artifact: bool,
    pub(super) number: Option<u32>,
    /// The text in place of what is shown; gone once it was put down.
    pub(super) instead: Option<String>,
    pub(super) is_replaced: bool,
    /// Where that text was put, how long it is, and how many letters it stands for.
    pub(super) put: Option<(usize, usize)>,
    pub(super) letters: usize,
    pub(super) shown: usize,
}

/// How a letter is written.
#[derive(Clone, Copy)]
pub(super) struct Style<'s> {
    pub(super) size: f64,
    /// How wide letters are for their height; without bounds where the font alone knows.
    pub(super) stretch: f64,
    pub(super) rise: f64,
    pub(super) ink: &'s Ink,
    pub(super) is_bold: bool,
}

fn count(turned: &[Vec<Glyph>; 4]) -> usize {
    turned.iter().map(Vec::len).sum()
}

impl Page {
    /// A page with nothing on it yet.
    pub(super) fn of(leaf: &Leaf) -> Self {
        Self { least: (leaf.size[3] - leaf.size[1]).abs() / 1000.0, ..Self::default() }
    }

    /// How many letters are painted.
    pub(super) fn count(&self) -> usize {
        count(&self.turned)
    }

    /// Puts a letter down; `from` and `to` are where it begins and ends.
    pub(super) fn put(&mut self, letters: Option<&str>, from: Matrix, to: Matrix, style: Style<'_>) {
        let mut letters = letters;
        let instead;
        if let Some(mark) = self.marks.last_mut() {
            if mark.is_artifact {
                return;
            }
            if mark.is_replaced {
                mark.shown += 1;
                instead = mark.instead.take().unwrap_or_default();
                mark.letters += instead.chars().count();
                letters = Some(&instead);
            }
        }
        let Some(letters) = letters else {
            self.shown.unknown += 1;
            return;
        };
        if letters.is_empty() {
            return;
        }
        let [a, b, c, d, x, y] = from;
        let (rise_x, rise_y) = (c * style.rise, d * style.rise);
        let (x, y, end_x, end_y) = (x + rise_x, y + rise_y, to[4] + rise_x, to[5] + rise_y);
        let size = style.size.abs() * c.hypot(d);
        let length = a.hypot(b);
        if ![x, y, end_x, end_y, size].iter().all(|number| number.is_finite() && number.abs() < 1e7) || length == 0.0 {
            return;
        }
        // What stands slanted is a stamp over the page.
        let (cosine, sine) = (a / length, b / length);
        let (quarter, from, to, base) = if cosine > 0.995 {
            (0, x, end_x, y)
        } else if sine > 0.995 {
            (1, y, end_y, -x)
        } else if cosine < -0.995 {
            (2, -x, -end_x, -y)
        } else if sine < -0.995 {
            (3, -y, -end_y, x)
        } else {
            return;
        };
        let wide = (style.size * length * style.stretch).abs();
        if size <= 0.0 || style.stretch.is_finite() && size.min(wide) < self.least {
            return;
        }
        let start = self.shown.text.len() as u32;
        self.shown.text.push_str(letters);
        let mark = self.marks.last().and_then(|mark| mark.number);
        let end = self.shown.text.len() as u32;
        let glyph = Glyph { from, to, base, size, start, end, is_bold: style.is_bold, mark };
        let height = c.hypot(d);
        let lift = if height > 0.0 { 0.3 * size / height } else { 0.0 };
        let middle = ((x + end_x) / 2.0 + c * lift, (y + end_y) / 2.0 + d * lift);
        if matches!(style.ink.mode as i64, 3 | 7) {
            self.unpainted[quarter].push(glyph);
        } else if self.sheet.shows(style.ink, middle) {
            if let Some(mark) = self.marks.last_mut().filter(|mark| mark.is_replaced) {
                mark.put.get_or_insert((quarter, self.turned[quarter].len()));
            }
            self.turned[quarter].push(glyph);
            self.places[quarter].push((middle.0 as f32, middle.1 as f32, self.sheet.count()));
        }
    }

    /// Ends a mark. A text that is far longer than what it stands for is none that a visitor sees.
    pub(super) fn end_mark(&mut self) {
        let Some(mark) = self.marks.pop() else { return };
        let Some((quarter, at)) = mark.put.filter(|_| mark.letters > FEW + TIMES * mark.shown) else { return };
        if let Some(glyph) = self.turned[quarter].get_mut(at) {
            self.shown.unknown += mark.shown;
            glyph.end = glyph.start;
        }
    }

    /// The letters that can be seen, by the direction that most of them have.
    pub(super) fn finish(mut self, leaf: &Leaf) -> Shown {
        self.clear();
        let [left, bottom, right, top] = leaf.size;
        let is_scan = self.sheet.picture * 2.0 > ((right - left) * (top - bottom)).abs();
        if is_scan && count(&self.unpainted) > 20 && count(&self.unpainted) > 4 * count(&self.turned) {
            self.turned = std::mem::take(&mut self.unpainted);
            self.shown.is_recognised = true;
        }
        let most = (0..4).max_by_key(|&turn| (self.turned[turn].len(), std::cmp::Reverse(turn))).unwrap_or(0);
        (self.shown.foot, self.shown.head) = match most {
            0 => (bottom.min(top), bottom.max(top)),
            1 => (-left.max(right), -left.min(right)),
            2 => (-bottom.max(top), -bottom.min(top)),
            _ => (left.min(right), left.max(right)),
        };
        self.shown.glyphs = std::mem::take(&mut self.turned[most]);
        self.shown
    }

    /// Takes out the letters that something was painted over, or a line through.
    fn clear(&mut self) {
        for (quarter, (glyphs, places)) in self.turned.iter_mut().zip(&self.places).enumerate() {
            let mut places = places.iter();
            glyphs.retain(|glyph| {
                let Some(&(x, y, before)) = places.next() else { return true };
                let is_struck = quarter == 0 && self.sheet.strikes(glyph);
                !is_struck && !self.sheet.covers((f64::from(x), f64::from(y)), before)
            });
        }
    }
}
