//! From tags and text to runs with their place: the part of HTML's tree building that the text can show.
//!
//! Elements that close each other (`p`, `li`, `td` …) do so here, ends without a start are left aside, and the stack is
//! bounded, so that broken nesting costs linear time. No tree is built and no style sheet is known.

mod controls;
mod embeds;
mod leads;
mod link;
mod place;
mod text;

use super::super::What;
use super::super::fold::Fold;
use super::attributes::{Attributes, Name, NameBuffer};
use super::conceal::Colour;
use super::head;
use super::raw::{
    Counts, HeadData, Hidden, HiddenKind, List, Part, PartKind, Place, Raw, RawLead, RawLink, Run, Table, Weight, flag,
};
use super::signs::Signs;
use super::tags::{TAGS, Tag};
use place::hidden_kind;
use std::collections::HashSet;

/// The deepest nesting that is followed; what is deeper counts to the last element above it.
const DEPTH: usize = 512;

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Open {
    tag: Tag,
    name: u32,
    /// Whether runs end at its borders.
    is_box: bool,
    /// Whether its text is left out of the run around it.
    mutes: bool,
    /// Whether panels may stand in it, or it is one.
    folds: bool,
    /// The place outside of it.
    outside: Place,
    /// The plain colour behind its text, where the markup says it.
    back: Option<Colour>,
    /// Whether it stands over its line.
    is_raised: bool,
}

/// The state between two tokens.
#[derive(Debug)]
pub(super) struct Builder {
    fold: Fold,
    open: Vec<Open>,
    open_by_tag: [u32; TAGS],
    place: Place,
    muted: u32,
    /// Formatting that kept text from view was seen.
    veiled: u32,
    folded: u32,
    raised: u32,
    /// Where the last thing stands that may open a panel: the hidden element around it, and its place in the text.
    opener: Option<(u32, usize)>,
    /// Hashes of the ids that what is seen can open.
    referred: HashSet<u32>,
    bold: u32,
    bold_bytes: u32,
    linked_bytes: u32,
    link: Option<(RawLink, usize)>,
    /// The button that is open, and how deep.
    button: Option<(RawLead, usize)>,
    /// An element whose content is no markup is open.
    raw_text: Option<Tag>,
    /// What was seen so far of the script that is open.
    script: leads::Seen,
    /// Boxes that nothing stands in so far and that something may be put into.
    vacant: Vec<embeds::Vacant>,
    rows: u32,
    /// The colour of the page, where the markup says it.
    canvas: Option<Colour>,
    page: Raw,
}

impl Builder {
    pub(super) fn new(size: usize) -> Self {
        let page = Raw {
            buffer: Vec::new(),
            runs: Vec::with_capacity(size / 256),
            parts: vec![Part { parent: 0, kind: PartKind::Page, weight: Weight::default(), first: 0 }],
            hidden: vec![Hidden::SEEN],
            lists: vec![List::default()],
            items: vec![false],
            tables: vec![Table::default()],
            languages: vec![None],
            links: Vec::new(),
            controls: Vec::new(),
            labels: Vec::new(),
            embeds: Vec::new(),
            vacant: None,
            leads: Vec::new(),
            head: HeadData::default(),
            counts: Counts::default(),
        };
        Self {
            fold: Fold::with_capacity(size / 3),
            open: Vec::with_capacity(64),
            open_by_tag: [0; TAGS],
            place: Place::default(),
            muted: 0,
            veiled: 0,
            folded: 0,
            raised: 0,
            opener: None,
            referred: HashSet::new(),
            bold: 0,
            bold_bytes: 0,
            linked_bytes: 0,
            link: None,
            button: None,
            raw_text: None,
            script: leads::Seen::default(),
            vacant: Vec::new(),
            rows: 0,
            canvas: None,
            page,
        }
    }

    /// A start tag. The answer says whether content that is no markup may follow it.
    pub(super) fn start(&mut self, tag: Tag, name: &NameBuffer, attributes: &Attributes) -> bool {
        if matches!(tag, Tag::Ignored | Tag::Frame | Tag::Embedded | Tag::Inline) {
            self.embed(tag, name, attributes);
        }
        match tag {
            Tag::Ignored => return false,
            Tag::Bold | Tag::A | Tag::Format => {
                match tag {
                    Tag::Bold => self.bold += 1,
                    Tag::A => self.start_link(attributes),
                    _ => {}
                }
                // These stand on the stack only where they keep text from view.
                if attributes.any() && (tag != Tag::A || attributes.has(Name::Style) || attributes.has(Name::Hidden)) {
                    let signs = Signs::of(attributes);
                    let style = self.style(attributes);
                    if hidden_kind(tag, signs, style, attributes).is_some() {
                        self.veiled += 1;
                        self.push(Tag::Inline, name.hash, attributes);
                    }
                }
                if attributes.may_control() {
                    self.control(tag, Signs::default(), attributes);
                }
                return false;
            }
            Tag::Br => {
                self.line_break();
                return false;
            }
            Tag::Hr => self.flush(),
            Tag::Img => self.image(attributes),
            Tag::Input => self.field(attributes),
            Tag::Html | Tag::Body | Tag::Head => self.outermost(tag, attributes),
            Tag::Base | Tag::Meta | Tag::Link => {
                let plain = self.open_by_tag[Tag::Noscript as usize] > 0;
                head::read(&mut self.page.head, tag, attributes, plain);
            }
            Tag::Title | Tag::Textarea | Tag::Raw | Tag::Frame | Tag::Script | Tag::Plaintext => {
                return self.start_raw_text(tag, attributes);
            }
            _ => {}
        }
        if tag.is_void() || matches!(tag, Tag::Html | Tag::Body | Tag::Head) {
            if attributes.may_control() {
                self.control(tag, Signs::of(attributes), attributes);
            }
            return false;
        }
        if tag == Tag::Svg && attributes.self_closing {
            return false;
        }
        self.close_implied(tag);
        let signs = self.push(tag, name.hash, attributes);
        self.control(tag, signs, attributes);
        self.lead(tag, name, attributes);
        self.open_vacant(tag, name, attributes);
        false
    }

    fn outermost(&mut self, tag: Tag, attributes: &Attributes) {
        if let Some(back) = self.style(attributes).back {
            self.canvas = back;
        }
        let counts = &mut self.page.counts;
        counts.opened_html |= tag == Tag::Html;
        counts.opened_body |= tag == Tag::Body;
        if let Some(lang) = attributes.get(Name::Lang).map(str::trim).filter(|lang| !lang.is_empty())
            && tag != Tag::Head
            && self.page.head.lang.is_none()
        {
            self.page.head.lang = Some(lang.to_owned());
        }
    }

    fn start_raw_text(&mut self, tag: Tag, attributes: &Attributes) -> bool {
        if self.open_by_tag[Tag::Svg as usize] > 0 && (attributes.self_closing || tag != Tag::Script) {
            // In drawings these are ordinary elements.
            return false;
        }
        match tag {
            Tag::Script => {
                self.page.counts.scripts += 1;
                self.script(attributes);
            }
            Tag::Frame => self.page.counts.frames += 1,
            Tag::Textarea => self.page.counts.fields += 1,
            Tag::Plaintext => {
                self.flush();
                self.place.flags |= flag::LINES;
                return true;
            }
            Tag::Title if !self.page.head.title.is_empty() => {
                self.raw_text = Some(Tag::Raw);
                return true;
            }
            _ => {}
        }
        self.raw_text = Some(tag);
        true
    }

    fn field(&mut self, attributes: &Attributes) {
        match attributes.get(Name::Type).unwrap_or("text") {
            "password" => self.page.counts.password_fields += 1,
            "submit" | "button" | "image" => self.lead_named(What::Button, attributes.get(Name::Value)),
            "hidden" | "checkbox" | "radio" | "reset" => {}
            _ => self.page.counts.fields += 1,
        }
    }

    fn image(&mut self, attributes: &Attributes) {
        if let (Some((link, _)), Some(alt)) = (&mut self.link, attributes.get(Name::Alt))
            && link.label.is_empty()
        {
            alt.trim().clone_into(&mut link.label);
        }
        self.picture(attributes);
        // A picture between two words separates them.
        self.fold.space();
    }

    /// Ends the run at the border of a box.
    fn flush(&mut self) {
        let bold = std::mem::take(&mut self.bold_bytes);
        let linked = std::mem::take(&mut self.linked_bytes);
        let Some((start, end)) = self.fold.cut() else { return };
        let (start, end) = (start as u32, end as u32);
        let run = Run { start, end, linked: linked.min(end - start), bold: bold.min(end - start), place: self.place };
        // The shortest sentences that state anything have some forty letters; what is twice as long needs no end.
        let is_prose = run.linked * 2 < run.len() && run.len() >= if self.fold.ends_sentence() { 40 } else { 80 };
        let prose = if is_prose { run.len() } else { 0 };
        let weight = Weight { all: run.len(), linked: run.linked, prose };
        let page = &mut self.page;
        let place = &self.place;
        page.parts[place.part as usize].weight.add(weight);
        page.hidden[place.hidden as usize].weight.add(weight);
        if place.list > 0 {
            page.lists[place.list as usize].weight.add(weight);
        }
        if place.table > 0 {
            page.tables[place.table as usize].count(place, run.len());
        }
        page.runs.push(run);
    }

    /// Closes what a start tag closes without saying so.
    fn close_implied(&mut self, tag: Tag) {
        if !tag.is_inline() && tag != Tag::Button {
            self.close_within(Tag::P, |_| false);
        }
        match tag {
            Tag::Li => self.close_within(Tag::Li, |open| open == Tag::List),
            Tag::Dt | Tag::Dd => {
                self.close_within(Tag::Dt, |open| open == Tag::Dl);
                self.close_within(Tag::Dd, |open| open == Tag::Dl);
            }
            Tag::Cell | Tag::HeaderCell => self.close_cell(),
            Tag::Row | Tag::RowGroup => {
                self.close_cell();
                self.close_in_table(Tag::Row);
                if tag == Tag::RowGroup {
                    self.close_in_table(Tag::RowGroup);
                }
            }
            Tag::Heading if self.open.last().is_some_and(|open| open.tag == Tag::Heading) => {
                self.pop_to(self.open.len() - 1);
            }
            _ => {}
        }
    }

    fn close_cell(&mut self) {
        self.close_in_table(Tag::Cell);
        self.close_in_table(Tag::HeaderCell);
    }

    /// Closes the innermost open `tag` of the innermost table.
    fn close_in_table(&mut self, tag: Tag) {
        if self.open_by_tag[tag as usize] > 0 {
            let found = self.open.iter().rposition(|open| open.tag == tag || open.tag == Tag::Table);
            if let Some(at) = found.filter(|&at| self.open[at].tag == tag) {
                self.pop_to(at);
            }
        }
    }

    /// Closes the innermost open `tag`, unless a barrier or an element that `ends` stands in between.
    fn close_within(&mut self, tag: Tag, ends: impl Fn(Tag) -> bool) {
        if self.open_by_tag[tag as usize] > 0 {
            let found = self.open.iter().rposition(|open| open.tag == tag || open.tag.is_barrier() || ends(open.tag));
            if let Some(at) = found.filter(|&at| self.open[at].tag == tag) {
                self.pop_to(at);
            }
        }
    }

    fn push(&mut self, tag: Tag, name: u32, attributes: &Attributes) -> Signs {
        let signs = Signs::of(attributes);
        if signs.has(Signs::SKELETON) {
            self.page.counts.skeletons += 1;
        }
        let style = self.style(attributes);
        let hidden = hidden_kind(tag, signs, style, attributes);
        let hidden = hidden.filter(|kind| {
            // What stands within a line cannot wait for a control that comes later.
            !(tag.is_inline() && *kind == HiddenKind::Hidden && self.muted == 0 && self.is_referred(attributes))
        });
        // Within a line what is hidden is a box of its own only where the run has not begun.
        let is_box = !tag.is_inline() || (hidden.is_some() && self.fold.is_empty());
        let mutes = hidden.is_some() && !is_box;
        if is_box {
            self.flush();
        }
        if self.open.len() >= DEPTH {
            return signs;
        }
        let folds = signs.has(Signs::FOLDED);
        let is_raised = tag == Tag::Sup || style.is_raised && !is_box;
        let back = style.back.unwrap_or_else(|| self.behind().filter(|_| !attributes.has(Name::Class)));
        self.open.push(Open { tag, name, is_box, mutes, folds, outside: self.place, back, is_raised });
        self.raised += u32::from(is_raised);
        self.open_by_tag[tag as usize] += 1;
        self.muted += u32::from(mutes);
        self.folded += u32::from(folds);
        if is_box {
            let is_led = hidden.is_some() && self.is_led();
            self.lift(style.lifts);
            self.enter(tag, name, signs, hidden, is_led, attributes);
        }
        signs
    }

    /// Ends the veils that an element lifts for itself and what stands in it.
    fn lift(&mut self, lifts: u8) {
        while let Some(Hidden { kind: HiddenKind::Veiled(veils), parent, .. }) =
            self.page.hidden.get(self.place.hidden as usize).filter(|_| lifts != 0)
            && veils & !lifts == 0
        {
            self.place.hidden = *parent;
        }
    }

    /// An end tag.
    pub(super) fn end(&mut self, tag: Tag, name: u32) {
        if let Some(raw) = self.raw_text.take() {
            if raw == Tag::Script {
                self.end_script();
            }
            return;
        }
        match tag {
            Tag::Ignored => {}
            Tag::Bold | Tag::A | Tag::Format => {
                match tag {
                    Tag::Bold => self.bold = self.bold.saturating_sub(1),
                    Tag::A => self.end_link(),
                    _ => {}
                }
                if self.veiled > 0 {
                    self.end_inline(Tag::Inline, name);
                }
            }
            Tag::Br => self.line_break(),
            Tag::P if self.open_by_tag[Tag::P as usize] == 0 => self.flush(),
            Tag::Html => self.page.counts.closed_html = true,
            Tag::Body => self.page.counts.closed_body = true,
            _ if self.open_by_tag[tag as usize] == 0 => {}
            _ if tag.is_inline() => self.end_inline(tag, name),
            _ => {
                let is_of_table = matches!(
                    tag,
                    Tag::Table | Tag::Row | Tag::RowGroup | Tag::Cell | Tag::HeaderCell | Tag::Template | Tag::Caption
                );
                let is_it = |open: &Open| open.tag == tag && (open.name == name || tag == Tag::Heading);
                let found = self.open.iter().rposition(|open| {
                    is_it(open) || if is_of_table { open.tag == Tag::Table } else { open.tag.is_barrier() }
                });
                if let Some(at) = found.filter(|&at| is_it(&self.open[at])) {
                    self.pop_to(at);
                }
            }
        }
    }

    fn end_inline(&mut self, tag: Tag, name: u32) {
        // As in browsers, an element within a line cannot be closed from within a box.
        let is_it = |open: &Open| open.tag == tag && open.name == name;
        let found = self.open.iter().rposition(|open| is_it(open) || open.is_box);
        if let Some(at) = found.filter(|&at| is_it(&self.open[at])) {
            self.pop_to(at);
        }
    }

    /// Closes all elements from a place of the stack on.
    fn pop_to(&mut self, at: usize) {
        if self.open[at..].iter().any(|open| open.is_box) {
            self.flush();
        }
        while self.open.len() > at {
            self.close_vacant();
            let Some(open) = self.open.pop() else { break };
            self.open_by_tag[open.tag as usize] -= 1;
            self.muted -= u32::from(open.mutes);
            self.folded -= u32::from(open.folds);
            self.raised -= u32::from(open.is_raised);
            if !open.is_box {
                continue;
            }
            match open.tag {
                Tag::List => {
                    let runs = self.page.runs.len() as u32;
                    self.page.lists[self.place.list as usize].last = runs;
                }
                Tag::Cell | Tag::HeaderCell => self.end_cell(),
                _ => {}
            }
            self.place = open.outside;
        }
        if self.link.as_ref().is_some_and(|(_, depth)| *depth > self.open.len()) {
            self.end_link();
        }
        if self.button.as_ref().is_some_and(|(_, depth)| *depth > self.open.len()) {
            self.end_button();
        }
    }

    /// A cell without text still holds its column.
    fn end_cell(&mut self) {
        let has_text = self
            .page
            .runs
            .last()
            .is_some_and(|run| run.place.row == self.place.row && run.place.cell == self.place.cell);
        if !has_text && self.place.row > 0 && self.place.hidden == 0 {
            let (start, end) = self.fold.blank();
            let (start, end) = (start as u32, end as u32);
            self.page.runs.push(Run { start, end, linked: 0, bold: 0, place: self.place });
        }
    }

    /// The end of the input: all that is open ends.
    pub(super) fn end_of_page(&mut self) {
        let counts = &mut self.page.counts;
        counts.cut_in_raw = self.raw_text.is_some();
        counts.open_at_end = self.open.iter().filter(|open| open.is_box && open.tag != Tag::P).count() as u32;
        self.pop_to(0);
        self.flush();
        self.end_link();
        self.end_button();
    }

    /// The page, when the end was seen.
    pub(super) fn finish(mut self) -> Raw {
        self.page.buffer = self.fold.finish();
        self.page
    }
}
