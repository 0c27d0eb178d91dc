//! What is shown within a page and is no text of it: frames and objects, and boxes that wait for a script to fill them.
//!
//! Only what can be seen is kept. It loads nothing: what stands in a frame is another page.

use super::super::super::What;
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
/// A box with so many bytes of text holds no text of its own: "Loading, please wait …".
const HOLDER: usize = 80;

/// The names that parameters of an object have that say what it shows.
const PARAMETERS: [&str; 8] = ["data", "file", "filename", "href", "movie", "src", "url", "source"];
/// What is loaded and is no text.
const NO_TEXT: [&str; 22] = [
    "avif", "bmp", "css", "gif", "glb", "ico", "jpeg", "jpg", "js", "json", "m4v", "mjs", "mov", "mp3", "mp4", "ogg",
    "png", "svg", "webm", "webp", "woff", "woff2",
];
/// What a box is called that shows leaves of a text as pictures.
const VIEWERS: [&str; 7] = ["flip", "flipbook", "pageflip", "pdf", "pdfviewer", "turn", "viewer"];

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
    /// The runs and frames before it, and where its text begins.
    runs: usize,
    embeds: usize,
    start: usize,
    /// Where its text is to be fetched from.
    address: Option<String>,
    /// Whether its name says that something is to be put into it, and whether as pictures.
    is_named: bool,
    is_viewer: bool,
}

impl Vacant {
    /// Whether it is as good as empty when it holds pictures only.
    pub(super) fn stays_with_pictures(&self) -> bool {
        self.address.is_some() || self.is_viewer
    }
}

impl Builder {
    /// A frame, an object or an embedded file.
    pub(super) fn embed(&mut self, tag: Tag, name: &NameBuffer, attributes: &Attributes) {
        let get = |name| attributes.get(name).map(str::trim).filter(|value| !value.is_empty());
        let address = match name.bytes() {
            b"iframe" | b"frame" | b"embed" | b"portal" | b"fencedframe" => {
                get(Name::Src).filter(|address| !address.starts_with("about:"))
            }
            b"object" => get(Name::Data),
            b"param"
                if get(Name::Subject).is_some_and(|name| PARAMETERS.contains(&name.to_ascii_lowercase().as_str())) =>
            {
                get(Name::Value)
            }
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
        let style = attributes.get(Name::Style).map(Style::of).unwrap_or_default();
        let unseen = !self.is_frame_seen()
            || hidden_kind(Tag::Frame, signs, style, attributes).is_some()
            || tiny(Name::Width)
            || tiny(Name::Height);
        if is_media || unseen {
            return;
        }
        let label = get(Name::Title).or_else(|| get(Name::AriaLabel)).or_else(|| get(Name::Subject));
        let label = label.or_else(|| get(Name::Id)).unwrap_or_default().to_owned();
        let run = self.page.runs.len() as u32 + u32::from(!self.fold.is_empty());
        self.page.embeds.push(RawEmbed { address: address.map(str::to_owned), run, label, is_box: false });
    }

    /// Whether a frame can be seen here: also where no scripts run, and in place of an object that shows nothing.
    fn is_frame_seen(&self) -> bool {
        let (mut hidden, mut muted) = (self.place.hidden, self.muted);
        for open in self.open.iter().rev().filter(|open| matches!(open.tag, Tag::Noscript | Tag::Embedded)) {
            muted -= u32::from(open.mutes);
            if self.page.hidden[hidden as usize].parent == open.outside.hidden {
                hidden = open.outside.hidden;
            }
        }
        muted == 0 && self.page.hidden[hidden as usize].kind == HiddenKind::Seen
    }

    /// A box was opened that may wait for a script.
    pub(super) fn open_vacant(&mut self, tag: Tag, name: &NameBuffer, attributes: &Attributes) {
        let own = std::str::from_utf8(name.bytes()).ok().filter(|name| name.contains('-') || *name == "include");
        let is_box = matches!(tag, Tag::Block | Tag::Main | Tag::Article) || own.is_some();
        if !is_box || self.vacant.len() >= BOXES || self.place.hidden > 0 || self.muted > 0 {
            return;
        }
        let get = |name| attributes.get(name).map(str::trim).filter(|value| !value.is_empty() && *value != "#");
        let address =
            get(Name::Load).or_else(|| get(Name::DataSrc)).or_else(|| get(Name::Src).filter(|_| own.is_some()));
        let address = address.filter(|address| may_be_text(address)).map(str::to_owned);
        let given = [Name::Id, Name::Class, Name::Subject].map(|name| attributes.get(name));
        let says = |name: &&str| {
            let mut parts = name.split(|one: char| !one.is_ascii_alphanumeric());
            parts.any(|part| NAMES.iter().any(|word| part.to_ascii_lowercase().starts_with(word)))
        };
        let shows = |name: &&str| {
            let mut parts = name.split(|one: char| !one.is_ascii_alphanumeric());
            parts.any(|part| VIEWERS.iter().any(|word| part.eq_ignore_ascii_case(word)))
        };
        let named = given.into_iter().flatten().chain(own).find(says);
        let viewer = given.into_iter().flatten().chain(own).find(shows);
        if named.is_none() && viewer.is_none() && address.is_none() {
            return;
        }
        self.vacant.push(Vacant {
            name: named.or(viewer).unwrap_or_default().to_owned(),
            depth: self.open.len(),
            runs: self.page.runs.len(),
            embeds: self.page.embeds.len(),
            start: self.fold.position(),
            address,
            is_named: named.is_some(),
            is_viewer: viewer.is_some(),
        });
    }

    /// The innermost element is about to be closed; its text has ended.
    pub(super) fn close_vacant(&mut self) {
        let depth = self.open.len();
        while let Some(open) = self.vacant.pop_if(|open| open.depth >= depth) {
            if open.depth != depth || self.page.embeds.len() != open.embeds {
                continue;
            }
            let is_empty = self.page.runs.len() == open.runs && self.fold.is_empty();
            if open.address.is_some() && self.fold.position() <= open.start + HOLDER {
                if self.page.embeds.len() < EMBEDS {
                    let run = self.page.runs.len() as u32 + u32::from(!self.fold.is_empty());
                    self.page.embeds.push(RawEmbed { address: open.address, run, label: open.name, is_box: true });
                }
            } else if is_empty && open.is_viewer {
                self.lead_named(What::Surface, Some(&open.name));
            } else if is_empty && open.is_named && self.page.vacant.is_none() {
                self.page.vacant = Some(open.name);
            }
        }
    }
}

/// Whether what an address names may be text, as far as its ending tells.
fn may_be_text(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let end = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_ascii_lowercase());
    // `data-remote=true` and the names of places in a script are no addresses.
    !address.starts_with("data:")
        && address.contains(['/', '.', '?'])
        && !end.is_some_and(|end| NO_TEXT.contains(&end.as_str()))
}
