//! The tags of a PDF: which marked content is a heading, a paragraph, an item, a cell.
//!
//! Browsers and office programs write them, and they say what the page only looks like. A file's own names for tags are
//! followed to the standard ones. What the tags leave open is left to the looks of the page.

use super::file::File;
use super::object::{Dict, Object};
use std::collections::{BTreeMap, BTreeSet};

/// The most elements that are looked at.
const ELEMENTS: usize = 300_000;
/// How deep elements are followed.
const DEPTH: u32 = 96;

/// What a piece of content is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The level of a heading, 0 for none.
    pub(super) heading: u8,
    /// The list, how deep, and the item of it; 0 for none.
    pub(super) list: u32,
    pub(super) depth: u8,
    pub(super) item: u32,
    /// The bullet or number of an item.
    pub(super) is_label: bool,
    /// The table, row and cell; 0 for none.
    pub(super) table: u32,
    pub(super) row: u32,
    pub(super) cell: u32,
    pub(super) is_header: bool,
    /// An entry of a table of contents.
    pub(super) is_contents: bool,
}

/// The tags of a file.
#[derive(Debug, Default)]
pub(super) struct Tags {
    /// The blocks, in the order in which they are read.
    pub(super) blocks: Vec<Block>,
    /// Page and number of marked content, to the index of the block.
    marks: BTreeMap<(u32, u32), u32>,
}

impl Tags {
    /// Reads the tags of a file; none of them where it is not tagged.
    pub(super) fn of(file: &File) -> Self {
        let Some(root) = file.dict(&file.catalog(), b"StructTreeRoot") else { return Self::default() };
        let mut walk = Walk {
            file,
            roles: file.dict(&root, b"RoleMap").unwrap_or_default(),
            tags: Self::default(),
            seen: BTreeSet::new(),
            elements: 0,
            last: u32::MAX,
            counts: [0; 4],
        };
        if let Some(kids) = root.get(&b"K"[..]) {
            walk.kids(kids, Place::default(), 0);
        }
        walk.tags
    }

    /// The block of some marked content of a page.
    pub(super) fn block(&self, page: u32, mark: u32) -> Option<u32> {
        self.marks.get(&(page, mark)).copied()
    }
}

/// Where the walk stands.
#[derive(Clone, Copy, Default)]
struct Place {
    page: u32,
    block: Block,
    /// The element that the content belongs to, 0 for none.
    owner: u32,
}

struct Walk<'f, 'a> {
    file: &'f File<'a>,
    roles: Dict,
    tags: Tags,
    seen: BTreeSet<u32>,
    elements: u32,
    /// The owner of the last content.
    last: u32,
    /// Lists, items, tables, rows so far.
    counts: [u32; 4],
}

impl Walk<'_, '_> {
    fn kids(&mut self, kids: &Object, place: Place, depth: u32) {
        if depth > DEPTH || self.elements as usize > ELEMENTS {
            return;
        }
        if let Object::Reference(number) = kids
            && !self.seen.insert(*number)
        {
            return;
        }
        match self.file.resolve(kids) {
            Object::Array(kids) => kids.iter().for_each(|kid| self.kids(kid, place, depth + 1)),
            Object::Number(number) => self.content(number as u32, place),
            Object::Dict(dict) => {
                let page = match dict.get(&b"Pg"[..]) {
                    Some(Object::Reference(page)) => *page,
                    _ => place.page,
                };
                let place = Place { page, ..place };
                if let Some(number) = dict.get(&b"MCID"[..]).and_then(Object::count) {
                    self.content(number as u32, place);
                } else if dict.contains_key(&b"S"[..]) {
                    self.element(&dict, place, depth);
                }
            }
            _ => {}
        }
    }

    fn content(&mut self, number: u32, place: Place) {
        if self.last != place.owner || self.tags.blocks.is_empty() {
            self.tags.blocks.push(place.block);
            self.last = place.owner;
        }
        let block = self.tags.blocks.len() as u32 - 1;
        self.tags.marks.entry((place.page, number)).or_insert(block);
    }

    fn element(&mut self, dict: &Dict, mut place: Place, depth: u32) {
        let Some(kids) = dict.get(&b"K"[..]) else { return };
        self.elements += 1;
        let own = self.elements;
        let mut next = |count: usize| {
            self.counts[count] += 1;
            self.counts[count]
        };
        let role = role(self.file, &self.roles, dict);
        let block = &mut place.block;
        match role.as_slice() {
            b"H1" | b"H2" | b"H3" | b"H4" | b"H5" | b"H6" => {
                block.heading = role[1] - b'0';
                place.owner = own;
            }
            b"Title" => {
                block.heading = 1;
                place.owner = own;
            }
            b"H" => {
                block.heading = 2;
                place.owner = own;
            }
            b"L" => {
                block.list = next(0);
                block.depth = block.depth.saturating_add(1);
                (block.item, place.owner) = (0, 0);
            }
            b"LI" => {
                block.item = next(1);
                place.owner = own;
            }
            b"Lbl" if block.item > 0 => {
                block.is_label = true;
                place.owner = own;
            }
            // The text of an item belongs to it, label aside.
            b"LBody" => {}
            b"Table" => {
                block.table = next(2);
                (block.row, block.cell, place.owner) = (0, 0, own);
            }
            b"TR" => {
                block.row = next(3);
                block.cell = 0;
                place.owner = own;
            }
            b"TH" | b"TD" => {
                block.cell = own;
                block.is_header = role.as_slice() == b"TH";
                place.owner = own;
            }
            b"TOC" | b"TOCI" => {
                block.is_contents = true;
                place.owner = own;
            }
            b"P" | b"Caption" | b"Note" | b"BlockQuote" | b"FENote" | b"Aside" => place.owner = own,
            // Within an item or cell a box changes nothing; elsewhere what stands in it is a text of its own.
            b"Document" | b"Part" | b"Art" | b"Sect" | b"Div" | b"Index" | b"THead" | b"TBody" | b"TFoot"
                if block.item == 0 && block.cell == 0 =>
            {
                place.owner = 0;
            }
            // Parts of a line, and what has no meaning of its own.
            _ if place.owner == 0 => place.owner = own,
            _ => {}
        }
        self.kids(kids, place, depth + 1);
    }
}

/// The standard role of an element.
fn role(file: &File, roles: &Dict, dict: &Dict) -> Vec<u8> {
    const STANDARD: &[&[u8]] = &[
        b"H1",
        b"H2",
        b"H3",
        b"H4",
        b"H5",
        b"H6",
        b"H",
        b"Title",
        b"L",
        b"LI",
        b"Lbl",
        b"LBody",
        b"Table",
        b"TR",
        b"TH",
        b"TD",
        b"P",
        b"Span",
        b"Link",
        b"Document",
        b"Sect",
        b"Div",
    ];
    let mut role = match dict.get(&b"S"[..]).map(|role| file.resolve(role)) {
        Some(Object::Name(role)) => role,
        _ => Vec::new(),
    };
    for _ in 0..8 {
        if STANDARD.contains(&role.as_slice()) {
            break;
        }
        match file.get(roles, &role) {
            Some(Object::Name(standard)) if standard != role => role = standard,
            _ => break,
        }
    }
    role
}
