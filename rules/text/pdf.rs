//! PDF to a structured page: the letters and their places, and from these the text as it is read.
//!
//! Everything is bounded: objects, pages, letters, and what streams inflate to. No crate for PDF is used. Of those that were
//! looked at, hayro-syntax 0.9 inflates all that a file says, lopdf 0.47 and pdf-extract 0.12 depend on `rand` and `getrandom`, and
//! pdf_oxide 0.3 on `getrandom` and `chrono`; the rules may use neither random numbers nor a clock. Pictures of text (scans) are not read,
//! nor are encrypted files; forms, notes and attachments are left out. What is missing is always said: an error or a gap,
//! never a text that is silently shorter.

mod cmap;
mod colours;
mod content;
mod file;
mod filter;
mod flow;
mod font;
mod furniture;
mod glyphs;
mod hyphen;
mod layers;
mod letters;
mod line;
mod matrix;
mod object;
mod paint;
mod tagged;
mod tags;

use super::links::{Base, Link};
use super::{Page, PageMeta, TextError, Verdict, blocks};
use crate::document::{Region, Role};
use crate::observation::Why;
use content::Interpreter;
use file::{File, Leaf};
use object::Object;
use tags::Tags;

/// The most links that are kept.
const LINKS: usize = 10_000;

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// It is encrypted.
    Encrypted,
    /// A stream is damaged; most often the rest can be read.
    Damaged,
    /// It inflates beyond the limits.
    Inflates,
    /// It holds more objects, pages, operators or letters than the limits allow.
    TooMany,
}

impl From<Broken> for TextError {
    fn from(broken: Broken) -> Self {
        let (why, detail) = match broken {
            Broken::Encrypted => (Why::Unsupported, "an encrypted PDF"),
            Broken::Damaged => (Why::Malformed, "a damaged PDF"),
            Broken::Inflates => (Why::Malformed, "a PDF that inflates beyond what is read"),
            Broken::TooMany => (Why::Malformed, "a PDF with more parts than are read"),
        };
        Self { why, detail: detail.to_owned() }
    }
}

/// Reads a PDF file, all but its language.
pub(super) fn read(bytes: &[u8], url: Option<&str>) -> Result<Page, TextError> {
    let file = File::open(bytes)?;
    let leaves = file.pages()?;
    if leaves.is_empty() {
        return Err(TextError { why: Why::Malformed, detail: "a PDF without pages".to_owned() });
    }
    let tags = Tags::of(&file);
    let mut interpreter = Interpreter::new(&file);
    let mut pages = Vec::with_capacity(leaves.len());
    let (mut letters, mut unknown, mut damaged, mut recognised) = (0, 0, None, None);
    let mut links = Vec::new();
    let base = Base::of(url, None);
    for (number, leaf) in leaves.iter().enumerate() {
        let shown = interpreter.page(leaf)?;
        if shown.is_damaged && damaged.is_none() {
            damaged = Some(number + 1);
        }
        if shown.is_recognised && recognised.is_none() {
            recognised = Some(number + 1);
        }
        letters += shown.glyphs.len();
        unknown += shown.unknown;
        let lines = line::lines(&shown, |mark| tags.block(leaf.number, mark));
        pages.push(furniture::Page { lines, foot: shown.foot, head: shown.head });
        if links.len() < LINKS {
            annotations(&file, leaf, &base, &mut links);
        }
    }
    file.check()?;
    furniture::clear(&mut pages);
    let (buffer, pieces) = if tagged::covers(&pages) { tagged::pieces(pages, &tags) } else { flow::pieces(pages) };
    let mut document = blocks::assemble(buffer, pieces);
    let info = file.info();
    let title =
        file.get(&info, b"Title").and_then(|title| title.text().map(text_string)).filter(|title| is_title(title));
    let heading = document.blocks.iter().find(|block| matches!(block.role, Role::Heading(_)));
    document.title = title.or_else(|| heading.map(|block| document.text[block.span.clone()].to_owned()));
    let lang = file.get(&file.catalog(), b"Lang").and_then(|lang| lang.text().map(text_string));
    let meta = PageMeta { title: document.title.clone(), lang, ..PageMeta::default() };
    let gap = |why, detail: String| Verdict::Gap { why, detail };
    let verdict = if let Some(number) = damaged {
        gap(Why::Malformed, format!("page {number} of {} is damaged", leaves.len()))
    } else if unknown > 20 && unknown * 5 > letters {
        gap(Why::Unsupported, "a PDF whose fonts do not say which letters they show".to_owned())
    } else if document.blocks.is_empty() {
        gap(Why::Empty, "a PDF without text, most likely a scan".to_owned())
    } else if let Some(number) = recognised {
        let pages = leaves.len();
        gap(Why::Unsupported, format!("page {number} of {pages} is a scan, and its text was recognised by a program"))
    } else {
        Verdict::Readable
    };
    Ok(Page { document, links, meta, verdict })
}

/// Whether a title was given by a person and not by a program.
fn is_title(title: &str) -> bool {
    let lower = title.trim().to_lowercase();
    let is_file = [".doc", ".docx", ".pdf", ".indd", ".odt", ".rtf", ".html", ".txt", ".qxd", ".pages"]
        .iter()
        .any(|suffix| lower.ends_with(suffix));
    !lower.is_empty() && !is_file && !lower.starts_with("microsoft word") && !lower.starts_with("untitled")
}

/// The links of a page.
fn annotations(file: &File, leaf: &Leaf, base: &Base, links: &mut Vec<Link>) {
    let Some(Object::Array(annotations)) = file.get(&leaf.dict, b"Annots") else { return };
    for annotation in annotations.iter().take(2000) {
        let Object::Dict(annotation) = file.resolve(annotation) else { continue };
        let Some(action) = file.dict(&annotation, b"A") else { continue };
        let Some(Object::Text(address)) = file.get(&action, b"URI") else { continue };
        let written = text_string(&address);
        let label = file.get(&annotation, b"Contents").and_then(|label| label.text().map(text_string));
        links.push(Link {
            url: base.join(&written),
            written,
            text: label.unwrap_or_default(),
            rel: String::new(),
            hreflang: None,
            region: Region::Main,
            title: None,
        });
    }
}

/// A text of the file itself, outside of its pages: UTF-16 or UTF-8 with a mark, else Latin.
fn text_string(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
