//! The attributes of one tag: the few that matter are kept in buffers that are used again for the next tag.
//!
//! It keeps bounded parts of values and does not interpret them (that is `signs`).

/// An attribute that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Name {
    Class,
    Id,
    Role,
    Style,
    Href,
    Lang,
    Rel,
    Hreflang,
    Title,
    AriaLabel,
    Alt,
    Content,
    Subject,
    HttpEquiv,
    Type,
    AriaHidden,
    AriaLevel,
    AriaExpanded,
    AriaControls,
    AriaLabelledBy,
    Hidden,
    Open,
    DataToggle,
    /// What a click opens, as scripts of common makes read it.
    DataTarget,
    DataTab,
    Popover,
    PopoverTarget,
    For,
    OnClick,
    ShadowRoot,
    Src,
    Data,
    SrcDoc,
    /// Where a script takes the address of a frame from.
    DataSrc,
    /// Where a script takes the content of a box from.
    Load,
    Value,
    AriaBusy,
    Width,
    Height,
    Color,
    BgColor,
}

const NAMES: usize = Name::BgColor as usize + 1;
const _: () = assert!(NAMES <= 64, "Attributes::given has a bit for each");

/// The attributes that can say what a click opens.
const CONTROLS: u64 = bits(&[
    Name::Role,
    Name::Href,
    Name::AriaExpanded,
    Name::AriaControls,
    Name::DataToggle,
    Name::DataTarget,
    Name::DataTab,
    Name::PopoverTarget,
    Name::For,
    Name::OnClick,
]);

const fn bits(names: &[Name]) -> u64 {
    let (mut bits, mut at) = (0, 0);
    while at < names.len() {
        bits |= 1 << names[at] as u64;
        at += 1;
    }
    bits
}

impl Name {
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"class" => Self::Class,
            b"id" => Self::Id,
            b"role" => Self::Role,
            b"style" => Self::Style,
            b"href" => Self::Href,
            b"lang" | b"xml:lang" => Self::Lang,
            b"rel" => Self::Rel,
            b"hreflang" => Self::Hreflang,
            b"title" => Self::Title,
            b"aria-label" => Self::AriaLabel,
            b"alt" => Self::Alt,
            b"content" => Self::Content,
            b"name" | b"property" => Self::Subject,
            b"http-equiv" => Self::HttpEquiv,
            b"type" => Self::Type,
            b"aria-hidden" => Self::AriaHidden,
            b"aria-level" => Self::AriaLevel,
            b"aria-expanded" => Self::AriaExpanded,
            b"aria-controls" => Self::AriaControls,
            b"aria-labelledby" => Self::AriaLabelledBy,
            b"hidden" => Self::Hidden,
            b"open" => Self::Open,
            b"data-toggle" | b"data-bs-toggle" => Self::DataToggle,
            b"data-target"
            | b"data-bs-target"
            | b"data-mdb-target"
            | b"data-accordion-target"
            | b"data-modal-target"
            | b"data-tab-target"
            | b"data-href" => Self::DataTarget,
            b"data-tab" | b"data-collapse-toggle" | b"data-open" | b"data-controls" | b"data-panel" => Self::DataTab,
            b"popover" => Self::Popover,
            b"popovertarget" | b"commandfor" => Self::PopoverTarget,
            b"for" => Self::For,
            b"onclick" => Self::OnClick,
            b"shadowrootmode" => Self::ShadowRoot,
            b"src" => Self::Src,
            b"data" => Self::Data,
            b"srcdoc" => Self::SrcDoc,
            b"data-src" | b"data-lazy-src" | b"data-url" | b"data-cookieblock-src" => Self::DataSrc,
            b"hx-get" | b"w3-include-html" | b"include-html" | b"ic-get-from" | b"ic-src" | b"up-source"
            | b"data-hx-get" => Self::Load,
            b"value" => Self::Value,
            b"aria-busy" => Self::AriaBusy,
            b"width" => Self::Width,
            b"height" => Self::Height,
            b"color" => Self::Color,
            b"bgcolor" => Self::BgColor,
            _ if name.strip_prefix(b"data-").is_some_and(names_a_source) => Self::Load,
            _ => return None,
        })
    }

    /// How many bytes of a value are kept.
    fn limit(self) -> usize {
        match self {
            // A style is read to its end: what hides could stand behind much that does not.
            Self::Href | Self::Content | Self::Style | Self::Src | Self::Data | Self::DataSrc | Self::Load => 4096,
            _ => 512,
        }
    }
}

/// Whether the name of an attribute for scripts says that it holds the address of what is to be loaded: `data-content-url`.
fn names_a_source(name: &[u8]) -> bool {
    const ENDS: [&[u8]; 10] =
        [b"src", b"url", b"uri", b"include", b"load", b"fetch", b"remote", b"file", b"pdf", b"source"];
    name.rsplit(|byte| *byte == b'-').next().is_some_and(|end| ENDS.contains(&end))
}

/// The longest name of an attribute or an element that is told from others.
const NAME_LIMIT: usize = 24;

/// A name as it comes in, cut to what can matter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NameBuffer {
    bytes: [u8; NAME_LIMIT],
    length: usize,
    /// FNV-1a over the whole name, so that long ones can still be paired.
    pub(super) hash: u32,
}

impl NameBuffer {
    pub(super) fn clear(&mut self) {
        self.length = 0;
        self.hash = 0x811c_9dc5;
    }

    pub(super) fn push(&mut self, part: &[u8]) {
        for &byte in part {
            self.hash = (self.hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            if let Some(free) = self.bytes.get_mut(self.length) {
                *free = byte;
                self.length += 1;
            }
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The attributes of the current tag.
#[derive(Debug)]
pub(super) struct Attributes {
    values: [String; NAMES],
    partial: Vec<u8>,
    given: u64,
    name: NameBuffer,
    current: Option<Name>,
    /// Whether the tag closes itself.
    pub(super) self_closing: bool,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            values: std::array::from_fn(|_| String::new()),
            partial: Vec::new(),
            given: 0,
            name: NameBuffer::default(),
            current: None,
            self_closing: false,
        }
    }
}

impl Attributes {
    /// Forgets the last tag.
    pub(super) fn clear(&mut self) {
        self.given = 0;
        self.current = None;
        self.partial.clear();
        self.name.clear();
        self.self_closing = false;
    }

    /// Begins an attribute; the one before is complete.
    pub(super) fn begin(&mut self) {
        self.finish();
        self.name.clear();
    }

    pub(super) fn push_name(&mut self, part: &[u8]) {
        self.name.push(part);
    }

    /// The name is complete. The first of two attributes with one name counts.
    pub(super) fn begin_value(&mut self) {
        self.resolve();
    }

    fn resolve(&mut self) {
        if self.current.is_none() && !self.name.bytes().is_empty() {
            self.current = Name::of(self.name.bytes()).filter(|&name| self.given & (1 << name as u64) == 0);
        }
    }

    pub(super) fn push_value(&mut self, part: &[u8]) {
        if let Some(name) = self.current {
            let room = name.limit().saturating_sub(self.partial.len());
            self.partial.extend_from_slice(&part[..part.len().min(room)]);
        }
    }

    /// Completes the last attribute.
    pub(super) fn finish(&mut self) {
        self.resolve();
        if let Some(name) = self.current.take() {
            self.given |= 1 << name as u64;
            let value = &mut self.values[name as usize];
            value.clear();
            for chunk in self.partial.utf8_chunks() {
                value.push_str(chunk.valid());
            }
            self.partial.clear();
        }
        self.name.clear();
    }

    /// Whether the tag has any attribute that matters.
    pub(super) fn any(&self) -> bool {
        self.given != 0
    }

    /// Whether any attribute can say what a click opens.
    pub(super) fn may_control(&self) -> bool {
        self.given & CONTROLS != 0
    }

    pub(super) fn has(&self, name: Name) -> bool {
        self.given & (1 << name as u64) != 0
    }

    /// The value of an attribute, if the tag has it.
    pub(super) fn get(&self, name: Name) -> Option<&str> {
        self.has(name).then(|| self.values[name as usize].as_str())
    }
}
