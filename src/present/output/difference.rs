//! The difference of two audits as a person reads it: lights, grades with their causes, claims, texts in context, measurements.
//!
//! It leaves out what is the same.

use super::evidence::grade;
use super::grid::wrap;
use super::ranking::light;
use super::tree::Node;
use super::{FAINT, GOOD, HEADING, PARTIAL, POOR, Screen};
use crate::app::compare::difference::{Became, Claimed, Difference, Document, Graded, Mark};
use crate::base::change::Anchor;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use jiff::tz::Offset;
use probity_rules::claim::State;
use probity_rules::method::Light;
use probity_rules::observation::Citation;

/// Places of one document that are shown.
const PLACES: usize = 20;
/// The longest quote, in letters.
const QUOTE: usize = 240;

/// Prints a difference.
pub(crate) fn print(name: &str, difference: &Difference, screen: &mut Screen) -> Result<(), Failure> {
    let day = |at| Offset::UTC.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string();
    let (from, to) = (&difference.from, &difference.to);
    screen.line(format_args!(
        "{HEADING}{}{HEADING:#}{FAINT} · {} → {} (audits {} and {}){FAINT:#}",
        plain(name),
        day(from.as_of),
        day(to.as_of),
        plain(&from.audit),
        plain(&to.audit)
    ))?;
    for one in &difference.lights {
        let (was, is) = (one.from.unwrap_or(Light::Undecided), one.to.unwrap_or(Light::Undecided));
        let ((from, _), (to, style)) = (light(was), light(is));
        let method = plain(&one.method);
        match was == is {
            true => screen.line(format_args!(" {method}  {FAINT}stays{FAINT:#} {style}{to}{style:#}"))?,
            false => screen.line(format_args!(" {method}  {from} → {style}{to}{style:#}"))?,
        }
    }
    for (what, was, is) in [
        ("rules", &from.rules, &to.rules),
        ("program", &from.version, &to.version),
        ("databases", &from.databases.join(", "), &to.databases.join(", ")),
    ] {
        if was != is {
            screen.line(format_args!(" {FAINT}{what}{FAINT:#}  {} → {}", plain(was), plain(is)))?;
        }
    }
    let changed: Vec<&Document> = difference.documents.iter().filter(|one| one.became != Became::Same).collect();
    if difference.grades.is_empty()
        && difference.claims.is_empty()
        && changed.is_empty()
        && difference.measured.is_empty()
    {
        return screen.line(format_args!("\n{GOOD}nothing differs{GOOD:#}"));
    }
    title("grades", difference.grades.is_empty(), screen)?;
    for one in &difference.grades {
        screen.tree(&graded(one))?;
    }
    title("claims", difference.claims.is_empty(), screen)?;
    for one in &difference.claims {
        screen.tree(&claimed(one))?;
    }
    title("texts", changed.is_empty(), screen)?;
    for one in changed {
        document(one, screen)?;
    }
    title("measured", difference.measured.is_empty(), screen)?;
    for one in &difference.measured {
        let item = if one.item.is_empty() { String::new() } else { format!("{} ", one.item) };
        let text = format!("{} {item}{}: {} → {}", one.of, one.fact, one.from, one.to);
        screen.tree(&Node { mark: "·", text, ..Node::default() })?;
    }
    Ok(())
}

fn title(title: &str, is_empty: bool, screen: &mut Screen) -> Result<(), Failure> {
    if is_empty { Ok(()) } else { screen.line(format_args!("\n{HEADING}{title}{HEADING:#}")) }
}

fn graded(one: &Graded) -> Node {
    let (mark, style) = grade(one.to);
    let mut notes = vec![(one.cause.says().en, FAINT)];
    if !one.also.is_empty() {
        let also: Vec<_> = one.also.iter().map(|cause| cause.says().en).collect();
        notes.push((format!("also: {}", also.join(", ")), FAINT));
    }
    let side = |title: &str, because: &str, quotes: &[Citation], style: anstyle::Style| {
        let mut notes = vec![(because.to_owned(), anstyle::Style::new())];
        notes.extend(quotes.iter().take(3).map(|one| (quote(&one.quote), style.italic())));
        Node { text: title.to_owned(), style: HEADING, notes, ..Node::default() }
    };
    let parts = vec![
        side("before", &one.because_from.en, &one.citations.before, POOR),
        side("now", &one.because_to.en, &one.citations.after, GOOD),
    ];
    let text = format!("{}  {} → {}", one.criterion, one.from.as_str(), one.to.as_str());
    let lost = one.passages.iter().filter(|passage| passage.anchor == Anchor::Lost).count();
    if lost > 0 {
        notes.push((format!("{lost} of the passages that it rested on are gone"), FAINT));
    }
    Node { mark, style, text, notes, parts }
}

fn claimed(one: &Claimed) -> Node {
    let word = |state: State| match state {
        State::Stated => "stated",
        State::Denied => "denied",
        State::Absent => "absent",
        State::Unknown => "unknown",
    };
    let text = match one.from == one.to {
        true => format!("{}  {}, in other words", one.claim, word(one.to)),
        false => format!("{}  {} → {}", one.claim, word(one.from), word(one.to)),
    };
    let old = one.before.iter().take(2).map(|one| (format!("- {}", quote(&one.quote)), POOR));
    let new = one.after.iter().take(2).map(|one| (format!("+ {}", quote(&one.quote)), GOOD));
    Node { mark: "·", text, notes: old.chain(new).collect(), ..Node::default() }
}

fn document(one: &Document, screen: &mut Screen) -> Result<(), Failure> {
    let (word, style) = match one.became {
        Became::Same => ("says the same", FAINT),
        Became::Changed => ("changed", PARTIAL),
        Became::New => ("is new", GOOD),
        Became::Gone => ("is gone", POOR),
        Became::Unread => ("could not be read in one of the two", PARTIAL),
    };
    let (kind, url) = (one.kind.as_str(), plain(&one.url));
    screen.line(format_args!(" {url} {FAINT}({kind}){FAINT:#} {style}{word}{style:#}"))?;
    if let Some(why) = &one.why {
        screen.line(format_args!("   {FAINT}{}{FAINT:#}", plain(why)))?;
    }
    for place in one.places.iter().take(PLACES) {
        if let Some(heading) = &place.heading {
            screen.line(format_args!("   {HEADING}§ {}{HEADING:#}", plain(heading)))?;
        }
        for line in &place.lines {
            let (mark, style) = match line.mark {
                Mark::Both => (" ", FAINT),
                Mark::Before => ("-", POOR),
                Mark::After => ("+", GOOD),
            };
            for (at, part) in wrap(&plain(&line.text), screen.width().saturating_sub(6)).iter().enumerate() {
                let mark = if at == 0 { mark } else { " " };
                screen.line(format_args!("   {style}{mark} {part}{style:#}"))?;
            }
        }
        screen.line("")?;
    }
    match one.places.len().saturating_sub(PLACES) {
        0 => Ok(()),
        more => screen.line(format_args!("   {FAINT}and {more} more places (--format json has all){FAINT:#}")),
    }
}

fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTE) {
        Some((cut, _)) => format!("“{}…”", text[..cut].trim_end()),
        None => format!("“{text}”"),
    }
}
