//! Sub-processors: what the lists of the documents name, row by row.
//!
//! A list that is known and of which no row could be read is a gap, never an empty list. Of a provider that shows no list
//! nothing is known here: whether the agreement names one is a claim.

use super::survey::{Found, Survey};
use crate::net::capture::Exchange;
use probity_rules::country::spoken::plain;
use probity_rules::document::Kind;
use probity_rules::facts::{Collection, Gap, Item, Value};
use probity_rules::observation::{Citation, Observation, Searched, Why};
use probity_rules::subprocessors;
use probity_rules::text::Page;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Range;

/// The longest purpose that is kept, in bytes.
const PURPOSE: usize = 400;

/// The longest row that is quoted, in bytes.
const ROW: usize = 1200;

/// A row of a list.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Listed {
    name: String,
    /// Whether the row says where.
    placed: bool,
    countries: BTreeSet<String>,
    purpose: Option<String>,
    url: Option<String>,
    pub(super) row: Citation,
}

/// The rows of the lists of a page.
pub(super) fn rows(exchange: &Exchange, page: &Page, kind: Kind) -> Vec<Listed> {
    let document = &page.document;
    let cut = |range: &Range<usize>, most: usize| {
        let text = document.text.get(range.clone())?;
        Some(text[..text.floor_char_boundary(most.min(text.len()))].trim_end().to_owned())
    };
    let entries = subprocessors::read(document, &page.links, kind);
    let listed = entries.into_iter().filter_map(|entry| {
        let quote = cut(&entry.row, ROW)?;
        let span = Some([entry.row.start, entry.row.start + quote.len()]);
        let (record, url) = (exchange.digest.clone(), exchange.url.clone());
        Some(Listed {
            name: cut(&entry.name, PURPOSE)?,
            placed: entry.place.is_some(),
            countries: entry.countries,
            purpose: entry.purpose.and_then(|purpose| cut(&purpose, PURPOSE)),
            url: entry.url,
            row: Citation { record, url, captured: exchange.captured, quote, span },
        })
    });
    listed.collect()
}

/// The sub-processors of all documents, each once, and the lists that could not be read.
pub(super) fn collection(survey: &Survey) -> (Collection, Vec<Gap>) {
    let mut collection = Collection::default();
    let mut seen: BTreeSet<(String, BTreeSet<String>)> = BTreeSet::new();
    let mut gaps = Vec::new();
    for found in &survey.documents {
        for listed in found.pages.iter().flat_map(|page| &page.subprocessors) {
            if seen.insert((plain(&listed.name), listed.countries.clone())) {
                collection.items.push(item(listed, found));
            }
        }
    }
    let lists = survey.documents.iter().filter(|found| found.kind == Kind::Subprocessors);
    // A list in another language is the same list: one that can be read is enough where the other holds no row.
    let is_read =
        lists.clone().any(|found| found.is_whole() && found.pages.iter().any(|page| !page.subprocessors.is_empty()));
    for found in lists {
        if let Some(lost) = found.lost.first() {
            collection.incomplete.push((lost.why, lost.target.clone()));
        } else if !is_read {
            let target = found.pages.first().map_or_else(|| found.asked.clone(), |page| page.url.clone());
            collection.incomplete.push((Why::Empty, target.clone()));
            let detail = "no row of the list of sub-processors could be read".to_owned();
            gaps.push(Gap { probe: super::META.id.to_owned(), target, why: Why::Empty, detail });
        }
    }
    (collection, gaps)
}

fn item(listed: &Listed, found: &Found) -> Item {
    let cited = |value| Observation::Seen { value, citations: vec![listed.row.clone()] };
    let absent = || Observation::Absent {
        searched: Searched {
            places: vec![listed.row.url.clone()],
            kinds: vec![found.kind],
            revision: super::META.revision,
            ..Searched::default()
        },
    };
    let text = |value: &Option<String>| value.as_ref().map_or_else(absent, |value| cited(Value::Text(value.clone())));
    let countries = match (listed.placed, listed.countries.is_empty()) {
        (false, _) => absent(),
        (true, true) => Observation::Unknown { why: Why::Ambiguous, target: listed.name.clone() },
        (true, false) => cited(Value::Countries(listed.countries.clone())),
    };
    let fields = [
        ("name", cited(Value::Text(listed.name.clone()))),
        ("placed", cited(Value::Flag(listed.placed))),
        ("countries", countries),
        ("purpose", text(&listed.purpose)),
        ("url", text(&listed.url)),
    ];
    Item { id: listed.name.clone(), fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
}
