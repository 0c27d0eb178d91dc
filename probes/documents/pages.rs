//! The documents of a service as pages, for who compares their texts with those of another day.
//!
//! The same walk as for the facts; what the texts state is not read here.

use super::sheet::{self, Sheet};
use super::survey::{self, Aim};
use crate::net::capture::{Capture, Entry, Exchange};
use crate::net::digest;
use jiff::Timestamp;
use probity_rules::document::{Kind, Language};
use probity_rules::observation::Why;
use probity_rules::service::Service;
use probity_rules::text::Page;
use probity_rules::text::wording::Trace;
use std::sync::Arc;

/// One document of a service, as a capture shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The address that was asked for.
    pub asked: String,
    /// What it is for.
    pub kind: Kind,
    /// The language that is declared for it.
    pub language: Option<Language>,
    /// When it was captured; of several captures on the way, the last.
    pub captured: Option<Timestamp>,
    /// The digest of the payload that the address led to, whatever it is.
    pub record: Option<String>,
    /// The addresses of its pages, or why it could not be had whole.
    pub pages: Result<Vec<String>, (Why, String)>,
    /// What is remembered of its text, where it is one page and its facts were read from the same capture.
    pub trace: Option<Trace>,
}

/// The documents of a service, in the order of the facts; their texts are to be read.
pub fn shown(service: &Service, capture: &Capture) -> Vec<Shown> {
    walk(service, capture, Aim::Texts)
}

/// The same behind the reading of facts from the same capture: no page is read twice.
pub fn shown_as_read(service: &Service, capture: &Capture) -> Vec<Shown> {
    walk(service, capture, Aim::Reading)
}

fn walk(service: &Service, capture: &Capture, aim: Aim) -> Vec<Shown> {
    let found = survey::survey(service, capture, aim).documents;
    let shown = found.into_iter().map(|found| {
        let declared = service.documents.iter().find(|document| document.url == found.asked);
        let language = declared.and_then(|document| Language::from_tag(document.language.as_deref()?));
        let followed = capture.follow(&found.asked);
        let last = followed.hops.last().and_then(|hop| capture.get(hop));
        let record = last.as_deref().and_then(|entry| match entry {
            Entry::Http(exchange) => Some(exchange.digest.clone()),
            Entry::Dns(_) | Entry::Gap { .. } => None,
        });
        let record = record.map(|record| all(capture, record, &found.pages));
        let times = followed.hops.iter().filter_map(|hop| match &*capture.get(hop)? {
            Entry::Http(exchange) => Some(exchange.captured),
            Entry::Gap { at, .. } => Some(*at),
            Entry::Dns(_) => None,
        });
        let pages = match found.lost.first() {
            Some(lost) => Err((lost.why, lost.detail.clone())),
            None => Ok(found.pages.iter().map(|page| page.url.clone()).collect()),
        };
        // What was read by another hint than that of the declaration is read again by that.
        let trace = match found.pages.as_slice() {
            [page] if page.hint == language => page.trace.clone(),
            _ => None,
        };
        Shown { captured: times.max(), kind: found.kind, asked: found.asked, language, record, pages, trace }
    });
    shown.collect()
}

/// What names all of a document: the digest of its answer, or of the digests of all its pages.
fn all(capture: &Capture, record: String, pages: &[Arc<Sheet>]) -> String {
    let digests = pages.iter().filter_map(|page| match &*capture.get(&page.url)? {
        Entry::Http(exchange) if exchange.digest != record => Some(exchange.digest.clone()),
        _ => None,
    });
    let further: Vec<String> = digests.collect();
    if further.is_empty() { record } else { digest::sha256(format!("{record} {}", further.join(" ")).as_bytes()) }
}

/// A page as it was read for the facts, with the answer that holds it.
///
/// # Errors
/// Why it cannot be read.
pub fn page(
    capture: &Capture,
    url: &str,
    kind: Kind,
    language: Option<Language>,
) -> Result<(Exchange, Page), (Why, String)> {
    let entry: Arc<Entry> = capture.follow(url).answer?;
    let Entry::Http(exchange) = &*entry else { return Err((Why::Bug, "no web answer under a web address".to_owned())) };
    let page = sheet::page(exchange, Some(kind), language).map_err(|lost| (lost.why, lost.detail))?;
    Ok((exchange.clone(), page))
}
