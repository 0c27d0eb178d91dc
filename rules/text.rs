//! From bytes to a structured document: HTML, PDF, Markdown and plain text, in whatever charset they come.
//!
//! Pure and bounded: the same bytes and hints give the same page, nothing panics, and hostile input costs time and
//! memory linear in its length. It does not know what the text claims (that is `reader`), runs no script and loads
//! nothing: what a page only shows after scripts ran is a gap here.

use crate::document::{Document, Kind, Language, Region};
use crate::observation::Why;
use format::Format;
use thiserror::Error;

mod blocks;
mod charset;
mod fold;
mod format;
mod html;
mod language;
pub mod links;
mod markdown;
pub mod page;
mod pdf;
mod plain;
pub mod sentence;
pub mod wording;

pub use html::refresh_target;
pub use links::Link;
pub use page::Verdict;

/// What is known about bytes beside the bytes themselves. All of it is optional and none of it is believed blindly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints<'a> {
    /// The `Content-Type` of the answer, with its charset.
    pub media_type: Option<&'a str>,
    /// The address it came from: the base of relative links, and its suffix tells the format where nothing else does.
    pub url: Option<&'a str>,
    /// The language it was asked for or declared in.
    pub language: Option<Language>,
    /// What the page is for.
    pub kind: Option<Kind>,
}

/// A page that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Its text with structure.
    pub document: Document,
    /// Its links, in the order of the page.
    pub links: Vec<Link>,
    /// What its head says about it.
    pub meta: PageMeta,
    /// Whether it can count as the document that was asked for.
    pub verdict: Verdict,
}

/// What a page says about itself outside of its text. Empty for formats that have no such place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageMeta {
    /// The title, white space folded.
    pub title: Option<String>,
    /// `<html lang>` as written.
    pub lang: Option<String>,
    /// The canonical address, absolute where the base is known.
    pub canonical: Option<String>,
    /// Language versions of the page: tag and address, in the order of the page.
    pub alternates: Vec<(String, String)>,
    /// The content of `<meta name="robots">`.
    pub robots: Option<String>,
    /// After how many seconds `<meta http-equiv="refresh">` leads where, absolute where the base is known.
    pub refresh: Option<(u32, String)>,
    /// Where it leads who runs no scripts.
    pub plain_refresh: Option<String>,
    /// Other pages that are shown within this one and can be seen: frames, objects.
    pub embedded: Vec<Embedded>,
    /// The name of a box without content that something is to be put into, on a page with scripts.
    pub vacant: Option<String>,
    /// What stands among its text and may open or hold a text: buttons, pictures, scripts, in the order of the page.
    pub leads: Vec<Lead>,
}

/// Something on a page that is no text and may lead to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// What it is.
    pub what: What,
    /// What it is called: the text of a button, the words and the file's name of a picture, the file's name of a script.
    pub label: String,
    /// Where on the page it stands.
    pub region: Region,
}

/// What a lead is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A button, or what a click works on like on one.
    Button,
    /// A picture.
    Picture,
    /// A surface that a script draws on, or a viewer of leaves.
    Surface,
    /// A box that says that its text is still to come.
    Waiting,
    /// A script from a file.
    Script,
}

/// Another page that is shown within a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its address; none where only a script gives it one, or where its text stands in an attribute.
    pub url: Option<String>,
    /// Where on the page it stands.
    pub region: Region,
    /// Its title or label.
    pub label: String,
    /// Whether it is a box without text that names where its text is to be fetched from.
    pub is_box: bool,
}

/// Bytes that cannot be read as a page at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}: {detail}")]
pub struct TextError {
    /// `unsupported`, `malformed` or `empty`.
    pub why: Why,
    /// What it is about, in one line for a person.
    pub detail: String,
}

/// Reads a page or document.
///
/// A page that is no document (a bot wall, a soft 404) is still `Ok`: its [`Verdict`] says so, and its links count.
pub fn read(bytes: &[u8], hints: &Hints) -> Result<Page, TextError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(TextError { why: Why::Empty, detail: "no bytes but white space".to_owned() });
    }
    let format = format::of(bytes, hints)?;
    let decoded = || charset::decode(bytes, hints.media_type, hints.url);
    let text;
    let (mut page, markup) = match format {
        Format::Html => {
            text = decoded();
            let (page, markup) = html::read(&text, hints.url);
            (page, Some(markup))
        }
        Format::Markdown => (markdown::read(&decoded(), hints.url), None),
        Format::Plain => (plain::read(&decoded()), None),
        Format::Pdf => (pdf::read(bytes, hints.url)?, None),
    };
    let stated = page.meta.lang.as_deref().and_then(Language::from_tag);
    language::mark(&mut page.document, stated, hints.language);
    if page.verdict == Verdict::Readable {
        page.verdict = page::judge(&page.document, markup.as_ref(), hints.kind);
    }
    Ok(page)
}
