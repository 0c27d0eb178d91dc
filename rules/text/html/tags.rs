//! The elements of HTML that matter to the text, and how each behaves.
//!
//! It knows names and nothing of documents.

/// An element, as far as the text cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Tag {
    /// A link or an anchor.
    A,
    Aside,
    Article,
    Base,
    /// `b`, `strong`, `u`: what authors use for headings that are none.
    Bold,
    Body,
    Br,
    Button,
    Caption,
    /// Any element that begins on a line of its own, without more meaning.
    Block,
    Dd,
    /// Struck out: `del`, `s`, `strike`.
    Struck,
    Details,
    Dialog,
    Dl,
    Dt,
    Embedded,
    Footer,
    Form,
    /// Formatting that changes nothing here (`em`, `font`).
    Format,
    Frame,
    Head,
    Header,
    Heading,
    Hr,
    Html,
    /// Any element within a line, and what we do not know.
    Inline,
    Img,
    Input,
    Li,
    Link,
    List,
    Main,
    Meta,
    Nav,
    Noscript,
    P,
    Plaintext,
    Pre,
    Raw,
    Script,
    Select,
    Summary,
    /// Raised: `sup`.
    Sup,
    Svg,
    Table,
    Cell,
    HeaderCell,
    Row,
    RowGroup,
    Template,
    Textarea,
    Title,
    /// Elements without content.
    Ignored,
}

/// How many tags there are.
pub(super) const TAGS: usize = Tag::Ignored as usize + 1;

impl Tag {
    /// The tag of a name in lower case.
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"a" => Self::A,
            b"b" | b"strong" | b"u" => Self::Bold,
            b"i" | b"em" | b"font" | b"small" | b"big" | b"tt" | b"code" | b"nobr" => Self::Format,
            b"s" | b"strike" | b"del" => Self::Struck,
            b"area" | b"col" | b"embed" | b"frame" | b"param" | b"source" | b"track" | b"wbr" | b"basefont"
            | b"bgsound" | b"keygen" | b"colgroup" => Self::Ignored,
            b"p" => Self::P,
            b"br" => Self::Br,
            b"div" | b"address" | b"blockquote" | b"center" | b"dir" | b"fieldset" | b"figcaption" | b"figure"
            | b"hgroup" | b"legend" | b"listing" | b"search" | b"optgroup" | b"option" | b"frameset" => Self::Block,
            b"span" | b"label" | b"abbr" | b"cite" | b"q" | b"time" | b"sub" | b"mark" | b"var" | b"kbd" | b"ins" => {
                Self::Inline
            }
            b"sup" => Self::Sup,
            b"li" => Self::Li,
            b"ul" | b"ol" | b"menu" => Self::List,
            b"img" | b"image" => Self::Img,
            b"td" => Self::Cell,
            b"th" => Self::HeaderCell,
            b"tr" => Self::Row,
            b"table" => Self::Table,
            b"thead" | b"tbody" | b"tfoot" => Self::RowGroup,
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Self::Heading,
            b"dl" => Self::Dl,
            b"dt" => Self::Dt,
            b"dd" => Self::Dd,
            b"section" => Self::Block,
            b"article" => Self::Article,
            b"aside" => Self::Aside,
            b"main" => Self::Main,
            b"nav" => Self::Nav,
            b"header" => Self::Header,
            b"footer" => Self::Footer,
            b"details" => Self::Details,
            b"summary" => Self::Summary,
            b"dialog" => Self::Dialog,
            b"form" => Self::Form,
            b"button" => Self::Button,
            b"input" => Self::Input,
            b"select" | b"datalist" => Self::Select,
            b"textarea" => Self::Textarea,
            b"caption" => Self::Caption,
            b"pre" => Self::Pre,
            b"hr" => Self::Hr,
            b"html" => Self::Html,
            b"head" => Self::Head,
            b"body" => Self::Body,
            b"title" => Self::Title,
            b"base" => Self::Base,
            b"meta" => Self::Meta,
            b"link" => Self::Link,
            b"script" => Self::Script,
            b"style" | b"xmp" | b"noembed" | b"noframes" => Self::Raw,
            b"iframe" => Self::Frame,
            b"noscript" => Self::Noscript,
            b"template" => Self::Template,
            b"svg" | b"math" => Self::Svg,
            b"audio" | b"video" | b"canvas" | b"object" | b"applet" => Self::Embedded,
            b"plaintext" => Self::Plaintext,
            // Custom elements mostly stand for boxes; taking them for such never glues two words together.
            _ if name.contains(&b'-') => Self::Block,
            _ => Self::Inline,
        }
    }

    /// Whether it has no content and no end.
    pub(super) fn is_void(self) -> bool {
        matches!(self, Self::Base | Self::Br | Self::Hr | Self::Img | Self::Input | Self::Link | Self::Meta)
    }

    /// Whether it stands within a line of text.
    pub(super) fn is_inline(self) -> bool {
        matches!(
            self,
            Self::A
                | Self::Bold
                | Self::Format
                | Self::Ignored
                | Self::Inline
                | Self::Noscript
                | Self::Struck
                | Self::Sup
                | Self::Svg
        )
    }

    /// Whether the search for an open element of another kind ends here: what stands in a cell cannot be closed from
    /// outside of it.
    pub(super) fn is_barrier(self) -> bool {
        matches!(self, Self::Cell | Self::HeaderCell | Self::Table | Self::Caption | Self::Template | Self::Html)
    }
}
