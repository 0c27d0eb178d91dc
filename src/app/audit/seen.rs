//! What an audit saw of the documents, as others compare it with what was seen on another day.
//!
//! It compares nothing: that is `compare`.

use crate::app::compare::document::Seen;
use probity_probes::documents::pages::{Shown, page, shown, shown_as_read};
use probity_probes::net::capture::Capture;
use probity_rules::observation::Why;
use probity_rules::service::Service;
use probity_rules::text::Verdict;
use probity_rules::text::wording::{Place, Text, Trace};
use std::sync::Arc;

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

/// One of them.
pub(crate) fn text(service: &Service, capture: &Capture, asked: &str) -> Option<Arc<Text>> {
    let found = shown(service, capture).into_iter().find(|shown| shown.asked == asked)?;
    reread(capture, found).text
}

fn reread(capture: &Capture, shown: Shown) -> Seen {
    let text = match &shown.pages {
        Err((why, detail)) => Err((*why, detail.clone())),
        Ok(pages) => read(capture, &shown, pages),
    };
    let trace = text.as_ref().map(|text| text.trace.clone()).map_err(Clone::clone);
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
fn read(capture: &Capture, shown: &Shown, pages: &[String]) -> Result<Arc<Text>, (Why, String)> {
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
