//! Texts of earlier captures: a few are held, the others are read again from the archive.

use crate::compare::document::Seen;
use crate::compare::passages::Library;
use jiff::Timestamp;
use probity_probes::documents::pages::{Shown, page, shown, shown_as_read};
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::Capture;
use probity_rules::observation::Why;
use probity_rules::service::Service;
use probity_rules::text::Verdict;
use probity_rules::text::wording::{Place, Text, Trace};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Texts that are held: the one that stands, the one that waits, and a few more.
const HELD: usize = 16;

/// A text, or why there is none.
type Read = Result<Arc<Text>, (Why, String)>;

/// The texts of one service in an archive.
pub(super) struct Texts {
    archive: Arc<Archive>,
    service: Arc<Service>,
    held: Mutex<VecDeque<(String, String, Arc<Text>)>>,
    /// When a payload of a document was captured first.
    times: BTreeMap<(String, String), Timestamp>,
}

impl Texts {
    pub(super) fn new(archive: Arc<Archive>, service: Arc<Service>) -> Self {
        Self { archive, service, held: Mutex::default(), times: BTreeMap::new() }
    }

    /// Takes note of when the texts of a look were there.
    pub(super) fn remember(&mut self, seen: &[Seen], at: Timestamp) {
        for seen in seen {
            let Ok(trace) = &seen.trace else { continue };
            self.times.entry((seen.asked.clone(), trace.record.clone())).or_insert(at);
        }
    }

    fn hold(&self, asked: &str, text: &Arc<Text>) {
        let record = text.record();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|(of, digest, _)| of != asked || *digest != record);
        if held.len() >= HELD {
            held.pop_front();
        }
        held.push_back((asked.to_owned(), record, Arc::clone(text)));
    }
}

/// The documents as a capture shows them whose facts were read, without their words; and whether all of them are single pages
/// that are declared.
pub(crate) fn look(service: &Service, capture: &Capture) -> (Vec<Seen>, bool) {
    let documents = shown_as_read(service, capture);
    let is_plain = documents.iter().all(|shown| {
        shown.pages.as_ref().map_or(true, |pages| pages.len() == 1)
            && service.documents.iter().any(|declared| declared.url == shown.asked)
    });
    let looked = documents.into_iter().map(|mut shown| match shown.trace.take() {
        Some(trace) => seen(shown, Ok(trace), None),
        None => Seen { text: None, ..reread(capture, shown) },
    });
    (looked.collect(), is_plain)
}

/// The documents as a capture shows them, with their words.
pub(crate) fn texts(service: &Service, capture: &Capture) -> Vec<Seen> {
    shown(service, capture).into_iter().map(|shown| reread(capture, shown)).collect()
}

fn reread(capture: &Capture, shown: Shown) -> Seen {
    let text = match &shown.pages {
        Err((why, detail)) => Err((*why, detail.clone())),
        Ok(pages) => read(capture, &shown, pages),
    };
    let trace = text.as_ref().map(|text| text.trace()).map_err(Clone::clone);
    seen(shown, trace, text.ok())
}

fn seen(shown: Shown, trace: Result<Trace, (Why, String)>, text: Option<Arc<Text>>) -> Seen {
    Seen {
        asked: shown.asked,
        kind: shown.kind,
        language: shown.language.map(|language| language.code().to_owned()),
        captured: shown.captured,
        record: shown.record,
        trace,
        text,
    }
}

/// The text of a document's pages.
fn read(capture: &Capture, shown: &Shown, pages: &[String]) -> Read {
    let mut read = Vec::new();
    for url in pages {
        let (exchange, page) = page(capture, url, shown.kind, shown.language)?;
        if let Verdict::Gap { why, detail } = page.verdict {
            return Err((why, detail));
        }
        let captured = exchange.payload_of.unwrap_or(exchange.captured);
        read.push((Place { url: exchange.url, record: exchange.digest, captured }, page));
    }
    Ok(Arc::new(Text::new(read.iter().map(|(place, page)| (place.clone(), page)))))
}

impl Library for Texts {
    fn text(&self, asked: &str, record: &str) -> Option<Arc<Text>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.iter().find(|(of, digest, _)| of == asked && digest == record);
        if let Some((_, _, text)) = found {
            return Some(Arc::clone(text));
        }
        drop(held);
        let time = *self.times.get(&(asked.to_owned(), record.to_owned()))?;
        let capture = Capture::replay(Arc::clone(&self.archive) as Arc<_>, time);
        let found = shown(&self.service, &capture).into_iter().find(|shown| shown.asked == asked)?;
        let text = reread(&capture, found).text?;
        self.hold(asked, &text);
        Some(text)
    }
}
