//! Findings as CSV (RFC 4180): a row for each finding of each rating, for spreadsheets.
//!
//! A cell never begins a formula, and a line break within a cell is a space. Everything that can have several values is
//! counted; the JSON form has them all. The columns are those of `docs/formats.md`.

use super::build::Source;
use crate::present::output::ranking::field;
use crate::present::text;
use probity_rules::catalogue::Rules;
use probity_rules::rating::{Audited, Rated, Rating};
use probity_rules::sentence::Lang;
use std::collections::BTreeMap;

/// The columns, in their order.
pub(crate) const COLUMNS: [&str; 32] = [
    "service",
    "name",
    "category",
    "as_of",
    "method",
    "light",
    "points_low",
    "points_high",
    "points_max",
    "coverage",
    "criterion",
    "revision",
    "title",
    "grade",
    "between",
    "basis",
    "weight",
    "because",
    "missing",
    "contradicted",
    "searched_words",
    "searched_in",
    "attested_by",
    "citations",
    "quote",
    "url",
    "captured",
    "record",
    "span",
    "state",
    "decided_by",
    "machine_grade",
];

/// The longest text of a cell: spreadsheets take no more than 32,767 letters.
const CELL: usize = 8_000;

/// Writes findings as CSV.
pub(crate) fn csv(sources: &[Source], rules: &Rules, lang: Lang) -> String {
    let mut out = COLUMNS.join(",");
    out.push_str("\r\n");
    let mut rows: Vec<(&str, &str, &Source, &Audited, &Rating)> = Vec::new();
    for source in sources {
        let services = source.audit.services.iter();
        let by: BTreeMap<&str, &Audited> = services.map(|service| (service.service.as_str(), service)).collect();
        for rating in &source.audit.ratings {
            if let Some(service) = by.get(rating.service.as_str()) {
                rows.push((&rating.service, &rating.method, source, service, rating));
            }
        }
    }
    rows.sort_by_key(|(service, method, ..)| (*service, *method));
    for (_, _, source, service, rating) in rows {
        for finding in &rating.findings {
            row(&cells(source, service, rating, finding, rules, lang), &mut out);
        }
    }
    out
}

fn row(cells: &[String; COLUMNS.len()], out: &mut String) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push_str(&field(text::bounded(cell, CELL).0));
    }
    out.push_str("\r\n");
}

fn cells(
    source: &Source,
    service: &Audited,
    rating: &Rating,
    finding: &Rated,
    rules: &Rules,
    lang: Lang,
) -> [String; COLUMNS.len()] {
    let title = rules.criterion(&finding.criterion).map(|known| known.title.in_lang(lang)).unwrap_or_default();
    let (because, missing) = match lang {
        Lang::De if !finding.because_de.is_empty() => (&finding.because_de, &finding.missing_de),
        _ => (&finding.because, &finding.missing),
    };
    let pointed = rules.method(&rating.method).is_ok_and(|method| method.limits.is_some());
    let points = |points: u32| if pointed { points.to_string() } else { String::new() };
    let first = finding.citations.first();
    let searched = finding.searched.as_ref();
    let words = |words: &[String]| words.join("; ");
    [
        service.service.clone(),
        service.name.clone(),
        service.category.clone(),
        source.audit.as_of.to_string(),
        rating.method.clone(),
        rating.light.as_str().to_owned(),
        points(rating.points.low),
        points(rating.points.high),
        points(rating.points.max),
        format!("{:.3}", rating.coverage),
        finding.criterion.clone(),
        finding.revision.to_string(),
        title.to_owned(),
        finding.grade.as_str().to_owned(),
        finding.between.iter().map(|grade| grade.as_str()).collect::<Vec<_>>().join("; "),
        finding.basis.as_str().to_owned(),
        finding.weight.to_string(),
        because.clone(),
        words(missing),
        words(&finding.contradicted),
        searched.map(|searched| searched.words.to_string()).unwrap_or_default(),
        searched.map(|searched| words(&searched.places)).unwrap_or_default(),
        finding.attested.iter().map(|attested| attested.by.as_str()).collect::<Vec<_>>().join("; "),
        finding.citations.len().to_string(),
        first.map(|citation| citation.quote.clone()).unwrap_or_default(),
        first.map(|citation| citation.url.clone()).unwrap_or_default(),
        first.map(|citation| citation.captured.to_string()).unwrap_or_default(),
        first.map(|citation| citation.record.clone()).unwrap_or_default(),
        first.and_then(|citation| citation.span).map(|[start, end]| format!("{start}..{end}")).unwrap_or_default(),
        source.state(rating).as_str().to_owned(),
        finding.decided.as_ref().map(|decided| decided.by.join("; ")).unwrap_or_default(),
        finding.decided.as_ref().map(|decided| decided.machine.as_str().to_owned()).unwrap_or_default(),
    ]
}
