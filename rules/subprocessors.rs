//! Lists of sub-processors: who they are, where they process and what for, as tables, definition lists, bullets and lines say.
//!
//! A list is read in a page that is one, and in an agreement where a heading, a lead-in or a header row says so. It reads
//! rows and no sentences: what running text says of recipients is the claims reader's business.

mod columns;
mod lines;

use crate::country::spoken;
use crate::document::{Block, Document, Kind, Region, Role};
use crate::text::Link;
use columns::{Column, Columns};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The most entries of one page.
const MOST: usize = 500;

/// One sub-processor, as one row of a list names it. The ranges are of [`Document::text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: Range<usize>,
    /// The row: all that is said of it.
    pub row: Range<usize>,
    /// Where it processes, in the words of the list.
    pub place: Option<Range<usize>>,
    /// The countries among them, as codes; none where the words name no country (`Worldwide`).
    pub countries: BTreeSet<String>,
    /// What it does.
    pub purpose: Option<Range<usize>>,
    /// Its page, where the row links one.
    pub url: Option<String>,
}

/// Reads the lists of a page.
pub fn read(document: &Document, links: &[Link], kind: Kind) -> Vec<Entry> {
    if !matches!(kind, Kind::Subprocessors | Kind::ProcessingAgreement | Kind::Terms) {
        return Vec::new();
    }
    let mut walk = Walk { document, kind, entries: Vec::new(), draft: None, label: None };
    let mut at = 0;
    while at < document.blocks.len() && walk.entries.len() < MOST {
        let block = &document.blocks[at];
        if block.region != Region::Main {
            at += 1;
            continue;
        }
        if block.role == Role::Row {
            let rest = document.blocks[at..].iter();
            let rows = rest.take_while(|next| next.role == Role::Row && next.region == Region::Main).count();
            walk.table(at..at + rows);
            at += rows;
            continue;
        }
        walk.block(at, block);
        at += 1;
    }
    walk.flush();
    let mut entries = walk.entries;
    entries.truncate(MOST);
    let links = links.iter().filter(|link| link.region == Region::Main);
    let pages: BTreeMap<String, &str> =
        links.rev().filter_map(|link| Some((spoken::plain(&link.text), link.url.as_deref()?))).collect();
    for entry in &mut entries {
        let page = pages.get(&spoken::plain(&document.text[entry.name.clone()]));
        entry.url = page.map(|url| (*url).to_owned());
    }
    entries
}

/// An entry that grows block by block.
#[derive(Debug)]
struct Draft {
    entry: Entry,
    /// Whether anything but the name is known.
    told: bool,
}

struct Walk<'d> {
    document: &'d Document,
    kind: Kind,
    entries: Vec<Entry>,
    draft: Option<Draft>,
    /// The term of a definition list that labels what comes.
    label: Option<Column>,
}

impl Walk<'_> {
    fn text(&self, range: &Range<usize>) -> &str {
        &self.document.text[range.clone()]
    }

    /// Whether what stands at a block is of a list of sub-processors.
    fn is_open(&self, block: &Block) -> bool {
        if self.kind == Kind::Subprocessors {
            return true;
        }
        let speaks = |place: usize| columns::speaks_of_subprocessors(self.text(&self.document.blocks[place].span));
        let mut over = block.heading;
        while let Some(place) = over {
            if speaks(place) {
                return true;
            }
            over = self.document.blocks[place].heading;
        }
        block.lead.is_some_and(|lead| self.document.blocks[lead].role != Role::Row && speaks(lead))
    }

    /// A run of rows: one table, or several.
    fn table(&mut self, rows: Range<usize>) {
        self.flush();
        let before = rows.start.checked_sub(1).is_some_and(|before| {
            let block = &self.document.blocks[before];
            let is_caption = matches!(block.role, Role::Paragraph) && block.region == Region::Main;
            is_caption && columns::speaks_of_subprocessors(self.text(&block.span))
        });
        let mut columns: Option<(Columns, Option<usize>)> = None;
        let mut plain: Vec<Vec<Range<usize>>> = Vec::new();
        for at in rows {
            let block = &self.document.blocks[at];
            let cells = cells(self.document, &block.span);
            let is_open = before || self.is_open(block);
            let texts: Vec<&str> = cells.iter().map(|cell| self.text(cell)).collect();
            if block.lead.is_none()
                && let Some(found) = Columns::of(&texts).filter(|found| is_open || found.names_subprocessors)
            {
                self.headless(&std::mem::take(&mut plain));
                columns = Some((found, Some(at)));
                continue;
            }
            if let (Some((_, head)), Some(lead)) = (&columns, block.lead)
                && *head != Some(lead)
            {
                columns = None;
            }
            match &columns {
                Some((columns, _)) => {
                    let entry = columns.entry(self.document, &block.span, &cells);
                    self.entries.extend(entry);
                }
                None if !is_open => {}
                None => match (texts.len(), Column::of(texts[0])) {
                    (2, Some(label)) => self.pair(label, &cells[1], block),
                    _ => plain.push(cells),
                },
            }
        }
        self.headless(&plain);
        self.flush();
    }

    /// Rows without a header that can be read: one column of countries alone tells what they are.
    fn headless(&mut self, rows: &[Vec<Range<usize>>]) {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let countries = |row: &Vec<Range<usize>>, column: usize| {
            row.get(column).is_some_and(|cell| spoken::is_countries(self.text(cell)))
        };
        let most = (1..width).max_by_key(|column| rows.iter().filter(|row| countries(row, *column)).count());
        let Some(place) = most else { return };
        let mut found = Vec::new();
        for row in rows.iter().filter(|row| countries(row, place) && lines::is_name(self.text(&row[0]))) {
            let purpose = (1..row.len()).find(|column| *column != place).map(|column| row[column].clone());
            let countries = spoken::of_cell(self.text(&row[place]));
            let span = row[0].start..row.last().map_or(row[0].end, |cell| cell.end);
            let place = Some(row[place].clone());
            found.push(Entry { name: row[0].clone(), row: span, place, countries, purpose, url: None });
        }
        self.entries.extend(found);
    }

    fn block(&mut self, at: usize, block: &Block) {
        if !self.is_open(block) {
            return self.flush();
        }
        let label = self.label.take();
        match block.role {
            Role::Heading(_) | Role::Row => self.flush(),
            Role::Term => {
                self.label = Column::of(self.text(&block.span));
                if self.label.is_none() {
                    self.start(&block.span);
                }
            }
            Role::Definition => match label {
                Some(label) => {
                    self.pair(label, &block.span, block);
                    self.label = Some(label).filter(|label| *label == Column::Place);
                }
                None => self.define(&block.span, block),
            },
            Role::Item(_) | Role::Paragraph => {
                if let Some((label, value)) = lines::labelled(&self.document.text, &block.span) {
                    self.pair(label, &value, block);
                    return;
                }
                let is_item = matches!(block.role, Role::Item(_));
                if let Some(entry) = lines::entry(&self.document.text, &block.span, is_item) {
                    self.flush();
                    self.draft = Some(Draft { entry, told: true });
                } else if !self.is_led(at) || lines::is_name(self.text(&block.span)) {
                    self.start(&block.span);
                }
            }
        }
    }

    /// Whether a block hangs on the one that the draft is named in.
    fn is_led(&self, at: usize) -> bool {
        let lead = self.document.blocks[at].lead.map(|lead| &self.document.blocks[lead].span);
        self.draft.as_ref().is_some_and(|draft| {
            lead.is_some_and(|lead| lead.start <= draft.entry.name.start && draft.entry.name.end <= lead.end)
        })
    }

    /// Begins an entry where a name may stand.
    fn start(&mut self, span: &Range<usize>) {
        self.flush();
        if lines::is_name(self.text(span)) {
            let (name, row) = (span.clone(), span.clone());
            let entry = Entry { name, row, place: None, countries: BTreeSet::new(), purpose: None, url: None };
            self.draft = Some(Draft { entry, told: false });
        }
    }

    /// What a definition says of the term before it.
    fn define(&mut self, span: &Range<usize>, block: &Block) {
        let text = self.document.text.as_str();
        let parts = lines::pieces(text, span, &[';', '\n']);
        let mut was_labelled = false;
        for part in &parts {
            if let Some((label, value)) = lines::labelled(text, part) {
                self.pair(label, &value, block);
                was_labelled = true;
            }
        }
        if !was_labelled && let Some(draft) = &mut self.draft {
            lines::tell(text, span, &mut draft.entry);
            (draft.told, draft.entry.row.end) = (true, span.end);
        }
    }

    /// A labelled value: `Location: Ireland`.
    fn pair(&mut self, label: Column, value: &Range<usize>, block: &Block) {
        if label == Column::Name {
            self.start(value);
            if let Some(draft) = &mut self.draft {
                draft.entry.row = block.span.start.min(value.start)..value.end;
            }
            return;
        }
        if self.draft.is_none() {
            let named = [block.lead, block.heading].into_iter().flatten().map(|place| &self.document.blocks[place]);
            let mut named = named.filter(|over| over.role != Role::Row).map(|over| over.span.clone());
            let span = named.find(|span| {
                let text = self.text(span);
                lines::is_name(text) && !columns::speaks_of_subprocessors(text) && Column::of(text).is_none()
            });
            let Some(span) = span.filter(|span| self.entries.last().is_none_or(|last| last.name != *span)) else {
                return;
            };
            self.start(&span);
        }
        let countries = spoken::of_cell(self.text(value));
        let says = lines::says(self.text(value));
        let Some(draft) = &mut self.draft else { return };
        draft.entry.row.end = draft.entry.row.end.max(value.end);
        match label {
            Column::Place if says => {
                draft.entry.countries.extend(countries);
                draft.entry.place.get_or_insert(value.clone());
                draft.told = true;
            }
            Column::Purpose if says => {
                draft.entry.purpose.get_or_insert(value.clone());
                draft.told = true;
            }
            _ => {}
        }
    }

    fn flush(&mut self) {
        if let Some(draft) = self.draft.take().filter(|draft| draft.told) {
            self.entries.push(draft.entry);
        }
    }
}

/// The cells of a row, without the white space around them.
fn cells(document: &Document, row: &Range<usize>) -> Vec<Range<usize>> {
    lines::pieces_kept(&document.text, row, '\t')
}

#[cfg(test)]
mod tests;
