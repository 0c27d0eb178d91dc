//! Findings, traces and their evidence as trees: what `show` and `explain` draw.
//!
//! Every sentence is the judge's and every quote the provider's; here they only get their places.

use super::tree::Node;
use super::{FAINT, GOOD, HEADING, PARTIAL, POOR};
use crate::present::words;
use anstyle::{AnsiColor, Style};
use jiff::tz::TimeZone;
use probity_rules::judge::{Basis, Contradiction, Grade, Shape, Step, Trace, Truth};
use probity_rules::observation::{Citation, Searched};
use probity_rules::rating::Rated;
use probity_rules::sentence::Lang;

/// The most quotes that a finding shows; `explain` shows all.
const QUOTES: usize = 2;

/// The longest quote of a finding, in letters.
const QUOTE: usize = 240;

const UNKNOWN: Style = AnsiColor::Blue.on_default();

/// Mark and style of a grade.
pub(crate) fn grade(grade: Grade) -> (&'static str, Style) {
    match grade {
        Grade::Good => ("✓", GOOD),
        Grade::Partial => ("~", PARTIAL),
        Grade::Poor => ("✗", POOR),
        Grade::Inconclusive => ("?", UNKNOWN),
        Grade::NotApplicable => ("–", FAINT),
    }
}

/// A finding with its sentence and its first quotes.
pub(crate) fn finding(rated: &Rated) -> Node {
    let (mark, style) = grade(rated.grade);
    let basis = if rated.basis == Basis::None { String::new() } else { format!(", {}", rated.basis.as_str()) };
    let mut notes = vec![(rated.because.clone(), Style::new())];
    notes.extend(rated.decided.iter().map(|decided| (words::decided(decided, Lang::En), HEADING)));
    notes.extend(rated.citations.iter().take(QUOTES).flat_map(|citation| cited(citation, QUOTE)));
    if let Some(more) = rated.citations.len().checked_sub(QUOTES).filter(|more| *more > 0) {
        notes.push((format!("and {more} more"), FAINT));
    }
    if let Some(searched) = rated.searched.as_ref().filter(|_| rated.citations.is_empty()) {
        notes.push((searched_in(searched), FAINT));
    }
    for citation in rated.elsewhere.iter().take(1) {
        notes.push(("also said in documents that do not count here:".to_owned(), FAINT));
        notes.extend(cited(citation, QUOTE));
    }
    for attested in &rated.attested {
        notes.push((format!("vouched for by {} on {}", attested.by, attested.date), FAINT));
    }
    Node {
        mark,
        style,
        text: format!("{}  {}{basis}  (weight {})", rated.criterion, rated.grade.as_str(), rated.weight),
        notes,
        parts: Vec::new(),
    }
}

/// A contradiction with its sides.
pub(crate) fn contradiction(contradiction: &Contradiction) -> Node {
    let side = |side: &probity_rules::judge::Side| Node {
        mark: "",
        style: HEADING,
        text: format!("{} ({})", side.what, side.basis.as_str()),
        notes: side.citations.iter().take(QUOTES).flat_map(|citation| cited(citation, QUOTE)).collect(),
        parts: Vec::new(),
    };
    Node {
        mark: "≠",
        style: PARTIAL,
        text: contradiction.says.en.clone(),
        notes: Vec::new(),
        parts: contradiction.sides.iter().map(side).collect(),
    }
}

/// A rung of a ladder as it was tried.
pub(crate) fn step(step: &Step) -> Node {
    let mut root = trace(&step.trace);
    let what = step.grade.map_or("applies", Grade::as_str);
    let outcome = match step.trace.truth {
        Truth::True => "holds",
        Truth::False => "does not hold",
        Truth::Unknown => "nobody knows",
    };
    root.text = format!("{what} if {}  — {outcome}", root.text);
    if let Some(given) = step.grade.filter(|_| step.trace.truth == Truth::True) {
        root.style = grade(given).1.bold();
    }
    root
}

/// A condition, what was seen, and why.
fn trace(trace: &Trace) -> Node {
    let (mark, style) = match trace.truth {
        Truth::True => ("✓", Style::new()),
        Truth::False => ("✗", Style::new()),
        Truth::Unknown => ("?", UNKNOWN),
    };
    let mut notes = Vec::new();
    if !trace.seen.is_empty() {
        let basis = trace.basis.map(|basis| format!(" ({})", basis.as_str())).unwrap_or_default();
        notes.push((format!("{}{basis}", trace.seen), Style::new()));
    }
    notes.extend(trace.citations.iter().flat_map(|citation| cited(citation, usize::MAX)));
    if let Some(searched) = &trace.searched {
        notes.push((searched_in(searched), FAINT));
    }
    if let Some(attested) = &trace.attested {
        let source = attested.source.as_ref().map(|source| format!(", {source}")).unwrap_or_default();
        notes.push((format!("vouched for by {} on {}{source}", attested.by, attested.date), FAINT));
    }
    notes.extend(trace.missing.iter().map(|missing| (format!("missing: {}", missing.text.en), UNKNOWN)));
    let text = match (trace.is, trace.parts.as_slice()) {
        // "Not" says in one line what it negates: its own outcome is what counts.
        (Shape::Not, [negated]) => {
            let inner = self::trace(negated);
            return Node { mark, style, text: format!("not: {}", inner.text), notes: inner.notes, parts: inner.parts };
        }
        (Shape::All, parts) => format!("all {} of these hold", parts.len()),
        (Shape::Any, parts) => format!("one of these {} holds", parts.len()),
        _ => trace.asked.clone(),
    };
    Node { mark, style, text, notes, parts: trace.parts.iter().map(self::trace).collect() }
}

/// A quote and where it stands.
fn cited(citation: &Citation, longest: usize) -> [(String, Style); 2] {
    let quote = match citation.quote.char_indices().nth(longest) {
        Some((cut, _)) => format!("“{}…”", citation.quote[..cut].trim_end()),
        None => format!("“{}”", citation.quote),
    };
    let day = TimeZone::UTC.to_datetime(citation.captured).date();
    let record = citation.record.get(..15).unwrap_or(&citation.record);
    [(quote, Style::new().italic()), (format!("{}, {day}, {record}…", citation.url), FAINT)]
}

/// What was read in vain.
fn searched_in(searched: &Searched) -> String {
    format!(
        "looked for in {} words ({}): {}",
        searched.words,
        searched.languages.join(", "),
        searched.places.join(", ")
    )
}
