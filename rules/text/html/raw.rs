//! The page as the builder leaves it: runs of text with their place, before anything is judged by looking at the whole.

use super::signs::Signs;
use crate::document::{Language, Region};
use crate::text::What;

/// Where a run of text stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// The innermost part of the page, an index of [`Raw::parts`].
    pub(super) part: u32,
    /// The innermost hidden element, an index of [`Raw::hidden`]; 0 if it is seen.
    pub(super) hidden: u32,
    /// The list that it is an item of, an index of [`Raw::lists`]; 0 outside of lists.
    pub(super) list: u32,
    /// The list item, an index of [`Raw::items`]; 0 outside of items.
    pub(super) item: u32,
    /// The table, an index of [`Raw::tables`]; 0 outside of tables.
    pub(super) table: u32,
    /// The row, by number; 0 outside of rows.
    pub(super) row: u32,
    /// The cell of the row, from 1.
    pub(super) cell: u16,
    /// The language that the markup names, an index of [`Raw::languages`]; 0 if it names none.
    pub(super) language: u8,
    /// How deep in lists.
    pub(super) depth: u8,
    /// The level of the heading; 0 if it is none.
    pub(super) heading: u8,
    /// Bits of [`flag`].
    pub(super) flags: u8,
}

/// What else is known of a place.
pub(super) mod flag {
    /// In the `<main>` of the page.
    pub(in super::super) const MAIN: u8 = 1;
    /// In an article.
    pub(in super::super) const ARTICLE: u8 = 1 << 1;
    /// In a header cell.
    pub(in super::super) const HEADER_CELL: u8 = 1 << 2;
    /// A term of a definition list.
    pub(in super::super) const TERM: u8 = 1 << 3;
    /// A definition.
    pub(in super::super) const DEFINITION: u8 = 1 << 4;
    /// Of the user interface: buttons, drop-down lists.
    pub(in super::super) const INTERFACE: u8 = 1 << 5;
    /// A heading by its class name.
    pub(in super::super) const TITLE: u8 = 1 << 6;
    /// Lines stay as they are (`<pre>`).
    pub(in super::super) const LINES: u8 = 1 << 7;
}

/// A run of text without a boundary of a box in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Byte range in the buffer.
    pub(super) start: u32,
    pub(super) end: u32,
    /// How many of its bytes are links.
    pub(super) linked: u32,
    /// How many of its bytes are bold.
    pub(super) bold: u32,
    pub(super) place: Place,
}

impl Run {
    pub(super) fn len(&self) -> u32 {
        self.end - self.start
    }

    /// Whether it is a link and nothing else.
    pub(super) fn is_link(&self) -> bool {
        self.linked * 10 >= self.len() * 9
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.place.flags & flag != 0
    }
}

/// Text of a part of the page, of a list or a hidden element, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    pub(super) all: u32,
    pub(super) linked: u32,
    /// What has the length and the end of sentences, or more than that, and is no link.
    pub(super) prose: u32,
}

impl Weight {
    pub(super) fn add(&mut self, other: Self) {
        self.all = self.all.saturating_add(other.all);
        self.linked = self.linked.saturating_add(other.linked);
        self.prose = self.prose.saturating_add(other.prose);
    }

    /// Whether most of it is sentences, and at least `least` bytes.
    pub(super) fn is_prose(&self, least: u32) -> bool {
        self.prose >= least && self.prose > self.all / 2
    }

    /// Whether most of it is links.
    pub(super) fn is_linked(&self) -> bool {
        u64::from(self.linked) * 10 > u64::from(self.all) * 6
    }
}

/// A part of the page that the markup sets apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The part around it, with a smaller index.
    pub(super) parent: u32,
    pub(super) kind: PartKind,
    pub(super) weight: Weight,
    /// The run that it begins with.
    pub(super) first: u32,
}

/// What the markup says that a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    /// The page, or its `<main>`.
    Page,
    /// By an element or role.
    Sure(Region),
    /// By a class name or id.
    Likely(Region),
    /// An overlay over the page: a consent banner, or any text in a window of its own.
    Dialog,
    /// A header: title or menu.
    Header,
    /// Beside the text.
    Aside,
    /// A consent banner by its maker's name.
    Vendor,
}

/// A hidden element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hidden {
    /// The hidden element around it, with a smaller index.
    pub(super) parent: u32,
    pub(super) kind: HiddenKind,
    pub(super) weight: Weight,
    /// Hashes of its id and of the id of what labels it; 0 for none.
    pub(super) id: u32,
    pub(super) label: u32,
    /// It is a panel and what opens it stands right before it.
    pub(super) is_led: bool,
}

impl Hidden {
    /// What is around all that is hidden.
    pub(super) const SEEN: Self = Self {
        parent: 0,
        kind: HiddenKind::Seen,
        weight: Weight { all: 0, linked: 0, prose: 0 },
        id: 0,
        label: 0,
        is_led: false,
    };
}

/// Why it is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HiddenKind {
    /// Nothing is hidden.
    Seen,
    /// By attribute or style. It counts where something on the page opens it.
    Hidden,
    /// The same, by inherited properties that what stands inside can set anew: bits of [`veil`](super::conceal::veil).
    Veiled(u8),
    /// Shown where no scripts run.
    Noscript,
    /// Never text of the page: templates, drawings, drop-down lists, what is struck out.
    Never,
}

/// A list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct List {
    pub(super) weight: Weight,
    pub(super) items: u32,
    /// The runs that it spans.
    pub(super) first: u32,
    pub(super) last: u32,
}

/// A table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Table {
    /// It holds another table or headings, or says that it is for layout.
    pub(super) is_layout: bool,
    pub(super) cells: u32,
    pub(super) rows: u32,
    pub(super) bytes: u32,
    /// The most bytes in a cell, and those of the last one.
    pub(super) widest: u32,
    pub(super) last_cell: (u32, u16, u32),
}

/// A link, with its text as a range of the buffer.
#[derive(Clone, Debug)]
pub(super) struct RawLink {
    pub(super) href: String,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The run that it begins in.
    pub(super) run: u32,
    /// Its label where it has no text: `aria-label`, `title` or the image's text.
    pub(super) label: String,
    pub(super) rel: String,
    pub(super) hreflang: Option<Language>,
    pub(super) title: Option<String>,
}

/// Another page that is shown within the page: a frame, an object.
#[derive(Clone, Debug)]
pub(super) struct RawEmbed {
    /// As written; none where only a script gives it one, or where its text stands in an attribute.
    pub(super) address: Option<String>,
    /// The run that follows it.
    pub(super) run: u32,
    pub(super) label: String,
    /// Whether it is a box that something is to be put into from there.
    pub(super) is_box: bool,
}

/// What may open or hold a text, with its own text as a range of the buffer.
#[derive(Clone, Debug)]
pub(super) struct RawLead {
    pub(super) what: What,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The run that it begins in.
    pub(super) run: u32,
    /// What it is called where it has no text.
    pub(super) label: String,
}

/// Counts that tell a document from something in its place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) scripts: u32,
    pub(super) password_fields: u32,
    pub(super) fields: u32,
    pub(super) skeletons: u32,
    pub(super) frames: u32,
    pub(super) opened_body: bool,
    pub(super) opened_html: bool,
    pub(super) closed_body: bool,
    pub(super) closed_html: bool,
    /// The page ended within a script or another element whose content is no markup.
    pub(super) cut_in_raw: bool,
    /// Open boxes where the page ended.
    pub(super) open_at_end: u32,
}

/// What stands in the head, and the attributes of `<html>`.
#[derive(Clone, Debug, Default)]
pub(super) struct HeadData {
    pub(super) title: String,
    pub(super) lang: Option<String>,
    pub(super) base: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) alternates: Vec<(String, String)>,
    pub(super) robots: Option<String>,
    pub(super) refresh: Option<(u32, String)>,
    /// The same for who runs no scripts.
    pub(super) plain_refresh: Option<String>,
}

/// The whole page.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) buffer: Vec<u8>,
    pub(super) runs: Vec<Run>,
    pub(super) parts: Vec<Part>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) lists: Vec<List>,
    pub(super) items: Vec<bool>,
    pub(super) tables: Vec<Table>,
    pub(super) languages: Vec<Option<Language>>,
    pub(super) links: Vec<RawLink>,
    /// What a click opens: the hash of an id, and the hidden element that the control stands in.
    pub(super) controls: Vec<(u32, u32)>,
    /// Controls by the hash of their own id, and where they stand.
    pub(super) labels: Vec<(u32, u32)>,
    pub(super) embeds: Vec<RawEmbed>,
    /// The first box without content whose name says that something is to be put into it.
    pub(super) vacant: Option<String>,
    pub(super) leads: Vec<RawLead>,
    pub(super) head: HeadData,
    pub(super) counts: Counts,
}

/// The kind of part that the signs of an element make, if any.
pub(super) fn part_of(signs: Signs) -> Option<PartKind> {
    if signs.has(Signs::MAIN) {
        Some(PartKind::Page)
    } else if signs.has(Signs::VENDOR) {
        Some(PartKind::Vendor)
    } else if signs.has(Signs::BANNER) {
        Some(PartKind::Likely(Region::Banner))
    } else if signs.has(Signs::DIALOG) {
        Some(PartKind::Dialog)
    } else if signs.has(Signs::NAVIGATION) {
        Some(if signs.has(Signs::BY_ROLE) { PartKind::Sure } else { PartKind::Likely }(Region::Navigation))
    } else if signs.has(Signs::FOOTER) {
        Some(if signs.has(Signs::BY_ROLE) { PartKind::Sure } else { PartKind::Likely }(Region::Footer))
    } else if signs.has(Signs::HEADER) {
        Some(PartKind::Header)
    } else {
        None
    }
}
