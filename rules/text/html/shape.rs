//! From runs to pieces: which runs are headings, items, terms, and which runs are one row of a table.

use super::super::blocks::Piece;
use super::raw::{Raw, Run, Table, flag};
use crate::document::{Region, Role};

/// The pieces of a page in reading order. Cells of one row are joined in the buffer, with tabs between them.
pub(super) fn pieces(raw: &mut Raw, regions: &[Option<Region>]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(raw.runs.len());
    let mut header: Header = Header::default();
    let mut at = 0;
    while let Some(run) = raw.runs.get(at).copied() {
        let Some(region) = regions[at] else {
            at += 1;
            continue;
        };
        if run.place.row > 0 && is_data(&raw.tables[run.place.table as usize]) {
            let row = row(&raw.runs[at..], &regions[at..]);
            let runs = &raw.runs[at..at + row];
            let mut piece = piece(raw, &run, region);
            piece.span.end = runs[row - 1].end as usize;
            (piece.role, piece.table, piece.list, piece.item) = (Role::Row, run.place.table, 0, 0);
            piece.is_header = header.is(runs);
            for pair in runs.windows(2) {
                // A cell can hold several runs; between them the line break stays.
                if pair[0].place.cell != pair[1].place.cell {
                    raw.buffer[pair[0].end as usize] = b'\t';
                }
            }
            pieces.push(piece);
            at += row;
        } else {
            if run.len() > 0 {
                let piece = piece(raw, &run, region);
                if matches!(piece.role, Role::Item(_)) {
                    raw.items[run.place.item as usize] = true;
                }
                pieces.push(piece);
            }
            at += 1;
        }
    }
    pieces
}

fn piece(raw: &Raw, run: &Run, region: Region) -> Piece {
    let place = &run.place;
    let role = if place.heading > 0 {
        Role::Heading(place.heading)
    } else if run.has(flag::TERM) {
        Role::Term
    } else if place.item > 0 && !raw.items[place.item as usize] {
        Role::Item(place.depth.max(1))
    } else if run.has(flag::DEFINITION) {
        Role::Definition
    } else {
        Role::Paragraph
    };
    Piece {
        role,
        region,
        language: raw.languages[place.language as usize],
        list: place.list,
        item: place.item,
        stands_out: run.bold * 10 >= run.len() * 9 || run.has(flag::TITLE),
        keeps_lines: run.has(flag::LINES),
        ..Piece::paragraph(run.start as usize..run.end as usize)
    }
}

/// Whether a table holds data, not the page's layout.
fn is_data(table: &Table) -> bool {
    !table.is_layout
        && table.rows > 0
        && table.cells > table.rows
        && table.widest <= 3000
        && table.bytes / table.cells.max(1) <= 600
}

/// How many runs from the first on are of its row, with nothing dropped in between.
fn row(runs: &[Run], regions: &[Option<Region>]) -> usize {
    let (first, region) = (&runs[0].place, regions[0]);
    let is_same = |(run, other): &(&Run, &Option<Region>)| {
        run.place.row == first.row && run.place.table == first.table && **other == region
    };
    runs.iter().zip(regions).take_while(is_same).count().max(1)
}

/// Tells the header row of each table: the first one, if all its cells are header cells or bold.
#[derive(Default)]
struct Header {
    table: u32,
}

impl Header {
    fn is(&mut self, row: &[Run]) -> bool {
        let table = row[0].place.table;
        if std::mem::replace(&mut self.table, table) == table {
            return false;
        }
        let mut cells = row.iter().filter(|run| run.len() > 0).peekable();
        cells.peek().is_some() && cells.all(|run| run.has(flag::HEADER_CELL) || run.bold * 10 >= run.len() * 9)
    }
}
