//! What may open or hold a text and is none: buttons, pictures, surfaces that scripts draw on, scripts from files.
//!
//! Only what can be seen is kept, and no button that opens something on the page itself. What a click does nobody finds out.

use super::super::super::What;
use super::super::attributes::{Attributes, Name, NameBuffer};
use super::super::conceal::Style;
use super::super::raw::RawLead;
use super::super::signs::Signs;
use super::super::tags::Tag;
use super::Builder;
use super::place::hidden_kind;

/// The most leads that are kept of one page.
const LEADS: usize = 256;
/// The longest name of a lead, in bytes.
const LABEL: usize = 200;

/// How scripts fetch a text and put it into a page.
const FILLS: [&str; 6] = ["fetch(", "innerHTML", "document.write", "XMLHttpRequest", ".load(", "insertAdjacentHTML"];
/// What they call a text that they put there.
const TEXTS: [&str; 4] = ["privacy-policy", "privacy_policy", "policy.", "datenschutz"];

/// What was seen of a script.
#[derive(Debug, Default)]
pub(super) struct Seen {
    fills: bool,
    name: Option<&'static str>,
}

impl Seen {
    pub(super) fn look(&mut self, script: &[u8]) {
        let holds = |word: &&str| memchr::memmem::find(script, word.as_bytes()).is_some();
        self.fills = self.fills || FILLS.iter().any(&holds);
        self.name = self.name.or_else(|| TEXTS.iter().copied().find(holds));
    }
}

impl Builder {
    /// An element was opened that may be a lead.
    pub(super) fn lead(&mut self, tag: Tag, name: &NameBuffer, attributes: &Attributes) {
        if attributes.get(Name::AriaBusy) == Some("true") {
            self.lead_named(What::Waiting, attributes.get(Name::AriaLabel));
        }
        if tag == Tag::Embedded && name.bytes() == b"canvas" {
            // What is drawn on stands hidden from who reads the text; what is around it counts.
            let is_seen = self.open.last().is_some_and(|open| open.outside.hidden == 0);
            let style = attributes.get(Name::Style).map(Style::of).unwrap_or_default();
            if is_seen && hidden_kind(Tag::Frame, Signs::of(attributes), style, attributes).is_none() {
                let label = attributes.get(Name::Id).unwrap_or_default();
                self.keep(What::Surface, label);
            }
        }
        let is_button = tag == Tag::Button
            || attributes.get(Name::Role) == Some("button")
            || attributes.has(Name::OnClick) && !matches!(tag, Tag::Form | Tag::Details | Tag::Select);
        let opens = [Name::AriaControls, Name::DataTarget, Name::PopoverTarget, Name::DataToggle];
        if is_button && self.is_open_to_view() && !opens.iter().any(|name| attributes.has(*name)) {
            self.end_button();
            let (start, run) = (self.fold.position() as u32, self.page.runs.len() as u32);
            let label = attributes.get(Name::AriaLabel).unwrap_or_default().to_owned();
            self.button = Some((RawLead { what: What::Button, start, end: start, run, label }, self.open.len()));
        }
    }

    pub(super) fn end_button(&mut self) {
        let Some((mut lead, _)) = self.button.take() else { return };
        lead.end = self.fold.position() as u32;
        if lead.end.saturating_sub(lead.start) as usize <= LABEL && self.page.leads.len() < LEADS {
            self.page.leads.push(lead);
        }
    }

    /// A lead that has no text of its own.
    pub(super) fn lead_named(&mut self, what: What, label: Option<&str>) {
        if self.is_open_to_view() {
            self.keep(what, label.unwrap_or_default());
        }
    }

    /// A picture, by what it shows and what its file is called.
    pub(super) fn picture(&mut self, attributes: &Attributes) {
        // A box with a picture in it is not empty, but for a viewer, and for one that says what is to be put into it.
        self.vacant.retain(|open| open.stays_with_pictures());
        let style = attributes.get(Name::Style).map(Style::of).unwrap_or_default();
        if hidden_kind(Tag::Img, Signs::of(attributes), style, attributes).is_some() {
            return;
        }
        let file = attributes.get(Name::DataSrc).or_else(|| attributes.get(Name::Src)).map(file_of).unwrap_or_default();
        let label = format!("{} {file}", attributes.get(Name::Alt).unwrap_or_default());
        self.lead_named(What::Picture, Some(&label));
    }

    /// A script, wherever it stands.
    pub(super) fn script(&mut self, attributes: &Attributes) {
        self.script = Seen::default();
        if let Some(address) = attributes.get(Name::Src) {
            self.keep(What::Script, file_of(address));
        }
    }

    /// The end of a script: one that names a text and puts something into the page counts as its file would.
    pub(super) fn end_script(&mut self) {
        let seen = std::mem::take(&mut self.script);
        if let Some(name) = seen.name.filter(|_| seen.fills) {
            self.keep(What::Script, name);
        }
    }

    fn is_open_to_view(&self) -> bool {
        self.place.hidden == 0 && self.muted == 0
    }

    fn keep(&mut self, what: What, label: &str) {
        if self.page.leads.len() < LEADS {
            let (at, run) = (self.fold.position() as u32, self.page.runs.len() as u32);
            let label = label[..label.floor_char_boundary(LABEL)].trim().to_owned();
            self.page.leads.push(RawLead { what, start: at, end: at, run, label });
        }
    }
}

/// The last part of an address's path.
fn file_of(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    if address.starts_with("data:") { "" } else { path.rsplit('/').next().unwrap_or_default() }
}
