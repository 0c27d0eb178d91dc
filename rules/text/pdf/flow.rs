//! From lines to headings, paragraphs, list items and table rows.
//!
//! Only what the eye sees is used: distance, size, weight, indentation, bullets. Words are looked at for one thing:
//! whether a hyphen at the end of a line belongs to the word.

use super::super::blocks::Piece;
use super::super::fold::Fold;
use super::furniture::Page;
use super::hyphen::Hyphens;
use super::line::{Line, is_mark};
use crate::document::{Region, Role};
use std::collections::BTreeMap;

/// The longest heading, in bytes.
const HEADING: usize = 200;

/// What belongs together, as indices of lines.
#[derive(Debug)]
enum Group {
    Paragraph(Vec<usize>),
    /// The cells of a row.
    Row(Vec<Vec<usize>>),
}

/// The buffer and its pieces, ready to be assembled.
pub(super) fn pieces(pages: Vec<Page>) -> (Vec<u8>, Vec<Piece>) {
    let mut lines: Vec<Line> = Vec::new();
    let mut page_of: Vec<usize> = Vec::new();
    for (number, page) in pages.into_iter().enumerate() {
        page_of.resize(lines.len() + page.lines.len(), number);
        lines.extend(page.lines);
    }
    let look = Look::of(&lines, &page_of);
    let groups = group(&lines, &page_of, &look);
    let hyphens = Hyphens::of(&lines);
    let mut writer = Writer {
        fold: Fold::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum()),
        pieces: Vec::new(),
        tabs: Vec::new(),
        ends_with_colon: false,
        lists: 0,
        open: Vec::new(),
        tables: 0,
        look: &look,
    };
    let mut item: Option<Item> = None;
    for group in &groups {
        match group {
            Group::Paragraph(of) => {
                let is_below = |before: &Item| {
                    let (line, last) = (&lines[of[0]], &lines[before.last]);
                    page_of[of[0]] != page_of[before.last]
                        || line.base < last.base && line.from < last.to && line.inner - before.inner < line.size * 8.0
                };
                let before = item.filter(is_below);
                item = writer.paragraph(&lines, of, before, &hyphens);
            }
            Group::Row(cells) => {
                writer.row(&lines, cells, &hyphens);
                item = None;
            }
        }
    }
    let mut buffer = writer.fold.finish();
    for tab in writer.tabs {
        buffer[tab] = b'\t';
    }
    (buffer, writer.pieces)
}

/// An item that the next one may stand under.
#[derive(Clone, Copy)]
struct Item {
    /// Where its text begins.
    inner: f64,
    depth: u8,
    /// Its last line.
    last: usize,
}

/// How the document looks as a whole.
struct Look {
    /// The size of running text.
    body: f64,
    /// The distance of two lines of a paragraph, in sizes.
    leading: f64,
    /// The sizes of headings, the largest first.
    sizes: Vec<f64>,
    /// How far each line's column reaches.
    reach: Vec<f64>,
}

impl Look {
    fn of(lines: &[Line], page_of: &[usize]) -> Self {
        let tenths = |number: f64| (number * 10.0).round().clamp(0.0, 1e6) as u32;
        let mut by_size: BTreeMap<u32, usize> = BTreeMap::new();
        for line in lines {
            *by_size.entry(tenths(line.size)).or_default() += line.text.len();
        }
        let body = by_size.iter().max_by_key(|(_, letters)| **letters).map_or(100, |(size, _)| *size);
        let is_body = |at: usize| {
            page_of[at] == page_of[at + 1] && [at, at + 1].iter().all(|&at| tenths(lines[at].size).abs_diff(body) < 5)
        };
        let leading = leading(lines, is_body).unwrap_or(1.3);
        let mut sizes: Vec<u32> =
            by_size.keys().copied().filter(|size| f64::from(*size) > f64::from(body) * 1.08).collect();
        sizes.reverse();
        sizes.dedup_by(|small, large| f64::from(*large) < f64::from(*small) * 1.05);
        let reach = reach(lines, |one, other| page_of[one] == page_of[other]);
        Self {
            body: f64::from(body) / 10.0,
            leading,
            sizes: sizes.iter().map(|size| f64::from(*size) / 10.0).collect(),
            reach,
        }
    }

    /// The level of a heading of this size; none for the size of running text.
    fn level(&self, size: f64) -> Option<u8> {
        if size <= self.body * 1.08 {
            return None;
        }
        let rank = self.sizes.iter().position(|known| size >= known * 0.97).unwrap_or(self.sizes.len());
        Some((rank + 1).min(6) as u8)
    }
}

/// The most common distance of two lines, in sizes; of those pairs that count, by their first line.
pub(super) fn leading(lines: &[Line], counts: impl Fn(usize) -> bool) -> Option<f64> {
    let mut leadings: BTreeMap<u32, usize> = BTreeMap::new();
    for (at, pair) in lines.windows(2).enumerate() {
        let (above, below) = (&pair[0], &pair[1]);
        let gap = above.base - below.base;
        if gap > 0.5 * above.size && gap < 3.0 * above.size && counts(at) {
            // Where a sentence goes on it is the same paragraph for sure.
            let goes_on = below.text.starts_with(char::is_lowercase) && !above.text.ends_with(['.', ';', ':']);
            *leadings.entry((gap / above.size * 20.0).round() as u32).or_default() += if goes_on { 5 } else { 1 };
        }
    }
    leadings.iter().max_by_key(|(_, count)| **count).map(|(leading, _)| f64::from(*leading) / 20.0)
}

/// How far the column of each line reaches, by the lines near it that stand on the same page.
pub(super) fn reach(lines: &[Line], is_page: impl Fn(usize, usize) -> bool) -> Vec<f64> {
    let of = |at: usize| {
        let near = at.saturating_sub(8)..(at + 9).min(lines.len());
        let overlaps = |other: &Line| other.from < lines[at].to && other.to > lines[at].from;
        near.filter(|&other| is_page(other, at) && overlaps(&lines[other]))
            .map(|other| lines[other].to)
            .fold(lines[at].to, f64::max)
    };
    (0..lines.len()).map(of).collect()
}

/// Whether a text begins with a bullet or a number.
pub(super) fn mark_of(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once(' ')?;
    (!rest.is_empty() && first.len() < 8 && is_mark(first)).then_some(first)
}

/// `Your rights ........ 7`: an entry of a table of contents.
fn is_of_contents(text: &str) -> bool {
    let title = text.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
    title.len() < text.len() && (title.ends_with("....") || title.ends_with(". . . .") || title.ends_with("……"))
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['"', '”', '“', '»', ')', '\'', '’', ' ']);
    text.ends_with(['.', '!', '?', ':', ';'])
}

/// Cuts the lines into groups.
fn group(lines: &[Line], page_of: &[usize], look: &Look) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some((rows, end)) = table(lines, page_of, at) {
            groups.extend(rows.into_iter().map(Group::Row));
            at = end;
            continue;
        }
        match groups.last_mut() {
            Some(Group::Paragraph(of))
                if of.last().is_some_and(|&last| goes_on(lines, page_of, look, of[0], last, at)) =>
            {
                of.push(at);
            }
            _ => groups.push(Group::Paragraph(vec![at])),
        }
        at += 1;
    }
    groups
}

/// Whether a line ends before its next word would have had to go to the next line.
pub(super) fn ends_early(line: &Line, reach: f64, next: &Line) -> bool {
    let word = next.text.split(' ').next().unwrap_or_default().chars().count() as f64;
    let width = (next.to - next.from) / (next.text.chars().count().max(1) as f64) * word;
    line.to + width + line.size * 1.2 < reach
}

/// Whether the line `next` goes on with the paragraph from `first` to `last`.
fn goes_on(lines: &[Line], page_of: &[usize], look: &Look, first: usize, last: usize, next: usize) -> bool {
    let (above, below) = (&lines[last], &lines[next]);
    let is_early = ends_early(above, look.reach[last], below);
    let is_done = ends_sentence(&above.text);
    if (above.size - below.size).abs() > above.size * 0.08 || above.is_bold != below.is_bold {
        return false;
    }
    if let Some(mark) = mark_of(&below.text)
        && (is_early || is_done || !mark.ends_with(|end: char| end.is_alphanumeric() || end == '.'))
    {
        return false;
    }
    let gap = above.base - below.base;
    let is_aside = below.from > above.to || below.to < above.from;
    if page_of[last] != page_of[next] || is_aside && -gap > above.size * 12.0 {
        // The foot of a page or column cuts paragraphs anywhere.
        let is_heading = look.level(above.size).is_some() || above.is_bold;
        let is_far = !is_aside && (below.from - lines[first].inner.min(above.from)).abs() > above.size * 3.0;
        // A narrow cell does not go on over the whole width of the next page.
        let width = look.reach[last] - lines[first].from.min(above.from);
        let is_wider = is_aside && below.to - below.from > width * 1.25;
        return !is_heading
            && !is_far
            && !is_wider
            && !is_done
            && (!is_early || below.text.starts_with(char::is_lowercase));
    }
    if is_aside || gap < -above.size * 0.5 {
        return false;
    }
    if gap > above.size * (look.leading * 1.22).max(look.leading + 0.22) {
        return false;
    }
    if is_early && is_done {
        return false;
    }
    let hangs = lines[first].inner;
    if mark_of(&lines[first].text).is_some() {
        // An item ends where the text goes back before its own.
        return below.from > hangs - above.size * 0.5 || !is_early && !is_done;
    }
    // An indented first line.
    !(is_done && below.from > above.from + above.size * 0.8 && below.from > lines[first].from + above.size * 0.8)
}

/// The rows of a table that begins at a line, and the line after it.
fn table(lines: &[Line], page_of: &[usize], start: usize) -> Option<(Vec<Vec<Vec<usize>>>, usize)> {
    let mut rows = Vec::new();
    let mut at = start;
    let mut columns: Option<Vec<f64>> = None;
    while let Some((cells, end)) = row(lines, page_of, at) {
        let begins: Vec<f64> = cells.iter().map(|cell| lines[cell[0]].from).collect();
        let fits = columns.as_ref().is_none_or(|columns| {
            let near = |begin: &f64| columns.iter().any(|column| (column - begin).abs() < lines[at].size * 1.5);
            begins.iter().filter(|begin| near(begin)).count() * 2 >= begins.len().min(columns.len()) * 2 - 1
        });
        if !fits {
            break;
        }
        columns = Some(begins);
        rows.push(cells);
        at = end;
    }
    (rows.len() > 1).then_some((rows, at))
}

/// The cells of a row that begins at a line: runs of lines side by side, each beginning at the height of the first.
fn row(lines: &[Line], page_of: &[usize], start: usize) -> Option<(Vec<Vec<usize>>, usize)> {
    let mut cells: Vec<Vec<usize>> = vec![vec![start]];
    let top = lines.get(start)?;
    let mut at = start + 1;
    while at < lines.len() && at - start < 400 && page_of[at] == page_of[start] {
        let (line, last) = (&lines[at], &lines[at - 1]);
        let cell = cells.last()?;
        let left = cell.iter().map(|&at| lines[at].from).fold(f64::MAX, f64::min);
        let right = cell.iter().map(|&at| lines[at].to).fold(f64::MIN, f64::max);
        let is_below = line.base < last.base - last.size * 0.5 && last.base - line.base < last.size * 2.0;
        let overlaps = line.from < right && line.to > left;
        if line.from > right + line.size * 0.5 && (line.base - top.base).abs() < line.size * 0.8 {
            cells.push(vec![at]);
        } else if is_below && overlaps && line.from > left - line.size * 0.6 && cells.len() > 1
            || is_below && overlaps && cells.len() == 1 && continues_to_side(lines, page_of, start, at)
        {
            cells.last_mut()?.push(at);
        } else {
            break;
        }
        at += 1;
    }
    // The last cell may have taken the first cell of the next row, or text below the table.
    (cells.len() > 1).then(|| {
        let most = cells[..cells.len() - 1].iter().map(Vec::len).max().unwrap_or(1);
        let last = cells.len() - 1;
        let gap = |cell: &[usize], index: usize| lines[cell[index - 1]].base - lines[cell[index]].base;
        let cut = (1..cells[last].len())
            .find(|&index| index >= most && gap(&cells[last], index) > lines[cells[last][index]].size * 1.75);
        if let Some(cut) = cut {
            cells[last].truncate(cut);
        }
        let end = cells[last].last().map_or(start + 1, |last| last + 1);
        (cells, end)
    })
}

/// Whether the lines from `start` are the first cell of a row: within a few lines another cell begins at its height.
fn continues_to_side(lines: &[Line], page_of: &[usize], start: usize, at: usize) -> bool {
    let top = &lines[start];
    let right = lines[start..=at].iter().map(|line| line.to).fold(f64::MIN, f64::max);
    lines[at..].iter().zip(&page_of[at..]).take(12).any(|(line, page)| {
        *page == page_of[start] && line.from > right + line.size * 0.5 && (line.base - top.base).abs() < line.size * 0.8
    })
}

struct Writer<'l> {
    fold: Fold,
    pieces: Vec<Piece>,
    /// Where the cells of rows end.
    tabs: Vec<usize>,
    ends_with_colon: bool,
    /// The last list's number, and the open ones with their depths.
    lists: u32,
    open: Vec<(u8, u32)>,
    tables: u32,
    look: &'l Look,
}

impl Writer<'_> {
    /// Writes a paragraph, heading or item. `before` is the item that it may go on with; the answer is the same for the next.
    fn paragraph(&mut self, lines: &[Line], of: &[usize], before: Option<Item>, hyphens: &Hyphens) -> Option<Item> {
        let first = &lines[of[0]];
        let length: usize = of.iter().map(|&at| lines[at].text.len() + 1).sum();
        let mark = mark_of(&first.text);
        let is_short = length <= HEADING && of.len() <= 4;
        let level = self.look.level(first.size).filter(|_| is_short);
        let is_bullet = mark.is_some_and(|mark| !mark.chars().any(char::is_alphanumeric));
        let follows =
            self.pieces.last().is_some_and(|before| matches!(before.role, Role::Item(_))) || self.ends_with_colon;
        let last = &lines[of[of.len() - 1]].text;
        let is_numbered = mark.is_some()
            && !is_bullet
            && level.is_none()
            && !first.is_bold
            && (follows || last.ends_with([';', ',']));
        let is_item = is_bullet || is_numbered;
        let skip = if is_bullet { mark.map_or(0, |mark| mark.len() + 1) } else { 0 };
        self.text(lines, of, skip, hyphens);
        let (start, end) = self.fold.cut()?;
        let mut piece = Piece::paragraph(start..end);
        if is_item {
            let depth = match before {
                Some(before) if first.inner > before.inner + first.size => before.depth.saturating_add(1).min(8),
                Some(before) if first.inner < before.inner - first.size => before.depth.saturating_sub(1).max(1),
                Some(before) => before.depth,
                None => 1,
            };
            piece.list = self.list(depth, before.map(|before| before.depth));
            piece.role = Role::Item(depth);
            self.pieces.push(piece);
            self.ends_with_colon = last.trim_end().ends_with(':');
            return Some(Item { inner: first.inner, depth, last: of[of.len() - 1] });
        }
        if is_of_contents(last) {
            piece.region = Region::Navigation;
        } else if let Some(level) = level {
            piece.role = Role::Heading(level);
        } else {
            piece.stands_out = first.is_bold && is_short;
        }
        self.pieces.push(piece);
        self.ends_with_colon = last.trim_end().ends_with(':');
        None
    }

    /// The number of the list that an item of a depth belongs to, after one of another depth or none.
    fn list(&mut self, depth: u8, before: Option<u8>) -> u32 {
        if before.is_none() {
            self.open.clear();
        }
        self.open.retain(|(open, _)| *open <= depth);
        if self.open.last().is_none_or(|(open, _)| *open < depth) {
            self.lists += 1;
            self.open.push((depth, self.lists));
        }
        self.open.last().map_or(self.lists, |(_, list)| *list)
    }

    /// Writes the lines of a paragraph: joined, or one under the other where they end early.
    fn text(&mut self, lines: &[Line], of: &[usize], skip: usize, hyphens: &Hyphens) {
        for (index, &at) in of.iter().enumerate() {
            let line = &lines[at];
            let text = if index == 0 { line.text.get(skip..).unwrap_or_default() } else { &line.text };
            let Some(next) = of.get(index + 1).map(|&next| &lines[next]) else {
                self.fold.push(text.as_bytes());
                break;
            };
            let (text, joins) = hyphens.join(text, &next.text);
            self.fold.push(text.as_bytes());
            if joins {
                continue;
            }
            if ends_early(line, self.look.reach[at], next) {
                self.fold.line_break();
            } else {
                self.fold.space();
            }
        }
    }

    fn row(&mut self, lines: &[Line], cells: &[Vec<usize>], hyphens: &Hyphens) {
        let is_header = cells.iter().flatten().all(|&at| lines[at].is_bold);
        let is_first = self.pieces.last().is_none_or(|before| before.role != Role::Row);
        if is_first {
            self.tables += 1;
        }
        let mut span: Option<(usize, usize)> = None;
        for cell in cells {
            for (index, &at) in cell.iter().enumerate() {
                let (text, joins) = match cell.get(index + 1) {
                    Some(&next) => hyphens.join(&lines[at].text, &lines[next].text),
                    None => (&lines[at].text[..], true),
                };
                self.fold.push(text.as_bytes());
                if !joins {
                    self.fold.space();
                }
            }
            if let Some((start, end)) = self.fold.cut() {
                self.tabs.extend(span.map(|(_, end)| end));
                span = Some((span.map_or(start, |(start, _)| start), end));
            }
        }
        self.ends_with_colon = false;
        if let Some((start, end)) = span {
            let piece = Piece::paragraph(start..end);
            self.pieces.push(Piece { role: Role::Row, table: self.tables, is_header: is_header && is_first, ..piece });
        }
    }
}
