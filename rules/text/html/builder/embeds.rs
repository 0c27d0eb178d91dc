//! What is shown within a page and is no text of it: frames and objects, and boxes that wait for a script to fill them.
//!
//! Only what can be seen is kept. It loads nothing: what stands in a frame is another page.

use super::super::attributes::{Attributes, Name, NameBuffer};
use super::super::conceal::Style;
use super::super::raw::{HiddenKind, RawEmbed};
use super::super::signs::Signs;
use super::super::tags::Tag;
use super::Builder;
use super::place::hidden_kind;

/// The most frames that are kept of one page.
const EMBEDS: usize = 64;
/// The most open boxes that may turn out to be empty.
const BOXES: usize = 64;

/// What the name of a box says where a text is to be put into it.
const NAMES: [&str; 22] = [
    "agb",
    "app",
    "article",
    "confidential",
    "content",
    "datenschutz",
    "document",
    "embed",
    "gdpr",
    "iubenda",
    "legal",
    "main",
    "notice",
    "policies",
    "policy",
    "privacy",
    "root",
    "statement",
    "termly",
    "terms",
    "text",
    "viewer",
];

/// A box that nothing stands in so far.
#[derive(Debug)]
pub(super) struct Vacant {
    name: String,
    /// How many elements are open within it, itself included.
    depth: usize,
    /// The runs and frames before it.
    runs: usize,
    embeds: usize,
}

impl Builder {
    /// A frame, an object or an embedded file.
    pub(super) fn embed(&mut self, tag: Tag, name: &NameBuffer, attributes: &Attributes) {
        let get = |name| attributes.get(name).map(str::trim).filter(|value| !value.is_empty());
        let address = match name.bytes() {
            b"iframe" | b"frame" | b"embed" => get(Name::Src).filter(|address| !address.starts_with("about:")),
            b"object" => get(Name::Data),
            _ => return,
        };
        // An object without data is a plug-in of old, or a place for a script; only a frame is a page for sure.
        let later = get(Name::DataSrc).filter(|_| tag == Tag::Frame);
        let address = if attributes.has(Name::SrcDoc) { None } else { address.or(later) };
        if address.is_none() && tag != Tag::Frame || self.page.embeds.len() >= EMBEDS {
            return;
        }
        let kind = get(Name::Type).unwrap_or_default();
        let is_media =
            ["image/", "audio/", "video/", "application/x-shockwave"].iter().any(|start| kind.starts_with(start));
        let tiny = |name| get(name).is_some_and(|size| matches!(size.trim_end_matches("px"), "0" | "1" | "2"));
        let signs = Signs::of(attributes);
        let around = self.page.hidden[self.place.hidden as usize].kind;
        let style = attributes.get(Name::Style).map(Style::of).unwrap_or_default();
        let unseen = around != HiddenKind::Seen
            || self.muted > 0
            || self.open_by_tag[Tag::Noscript as usize] > 0
            || hidden_kind(Tag::Frame, signs, style, attributes).is_some()
            || tiny(Name::Width)
            || tiny(Name::Height);
        if is_media || unseen {
            return;
        }
        let label = get(Name::Title).or_else(|| get(Name::AriaLabel)).or_else(|| get(Name::Subject));
        let label = label.or_else(|| get(Name::Id)).unwrap_or_default().to_owned();
        let run = self.page.runs.len() as u32 + u32::from(!self.fold.is_empty());
        self.page.embeds.push(RawEmbed { address: address.map(str::to_owned), run, label });
    }

    /// A box was opened that may wait for a script.
    pub(super) fn open_vacant(&mut self, tag: Tag, name: &NameBuffer, attributes: &Attributes) {
        let is_box = matches!(tag, Tag::Block | Tag::Main | Tag::Article);
        if !is_box || self.page.vacant.is_some() || self.vacant.len() >= BOXES || self.place.hidden > 0 {
            return;
        }
        let own = std::str::from_utf8(name.bytes()).ok().filter(|name| name.contains('-'));
        let given = [Name::Id, Name::Class, Name::Subject].map(|name| attributes.get(name));
        let says = |name: &&str| {
            let mut parts = name.split(|one: char| !one.is_ascii_alphanumeric());
            parts.any(|part| NAMES.iter().any(|word| part.to_ascii_lowercase().starts_with(word)))
        };
        if let Some(name) = given.into_iter().flatten().chain(own).find(says) {
            let (runs, embeds) = (self.page.runs.len(), self.page.embeds.len());
            self.vacant.push(Vacant { name: name.to_owned(), depth: self.open.len(), runs, embeds });
        }
    }

    /// The innermost element is about to be closed; its text has ended.
    pub(super) fn close_vacant(&mut self) {
        let depth = self.open.len();
        while let Some(open) = self.vacant.pop_if(|open| open.depth >= depth) {
            let is_empty = self.page.runs.len() == open.runs && self.page.embeds.len() == open.embeds;
            if open.depth == depth && is_empty && self.fold.is_empty() && self.page.vacant.is_none() {
                self.page.vacant = Some(open.name);
            }
        }
    }
}
