//! From pieces of text to the blocks of a document, the same for all formats: headings over blocks, lead-ins of lists,
//! headers of tables, paragraphs that are headings or list items in all but markup.
//!
//! Pieces come in reading order and none is reordered; what is left out is left out here for good.

mod lines;
mod looks;

use crate::document::{Block, Document, Language, Region, Role};
use std::ops::Range;

/// A run of text with what its format says about it.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Byte range in the buffer.
    pub(super) span: Range<usize>,
    pub(super) role: Role,
    pub(super) region: Region,
    pub(super) language: Option<Language>,
    /// The list that it is an item of, 0 for none; in one document no two lists share a number.
    pub(super) list: u32,
    /// The item of a list that it stands in, 0 for none.
    pub(super) item: u32,
    /// The table that it is a row of, 0 for none.
    pub(super) table: u32,
    /// The header row of a table.
    pub(super) is_header: bool,
    /// All of it is bold, or its class calls it a title.
    pub(super) stands_out: bool,
    /// Its lines stand as in the source (`<pre>`, plain text), so that they may have been wrapped.
    pub(super) keeps_lines: bool,
}

impl Piece {
    /// A paragraph of the text.
    pub(super) fn paragraph(span: Range<usize>) -> Self {
        Self {
            span,
            role: Role::Paragraph,
            region: Region::Main,
            language: None,
            list: 0,
            item: 0,
            table: 0,
            is_header: false,
            stands_out: false,
            keeps_lines: false,
        }
    }
}

/// Builds the document (without title and language). In the buffer a single byte of white space follows each piece.
pub(super) fn assemble(mut buffer: Vec<u8>, mut pieces: Vec<Piece>) -> Document {
    lines::join(&mut buffer, &mut pieces);
    let buffer = match String::from_utf8(buffer) {
        Ok(buffer) => buffer,
        // Only a slip in a decoder could bring this about; offsets stay valid as no byte is added or removed.
        Err(error) => error.into_bytes().iter().map(|&byte| if byte.is_ascii() { byte as char } else { '?' }).collect(),
    };
    let pieces = looks::refine(&buffer, pieces);
    let mut text = String::with_capacity(pieces.iter().map(|piece| piece.span.len() + 1).sum());
    let mut blocks: Vec<Block> = Vec::with_capacity(pieces.len());
    let mut state = State::default();
    for piece in pieces {
        let Some(content) = buffer.get(piece.span.clone()).filter(|content| !content.is_empty()) else { continue };
        if !text.is_empty() {
            text.push('\n');
        }
        let start = text.len();
        text.push_str(content);
        let (heading, lead) = state.place(&text, &blocks, &piece);
        let span = start..text.len();
        blocks.push(Block { span, role: piece.role, region: piece.region, language: piece.language, heading, lead });
    }
    Document { text, title: None, language: None, blocks }
}

/// What the blocks so far leave for the next one.
#[derive(Default)]
struct State {
    /// The open headings of the text, by level: block and level, levels rising.
    headings: Vec<(usize, u8)>,
    /// The open lists: number, depth, lead-in.
    lists: Vec<(u32, u8, Option<usize>)>,
    /// The item that is read: its number and block.
    items: Vec<(u32, usize)>,
    /// The table that is read and its header row.
    table: (u32, Option<usize>),
    /// The last term of a definition list.
    term: Option<usize>,
    region: Option<Region>,
}

impl State {
    /// The heading over the next block and what it hangs on.
    fn place(&mut self, text: &str, blocks: &[Block], piece: &Piece) -> (Option<usize>, Option<usize>) {
        let index = blocks.len();
        if self.region != Some(piece.region) {
            // A menu between two parts of the text does not end a section of it, but no heading reaches into the menu.
            self.term = None;
            self.lists.clear();
            self.region = Some(piece.region);
        }
        let is_text = piece.region == Region::Main;
        if let Role::Heading(level) = piece.role {
            (self.term, self.table) = (None, (0, None));
            self.lists.clear();
            if !is_text {
                return (None, None);
            }
            while self.headings.last().is_some_and(|(_, over)| *over >= level) {
                self.headings.pop();
            }
            let heading = self.headings.last().map(|(block, _)| *block);
            self.headings.push((index, level));
            return (heading, None);
        }
        let heading = self.headings.last().filter(|_| is_text).map(|(block, _)| *block);
        let lead = match piece.role {
            Role::Item(depth) => self.item(text, blocks, piece, depth),
            Role::Row => {
                if self.table.0 != piece.table {
                    self.table = (piece.table, None);
                }
                if piece.is_header && self.table.1.is_none() {
                    self.table.1 = Some(index);
                    None
                } else {
                    self.table.1
                }
            }
            Role::Definition => self.term,
            Role::Term => {
                self.term = Some(index);
                None
            }
            Role::Paragraph | Role::Heading(_) => {
                if piece.item == 0 {
                    self.lists.clear();
                }
                self.items.iter().rev().find(|(item, _)| *item == piece.item && piece.item > 0).map(|(_, block)| *block)
            }
        };
        (heading, lead)
    }

    /// The lead-in of an item's list: found at its first item, kept for the others.
    fn item(&mut self, text: &str, blocks: &[Block], piece: &Piece, depth: u8) -> Option<usize> {
        if let Some(open) = self.lists.iter().position(|(list, _, _)| *list == piece.list) {
            self.lists.truncate(open + 1);
        } else {
            while self.lists.last().is_some_and(|(_, over, _)| *over >= depth) {
                self.lists.pop();
            }
            let before = blocks.len().checked_sub(1).filter(|&before| {
                let block = &blocks[before];
                block.region == piece.region
                    && match block.role {
                        Role::Item(over) => over < depth,
                        Role::Paragraph | Role::Definition | Role::Row => looks::leads_in(&text[block.span.clone()]),
                        Role::Heading(_) | Role::Term => false,
                    }
            });
            self.lists.push((piece.list, depth, before));
        }
        if self.items.len() > 64 {
            self.items.drain(..32);
        }
        self.items.push((piece.item, blocks.len()));
        self.lists.last().and_then(|(_, _, lead)| *lead)
    }
}
