//! A rehearsal as a person reads it: the figures, each review with what changed, and what was not raised and why.

use super::evidence::grade;
use super::grid::{Column, Grid, wrap};
use super::tree::Node;
use super::{FAINT, GOOD, HEADING, PARTIAL, POOR, Screen};
use crate::app::compare::document::What;
use crate::app::compare::memory::Quiet;
use crate::app::rehearse::{Course, Rehearsal};
use crate::base::change::{Change, Kind};
use crate::base::failure::Failure;
use anstyle::Style;
use jiff::Timestamp;
use jiff::tz::Offset;
use probity_rules::observation::Citation;
use std::collections::BTreeMap;

/// Quotes of one side that are shown.
const QUOTES: usize = 3;
/// The longest quote, in letters.
const QUOTE: usize = 240;
/// Gaps that are told one by one.
const GAPS: usize = 8;

/// Prints a rehearsal.
pub(crate) fn print(rehearsal: &Rehearsal, screen: &mut Screen) -> Result<(), Failure> {
    let mut grid = Grid::new([
        Column::words("service"),
        Column::numbers("audits"),
        Column::numbers("bytes"),
        Column::numbers("texts"),
        Column::numbers("flickers"),
        Column::numbers("gaps"),
        Column::numbers("reviews"),
    ]);
    for Course { service, audits, raw_changes, text_changes, flickers, gaps, reviews, .. } in &rehearsal.services {
        let numbers = [audits, raw_changes, text_changes, flickers, gaps, reviews];
        let cells = [service.as_str().into()].into_iter();
        grid.row(cells.chain(numbers.map(|number| number.to_string().into())).collect::<Vec<_>>());
    }
    screen.grid(&grid)?;
    let note = format!(
        "bytes, texts: captures that differ from the one before in bytes, and in what they say. A change is raised when a look \
         at least {} h after the first still shows it.",
        rehearsal.confirm_after_hours
    );
    for line in wrap(&note, screen.width() - 1) {
        screen.line(format_args!("{FAINT} {line}{FAINT:#}"))?;
    }
    reviews(rehearsal, screen)?;
    quiet(rehearsal, screen)?;
    gaps(rehearsal, screen)
}

fn day(at: Timestamp) -> String {
    Offset::UTC.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

fn reviews(rehearsal: &Rehearsal, screen: &mut Screen) -> Result<(), Failure> {
    if rehearsal.reviews.is_empty() {
        return screen.line(format_args!("\n{GOOD}nothing would have been raised{GOOD:#}"));
    }
    screen.line(format_args!("\n{HEADING}what a person would have been asked{HEADING:#}"))?;
    // One criterion may count in several methods: the same change is told once.
    let mut told: BTreeMap<(Timestamp, &str, &str), Vec<&Change>> = BTreeMap::new();
    for change in &rehearsal.reviews {
        told.entry((change.raised_at, &change.service, &change.criterion)).or_default().push(change);
    }
    for changes in told.values() {
        screen.tree(&review(changes))?;
    }
    Ok(())
}

/// A change in the methods in which it counts.
pub(crate) fn review(changes: &[&Change]) -> Node {
    let Some(change) = changes.first() else { return Node::default() };
    let (mark, style) = grade(change.to);
    let what = match change.kind {
        Kind::Grade => format!("{} → {}", change.from.as_str(), change.to.as_str()),
        Kind::LostCitation => format!("{}, and what it rested on is gone", change.to.as_str()),
    };
    let mut notes = vec![(
        format!(
            "{}; first seen {}, seen again {}",
            change.cause.says().en,
            day(change.first_seen),
            day(change.raised_at)
        ),
        FAINT,
    )];
    for one in changes {
        let light = match one.light_from == one.light_to {
            true => format!("stays {}", one.light_to.as_str()),
            false => format!("{} → {}", one.light_from.as_str(), one.light_to.as_str()),
        };
        notes.push((format!("{}: {light}", one.method), FAINT));
    }
    let side = |title: &str, because: &str, quotes: &[Citation], style: Style| {
        let mut notes = vec![(because.to_owned(), Style::new())];
        notes.extend(quotes.iter().take(QUOTES).map(|citation| (quote(citation), style.italic())));
        Node { text: title.to_owned(), style: HEADING, notes, ..Node::default() }
    };
    let parts = vec![
        side("before", &change.because_from.en, &change.citations.before, POOR),
        side("now", &change.because_to.en, &change.citations.after, GOOD),
    ];
    Node { mark, style, text: format!("{}  {}  {what}", change.service, change.criterion), notes, parts }
}

fn quote(citation: &Citation) -> String {
    match citation.quote.char_indices().nth(QUOTE) {
        Some((cut, _)) => format!("“{}…”", citation.quote[..cut].trim_end()),
        None => format!("“{}”", citation.quote),
    }
}

fn quiet(rehearsal: &Rehearsal, screen: &mut Screen) -> Result<(), Failure> {
    if rehearsal.noticed.is_empty() {
        return Ok(());
    }
    screen.line(format_args!("\n{HEADING}seen and not raised{HEADING:#}"))?;
    let mut grid = Grid::new([
        Column::words("first seen"),
        Column::text("service, criterion"),
        Column::words("change"),
        Column::text("why not"),
    ]);
    for one in &rehearsal.noticed {
        let why = match one.why {
            Quiet::Unconfirmed => "no second look confirmed it",
            Quiet::Returned => "it came back",
            Quiet::Gap => "a document could not be had",
            Quiet::SameWords => "the passages stand in both texts",
            Quiet::FirstKnown => "known for the first time",
        };
        let what = format!("{} → {}", one.from.as_str(), one.to.as_str());
        let where_ = format!("{} {}", one.service, one.criterion);
        grid.row([day(one.first_seen).into(), where_.into(), what.into(), why.into()]);
    }
    screen.grid(&grid)
}

fn gaps(rehearsal: &Rehearsal, screen: &mut Screen) -> Result<(), Failure> {
    let events = rehearsal.services.iter().flat_map(|course| &course.texts);
    let gaps: Vec<_> = events
        .filter_map(|event| match &event.event {
            What::Gap { why, detail } => Some((event, *why, detail)),
            _ => None,
        })
        .collect();
    if gaps.is_empty() {
        return Ok(());
    }
    screen.line(format_args!("\n{HEADING}what was no document{HEADING:#} (it changes no grade)"))?;
    for (event, why, detail) in gaps.iter().take(GAPS) {
        let text = format!("{}  {}  {why}: {detail}", day(event.at), event.service);
        screen.tree(&Node { mark: "·", style: PARTIAL, text, ..Node::default() })?;
    }
    if gaps.len() > GAPS {
        screen.line(format_args!("{FAINT} and {} more{FAINT:#}", gaps.len() - GAPS))?;
    }
    for notice in &rehearsal.notices {
        let text = format!("{} could not be had since {}: {}", notice.url, day(notice.since), notice.detail);
        screen.tree(&Node { mark: "!", style: POOR, text, ..Node::default() })?;
    }
    Ok(())
}
