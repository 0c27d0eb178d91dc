//! What is kept of a page: where it is, whether it counts, what it states with the quotes, and which of its links matter.
//!
//! A page is parsed and read once, when it is first looked at, and its text is dropped again: an audit of a thousand
//! services holds a thousand of these. Where notes of earlier audits are at hand, a page that is as it was is not read again.
//! It does not choose pages (that is `survey`).

use super::belongs::{self, Part};
use super::date;
use super::links::{self, Candidate};
use super::listed::{self, Listed};
use super::sites::Sites;
use crate::net::capture::{Capture, Entry, Exchange, Notes, REFRESH};
use crate::net::digest;
use jiff::civil::Date;
use probity_rules::claim::{ClaimId, Reading, State};
use probity_rules::document::{Document, Kind, Language, Region};
use probity_rules::observation::{Citation, Why};
use probity_rules::reader;
use probity_rules::text::wording::{self, Place, Text, Trace};
use probity_rules::text::{self, Hints, Page, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The greatest page, content codings removed; the longest policy known to us has 0.7 MB of text.
const LIMIT: usize = 16 << 20;

/// A text with fewer words takes no time to read; where only texts are compared, longer ones are not read for claims.
const SHORT: u64 = 2_000;

/// Quotes that are kept of one page for one claim.
const QUOTES: usize = 3;

/// The longest quote that shows what a document is, in bytes.
const HEAD: usize = 160;

/// Something that could not be had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Lost {
    /// The address that failed: the last hop of a redirect.
    pub(super) target: String,
    pub(super) why: Why,
    pub(super) detail: String,
}

/// What a page is looked at for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// For its links.
    Way,
    /// As a document of this kind, with what it states.
    Document(Kind),
    /// As a document of this kind, for its text alone: reading what it states takes most of the time.
    Text(Kind),
}

/// What one page says on one claim.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Passage {
    pub(super) claim: ClaimId,
    pub(super) confidence: f32,
    pub(super) stated: Vec<Citation>,
    pub(super) denied: Vec<Citation>,
    /// Whether the passages of each side only suggest.
    pub(super) stated_suggests: bool,
    pub(super) denied_suggests: bool,
}

/// What is kept of a page.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sheet {
    /// Where it was found in the end.
    pub(super) url: String,
    pub(super) language: Option<Language>,
    pub(super) title: Option<String>,
    /// Its first heading or sentence: what is shown where the document itself is the evidence.
    pub(super) head: Option<Citation>,
    pub(super) date: Option<(Date, Citation)>,
    /// Words of the main text.
    pub(super) words: u64,
    pub(super) passages: Vec<Passage>,
    /// Where the matter of claims is spoken of that were not found.
    pub(super) mentions: Vec<(ClaimId, Vec<Citation>)>,
    /// The claims that could not be read in it: it is in a language that the reader does not know.
    pub(super) unread: Vec<ClaimId>,
    /// The sub-processors that it lists.
    pub(super) subprocessors: Vec<Listed>,
    /// Links that may lead to legal texts.
    pub(super) candidates: Vec<Candidate>,
    /// Pages that continue it.
    pub(super) parts: Vec<String>,
    /// What else may belong to it.
    pub(super) belongs: Vec<Part>,
    /// What shows that text is missing from it.
    pub(super) open: Option<String>,
    /// What makes that likely where it says next to nothing.
    pub(super) sign: Option<String>,
    /// The text of another site that it leads to.
    pub(super) lent: Option<String>,
    /// Where it leads by itself, as a redirect does.
    pub(super) refresh: Option<String>,
    /// The claims that it states or denies; none where nobody looked.
    pub(super) said: Option<Vec<ClaimId>>,
    /// The bytes of the page, codings removed.
    pub(super) bytes: u64,
    /// The same page in other languages.
    pub(super) versions: Vec<(Language, String)>,
    /// Links to places where source code is kept.
    pub(super) forges: Vec<String>,
    /// Why it cannot count as a document; its links count all the same.
    pub(super) trouble: Option<Lost>,
    /// The language that it was read as, where one was asked for.
    pub(super) hint: Option<Language>,
    /// What is remembered of its text, for who compares it with that of another day.
    pub(super) trace: Option<Trace>,
    /// Under what it is noted for later audits, where it is.
    #[serde(skip)]
    noted: Option<Noted>,
}

/// A note on a page.
#[derive(Clone, Debug)]
struct Noted {
    key: String,
    /// Whether the page was read, and not taken from the notes.
    fresh: bool,
}

/// What the capture holds for an address.
pub(super) enum Look {
    /// Nothing: nobody asked yet.
    Missing,
    /// It was asked for and cannot be read.
    Lost(Lost),
    /// A page.
    Page(Arc<Sheet>),
}

/// Looks at an address, following captured redirects.
pub(super) fn look(capture: &Capture, sites: &Sites, url: &str, purpose: Purpose, language: Option<Language>) -> Look {
    let followed = capture.follow(url);
    let target = followed.hops.last().map_or(url, String::as_str);
    let entry = match &followed.answer {
        Ok(entry) => entry,
        Err((Why::NotAsked, _)) if capture.get(target).is_none() => return Look::Missing,
        Err((why, detail)) => return Look::Lost(Lost { target: target.to_owned(), why: *why, detail: detail.clone() }),
    };
    let Entry::Http(exchange) = &**entry else {
        let detail = "no web answer under a web address".to_owned();
        return Look::Lost(Lost { target: target.to_owned(), why: Why::Bug, detail });
    };
    let key = match purpose {
        Purpose::Way => format!("documents way {target}"),
        Purpose::Document(kind) => format!("documents {kind} {target}"),
        Purpose::Text(kind) => format!("documents text {kind} {target}"),
    };
    let made: Arc<Made> = capture.memo(&key, || {
        let made = match capture.notes() {
            Some(notes) if !matches!(purpose, Purpose::Text(_)) => noted(notes, exchange, sites, purpose, language),
            _ => read(exchange, sites, purpose, language),
        };
        made.map(Arc::new)
    });
    match &*made {
        Ok(sheet) => Look::Page(sheet.clone()),
        Err(lost) => Look::Lost(lost.clone()),
    }
}

/// What came of an address.
type Made = Result<Arc<Sheet>, Lost>;

/// What a later audit of the service need not read again where a page is as it was: notes for [`Capture::with_notes`], by key.
/// None where they are those that the capture was made with.
pub fn notes(capture: &Capture) -> Option<BTreeMap<String, String>> {
    let (mut notes, mut some_fresh) = (BTreeMap::new(), false);
    for made in capture.memos::<Made>() {
        if let Ok(sheet) = &*made
            && let Some(Noted { key, fresh }) = &sheet.noted
        {
            notes.insert(key.clone(), serde_json::to_string(&**sheet).ok()?);
            some_fresh |= fresh;
        }
    }
    some_fresh.then_some(notes)
}

/// As [`read`], or as an earlier audit noted it.
fn noted(
    notes: &dyn Notes,
    exchange: &Exchange,
    sites: &Sites,
    purpose: Purpose,
    language: Option<Language>,
) -> Result<Sheet, Lost> {
    usable(exchange).map_err(|(why, detail)| Lost { target: exchange.url.clone(), why, detail })?;
    // All that `read` looks at, but the time.
    let fields = ["content-type", "content-encoding"].map(|name| exchange.header(name));
    let about = format!("{purpose:?} {language:?} {} {} {fields:?} {sites:?}", exchange.url, exchange.digest);
    let key = digest::sha256(about.as_bytes());
    if let Some(mut sheet) = notes.note(&key).and_then(|note| serde_json::from_str::<Sheet>(&note).ok()) {
        sheet.cited_mut().for_each(|citation| citation.captured = exchange.captured);
        return Ok(Sheet { noted: Some(Noted { key, fresh: false }), ..sheet });
    }
    let sheet = read(exchange, sites, purpose, language)?;
    Ok(Sheet { noted: Some(Noted { key, fresh: true }), ..sheet })
}

fn read(exchange: &Exchange, sites: &Sites, purpose: Purpose, language: Option<Language>) -> Result<Sheet, Lost> {
    let kind = match purpose {
        Purpose::Way => None,
        Purpose::Document(kind) | Purpose::Text(kind) => Some(kind),
    };
    let (page, bytes) = sized(exchange, kind, language)?;
    let mut sheet = Sheet { bytes, ..Sheet::new(exchange, &page, sites, language) };
    if kind.is_some() {
        let belongings = belongs::of(&page, &exchange.url, sites, sheet.words);
        sheet.belongs = belongings.parts;
        (sheet.open, sheet.sign, sheet.lent) = (belongings.open, belongings.sign, belongings.lent);
    }
    if matches!(purpose, Purpose::Text(Kind::PrivacyPolicy)) && sheet.trouble.is_none() && sheet.words < SHORT {
        sheet.said = Some(said(&reader::read(&page.document, kind)));
    }
    if let Purpose::Document(kind) = purpose
        && sheet.trouble.is_none()
    {
        sheet.read(exchange, &page.document, kind);
        sheet.subprocessors = listed::rows(exchange, &page, kind);
        let captured = exchange.payload_of.unwrap_or(exchange.captured);
        let place = Place { url: exchange.url.clone(), record: exchange.digest.clone(), captured };
        sheet.trace = Some(Text::new([(place, &page)]).trace);
    }
    Ok(sheet)
}

/// The claims that are stated or denied.
fn said(readings: &[Reading]) -> Vec<ClaimId> {
    let is_said = |reading: &&Reading| matches!(reading.state, State::Stated | State::Denied);
    readings.iter().filter(is_said).map(|reading| reading.claim).collect()
}

/// An answer as a page.
pub(super) fn page(exchange: &Exchange, kind: Option<Kind>, language: Option<Language>) -> Result<Page, Lost> {
    sized(exchange, kind, language).map(|(page, _)| page)
}

/// An answer as a page, and its bytes.
fn sized(exchange: &Exchange, kind: Option<Kind>, language: Option<Language>) -> Result<(Page, u64), Lost> {
    let lost = |(why, detail)| Lost { target: exchange.url.clone(), why, detail };
    usable(exchange).map_err(lost)?;
    let body = exchange.decoded(LIMIT).map_err(lost)?;
    let hints = Hints { media_type: exchange.header("content-type"), url: Some(&exchange.url), language, kind };
    let page = text::read(&body, &hints).map_err(|error| lost((error.why, error.detail)))?;
    Ok((page, body.len() as u64))
}

/// Whether an answer can be read as a page at all.
pub(super) fn usable(exchange: &Exchange) -> Result<(), (Why, String)> {
    let why = match exchange.status {
        200..=203 => None,
        206 => Some(Why::Malformed),
        204 | 205 | 404 | 410 => Some(Why::Empty),
        429 => Some(Why::RateLimited),
        406 | 415 => Some(Why::Unsupported),
        300..=399 => Some(Why::Malformed),
        408 | 425 => Some(Why::Unreachable),
        400..=499 => Some(Why::Refused),
        _ => Some(Why::Unreachable),
    };
    if let Some(why) = why {
        return Err((why, format!("status {}", exchange.status)));
    }
    match &exchange.cut {
        Some(cut) => Err((Why::Malformed, cut.to_string())),
        None => Ok(()),
    }
}

impl Sheet {
    fn new(exchange: &Exchange, page: &Page, sites: &Sites, hint: Option<Language>) -> Self {
        let document = &page.document;
        let words = words(document);
        let trouble = match &page.verdict {
            Verdict::Readable => None,
            Verdict::Gap { why, detail } => {
                Some(Lost { target: exchange.url.clone(), why: *why, detail: detail.clone() })
            }
        };
        let meta = &page.meta;
        let soon = meta.refresh.as_ref().filter(|(delay, _)| *delay <= REFRESH).map(|(_, url)| url);
        // What is meant for who runs no scripts counts where the page itself says nothing to them.
        let refresh = soon.or(meta.plain_refresh.as_ref().filter(|_| trouble.is_some()));
        let refresh = refresh.filter(|url| **url != exchange.url).cloned();
        Self {
            url: exchange.url.clone(),
            language: document.language,
            title: page.meta.title.clone().or_else(|| document.title.clone()).filter(|title| !title.is_empty()),
            head: None,
            date: None,
            words,
            passages: Vec::new(),
            mentions: Vec::new(),
            unread: Vec::new(),
            subprocessors: Vec::new(),
            candidates: links::candidates(page, &exchange.url, sites),
            parts: links::parts(page, &exchange.url),
            belongs: Vec::new(),
            open: None,
            sign: None,
            lent: None,
            refresh,
            said: None,
            bytes: 0,
            versions: links::versions(page, &exchange.url, sites),
            forges: links::forges(page),
            trouble,
            hint,
            trace: None,
            noted: None,
        }
    }

    /// All that it cites.
    fn cited_mut(&mut self) -> impl Iterator<Item = &mut Citation> {
        let passages = self.passages.iter_mut().flat_map(|one| one.stated.iter_mut().chain(&mut one.denied));
        let mentions = self.mentions.iter_mut().flat_map(|(_, citations)| citations);
        let rows = self.subprocessors.iter_mut().map(|listed| &mut listed.row);
        passages
            .chain(mentions)
            .chain(rows)
            .chain(&mut self.head)
            .chain(self.date.as_mut().map(|(_, citation)| citation))
    }

    fn read(&mut self, exchange: &Exchange, document: &Document, kind: Kind) {
        let cite = |span: &Range<usize>| {
            let quote = document.text.get(span.clone())?;
            Some(Citation {
                record: exchange.digest.clone(),
                url: exchange.url.clone(),
                captured: exchange.captured,
                quote: quote.to_owned(),
                span: Some([span.start, span.end]),
            })
        };
        let cite_all = |spans: &[Range<usize>]| spans.iter().take(QUOTES).filter_map(cite).collect::<Vec<_>>();
        self.head = document.blocks.iter().find(|block| block.region == Region::Main).and_then(|block| {
            let text = document.text.get(block.span.clone())?;
            let end = text.floor_char_boundary(HEAD.min(text.len()));
            cite(&(block.span.start..block.span.start + end))
        });
        let readings = reader::read(document, Some(kind));
        self.said = Some(said(&readings));
        for reading in readings {
            if reading.claim.is_of_contract() && !kind.is_contract() {
                continue;
            }
            let (weak, other) = (reading.only_suggests, reading.against_only_suggests);
            let ((stated, stated_suggests), (denied, denied_suggests)) = match reading.state {
                State::Stated => ((&reading.spans, weak), (&reading.against, other)),
                State::Denied => ((&reading.against, other), (&reading.spans, weak)),
                State::Absent => {
                    let mentions = cite_all(&reading.mentioned);
                    if !mentions.is_empty() {
                        self.mentions.push((reading.claim, mentions));
                    }
                    continue;
                }
                State::Unknown => {
                    self.unread.push(reading.claim);
                    continue;
                }
            };
            let (stated, denied) = (cite_all(stated), cite_all(denied));
            if reading.claim.as_str() == "info.last-updated" {
                self.date = stated.iter().find_map(|citation| {
                    let date = date::find(&citation.quote, document.language)?;
                    Some((date, citation.clone()))
                });
            }
            if !stated.is_empty() || !denied.is_empty() {
                let Reading { claim, confidence, .. } = reading;
                self.passages.push(Passage { claim, confidence, stated, denied, stated_suggests, denied_suggests });
            }
        }
    }

    /// Whether claims can be read in its language.
    pub(super) fn is_known(&self) -> bool {
        self.language.is_some_and(|language| Language::READ.contains(&language))
    }
}

/// Words of the main text.
fn words(document: &Document) -> u64 {
    let main = document.blocks.iter().filter(|block| block.region == Region::Main);
    main.filter_map(|block| document.text.get(block.span.clone())).map(|text| wording::words(text) as u64).sum()
}
