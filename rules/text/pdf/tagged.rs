//! From tagged lines to headings, paragraphs, items and rows: what the tags say, in the order of the tags.

use super::super::blocks::Piece;
use super::super::fold::Fold;
use super::flow::{ends_early, leading, reach};
use super::furniture::Page;
use super::hyphen::Hyphens;
use super::line::{Line, is_mark};
use super::tags::{Block, Tags};
use crate::document::{Region, Role};
use std::collections::BTreeMap;

/// Cells of more bytes than this, on the average, are no cells: the table is for layout.
const CELL: usize = 600;

/// Whether the tags cover the text, so that it can be read by them.
pub(super) fn covers(pages: &[Page]) -> bool {
    let (mut tagged, mut all) = (0, 0);
    for line in pages.iter().flat_map(|page| &page.lines) {
        all += line.text.len();
        tagged += if line.block.is_some() { line.text.len() } else { 0 };
    }
    tagged > 0 && tagged * 10 >= all * 8
}

/// The buffer and its pieces, ready to be assembled.
pub(super) fn pieces(pages: Vec<Page>, tags: &Tags) -> (Vec<u8>, Vec<Piece>) {
    let mut lines: Vec<(u32, u32, Line)> = Vec::new();
    // What is not tagged follows what it stands behind.
    let (mut block, mut untagged) = (0, 0);
    for page in pages {
        for line in page.lines {
            match line.block {
                Some(of) => (block, untagged) = (of, 0),
                None => untagged += 1,
            }
            lines.push((block, untagged, line));
        }
    }
    lines.sort_by_key(|(block, untagged, _)| (*block, *untagged));
    let plain: Vec<Line> = lines.iter().map(|(_, _, line)| line.clone()).collect();
    let hyphens = Hyphens::of(&plain);
    let reach = reach(&plain, |_, _| true);
    let leading = leading(&plain, |_| true).unwrap_or(1.4);
    let layout = layout_tables(&lines, tags);
    let mut fold = Fold::with_capacity(plain.iter().map(|line| line.text.len() + 1).sum());
    let mut pieces: Vec<Piece> = Vec::new();
    let mut tabs: Vec<usize> = Vec::new();
    let mut row: (u32, u32) = (0, 0);
    let mut at = 0;
    while at < lines.len() {
        let (block, untagged, _) = lines[at];
        let is_end = |next: usize| {
            (lines[next].0, lines[next].1) != (block, untagged)
                || next > at && plain[next - 1].base - plain[next].base > plain[next].size * leading * 1.6
        };
        let end = (at..lines.len()).find(|&next| is_end(next)).unwrap_or(lines.len());
        let tag =
            if untagged > 0 { Block::default() } else { tags.blocks.get(block as usize).copied().unwrap_or_default() };
        let is_label = tag.is_label && end == at + 1 && is_mark(plain[at].text.trim());
        if !is_label {
            let breaks = tag.cell == 0 && tag.heading == 0;
            write(&mut fold, &plain[at..end], breaks.then_some(&reach[at..end]), &hyphens);
            if let Some((start, finish)) = fold.cut() {
                let is_cell = tag.row > 0 && tag.cell > 0 && !layout.contains(&tag.table);
                if let Some(piece) = pieces.last_mut().filter(|_| is_cell && tag.row == row.0) {
                    if tag.cell != row.1 {
                        tabs.push(piece.span.end);
                    }
                    piece.span.end = finish;
                    piece.is_header &= tag.is_header;
                } else {
                    let mut piece = piece(&tag, start..finish, is_cell, pieces.last());
                    piece.stands_out = piece.role == Role::Paragraph && plain[at..end].iter().all(|line| line.is_bold);
                    pieces.push(piece);
                }
                row = if is_cell { (tag.row, tag.cell) } else { (0, 0) };
            }
        }
        at = end;
    }
    let mut buffer = fold.finish();
    for tab in tabs {
        buffer[tab] = b'\t';
    }
    (buffer, pieces)
}

fn piece(tag: &Block, span: std::ops::Range<usize>, is_cell: bool, before: Option<&Piece>) -> Piece {
    let piece = Piece::paragraph(span);
    let region = if tag.is_contents { Region::Navigation } else { Region::Main };
    let role = if is_cell {
        Role::Row
    } else if tag.heading > 0 {
        Role::Heading(tag.heading)
    } else if tag.item > 0 && before.is_none_or(|before| before.item != tag.item) {
        Role::Item(tag.depth.max(1))
    } else {
        Role::Paragraph
    };
    let is_header = is_cell && tag.is_header && before.is_none_or(|before| before.table != tag.table);
    Piece {
        role,
        region,
        list: tag.list,
        item: tag.item,
        table: if is_cell { tag.table } else { 0 },
        is_header,
        ..piece
    }
}

/// Tables of one column, and those whose cells are long.
fn layout_tables(lines: &[(u32, u32, Line)], tags: &Tags) -> Vec<u32> {
    // Per table: bytes, rows, and cells.
    let mut seen: BTreeMap<u32, (usize, Vec<u32>, Vec<u32>)> = BTreeMap::new();
    for (block, untagged, line) in lines {
        let Some(tag) = tags.blocks.get(*block as usize).filter(|tag| *untagged == 0 && tag.row > 0) else { continue };
        let (bytes, rows, cells) = seen.entry(tag.table).or_default();
        *bytes += line.text.len();
        if rows.last() != Some(&tag.row) {
            rows.push(tag.row);
        }
        if cells.last() != Some(&tag.cell) {
            cells.push(tag.cell);
        }
    }
    let is_layout = |(bytes, rows, cells): &(usize, Vec<u32>, Vec<u32>)| {
        cells.len() <= rows.len() || bytes / cells.len().max(1) > CELL
    };
    seen.iter().filter(|(_, table)| is_layout(table)).map(|(table, _)| *table).collect()
}

/// Writes lines: joined, or one under the other where they end before what they could reach.
fn write(fold: &mut Fold, lines: &[Line], reach: Option<&[f64]>, hyphens: &Hyphens) {
    for (index, line) in lines.iter().enumerate() {
        let Some(next) = lines.get(index + 1) else {
            fold.push(line.text.as_bytes());
            break;
        };
        let (text, joins) = hyphens.join(&line.text, &next.text);
        fold.push(text.as_bytes());
        let is_below = next.base < line.base - line.size * 0.3;
        let is_early = is_below && reach.is_some_and(|reach| ends_early(line, reach[index], next));
        if !joins && is_early {
            fold.line_break();
        } else if !joins {
            fold.space();
        }
    }
}
