//! Where text within an element stands: what a start tag and its attributes change about the place.
//!
//! Only what the markup says is written down here; what it amounts to is judged in `regions` and `shape`.

use super::super::attributes::{Attributes, Name, NameBuffer};
use super::super::conceal::{Colour, Style};
use super::super::raw::{Hidden, HiddenKind, List, Part, PartKind, Place, Table, Weight, flag, part_of};
use super::super::signs::Signs;
use super::super::tags::Tag;
use super::Builder;
use super::controls;
use crate::document::{Language, Region};

impl Builder {
    /// What is painted behind what comes next, as far as the markup says it.
    pub(super) fn behind(&self) -> Option<Colour> {
        self.open.last().map_or(self.canvas, |open| open.back)
    }

    /// The style of an element, with the old attributes for colours. Where it has a class, a style sheet may bring what is behind it.
    pub(super) fn style(&self, attributes: &Attributes) -> Style {
        let style = attributes.get(Name::Style).map(Style::of).unwrap_or_default();
        let style = style.presented(attributes.get(Name::Color), attributes.get(Name::BgColor));
        if attributes.has(Name::Class) { style } else { style.over(self.behind()) }
    }

    /// Works out the place within a box.
    pub(super) fn enter(
        &mut self,
        tag: Tag,
        name: u32,
        signs: Signs,
        hidden: Option<HiddenKind>,
        is_led: bool,
        attributes: &Attributes,
    ) {
        let page = &mut self.page;
        let place = &mut self.place;
        if let Some(kind) = hidden {
            let id = |name| attributes.get(name).map_or(0, controls::id);
            page.hidden.push(Hidden {
                parent: place.hidden,
                kind,
                weight: Weight::default(),
                id: id(Name::Id),
                label: id(Name::AriaLabelledBy),
                is_led,
            });
            place.hidden = page.hidden.len() as u32 - 1;
        }
        let is_content = place.flags & (flag::MAIN | flag::ARTICLE) != 0;
        let kind = match tag {
            Tag::Main => Some(PartKind::Page),
            Tag::Nav => Some(PartKind::Sure(Region::Navigation)),
            Tag::Footer if !is_content => Some(PartKind::Sure(Region::Footer)),
            Tag::Header if !is_content => Some(PartKind::Header),
            Tag::Aside => Some(part_of(signs).unwrap_or(PartKind::Aside)),
            Tag::Dialog => Some(part_of(signs).unwrap_or(PartKind::Dialog)),
            _ => part_of(signs),
        };
        if let Some(kind) = kind {
            let first = page.runs.len() as u32;
            page.parts.push(Part { parent: place.part, kind, weight: Weight::default(), first });
            place.part = page.parts.len() as u32 - 1;
        }
        if let Some(language) = attributes.get(Name::Lang).and_then(Language::from_tag) {
            place.language = intern(&mut page.languages, language);
        }
        match tag {
            Tag::Main => place.flags |= flag::MAIN,
            Tag::Article => place.flags |= flag::ARTICLE,
            Tag::Heading => place.heading = heading_level(name),
            Tag::Summary => place.heading = 4,
            Tag::Button if place.heading == 0 => {
                let opens = [Name::AriaExpanded, Name::AriaControls, Name::DataToggle];
                if signs.has(Signs::FOLDED) || opens.iter().any(|name| attributes.has(*name)) {
                    place.heading = 4;
                } else {
                    place.flags |= flag::INTERFACE;
                }
            }
            Tag::Pre => place.flags |= flag::LINES,
            Tag::Dl => place.flags &= !(flag::TERM | flag::DEFINITION),
            Tag::Dt => place.flags = place.flags & !flag::DEFINITION | flag::TERM,
            Tag::Dd => place.flags = place.flags & !flag::TERM | flag::DEFINITION,
            Tag::List => {
                page.lists.push(List { first: page.runs.len() as u32, ..List::default() });
                place.list = page.lists.len() as u32 - 1;
                place.depth = place.depth.saturating_add(1);
                place.item = 0;
            }
            Tag::Li => {
                if place.list == 0 {
                    place.depth = place.depth.max(1);
                } else {
                    page.lists[place.list as usize].items += 1;
                }
                page.items.push(false);
                place.item = page.items.len() as u32 - 1;
            }
            Tag::Table => {
                if place.table > 0 {
                    page.tables[place.table as usize].is_layout = true;
                }
                let is_layout = attributes.get(Name::Role).is_some_and(|role| role == "presentation" || role == "none");
                page.tables.push(Table { is_layout, ..Table::default() });
                place.table = page.tables.len() as u32 - 1;
                (place.row, place.cell) = (0, 0);
            }
            Tag::Row => {
                self.rows += 1;
                (place.row, place.cell) = (self.rows, 0);
                page.tables[place.table as usize].rows += 1;
            }
            Tag::Cell | Tag::HeaderCell => {
                if tag == Tag::HeaderCell {
                    place.flags |= flag::HEADER_CELL;
                }
                // The cells of a row are siblings: the count stands in the place around them.
                if let Some(open) = self.open.last_mut() {
                    open.outside.cell = open.outside.cell.saturating_add(1);
                    place.cell = open.outside.cell;
                }
            }
            _ => {}
        }
        if signs.has(Signs::TITLE) && place.heading == 0 {
            place.flags |= flag::TITLE;
        }
        if attributes.get(Name::Role) == Some("heading") && place.heading == 0 {
            let level = attributes.get(Name::AriaLevel).and_then(|level| level.trim().parse().ok());
            place.heading = level.unwrap_or(3).clamp(1, 6);
        }
    }
}

impl Table {
    pub(super) fn count(&mut self, place: &Place, bytes: u32) {
        let (row, cell, before) = self.last_cell;
        let in_cell = if (row, cell) == (place.row, place.cell) { before + bytes } else { bytes };
        if in_cell == bytes {
            self.cells += 1;
        }
        self.last_cell = (place.row, place.cell, in_cell);
        self.widest = self.widest.max(in_cell);
        self.bytes = self.bytes.saturating_add(bytes);
        self.is_layout |= place.heading > 0;
    }
}

/// Whether an element keeps its text from view, and how.
pub(super) fn hidden_kind(tag: Tag, signs: Signs, style: Style, attributes: &Attributes) -> Option<HiddenKind> {
    match tag {
        Tag::Svg | Tag::Select | Tag::Embedded | Tag::Struck => return Some(HiddenKind::Never),
        Tag::Template if !attributes.has(Name::ShadowRoot) => return Some(HiddenKind::Never),
        Tag::Noscript => return Some(HiddenKind::Noscript),
        _ => {}
    }
    if style.is_struck || attributes.get(Name::Role) == Some("deletion") {
        return Some(HiddenKind::Never);
    }
    let is_closed = attributes.has(Name::Hidden)
        || attributes.has(Name::Popover)
        || tag == Tag::Dialog && !attributes.has(Name::Open);
    if style.is_gone || is_closed && !style.is_displayed || signs.has(Signs::UNSEEN) {
        return Some(HiddenKind::Hidden);
    }
    (style.veils != 0).then_some(HiddenKind::Veiled(style.veils))
}

/// The level of `h1` to `h6`, from the hash of its name.
fn heading_level(name: u32) -> u8 {
    (1..=6)
        .find(|level| {
            let mut buffer = NameBuffer::default();
            buffer.clear();
            buffer.push(&[b'h', b'0' + level]);
            buffer.hash == name
        })
        .unwrap_or(6)
}

fn intern(languages: &mut Vec<Option<Language>>, language: Language) -> u8 {
    let known = languages.iter().position(|known| *known == Some(language));
    let index = known.unwrap_or_else(|| {
        if languages.len() < usize::from(u8::MAX) {
            languages.push(Some(language));
        }
        languages.len() - 1
    });
    index as u8
}
