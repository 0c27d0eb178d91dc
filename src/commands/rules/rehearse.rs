//! `probity rules rehearse`: every kept audit judged again by changed rules, and each rating that would flip.
//!
//! It reads the facts that were kept, line by line: what the reader itself would read differently is not seen here.

use super::lean::Lean;
use crate::cli::Format;
use crate::data::{Data, FACTS, RESULT, unreadable};
use crate::evidence::Evidence;
use crate::exit::{Exit, Failure};
use crate::network;
use crate::output::grid::{Cell, Column, Grid};
use crate::output::ranking::light;
use crate::output::{FAINT, GOOD, Screen};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use probity_rules::catalogue::Rules;
use probity_rules::judge::Grade;
use probity_rules::method::{Light, Method};
use probity_rules::score::score_outlooks;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;

/// A rating that would be another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Flip {
    audit: String,
    service: String,
    method: String,
    from: Light,
    to: Light,
    /// The criteria whose grades differ.
    criteria: Vec<Moved>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Moved {
    criterion: String,
    from: Option<Grade>,
    to: Grade,
}

/// What is printed.
#[derive(Serialize)]
struct Told {
    rules: String,
    judged: u64,
    flips: Vec<Flip>,
}

/// The head of a kept result.
#[derive(Deserialize)]
struct Head {
    as_of: Timestamp,
}

/// Judges every kept audit by the rules that stand and by the changed ones.
pub(super) fn run(
    data: &Data,
    evidence: &Evidence,
    base: &Rules,
    changed: &Rules,
    format: Format,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let mut told = Told { rules: changed.revision.clone(), judged: 0, flips: Vec::new() };
    if evidence.is_shared() {
        elsewhere(evidence, base, changed, &mut told)?;
    } else {
        let mut folders = data.audits(None)?;
        folders.reverse();
        for folder in &folders {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            audit(&name, [&folder.join(RESULT), &folder.join(FACTS)], base, changed, &mut told)?;
        }
    }
    told.flips.sort();
    match format {
        Format::Json => screen.json(&told)?,
        Format::Table => print(&told, screen)?,
    }
    Ok(if told.flips.is_empty() { Exit::Done } else { Exit::Threshold })
}

/// The audits of a bucket, one after the other; a copy of one is here no longer than it takes. One that is lost or altered is
/// said, and left.
fn elsewhere(evidence: &Evidence, base: &Rules, changed: &Rules, told: &mut Told) -> Result<(), Failure> {
    let runtime = network::runtime()?;
    for name in runtime.block_on(evidence.names())? {
        let fetched = runtime.block_on(async {
            let manifest = evidence.manifest(&name).await.map_err(|error| error.to_string())?;
            let result = evidence.named(&name, &manifest.files, RESULT).await.map_err(|lost| lost.to_string())?;
            let facts = evidence.named(&name, &manifest.files, FACTS).await.map_err(|lost| lost.to_string())?;
            Ok::<_, String>((result, facts))
        });
        match fetched {
            Ok((result, facts)) => {
                let judged = audit(&name, [&result, &facts], base, changed, told);
                evidence.forget(&name);
                judged?;
            }
            Err(lost) => Failure::new(lost).next("the other audits are judged without it").warn(),
        }
    }
    Ok(())
}

fn print(told: &Told, screen: &mut Screen) -> Result<(), Failure> {
    if told.flips.is_empty() {
        return screen
            .line(format_args!("{GOOD}{} audits of services judged again: no rating would flip{GOOD:#}", told.judged));
    }
    let mut grid = Grid::new([
        Column::words("audit"),
        Column::text("service"),
        Column::text("method"),
        Column::words("light"),
        Column::text("criteria"),
    ]);
    for flip in &told.flips {
        let lights = match flip.from == flip.to {
            true => format!("stays {}", flip.to.as_str()),
            false => format!("{} → {}", flip.from.as_str(), flip.to.as_str()),
        };
        let moved = flip.criteria.iter().map(|moved| {
            let from = moved.from.map_or("none", Grade::as_str);
            format!("{} {from} → {}", moved.criterion, moved.to.as_str())
        });
        let moved: Vec<_> = moved.collect();
        let (audit, service, method) = (flip.audit.as_str(), flip.service.as_str(), flip.method.as_str());
        grid.row([
            audit.into(),
            service.into(),
            method.into(),
            Cell::new(lights, light(flip.to).1),
            moved.join(", ").into(),
        ]);
    }
    screen.grid(&grid)?;
    screen.line(format_args!(
        "\n{FAINT}{} audits of services judged again, {} ratings would be others{FAINT:#}",
        told.judged,
        told.flips.len()
    ))
}

/// One audit: its facts are handed out line by line to all cores, so that no more than a few services are in memory.
fn audit(
    name: &str,
    [result, path]: [&Path; 2],
    base: &Rules,
    changed: &Rules,
    told: &mut Told,
) -> Result<(), Failure> {
    let day = day(result)?;
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let lines = Mutex::new((BufReader::with_capacity(1 << 20, file), 0_u64));
    let results = Mutex::new((0_u64, Vec::new()));
    let failed: Mutex<Option<Failure>> = Mutex::new(None);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (old, new) = (base.law_on(day), changed.law_on(day));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut text = Vec::new();
                loop {
                    text.clear();
                    let mut held = lines.lock().unwrap_or_else(PoisonError::into_inner);
                    let read = held.0.read_until(b'\n', &mut text);
                    held.1 += 1;
                    let number = held.1;
                    drop(held);
                    let judged = match read {
                        Ok(0) => return,
                        Ok(_) => serde_json::from_slice::<Lean>(&text).map(Lean::facts).map_err(|error| {
                            Failure::new(format_args!("{}:{number}: these are no facts: {error}", path.display()))
                                .next("it may be of another version: audit again")
                        }),
                        Err(error) => Err(unreadable(path, &error)),
                    };
                    match judged {
                        Err(failure) => {
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
                            return;
                        }
                        Ok((service, facts)) => {
                            let before = base.outlooks(&facts, &old);
                            let after = changed.outlooks(&facts, &new);
                            let flips = changed.methods.iter().filter_map(|method| {
                                let was = base.method(&method.id).ok()?;
                                let flip = flip(base, changed, (was, method), (&before, &after))?;
                                Some(Flip {
                                    audit: name.to_owned(),
                                    service: service.clone(),
                                    method: method.id.clone(),
                                    ..flip
                                })
                            });
                            let flips: Vec<Flip> = flips.collect();
                            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                            results.0 += 1;
                            results.1.extend(flips);
                        }
                    }
                }
            });
        }
    });
    if let Some(failure) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(failure);
    }
    let (judged, flips) = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    told.judged += judged;
    told.flips.extend(flips);
    Ok(())
}

type Outlooks = Vec<probity_rules::judge::Outlook>;

/// What differs by a method; none where nothing does.
fn flip(base: &Rules, changed: &Rules, methods: (&Method, &Method), outlooks: (&Outlooks, &Outlooks)) -> Option<Flip> {
    let grade = |rules: &Rules, outlooks: &Outlooks, id: &str| {
        let place = rules.criteria.iter().position(|criterion| criterion.id == id)?;
        outlooks.get(place).map(|outlook| outlook.grade())
    };
    let moved = methods.1.entries.iter().filter_map(|entry| {
        let (from, to) = (grade(base, outlooks.0, &entry.id), grade(changed, outlooks.1, &entry.id)?);
        (from != Some(to)).then(|| Moved { criterion: entry.id.clone(), from, to })
    });
    let criteria: Vec<Moved> = moved.collect();
    let (from, to) = (score_outlooks(methods.0, outlooks.0).light, score_outlooks(methods.1, outlooks.1).light);
    let differs = from != to || !criteria.is_empty();
    differs.then(|| Flip { audit: String::new(), service: String::new(), method: String::new(), from, to, criteria })
}

/// The day whose law an audit was judged by: its head alone is read.
fn day(path: &Path) -> Result<Date, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut line = String::new();
    BufReader::new(file).read_line(&mut line).map_err(|error| unreadable(path, &error))?;
    let head = format!("{}}}", line.trim_end().trim_end_matches(','));
    let head: Head = serde_json::from_str(&head).map_err(|error| {
        Failure::new(format_args!("{} is not the result of an audit: {error}", path.display()))
            .next("it may be of another version: audit again")
    })?;
    Ok(Offset::UTC.to_datetime(head.as_of).date())
}
